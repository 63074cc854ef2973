//! `POST /$batch`: several requests in one. Each step goes through the same layers as a request of its own; all of them
//! share one commit.

use std::collections::HashMap;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use super::faults;
use super::layers;
use super::log;
use super::reply::{JSON, RESOURCE_UNIT, Reply};
use super::route::Route;
use super::work::{Request, Step, Work};
use super::{Body, GraphFailure, GraphResponse, GraphResult};
use crate::settings::{AnswerOrder, DependsOn, FaultRule};
use crate::store::mix;

/// A step as it was sent.
#[derive(Debug)]
struct Sent {
    id: String,
    method: Method,
    url: String,
    headers: HeaderMap,
    body: Vec<u8>,
    depends_on: Vec<usize>,
}

/// Answers a batch.
pub(crate) fn answer(work: &Work<'_>, request: &Request<'_>) -> rusqlite::Result<Reply> {
    let place = log::place(work, request)?;
    let context = work.context(request, place.request_id);
    let reply = |outcome: GraphResult| {
        Reply::new(
            outcome,
            work.now,
            context.request_id,
            context.client_request_id.clone(),
        )
    };
    let steps = match read(work, request) {
        Ok(steps) => steps,
        Err(failure) => {
            let refused = reply(Err(failure));
            log::write(work, request, place, &refused)?;
            return Ok(refused);
        }
    };
    let hits = struck(work, request, &steps)?;
    let blow = faults::blow(&hits);
    if let Some(rule) = blow
        && !rule.is_after()
    {
        let mut blown = layers::blown(work, &context, rule);
        log::write(work, request, place, &blown)?;
        for rule in hits {
            faults::alter(rule, &mut blown);
        }
        return Ok(blown);
    }
    // The batch stands before its steps in the log, so it is written as what it will be if nothing is odd.
    let mut accepted = reply(Ok(GraphResponse::ok(Vec::new())));
    accepted.fault = blow.and_then(FaultRule::word);
    log::write(work, request, place, &accepted)?;
    let mut answers: Vec<Option<Reply>> = steps.iter().map(|_| None).collect();
    for at in order(&steps) {
        let step = &steps[at];
        let has_failed = |parent: &usize| {
            answers[*parent]
                .as_ref()
                .is_some_and(|answer| !answer.status.is_success())
        };
        let answered = if step.depends_on.iter().any(has_failed) {
            let failure = GraphFailure::new(
                StatusCode::FAILED_DEPENDENCY,
                "FailedDependency",
                "A step on which this one depends failed.",
            );
            Reply::new(Err(failure), work.now, context.request_id, None)
        } else {
            run(work, request, step, place.key)?
        };
        if work.connection.is_autocommit() {
            // The file failed and took the whole transaction back: no step was carried out, whatever it was answered.
            return Ok(answered);
        }
        answers[at] = Some(answered);
    }
    let is_throttled = answers
        .iter()
        .flatten()
        .any(|answer| answer.status == StatusCode::TOO_MANY_REQUESTS);
    let cost = answers.iter().flatten().map(|answer| answer.cost).sum();
    // A batch is as slow as its slowest step.
    let delay = answers.iter().flatten().map(|answer| answer.delay).max();
    let mut list: Vec<Vec<u8>> = Vec::with_capacity(steps.len());
    for (step, answer) in steps.iter().zip(answers) {
        if let Some(answer) = answer {
            list.push(response(&step.id, answer));
        }
    }
    if work.state.settings.batch.answer_order == AnswerOrder::Shuffled {
        shuffle(&mut list, work.state.seed);
    }
    let mut body = b"{\"responses\":[".to_vec();
    body.extend(list.join(&b','));
    body.extend(b"]}");
    let mut whole = reply(Ok(GraphResponse::ok(body)));
    whole.cost = cost;
    whole.delay = delay.unwrap_or_default();
    if is_throttled && work.state.settings.batch.throttled_status == 424 {
        whole.status = StatusCode::FAILED_DEPENDENCY;
        if let Some(key) = place.key {
            log::set_status(work.connection, key, &whole)?;
        }
    }
    if let Some(rule) = blow {
        if rule.status.is_some() {
            whole = layers::blown(work, &context, rule);
        }
        whole.wire = rule.wire;
    }
    for rule in hits {
        faults::alter(rule, &mut whole);
    }
    Ok(whole)
}

