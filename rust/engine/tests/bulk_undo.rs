//! Taking back what a run changed.

#[path = "support/bulk.rs"]
mod bulk;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bulk::{
    E3, E5, Runs, TENANT, Trouble, Troubled, command, consumed, crowd, feed_and_cancel, holdings,
    results, rows, run, start_run, statuses, summary,
};
use http::Method;
use mglicense_engine::{EventKind, Operation};
use serde_json::{Value, json};

const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";

/// Locations: none, another, the right one. Licences: none, E3 with a plan off, E5 with a plan off.
fn mixed(count: usize) -> tenant::LocalTenant {
    crowd(count, |number| {
        let mut user = json!({});
        match number % 3 {
            0 => user["usageLocation"] = json!("US"),
            1 => user["usageLocation"] = json!("GB"),
            // A licence needs a location, so these have none of either.
            _ => return user,
        }
        let sku = if number % 2 == 0 { "SPE_E3" } else { "SPE_E5" };
        user["assignedLicenses"] = json!([{ "skuPartNumber": sku, "disabledPlans": [SWAY] }]);
        user
    })
}

fn wish() -> Value {
    json!({
        "addLicenses": [{ "skuId": "SPE_E5", "disabledPlans": [] }], "removeLicenses": ["SPE_E3"], "lenient": true,
        "usageLocation": "GB",
    })
}

/// What users have, but for locations that were empty before: those can't be emptied again.
fn comparable(tenant: &tenant::LocalTenant, empty: &[String]) -> Vec<(String, Value, Vec<String>)> {
    let mut all = holdings(tenant);
    for user in &mut all {
        if empty.contains(&user.0) {
            user.1 = Value::Null;
        }
    }
    all
}

#[test]
fn an_undo_of_a_whole_run_leaves_everything_as_it_was_but_for_locations_that_were_empty() {
    let tenant = mixed(90);
    let before = holdings(&tenant);
    let seats = consumed(&tenant);
    let empty: Vec<String> = before
        .iter()
        .filter(|user| user.1.is_null())
        .map(|user| user.0.clone())
        .collect();
    assert_eq!(empty.len(), 30);
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let session = service.session_of(TENANT);
    let runs = Runs::new();
    run(&session, &runs, wish(), &rows(90));
    assert_ne!(holdings(&tenant), before);
    let id = runs.id();
    let said = command(&session, Operation::UndoRun, &runs, json!({ "id": id }));
    assert!(
        said.of(EventKind::Error).is_empty(),
        "{:?}",
        said.of(EventKind::Error)
    );
    assert_eq!(comparable(&tenant, &empty), before);
    assert_eq!(consumed(&tenant), seats);
    // Locations that stay are reported: in words, and with their rows.
    let warnings = said.of(EventKind::Warning);
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0]
            .as_str()
            .unwrap()
            .contains("of 30 users was empty"),
        "{warnings:?}"
    );
    let kept = results(&said)
        .iter()
        .filter(|result| result["notes"].to_string().contains("stays GB"))
        .count();
    assert_eq!(kept, 30);
    // It is a run of its own, which names the one it undid.
    let listed = command(&session, Operation::ListRuns, &runs, json!({})).of(EventKind::Item);
    let (undo, original) = if listed[0]["undoes"].is_null() {
        (1, 0)
    } else {
        (0, 1)
    };
    assert_eq!(listed[undo]["undoes"], json!(id));
    assert_eq!(listed[original]["undoneBy"], listed[undo]["id"]);
    // A second undo finds nothing to do.
    let sent = service.write_count();
    let again = command(&session, Operation::UndoRun, &runs, json!({ "id": id }));
    assert_eq!((statuses(&again).len(), service.write_count()), (1, sent));
    assert!(statuses(&again).contains_key("Unchanged"));
}

#[test]
fn an_undo_of_a_run_that_was_stopped_takes_back_what_was_done_and_no_more() {
    let tenant = mixed(240);
    let before = holdings(&tenant);
    let seats = consumed(&tenant);
    let empty: Vec<String> = before
        .iter()
        .filter(|user| user.1.is_null())
        .map(|user| user.0.clone())
        .collect();
    let mut service = Troubled::new(&tenant, |_, _| None);
    service.latency = Duration::from_millis(10);
    let service = Arc::new(service);
    let session = service.session_of(TENANT);
    let runs = Runs::new();
    let job = start_run(&session, &runs, wish(), json!({ "force": true }));
    let said = feed_and_cancel(&job, &rows(240), true);
    let run = summary(&said)["run"].clone();
    assert!(run["notStarted"].as_u64().unwrap() > 0, "{run}");
    let undone = command(
        &session,
        Operation::UndoRun,
        &runs,
        json!({ "id": runs.id() }),
    );
    assert!(
        undone.of(EventKind::Error).is_empty(),
        "{:?}",
        undone.of(EventKind::Error)
    );
    assert_eq!(comparable(&tenant, &empty), before);
    assert_eq!(consumed(&tenant), seats);
}

