//! assignLicense and reprocessLicenseAssignment on a user.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    self, AddLicense, Holding, HoldingError, HoldingState, LicenseChange, Source, UserFacts,
};
use rusqlite::{Connection, params};
use serde_json::{Map, Value};

use super::{Scene, body};
use crate::odata::error::excerpt;
use crate::read;
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::stale;
use crate::store::{ERRORS, STATES, SkuTable, error_number, state_number};

/// `POST /users/{id}/assignLicense`: adds, replaces and removes in one step, or refuses all of it.
pub(super) fn assign(scene: &Scene<'_>, id: &str) -> GraphResult {
    let change = read_change(scene)?;
    let work = scene.work;
    let user_key = scene.user(id)?;
    let skus = work.state.skus(work.connection)?;
    let user = user_facts(scene, skus, user_key)?;
    let involved = change
        .add
        .iter()
        .map(|add| add.sku_id)
        .chain(change.remove.iter().copied())
        .chain(user.holdings.iter().map(|holding| holding.sku_id));
    let facts = skus.facts_now(work.connection, involved)?;
    let rules = work.state.rules(work.connection)?;
    let evaluation = assignment::evaluate(&facts, rules, &user, &change);
    if let Err(refusal) = evaluation.verdict() {
        return Err(GraphFailure::bad_request(refusal.message()));
    }
    stale::remember_user(
        work.connection,
        &scene.context.settings.lag,
        work.now,
        user_key,
    )?;
    store(scene, skus, user_key, &user.holdings, &evaluation.after)?;
    for (sku_id, delta) in &evaluation.seats {
        if let Some(entry) = skus.by_id(*sku_id) {
            work.connection
                .prepare_cached("UPDATE skus SET consumed = consumed + ?2 WHERE key = ?1")?
                .execute([entry.key, *delta])?;
        }
    }
    Ok(GraphResponse::ok(read::user_body(
        work.connection,
        scene.context,
        user_key,
    )?))
}

/// `POST /users/{id}/reprocessLicenseAssignment`. Licences of groups are not processed here yet, so there is nothing to
/// do anew: the user is answered as it is.
pub(super) fn reprocess(scene: &Scene<'_>, id: &str) -> GraphResult {
    let user_key = scene.user(id)?;
    let body = read::user_body(scene.work.connection, scene.context, user_key)?;
    Ok(GraphResponse::ok(body))
}

/// Reads the two parameters. Both must be there; null counts as absent.
fn read_change(scene: &Scene<'_>) -> Result<LicenseChange, GraphFailure> {
    let given = body::object(scene)?;
    let mut add = None;
    let mut remove = None;
    for (name, value) in &given {
        if body::names(scene, name, "addLicenses") {
            add = Some(value).filter(|value| !value.is_null());
        } else if body::names(scene, name, "removeLicenses") {
            remove = Some(value).filter(|value| !value.is_null());
        } else {
            return Err(GraphFailure::bad_request(format!(
                "The parameter '{}' in the request payload is not a valid parameter for the operation 'assignLicense'.",
                excerpt(name)
            )));
        }
    }
    let (Some(add), Some(remove)) = (add, remove) else {
        let missing: Vec<&str> = [("addLicenses", add), ("removeLicenses", remove)]
            .into_iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| name)
            .collect();
        return Err(GraphFailure::bad_request(format!(
            "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: {}.",
            missing.join(",")
        )));
    };
    let list = |name: &str, value: &'_ Value| match value {
        Value::Array(items) => Ok(items.clone()),
        _ => Err(body::unexpected_node(name, value, "StartArray")),
    };
    let add = list("addLicenses", add)?;
    let remove = list("removeLicenses", remove)?;
    Ok(LicenseChange {
        add: add
            .iter()
            .map(|item| read_add(scene, item))
            .collect::<Result<_, _>>()?,
        remove: remove
            .iter()
            .map(|item| match item {
                Value::Null => Err(body::null_value("removeLicenses", "Edm.Guid")),
                item => body::guid(scene, "removeLicenses", item),
            })
            .collect::<Result<_, _>>()?,
    })
}

fn read_add(scene: &Scene<'_>, item: &Value) -> Result<AddLicense, GraphFailure> {
    const TYPE: &str = "microsoft.graph.assignedLicense";
    let object: &Map<String, Value> = match item {
        Value::Object(object) => object,
        Value::Null => return Err(body::null_value("addLicenses", TYPE)),
        _ => return Err(body::unexpected_node("addLicenses", item, "StartObject")),
    };
    let mut add = AddLicense::default();
    for (name, value) in object {
        if body::names(scene, name, "skuId") {
            // A null is no product the tenant has, and is refused as such.
            if !value.is_null() {
                add.sku_id = body::guid(scene, "skuId", value)?;
            }
        } else if body::names(scene, name, "disabledPlans") {
            let items = match value {
                Value::Array(items) => items,
                Value::Null => {
                    return Err(body::null_value("disabledPlans", "Collection(Edm.Guid)"));
                }
                _ => return Err(body::unexpected_node("disabledPlans", value, "StartArray")),
            };
            for item in items {
                add.disabled_plans.push(match item {
                    Value::Null => return Err(body::null_value("disabledPlans", "Edm.Guid")),
                    item => body::guid(scene, "disabledPlans", item)?,
                });
            }
        } else if !name.contains('@') {
            return Err(body::unknown_property(name, TYPE));
        }
    }
    Ok(add)
}

