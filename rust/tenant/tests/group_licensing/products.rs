//! What becomes of the licences of a group when its product or its members change, and not the group.

use serde_json::{Value, json};

use crate::writes::*;
use crate::{company, join, license, state, states};

/// What a user's plan is worth, or nothing if the user never had it.
fn capability(service: &Service, user: &str, plan: &str) -> Value {
    let user = service.json(&format!("/users/{user}?$select=assignedPlans"));
    let plans = user["assignedPlans"].as_array().expect("a list");
    let plan = plans.iter().find(|known| known["servicePlanId"] == plan);
    plan.map_or(Value::Null, |plan| plan["capabilityStatus"].clone())
}

#[test]
fn a_product_that_left_the_tenant_stays_with_those_who_have_it() {
    let service = Service::new(&company(&[]));
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(service.products(U1), [FLOW]);
    service
        .tenant
        .change(&json!({"subscribedSkus": [{"skuId": FLOW, "removed": true}]}))
        .expect("the change is right");
    join(&service, G1, U5);
    assert_eq!(
        states(&service, U5),
        [state(FLOW, Some(G1), "Error", "CountViolation")]
    );
    assert_eq!(
        states(&service, U1),
        [state(FLOW, Some(G1), "Active", "None")]
    );
    // It can be taken off the group, and then goes from the members.
    assert_eq!(license(&service, G1, &[], &[FLOW]).status, 202);
    assert_eq!(
        (states(&service, U1), states(&service, U5)),
        (vec![], vec![])
    );
}

#[test]
fn a_plan_that_a_product_gains_is_on_for_the_members_and_one_turned_off_stays_off() {
    const NEW: &str = "00000000-0000-4000-8000-0000000000f1";
    let mut seed = company(&[]);
    let skus = seed["subscribedSkus"].as_array_mut().expect("a list");
    let sku = skus.iter_mut().find(|sku| sku["skuId"] == E3);
    sku.expect("it is there")["servicePlans"] = json!(["SWAY", "YAMMER_ENTERPRISE"]);
    let service = Service::new(&seed);
    join(&service, G1, U1);
    let answer = service.post(
        &format!("/groups/{G1}/assignLicense"),
        &json!({"addLicenses": [{"skuId": E3, "disabledPlans": [SWAY]}], "removeLicenses": []}),
    );
    assert_eq!(answer.status, 202, "{}", answer.text);
    assert_eq!(capability(&service, U1, YAMMER), "Enabled");
    assert_eq!(capability(&service, U1, NEW), Value::Null);
    service
        .tenant
        .change(
            &json!({"subscribedSkus": [{"skuId": E3, "servicePlans": ["SWAY", "YAMMER_ENTERPRISE",
            {"servicePlanId": NEW, "servicePlanName": "CONTOSO_NEW", "appliesTo": "User"}]}]}),
        )
        .expect("the change is right");
    assert_eq!(capability(&service, U1, NEW), "Enabled");
    assert_eq!(capability(&service, U1, SWAY), Value::Null);
    let details = service.json(&format!("/users/{U1}/licenseDetails"));
    let plans = details["value"][0]["servicePlans"]
        .as_array()
        .expect("a list");
    let status = |id: &str| {
        let plan = plans.iter().find(|plan| plan["servicePlanId"] == id);
        plan.expect("it is listed")["provisioningStatus"].clone()
    };
    assert_eq!(
        (status(NEW), status(SWAY)),
        (json!("Success"), json!("Disabled"))
    );
    assert_eq!(service.held(U1), [(E3.to_owned(), vec![SWAY.to_owned()])]);
}

