//! The roles of a seed that are active, and who holds them.

use rusqlite::params;
use serde_json::Value;

use super::BuildError;
use super::builder::Builder;
use crate::fault::{self, Fault, Located};
use crate::role_templates::{GLOBAL_ADMINISTRATOR, ROLE_TEMPLATES, RoleTemplate};
use crate::rows;
use crate::write;

const KEYS: [&str; 4] = ["id", "displayName", "roleTemplateId", "members"];

/// Makes the roles active that are given, and the one that always is.
pub(super) fn write(builder: &Builder<'_>, given: Option<&Value>) -> Result<(), BuildError> {
    let mut has_global = false;
    if let Some(given) = given {
        for (index, value) in fault::list(given)?.iter().enumerate() {
            let template = add(builder, value).map_err(|error| match error {
                BuildError::Fault(fault) => BuildError::Fault(fault.at_index(index)),
                other => other,
            })?;
            has_global |= template.id == GLOBAL_ADMINISTRATOR;
        }
    }
    if let Some(template) = RoleTemplate::find(GLOBAL_ADMINISTRATOR).filter(|_| !has_global) {
        write::insert_role(
            builder.connection,
            builder.next_id()?,
            builder.now,
            template,
        )?;
    }
    Ok(())
}

fn add(builder: &Builder<'_>, value: &Value) -> Result<&'static RoleTemplate, BuildError> {
    let object = fault::object(value)?;
    if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(fault::unknown("key", key, &KEYS).at(key).into());
    }
    let (key, named) = ["roleTemplateId", "displayName"]
        .into_iter()
        .find_map(|key| Some((key, object.get(key)?)))
        .ok_or_else(|| Fault::new("neither 'roleTemplateId' nor 'displayName' is given"))?;
    let named = fault::text(named).at(key)?;
    let template = RoleTemplate::find(named).ok_or_else(|| {
        let names: Vec<&str> = ROLE_TEMPLATES
            .iter()
            .map(|template| template.name)
            .collect();
        fault::unknown("role", named, &names).at(key)
    })?;
    let id = match object.get("id") {
        Some(id) => fault::text(id)
            .at("id")?
            .parse()
            .map_err(|_| Fault::new("a GUID is wanted").at("id"))?,
        None => builder.next_id()?,
    };
    let role =
        write::insert_role(builder.connection, id, builder.now, template).map_err(|error| {
            if super::users::is_taken(&error) {
                Fault::new(format!("the role '{}' is given twice", template.name)).into()
            } else {
                BuildError::from(error)
            }
        })?;
    let members = object.get("members").filter(|members| !members.is_null());
    for (index, member) in members
        .map(fault::list)
        .transpose()
        .at("members")?
        .into_iter()
        .flatten()
        .enumerate()
    {
        let name = fault::text(member).at_index(index).at("members")?;
        let user = rows::find_user(builder.connection, name)?.ok_or_else(|| {
            Fault::new(format!("unknown user '{name}'"))
                .at_index(index)
                .at("members")
        })?;
        builder.connection.execute(
            "INSERT OR IGNORE INTO role_members (role_key, kind, member_key) VALUES (?1, 0, ?2)",
            params![role, user],
        )?;
    }
    Ok(template)
}
