//! The recycle bin: restoring and deleting for good.

use http::StatusCode;
use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::Value;

use super::users::{Stored, taken, text};
use super::{Scene, groups as groups_written};
use crate::due::{self, Kind};
use crate::groups;
use crate::odata::error::excerpt;
use crate::read;
use crate::rows::{self, GroupRow, UserRow};
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::settings::RestoreWithoutSeat;
use crate::stale;

/// What lies in the bin under an id.
enum Deleted {
    User(i64),
    Group(i64),
}

fn find(scene: &Scene<'_>, id: &str) -> Result<Deleted, GraphFailure> {
    let not_found = || GraphFailure::not_found(&excerpt(id));
    let guid: Guid = id.parse().map_err(|_| not_found())?;
    let find = |sql: &str| -> rusqlite::Result<Option<i64>> {
        let connection = scene.work.connection;
        connection
            .prepare_cached(sql)?
            .query_row([guid.as_bytes()], |row| row.get(0))
            .optional()
    };
    if let Some(key) = find("SELECT key FROM users WHERE id = ?1 AND deleted IS NOT NULL")? {
        return Ok(Deleted::User(key));
    }
    let group = find("SELECT key FROM groups WHERE id = ?1 AND deleted IS NOT NULL")?;
    group.map(Deleted::Group).ok_or_else(not_found)
}

/// `POST /directory/deletedItems/{id}/restore`.
pub(super) fn restore(scene: &Scene<'_>, id: &str) -> GraphResult {
    match find(scene, id)? {
        Deleted::User(key) => restore_user(scene, key),
        Deleted::Group(key) => restore_group(scene, key),
    }
}

/// `DELETE /directory/deletedItems/{id}`.
pub(super) fn purge(scene: &Scene<'_>, id: &str) -> GraphResult {
    let connection = scene.work.connection;
    match find(scene, id)? {
        Deleted::User(key) => {
            purge_user(connection, key)?;
            due::cancel(connection, Kind::PurgeUser, key)?;
        }
        Deleted::Group(key) => {
            purge_group(connection, key)?;
            due::cancel(connection, Kind::PurgeGroup, key)?;
        }
    }
    Ok(GraphResponse::no_content())
}

fn restore_user(scene: &Scene<'_>, key: i64) -> GraphResult {
    let connection = scene.work.connection;
    let stored = Stored::read(scene, key)?;
    let mut doc = stored.doc;
    let name = text(&doc, "userPrincipalName");
    let prefix = stored.id.to_string().replace('-', "");
    let name = name.strip_prefix(&prefix).unwrap_or(name).to_owned();
    if rows::find_user(connection, &name)?.is_some() {
        return Err(taken("userPrincipalName"));
    }
    doc.insert("userPrincipalName".to_owned(), Value::from(name));
    doc.shift_remove("deletedDateTime");
    stale::remember_user(connection, &scene.context.settings.lag, scene.work.now, key)?;
    UserRow::new(stored.id, stored.created, &doc).update(connection, key)?;
    take_seats(scene, key)?;
    groups::person_changed(connection, scene.work.now, key)?;
    groups::user_changed(connection, &scene.context.settings, scene.work.now, key)?;
    due::cancel(connection, Kind::PurgeUser, key)?;
    let body = read::user_body(connection, scene.context, key)?;
    Ok(GraphResponse::json(StatusCode::OK, body))
}

fn restore_group(scene: &Scene<'_>, key: i64) -> GraphResult {
    let connection = scene.work.connection;
    let (id, created, mut doc) = groups_written::stored(connection, key)?;
    doc.shift_remove("deletedDateTime");
    GroupRow::new(id, created, &doc).update(connection, key)?;
    let rule = groups::active_rule(&doc).unwrap_or_default();
    groups::rule_changed(connection, scene.work.now, key, rule)?;
    groups::group_changed_if_licensed(connection, &scene.context.settings, scene.work.now, key)?;
    due::cancel(connection, Kind::PurgeGroup, key)?;
    let body = read::group_body(connection, scene.context, key)?;
    Ok(GraphResponse::json(StatusCode::OK, body))
}

