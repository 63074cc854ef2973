//! What a wish comes to for users who have this: the exact change, and everything that speaks against it.

use std::collections::BTreeMap;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, Holding, LicenseChange, RefusalKind, RuleSet, SkuLookup, Source, data_at_risk,
    evaluate,
};
use mglicense_rules::location::Code;

use super::facts::Condition;
use super::reason::{Certainty, Reason, plan_names, product_name};
use super::switch::carry;
use super::wish::{Resolved, same_plans};
use crate::skus::TenantSkus;

/// What a wish comes to. It is the same for every user who has the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct Assessed {
    /// The location to set, where it differs.
    pub(crate) location: Option<Code>,
    /// What to send; nothing where everything is as wished already.
    pub(crate) change: LicenseChange,
    /// What the user holds afterwards.
    pub(crate) after: Vec<Holding>,
    /// Seats that are taken and freed.
    pub(crate) seats: Vec<(Guid, i64)>,
    /// What speaks against it.
    pub(crate) reasons: Vec<Reason>,
    /// What else there is to know.
    pub(crate) notes: Vec<String>,
    /// Products that were to go and stay, with the groups that give them.
    pub(crate) kept: Vec<(Guid, Guid)>,
    /// Products that were to go and aren't held.
    pub(crate) not_held: Vec<Guid>,
}

impl Assessed {
    /// Whether nothing certain speaks against it.
    pub(crate) fn is_open(&self) -> bool {
        let mut reasons = self.reasons.iter();
        reasons.all(|reason| reason.certainty != Certainty::Certain)
    }

    /// Whether there is anything to send.
    pub(crate) fn needs_write(&self) -> bool {
        self.location.is_some() || !self.change.is_empty()
    }

    /// Whether a user loses the last plan that keeps some data.
    pub(crate) fn puts_data_at_risk(&self) -> bool {
        let mut reasons = self.reasons.iter();
        reasons.any(|reason| reason.certainty == Certainty::DataAtRisk)
    }
}

/// What everybody is judged by.
pub(super) struct Bench<'a> {
    pub(super) skus: &'a TenantSkus,
    /// Whether the tenant's own products were read.
    pub(super) skus_read: bool,
    pub(super) rules: &'a RuleSet,
    /// Names of groups, as far as they are known.
    pub(super) group_names: &'a BTreeMap<Guid, String>,
    pub(super) permissions: Option<&'a [String]>,
    /// Whether what the service would say is foretold. If not, only the change is made out.
    pub(super) judge: bool,
}

impl Bench<'_> {
    /// Judges one wish for users in one condition.
    pub(super) fn assess(&self, wish: &Resolved, condition: &Condition) -> Assessed {
        let mut work = Work {
            bench: self,
            wish,
            holdings: &condition.facts.holdings,
            result: Assessed {
                reasons: wish.reasons.clone(),
                ..Assessed::default()
            },
        };
        let before = condition.facts.usage_location.as_deref();
        work.result.location = wish.location.filter(|code| {
            !before.is_some_and(|before| before.eq_ignore_ascii_case(code.as_str()))
        });
        if condition.licences_read {
            work.additions();
            work.removals();
            work.switch();
            work.toggles();
        } else {
            work.as_written();
        }
        let mut result = work.result;
        if !condition.licences_read && !result.change.is_empty() {
            result.reasons.push(Reason::licences_unread());
        }
        self.judge(&mut result, condition);
        result
    }

    fn judge(&self, result: &mut Assessed, condition: &Condition) {
        result.after.clone_from(&condition.facts.holdings);
        if !result.change.is_empty() {
            let mut facts = condition.facts.clone();
            if let Some(code) = result.location {
                facts.usage_location = Some(code.to_string());
            }
            let evaluation = evaluate(self.skus, self.rules, &facts, &result.change);
            let known = evaluation.refusals.iter().filter(|refusal| {
                refusal.kind != RefusalKind::NoSeats
                    && (condition.licences_read || !super::is_about_holdings(refusal.kind))
                    && (self.skus_read || !is_about_products(refusal.kind))
            });
            result
                .reasons
                .extend(known.map(|refusal| Reason::of_refusal(refusal, self.skus)));
            if result.is_open() {
                let risks = data_at_risk(self.skus, &facts.holdings, &evaluation.after);
                let risks = risks.iter().map(|risk| Reason::of_risk(risk, self.skus));
                result.reasons.extend(risks);
            }
            if condition.licences_read {
                result.after = evaluation.after;
                result.seats = evaluation.seats;
            }
            if !self.skus_read {
                result.seats.clear();
                result.reasons.push(Reason::products_unread());
            }
        }
        self.rights(result);
        if !self.judge {
            result.reasons.clear();
            result.seats.clear();
        }
    }

    /// Permissions are a hint: what a service grants is its own business.
    fn rights(&self, result: &mut Assessed) {
        const LICENCES: [&str; 3] = [
            "LicenseAssignment.ReadWrite.All",
            "User.ReadWrite.All",
            "Directory.ReadWrite.All",
        ];
        let Some(permissions) = self.permissions else {
            return;
        };
        // Some sign-ins tell a permission with the address of the service before it.
        let held: Vec<&str> = permissions
            .iter()
            .filter_map(|held| held.rsplit('/').next())
            .collect();
        let lacks = |wanted: &[&str]| {
            let mut held = held.iter();
            !held.any(|held| {
                let mut wanted = wanted.iter();
                wanted.any(|wanted| held.eq_ignore_ascii_case(wanted))
            })
        };
        if !result.change.is_empty() && lacks(&LICENCES) {
            let reason = Reason::rights(&LICENCES.join(", "), "changing licences");
            result.reasons.push(reason);
        }
        // Microsoft names no smaller permission that lets a location be set.
        if result.location.is_some() && lacks(&LICENCES[1..]) {
            let reason = Reason::rights(&LICENCES[1..].join(", "), "setting usage locations");
            result.reasons.push(reason);
        }
    }

    fn group(&self, group: Guid) -> String {
        match self.group_names.get(&group) {
            Some(name) => format!("'{name}'"),
            None => group.to_string(),
        }
    }
}

