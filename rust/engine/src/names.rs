//! From the names that callers write to the ids that Graph takes.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{RuleSettings, SkuLookup};
use mglicense_rules::names::{
    Candidate, Resolved, TenantPlan, TenantSku, nearest, resolve_plan, resolve_sku,
};
use serde_json::json;

use crate::change::Addition;
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;
use crate::skus::TenantSkus;

/// Turns names into ids, in place. Ids stay as they are written; text that is neither an id nor a known name
/// stays too, for the service to judge.
///
/// Names are looked up among the tenant's own products, which are read once per session and again when a name
/// isn't among them, and then in the public table.
///
/// # Errors
/// When a name stands for more than one thing, or the tenant's products can't be read.
pub(crate) async fn resolve(
    session: &Session,
    job: &JobContext,
    add: &mut [Addition],
    remove: &mut [String],
    debug: bool,
) -> Result<(), Failure> {
    if !has_names(add, remove) {
        return Ok(());
    }
    let known = session.skus().known(session, job, debug).await?;
    let skus = if known.fresh || all_owned(&known.skus, add, remove) {
        known.skus
    } else {
        session.skus().refreshed(session, job, debug).await?
    };
    resolve_with(&skus, add, remove)
}

/// Turns names into ids by a given list of products.
///
/// # Errors
/// When a name stands for more than one thing.
pub(crate) fn resolve_with(
    skus: &TenantSkus,
    add: &mut [Addition],
    remove: &mut [String],
) -> Result<(), Failure> {
    for addition in add.iter_mut() {
        let mut sku_id = None;
        if let Some(text) = &mut addition.sku {
            sku_id = replace(text, product(skus, text), |text, candidates| {
                ambiguous_product(skus, text, candidates)
            })?;
        }
        for text in addition.disabled_plans.iter_mut().flatten() {
            replace(text, plan(skus, sku_id, text), ambiguous_plan)?;
        }
    }
    for text in remove.iter_mut() {
        replace(text, product(skus, text), |text, candidates| {
            ambiguous_product(skus, text, candidates)
        })?;
    }
    Ok(())
}

/// Switches plans off in whichever of the products hold them, for products that don't bring plans of their own.
/// A plan that none of them holds goes to all, for the service to refuse. Products' names must be ids already;
/// plans may be names.
///
/// # Errors
/// When a name stands for more than one plan, or the tenant's products can't be read.
pub(crate) async fn spread(
    session: &Session,
    job: &JobContext,
    add: &mut [Addition],
    plans: &[String],
    debug: bool,
) -> Result<(), Failure> {
    if plans.is_empty() || add.iter().all(|addition| addition.disabled_plans.is_some()) {
        return Ok(());
    }
    let known = session.skus().known(session, job, debug).await?;
    spread_with(&known.skus, add, plans)
}

/// [`spread`], by a given list of products.
///
/// # Errors
/// When a name stands for more than one plan.
pub(crate) fn spread_with(
    skus: &TenantSkus,
    add: &mut [Addition],
    plans: &[String],
) -> Result<(), Failure> {
    let mut open: Vec<_> = add
        .iter_mut()
        .filter(|addition| addition.disabled_plans.is_none())
        .map(|addition| {
            let sku_id = addition
                .sku
                .as_deref()
                .and_then(|sku| Guid::parse(sku).ok());
            (addition, sku_id, Vec::new())
        })
        .collect();
    for text in plans {
        let mut placed = false;
        for (_, sku_id, off) in &mut open {
            let mut id_text = text.clone();
            let id = replace(&mut id_text, plan(skus, *sku_id, text), ambiguous_plan)?;
            if id.is_some_and(|id| sku_id.is_some_and(|sku_id| holds(skus, sku_id, id))) {
                off.push(id_text);
                placed = true;
            }
        }
        if !placed {
            for (_, sku_id, off) in &mut open {
                let mut id_text = text.clone();
                replace(&mut id_text, plan(skus, *sku_id, text), ambiguous_plan)?;
                off.push(id_text);
            }
        }
    }
    for (addition, _, off) in open {
        addition.disabled_plans = Some(off).filter(|off| !off.is_empty());
    }
    Ok(())
}

/// Whether a product holds a plan: by the tenant's own list, else by the public table.
fn holds(skus: &TenantSkus, sku_id: Guid, plan_id: Guid) -> bool {
    match skus.sku(sku_id) {
        Some(sku) => sku.plans.iter().any(|plan| plan.id == plan_id),
        None => mglicense_rules::catalog::product(sku_id)
            .is_some_and(|product| product.has_plan(plan_id)),
    }
}

