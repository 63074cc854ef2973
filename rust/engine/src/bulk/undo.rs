//! Taking back what a run changed, where nobody has changed it since.

use std::path::Path;
use std::sync::Arc;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{AddLicense, Holding, LicenseChange, Source};
use mglicense_rules::location::Code;
use serde::Deserialize;

use super::journal::{
    Folder, Header, Journal, OwnedWrite, SettledRow, Status, Store, WriteState, refusal,
};
use super::plan::{ListedPlan, Plan};
use super::resume::is_of_tenant;
use super::run::{end, on_workers, settled_row};
use super::sender::{self, Line};
use super::settle::same_plans;
use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::preflight::facts::{Facts, Subject};
use crate::preflight::outcome::{Outcome, RowResult};
use crate::preflight::read;
use crate::preflight::rows::{Rows, Wish};
use crate::session::Session;

/// Which run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Undo {
    id: String,
    #[serde(default)]
    folder: Option<String>,
    #[serde(default)]
    ask: bool,
    #[serde(default)]
    debug: bool,
}

impl Undo {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let folder = Folder::find(self.folder.as_deref())?;
        let path = folder.existing(&self.id)?;
        // Held until the end, so that nobody goes on with the run meanwhile.
        let original = Store::work_on(&path)?;
        let header = original.header()?;
        is_of_tenant(&original, &header, session)?;
        if header.undoes.is_some() {
            return Err(refusal(
                "RunIsUndo",
                format!(
                    "The run '{}' is itself one that takes back another.",
                    self.id
                ),
                "Begin the first run's command again.",
            ));
        }
        let writes = begun(original.writes()?);
        let action = format!(
            "take back what {} changed for {} users",
            header.command,
            writes.len()
        );
        if self.ask && !should_process(job, &self.id, &action).await? {
            return Ok(());
        }
        let header = Header {
            command: "Undo-MgLicenseRun".into(),
            identity: session.identity().clone(),
            options: "{}".into(),
            undoes: Some(self.id.clone()),
            started: session.clock().now(),
        };
        let (session, job) = (session.clone(), job.clone());
        on_workers(async move {
            let journal = Arc::new(Journal::start(Store::create(&folder, &header)?)?);
            let rows = writes.iter().flat_map(|write| {
                let user = write.user_principal_name.as_ref().unwrap_or(&write.user_id);
                write.rows.iter().map(|&row| (row, user.clone()))
            });
            let rows = rows.collect();
            let outcome = take_back(&session, &job, journal, writes, Some(rows), self.debug).await;
            drop(original);
            outcome
        })
        .await
    }
}

/// Goes on with an undo that was stopped.
///
/// # Errors
/// When the run that it undoes is gone, or the service can't be read.
pub(super) async fn go_on(
    session: &Session,
    job: &JobContext,
    store: Store,
    path: &Path,
    undone: &str,
    debug: bool,
) -> Result<(), Failure> {
    let original = path.with_file_name(format!("{undone}.mgrun"));
    if !original.is_file() {
        return Err(refusal(
            "RunNotFound",
            format!("The run '{undone}', which is being taken back, is not there any more."),
            "Put its journal back beside this one.",
        ));
    }
    let open: std::collections::HashSet<u32> = store
        .rows()?
        .iter()
        .filter(|row| matches!(row.status, Status::NotStarted | Status::OutcomeUnknown))
        .map(|row| row.row)
        .collect();
    let original = Store::work_on(&original)?;
    let mut writes = begun(original.writes()?);
    writes.retain(|write| write.rows.iter().any(|row| open.contains(row)));
    let journal = Arc::new(Journal::start(store)?);
    take_back(session, job, journal, writes, None, debug).await
}

/// The changes that may have had an effect.
fn begun(mut writes: Vec<OwnedWrite>) -> Vec<OwnedWrite> {
    use WriteState::{Done, Sending, SendingLocation, Unknown};
    writes.retain(|write| {
        write.location_set || matches!(write.state, Done | Sending | SendingLocation | Unknown)
    });
    // The last change is taken back first: it may stand on seats that an earlier one gave up.
    writes.reverse();
    writes
}

