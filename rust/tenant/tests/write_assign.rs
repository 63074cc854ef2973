//! assignLicense: what it does, and each refusal with status, code and text.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use serde_json::{Value, json};
use writes::*;

fn company() -> Service {
    Service::new(&small_company())
}

/// The small company with some properties replaced.
fn company_with(change: impl FnOnce(&mut Value)) -> Service {
    let mut seed = small_company();
    change(&mut seed);
    Service::new(&seed)
}

fn off(plans: &[&str]) -> Vec<String> {
    plans.iter().map(|plan| (*plan).to_owned()).collect()
}

#[test]
fn an_assignment_is_answered_with_the_user_and_takes_a_seat() {
    let service = company();
    let answer = service.assign("u1@contoso.com", &[FLOW], &[]);
    answer.assert_ok();
    let user = answer.json();
    assert_eq!(user["id"], U1);
    assert_eq!(user["userPrincipalName"], "u1@contoso.com");
    assert_eq!(
        user["@odata.context"],
        "https://graph.microsoft.com/v1.0/$metadata#users/$entity"
    );
    // The default properties, and no licences among them.
    assert!(user.get("assignedLicenses").is_none());
    assert_eq!(service.held(U1), [(FLOW.to_owned(), vec![])]);
    assert_eq!(service.consumed(FLOW), 1);
}

#[test]
fn the_state_of_a_direct_assignment_names_no_group_and_the_error_none() {
    let service = company();
    service.assign(U1, &[FLOW], &[]).assert_ok();
    let user = service.json(&format!("/users/{U1}?$select=licenseAssignmentStates"));
    assert_eq!(
        user["licenseAssignmentStates"],
        json!([{
            "assignedByGroup": null, "disabledPlans": [], "error": "None",
            "lastUpdatedDateTime": "2026-11-25T09:00:00Z", "skuId": FLOW, "state": "Active",
        }])
    );
}

#[test]
fn the_action_may_be_named_in_full_and_the_user_by_key() {
    let service = company();
    let body = json!({"addLicenses": [{"skuId": FLOW}], "removeLicenses": []});
    service
        .post(&format!("/users/{U1}/microsoft.graph.assignLicense"), &body)
        .assert_ok();
    service
        .post("/users('u5@contoso.com')/assignLicense", &body)
        .assert_ok();
    assert_eq!(service.consumed(FLOW), 2);
}

#[test]
fn the_same_addition_again_takes_no_seat_and_replaces_the_plans() {
    let service = company();
    let assign = |off: &[&str]| {
        let body =
            json!({"addLicenses": [{"skuId": M5, "disabledPlans": off}], "removeLicenses": []});
        service
            .post(&format!("/users/{U1}/assignLicense"), &body)
            .assert_ok();
    };
    assign(&[SWAY]);
    assert_eq!(service.held(U1), [(M5.to_owned(), off(&[SWAY]))]);
    assign(&[YAMMER]);
    assert_eq!(service.held(U1), [(M5.to_owned(), off(&[YAMMER]))]);
    assign(&[]);
    assert_eq!(service.held(U1), [(M5.to_owned(), vec![])]);
    assert_eq!(service.consumed(M5), 1);
}

#[test]
fn each_product_keeps_its_own_disabled_plans() {
    let service = company();
    let assign = |sku: &str, off: &[&str]| {
        let body =
            json!({"addLicenses": [{"skuId": sku, "disabledPlans": off}], "removeLicenses": []});
        service.post(&format!("/users/{U1}/assignLicense"), &body)
    };
    assign(VISIO, &[ONEDRIVE_BASIC]).assert_ok();
    assign(M5, &[SWAY]).assert_ok();
    assert_eq!(
        service.held(U1),
        [
            (M5.to_owned(), off(&[SWAY])),
            (VISIO.to_owned(), off(&[ONEDRIVE_BASIC]))
        ]
    );
    let refused = assign(M5, &[ONEDRIVE_BASIC]);
    assert_eq!(refused.refusal().0, 400);
    let (_, code, message) = refused.refusal();
    assert_eq!(code, "Request_BadRequest");
    assert!(
        message.contains(ONEDRIVE_BASIC) && message.contains(M5),
        "{message}"
    );
}

