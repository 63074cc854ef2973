//! A user's choice of plans, carried from one product to another.
//!
//! A plan that both products hold keeps its state. Many plans come in tiers, each with an id of its own: who has Flow of
//! Office 365 E3 off wants that of E5 off too. Nothing that Graph serves says which plans are tiers of one service, so
//! their names are compared without what tells tiers apart (`FLOW_O365_P2`, `FLOW_O365_P3`), and a plan has a counterpart
//! only where exactly one plan of the other product, and of no product given up, has the same name so.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{AppliesTo, PlanFacts, SkuFacts};

/// What a choice of plans comes to in the new product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// Plans of the new product to be off.
    pub(crate) off: Vec<Guid>,
    /// Plans that were off, with their counterparts, which are off in their place.
    pub(crate) replaced: Vec<(Guid, Guid)>,
    /// Plans that were off and have no counterpart.
    pub(crate) lost: Vec<Guid>,
}

/// Carries the plans that are off in the products given up over to the new one. A plan that one of them has on counts
/// as on. `new_off` turns off what no product given up has in any tier.
pub(crate) fn carry(from: &[(&SkuFacts, &[Guid])], to: &SkuFacts, new_off: bool) -> Carried {
    let held = |plan: Guid| from.iter().any(|(sku, _)| sku.plan(plan).is_some());
    let mut on_families: Vec<String> = Vec::new();
    let mut off: Vec<&PlanFacts> = Vec::new();
    for (sku, disabled) in from {
        for plan in sku
            .plans
            .iter()
            .filter(|plan| plan.applies_to == AppliesTo::User)
        {
            let is_on = from
                .iter()
                .any(|(sku, disabled)| sku.plan(plan.id).is_some() && !disabled.contains(&plan.id));
            if is_on {
                on_families.push(family(&plan.name));
            } else if disabled.contains(&plan.id) && !off.iter().any(|known| known.id == plan.id) {
                off.push(plan);
            }
        }
    }
    let open = to
        .plans
        .iter()
        .filter(|plan| plan.applies_to == AppliesTo::User && !held(plan.id));
    let open: Vec<(String, Guid)> = open.map(|plan| (family(&plan.name), plan.id)).collect();
    let mut carried = Carried::default();
    for plan in off {
        if to.plan(plan.id).is_some() {
            carried.off.push(plan.id);
            continue;
        }
        let name = family(&plan.name);
        let mut same = open.iter().filter(|(family, _)| *family == name);
        match (same.next(), same.next()) {
            // What another tier has on stays on.
            (Some(&(_, counterpart)), None) if !on_families.contains(&name) => {
                carried.replaced.push((plan.id, counterpart));
                if !carried.off.contains(&counterpart) {
                    carried.off.push(counterpart);
                }
            }
            _ => carried.lost.push(plan.id),
        }
    }
    if new_off {
        for (family, plan) in &open {
            if !on_families.contains(family) && !carried.off.contains(plan) {
                carried.off.push(*plan);
            }
        }
    }
    carried
}

/// Words that tell the tiers of a plan apart.
const TIERS: [&str; 6] = [
    "ENTERPRISE",
    "STANDARD",
    "DESKLESS",
    "ESSENTIALS",
    "FIRSTLINE",
    "KIOSK",
];

/// The name of a plan without what tells its tiers apart.
fn family(name: &str) -> String {
    let mut family = String::with_capacity(name.len());
    for word in name.to_ascii_uppercase().split('_') {
        let bare = bare(word);
        if !bare.is_empty() {
            family.push('_');
            family.push_str(bare);
        }
    }
    family
}

