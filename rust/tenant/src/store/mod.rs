//! The tenant's file: opened, its state kept at hand, its transactions.

mod connect;
mod identity;
mod ids;
mod names;
mod skus;
mod state;
mod worker;

pub(crate) use identity::FileIdentity;

pub(crate) use connect::{build, build_memory, remove, sidecar};
pub(crate) use ids::{Ids, RequestIds, draw, mix};
pub(crate) use names::{ERRORS, STATES, error_number, state_number};
pub(crate) use skus::{SkuEntry, SkuTable, capability, service_of};
pub(crate) use state::{State, set_meta};
pub(crate) use worker::Worker;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;

use crate::clock::{Clock, Moment, TenantClock};
use crate::error::{TenantError, TenantErrorCode};
use crate::settings::{Durability, RequestLog, Settings};

/// How a tenant is opened.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Whether to open it for reading only.
    pub read_only: bool,
    /// How long to wait for another process that holds the file.
    pub busy_timeout: Duration,
    /// Scheme and host with which links in answers start.
    pub origin: String,
    /// How much faster than the machine's the clock of this tenant runs.
    pub speed: f64,
    /// Settings that hold for this opening alone, as a JSON object. They win over those in the file and are never
    /// written to it.
    pub overrides: Option<Value>,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            read_only: false,
            busy_timeout: Duration::from_secs(5),
            origin: "https://graph.microsoft.com".to_owned(),
            speed: 1.0,
            overrides: None,
        }
    }
}

impl OpenOptions {
    /// Refuses settings that are none.
    pub(crate) fn check(&self, path: &Path) -> Result<(), TenantError> {
        let Some(overrides) = &self.overrides else {
            return Ok(());
        };
        Settings::default().change(overrides).map_err(|fault| {
            TenantError::new(
                TenantErrorCode::Setting,
                path,
                format!("a setting is refused at {fault}"),
                "Correct it.",
            )
        })
    }
}

/// What callers outside of the tenant's threads want to know of the settings before they ask. It may lag a request
/// behind another process.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    /// How long each answer is held back.
    pub(crate) latency_milliseconds: AtomicU64,
    /// Whether reads write something: a row of the log, the count of a fault.
    pub(crate) reads_take_notes: AtomicBool,
}

/// Where a tenant is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Memory,
    File(PathBuf),
}

impl Location {
    pub(crate) fn new(path: &Path) -> Self {
        if path.as_os_str() == ":memory:" {
            Self::Memory
        } else {
            Self::File(path.to_owned())
        }
    }

    /// The path to name in messages.
    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Memory => Path::new(":memory:"),
            Self::File(path) => path,
        }
    }
}

/// How a transaction is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing is written.
    Read,
    /// Something is written, and safe when it is committed.
    Write,
    /// Only notes are written, such as the log of a read. They may be lost in a power cut.
    Note,
}

/// One connection to a tenant's file, used by one thread.
pub(crate) struct Store {
    connection: Connection,
    location: Location,
    /// The file as it was opened; none in memory.
    identity: Option<FileIdentity>,
    clock: TenantClock,
    state: Option<Arc<State>>,
    /// What `PRAGMA synchronous` was last set to.
    synchronous: Option<Synchronous>,
    /// The data version at which `state` was read: it moves when another connection writes.
    data_version: i64,
    options: OpenOptions,
    hints: Arc<Hints>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Synchronous {
    Off,
    Normal,
    Full,
}

impl Store {
    /// Opens a file that is there.
    pub(crate) fn open(
        path: &Path,
        options: &OpenOptions,
        hints: Arc<Hints>,
    ) -> Result<Self, TenantError> {
        let connection = connect::open(path, options)?;
        let location = Location::File(path.to_owned());
        Self::over(connection, location, options, hints)
    }

