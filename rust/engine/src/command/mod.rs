//! The commands: what each payload means, and how it is carried out.

mod assign;
mod assignments;
mod complete;
mod findings;
mod get;
mod list;
mod operation;
mod products;
mod raw;
mod remove;
mod send;
mod set_location;
mod set_locations;
mod summary;
mod test;
mod test_rows;
mod wait;
mod write_report;

pub use operation::{Command, Operation};

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::event::{Event, EventKind};
use crate::failure::{Failure, header_pairs};
use crate::job::JobContext;
use mglicense_graph::Response;

/// A payload that can't be used, and whether it was JSON at all.
#[derive(Debug)]
pub struct PayloadError(pub Failure);

/// Reads a payload, refusing members it doesn't know by their name.
///
/// # Errors
/// When the payload isn't JSON or not of the form the operation wants.
pub fn read_payload<T: DeserializeOwned>(payload: &str) -> Result<T, PayloadError> {
    serde_json::from_str(payload).map_err(|error| {
        let what = if error.is_data() {
            "the payload is not of this operation's form"
        } else {
            "the payload is not JSON"
        };
        PayloadError(Failure::argument(format!("{what}: {error}")))
    })
}

/// Hands over an answer of success: its headers where wanted, and its body where it has one.
pub(crate) async fn emit_answer(
    job: &JobContext,
    mut response: Response,
    want_headers: bool,
) -> Result<(), Failure> {
    // Graph sends counts as plain text with a mark of its encoding in front.
    if response.body.starts_with(b"\xEF\xBB\xBF") {
        response.body = response.body.slice(3..);
    }
    if want_headers {
        job.emit(Event::json(
            EventKind::Headers,
            &header_pairs(&response.headers),
        ))
        .await;
    }
    if response.body.is_empty() {
        return Ok(());
    }
    if let Err(error) =
        <&RawValue>::deserialize(&mut serde_json::Deserializer::from_slice(&response.body))
    {
        let what = format!("the service accepted the request but its answer is not JSON: {error}");
        return Err(Failure::unreadable(&response, &what));
    }
    job.emit(Event::new(EventKind::Item, response.body)).await;
    Ok(())
}

/// Asks the caller whether to go on with a change.
///
/// # Errors
/// When the job is cancelled instead.
pub(crate) async fn should_process(
    job: &JobContext,
    target: &str,
    action: &str,
) -> Result<bool, Failure> {
    let question =
        serde_json::json!({ "kind": "shouldProcess", "target": target, "action": action });
    let answer = job.ask(&question).await.ok_or_else(Failure::cancelled)?;
    Ok(answer.trim_ascii() == b"true")
}
