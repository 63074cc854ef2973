//! Groups whose members follow from a rule.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use serde_json::{Value, json};
use writes::*;

fn members(service: &Service, group: &str) -> Vec<String> {
    let list = service.json(&format!("/groups/{group}/members?$select=id"));
    let mut ids: Vec<String> = list["value"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    ids.sort();
    ids
}

fn dynamic(rule: &str) -> Value {
    json!({"displayName": "d", "mailEnabled": false, "mailNickname": "d", "securityEnabled": true,
        "groupTypes": ["DynamicMembership"], "membershipRule": rule, "membershipRuleProcessingState": "On"})
}

fn make(service: &Service, group: &Value) -> String {
    let answer = service.post("/groups", group);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].as_str().expect("an id").to_owned()
}

fn set(service: &Service, path: &str, change: &Value) {
    let answer = service.patch(path, change);
    assert_eq!(answer.status, 204, "{path}: {}", answer.text);
}

#[test]
fn members_follow_the_rule_when_they_change_and_licences_follow_the_members() {
    let service = Service::new(&small_company());
    let group = make(&service, &dynamic(r#"user.usageLocation -eq "GB""#));
    assert_eq!(members(&service, &group), [U1, U5]);
    let answer = service.post(
        &format!("/groups/{group}/assignLicense"),
        &json!({"addLicenses": [{"skuId": FLOW}], "removeLicenses": []}),
    );
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(service.products(U1), [FLOW]);
    set(
        &service,
        &format!("/users/{U2}"),
        &json!({"usageLocation": "GB"}),
    );
    assert_eq!(service.products(U2), [FLOW]);
    set(
        &service,
        &format!("/users/{U1}"),
        &json!({"usageLocation": "DE"}),
    );
    assert_eq!(service.products(U1), Vec::<String>::new());
    assert_eq!(members(&service, &group), [U2, U5]);
    assert_eq!(service.consumed(FLOW), 2);
    // A new user, and one who comes back.
    let user = json!({"accountEnabled": true, "displayName": "Six", "mailNickname": "u6", "usageLocation": "GB",
        "userPrincipalName": "u6@contoso.com", "passwordProfile": {"password": "Secret-1234"}});
    assert_eq!(service.post("/users", &user).status, 201);
    assert_eq!(service.products("u6@contoso.com"), [FLOW]);
    assert_eq!(service.delete(&format!("/users/{U5}")).status, 204);
    assert_eq!(service.consumed(FLOW), 2);
    service
        .post(&format!("/directory/deletedItems/{U5}/restore"), &json!({}))
        .assert_ok();
    assert_eq!(service.products(U5), [FLOW]);
}

#[test]
fn a_rule_that_matches_everybody_takes_everybody_in_as_many_steps_as_it_needs() {
    let mut seed = small_company();
    seed["settings"] = json!({"clockMode": "explicit", "groups": {"membersPerStep": 2}});
    let service = Service::new(&seed);
    let group = make(&service, &dynamic("user.objectId -ne null"));
    let mut seen = Vec::new();
    while service.tenant.step().expect("the step is done").is_due {
        seen.push(members(&service, &group).len());
    }
    assert_eq!(members(&service, &group), [U1, U2, U3, U4, U5]);
    assert_eq!(seen, [2, 4]);
}

#[test]
fn another_rule_makes_other_members_and_a_paused_one_makes_none() {
    let service = Service::new(&small_company());
    let group = make(&service, &dynamic(r#"user.displayName -eq "One""#));
    assert_eq!(members(&service, &group), [U1]);
    let path = format!("/groups/{group}");
    set(
        &service,
        &path,
        &json!({"membershipRule": r#"user.displayName -in ["Two", "Three"]"#}),
    );
    assert_eq!(members(&service, &group), [U2, U3]);
    set(
        &service,
        &path,
        &json!({"membershipRuleProcessingState": "Paused"}),
    );
    set(
        &service,
        &format!("/users/{U2}"),
        &json!({"displayName": "Zwei"}),
    );
    assert_eq!(members(&service, &group), [U2, U3]);
    set(
        &service,
        &path,
        &json!({"membershipRuleProcessingState": "On"}),
    );
    assert_eq!(members(&service, &group), [U3]);
    let wrong = service.patch(&path, &json!({"membershipRuleProcessingState": "Off"}));
    assert_eq!(wrong.status, 400, "{}", wrong.text);
}

#[test]
fn a_wrong_rule_is_refused_with_its_position_and_nothing_is_made() {
    let service = Service::new(&small_company());
    let before = service.json("/groups?$select=id")["value"]
        .as_array()
        .map(Vec::len);
    service
        .post("/groups", &dynamic(r#"user.city -like "L*""#))
        .assert_bad_request(
            "Dynamic membership rule validation error: '-like' is no operator here at position 11.",
        );
    assert_eq!(
        service.json("/groups?$select=id")["value"]
            .as_array()
            .map(Vec::len),
        before
    );
    let answer = service.patch(
        &format!("/groups/{GD}"),
        &json!({"membershipRule": "user.city -eq"}),
    );
    let (status, code, message) = answer.refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert!(message.ends_with("at position 14."), "{message}");
    assert_eq!(
        service.json(&format!("/groups/{GD}?$select=membershipRule"))["membershipRule"],
        r#"(user.city -eq "Leeds")"#
    );
    // A rule belongs to a group with dynamic membership.
    let mut plain = dynamic("user.city -ne null");
    plain["groupTypes"] = json!([]);
    assert_eq!(service.post("/groups", &plain).status, 400);
}

#[test]
fn nobody_joins_or_leaves_by_hand() {
    let service = Service::new(&small_company());
    set(&service, &format!("/users/{U1}"), &json!({"city": "Leeds"}));
    assert_eq!(members(&service, GD), [U1]);
    let link = format!("https://graph.microsoft.com/v1.0/directoryObjects/{U2}");
    for answer in [
        service.post(
            &format!("/groups/{GD}/members/$ref"),
            &json!({"@odata.id": link}),
        ),
        service.patch(
            &format!("/groups/{GD}"),
            &json!({"members@odata.bind": [link]}),
        ),
        service.delete(&format!("/groups/{GD}/members/{U1}/$ref")),
    ] {
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    assert_eq!(members(&service, GD), [U1]);
}

#[test]
fn a_group_that_becomes_dynamic_is_emptied_first_and_one_that_was_keeps_its_members() {
    let service = Service::new(&small_company());
    let assigned = service.post(
        &format!("/groups/{G1}/assignLicense"),
        &json!({"addLicenses": [{"skuId": FLOW}], "removeLicenses": []}),
    );
    assert_eq!(assigned.status, 202);
    assert_eq!(
        (members(&service, G1), service.products(U5)),
        (vec![U5.to_owned()], vec![FLOW.to_owned()])
    );
    let path = format!("/groups/{G1}");
    set(
        &service,
        &path,
        &json!({"groupTypes": ["DynamicMembership"], "membershipRule": r#"user.displayName -eq "One""#}),
    );
    assert_eq!(members(&service, G1), [U1]);
    assert_eq!(
        (service.products(U1), service.products(U5)),
        (vec![FLOW.to_owned()], vec![])
    );
    set(&service, &path, &json!({"groupTypes": []}));
    assert_eq!(members(&service, G1), [U1]);
    set(
        &service,
        &format!("/users/{U1}"),
        &json!({"displayName": "Eins"}),
    );
    assert_eq!(members(&service, G1), [U1]);
}

#[test]
fn a_rule_may_ask_for_service_plans() {
    let service = Service::new(&small_company());
    let rule = format!(
        r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "{SWAY}" -and assignedPlan.capabilityStatus -eq "Enabled")"#
    );
    let group = make(&service, &dynamic(&rule));
    assert_eq!(members(&service, &group), Vec::<String>::new());
    service.assign(U1, &[E3], &[]).assert_ok();
    assert_eq!(members(&service, &group), [U1]);
    // Plans that come through another group count as well.
    let answer = service.post(
        &format!("/groups/{G1}/assignLicense"),
        &json!({"addLicenses": [{"skuId": E3}], "removeLicenses": []}),
    );
    assert_eq!(answer.status, 202);
    service.json("/users");
    assert_eq!(members(&service, &group), [U1, U5]);
    service.assign(U1, &[], &[E3]).assert_ok();
    assert_eq!(members(&service, &group), [U5]);
}

#[test]
fn a_rule_that_undoes_itself_does_not_hold_up_the_tenant() {
    let service = Service::new(&small_company());
    let rule = format!(
        r#"-not (user.assignedPlans -any (assignedPlan.servicePlanId -eq "{SWAY}" -and assignedPlan.capabilityStatus -eq "Enabled"))"#
    );
    let group = make(&service, &dynamic(&rule));
    let answer = service.post(
        &format!("/groups/{group}/assignLicense"),
        &json!({"addLicenses": [{"skuId": E3}], "removeLicenses": []}),
    );
    assert_eq!(answer.status, 202);
    // Whoever gets the licence leaves and loses it, joins and gets it: one turn a request.
    for _ in 0..20 {
        let used = service.consumed(E3);
        assert!((0..=5).contains(&used), "{used}");
    }
}

#[test]
fn the_rule_of_a_seed_is_read_and_kept_up() {
    let mut seed = small_company();
    seed["users"][1]["city"] = json!("Leeds");
    let service = Service::new(&seed);
    assert_eq!(members(&service, GD), [U2]);
    seed["groups"][2]["membershipRule"] = json!("user.city -eq ");
    let fault = mglicense_tenant::Tenant::create(
        ":memory:",
        mglicense_tenant::Source::text(seed.to_string()),
        false,
    )
    .expect_err("the rule is wrong")
    .to_string();
    assert!(
        fault.contains("$.groups[2].membershipRule") && fault.contains("at position 15"),
        "{fault}"
    );
}
