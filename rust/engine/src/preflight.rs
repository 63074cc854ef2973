//! What would speak against a licence change, before it is sent.
//!
//! A prediction is as good as what it stands on. What follows from the tenant's own data is certain: products,
//! seats, what is held, the location. Dependencies, conflicts and countries come from tables that may be stale,
//! and the tenant serves none through Graph: those are likely only. Data at risk is no refusal at all; the
//! service does as it is told.

mod assess;
pub(crate) mod facts;
mod ledger;
pub(crate) mod outcome;
pub(crate) mod prepare;
pub(crate) mod read;
pub(crate) mod reason;
pub(crate) mod results;
pub(crate) mod rows;
pub(crate) mod seats;
pub(crate) mod set;
pub(crate) mod switch;
#[cfg(test)]
mod tests;
mod wish;
mod words;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, LicenseChange, Refusal, RefusalKind, RuleSet, data_at_risk, evaluate,
};
use mglicense_rules::location::{LocationCheck, check};
use serde::Serialize;

use self::ledger::Ledger;
use self::reason::{Certainty, Reason};
use crate::change::Addition;
use crate::failure::Failure;
use crate::skus::TenantSkus;
use crate::user::UserRecord;

/// One change for one user. Names in it are resolved as far as they could be.
pub(crate) struct Row<'a> {
    /// The user as the caller named it.
    pub(crate) user_id: &'a str,
    /// The user as read, or the refusal to read it.
    pub(crate) user: Result<&'a UserRecord, &'a Failure>,
    /// Products to add; text that is no id is unknown here.
    pub(crate) add: &'a [Addition],
    /// Products to remove; text that is no id is unknown here.
    pub(crate) remove: &'a [String],
    /// The location to set first, as the caller wrote it.
    pub(crate) usage_location: Option<&'a str>,
}

/// What a change will come to.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Prediction {
    user_id: String,
    user_principal_name: Option<String>,
    /// Whether nothing certain speaks against it.
    will_succeed: bool,
    reasons: Vec<Reason>,
}

/// Judges changes against what was read, one prediction for each row, in order. Rows count as made one after
/// the other: a row that will succeed takes its seats from those after it, and a user who stands in two rows has
/// in the second what the first gives.
pub(crate) fn examine(skus: &TenantSkus, rules: &RuleSet, rows: &[Row<'_>]) -> Vec<Prediction> {
    let mut ledger = Ledger::new(skus);
    rows.iter()
        .map(|row| examine_one(&mut ledger, rules, row))
        .collect()
}

fn examine_one(ledger: &mut Ledger, rules: &RuleSet, row: &Row<'_>) -> Prediction {
    let user = match row.user {
        Ok(user) => user,
        Err(failure) => {
            return Prediction {
                user_id: row.user_id.to_owned(),
                user_principal_name: None,
                will_succeed: false,
                reasons: vec![Reason::of_failure(failure)],
            };
        }
    };
    let mut reasons = Vec::new();
    let mut facts = ledger.facts(user);
    let location = row.usage_location.map(check);
    if let (Some(location), Some(text)) = (location, row.usage_location) {
        reasons.extend(Reason::of_location(location, text));
        facts.usage_location = location.code().map(|code| code.to_string());
    }
    if !user.licences_read {
        reasons.push(Reason::licences_unread());
    }
    let change = change(row, ledger, &mut reasons);
    let is_unnamed = change.is_empty() && !(row.add.is_empty() && row.remove.is_empty());
    if !is_unnamed {
        let evaluation = evaluate(ledger, rules, &facts, &change);
        let is_known = |refusal: &&Refusal| {
            // A location that is refused before it is sent was named once already.
            let location_refused = matches!(location, Some(LocationCheck::Invalid { .. }));
            !(location_refused && is_about_location(refusal.kind))
                && (user.licences_read || !is_about_holdings(refusal.kind))
        };
        let refusals = evaluation.refusals.iter().filter(is_known);
        reasons.extend(refusals.map(|refusal| match refusal.sku {
            Some(sku_id) if refusal.kind == RefusalKind::NoSeats => {
                Reason::no_seats(sku_id, ledger.taken(sku_id), &*ledger)
            }
            _ => Reason::of_refusal(refusal, &*ledger),
        }));
        if is_open(&reasons) {
            let risks = data_at_risk(ledger, &facts.holdings, &evaluation.after);
            reasons.extend(risks.iter().map(|risk| Reason::of_risk(risk, ledger)));
            facts.holdings = evaluation.after;
            ledger.book(user, facts, &evaluation.seats);
        }
    }
    Prediction {
        user_id: user.id.clone(),
        user_principal_name: user.user_principal_name.clone(),
        will_succeed: is_open(&reasons),
        reasons,
    }
}

/// Whether nothing certain speaks against a change.
fn is_open(reasons: &[Reason]) -> bool {
    let mut reasons = reasons.iter();
    reasons.all(|reason| reason.certainty != Certainty::Certain)
}

const fn is_about_location(kind: RefusalKind) -> bool {
    use RefusalKind::{CountryBarred, UsageLocationInvalid, UsageLocationMissing};
    matches!(
        kind,
        UsageLocationMissing | UsageLocationInvalid | CountryBarred
    )
}

/// Whether the refusal stands on what the user holds.
const fn is_about_holdings(kind: RefusalKind) -> bool {
    use RefusalKind::{
        AlreadyInherited, DependencyUnmet, Inherited, NoSeats, NotHeld, PlansExclusive,
    };
    matches!(
        kind,
        NotHeld | Inherited | AlreadyInherited | DependencyUnmet | PlansExclusive | NoSeats
    )
}

/// The change in ids; text that is no id becomes a reason.
fn change(row: &Row<'_>, ledger: &Ledger, reasons: &mut Vec<Reason>) -> LicenseChange {
    let mut change = LicenseChange::default();
    for addition in row.add {
        let text = addition.sku.as_deref().unwrap_or_default();
        let sku_id = Guid::parse(text).ok();
        if sku_id.is_none() {
            reasons.push(Reason::unknown_product(text, ledger));
        }
        let mut disabled_plans = Vec::new();
        for text in addition.disabled_plans.iter().flatten() {
            match Guid::parse(text) {
                Ok(id) => disabled_plans.push(id),
                Err(_) => reasons.push(Reason::unknown_plan(text, sku_id, ledger)),
            }
        }
        change.add.extend(sku_id.map(|sku_id| AddLicense {
            sku_id,
            disabled_plans,
        }));
    }
    for text in row.remove {
        match Guid::parse(text) {
            Ok(id) => change.remove.push(id),
            Err(_) => reasons.push(Reason::unknown_product(text, ledger)),
        }
    }
    change
}
