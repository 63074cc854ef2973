//! Listing who has what.

use serde::Deserialize;

use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;
use crate::survey::{Assignments, Groups, Naming, People, Scope, Select, SignIn};

/// Whom to list, and with what.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListAssignments {
    #[serde(default)]
    scope: Scope,
    /// The date of each user's last sign-in too.
    #[serde(default)]
    sign_in: Option<bool>,
    /// A row for users who hold nothing too.
    #[serde(default)]
    unlicensed: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

impl ListAssignments {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let select = Select {
            sign_in: self.sign_in == Some(true),
            place: false,
        };
        let mut people = People::open(session, job, &self.scope, select, debug).await?;
        let (naming, failure) = Naming::read(session, job, debug).await?;
        if let Some(failure) = failure {
            job.warn(format!(
                "The organisation's products could not be read ({}); names and plans are those of the public table.",
                failure.message
            ))
            .await;
        }
        // Few users come through few groups: those are looked up as they are met.
        let groups = if self.scope.users.is_some() {
            Groups::default()
        } else {
            Groups::read(session, job, debug).await?
        };
        let mut assignments = Assignments::new(naming, groups);
        let mut unread = 0_u64;
        let outcome = loop {
            let page = match people.next().await {
                Ok(Some(page)) => page,
                Ok(None) => break Ok(()),
                Err(failure) => break Err(failure),
            };
            let groups = page
                .iter()
                .flat_map(|person| person.held())
                .filter_map(|licence| licence.group);
            assignments
                .groups
                .look_up(session, job, groups, debug)
                .await?;
            unread += page
                .iter()
                .filter(|person| person.licences.is_none())
                .count() as u64;
            let sign_in = match (select.sign_in, people.sign_in_refused()) {
                (false, _) => SignIn::Unasked,
                (true, false) => SignIn::Read,
                (true, true) => SignIn::Refused,
            };
            for event in assignments.rows(&page, sign_in, self.unlicensed == Some(true)) {
                job.emit(event).await;
            }
            // Whoever wants only the first rows gets them before further pages are asked for.
            job.taken().await;
            job.emit(Event::progress(
                "Reading who has what",
                &format!("{} users", people.count()),
                people.count(),
                None,
            ))
            .await;
        };
        if let Some(failure) = assignments.groups.failure() {
            job.warn(format!(
                "Names of groups could not be read ({}); their ids stand instead.",
                failure.message
            ))
            .await;
        }
        if unread > 0 {
            job.warn(format!(
                "The service did not say what {unread} of {} users hold, though it was asked; their state is Unknown.",
                people.count()
            ))
            .await;
        }
        outcome.map_err(|failure| incomplete(failure, people.count()))
    }
}

/// The same failure, saying that what came before it is not all there is.
pub(crate) fn incomplete(mut failure: Failure, count: u64) -> Failure {
    if count > 0 {
        failure.message = format!(
            "{} What came before is incomplete: it ends after {count} users.",
            failure.message
        );
    }
    failure
}

/// A result that is a JSON object.
pub(crate) async fn emit_item(job: &JobContext, value: &impl serde::Serialize) {
    job.emit(Event::json(EventKind::Item, value)).await;
}
