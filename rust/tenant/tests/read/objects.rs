//! What single objects, their relations and the tenant itself look like.

use crate::service::{
    ADA, ALL_HANDS, BOB, DESK, E3, E5, EVENTUAL, FLOW, GONE, GUEST, STAFF, SWAY, SYNCED, Service,
    TENANT, VISIO, YAMMER, ZOE, company, encode,
};
use mglicense_tenant::{Caller, Source, Tenant};
use serde_json::{Value, json};

const BASE: &str = "https://graph.microsoft.com/v1.0";

fn keys(object: &Value) -> Vec<String> {
    let mut keys: Vec<String> = object
        .as_object()
        .expect("an object")
        .keys()
        .filter(|key| !key.starts_with('@'))
        .cloned()
        .collect();
    keys.sort();
    keys
}

fn ids(list: &Value) -> Vec<&str> {
    list["value"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["id"].as_str().expect("an id"))
        .collect()
}

/// A company with other settings.
fn company_with(settings: &str) -> Service {
    let seed: Value = serde_json::from_str(&company()).expect("the seed is JSON");
    let mut seed = seed;
    seed["settings"] = serde_json::from_str(settings).expect("the settings are JSON");
    Service::new(&seed.to_string())
}

#[test]
fn a_user_shows_eleven_properties_unless_others_are_selected() {
    let service = Service::new(&company());
    let user = service.json("/users/ada@contoso.com");
    assert_eq!(
        user["@odata.context"],
        format!("{BASE}/$metadata#users/$entity")
    );
    assert_eq!(
        keys(&user),
        [
            "businessPhones",
            "displayName",
            "givenName",
            "id",
            "jobTitle",
            "mail",
            "mobilePhone",
            "officeLocation",
            "preferredLanguage",
            "surname",
            "userPrincipalName"
        ]
    );
    assert_eq!(user["id"], ADA);
    assert_eq!(user["officeLocation"], Value::Null);
    assert_eq!(user["businessPhones"], json!([]));
    let list = service.json("/users");
    assert_eq!(list["@odata.context"], format!("{BASE}/$metadata#users"));
    assert_eq!(keys(&list["value"][0]), keys(&user));
}

#[test]
fn a_user_is_found_by_id_and_by_name_in_any_case() {
    let service = Service::new(&company());
    let upper = ADA.to_uppercase();
    for id in [ADA, upper.as_str(), "ADA@contoso.com"] {
        assert_eq!(service.json(&format!("/users/{id}"))["id"], ADA, "{id}");
    }
    let guest = format!("/users/{}", encode("gast_fabrikam.com#EXT#@contoso.com"));
    assert_eq!(service.json(&guest)["id"], GUEST);
}

#[test]
fn an_unknown_user_is_404_in_the_directorys_words() {
    let service = Service::new(&company());
    for id in [
        "nobody@contoso.com",
        "00000000-0000-4000-8000-000000000999",
        GONE,
    ] {
        let answer = service.get(&format!("/users/{id}"));
        assert_eq!(answer.status, 404);
        assert_eq!(
            answer.error(),
            (
                "Request_ResourceNotFound".to_owned(),
                format!(
                    "Resource '{id}' does not exist or one of its queried reference-property objects are not present."
                )
            )
        );
    }
}

#[test]
fn selected_properties_come_in_the_order_asked_and_null_where_there_is_nothing() {
    let service = Service::new(&company());
    let path = format!(
        "/users/{BOB}?$select=UsageLocation,displayname, accountEnabled,onPremisesSyncEnabled,signInActivity,jobTitle"
    );
    let answer = service.get(&path.replace(' ', "%20"));
    assert_eq!(
        answer.text,
        format!(
            "{{\"@odata.context\":\"{BASE}/$metadata#users(usageLocation,displayName,accountEnabled,\
             onPremisesSyncEnabled,signInActivity,jobTitle)/$entity\",\
             \"usageLocation\":null,\"displayName\":\"Bob O'Hara\",\"accountEnabled\":false,\
             \"onPremisesSyncEnabled\":true,\"signInActivity\":{{\"lastSignInDateTime\":\"2026-01-01T00:00:00Z\"}},\
             \"jobTitle\":null}}"
        )
    );
}

#[test]
fn an_unknown_property_is_refused_by_name() {
    let service = Service::new(&company());
    for path in [
        "/users?$select=id,shoeSize",
        &format!("/users/{ADA}?$select=shoeSize"),
    ] {
        let answer = service.get(path);
        assert_eq!(answer.status, 400);
        let (code, message) = answer.error();
        assert_eq!(code, "BadRequest");
        assert!(message.contains(
            "Could not find a property named 'shoeSize' on type 'microsoft.graph.user'."
        ));
    }
}

