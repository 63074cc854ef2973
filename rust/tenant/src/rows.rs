//! Users and groups as rows: the document that reads answer from, and the columns copied out of it.

use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension, named_params};
use serde_json::{Map, Value};

use crate::clock::Moment;
use crate::odata::properties::Kind;

/// A row of `users`, without its key.
#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    pub(crate) id: Guid,
    pub(crate) upn: String,
    pub(crate) display_name: Option<String>,
    pub(crate) mail: Option<String>,
    pub(crate) usage_location: Option<String>,
    pub(crate) account_enabled: Option<bool>,
    pub(crate) user_type: Option<String>,
    pub(crate) on_premises_sync: Option<bool>,
    pub(crate) created: Moment,
    pub(crate) deleted: Option<Moment>,
    pub(crate) doc: String,
}

/// A row of `groups`, without its key.
#[derive(Clone, Debug)]
pub(crate) struct GroupRow {
    pub(crate) id: Guid,
    pub(crate) display_name: Option<String>,
    pub(crate) mail_nickname: Option<String>,
    pub(crate) security_enabled: bool,
    pub(crate) mail_enabled: bool,
    pub(crate) on_premises_sync: Option<bool>,
    pub(crate) processing_state: Option<String>,
    pub(crate) created: Moment,
    pub(crate) deleted: Option<Moment>,
    pub(crate) doc: String,
}

fn text(doc: &Map<String, Value>, name: &str) -> Option<String> {
    doc.get(name)?.as_str().map(str::to_owned)
}

fn flag(doc: &Map<String, Value>, name: &str) -> Option<bool> {
    doc.get(name)?.as_bool()
}

impl UserRow {
    /// The row of a document that holds `userPrincipalName`.
    pub(crate) fn new(id: Guid, created: Moment, doc: &Map<String, Value>) -> Self {
        Self {
            id,
            upn: text(doc, "userPrincipalName").unwrap_or_default(),
            display_name: text(doc, "displayName"),
            mail: text(doc, "mail"),
            usage_location: text(doc, "usageLocation"),
            account_enabled: flag(doc, "accountEnabled"),
            user_type: text(doc, "userType"),
            on_premises_sync: flag(doc, "onPremisesSyncEnabled"),
            created,
            deleted: None,
            doc: Value::Object(doc.clone()).to_string(),
        }
    }

    /// Adds the row and returns its key.
    pub(crate) fn insert(&self, connection: &Connection) -> rusqlite::Result<i64> {
        connection
            .prepare_cached(
                "INSERT INTO users (id, upn, display_name, mail, usage_location, account_enabled, user_type,
                   on_premises_sync, created, deleted, doc)
                 VALUES (:id, :upn, :display_name, :mail, :usage_location, :account_enabled, :user_type,
                   :on_premises_sync, :created, :deleted, :doc)",
            )?
            .insert(named_params! {
                ":id": self.id.as_bytes(),
                ":upn": self.upn,
                ":display_name": self.display_name,
                ":mail": self.mail,
                ":usage_location": self.usage_location,
                ":account_enabled": self.account_enabled,
                ":user_type": self.user_type,
                ":on_premises_sync": self.on_premises_sync,
                ":created": self.created.to_string(),
                ":deleted": self.deleted.map(|moment| moment.to_string()),
                ":doc": self.doc,
            })
    }

    /// Writes all but the id over the row of that key.
    pub(crate) fn update(&self, connection: &Connection, key: i64) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "UPDATE users SET upn = :upn, display_name = :display_name, mail = :mail,
                   usage_location = :usage_location, account_enabled = :account_enabled, user_type = :user_type,
                   on_premises_sync = :on_premises_sync, deleted = :deleted, doc = :doc
                 WHERE key = :key",
            )?
            .execute(named_params! {
                ":key": key,
                ":upn": self.upn,
                ":display_name": self.display_name,
                ":mail": self.mail,
                ":usage_location": self.usage_location,
                ":account_enabled": self.account_enabled,
                ":user_type": self.user_type,
                ":on_premises_sync": self.on_premises_sync,
                ":deleted": self.deleted.map(|moment| moment.to_string()),
                ":doc": self.doc,
            })
            .map(drop)
    }
}

impl GroupRow {
    /// The row of a document.
    pub(crate) fn new(id: Guid, created: Moment, doc: &Map<String, Value>) -> Self {
        Self {
            id,
            display_name: text(doc, "displayName"),
            mail_nickname: text(doc, "mailNickname"),
            security_enabled: flag(doc, "securityEnabled").unwrap_or(false),
            mail_enabled: flag(doc, "mailEnabled").unwrap_or(false),
            on_premises_sync: flag(doc, "onPremisesSyncEnabled"),
            processing_state: None,
            created,
            deleted: None,
            doc: Value::Object(doc.clone()).to_string(),
        }
    }

