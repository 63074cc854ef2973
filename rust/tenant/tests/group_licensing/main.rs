//! Licences through groups, as Microsoft documents them, sentence by sentence.

mod products;
#[path = "../common/writes.rs"]
#[allow(dead_code)]
mod writes;

use serde_json::{Value, json};
use writes::*;

const G2: &str = "00000000-0000-4000-8000-000000000010";
const NOBODY: &str = "00000000-0000-4000-8000-0000000000ff";

/// The small company with a second empty group and other seats.
fn company(seats: &[(&str, i64)]) -> Value {
    let mut seed = small_company();
    for (sku, enabled) in seats {
        let skus = seed["subscribedSkus"].as_array_mut().expect("a list");
        let sku = skus
            .iter_mut()
            .find(|known| known["skuId"] == *sku)
            .expect("it is there");
        sku["prepaidUnits"]["enabled"] = json!(enabled);
    }
    let groups = seed["groups"].as_array_mut().expect("a list");
    groups[0]["members"] = json!([]);
    groups.push(json!({"id": G2, "displayName": "g2"}));
    seed["settings"] = json!({"groups": {"memberOrder": "joined"}});
    seed
}

fn license(service: &Service, group: &str, add: &[&str], remove: &[&str]) -> Answer {
    let add: Vec<Value> = add.iter().map(|sku| json!({"skuId": sku})).collect();
    service.post(
        &format!("/groups/{group}/assignLicense"),
        &json!({"addLicenses": add, "removeLicenses": remove}),
    )
}

fn join(service: &Service, group: &str, user: &str) {
    let link = format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}");
    let answer = service.post(
        &format!("/groups/{group}/members/$ref"),
        &json!({"@odata.id": link}),
    );
    assert_eq!(answer.status, 204, "{}", answer.text);
}

