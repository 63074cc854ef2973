//! Saying what a licence change would come to, without making it.

use std::collections::BTreeMap;

use mglicense_rules::assignment::RuleSet;
use serde::Deserialize;

use crate::change::{Addition, Additions, Texts};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::names;
use crate::preflight::{Row, examine, read};
use crate::session::Session;
use crate::skus::{self, TenantSkus};
use crate::user::UserRecord;

/// The change to judge, and for whom. What stands beside a user goes before what stands beside the list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Test {
    users: Vec<TestUser>,
    #[serde(default)]
    add_licenses: Additions,
    #[serde(default)]
    remove_licenses: Texts,
    /// Plans to switch off in whichever of the added products hold them and bring no list of their own.
    #[serde(default)]
    disabled_plans: Texts,
    #[serde(default)]
    usage_location: Option<String>,
    #[serde(default)]
    resolve_names: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TestUser {
    user_id: String,
    #[serde(default)]
    add_licenses: Option<Additions>,
    #[serde(default)]
    remove_licenses: Option<Texts>,
    #[serde(default)]
    disabled_plans: Option<Texts>,
    #[serde(default)]
    usage_location: Option<String>,
}

/// A change whose names are resolved.
#[derive(Default)]
struct Change {
    add: Vec<Addition>,
    remove: Vec<String>,
}

impl Test {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        // Seats are counted anew: what was remembered may be old.
        let skus = skus::read(session, job, debug).await?;
        let changes: Vec<_> = self
            .users
            .iter()
            .map(|user| self.change(user, &skus))
            .collect();
        let records = read_users(session, job, &self.users, debug).await?;
        let nothing = Change::default();
        let rows: Vec<_> = self
            .users
            .iter()
            .zip(&changes)
            .map(|(user, change)| {
                // A name that stands for several is a reason against its own row, not the end of all.
                let (record, change) = match change {
                    Ok(change) => (records[&user.user_id].as_ref(), change),
                    Err(failure) => (Err(failure), &nothing),
                };
                Row {
                    user_id: &user.user_id,
                    user: record,
                    add: &change.add,
                    remove: &change.remove,
                    usage_location: user
                        .usage_location
                        .as_deref()
                        .or(self.usage_location.as_deref()),
                }
            })
            .collect();
        emit(job, &skus, &rows).await;
        Ok(())
    }

    /// What is wished for one user, with names resolved.
    fn change(&self, user: &TestUser, skus: &TenantSkus) -> Result<Change, Failure> {
        let add = user.add_licenses.as_ref().unwrap_or(&self.add_licenses);
        let remove = user
            .remove_licenses
            .as_ref()
            .unwrap_or(&self.remove_licenses);
        let off = user.disabled_plans.as_ref().unwrap_or(&self.disabled_plans);
        let mut change = Change {
            add: add.0.clone(),
            remove: remove.0.clone(),
        };
        if self.resolve_names != Some(false) {
            names::resolve_with(skus, &mut change.add, &mut change.remove)?;
        }
        names::spread_with(skus, &mut change.add, &off.0)?;
        Ok(change)
    }
}

async fn emit(job: &JobContext, skus: &TenantSkus, rows: &[Row<'_>]) {
    for prediction in examine(skus, &RuleSet::default(), rows) {
        job.emit(Event::json(EventKind::Item, &prediction)).await;
    }
}

/// Reads every user once.
async fn read_users(
    session: &Session,
    job: &JobContext,
    users: &[TestUser],
    debug: bool,
) -> Result<BTreeMap<String, Result<UserRecord, Failure>>, Failure> {
    let mut ids: Vec<&str> = users.iter().map(|user| user.user_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let records = read::users(session, job, &ids, debug).await?;
    Ok(ids.into_iter().map(str::to_owned).zip(records).collect())
}
