//! Making, changing and deleting groups, and who is in them.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use serde_json::{Value, json};
use writes::*;

fn new_group() -> Value {
    json!({"displayName": "Sales", "mailEnabled": false, "mailNickname": "sales", "securityEnabled": true})
}

fn reference(id: &str) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")})
}

fn ids(service: &Service, path: &str) -> Vec<String> {
    let list = service.json(path);
    let mut ids: Vec<String> = list["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    ids
}

#[test]
fn a_new_group_is_answered_with_201() {
    let service = Service::new(&small_company());
    let answer = service.post("/groups", &new_group());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let group = service.json(&format!("/groups/{id}"));
    assert_eq!(
        (&group["displayName"], &group["securityEnabled"]),
        (&json!("Sales"), &json!(true))
    );
    for name in [
        "displayName",
        "mailEnabled",
        "mailNickname",
        "securityEnabled",
    ] {
        let mut group = new_group();
        group.as_object_mut().unwrap().remove(name);
        service.post("/groups", &group).assert_bad_request(&format!(
            "A value is required for property '{name}' of resource 'Group'."
        ));
    }
}

#[test]
fn kinds_of_groups_that_graph_does_not_make_are_refused() {
    let service = Service::new(&small_company());
    let with = |change: Value| {
        let mut group = new_group();
        group
            .as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        service.post("/groups", &group)
    };
    assert_eq!(with(json!({"mailEnabled": true})).status, 400);
    assert_eq!(with(json!({"securityEnabled": false})).status, 400);
    assert_eq!(with(json!({"groupTypes": ["Unified"]})).status, 400);
    assert_eq!(
        with(json!({"groupTypes": ["DynamicMembership"]})).status,
        400
    );
    assert_eq!(with(json!({"groupTypes": ["Other"]})).status, 400);
    let unified =
        with(json!({"groupTypes": ["Unified"], "mailEnabled": true, "mailNickname": "team"}));
    assert_eq!(unified.status, 201, "{}", unified.text);
    let id = unified.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(
        service.json(&format!("/groups/{id}"))["mail"],
        "team@contoso.com"
    );
}

#[test]
fn members_come_one_by_one_and_go() {
    let service = Service::new(&small_company());
    let list = format!("/groups/{G1}/members/$ref");
    let answer = service.post(&list, &reference(U1));
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(ids(&service, &format!("/groups/{G1}/members")), [U1, U5]);
    service.post(&list, &reference(U1)).assert_bad_request(
        "One or more added object references already exist for the following modified properties: 'members'.",
    );
    let unknown = "00000000-0000-4000-8000-0000000000ff";
    service.post(&list, &reference(unknown)).assert_refused(
        404,
        "Request_ResourceNotFound",
        &format!("Resource '{unknown}' does not exist or one of its queried reference-property objects are not present."),
    );
    assert_eq!(
        service
            .post(&list, &json!({"@odata.id": "nonsense"}))
            .status,
        400
    );
    assert_eq!(service.post(&list, &json!({})).status, 400);
    assert_eq!(
        service
            .delete(&format!("/groups/{G1}/members/{U5}/$ref"))
            .status,
        204
    );
    assert_eq!(
        service
            .delete(&format!("/groups/{G1}/members/{U5}/$ref"))
            .status,
        404
    );
    assert_eq!(ids(&service, &format!("/groups/{G1}/members")), [U1]);
    assert_eq!(ids(&service, &format!("/users/{U1}/memberOf")), [G1]);
}

#[test]
fn owners_are_a_list_of_their_own() {
    let service = Service::new(&small_company());
    assert_eq!(ids(&service, &format!("/groups/{G1}/owners")), [U1]);
    assert_eq!(
        service
            .post(&format!("/groups/{G1}/owners/$ref"), &reference(U2))
            .status,
        204
    );
    assert_eq!(
        service
            .delete(&format!("/groups/{G1}/owners/{U1}/$ref"))
            .status,
        204
    );
    assert_eq!(ids(&service, &format!("/groups/{G1}/owners")), [U2]);
    assert_eq!(ids(&service, &format!("/groups/{G1}/members")), [U5]);
}

#[test]
fn a_bound_list_goes_in_whole_or_not_at_all() {
    let service = Service::new(&small_company());
    let bind = |ids: &[&str]| {
        let links: Vec<String> = ids
            .iter()
            .map(|id| format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}"))
            .collect();
        service.patch(
            &format!("/groups/{G1}"),
            &json!({"members@odata.bind": links}),
        )
    };
    assert_eq!(bind(&[U1, U2]).status, 204);
    assert_eq!(
        ids(&service, &format!("/groups/{G1}/members")),
        [U1, U2, U5]
    );
    // U5 is a member already; U3 must not come in with it.
    assert_eq!(bind(&[U3, U5]).status, 400);
    assert_eq!(
        bind(&[U3, "00000000-0000-4000-8000-0000000000ff"]).status,
        404
    );
    assert_eq!(
        ids(&service, &format!("/groups/{G1}/members")),
        [U1, U2, U5]
    );
    assert_eq!(bind(&[U3; 21]).status, 400);
    // A group is made with its members in one call as well.
    let mut group = new_group();
    group["members@odata.bind"] = json!([format!("https://graph.microsoft.com/v1.0/users/{U1}")]);
    let made = service.post("/groups", &group).json();
    assert_eq!(
        ids(
            &service,
            &format!("/groups/{}/members", made["id"].as_str().unwrap())
        ),
        [U1]
    );
    group["members@odata.bind"] =
        json!(["https://graph.microsoft.com/v1.0/users/nobody@contoso.com"]);
    group["displayName"] = json!("Never");
    assert_eq!(service.post("/groups", &group).status, 404);
    let names = service.json("/groups?$select=displayName");
    assert!(!names.to_string().contains("Never"), "{names}");
}

#[test]
fn members_that_something_else_decides_cannot_be_changed_by_hand() {
    let service = Service::new(&small_company());
    let cases = [
        (
            GS,
            "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.",
        ),
        (
            GM,
            "Cannot Update a mail-enabled security groups and or distribution list.",
        ),
        (
            GD,
            "The members of a group with dynamic membership follow its rule and cannot be changed.",
        ),
    ];
    for (group, text) in cases {
        service
            .post(&format!("/groups/{group}/members/$ref"), &reference(U1))
            .assert_bad_request(text);
        service
            .delete(&format!("/groups/{group}/members/{U1}/$ref"))
            .assert_bad_request(text);
        let links = json!({"members@odata.bind": [reference(U1)["@odata.id"]]});
        service
            .patch(&format!("/groups/{group}"), &links)
            .assert_bad_request(text);
    }
    assert_eq!(
        service
            .patch(&format!("/groups/{GS}"), &json!({"description": "x"}))
            .status,
        400
    );
}

#[test]
fn groups_may_be_nested_but_not_in_themselves() {
    let service = Service::new(&small_company());
    assert_eq!(
        service
            .post(&format!("/groups/{G1}/members/$ref"), &reference(GS))
            .status,
        204
    );
    assert_eq!(
        service
            .post(&format!("/groups/{G1}/members/$ref"), &reference(G1))
            .status,
        400
    );
    assert_eq!(
        service
            .post(&format!("/groups/{G1}/owners/$ref"), &reference(GS))
            .status,
        400
    );
    assert_eq!(ids(&service, &format!("/groups/{G1}/members")), [U5, GS]);
}

#[test]
fn a_licensed_group_stays_and_others_go() {
    let mut seed = small_company();
    seed["groups"][0]["assignedLicenses"] = json!([{"skuId": E3, "disabledPlans": ["SWAY"]}]);
    let service = Service::new(&seed);
    let group = service.json(&format!("/groups/{G1}?$select=assignedLicenses"));
    assert_eq!(
        group["assignedLicenses"],
        json!([{"disabledPlans": [SWAY], "skuId": E3}])
    );
    let (status, code, _) = service.delete(&format!("/groups/{G1}")).refusal();
    assert_eq!((status, code.as_str()), (400, "Request_BadRequest"));
    assert_eq!(service.get(&format!("/groups/{G1}")).status, 200);
    let id = service.post("/groups", &new_group()).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(service.delete(&format!("/groups/{id}")).status, 204);
    assert_eq!(service.get(&format!("/groups/{id}")).status, 404);
    // A Microsoft 365 group can be restored.
    let unified = json!({"displayName": "Team", "mailEnabled": true, "mailNickname": "team", "securityEnabled": false,
        "groupTypes": ["Unified"]});
    let id = service.post("/groups", &unified).json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(service.delete(&format!("/groups/{id}")).status, 204);
    service
        .post(&format!("/directory/deletedItems/{id}/restore"), &json!({}))
        .assert_ok();
    assert_eq!(service.get(&format!("/groups/{id}")).status, 200);
}
