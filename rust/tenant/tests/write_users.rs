//! Making, changing, deleting and restoring users.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use mglicense_tenant::Caller;
use serde_json::{Value, json};
use writes::*;

fn new_user() -> Value {
    json!({
        "accountEnabled": true,
        "displayName": "Aoife O'Brien",
        "mailNickname": "aoife",
        "userPrincipalName": "aoife.o'brien@contoso.com",
        "passwordProfile": {"forceChangePasswordNextSignIn": true, "password": "xWwvJ]6NMw+bWH-d"},
    })
}

#[test]
fn a_new_user_is_answered_with_201_and_can_have_a_location_from_the_start() {
    let service = Service::new(&small_company());
    let mut user = new_user();
    user["usageLocation"] = json!("IE");
    let answer = service.post("/users", &user);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.json();
    let id = made["id"].as_str().unwrap();
    let location = answer.headers["location"].to_str().unwrap();
    assert!(location.contains(id), "{location}");
    assert_eq!(made["displayName"], "Aoife O'Brien");
    let read = service
        .json("/users/aoife.o'brien@contoso.com?$select=id,usageLocation,userType,createdDateTime");
    assert_eq!(read["id"], id);
    assert_eq!(
        (
            &read["usageLocation"],
            &read["userType"],
            &read["createdDateTime"]
        ),
        (
            &json!("IE"),
            &json!("Member"),
            &json!("2026-11-25T09:00:00Z")
        )
    );
    service.assign(id, &[FLOW], &[]).assert_ok();
}

#[test]
fn the_password_is_taken_and_nowhere_to_be_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.mgtenant");
    let mut seed = small_company();
    seed["settings"] = json!({"requestLog": "all"});
    let service = Service::in_file(&path, &seed, Default::default());
    assert_eq!(service.post("/users", &new_user()).status, 201);
    let change = json!({"passwordProfile": {"password": "xWwvJ]6NMw+bWH-d"}});
    assert_eq!(service.patch(&format!("/users/{U1}"), &change).status, 204);
    // Refused ones are kept in the log as well.
    let mut twice = new_user();
    twice["displayName"] = json!("Again");
    assert_eq!(service.post("/users", &twice).status, 400);
    assert_eq!(service.log().len(), 3);
    drop(service);
    for suffix in ["", "-wal"] {
        let bytes =
            std::fs::read(folder.path().join(format!("t.mgtenant{suffix}"))).unwrap_or_default();
        let secret = b"xWwvJ]6NMw";
        assert!(
            !bytes.windows(secret.len()).any(|window| window == secret),
            "found in t.mgtenant{suffix}"
        );
    }
}

#[test]
fn what_a_new_user_must_have_is_asked_for_by_name() {
    let service = Service::new(&small_company());
    for name in [
        "accountEnabled",
        "displayName",
        "mailNickname",
        "passwordProfile",
        "userPrincipalName",
    ] {
        let text = format!("A value is required for property '{name}' of resource 'User'.");
        let mut user = new_user();
        user.as_object_mut().unwrap().remove(name);
        service.post("/users", &user).assert_bad_request(&text);
        user[name] = Value::Null;
        service.post("/users", &user).assert_bad_request(&text);
    }
}

#[test]
fn a_principal_name_is_unique_and_of_a_verified_domain() {
    let mut seed = small_company();
    seed["domains"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "pending.com", "isVerified": false}));
    let service = Service::new(&seed);
    assert_eq!(service.post("/users", &new_user()).status, 201);
    let mut user = new_user();
    user["userPrincipalName"] = json!("AOIFE.O'Brien@Contoso.com");
    service.post("/users", &user).assert_bad_request(
        "Another object with the same value for property userPrincipalName already exists.",
    );
    for domain in ["fabrikam.com", "pending.com"] {
        user["userPrincipalName"] = json!(format!("new@{domain}"));
        service.post("/users", &user).assert_bad_request(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
        );
    }
    for name in [
        "nobody",
        "@contoso.com",
        "a b@contoso.com",
        "zoë@contoso.com",
        "x.@contoso.com",
    ] {
        user["userPrincipalName"] = json!(name);
        service.post("/users", &user).assert_bad_request(
            "Invalid value specified for property 'userPrincipalName' of resource 'User'.",
        );
    }
}

#[test]
fn a_user_of_a_federated_domain_needs_an_anchor() {
    let mut seed = small_company();
    seed["domains"]
        .as_array_mut()
        .unwrap()
        .push(json!({"id": "corp.com", "authenticationType": "Federated"}));
    let service = Service::new(&seed);
    let mut user = new_user();
    user["userPrincipalName"] = json!("x@corp.com");
    service.post("/users", &user).assert_bad_request(
        "A value is required for property 'onPremisesImmutableId' of resource 'User'.",
    );
    user["onPremisesImmutableId"] = json!("a$b");
    assert_eq!(service.post("/users", &user).status, 400);
    user["onPremisesImmutableId"] = json!("1jJBjX2ZkEyr2k1TqkEWzA==");
    assert_eq!(service.post("/users", &user).status, 201);
}

