//! Every assignment in error, in the tenant or in one group.

use std::sync::Arc;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{HoldingError, HoldingState, RuleSet, Source};
use serde::{Deserialize, Serialize};

use super::explain::{self, Conflict};
use super::read::{self, GroupRecord, MEMBER, Member};
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::report::ReportedSku;
use crate::session::Session;
use crate::skus::{self, TenantSkus};

/// How many errors go into one event.
const ERRORS: usize = 100;

/// Where to look.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListErrors {
    /// One group; every group with members in error if left out.
    #[serde(default)]
    group_id: Option<String>,
    #[serde(default)]
    debug: Option<bool>,
}

/// One assignment in error.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LicenseError {
    pub(super) user_id: String,
    pub(super) user_principal_name: Option<String>,
    display_name: Option<String>,
    user_type: Option<String>,
    usage_location: Option<String>,
    group_id: Option<String>,
    group_name: Option<String>,
    #[serde(flatten)]
    sku: ReportedSku,
    state: &'static str,
    pub(super) error: &'static str,
    pub(super) message: String,
    action: String,
    conflicts: Vec<Conflict>,
}

/// What errors are explained with.
pub(super) struct Explainer {
    pub(super) skus: Arc<TenantSkus>,
    rules: RuleSet,
    tenant_location: Option<String>,
}

impl Explainer {
    /// Reads what explanations need.
    ///
    /// # Errors
    /// When the job is cancelled or the service can't be reached. Products that may not be read are named from the
    /// public table.
    pub(super) async fn read(
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<Self, Failure> {
        let skus = match skus::read(session, job, debug).await {
            Err(failure) if failure.status == Some(403) => TenantSkus::from(Vec::new()),
            outcome => outcome?,
        };
        Ok(Self {
            skus: Arc::new(skus),
            rules: RuleSet::default(),
            tenant_location: read::tenant_location(session, job, debug).await?,
        })
    }

    /// The errors of one member, those of one group alone where it is given.
    pub(super) fn errors(
        &self,
        member: &Member,
        group: Option<(Guid, Option<&str>)>,
    ) -> Vec<LicenseError> {
        let holdings = member.holdings();
        let own = member
            .usage_location
            .as_deref()
            .filter(|text| !text.is_empty());
        let location = own.or(self.tenant_location.as_deref());
        let wanted = holdings.iter().filter(|holding| {
            let in_error = holding.error != HoldingError::None
                || matches!(
                    holding.state,
                    HoldingState::Error | HoldingState::ActiveWithError
                );
            in_error && group.is_none_or(|(id, _)| holding.source == Source::Group(id))
        });
        wanted
            .map(|holding| {
                let explained =
                    explain::explain(holding, &holdings, location, &self.skus, &self.rules);
                LicenseError {
                    user_id: member.id.clone().unwrap_or_default(),
                    user_principal_name: member.user_principal_name.clone(),
                    display_name: member.display_name.clone(),
                    user_type: member.user_type.clone(),
                    usage_location: member.usage_location.clone(),
                    group_id: match holding.source {
                        Source::Group(group) => Some(group.to_string()),
                        Source::Direct => None,
                    },
                    group_name: group.and_then(|(_, name)| name.map(str::to_owned)),
                    sku: ReportedSku::of(holding.sku_id, &self.skus),
                    state: holding.state.as_str(),
                    error: holding.error.as_str(),
                    message: explained.message,
                    action: explained.action,
                    conflicts: explained.conflicts,
                }
            })
            .collect()
    }
}

impl ListErrors {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let groups = in_question(session, job, self.group_id.as_deref(), debug).await?;
        if groups.is_empty() {
            return Ok(());
        }
        let explainer = Explainer::read(session, job, debug).await?;
        for group in &groups {
            let errors = of_group(session, job, &explainer, group, debug).await?;
            for page in errors.chunks(ERRORS) {
                job.emit(Event::json(EventKind::Page, &page)).await;
            }
        }
        Ok(())
    }
}

/// The group that is asked for, or all that have members in error.
pub(super) async fn in_question(
    session: &Session,
    job: &JobContext,
    group_id: Option<&str>,
    debug: bool,
) -> Result<Vec<GroupRecord>, Failure> {
    match group_id {
        Some(id) => Ok(vec![read::group(session, job, id, debug).await?]),
        None => read::groups_in_error(session, job, debug).await,
    }
}

/// The errors of a group's members.
pub(super) async fn of_group(
    session: &Session,
    job: &JobContext,
    explainer: &Explainer,
    group: &GroupRecord,
    debug: bool,
) -> Result<Vec<LicenseError>, Failure> {
    let id = read::guid(&group.id)?;
    let mut errors = Vec::new();
    let name = group.display_name.as_deref();
    let take = |member: Member| errors.extend(explainer.errors(&member, Some((id, name))));
    let relation = "membersWithLicenseErrors";
    read::related(session, job, &group.id, relation, MEMBER, debug, take).await?;
    Ok(errors)
}
