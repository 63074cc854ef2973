//! The log of requests, faults on purpose, lag and latency.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::time::{Duration, Instant};

use mglicense_tenant::{OpenOptions, RequestFilter};
use serde_json::{Value, json};
use writes::*;

fn with_settings(settings: Value) -> Service {
    let mut seed = small_company();
    seed["settings"] = settings;
    Service::new(&seed)
}

#[test]
fn every_request_is_kept_to_the_byte_in_its_order() {
    let service = with_settings(json!({"requestLog": "all"}));
    let body = "{ \"addLicenses\" : [ {\"skuId\":\"f30db892-07e9-47e9-837c-80727f46fd3d\"} ],\n\t\"removeLicenses\":[]}";
    service
        .send_text("POST", "/users/u1@contoso.com/assignLicense", body)
        .assert_ok();
    service.get("/users?$filter=startsWith(displayName,'O')&$select=id");
    service.send_raw(
        "DELETE",
        "/v1.0/users/nobody",
        &[("authorization", "Bearer secret"), ("x-note", "1")],
        "",
    );
    service.send_raw("GET", "/beta/organization", &[], "");
    let log = service.log();
    let seen: Vec<(i64, &str, &str, &str, u16, bool)> = log
        .iter()
        .map(|entry| {
            (
                entry.index,
                entry.method.as_str(),
                entry.path.as_str(),
                entry.query.as_str(),
                entry.status,
                entry.write,
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            (
                1,
                "POST",
                "/v1.0/users/u1@contoso.com/assignLicense",
                "",
                200,
                true
            ),
            (
                2,
                "GET",
                "/v1.0/users",
                "$filter=startsWith(displayName,'O')&$select=id",
                200,
                false
            ),
            (3, "DELETE", "/v1.0/users/nobody", "", 404, true),
            (4, "GET", "/beta/organization", "", 200, false),
        ]
    );
    assert_eq!(log[0].body, body);
    assert_eq!(log[0].at, "2026-11-25T09:00:00Z");
    assert_eq!(log[2].headers, [("x-note".to_owned(), "1".to_owned())]);
    assert!(
        log[2]
            .response
            .as_deref()
            .unwrap()
            .contains("Request_ResourceNotFound")
    );
    assert_eq!(log[0].response, None);
    let writes = service
        .tenant
        .requests(RequestFilter {
            write_only: true,
            ..Default::default()
        })
        .unwrap();
    assert_eq!(
        writes.iter().map(|entry| entry.index).collect::<Vec<_>>(),
        [1, 3]
    );
    let last = service
        .tenant
        .requests(RequestFilter {
            last: Some(1),
            ..Default::default()
        })
        .unwrap();
    assert_eq!(last[0].index, 4);
    let after = service
        .tenant
        .requests(RequestFilter {
            after: Some(2),
            ..Default::default()
        })
        .unwrap();
    assert_eq!(after.len(), 2);
    service.tenant.clear_requests().unwrap();
    assert!(service.log().is_empty());
    service.get("/users");
    assert_eq!(service.log()[0].index, 5, "numbers are not used again");
}

#[test]
fn the_request_id_of_an_answer_is_the_one_in_the_log() {
    let service = with_settings(json!({"requestLog": "all"}));
    let answer = service.assign(U2, &[FLOW], &[]);
    let id = answer.headers["request-id"].to_str().unwrap();
    assert_eq!(service.log()[0].request_id, id);
    assert_eq!(answer.json()["error"]["innerError"]["request-id"], id);
}

#[test]
fn the_log_keeps_what_the_settings_ask_for() {
    let service = with_settings(json!({}));
    service.get("/users");
    service.assign(U1, &[FLOW], &[]).assert_ok();
    assert!(service.log().is_empty(), "off by default");
    service
        .tenant
        .set_settings(&json!({"requestLog": "writes"}))
        .unwrap();
    service.get("/users");
    service.assign(U1, &[], &[FLOW]).assert_ok();
    service.assign(U1, &[], &[FLOW]);
    let statuses: Vec<u16> = service.log().iter().map(|entry| entry.status).collect();
    assert_eq!(
        statuses,
        [200, 400],
        "a refused write is a request all the same"
    );
}

#[test]
fn a_batch_is_kept_with_its_steps() {
    let service = with_settings(json!({"requestLog": "all"}));
    let body = r#"{"requests":[
        {"id":"x","method":"POST","url":"/users/u1@contoso.com/assignLicense","headers":{"Content-Type":"application/json"},
         "body":{ "addLicenses":[], "removeLicenses":[] }},
        {"id":"y","method":"GET","url":"/users?$top=1"}]}"#;
    service.send_text("POST", "/$batch", body).assert_ok();
    let log = service.log();
    let seen: Vec<Value> = log
        .iter()
        .map(|entry| {
            json!([
                entry.method,
                entry.path,
                entry.batch,
                entry.batch_item,
                entry.write
            ])
        })
        .collect();
    assert_eq!(
        seen,
        [
            json!(["POST", "/v1.0/$batch", null, null, false]),
            json!([
                "POST",
                "/v1.0/users/u1@contoso.com/assignLicense",
                1,
                "x",
                true
            ]),
            json!(["GET", "/v1.0/users", 1, "y", false]),
        ]
    );
    assert_eq!(log[0].body, body);
    assert_eq!(log[1].body, r#"{ "addLicenses":[], "removeLicenses":[] }"#);
    assert_eq!(log[1].status, 400);
}

