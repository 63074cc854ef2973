//! Lag on purpose: what the directory's index and licensing go on seeing for a while after a write.

use rusqlite::{Connection, OptionalExtension, params};

use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::settings::LagSettings;

/// Keeps a user as the index knows it, before a write changes it. A second write within the lag changes nothing: the
/// index still shows the first state, and catches up with both.
pub(crate) fn remember_user(
    connection: &Connection,
    lag: &LagSettings,
    now: Moment,
    user_key: i64,
) -> rusqlite::Result<()> {
    if lag.index_seconds == 0 {
        return Ok(());
    }
    let until = now.plus_seconds(i64::from(lag.index_seconds));
    let kept = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO stale_users (key, until, absent, id, upn, display_name, mail, usage_location,
               account_enabled, user_type, on_premises_sync, created, deleted, doc)
             SELECT key, ?2, 0, id, upn, display_name, mail, usage_location, account_enabled, user_type,
               on_premises_sync, created, deleted, doc FROM users WHERE key = ?1",
        )?
        .execute(params![user_key, until.to_string()])?;
    if kept > 0 {
        connection
            .prepare_cached(
                "INSERT OR IGNORE INTO stale_assignments
                 SELECT user_key, sku_key, source_key, disabled, state, error, updated FROM assignments
                  WHERE user_key = ?1",
            )?
            .execute([user_key])?;
        due::schedule(connection, until, Kind::IndexUser, user_key)?;
    }
    Ok(())
}

/// Keeps a new user from the index for a while.
pub(crate) fn hide_user(
    connection: &Connection,
    lag: &LagSettings,
    now: Moment,
    user_key: i64,
) -> rusqlite::Result<()> {
    if lag.index_seconds == 0 {
        return Ok(());
    }
    let until = now.plus_seconds(i64::from(lag.index_seconds));
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO stale_users (key, until, absent) VALUES (?1, ?2, 1)",
        )?
        .execute(params![user_key, until.to_string()])?;
    due::schedule(connection, until, Kind::IndexUser, user_key)
}

/// The index catches up with a user.
pub(crate) fn catch_up(connection: &Connection, user_key: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM stale_users WHERE key = ?1")?
        .execute([user_key])?;
    connection
        .prepare_cached("DELETE FROM stale_assignments WHERE user_key = ?1")?
        .execute([user_key])?;
    Ok(())
}

/// Keeps the location that licensing goes on seeing.
pub(crate) fn remember_location(
    connection: &Connection,
    lag: &LagSettings,
    now: Moment,
    user_key: i64,
    old: Option<&str>,
) -> rusqlite::Result<()> {
    if lag.licensing_seconds == 0 {
        return Ok(());
    }
    let until = now.plus_seconds(i64::from(lag.licensing_seconds));
    let kept = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO lagging_locations (user_key, until, usage_location) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![user_key, until.to_string(), old])?;
    if kept > 0 {
        due::schedule(connection, until, Kind::LicensingSeesLocation, user_key)?;
    }
    Ok(())
}

/// Licensing sees the location of a user as it is.
pub(crate) fn see_location(connection: &Connection, user_key: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM lagging_locations WHERE user_key = ?1")?
        .execute([user_key])
        .map(drop)
}

/// The location licensing still sees, if it lags behind.
pub(crate) fn lagging_location(
    connection: &Connection,
    lag: &LagSettings,
    user_key: i64,
) -> rusqlite::Result<Option<Option<String>>> {
    if lag.licensing_seconds == 0 {
        return Ok(None);
    }
    connection
        .prepare_cached("SELECT usage_location FROM lagging_locations WHERE user_key = ?1")?
        .query_row([user_key], |row| row.get(0))
        .optional()
}