#[test]
fn a_plan_that_is_not_in_the_tenants_own_product_is_refused() {
    // Not in Microsoft 365 E5 by the public table either.
    let service = company();
    let body =
        json!({"addLicenses": [{"skuId": M5, "disabledPlans": [KAIZALA]}], "removeLicenses": []});
    assert_eq!(
        service
            .post(&format!("/users/{U1}/assignLicense"), &body)
            .status,
        400
    );
    // In the public table, but not in this tenant's product.
    let service = company_with(|seed| {
        seed["subscribedSkus"] =
            json!([{"skuId": M5, "servicePlans": ["TEAMS1", "YAMMER_ENTERPRISE"]}]);
    });
    let body =
        json!({"addLicenses": [{"skuId": M5, "disabledPlans": [SWAY]}], "removeLicenses": []});
    assert_eq!(
        service
            .post(&format!("/users/{U1}/assignLicense"), &body)
            .status,
        400
    );
}

#[test]
fn additions_and_removals_are_one_step() {
    let service = company();
    service.assign(U1, &[E1], &[]).assert_ok();
    service.assign(U1, &[E3], &[E1]).assert_ok();
    assert_eq!(service.products(U1), [E3]);
    assert_eq!((service.consumed(E1), service.consumed(E3)), (0, 1));
    // One fault refuses all of it.
    let answer = service.assign(U1, &[FLOW], &[E3, VISIO]);
    answer.assert_bad_request("User does not have a corresponding license.");
    assert_eq!(service.products(U1), [E3]);
    assert_eq!((service.consumed(E3), service.consumed(FLOW)), (1, 0));
}

#[test]
fn a_removal_frees_the_seat_and_leaves_the_plans_as_deleted() {
    let service = company();
    service.assign(U1, &[FLOW, EXO2], &[]).assert_ok();
    service.assign(U1, &[], &[EXO2]).assert_ok();
    assert_eq!(service.consumed(EXO2), 0);
    let user = service.json(&format!("/users/{U1}?$select=assignedPlans"));
    let plans = user["assignedPlans"].as_array().unwrap();
    let status = |id: &str| {
        plans
            .iter()
            .find(|plan| plan["servicePlanId"] == *id)
            .map(|plan| plan["capabilityStatus"].clone())
    };
    // EXCHANGE_S_ENTERPRISE came with EXO2; FLOW_P2_VIRAL comes with FLOW.
    assert_eq!(
        status("efb87545-963c-4e0d-99df-69c6916d9eb0"),
        Some(json!("Deleted"))
    );
    assert_eq!(
        status("50e68c76-46c6-4674-81f9-75456511b170"),
        Some(json!("Enabled"))
    );
    // Given back, they are enabled again.
    service.assign(U1, &[EXO2], &[]).assert_ok();
    let user = service.json(&format!("/users/{U1}?$select=assignedPlans"));
    let all = user["assignedPlans"].as_array().unwrap();
    assert!(
        all.iter().all(|plan| plan["capabilityStatus"] == "Enabled"),
        "{all:?}"
    );
}

#[test]
fn a_plan_switched_off_later_is_shown_as_deleted() {
    let service = company();
    service.assign(U1, &[M5], &[]).assert_ok();
    let body =
        json!({"addLicenses": [{"skuId": M5, "disabledPlans": [SWAY]}], "removeLicenses": []});
    service
        .post(&format!("/users/{U1}/assignLicense"), &body)
        .assert_ok();
    let user = service.json(&format!("/users/{U1}?$select=assignedPlans"));
    let plans = user["assignedPlans"].as_array().unwrap();
    let sway: Vec<&Value> = plans
        .iter()
        .filter(|plan| plan["servicePlanId"] == SWAY)
        .collect();
    assert_eq!(sway.len(), 1);
    assert_eq!(sway[0]["capabilityStatus"], "Deleted");
}

