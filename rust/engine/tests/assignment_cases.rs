//! The hand-written table of cases, put to a tenant over Graph and to the prediction before it.

use std::collections::BTreeMap;

use http::Method;
use mglicense_engine::Operation;
use mglicense_rules::Guid;
use mglicense_rules::assignment::{AppliesTo, Holding, HoldingError, HoldingState, Source};
use serde_json::{Value, json};

use cases::Case;
use support::{drain, start};
use tenant::LocalTenant;

#[path = "../../rules/tests/support/cases.rs"]
mod cases;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

const ADA: &str = "ada@contoso.com";

/// A seed in which the case's user is Ada and others hold the seats that are in use besides.
fn seed(case: &Case) -> Value {
    let scope = |applies_to| match applies_to {
        AppliesTo::User => "User",
        AppliesTo::Company => "Company",
    };
    let skus = case.skus_at_stake().chain(&case.gone).map(|sku| {
        let plans = sku.plans.iter().map(|plan| {
            json!({"servicePlanId": plan.id, "servicePlanName": *plan.name, "appliesTo": scope(plan.applies_to)})
        });
        json!({"skuId": sku.sku_id, "skuPartNumber": *sku.part_number, "appliesTo": scope(sku.applies_to),
               "prepaidUnits": {"enabled": sku.prepaid.enabled, "warning": sku.prepaid.warning,
                                "suspended": sku.prepaid.suspended, "lockedOut": sku.prepaid.locked_out},
               "servicePlans": plans.collect::<Vec<Value>>()})
    });
    let states = case.user.holdings.iter().map(|held| {
        let group = match held.source {
            Source::Direct => Value::Null,
            Source::Group(group) => json!(group),
        };
        json!({"skuId": held.sku_id, "assignedByGroup": group, "disabledPlans": held.disabled_plans,
               "state": held.state.as_str(), "error": held.error.as_str()})
    });
    let mut users = vec![json!({
        "userPrincipalName": ADA, "usageLocation": case.user.usage_location,
        "licenseAssignmentStates": states.collect::<Vec<Value>>(),
    })];
    let others: Vec<(Guid, i64)> = case
        .skus_at_stake()
        .map(|sku| {
            (
                sku.sku_id,
                sku.consumed - own_seats(&case.user.holdings, sku.sku_id),
            )
        })
        .collect();
    let most = others.iter().map(|(_, count)| *count).max().unwrap_or(0);
    for number in 0..most {
        let held = others.iter().filter(|(_, count)| *count > number);
        let held: Vec<Value> = held.map(|(sku_id, _)| json!({"skuId": sku_id})).collect();
        users.push(json!({"userPrincipalName": format!("other{number}@contoso.com"), "usageLocation": "GB", "assignedLicenses": held}));
    }
    let groups = ["g1", "g2"].map(|name| {
        json!({"id": cases::group(name), "displayName": name, "securityEnabled": true, "members": [ADA]})
    });
    let mut rules = json!({});
    if let Some(dependencies) = &case.dependencies {
        let list = dependencies.iter().map(
            |dependency| json!({"plan": dependency.plan, "needsAnyOf": dependency.needs_any_of}),
        );
        rules["dependencies"] = list.collect();
    }
    if let Some(exclusions) = &case.exclusions {
        rules["exclusions"] = json!(exclusions);
    }
    if !case.barred.is_empty() {
        let list = case.barred.iter().map(|barred| {
            let locations: Vec<&str> = barred.locations.iter().map(|code| code.as_str()).collect();
            json!({"plan": barred.plan, "locations": locations})
        });
        rules["barred"] = list.collect();
    }
    let settings: BTreeMap<&str, bool> = case
        .changed_settings
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    json!({"version": 1, "subscribedSkus": skus.collect::<Vec<Value>>(), "users": users, "groups": groups,
           "rules": rules, "settings": {"assignment": settings}})
}

fn own_seats(holdings: &[Holding], sku_id: Guid) -> i64 {
    let mut holdings = holdings.iter();
    holdings
        .any(|held| held.sku_id == sku_id && held.is_in_effect())
        .into()
}

/// What Ada holds, as Graph shows it.
fn holdings(tenant: &LocalTenant) -> Vec<Holding> {
    let user = tenant.get(&format!("v1.0/users/{ADA}?$select=licenseAssignmentStates"));
    let states = user["licenseAssignmentStates"].as_array().unwrap().iter();
    let holdings = states.map(|state| {
        let plans = state["disabledPlans"].as_array().unwrap().iter();
        let plans = plans
            .map(|plan| plan.as_str().unwrap().parse().unwrap())
            .collect();
        Holding {
            source: match state["assignedByGroup"].as_str() {
                None => Source::Direct,
                Some(group) => Source::Group(group.parse().unwrap()),
            },
            state: HoldingState::parse(state["state"].as_str().unwrap()).unwrap(),
            error: HoldingError::parse(state["error"].as_str().unwrap()).unwrap(),
            ..Holding::direct(state["skuId"].as_str().unwrap().parse().unwrap(), plans)
        }
    });
    cases::sorted(holdings.collect())
}

