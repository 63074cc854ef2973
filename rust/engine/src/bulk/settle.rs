//! Finding out what became of a change by reading the user back.

use mglicense_rules::assignment::{Holding, LicenseChange, Source, UserFacts};
use mglicense_rules::location::Code;

use super::plan::Plan;
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::preflight::read;
use crate::session::Session;

/// How a user stands to a change.
#[derive(Debug)]
pub(super) enum Standing {
    /// It is as the change wants it.
    AsWanted,
    /// It is not.
    Otherwise,
    /// The change can't be made at all.
    Refused(Failure),
    /// The user couldn't be read.
    Unknown,
}

/// Reads the users of the changes at these places.
pub(super) async fn read_back<P: Plan>(
    session: &Session,
    job: &JobContext,
    plan: &P,
    places: &[usize],
    is_location: bool,
    debug: bool,
) -> Vec<Standing> {
    let ids: Vec<&str> = places.iter().map(|&at| plan.write(at).user_id).collect();
    let Ok(records) = read::users(session, job, &ids, debug).await else {
        return places.iter().map(|_| Standing::Unknown).collect();
    };
    let standings = records.into_iter().zip(places).map(|(record, &at)| {
        let write = plan.write(at);
        match record {
            Ok(record) if is_location => match write.location {
                Some(code) if has_location(&record.facts, code) => Standing::AsWanted,
                _ => Standing::Otherwise,
            },
            Ok(record) if !record.licences_read => Standing::Unknown,
            Ok(record) if has_change(&record.facts.holdings, write.change) => Standing::AsWanted,
            Ok(_) => Standing::Otherwise,
            Err(failure) if is_final(&failure) => Standing::Refused(failure),
            Err(_) => Standing::Unknown,
        }
    });
    standings.collect()
}

/// Whether the user is gone, or may not be seen.
fn is_final(failure: &Failure) -> bool {
    failure.kind == FailureKind::Service && matches!(failure.status, Some(400 | 403 | 404))
}

/// Whether a user's location is the one.
pub(super) fn has_location(facts: &UserFacts, code: Code) -> bool {
    let location = facts.usage_location.as_deref();
    location.is_some_and(|location| location.eq_ignore_ascii_case(code.as_str()))
}

/// Whether what a user holds directly is what a change comes to.
pub(super) fn has_change(holdings: &[Holding], change: &LicenseChange) -> bool {
    let direct = |sku_id| {
        let mut held = holdings.iter().filter(|held| held.source == Source::Direct);
        held.find(|held| held.sku_id == sku_id)
    };
    change.add.iter().all(|add| {
        direct(add.sku_id).is_some_and(|held| same_plans(&held.disabled_plans, &add.disabled_plans))
    }) && change.remove.iter().all(|&sku_id| direct(sku_id).is_none())
}

/// Whether two lists hold the same plans, in whatever order.
pub(super) fn same_plans(one: &[mglicense_rules::Guid], other: &[mglicense_rules::Guid]) -> bool {
    let sorted = |plans: &[mglicense_rules::Guid]| {
        let mut plans = plans.to_vec();
        plans.sort_unstable();
        plans.dedup();
        plans
    };
    one == other || sorted(one) == sorted(other)
}