#[test]
fn a_subscription_in_its_grace_serves_members_and_a_suspended_one_keeps_without_serving() {
    let service = Service::new(&company(&[]));
    let seats = |units: Value| {
        service
            .tenant
            .change(&json!({"subscribedSkus": [{"skuId": E3, "prepaidUnits": units}]}))
            .expect("the change is right");
    };
    join(&service, G1, U1);
    assert_eq!(license(&service, G1, &[E3], &[]).status, 202);
    assert_eq!(capability(&service, U1, SWAY), "Enabled");
    // Expired: everybody works on, and more may come.
    seats(json!({"enabled": 0, "warning": 3}));
    assert_eq!(capability(&service, U1, SWAY), "Warning");
    join(&service, G1, U2);
    assert_eq!(
        states(&service, U2),
        [state(E3, Some(G1), "Active", "None")]
    );
    // Disabled: what is there is kept, and nobody new gets any.
    seats(json!({"enabled": 0, "warning": 0, "suspended": 3}));
    assert_eq!(capability(&service, U1, SWAY), "Suspended");
    assert_eq!(
        states(&service, U1),
        [state(E3, Some(G1), "Disabled", "None")]
    );
    join(&service, G1, U4);
    assert_eq!(
        states(&service, U4),
        [state(E3, Some(G1), "Error", "CountViolation")]
    );
    // Paid again, it is as it was for those who had it.
    seats(json!({"enabled": 3, "warning": 0, "suspended": 0}));
    assert_eq!(
        states(&service, U1),
        [state(E3, Some(G1), "Active", "None")]
    );
    assert_eq!(capability(&service, U1, SWAY), "Enabled");
}

#[test]
fn fewer_seats_than_are_in_use_take_nothing_from_anybody() {
    let service = Service::new(&company(&[(FLOW, 3)]));
    for user in [U1, U2, U4] {
        join(&service, G1, user);
    }
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(service.consumed(FLOW), 3);
    super::seats(&service, FLOW, 1);
    // Processed again, they keep what they have; a seat that comes free is none to give yet.
    assert_eq!(license(&service, G1, &[FLOW], &[]).status, 202);
    assert_eq!(service.consumed(FLOW), 3);
    super::leave(&service, G1, U1);
    assert_eq!(service.consumed(FLOW), 2);
    join(&service, G1, U1);
    assert_eq!(
        states(&service, U1),
        [state(FLOW, Some(G1), "Error", "CountViolation")]
    );
    assert_eq!(service.consumed(FLOW), 2);
}

#[test]
fn addresses_that_two_of_very_many_members_share_are_found_among_them() {
    // So many that all addresses are looked at beforehand.
    const MEMBERS: usize = 10_500;
    let mut users: Vec<Value> = (0..MEMBERS)
        .map(|user| {
            json!({"userPrincipalName": format!("n{user}@contoso.com"), "usageLocation": "GB",
                "mail": format!("m{user}@contoso.com")})
        })
        .collect();
    // One has the name of another as a further address, one its mail, one an address of nobody's, one its own twice.
    users[10]["proxyAddresses"] = json!(["SMTP:m10@contoso.com", "smtp:N20@contoso.com"]);
    users[30]["mail"] = json!("M40@contoso.com");
    users[50]["proxyAddresses"] = json!(["SMTP:m50@contoso.com", "smtp:other@contoso.com"]);
    users[60]["mail"] = json!("n60@contoso.com");
    let names: Vec<&Value> = users
        .iter()
        .map(|user| &user["userPrincipalName"])
        .collect();
    let groups = json!([{"id": G1, "displayName": "g1", "members": names}]);
    let service = Service::new(&json!({
        "version": 1, "users": users, "groups": groups,
        "subscribedSkus": [{"skuId": EXO1, "prepaidUnits": {"enabled": 20_000}}],
        "settings": {"groups": {"membersPerStep": 20_000}},
    }));
    assert_eq!(license(&service, G1, &[EXO1], &[]).status, 202);
    for (user, error) in [
        (10, "UniquenessViolation"),
        (20, "None"),
        (30, "UniquenessViolation"),
        (40, "UniquenessViolation"),
        (50, "None"),
        (60, "None"),
        (70, "None"),
    ] {
        let wanted = if error == "None" { "Active" } else { "Error" };
        assert_eq!(
            states(&service, &format!("n{user}@contoso.com")),
            [state(EXO1, Some(G1), wanted, error)],
            "user {user}"
        );
    }
    assert_eq!(service.consumed(EXO1), MEMBERS as i64 - 3);
}
