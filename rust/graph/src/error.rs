//! What a service says when it refuses.

use serde_json::{Map, Value};

use crate::{Response, reason_phrase};

/// A refusal, as far as its body could be understood.
///
/// Graph promises `{"error":{"code","message","innerError":{…}}}`; gateways and proxies on the way promise
/// nothing, so every part may be missing and the body may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphError {
    /// The HTTP status.
    pub status: u16,
    /// The service's code, such as `Request_BadRequest`; absent where the body isn't Graph's.
    pub code: Option<String>,
    /// The service's message; absent where the body isn't Graph's.
    pub message: Option<String>,
    /// The time of the refusal by the service's clock, as it wrote it: `2026-11-25T09:00:00`.
    pub date: Option<String>,
    /// The service's id of the exchange.
    pub request_id: Option<String>,
    /// The caller's id of the exchange, echoed.
    pub client_request_id: Option<String>,
    /// The beginning of a body that is not Graph's, at most [`EXCERPT`] bytes, for people to read.
    pub excerpt: Option<String>,
}

/// How much of a body that isn't Graph's is kept.
pub const EXCERPT: usize = 2048;

impl GraphError {
    /// The code, or the status's name where the service gave none.
    #[must_use]
    pub fn code_or_reason(&self) -> String {
        self.code
            .clone()
            .unwrap_or_else(|| reason_phrase(self.status))
    }

    /// The message, or a sentence that says what came instead of one.
    #[must_use]
    pub fn message_or_excerpt(&self) -> String {
        match (&self.message, &self.excerpt) {
            (Some(message), _) => message.clone(),
            (None, Some(excerpt)) => {
                format!(
                    "The service answered {} without a Graph error: {excerpt}",
                    self.status
                )
            }
            (None, None) => format!("The service answered {} without saying why.", self.status),
        }
    }
}

/// Reads a refusal. Never fails: what can't be understood is kept as an excerpt.
#[must_use]
pub fn parse_error(response: &Response) -> GraphError {
    let mut error = GraphError {
        status: response.status.as_u16(),
        code: None,
        message: None,
        date: None,
        request_id: response.request_id().map(str::to_owned),
        client_request_id: response.header("client-request-id").map(str::to_owned),
        excerpt: None,
    };
    let parsed = serde_json::from_slice::<Value>(&response.body).ok();
    let described = parsed
        .as_ref()
        .is_some_and(|body| describe(body, &mut error));
    if !described {
        error.excerpt = excerpt(&response.body);
    }
    if error.date.is_none() {
        error.date = response.header("date").and_then(from_http_date);
    }
    error
}

/// Takes over what `body` says; false where it says nothing about an error.
fn describe(body: &Value, error: &mut GraphError) -> bool {
    match member(body, "error") {
        Some(Value::Object(object)) => {
            error.code = text(object.get("code")).or_else(|| text(find(object, "code")));
            error.message = find(object, "message").and_then(message);
            if let Some(Value::Object(inner)) = find(object, "innerError") {
                error.date = text(find(inner, "date"));
                if error.request_id.is_none() {
                    error.request_id = text(find(inner, "request-id"));
                }
                if error.client_request_id.is_none() {
                    error.client_request_id = text(find(inner, "client-request-id"));
                }
            }
        }
        // The shape of OAuth's endpoints.
        Some(Value::String(code)) => {
            error.code = Some(code.clone()).filter(|code| !code.is_empty());
            error.message = member(body, "error_description").and_then(message);
        }
        _ => return false,
    }
    error.code.is_some() || error.message.is_some()
}

fn member<'a>(body: &'a Value, name: &str) -> Option<&'a Value> {
    body.as_object().and_then(|object| find(object, name))
}

/// A member by its name in any case: Graph's own documents spell `innerError` and `innererror`.
fn find<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A message is text, or OData's older `{"lang","value"}`.
fn message(value: &Value) -> Option<String> {
    match value {
        Value::Object(object) => text(find(object, "value")),
        other => text(Some(other)),
    }
}

