//! A tenant for the tests of writes, and a way to talk to it.

use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use mglicense_tenant::{
    Caller, CreateOptions, LoggedRequest, OpenOptions, RequestFilter, Source, Tenant,
};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A tenant and its router.
pub struct Service {
    pub tenant: Tenant,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Service {
    /// A tenant in memory, made from a seed.
    pub fn new(seed: &Value) -> Self {
        let tenant = Tenant::create(":memory:", Source::text(seed.to_string()), false)
            .expect("the seed is right");
        Self::around(tenant, Caller::unrestricted())
    }

    /// A tenant in a file, made from a seed.
    pub fn in_file(path: &std::path::Path, seed: &Value, open: OpenOptions) -> Self {
        let options = CreateOptions {
            open,
            ..CreateOptions::default()
        };
        let tenant = Tenant::create(path, Source::text(seed.to_string()), options)
            .expect("the seed is right");
        Self::around(tenant, Caller::unrestricted())
    }

    /// A tenant that is open already.
    pub fn around(tenant: Tenant, caller: Caller) -> Self {
        let router = tenant.router(caller);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime starts");
        Self {
            tenant,
            router,
            runtime,
        }
    }

    /// The same tenant behind a listener.
    pub fn served(&self) -> Self {
        let mut service = Self::around(self.tenant.clone(), Caller::unrestricted());
        service.router = self.tenant.served_router(Caller::unrestricted());
        service
    }

    /// Sends a request with these headers alone.
    pub fn send_raw(
        &self,
        method: &str,
        uri: &str,
        headers: &[(&str, &str)],
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(Body::from(body.into()))
            .expect("the request is well formed");
        self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("the router always answers");
            let (parts, body) = response.into_parts();
            let body = body.collect().await.expect("the body is whole").to_bytes();
            Answer {
                status: parts.status.as_u16(),
                headers: parts.headers,
                text: String::from_utf8(body.to_vec()).expect("the body is UTF-8"),
            }
        })
    }

    /// Sends text as a JSON body.
    pub fn send_text(&self, method: &str, path: &str, body: &str) -> Answer {
        self.send_raw(
            method,
            &format!("/v1.0{path}"),
            &[("content-type", "application/json")],
            body,
        )
    }

    /// Sends JSON.
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.send_text(method, path, &body.to_string())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send_raw("GET", &format!("/v1.0{path}"), &[], "")
    }

    /// GET that must succeed, as JSON.
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body)
    }

    pub fn patch(&self, path: &str, body: &Value) -> Answer {
        self.send("PATCH", path, body)
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send_raw("DELETE", &format!("/v1.0{path}"), &[], "")
    }

    /// assignLicense with two lists of product ids.
    pub fn assign(&self, user: &str, add: &[&str], remove: &[&str]) -> Answer {
        let add: Vec<Value> = add.iter().map(|sku| json!({"skuId": sku})).collect();
        self.post(
            &format!("/users/{user}/assignLicense"),
            &json!({"addLicenses": add, "removeLicenses": remove}),
        )
    }

    /// The products a user has in effect, each with its disabled plans, sorted.
    pub fn held(&self, user: &str) -> Vec<(String, Vec<String>)> {
        let user = self.json(&format!("/users/{user}?$select=assignedLicenses"));
        let text = |value: &Value| value.as_str().expect("an id").to_owned();
        let mut held: Vec<(String, Vec<String>)> = user["assignedLicenses"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|license| {
                let mut off: Vec<String> = license["disabledPlans"]
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(text)
                    .collect();
                off.sort();
                (text(&license["skuId"]), off)
            })
            .collect();
        held.sort();
        held
    }

    /// The products a user has in effect.
    pub fn products(&self, user: &str) -> Vec<String> {
        self.held(user).into_iter().map(|(sku, _)| sku).collect()
    }

    /// Seats in use of a product.
    pub fn consumed(&self, sku: &str) -> i64 {
        let skus = self.json("/subscribedSkus");
        let skus = skus["value"].as_array().expect("a list");
        let sku = skus
            .iter()
            .find(|known| known["skuId"] == *sku)
            .expect("the product is there");
        sku["consumedUnits"].as_i64().expect("a number")
    }

    pub fn log(&self) -> Vec<LoggedRequest> {
        self.tenant
            .requests(RequestFilter::default())
            .expect("the log is there")
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Status, `error.code` and `error.message`.
    pub fn refusal(&self) -> (u16, String, String) {
        let json = self.json();
        let part = |name: &str| json["error"][name].as_str().unwrap_or_default().to_owned();
        (self.status, part("code"), part("message"))
    }

    /// Asserts a refusal of this status, code and text.
    #[track_caller]
    pub fn assert_refused(&self, status: u16, code: &str, message: &str) {
        assert_eq!(
            self.refusal(),
            (status, code.to_owned(), message.to_owned())
        );
    }

    /// Asserts 400 `Request_BadRequest` with this text.
    #[track_caller]
    pub fn assert_bad_request(&self, message: &str) {
        self.assert_refused(400, "Request_BadRequest", message);
    }

    #[track_caller]
    pub fn assert_ok(&self) {
        assert_eq!(self.status, 200, "{}", self.text);
    }
}

