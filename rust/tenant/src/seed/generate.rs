//! Large made-up tenants, for benchmarks.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use mglicense_rules::assignment::{AppliesTo, PrepaidUnits};
use mglicense_rules::catalog;
use rusqlite::Connection;
use serde_json::{Value, json};

use super::BuildError;
use super::builder::{Builder, NewAssignment, NewSku, Relation};
use super::tenant::Profile;
use super::wishes::Wishes;
use crate::clock::Moment;
use crate::fault::Fault;
use crate::rows::{GroupRow, UserRow};
use crate::store::mix;

/// How many accounts to make up, and of what kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateSpec {
    /// Accounts.
    pub users: u32,
    /// What everything is drawn from.
    pub seed: u32,
    /// Security groups without licences.
    pub groups: u32,
    /// Members of each group.
    pub members: u32,
    /// Accounts that have a licence. Every fourth of them has two.
    pub licensed: u32,
}

/// The text does not describe a tenant to generate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GenerateSpecError(String);

impl fmt::Display for GenerateSpecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GenerateSpecError {}

/// The largest tenant that is made up.
const MOST_USERS: u32 = 10_000_000;

impl GenerateSpec {
    /// A tenant of so many accounts: 60 % licensed, a group of twenty for every hundred.
    pub fn new(users: u32) -> Self {
        Self {
            users,
            seed: 1,
            groups: users / 100,
            members: 20,
            licensed: (u64::from(users) * 60 / 100) as u32,
        }
    }
}

impl FromStr for GenerateSpec {
    type Err = GenerateSpecError;

    /// Reads `users=50000,seed=1,groups=100,members=20,licensed=60%`. Only `users` is needed.
    fn from_str(text: &str) -> Result<Self, GenerateSpecError> {
        const KEYS: &str = "users, seed, groups, members, licensed";
        let mut given: Vec<(&str, &str)> = Vec::new();
        for part in text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
        {
            let (key, value) = part.split_once('=').ok_or_else(|| {
                GenerateSpecError(format!("'{part}' is not of the form name=number"))
            })?;
            let (key, value) = (key.trim(), value.trim());
            if !KEYS.split(", ").any(|known| known == key) {
                return Err(GenerateSpecError(format!("'{key}' is none of: {KEYS}")));
            }
            if given.iter().any(|(other, _)| *other == key) {
                return Err(GenerateSpecError(format!("'{key}' is given twice")));
            }
            given.push((key, value));
        }
        let number = |key: &str, value: &str| {
            value.parse::<u32>().map_err(|_| {
                GenerateSpecError(format!(
                    "{key}={value}: not a whole number from 0 to {}",
                    u32::MAX
                ))
            })
        };
        let find = |key: &str| {
            given
                .iter()
                .find(|(other, _)| *other == key)
                .map(|(_, value)| *value)
        };
        let users =
            find("users").ok_or_else(|| GenerateSpecError("'users' is missing".to_owned()))?;
        let users = number("users", users)?;
        if users > MOST_USERS {
            return Err(GenerateSpecError(format!(
                "users={users}: the most is {MOST_USERS}"
            )));
        }
        let mut spec = Self::new(users);
        for (key, slot) in [
            ("seed", &mut spec.seed),
            ("groups", &mut spec.groups),
            ("members", &mut spec.members),
        ] {
            if let Some(value) = find(key) {
                *slot = number(key, value)?;
            }
        }
        if let Some(value) = find("licensed") {
            spec.licensed = match value.strip_suffix('%') {
                Some(percent) => {
                    let percent = number("licensed", percent)?;
                    if percent > 100 {
                        return Err(GenerateSpecError(format!(
                            "licensed={value}: more than all"
                        )));
                    }
                    (u64::from(users) * u64::from(percent) / 100) as u32
                }
                None => number("licensed", value)?,
            };
            if spec.licensed > users {
                return Err(GenerateSpecError(format!(
                    "licensed={value}: more than the {users} users"
                )));
            }
        }
        spec.members = spec.members.min(users);
        Ok(spec)
    }
}

const GIVEN: [&str; 24] = [
    "Ada", "Bilal", "Chiara", "Daniel", "Elif", "Farah", "Gustav", "Hana", "Ivan", "Joana", "Kofi",
    "Lena", "Mateo", "Nadia", "Oskar", "Priya", "Quentin", "Rosa", "Samir", "Tanja", "Umar",
    "Vera", "Wen", "Zofia",
];
const SURNAMES: [&str; 30] = [
    "Abbott", "Berger", "Costa", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito",
    "Jensen", "Kowalski", "Larsen", "Moreau", "Novak", "Okafor", "Patel", "Quinn", "Rossi",
    "Schmidt", "Tanaka", "Ueda", "Varga", "Weber", "Xu", "Yilmaz", "Zhang", "Bauer", "Clarke",
    "Dumont", "Evans",
];
const DEPARTMENTS: [&str; 8] = [
    "Sales",
    "Finance",
    "Engineering",
    "Operations",
    "Marketing",
    "Support",
    "Legal",
    "Research",
];
const LOCATIONS: [&str; 6] = ["GB", "DE", "FR", "US", "PL", "ES"];
const PRODUCTS: [&str; 4] = ["SPE_E3", "SPE_E5", "ENTERPRISEPACK", "SPE_F1"];
const SECOND: &str = "FLOW_FREE";

