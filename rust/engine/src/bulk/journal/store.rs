//! The file of a journal: made, opened, read.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use mglicense_rules::assignment::{Holding, LicenseChange};
use mglicense_rules::location::Code;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Transaction, params};

use super::folder::{Folder, id_of, run_id};
use super::lock::Lock;
use super::record::{self, OwnedWrite, RunInfo, RunState, Status, WriteState};
use super::{failure, refusal, schema};
use crate::bulk::plan::Plan;
use crate::failure::Failure;
use crate::preflight::rows::{Rows, Wish};
use crate::session::Identity;

/// What a run is, beside its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The command that began it.
    pub(crate) command: String,
    /// Who works on which tenant.
    pub(crate) identity: Identity,
    /// How it goes about it, as JSON.
    pub(crate) options: String,
    /// The run that it undoes.
    pub(crate) undoes: Option<String>,
    /// When it began.
    pub(crate) started: Timestamp,
}

/// A row that has a status although no change is made for it.
pub(crate) struct SettledRow {
    pub(crate) row: u32,
    pub(crate) status: Status,
    pub(crate) error: Option<String>,
    pub(crate) error_code: Option<String>,
}

/// An open journal.
pub(crate) struct Store {
    pub(super) connection: Connection,
    path: PathBuf,
    /// Held by whoever works on the run.
    lock: Option<Lock>,
}

impl Store {
    /// Makes a journal without rows, for its owner alone.
    ///
    /// # Errors
    /// When the folder or the file can't be made.
    pub(crate) fn create(folder: &Folder, header: &Header) -> Result<Self, Failure> {
        folder.make()?;
        let mut tries = 0;
        let path = loop {
            let path = folder.path(&run_id(header.started));
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            tries += 1;
            match options.open(&path) {
                Ok(_) => break path,
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && tries < 100 => {}
                Err(error) => {
                    return Err(refusal(
                        "RunFolder",
                        format!("The journal '{}' can't be made: {error}.", path.display()),
                        "Set MGLICENSE_RUNS to a folder that can be written to.",
                    ));
                }
            }
        };
        let lock = Lock::take(&path)?;
        let made = Self::open_file(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|mut connection| {
                prepare_for_writing(&connection)?;
                // One commit, since each waits for the disk.
                let transaction = connection.transaction()?;
                schema::create(&transaction)?;
                write_header(&transaction, header)?;
                transaction.commit()?;
                Ok(connection)
            })
            .map_err(|error| failure(&path, &error))?;
        Ok(Self {
            connection: made,
            path,
            lock: Some(lock),
        })
    }