#[test]
fn what_somebody_changed_since_is_not_overwritten_and_the_reason_is_said() {
    let tenant = crowd(
        4,
        |_| json!({ "usageLocation": "GB", "assignedLicenses": [{ "skuPartNumber": "SPE_E3", "disabledPlans": [] }] }),
    );
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let session = service.session_of(TENANT);
    let runs = Runs::new();
    let swap = json!({ "addLicenses": [{ "skuId": "SPE_E5" }], "removeLicenses": ["SPE_E3"] });
    run(&session, &runs, swap, &rows(4));
    let change = |user: u32, add: Value, remove: Value| {
        let url = format!("v1.0/users/u{user}@contoso.com/assignLicense");
        let body = json!({ "addLicenses": add, "removeLicenses": remove });
        assert!(
            tenant
                .send(Method::POST, &url, Some(body))
                .status
                .is_success()
        );
    };
    change(
        1,
        json!([{ "skuId": E5, "disabledPlans": [SWAY] }]),
        json!([]),
    );
    change(
        2,
        json!([{ "skuId": E3, "disabledPlans": [] }]),
        json!([E5]),
    );
    change(3, json!([]), json!([E5]));
    let gone = tenant.send(Method::DELETE, "v1.0/users/u4@contoso.com", None);
    assert!(gone.status.is_success());
    let now = holdings(&tenant);
    let said = command(
        &session,
        Operation::UndoRun,
        &runs,
        json!({ "id": runs.id() }),
    );
    let status = |row: usize| results(&said)[row - 1]["status"].clone();
    let message = |row: u64| {
        let errors = said.of(EventKind::Error);
        let error = errors.iter().find(|error| error["row"] == row);
        let error = error.unwrap_or_else(|| panic!("row {row}: {errors:?} {:?}", results(&said)));
        (
            error["code"].as_str().unwrap().to_owned(),
            error["message"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(status(1), "Failed");
    assert_eq!(message(1).0, "MovedOn");
    assert!(
        message(1)
            .1
            .contains("other plans of SPE_E5 are off by now"),
        "{:?}",
        message(1)
    );
    // Somebody has taken it back already.
    assert_eq!(status(2), "Unchanged");
    assert_eq!(message(3).0, "MovedOn");
    assert!(
        message(3).1.contains("SPE_E5 is not assigned any more"),
        "{:?}",
        message(3)
    );
    assert_eq!(message(4).0, "Request_ResourceNotFound");
    assert_eq!(holdings(&tenant), now, "nothing was changed");
}

#[test]
fn an_undo_that_was_stopped_goes_on_as_any_run() {
    let tenant = mixed(120);
    let before = holdings(&tenant);
    let empty: Vec<String> = before
        .iter()
        .filter(|user| user.1.is_null())
        .map(|user| user.0.clone())
        .collect();
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let session = service.session_of(TENANT);
    let runs = Runs::new();
    run(&session, &runs, wish(), &rows(120));
    let first = runs.id();
    // The sign-in ends in the middle of the undo.
    let steps = AtomicU64::new(0);
    let breaking = Arc::new(Troubled::new(&tenant, move |_, _| {
        (steps.fetch_add(1, Ordering::SeqCst) >= 60).then_some(Trouble::Lost)
    }));
    let stopped = command(
        &breaking.session_of(TENANT),
        Operation::UndoRun,
        &runs,
        json!({ "id": first }),
    );
    let run = summary(&stopped)["run"].clone();
    assert_eq!(run["state"], "Cancelled", "{run}");
    let undo = run["id"].as_str().unwrap().to_owned();
    let resumed = command(&session, Operation::ResumeRun, &runs, json!({ "id": undo }));
    assert_eq!(
        summary(&resumed)["run"]["state"],
        "Completed",
        "{resumed:?}"
    );
    assert_eq!(comparable(&tenant, &empty), before);
    // An undo isn't undone.
    let error = command(&session, Operation::UndoRun, &runs, json!({ "id": undo })).error();
    assert_eq!(error["code"], "RunIsUndo");
}
