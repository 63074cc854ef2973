//! A small company for the tests of reads, and a way to ask it.

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use mglicense_tenant::{Caller, Source, Tenant};
use serde_json::Value;
use tower::ServiceExt;

/// A tenant in memory, asked through its router.
pub struct Service {
    tenant: Tenant,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub text: String,
}

/// The header that opens the index.
pub const EVENTUAL: &[(&str, &str)] = &[("ConsistencyLevel", "eventual")];

impl Service {
    /// A tenant made from a seed.
    pub fn new(seed: &str) -> Self {
        Self::of(Source::text(seed))
    }

    /// A tenant made from any source.
    pub fn of(source: Source) -> Self {
        let tenant = Tenant::create(":memory:", source, false).expect("the source is right");
        Self::around(tenant, Caller::unrestricted())
    }

    /// A tenant with somebody signed in.
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

    /// Changes the tenant itself, in the shape of a seed.
    pub fn change(&self, changes: &Value) {
        self.tenant.change(changes).expect("the change is right");
    }

    /// Asks for `uri`, a path with its version and query.
    pub fn send(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .expect("the request is well formed");
        self.runtime.block_on(async {
            let response = self
                .router
                .clone()
                .oneshot(request)
                .await
                .expect("the router always answers");
            let status = response.status().as_u16();
            let content_type = response
                .headers()
                .get("content-type")
                .map(|value| value.to_str().expect("the type is text").to_owned())
                .unwrap_or_default();
            let body = response
                .into_body()
                .collect()
                .await
                .expect("the body is whole")
                .to_bytes();
            Answer {
                status,
                content_type,
                text: String::from_utf8(body.to_vec()).expect("the body is UTF-8"),
            }
        })
    }

    /// GET, with the version `v1.0`.
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", &format!("/v1.0{path}"), &[], "")
    }

    /// GET with `ConsistencyLevel: eventual`.
    pub fn get_eventual(&self, path: &str) -> Answer {
        self.send("GET", &format!("/v1.0{path}"), EVENTUAL, "")
    }

    /// GET that must succeed, as JSON.
    pub fn json(&self, path: &str) -> Value {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        answer.json()
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// `error.code` and `error.message`.
    pub fn error(&self) -> (String, String) {
        let json = self.json();
        let part = |name: &str| json["error"][name].as_str().unwrap_or_default().to_owned();
        (part("code"), part("message"))
    }

    /// One member of every item of a list.
    pub fn values(&self, name: &str) -> Vec<String> {
        let json = self.json();
        let items = json["value"].as_array().expect("a list");
        items
            .iter()
            .map(|item| item[name].as_str().unwrap_or("null").to_owned())
            .collect()
    }
}

/// Percent-encodes a query value.
pub fn encode(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}

pub const E3: &str = "6fd2c87f-b296-42f0-b197-1e91e994b900";
pub const E5: &str = "c7df2760-2c81-4ef7-b578-5b5392b571df";
pub const FLOW: &str = "f30db892-07e9-47e9-837c-80727f46fd3d";
pub const VISIO: &str = "c5928f49-12ba-48f7-ada3-0d743a3601d5";
pub const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";
pub const YAMMER: &str = "7547a3fe-08ee-4ccb-b430-5077c5041653";
pub const EXCHANGE_2: &str = "efb87545-963c-4e0d-99df-69c6916d9eb0";
pub const TENANT: &str = "00000000-0000-4000-8000-00000000beef";
pub const ADA: &str = "00000000-0000-4000-8000-0000000000a1";
pub const BOB: &str = "00000000-0000-4000-8000-0000000000b1";
pub const ZOE: &str = "00000000-0000-4000-8000-0000000000c1";
pub const GUEST: &str = "00000000-0000-4000-8000-0000000000d1";
pub const DESK: &str = "00000000-0000-4000-8000-0000000000e1";
pub const GONE: &str = "00000000-0000-4000-8000-0000000000f1";
pub const STAFF: &str = "00000000-0000-4000-8000-000000000501";
pub const ALL_HANDS: &str = "00000000-0000-4000-8000-000000000502";
pub const SYNCED: &str = "00000000-0000-4000-8000-000000000503";