#[test]
fn a_list_of_users_cannot_have_their_skills() {
    let service = Service::new(&company());
    let answer = service.get("/users?$select=id,skills");
    assert_eq!(answer.status, 501);
    let (code, message) = answer.error();
    assert_eq!(code, "NotImplemented");
    assert!(message.starts_with("This operation target is not yet supported."));
}

#[test]
fn licences_in_effect_are_the_union_of_what_all_sources_enable() {
    let service = Service::new(&company());
    let user = service.json(&format!("/users/{ADA}?$select=assignedLicenses"));
    // E3 directly without SWAY and YAMMER, through Staff without YAMMER alone: only YAMMER is off.
    assert_eq!(
        user["assignedLicenses"],
        json!([
            {"disabledPlans": [], "skuId": E5},
            {"disabledPlans": [YAMMER], "skuId": E3},
            {"disabledPlans": [], "skuId": FLOW}
        ])
    );
    let desk = service.json(&format!("/users/{DESK}?$select=assignedLicenses"));
    assert_eq!(desk["assignedLicenses"], json!([]));
}

#[test]
fn assignment_states_tell_each_source_apart() {
    let service = Service::new(&company());
    let user = service.json(&format!("/users/{ADA}?$select=licenseAssignmentStates"));
    let state = |sku: &str, group: Value, disabled: Value, updated: &str| {
        json!({"assignedByGroup": group, "disabledPlans": disabled, "error": "None",
               "lastUpdatedDateTime": updated, "skuId": sku, "state": "Active"})
    };
    let created = "2024-01-15T00:00:00Z";
    assert_eq!(
        user["licenseAssignmentStates"],
        json!([
            state(E5, Value::Null, json!([]), created),
            state(E3, Value::Null, json!([SWAY, YAMMER]), created),
            state(E3, json!(STAFF), json!([YAMMER]), created),
            state(FLOW, Value::Null, json!([]), "2026-02-03T04:05:06Z")
        ])
    );
    let desk = service.json(&format!("/users/{DESK}?$select=licenseAssignmentStates"));
    let state = &desk["licenseAssignmentStates"][0];
    assert_eq!(
        (&state["state"], &state["error"], &state["assignedByGroup"]),
        (&json!("Error"), &json!("CountViolation"), &json!(ALL_HANDS))
    );
}

