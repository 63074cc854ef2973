//! Putting one product of a group in the place of another, in one call and checked first.

use http::Method;
use mglicense_graph::Request;
use mglicense_rules::Guid;
use mglicense_rules::assignment::{AddLicense, LicenseChange, SkuFacts, SkuLookup};
use serde::{Deserialize, Serialize};
use serde_json::Map;

use super::examine::{Prospect, examine};
use super::explain::{plan_name, product_name};
use super::read;
use crate::address;
use crate::change::{Addition, Texts, body};
use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::names;
use crate::preflight::switch::carry;
use crate::report::ReportedSku;
use crate::session::Session;
use crate::skus;

/// Which product goes and which comes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SwitchGroup {
    group_id: String,
    from: Texts,
    to: Texts,
    /// Further plans of the new product to be off.
    #[serde(default)]
    disabled_plans: Texts,
    /// Make the change although some members would wait or be left out.
    #[serde(default)]
    force: Option<bool>,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

/// What was done.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Switched {
    status: &'static str,
    removed: Vec<ReportedSku>,
    added: Vec<ReportedSku>,
    /// The plans of the new product that are off.
    disabled_plans: Vec<String>,
    /// Plans that were off and that the new product has in no form.
    lost_plans: Vec<String>,
    request_id: Option<String>,
    #[serde(flatten)]
    prospect: Prospect,
}

impl SwitchGroup {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let mut to: Vec<Addition> = self
            .to
            .0
            .into_iter()
            .map(|sku| Addition {
                sku: Some(sku),
                disabled_plans: None,
            })
            .collect();
        let mut from = self.from.0;
        if from.is_empty() || to.is_empty() {
            return Err(Failure::argument(
                "name the product that goes and the one that comes",
            ));
        }
        names::resolve(session, job, &mut to, &mut from, debug).await?;
        names::spread(session, job, &mut to, &self.disabled_plans.0, debug).await?;
        let group = read::group(session, job, &self.group_id, debug).await?;
        let skus = skus::read(session, job, debug).await?;
        let known = |text: &str| -> Result<&SkuFacts, Failure> {
            let id: Option<Guid> = text.parse().ok();
            id.and_then(|id| skus.sku(id)).ok_or_else(|| {
                Failure::argument(format!("the organisation owns no product '{text}'"))
            })
        };
        let held = group.licenses();
        let mut given_up = Vec::new();
        for text in &from {
            let sku = known(text)?;
            let license = held.iter().find(|license| license.sku_id == sku.sku_id);
            let Some(license) = license else {
                let name = product_name(sku.sku_id, &skus);
                let mut failure = Failure::new(
                    FailureKind::Foreseen,
                    "NotHeld",
                    format!("the group '{}' has no {name}", group.label()),
                );
                failure.recommended_action = Some(
                    "Read what it has: Get-MgGroup -GroupId … -Property AssignedLicenses.".into(),
                );
                return Err(failure);
            };
            given_up.push((sku, license.disabled_plans.as_slice()));
        }
        let mut change = LicenseChange::default();
        let mut lost = Vec::new();
        for addition in &to {
            let sku = known(addition.sku.as_deref().unwrap_or_default())?;
            let carried = carry(&given_up, sku, false);
            let mut off = carried.off;
            for plan in addition.disabled_plans.iter().flatten() {
                off.extend(plan.parse::<Guid>().ok().filter(|plan| !off.contains(plan)));
            }
            lost.extend(carried.lost.iter().map(|plan| plan_name(*plan, &skus)));
            change.add.push(AddLicense {
                sku_id: sku.sku_id,
                disabled_plans: off,
            });
        }
        change.remove = given_up.iter().map(|(sku, _)| sku.sku_id).collect();
        let prospect = examine(session, job, &group, &skus, &change, debug).await?;
        // Who goes without today is no worse off, and no reason to keep the change from all others.
        let is_safe = prospect.reasons.is_empty() && prospect.held_up == 0;
        if !is_safe && self.force != Some(true) {
            return Err(blocked(&prospect, group.label()));
        }
        let name = |sku: Guid| product_name(sku, &skus);
        let outgoing: Vec<String> = change.remove.iter().map(|sku| name(*sku)).collect();
        let incoming: Vec<String> = change.add.iter().map(|added| name(added.sku_id)).collect();
        let action = format!(
            "put {} in the place of {}",
            incoming.join(", "),
            outgoing.join(", ")
        );
        let target = format!("{} ({} members)", group.label(), prospect.members);
        if self.ask == Some(true) && !should_process(job, &target, &action).await? {
            return Ok(());
        }
        let add: Vec<Addition> = change
            .add
            .iter()
            .map(|added| Addition {
                sku: Some(added.sku_id.to_string()),
                disabled_plans: Some(added.disabled_plans.iter().map(Guid::to_string).collect()),
            })
            .collect();
        let remove: Vec<String> = change.remove.iter().map(Guid::to_string).collect();
        let path = "/groups/{group-id}/assignLicense";
        let url = address::path("v1.0", path, &read::ids(&self.group_id))?;
        let request = Request::new(Method::POST, url).with_json(body(&add, &remove, &Map::new()));
        let response = session.call(job, request, debug).await?;
        let off = change.add.iter().flat_map(|added| &added.disabled_plans);
        let switched = Switched {
            status: "Changed",
            removed: remove
                .iter()
                .map(|sku| ReportedSku::new(sku, Some(&skus)))
                .collect(),
            added: add
                .iter()
                .filter_map(|added| Some(ReportedSku::new(added.sku.as_deref()?, Some(&skus))))
                .collect(),
            disabled_plans: off.map(|plan| plan_name(*plan, &skus)).collect(),
            lost_plans: lost,
            request_id: response.request_id().map(str::to_owned),
            prospect,
        };
        job.emit(Event::json(EventKind::Item, &switched)).await;
        Ok(())
    }
}

/// Why nothing was sent.
fn blocked(prospect: &Prospect, group: &str) -> Failure {
    let mut failure = match prospect.reasons.first() {
        Some(reason) => {
            let mut failure = Failure::new(
                FailureKind::Foreseen,
                reason.code.clone(),
                reason.message.clone(),
            );
            failure.recommended_action = Some(reason.action.clone());
            return failure;
        }
        None => Failure::new(
            FailureKind::Foreseen,
            "MembersLeftOut",
            format!(
                "of {} members of '{group}', {} that have something from it now would not get the new product ({} would wait for a seat, {} are kept from it, those without anything now included); nothing was sent",
                prospect.members, prospect.held_up, prospect.waiting, prospect.conflicting
            ),
        ),
    };
    failure.recommended_action = Some(
        "See who with Test-MgGroupLicense, or make the change all the same with -Force.".into(),
    );
    failure
}
