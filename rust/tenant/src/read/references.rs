//! Lists of directory objects: members, owners, memberships.

use rusqlite::params_from_iter;
use rusqlite::types::Value as SqlValue;

use super::list::{append, count_needs_header, identity, search_needs_header, sort_columns};
use super::object::{Intro, ObjectKind, Shapes};
use super::reader::{ListFrame, Reader};
use super::relation::Relation;
use crate::odata::filter::{self, Condition, Level, Tables};
use crate::odata::order::{SortKey, sort_keys};
use crate::odata::page::{Position, RowKey, page_size};
use crate::odata::query::{OptionSet, QueryOptions};
use crate::odata::search;
use crate::odata::shape::Shape;
use crate::service::{GraphFailure, GraphResult};

const ALLOWED: OptionSet = OptionSet::SELECT
    .and(OptionSet::FILTER)
    .and(OptionSet::SEARCH)
    .and(OptionSet::ORDER_BY)
    .and(OptionSet::TOP)
    .and(OptionSet::COUNT)
    .and(OptionSet::SKIP_TOKEN)
    .and(OptionSet::FORMAT);

/// A relation of one object, and perhaps only the objects of one kind in it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct References {
    pub(crate) relation: Relation,
    /// The key of the object it is a relation of.
    pub(crate) subject: i64,
    /// The kind the path casts to.
    pub(crate) cast: Option<ObjectKind>,
}

/// A page of related objects.
pub(crate) fn list(reader: Reader<'_>, references: References) -> GraphResult {
    let options = reader.options(ALLOWED)?;
    let level = reader.level(&options);
    let view = reader.view(true);
    let select = options.select.as_deref();
    let shapes = match references.cast {
        Some(kind) => {
            let shape = || Shape::selected(kind.entity(), view, select);
            Shapes {
                user: shape()?,
                group: shape()?,
                role: shape()?,
            }
        }
        None => Shapes::selected(view, select)?,
    };
    let sort = match &options.order_by {
        Some(source) => reference_sort_keys(source, references.cast, level)?,
        None => Vec::new(),
    };
    let tables = reader.tables(level.is_advanced() || options.search.is_some());
    let condition = narrow(references, &options, level, tables)?;
    let size = page_size(
        options.top,
        shapes.user.shows("signInActivity"),
        &reader.context.settings.page,
    )?;
    let query = identity(reader, &options);
    let after = match &options.skip_token {
        Some(token) => Some(Position::from_token(token, query, sort.len())?),
        None => None,
    };

    let (intro, fragment) = match references.cast {
        Some(kind) => (Intro::Bare, kind.entity().set),
        None => (Intro::Typed, "directoryObjects"),
    };
    let mut writer = reader.object_writer(tables);
    let mut items = Vec::with_capacity(size * 256);
    let mut last: Option<Position> = None;
    let mut next = None;
    let mut written = 0;
    let page = page_select(references, &condition, &sort, after.as_ref(), size);
    let mut statement = reader.connection.prepare_cached(&page.text)?;
    let mut rows = statement.query(params_from_iter(&page.parameters))?;
    while let Some(row) = rows.next()? {
        if written == size {
            next = last.take();
            break;
        }
        let kind = ObjectKind::from_number(row.get(0)?);
        let key: i64 = row.get(1)?;
        let before = items.len();
        if before > 0 {
            items.push(b',');
        }
        if !writer.write_by_key(kind, key, &shapes, intro, &mut items)? {
            items.truncate(before);
        }
        written += 1;
        if written == size {
            let sorted = (0..sort.len()).map(|index| row.get(2 + index));
            last = Some(Position {
                sorted: sorted.collect::<Result<_, _>>()?,
                kind: kind as i64,
                key,
            });
        }
    }
    drop(rows);

    let is_counted = level.is_advanced() && after.is_none();
    let count = if is_counted {
        Some(reader.count(&count_select(references, &condition))?)
    } else {
        None
    };
    let link = next.map(|position| reader.next_link(&options, &position.token(query)));
    let shape = shapes.of(references.cast.unwrap_or(ObjectKind::User));
    let frame = ListFrame {
        context: &reader.metadata(fragment, Some(shape)),
        count,
        next_link: link.as_deref(),
    };
    Ok(frame.around(&items))
}

/// The number of related objects, as plain text.
pub(crate) fn count(reader: Reader<'_>, references: References) -> GraphResult {
    let options = reader.options(
        OptionSet::FILTER
            .and(OptionSet::SEARCH)
            .and(OptionSet::COUNT),
    )?;
    if !reader.request.is_eventual() {
        return Err(count_needs_header());
    }
    let level = Level {
        eventual: true,
        counted: true,
    };
    let condition = narrow(references, &options, level, reader.tables(true))?;
    reader.count_text(reader.count(&count_select(references, &condition))?)
}

