//! What licensing scripts reach beyond users, groups and licences: roles, managers, sessions, guests, mails, rooms, the
//! settings of reports.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use serde_json::{Value, json};
use writes::*;

const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
const LICENSE: &str = "4d6ac14f-3453-41d0-bef9-a3e0c569773a";
const ROLE: &str = "00000000-0000-4000-8000-0000000000f1";
const EVENTUAL: &[(&str, &str)] = &[("consistencylevel", "eventual")];

fn company() -> Service {
    let mut seed = small_company();
    seed["directoryRoles"] = json!([
        {"id": ROLE, "displayName": "Global Administrator", "members": ["u1@contoso.com"]},
    ]);
    seed["rooms"] = json!([
        {"displayName": "Attic", "emailAddress": "attic@contoso.com", "capacity": 4, "floorNumber": 3},
        {"displayName": "Cellar", "emailAddress": "cellar@contoso.com", "capacity": 40},
    ]);
    Service::new(&seed)
}

fn reference(id: &str) -> Value {
    json!({"@odata.id": format!("https://graph.microsoft.com/v1.0/directoryObjects/{id}")})
}

fn ids(list: &Value) -> Vec<&str> {
    let items = list["value"].as_array().expect("a list");
    items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect()
}

#[test]
fn a_role_is_found_by_its_name_by_its_template_and_by_either_id() {
    let service = company();
    for path in [
        "/directoryRoles?$filter=displayName eq 'Global Administrator'",
        &format!("/directoryRoles?$filter=roleTemplateId eq '{GLOBAL}'"),
        "/directoryRoles",
    ] {
        let roles = service.json(&path.replace(' ', "%20"));
        assert_eq!(ids(&roles), [ROLE], "{path}");
        assert_eq!(roles["value"][0]["displayName"], "Global Administrator");
        assert_eq!(roles["value"][0]["roleTemplateId"], GLOBAL);
    }
    assert_eq!(service.json(&format!("/directoryRoles/{ROLE}"))["id"], ROLE);
    let by_template = service.json(&format!("/directoryRoles(roleTemplateId='{GLOBAL}')"));
    assert_eq!(by_template["id"], ROLE);
    assert_eq!(service.get(&format!("/directoryRoles/{U1}")).status, 404);
}

#[test]
fn a_tenant_without_roles_in_its_seed_has_the_one_that_always_is() {
    let service = Service::new(&small_company());
    let roles = service.json("/directoryRoles");
    assert_eq!(roles["value"][0]["roleTemplateId"], GLOBAL);
    let id = roles["value"][0]["id"].as_str().expect("an id");
    assert!(ids(&service.json(&format!("/directoryRoles/{id}/members"))).is_empty());
}

#[test]
fn a_role_is_made_active_once_and_only_from_its_template() {
    let service = company();
    let made = service.post("/directoryRoles", &json!({"roleTemplateId": LICENSE}));
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["displayName"], "License Administrator");
    let again = service.post("/directoryRoles", &json!({"roleTemplateId": LICENSE}));
    again.assert_bad_request(
        "A conflicting object with one or more of the specified property values is present in the directory.",
    );
    for body in [
        json!({}),
        json!({"roleTemplateId": U1}),
        json!({"roleTemplateId": "License Administrator"}),
    ] {
        assert_eq!(service.post("/directoryRoles", &body).status, 400, "{body}");
    }
    let templates = service.json("/directoryRoleTemplates");
    assert!(ids(&templates).contains(&LICENSE));
    let one = service.json(&format!("/directoryRoleTemplates/{LICENSE}"));
    assert_eq!(one["displayName"], "License Administrator");
    assert_eq!(
        service.get(&format!("/directoryRoleTemplates/{U1}")).status,
        404
    );
}

