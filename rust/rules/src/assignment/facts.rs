//! What a tenant owns.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::RuleSettings;
use crate::Guid;
use crate::catalog::Product;

/// Whom a product or plan is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AppliesTo {
    /// Users: it can be assigned.
    #[default]
    User,
    /// The tenant as a whole: it cannot be assigned, nor a plan be switched for a user.
    Company,
}

/// The seats of a product, by the state of the subscriptions they come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PrepaidUnits {
    /// Seats in good standing.
    pub enabled: i64,
    /// Seats of an expired subscription in its days of grace. They work as before.
    pub warning: i64,
    /// Seats of a cancelled subscription. They cannot be assigned but may come back.
    pub suspended: i64,
    /// Seats of a subscription that is cancelled and locked.
    pub locked_out: i64,
}

/// A service plan as the tenant's product holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFacts {
    /// Its id.
    pub id: Guid,
    /// Its name, such as `EXCHANGE_S_ENTERPRISE`.
    pub name: Arc<str>,
    /// Whom it is for.
    pub applies_to: AppliesTo,
}

/// A product the tenant owns. Cheap to copy: texts and plans are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkuFacts {
    /// Its id.
    pub sku_id: Guid,
    /// Its part number, such as `SPE_E5`.
    pub part_number: Arc<str>,
    /// Whom it is for.
    pub applies_to: AppliesTo,
    /// Its seats.
    pub prepaid: PrepaidUnits,
    /// Seats in use: users who have the product in effect, from whatever source.
    pub consumed: i64,
    /// Its service plans. What the tenant says goes, whatever the public table holds.
    pub plans: Arc<[PlanFacts]>,
}

impl PrepaidUnits {
    /// Seats that can still be given: `max(0, enabled + warning - consumed)`.
    pub fn available(&self, consumed: i64) -> i64 {
        (self.enabled + self.warning - consumed).max(0)
    }

    /// Seats in use beyond what there is, as happens when a renewal brings fewer seats:
    /// `max(0, consumed - enabled - warning)`.
    pub fn over(&self, consumed: i64) -> i64 {
        (consumed - self.enabled - self.warning).max(0)
    }
}

impl SkuFacts {
    /// A product of the public table with these seats, none in use.
    pub fn from_product(product: &Product, prepaid: PrepaidUnits) -> SkuFacts {
        let plans = product.plans().map(|plan| PlanFacts {
            id: plan.id,
            name: plan.name.into(),
            applies_to: if plan.is_company_wide() {
                AppliesTo::Company
            } else {
                AppliesTo::User
            },
        });
        SkuFacts {
            sku_id: product.sku_id,
            part_number: product.part_number.into(),
            applies_to: AppliesTo::User,
            prepaid,
            consumed: 0,
            plans: plans.collect(),
        }
    }

    /// Seats that can still be given under these settings, never negative.
    pub fn available(&self, settings: &RuleSettings) -> i64 {
        self.available_of(self.consumed, settings)
    }

    /// Seats that can still be given if so many are in use, never negative.
    pub fn available_of(&self, consumed: i64, settings: &RuleSettings) -> i64 {
        let mut prepaid = self.prepaid;
        if !settings.warning_seats_assignable {
            prepaid.warning = 0;
        }
        prepaid.available(consumed)
    }

    /// The plan of that id, if the product holds it.
    pub fn plan(&self, id: Guid) -> Option<&PlanFacts> {
        self.plans.iter().find(|plan| plan.id == id)
    }
}

/// Finds the products of a tenant by id.
pub trait SkuLookup {
    /// The product, if the tenant owns it.
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts>;
}

impl SkuLookup for [SkuFacts] {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.iter().find(|sku| sku.sku_id == sku_id)
    }
}

impl<const N: usize> SkuLookup for [SkuFacts; N] {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.as_slice().sku(sku_id)
    }
}

impl SkuLookup for Vec<SkuFacts> {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.as_slice().sku(sku_id)
    }
}

impl SkuLookup for BTreeMap<Guid, SkuFacts> {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.get(&sku_id)
    }
}

impl<S: std::hash::BuildHasher> SkuLookup for HashMap<Guid, SkuFacts, S> {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.get(&sku_id)
    }
}