#[test]
fn a_change_is_answered_with_204_and_no_body() {
    let service = Service::new(&small_company());
    let answer = service.patch(
        &format!("/users/{U1}"),
        &json!({"department": "Sales", "city": "Leeds"}),
    );
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    let path = format!("/users/{U1}?$select=department,city,displayName");
    assert_eq!(service.json(&path)["department"], "Sales");
    // A null clears a property.
    assert_eq!(
        service
            .patch(&format!("/users/{U1}"), &json!({"city": null}))
            .status,
        204
    );
    let user = service.json(&path);
    assert_eq!(
        (&user["city"], &user["department"], &user["displayName"]),
        (&Value::Null, &json!("Sales"), &json!("One"))
    );
    assert_eq!(
        service.patch(&format!("/users/{U1}"), &json!({})).status,
        204
    );
}

#[test]
fn a_usage_location_is_a_country_and_cannot_be_cleared() {
    let service = Service::new(&small_company());
    let path = format!("/users/{U1}");
    for value in [
        json!("UK"),
        json!("XX"),
        json!("GBR"),
        json!(""),
        json!("\"GB\""),
        json!(" GB"),
        json!(null),
    ] {
        service
            .patch(&path, &json!({"usageLocation": value}))
            .assert_bad_request(
                "Invalid value specified for property 'usageLocation' of resource 'User'.",
            );
    }
    assert_eq!(
        service.json(&format!("{path}?$select=usageLocation"))["usageLocation"],
        "GB"
    );
    assert_eq!(
        service.patch(&path, &json!({"usageLocation": "de"})).status,
        204
    );
    assert_eq!(
        service.json(&format!("{path}?$select=usageLocation"))["usageLocation"],
        "DE"
    );
}

#[test]
fn what_graph_does_with_odd_locations_is_a_setting() {
    let service = Service::new(&small_company());
    let path = format!("/users/{U1}");
    let set = |settings: Value| {
        service
            .tenant
            .set_settings(&json!({"users": settings}))
            .unwrap()
    };
    let location =
        || service.json(&format!("{path}?$select=usageLocation"))["usageLocation"].clone();
    set(json!({"lowerCaseLocation": "keep"}));
    assert_eq!(
        service.patch(&path, &json!({"usageLocation": "fr"})).status,
        204
    );
    assert_eq!(location(), "fr");
    set(json!({"lowerCaseLocation": "refuse"}));
    assert_eq!(
        service.patch(&path, &json!({"usageLocation": "gb"})).status,
        400
    );
    set(json!({"unlistedLocation": "accept"}));
    assert_eq!(
        service.patch(&path, &json!({"usageLocation": "XK"})).status,
        204
    );
    assert_eq!(location(), "XK");
}

#[test]
fn a_user_mastered_on_premises_takes_a_location_and_nothing_mastered_there() {
    let service = Service::new(&small_company());
    let path = format!("/users/{U3}");
    let text = "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.";
    for change in [
        json!({"displayName": "x"}),
        json!({"accountEnabled": false}),
        json!({"mobilePhone": "1"}),
        json!({"department": null}),
        // One mastered property refuses all.
        json!({"usageLocation": "GB", "city": "Leeds"}),
    ] {
        service.patch(&path, &change).assert_bad_request(text);
    }
    assert_eq!(
        service.json(&format!("{path}?$select=usageLocation"))["usageLocation"],
        Value::Null
    );
    assert_eq!(
        service.patch(&path, &json!({"usageLocation": "GB"})).status,
        204
    );
    service.assign(U3, &[E3], &[]).assert_ok();
}

