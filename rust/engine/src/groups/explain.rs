//! What an assignment in error means: which plans collide or are missing, in words, and what to do.

use mglicense_rules::assignment::{
    Holding, HoldingError, HoldingState, RuleSet, SkuLookup, Source, enabled_plans,
};
use mglicense_rules::{Guid, catalog};
use serde::Serialize;

use crate::skus::{TenantSkus, product_title};

/// Two plans that can't be had together, or one that needs the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conflict {
    /// The plan of the product in error.
    pub(super) plan: String,
    /// The plan it collides with, or that is missing.
    pub(super) with_plan: String,
    /// The product that holds that plan; none where the plan is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) with_sku_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) with_sku_part_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) with_product_name: Option<String>,
}

/// An error in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) message: String,
    pub(super) action: String,
    pub(super) conflicts: Vec<Conflict>,
}

/// Explains the error of `holding`, which is one of `holdings`. `location` is the country the user is judged by.
pub(super) fn explain(
    holding: &Holding,
    holdings: &[Holding],
    location: Option<&str>,
    skus: &TenantSkus,
    rules: &RuleSet,
) -> Explanation {
    let product = product_name(holding.sku_id, skus);
    let (message, action, conflicts) = match holding.error {
        HoldingError::CountViolation => (
            match skus.sku(holding.sku_id) {
                Some(sku) => format!(
                    "No seat of {product} is free: {} of {} are in use.",
                    sku.consumed,
                    sku.prepaid.enabled + sku.prepaid.warning
                ),
                None => format!(
                    "No seat of {product} is free: the organisation does not own it any more."
                ),
            },
            format!(
                "Buy seats of {product} or take some from others, then process the user again."
            ),
            Vec::new(),
        ),
        HoldingError::MutuallyExclusiveViolation => {
            let conflicts = exclusive(holding, holdings, skus, rules);
            (
                in_words(
                    &conflicts,
                    |conflict| {
                        format!(
                            "{} of {product} can't be had together with {} of {}",
                            conflict.plan,
                            conflict.with_plan,
                            conflict.with_sku_part_number.as_deref().unwrap_or("another product")
                        )
                    },
                    &format!("A plan of {product} can't be had together with a plan of another product of the user; the service doesn't say which"),
                ),
                "Turn off one of the two plans, in the group's licence or in the other one, or take the other product away.".to_owned(),
                conflicts,
            )
        }
        HoldingError::DependencyViolation => {
            let conflicts = if holding.state == HoldingState::ActiveWithError {
                dependents(holding, holdings, skus, rules)
            } else {
                missing(holding, holdings, skus, rules)
            };
            let stays = holding.state == HoldingState::ActiveWithError;
            (
                in_words(
                    &conflicts,
                    |conflict| {
                        if stays {
                            format!(
                                "{} of {} needs {} of {product}, so it can't be taken away",
                                conflict.with_plan,
                                conflict
                                    .with_sku_part_number
                                    .as_deref()
                                    .unwrap_or("another product"),
                                conflict.plan
                            )
                        } else {
                            format!(
                                "{} of {product} needs {}",
                                conflict.plan, conflict.with_plan
                            )
                        }
                    },
                    &format!(
                        "A plan of {product} and one that needs it, or that it needs, are not together; the service doesn't say which"
                    ),
                ),
                if stays {
                    "Take the product that needs it away first, or turn that plan off.".to_owned()
                } else {
                    "Give the missing plan, on the same group, or turn off the plan that needs it."
                        .to_owned()
                },
                conflicts,
            )
        }
        HoldingError::ProhibitedInUsageLocationViolation => (
            match location {
                Some(location) => format!("A plan of {product} may not be used in {location}."),
                None => format!("A plan of {product} may not be used in the user's country."),
            },
            "Correct the usage location, or turn the plan off in the group's licence.".to_owned(),
            Vec::new(),
        ),
        HoldingError::UniquenessViolation => (
            "A mail address of the user belongs to another object too.".to_owned(),
            "Take the address from one of the two, then process the user again.".to_owned(),
            Vec::new(),
        ),
        HoldingError::Other => {
            let causes = causes(holding, holdings, skus);
            (
                if causes.is_empty() {
                    format!("{product} was not applied; the service gives no reason.")
                } else {
                    format!(
                        "{product} was not applied since {} of the same group failed.",
                        causes.join(", ")
                    )
                },
                "Repair the other product of the group; this one follows.".to_owned(),
                Vec::new(),
            )
        }
        HoldingError::None => (
            format!("{product} is {}.", holding.state),
            "Process the user again.".to_owned(),
            Vec::new(),
        ),
    };
    Explanation {
        message,
        action,
        conflicts,
    }
}

/// The conflicts as a sentence, or another one where none was found.
fn in_words(conflicts: &[Conflict], word: impl Fn(&Conflict) -> String, otherwise: &str) -> String {
    let words: Vec<String> = conflicts.iter().map(word).collect();
    if words.is_empty() {
        format!("{otherwise}.")
    } else {
        format!("{}.", words.join("; "))
    }
}

