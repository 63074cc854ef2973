//! The groups of a seed, and who is in them.

use rusqlite::{OptionalExtension, params};
use serde_json::{Map, Value, json};

use super::BuildError;
use super::builder::{Builder, Relation};
use super::products;
use super::users::{checked, identity, is_taken, moment_of};
use crate::fault::{self, Fault, Located};
use crate::groups;
use crate::odata::properties::GROUP;
use crate::rows::{self, GroupRow};

/// The lists of a group, which may name users and groups that the seed defines only later.
#[derive(Debug)]
pub(super) struct Lists {
    group: usize,
    group_key: i64,
    members: Vec<String>,
    owners: Vec<String>,
}

/// Adds a group with its licences and returns its lists for later.
pub(super) fn add(
    builder: &mut Builder<'_>,
    index: usize,
    value: Value,
) -> Result<Lists, BuildError> {
    let Value::Object(mut object) = value else {
        return Err(Fault::wrong_type("an object", &value).into());
    };
    let licenses = object
        .shift_remove("assignedLicenses")
        .filter(|value| !value.is_null());
    let members = names(&mut object, "members")?;
    let owners = names(&mut object, "owners")?;
    let rule = groups::active_rule(&object)
        .map_err(|fault| Fault::new(fault.to_string()).at("membershipRule"))?
        .map(str::to_owned);
    let row = group_row(builder, object, licenses.is_some())?;
    let group_key = row.insert(builder.connection).map_err(|error| {
        if is_taken(&error) {
            Fault::new(format!("'{}' is taken by another group", row.id))
                .at("id")
                .into()
        } else {
            BuildError::from(error)
        }
    })?;
    if let Some(rule) = rule {
        groups::keep_rule(builder.connection, group_key, &rule)?;
        if members.is_empty() {
            groups::rule_changed(builder.connection, builder.now, group_key, Some(&rule))?;
        }
    }
    if let Some(licenses) = licenses {
        for (entry, value) in fault::list(&licenses)
            .at("assignedLicenses")?
            .iter()
            .enumerate()
        {
            add_license(builder, group_key, value).map_err(|error| match error {
                BuildError::Fault(fault) => {
                    BuildError::Fault(fault.at_index(entry).at("assignedLicenses"))
                }
                other => other,
            })?;
        }
    }
    Ok(Lists {
        group: index,
        group_key,
        members,
        owners,
    })
}

fn add_license(builder: &mut Builder<'_>, group_key: i64, value: &Value) -> Result<(), BuildError> {
    let object = fault::object(value)?;
    let known = ["skuId", "skuPartNumber", "disabledPlans"];
    if let Some(key) = object
        .keys()
        .find(|key| !known.contains(&key.as_str()) && !key.starts_with('@'))
    {
        return Err(fault::unknown("key", key, &known).at(key).into());
    }
    let license = products::license(builder, object)?;
    let added = builder
        .connection
        .prepare_cached(
            "INSERT INTO group_licenses (group_key, sku_key, disabled) VALUES (?1, ?2, ?3)",
        )?
        .execute(params![group_key, license.sku_key, license.disabled]);
    match added {
        Ok(_) => Ok(()),
        Err(error) if is_taken(&error) => Err(Fault::new("the product is given twice").into()),
        Err(error) => Err(error.into()),
    }
}

fn names(object: &mut Map<String, Value>, key: &str) -> Result<Vec<String>, Fault> {
    let Some(value) = object.shift_remove(key).filter(|value| !value.is_null()) else {
        return Ok(Vec::new());
    };
    let items = fault::list(&value).at(key)?.iter().enumerate();
    items
        .map(|(index, item)| {
            let name = fault::text(item).at_index(index).at(key)?;
            Ok(name.to_owned())
        })
        .collect()
}