/// A word of a name without its tier: nothing of `P2`, `E5`, `PLAN3`, `K`, `7` and `STANDARD`; `SHAREPOINT` of
/// `SHAREPOINTSTANDARD`.
fn bare(word: &str) -> &str {
    let stem = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
    let has_number = stem.len() < word.len();
    if ["", "PLAN", "K"].contains(&stem)
        || (has_number && ["P", "E", "F", "S", "K"].contains(&stem))
    {
        return "";
    }
    if TIERS.contains(&stem) {
        return "";
    }
    TIERS
        .iter()
        .find_map(|tier| word.strip_suffix(tier))
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use mglicense_rules::assignment::PrepaidUnits;
    use mglicense_rules::catalog;

    use super::*;

    fn sku(part_number: &str) -> SkuFacts {
        let mut products = catalog::products_by_part_number(part_number);
        SkuFacts::from_product(products.next().unwrap(), PrepaidUnits::default())
    }

    fn plans(names: &[&str], sku: &SkuFacts) -> Vec<Guid> {
        let ids = names.iter().map(|name| {
            let mut plans = sku.plans.iter();
            plans.find(|plan| &*plan.name == *name).unwrap().id
        });
        ids.collect()
    }

    #[test]
    fn what_was_off_stays_off_and_what_the_new_product_lacks_is_told() {
        // A public report: SWAY and KAIZALA_O365_P3 off in Microsoft 365 E3; E5 holds SWAY and not KAIZALA_O365_P3.
        let (e3, e5) = (sku("SPE_E3"), sku("SPE_E5"));
        let off = plans(&["SWAY", "KAIZALA_O365_P3"], &e3);
        let carried = carry(&[(&e3, &off)], &e5, false);
        assert_eq!(carried.off, off[..1]);
        assert_eq!(carried.lost, off[1..]);
        assert_eq!(carried.replaced, []);
    }

    #[test]
    fn a_plan_of_another_tier_is_off_in_its_place() {
        for (from, to, tiers) in [
            (
                "SPE_E3",
                "SPE_E5",
                vec![
                    ("FLOW_O365_P2", "FLOW_O365_P3"),
                    ("FORMS_PLAN_E3", "FORMS_PLAN_E5"),
                    ("BPOS_S_TODO_2", "BPOS_S_TODO_3"),
                    ("STREAM_O365_E3", "STREAM_O365_E5"),
                    ("WHITEBOARD_PLAN2", "WHITEBOARD_PLAN3"),
                ],
            ),
            (
                "STANDARDPACK",
                "ENTERPRISEPACK",
                vec![
                    ("EXCHANGE_S_STANDARD", "EXCHANGE_S_ENTERPRISE"),
                    ("SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE"),
                    ("POWERAPPS_O365_P1", "POWERAPPS_O365_P2"),
                ],
            ),
            (
                "SPE_F1",
                "SPE_E3",
                vec![
                    ("EXCHANGE_S_DESKLESS", "EXCHANGE_S_ENTERPRISE"),
                    ("FLOW_O365_S1", "FLOW_O365_P2"),
                    ("FORMS_PLAN_K", "FORMS_PLAN_E3"),
                    ("WHITEBOARD_FIRSTLINE1", "WHITEBOARD_PLAN2"),
                ],
            ),
        ] {
            let (from, to) = (sku(from), sku(to));
            for (old, new) in tiers {
                let (old, new) = (plans(&[old], &from), plans(&[new], &to));
                let carried = carry(&[(&from, &old)], &to, false);
                assert_eq!(carried.off, new);
                assert_eq!(carried.replaced, [(old[0], new[0])]);
                assert_eq!(carried.lost, []);
            }
        }
    }

    #[test]
    fn a_plan_is_off_only_where_every_product_given_up_has_it_off() {
        let (e3, exchange, e5) = (
            sku("ENTERPRISEPACK"),
            sku("EXCHANGEENTERPRISE"),
            sku("SPE_E5"),
        );
        let off = plans(&["EXCHANGE_S_ENTERPRISE", "SWAY"], &e3);
        let carried = carry(&[(&e3, &off), (&exchange, &[])], &e5, false);
        assert_eq!(carried.off, off[1..]);
    }

    #[test]
    fn plans_that_only_the_new_product_holds_can_begin_off() {
        let (e3, e5) = (sku("SPE_E3"), sku("SPE_E5"));
        let carried = carry(&[(&e3, &[])], &e5, true);
        for plan in plans(&["MCOEV", "MCOMEETADV", "THREAT_INTELLIGENCE"], &e5) {
            assert!(carried.off.contains(&plan));
        }
        // Tiers of what the user has on, and what both hold, go on.
        for plan in plans(&["FLOW_O365_P3", "TEAMS1", "SWAY"], &e5) {
            assert!(!carried.off.contains(&plan));
        }
        assert_eq!(carry(&[(&e3, &[])], &e5, false), Carried::default());
    }
}
