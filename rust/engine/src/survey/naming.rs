//! Names of products and plans: the tenant's own list first, then the public table, then the bare id.

use std::collections::HashMap;
use std::sync::Arc;

use mglicense_rules::assignment::{AppliesTo, SkuLookup};
use mglicense_rules::{Guid, catalog};
use serde::Serialize;

use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;
use crate::skus::TenantSkus;

/// Names as far as they could be had, each product and each set of plans numbered as it is first met.
pub(crate) struct Naming {
    skus: Arc<TenantSkus>,
    /// Whether the tenant's own list was read.
    read: bool,
    products: Vec<Product>,
    by_id: HashMap<Guid, usize>,
    plan_sets: Vec<PlanSet>,
    by_plans: HashMap<(usize, bool, Vec<Guid>), usize>,
}

/// A product with its names.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Product {
    pub(crate) sku_id: Guid,
    pub(crate) sku_part_number: String,
    pub(crate) product_name: String,
    /// `None` where the tenant's list could not be read.
    pub(crate) in_tenant: Option<bool>,
    #[serde(skip)]
    pub(crate) plans: Arc<[Plan]>,
}

/// A plan with its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Plan {
    pub(crate) id: Guid,
    pub(crate) name: String,
    pub(crate) friendly_name: String,
}

/// The plans of a product that are on and off.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PlanSet {
    pub(crate) on: Vec<Plan>,
    pub(crate) off: Vec<Plan>,
}

impl Plan {
    fn new(id: Guid, name: Option<&str>) -> Self {
        let listed = catalog::plan(id);
        let name = name
            .filter(|name| !name.is_empty())
            .or(listed.map(|plan| plan.name));
        let name = name.map_or_else(|| id.to_string(), str::to_owned);
        let friendly_name = listed
            .map(|plan| plan.friendly_name)
            .filter(|text| !text.is_empty());
        Self {
            friendly_name: friendly_name.map_or_else(|| name.clone(), str::to_owned),
            id,
            name,
        }
    }
}

impl Product {
    /// A product as the tenant has it, else as the public table has it.
    pub(crate) fn new(sku_id: Guid, skus: &TenantSkus, read: bool) -> Self {
        let own = skus.sku(sku_id);
        let listed = catalog::product(sku_id);
        let part_number = own
            .map(|sku| &*sku.part_number)
            .filter(|text| !text.is_empty())
            .or(listed.map(|product| product.part_number));
        let part_number = part_number.map_or_else(|| sku_id.to_string(), str::to_owned);
        let plans: Vec<Plan> = match (own, listed) {
            // What the tenant says goes: plans differ by tenant and date.
            (Some(sku), _) if !sku.plans.is_empty() => sku
                .plans
                .iter()
                .filter(|plan| plan.applies_to == AppliesTo::User)
                .map(|plan| Plan::new(plan.id, Some(&plan.name)))
                .collect(),
            (_, Some(product)) => product
                .plans()
                .filter(|plan| !plan.is_company_wide())
                .map(|plan| Plan::new(plan.id, None))
                .collect(),
            _ => Vec::new(),
        };
        Self {
            sku_id,
            product_name: listed
                .map_or_else(|| part_number.clone(), |product| product.name.to_owned()),
            sku_part_number: part_number,
            in_tenant: read.then_some(own.is_some()),
            plans: plans.into(),
        }
    }
}

impl Naming {
    /// Names by a list of the tenant's products.
    pub(crate) fn new(skus: Arc<TenantSkus>, read: bool) -> Self {
        Self {
            skus,
            read,
            products: Vec::new(),
            by_id: HashMap::new(),
            plan_sets: Vec::new(),
            by_plans: HashMap::new(),
        }
    }