#[test]
fn success_is_the_word_none_unless_the_tenant_is_set_to_null() {
    let service = company_with(r#"{"licensing": {"successError": "null"}}"#);
    let user = service.json(&format!("/users/{ZOE}?$select=licenseAssignmentStates"));
    assert_eq!(user["licenseAssignmentStates"][0]["error"], Value::Null);
    assert_eq!(user["licenseAssignmentStates"][0]["state"], "Active");
}

#[test]
fn an_assignment_of_a_suspended_product_is_shown_disabled() {
    let seed = |settings: &str| {
        format!(
            r#"{{"version": 1, "settings": {settings},
                "subscribedSkus": [{{"skuPartNumber": "VISIOCLIENT", "prepaidUnits": {{"suspended": 5}}}}],
                "users": [{{"userPrincipalName": "a@contoso.com", "usageLocation": "GB",
                            "assignedLicenses": [{{"skuPartNumber": "VISIOCLIENT"}}]}}]}}"#
        )
    };
    let path = "/users/a@contoso.com?$select=licenseAssignmentStates,assignedLicenses";
    let user = Service::new(&seed("{}")).json(path);
    assert_eq!(user["licenseAssignmentStates"][0]["state"], "Disabled");
    assert_eq!(user["assignedLicenses"][0]["skuId"], VISIO);
    let user =
        Service::new(&seed(r#"{"licensing": {"suspendedShownDisabled": false}}"#)).json(path);
    assert_eq!(user["licenseAssignmentStates"][0]["state"], "Active");
}

#[test]
fn license_details_say_which_plans_are_on() {
    let service = Service::new(&company());
    let details = service.json(&format!("/users/{ADA}/licenseDetails"));
    assert_eq!(
        details["@odata.context"],
        format!("{BASE}/$metadata#users('{ADA}')/licenseDetails")
    );
    let items = details["value"].as_array().unwrap();
    let skus: Vec<&str> = items
        .iter()
        .map(|item| item["skuId"].as_str().unwrap())
        .collect();
    assert_eq!(skus, [E5, E3, FLOW]);
    assert_eq!(items[1]["skuPartNumber"], "ENTERPRISEPACK");
    let status = |item: &Value, plan: &str| {
        let plans = item["servicePlans"].as_array().unwrap();
        let plan = plans
            .iter()
            .find(|entry| entry["servicePlanId"] == plan)
            .unwrap();
        plan["provisioningStatus"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&items[1], YAMMER), "Disabled");
    assert_eq!(status(&items[1], SWAY), "Success");
    let id = items[1]["id"].as_str().unwrap();
    let one = service.json(&format!(
        "/users/{ADA}/licenseDetails/{id}?$select=skuId,skuPartNumber"
    ));
    assert_eq!(keys(&one), ["skuId", "skuPartNumber"]);
    assert_eq!(one["skuId"], E3);
    assert_eq!(
        service
            .get(&format!("/users/{ADA}/licenseDetails/nothing"))
            .status,
        404
    );
}

#[test]
fn license_details_include_what_groups_give_and_take_no_filter() {
    let service = Service::new(&company());
    let details = service.json(&format!("/users/{ZOE}/licenseDetails"));
    assert_eq!(details["value"][0]["skuId"], E3);
    let filter = encode("skuPartNumber eq 'X'");
    let answer = service.get(&format!("/users/{ZOE}/licenseDetails?$filter={filter}"));
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.error().1,
        "Filtered searches against this resource are not supported."
    );
    let direct_only = company_with(r#"{"licensing": {"inheritedInDetails": false}}"#);
    assert_eq!(
        direct_only.json(&format!("/users/{ZOE}/licenseDetails"))["value"],
        json!([])
    );
}

#[test]
fn assigned_plans_name_the_service_and_provisioned_plans_follow() {
    let service = Service::new(&company());
    let user = service.json(&format!(
        "/users/{ZOE}?$select=assignedPlans,provisionedPlans"
    ));
    let plans = user["assignedPlans"].as_array().unwrap();
    let sway = plans
        .iter()
        .find(|plan| plan["servicePlanId"] == SWAY)
        .unwrap();
    assert_eq!(sway["capabilityStatus"], "Enabled");
    assert_eq!(
        keys(sway),
        [
            "assignedDateTime",
            "capabilityStatus",
            "service",
            "servicePlanId"
        ]
    );
    let ready = user["provisionedPlans"].as_array().unwrap();
    assert_eq!(ready.len(), plans.len());
    assert_eq!(
        keys(&ready[0]),
        ["capabilityStatus", "provisioningStatus", "service"]
    );
    let ada = service.json(&format!("/users/{ADA}?$select=assignedPlans"));
    let count = |plan: &str| {
        let plans = ada["assignedPlans"].as_array().unwrap();
        plans
            .iter()
            .filter(|entry| entry["servicePlanId"] == plan)
            .count()
    };
    // In E3 twice and in E5: one entry per plan.
    assert_eq!(count(SWAY), 1);
}

#[test]
fn beta_shows_nearly_everything() {
    let service = Service::new(&company());
    let answer = service.send("GET", &format!("/beta/users/{ADA}"), &[], "");
    let user = answer.json();
    assert_eq!(
        user["@odata.context"],
        "https://graph.microsoft.com/beta/$metadata#users/$entity"
    );
    assert_eq!(user["usageLocation"], "GB");
    assert_eq!(user["assignedLicenses"].as_array().map(Vec::len), Some(3));
    assert_eq!(user["passwordProfile"], Value::Null);
    assert_eq!(user.get("licenseAssignmentStates"), None);
}

#[test]
fn members_are_directory_objects_with_their_types() {
    let service = Service::new(&company());
    let members = service.json(&format!("/groups/{STAFF}/members"));
    assert_eq!(
        members["@odata.context"],
        format!("{BASE}/$metadata#directoryObjects")
    );
    assert_eq!(ids(&members), [ADA, BOB, ZOE]);
    assert_eq!(members["value"][0]["@odata.type"], "#microsoft.graph.user");
    assert_eq!(members["value"][0]["userPrincipalName"], "ada@contoso.com");
    let mixed = service.json(&format!(
        "/groups/{ALL_HANDS}/members?$select=id,displayName,userPrincipalName,groupTypes"
    ));
    assert_eq!(
        mixed["value"],
        json!([
            {"@odata.type": "#microsoft.graph.user", "id": DESK, "displayName": "Info Desk 24",
             "userPrincipalName": "desk@contoso.com"},
            {"@odata.type": "#microsoft.graph.group", "id": STAFF, "displayName": "Staff", "groupTypes": []}
        ])
    );
}

#[test]
fn a_cast_keeps_one_kind_and_drops_the_types() {
    let service = Service::new(&company());
    let users = service.json(&format!(
        "/groups/{ALL_HANDS}/members/microsoft.graph.user?$select=id"
    ));
    assert_eq!(
        users["@odata.context"],
        format!("{BASE}/$metadata#users(id)")
    );
    assert_eq!(users["value"], json!([{"id": DESK}]));
    let groups = service.json(&format!(
        "/groups/{ALL_HANDS}/members/microsoft.graph.group"
    ));
    assert_eq!(ids(&groups), [STAFF]);
    let count = service.get_eventual(&format!(
        "/groups/{ALL_HANDS}/members/microsoft.graph.user/$count"
    ));
    assert_eq!(count.text, "1");
    // The SDK leaves the first part of the name out. Of devices there are none, and that is the answer.
    let users = service.json(&format!(
        "/groups/{ALL_HANDS}/members/graph.user?$select=id"
    ));
    assert_eq!(users["value"], json!([{"id": DESK}]));
    let devices = service.json(&format!("/groups/{ALL_HANDS}/members/graph.device"));
    assert_eq!(devices["value"], json!([]));
    let count = service.get_eventual(&format!("/groups/{ALL_HANDS}/members/graph.device/$count"));
    assert_eq!(count.text, "0");
    let drives = service.get(&format!(
        "/groups/{ALL_HANDS}/members/microsoft.graph.drive"
    ));
    assert_eq!(drives.status, 501);
}

#[test]
fn transitive_members_reach_through_groups_and_once_each() {
    let service = Service::new(&company());
    let members = service.json(&format!("/groups/{ALL_HANDS}/transitiveMembers"));
    assert_eq!(ids(&members), [ADA, BOB, ZOE, DESK, STAFF]);
    let groups = service.json(&format!("/users/{ADA}/transitiveMemberOf"));
    assert_eq!(ids(&groups), [STAFF, ALL_HANDS]);
    let direct = service.json(&format!(
        "/users/{ADA}/memberOf/microsoft.graph.group?$select=id"
    ));
    assert_eq!(ids(&direct), [STAFF]);
    assert_eq!(
        ids(&service.json(&format!("/groups/{STAFF}/memberOf"))),
        [ALL_HANDS]
    );
    let one = service.json(&format!("/users/{ADA}/memberOf/{STAFF}"));
    assert_eq!(one["@odata.type"], "#microsoft.graph.group");
    assert_eq!(
        service
            .get(&format!("/users/{ADA}/memberOf/{SYNCED}"))
            .status,
        404
    );
}

#[test]
fn transitive_members_end_where_groups_are_in_a_circle_or_deleted() {
    let service = Service::new(
        r#"{"version": 1, "users": [
            {"id": "00000000-0000-4000-8000-000000000001", "userPrincipalName": "a@contoso.com"},
            {"id": "00000000-0000-4000-8000-000000000002", "userPrincipalName": "b@contoso.com"},
            {"id": "00000000-0000-4000-8000-000000000003", "userPrincipalName": "c@contoso.com"}],
        "groups": [
            {"id": "00000000-0000-4000-8000-000000000011", "displayName": "One", "members": ["a@contoso.com", "Two"]},
            {"id": "00000000-0000-4000-8000-000000000012", "displayName": "Two", "members": ["a@contoso.com", "b@contoso.com", "Three", "Gone"]},
            {"id": "00000000-0000-4000-8000-000000000013", "displayName": "Three", "members": ["b@contoso.com", "One"]},
            {"id": "00000000-0000-4000-8000-000000000014", "displayName": "Gone", "members": ["c@contoso.com"]}]}"#,
    );
    let id = |number: u8| format!("00000000-0000-4000-8000-0000000000{number:02}");
    let gone = service.send("DELETE", &format!("/v1.0/groups/{}", id(14)), &[], "");
    assert_eq!(gone.status, 204);
    let path = format!("/groups/{}/transitiveMembers", id(11));
    let found = service.json(&path);
    assert_eq!(ids(&found), [id(1), id(2), id(12), id(13)]);
    let count = service.get_eventual(&format!("{path}/$count"));
    assert_eq!(count.text, "4");
}

