//! Journals: what stands in them and when, going on with a run, and what is refused.

#[path = "support/bulk.rs"]
mod bulk;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use bulk::{
    Runs, TENANT, Trouble, Troubled, command, consumed, crowd, dice, feed, feed_and_cancel,
    holdings, results, rows, run, start_run, statuses, summary,
};
use mglicense_engine::{EventKind, Operation, Pulled};
use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};

fn swap() -> Value {
    json!({
        "addLicenses": [{ "skuId": "SPE_E5", "disabledPlans": ["SWAY"] }], "removeLicenses": ["SPE_E3"],
        "usageLocation": "GB",
    })
}

/// Half without a location, everybody with E3.
fn staff(count: usize) -> tenant::LocalTenant {
    crowd(count, |number| {
        let mut user =
            json!({ "assignedLicenses": [{ "skuPartNumber": "SPE_E3", "disabledPlans": [] }] });
        if number % 2 == 0 {
            user["usageLocation"] = json!("GB");
        }
        user
    })
}

fn open(path: &Path) -> Connection {
    Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap()
}

#[test]
fn an_intent_is_in_the_file_before_its_request_is_sent() {
    let tenant = staff(130);
    let runs = Runs::new();
    let folder = runs.text();
    let seen = Arc::new(AtomicUsize::new(0));
    let mut service = Troubled::new(&tenant, |step, _| {
        (dice(7, step) % 100 < 5).then_some(Trouble::Refused(429))
    });
    let counter = Arc::clone(&seen);
    // Another connection sees only what is committed.
    service.watch = Some(Box::new(move |steps| {
        let journal = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|kind| kind == "mgrun"))
            .unwrap();
        let connection = open(&journal);
        for step in steps {
            let url = step["url"].as_str().unwrap();
            let user = url.split('/').nth(2).unwrap();
            let (state, before, sent): (String, String, Option<String>) = connection
                .query_row(
                    "SELECT w.state, i.image, w.sent FROM writes w JOIN images i ON i.id = w.before WHERE w.user_id = ?1",
                    [user],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
                )
                .unwrap();
            let expected = if step["method"] == "PATCH" {
                "SendingLocation"
            } else {
                "Sending"
            };
            assert_eq!(state, expected, "{url}");
            assert!(before.contains(bulk::E3), "the image before: {before}");
            assert!(sent.is_some());
            counter.fetch_add(1, Ordering::SeqCst);
        }
    }));
    let service = Arc::new(service);
    let said = run(&service.session(), &runs, swap(), &rows(130));
    assert_eq!(
        statuses(&said),
        [("Changed".to_owned(), 130)].into(),
        "{:?}",
        said.of(EventKind::Error)
    );
    assert!(seen.load(Ordering::SeqCst) >= 195);
}

#[test]
fn a_journal_commits_to_the_disk_and_is_its_owners_alone() {
    let tenant = staff(20);
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let said = run(&service.session(), &runs, swap(), &rows(20));
    let journal = runs.journal();
    assert_eq!(summary(&said)["run"]["path"], journal.display().to_string());
    // One file is left, which holds no secret and no more than it says.
    let files: Vec<_> = fs::read_dir(runs.text())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files.len(), 1, "{files:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&journal), 0o600);
        assert_eq!(mode(Path::new(&runs.text())), 0o700);
    }
    let connection = open(&journal);
    let count = |sql: &str| {
        connection
            .query_row(sql, [], |row| row.get::<_, i64>(0))
            .unwrap()
    };
    assert_eq!(
        count(
            "SELECT count(*) FROM writes WHERE state = 'Done' AND request_id IS NOT NULL AND answered IS NOT NULL"
        ),
        20
    );
    assert_eq!(count("SELECT count(*) FROM rows"), 20);
    // Users who are alike share their images.
    assert!(count("SELECT count(*) FROM images") <= 4);
}

