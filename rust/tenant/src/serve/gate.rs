//! What stands before the tenant's router: the place to sign in, and the bearer token of every other request.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST};
use tower::ServiceExt;

use super::sign_in::{self, SignIn};
use crate::caller::Caller;
use crate::service::{Asker, Origin};
use crate::tenant::Tenant;

#[derive(Clone)]
struct Gate {
    graph: Router,
    sign_in: Arc<SignIn>,
    scheme: &'static str,
    address: SocketAddr,
}

/// Everything that answers at one address.
pub(super) fn service(
    tenant: Tenant,
    sign_in: Arc<SignIn>,
    scheme: &'static str,
    address: SocketAddr,
) -> Router {
    // Whoever brings no token gets no further than the first layer, which knows this from the request.
    let graph = tenant.served_router(Caller {
        permissions: Some(Vec::new()),
        ..Caller::default()
    });
    let gate = Gate {
        graph,
        sign_in,
        scheme,
        address,
    };
    Router::new().fallback(pass).with_state(gate)
}

async fn pass(State(gate): State<Gate>, mut request: Request) -> Response {
    let origin = gate.origin(&request);
    if let Some(place) = sign_in::Place::of(request.uri().path()) {
        return gate.sign_in.answer(place, &origin, request).await;
    }
    let asker = gate.asker(request.headers());
    request.extensions_mut().insert(asker);
    request.extensions_mut().insert(Origin(origin));
    match gate.graph.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

impl Gate {
    /// Scheme and host by which the caller came, where it is a name of this listener.
    fn origin(&self, request: &Request) -> String {
        let named = request
            .uri()
            .authority()
            .map(http::uri::Authority::as_str)
            .or_else(|| request.headers().get(HOST)?.to_str().ok());
        let own = self.address.to_string();
        let by_name = format!("localhost:{}", self.address.port());
        let host = match named {
            Some(named) if named.eq_ignore_ascii_case(&by_name) => by_name,
            _ => own,
        };
        format!("{}://{host}", self.scheme)
    }

    fn asker(&self, headers: &HeaderMap) -> Asker {
        let Some(value) = headers.get(AUTHORIZATION) else {
            return Asker::stranger("Access token is empty.");
        };
        let token = value
            .to_str()
            .ok()
            .and_then(|value| value.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim());
        match token {
            None | Some("") => Asker::stranger("Access token is empty."),
            Some(token) => self.sign_in.asker(token).unwrap_or_else(|| {
                Asker::stranger("CompactToken parsing failed with error code: 80049217")
            }),
        }
    }
}
