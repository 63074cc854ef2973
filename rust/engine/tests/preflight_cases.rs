//! The hand-written table of whole runs: what is predicted, what is expected, and what then happens on a tenant.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Method;
use mglicense_engine::{EventKind, Operation};
use mglicense_rules::Guid;
use mglicense_rules::assignment::{Holding, UserFacts};
use serde_json::{Map, Value, json};

use bulk::{Runs, Troubled, feed, results, start_run};
use cases::{Aliases, Case, items, words};
use support::{drain, start};
use tenant::LocalTenant;

#[path = "support/bulk.rs"]
mod bulk;
#[path = "../../rules/tests/support/cases.rs"]
mod cases;
#[path = "support/seed.rs"]
mod seed;
mod support;
#[path = "support/tenant.rs"]
mod tenant;

const TABLE: &str = include_str!("preflight-cases.txt");

/// Somebody who was there and was deleted.
const GONE: &str = "gone@contoso.com";

/// One line of the table.
struct RunCase {
    at: String,
    tenant: Case,
    users: Vec<(String, UserFacts)>,
    wish: Value,
    partial: Option<String>,
    rows: Vec<RowOfCase>,
    expected: Vec<ExpectedRow>,
    /// What users hold afterwards who change, and their new location.
    after: BTreeMap<String, (Vec<Holding>, Option<String>)>,
}

struct RowOfCase {
    /// As the table names it.
    user: String,
    own: Map<String, Value>,
}

/// What the table says of a row.
#[derive(Debug, Default, PartialEq, Eq)]
struct ExpectedRow {
    /// `changed`, `same`, `held` or `fail`; `refused` for what is likely to fail, and does.
    fate: String,
    causes: Vec<String>,
    likely: Vec<String>,
    risks: Vec<String>,
}

fn all() -> Vec<RunCase> {
    let aliases = cases::aliases();
    let lines = TABLE.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|(number, line)| read(&aliases, number + 1, line))
        .collect()
}

