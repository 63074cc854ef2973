//! What licences through groups cost: `cargo bench -p mglicense-tenant --bench groups`.
//!
//! Each figure stands beside what it is compared with, measured in the same run: a line `what<TAB>ours<TAB>beside<TAB>unit
//! <TAB>limit`. `MGLICENSE_BENCH_USERS` makes the large tenant smaller for a trial.

use std::path::Path;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use http::Request;
use http_body_util::BodyExt;
use mglicense_tenant::{Caller, CreateOptions, GenerateSpec, Source, Tenant};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use tower::ServiceExt;

const GROUPS: u32 = 5_000;
const IN_ERROR: usize = 1_000;

/// Ten suites and ten products to go with them, so that a group may give one of each without a conflict.
const SUITES: [&str; 10] = [
    "SPE_E3",
    "SPE_E5",
    "ENTERPRISEPACK",
    "ENTERPRISEPREMIUM",
    "SPE_F1",
    "STANDARDPACK",
    "DESKLESSPACK",
    "SPB",
    "O365_BUSINESS_PREMIUM",
    "O365_BUSINESS_ESSENTIALS",
];
const EXTRAS: [&str; 10] = [
    "FLOW_FREE",
    "VISIOCLIENT",
    "POWER_BI_STANDARD",
    "POWER_BI_PRO",
    "AAD_PREMIUM",
    "AAD_PREMIUM_P2",
    "MCOMEETADV",
    "RIGHTSMANAGEMENT",
    "PHONESYSTEM_VIRTUALUSER",
    "WIN_DEF_ATP",
];

/// A tenant and a way to ask it.
struct Service {
    tenant: Tenant,
    router: Router,
    runtime: tokio::runtime::Runtime,
}

impl Service {
    fn new(tenant: Tenant) -> Self {
        Self {
            router: tenant.router(Caller::unrestricted()),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime starts"),
            tenant,
        }
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(format!("/v1.0{path}"))
            .header("content-type", "application/json")
            .body(Body::from(body.to_owned()))
            .expect("the request is well formed");
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await;
            let response = response.expect("the router always answers");
            assert!(
                response.status().is_success(),
                "{method} {path}: {}",
                response.status()
            );
            let body = response
                .into_body()
                .collect()
                .await
                .expect("the body is whole");
            serde_json::from_slice(&body.to_bytes()).unwrap_or_default()
        })
    }
}

fn tell(what: &str, ours: Duration, beside: Duration, limit: f64) {
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
    println!(
        "{what}\t{:.3}\t{:.3}\tms\t{limit}",
        milliseconds(ours),
        milliseconds(beside)
    );
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// A made-up tenant of so many users in so many groups, each user in one group, and no licences yet.
fn company(path: &Path, users: u32, groups: u32) -> Service {
    let spec = GenerateSpec {
        groups,
        members: 0,
        licensed: 0,
        ..GenerateSpec::new(users)
    };
    let options = CreateOptions {
        force: true,
        settings: Some(json!({"durability": "none", "groups": {"membersPerStep": 2_000_000}})),
        ..CreateOptions::default()
    };
    let tenant = Tenant::create(path, Source::Generate(spec), options).expect("a tenant is made");
    let products: Vec<Value> = SUITES
        .iter()
        .chain(&EXTRAS)
        .map(|name| json!({"skuPartNumber": name, "prepaidUnits": {"enabled": 3_000_000}}))
        .collect();
    tenant
        .change(&json!({"subscribedSkus": products}))
        .expect("the products are known");
    let connection = Connection::open(path).expect("the file is there");
    connection
        .execute_batch("PRAGMA synchronous = OFF; BEGIN")
        .expect("the file is written");
    {
        // Neighbours are in different groups: nothing about a group lies together.
        let mut join = connection
            .prepare(
                "INSERT INTO members (group_key, kind, member_key, joined) VALUES (?1, 0, ?2, ?2)",
            )
            .expect("the table is there");
        for user in 1..=i64::from(users) {
            let group = user * 7_919 % i64::from(groups) + 1;
            join.execute([group, user]).expect("the row is written");
        }
    }
    connection
        .execute_batch("COMMIT")
        .expect("the file is written");
    Service::new(tenant)
}

fn sku_key(connection: &Connection, name: &str) -> i64 {
    connection
        .query_row(
            "SELECT key FROM skus WHERE part_number = ?1",
            [name],
            |row| row.get(0),
        )
        .expect("the product is there")
}

/// Gives every group a suite and something to go with it, and makes all of it due.
fn license_all(path: &Path) {
    let connection = Connection::open(path).expect("the file is there");
    connection
        .execute_batch("BEGIN")
        .expect("the file is written");
    for group in 1..=i64::from(GROUPS) {
        for list in [SUITES, EXTRAS] {
            let key = sku_key(&connection, list[(group % 10) as usize]);
            connection
                .execute(
                    "INSERT INTO group_licenses (group_key, sku_key, disabled) VALUES (?1, ?2, '[]')",
                    [group, key],
                )
                .expect("the row is written");
        }
        connection
            .execute(
                "INSERT INTO due (at, kind, subject, detail) VALUES ('2000-01-01T00:00:00Z', 'processGroup', ?1, '')",
                [group],
            )
            .expect("the row is written");
    }
    connection
        .execute_batch("COMMIT")
        .expect("the file is written");
}

type Row = (i64, i64, i64, String, i64, i64, String);

fn rows(path: &Path) -> Vec<Row> {
    let connection = Connection::open(path).expect("the file is there");
    let mut select = connection
        .prepare(
            "SELECT user_key, sku_key, source_key, disabled, state, error, updated FROM assignments
              ORDER BY user_key, sku_key, source_key",
        )
        .expect("the table is there");
    let rows = select
        .query_map([], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get(5)?,
                row.get(6)?,
            ))
        })
        .expect("the table is read");
    rows.collect::<Result<_, _>>().expect("the table is read")
}

