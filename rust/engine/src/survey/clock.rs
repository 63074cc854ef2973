//! What time it is for the service.

use jiff::Timestamp;
use mglicense_graph::Response;

use crate::session::Session;

/// The service's own time by an answer of its, so that days are counted as it counts them; the session's time where
/// the answer has no readable date.
pub(crate) fn service_time(session: &Session, response: &Response) -> Timestamp {
    response
        .header("date")
        .and_then(|text| jiff::fmt::rfc2822::parse(text).ok())
        .map_or_else(|| session.clock().now(), |zoned| zoned.timestamp())
}
