//! The hand-written table of cases, put to a tenant over Graph and to the prediction before it.

use http::Method;
use mglicense_engine::Operation;
use mglicense_rules::assignment::{Holding, SkuFacts};
use serde_json::{Value, json};

use cases::Case;
use support::{drain, start};
use tenant::LocalTenant;

#[path = "../../rules/tests/support/cases.rs"]
mod cases;
#[path = "support/seed.rs"]
mod seed;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

const ADA: &str = "ada@contoso.com";

/// A seed in which the case's user is Ada and others hold the seats that are in use besides.
fn seed(case: &Case) -> Value {
    let skus: Vec<SkuFacts> = case.skus_at_stake().cloned().collect();
    seed::of(case, &skus, &[(ADA, &case.user)])
}

/// What Ada holds, as Graph shows it.
fn holdings(tenant: &LocalTenant) -> Vec<Holding> {
    seed::holdings(tenant, ADA).1
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
    let before = seed::consumed(tenant);
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
    let after = seed::consumed(tenant);
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
        let before = (holdings(&tenant), seed::consumed(&tenant));
        let mut payload = body(&case);
        payload["users"] = json!([{"userId": ADA}]);
        let told = drain(&start(&tenant.session(), Operation::Test, payload)).item();
        if (holdings(&tenant), seed::consumed(&tenant)) != before {
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