/// All made-up times lie in the year from here.
const YEAR_START: i64 = 1_704_067_200;

pub(super) fn fill(
    connection: &Connection,
    spec: &GenerateSpec,
    wishes: Wishes<'_>,
) -> Result<(), BuildError> {
    let mut profile = Profile::default();
    let year = Moment::from_unix(YEAR_START).to_string();
    for (key, value) in [
        ("seed", json!(spec.seed)),
        (
            "organization",
            json!({"displayName": "Contoso", "countryLetterCode": "GB", "createdDateTime": year}),
        ),
        (
            "domains",
            json!([
                {"id": "contoso.com", "isDefault": true},
                {"id": "contoso.onmicrosoft.com", "isInitial": true},
            ]),
        ),
        ("subscribedSkus", json!([])),
        ("subscriptions", json!([])),
    ] {
        profile.set(key, value)?;
    }
    let mut builder = profile.begin(connection, wishes)?;
    builder.now = Moment::from_unix(YEAR_START);
    // Rows come in the order of their keys; the other indexes are quicker made at the end, from sorted rows.
    let indexes = drop_indexes(connection)?;
    let products = add_products(&mut builder, spec)?;
    add_users(&builder, spec, &products)?;
    add_groups(&builder, spec)?;
    for index in indexes {
        connection.execute_batch(&index)?;
    }
    profile.finish(&builder)
}

fn drop_indexes(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut select = connection.prepare(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL
           AND tbl_name IN ('users', 'assignments', 'members', 'groups')",
    )?;
    let indexes: Vec<(String, String)> = select
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// The keys of the products users have first, and of the one some have besides.
struct Products {
    first: Vec<(i64, String)>,
    second: i64,
}

fn add_products(builder: &mut Builder<'_>, spec: &GenerateSpec) -> Result<Products, BuildError> {
    // Seats for everybody and some over, so that a benchmark of assignments does not run out.
    let seats = i64::from(spec.users) * 2 + 100;
    let mut add = |part_number: &str, seats: i64| -> Result<(i64, String), BuildError> {
        let product = catalog::products_by_part_number(part_number)
            .next()
            .ok_or_else(|| Fault::new(format!("unknown product '{part_number}'")))?;
        let sku = NewSku::listed(
            product,
            PrepaidUnits {
                enabled: seats,
                ..PrepaidUnits::default()
            },
        );
        // One plan that some users have switched off.
        let off = sku
            .plans
            .iter()
            .find(|plan| plan.name == "SWAY" || plan.applies_to == AppliesTo::User)
            .map_or(String::new(), |plan| plan.id.to_string());
        Ok((builder.add_sku(sku)?, off))
    };
    let first = PRODUCTS
        .iter()
        .map(|name| add(name, seats))
        .collect::<Result<_, _>>()?;
    let (second, _) = add(SECOND, seats.max(10_000))?;
    Ok(Products { first, second })
}

fn add_users(
    builder: &Builder<'_>,
    spec: &GenerateSpec,
    products: &Products,
) -> Result<(), BuildError> {
    let mut doc = String::with_capacity(1024);
    for number in 0..spec.users {
        let draw = mix(u64::from(spec.seed) << 32 | u64::from(number));
        let given = pick(&GIVEN, draw);
        let surname = pick(&SURNAMES, draw >> 8);
        let department = pick(&DEPARTMENTS, draw >> 16);
        // The licensed are spread over the whole, the same number in every stretch.
        let is_licensed = is_chosen(number, spec.licensed, spec.users);
        let has_location = is_licensed || draw >> 24 & 1 == 0;
        let location = has_location.then(|| pick(&LOCATIONS, draw >> 32));
        let is_synced = draw >> 40 & 1 == 0;
        let is_enabled = draw >> 48 & 31 != 0;
        let created = Moment::from_unix(YEAR_START + (draw >> 20 & 0xff_ffff) as i64);
        let id = builder.next_id()?;
        let local = format!("{given}.{surname}{number}").to_ascii_lowercase();
        doc.clear();
        // Nothing here needs escaping: every text is plain ASCII.
        let written = write!(
            doc,
            "{{\"id\":\"{id}\",\"accountEnabled\":{is_enabled},\"displayName\":\"{given} {surname} {number}\",\
             \"givenName\":\"{given}\",\"surname\":\"{surname}\",\"department\":\"{department}\",\
             \"jobTitle\":\"{department} specialist\",\"mail\":\"{local}@contoso.com\",\"mailNickname\":\"{local}\",\
             \"userPrincipalName\":\"{local}@contoso.com\",\"userType\":\"Member\",\"businessPhones\":[],\
             \"proxyAddresses\":[\"SMTP:{local}@contoso.com\"],\"otherMails\":[],\
             \"createdDateTime\":\"{created}\""
        );
        debug_assert!(written.is_ok());
        if let Some(location) = location {
            let _ = write!(doc, ",\"usageLocation\":\"{location}\"");
        }
        if is_synced {
            let _ = write!(
                doc,
                ",\"onPremisesSyncEnabled\":true,\"onPremisesLastSyncDateTime\":\"{created}\""
            );
        }
        doc.push('}');
        builder.tell_progress(u64::from(number), Some(u64::from(spec.users)))?;
        let row = UserRow {
            id,
            upn: format!("{local}@contoso.com"),
            display_name: Some(format!("{given} {surname} {number}")),
            mail: Some(format!("{local}@contoso.com")),
            usage_location: location.map(str::to_owned),
            account_enabled: Some(is_enabled),
            user_type: Some("Member".to_owned()),
            on_premises_sync: is_synced.then_some(true),
            created,
            deleted: None,
            doc: doc.clone(),
        };
        let user_key = row.insert(builder.connection)?;
        if is_licensed {
            let updated = created.to_string();
            let (sku_key, off) = &products.first[(draw >> 12) as usize % products.first.len()];
            let disabled = if draw >> 52 & 7 == 0 && !off.is_empty() {
                format!("[\"{off}\"]")
            } else {
                "[]".to_owned()
            };
            let mut assignment = NewAssignment {
                user_key,
                sku_key: *sku_key,
                source_key: 0,
                disabled: &disabled,
                state: 0,
                error: 0,
                updated: &updated,
            };
            builder.add_assignment(&assignment)?;
            if draw >> 56 & 3 == 0 {
                assignment.sku_key = products.second;
                assignment.disabled = "[]";
                builder.add_assignment(&assignment)?;
            }
        }
    }
    Ok(())
}

fn add_groups(builder: &Builder<'_>, spec: &GenerateSpec) -> Result<(), BuildError> {
    for number in 0..spec.groups {
        let id = builder.next_id()?;
        let name = format!("Team {number:05}");
        let doc = json!({
            "id": id, "displayName": name, "description": null, "groupTypes": [], "mailEnabled": false,
            "mailNickname": format!("team{number:05}"), "securityEnabled": true, "proxyAddresses": [],
            "createdDateTime": builder.now.to_string(), "renewedDateTime": builder.now.to_string(),
        });
        let Value::Object(doc) = doc else { continue };
        let group_key = GroupRow::new(id, builder.now, &doc).insert(builder.connection)?;
        // A stretch of neighbours, starting anywhere: distinct members without looking back.
        let start = mix(u64::from(spec.seed) << 32 ^ u64::from(number) ^ 0x6772_6f75_7073)
            % u64::from(spec.users.max(1));
        let mut members: Vec<u64> = (0..u64::from(spec.members))
            .map(|step| (start + step) % u64::from(spec.users.max(1)) + 1)
            .collect();
        members.sort_unstable();
        for (member, joined) in members.into_iter().zip(1..) {
            builder.add_member(Relation::Members, group_key, (0, member as i64), joined)?;
        }
    }
    Ok(())
}

fn pick<'a>(list: &[&'a str], draw: u64) -> &'a str {
    list[(draw & 0xff) as usize % list.len()]
}

