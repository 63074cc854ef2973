//! Many small requests: twenty to a batch, four batches at once, and each item with an outcome of its own.

#[path = "support/bulk.rs"]
mod bulk;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bulk::{Trouble, Troubled, crowd, rows};
use mglicense_engine::{EventKind, Operation};
use serde_json::{Value, json};
use support::{Said, drain, start};

const PUT_OFF: [u64; 2] = [2, 47];

/// Sets the location of u1 to the last.
fn set_locations(service: Troubled, count: usize) -> (Arc<Troubled>, Said) {
    let service = Arc::new(service);
    let payload = json!({ "rows": rows(count), "usageLocation": "GB" });
    let job = start(&service.session(), Operation::SetLocations, payload);
    let said = drain(&job);
    (service, said)
}

/// The rows that came to an end of this kind, in order.
fn changed(said: &Said) -> Vec<u64> {
    let pages = said
        .of(EventKind::Item)
        .into_iter()
        .filter(|item| item["status"] == "Changed");
    let mut rows: Vec<u64> = pages.filter_map(|item| item["row"].as_u64()).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn up_to_four_batches_are_under_way_at_once() {
    let tenant = crowd(160, |_| json!({}));
    let mut service = Troubled::new(&tenant, |_, _| None);
    service.latency = Duration::from_millis(30);
    let (service, said) = set_locations(service, 160);
    assert!(said.succeeded(), "{said:?}");
    assert_eq!(changed(&said), (1..=160).collect::<Vec<_>>());
    assert_eq!(service.most_in_flight.load(Ordering::SeqCst), 4);
    // Eight batches read the users, eight write.
    assert_eq!(service.requests.load(Ordering::SeqCst), 16);
}

#[test]
fn one_request_goes_by_itself() {
    let tenant = crowd(1, |_| json!({}));
    let (service, said) = set_locations(Troubled::new(&tenant, |_, _| None), 1);
    assert_eq!(changed(&said), [1]);
    // A batch of writes would have been seen.
    assert_eq!(service.write_count(), 0);
    assert_eq!(service.requests.load(Ordering::SeqCst), 2);
}

// Pages disagree on the status of a batch of which a step was put off: 200 or 424.
#[test]
fn what_is_put_off_is_sent_again_whether_the_batch_says_200_or_424() {
    for answers_424 in [false, true] {
        let tenant = crowd(60, |_| json!({}));
        let mut service = Troubled::new(&tenant, |step, _| {
            PUT_OFF.contains(&step).then_some(Trouble::PutOff(3))
        });
        service.answers_424 = answers_424;
        let (service, said) = set_locations(service, 60);
        assert!(said.succeeded(), "424 {answers_424}: {said:?}");
        assert_eq!(changed(&said).len(), 60, "424 {answers_424}");
        assert_eq!(service.write_count(), 60 + PUT_OFF.len());
    }
}

#[test]
fn an_item_that_a_batch_leaves_out_or_refuses_fails_alone() {
    let tenant = crowd(40, |_| json!({}));
    let address = |name: &str| {
        let user = tenant.get(&format!("v1.0/users/{name}@contoso.com?$select=id"));
        format!("/users/{}", user["id"].as_str().unwrap())
    };
    let (silent, refused) = (address("u7"), address("u33"));
    let service = Troubled::new(&tenant, move |_, step| match step["url"].as_str() {
        Some(url) if url == silent => Some(Trouble::Silent),
        Some(url) if url == refused => Some(Trouble::Refused(400)),
        _ => None,
    });
    let service = Arc::new(service);
    let payload = json!({ "rows": rows(40), "usageLocation": "GB" });
    let said = drain(&start(&service.session(), Operation::SetLocations, payload));
    let errors: Vec<(Value, Value)> = said
        .of(EventKind::Error)
        .into_iter()
        .map(|mut error| (error["row"].take(), error["code"].take()))
        .collect();
    assert_eq!(
        errors,
        [
            (json!(7), json!("UnreadableAnswer")),
            (json!(33), json!("Trouble"))
        ]
    );
    assert_eq!(changed(&said).len(), 38);
}
