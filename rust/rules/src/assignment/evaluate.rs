//! The judgement of one request.

use super::rule_set::Marks;
use super::{
    AddLicense, AppliesTo, Holding, HoldingError, HoldingState, LicenseChange, Refusal,
    RefusalKind, RuleSet, SkuLookup, Source, UserFacts,
};
use crate::Guid;
use crate::location::{self, Code, LocationCheck};

/// What a request comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evaluation {
    /// Every reason against it, in the order in which the service checks; it reports the first.
    pub refusals: Vec<Refusal>,
    /// What the user holds afterwards, if nothing speaks against it. Parts of the request that make no
    /// sense, such as removing what is not held, are passed over here.
    pub after: Vec<Holding>,
    /// Seats that `after` takes (+1) and frees (-1), for products where that is not zero.
    pub seats: Vec<(Guid, i64)>,
}

impl Evaluation {
    /// Whether the request goes through; if not, the reason the service gives.
    pub fn verdict(&self) -> Result<(), &Refusal> {
        match self.refusals.first() {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }
}

/// Judges a request against what the tenant owns, the rules, and what the user has.
///
/// Adding a product the user holds directly replaces the list of its disabled plans and takes no seat;
/// nor does a direct assignment beside an inherited one. Removing takes the direct assignment only.
/// A seat that is freed belongs to its product and helps no other. Dependencies and conflicts are judged
/// in the final state, over all products and sources.
///
/// Checks, in order: no changes; product owned; product for users; overlap and duplicates; disabled
/// plans in the product; removals held directly; usage location; barred country; dependencies;
/// conflicts; seats. Microsoft documents no order; a request with one fault gets the same answer in any.
pub fn evaluate(
    skus: &dyn SkuLookup,
    rules: &RuleSet,
    user: &UserFacts,
    change: &LicenseChange,
) -> Evaluation {
    if change.is_empty() {
        return Evaluation {
            refusals: vec![Refusal::new(RefusalKind::NoChanges)],
            after: user.holdings.clone(),
            seats: Vec::new(),
        };
    }
    let mut judge = Judge {
        skus,
        rules,
        user,
        change,
        refusals: Vec::new(),
    };
    let location_first = rules.settings().location_checked_first;
    if location_first {
        judge.usage_location();
    }
    judge.products_owned();
    judge.products_for_users();
    judge.lists();
    judge.disabled_plans();
    judge.removals();
    judge.inherited_additions();
    if !location_first {
        judge.usage_location();
    }
    judge.barred_plans();
    let after = judge.after();
    judge.final_plans(&after);
    let seats = judge.seats(&after);
    Evaluation {
        refusals: judge.refusals,
        after,
        seats,
    }
}

struct Judge<'a> {
    skus: &'a dyn SkuLookup,
    rules: &'a RuleSet,
    user: &'a UserFacts,
    change: &'a LicenseChange,
    refusals: Vec<Refusal>,
}

impl<'a> Judge<'a> {
    fn products_owned(&mut self) {
        let change = self.change;
        let added = change.add.iter().map(|add| add.sku_id);
        for sku_id in added {
            if self.skus.sku(sku_id).is_none() {
                self.refuse_once(Refusal::of(RefusalKind::ProductNotOwned, sku_id));
            }
        }
        for &sku_id in &change.remove {
            if self.skus.sku(sku_id).is_none() && !self.is_removable_leftover(sku_id) {
                self.refuse_once(Refusal::of(RefusalKind::ProductNotOwned, sku_id));
            }
        }
    }

    fn products_for_users(&mut self) {
        for add in &self.change.add {
            let sku = self.skus.sku(add.sku_id);
            if sku.is_some_and(|sku| sku.applies_to == AppliesTo::Company) {
                self.refuse_once(Refusal::of(RefusalKind::ProductNotAssignable, add.sku_id));
            }
        }
    }

    fn lists(&mut self) {
        let LicenseChange { add, remove } = self.change;
        let settings = *self.rules.settings();
        if settings.overlap_refused {
            for add in add {
                if remove.contains(&add.sku_id) {
                    self.refuse_once(Refusal::of(RefusalKind::AddedAndRemoved, add.sku_id));
                }
            }
        }
        if settings.duplicates_refused {
            for (at, later) in add.iter().enumerate() {
                if add[..at]
                    .iter()
                    .any(|earlier| earlier.sku_id == later.sku_id)
                {
                    self.refuse_once(Refusal::of(RefusalKind::DuplicateProduct, later.sku_id));
                }
            }
            for (at, &sku_id) in remove.iter().enumerate() {
                if remove[..at].contains(&sku_id) {
                    self.refuse_once(Refusal::of(RefusalKind::DuplicateProduct, sku_id));
                }
            }
        }
    }

