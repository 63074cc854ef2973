//! The tables of a journal, and what tells a journal from other files.

use rusqlite::Connection;

/// The version of the tables, in `user_version`.
pub(super) const VERSION: i64 = 1;
/// `MGRn`, in `application_id`.
pub(super) const APPLICATION: i64 = 0x4D47_526E;

const TABLES: &str = "
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE wishes(id INTEGER PRIMARY KEY, wish TEXT NOT NULL);
CREATE TABLE images(id INTEGER PRIMARY KEY, image TEXT NOT NULL);
CREATE TABLE changes(id INTEGER PRIMARY KEY, change TEXT NOT NULL);
CREATE TABLE writes(
    id INTEGER PRIMARY KEY,
    stage INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    user_principal_name TEXT,
    location TEXT,
    location_before TEXT,
    change INTEGER NOT NULL REFERENCES changes(id),
    before INTEGER NOT NULL REFERENCES images(id),
    after INTEGER NOT NULL REFERENCES images(id),
    state TEXT NOT NULL,
    location_set INTEGER NOT NULL DEFAULT 0,
    sent TEXT,
    answered TEXT,
    attempts INTEGER NOT NULL DEFAULT 0,
    request_id TEXT,
    error TEXT,
    error_code TEXT
);
CREATE TABLE rows(
    row INTEGER PRIMARY KEY,
    user TEXT,
    wish INTEGER REFERENCES wishes(id),
    write INTEGER REFERENCES writes(id),
    status TEXT,
    error TEXT,
    error_code TEXT
);
CREATE INDEX rows_of_write ON rows(write);
";

/// Makes the tables in an empty file.
pub(super) fn create(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(TABLES)?;
    connection.pragma_update(None, "application_id", APPLICATION)?;
    connection.pragma_update(None, "user_version", VERSION)
}

/// What a file says it is: application and version.
pub(super) fn kind(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let read = |name: &str| connection.pragma_query_value(None, name, |row| row.get(0));
    Ok((read("application_id")?, read("user_version")?))
}
