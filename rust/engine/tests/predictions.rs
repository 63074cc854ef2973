//! Random tenants and requests: what a test tells is what the tenant then does.
//!
//! A tenant serves its rules between plans nowhere, so the prediction goes by the default ones and calls
//! what follows from them likely, not certain. Two kinds of tenants therefore:
//!
//! - without rules: a reason is certain exactly when the request is refused;
//! - with the default rules: the request is refused exactly when there is a reason, likely or certain.
//!
//! In both, the tenant's message is among the reasons, and in neither does a test change anything.

use std::cell::Cell;

use http::Method;
use mglicense_engine::{EventKind, Operation};
use mglicense_graph::Response;
use mglicense_rules::{Guid, catalog};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use support::{drain, start};
use tenant::LocalTenant;

mod support;
#[path = "support/tenant.rs"]
mod tenant;

/// Products of few plans, among which are conflicts, dependencies and shared plans.
const PRODUCTS: [&str; 12] = [
    "EXCHANGESTANDARD",
    "EXCHANGEENTERPRISE",
    "EXCHANGEDESKLESS",
    "FLOW_FREE",
    "VISIOCLIENT",
    "MCOEV",
    "MCOPSTN1",
    "MCOPSTN2",
    "PROJECTPROFESSIONAL",
    "O365_BUSINESS_ESSENTIALS",
    "INTUNE_A",
    "INTUNE_A_VL",
];
const GROUP: &str = "90000000-0000-4000-8000-000000000001";
const USERS: usize = 3;

fn product(index: usize) -> &'static catalog::Product {
    let mut products = catalog::products_by_part_number(PRODUCTS[index]);
    products.next().expect("a product of the table")
}

/// A plan, usually of the product.
fn plan(index: usize, choice: usize) -> Guid {
    let plans: Vec<Guid> = product(index).plans().map(|plan| plan.id).collect();
    match choice {
        0 => Guid::literal("a23b959c-7ce8-4e57-9140-b90eb88a9e97"),
        choice => plans[choice % plans.len()],
    }
}

/// What a request names as a product.
#[derive(Clone, Debug)]
enum Named {
    Known { index: usize, by_name: bool },
    Foreign,
    Nonsense(&'static str),
}

impl Named {
    /// What a caller writes.
    fn written(&self) -> String {
        match self {
            Named::Known {
                index,
                by_name: true,
            } => PRODUCTS[*index].to_lowercase(),
            _ => self.sent(),
        }
    }