    /// Adds the row and returns its key.
    pub(crate) fn insert(&self, connection: &Connection) -> rusqlite::Result<i64> {
        connection
            .prepare_cached(
                "INSERT INTO groups (id, display_name, mail_nickname, security_enabled, mail_enabled,
                   on_premises_sync, processing_state, created, deleted, doc)
                 VALUES (:id, :display_name, :mail_nickname, :security_enabled, :mail_enabled,
                   :on_premises_sync, :processing_state, :created, :deleted, :doc)",
            )?
            .insert(named_params! {
                ":id": self.id.as_bytes(),
                ":display_name": self.display_name,
                ":mail_nickname": self.mail_nickname,
                ":security_enabled": self.security_enabled,
                ":mail_enabled": self.mail_enabled,
                ":on_premises_sync": self.on_premises_sync,
                ":processing_state": self.processing_state,
                ":created": self.created.to_string(),
                ":deleted": self.deleted.map(|moment| moment.to_string()),
                ":doc": self.doc,
            })
    }

    /// Writes all but the id and the processing state over the row of that key.
    pub(crate) fn update(&self, connection: &Connection, key: i64) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "UPDATE groups SET display_name = :display_name, mail_nickname = :mail_nickname,
                   security_enabled = :security_enabled, mail_enabled = :mail_enabled,
                   on_premises_sync = :on_premises_sync, deleted = :deleted, doc = :doc
                 WHERE key = :key",
            )?
            .execute(named_params! {
                ":key": key,
                ":display_name": self.display_name,
                ":mail_nickname": self.mail_nickname,
                ":security_enabled": self.security_enabled,
                ":mail_enabled": self.mail_enabled,
                ":on_premises_sync": self.on_premises_sync,
                ":deleted": self.deleted.map(|moment| moment.to_string()),
                ":doc": self.doc,
            })
            .map(drop)
    }
}

/// Puts `id` first and the times of making and deleting into a document, as reads show them.
pub(crate) fn identified(id: Guid, properties: Map<String, Value>) -> Map<String, Value> {
    let mut doc = Map::with_capacity(properties.len() + 1);
    doc.insert("id".to_owned(), Value::from(id.to_string()));
    doc.extend(properties.into_iter().filter(|(name, _)| name != "id"));
    doc
}

/// The key of the user that is there under an id or a user principal name.
pub(crate) fn find_user(connection: &Connection, id_or_upn: &str) -> rusqlite::Result<Option<i64>> {
    if let Ok(id) = id_or_upn.parse::<Guid>() {
        return connection
            .prepare_cached("SELECT key FROM users WHERE id = ?1 AND deleted IS NULL")?
            .query_row([id.as_bytes()], |row| row.get(0))
            .optional();
    }
    connection
        .prepare_cached("SELECT key FROM users WHERE upn = ?1 AND deleted IS NULL")?
        .query_row([id_or_upn], |row| row.get(0))
        .optional()
}

/// The key of the group that is there under an id.
pub(crate) fn find_group(connection: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    let Ok(id) = id.parse::<Guid>() else {
        return Ok(None);
    };
    connection
        .prepare_cached("SELECT key FROM groups WHERE id = ?1 AND deleted IS NULL")?
        .query_row([id.as_bytes()], |row| row.get(0))
        .optional()
}

/// What a value must be for a property, if it is something else.
pub(crate) fn misfit(kind: Kind, value: &Value) -> Option<&'static str> {
    let fits = match (kind, value) {
        (_, Value::Null) => !matches!(kind, Kind::Texts | Kind::ComplexList(_) | Kind::OpaqueList),
        (Kind::Id, Value::String(text)) => text.parse::<Guid>().is_ok(),
        (Kind::Text, Value::String(_)) | (Kind::Bool, Value::Bool(_)) => true,
        (Kind::Integer, Value::Number(number)) => number.is_i64(),
        (Kind::Time, Value::String(text)) => text.parse::<Moment>().is_ok(),
        (Kind::Texts, Value::Array(items)) => items.iter().all(Value::is_string),
        (Kind::Complex(_), Value::Object(_)) => true,
        (Kind::ComplexList(_), Value::Array(items)) => items.iter().all(Value::is_object),
        (Kind::Opaque, _) | (Kind::OpaqueList, Value::Array(_)) => true,
        _ => false,
    };
    let wanted = match kind {
        Kind::Id => "a GUID",
        Kind::Text => "text",
        Kind::Bool => "true or false",
        Kind::Integer => "a whole number",
        Kind::Time => "a time such as 2026-11-25T09:00:00Z",
        Kind::Texts => "a list of texts",
        Kind::Complex(_) => "an object",
        Kind::ComplexList(_) => "a list of objects",
        Kind::Opaque => "a value",
        Kind::OpaqueList => "a list",
    };
    (!fits).then_some(wanted)
}