async fn take_back(
    session: &Session,
    job: &JobContext,
    journal: Arc<Journal>,
    writes: Vec<OwnedWrite>,
    new_rows: Option<Vec<(u32, String)>>,
    debug: bool,
) -> Result<(), Failure> {
    let begun = session.clock().elapsed();
    let mut line = Line::new(
        session.clone(),
        job.clone(),
        Arc::clone(&journal),
        "Undo-MgLicenseRun".into(),
        debug,
    );
    let outcome = async {
        let (plan, settled) = plan_of(session, job, writes, debug).await?;
        let plan = Arc::new(plan);
        let base = match new_rows {
            Some(rows) => {
                journal
                    .insert_listed(rows, Arc::clone(&plan), settled)
                    .await?
            }
            None => journal.replan(Arc::clone(&plan), settled).await?,
        };
        sender::send(&mut line, &plan, base).await;
        Ok(())
    }
    .await;
    if let Err(failure) = outcome {
        line.stopped.get_or_insert(failure);
    }
    let seconds = (session.clock().elapsed() - begun).as_secs();
    end(session, job, line, journal, seconds).await
}

/// What is to be sent to take changes back, and the rows for which nothing is; the results of those are told.
async fn plan_of(
    session: &Session,
    job: &JobContext,
    writes: Vec<OwnedWrite>,
    debug: bool,
) -> Result<(ListedPlan, Vec<SettledRow>), Failure> {
    let mut users = Rows::new(Wish::default());
    for (at, write) in writes.iter().enumerate() {
        let number = u32::try_from(at + 1).unwrap_or(u32::MAX);
        users.push_wish(number, Some(&write.user_id), &Wish::default());
    }
    let facts = read::facts(session, job, &users, debug).await?;
    let mut plan = ListedPlan {
        writes: Vec::new(),
        skus: Default::default(),
        groups: Default::default(),
    };
    let mut nothing = Vec::new();
    let mut refused = Vec::new();
    let mut kept = 0;
    for (at, write) in writes.into_iter().enumerate() {
        match reverse(&write, facts.subject(at), &facts) {
            Ok((reversed, location_stays)) => {
                kept += usize::from(location_stays);
                let has_work = !reversed.change.is_empty() || reversed.location.is_some();
                if has_work {
                    &mut plan.writes
                } else {
                    &mut nothing
                }
                .push(reversed);
            }
            Err(failure) => refused.push((write, failure)),
        }
    }
    let Facts {
        skus, group_names, ..
    } = facts;
    plan.skus = skus;
    plan.groups = group_names;
    let results: Vec<(RowResult, Option<Failure>)> = {
        let unchanged = nothing.iter().map(|write| (write, None));
        let refused = refused
            .iter()
            .map(|(write, failure)| (write, Some(failure)));
        let of_write = |(write, failure): (&OwnedWrite, Option<&Failure>)| {
            let outcome = failure.map_or(Outcome::Unchanged, Outcome::Failed);
            let report = |&row: &u32| {
                let result = write.as_write().report(row, outcome, plan.names());
                let failure = failure.cloned().map(|mut failure| {
                    failure.row = Some(row.into());
                    failure
                });
                (result, failure)
            };
            write.rows.iter().map(report).collect::<Vec<_>>()
        };
        unchanged.chain(refused).flat_map(of_write).collect()
    };
    for chunk in results.chunks(100) {
        let page: Vec<&RowResult> = chunk.iter().map(|(result, _)| result).collect();
        job.emit(Event::json(EventKind::Page, &page)).await;
        for failure in chunk.iter().filter_map(|(_, failure)| failure.as_ref()) {
            job.emit(Event::new(EventKind::Error, failure.to_json()))
                .await;
        }
    }
    if kept > 0 {
        job.warn(format!(
            "The usage location of {kept} users was empty before the run and stays as it is: Graph can't empty it again."
        ))
        .await;
    }
    let settled = results
        .iter()
        .map(|(result, failure)| settled_row(result, failure.as_ref()))
        .collect();
    Ok((plan, settled))
}