    /// What goes to the service.
    fn sent(&self) -> String {
        match self {
            Named::Known { index, .. } => product(*index).sku_id.to_string(),
            Named::Foreign => "11111111-2222-3333-4444-555555555555".to_owned(),
            Named::Nonsense(text) => (*text).to_owned(),
        }
    }
}

fn named() -> impl Strategy<Value = Named> {
    prop_oneof![
        60 => (0..PRODUCTS.len(), any::<bool>()).prop_map(|(index, by_name)| Named::Known { index, by_name }),
        1 => Just(Named::Foreign),
        1 => prop::sample::select(vec!["NOTASKU", ""]).prop_map(Named::Nonsense),
    ]
}

#[derive(Clone, Debug)]
struct Request {
    user: usize,
    location: Option<&'static str>,
    add: Vec<(Named, Vec<Guid>)>,
    remove: Vec<Named>,
}

impl Request {
    /// The lists with names as a caller writes them or as they are sent.
    fn lists(&self, name: impl Fn(&Named) -> String) -> (Value, Value) {
        let add = self
            .add
            .iter()
            .map(|(sku, plans)| json!({"skuId": name(sku), "disabledPlans": plans}));
        (
            add.collect(),
            self.remove
                .iter()
                .map(|sku| Value::from(name(sku)))
                .collect(),
        )
    }
}

fn request() -> impl Strategy<Value = Request> {
    let add = named().prop_flat_map(|sku| {
        let plans = prop::collection::vec(
            prop::sample::select(vec![0, 1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8]),
            0..3,
        );
        plans.prop_map(move |choices| {
            let index = match sku {
                Named::Known { index, .. } => index,
                _ => 0,
            };
            (
                sku.clone(),
                choices
                    .into_iter()
                    .map(|choice| plan(index, choice))
                    .collect(),
            )
        })
    });
    let location =
        prop::option::weighted(0.3, prop::sample::select(vec!["GB", "de", "XK", "UK", ""]));
    (
        0..USERS,
        location,
        prop::collection::vec(add, 0..3),
        prop::collection::vec(named(), 0..2),
    )
        .prop_map(|(user, location, add, remove)| Request {
            user,
            location,
            add,
            remove,
        })
}

/// A product with how it is held (0 direct, 1 by the group, 2 failed to come by the group, 3 both directly and by
/// the group) and a choice of plans that are off.
type Held = (usize, u8, usize);

#[derive(Clone, Debug)]
struct World {
    /// Seats: enabled, warning, suspended. `None`: not owned.
    seats: Vec<Option<(i64, i64, i64)>>,
    /// The location and the products of each user.
    users: Vec<(Option<&'static str>, Vec<Held>)>,
    requests: Vec<Request>,
}

fn world() -> impl Strategy<Value = World> {
    let seats = prop::option::weighted(0.95, (0i64..6, 0i64..2, 0i64..2));
    let held = (0..PRODUCTS.len(), 0u8..4, 0usize..4);
    let location = prop_oneof![8 => Just(Some("GB")), 1 => Just(None), 1 => Just(Some("IN"))];
    let user = (location, prop::collection::vec(held, 0..4));
    (
        prop::collection::vec(seats, PRODUCTS.len()),
        prop::collection::vec(user, USERS),
        prop::collection::vec(request(), 1..6),
    )
        .prop_map(|(seats, users, mut requests)| {
            // A product picked at random is seldom held: most removals are of one that is.
            for request in &mut requests {
                let held = &users[request.user].1;
                for sku in &mut request.remove {
                    if let (
                        Named::Known {
                            index,
                            by_name: true,
                        },
                        Some(first),
                    ) = (&mut *sku, held.first())
                    {
                        *index = first.0;
                    }
                }
            }
            World {
                seats,
                users,
                requests,
            }
        })
}

impl World {
    fn tenant(&self, has_rules: bool) -> LocalTenant {
        let owned = self
            .seats
            .iter()
            .enumerate()
            .filter_map(|(index, seats)| Some((index, (*seats)?)));
        let skus = owned.map(|(index, (enabled, warning, suspended))| {
            json!({"skuId": product(index).sku_id,
                   "prepaidUnits": {"enabled": enabled, "warning": warning, "suspended": suspended, "lockedOut": 0}})
        });
        let users = self.users.iter().enumerate().map(|(number, (location, held))| {
            let mut seen = Vec::new();
            let mut states: Vec<Value> = Vec::new();
            for &(index, how, choice) in held {
                if self.seats[index].is_none() || seen.contains(&index) {
                    continue;
                }
                seen.push(index);
                let sku_id = product(index).sku_id;
                let off: Vec<Guid> = (choice > 1).then(|| plan(index, choice)).into_iter().collect();
                if how == 0 || how == 3 {
                    states.push(json!({"skuId": sku_id, "disabledPlans": off}));
                }
                if how > 0 {
                    let (state, error) = if how == 2 { ("Error", "CountViolation") } else { ("Active", "None") };
                    states.push(json!({"skuId": sku_id, "assignedByGroup": GROUP, "state": state, "error": error}));
                }
            }
            json!({"userPrincipalName": upn(number), "usageLocation": location, "licenseAssignmentStates": states})
        });
        let (rules, settings) = if has_rules {
            (json!({}), json!({}))
        } else {
            // What the prediction calls likely, this tenant lets pass.
            let rules = json!({"dependencies": [], "exclusions": []});
            (rules, json!({"users": {"unlistedLocation": "accept"}}))
        };
        LocalTenant::of_seed(&json!({
            "version": 1, "subscribedSkus": skus.collect::<Vec<Value>>(), "users": users.collect::<Vec<Value>>(),
            "groups": [{"id": GROUP, "displayName": "g", "securityEnabled": true}], "rules": rules,
            "settings": settings,
        }))
    }
}

fn upn(number: usize) -> String {
    format!("user{number}@contoso.com")
}

/// What a test tells of requests, in order.
fn tell(tenant: &LocalTenant, requests: &[&Request]) -> Vec<Value> {
    let users = requests.iter().map(|request| {
        let (add, remove) = request.lists(Named::written);
        let mut user =
            json!({"userId": upn(request.user), "addLicenses": add, "removeLicenses": remove});
        if let Some(location) = request.location {
            user["usageLocation"] = location.into();
        }
        user
    });
    let payload = json!({"users": users.collect::<Vec<Value>>()});
    let said = drain(&start(&tenant.session(), Operation::Test, payload));
    said.of(EventKind::Item)
}

/// Everything a request could change.
fn state(tenant: &LocalTenant) -> (Value, Value) {
    let users =
        tenant.get("v1.0/users?$select=userPrincipalName,usageLocation,licenseAssignmentStates");
    (
        users["value"].clone(),
        tenant.get("v1.0/subscribedSkus")["value"].clone(),
    )
}

/// What the tenant says to a request: nothing, or the message of its refusal.
fn put(tenant: &LocalTenant, request: &Request) -> Option<String> {
    let address = format!("v1.0/users/{}", upn(request.user));
    if let Some(location) = request.location {
        let body = json!({"usageLocation": location.to_uppercase()});
        let answer = tenant.send(Method::PATCH, &address, Some(body));
        if let Some(message) = refusal(&answer) {
            return Some(message);
        }
    }
    let (add, remove) = request.lists(Named::sent);
    let body = json!({"addLicenses": add, "removeLicenses": remove});
    let answer = tenant.send(
        Method::POST,
        &format!("{address}/assignLicense"),
        Some(body),
    );
    refusal(&answer)
}

fn refusal(answer: &Response) -> Option<String> {
    if answer.status.is_success() {
        return None;
    }
    assert_eq!(answer.status, 400, "{answer:?}");
    let error: Value = serde_json::from_slice(&answer.body).unwrap();
    Some(error["error"]["message"].as_str().unwrap().to_owned())
}

/// A location that is refused before anything is sent.
fn is_unsendable(request: &Request) -> bool {
    matches!(request.location, Some("UK" | ""))
}

fn count(told: &Value, is_counted: impl Fn(&str) -> bool) -> usize {
    let reasons = told["reasons"].as_array().unwrap().iter();
    reasons
        .filter(|reason| is_counted(reason["certainty"].as_str().unwrap()))
        .count()
}

fn check(
    request: &Request,
    told: &Value,
    refused: Option<String>,
    has_rules: bool,
) -> Result<(), TestCaseError> {
    let certain = count(told, |certainty| certainty == "Certain");
    prop_assert_eq!(told["willSucceed"].as_bool(), Some(certain == 0));
    if certain > 0 {
        prop_assert!(
            refused.is_some(),
            "certain, and accepted: {request:?} {told}"
        );
    }
    let reasons = told["reasons"].as_array().unwrap().iter();
    let against: Vec<&Value> = reasons
        .filter(|reason| reason["certainty"] != "DataAtRisk")
        .collect();
    match refused {
        None if has_rules => prop_assert!(against.is_empty(), "accepted: {request:?} {told}"),
        None => prop_assert_eq!(certain, 0),
        Some(message) => {
            let is_told = against
                .iter()
                .any(|reason| reason["message"] == message.as_str());
            prop_assert!(is_told, "refused with {message:?}: {request:?} {told}");
            prop_assert!(
                has_rules || certain > 0,
                "refused, and not certain: {request:?} {told}"
            );
        }
    }
    Ok(())
}

fn for_worlds(cases: u32, check: impl Fn(World) -> Result<(), TestCaseError>) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    if let Err(failure) = TestRunner::new(config).run(&world(), check) {
        panic!("{failure}");
    }
}

/// How requests came out over all worlds, so that neither outcome goes untested.
#[derive(Default)]
struct Tally {
    accepted: Cell<u32>,
    refused: Cell<u32>,
    likely_only: Cell<u32>,
}

impl Tally {
    fn count(&self, told: &Value, refused: &Option<String>) {
        let cell = if refused.is_some() {
            &self.refused
        } else {
            &self.accepted
        };
        cell.set(cell.get() + 1);
        let certain = count(told, |certainty| certainty == "Certain");
        if certain == 0 && count(told, |certainty| certainty == "Likely") > 0 {
            self.likely_only.set(self.likely_only.get() + 1);
        }
    }
}

impl Drop for Tally {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let Tally {
                accepted,
                refused,
                likely_only,
            } = self;
            let counts = [accepted.get(), refused.get(), likely_only.get()];
            assert!(
                counts.iter().all(|count| *count >= 5),
                "too few of a kind: {counts:?}"
            );
        }
    }
}

