//! The reads.

use rusqlite::Connection;

use crate::service::{GraphFailure, GraphResult, ReadRequest, RequestContext};

/// Answers a GET. `connection` is inside a transaction, so that the answer is of one moment.
///
/// # Errors
/// What Graph refuses, in its shape; 404 or 501 for a path that is not served.
pub fn get(_connection: &Connection, request: &ReadRequest<'_>) -> GraphResult {
    Err(GraphFailure::not_implemented(format!("GET /{} is not served.", request.path.join("/"))))
}

/// One user as a write answers it: the default properties, with `@odata.context`.
///
/// # Errors
/// When the file cannot be read.
pub fn user_body(_connection: &Connection, _context: &RequestContext, _user_key: i64) -> Result<Vec<u8>, GraphFailure> {
    Err(GraphFailure::not_implemented("Users are not served."))
}

/// One group as a write answers it: the default properties, with `@odata.context`.
///
/// # Errors
/// When the file cannot be read.
pub fn group_body(_connection: &Connection, _context: &RequestContext, _group_key: i64) -> Result<Vec<u8>, GraphFailure> {
    Err(GraphFailure::not_implemented("Groups are not served."))
}
