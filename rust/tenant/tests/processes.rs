//! Several processes on one file, and processes that are killed in the middle of their work.
//!
//! The children are this test's own program, run again with the test that starts them: it finds the file named in its
//! environment and does the child's part.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use mglicense_tenant::{Caller, GenerateSpec, OpenOptions, Source, Tenant};
use rusqlite::Connection;
use serde_json::{Value, json};
use writes::*;

const FILE: &str = "MGLICENSE_TEST_FILE";
const SEED: &str = "MGLICENSE_TEST_SEED";
const SKUS: [&str; 2] = [M3, FLOW];

/// Starts a child that does its part of a test.
fn spawn(test: &str, file: &Path, seed: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(FILE, file)
        .env(SEED, seed.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What a child was started with; nothing if this is no child.
fn child() -> Option<(Service, u64)> {
    let file = std::env::var_os(FILE)?;
    let tenant = Tenant::open(
        file,
        OpenOptions {
            busy_timeout: Duration::from_secs(20),
            ..OpenOptions::default()
        },
    );
    let service = Service::around(tenant.unwrap(), Caller::unrestricted());
    Some((service, std::env::var(SEED).unwrap().parse().unwrap()))
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
    out.flush().unwrap();
}

/// A small generator, so that a child's work follows from its seed.
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

/// Seats in use are those that users hold, and the file is sound.
fn assert_consistent(file: &Path) {
    let connection = Connection::open(file).unwrap();
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    let wrong: i64 = connection
        .query_row(
            "SELECT count(*) FROM skus s WHERE s.consumed <> (
               SELECT count(DISTINCT a.user_key) FROM assignments a JOIN users u ON u.key = a.user_key
                WHERE a.sku_key = s.key AND a.state <> 3 AND u.deleted IS NULL)",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(wrong, 0, "seats in use are not those held");
}

fn crowd(file: &Path, settings: Value) -> Vec<String> {
    let spec = GenerateSpec {
        licensed: 0,
        groups: 0,
        ..GenerateSpec::new(20)
    };
    let tenant = Tenant::create(file, Source::Generate(spec), true).unwrap();
    tenant.set_settings(&settings).unwrap();
    let service = Service::around(tenant, Caller::unrestricted());
    let users = service.json("/users?$select=id");
    let ids: Vec<String> = users["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect();
    for id in &ids {
        assert_eq!(
            service
                .patch(&format!("/users/{id}"), &json!({"usageLocation": "GB"}))
                .status,
            204
        );
    }
    ids
}

fn change(sku: &str, held: bool) -> Value {
    if held {
        json!({"addLicenses": [{"skuId": sku}], "removeLicenses": []})
    } else {
        json!({"addLicenses": [], "removeLicenses": [sku]})
    }
}

/// The child of `a_killed_process_loses_nothing_it_was_answered`.
fn write_until_killed(service: &Service, seed: u64) -> ! {
    let mut dice = Dice(seed);
    let users = service.json("/users?$select=id,assignedLicenses");
    let users: Vec<&str> = users["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["id"].as_str().unwrap())
        .collect();
    let mut held: HashMap<(usize, usize), bool> = HashMap::new();
    for (number, user) in users.iter().enumerate() {
        for sku in service.products(user) {
            let sku = SKUS.iter().position(|known| **known == sku).unwrap();
            held.insert((number, sku), true);
        }
    }
    // Ends the line that the test program itself has begun.
    say("");
    loop {
        // One call, or a batch over several users.
        let count = if dice.roll(3) == 0 { 5 } else { 1 };
        let first = dice.roll(20) as usize;
        let sku = dice.roll(2) as usize;
        let changes: Vec<(usize, bool)> = (0..count)
            .map(|step| (first + step) % 20)
            .map(|user| (user, !held.get(&(user, sku)).copied().unwrap_or(false)))
            .collect();
        let list: Vec<String> = changes
            .iter()
            .map(|(user, to)| format!("{user}:{sku}:{to}"))
            .collect();
        let list = list.join(",");
        say(&format!("try {list}"));
        if count == 1 {
            let (user, to) = changes[0];
            let path = format!("/users/{}/assignLicense", users[user]);
            service.post(&path, &change(SKUS[sku], to)).assert_ok();
        } else {
            let steps: Vec<Value> = changes
                .iter()
                .map(|(user, to)| {
                    json!({"id": user.to_string(), "method": "POST", "url": format!("/users/{}/assignLicense", users[*user]),
                        "headers": {"Content-Type": "application/json"}, "body": change(SKUS[sku], *to)})
                })
                .collect();
            let answer = service.post("/$batch", &json!({"requests": steps}));
            answer.assert_ok();
            for step in answer.json()["responses"].as_array().unwrap() {
                assert_eq!(step["status"], 200, "{step}");
            }
        }
        say(&format!("ack {list}"));
        for (user, to) in changes {
            held.insert((user, sku), to);
        }
    }
}

/// `3:0:true,4:0:true` as changes: user, product, whether held afterwards.
fn parse(list: &str) -> Vec<((usize, usize), bool)> {
    let parse = |part: &str| {
        let mut fields = part.split(':');
        let mut number = || fields.next().unwrap().parse::<usize>().unwrap();
        let key = (number(), number());
        (key, fields.next().unwrap() == "true")
    };
    list.split(',').map(parse).collect()
}

#[test]
fn a_killed_process_loses_nothing_it_was_answered() {
    if let Some((service, seed)) = child() {
        write_until_killed(&service, seed);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.mgtenant");
    let users = crowd(&file, json!({}));
    let mut expected: HashMap<(usize, usize), bool> = HashMap::new();
    let mut dice = Dice(20_261_125);
    let mut acknowledged = 0;
    // build.ps1 Test -Soak asks for the long form.
    let rounds = if std::env::var_os("MGLICENSE_SOAK").is_some() {
        1_000
    } else {
        50
    };
    for round in 0..rounds {
        // A power cut is not tried here, so both ways of being safe from the end of a process must hold.
        let durability = if round % 2 == 0 { "process" } else { "full" };
        let tenant = Tenant::open(&file, OpenOptions::default()).unwrap();
        tenant
            .set_settings(&json!({"durability": durability}))
            .unwrap();
        drop(tenant);
        let mut child = spawn(
            "a_killed_process_loses_nothing_it_was_answered",
            &file,
            dice.roll(1 << 30),
        );
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        while !first.contains("\ntry ") {
            assert!(
                lines.read_line(&mut first).unwrap() > 0,
                "the child ended before it wrote"
            );
        }
        std::thread::sleep(Duration::from_micros(200 * dice.roll(150)));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        let whole = first + &rest;
        let mut open: Vec<((usize, usize), bool)> = Vec::new();
        // A line that is broken off was not said.
        for line in whole
            .split_inclusive('\n')
            .filter_map(|line| line.strip_suffix('\n'))
        {
            if let Some(list) = line.strip_prefix("try ") {
                open = parse(list);
            } else if let Some(list) = line.strip_prefix("ack ") {
                expected.extend(parse(list));
                open.clear();
                acknowledged += 1;
            }
        }
        assert_consistent(&file);
        let service = Service::around(
            Tenant::open(&file, OpenOptions::default()).unwrap(),
            Caller::unrestricted(),
        );
        let held: Vec<Vec<String>> = users.iter().map(|user| service.products(user)).collect();
        let is_held = |(user, sku): (usize, usize)| held[user].contains(&SKUS[sku].to_owned());
        for (key, to) in &expected {
            if !open.iter().any(|(other, _)| other == key) {
                assert_eq!(
                    is_held(*key),
                    *to,
                    "round {round}: user {} product {}",
                    key.0,
                    key.1
                );
            }
        }
        // What was under way is there as a whole or not at all.
        let done: Vec<bool> = open.iter().map(|(key, to)| is_held(*key) == *to).collect();
        assert!(
            done.iter().all(|done| *done) || done.iter().all(|done| !*done),
            "round {round}: half of a batch is there"
        );
        for (key, _) in open {
            expected.insert(key, is_held(key));
        }
    }
    assert!(acknowledged > 50, "only {acknowledged} calls were answered");
}

/// The child of `two_processes_write_the_same_users`.
fn write_beside_another(service: &Service, seed: u64) {
    let sku = SKUS[seed as usize];
    // Without those the other process may have made already.
    let users = service.json("/users?$select=id&$top=20");
    let users: Vec<&str> = users["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["id"].as_str().unwrap())
        .collect();
    for round in 0..5 {
        let to = round % 2 == 0;
        for user in &users {
            service
                .post(&format!("/users/{user}/assignLicense"), &change(sku, to))
                .assert_ok();
            // What was written is read.
            assert_eq!(service.products(user).contains(&sku.to_owned()), to);
        }
        let name = format!("made{seed}{round}");
        let made = service.post(
            "/users",
            &json!({"accountEnabled": true, "displayName": name, "mailNickname": name,
                "userPrincipalName": format!("{name}@contoso.com"), "passwordProfile": {"password": "Secret-1234"}}),
        );
        assert_eq!(made.status, 201, "{}", made.text);
        assert_eq!(
            service.get(&format!("/users/{name}@contoso.com")).status,
            200
        );
    }
    say("done");
}

#[test]
fn two_processes_write_the_same_users() {
    if let Some((service, seed)) = child() {
        return write_beside_another(&service, seed);
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.mgtenant");
    let users = crowd(&file, json!({"durability": "process", "requestLog": "all"}));
    let children: Vec<Child> = (0..2)
        .map(|seed| spawn("two_processes_write_the_same_users", &file, seed))
        .collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && text.contains("done"), "{text}");
    }
    assert_consistent(&file);
    let service = Service::around(
        Tenant::open(&file, OpenOptions::default()).unwrap(),
        Caller::unrestricted(),
    );
    for user in &users {
        assert_eq!(service.products(user).len(), 2);
    }
    assert_eq!(service.tenant.info().unwrap().users, 30);
    // Every request of both is in the log, each with a number of its own.
    let log = service.log();
    let assigned = log
        .iter()
        .filter(|entry| entry.path.ends_with("/assignLicense"))
        .count();
    assert_eq!(assigned, 2 * 5 * 20);
    let mut ids: Vec<&str> = log.iter().map(|entry| entry.request_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), log.len());
}

#[test]
fn what_one_process_sets_the_other_sees_at_its_next_request() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("t.mgtenant");
    crowd(&file, json!({}));
    let open = || {
        Service::around(
            Tenant::open(&file, OpenOptions::default()).unwrap(),
            Caller::unrestricted(),
        )
    };
    let (one, other) = (open(), open());
    let user = other.json("/users?$top=1")["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    other.assign(&user, &[FLOW], &[]).assert_ok();
    one.tenant
        .change(&json!({
            "settings": {"requestLog": "all", "page": {"defaultSize": 2}},
            "clock": "2030-01-01T00:00:00Z",
            "subscribedSkus": [{"skuPartNumber": "SPE_E3", "prepaidUnits": {"enabled": 0}}],
        }))
        .unwrap();
    let page = other.get("/users");
    assert_eq!(page.json()["value"].as_array().unwrap().len(), 2);
    assert_eq!(page.headers["date"], "Tue, 01 Jan 2030 00:00:00 GMT");
    assert_eq!(one.log().len(), 1);
    let (status, _, message) = other.assign(&user, &[M3], &[]).refusal();
    assert_eq!(status, 400);
    assert!(
        message.contains("does not have any available licenses"),
        "{message}"
    );
}
