//! Random lives of a small tenant, compared step by step with a model that is as plain as it can be.
//!
//! The model is written from what Microsoft documents about licences and groups, not from the program: it keeps sets of
//! names and tries things out. Where Microsoft documents nothing, it follows what docs/tenant-seed.md says of the
//! settings.

#[path = "common/writes.rs"]
#[allow(dead_code)]
mod writes;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use writes::Service;

/// The products: each with its plans. Plans of the same name are the same plan.
const PRODUCTS: [(&str, &[&str]); 6] = [
    ("OFFICE", &["EXCHANGE_BOX", "SHARE", "CHAT"]),
    ("PHONE", &["VOICE"]),
    ("RIVAL", &["OTHER_SHARE", "TOOL"]),
    ("FREE", &["FLOW"]),
    ("LOCAL", &["VAULT"]),
    ("SMALL", &["CHAT", "FLOW"]),
];
const PLANS: [&str; 8] = [
    "EXCHANGE_BOX",
    "SHARE",
    "CHAT",
    "VOICE",
    "OTHER_SHARE",
    "TOOL",
    "FLOW",
    "VAULT",
];
const USERS: usize = 6;
const GROUPS: usize = 3;
/// The user whose second mail address is that of the one before.
const DOUBLE: usize = 5;

fn sku_id(product: usize) -> String {
    format!("00000000-0000-4000-8000-0000000005{product:02}")
}

fn plan_id(plan: &str) -> String {
    let number = PLANS
        .iter()
        .position(|known| *known == plan)
        .expect("known");
    format!("00000000-0000-4000-8000-0000000006{number:02}")
}

fn user_id(user: usize) -> String {
    format!("00000000-0000-4000-8000-0000000007{user:02}")
}

fn group_id(group: usize) -> String {
    format!("00000000-0000-4000-8000-0000000008{group:02}")
}

/// Where a licence comes from: nowhere but the user, or a group.
type From = Option<usize>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry {
    off: BTreeSet<&'static str>,
    state: &'static str,
    error: &'static str,
}

impl Entry {
    fn counts(&self) -> bool {
        self.state != "Error"
    }
}

#[derive(Clone, Debug, Default)]
struct User {
    location: Option<&'static str>,
    is_deleted: bool,
    has: BTreeMap<(usize, From), Entry>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    gives: BTreeMap<usize, BTreeSet<&'static str>>,
    /// Who is in it, by number in the order of joining.
    members: BTreeMap<usize, usize>,
}

#[derive(Clone, Debug)]
struct Model {
    users: Vec<User>,
    groups: Vec<Group>,
    seats: Vec<i64>,
    is_automatic: bool,
    /// Products of which seats came free while somebody waited.
    refills: BTreeSet<usize>,
}