fn leave(service: &Service, group: &str, user: &str) {
    let answer = service.delete(&format!("/groups/{group}/members/{user}/$ref"));
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// The states of a user's assignments, as `product group state error`, sorted.
fn states(service: &Service, user: &str) -> Vec<(String, Option<String>, String, String)> {
    let user = service.json(&format!("/users/{user}?$select=licenseAssignmentStates"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let mut states: Vec<_> = user["licenseAssignmentStates"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|state| {
            (
                text(&state["skuId"]),
                state["assignedByGroup"].as_str().map(str::to_owned),
                text(&state["state"]),
                text(&state["error"]),
            )
        })
        .collect();
    states.sort();
    states
}

fn state(
    sku: &str,
    group: Option<&str>,
    state: &str,
    error: &str,
) -> (String, Option<String>, String, String) {
    (
        sku.to_owned(),
        group.map(str::to_owned),
        state.to_owned(),
        error.to_owned(),
    )
}

fn sorted(
    mut list: Vec<(String, Option<String>, String, String)>,
) -> Vec<(String, Option<String>, String, String)> {
    list.sort();
    list
}

fn processing_state(service: &Service, group: &str) -> Value {
    service.json(&format!("/groups/{group}?$select=licenseProcessingState"))["licenseProcessingState"]["state"].clone()
}

fn ids(service: &Service, path: &str) -> Vec<String> {
    let list = service.json(path);
    let mut ids: Vec<String> = list["value"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    ids.sort();
    ids
}

fn seats(service: &Service, sku: &str, enabled: i64) {
    service
        .tenant
        .change(&json!({"subscribedSkus": [{"skuId": sku, "prepaidUnits": {"enabled": enabled}}]}))
        .expect("the change is right");
}

#[test]
fn a_licence_of_a_group_is_taken_at_once_and_reaches_the_members_with_the_next_request() {
    let service = Service::new(&company(&[]));
    join(&service, G1, U1);
    assert_eq!(
        service.json(&format!("/groups/{G1}?$select=licenseProcessingState"))["licenseProcessingState"],
        Value::Null
    );
    let answer = license(&service, G1, &[FLOW], &[]);
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(answer.json()["id"], G1);
    let location = answer.headers["location"].to_str().expect("text");
    assert!(
        location.ends_with(&format!(
            "/directoryObjects/{G1}/Microsoft.DirectoryServices.Group"
        )),
        "{location}"
    );
    assert_eq!(processing_state(&service, G1), "ProcessingComplete");
    assert_eq!(
        states(&service, U1),
        [state(FLOW, Some(G1), "Active", "None")]
    );
    assert_eq!(service.products(U1), [FLOW]);
    assert_eq!(service.consumed(FLOW), 1);
    let details = service.json(&format!("/users/{U1}/licenseDetails"));
    assert_eq!(details["value"][0]["skuId"], FLOW);
    let group = service.json(&format!("/groups/{G1}?$select=assignedLicenses"));
    assert_eq!(
        group["assignedLicenses"],
        json!([{"disabledPlans": [], "skuId": FLOW}])
    );
}

#[test]
fn joining_gives_and_leaving_takes_and_the_plan_stays_as_deleted() {
    let service = Service::new(&company(&[]));
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    join(&service, G1, U1);
    assert_eq!(service.products(U1), [FLOW]);
    leave(&service, G1, U1);
    assert_eq!(service.products(U1), Vec::<String>::new());
    assert_eq!(states(&service, U1), []);
    assert_eq!(service.consumed(FLOW), 0);
    let user = service.json(&format!(
        "/users/{U1}?$select=assignedPlans,provisionedPlans"
    ));
    let plans = user["assignedPlans"].as_array().expect("a list");
    assert!(
        !plans.is_empty()
            && plans
                .iter()
                .all(|plan| plan["capabilityStatus"] == "Deleted")
    );
    assert_eq!(user["provisionedPlans"], json!([]));
}

#[test]
fn the_same_product_from_three_sources_takes_one_seat_and_gives_the_union_of_plans() {
    let service = Service::new(&company(&[]));
    service.assign(U1, &[E3], &[]).assert_ok();
    for (group, off) in [(G1, SWAY), (G2, YAMMER)] {
        let answer = service.post(
            &format!("/groups/{group}/assignLicense"),
            &json!({"addLicenses": [{"skuId": E3, "disabledPlans": [off]}], "removeLicenses": []}),
        );
        assert_eq!(answer.status, 202, "{}", answer.text);
        join(&service, group, U1);
    }
    assert_eq!(states(&service, U1).len(), 3);
    assert_eq!(service.held(U1), [(E3.to_owned(), vec![])]);
    assert_eq!(service.consumed(E3), 1);
    // Without the direct one each group still turns on what the other turns off.
    service.assign(U1, &[], &[E3]).assert_ok();
    assert_eq!(service.held(U1), [(E3.to_owned(), vec![])]);
    leave(&service, G2, U1);
    assert_eq!(service.held(U1), [(E3.to_owned(), vec![SWAY.to_owned()])]);
    assert_eq!(service.consumed(E3), 1);
}

#[test]
fn one_product_without_seats_keeps_all_of_the_group_from_the_member() {
    let service = Service::new(&company(&[(FLOW, 1)]));
    join(&service, G1, U1);
    join(&service, G1, U5);
    assert_eq!(license(&service, G1, &[FLOW, VISIO], &[]).status, 202);
    assert_eq!(service.products(U1).len(), 2);
    assert_eq!(
        states(&service, U5),
        sorted(vec![
            state(FLOW, Some(G1), "Error", "CountViolation"),
            state(VISIO, Some(G1), "Error", "Other"),
        ])
    );
    assert_eq!(service.products(U5), Vec::<String>::new());
    assert_eq!((service.consumed(FLOW), service.consumed(VISIO)), (1, 1));
    assert_eq!(
        ids(&service, &format!("/groups/{G1}/membersWithLicenseErrors")),
        [U5]
    );
    assert_eq!(
        ids(
            &service,
            "/groups?$filter=hasMembersWithLicenseErrors%20eq%20true"
        ),
        [G1]
    );
}

#[test]
fn seats_that_were_bought_are_given_when_the_member_is_processed_again() {
    let service = Service::new(&company(&[(FLOW, 1)]));
    join(&service, G1, U1);
    join(&service, G1, U5);
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    let reprocess = || {
        service.post(
            &format!("/users/{U5}/reprocessLicenseAssignment"),
            &json!({}),
        )
    };
    reprocess().assert_bad_request(&format!(
        "Subscription with SKU {FLOW} does not have any available licenses."
    ));
    seats(&service, FLOW, 2);
    // Nobody documents that it happens by itself.
    assert_eq!(
        states(&service, U5),
        [state(FLOW, Some(G1), "Error", "CountViolation")]
    );
    reprocess().assert_ok();
    assert_eq!(
        states(&service, U5),
        [state(FLOW, Some(G1), "Active", "None")]
    );
    assert_eq!(service.consumed(FLOW), 2);
}

#[test]
fn who_waits_is_served_by_itself_where_the_settings_say_so_the_first_to_join_first() {
    let mut seed = company(&[(FLOW, 1)]);
    seed["settings"]["groups"]["refill"] = json!("automatic");
    let service = Service::new(&seed);
    for user in [U5, U1, U2] {
        join(&service, G1, user);
    }
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(service.products(U5), [FLOW]);
    seats(&service, FLOW, 2);
    assert_eq!(service.products(U1), [FLOW]);
    assert_eq!(service.products(U2), Vec::<String>::new());
    // A seat that a member gives back goes to the next.
    leave(&service, G1, U5);
    service.json("/users");
    assert_eq!(service.products(U2), [FLOW]);
    assert_eq!(service.consumed(FLOW), 2);
}

#[test]
fn a_conflict_is_recorded_on_the_newcomer() {
    let service = Service::new(&company(&[]));
    service.assign(U1, &[E1], &[]).assert_ok();
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[E3, FLOW], &[]).status, 202);
    assert_eq!(
        states(&service, U1),
        sorted(vec![
            state(E1, None, "Active", "None"),
            state(E3, Some(G1), "Error", "MutuallyExclusiveViolation"),
            state(FLOW, Some(G1), "Error", "Other"),
        ])
    );
    let answer = service.post(
        &format!("/users/{U1}/reprocessLicenseAssignment"),
        &json!({}),
    );
    let (status, _, message) = answer.refusal();
    assert_eq!(status, 400);
    assert!(message.ends_with("are mutually exclusive"), "{message}");
    service.assign(U1, &[], &[E1]).assert_ok();
    service
        .post(
            &format!("/users/{U1}/reprocessLicenseAssignment"),
            &json!({}),
        )
        .assert_ok();
    assert_eq!(service.products(U1).len(), 2);
}

#[test]
fn a_swap_in_one_call_leaves_no_error_and_in_two_collides_in_between() {
    let service = Service::new(&company(&[]));
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[E1], &[]).status, 202);
    assert_eq!(service.products(U1), [E1]);
    assert_eq!(license(&service, G1, &[E3], &[E1]).status, 202);
    assert_eq!(
        states(&service, U1),
        [state(E3, Some(G1), "Active", "None")]
    );
    assert_eq!((service.consumed(E1), service.consumed(E3)), (0, 1));
    // The other way round in two calls.
    assert_eq!(license(&service, G1, &[E1], &[]).status, 202);
    assert_eq!(
        states(&service, U1),
        sorted(vec![
            state(E1, Some(G1), "Error", "MutuallyExclusiveViolation"),
            state(E3, Some(G1), "ActiveWithError", "Other"),
        ])
    );
    assert_eq!(license(&service, G1, &[], &[E3]).status, 202);
    assert_eq!(
        states(&service, U1),
        [state(E1, Some(G1), "Active", "None")]
    );
}

