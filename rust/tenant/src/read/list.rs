//! Lists of users and groups, those in the recycle bin included.

use rusqlite::params_from_iter;
use rusqlite::types::Value as SqlValue;

use super::object::{COLUMNS, Intro, ObjectKind, ObjectRow};
use super::reader::{ListFrame, Reader};
use super::relation::expansions;
use crate::odata::filter::{self, Condition, Level};
use crate::odata::order::{SortKey, sort_keys};
use crate::odata::page::{Position, QueryIdentity, RowKey, page_size};
use crate::odata::query::{OptionSet, QueryOptions};
use crate::odata::search;
use crate::odata::shape::Shape;
use crate::service::{GraphFailure, GraphResult};

/// Which users or groups are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bin {
    /// Those that live.
    Living,
    /// Those in the recycle bin.
    Deleted,
}

const ALLOWED: OptionSet = OptionSet::SELECT
    .and(OptionSet::FILTER)
    .and(OptionSet::SEARCH)
    .and(OptionSet::ORDER_BY)
    .and(OptionSet::TOP)
    .and(OptionSet::COUNT)
    .and(OptionSet::EXPAND)
    .and(OptionSet::SKIP_TOKEN)
    .and(OptionSet::FORMAT);

/// A list of users or groups.
pub(crate) fn list(reader: Reader<'_>, kind: ObjectKind, bin: Bin) -> GraphResult {
    let options = reader.options(ALLOWED)?;
    let level = reader.level(&options);
    let entity = kind.entity();
    let shape = Shape::selected(entity, reader.view(true), options.select.as_deref())?;
    let narrowing = narrow(reader, kind, bin, &options, level)?;
    let sort = match &options.order_by {
        Some(source) => {
            let is_narrowed = options.filter.is_some() || options.search.is_some();
            sort_keys(entity, source, level, is_narrowed)?
        }
        None => Vec::new(),
    };
    let limit = reader.context.settings.page.expand_max as usize;
    let expansions = expansions(kind, options.expand.as_deref(), reader.view(true), limit)?;
    if !expansions.is_empty() && (narrowing.is_advanced || options.search.is_some()) {
        return Err(GraphFailure::unsupported_query(
            "$expand is not supported with advanced queries.",
        ));
    }
    let reads_sign_in_activity = narrowing.reads_sign_in_activity || shape.shows("signInActivity");
    let size = page_size(
        options.top,
        reads_sign_in_activity,
        &reader.context.settings.page,
    )?;
    let query = identity(reader, &options);
    let after = match &options.skip_token {
        Some(token) => Some(Position::from_token(token, query, sort.len())?),
        None => None,
    };
    let tables = reader.tables(level.is_advanced() || options.search.is_some());
    let table = kind.table(tables);

    let select = page_select(table, &narrowing.condition, &sort, after.as_ref(), size);
    let mut writer = reader.object_writer(tables);
    let mut items = Vec::with_capacity(size * 256);
    let mut last: Option<Position> = None;
    let mut next = None;
    let mut written = 0;
    let mut statement = reader.connection.prepare_cached(&select.text)?;
    let mut rows = statement.query(params_from_iter(&select.parameters))?;
    while let Some(row) = rows.next()? {
        if written == size {
            next = last.take();
            break;
        }
        if written > 0 {
            items.push(b',');
        }
        let object = ObjectRow::read(row)?;
        writer.write_expanded(kind, &object, &shape, &expansions, Intro::Bare, &mut items)?;
        written += 1;
        if written == size {
            let sorted = (0..sort.len()).map(|index| row.get(5 + index));
            last = Some(Position {
                sorted: sorted.collect::<Result<_, _>>()?,
                kind: kind as i64,
                key: object.key,
            });
        }
    }
    drop(rows);

    let is_counted = level.is_advanced() && after.is_none();
    let count = if is_counted {
        Some(reader.count(&count_select(table, &narrowing.condition))?)
    } else {
        None
    };
    let link = next.map(|position| reader.next_link(&options, &position.token(query)));
    let frame = ListFrame {
        context: &reader.metadata(entity.set, Some(&shape)),
        count,
        next_link: link.as_deref(),
    };
    Ok(frame.around(&items))
}