fn read(aliases: &Aliases, number: usize, line: &str) -> RunCase {
    let cells: Vec<&str> = line.split('|').map(str::trim).collect();
    let [name, tenant, users, run, rows, expected, source] = cells[..] else {
        panic!("line {number} has {} cells, not 7", cells.len());
    };
    assert!(!source.is_empty(), "line {number} names no source");
    let users: Vec<(String, UserFacts)> = parts(users)
        .map(|user| {
            let (name, facts) = user.split_once(':').expect("name: location; holdings");
            (name.trim().to_owned(), aliases.user(facts))
        })
        .collect();
    let facts: Vec<UserFacts> = users.iter().map(|(_, facts)| facts.clone()).collect();
    let (wish, partial) = wish(aliases, run);
    let rows: Vec<RowOfCase> = if rows.is_empty() {
        users.iter().map(|(name, _)| row(aliases, name)).collect()
    } else {
        parts(rows).map(|text| row(aliases, text)).collect()
    };
    let (fates, after) = expected.split_once("=>").unwrap_or((expected, ""));
    let expected: Vec<ExpectedRow> = parts(fates).map(expected_row).collect();
    assert_eq!(expected.len(), rows.len(), "line {number}");
    let after = parts(after).map(|user| {
        let (name, state) = user.split_once(':').expect("name: holdings");
        let mut location = None;
        let mut holdings = Vec::new();
        for item in items(state) {
            match item.strip_prefix('@') {
                Some(code) => location = Some(code.to_owned()),
                None if item == "none" => {}
                None => holdings.push(aliases.holding(item)),
            }
        }
        // A user of whom only a new location is told holds what was held.
        if location.is_some() && state.split(';').count() == 1 {
            let user = users.iter().find(|(user, _)| user == name.trim()).unwrap();
            holdings.clone_from(&user.1.holdings);
        }
        (name.trim().to_owned(), (cases::sorted(holdings), location))
    });
    // What else the tenant owns makes no difference, and makes it slow.
    let mut tenant = aliases.tenant(number, tenant, &facts);
    let named: Vec<Guid> = line
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter_map(|word| aliases.known_sku(word))
        .collect();
    tenant.skus.retain(|sku| named.contains(&sku.sku_id));
    RunCase {
        at: format!("line {number}: {name} ({source})"),
        tenant,
        wish,
        partial,
        rows,
        expected,
        after: after.collect(),
        users,
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split('/')
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// A wish as the table words it, in JSON, and how seats go.
fn wish(aliases: &Aliases, text: &str) -> (Value, Option<String>) {
    let mut wish = json!({});
    let mut partial = None;
    let mut push = |member: &str, value: Value| {
        let list = wish[member].as_array().cloned().unwrap_or_default();
        wish[member] = list.into_iter().chain([value]).collect();
    };
    let plans = |text: &str| -> Vec<Guid> { aliases.plan_list(text) };
    let mut flags = Map::new();
    for item in items(text) {
        let (verb, rest) = item.split_once(' ').unwrap_or((item, ""));
        match verb {
            "add" => {
                let (sku, off) = match rest.split_once(" off ") {
                    Some((sku, off)) => (sku, Some(plans(off))),
                    None => (rest, None),
                };
                let mut add = json!({ "skuId": aliases.sku(sku) });
                if let Some(off) = off {
                    add["disabledPlans"] = json!(off);
                }
                push("addLicenses", add);
            }
            "remove" => push("removeLicenses", json!(aliases.sku(rest))),
            "plans" if rest == "none" => {
                flags.insert("disabledPlans".into(), json!([]));
            }
            "plans" => {
                flags.insert("disabledPlans".into(), json!(plans(rest)));
            }
            "location" => {
                flags.insert("usageLocation".into(), json!(rest));
            }
            "all" => {
                flags.insert("removeAll".into(), json!(true));
            }
            "lenient" => {
                flags.insert("lenient".into(), json!(true));
            }
            "switch" => {
                let (from, to) = rest.split_once(" to ").expect("switch A to B");
                for sku in from.split_whitespace() {
                    push("switchFrom", json!(aliases.sku(sku)));
                }
                for sku in to.split_whitespace() {
                    push("switchTo", json!(aliases.sku(sku)));
                }
            }
            "new" => {
                flags.insert("newPlansOff".into(), json!(true));
            }
            "on" => plans(rest)
                .iter()
                .for_each(|plan| push("enablePlans", json!(plan))),
            "off" => plans(rest)
                .iter()
                .for_each(|plan| push("disablePlans", json!(plan))),
            "in" => {
                flags.insert("planSku".into(), json!(aliases.sku(rest)));
            }
            "partial" => partial = Some(rest.to_owned()),
            other => panic!("no verb {other}"),
        }
    }
    for (member, value) in flags {
        wish[member.as_str()] = value;
    }
    (wish, partial)
}

fn row(aliases: &Aliases, text: &str) -> RowOfCase {
    let (user, own) = text.split_once(':').unwrap_or((text, ""));
    let (own, partial) = wish(aliases, own);
    assert_eq!(partial, None);
    let Value::Object(own) = own else {
        unreachable!("a wish is an object")
    };
    RowOfCase {
        user: user.trim().to_owned(),
        own,
    }
}

fn expected_row(text: &str) -> ExpectedRow {
    let mut row = ExpectedRow::default();
    let mut list = 0;
    for word in words(text) {
        match word.as_str() {
            "changed" | "same" | "held" | "fail" => row.fate = word,
            "likely" => list = 1,
            "risk" => list = 2,
            _ if list == 0 => row.causes.push(word),
            _ if list == 1 => row.likely.push(word),
            _ => row.risks.push(word),
        }
    }
    if row.fate.is_empty() {
        row.fate = "refused".to_owned();
    }
    row
}

fn principal_name(user: &str) -> String {
    format!("{user}@contoso.com")
}

impl RunCase {
    fn build(&self) -> LocalTenant {
        let names: Vec<String> = self
            .users
            .iter()
            .map(|(name, _)| principal_name(name))
            .collect();
        let mut users: Vec<(&str, &UserFacts)> = names
            .iter()
            .zip(&self.users)
            .map(|(name, (_, facts))| (name.as_str(), facts))
            .collect();
        let nobody = UserFacts::default();
        users.push((GONE, &nobody));
        let tenant = LocalTenant::of_seed(&seed::of(&self.tenant, &self.tenant.skus, &users));
        for sku in &self.tenant.gone {
            tenant.remove_product(sku.sku_id);
        }
        let deleted = tenant.send(Method::DELETE, &format!("v1.0/users/{GONE}"), None);
        assert_eq!(deleted.status, 204);
        tenant
    }

    /// The rows as a caller hands them in.
    fn rows(&self, tenant: &LocalTenant) -> Vec<Value> {
        let named = |user: &str| match user {
            "blank" => " ".to_owned(),
            id if id.ends_with('#') => {
                let name = principal_name(id.trim_end_matches('#'));
                let user = tenant.get(&format!("v1.0/users/{name}?$select=id"));
                user["id"].as_str().unwrap().to_owned()
            }
            capital if capital.chars().all(char::is_uppercase) => {
                principal_name(capital).to_uppercase()
            }
            user => principal_name(user),
        };
        let rows = self.rows.iter().map(|row| {
            let mut own = row.own.clone();
            own.insert("userId".into(), named(&row.user).into());
            Value::Object(own)
        });
        rows.collect()
    }

    fn payload(&self, tenant: &LocalTenant) -> Value {
        let mut payload = json!({ "wish": self.wish, "rows": self.rows(tenant) });
        if let Some(partial) = &self.partial {
            payload["partial"] = json!(partial);
        }
        payload
    }

    /// Locations and holdings of all users.
    fn state(&self, tenant: &LocalTenant) -> BTreeMap<String, (Option<String>, Vec<Holding>)> {
        let users = self.users.iter();
        users
            .map(|(name, _)| (name.clone(), seed::holdings(tenant, &principal_name(name))))
            .collect()
    }

    /// The same, as the table expects it afterwards.
    fn expected_state(&self) -> BTreeMap<String, (Option<String>, Vec<Holding>)> {
        let users = self.users.iter().map(|(name, facts)| {
            let before = facts.usage_location.clone();
            let state = match self.after.get(name) {
                Some((holdings, location)) => (location.clone().or(before), holdings.clone()),
                None => (before, cases::sorted(facts.holdings.clone())),
            };
            (name.clone(), state)
        });
        users.collect()
    }

    /// How many locations and how many licence changes go out: one for each user of whom it differs, or who is refused.
    fn expected_writes(
        &self,
        after: &BTreeMap<String, (Option<String>, Vec<Holding>)>,
    ) -> (usize, usize) {
        let (mut locations, mut licences) = (0, 0);
        for (name, before) in &self.users {
            let (location, holdings) = &after[name];
            locations += usize::from(*location != before.usage_location);
            let is_of_user =
                |row: &&RowOfCase| row.user.trim_end_matches('#').eq_ignore_ascii_case(name);
            let mut rows = self.rows.iter().zip(&self.expected);
            let refused = rows.find(|(row, told)| is_of_user(row) && told.fate == "refused");
            // A location that is refused comes first, and nothing after it.
            let by_location =
                refused.is_some_and(|(_, told)| told.likely == ["UsageLocationUnlisted"]);
            locations += usize::from(by_location);
            let differs = *holdings != cases::sorted(before.holdings.clone());
            licences += usize::from(differs || (refused.is_some() && !by_location));
        }
        (locations, licences)
    }

    /// Seats in use afterwards: those before, and what users have more or less of.
    fn expected_seats(&self) -> BTreeMap<Guid, i64> {
        let after = self.expected_state();
        let skus = self.tenant.skus.iter().map(|sku| {
            let delta: i64 = self
                .users
                .iter()
                .map(|(name, before)| {
                    let after = UserFacts {
                        usage_location: None,
                        holdings: after[name].1.clone(),
                    };
                    i64::from(seed::holds(&after, sku.sku_id))
                        - i64::from(seed::holds(before, sku.sku_id))
                })
                .sum();
            (sku.sku_id, sku.consumed + delta)
        });
        skus.collect()
    }
}

/// What a prediction says of a row, in the table's words.
fn told(row: &Value, held_back: bool) -> ExpectedRow {
    let no_reasons = Vec::new();
    let reasons = row["reasons"].as_array().unwrap_or(&no_reasons);
    let codes = |certainty: &str| -> Vec<String> {
        let reasons = reasons
            .iter()
            .filter(|reason| reason["certainty"] == certainty);
        reasons
            .map(|reason| reason["code"].as_str().unwrap().to_owned())
            .collect()
    };
    let fate = match row["status"].as_str().unwrap() {
        "Failed" => "fail",
        "Unchanged" => "same",
        "Changed" if held_back => "held",
        "Changed" => "changed",
        other => other,
    };
    assert_eq!(row["willSucceed"], fate != "fail", "{row}");
    ExpectedRow {
        fate: fate.to_owned(),
        causes: codes("Certain"),
        likely: codes("Likely"),
        risks: codes("DataAtRisk")
            .iter()
            .map(|code| code.trim_end_matches("AtRisk").to_lowercase())
            .collect(),
    }
}

#[test]
fn there_are_as_many_cases_as_were_promised() {
    assert!(all().len() >= 200, "{}", all().len());
}

#[test]
fn every_run_of_the_table_is_predicted_as_written() {
    let mut faults = Vec::new();
    for case in all() {
        let tenant = case.build();
        let before = (case.state(&tenant), seed::consumed(&tenant));
        let said = drain(&start(
            &tenant.session(),
            Operation::TestRows,
            case.payload(&tenant),
        ));
        let rows: Vec<Value> = said
            .of(EventKind::Page)
            .iter()
            .flat_map(|page| page.as_array().unwrap().clone())
            .collect();
        let summary = said.of(EventKind::Summary).remove(0);
        let held_back = summary["heldBack"] == true;
        let got: Vec<ExpectedRow> = rows.iter().map(|row| told(row, held_back)).collect();
        // A test only says that the tables speak against it; whether the tenant refuses, shows when it is sent.
        let expected: Vec<ExpectedRow> = case
            .expected
            .iter()
            .map(|row| ExpectedRow {
                fate: if row.fate == "refused" {
                    "changed".to_owned()
                } else {
                    row.fate.clone()
                },
                causes: row.causes.clone(),
                likely: row.likely.clone(),
                risks: row.risks.clone(),
            })
            .collect();
        if got != expected {
            faults.push(format!(
                "{}\n  expected {expected:?}\n  got      {got:?}\n  {rows:?}",
                case.at
            ));
        }
        if (case.state(&tenant), seed::consumed(&tenant)) != before {
            faults.push(format!("{}\n  the test changed something", case.at));
        }
        let is_sure = case.expected.iter().all(|row| row.fate != "refused") && !held_back;
        let expected_seats = case.expected_seats();
        for line in summary["seats"].as_array().unwrap() {
            let sku_id: Guid = line["skuId"].as_str().unwrap().parse().unwrap();
            if is_sure && line["after"] != expected_seats[&sku_id] {
                faults.push(format!(
                    "{}\n  expected seats {expected_seats:?}\n  got      {line}",
                    case.at
                ));
            }
        }
        for (number, row) in rows.iter().enumerate() {
            assert_eq!(row["row"], number + 1, "{}", case.at);
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn every_run_of_the_table_is_carried_out_as_written() {
    let mut faults = Vec::new();
    let runs = Runs::new();
    for case in all() {
        let tenant = case.build();
        let service = Arc::new(Troubled::new(&tenant, |_, _| None));
        let mut options = json!({ "force": true });
        if let Some(partial) = &case.partial {
            options["partial"] = json!(partial);
        }
        let job = start_run(&service.session(), &runs, case.wish.clone(), options);
        let said = feed(&job, &Value::Array(case.rows(&tenant)));
        let mut rows = results(&said);
        rows.sort_by_key(|row| row["row"].as_u64());
        let got: Vec<&str> = rows
            .iter()
            .map(|row| row["status"].as_str().unwrap())
            .collect();
        let expected: Vec<&str> = case
            .expected
            .iter()
            .map(|row| match row.fate.as_str() {
                "changed" => "Changed",
                "same" => "Unchanged",
                "held" => "NotStarted",
                _ => "Failed",
            })
            .collect();
        if got != expected {
            faults.push(format!(
                "{}\n  expected {expected:?}\n  got      {rows:?}",
                case.at
            ));
        }
        // One error for each row that fails, and one that says why nothing is written where seats are short.
        let failed = expected
            .iter()
            .filter(|status| **status == "Failed")
            .count();
        let errors = said.of(EventKind::Error);
        let of_rows = errors.iter().filter(|error| error["row"].is_u64()).count();
        let held = case.expected.iter().any(|row| row.fate == "held");
        let alone = case.partial.is_none()
            && case
                .expected
                .iter()
                .any(|row| row.causes.contains(&"NoSeats".to_owned()));
        if of_rows != failed || errors.len() - of_rows != usize::from(held || alone) {
            faults.push(format!("{}\n  {errors:?}", case.at));
        }
        // What the tenant refuses is what was likely.
        for (row, expected) in rows.iter().zip(&case.expected) {
            let likely = row["reasons"].as_array().into_iter().flatten();
            let mut likely = likely.filter(|reason| reason["certainty"] == "Likely");
            if expected.fate == "refused" && !likely.any(|reason| reason["message"] == row["error"])
            {
                faults.push(format!("{}\n  {row}", case.at));
            }
        }
        let (state, expected_state) = (case.state(&tenant), case.expected_state());
        if state != expected_state {
            faults.push(format!(
                "{}\n  expected {expected_state:?}\n  got      {state:?}",
                case.at
            ));
        }
        let (seats, expected_seats) = (seed::consumed(&tenant), case.expected_seats());
        if seats != expected_seats {
            faults.push(format!(
                "{}\n  expected seats {expected_seats:?}\n  got      {seats:?}",
                case.at
            ));
        }
        let writes = service.writes.lock().unwrap().clone();
        let count = |what: &dyn Fn(&str) -> bool| writes.iter().filter(|write| what(write)).count();
        let locations = count(&|write| write.starts_with("PATCH"));
        let licences = count(&|write| write.ends_with("/assignLicense"));
        let expected_writes = case.expected_writes(&expected_state);
        if (locations, licences) != expected_writes {
            faults.push(format!(
                "{}\n  expected {expected_writes:?} writes\n  got      {writes:?}",
                case.at
            ));
        }
    }
    assert!(
        faults.is_empty(),
        "{} faults\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn what_is_foretold_is_what_the_tenant_says_when_it_is_asked() {
    let mut faults = Vec::new();
    let mut asked = 0;
    for case in all() {
        let members: Vec<&str> = case
            .wish
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let is_plain = members
            .iter()
            .all(|member| ["addLicenses", "removeLicenses"].contains(member));
        let [row] = case.rows.as_slice() else {
            continue;
        };
        let is_one = case.expected[0].fate == "fail" && row.own.is_empty();
        // Both lists of one product, and one list with the same twice, are refused before they are sent.
        let own = ["AddedAndRemoved", "DuplicateProduct", "NoUser"];
        let is_sent = !case.expected[0]
            .causes
            .iter()
            .any(|cause| own.contains(&cause.as_str()));
        if !(is_plain && is_one && is_sent) {
            continue;
        }
        asked += 1;
        let tenant = case.build();
        let said = drain(&start(
            &tenant.session(),
            Operation::TestRows,
            case.payload(&tenant),
        ));
        let told = said.of(EventKind::Page)[0][0]["error"].clone();
        let body = json!({
            "addLicenses": case.wish["addLicenses"].as_array().cloned().unwrap_or_default(),
            "removeLicenses": case.wish["removeLicenses"].as_array().cloned().unwrap_or_default(),
        });
        let url = format!("v1.0/users/{}/assignLicense", principal_name(&row.user));
        let answer = tenant.send(Method::POST, &url, Some(body));
        let answer: Value = serde_json::from_slice(&answer.body).unwrap();
        if answer["error"]["message"] != told {
            faults.push(format!("{}\n  told {told}\n  got  {answer}", case.at));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(asked > 15, "{asked} cases are plain requests");
}