/// Runs until `steps` changes were sent, then lets everything hang, and copies the journal as it is in that moment.
fn killed(
    tenant: &tenant::LocalTenant,
    runs: &Runs,
    copy: &Runs,
    count: usize,
    after: u64,
    late: bool,
) -> Arc<Troubled> {
    let dead = Arc::new(AtomicBool::new(false));
    let is_dead = Arc::clone(&dead);
    let mut service = Troubled::new(tenant, move |step, _| {
        if is_dead.load(Ordering::SeqCst) {
            return Some(Trouble::Hung);
        }
        (step >= after).then_some(if late {
            Trouble::HungLate
        } else {
            Trouble::Hung
        })
    });
    let (from, to) = (runs.text(), copy.text());
    let steps = AtomicUsize::new(0);
    service.watch = Some(Box::new(move |batch| {
        let before = steps.fetch_add(batch.len(), Ordering::SeqCst);
        if before + batch.len() > usize::try_from(after).unwrap()
            && !dead.swap(true, Ordering::SeqCst)
        {
            fs::create_dir_all(&to).unwrap();
            for entry in fs::read_dir(&from).unwrap() {
                let path = entry.unwrap().path();
                if path.extension().is_some_and(|kind| kind == "mgrun") {
                    let target = Path::new(&to).join(path.file_name().unwrap());
                    open(&path)
                        .execute("VACUUM INTO ?1", [target.to_str().unwrap()])
                        .unwrap();
                }
            }
            // The batch that is looked at goes out as the last one, or is lost.
            if late {
                dead.store(false, Ordering::SeqCst);
            }
        }
    }));
    let service = Arc::new(service);
    let job = start_run(
        &service.session_of(TENANT),
        runs,
        swap(),
        json!({ "force": true }),
    );
    for piece in rows(count).as_array().unwrap().chunks(100) {
        while job.push(serde_json::to_vec(piece).unwrap().into(), false)
            == mglicense_engine::Pushed::Full
        {
            let _ = job.pull(Duration::from_millis(20));
        }
    }
    job.push(bytes::Bytes::new(), true);
    let begun = std::time::Instant::now();
    while copy.journals().is_empty() || begun.elapsed() < Duration::from_millis(50) {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "the run never came that far"
        );
        if matches!(job.pull(Duration::from_millis(10)), Pulled::Finished) {
            break;
        }
    }
    // Nobody pulls any more: the process is gone.
    std::thread::sleep(Duration::from_millis(30));
    service
}

#[test]
fn a_run_whose_process_ended_anywhere_goes_on_without_losing_or_doubling_a_change() {
    for (round, late) in (0..6).map(|round| (round, round % 2 == 0)) {
        let count = 160;
        let tenant = staff(count);
        let (runs, copy) = (Runs::new(), Runs::new());
        let after = dice(41, round) % 220;
        let service = killed(&tenant, &runs, &copy, count, after, late);
        let sent_before = service.writes.lock().unwrap().clone();
        let id = copy.id();

        let healthy = Arc::new(Troubled::new(&tenant, |_, _| None));
        let session = healthy.session_of(TENANT);
        let listed = command(&session, Operation::ListRuns, &copy, json!({}));
        assert_eq!(listed.item()["state"], "Interrupted", "round {round}");
        let said = command(&session, Operation::ResumeRun, &copy, json!({ "id": id }));
        let case = format!("round {round}, after {after}, late {late}");
        assert!(
            said.of(EventKind::Error).is_empty(),
            "{case}: {:?}",
            said.of(EventKind::Error)
        );
        let run = summary(&said)["run"].clone();
        assert_eq!(
            (&run["state"], &run["changed"], &run["rows"]),
            (&json!("Completed"), &json!(count), &json!(count)),
            "{case}: {run}"
        );
        assert_eq!(
            consumed(&tenant),
            json!([["SPE_E5", count], ["SPE_E3", 0]]),
            "{case}"
        );
        for (name, location, held) in holdings(&tenant) {
            assert_eq!(
                (location.as_str(), held.len()),
                (Some("GB"), 1),
                "{case}: {name}"
            );
        }
        // At most what four batches hold is sent twice.
        let sent_again = healthy.writes.lock().unwrap().clone();
        let before: BTreeSet<_> = sent_before.iter().collect();
        let again = sent_again
            .iter()
            .filter(|write| before.contains(write))
            .count();
        assert!(again <= 80, "{case}: {again} sent twice");
        assert_eq!(
            sent_again.iter().collect::<BTreeSet<_>>().len(),
            sent_again.len(),
            "{case}: sent twice by the resume"
        );
    }
}

#[test]
fn a_run_whose_process_ended_anywhere_can_be_taken_back_as_it_is() {
    for (round, late) in (0..4).map(|round| (round, round % 2 == 0)) {
        let count = 160;
        let tenant = staff(count);
        let (before, seats) = (holdings(&tenant), consumed(&tenant));
        let (runs, copy) = (Runs::new(), Runs::new());
        let after = 85 + dice(43, round) % 130;
        let _dead = killed(&tenant, &runs, &copy, count, after, late);
        let case = format!("round {round}, after {after}, late {late}");
        let changed = holdings(&tenant);
        assert_ne!(changed, before, "{case}: nothing was done");

        let healthy = Arc::new(Troubled::new(&tenant, |_, _| None));
        let session = healthy.session_of(TENANT);
        let id = copy.id();
        let said = command(&session, Operation::UndoRun, &copy, json!({ "id": id }));
        assert!(
            said.of(EventKind::Error).is_empty(),
            "{case}: {:?}",
            said.of(EventKind::Error)
        );
        assert_eq!(consumed(&tenant), seats, "{case}");
        let mut kept = 0;
        for (was, is) in before.iter().zip(holdings(&tenant)) {
            assert_eq!((&was.0, &was.2), (&is.0, &is.2), "{case}");
            // A location that was empty can't be emptied again.
            kept += usize::from(was.1 != is.1);
            assert!(was.1 == is.1 || was.1.is_null(), "{case}: {is:?}");
        }
        let warnings = said.of(EventKind::Warning);
        let says = format!("of {kept} users was empty");
        assert!(
            warnings
                .iter()
                .any(|warning| warning.to_string().contains(&says)),
            "{case}: {says}: {warnings:?}"
        );
    }
}

