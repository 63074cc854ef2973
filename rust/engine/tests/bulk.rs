//! Runs over many users: what they do, what they send, and what they say.

#[path = "support/bulk.rs"]
mod bulk;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bulk::{
    Runs, Trouble, Troubled, consumed, crowd, dice, feed_and_cancel, holdings, results, rows, run,
    start_run, statuses, summary,
};
use mglicense_engine::EventKind;
use serde_json::{Value, json};

fn add_e5() -> Value {
    json!({ "addLicenses": [{ "skuId": "SPE_E5" }], "usageLocation": "GB" })
}

#[test]
fn a_run_sets_locations_first_and_sends_one_change_a_user_in_batches_of_twenty() {
    // Every second user has the location already.
    let tenant = crowd(110, |number| {
        if number % 2 == 0 {
            json!({ "usageLocation": "GB" })
        } else {
            json!({})
        }
    });
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let said = run(&service.session(), &runs, add_e5(), &rows(110));
    assert_eq!(
        statuses(&said),
        [("Changed".to_owned(), 110)].into(),
        "{said:?}"
    );
    let writes = service.writes.lock().unwrap().clone();
    let locations = writes
        .iter()
        .filter(|write| write.starts_with("PATCH"))
        .count();
    assert_eq!((locations, writes.len()), (55, 165));
    assert!(
        writes[..55].iter().all(|write| write.starts_with("PATCH")),
        "locations go first"
    );
    assert!(
        writes[55..]
            .iter()
            .all(|write| write.ends_with("/assignLicense"))
    );
    assert_eq!(consumed(&tenant), json!([["SPE_E5", 110], ["SPE_E3", 0]]));
    let summary = summary(&said);
    assert_eq!(summary["run"]["state"], "Completed");
    assert_eq!(
        (&summary["run"]["rows"], &summary["run"]["changed"]),
        (&json!(110), &json!(110))
    );
    assert_eq!(summary["resume"], Value::Null);
    // Each row says what was before.
    let first = &results(&said)[0];
    assert_eq!(first["usageLocationAfter"], "GB");
    assert_eq!(first["added"][0]["skuPartNumber"], "SPE_E5");
    assert!(first["requestId"].is_string(), "{first}");
}

#[test]
fn at_most_four_requests_are_under_way_and_never_two_changes_of_one_user() {
    let tenant = crowd(300, |_| json!({}));
    let mut service = Troubled::new(&tenant, |_, _| None);
    service.latency = Duration::from_millis(2);
    let service = Arc::new(service);
    let runs = Runs::new();
    // Everybody twice: the rows of one user are one change.
    let mut twice = rows(300).as_array().unwrap().clone();
    twice.extend(
        rows(300)
            .as_array()
            .unwrap()
            .iter()
            .cloned()
            .map(|mut row| {
                row["row"] = (row["row"].as_u64().unwrap() + 300).into();
                row
            }),
    );
    let said = run(
        &service.session(),
        &runs,
        json!({ "addLicenses": [{ "skuId": "SPE_E5" }], "usageLocation": "GB" }),
        &Value::Array(twice),
    );
    assert_eq!(statuses(&said), [("Changed".to_owned(), 600)].into());
    assert_eq!(service.most_in_flight.load(Ordering::SeqCst), 4);
    assert_eq!(service.write_count(), 600);
    assert_eq!(results(&said)[300]["sameUserAs"], 1);
}