#[test]
fn settings_of_a_mailbox_are_no_silent_nothing() {
    let service = Service::new(&company());
    let answer = service.get(&format!("/users/{ADA}/mailboxSettings"));
    assert_eq!(answer.status, 501);
    let (code, message) = answer.error();
    assert_eq!(code, "NotImplemented");
    assert!(
        message.starts_with("This operation target is not yet supported."),
        "{message}"
    );
    // A property that is merely empty is answered as Graph answers it.
    assert_eq!(service.get(&format!("/users/{ADA}/aboutMe")).status, 204);
}

#[test]
fn related_objects_are_filtered_and_sorted_only_with_the_advanced_parameters() {
    let service = Service::new(&company());
    let filter = encode("startsWith(displayName,'z')");
    let path = format!("/groups/{STAFF}/members?$filter={filter}&$count=true");
    let (code, message) = service.get(&path).error();
    assert_eq!(code, "Request_UnsupportedQuery");
    assert_eq!(
        message,
        "The specified filter to the reference property query is currently not supported."
    );
    let found = service.get_eventual(&path).json();
    assert_eq!(ids(&found), [ZOE]);
    assert_eq!(found["@odata.count"], 1);
    let filter = encode("accountEnabled eq true");
    let path = format!("/groups/{STAFF}/members?$filter={filter}&$count=true");
    let (code, message) = service.get_eventual(&path).error();
    assert_eq!(code, "BadRequest");
    assert!(
        message.ends_with("on type 'microsoft.graph.directoryObject'."),
        "{message}"
    );
    let cast = path.replace("/members", "/members/microsoft.graph.user");
    assert_eq!(ids(&service.get_eventual(&cast).json()), [ADA, ZOE]);
    let sorted = service.get_eventual(&format!(
        "/groups/{STAFF}/members?$orderby=displayName%20desc&$count=true"
    ));
    assert_eq!(ids(&sorted.json()), [ZOE, BOB, ADA]);
    let sorted = service.get_eventual(&format!(
        "/groups/{STAFF}/members/microsoft.graph.user?$orderby=userPrincipalName%20desc&$count=true&$top=2"
    ));
    assert_eq!(ids(&sorted.json()), [ZOE, BOB]);
    assert_eq!(
        service
            .get(&format!("/groups/{STAFF}/members?$orderby=displayName"))
            .status,
        400
    );
}

