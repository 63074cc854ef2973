//! From collected rows to the changes that are to be sent: read, judged, told, asked.

use mglicense_rules::assignment::RuleSet;
use serde::{Deserialize, Serialize};

use super::read;
use super::reason::{Certainty, Reason};
use super::results::Told;
use super::rows::{PartialOrder, Rows};
use super::set::{self, Verdict, examine};
use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;

/// How many results go into one event.
const RESULTS: usize = 100;

/// How many names a sentence gives before it only counts.
const NAMED: usize = 5;

/// How a run goes about it.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Options {
    /// In which order seats go where there are too few; else nothing is written then.
    pub(crate) partial: Option<PartialOrder>,
    /// Warn of nothing that is only likely, and don't ask before data is put at risk.
    pub(crate) force: bool,
    /// Ask about each user before the first write.
    pub(crate) ask: bool,
    /// Name what would be done and do nothing. Implies `ask`.
    pub(crate) what_if: bool,
    /// Make out the changes only; foretell nothing, hold nothing back.
    pub(crate) no_preflight: bool,
    /// Show requests and answers.
    pub(crate) debug: bool,
}

/// Reads what the rows are about, judges them, tells of every row that is not to be written, warns, and asks. `None`
/// where nothing was to be done but say what would be.
///
/// # Errors
/// When the job is cancelled, or the service can't be read.
pub(crate) async fn prepare(
    session: &Session,
    job: &JobContext,
    rows: &Rows,
    options: &Options,
) -> Result<Option<Verdict>, Failure> {
    let clock = session.clock();
    let begun = clock.elapsed();
    let facts = read::facts(session, job, rows, options.debug).await?;
    let read = clock.elapsed();
    let how = set::Options {
        partial: options.partial,
        blind: options.no_preflight,
    };
    let mut verdict = examine(rows, facts, &RuleSet::default(), how);
    job.verbose(format!(
        "Read {} users in {:.3} s and judged {} rows in {:.3} s.",
        verdict.totals.users,
        (read - begun).as_secs_f64(),
        verdict.totals.rows,
        (clock.elapsed() - read).as_secs_f64(),
    ))
    .await;
    tell(job, verdict.unwritten(), options.what_if).await;
    if verdict.is_held_back() {
        job.emit(Event::new(
            EventKind::Error,
            held_back(&verdict, options.what_if).to_json(),
        ))
        .await;
        return Ok(Some(verdict).filter(|_| !options.what_if));
    }
    if !options.force {
        warn(job, &verdict).await;
    }
    if options.ask || options.what_if {
        let mut answers = Vec::with_capacity(verdict.write_count());
        for at in 0..verdict.write_count() {
            let write = verdict.write(at);
            let target = write.user_principal_name.unwrap_or(write.user_id);
            let action = action(&verdict.describe(at), write.reasons);
            answers.push(should_process(job, target, &action).await?);
        }
        let mut answers = answers.into_iter();
        verdict.keep_writes(|_| answers.next() == Some(true));
    }
    if options.what_if {
        return Ok(None);
    }
    if !options.force && verdict.at_risk().next().is_some() {
        let question = serde_json::json!({
            "kind": "confirm", "caption": "Data at risk", "query": risk_query(&verdict),
        });
        let answer = job.ask(&question).await.ok_or_else(Failure::cancelled)?;
        if answer.trim_ascii() != b"true" {
            verdict.decline_risks();
            tell(job, verdict.declined(), false).await;
        }
    }
    Ok(Some(verdict))
}

/// Hands over the results of rows that are not written, with one error for each that failed.
async fn tell(job: &JobContext, results: impl Iterator<Item = Told>, errors_only: bool) {
    let mut results = results.peekable();
    while results.peek().is_some() {
        let (page, failures): (Vec<_>, Vec<_>) = results.by_ref().take(RESULTS).unzip();
        if !errors_only {
            job.emit(Event::json(EventKind::Page, &page)).await;
        }
        for failure in failures.into_iter().flatten() {
            job.emit(Event::new(EventKind::Error, failure.to_json()))
                .await;
        }
    }
}

/// The change in words, with what may be lost by it.
fn action(change: &str, reasons: &[Reason]) -> String {
    let risks = reasons
        .iter()
        .filter(|reason| reason.certainty == Certainty::DataAtRisk);
    let risks: Vec<&str> = risks.map(|reason| reason.message.as_str()).collect();
    if risks.is_empty() {
        change.to_owned()
    } else {
        format!("{change}. {}", risks.join(" "))
    }
}

/// Says once what speaks, perhaps, against how many changes.
async fn warn(job: &JobContext, verdict: &Verdict) {
    for (reason, names) in verdict.likely_reasons() {
        job.warn(format!(
            "The service may refuse this {}: {} {}",
            counted(&names),
            reason.message,
            reason.action
        ))
        .await;
    }
}

/// How many users, and the first of them by name.
fn counted(names: &[&str]) -> String {
    let first: Vec<&str> = names.iter().take(NAMED).copied().collect();
    match names {
        [one] => format!("for {one}"),
        _ if names.len() <= NAMED => {
            format!("for {} users, {}", names.len(), first.join(", "))
        }
        _ => format!("for {} users, among them {}", names.len(), first.join(", ")),
    }
}

/// What is asked before data is put at risk.
fn risk_query(verdict: &Verdict) -> String {
    let mut lines = Vec::new();
    let users: Vec<_> = verdict.at_risk().collect();
    for write in users.iter().take(NAMED) {
        let name = write.user_principal_name.unwrap_or(write.user_id);
        let risks = write
            .reasons
            .iter()
            .filter(|reason| reason.certainty == Certainty::DataAtRisk);
        let risks: Vec<&str> = risks.map(|reason| reason.message.as_str()).collect();
        lines.push(format!("{name}: {}", risks.join(" ")));
    }
    if users.len() > NAMED {
        lines.push(format!("… and {} users more.", users.len() - NAMED));
    }
    let (count, others) = (users.len(), verdict.write_count() - users.len());
    lines.push(match (count, others) {
        (1, 0) => "Change this user all the same?".to_owned(),
        (count, 0) => format!("Change these {count} users all the same?"),
        (1, others) => {
            format!("Change this user all the same? No leaves the user as it is and changes the other {others}.")
        }
        (count, others) => format!(
            "Change these {count} users all the same? No leaves them as they are and changes the other {others}."
        ),
    });
    lines.join("\n")
}

/// Why nothing at all is written.
fn held_back(verdict: &Verdict, what_if: bool) -> Failure {
    let short: Vec<String> = verdict
        .seats
        .iter()
        .filter(|line| line.short > 0)
        .map(|line| {
            format!(
                "{} {} short ({} of {} in use, {} freed, {} taken by this run)",
                line.sku_part_number, line.short, line.before, line.owned, line.freed, line.taken
            )
        })
        .collect();
    let mut failure = Failure::new(
        FailureKind::Foreseen,
        "SeatsShort",
        format!(
            "Nothing {} written, because there are too few seats: {}.",
            if what_if { "would be" } else { "was" },
            short.join("; ")
        ),
    );
    failure.recommended_action = Some(
        "Free or buy seats, take rows out, or let -Partial say in which order the seats go: Row, Name or Unlicensed."
            .into(),
    );
    failure
}
