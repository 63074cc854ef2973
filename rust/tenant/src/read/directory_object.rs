//! One user or group, what hangs on it, and objects looked up by id alone.

use mglicense_rules::Guid;
use serde_json::Value;

use super::cast::{self, Cast};
use super::company::{refuse_filter, write};
use super::object::{Intro, ObjectKind, ObjectRow, Shapes};
use super::reader::{ListFrame, Reader};
use super::references::{self, References};
use super::relation::{Relation, expansions};
use crate::odata::error::excerpt;
use crate::odata::filter::Tables;
use crate::odata::json;
use crate::odata::properties::LICENSE_DETAILS;
use crate::odata::query::OptionSet;
use crate::odata::shape::Shape;
use crate::service::{GraphFailure, GraphResponse, GraphResult};

const ONE: OptionSet = OptionSet::SELECT
    .and(OptionSet::EXPAND)
    .and(OptionSet::COUNT)
    .and(OptionSet::FORMAT);

/// What a path asks of one user or group: `rest` is what follows its id.
pub(crate) fn get(reader: Reader<'_>, kind: ObjectKind, id: &str, rest: &[String]) -> GraphResult {
    let key = reader.find(kind, id)?;
    let Some((name, rest)) = rest.split_first() else {
        return object(reader, kind, key);
    };
    if let Some(relation) = Relation::of(kind, name) {
        return match relation {
            Relation::LicenseDetails => license_details(reader, key, rest),
            Relation::Manager => manager(reader, key, rest),
            _ => related(reader, relation, key, rest),
        };
    }
    let entity = kind.entity();
    if let Some(property) = entity.property(name).filter(|_| rest.is_empty()) {
        return property_value(reader, kind, key, property.name);
    }
    if entity.navigation(name).is_some() || entity.property(name).is_some() {
        return Err(not_served(reader));
    }
    Err(unknown_segment(name))
}

/// One user or group.
fn object(reader: Reader<'_>, kind: ObjectKind, key: i64) -> GraphResult {
    let options = reader.options(ONE)?;
    let entity = kind.entity();
    let shape = Shape::selected(entity, reader.view(false), options.select.as_deref())?;
    let limit = reader.context.settings.page.expand_max as usize;
    let expansions = expansions(kind, options.expand.as_deref(), reader.view(false), limit)?;
    let context = reader.metadata(&format!("{}/$entity", entity.set), Some(&shape));
    let mut writer = reader.object_writer(Tables::CURRENT);
    let mut out = Vec::with_capacity(1024);
    reader.object_row(kind, key, |row| {
        let intro = Intro::Context(&context);
        writer.write_expanded(kind, row, &shape, &expansions, intro, &mut out)
    })?;
    Ok(GraphResponse::ok(out))
}

/// `/users/{id}/assignedLicenses` and the like: one property as an answer of its own.
fn property_value(
    reader: Reader<'_>,
    kind: ObjectKind,
    key: i64,
    name: &'static str,
) -> GraphResult {
    reader.options(OptionSet::FORMAT)?;
    let entity = kind.entity();
    let shape = Shape::selected(entity, reader.view(false), Some(name))?;
    let mut writer = reader.object_writer(Tables::CURRENT);
    let (id, document) = reader.object_row(kind, key, |row| {
        let mut document = Vec::new();
        writer.write(kind, row, &shape, Intro::Bare, &mut document)?;
        Ok((row.id, document))
    })?;
    let mut value: &[u8] = b"null";
    json::members(&document, |_, found| value = found);
    if value == b"null" {
        if name == "mailboxSettings" {
            // There are no mailboxes here. To say that there is nothing to say would be an answer.
            return Err(not_served(reader));
        }
        return Ok(GraphResponse::no_content());
    }
    let fragment = format!("{}('{id}')/{name}", entity.set);
    let mut out = b"{\"@odata.context\":".to_vec();
    json::write_text(&mut out, &reader.metadata(&fragment, None));
    match value.strip_prefix(b"{") {
        // An object is the answer itself; OData wraps only what is none.
        Some(b"}") => out.push(b'}'),
        Some(members) => {
            out.push(b',');
            out.extend_from_slice(members);
        }
        None => {
            out.extend_from_slice(b",\"value\":");
            out.extend_from_slice(value);
            out.push(b'}');
        }
    }
    Ok(GraphResponse::ok(out))
}

