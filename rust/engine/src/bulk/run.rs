//! A run of changes to many users, from its rows to its summary.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Deserialize;

use super::journal::{Folder, Header, Journal, RunInfo, RunState, SettledRow, Status, Store};
use super::sender::{self, Line};
use super::summary;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::preflight::outcome::RowResult;
use crate::preflight::prepare::{Options, prepare};
use crate::preflight::rows::{RowInput, Rows, Wish};
use crate::preflight::set::Verdict;
use crate::session::Session;

/// How many rows are taken together at most while more still come.
const PIECE: usize = 400;

/// What is wished, and how to go about it. The rows follow as the job's input.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Run {
    /// The command that the run is of.
    #[serde(default = "set_license")]
    command: String,
    #[serde(default)]
    wish: Wish,
    #[serde(default)]
    options: Options,
    /// Where journals live, if not in the usual place.
    #[serde(default)]
    folder: Option<String>,
}

fn set_license() -> String {
    "Set-MgUserLicense".into()
}

impl Run {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let work = Work {
            session: session.clone(),
            job: job.clone(),
            folder: Folder::find(self.folder.as_deref())?,
            header: Header {
                command: self.command,
                identity: session.identity().clone(),
                options: serde_json::to_string(&self.options).unwrap_or_default(),
                undoes: None,
                started: session.clock().now(),
            },
            options: self.options,
            begun: session.clock().elapsed(),
        };
        // The work goes on while the reader is busy with what it was told.
        on_workers(async move {
            if work.options.no_preflight && !work.options.what_if && !work.options.ask {
                work.stream(self.wish).await
            } else {
                work.whole(self.wish).await
            }
        })
        .await
    }
}

/// Runs work on the runtime's workers rather than on the thread that pulls the job.
///
/// # Errors
/// As the work.
pub(super) async fn on_workers<W>(work: W) -> Result<(), Failure>
where
    W: Future<Output = Result<(), Failure>> + Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(outcome) => outcome,
        Err(lost) if lost.is_panic() => std::panic::resume_unwind(lost.into_panic()),
        Err(_) => Err(Failure::cancelled()),
    }
}

/// A run at work.
struct Work {
    session: Session,
    job: JobContext,
    folder: Folder,
    header: Header,
    options: Options,
    begun: Duration,
}

impl Work {
    /// Collects every row, judges them as a whole, and sends what is left.
    async fn whole(self, wish: Wish) -> Result<(), Failure> {
        let mut rows = Rows::new(wish);
        let collected = rows.collect(&self.job).await;
        let prepared = match collected {
            Ok(()) => prepare(&self.session, &self.job, &rows, &self.options).await,
            Err(failure) => Err(failure),
        };
        let verdict = match prepared {
            Ok(Some(verdict)) => verdict,
            Ok(None) => return Ok(()),
            Err(failure) => {
                // Nothing was begun: there is nothing to resume.
                let info = self.unbegun(rows.len());
                summary::tell(&self.job, &info, self.seconds()).await;
                return Err(failure);
            }
        };
        if verdict.is_held_back() {
            let mut info = self.unbegun(rows.len());
            for row in settled(&verdict) {
                match row.status {
                    Status::Unchanged => info.unchanged += 1,
                    Status::Failed => info.failed += 1,
                    _ => continue,
                }
                info.not_started -= 1;
            }
            summary::tell(&self.job, &info, self.seconds()).await;
            return Ok(());
        }
        let (rows, verdict) = (Arc::new(rows), Arc::new(verdict));
        let journal = Arc::new(Journal::start(Store::create(&self.folder, &self.header)?)?);
        let mut line = self.line(&journal);
        let settled = settled(&verdict);
        match journal.insert(rows, Arc::clone(&verdict), settled).await {
            Ok(base) => sender::send(&mut line, &verdict, base).await,
            Err(failure) => line.stopped = Some(failure),
        }
        self.end(line, journal).await
    }

    /// Sends pieces of the rows while more still come.
    async fn stream(self, wish: Wish) -> Result<(), Failure> {
        let journal = Arc::new(Journal::start(Store::create(&self.folder, &self.header)?)?);
        let mut line = self.line(&journal);
        let outcome = self.pieces(&mut line, &journal, &wish).await;
        if let Err(failure) = outcome {
            line.stopped.get_or_insert(failure);
        }
        self.end(line, journal).await
    }

