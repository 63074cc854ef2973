//! The axum router over a tenant: the one way in, in process and served.

use axum::Router;
use axum::body::Body as HttpBody;
use axum::extract::{Request as HttpRequest, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use http_body_util::{BodyExt, Limited};

use super::Asker;
use super::exchange::{Incoming, Outgoing};
use super::wire;
use crate::caller::Caller;
use crate::tenant::Tenant;

/// The largest body that is read at all. `settings.maxBodyBytes` refuses smaller ones, in Graph's shape.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

#[derive(Clone)]
struct Entry {
    tenant: Tenant,
    asker: Asker,
    manner: Manner,
}

/// On which thread requests are carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// On the one that asks, where that is quicker.
    InProcess,
    /// Never on the one that asks: it has other connections to serve.
    Served,
}

/// Scheme and host by which a request came, put on it by a listener.
#[derive(Clone, Debug)]
pub(crate) struct Origin(pub(crate) String);

/// The service of a tenant for one caller, unless a listener put another [`Asker`] on the request.
pub(crate) fn router(tenant: Tenant, caller: Caller, manner: Manner) -> Router {
    let entry = Entry {
        tenant,
        asker: Asker::in_process(caller),
        manner,
    };
    Router::new().fallback(handle).with_state(entry)
}

async fn handle(State(entry): State<Entry>, request: HttpRequest) -> Response {
    let latency = entry.tenant.latency();
    if !latency.is_zero() {
        tokio::time::sleep(entry.tenant.real_wait(latency)).await;
    }
    let (mut parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(body) => body,
        Err(response) => return response,
    };
    let incoming = Incoming {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts.headers,
        body,
        asker: parts.extensions.remove().unwrap_or(entry.asker),
        origin: parts.extensions.remove().map(|Origin(origin)| origin),
    };
    let tenant = entry.tenant;
    match tenant.serve(incoming, entry.manner).await {
        Some(outgoing) => response(&tenant, outgoing).await,
        None => plain(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Service_InternalServerError",
            "The tenant could not carry out the request; nothing was changed.",
        ),
    }
}

async fn read(body: HttpBody) -> Result<Bytes, Response> {
    match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(_) => Err(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request body is too large, or it broke off.",
        )),
    }
}

async fn response(tenant: &Tenant, outgoing: Outgoing) -> Response {
    let Outgoing {
        status,
        headers,
        body,
        wire,
        delay,
    } = outgoing;
    if !delay.is_zero() {
        tokio::time::sleep(tenant.real_wait(delay)).await;
    }
    if let Some(wire) = wire {
        return wire::damage(wire, tenant, status, headers, body).await;
    }
    let mut response = Response::new(HttpBody::from(body));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// A refusal by what stands before the tenant.
fn plain(status: StatusCode, code: &str, message: &str) -> Response {
    let body = serde_json::json!({"error": {"code": code, "message": message}});
    let mut response = Response::new(HttpBody::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
