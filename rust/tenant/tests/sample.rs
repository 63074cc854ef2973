//! The sample company and made-up crowds.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::collections::{BTreeMap, HashSet};

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, Holding, LicenseChange, PrepaidUnits, RuleSet, SkuFacts, UserFacts, evaluate,
};
use mglicense_rules::catalog;
use mglicense_tenant::{Caller, GenerateSpec, Source, Tenant};
use serde_json::{Value, json};
use writes::*;

fn sample() -> Service {
    Service::around(
        Tenant::create(":memory:", Source::Sample, false).unwrap(),
        Caller::unrestricted(),
    )
}

fn all_users(service: &Service) -> Vec<Value> {
    let select = "id,displayName,userPrincipalName,accountEnabled,userType,usageLocation,onPremisesSyncEnabled,\
        assignedLicenses,country,department";
    let page = service.json(&format!("/users?$select={select}&$top=999"));
    assert!(page.get("@odata.nextLink").is_none());
    page["value"].as_array().unwrap().clone()
}

fn is_unlicensed(user: &Value) -> bool {
    user["assignedLicenses"].as_array().unwrap().is_empty()
}

#[test]
fn the_sample_is_a_company_of_about_two_hundred() {
    let service = sample();
    let users = all_users(&service);
    assert!((190..=210).contains(&users.len()), "{}", users.len());
    let count = |holds: &dyn Fn(&Value) -> bool| users.iter().filter(|user| holds(user)).count();
    let synced = |user: &Value| user["onPremisesSyncEnabled"] == json!(true);
    let located = |user: &Value| !user["usageLocation"].is_null();
    assert!(count(&|user| synced(user) && !located(user) && is_unlicensed(user)) >= 40);
    assert!(count(&|user| synced(user) && located(user) && is_unlicensed(user)) >= 10);
    assert!(count(&|user| synced(user) && !is_unlicensed(user)) >= 30);
    assert!(count(&|user| !synced(user) && !is_unlicensed(user)) >= 30);
    assert!(count(&|user| user["userType"] == "Guest" && !located(user)) >= 10);
    assert!(count(&|user| user["accountEnabled"] == json!(false) && !is_unlicensed(user)) >= 5);
    assert!(count(&|user| user["accountEnabled"] == json!(false) && is_unlicensed(user)) >= 5);
    assert_eq!(
        count(&|user| !is_unlicensed(user) && !located(user)),
        0,
        "a licence needs a location"
    );
    let names = |name: &str| -> HashSet<String> {
        users
            .iter()
            .filter_map(|user| user[name].as_str())
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(names("userPrincipalName").len(), users.len());
    assert!(names("country").len() >= 6);
    assert!(names("department").len() >= 6);
    let display_names = names("displayName");
    assert!(
        display_names.iter().any(|name| name.contains('\'')),
        "apostrophes"
    );
    assert!(
        display_names.iter().filter(|name| !name.is_ascii()).count() >= 20,
        "letters of other alphabets"
    );
    assert!(
        names("userPrincipalName")
            .iter()
            .any(|name| name.contains('\''))
    );
}

#[test]
fn the_products_of_the_sample_are_in_every_state() {
    let service = sample();
    let skus = service.json("/subscribedSkus");
    let skus: BTreeMap<&str, &Value> = skus["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sku| (sku["skuPartNumber"].as_str().unwrap(), sku))
        .collect();
    for name in [
        "SPE_E5",
        "SPE_E3",
        "ENTERPRISEPACK",
        "EMSPREMIUM",
        "FLOW_FREE",
        "MCOEV",
        "VISIOCLIENT",
    ] {
        assert!(skus.contains_key(name), "{name}");
        assert!(
            skus[name]["consumedUnits"].as_i64().unwrap() > 0,
            "nobody has {name}"
        );
    }
    let free = |name: &str| {
        let units = &skus[name]["prepaidUnits"];
        units["enabled"].as_i64().unwrap() + units["warning"].as_i64().unwrap()
            - skus[name]["consumedUnits"].as_i64().unwrap()
    };
    assert_eq!(free("SPE_E5"), 1, "nearly full");
    assert!(free("SPE_E3") >= 10 && free("ENTERPRISEPACK") >= 5 && free("VISIOCLIENT") >= 1);
    let visio = &skus["VISIOCLIENT"]["prepaidUnits"];
    assert!(visio["warning"].as_i64().unwrap() > 0 && visio["suspended"].as_i64().unwrap() > 0);
    // Seats in use are those that users hold.
    let users = all_users(&service);
    for sku in skus.values() {
        let holders = users.iter().filter(|user| {
            user["assignedLicenses"]
                .as_array()
                .unwrap()
                .iter()
                .any(|license| license["skuId"] == sku["skuId"])
        });
        assert_eq!(
            sku["consumedUnits"],
            holders.count(),
            "{}",
            sku["skuPartNumber"]
        );
    }
}

#[test]
fn the_groups_of_the_sample_have_members_and_no_licences() {
    let service = sample();
    let groups = service.json(
        "/groups?$select=id,displayName,assignedLicenses,onPremisesSyncEnabled,groupTypes&$top=999",
    );
    let groups = groups["value"].as_array().unwrap();
    assert!(groups.len() >= 10);
    for group in groups {
        assert_eq!(
            group["assignedLicenses"],
            json!([]),
            "{}",
            group["displayName"]
        );
    }
    assert!(
        groups
            .iter()
            .any(|group| group["onPremisesSyncEnabled"] == json!(true))
    );
    assert!(
        groups
            .iter()
            .any(|group| group["groupTypes"] == json!(["Unified"]))
    );
    let sizes: Vec<usize> = groups
        .iter()
        .map(|group| {
            let id = group["id"].as_str().unwrap();
            service.json(&format!("/groups/{id}/members?$top=999"))["value"]
                .as_array()
                .unwrap()
                .len()
        })
        .collect();
    assert!(
        sizes.iter().filter(|size| **size >= 5).count() >= 8,
        "{sizes:?}"
    );
}

#[test]
fn nothing_in_the_sample_breaks_a_rule() {
    let service = sample();
    let rules = RuleSet::default();
    let skus: Vec<SkuFacts> = service.json("/subscribedSkus")["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sku| {
            let id: Guid = sku["skuId"].as_str().unwrap().parse().unwrap();
            SkuFacts::from_product(
                catalog::product(id).unwrap(),
                PrepaidUnits {
                    enabled: 1_000,
                    ..PrepaidUnits::default()
                },
            )
        })
        .collect();
    for user in all_users(&service) {
        // Giving the user once more what they have is the judgement of what they have.
        let add: Vec<AddLicense> = user["assignedLicenses"]
            .as_array()
            .unwrap()
            .iter()
            .map(|license| AddLicense {
                sku_id: license["skuId"].as_str().unwrap().parse().unwrap(),
                disabled_plans: serde_json::from_value(license["disabledPlans"].clone()).unwrap(),
            })
            .collect();
        if add.is_empty() {
            continue;
        }
        let facts = UserFacts {
            usage_location: user["usageLocation"].as_str().map(str::to_owned),
            holdings: add
                .iter()
                .map(|add| Holding::direct(add.sku_id, add.disabled_plans.clone()))
                .collect(),
        };
        let evaluation = evaluate(
            &skus,
            &rules,
            &facts,
            &LicenseChange {
                add,
                remove: Vec::new(),
            },
        );
        assert_eq!(evaluation.refusals, [], "{}", user["displayName"]);
    }
}

#[test]
fn the_sample_and_a_crowd_are_the_same_to_the_byte_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = |name: &str, source: Source| {
        let path = folder.path().join(name);
        drop(Tenant::create(&path, source, false).unwrap());
        std::fs::read(&path).unwrap()
    };
    assert_eq!(bytes("a", Source::Sample), bytes("b", Source::Sample));
    let seed = || Source::text(small_company().to_string());
    assert_eq!(bytes("g", seed()), bytes("h", seed()));
    let spec = || Source::Generate("users=500,seed=3".parse().unwrap());
    assert_eq!(bytes("c", spec()), bytes("d", spec()));
    let other = Source::Generate("users=500,seed=4".parse().unwrap());
    assert_ne!(bytes("e", spec()), bytes("f", other));
}