#[test]
fn a_swap_without_seats_leaves_the_member_what_they_had() {
    let service = Service::new(&company(&[(E3, 0)]));
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[E1], &[]).status, 202);
    assert_eq!(license(&service, G1, &[E3], &[E1]).status, 202);
    assert_eq!(
        states(&service, U1),
        sorted(vec![
            state(E1, Some(G1), "ActiveWithError", "Other"),
            state(E3, Some(G1), "Error", "CountViolation"),
        ])
    );
    assert_eq!((service.consumed(E1), service.consumed(E3)), (1, 0));
}

#[test]
fn what_another_licence_needs_stays_with_a_member_who_left() {
    let service = Service::new(&company(&[]));
    assert_eq!(license(&service, G1, &[E1], &[]).status, 202);
    join(&service, G1, U1);
    assert_eq!(service.products(U1), [E1]);
    // Phone needs a plan of E1.
    service.assign(U1, &[PHONE], &[]).assert_ok();
    leave(&service, G1, U1);
    assert_eq!(
        states(&service, U1),
        sorted(vec![
            state(E1, Some(G1), "ActiveWithError", "DependencyViolation"),
            state(PHONE, None, "Active", "None"),
        ])
    );
    assert_eq!(service.consumed(E1), 1);
    assert_eq!(
        ids(&service, &format!("/groups/{G1}/membersWithLicenseErrors")),
        [U1]
    );
    service.assign(U1, &[], &[PHONE]).assert_ok();
    assert_eq!(service.products(U1), [E1]);
    service
        .post(
            &format!("/users/{U1}/reprocessLicenseAssignment"),
            &json!({}),
        )
        .assert_ok();
    assert_eq!(service.products(U1), Vec::<String>::new());
    assert_eq!(service.consumed(E1), 0);
}