/// Whether the refusal stands on what the tenant owns.
const fn is_about_products(kind: RefusalKind) -> bool {
    use RefusalKind::{PlanNotInProduct, PlanNotSwitchable, ProductNotAssignable, ProductNotOwned};
    matches!(
        kind,
        ProductNotOwned | ProductNotAssignable | PlanNotInProduct | PlanNotSwitchable
    )
}

struct Work<'a> {
    bench: &'a Bench<'a>,
    wish: &'a Resolved,
    holdings: &'a [Holding],
    result: Assessed,
}

impl Work<'_> {
    fn direct(&self, sku_id: Guid) -> Option<&Holding> {
        let mut holdings = self.holdings.iter();
        holdings.find(|held| held.sku_id == sku_id && held.source == Source::Direct)
    }

    /// The assignments in effect that come through groups.
    fn inherited(&self) -> impl Iterator<Item = (&Holding, Guid)> {
        self.holdings.iter().filter_map(|held| match held.source {
            Source::Group(group) if held.is_in_effect() => Some((held, group)),
            _ => None,
        })
    }

    fn groups_giving(&self, sku_id: Guid) -> Vec<Guid> {
        let inherited = self.inherited();
        let same = inherited.filter(|(held, _)| held.sku_id == sku_id);
        same.map(|(_, group)| group).collect()
    }

    fn product(&self, sku_id: Guid) -> String {
        product_name(sku_id, self.bench.skus)
    }

    fn groups(&self, groups: &[Guid]) -> String {
        let names: Vec<String> = groups
            .iter()
            .map(|&group| self.bench.group(group))
            .collect();
        names.join(", ")
    }

    fn note(&mut self, note: String) {
        self.result.notes.push(note);
    }

    /// What is held is not known: what is asked for goes out as it is.
    fn as_written(&mut self) {
        let wish = self.wish;
        let adds = wish.add.iter().map(|(sku_id, off)| AddLicense {
            sku_id: *sku_id,
            disabled_plans: off.clone().unwrap_or_default(),
        });
        self.result.change.add = adds.collect();
        self.result.change.remove.clone_from(&wish.remove);
        if wish.remove_all || wish.switch.is_some() || !wish.toggles.is_empty() {
            self.result.reasons.push(Reason::holdings_needed());
        }
    }

    fn additions(&mut self) {
        for (sku_id, off) in &self.wish.add {
            let held = self.direct(*sku_id);
            let disabled_plans = match (held, off) {
                // Whoever has the product and is given it again keeps the choice of plans.
                (Some(held), None) => {
                    if held.is_in_effect() {
                        continue;
                    }
                    held.disabled_plans.clone()
                }
                (Some(held), Some(off))
                    if held.is_in_effect() && same_plans(off, &held.disabled_plans) =>
                {
                    continue;
                }
                (_, off) => off.clone().unwrap_or_default(),
            };
            let groups = self.groups_giving(*sku_id);
            if held.is_none() && !groups.is_empty() {
                let note = format!(
                    "{} comes through the group {} as well; assigned directly it takes no further seat.",
                    self.product(*sku_id),
                    self.groups(&groups)
                );
                self.note(note);
            }
            self.note_plans_kept_on(*sku_id, &disabled_plans);
            self.result.change.add.push(AddLicense {
                sku_id: *sku_id,
                disabled_plans,
            });
        }
    }

    /// Says which of these plans stay on although they are turned off here, since a group gives them.
    fn note_plans_kept_on(&mut self, sku_id: Guid, off: &[Guid]) {
        let mut notes = Vec::new();
        for (held, group) in self.inherited().filter(|(held, _)| held.sku_id == sku_id) {
            let on: Vec<Guid> = off
                .iter()
                .copied()
                .filter(|plan| !held.disabled_plans.contains(plan))
                .collect();
            if !on.is_empty() {
                notes.push(format!(
                    "{} {} on: the group {} gives it with {}.",
                    plan_names(Some(sku_id), &on, self.bench.skus).join(", "),
                    if on.len() == 1 { "stays" } else { "stay" },
                    self.bench.group(group),
                    self.product(sku_id),
                ));
            }
        }
        self.result.notes.extend(notes);
    }

    fn removals(&mut self) {
        let wish = self.wish;
        let mut wanted = wish.remove.clone();
        if wish.remove_all {
            for held in self.holdings {
                if !wanted.contains(&held.sku_id) {
                    wanted.push(held.sku_id);
                }
            }
        }
        let mut absent = Vec::new();
        for sku_id in wanted {
            let groups = self.groups_giving(sku_id);
            let is_direct = self.direct(sku_id).is_some();
            if is_direct {
                self.result.change.remove.push(sku_id);
            } else if groups.is_empty() {
                absent.push(sku_id);
                continue;
            } else if !wish.lenient {
                self.result.change.remove.push(sku_id);
                continue;
            }
            for group in groups {
                self.result.kept.push((sku_id, group));
                let note = format!(
                    "{} stays: it comes through the group {}.",
                    self.product(sku_id),
                    self.bench.group(group)
                );
                self.note(note);
            }
        }
        // A swap leaves alone who lacks what is to be swapped. Where nothing is added, not having it is all that was
        // wished; and what the organisation doesn't own was hardly meant.
        let swaps = !self.result.change.add.is_empty() && !wish.lenient;
        for sku_id in absent {
            let is_owned = self.bench.skus.sku(sku_id).is_some() || wish.lenient;
            if swaps || !is_owned {
                self.result.change.remove.push(sku_id);
            } else {
                self.result.not_held.push(sku_id);
            }
        }
    }

    fn switch(&mut self) {
        let Some(switch) = &self.wish.switch else {
            return;
        };
        let held: Vec<Guid> = switch
            .from
            .iter()
            .copied()
            .filter(|&sku_id| self.direct(sku_id).is_some())
            .collect();
        let mut inherited = Vec::new();
        for &sku_id in &switch.from {
            let groups = self.groups_giving(sku_id);
            inherited.extend(groups.into_iter().map(|group| (sku_id, group)));
        }
        if held.is_empty() {
            for &sku_id in &switch.from {
                let groups: Vec<Guid> = inherited
                    .iter()
                    .filter(|(inherited, _)| *inherited == sku_id)
                    .map(|&(_, group)| group)
                    .collect();
                if groups.is_empty() {
                    self.result.not_held.push(sku_id);
                } else {
                    let reason = Reason::inherited(sku_id, groups, self.bench.skus);
                    self.result.reasons.push(reason);
                }
            }
            if inherited.is_empty() {
                let names: Vec<String> = switch
                    .from
                    .iter()
                    .map(|&sku_id| self.product(sku_id))
                    .collect();
                self.note(format!("The user had no {}.", names.join(" and no ")));
            }
            return;
        }
        let given_up: Vec<_> = held
            .iter()
            .filter_map(|&sku_id| {
                let sku = self.bench.skus.sku(sku_id)?;
                Some((sku, self.direct(sku_id)?.disabled_plans.as_slice()))
            })
            .collect();
        let mut notes = Vec::new();
        let mut add = Vec::new();
        for (sku_id, more_off) in &switch.to {
            let own = self.direct(*sku_id);
            let mut off = match (own, self.bench.skus.sku(*sku_id)) {
                (Some(own), _) => own.disabled_plans.clone(),
                (None, Some(to)) => {
                    let carried = carry(&given_up, to, switch.new_plans_off);
                    let name = |plan: &Guid| plan_names(None, &[*plan], self.bench.skus).join("");
                    notes.extend(carried.replaced.iter().map(|(old, new)| {
                        format!("{} was off, so {} is off.", name(old), name(new))
                    }));
                    notes.extend(carried.lost.iter().map(|plan| {
                        format!(
                            "{} was off; {} does not hold it.",
                            name(plan),
                            self.product(*sku_id)
                        )
                    }));
                    carried.off
                }
                // A product that the tenant doesn't own; the judgement says so.
                (None, None) => Vec::new(),
            };
            for plan in more_off {
                if !off.contains(plan) {
                    off.push(*plan);
                }
            }
            if own.is_none_or(|own| !own.is_in_effect() || !same_plans(&off, &own.disabled_plans)) {
                add.push(AddLicense {
                    sku_id: *sku_id,
                    disabled_plans: off,
                });
            }
        }
        for &(sku_id, group) in &inherited {
            notes.push(format!(
                "{} stays as well: it comes through the group {}.",
                self.product(sku_id),
                self.bench.group(group)
            ));
        }
        for addition in &add {
            self.note_plans_kept_on(addition.sku_id, &addition.disabled_plans);
        }
        self.result.notes.extend(notes);
        self.result.kept.extend(inherited);
        self.result.change.add.extend(add);
        self.result.change.remove.extend(held);
    }

    fn toggles(&mut self) {
        let is_meant = |sku_id: Guid| self.wish.plan_sku.is_none_or(|only| only == sku_id);
        for toggle in &self.wish.toggles {
            let mut found = false;
            let mut is_on = false;
            let direct: Vec<&Holding> = self
                .holdings
                .iter()
                .filter(|held| held.source == Source::Direct && is_meant(held.sku_id))
                .collect();
            for held in direct {
                let sku = self.bench.skus.sku(held.sku_id);
                let plans = toggle.plans.iter().copied();
                let plan = plans
                    .into_iter()
                    .find(|&plan| sku.is_some_and(|sku| sku.plan(plan).is_some()));
                let Some(plan) = plan else {
                    continue;
                };
                found = true;
                is_on |= toggle.on;
                self.turn(held, plan, toggle.on);
            }
            let mut through = Vec::new();
            for (held, group) in self.inherited().filter(|(held, _)| is_meant(held.sku_id)) {
                let sku = self.bench.skus.sku(held.sku_id);
                let mut plans = toggle.plans.iter().copied();
                if let Some(plan) =
                    plans.find(|&plan| sku.is_some_and(|sku| sku.plan(plan).is_some()))
                {
                    through.push((held.sku_id, group, !held.disabled_plans.contains(&plan)));
                }
            }
            let mut notes = Vec::new();
            for &(sku_id, group, on) in &through {
                if on && !toggle.on {
                    notes.push(format!(
                        "{} stays on: the group {} gives it with {}.",
                        toggle.name,
                        self.bench.group(group),
                        self.product(sku_id)
                    ));
                }
                is_on |= on;
            }
            if toggle.on && !is_on {
                let reason = match through.first() {
                    Some(&(sku_id, _, _)) => {
                        let groups: Vec<String> = through
                            .iter()
                            .map(|&(_, group, _)| self.bench.group(group))
                            .collect();
                        Reason::plan_through_group(&toggle.name, sku_id, &groups, self.bench.skus)
                    }
                    None => {
                        Reason::plan_not_held(&toggle.name, self.wish.plan_sku, self.bench.skus)
                    }
                };
                self.result.reasons.push(reason);
            }
            if !toggle.on && !found && through.is_empty() {
                notes.push(format!("The user holds no product with {}.", toggle.name));
            }
            self.result.notes.extend(notes);
        }
    }

    /// Turns a plan of a product that is held on or off, beside what is changed about it already.
    fn turn(&mut self, held: &Holding, plan: Guid, on: bool) {
        let add = &mut self.result.change.add;
        let planned = add.iter().position(|add| add.sku_id == held.sku_id);
        let current = planned.map_or(&held.disabled_plans, |at| &add[at].disabled_plans);
        if current.contains(&plan) != on {
            return;
        }
        let mut off = current.clone();
        if on {
            off.retain(|known| *known != plan);
        } else {
            off.push(plan);
        }
        match planned {
            Some(at) => add[at].disabled_plans = off,
            None => add.push(AddLicense {
                sku_id: held.sku_id,
                disabled_plans: off,
            }),
        }
    }
}
