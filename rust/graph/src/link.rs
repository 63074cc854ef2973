//! Addresses: escaping of what goes into one, and what an absolute one means to a session.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The hosts Graph answers on, in every cloud. A local tenant stands in for all of them.
pub const GRAPH_HOSTS: [&str; 5] = [
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
    "graph.microsoft.de",
];

/// Everything but RFC 3986's unreserved characters, as .NET's `Uri.EscapeDataString`.
const DATA: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Escapes a value of a query option, as `Uri.EscapeDataString` does: once, whatever it holds.
#[must_use]
pub fn escape_value(value: &str) -> Cow<'_, str> {
    utf8_percent_encode(value, DATA).into()
}

/// Escapes an id for its place in a path, so that it stays one segment.
///
/// `None` for text that can't be one: an empty id would address the collection, and `.` and `..` are
/// steps in a path however they are escaped.
#[must_use]
pub fn escape_segment(id: &str) -> Option<Cow<'_, str>> {
    if matches!(id, "" | "." | "..") {
        None
    } else {
        Some(escape_value(id))
    }
}

/// Undoes percent-escapes, as .NET's `Uri.UnescapeDataString`: `+` stays a plus, and what is no escape or
/// doesn't decode to UTF-8 stays as it is.
#[must_use]
pub fn unescape(text: &str) -> Cow<'_, str> {
    match percent_encoding::percent_decode_str(text).decode_utf8() {
        Ok(decoded) => decoded,
        Err(_) => Cow::Borrowed(text),
    }
}

/// Escapes only what can't stand in an address at all: blanks, quotes, controls, non-ASCII text, a `%` that
/// begins no escape, and `#`. What is escaped already stays, so an address copied from an answer is
/// unchanged. A fragment never reaches a service; the `#` of a guest's name
/// (`ada_fabrikam.com#EXT#@contoso.com`) must.
#[must_use]
pub fn escape_uri(address: &str) -> Cow<'_, str> {
    let bytes = address.as_bytes();
    let stands = |at: usize| match bytes[at] {
        b'%' => bytes
            .get(at + 1..at + 3)
            .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)),
        b'"' | b'#' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        byte => byte.is_ascii_graphic(),
    };
    if (0..bytes.len()).all(stands) {
        return Cow::Borrowed(address);
    }
    let mut escaped = String::with_capacity(bytes.len() + 16);
    for (at, &byte) in bytes.iter().enumerate() {
        if stands(at) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(percent_encoding::percent_encode_byte(byte));
        }
    }
    Cow::Owned(escaped)
}

/// Where a session's service lives, and which absolute addresses mean it.
#[derive(Clone, Debug)]
pub struct ServiceRoot {
    hosts: Vec<String>,
    secure: bool,
}

/// An address that doesn't lead to the session's service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// The address has no path below the service's root.
    #[error("the address '{0}' names nothing below the service's root")]
    Empty(String),
    /// Another machine: nothing may be sent there, least of all a token.
    #[error("the address leads to '{found}', but this connection is to '{expected}'")]
    ForeignHost {
        /// The host that was asked for.
        found: String,
        /// The host of the session.
        expected: String,
    },
    /// An absolute address of another scheme than the session's.
    #[error("the address begins with '{0}:', which this connection does not use")]
    ForeignScheme(String),
}

impl ServiceRoot {
    /// The root of a tenant in this process, which stands in for Graph on any of its hosts.
    #[must_use]
    pub fn local() -> Self {
        Self {
            hosts: GRAPH_HOSTS.iter().map(|&host| host.to_owned()).collect(),
            secure: true,
        }
    }

    /// The root of a service on `authority` (a host, with a port where it isn't the scheme's own).
    #[must_use]
    pub fn new(authority: &str, secure: bool) -> Self {
        Self {
            hosts: vec![authority.to_ascii_lowercase()],
            secure,
        }
    }

    /// The absolute address of something below the root.
    #[must_use]
    pub fn absolute(&self, relative: &str) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!(
            "{scheme}://{}/{}",
            self.hosts[0],
            relative.trim_start_matches('/')
        )
    }

    /// Reduces an address to what stands below the root: `https://graph.microsoft.com/v1.0/users?x`,
    /// `/v1.0/users?x` and `v1.0/users?x` are the same. Nothing after the host is changed.
    ///
    /// # Errors
    /// When the address is absolute and leads elsewhere, or names nothing.
    pub fn relative<'a>(&self, address: &'a str) -> Result<&'a str, LinkError> {
        let below = match split_scheme(address) {
            None if address.starts_with("//") => return self.below_host("", &address[2..]),
            None => address,
            Some((scheme, rest)) => {
                let expected = if self.secure { "https" } else { "http" };
                if !scheme.eq_ignore_ascii_case(expected) {
                    return Err(LinkError::ForeignScheme(scheme.to_ascii_lowercase()));
                }
                return self.below_host(address, rest);
            }
        };
        non_empty(below, address)
    }

    fn below_host<'a>(&self, address: &'a str, rest: &'a str) -> Result<&'a str, LinkError> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, below) = rest.split_at(end);
        let default_port = if self.secure { ":443" } else { ":80" };
        let host = authority.strip_suffix(default_port).unwrap_or(authority);
        if !self
            .hosts
            .iter()
            .any(|known| known.eq_ignore_ascii_case(host))
        {
            return Err(LinkError::ForeignHost {
                found: authority.to_owned(),
                expected: self.hosts[0].clone(),
            });
        }
        non_empty(below, address)
    }
}

