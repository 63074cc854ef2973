//! The rooms of a seed.

use rusqlite::params;
use serde_json::Value;

use super::BuildError;
use super::builder::Builder;
use super::users::is_taken;
use crate::fault::{self, Fault, Located};
use crate::odata::properties::ROOM;

/// Writes the rooms given; without any there are none.
pub(super) fn write(builder: &Builder<'_>, given: Option<&Value>) -> Result<(), BuildError> {
    let Some(given) = given else {
        return Ok(());
    };
    for (index, value) in fault::list(given)?.iter().enumerate() {
        add(builder, value).map_err(|error| match error {
            BuildError::Fault(fault) => BuildError::Fault(fault.at_index(index)),
            other => other,
        })?;
    }
    Ok(())
}

fn add(builder: &Builder<'_>, value: &Value) -> Result<(), BuildError> {
    let mut doc = fault::object(value)?.clone();
    for key in doc.keys() {
        if ROOM
            .property(key)
            .is_none_or(|property| property.name != key)
        {
            let known: Vec<&str> = ROOM
                .properties
                .iter()
                .map(|property| property.name)
                .collect();
            return Err(fault::unknown("key", key, &known).at(key).into());
        }
    }
    let name = doc
        .get("displayName")
        .ok_or_else(|| Fault::new("'displayName' is missing"))?;
    fault::text(name).at("displayName")?;
    let mail = match doc.get("emailAddress").filter(|mail| !mail.is_null()) {
        Some(mail) => Some(fault::text(mail).at("emailAddress")?.to_owned()),
        None => None,
    };
    let id = match doc.get("id") {
        Some(id) => fault::text(id).at("id")?.to_owned(),
        None => builder.next_id()?.to_string(),
    };
    doc.insert("id".to_owned(), id.as_str().into());
    builder
        .connection
        .execute(
            "INSERT INTO rooms (id, mail, doc) VALUES (?1, ?2, ?3)",
            params![id, mail, Value::Object(doc).to_string()],
        )
        .map_err(|error| {
            if is_taken(&error) {
                Fault::new(format!("'{id}' is taken by another room"))
                    .at("id")
                    .into()
            } else {
                BuildError::from(error)
            }
        })?;
    Ok(())
}