    fn disabled_plans(&mut self) {
        for add in &self.change.add {
            let Some(sku) = self.skus.sku(add.sku_id) else {
                continue;
            };
            let mut foreign = Vec::new();
            let mut company = Vec::new();
            for &id in &add.disabled_plans {
                let list = match sku.plan(id) {
                    None => &mut foreign,
                    Some(plan) if plan.applies_to == AppliesTo::Company => &mut company,
                    Some(_) => continue,
                };
                if !list.contains(&id) {
                    list.push(id);
                }
            }
            if !foreign.is_empty() {
                self.refuse_once(Refusal {
                    plans: foreign,
                    ..Refusal::of(RefusalKind::PlanNotInProduct, add.sku_id)
                });
            }
            if !company.is_empty() && !self.rules.settings().company_plan_disabling_accepted {
                self.refuse_once(Refusal {
                    plans: company,
                    ..Refusal::of(RefusalKind::PlanNotSwitchable, add.sku_id)
                });
            }
        }
    }

    fn removals(&mut self) {
        for &sku_id in &self.change.remove {
            let owned = self.skus.sku(sku_id).is_some();
            if self.has_direct(sku_id) || !owned {
                continue;
            }
            let groups = self.groups_giving(sku_id);
            self.refuse_once(if groups.is_empty() {
                Refusal::of(RefusalKind::NotHeld, sku_id)
            } else {
                Refusal {
                    groups,
                    ..Refusal::of(RefusalKind::Inherited, sku_id)
                }
            });
        }
    }

    fn inherited_additions(&mut self) {
        if self.rules.settings().direct_over_inherited_accepted {
            return;
        }
        for add in &self.change.add {
            let groups = self.groups_giving(add.sku_id);
            if !groups.is_empty() && !self.has_direct(add.sku_id) {
                self.refuse_once(Refusal {
                    groups,
                    ..Refusal::of(RefusalKind::AlreadyInherited, add.sku_id)
                });
            }
        }
    }

    fn usage_location(&mut self) {
        if self.change.add.is_empty() || self.location().is_some() {
            return;
        }
        let stored = self.user.usage_location.as_deref().unwrap_or_default();
        self.refusals.push(if stored.trim().is_empty() {
            Refusal::new(RefusalKind::UsageLocationMissing)
        } else {
            Refusal {
                location: Some(stored.to_owned()),
                ..Refusal::new(RefusalKind::UsageLocationInvalid)
            }
        });
    }

    fn barred_plans(&mut self) {
        if self.rules.barred().is_empty() {
            return;
        }
        let Some(location) = self.location() else {
            return;
        };
        for add in self.additions() {
            let Some(sku) = self.skus.sku(add.sku_id) else {
                continue;
            };
            let mut plans: Vec<Guid> = super::enabled_plans(sku, &add.disabled_plans)
                .filter(|&plan| self.rules.is_barred(plan, location))
                .collect();
            plans.sort_unstable();
            if !plans.is_empty() {
                self.refuse_once(Refusal {
                    plans,
                    location: Some(location.to_string()),
                    ..Refusal::of(RefusalKind::CountryBarred, add.sku_id)
                });
            }
        }
    }

    /// What the user holds if the request goes through.
    fn after(&self) -> Vec<Holding> {
        let mut after = self.user.holdings.clone();
        after.retain(|holding| {
            holding.source != Source::Direct || !self.change.remove.contains(&holding.sku_id)
        });
        for add in self.additions() {
            let mut disabled_plans = Vec::with_capacity(add.disabled_plans.len());
            for &plan in &add.disabled_plans {
                if !disabled_plans.contains(&plan) {
                    disabled_plans.push(plan);
                }
            }
            let is_same =
                |held: &&mut Holding| held.sku_id == add.sku_id && held.source == Source::Direct;
            match after.iter_mut().find(is_same) {
                Some(held) => {
                    held.disabled_plans = disabled_plans;
                    held.error = HoldingError::None;
                    // A suspended subscription stays suspended, whatever plans are chosen.
                    if held.state != HoldingState::Disabled {
                        held.state = HoldingState::Active;
                    }
                }
                None => after.push(Holding::direct(add.sku_id, disabled_plans)),
            }
        }
        after
    }

    fn final_plans(&mut self, after: &[Holding]) {
        let rules = self.rules;
        let marks = self.marks(after);
        let mut unmet: Vec<usize> = rules.unmet(&marks).collect();
        let mut conflicts: Vec<(usize, Vec<Guid>)> = rules.conflicts(&marks).collect();
        if unmet.is_empty() && conflicts.is_empty() {
            return;
        }
        if rules.settings().prior_violations_tolerated {
            let before = self.marks(&self.user.holdings);
            unmet.retain(|number| !rules.unmet(&before).any(|prior| prior == *number));
            let prior: Vec<(usize, Vec<Guid>)> = rules.conflicts(&before).collect();
            conflicts.retain(|(number, plans)| {
                !prior.iter().any(|(prior_number, prior_plans)| {
                    prior_number == number && plans.iter().all(|plan| prior_plans.contains(plan))
                })
            });
        }
        for number in unmet {
            let dependency = &rules.dependencies()[number];
            let plans = vec![dependency.plan];
            self.refuse_once(Refusal {
                sku: self.carrier(after, &plans),
                plans,
                needs: dependency.needs_any_of.clone(),
                ..Refusal::new(RefusalKind::DependencyUnmet)
            });
        }
        for (_, plans) in conflicts {
            self.refuse_once(Refusal {
                sku: self.carrier(after, &plans),
                plans,
                ..Refusal::new(RefusalKind::PlansExclusive)
            });
        }
    }

