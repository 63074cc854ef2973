//! The tenant itself: organization, domains, subscriptions, products.

use mglicense_rules::Guid;
use rusqlite::types::{Value as SqlValue, ValueRef};
use rusqlite::{OptionalExtension, Row};

use super::list::{append, identity};
use super::reader::{ListFrame, Reader};
use crate::odata::error::excerpt;
use crate::odata::filter::Condition;
use crate::odata::json;
use crate::odata::page::{Position, RowKey, page_size};
use crate::odata::properties::{DOMAIN, Entity, ORGANIZATION, SUBSCRIBED_SKU, SUBSCRIPTION};
use crate::odata::query::{OptionSet, not_taken};
use crate::odata::shape::{NothingComputed, Shape, Spans};
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::settings::Verdict;

/// `$count=true` without the header is passed over in silence, as elsewhere; here it never has an effect.
pub(crate) const ONE: OptionSet = OptionSet::SELECT
    .and(OptionSet::FORMAT)
    .and(OptionSet::COUNT);
const MANY: OptionSet = ONE.and(OptionSet::FILTER);

/// `/organization`, or the one of this id.
pub(crate) fn organization(reader: Reader<'_>, id: Option<&str>) -> GraphResult {
    let document: Option<String> = reader
        .connection
        .prepare_cached("SELECT value FROM meta WHERE name = 'organization'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let document = document.unwrap_or_else(|| "{}".to_owned());
    if let Some(id) = id {
        if !reader
            .context
            .tenant_id
            .to_string()
            .eq_ignore_ascii_case(id)
        {
            return Err(GraphFailure::not_found(&excerpt(id)));
        }
        return one(reader, &ORGANIZATION, document.as_bytes());
    }
    let options = reader.options(MANY.and(OptionSet::TOP))?;
    refuse_filter(options.filter.as_deref())?;
    page_size(options.top, false, &reader.context.settings.page)?;
    let shape = Shape::selected(&ORGANIZATION, reader.view(true), options.select.as_deref())?;
    let mut items = Vec::new();
    write(&shape, document.as_bytes(), &mut items)?;
    let frame = ListFrame {
        context: &reader.metadata(ORGANIZATION.set, Some(&shape)),
        count: None,
        next_link: None,
    };
    Ok(frame.around(&items))
}

/// `/domains`, or the one of this name.
pub(crate) fn domains(reader: Reader<'_>, id: Option<&str>) -> GraphResult {
    documents(reader, &DOMAIN, id, "1")
}

/// `/directory/subscriptions`, or the one of this id.
pub(crate) fn subscriptions(reader: Reader<'_>, id: Option<&str>) -> GraphResult {
    documents(reader, &SUBSCRIPTION, id, "1")
}

/// Objects that are all document, those that meet the condition on the row `o`; or the one of them with this id.
pub(crate) fn documents(
    reader: Reader<'_>,
    entity: &'static Entity,
    id: Option<&str>,
    among: &str,
) -> GraphResult {
    if let Some(id) = id {
        let document: Option<String> = reader
            .connection
            .prepare_cached(&format!(
                "SELECT o.doc FROM {} o WHERE o.id = ?1 AND {among}",
                entity.table
            ))?
            .query_row([id], |row| row.get(0))
            .optional()?;
        let document = document.ok_or_else(|| GraphFailure::not_found(&excerpt(id)))?;
        return one(reader, entity, document.as_bytes());
    }
    let options = reader.options(MANY.and(OptionSet::TOP).and(OptionSet::SKIP_TOKEN))?;
    refuse_filter(options.filter.as_deref())?;
    let shape = Shape::selected(entity, reader.view(true), options.select.as_deref())?;
    let size = page_size(options.top, false, &reader.context.settings.page)?;
    let query = identity(reader, &options);
    let mut condition = Condition {
        text: among.to_owned(),
        parameters: Vec::new(),
    };
    if let Some(token) = &options.skip_token {
        let position = Position::from_token(token, query, 0)?;
        append(&mut condition, position.after(&[], RowKey::Single("o.key")));
    }
    condition
        .parameters
        .push(SqlValue::Integer(size as i64 + 1));
    let mut statement = reader.connection.prepare_cached(&format!(
        "SELECT o.key, o.doc FROM {} o WHERE {} ORDER BY o.key LIMIT ?",
        entity.table, condition.text
    ))?;
    let mut rows = statement.query(rusqlite::params_from_iter(&condition.parameters))?;
    let mut items = Vec::new();
    let (mut written, mut last, mut link) = (0, 0, None);
    while let Some(row) = rows.next()? {
        if written == size {
            let position = Position {
                sorted: Vec::new(),
                kind: 0,
                key: last,
            };
            link = Some(reader.next_link(&options, &position.token(query)));
            break;
        }
        if written > 0 {
            items.push(b',');
        }
        last = row.get(0)?;
        write(&shape, text(row, 1)?, &mut items)?;
        written += 1;
    }
    let frame = ListFrame {
        context: &reader.metadata(entity.set, Some(&shape)),
        count: None,
        next_link: link.as_deref(),
    };
    Ok(frame.around(&items))
}

/// `/subscribedSkus`: every product at once, in one page.
pub(crate) fn subscribed_skus(reader: Reader<'_>) -> GraphResult {
    let options = reader.options(MANY)?;
    refuse_filter(options.filter.as_deref())?;
    let shape = sku_shape(reader, options.select.as_deref(), true)?;
    let mut statement = reader.connection.prepare_cached(&format!(
        "SELECT {SKU_COLUMNS} FROM skus WHERE removed = 0 ORDER BY key"
    ))?;
    let mut rows = statement.query([])?;
    let mut items = Vec::new();
    while let Some(row) = rows.next()? {
        if !items.is_empty() {
            items.push(b',');
        }
        write(
            &shape,
            &sku_document(reader.context.tenant_id, row)?,
            &mut items,
        )?;
    }
    let frame = ListFrame {
        context: &reader.metadata(SUBSCRIBED_SKU.set, Some(&shape)),
        count: None,
        next_link: None,
    };
    Ok(frame.around(&items))
}

/// `/subscribedSkus/{tenant id}_{product id}`. The product's id alone is no key.
pub(crate) fn subscribed_sku(reader: Reader<'_>, id: &str) -> GraphResult {
    let options = reader.options(ONE)?;
    let shape = sku_shape(reader, options.select.as_deref(), false)?;
    let ids = id
        .split_once('_')
        .and_then(|(tenant, sku)| tenant.parse::<Guid>().ok().zip(sku.parse::<Guid>().ok()));
    let Some((tenant, sku)) = ids else {
        return Err(GraphFailure::bad_request(format!(
            "Invalid object identifier '{}'.",
            excerpt(id)
        )));
    };
    let document = reader
        .connection
        .prepare_cached(&format!(
            "SELECT {SKU_COLUMNS} FROM skus WHERE removed = 0 AND id = ?1"
        ))?
        .query_row([sku.as_bytes()], |row| sku_document(tenant, row))
        .optional()?
        .filter(|_| tenant == reader.context.tenant_id)
        .ok_or_else(|| GraphFailure::not_found(&excerpt(id)))?;
    single(reader, &SUBSCRIBED_SKU, &shape, &document)
}

fn sku_shape(reader: Reader<'_>, select: Option<&str>, list: bool) -> Result<Shape, GraphFailure> {
    if select.is_some() && reader.context.settings.query.subscribed_skus_select == Verdict::Refuse {
        return Err(not_taken("$select"));
    }
    Shape::selected(&SUBSCRIBED_SKU, reader.view(list), select)
}

const SKU_COLUMNS: &str = "id, part_number, applies_to, capability, enabled, warning, suspended, locked_out, consumed, plans, doc";

fn sku_document(tenant: Guid, row: &Row<'_>) -> rusqlite::Result<Vec<u8>> {
    let sku = Guid::from_bytes(row.get(0)?);
    let mut out = Vec::with_capacity(4096);
    out.extend_from_slice(
        format!("{{\"id\":\"{tenant}_{sku}\",\"skuId\":\"{sku}\",\"skuPartNumber\":").as_bytes(),
    );
    json::write_text(&mut out, row.get_ref(1)?.as_str()?);
    out.extend_from_slice(b",\"appliesTo\":");
    json::write_text(&mut out, row.get_ref(2)?.as_str()?);
    out.extend_from_slice(b",\"capabilityStatus\":");
    json::write_text(&mut out, row.get_ref(3)?.as_str()?);
    let number = |index: usize| row.get::<_, i64>(index);
    out.extend_from_slice(
        format!(
            ",\"prepaidUnits\":{{\"enabled\":{},\"suspended\":{},\"warning\":{},\"lockedOut\":{}}},\"consumedUnits\":{}",
            number(4)?,
            number(6)?,
            number(5)?,
            number(7)?,
            number(8)?
        )
        .as_bytes(),
    );
    out.extend_from_slice(b",\"servicePlans\":");
    out.extend_from_slice(text(row, 9)?);
    json::members(text(row, 10)?, |name, value| {
        out.extend_from_slice(b",\"");
        out.extend_from_slice(name);
        out.extend_from_slice(b"\":");
        out.extend_from_slice(value);
    });
    out.push(b'}');
    Ok(out)
}

/// The JSON of a column.
fn text<'r>(row: &'r Row<'_>, index: usize) -> rusqlite::Result<&'r [u8]> {
    Ok(match row.get_ref(index)? {
        ValueRef::Text(bytes) => bytes,
        _ => b"null",
    })
}

/// One object that is all document, with the options for one.
pub(crate) fn one(reader: Reader<'_>, entity: &'static Entity, document: &[u8]) -> GraphResult {
    let options = reader.options(ONE)?;
    let shape = Shape::selected(entity, reader.view(false), options.select.as_deref())?;
    single(reader, entity, &shape, document)
}

/// One object as it is shaped, with its context.
pub(crate) fn single(
    reader: Reader<'_>,
    entity: &'static Entity,
    shape: &Shape,
    document: &[u8],
) -> GraphResult {
    let fragment = format!("{}/$entity", entity.set);
    let context = reader.metadata(&fragment, Some(shape));
    let mut out = Vec::with_capacity(document.len() + 256);
    out.extend_from_slice(b"{\"@odata.context\":");
    json::write_text(&mut out, &context);
    out.push(b',');
    let before = out.len();
    if !shape.write(
        document,
        &mut NothingComputed,
        &mut Spans::default(),
        &mut out,
    )? {
        out.truncate(before - 1);
    }
    out.push(b'}');
    Ok(GraphResponse::ok(out))
}

/// Writes one object that is all document.
pub(crate) fn write(shape: &Shape, document: &[u8], out: &mut Vec<u8>) -> rusqlite::Result<()> {
    out.push(b'{');
    shape.write(document, &mut NothingComputed, &mut Spans::default(), out)?;
    out.push(b'}');
    Ok(())
}

/// These lists take no filter, in the directory's words.
pub(crate) fn refuse_filter(filter: Option<&str>) -> Result<(), GraphFailure> {
    match filter {
        None => Ok(()),
        Some(_) => Err(GraphFailure::unsupported_query(
            "Filtered searches against this resource are not supported.",
        )),
    }
}