#[test]
fn unknown_read_only_and_mistyped_properties_are_refused_by_name() {
    let service = Service::new(&small_company());
    let cases = [
        (
            json!({"usagelocations": "GB"}),
            "The property 'usagelocations' does not exist on type 'microsoft.graph.user'. Make sure to only use property names that are defined by the type.",
        ),
        (
            json!({"assignedLicenses": []}),
            "Property 'assignedLicenses' is read-only and cannot be set.",
        ),
        (
            json!({"id": U2}),
            "Property 'id' is read-only and cannot be set.",
        ),
        (
            json!({"accountEnabled": "yes"}),
            "Cannot convert a primitive value to the expected type 'Edm.Boolean'. See the inner exception for more details.",
        ),
        (
            json!({"displayName": ["a"]}),
            "An unexpected 'StartArray' node was found for property named 'displayName' when reading from the JSON reader. A 'PrimitiveValue' node was expected.",
        ),
        (
            json!({"businessPhones": "1"}),
            "An unexpected 'PrimitiveValue' node was found for property named 'businessPhones' when reading from the JSON reader. A 'StartArray' node was expected.",
        ),
        (
            json!({"displayName": null}),
            "Invalid value specified for property 'displayName' of resource 'User'.",
        ),
        (
            json!({"jobTitle": ""}),
            "Invalid value specified for property 'jobTitle' of resource 'User'.",
        ),
        (
            json!({"city": "a\u{0}b"}),
            "Invalid value specified for property 'city' of resource 'User'.",
        ),
        (
            json!({"displayName": "x".repeat(257)}),
            "Invalid value specified for property 'displayName' of resource 'User'.",
        ),
        (
            json!({"userType": "Robot"}),
            "Invalid value specified for property 'userType' of resource 'User'.",
        ),
    ];
    for (change, text) in cases {
        service
            .patch(&format!("/users/{U1}"), &change)
            .assert_bad_request(text);
    }
}

#[test]
fn texts_of_every_script_and_size_survive_or_are_refused_whole() {
    let service = Service::new(&small_company());
    let path = format!("/users/{U1}");
    for text in [
        "O'Brien",
        "李娜",
        "שלום עולם",
        "👩‍💻 emoji",
        "\u{202e}RTL",
        "quote\"back\\slash",
        &"é".repeat(256),
    ] {
        assert_eq!(
            service.patch(&path, &json!({"displayName": text})).status,
            204,
            "{text}"
        );
        assert_eq!(service.json(&path)["displayName"], text);
    }
    let megabyte = "x".repeat(1 << 20);
    assert_eq!(
        service
            .patch(&path, &json!({"displayName": megabyte}))
            .status,
        400
    );
    // A property of no documented length takes it.
    assert_eq!(
        service
            .patch(&path, &json!({"preferredDataLocation": megabyte}))
            .status,
        204
    );
    let user = service.json(&format!("{path}?$select=preferredDataLocation"));
    assert_eq!(
        user["preferredDataLocation"].as_str().map(str::len),
        Some(1 << 20)
    );
    // Past the limit of a body, nothing is read.
    let answer = service.patch(
        &path,
        &json!({"preferredDataLocation": "x".repeat(5 << 20)}),
    );
    assert_eq!(answer.status, 413, "{}", answer.text);
    assert_eq!(
        service.assign(&"u".repeat(60_000), &[FLOW], &[]).status,
        404
    );
}

#[test]
fn a_deleted_user_frees_the_seats_and_comes_back_with_the_licences() {
    let service = Service::new(&small_company());
    service.assign(U1, &[E3, FLOW], &[]).assert_ok();
    let answer = service.delete("/users/u1@contoso.com");
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!((service.consumed(E3), service.consumed(FLOW)), (0, 0));
    assert_eq!(service.get(&format!("/users/{U1}")).status, 404);
    assert_eq!(service.delete(&format!("/users/{U1}")).status, 404);
    assert_eq!(service.assign(U1, &[], &[E3]).status, 404);
    assert_eq!(
        service.json(&format!("/directory/deletedItems/{U1}"))["id"],
        U1
    );
    // The name is free meanwhile.
    let mut other = new_user();
    other["userPrincipalName"] = json!("u1@contoso.com");
    assert_eq!(service.post("/users", &other).status, 201);
    let restore = format!("/directory/deletedItems/{U1}/restore");
    service.post(&restore, &json!({})).assert_bad_request(
        "Another object with the same value for property userPrincipalName already exists.",
    );
    assert_eq!(service.delete("/users/u1@contoso.com").status, 204);
    service.post(&restore, &json!({})).assert_ok();
    let user = service.json(&format!(
        "/users/{U1}?$select=userPrincipalName,deletedDateTime"
    ));
    assert_eq!(user["userPrincipalName"], "u1@contoso.com");
    assert_eq!(service.products(U1).len(), 2);
    assert_eq!((service.consumed(E3), service.consumed(FLOW)), (1, 1));
}

#[test]
fn a_restored_user_finds_no_seat_where_it_was_given_away() {
    for (choice, status, products) in [("drop", 200, 1), ("refuse", 400, 0)] {
        let mut seed = small_company();
        seed["subscribedSkus"][1]["prepaidUnits"] = json!({"enabled": 1});
        seed["settings"] = json!({"users": {"restoreWithoutSeat": choice}});
        let service = Service::new(&seed);
        service.assign(U1, &[E3, FLOW], &[]).assert_ok();
        service.delete(&format!("/users/{U1}"));
        service.assign(U5, &[E3], &[]).assert_ok();
        let answer = service.post(&format!("/directory/deletedItems/{U1}/restore"), &json!({}));
        assert_eq!(answer.status, status, "{choice}: {}", answer.text);
        assert_eq!(
            (service.consumed(E3), service.consumed(FLOW)),
            (1, products),
            "{choice}"
        );
    }
}

