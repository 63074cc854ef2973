//! How long one assignment takes, through the router, and how long a tenant takes to be made and opened:
//! `cargo bench -p mglicense-tenant --bench writes`.

#[path = "../tests/common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::path::PathBuf;
use std::time::Instant;

use mglicense_tenant::{Caller, CreateOptions, GenerateSpec, Source, Tenant};
use serde_json::json;
use writes::{M3, Service};

const USERS: u32 = 1_000;

fn measure(name: &str, path: PathBuf, settings: serde_json::Value) {
    let spec = GenerateSpec {
        licensed: 0,
        ..GenerateSpec::new(USERS)
    };
    let options = CreateOptions {
        force: true,
        settings: Some(settings),
        ..CreateOptions::default()
    };
    let tenant = Tenant::create(path, Source::Generate(spec), options).unwrap();
    let service = Service::around(tenant, Caller::unrestricted());
    let users = service.json("/users?$select=id&$top=999");
    let ids: Vec<String> = users["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["id"].as_str().unwrap().to_owned())
        .collect();
    for id in &ids {
        service.patch(&format!("/users/{id}"), &json!({"usageLocation": "GB"}));
    }
    let mut times: Vec<u128> = Vec::new();
    for id in &ids {
        let start = Instant::now();
        let answer = service.assign(id, &[M3], &[]);
        times.push(start.elapsed().as_nanos());
        answer.assert_ok();
    }
    let mut removals: Vec<u128> = Vec::new();
    for id in &ids {
        let start = Instant::now();
        let answer = service.assign(id, &[], &[M3]);
        removals.push(start.elapsed().as_nanos());
        answer.assert_ok();
    }
    times.sort_unstable();
    removals.sort_unstable();
    println!(
        "{name:<34} assign median {:>7.1} us, p95 {:>7.1} us; remove median {:>7.1} us",
        times[times.len() / 2] as f64 / 1000.0,
        times[times.len() * 95 / 100] as f64 / 1000.0,
        removals[removals.len() / 2] as f64 / 1000.0
    );
}

fn one_assignment_costs_so_much() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    measure("memory", ":memory:".into(), json!({}));
    measure("disk, none", file("none"), json!({"durability": "none"}));
    measure(
        "disk, process",
        file("process"),
        json!({"durability": "process"}),
    );
    measure("disk, full", file("full"), json!({}));
    measure(
        "disk, full, log of all",
        file("log"),
        json!({"requestLog": "all"}),
    );
    let shm = std::path::Path::new("/dev/shm");
    if shm.is_dir() {
        let folder = tempfile::tempdir_in(shm).unwrap();
        measure("/dev/shm, full", folder.path().join("full"), json!({}));
    }
}

fn large_tenants_are_made_in_so_much_time() {
    let folder = tempfile::tempdir().unwrap();
    for users in [1_000, 50_000, 200_000] {
        let start = Instant::now();
        let path = folder.path().join(format!("{users}.mgtenant"));
        Tenant::create(&path, Source::Generate(GenerateSpec::new(users)), false).unwrap();
        let size = std::fs::metadata(&path).unwrap().len();
        println!(
            "{users} users: {:.2} s, {} MB",
            start.elapsed().as_secs_f64(),
            size / 1_000_000
        );
    }
    let start = Instant::now();
    Tenant::create(folder.path().join("sample.mgtenant"), Source::Sample, false).unwrap();
    println!("sample: {:.1} ms", start.elapsed().as_secs_f64() * 1000.0);
}

fn a_first_assignment_costs_so_much() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.mgtenant");
    drop(Tenant::create(&path, Source::Sample, false).unwrap());
    for _ in 0..3 {
        let start = Instant::now();
        let tenant = Tenant::open(&path, Default::default()).unwrap();
        let opened = start.elapsed();
        let service = Service::around(tenant, Caller::unrestricted());
        let skus = service.json("/subscribedSkus");
        let read = start.elapsed();
        assert!(!skus["value"].as_array().unwrap().is_empty());
        let answer = service.assign("ada.lovell@contoso.com", &[M3], &[]);
        let assigned = start.elapsed();
        assert!(answer.status == 200 || answer.status == 400);
        println!("open {opened:?}, products read {read:?}, assigned {assigned:?}");
    }
}

fn main() {
    one_assignment_costs_so_much();
    a_first_assignment_costs_so_much();
    large_tenants_are_made_in_so_much_time();
}