#[test]
fn owners_owned_objects_and_licence_errors_are_listed() {
    let service = Service::new(&company());
    assert_eq!(
        ids(&service.json(&format!("/groups/{STAFF}/owners"))),
        [ADA]
    );
    assert_eq!(
        ids(&service.json(&format!("/users/{ADA}/ownedObjects"))),
        [STAFF]
    );
    let errors = service.json(&format!(
        "/groups/{ALL_HANDS}/membersWithLicenseErrors?$select=id"
    ));
    assert_eq!(
        errors["value"],
        json!([{"@odata.type": "#microsoft.graph.user", "id": DESK}])
    );
    assert_eq!(
        service.json(&format!("/groups/{STAFF}/membersWithLicenseErrors"))["value"],
        json!([])
    );
}

#[test]
fn a_user_without_a_manager_has_none() {
    let service = Service::new(&company());
    let answer = service.get(&format!("/users/{ADA}/manager"));
    assert_eq!(answer.status, 404);
    assert_eq!(answer.error().0, "Request_ResourceNotFound");
}

#[test]
fn a_group_shows_its_licences_only_when_selected() {
    let service = Service::new(&company());
    let group = service.json(&format!("/groups/{STAFF}"));
    assert_eq!(
        group["@odata.context"],
        format!("{BASE}/$metadata#groups/$entity")
    );
    assert_eq!(group["displayName"], "Staff");
    assert_eq!(group["groupTypes"], json!([]));
    assert_eq!(group.get("assignedLicenses"), None);
    assert_eq!(group.get("hasMembersWithLicenseErrors"), None);
    let select = "assignedLicenses,licenseProcessingState,hasMembersWithLicenseErrors,displayName";
    let group = service.json(&format!("/groups/{STAFF}?$select={select}"));
    assert_eq!(
        group["assignedLicenses"],
        json!([{"disabledPlans": [], "skuId": E3}])
    );
    assert_eq!(
        group["licenseProcessingState"],
        json!({"state": "ProcessingComplete"})
    );
    assert_eq!(group.get("hasMembersWithLicenseErrors"), None);
    let group = service.json(&format!(
        "/groups/{SYNCED}?$select=assignedLicenses,licenseProcessingState"
    ));
    assert_eq!(group["assignedLicenses"], json!([]));
    assert_eq!(group["licenseProcessingState"], Value::Null);
}

#[test]
fn one_property_can_be_asked_for_by_its_path() {
    let service = Service::new(&company());
    let licenses = service.json(&format!("/groups/{STAFF}/assignedLicenses"));
    assert_eq!(
        licenses["@odata.context"],
        format!("{BASE}/$metadata#groups('{STAFF}')/assignedLicenses")
    );
    assert_eq!(
        licenses["value"],
        json!([{"disabledPlans": [], "skuId": E3}])
    );
    assert_eq!(
        service.json(&format!("/users/{ADA}/usageLocation"))["value"],
        "GB"
    );
    assert_eq!(
        service.get(&format!("/users/{BOB}/usageLocation")).status,
        204
    );
}