/// Splits `scheme://rest`; `None` for a relative address, such as one whose filter holds `://`.
fn split_scheme(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let plain = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || matches!(each, '+' | '-' | '.'));
    plain.then_some((scheme, rest))
}

fn non_empty<'a>(below: &'a str, address: &str) -> Result<&'a str, LinkError> {
    let below = below.trim_start_matches('/');
    if below.is_empty() {
        Err(LinkError::Empty(address.to_owned()))
    } else {
        Ok(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_name_stays_one_segment() {
        assert_eq!(
            escape_segment("ada_fabrikam.com#EXT#@contoso.com").unwrap(),
            "ada_fabrikam.com%23EXT%23%40contoso.com"
        );
        assert_eq!(
            escape_segment("o'neil+a/b@x").unwrap(),
            "o%27neil%2Ba%2Fb%40x"
        );
        assert_eq!(escape_segment("zoë").unwrap(), "zo%C3%AB");
        assert_eq!(escape_segment("a%23b").unwrap(), "a%2523b");
    }

    #[test]
    fn what_would_leave_its_segment_is_no_id() {
        for id in ["", ".", ".."] {
            assert_eq!(escape_segment(id), None, "{id}");
        }
        assert_eq!(escape_segment("...").unwrap(), "...");
    }

    #[test]
    fn unescaping_leaves_plus_and_broken_escapes_alone() {
        assert_eq!(unescape("a%23b+c"), "a#b+c");
        assert_eq!(unescape("100% sure%2"), "100% sure%2");
        assert_eq!(unescape("%FF"), "%FF");
    }

    #[test]
    fn an_address_is_escaped_only_where_it_must_be() {
        assert_eq!(
            escape_uri("v1.0/users?$filter=a eq 'b'"),
            "v1.0/users?$filter=a%20eq%20'b'"
        );
        assert_eq!(
            escape_uri("v1.0/users?$filter=a%20eq%20'b'&x=100%"),
            "v1.0/users?$filter=a%20eq%20'b'&x=100%25"
        );
        assert_eq!(escape_uri("v1.0/users/a#EXT#@b"), "v1.0/users/a%23EXT%23@b");
        assert_eq!(escape_uri("v1.0/users/zoë"), "v1.0/users/zo%C3%AB");
        assert!(matches!(escape_uri("v1.0/users?$top=5"), Cow::Borrowed(_)));
    }

    #[test]
    fn absolute_and_relative_addresses_of_one_thing_are_the_same() {
        let root = ServiceRoot::local();
        for address in [
            "https://graph.microsoft.com/v1.0/users?$skiptoken=a://b",
            "HTTPS://Graph.Microsoft.com:443/v1.0/users?$skiptoken=a://b",
            "https://graph.microsoft.us/v1.0/users?$skiptoken=a://b",
            "/v1.0/users?$skiptoken=a://b",
            "v1.0/users?$skiptoken=a://b",
        ] {
            assert_eq!(
                root.relative(address),
                Ok("v1.0/users?$skiptoken=a://b"),
                "{address}"
            );
        }
    }

    #[test]
    fn an_address_that_leads_elsewhere_is_refused() {
        let root = ServiceRoot::local();
        for address in [
            "https://evil.example/v1.0/users",
            "https://graph.microsoft.com.evil.example/v1.0/users",
            "https://graph.microsoft.com@evil.example/v1.0/users",
            "https://graph.microsoft.com:8443/v1.0/users",
            "//evil.example/v1.0/users",
        ] {
            assert!(
                matches!(root.relative(address), Err(LinkError::ForeignHost { .. })),
                "{address}"
            );
        }
        assert_eq!(
            root.relative("http://graph.microsoft.com/v1.0/users"),
            Err(LinkError::ForeignScheme("http".into()))
        );
        assert_eq!(
            root.relative("https://graph.microsoft.com"),
            Err(LinkError::Empty("https://graph.microsoft.com".into()))
        );
        assert_eq!(root.relative(""), Err(LinkError::Empty(String::new())));
    }

    #[test]
    fn a_service_on_loopback_is_known_by_its_port() {
        let root = ServiceRoot::new("127.0.0.1:8080", false);
        assert_eq!(
            root.relative("http://127.0.0.1:8080/v1.0/users"),
            Ok("v1.0/users")
        );
        assert!(root.relative("http://127.0.0.1:8081/v1.0/users").is_err());
    }
}
