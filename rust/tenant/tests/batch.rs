//! `POST /$batch`.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use serde_json::{Value, json};
use writes::*;

fn assign_step(id: &str, user: &str, sku: &str) -> Value {
    json!({
        "id": id, "method": "POST", "url": format!("/users/{user}/assignLicense"),
        "headers": {"Content-Type": "application/json"},
        "body": {"addLicenses": [{"skuId": sku}], "removeLicenses": []},
    })
}

fn batch(service: &Service, steps: &[Value]) -> Answer {
    service.post("/$batch", &json!({"requests": steps}))
}

/// The answer to each step, by id.
fn answers(answer: &Answer) -> std::collections::BTreeMap<String, Value> {
    answer.assert_ok();
    let json = answer.json();
    let list = json["responses"].as_array().unwrap().clone();
    list.into_iter()
        .map(|step| (step["id"].as_str().unwrap().to_owned(), step))
        .collect()
}

#[test]
fn each_step_is_answered_as_it_would_be_alone() {
    let service = Service::new(&small_company());
    let answers = answers(&batch(
        &service,
        &[
            assign_step("a", U1, FLOW),
            assign_step("b", U2, FLOW),
            json!({"id": "c", "method": "PATCH", "url": format!("/users/{U5}"), "body": {"city": "Leeds"},
                   "headers": {"content-type": "application/json"}}),
            json!({"id": "d", "method": "GET", "url": "/users?$select=id&$top=2"}),
            json!({"id": "e", "method": "GET", "url": "users/nobody"}),
            json!({"id": "f", "method": "GET", "url": "/users/$count", "headers": {"ConsistencyLevel": "eventual"}}),
        ],
    ));
    assert_eq!(answers["a"]["status"], 200);
    assert_eq!(answers["a"]["body"]["id"], U1);
    assert_eq!(answers["a"]["headers"]["x-ms-resource-unit"], "1");
    assert_eq!(answers["b"]["status"], 400);
    assert_eq!(
        answers["b"]["body"]["error"]["message"],
        "License assignment cannot be done for user with invalid usage location."
    );
    assert_eq!(answers["c"]["status"], 204);
    assert!(answers["c"].get("body").is_none());
    assert_eq!(answers["d"]["body"]["value"].as_array().unwrap().len(), 2);
    assert_eq!(answers["e"]["status"], 404);
    // Plain text travels in base 64: "5".
    assert_eq!(answers["f"]["body"], "NQ==");
    assert_eq!(service.products(U1), [FLOW]);
    assert_eq!(service.consumed(FLOW), 1);
}

