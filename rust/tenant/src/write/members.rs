//! Members and owners of groups.

use percent_encoding::percent_decode_str;
use rusqlite::Connection;
use serde_json::{Map, Value};

use super::groups::{LISTS, has_type, is_synced, stored};
use super::{Scene, body, shape};
use crate::groups;
use crate::odata::error::excerpt;
use crate::rows;
use crate::service::{GraphFailure, GraphResponse, GraphResult};

/// Which of a group's lists is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Members,
    Owners,
}

impl List {
    fn parse(segment: &str) -> Self {
        if segment == "owners" {
            Self::Owners
        } else {
            Self::Members
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Owners => "owners",
        }
    }
}

/// A user or a group: kind and key, as the tables keep them.
type Object = (i64, i64);

/// `POST /groups/{id}/members/$ref`.
pub(super) fn add(scene: &Scene<'_>, group: &str, list: &str) -> GraphResult {
    let given = json_reference(scene)?;
    let list = List::parse(list);
    let key = scene.group(group)?;
    check_editable_list(scene.work.connection, key, list)?;
    let object = find(scene, &given)?;
    insert(scene, key, list, object)?;
    Ok(GraphResponse::no_content())
}

/// `DELETE /groups/{id}/members/{id}/$ref`.
pub(super) fn remove(scene: &Scene<'_>, group: &str, list: &str, member: &str) -> GraphResult {
    let list = List::parse(list);
    let key = scene.group(group)?;
    check_editable_list(scene.work.connection, key, list)?;
    let not_found = || GraphFailure::not_found(&excerpt(member));
    let (kind, member_key) = find_id(scene.work.connection, member)?.ok_or_else(not_found)?;
    let removed = scene
        .work
        .connection
        .prepare_cached(match list {
            List::Members => {
                "DELETE FROM members WHERE group_key = ?1 AND kind = ?2 AND member_key = ?3"
            }
            List::Owners => {
                "DELETE FROM owners WHERE group_key = ?1 AND kind = ?2 AND member_key = ?3"
            }
        })?
        .execute([key, kind, member_key])?;
    if removed == 0 {
        return Err(not_found());
    }
    if list == List::Members {
        changed(scene, key, (kind, member_key))?;
    }
    Ok(GraphResponse::no_content())
}

/// The `@odata.id` of a body. It starts with the sign of an annotation, so the body is read apart.
pub(super) fn json_reference(scene: &Scene<'_>) -> Result<String, GraphFailure> {
    body::object(scene)?;
    let value: Value = serde_json::from_slice(scene.request.body).unwrap_or_default();
    let object = value.as_object();
    let reference = object.and_then(|object| {
        object
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("@odata.id"))
            .map(|(_, value)| value)
    });
    match reference {
        Some(Value::String(reference)) => Ok(reference.clone()),
        _ => Err(GraphFailure::bad_request(
            "The request body must name an object with '@odata.id'.",
        )),
    }
}

/// Takes `members@odata.bind` and `owners@odata.bind` out of a body.
pub(super) fn bound(
    scene: &Scene<'_>,
    given: &mut Map<String, Value>,
) -> Result<Vec<(List, Vec<String>)>, GraphFailure> {
    let most = scene.context.settings.groups.members_per_request as usize;
    let mut bound = Vec::new();
    for (name, list) in LISTS {
        let annotation = format!("{name}@odata.bind");
        let key = given
            .keys()
            .find(|key| key.eq_ignore_ascii_case(&annotation))
            .cloned();
        let Some(value) = key.and_then(|key| given.shift_remove(&key)) else {
            continue;
        };
        let Value::Array(items) = &value else {
            return Err(body::unexpected_node(&annotation, &value, "StartArray"));
        };
        if items.len() > most {
            return Err(GraphFailure::bad_request(format!(
                "The limit of {most} references in one request is exceeded by '{annotation}', which holds {}.",
                items.len()
            )));
        }
        let references = items.iter().map(|item| {
            let text = item.as_str().map(str::to_owned);
            text.ok_or_else(|| body::unexpected_node(&annotation, item, "PrimitiveValue"))
        });
        bound.push((list, references.collect::<Result<_, _>>()?));
    }
    Ok(bound)
}

/// Adds every object referred to. One that is not there, or is a member already, refuses all.
pub(super) fn add_all(
    scene: &Scene<'_>,
    group_key: i64,
    list: List,
    references: &[String],
) -> Result<(), GraphFailure> {
    for reference in references {
        let object = find(scene, reference)?;
        insert(scene, group_key, list, object)?;
    }
    Ok(())
}