/// The faults that hit the batch as a whole.
fn struck<'a>(
    work: &Work<'a>,
    request: &Request<'_>,
    steps: &[Sent],
) -> rusqlite::Result<Vec<&'a FaultRule>> {
    if work.state.settings.faults.is_empty() {
        return Ok(Vec::new());
    }
    let routed: Vec<(&Sent, Route, &str)> = steps
        .iter()
        .filter_map(|step| {
            let (path, query) = split(&step.url);
            // A step without a route is refused by itself.
            let route = Route::below(request.route.version, path).ok()?;
            Some((step, route, query))
        })
        .collect();
    faults::struck(work, |rule| {
        faults::is_for_batch(rule, request, |on| {
            routed.iter().any(|(step, route, query)| {
                on.matches(&step.method, &route.segments, query, &step.body)
            })
        })
    })
}

fn run(
    work: &Work<'_>,
    batch: &Request<'_>,
    sent: &Sent,
    parent: Option<i64>,
) -> rusqlite::Result<Reply> {
    let (path, query) = split(&sent.url);
    let route = match Route::below(batch.route.version, path) {
        Ok(route) => route,
        Err(failure) => {
            return Ok(Reply::new(
                Err(failure),
                work.now,
                crate::store::RequestIds::next(),
                None,
            ));
        }
    };
    let full = format!(
        "/{}/{}",
        batch.route.version.as_str(),
        path.trim_start_matches('/')
    );
    let request = Request {
        method: &sent.method,
        path: &full,
        lower: route.lower(),
        route: &route,
        query,
        headers: &sent.headers,
        body: &sent.body,
        step: Some(Step {
            parent,
            id: &sent.id,
        }),
    };
    if request.lower.first().is_some_and(|first| first == "$batch") {
        let failure = GraphFailure::unreadable("A batch cannot hold another batch.");
        return Ok(Reply::new(
            Err(failure),
            work.now,
            crate::store::RequestIds::next(),
            None,
        ));
    }
    let outer = super::work::client_request_id(batch.headers);
    let mut answer = layers::answer(work, &request)?;
    answer.client_request_id = answer.client_request_id.or(outer);
    Ok(answer)
}

fn split(url: &str) -> (&str, &str) {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    url.split_once('?').unwrap_or((url, ""))
}

/// One answer as it stands in the answer of the batch.
fn response(id: &str, answer: Reply) -> Vec<u8> {
    let mut headers = Map::new();
    headers.insert("Cache-Control".to_owned(), "no-cache".into());
    headers.insert(
        RESOURCE_UNIT.as_str().to_owned(),
        answer.cost.to_string().into(),
    );
    for (name, value) in &answer.headers {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers.insert(title_case(name), value.into());
    }
    let body = match answer.body {
        Body::Empty => None,
        Body::Json(json) => {
            let content_type = String::from_utf8_lossy(JSON.as_bytes()).into_owned();
            headers.insert("Content-Type".to_owned(), content_type.into());
            Some(json)
        }
        Body::Text(text) => {
            headers.insert("Content-Type".to_owned(), "text/plain".into());
            // What is not JSON travels in base 64.
            Some(format!("\"{}\"", base64(text.as_bytes())).into_bytes())
        }
    };
    let start =
        json!({"id": id, "status": answer.status.as_u16(), "headers": Value::Object(headers)});
    let mut out = start.to_string().into_bytes();
    if let Some(body) = body {
        // The body is JSON already: it goes in as it is.
        out.pop();
        out.extend(b",\"body\":");
        out.extend(body);
        out.push(b'}');
    }
    out
}