/// Puts the id in a name's place. An id that was written as one is left as it was written.
fn replace(
    text: &mut String,
    resolved: Resolved,
    ambiguous: impl FnOnce(&str, &[Candidate]) -> Failure,
) -> Result<Option<Guid>, Failure> {
    match resolved {
        Resolved::Id(id) => {
            if Guid::parse(text).is_err() {
                *text = id.to_string();
            }
            Ok(Some(id))
        }
        Resolved::Candidates(candidates) => Err(ambiguous(text, &candidates)),
        Resolved::Unknown => Ok(None),
    }
}

fn has_names(add: &[Addition], remove: &[String]) -> bool {
    let is_name = |text: &String| Guid::parse(text).is_err();
    remove.iter().any(is_name)
        || add.iter().any(|addition| {
            addition.sku.as_ref().is_some_and(is_name)
                || addition.disabled_plans.iter().flatten().any(is_name)
        })
}

/// Whether every name is one of the tenant's own, so that reading its products again can add nothing.
fn all_owned(skus: &TenantSkus, add: &[Addition], remove: &[String]) -> bool {
    let own_product = |text: &str| match product(skus, text) {
        Resolved::Id(id) => Guid::parse(text).is_ok() || skus.sku(id).is_some(),
        Resolved::Candidates(candidates) => candidates
            .iter()
            .all(|candidate| skus.sku(candidate.id).is_some()),
        Resolved::Unknown => false,
    };
    let own_plan = |sku: Option<&str>, text: &str| {
        let sku_id = sku.and_then(|sku| match product(skus, sku) {
            Resolved::Id(id) => Some(id),
            _ => None,
        });
        let own = sku_id.and_then(|id| skus.sku(id));
        Guid::parse(text).is_ok()
            || own.is_some_and(|sku| {
                sku.plans
                    .iter()
                    .any(|plan| plan.name.eq_ignore_ascii_case(text))
            })
    };
    remove.iter().all(|text| own_product(text))
        && add.iter().all(|addition| {
            addition.sku.as_deref().is_none_or(own_product)
                && addition
                    .disabled_plans
                    .iter()
                    .flatten()
                    .all(|text| own_plan(addition.sku.as_deref(), text))
        })
}

pub(crate) fn product(skus: &TenantSkus, text: &str) -> Resolved {
    resolve_sku(
        text,
        skus.all().iter().map(|sku| TenantSku {
            sku_id: sku.sku_id,
            part_number: &sku.part_number,
        }),
    )
}

pub(crate) fn plan(skus: &TenantSkus, sku_id: Option<Guid>, text: &str) -> Resolved {
    let own = sku_id.and_then(|id| skus.sku(id));
    let plans = own.iter().flat_map(|sku| sku.plans.iter());
    resolve_plan(
        text,
        sku_id,
        plans.map(|plan| TenantPlan {
            id: plan.id,
            name: &plan.name,
        }),
    )
}

pub(crate) fn ambiguous_product(
    skus: &TenantSkus,
    text: &str,
    candidates: &[Candidate],
) -> Failure {
    let seats = |candidate: &Candidate| {
        skus.sku(candidate.id)
            .map(|sku| sku.available(&RuleSettings::default()))
    };
    let described: Vec<_> = candidates
        .iter()
        .map(|candidate| match seats(candidate) {
            Some(free) => format!(
                "{} ({}, {free} seats free)",
                candidate.id, candidate.display_name
            ),
            None => format!("{} ({})", candidate.id, candidate.display_name),
        })
        .collect();
    let listed = candidates.iter().map(|candidate| {
        json!({ "id": candidate.id, "partNumber": candidate.name, "name": candidate.display_name, "available": seats(candidate) })
    });
    ambiguous(
        format!(
            "'{text}' stands for {} products: {}",
            candidates.len(),
            described.join("; ")
        ),
        listed.collect(),
    )
}

/// The refusal of a text that is no id and no known product's name, with the names it may be meant as.
pub(crate) fn unknown_product(skus: &TenantSkus, text: &str) -> Failure {
    let own = skus.all().iter().map(|sku| &*sku.part_number);
    let listed = mglicense_rules::catalog::products();
    let near = nearest(
        text,
        own.chain(listed.iter().map(|product| product.part_number))
            .chain(listed.iter().map(|product| product.name)),
    );
    unknown("product", text, &near)
}

/// The same of a plan.
pub(crate) fn unknown_plan(text: &str) -> Failure {
    let listed = mglicense_rules::catalog::plans();
    let near = nearest(
        text,
        listed
            .iter()
            .flat_map(|plan| [plan.name, plan.friendly_name]),
    );
    unknown("service plan", text, &near)
}

fn unknown(what: &str, text: &str, near: &[&str]) -> Failure {
    let mut failure = Failure::new(
        FailureKind::Name,
        "UnknownName",
        format!("'{text}' is no id and no known name of a {what}"),
    );
    failure.recommended_action = Some(if near.is_empty() {
        "Give the id, or press Tab for the names.".into()
    } else {
        format!("Did you mean {}?", near.join(", or "))
    });
    failure
}

