//! Listing: which pages are asked for, and what comes of them.

mod support;

use std::time::{Duration, Instant};

use mglicense_engine::{EventKind, Operation, Pulled};
use serde_json::{Value, json};
use support::{Service, Waits, drain, json as answer, refusal, run, session, start, with_header};

/// A collection of users numbered from 0, served in pages of `page` unless `$top` says otherwise.
fn collection(total: usize, page: usize) -> std::sync::Arc<Service> {
    Service::new(move |seen, _| {
        let option = |name: &str| {
            let query = seen.url.split_once('?').map_or("", |(_, query)| query);
            query.split('&').find_map(|option| {
                option
                    .strip_prefix(&format!("{name}=")[..])
                    .map(str::to_owned)
            })
        };
        let size = option("$top").map_or(page, |top| top.parse().unwrap());
        let first: usize = option("$skiptoken").map_or(0, |token| token.parse().unwrap());
        let last = (first + size).min(total);
        let items: Vec<_> = (first..last)
            .map(|number| json!({ "id": number }))
            .collect();
        let mut body = json!({ "value": items });
        if option("$count").is_some() && first == 0 {
            body["@odata.count"] = total.into();
        }
        if last < total {
            let top = option("$top").map_or(String::new(), |top| format!("$top={top}&"));
            body["@odata.nextLink"] =
                format!("https://graph.microsoft.com/v1.0/users?{top}$skiptoken={last}").into();
        }
        with_header(answer(200, &body.to_string()), "x-page", "yes")
    })
}

fn list(options: Value) -> Value {
    let mut payload = options;
    payload["path"] = "/users".into();
    payload
}

fn ids(said: &support::Said) -> Vec<u64> {
    let pages = said.of(EventKind::Page);
    pages
        .iter()
        .flat_map(|page| page.as_array().unwrap())
        .map(|item| item["id"].as_u64().unwrap())
        .collect()
}

#[test]
fn without_all_only_the_first_page_comes() {
    let service = collection(250, 100);
    let said = run(&service, Operation::List, list(json!({})));
    assert_eq!(ids(&said).len(), 100);
    assert_eq!(service.lines(), ["GET v1.0/users"]);
}

#[test]
fn all_follows_every_link_as_it_is() {
    let service = collection(250, 100);
    let said = run(&service, Operation::List, list(json!({ "all": true })));
    assert_eq!(ids(&said), (0..250).collect::<Vec<_>>());
    assert_eq!(
        service.lines(),
        [
            "GET v1.0/users",
            "GET v1.0/users?$skiptoken=100",
            "GET v1.0/users?$skiptoken=200"
        ]
    );
}

#[test]
fn a_page_size_alone_is_no_request_for_all_pages() {
    let service = collection(250, 100);
    assert_eq!(
        ids(&run(
            &service,
            Operation::List,
            list(json!({ "pageSize": 30 }))
        ))
        .len(),
        30
    );
    assert_eq!(
        ids(&run(
            &service,
            Operation::List,
            list(json!({ "pageSize": 30, "all": true }))
        ))
        .len(),
        250
    );
}

#[test]
fn a_top_beyond_a_page_ends_exactly_there_and_the_last_link_asks_for_what_is_left() {
    let service = collection(3000, 500);
    let said = run(&service, Operation::List, list(json!({ "top": 1200 })));
    assert_eq!(ids(&said), (0..1200).collect::<Vec<_>>());
    assert_eq!(
        service.lines(),
        [
            "GET v1.0/users",
            "GET v1.0/users?$skiptoken=500",
            "GET v1.0/users?$skiptoken=1000&$top=200"
        ]
    );
}

#[test]
fn a_top_with_a_page_size_ends_exactly_there() {
    let service = collection(50, 100);
    let said = run(
        &service,
        Operation::List,
        list(json!({ "top": 5, "pageSize": 2 })),
    );
    assert_eq!(ids(&said), [0, 1, 2, 3, 4]);
    assert_eq!(
        service.lines(),
        [
            "GET v1.0/users?$top=2",
            "GET v1.0/users?$top=2&$skiptoken=2",
            "GET v1.0/users?$top=1&$skiptoken=4"
        ]
    );
}

#[test]
fn a_service_that_sends_more_than_was_asked_for_is_cut() {
    let service = Service::new(|_, _| {
        answer(
            200,
            r#"{"value":[{"id":0},{"id":1},{"id":2}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?x"}"#,
        )
    });
    let said = run(
        &service,
        Operation::List,
        list(json!({ "top": 2, "all": true })),
    );
    assert_eq!(ids(&said), [0, 1]);
    assert_eq!(service.seen().len(), 1);
}

#[test]
fn headers_are_sent_again_with_every_page() {
    let service = collection(250, 100);
    let payload = list(
        json!({ "all": true, "count": true, "consistencyLevel": "eventual", "headers": { "x-mine": "1" } }),
    );
    let said = run(&service, Operation::List, payload);
    assert_eq!(said.of(EventKind::Count), [json!({ "count": 250 })]);
    for seen in service.seen() {
        assert_eq!(
            seen.header("consistencylevel"),
            Some("eventual"),
            "{seen:?}"
        );
        assert_eq!(seen.header("x-mine"), Some("1"), "{seen:?}");
    }
}