    /// Opens a journal to look at it.
    ///
    /// # Errors
    /// When it is damaged, of another version, or no journal.
    pub(crate) fn look(path: &Path) -> Result<Self, Failure> {
        let connection = Self::open_file(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
            .map_err(|error| failure(path, &error))?;
        Self::checked(connection, path, None)
    }

    /// Opens a journal to work on its run.
    ///
    /// # Errors
    /// As [`Store::look`], and when somebody works on it already, or it can't be written to.
    pub(crate) fn work_on(path: &Path) -> Result<Self, Failure> {
        let lock = Lock::take(path)?;
        let connection = Self::open_file(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .map_err(|error| failure(path, &error))?;
        let store = Self::checked(connection, path, Some(lock))?;
        prepare_for_writing(&store.connection)
            // A file that may only be read opens, and says so at the first write.
            .and_then(|()| store.set("resumed", ""))
            .map_err(|error| failure(path, &error))?;
        Ok(store)
    }

    fn open_file(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        let connection =
            Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(connection)
    }

    fn checked(connection: Connection, path: &Path, lock: Option<Lock>) -> Result<Self, Failure> {
        let (application, version) =
            schema::kind(&connection).map_err(|error| failure(path, &error))?;
        if application != schema::APPLICATION {
            return Err(failure(path, &damaged()));
        }
        if version != schema::VERSION {
            return Err(refusal(
                "RunVersion",
                format!(
                    "The journal '{}' is of version {version}; this MgLicense reads version {}.",
                    path.display(),
                    schema::VERSION
                ),
                "Use the version of MgLicense that began the run.",
            ));
        }
        let check: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|error| failure(path, &error))?;
        if check != "ok" {
            return Err(failure(path, &damaged()));
        }
        Ok(Self {
            connection,
            path: path.to_owned(),
            lock,
        })
    }

    /// Whether somebody works on the run of a journal.
    pub(crate) fn is_worked_on(path: &Path) -> bool {
        Lock::is_held(path)
    }

    /// The run's id.
    pub(crate) fn id(&self) -> String {
        id_of(&self.path)
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs something on the file, and says of a failure which file it was.
    ///
    /// # Errors
    /// When the file can't be read or written.
    pub(crate) fn with<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Failure> {
        work(&self.connection).map_err(|error| failure(&self.path, &error))
    }

    fn set(&self, key: &str, value: &str) -> rusqlite::Result<()> {
        set(&self.connection, key, value)
    }

    /// What the run is, beside its rows.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn header(&self) -> Result<Header, Failure> {
        self.with(|connection| {
            let get = |key: &str| get(connection, key);
            let started = get("started")?.and_then(|text| text.parse().ok());
            Ok(Header {
                command: get("command")?.unwrap_or_default(),
                identity: Identity {
                    tenant_id: get("tenantId")?.unwrap_or_default(),
                    client_id: get("clientId")?.unwrap_or_default(),
                    account: get("account")?,
                },
                options: get("options")?.unwrap_or_else(|| "{}".to_owned()),
                undoes: get("undoes")?,
                started: started.unwrap_or(Timestamp::UNIX_EPOCH),
            })
        })
    }

    /// The run as a list shows it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn info(&self) -> Result<RunInfo, Failure> {
        let header = self.header()?;
        let is_worked_on = self.lock.is_none() && Lock::is_held(&self.path);
        self.with(|connection| {
            let mut counts: HashMap<Status, i64> = HashMap::new();
            let mut read = connection.prepare(
                "SELECT coalesce(w.state, r.status), w.id IS NOT NULL, count(*)
                 FROM rows r LEFT JOIN writes w ON w.id = r.write GROUP BY 1, 2",
            )?;
            let mut found = read.query([])?;
            while let Some(row) = found.next()? {
                let word: Option<String> = row.get(0)?;
                let word = word.unwrap_or_default();
                let status = if row.get(1)? {
                    WriteState::parse(&word).map(WriteState::status)
                } else {
                    Status::parse(&word)
                };
                *counts
                    .entry(status.unwrap_or(Status::NotStarted))
                    .or_default() += row.get::<_, i64>(2)?;
            }
            let count =
                |status: Status| counts.get(&status).map_or(0, |count| count.unsigned_abs());
            let ended = get(connection, "ended")?;
            let commits = get(connection, "commits")?.and_then(|text| text.parse().ok());
            let open = count(Status::NotStarted) + count(Status::OutcomeUnknown);
            let state = match (&ended, open) {
                _ if is_worked_on => RunState::Running,
                (Some(_), 0) => RunState::Completed,
                (Some(_), _) => RunState::Cancelled,
                (None, _) => RunState::Interrupted,
            };
            Ok(RunInfo {
                id: Some(id_of(&self.path)),
                path: Some(self.path.display().to_string()),
                command: header.command,
                tenant_id: header.identity.tenant_id,
                client_id: header.identity.client_id,
                account: header.identity.account,
                started: Some(header.started.to_string()),
                ended,
                state,
                rows: counts.values().map(|count| count.unsigned_abs()).sum(),
                changed: count(Status::Changed),
                unchanged: count(Status::Unchanged),
                failed: count(Status::Failed),
                not_started: count(Status::NotStarted),
                outcome_unknown: count(Status::OutcomeUnknown),
                commits,
                undoes: header.undoes,
                undone_by: None,
            })
        })
    }

    /// Every change, in the order to send them.
    ///
    /// # Errors
    /// When the file can't be read, or holds something that is no change.
    pub(crate) fn writes(&self) -> Result<Vec<OwnedWrite>, Failure> {
        self.with(|connection| {
            let images = table(connection, "SELECT id, image FROM images", record::parse_image)?;
            let changes = table(connection, "SELECT id, change FROM changes", record::parse_change)?;
            let mut rows: HashMap<i64, Vec<u32>> = HashMap::new();
            let mut read = connection
                .prepare("SELECT write, row FROM rows WHERE write IS NOT NULL ORDER BY row")?;
            let mut found = read.query([])?;
            while let Some(row) = found.next()? {
                rows.entry(row.get(0)?).or_default().push(row.get(1)?);
            }
            let mut read = connection.prepare(
                "SELECT id, stage, user_id, user_principal_name, location, location_before, change, before, after,
                        state, location_set FROM writes ORDER BY id",
            )?;
            let mut found = read.query([])?;
            let mut writes = Vec::new();
            while let Some(row) = found.next()? {
                let id = row.get(0)?;
                let location: Option<String> = row.get(4)?;
                let state: String = row.get(9)?;
                let image = |index| -> rusqlite::Result<Vec<Holding>> {
                    images.get(&row.get(index)?).cloned().ok_or_else(damaged)
                };
                writes.push(OwnedWrite {
                    id,
                    stage: row.get(1)?,
                    user_id: row.get(2)?,
                    user_principal_name: row.get(3)?,
                    rows: rows.remove(&id).unwrap_or_default(),
                    location: location.as_deref().and_then(Code::parse),
                    location_before: row.get(5)?,
                    change: changes.get(&row.get(6)?).cloned().ok_or_else(damaged)?,
                    before: image(7)?,
                    after: image(8)?,
                    notes: Vec::new(),
                    state: WriteState::parse(&state).ok_or_else(damaged)?,
                    location_set: row.get(10)?,
                });
            }
            Ok(writes)
        })
    }