#[test]
fn without_rules_a_reason_is_certain_exactly_when_the_tenant_refuses() {
    let tally = Tally::default();
    for_worlds(150, |world| {
        let tenant = world.tenant(false);
        for request in &world.requests {
            let before = state(&tenant);
            let told = tell(&tenant, &[request]);
            prop_assert_eq!(state(&tenant), before, "a test changed something");
            if is_unsendable(request) {
                prop_assert_eq!(told[0]["willSucceed"].as_bool(), Some(false));
                continue;
            }
            let refused = put(&tenant, request);
            tally.count(&told[0], &refused);
            check(request, &told[0], refused, false)?;
        }
        Ok(())
    });
}

#[test]
fn with_the_default_rules_there_is_a_reason_exactly_when_the_tenant_refuses() {
    let tally = Tally::default();
    for_worlds(150, |world| {
        let tenant = world.tenant(true);
        for request in world
            .requests
            .iter()
            .filter(|request| !is_unsendable(request))
        {
            let told = tell(&tenant, &[request]);
            let refused = put(&tenant, request);
            tally.count(&told[0], &refused);
            check(request, &told[0], refused, true)?;
        }
        Ok(())
    });
}

#[test]
fn requests_tested_together_come_out_as_told_when_made_one_after_the_other() {
    let tally = Tally::default();
    for_worlds(150, |world| {
        let tenant = world.tenant(false);
        // Of a request that fails after its location was set, the location stays; a test counts it as not made.
        let requests = world.requests.iter().map(|request| Request {
            location: None,
            ..request.clone()
        });
        let requests: Vec<Request> = requests.collect();
        let told = tell(&tenant, &requests.iter().collect::<Vec<_>>());
        prop_assert_eq!(told.len(), requests.len());
        for (request, told) in requests.iter().zip(&told) {
            let refused = put(&tenant, request);
            tally.count(told, &refused);
            check(request, told, refused, false)?;
        }
        Ok(())
    });
}