pub const E1: &str = "18181a46-0d4e-45cd-891e-60aabd171b4e";
pub const E3: &str = "6fd2c87f-b296-42f0-b197-1e91e994b900";
pub const M3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";
pub const M5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
pub const EXO1: &str = "4b9405b0-7788-4568-add1-99614e613b69";
pub const EXO2: &str = "19ec0d23-8335-4cbd-94ac-6050e30712fa";
pub const FLOW: &str = "f30db892-07e9-47e9-837c-80727f46fd3d";
pub const VISIO: &str = "c5928f49-12ba-48f7-ada3-0d743a3601d5";
pub const PHONE: &str = "e43b5b99-8dfb-405f-9987-dc307f34bcbd";
pub const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";
pub const YAMMER: &str = "7547a3fe-08ee-4ccb-b430-5077c5041653";
pub const ONEDRIVE_BASIC: &str = "da792a53-cbc0-4184-a10d-e544dd34b3c1";
pub const KAIZALA: &str = "aebd3021-9f8f-4bf8-bbe3-0ed2f4f047a1";

/// Ten seats of each product, five users: u1 in Great Britain, u2 without a location, u3 synced without one, u4 a
/// guest, u5 blocked.
pub fn small_company() -> Value {
    let skus: Vec<Value> = [E1, E3, M3, M5, EXO1, EXO2, FLOW, VISIO, PHONE]
        .iter()
        .map(|sku| json!({"skuId": sku, "prepaidUnits": {"enabled": 10}}))
        .collect();
    json!({
        "version": 1, "seed": 7, "clock": "2026-11-25T09:00:00Z",
        "organization": {"displayName": "Contoso", "countryLetterCode": "GB"},
        "domains": [{"id": "contoso.com", "isDefault": true}, {"id": "contoso.onmicrosoft.com", "isInitial": true}],
        "subscribedSkus": skus,
        "users": [
            {"id": U1, "userPrincipalName": "u1@contoso.com", "displayName": "One", "usageLocation": "GB"},
            {"id": U2, "userPrincipalName": "u2@contoso.com", "displayName": "Two"},
            {"id": U3, "userPrincipalName": "u3@contoso.com", "displayName": "Three", "onPremisesSyncEnabled": true},
            {"id": U4, "userPrincipalName": "u4_fabrikam.com#EXT#@contoso.onmicrosoft.com", "displayName": "Four"},
            {"id": U5, "userPrincipalName": "u5@contoso.com", "displayName": "Five", "usageLocation": "GB",
             "accountEnabled": false},
        ],
        "groups": [
            {"id": G1, "displayName": "g1", "members": [U5], "owners": [U1]},
            {"id": GS, "displayName": "gs", "onPremisesSyncEnabled": true},
            {"id": GD, "displayName": "gd", "groupTypes": ["DynamicMembership"], "membershipRule": "(user.city -eq \"Leeds\")"},
            {"id": GM, "displayName": "gm", "mailEnabled": true, "mail": "gm@contoso.com"},
        ],
    })
}

pub const U1: &str = "00000000-0000-4000-8000-000000000001";
pub const U2: &str = "00000000-0000-4000-8000-000000000002";
pub const U3: &str = "00000000-0000-4000-8000-000000000003";
pub const U4: &str = "00000000-0000-4000-8000-000000000004";
pub const U5: &str = "00000000-0000-4000-8000-000000000005";
pub const G1: &str = "00000000-0000-4000-8000-00000000000a";
pub const GS: &str = "00000000-0000-4000-8000-00000000000b";
pub const GD: &str = "00000000-0000-4000-8000-00000000000c";
pub const GM: &str = "00000000-0000-4000-8000-00000000000d";
