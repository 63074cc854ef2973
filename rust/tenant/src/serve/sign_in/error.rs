//! Refusals of the place to sign in, in the shape of Microsoft Entra ID's.

use axum::response::Response;
use http::StatusCode;
use serde_json::json;

use super::answer;
use crate::clock::Moment;
use crate::store::RequestIds;

/// A refusal: OAuth's word for it, and Microsoft's number and sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    error: &'static str,
    number: u32,
    message: String,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        error: &'static str,
        number: u32,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            error,
            number,
            message: message.into(),
        }
    }

    /// 400 `invalid_request`.
    pub(super) fn request(number: u32, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request", number, message)
    }

    /// 400 `invalid_grant`.
    pub(super) fn grant(number: u32, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_grant", number, message)
    }

    /// 401 `invalid_client`.
    pub(super) fn client(number: u32, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "invalid_client", number, message)
    }

    /// A parameter is missing.
    pub(super) fn missing(name: &str) -> Self {
        Self::request(
            900_144,
            format!("The request body must contain the following parameter: '{name}'."),
        )
    }

    /// The tenant could not be asked.
    pub(super) fn unavailable() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            90_033,
            "A transient error has occurred. Please try again.",
        )
    }

    /// OAuth's word for it.
    pub(super) fn word(&self) -> &'static str {
        self.error
    }

    /// The sentence with its number.
    pub(super) fn sentence(&self) -> String {
        format!("AADSTS{}: {}", self.number, self.message)
    }

    /// The answer, with what names the request: `{"error","error_description","error_codes","timestamp","trace_id",
    /// "correlation_id","error_uri"}`.
    pub(super) fn response(&self, now: Moment, correlation: Option<&str>) -> Response {
        let time = now.to_string().replace('T', " ");
        let trace = RequestIds::next().to_string();
        let correlation = correlation.map_or_else(|| trace.clone(), str::to_owned);
        let description = format!(
            "{} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}",
            self.sentence()
        );
        let body = json!({
            "error": self.error, "error_description": description, "error_codes": [self.number], "timestamp": time,
            "trace_id": trace, "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={}", self.number),
        });
        answer::json(self.status, &body)
    }
}
