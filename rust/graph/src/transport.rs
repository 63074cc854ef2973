//! The one trait through which every request leaves the client.

use async_trait::async_trait;

use crate::{Request, Response};

/// Carries a request to a Graph service and brings back its answer.
///
/// An answer of any status is `Ok`: only an exchange that did not come about is an error. Layers
/// (authentication, retry, logging) are transports around a transport.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends one request.
    ///
    /// # Errors
    /// When no answer was had; the kind says whether the request can have had an effect.
    async fn send(&self, request: Request) -> Result<Response, TransportError>;
}

/// How far a failed exchange got, which decides what may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// The request could not be formed, and never will be as it is.
    Invalid,
    /// Nothing was sent: even a write may be repeated.
    NotSent,
    /// Nothing was sent, and nothing will be as long as nobody signs in anew: not worth repeating.
    NotSignedIn,
    /// It may have been carried out: a write's outcome is unknown.
    Interrupted,
}

/// An exchange that brought no answer.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    kind: TransportErrorKind,
    message: String,
    code: Option<String>,
    advice: Option<String>,
}

impl TransportError {
    /// An error of a kind, with a sentence that says what failed.
    #[must_use]
    pub fn new(kind: TransportErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            code: None,
            advice: None,
        }
    }

    /// The same error with a short stable code.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// The same error with a sentence on what to do.
    #[must_use]
    pub fn with_advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// A short stable code, where the error has one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What to do about it, where there is more to say than the kind does.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// How far the exchange got.
    #[must_use]
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}
