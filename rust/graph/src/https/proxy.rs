//! A proxy that was named for a session.

use std::fmt;

use url::Url;

use crate::sign_in::Secret;

/// A proxy, and who it lets through.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy {
    address: Url,
    user: Option<(String, Secret)>,
}

/// An address that names no proxy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProxyError {
    /// It isn't an http or https address.
    #[error("'{0}' is no address of a proxy: it must be like http://proxy.contoso.com:8080")]
    Malformed(String),
    /// It holds a password, which would be seen wherever the address is.
    #[error(
        "the address of the proxy '{0}' holds a user name or a password; pass them apart from it"
    )]
    Credentials(String),
}

impl Proxy {
    /// Reads the address of a proxy, which speaks HTTP itself or over TLS.
    ///
    /// # Errors
    /// When it is no such address, or holds credentials.
    pub fn parse(address: &str) -> Result<Self, ProxyError> {
        let shown = || address.rsplit('@').next().unwrap_or_default().to_owned();
        let url = Url::parse(address.trim()).map_err(|_| ProxyError::Malformed(shown()))?;
        if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
            return Err(ProxyError::Malformed(shown()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(ProxyError::Credentials(shown()));
        }
        Ok(Self {
            address: url,
            user: None,
        })
    }

    /// The same proxy with a user it lets through.
    #[must_use]
    pub fn with_user(mut self, name: impl Into<String>, password: Secret) -> Self {
        self.user = Some((name.into(), password));
        self
    }

    pub(super) fn for_client(&self) -> Result<reqwest::Proxy, reqwest::Error> {
        let proxy = reqwest::Proxy::all(self.address.clone())?;
        Ok(match &self.user {
            Some((name, password)) => proxy.basic_auth(name, password.expose()),
            None => proxy,
        })
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Proxy({})", self.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_an_http_address_and_never_shows_who_passes() {
        let proxy = Proxy::parse("http://proxy.contoso.com:8080")
            .unwrap()
            .with_user("ada", Secret::new("canary".into()));
        assert_eq!(
            format!("{proxy:?}"),
            "Proxy(http://proxy.contoso.com:8080/)"
        );
        assert!(proxy.for_client().is_ok());
        for address in ["", "proxy:8080", "ftp://proxy", "socks5://proxy:1"] {
            assert!(
                matches!(Proxy::parse(address), Err(ProxyError::Malformed(_))),
                "{address}"
            );
        }
        let error = Proxy::parse("http://ada:canary@proxy").unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}
