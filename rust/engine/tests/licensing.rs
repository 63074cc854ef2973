//! Giving, taking and judging licences: what is sent, in which order, and what the caller is told.

mod support;

use std::sync::Arc;
use std::time::Duration;

use mglicense_engine::{EventKind, Operation, Pulled};
use mglicense_graph::Response;
use serde_json::{Value, json};
use support::{
    Seen, Service, Standstill, Waits, drain, empty, json as answer, refusal, run, session, start,
};

const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
const E3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";
const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";
const GROUP: &str = "11111111-2222-3333-4444-555555555555";

const INVALID_LOCATION: &str =
    "License assignment cannot be done for user with invalid usage location.";

fn skus() -> Response {
    answer(
        200,
        &json!({ "value": [
            { "skuId": E5, "skuPartNumber": "SPE_E5", "appliesTo": "User", "consumedUnits": 1,
              "prepaidUnits": { "enabled": 10, "warning": 0, "suspended": 0, "lockedOut": 0 },
              "servicePlans": [{ "servicePlanId": SWAY, "servicePlanName": "SWAY", "appliesTo": "User", "provisioningStatus": "Success" }] },
            { "skuId": "99999999-0000-0000-0000-000000000001", "skuPartNumber": "OUR_OWN", "appliesTo": "User", "consumedUnits": 2,
              "prepaidUnits": { "enabled": 2, "warning": 0, "suspended": 0, "lockedOut": 0 }, "servicePlans": [] }
        ] })
        .to_string(),
    )
}

/// A service with products, one user of a location and holdings, and a group, which accepts every change.
fn service(location: Option<&'static str>, states: Value) -> Arc<Service> {
    Service::new(move |seen, _| answer_as_graph(seen, location, &states))
}

fn answer_as_graph(seen: &Seen, location: Option<&str>, states: &Value) -> Response {
    match (seen.method.as_str(), seen.url.split('?').next().unwrap_or_default()) {
        ("GET", "v1.0/subscribedSkus") => skus(),
        ("GET", url) if url.starts_with("v1.0/users/") => answer(
            200,
            &json!({ "id": "id-of-ada", "userPrincipalName": "ada@contoso.com", "usageLocation": location, "licenseAssignmentStates": states }).to_string(),
        ),
        ("GET", url) if url.starts_with("v1.0/groups/") => answer(200, r#"{"id":"g","displayName":"Staff"}"#),
        ("PATCH", _) => empty(204),
        ("POST", "v1.0/$batch") => {
            let requests: Value = serde_json::from_str(&seen.body).unwrap();
            let answers: Vec<_> = requests["requests"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| {
                    let url = item["url"].as_str().unwrap();
                    assert!(url.starts_with("/users/"), "{url}");
                    if url.contains("nobody") {
                        json!({ "id": item["id"], "status": 404, "body": { "error": { "code": "Request_ResourceNotFound", "message": "No such user." } } })
                    } else {
                        json!({ "id": item["id"], "status": 200, "body": { "id": url, "userPrincipalName": "x@contoso.com", "usageLocation": location, "licenseAssignmentStates": states } })
                    }
                })
                .rev()
                .collect();
            answer(200, &json!({ "responses": answers }).to_string())
        }
        ("POST", _) => answer(200, r#"{"id":"id-of-ada","userPrincipalName":"ada@contoso.com"}"#),
        other => panic!("{other:?} was not expected"),
    }
}

fn body(seen: &Seen) -> Value {
    serde_json::from_str(&seen.body).unwrap()
}

#[test]
fn one_call_gives_and_takes_and_its_answer_is_the_services_own() {
    let service = service(None, json!([]));
    let payload = json!({ "userId": "ada_x#EXT#@contoso.com", "addLicenses": [{ "skuId": E5, "disabledPlans": [SWAY] }], "removeLicenses": [E3] });
    let said = run(&service, Operation::AssignUser, payload);
    assert_eq!(
        said.item(),
        json!({ "id": "id-of-ada", "userPrincipalName": "ada@contoso.com" })
    );
    let [seen] = service.seen().try_into().unwrap();
    assert_eq!(
        seen.line(),
        "POST v1.0/users/ada_x%23EXT%23%40contoso.com/assignLicense"
    );
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert_eq!(
        body(&seen),
        json!({ "addLicenses": [{ "skuId": E5, "disabledPlans": [SWAY] }], "removeLicenses": [E3] })
    );
}

#[test]
fn what_is_left_out_is_sent_as_an_empty_list_and_extra_members_go_along() {
    let service = service(None, json!([]));
    run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "addLicenses": [{}], "additionalProperties": { "x": 1 } }),
    );
    assert_eq!(
        service.seen()[0].body,
        r#"{"addLicenses":[],"removeLicenses":[],"x":1}"#
    );
}

