//! A request and its answer, as they cross the transport.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};

/// One Graph request.
///
/// `url` is relative to the service's root and carries the API version: `v1.0/users?$top=5`. It is
/// already escaped; a transport sends it as it is.
#[derive(Clone, Debug)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// Path and query below the service's root, without a leading slash.
    pub url: String,
    /// Headers of this request only; what a session adds (a token, a user agent) is not here.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// Who repeats the request where it must be repeated.
    pub retry: Retry,
}

/// Who repeats a request that the service put off, or whose answer was lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Retry {
    /// The session: as often and as long as its request context says.
    #[default]
    Session,
    /// Whoever sends it: every answer and every interruption comes back as it is.
    None,
}

impl Request {
    /// A request without headers or body.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Bytes::new(),
            retry: Retry::Session,
        }
    }

    /// The same request, which nobody below the sender repeats.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.retry = Retry::None;
        self
    }

    /// The same request with a JSON body and the content type that says so.
    #[must_use]
    pub fn with_json(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self.headers.insert(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/json"),
        );
        self
    }

    /// Whether the request changes something, judged by its method alone.
    #[must_use]
    pub fn is_write(&self) -> bool {
        !matches!(self.method, Method::GET | Method::HEAD | Method::OPTIONS)
    }
}

/// What the service answered, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status.
    pub status: StatusCode,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The answer's body, decoded from any transfer coding.
    pub body: Bytes,
}

impl Response {
    /// The first value of a header, where it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// The service's own id of the exchange, which support asks for.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.header("request-id")
    }
}