    fn seats(&mut self, after: &[Holding]) -> Vec<(Guid, i64)> {
        let mut seats: Vec<(Guid, i64)> = Vec::new();
        let change = self.change;
        let added = change.add.iter().map(|add| add.sku_id);
        for sku_id in added.chain(change.remove.iter().copied()) {
            let has = |holdings: &[Holding]| {
                holdings
                    .iter()
                    .any(|holding| holding.sku_id == sku_id && holding.is_in_effect())
            };
            let delta = i64::from(has(after)) - i64::from(has(&self.user.holdings));
            if delta == 0 || seats.iter().any(|&(counted, _)| counted == sku_id) {
                continue;
            }
            seats.push((sku_id, delta));
            let Some(sku) = self.skus.sku(sku_id) else {
                continue;
            };
            if delta > 0 && sku.available(self.rules.settings()) < delta {
                self.refusals
                    .push(Refusal::of(RefusalKind::NoSeats, sku_id));
            }
        }
        seats
    }

    /// The additions that can come true: of products the tenant owns and that are for users.
    fn additions(&self) -> impl Iterator<Item = &'a AddLicense> + use<'a> {
        let skus = self.skus;
        self.change.add.iter().filter(move |add| {
            let sku = skus.sku(add.sku_id);
            sku.is_some_and(|sku| sku.applies_to == AppliesTo::User)
        })
    }

    /// The watched plans a user has on by these holdings.
    fn marks(&self, holdings: &[Holding]) -> Marks {
        let mut marks = self.rules.no_marks();
        for (at, holding) in holdings.iter().enumerate() {
            let is_same = |other: &&Holding| other.sku_id == holding.sku_id && other.is_in_effect();
            if !holding.is_in_effect() || holdings[..at].iter().any(|other| is_same(&other)) {
                continue;
            }
            // What a product that left the tenant holds is not known.
            let Some(sku) = self.skus.sku(holding.sku_id) else {
                continue;
            };
            for plan in sku.plans.iter() {
                let Some(mark) = self.rules.mark(plan.id) else {
                    continue;
                };
                let mut sources = holdings[at..].iter().filter(is_same);
                let is_off = sources.all(|source| source.disabled_plans.contains(&plan.id));
                if !is_off && plan.applies_to == AppliesTo::User {
                    marks.insert(mark);
                }
            }
        }
        marks
    }

    /// The product that carries one of these plans: one that is added if there is any.
    fn carrier(&self, after: &[Holding], plans: &[Guid]) -> Option<Guid> {
        let carries = |sku_id: Guid| {
            let sku = self.skus.sku(sku_id);
            sku.is_some_and(|sku| plans.iter().any(|&plan| sku.plan(plan).is_some()))
        };
        let added = self.additions().map(|add| add.sku_id);
        let held = after.iter().filter(|holding| holding.is_in_effect());
        added
            .chain(held.map(|holding| holding.sku_id))
            .find(|&sku_id| carries(sku_id))
    }

    /// The user's location, unless it keeps licences from being assigned.
    fn location(&self) -> Option<Code> {
        match location::check(self.user.usage_location.as_deref()?) {
            LocationCheck::Known(code) => Some(code),
            LocationCheck::UnknownCode(code) => {
                let accepted = self.rules.settings().unlisted_location_accepted;
                accepted.then_some(code)
            }
            LocationCheck::Invalid { .. } => None,
        }
    }

    fn has_direct(&self, sku_id: Guid) -> bool {
        let mut holdings = self.user.holdings.iter();
        holdings.any(|holding| holding.sku_id == sku_id && holding.source == Source::Direct)
    }

    /// The groups through which the user has the product in effect.
    fn groups_giving(&self, sku_id: Guid) -> Vec<Guid> {
        let holdings = self.user.holdings.iter();
        let in_effect = holdings.filter(|held| held.sku_id == sku_id && held.is_in_effect());
        in_effect
            .filter_map(|holding| match holding.source {
                Source::Group(group) => Some(group),
                Source::Direct => None,
            })
            .collect()
    }

    fn is_removable_leftover(&self, sku_id: Guid) -> bool {
        self.rules.settings().leftover_removal_accepted && self.has_direct(sku_id)
    }

    fn refuse_once(&mut self, refusal: Refusal) {
        if !self.refusals.contains(&refusal) {
            self.refusals.push(refusal);
        }
    }
}
