//! Waiting until the services of a licence are ready.

use std::collections::BTreeMap;
use std::time::Duration;

use mglicense_rules::Guid;
use serde::{Deserialize, Serialize};

use super::assignments::emit_item;
use crate::address;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::many::{AT_ONCE, get_many};
use crate::session::Session;
use crate::survey::{Details, Naming, Plan, Readiness, find_product};
use crate::user;

/// How long the wait goes on, and how often the service is asked, unless the caller says otherwise, in seconds.
const TIMEOUT: f64 = 600.0;
const INTERVAL: f64 = 5.0;

/// Whose services to wait for.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WaitReady {
    users: Vec<String>,
    /// Only services of these products, which the users must get; all that they hold where none is named.
    #[serde(default)]
    skus: Option<Vec<String>>,
    #[serde(default)]
    timeout_seconds: Option<f64>,
    #[serde(default)]
    interval_seconds: Option<f64>,
    #[serde(default)]
    debug: Option<bool>,
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
enum Outcome {
    /// Every service is ready.
    Ready,
    /// What is not ready waits for an administrator.
    NeedsAdmin,
    /// The time was up.
    TimedOut,
    /// The user does not hold what was waited for.
    NotAssigned,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Waited {
    user_id: String,
    status: Outcome,
    is_ready: bool,
    /// Plans whose services are at it.
    pending: Vec<WaitedPlan>,
    /// Plans that wait for an administrator.
    needs_admin: Vec<WaitedPlan>,
    /// Products that were waited for and are not there.
    missing: Vec<WaitedSku>,
    waited_seconds: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct WaitedPlan {
    name: String,
    friendly_name: String,
    status: String,
    sku_part_number: String,
    product_name: String,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct WaitedSku {
    sku_id: Guid,
    sku_part_number: String,
    product_name: String,
}

/// What a look at one user brought.
#[derive(Default)]
struct Look {
    pending: Vec<WaitedPlan>,
    needs_admin: Vec<WaitedPlan>,
    missing: Vec<WaitedSku>,
    holds_nothing: bool,
}

impl WaitReady {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let mut wanted = Vec::new();
        for text in self.skus.iter().flatten() {
            wanted.push(find_product(session, job, text, debug).await?);
        }
        let seconds = |given: Option<f64>, usual: f64| {
            let seconds = given.unwrap_or(usual);
            Duration::try_from_secs_f64(seconds).map_err(|_| {
                Failure::argument(format!("{seconds} is no number of seconds to wait"))
            })
        };
        let timeout = seconds(self.timeout_seconds, TIMEOUT)?;
        let interval = seconds(self.interval_seconds, INTERVAL)?.max(Duration::from_millis(100));
        let (mut naming, _) = Naming::read(session, job, debug).await?;
        let started = session.clock().elapsed();
        let mut open = self.users.clone();
        let total = open.len() as u64;
        loop {
            let mut still = Vec::new();
            let mut waiting_for: BTreeMap<String, usize> = BTreeMap::new();
            let passed = session.clock().elapsed().saturating_sub(started);
            let is_last = passed >= timeout;
            for chunk in open.chunks(AT_ONCE) {
                for (user, outcome) in self.look(session, job, chunk, debug).await? {
                    let look = match outcome {
                        Ok(details) => look(&details, &wanted, &mut naming),
                        Err(mut failure) => {
                            failure.user_id = Some(user);
                            job.emit(Event::new(EventKind::Error, failure.to_json()))
                                .await;
                            continue;
                        }
                    };
                    let status = if look.holds_nothing {
                        Outcome::NotAssigned
                    } else if look.pending.is_empty() && look.missing.is_empty() {
                        if look.needs_admin.is_empty() {
                            Outcome::Ready
                        } else {
                            Outcome::NeedsAdmin
                        }
                    } else if is_last {
                        if look.pending.is_empty() {
                            Outcome::NotAssigned
                        } else {
                            Outcome::TimedOut
                        }
                    } else {
                        for plan in &look.pending {
                            *waiting_for.entry(plan.name.clone()).or_default() += 1;
                        }
                        for sku in &look.missing {
                            *waiting_for.entry(sku.sku_part_number.clone()).or_default() += 1;
                        }
                        still.push(user);
                        continue;
                    };
                    let waited = Waited {
                        user_id: user,
                        status,
                        is_ready: status == Outcome::Ready,
                        pending: look.pending,
                        needs_admin: look.needs_admin,
                        missing: look.missing,
                        waited_seconds: passed.as_secs(),
                    };
                    emit_item(job, &waited).await;
                }
            }
            let done = total - still.len() as u64;
            let names: Vec<_> = waiting_for.into_keys().take(3).collect();
            let status = format!(
                "{done} of {total} users; {} s of {} s{}{}",
                passed.as_secs(),
                timeout.as_secs(),
                if names.is_empty() {
                    ""
                } else {
                    "; waiting for "
                },
                names.join(", ")
            );
            job.emit(Event::progress(
                "Waiting for services",
                &status,
                done,
                Some(total),
            ))
            .await;
            if still.is_empty() {
                return Ok(());
            }
            open = still;
            let left = timeout.saturating_sub(session.clock().elapsed().saturating_sub(started));
            job.wait(session.clock(), interval.min(left)).await?;
        }
    }

    async fn look(
        &self,
        session: &Session,
        job: &JobContext,
        users: &[String],
        debug: bool,
    ) -> Result<Vec<(String, Result<Details, Failure>)>, Failure> {
        let path = "/users/{user-id}/licenseDetails";
        let urls = users
            .iter()
            .map(|user| address::path("v1.0", path, &user::ids(user)))
            .collect();
        let answers = get_many(session, job, urls, debug).await?;
        let looks = answers.into_iter().zip(users).map(|(answer, user)| {
            let details = answer.and_then(|response| {
                serde_json::from_slice(&response.body).map_err(|error| {
                    Failure::unreadable(
                        &response,
                        &format!("the licences of {user} could not be read: {error}"),
                    )
                })
            });
            (user.clone(), details)
        });
        Ok(looks.collect())
    }
}

fn look(details: &Details, wanted: &[Guid], naming: &mut Naming) -> Look {
    let mut look = Look::default();
    let mut held = Vec::new();
    for detail in &details.value {
        let id = detail.sku_id.as_deref().and_then(|id| Guid::parse(id).ok());
        let Some(id) = id else { continue };
        held.push(id);
        if !wanted.is_empty() && !wanted.contains(&id) {
            continue;
        }
        let product = naming.product(id);
        let product = &naming.products()[product];
        for plan in detail.service_plans.iter().filter(|plan| plan.is_users()) {
            let status = plan.provisioning_status.clone().unwrap_or_default();
            let name = plan.service_plan_name.clone().unwrap_or_default();
            let list = match Readiness::parse(&status) {
                Readiness::Done => continue,
                Readiness::Pending => &mut look.pending,
                Readiness::NeedsAdmin => &mut look.needs_admin,
            };
            let known = product
                .plans
                .iter()
                .find(|known: &&Plan| known.name == name);
            list.push(WaitedPlan {
                friendly_name: known
                    .map_or_else(|| name.clone(), |plan| plan.friendly_name.clone()),
                name,
                status,
                sku_part_number: product.sku_part_number.clone(),
                product_name: product.product_name.clone(),
            });
        }
    }
    for &sku_id in wanted {
        if !held.contains(&sku_id) {
            let product = naming.product(sku_id);
            let product = &naming.products()[product];
            look.missing.push(WaitedSku {
                sku_id,
                sku_part_number: product.sku_part_number.clone(),
                product_name: product.product_name.clone(),
            });
        }
    }
    look.holds_nothing = wanted.is_empty() && held.is_empty();
    look.pending.sort();
    look.needs_admin.sort();
    look
}
