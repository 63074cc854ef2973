//! Telling what deserves attention.

use serde::Deserialize;

use super::assignments::emit_item;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;
use crate::survey::{Attention, survey};

/// What to look for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListFindings {
    #[serde(default)]
    attention: Attention,
    #[serde(default)]
    debug: Option<bool>,
}

impl ListFindings {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let overview = survey(session, job, &self.attention, false, debug, |_, _, _| {}).await?;
        for finding in &overview.findings {
            emit_item(job, finding).await;
        }
        for (what, failure) in &overview.failures {
            job.emit(Event::new(
                EventKind::Error,
                partial(what, failure).to_json(),
            ))
            .await;
        }
        Ok(())
    }
}

/// Says that a part could not be read, and so what was told is not all.
fn partial(what: &str, failure: &Failure) -> Failure {
    let mut partial = Failure::new(
        FailureKind::Name,
        "PartialResult",
        format!(
            "The findings are incomplete: it could not be read {what}. [{}] {}",
            failure.code, failure.message
        ),
    );
    partial
        .recommended_action
        .clone_from(&failure.recommended_action);
    partial.request_id.clone_from(&failure.request_id);
    partial
}
