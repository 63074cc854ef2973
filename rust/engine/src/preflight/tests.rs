//! Predictions from what Graph serves, against the hand-written table and one by one.

use mglicense_rules::assignment::{AppliesTo, SkuFacts, Source, UserFacts};
use serde_json::{Value, json};

use super::*;
use crate::{skus, user};

#[path = "../../../rules/tests/support/cases.rs"]
mod cases;

const ADA: &str = "ada@contoso.com";

/// The products as `/subscribedSkus` lists them.
fn served_skus(facts: &[SkuFacts]) -> TenantSkus {
    let scope = |applies_to| match applies_to {
        AppliesTo::User => "User",
        AppliesTo::Company => "Company",
    };
    let skus = facts.iter().map(|sku| {
        let plans = sku.plans.iter().map(|plan| {
            json!({"servicePlanId": plan.id, "servicePlanName": *plan.name, "appliesTo": scope(plan.applies_to),
                   "provisioningStatus": "Success"})
        });
        json!({"skuId": sku.sku_id, "skuPartNumber": *sku.part_number, "appliesTo": scope(sku.applies_to),
               "capabilityStatus": "Enabled", "consumedUnits": sku.consumed,
               "prepaidUnits": {"enabled": sku.prepaid.enabled, "warning": sku.prepaid.warning,
                                "suspended": sku.prepaid.suspended, "lockedOut": sku.prepaid.locked_out},
               "servicePlans": plans.collect::<Vec<Value>>()})
    });
    let list = Value::Array(skus.collect()).to_string();
    skus::parse(list.as_bytes()).unwrap().into()
}

/// The user as `/users/{id}` shows it with `$select`.
fn served_user(id: &str, facts: &UserFacts) -> UserRecord {
    let states = facts.holdings.iter().map(|held| {
        let group = match held.source {
            Source::Direct => Value::Null,
            Source::Group(group) => json!(group),
        };
        json!({"skuId": held.sku_id, "assignedByGroup": group, "disabledPlans": held.disabled_plans,
               "state": held.state.as_str(), "error": held.error.as_str()})
    });
    let body = json!({"id": id, "userPrincipalName": ADA, "usageLocation": facts.usage_location,
                      "licenseAssignmentStates": states.collect::<Vec<Value>>()});
    user::parse(body.to_string().as_bytes(), id).unwrap()
}

fn additions(change: &LicenseChange) -> Vec<Addition> {
    let additions = change.add.iter().map(|add| Addition {
        sku: Some(add.sku_id.to_string()),
        disabled_plans: Some(add.disabled_plans.iter().map(Guid::to_string).collect()),
    });
    additions.collect()
}

fn removals(change: &LicenseChange) -> Vec<String> {
    change.remove.iter().map(Guid::to_string).collect()
}

fn stake(code: &str) -> &str {
    match code {
        "MailboxAtRisk" => "mailbox",
        "PhoneAtRisk" => "phone",
        "DriveAtRisk" => "drive",
        other => panic!("{other} is no data at risk"),
    }
}

