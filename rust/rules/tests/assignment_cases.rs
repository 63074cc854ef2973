//! The hand-written table of cases, judged by the rules.

use mglicense_rules::assignment::{Certainty, Refusal, data_at_risk, evaluate};

#[path = "support/cases.rs"]
mod cases;

#[test]
fn every_case_of_the_table_comes_out_as_written() {
    let mut faults = Vec::new();
    for case in cases::all() {
        let evaluation = evaluate(&case.skus, &case.rules(), &case.user, &case.change);
        let refusals = &evaluation.refusals;
        let causes: Vec<&str> = refusals
            .iter()
            .map(|refusal| refusal.kind.cause())
            .collect();
        let text = refusals.first().map(Refusal::message).unwrap_or_default();
        let expected = &case.expected;
        let (expected_causes, expected_text) = expected.refusal.clone().unwrap_or_default();
        if causes != expected_causes || text != expected_text {
            faults.push(format!(
                "{}\n  expected {expected_causes:?} {expected_text}\n  got      {causes:?} {text}",
                case.at()
            ));
            continue;
        }
        let is_certain = |refusal: &Refusal| refusal.certainty() == Certainty::Certain;
        if refusals.iter().any(is_certain) {
            continue;
        }
        let risks: Vec<&str> = data_at_risk(&case.skus, &case.user.holdings, &evaluation.after)
            .iter()
            .map(|risk| risk.stake.noun())
            .collect();
        if risks != expected.risks {
            faults.push(format!(
                "{}\n  expected risk {:?}\n  got      risk {risks:?}",
                case.at(),
                expected.risks
            ));
        }
        if expected.refusal.is_some() {
            continue;
        }
        let after = cases::sorted(evaluation.after);
        let expected_after = cases::sorted(expected.after.clone());
        let mut seats = evaluation.seats;
        let mut expected_seats = expected.seats.clone();
        seats.sort_unstable();
        expected_seats.sort_unstable();
        if after != expected_after || seats != expected_seats {
            faults.push(format!(
                "{}\n  expected {expected_after:?} {expected_seats:?}\n  got      {after:?} {seats:?}",
                case.at()
            ));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_table_is_large_and_has_no_case_twice() {
    let cases = cases::all();
    assert!(cases.len() >= 100, "only {} cases", cases.len());
    let mut names: Vec<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    names.sort_unstable();
    for pair in names.windows(2) {
        assert_ne!(pair[0], pair[1], "two cases of one name");
    }
}

#[test]
fn every_cause_of_a_refusal_has_a_case() {
    let cases = cases::all();
    for cause in [
        "NoChanges",
        "ProductNotOwned",
        "ProductNotAssignable",
        "AddedAndRemoved",
        "DuplicateProduct",
        "PlanNotInProduct",
        "PlanNotSwitchable",
        "NotHeld",
        "Inherited",
        "AlreadyInherited",
        "UsageLocationMissing",
        "UsageLocationInvalid",
        "CountryBarred",
        "DependencyUnmet",
        "PlansExclusive",
        "NoSeats",
    ] {
        let mut refusals = cases
            .iter()
            .filter_map(|case| case.expected.refusal.as_ref());
        assert!(
            refusals.any(|(causes, _)| causes.first().is_some_and(|first| first == cause)),
            "no case of {cause}"
        );
    }
}