#[test]
fn a_member_without_a_location_is_judged_by_the_tenants_and_keeps_none() {
    let mut seed = company(&[]);
    seed["rules"] = json!({"barred": [{"plan": SWAY, "locations": ["GB"]}]});
    let service = Service::new(&seed);
    join(&service, G1, U2);
    assert_eq!(license(&service, G1, &[E3], &[]).status, 202);
    assert_eq!(
        states(&service, U2),
        [state(
            E3,
            Some(G1),
            "Error",
            "ProhibitedInUsageLocationViolation"
        )]
    );
    assert_eq!(
        service
            .patch(&format!("/users/{U2}"), &json!({"usageLocation": "DE"}))
            .status,
        204
    );
    // A new location alone triggers nothing.
    assert_eq!(service.products(U2), Vec::<String>::new());
    service
        .post(
            &format!("/users/{U2}/reprocessLicenseAssignment"),
            &json!({}),
        )
        .assert_ok();
    assert_eq!(service.products(U2), [E3]);
    join(&service, G1, U4);
    assert_eq!(license(&service, G1, &[FLOW], &[E3]).status, 202);
    assert_eq!(service.products(U4), [FLOW]);
    let user = service.json(&format!("/users/{U4}?$select=usageLocation"));
    assert_eq!(user["usageLocation"], Value::Null);
}

#[test]
fn a_mail_address_of_another_object_is_a_uniqueness_violation() {
    let mut seed = company(&[]);
    seed["users"][0]["proxyAddresses"] = json!(["SMTP:one@contoso.com", "smtp:shared@contoso.com"]);
    seed["users"][4]["mail"] = json!("shared@contoso.com");
    let service = Service::new(&seed);
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[EXO1], &[]).status, 202);
    assert_eq!(
        states(&service, U1),
        [state(EXO1, Some(G1), "Error", "UniquenessViolation")]
    );
    service
        .post(
            &format!("/users/{U1}/reprocessLicenseAssignment"),
            &json!({}),
        )
        .assert_bad_request(
            "Another object with the same value for property proxyAddresses already exists.",
        );
    // What brings no mailbox is given.
    assert_eq!(license(&service, G1, &[FLOW], &[EXO1]).status, 202);
    assert_eq!(service.products(U1), [FLOW]);
}

