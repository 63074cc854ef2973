//! Work that is due at a time of the tenant's clock. There is no worker: every request first does what is due.

use rusqlite::{Connection, params};

use crate::clock::Moment;
use crate::{stale, write};

/// How much of it one request does at most.
const AT_ONCE: i64 = 1000;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A deleted user leaves the recycle bin for good.
    PurgeUser,
    /// A deleted group leaves the recycle bin for good.
    PurgeGroup,
    /// The index catches up with a user.
    IndexUser,
    /// Licensing sees a user's new location.
    LicensingSeesLocation,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::PurgeUser => "purgeUser",
            Self::PurgeGroup => "purgeGroup",
            Self::IndexUser => "indexUser",
            Self::LicensingSeesLocation => "licensingSeesLocation",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [
            Self::PurgeUser,
            Self::PurgeGroup,
            Self::IndexUser,
            Self::LicensingSeesLocation,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
    }
}

/// Notes work for later.
pub(crate) fn schedule(
    connection: &Connection,
    at: Moment,
    kind: Kind,
    subject: i64,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO due (at, kind, subject, detail) VALUES (?1, ?2, ?3, '')")?
        .execute(params![at.to_string(), kind.as_str(), subject])
        .map(drop)
}

/// Takes back work noted for a subject.
pub(crate) fn cancel(connection: &Connection, kind: Kind, subject: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM due WHERE kind = ?1 AND subject = ?2")?
        .execute(params![kind.as_str(), subject])
        .map(drop)
}

/// Whether there is anything to do.
pub(crate) fn is_due(connection: &Connection, now: Moment) -> rusqlite::Result<bool> {
    connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM due WHERE at <= ?1)")?
        .query_row([now.to_string()], |row| row.get(0))
}

/// Does what is due.
pub(crate) fn run(connection: &Connection, now: Moment) -> rusqlite::Result<()> {
    if !is_due(connection, now)? {
        return Ok(());
    }
    let due: Vec<(i64, String, i64)> = connection
        .prepare_cached(
            "SELECT key, kind, subject FROM due WHERE at <= ?1 ORDER BY at, key LIMIT ?2",
        )?
        .query_map(params![now.to_string(), AT_ONCE], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?
        .collect::<Result<_, _>>()?;
    for (key, kind, subject) in due {
        match Kind::parse(&kind) {
            Some(Kind::PurgeUser) => write::purge_user(connection, subject)?,
            Some(Kind::PurgeGroup) => write::purge_group(connection, subject)?,
            Some(Kind::IndexUser) => stale::catch_up(connection, subject)?,
            Some(Kind::LicensingSeesLocation) => stale::see_location(connection, subject)?,
            // Of another version, which will know what to do.
            None => continue,
        }
        connection
            .prepare_cached("DELETE FROM due WHERE key = ?1")?
            .execute([key])?;
    }
    Ok(())
}