#[test]
fn a_cancelled_run_goes_on_where_it_stopped() {
    let tenant = staff(200);
    let mut service = Troubled::new(&tenant, |_, _| None);
    service.latency = Duration::from_millis(10);
    let service = Arc::new(service);
    let session = service.session_of(TENANT);
    let runs = Runs::new();
    let job = start_run(&session, &runs, swap(), json!({ "force": true }));
    let said = feed_and_cancel(&job, &rows(200), true);
    let stopped = summary(&said)["run"].clone();
    assert_eq!(stopped["state"], "Cancelled");
    let sent = service.write_count();
    let resumed = command(
        &session,
        Operation::ResumeRun,
        &runs,
        json!({ "id": runs.id() }),
    );
    let run = summary(&resumed)["run"].clone();
    assert_eq!(
        (&run["state"], &run["changed"]),
        (&json!("Completed"), &json!(200)),
        "{run}"
    );
    assert_eq!(
        results(&resumed).len() as u64,
        200 - stopped["changed"].as_u64().unwrap()
    );
    // 100 locations and 200 changes in all: nothing went out twice.
    assert_eq!((sent < 300, service.write_count()), (true, 300));
    assert_eq!(consumed(&tenant), json!([["SPE_E5", 200], ["SPE_E3", 0]]));
    // A run that is done has nothing left to go on with.
    let again = command(
        &session,
        Operation::ResumeRun,
        &runs,
        json!({ "id": runs.id() }),
    );
    assert_eq!((results(&again).len(), service.write_count()), (0, 300));
    assert_eq!(summary(&again)["run"]["changed"], 200);
}

#[test]
fn a_run_is_worked_on_by_one_at_a_time() {
    let tenant = staff(40);
    let (runs, copy) = (Runs::new(), Runs::new());
    let _hanging = killed(&tenant, &runs, &copy, 40, 25, false);
    let healthy = Arc::new(Troubled::new(&tenant, |_, _| None));
    let session = healthy.session_of(TENANT);
    // The first process still works on its run: everything hangs there.
    let said = command(
        &session,
        Operation::ResumeRun,
        &runs,
        json!({ "id": runs.id() }),
    );
    assert_eq!(said.error()["code"], "RunBusy");
    assert_eq!(
        command(
            &session,
            Operation::UndoRun,
            &runs,
            json!({ "id": runs.id() })
        )
        .error()["code"],
        "RunBusy"
    );
    assert_eq!(
        command(&session, Operation::ListRuns, &runs, json!({})).item()["state"],
        "Running"
    );
}

#[test]
fn the_journal_of_another_tenant_is_refused() {
    let tenant = staff(20);
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    run(&service.session_of(TENANT), &runs, swap(), &rows(20));
    let elsewhere = service.session_of("99999999-2222-3333-4444-555555555555");
    for operation in [Operation::ResumeRun, Operation::UndoRun] {
        let error = command(&elsewhere, operation, &runs, json!({ "id": runs.id() })).error();
        assert_eq!(error["code"], "RunTenant");
        assert!(
            error["message"].as_str().unwrap().contains(TENANT),
            "{error}"
        );
    }
    assert_eq!(service.write_count(), 30);
}