#[test]
fn absent_and_null_lists_are_missing_parameters() {
    let service = company();
    let cases = [
        (json!({"removeLicenses": []}), "addLicenses"),
        (json!({"addLicenses": []}), "removeLicenses"),
        (
            json!({"addLicenses": null, "removeLicenses": []}),
            "addLicenses",
        ),
        (json!({}), "addLicenses,removeLicenses"),
    ];
    for (body, missing) in cases {
        service.post(&format!("/users/{U1}/assignLicense"), &body).assert_bad_request(&format!(
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: {missing}."
        ));
    }
}

#[test]
fn two_empty_lists_ask_for_nothing() {
    let service = company();
    let answer = service.assign(U1, &[], &[]);
    let (status, code, message) = answer.refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert!(message.to_lowercase().contains("license"), "{message}");
}

#[test]
fn without_a_usage_location_nothing_can_be_added() {
    let service = company();
    for user in [U2, U3, U4] {
        service.assign(user, &[FLOW], &[]).assert_bad_request(
            "License assignment cannot be done for user with invalid usage location.",
        );
        assert!(service.products(user).is_empty());
    }
    assert_eq!(service.consumed(FLOW), 0);
    // A synced user's location can be set here, and so can a guest's.
    for user in [U3, U4] {
        assert_eq!(
            service
                .patch(&format!("/users/{user}"), &json!({"usageLocation": "GB"}))
                .status,
            204
        );
        service.assign(user, &[FLOW], &[]).assert_ok();
    }
    // Removing needs no location.
    let service = company_with(|seed| {
        seed["users"][1]["assignedLicenses"] = json!([{"skuId": FLOW}]);
    });
    service.assign(U2, &[], &[FLOW]).assert_ok();
}

#[test]
fn a_blocked_account_can_be_licensed() {
    let service = company();
    service.assign(U5, &[E3], &[]).assert_ok();
    assert_eq!(service.products(U5), [E3]);
}

#[test]
fn a_product_the_tenant_does_not_own_is_refused_either_way() {
    const P2: &str = "84a661c4-e949-4bd2-a560-ed7766fcaf2b";
    let service = company();
    let text = format!("License {P2} does not correspond to a valid company License.");
    service.assign(U1, &[P2], &[]).assert_bad_request(&text);
    service.assign(U1, &[], &[P2]).assert_bad_request(&text);
    let nil = "00000000-0000-0000-0000-000000000000";
    let text = format!("License {nil} does not correspond to a valid company License.");
    let body = json!({"addLicenses": [{"disabledPlans": []}], "removeLicenses": []});
    service
        .post(&format!("/users/{U1}/assignLicense"), &body)
        .assert_bad_request(&text);
}

#[test]
fn a_product_without_seats_is_refused_and_a_swap_does_not_help() {
    let service = company_with(|seed| {
        seed["subscribedSkus"][7]["prepaidUnits"] =
            json!({"enabled": 1, "suspended": 5, "lockedOut": 5});
    });
    service.assign(U1, &[VISIO, FLOW], &[]).assert_ok();
    let text = format!("Subscription with SKU {VISIO} does not have any available licenses.");
    service.assign(U5, &[FLOW], &[]).assert_ok();
    service.assign(U5, &[VISIO], &[]).assert_bad_request(&text);
    // The seat freed is one of another product.
    service
        .assign(U5, &[VISIO], &[FLOW])
        .assert_bad_request(&text);
    assert_eq!(service.products(U5), [FLOW]);
    // Who holds it may have it again.
    service.assign(U1, &[VISIO], &[]).assert_ok();
    assert_eq!(service.consumed(VISIO), 1);
}

#[test]
fn seats_in_the_days_of_grace_can_be_given_unless_the_settings_say_no() {
    let service = company_with(|seed| {
        seed["subscribedSkus"][7]["prepaidUnits"] = json!({"enabled": 0, "warning": 1});
    });
    service.assign(U1, &[VISIO], &[]).assert_ok();
    assert_eq!(service.assign(U5, &[VISIO], &[]).status, 400);
    let service = company_with(|seed| {
        seed["subscribedSkus"][7]["prepaidUnits"] = json!({"enabled": 0, "warning": 1});
        seed["settings"] = json!({"assignment": {"warningSeatsAssignable": false}});
    });
    assert_eq!(service.assign(U1, &[VISIO], &[]).status, 400);
}