#[test]
fn only_members_of_the_first_level_count() {
    let service = Service::new(&company(&[]));
    join(&service, G2, U1);
    join(&service, G1, G2);
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(service.products(U1), Vec::<String>::new());
    service
        .tenant
        .set_settings(&json!({"groups": {"nested": true}}))
        .expect("it is a setting");
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(service.products(U1), [FLOW]);
    leave(&service, G2, U1);
    assert_eq!(service.products(U1), Vec::<String>::new());
    join(&service, G2, U5);
    assert_eq!(service.products(U5), [FLOW]);
    // A circle of groups ends somewhere.
    join(&service, G2, G1);
    assert_eq!(license(&service, G1, &[VISIO], &[]).status, 202);
    assert_eq!(service.products(U5).len(), 2);
    leave(&service, G1, G2);
    assert_eq!(service.products(U5), Vec::<String>::new());
}

#[test]
fn only_security_groups_carry_licences_of_whatever_kind_they_are() {
    let mut seed = company(&[]);
    let groups = seed["groups"].as_array_mut().expect("a list");
    let id = |number: u8| format!("00000000-0000-4000-8000-0000000001{number:02}");
    for (number, group) in [
        json!({"displayName": "m365", "groupTypes": ["Unified"], "mailEnabled": true, "securityEnabled": true, "mail": "m365@contoso.com"}),
        json!({"displayName": "team", "groupTypes": ["Unified"], "mailEnabled": true, "securityEnabled": false, "mail": "team@contoso.com"}),
        json!({"displayName": "list", "mailEnabled": true, "securityEnabled": false, "mail": "list@contoso.com"}),
    ]
    .into_iter()
    .enumerate()
    {
        let mut group = group;
        group["id"] = json!(id(number as u8));
        group["members"] = json!([U1]);
        groups.push(group);
    }
    groups[1]["members"] = json!([U1]);
    groups[3]["members"] = json!([U1]);
    let service = Service::new(&seed);
    for (group, sku) in [(&*id(0), FLOW), (GM, VISIO), (GS, EXO2)] {
        let answer = license(&service, group, &[sku], &[]);
        assert_eq!(answer.status, 202, "{}", answer.text);
        assert!(service.products(U1).contains(&sku.to_owned()));
    }
    for group in [id(1), id(2)] {
        let (status, code, message) = license(&service, &group, &[FLOW], &[]).refusal();
        assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
        assert!(message.contains("security groups"), "{message}");
    }
    // The members of a synced group follow the directory on premises; its licences do not.
    let link =
        json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{U5}")});
    let (status, _, message) = service
        .post(&format!("/groups/{GS}/members/$ref"), &link)
        .refusal();
    assert_eq!(status, 400);
    assert!(message.contains("on-premises mastered"), "{message}");
}

