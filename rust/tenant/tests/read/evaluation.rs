//! Filters against a second reading of their rules: the tenant's answers must equal what a plain walk over the same
//! people finds.

use crate::service::{E3, E5, EVENTUAL, FLOW, Service, encode};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

/// One account, as the seed gives it.
#[derive(Debug, Clone)]
struct Person {
    number: usize,
    display_name: Option<String>,
    city: Option<String>,
    company: Option<String>,
    location: Option<String>,
    enabled: bool,
    synced: Option<bool>,
    /// Minutes after 2024-01-01T00:00:00Z.
    created: u32,
    attribute: Option<String>,
    addresses: Vec<String>,
    licenses: Vec<&'static str>,
}

/// A question about a person, with its answer by the rules of OData: a comparison with nothing is false, and `ne` and
/// `not` are the opposites of what they negate.
#[derive(Debug, Clone)]
enum Ask {
    Text(Attribute, Compare, Option<String>),
    TextIn(Attribute, Vec<String>),
    Starts(Attribute, String),
    Enabled(Compare, bool),
    Synced(Compare, bool),
    Created(Compare, u32),
    Holds(&'static str),
    HoldsAny(bool),
    Address(Compare, String),
    AddressStarts(String),
    AddressEnds(String),
    Not(Box<Ask>),
    And(Vec<Ask>),
    Or(Vec<Ask>),
}

#[derive(Debug, Clone, Copy)]
enum Attribute {
    DisplayName,
    City,
    Company,
    Location,
    Attribute1,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Compare {
    Eq,
    Ne,
    Ge,
    Le,
    Gt,
    Lt,
}

impl Attribute {
    fn name(self) -> &'static str {
        match self {
            Self::DisplayName => "displayName",
            Self::City => "city",
            Self::Company => "companyName",
            Self::Location => "usageLocation",
            Self::Attribute1 => "onPremisesExtensionAttributes/extensionAttribute1",
        }
    }

    fn of(self, person: &Person) -> Option<&str> {
        match self {
            Self::DisplayName => person.display_name.as_deref(),
            Self::City => person.city.as_deref(),
            Self::Company => person.company.as_deref(),
            Self::Location => person.location.as_deref(),
            Self::Attribute1 => person.attribute.as_deref(),
        }
    }
}

impl Compare {
    fn word(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Ge => "ge",
            Self::Le => "le",
            Self::Gt => "gt",
            Self::Lt => "lt",
        }
    }

    fn holds<T: PartialOrd>(self, left: Option<T>, right: T) -> bool {
        match left {
            None => self == Self::Ne,
            Some(left) => match self {
                Self::Eq => left == right,
                Self::Ne => left != right,
                Self::Ge => left >= right,
                Self::Le => left <= right,
                Self::Gt => left > right,
                Self::Lt => left < right,
            },
        }
    }
}

