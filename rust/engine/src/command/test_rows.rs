//! Saying what a whole run would come to, without making it.

use serde::{Deserialize, Serialize};

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::preflight::read;
use crate::preflight::rows::{PartialOrder, RowInput, Rows, Wish};
use crate::preflight::seats::SeatLine;
use crate::preflight::set::{self, Totals, Verdict, examine};
use crate::session::Session;
use mglicense_rules::assignment::RuleSet;

/// How many predictions go into one event.
const PREDICTIONS: usize = 100;

/// What is wished, and for whom. Rows that don't stand here follow as the job's input.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TestRows {
    #[serde(default)]
    wish: Wish,
    #[serde(default)]
    rows: Option<Vec<RowInput>>,
    #[serde(default)]
    partial: Option<PartialOrder>,
    /// Whether the rows are wanted only in the totals, and not each for itself.
    #[serde(default)]
    totals_only: bool,
    #[serde(default)]
    debug: Option<bool>,
}

/// What a run would come to as a whole.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Summary<'a> {
    text: String,
    #[serde(flatten)]
    totals: &'a Totals,
    /// Whether nothing would be written, since there are too few seats and no order for them.
    held_back: bool,
    seats: &'a [SeatLine],
    read_seconds: f64,
    judge_seconds: f64,
}

impl TestRows {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let mut rows = Rows::new(self.wish);
        match self.rows {
            Some(given) => given.into_iter().for_each(|row| rows.push(row)),
            None => rows.collect(job).await?,
        }
        let clock = session.clock();
        let begun = clock.elapsed();
        let facts = read::facts(session, job, &rows, debug).await?;
        let read = clock.elapsed();
        let options = set::Options {
            partial: self.partial,
            blind: false,
        };
        let verdict = examine(&rows, facts, &RuleSet::default(), options);
        let judged = clock.elapsed();
        if !self.totals_only {
            let mut predictions = verdict.predictions().peekable();
            while predictions.peek().is_some() {
                let page: Vec<_> = predictions.by_ref().take(PREDICTIONS).collect();
                job.emit(Event::json(EventKind::Page, &page)).await;
            }
        }
        let summary = Summary {
            text: in_words(&verdict),
            totals: &verdict.totals,
            held_back: verdict.is_held_back(),
            seats: &verdict.seats,
            read_seconds: (read - begun).as_secs_f64(),
            judge_seconds: (judged - read).as_secs_f64(),
        };
        job.emit(Event::json(EventKind::Summary, &summary)).await;
        Ok(())
    }
}

/// The totals as a sentence.
fn in_words(verdict: &Verdict) -> String {
    let totals = &verdict.totals;
    let failing = verdict.failing_rows();
    let mut text = format!(
        "{} rows about {} users: {} to change, {} as wished already, {failing} rows that fail.",
        totals.rows, totals.users, totals.to_change, totals.unchanged
    );
    if totals.at_risk > 0 {
        text += &format!(" {} users lose data.", totals.at_risk);
    }
    if totals.short > 0 {
        text += &format!(" Seats are short for {} users", totals.short);
        text += if verdict.is_held_back() {
            ", so nothing would be written."
        } else {
            "."
        };
    }
    text
}
