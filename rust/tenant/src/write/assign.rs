//! assignLicense and reprocessLicenseAssignment on a user.

use mglicense_rules::assignment::{self, AddLicense, Holding, LicenseChange, Source, UserFacts};
use serde_json::{Map, Value};

use super::{Scene, body};
use crate::assignments;
use crate::groups::{self, Processor};
use crate::odata::error::excerpt;
use crate::read;
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::stale;
use crate::store::SkuTable;

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
    groups::plans_changed(work.connection, work.now, user_key)?;
    let freed: Vec<i64> = evaluation
        .seats
        .iter()
        .filter(|(_, delta)| *delta < 0)
        .filter_map(|(sku_id, _)| Some(skus.by_id(*sku_id)?.key))
        .collect();
    groups::seats_came(work.connection, &scene.context.settings, work.now, &freed)?;
    Ok(GraphResponse::ok(read::user_body(
        work.connection,
        scene.context,
        user_key,
    )?))
}

/// `POST /users/{id}/reprocessLicenseAssignment`: computes all licences the user has through groups, at once. What
/// keeps the user from one of them is the answer; what came of the others stays.
pub(super) fn reprocess(scene: &Scene<'_>, id: &str) -> GraphResult {
    let work = scene.work;
    let user_key = scene.user(id)?;
    let mut processor = Processor::new(work.connection, work.state, work.now)?;
    let processed = processor.process(user_key)?;
    let freed = processor.finish()?;
    groups::seats_came(work.connection, &scene.context.settings, work.now, &freed)?;
    if let Err(refusal) = processed.verdict() {
        return Err(GraphFailure::bad_request(refusal.message()).keeping_what_was_done());
    }
    let body = read::user_body(work.connection, scene.context, user_key)?;
    Ok(GraphResponse::ok(body))
}

/// Reads the two parameters. Both must be there; null counts as absent.
pub(super) fn read_change(scene: &Scene<'_>) -> Result<LicenseChange, GraphFailure> {
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
        holdings: assignments::of_user(connection, skus, user_key)?,
    })
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
            assignments::remember(connection, user_key, entry.key, &old.disabled_plans, &now)?;
        }
        if new.is_none() {
            assignments::remove(connection, user_key, entry.key, 0)?;
        }
    }
    for new in direct(after) {
        let old = direct(before).find(|old| old.sku_id == new.sku_id);
        let Some(entry) = skus.by_id(new.sku_id).filter(|_| old != Some(new)) else {
            continue;
        };
        assignments::put(connection, (user_key, entry.key, 0), new, &now)?;
    }
    Ok(())
}