    async fn pieces(
        &self,
        line: &mut Line,
        journal: &Arc<Journal>,
        wish: &Wish,
    ) -> Result<(), Failure> {
        let mut waiting: Vec<RowInput> = Vec::new();
        let mut last = 0;
        loop {
            while waiting.len() < PIECE && (waiting.is_empty() || self.job.has_input()) {
                match self.job.next_input().await? {
                    Some(input) => waiting.extend(read_rows(&input)?),
                    None => break,
                }
            }
            if waiting.is_empty() {
                return Ok(());
            }
            let mut rows = Rows::new(wish.clone());
            for mut row in waiting.drain(..waiting.len().min(PIECE)) {
                if row.row == 0 {
                    row.row = last + 1;
                }
                last = row.row;
                rows.push(row);
            }
            let Some(verdict) = prepare(&self.session, &self.job, &rows, &self.options).await?
            else {
                return Ok(());
            };
            let verdict = Arc::new(verdict);
            let settled = settled(&verdict);
            let base = journal
                .insert(Arc::new(rows), Arc::clone(&verdict), settled)
                .await?;
            sender::send(line, &verdict, base).await;
            if line.is_over() {
                return Ok(());
            }
        }
    }

    fn line(&self, journal: &Arc<Journal>) -> Line {
        Line::new(
            self.session.clone(),
            self.job.clone(),
            Arc::clone(journal),
            self.header.command.clone(),
            self.options.debug,
        )
    }

    async fn end(self, line: Line, journal: Arc<Journal>) -> Result<(), Failure> {
        end(&self.session, &self.job, line, journal, self.seconds()).await
    }

    fn seconds(&self) -> u64 {
        (self.session.clock().elapsed() - self.begun).as_secs()
    }

    /// What there is to say of a run of which nothing was begun.
    fn unbegun(&self, rows: usize) -> RunInfo {
        RunInfo {
            id: None,
            path: None,
            command: self.header.command.clone(),
            tenant_id: self.header.identity.tenant_id.clone(),
            client_id: self.header.identity.client_id.clone(),
            account: self.header.identity.account.clone(),
            started: Some(self.header.started.to_string()),
            ended: Some(self.session.clock().now().to_string()),
            state: RunState::Cancelled,
            rows: rows as u64,
            changed: 0,
            unchanged: 0,
            failed: 0,
            not_started: rows as u64,
            outcome_unknown: 0,
            commits: None,
            undoes: None,
            undone_by: None,
        }
    }
}

/// Reads a piece of a job's input.
fn read_rows(input: &Bytes) -> Result<Vec<RowInput>, Failure> {
    if input.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_slice(input)
        .map_err(|error| Failure::argument(format!("the rows can't be used: {error}")))
}

/// Ends a run: what waits is committed, the file is closed, and the summary is what the file says.
///
/// # Errors
/// What stopped the run, if something did.
pub(super) async fn end(
    session: &Session,
    job: &JobContext,
    mut line: Line,
    journal: Arc<Journal>,
    seconds: u64,
) -> Result<(), Failure> {
    let ended = journal
        .set("ended", session.clock().now().to_string())
        .await;
    if let Err(failure) = ended {
        line.stopped.get_or_insert(failure);
    }
    let path = journal.path().to_owned();
    let stopped = line.stopped.take();
    drop(line);
    if let Some(journal) = Arc::into_inner(journal) {
        journal.close().await;
    }
    let info = Store::look(&path).and_then(|store| store.info());
    match (info, stopped) {
        (Ok(info), stopped) => {
            if let Some(failure) = &stopped {
                job.emit(Event::new(EventKind::Error, failure.to_json()))
                    .await;
            }
            summary::tell(job, &info, seconds).await;
            Ok(())
        }
        (Err(failure), None) => Err(failure),
        (Err(_), Some(failure)) => Err(failure),
    }
}

/// Rows that have their outcome without a change.
pub(super) fn settled(verdict: &Verdict) -> Vec<SettledRow> {
    let results = verdict.unwritten().chain(verdict.declined());
    results
        .map(|(result, failure)| settled_row(&result, failure.as_ref()))
        .collect()
}

/// What a journal holds of a row without a change.
pub(super) fn settled_row(result: &RowResult, failure: Option<&Failure>) -> SettledRow {
    SettledRow {
        row: result.row,
        status: Status::parse(result.status).unwrap_or(Status::NotStarted),
        error: failure.map(|failure| failure.message.clone()),
        error_code: failure.map(|failure| failure.code.clone()),
    }
}
