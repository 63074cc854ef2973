//! The query string of a read, as options.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

use super::error::excerpt;
use crate::service::GraphFailure;
use crate::settings::UnknownOption;

/// A set of system query options.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OptionSet(u16);

impl OptionSet {
    pub(crate) const SELECT: Self = Self(1);
    pub(crate) const FILTER: Self = Self(2);
    pub(crate) const SEARCH: Self = Self(4);
    pub(crate) const ORDER_BY: Self = Self(8);
    pub(crate) const TOP: Self = Self(16);
    pub(crate) const SKIP: Self = Self(32);
    pub(crate) const COUNT: Self = Self(64);
    pub(crate) const EXPAND: Self = Self(128);
    pub(crate) const SKIP_TOKEN: Self = Self(256);
    pub(crate) const FORMAT: Self = Self(512);

    /// Both sets together.
    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

const OPTIONS: [(&str, OptionSet); 10] = [
    ("$select", OptionSet::SELECT),
    ("$filter", OptionSet::FILTER),
    ("$search", OptionSet::SEARCH),
    ("$orderby", OptionSet::ORDER_BY),
    ("$top", OptionSet::TOP),
    ("$skip", OptionSet::SKIP),
    ("$count", OptionSet::COUNT),
    ("$expand", OptionSet::EXPAND),
    ("$skiptoken", OptionSet::SKIP_TOKEN),
    ("$format", OptionSet::FORMAT),
];

/// The system query options of one request, percent-decoded. An option that is given and blank counts as not given,
/// but for `$top` and `$count`, which have no blank form.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct QueryOptions {
    pub(crate) select: Option<String>,
    pub(crate) filter: Option<String>,
    pub(crate) search: Option<String>,
    pub(crate) order_by: Option<String>,
    pub(crate) top: Option<u64>,
    pub(crate) count: bool,
    pub(crate) expand: Option<String>,
    pub(crate) skip_token: Option<String>,
    given: Vec<(&'static str, String)>,
}

impl QueryOptions {
    /// Reads what stands after the question mark. `allowed` are the options the resource takes; `unknown` says what
    /// becomes of an option nobody knows.
    ///
    /// # Errors
    /// `BadRequest` for what cannot be read, is unknown or is given twice; `Request_BadRequest` for an option that
    /// this resource does not take.
    pub(crate) fn parse(
        query: &str,
        allowed: OptionSet,
        unknown: UnknownOption,
    ) -> Result<Self, GraphFailure> {
        let mut options = Self::default();
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decode(name)?, decode(value)?);
            let Some((name, option)) = find(name.trim()) else {
                match unknown {
                    UnknownOption::Refuse => return Err(not_known(name.trim())),
                    UnknownOption::Ignore => continue,
                }
            };
            if options.given.iter().any(|(given, _)| *given == name) {
                return Err(GraphFailure::unreadable(format!(
                    "Query option '{name}' was specified more than once, but it must be specified at most once."
                )));
            }
            if !allowed.has(option) {
                return Err(not_taken(name));
            }
            options.set(option, &value)?;
            options.given.push((name, value.into_owned()));
        }
        Ok(options)
    }

    fn set(&mut self, option: OptionSet, value: &str) -> Result<(), GraphFailure> {
        let text = Some(value.to_owned()).filter(|value| !value.trim().is_empty());
        match option {
            OptionSet::SELECT => self.select = text,
            OptionSet::FILTER => self.filter = text,
            OptionSet::SEARCH => self.search = text,
            OptionSet::ORDER_BY => self.order_by = text,
            OptionSet::EXPAND => self.expand = text,
            OptionSet::SKIP_TOKEN => self.skip_token = text,
            OptionSet::TOP => self.top = Some(whole_number("$top", value)?),
            OptionSet::COUNT => self.count = truth(value)?,
            OptionSet::FORMAT => check_format(value)?,
            _ => return Err(not_taken("$skip")),
        }
        Ok(())
    }

    /// The options again as a query string, with `token` as the page token.
    pub(crate) fn with_token(&self, token: &str) -> String {
        let mut query = String::new();
        for (name, value) in &self.given {
            if *name != "$skiptoken" {
                query.extend([name, "="]);
                query.extend(utf8_percent_encode(value, KEPT_IN_QUERY));
                query.push('&');
            }
        }
        query.extend(["$skiptoken=", token]);
        query
    }
}

/// What must be encoded in a value so that it reads back as the same value.
const KEPT_IN_QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'<')
    .add(b'=')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// The same for one segment of a path.
const KEPT_IN_PATH: &AsciiSet = &KEPT_IN_QUERY.add(b'/');

/// One path segment, encoded for a link.
pub(crate) fn encode_segment(segment: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(segment, KEPT_IN_PATH)
}

/// Decodes once: `+` is a blank, `%XX` a byte.
fn decode(text: &str) -> Result<Cow<'_, str>, GraphFailure> {
    let blanks = if text.contains('+') {
        Cow::Owned(text.replace('+', " "))
    } else {
        Cow::Borrowed(text)
    };
    let decoded = percent_decode(blanks.as_bytes()).decode_utf8();
    match decoded {
        Ok(Cow::Borrowed(_)) => Ok(blanks),
        Ok(Cow::Owned(decoded)) => Ok(Cow::Owned(decoded)),
        Err(_) => Err(GraphFailure::unreadable(format!(
            "The query string is not valid UTF-8 at '{}'.",
            excerpt(text)
        ))),
    }
}

