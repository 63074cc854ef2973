//! Rooms, mails that were sent, the settings of reports.

use rusqlite::OptionalExtension;
use serde_json::{Value, json};

use super::company::{ONE, documents, one, single};
use super::directory_object::not_served;
use super::object::ObjectKind;
use super::reader::Reader;
use crate::odata::error::excerpt;
use crate::odata::properties::{MESSAGE, REPORT_SETTINGS, ROOM};
use crate::odata::shape::Shape;
use crate::service::{GraphFailure, GraphResult};

/// `/places/graph.room`.
pub(crate) fn rooms(reader: Reader<'_>) -> GraphResult {
    documents(reader, &ROOM, None, "1")
}

/// `/places/{id or mail address}`, perhaps with a cast to a room: there are no other places.
pub(crate) fn room(reader: Reader<'_>, id: &str) -> GraphResult {
    let document: Option<String> = reader
        .connection
        .prepare_cached("SELECT doc FROM rooms WHERE id = ?1 OR mail = ?1 ORDER BY key LIMIT 1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    let document = document.ok_or_else(|| GraphFailure::not_found(&excerpt(id)))?;
    one(reader, &ROOM, document.as_bytes())
}

/// `/users/{id}/messages` and those in the folder of sent items, which are the same here: nothing is delivered.
pub(crate) fn messages(reader: Reader<'_>, user: &str, rest: &[String]) -> GraphResult {
    let key = reader.find(ObjectKind::User, user)?;
    let kept = format!("o.user_key = {key} AND o.kept = 1");
    match rest {
        [] => documents(reader, &MESSAGE, None, &kept),
        [id] if !id.starts_with('$') => documents(reader, &MESSAGE, Some(id), &kept),
        _ => Err(not_served(reader)),
    }
}

/// Where the settings of reports are kept.
pub(crate) const REPORT_SETTINGS_META: &str = "reportSettings";

/// The settings of reports, `{}` as long as nobody has changed them. New tenants hide names, as Microsoft 365 does.
pub(crate) fn report_settings_document(
    connection: &rusqlite::Connection,
) -> rusqlite::Result<Value> {
    let stored: Option<String> = connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([REPORT_SETTINGS_META], |row| row.get(0))
        .optional()?;
    let mut settings = stored
        .and_then(|text| serde_json::from_str::<Value>(&text).ok())
        .unwrap_or_else(|| json!({}));
    if settings.get("displayConcealedNames").is_none() {
        settings["displayConcealedNames"] = Value::Bool(true);
    }
    Ok(settings)
}

/// `/admin/reportSettings`.
pub(crate) fn report_settings(reader: Reader<'_>) -> GraphResult {
    let options = reader.options(ONE)?;
    let shape = Shape::selected(
        &REPORT_SETTINGS,
        reader.view(false),
        options.select.as_deref(),
    )?;
    let document = report_settings_document(reader.connection)?.to_string();
    single(reader, &REPORT_SETTINGS, &shape, document.as_bytes())
}
