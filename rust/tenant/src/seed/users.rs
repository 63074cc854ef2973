//! The users of a seed.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{HoldingError, HoldingState};
use serde_json::{Map, Value, json};

use super::BuildError;
use super::builder::{Builder, NewAssignment};
use super::products;
use crate::clock::Moment;
use crate::fault::{self, Fault, Located};
use crate::odata::properties::{self, Entity, Kind, Source, USER};
use crate::rows::{self, UserRow};
use crate::store::{error_number, state_number};

/// An assignment through a group that the seed may define only later.
#[derive(Debug)]
pub(super) struct Inherited {
    user: usize,
    entry: usize,
    user_key: i64,
    group: String,
    license: products::License,
    state: i64,
    error: i64,
    updated: String,
}

/// Adds a user and returns what waits for the groups.
pub(super) fn add(
    builder: &mut Builder<'_>,
    index: usize,
    value: Value,
    waiting: &mut Vec<Inherited>,
) -> Result<(), BuildError> {
    let Value::Object(mut object) = value else {
        return Err(Fault::wrong_type("an object", &value).into());
    };
    let licenses = object
        .shift_remove("assignedLicenses")
        .filter(|value| !value.is_null());
    let states = object
        .shift_remove("licenseAssignmentStates")
        .filter(|value| !value.is_null());
    let (row, created) = user_row(builder, object)?;
    let key = match row.insert(builder.connection) {
        Ok(key) => key,
        Err(error) => return Err(duplicate(builder, &row, error)),
    };
    let mut direct: Vec<i64> = Vec::new();
    let updated = created.to_string();
    if let Some(states) = states {
        for (entry, value) in fault::list(&states)
            .at("licenseAssignmentStates")?
            .iter()
            .enumerate()
        {
            let read = read_state(builder, value, &updated);
            let state = at(read, "licenseAssignmentStates", entry)?;
            match state.group {
                Some(group) => waiting.push(Inherited {
                    user: index,
                    entry,
                    user_key: key,
                    group,
                    license: state.license,
                    state: state.state,
                    error: state.error,
                    updated: state.updated,
                }),
                None => {
                    let added = add_direct(builder, key, &state, &mut direct);
                    at(added, "licenseAssignmentStates", entry)?;
                }
            }
        }
    }
    if let Some(licenses) = licenses {
        let from_states = direct.clone();
        let inherited: Vec<i64> = waiting
            .iter()
            .filter(|other| other.user_key == key)
            .map(|other| other.license.sku_key)
            .collect();
        for (entry, value) in fault::list(&licenses)
            .at("assignedLicenses")?
            .iter()
            .enumerate()
        {
            let read = read_license(builder, value, &updated);
            let state = at(read, "assignedLicenses", entry)?;
            // What licenseAssignmentStates tells in detail is not told twice.
            if from_states.contains(&state.license.sku_key)
                || inherited.contains(&state.license.sku_key)
            {
                continue;
            }
            at(
                add_direct(builder, key, &state, &mut direct),
                "assignedLicenses",
                entry,
            )?;
        }
    }
    Ok(())
}

fn at<T>(result: Result<T, BuildError>, key: &str, index: usize) -> Result<T, BuildError> {
    result.map_err(|error| match error {
        BuildError::Fault(fault) => BuildError::Fault(fault.at_index(index).at(key)),
        other => other,
    })
}

struct State {
    license: products::License,
    group: Option<String>,
    state: i64,
    error: i64,
    updated: String,
}

fn read_license(
    builder: &mut Builder<'_>,
    value: &Value,
    updated: &str,
) -> Result<State, BuildError> {
    let object = fault::object(value)?;
    known_keys(object, &["skuId", "skuPartNumber", "disabledPlans"])?;
    Ok(State {
        license: products::license(builder, object)?,
        group: None,
        state: state_number(HoldingState::Active),
        error: error_number(HoldingError::None),
        updated: updated.to_owned(),
    })
}

