//! What is left for a row once those before it are made.

use std::collections::{BTreeMap, HashMap};

use mglicense_rules::Guid;
use mglicense_rules::assignment::{SkuFacts, SkuLookup, UserFacts};

use super::reason::Products;
use crate::skus::TenantSkus;
use crate::user::UserRecord;

/// Seats and users as they will be, row after row.
pub(super) struct Ledger {
    skus: BTreeMap<Guid, SkuFacts>,
    /// Seats that rows take, less those that rows free.
    taken: BTreeMap<Guid, i64>,
    users: HashMap<String, UserFacts>,
}

impl Ledger {
    pub(super) fn new(skus: &TenantSkus) -> Self {
        let skus = skus.all().iter().map(|sku| (sku.sku_id, sku.clone()));
        Self {
            skus: skus.collect(),
            taken: BTreeMap::new(),
            users: HashMap::new(),
        }
    }

    /// The user after the rows so far.
    pub(super) fn facts(&self, user: &UserRecord) -> UserFacts {
        self.users.get(&user.id).unwrap_or(&user.facts).clone()
    }

    /// Seats of a product that go to rows before this one.
    pub(super) fn taken(&self, sku_id: Guid) -> i64 {
        self.taken.get(&sku_id).copied().unwrap_or(0)
    }

    /// Counts a row as made.
    pub(super) fn book(&mut self, user: &UserRecord, after: UserFacts, seats: &[(Guid, i64)]) {
        self.users.insert(user.id.clone(), after);
        for &(sku_id, delta) in seats {
            if let Some(sku) = self.skus.get_mut(&sku_id) {
                sku.consumed += delta;
                *self.taken.entry(sku_id).or_default() += delta;
            }
        }
    }
}

impl SkuLookup for Ledger {
    fn sku(&self, sku_id: Guid) -> Option<&SkuFacts> {
        self.skus.get(&sku_id)
    }
}

impl Products for Ledger {
    fn part_numbers(&self) -> Vec<&str> {
        self.skus.values().map(|sku| &*sku.part_number).collect()
    }
}
