//! Pages: their sizes, their links, and what happens when the directory changes in between.

use crate::service::{Answer, EVENTUAL, Service, encode};
use mglicense_tenant::{Caller, OpenOptions, Source, Tenant};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

const ORIGIN: &str = "https://graph.microsoft.com";

fn crowd(count: usize) -> Service {
    let users: Vec<Value> = (0..count)
        .map(|number| {
            // Names come in another order than users, and some repeat in another case.
            let name = format!(
                "{} {}",
                if number % 2 == 0 { "N" } else { "n" },
                (number * 7919) % 50
            );
            json!({"userPrincipalName": format!("u{number:04}@contoso.com"), "displayName": name,
                   "department": if number % 3 == 0 { "Sales" } else { "Other" }})
        })
        .collect();
    let members: Vec<String> = (0..count)
        .map(|number| format!("u{number:04}@contoso.com"))
        .collect();
    let groups = json!([{"displayName": "All", "members": members}]);
    Service::new(&json!({"version": 1, "users": users, "groups": groups}).to_string())
}

fn add_user(service: &Service, name: &str) {
    let body = json!({"accountEnabled": true, "displayName": name, "mailNickname": name,
        "userPrincipalName": format!("{name}@contoso.com"), "passwordProfile": {"password": "x"}});
    let answer = service.send("POST", "/v1.0/users", &[], &body.to_string());
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// Follows the links from `path`, doing `between` after each page.
fn all_pages(
    service: &Service,
    path: &str,
    headers: &[(&str, &str)],
    mut between: impl FnMut(usize),
) -> Vec<Answer> {
    let mut pages = Vec::new();
    let mut next = Some(format!("/v1.0{path}"));
    while let Some(uri) = next {
        let answer = service.send("GET", &uri, headers, "");
        assert_eq!(answer.status, 200, "{uri}: {}", answer.text);
        let link = answer.json()["@odata.nextLink"].as_str().map(str::to_owned);
        next = link.map(|link| {
            link.strip_prefix(ORIGIN)
                .expect("the link is absolute")
                .to_owned()
        });
        pages.push(answer);
        between(pages.len());
    }
    pages
}

fn names(pages: &[Answer]) -> Vec<String> {
    pages
        .iter()
        .flat_map(|page| page.values("userPrincipalName"))
        .collect()
}

#[test]
fn a_page_holds_a_hundred_users_unless_told_otherwise() {
    let service = crowd(250);
    let pages = all_pages(&service, "/users", &[], |_| {});
    let sizes: Vec<usize> = pages.iter().map(|page| page.values("id").len()).collect();
    assert_eq!(sizes, [100, 100, 50]);
    let sizes: Vec<usize> = all_pages(&service, "/users?$top=125", &[], |_| {})
        .iter()
        .map(|page| page.values("id").len())
        .collect();
    assert_eq!(sizes, [125, 125]);
    assert_eq!(all_pages(&service, "/users?$top=999", &[], |_| {}).len(), 1);
}

#[test]
fn sign_in_activity_makes_pages_smaller_without_a_word() {
    let service = crowd(250);
    let filter = encode("signInActivity/lastSignInDateTime le 2030-01-01T00:00:00Z");
    for path in [
        "/users?$select=id,signInActivity&$top=999",
        "/users?$select=id,SIGNINACTIVITY&$top=200",
    ] {
        let page = service.get(path);
        assert_eq!(page.values("id").len(), 120, "{path}");
        assert!(page.json()["@odata.nextLink"].is_string());
    }
    assert_eq!(
        service
            .get(&format!("/users?$filter={filter}&$top=999"))
            .status,
        200
    );
}

#[test]
fn the_next_link_repeats_the_options_and_not_the_header() {
    let service = crowd(30);
    let filter = encode("department ne 'Sales' and startsWith(displayName,'n')");
    let path = format!("/users?$filter={filter}&$count=true&$select=id,userPrincipalName&$top=5");
    let first = service.get_eventual(&path).json();
    assert_eq!(first["@odata.count"], 20);
    let link = first["@odata.nextLink"].as_str().unwrap();
    for part in [
        "$count=true",
        "$select=id,userPrincipalName",
        "$top=5",
        "$skiptoken=",
    ] {
        assert!(link.contains(part), "{link}");
    }
    let uri = link.strip_prefix(ORIGIN).unwrap();
    let without = service.send("GET", uri, &[], "");
    assert_eq!(without.error().0, "Request_UnsupportedQuery");
    let with = service.send("GET", uri, EVENTUAL, "").json();
    assert_eq!(with.get("@odata.count"), None);
    assert_eq!(with["value"].as_array().map(Vec::len), Some(5));
}

#[test]
fn every_user_comes_once_in_every_order() {
    let service = crowd(137);
    for path in [
        "/users?$top=10",
        "/users?$orderby=displayName&$top=10",
        "/users?$orderby=displayName%20desc&$top=7",
        "/users?$orderby=displayName%20desc,userPrincipalName%20desc&$top=11",
        "/users?$orderby=userPrincipalName%20desc&$top=50",
    ] {
        let names = names(&all_pages(&service, path, &[], |_| {}));
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (137, 137), "{path}");
    }
    let sorted = all_pages(&service, "/users?$orderby=displayName&$top=9", &[], |_| {});
    let shown: Vec<String> = sorted
        .iter()
        .flat_map(|page| page.values("displayName"))
        .map(|name| name.to_lowercase())
        .collect();
    assert!(shown.is_sorted());
}

