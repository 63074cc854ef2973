//! How a tenant is served, and what may stand against it.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use crate::error::TenantError;
use crate::store::OpenOptions;

/// How a tenant is served.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The address to listen at: one of this machine's loopback addresses, and no other.
    pub address: IpAddr,
    /// The port; 0 takes one that is free.
    pub port: u16,
    /// Whether to speak TLS, with a certificate made for the occasion.
    pub tls: bool,
    /// Where the certificate that clients are to trust is written, in PEM; in the folder for temporary files if left out.
    /// The file goes when the server stops.
    pub certificate: Option<PathBuf>,
    /// Settings that hold while this server runs, as a JSON object. The file keeps its own.
    pub settings: Option<Value>,
    /// How much faster than the machine's the clock of the tenant runs.
    pub speed: f64,
    /// How long to wait for another process that holds the file.
    pub busy_timeout: Duration,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            tls: false,
            certificate: None,
            settings: None,
            speed: 1.0,
            busy_timeout: Duration::from_secs(5),
        }
    }
}

impl ServeOptions {
    /// How the tenant is opened. Links in its answers start with the origin by which a request came.
    #[must_use]
    pub fn open(&self) -> OpenOptions {
        OpenOptions {
            busy_timeout: self.busy_timeout,
            speed: self.speed,
            overrides: self.settings.clone(),
            ..OpenOptions::default()
        }
    }
}

/// What kept a tenant from being served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServeErrorKind {
    /// The address is none of this machine's loopback addresses.
    NotLoopback,
    /// The system refused the address or port.
    Listen,
    /// The certificate could not be made or written.
    Certificate,
    /// What is asked for is wrong.
    Settings,
    /// The tenant could not be opened.
    Tenant,
}

impl ServeErrorKind {
    /// The kind as text, such as `NotLoopback`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotLoopback => "NotLoopback",
            Self::Listen => "CannotListen",
            Self::Certificate => "NoCertificate",
            Self::Settings => "InvalidSettings",
            Self::Tenant => "Tenant",
        }
    }
}

/// A tenant could not be served. The text says what is wrong and what to do.
#[derive(Clone, Debug)]
pub struct ServeError {
    kind: ServeErrorKind,
    text: String,
    remedy: String,
    tenant: Option<Box<TenantError>>,
}

impl ServeError {
    pub(super) fn new(
        kind: ServeErrorKind,
        text: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            text: text.into(),
            remedy: remedy.into(),
            tenant: None,
        }
    }

    /// What kept it.
    pub fn kind(&self) -> ServeErrorKind {
        self.kind
    }

    /// The tenant's own error, where it is one of the file.
    pub fn tenant(&self) -> Option<&TenantError> {
        self.tenant.as_deref()
    }

    /// What is wrong, without the remedy.
    pub fn fault(&self) -> &str {
        &self.text
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

/// No key for the tokens could be made.
impl From<rcgen::Error> for ServeError {
    fn from(error: rcgen::Error) -> Self {
        Self::new(
            ServeErrorKind::Certificate,
            format!("a key could not be made: {error}"),
            "See the cause and try again.",
        )
    }
}

impl From<TenantError> for ServeError {
    fn from(error: TenantError) -> Self {
        Self {
            kind: ServeErrorKind::Tenant,
            text: format!("{}: {}", error.path().display(), error.fault()),
            remedy: error.remedy().to_owned(),
            tenant: Some(Box::new(error)),
        }
    }
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. {}", self.text, self.remedy)
    }
}

impl std::error::Error for ServeError {}
