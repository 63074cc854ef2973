//! The sample company: about 200 accounts as an admin finds them on a Monday. The same every time.

use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::BuildError;
use super::people::{self, Person};
use super::side_accounts::{guests, service_accounts, shared_accounts};
use super::tenant::Profile;
use super::wishes::Wishes;
use super::{groups, users};
use crate::clock::Moment;

pub(super) const DOMAIN: &str = "contoso.com";
pub(super) const INITIAL_DOMAIN: &str = "contoso.onmicrosoft.com";

/// 2026-11-23T06:30:00Z: the last synchronisation of the sample.
const LAST_SYNC: i64 = 1_795_415_400;

const DAY: i64 = 86_400;

/// Products, with enabled, warning and suspended units.
const PRODUCTS: [(&str, i64, i64, i64); 11] = [
    ("SPE_E5", 20, 0, 0),
    ("SPE_E3", 60, 0, 0),
    ("ENTERPRISEPACK", 40, 0, 0),
    ("STANDARDPACK", 15, 0, 0),
    ("EMSPREMIUM", 30, 0, 0),
    ("EXCHANGESTANDARD", 10, 0, 0),
    ("FLOW_FREE", 10_000, 0, 0),
    ("POWER_BI_STANDARD", 1_000_000, 0, 0),
    ("MCOEV", 12, 0, 0),
    ("VISIOCLIENT", 6, 4, 3),
    ("PROJECTPROFESSIONAL", 5, 0, 0),
];

/// What an account is there for.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Made in the cloud, with a location and a licence.
    Cloud,
    /// Synced, with a location and a licence.
    Synced,
    /// Synced, with a location but no licence yet.
    Unlicensed,
    /// Synced, with neither.
    Bare,
    /// Left the company: sign-in blocked, the licence still there.
    Leaver,
}

/// Departments with city and country of their offices.
const OFFICES: [(&str, &str, &str); 9] = [
    ("London", "United Kingdom", "GB"),
    ("Leeds", "United Kingdom", "GB"),
    ("Dublin", "Ireland", "IE"),
    ("Berlin", "Germany", "DE"),
    ("Lyon", "France", "FR"),
    ("Kraków", "Poland", "PL"),
    ("Madrid", "Spain", "ES"),
    ("Copenhagen", "Denmark", "DK"),
    ("Chicago", "United States", "US"),
];

const DEPARTMENTS: [(&str, [&str; 3]); 8] = [
    (
        "Sales",
        [
            "Account Manager",
            "Sales Representative",
            "Regional Sales Manager",
        ],
    ),
    (
        "Finance",
        ["Accountant", "Controller", "Payroll Specialist"],
    ),
    (
        "Engineering",
        ["Design Engineer", "Test Engineer", "Lead Engineer"],
    ),
    (
        "Operations",
        ["Planner", "Shift Supervisor", "Warehouse Coordinator"],
    ),
    (
        "Marketing",
        ["Content Editor", "Brand Manager", "Event Planner"],
    ),
    (
        "Human Resources",
        ["Recruiter", "HR Adviser", "Training Officer"],
    ),
    ("Legal", ["Counsel", "Contract Manager", "Paralegal"]),
    (
        "IT",
        [
            "Systems Administrator",
            "Service Desk Analyst",
            "Network Engineer",
        ],
    ),
];

pub(super) fn fill(connection: &Connection, wishes: Wishes<'_>) -> Result<(), BuildError> {
    let mut profile = Profile::default();
    for (key, value) in sections() {
        profile.set(key, value)?;
    }
    let mut builder = profile.begin(connection, wishes)?;
    builder.now = Moment::from_unix(LAST_SYNC);
    let mut waiting = Vec::new();
    for (index, user) in accounts().into_iter().enumerate() {
        users::add(&mut builder, index, Value::Object(user), &mut waiting)?;
    }
    let mut lists = Vec::new();
    for (index, group) in teams(connection)?.into_iter().enumerate() {
        lists.push(groups::add(&mut builder, index, group)?);
    }
    for lists in &lists {
        groups::add_lists(&builder, lists)?;
    }
    profile.finish(&builder)
}

