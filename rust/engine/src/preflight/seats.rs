//! Seats for a whole run: who gets one, who has to wait for one that the run itself frees, and who goes without.
//!
//! A seat that a change frees can be taken by another only once the freeing one is made. Changes therefore come in
//! stages: those of one stage count on nothing but the seats that are free before it. Nearly every run has one stage.

use std::collections::{BTreeMap, BTreeSet};

use mglicense_rules::Guid;
use mglicense_rules::assignment::{RuleSettings, SkuFacts};

use crate::skus::TenantSkus;

/// What becomes of one change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// It can be made in that stage, from 0.
    Stage(u32),
    /// There is no seat of these products for it.
    Short(Vec<Guid>),
}

/// Seats of one product, before and after the run.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SeatLine {
    /// The product.
    pub(crate) sku_id: String,
    /// Its part number.
    pub(crate) sku_part_number: String,
    /// The name people know.
    pub(crate) product_name: Option<String>,
    /// Seats that can be in use: bought and in good standing, or in the days of grace.
    pub(crate) owned: i64,
    /// Seats in use before.
    pub(crate) before: i64,
    /// Seats that the run frees.
    pub(crate) freed: i64,
    /// Seats that the run takes.
    pub(crate) taken: i64,
    /// Seats in use after.
    pub(crate) after: i64,
    /// Users who go without.
    pub(crate) short: i64,
}

/// Seats that can be in use at once.
fn owned(sku: &SkuFacts, settings: &RuleSettings) -> i64 {
    let grace = if settings.warning_seats_assignable {
        sku.prepaid.warning
    } else {
        0
    };
    sku.prepaid.enabled + grace
}

/// Places every change, given the seats each takes (+1) and frees (-1), in the order in which seats go.
pub(super) fn place(
    changes: &[&[(Guid, i64)]],
    skus: &TenantSkus,
    settings: &RuleSettings,
) -> Vec<Place> {
    let mut hall = Hall {
        changes,
        free: BTreeMap::new(),
        waiting: BTreeMap::new(),
    };
    for sku in skus.all() {
        hall.free
            .insert(sku.sku_id, owned(sku, settings) - sku.consumed);
    }
    let mut places = vec![Place::Short(Vec::new()); changes.len()];
    let mut freed: BTreeMap<Guid, i64> = BTreeMap::new();
    for (number, change) in changes.iter().enumerate() {
        match hall.lacking(number) {
            None => {
                hall.take(number);
                release(change, &mut freed);
                places[number] = Place::Stage(0);
            }
            Some(sku_id) => hall.wait(number, sku_id),
        }
    }
    let mut stage = 1;
    while !freed.is_empty() {
        let open: Vec<Guid> = freed.keys().copied().collect();
        for (sku_id, count) in std::mem::take(&mut freed) {
            *hall.free.entry(sku_id).or_default() += count;
        }
        while let Some((number, sku_id)) = hall.next_of(&open) {
            hall.leave(number, sku_id);
            match hall.lacking(number) {
                None => {
                    hall.take(number);
                    release(changes[number], &mut freed);
                    places[number] = Place::Stage(stage);
                }
                Some(other) => hall.wait(number, other),
            }
        }
        stage += 1;
    }
    for (number, place) in places.iter_mut().enumerate() {
        if let Place::Short(lacking) = place {
            *lacking = hall.all_lacking(number);
        }
    }
    places
}

/// Those who wait for seats, each at one product that it lacks.
struct Hall<'a> {
    changes: &'a [&'a [(Guid, i64)]],
    free: BTreeMap<Guid, i64>,
    waiting: BTreeMap<Guid, BTreeSet<usize>>,
}

impl Hall<'_> {
    fn free(&self, sku_id: Guid) -> i64 {
        self.free.get(&sku_id).copied().unwrap_or(0)
    }

    /// The first product of which there is no seat for the change.
    fn lacking(&self, number: usize) -> Option<Guid> {
        let mut wanted = self.changes[number].iter();
        let lacking = wanted.find(|&&(sku_id, delta)| delta > 0 && self.free(sku_id) < delta);
        lacking.map(|&(sku_id, _)| sku_id)
    }

    fn all_lacking(&self, number: usize) -> Vec<Guid> {
        let wanted = self.changes[number].iter();
        let lacking = wanted.filter(|&&(sku_id, delta)| delta > 0 && self.free(sku_id) < delta);
        lacking.map(|&(sku_id, _)| sku_id).collect()
    }

    fn take(&mut self, number: usize) {
        for &(sku_id, delta) in self.changes[number] {
            if delta > 0 {
                *self.free.entry(sku_id).or_default() -= delta;
            }
        }
    }

    fn wait(&mut self, number: usize, sku_id: Guid) {
        self.waiting.entry(sku_id).or_default().insert(number);
    }

    fn leave(&mut self, number: usize, sku_id: Guid) {
        if let Some(waiting) = self.waiting.get_mut(&sku_id) {
            waiting.remove(&number);
        }
    }

    /// The first in order of those who wait for a product of which there are seats now.
    fn next_of(&self, open: &[Guid]) -> Option<(usize, Guid)> {
        let open = open.iter().filter(|&&sku_id| self.free(sku_id) > 0);
        let fronts = open.filter_map(|&sku_id| {
            let front = self.waiting.get(&sku_id)?.first()?;
            Some((*front, sku_id))
        });
        fronts.min()
    }
}

fn release(change: &[(Guid, i64)], freed: &mut BTreeMap<Guid, i64>) {
    for &(sku_id, delta) in change {
        if delta < 0 {
            *freed.entry(sku_id).or_default() -= delta;
        }
    }
}