/// A list of related objects, their number, or one of them.
fn related(reader: Reader<'_>, relation: Relation, subject: i64, rest: &[String]) -> GraphResult {
    let (cast, rest) = match rest.split_first() {
        Some((first, rest)) if cast::is_cast(first) => (Some(Cast::parse(reader, first)?), rest),
        // The SDK names the object first and what it is to be after it.
        Some((id, [last])) if cast::is_cast(last) => {
            (Some(Cast::parse(reader, last)?), std::slice::from_ref(id))
        }
        _ => (None, rest),
    };
    let cast = match cast {
        Some(Cast::Kind(kind)) => Some(kind),
        Some(Cast::Absent(set)) => return cast::nothing(reader, set, rest),
        None => None,
    };
    let references = References {
        relation,
        subject,
        cast,
    };
    match rest {
        [] => references::list(reader, references),
        [count] if count.eq_ignore_ascii_case("$count") => references::count(reader, references),
        [id] if !id.starts_with('$') => {
            let (kind, key) = find_any(reader, id)?;
            let is_cast = cast.is_none_or(|cast| cast == kind);
            if !is_cast || !references::contains(reader, references, kind, key)? {
                return Err(GraphFailure::not_found(&excerpt(id)));
            }
            directory_object(reader, kind, key)
        }
        _ => Err(not_served(reader)),
    }
}

fn manager(reader: Reader<'_>, key: i64, rest: &[String]) -> GraphResult {
    if !rest.is_empty() {
        return Err(not_served(reader));
    }
    match Relation::Manager.first(reader.connection, key, 1)?.first() {
        Some((kind, key)) => directory_object(reader, *kind, *key),
        None => Err(GraphFailure::not_found("manager")),
    }
}

/// `/users/{id}/licenseDetails`, or one of them.
fn license_details(reader: Reader<'_>, key: i64, rest: &[String]) -> GraphResult {
    const ALLOWED: OptionSet = OptionSet::SELECT
        .and(OptionSet::FILTER)
        .and(OptionSet::COUNT)
        .and(OptionSet::FORMAT);
    let options = reader.options(ALLOWED)?;
    refuse_filter(options.filter.as_deref())?;
    let id = reader.object_row(ObjectKind::User, key, |row| Ok(row.id))?;
    let shape = Shape::selected(
        &LICENSE_DETAILS,
        reader.view(rest.is_empty()),
        options.select.as_deref(),
    )?;
    let mut writer = reader.object_writer(Tables::CURRENT);
    let details = writer.licenses().details(key, id)?;
    let fragment = format!("users('{id}')/licenseDetails");
    match rest {
        [] => {
            let mut items = Vec::new();
            for (_, document) in &details {
                if !items.is_empty() {
                    items.push(b',');
                }
                write(&shape, document, &mut items)?;
            }
            let frame = ListFrame {
                context: &reader.metadata(&fragment, Some(&shape)),
                count: None,
                next_link: None,
            };
            Ok(frame.around(&items))
        }
        [wanted] => {
            let detail = details
                .iter()
                .find(|(sku, _)| super::licenses::detail_id(id, *sku) == *wanted);
            let Some((_, document)) = detail else {
                return Err(GraphFailure::not_found(&excerpt(wanted)));
            };
            let mut written = Vec::new();
            write(&shape, document, &mut written)?;
            let context = reader.metadata(&format!("{fragment}/$entity"), Some(&shape));
            let mut out = b"{\"@odata.context\":".to_vec();
            json::write_text(&mut out, &context);
            if written.len() > 2 {
                out.push(b',');
            }
            out.extend_from_slice(&written[1..]);
            Ok(GraphResponse::ok(out))
        }
        _ => Err(not_served(reader)),
    }
}

/// `/directoryObjects/{id}`.
pub(crate) fn by_id(reader: Reader<'_>, id: &str) -> GraphResult {
    let (kind, key) = find_any(reader, id)?;
    directory_object(reader, kind, key)
}

/// `/directory/deletedItems/{id}`, perhaps only if it is of this kind.
pub(crate) fn deleted(reader: Reader<'_>, id: &str, cast: Option<ObjectKind>) -> GraphResult {
    let guid: Guid = id.parse().map_err(|_| invalid_id(id))?;
    for kind in ObjectKind::ALL {
        if cast.is_some_and(|cast| cast != kind) {
            continue;
        }
        let table = kind.table(Tables::CURRENT);
        let mut statement = reader.connection.prepare_cached(&format!(
            "SELECT key FROM {table} WHERE id = ?1 AND deleted IS NOT NULL"
        ))?;
        let mut rows = statement.query([guid.as_bytes()])?;
        if let Some(row) = rows.next()? {
            return directory_object(reader, kind, row.get(0)?);
        }
    }
    Err(GraphFailure::not_found(&excerpt(id)))
}

/// One object with its type.
fn directory_object(reader: Reader<'_>, kind: ObjectKind, key: i64) -> GraphResult {
    let options = reader.options(ONE)?;
    let shape = Shape::selected(kind.entity(), reader.view(false), options.select.as_deref())?;
    let limit = reader.context.settings.page.expand_max as usize;
    let expansions = expansions(kind, options.expand.as_deref(), reader.view(false), limit)?;
    let context = reader.metadata("directoryObjects/$entity", Some(&shape));
    let mut writer = reader.object_writer(Tables::CURRENT);
    let mut out = Vec::with_capacity(1024);
    reader.object_row(kind, key, |row: &ObjectRow<'_>| {
        let intro = Intro::TypedContext(&context);
        writer.write_expanded(kind, row, &shape, &expansions, intro, &mut out)
    })?;
    Ok(GraphResponse::ok(out))
}

