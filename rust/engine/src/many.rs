//! Several requests at once: twenty to a batch, those that the service puts off asked for again.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use mglicense_graph::batch::{self, BATCH_LIMIT};
use mglicense_graph::{Request, Response};

use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;

/// How often the items of a batch that the service puts off are asked for again.
const TRIES: usize = 8;

/// The longest wait for items that were put off without saying how long.
const UNSAID: Duration = Duration::from_secs(5);

/// Reads addresses, in the order given. What the service refuses is a result, not a failure of the whole.
///
/// # Errors
/// When the job is cancelled or the service can't be reached.
pub(crate) async fn get_many(
    session: &Session,
    job: &JobContext,
    urls: Vec<Result<String, Failure>>,
    debug: bool,
) -> Result<Vec<Result<Response, Failure>>, Failure> {
    let requests = urls
        .into_iter()
        .map(|url| Ok(Request::new(Method::GET, url?)));
    send_many(session, job, requests.collect(), debug).await
}

/// Sends requests that may be sent twice, as [`get_many`] does. Items that the service puts off are asked for again
/// once the longest of the waits it named is over.
///
/// # Errors
/// When the job is cancelled or the service can't be reached.
pub(crate) async fn send_many(
    session: &Session,
    job: &JobContext,
    requests: Vec<Result<Request, Failure>>,
    debug: bool,
) -> Result<Vec<Result<Response, Failure>>, Failure> {
    let mut answers: Vec<Option<Result<Response, Failure>>> = Vec::with_capacity(requests.len());
    let mut open: Vec<(usize, Request)> = Vec::with_capacity(requests.len());
    for (at, request) in requests.into_iter().enumerate() {
        match request {
            Ok(request) => {
                open.push((at, request));
                answers.push(None);
            }
            Err(failure) => answers.push(Some(Err(failure))),
        }
    }
    for tried in 1.. {
        let mut wait = Duration::ZERO;
        let mut again = Vec::new();
        while !open.is_empty() {
            let rest = open.split_off(open.len().min(BATCH_LIMIT));
            let (places, requests): (Vec<usize>, Vec<Request>) = open.into_iter().unzip();
            open = rest;
            let round = once(session, job, &requests, debug).await?;
            for ((at, request), answer) in places.into_iter().zip(requests).zip(round) {
                if tried < TRIES && [429, 503, 504].contains(&answer.status.as_u16()) {
                    wait = wait.max(retry_after(&answer.headers));
                    again.push((at, request));
                    continue;
                }
                answers[at] = Some(if answer.status.is_success() {
                    Ok(answer)
                } else {
                    Err(Failure::from_response(&answer))
                });
            }
        }
        open = again;
        if open.is_empty() {
            break;
        }
        job.verbose(format!(
            "The service puts {} requests off for {} s.",
            open.len(),
            wait.as_secs_f32()
        ))
        .await;
        job.wait(session.clock(), wait).await?;
    }
    Ok(answers.into_iter().flatten().collect())
}

fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers
        .get(http::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok())
        .filter(|seconds| (0.0..86_400.0).contains(seconds));
    seconds.map_or(UNSAID, Duration::from_secs_f64)
}

async fn once(
    session: &Session,
    job: &JobContext,
    items: &[Request],
    debug: bool,
) -> Result<Vec<Response>, Failure> {
    let request = batch::request(items).map_err(|error| Failure::argument(error.to_string()))?;
    let response = session.exchange(job, request, debug).await?;
    // A batch of which steps were put off may itself carry the status of a failed dependency.
    if !response.status.is_success() && response.status != StatusCode::FAILED_DEPENDENCY {
        return Err(Failure::from_response(&response));
    }
    let unreadable = |what: &str| {
        Failure::unreadable(
            &response,
            &format!("the answer to a batch could not be read: {what}"),
        )
    };
    let answers =
        batch::answers(&response, items.len()).map_err(|error| unreadable(&error.to_string()))?;
    let answers: Option<Vec<Response>> = answers.into_iter().collect();
    answers.ok_or_else(|| unreadable("an answer is missing"))
}