#[test]
fn the_licences_of_a_group_are_checked_without_its_members() {
    let service = Service::new(&company(&[(FLOW, 0)]));
    // No seat is asked for.
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    // Nor does it matter that two products exclude each other.
    assert_eq!(license(&service, G1, &[E1, E3], &[]).status, 202);
    license(&service, G2, &[NOBODY], &[]).assert_bad_request(&format!(
        "License {NOBODY} does not correspond to a valid company License."
    ));
    license(&service, G2, &[], &[NOBODY]).assert_bad_request(&format!(
        "License {NOBODY} does not correspond to a valid company License."
    ));
    assert_eq!(license(&service, G2, &[], &[FLOW]).status, 400);
    license(&service, NOBODY, &[FLOW], &[]).assert_refused(
        404,
        "Request_ResourceNotFound",
        &format!("Resource '{NOBODY}' does not exist or one of its queried reference-property objects are not present."),
    );
    // An add-on needs its base on the same group.
    let (status, _, message) = license(&service, G2, &[PHONE], &[]).refusal();
    assert_eq!(status, 400);
    assert!(
        message.contains("depends on the service plan(s)"),
        "{message}"
    );
    assert_eq!(license(&service, G2, &[E1, PHONE], &[]).status, 202);
    let (status, _, message) = license(&service, G2, &[], &[E1]).refusal();
    assert_eq!(status, 400);
    assert!(
        message.contains("depends on the service plan(s)"),
        "{message}"
    );
    // A plan that is not in the product.
    let answer = service.post(
        &format!("/groups/{G2}/assignLicense"),
        &json!({"addLicenses": [{"skuId": VISIO, "disabledPlans": [SWAY]}], "removeLicenses": []}),
    );
    let (status, code, message) = answer.refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert!(message.contains(SWAY), "{message}");
    // Both lists must be there.
    service
        .post(&format!("/groups/{G2}/assignLicense"), &json!({"addLicenses": []}))
        .assert_bad_request(
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: removeLicenses.",
        );
    // The disabled plans of a licence are replaced, not merged.
    for off in [SWAY, YAMMER] {
        let answer = service.post(
            &format!("/groups/{G1}/assignLicense"),
            &json!({"addLicenses": [{"skuId": E3, "disabledPlans": [off]}], "removeLicenses": []}),
        );
        assert_eq!(answer.status, 202);
    }
    let group = service.json(&format!("/groups/{G1}?$select=assignedLicenses"));
    let licenses = group["assignedLicenses"].as_array().expect("a list");
    assert!(
        licenses
            .iter()
            .any(|license| license["skuId"] == E3 && license["disabledPlans"] == json!([YAMMER]))
    );
}

#[test]
fn a_group_with_licences_stays_until_they_are_gone() {
    let service = Service::new(&company(&[]));
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    let (status, code, _) = service.delete(&format!("/groups/{G1}")).refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert_eq!(service.products(U1), [FLOW]);
    service
        .tenant
        .set_settings(&json!({"clockMode": "explicit"}))
        .expect("it is a setting");
    assert_eq!(license(&service, G1, &[], &[FLOW]).status, 202);
    assert_eq!(service.delete(&format!("/groups/{G1}")).status, 204);
    // The licence goes with the tick, not with the group.
    assert_eq!(service.products(U1), [FLOW]);
    let step = service.tenant.step().expect("the step is done");
    assert_eq!((step.members, step.is_due), (1, false));
    assert_eq!(service.products(U1), Vec::<String>::new());
    assert_eq!(service.consumed(FLOW), 0);
}

#[test]
fn work_waits_for_its_time_and_in_explicit_mode_for_a_step() {
    let mut seed = company(&[]);
    seed["settings"]["lag"] = json!({"groupProcessingSeconds": 120});
    let service = Service::new(&seed);
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(processing_state(&service, G1), "QueuedForProcessing");
    let clock = |time: &str| {
        service
            .tenant
            .change(&json!({"clock": time}))
            .expect("it is a time");
    };
    clock("2026-11-25T09:01:59Z");
    assert_eq!(service.products(U1), Vec::<String>::new());
    clock("2026-11-25T09:02:00Z");
    assert_eq!(service.products(U1), [FLOW]);
    assert_eq!(processing_state(&service, G1), "ProcessingComplete");
    let set = |mode: &str| {
        service
            .tenant
            .set_settings(&json!({"clockMode": mode}))
            .expect("it is a setting");
    };
    set("explicit");
    join(&service, G1, U5);
    assert_eq!(processing_state(&service, G1), "QueuedForProcessing");
    clock("2026-11-25T10:00:00Z");
    assert_eq!(service.products(U5), Vec::<String>::new());
    let step = service.tenant.step().expect("the step is done");
    assert_eq!((step.members, step.next), (1, None));
    assert_eq!(service.products(U5), [FLOW]);
    assert_eq!(service.tenant.step().expect("nothing to do").members, 0);
}

