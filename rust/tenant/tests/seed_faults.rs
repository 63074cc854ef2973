//! What a seed may say, and how a wrong one is refused.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use mglicense_tenant::{CreateOptions, Progress, Source, Tenant, TenantErrorCode};
use serde_json::{Value, json};
use writes::*;

fn refused(seed: &str) -> String {
    let error = Tenant::create(":memory:", Source::text(seed), false).expect_err(seed);
    assert_eq!(error.code(), TenantErrorCode::Seed, "{error}");
    let text = error.message();
    let start = "tenant ':memory:': the seed is refused at ";
    let end = ". Correct the seed; no tenant was made.";
    let fault = text
        .strip_prefix(start)
        .and_then(|text| text.strip_suffix(end));
    fault.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[test]
fn the_seed_of_the_documentation_is_taken() {
    let seed = json!({
        "version": 1, "seed": 1, "clock": "2026-11-25T09:00:00Z",
        "organization": {"displayName": "Contoso", "countryLetterCode": "GB"},
        "domains": [{"id": "contoso.com", "isDefault": true, "isInitial": false}],
        "subscribedSkus": [
            {"skuPartNumber": "SPE_E5", "prepaidUnits": {"enabled": 10, "warning": 0, "suspended": 0, "lockedOut": 0}},
            {"skuPartNumber": "EMSPREMIUM"},
        ],
        "subscriptions": [{"skuPartNumber": "SPE_E5", "totalLicenses": 10,
            "nextLifecycleDateTime": "2027-01-31T00:00:00Z", "status": "Enabled"}],
        "users": [{"userPrincipalName": "ada@contoso.com", "displayName": "Ada", "usageLocation": "GB",
            "assignedLicenses": [{"skuPartNumber": "SPE_E5", "disabledPlans": ["SWAY"]}]}],
        "groups": [{"displayName": "Staff", "securityEnabled": true, "members": ["ada@contoso.com"], "owners": [],
            "assignedLicenses": [{"skuPartNumber": "EMSPREMIUM", "disabledPlans": []}]}],
        "rules": {"dependencies": [{"plan": "MCOEV", "needsAnyOf": ["TEAMS1"]}],
            "exclusions": [["EXCHANGE_S_STANDARD", "EXCHANGE_S_DESKLESS"]],
            "barred": [{"plan": "MCOEV", "locations": ["IN"]}]},
        "settings": {},
    });
    let service = Service::new(&seed);
    let ems = "b05e124f-c7cc-45a0-a6aa-8cf78c946968";
    assert_eq!(
        service.held("ada@contoso.com"),
        [
            (M5.to_owned(), vec![SWAY.to_owned()]),
            (ems.to_owned(), vec![])
        ]
    );
    assert_eq!((service.consumed(M5), service.consumed(ems)), (1, 1));
    let groups =
        service.json("/groups?$select=displayName,assignedLicenses,licenseProcessingState");
    assert_eq!(groups["value"][0]["assignedLicenses"][0]["skuId"], ems);
    let subscriptions = service.json("/directory/subscriptions");
    assert_eq!(
        subscriptions["value"][0]["nextLifecycleDateTime"],
        "2027-01-31T00:00:00Z"
    );
    let info = service.tenant.info().unwrap();
    assert_eq!((info.users, info.groups, info.skus), (1, 1, 2));
    assert_eq!(info.clock.as_deref(), Some("2026-11-25T09:00:00Z"));
    assert_eq!(info.default_domain, "contoso.com");
}

#[test]
fn users_alone_are_enough() {
    let seed = json!({"users": [
        {"userPrincipalName": "ada@fabrikam.com", "assignedLicenses": [{"skuId": "FLOW_FREE"}]},
        {"userPrincipalName": "bob_x.com#EXT#@fabrikam.onmicrosoft.com"},
    ]});
    let service = Service::new(&seed);
    let info = service.tenant.info().unwrap();
    assert_eq!(info.domains, ["fabrikam.com", "fabrikam.onmicrosoft.com"]);
    // The product is bought along, with ten seats.
    assert_eq!(service.consumed(FLOW), 1);
    let skus = service.json("/subscribedSkus");
    assert_eq!(skus["value"][0]["prepaidUnits"]["enabled"], 10);
    let users = service.json("/users?$select=displayName,accountEnabled,userType,usageLocation");
    assert_eq!(users["value"][0]["displayName"], "ada");
    assert_eq!(users["value"][0]["accountEnabled"], true);
    assert_eq!(
        (
            &users["value"][0]["userType"],
            &users["value"][1]["userType"]
        ),
        (&json!("Member"), &json!("Guest"))
    );
    assert_eq!(users["value"][0]["usageLocation"], Value::Null);
}

#[test]
fn keys_may_come_in_any_order_and_after_a_mark() {
    let seed = "\u{feff}{\"groups\":[{\"displayName\":\"g\",\"members\":[\"ada@contoso.com\",\"h\"]},{\"displayName\":\"h\"}],\
        \"users\":[{\"userPrincipalName\":\"ada@contoso.com\",\"assignedLicenses\":[{\"skuPartNumber\":\"spe_e5\"}]}],\
        \"settings\":{\"requestLog\":\"all\"},\"subscribedSkus\":[{\"skuPartNumber\":\"SPE_E5\"}],\"seed\":3,\
        \"clock\":\"2026-01-01T00:00:00+01:00\",\"version\":1}";
    let tenant = Tenant::create(":memory:", Source::text(seed), false).unwrap();
    let info = tenant.info().unwrap();
    assert_eq!(info.clock.as_deref(), Some("2025-12-31T23:00:00Z"));
    assert_eq!(info.settings["requestLog"], "all");
}

#[test]
fn given_ids_are_kept_and_others_follow_from_the_seed() {
    let seed = |number: u32| {
        json!({"seed": number, "clock": "2026-11-25T09:00:00Z", "users": [
            {"id": U1, "userPrincipalName": "a@contoso.com"}, {"userPrincipalName": "b@contoso.com"}]})
    };
    let ids = |number: u32| {
        let service = Service::new(&seed(number));
        let users = service.json("/users?$select=id");
        let tenant = service.tenant.info().unwrap().tenant_id.to_string();
        let id = |at: usize| users["value"][at]["id"].as_str().unwrap().to_owned();
        (id(0), id(1), tenant)
    };
    let first = ids(1);
    assert_eq!(first.0, U1);
    assert_eq!(first, ids(1));
    assert_ne!(first.1, ids(2).1);
    assert_ne!(first.2, ids(2).2);
}

#[test]
fn everything_a_user_resource_holds_is_stored_and_returned() {
    let user = json!({
        "userPrincipalName": "ada@contoso.com", "displayName": "Ada", "accountEnabled": false,
        "usageLocation": "DE", "userType": "Guest", "department": "R&D", "onPremisesSyncEnabled": false,
        "onPremisesImmutableId": "x==", "onPremisesExtensionAttributes": {"extensionAttribute1": "one"},
        "createdDateTime": "2020-02-29T12:00:00Z", "employeeHireDate": "2020-03-01T00:00:00+02:00",
        "signInActivity": {"lastSignInDateTime": "2026-11-01T08:00:00Z"},
        "proxyAddresses": ["SMTP:ada@contoso.com"],
    });
    let service = Service::new(&json!({"users": [user]}));
    let select = "displayName,accountEnabled,usageLocation,userType,department,onPremisesSyncEnabled,\
        onPremisesImmutableId,onPremisesExtensionAttributes,createdDateTime,employeeHireDate,signInActivity,proxyAddresses";
    let read = service.json(&format!("/users/ada@contoso.com?$select={select}"));
    for (name, value) in user.as_object().unwrap() {
        if name == "userPrincipalName" {
            continue;
        }
        let expected = if name == "employeeHireDate" {
            json!("2020-02-29T22:00:00Z")
        } else {
            value.clone()
        };
        match (&read[name], &expected) {
            (Value::Object(read), Value::Object(expected)) => {
                assert!(
                    expected
                        .iter()
                        .all(|(name, value)| read.get(name) == Some(value)),
                    "{name}"
                );
            }
            (read, expected) => assert_eq!(read, expected, "{name}"),
        }
    }
}

#[test]
fn inherited_licences_can_be_given_as_facts() {
    let seed = json!({
        "subscribedSkus": [{"skuPartNumber": "ENTERPRISEPACK"}, {"skuPartNumber": "FLOW_FREE"}],
        "users": [{"userPrincipalName": "a@contoso.com", "licenseAssignmentStates": [
            {"skuId": E3, "assignedByGroup": "Staff", "disabledPlans": ["SWAY"]},
            {"skuPartNumber": "FLOW_FREE", "assignedByGroup": "Staff", "state": "Error", "error": "CountViolation"},
        ], "assignedLicenses": [{"skuId": E3, "disabledPlans": ["SWAY"]}]}],
        "groups": [{"displayName": "Staff", "id": G1}],
    });
    let service = Service::new(&seed);
    assert_eq!(
        service.held("a@contoso.com"),
        [(E3.to_owned(), vec![SWAY.to_owned()])]
    );
    assert_eq!((service.consumed(E3), service.consumed(FLOW)), (1, 0));
    let states = service.json("/users/a@contoso.com?$select=licenseAssignmentStates");
    let states = states["licenseAssignmentStates"].as_array().unwrap();
    assert_eq!(states.len(), 2);
    let flow = states.iter().find(|state| state["skuId"] == FLOW).unwrap();
    assert_eq!(
        (&flow["state"], &flow["error"], &flow["assignedByGroup"]),
        (&json!("Error"), &json!("CountViolation"), &json!(G1))
    );
}

#[test]
fn products_may_be_unknown_to_the_public_table() {
    let own = "12345678-0000-4000-8000-000000000001";
    let plan = "12345678-0000-4000-8000-000000000002";
    let seed = json!({
        "subscribedSkus": [{"skuId": own, "skuPartNumber": "CONTOSO_APP", "appliesTo": "User",
            "servicePlans": [{"servicePlanId": plan, "servicePlanName": "CONTOSO_PLAN"}],
            "prepaidUnits": {"enabled": 1}}],
        "users": [{"userPrincipalName": "a@contoso.com", "usageLocation": "GB", "assignedLicenses": [
            {"skuPartNumber": "contoso_app", "disabledPlans": ["CONTOSO_PLAN"]}]}],
    });
    let service = Service::new(&seed);
    assert_eq!(
        service.held("a@contoso.com"),
        [(own.to_owned(), vec![plan.to_owned()])]
    );
}

#[test]
fn a_product_may_be_held_that_has_left_the_tenant() {
    let seed = json!({
        "subscribedSkus": [{"skuPartNumber": "ENTERPRISEPACK", "removed": true}],
        "users": [{"userPrincipalName": "a@contoso.com", "usageLocation": "GB",
            "assignedLicenses": [{"skuPartNumber": "ENTERPRISEPACK"}]}],
    });
    let service = Service::new(&seed);
    assert_eq!(service.json("/subscribedSkus")["value"], json!([]));
    assert_eq!(service.products("a@contoso.com"), [E3]);
    assert_eq!(service.assign("a@contoso.com", &[E3], &[]).status, 400);
    service.assign("a@contoso.com", &[], &[E3]).assert_ok();
}

#[test]
fn the_making_of_a_tenant_can_be_followed_and_stopped() {
    use std::ops::ControlFlow;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.mgtenant");
    let made = Arc::new(AtomicU64::new(0));
    let follow = |stop_at: u64| {
        let made = Arc::clone(&made);
        let progress = Progress::new(move |count, of| {
            assert_eq!(of, Some(5_000));
            made.store(count, Ordering::Relaxed);
            if count >= stop_at {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        let options = CreateOptions {
            progress: Some(progress),
            ..CreateOptions::default()
        };
        let spec = Source::Generate("users=5000".parse().unwrap());
        Tenant::create(&path, spec, options)
    };
    let error = follow(3_000).unwrap_err();
    assert_eq!(error.code(), TenantErrorCode::Stopped, "{error}");
    assert_eq!(made.load(Ordering::Relaxed), 3_000);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    assert_eq!(follow(u64::MAX).unwrap().info().unwrap().users, 5_000);
    assert_eq!(made.load(Ordering::Relaxed), 4_000);
}

#[test]
fn all_four_states_of_seats_are_kept() {
    let seed = json!({"users": [], "subscribedSkus": [{"skuPartNumber": "SPE_E5",
        "prepaidUnits": {"enabled": 4, "warning": 3, "suspended": 2, "lockedOut": 1}}]});
    let service = Service::new(&seed);
    let sku = service.json("/subscribedSkus")["value"][0].clone();
    assert_eq!(
        sku["prepaidUnits"],
        json!({"enabled": 4, "suspended": 2, "warning": 3, "lockedOut": 1})
    );
    assert_eq!(sku["capabilityStatus"], "Enabled");
    let tenant = service.tenant.info().unwrap().tenant_id;
    assert_eq!(sku["id"], format!("{tenant}_{M5}"));
    // One subscription for each state, and the product lists them.
    let subscriptions = service.json("/directory/subscriptions");
    let subscriptions = subscriptions["value"].as_array().unwrap();
    let of: Vec<(&Value, &Value)> = subscriptions
        .iter()
        .map(|entry| (&entry["status"], &entry["totalLicenses"]))
        .collect();
    assert_eq!(of.len(), 4);
    assert!(of.contains(&(&json!("Suspended"), &json!(2))));
    assert_eq!(sku["subscriptionIds"].as_array().unwrap().len(), 4);
}

#[test]
fn a_wrong_seed_is_refused_with_the_path_of_the_fault() {
    let user =
        |more: &str| format!(r#"{{"users":[{{"userPrincipalName":"a@contoso.com"{more}}}]}}"#);
    let sku = |text: &str| format!(r#"{{"users":[],"subscribedSkus":[{text}]}}"#);
    let cases: Vec<(String, &str)> = vec![
        ("{}".into(), "$: 'users' is missing"),
        (r#"{"users":{}}"#.into(), "$.users: expected a list, found an object"),
        (r#"{"users":null}"#.into(), "$.users: expected a list, found null"),
        (r#"{"users":[7]}"#.into(), "$.users[0]: expected an object, found a number"),
        (r#"{"users":[],"version":2}"#.into(), "$.version: unsupported version 2; this program reads version 1"),
        (r#"{"users":[],"version":"1"}"#.into(), "$.version: unsupported version \"1\"; this program reads version 1"),
        (r#"{"users":[],"user":[]}"#.into(), "$.user: unknown key 'user'; did you mean 'users'?"),
        (r#"{"users":[],"users":[]}"#.into(), "$.users: 'users' is given twice"),
        (r#"{"users":[],"seed":-1}"#.into(), "$.seed: -1 is less than 0"),
        (r#"{"users":[],"clock":"yesterday"}"#.into(), "$.clock: 'yesterday' is not a time such as 2026-11-25T09:00:00Z"),
        (
            r#"{"users":[{"userPrincipalName":"a@contoso.com"},{"userPrincipalName":"b@contoso.com"},{"userPrincipalName":"A@Contoso.com"}]}"#.into(),
            "$.users[2].userPrincipalName: 'A@Contoso.com' is taken by users[0]",
        ),
        (
            format!(r#"{{"users":[{{"id":"{U1}","userPrincipalName":"a@x.com"}},{{"id":"{U1}","userPrincipalName":"b@x.com"}}]}}"#),
            "$.users[1].id: '00000000-0000-4000-8000-000000000001' is taken by users[0]",
        ),
        (r#"{"users":[{"displayName":"A"}]}"#.into(), "$.users[0]: 'userPrincipalName' is missing"),
        (r#"{"users":[{"userPrincipalName":"a"}]}"#.into(), "$.users[0].userPrincipalName: 'a' is not of the form name@domain"),
        (user(r#","id":"7""#), "$.users[0].id: expected a GUID, found '7'"),
        (user(r#","displayNames":"A""#), "$.users[0].displayNames: unknown property 'displayNames'; did you mean 'displayName'?"),
        (user(r#","accountEnabled":"yes""#), "$.users[0].accountEnabled: expected true or false, found 'yes'"),
        (user(r#","createdDateTime":"2026""#), "$.users[0].createdDateTime: expected a time such as 2026-11-25T09:00:00Z, found '2026'"),
        (user(r#","signInActivity":{"lastSignInDateTime":"x"}"#), "$.users[0].signInActivity.lastSignInDateTime: expected a time such as 2026-11-25T09:00:00Z, found 'x'"),
        (user(r#","proxyAddresses":"x""#), "$.users[0].proxyAddresses: expected a list of texts, found 'x'"),
        (user(r#","assignedPlans":[]"#), "$.users[0].assignedPlans: follows from the licences; leave it out"),
        (user(r#","assignedLicenses":[{"skuPartNumber":"SPE_E9"}]"#), "$.users[0].assignedLicenses[0].skuPartNumber: unknown product 'SPE_E9'"),
        (user(r#","assignedLicenses":[{}]"#), "$.users[0].assignedLicenses[0]: neither 'skuId' nor 'skuPartNumber' is given"),
        (user(r#","assignedLicenses":["SPE_E5"]"#), "$.users[0].assignedLicenses[0]: expected an object, found text"),
        (
            user(r#","assignedLicenses":[{"skuPartNumber":"SPE_E5"},{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}]"#),
            "$.users[0].assignedLicenses[1]: the product is given twice",
        ),
        (
            user(r#","assignedLicenses":[{"skuPartNumber":"SPE_E5","disabledPlans":["SWAY","NOPLAN"]}]"#),
            "$.users[0].assignedLicenses[0].disabledPlans[1]: unknown plan 'NOPLAN'",
        ),
        (
            user(r#","assignedLicenses":[{"skuPartNumber":"SPE_E5","disabledPlans":["VISIOONLINE"]}]"#),
            "$.users[0].assignedLicenses[0].disabledPlans[0]: plan 'VISIOONLINE' is not in product 'SPE_E5'",
        ),
        (
            user(r#","licenseAssignmentStates":[{"skuPartNumber":"SPE_E5","assignedByGroup":"nowhere"}]"#),
            "$.users[0].licenseAssignmentStates[0].assignedByGroup: unknown group 'nowhere'",
        ),
        (
            user(r#","licenseAssignmentStates":[{"skuPartNumber":"SPE_E5","state":"Gone"}]"#),
            "$.users[0].licenseAssignmentStates[0].state: unknown state 'Gone'",
        ),
        (
            r#"{"users":[{"userPrincipalName":"a@contoso.com","assignedLicenses":[{"skuPartNumber":"SPE_E3"}]}],"subscribedSkus":[{"skuPartNumber":"SPE_E5"}]}"#.into(),
            "$.users[0].assignedLicenses[0].skuPartNumber: product 'SPE_E3' is not among the subscribedSkus",
        ),
        (sku(r#"{"skuPartNumber":"SPE_E9"}"#), "$.subscribedSkus[0].skuPartNumber: unknown product 'SPE_E9'"),
        (sku(r#"{}"#), "$.subscribedSkus[0]: neither 'skuId' nor 'skuPartNumber' is given"),
        (
            sku(r#"{"skuPartNumber":"SPE_E5","prepaidUnits":{"enabled":-3}}"#),
            "$.subscribedSkus[0].prepaidUnits.enabled: -3 seats: a negative number",
        ),
        (
            sku(r#"{"skuPartNumber":"SPE_E5","prepaidUnits":{"enabled":1.5}}"#),
            "$.subscribedSkus[0].prepaidUnits.enabled: expected a whole number, found a number",
        ),
        (
            sku(r#"{"skuPartNumber":"SPE_E5","prepaidUnits":{"active":1}}"#),
            "$.subscribedSkus[0].prepaidUnits.active: unknown key 'active'",
        ),
        (sku(r#"{"skuPartNumber":"SPE_E5"},{"skuPartNumber":"spe_e5"}"#), "$.subscribedSkus[1]: the product 'SPE_E5' is given twice"),
        (sku(r#"{"skuPartNumber":"SPE_E5","consumedUnits":3}"#), "$.subscribedSkus[0].consumedUnits: is counted from the users' licences; leave it out"),
        (sku(r#"{"skuPartNumber":"SPE_E5","appliesTo":"All"}"#), "$.subscribedSkus[0].appliesTo: 'All' is none of: User, Company"),
        (
            sku(r#"{"skuPartNumber":"SPE_E5","servicePlans":["TEAMS1","TEAMS1"]}"#),
            "$.subscribedSkus[0].servicePlans[1]: the plan 'TEAMS1' is given twice",
        ),
        (
            sku(r#"{"skuPartNumber":"MCOPSTN5"}"#),
            "$.subscribedSkus[0].skuPartNumber: 'MCOPSTN5' names more than one product; use one of the ids 54a152dc-90de-4996-93d2-bc47e670fc06, d43177b5-475b-4880-92d4-d54c27b5efbd",
        ),
        (r#"{"users":[],"groups":[{}]}"#.into(), "$.groups[0]: 'displayName' is missing"),
        (
            r#"{"users":[],"groups":[{"displayName":"g","members":["nobody@x.com"]}]}"#.into(),
            "$.groups[0].members[0]: unknown member 'nobody@x.com'",
        ),
        (
            r#"{"users":[],"groups":[{"displayName":"g","owners":["h"]},{"displayName":"h"}]}"#.into(),
            "$.groups[0].owners[0]: 'h' is a group, and only users own groups",
        ),
        (
            r#"{"users":[],"groups":[{"displayName":"g","members":["h"]},{"displayName":"h"},{"displayName":"h"}]}"#.into(),
            "$.groups[0].members[0]: more than one group is called 'h'; use its id",
        ),
        (
            r#"{"users":[{"userPrincipalName":"a@x.com"}],"groups":[{"displayName":"g","members":["a@x.com","A@X.com"]}]}"#.into(),
            "$.groups[0].members[1]: 'A@X.com' is given twice",
        ),
        (
            r#"{"users":[],"groups":[{"displayName":"g","assignedLicenses":[{"skuPartNumber":"SPE_E9"}]}]}"#.into(),
            "$.groups[0].assignedLicenses[0].skuPartNumber: unknown product 'SPE_E9'",
        ),
        (r#"{"users":[],"organization":{"name":"x"}}"#.into(), "$.organization.name: unknown key 'name'"),
        (r#"{"users":[],"organization":{"id":"x"}}"#.into(), "$.organization.id: 'x' is not a GUID"),
        (r#"{"users":[],"domains":[{"isDefault":true}]}"#.into(), "$.domains[0]: 'id' is missing"),
        (
            r#"{"users":[],"domains":[{"id":"a.com","isDefault":true},{"id":"b.com","isDefault":true}]}"#.into(),
            "$.domains[1].isDefault: 'b.com' is not the only domain with this flag",
        ),
        (
            r#"{"users":[],"subscriptions":[{"skuPartNumber":"SPE_E5"}]}"#.into(),
            "$.subscriptions[0].skuPartNumber: product 'SPE_E5' is not among the subscribedSkus",
        ),
        (r#"{"users":[],"rules":{"exclusions":[["NOPLAN","SWAY"]]}}"#.into(), "$.rules.exclusions[0][0]: unknown plan 'NOPLAN'"),
        (
            r#"{"users":[],"rules":{"barred":[{"plan":"MCOEV","locations":["India"]}]}}"#.into(),
            "$.rules.barred[0].locations[0]: 'India' is not a country code of two letters",
        ),
        (
            r#"{"users":[],"settings":{"requestlog":"all"}}"#.into(),
            "$.settings.requestlog: unknown setting 'requestlog'; did you mean 'requestLog'?",
        ),
    ];
    for (seed, expected) in cases {
        assert_eq!(refused(&seed), expected, "{seed}");
    }
}

#[test]
fn text_that_is_no_json_object_is_refused_with_line_and_column() {
    for seed in ["", "[]", "7", "{", "{\"users\":[}", "{\"users\":[]} x"] {
        let fault = refused(seed);
        assert!(
            fault.starts_with("$: not a JSON object: "),
            "{seed}: {fault}"
        );
        assert!(
            fault.contains("line") && fault.contains("column"),
            "{seed}: {fault}"
        );
    }
    assert!(refused("{\"users\":[{\"userPrincipalName\":\"a@x.com\"},\n  {]}").contains("line 2"));
}

#[test]
fn a_wrong_seed_leaves_no_file_and_replaces_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.mgtenant");
    let wrong = r#"{"users":[{"userPrincipalName":"a@x.com"},{"userPrincipalName":"a@x.com"}]}"#;
    Tenant::create(&path, Source::text(wrong), false).unwrap_err();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    let service = Service::in_file(&path, &small_company(), Default::default());
    let tenant_id = service.tenant.info().unwrap().tenant_id;
    drop(service);
    Tenant::create(&path, Source::text(wrong), true).unwrap_err();
    let tenant = Tenant::open(&path, Default::default()).unwrap();
    assert_eq!(tenant.info().unwrap().tenant_id, tenant_id);
    assert_eq!(tenant.info().unwrap().users, 5);
}
