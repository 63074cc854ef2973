//! What can be done with a tenant beside Graph.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use indexmap::IndexMap;
use mglicense_engine::{Event, EventKind, Failure, JobContext, PayloadError, read_payload};
use mglicense_tenant::{
    CreateOptions, GenerateSpec, LoggedRequest, Progress, RequestFilter, Source, Tenant,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::server::{ListServers, StartServer, StopServer};
use super::{failure, open, options};

/// A command on a tenant's file, or on the tenant of a session.
pub(crate) enum LocalCommand {
    Create(Create),
    Info(Named),
    Remove(Removed),
    Requests(Requests),
    Set(Set),
    Step(Step),
    StartServer(StartServer),
    ListServers(ListServers),
    StopServer(StopServer),
}

/// What to make, and from what.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Create {
    path: PathBuf,
    source: Kind,
    #[serde(default)]
    seed_path: Option<PathBuf>,
    #[serde(default)]
    generate: Option<String>,
    /// Replace a tenant that is there.
    #[serde(default)]
    force: Option<bool>,
    /// Settings that win over those of the source.
    #[serde(default)]
    overrides: Option<Value>,
}

#[derive(Clone, Copy, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
enum Kind {
    Empty,
    Sample,
    Seed,
    Generate,
}

/// A tenant by its file; that of the session where none is named.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Named {
    #[serde(default)]
    path: Option<PathBuf>,
}

/// A tenant to remove.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Removed {
    path: PathBuf,
}

/// Which requests of a tenant's log are wanted.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Requests {
    #[serde(default)]
    path: Option<PathBuf>,
    #[serde(default)]
    write_only: Option<bool>,
    /// So many of the latest.
    #[serde(default)]
    last: Option<u64>,
    /// Those after this index.
    #[serde(default)]
    after: Option<i64>,
    /// Empty the log once it is read.
    #[serde(default)]
    clear: Option<bool>,
}

/// How many ticks of a tenant's work to do.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Step {
    #[serde(default)]
    path: Option<PathBuf>,
    /// One if left out.
    #[serde(default)]
    count: Option<u32>,
}

/// What to change of a tenant.
pub(crate) struct Set {
    path: Option<PathBuf>,
    /// In the shape of a seed.
    changes: Map<String, Value>,
}

/// Members of a seed that a tenant can be changed by.
const CHANGES: [&str; 4] = ["settings", "clock", "rules", "subscribedSkus"];

impl Set {
    fn read(payload: &str) -> Result<Self, PayloadError> {
        let mut changes: Map<String, Value> = read_payload(payload)?;
        let path = match changes.shift_remove("path") {
            None | Some(Value::Null) => None,
            Some(Value::String(path)) => Some(PathBuf::from(path)),
            Some(_) => {
                return Err(PayloadError(Failure::argument(
                    "the payload's `path` is no text",
                )));
            }
        };
        match changes
            .keys()
            .find(|name| !CHANGES.contains(&name.as_str()))
        {
            Some(name) => Err(PayloadError(Failure::argument(format!(
                "the payload is not of this operation's form: unknown field `{name}`, expected one of `path`, `{}`",
                CHANGES.join("`, `")
            )))),
            None => Ok(Self { path, changes }),
        }
    }
}