fn insert(
    scene: &Scene<'_>,
    group_key: i64,
    list: List,
    object: Object,
) -> Result<(), GraphFailure> {
    let (kind, key) = object;
    if kind == 1 && (list == List::Owners || key == group_key) {
        return Err(GraphFailure::bad_request(format!(
            "The group cannot be added to the '{}' of this group.",
            list.as_str()
        )));
    }
    let added = scene
        .work
        .connection
        .prepare_cached(match list {
            List::Members => {
                "INSERT OR IGNORE INTO members (group_key, kind, member_key, joined)
                 VALUES (?1, ?2, ?3, (SELECT ifnull(max(joined), 0) + 1 FROM members WHERE group_key = ?1))"
            }
            List::Owners => {
                "INSERT OR IGNORE INTO owners (group_key, kind, member_key) VALUES (?1, ?2, ?3)"
            }
        })?
        .execute([group_key, kind, key])?;
    if added == 0 {
        return Err(GraphFailure::bad_request(format!(
            "One or more added object references already exist for the following modified properties: '{}'.",
            list.as_str()
        )));
    }
    if list == List::Members {
        changed(scene, group_key, object)?;
    }
    Ok(())
}

/// Something joined or left a group: licences are due. What is in a group inside another one counts only where the
/// settings say so.
fn changed(scene: &Scene<'_>, group_key: i64, (kind, key): Object) -> rusqlite::Result<()> {
    let connection = scene.work.connection;
    let settings = &scene.context.settings;
    let now = scene.work.now;
    if kind == 0 {
        groups::member_changed(connection, settings, now, group_key, key)
    } else if settings.groups.nested {
        groups::enqueue_members(connection, settings, now, key)
    } else {
        Ok(())
    }
}

/// The object that an address such as `https://graph.microsoft.com/v1.0/directoryObjects/{id}` names.
pub(super) fn find(scene: &Scene<'_>, reference: &str) -> Result<Object, GraphFailure> {
    let wrong = || {
        GraphFailure::bad_request(format!(
            "Invalid object identifier '{}' in '@odata.id'.",
            excerpt(reference)
        ))
    };
    let mut parts = reference.trim_end_matches('/').rsplit('/');
    let id = parts.next().filter(|id| !id.is_empty()).ok_or_else(wrong)?;
    let kind = parts.next().map(str::to_ascii_lowercase);
    if !matches!(
        kind.as_deref(),
        Some("directoryobjects" | "users" | "groups")
    ) {
        return Err(wrong());
    }
    let id = percent_decode_str(id).decode_utf8().map_err(|_| wrong())?;
    find_id(scene.work.connection, &id)?.ok_or_else(|| GraphFailure::not_found(&excerpt(&id)))
}

pub(super) fn find_id(connection: &Connection, id: &str) -> rusqlite::Result<Option<Object>> {
    if let Some(key) = rows::find_user(connection, id)? {
        return Ok(Some((0, key)));
    }
    Ok(rows::find_group(connection, id)?.map(|key| (1, key)))
}

fn check_editable_list(connection: &Connection, key: i64, list: List) -> Result<(), GraphFailure> {
    match list {
        List::Members => check_editable(connection, key),
        List::Owners => {
            let (_, _, doc) = stored(connection, key)?;
            if is_synced(&doc) {
                Err(shape::mastered_on_premises())
            } else {
                Ok(())
            }
        }
    }
}

/// Refuses a change by hand of members that something else decides: a directory on premises, Exchange, a rule.
pub(super) fn check_editable(connection: &Connection, key: i64) -> Result<(), GraphFailure> {
    let (_, _, doc) = stored(connection, key)?;
    if is_synced(&doc) {
        return Err(shape::mastered_on_premises());
    }
    if has_type(&doc, "DynamicMembership") {
        return Err(GraphFailure::bad_request(
            "The members of a group with dynamic membership follow its rule and cannot be changed.",
        ));
    }
    let is_mail_enabled = doc.get("mailEnabled") == Some(&Value::Bool(true));
    if is_mail_enabled && !has_type(&doc, "Unified") {
        return Err(GraphFailure::bad_request(
            "Cannot Update a mail-enabled security groups and or distribution list.",
        ));
    }
    Ok(())
}