/// Five accounts, one deleted one, three groups:
///
/// - ada: GB, enabled, E5 and FLOW directly, E3 through Staff as well as directly with other plans off
/// - bob: no location, disabled, synced; nothing
/// - zoe: DE, was synced once; E3 through Staff
/// - guest: US; nothing
/// - desk: no user type, FLOW wanted through All Hands, which ran out of seats
pub fn company() -> String {
    format!(
        r##"{{
  "version": 1, "seed": 7, "clock": "2026-11-25T09:00:00Z",
  "organization": {{"id": "{TENANT}", "displayName": "Contoso", "countryLetterCode": "GB", "city": "London"}},
  "domains": [{{"id": "contoso.com", "isDefault": true, "isInitial": false}},
              {{"id": "contoso.onmicrosoft.com", "isDefault": false, "isInitial": true}}],
  "subscribedSkus": [
    {{"skuPartNumber": "ENTERPRISEPREMIUM", "prepaidUnits": {{"enabled": 10, "warning": 1, "suspended": 2, "lockedOut": 3}}}},
    {{"skuPartNumber": "ENTERPRISEPACK", "prepaidUnits": {{"enabled": 10}}}},
    {{"skuPartNumber": "FLOW_FREE", "prepaidUnits": {{"enabled": 1}}}},
    {{"skuPartNumber": "VISIOCLIENT", "prepaidUnits": {{"enabled": 0, "suspended": 5}}}}],
  "subscriptions": [
    {{"skuPartNumber": "ENTERPRISEPREMIUM", "totalLicenses": 10, "nextLifecycleDateTime": "2027-01-31T00:00:00Z", "status": "Enabled"}}],
  "users": [
    {{"id": "{ADA}", "userPrincipalName": "ada@contoso.com", "displayName": "Ada Lovelace", "givenName": "Ada", "surname": "Lovelace",
      "mail": "ada@contoso.com", "mailNickname": "ada", "usageLocation": "GB", "accountEnabled": true, "userType": "Member",
      "department": "Engineering", "city": "London", "country": "United Kingdom", "jobTitle": "Engineer", "employeeId": "E-100",
      "companyName": "Contoso", "mobilePhone": "+44 1", "createdDateTime": "2024-01-15T00:00:00Z",
      "proxyAddresses": ["SMTP:ada@contoso.com", "smtp:countess@contoso.com"],
      "assignedLicenses": [{{"skuPartNumber": "ENTERPRISEPREMIUM"}}],
      "licenseAssignmentStates": [
        {{"skuPartNumber": "FLOW_FREE", "lastUpdatedDateTime": "2026-02-03T04:05:06Z"}},
        {{"skuPartNumber": "ENTERPRISEPACK", "disabledPlans": ["SWAY", "YAMMER_ENTERPRISE"]}},
        {{"skuPartNumber": "ENTERPRISEPACK", "disabledPlans": ["YAMMER_ENTERPRISE"], "assignedByGroup": "{STAFF}"}}]}},
    {{"id": "{BOB}", "userPrincipalName": "bob@contoso.com", "displayName": "Bob O'Hara", "givenName": "Bob", "surname": "O'Hara",
      "mail": "bob@contoso.com", "accountEnabled": false, "userType": "Member", "onPremisesSyncEnabled": true,
      "department": "Sales", "city": "Zürich", "country": "Switzerland", "employeeId": "E-200", "onPremisesImmutableId": "AAAA==",
      "createdDateTime": "2024-06-01T12:30:00Z", "proxyAddresses": ["SMTP:bob@contoso.com"],
      "signInActivity": {{"lastSignInDateTime": "2026-01-01T00:00:00Z"}}}},
    {{"id": "{ZOE}", "userPrincipalName": "zoe@contoso.com", "displayName": "Zoë Müller", "givenName": "Zoë", "surname": "Müller",
      "mail": "zoe@contoso.com", "usageLocation": "DE", "accountEnabled": true, "userType": "Member", "onPremisesSyncEnabled": false,
      "department": "engineering", "city": "ZÜRICH", "jobTitle": "Manager", "createdDateTime": "2025-03-01T00:00:00Z",
      "onPremisesExtensionAttributes": {{"extensionAttribute1": "Blue"}},
      "signInActivity": {{"lastSignInDateTime": "2026-11-01T00:00:00Z"}},
      "licenseAssignmentStates": [{{"skuPartNumber": "ENTERPRISEPACK", "assignedByGroup": "{STAFF}"}}]}},
    {{"id": "{GUEST}", "userPrincipalName": "gast_fabrikam.com#EXT#@contoso.com", "displayName": "Gast Fabrikam",
      "mail": "gast@fabrikam.com", "otherMails": ["gast@fabrikam.com"], "usageLocation": "US", "accountEnabled": true,
      "userType": "Guest", "createdDateTime": "2025-02-01T00:00:00Z"}},
    {{"id": "{DESK}", "userPrincipalName": "desk@contoso.com", "displayName": "Info Desk 24", "accountEnabled": true, "userType": null,
      "usageLocation": "GB", "createdDateTime": "2025-10-10T10:10:10Z",
      "licenseAssignmentStates": [{{"skuPartNumber": "FLOW_FREE", "assignedByGroup": "{ALL_HANDS}", "state": "Error", "error": "CountViolation"}}]}},
    {{"id": "{GONE}", "userPrincipalName": "gone@contoso.com", "displayName": "Gone Girl", "accountEnabled": true,
      "createdDateTime": "2023-01-01T00:00:00Z", "deletedDateTime": "2026-11-20T08:00:00Z"}}],
  "groups": [
    {{"id": "{STAFF}", "displayName": "Staff", "description": "Everyone on the payroll", "securityEnabled": true, "mailEnabled": false,
      "createdDateTime": "2024-01-01T00:00:00Z", "members": ["ada@contoso.com", "zoe@contoso.com", "bob@contoso.com"], "owners": ["ada@contoso.com"],
      "assignedLicenses": [{{"skuPartNumber": "ENTERPRISEPACK", "disabledPlans": []}}]}},
    {{"id": "{ALL_HANDS}", "displayName": "All Hands", "groupTypes": ["Unified"], "securityEnabled": false, "mailEnabled": true,
      "mail": "all@contoso.com", "mailNickname": "all", "createdDateTime": "2024-02-01T00:00:00Z",
      "members": ["{STAFF}", "desk@contoso.com"], "owners": [],
      "assignedLicenses": [{{"skuPartNumber": "FLOW_FREE"}}]}},
    {{"id": "{SYNCED}", "displayName": "AD Printers", "securityEnabled": true, "onPremisesSyncEnabled": true,
      "createdDateTime": "2024-03-01T00:00:00Z"}}]
}}"##
    )
}