/// `retry-after` as `Retry-After`, the form in which the steps of a batch show their headers.
fn title_case(name: &HeaderName) -> String {
    let name = name.as_str();
    if name.starts_with("x-") {
        return name.to_owned();
    }
    let words = name.split('-').map(|word| match word.split_at_checked(1) {
        Some((first, rest)) => first.to_ascii_uppercase() + rest,
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join("-")
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk
            .iter()
            .fold(0_u32, |word, byte| word << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                text.push(char::from(DIGITS[(word >> (18 - 6 * place) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

fn invalid(text: impl Into<String>) -> GraphFailure {
    GraphFailure::unreadable(text)
}

/// Reads the steps, or says why there is no batch.
fn read(work: &Work<'_>, request: &Request<'_>) -> Result<Vec<Sent>, GraphFailure> {
    if request.method != Method::POST {
        return Err(crate::write::method_not_allowed(request));
    }
    let batch: RawBatch<'_> = serde_json::from_slice(request.body)
        .map_err(|error| invalid(format!("Invalid batch payload format. {error}")))?;
    let list = batch.requests;
    if list.is_empty() {
        return Err(invalid(
            "Invalid batch payload format. The array 'requests' is empty.",
        ));
    }
    let most = work.state.settings.batch.max_steps;
    if list.len() > most as usize {
        return Err(GraphFailure::new(
            StatusCode::BAD_REQUEST,
            "MaximumValueExceeded",
            format!("Number of batch request steps exceeds the maximum value of {most}."),
        ));
    }
    let mut steps: Vec<Sent> = Vec::with_capacity(list.len());
    let mut parents: Vec<Vec<String>> = Vec::with_capacity(list.len());
    for raw in &list {
        let (step, depends_on) = read_step(raw)?;
        if steps
            .iter()
            .any(|other| other.id.eq_ignore_ascii_case(&step.id))
        {
            return Err(invalid(format!(
                "Request Id : {} is not unique in the batch.",
                step.id
            )));
        }
        steps.push(step);
        parents.push(depends_on);
    }
    let numbers: HashMap<String, usize> = steps
        .iter()
        .enumerate()
        .map(|(at, step)| (step.id.to_ascii_lowercase(), at))
        .collect();
    for (at, depends_on) in parents.into_iter().enumerate() {
        for parent in depends_on {
            let number = numbers.get(&parent.to_ascii_lowercase()).ok_or_else(|| {
                invalid(format!(
                    "Request Id : {} depends on '{parent}', which is not in the batch.",
                    steps[at].id
                ))
            })?;
            steps[at].depends_on.push(*number);
        }
    }
    if order(&steps).len() < steps.len() {
        return Err(invalid(
            "The steps of the batch depend on each other in a circle.",
        ));
    }
    if work.state.settings.batch.depends_on == DependsOn::ThreeShapes
        && !is_one_of_three_shapes(&steps)
    {
        return Err(invalid(
            "The steps of a batch must all be independent, each depend on the one before it, or all depend on the same one.",
        ));
    }
    Ok(steps)
}

/// The body of a batch. The bodies of its steps stay as they were written.
#[derive(Deserialize)]
struct RawBatch<'a> {
    #[serde(borrow)]
    requests: Vec<RawStep<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawStep<'a> {
    #[serde(default)]
    id: Value,
    #[serde(default)]
    method: Value,
    #[serde(default)]
    url: Value,
    #[serde(default)]
    headers: Value,
    #[serde(default)]
    depends_on: Value,
    #[serde(default, borrow)]
    body: Option<&'a RawValue>,
}

fn read_step(raw: &RawStep<'_>) -> Result<(Sent, Vec<String>), GraphFailure> {
    let id = match &raw.id {
        Value::String(id) if !id.is_empty() => id.clone(),
        Value::Number(id) => id.to_string(),
        _ => return Err(invalid("Invalid batch payload format. A step has no id.")),
    };
    let text = |value: &'_ Value, key: &str| {
        let text = value
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned);
        text.ok_or_else(|| invalid(format!("Request Id : {id} has no {key}.")))
    };
    let method = Method::from_bytes(text(&raw.method, "method")?.to_ascii_uppercase().as_bytes())
        .map_err(|_| invalid(format!("Request Id : {id} has an unknown method.")))?;
    let url = text(&raw.url, "url")?;
    if url.contains("://") {
        return Err(invalid(format!(
            "Request Id : {id} has an absolute url; it must be relative, without the version."
        )));
    }
    let mut headers = HeaderMap::new();
    if !raw.headers.is_null() {
        let given = raw.headers.as_object().ok_or_else(|| {
            invalid(format!(
                "Request Id : {id} has headers that are not an object."
            ))
        })?;
        for (name, value) in given {
            let text = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            let name = HeaderName::from_bytes(name.as_bytes());
            let value = HeaderValue::from_str(&text);
            if let (Ok(name), Ok(value)) = (name, value) {
                headers.insert(name, value);
            } else {
                return Err(invalid(format!(
                    "Request Id : {id} has a header that cannot be sent."
                )));
            }
        }
    }
    let body = raw
        .body
        .map_or_else(Vec::new, |body| body.get().as_bytes().to_vec());
    if !body.is_empty() && !headers.contains_key(CONTENT_TYPE) {
        return Err(invalid(format!(
            "Write request id : {id} does not contain Content-Type header or body."
        )));
    }
    let mut depends_on = Vec::new();
    if !raw.depends_on.is_null() {
        let parents = raw.depends_on.as_array();
        let parents = parents.ok_or_else(|| {
            invalid(format!(
                "Request Id : {id} has a dependsOn that is not an array."
            ))
        })?;
        for parent in parents {
            match parent {
                Value::String(parent) => depends_on.push(parent.clone()),
                Value::Number(parent) => depends_on.push(parent.to_string()),
                _ => {
                    return Err(invalid(format!(
                        "Request Id : {id} has a dependsOn that is not an id."
                    )));
                }
            }
        }
    }
    let sent = Sent {
        id,
        method,
        url,
        headers,
        body,
        depends_on: Vec::new(),
    };
    Ok((sent, depends_on))
}

/// The order of work: as sent, but each step after those it depends on. Shorter than the batch if there is a circle.
fn order(steps: &[Sent]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(steps.len());
    loop {
        let is_ready = |at: &usize| {
            !order.contains(at)
                && steps[*at]
                    .depends_on
                    .iter()
                    .all(|parent| order.contains(parent))
        };
        match (0..steps.len()).find(is_ready) {
            Some(next) => order.push(next),
            None => return order,
        }
    }
}

fn is_one_of_three_shapes(steps: &[Sent]) -> bool {
    let is_parallel = steps.iter().all(|step| step.depends_on.is_empty());
    let is_chain = steps
        .iter()
        .enumerate()
        .all(|(at, step)| match at.checked_sub(1) {
            None => step.depends_on.is_empty(),
            Some(before) => step.depends_on == [before],
        });
    let root = steps.iter().position(|step| step.depends_on.is_empty());
    let is_star = root.is_some_and(|root| {
        steps
            .iter()
            .enumerate()
            .all(|(at, step)| at == root || step.depends_on == [root])
    });
    is_parallel || is_chain || is_star
}

/// Changes the order of the answers, the same way for the same tenant.
fn shuffle<T>(list: &mut [T], seed: u64) {
    for at in (1..list.len()).rev() {
        let other = mix(seed ^ at as u64) % (at as u64 + 1);
        list.swap(at, other as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        assert_eq!(base64(b""), "");
        assert_eq!(base64(b"5"), "NQ==");
        assert_eq!(base64(b"50"), "NTA=");
        assert_eq!(base64(b"500"), "NTAw");
    }

    #[test]
    fn headers_of_steps_are_in_title_case() {
        assert_eq!(title_case(&http::header::RETRY_AFTER), "Retry-After");
        assert_eq!(
            title_case(&HeaderName::from_static("x-ms-throttle-scope")),
            "x-ms-throttle-scope"
        );
    }
}