fn sections() -> [(&'static str, Value); 6] {
    let skus = PRODUCTS.iter().map(|(part_number, enabled, warning, suspended)| {
        json!({
            "skuPartNumber": part_number,
            "prepaidUnits": {"enabled": enabled, "warning": warning, "suspended": suspended, "lockedOut": 0},
        })
    });
    let subscriptions = PRODUCTS
        .iter()
        .flat_map(|(part_number, enabled, warning, suspended)| {
            let states = [
                ("Enabled", *enabled, 220),
                ("Warning", *warning, 12),
                ("Suspended", *suspended, 75),
            ];
            states.into_iter().filter(|(_, seats, _)| *seats > 0).map(
                move |(status, seats, days)| {
                    json!({
                        "skuPartNumber": part_number,
                        "status": status,
                        "totalLicenses": seats,
                        "createdDateTime": at(-900),
                        "nextLifecycleDateTime": at(days),
                        "isTrial": false,
                    })
                },
            )
        });
    [
        ("seed", json!(200)),
        (
            "organization",
            json!({
                "displayName": "Contoso",
                "countryLetterCode": "GB",
                "city": "London",
                "country": "United Kingdom",
                "postalCode": "EC2A 4NE",
                "street": "41 Paul Street",
                "preferredLanguage": "en",
                "createdDateTime": at(-3_100),
                "technicalNotificationMails": ["it@contoso.com"],
                "onPremisesSyncEnabled": true,
                "onPremisesLastSyncDateTime": at(0),
            }),
        ),
        (
            "domains",
            json!([
                {"id": DOMAIN, "isDefault": true, "isInitial": false},
                {"id": INITIAL_DOMAIN, "isDefault": false, "isInitial": true},
            ]),
        ),
        ("subscribedSkus", skus.collect()),
        ("subscriptions", subscriptions.collect()),
        ("settings", json!({"requestLog": "all"})),
    ]
}

/// So many days after the last synchronisation.
pub(super) fn at(days: i64) -> String {
    Moment::from_unix(LAST_SYNC)
        .plus_seconds(days * DAY)
        .to_string()
}

/// All accounts, in the order in which they are listed.
fn accounts() -> Vec<Map<String, Value>> {
    let mut staff = people::people().into_iter().enumerate();
    let mut list = Vec::new();
    let plan = [
        (Kind::Cloud, 46),
        (Kind::Synced, 42),
        (Kind::Unlicensed, 14),
        (Kind::Bare, 52),
        (Kind::Leaver, 7),
    ];
    for (kind, count) in plan {
        let mut group = staff.by_ref().take(count).enumerate();
        for (place, (number, person)) in &mut group {
            list.push(employee(kind, place, number, &person));
        }
    }
    // Accounts are listed by name, as in any admin centre; that also mixes the kinds.
    list.sort_by_key(|user| {
        user["displayName"]
            .as_str()
            .unwrap_or_default()
            .to_lowercase()
    });
    list.extend(guests());
    list.extend(shared_accounts());
    list.extend(service_accounts());
    list
}

fn employee(kind: Kind, place: usize, number: usize, person: &Person) -> Map<String, Value> {
    let (city, country, code) = OFFICES[number % OFFICES.len()];
    let (department, titles) = DEPARTMENTS[(number / 2) % DEPARTMENTS.len()];
    let local = person.local_part();
    let upn = format!("{local}@{DOMAIN}");
    let is_synced = kind != Kind::Cloud && !(kind == Kind::Leaver && place.is_multiple_of(2));
    let days = number as i64;
    let mut user = object(json!({
        "accountEnabled": kind != Kind::Leaver,
        "displayName": person.display_name(),
        "givenName": person.given,
        "surname": person.surname,
        "userPrincipalName": upn,
        "mailNickname": local,
        "mail": upn,
        "proxyAddresses": [format!("SMTP:{upn}"), format!("smtp:{local}@{INITIAL_DOMAIN}")],
        "department": department,
        "jobTitle": titles[number % titles.len()],
        "companyName": "Contoso",
        "city": city,
        "country": country,
        "officeLocation": format!("{city} {}", 1 + number % 6),
        "employeeId": format!("{:06}", 100_200 + 7 * number),
        "businessPhones": [format!("+44 20 5550 {:04}", 1_000 + 13 * number)],
        "userType": "Member",
        "createdDateTime": at(-2_400 + 11 * days),
    }));
    if !matches!(kind, Kind::Bare) {
        user.insert("usageLocation".to_owned(), code.into());
    }
    if is_synced {
        user.insert("onPremisesSyncEnabled".to_owned(), true.into());
        user.insert("onPremisesLastSyncDateTime".to_owned(), at(0).into());
        user.insert("onPremisesDomainName".to_owned(), "corp.contoso.com".into());
        user.insert(
            "onPremisesSamAccountName".to_owned(),
            person.account_name().into(),
        );
        user.insert("onPremisesUserPrincipalName".to_owned(), upn.clone().into());
        user.insert(
            "onPremisesImmutableId".to_owned(),
            immutable_id(number).into(),
        );
        user.insert(
            "onPremisesDistinguishedName".to_owned(),
            format!(
                "CN={},OU={department},OU=Staff,DC=corp,DC=contoso,DC=com",
                person.display_name()
            )
            .into(),
        );
    }
    let last_seen = match kind {
        Kind::Leaver => Some(-120 - 9 * days),
        Kind::Bare if number.is_multiple_of(3) => None,
        _ => Some(-(days % 23)),
    };
    if let Some(last_seen) = last_seen {
        user.insert(
            "signInActivity".to_owned(),
            json!({
                "lastSignInDateTime": at(last_seen),
                "lastNonInteractiveSignInDateTime": at(last_seen + 1),
                "lastSuccessfulSignInDateTime": at(last_seen),
            }),
        );
    }
    let licenses = licenses(kind, place);
    if licenses
        .as_array()
        .is_some_and(|licenses| !licenses.is_empty())
    {
        user.insert("assignedLicenses".to_owned(), licenses);
    }
    user
}

/// The licences of the employee who is at this place among those of their kind.
fn licenses(kind: Kind, place: usize) -> Value {
    let license = |part_number: &str, off: &[&str]| json!({"skuPartNumber": part_number, "disabledPlans": off});
    let mut list = Vec::new();
    match kind {
        Kind::Cloud => match place {
            0..=18 => list.push(license(
                "SPE_E5",
                if place % 5 == 2 { &["SWAY"] } else { &[] },
            )),
            19..=36 => list.push(license(
                "SPE_E3",
                if place.is_multiple_of(4) {
                    &["SWAY", "YAMMER_ENTERPRISE"]
                } else {
                    &[]
                },
            )),
            _ => {
                list.push(license("ENTERPRISEPACK", &[]));
                list.push(license("EMSPREMIUM", &[]));
            }
        },
        Kind::Synced => match place {
            0..=15 => list.push(license(
                "SPE_E3",
                if place % 6 == 1 { &["SWAY"] } else { &[] },
            )),
            16..=33 => list.push(license(
                "ENTERPRISEPACK",
                if place.is_multiple_of(3) {
                    &["YAMMER_ENTERPRISE"]
                } else {
                    &[]
                },
            )),
            _ => list.push(license("STANDARDPACK", &[])),
        },
        Kind::Leaver => list.push(license(
            if place < 3 {
                "SPE_E3"
            } else {
                "ENTERPRISEPACK"
            },
            &[],
        )),
        Kind::Unlicensed | Kind::Bare => {}
    }
    if kind == Kind::Cloud {
        if place.is_multiple_of(3) {
            list.push(license("FLOW_FREE", &[]));
        }
        if place % 4 == 1 {
            list.push(license("POWER_BI_STANDARD", &[]));
        }
        // Telephony goes on top of Microsoft 365 E3, which has Teams; E5 has it already.
        if (20..=26).contains(&place) {
            list.push(license("MCOEV", &[]));
        }
        if place % 9 == 4 {
            list.push(license("VISIOCLIENT", &[]));
        }
        if place % 15 == 7 {
            list.push(license("PROJECTPROFESSIONAL", &[]));
        }
    }
    Value::Array(list)
}

/// The groups, with those in them found by their properties.
fn teams(connection: &Connection) -> Result<Vec<Value>, BuildError> {
    let members = |condition: &str| -> rusqlite::Result<Vec<String>> {
        connection
            .prepare(&format!(
                "SELECT upn FROM users WHERE {condition} ORDER BY key"
            ))?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    let mut list = Vec::new();
    for (number, (department, _)) in DEPARTMENTS.iter().enumerate() {
        let condition =
            format!("json_extract(doc, '$.department') = '{department}' AND account_enabled = 1");
        let people = members(&condition)?;
        list.push(json!({
            "displayName": format!("{department} Team"),
            "description": format!("Everybody in {department}"),
            "mailNickname": format!("{}-team", department.to_lowercase().replace(' ', "-")),
            "securityEnabled": true,
            "createdDateTime": at(-1_500 + 20 * number as i64),
            "owners": people.first(),
            "members": people,
        }));
    }
    for group in &mut list {
        let owner = group["owners"].take();
        group["owners"] = if owner.is_null() {
            json!([])
        } else {
            json!([owner])
        };
    }
    let synced = |condition: &str, name: &str, days: i64| -> rusqlite::Result<Value> {
        Ok(json!({
            "displayName": name,
            "description": "Synced from corp.contoso.com",
            "securityEnabled": true,
            "onPremisesSyncEnabled": true,
            "onPremisesLastSyncDateTime": at(0),
            "onPremisesDomainName": "corp.contoso.com",
            "onPremisesSamAccountName": name,
            "createdDateTime": at(days),
            "members": members(condition)?,
        }))
    };
    list.push(synced(
        "on_premises_sync = 1 AND usage_location IS NULL",
        "GG-New-Starters",
        -60,
    )?);
    list.push(synced(
        "on_premises_sync = 1 AND json_extract(doc, '$.city') = 'Leeds'",
        "GG-Leeds-Plant",
        -2_000,
    )?);
    let product_group = |name: &str, description: &str, days: i64| {
        json!({
            "displayName": name,
            "description": description,
            "securityEnabled": true,
            "createdDateTime": at(days),
            "members": [],
        })
    };
    list.push(product_group(
        "LIC-M365-E3",
        "Prepared for Microsoft 365 E3",
        -30,
    ));
    list.push(product_group(
        "LIC-M365-E5",
        "Prepared for Microsoft 365 E5",
        -30,
    ));
    list.push(json!({
        "displayName": "Project Aurora",
        "description": "Joint project with Fabrikam",
        "groupTypes": ["Unified"],
        "mail": format!("aurora@{DOMAIN}"),
        "mailEnabled": true,
        "mailNickname": "aurora",
        "securityEnabled": false,
        "visibility": "Private",
        "createdDateTime": at(-210),
        "members": members("mail LIKE '%@fabrikam.com' OR (json_extract(doc, '$.department') = 'Engineering' AND account_enabled = 1)")?,
    }));
    list.push(json!({
        "displayName": "All Staff",
        "description": "Everybody with a staff account",
        "groupTypes": [],
        "mail": format!("all@{DOMAIN}"),
        "mailEnabled": true,
        "mailNickname": "all",
        "securityEnabled": true,
        "createdDateTime": at(-2_200),
        "members": members("json_extract(doc, '$.employeeId') IS NOT NULL AND account_enabled = 1")?,
    }));
    list.push(json!({
        "displayName": "All Guests",
        "description": "Filled by rule",
        "groupTypes": ["DynamicMembership"],
        "membershipRule": "(user.userType -eq \"Guest\")",
        "membershipRuleProcessingState": "On",
        "securityEnabled": true,
        "createdDateTime": at(-400),
        "members": members("user_type = 'Guest'")?,
    }));
    list.push(json!({
        "displayName": "Offices",
        "description": "The teams of all departments, nested",
        "securityEnabled": true,
        "createdDateTime": at(-1_000),
        "members": DEPARTMENTS.iter().map(|(department, _)| format!("{department} Team")).collect::<Vec<_>>(),
    }));
    Ok(list)
}

/// The form in which directory synchronisation keeps an object's anchor: 16 bytes in base 64.
fn immutable_id(number: usize) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut word = crate::store::mix(number as u64);
    let mut text = String::with_capacity(24);
    for place in 0..21 {
        if place == 10 {
            word = crate::store::mix(word);
        }
        text.push(DIGITS[(word & 63) as usize] as char);
        word >>= 6;
    }
    // 16 bytes leave two bits for the last digit.
    text.push(DIGITS[((word & 3) << 4) as usize] as char);
    text.push_str("==");
    text
}

pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