/// What somebody has by a set of licences.
fn plans_on(licenses: &[(usize, From, BTreeSet<&'static str>)]) -> BTreeSet<&'static str> {
    let mut on = BTreeSet::new();
    for (product, _, off) in licenses {
        for plan in PRODUCTS[*product].1 {
            if !off.contains(plan) {
                on.insert(*plan);
            }
        }
    }
    on
}

impl Model {
    fn new(is_automatic: bool) -> Self {
        let mut users = vec![User::default(); USERS];
        for (number, user) in users.iter_mut().enumerate() {
            user.location = [Some("GB"), Some("FR"), None][number % 3];
        }
        Self {
            users,
            groups: vec![Group::default(); GROUPS],
            seats: vec![3; PRODUCTS.len()],
            is_automatic,
            refills: BTreeSet::new(),
        }
    }

    /// Seats in use: users who have the product in effect, from whatever source.
    fn used(&self, product: usize) -> i64 {
        let has = |user: &&User| {
            let mut entries = user.has.iter();
            !user.is_deleted && entries.any(|((held, _), entry)| *held == product && entry.counts())
        };
        self.users.iter().filter(has).count() as i64
    }

    fn free(&self, product: usize) -> i64 {
        (self.seats[product] - self.used(product)).max(0)
    }

    /// The reasons why a group's licences cannot be given, by product. `had` is what the user had, `base` what they have
    /// without this group's, `with` what they would have.
    fn reasons(
        &self,
        user: usize,
        group: usize,
        had: &[(usize, From, BTreeSet<&'static str>)],
        now: &[(usize, From, BTreeSet<&'static str>)],
        with: &[(usize, From, BTreeSet<&'static str>)],
    ) -> BTreeMap<usize, &'static str> {
        let person = &self.users[user];
        let had_plans = plans_on(had);
        let now_plans = plans_on(now);
        let plans = plans_on(with);
        let mut reasons = BTreeMap::new();
        for (&product, off) in &self.groups[group].gives {
            let gives = |plan: &str| PRODUCTS[product].1.contains(&plan) && !off.contains(plan);
            let gave = |plan: &str| {
                now.iter().any(|(held, from, off)| {
                    *held == product
                        && *from == Some(group)
                        && PRODUCTS[product].1.contains(&plan)
                        && !off.contains(plan)
                })
            };
            let had_it = had.iter().any(|(held, ..)| *held == product);
            let has_it_otherwise = now.iter().any(|(held, ..)| *held == product);
            // A member without a location is judged by the tenant's, which is GB.
            let location = person.location.unwrap_or("GB");
            let reason = if gives("VAULT") && location == "FR" {
                "ProhibitedInUsageLocationViolation"
            } else if plans.contains("VOICE")
                && !plans.contains("CHAT")
                && ((!had_plans.contains("VOICE") && gives("VOICE"))
                    || (had_plans.contains("VOICE")
                        && now_plans.contains("CHAT")
                        && gave("CHAT")
                        && !gives("CHAT")))
            {
                "DependencyViolation"
            } else if plans.contains("SHARE")
                && plans.contains("OTHER_SHARE")
                && ["SHARE", "OTHER_SHARE"]
                    .iter()
                    .any(|plan| gives(plan) && !had_plans.contains(plan))
            {
                "MutuallyExclusiveViolation"
            } else if !had_it && !has_it_otherwise && self.free(product) == 0 {
                "CountViolation"
            } else if !had_it
                && gives("EXCHANGE_BOX")
                && user == DOUBLE
                && !self.users[DOUBLE - 1].is_deleted
            {
                "UniquenessViolation"
            } else {
                continue;
            };
            reasons.insert(product, reason);
        }
        reasons
    }

    /// Everything a user gets through groups, found by trying the groups one after the other, from the start again each
    /// time something turns out to stay that was thought to go.
    fn process(&mut self, user: usize) {
        if self.users[user].is_deleted {
            return;
        }
        let person = self.users[user].clone();
        let of =
            |keep: &dyn Fn(usize, From) -> bool| -> Vec<(usize, From, BTreeSet<&'static str>)> {
                person
                    .has
                    .iter()
                    .filter(|((product, from), entry)| entry.counts() && keep(*product, *from))
                    .map(|((product, from), entry)| (*product, *from, entry.off.clone()))
                    .collect()
            };
        let had = of(&|_, _| true);
        let mine: Vec<usize> = (0..GROUPS)
            .filter(|&group| self.groups[group].members.contains_key(&user))
            .collect();
        let is_given = |product: usize, from: From| match from {
            None => true,
            Some(group) => mine.contains(&group) && self.groups[group].gives.contains_key(&product),
        };
        let mut staying: BTreeMap<(usize, From), &'static str> = BTreeMap::new();
        let mut refused: BTreeMap<usize, BTreeMap<usize, &'static str>> = BTreeMap::new();
        'again: loop {
            let mut now = of(&|product, from| {
                is_given(product, from) || staying.contains_key(&(product, from))
            });
            for &group in &mine {
                if refused.contains_key(&group) {
                    continue;
                }
                let gives = &self.groups[group].gives;
                let mut with = now.clone();
                with.retain(|(product, from, _)| {
                    *from != Some(group) || !gives.contains_key(product)
                });
                for (product, off) in gives {
                    with.push((*product, Some(group), off.clone()));
                }
                let reasons = self.reasons(user, group, &had, &now, &with);
                if reasons.is_empty() {
                    now = with;
                    continue;
                }
                refused.insert(group, reasons);
                // All or nothing: what this group would have taken away stays too.
                let kept: Vec<(usize, From)> = had
                    .iter()
                    .map(|(product, from, _)| (*product, *from))
                    .filter(|&(product, from)| {
                        from == Some(group)
                            && !is_given(product, from)
                            && !staying.contains_key(&(product, from))
                    })
                    .collect();
                if !kept.is_empty() {
                    staying.extend(kept.into_iter().map(|key| (key, "Other")));
                    continue 'again;
                }
            }
            // What must go, but gives the plan that one which stays needs, stays.
            let plans = plans_on(&now);
            if plans.contains("VOICE") && !plans.contains("CHAT") {
                let needed: Vec<(usize, From)> = had
                    .iter()
                    .filter(|(product, _, off)| {
                        PRODUCTS[*product].1.contains(&"CHAT") && !off.contains("CHAT")
                    })
                    .map(|(product, from, _)| (*product, *from))
                    .filter(|&(product, from)| {
                        !is_given(product, from) && !staying.contains_key(&(product, from))
                    })
                    .collect();
                if !needed.is_empty() {
                    staying.extend(needed.into_iter().map(|key| (key, "DependencyViolation")));
                    continue 'again;
                }
            }
            break;
        }
        let mut has: BTreeMap<(usize, From), Entry> = BTreeMap::new();
        for (key, entry) in &person.has {
            if key.1.is_none() {
                has.insert(*key, entry.clone());
            }
            if let Some(error) = staying.get(key) {
                let entry = Entry {
                    state: "ActiveWithError",
                    error,
                    ..entry.clone()
                };
                has.insert(*key, entry);
            }
        }
        for &group in &mine {
            for (&product, off) in &self.groups[group].gives {
                let key = (product, Some(group));
                let old = person.has.get(&key).filter(|entry| entry.counts());
                let entry = match refused.get(&group) {
                    None => Entry {
                        off: off.clone(),
                        state: "Active",
                        error: "None",
                    },
                    Some(reasons) => Entry {
                        off: old.map_or_else(|| off.clone(), |old| old.off.clone()),
                        state: if old.is_some() {
                            "ActiveWithError"
                        } else {
                            "Error"
                        },
                        error: reasons.get(&product).copied().unwrap_or("Other"),
                    },
                };
                has.insert(key, entry);
            }
        }
        self.users[user].has = has;
    }

    /// Who waits for a seat of a product, in the order of being served: by joining.
    fn waiting(&self, product: usize) -> Vec<usize> {
        let mut waiting: Vec<(usize, usize)> = Vec::new();
        let users = self.users.iter().enumerate();
        for (number, user) in users.filter(|(_, user)| !user.is_deleted) {
            let joined = user
                .has
                .iter()
                .filter(|((held, _), entry)| *held == product && entry.error == "CountViolation")
                .filter_map(|((_, from), _)| self.groups[(*from)?].members.get(&number))
                .min();
            if let Some(joined) = joined {
                waiting.push((*joined, number));
            }
        }
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, user)| user).collect()
    }

    /// After something was done: whoever waits for a product of which seats came free is due, where that is set.
    fn note_free(&mut self, before: &[i64]) {
        for (product, before) in before.iter().enumerate() {
            let came = self.used(product) < *before;
            if came && self.is_automatic && !self.waiting(product).is_empty() {
                self.refills.insert(product);
            }
        }
    }

    fn all_used(&self) -> Vec<i64> {
        (0..PRODUCTS.len())
            .map(|product| self.used(product))
            .collect()
    }

    /// Processes these users, and those who are served because of it.
    fn settle(&mut self, users: &[usize]) {
        let before = self.all_used();
        for &user in users {
            self.process(user);
        }
        self.note_free(&before);
        while !self.refills.is_empty() {
            let products = std::mem::take(&mut self.refills);
            let mut served: Vec<usize> = Vec::new();
            for &product in &products {
                let free = self.free(product) as usize;
                served.extend(self.waiting(product).into_iter().take(free));
            }
            let before = self.all_used();
            let mut seen = BTreeSet::new();
            for user in served {
                if seen.insert(user) {
                    self.process(user);
                }
            }
            for product in products {
                if self.free(product) > 0 && !self.waiting(product).is_empty() {
                    self.refills.insert(product);
                }
            }
            self.note_free(&before);
        }
    }

    /// All that a tenant can be asked, in one value.
    fn picture(&self) -> Value {
        let mut users = Vec::new();
        for (number, user) in self.users.iter().enumerate() {
            if user.is_deleted {
                continue;
            }
            let states: Vec<String> = user
                .has
                .iter()
                .map(|((product, from), entry)| {
                    let from = from.map(group_id).unwrap_or_default();
                    let off: Vec<String> = entry.off.iter().map(|plan| plan_id(plan)).collect();
                    state_text(&sku_id(*product), &from, entry.state, entry.error, off)
                })
                .collect();
            let mut licenses = Vec::new();
            for product in 0..PRODUCTS.len() {
                let sources: Vec<&BTreeSet<&'static str>> = user
                    .has
                    .iter()
                    .filter(|((held, _), entry)| *held == product && entry.counts())
                    .map(|(_, entry)| &entry.off)
                    .collect();
                if sources.is_empty() {
                    continue;
                }
                // A plan is off only where every source turns it off.
                let off = PLANS
                    .iter()
                    .filter(|plan| sources.iter().all(|off| off.contains(*plan)));
                licenses.push(license_text(
                    &sku_id(product),
                    off.map(|plan| plan_id(plan)).collect(),
                ));
            }
            users.push(json!({"id": user_id(number), "states": sorted(states), "licenses": sorted(licenses)}));
        }
        let in_error: Vec<Vec<String>> = (0..GROUPS)
            .map(|group| {
                let is_in_error = |(_, user): &(usize, &User)| {
                    let mut entries = user.has.iter();
                    !user.is_deleted
                        && entries
                            .any(|((_, from), entry)| *from == Some(group) && entry.error != "None")
                };
                let users = self.users.iter().enumerate();
                users
                    .filter(is_in_error)
                    .map(|(user, _)| user_id(user))
                    .collect()
            })
            .collect();
        json!({"users": users, "used": self.all_used(), "inError": in_error})
    }
}

fn sorted(mut list: Vec<String>) -> Vec<String> {
    list.sort_unstable();
    list
}

fn state_text(sku: &str, group: &str, state: &str, error: &str, off: Vec<String>) -> String {
    format!("{sku} {group} {state} {error} {:?}", sorted(off))
}

fn license_text(sku: &str, off: Vec<String>) -> String {
    format!("{sku} {:?}", sorted(off))
}

fn texts(value: &Value) -> Vec<String> {
    let list = value.as_array().expect("a list");
    list.iter()
        .map(|item| item.as_str().expect("a text").to_owned())
        .collect()
}

/// The same of the tenant.
fn picture(service: &Service) -> Value {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = service.json("/users?$select=id,licenseAssignmentStates,assignedLicenses");
    let mut users: Vec<Value> = Vec::new();
    for user in list["value"].as_array().expect("a list") {
        let states = user["licenseAssignmentStates"].as_array().expect("a list");
        let states = states.iter().map(|state| {
            state_text(
                &text(&state["skuId"]),
                &text(&state["assignedByGroup"]),
                &text(&state["state"]),
                &text(&state["error"]),
                texts(&state["disabledPlans"]),
            )
        });
        let licenses = user["assignedLicenses"].as_array().expect("a list");
        let licenses = licenses.iter().map(|license| {
            license_text(&text(&license["skuId"]), texts(&license["disabledPlans"]))
        });
        users.push(json!({"id": user["id"], "states": sorted(states.collect()), "licenses": sorted(licenses.collect())}));
    }
    users.sort_by_key(|user| text(&user["id"]));
    let skus = service.json("/subscribedSkus?$select=skuId,consumedUnits");
    let used: Vec<i64> = (0..PRODUCTS.len())
        .map(|product| {
            let mut skus = skus["value"].as_array().expect("a list").iter();
            let sku = skus.find(|sku| sku["skuId"] == sku_id(product));
            sku.expect("the product is there")["consumedUnits"]
                .as_i64()
                .expect("a number")
        })
        .collect();
    let in_error: Vec<Vec<String>> = (0..GROUPS)
        .map(|group| {
            let list = service.json(&format!(
                "/groups/{}/membersWithLicenseErrors?$select=id",
                group_id(group)
            ));
            let list = list["value"].as_array().expect("a list").iter();
            sorted(list.map(|user| text(&user["id"])).collect())
        })
        .collect();
    json!({"users": users, "used": used, "inError": in_error})
}

/// A small generator, so that a life follows from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// A product and some of its plans.
    fn license(&mut self) -> (usize, BTreeSet<&'static str>) {
        let product = self.roll(PRODUCTS.len());
        let plans = PRODUCTS[product].1.iter().copied();
        let off = plans.filter(|_| self.roll(4) == 0).collect();
        (product, off)
    }
}

fn company(is_automatic: bool) -> Value {
    let skus: Vec<Value> = PRODUCTS
        .iter()
        .enumerate()
        .map(|(product, (name, plans))| {
            let plans: Vec<Value> = plans
                .iter()
                .map(|plan| json!({"servicePlanId": plan_id(plan), "servicePlanName": plan, "appliesTo": "User"}))
                .collect();
            json!({"skuId": sku_id(product), "skuPartNumber": name, "servicePlans": plans, "prepaidUnits": {"enabled": 3}})
        })
        .collect();
    let model = Model::new(is_automatic);
    let users: Vec<Value> = model
        .users
        .iter()
        .enumerate()
        .map(|(number, user)| {
            let mut account = json!({"id": user_id(number), "userPrincipalName": format!("u{number}@contoso.com"),
                "displayName": format!("User {number}"), "mail": format!("mail{number}@contoso.com")});
            if let Some(location) = user.location {
                account["usageLocation"] = json!(location);
            }
            if number == DOUBLE {
                account["proxyAddresses"] = json!([format!("smtp:mail{}@contoso.com", DOUBLE - 1)]);
            }
            account
        })
        .collect();
    let groups: Vec<Value> = (0..GROUPS)
        .map(|group| json!({"id": group_id(group), "displayName": format!("Group {group}")}))
        .collect();
    json!({
        "version": 1, "clock": "2026-11-25T09:00:00Z",
        "organization": {"displayName": "Contoso", "countryLetterCode": "GB"},
        "subscribedSkus": skus, "users": users, "groups": groups,
        "rules": {
            "dependencies": [{"plan": plan_id("VOICE"), "needsAnyOf": [plan_id("CHAT")]}],
            "exclusions": [[plan_id("SHARE"), plan_id("OTHER_SHARE")]],
            "barred": [{"plan": plan_id("VAULT"), "locations": ["FR"]}],
        },
        "settings": {"groups": {"memberOrder": "joined", "refill": if is_automatic { "automatic" } else { "manual" }}},
    })
}

/// Does one random thing to both. Says what it was.
fn act(service: &Service, model: &mut Model, dice: &mut Dice) -> String {
    let user = dice.roll(USERS);
    let group = dice.roll(GROUPS);
    let is_there = !model.users[user].is_deleted;
    let is_member = model.groups[group].members.contains_key(&user);
    let before = model.all_used();
    match dice.roll(16) {
        0..=3 if is_there && !is_member => {
            let link = format!(
                "https://graph.microsoft.com/v1.0/directoryObjects/{}",
                user_id(user)
            );
            let answer = service.post(
                &format!("/groups/{}/members/$ref", group_id(group)),
                &json!({"@odata.id": link}),
            );
            assert_eq!(answer.status, 204, "{}", answer.text);
            let members = &mut model.groups[group].members;
            let joined = members.values().max().map_or(1, |last| last + 1);
            members.insert(user, joined);
            if !model.groups[group].gives.is_empty() {
                model.settle(&[user]);
            }
            format!("user {user} joins group {group}")
        }
        0..=5 if is_there && is_member => {
            let answer = service.delete(&format!(
                "/groups/{}/members/{}/$ref",
                group_id(group),
                user_id(user)
            ));
            assert_eq!(answer.status, 204, "{}", answer.text);
            model.groups[group].members.remove(&user);
            let has_some = model.users[user].has.keys().any(|key| key.1 == Some(group));
            if has_some || !model.groups[group].gives.is_empty() {
                model.settle(&[user]);
            }
            format!("user {user} leaves group {group}")
        }
        6..=9 => {
            let (product, off) = dice.license();
            let gives = &model.groups[group].gives;
            let removed: Option<usize> = gives
                .keys()
                .copied()
                .filter(|held| *held != product)
                .nth(dice.roll(3));
            let only_removes = removed.is_some() && dice.roll(2) == 0;
            let mut after = gives.clone();
            let mut add = Vec::new();
            if !only_removes {
                after.insert(product, off.clone());
                let off: Vec<String> = off.iter().map(|plan| plan_id(plan)).collect();
                add.push(json!({"skuId": sku_id(product), "disabledPlans": off}));
            }
            if let Some(removed) = removed {
                after.remove(&removed);
            }
            let remove: Vec<String> = removed.into_iter().map(sku_id).collect();
            let answer = service.post(
                &format!("/groups/{}/assignLicense", group_id(group)),
                &json!({"addLicenses": add, "removeLicenses": remove}),
            );
            // A plan and the one it needs must be on the same group.
            let given: Vec<_> = after
                .iter()
                .map(|(product, off)| (*product, None, off.clone()))
                .collect();
            let plans = plans_on(&given);
            let is_closed = !plans.contains("VOICE") || plans.contains("CHAT");
            assert_eq!(answer.status == 202, is_closed, "{}", answer.text);
            if is_closed {
                model.groups[group].gives = after;
                let members = &model.groups[group].members;
                let mut order: Vec<(usize, usize)> = members
                    .iter()
                    .map(|(user, joined)| (*joined, *user))
                    .collect();
                order.sort_unstable();
                let order: Vec<usize> = order.into_iter().map(|(_, user)| user).collect();
                model.settle(&order);
            }
            format!(
                "group {group}: {product} without {off:?} added unless {only_removes}, {removed:?} removed"
            )
        }
        10 if is_there => {
            let (product, off) = dice.license();
            let list: Vec<String> = off.iter().map(|plan| plan_id(plan)).collect();
            let answer = service.post(
                &format!("/users/{}/assignLicense", user_id(user)),
                &json!({"addLicenses": [{"skuId": sku_id(product), "disabledPlans": list}], "removeLicenses": []}),
            );
            // What is refused a user is judged by tests of its own.
            if answer.status == 200 {
                let entry = Entry {
                    off,
                    state: "Active",
                    error: "None",
                };
                model.users[user].has.insert((product, None), entry);
            }
            format!("user {user} is given {product}: {}", answer.status)
        }
        11 if is_there => {
            let product = dice.roll(PRODUCTS.len());
            let answer = service.assign(&user_id(user), &[], &[&sku_id(product)]);
            if answer.status == 200 {
                model.users[user].has.remove(&(product, None));
                model.note_free(&before);
                model.settle(&[]);
            }
            format!("user {user} loses {product}: {}", answer.status)
        }
        12 => {
            let product = dice.roll(PRODUCTS.len());
            let seats = dice.roll(5) as i64;
            service
                .tenant
                .change(&json!({"subscribedSkus": [{"skuId": sku_id(product), "prepaidUnits": {"enabled": seats}}]}))
                .expect("the change is right");
            model.seats[product] = seats;
            if model.is_automatic && !model.waiting(product).is_empty() {
                model.refills.insert(product);
                model.settle(&[]);
            }
            format!("{product} has {seats} seats")
        }
        13 if is_there => {
            let location = ["GB", "FR"][dice.roll(2)];
            let answer = service.patch(
                &format!("/users/{}", user_id(user)),
                &json!({"usageLocation": location}),
            );
            assert_eq!(answer.status, 204, "{}", answer.text);
            // This alone is no reason to process the user.
            model.users[user].location = Some(location);
            format!("user {user} moves to {location}")
        }
        14 if is_there => {
            assert_eq!(
                service.delete(&format!("/users/{}", user_id(user))).status,
                204
            );
            model.users[user].is_deleted = true;
            model.note_free(&before);
            model.settle(&[]);
            format!("user {user} is deleted")
        }
        _ if !is_there => {
            let path = format!("/directory/deletedItems/{}/restore", user_id(user));
            service.post(&path, &json!({})).assert_ok();
            restore(model, user);
            format!("user {user} is restored")
        }
        _ => {
            let path = format!("/users/{}/reprocessLicenseAssignment", user_id(user));
            let answer = service.post(&path, &json!({}));
            model.settle(&[user]);
            let fails = |entry: &Entry| !matches!(entry.error, "None" | "Other");
            let is_well = !model.users[user].has.values().any(fails);
            // Somebody who waits may have been served by the very seat that came free.
            if !model.is_automatic {
                assert_eq!(answer.status == 200, is_well, "{}", answer.text);
            }
            format!("user {user} is processed again: {}", answer.status)
        }
    }
}

/// A restored user needs free seats again. Where there is none, a direct licence is lost, and a group's waits.
fn restore(model: &mut Model, user: usize) {
    for product in 0..PRODUCTS.len() {
        let holds = |key: &(usize, From), entry: &Entry| key.0 == product && entry.counts();
        let person = &mut model.users[user];
        if !person.has.iter().any(|(key, entry)| holds(key, entry)) {
            continue;
        }
        // Still counted as deleted here.
        if model.free(product) == 0 {
            let person = &mut model.users[user];
            person.has.remove(&(product, None));
            for (key, entry) in &mut person.has {
                if key.0 == product {
                    entry.state = "Error";
                    entry.error = "CountViolation";
                }
            }
        }
    }
    model.users[user].is_deleted = false;
    model.settle(&[user]);
}

fn live(seed: u64, sequences: usize, is_automatic: bool) {
    let service = Service::new(&company(is_automatic));
    let mut model = Model::new(is_automatic);
    let mut dice = Dice(seed);
    let mut story = Vec::new();
    for sequence in 0..sequences {
        for _ in 0..3 + dice.roll(3) {
            story.push(act(&service, &mut model, &mut dice));
            // What an act makes due is done in full before the next.
            while service.tenant.step().expect("the step is done").is_due {}
        }
        let (found, wanted) = (picture(&service), model.picture());
        assert_eq!(
            found,
            wanted,
            "seed {seed}, sequence {sequence}, automatic {is_automatic}:\n{}",
            story.join("\n")
        );
        for (product, used) in model.all_used().into_iter().enumerate() {
            assert!((0..=6).contains(&used), "product {product}");
        }
    }
}

/// So many sequences of three to five acts, in tenants of a hundred sequences each.
fn lives(first: u64, tenants: u64, is_automatic: bool) {
    for seed in first..first + tenants {
        live(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), 100, is_automatic);
    }
}

#[test]
fn five_thousand_random_sequences_agree_with_a_plain_model() {
    lives(1, 50, false);
}

#[test]
fn five_thousand_more_agree_where_those_who_wait_are_served_by_themselves() {
    lives(1000, 50, true);
}