fn excerpt(body: &[u8]) -> Option<String> {
    let kept = &body[..body.len().min(EXCERPT)];
    let text = String::from_utf8_lossy(kept);
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let mut text = text.to_owned();
    if body.len() > EXCERPT {
        text.push('…');
    }
    Some(text)
}

/// `Wed, 25 Nov 2026 09:00:00 GMT` as `2026-11-25T09:00:00`.
fn from_http_date(header: &str) -> Option<String> {
    jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(header)
        .ok()
        .map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, StatusCode};

    fn refusal(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &'static str,
    ) -> GraphError {
        let mut map = HeaderMap::new();
        for &(name, value) in headers {
            map.insert(name, HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).unwrap();
        parse_error(&Response {
            status,
            headers: map,
            body: Bytes::from_static(body.as_bytes()),
        })
    }

    #[test]
    fn graphs_own_shape_is_read_whatever_the_case_of_inner_error() {
        for inner in ["innerError", "innererror", "InnerError"] {
            let body = format!(
                r#"{{"error":{{"code":"Request_BadRequest","message":"No.","{inner}":{{"date":"2026-11-25T09:00:00","request-id":"r","client-request-id":"c"}}}}}}"#
            );
            let error = refusal(400, &[], Box::leak(body.into_boxed_str()));
            assert_eq!(error.code.as_deref(), Some("Request_BadRequest"));
            assert_eq!(error.message.as_deref(), Some("No."));
            assert_eq!(error.date.as_deref(), Some("2026-11-25T09:00:00"));
            assert_eq!(error.request_id.as_deref(), Some("r"));
            assert_eq!(error.client_request_id.as_deref(), Some("c"));
            assert_eq!(error.excerpt, None);
        }
    }

    #[test]
    fn the_date_header_stands_in_for_a_missing_date() {
        let error = refusal(
            404,
            &[
                ("date", "Wed, 25 Nov 2026 09:00:00 GMT"),
                ("request-id", "header"),
            ],
            r#"{"error":{"code":"Request_ResourceNotFound","message":"Gone."}}"#,
        );
        assert_eq!(error.date.as_deref(), Some("2026-11-25T09:00:00"));
        assert_eq!(error.request_id.as_deref(), Some("header"));
    }

    #[test]
    fn a_body_that_is_not_graphs_is_kept_for_people_to_read() {
        let error = refusal(502, &[], "<html>Bad gateway</html>");
        assert_eq!(
            (error.code.as_deref(), error.message.as_deref()),
            (None, None)
        );
        assert_eq!(error.code_or_reason(), "BadGateway");
        assert!(
            error
                .message_or_excerpt()
                .contains("<html>Bad gateway</html>")
        );
    }

    #[test]
    fn an_answer_without_an_error_object_is_still_an_error() {
        for body in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"error":null}"#,
            r#"{"error":{}}"#,
            r#"{"error":{"code":"","message":null}}"#,
        ] {
            let error = refusal(503, &[], body);
            assert_eq!(error.code, None, "{body}");
            assert_eq!(error.code_or_reason(), "ServiceUnavailable", "{body}");
            assert!(error.message_or_excerpt().contains("503"), "{body}");
        }
    }

    #[test]
    fn older_shapes_of_message_and_error_are_understood() {
        let error = refusal(
            400,
            &[],
            r#"{"error":{"code":"x","message":{"lang":"en","value":"Old."}}}"#,
        );
        assert_eq!(error.message.as_deref(), Some("Old."));
        let error = refusal(
            400,
            &[],
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: Bad."}"#,
        );
        assert_eq!(error.code.as_deref(), Some("invalid_client"));
        assert_eq!(error.message.as_deref(), Some("AADSTS7000215: Bad."));
    }

    #[test]
    fn a_huge_body_is_cut() {
        let body: &'static str = Box::leak("x".repeat(1_000_000).into_boxed_str());
        let excerpt = refusal(500, &[], body).excerpt.unwrap();
        assert_eq!(excerpt.chars().count(), EXCERPT + 1);
        assert!(excerpt.ends_with('…'));
    }
}
