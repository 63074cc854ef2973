//! What is due about members: noting it, and what it does to the state a group shows.

use rusqlite::{Connection, params};

use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::settings::Settings;

/// When what changes now is due.
fn due_at(settings: &Settings, now: Moment) -> Moment {
    now.plus_seconds(i64::from(settings.lag.group_processing_seconds))
}

/// The licences of a group changed: all its members are due.
pub(crate) fn group_changed(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
) -> rusqlite::Result<()> {
    due::cancel(connection, Kind::ProcessGroup, group_key)?;
    due::schedule(
        connection,
        due_at(settings, now),
        Kind::ProcessGroup,
        group_key,
    )?;
    set_state(connection, group_key, "QueuedForProcessing")
}

/// A group came back: all its members are due if it carries licences.
pub(crate) fn group_changed_if_licensed(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
) -> rusqlite::Result<()> {
    let is_licensed: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM group_licenses WHERE group_key = ?1)")?
        .query_row([group_key], |row| row.get(0))?;
    if is_licensed {
        group_changed(connection, settings, now, group_key)?;
    }
    Ok(())
}

/// A user joined or left a group. Due only if the group carries licences or the user has some from it.
pub(crate) fn member_changed(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
    user_key: i64,
) -> rusqlite::Result<()> {
    let concerns: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM group_licenses WHERE group_key = ?1)
                 OR EXISTS (SELECT 1 FROM assignments WHERE user_key = ?2 AND source_key = ?1)",
        )?
        .query_row([group_key, user_key], |row| row.get(0))?;
    if concerns {
        enqueue(connection, due_at(settings, now), group_key, user_key)?;
        set_state(connection, group_key, "QueuedForProcessing")?;
    }
    if settings.groups.nested {
        for above in groups_above(connection, group_key)? {
            enqueue(connection, due_at(settings, now), above, user_key)?;
        }
    }
    Ok(())
}

/// All licences of a user are due, on nobody's behalf: the user came back, or a rule of the tenant changed.
pub(crate) fn user_changed(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    user_key: i64,
) -> rusqlite::Result<()> {
    enqueue(connection, due_at(settings, now), 0, user_key)
}

/// Every user in a group is due: the group is about to go, or moved into or out of another one.
pub(crate) fn enqueue_members(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "WITH RECURSIVE inside (key) AS (
               SELECT ?2 UNION
               SELECT m.member_key FROM inside i JOIN members m ON m.group_key = i.key AND m.kind = 1
                WHERE ?3)
             INSERT OR IGNORE INTO due_members (at, group_key, user_key)
             SELECT ?1, 0, m.member_key FROM inside i JOIN members m ON m.group_key = i.key AND m.kind = 0
              ORDER BY m.joined",
        )?
        .execute(params![
            due_at(settings, now).to_string(),
            group_key,
            settings.groups.nested
        ])
        .map(drop)
}

/// A group is about to be deleted: whoever still has something from it, or is to get something, is due by themselves.
pub(crate) fn group_is_going(
    connection: &Connection,
    settings: &Settings,
    now: Moment,
    group_key: i64,
) -> rusqlite::Result<()> {
    let is_pending: bool = connection
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM group_licenses WHERE group_key = ?1)
                 OR EXISTS (SELECT 1 FROM due WHERE kind = 'processGroup' AND subject = ?1)",
        )?
        .query_row([group_key], |row| row.get(0))?;
    if is_pending {
        due::cancel(connection, Kind::ProcessGroup, group_key)?;
        enqueue_members(connection, settings, now, group_key)?;
    }
    Ok(())
}

fn enqueue(
    connection: &Connection,
    at: Moment,
    group_key: i64,
    user_key: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT OR IGNORE INTO due_members (at, group_key, user_key) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![at.to_string(), group_key, user_key])
        .map(drop)
}

/// The groups with licences that a group is in, itself or through others.
fn groups_above(connection: &Connection, group_key: i64) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached(
            "WITH RECURSIVE above (key) AS (
               SELECT group_key FROM members WHERE kind = 1 AND member_key = ?1 UNION
               SELECT m.group_key FROM above a JOIN members m ON m.kind = 1 AND m.member_key = a.key)
             SELECT key FROM above WHERE key IN (SELECT group_key FROM group_licenses) AND key <> ?1",
        )?
        .query_map([group_key], |row| row.get(0))?
        .collect()
}

/// What `licenseProcessingState` shows.
pub(super) fn set_state(
    connection: &Connection,
    group_key: i64,
    state: &str,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE groups SET processing_state = ?2 WHERE key = ?1")?
        .execute(params![group_key, state])
        .map(drop)
}

/// A group whose members are all processed says so.
pub(crate) fn settle_state(connection: &Connection, group_key: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "UPDATE groups SET processing_state = 'ProcessingComplete'
              WHERE key = ?1 AND processing_state <> 'ProcessingComplete'
                AND NOT EXISTS (SELECT 1 FROM due_members WHERE group_key = ?1)
                AND NOT EXISTS (SELECT 1 FROM due WHERE kind = 'processGroup' AND subject = ?1)",
        )?
        .execute([group_key])
        .map(drop)
}