#[test]
fn roles_are_given_and_taken_and_stand_among_memberships() {
    let service = company();
    let members = format!("/directoryRoles/{ROLE}/members");
    assert_eq!(ids(&service.json(&members)), [U1]);
    assert_eq!(
        service
            .post(&format!("{members}/$ref"), &reference(U2))
            .status,
        204
    );
    service.post(&format!("{members}/$ref"), &reference(U2)).assert_bad_request(
        "One or more added object references already exist for the following modified properties: 'members'.",
    );
    assert_eq!(ids(&service.json(&members)), [U1, U2]);
    assert_eq!(
        ids(&service.json(&format!("{members}/graph.user"))),
        [U1, U2]
    );
    let count = service.send_raw("GET", &format!("/v1.0{members}/$count"), EVENTUAL, "");
    assert_eq!(count.text, "2");

    let all = service.json(&format!("/users/{U5}/memberOf"));
    assert_eq!(ids(&all), [G1]);
    let all = service.json(&format!("/users/{U1}/memberOf"));
    assert_eq!(
        all["value"][0]["@odata.type"],
        "#microsoft.graph.directoryRole"
    );
    assert_eq!(
        ids(&service.json(&format!("/users/{U1}/memberOf/graph.directoryRole"))),
        [ROLE]
    );
    assert!(ids(&service.json(&format!("/users/{U1}/memberOf/graph.group"))).is_empty());
    assert_eq!(
        ids(&service.json(&format!("/users/{U1}/transitiveMemberOf"))),
        [ROLE]
    );
    let expanded = service.json(&format!("/users/{U1}?$expand=memberOf"));
    assert_eq!(
        expanded["memberOf"][0]["displayName"],
        "Global Administrator"
    );

    assert_eq!(service.delete(&format!("{members}/{U2}/$ref")).status, 204);
    assert_eq!(service.delete(&format!("{members}/{U2}/$ref")).status, 404);
    assert_eq!(
        service
            .post(
                &format!("/directoryRoles/{U1}/members/$ref"),
                &reference(U2)
            )
            .status,
        404
    );
    assert_eq!(
        service.delete(&format!("/directoryRoles/{ROLE}")).status,
        405
    );
}

#[test]
fn a_filter_on_memberships_that_no_role_can_meet_leaves_the_groups() {
    let service = company();
    service.post(&format!("/groups/{G1}/members/$ref"), &reference(U1));
    let path =
        format!("/v1.0/users/{U1}/memberOf?$filter=startsWith(displayName,%27g%27)&$count=true");
    let answer = service.send_raw("GET", &path, EVENTUAL, "").json();
    assert_eq!(
        answer["@odata.count"], 2,
        "the group g1 and the role, in any case"
    );
    let path = format!("/v1.0/users/{U1}/memberOf?$filter=securityEnabled%20eq%20true&$count=true");
    let answer = service.send_raw("GET", &path, EVENTUAL, "");
    // What only groups have is no property of what the list holds.
    assert_eq!(answer.status, 400, "{}", answer.text);
    let path = format!(
        "/v1.0/users/{U1}/memberOf/graph.group?$filter=securityEnabled%20eq%20true&$count=true"
    );
    assert_eq!(
        ids(&service.send_raw("GET", &path, EVENTUAL, "").json()),
        [G1]
    );
}

#[test]
fn a_manager_is_set_read_and_taken_away() {
    let service = company();
    let manager = format!("/users/{U1}/manager");
    assert_eq!(service.get(&manager).status, 404);
    assert_eq!(
        service
            .send("PUT", &format!("{manager}/$ref"), &reference(U2))
            .status,
        204
    );
    assert_eq!(service.json(&manager)["id"], U2);
    assert_eq!(
        service.json(&format!("/users/{U1}?$expand=manager"))["manager"]["id"],
        U2
    );
    assert_eq!(
        ids(&service.json(&format!("/users/{U2}/directReports"))),
        [U1]
    );
    assert_eq!(
        ids(&service.json(&format!("/users/{U2}/directReports/graph.user"))),
        [U1]
    );
    assert!(ids(&service.json(&format!("/users/{U1}/directReports"))).is_empty());
    assert_eq!(
        service
            .send("PUT", &format!("{manager}/$ref"), &reference(U3))
            .status,
        204
    );
    assert_eq!(service.json(&manager)["id"], U3);
    for wrong in [U1, G1] {
        assert_eq!(
            service
                .send("PUT", &format!("{manager}/$ref"), &reference(wrong))
                .status,
            400
        );
    }
    assert_eq!(service.delete(&format!("{manager}/$ref")).status, 204);
    assert_eq!(service.delete(&format!("{manager}/$ref")).status, 404);
}

#[test]
fn a_manager_can_be_in_the_seed() {
    let mut seed = small_company();
    seed["users"][0]["manager"] = json!(U2);
    let service = Service::new(&seed);
    assert_eq!(service.json(&format!("/users/{U1}/manager"))["id"], U2);
    seed["users"][0]["manager"] = json!("u2@contoso.com");
    let text = mglicense_tenant::Source::text(seed.to_string());
    let error = mglicense_tenant::Tenant::create(":memory:", text, false).expect_err("no id");
    assert!(error.to_string().contains("$.users[0].manager"), "{error}");
}

