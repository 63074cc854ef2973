//! Runs in a world that goes on: users deleted, seats taken and journals locked away between a run and its resume.

#[path = "support/bulk.rs"]
mod bulk;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bulk::{
    E5, Runs, TENANT, Troubled, command, consumed, crowd, feed_and_cancel, results, rows, run,
    start_run, statuses, summary,
};
use http::Method;
use mglicense_engine::{EventKind, Operation};
use serde_json::{Value, json};

fn add_e5() -> Value {
    json!({ "addLicenses": [{ "skuId": "SPE_E5" }] })
}

fn located(count: usize) -> tenant::LocalTenant {
    crowd(count, |_| json!({ "usageLocation": "GB" }))
}

/// Runs over `count` rows until the first results came, then cancels. Gives how many were changed.
fn stopped(tenant: &tenant::LocalTenant, runs: &Runs, count: usize, options: Value) -> usize {
    let mut service = Troubled::new(tenant, |_, _| None);
    service.latency = Duration::from_millis(10);
    let service = Arc::new(service);
    let job = start_run(&service.session_of(TENANT), runs, add_e5(), options.clone());
    let ended = options["noPreflight"] != true;
    let said = feed_and_cancel(&job, &rows(count), ended);
    let changed = statuses(&said)["Changed"];
    assert!(changed < count, "nothing was left to resume");
    changed
}

fn resume(
    tenant: &tenant::LocalTenant,
    runs: &Runs,
    more: Value,
) -> (support::Said, Arc<Troubled>) {
    let service = Arc::new(Troubled::new(tenant, |_, _| None));
    let mut payload = json!({ "id": runs.id() });
    for (name, value) in more.as_object().unwrap() {
        payload[name] = value.clone();
    }
    let said = command(
        &service.session_of(TENANT),
        Operation::ResumeRun,
        runs,
        payload,
    );
    (said, service)
}

fn change(tenant: &tenant::LocalTenant, method: Method, url: &str, body: Option<Value>) {
    let answer = tenant.send(method, url, body);
    assert!(answer.status.is_success(), "{url}: {answer:?}");
}

#[test]
fn a_run_without_a_preflight_goes_on_too() {
    let tenant = located(300);
    let runs = Runs::new();
    let changed = stopped(&tenant, &runs, 300, json!({ "noPreflight": true }));
    assert_eq!(consumed(&tenant)[0][1], changed);
    // What was read of the pipeline is in the journal.
    let known = {
        let listed = command(
            &Arc::new(Troubled::new(&tenant, |_, _| None)).session_of(TENANT),
            Operation::ListRuns,
            &runs,
            json!({}),
        );
        usize::try_from(listed.item()["rows"].as_u64().unwrap()).unwrap()
    };
    assert!(known > changed, "{known} rows, {changed} changed");
    let (said, service) = resume(&tenant, &runs, json!({}));
    assert_eq!(
        statuses(&said),
        [("Changed".to_owned(), known - changed)].into()
    );
    assert_eq!(
        service.write_count(),
        known - changed,
        "nothing is sent twice"
    );
    assert_eq!(consumed(&tenant)[0][1], known);
    let run = summary(&said)["run"].clone();
    assert_eq!(
        (&run["state"], &run["changed"]),
        (&json!("Completed"), &json!(known))
    );
}

#[test]
fn a_resume_meets_users_who_were_deleted_or_served_by_somebody_else() {
    let tenant = located(200);
    let runs = Runs::new();
    let changed = stopped(&tenant, &runs, 200, json!({ "force": true }));
    // Among the last of the rows are those that were not begun.
    change(&tenant, Method::DELETE, "v1.0/users/u199@contoso.com", None);
    let given =
        json!({ "addLicenses": [{ "skuId": E5, "disabledPlans": [] }], "removeLicenses": [] });
    change(
        &tenant,
        Method::POST,
        "v1.0/users/u200@contoso.com/assignLicense",
        Some(given),
    );
    let (said, service) = resume(&tenant, &runs, json!({}));
    let left = 200 - changed;
    assert_eq!(
        statuses(&said),
        [
            ("Changed".to_owned(), left - 2),
            ("Failed".to_owned(), 1),
            ("Unchanged".to_owned(), 1)
        ]
        .into()
    );
    let error = said.error();
    assert_eq!(
        (&error["code"], &error["row"]),
        (&json!("Request_ResourceNotFound"), &json!(199))
    );
    assert_eq!(service.write_count(), left - 2);
    assert_eq!(consumed(&tenant)[0][1], 199);
    assert_eq!(summary(&said)["run"]["state"], "Completed");
}