#[test]
fn more_used_than_bought_is_shown_and_gives_nothing() {
    let service = company();
    for user in [U1, U5] {
        service.assign(user, &[E3], &[]).assert_ok();
    }
    service
        .tenant
        .change(&json!({"subscribedSkus": [{"skuId": E3, "prepaidUnits": {"enabled": 1}}]}))
        .unwrap();
    assert_eq!(service.consumed(E3), 2);
    service.patch(&format!("/users/{U2}"), &json!({"usageLocation": "GB"}));
    assert_eq!(service.assign(U2, &[E3], &[]).status, 400);
    service.assign(U1, &[], &[E3]).assert_ok();
    assert_eq!(service.consumed(E3), 1);
    assert_eq!(service.assign(U2, &[E3], &[]).status, 400);
}

#[test]
fn a_product_that_left_the_tenant_is_gone_from_the_list_but_not_from_its_holders() {
    let service = company();
    service.assign(U1, &[VISIO], &[]).assert_ok();
    let change = json!({"subscribedSkus": [{"skuPartNumber": "VISIOCLIENT", "removed": true}]});
    service.tenant.change(&change).unwrap();
    let text = format!("License {VISIO} does not correspond to a valid company License.");
    service.assign(U5, &[VISIO], &[]).assert_bad_request(&text);
    assert_eq!(service.products(U1), [VISIO]);
    // By default what is left of it can be taken away.
    service.assign(U1, &[], &[VISIO]).assert_ok();
    assert!(service.products(U1).is_empty());
}

#[test]
fn an_inherited_product_cannot_be_taken_from_the_user() {
    let service = company_with(|seed| {
        seed["users"][0]["licenseAssignmentStates"] =
            json!([{"skuId": E3, "assignedByGroup": "g1"}]);
        seed["users"][0]["assignedLicenses"] = json!([{"skuId": FLOW}]);
    });
    let text = "User license is inherited from a group membership and it cannot be removed directly from the user.";
    service.assign(U1, &[], &[E3]).assert_bad_request(text);
    service
        .assign(U1, &[], &[FLOW, E3])
        .assert_bad_request(text);
    assert_eq!(service.consumed(FLOW), 1);
    // Beside the inherited one a direct one takes no second seat, and going leaves the inherited one.
    let body =
        json!({"addLicenses": [{"skuId": E3, "disabledPlans": [SWAY]}], "removeLicenses": []});
    service
        .post(&format!("/users/{U1}/assignLicense"), &body)
        .assert_ok();
    assert_eq!(service.consumed(E3), 1);
    let states = service.json(&format!("/users/{U1}?$select=licenseAssignmentStates"));
    let e3 = states["licenseAssignmentStates"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|state| state["skuId"] == E3);
    assert_eq!(e3.count(), 2);
    // A plan is off only where every source turns it off.
    assert!(service.held(U1).contains(&(E3.to_owned(), vec![])));
    service.assign(U1, &[], &[E3]).assert_ok();
    assert_eq!(service.consumed(E3), 1);
    let mut expected = [E3, FLOW];
    expected.sort();
    assert_eq!(service.products(U1), expected);
}

#[test]
fn add_ons_need_their_base_in_the_final_state() {
    // Teams Phone (MCOEV) needs Teams or Skype for Business.
    let service = company();
    let answer = service.assign(U1, &[PHONE], &[]);
    let (status, code, message) = answer.refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    let start = "License assignment failed because service plan 4828c8ec-dc2e-4779-b502-87ac9ce28ab7 depends on the service plan(s) ";
    assert!(message.starts_with(start), "{message}");
    // TEAMS1 is among the plans of which one would do.
    assert!(
        message.contains("57ff2da0-773e-42df-b2af-ffb7a2317929"),
        "{message}"
    );
    // Together they pass, in whatever order.
    service.assign(U1, &[PHONE, E3], &[]).assert_ok();
    // The base cannot go while the add-on stays.
    assert!(
        service
            .assign(U1, &[], &[E3])
            .refusal()
            .2
            .starts_with(start)
    );
    service.assign(U1, &[], &[E3, PHONE]).assert_ok();
    assert_eq!(service.consumed(PHONE), 0);
}

