//! A wish in ids, and several wishes for one user made one.

use mglicense_rules::assignment::{
    AppliesTo, LicenseChange, RuleSet, SkuLookup, UserFacts, evaluate,
};
use mglicense_rules::location::{Code, LocationCheck, check};
use mglicense_rules::{Guid, catalog};

use super::reason::{Certainty, Products, Reason};
use super::rows::Wish;
use crate::change::{Addition, Texts};
use crate::names;
use crate::skus::TenantSkus;

/// A wish whose names are resolved.
#[derive(Clone, Debug, Default)]
pub(super) struct Resolved {
    /// Products to have; a list of plans to be off where one was given.
    pub(super) add: Vec<(Guid, Option<Vec<Guid>>)>,
    pub(super) remove: Vec<Guid>,
    pub(super) remove_all: bool,
    pub(super) lenient: bool,
    pub(super) switch: Option<Switch>,
    pub(super) toggles: Vec<Toggle>,
    /// The one product that the toggles are about.
    pub(super) plan_sku: Option<Guid>,
    pub(super) location: Option<Code>,
    /// What is wrong with the wish, whoever it is for.
    pub(super) reasons: Vec<Reason>,
}

/// Products to give up for others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Switch {
    pub(super) from: Vec<Guid>,
    /// Products to have; a list of plans to be off, beside those that the user had off, where one was given.
    pub(super) to: Vec<(Guid, Vec<Guid>)>,
    pub(super) new_plans_off: bool,
}

/// A plan to be on or off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Toggle {
    /// The plan; a name may stand for different ids in different products.
    pub(super) plans: Vec<Guid>,
    /// Its name, or its id where it has none.
    pub(super) name: String,
    pub(super) on: bool,
}

/// Two wishes that cannot both come true, by their places, and what they disagree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Contradiction {
    pub(super) earlier: usize,
    pub(super) later: usize,
    pub(super) what: String,
}

impl Resolved {
    /// Resolves the names of a wish. Faults become reasons; a certain one makes the wish unusable.
    pub(super) fn new(wish: &Wish, skus: &TenantSkus, rules: &RuleSet) -> Self {
        let mut resolved = Self {
            remove_all: wish.remove_all,
            lenient: wish.lenient,
            ..Self::default()
        };
        resolved.take_location(wish);
        resolved.take_products(wish, skus);
        resolved.take_switch(wish, skus);
        resolved.take_toggles(wish, skus);
        if resolved.asks_nothing() && resolved.reasons.is_empty() {
            let nothing = LicenseChange::default();
            let refusals = evaluate(skus, rules, &UserFacts::default(), &nothing).refusals;
            let reasons = refusals.iter().map(|none| Reason::of_refusal(none, skus));
            resolved.reasons.extend(reasons);
        }
        resolved
    }

    /// Whether it can be carried out for somebody.
    pub(super) fn is_usable(&self) -> bool {
        let mut reasons = self.reasons.iter();
        reasons.all(|reason| reason.certainty != Certainty::Certain)
    }

    fn asks_nothing(&self) -> bool {
        self.add.is_empty()
            && self.remove.is_empty()
            && !self.remove_all
            && self.switch.is_none()
            && self.toggles.is_empty()
            && self.location.is_none()
    }

    fn take_location(&mut self, wish: &Wish) {
        let Some(text) = &wish.usage_location else {
            return;
        };
        let location = check(text);
        self.reasons.extend(Reason::of_location(location, text));
        self.location = match location {
            LocationCheck::Known(code) | LocationCheck::UnknownCode(code) => Some(code),
            LocationCheck::Invalid { .. } => None,
        };
    }

    fn take_products(&mut self, wish: &Wish, skus: &TenantSkus) {
        let mut add = wish.add_licenses.0.clone();
        let mut remove = wish.remove_licenses.0.clone();
        if let Err(failure) = names::resolve_with(skus, &mut add, &mut remove)
            .and_then(|()| spread(skus, &mut add, wish.disabled_plans.as_ref()))
        {
            self.reasons.push(Reason::of_failure(&failure));
            return;
        }
        for addition in add {
            let text = addition.sku.unwrap_or_default();
            let Some(sku_id) = self.product(&text, skus) else {
                continue;
            };
            let mut off = None;
            if let Some(texts) = &addition.disabled_plans {
                let mut plans: Vec<Guid> = Vec::with_capacity(texts.len());
                for text in texts {
                    match Guid::parse(text) {
                        Ok(plan) if plans.contains(&plan) => {}
                        Ok(plan) => plans.push(plan),
                        Err(_) => self
                            .reasons
                            .push(Reason::unknown_plan(text, Some(sku_id), skus)),
                    }
                }
                off = Some(plans);
            }
            match self.add.iter_mut().find(|(known, _)| *known == sku_id) {
                // The same product twice, and the same of it: that is one wish.
                Some((_, known)) if known.is_none() || off.is_none() || same(known, &off) => {
                    *known = known.take().or(off);
                }
                Some(_) => self.reasons.push(Reason::contradicting_plans(sku_id, skus)),
                None => self.add.push((sku_id, off)),
            }
        }
        for text in remove {
            let Some(sku_id) = self.product(&text, skus) else {
                continue;
            };
            if self.add.iter().any(|(added, _)| *added == sku_id) {
                self.reasons.push(Reason::added_and_removed(sku_id, skus));
            } else if !self.remove.contains(&sku_id) {
                self.remove.push(sku_id);
            }
        }
    }

