//! What one member gets from all their groups.

use super::judge::{Entry, PlanTable};
use crate::Guid;
use crate::assignment::{
    AddLicense, AppliesTo, Dependency, Holding, HoldingError, HoldingState, Marks, Refusal,
    RefusalKind, RuleSet, SkuLookup, Source, enabled_plans,
};
use crate::location::{self, Code, LocationCheck};

/// What a group gives to each of its members.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupTemplate {
    /// The group.
    pub group: Guid,
    /// Its licences.
    pub licenses: Vec<AddLicense>,
}

/// What is known of a member.
#[derive(Clone, Copy, Debug)]
pub struct MemberFacts<'a> {
    /// The country to judge by: see [`MemberFacts::location`].
    pub location: Option<Code>,
    /// Whether a mail address of the user belongs to another object too.
    pub address_taken: bool,
    /// Every assignment the user has, direct and inherited.
    pub holdings: &'a [Holding],
    /// The groups the user is in and that carry licences. Those that come first are served first.
    pub groups: &'a [&'a GroupTemplate],
}

/// Why a member did not get a product from a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFault {
    /// The group.
    pub group: Guid,
    /// What is recorded on the assignment.
    pub error: HoldingError,
    /// The product and the reason, as a direct assignment would be refused.
    pub refusal: Refusal,
}

/// What a member has once their groups are processed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberOutcome {
    /// Every assignment, direct and inherited, those in error included.
    pub after: Vec<Holding>,
    /// What failed, with its reason. A product that failed only because another one of its group did is not listed.
    pub faults: Vec<MemberFault>,
    /// Seats that `after` takes (+1) and frees (-1), for products where that is not zero.
    pub seats: Vec<(Guid, i64)>,
}

/// Processes members. What it learns about products is kept from one member to the next.
pub struct MemberRules<'a> {
    skus: &'a dyn SkuLookup,
    rules: &'a RuleSet,
    plans: PlanTable<'a>,
    departed_become_direct: bool,
}

impl MemberFacts<'_> {
    /// The country a member is judged by: their own or, as Microsoft documents for group licensing, the tenant's if
    /// they have none.
    pub fn location(user: Option<&str>, tenant: Option<&str>) -> Option<Code> {
        let text = [user, tenant]
            .into_iter()
            .flatten()
            .find(|text| !text.trim().is_empty())?;
        match location::check(text) {
            LocationCheck::Known(code) | LocationCheck::UnknownCode(code) => Some(code),
            LocationCheck::Invalid { .. } => None,
        }
    }
}

impl<'a> MemberRules<'a> {
    /// Rules over these products. Their seats in use are not looked at: [`MemberRules::evaluate`] is told.
    pub fn new(skus: &'a dyn SkuLookup, rules: &'a RuleSet) -> Self {
        Self {
            skus,
            rules,
            plans: PlanTable::new(skus, rules),
            departed_become_direct: false,
        }
    }

    /// Whether a licence that cannot be taken from a member who left becomes a direct one, as Microsoft's page said
    /// until 2024. It says now that it stays in error.
    #[must_use]
    pub fn departed_become_direct(mut self, yes: bool) -> Self {
        self.departed_become_direct = yes;
        self
    }

    /// Says what a member gets. `available` is asked how many seats of a product are free.
    ///
    /// Direct licences stay as they are. What a group gives goes to the member whole or not at all: if one product
    /// fails, it is recorded with its violation and the others of the group with `Other`. What the member has from that
    /// group already stays in effect then, as `ActiveWithError`: the change is one transaction. A product takes one
    /// seat, however many sources it has. What a group the member left, or a licence the group lost, gave is taken
    /// away, unless a plan that stays needs it: then it is `ActiveWithError` with `DependencyViolation`.
    pub fn evaluate(
        &mut self,
        facts: &MemberFacts<'_>,
        available: &dyn Fn(Guid) -> i64,
    ) -> MemberOutcome {
        let before: Vec<Entry<'_>> = facts
            .holdings
            .iter()
            .filter(|holding| holding.is_in_effect())
            .map(Entry::of)
            .collect();
        let before_marks = self.plans.marks(&before);
        let mut run = Run {
            rules: self,
            facts,
            available,
            before,
            before_marks,
            pinned: Vec::new(),
            failed: facts.groups.iter().map(|_| None).collect(),
        };
        while !run.pass() {}
        run.outcome()
    }
}

/// The licences of one group as they were judged: a fault for each that has one.
type Verdict = Vec<Option<Refusal>>;