#[test]
fn conflicting_plans_are_refused_with_both_ids() {
    // E1 brings SHAREPOINTSTANDARD, E3 SHAREPOINTENTERPRISE.
    let service = company();
    service.assign(U1, &[E1], &[]).assert_ok();
    let (status, _, message) = service.assign(U1, &[E3], &[]).refusal();
    assert_eq!(status, 400);
    assert!(
        message.starts_with("License assignment failed because service plans "),
        "{message}"
    );
    assert!(message.ends_with(" are mutually exclusive"), "{message}");
    assert!(
        message.contains("c7699d2e-19aa-44de-8edf-1736da088ca1"),
        "{message}"
    );
    assert!(
        message.contains("5dbe027f-2339-4123-9542-606e4d348a72"),
        "{message}"
    );
    // Exchange Online Plan 1 and 2 no longer conflict.
    service.assign(U5, &[EXO1], &[]).assert_ok();
    service.assign(U5, &[EXO2], &[]).assert_ok();
}

#[test]
fn rules_of_the_seed_replace_the_default_ones() {
    let service = company_with(|seed| {
        seed["rules"] = json!({
            "exclusions": [],
            "dependencies": [{"plan": "FLOW_P2_VIRAL", "needsAnyOf": ["EXCHANGE_S_ENTERPRISE"]}],
            "barred": [{"plan": "EXCHANGE_S_ENTERPRISE", "locations": ["IN"]}],
        });
    });
    service.assign(U1, &[E1], &[]).assert_ok();
    service.assign(U1, &[E3], &[]).assert_ok();
    service.assign(U5, &[FLOW], &[]).assert_bad_request(
        "License assignment failed because service plan 50e68c76-46c6-4674-81f9-75456511b170 depends on the service plan(s) efb87545-963c-4e0d-99df-69c6916d9eb0",
    );
    service.patch(&format!("/users/{U5}"), &json!({"usageLocation": "IN"}));
    let (status, code, message) = service.assign(U5, &[EXO2], &[]).refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert!(
        message.contains("efb87545-963c-4e0d-99df-69c6916d9eb0"),
        "{message}"
    );
}

#[test]
fn a_product_for_the_company_cannot_be_assigned() {
    let service = company_with(|seed| {
        seed["subscribedSkus"][6]["appliesTo"] = json!("Company");
    });
    service
        .assign(U1, &[FLOW], &[])
        .assert_bad_request(&format!("License {FLOW} cannot be assigned to a user."));
}

#[test]
fn duplicates_and_overlaps_are_refused_unless_the_settings_say_otherwise() {
    let service = company();
    for (add, remove) in [
        (vec![FLOW, FLOW], vec![]),
        (vec![], vec![FLOW, FLOW]),
        (vec![FLOW], vec![FLOW]),
    ] {
        let (status, code, _) = service.assign(U1, &add, &remove).refusal();
        assert_eq!(
            (status, code.as_str()),
            (400, "Request_BadRequest"),
            "{add:?} {remove:?}"
        );
    }
    service
        .tenant
        .set_settings(&json!({"assignment": {"duplicatesRefused": false}}))
        .unwrap();
    service.assign(U1, &[FLOW, FLOW], &[]).assert_ok();
    assert_eq!(service.consumed(FLOW), 1);
}

#[test]
fn a_text_that_is_no_guid_is_refused_by_the_type() {
    let service = company();
    let text = "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details.";
    for body in [
        json!({"addLicenses": [{"skuId": "ENTERPRISEPACK"}], "removeLicenses": []}),
        json!({"addLicenses": [{"skuId": ""}], "removeLicenses": []}),
        json!({"addLicenses": [{"skuId": 7}], "removeLicenses": []}),
        json!({"addLicenses": [], "removeLicenses": ["NOTASKU"]}),
        json!({"addLicenses": [{"skuId": FLOW, "disabledPlans": ["SWAY"]}], "removeLicenses": []}),
    ] {
        service
            .post(&format!("/users/{U1}/assignLicense"), &body)
            .assert_bad_request(text);
    }
    service
        .tenant
        .set_settings(&json!({"errors": {"badGuidCode": "BadRequest"}}))
        .unwrap();
    let body = json!({"addLicenses": [], "removeLicenses": [""]});
    service
        .post(&format!("/users/{U1}/assignLicense"), &body)
        .assert_refused(400, "BadRequest", text);
}

