//! What a handler gives back: an answer, or a refusal in Graph's shape.

use std::borrow::Cow;
use std::path::Path;

use http::{HeaderName, HeaderValue, StatusCode};

/// An answer of success.
#[derive(Debug)]
pub struct GraphResponse {
    /// The status.
    pub status: StatusCode,
    /// Headers of this answer alone; the common ones are added for all.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Body,
}

/// The body of an answer.
#[derive(Debug)]
pub enum Body {
    /// No body, as with 204.
    Empty,
    /// JSON text.
    Json(Vec<u8>),
    /// Plain text, as with `/$count`.
    Text(String),
}

/// What a handler returns.
pub type GraphResult = Result<GraphResponse, GraphFailure>;

impl GraphResponse {
    /// 200 with JSON.
    pub fn ok(json: Vec<u8>) -> Self {
        Self::json(StatusCode::OK, json)
    }

    /// Any status with JSON.
    pub fn json(status: StatusCode, json: Vec<u8>) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Json(json),
        }
    }

    /// 200 with plain text.
    pub fn text(text: String) -> Self {
        Self {
            status: StatusCode::OK,
            headers: Vec::new(),
            body: Body::Text(text),
        }
    }

    /// 204.
    pub fn no_content() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            headers: Vec::new(),
            body: Body::Empty,
        }
    }

    /// The same answer with a header more.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A refusal: `{"error":{"code","message","innerError"}}` once it is written. The part that names the request is added
/// at the end, for all alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphFailure {
    /// The status.
    pub status: StatusCode,
    /// Graph's code, such as `Request_BadRequest`.
    pub code: Cow<'static, str>,
    /// The sentence that says what was refused.
    pub message: String,
    /// Headers of this refusal alone, such as Retry-After.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// Whether what was written before the refusal stays, as with a user who is processed anew and gets only a part.
    pub(crate) keeps: bool,
}

impl GraphFailure {
    /// A refusal of any kind.
    pub fn new(
        status: StatusCode,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            headers: Vec::new(),
            keeps: false,
        }
    }

    /// The same refusal after which what was written stays.
    pub(crate) fn keeping_what_was_done(mut self) -> Self {
        self.keeps = true;
        self
    }

    /// 400 `Request_BadRequest`, the code of nearly every business refusal.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_BadRequest", message)
    }

    /// 400 `BadRequest`: the request itself cannot be read.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    /// 400 `Request_UnsupportedQuery`.
    pub fn unsupported_query(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// 404 in the words of the directory.
    pub fn not_found(id: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!(
                "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
            ),
        )
    }

    /// 503: another process holds the file for too long.
    pub(crate) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service_Unavailable",
            "The tenant file is held by another process for too long. Nothing was changed; try again.",
        )
    }

    /// 503: the file is another one by now, or none.
    pub(crate) fn replaced(path: &Path) -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Service_Unavailable",
            format!(
                "The tenant file '{}' was replaced or removed since it was opened. Nothing was changed; connect again.",
                path.display()
            ),
        )
    }

    /// 501: known to Graph, not to this tenant. The text names it.
    pub fn not_implemented(what: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", what)
    }
}

/// SQLite failed under a handler: nothing of the request was written.
impl From<rusqlite::Error> for GraphFailure {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::busy(),
            Some(ErrorCode::DiskFull) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "InsufficientStorage",
                "There is no room left to write to the tenant file. Nothing was changed; free some space and try again.",
            ),
            Some(ErrorCode::ReadOnly) => Self::new(
                StatusCode::FORBIDDEN,
                "Authorization_RequestDenied",
                "The tenant is open read-only, so it takes no writes.",
            ),
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Service_InternalServerError",
                format!("The tenant file could not be used: {error}"),
            ),
        }
    }
}
