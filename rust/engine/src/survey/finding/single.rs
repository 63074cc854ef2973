//! Findings that take a request for every user: what Graph tells of single users only.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kind::{Kind, Severity};
use super::{Finding, FindingOptions, FoundUser};
use crate::event::Event;
use crate::failure::Failure;
use crate::job::JobContext;
use crate::many::{AT_ONCE, get_many};
use crate::session::Session;
use mglicense_graph::escape_segment;

/// How far a service is with a plan of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Readiness {
    /// Ready, or off on purpose.
    Done,
    /// The service is at it.
    Pending,
    /// Nothing will happen before an administrator acts.
    NeedsAdmin,
}

impl Readiness {
    /// By Graph's word. An unknown word is something to wait for.
    pub(crate) fn parse(status: &str) -> Self {
        let is = |word: &str| status.eq_ignore_ascii_case(word);
        if is("Success") || is("Disabled") {
            Self::Done
        } else if is("PendingActivation") || is("PendingProvisioning") {
            Self::NeedsAdmin
        } else {
            Self::Pending
        }
    }
}

/// `licenseDetails`, as far as it matters here.
#[derive(Deserialize)]
pub(crate) struct Details {
    pub(crate) value: Vec<Detail>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Detail {
    #[serde(default)]
    pub(crate) sku_id: Option<String>,
    #[serde(default)]
    pub(crate) service_plans: Vec<DetailPlan>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DetailPlan {
    #[serde(default)]
    pub(crate) service_plan_name: Option<String>,
    #[serde(default)]
    pub(crate) provisioning_status: Option<String>,
    #[serde(default)]
    pub(crate) applies_to: Option<String>,
}

impl DetailPlan {
    /// Whether it is a user's rather than the company's.
    pub(crate) fn is_users(&self) -> bool {
        !self
            .applies_to
            .as_deref()
            .is_some_and(|to| to.eq_ignore_ascii_case("Company"))
    }
}

/// Plans that are assigned and not ready, by plan and by what they wait for.
///
/// # Errors
/// When a batch fails as a whole, or the job is cancelled.
pub(crate) async fn of_provisioning(
    session: &Session,
    job: &JobContext,
    users: &[FoundUser],
    options: &FindingOptions,
    debug: bool,
) -> Result<Vec<Finding>, Failure> {
    let mut pending: BTreeMap<(Readiness, String), Vec<FoundUser>> = BTreeMap::new();
    let select = "licenseDetails?$select=skuId,servicePlans";
    let refused = each(
        session,
        job,
        users,
        select,
        "Asking which services are ready",
        debug,
        |user, body| {
            let Ok(details) = serde_json::from_slice::<Details>(body) else {
                return;
            };
            let mut seen = std::collections::HashSet::new();
            for plan in details
                .value
                .iter()
                .flat_map(|detail| &detail.service_plans)
            {
                let status = plan.provisioning_status.as_deref().unwrap_or_default();
                let readiness = Readiness::parse(status);
                let name = plan.service_plan_name.clone().unwrap_or_default();
                if readiness == Readiness::Done || !plan.is_users() || !seen.insert(name.clone()) {
                    continue;
                }
                let mut user = user.clone();
                user.detail = Some(status.to_owned());
                pending.entry((readiness, name)).or_default().push(user);
            }
        },
    )
    .await?;
    let mut findings: Vec<Finding> = pending
        .into_iter()
        .map(|((readiness, name), users)| {
            let (severity, why) = if readiness == Readiness::NeedsAdmin {
                (
                    Severity::Medium,
                    "The service waits for an administrator to activate it; it will not get ready by itself.",
                )
            } else {
                (
                    Severity::Low,
                    "The plan is assigned, and its service is not ready for these users yet.",
                )
            };
            let mut finding = Finding::new(Kind::NotProvisioned, severity, why).users(users);
            finding.subject = Some(name);
            if readiness == Readiness::Pending {
                let again = options.find_again(&[Kind::NotProvisioned]);
                finding = finding.repair(format!(
                    "({again} | Where-Object Severity -eq Low).Users | Wait-MgUserLicense"
                ));
            }
            finding
        })
        .collect();
    findings.extend(refused.map(|failure| unknown(Kind::NotProvisioned, &failure)));
    Ok(findings)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Mailbox {
    #[serde(default)]
    user_purpose: Option<String>,
}

/// Licensed mailboxes that are no person's.
///
/// # Errors
/// When a batch fails as a whole, or the job is cancelled.
pub(crate) async fn of_mailboxes(
    session: &Session,
    job: &JobContext,
    users: &[FoundUser],
    options: &FindingOptions,
    debug: bool,
) -> Result<Vec<Finding>, Failure> {
    let mut shared = Vec::new();
    let refused = each(
        session,
        job,
        users,
        "mailboxSettings",
        "Asking whose mailboxes are shared",
        debug,
        |user, body| {
            let purpose = serde_json::from_slice::<Mailbox>(body)
                .ok()
                .and_then(|mailbox| mailbox.user_purpose)
                .filter(|purpose| {
                    ["shared", "room", "equipment"]
                        .iter()
                        .any(|word| purpose.eq_ignore_ascii_case(word))
                });
            if let Some(purpose) = purpose {
                let mut user = user.clone();
                user.detail = Some(match user.detail {
                    Some(products) => format!("{purpose}: {products}"),
                    None => purpose,
                });
                shared.push(user);
            }
        },
    )
    .await?;
    let mut findings = Vec::new();
    if !shared.is_empty() {
        findings.push(
            Finding::new(
                Kind::SharedMailbox,
                Severity::Medium,
                "Shared mailboxes and rooms need no licence up to 50 GB and without an archive or a hold.",
            )
            .users(shared)
            .repaired_by("Remove-MgUserLicense -All", options),
        );
    }
    findings.extend(refused.map(|failure| unknown(Kind::SharedMailbox, &failure)));
    Ok(findings)
}

/// Reads one thing of every user, in batches. Gives the first refusal that isn't "there is no such thing".
async fn each(
    session: &Session,
    job: &JobContext,
    users: &[FoundUser],
    what: &str,
    activity: &str,
    debug: bool,
    mut take: impl FnMut(&FoundUser, &[u8]),
) -> Result<Option<Failure>, Failure> {
    let mut refused = None;
    for (at, chunk) in users.chunks(AT_ONCE).enumerate() {
        let (urls, asked): (Vec<_>, Vec<_>) = chunk
            .iter()
            .filter_map(|user| {
                let id = escape_segment(&user.user_id)?;
                Some((Ok(format!("v1.0/users/{id}/{what}")), user))
            })
            .unzip();
        let answers = get_many(session, job, urls, debug).await?;
        for (answer, user) in answers.into_iter().zip(asked) {
            match answer {
                Ok(response) => take(user, &response.body),
                Err(failure) if failure.status == Some(404) => {}
                Err(failure) => refused = refused.or(Some(failure)),
            }
        }
        let done = ((at + 1) * AT_ONCE).min(users.len()) as u64;
        job.emit(Event::progress(
            activity,
            &format!("{done} of {} users", users.len()),
            done,
            Some(users.len() as u64),
        ))
        .await;
    }
    Ok(refused)
}

/// What could not be found out, or not for everybody.
fn unknown(kind: Kind, failure: &Failure) -> Finding {
    let mut finding = Finding::new(
        kind,
        Severity::Unknown,
        format!("It could not be read for every user: {}", failure.message),
    );
    finding.count = None;
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readiness_is_by_graphs_words() {
        for (word, readiness) in [
            ("Success", Readiness::Done),
            ("Disabled", Readiness::Done),
            ("PendingInput", Readiness::Pending),
            ("PendingActivation", Readiness::NeedsAdmin),
            ("PendingProvisioning", Readiness::NeedsAdmin),
            ("SomethingNew", Readiness::Pending),
        ] {
            assert_eq!(Readiness::parse(word), readiness, "{word}");
        }
    }
}