#[test]
fn wrong_shapes_are_refused_by_the_type() {
    let service = company();
    let cases = [
        (
            json!({"addLicenses": {"skuId": FLOW}, "removeLicenses": []}),
            "An unexpected 'StartObject' node was found for property named 'addLicenses' when reading from the JSON reader. A 'StartArray' node was expected.",
        ),
        (
            json!({"addLicenses": [FLOW], "removeLicenses": []}),
            "An unexpected 'PrimitiveValue' node was found for property named 'addLicenses' when reading from the JSON reader. A 'StartObject' node was expected.",
        ),
        (
            json!({"addLicenses": [{"skuId": FLOW, "disabledPlans": null}], "removeLicenses": []}),
            "A null value was found for the property named 'disabledPlans', which has the expected type 'Collection(Edm.Guid)[Nullable=False]'. The expected type 'Collection(Edm.Guid)[Nullable=False]' does not allow null values.",
        ),
        (
            json!({"addLicenses": [{"skuId": FLOW, "plan": 1}], "removeLicenses": []}),
            "The property 'plan' does not exist on type 'microsoft.graph.assignedLicense'. Make sure to only use property names that are defined by the type.",
        ),
        (
            json!({"addLicenses": [], "removeLicenses": [], "usageLocation": "GB"}),
            "The parameter 'usageLocation' in the request payload is not a valid parameter for the operation 'assignLicense'.",
        ),
    ];
    for (body, text) in cases {
        service
            .post(&format!("/users/{U1}/assignLicense"), &body)
            .assert_bad_request(text);
    }
}

#[test]
fn a_body_that_is_not_json_is_refused() {
    let service = company();
    let text = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid format.";
    let path = format!("/users/{U1}/assignLicense");
    for body in [
        "{",
        "[]",
        "\"x\"",
        "{\"addLicenses\":[],}",
        "{\"a\":\"\\ud800\"}",
        "addLicenses=1",
    ] {
        service
            .send_text("POST", &path, body)
            .assert_refused(400, "BadRequest", text);
    }
    service.send_text("POST", &path, " ").assert_refused(
        400,
        "BadRequest",
        "Empty Payload. JSON content expected.",
    );
    // JSON that does not say it is.
    let body = json!({"addLicenses": [], "removeLicenses": []}).to_string();
    let answer = service.send_raw(
        "POST",
        &format!("/v1.0{path}"),
        &[("content-type", "text/plain")],
        body,
    );
    answer.assert_refused(400, "BadRequest", text);
}

#[test]
fn an_unknown_user_is_not_found() {
    let service = company();
    for user in [
        "nobody@contoso.com",
        "00000000-0000-4000-8000-0000000000ff",
        "nonsense",
    ] {
        service.assign(user, &[FLOW], &[]).assert_refused(
            404,
            "Request_ResourceNotFound",
            &format!("Resource '{user}' does not exist or one of its queried reference-property objects are not present."),
        );
    }
}

#[test]
fn names_in_bodies_may_be_in_any_case_unless_the_settings_say_no() {
    let service = company();
    let body = json!({"AddLicenses": [{"SkuId": E3.to_uppercase(), "DISABLEDPLANS": [SWAY]}], "removelicenses": []});
    service
        .post(&format!("/users/{U1}/assignLicense"), &body)
        .assert_ok();
    assert_eq!(service.held(U1), [(E3.to_owned(), off(&[SWAY]))]);
    service
        .tenant
        .set_settings(&json!({"bodyNames": "exact"}))
        .unwrap();
    assert_eq!(
        service
            .post(&format!("/users/{U1}/assignLicense"), &body)
            .status,
        400
    );
}

