//! The judgement of a change to the licences of a group.

use crate::assignment::{
    AddLicense, Holding, LicenseChange, Refusal, RefusalKind, RuleSet, SkuLookup, UserFacts,
    evaluate,
};

/// What a change to a group's licences comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateEvaluation {
    /// Every reason against it, in the order in which the service checks; it reports the first.
    pub refusals: Vec<Refusal>,
    /// What the group carries afterwards, if nothing speaks against it.
    pub after: Vec<AddLicense>,
}

impl TemplateEvaluation {
    /// Whether the change goes through; if not, the reason the service gives.
    pub fn verdict(&self) -> Result<(), &Refusal> {
        match self.refusals.first() {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }
}

/// Judges a change to the licences of a group, which are `held` so far.
///
/// Microsoft documents that a plan and the one it needs must be on the same group, and that everything about the
/// members - seats, locations, conflicts - is judged only when each of them is processed. An addition replaces the
/// list of disabled plans of a licence the group has, as on a user.
pub fn evaluate_template(
    skus: &dyn SkuLookup,
    rules: &RuleSet,
    held: &[AddLicense],
    change: &LicenseChange,
) -> TemplateEvaluation {
    let group = UserFacts {
        usage_location: None,
        holdings: held
            .iter()
            .map(|license| Holding::direct(license.sku_id, license.disabled_plans.clone()))
            .collect(),
    };
    let evaluation = evaluate(skus, rules, &group, change);
    let mut refusals = evaluation.refusals;
    refusals.retain(|refusal| is_about_the_group(refusal.kind));
    TemplateEvaluation {
        refusals,
        after: evaluation
            .after
            .into_iter()
            .map(|holding| AddLicense {
                sku_id: holding.sku_id,
                disabled_plans: holding.disabled_plans,
            })
            .collect(),
    }
}

/// Whether a refusal is one of the licences themselves, and not of somebody who gets them.
fn is_about_the_group(kind: RefusalKind) -> bool {
    !matches!(
        kind,
        RefusalKind::UsageLocationMissing
            | RefusalKind::UsageLocationInvalid
            | RefusalKind::CountryBarred
            | RefusalKind::PlansExclusive
            | RefusalKind::NoSeats
            | RefusalKind::AddressTaken
    )
}
