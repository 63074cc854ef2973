//! A tenant: one file, opened.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Method;
use serde_json::Value;

use crate::admin::{self, LoggedRequest, RequestFilter, StepReport, TenantInfo};
use crate::caller::Caller;
use crate::clock::RealClock;
use crate::error::{TenantError, TenantErrorCode};
use crate::seed::{self, Progress, Source, Wishes};
use crate::service::{self, Incoming, Manner, Outgoing, Served};
use crate::store::{self, FileIdentity, Hints, Location, OpenOptions, Store, Worker};

/// An open tenant. Cheap to clone; the file is closed when the last clone is dropped.
#[derive(Clone)]
pub struct Tenant {
    inner: Arc<Inner>,
}

struct Inner {
    location: Location,
    identity: Option<FileIdentity>,
    options: OpenOptions,
    clock: RealClock,
    hints: Arc<Hints>,
    writer: Worker,
    /// A second connection for reads that may take long, made when the first one comes.
    reader: OnceLock<Option<Worker>>,
}

/// How long the thread that polls a request may wait for another process before the request is handed over.
const PATIENCE: Duration = Duration::from_millis(2);

/// How a tenant is made.
#[derive(Clone, Debug, Default)]
pub struct CreateOptions {
    /// Whether a tenant that is there under the same name is replaced.
    pub force: bool,
    /// Settings that win over those of the source, as a JSON object.
    pub settings: Option<Value>,
    /// Who is told how far it has come, and may stop it.
    pub progress: Option<Progress>,
    /// How it is opened once it is made.
    pub open: OpenOptions,
}

/// Whether a tenant that is there is replaced.
impl From<bool> for CreateOptions {
    fn from(force: bool) -> Self {
        Self {
            force,
            ..Self::default()
        }
    }
}

impl From<OpenOptions> for CreateOptions {
    fn from(open: OpenOptions) -> Self {
        Self {
            open,
            ..Self::default()
        }
    }
}

impl Tenant {
    /// Opens the tenant in a file. `:memory:` gives an empty tenant that lives as long as it is open.
    ///
    /// # Errors
    /// When the file is missing, a folder, not a tenant, of a newer version, read-only, locked for too long, or
    /// damaged. The error names the file, the fault and the remedy.
    pub fn open(path: impl AsRef<Path>, options: OpenOptions) -> Result<Self, TenantError> {
        let path = path.as_ref();
        match Location::new(path) {
            Location::Memory => Self::create(path, Source::Empty, options),
            Location::File(file) => {
                // Other processes and folders are nothing to this one: the name must hold whatever becomes of the
                // current folder.
                let file = std::path::absolute(&file).unwrap_or(file);
                options.check(&file)?;
                let hints = Arc::new(Hints::default());
                let store = Store::open(&file, &options, Arc::clone(&hints))?;
                Self::start(store, options, hints)
            }
        }
    }

    /// Makes a tenant and opens it. A file appears only when all of it is well.
    ///
    /// # Errors
    /// When the seed is wrong (with the JSON path of the fault), when a file of that name is there and `force` is not
    /// set, when what is there is no tenant, or when the file cannot be written.
    pub fn create(
        path: impl AsRef<Path>,
        source: Source,
        options: impl Into<CreateOptions>,
    ) -> Result<Self, TenantError> {
        let options = options.into();
        let path = path.as_ref();
        options.open.check(path)?;
        let wishes = Wishes {
            settings: options.settings.as_ref(),
            progress: options.progress.as_ref(),
        };
        match Location::new(path) {
            Location::Memory => {
                let connection =
                    store::build_memory(|connection| seed::fill(connection, path, source, wishes))?;
                let hints = Arc::new(Hints::default());
                let store = Store::over(
                    connection,
                    Location::Memory,
                    &options.open,
                    Arc::clone(&hints),
                )?;
                Self::start(store, options.open, hints)
            }
            Location::File(file) => {
                let file = std::path::absolute(&file).unwrap_or(file);
                store::build(&file, options.force, |connection| {
                    seed::fill(connection, path, source, wishes)
                })?;
                Self::open(file, options.open)
            }
        }
    }

    fn start(store: Store, options: OpenOptions, hints: Arc<Hints>) -> Result<Self, TenantError> {
        let location = store.location().clone();
        let identity = store.identity();
        let writer = Worker::start(store, options.busy_timeout)
            .map_err(|error| TenantError::from_io(location.path(), &error))?;
        let clock = RealClock::new(options.speed);
        let inner = Inner {
            location,
            identity,
            options,
            clock,
            hints,
            writer,
            reader: OnceLock::new(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// The path of the file, `:memory:` if there is none.
    pub fn path(&self) -> &Path {
        self.inner.location.path()
    }

    /// The service for one caller in the same process. Paths start with `/v1.0` or `/beta`.
    ///
    /// A short request may be carried out on the thread that polls the answer, which then waits for the disk. That
    /// is half the time of handing it to another thread. Where many connections share a few threads, take
    /// [`Tenant::served_router`].
    pub fn router(&self, caller: Caller) -> axum::Router {
        service::router(self.clone(), caller, Manner::InProcess)
    }

    /// The service for one caller behind a listener: no request ever holds up the thread that polls it.
    pub fn served_router(&self, caller: Caller) -> axum::Router {
        service::router(self.clone(), caller, Manner::Served)
    }

    /// What the tenant is and holds.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn info(&self) -> Result<TenantInfo, TenantError> {
        self.on_thread(admin::info)
    }

    /// The requests in the log, oldest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn requests(&self, filter: RequestFilter) -> Result<Vec<LoggedRequest>, TenantError> {
        self.on_thread(move |store| admin::requests(store, &filter))
    }

    /// Empties the log of requests.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn clear_requests(&self) -> Result<(), TenantError> {
        self.on_thread(admin::clear_requests)
    }

