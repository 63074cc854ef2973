//! Taking away what a user holds, whatever that is.

use std::collections::BTreeMap;

use http::{HeaderMap, Method};
use mglicense_graph::{Request, Response};
use mglicense_rules::Guid;
use mglicense_rules::assignment::Source;
use serde::Deserialize;
use serde_json::Map;

use crate::address;
use crate::change::Texts;
use crate::command::assign::Assignment;
use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::names;
use crate::report::{KeptSku, Report, ReportedSku, Status};
use crate::session::Session;
use crate::user::{self, UserRecord};

/// The message of the refusal to take away what isn't held.
const NOT_HELD_REFUSAL: &str = "does not have a corresponding license";

/// Which licences to take away.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Remove {
    user_id: String,
    #[serde(default)]
    sku_ids: Texts,
    /// Everything the user holds directly.
    #[serde(default)]
    all: Option<bool>,
    #[serde(default)]
    resolve_names: Option<bool>,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

/// What a request to take products away comes to for one user.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    remove: Vec<String>,
    kept: Vec<(Guid, Guid)>,
    not_held: Vec<String>,
}

impl Plan {
    /// Products held directly go; what comes through a group stays; what isn't held is noted. Text that is no id
    /// is sent, for the service to judge, and so is everything where the service doesn't say what is held.
    fn new(user: &UserRecord, wanted: &[String], all: bool) -> Self {
        if !user.licences_read {
            return Self {
                remove: wanted.to_vec(),
                ..Self::default()
            };
        }
        let holdings = &user.facts.holdings;
        let held: Vec<String> = if all {
            holdings
                .iter()
                .map(|holding| holding.sku_id.to_string())
                .collect()
        } else {
            Vec::new()
        };
        let mut plan = Self::default();
        let mut seen: Vec<String> = Vec::new();
        for text in wanted.iter().chain(&held) {
            let lower = text.to_ascii_lowercase();
            if seen.contains(&lower) {
                continue;
            }
            seen.push(lower);
            let Ok(sku_id) = Guid::parse(text) else {
                plan.remove.push(text.clone());
                continue;
            };
            let sources: Vec<_> = holdings
                .iter()
                .filter(|holding| holding.sku_id == sku_id)
                .map(|holding| holding.source)
                .collect();
            if sources.contains(&Source::Direct) {
                plan.remove.push(text.clone());
            }
            plan.kept
                .extend(sources.iter().filter_map(|source| match source {
                    Source::Group(group) => Some((sku_id, *group)),
                    Source::Direct => None,
                }));
            if sources.is_empty() {
                plan.not_held.push(text.clone());
            }
        }
        plan
    }
}

impl Remove {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let all = self.all == Some(true);
        let mut wanted = self.sku_ids.0;
        if wanted.is_empty() && !all {
            return Err(Failure::argument(
                "nothing to remove: name products, or ask for all",
            ));
        }
        if self.resolve_names != Some(false) {
            names::resolve(session, job, &mut [], &mut wanted, debug).await?;
        }
        let url = address::path(
            "v1.0",
            "/users/{user-id}/assignLicense",
            &user::ids(&self.user_id),
        )?;
        let mut user = user::read_licences(session, job, &self.user_id, debug).await?;
        if all && !user.licences_read {
            let message = format!(
                "the service does not say which licences {} holds, so all of them cannot be removed",
                self.user_id
            );
            let mut failure = Failure::argument(message);
            failure.recommended_action = Some("Name the products to remove.".into());
            return Err(failure);
        }
        let mut plan = Plan::new(&user, &wanted, all);
        let kept = name_groups(session, job, &plan.kept, debug).await?;
        let mut request_id = None;
        if !plan.remove.is_empty() {
            let names: Vec<_> = plan
                .remove
                .iter()
                .map(|sku| ReportedSku::new(sku, None).label().to_owned())
                .collect();
            let target = user.user_principal_name.as_deref().unwrap_or(&self.user_id);
            if self.ask == Some(true)
                && !should_process(job, target, &format!("remove {}", names.join(", "))).await?
            {
                return Ok(());
            }
            match send(session, job, &url, &plan.remove, debug).await {
                Ok(response) => request_id = response.request_id().map(str::to_owned),
                Err(failure) if user.licences_read && failure.says(NOT_HELD_REFUSAL) => {
                    // Somebody else took one away between reading and sending: look again, once.
                    user = user::read_licences(session, job, &self.user_id, debug).await?;
                    let now = Plan::new(&user, &wanted, all);
                    let gone = plan
                        .remove
                        .into_iter()
                        .filter(|sku| !now.remove.contains(sku) && !now.not_held.contains(sku));
                    let not_held = gone.chain(now.not_held.iter().cloned()).collect();
                    plan = Plan { not_held, ..now };
                    if !plan.remove.is_empty() {
                        let response = send(session, job, &url, &plan.remove, debug).await?;
                        request_id = response.request_id().map(str::to_owned);
                    }
                }
                Err(failure) => return Err(failure),
            }
        }
        for kept in &kept {
            job.warn(format!(
                "{} stays with {}: it comes through the group {}.",
                kept.sku.label(),
                user.user_principal_name.as_deref().unwrap_or(&self.user_id),
                kept.group_name.as_deref().map_or_else(
                    || kept.group_id.clone(),
                    |name| format!("'{name}' ({})", kept.group_id)
                ),
            ))
            .await;
        }
        let reported = |texts: &[String]| {
            texts
                .iter()
                .map(|text| ReportedSku::new(text, None))
                .collect::<Vec<_>>()
        };
        for absent in reported(&plan.not_held) {
            job.verbose(format!(
                "{} is not held; there is nothing to remove.",
                absent.label()
            ))
            .await;
        }
        let report = Report {
            user_id: user.id,
            user_principal_name: user.user_principal_name,
            status: if plan.remove.is_empty() {
                Status::Unchanged
            } else {
                Status::Changed
            },
            added: Vec::new(),
            removed: reported(&plan.remove),
            kept,
            not_held: reported(&plan.not_held),
            usage_location_before: user.facts.usage_location.clone(),
            usage_location_after: user.facts.usage_location,
            request_id,
        };
        job.emit(Event::json(EventKind::Item, &report)).await;
        Ok(())
    }
}

