//! Making, changing and deleting users.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use rusqlite::OptionalExtension;
use serde_json::{Map, Value, json};

use super::shape::{self, invalid_value, value_required};
use super::{Scene, body, deleted, location};
use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::groups;
use crate::odata::properties::USER;
use crate::read;
use crate::rows::{self, UserRow};
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::stale;

/// What a new user must have, in the order in which it is missed.
const REQUIRED: [&str; 5] = [
    "accountEnabled",
    "displayName",
    "mailNickname",
    "passwordProfile",
    "userPrincipalName",
];

/// `POST /users`.
pub(super) fn create(scene: &Scene<'_>) -> GraphResult {
    let given = body::object(scene)?;
    let mut properties = shape::checked(scene, &USER, given)?;
    for name in REQUIRED {
        if properties.get(name).is_none_or(Value::is_null) {
            return Err(value_required(name, USER.resource));
        }
    }
    check_values(scene, &mut properties, None)?;
    let needs_anchor = is_federated(scene, text(&properties, "userPrincipalName"))?;
    if needs_anchor
        && properties
            .get("onPremisesImmutableId")
            .is_none_or(Value::is_null)
    {
        return Err(value_required("onPremisesImmutableId", USER.resource));
    }
    // The password is taken and forgotten: nothing here signs in with it.
    properties.shift_remove("passwordProfile");
    properties.retain(|_, value| !value.is_null());
    let work = scene.work;
    let now = work.now;
    for (name, value) in [
        ("userType", json!("Member")),
        ("businessPhones", json!([])),
        ("otherMails", json!([])),
        ("proxyAddresses", json!([])),
        ("lastPasswordChangeDateTime", json!(now.to_string())),
    ] {
        properties.entry(name).or_insert(value);
    }
    properties.insert("createdDateTime".to_owned(), now.to_string().into());
    let id = work.ids.next(work.connection)?;
    let row = UserRow::new(id, now, &rows::identified(id, properties));
    let key = row.insert(work.connection)?;
    stale::hide_user(work.connection, &scene.context.settings.lag, now, key)?;
    groups::person_changed(work.connection, now, key)?;
    let body = read::user_body(work.connection, scene.context, key)?;
    let location = format!(
        "{}/v2/{}/directoryObjects/{id}/Microsoft.DirectoryServices.User",
        work.origin, scene.context.tenant_id
    );
    let mut response = GraphResponse::json(StatusCode::CREATED, body);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response = response.with_header(LOCATION, location);
    }
    Ok(response)
}

/// `PATCH /users/{id}`.
pub(super) fn update(scene: &Scene<'_>, id: &str) -> GraphResult {
    let given = body::object(scene)?;
    let key = scene.user(id)?;
    let mut changes = shape::checked(scene, &USER, given)?;
    let stored = Stored::read(scene, key)?;
    if stored.is_synced {
        shape::refuse_mastered(&changes)?;
    }
    check_values(scene, &mut changes, Some(key))?;
    if changes.shift_remove("passwordProfile").is_some() {
        changes.insert(
            "lastPasswordChangeDateTime".to_owned(),
            scene.work.now.to_string().into(),
        );
    }
    if changes.is_empty() {
        return Ok(GraphResponse::no_content());
    }
    let connection = scene.work.connection;
    let lag = &scene.context.settings.lag;
    stale::remember_user(connection, lag, scene.work.now, key)?;
    if changes.contains_key("usageLocation") {
        let old = stored.doc.get("usageLocation").and_then(Value::as_str);
        stale::remember_location(connection, lag, scene.work.now, key, old)?;
    }
    let mut doc = stored.doc;
    for (name, value) in changes {
        if value.is_null() {
            doc.shift_remove(&name);
        } else {
            doc.insert(name, value);
        }
    }
    UserRow::new(stored.id, stored.created, &doc).update(connection, key)?;
    groups::person_changed(connection, scene.work.now, key)?;
    Ok(GraphResponse::no_content())
}

/// `DELETE /users/{id}`: into the recycle bin. The seats are free at once; the licences come back with the user.
pub(super) fn delete(scene: &Scene<'_>, id: &str) -> GraphResult {
    let key = scene.user(id)?;
    let connection = scene.work.connection;
    let now = scene.work.now;
    stale::remember_user(connection, &scene.context.settings.lag, now, key)?;
    deleted::free_seats(scene, key)?;
    let stored = Stored::read(scene, key)?;
    let mut doc = stored.doc;
    doc.insert("deletedDateTime".to_owned(), now.to_string().into());
    // The directory puts the id before the name, so that the name is free.
    let name = text(&doc, "userPrincipalName");
    let name = format!("{}{name}", stored.id.to_string().replace('-', ""));
    doc.insert("userPrincipalName".to_owned(), name.into());
    let mut row = UserRow::new(stored.id, stored.created, &doc);
    row.deleted = Some(now);
    row.update(connection, key)?;
    let days = i64::from(scene.context.settings.users.recycle_bin_days);
    due::schedule(
        connection,
        now.plus_seconds(days * 86_400),
        Kind::PurgeUser,
        key,
    )?;
    Ok(GraphResponse::no_content())
}