impl LocalCommand {
    pub(crate) fn create(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::Create)
    }

    pub(crate) fn info(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::Info)
    }

    pub(crate) fn remove(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::Remove)
    }

    pub(crate) fn requests(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::Requests)
    }

    pub(crate) fn set(payload: &str) -> Result<Self, PayloadError> {
        Set::read(payload).map(Self::Set)
    }

    pub(crate) fn step(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::Step)
    }

    pub(crate) fn start_server(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::StartServer)
    }

    pub(crate) fn list_servers(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::ListServers)
    }

    pub(crate) fn stop_server(payload: &str) -> Result<Self, PayloadError> {
        read_payload(payload).map(Self::StopServer)
    }

    /// Carries the command out, with the tenant of a session where it names no file.
    ///
    /// # Errors
    /// When the tenant can't be used, or what is asked of it is wrong.
    pub(crate) async fn run(self, own: Option<Tenant>, job: &JobContext) -> Result<(), Failure> {
        job.check()?;
        match self {
            Self::Create(create) => create.run(job).await,
            Self::Info(named) => {
                let info = blocking(move || describe(&find(named.path.as_deref(), own)?)).await?;
                job.emit(Event::new(EventKind::Item, info)).await;
                Ok(())
            }
            Self::Remove(removed) => {
                let path = removed.path.clone();
                blocking(move || mglicense_tenant::remove(path).map_err(failure)).await?;
                job.emit(Event::json(
                    EventKind::Item,
                    &json!({ "path": removed.path }),
                ))
                .await;
                Ok(())
            }
            Self::Requests(requests) => requests.run(own, job).await,
            Self::Step(step) => step.run(own, job).await,
            Self::StartServer(start) => start.run(job).await,
            Self::ListServers(list) => list.run(job).await,
            Self::StopServer(stop) => stop.run(job).await,
            Self::Set(set) => {
                let changed = blocking(move || {
                    let tenant = find(set.path.as_deref(), own)?;
                    tenant
                        .change(&Value::Object(set.changes))
                        .map_err(failure)?;
                    describe(&tenant)
                });
                job.emit(Event::new(EventKind::Item, changed.await?)).await;
                Ok(())
            }
        }
    }
}

impl Create {
    async fn run(self, job: &JobContext) -> Result<(), Failure> {
        let source = self.source()?;
        // Only the latest news counts, and a job that was cancelled stops the work.
        let (news, mut latest) = tokio::sync::watch::channel((0, None));
        let watched = job.clone();
        let progress = Progress::new(move |made, of| {
            if watched.is_cancelled() {
                return ControlFlow::Break(());
            }
            news.send_replace((made, of));
            ControlFlow::Continue(())
        });
        let create = CreateOptions {
            force: self.force == Some(true),
            settings: self.overrides,
            progress: Some(progress),
            open: options()?,
        };
        let path = self.path;
        let activity = format!("Making the tenant {}", path.display());
        job.emit(Event::progress(&activity, "filling it", 0, None))
            .await;
        let work =
            blocking(move || describe(&Tenant::create(path, source, create).map_err(failure)?));
        tokio::pin!(work);
        let made = loop {
            tokio::select! {
                made = &mut work => break made,
                Ok(()) = latest.changed() => {
                    let (made, of) = *latest.borrow_and_update();
                    job.emit(Event::progress(&activity, "making users", made, of)).await;
                }
            }
        };
        // A tenant that is whole stays, though the job was cancelled at its last moment.
        if made.is_err() {
            job.check()?;
        }
        let made = made?;
        job.emit(Event::progress(&activity, "done", 1, Some(1)))
            .await;
        job.emit(Event::new(EventKind::Item, made)).await;
        Ok(())
    }

    fn source(&self) -> Result<Source, Failure> {
        let surplus = [
            ("seedPath", self.seed_path.is_some(), Kind::Seed),
            ("generate", self.generate.is_some(), Kind::Generate),
        ];
        if let Some((name, ..)) = surplus
            .iter()
            .find(|(_, given, kind)| *given && self.source != *kind)
        {
            return Err(Failure::argument(format!(
                "`{name}` is of no use for this source"
            )));
        }
        match self.source {
            Kind::Empty => Ok(Source::Empty),
            Kind::Sample => Ok(Source::Sample),
            Kind::Seed => {
                let path = self
                    .seed_path
                    .as_ref()
                    .ok_or_else(|| Failure::argument("the source `seed` wants a `seedPath`"))?;
                Source::file(path).map_err(failure)
            }
            Kind::Generate => {
                let text = self.generate.as_deref().ok_or_else(|| {
                    Failure::argument(
                        "the source `generate` wants `generate`, such as users=50000,seed=1",
                    )
                })?;
                let spec: GenerateSpec = text.parse().map_err(|error| {
                    Failure::argument(format!("'{text}' describes no tenant: {error}"))
                })?;
                Ok(Source::Generate(spec))
            }
        }
    }
}