#[test]
fn a_fault_strikes_the_calls_it_names() {
    let service = with_settings(json!({"requestLog": "all", "faults": [
        {"on": {"method": "POST", "path": "/users/*/assignLicense"}, "calls": [1, 3], "status": 503},
        {"on": {"query": "$skiptoken"}, "status": 400, "code": "Directory_ExpiredPageToken", "message": "The specified page token value has expired and can no longer be included in your request."},
    ]}));
    assert_eq!(service.assign(U1, &[FLOW], &[]).status, 503);
    service.assign(U1, &[FLOW], &[]).assert_ok();
    assert_eq!(service.assign(U1, &[E3], &[]).status, 503);
    service.assign(U1, &[E3], &[]).assert_ok();
    let page = service.json("/users?$top=2");
    let link = page["@odata.nextLink"].as_str().unwrap();
    let link = link.strip_prefix("https://graph.microsoft.com").unwrap();
    service.send_raw("GET", link, &[], "").assert_refused(
        400,
        "Directory_ExpiredPageToken",
        "The specified page token value has expired and can no longer be included in your request.",
    );
    assert_eq!(service.consumed(FLOW), 1);
    // Struck ones are in the log with what the caller saw.
    let statuses: Vec<u16> = service
        .log()
        .iter()
        .take(2)
        .map(|entry| entry.status)
        .collect();
    assert_eq!(statuses, [503, 200]);
    // Setting the same faults anew goes on counting; other faults start from the first call.
    service
        .tenant
        .set_settings(&json!({"faults": [
        {"on": {"path": "/users/*/assignLicense"}, "calls": [1], "status": 409}]}))
        .unwrap();
    let (status, code, _) = service.assign(U1, &[], &[E3]).refusal();
    assert_eq!(
        (status, code.as_str()),
        (409, "Directory_ConcurrencyViolation")
    );
}

#[test]
fn a_fault_may_strike_after_the_work_is_done() {
    let service = with_settings(json!({"requestLog": "all", "faults": [
        {"on": {"method": "POST"}, "status": 504, "afterWrite": true}]}));
    assert_eq!(service.assign(U1, &[FLOW], &[]).status, 504);
    assert_eq!(service.products(U1), [FLOW]);
    assert_eq!(
        service.log()[0].status,
        200,
        "the log says what happened, not what the caller saw"
    );
}

#[test]
fn a_fault_may_change_answers() {
    let service = with_settings(json!({"faults": [
        {"on": {"method": "GET", "path": "/users/**"}, "addProperties": {"keepCopy": 1, "KeepCopy": 2},
         "nullProperties": ["assignedLicenses"], "headers": {"x-odd": "yes"}}]}));
    let answer = service.get(&format!("/users/{U1}?$select=id,assignedLicenses"));
    let user = answer.json();
    assert_eq!(
        (
            &user["keepCopy"],
            &user["KeepCopy"],
            &user["assignedLicenses"]
        ),
        (&json!(1), &json!(2), &Value::Null)
    );
    assert_eq!(answer.headers["x-odd"], "yes");
    let list = service.json("/users?$select=id");
    assert_eq!(list["value"][2]["KeepCopy"], 2);
}

#[test]
fn licensing_may_lag_behind_a_new_location() {
    let service = with_settings(json!({"lag": {"licensingSeconds": 8}}));
    service.patch(&format!("/users/{U2}"), &json!({"usageLocation": "GB"}));
    assert_eq!(
        service.json(&format!("/users/{U2}?$select=usageLocation"))["usageLocation"],
        "GB"
    );
    let refused = "License assignment cannot be done for user with invalid usage location.";
    service.assign(U2, &[FLOW], &[]).assert_bad_request(refused);
    // A second write does not start the wait anew.
    let at = |clock: &str| service.tenant.change(&json!({"clock": clock})).unwrap();
    at("2026-11-25T09:00:05Z");
    service.patch(&format!("/users/{U2}"), &json!({"usageLocation": "DE"}));
    at("2026-11-25T09:00:07Z");
    service.assign(U2, &[FLOW], &[]).assert_bad_request(refused);
    at("2026-11-25T09:00:08Z");
    service.assign(U2, &[FLOW], &[]).assert_ok();
    // Nobody else is kept waiting.
    service.assign(U1, &[FLOW], &[]).assert_ok();
}