/// Seats in use of each product the tenant lists.
fn consumed(tenant: &LocalTenant) -> BTreeMap<Guid, i64> {
    let skus = tenant.get("v1.0/subscribedSkus");
    let skus = skus["value"].as_array().unwrap().iter();
    skus.map(|sku| {
        (
            sku["skuId"].as_str().unwrap().parse().unwrap(),
            sku["consumedUnits"].as_i64().unwrap(),
        )
    })
    .collect()
}

fn body(case: &Case) -> Value {
    let add = case
        .change
        .add
        .iter()
        .map(|add| json!({"skuId": add.sku_id, "disabledPlans": add.disabled_plans}));
    json!({"addLicenses": add.collect::<Vec<Value>>(), "removeLicenses": case.change.remove})
}

/// What is wrong with the tenant's answer to a case, if anything.
fn fault_of_tenant(case: &Case, tenant: &LocalTenant) -> Result<(), String> {
    let before = consumed(tenant);
    let answer = tenant.send(
        Method::POST,
        &format!("v1.0/users/{ADA}/assignLicense"),
        Some(body(case)),
    );
    let shown: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let (expected_after, expected_seats) = match &case.expected.refusal {
        Some((_, message)) => {
            let expected = (400, "Request_BadRequest", message.as_str());
            let error = &shown["error"];
            let got = (
                answer.status.as_u16(),
                error["code"].as_str().unwrap_or_default(),
                error["message"].as_str().unwrap_or_default(),
            );
            if got != expected {
                return Err(format!("expected {expected:?}\n  got      {got:?}"));
            }
            (case.user.holdings.clone(), Vec::new())
        }
        None if answer.status != 200 => return Err(format!("expected 200\n  got      {shown}")),
        None => (case.expected.after.clone(), case.expected.seats.clone()),
    };
    let (after, expected_after) = (holdings(tenant), cases::sorted(expected_after));
    if after != expected_after {
        return Err(format!("expected {expected_after:?}\n  got      {after:?}"));
    }
    let mut expected_consumed = before;
    for (sku_id, delta) in expected_seats {
        // A product that left the tenant has no seats to show.
        if let Some(seats) = expected_consumed.get_mut(&sku_id) {
            *seats += delta;
        }
    }
    let after = consumed(tenant);
    if after != expected_consumed {
        return Err(format!(
            "expected seats {expected_consumed:?}\n  got      {after:?}"
        ));
    }
    Ok(())
}

/// Puts products beside the tenant that its user may hold still.
fn leave(tenant: &LocalTenant, case: &Case) {
    for sku in &case.gone {
        tenant.remove_product(sku.sku_id);
    }
}

#[test]
fn the_tenant_answers_every_case_of_the_table_as_written() {
    let mut faults = Vec::new();
    for case in cases::all() {
        let tenant = LocalTenant::of_seed(&seed(&case));
        leave(&tenant, &case);
        if let Err(fault) = fault_of_tenant(&case, &tenant) {
            faults.push(format!("{}\n  {fault}", case.at()));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn a_test_of_the_same_request_tells_what_the_tenant_then_does() {
    let mut faults = Vec::new();
    for case in cases::all() {
        // The prediction goes by the default rules, since a tenant serves none; cases about others are its own.
        let has_own_rules = case.dependencies.is_some()
            || case.exclusions.is_some()
            || !case.barred.is_empty()
            || !case.changed_settings.is_empty();
        if has_own_rules {
            continue;
        }
        let tenant = LocalTenant::of_seed(&seed(&case));
        leave(&tenant, &case);
        let before = (holdings(&tenant), consumed(&tenant));
        let mut payload = body(&case);
        payload["users"] = json!([{"userId": ADA}]);
        let told = drain(&start(&tenant.session(), Operation::Test, payload)).item();
        if (holdings(&tenant), consumed(&tenant)) != before {
            faults.push(format!("{}\n  the test changed something", case.at()));
        }
        let reasons = told["reasons"].as_array().unwrap();
        let of = |certainty: &str, wanted: bool| -> Vec<&str> {
            let reasons = reasons
                .iter()
                .filter(|reason| (reason["certainty"] == certainty) == wanted);
            reasons
                .map(|reason| reason["code"].as_str().unwrap())
                .collect()
        };
        let causes = of("DataAtRisk", false);
        let risks: Vec<String> = of("DataAtRisk", true)
            .iter()
            .map(|code| code.trim_end_matches("AtRisk").to_lowercase())
            .collect();
        let (expected_causes, message) = case.expected.refusal.clone().unwrap_or_default();
        let first = reasons
            .first()
            .and_then(|reason| reason["message"].as_str());
        let has_message = expected_causes.is_empty() || first == Some(message.as_str());
        let likely = ["DependencyUnmet", "PlansExclusive"];
        let will_succeed = expected_causes
            .iter()
            .all(|cause| likely.contains(&cause.as_str()));
        if causes != expected_causes
            || risks != case.expected.risks
            || !has_message
            || told["willSucceed"] != will_succeed
        {
            faults.push(format!(
                "{}\n  expected {expected_causes:?}\n  got      {told}",
                case.at()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