fn read_state(
    builder: &mut Builder<'_>,
    value: &Value,
    updated: &str,
) -> Result<State, BuildError> {
    let object = fault::object(value)?;
    known_keys(
        object,
        &[
            "skuId",
            "skuPartNumber",
            "disabledPlans",
            "assignedByGroup",
            "state",
            "error",
            "lastUpdatedDateTime",
        ],
    )?;
    let given = |key: &str| object.get(key).filter(|value| !value.is_null());
    let word = |key: &str| {
        given(key)
            .map(|value| fault::text(value).at(key))
            .transpose()
    };
    let state = match word("state")? {
        None => HoldingState::Active,
        Some(text) => HoldingState::parse(text)
            .ok_or_else(|| Fault::new(format!("unknown state '{text}'")).at("state"))?,
    };
    let error = match word("error")? {
        None => HoldingError::None,
        Some(text) => HoldingError::parse(text)
            .ok_or_else(|| Fault::new(format!("unknown error '{text}'")).at("error"))?,
    };
    let updated = match given("lastUpdatedDateTime") {
        None => updated.to_owned(),
        Some(value) => fault::moment(value).at("lastUpdatedDateTime")?.to_string(),
    };
    Ok(State {
        license: products::license(builder, object)?,
        group: word("assignedByGroup")?.map(str::to_owned),
        state: state_number(state),
        error: error_number(error),
        updated,
    })
}

fn add_direct(
    builder: &Builder<'_>,
    user_key: i64,
    state: &State,
    direct: &mut Vec<i64>,
) -> Result<(), BuildError> {
    if direct.contains(&state.license.sku_key) {
        return Err(Fault::new("the product is given twice").into());
    }
    direct.push(state.license.sku_key);
    builder.add_assignment(&NewAssignment {
        user_key,
        sku_key: state.license.sku_key,
        source_key: 0,
        disabled: &state.license.disabled,
        state: state.state,
        error: state.error,
        updated: &state.updated,
    })?;
    Ok(())
}

/// Adds an assignment through a group, once all groups are there.
pub(super) fn add_inherited(
    builder: &Builder<'_>,
    inherited: &Inherited,
    group_key: impl FnOnce(&str) -> Result<i64, BuildError>,
) -> Result<(), BuildError> {
    let locate = |error: BuildError, key: Option<&str>| match error {
        BuildError::Fault(fault) => {
            let fault = match key {
                Some(key) => fault.at(key),
                None => fault,
            };
            let fault = fault
                .at_index(inherited.entry)
                .at("licenseAssignmentStates");
            BuildError::Fault(fault.at_index(inherited.user).at("users"))
        }
        other => other,
    };
    let source_key =
        group_key(&inherited.group).map_err(|error| locate(error, Some("assignedByGroup")))?;
    let added = builder.add_assignment(&NewAssignment {
        user_key: inherited.user_key,
        sku_key: inherited.license.sku_key,
        source_key,
        disabled: &inherited.license.disabled,
        state: inherited.state,
        error: inherited.error,
        updated: &inherited.updated,
    });
    added.map_err(|error| {
        if is_taken(&error) {
            locate(
                Fault::new("the product is given twice from the same group").into(),
                None,
            )
        } else {
            error.into()
        }
    })
}

fn known_keys(object: &Map<String, Value>, known: &[&str]) -> Result<(), Fault> {
    match object
        .keys()
        .find(|key| !known.contains(&key.as_str()) && !key.starts_with('@'))
    {
        Some(key) => Err(fault::unknown("key", key, known).at(key)),
        None => Ok(()),
    }
}

pub(super) fn is_taken(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation)
}

/// Which of the two unique values is taken, and by whom.
fn duplicate(builder: &Builder<'_>, row: &UserRow, error: rusqlite::Error) -> BuildError {
    if !is_taken(&error) {
        return error.into();
    }
    let taken_by = |sql: &str, value: &dyn rusqlite::ToSql| -> Option<i64> {
        builder
            .connection
            .query_row(sql, [value], |row| row.get(0))
            .ok()
    };
    let by_upn = taken_by(
        "SELECT key FROM users WHERE upn = ?1 AND deleted IS NULL",
        &row.upn,
    );
    let (key, value, holder) = match by_upn {
        Some(holder) => ("userPrincipalName", row.upn.clone(), Some(holder)),
        None => {
            let holder = taken_by("SELECT key FROM users WHERE id = ?1", &row.id.as_bytes());
            ("id", row.id.to_string(), holder)
        }
    };
    // Users get their keys in the order of the seed.
    let holder = holder.map_or(String::new(), |key| format!(" by users[{}]", key - 1));
    Fault::new(format!("'{value}' is taken{holder}"))
        .at(key)
        .into()
}

