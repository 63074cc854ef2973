//! Seats: what was bought, what is in use, what is free, and until when.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use mglicense_rules::Guid;
use mglicense_rules::assignment::{AppliesTo, HoldingError};
use serde::{Deserialize, Serialize, Serializer};

use super::collection::{Collection, read_all};
use super::naming::Product;
use super::scope::{in_error, members_in_error};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;
use crate::skus::TenantSkus;

/// The seats of one product.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Seats {
    pub(crate) sku_id: Guid,
    pub(crate) sku_part_number: String,
    pub(crate) product_name: String,
    /// Whom it is for: users, or the company as a whole, in which case nobody is assigned it.
    pub(crate) applies_to: &'static str,
    pub(crate) status: Option<String>,
    /// Seats in good standing.
    pub(crate) enabled: i64,
    /// Seats of an expired subscription in its days of grace; they work and can be assigned.
    pub(crate) warning: i64,
    /// Seats of a cancelled subscription; they can't be assigned but may come back.
    pub(crate) suspended: i64,
    pub(crate) locked_out: i64,
    /// Users who have the product in effect, from whatever source.
    pub(crate) assigned: i64,
    /// `enabled + warning - assigned`; negative where more are in use than there are.
    pub(crate) free: i64,
    /// Seats that can still be given: free, but never negative.
    pub(crate) available: i64,
    /// Seats in use beyond what there is.
    pub(crate) over: i64,
    /// Users for whom there was no seat; `None` where it could not be read.
    pub(crate) waiting: Option<i64>,
    /// Whether the number of seats looks like "as many as you like". A guess by the number: Graph does not say.
    pub(crate) looks_unlimited: bool,
    /// When the next subscription behind it ends or renews; `None` where that is not known.
    #[serde(serialize_with = "as_text")]
    pub(crate) ends_at: Option<Timestamp>,
    /// Whether it ends in days of grace, renews, or is a trial.
    pub(crate) subscription: Option<String>,
}

fn as_text<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => serializer.collect_str(at),
        None => serializer.serialize_none(),
    }
}