#[test]
fn a_user_leaves_the_bin_for_good_by_hand_or_after_thirty_days() {
    let service = Service::new(&small_company());
    service.delete(&format!("/users/{U1}"));
    service.delete(&format!("/users/{U2}"));
    assert_eq!(
        service
            .delete(&format!("/directory/deletedItems/{U1}"))
            .status,
        204
    );
    assert_eq!(
        service.get(&format!("/directory/deletedItems/{U1}")).status,
        404
    );
    let at = |clock: &str| service.tenant.change(&json!({"clock": clock})).unwrap();
    at("2026-12-25T08:59:59Z");
    assert_eq!(
        service.get(&format!("/directory/deletedItems/{U2}")).status,
        200
    );
    at("2026-12-25T09:00:00Z");
    assert_eq!(
        service.get(&format!("/directory/deletedItems/{U2}")).status,
        404
    );
    let restore = format!("/directory/deletedItems/{U2}/restore");
    assert_eq!(service.post(&restore, &json!({})).status, 404);
}

#[test]
fn me_is_the_signed_in_user() {
    let service = Service::new(&small_company());
    let caller = Caller {
        user_id: Some(U1.parse().unwrap()),
        ..Caller::unrestricted()
    };
    let me = Service::around(service.tenant.clone(), caller);
    assert_eq!(me.patch("/me", &json!({"city": "Leeds"})).status, 204);
    let body = json!({"addLicenses": [{"skuId": FLOW}], "removeLicenses": []});
    me.post("/me/assignLicense", &body).assert_ok();
    assert_eq!(service.products(U1), [FLOW]);
    assert_eq!(service.post("/me/assignLicense", &body).status, 400);
}

#[test]
fn an_unknown_method_or_path_is_named() {
    let service = Service::new(&small_company());
    let answer = service.send("PUT", &format!("/users/{U1}"), &json!({}));
    let (status, _, message) = answer.refusal();
    assert_eq!(status, 405);
    assert!(
        message.starts_with("Specified HTTP method is not allowed for the request target."),
        "{message}"
    );
    assert!(message.contains("PUT") && message.contains(U1), "{message}");
    assert_eq!(answer.headers["allow"], "GET, PATCH, DELETE");
    assert_eq!(
        service.send("POST", "/subscribedSkus", &json!({})).status,
        405
    );
    assert_eq!(service.delete("/organization/x").status, 405);
    let (status, _, message) = service.post("/nonsense", &json!({})).refusal();
    assert_eq!(
        (status, message.as_str()),
        (400, "Resource not found for the segment 'nonsense'.")
    );
    let (status, code, message) = service.post("/devices", &json!({})).refusal();
    assert_eq!((status, code.as_str()), (501, "NotImplemented"));
    assert!(message.contains("devices"), "{message}");
    let (status, _, message) = service
        .post(&format!("/users/{U1}/translateExchangeIds"), &json!({}))
        .refusal();
    assert_eq!(status, 501);
    assert!(
        message.contains(&format!("POST /users/{U1}/translateExchangeIds")),
        "{message}"
    );
    let answer = service.send_raw("POST", "/v9.9/users", &[], "");
    answer.assert_refused(400, "BadRequest", "Invalid version: v9.9");
}

#[test]
fn permissions_are_asked_for_where_the_settings_say_so() {
    let mut seed = small_company();
    seed["settings"] = json!({"permissions": "enforce"});
    let service = Service::new(&seed);
    let as_caller = |permissions: &[&str]| {
        let permissions = permissions.iter().map(|name| (*name).to_owned()).collect();
        Service::around(
            service.tenant.clone(),
            Caller {
                permissions: Some(permissions),
                ..Caller::default()
            },
        )
    };
    let licences = as_caller(&["LicenseAssignment.ReadWrite.All"]);
    licences.assign(U1, &[FLOW], &[]).assert_ok();
    licences
        .patch(&format!("/users/{U1}"), &json!({"usageLocation": "DE"}))
        .assert_refused(
            403,
            "Authorization_RequestDenied",
            "Insufficient privileges to complete the operation.",
        );
    assert_eq!(as_caller(&[]).get("/users").status, 403);
    assert_eq!(as_caller(&["User.Read.All"]).get("/users").status, 200);
}