/// What the rules want to know of the user.
fn user_facts(
    scene: &Scene<'_>,
    skus: &SkuTable,
    user_key: i64,
) -> Result<UserFacts, GraphFailure> {
    let connection = scene.work.connection;
    let lag = &scene.context.settings.lag;
    let usage_location = match stale::lagging_location(connection, lag, user_key)? {
        Some(location) => location,
        None => connection
            .prepare_cached("SELECT usage_location FROM users WHERE key = ?1")?
            .query_row([user_key], |row| row.get(0))?,
    };
    Ok(UserFacts {
        usage_location,
        holdings: holdings(connection, skus, user_key)?,
    })
}

/// Every assignment of a user.
pub(super) fn holdings(
    connection: &Connection,
    skus: &SkuTable,
    user_key: i64,
) -> rusqlite::Result<Vec<Holding>> {
    let mut select = connection.prepare_cached(
        "SELECT a.sku_key, a.source_key, a.disabled, a.state, a.error, g.id
           FROM assignments a LEFT JOIN groups g ON g.key = a.source_key WHERE a.user_key = ?1",
    )?;
    let mut rows = select.query([user_key])?;
    let mut holdings = Vec::new();
    while let Some(row) = rows.next()? {
        let Some(entry) = skus.by_key(row.get(0)?) else {
            continue;
        };
        let source_key: i64 = row.get(1)?;
        let group: Option<[u8; 16]> = row.get(5)?;
        let state: u8 = row.get(3)?;
        let error: u8 = row.get(4)?;
        holdings.push(Holding {
            sku_id: entry.facts.sku_id,
            source: match group {
                Some(id) => Source::Group(Guid::from_bytes(id)),
                // The group is gone for good, but what came from it is still no direct licence.
                None if source_key != 0 => Source::Group(Guid::NIL),
                None => Source::Direct,
            },
            disabled_plans: plans(row.get_ref(2)?.as_str()?),
            state: STATES
                .get(usize::from(state))
                .copied()
                .unwrap_or(HoldingState::Active),
            error: ERRORS
                .get(usize::from(error))
                .copied()
                .unwrap_or(HoldingError::None),
        });
    }
    Ok(holdings)
}

/// Reads a list of plans as it is stored.
fn plans(stored: &str) -> Vec<Guid> {
    if stored == "[]" {
        return Vec::new();
    }
    serde_json::from_str(stored).unwrap_or_default()
}

/// Writes a list of plans as it is stored.
fn stored(plans: &[Guid]) -> String {
    let mut text = String::with_capacity(2 + plans.len() * 39);
    text.push('[');
    for (at, plan) in plans.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(plan.text().as_str());
        text.push('"');
    }
    text.push(']');
    text
}

fn direct(holdings: &[Holding]) -> impl Iterator<Item = &Holding> {
    holdings
        .iter()
        .filter(|holding| holding.source == Source::Direct)
}

/// Writes the direct assignments that changed, and no others.
fn store(
    scene: &Scene<'_>,
    skus: &SkuTable,
    user_key: i64,
    before: &[Holding],
    after: &[Holding],
) -> rusqlite::Result<()> {
    let connection = scene.work.connection;
    let now = scene.work.now.to_string();
    for old in direct(before) {
        let Some(entry) = skus.by_id(old.sku_id) else {
            continue;
        };
        let new = direct(after).find(|new| new.sku_id == old.sku_id);
        let loses_plans = match new {
            None => true,
            Some(new) => new
                .disabled_plans
                .iter()
                .any(|plan| !old.disabled_plans.contains(plan)),
        };
        if loses_plans && old.is_in_effect() {
            remember(connection, user_key, entry.key, &old.disabled_plans, &now)?;
        }
        if new.is_none() {
            connection
                .prepare_cached("DELETE FROM assignments WHERE user_key = ?1 AND sku_key = ?2 AND source_key = 0")?
                .execute([user_key, entry.key])?;
        }
    }
    for new in direct(after) {
        let old = direct(before).find(|old| old.sku_id == new.sku_id);
        let Some(entry) = skus.by_id(new.sku_id).filter(|_| old != Some(new)) else {
            continue;
        };
        connection
            .prepare_cached(
                "INSERT INTO assignments (user_key, sku_key, source_key, disabled, state, error, updated)
                 VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6)
                 ON CONFLICT (user_key, sku_key, source_key) DO UPDATE SET disabled = excluded.disabled,
                   state = excluded.state, error = excluded.error, updated = excluded.updated",
            )?
            .execute(params![
                user_key,
                entry.key,
                stored(&new.disabled_plans),
                state_number(new.state),
                error_number(new.error),
                now
            ])?;
    }
    Ok(())
}

/// Keeps what a user had of a product, so that the plans lost stay visible as deleted. `disabled` are the plans that
/// were off.
fn remember(
    connection: &Connection,
    user_key: i64,
    sku_key: i64,
    disabled: &[Guid],
    now: &str,
) -> rusqlite::Result<()> {
    let mut never_on = disabled.to_vec();
    let mut select = connection
        .prepare_cached("SELECT disabled FROM former WHERE user_key = ?1 AND sku_key = ?2")?;
    let mut rows = select.query([user_key, sku_key])?;
    if let Some(row) = rows.next()? {
        let earlier = plans(row.get_ref(0)?.as_str()?);
        never_on.retain(|plan| earlier.contains(plan));
    }
    drop(rows);
    connection
        .prepare_cached(
            "INSERT INTO former (user_key, sku_key, disabled, updated) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (user_key, sku_key) DO UPDATE SET disabled = excluded.disabled, updated = excluded.updated",
        )?
        .execute(params![user_key, sku_key, stored(&never_on), now])
        .map(drop)
}