struct Run<'r, 'a, 'f> {
    rules: &'r mut MemberRules<'a>,
    facts: &'f MemberFacts<'f>,
    available: &'f dyn Fn(Guid) -> i64,
    /// What was in effect at first.
    before: Vec<Entry<'f>>,
    before_marks: Marks,
    /// Holdings that should go and cannot, by their place, with the reason. Without one it is the failure of another
    /// product of the same group.
    pinned: Vec<(usize, Option<Refusal>)>,
    /// The groups that failed. Once a group has failed it is not tried again, so that there is an end.
    failed: Vec<Option<Verdict>>,
}

impl<'f> Run<'_, '_, 'f> {
    /// Tries all groups on top of what stays. False if something turned out to stay that was thought to go.
    fn pass(&mut self) -> bool {
        let facts = self.facts;
        let holdings = facts.holdings.iter().enumerate();
        let mut current: Vec<Entry<'f>> = holdings
            .filter(|(place, holding)| {
                holding.is_in_effect() && (!self.is_leaving(*place) || self.is_pinned(*place))
            })
            .map(|(_, holding)| Entry::of(holding))
            .collect();
        for (number, group) in facts.groups.iter().enumerate() {
            if self.failed[number].is_some() {
                continue;
            }
            let source = Source::Group(group.group);
            let is_given = |sku_id| group.licenses.iter().any(|given| given.sku_id == sku_id);
            let mut trial: Vec<Entry<'f>> = current
                .iter()
                .filter(|entry| entry.source != source || !is_given(entry.sku_id))
                .copied()
                .collect();
            trial.extend(group.licenses.iter().map(|license| Entry {
                sku_id: license.sku_id,
                source,
                disabled: &license.disabled_plans,
            }));
            match self.judge(&current, &trial, group) {
                None => current = trial,
                Some(verdict) => {
                    self.failed[number] = Some(verdict);
                    if self.keep_leaving(group.group) {
                        return false;
                    }
                }
            }
        }
        !self.pin_needed(&current)
    }

    /// Whether a holding came from a group that does not give it any more.
    fn is_leaving(&self, place: usize) -> bool {
        let holding = &self.facts.holdings[place];
        let Source::Group(group) = holding.source else {
            return false;
        };
        let mut groups = self.facts.groups.iter();
        !groups.any(|template| {
            template.group == group
                && template
                    .licenses
                    .iter()
                    .any(|license| license.sku_id == holding.sku_id)
        })
    }

    fn is_pinned(&self, place: usize) -> bool {
        self.pinned.iter().any(|&(pinned, _)| pinned == place)
    }

    /// The holdings in effect that are to go, by their place.
    fn leaving(&self) -> Vec<usize> {
        (0..self.facts.holdings.len())
            .filter(|&place| {
                self.facts.holdings[place].is_in_effect()
                    && self.is_leaving(place)
                    && !self.is_pinned(place)
            })
            .collect()
    }

    /// A group whose change failed takes nothing away either. Whether there is something it would have taken.
    fn keep_leaving(&mut self, group: Guid) -> bool {
        let kept: Vec<usize> = self
            .leaving()
            .into_iter()
            .filter(|&place| self.facts.holdings[place].source == Source::Group(group))
            .collect();
        let keeps = !kept.is_empty();
        self.pinned
            .extend(kept.into_iter().map(|place| (place, None)));
        keeps
    }

