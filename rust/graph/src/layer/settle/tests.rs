//! Which writes may be sent twice, and what reading back tells.

use super::*;
use crate::layer::testing::{Script, answer, body, header, refusal};

fn write(method: Method, url: &str, body: &str) -> Request {
    Request::new(method, url).with_json(body.to_owned())
}

fn repeats(method: Method, url: &str, body: &str) -> Option<Refusal> {
    match settlement(&write(method, url, body)) {
        Settlement::Repeat(refusal) => Some(refusal),
        _ => None,
    }
}

#[test]
fn a_write_that_ends_in_the_same_state_is_repeated() {
    let never = Some(Refusal::Never);
    assert_eq!(
        repeats(Method::PATCH, "v1.0/users/ada", r#"{"usageLocation":"GB"}"#),
        never
    );
    assert_eq!(
        repeats(Method::PUT, "v1.0/users/ada/manager/$ref", "{}"),
        never
    );
    for action in [
        "v1.0/users/ada/reprocessLicenseAssignment",
        "v1.0/users/ada/microsoft.graph.reprocessLicenseAssignment",
        "beta/directoryObjects/getByIds",
        "v1.0/directoryObjects/microsoft.graph.getByIds",
        "v1.0/users/ada/checkMemberGroups",
        "v1.0/me/getMemberObjects",
    ] {
        assert_eq!(repeats(Method::POST, action, "{}"), never, "{action}");
    }
    assert_eq!(
        repeats(Method::DELETE, "v1.0/users/ada", ""),
        Some(Refusal::Gone)
    );
    assert_eq!(
        repeats(Method::DELETE, "v1.0/groups/g/members/ada/$ref", ""),
        Some(Refusal::Gone)
    );
    assert_eq!(
        repeats(
            Method::POST,
            "v1.0/groups/g/members/$ref",
            r#"{"@odata.id":"x"}"#
        ),
        Some(Refusal::Exists)
    );
}

#[test]
fn a_write_that_could_do_harm_twice_is_left_to_the_caller() {
    for (method, url, body) in [
        (
            Method::PATCH,
            "v1.0/users/ada",
            r#"{"passwordProfile":{"password":"x"}}"#,
        ),
        (Method::PATCH, "v1.0/users/ada", "not JSON"),
        (
            Method::PATCH,
            "v1.0/groups/g",
            r#"{"owners@odata.bind":["x"]}"#,
        ),
        (
            Method::PATCH,
            "v1.0/groups/g",
            r#"{"members@odata.bind":["x"],"displayName":"y"}"#,
        ),
        (
            Method::POST,
            "v1.0/users",
            r#"{"displayName":"without a sign-in name"}"#,
        ),
        (Method::POST, "v1.0/applications", r#"{"displayName":"x"}"#),
        (
            Method::POST,
            "v1.0/users/ada/assignLicense",
            r#"{"addLicenses":[]}"#,
        ),
        (Method::POST, "v1.0/users/ada/sendMail", "{}"),
        (Method::POST, "v1.0/directory/deletedItems/ada/restore", ""),
        (Method::POST, "nothing", "{}"),
    ] {
        let found = settlement(&write(method, url, body));
        assert!(
            matches!(found, Settlement::Unknown),
            "{url} {body} {found:?}"
        );
    }
}

#[test]
fn a_batch_may_be_repeated_where_each_of_its_steps_may() {
    let step = |method: &str, url: &str| serde_json::json!({"id": url, "method": method, "url": url, "body": {"usageLocation": "GB"}});
    let batch = |steps: Vec<Value>| {
        repeats(
            Method::POST,
            "v1.0/$batch",
            &serde_json::json!({ "requests": steps }).to_string(),
        )
    };
    let harmless = || vec![step("GET", "/users/a"), step("patch", "users/b")];
    assert_eq!(batch(harmless()), Some(Refusal::Never));
    for step in [
        step("POST", "/users/c/assignLicense"),
        step("DELETE", "/users/c"),
        step("POST", "/users"),
    ] {
        let mut steps = harmless();
        steps.push(step);
        assert_eq!(batch(steps), None);
    }
    assert_eq!(repeats(Method::POST, "v1.0/$batch", "[]"), None);
}

#[test]
fn a_refused_repeat_tells_that_the_first_was_carried_out() {
    let exists = refusal(
        400,
        "Request_BadRequest",
        "One or more added object references already exist for the following modified properties: 'members'.",
    );
    let other = refusal(400, "Request_BadRequest", "Invalid object identifier.");
    let gone = refusal(
        404,
        "Request_ResourceNotFound",
        "Resource 'x' does not exist",
    );
    assert_eq!(Refusal::Exists.means_done(&exists).unwrap().status, 204);
    assert!(Refusal::Exists.means_done(&other).is_none());
    assert!(Refusal::Exists.means_done(&gone).is_none());
    assert_eq!(Refusal::Gone.means_done(&gone).unwrap().status, 204);
    assert!(Refusal::Gone.means_done(&exists).is_none());
    assert!(Refusal::Never.means_done(&gone).is_none());
}

/// Reads back a write against answers in turn. Gives what was found and what was asked.
async fn read(write: Request, since: u64, answers: Vec<Response>) -> (Settled, Vec<String>) {
    let script = Script::new(answers.into_iter().map(Ok));
    let Settlement::Read(reading) = settlement(&write) else {
        panic!("{} is not read back", write.url);
    };
    let settled = reading
        .read(&*script.transport(), Duration::from_secs(since))
        .await;
    (settled, script.lines())
}

fn assign(body: &str) -> Request {
    write(
        Method::POST,
        "v1.0/users/ada/microsoft.graph.assignLicense",
        body,
    )
}

const E3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";
const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";

fn holds(states: Value) -> Response {
    body(
        200,
        &serde_json::json!({ "id": "ada", "assignedLicenses": [], "licenseAssignmentStates": states })
            .to_string(),
    )
}

fn wish(add: Value, remove: Value) -> Request {
    assign(&serde_json::json!({ "addLicenses": add, "removeLicenses": remove }).to_string())
}

#[tokio::test]
async fn licences_that_are_there_as_wished_answer_for_the_lost_answer() {
    let states = serde_json::json!([
        { "skuId": E5, "disabledPlans": [SWAY], "assignedByGroup": null, "state": "Active" },
        { "skuId": E3, "disabledPlans": [], "assignedByGroup": "g1", "state": "Active" },
    ]);
    let request = wish(
        serde_json::json!([{ "skuId": E5.to_uppercase(), "disabledPlans": [SWAY] }]),
        serde_json::json!([E3]),
    );
    let (settled, asked) = read(
        request,
        9,
        vec![holds(states), body(200, r#"{"id":"ada"}"#)],
    )
    .await;
    let Settled::Done(response) = settled else {
        panic!("{settled:?}")
    };
    assert_eq!(response.status, 200);
    assert_eq!(&response.body[..], br#"{"id":"ada"}"#);
    assert_eq!(
        asked,
        [
            "GET v1.0/users/ada?$select=id,assignedLicenses,licenseAssignmentStates",
            "GET v1.0/users/ada"
        ]
    );
}

#[tokio::test]
async fn licences_that_are_not_as_wished_were_not_changed() {
    let e5 = |plans: Value, group: Value| serde_json::json!([{ "skuId": E5, "disabledPlans": plans, "assignedByGroup": group }]);
    let none = serde_json::json!([]);
    for (add, remove, states) in [
        // Not there, there with other plans, there through a group only, and still there.
        (e5(none.clone(), Value::Null), none.clone(), none.clone()),
        (
            e5(none.clone(), Value::Null),
            none.clone(),
            e5(serde_json::json!([SWAY]), Value::Null),
        ),
        (
            e5(none.clone(), Value::Null),
            none.clone(),
            e5(none.clone(), "g1".into()),
        ),
        (
            none.clone(),
            serde_json::json!([E5]),
            e5(none.clone(), Value::Null),
        ),
    ] {
        let (settled, _) = read(wish(add, remove), 9, vec![holds(states.clone())]).await;
        assert!(matches!(settled, Settled::NotDone), "{states} {settled:?}");
    }
}

#[tokio::test]
async fn a_group_is_asked_for_its_own_licences() {
    let request = write(
        Method::POST,
        "v1.0/groups/g1/assignLicense",
        &serde_json::json!({ "addLicenses": [{ "skuId": E5 }], "removeLicenses": [] }).to_string(),
    );
    let held = serde_json::json!({ "id": "g1", "assignedLicenses": [{ "skuId": E5, "disabledPlans": [] }] });
    let answers = vec![body(200, &held.to_string()), body(200, r#"{"id":"g1"}"#)];
    let (settled, asked) = read(request, 9, answers).await;
    let Settled::Done(response) = settled else {
        panic!("{settled:?}")
    };
    assert_eq!(response.status, 202);
    assert_eq!(asked[0], "GET v1.0/groups/g1?$select=id,assignedLicenses");
}

#[tokio::test]
async fn an_answer_that_tells_nothing_leaves_the_outcome_unknown() {
    for told in [refusal(403, "x", "y"), body(200, "<html>"), body(200, "{}")] {
        let (settled, _) = read(
            wish(serde_json::json!([{ "skuId": E5 }]), serde_json::json!([])),
            9,
            vec![told],
        )
        .await;
        assert!(matches!(settled, Settled::Unknown), "{settled:?}");
    }
}

fn dated(response: Response) -> Response {
    header(response, "date", "Wed, 25 Nov 2026 09:00:30 GMT")
}

#[tokio::test]
async fn a_user_younger_than_the_request_was_made_by_it() {
    let request = || {
        write(
            Method::POST,
            "v1.0/users",
            r#"{"userPrincipalName":"o'neil@x.com"}"#,
        )
    };
    let found = |made: &str| {
        dated(body(
            200,
            &format!(r#"{{"id":"u","createdDateTime":"{made}"}}"#),
        ))
    };
    let answers = vec![found("2026-11-25T09:00:21Z"), body(200, r#"{"id":"u"}"#)];
    let (settled, asked) = read(request(), 10, answers).await;
    let Settled::Done(response) = settled else {
        panic!("{settled:?}")
    };
    assert_eq!(response.status, 201);
    assert_eq!(
        asked[0],
        "GET v1.0/users/o%27neil%40x.com?$select=id,createdDateTime"
    );
    let (settled, _) = read(request(), 10, vec![found("2026-11-25T08:59:00Z")]).await;
    assert!(matches!(settled, Settled::NotDone), "{settled:?}");
    let (settled, _) = read(request(), 10, vec![answer(404)]).await;
    assert!(matches!(settled, Settled::NotDone), "{settled:?}");
}

#[tokio::test]
async fn a_group_is_never_made_twice() {
    let request = || {
        write(
            Method::POST,
            "v1.0/groups",
            r#"{"displayName":"Staff","mailNickname":"staff"}"#,
        )
    };
    let found = |items: &str| dated(body(200, &format!(r#"{{"value":[{items}]}}"#)));
    let young = r#"{"id":"g1","createdDateTime":"2026-11-25T09:00:25Z"}"#;
    let old = r#"{"id":"g0","createdDateTime":"2026-11-24T09:00:25Z"}"#;
    let one = vec![
        found(&format!("{old},{young}")),
        body(200, r#"{"id":"g1"}"#),
    ];
    let (settled, asked) = read(request(), 10, one).await;
    assert!(matches!(settled, Settled::Done(response) if response.status == 201));
    assert_eq!(asked[1], "GET v1.0/groups/g1");
    for items in [String::new(), old.to_owned(), format!("{young},{young}")] {
        let (settled, _) = read(request(), 10, vec![found(&items)]).await;
        assert!(matches!(settled, Settled::Unknown), "{items} {settled:?}");
    }
}

#[tokio::test]
async fn members_added_at_once_are_looked_for_on_every_page() {
    let request = || {
        write(
            Method::PATCH,
            "v1.0/groups/g",
            r#"{"members@odata.bind":["https://graph.microsoft.com/v1.0/directoryObjects/A1","https://graph.microsoft.com/v1.0/directoryObjects/b2"]}"#,
        )
    };
    let first = r#"{"value":[{"id":"a1"}],"@odata.nextLink":"https://host/v1.0/groups/g/members?$skiptoken=t"}"#;
    let (settled, asked) = read(
        request(),
        9,
        vec![body(200, first), body(200, r#"{"value":[{"id":"b2"}]}"#)],
    )
    .await;
    assert!(matches!(settled, Settled::Done(response) if response.status == 204));
    assert_eq!(
        asked,
        [
            "GET v1.0/groups/g/members?$select=id&$top=999",
            "GET v1.0/groups/g/members?$skiptoken=t"
        ]
    );
    let (settled, _) = read(request(), 9, vec![body(200, r#"{"value":[{"id":"a1"}]}"#)]).await;
    assert!(matches!(settled, Settled::NotDone), "{settled:?}");
}