pub(crate) fn ambiguous_plan(text: &str, candidates: &[Candidate]) -> Failure {
    let described: Vec<_> = candidates
        .iter()
        .map(|candidate| format!("{} ({})", candidate.id, candidate.display_name))
        .collect();
    let listed = candidates
        .iter()
        .map(|candidate| json!({ "id": candidate.id, "planName": candidate.name, "name": candidate.display_name }));
    ambiguous(
        format!(
            "'{text}' stands for {} service plans: {}",
            candidates.len(),
            described.join("; ")
        ),
        listed.collect(),
    )
}

fn ambiguous(message: String, candidates: Vec<serde_json::Value>) -> Failure {
    let mut failure = Failure::new(FailureKind::Name, "AmbiguousName", message);
    failure.recommended_action = Some("Give the id of the one that is meant.".into());
    failure.candidates = Some(candidates);
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addition(sku: &str, plans: &[&str]) -> Addition {
        Addition {
            sku: Some(sku.into()),
            disabled_plans: Some(plans.iter().map(|&plan| plan.into()).collect()),
        }
    }

    #[test]
    fn names_of_the_public_table_become_ids_in_any_case() {
        let mut add = [addition(
            "spe_e5",
            &["sway", "7547a3fe-08ee-4ccb-b430-5077c5041653"],
        )];
        let mut remove = ["SPE_E3".to_owned()];
        resolve_with(&TenantSkus::default(), &mut add, &mut remove).unwrap();
        assert_eq!(
            add[0].sku.as_deref(),
            Some("06ebc4ee-1bb5-47dd-8120-11324bc54e06")
        );
        assert_eq!(
            add[0].disabled_plans.as_deref().unwrap(),
            [
                "a23b959c-7ce8-4e57-9140-b90eb88a9e97",
                "7547a3fe-08ee-4ccb-b430-5077c5041653"
            ]
        );
        assert_eq!(remove, ["05e9a617-0261-4cee-bb44-138d3ef5d965"]);
    }

    #[test]
    fn an_id_stays_as_it_is_written_and_so_does_text_that_is_neither() {
        let id = "06EBC4EE-1BB5-47DD-8120-11324BC54E06";
        let mut add = [addition(id, &["no such plan"])];
        let mut remove = ["no such product".to_owned(), String::new()];
        resolve_with(&TenantSkus::default(), &mut add, &mut remove).unwrap();
        assert_eq!(add[0].sku.as_deref(), Some(id));
        assert_eq!(add[0].disabled_plans.as_deref().unwrap(), ["no such plan"]);
        assert_eq!(remove, ["no such product", ""]);
    }

    #[test]
    fn a_name_of_two_products_is_refused_with_both() {
        let mut add = [Addition {
            sku: Some("MCOPSTN5".into()),
            disabled_plans: None,
        }];
        let failure = resolve_with(&TenantSkus::default(), &mut add, &mut []).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Name);
        assert_eq!(failure.candidates.as_ref().unwrap().len(), 2);
        assert!(failure.message.contains("MCOPSTN5"), "{}", failure.message);
    }

    #[test]
    fn a_plan_for_all_goes_off_only_in_the_products_that_hold_it_and_say_nothing_themselves() {
        // SPE_E5 holds SWAY, FLOW_FREE does not; SPE_E3 holds it but brings a list of its own.
        let bare = |sku: &str| Addition {
            sku: Some(sku.into()),
            disabled_plans: None,
        };
        let mut add = [
            bare("06ebc4ee-1bb5-47dd-8120-11324bc54e06"),
            bare("f30db892-07e9-47e9-837c-80727f46fd3d"),
            addition("05e9a617-0261-4cee-bb44-138d3ef5d965", &[]),
        ];
        spread_with(&TenantSkus::default(), &mut add, &["Sway".to_owned()]).unwrap();
        assert_eq!(
            add[0].disabled_plans.as_deref().unwrap(),
            ["a23b959c-7ce8-4e57-9140-b90eb88a9e97"]
        );
        assert_eq!(add[1].disabled_plans, None);
        assert_eq!(add[2].disabled_plans.as_deref().unwrap(), [] as [&str; 0]);
    }

    #[test]
    fn a_plan_that_no_product_holds_goes_to_all_for_the_service_to_refuse() {
        let mut add = [Addition {
            sku: Some("f30db892-07e9-47e9-837c-80727f46fd3d".into()),
            disabled_plans: None,
        }];
        spread_with(
            &TenantSkus::default(),
            &mut add,
            &["no such plan".to_owned()],
        )
        .unwrap();
        assert_eq!(add[0].disabled_plans.as_deref().unwrap(), ["no such plan"]);
    }
}
