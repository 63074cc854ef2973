//! Processes that are killed while licences are on their way to the members of a group.
//!
//! The children are this test's own program: the test finds the file named in its environment, and processes until it is
//! killed.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mglicense_tenant::{Caller, GenerateSpec, OpenOptions, Source, Tenant};
use rusqlite::Connection;
use serde_json::{Value, json};
use writes::*;

const FILE: &str = "MGLICENSE_TEST_FILE";
const MEMBERS: i64 = 400;
const SEATS: i64 = 150;

/// Starts a child that processes what is due until it is killed.
fn spawn(file: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program has a path"))
        .args([
            "a_process_killed_while_it_processes_leaves_a_tenant_that_goes_on",
            "--exact",
            "--nocapture",
            "--test-threads=1",
        ])
        .env(FILE, file)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the child starts")
}

/// The child's part.
fn process_until_killed(file: &Path) -> ! {
    let tenant = Tenant::open(file, OpenOptions::default()).expect("the tenant opens");
    println!();
    while tenant.step().expect("the step is done").is_due {
        println!("step");
        std::io::stdout().flush().expect("somebody listens");
    }
    println!("done");
    std::io::stdout().flush().expect("somebody listens");
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// A small generator.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// The file is sound; seats in use are those that users hold, and no more than there are; nobody has half of a group.
fn assert_consistent(file: &Path) {
    let connection = Connection::open(file).expect("the file opens");
    let number = |sql: &str| -> i64 {
        connection
            .query_row(sql, [], |row| row.get(0))
            .expect("the query is right")
    };
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("the file is read");
    assert_eq!(sound, "ok");
    let miscounted = number(
        "SELECT count(*) FROM skus s WHERE s.consumed <> (
           SELECT count(DISTINCT a.user_key) FROM assignments a JOIN users u ON u.key = a.user_key
            WHERE a.sku_key = s.key AND a.state <> 3 AND u.deleted IS NULL)",
    );
    assert_eq!(miscounted, 0, "seats in use are not those held");
    assert_eq!(
        number("SELECT count(*) FROM skus WHERE consumed > enabled + warning"),
        0,
        "more seats are in use than there are"
    );
    let halves = number(
        "SELECT count(*) FROM (
           SELECT user_key FROM assignments WHERE source_key <> 0
            GROUP BY user_key, source_key HAVING min(state = 3) <> max(state = 3))",
    );
    assert_eq!(halves, 0, "a member has half of what the group gives");
}

#[test]
fn a_process_killed_while_it_processes_leaves_a_tenant_that_goes_on() {
    if let Some(file) = std::env::var_os(FILE) {
        process_until_killed(Path::new(&file));
    }
    let folder = tempfile::tempdir().expect("a folder is made");
    let file = folder.path().join("t.mgtenant");
    let spec = GenerateSpec {
        licensed: 0,
        groups: 1,
        members: MEMBERS as u32,
        ..GenerateSpec::new(MEMBERS as u32)
    };
    let tenant = Tenant::create(&file, Source::Generate(spec), true).expect("a tenant is made");
    tenant
        .change(&json!({
            "settings": {"clockMode": "explicit", "groups": {"membersPerStep": 5}},
            "subscribedSkus": [
                {"skuId": FLOW, "prepaidUnits": {"enabled": SEATS}},
                {"skuId": M3, "prepaidUnits": {"enabled": MEMBERS}}],
        }))
        .expect("the change is right");
    drop(tenant);
    let open = || {
        let tenant = Tenant::open(&file, OpenOptions::default()).expect("the tenant opens");
        Service::around(tenant, Caller::unrestricted())
    };
    let group = open().json("/groups?$select=id")["value"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let license = |service: &Service, add: &[&str], remove: &[&str]| {
        let add: Vec<Value> = add.iter().map(|sku| json!({"skuId": sku})).collect();
        let answer = service.post(
            &format!("/groups/{group}/assignLicense"),
            &json!({"addLicenses": add, "removeLicenses": remove}),
        );
        assert_eq!(answer.status, 202, "{}", answer.text);
    };
    let mut dice = Dice(20_261_125);
    let mut killed_at_work = 0;
    let mut gives = false;
    // build.ps1 Test -Soak asks for the long form.
    let rounds = if std::env::var_os("MGLICENSE_SOAK").is_some() {
        500
    } else {
        50
    };
    for round in 0..rounds {
        let service = open();
        // Often the work of the round before is not done yet when the group changes again.
        if gives {
            license(&service, &[], &[FLOW, M3]);
        } else {
            license(&service, &[FLOW, M3], &[]);
        }
        gives = !gives;
        drop(service);
        let mut child = spawn(&file);
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        // So many steps, and then anywhere in the next one.
        let mut left = 1 + dice.roll(20);
        while left > 0 {
            line.clear();
            let read = lines.read_line(&mut line).expect("the child is heard");
            assert!(read > 0, "the child ended by itself");
            if line.trim() == "done" {
                break;
            }
            left -= u64::from(line.trim() == "step");
        }
        std::thread::sleep(Duration::from_micros(50 * dice.roll(100)));
        child.kill().expect("the child is killed");
        child.wait().expect("the child ends");
        assert_consistent(&file);
        let state = open().json(&format!("/groups/{group}?$select=licenseProcessingState"));
        let state = state["licenseProcessingState"]["state"].clone();
        assert!(
            ["ProcessingInProgress", "ProcessingComplete"]
                .map(Value::from)
                .contains(&state),
            "round {round}: {state}"
        );
        killed_at_work += u32::from(state == "ProcessingInProgress");
    }
    assert!(
        killed_at_work > rounds / 3,
        "only {killed_at_work} of {rounds} were killed at work"
    );
    // What is left is done by whoever comes next, to the end.
    let service = open();
    if !gives {
        license(&service, &[FLOW, M3], &[]);
    }
    while service.tenant.step().expect("the step is done").is_due {}
    assert_consistent(&file);
    assert_eq!(service.consumed(FLOW), SEATS);
    assert_eq!(service.consumed(M3), SEATS);
    let connection = Connection::open(&file).expect("the file opens");
    let waiting: i64 = connection
        .query_row(
            "SELECT count(*) FROM assignments WHERE error = 1",
            [],
            |row| row.get(0),
        )
        .expect("the query is right");
    assert_eq!(waiting, MEMBERS - SEATS);
}
