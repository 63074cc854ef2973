//! The limits on requests, in process: what is charged, when a request is refused, and what the answer tells.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use mglicense_rules::Guid;
use mglicense_tenant::{Caller, OpenOptions, Tenant};
use serde_json::{Value, json};
use writes::*;

const NINE: &str = "2026-11-25T09:00:00Z";

/// The small company with limits, at nine o'clock.
fn limited(quota: Value) -> Service {
    let service = Service::new(&small_company());
    let mut settings = json!({"enabled": true});
    for (name, value) in quota.as_object().unwrap() {
        settings[name] = value.clone();
    }
    service
        .tenant
        .change(&json!({"clock": NINE, "settings": {"quota": settings}}))
        .unwrap();
    service
}

fn at(service: &Service, time: &str) {
    service.tenant.change(&json!({"clock": time})).unwrap();
}

/// A write that changes little.
fn write(service: &Service) -> Answer {
    service.patch(&format!("/users/{U1}"), &json!({"city": "Leeds"}))
}

/// How many of so many writes pass.
fn passed(service: &Service, count: usize) -> usize {
    (0..count).filter(|_| write(service).status == 204).count()
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer
        .headers
        .get(name)
        .map(|value| value.to_str().unwrap())
}

#[test]
fn nothing_is_limited_unless_asked_for() {
    let service = Service::new(&small_company());
    service
        .tenant
        .set_settings(&json!({"quota": {"writes": 1, "resourceUnits": 1}}))
        .unwrap();
    assert_eq!(passed(&service, 5), 5);
    assert_eq!(header(&write(&service), "x-ms-resource-unit"), Some("1"));
}

#[test]
fn a_small_tenant_has_3500_resource_units_in_10_seconds() {
    let service = limited(json!({}));
    // Two units each: 1,400 of them are four fifths of the limit, from where on answers tell.
    for number in 1..=1750 {
        let answer = service.get("/users");
        answer.assert_ok();
        let told = header(&answer, "x-ms-throttle-limit-percentage");
        assert_eq!(told.is_some(), number > 1400, "{number}: {told:?}");
    }
    let answer = service.get("/users");
    let (status, code, message) = answer.refusal();
    assert_eq!((status, code.as_str()), (429, "TooManyRequests"));
    assert_eq!(
        message,
        format!(
            "Too many requests from Identifier:{} under category:aadgraph.app.tenant_small. Please try again later.",
            Guid::NIL
        )
    );
    // Two units come back in 6 milliseconds; the header counts in seconds.
    assert_eq!(header(&answer, "retry-after"), Some("1"));
    let tenant = service.tenant.info().unwrap().tenant_id;
    assert_eq!(
        header(&answer, "x-ms-throttle-scope"),
        Some(format!("Tenant_Application/ReadWrite/{}/{tenant}", Guid::NIL).as_str())
    );
    assert_eq!(
        header(&answer, "x-ms-throttle-information"),
        Some("ResourceUnitLimitExceeded")
    );
    assert_eq!(header(&answer, "x-ms-resource-unit"), Some("2"));
    // 350 come back in a second.
    at(&service, "2026-11-25T09:00:01Z");
    service.get("/users").assert_ok();
}

#[test]
fn the_size_of_a_tenant_sets_its_limit() {
    for (size, units) in [("small", 3500), ("medium", 5000), ("large", 8000)] {
        let service = limited(json!({"tenantSize": size, "startsFull": true}));
        // Five units each, since transitiveMembers cost that much.
        let calls = units / 5;
        let path = format!("/groups/{U1}/transitiveMembers");
        for _ in 0..calls {
            assert_ne!(service.get(&path).status, 429, "{size}");
        }
        let answer = service.get(&path);
        assert_eq!(answer.status, 429, "{size}");
        assert!(
            answer.text.contains(&format!("tenant_{size}")),
            "{}",
            answer.text
        );
    }
}