#[test]
fn the_index_may_lag_behind_an_assignment() {
    let service = with_settings(json!({"lag": {"indexSeconds": 5}}));
    let unlicensed = || {
        let uri = "/v1.0/users?$filter=assignedLicenses/$count%20eq%200&$count=true&$select=id";
        let answer = service.send_raw("GET", uri, &[("ConsistencyLevel", "eventual")], "");
        answer.assert_ok();
        answer.json()["@odata.count"].as_i64().unwrap()
    };
    assert_eq!(unlicensed(), 5);
    service.assign(U1, &[FLOW], &[]).assert_ok();
    assert_eq!(unlicensed(), 5, "the index does not know yet");
    assert_eq!(service.products(U1), [FLOW], "a direct read does");
    service
        .tenant
        .change(&json!({"clock": "2026-11-25T09:00:05Z"}))
        .unwrap();
    assert_eq!(unlicensed(), 4);
    let user = json!({"accountEnabled": true, "displayName": "New", "mailNickname": "new",
        "userPrincipalName": "new@contoso.com", "passwordProfile": {"password": "Secret-1234"}});
    assert_eq!(service.post("/users", &user).status, 201);
    assert_eq!(unlicensed(), 4);
    service
        .tenant
        .change(&json!({"clock": "2026-11-25T09:00:10Z"}))
        .unwrap();
    assert_eq!(unlicensed(), 5);
}

#[test]
fn a_new_user_may_be_unknown_for_a_while() {
    let service = with_settings(json!({"lag": {"newUserSeconds": 30}}));
    let user = json!({"accountEnabled": true, "displayName": "New", "mailNickname": "new",
        "userPrincipalName": "new@contoso.com", "usageLocation": "GB",
        "passwordProfile": {"password": "Secret-1234"}});
    let id = service.post("/users", &user).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(service.assign(&id, &[FLOW], &[]).status, 404);
    assert_eq!(service.get("/users/new@contoso.com").status, 404);
    // The name is taken all the same.
    assert_eq!(service.post("/users", &user).status, 400);
    service
        .tenant
        .change(&json!({"clock": "2026-11-25T09:00:30Z"}))
        .unwrap();
    service.assign(&id, &[FLOW], &[]).assert_ok();
}

#[test]
fn latency_holds_answers_back_and_a_faster_clock_shortens_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut seed = small_company();
    seed["settings"] = json!({"latencyMilliseconds": 60});
    let service = Service::in_file(&folder.path().join("a"), &seed, OpenOptions::default());
    let start = Instant::now();
    service.get(&format!("/users/{U1}"));
    assert!(start.elapsed() >= Duration::from_millis(60));
    seed["settings"] = json!({"latencyMilliseconds": 60_000});
    let fast = OpenOptions {
        speed: 1000.0,
        ..OpenOptions::default()
    };
    let service = Service::in_file(&folder.path().join("b"), &seed, fast);
    let start = Instant::now();
    service.get(&format!("/users/{U1}"));
    let waited = start.elapsed();
    assert!(
        waited >= Duration::from_millis(60) && waited < Duration::from_secs(30),
        "{waited:?}"
    );
}

#[test]
fn the_same_calls_leave_the_same_file() {
    let folder = tempfile::tempdir().unwrap();
    let make = |name: &str| {
        let path = folder.path().join(name);
        let mut seed = small_company();
        seed["settings"] = json!({"requestLog": "all", "durability": "none"});
        let service = Service::in_file(&path, &seed, OpenOptions::default());
        let user = json!({"accountEnabled": true, "displayName": "New", "mailNickname": "new",
            "userPrincipalName": "new@contoso.com", "usageLocation": "GB", "passwordProfile": {"password": "Secret-1234"}});
        let id = service.post("/users", &user).json()["id"]
            .as_str()
            .unwrap()
            .to_owned();
        service.assign(&id, &[E3], &[]).assert_ok();
        service.assign(U2, &[E3], &[]);
        service.get("/users");
        let log = service.log();
        drop(service);
        (id, log)
    };
    let (first_id, first_log) = make("a");
    let (second_id, second_log) = make("b");
    assert_eq!(first_id, second_id);
    assert_eq!(first_log, second_log);
}