    /// Keeps what is to go and gives a plan that one which stays needs. Whether there is such a thing.
    fn pin_needed(&mut self, current: &[Entry<'_>]) -> bool {
        let leaving = self.leaving();
        if leaving.is_empty() {
            return false;
        }
        let rules = self.rules.rules;
        let marks = self.rules.plans.marks(current);
        let unmet: Vec<usize> = rules.unmet(&marks).collect();
        let mut is_pinned = false;
        for place in leaving {
            let entry = Entry::of(&self.facts.holdings[place]);
            let plans = &mut self.rules.plans;
            let needing = unmet
                .iter()
                .map(|&number| &rules.dependencies()[number])
                .find(|dependency| {
                    let mut needs = dependency.needs_any_of.iter();
                    needs.any(|&need| {
                        rules
                            .mark(need)
                            .is_some_and(|mark| plans.turns_on(&entry, mark))
                    })
                });
            if let Some(dependency) = needing {
                let refusal = unmet_by(dependency, entry.sku_id);
                self.pinned.push((place, Some(refusal)));
                is_pinned = true;
            }
        }
        is_pinned
    }

    /// Judges the step from `current` to `trial`, in which only this group's licences differ. None if all is well.
    fn judge(
        &mut self,
        current: &[Entry<'_>],
        trial: &[Entry<'_>],
        group: &GroupTemplate,
    ) -> Option<Verdict> {
        let given: Vec<Entry<'_>> = group
            .licenses
            .iter()
            .map(|license| Entry {
                sku_id: license.sku_id,
                source: Source::Group(group.group),
                disabled: &license.disabled_plans,
            })
            .collect();
        let mut verdict: Verdict = given.iter().map(|entry| self.barred(entry)).collect();
        self.judge_plans(current, trial, &given, &mut verdict);
        for (entry, fault) in given.iter().zip(&mut verdict) {
            let is_new = !self.had(entry.sku_id);
            if fault.is_none() && is_new && !current.iter().any(|held| held.sku_id == entry.sku_id)
            {
                *fault = self.without_seat(entry.sku_id);
            }
            if fault.is_none()
                && is_new
                && self.facts.address_taken
                && self.rules.plans.gives_mailbox(entry)
            {
                *fault = Some(Refusal::of(RefusalKind::AddressTaken, entry.sku_id));
            }
        }
        verdict.iter().any(Option::is_some).then_some(verdict)
    }

    /// Whether the user had the product in effect at first.
    fn had(&self, sku_id: Guid) -> bool {
        self.before.iter().any(|entry| entry.sku_id == sku_id)
    }

    fn barred(&self, entry: &Entry<'_>) -> Option<Refusal> {
        let rules = self.rules.rules;
        let location = self.facts.location.filter(|_| !rules.barred().is_empty())?;
        let sku = self.rules.skus.sku(entry.sku_id)?;
        let mut plans: Vec<Guid> = enabled_plans(sku, entry.disabled)
            .filter(|&plan| rules.is_barred(plan, location))
            .collect();
        plans.sort_unstable();
        (!plans.is_empty()).then(|| Refusal {
            plans,
            location: Some(location.to_string()),
            ..Refusal::of(RefusalKind::CountryBarred, entry.sku_id)
        })
    }

    fn without_seat(&self, sku_id: Guid) -> Option<Refusal> {
        match self.rules.skus.sku(sku_id) {
            // It left the tenant after the group got it.
            None => Some(Refusal::of(RefusalKind::ProductNotOwned, sku_id)),
            Some(sku) if sku.applies_to == AppliesTo::Company => {
                Some(Refusal::of(RefusalKind::ProductNotAssignable, sku_id))
            }
            Some(_) if (self.available)(sku_id) < 1 => {
                Some(Refusal::of(RefusalKind::NoSeats, sku_id))
            }
            Some(_) => None,
        }
    }

    /// Dependencies and exclusions. Only what changes for the user is at fault: what they have is not judged anew.
    fn judge_plans(
        &mut self,
        current: &[Entry<'_>],
        trial: &[Entry<'_>],
        given: &[Entry<'_>],
        verdict: &mut Verdict,
    ) {
        let rules = self.rules.rules;
        let trial_marks = self.rules.plans.marks(trial);
        let unmet: Vec<usize> = rules.unmet(&trial_marks).collect();
        let conflicts: Vec<(usize, Vec<Guid>)> = rules.conflicts(&trial_marks).collect();
        if !unmet.is_empty() {
            let current_marks = self.rules.plans.marks(current);
            let was_unmet: Vec<usize> = rules.unmet(&current_marks).collect();
            for number in unmet {
                let dependency = &rules.dependencies()[number];
                let Some(mark) = rules.mark(dependency.plan) else {
                    continue;
                };
                let needs: Vec<usize> = dependency
                    .needs_any_of
                    .iter()
                    .filter_map(|&plan| rules.mark(plan))
                    .collect();
                let is_new = !self.before_marks.has(mark);
                for (entry, fault) in given.iter().zip(verdict.iter_mut()) {
                    if fault.is_some() {
                        continue;
                    }
                    let is_at_fault = if is_new {
                        self.rules.plans.turns_on(entry, mark)
                    } else {
                        // The group turns off the plan that one the user has needs.
                        let old = current
                            .iter()
                            .find(|old| old.source == entry.source && old.sku_id == entry.sku_id);
                        !was_unmet.contains(&number)
                            && old.is_some_and(|old| {
                                needs.iter().any(|&need| {
                                    self.rules.plans.turns_on(old, need)
                                        && !self.rules.plans.turns_on(entry, need)
                                })
                            })
                    };
                    if is_at_fault {
                        *fault = Some(unmet_by(dependency, entry.sku_id));
                    }
                }
            }
        }
        for (_, plans) in conflicts {
            let new: Vec<usize> = plans
                .iter()
                .filter_map(|&plan| rules.mark(plan))
                .filter(|&mark| !self.before_marks.has(mark))
                .collect();
            for (entry, fault) in given.iter().zip(verdict.iter_mut()) {
                if fault.is_none()
                    && new
                        .iter()
                        .any(|&mark| self.rules.plans.turns_on(entry, mark))
                {
                    *fault = Some(Refusal {
                        plans: plans.clone(),
                        ..Refusal::of(RefusalKind::PlansExclusive, entry.sku_id)
                    });
                }
            }
        }
    }

    fn outcome(self) -> MemberOutcome {
        let facts = self.facts;
        let mut after: Vec<Holding> = facts
            .holdings
            .iter()
            .filter(|holding| holding.source == Source::Direct)
            .cloned()
            .collect();
        let mut faults = Vec::new();
        for (group, verdict) in facts.groups.iter().zip(&self.failed) {
            let source = Source::Group(group.group);
            for (place, license) in group.licenses.iter().enumerate() {
                let old = facts.holdings.iter().find(|held| {
                    held.source == source && held.sku_id == license.sku_id && held.is_in_effect()
                });
                let Some(verdict) = verdict else {
                    after.push(given(license, group.group, old));
                    continue;
                };
                let refusal = verdict[place].as_ref();
                let error = refusal.map_or(HoldingError::Other, |refusal| error_of(refusal.kind));
                faults.extend(refusal.map(|refusal| MemberFault {
                    group: group.group,
                    error,
                    refusal: refusal.clone(),
                }));
                after.push(match old {
                    Some(old) => Holding {
                        state: HoldingState::ActiveWithError,
                        error,
                        ..old.clone()
                    },
                    None => Holding {
                        state: HoldingState::Error,
                        error,
                        ..given(license, group.group, None)
                    },
                });
            }
        }
        for (place, refusal) in &self.pinned {
            let holding = &facts.holdings[*place];
            let becomes_direct = self.rules.departed_become_direct
                && refusal.is_some()
                && !after
                    .iter()
                    .any(|other| other.source == Source::Direct && other.sku_id == holding.sku_id);
            let error = refusal
                .as_ref()
                .map_or(HoldingError::Other, |refusal| error_of(refusal.kind));
            after.push(if becomes_direct {
                Holding::direct(holding.sku_id, holding.disabled_plans.clone())
            } else {
                if let (Some(refusal), Source::Group(group)) = (refusal, holding.source) {
                    faults.push(MemberFault {
                        group,
                        error,
                        refusal: refusal.clone(),
                    });
                }
                Holding {
                    state: HoldingState::ActiveWithError,
                    error,
                    ..holding.clone()
                }
            });
        }
        MemberOutcome {
            seats: seats(&self.before, &after),
            after,
            faults,
        }
    }
}

/// A licence as its group gives it. A suspended subscription stays suspended.
fn given(license: &AddLicense, group: Guid, old: Option<&Holding>) -> Holding {
    let state = match old {
        Some(old) if old.state == HoldingState::Disabled => HoldingState::Disabled,
        _ => HoldingState::Active,
    };
    Holding {
        state,
        ..Holding::inherited(license.sku_id, group, license.disabled_plans.clone())
    }
}

/// The refusal for a dependency that is not met without a product, or not with it.
fn unmet_by(dependency: &Dependency, sku_id: Guid) -> Refusal {
    Refusal {
        plans: vec![dependency.plan],
        needs: dependency.needs_any_of.clone(),
        ..Refusal::of(RefusalKind::DependencyUnmet, sku_id)
    }
}

/// What is recorded on the assignment for a reason.
fn error_of(kind: RefusalKind) -> HoldingError {
    match kind {
        RefusalKind::CountryBarred => HoldingError::ProhibitedInUsageLocationViolation,
        RefusalKind::DependencyUnmet => HoldingError::DependencyViolation,
        RefusalKind::PlansExclusive => HoldingError::MutuallyExclusiveViolation,
        RefusalKind::AddressTaken => HoldingError::UniquenessViolation,
        // A product the tenant has no more is one without seats.
        RefusalKind::NoSeats | RefusalKind::ProductNotOwned | RefusalKind::ProductNotAssignable => {
            HoldingError::CountViolation
        }
        _ => HoldingError::Other,
    }
}

fn seats(before: &[Entry<'_>], after: &[Holding]) -> Vec<(Guid, i64)> {
    let has = |sku_id: Guid| {
        after
            .iter()
            .any(|held| held.sku_id == sku_id && held.is_in_effect())
    };
    let had = |sku_id: Guid| before.iter().any(|entry| entry.sku_id == sku_id);
    let mut seats: Vec<(Guid, i64)> = Vec::new();
    let before_ids = before.iter().map(|entry| entry.sku_id);
    for sku_id in before_ids.chain(after.iter().map(|held| held.sku_id)) {
        let delta = i64::from(has(sku_id)) - i64::from(had(sku_id));
        if delta != 0 && !seats.iter().any(|&(counted, _)| counted == sku_id) {
            seats.push((sku_id, delta));
        }
    }
    seats
}