#[test]
fn names_are_looked_up_among_the_tenants_products_which_are_read_once() {
    let service = service(None, json!([]));
    let session = session(&service, Arc::new(Waits::default()));
    for _ in 0..3 {
        let payload = json!({ "userId": "ada", "addLicenses": [{ "skuId": "our_own" }, { "skuId": "SPE_E5", "disabledPlans": ["sway"] }] });
        assert!(drain(&start(&session, Operation::AssignUser, payload)).succeeded());
    }
    let lines = service.lines();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.contains("subscribedSkus"))
            .count(),
        1,
        "{lines:?}"
    );
    assert_eq!(
        body(service.seen().last().unwrap())["addLicenses"],
        json!([{ "skuId": "99999999-0000-0000-0000-000000000001" }, { "skuId": E5, "disabledPlans": [SWAY] }])
    );
}

#[test]
fn a_name_that_is_not_the_tenants_is_looked_for_again_and_then_in_the_public_table() {
    let service = service(None, json!([]));
    let session = session(&service, Arc::new(Waits::default()));
    let assign = |name: &str| {
        drain(&start(
            &session,
            Operation::AssignUser,
            json!({ "userId": "ada", "addLicenses": [{ "skuId": name }] }),
        ))
    };
    assign("OUR_OWN");
    assign("SPE_E3");
    let lines = service.lines();
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.contains("subscribedSkus"))
            .count(),
        2,
        "{lines:?}"
    );
    assert_eq!(
        body(service.seen().last().unwrap())["addLicenses"][0]["skuId"],
        E3
    );
}

#[test]
fn ids_alone_need_no_lookup_and_names_are_left_alone_on_request() {
    let service = service(None, json!([]));
    run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "removeLicenses": ["SPE_E5"], "resolveNames": false }),
    );
    run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "removeLicenses": [E5] }),
    );
    assert_eq!(service.seen().len(), 2);
    assert_eq!(
        body(&service.seen()[0])["removeLicenses"],
        json!(["SPE_E5"])
    );
}

#[test]
fn a_name_of_two_products_is_refused_with_both_and_nothing_is_sent() {
    let service = service(None, json!([]));
    let error = run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "addLicenses": [{ "skuId": "MCOPSTN5" }] }),
    )
    .error();
    assert_eq!(error["kind"], "name");
    assert_eq!(error["candidates"].as_array().unwrap().len(), 2);
    assert!(service.seen().iter().all(|seen| seen.method == "GET"));
}

#[test]
fn names_are_still_found_where_products_may_not_be_listed() {
    let service = Service::new(|seen, _| match seen.method.as_str() {
        "GET" => refusal(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        ),
        _ => answer(200, "{}"),
    });
    let said = run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "addLicenses": [{ "skuId": "SPE_E5" }] }),
    );
    assert!(said.succeeded(), "{said:?}");
    assert_eq!(body(&service.seen()[1])["addLicenses"][0]["skuId"], E5);
}