    fn take_switch(&mut self, wish: &Wish, skus: &TenantSkus) {
        if wish.switch_from.0.is_empty() && wish.switch_to.0.is_empty() {
            return;
        }
        let mut to: Vec<Addition> = wish
            .switch_to
            .0
            .iter()
            .map(|sku| Addition {
                sku: Some(sku.clone()),
                disabled_plans: None,
            })
            .collect();
        let mut from = wish.switch_from.0.clone();
        let plans = wish.disabled_plans.as_ref().filter(|off| !off.0.is_empty());
        if let Err(failure) = names::resolve_with(skus, &mut to, &mut from)
            .and_then(|()| spread(skus, &mut to, plans))
        {
            self.reasons.push(Reason::of_failure(&failure));
            return;
        }
        let mut switch = Switch {
            new_plans_off: wish.new_plans_off,
            ..Switch::default()
        };
        for text in &from {
            let sku_id = self.product(text, skus);
            switch.from.extend(sku_id);
        }
        for addition in to {
            let text = addition.sku.unwrap_or_default();
            let Some(sku_id) = self.product(&text, skus) else {
                continue;
            };
            let mut off = Vec::new();
            for text in addition.disabled_plans.iter().flatten() {
                match Guid::parse(text) {
                    Ok(plan) => off.push(plan),
                    Err(_) => self
                        .reasons
                        .push(Reason::unknown_plan(text, Some(sku_id), skus)),
                }
            }
            switch.to.push((sku_id, off));
        }
        if let Some(&sku_id) = switch
            .from
            .iter()
            .find(|from| switch.to.iter().any(|(to, _)| to == *from))
        {
            self.reasons.push(Reason::added_and_removed(sku_id, skus));
        }
        self.switch = Some(switch);
    }

    fn take_toggles(&mut self, wish: &Wish, skus: &TenantSkus) {
        if let Some(text) = &wish.plan_sku {
            let mut sku = [text.clone()];
            match names::resolve_with(skus, &mut [], &mut sku) {
                Ok(()) => self.plan_sku = self.product(&sku[0], skus),
                Err(failure) => self.reasons.push(Reason::of_failure(&failure)),
            }
        }
        for (texts, on) in [(&wish.enable_plans, true), (&wish.disable_plans, false)] {
            for text in &texts.0 {
                let plans = plans_named(text, self.plan_sku, skus);
                let Some(&first) = plans.first() else {
                    self.reasons
                        .push(Reason::unknown_plan(text, self.plan_sku, skus));
                    continue;
                };
                if let Some(sku_id) = company_plan(skus, self.plan_sku, &plans) {
                    self.reasons
                        .push(Reason::plan_not_switchable(first, sku_id, skus));
                    continue;
                }
                let name =
                    catalog::plan(first).map_or_else(|| text.clone(), |plan| plan.name.to_owned());
                let opposed = self.toggles.iter().any(|known| {
                    known.on != on && known.plans.iter().any(|plan| plans.contains(plan))
                });
                if opposed {
                    self.reasons.push(Reason::plan_on_and_off(&name));
                } else {
                    self.toggles.push(Toggle { plans, name, on });
                }
            }
        }
    }

    /// The id that a product's text is; text that is none becomes a reason.
    fn product(&mut self, text: &str, skus: &TenantSkus) -> Option<Guid> {
        let sku_id = Guid::parse(text).ok();
        if sku_id.is_none() {
            self.reasons.push(Reason::unknown_product(text, skus));
        }
        sku_id
    }

