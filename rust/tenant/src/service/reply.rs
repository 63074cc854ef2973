//! The answer as it leaves: the common headers, the body of a refusal.

use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, DATE, STRICT_TRANSPORT_SECURITY, VARY};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use mglicense_rules::Guid;
use serde_json::{Map, Value, json};

use super::{Body, GraphFailure, GraphResponse, GraphResult, Outgoing};
use crate::clock::Moment;
use crate::settings::Wire;

/// The type of Graph's JSON answers.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static(
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8",
);
const PLAIN: HeaderValue = HeaderValue::from_static("text/plain");
const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const DIAGNOSTIC: HeaderValue = HeaderValue::from_static(
    r#"{"ServerInfo":{"DataCenter":"Local","Slice":"E","Ring":"1","ScaleUnit":"000","RoleInstance":"MGLICENSE"}}"#,
);

pub(crate) const RESOURCE_UNIT: HeaderName = HeaderName::from_static("x-ms-resource-unit");

/// An answer, or a refusal, with all that names its request.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    /// Headers of this answer alone.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
    pub(crate) request_id: Guid,
    pub(crate) client_request_id: Option<String>,
    /// Resource units the request cost.
    pub(crate) cost: u32,
    /// Whether it is in the log.
    pub(crate) is_logged: bool,
    /// Whether a refusal leaves something behind.
    pub(crate) keeps: bool,
    /// How it goes wrong on its way, on purpose.
    pub(crate) wire: Option<Wire>,
    /// Milliseconds of the tenant's clock for which it is held back, on purpose.
    pub(crate) delay: u64,
    /// What the caller gets instead of it, in a word for the log.
    pub(crate) fault: Option<String>,
}

impl Reply {
    /// What the outcome of a handler looks like to the caller.
    pub(crate) fn new(
        outcome: GraphResult,
        now: Moment,
        request_id: Guid,
        client_request_id: Option<String>,
    ) -> Self {
        let keeps = outcome.as_ref().is_err_and(|failure| failure.keeps);
        let response = outcome.unwrap_or_else(|failure| {
            refusal(failure, now, request_id, client_request_id.as_deref())
        });
        Self {
            status: response.status,
            headers: response.headers,
            body: response.body,
            request_id,
            client_request_id,
            cost: 1,
            is_logged: false,
            keeps,
            wire: None,
            delay: 0,
            fault: None,
        }
    }

    /// The whole set of headers and the bytes of the body.
    pub(crate) fn into_outgoing(self, now: Moment) -> Outgoing {
        let mut headers = HeaderMap::with_capacity(12);
        headers.insert(CACHE_CONTROL, NO_CACHE);
        headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        headers.insert(
            STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000"),
        );
        if let Ok(date) = HeaderValue::from_str(&now.http_date()) {
            headers.insert(DATE, date);
        }
        let request_id = self.request_id.text();
        if let Ok(id) = HeaderValue::from_str(request_id.as_str()) {
            headers.insert("request-id", id.clone());
            let client = self.client_request_id.as_deref();
            let client = client.and_then(|client| HeaderValue::from_str(client).ok());
            headers.insert("client-request-id", client.unwrap_or(id));
        }
        headers.insert("x-ms-ags-diagnostic", DIAGNOSTIC);
        headers.insert(RESOURCE_UNIT, self.cost.into());
        let body = match self.body {
            Body::Empty => Bytes::new(),
            Body::Json(json) => {
                headers.insert(CONTENT_TYPE, JSON);
                headers.insert("odata-version", HeaderValue::from_static("4.0"));
                json.into()
            }
            Body::Text(text) => {
                headers.insert(CONTENT_TYPE, PLAIN);
                headers.insert("odata-version", HeaderValue::from_static("4.0"));
                text.into()
            }
        };
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        Outgoing {
            status: self.status,
            headers,
            body,
            wire: self.wire,
            delay: Duration::from_millis(self.delay),
        }
    }
}

/// `{"error":{"code","message","innerError"}}`.
fn refusal(
    failure: GraphFailure,
    now: Moment,
    request_id: Guid,
    client_request_id: Option<&str>,
) -> GraphResponse {
    let request_id = request_id.to_string();
    let client_request_id = client_request_id.unwrap_or(&request_id);
    let now = now.to_string();
    let inner = json!({
        // Graph writes this one time without an offset.
        "date": now.strip_suffix('Z').unwrap_or(&now),
        "request-id": request_id,
        "client-request-id": client_request_id,
    });
    let mut error = Map::new();
    error.insert("code".to_owned(), failure.code.into_owned().into());
    error.insert("message".to_owned(), failure.message.into());
    error.insert("innerError".to_owned(), inner);
    let body = json!({"error": Value::Object(error)})
        .to_string()
        .into_bytes();
    let mut response = GraphResponse::json(failure.status, body);
    response.headers = failure.headers;
    response
}
