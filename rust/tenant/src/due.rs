//! Work that is due at a time of the tenant's clock. There is no worker: every request first does what is due.

use rusqlite::{Connection, params};

use crate::clock::Moment;
use crate::groups::{self, Batch, GroupJob};
use crate::store::State;
use crate::{stale, write};

/// How much of it one request does at most, apart from members.
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
    /// The licences of all members of a group are computed anew.
    ProcessGroup,
    /// Those who wait for seats of a product are served.
    RefillSku,
    /// Everybody is judged by the rule of a group.
    EvaluateRule,
    /// A user is judged by the rules of all groups.
    EvaluateUser,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::PurgeUser,
        Self::PurgeGroup,
        Self::IndexUser,
        Self::LicensingSeesLocation,
        Self::ProcessGroup,
        Self::RefillSku,
        Self::EvaluateRule,
        Self::EvaluateUser,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::PurgeUser => "purgeUser",
            Self::PurgeGroup => "purgeGroup",
            Self::IndexUser => "indexUser",
            Self::LicensingSeesLocation => "licensingSeesLocation",
            Self::ProcessGroup => "processGroup",
            Self::RefillSku => "refillSku",
            Self::EvaluateRule => "evaluateRule",
            Self::EvaluateUser => "evaluateUser",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
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
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM due WHERE at <= ?1) OR EXISTS (SELECT 1 FROM due_members WHERE at <= ?1)",
        )?
        .query_row([now.to_string()], |row| row.get(0))
}

/// When the next work is due.
pub(crate) fn next(connection: &Connection) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached(
            "SELECT min(at) FROM (SELECT min(at) AS at FROM due UNION ALL SELECT min(at) FROM due_members)",
        )?
        .query_row([], |row| row.get(0))
}

/// Work is done.
pub(crate) fn done(connection: &Connection, key: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM due WHERE key = ?1")?
        .execute([key])
        .map(drop)
}

/// Work is to go on from a place.
pub(crate) fn go_on(connection: &Connection, key: i64, cursor: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE due SET detail = ?2 WHERE key = ?1")?
        .execute(params![key, cursor])
        .map(drop)
}

/// A row of work.
struct Row {
    key: i64,
    at: String,
    kind: String,
    subject: i64,
    detail: String,
}

/// Does what is due, as much as one request or step may. Returns how many members were processed.
pub(crate) fn run(connection: &Connection, state: &State, now: Moment) -> rusqlite::Result<u64> {
    if !is_due(connection, now)? {
        return Ok(0);
    }
    let at_once = AT_ONCE.max(i64::from(state.settings.groups.members_per_step));
    let due: Vec<Row> = connection
        .prepare_cached(
            "SELECT key, at, kind, subject, detail FROM due WHERE at <= ?1 ORDER BY at, key LIMIT ?2",
        )?
        .query_map(params![now.to_string(), at_once], |row| {
            Ok(Row {
                key: row.get(0)?,
                at: row.get(1)?,
                kind: row.get(2)?,
                subject: row.get(3)?,
                detail: row.get(4)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let mut batch = Batch::new(connection, state, now)?;
    for row in due {
        match Kind::parse(&row.kind) {
            Some(Kind::PurgeUser) => write::purge_user(connection, row.subject)?,
            Some(Kind::PurgeGroup) => write::purge_group(connection, row.subject)?,
            Some(Kind::IndexUser) => stale::catch_up(connection, row.subject)?,
            Some(Kind::LicensingSeesLocation) => stale::see_location(connection, row.subject)?,
            Some(Kind::ProcessGroup) => {
                // First come, first served, whatever kind of work it is.
                batch.add_members(Some(&row.at))?;
                batch.add_group(GroupJob {
                    due_key: row.key,
                    group_key: row.subject,
                    cursor: row.detail,
                })?;
                continue;
            }
            Some(Kind::RefillSku) => {
                batch.add_refill(row.key, row.subject)?;
                continue;
            }
            Some(Kind::EvaluateUser) => {
                groups::evaluate_user(connection, &state.settings, now, row.subject)?;
            }
            Some(Kind::EvaluateRule) => {
                let settings = &state.settings;
                let next = groups::evaluate_rule(
                    connection,
                    settings,
                    now,
                    row.subject,
                    &row.detail,
                    i64::from(settings.groups.members_per_step),
                )?;
                if let Some(cursor) = next {
                    go_on(connection, row.key, &cursor)?;
                    continue;
                }
            }
            // Of another version, which will know what to do.
            None => continue,
        }
        done(connection, row.key)?;
    }
    batch.add_members(None)?;
    batch.carry_out()
}