#[test]
fn ending_sessions_sets_the_time_from_which_they_count() {
    let service = company();
    let path = format!("/users/{U1}?$select=signInSessionsValidFromDateTime");
    assert_eq!(
        service.json(&path)["signInSessionsValidFromDateTime"],
        Value::Null
    );
    for action in [
        "revokeSignInSessions",
        "microsoft.graph.revokeSignInSessions",
    ] {
        let answer = service.post(&format!("/users/{U1}/{action}"), &json!({}));
        answer.assert_ok();
        assert_eq!(answer.json()["value"], true);
    }
    let text = service.json(&path)["signInSessionsValidFromDateTime"].clone();
    assert!(
        text.as_str()
            .is_some_and(|text| text.starts_with("2026-11-25T09:")),
        "{text}"
    );
    assert_eq!(
        service
            .post("/users/nobody@contoso.com/revokeSignInSessions", &json!({}))
            .status,
        404
    );
}

#[test]
fn a_guest_is_invited_and_gets_an_account() {
    let service = company();
    let body = json!({
        "invitedUserEmailAddress": "hal@fabrikam.com", "inviteRedirectUrl": "https://myapps.microsoft.com",
        "invitedUserDisplayName": "Hal Hood", "sendInvitationMessage": true,
    });
    let answer = service.post("/invitations", &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let invitation = answer.json();
    assert_eq!(invitation["status"], "PendingAcceptance");
    assert_eq!(invitation["sendInvitationMessage"], true);
    let id = invitation["invitedUser"]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let guest = service.json(&format!(
        "/users/{id}?$select=displayName,mail,userPrincipalName,userType,creationType,externalUserState"
    ));
    assert_eq!(guest["displayName"], "Hal Hood");
    assert_eq!(
        guest["userPrincipalName"],
        "hal_fabrikam.com#EXT#@contoso.onmicrosoft.com"
    );
    assert_eq!(guest["userType"], "Guest");
    assert_eq!(guest["creationType"], "Invitation");
    assert_eq!(guest["externalUserState"], "PendingAcceptance");
    let again = service.post("/invitations", &body).json();
    assert_eq!(
        again["invitedUser"]["id"], *id,
        "the same guest, not another one"
    );
    for (body, part) in [
        (
            json!({"inviteRedirectUrl": "https://x"}),
            "invitedUserEmailAddress",
        ),
        (
            json!({"invitedUserEmailAddress": "a@b.com"}),
            "inviteRedirectUrl",
        ),
        (
            json!({"invitedUserEmailAddress": "a b@c", "inviteRedirectUrl": "https://x"}),
            "a b@c",
        ),
        (
            json!({"invitedUserEmailAddress": "new@contoso.com", "inviteRedirectUrl": "https://x"}),
            "verified domain",
        ),
    ] {
        let (status, _, message) = service.post("/invitations", &body).refusal();
        assert_eq!(status, 400, "{body}");
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_mail_is_kept_and_can_be_read() {
    let service = company();
    let body = json!({"message": {
        "subject": "Your licence", "body": {"contentType": "Text", "content": "You can use Visio now."},
        "toRecipients": [{"emailAddress": {"address": "u2@contoso.com"}}],
    }});
    let answer = service.post(&format!("/users/{U1}/sendMail"), &body);
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    let mut unkept = body.clone();
    unkept["saveToSentItems"] = json!("false");
    assert_eq!(
        service
            .post(&format!("/users/{U1}/microsoft.graph.sendMail"), &unkept)
            .status,
        202
    );
    for folder in ["messages", "mailFolders/SentItems/messages"] {
        let mails = service.json(&format!("/users/u1@contoso.com/{folder}"));
        assert_eq!(mails["value"].as_array().map(Vec::len), Some(1), "{folder}");
        let mail = &mails["value"][0];
        assert_eq!(mail["subject"], "Your licence");
        assert_eq!(mail["body"]["content"], "You can use Visio now.");
        assert_eq!(
            mail["toRecipients"][0]["emailAddress"]["address"],
            "u2@contoso.com"
        );
        assert_eq!(mail["from"]["emailAddress"]["address"], "u1@contoso.com");
        let id = mail["id"].as_str().expect("an id");
        assert_eq!(
            service.json(&format!("/users/{U1}/messages/{id}"))["id"],
            *id
        );
        assert_eq!(
            service.get(&format!("/users/{U2}/messages/{id}")).status,
            404
        );
    }
    let nobody = json!({"message": {"subject": "x", "toRecipients": []}});
    let (status, code, _) = service
        .post(&format!("/users/{U1}/sendMail"), &nobody)
        .refusal();
    assert_eq!((status, code.as_str()), (400, "ErrorInvalidRecipients"));
    assert_eq!(
        service
            .post(&format!("/users/{U1}/sendMail"), &json!({}))
            .status,
        400
    );
}

#[test]
fn rooms_are_listed_and_found_by_id_and_by_address() {
    let service = company();
    for path in ["/places/graph.room", "/places/microsoft.graph.room"] {
        let rooms = service.json(path);
        assert_eq!(rooms["value"][0]["displayName"], "Attic");
        assert_eq!(rooms["value"][1]["capacity"], 40);
    }
    let id = service.json("/places/graph.room")["value"][0]["id"].clone();
    let id = id.as_str().expect("an id");
    assert_eq!(
        service.json(&format!("/places/{id}"))["emailAddress"],
        "attic@contoso.com"
    );
    assert_eq!(
        service.json("/places/cellar@contoso.com/graph.room")["displayName"],
        "Cellar"
    );
    assert_eq!(service.get("/places/tower@contoso.com").status, 404);
    let page = service.json("/places/graph.room?$top=1");
    assert!(
        page["@odata.nextLink"]
            .as_str()
            .is_some_and(|link| link.contains("$skiptoken"))
    );
}

#[test]
fn reports_hide_names_until_told_otherwise() {
    let service = company();
    assert_eq!(
        service.json("/admin/reportSettings")["displayConcealedNames"],
        true
    );
    let answer = service.patch(
        "/admin/reportSettings",
        &json!({"displayConcealedNames": false}),
    );
    answer.assert_ok();
    assert_eq!(answer.json()["displayConcealedNames"], false);
    assert_eq!(
        service.json("/admin/reportSettings")["displayConcealedNames"],
        false
    );
    assert_eq!(
        service
            .patch(
                "/admin/reportSettings",
                &json!({"displayConcealedNames": "no"})
            )
            .status,
        400
    );
    assert_eq!(
        service
            .patch("/admin/reportSettings", &json!({"colour": true}))
            .status,
        400
    );
}

#[test]
fn deleted_items_are_read_as_what_they_are() {
    let service = company();
    assert_eq!(service.delete(&format!("/users/{U5}")).status, 204);
    for path in [
        "/directory/deletedItems/graph.user".to_owned(),
        "/directory/deletedItems/microsoft.graph.user".to_owned(),
    ] {
        assert_eq!(ids(&service.json(&path)), [U5], "{path}");
    }
    assert_eq!(
        service.json(&format!("/directory/deletedItems/{U5}/graph.user"))["id"],
        U5
    );
    assert_eq!(
        service
            .get(&format!("/directory/deletedItems/{U5}/graph.group"))
            .status,
        404
    );
    let count = service.send_raw(
        "GET",
        "/v1.0/directory/deletedItems/graph.user/$count",
        EVENTUAL,
        "",
    );
    assert_eq!(count.text, "1");
    assert!(ids(&service.json("/directory/deletedItems/graph.application")).is_empty());
}

#[test]
fn a_wrong_role_or_room_in_a_seed_is_named() {
    for (section, value, part) in [
        (
            "directoryRoles",
            json!([{"displayName": "Emperor"}]),
            "Emperor",
        ),
        ("directoryRoles", json!([{"members": []}]), "roleTemplateId"),
        (
            "directoryRoles",
            json!([{"displayName": "Global Reader", "members": ["ghost@contoso.com"]}]),
            "ghost@contoso.com",
        ),
        (
            "directoryRoles",
            json!([{"displayName": "Global Reader"}, {"displayName": "global reader"}]),
            "given twice",
        ),
        (
            "rooms",
            json!([{"emailAddress": "a@contoso.com"}]),
            "displayName",
        ),
        (
            "rooms",
            json!([{"displayName": "A", "colour": "red"}]),
            "colour",
        ),
    ] {
        let mut seed = small_company();
        seed[section] = value;
        let text = mglicense_tenant::Source::text(seed.to_string());
        let error = mglicense_tenant::Tenant::create(":memory:", text, false).expect_err(part);
        let message = error.to_string();
        assert!(
            message.contains(section) && message.contains(part),
            "{message}"
        );
    }
}