fn small(text: &str) -> String {
    text.to_lowercase()
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn time(minutes: u32) -> String {
    let (days, rest) = (minutes / 1440, minutes % 1440);
    format!(
        "2024-01-{:02}T{:02}:{:02}:00Z",
        days + 1,
        rest / 60,
        rest % 60
    )
}

impl Ask {
    fn holds(&self, person: &Person) -> bool {
        match self {
            Self::Text(attribute, Compare::Eq, None) => attribute.of(person).is_none(),
            Self::Text(attribute, _, None) => attribute.of(person).is_some(),
            Self::Text(attribute, compare, Some(text)) => {
                compare.holds(attribute.of(person).map(small), small(text))
            }
            Self::TextIn(attribute, texts) => attribute
                .of(person)
                .is_some_and(|value| texts.iter().any(|text| small(text) == small(value))),
            Self::Starts(attribute, text) => attribute
                .of(person)
                .is_some_and(|value| small(value).starts_with(&small(text))),
            Self::Enabled(compare, value) => compare.holds(Some(person.enabled), *value),
            Self::Synced(compare, value) => compare.holds(person.synced, *value),
            Self::Created(compare, minutes) => compare.holds(Some(person.created), *minutes),
            Self::Holds(sku) => person.licenses.contains(sku),
            Self::HoldsAny(wanted) => person.licenses.is_empty() != *wanted,
            Self::Address(compare, text) => person
                .addresses
                .iter()
                .any(|address| compare.holds(Some(small(address)), small(text))),
            Self::AddressStarts(text) => person
                .addresses
                .iter()
                .any(|address| small(address).starts_with(&small(text))),
            Self::AddressEnds(text) => person
                .addresses
                .iter()
                .any(|address| small(address).ends_with(&small(text))),
            Self::Not(ask) => !ask.holds(person),
            Self::And(asks) => asks.iter().all(|ask| ask.holds(person)),
            Self::Or(asks) => asks.iter().any(|ask| ask.holds(person)),
        }
    }

    fn filter(&self) -> String {
        match self {
            Self::Text(attribute, compare, text) => {
                let value = text.as_deref().map_or("null".to_owned(), quoted);
                format!("{} {} {value}", attribute.name(), compare.word())
            }
            Self::TextIn(attribute, texts) => {
                let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
                format!("{} in ({})", attribute.name(), texts.join(", "))
            }
            Self::Starts(attribute, text) => {
                format!("startsWith({},{})", attribute.name(), quoted(text))
            }
            Self::Enabled(compare, value) => format!("accountEnabled {} {value}", compare.word()),
            Self::Synced(compare, value) => {
                format!("onPremisesSyncEnabled {} {value}", compare.word())
            }
            Self::Created(compare, minutes) => {
                format!("createdDateTime {} {}", compare.word(), time(*minutes))
            }
            Self::Holds(sku) => format!("assignedLicenses/any(l:l/skuId eq {sku})"),
            Self::HoldsAny(true) => "assignedLicenses/$count ne 0".to_owned(),
            Self::HoldsAny(false) => "assignedLicenses/$count eq 0".to_owned(),
            Self::Address(compare, text) => {
                format!(
                    "proxyAddresses/any(a:a {} {})",
                    compare.word(),
                    quoted(text)
                )
            }
            Self::AddressStarts(text) => {
                format!("proxyAddresses/any(a:startsWith(a,{}))", quoted(text))
            }
            Self::AddressEnds(text) => {
                format!("proxyAddresses/any(a:endsWith(a,{}))", quoted(text))
            }
            Self::Not(ask) => format!("not ({})", ask.filter()),
            Self::And(asks) => joined(asks, " and "),
            Self::Or(asks) => joined(asks, " or "),
        }
    }
}

fn joined(asks: &[Ask], operator: &str) -> String {
    let parts: Vec<String> = asks
        .iter()
        .map(|ask| format!("({})", ask.filter()))
        .collect();
    parts.join(operator)
}

/// Few texts, so that questions find somebody; with quotes, scripts and signs that SQL or JSON could trip over.
fn text() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "a",
        "A",
        "ab",
        "Ab C",
        "b",
        "Zürich",
        "ZÜRICH",
        "zu",
        "o'Hara",
        "%",
        "a%b",
        "_",
        "\"q\"",
        "\\",
        "é",
        "É",
        "日本",
        "\u{1F600}",
        " a",
        "smtp:a@x",
        "SMTP:a@x",
    ])
    .prop_map(str::to_owned)
}

fn person(number: usize) -> impl Strategy<Value = Person> {
    let texts = (
        prop::option::weighted(0.9, text()),
        prop::option::of(text()),
        prop::option::of(text()),
        prop::option::of(prop::sample::select(vec!["GB", "DE", "US"])),
        prop::option::of(text()),
    );
    let licenses = prop::sample::subsequence(vec![E3, E5, FLOW], 0..=3);
    let addresses = prop::collection::vec(text(), 0..3);
    (
        texts,
        any::<bool>(),
        any::<Option<bool>>(),
        0..20_000u32,
        addresses,
        licenses,
    )
        .prop_map(
            move |(texts, enabled, synced, created, addresses, licenses)| Person {
                number,
                display_name: texts.0,
                city: texts.1,
                company: texts.2,
                location: texts.3.map(str::to_owned),
                enabled,
                synced,
                created,
                attribute: texts.4,
                addresses,
                licenses,
            },
        )
}

