//! Several requests in one: what goes into `$batch`, and what comes out of it.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::{Request, Response};

/// How many requests Graph takes in one batch; a batch of more is refused whole.
pub const BATCH_LIMIT: usize = 20;

/// An answer that is none to a batch.
#[derive(Debug, thiserror::Error)]
#[error("the answer is not one to a batch: {0}")]
pub struct BatchError(#[from] serde_json::Error);

#[derive(Serialize)]
struct Steps<'a> {
    requests: Vec<Step<'a>>,
}

#[derive(Serialize)]
struct Step<'a> {
    id: String,
    method: &'a str,
    url: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'a str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Answers<'a> {
    #[serde(borrow)]
    responses: Vec<Answer<'a>>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    id: String,
    status: u16,
    #[serde(default)]
    headers: Option<BTreeMap<String, serde_json::Value>>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

/// One request that carries `items`, which bodies must be JSON. Addresses keep the version they are asked under
/// elsewhere (`v1.0/users/…`); the batch is sent to the version of the first.
///
/// # Errors
/// When a body is not JSON.
pub fn request(items: &[Request]) -> Result<Request, BatchError> {
    let version = items
        .first()
        .and_then(|item| item.url.split_once('/'))
        .map_or("v1.0", |(version, _)| version);
    let mut requests = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        let url = item.url.strip_prefix(version).unwrap_or(&item.url);
        let body = if item.body.is_empty() {
            None
        } else {
            Some(serde_json::from_slice(&item.body)?)
        };
        let headers = item
            .headers
            .iter()
            .filter_map(|(name, value)| Some((name.as_str(), value.to_str().ok()?)))
            .collect();
        requests.push(Step {
            id: index.to_string(),
            method: item.method.as_str(),
            url,
            headers,
            body,
        });
    }
    let body = serde_json::to_vec(&Steps { requests })?;
    Ok(Request::new(Method::POST, format!("{version}/$batch")).with_json(body))
}

/// The answers to the `count` requests of a batch, in the order they were asked in; nothing for one that the service
/// left out. Bodies share the memory of the whole answer.
///
/// # Errors
/// When the body is not one of a batch.
pub fn answers(response: &Response, count: usize) -> Result<Vec<Option<Response>>, BatchError> {
    let parsed: Answers<'_> = serde_json::from_slice(&response.body)?;
    let mut answers = Vec::new();
    answers.resize_with(count, || None);
    for answer in parsed.responses {
        let place = answer.id.parse().ok();
        let Some(place) = place.and_then(|index: usize| answers.get_mut(index)) else {
            continue;
        };
        // A status that is none leaves the outcome as unknown as no answer does.
        *place = StatusCode::from_u16(answer.status)
            .ok()
            .map(|status| Response {
                status,
                headers: headers(answer.headers.unwrap_or_default()),
                body: match answer.body {
                    Some(body) if body.get() != "null" => {
                        response.body.slice_ref(body.get().as_bytes())
                    }
                    _ => Bytes::new(),
                },
            });
    }
    Ok(answers)
}

/// Headers of a step, which are JSON there: texts, or numbers from some services.
fn headers(pairs: BTreeMap<String, serde_json::Value>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(pairs.len());
    for (name, value) in pairs {
        let text = match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        if let (Ok(name), Ok(value)) = (
            HeaderName::try_from(name.as_str()),
            HeaderValue::try_from(text),
        ) {
            headers.append(name, value);
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Response {
        Response {
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
        }
    }

    // The form of Graph's documentation on JSON batching.
    #[test]
    fn a_batch_holds_each_request_with_its_id_and_an_address_without_version() {
        let items = [
            Request::new(Method::GET, "v1.0/users/ada?$select=id"),
            Request::new(Method::POST, "v1.0/users/bob/assignLicense")
                .with_json(r#"{"addLicenses":[],"removeLicenses":["a"]}"#),
        ];
        let batch = request(&items).unwrap();
        assert_eq!(
            (batch.method.as_str(), batch.url.as_str()),
            ("POST", "v1.0/$batch")
        );
        assert_eq!(
            std::str::from_utf8(&batch.body).unwrap(),
            concat!(
                r#"{"requests":[{"id":"0","method":"GET","url":"/users/ada?$select=id"},"#,
                r#"{"id":"1","method":"POST","url":"/users/bob/assignLicense","#,
                r#""headers":{"content-type":"application/json"},"#,
                r#""body":{"addLicenses":[],"removeLicenses":["a"]}}]}"#
            )
        );
        let bad = [Request::new(Method::POST, "v1.0/users").with_json("{")];
        assert!(request(&bad).is_err());
    }

    #[test]
    fn answers_come_in_any_order_and_are_put_into_the_order_of_the_questions() {
        let response = answer(
            r#"{"responses":[
                {"id":"2","status":429,"headers":{"Retry-After":"7","x-ms-resource-unit":1},"body":{"error":{"code":"TooManyRequests"}}},
                {"id":"0","status":204},
                {"id":"9","status":200},
                {"id":"3","status":204,"body":null}]}"#,
        );
        let answers = answers(&response, 4).unwrap();
        assert_eq!(answers[0].as_ref().unwrap().status, StatusCode::NO_CONTENT);
        assert!(answers[1].is_none());
        let refused = answers[2].as_ref().unwrap();
        assert_eq!(
            (
                refused.header("retry-after"),
                refused.header("x-ms-resource-unit")
            ),
            (Some("7"), Some("1"))
        );
        assert_eq!(
            &refused.body[..],
            br#"{"error":{"code":"TooManyRequests"}}"#
        );
        assert!(answers[3].as_ref().unwrap().body.is_empty());
    }

    #[test]
    fn what_is_no_batch_answer_is_an_error_and_a_strange_status_no_answer() {
        assert!(answers(&answer("<html>"), 1).is_err());
        assert!(answers(&answer("{}"), 1).is_err());
        let strange = answers(&answer(r#"{"responses":[{"id":"0","status":7}]}"#), 1).unwrap();
        assert!(strange[0].is_none());
    }
}