#[test]
fn a_resume_for_which_seats_are_short_by_now_writes_nothing_unless_told_in_which_order() {
    let tenant = located(200);
    let runs = Runs::new();
    let changed = stopped(&tenant, &runs, 200, json!({ "force": true }));
    // Five seats are left for more than five rows.
    let skus = tenant.get("v1.0/subscribedSkus");
    assert_eq!(skus["value"][0]["skuPartNumber"], "SPE_E5");
    tenant.set_seats("SPE_E5", changed + 5);
    let (said, service) = resume(&tenant, &runs, json!({}));
    assert_eq!(service.write_count(), 0, "{said:?}");
    let codes: Vec<Value> = said
        .of(EventKind::Error)
        .iter()
        .map(|error| error["code"].clone())
        .collect();
    assert!(codes.contains(&json!("SeatsShort")), "{codes:?}");
    let run = summary(&said)["run"].clone();
    assert_eq!(
        (&run["changed"], &run["notStarted"]),
        (&json!(changed), &json!(200 - changed)),
        "nothing is lost: {run}"
    );
    let (said, service) = resume(&tenant, &runs, json!({ "partial": "row" }));
    assert_eq!(
        (statuses(&said)["Changed"], service.write_count()),
        (5, 5),
        "{said:?}"
    );
    assert_eq!(consumed(&tenant)[0][1], changed + 5);
}

#[test]
fn users_deleted_and_seats_taken_after_the_preflight_fail_alone() {
    let tenant = Arc::new(located(60));
    let mut service = Troubled::new(&tenant, |_, _| None);
    let (other, begun) = (Arc::clone(&tenant), AtomicBool::new(false));
    // Somebody else is at work when the first batch leaves: 55 seats are left for 58 users.
    service.watch = Some(Box::new(move |_| {
        if !begun.swap(true, Ordering::SeqCst) {
            let other = Arc::clone(&other);
            let work = std::thread::spawn(move || {
                for user in ["u59", "u60"] {
                    let url = format!("v1.0/users/{user}@contoso.com");
                    change(&other, Method::DELETE, &url, None);
                }
                other.set_seats("SPE_E5", 55);
            });
            work.join().unwrap();
        }
    }));
    let service = Arc::new(service);
    let runs = Runs::new();
    let said = run(&service.session_of(TENANT), &runs, add_e5(), &rows(60));
    assert_eq!(
        statuses(&said),
        [("Changed".to_owned(), 55), ("Failed".to_owned(), 5)].into()
    );
    assert_eq!(results(&said).len(), 60);
    let errors = said.of(EventKind::Error);
    let gone = errors
        .iter()
        .filter(|error| error["code"] == "Request_ResourceNotFound");
    assert_eq!((gone.count(), errors.len()), (2, 5));
    assert_eq!(consumed(&tenant)[0][1], 55);
    assert_eq!(summary(&said)["run"]["failed"], 5);
}

#[test]
fn a_journal_that_may_only_be_read_is_refused_before_anything_is_sent() {
    let tenant = located(200);
    let runs = Runs::new();
    stopped(&tenant, &runs, 200, json!({ "force": true }));
    // SQLite's file format: a write version above 2 makes a file read-only, whoever opens it.
    let mut file = fs::OpenOptions::new()
        .write(true)
        .open(runs.journal())
        .unwrap();
    file.seek(SeekFrom::Start(18)).unwrap();
    file.write_all(&[3]).unwrap();
    drop(file);
    let (said, service) = resume(&tenant, &runs, json!({}));
    assert_eq!(said.error()["code"], "RunReadOnly", "{said:?}");
    assert_eq!(service.write_count(), 0);
    // Its folder may not be written to: there can be no lock.
    let lock = runs.journal().with_extension("lock");
    fs::create_dir(&lock).unwrap();
    let (said, service) = resume(&tenant, &runs, json!({}));
    assert_eq!(
        (said.error()["code"].clone(), service.write_count()),
        (json!("RunReadOnly"), 0)
    );
}

#[test]
fn commits_of_a_journal_are_counted_over_the_run_and_its_resumes() {
    let tenant = located(20);
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let session = service.session_of(TENANT);
    let said = run(&session, &runs, add_e5(), &rows(20));
    // The plan, one batch's intent, the end, and what waited when the file was closed.
    assert_eq!(summary(&said)["run"]["commits"], 4);
    let listed = command(&session, Operation::ListRuns, &runs, json!({}));
    assert_eq!(listed.item()["commits"], 4);
    // Nothing is left to do: only the end is written anew.
    let (said, _) = resume(&tenant, &runs, json!({}));
    assert!(
        summary(&said)["run"]["commits"].as_u64().unwrap() > 4,
        "{said:?}"
    );
}
