//! The runs there are.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use serde::Deserialize;

use super::journal::{Folder, Store, StoredRow, id_of};
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::preflight::outcome::{Names, Outcome, RowResult};
use crate::session::Session;
use crate::skus::TenantSkus;

/// How many rows go into one event.
const ROWS: usize = 100;

/// Which runs, and how much of them.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct List {
    #[serde(default)]
    folder: Option<String>,
    /// One run alone.
    #[serde(default)]
    id: Option<String>,
    /// The last one alone.
    #[serde(default)]
    last: bool,
    /// Its rows, rather than the run.
    #[serde(default)]
    rows: bool,
}

/// The ids of the runs there are, the newest first.
pub(crate) fn run_ids(folder: Option<&str>) -> Vec<String> {
    let folder = Folder::find(folder);
    let journals = folder.map(|folder| folder.journals()).unwrap_or_default();
    journals.iter().map(|path| id_of(path)).collect()
}

impl List {
    pub(crate) async fn run(self, _: Option<&Session>, job: &JobContext) -> Result<(), Failure> {
        let folder = Folder::find(self.folder.as_deref())?;
        let paths = match &self.id {
            Some(id) => vec![folder.existing(id)?],
            None => folder.journals(),
        };
        if self.rows {
            let Some(path) = paths.first() else {
                return Ok(());
            };
            return tell_rows(job, Store::look(path)?).await;
        }
        let mut undone: HashMap<String, String> = HashMap::new();
        let all = if self.id.is_some() || self.last {
            folder.journals()
        } else {
            paths.clone()
        };
        for path in all {
            if let Ok(header) =
                Store::look(&path).and_then(|store| Ok((store.header()?, store.id())))
                && let Some(original) = header.0.undoes
            {
                undone.entry(original).or_insert(header.1);
            }
        }
        self.tell_runs(job, paths, &undone).await
    }

    async fn tell_runs(
        &self,
        job: &JobContext,
        paths: Vec<PathBuf>,
        undone: &HashMap<String, String>,
    ) -> Result<(), Failure> {
        for path in paths {
            job.check()?;
            match Store::look(&path).and_then(|store| store.info()) {
                Ok(mut info) => {
                    info.undone_by = info.id.as_ref().and_then(|id| undone.get(id).cloned());
                    job.emit(Event::json(EventKind::Item, &info)).await;
                    if self.last {
                        return Ok(());
                    }
                }
                // Its process is just about to make it.
                Err(_) if self.id.is_none() && Store::is_worked_on(&path) => {}
                // One file that can't be used doesn't hide the others.
                Err(failure) if self.id.is_none() => job.warn(failure.message.clone()).await,
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }
}

/// Tells a run's rows in the form in which the run told them.
async fn tell_rows(job: &JobContext, store: Store) -> Result<(), Failure> {
    let writes: HashMap<i64, _> = store
        .writes()?
        .into_iter()
        .map(|write| (write.id, write))
        .collect();
    let rows = store.rows()?;
    drop(store);
    let (skus, groups) = (TenantSkus::default(), BTreeMap::new());
    let names = Names {
        skus: &skus,
        groups: &groups,
    };
    let result = |row: &StoredRow| -> RowResult {
        let failure = row.error.as_ref().map(|(message, code)| {
            let mut failure = Failure::new(FailureKind::Service, code.clone(), message.clone());
            failure.request_id.clone_from(&row.request_id);
            failure
        });
        let write = row.write.and_then(|id| writes.get(&id));
        match (write, failure) {
            (Some(write), failure) => {
                let outcome = match (row.status.as_str(), &failure) {
                    ("Changed", _) => Outcome::Done(row.request_id.as_deref()),
                    (_, Some(failure)) => Outcome::Failed(failure),
                    ("OutcomeUnknown", None) => Outcome::Unknown,
                    ("Unchanged", None) => Outcome::Unchanged,
                    _ => Outcome::NotStarted,
                };
                write.as_write().report(row.row, outcome, names)
            }
            (None, Some(failure)) => RowResult::lost(row.row, row.user.as_deref(), &failure),
            (None, None) => RowResult {
                row: row.row,
                user_id: row.user.clone(),
                user_principal_name: row.user.clone().filter(|user| user.contains('@')),
                status: row.status.as_str(),
                ..RowResult::default()
            },
        }
    };
    for chunk in rows.chunks(ROWS) {
        job.check()?;
        let page: Vec<RowResult> = chunk.iter().map(result).collect();
        job.emit(Event::json(EventKind::Page, &page)).await;
    }
    Ok(())
}
