//! Several requests at once: twenty to a batch, up to four batches under way, those that the service puts off asked for
//! again.

use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use mglicense_graph::batch::{self, BATCH_LIMIT};
use mglicense_graph::{Request, Response};
use tokio::task::JoinSet;

use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::{Session, accepted};

/// How many batches are under way at once: as many requests as Graph carries out side by side for one application and
/// mailbox.
const FLIGHTS: usize = 4;

/// How many requests are under way at most. Whoever has many more, and tells as they come, hands over so many at a
/// time.
pub(crate) const AT_ONCE: usize = FLIGHTS * BATCH_LIMIT;

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

/// Sends requests that may be sent twice, as [`get_many`] does; a single one goes by itself. Items that the service puts
/// off are asked for again once the longest of the waits it named is over.
///
/// # Errors
/// When the job is cancelled, or a batch as a whole fails. Batches that were under way then have come to their end.
pub(crate) async fn send_many(
    session: &Session,
    job: &JobContext,
    requests: Vec<Result<Request, Failure>>,
    debug: bool,
) -> Result<Vec<Result<Response, Failure>>, Failure> {
    let mut answers: Vec<Option<Result<Response, Failure>>> = Vec::with_capacity(requests.len());
    let mut open: Vec<Item> = Vec::with_capacity(requests.len());
    for (at, request) in requests.into_iter().enumerate() {
        match request {
            Ok(request) => {
                open.push((at, request));
                answers.push(None);
            }
            Err(failure) => answers.push(Some(Err(failure))),
        }
    }
    if let [(at, request)] = open.as_slice() {
        let answer = session.exchange(job, request.clone(), debug).await;
        job.check()?;
        answers[*at] = Some(answer.and_then(accepted));
        open.clear();
    }
    for tried in 1.. {
        let mut wait = Duration::ZERO;
        let mut again = Vec::new();
        for (at, request, answer) in round(session, job, open, debug).await? {
            match &answer {
                Ok(answer)
                    if tried < TRIES && [429, 503, 504].contains(&answer.status.as_u16()) =>
                {
                    wait = wait.max(retry_after(&answer.headers));
                    again.push((at, request));
                }
                _ => answers[at] = Some(answer.and_then(accepted)),
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

/// A request and its place among all.
type Item = (usize, Request);

/// An item with its answer, or with why it has none.
type Answered = (usize, Request, Result<Response, Failure>);

/// Sends each item once. What is under way is let finish when one batch fails, since it may write.
async fn round(
    session: &Session,
    job: &JobContext,
    mut open: Vec<Item>,
    debug: bool,
) -> Result<Vec<Answered>, Failure> {
    let mut all = Vec::with_capacity(open.len());
    let mut flights = JoinSet::new();
    let mut failed = None;
    loop {
        while failed.is_none() && !open.is_empty() && flights.len() < FLIGHTS {
            let rest = open.split_off(open.len().min(BATCH_LIMIT));
            let items = std::mem::replace(&mut open, rest);
            let batch = send_batch(session, job, items, debug);
            if flights.is_empty() && open.is_empty() {
                // The only one needs no thread of its own.
                all.extend(batch.await?);
            } else {
                flights.spawn(batch);
            }
        }
        match flights.join_next().await {
            None => break,
            Some(Ok(Ok(answers))) => all.extend(answers),
            Some(Ok(Err(failure))) => failed = failed.or(Some(failure)),
            Some(Err(lost)) => std::panic::resume_unwind(lost.into_panic()),
        }
    }
    failed.map_or(Ok(all), Err)
}

/// Sends up to twenty items as one batch.
fn send_batch(
    session: &Session,
    job: &JobContext,
    items: Vec<Item>,
    debug: bool,
) -> impl Future<Output = Result<Vec<Answered>, Failure>> + Send + 'static {
    let (places, requests): (Vec<usize>, Vec<Request>) = items.into_iter().unzip();
    let sending = batch::request(&requests)
        .map_err(|error| Failure::argument(error.to_string()))
        .map(|request| session.exchange_ahead(job, request, debug));
    async move {
        let response = sending?.await?;
        // A batch of which steps were put off may itself carry the status of a failed dependency.
        if !response.status.is_success() && response.status != StatusCode::FAILED_DEPENDENCY {
            return Err(Failure::from_response(&response));
        }
        let answers = batch::answers(&response, requests.len())
            .map_err(|error| Failure::unreadable(&response, &error.to_string()))?;
        let answers = answers.into_iter().map(|answer| {
            answer.ok_or_else(|| {
                Failure::new(
                    FailureKind::Service,
                    "UnreadableAnswer",
                    "the answer to a batch lacks an item",
                )
            })
        });
        let answered = places.into_iter().zip(requests).zip(answers);
        Ok(answered
            .map(|((at, request), answer)| (at, request, answer))
            .collect())
    }
}

fn retry_after(headers: &HeaderMap) -> Duration {
    let seconds = headers
        .get(http::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse::<f64>().ok())
        .filter(|seconds| (0.0..86_400.0).contains(seconds));
    seconds.map_or(UNSAID, Duration::from_secs_f64)
}