#[test]
fn headers_of_an_answer_come_before_its_page_where_they_are_wanted() {
    let service = collection(1, 100);
    let said = run(
        &service,
        Operation::List,
        list(json!({ "wantHeaders": true })),
    );
    let kinds: Vec<_> = said.0.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Headers, EventKind::Page]);
    let headers = &said.of(EventKind::Headers)[0];
    assert!(
        headers
            .as_array()
            .unwrap()
            .contains(&json!(["x-page", "yes"])),
        "{headers}"
    );
}

#[test]
fn pages_are_handed_on_as_the_service_wrote_them() {
    let value = r#"[ {"id":1.50, "é":null},{"id":1,"id":2} ]"#;
    let body: &'static str =
        Box::leak(format!(r#"{{"x":1,"x":2,"value":{value}}}"#).into_boxed_str());
    let service = Service::new(move |_, _| answer(200, body));
    let said = run(&service, Operation::List, list(json!({})));
    assert_eq!(said.0[0].data, value.as_bytes());
}

#[test]
fn a_page_token_that_has_expired_is_an_error_after_what_came() {
    let service = Service::new(|_, before| match before {
        0 => answer(
            200,
            r#"{"value":[{"id":0}],"@odata.nextLink":"https://graph.microsoft.com/v1.0/users?$skiptoken=a"}"#,
        ),
        _ => refusal(
            400,
            "Directory_ExpiredPageToken",
            "The specified page token value has expired.",
        ),
    });
    let said = run(&service, Operation::List, list(json!({ "all": true })));
    assert_eq!(ids(&said), [0]);
    assert_eq!(said.error()["code"], "Directory_ExpiredPageToken");
}

#[test]
fn a_link_to_another_machine_is_not_followed() {
    let service = Service::new(|_, _| {
        answer(
            200,
            r#"{"value":[],"@odata.nextLink":"https://evil.example/v1.0/users"}"#,
        )
    });
    let said = run(
        &service,
        Operation::List,
        list(json!({ "all": true, "headers": { "authorization": "Bearer x" } })),
    );
    assert!(
        said.error()["message"]
            .as_str()
            .unwrap()
            .contains("evil.example")
    );
    assert_eq!(service.seen().len(), 1);
}

#[test]
fn an_answer_that_is_no_page_is_an_error_with_its_status() {
    for body in [
        "",
        "<html>",
        r#"{"value":[{"id":1}"#,
        r#"{"id":"1"}"#,
        r#"{"value":{}}"#,
    ] {
        let body: &'static str = Box::leak(body.to_owned().into_boxed_str());
        let service = Service::new(move |_, _| answer(200, body));
        let error = run(&service, Operation::List, list(json!({}))).error();
        assert_eq!(
            (&error["code"], &error["status"]),
            (&json!("UnreadableAnswer"), &json!(200)),
            "{body}"
        );
    }
}

#[test]
fn cancelling_a_long_listing_ends_it_at_once() {
    let service = Service::slow(Duration::from_secs(30), |_, _| {
        answer(200, r#"{"value":[]}"#)
    });
    let job = start(
        &session(&service, std::sync::Arc::new(Waits::default())),
        Operation::List,
        list(json!({ "all": true })),
    );
    assert!(matches!(
        job.pull(Duration::from_millis(50)),
        Pulled::Nothing
    ));
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            job.cancel();
        });
        let said = drain(&job);
        assert_eq!(said.error()["kind"], "cancelled");
    });
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "{:?}",
        begun.elapsed()
    );
}

/// Waits until as many requests were made, and a little longer for one too many.
fn settle_at(service: &Service, requests: usize) {
    let begun = Instant::now();
    while service.seen().len() < requests && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(1));
    }
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(service.seen().len(), requests);
}

#[test]
fn the_next_page_is_fetched_while_one_is_worked_on_and_none_beyond_it() {
    let service = collection(5000, 10);
    let job = start(
        &session(&service, std::sync::Arc::new(Waits::default())),
        Operation::List,
        list(json!({ "all": true })),
    );
    for pulled in 1..=5 {
        assert!(matches!(job.pull(Duration::from_secs(5)), Pulled::Event(_)));
        // Nobody pulls now.
        settle_at(&service, pulled + 1);
    }
    assert_eq!(ids(&drain(&job)).len(), 5000 - 50);
}

#[test]
fn a_listing_that_is_let_go_asks_for_nothing_more() {
    let service = collection(5000, 10);
    let job = start(
        &session(&service, std::sync::Arc::new(Waits::default())),
        Operation::List,
        list(json!({ "all": true })),
    );
    assert!(matches!(job.pull(Duration::from_secs(5)), Pulled::Event(_)));
    settle_at(&service, 2);
    drop(job);
    settle_at(&service, 2);
}