#[test]
fn a_crowd_has_what_was_asked_for() {
    let spec: GenerateSpec = "users=1000,seed=2,groups=30,members=7,licensed=250"
        .parse()
        .unwrap();
    let tenant = Tenant::create(":memory:", Source::Generate(spec), false).unwrap();
    let service = Service::around(tenant, Caller::unrestricted());
    let info = service.tenant.info().unwrap();
    assert_eq!((info.users, info.groups), (1000, 30));
    let filter = "/v1.0/users/$count?$filter=assignedLicenses/$count%20ne%200";
    let answer = service.send_raw("GET", filter, &[("ConsistencyLevel", "eventual")], "");
    assert_eq!(answer.text, "250");
    let skus = service.json("/subscribedSkus");
    let seats: i64 = skus["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sku| sku["consumedUnits"].as_i64().unwrap())
        .sum();
    assert!(seats > 250, "some have a second product");
    let group = service.json("/groups?$top=1")["value"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        service.json(&format!("/groups/{group}/members"))["value"]
            .as_array()
            .unwrap()
            .len(),
        7
    );
    let user =
        service.json("/users?$top=1&$select=id,proxyAddresses,department")["value"][0].clone();
    assert!(
        user["proxyAddresses"][0]
            .as_str()
            .unwrap()
            .starts_with("SMTP:")
    );
}