/// What was read of the seats, and which parts could not be.
pub(crate) struct SeatTable {
    /// The products that the seats are of.
    pub(crate) skus: Arc<TenantSkus>,
    pub(crate) seats: Vec<Seats>,
    pub(crate) failures: Vec<(&'static str, Failure)>,
}

/// `companySubscription`. Everything may be missing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSubscription {
    #[serde(default)]
    sku_id: Option<String>,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    is_trial: Option<bool>,
    #[serde(default)]
    next_lifecycle_date_time: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireStatus {
    #[serde(default)]
    sku_id: Option<String>,
    #[serde(default)]
    capability_status: Option<String>,
}

/// Free and trial offers are listed with ten thousand, or a million and more, seats. Nobody documents it.
fn looks_unlimited(enabled: i64) -> bool {
    enabled == 10_000 || enabled >= 1_000_000
}

/// Reads the tenant's seats: the products, the subscriptions behind them, and, where `waiting` is wanted, who waits for
/// a seat. What can't be read but the products themselves is left open.
///
/// # Errors
/// When the products can't be read, or the job is cancelled.
pub(crate) async fn read_seats(
    session: &Session,
    job: &JobContext,
    waiting: bool,
    debug: bool,
) -> Result<SeatTable, Failure> {
    let mut failures = Vec::new();
    let raw = crate::skus::read_raw(session, job, debug).await?;
    let skus = crate::skus::of_raw(&raw)?;
    let mut statuses: HashMap<Guid, String> = HashMap::new();
    for page in &raw {
        for sku in serde_json::from_slice::<Vec<WireStatus>>(page).unwrap_or_default() {
            let id = sku.sku_id.and_then(|id| Guid::parse(&id).ok());
            if let (Some(id), Some(status)) = (id, sku.capability_status) {
                statuses.insert(id, status);
            }
        }
    }
    let collection = Collection::new(session, job, "v1.0/directory/subscriptions", debug);
    let subscriptions = match read_all::<WireSubscription>(collection, "the subscriptions").await {
        Ok(subscriptions) => subscriptions,
        Err(failure) => {
            job.check()?;
            failures.push(("when subscriptions end", failure));
            Vec::new()
        }
    };
    let waiting = if waiting {
        match read_waiting(session, job, debug).await {
            Ok(waiting) => Some(waiting),
            Err(failure) => {
                job.check()?;
                failures.push(("who waits for a seat", failure));
                None
            }
        }
    } else {
        None
    };
    let seats = seats(&skus, &statuses, &subscriptions, waiting.as_ref());
    Ok(SeatTable {
        skus: Arc::new(skus),
        seats,
        failures,
    })
}

/// Who waits for a seat of which product.
async fn read_waiting(
    session: &Session,
    job: &JobContext,
    debug: bool,
) -> Result<HashMap<Guid, HashSet<String>>, Failure> {
    let mut waiting: HashMap<Guid, HashSet<String>> = HashMap::new();
    for group in in_error(session, job, debug).await? {
        for person in members_in_error(session, job, group.id, debug).await? {
            for licence in person.held() {
                if licence.error == HoldingError::CountViolation && !licence.is_in_effect() {
                    waiting
                        .entry(licence.sku_id)
                        .or_default()
                        .insert(person.id.clone());
                }
            }
        }
    }
    Ok(waiting)
}

fn seats(
    skus: &TenantSkus,
    statuses: &HashMap<Guid, String>,
    subscriptions: &[WireSubscription],
    waiting: Option<&HashMap<Guid, HashSet<String>>>,
) -> Vec<Seats> {
    let mut seats: Vec<Seats> = skus
        .all()
        .iter()
        .map(|sku| {
            let named = Product::new(sku.sku_id, skus, true);
            let units = sku.prepaid;
            let (ends_at, subscription) = ending(sku.sku_id, subscriptions);
            Seats {
                sku_id: sku.sku_id,
                sku_part_number: named.sku_part_number,
                product_name: named.product_name,
                applies_to: match sku.applies_to {
                    AppliesTo::User => "User",
                    AppliesTo::Company => "Company",
                },
                status: statuses.get(&sku.sku_id).cloned(),
                enabled: units.enabled,
                warning: units.warning,
                suspended: units.suspended,
                locked_out: units.locked_out,
                assigned: sku.consumed,
                free: units.enabled + units.warning - sku.consumed,
                available: units.available(sku.consumed),
                over: units.over(sku.consumed),
                waiting: waiting.map(|waiting| {
                    waiting
                        .get(&sku.sku_id)
                        .map_or(0, |users| i64::try_from(users.len()).unwrap_or(i64::MAX))
                }),
                looks_unlimited: looks_unlimited(units.enabled),
                ends_at,
                subscription,
            }
        })
        .collect();
    seats.sort_by(|a, b| {
        a.product_name
            .cmp(&b.product_name)
            .then(a.sku_id.cmp(&b.sku_id))
    });
    seats
}

/// The next date at which something happens to a product's subscriptions, and what state that one is in.
fn ending(sku_id: Guid, subscriptions: &[WireSubscription]) -> (Option<Timestamp>, Option<String>) {
    let next = subscriptions
        .iter()
        .filter(|subscription| {
            subscription
                .sku_id
                .as_deref()
                .is_some_and(|id| Guid::parse(id) == Ok(sku_id))
        })
        .filter_map(|subscription| {
            let at: Timestamp = subscription
                .next_lifecycle_date_time
                .as_deref()?
                .parse()
                .ok()?;
            Some((at, subscription))
        })
        .min_by_key(|(at, _)| *at);
    match next {
        None => (None, None),
        Some((at, subscription)) => {
            let mut status = subscription.status.clone().unwrap_or_default();
            if subscription.is_trial == Some(true) {
                status = format!("{status} (trial)").trim_start().to_owned();
            }
            (Some(at), Some(status).filter(|status| !status.is_empty()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mglicense_rules::assignment::{PrepaidUnits, SkuFacts};

    fn table(prepaid: PrepaidUnits, consumed: i64) -> Seats {
        let skus = TenantSkus::from(vec![SkuFacts {
            sku_id: Guid(1),
            part_number: "P".into(),
            applies_to: AppliesTo::User,
            prepaid,
            consumed,
            plans: [].into(),
        }]);
        seats(&skus, &HashMap::new(), &[], None).remove(0)
    }

    #[test]
    fn grace_counts_and_suspension_does_not() {
        let units = PrepaidUnits {
            enabled: 25,
            warning: 2,
            suspended: 7,
            locked_out: 3,
        };
        let seats = table(units, 26);
        assert_eq!((seats.free, seats.available, seats.over), (1, 1, 0));
        assert_eq!(seats.waiting, None);
    }

    #[test]
    fn more_in_use_than_there_is_shows_as_negative_and_as_over() {
        let units = PrepaidUnits {
            enabled: 5,
            ..PrepaidUnits::default()
        };
        let seats = table(units, 6);
        assert_eq!((seats.free, seats.available, seats.over), (-1, 0, 1));
    }

    #[test]
    fn the_first_date_of_several_subscriptions_counts() {
        let subscription = |at: &str, status: &str| WireSubscription {
            sku_id: Some(Guid(1).to_string()),
            status: Some(status.into()),
            is_trial: Some(status == "Warning"),
            next_lifecycle_date_time: Some(at.into()),
        };
        let (at, status) = ending(
            Guid(1),
            &[
                subscription("2027-01-31T00:00:00Z", "Enabled"),
                subscription("2026-12-01T00:00:00Z", "Warning"),
            ],
        );
        assert_eq!(at, "2026-12-01T00:00:00Z".parse().ok());
        assert_eq!(status.as_deref(), Some("Warning (trial)"));
        assert_eq!(ending(Guid(2), &[]), (None, None));
    }
}
