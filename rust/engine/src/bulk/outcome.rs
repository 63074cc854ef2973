//! What an answer to one change means for it.

use std::time::Duration;

use http::StatusCode;
use jiff::Timestamp;
use mglicense_graph::Response;
use mglicense_graph::quota::{Answered, Signs, signs};

use crate::failure::Failure;

/// The message of the refusal that passes by itself after a location was set.
const LOCATION_REFUSAL: &str = "invalid usage location";

/// What an answer says of its change.
#[derive(Debug)]
pub(super) enum Answer {
    /// It was made.
    Done(Option<String>),
    /// It was not made, and may be asked for again after this wait, where the service says one.
    Throttled(Option<Duration>),
    /// Another change of the same object was under way.
    Conflict(Option<Duration>),
    /// The location is not known to the licensing service, perhaps not yet.
    Location(Failure),
    /// There is no such user, perhaps not yet.
    Missing(Failure),
    /// It was refused for good.
    Refused(Failure),
    /// It may have been made.
    Uncertain(Failure),
}

/// Reads the answer to a change.
pub(super) fn judge(response: &Response, now: Timestamp) -> Answer {
    let wait = || mglicense_graph::quota::retry_after(response, now);
    match response.status {
        status if status.is_success() => Answer::Done(response.request_id().map(str::to_owned)),
        // A batch that holds a throttled step answers its dependents with 424, says an older page of Graph's.
        StatusCode::TOO_MANY_REQUESTS | StatusCode::FAILED_DEPENDENCY => Answer::Throttled(wait()),
        StatusCode::SERVICE_UNAVAILABLE => Answer::Throttled(wait()),
        StatusCode::CONFLICT => Answer::Conflict(wait()),
        StatusCode::REQUEST_TIMEOUT => Answer::Uncertain(Failure::from_response(response)),
        status if status.is_server_error() => Answer::Uncertain(Failure::from_response(response)),
        StatusCode::NOT_FOUND => Answer::Missing(Failure::from_response(response)),
        _ => {
            let failure = Failure::from_response(response);
            if failure.says(LOCATION_REFUSAL) {
                Answer::Location(failure)
            } else {
                Answer::Refused(failure)
            }
        }
    }
}

/// What the answers of one batch say about the limits.
pub(super) fn limits(answers: &[Option<Response>], now: Timestamp) -> Answered {
    let mut seen = Answered {
        sent: answers.len(),
        ..Answered::default()
    };
    let mut last_accepted = None;
    let mut last_refused = None;
    let mut names_scope = false;
    for (at, answer) in answers.iter().enumerate() {
        let Some(answer) = answer else { continue };
        let told: Signs = signs(answer, now);
        if let Some(used) = told.used {
            let (least, most) = seen.used.unwrap_or((used, used));
            seen.used = Some((least.min(used), most.max(used)));
            seen.tellers += 1;
            seen.quantum = told.quantum;
        }
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            seen.refused += 1;
            seen.retry_after = seen.retry_after.max(told.retry_after);
            names_scope |= told.names_scope;
            last_refused = Some(at);
        } else {
            last_accepted = Some(at);
        }
    }
    // A limit that is reached refuses what comes after; trouble with single items doesn't.
    let is_full = seen.used.is_some_and(|(_, most)| most >= 1.0);
    seen.is_exhausted =
        last_refused.is_some() && (names_scope || is_full || last_refused > last_accepted);
    seen
}

/// What an answer to a whole batch says about the limits, when it refuses all of it.
pub(super) fn limits_of_all(response: &Response, sent: usize, now: Timestamp) -> Answered {
    let told = signs(response, now);
    let is_throttled = response.status == StatusCode::TOO_MANY_REQUESTS;
    Answered {
        sent,
        refused: if is_throttled { sent } else { 0 },
        is_exhausted: is_throttled,
        retry_after: told.retry_after,
        used: told.used.map(|used| (used, used)),
        tellers: usize::from(told.used.is_some()),
        quantum: told.quantum,
    }
}
