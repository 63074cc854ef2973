//! Assignments as rows: which user has which product from where.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{Holding, HoldingError, HoldingState, Source};
use rusqlite::{Connection, Statement, params};

use crate::store::{ERRORS, STATES, SkuTable, error_number, state_number};

/// Every assignment of a user.
pub(crate) fn of_user(
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
            state: state_of(state),
            error: error_of(error),
        });
    }
    Ok(holdings)
}

/// The state that is kept as a number.
pub(crate) fn state_of(number: u8) -> HoldingState {
    let state = STATES.get(usize::from(number));
    state.copied().unwrap_or(HoldingState::Active)
}

/// The error that is kept as a number.
pub(crate) fn error_of(number: u8) -> HoldingError {
    let error = ERRORS.get(usize::from(number));
    error.copied().unwrap_or(HoldingError::None)
}

/// An assignment's place: the keys of the user, of the product, and of the group it comes from, 0 if from none.
pub(crate) type Key = (i64, i64, i64);

/// The statement of [`insert`].
pub(crate) const INSERT: &str =
    "INSERT INTO assignments (user_key, sku_key, source_key, disabled, state, error, updated)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Writes an assignment of which there is none from the same source.
pub(crate) fn insert(
    statement: &mut Statement<'_>,
    (user_key, sku_key, source_key): Key,
    holding: &Holding,
    now: &str,
) -> rusqlite::Result<()> {
    statement
        .execute(params![
            user_key,
            sku_key,
            source_key,
            stored(&holding.disabled_plans),
            state_number(holding.state),
            error_number(holding.error),
            now
        ])
        .map(drop)
}

/// Writes an assignment, over the one that is there from the same source.
pub(crate) fn put(
    connection: &Connection,
    (user_key, sku_key, source_key): Key,
    holding: &Holding,
    now: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO assignments (user_key, sku_key, source_key, disabled, state, error, updated)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (user_key, sku_key, source_key) DO UPDATE SET disabled = excluded.disabled,
               state = excluded.state, error = excluded.error, updated = excluded.updated",
        )?
        .execute(params![
            user_key,
            sku_key,
            source_key,
            stored(&holding.disabled_plans),
            state_number(holding.state),
            error_number(holding.error),
            now
        ])
        .map(drop)
}

/// Takes an assignment away.
pub(crate) fn remove(
    connection: &Connection,
    user_key: i64,
    sku_key: i64,
    source_key: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "DELETE FROM assignments WHERE user_key = ?1 AND sku_key = ?2 AND source_key = ?3",
        )?
        .execute([user_key, sku_key, source_key])
        .map(drop)
}

/// Reads a list of plans as it is stored.
pub(crate) fn plans(stored: &str) -> Vec<Guid> {
    if stored == "[]" {
        return Vec::new();
    }
    serde_json::from_str(stored).unwrap_or_default()
}

/// Writes a list of plans as it is stored.
pub(crate) fn stored(plans: &[Guid]) -> String {
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

/// Keeps what a user had of a product, so that the plans lost stay visible as deleted. `disabled` are the plans that
/// were off.
pub(crate) fn remember(
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
