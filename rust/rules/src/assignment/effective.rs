//! The union of what several sources of one product give.

use super::{AppliesTo, Holding, SkuFacts};
use crate::Guid;

/// A product a user has, with the plans that are off for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveLicense {
    /// The product.
    pub sku_id: Guid,
    /// The plans that every source in effect turns off.
    pub disabled_plans: Vec<Guid>,
}

/// What the assignments come to, one entry per product in order of first appearance. A plan is off only
/// when every source in effect turns it off; a source in error counts for nothing.
pub fn effective(holdings: &[Holding]) -> Vec<EffectiveLicense> {
    let mut licenses: Vec<EffectiveLicense> = Vec::new();
    for holding in holdings.iter().filter(|holding| holding.is_in_effect()) {
        match licenses
            .iter_mut()
            .find(|license| license.sku_id == holding.sku_id)
        {
            Some(license) => license
                .disabled_plans
                .retain(|plan| holding.disabled_plans.contains(plan)),
            None => licenses.push(EffectiveLicense {
                sku_id: holding.sku_id,
                disabled_plans: holding.disabled_plans.clone(),
            }),
        }
    }
    licenses
}

/// The plans of a product that a user gets with these turned off: its plans for users less those.
pub fn enabled_plans(sku: &SkuFacts, disabled_plans: &[Guid]) -> impl Iterator<Item = Guid> {
    let plans = sku.plans.iter();
    let for_users = plans.filter(|plan| plan.applies_to == AppliesTo::User);
    for_users
        .map(|plan| plan.id)
        .filter(|plan| !disabled_plans.contains(plan))
}

#[cfg(test)]
mod tests {
    use super::super::{HoldingState, PlanFacts, PrepaidUnits};
    use super::*;

    const SKU: Guid = Guid(1);
    const SWAY: Guid = Guid(10);
    const YAMMER: Guid = Guid(11);

    #[test]
    fn a_plan_is_off_only_where_every_source_turns_it_off() {
        let holdings = [
            Holding::direct(SKU, vec![SWAY, YAMMER]),
            Holding::inherited(SKU, Guid(90), vec![YAMMER]),
        ];
        let expected = EffectiveLicense {
            sku_id: SKU,
            disabled_plans: vec![YAMMER],
        };
        assert_eq!(effective(&holdings), [expected]);
    }

    #[test]
    fn a_source_in_error_turns_nothing_on() {
        let failed = Holding {
            state: HoldingState::Error,
            ..Holding::inherited(SKU, Guid(90), vec![])
        };
        let holdings = [failed.clone(), Holding::direct(SKU, vec![SWAY])];
        let expected = EffectiveLicense {
            sku_id: SKU,
            disabled_plans: vec![SWAY],
        };
        assert_eq!(effective(&holdings), [expected]);
        assert_eq!(effective(&[failed]), []);
    }

    #[test]
    fn plans_for_the_company_are_not_a_users() {
        let plan = |id, applies_to| PlanFacts {
            id,
            name: "P".into(),
            applies_to,
        };
        let sku = SkuFacts {
            sku_id: SKU,
            part_number: "S".into(),
            applies_to: AppliesTo::User,
            prepaid: PrepaidUnits::default(),
            consumed: 0,
            plans: [
                plan(SWAY, AppliesTo::User),
                plan(YAMMER, AppliesTo::Company),
                plan(Guid(12), AppliesTo::User),
            ]
            .into(),
        };
        assert_eq!(enabled_plans(&sku, &[Guid(12)]).collect::<Vec<_>>(), [SWAY]);
    }
}