#[test]
fn users_that_come_in_between_neither_repeat_nor_hide_others() {
    for path in [
        "/users?$top=20",
        "/users?$orderby=displayName&$top=20",
        "/users?$orderby=displayName%20desc&$top=20",
    ] {
        let service = crowd(120);
        let pages = all_pages(&service, path, &[], |page| {
            // Before, among and after the others in every order.
            for name in ["a", "n-24", "z"] {
                if page < 4 {
                    add_user(&service, &format!("{name}{page}"));
                }
            }
        });
        let names = names(&pages);
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(names.len(), distinct.len(), "{path}: somebody came twice");
        let old = names.iter().filter(|name| name.starts_with('u')).count();
        assert_eq!(
            old, 120,
            "{path}: somebody who was there all the time is missing"
        );
    }
}

#[test]
fn a_listing_beside_a_writing_process_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("crowd.mgtenant");
    let users: Vec<Value> = (0..600)
        .map(|number| json!({"userPrincipalName": format!("u{number:04}@contoso.com")}))
        .collect();
    let seed = json!({"version": 1, "users": users, "settings": {"durability": "process"}});
    let made = Tenant::create(&path, Source::text(seed.to_string()), false).expect("a tenant");
    let reading = Service::around(made, Caller::unrestricted());
    let is_done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let other = Tenant::open(&path, OpenOptions::default()).expect("the same tenant");
            let writing = Service::around(other, Caller::unrestricted());
            let mut added = 0;
            while !is_done.load(Ordering::Relaxed) {
                add_user(&writing, &format!("new{added}"));
                added += 1;
            }
            added
        });
        for path in [
            "/users?$top=20",
            "/users?$orderby=displayName%20desc&$top=20",
        ] {
            let names = names(&all_pages(&reading, path, &[], |_| {}));
            let distinct: HashSet<&String> = names.iter().collect();
            assert_eq!(names.len(), distinct.len(), "{path}: somebody came twice");
            let old = names.iter().filter(|name| name.starts_with('u')).count();
            assert_eq!(old, 600, "{path}: somebody is missing");
        }
        is_done.store(true, Ordering::Relaxed);
        assert!(writer.join().expect("the writer ends") > 0);
    });
}

#[test]
fn users_that_go_in_between_hide_nobody() {
    for path in ["/users?$top=10", "/users?$orderby=displayName&$top=10"] {
        let service = crowd(100);
        let mut gone = HashSet::new();
        let pages = all_pages(&service, path, &[], |page| {
            // Some of those read already, and some of those to come.
            for number in [page * 10 - 1, page * 10, 99 - page] {
                let name = format!("u{number:04}@contoso.com");
                if page < 5 && gone.insert(name.clone()) {
                    let answer = service.send("DELETE", &format!("/v1.0/users/{name}"), &[], "");
                    assert_eq!(answer.status, 204, "{}", answer.text);
                }
            }
        });
        let names = names(&pages);
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!(names.len(), distinct.len(), "{path}: somebody came twice");
        assert!(gone.len() > 10);
        let stayed = (0..100)
            .map(|number| format!("u{number:04}@contoso.com"))
            .filter(|name| !gone.contains(name));
        for name in stayed {
            assert!(distinct.contains(&name), "{path}: {name} is missing");
        }
    }
}

#[test]
fn members_come_in_pages_too() {
    let service = crowd(250);
    let id = service.json("/groups?$select=id")["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for path in [
        format!("/groups/{id}/members"),
        format!("/groups/{id}/transitiveMembers?$top=33"),
        format!("/groups/{id}/members/microsoft.graph.user?$top=100"),
    ] {
        let names = names(&all_pages(&service, &path, &[], |_| {}));
        let distinct: HashSet<&String> = names.iter().collect();
        assert_eq!((names.len(), distinct.len()), (250, 250), "{path}");
    }
    let sorted = format!("/groups/{id}/members?$orderby=displayName%20desc&$count=true&$top=40");
    let names = names(&all_pages(&service, &sorted, EVENTUAL, |_| {}));
    let distinct: HashSet<&String> = names.iter().collect();
    assert_eq!((names.len(), distinct.len()), (250, 250));
}

#[test]
fn a_token_continues_only_the_query_it_came_from() {
    let service = crowd(30);
    let first = service.json("/users?$top=5");
    let link = first["@odata.nextLink"].as_str().unwrap();
    let token = link.split("$skiptoken=").nth(1).unwrap();
    let other = service.get(&format!("/groups?$skiptoken={token}"));
    assert_eq!(
        (other.status, other.error().0.as_str()),
        (400, "Request_BadRequest")
    );
    let filter = encode("department eq 'Sales'");
    assert_eq!(
        service
            .get(&format!("/users?$filter={filter}&$skiptoken={token}"))
            .status,
        400
    );
    assert_eq!(
        service
            .get(&format!("/users?$top=7&$skiptoken={token}"))
            .values("id")
            .len(),
        7
    );
}