async fn send(
    session: &Session,
    job: &JobContext,
    url: &str,
    remove: &[String],
    debug: bool,
) -> Result<Response, Failure> {
    let assignment = Assignment {
        url: url.to_owned(),
        headers: HeaderMap::new(),
        add: &[],
        remove,
        others: &Map::new(),
        debug,
    };
    assignment.send(session, job).await
}

/// Finds the names of the groups that products come through. A group whose name can't be read keeps its id.
async fn name_groups(
    session: &Session,
    job: &JobContext,
    kept: &[(Guid, Guid)],
    debug: bool,
) -> Result<Vec<KeptSku>, Failure> {
    let mut names: BTreeMap<Guid, Option<String>> = BTreeMap::new();
    for &(_, group) in kept {
        if let std::collections::btree_map::Entry::Vacant(entry) = names.entry(group) {
            entry.insert(group_name(session, job, group, debug).await?);
        }
    }
    let described = kept.iter().map(|&(sku, group)| KeptSku {
        sku: ReportedSku::new(&sku.to_string(), None),
        group_id: group.to_string(),
        group_name: names.get(&group).cloned().flatten(),
    });
    Ok(described.collect())
}

async fn group_name(
    session: &Session,
    job: &JobContext,
    group: Guid,
    debug: bool,
) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Group {
        display_name: Option<String>,
    }
    let request = Request::new(
        Method::GET,
        format!("v1.0/groups/{group}?$select=id,displayName"),
    );
    let response = session.exchange(job, request, debug).await?;
    if !response.status.is_success() {
        return Ok(None);
    }
    Ok(serde_json::from_slice::<Group>(&response.body)
        .ok()
        .and_then(|group| group.display_name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mglicense_rules::assignment::{Holding, UserFacts};

    const E3: Guid = Guid(3);
    const E5: Guid = Guid(5);
    const STAFF: Guid = Guid(90);

    fn user(holdings: Vec<Holding>) -> UserRecord {
        UserRecord {
            id: "u".into(),
            user_principal_name: None,
            facts: UserFacts {
                usage_location: None,
                holdings,
            },
            licences_read: true,
        }
    }

    #[test]
    fn only_what_is_held_directly_goes() {
        let user = user(vec![
            Holding::direct(E3, vec![]),
            Holding::inherited(E3, STAFF, vec![]),
            Holding::inherited(E5, STAFF, vec![]),
        ]);
        let plan = Plan::new(
            &user,
            &[
                E3.to_string(),
                E5.to_string().to_uppercase(),
                Guid(7).to_string(),
            ],
            false,
        );
        assert_eq!(plan.remove, [E3.to_string()]);
        assert_eq!(plan.kept, [(E3, STAFF), (E5, STAFF)]);
        assert_eq!(plan.not_held, [Guid(7).to_string()]);
    }

    #[test]
    fn all_means_everything_that_is_held_and_nothing_twice() {
        let user = user(vec![
            Holding::direct(E3, vec![]),
            Holding::direct(E5, vec![]),
            Holding::inherited(E5, STAFF, vec![]),
        ]);
        let plan = Plan::new(&user, &[E3.to_string().to_uppercase()], true);
        assert_eq!(plan.remove.len(), 2);
        assert_eq!(plan.kept, [(E5, STAFF)]);
    }

    #[test]
    fn text_that_is_no_id_is_left_to_the_service() {
        assert_eq!(
            Plan::new(&user(vec![]), &["NO_SUCH".to_owned()], false).remove,
            ["NO_SUCH"]
        );
    }
}