impl Step {
    async fn run(self, own: Option<Tenant>, job: &JobContext) -> Result<(), Failure> {
        let tenant = blocking(move || find(self.path.as_deref(), own)).await?;
        for _ in 0..self.count.unwrap_or(1) {
            job.check()?;
            let stepping = tenant.clone();
            let report = blocking(move || stepping.step().map_err(failure)).await?;
            job.emit(Event::json(EventKind::Item, &report)).await;
        }
        Ok(())
    }
}

impl Requests {
    async fn run(self, own: Option<Tenant>, job: &JobContext) -> Result<(), Failure> {
        let requests = blocking(move || {
            let tenant = find(self.path.as_deref(), own)?;
            let filter = RequestFilter {
                write_only: self.write_only == Some(true),
                last: self.last,
                after: self.after,
            };
            let requests = tenant.requests(filter).map_err(failure)?;
            if self.clear == Some(true) {
                tenant.clear_requests().map_err(failure)?;
            }
            Ok(requests)
        });
        for request in requests.await? {
            job.check()?;
            job.emit(Event::json(EventKind::Item, &Logged::from(request)))
                .await;
        }
        Ok(())
    }
}

/// A request of the log as it is handed out: its address in one piece, its headers by name.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Logged {
    index: i64,
    at: String,
    method: String,
    path: String,
    headers: IndexMap<String, String>,
    body: String,
    status: u16,
    response: Option<String>,
    write: bool,
    request_id: String,
    batch: Option<i64>,
    batch_item: Option<String>,
    fault: Option<String>,
}

impl From<LoggedRequest> for Logged {
    fn from(request: LoggedRequest) -> Self {
        let mut headers = IndexMap::new();
        for (name, value) in request.headers {
            headers
                .entry(name)
                .and_modify(|all: &mut String| {
                    all.push_str(", ");
                    all.push_str(&value);
                })
                .or_insert(value);
        }
        let path = if request.query.is_empty() {
            request.path
        } else {
            format!("{}?{}", request.path, request.query)
        };
        Self {
            index: request.index,
            at: request.at,
            method: request.method,
            path,
            headers,
            body: request.body,
            status: request.status,
            response: request.response,
            write: request.write,
            request_id: request.request_id,
            batch: request.batch,
            batch_item: request.batch_item,
            fault: request.fault,
        }
    }
}

/// The tenant of a file, else the session's.
fn find(path: Option<&Path>, own: Option<Tenant>) -> Result<Tenant, Failure> {
    match (path, own) {
        (Some(path), _) => open(path, false),
        (None, Some(tenant)) => Ok(tenant),
        (None, None) => Err(Failure::argument(
            "no tenant is named: give a `path`, or a session on a local tenant",
        )),
    }
}

/// What a tenant is and holds, as JSON.
fn describe(tenant: &Tenant) -> Result<Vec<u8>, Failure> {
    let info = tenant.info().map_err(failure)?;
    serde_json::to_vec(&info)
        .map_err(|error| Failure::argument(format!("the tenant cannot be described: {error}")))
}

/// Does what blocks on a thread made for that.
pub(super) async fn blocking<R: Send + 'static>(
    work: impl FnOnce() -> Result<R, Failure> + Send + 'static,
) -> Result<R, Failure> {
    // A panic on that thread leaves its place there, out of reach.
    let outcome = tokio::task::spawn_blocking(work).await;
    outcome.unwrap_or_else(|_| Err(Failure::internal("the work on a tenant's file")))
}