    /// What rows wish, by the ids of the file.
    ///
    /// # Errors
    /// When the file can't be read.
    pub(crate) fn wishes(&self) -> Result<HashMap<i64, Wish>, Failure> {
        self.with(|connection| {
            let parse = |json: &str| serde_json::from_str(json).ok();
            table(connection, "SELECT id, wish FROM wishes", parse)
        })
    }
}

/// The rows and changes of a piece of a run, put into the file.
pub(super) fn insert<P: Plan>(
    transaction: &Transaction<'_>,
    rows: &Rows,
    plan: &P,
    settled: &[SettledRow],
) -> rusqlite::Result<()> {
    insert_rows(transaction, rows)?;
    insert_writes(transaction, plan)?;
    settle_rows(transaction, settled)?;
    // Whom the person left out isn't of the run.
    transaction.execute(
        "DELETE FROM rows WHERE write IS NULL AND status IS NULL",
        [],
    )?;
    Ok(())
}

/// Notes rows for which no change is made.
pub(super) fn settle_rows(
    transaction: &Transaction<'_>,
    settled: &[SettledRow],
) -> rusqlite::Result<()> {
    let mut settle = transaction.prepare(
        "UPDATE rows SET write = NULL, status = ?2, error = ?3, error_code = ?4 WHERE row = ?1",
    )?;
    for row in settled {
        settle.execute(params![
            row.row,
            row.status.as_str(),
            row.error,
            row.error_code
        ])?;
    }
    Ok(())
}

/// A location that was set for a row whose change has no outcome.
pub(super) struct SetLocation {
    row: u32,
    /// The change that set it.
    write: i64,
    location: Option<String>,
    before: Option<String>,
}

/// Locations that were set for changes without an outcome.
pub(super) fn located(transaction: &Transaction<'_>) -> rusqlite::Result<Vec<SetLocation>> {
    let mut read = transaction.prepare(
        "SELECT r.row, w.id, w.location, w.location_before FROM rows r JOIN writes w ON w.id = r.write
         WHERE w.location_set = 1 AND w.state NOT IN ('Done', 'Failed', 'Unchanged')",
    )?;
    let found = read.query_map([], |row| {
        Ok(SetLocation {
            row: row.get(0)?,
            write: row.get(1)?,
            location: row.get(2)?,
            before: row.get(3)?,
        })
    })?;
    found.collect()
}

/// Keeps with each row the location that was set for it: in its new change, or, where there is none, in the old one.
pub(super) fn keep_locations(
    transaction: &Transaction<'_>,
    located: &[SetLocation],
    last_old: i64,
) -> rusqlite::Result<()> {
    for set in located {
        let renewed = transaction.execute(
            "UPDATE writes SET location_set = 1, location = ?2, location_before = ?3
             WHERE id > ?4 AND id = (SELECT write FROM rows WHERE row = ?1)",
            params![set.row, set.location, set.before, last_old],
        )?;
        if renewed == 0 {
            transaction.execute(
                "UPDATE writes SET state = 'Unchanged' WHERE id = ?1",
                [set.write],
            )?;
            transaction.execute(
                "UPDATE rows SET write = ?2 WHERE row = ?1",
                params![set.row, set.write],
            )?;
        }
    }
    Ok(())
}

fn insert_rows(transaction: &Transaction<'_>, rows: &Rows) -> rusqlite::Result<()> {
    let mut find = transaction.prepare("SELECT id FROM wishes WHERE wish = ?1")?;
    let mut add = transaction.prepare("INSERT INTO wishes(wish) VALUES (?1)")?;
    let mut wishes = Vec::new();
    for wish in rows.wishes() {
        // Wishes are texts and lists, which always have a JSON form.
        let json = serde_json::to_string(&**wish).unwrap_or_default();
        let known = find.query_row([&json], |row| row.get(0)).optional()?;
        wishes.push(match known {
            Some(id) => id,
            None => add.insert([&json])?,
        });
    }
    let mut add =
        transaction.prepare("INSERT OR REPLACE INTO rows(row, user, wish) VALUES (?1, ?2, ?3)")?;
    for row in rows.iter() {
        add.execute(params![row.number, row.user, wishes[row.wish_index]])?;
    }
    Ok(())
}

