//! The organization of a seed.

use mglicense_rules::Guid;
use serde_json::{Map, Value, json};

use super::BuildError;
use super::builder::Builder;
use crate::fault::{self, Fault, Located};
use crate::store::draw;

const ORGANIZATION_KEYS: [&str; 31] = [
    "id",
    "displayName",
    "countryLetterCode",
    "country",
    "city",
    "state",
    "street",
    "postalCode",
    "businessPhones",
    "technicalNotificationMails",
    "marketingNotificationEmails",
    "securityComplianceNotificationMails",
    "securityComplianceNotificationPhones",
    "privacyProfile",
    "preferredLanguage",
    "createdDateTime",
    "deletedDateTime",
    "tenantType",
    "partnerTenantType",
    "onPremisesSyncEnabled",
    "onPremisesLastSyncDateTime",
    "onPremisesLastPasswordSyncDateTime",
    "defaultUsageLocation",
    "directorySizeQuota",
    "isMultipleDataLocationsForServicesEnabled",
    "mobileDeviceManagementAuthority",
    "assignedPlans",
    "provisionedPlans",
    "verifiedDomains",
    "certificateConnectorSetting",
    "onPremisesSyncStatus",
];

/// Writes the organization and the tenant's id.
pub(super) fn write(
    builder: &Builder<'_>,
    given: Option<&Value>,
    default_domain: &str,
) -> Result<(), BuildError> {
    let empty = json!({});
    let given = fault::object(given.unwrap_or(&empty)).at("organization")?;
    for (key, value) in given {
        let checked = match key.as_str() {
            "id" => fault::text(value).and_then(|text| {
                let id = text.parse::<Guid>();
                id.map(drop)
                    .map_err(|_| Fault::new(format!("'{text}' is not a GUID")))
            }),
            "displayName" | "countryLetterCode" => fault::text(value).map(drop),
            _ if ORGANIZATION_KEYS.contains(&key.as_str()) || key.starts_with('@') => Ok(()),
            _ => Err(fault::unknown("key", key, &ORGANIZATION_KEYS)),
        };
        checked.at(key).at("organization")?;
    }
    let id = match given
        .get("id")
        .and_then(Value::as_str)
        .and_then(|text| text.parse::<Guid>().ok())
    {
        Some(id) => id,
        None => drawn_tenant_id(builder)?,
    };
    builder.set_meta("tenantId", &id.to_string())?;
    let mut doc = Map::new();
    doc.insert("id".to_owned(), id.to_string().into());
    let defaults = [
        ("displayName", json!("Contoso")),
        ("countryLetterCode", json!("GB")),
        ("tenantType", json!("AAD")),
        ("createdDateTime", json!(builder.now.to_string())),
        ("businessPhones", json!([])),
        (
            "technicalNotificationMails",
            json!([format!("admin@{default_domain}")]),
        ),
        ("marketingNotificationEmails", json!([])),
        ("securityComplianceNotificationMails", json!([])),
        ("securityComplianceNotificationPhones", json!([])),
        ("assignedPlans", json!([])),
        ("provisionedPlans", json!([])),
    ];
    for (name, value) in defaults {
        doc.insert(name.to_owned(), value);
    }
    let is_synced: bool = builder.connection.query_row(
        "SELECT EXISTS (SELECT 1 FROM users WHERE on_premises_sync = 1)",
        [],
        |row| row.get(0),
    )?;
    if is_synced {
        doc.insert("onPremisesSyncEnabled".to_owned(), true.into());
        doc.insert(
            "onPremisesLastSyncDateTime".to_owned(),
            builder.now.to_string().into(),
        );
    }
    doc.insert("verifiedDomains".to_owned(), verified_domains(builder)?);
    for (key, value) in given {
        if !key.starts_with('@') && key != "id" {
            doc.insert(key.clone(), value.clone());
        }
    }
    builder.set_meta("organization", &Value::Object(doc).to_string())?;
    Ok(())
}

fn verified_domains(builder: &Builder<'_>) -> Result<Value, BuildError> {
    let mut select = builder
        .connection
        .prepare("SELECT doc FROM domains ORDER BY key")?;
    let docs: Vec<String> = select
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let domains = docs
        .iter()
        .filter_map(|doc| serde_json::from_str::<Value>(doc).ok());
    let verified = domains.filter(|domain| domain["isVerified"] == json!(true));
    Ok(verified
        .map(|domain| {
            json!({
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": domain["isDefault"],
                "isInitial": domain["isInitial"],
                "name": domain["id"],
                "type": domain["authenticationType"],
            })
        })
        .collect())
}

fn drawn_tenant_id(builder: &Builder<'_>) -> Result<Guid, BuildError> {
    let seed: String =
        builder
            .connection
            .query_row("SELECT value FROM meta WHERE name = 'seed'", [], |row| {
                row.get(0)
            })?;
    Ok(draw(seed.parse().unwrap_or(0), "tenant", 0))
}