#[test]
fn writes_have_a_limit_of_their_own_that_refills_steadily() {
    let service = limited(json!({"writes": 5, "writeWindowSeconds": 50, "refusedCount": false}));
    assert_eq!(passed(&service, 5), 5);
    let answer = write(&service);
    assert_eq!(answer.status, 429);
    // One in ten seconds.
    assert_eq!(header(&answer, "retry-after"), Some("10"));
    let scope = header(&answer, "x-ms-throttle-scope").unwrap();
    assert!(scope.starts_with("Tenant_Application/Write/"), "{scope}");
    assert_eq!(
        header(&answer, "x-ms-throttle-information"),
        Some("WriteLimitExceeded")
    );
    // Reads go on.
    service.get("/users").assert_ok();
    at(&service, "2026-11-25T09:00:09Z");
    assert_eq!(write(&service).status, 429);
    at(&service, "2026-11-25T09:00:10Z");
    assert_eq!(passed(&service, 2), 1);
    at(&service, "2026-11-25T10:00:00Z");
    assert_eq!(passed(&service, 6), 5);
}

#[test]
fn refused_requests_count_where_the_setting_says_so() {
    let service = limited(json!({"writes": 5, "writeWindowSeconds": 50, "refusedCount": true}));
    assert_eq!(passed(&service, 5), 5);
    let waits: Vec<Option<String>> = (0..6)
        .map(|_| header(&write(&service), "retry-after").map(str::to_owned))
        .collect();
    // Each refused call is owed too, up to four fifths of the limit, at which the header shows 1.8.
    let waits: Vec<&str> = waits.iter().flatten().map(String::as_str).collect();
    assert_eq!(waits, ["10", "20", "30", "40", "50", "50"]);
    assert_eq!(
        header(&write(&service), "x-ms-throttle-limit-percentage"),
        Some("1.80")
    );
}

#[test]
fn a_write_that_is_refused_by_the_directory_costs_as_much() {
    let service = limited(json!({"writes": 3, "writeWindowSeconds": 30}));
    for _ in 0..3 {
        assert_eq!(
            service
                .patch("/users/nobody@contoso.com", &json!({"city": "x"}))
                .status,
            404
        );
    }
    assert_eq!(write(&service).status, 429);
}

#[test]
fn each_step_of_a_batch_is_charged_by_itself() {
    let service = limited(json!({"writes": 3, "writeWindowSeconds": 30, "refusedCount": false}));
    let steps: Vec<Value> = (1..=5)
        .map(|id| {
            json!({"id": id.to_string(), "method": "PATCH", "url": format!("/users/{U1}"), "body": {"city": "York"},
                   "headers": {"Content-Type": "application/json"}})
        })
        .collect();
    let batch = json!({"requests": steps});
    let answer = service.post("/$batch", &batch);
    answer.assert_ok();
    assert_eq!(header(&answer, "x-ms-resource-unit"), Some("5"));
    let json = answer.json();
    let responses = json["responses"].as_array().unwrap();
    let statuses: Vec<&Value> = responses.iter().map(|step| &step["status"]).collect();
    assert_eq!(statuses, [204, 204, 204, 429, 429]);
    let refused = &responses[3];
    assert_eq!(refused["headers"]["Retry-After"], "10");
    assert_eq!(
        refused["headers"]["x-ms-throttle-information"],
        "WriteLimitExceeded"
    );
    assert_eq!(refused["body"]["error"]["code"], "TooManyRequests");
    // Some pages say that such a batch is answered 424.
    service
        .tenant
        .set_settings(&json!({"batch": {"throttledStatus": 424}}))
        .unwrap();
    assert_eq!(service.post("/$batch", &batch).status, 424);
}

#[test]
fn applications_have_limits_of_their_own_and_share_the_tenants() {
    let quota = json!({
        "writes": 2, "writeWindowSeconds": 20, "tenantWrites": 3, "tenantWriteWindowSeconds": 30, "refusedCount": false
    });
    let one = limited(quota);
    let caller = Caller {
        app_id: Some(Guid(7)),
        ..Caller::unrestricted()
    };
    let two = Service::around(one.tenant.clone(), caller);
    assert_eq!(passed(&one, 3), 2);
    assert_eq!(passed(&two, 3), 1);
    let answer = write(&two);
    let scope = header(&answer, "x-ms-throttle-scope").unwrap();
    assert!(
        scope.starts_with(&format!("Tenant/Write/{}/", Guid(7))),
        "{scope}"
    );
}