#[test]
fn a_step_processes_so_many_members_and_the_group_tells_how_far_it_is() {
    for order in ["joined", "seeded"] {
        let mut seed = company(&[]);
        seed["settings"] =
            json!({"clockMode": "explicit", "groups": {"membersPerStep": 2, "memberOrder": order}});
        let service = Service::new(&seed);
        for user in [U1, U2, U3, U4, U5] {
            join(&service, G1, user);
        }
        assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
        let mut seen = vec![(service.consumed(FLOW), processing_state(&service, G1))];
        for _ in 0..3 {
            service.tenant.step().expect("the step is done");
            seen.push((service.consumed(FLOW), processing_state(&service, G1)));
        }
        let expected = [
            (0, json!("QueuedForProcessing")),
            (2, json!("ProcessingInProgress")),
            (4, json!("ProcessingInProgress")),
            (5, json!("ProcessingComplete")),
        ];
        assert_eq!(seen, expected, "{order}");
    }
}

#[test]
fn a_deleted_member_frees_the_seat_at_once_and_needs_one_again() {
    let service = Service::new(&company(&[(FLOW, 1)]));
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    join(&service, G1, U1);
    assert_eq!(service.consumed(FLOW), 1);
    assert_eq!(service.delete(&format!("/users/{U1}")).status, 204);
    assert_eq!(service.consumed(FLOW), 0);
    join(&service, G1, U5);
    assert_eq!(service.products(U5), [FLOW]);
    let restored = service.post(&format!("/directory/deletedItems/{U1}/restore"), &json!({}));
    restored.assert_ok();
    assert_eq!(
        states(&service, U1),
        [state(FLOW, Some(G1), "Error", "CountViolation")]
    );
    assert_eq!(service.consumed(FLOW), 1);
    // A member who is deleted while the licences are on their way is passed over.
    service
        .tenant
        .set_settings(&json!({"clockMode": "explicit"}))
        .expect("it is a setting");
    assert_eq!(license(&service, G1, &[VISIO], &[]).status, 202);
    assert_eq!(service.delete(&format!("/users/{U5}")).status, 204);
    service.tenant.step().expect("the step is done");
    // The seat of the one who is gone serves the one who waited: the group's licences changed.
    assert_eq!((service.consumed(FLOW), service.consumed(VISIO)), (1, 1));
    assert_eq!(service.products(U1).len(), 2);
}

#[test]
fn a_direct_licence_beside_an_inherited_one_comes_and_goes_by_itself() {
    let service = Service::new(&company(&[]));
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[E3], &[]).status, 202);
    service.assign(U1, &[E3], &[]).assert_ok();
    assert_eq!((states(&service, U1).len(), service.consumed(E3)), (2, 1));
    service.assign(U1, &[], &[E3]).assert_ok();
    assert_eq!(
        states(&service, U1),
        [state(E3, Some(G1), "Active", "None")]
    );
    service.assign(U1, &[], &[E3]).assert_bad_request(
        "User license is inherited from a group membership and it cannot be removed directly from the user.",
    );
}

#[test]
fn groups_that_fight_over_exclusive_plans_leave_the_member_the_older_groups() {
    let service = Service::new(&company(&[]));
    assert_eq!(license(&service, G1, &[E1], &[]).status, 202);
    assert_eq!(license(&service, G2, &[E3], &[]).status, 202);
    join(&service, G2, U5);
    assert_eq!(service.products(U5), [E3]);
    join(&service, G1, U5);
    // Who has it keeps it.
    assert_eq!(
        states(&service, U5),
        sorted(vec![
            state(E1, Some(G1), "Error", "MutuallyExclusiveViolation"),
            state(E3, Some(G2), "Active", "None"),
        ])
    );
    service
        .tenant
        .set_settings(&json!({"clockMode": "explicit"}))
        .expect("it is a setting");
    join(&service, G2, U1);
    join(&service, G1, U1);
    service.tenant.step().expect("the step is done");
    assert_eq!(service.products(U1), [E1]);
}

