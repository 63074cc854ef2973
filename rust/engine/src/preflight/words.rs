//! A change in words.

use mglicense_rules::Guid;
use mglicense_rules::assignment::Source;

use super::assess::Assessed;
use super::facts::Condition;
use super::reason::{plan_names, product_name};
use crate::skus::TenantSkus;

/// A change in words, as a person is asked for it.
pub(crate) fn describe(assessed: &Assessed, before: &Condition, skus: &TenantSkus) -> String {
    let mut parts = Vec::new();
    if let Some(code) = assessed.location {
        parts.push(match before.facts.usage_location.as_deref() {
            Some(old) => format!("set usage location {code} (was {old})"),
            None => format!("set usage location {code}"),
        });
    }
    let names = |sku_id: Guid, plans: &[Guid]| plan_names(Some(sku_id), plans, skus).join(", ");
    let held = |sku_id: Guid| {
        let mut holdings = before.facts.holdings.iter();
        holdings.find(|held| held.sku_id == sku_id && held.source == Source::Direct)
    };
    for add in &assessed.change.add {
        let product = product_name(add.sku_id, skus);
        match held(add.sku_id) {
            None if add.disabled_plans.is_empty() => parts.push(format!("add {product}")),
            None => parts.push(format!(
                "add {product} without {}",
                names(add.sku_id, &add.disabled_plans)
            )),
            Some(held) => {
                let (on, off) = plan_changes(&held.disabled_plans, &add.disabled_plans);
                if !on.is_empty() {
                    parts.push(format!("turn on {} in {product}", names(add.sku_id, &on)));
                }
                if !off.is_empty() {
                    parts.push(format!("turn off {} in {product}", names(add.sku_id, &off)));
                }
                if on.is_empty() && off.is_empty() {
                    parts.push(format!("assign {product} again"));
                }
            }
        }
    }
    for &sku_id in &assessed.change.remove {
        parts.push(format!("remove {}", product_name(sku_id, skus)));
    }
    if parts.is_empty() {
        "no change".to_owned()
    } else {
        parts.join("; ")
    }
}

/// The plans that go on and those that go off, between two lists of plans that are off.
pub(super) fn plan_changes(before: &[Guid], after: &[Guid]) -> (Vec<Guid>, Vec<Guid>) {
    let missing_in = |list: &[Guid], other: &[Guid]| -> Vec<Guid> {
        list.iter()
            .copied()
            .filter(|plan| !other.contains(plan))
            .collect()
    };
    (missing_in(before, after), missing_in(after, before))
}