    /// Changes the settings the JSON object names; a null restores a default.
    ///
    /// # Errors
    /// An unknown setting or a wrong value, with its JSON path; or when the file cannot be written.
    pub fn set_settings(&self, changes: &Value) -> Result<(), TenantError> {
        let change = serde_json::json!({"settings": changes});
        self.change(&change)
    }

    /// Changes the tenant itself, in the shape of a seed: `settings`, `clock` (null lets it run), `rules`, and
    /// `subscribedSkus` (seats and plans of products that are there, new products; `"removed": true` takes one away).
    ///
    /// # Errors
    /// A fault in the JSON, with its path; or when the file cannot be written. Nothing is changed then.
    pub fn change(&self, changes: &Value) -> Result<(), TenantError> {
        let changes = changes.clone();
        self.on_thread(move |store| admin::change(store, &changes))
    }

    /// Does what is due at the tenant's time, as much as one tick may (`groups.membersPerStep`). Where `clockMode` is
    /// `explicit` nothing else does; elsewhere every request does the same first.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn step(&self) -> Result<StepReport, TenantError> {
        self.on_thread(admin::step)
    }

    fn on_thread<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> Result<R, TenantError> + Send + 'static,
    ) -> Result<R, TenantError> {
        self.inner
            .writer
            .call_blocking(job)
            .unwrap_or_else(|_| Err(self.closed()))
    }

    /// Has the thread of the tenant do something that may not take long. `None` if it broke down over it.
    pub(crate) async fn ask<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> Option<R> + Send + 'static,
    ) -> Option<R> {
        self.inner.writer.call(job).await.ok().flatten()
    }

    /// The number from which ids of this tenant are drawn.
    pub(crate) fn seed(&self) -> Result<u64, TenantError> {
        self.on_thread(admin::seed)
    }

    fn closed(&self) -> TenantError {
        TenantError::new(
            TenantErrorCode::Closed,
            self.path(),
            "the thread of the tenant ended before it was done",
            "Nothing was changed. Open the tenant again.",
        )
    }

    /// How long the settings hold each answer back.
    pub(crate) fn latency(&self) -> Duration {
        Duration::from_millis(
            self.inner
                .hints
                .latency_milliseconds
                .load(Ordering::Relaxed),
        )
    }

    pub(crate) fn real_wait(&self, duration: Duration) -> Duration {
        self.inner.clock.real_wait(duration)
    }

    /// Serves a request. `None` if its thread broke down over it.
    pub(crate) async fn serve(&self, incoming: Incoming, manner: Manner) -> Option<Outgoing> {
        let worker = self.worker_for(&incoming);
        let is_list = !std::ptr::eq(worker, &self.inner.writer);
        if manner == Manner::InProcess && !is_list {
            let here = worker.call_here(PATIENCE, |store| service::try_serve(store, &incoming));
            match here {
                Some(Ok(Served::Answered(outgoing))) => return Some(outgoing),
                Some(Err(_)) => return None,
                Some(Ok(Served::Busy)) | None => {}
            }
        }
        worker
            .call(move |store| service::serve(store, &incoming))
            .await
            .ok()
    }

    /// Lists of users and groups go to a connection of their own, so that a long one does not hold up a write. All else
    /// goes to the one that writes, which is awake more often; so do reads that leave a note.
    fn worker_for(&self, incoming: &Incoming) -> &Worker {
        let takes_notes = self.inner.hints.reads_take_notes.load(Ordering::Relaxed);
        if incoming.method == Method::GET
            && !takes_notes
            && is_long_list(&incoming.path)
            && let Some(reader) = self.reader()
        {
            return reader;
        }
        &self.inner.writer
    }

    fn reader(&self) -> Option<&Worker> {
        let start = || {
            let Location::File(path) = &self.inner.location else {
                return None;
            };
            let options = &self.inner.options;
            let mut store = Store::open(path, options, Arc::clone(&self.inner.hints)).ok()?;
            store.expect(self.inner.identity);
            Worker::start(store, options.busy_timeout).ok()
        };
        self.inner.reader.get_or_init(start).as_ref()
    }
}

/// Whether the path is one of users, groups, or what belongs to one of them, but not a single user or group.
fn is_long_list(path: &str) -> bool {
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let set = segments.nth(1).map(str::to_ascii_lowercase);
    matches!(set.as_deref(), Some("users" | "groups")) && segments.count() != 1
}

impl fmt::Debug for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tenant")
            .field("path", &self.path())
            .finish_non_exhaustive()
    }
}

/// Removes the file of a tenant and what SQLite keeps beside it.
///
/// # Errors
/// When the file is missing or no tenant, or cannot be removed.
pub fn remove(path: impl AsRef<Path>) -> Result<(), TenantError> {
    let path: PathBuf = path.as_ref().to_owned();
    store::remove(&path)
}
