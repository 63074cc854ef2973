//! Answers that do not arrive as they should.

use std::io::{Error, ErrorKind};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream;
use http::header::CONTENT_LENGTH;
use http::{HeaderMap, StatusCode};

use crate::settings::Wire;
use crate::tenant::Tenant;

/// How long an answer that never comes is waited for, before the connection is cut: longer than any client waits.
const NEVER: Duration = Duration::from_secs(15 * 60);

/// How long the first half of an answer has to get on its way.
const HEAD_START: Duration = Duration::from_millis(20);

/// Marks an answer in place of which the connection is to be cut.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Severed;

/// Has an answer go wrong on its way.
pub(crate) async fn damage(
    wire: Wire,
    tenant: &Tenant,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match wire {
        Wire::NoAnswer => {
            tokio::time::sleep(tenant.real_wait(NEVER)).await;
            severed()
        }
        Wire::HalfAnswer if body.len() > 1 => half(status, headers, &body),
        Wire::Reset | Wire::HalfAnswer => severed(),
    }
}

fn reset() -> Error {
    Error::new(
        ErrorKind::ConnectionReset,
        "the connection was cut by a fault on purpose",
    )
}

/// No answer. A listener cuts the connection; in process, reading the body fails.
fn severed() -> Response {
    let body = stream::iter([Err::<Bytes, Error>(reset())]);
    let mut response = Response::new(Body::from_stream(body));
    response.extensions_mut().insert(Severed);
    response
}

/// An answer that announces more than comes.
fn half(status: StatusCode, headers: HeaderMap, body: &Bytes) -> Response {
    let first = body.slice(..body.len() / 2);
    let rest = stream::unfold(Some(first), |first| async move {
        match first {
            Some(first) => Some((Ok(first), None)),
            None => {
                tokio::time::sleep(HEAD_START).await;
                Some((Err(reset()), None))
            }
        }
    });
    let mut response = Response::new(Body::from_stream(rest));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, body.len().into());
    response
}