/// Reads the properties of a user and fills in what every account has.
fn user_row(
    builder: &Builder<'_>,
    mut object: Map<String, Value>,
) -> Result<(UserRow, Moment), BuildError> {
    let manager = match object
        .shift_remove("manager")
        .filter(|value| !value.is_null())
    {
        Some(value) => {
            let id = fault::text(&value).at("manager")?.parse::<Guid>();
            Some(id.map_err(|_| Fault::new("the id of a user is wanted").at("manager"))?)
        }
        None => None,
    };
    let mut properties = checked(object, &USER)?;
    properties.shift_remove("passwordProfile");
    if let Some(manager) = manager {
        properties.insert("manager".to_owned(), manager.to_string().into());
    }
    let upn = match properties.get("userPrincipalName") {
        Some(Value::String(upn)) => upn.clone(),
        _ => return Err(Fault::new("'userPrincipalName' is missing").into()),
    };
    let Some((local, _)) = upn
        .split_once('@')
        .filter(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
    else {
        return Err(
            Fault::new(format!("'{upn}' is not of the form name@domain"))
                .at("userPrincipalName")
                .into(),
        );
    };
    let deleted = moment_of(&properties, "deletedDateTime");
    let is_guest = upn.contains("#EXT#");
    let defaults = [
        ("displayName", Value::from(local)),
        ("accountEnabled", true.into()),
        ("mailNickname", local.into()),
        ("userType", if is_guest { "Guest" } else { "Member" }.into()),
        ("businessPhones", json!([])),
        ("proxyAddresses", json!([])),
        ("otherMails", json!([])),
    ];
    for (name, value) in defaults {
        if !properties.contains_key(name) {
            properties.insert(name.to_owned(), value);
        }
    }
    let id = identity(builder, &properties)?;
    let created = moment_of(&properties, "createdDateTime").unwrap_or(builder.now);
    properties.insert("createdDateTime".to_owned(), created.to_string().into());
    let mut row = UserRow::new(id, created, &rows::identified(id, properties));
    row.deleted = deleted;
    Ok((row, created))
}

/// The id given, or a new one.
pub(super) fn identity(
    builder: &Builder<'_>,
    properties: &Map<String, Value>,
) -> Result<Guid, BuildError> {
    match properties.get("id").and_then(Value::as_str) {
        Some(text) => text.parse().map_err(|_| {
            Fault::new(format!("'{text}' is not a GUID"))
                .at("id")
                .into()
        }),
        None => Ok(builder.next_id()?),
    }
}

pub(super) fn moment_of(properties: &Map<String, Value>, name: &str) -> Option<Moment> {
    properties.get(name)?.as_str()?.parse().ok()
}

/// Refuses unknown properties and wrong types. Times are brought to the form they are kept in.
pub(super) fn checked(
    object: Map<String, Value>,
    entity: &Entity,
) -> Result<Map<String, Value>, Fault> {
    let mut properties = Map::with_capacity(object.len() + 8);
    for (name, mut value) in object {
        if name.starts_with('@') || name.contains("@odata.") {
            continue;
        }
        if properties::is_extension(&name) {
            properties.insert(name, value);
            continue;
        }
        let Some(property) = entity
            .property(&name)
            .filter(|property| property.name == name)
        else {
            let known: Vec<&str> = entity
                .properties
                .iter()
                .map(|property| property.name)
                .collect();
            return Err(fault::unknown("property", &name, &known).at(&name));
        };
        let is_derived = !matches!(
            property.source,
            Source::Document | Source::Id | Source::Created | Source::Deleted | Source::Withheld
        );
        if is_derived {
            return Err(Fault::new("follows from the licences; leave it out").at(&name));
        }
        if let Some(wanted) = rows::misfit(property.kind, &value) {
            return Err(wrong_value(wanted, &value).at(&name));
        }
        if property.kind == Kind::Time {
            normalize(&mut value);
        }
        if let (Kind::Complex(_), Value::Object(members)) = (property.kind, &mut value) {
            check_members(property.kind, members).at(&name)?;
        }
        properties.insert(name, value);
    }
    Ok(properties)
}

/// Times inside an object are checked too, since filters compare them as text.
fn check_members(kind: Kind, members: &mut Map<String, Value>) -> Result<(), Fault> {
    let Kind::Complex(known) = kind else {
        return Ok(());
    };
    for (name, value) in members {
        let is_time = known
            .iter()
            .any(|member| member.name == name && member.kind == properties::MemberKind::Time);
        if is_time {
            if let Some(wanted) = rows::misfit(Kind::Time, value) {
                return Err(wrong_value(wanted, value).at(name));
            }
            normalize(value);
        }
    }
    Ok(())
}

fn wrong_value(wanted: &str, value: &Value) -> Fault {
    match value.as_str() {
        Some(text) => Fault::new(format!("expected {wanted}, found '{}'", shortened(text))),
        None => Fault::wrong_type(wanted, value),
    }
}

/// A text as it may stand in a message.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn normalize(value: &mut Value) {
    if let Some(moment) = value.as_str().and_then(|text| text.parse::<Moment>().ok()) {
        *value = moment.to_string().into();
    }
}