#[test]
fn a_window_gives_everything_back_at_its_end() {
    let quota = json!({"model": "fixedWindow", "writes": 4, "writeWindowSeconds": 40});
    let service = limited(quota);
    assert_eq!(passed(&service, 5), 4);
    at(&service, "2026-11-25T09:00:39Z");
    let answer = write(&service);
    assert_eq!(
        (answer.status, header(&answer, "retry-after")),
        (429, Some("1"))
    );
    at(&service, "2026-11-25T09:00:40Z");
    assert_eq!(passed(&service, 5), 4);
}

#[test]
fn every_other_setting_has_its_effect() {
    let base = |extra: Value| {
        let mut quota = json!({"writes": 10, "writeWindowSeconds": 100, "refusedCount": false});
        for (name, value) in extra.as_object().unwrap() {
            quota[name] = value.clone();
        }
        limited(quota)
    };
    // An empty bucket at first.
    assert_eq!(passed(&base(json!({"startsFull": false})), 1), 0);
    // Fewer at once than in a window.
    let service = base(json!({"writeBurst": 2}));
    assert_eq!(passed(&service, 3), 2);
    assert_eq!(header(&write(&service), "retry-after"), Some("10"));
    // Somebody else takes half of what comes back.
    let service = base(json!({"writeBurst": 2, "othersPercent": 50}));
    assert_eq!(passed(&service, 3), 2);
    assert_eq!(header(&write(&service), "retry-after"), Some("20"));
    let service = base(json!({"model": "fixedWindow", "othersPercent": 50}));
    assert_eq!(passed(&service, 10), 5);
    // What the answer says of the wait.
    let service = base(json!({"writeBurst": 1, "retryAfter": "window"}));
    assert_eq!(passed(&service, 1), 1);
    assert_eq!(header(&write(&service), "retry-after"), Some("100"));
    let service = base(json!({"writeBurst": 1, "retryAfter": "absent"}));
    assert_eq!(passed(&service, 1), 1);
    let answer = write(&service);
    assert_eq!((answer.status, header(&answer, "retry-after")), (429, None));
    // Resource units and their window.
    let service = base(json!({"resourceUnits": 4, "resourceUnitWindowSeconds": 8}));
    service.get("/users").assert_ok();
    service.get("/users").assert_ok();
    let answer = service.get("/users");
    assert_eq!(
        (answer.status, header(&answer, "retry-after")),
        (429, Some("4"))
    );
}

#[test]
fn what_was_used_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.mgtenant");
    let service = Service::in_file(&file, &small_company(), OpenOptions::default());
    service
        .tenant
        .change(&json!({"clock": NINE, "settings": {"quota": {"enabled": true, "writes": 2, "writeWindowSeconds": 20}}}))
        .unwrap();
    assert_eq!(passed(&service, 2), 2);
    drop(service);
    let tenant = Tenant::open(&file, OpenOptions::default()).unwrap();
    let service = Service::around(tenant, Caller::unrestricted());
    assert_eq!(write(&service).status, 429);
    // Other limits begin anew.
    service
        .tenant
        .set_settings(&json!({"quota": {"writes": 3}}))
        .unwrap();
    assert_eq!(passed(&service, 4), 3);
}

#[test]
fn a_refused_request_changes_nothing_and_is_on_record() {
    let service = limited(json!({"writes": 1, "writeWindowSeconds": 10}));
    service
        .tenant
        .set_settings(&json!({"requestLog": "writes"}))
        .unwrap();
    write(&service);
    assert_eq!(
        service
            .patch(&format!("/users/{U1}"), &json!({"city": "Bath"}))
            .status,
        429
    );
    assert_eq!(
        service.json(&format!("/users/{U1}?$select=city"))["city"],
        "Leeds"
    );
    let statuses: Vec<u16> = service.log().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [204, 429]);
}