#[test]
fn every_case_of_the_table_is_predicted_as_written() {
    let mut faults = Vec::new();
    for case in cases::all() {
        let (add, remove) = (additions(&case.change), removals(&case.change));
        let user = served_user("u", &case.user);
        let row = Row {
            user_id: ADA,
            user: Ok(&user),
            add: &add,
            remove: &remove,
            usage_location: None,
        };
        let skus: Vec<SkuFacts> = case.skus_at_stake().cloned().collect();
        let skus = served_skus(&skus);
        let predictions = examine(&skus, &case.rules(), &[row]);
        let [prediction] = predictions.as_slice() else {
            panic!("{} predictions", predictions.len())
        };
        let (risks, refusals): (Vec<&Reason>, Vec<&Reason>) = prediction
            .reasons
            .iter()
            .partition(|reason| reason.certainty == Certainty::DataAtRisk);
        let causes: Vec<&str> = refusals.iter().map(|reason| reason.code.as_str()).collect();
        let message = refusals
            .first()
            .map_or("", |reason| reason.message.as_str());
        let risks: Vec<&str> = risks.iter().map(|reason| stake(&reason.code)).collect();
        let (expected_causes, expected_message) = case.expected.refusal.clone().unwrap_or_default();
        // By the design, these three are likely only; every other cause is certain.
        let is_likely =
            |cause: &&str| ["DependencyUnmet", "PlansExclusive", "CountryBarred"].contains(cause);
        let expected_success = expected_causes
            .iter()
            .all(|cause| is_likely(&cause.as_str()));
        let has_actions = prediction
            .reasons
            .iter()
            .all(|reason| !reason.action.is_empty());
        if causes != expected_causes
            || message != expected_message
            || risks != case.expected.risks
            || prediction.will_succeed != expected_success
            || !has_actions
        {
            faults.push(format!(
                "{}\n  expected {expected_causes:?} {expected_message} risk {:?}\n  got      {:?}",
                case.at(),
                case.expected.risks,
                prediction.reasons
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

const FLOW: &str = "f30db892-07e9-47e9-837c-80727f46fd3d";
const E3: &str = "6fd2c87f-b296-42f0-b197-1e91e994b900";

fn tenant(seats: i64) -> TenantSkus {
    let skus = [FLOW, E3].map(|id| {
        let product = mglicense_rules::catalog::product(Guid::literal(id)).unwrap();
        let prepaid = mglicense_rules::assignment::PrepaidUnits {
            enabled: seats,
            ..Default::default()
        };
        SkuFacts::from_product(product, prepaid)
    });
    served_skus(&skus)
}

fn person(id: &str, location: Option<&str>) -> UserRecord {
    let facts = UserFacts {
        usage_location: location.map(str::to_owned),
        holdings: Vec::new(),
    };
    served_user(id, &facts)
}

fn add(text: &str) -> [Addition; 1] {
    [Addition {
        sku: Some(text.to_owned()),
        disabled_plans: None,
    }]
}

fn row<'a>(user: &'a UserRecord, add: &'a [Addition], location: Option<&'a str>) -> Row<'a> {
    Row {
        user_id: &user.id,
        user: Ok(user),
        add,
        remove: &[],
        usage_location: location,
    }
}

fn predict(skus: &TenantSkus, rows: &[Row<'_>]) -> Vec<Prediction> {
    examine(skus, &RuleSet::default(), rows)
}

fn codes(prediction: &Prediction) -> Vec<&str> {
    let reasons = prediction.reasons.iter();
    reasons.map(|reason| reason.code.as_str()).collect()
}

#[test]
fn a_location_to_set_counts_as_set() {
    let nowhere = person("u", None);
    let flow = add(FLOW);
    for (location, expected) in [
        (None, vec!["UsageLocationMissing"]),
        (Some("gb"), vec![]),
        (Some("XK"), vec!["UsageLocationUnlisted"]),
        (Some("UK"), vec!["InvalidUsageLocation"]),
        (Some("\"GB\""), vec!["InvalidUsageLocation"]),
    ] {
        let predictions = predict(&tenant(1), &[row(&nowhere, &flow, location)]);
        assert_eq!(codes(&predictions[0]), expected, "{location:?}");
        let certain = expected.iter().any(|code| *code != "UsageLocationUnlisted");
        assert_eq!(predictions[0].will_succeed, !certain, "{location:?}");
    }
}

#[test]
fn uk_comes_with_the_hint_gb_and_other_faults_beside_it() {
    let british = person("u", Some("GB"));
    let flow = add(FLOW);
    let predictions = predict(&tenant(0), &[row(&british, &flow, Some("UK"))]);
    assert_eq!(codes(&predictions[0]), ["InvalidUsageLocation", "NoSeats"]);
    assert!(predictions[0].reasons[0].action.contains("GB"));
}

#[test]
fn rows_share_the_seats_in_their_order() {
    let users = ["a", "b", "c"].map(|id| person(id, Some("GB")));
    let flow = add(FLOW);
    let rows: Vec<Row<'_>> = users.iter().map(|user| row(user, &flow, None)).collect();
    let predictions = predict(&tenant(2), &rows);
    let succeed: Vec<bool> = predictions.iter().map(|one| one.will_succeed).collect();
    assert_eq!(succeed, [true, true, false]);
    let short = &predictions[2].reasons[0];
    assert_eq!(short.code, "NoSeats");
    assert!(
        short.action.contains("Rows before this one take 2"),
        "{}",
        short.action
    );
}

#[test]
fn a_row_that_fails_takes_no_seat() {
    let (nowhere, british) = (person("a", None), person("b", Some("GB")));
    let flow = add(FLOW);
    let predictions = predict(
        &tenant(1),
        &[row(&nowhere, &flow, None), row(&british, &flow, None)],
    );
    assert!(!predictions[0].will_succeed && predictions[1].will_succeed);
}

#[test]
fn a_seat_freed_by_a_row_serves_a_later_one() {
    let mut holder = person("a", Some("GB"));
    let flow_id = Guid::literal(FLOW);
    holder.facts.holdings = vec![mglicense_rules::assignment::Holding::direct(
        flow_id,
        vec![],
    )];
    let british = person("b", Some("GB"));
    let mut facts = tenant(1).all().to_vec();
    facts
        .iter_mut()
        .filter(|sku| sku.sku_id == flow_id)
        .for_each(|sku| sku.consumed = 1);
    let (flow, none) = (add(FLOW), []);
    let removal = [FLOW.to_owned()];
    let giving = Row {
        remove: &removal,
        ..row(&holder, &none, None)
    };
    let predictions = predict(&served_skus(&facts), &[giving, row(&british, &flow, None)]);
    assert!(
        predictions.iter().all(|one| one.will_succeed),
        "{predictions:?}"
    );
}

#[test]
fn a_user_in_two_rows_has_in_the_second_what_the_first_gives() {
    let british = person("a", Some("GB"));
    let flow = add(FLOW);
    let removal = [FLOW.to_owned()];
    let taking = Row {
        remove: &removal,
        ..row(&british, &[], None)
    };
    let predictions = predict(
        &tenant(1),
        &[
            row(&british, &flow, None),
            row(&british, &flow, None),
            taking,
        ],
    );
    assert!(
        predictions.iter().all(|one| one.will_succeed),
        "{predictions:?}"
    );
}

#[test]
fn text_that_is_no_id_is_refused_in_the_services_words_and_named() {
    let british = person("a", Some("GB"));
    let unknown = add("NOTASKU");
    let predictions = predict(&tenant(1), &[row(&british, &unknown, None)]);
    let [reason] = predictions[0].reasons.as_slice() else {
        panic!("{predictions:?}")
    };
    assert_eq!(reason.code, "UnknownName");
    assert!(
        reason
            .message
            .starts_with("Cannot convert a primitive value to the expected type 'Edm.Guid'.")
    );
    assert!(reason.action.contains("'NOTASKU'"), "{}", reason.action);
}

#[test]
fn a_mistyped_name_comes_with_the_one_that_was_meant() {
    let british = person("a", Some("GB"));
    for (text, meant) in [("FLOW-FRE", "Is FLOW_FREE meant?"), ("SPE_E55", "SPE_E5")] {
        let mistyped = add(text);
        let predictions = predict(&tenant(1), &[row(&british, &mistyped, None)]);
        let action = &predictions[0].reasons[0].action;
        assert!(action.contains(meant), "{action}");
    }
    let swey = [Addition {
        sku: Some(E3.to_owned()),
        disabled_plans: Some(vec!["SWEY".to_owned()]),
    }];
    let predictions = predict(&tenant(1), &[row(&british, &swey, None)]);
    assert!(predictions[0].reasons[0].action.contains("Is SWAY meant?"));
}

#[test]
fn licences_that_were_not_sent_are_unknown_and_not_none() {
    let silent = user::parse(
        br#"{"id":"u","usageLocation":"GB","licenseAssignmentStates":null}"#,
        "u",
    )
    .unwrap();
    let removal = [FLOW.to_owned()];
    let taking = Row {
        remove: &removal,
        ..row(&silent, &[], None)
    };
    let predictions = predict(&tenant(1), &[taking]);
    assert_eq!(codes(&predictions[0]), ["LicencesUnknown"]);
    assert!(predictions[0].will_succeed);
}

#[test]
fn a_user_who_could_not_be_read_will_not_succeed() {
    let failure = Failure::new(
        crate::failure::FailureKind::Service,
        "Request_ResourceNotFound",
        "gone",
    );
    let flow = add(FLOW);
    let lost = Row {
        user_id: "x",
        user: Err(&failure),
        add: &flow,
        remove: &[],
        usage_location: None,
    };
    let predictions = predict(&tenant(1), &[lost]);
    assert!(!predictions[0].will_succeed);
    assert_eq!(codes(&predictions[0]), ["Request_ResourceNotFound"]);
}

#[test]
fn a_prediction_is_served_in_camel_case_with_names() {
    let british = person("a", Some("GB"));
    let e3 = [Addition {
        sku: Some(E3.to_owned()),
        disabled_plans: Some(vec!["da792a53-cbc0-4184-a10d-e544dd34b3c1".to_owned()]),
    }];
    let predictions = predict(&tenant(1), &[row(&british, &e3, None)]);
    let served = serde_json::to_value(&predictions[0]).unwrap();
    assert_eq!(served["userId"], "a");
    assert_eq!(served["userPrincipalName"], ADA);
    assert_eq!(served["willSucceed"], false);
    let reason = &served["reasons"][0];
    assert_eq!(reason["code"], "PlanNotInProduct");
    assert_eq!(reason["certainty"], "Certain");
    assert_eq!(reason["skuId"], E3);
    assert_eq!(reason["skuPartNumber"], "ENTERPRISEPACK");
    assert_eq!(reason["plans"], json!(["ONEDRIVE_BASIC"]));
}
