//! How a run ended, for people and for scripts.

use serde::Serialize;

use super::journal::{RunInfo, RunState};
use super::progress::in_words;
use crate::event::{Event, EventKind};
use crate::job::JobContext;

#[derive(Serialize)]
struct Summary<'a> {
    text: String,
    resume: Option<String>,
    run: &'a RunInfo,
}

/// Tells how a run ended; `seconds` is how long it took.
pub(super) async fn tell(job: &JobContext, run: &RunInfo, seconds: u64) {
    let open = run.not_started + run.outcome_unknown;
    let resume = run
        .id
        .as_ref()
        .filter(|_| open > 0)
        .map(|id| format!("Resume-MgLicenseRun -Id {id}"));
    let text = in_text(run, seconds, resume.as_deref());
    let summary = Summary { text, resume, run };
    job.emit(Event::json(EventKind::Summary, &summary)).await;
}

fn in_text(run: &RunInfo, seconds: u64, resume: Option<&str>) -> String {
    let rows = |count: u64, what: &str| (count > 0).then(|| format!("{count} {what}"));
    let parts = [
        Some(format!("{} changed", run.changed)),
        rows(run.unchanged, "unchanged"),
        rows(run.failed, "failed"),
        rows(run.not_started, "not started"),
        rows(run.outcome_unknown, "with an unknown outcome"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let ended = match run.state {
        RunState::Completed => "ended",
        _ => "stopped",
    };
    let mut text = format!(
        "{} {ended} after {}: {} rows, {}.",
        run.command,
        in_words(seconds),
        run.rows,
        parts.join(", ")
    );
    match (&run.id, resume) {
        (_, Some(command)) => text += &format!(" Go on with: {command}"),
        (Some(id), None) if run.changed > 0 && run.undoes.is_none() => {
            text += &format!(" Take it back with: Undo-MgLicenseRun -Id {id}");
        }
        _ => {}
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(state: RunState, changed: u64, failed: u64, not_started: u64) -> RunInfo {
        RunInfo {
            id: Some("20261125-072200-3f9a1c".into()),
            path: None,
            command: "Set-MgUserLicense".into(),
            tenant_id: String::new(),
            client_id: String::new(),
            account: None,
            started: None,
            ended: None,
            state,
            rows: changed + failed + not_started,
            changed,
            unchanged: 0,
            failed,
            not_started,
            outcome_unknown: 0,
            commits: None,
            undoes: None,
            undone_by: None,
        }
    }

    #[test]
    fn a_run_that_stopped_names_the_one_command_that_goes_on() {
        let run = run(RunState::Cancelled, 40, 1, 59);
        let text = in_text(
            &run,
            75,
            Some("Resume-MgLicenseRun -Id 20261125-072200-3f9a1c"),
        );
        assert_eq!(
            text,
            "Set-MgUserLicense stopped after 1 min 15 s: 100 rows, 40 changed, 1 failed, 59 not started. \
             Go on with: Resume-MgLicenseRun -Id 20261125-072200-3f9a1c"
        );
    }

    #[test]
    fn a_run_that_ended_names_the_command_that_takes_it_back_if_there_is_something_to_take_back() {
        let text = in_text(&run(RunState::Completed, 3, 0, 0), 2, None);
        assert!(
            text.ends_with(
                "3 rows, 3 changed. Take it back with: Undo-MgLicenseRun -Id 20261125-072200-3f9a1c"
            ),
            "{text}"
        );
        let text = in_text(&run(RunState::Completed, 0, 2, 0), 2, None);
        assert!(text.ends_with("2 rows, 0 changed, 2 failed."), "{text}");
    }
}
