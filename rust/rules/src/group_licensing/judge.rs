//! Sets of licences in effect, and what the rules between plans say about them.

use crate::Guid;
use crate::assignment::{AppliesTo, Holding, Marks, RuleSet, SkuLookup, Source};
use crate::guid::GuidMap;

/// One licence in effect, or one that would be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry<'a> {
    pub(super) sku_id: Guid,
    pub(super) source: Source,
    pub(super) disabled: &'a [Guid],
}

impl<'a> Entry<'a> {
    pub(super) fn of(holding: &'a Holding) -> Self {
        Self {
            sku_id: holding.sku_id,
            source: holding.source,
            disabled: &holding.disabled_plans,
        }
    }
}

/// What the rules want to know of a product, found once.
#[derive(Debug)]
struct Product {
    /// Its plans that a dependency or an exclusion names, each with its mark.
    watched: Vec<(usize, Guid)>,
    /// Its plans for users that carry a mailbox.
    mailboxes: Vec<Guid>,
}

/// The plans that rules name, by product.
pub(super) struct PlanTable<'a> {
    skus: &'a dyn SkuLookup,
    rules: &'a RuleSet,
    products: GuidMap<Product>,
}

impl<'a> PlanTable<'a> {
    pub(super) fn new(skus: &'a dyn SkuLookup, rules: &'a RuleSet) -> Self {
        Self {
            skus,
            rules,
            products: GuidMap::default(),
        }
    }

    fn product(&mut self, sku_id: Guid) -> &Product {
        let (skus, rules) = (self.skus, self.rules);
        self.products.entry(sku_id).or_insert_with(|| {
            // What a product that left the tenant holds is not known.
            let plans = skus.sku(sku_id).map(|sku| &*sku.plans).unwrap_or_default();
            let for_users = || {
                plans
                    .iter()
                    .filter(|plan| plan.applies_to == AppliesTo::User)
            };
            Product {
                watched: for_users()
                    .filter_map(|plan| Some((rules.mark(plan.id)?, plan.id)))
                    .collect(),
                mailboxes: for_users()
                    .filter(|plan| plan.name.starts_with("EXCHANGE"))
                    .map(|plan| plan.id)
                    .collect(),
            }
        })
    }

    /// The watched plans that are on by these licences together: a plan is off only where every source of its product
    /// turns it off.
    pub(super) fn marks(&mut self, entries: &[Entry<'_>]) -> Marks {
        let mut marks = self.rules.no_marks();
        for entry in entries {
            self.add_marks(entry, &mut marks);
        }
        marks
    }

    fn add_marks(&mut self, entry: &Entry<'_>, marks: &mut Marks) {
        for &(mark, plan) in &self.product(entry.sku_id).watched {
            if !entry.disabled.contains(&plan) {
                marks.insert(mark);
            }
        }
    }

    /// Whether this licence turns on the plan of a mark.
    pub(super) fn turns_on(&mut self, entry: &Entry<'_>, mark: usize) -> bool {
        self.product(entry.sku_id)
            .watched
            .iter()
            .any(|&(known, plan)| known == mark && !entry.disabled.contains(&plan))
    }

    /// Whether this licence gives a mailbox.
    pub(super) fn gives_mailbox(&mut self, entry: &Entry<'_>) -> bool {
        self.product(entry.sku_id)
            .mailboxes
            .iter()
            .any(|plan| !entry.disabled.contains(plan))
    }
}
