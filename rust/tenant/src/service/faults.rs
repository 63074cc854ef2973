//! Faults on purpose.

use http::StatusCode;
use serde_json::Value;

use super::reply::Reply;
use super::work::{Request, Work};
use super::{Body, GraphFailure};
use crate::settings::{FaultRule, Matcher};
use crate::store::mix;

/// The faults that hit a request, or a batch as a whole. Counts it for each fault it matches.
pub(crate) fn struck<'a>(
    work: &Work<'a>,
    is_meant: impl Fn(&FaultRule) -> bool,
) -> rusqlite::Result<Vec<&'a FaultRule>> {
    let mut hits = Vec::new();
    if !work.can_write {
        return Ok(hits);
    }
    let state = work.state;
    for (rule, number) in state.settings.faults.iter().zip(0_i64..) {
        if !is_meant(rule) {
            continue;
        }
        if rule.calls.is_empty() && rule.rate.is_none() {
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
        let is_hit = match rule.rate {
            None => rule.calls.contains(&matched.unsigned_abs()),
            Some(rate) => draw(rule.seed.unwrap_or(state.seed), number, matched) < rate,
        };
        if is_hit {
            hits.push(rule);
        }
    }
    Ok(hits)
}

/// A number from 0 to 1 that follows from a seed: the same script hits the same requests of a run.
fn draw(seed: u64, rule: i64, matched: i64) -> f64 {
    // Spread first: seeds that follow each other, as people write them, must not meet rules that do.
    let word = mix(mix(mix(seed) ^ rule.unsigned_abs()) ^ matched.unsigned_abs());
    // As many bits as a double holds.
    (word >> 11) as f64 / (1_u64 << 53) as f64
}

/// Whether a fault is meant for a request that stands by itself, or for a step of a batch. Connections fail under
/// whole batches only.
pub(crate) fn is_for_request(rule: &FaultRule, request: &Request<'_>) -> bool {
    (request.step.is_none() || rule.wire.is_none()) && matches(rule, request)
}

/// Whether a fault is meant for a batch as a whole: where the connection fails under the batch or one of its steps, or
/// where the batch is named.
pub(crate) fn is_for_batch(
    rule: &FaultRule,
    batch: &Request<'_>,
    is_of_a_step: impl Fn(&Matcher) -> bool,
) -> bool {
    if rule.wire.is_some() {
        return matches(rule, batch) || is_of_a_step(&rule.on);
    }
    let path = rule.on.path.as_deref().unwrap_or_default();
    path.trim_start_matches('/').eq_ignore_ascii_case("$batch") && matches(rule, batch)
}

fn matches(rule: &FaultRule, request: &Request<'_>) -> bool {
    let path = &request.route.segments;
    rule.on
        .matches(request.method, path, request.query, request.body)
}

/// The one that stands in the way of a true answer, if one does.
pub(crate) fn blow<'a>(hits: &[&'a FaultRule]) -> Option<&'a FaultRule> {
    hits.iter().copied().find(|rule| rule.is_blow())
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
    reply.delay = reply.delay.max(rule.delay_milliseconds);
    if rule.status.is_none() {
        reply.headers.extend(rule.headers.iter().cloned());
    }
    if let Some(body) = &rule.body {
        reply.body = Body::Json(body.clone().into_bytes());
        return;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_kept_and_follows_from_the_seed() {
        let hits = |seed: u64, rule: i64| -> Vec<i64> {
            (1..=10_000)
                .filter(|matched| draw(seed, rule, *matched) < 0.05)
                .collect()
        };
        let first = hits(1, 0);
        // 500 are expected, and the deviation is 22.
        assert!((400..=600).contains(&first.len()), "{}", first.len());
        assert_eq!(first, hits(1, 0));
        assert_ne!(first, hits(2, 0));
        assert_ne!(first, hits(1, 1));
        let others: Vec<Vec<i64>> = (0..5).map(|rule| hits(rule as u64 + 1, rule)).collect();
        let alike = |rule: usize| {
            others
                .iter()
                .filter(|other| **other == others[rule])
                .count()
        };
        assert!((0..5).all(|rule| alike(rule) == 1));
    }
}