fn ask() -> impl Strategy<Value = Ask> {
    let any_compare = prop::sample::select(vec![
        Compare::Eq,
        Compare::Ne,
        Compare::Ge,
        Compare::Le,
        Compare::Gt,
        Compare::Lt,
    ]);
    let equality = prop::sample::select(vec![Compare::Eq, Compare::Ne]);
    let attribute = prop::sample::select(vec![
        Attribute::DisplayName,
        Attribute::City,
        Attribute::Company,
        Attribute::Location,
        Attribute::Attribute1,
    ]);
    // A name has no index for ranges.
    let ranged = prop::sample::select(vec![
        Attribute::City,
        Attribute::Company,
        Attribute::Location,
        Attribute::Attribute1,
    ]);
    let leaf = prop_oneof![
        (
            attribute.clone(),
            equality.clone(),
            prop::option::weighted(0.8, text())
        )
            .prop_map(|(attribute, compare, text)| Ask::Text(attribute, compare, text)),
        (ranged, any_compare.clone(), text()).prop_map(|(attribute, compare, text)| Ask::Text(
            attribute,
            compare,
            Some(text)
        )),
        (attribute.clone(), prop::collection::vec(text(), 1..4))
            .prop_map(|(attribute, texts)| Ask::TextIn(attribute, texts)),
        (attribute, text()).prop_map(|(attribute, text)| Ask::Starts(attribute, text)),
        (any_compare.clone(), any::<bool>())
            .prop_map(|(compare, value)| Ask::Enabled(compare, value)),
        (any_compare.clone(), any::<bool>())
            .prop_map(|(compare, value)| Ask::Synced(compare, value)),
        (any_compare.clone(), 0..20_000u32)
            .prop_map(|(compare, minutes)| Ask::Created(compare, minutes)),
        prop::sample::select(vec![E3, E5, FLOW]).prop_map(Ask::Holds),
        any::<bool>().prop_map(Ask::HoldsAny),
        (any_compare, text()).prop_map(|(compare, text)| Ask::Address(compare, text)),
        text().prop_map(Ask::AddressStarts),
        text().prop_map(Ask::AddressEnds),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ask| Ask::Not(Box::new(ask))),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Ask::And),
            prop::collection::vec(inner, 2..4).prop_map(Ask::Or),
        ]
    })
}

fn seed(people: &[Person]) -> String {
    let users: Vec<Value> = people
        .iter()
        .map(|person| {
            let licenses: Vec<Value> = person.licenses.iter().map(|sku| json!({"skuId": sku})).collect();
            json!({
                "userPrincipalName": format!("p{}@contoso.com", person.number),
                "displayName": person.display_name, "city": person.city, "companyName": person.company,
                "usageLocation": person.location, "accountEnabled": person.enabled,
                "onPremisesSyncEnabled": person.synced, "createdDateTime": time(person.created),
                "onPremisesExtensionAttributes": {"extensionAttribute1": person.attribute},
                "proxyAddresses": person.addresses, "assignedLicenses": licenses,
            })
        })
        .collect();
    let skus: Vec<Value> = [E3, E5, FLOW]
        .iter()
        .map(|sku| json!({"skuId": sku, "prepaidUnits": {"enabled": 1000}}))
        .collect();
    json!({"version": 1, "users": users, "subscribedSkus": skus}).to_string()
}

#[test]
fn filters_find_whom_a_plain_walk_finds() {
    let mut runner = TestRunner::new(Config::default());
    let mut draw = |strategy: &BoxedStrategy<Person>| {
        strategy.new_tree(&mut runner).expect("a person").current()
    };
    let people: Vec<Person> = (0..80)
        .map(|number| draw(&person(number).boxed()))
        .collect();
    let service = Service::new(&seed(&people));
    let mut runner = TestRunner::new(Config {
        cases: 1_500,
        failure_persistence: None,
        ..Config::default()
    });
    let found_somebody = std::cell::Cell::new(0);
    let outcome = runner.run(&ask(), |ask| {
        let filter = ask.filter();
        let path = format!(
            "/v1.0/users?$count=true&$top=999&$select=userPrincipalName&$filter={}",
            encode(&filter)
        );
        let answer = service.send("GET", &path, EVENTUAL, "");
        prop_assert_eq!(answer.status, 200, "{}: {}", filter, answer.text);
        let expected: Vec<String> = people
            .iter()
            .filter(|person| ask.holds(person))
            .map(|person| format!("p{}@contoso.com", person.number))
            .collect();
        found_somebody
            .set(found_somebody.get() + usize::from(!expected.is_empty() && expected.len() < 80));
        prop_assert_eq!(
            answer.values("userPrincipalName"),
            expected.clone(),
            "{}",
            filter
        );
        prop_assert_eq!(
            answer.json()["@odata.count"].as_u64(),
            Some(expected.len() as u64)
        );
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    // A generator whose questions find nobody, or everybody, would prove nothing.
    assert!(found_somebody.get() > 500, "{}", found_somebody.get());
}