#[test]
fn settings_decide_what_the_record_leaves_open() {
    // What cannot be taken from a member who left becomes a direct licence.
    let mut seed = company(&[]);
    seed["settings"]["groups"] = json!({"departedMember": "direct", "writeLocation": true});
    let service = Service::new(&seed);
    assert_eq!(license(&service, G1, &[E1], &[]).status, 202);
    join(&service, G1, U1);
    assert_eq!(service.products(U1), [E1]);
    service.assign(U1, &[PHONE], &[]).assert_ok();
    leave(&service, G1, U1);
    assert_eq!(
        states(&service, U1),
        sorted(vec![
            state(E1, None, "Active", "None"),
            state(PHONE, None, "Active", "None"),
        ])
    );
    // Whoever has no location is given the tenant's.
    join(&service, G1, U2);
    service.json("/organization");
    let user = service.json(&format!("/users/{U2}?$select=usageLocation"));
    assert_eq!(user["usageLocation"], "GB");
    // A group with licences may be deleted, and its licences go with it.
    service
        .tenant
        .set_settings(&json!({"groups": {"licensedDelete": "accept"}}))
        .expect("it is a setting");
    assert_eq!(service.products(U2), [E1]);
    assert_eq!(service.delete(&format!("/groups/{G1}")).status, 204);
    assert_eq!(service.products(U2), Vec::<String>::new());
    assert_eq!(service.consumed(E1), 1);
    // Where Entra ID P1 is required, a tenant without it licenses no groups.
    service
        .tenant
        .set_settings(&json!({"groups": {"requireP1": true}}))
        .expect("it is a setting");
    let (status, _, message) = license(&service, G2, &[E1], &[]).refusal();
    // Microsoft 365 E3 and E5 include it.
    assert_eq!((status, message.as_str()), (202, ""));
    for sku in [M3, M5] {
        service
            .tenant
            .change(&json!({"subscribedSkus": [{"skuId": sku, "removed": true}]}))
            .expect("the change is right");
    }
    let (status, _, message) = license(&service, G2, &[E1], &[]).refusal();
    assert_eq!(status, 400);
    assert!(message.contains("Entra ID P1"), "{message}");
}

#[test]
fn a_licensed_group_stays_a_security_group() {
    let service = Service::new(&company(&[]));
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    let path = format!("/groups/{G1}");
    let answer = service.patch(&path, &json!({"securityEnabled": false}));
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert_eq!(license(&service, G1, &[], &[FLOW]).status, 202);
    assert_eq!(
        service
            .patch(&path, &json!({"securityEnabled": false}))
            .status,
        204
    );
}

#[test]
fn plans_turned_off_on_the_group_go_from_the_members_and_stay_visible_as_deleted() {
    let service = Service::new(&company(&[]));
    join(&service, G1, U1);
    let set = |off: &[&str]| {
        let answer = service.post(
            &format!("/groups/{G1}/assignLicense"),
            &json!({"addLicenses": [{"skuId": E3, "disabledPlans": off}], "removeLicenses": []}),
        );
        assert_eq!(answer.status, 202, "{}", answer.text);
    };
    set(&[]);
    assert_eq!(service.held(U1), [(E3.to_owned(), vec![])]);
    set(&[SWAY]);
    assert_eq!(service.held(U1), [(E3.to_owned(), vec![SWAY.to_owned()])]);
    let plans = service.json(&format!("/users/{U1}?$select=assignedPlans"));
    let sway = plans["assignedPlans"]
        .as_array()
        .expect("a list")
        .iter()
        .find(|plan| plan["servicePlanId"] == SWAY)
        .expect("it stays visible");
    assert_eq!(sway["capabilityStatus"], "Deleted");
}