/// A user as it is stored.
pub(super) struct Stored {
    pub(super) id: mglicense_rules::Guid,
    pub(super) created: Moment,
    pub(super) is_synced: bool,
    pub(super) doc: Map<String, Value>,
}

impl Stored {
    pub(super) fn read(scene: &Scene<'_>, key: i64) -> rusqlite::Result<Self> {
        scene
            .work
            .connection
            .prepare_cached("SELECT id, created, on_premises_sync, doc FROM users WHERE key = ?1")?
            .query_row([key], |row| {
                let created = row.get_ref(1)?.as_str()?;
                let is_synced: Option<bool> = row.get(2)?;
                Ok(Self {
                    id: mglicense_rules::Guid::from_bytes(row.get(0)?),
                    created: created.parse().unwrap_or(Moment::from_unix(0)),
                    is_synced: is_synced == Some(true),
                    doc: serde_json::from_str(row.get_ref(3)?.as_str()?).unwrap_or_default(),
                })
            })
    }
}

pub(super) fn text<'a>(properties: &'a Map<String, Value>, name: &str) -> &'a str {
    properties
        .get(name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// Checks what has rules of its own. `key` is the user that is changed, if it is there already.
fn check_values(
    scene: &Scene<'_>,
    properties: &mut Map<String, Value>,
    key: Option<i64>,
) -> Result<(), GraphFailure> {
    // What every user has cannot be taken away.
    for name in [
        "accountEnabled",
        "displayName",
        "mailNickname",
        "userPrincipalName",
    ] {
        if properties.get(name).is_some_and(Value::is_null) {
            return Err(invalid_value(name, USER.resource));
        }
    }
    if let Some(value) = properties.get("usageLocation") {
        let location = location::checked(scene, value)?;
        properties.insert("usageLocation".to_owned(), location.into());
    }
    if let Some(Value::String(user_type)) = properties.get("userType")
        && !["Member", "Guest"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(user_type))
    {
        return Err(invalid_value("userType", USER.resource));
    }
    if let Some(Value::String(nickname)) = properties.get("mailNickname")
        && !is_nickname(nickname)
    {
        return Err(invalid_value("mailNickname", USER.resource));
    }
    if let Some(Value::String(anchor)) = properties.get("onPremisesImmutableId")
        && anchor.contains(['$', '_'])
    {
        return Err(invalid_value("onPremisesImmutableId", USER.resource));
    }
    if let Some(value) = properties.get("passwordProfile") {
        check_password(value, key.is_none())?;
    }
    if let Some(Value::String(name)) = properties.get("userPrincipalName") {
        check_principal_name(scene, name, key)?;
    }
    Ok(())
}

/// No blank and none of `@ ( ) \ [ ] " ; : < > ,`, as Microsoft documents.
pub(super) fn is_nickname(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || r#"@()\[]";:<>,"#.contains(c))
}

fn check_password(value: &Value, is_new: bool) -> Result<(), GraphFailure> {
    let profile = match value {
        Value::Object(profile) => profile,
        Value::Null => return Ok(()),
        _ => {
            return Err(body::unexpected_node(
                "passwordProfile",
                value,
                "StartObject",
            ));
        }
    };
    let password = profile
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("password"))
        .map(|(_, value)| value);
    match password {
        Some(Value::String(password)) if !password.is_empty() => Ok(()),
        Some(Value::String(_)) => Err(GraphFailure::bad_request(
            "The specified password does not comply with password complexity requirements. Please provide a different password.",
        )),
        Some(Value::Null) | None if is_new => Err(value_required("password", USER.resource)),
        Some(Value::Null) | None => Ok(()),
        Some(_) => Err(body::wrong_primitive("Edm.String")),
    }
}

/// Form, domain and uniqueness of a user principal name.
fn check_principal_name(
    scene: &Scene<'_>,
    name: &str,
    key: Option<i64>,
) -> Result<(), GraphFailure> {
    let refused = || invalid_value("userPrincipalName", USER.resource);
    let (local, domain) = name.rsplit_once('@').ok_or_else(refused)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "'.-_!#^~".contains(c);
    if local.is_empty() || local.len() > 64 || !local.chars().all(is_plain) || local.ends_with('.')
    {
        return Err(refused());
    }
    let connection = scene.work.connection;
    let is_verified: Option<bool> = connection
        .prepare_cached("SELECT json_extract(doc, '$.isVerified') FROM domains WHERE id = ?1")?
        .query_row([domain], |row| row.get(0))
        .optional()?;
    if is_verified != Some(true) {
        return Err(GraphFailure::bad_request(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
        ));
    }
    match rows::find_user(connection, name)? {
        Some(other) if Some(other) != key => Err(taken("userPrincipalName")),
        _ => Ok(()),
    }
}

/// Another object has the value.
pub(super) fn taken(property: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "Another object with the same value for property {property} already exists."
    ))
}

fn is_federated(scene: &Scene<'_>, name: &str) -> rusqlite::Result<bool> {
    let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
    let kind: Option<Option<String>> = scene
        .work
        .connection
        .prepare_cached(
            "SELECT json_extract(doc, '$.authenticationType') FROM domains WHERE id = ?1",
        )?
        .query_row([domain], |row| row.get(0))
        .optional()?;
    Ok(kind
        .flatten()
        .is_some_and(|kind| kind.eq_ignore_ascii_case("Federated")))
}
