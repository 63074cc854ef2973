//! Many small requests, twenty in one.

use std::time::Duration;

use http::StatusCode;
use mglicense_graph::{Request, Response, batch};

use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;

/// How many requests fit into one batch.
pub(crate) const BATCH: usize = batch::BATCH_LIMIT;

/// How often an item that is turned away for the service's limits is sent again.
const REPEATS: usize = 5;

/// The wait where the service names none.
const USUAL_WAIT: Duration = Duration::from_secs(10);

/// Sends up to [`BATCH`] requests. Each has an answer or a refusal of its own, in order; what the limits turn away was
/// not carried out, and is sent again after the longest wait that was named.
///
/// # Errors
/// When the batch as a whole fails, or the job is cancelled.
pub(crate) async fn send_each(
    session: &Session,
    job: &JobContext,
    requests: &[Request],
    debug: bool,
) -> Result<Vec<Result<Response, Failure>>, Failure> {
    let mut outcomes: Vec<Option<Response>> = vec![None; requests.len()];
    let mut open: Vec<usize> = (0..requests.len()).collect();
    for attempt in 0..=REPEATS {
        if open.is_empty() {
            break;
        }
        let items: Vec<Request> = open.iter().map(|&at| requests[at].clone()).collect();
        let request =
            batch::request(&items).map_err(|error| Failure::argument(error.to_string()))?;
        let answer = session.exchange(job, request, debug).await?;
        // A batch whose items were turned away may itself carry the status of a failed dependency.
        if !answer.status.is_success() && answer.status != StatusCode::FAILED_DEPENDENCY {
            return Err(Failure::from_response(&answer));
        }
        let answers = batch::answers(&answer, items.len())
            .map_err(|error| Failure::unreadable(&answer, &error.to_string()))?;
        for (&at, answer) in open.iter().zip(answers) {
            outcomes[at] = answer;
        }
        open.retain(|&at| {
            outcomes[at]
                .as_ref()
                .is_some_and(|response| response.status == StatusCode::TOO_MANY_REQUESTS)
        });
        if open.is_empty() || attempt == REPEATS {
            break;
        }
        let wait = open
            .iter()
            .filter_map(|&at| {
                outcomes[at]
                    .as_ref()?
                    .header("retry-after")?
                    .parse::<f64>()
                    .ok()
            })
            .filter(|seconds| (0.0..86_400.0).contains(seconds))
            .map(Duration::from_secs_f64)
            .max()
            .unwrap_or(USUAL_WAIT);
        job.verbose(format!(
            "The service's limits are reached; {} requests wait for {} seconds.",
            open.len(),
            wait.as_secs()
        ))
        .await;
        job.wait(session.clock(), wait).await?;
    }
    Ok(outcomes
        .into_iter()
        .map(|outcome| match outcome {
            Some(response) if response.status.is_success() => Ok(response),
            Some(response) => Err(Failure::from_response(&response)),
            None => Err(Failure::new(
                FailureKind::Service,
                "UnreadableAnswer",
                "the answer to a batch lacks an item",
            )),
        })
        .collect())
}
