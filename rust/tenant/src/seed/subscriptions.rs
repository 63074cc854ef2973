//! The subscriptions behind the products of a seed.

use mglicense_rules::names::{Resolved, resolve_sku};
use rusqlite::params;
use serde_json::{Map, Value, json};

use super::BuildError;
use super::builder::Builder;
use super::users::is_taken;
use crate::clock::Moment;
use crate::fault::{self, Fault, Located};

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

/// Writes the subscriptions given, or one for each state in which a product has seats.
pub(super) fn write(builder: &Builder<'_>, given: Option<&Value>) -> Result<(), BuildError> {
    match given {
        Some(value) => add_subscriptions(builder, value, &tenant_id(builder)?),
        None => derive_subscriptions(builder),
    }
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
    tenant_id: &str,
) -> Result<(), BuildError> {
    for (index, value) in fault::list(value)?.iter().enumerate() {
        let object = fault::object(value).at_index(index)?;
        add_subscription(builder, object, tenant_id).map_err(|error| match error {
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
    let named = resolve_sku(text, builder.skus.named());
    let entry = match named {
        Resolved::Id(id) => builder.skus.by_id(id),
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
        Err(error) if is_taken(&error) => {
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
    for entry in builder.skus.iter().filter(|entry| !entry.removed) {
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