#[test]
fn a_journal_that_cannot_be_used_says_why_and_keeps_what_it_holds() {
    let tenant = staff(20);
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let session = service.session_of(TENANT);
    let runs = Runs::new();
    run(&session, &runs, swap(), &rows(20));
    let (journal, id) = (runs.journal(), runs.id());
    let whole = fs::read(&journal).unwrap();
    let code = |operation| {
        command(&session, operation, &runs, json!({ "id": id })).error()["code"].clone()
    };
    let both = || [code(Operation::ResumeRun), code(Operation::UndoRun)];

    Connection::open(&journal)
        .unwrap()
        .pragma_update(None, "user_version", 2)
        .unwrap();
    assert_eq!(both(), ["RunVersion", "RunVersion"]);

    let mut damaged = whole.clone();
    let middle = damaged.len() / 2;
    damaged[4096..middle].fill(0xA5);
    fs::write(&journal, &damaged).unwrap();
    assert_eq!(both(), ["RunDamaged", "RunDamaged"]);
    assert_eq!(
        fs::read(&journal).unwrap(),
        damaged,
        "a damaged file is left as it is"
    );
    // A list shows the other runs all the same, and says what is wrong with this one.
    let listed = command(&session, Operation::ListRuns, &runs, json!({}));
    assert!(
        listed.of(EventKind::Warning)[0]
            .as_str()
            .unwrap()
            .contains("damaged"),
        "{listed:?}"
    );

    fs::write(&journal, &whole[..whole.len() / 3]).unwrap();
    assert_eq!(both(), ["RunDamaged", "RunDamaged"]);
    fs::write(&journal, "row,user\n1,ada\n").unwrap();
    assert_eq!(both(), ["RunDamaged", "RunDamaged"]);
    fs::write(&journal, "").unwrap();
    assert_eq!(both(), ["RunDamaged", "RunDamaged"]);

    fs::remove_file(&journal).unwrap();
    assert_eq!(both(), ["RunNotFound", "RunNotFound"]);
    assert_eq!(service.write_count(), 30);
}

#[test]
fn nothing_is_sent_where_no_journal_can_be_made() {
    let tenant = staff(20);
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    // A file is where the folder should be.
    fs::write(runs.text(), "").unwrap();
    let said = run(&service.session(), &runs, swap(), &rows(20));
    assert_eq!(said.error()["code"], "RunFolder");
    assert_eq!(service.write_count(), 0);
    fs::remove_file(runs.text()).unwrap();
}

#[test]
fn a_journal_that_can_no_longer_be_written_stops_the_run_and_loses_nothing() {
    let tenant = staff(120);
    let runs = Runs::new();
    let folder = runs.text();
    let batches = AtomicUsize::new(0);
    let mut service = Troubled::new(&tenant, |_, _| None);
    service.watch = Some(Box::new(move |_| {
        if batches.fetch_add(1, Ordering::SeqCst) == 4 {
            let mut entries = fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().path());
            let journal = entries.find(|path| path.extension().is_some_and(|kind| kind == "mgrun"));
            let connection = Connection::open(journal.unwrap()).unwrap();
            connection.busy_timeout(Duration::from_secs(5)).unwrap();
            connection
                .execute_batch("CREATE TRIGGER full BEFORE UPDATE ON writes BEGIN SELECT RAISE(ABORT, 'no room'); END")
                .unwrap();
        }
    }));
    let service = Arc::new(service);
    let said = run(&service.session_of(TENANT), &runs, swap(), &rows(120));
    assert_eq!(said.error()["code"], "RunUnusable");
    assert!(
        said.error()["message"]
            .as_str()
            .unwrap()
            .contains("no room")
    );
    // Nothing went out after that, and every row is accounted for.
    assert!(service.write_count() < 180, "{}", service.write_count());
    assert_eq!(results(&said).len(), 120);

    let connection = Connection::open(runs.journal()).unwrap();
    connection.execute_batch("DROP TRIGGER full").unwrap();
    drop(connection);
    let healthy = Arc::new(Troubled::new(&tenant, |_, _| None));
    let resumed = command(
        &healthy.session_of(TENANT),
        Operation::ResumeRun,
        &runs,
        json!({ "id": runs.id() }),
    );
    assert_eq!(summary(&resumed)["run"]["changed"], 120, "{resumed:?}");
    assert_eq!(consumed(&tenant), json!([["SPE_E5", 120], ["SPE_E3", 0]]));
}

#[test]
fn rows_about_one_user_are_one_change_however_many_they_are() {
    let tenant = crowd(1, |_| json!({ "usageLocation": "GB" }));
    let service = Arc::new(Troubled::new(&tenant, |_, _| None));
    let runs = Runs::new();
    let many: Vec<Value> = (1..=20_000)
        .map(|row| json!({ "row": row, "userId": "u1@contoso.com" }))
        .collect();
    let wish = json!({ "addLicenses": [{ "skuId": "SPE_E5" }] });
    let job = start_run(&service.session(), &runs, wish, json!({}));
    let said = feed(&job, &Value::Array(many));
    assert_eq!(statuses(&said), [("Changed".to_owned(), 20_000)].into());
    assert_eq!(service.write_count(), 1);
    assert_eq!(summary(&said)["run"]["changed"], 20_000);
}