    /// One wish of several for the same user.
    pub(super) fn merge(wishes: &[&Self], skus: &dyn Products) -> Result<Self, Contradiction> {
        let mut merged = wishes[0].clone();
        for (later, wish) in wishes.iter().enumerate().skip(1) {
            let clash = |earlier: usize, what: String| Contradiction {
                earlier,
                later,
                what,
            };
            let first = |holds: &dyn Fn(&Self) -> bool| {
                wishes.iter().position(|wish| holds(wish)).unwrap_or(0)
            };
            if let (Some(one), Some(other)) = (merged.location, wish.location)
                && one != other
            {
                let earlier = first(&|wish| wish.location.is_some());
                return Err(clash(earlier, format!("usage location {one} or {other}")));
            }
            merged.location = merged.location.or(wish.location);
            let named = |sku_id: Guid| super::reason::product_name(sku_id, skus);
            for (sku_id, off) in &wish.add {
                if merged.remove.contains(sku_id) {
                    let earlier = first(&|wish| wish.remove.contains(sku_id));
                    return Err(clash(earlier, format!("to have {} or not", named(*sku_id))));
                }
                match merged.add.iter_mut().find(|(known, _)| known == sku_id) {
                    Some((_, known)) if known.is_none() || off.is_none() || same(known, off) => {
                        *known = known.take().or_else(|| off.clone());
                    }
                    Some(_) => {
                        let earlier = first(&|wish| {
                            wish.add
                                .iter()
                                .any(|(known, off)| known == sku_id && off.is_some())
                        });
                        return Err(clash(earlier, format!("the plans of {}", named(*sku_id))));
                    }
                    None => merged.add.push((*sku_id, off.clone())),
                }
            }
            for sku_id in &wish.remove {
                if merged.add.iter().any(|(added, _)| added == sku_id) {
                    let earlier = first(&|wish| wish.add.iter().any(|(added, _)| added == sku_id));
                    return Err(clash(earlier, format!("to have {} or not", named(*sku_id))));
                }
                if !merged.remove.contains(sku_id) {
                    merged.remove.push(*sku_id);
                }
            }
            for toggle in &wish.toggles {
                if let Some(known) = merged
                    .toggles
                    .iter()
                    .find(|known| known.plans == toggle.plans)
                {
                    if known.on != toggle.on {
                        let earlier = first(&|wish| {
                            wish.toggles.iter().any(|known| known.plans == toggle.plans)
                        });
                        return Err(clash(earlier, format!("plan {} on or off", toggle.name)));
                    }
                } else {
                    merged.toggles.push(toggle.clone());
                }
            }
            for reason in &wish.reasons {
                if !merged.reasons.contains(reason) {
                    merged.reasons.push(reason.clone());
                }
            }
        }
        Ok(merged)
    }
}

/// Whether two lists of plans hold the same, in any order.
fn same(left: &Option<Vec<Guid>>, right: &Option<Vec<Guid>>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => same_plans(left, right),
        _ => false,
    }
}

/// Whether two lists of plans without repetition hold the same, in any order.
pub(super) fn same_plans(left: &[Guid], right: &[Guid]) -> bool {
    left.len() == right.len() && left.iter().all(|plan| right.contains(plan))
}

/// Puts the run's plans into those products that bring none of their own. A list without entries is a choice too.
fn spread(
    skus: &TenantSkus,
    add: &mut [Addition],
    plans: Option<&Texts>,
) -> Result<(), crate::failure::Failure> {
    let Some(plans) = plans else {
        return Ok(());
    };
    if plans.0.is_empty() {
        for addition in add {
            addition.disabled_plans.get_or_insert_default();
        }
        return Ok(());
    }
    names::spread_with(skus, add, &plans.0)
}

/// The plans that a text means: in the tenant's products, or in one of them; else in the public table.
fn plans_named(text: &str, sku_id: Option<Guid>, skus: &TenantSkus) -> Vec<Guid> {
    if let Ok(plan) = Guid::parse(text.trim()) {
        return vec![plan];
    }
    let text = text.trim();
    let mut plans: Vec<Guid> = Vec::new();
    let products = skus.all().iter();
    for sku in products.filter(|sku| sku_id.is_none_or(|sku_id| sku_id == sku.sku_id)) {
        let named = sku.plans.iter();
        for plan in named.filter(|plan| plan.name.eq_ignore_ascii_case(text)) {
            if !plans.contains(&plan.id) {
                plans.push(plan.id);
            }
        }
    }
    if plans.is_empty() {
        plans.extend(catalog::plans_by_name(text).map(|plan| plan.id));
    }
    plans
}

/// The product of the tenant in which one of these plans is for the whole company, if it is so in all of them.
fn company_plan(skus: &TenantSkus, sku_id: Option<Guid>, plans: &[Guid]) -> Option<Guid> {
    let products = skus.all().iter();
    let products = products.filter(|sku| sku_id.is_none_or(|sku_id| sku_id == sku.sku_id));
    let mut company = None;
    for sku in products {
        for plan in plans.iter().filter_map(|&plan| sku.plan(plan)) {
            if plan.applies_to == AppliesTo::User {
                return None;
            }
            company = Some(sku.sku_id);
        }
    }
    company.filter(|&sku_id| skus.sku(sku_id).is_some())
}
