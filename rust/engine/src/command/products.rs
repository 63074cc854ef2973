//! Looking up products and plans by any of their names, without a connection if need be.

use std::sync::Arc;

use mglicense_rules::names::{Resolved, resolve_plan};
use mglicense_rules::{Guid, catalog};
use serde::{Deserialize, Serialize};

use super::assignments::emit_item;
use crate::change::Texts;
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::names;
use crate::session::Session;
use crate::skus::TenantSkus;
use crate::survey::{Plan, Product};
use mglicense_rules::assignment::SkuLookup;

/// Which products. What is absent narrows nothing.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListProducts {
    /// Part numbers or names; `*` and `?` stand for any letters.
    #[serde(default)]
    names: Texts,
    /// Ids.
    #[serde(default)]
    sku_ids: Texts,
    /// Plans that it holds, by id or name; `*` and `?` stand for any letters.
    #[serde(default)]
    plans: Texts,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed<'a> {
    #[serde(flatten)]
    product: &'a Product,
    service_plans: &'a [Plan],
}

impl ListProducts {
    pub(crate) async fn run(
        self,
        session: Option<&Session>,
        job: &JobContext,
    ) -> Result<(), Failure> {
        let (skus, read) = match session {
            // The table is there for those who can't ask the tenant.
            Some(session) => match session.skus().known(session, job, false).await {
                Ok(known) => {
                    let read = !known.skus.all().is_empty();
                    (known.skus, read)
                }
                Err(failure) => {
                    job.check()?;
                    job.verbose(format!(
                        "The organisation's products could not be read ({}); the public table has to do.",
                        failure.message
                    ))
                    .await;
                    (Arc::default(), false)
                }
            },
            None => (Arc::default(), false),
        };
        let all = all_products(&skus);
        let mut chosen: Vec<Guid> = Vec::new();
        if self.names.0.is_empty() && self.sku_ids.0.is_empty() {
            chosen.clone_from(&all);
        }
        let mut failures = Vec::new();
        // An id is as good as a name wherever a product is meant, and the other way round.
        for text in self.names.0.iter().chain(&self.sku_ids.0) {
            match self.by_name(&skus, &all, text) {
                Ok(ids) => chosen.extend(ids),
                Err(failure) => failures.push(failure),
            }
        }
        let mut plans = Vec::new();
        for text in &self.plans.0 {
            match plans_named(&skus, text) {
                Ok(ids) => plans.push(ids),
                Err(failure) => failures.push(failure),
            }
        }
        let has_all = |product: &Product| {
            plans
                .iter()
                .all(|ids| product.plans.iter().any(|plan| ids.contains(&plan.id)))
        };
        let mut products: Vec<Product> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        if plans.len() == self.plans.0.len() {
            for id in chosen {
                if seen.insert(id) {
                    products.push(Product::new(id, &skus, read));
                }
            }
        }
        products.retain(has_all);
        products.sort_by(|a, b| (&a.product_name, a.sku_id).cmp(&(&b.product_name, b.sku_id)));
        for product in &products {
            emit_item(
                job,
                &Listed {
                    product,
                    service_plans: &product.plans,
                },
            )
            .await;
        }
        for failure in failures {
            job.emit(crate::event::Event::new(
                crate::event::EventKind::Error,
                failure.to_json(),
            ))
            .await;
        }
        Ok(())
    }

    fn by_name(&self, skus: &TenantSkus, all: &[Guid], text: &str) -> Result<Vec<Guid>, Failure> {
        if is_pattern(text) {
            let found = all
                .iter()
                .copied()
                .filter(|&id| {
                    let product = Product::new(id, skus, false);
                    matches(text, &product.sku_part_number) || matches(text, &product.product_name)
                })
                .collect();
            return Ok(found);
        }
        match names::product(skus, text) {
            Resolved::Id(id) if all.contains(&id) => Ok(vec![id]),
            Resolved::Id(id) => Err(missing(&format!(
                "no product of the id {id} is in the table or in the tenant"
            ))),
            Resolved::Candidates(candidates) => {
                Err(names::ambiguous_product(skus, text, &candidates))
            }
            Resolved::Unknown => Err(names::unknown_product(skus, text)),
        }
    }
}