/// Whether the object is among the related ones.
pub(crate) fn contains(
    reader: Reader<'_>,
    references: References,
    kind: ObjectKind,
    key: i64,
) -> rusqlite::Result<bool> {
    let select = format!(
        "SELECT EXISTS (SELECT 1 FROM ({}) r WHERE r.kind = ?2 AND r.key = ?3)",
        references.relation.references()
    );
    reader
        .connection
        .prepare_cached(&select)?
        .query_row((references.subject, kind as i64, key), |row| row.get(0))
}

/// Lists of related objects sort by name only, and only with the advanced parameters.
fn reference_sort_keys(
    source: &str,
    cast: Option<ObjectKind>,
    level: Level,
) -> Result<Vec<SortKey>, GraphFailure> {
    let mut keys = sort_keys(
        cast.unwrap_or(ObjectKind::User).entity(),
        source,
        level,
        true,
    )?;
    for key in &mut keys {
        let column = key.sql.trim_start_matches("o.");
        let is_common = column == "display_name";
        let value = |kind: ObjectKind| {
            let table = kind.table(Tables::CURRENT);
            format!("(SELECT o.{column} FROM {table} o WHERE o.key = r.key)")
        };
        key.sql = match cast {
            Some(kind) => format!("{} COLLATE NOCASE", value(kind)),
            None if is_common => format!(
                "CASE r.kind WHEN 0 THEN {} WHEN 1 THEN {} ELSE {} END COLLATE NOCASE",
                value(ObjectKind::User),
                value(ObjectKind::Group),
                value(ObjectKind::Role)
            ),
            None => {
                return Err(GraphFailure::unsupported_query(
                    "Sorting not supported for current query.",
                ));
            }
        };
    }
    Ok(keys)
}

/// The condition on a reference `r`: that its object lives, and meets the filter and search.
fn narrow(
    references: References,
    options: &QueryOptions,
    level: Level,
    tables: Tables,
) -> Result<Condition, GraphFailure> {
    let expr = match &options.filter {
        Some(source) => {
            let expr = filter::parse(source)?;
            if !level.is_advanced() {
                return Err(GraphFailure::unsupported_query(
                    "The specified filter to the reference property query is currently not supported.",
                ));
            }
            Some(expr)
        }
        None => None,
    };
    if options.search.is_some() && !level.eventual {
        return Err(search_needs_header());
    }
    let mut condition = Condition::default();
    for kind in ObjectKind::ALL {
        if references.cast.is_some_and(|cast| cast != kind) || !references.relation.may_hold(kind) {
            continue;
        }
        let mut entity = *kind.entity();
        if references.cast.is_none() {
            // What only one kind has is no property of what the list holds.
            entity.name = "microsoft.graph.directoryObject";
        }
        let mut living = Condition {
            text: "o.key = r.key AND o.deleted IS NULL".to_owned(),
            parameters: Vec::new(),
        };
        if let Some(expr) = &expr {
            let checked = match filter::check(&entity, expr, level) {
                // A role lacks most of what users and groups have, and then meets no condition on it.
                Err(_) if kind == ObjectKind::Role && references.cast.is_none() => continue,
                checked => checked?,
            };
            let is_group = kind == ObjectKind::Group;
            append(
                &mut living,
                filter::condition(&checked.clause, tables, is_group),
            );
        }
        if let Some(source) = &options.search {
            append(&mut living, search::condition(&entity, source)?);
        }
        if !condition.text.is_empty() {
            condition.text.push_str(" OR ");
        }
        condition.text.push_str(&format!(
            "r.kind = {} AND EXISTS (SELECT 1 FROM {} o WHERE {})",
            kind as i64,
            kind.table(tables),
            living.text
        ));
        condition.parameters.extend(living.parameters);
    }
    Ok(condition)
}

fn page_select(
    references: References,
    condition: &Condition,
    sort: &[SortKey],
    after: Option<&Position>,
    size: usize,
) -> Condition {
    let mut narrowed = Condition {
        text: format!("({})", condition.text),
        parameters: [SqlValue::Integer(references.subject)]
            .into_iter()
            .chain(condition.parameters.iter().cloned())
            .collect(),
    };
    if let Some(position) = after {
        append(
            &mut narrowed,
            position.after(sort, RowKey::WithKind("r.kind", "r.key")),
        );
    }
    let (columns, order) = sort_columns(sort);
    narrowed.text = format!(
        "SELECT r.kind, r.key{columns} FROM ({}) r WHERE {} ORDER BY {order}r.kind, r.key LIMIT ?",
        references.relation.references(),
        narrowed.text
    );
    narrowed.parameters.push(SqlValue::Integer(size as i64 + 1));
    narrowed
}

fn count_select(references: References, condition: &Condition) -> Condition {
    Condition {
        text: format!(
            "SELECT count(*) FROM ({}) r WHERE {}",
            references.relation.references(),
            condition.text
        ),
        parameters: [SqlValue::Integer(references.subject)]
            .into_iter()
            .chain(condition.parameters.iter().cloned())
            .collect(),
    }
}
