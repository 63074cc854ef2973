//! A tenant in memory, reached as a session reaches it.
#![allow(dead_code)] // Each test file uses a part of it.

use std::sync::Arc;

use http::Method;
use mglicense_engine::Session;
use mglicense_graph::{InProcess, RealClock, Request, Response, ServiceRoot, Transport};
use mglicense_rules::Guid;
use mglicense_tenant::{Caller, CreateOptions, Source, Tenant};
use serde_json::{Value, json};

use crate::support::runtime;

pub struct LocalTenant {
    transport: Arc<dyn Transport>,
    tenant: Tenant,
}

impl LocalTenant {
    /// A throw-away tenant of that seed.
    pub fn of_seed(seed: &Value) -> Self {
        let source = Source::text(seed.to_string());
        let tenant = Tenant::create(":memory:", source, CreateOptions::default())
            .unwrap_or_else(|error| panic!("{error}"));
        let router = tenant.router(Caller::unrestricted());
        let transport: InProcess<_, axum::body::Body> = InProcess::new(router);
        Self {
            transport: Arc::new(transport),
            tenant,
        }
    }

    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::clone(&self.transport)
    }

    /// Takes a product out of the tenant; what its users hold stays.
    pub fn remove_product(&self, sku_id: Guid) {
        let change = json!({"subscribedSkus": [{"skuId": sku_id, "removed": true}]});
        self.tenant.change(&change).unwrap();
    }

    /// Says how many seats of a product are paid for.
    pub fn set_seats(&self, part_number: &str, enabled: usize) {
        let units = json!({"enabled": enabled, "warning": 0, "suspended": 0, "lockedOut": 0});
        let change =
            json!({"subscribedSkus": [{"skuPartNumber": part_number, "prepaidUnits": units}]});
        self.tenant.change(&change).unwrap();
    }

    pub fn session(&self) -> Arc<Session> {
        Arc::new(Session::new(
            Arc::clone(&self.transport),
            ServiceRoot::local(),
            Arc::new(RealClock::default()),
        ))
    }

    pub fn send(&self, method: Method, url: &str, body: Option<Value>) -> Response {
        let mut request = Request::new(method, url.to_owned());
        if let Some(body) = body {
            request = request.with_json(body.to_string());
        }
        runtime().block_on(self.transport.send(request)).unwrap()
    }

    pub fn get(&self, url: &str) -> Value {
        let response = self.send(Method::GET, url, None);
        assert!(response.status.is_success(), "{url}: {response:?}");
        serde_json::from_slice(&response.body).unwrap()
    }
}