fn group_row(
    builder: &Builder<'_>,
    object: Map<String, Value>,
    is_licensed: bool,
) -> Result<GroupRow, BuildError> {
    let mut properties = checked(object, &GROUP)?;
    let Some(Value::String(display_name)) = properties.get("displayName") else {
        return Err(Fault::new("'displayName' is missing").into());
    };
    let plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    let nickname: String = display_name.chars().filter(plain).collect();
    let defaults = [
        ("description", Value::Null),
        ("groupTypes", json!([])),
        ("mailEnabled", false.into()),
        ("mailNickname", nickname.into()),
        ("securityEnabled", true.into()),
        ("proxyAddresses", json!([])),
    ];
    for (name, value) in defaults {
        if !properties.contains_key(name) {
            properties.insert(name.to_owned(), value);
        }
    }
    let deleted = moment_of(&properties, "deletedDateTime");
    let id = identity(builder, &properties)?;
    let created = moment_of(&properties, "createdDateTime").unwrap_or(builder.now);
    for name in ["createdDateTime", "renewedDateTime"] {
        if !properties.contains_key(name) {
            properties.insert(name.to_owned(), created.to_string().into());
        }
    }
    let mut row = GroupRow::new(id, created, &rows::identified(id, properties));
    row.deleted = deleted;
    // Unless no member has any of them: see `Builder::finish`.
    row.processing_state = is_licensed.then(|| "ProcessingComplete".to_owned());
    Ok(row)
}

/// Adds members and owners, once all users and groups are there.
pub(super) fn add_lists(builder: &Builder<'_>, lists: &Lists) -> Result<(), BuildError> {
    for (relation, key, names) in [
        (Relation::Members, "members", &lists.members),
        (Relation::Owners, "owners", &lists.owners),
    ] {
        for (index, name) in names.iter().enumerate() {
            add_member(builder, relation, lists.group_key, index, name).map_err(
                |error| match error {
                    BuildError::Fault(fault) => BuildError::Fault(
                        fault
                            .at_index(index)
                            .at(key)
                            .at_index(lists.group)
                            .at("groups"),
                    ),
                    other => other,
                },
            )?;
        }
    }
    Ok(())
}

fn add_member(
    builder: &Builder<'_>,
    relation: Relation,
    group_key: i64,
    index: usize,
    name: &str,
) -> Result<(), BuildError> {
    let member = find_member(builder, relation, name)?;
    match builder.add_member(relation, group_key, member, index as i64 + 1) {
        Err(error) if is_taken(&error) => {
            Err(Fault::new(format!("'{name}' is given twice")).into())
        }
        added => Ok(added?),
    }
}

/// The kind and the key of the user or group that an id or a name means.
fn find_member(
    builder: &Builder<'_>,
    relation: Relation,
    name: &str,
) -> Result<(i64, i64), BuildError> {
    if let Some(key) = rows::find_user(builder.connection, name)? {
        return Ok((0, key));
    }
    let what = match relation {
        Relation::Members => "member",
        Relation::Owners => "owner",
    };
    match find_group_named(builder, name)? {
        Some(key) if relation == Relation::Members => Ok((1, key)),
        Some(_) => {
            Err(Fault::new(format!("'{name}' is a group, and only users own groups")).into())
        }
        None => Err(Fault::new(format!("unknown {what} '{name}'")).into()),
    }
}

/// The key of the group that an id or a display name means.
fn find_group_named(builder: &Builder<'_>, name: &str) -> Result<Option<i64>, BuildError> {
    if let Some(key) = rows::find_group(builder.connection, name)? {
        return Ok(Some(key));
    }
    let mut find = builder.connection.prepare_cached(
        "SELECT key FROM groups WHERE display_name = ?1 AND deleted IS NULL LIMIT 2",
    )?;
    let keys: Vec<i64> = find
        .query_map([name], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    match keys.as_slice() {
        [] => Ok(None),
        [key] => Ok(Some(*key)),
        _ => Err(Fault::new(format!(
            "more than one group is called '{name}'; use its id"
        ))
        .into()),
    }
}

/// The key of the group from which a licence comes.
pub(super) fn source_key(builder: &Builder<'_>, name: &str) -> Result<i64, BuildError> {
    let deleted = name.parse::<mglicense_rules::Guid>().ok().map(|id| {
        builder
            .connection
            .query_row(
                "SELECT key FROM groups WHERE id = ?1",
                [id.as_bytes()],
                |row| row.get(0),
            )
            .optional()
    });
    if let Some(key) = deleted.transpose()?.flatten() {
        return Ok(key);
    }
    match find_group_named(builder, name)? {
        Some(key) => Ok(key),
        None => Err(Fault::new(format!("unknown group '{name}'")).into()),
    }
}