#[test]
fn five_steps_in_a_hundred_in_trouble_leave_the_end_state_exact() {
    for seed in 0..4 {
        let tenant = crowd(300, |number| match number % 3 {
            0 => {
                json!({ "usageLocation": "GB", "assignedLicenses": [{ "skuPartNumber": "SPE_E3", "disabledPlans": [] }] })
            }
            1 => json!({ "usageLocation": "GB" }),
            _ => json!({}),
        });
        let service = Arc::new(Troubled::new(&tenant, move |step, _| {
            (dice(seed, step) % 100 < 5).then(|| match dice(seed + 1_000, step) % 8 {
                0 => Trouble::Refused(429),
                1 => Trouble::Refused(503),
                2 => Trouble::Refused(504),
                3 => Trouble::Late(504),
                4 => Trouble::Late(503),
                5 => Trouble::Reset,
                6 => Trouble::Lost,
                _ => Trouble::Silent,
            })
        }));
        let runs = Runs::new();
        let wish = json!({
            "addLicenses": [{ "skuId": "SPE_E5" }], "removeLicenses": ["SPE_E3"], "lenient": true, "usageLocation": "GB",
        });
        let said = run(&service.session(), &runs, wish, &rows(300));
        assert_eq!(
            statuses(&said),
            [("Changed".to_owned(), 300)].into(),
            "seed {seed}: {:?}",
            said.of(EventKind::Error)
        );
        assert_eq!(
            consumed(&tenant),
            json!([["SPE_E5", 300], ["SPE_E3", 0]]),
            "seed {seed}"
        );
        for (name, location, held) in holdings(&tenant) {
            assert_eq!(
                (location.as_str(), held.len()),
                (Some("GB"), 1),
                "seed {seed}: {name} {held:?}"
            );
            assert!(held[0].contains(bulk::E5), "seed {seed}: {name} {held:?}");
        }
        assert_eq!(summary(&said)["run"]["changed"], 300);
    }
}

#[test]
fn a_row_that_is_wrong_fails_alone() {
    let tenant = crowd(30, |_| json!({ "usageLocation": "GB" }));
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let mut wrong = rows(30);
    wrong[4]["userId"] = json!("nobody@contoso.com");
    wrong[5]["userId"] = json!("  ");
    wrong[6]["addLicenses"] = json!([{ "skuId": "NO_SUCH_PRODUCT" }]);
    let said = run(
        &service.session(),
        &runs,
        json!({ "addLicenses": [{ "skuId": "SPE_E5" }] }),
        &wrong,
    );
    assert_eq!(
        statuses(&said),
        [("Changed".to_owned(), 27), ("Failed".to_owned(), 3)].into()
    );
    let errors = said.of(EventKind::Error);
    let mut failed: Vec<_> = errors
        .iter()
        .map(|error| error["row"].as_u64().unwrap())
        .collect();
    failed.sort_unstable();
    assert_eq!(failed, [5, 6, 7]);
    assert_eq!(consumed(&tenant)[0][1], 27);
}

#[test]
fn without_a_preflight_changes_are_sent_while_rows_still_come() {
    let tenant = crowd(200, |_| json!({}));
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let job = start_run(
        &service.session(),
        &runs,
        add_e5(),
        json!({ "noPreflight": true }),
    );
    let all = rows(200);
    let (first, second) = all.as_array().unwrap().split_at(100);
    let push = |rows: &[Value], last| job.push(serde_json::to_vec(rows).unwrap().into(), last);
    assert_eq!(push(first, false), mglicense_engine::Pushed::Taken);
    // The first hundred are done although the input hasn't ended.
    let mut done = 0;
    let begun = std::time::Instant::now();
    while done < 100 {
        assert!(begun.elapsed() < Duration::from_secs(30), "{done} done");
        if let mglicense_engine::Pulled::Event(event) = job.pull(Duration::from_millis(50))
            && event.kind == EventKind::Page
        {
            let page: Value = serde_json::from_slice(&event.data).unwrap();
            done += page.as_array().unwrap().len();
        }
    }
    assert_eq!(consumed(&tenant)[0][1], 100);
    assert_eq!(push(second, true), mglicense_engine::Pushed::Taken);
    let said = support::drain(&job);
    assert_eq!(statuses(&said), [("Changed".to_owned(), 100)].into());
    assert_eq!(summary(&said)["run"]["rows"], 200);
    assert_eq!(consumed(&tenant)[0][1], 200);
}