#[test]
fn a_location_is_read_set_alone_and_first() {
    let service = service(None, json!([]));
    let payload = json!({ "userId": "ada@contoso.com", "addLicenses": [{ "skuId": E5 }], "usageLocation": " gb " });
    assert!(run(&service, Operation::AssignUser, payload).succeeded());
    assert_eq!(
        service.lines(),
        [
            "GET v1.0/users/ada%40contoso.com?$select=id,userPrincipalName,usageLocation",
            "PATCH v1.0/users/ada%40contoso.com",
            "POST v1.0/users/ada%40contoso.com/assignLicense"
        ]
    );
    assert_eq!(service.seen()[1].body, r#"{"usageLocation":"GB"}"#);
}

#[test]
fn a_location_that_is_right_already_is_not_sent() {
    let service = service(Some("GB"), json!([]));
    assert!(
        run(
            &service,
            Operation::AssignUser,
            json!({ "userId": "ada", "addLicenses": [{ "skuId": E5 }], "usageLocation": "GB" })
        )
        .succeeded()
    );
    assert!(
        service.seen().iter().all(|seen| seen.method != "PATCH"),
        "{:?}",
        service.lines()
    );
}

#[test]
fn uk_is_refused_with_the_hint_gb_and_nothing_is_sent() {
    let service = service(None, json!([]));
    for operation in [Operation::AssignUser, Operation::SetUsageLocation] {
        let error = run(
            &service,
            operation,
            json!({ "userId": "ada", "usageLocation": "UK" }),
        )
        .error();
        assert_eq!(
            (&error["kind"], &error["hint"]),
            (&json!("argument"), &json!("GB"))
        );
    }
    assert!(service.seen().is_empty());
}

#[test]
fn a_well_formed_location_that_is_not_known_is_sent_with_a_warning() {
    let service = service(None, json!([]));
    let said = run(
        &service,
        Operation::SetUsageLocation,
        json!({ "userId": "ada", "usageLocation": "xk" }),
    );
    assert_eq!(said.of(EventKind::Warning).len(), 1, "{said:?}");
    assert_eq!(
        service.seen().last().unwrap().body,
        r#"{"usageLocation":"XK"}"#
    );
}

/// Refuses the first `refusals` assignments for the location.
fn lagging(location: Option<&'static str>, refusals: usize) -> Arc<Service> {
    let refused = std::sync::atomic::AtomicUsize::new(0);
    Service::new(move |seen, _| {
        let assigns = seen.url.ends_with("/assignLicense");
        if assigns && refused.fetch_add(1, std::sync::atomic::Ordering::SeqCst) < refusals {
            return refusal(400, "Request_BadRequest", INVALID_LOCATION);
        }
        answer_as_graph(seen, location, &json!([]))
    })
}

fn assign_with_location() -> Value {
    json!({ "userId": "ada", "addLicenses": [{ "skuId": E5 }], "usageLocation": "GB" })
}

#[test]
fn a_refusal_for_a_location_set_a_moment_ago_is_tried_again_after_growing_waits() {
    let service = lagging(None, 3);
    let clock = Arc::new(Waits::default());
    let said = drain(&start(
        &session(&service, clock.clone()),
        Operation::AssignUser,
        assign_with_location(),
    ));
    assert!(said.succeeded(), "{said:?}");
    let waits = clock.seconds();
    assert_eq!(waits.len(), 3);
    assert!(waits.is_sorted_by(|a, b| a < b), "{waits:?}");
    assert_eq!(
        service
            .lines()
            .iter()
            .filter(|line| line.starts_with("PATCH"))
            .count(),
        1
    );
}

#[test]
fn the_waits_for_a_new_location_end() {
    let service = lagging(None, usize::MAX);
    let clock = Arc::new(Waits::default());
    let error = drain(&start(
        &session(&service, clock.clone()),
        Operation::AssignUser,
        assign_with_location(),
    ))
    .error();
    assert_eq!(error["code"], "Request_BadRequest");
    assert!(
        error["recommendedAction"]
            .as_str()
            .unwrap()
            .contains("set to GB and stays"),
        "{error}"
    );
    assert!(
        clock.seconds().iter().sum::<u64>() <= 60,
        "{:?}",
        clock.seconds()
    );
}

#[test]
fn the_same_refusal_is_final_where_no_location_was_set() {
    for (location, payload) in [
        (
            None,
            json!({ "userId": "ada", "addLicenses": [{ "skuId": E5 }] }),
        ),
        (Some("GB"), assign_with_location()),
    ] {
        let service = lagging(location, 1);
        let said = run(&service, Operation::AssignUser, payload);
        assert_eq!(said.error()["message"], INVALID_LOCATION);
        assert_eq!(
            service
                .lines()
                .iter()
                .filter(|line| line.starts_with("POST"))
                .count(),
            1
        );
    }
}

#[test]
fn cancelling_ends_the_wait_for_a_new_location_at_once() {
    let service = lagging(None, usize::MAX);
    let job = start(
        &session(&service, Arc::new(Standstill)),
        Operation::AssignUser,
        assign_with_location(),
    );
    let said = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(50));
            job.cancel();
        });
        drain(&job)
    });
    let error = said.error();
    assert_eq!(error["kind"], "cancelled");
    assert!(
        error["recommendedAction"]
            .as_str()
            .unwrap()
            .contains("set to GB and stays"),
        "{error}"
    );
}

