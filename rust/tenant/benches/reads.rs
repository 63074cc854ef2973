//! How fast lists and objects are read: `cargo bench -p mglicense-tenant --bench reads`.

#[path = "../tests/read/service.rs"]
#[allow(dead_code)]
mod service;

use std::time::{Duration, Instant};

use mglicense_tenant::Source;
use service::Service;

const USERS: usize = 50_000;

/// Reads a list to its end and returns its users, bytes and time.
fn read(service: &Service, path: &str) -> (usize, usize, Duration) {
    let start = Instant::now();
    let (mut users, mut bytes) = (0, 0);
    let mut next = Some(format!("/v1.0{path}"));
    while let Some(uri) = next {
        let answer = service.send("GET", &uri, &[("ConsistencyLevel", "eventual")], "");
        assert_eq!(answer.status, 200, "{}", answer.text);
        bytes += answer.text.len();
        users += answer.text.matches("\"id\":").count();
        let link = answer.text.split("\"@odata.nextLink\":\"").nth(1);
        next = link
            .and_then(|link| link.split('"').next())
            .map(|link| link.replace("https://graph.microsoft.com", ""));
    }
    (users, bytes, start.elapsed())
}

fn members_are_read_at_these_rates() {
    let spec = "users=50000,seed=1,groups=1,members=50000"
        .parse()
        .expect("the spec is right");
    let service = Service::of(Source::Generate(spec));
    let id = service.json("/groups?$select=id")["value"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    for (what, path) in [
        ("members, pages of 100", format!("/groups/{id}/members")),
        (
            "members, pages of 999",
            format!("/groups/{id}/members?$top=999&$select=id"),
        ),
        (
            "members filtered",
            format!(
                "/groups/{id}/members/microsoft.graph.user?$top=999&$select=id&$count=true&$filter=accountEnabled%20eq%20true"
            ),
        ),
        (
            "transitive, pages of 999",
            format!("/groups/{id}/transitiveMembers?$top=999&$select=id"),
        ),
    ] {
        print_rate(what, read(&service, &path));
    }
}

fn one_object_is_read_in_this_time() {
    let spec = "users=50000,seed=1".parse().expect("the spec is right");
    let service = Service::of(Source::Generate(spec));
    let page = service.json("/users?$top=999&$select=id,userPrincipalName");
    let users = page["value"].as_array().expect("a list");
    let eight = "id,userPrincipalName,displayName,accountEnabled,usageLocation,userType,assignedLicenses,licenseAssignmentStates";
    for (what, key, select) in [
        ("default set by id", "id", String::new()),
        ("default set by name", "userPrincipalName", String::new()),
        ("eight with states by id", "id", format!("?$select={eight}")),
    ] {
        let start = Instant::now();
        for user in users {
            let id = user[key].as_str().expect("a key");
            assert_eq!(service.get(&format!("/users/{id}{select}")).status, 200);
        }
        let each = start.elapsed().as_secs_f64() * 1e6 / users.len() as f64;
        println!("{what:34} {each:8.1} µs");
    }
    let start = Instant::now();
    for _ in 0..1000 {
        assert_eq!(service.get("/subscribedSkus").status, 200);
    }
    println!(
        "{:34} {:8.1} µs",
        "all products",
        start.elapsed().as_secs_f64() * 1e3
    );
}

fn print_rate(what: &str, (users, bytes, time): (usize, usize, Duration)) {
    println!(
        "{what:34} {users:6} users {:8.1} ms {:9.0} users/s {:6.1} MB",
        time.as_secs_f64() * 1e3,
        users as f64 / time.as_secs_f64(),
        bytes as f64 / 1e6
    );
}

fn lists_are_read_at_these_rates() {
    let spec = format!("users={USERS},seed=1")
        .parse()
        .expect("the spec is right");
    let service = Service::of(Source::Generate(spec));
    let eight = "id,userPrincipalName,displayName,accountEnabled,usageLocation,userType,assignedLicenses,licenseAssignmentStates";
    let filter = "$filter=assignedLicenses/$count%20eq%200&$count=true";
    let plan =
        "$filter=assignedPlans/any(a:a/servicePlanId%20eq%20efb87545-963c-4e0d-99df-69c6916d9eb0)";
    for (what, path) in [
        ("default set, pages of 100", "/users".to_owned()),
        ("default set, pages of 999", "/users?$top=999".to_owned()),
        (
            "id and name, pages of 999",
            "/users?$select=id,displayName&$top=999".to_owned(),
        ),
        (
            "eight with states, pages of 999",
            format!("/users?$select={eight}&$top=999"),
        ),
        (
            "by name, pages of 999",
            "/users?$select=id&$orderby=displayName&$top=999".to_owned(),
        ),
        (
            "without licence, pages of 999",
            format!("/users?{filter}&$select=id&$top=999"),
        ),
        (
            "by plan, pages of 999",
            format!("/users?{plan}&$select=id&$top=999"),
        ),
        (
            "assigned plans, pages of 100",
            "/users?$select=id,assignedPlans&$filter=startsWith(userPrincipalName,'a')".to_owned(),
        ),
        (
            "one by name",
            "/users?$filter=userPrincipalName%20eq%20'nobody@contoso.com'&$select=id".to_owned(),
        ),
        (
            "text in the document",
            "/users?$filter=city%20eq%20'Nowhere'&$select=id".to_owned(),
        ),
    ] {
        print_rate(what, read(&service, &path));
    }
}

fn main() {
    lists_are_read_at_these_rates();
    members_are_read_at_these_rates();
    one_object_is_read_in_this_time();
}
