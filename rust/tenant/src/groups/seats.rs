//! The seats of a tenant's products while many members are processed: counted at hand, written at the end.

use std::cell::RefCell;
use std::collections::BTreeMap;

use mglicense_rules::Guid;
use mglicense_rules::assignment::RuleSettings;
use rusqlite::Connection;

use crate::store::SkuTable;

pub(super) struct Seats<'c> {
    connection: &'c Connection,
    skus: &'c SkuTable,
    settings: RuleSettings,
    /// By the key of the product: seats in use, and by how many they have changed here.
    counts: RefCell<BTreeMap<i64, Count>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    stored: i64,
    change: i64,
}

impl<'c> Seats<'c> {
    pub(super) fn new(
        connection: &'c Connection,
        skus: &'c SkuTable,
        settings: RuleSettings,
    ) -> Self {
        Self {
            connection,
            skus,
            settings,
            counts: RefCell::default(),
        }
    }

    fn count(&self, sku_key: i64) -> rusqlite::Result<Count> {
        if let Some(count) = self.counts.borrow().get(&sku_key) {
            return Ok(*count);
        }
        let stored = self
            .connection
            .prepare_cached("SELECT consumed FROM skus WHERE key = ?1")?
            .query_row([sku_key], |row| row.get(0))?;
        let count = Count { stored, change: 0 };
        self.counts.borrow_mut().insert(sku_key, count);
        Ok(count)
    }

    /// Free seats of a product; none if it is not there, or if they cannot be read.
    pub(super) fn available(&self, sku_id: Guid) -> i64 {
        let Some(entry) = self.skus.by_id(sku_id).filter(|entry| !entry.removed) else {
            return 0;
        };
        let Ok(count) = self.count(entry.key) else {
            return 0;
        };
        let used = count.stored + count.change;
        entry.facts.available_of(used, &self.settings)
    }

    /// Takes or frees a seat.
    pub(super) fn change(&self, sku_id: Guid, delta: i64) -> rusqlite::Result<()> {
        let Some(entry) = self.skus.by_id(sku_id) else {
            return Ok(());
        };
        self.count(entry.key)?;
        if let Some(count) = self.counts.borrow_mut().get_mut(&entry.key) {
            count.change += delta;
        }
        Ok(())
    }

    /// Writes the counts and returns the keys of the products of which there are fewer seats in use than before.
    pub(super) fn write(&self) -> rusqlite::Result<Vec<i64>> {
        let mut update = self
            .connection
            .prepare_cached("UPDATE skus SET consumed = consumed + ?2 WHERE key = ?1")?;
        let mut freed = Vec::new();
        for (key, count) in self.counts.take() {
            if count.change != 0 {
                update.execute([key, count.change])?;
            }
            if count.change < 0 {
                freed.push(key);
            }
        }
        Ok(freed)
    }
}