/// The change that takes another back, and whether a location stays that can't be.
///
/// # Errors
/// When the user is gone, or somebody has changed since what is to be taken back.
fn reverse(
    write: &OwnedWrite,
    subject: Subject<'_>,
    facts: &Facts,
) -> Result<(OwnedWrite, bool), Failure> {
    let user = match subject {
        Subject::User(user) => user,
        Subject::Refused(failure) => return Err(failure.clone()),
        Subject::Nobody => return Err(Failure::argument("the journal names no user")),
    };
    let condition = facts.condition(user);
    let now = &condition.facts.holdings;
    let name = |sku_id: Guid| {
        facts
            .skus
            .part_number(sku_id)
            .map_or_else(|| sku_id.to_string(), str::to_owned)
    };
    let mut moved = Vec::new();
    if !condition.licences_read && !write.change.is_empty() {
        moved.push("what the user holds can't be read".to_owned());
    }
    let mut change = LicenseChange::default();
    // A change is made whole: where one product is as before and another as after, somebody else was at work.
    let mut as_before = Vec::new();
    let touched = write.change.add.iter().map(|add| add.sku_id);
    for sku_id in touched.chain(write.change.remove.iter().copied()) {
        let (before, after) = (direct(&write.before, sku_id), direct(&write.after, sku_id));
        let current = direct(now, sku_id);
        if is_same(before, after) {
            continue;
        }
        if is_same(current, after) {
            match before {
                Some(held) => change.add.push(AddLicense {
                    sku_id,
                    disabled_plans: held.disabled_plans.clone(),
                }),
                None => change.remove.push(sku_id),
            }
            continue;
        }
        let how = match current {
            None => format!("{} is not assigned any more", name(sku_id)),
            Some(_) if after.is_none() => format!("{} is assigned again", name(sku_id)),
            Some(_) => format!("other plans of {} are off by now", name(sku_id)),
        };
        if is_same(current, before) {
            &mut as_before
        } else {
            &mut moved
        }
        .push(how);
    }
    if !change.is_empty() {
        moved.append(&mut as_before);
    }
    let here = condition.facts.usage_location.as_deref();
    let was = write
        .location_before
        .as_deref()
        .filter(|text| !text.is_empty());
    let is_ours = write.location_set
        || matches!(write.state, WriteState::SendingLocation | WriteState::Done)
            && write.location.is_some();
    let (mut location, mut stays) = (None, false);
    if is_ours && here != was {
        let set = write.location.map(|code| code.to_string());
        match was {
            None => stays = true,
            Some(_) if here != set.as_deref() => {
                moved.push(format!(
                    "the usage location is {} by now",
                    here.unwrap_or("empty")
                ));
            }
            Some(was) => location = Code::parse(was),
        }
    }
    if !moved.is_empty() {
        return Err(moved_on(&moved));
    }
    let mut notes = Vec::new();
    if let (true, Some(here)) = (stays, here) {
        notes.push(format!(
            "The usage location stays {here}: it was empty before, and Graph can't empty it again."
        ));
    }
    let touched: Vec<Guid> = change
        .add
        .iter()
        .map(|add| add.sku_id)
        .chain(change.remove.iter().copied())
        .collect();
    let mut after: Vec<Holding> = now
        .iter()
        .filter(|held| held.source != Source::Direct || !touched.contains(&held.sku_id))
        .cloned()
        .collect();
    after.extend(
        change
            .add
            .iter()
            .map(|add| Holding::direct(add.sku_id, add.disabled_plans.clone())),
    );
    let reversed = OwnedWrite {
        id: 0,
        stage: 0,
        user_id: facts.user(user).id.to_string(),
        user_principal_name: facts
            .user(user)
            .user_principal_name
            .as_deref()
            .map(str::to_owned),
        rows: write.rows.clone(),
        location,
        location_before: here.map(str::to_owned),
        change,
        before: now.clone(),
        after,
        notes,
        state: WriteState::Planned,
        location_set: false,
    };
    Ok((reversed, stays))
}

fn direct(holdings: &[Holding], sku_id: Guid) -> Option<&Holding> {
    let mut direct = holdings.iter().filter(|held| held.source == Source::Direct);
    direct.find(|held| held.sku_id == sku_id)
}

fn is_same(one: Option<&Holding>, other: Option<&Holding>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => same_plans(&one.disabled_plans, &other.disabled_plans),
        _ => false,
    }
}

fn moved_on(reasons: &[String]) -> Failure {
    let mut failure = Failure::new(
        FailureKind::Foreseen,
        "MovedOn",
        format!(
            "Nothing was taken back, because things have changed since the run: {}.",
            reasons.join("; ")
        ),
    );
    failure.recommended_action = Some(
        "Look at what the user has now, and change it by hand where it should be otherwise.".into(),
    );
    failure
}