/// An option by its name, in any letter case, with or without its dollar sign.
fn find(name: &str) -> Option<(&'static str, OptionSet)> {
    OPTIONS.into_iter().find(|(known, _)| {
        known.eq_ignore_ascii_case(name) || known[1..].eq_ignore_ascii_case(name)
    })
}

fn not_known(name: &str) -> GraphFailure {
    GraphFailure::unreadable(format!(
        "The query parameter '{}' is not supported.",
        excerpt(name)
    ))
}

pub(crate) fn not_taken(name: &str) -> GraphFailure {
    GraphFailure::bad_request(format!("'{name}' is not supported by the service."))
}

fn whole_number(name: &str, value: &str) -> Result<u64, GraphFailure> {
    value.trim().parse().map_err(|_| {
        GraphFailure::unreadable(format!(
            "Invalid value '{}' for {name} query option found. The {name} query option requires a non-negative \
             integer value.",
            excerpt(value)
        ))
    })
}

fn truth(value: &str) -> Result<bool, GraphFailure> {
    match value.trim() {
        value if value.eq_ignore_ascii_case("true") => Ok(true),
        value if value.eq_ignore_ascii_case("false") => Ok(false),
        value => Err(GraphFailure::unreadable(format!(
            "Invalid value '{}' for $count query option found. Valid values are 'true' and 'false'.",
            excerpt(value)
        ))),
    }
}

/// Answers are always JSON with minimal metadata.
fn check_format(value: &str) -> Result<(), GraphFailure> {
    let mut parts = value.split(';').map(str::trim);
    let is_json = parts.next().is_some_and(|kind| {
        kind.eq_ignore_ascii_case("json") || kind.eq_ignore_ascii_case("application/json")
    });
    let is_minimal = parts.all(|parameter| {
        let parameter = parameter.to_ascii_lowercase();
        !parameter.contains("metadata=") || parameter.ends_with("metadata=minimal")
    });
    if is_json && is_minimal {
        Ok(())
    } else {
        Err(GraphFailure::unreadable(format!(
            "The value '{}' of $format is not supported: answers are application/json;odata.metadata=minimal.",
            excerpt(value)
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: OptionSet = OptionSet(1023);

    fn parse(query: &str) -> Result<QueryOptions, GraphFailure> {
        QueryOptions::parse(query, ALL, UnknownOption::Refuse)
    }

    #[test]
    fn names_are_read_in_any_case_and_values_are_decoded_once() {
        let options =
            parse("%24Filter=mail+eq+%27a%2Bb%2523%27&$TOP=5&count=TRUE&$select=").unwrap();
        assert_eq!(options.filter.as_deref(), Some("mail eq 'a+b%23'"));
        assert_eq!(options.top, Some(5));
        assert!(options.count);
        assert_eq!(options.select, None);
    }

    #[test]
    fn an_unknown_option_is_named() {
        for query in ["$flter=x", "$deltatoken=latest", "foo=1"] {
            let failure = parse(query).unwrap_err();
            let name = query.split('=').next().unwrap();
            assert_eq!(failure.code, "BadRequest");
            assert_eq!(
                failure.message,
                format!("The query parameter '{name}' is not supported.")
            );
        }
    }

    #[test]
    fn skip_is_refused_in_the_directorys_words() {
        let failure = parse("$skip=3").unwrap_err();
        assert_eq!(failure.code, "Request_BadRequest");
        assert_eq!(failure.message, "'$skip' is not supported by the service.");
    }

    #[test]
    fn a_wrong_value_is_named() {
        for (query, part) in [
            ("$top=-1", "Invalid value '-1' for $top"),
            ("$top=", "Invalid value '' for $top"),
            ("$count=yes", "Invalid value 'yes' for $count"),
            ("$top=1&$Top=2", "'$top' was specified more than once"),
            ("$format=xml", "'xml' of $format"),
            ("$format=json;odata.metadata=none", "$format"),
            ("$filter=%FF", "not valid UTF-8"),
        ] {
            let failure = parse(query).unwrap_err();
            assert!(
                failure.message.contains(part),
                "{query}: {}",
                failure.message
            );
        }
        assert!(parse("$format=application/json;odata.metadata=minimal").is_ok());
    }

    #[test]
    fn the_next_page_repeats_every_option_and_replaces_the_token() {
        let first =
            parse("$filter=startsWith(displayName,'Zo%C3%AB %26 %2B')&$skiptoken=old&$top=2")
                .unwrap();
        let again = parse(&first.with_token("NEW")).unwrap();
        assert_eq!(
            again.filter.as_deref(),
            Some("startsWith(displayName,'Zoë & +')")
        );
        assert_eq!(again.filter, first.filter);
        assert_eq!(again.top, Some(2));
        assert_eq!(again.skip_token.as_deref(), Some("NEW"));
    }
}