    /// Reads the tenant's products for their names. Where that fails, the public table has to do, and the failure is
    /// handed back for the caller to tell.
    ///
    /// # Errors
    /// When the job is cancelled.
    pub(crate) async fn read(
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<(Self, Option<Failure>), Failure> {
        match session.skus().refreshed(session, job, debug).await {
            // Where the right is missing the list is empty; a tenant without a product has nothing to name either.
            Ok(skus) => {
                let read = !skus.all().is_empty();
                Ok((Self::new(skus, read), None))
            }
            Err(failure) => {
                job.check()?;
                Ok((Self::new(Arc::default(), false), Some(failure)))
            }
        }
    }

    /// The number of a product.
    pub(crate) fn product(&mut self, sku_id: Guid) -> usize {
        if let Some(&index) = self.by_id.get(&sku_id) {
            return index;
        }
        let index = self.products.len();
        self.products
            .push(Product::new(sku_id, &self.skus, self.read));
        self.by_id.insert(sku_id, index);
        index
    }

    /// The name of a product, whether it was met or not.
    pub(crate) fn name_of(&self, sku_id: Guid) -> String {
        match self.by_id.get(&sku_id) {
            Some(&index) => self.products[index].product_name.clone(),
            None => Product::new(sku_id, &self.skus, self.read).product_name,
        }
    }

    /// The number of the set of plans that a product gives with these turned off; nothing is on where the product is
    /// not in effect.
    pub(crate) fn plan_set(&mut self, product: usize, in_effect: bool, off: &[Guid]) -> usize {
        let mut key: Vec<Guid> = off.to_vec();
        key.sort_unstable();
        key.dedup();
        if let Some(&index) = self.by_plans.get(&(product, in_effect, key.clone())) {
            return index;
        }
        let plans = &self.products[product].plans;
        let is_off = |id: Guid| !in_effect || key.binary_search(&id).is_ok();
        let mut set = PlanSet {
            on: plans
                .iter()
                .filter(|plan| !is_off(plan.id))
                .cloned()
                .collect(),
            off: plans
                .iter()
                .filter(|plan| is_off(plan.id))
                .cloned()
                .collect(),
        };
        // A plan the product no longer has may still be listed as off; it is not hidden.
        for &id in &key {
            if !plans.iter().any(|plan| plan.id == id) {
                set.off.push(Plan::new(id, None));
            }
        }
        let index = self.plan_sets.len();
        self.plan_sets.push(set);
        self.by_plans.insert((product, in_effect, key), index);
        index
    }

    /// Every product met so far, by number.
    pub(crate) fn products(&self) -> &[Product] {
        &self.products
    }

    /// Every set of plans met so far, by number.
    pub(crate) fn plan_sets(&self) -> &[PlanSet] {
        &self.plan_sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use mglicense_rules::assignment::{PlanFacts, PrepaidUnits, SkuFacts};

    const E5: Guid = Guid::literal("06ebc4ee-1bb5-47dd-8120-11324bc54e06");
    const SWAY: Guid = Guid::literal("a23b959c-7ce8-4e57-9140-b90eb88a9e97");

    fn tenant() -> Arc<TenantSkus> {
        Arc::new(TenantSkus::from(vec![SkuFacts {
            sku_id: E5,
            part_number: "SPE_E5".into(),
            applies_to: AppliesTo::User,
            prepaid: PrepaidUnits::default(),
            consumed: 0,
            plans: [
                PlanFacts {
                    id: SWAY,
                    name: "SWAY".into(),
                    applies_to: AppliesTo::User,
                },
                PlanFacts {
                    id: Guid(7),
                    name: "NEW_PLAN".into(),
                    applies_to: AppliesTo::User,
                },
                PlanFacts {
                    id: Guid(8),
                    name: "COMPANY".into(),
                    applies_to: AppliesTo::Company,
                },
            ]
            .into(),
        }]))
    }

    #[test]
    fn the_tenants_plans_go_before_the_tables() {
        let mut naming = Naming::new(tenant(), true);
        let product = naming.product(E5);
        let names: Vec<_> = naming.products()[product]
            .plans
            .iter()
            .map(|plan| plan.name.as_str())
            .collect();
        assert_eq!(names, ["SWAY", "NEW_PLAN"]);
        assert_eq!(naming.products()[product].product_name, "Microsoft 365 E5");
    }

    #[test]
    fn an_unknown_product_has_its_id_for_a_name() {
        let mut naming = Naming::new(tenant(), true);
        let product = naming.product(Guid(99));
        let named = &naming.products()[product];
        assert_eq!(named.sku_part_number, Guid(99).to_string());
        assert_eq!(named.in_tenant, Some(false));
        assert!(named.plans.is_empty());
    }

    #[test]
    fn plans_are_on_unless_turned_off_or_the_product_is_not_in_effect() {
        let mut naming = Naming::new(tenant(), true);
        let product = naming.product(E5);
        let some = naming.plan_set(product, true, &[SWAY, Guid(1234)]);
        assert_eq!(naming.plan_sets()[some].on[0].name, "NEW_PLAN");
        let off: Vec<_> = naming.plan_sets()[some]
            .off
            .iter()
            .map(|plan| plan.name.clone())
            .collect();
        assert_eq!(off, ["SWAY".to_owned(), Guid(1234).to_string()]);
        let none = naming.plan_set(product, false, &[]);
        assert!(naming.plan_sets()[none].on.is_empty());
        assert_eq!(naming.plan_set(product, true, &[Guid(1234), SWAY]), some);
    }
}