#[test]
fn related_objects_come_inside_when_expanded() {
    let service = Service::new(&company());
    let path = "/users?$select=id&$expand=memberOf($select=id,displayName)";
    let users = service.json(path);
    assert_eq!(
        users["value"][0],
        json!({"id": ADA, "memberOf": [
            {"@odata.type": "#microsoft.graph.group", "id": STAFF, "displayName": "Staff"}]})
    );
    assert_eq!(users["value"][3], json!({"id": GUEST, "memberOf": []}));
    let group = service.json(&format!(
        "/groups/{STAFF}?$select=displayName&$expand=members($select=id),owners($select=id)"
    ));
    assert_eq!(group["members"].as_array().map(Vec::len), Some(3));
    assert_eq!(group["owners"][0]["id"], ADA);
    let user = service.json(&format!(
        "/users/{ZOE}?$select=id&$expand=licenseDetails,manager"
    ));
    assert_eq!(user["licenseDetails"][0]["skuId"], E3);
    assert_eq!(user["manager"], Value::Null);
    let filter = encode("accountEnabled ne true");
    let refused = service.get_eventual(&format!(
        "/users?$expand=memberOf&$filter={filter}&$count=true"
    ));
    assert_eq!(
        (refused.status, refused.error().0.as_str()),
        (400, "Request_UnsupportedQuery")
    );
}

#[test]
fn at_most_twenty_related_objects_come_inside() {
    let names: Vec<String> = (0..25)
        .map(|number| format!("u{number}@contoso.com"))
        .collect();
    let users: Vec<Value> = names
        .iter()
        .map(|name| json!({"userPrincipalName": name}))
        .collect();
    let seed =
        json!({"version": 1, "users": users, "groups": [{"displayName": "All", "members": names}]});
    let service = Service::new(&seed.to_string());
    let groups = service.json("/groups?$expand=members");
    assert_eq!(
        groups["value"][0]["members"].as_array().map(Vec::len),
        Some(20)
    );
    assert_eq!(groups["value"][0].get("members@odata.nextLink"), None);
}

