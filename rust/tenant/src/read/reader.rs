//! What the read handlers share: the request, the connection, and the frame of an answer.

use mglicense_rules::Guid;
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

use super::object::{COLUMNS, ObjectKind, ObjectWriter};
use crate::odata::filter::{Condition, Level, Tables};
use crate::odata::json;
use crate::odata::query::{OptionSet, QueryOptions, encode_segment};
use crate::odata::shape::{Shape, View};
use crate::service::{GraphFailure, GraphResponse, GraphResult, ReadRequest, RequestContext};

/// One read: a connection inside a transaction, and what is asked.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) context: &'a RequestContext,
    pub(crate) request: &'a ReadRequest<'a>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a Connection, request: &'a ReadRequest<'a>) -> Self {
        Self {
            connection,
            context: request.context,
            request,
        }
    }

    /// The query options, of which `allowed` are taken.
    pub(crate) fn options(&self, allowed: OptionSet) -> Result<QueryOptions, GraphFailure> {
        let unknown = self.context.settings.query.unknown_option;
        QueryOptions::parse(self.request.query, allowed, unknown)
    }

    /// What the request may ask for.
    pub(crate) fn level(&self, options: &QueryOptions) -> Level {
        Level {
            eventual: self.request.is_eventual(),
            counted: options.count,
        }
    }

    /// The tables that answer: those of the index, if it lags and the question goes to it.
    pub(crate) fn tables(&self, goes_to_index: bool) -> Tables {
        if goes_to_index && self.context.settings.lag.index_seconds > 0 {
            Tables::INDEXED
        } else {
            Tables::CURRENT
        }
    }

    pub(crate) fn view(&self, list: bool) -> View {
        View {
            beta: is_beta(self.context),
            list,
        }
    }

    pub(crate) fn object_writer(&self, tables: Tables) -> ObjectWriter<'a> {
        let settings = &self.context.settings;
        let mut writer = ObjectWriter::new(self.connection, tables, &settings.licensing);
        if settings.lag.provisioning_seconds > 0 {
            let lag = i64::from(settings.lag.provisioning_seconds);
            writer
                .licenses()
                .ready_until(self.context.now.plus_seconds(-lag));
        }
        writer
    }

    /// The value of `@odata.context` for `fragment` with what is selected of it.
    pub(crate) fn metadata(&self, fragment: &str, shape: Option<&Shape>) -> String {
        metadata(self.context, fragment, shape)
    }

    /// Finds the object `id` names: an object id, or for users a user principal name.
    ///
    /// # Errors
    /// 404 when there is none.
    pub(crate) fn find(&self, kind: ObjectKind, id: &str) -> Result<i64, GraphFailure> {
        let found = match (id.parse::<Guid>(), kind) {
            (Ok(guid), ObjectKind::Role) => {
                let bytes = || SqlValue::Blob(guid.as_bytes().to_vec());
                match self.find_by(kind, "id", bytes())? {
                    Some(key) => Some(key),
                    // The id of its template means a role too.
                    None => self.find_by(kind, "template", bytes())?,
                }
            }
            (Ok(guid), _) => self.find_by(kind, "id", SqlValue::Blob(guid.as_bytes().to_vec()))?,
            (Err(_), ObjectKind::User) => {
                self.find_by(kind, "upn", SqlValue::Text(id.to_owned()))?
            }
            (Err(_), ObjectKind::Group | ObjectKind::Role) => {
                return Err(GraphFailure::bad_request(format!(
                    "Invalid object identifier '{}'.",
                    crate::odata::error::excerpt(id)
                )));
            }
        };
        found.ok_or_else(|| GraphFailure::not_found(&crate::odata::error::excerpt(id)))
    }

    fn find_by(
        &self,
        kind: ObjectKind,
        column: &str,
        value: SqlValue,
    ) -> rusqlite::Result<Option<i64>> {
        let table = kind.table(Tables::CURRENT);
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT key, created FROM {table} WHERE {column} = ?1 AND deleted IS NULL"
        ))?;
        let found: Option<(i64, String)> = statement
            .query_row([value], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        // A directory that lags does not know a user at first, though it has answered that it made one.
        let lag = i64::from(self.context.settings.lag.new_user_seconds);
        let newest = self.context.now.plus_seconds(-lag).to_string();
        let is_hidden = |created: &str| kind == ObjectKind::User && lag > 0 && *created > *newest;
        Ok(found
            .filter(|(_, created)| !is_hidden(created))
            .map(|(key, _)| key))
    }

    /// The single object of this key, as `write` writes it from its row.
    pub(crate) fn object_row<T>(
        &self,
        kind: ObjectKind,
        key: i64,
        write: impl FnOnce(&super::object::ObjectRow<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let table = kind.table(Tables::CURRENT);
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM {table} o WHERE o.key = ?1"))?;
        statement.query_row([key], |row| write(&super::object::ObjectRow::read(row)?))
    }

    /// How many rows `select` finds.
    pub(crate) fn count(&self, select: &Condition) -> rusqlite::Result<i64> {
        self.connection
            .prepare_cached(&select.text)?
            .query_row(params_from_iter(&select.parameters), |row| row.get(0))
    }

    /// The link to the page after the one that ended with this token.
    pub(crate) fn next_link(&self, options: &QueryOptions, token: &str) -> String {
        let mut link = self.context.base_url.clone();
        for segment in self.request.path {
            link.push('/');
            link.push_str(&encode_segment(segment).to_string());
        }
        link.push('?');
        link.push_str(&options.with_token(token));
        link
    }

    /// The answer to `/$count`.
    pub(crate) fn count_text(&self, count: i64) -> GraphResult {
        Ok(GraphResponse::text(count.to_string()))
    }
}

/// Whether the beta version is asked.
pub(crate) fn is_beta(context: &RequestContext) -> bool {
    context.base_url.ends_with("/beta")
}

/// The value of `@odata.context` for `fragment` with what is selected of it.
pub(crate) fn metadata(context: &RequestContext, fragment: &str, shape: Option<&Shape>) -> String {
    let (set, suffix) = match fragment.strip_suffix("/$entity") {
        Some(set) => (set, "/$entity"),
        None => (fragment, ""),
    };
    let mut text = format!("{}/$metadata#{set}", context.base_url);
    if let Some(shape) = shape.filter(|shape| shape.is_selected()) {
        text.push('(');
        text.push_str(&shape.names().collect::<Vec<_>>().join(","));
        text.push(')');
    }
    text.push_str(suffix);
    text
}

/// The frame of a list: what stands before and after its items.
pub(crate) struct ListFrame<'a> {
    pub(crate) context: &'a str,
    pub(crate) count: Option<i64>,
    pub(crate) next_link: Option<&'a str>,
}

impl ListFrame<'_> {
    /// The whole answer around `items`, which are written and separated already.
    pub(crate) fn around(&self, items: &[u8]) -> GraphResponse {
        let mut out = Vec::with_capacity(items.len() + 512);
        out.extend_from_slice(b"{\"@odata.context\":");
        json::write_text(&mut out, self.context);
        if let Some(count) = self.count {
            out.extend_from_slice(b",\"@odata.count\":");
            out.extend_from_slice(count.to_string().as_bytes());
        }
        if let Some(link) = self.next_link {
            out.extend_from_slice(b",\"@odata.nextLink\":");
            json::write_text(&mut out, link);
        }
        out.extend_from_slice(b",\"value\":[");
        out.extend_from_slice(items);
        out.extend_from_slice(b"]}");
        GraphResponse::ok(out)
    }
}