/// Most ids one `getByIds` may name.
const MOST_IDS: usize = 1000;

/// `POST /directoryObjects/getByIds`: the objects that are there, in the order asked; the rest are passed over.
pub(crate) fn get_by_ids(reader: Reader<'_>, body: &[u8]) -> GraphResult {
    let options = reader.options(OptionSet::SELECT.and(OptionSet::FORMAT))?;
    let body: Value = serde_json::from_slice(body).map_err(|_| {
        GraphFailure::unreadable(
            "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid format.",
        )
    })?;
    let ids = texts(&body, "ids")?.ok_or_else(|| {
        GraphFailure::bad_request(
            "One or more parameters of the operation 'getByIds' are missing from the request payload. The missing \
             parameters are: ids.",
        )
    })?;
    if ids.len() > MOST_IDS {
        return Err(GraphFailure::bad_request(format!(
            "The number of ids is {} and must not be above {MOST_IDS}.",
            ids.len()
        )));
    }
    let types = texts(&body, "types")?.unwrap_or_default();
    let is_wanted = |kind: ObjectKind| {
        let is_any = |name: &str| name.eq_ignore_ascii_case("directoryObject");
        types.is_empty()
            || types
                .iter()
                .any(|name| is_any(name) || ObjectKind::from_type(name) == Some(kind))
    };
    let select = options.select.as_deref();
    let shapes = Shapes::selected(reader.view(true), select)?;
    let mut writer = reader.object_writer(Tables::CURRENT);
    let mut items = Vec::new();
    for id in ids {
        let id: Guid = id.parse().map_err(|_| invalid_id(id))?;
        let Some((kind, key)) = lookup(reader, id)?.filter(|(kind, _)| is_wanted(*kind)) else {
            continue;
        };
        if !items.is_empty() {
            items.push(b',');
        }
        writer.write_by_key(kind, key, &shapes, Intro::Typed, &mut items)?;
    }
    let frame = ListFrame {
        context: &reader.metadata("directoryObjects", Some(&shapes.user)),
        count: None,
        next_link: None,
    };
    Ok(frame.around(&items))
}

/// A member of the body that is a list of texts; its name in any letter case.
fn texts<'b>(body: &'b Value, name: &str) -> Result<Option<Vec<&'b str>>, GraphFailure> {
    let members = body.as_object().into_iter().flatten();
    let Some((_, value)) = members
        .into_iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
    else {
        return Ok(None);
    };
    let items = value
        .as_array()
        .map(|items| items.iter().map(Value::as_str));
    let texts: Option<Vec<&str>> = items.and_then(Iterator::collect);
    texts.map(Some).ok_or_else(|| {
        GraphFailure::unreadable(format!("'{name}' must be a collection of strings."))
    })
}

fn find_any(reader: Reader<'_>, id: &str) -> Result<(ObjectKind, i64), GraphFailure> {
    let guid: Guid = id.parse().map_err(|_| invalid_id(id))?;
    lookup(reader, guid)?.ok_or_else(|| GraphFailure::not_found(&excerpt(id)))
}

fn lookup(reader: Reader<'_>, id: Guid) -> rusqlite::Result<Option<(ObjectKind, i64)>> {
    let mut statement = reader.connection.prepare_cached(
        "SELECT 0, key FROM users WHERE id = ?1 AND deleted IS NULL \
         UNION ALL SELECT 1, key FROM groups WHERE id = ?1 AND deleted IS NULL \
         UNION ALL SELECT 2, key FROM roles WHERE id = ?1",
    )?;
    let mut rows = statement.query([id.as_bytes()])?;
    let found = match rows.next()? {
        Some(row) => Some((ObjectKind::from_number(row.get(0)?), row.get(1)?)),
        None => None,
    };
    Ok(found)
}

fn invalid_id(id: &str) -> GraphFailure {
    GraphFailure::bad_request(format!("Invalid object identifier '{}'.", excerpt(id)))
}

/// A segment that Graph does not know at this place.
pub(crate) fn unknown_segment(segment: &str) -> GraphFailure {
    GraphFailure::unreadable(format!(
        "Resource not found for the segment '{}'.",
        excerpt(segment)
    ))
}

/// A path of Graph that this tenant does not serve.
pub(crate) fn not_served(reader: Reader<'_>) -> GraphFailure {
    GraphFailure::not_implemented(format!(
        "This operation target is not yet supported. The local tenant does not serve /{}.",
        excerpt(&reader.request.path.join("/"))
    ))
}