/// The number of users or groups, as plain text.
pub(crate) fn count(reader: Reader<'_>, kind: ObjectKind, bin: Bin) -> GraphResult {
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
    let narrowing = narrow(reader, kind, bin, &options, level)?;
    let table = kind.table(reader.tables(true));
    let count = reader.count(&count_select(table, &narrowing.condition))?;
    reader.count_text(count)
}

/// What `/$count` answers without `ConsistencyLevel: eventual`.
pub(crate) fn count_needs_header() -> GraphFailure {
    GraphFailure::bad_request("$count is not currently supported.")
}

/// What a token of this request belongs to.
pub(crate) fn identity(reader: Reader<'_>, options: &QueryOptions) -> QueryIdentity {
    let path = reader.request.path.join("/").to_ascii_lowercase();
    QueryIdentity::of([
        Some(path.as_str()),
        options.filter.as_deref(),
        options.search.as_deref(),
        options.order_by.as_deref(),
    ])
}

/// Which rows are meant.
struct Narrowing {
    condition: Condition,
    reads_sign_in_activity: bool,
    /// Whether the filter needs the advanced parameters.
    is_advanced: bool,
}

fn narrow(
    reader: Reader<'_>,
    kind: ObjectKind,
    bin: Bin,
    options: &QueryOptions,
    level: Level,
) -> Result<Narrowing, GraphFailure> {
    let entity = kind.entity();
    let mut narrowing = Narrowing {
        condition: Condition {
            text: match bin {
                Bin::Living => "o.deleted IS NULL".to_owned(),
                Bin::Deleted => "o.deleted IS NOT NULL".to_owned(),
            },
            parameters: Vec::new(),
        },
        reads_sign_in_activity: false,
        is_advanced: false,
    };
    let tables = reader.tables(level.is_advanced() || options.search.is_some());
    if let Some(source) = &options.filter {
        let expr = filter::parse(source)?;
        let checked = filter::check(entity, &expr, level)?;
        let basic = Level {
            counted: false,
            ..level
        };
        narrowing.is_advanced = level.is_advanced() && filter::check(entity, &expr, basic).is_err();
        narrowing.reads_sign_in_activity = checked.reads_sign_in_activity;
        let condition = filter::condition(&checked.clause, tables, kind == ObjectKind::Group);
        append(&mut narrowing.condition, condition);
    }
    if let Some(source) = &options.search {
        if !level.eventual {
            return Err(search_needs_header());
        }
        append(&mut narrowing.condition, search::condition(entity, source)?);
    }
    Ok(narrowing)
}

/// What `$search` answers without `ConsistencyLevel: eventual`.
pub(crate) fn search_needs_header() -> GraphFailure {
    GraphFailure::unsupported_query(
        "Request with $search query parameter only works through MSGraph with a special request header: \
         'ConsistencyLevel: eventual'",
    )
}

/// Narrows `condition` by another one.
pub(crate) fn append(condition: &mut Condition, other: Condition) {
    condition.text.push_str(" AND (");
    condition.text.push_str(&other.text);
    condition.text.push(')');
    condition.parameters.extend(other.parameters);
}

fn page_select(
    table: &str,
    condition: &Condition,
    sort: &[SortKey],
    after: Option<&Position>,
    size: usize,
) -> Condition {
    let mut condition = condition.clone();
    if let Some(position) = after {
        append(
            &mut condition,
            position.after(sort, RowKey::Single("o.key")),
        );
    }
    let (columns, order) = sort_columns(sort);
    condition.text = format!(
        "SELECT {COLUMNS}{columns} FROM {table} o WHERE {} ORDER BY {order}o.key LIMIT ?",
        condition.text
    );
    // One more than the page holds, to know whether another follows.
    condition
        .parameters
        .push(SqlValue::Integer(size as i64 + 1));
    condition
}

/// The sort keys as columns to read, with a leading comma, and as terms to order by, with a trailing one.
pub(crate) fn sort_columns(sort: &[SortKey]) -> (String, String) {
    let columns = sort.iter().map(|key| format!(", {}", key.sql)).collect();
    let order = sort
        .iter()
        .map(|key| format!("{}{}, ", key.sql, if key.descending { " DESC" } else { "" }))
        .collect();
    (columns, order)
}

fn count_select(table: &str, condition: &Condition) -> Condition {
    Condition {
        text: format!("SELECT count(*) FROM {table} o WHERE {}", condition.text),
        parameters: condition.parameters.clone(),
    }
}
