//! Setting a user's usage location and nothing else.

use serde::Deserialize;

use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::location;
use crate::report::{Report, Status};
use crate::session::Session;

/// Whose location, and which.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetUsageLocation {
    user_id: String,
    usage_location: String,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

impl SetUsageLocation {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let code = location::judge(job, &self.usage_location).await?;
        if self.ask == Some(true)
            && !should_process(job, &self.user_id, &format!("set usage location {code}")).await?
        {
            return Ok(());
        }
        let outcome =
            location::set(session, job, &self.user_id, code, self.debug == Some(true)).await?;
        let report = Report {
            user_id: outcome.user.id,
            user_principal_name: outcome.user.user_principal_name,
            status: if outcome.changed {
                Status::Changed
            } else {
                Status::Unchanged
            },
            added: Vec::new(),
            removed: Vec::new(),
            kept: Vec::new(),
            not_held: Vec::new(),
            usage_location_before: outcome.user.facts.usage_location,
            usage_location_after: Some(code.to_string()),
            request_id: outcome.request_id,
        };
        job.emit(Event::json(EventKind::Item, &report)).await;
        Ok(())
    }
}
