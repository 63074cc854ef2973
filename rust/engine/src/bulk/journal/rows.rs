//! The rows of a journal, one by one.

use rusqlite::Connection;

use super::record::{Status, WriteState};
use super::store::{Store, damaged};
use crate::failure::Failure;

/// A row as the file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredRow {
    pub(crate) row: u32,
    /// Whom it names.
    pub(crate) user: Option<String>,
    /// The id of what it wishes; absent for a row of an undo.
    pub(crate) wish: Option<i64>,
    /// The id of its change; absent where none is made.
    pub(crate) write: Option<i64>,
    pub(crate) status: Status,
    pub(crate) request_id: Option<String>,
    /// Message and code of a refusal.
    pub(crate) error: Option<(String, String)>,
}

impl Store {
    /// Every row in order.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn rows(&self) -> Result<Vec<StoredRow>, Failure> {
        self.with(read)
    }
}

fn read(connection: &Connection) -> rusqlite::Result<Vec<StoredRow>> {
    let mut read = connection.prepare(
        "SELECT r.row, r.user, r.wish, r.write, w.state, r.status, w.request_id,
                coalesce(w.error, r.error), coalesce(w.error_code, r.error_code)
         FROM rows r LEFT JOIN writes w ON w.id = r.write ORDER BY r.row",
    )?;
    let mut found = read.query([])?;
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        let state: Option<String> = row.get(4)?;
        let status: Option<String> = row.get(5)?;
        let status = match (state, status) {
            (Some(state), _) => WriteState::parse(&state).ok_or_else(damaged)?.status(),
            (None, Some(status)) => Status::parse(&status).ok_or_else(damaged)?,
            (None, None) => Status::NotStarted,
        };
        let error: Option<String> = row.get(7)?;
        let code: Option<String> = row.get(8)?;
        rows.push(StoredRow {
            row: row.get(0)?,
            user: row.get(1)?,
            wish: row.get(2)?,
            write: row.get(3)?,
            status,
            request_id: row.get(6)?,
            error: error.map(|error| (error, code.unwrap_or_default())),
        });
    }
    Ok(rows)
}
