//! The commands on a tenant: what they do there, rather than what they send.

mod support;
#[path = "support/tenant.rs"]
mod tenant;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mglicense_engine::{EventKind, Operation, Session};
use mglicense_graph::{InProcess, ServiceRoot, clock_of_speed};
use mglicense_tenant::{Caller, CreateOptions, OpenOptions, Source, Tenant};
use serde_json::{Value, json};
use support::{Said, drain, start};
use tenant::LocalTenant;

fn seed(users: &Value, groups: &Value, settings: &Value) -> Value {
    json!({
        "version": 1,
        "organization": { "displayName": "Contoso" },
        "domains": [{ "id": "contoso.com", "isDefault": true }],
        "subscribedSkus": [
            { "skuPartNumber": "SPE_E5", "prepaidUnits": { "enabled": 5, "warning": 0, "suspended": 0, "lockedOut": 0 } },
            { "skuPartNumber": "SPE_E3", "prepaidUnits": { "enabled": 5, "warning": 0, "suspended": 0, "lockedOut": 0 } }
        ],
        "users": users,
        "groups": groups,
        "settings": settings,
    })
}

fn ada() -> Value {
    json!([{ "userPrincipalName": "ada@contoso.com", "displayName": "Ada" }])
}

fn run(session: &Arc<Session>, operation: Operation, payload: Value) -> Said {
    drain(&start(session, operation, payload))
}

fn holdings(tenant: &LocalTenant, user: &str) -> Value {
    tenant.get(&format!(
        "v1.0/users/{user}?$select=usageLocation,assignedLicenses,licenseAssignmentStates"
    ))
}

#[test]
fn a_location_and_a_licence_are_set_in_one_command_and_taken_away_in_another() {
    let tenant = LocalTenant::of_seed(&seed(&ada(), &json!([]), &json!({})));
    let session = tenant.session();
    let payload = json!({ "userId": "ada@contoso.com", "addLicenses": [{ "skuId": "spe_e5", "disabledPlans": ["SWAY"] }], "usageLocation": "gb" });
    let said = run(&session, Operation::AssignUser, payload);
    assert_eq!(said.item()["userPrincipalName"], "ada@contoso.com");
    let held = holdings(&tenant, "ada@contoso.com");
    assert_eq!(held["usageLocation"], "GB");
    assert_eq!(
        held["assignedLicenses"],
        json!([{ "skuId": "06ebc4ee-1bb5-47dd-8120-11324bc54e06", "disabledPlans": ["a23b959c-7ce8-4e57-9140-b90eb88a9e97"] }])
    );
    let said = run(
        &session,
        Operation::Remove,
        json!({ "userId": "ada@contoso.com", "skuIds": ["SPE_E5", "SPE_E3"] }),
    );
    let item = said.item();
    assert_eq!(
        (
            &item["removed"][0]["skuPartNumber"],
            &item["notHeld"][0]["skuPartNumber"]
        ),
        (&json!("SPE_E5"), &json!("SPE_E3"))
    );
    assert_eq!(
        holdings(&tenant, "ada@contoso.com")["assignedLicenses"],
        json!([])
    );
}

#[test]
fn what_a_group_gives_stays_and_the_group_is_named() {
    let users = json!([{ "userPrincipalName": "ada@contoso.com", "displayName": "Ada", "usageLocation": "GB",
        "licenseAssignmentStates": [
            { "skuPartNumber": "SPE_E5", "assignedByGroup": "Staff", "disabledPlans": [], "state": "Active", "error": "None" },
            { "skuPartNumber": "SPE_E5", "assignedByGroup": null, "disabledPlans": [], "state": "Active", "error": "None" }
        ] }]);
    let groups = json!([{ "displayName": "Staff", "securityEnabled": true, "members": ["ada@contoso.com"] }]);
    let tenant = LocalTenant::of_seed(&seed(&users, &groups, &json!({})));
    let said = run(
        &tenant.session(),
        Operation::Remove,
        json!({ "userId": "ada@contoso.com", "all": true }),
    );
    let item = said.item();
    assert_eq!(item["removed"].as_array().unwrap().len(), 1, "{item}");
    assert_eq!(item["kept"][0]["groupName"], "Staff", "{item}");
    let states = holdings(&tenant, "ada@contoso.com")["licenseAssignmentStates"].clone();
    assert_eq!(states.as_array().unwrap().len(), 1, "{states}");
    assert!(states[0]["assignedByGroup"].is_string(), "{states}");
}