/// Puts the changes of a plan into the file; their ids follow each other from the one after the last.
pub(super) fn insert_writes<P: Plan>(
    transaction: &Transaction<'_>,
    plan: &P,
) -> rusqlite::Result<()> {
    let mut images = Interned::new(transaction, "INSERT INTO images(image) VALUES (?1)")?;
    let mut changes = Interned::new(transaction, "INSERT INTO changes(change) VALUES (?1)")?;
    let mut add = transaction.prepare(
        "INSERT INTO writes(id, stage, user_id, user_principal_name, location, location_before, change, before, after, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'Planned')",
    )?;
    let mut own = transaction.prepare(
        "UPDATE rows SET write = ?2, status = NULL, error = NULL, error_code = NULL WHERE row = ?1",
    )?;
    let first = last_write(transaction)? + 1;
    for at in 0..plan.count() {
        let write = plan.write(at);
        let id = first + i64::try_from(at).unwrap_or(i64::MAX);
        let holdings = |held: &[Holding]| (held.as_ptr() as usize, held.len());
        let (before, after) = (write.before, write.after);
        let before = images.id(holdings(before), || record::image(before))?;
        let after = images.id(holdings(after), || record::image(after))?;
        let change: &LicenseChange = write.change;
        let address = std::ptr::from_ref(change) as usize;
        let change = changes.id((address, 0), || record::change_body(change))?;
        let location = write.location.map(|code| code.to_string());
        add.execute(params![
            id,
            write.stage,
            write.user_id,
            write.user_principal_name,
            location,
            write.location_before,
            change,
            before,
            after
        ])?;
        for row in write.rows {
            own.execute(params![row, id])?;
        }
    }
    Ok(())
}

/// The id of the last change; 0 where there is none.
pub(super) fn last_write(connection: &Connection) -> rusqlite::Result<i64> {
    connection.query_row("SELECT coalesce(max(id), 0) FROM writes", [], |row| {
        row.get(0)
    })
}

/// JSON that many changes share, each written once. What stands at one address while a plan lives is one thing.
struct Interned<'a> {
    add: rusqlite::Statement<'a>,
    ids: HashMap<(usize, usize), i64>,
}

impl<'a> Interned<'a> {
    fn new(transaction: &'a Transaction<'_>, sql: &str) -> rusqlite::Result<Self> {
        Ok(Self {
            add: transaction.prepare(sql)?,
            ids: HashMap::new(),
        })
    }

    fn id(&mut self, key: (usize, usize), json: impl FnOnce() -> String) -> rusqlite::Result<i64> {
        if let Some(&known) = self.ids.get(&key) {
            return Ok(known);
        }
        let id = self.add.insert([json()])?;
        self.ids.insert(key, id);
        Ok(id)
    }
}

/// A table of ids and JSON.
fn table<T>(
    connection: &Connection,
    sql: &str,
    parse: impl Fn(&str) -> Option<T>,
) -> rusqlite::Result<HashMap<i64, T>> {
    let mut read = connection.prepare(sql)?;
    let mut found = read.query([])?;
    let mut all = HashMap::new();
    while let Some(row) = found.next()? {
        let json: String = row.get(1)?;
        all.insert(row.get(0)?, parse(&json).ok_or_else(damaged)?);
    }
    Ok(all)
}

pub(super) fn set(connection: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO meta(key, value) VALUES (?1, ?2) ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        [key, value],
    )?;
    Ok(())
}

fn write_header(connection: &Connection, header: &Header) -> rusqlite::Result<()> {
    let started = header.started.to_string();
    let pairs = [
        ("command", Some(header.command.as_str())),
        ("tenantId", Some(header.identity.tenant_id.as_str())),
        ("clientId", Some(header.identity.client_id.as_str())),
        ("account", header.identity.account.as_deref()),
        ("options", Some(header.options.as_str())),
        ("undoes", header.undoes.as_deref()),
        ("started", Some(started.as_str())),
        ("product", Some(env!("CARGO_PKG_VERSION"))),
    ];
    for (key, value) in pairs {
        if let Some(value) = value {
            set(connection, key, value)?;
        }
    }
    Ok(())
}

/// Adds to the commits that the run's journal took, each of which waited for the disk.
pub(super) fn count_commits(transaction: &Transaction<'_>, commits: u64) -> rusqlite::Result<i64> {
    let before = get(transaction, "commits")?.and_then(|text| text.parse::<u64>().ok());
    let all = before.unwrap_or(0) + commits;
    set(transaction, "commits", &all.to_string())?;
    Ok(0)
}

fn get(connection: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    connection
        .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
        .optional()
}

/// Every commit reaches the disk before it is answered; others may read meanwhile.
fn prepare_for_writing(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")
}

/// Content that can't be what this library wrote.
pub(super) fn damaged() -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(
        rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT),
        None,
    )
}