/// Whether the element of that number is one of `chosen` spread evenly over `all`.
fn is_chosen(number: u32, chosen: u32, all: u32) -> bool {
    let step = |number: u32| u64::from(number) * u64::from(chosen) / u64::from(all.max(1));
    step(number + 1) > step(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_describes_a_tenant() {
        let spec: GenerateSpec = "users=50000, seed=7,licensed=10%".parse().unwrap();
        assert_eq!(
            spec,
            GenerateSpec {
                users: 50_000,
                seed: 7,
                groups: 500,
                members: 20,
                licensed: 5_000
            }
        );
        let spec: GenerateSpec = "users=10,licensed=3,groups=0".parse().unwrap();
        assert_eq!((spec.licensed, spec.groups, spec.members), (3, 0, 10));
    }

    #[test]
    fn a_wrong_text_is_refused_with_its_fault() {
        let cases = [
            ("", "'users' is missing"),
            ("seed=1", "'users' is missing"),
            ("users", "'users' is not of the form name=number"),
            (
                "users=many",
                "users=many: not a whole number from 0 to 4294967295",
            ),
            (
                "users=-1",
                "users=-1: not a whole number from 0 to 4294967295",
            ),
            ("users=5,users=6", "'users' is given twice"),
            (
                "users=5,skus=6",
                "'skus' is none of: users, seed, groups, members, licensed",
            ),
            ("users=5,licensed=6", "licensed=6: more than the 5 users"),
            ("users=5,licensed=101%", "licensed=101%: more than all"),
            ("users=4000000000", "users=4000000000: the most is 10000000"),
        ];
        for (text, expected) in cases {
            assert_eq!(
                text.parse::<GenerateSpec>().unwrap_err().to_string(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn exactly_so_many_are_chosen() {
        for (chosen, all) in [(0, 7), (3, 7), (7, 7), (1, 1000), (60_000, 100_000)] {
            let count = (0..all)
                .filter(|&number| is_chosen(number, chosen, all))
                .count();
            assert_eq!(count, chosen as usize);
        }
    }
}