#[test]
fn products_are_listed_with_all_four_kinds_of_seats() {
    let service = Service::new(&company());
    let skus = service.json("/subscribedSkus");
    assert_eq!(
        skus["@odata.context"],
        format!("{BASE}/$metadata#subscribedSkus")
    );
    let sku = &skus["value"][0];
    assert_eq!(sku["id"], format!("{TENANT}_{E5}"));
    assert_eq!(sku["skuId"], E5);
    assert_eq!(sku["skuPartNumber"], "ENTERPRISEPREMIUM");
    assert_eq!(
        sku["prepaidUnits"],
        json!({"enabled": 10, "suspended": 2, "warning": 1, "lockedOut": 3})
    );
    assert_eq!(
        (&sku["consumedUnits"], &sku["appliesTo"]),
        (&json!(1), &json!("User"))
    );
    assert_eq!(sku["capabilityStatus"], "Enabled");
    let plan = &sku["servicePlans"][0];
    assert_eq!(
        keys(plan),
        [
            "appliesTo",
            "provisioningStatus",
            "servicePlanId",
            "servicePlanName"
        ]
    );
    // E3 through a group and directly is one seat; a user in error takes none.
    let consumed: Vec<&Value> = skus["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sku| &sku["consumedUnits"])
        .collect();
    assert_eq!(consumed, [&json!(1), &json!(2), &json!(1), &json!(0)]);
    assert_eq!(skus["value"][3]["capabilityStatus"], "Suspended");
}

#[test]
fn a_product_is_found_by_the_joined_key_and_not_by_its_own_id() {
    let service = Service::new(&company());
    let refused = service.get(&format!("/subscribedSkus/{E3}"));
    assert_eq!(
        (refused.status, refused.error().0.as_str()),
        (400, "Request_BadRequest")
    );
    let sku = service.json(&format!("/subscribedSkus/{TENANT}_{E3}"));
    assert_eq!(
        sku["@odata.context"],
        format!("{BASE}/$metadata#subscribedSkus/$entity")
    );
    assert_eq!(sku["skuPartNumber"], "ENTERPRISEPACK");
    assert_eq!(
        service.get(&format!("/subscribedSkus/{E3}_{E3}")).status,
        404
    );
    assert_eq!(
        service
            .get(&format!("/subscribedSkus/{TENANT}_{TENANT}"))
            .status,
        404
    );
}

#[test]
fn the_list_of_products_takes_a_selection_and_nothing_else() {
    let service = Service::new(&company());
    let filter = encode("skuPartNumber eq 'SPE_E3'");
    let refused = service.get(&format!("/subscribedSkus?$filter={filter}"));
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.error(),
        (
            "Request_UnsupportedQuery".to_owned(),
            "Filtered searches against this resource are not supported.".to_owned()
        )
    );
    let (code, message) = service.get("/subscribedSkus?$top=1").error();
    assert_eq!(
        (code.as_str(), message.as_str()),
        (
            "Request_BadRequest",
            "'$top' is not supported by the service."
        )
    );
    let skus = service.json("/subscribedSkus?$select=skuId,prepaidUnits");
    assert_eq!(keys(&skus["value"][0]), ["prepaidUnits", "skuId"]);
    let strict = company_with(r#"{"query": {"subscribedSkusSelect": "refuse"}}"#);
    assert_eq!(strict.get("/subscribedSkus?$select=skuId").status, 400);
}

#[test]
fn the_tenant_tells_of_itself() {
    let service = Service::new(&company());
    let list = service.json("/organization");
    assert_eq!(
        list["@odata.context"],
        format!("{BASE}/$metadata#organization")
    );
    let organization = &list["value"][0];
    assert_eq!(organization["id"], TENANT);
    assert_eq!(organization["displayName"], "Contoso");
    assert_eq!(organization["countryLetterCode"], "GB");
    let domains: Vec<&str> = organization["verifiedDomains"]
        .as_array()
        .unwrap()
        .iter()
        .map(|domain| domain["name"].as_str().unwrap())
        .collect();
    assert_eq!(domains, ["contoso.com", "contoso.onmicrosoft.com"]);
    let one = service.json(&format!("/organization/{TENANT}?$select=displayName,state"));
    assert_eq!(keys(&one), ["displayName", "state"]);
    assert_eq!(service.get(&format!("/organization/{E3}")).status, 404);
}

#[test]
fn domains_and_subscriptions_are_listed_and_found() {
    let service = Service::new(&company());
    let domains = service.json("/domains");
    assert_eq!(ids(&domains), ["contoso.com", "contoso.onmicrosoft.com"]);
    assert_eq!(domains["value"][0]["isDefault"], true);
    assert_eq!(service.json("/domains/CONTOSO.com")["id"], "contoso.com");
    assert_eq!(service.get("/domains/fabrikam.com").status, 404);
    let first = service.json("/domains?$top=1");
    let next = first["@odata.nextLink"].as_str().unwrap();
    let second = service.send(
        "GET",
        next.trim_start_matches("https://graph.microsoft.com"),
        &[],
        "",
    );
    assert_eq!(ids(&second.json()), ["contoso.onmicrosoft.com"]);
    let subscriptions = service.json("/directory/subscriptions");
    let subscription = &subscriptions["value"][0];
    assert_eq!(subscription["totalLicenses"], 10);
    assert_eq!(subscription["skuId"], E5);
    assert_eq!(
        subscription["nextLifecycleDateTime"],
        "2027-01-31T00:00:00Z"
    );
    let id = subscription["id"].as_str().unwrap();
    assert_eq!(
        service.json(&format!("/directory/subscriptions/{id}"))["skuPartNumber"],
        "ENTERPRISEPREMIUM"
    );
}

#[test]
fn the_recycle_bin_lists_what_was_deleted() {
    let service = Service::new(&company());
    let users =
        service.json("/directory/deletedItems/microsoft.graph.user?$select=id,deletedDateTime");
    assert_eq!(
        users["value"],
        json!([{"id": GONE, "deletedDateTime": "2026-11-20T08:00:00Z"}])
    );
    let one = service.json(&format!("/directory/deletedItems/{GONE}"));
    assert_eq!(one["@odata.type"], "#microsoft.graph.user");
    assert_eq!(
        service
            .get(&format!("/directory/deletedItems/{ADA}"))
            .status,
        404
    );
    assert_eq!(
        service.json("/directory/deletedItems/microsoft.graph.group")["value"],
        json!([])
    );
}

#[test]
fn objects_are_found_by_id_alone() {
    let service = Service::new(&company());
    let group = service.json(&format!("/directoryObjects/{STAFF}"));
    assert_eq!(group["@odata.type"], "#microsoft.graph.group");
    assert_eq!(
        group["@odata.context"],
        format!("{BASE}/$metadata#directoryObjects/$entity")
    );
    let ask = |body: Value| {
        service.send(
            "POST",
            "/v1.0/directoryObjects/getByIds",
            &[],
            &body.to_string(),
        )
    };
    let found = ask(json!({"ids": [STAFF, E3, ADA, GONE]})).json();
    assert_eq!(ids(&found), [STAFF, ADA]);
    assert_eq!(found["value"][1]["@odata.type"], "#microsoft.graph.user");
    let found = ask(json!({"ids": [STAFF, ADA], "types": ["user"]})).json();
    assert_eq!(ids(&found), [ADA]);
    assert_eq!(ask(json!({"types": ["user"]})).status, 400);
    assert_eq!(
        ask(json!({"ids": ["ada"]})).error().1,
        "Invalid object identifier 'ada'."
    );
    let many: Vec<&str> = vec![ADA; 1001];
    assert_eq!(ask(json!({"ids": many})).status, 400);
}

#[test]
fn what_is_not_served_is_named() {
    let service = Service::new(&company());
    for (path, status, part) in [
        (
            "/nonsense",
            400,
            "Resource not found for the segment 'nonsense'.",
        ),
        (&*format!("/users/{ADA}/nonsense"), 400, "'nonsense'"),
        (&format!("/users/{ADA}/calendar"), 501, "calendar"),
        ("/users/delta", 501, "users/delta"),
        ("/servicePrincipals", 501, "servicePrincipals"),
        (
            "/groups/not-a-guid",
            400,
            "Invalid object identifier 'not-a-guid'.",
        ),
        (
            "/me",
            400,
            "/me request is only valid with delegated authentication flow.",
        ),
        ("/users?$flter=x", 400, "'$flter'"),
        ("/users?nonsense=x", 400, "'nonsense'"),
        (
            "/users?$skip=5",
            400,
            "'$skip' is not supported by the service.",
        ),
        (
            "/users?$top=1000",
            400,
            "Invalid page size specified: '1000'. Must be between 1 and 999 inclusive.",
        ),
        ("/users?$top=0", 400, "Invalid page size specified: '0'."),
        ("/users?$skiptoken=ABC", 400, "page token"),
        ("/users?$expand=drive", 501, "'drive'"),
    ] {
        let answer = service.get(path);
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        let (code, message) = answer.error();
        assert!(!code.is_empty());
        assert!(message.contains(part), "{path}: {message}");
    }
    let lenient = company_with(r#"{"query": {"unknownOption": "ignore"}}"#);
    assert_eq!(lenient.get("/users?$flter=x").status, 200);
}

#[test]
fn paths_are_read_in_any_case() {
    let service = Service::new(&company());
    let path = format!("/Groups/{STAFF}/Members/$Count");
    assert_eq!(
        service
            .send("GET", &format!("/v1.0{path}"), EVENTUAL, "")
            .text,
        "3"
    );
    assert_eq!(
        service.json("/USERS")["value"].as_array().map(Vec::len),
        Some(5)
    );
}

#[test]
fn me_is_the_one_who_is_signed_in() {
    let tenant =
        Tenant::create(":memory:", Source::text(company()), false).expect("the seed is right");
    let caller = Caller {
        user_id: Some(ZOE.parse().expect("an id")),
        ..Caller::unrestricted()
    };
    let service = Service::around(tenant, caller);
    assert_eq!(service.json("/me?$select=id")["id"], ZOE);
    assert_eq!(ids(&service.json("/me/memberOf")), [STAFF]);
    assert_eq!(service.json("/me/licenseDetails")["value"][0]["skuId"], E3);
}

#[test]
fn a_new_user_is_not_found_at_first_where_the_directory_lags() {
    let service = company_with(r#"{"lag": {"newUserSeconds": 60}}"#);
    let body = json!({"accountEnabled": true, "displayName": "New", "mailNickname": "new",
        "userPrincipalName": "new@contoso.com", "passwordProfile": {"password": "x"}});
    assert_eq!(
        service
            .send("POST", "/v1.0/users", &[], &body.to_string())
            .status,
        201
    );
    assert_eq!(service.get("/users/new@contoso.com").status, 404);
    service.change(&json!({"clock": "2026-11-25T09:02:00Z"}));
    assert_eq!(service.json("/users/new@contoso.com")["displayName"], "New");
}

#[test]
fn the_index_shows_a_user_as_before_while_it_lags() {
    let service = company_with(r#"{"lag": {"indexSeconds": 5}}"#);
    let body = json!({"addLicenses": [{"skuId": E3}], "removeLicenses": []});
    let assigned = service.send(
        "POST",
        &format!("/v1.0/users/{GUEST}/assignLicense"),
        &[],
        &body.to_string(),
    );
    assert_eq!(assigned.status, 200, "{}", assigned.text);
    let unlicensed = format!(
        "/users?$filter={}&$count=true&$select=id",
        encode("assignedLicenses/$count eq 0")
    );
    assert_eq!(
        ids(&service.get_eventual(&unlicensed).json()),
        [BOB, GUEST, DESK]
    );
    let direct = service.json(&format!("/users/{GUEST}?$select=assignedLicenses"));
    assert_eq!(direct["assignedLicenses"][0]["skuId"], E3);
    service.change(&json!({"clock": "2026-11-25T09:00:06Z"}));
    let after = service.get_eventual(&unlicensed).json();
    assert_eq!(ids(&after), [BOB, DESK]);
    assert_eq!(after["@odata.count"], 2);
}
