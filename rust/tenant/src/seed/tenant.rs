//! What a tenant is apart from its users and groups.

use mglicense_rules::Guid;
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use super::BuildError;
use super::builder::{Builder, NewSku};
use super::products;
use crate::clock::{Clock, Moment, RealClock};
use crate::fault::{self, Fault, Located};
use crate::rule_tables::RuleTables;
use crate::settings::Settings;
use crate::store::draw;

/// The sections of a seed other than users and groups, as given.
#[derive(Debug, Default)]
pub(super) struct Profile {
    sections: Map<String, Value>,
}

/// Every key a seed may have.
pub(super) const KEYS: [&str; 11] = [
    "version",
    "seed",
    "clock",
    "organization",
    "domains",
    "subscribedSkus",
    "subscriptions",
    "users",
    "groups",
    "rules",
    "settings",
];

/// The version of the seed format that is read.
const VERSION: i64 = 1;

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

const SUBSCRIPTION_KEYS: [&str; 14] = [
    "id",
    "skuId",
    "skuPartNumber",
    "commerceSubscriptionId",
    "ocpSubscriptionId",
    "createdDateTime",
    "isTrial",
    "nextLifecycleDateTime",
    "ownerId",
    "ownerTenantId",
    "ownerType",
    "serviceStatus",
    "status",
    "totalLicenses",
];

impl Profile {
    /// Takes over one section.
    pub(super) fn set(&mut self, key: &str, value: Value) -> Result<(), Fault> {
        if !KEYS.contains(&key) {
            return Err(fault::unknown("key", key, &KEYS).at(key));
        }
        self.sections.insert(key.to_owned(), value);
        Ok(())
    }

    fn given(&self, key: &str) -> Option<&Value> {
        self.sections.get(key).filter(|value| !value.is_null())
    }

