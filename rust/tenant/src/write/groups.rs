//! Making, changing and deleting groups.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use mglicense_rules::Guid;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::members::{self, List};
use super::shape::{self, invalid_value, value_required};
use super::{Scene, body, purge_group, users};
use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::groups as licensing;
use crate::odata::properties::GROUP;
use crate::read;
use crate::rows::{self, GroupRow};
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::settings::Verdict;

/// What a new group must have, in the order in which it is missed.
const REQUIRED: [&str; 4] = [
    "displayName",
    "mailEnabled",
    "mailNickname",
    "securityEnabled",
];

/// `POST /groups`.
pub(super) fn create(scene: &Scene<'_>) -> GraphResult {
    let mut given = body::object(scene)?;
    let bound = members::bound(scene, &mut given)?;
    let mut properties = shape::checked(scene, &GROUP, given)?;
    for name in REQUIRED {
        if properties.get(name).is_none_or(Value::is_null) {
            return Err(value_required(name, GROUP.resource));
        }
    }
    check_values(&properties)?;
    let is_unified = has_type(&properties, "Unified");
    let is = |name: &str| properties.get(name) == Some(&Value::Bool(true));
    if is("mailEnabled") && !is_unified {
        return Err(GraphFailure::bad_request(
            "The service does not currently support writes of mail-enabled groups. Please ensure that the mail-enablement property is unset and the security-enablement property is set.",
        ));
    }
    if is_unified && !is("mailEnabled") {
        return Err(invalid_value("mailEnabled", GROUP.resource));
    }
    if !is("securityEnabled") && !is_unified {
        return Err(invalid_value("securityEnabled", GROUP.resource));
    }
    properties.retain(|_, value| !value.is_null());
    check_rule(&mut properties, false)?;
    let work = scene.work;
    let now = work.now.to_string();
    if is_unified {
        let nickname = users::text(&properties, "mailNickname");
        let mail = format!("{nickname}@{}", default_domain(work.connection)?);
        properties.insert("mail".to_owned(), mail.clone().into());
        properties.insert("proxyAddresses".to_owned(), json!([format!("SMTP:{mail}")]));
    }
    for (name, value) in [
        ("groupTypes", json!([])),
        ("proxyAddresses", json!([])),
        ("renewedDateTime", json!(now)),
    ] {
        properties.entry(name).or_insert(value);
    }
    properties.insert("createdDateTime".to_owned(), now.into());
    let id = work.ids.next(work.connection)?;
    let rule = active_rule(&properties)?.map(str::to_owned);
    let row = GroupRow::new(id, work.now, &rows::identified(id, properties));
    let key = row.insert(work.connection)?;
    if let Some(rule) = rule {
        licensing::rule_changed(work.connection, work.now, key, Some(&rule))?;
    }
    for (list, references) in bound {
        // Of a dynamic group nobody is a member by hand, from the start.
        members::check_editable(work.connection, key)?;
        members::add_all(scene, key, list, &references)?;
    }
    let body = read::group_body(work.connection, scene.context, key)?;
    let location = format!(
        "{}/v2/{}/directoryObjects/{id}/Microsoft.DirectoryServices.Group",
        work.origin, scene.context.tenant_id
    );
    let mut response = GraphResponse::json(StatusCode::CREATED, body);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response = response.with_header(LOCATION, location);
    }
    Ok(response)
}

/// `PATCH /groups/{id}`: properties, and members by `members@odata.bind`. All of it happens or none.
pub(super) fn update(scene: &Scene<'_>, id: &str) -> GraphResult {
    let mut given = body::object(scene)?;
    let key = scene.group(id)?;
    let bound = members::bound(scene, &mut given)?;
    let changes = shape::checked(scene, &GROUP, given)?;
    check_values(&changes)?;
    let connection = scene.work.connection;
    let (id, created, mut doc) = stored(connection, key)?;
    if !changes.is_empty() {
        if is_synced(&doc) {
            return Err(shape::mastered_on_premises());
        }
        let was_dynamic = has_type(&doc, "DynamicMembership");
        let concerns_rule = changes.keys().any(|name| {
            matches!(
                name.as_str(),
                "groupTypes" | "membershipRule" | "membershipRuleProcessingState"
            )
        });
        for (name, value) in changes {
            if value.is_null() {
                doc.shift_remove(&name);
            } else {
                doc.insert(name, value);
            }
        }
        check_licensed_kind(scene, key, &doc)?;
        if concerns_rule {
            check_rule(&mut doc, was_dynamic)?;
            let settings = &scene.context.settings;
            if !was_dynamic && has_type(&doc, "DynamicMembership") {
                licensing::empty(connection, settings, scene.work.now, key)?;
            }
            licensing::rule_changed(connection, scene.work.now, key, active_rule(&doc)?)?;
        }
        GroupRow::new(id, created, &doc).update(connection, key)?;
    }
    for (list, references) in bound {
        members::check_editable(connection, key)?;
        members::add_all(scene, key, list, &references)?;
    }
    Ok(GraphResponse::no_content())
}