#[test]
fn a_refusal_carries_everything_the_service_said() {
    let service = Service::new(|_, _| {
        answer(
            404,
            r#"{"error":{"code":"Request_ResourceNotFound","message":"Resource 'ada' does not exist.","innerError":{"date":"2026-11-25T09:00:00","request-id":"r-1"}}}"#,
        )
    });
    let error = run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "removeLicenses": [E5] }),
    )
    .error();
    assert_eq!(error["kind"], "service");
    assert_eq!(error["code"], "Request_ResourceNotFound");
    assert_eq!(error["message"], "Resource 'ada' does not exist.");
    assert_eq!(
        (&error["status"], &error["reason"]),
        (&json!(404), &json!("NotFound"))
    );
    assert_eq!(error["date"], "2026-11-25T09:00:00");
    assert_eq!(error["requestId"], "r-1");
    assert!(
        error["headers"]
            .as_array()
            .unwrap()
            .contains(&json!(["request-id", "r-1"]))
    );
    assert_eq!(error["terminating"], false);
}

fn held(sku: &str, group: Option<&str>) -> Value {
    json!({ "skuId": sku, "assignedByGroup": group, "disabledPlans": [], "state": "Active", "error": "None" })
}

#[test]
fn removal_takes_what_is_held_directly_and_names_the_group_of_what_stays() {
    let service = service(
        Some("GB"),
        json!([held(E5, None), held(E5, Some(GROUP)), held(E3, Some(GROUP))]),
    );
    let said = run(
        &service,
        Operation::Remove,
        json!({ "userId": "ada", "skuIds": ["SPE_E5", E3, "FLOW_FREE"] }),
    );
    let sent = service
        .seen()
        .into_iter()
        .find(|seen| seen.method == "POST")
        .unwrap();
    assert_eq!(
        body(&sent),
        json!({ "addLicenses": [], "removeLicenses": [E5] })
    );
    let item = said.item();
    assert_eq!(item["status"], "Changed");
    assert_eq!(
        item["removed"],
        json!([{ "skuId": E5, "skuPartNumber": "SPE_E5", "productName": "Microsoft 365 E5" }])
    );
    assert_eq!(
        item["kept"][1],
        json!({ "skuId": E3, "skuPartNumber": "SPE_E3", "productName": "Microsoft 365 E3", "groupId": GROUP, "groupName": "Staff" })
    );
    assert_eq!(item["notHeld"][0]["skuPartNumber"], "FLOW_FREE");
    assert_eq!(item["requestId"], "r-1");
    let warnings = said.of(EventKind::Warning);
    assert_eq!(warnings.len(), 2);
    assert!(
        warnings
            .iter()
            .all(|warning| warning.as_str().unwrap().contains("'Staff'")),
        "{warnings:?}"
    );
}

#[test]
fn removing_what_is_not_held_is_a_success_without_a_call() {
    let service = service(None, json!([]));
    let said = run(
        &service,
        Operation::Remove,
        json!({ "userId": "ada", "skuIds": [E5] }),
    );
    assert_eq!(said.item()["status"], "Unchanged");
    assert!(service.seen().iter().all(|seen| seen.method == "GET"));
}

#[test]
fn removing_all_takes_every_direct_licence_in_one_call() {
    let service = service(
        None,
        json!([held(E5, None), held(E3, None), held(E3, Some(GROUP))]),
    );
    assert!(
        run(
            &service,
            Operation::Remove,
            json!({ "userId": "ada", "all": true })
        )
        .succeeded()
    );
    let posts: Vec<_> = service
        .seen()
        .into_iter()
        .filter(|seen| seen.method == "POST")
        .collect();
    assert_eq!(posts.len(), 1);
    assert_eq!(body(&posts[0])["removeLicenses"], json!([E5, E3]));
}