fn missing(message: &str) -> Failure {
    let mut failure = Failure::new(FailureKind::Name, "UnknownName", message);
    failure.recommended_action = Some(
        "Microsoft's table changes often: Import-MgLicenseProduct loads a newer one. Connected, the tenant's own products are found too.".into(),
    );
    failure
}

/// The tenant's products, then those of the table.
fn all_products(skus: &TenantSkus) -> Vec<Guid> {
    let own = skus.all().iter().map(|sku| sku.sku_id);
    let listed = catalog::products()
        .iter()
        .map(|product| product.sku_id)
        .filter(|&id| skus.sku(id).is_none());
    own.chain(listed).collect()
}

/// The plans a text means.
fn plans_named(skus: &TenantSkus, text: &str) -> Result<Vec<Guid>, Failure> {
    let own = || skus.all().iter().flat_map(|sku| sku.plans.iter());
    if is_pattern(text) {
        let own = own()
            .filter(|plan| matches(text, &plan.name))
            .map(|plan| plan.id);
        let listed = catalog::plans()
            .iter()
            .filter(|plan| matches(text, plan.name) || matches(text, plan.friendly_name))
            .map(|plan| plan.id);
        return Ok(own.chain(listed).collect());
    }
    let tenant_plans = own().map(|plan| mglicense_rules::names::TenantPlan {
        id: plan.id,
        name: &plan.name,
    });
    match resolve_plan(text, None, tenant_plans) {
        Resolved::Id(id) => Ok(vec![id]),
        Resolved::Candidates(candidates) => Err(names::ambiguous_plan(text, &candidates)),
        Resolved::Unknown => {
            let listed: Vec<Guid> = catalog::plans()
                .iter()
                .filter(|plan| plan.friendly_name.eq_ignore_ascii_case(text.trim()))
                .map(|plan| plan.id)
                .collect();
            match listed.len() {
                0 => Err(names::unknown_plan(text)),
                // One friendly name may stand for several plans; a product with any of them is meant.
                _ => Ok(listed),
            }
        }
    }
}

fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether a text is of a pattern in which `*` stands for any letters and `?` for one, in any case.
fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.trim().to_lowercase().chars().collect();
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let (mut at, mut from) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                retry = Some((at, from));
                at += 1;
            }
            Some(&letter) if letter == '?' || letter == text[from] => {
                at += 1;
                from += 1;
            }
            _ => match retry {
                Some((star, start)) => {
                    at = star + 1;
                    from = start + 1;
                    retry = Some((star, start + 1));
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&letter| letter == '*')
}

/// A file with a newer table, or none to go back to the built-in one.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct LoadProducts {
    #[serde(default)]
    path: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoadedTable {
    path: Option<String>,
    products: usize,
    new_products: usize,
    service_plans: usize,
    new_service_plans: usize,
    unusable_rows: usize,
}

impl LoadProducts {
    pub(crate) async fn run(self, job: &JobContext) -> Result<(), Failure> {
        let Some(path) = self.path else {
            catalog::unload();
            let table = LoadedTable {
                path: None,
                products: catalog::products().len(),
                new_products: 0,
                service_plans: catalog::plans().len(),
                new_service_plans: 0,
                unusable_rows: 0,
            };
            emit_item(job, &table).await;
            return Ok(());
        };
        let csv = std::fs::read(&path)
            .map_err(|error| Failure::argument(format!("'{path}' could not be read: {error}")))?;
        let loaded = catalog::load(&csv).map_err(|error| {
            Failure::argument(format!("'{path}' is not a table of products: {error}"))
        })?;
        let table = LoadedTable {
            path: Some(path),
            products: loaded.products,
            new_products: loaded.new_products,
            service_plans: loaded.plans,
            new_service_plans: loaded.new_plans,
            unusable_rows: loaded.unusable_rows,
        };
        emit_item(job, &table).await;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_matched_whole_and_in_any_case() {
        for (pattern, text, expected) in [
            ("SPE_*", "spe_e5", true),
            ("*E5", "SPE_E5", true),
            ("*e5*", "Microsoft 365 E5 Compliance", true),
            ("SPE_E?", "SPE_E5", true),
            ("SPE_E?", "SPE_E", false),
            ("SPE", "SPE_E5", false),
            ("*a*b", "xaxxbxb", true),
            ("*a*b", "xaxxbx", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
