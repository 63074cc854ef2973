//! Faults on purpose.

use http::StatusCode;
use serde_json::Value;

use super::reply::Reply;
use super::work::{Request, Work};
use super::{Body, GraphFailure};
use crate::settings::FaultRule;

/// The faults that hit a request. Counts the request for each fault it matches.
pub(crate) fn struck<'a>(
    work: &Work<'a>,
    request: &Request<'_>,
) -> rusqlite::Result<Vec<&'a FaultRule>> {
    let mut hits = Vec::new();
    let state = work.state;
    for (rule, number) in state.settings.faults.iter().zip(0_i64..) {
        let path = &request.route.segments;
        if !rule
            .on
            .matches(request.method, path, request.query, request.body)
        {
            continue;
        }
        if rule.calls.is_empty() {
            hits.push(rule);
            continue;
        }
        let matched: i64 = work
            .connection
            .prepare_cached(
                "INSERT INTO fault_counts (fault, matched) VALUES (?1, 1)
                 ON CONFLICT (fault) DO UPDATE SET matched = matched + 1 RETURNING matched",
            )?
            .query_row([number], |row| row.get(0))?;
        if rule.calls.contains(&matched.unsigned_abs()) {
            hits.push(rule);
        }
    }
    Ok(hits)
}

/// The refusal of a fault that has a status.
pub(crate) fn refusal(rule: &FaultRule, status: StatusCode) -> GraphFailure {
    let (code, message) = words(status);
    let code = rule.code.clone().unwrap_or_else(|| code.to_owned());
    let message = rule.message.clone().unwrap_or_else(|| message.to_owned());
    let mut failure = GraphFailure::new(status, code, message);
    failure.headers.clone_from(&rule.headers);
    failure
}

/// Graph's usual words for a status.
fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status.as_u16() {
        401 => (
            "InvalidAuthenticationToken",
            "Access token has expired or is not yet valid.",
        ),
        403 => (
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ),
        404 => (
            "Request_ResourceNotFound",
            "Resource does not exist or one of its queried reference-property objects are not present.",
        ),
        409 => (
            "Directory_ConcurrencyViolation",
            "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
        ),
        429 => (
            "TooManyRequests",
            "Too many requests. Please try again later.",
        ),
        500 => (
            "Service_InternalServerError",
            "Encountered an internal server error.",
        ),
        502 => (
            "BadGateway",
            "Failed to reach the service behind the gateway.",
        ),
        503 => (
            "Request_ThrottledTemporarily",
            "The service is temporarily unavailable. Please try again later.",
        ),
        504 => ("GatewayTimeout", "The service did not answer in time."),
        _ => (
            "Request_BadRequest",
            "The request was refused by a fault on purpose.",
        ),
    }
}

/// Changes an answer as a fault says.
pub(crate) fn alter(rule: &FaultRule, reply: &mut Reply) {
    if rule.status.is_none() {
        reply.headers.extend(rule.headers.iter().cloned());
    }
    if rule.add_properties.is_empty() && rule.null_properties.is_empty() {
        return;
    }
    let Body::Json(json) = &reply.body else {
        return;
    };
    let Ok(mut value) = serde_json::from_slice::<Value>(json) else {
        return;
    };
    match value.get_mut("value") {
        Some(Value::Array(items)) => items.iter_mut().for_each(|item| alter_object(rule, item)),
        _ => alter_object(rule, &mut value),
    }
    reply.body = Body::Json(value.to_string().into_bytes());
}

fn alter_object(rule: &FaultRule, value: &mut Value) {
    let Some(object) = value.as_object_mut() else {
        return;
    };
    for name in &rule.null_properties {
        if let Some(value) = object.get_mut(name) {
            *value = Value::Null;
        }
    }
    for (name, value) in &rule.add_properties {
        object.insert(name.clone(), value.clone());
    }
}