/// The seats of a user who is being deleted are free.
pub(super) fn free_seats(scene: &Scene<'_>, user_key: i64) -> rusqlite::Result<()> {
    let connection = scene.work.connection;
    let freed: Vec<i64> = connection
        .prepare_cached(
            "UPDATE skus SET consumed = consumed - 1
              WHERE key IN (SELECT sku_key FROM assignments WHERE user_key = ?1 AND state <> 3)
             RETURNING key",
        )?
        .query_map([user_key], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    groups::seats_came(connection, &scene.context.settings, scene.work.now, &freed)
}

/// A restored user takes seats again. Where there is none, the settings say what happens.
fn take_seats(scene: &Scene<'_>, user_key: i64) -> Result<(), GraphFailure> {
    let connection = scene.work.connection;
    let skus = scene.work.state.skus(connection)?;
    let mut select = connection.prepare_cached(
        "SELECT DISTINCT sku_key FROM assignments WHERE user_key = ?1 AND state <> 3",
    )?;
    let keys: Vec<i64> = select
        .query_map([user_key], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for key in keys {
        let Some(entry) = skus.by_key(key) else {
            continue;
        };
        let facts = skus.facts_now(connection, std::iter::once(entry.facts.sku_id))?;
        let settings = &scene.context.settings;
        let has_seat = facts
            .first()
            .is_some_and(|sku| sku.available(&settings.assignment) > 0);
        if has_seat {
            connection
                .prepare_cached("UPDATE skus SET consumed = consumed + 1 WHERE key = ?1")?
                .execute([key])?;
        } else if settings.users.restore_without_seat == RestoreWithoutSeat::Refuse {
            return Err(GraphFailure::bad_request(format!(
                "Subscription with SKU {} does not have any available licenses.",
                entry.facts.sku_id
            )));
        } else {
            connection
                .prepare_cached(
                    "DELETE FROM assignments WHERE user_key = ?1 AND sku_key = ?2 AND source_key = 0",
                )?
                .execute([user_key, key])?;
            // What a group gives is not forgotten: the user waits for it.
            connection
                .prepare_cached(
                    "UPDATE assignments SET state = 3, error = 1, updated = ?3 WHERE user_key = ?1 AND sku_key = ?2",
                )?
                .execute(params![user_key, key, scene.work.now.to_string()])?;
        }
    }
    Ok(())
}

/// Takes a deleted user out for good.
pub(crate) fn purge_user(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM assignments WHERE user_key = ?1",
        "DELETE FROM former WHERE user_key = ?1",
        "DELETE FROM members WHERE kind = 0 AND member_key = ?1",
        "DELETE FROM owners WHERE kind = 0 AND member_key = ?1",
        "DELETE FROM role_members WHERE kind = 0 AND member_key = ?1",
        "DELETE FROM mails WHERE user_key = ?1",
        "DELETE FROM lagging_locations WHERE user_key = ?1",
        "DELETE FROM due_members WHERE user_key = ?1",
        "DELETE FROM users WHERE key = ?1 AND deleted IS NOT NULL",
    ] {
        connection.prepare_cached(sql)?.execute([key])?;
    }
    Ok(())
}

/// Takes a deleted group out for good.
pub(crate) fn purge_group(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM group_licenses WHERE group_key = ?1",
        "DELETE FROM members WHERE group_key = ?1",
        "DELETE FROM members WHERE kind = 1 AND member_key = ?1",
        "DELETE FROM owners WHERE group_key = ?1",
        "DELETE FROM membership_rules WHERE group_key = ?1",
        "DELETE FROM due WHERE subject = ?1 AND kind IN ('processGroup', 'evaluateRule')",
        "DELETE FROM groups WHERE key = ?1 AND deleted IS NOT NULL",
    ] {
        connection.prepare_cached(sql)?.execute([key])?;
    }
    Ok(())
}