#[test]
fn a_removal_that_somebody_else_made_meanwhile_is_a_success() {
    let service = Service::new(|seen, before| {
        if seen.method == "POST" {
            return refusal(
                400,
                "Request_BadRequest",
                "User does not have a corresponding license.",
            );
        }
        answer_as_graph(
            seen,
            None,
            &if before == 0 {
                json!([held(E5, None)])
            } else {
                json!([])
            },
        )
    });
    let said = run(
        &service,
        Operation::Remove,
        json!({ "userId": "ada", "skuIds": [E5] }),
    );
    let item = said.item();
    assert_eq!(
        (&item["status"], &item["notHeld"][0]["skuId"]),
        (&json!("Unchanged"), &json!(E5))
    );
    assert_eq!(
        service
            .lines()
            .iter()
            .filter(|line| line.starts_with("POST"))
            .count(),
        1
    );
}

#[test]
fn where_the_service_does_not_say_what_is_held_the_named_products_are_sent() {
    let service = service(None, Value::Null);
    let said = run(
        &service,
        Operation::Remove,
        json!({ "userId": "ada", "skuIds": [E5] }),
    );
    assert!(said.succeeded(), "{said:?}");
    assert_eq!(
        body(service.seen().last().unwrap())["removeLicenses"],
        json!([E5])
    );
    let error = run(
        &service,
        Operation::Remove,
        json!({ "userId": "ada", "all": true }),
    )
    .error();
    assert_eq!(error["kind"], "argument");
}

#[test]
fn a_removal_of_nothing_is_refused() {
    let service = service(None, json!([]));
    assert_eq!(
        run(
            &service,
            Operation::Remove,
            json!({ "userId": "ada", "skuIds": [] })
        )
        .error()["kind"],
        "argument"
    );
    assert!(service.seen().is_empty());
}

#[test]
fn a_test_reads_once_and_writes_nothing() {
    let service = service(None, json!([]));
    let users: Vec<_> = (0..25)
        .map(|number| json!({ "userId": format!("user{number}") }))
        .chain([json!({ "userId": "nobody" })])
        .collect();
    let said = run(
        &service,
        Operation::Test,
        json!({ "users": users, "addLicenses": [{ "skuId": "SPE_E5" }] }),
    );
    let items = said.of(EventKind::Item);
    assert_eq!(items.len(), 26);
    for item in &items[..25] {
        assert_eq!(item["willSucceed"], false, "{item}");
        assert_eq!(item["reasons"][0]["code"], "UsageLocationMissing", "{item}");
        assert_eq!(item["reasons"][0]["certainty"], "Certain", "{item}");
    }
    assert!(
        items[3]["userId"]
            .as_str()
            .unwrap()
            .contains("/users/user3?"),
        "{}",
        items[3]
    );
    assert_eq!(
        (&items[25]["userId"], &items[25]["reasons"][0]["code"]),
        (&json!("nobody"), &json!("Request_ResourceNotFound"))
    );
    let lines = service.lines();
    assert_eq!(
        lines,
        [
            "GET v1.0/subscribedSkus",
            "POST v1.0/$batch",
            "POST v1.0/$batch"
        ]
    );
}

