//! Where a service is, and whether it may be spoken to without encryption.

use std::net::IpAddr;

use url::{Host, Url};

/// The root of a service on the network: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    authority: String,
    secure: bool,
    loopback: bool,
}

/// An address that can't be the root of a service.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// It isn't an absolute http or https address with a host and nothing after it.
    #[error("'{0}' is no address of a service: it must be like https://graph.microsoft.com")]
    Malformed(String),
    /// It holds a user name or a password.
    #[error("the address of '{0}' holds a user name or a password; leave them out")]
    Credentials(String),
    /// Tokens and personal data would cross the network unencrypted.
    #[error(
        "'{0}' is not encrypted: http:// is allowed only to this machine's own loopback address, use https://"
    )]
    Unencrypted(String),
}

impl Endpoint {
    /// Reads an address. `http://` is taken for loopback only: 127.0.0.0/8, `[::1]` and `localhost`.
    ///
    /// # Errors
    /// When it is no root, or not encrypted although it leads to another machine.
    pub fn parse(address: &str) -> Result<Self, EndpointError> {
        let malformed = || EndpointError::Malformed(without_credentials(address));
        let url = Url::parse(address.trim()).map_err(|_| malformed())?;
        let host = url.host().ok_or_else(malformed)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointError::Credentials(host.to_string()));
        }
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(malformed()),
        };
        if !url.path().trim_matches('/').is_empty()
            || url.query().is_some()
            || url.fragment().is_some()
        {
            return Err(malformed());
        }
        let loopback = is_loopback(&host);
        if !secure && !loopback {
            return Err(EndpointError::Unencrypted(address.trim().to_owned()));
        }
        let authority = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_string(),
        };
        Ok(Self {
            authority,
            secure,
            loopback,
        })
    }

    /// Host, and port where it isn't the scheme's own.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whether it is spoken to over TLS.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// Whether it is on this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// The address as text, without a slash at the end.
    #[must_use]
    pub fn address(&self) -> String {
        let scheme = if self.secure { "https" } else { "http" };
        format!("{scheme}://{}", self.authority)
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => name.eq_ignore_ascii_case("localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

/// The address without what stands before its last `@`, where a password could be.
fn without_credentials(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_root_is_taken_with_or_without_port_and_slash() {
        for (address, authority, secure, loopback) in [
            (
                "https://graph.microsoft.com",
                "graph.microsoft.com",
                true,
                false,
            ),
            (
                "HTTPS://Graph.Microsoft.us:443/",
                "graph.microsoft.us",
                true,
                false,
            ),
            ("https://127.0.0.1:8443", "127.0.0.1:8443", true, true),
            ("http://127.4.5.6:80", "127.4.5.6", false, true),
            ("http://localhost:5000", "localhost:5000", false, true),
            ("http://[::1]:5000/", "[::1]:5000", false, true),
        ] {
            let endpoint = Endpoint::parse(address).unwrap();
            assert_eq!(endpoint.authority(), authority);
            assert_eq!(endpoint.is_secure(), secure, "{address}");
            assert_eq!(endpoint.is_loopback(), loopback, "{address}");
        }
    }

    #[test]
    fn an_address_without_encryption_is_taken_for_loopback_only() {
        for address in [
            "http://graph.microsoft.com",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "http://128.0.0.1",
            "http://[::2]",
            "http://0.0.0.0:80",
        ] {
            assert!(
                matches!(Endpoint::parse(address), Err(EndpointError::Unencrypted(_))),
                "{address}"
            );
        }
    }

    #[test]
    fn what_is_no_root_is_refused_without_showing_a_password() {
        for address in [
            "",
            "graph.microsoft.com",
            "ftp://graph.microsoft.com",
            "https://",
            "https://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com?x=1",
            "https://graph.microsoft.com#x",
        ] {
            assert!(
                matches!(Endpoint::parse(address), Err(EndpointError::Malformed(_))),
                "{address}"
            );
        }
        for address in [
            "https://u:canary@graph.microsoft.com",
            "x://u:canary@h",
            "u:canary@h",
        ] {
            let error = Endpoint::parse(address).unwrap_err().to_string();
            assert!(!error.contains("canary"), "{error}");
        }
    }
}