#[test]
fn a_listing_ends_at_exactly_as_many_as_were_asked_for() {
    let users: Vec<_> = (0..260)
        .map(|number| json!({ "userPrincipalName": format!("user{number}@contoso.com"), "displayName": format!("User {number}") }))
        .collect();
    let tenant = LocalTenant::of_seed(&seed(
        &users.into(),
        &json!([]),
        &json!({ "page": { "maxSize": 999 } }),
    ));
    let session = tenant.session();
    let count = |options: Value| {
        let mut payload = options;
        payload["path"] = "/users".into();
        payload["property"] = json!(["userPrincipalName"]);
        let said = run(&session, Operation::List, payload);
        assert!(said.succeeded(), "{said:?}");
        let pages = said.of(EventKind::Page);
        let names: std::collections::HashSet<_> = pages
            .iter()
            .flat_map(|page| page.as_array().unwrap())
            .map(|user| user["userPrincipalName"].to_string())
            .collect();
        (pages.len(), names.len())
    };
    assert_eq!(count(json!({})), (1, 100));
    assert_eq!(count(json!({ "all": true })), (3, 260));
    assert_eq!(count(json!({ "pageSize": 50 })), (1, 50));
    assert_eq!(count(json!({ "pageSize": 50, "all": true })), (6, 260));
    assert_eq!(count(json!({ "top": 230, "all": true })), (1, 230));
    assert_eq!(count(json!({ "top": 120, "pageSize": 50 })), (3, 120));
    assert_eq!(count(json!({ "top": 1000 })), (3, 260));
}

#[test]
fn a_count_comes_with_the_first_page_of_an_advanced_query() {
    let tenant = LocalTenant::of_seed(&seed(&ada(), &json!([]), &json!({})));
    let payload = json!({ "path": "/users", "filter": "assignedLicenses/$count eq 0", "count": true, "consistencyLevel": "eventual", "all": true });
    let said = run(&tenant.session(), Operation::List, payload);
    assert_eq!(said.of(EventKind::Count), [json!({ "count": 1 })]);
}

#[test]
fn a_guest_is_read_by_a_name_with_a_hash() {
    let users = json!([{ "userPrincipalName": "o'neil_fabrikam.com#EXT#@contoso.com", "displayName": "O'Neil", "userType": "Guest" }]);
    let tenant = LocalTenant::of_seed(&seed(&users, &json!([]), &json!({})));
    let session = tenant.session();
    let name = "o'neil_fabrikam.com#EXT#@contoso.com";
    assert_eq!(
        run(&session, Operation::USER_GET, json!({ "userId": name })).item()["userPrincipalName"],
        name
    );
    let said = run(
        &session,
        Operation::Request,
        json!({ "uri": format!("v1.0/users/{name}") }),
    );
    assert_eq!(said.of(EventKind::Response)[0]["status"], 200);
}

#[test]
fn licensing_that_sees_a_new_location_late_is_waited_for_on_the_sessions_clock() {
    const SPEED: f64 = 50.0;
    let settings = json!({ "lag": { "licensingSeconds": 20 } });
    let seed = seed(&ada(), &json!([]), &settings);
    let options = CreateOptions {
        open: OpenOptions {
            speed: SPEED,
            ..OpenOptions::default()
        },
        ..CreateOptions::default()
    };
    let tenant = Tenant::create(":memory:", Source::text(seed.to_string()), options).unwrap();
    let transport = InProcess::<_, axum::body::Body>::new(tenant.router(Caller::unrestricted()));
    let session = Arc::new(Session::new(
        Arc::new(transport),
        ServiceRoot::local(),
        clock_of_speed(SPEED),
    ));
    let begun = Instant::now();
    let payload = json!({ "userId": "ada@contoso.com", "addLicenses": [{ "skuId": "SPE_E5" }], "usageLocation": "GB" });
    let said = run(&session, Operation::AssignUser, payload);
    assert!(said.succeeded(), "{said:?}");
    let told = said.of(EventKind::Verbose);
    assert!(
        told.iter()
            .any(|text| text.as_str().unwrap().contains("trying again")),
        "{told:?}"
    );
    assert!(
        begun.elapsed() < Duration::from_secs(15),
        "{:?}",
        begun.elapsed()
    );
}
