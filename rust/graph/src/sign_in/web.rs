//! The exchanges a sign-in makes, over whatever carries them.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

use super::Secret;
use crate::TransportError;

/// One request to a sign-in service or to the machine's identity service.
#[derive(Clone, Debug)]
pub struct WebRequest {
    /// The HTTP method.
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Headers, secret ones marked so.
    pub headers: HeaderMap,
    /// A form's fields, encoded.
    pub form: Option<Secret>,
    /// Whether a proxy is passed by: the machine's own identity service is never behind one.
    pub direct: bool,
}

/// What was answered.
#[derive(Clone)]
pub struct WebResponse {
    /// The HTTP status.
    pub status: StatusCode,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The answer's body. It may hold tokens: never shown.
    pub body: Bytes,
}

/// Carries the exchanges of a sign-in.
#[async_trait]
pub trait Web: Send + Sync {
    /// Sends a request and gives the answer, whatever its status. Redirects are not followed.
    ///
    /// # Errors
    /// When no answer came.
    async fn exchange(&self, request: WebRequest) -> Result<WebResponse, TransportError>;
}
