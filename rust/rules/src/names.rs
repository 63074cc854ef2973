//! From what people type to ids.
//!
//! The tenant's own products go first, then the public table. More than one candidate is not chosen
//! from. Text that is neither an id nor a known name stays as it is, for the service to judge.

mod near;

pub use near::nearest;

use crate::{Guid, catalog};

/// A product of the tenant, as far as names go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantSku<'a> {
    /// Its id.
    pub sku_id: Guid,
    /// Its part number in the tenant.
    pub part_number: &'a str,
}

/// A plan of a tenant's product, as far as names go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TenantPlan<'a> {
    /// Its id.
    pub id: Guid,
    /// Its name in the tenant.
    pub name: &'a str,
}

/// What a text comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// This id.
    Id(Guid),
    /// Any of several, in ascending order of id: to be refused, with these shown.
    Candidates(Vec<Candidate>),
    /// Neither an id nor a known name.
    Unknown,
}

/// One of several things a name may mean.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// Its id.
    pub id: Guid,
    /// The part number of a product, the name of a plan.
    pub name: String,
    /// The name as shown to people; empty where the table has none.
    pub display_name: &'static str,
}

/// The product a text means: an id, a part number, or a display name, in any case.
pub fn resolve_sku<'a>(
    text: &str,
    tenant_skus: impl IntoIterator<Item = TenantSku<'a>>,
) -> Resolved {
    let text = text.trim();
    if let Ok(id) = Guid::parse(text) {
        return Resolved::Id(id);
    }
    let own = tenant_skus.into_iter().filter_map(|sku| {
        let display_name = catalog::product(sku.sku_id).map_or("", |product| product.name);
        let is_meant =
            sku.part_number.eq_ignore_ascii_case(text) || display_name.eq_ignore_ascii_case(text);
        is_meant.then(|| Candidate {
            id: sku.sku_id,
            name: sku.part_number.to_owned(),
            display_name,
        })
    });
    let own: Vec<Candidate> = own.collect();
    if !text.is_empty() && !own.is_empty() {
        return choose(own);
    }
    let listed = catalog::products_by_part_number(text).chain(catalog::products_by_name(text));
    choose(
        listed
            .map(|product| Candidate {
                id: product.sku_id,
                name: product.part_number.to_owned(),
                display_name: product.name,
            })
            .collect(),
    )
}

/// The service plan a text means inside a product: an id or a plan name, in any case.
///
/// `tenant_plans` are the plans of the tenant's own product, empty if it does not own it. A name these
/// lack is looked for in the product of the table, then in the whole table, so that the service or a
/// check of ours can say that the plan is not in the product.
pub fn resolve_plan<'a>(
    text: &str,
    sku_id: Option<Guid>,
    tenant_plans: impl IntoIterator<Item = TenantPlan<'a>>,
) -> Resolved {
    let text = text.trim();
    if let Ok(id) = Guid::parse(text) {
        return Resolved::Id(id);
    }
    let own = tenant_plans
        .into_iter()
        .filter(|plan| !text.is_empty() && plan.name.eq_ignore_ascii_case(text))
        .map(|plan| Candidate {
            id: plan.id,
            name: plan.name.to_owned(),
            display_name: catalog::plan(plan.id).map_or("", |listed| listed.friendly_name),
        });
    let own: Vec<Candidate> = own.collect();
    if !own.is_empty() {
        return choose(own);
    }
    let listed = |in_product: Option<&catalog::Product>| -> Vec<Candidate> {
        catalog::plans_by_name(text)
            .filter(|plan| in_product.is_none_or(|product| product.has_plan(plan.id)))
            .map(|plan| Candidate {
                id: plan.id,
                name: plan.name.to_owned(),
                display_name: plan.friendly_name,
            })
            .collect()
    };
    let product = sku_id.and_then(catalog::product);
    let in_product = product.map(|product| listed(Some(product)));
    match in_product {
        Some(candidates) if !candidates.is_empty() => choose(candidates),
        _ => choose(listed(None)),
    }
}

fn choose(mut candidates: Vec<Candidate>) -> Resolved {
    candidates.sort_unstable();
    candidates.dedup_by_key(|candidate| candidate.id);
    match candidates.as_slice() {
        [] => Resolved::Unknown,
        [only] => Resolved::Id(only.id),
        _ => Resolved::Candidates(candidates),
    }
}