#[test]
fn a_failed_step_takes_back_what_it_did_and_leaves_the_others() {
    let service = Service::new(&small_company());
    let bind = json!({
        "id": "2", "method": "PATCH", "url": format!("/groups/{G1}"), "headers": {"Content-Type": "application/json"},
        "body": {"description": "changed", "members@odata.bind": [
            format!("https://graph.microsoft.com/v1.0/directoryObjects/{U1}"),
            "https://graph.microsoft.com/v1.0/directoryObjects/00000000-0000-4000-8000-0000000000ff",
        ]},
    });
    let answers = answers(&batch(
        &service,
        &[assign_step("1", U1, FLOW), bind, assign_step("3", U5, FLOW)],
    ));
    assert_eq!(
        [
            &answers["1"]["status"],
            &answers["2"]["status"],
            &answers["3"]["status"]
        ],
        [200, 404, 200]
    );
    assert_eq!(service.consumed(FLOW), 2);
    assert_eq!(
        service.json(&format!("/groups/{G1}"))["description"],
        Value::Null
    );
    assert_eq!(
        service.json(&format!("/groups/{G1}/members"))["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_step_waits_for_those_it_depends_on_and_fails_with_them() {
    let service = Service::new(&small_company());
    let patch = |id: &str, location: &str, after: &[&str]| {
        json!({"id": id, "method": "PATCH", "url": format!("/users/{U2}"), "dependsOn": after,
               "headers": {"Content-Type": "application/json"}, "body": {"usageLocation": location}})
    };
    let mut assign = assign_step("assign", U2, FLOW);
    assign["dependsOn"] = json!(["LOCATION"]);
    // The assignment stands first and is done second.
    let done = answers(&batch(
        &service,
        &[assign.clone(), patch("location", "GB", &[])],
    ));
    assert_eq!(
        [&done["assign"]["status"], &done["location"]["status"]],
        [200, 204]
    );

    let service = Service::new(&small_company());
    let after_it = patch("third", "DE", &["assign"]);
    let failed = answers(&batch(
        &service,
        &[patch("location", "UK", &[]), assign, after_it],
    ));
    assert_eq!(failed["location"]["status"], 400);
    assert_eq!(failed["assign"]["status"], 424);
    assert_eq!(failed["third"]["status"], 424);
    assert!(service.products(U2).is_empty());
    assert_eq!(
        service.json(&format!("/users/{U2}?$select=usageLocation"))["usageLocation"],
        Value::Null
    );
}

#[test]
fn a_batch_that_is_none_is_refused_whole() {
    let service = Service::new(&small_company());
    let many: Vec<Value> = (0..21)
        .map(|n| assign_step(&n.to_string(), U1, FLOW))
        .collect();
    batch(&service, &many).assert_refused(
        400,
        "MaximumValueExceeded",
        "Number of batch request steps exceeds the maximum value of 20.",
    );
    batch(&service, &many[..20]).assert_ok();
    let get = |id: Value| json!({"id": id, "method": "GET", "url": "/users"});
    let depending = |id: &str, on: &[&str]| json!({"id": id, "method": "GET", "url": "/users", "dependsOn": on});
    let mut without_type = assign_step("1", U1, FLOW);
    without_type.as_object_mut().unwrap().remove("headers");
    let cases: Vec<(&str, Vec<Value>, &str)> = vec![
        ("no steps", vec![], "empty"),
        (
            "twice the same id",
            vec![get(json!("a")), get(json!("A"))],
            "not unique",
        ),
        ("no id", vec![get(Value::Null)], "no id"),
        (
            "no method",
            vec![json!({"id": "1", "url": "/users"})],
            "no method",
        ),
        (
            "no url",
            vec![json!({"id": "1", "method": "GET"})],
            "no url",
        ),
        (
            "absolute url",
            vec![
                json!({"id": "1", "method": "GET", "url": "https://graph.microsoft.com/v1.0/users"}),
            ],
            "absolute",
        ),
        ("no content type", vec![without_type], "Content-Type"),
        ("unknown parent", vec![depending("1", &["2"])], "'2'"),
        (
            "circle",
            vec![depending("1", &["2"]), depending("2", &["1"])],
            "circle",
        ),
    ];
    for (name, steps, text) in cases {
        let (status, code, message) = batch(&service, &steps).refusal();
        assert_eq!((status, code.as_str()), (400, "BadRequest"), "{name}");
        assert!(message.contains(text), "{name}: {message}");
    }
    for body in [
        "",
        "{",
        "[]",
        r#"{"requests": 1}"#,
        r#"{"requests": ["x"]}"#,
    ] {
        assert_eq!(
            service.send_text("POST", "/$batch", body).refusal().1,
            "BadRequest",
            "{body}"
        );
    }
    assert_eq!(service.get("/$batch").status, 405);
}

#[test]
fn a_batch_in_a_batch_is_refused_as_a_step() {
    let service = Service::new(&small_company());
    let inner = json!({"id": "1", "method": "POST", "url": "/$batch", "headers": {"Content-Type": "application/json"},
        "body": {"requests": [assign_step("x", U1, FLOW)]}});
    assert_eq!(answers(&batch(&service, &[inner]))["1"]["status"], 400);
    assert!(service.products(U1).is_empty());
}

#[test]
fn the_shapes_of_dependence_can_be_limited_to_three() {
    let mut seed = small_company();
    seed["settings"] = json!({"batch": {"dependsOn": "threeShapes"}});
    let service = Service::new(&seed);
    let step = |id: &str, on: &[&str]| json!({"id": id, "method": "GET", "url": "/users", "dependsOn": on});
    batch(&service, &[step("1", &[]), step("2", &[]), step("3", &[])]).assert_ok();
    batch(
        &service,
        &[step("1", &[]), step("2", &["1"]), step("3", &["2"])],
    )
    .assert_ok();
    batch(
        &service,
        &[step("1", &[]), step("2", &["1"]), step("3", &["1"])],
    )
    .assert_ok();
    let pairs = [
        step("1", &[]),
        step("2", &["1"]),
        step("3", &[]),
        step("4", &["3"]),
    ];
    assert_eq!(batch(&service, &pairs).status, 400);
    service
        .tenant
        .set_settings(&json!({"batch": {"dependsOn": null}}))
        .unwrap();
    batch(&service, &pairs).assert_ok();
}

#[test]
fn answers_may_be_shuffled_and_carry_their_ids() {
    let mut seed = small_company();
    seed["settings"] = json!({"batch": {"answerOrder": "shuffled"}});
    let service = Service::new(&seed);
    let steps: Vec<Value> = (0..20)
        .map(|n| json!({"id": n.to_string(), "method": "GET", "url": "/users"}))
        .collect();
    let answer = batch(&service, &steps);
    let order: Vec<u32> = answer.json()["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["id"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(!order.is_sorted());
    assert_eq!(answers(&answer).len(), 20);
}

#[test]
fn faults_strike_single_steps() {
    let mut seed = small_company();
    seed["settings"] = json!({"faults": [{
        "on": {"method": "POST", "path": "/users/*/assignLicense"}, "calls": [2], "status": 429,
        "headers": {"Retry-After": "9"},
    }]});
    let service = Service::new(&seed);
    let steps = [
        assign_step("1", U1, FLOW),
        assign_step("2", U5, FLOW),
        assign_step("3", U1, E3),
    ];
    let struck = answers(&batch(&service, &steps));
    assert_eq!(
        [
            &struck["1"]["status"],
            &struck["2"]["status"],
            &struck["3"]["status"]
        ],
        [200, 429, 200]
    );
    assert_eq!(struck["2"]["headers"]["Retry-After"], "9");
    assert!(service.products(U5).is_empty());
    // Pages disagree about the status of the whole.
    service
        .tenant
        .set_settings(&json!({"batch": {"throttledStatus": 424}, "faults": [{"on": {"method": "POST", "path": "/users/**"}, "status": 429}]}))
        .unwrap();
    assert_eq!(batch(&service, &steps).status, 424);
}
