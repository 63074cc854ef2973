//! Making roles of the directory active, and giving them.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};

use super::members::{find, find_id, json_reference};
use super::{Scene, body};
use crate::odata::error::excerpt;
use crate::read;
use crate::role_templates::RoleTemplate;
use crate::rows;
use crate::service::{GraphFailure, GraphResponse, GraphResult};

/// Adds the role of a template and returns its key.
pub(crate) fn insert(
    connection: &Connection,
    id: mglicense_rules::Guid,
    now: crate::clock::Moment,
    template: &RoleTemplate,
) -> rusqlite::Result<i64> {
    let mut doc = Map::new();
    for (name, value) in [
        ("description", template.description),
        ("displayName", template.name),
        ("roleTemplateId", template.id),
    ] {
        doc.insert(name.to_owned(), value.into());
    }
    connection
        .prepare_cached(
            "INSERT INTO roles (id, display_name, template, created, doc) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .insert(rusqlite::params![
            id.as_bytes(),
            template.name,
            template.guid().as_bytes(),
            now.to_string(),
            Value::Object(rows::identified(id, doc)).to_string(),
        ])
}

/// `POST /directoryRoles`.
pub(super) fn activate(scene: &Scene<'_>) -> GraphResult {
    let given = body::object(scene)?;
    let template = given
        .iter()
        .find(|(name, _)| body::names(scene, name, "roleTemplateId"))
        .and_then(|(_, value)| value.as_str())
        .ok_or_else(|| {
            GraphFailure::bad_request(
                "A value is required for property 'roleTemplateId' of resource 'DirectoryRole'.",
            )
        })?;
    let found =
        RoleTemplate::find(template).filter(|found| found.id.eq_ignore_ascii_case(template));
    let found = found.ok_or_else(|| {
        GraphFailure::bad_request(
            "Invalid value specified for property 'roleTemplateId' of resource 'DirectoryRole'.",
        )
    })?;
    let connection = scene.work.connection;
    let is_active: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM roles WHERE template = ?1)")?
        .query_row([found.guid().as_bytes()], |row| row.get(0))?;
    if is_active {
        return Err(GraphFailure::bad_request(
            "A conflicting object with one or more of the specified property values is present in the directory.",
        ));
    }
    let id = scene.work.ids.next(connection)?;
    let key = insert(connection, id, scene.work.now, found)?;
    let body = read::role_body(connection, scene.context, key)?;
    Ok(GraphResponse::json(StatusCode::CREATED, body))
}

/// `POST /directoryRoles/{id}/members/$ref`.
pub(super) fn add_member(scene: &Scene<'_>, role: &str) -> GraphResult {
    let given = json_reference(scene)?;
    let role = find_role(scene, role)?;
    let (kind, key) = find(scene, &given)?;
    let added = scene
        .work
        .connection
        .prepare_cached(
            "INSERT OR IGNORE INTO role_members (role_key, kind, member_key) VALUES (?1, ?2, ?3)",
        )?
        .execute([role, kind, key])?;
    if added == 0 {
        return Err(GraphFailure::bad_request(
            "One or more added object references already exist for the following modified properties: 'members'.",
        ));
    }
    Ok(GraphResponse::no_content())
}

/// `DELETE /directoryRoles/{id}/members/{id}/$ref`.
pub(super) fn remove_member(scene: &Scene<'_>, role: &str, member: &str) -> GraphResult {
    let role = find_role(scene, role)?;
    let not_found = || GraphFailure::not_found(&excerpt(member));
    let (kind, key) = find_id(scene.work.connection, member)?.ok_or_else(not_found)?;
    let removed = scene
        .work
        .connection
        .prepare_cached(
            "DELETE FROM role_members WHERE role_key = ?1 AND kind = ?2 AND member_key = ?3",
        )?
        .execute([role, kind, key])?;
    if removed == 0 {
        return Err(not_found());
    }
    Ok(GraphResponse::no_content())
}

/// The key of an active role: by its id, or by that of its template.
fn find_role(scene: &Scene<'_>, id: &str) -> Result<i64, GraphFailure> {
    let not_found = || GraphFailure::not_found(&excerpt(id));
    let guid: mglicense_rules::Guid = id.parse().map_err(|_| not_found())?;
    scene
        .work
        .connection
        .prepare_cached("SELECT key FROM roles WHERE id = ?1 OR template = ?1")?
        .query_row([guid.as_bytes()], |row| row.get(0))
        .optional()?
        .ok_or_else(not_found)
}
