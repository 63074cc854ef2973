//! Going on with a run that was stopped, or whose process ended.

use std::sync::Arc;

use serde::Deserialize;

use super::journal::{
    Entry, Folder, Header, Journal, OwnedWrite, Status, Store, StoredRow, WriteState, refusal,
};
use super::run::{end, on_workers, settled};
use super::sender::{self, Line};
use super::settle::{has_change, has_location};
use super::undo;
use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::preflight::outcome::{Names, Outcome};
use crate::preflight::prepare::{Options, prepare};
use crate::preflight::read;
use crate::preflight::rows::{PartialOrder, Rows, Wish};
use crate::session::Session;
use crate::skus::TenantSkus;

/// How many users are read back in one go.
const READ: usize = 400;

/// Which run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Resume {
    id: String,
    #[serde(default)]
    folder: Option<String>,
    /// In which order seats go where there are too few by now.
    #[serde(default)]
    partial: Option<PartialOrder>,
    #[serde(default)]
    ask: bool,
    #[serde(default)]
    debug: bool,
}

impl Resume {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let path = Folder::find(self.folder.as_deref())?.existing(&self.id)?;
        let store = Store::work_on(&path)?;
        let header = store.header()?;
        is_of_tenant(&store, &header, session)?;
        let info = store.info()?;
        let open = info.not_started + info.outcome_unknown;
        if self.ask
            && !should_process(
                job,
                &self.id,
                &format!(
                    "go on with {open} of {} rows of {}",
                    info.rows, info.command
                ),
            )
            .await?
        {
            return Ok(());
        }
        let (session, job) = (session.clone(), job.clone());
        on_workers(async move {
            match &header.undoes {
                Some(undone) => undo::go_on(&session, &job, store, &path, undone, self.debug).await,
                None => go_on(&session, &job, store, header, self.partial, self.debug).await,
            }
        })
        .await
    }
}

/// Refuses the journal of another tenant.
///
/// # Errors
/// When the session is on another tenant.
pub(super) fn is_of_tenant(
    store: &Store,
    header: &Header,
    session: &Session,
) -> Result<(), Failure> {
    let (run, here) = (&header.identity.tenant_id, &session.identity().tenant_id);
    if run.eq_ignore_ascii_case(here) {
        return Ok(());
    }
    Err(refusal(
        "RunTenant",
        format!(
            "The run '{}' is of the tenant {run}; this session is on {here}.",
            store.id()
        ),
        "Connect to the tenant of the run.",
    ))
}

async fn go_on(
    session: &Session,
    job: &JobContext,
    store: Store,
    header: Header,
    partial: Option<PartialOrder>,
    debug: bool,
) -> Result<(), Failure> {
    let begun = session.clock().elapsed();
    let writes = store.writes()?;
    let rows = store.rows()?;
    let wishes = store.wishes()?;
    let options: Options = serde_json::from_str(&header.options).unwrap_or_default();
    let options = Options {
        partial: partial.or(options.partial),
        // Whoever began the run was asked then.
        force: true,
        ask: false,
        what_if: false,
        debug,
        ..options
    };
    let journal = Arc::new(Journal::start(store)?);
    let mut line = Line::new(
        session.clone(),
        job.clone(),
        Arc::clone(&journal),
        header.command,
        debug,
    );
    let outcome = async {
        let settled_rows = settle(session, job, &journal, &mut line, &writes, debug).await?;
        let open = open_rows(&rows, &settled_rows, &wishes);
        if open.len() == 0 {
            return Ok(());
        }
        let Some(verdict) = prepare(session, job, &open, &options).await? else {
            return Ok(());
        };
        if verdict.is_held_back() {
            return Ok(());
        }
        let verdict = Arc::new(verdict);
        let base = journal
            .replan(Arc::clone(&verdict), settled(&verdict))
            .await?;
        sender::send(&mut line, &verdict, base).await;
        Ok(())
    }
    .await;
    if let Err(failure) = outcome {
        line.stopped.get_or_insert(failure);
    }
    let seconds = (session.clock().elapsed() - begun).as_secs();
    end(session, job, line, journal, seconds).await
}

/// Reads back what was begun and has no outcome. Gives the rows that turn out to be done.
async fn settle(
    session: &Session,
    job: &JobContext,
    journal: &Journal,
    line: &mut Line,
    writes: &[OwnedWrite],
    debug: bool,
) -> Result<Vec<u32>, Failure> {
    let begun: Vec<&OwnedWrite> = writes
        .iter()
        .filter(|write| {
            matches!(
                write.state,
                WriteState::Sending | WriteState::SendingLocation | WriteState::Unknown
            )
        })
        .collect();
    let skus = TenantSkus::default();
    let groups = std::collections::BTreeMap::new();
    let names = Names {
        skus: &skus,
        groups: &groups,
    };
    let mut done = Vec::new();
    for chunk in begun.chunks(READ) {
        let ids: Vec<&str> = chunk.iter().map(|write| write.user_id.as_str()).collect();
        let records = read::users(session, job, &ids, debug).await?;
        let at = session.clock().now().to_string();
        let mut entries = Vec::new();
        let mut page = Vec::new();
        for (record, write) in records.into_iter().zip(chunk) {
            // A user that can't be read is judged anew with the other rows.
            let Ok(record) = record else { continue };
            let located = write
                .location
                .is_none_or(|code| has_location(&record.facts, code));
            let was_at_location = write.state == WriteState::SendingLocation;
            let is_made = record.licences_read && has_change(&record.facts.holdings, &write.change);
            let state = match (located, is_made) {
                (true, true) if !was_at_location || write.change.is_empty() => WriteState::Done,
                (true, _) if write.location.is_some() => WriteState::Located,
                _ => WriteState::Planned,
            };
            entries.push(Entry {
                id: write.id,
                state,
                location_set: write.location_set
                    || (was_at_location && state != WriteState::Planned),
                at: at.clone(),
                request_id: None,
                error: None,
            });
            if state == WriteState::Done {
                done.extend_from_slice(&write.rows);
                let write = write.as_write();
                page.extend(
                    write
                        .rows
                        .iter()
                        .map(|&row| write.report(row, Outcome::Done(None), names)),
                );
            }
        }
        line.counts.done += page.len() as u64;
        journal.note(entries);
        if !page.is_empty() {
            job.emit(Event::json(EventKind::Page, &page)).await;
        }
    }
    journal.flush().await?;
    Ok(done)
}

/// The rows that have no outcome, with what they wish.
fn open_rows(
    rows: &[StoredRow],
    done: &[u32],
    wishes: &std::collections::HashMap<i64, Wish>,
) -> Rows {
    let done: std::collections::HashSet<u32> = done.iter().copied().collect();
    let mut open = Rows::new(Wish::default());
    for row in rows {
        let is_open = matches!(row.status, Status::NotStarted | Status::OutcomeUnknown);
        let wish = row.wish.and_then(|wish| wishes.get(&wish));
        if let (true, Some(wish)) = (is_open && !done.contains(&row.row), wish) {
            open.push_wish(row.row, row.user.as_deref(), wish);
        }
    }
    open
}
