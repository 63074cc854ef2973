//! The reads: from a path to its answer.

mod cast;
mod company;
mod directory_object;
mod licenses;
mod list;
mod object;
mod office;
mod reader;
mod references;
mod relation;
mod roles;

use rusqlite::Connection;

use crate::odata::filter::Tables;
use crate::odata::shape::{Shape, View};
use crate::service::{GraphFailure, GraphResult, ReadRequest, RequestContext};
use cast::Cast;
use list::Bin;
use object::{COLUMNS, Intro, ObjectKind, ObjectRow, ObjectWriter};
pub(crate) use office::{REPORT_SETTINGS_META, report_settings_document};
use reader::Reader;

/// Answers a GET. `connection` is inside a transaction, so that the answer is of one moment.
///
/// # Errors
/// What Graph refuses, in its shape; 400 or 501 for a path that is not served.
pub(crate) fn get(connection: &Connection, request: &ReadRequest<'_>) -> GraphResult {
    let reader = Reader::new(connection, request);
    let path = request.path;
    let lower: Vec<String> = path
        .iter()
        .map(|segment| segment.to_ascii_lowercase())
        .collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["users"] => list::list(reader, ObjectKind::User, Bin::Living),
        ["users", "$count"] => list::count(reader, ObjectKind::User, Bin::Living),
        ["groups"] => list::list(reader, ObjectKind::Group, Bin::Living),
        ["groups", "$count"] => list::count(reader, ObjectKind::Group, Bin::Living),
        ["directoryroles"] => list::list(reader, ObjectKind::Role, Bin::Living),
        ["directoryroles", "$count"] => list::count(reader, ObjectKind::Role, Bin::Living),
        ["directoryroles", _, ..] => {
            directory_object::get(reader, ObjectKind::Role, &path[1], &path[2..])
        }
        ["directoryroletemplates"] => roles::templates(reader),
        ["directoryroletemplates", _] => roles::template(reader, &path[1]),
        ["places", "graph.room" | "microsoft.graph.room"] => office::rooms(reader),
        ["places", _] | ["places", _, "graph.room" | "microsoft.graph.room"] => {
            office::room(reader, &path[1])
        }
        ["admin", "reportsettings"] => office::report_settings(reader),
        ["users", _, "messages", ..] => office::messages(reader, &path[1], &path[3..]),
        ["users", _, "mailfolders", "sentitems", "messages", ..] => {
            office::messages(reader, &path[1], &path[5..])
        }
        ["users" | "groups", "delta", ..] => Err(directory_object::not_served(reader)),
        ["users", _, ..] => directory_object::get(reader, ObjectKind::User, &path[1], &path[2..]),
        ["groups", _, ..] => directory_object::get(reader, ObjectKind::Group, &path[1], &path[2..]),
        ["me", ..] => {
            let user = request.context.caller.user_id.ok_or_else(|| {
                GraphFailure::unreadable(
                    "/me request is only valid with delegated authentication flow.",
                )
            })?;
            directory_object::get(reader, ObjectKind::User, user.text().as_str(), &path[1..])
        }
        ["subscribedskus"] => company::subscribed_skus(reader),
        ["subscribedskus", _] => company::subscribed_sku(reader, &path[1]),
        ["organization"] => company::organization(reader, None),
        ["organization", _] => company::organization(reader, Some(&path[1])),
        ["domains"] => company::domains(reader, None),
        ["domains", _] => company::domains(reader, Some(&path[1])),
        ["directory", "subscriptions"] => company::subscriptions(reader, None),
        ["directory", "subscriptions", _] => company::subscriptions(reader, Some(&path[2])),
        ["directory", "deleteditems", rest @ ..] => deleted_items(reader, rest),
        ["directoryobjects", _] => directory_object::by_id(reader, &path[1]),
        _ => Err(unknown_path(reader, &lower)),
    }
}

/// Answers `POST /directoryObjects/getByIds`, a read in spite of its method.
///
/// # Errors
/// What Graph refuses, in its shape.
pub(crate) fn get_by_ids(
    connection: &Connection,
    request: &ReadRequest<'_>,
    body: &[u8],
) -> GraphResult {
    directory_object::get_by_ids(Reader::new(connection, request), body)
}

/// One user as a write answers it: the default properties, with `@odata.context`.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn user_body(
    connection: &Connection,
    context: &RequestContext,
    user_key: i64,
) -> Result<Vec<u8>, GraphFailure> {
    body(connection, context, ObjectKind::User, user_key)
}