    /// Writes the products and all that users and groups build on.
    pub(super) fn begin<'a>(
        &self,
        connection: &'a Connection,
        overrides: Option<&Value>,
    ) -> Result<Builder<'a>, BuildError> {
        if let Some(version) = self.given("version")
            && version.as_i64() != Some(VERSION)
        {
            let text =
                format!("unsupported version {version}; this program reads version {VERSION}");
            return Err(Fault::new(text).at("version").into());
        }
        let seed = match self.given("seed") {
            Some(value) => fault::integer(value, 0).at("seed")?.unsigned_abs(),
            None => 1,
        };
        let clock = self
            .given("clock")
            .map(fault::moment)
            .transpose()
            .at("clock")?;
        let now = clock.unwrap_or_else(|| RealClock::new(1.0).now());
        let mut builder = Builder::new(connection, seed, now);
        builder.set_meta("seed", &seed.to_string())?;
        builder.set_meta("revision", "1")?;
        if let Some(clock) = clock {
            builder.set_meta("clock", &clock.to_string())?;
        }
        self.write_settings(&builder, overrides)?;
        match self.given("subscribedSkus") {
            Some(value) => add_skus(&mut builder, value).at_section("subscribedSkus")?,
            None => builder.buys_products = true,
        }
        self.write_rules(&builder)?;
        Ok(builder)
    }

    fn write_settings(
        &self,
        builder: &Builder<'_>,
        overrides: Option<&Value>,
    ) -> Result<(), BuildError> {
        let mut settings = Settings::default();
        for changes in [self.given("settings"), overrides].into_iter().flatten() {
            settings.change(changes).at("settings")?;
        }
        builder.set_meta("settings", &settings.json().to_string())?;
        Ok(())
    }

    fn write_rules(&self, builder: &Builder<'_>) -> Result<(), BuildError> {
        let tables = match self.given("rules") {
            Some(value) => {
                let resolve = |text: &str| {
                    products::rule_plan(text, builder.skus.iter().map(|entry| &entry.facts))
                };
                RuleTables::read(value, &resolve).at("rules")?
            }
            None => RuleTables::default(),
        };
        builder.set_meta("rules", &tables.json().to_string())?;
        Ok(())
    }

    /// Writes what is counted or derived from users and groups, and ends the tenant.
    pub(super) fn finish(&self, builder: &Builder<'_>) -> Result<(), BuildError> {
        builder.finish()?;
        let default_domain = self.write_domains(builder)?;
        self.write_organization(builder, &default_domain)?;
        match self.given("subscriptions") {
            Some(value) => add_subscriptions(builder, value, tenant_id(builder)?)
                .at_section("subscriptions")?,
            None => derive_subscriptions(builder)?,
        }
        builder.ids.save(builder.connection)?;
        Ok(())
    }

    /// Writes the domains given and those that users are named in. Returns the default one.
    fn write_domains(&self, builder: &Builder<'_>) -> Result<String, BuildError> {
        let mut domains: Vec<(String, Map<String, Value>)> = Vec::new();
        if let Some(value) = self.given("domains") {
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
            domains.push((format!("{}.onmicrosoft.com", self.short_name()), Map::new()));
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

    fn short_name(&self) -> String {
        let name = self
            .given("organization")
            .and_then(|value| value.get("displayName"));
        let name = name.and_then(Value::as_str).unwrap_or("Contoso");
        let short: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        if short.is_empty() {
            "contoso".to_owned()
        } else {
            short.to_ascii_lowercase()
        }
    }

    fn write_organization(
        &self,
        builder: &Builder<'_>,
        default_domain: &str,
    ) -> Result<(), BuildError> {
        let empty = json!({});
        let given =
            fault::object(self.given("organization").unwrap_or(&empty)).at("organization")?;
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
}

/// Puts a section's name before the path of a fault.
trait AtSection<T> {
    fn at_section(self, key: &str) -> Result<T, BuildError>;
}

impl<T> AtSection<T> for Result<T, BuildError> {
    fn at_section(self, key: &str) -> Self {
        self.map_err(|error| match error {
            BuildError::Fault(fault) => BuildError::Fault(fault.at(key)),
            other => other,
        })
    }
}

fn is_set(domain: &Map<String, Value>, flag: &str) -> bool {
    domain.get(flag).and_then(Value::as_bool).unwrap_or(false)
}

fn add_skus(builder: &mut Builder<'_>, value: &Value) -> Result<(), BuildError> {
    for (index, value) in fault::list(value)?.iter().enumerate() {
        let sku: NewSku = products::new_sku(value).at_index(index)?;
        if builder.skus.by_id(sku.sku_id).is_some() {
            let fault = Fault::new(format!("the product '{}' is given twice", sku.part_number));
            return Err(fault.at_index(index).into());
        }
        builder.add_sku(sku)?;
    }
    Ok(())
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

fn tenant_id(builder: &Builder<'_>) -> rusqlite::Result<String> {
    builder.connection.query_row(
        "SELECT value FROM meta WHERE name = 'tenantId'",
        [],
        |row| row.get(0),
    )
}

fn add_subscriptions(
    builder: &Builder<'_>,
    value: &Value,
    tenant_id: String,
) -> Result<(), BuildError> {
    for (index, value) in fault::list(value)?.iter().enumerate() {
        let object = fault::object(value).at_index(index)?;
        add_subscription(builder, object, &tenant_id).map_err(|error| match error {
            BuildError::Fault(fault) => BuildError::Fault(fault.at_index(index)),
            other => other,
        })?;
    }
    Ok(())
}

fn add_subscription(
    builder: &Builder<'_>,
    object: &Map<String, Value>,
    tenant_id: &str,
) -> Result<(), BuildError> {
    for (key, value) in object {
        let checked = match key.as_str() {
            "totalLicenses" => fault::integer(value, 0).map(drop),
            "createdDateTime" | "nextLifecycleDateTime" if !value.is_null() => {
                fault::moment(value).map(drop)
            }
            "isTrial" if !value.is_null() => fault::boolean(value).map(drop),
            "id" | "skuId" | "skuPartNumber" | "status" => fault::text(value).map(drop),
            _ if SUBSCRIPTION_KEYS.contains(&key.as_str()) || key.starts_with('@') => Ok(()),
            _ => Err(fault::unknown("key", key, &SUBSCRIPTION_KEYS)),
        };
        checked.at(key)?;
    }
    let (key, text) = ["skuId", "skuPartNumber"]
        .into_iter()
        .find_map(|key| Some((key, object.get(key)?.as_str()?)))
        .ok_or_else(|| Fault::new("neither 'skuId' nor 'skuPartNumber' is given"))?;
    let named = mglicense_rules::names::resolve_sku(text, builder.skus.named());
    let entry = match named {
        mglicense_rules::names::Resolved::Id(id) => builder.skus.by_id(id),
        _ => None,
    };
    let entry = entry.ok_or_else(|| {
        Fault::new(format!("product '{text}' is not among the subscribedSkus")).at(key)
    })?;
    let id = match object.get("id").and_then(Value::as_str) {
        Some(id) => id.to_owned(),
        None => builder.next_id()?.to_string(),
    };
    let mut doc = Map::new();
    let defaults = [
        ("id", json!(id)),
        ("commerceSubscriptionId", json!(id)),
        ("createdDateTime", json!(builder.now.to_string())),
        ("isTrial", json!(false)),
        (
            "nextLifecycleDateTime",
            json!(builder.now.plus_seconds(365 * 86_400).to_string()),
        ),
        ("ocpSubscriptionId", json!(id)),
        ("ownerId", Value::Null),
        ("ownerTenantId", json!(tenant_id)),
        ("ownerType", json!("User")),
        ("serviceStatus", service_status(builder, entry.key)?),
        ("skuId", json!(entry.facts.sku_id)),
        ("skuPartNumber", json!(&*entry.facts.part_number)),
        ("status", json!("Enabled")),
        ("totalLicenses", json!(entry.facts.prepaid.enabled)),
    ];
    for (name, value) in defaults {
        let given = object
            .get(name)
            .filter(|_| name != "skuId" && name != "skuPartNumber");
        let mut value = given.cloned().unwrap_or(value);
        if name.ends_with("DateTime")
            && let Some(moment) = value.as_str().and_then(|text| text.parse::<Moment>().ok())
        {
            value = moment.to_string().into();
        }
        doc.insert(name.to_owned(), value);
    }
    let doc = Value::Object(doc).to_string();
    let added = builder.connection.execute(
        "INSERT INTO subscriptions (id, doc) VALUES (?1, ?2)",
        params![id, doc],
    );
    match added {
        Err(error) if super::users::is_taken(&error) => {
            return Err(
                Fault::new(format!("'{id}' is taken by another subscription"))
                    .at("id")
                    .into(),
            );
        }
        added => added?,
    };
    list_subscription(builder, entry.key, &id)?;
    Ok(())
}

/// Adds a subscription to those its product lists.
fn list_subscription(builder: &Builder<'_>, sku_key: i64, id: &str) -> rusqlite::Result<()> {
    builder
        .connection
        .execute(
            "UPDATE skus SET doc = json_set(doc, '$.subscriptionIds',
               json_insert(coalesce(json_extract(doc, '$.subscriptionIds'), '[]'), '$[#]', ?2))
             WHERE key = ?1 AND NOT EXISTS (
               SELECT 1 FROM json_each(coalesce(json_extract(doc, '$.subscriptionIds'), '[]')) WHERE value = ?2)",
            params![sku_key, id],
        )
        .map(drop)
}

fn service_status(builder: &Builder<'_>, sku_key: i64) -> Result<Value, BuildError> {
    let plans: String = builder.connection.query_row(
        "SELECT plans FROM skus WHERE key = ?1",
        [sku_key],
        |row| row.get(0),
    )?;
    Ok(serde_json::from_str(&plans).unwrap_or_default())
}

/// One subscription for each state in which a product has seats, where the seed lists none.
fn derive_subscriptions(builder: &Builder<'_>) -> Result<(), BuildError> {
    let tenant_id = tenant_id(builder)?;
    for entry in builder.skus.iter() {
        let enabled: i64 = builder.connection.query_row(
            "SELECT enabled FROM skus WHERE key = ?1",
            [entry.key],
            |row| row.get(0),
        )?;
        let units = entry.facts.prepaid;
        for (status, seats) in [
            ("Enabled", enabled),
            ("Warning", units.warning),
            ("Suspended", units.suspended),
            ("LockedOut", units.locked_out),
        ] {
            if seats > 0 {
                let mut object = Map::new();
                object.insert("skuId".to_owned(), entry.facts.sku_id.to_string().into());
                object.insert("status".to_owned(), status.into());
                object.insert("totalLicenses".to_owned(), seats.into());
                add_subscription(builder, &object, &tenant_id)?;
            }
        }
    }
    Ok(())
}

/// A tenant without accounts.
pub(super) fn empty(connection: &Connection, overrides: Option<&Value>) -> Result<(), BuildError> {
    let profile = Profile::default();
    let builder = profile.begin(connection, overrides)?;
    profile.finish(&builder)
}
