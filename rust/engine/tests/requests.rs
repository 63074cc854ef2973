//! Reading one object, sending a change, and requests of the caller's own making.

mod support;

use mglicense_engine::{Event, EventKind, Operation};
use serde_json::json;
use support::{Service, empty, json as answer, refusal, run};

#[test]
fn an_object_is_handed_on_as_the_service_wrote_it() {
    let body = r#"{ "id":"1", "id":"2", "n":1.50 }"#;
    let service = Service::new(move |_, _| answer(200, body));
    let payload = json!({ "path": "/users/{user-id}", "ids": { "user-id": "o'neil@contoso.com" }, "property": ["id,mail"], "expandProperty": ["manager"], "wantHeaders": true });
    let said = run(&service, Operation::Get, payload);
    assert_eq!(
        service.lines(),
        ["GET v1.0/users/o%27neil%40contoso.com?$select=id%2Cmail&$expand=manager"]
    );
    let [headers, item] = said.0.as_slice() else {
        panic!("{said:?}")
    };
    assert_eq!(headers.kind, EventKind::Headers);
    assert_eq!(*item, Event::new(EventKind::Item, body));
}

#[test]
fn a_change_without_an_answer_says_nothing() {
    let service = Service::new(|_, _| empty(204));
    let payload = json!({ "method": "PATCH", "path": "/users/{user-id}", "ids": { "user-id": "a" }, "body": { "usageLocation": "GB" } });
    let said = run(&service, Operation::Send, payload);
    assert!(said.0.is_empty(), "{said:?}");
    assert_eq!(service.seen()[0].body, r#"{"usageLocation":"GB"}"#);
}

#[test]
fn a_body_is_passed_on_byte_for_byte_and_none_is_none() {
    let service = Service::new(|_, _| empty(204));
    run(
        &service,
        Operation::Send,
        json!({ "method": "post", "path": "/a", "body": { "b": [], "a": 1.0, "s": "/\\é" } }),
    );
    run(
        &service,
        Operation::Send,
        json!({ "method": "POST", "path": "/a" }),
    );
    let seen = service.seen();
    assert_eq!(seen[0].body, r#"{"b":[],"a":1.0,"s":"/\\é"}"#);
    assert_eq!(
        (seen[1].body.as_str(), seen[1].header("content-type")),
        ("", None)
    );
}

#[test]
fn a_method_that_changes_nothing_is_not_sent_as_a_change() {
    let service = Service::new(|_, _| empty(204));
    let error = run(
        &service,
        Operation::Send,
        json!({ "method": "GET", "path": "/a" }),
    )
    .error();
    assert_eq!(error["kind"], "argument");
    assert!(service.seen().is_empty());
}

#[test]
fn an_accepted_change_whose_answer_is_no_json_says_that_it_was_accepted() {
    let service = Service::new(|_, _| answer(200, "<html>"));
    let error = run(
        &service,
        Operation::Send,
        json!({ "method": "POST", "path": "/a" }),
    )
    .error();
    assert!(
        error["message"].as_str().unwrap().contains("accepted"),
        "{error}"
    );
}

#[test]
fn a_refusal_without_a_graph_body_has_the_statuss_name_as_its_code() {
    let service = Service::new(|_, _| answer(502, "<html>Bad gateway</html>"));
    let error = run(&service, Operation::Get, json!({ "path": "/a" })).error();
    assert_eq!(
        (&error["code"], &error["responseBody"]),
        (&json!("BadGateway"), &json!("<html>Bad gateway</html>"))
    );
}

#[test]
fn a_request_of_ones_own_reaches_the_service_however_its_address_is_written() {
    for uri in [
        "https://graph.microsoft.com/v1.0/users?$filter=a eq 'b'",
        "/v1.0/users?$filter=a eq 'b'",
        "v1.0/users?$filter=a%20eq%20'b'",
    ] {
        let service = Service::new(|_, _| answer(200, "{}"));
        run(&service, Operation::Request, json!({ "uri": uri }));
        assert_eq!(
            service.lines(),
            ["GET v1.0/users?$filter=a%20eq%20'b'"],
            "{uri}"
        );
    }
}

#[test]
fn any_status_is_an_answer_to_a_request_of_ones_own() {
    let service = Service::new(|_, _| refusal(403, "Authorization_RequestDenied", "No."));
    let said = run(
        &service,
        Operation::Request,
        json!({ "method": "post", "uri": "v1.0/users", "body": "{}" }),
    );
    let [response] = said.of(EventKind::Response).try_into().unwrap();
    assert_eq!(
        (&response["status"], &response["reason"]),
        (&json!(403), &json!("Forbidden"))
    );
    assert_eq!(response["uri"], "https://graph.microsoft.com/v1.0/users");
    assert!(
        response["body"]
            .as_str()
            .unwrap()
            .contains("Authorization_RequestDenied")
    );
    assert_eq!(
        service.seen()[0].header("content-type"),
        Some("application/json")
    );
}

#[test]
fn bytes_that_are_no_text_travel_as_base64() {
    let service = Service::new(|seen, _| {
        assert_eq!(seen.body, "hello");
        let mut answer = answer(200, "");
        answer.body = vec![0xff, 0x00].into();
        answer
    });
    let said = run(
        &service,
        Operation::Request,
        json!({ "method": "PUT", "uri": "v1.0/x", "body": "aGVsbG8=", "bodyEncoding": "base64", "contentType": "image/png" }),
    );
    let [response] = said.of(EventKind::Response).try_into().unwrap();
    assert_eq!(
        (&response["body"], &response["bodyEncoding"]),
        (&json!("/wA="), &json!("base64"))
    );
    assert_eq!(service.seen()[0].header("content-type"), Some("image/png"));
}

#[test]
fn nothing_is_sent_to_another_machine() {
    for uri in [
        "https://evil.example/v1.0/users",
        "http://graph.microsoft.com/v1.0/users",
        "//evil.example/v1.0",
        "",
    ] {
        let service = Service::new(|_, _| empty(204));
        assert_eq!(
            run(&service, Operation::Request, json!({ "uri": uri })).error()["kind"],
            "argument",
            "{uri}"
        );
        assert!(service.seen().is_empty());
    }
}

#[test]
fn commands_on_a_fixed_path_go_there() {
    let cases = [
        (
            Operation::USER_GET,
            json!({ "userId": "a" }),
            "GET v1.0/users/a",
        ),
        (
            Operation::USER_CREATE,
            json!({ "body": {} }),
            "POST v1.0/users",
        ),
        (
            Operation::USER_UPDATE,
            json!({ "userId": "a", "body": {} }),
            "PATCH v1.0/users/a",
        ),
        (
            Operation::USER_DELETE,
            json!({ "userId": "a" }),
            "DELETE v1.0/users/a",
        ),
        (
            Operation::USER_LICENSE_DETAIL_LIST,
            json!({ "userId": "a" }),
            "GET v1.0/users/a/licenseDetails",
        ),
        (
            Operation::USER_MEMBER_OF_LIST,
            json!({ "userId": "a" }),
            "GET v1.0/users/a/memberOf",
        ),
        (
            Operation::SUBSCRIBED_SKU_LIST,
            json!({}),
            "GET v1.0/subscribedSkus",
        ),
        (
            Operation::SUBSCRIBED_SKU_GET,
            json!({ "subscribedSkuId": "t_s" }),
            "GET v1.0/subscribedSkus/t_s",
        ),
        (Operation::GROUP_LIST, json!({}), "GET v1.0/groups"),
        (
            Operation::GROUP_GET,
            json!({ "groupId": "g" }),
            "GET v1.0/groups/g",
        ),
        (
            Operation::GROUP_MEMBER_LIST,
            json!({ "groupId": "g" }),
            "GET v1.0/groups/g/members",
        ),
        (
            Operation::ORGANIZATION_LIST,
            json!({}),
            "GET v1.0/organization",
        ),
        (Operation::DOMAIN_LIST, json!({}), "GET v1.0/domains"),
        (
            Operation::DIRECTORY_SUBSCRIPTION_LIST,
            json!({}),
            "GET v1.0/directory/subscriptions",
        ),
        (Operation::USER_LIST, json!({}), "GET v1.0/users"),
        (
            Operation::AssignGroup,
            json!({ "groupId": "g" }),
            "POST v1.0/groups/g/assignLicense",
        ),
    ];
    for (operation, payload, line) in cases {
        let service = Service::new(|_, _| answer(200, r#"{"value":[]}"#));
        let said = run(&service, operation, payload);
        assert!(said.succeeded(), "{line}: {said:?}");
        assert_eq!(service.lines(), [line]);
    }
}
