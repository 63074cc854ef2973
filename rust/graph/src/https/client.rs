//! Making the HTTP client.

use std::path::PathBuf;
use std::time::Duration;

use super::Proxy;
use super::lanes::CONNECTIONS;
use crate::Endpoint;

/// How long it may take to reach the other machine. What is not reached by then won't be.
const CONNECT: Duration = Duration::from_secs(30);

/// What a client is made with.
#[derive(Clone, Debug, Default)]
pub struct ClientOptions {
    /// A PEM file of certificates that are trusted beside this system's own.
    pub trust: Option<PathBuf>,
    /// The proxy; what the environment says where there is none.
    pub proxy: Option<Proxy>,
    /// Whether no proxy is used, whatever the environment says.
    pub direct: bool,
}

/// Why a client could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The file of certificates can't be read.
    #[error("the certificates in '{path}' can't be read: {reason}")]
    Trust {
        /// The file.
        path: String,
        /// Why not.
        reason: String,
    },
    /// The trust store or the proxy can't be used.
    #[error("the HTTP client can't be made: {0}")]
    Client(String),
}

/// A client for one service, or for its sign-in.
///
/// Proxies come from the options, else from the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), except that a
/// service on this machine is never reached through a proxy that wasn't named for it.
///
/// # Errors
/// When the certificates can't be read or the trust store can't be opened.
pub fn build(endpoint: &Endpoint, options: &ClientOptions) -> Result<reqwest::Client, ClientError> {
    // Another part of the process may have installed it before; then it is there, which is all that's wanted.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("MgLicense/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT)
        .pool_max_idle_per_host(CONNECTIONS)
        .tcp_nodelay(true)
        .http2_adaptive_window(true)
        .gzip(true);
    if let Some(path) = &options.trust {
        let trust = |reason: String| ClientError::Trust {
            path: path.display().to_string(),
            reason,
        };
        let pem = std::fs::read(path).map_err(|error| trust(error.to_string()))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|error| trust(super::fault::causes(&error)))?;
        if certificates.is_empty() {
            return Err(trust("it holds no certificate".into()));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    if let Some(proxy) = &options.proxy {
        builder = builder.proxy(
            proxy
                .for_client()
                .map_err(|error| ClientError::Client(error.to_string()))?,
        );
    } else if endpoint.is_loopback() || options.direct {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| {
        let reason = super::fault::causes(&error);
        match &options.trust {
            // They are read one by one only now.
            Some(path) if reason.contains("certificate") => ClientError::Trust {
                path: path.display().to_string(),
                reason,
            },
            _ => ClientError::Client(reason),
        }
    })
}