/// One role as a write answers it, with `@odata.context`.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn role_body(
    connection: &Connection,
    context: &RequestContext,
    role_key: i64,
) -> Result<Vec<u8>, GraphFailure> {
    body(connection, context, ObjectKind::Role, role_key)
}

/// One group as a write answers it: the default properties, with `@odata.context`.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn group_body(
    connection: &Connection,
    context: &RequestContext,
    group_key: i64,
) -> Result<Vec<u8>, GraphFailure> {
    body(connection, context, ObjectKind::Group, group_key)
}

fn body(
    connection: &Connection,
    context: &RequestContext,
    kind: ObjectKind,
    key: i64,
) -> Result<Vec<u8>, GraphFailure> {
    let view = View {
        beta: reader::is_beta(context),
        list: false,
    };
    let shape = Shape::default(kind.entity(), view);
    let fragment = format!("{}/$entity", kind.entity().set);
    let metadata = reader::metadata(context, &fragment, Some(&shape));
    let mut writer = ObjectWriter::new(connection, Tables::CURRENT, &context.settings.licensing);
    let mut out = Vec::with_capacity(1024);
    let table = kind.table(Tables::CURRENT);
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM {table} o WHERE o.key = ?1"))?
        .query_row([key], |row| {
            let row = ObjectRow::read(row)?;
            writer.write(kind, &row, &shape, Intro::Context(&metadata), &mut out)
        })?;
    Ok(out)
}

/// `/directory/deletedItems/…`: by type, by id, or both in either order.
fn deleted_items(reader: Reader<'_>, rest: &[&str]) -> GraphResult {
    match rest {
        [first] if cast::is_cast(first) => match Cast::parse(reader, first)? {
            Cast::Kind(kind) => list::list(reader, kind, Bin::Deleted),
            Cast::Absent(set) => cast::nothing(reader, set, &[]),
        },
        [first, "$count"] if cast::is_cast(first) => match Cast::parse(reader, first)? {
            Cast::Kind(kind) => list::count(reader, kind, Bin::Deleted),
            Cast::Absent(set) => cast::nothing(reader, set, &["$count".to_owned()]),
        },
        [id] => directory_object::deleted(reader, id, None),
        [one, other] if cast::is_cast(one) || cast::is_cast(other) => {
            let (id, name) = if cast::is_cast(one) {
                (other, one)
            } else {
                (one, other)
            };
            match Cast::parse(reader, name)? {
                Cast::Kind(kind) => directory_object::deleted(reader, id, Some(kind)),
                Cast::Absent(set) => cast::nothing(reader, set, &[(*id).to_owned()]),
            }
        }
        _ => Err(directory_object::not_served(reader)),
    }
}

/// Parts of Graph that exist and that a licensing tenant has no use for.
const ELSEWHERE: [&str; 32] = [
    "applications",
    "appcatalogs",
    "auditlogs",
    "communications",
    "contacts",
    "contracts",
    "devicemanagement",
    "devices",
    "directory",
    "directoryobjects",
    "directoryroles",
    "directoryroletemplates",
    "drives",
    "education",
    "grouplifecyclepolicies",
    "groupsettings",
    "identity",
    "identitygovernance",
    "invitations",
    "oauth2permissiongrants",
    "places",
    "planner",
    "policies",
    "reports",
    "rolemanagement",
    "schemaextensions",
    "security",
    "serviceprincipals",
    "sites",
    "subscriptions",
    "teams",
    "tenantrelationships",
];

/// The refusal of a path that is not served, whatever the method.
pub(crate) fn unknown(connection: &Connection, request: &ReadRequest<'_>) -> GraphFailure {
    let lower: Vec<String> = request
        .path
        .iter()
        .map(|segment| segment.to_ascii_lowercase())
        .collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    unknown_path(Reader::new(connection, request), &lower)
}

fn unknown_path(reader: Reader<'_>, lower: &[&str]) -> GraphFailure {
    match lower {
        [first, ..] if ELSEWHERE.contains(first) => directory_object::not_served(reader),
        [root, _, ..] if matches!(*root, "subscribedskus" | "organization" | "domains") => {
            directory_object::not_served(reader)
        }
        [first, ..] => directory_object::unknown_segment(first),
        [] => GraphFailure::not_implemented(
            "This operation target is not yet supported. The local tenant does not serve its service document.",
        ),
    }
}