    /// Takes over a connection to a tenant, of a file or in memory.
    pub(crate) fn over(
        connection: Connection,
        location: Location,
        options: &OpenOptions,
        hints: Arc<Hints>,
    ) -> Result<Self, TenantError> {
        let identity = match &location {
            Location::File(path) => FileIdentity::of(path),
            Location::Memory => None,
        };
        let mut store = Self {
            connection,
            location,
            identity,
            clock: TenantClock::new(options.speed),
            state: None,
            synchronous: None,
            data_version: -1,
            options: options.clone(),
            hints,
        };
        store
            .refresh()
            .map_err(|error| TenantError::from_sqlite(store.location.path(), &error))?;
        Ok(store)
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(crate) fn location(&self) -> &Location {
        &self.location
    }

    pub(crate) fn options(&self) -> &OpenOptions {
        &self.options
    }

    /// The tenant's time.
    pub(crate) fn now(&self) -> Moment {
        self.clock.now()
    }

    /// The tenant's time to the millisecond.
    pub(crate) fn milliseconds(&self) -> i64 {
        self.clock.milliseconds()
    }

    /// Milliseconds of a clock that goes on where the tenant's is held.
    pub(crate) fn running_milliseconds(&self) -> i64 {
        self.clock.running_milliseconds()
    }

    /// The time that callers are shown.
    pub(crate) fn shown_now(&self) -> Moment {
        let skew = self
            .state
            .as_ref()
            .map_or(0, |state| state.settings.clock_skew_seconds);
        self.now().plus_seconds(skew)
    }

    /// The file as it was opened.
    pub(crate) fn identity(&self) -> Option<FileIdentity> {
        self.identity
    }

    /// Takes the file for the one another connection opened: a name may have got another file in between.
    pub(crate) fn expect(&mut self, identity: Option<FileIdentity>) {
        self.identity = identity;
    }

    /// Whether the file that was opened is still the one of its name.
    pub(crate) fn is_in_place(&self) -> bool {
        match &self.location {
            Location::File(path) => FileIdentity::of(path) == self.identity,
            Location::Memory => true,
        }
    }

    /// Starts a transaction and returns the state of that moment.
    pub(crate) fn begin(&mut self, access: Access) -> rusqlite::Result<Arc<State>> {
        self.set_synchronous(access)?;
        let begin = if access == Access::Read {
            "BEGIN DEFERRED"
        } else {
            "BEGIN IMMEDIATE"
        };
        self.connection.prepare_cached(begin)?.execute([])?;
        match self.refresh() {
            Ok(state) => Ok(state),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }

    pub(crate) fn commit(&mut self) -> rusqlite::Result<()> {
        let committed = self.connection.prepare_cached("COMMIT")?.execute([]);
        if committed.is_err() {
            self.roll_back();
        }
        committed.map(drop)
    }

    /// Ends a transaction that only read.
    pub(crate) fn end(&mut self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.commit()
    }

    /// Ends the transaction without a trace. Cannot fail: where SQLite has rolled back by itself, nothing is left to do.
    pub(crate) fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }

    /// Forgets what is kept at hand, after a transaction of this connection that wrote settings, products or rules,
    /// however it ended.
    pub(crate) fn forget(&mut self) {
        self.state = None;
    }

    /// Brings the state up to date with the file. Cheap while nothing but users and groups changes.
    fn refresh(&mut self) -> rusqlite::Result<Arc<State>> {
        let data_version: i64 = self
            .connection
            .prepare_cached("PRAGMA data_version")?
            .query_row([], |row| row.get(0))?;
        if let Some(state) = &self.state
            && (data_version == self.data_version
                || state::revision(&self.connection)? == state.revision)
        {
            self.data_version = data_version;
            return Ok(Arc::clone(state));
        }
        let state = State::read(&self.connection, self.options.overrides.as_ref())?;
        let state = Arc::new(state);
        self.data_version = data_version;
        self.clock.set_fixed(state.clock);
        let settings = &state.settings;
        self.hints
            .latency_milliseconds
            .store(settings.latency_milliseconds, Ordering::Relaxed);
        let takes_notes = settings.request_log == RequestLog::All || settings.keeps_counts();
        self.hints
            .reads_take_notes
            .store(takes_notes, Ordering::Relaxed);
        self.limit_size(state.settings.max_file_bytes)?;
        self.state = Some(Arc::clone(&state));
        Ok(state)
    }

    /// `PRAGMA synchronous` has no effect inside a transaction, so it is set before one, by the settings last seen.
    fn set_synchronous(&mut self, access: Access) -> rusqlite::Result<()> {
        let Some(state) = &self.state else {
            return Ok(());
        };
        let wanted = match (state.settings.durability, access) {
            (_, Access::Read) => return Ok(()),
            (Durability::None, _) => Synchronous::Off,
            (Durability::Process, _) | (_, Access::Note) => Synchronous::Normal,
            (Durability::Full, Access::Write) => Synchronous::Full,
        };
        if self.synchronous == Some(wanted) {
            return Ok(());
        }
        let pragma = match wanted {
            Synchronous::Off => "PRAGMA synchronous = OFF",
            Synchronous::Normal => "PRAGMA synchronous = NORMAL",
            Synchronous::Full => "PRAGMA synchronous = FULL",
        };
        self.connection.prepare_cached(pragma)?.execute([])?;
        self.synchronous = Some(wanted);
        Ok(())
    }

    /// Limits the size of the file, or lifts the limit.
    pub(crate) fn limit_size(&self, max_file_bytes: Option<u64>) -> rusqlite::Result<()> {
        let pages = match max_file_bytes {
            None => i64::from(u32::MAX - 1),
            Some(bytes) => {
                let page: i64 = self
                    .connection
                    .query_row("PRAGMA page_size", [], |row| row.get(0))?;
                i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1)
            }
        };
        let set = format!("PRAGMA max_page_count = {}", pages.max(1));
        self.connection.query_row(&set, [], |_| Ok(()))
    }
}