#[test]
fn a_cancel_starts_nothing_new_and_accounts_for_every_row() {
    let tenant = crowd(400, |_| json!({ "usageLocation": "GB" }));
    let mut service = Troubled::new(&tenant, |_, _| None);
    service.latency = Duration::from_millis(20);
    let service = Arc::new(service);
    let runs = Runs::new();
    let session = service.session();
    let job = start_run(
        &session,
        &runs,
        json!({ "addLicenses": [{ "skuId": "SPE_E5" }] }),
        json!({}),
    );
    let said = feed_and_cancel(&job, &rows(400), true);
    let counts = statuses(&said);
    let changed = counts["Changed"];
    assert_eq!(counts.values().sum::<usize>(), 400, "{counts:?}");
    assert!(changed < 400 && changed.is_multiple_of(20), "{counts:?}");
    // What was under way was let finish, and is accounted for.
    assert_eq!(consumed(&tenant)[0][1], changed);
    assert_eq!(service.write_count(), changed);
    let summary = summary(&said);
    assert_eq!(summary["run"]["state"], "Cancelled");
    assert_eq!(summary["run"]["notStarted"], 400 - changed);
    let id = runs.id();
    assert_eq!(summary["resume"], format!("Resume-MgLicenseRun -Id {id}"));
}

// Twenty in one batch, of which 3, 7 and 12 are put off for 4, 9 and 2 seconds and 5 is refused: sixteen are done, the
// three are sent again after their own waits, and the refusal names its user. The order of the answers and a 424
// around them change nothing.
#[test]
fn steps_that_are_put_off_inside_a_batch_are_sent_again_after_their_own_waits() {
    for (reverses, answers_424) in [(false, false), (true, false), (false, true)] {
        let tenant = crowd(20, |number| {
            // User 5 has no location, so the service refuses it; the preflight isn't asked.
            if number == 5 {
                json!({})
            } else {
                json!({ "usageLocation": "GB" })
            }
        });
        let clock = mglicense_graph::clock_of_speed(100.0);
        let times: Arc<std::sync::Mutex<Vec<(usize, Duration)>>> = Arc::default();
        let (log, watched) = (Arc::clone(&times), Arc::clone(&clock));
        let mut service = Troubled::new(&tenant, |step, _| match step {
            2 => Some(Trouble::PutOff(4)),
            6 => Some(Trouble::PutOff(9)),
            11 => Some(Trouble::PutOff(2)),
            _ => None,
        });
        service.reverses = reverses;
        service.answers_424 = answers_424;
        service.watch = Some(Box::new(move |steps| {
            log.lock().unwrap().push((steps.len(), watched.elapsed()));
        }));
        let service = Arc::new(service);
        let runs = Runs::new();
        let job = start_run(
            &service.session_on(Arc::clone(&clock)),
            &runs,
            json!({ "addLicenses": [{ "skuId": "SPE_E5" }] }),
            json!({ "noPreflight": true }),
        );
        let said = bulk::feed(&job, &rows(20));
        let case = format!("reversed {reverses}, 424 {answers_424}");
        assert_eq!(
            statuses(&said),
            [("Changed".to_owned(), 19), ("Failed".to_owned(), 1)].into(),
            "{case}"
        );
        let error = said.error();
        assert_eq!(
            (&error["row"], &error["userId"]),
            (&json!(5), &json!("u5@contoso.com")),
            "{case}"
        );
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("invalid usage location"),
            "{case}"
        );
        let times = times.lock().unwrap().clone();
        assert_eq!(
            times.iter().map(|(steps, _)| steps).sum::<usize>(),
            23,
            "{case}: {times:?}"
        );
        let begun = times[0].1;
        for ((_, at), wait) in times[1..].iter().zip([2, 4, 9]) {
            assert!(
                *at >= begun + Duration::from_secs(wait),
                "{case}: {times:?}"
            );
        }
        assert_eq!(consumed(&tenant)[0][1], 19, "{case}");
    }
}

#[test]
fn products_are_read_once_however_many_users_there_are() {
    let tenant = crowd(500, |_| json!({ "usageLocation": "GB" }));
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let wish = json!({ "addLicenses": [{ "skuId": "SPE_E5" }] });
    let said = run(&service.session(), &runs, wish, &rows(500));
    assert_eq!(statuses(&said), [("Changed".to_owned(), 500)].into());
    // One read of the products, one page of users, and 25 batches of changes.
    assert_eq!(service.requests.load(Ordering::SeqCst), 27);
}