/// `DELETE /groups/{id}`. Microsoft 365 groups go to the recycle bin, security groups at once. A group with licences
/// stays.
pub(super) fn delete(scene: &Scene<'_>, id: &str) -> GraphResult {
    let key = scene.group(id)?;
    let connection = scene.work.connection;
    let is_licensed: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM group_licenses WHERE group_key = ?1)")?
        .query_row([key], |row| row.get(0))?;
    if is_licensed && scene.context.settings.groups.licensed_delete == Verdict::Refuse {
        return Err(GraphFailure::bad_request(
            "The group cannot be deleted while licenses are assigned to it. Remove all licenses from the group first.",
        ));
    }
    let (id, created, mut doc) = stored(connection, key)?;
    if is_synced(&doc) {
        return Err(shape::mastered_on_premises());
    }
    let now = scene.work.now;
    licensing::group_is_going(connection, &scene.context.settings, now, key)?;
    licensing::rule_changed(connection, now, key, None)?;
    doc.insert("deletedDateTime".to_owned(), now.to_string().into());
    let is_unified = has_type(&doc, "Unified");
    let mut row = GroupRow::new(id, created, &doc);
    row.deleted = Some(now);
    row.update(connection, key)?;
    if is_unified {
        let days = i64::from(scene.context.settings.users.recycle_bin_days);
        due::schedule(
            connection,
            now.plus_seconds(days * 86_400),
            Kind::PurgeGroup,
            key,
        )?;
    } else {
        purge_group(connection, key)?;
    }
    Ok(GraphResponse::no_content())
}

/// A group with dynamic membership has a rule, and no other has one. Where nothing is said the rule is processed.
fn check_rule(properties: &mut Map<String, Value>, was_dynamic: bool) -> Result<(), GraphFailure> {
    if !has_type(properties, "DynamicMembership") {
        // What is left from earlier goes with it.
        properties.shift_remove("membershipRuleProcessingState");
        return match properties.shift_remove("membershipRule") {
            Some(_) if !was_dynamic => Err(invalid_value("membershipRule", GROUP.resource)),
            _ => Ok(()),
        };
    }
    if !properties.contains_key("membershipRule") {
        return Err(value_required("membershipRule", GROUP.resource));
    }
    let state = properties
        .entry("membershipRuleProcessingState")
        .or_insert_with(|| "On".into());
    let is_known = state
        .as_str()
        .is_some_and(|state| matches!(state, "On" | "Paused"));
    if is_known {
        Ok(())
    } else {
        Err(invalid_value(
            "membershipRuleProcessingState",
            GROUP.resource,
        ))
    }
}

/// The rule that is to be kept up, if there is one. A wrong one is refused with its position.
fn active_rule(properties: &Map<String, Value>) -> Result<Option<&str>, GraphFailure> {
    licensing::active_rule(properties).map_err(|fault| GraphFailure::bad_request(fault.to_string()))
}

/// A group that carries licences stays a security group.
fn check_licensed_kind(
    scene: &Scene<'_>,
    key: i64,
    doc: &Map<String, Value>,
) -> Result<(), GraphFailure> {
    if doc.get("securityEnabled") != Some(&Value::Bool(false)) {
        return Ok(());
    }
    let is_licensed: bool = scene
        .work
        .connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM group_licenses WHERE group_key = ?1)")?
        .query_row([key], |row| row.get(0))?;
    if is_licensed {
        return Err(GraphFailure::bad_request(
            "The property 'securityEnabled' cannot be false while licenses are assigned to the group. Remove all licenses from the group first.",
        ));
    }
    Ok(())
}

/// Id, time of making and document of a group.
pub(super) fn stored(
    connection: &Connection,
    key: i64,
) -> rusqlite::Result<(Guid, Moment, Map<String, Value>)> {
    connection
        .prepare_cached("SELECT id, created, doc FROM groups WHERE key = ?1")?
        .query_row([key], |row| {
            let created = row.get_ref(1)?.as_str()?.parse();
            Ok((
                Guid::from_bytes(row.get(0)?),
                created.unwrap_or(Moment::from_unix(0)),
                serde_json::from_str(row.get_ref(2)?.as_str()?).unwrap_or_default(),
            ))
        })
}

pub(super) fn is_synced(doc: &Map<String, Value>) -> bool {
    doc.get("onPremisesSyncEnabled") == Some(&Value::Bool(true))
}

/// Whether `groupTypes` holds a word.
pub(super) fn has_type(doc: &Map<String, Value>, word: &str) -> bool {
    let types = doc.get("groupTypes").and_then(Value::as_array);
    types.is_some_and(|types| {
        types.iter().any(|kind| {
            kind.as_str()
                .is_some_and(|kind| kind.eq_ignore_ascii_case(word))
        })
    })
}

fn check_values(properties: &Map<String, Value>) -> Result<(), GraphFailure> {
    for name in REQUIRED {
        if properties.get(name).is_some_and(Value::is_null) {
            return Err(invalid_value(name, GROUP.resource));
        }
    }
    if let Some(Value::Array(types)) = properties.get("groupTypes") {
        let is_known = |kind: &Value| {
            kind.as_str()
                .is_some_and(|kind| matches!(kind, "Unified" | "DynamicMembership"))
        };
        if !types.iter().all(is_known) {
            return Err(invalid_value("groupTypes", GROUP.resource));
        }
    }
    if let Some(Value::String(nickname)) = properties.get("mailNickname")
        && !(users::is_nickname(nickname) && nickname.is_ascii())
    {
        return Err(invalid_value("mailNickname", GROUP.resource));
    }
    if let Some(Value::String(visibility)) = properties.get("visibility")
        && !matches!(
            visibility.as_str(),
            "Public" | "Private" | "HiddenMembership"
        )
    {
        return Err(invalid_value("visibility", GROUP.resource));
    }
    Ok(())
}

fn default_domain(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row(
        "SELECT id FROM domains ORDER BY json_extract(doc, '$.isDefault') DESC, key LIMIT 1",
        [],
        |row| row.get(0),
    )
}

/// Which lists of a group a body may bind objects to.
pub(super) const LISTS: [(&str, List); 2] = [("members", List::Members), ("owners", List::Owners)];