/// SQLite alone, writing these rows in the order of their keys into the same table and indexes, in one transaction.
fn plain_write(path: &Path, model: &Path, rows: &[Row]) -> (Duration, Option<Duration>) {
    let schema: Vec<String> = {
        let connection = Connection::open(model).expect("the file is there");
        let mut select = connection
            .prepare("SELECT sql FROM sqlite_schema WHERE tbl_name = 'assignments' AND sql IS NOT NULL ORDER BY type DESC")
            .expect("there is a schema");
        let list = select.query_map([], |row| row.get(0)).expect("it is read");
        list.collect::<Result<_, _>>().expect("it is read")
    };
    let connection = Connection::open(path).expect("a file is made");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;",
        )
        .expect("the settings are known");
    for sql in schema {
        connection.execute_batch(&sql).expect("the schema is SQL");
    }
    let ((), elapsed, used) = timed(|| write_plainly(&connection, rows));
    (elapsed, used)
}

fn write_plainly(connection: &Connection, rows: &[Row]) {
    connection
        .execute_batch("BEGIN")
        .expect("the file is written");
    {
        let mut insert = connection
            .prepare(
                "INSERT INTO assignments (user_key, sku_key, source_key, disabled, state, error, updated)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )
            .expect("the table is there");
        for (user, sku, source, disabled, state, error, updated) in rows {
            insert
                .execute(params![user, sku, source, disabled, state, error, updated])
                .expect("the row is written");
        }
    }
    connection
        .execute_batch("COMMIT")
        .expect("the file is written");
}

/// The processor time that this process has used, where the system tells. It is what can be compared on a machine that
/// has other things to do as well.
fn processor_time() -> Option<Duration> {
    let status = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = status.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    // Linux counts in hundredths of a second, whatever its timer does.
    Some(Duration::from_millis((ticks()? + ticks()?) * 10))
}

/// How long something takes, and the processor time it uses, where the system tells.
fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration, Option<Duration>) {
    let used = processor_time();
    let start = Instant::now();
    let result = work();
    let elapsed = start.elapsed();
    let used = processor_time()
        .zip(used)
        .map(|(after, before)| after - before);
    (result, elapsed, used)
}

/// The largest this process has been, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn measure_mass(folder: &Path, large: &Service, path: &Path, users: u32) {
    license_all(path);
    let (report, ours, ours_used) = timed(|| large.tenant.step().expect("the step is done"));
    assert_eq!(report.members, u64::from(users));
    if let Some(bytes) = peak_memory() {
        let gigabyte = 1024.0 * 1024.0 * 1024.0;
        println!(
            "memory at most while {users} members were processed\t{:.2}\t2\tGB\t1",
            bytes as f64 / gigabyte
        );
    }
    let rows = rows(path);
    assert_eq!(rows.len(), 2 * users as usize);
    assert!(
        rows.iter().all(|row| row.4 == 0 && row.5 == 0),
        "all of them are active"
    );
    let (beside, beside_used) = plain_write(&folder.join("plain.db"), path, &rows);
    let what = format!(
        "{users} members of {GROUPS} groups, 20 products, evaluated and stored, beside SQLite writing the rows"
    );
    tell(&what, ours, beside, 3.0);
    if let Some((ours, beside)) = ours_used.zip(beside_used) {
        tell(&format!("{what}, processor time"), ours, beside, 3.0);
    }
}