#[test]
fn the_first_of_several_faults_is_reported_in_the_documented_order() {
    let service = company();
    // Not owned comes before the missing location.
    let unknown = "84a661c4-e949-4bd2-a560-ed7766fcaf2b";
    let (_, _, message) = service.assign(U2, &[unknown], &[]).refusal();
    assert!(message.contains("valid company License"), "{message}");
    // Not held comes before the missing location.
    let (_, _, message) = service.assign(U2, &[FLOW], &[E3]).refusal();
    assert_eq!(message, "User does not have a corresponding license.");
}

#[test]
fn reprocessing_answers_with_the_user() {
    let service = company();
    let path = format!("/v1.0/users/{U1}/reprocessLicenseAssignment");
    let answer = service.send_raw("POST", &path, &[], "");
    answer.assert_ok();
    assert_eq!(answer.json()["id"], U1);
}

#[test]
fn the_common_headers_are_on_every_answer() {
    let service = company();
    let headers = [
        ("content-type", "application/json"),
        ("client-request-id", "abc-1"),
    ];
    let body = json!({"addLicenses": [{"skuId": FLOW}], "removeLicenses": []}).to_string();
    let path = format!("/v1.0/users/{U1}/assignLicense");
    for answer in [
        service.send_raw("POST", &path, &headers, body),
        service.send_raw("POST", &path, &headers, "{}"),
    ] {
        let header = |name: &str| {
            answer
                .headers
                .get(name)
                .map(|value| value.to_str().unwrap())
        };
        assert_eq!(header("client-request-id"), Some("abc-1"));
        assert_eq!(header("request-id").map(str::len), Some(36));
        assert_eq!(header("date"), Some("Wed, 25 Nov 2026 09:00:00 GMT"));
        assert_eq!(header("cache-control"), Some("no-cache"));
        assert_eq!(header("odata-version"), Some("4.0"));
        assert_eq!(header("x-ms-resource-unit"), Some("1"));
        assert_eq!(
            header("content-type"),
            Some(
                "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            )
        );
        let diagnostic: Value =
            serde_json::from_str(header("x-ms-ags-diagnostic").unwrap()).unwrap();
        for name in ["DataCenter", "Slice", "Ring", "ScaleUnit", "RoleInstance"] {
            assert!(diagnostic["ServerInfo"][name].is_string(), "{name}");
        }
        assert!(header("vary").is_some() && header("strict-transport-security").is_some());
    }
    let refused = service.send_raw("POST", &path, &headers, "{}");
    let inner = refused.json()["error"]["innerError"].clone();
    assert_eq!(inner["date"], "2026-11-25T09:00:00");
    assert_eq!(inner["client-request-id"], "abc-1");
    assert_eq!(
        inner["request-id"].as_str(),
        refused.headers["request-id"].to_str().ok()
    );
}

#[test]
fn it_is_the_same_in_process_and_served() {
    let service = company();
    let served = service.served();
    served.assign(U1, &[FLOW], &[]).assert_ok();
    assert_eq!(service.products(U1), [FLOW]);
    service.assign(U1, &[], &[FLOW]).assert_ok();
    assert!(served.products(U1).is_empty());
    let text = "User does not have a corresponding license.";
    for service in [&service, &served] {
        service.assign(U1, &[], &[FLOW]).assert_bad_request(text);
    }
}

#[test]
fn many_threads_at_once_take_each_seat_once() {
    let service = company();
    let tenant = service.tenant.clone();
    let threads: Vec<_> = (0..8)
        .map(|number| {
            let tenant = tenant.clone();
            std::thread::spawn(move || {
                let service = Service::around(tenant, mglicense_tenant::Caller::unrestricted());
                let service = if number % 2 == 0 {
                    service.served()
                } else {
                    service
                };
                let user = if number % 4 < 2 { U1 } else { U5 };
                for _ in 0..50 {
                    service.assign(user, &[FLOW, E3], &[]).assert_ok();
                    service.assign(user, &[FLOW, E3], &[]).assert_ok();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!((service.consumed(FLOW), service.consumed(E3)), (2, 2));
}