/// The seats of every product that a change takes or frees one of.
pub(super) fn table(
    changes: &[&[(Guid, i64)]],
    places: &[Place],
    skus: &TenantSkus,
    settings: &RuleSettings,
) -> Vec<SeatLine> {
    #[derive(Default)]
    struct Count {
        taken: i64,
        freed: i64,
        short: i64,
    }
    let mut counts: BTreeMap<Guid, Count> = BTreeMap::new();
    for (change, place) in changes.iter().zip(places) {
        for &(sku_id, delta) in *change {
            let count = counts.entry(sku_id).or_default();
            match place {
                Place::Stage(_) if delta > 0 => count.taken += delta,
                Place::Stage(_) => count.freed -= delta,
                Place::Short(lacking) if lacking.contains(&sku_id) => count.short += 1,
                Place::Short(_) => {}
            }
        }
    }
    let lines = skus.all().iter().filter_map(|sku| {
        let count = counts.get(&sku.sku_id)?;
        Some(SeatLine {
            sku_id: sku.sku_id.to_string(),
            sku_part_number: sku.part_number.to_string(),
            product_name: crate::skus::product_title(sku.sku_id, Some(&sku.part_number)),
            owned: owned(sku, settings),
            before: sku.consumed,
            freed: count.freed,
            taken: count.taken,
            after: sku.consumed + count.taken - count.freed,
            short: count.short,
        })
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use mglicense_rules::assignment::PrepaidUnits;

    use super::*;

    const A: Guid = Guid(1);
    const B: Guid = Guid(2);
    const TAKE_A: &[(Guid, i64)] = &[(A, 1)];
    const FREE_A: &[(Guid, i64)] = &[(A, -1)];
    const A_FOR_B: &[(Guid, i64)] = &[(A, -1), (B, 1)];
    const B_FOR_A: &[(Guid, i64)] = &[(B, -1), (A, 1)];

    /// Products with so many seats and so many of them in use.
    fn skus(seats: &[(Guid, i64, i64)]) -> TenantSkus {
        let skus: Vec<SkuFacts> = seats
            .iter()
            .map(|&(sku_id, enabled, consumed)| SkuFacts {
                sku_id,
                part_number: "P".into(),
                applies_to: mglicense_rules::assignment::AppliesTo::User,
                prepaid: PrepaidUnits {
                    enabled,
                    ..PrepaidUnits::default()
                },
                consumed,
                plans: [].into(),
            })
            .collect();
        skus.into()
    }

    fn placed(changes: &[&[(Guid, i64)]], seats: &[(Guid, i64, i64)]) -> Vec<Place> {
        place(changes, &skus(seats), &RuleSettings::default())
    }

    #[test]
    fn seats_go_in_order_and_the_last_go_without() {
        let places = placed(&[TAKE_A, TAKE_A, TAKE_A], &[(A, 2, 0)]);
        assert_eq!(
            places,
            [Place::Stage(0), Place::Stage(0), Place::Short(vec![A])]
        );
    }

    #[test]
    fn a_seat_that_the_run_frees_is_taken_in_a_later_stage_whatever_the_order() {
        let full = [(A, 1, 1)];
        assert_eq!(
            placed(&[TAKE_A, FREE_A], &full),
            [Place::Stage(1), Place::Stage(0)]
        );
        assert_eq!(
            placed(&[FREE_A, TAKE_A], &full),
            [Place::Stage(0), Place::Stage(1)]
        );
    }

    #[test]
    fn a_chain_of_swaps_goes_stage_by_stage() {
        let places = placed(&[B_FOR_A, A_FOR_B, FREE_A], &[(A, 2, 2), (B, 1, 1)]);
        // The last frees A, which lets the first give up B, which lets the second have it.
        assert_eq!(places, [Place::Stage(1), Place::Stage(2), Place::Stage(0)]);
    }

    #[test]
    fn two_who_want_each_others_seats_both_go_without() {
        let places = placed(&[B_FOR_A, A_FOR_B], &[(A, 1, 1), (B, 1, 1)]);
        assert_eq!(places, [Place::Short(vec![A]), Place::Short(vec![B])]);
    }

    #[test]
    fn a_seat_freed_above_what_is_owned_is_nobodys() {
        // Three in use of one: two have to go before one is free.
        let places = placed(&[TAKE_A, FREE_A, FREE_A], &[(A, 1, 3)]);
        assert_eq!(places[0], Place::Short(vec![A]));
        let places = placed(&[TAKE_A, FREE_A, FREE_A, FREE_A], &[(A, 1, 3)]);
        assert_eq!(places[0], Place::Stage(1));
    }

    #[test]
    fn a_thousand_who_wait_in_a_chain_are_placed_quickly() {
        // Each gives up one of two products for the other; a single free seat lets them go one after the other.
        let mut changes: Vec<&[(Guid, i64)]> = Vec::new();
        for _ in 0..1_000 {
            changes.push(A_FOR_B);
            changes.push(B_FOR_A);
        }
        let places = placed(&changes, &[(A, 1_000, 1_000), (B, 1_001, 1_000)]);
        assert!(places.iter().all(|place| matches!(place, Place::Stage(_))));
    }

    #[test]
    fn the_table_shows_seats_before_and_after() {
        let seats = [(A, 3, 2), (B, 9, 0)];
        let changes = [TAKE_A, FREE_A, TAKE_A, TAKE_A];
        let places = placed(&changes, &seats);
        let table = table(&changes, &places, &skus(&seats), &RuleSettings::default());
        let [line] = table.as_slice() else {
            panic!("{table:?}")
        };
        assert_eq!(
            (line.owned, line.before, line.freed, line.taken),
            (3, 2, 1, 2)
        );
        assert_eq!((line.after, line.short), (3, 1));
    }
}