#[test]
fn a_test_takes_the_location_that_would_be_set_and_each_users_own_change() {
    let service = service(None, json!([]));
    let users = json!([{ "userId": "ada" }, { "userId": "bob", "addLicenses": [{ "skuId": "NO_SUCH_THING" }] }, { "userId": "cy", "usageLocation": "UK" }]);
    let said = run(
        &service,
        Operation::Test,
        json!({ "users": users, "addLicenses": [{ "skuId": E5 }], "usageLocation": "GB" }),
    );
    let items = said.of(EventKind::Item);
    assert_eq!(
        (&items[0]["willSucceed"], &items[0]["reasons"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(items[1]["reasons"][0]["code"], "UnknownName");
    assert_eq!(items[2]["reasons"][0]["code"], "InvalidUsageLocation");
}

#[test]
fn a_user_that_cannot_be_named_is_a_reason_whether_tested_alone_or_with_others() {
    let service = service(Some("GB"), json!([]));
    for users in [
        json!([{ "userId": "" }]),
        json!([{ "userId": "" }, { "userId": "ada" }, { "userId": "bob" }]),
    ] {
        let payload = json!({ "users": users, "addLicenses": [{ "skuId": E5 }] });
        let said = run(&service, Operation::Test, payload);
        assert!(said.succeeded(), "{said:?}");
        let first = &said.of(EventKind::Item)[0];
        assert_eq!(
            (&first["willSucceed"], &first["reasons"][0]["code"]),
            (&json!(false), &json!("InvalidArgument"))
        );
    }
}

#[test]
fn no_seats_is_a_certain_reason_for_the_product_that_lacks_them() {
    let service = service(Some("GB"), json!([]));
    let said = run(
        &service,
        Operation::Test,
        json!({ "users": [{ "userId": "ada" }], "addLicenses": [{ "skuId": "OUR_OWN" }] }),
    );
    let reason = said.item()["reasons"][0].clone();
    assert_eq!(
        (
            &reason["code"],
            &reason["certainty"],
            &reason["skuPartNumber"]
        ),
        (&json!("NoSeats"), &json!("Certain"), &json!("OUR_OWN"))
    );
}

#[test]
fn a_caller_who_wants_to_be_asked_is_asked_before_the_first_write() {
    for (reply, writes) in [("true", 2), ("false", 0), ("yes", 0), ("", 0)] {
        let service = service(None, json!([]));
        let mut payload = assign_with_location();
        payload["ask"] = true.into();
        let job = start(
            &session(&service, Arc::new(Waits::default())),
            Operation::AssignUser,
            payload,
        );
        let Pulled::Event(question) = job.pull(Duration::from_secs(5)) else {
            panic!("a question comes first")
        };
        assert_eq!(question.kind, EventKind::Question);
        let asked: Value = serde_json::from_slice(&question.data).unwrap();
        assert_eq!(
            (&asked["kind"], &asked["target"]),
            (&json!("shouldProcess"), &json!("ada"))
        );
        assert_eq!(asked["action"], "set usage location GB; add SPE_E5");
        assert!(service.seen().iter().all(|seen| seen.method == "GET"));
        assert!(job.reply(question.id, reply.into()));
        assert!(
            !job.reply(question.id, reply.into()),
            "a question is answered once"
        );
        assert!(drain(&job).succeeded());
        assert_eq!(
            service
                .seen()
                .iter()
                .filter(|seen| seen.method != "GET")
                .count(),
            writes,
            "{reply}"
        );
    }
}

#[test]
fn cancelling_answers_a_question() {
    let service = service(None, json!([]));
    let payload = json!({ "userId": "ada", "removeLicenses": [E5], "ask": true });
    let job = start(
        &session(&service, Arc::new(Waits::default())),
        Operation::AssignUser,
        payload,
    );
    let Pulled::Event(question) = job.pull(Duration::from_secs(5)) else {
        panic!("a question comes first")
    };
    job.cancel();
    assert!(!job.reply(question.id, "true".into()));
    assert_eq!(drain(&job).error()["kind"], "cancelled");
    assert!(service.seen().is_empty());
}

#[test]
fn a_write_under_way_when_its_job_is_cancelled_is_let_finish_and_told() {
    let service = Service::slow(Duration::from_millis(200), |_, _| {
        answer(200, r#"{"id":"done"}"#)
    });
    let job = start(
        &session(&service, Arc::new(Waits::default())),
        Operation::AssignUser,
        json!({ "userId": "ada", "removeLicenses": [E5] }),
    );
    assert!(matches!(
        job.pull(Duration::from_millis(20)),
        Pulled::Nothing
    ));
    job.cancel();
    assert_eq!(drain(&job).item()["id"], "done");
}

#[test]
fn debug_shows_what_is_sent_and_what_came() {
    let service = service(None, json!([]));
    let said = run(
        &service,
        Operation::AssignUser,
        json!({ "userId": "ada", "removeLicenses": [E5], "debug": true }),
    );
    let debug: Vec<_> = said
        .of(EventKind::Debug)
        .iter()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(debug.len(), 2);
    assert!(
        debug[0].contains("HTTP REQUEST") && debug[0].contains("POST") && debug[0].contains(E5),
        "{}",
        debug[0]
    );
    assert!(
        debug[1].contains("HTTP RESPONSE") && debug[1].contains("id-of-ada"),
        "{}",
        debug[1]
    );
}
