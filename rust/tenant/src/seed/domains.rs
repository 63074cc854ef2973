//! The domains of a seed.

use serde_json::{Map, Value, json};

use super::BuildError;
use super::builder::Builder;
use crate::fault::{self, Fault, Located};

const DOMAIN_KEYS: [&str; 13] = [
    "id",
    "authenticationType",
    "availabilityStatus",
    "isAdminManaged",
    "isDefault",
    "isInitial",
    "isRoot",
    "isVerified",
    "passwordNotificationWindowInDays",
    "passwordValidityPeriodInDays",
    "supportedServices",
    "model",
    "state",
];

/// Writes the domains given and those that users are named in. Returns the default one.
pub(super) fn write(
    builder: &Builder<'_>,
    given: Option<&Value>,
    short_name: &str,
) -> Result<String, BuildError> {
    let mut domains: Vec<(String, Map<String, Value>)> = Vec::new();
    if let Some(value) = given {
        for (index, value) in fault::list(value).at("domains")?.iter().enumerate() {
            let (id, domain) = read_domain(value).at_index(index).at("domains")?;
            if domains
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(&id))
            {
                let fault = Fault::new(format!("the domain '{id}' is given twice"));
                return Err(fault.at("id").at_index(index).at("domains").into());
            }
            domains.push((id, domain));
        }
        for flag in ["isDefault", "isInitial"] {
            let set = domains
                .iter()
                .enumerate()
                .filter(|(_, (_, domain))| is_set(domain, flag));
            if let Some((index, (id, _))) = set.skip(1).last() {
                let fault = Fault::new(format!("'{id}' is not the only domain with this flag"));
                return Err(fault.at(flag).at_index(index).at("domains").into());
            }
        }
    }
    for name in user_domains(builder)? {
        if !domains
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(&name))
        {
            domains.push((name, Map::new()));
        }
    }
    if domains.is_empty() {
        domains.push((format!("{}.onmicrosoft.com", short_name), Map::new()));
    }
    if !domains
        .iter()
        .any(|(_, domain)| is_set(domain, "isDefault"))
    {
        domains[0].1.insert("isDefault".to_owned(), true.into());
    }
    let is_microsofts = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.ends_with(".onmicrosoft.com") && name.matches('.').count() == 2
    };
    let without_initial = !domains
        .iter()
        .any(|(_, domain)| domain.contains_key("isInitial"));
    if without_initial
        && let Some((_, domain)) = domains.iter_mut().find(|(id, _)| is_microsofts(id))
    {
        domain.insert("isInitial".to_owned(), true.into());
    }
    let mut default = String::new();
    for (id, domain) in &domains {
        if is_set(domain, "isDefault") {
            default.clone_from(id);
        }
        let doc = whole_domain(id, domain);
        builder.connection.execute(
            "INSERT INTO domains (id, doc) VALUES (?1, ?2)",
            [id, &doc.to_string()],
        )?;
    }
    Ok(default)
}

fn is_set(domain: &Map<String, Value>, flag: &str) -> bool {
    domain.get(flag).and_then(Value::as_bool).unwrap_or(false)
}

fn read_domain(value: &Value) -> Result<(String, Map<String, Value>), Fault> {
    let object = fault::object(value)?;
    let mut domain = Map::new();
    for (key, value) in object {
        let checked = match key.as_str() {
            "isAdminManaged" | "isDefault" | "isInitial" | "isRoot" | "isVerified" => {
                fault::boolean(value).map(drop)
            }
            "id" | "authenticationType" => fault::text(value).map(drop),
            _ if DOMAIN_KEYS.contains(&key.as_str()) => Ok(()),
            _ if key.starts_with('@') => continue,
            _ => Err(fault::unknown("key", key, &DOMAIN_KEYS)),
        };
        checked.at(key)?;
        domain.insert(key.clone(), value.clone());
    }
    let id = match object.get("id").and_then(Value::as_str) {
        Some(id) if !id.is_empty() && !id.contains('@') => id.to_owned(),
        Some(id) => return Err(Fault::new(format!("'{id}' is not a domain name")).at("id")),
        None => return Err(Fault::new("'id' is missing")),
    };
    Ok((id, domain))
}

/// A domain with everything Graph shows of it.
fn whole_domain(id: &str, given: &Map<String, Value>) -> Value {
    let mut doc = Map::new();
    let defaults = [
        ("id", json!(id)),
        ("authenticationType", json!("Managed")),
        ("availabilityStatus", Value::Null),
        ("isAdminManaged", json!(true)),
        ("isDefault", json!(false)),
        ("isInitial", json!(false)),
        ("isRoot", json!(true)),
        ("isVerified", json!(true)),
        ("passwordNotificationWindowInDays", Value::Null),
        ("passwordValidityPeriodInDays", Value::Null),
        (
            "supportedServices",
            json!(["Email", "OfficeCommunicationsOnline"]),
        ),
        ("model", Value::Null),
        ("state", Value::Null),
    ];
    for (name, value) in defaults {
        doc.insert(name.to_owned(), given.get(name).cloned().unwrap_or(value));
    }
    Value::Object(doc)
}

/// The domains that the names of the users end in, in order of the first such user.
fn user_domains(builder: &Builder<'_>) -> rusqlite::Result<Vec<String>> {
    builder
        .connection
        .prepare(
            "SELECT lower(substr(upn, instr(upn, '@') + 1)) AS domain FROM users GROUP BY domain ORDER BY min(key)",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}