/// The products of the same group that failed by themselves.
fn causes(holding: &Holding, holdings: &[Holding], skus: &TenantSkus) -> Vec<String> {
    let others = holdings.iter().filter(|other| {
        other.source == holding.source
            && other.sku_id != holding.sku_id
            && !matches!(other.error, HoldingError::None | HoldingError::Other)
    });
    others
        .map(|other| format!("{} ({})", product_name(other.sku_id, skus), other.error))
        .collect()
}

/// The plans that an assignment turns on.
fn plans_of(holding: &Holding, skus: &TenantSkus) -> Vec<Guid> {
    match skus.sku(holding.sku_id) {
        Some(sku) => enabled_plans(sku, &holding.disabled_plans).collect(),
        None => Vec::new(),
    }
}

/// The other products of the user, with the plans they turn on. Products that the same group wants count too: a group
/// is applied whole or not at all.
fn others<'a>(
    holding: &'a Holding,
    holdings: &'a [Holding],
    skus: &'a TenantSkus,
) -> impl Iterator<Item = (Guid, Vec<Guid>)> + 'a {
    holdings
        .iter()
        .filter(move |other| {
            other.sku_id != holding.sku_id
                && (other.is_in_effect()
                    || (other.source == holding.source && other.source != Source::Direct))
        })
        .map(|other| (other.sku_id, plans_of(other, skus)))
}

/// The pairs of plans that exclude each other.
fn exclusive(
    holding: &Holding,
    holdings: &[Holding],
    skus: &TenantSkus,
    rules: &RuleSet,
) -> Vec<Conflict> {
    let own = plans_of(holding, skus);
    let mut conflicts = Vec::new();
    for set in rules.exclusions() {
        for plan in own.iter().filter(|plan| set.contains(plan)) {
            for (sku, plans) in others(holding, holdings, skus) {
                let with = plans
                    .iter()
                    .filter(|with| *with != plan && set.contains(with) && !own.contains(with));
                conflicts.extend(with.map(|with| conflict(*plan, *with, Some(sku), skus)));
            }
        }
    }
    conflicts.dedup();
    conflicts
}

/// The plans that those of the product need and the user has not.
fn missing(
    holding: &Holding,
    holdings: &[Holding],
    skus: &TenantSkus,
    rules: &RuleSet,
) -> Vec<Conflict> {
    let own = plans_of(holding, skus);
    let had: Vec<Guid> = others(holding, holdings, skus)
        .flat_map(|(_, plans)| plans)
        .chain(own.iter().copied())
        .collect();
    let unmet = rules.dependencies().iter().filter(|dependency| {
        own.contains(&dependency.plan)
            && !dependency
                .needs_any_of
                .iter()
                .any(|need| had.contains(need))
    });
    unmet
        .map(|dependency| {
            let needs: Vec<String> = dependency
                .needs_any_of
                .iter()
                .map(|need| plan_name(*need, skus))
                .collect();
            Conflict {
                plan: plan_name(dependency.plan, skus),
                with_plan: needs.join(" or "),
                with_sku_id: None,
                with_sku_part_number: None,
                with_product_name: None,
            }
        })
        .collect()
}

/// The plans of other products that need one of this product, which should go.
fn dependents(
    holding: &Holding,
    holdings: &[Holding],
    skus: &TenantSkus,
    rules: &RuleSet,
) -> Vec<Conflict> {
    let own = plans_of(holding, skus);
    let mut conflicts = Vec::new();
    for (sku, plans) in others(holding, holdings, skus) {
        for dependency in rules.dependencies() {
            let needed = own
                .iter()
                .find(|plan| dependency.needs_any_of.contains(plan));
            if let Some(needed) = needed.filter(|_| plans.contains(&dependency.plan)) {
                conflicts.push(conflict(*needed, dependency.plan, Some(sku), skus));
            }
        }
    }
    conflicts
}

fn conflict(plan: Guid, with: Guid, sku: Option<Guid>, skus: &TenantSkus) -> Conflict {
    Conflict {
        plan: plan_name(plan, skus),
        with_plan: plan_name(with, skus),
        with_sku_id: sku.map(|sku| sku.to_string()),
        with_sku_part_number: sku.map(|sku| product_name(sku, skus)),
        with_product_name: sku.and_then(|sku| product_title(sku, skus.part_number(sku))),
    }
}

/// A product's part number, else its id.
pub(super) fn product_name(sku_id: Guid, skus: &TenantSkus) -> String {
    skus.part_number(sku_id)
        .map_or_else(|| sku_id.to_string(), str::to_owned)
}

/// A plan's name: the tenant's own, else the public table's, else its id.
pub(super) fn plan_name(plan: Guid, skus: &TenantSkus) -> String {
    let own = skus.all().iter().find_map(|sku| sku.plan(plan));
    match (own, catalog::plan(plan)) {
        (Some(own), _) => own.name.to_string(),
        (None, Some(public)) => public.name.to_owned(),
        (None, None) => plan.to_string(),
    }
}