/// One user joins a licensed group or leaves it, the work that makes included.
fn measure_change(small: &Service, large: &Service) {
    let prepare = |service: &Service| {
        let list = service.send("GET", "/users?$select=id&$top=200", "");
        let users: Vec<String> = list["value"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|user| user["id"].as_str().expect("an id").to_owned())
            .collect();
        let group = json!({"displayName": "g", "mailEnabled": false, "mailNickname": "g", "securityEnabled": true});
        let group = service.send("POST", "/groups", &group.to_string());
        let group = group["id"].as_str().expect("an id").to_owned();
        let license = json!({"addLicenses": [{"skuId": "f30db892-07e9-47e9-837c-80727f46fd3d"}], "removeLicenses": []});
        service.send(
            "POST",
            &format!("/groups/{group}/assignLicense"),
            &license.to_string(),
        );
        (users, group)
    };
    let prepared = [prepare(small), prepare(large)];
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..200 {
        for (side, service) in [small, large].into_iter().enumerate() {
            let (users, group) = &prepared[side];
            let user = &users[round];
            let link = json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{user}")});
            let (join, leave, look) = (
                format!("/groups/{group}/members/$ref"),
                format!("/groups/{group}/members/{user}/$ref"),
                format!("/users/{user}?$select=id"),
            );
            let link = link.to_string();
            let start = Instant::now();
            service.send("POST", &join, &link);
            service.send("GET", &look, "");
            service.send("DELETE", &leave, "");
            service.send("GET", &look, "");
            times[side].push(start.elapsed());
        }
    }
    let [small, large] = times.map(median);
    tell(
        "a user joins and leaves a licensed group, in the large tenant beside 1,000 users",
        large,
        small,
        1.5,
    );
}

/// Puts so many members of a new group in error: there is no seat.
fn put_in_error(service: &Service, path: &Path) -> String {
    service
        .tenant
        .change(&json!({"subscribedSkus": [{"skuPartNumber": "VISIO_PLAN1_DEPT", "prepaidUnits": {"enabled": 0}}]}))
        .expect("the product is known");
    let group = json!({"displayName": "short", "mailEnabled": false, "mailNickname": "short", "securityEnabled": true});
    let group = service.send("POST", "/groups", &group.to_string());
    let id = group["id"].as_str().expect("an id").to_owned();
    let connection = Connection::open(path).expect("the file is there");
    let key: i64 = connection
        .query_row("SELECT max(key) FROM groups", [], |row| row.get(0))
        .expect("it is there");
    let users: i64 = connection
        .query_row("SELECT count(*) FROM users", [], |row| row.get(0))
        .expect("they are there");
    let step = users / IN_ERROR as i64;
    connection
        .execute_batch("BEGIN")
        .expect("the file is written");
    for number in 1..=IN_ERROR as i64 {
        connection
            .execute(
                "INSERT INTO members (group_key, kind, member_key, joined) VALUES (?1, 0, ?2, ?3)",
                [key, number * step, number],
            )
            .expect("the row is written");
    }
    connection
        .execute_batch("COMMIT")
        .expect("the file is written");
    let sku: Vec<u8> = connection
        .query_row(
            "SELECT id FROM skus WHERE part_number = 'VISIO_PLAN1_DEPT'",
            [],
            |row| row.get(0),
        )
        .expect("it is there");
    let hex: String = sku.iter().map(|byte| format!("{byte:02x}")).collect();
    let sku = format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    );
    let license = json!({"addLicenses": [{"skuId": sku}], "removeLicenses": []});
    service.send(
        "POST",
        &format!("/groups/{id}/assignLicense"),
        &license.to_string(),
    );
    service.send("GET", "/organization", "");
    id
}

/// Finds the groups with errors, and in them the users, with what is wrong.
fn measure_errors(medium: (&Service, &Path), large: (&Service, &Path)) {
    let groups = [
        put_in_error(medium.0, medium.1),
        put_in_error(large.0, large.1),
    ];
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..25 {
        for (side, service) in [medium.0, large.0].into_iter().enumerate() {
            let start = Instant::now();
            let found = service.send(
                "GET",
                "/groups?$select=id&$filter=hasMembersWithLicenseErrors%20eq%20true",
                "",
            );
            assert_eq!(found["value"][0]["id"], groups[side]);
            let mut next = Some(format!(
                "/groups/{}/membersWithLicenseErrors?$select=id,displayName,licenseAssignmentStates&$top=500",
                groups[side]
            ));
            let mut users = 0;
            while let Some(path) = next {
                let page = service.send("GET", &path, "");
                users += page["value"].as_array().map_or(0, Vec::len);
                next = page["@odata.nextLink"]
                    .as_str()
                    .and_then(|link| link.split_once("/v1.0"))
                    .map(|(_, path)| path.to_owned());
            }
            assert_eq!(users, IN_ERROR);
            times[side].push(start.elapsed());
        }
    }
    let [medium, large] = times.map(median);
    tell(
        "1,000 users in error found and read, in the large tenant beside 10,000 users",
        large,
        medium,
        1.5,
    );
}

fn main() {
    let users: u32 = std::env::var("MGLICENSE_BENCH_USERS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().expect("a folder is made");
    let folder = folder.path();
    let [small_path, medium_path, large_path] =
        ["small", "medium", "large"].map(|name| folder.join(format!("{name}.mgtenant")));
    let large = company(&large_path, users, GROUPS);
    measure_mass(folder, &large, &large_path, users);
    let small = company(&small_path, 1_000, GROUPS);
    measure_change(&small, &large);
    let medium = company(&medium_path, 10_000, GROUPS);
    license_all(&medium_path);
    medium.tenant.step().expect("the step is done");
    measure_errors((&medium, &medium_path), (&large, &large_path));
}
