//! Tenants for the tables of cases, and what they hold.
#![allow(dead_code)] // Each test file uses a part of it.

use std::collections::BTreeMap;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AppliesTo, Holding, HoldingError, HoldingState, SkuFacts, Source, UserFacts,
};
use serde_json::{Value, json};

use crate::cases::{self, Case};
use crate::tenant::LocalTenant;

/// A seed of a case's tenant with these products and users, in which others hold the seats that are in use besides.
pub fn of(case: &Case, skus: &[SkuFacts], users: &[(&str, &UserFacts)]) -> Value {
    let scope = |applies_to| match applies_to {
        AppliesTo::User => "User",
        AppliesTo::Company => "Company",
    };
    let served = skus.iter().chain(&case.gone).map(|sku| {
        let plans = sku.plans.iter().map(|plan| {
            json!({"servicePlanId": plan.id, "servicePlanName": *plan.name, "appliesTo": scope(plan.applies_to)})
        });
        json!({"skuId": sku.sku_id, "skuPartNumber": *sku.part_number, "appliesTo": scope(sku.applies_to),
               "prepaidUnits": {"enabled": sku.prepaid.enabled, "warning": sku.prepaid.warning,
                                "suspended": sku.prepaid.suspended, "lockedOut": sku.prepaid.locked_out},
               "servicePlans": plans.collect::<Vec<Value>>()})
    });
    let served: Vec<Value> = served.collect();
    let own = users.iter().map(|(name, user)| {
        let states = user.holdings.iter().map(|held| {
            let group = match held.source {
                Source::Direct => Value::Null,
                Source::Group(group) => json!(group),
            };
            json!({"skuId": held.sku_id, "assignedByGroup": group, "disabledPlans": held.disabled_plans,
                   "state": held.state.as_str(), "error": held.error.as_str()})
        });
        json!({"userPrincipalName": name, "usageLocation": user.usage_location,
               "licenseAssignmentStates": states.collect::<Vec<Value>>()})
    });
    let mut people: Vec<Value> = own.collect();
    let others: Vec<(Guid, i64)> = skus
        .iter()
        .map(|sku| {
            let own = users.iter().filter(|(_, user)| holds(user, sku.sku_id));
            (
                sku.sku_id,
                sku.consumed - i64::try_from(own.count()).unwrap(),
            )
        })
        .collect();
    let most = others.iter().map(|(_, count)| *count).max().unwrap_or(0);
    for number in 0..most {
        let held = others.iter().filter(|(_, count)| *count > number);
        let held: Vec<Value> = held.map(|(sku_id, _)| json!({"skuId": sku_id})).collect();
        people.push(json!({"userPrincipalName": format!("other{number}@contoso.com"), "usageLocation": "GB", "assignedLicenses": held}));
    }
    let names: Vec<&str> = users.iter().map(|(name, _)| *name).collect();
    let groups = ["g1", "g2"].map(|name| {
        json!({"id": cases::group(name), "displayName": name, "securityEnabled": true, "members": names})
    });
    let mut rules = json!({});
    if let Some(dependencies) = &case.dependencies {
        let list = dependencies.iter().map(
            |dependency| json!({"plan": dependency.plan, "needsAnyOf": dependency.needs_any_of}),
        );
        rules["dependencies"] = list.collect();
    }
    if let Some(exclusions) = &case.exclusions {
        rules["exclusions"] = json!(exclusions);
    }
    if !case.barred.is_empty() {
        let list = case.barred.iter().map(|barred| {
            let locations: Vec<&str> = barred.locations.iter().map(|code| code.as_str()).collect();
            json!({"plan": barred.plan, "locations": locations})
        });
        rules["barred"] = list.collect();
    }
    let settings: BTreeMap<&str, bool> = case
        .changed_settings
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    json!({"version": 1, "subscribedSkus": served, "users": people, "groups": groups,
           "rules": rules, "settings": {"assignment": settings}})
}

/// Whether the user has the product in effect.
pub fn holds(user: &UserFacts, sku_id: Guid) -> bool {
    let mut holdings = user.holdings.iter();
    holdings.any(|held| held.sku_id == sku_id && held.is_in_effect())
}

/// A user's location and what it holds, as Graph shows it.
pub fn holdings(tenant: &LocalTenant, name: &str) -> (Option<String>, Vec<Holding>) {
    let user = tenant.get(&format!(
        "v1.0/users/{name}?$select=usageLocation,licenseAssignmentStates"
    ));
    let states = user["licenseAssignmentStates"].as_array().unwrap().iter();
    let holdings = states.map(|state| {
        let plans = state["disabledPlans"].as_array().unwrap().iter();
        let plans = plans
            .map(|plan| plan.as_str().unwrap().parse().unwrap())
            .collect();
        Holding {
            source: match state["assignedByGroup"].as_str() {
                None => Source::Direct,
                Some(group) => Source::Group(group.parse().unwrap()),
            },
            state: HoldingState::parse(state["state"].as_str().unwrap()).unwrap(),
            error: HoldingError::parse(state["error"].as_str().unwrap()).unwrap(),
            ..Holding::direct(state["skuId"].as_str().unwrap().parse().unwrap(), plans)
        }
    });
    let location = user["usageLocation"].as_str().map(str::to_owned);
    (location, cases::sorted(holdings.collect()))
}

/// Seats in use of each product the tenant lists.
pub fn consumed(tenant: &LocalTenant) -> BTreeMap<Guid, i64> {
    let skus = tenant.get("v1.0/subscribedSkus");
    let skus = skus["value"].as_array().unwrap().iter();
    skus.map(|sku| {
        (
            sku["skuId"].as_str().unwrap().parse().unwrap(),
            sku["consumedUnits"].as_i64().unwrap(),
        )
    })
    .collect()
}
