//! Usage locations: the two-letter country codes of ISO 3166-1.

use std::fmt;

include!(concat!(env!("OUT_DIR"), "/locations.rs"));

/// A two-letter code in capitals. Well formed, not necessarily a known country.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; 2]);

/// What [`check`] says about a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LocationCheck {
    /// A code of the list.
    Known(Code),
    /// Two letters that are not in the list but may be a country: unassigned codes, and `XK`, which
    /// is in use for Kosovo. The service decides.
    UnknownCode(Code),
    /// Not a country code.
    Invalid {
        /// The code that was probably meant, such as `GB` for `UK`.
        hint: Option<Code>,
    },
}

impl Code {
    /// The code, if the text is two letters, in any case, and nothing else.
    pub fn parse(text: &str) -> Option<Code> {
        match text.as_bytes() {
            &[first, second] if first.is_ascii_alphabetic() && second.is_ascii_alphabetic() => {
                Some(Code([
                    first.to_ascii_uppercase(),
                    second.to_ascii_uppercase(),
                ]))
            }
            _ => None,
        }
    }

    /// The two capitals.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether the code is in the list.
    pub fn is_listed(self) -> bool {
        name(self).is_some()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl LocationCheck {
    /// The code, unless the text is invalid.
    pub fn code(self) -> Option<Code> {
        match self {
            LocationCheck::Known(code) | LocationCheck::UnknownCode(code) => Some(code),
            LocationCheck::Invalid { .. } => None,
        }
    }
}

/// Spellings that people use for a country although its code is another.
const ALIASES: [(&str, Code); 9] = [
    ("uk", Code(*b"GB")),
    ("great britain", Code(*b"GB")),
    ("england", Code(*b"GB")),
    ("gbr", Code(*b"GB")),
    ("el", Code(*b"GR")),
    ("usa", Code(*b"US")),
    ("america", Code(*b"US")),
    ("deutschland", Code(*b"DE")),
    ("deu", Code(*b"DE")),
];

/// Judges a usage location as a person typed it. White space around it is ignored, and small letters
/// are taken for capitals; quotes are not ignored, since a value that carries them was quoted once too
/// often somewhere and will be wrong elsewhere too.
pub fn check(text: &str) -> LocationCheck {
    let text = text.trim();
    let Some(code) = Code::parse(text) else {
        return LocationCheck::Invalid { hint: meant(text) };
    };
    if code.is_listed() {
        LocationCheck::Known(code)
    } else if let Some(hint) = alias(text) {
        LocationCheck::Invalid { hint: Some(hint) }
    } else if is_never_a_country(code) {
        LocationCheck::Invalid { hint: None }
    } else {
        LocationCheck::UnknownCode(code)
    }
}

/// The English name of a listed code.
pub fn name(code: Code) -> Option<&'static str> {
    let row = LOCATIONS.binary_search_by_key(&code, |&(listed, _)| listed);
    row.ok().map(|row| LOCATIONS[row].1)
}

/// Every listed code with its English name, by code.
pub fn all() -> impl ExactSizeIterator<Item = (Code, &'static str)> {
    LOCATIONS.iter().copied()
}

/// ISO 3166-1 sets these apart for its users and will never give them to a country. Kosovo's `XK` is
/// the one in wide use.
fn is_never_a_country(code: Code) -> bool {
    match code.0 {
        [b'A', b'A'] | [b'Z', b'Z'] => true,
        [b'Q', second] => second >= b'M',
        [b'X', second] => second != b'K',
        _ => false,
    }
}

/// The code a text that is none was probably meant as: a country's name, or a code in quotes.
fn meant(text: &str) -> Option<Code> {
    let bare = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '“' | '”' | '‘' | '’')
    });
    if bare.is_empty() {
        return None;
    }
    let listed = Code::parse(bare).filter(|code| code.is_listed());
    let named = || {
        let mut locations = LOCATIONS.iter();
        locations.find(|(_, name)| name.eq_ignore_ascii_case(bare))
    };
    listed
        .or_else(|| alias(bare))
        .or_else(|| named().map(|&(code, _)| code))
}

fn alias(text: &str) -> Option<Code> {
    let alias = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(text));
    alias.map(|&(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Code {
        Code::parse(text).unwrap()
    }

    #[test]
    fn the_list_holds_249_codes() {
        assert_eq!(all().count(), 249);
        assert_eq!(name(code("GB")), Some("United Kingdom"));
        assert_eq!(name(code("CI")), Some("Côte d'Ivoire"));
        assert_eq!(name(code("XK")), None);
    }

    #[test]
    fn small_letters_and_white_space_around_are_forgiven() {
        for text in ["GB", "gb", "Gb", " GB ", "GB\r\n"] {
            assert_eq!(check(text), LocationCheck::Known(code("GB")), "{text:?}");
        }
    }

    #[test]
    fn uk_is_refused_with_the_hint_gb() {
        for text in ["UK", "uk", "\"UK\"", "England", "United Kingdom"] {
            let hint = Some(code("GB"));
            assert_eq!(check(text), LocationCheck::Invalid { hint }, "{text:?}");
        }
    }

    #[test]
    fn quotes_inside_the_value_are_refused_with_the_bare_code_as_hint() {
        for text in ["\"GB\"", "'gb'", "“GB”"] {
            let hint = Some(code("GB"));
            assert_eq!(check(text), LocationCheck::Invalid { hint }, "{text:?}");
        }
    }

    #[test]
    fn a_country_name_is_refused_with_its_code_as_hint() {
        let hint = Some(code("DE"));
        assert_eq!(check("Germany"), LocationCheck::Invalid { hint });
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in [
            "", "  ", "\"\"", "G", "GBX", "G1", "12", "Ge rmany", "Ü", "XX", "ZZ", "AA",
        ] {
            assert_eq!(
                check(text),
                LocationCheck::Invalid { hint: None },
                "{text:?}"
            );
        }
    }

    #[test]
    fn two_letters_that_may_be_a_country_are_left_to_the_service() {
        for text in ["XK", "xk", "AB", "QB"] {
            let unknown = LocationCheck::UnknownCode(code(text));
            assert_eq!(check(text), unknown, "{text:?}");
        }
    }
}
