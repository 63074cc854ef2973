//! What holds for every tenant, user and request.

use std::collections::BTreeSet;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{
    AddLicense, AppliesTo, Barred, Certainty, Dependency, Holding, HoldingState, LicenseChange,
    PlanFacts, PrepaidUnits, RefusalKind, RuleSet, RuleSettings, SkuFacts, Source, UserFacts,
    effective, evaluate,
};
use mglicense_rules::location::Code;
use proptest::prelude::*;

const SKUS: u128 = 5;
const PLANS: u128 = 8;

fn sku_id() -> impl Strategy<Value = Guid> {
    (0..=SKUS).prop_map(Guid)
}

fn plan_id() -> impl Strategy<Value = Guid> {
    (100..100 + PLANS).prop_map(Guid)
}

fn plan_set(most: usize) -> impl Strategy<Value = Vec<Guid>> {
    prop::collection::btree_set(plan_id(), 0..=most).prop_map(|plans| plans.into_iter().collect())
}

/// Products 0 to 4; number 5 is asked for sometimes and owned never.
fn skus() -> impl Strategy<Value = Vec<SkuFacts>> {
    let sku = (
        0i64..4,
        0i64..2,
        0i64..3,
        plan_set(6),
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(sku, SKUS as usize).prop_map(|skus| {
        let facts = skus.into_iter().zip(0..);
        facts
            .map(
                |((enabled, warning, suspended, plans, company), id)| SkuFacts {
                    sku_id: Guid(id),
                    part_number: format!("SKU{id}").into(),
                    applies_to: if company {
                        AppliesTo::Company
                    } else {
                        AppliesTo::User
                    },
                    prepaid: PrepaidUnits {
                        enabled,
                        warning,
                        suspended,
                        locked_out: 0,
                    },
                    consumed: 0,
                    plans: plans
                        .into_iter()
                        .map(|id| PlanFacts {
                            id,
                            name: "P".into(),
                            applies_to: AppliesTo::User,
                        })
                        .collect(),
                },
            )
            .collect()
    })
}

fn user() -> impl Strategy<Value = UserFacts> {
    let location = prop::option::weighted(0.8, prop::sample::select(vec!["GB", "in", "UK", ""]));
    let source = prop_oneof![
        3 => Just(Source::Direct),
        1 => Just(Source::Group(Guid(900))),
        1 => Just(Source::Group(Guid(901))),
    ];
    let state = prop_oneof![
        6 => Just(HoldingState::Active),
        1 => Just(HoldingState::ActiveWithError),
        2 => Just(HoldingState::Error),
    ];
    let holding = (sku_id(), source, plan_set(4), state);
    (location, prop::collection::vec(holding, 0..5)).prop_map(|(location, holdings)| {
        let mut facts = UserFacts {
            usage_location: location.map(str::to_owned),
            holdings: Vec::new(),
        };
        for (sku_id, source, disabled_plans, state) in holdings {
            let mut held = facts.holdings.iter();
            if held.any(|held| held.sku_id == sku_id && held.source == source) {
                continue;
            }
            // A direct assignment that was refused is not stored.
            let state = match source {
                Source::Direct => HoldingState::Active,
                Source::Group(_) => state,
            };
            let holding = Holding::direct(sku_id, disabled_plans);
            facts.holdings.push(Holding {
                source,
                state,
                ..holding
            });
        }
        facts
    })
}

fn change() -> impl Strategy<Value = LicenseChange> {
    let add = (sku_id(), plan_set(3)).prop_map(|(sku_id, disabled_plans)| AddLicense {
        sku_id,
        disabled_plans,
    });
    (
        prop::collection::vec(add, 0..4),
        prop::collection::vec(sku_id(), 0..3),
    )
        .prop_map(|(add, remove)| LicenseChange { add, remove })
}

fn rules() -> impl Strategy<Value = RuleSet> {
    let dependency =
        (plan_id(), plan_set(3)).prop_map(|(plan, needs_any_of)| Dependency { plan, needs_any_of });
    let barred = plan_id().prop_map(|plan| Barred {
        plan,
        locations: vec![Code::parse("IN").unwrap()],
    });
    let settings = prop::collection::vec(any::<bool>(), RuleSettings::ALL.len());
    (
        prop::collection::vec(dependency, 0..3),
        prop::collection::vec(plan_set(4), 0..3),
        prop::collection::vec(barred, 0..2),
        prop::option::weighted(0.5, settings),
    )
        .prop_map(|(dependencies, exclusions, barred, values)| {
            let mut settings = RuleSettings::default();
            for (setting, value) in RuleSettings::ALL.iter().zip(values.into_iter().flatten()) {
                settings.set(setting.name, value);
            }
            RuleSet::new(dependencies, exclusions, barred, settings)
        })
}

/// Takes what is senseless out of a request, so that most of them go through.
fn tame(skus: &mut [SkuFacts], user: &mut UserFacts, change: &mut LicenseChange) {
    user.usage_location = Some("GB".to_owned());
    for sku in skus.iter_mut() {
        sku.applies_to = AppliesTo::User;
        sku.prepaid.enabled += 2;
    }
    let mut seen = BTreeSet::new();
    change
        .add
        .retain(|add| seen.insert(add.sku_id) && add.sku_id < Guid(SKUS));
    for add in &mut change.add {
        let sku = skus.iter().find(|sku| sku.sku_id == add.sku_id).unwrap();
        add.disabled_plans.retain(|plan| sku.plan(*plan).is_some());
    }
    change.remove.retain(|sku_id| {
        let mut holdings = user.holdings.iter();
        let is_direct = |held: &Holding| held.sku_id == *sku_id && held.source == Source::Direct;
        holdings.any(is_direct) && seen.insert(*sku_id)
    });
}

/// A tenant whose seats in use include the user's own, beside others'.
fn world() -> impl Strategy<Value = (Vec<SkuFacts>, RuleSet, UserFacts, LicenseChange)> {
    let others = prop::collection::vec(0i64..3, SKUS as usize);
    (skus(), others, rules(), user(), change(), any::<bool>()).prop_map(
        |(mut skus, others, rules, mut user, mut change, is_tame)| {
            if is_tame {
                tame(&mut skus, &mut user, &mut change);
            }
            for (sku, others) in skus.iter_mut().zip(others) {
                sku.consumed = others + seats(sku.sku_id, &user.holdings);
            }
            (skus, rules, user, change)
        },
    )
}

fn seats(sku_id: Guid, holdings: &[Holding]) -> i64 {
    let mut holdings = holdings.iter();
    holdings
        .any(|held| held.sku_id == sku_id && held.state != HoldingState::Error)
        .into()
}

/// Every plan that is on for the user, found source by source.
fn plans_on(skus: &[SkuFacts], holdings: &[Holding]) -> BTreeSet<Guid> {
    let mut on = BTreeSet::new();
    for held in holdings
        .iter()
        .filter(|held| held.state != HoldingState::Error)
    {
        for sku in skus.iter().filter(|sku| sku.sku_id == held.sku_id) {
            let plans = sku.plans.iter().map(|plan| plan.id);
            on.extend(plans.filter(|plan| !held.disabled_plans.contains(plan)));
        }
    }
    on
}

fn satisfies(rules: &RuleSet, on: &BTreeSet<Guid>) -> bool {
    let dependencies = rules.dependencies().iter().all(|dependency| {
        let needs = &dependency.needs_any_of;
        !on.contains(&dependency.plan) || needs.iter().any(|need| on.contains(need))
    });
    let mut exclusions = rules.exclusions().iter();
    dependencies && exclusions.all(|set| set.iter().filter(|plan| on.contains(plan)).count() < 2)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_global_rejects: 40_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_accepted_request_never_takes_a_seat_that_is_not_there((skus, rules, user, change) in world()) {
        let evaluation = evaluate(&skus, &rules, &user, &change);
        prop_assume!(evaluation.verdict().is_ok());
        for (sku_id, delta) in evaluation.seats {
            let sku = skus.iter().find(|sku| sku.sku_id == sku_id);
            if let Some(sku) = sku.filter(|_| delta > 0) {
                prop_assert!(sku.consumed + delta <= sku.prepaid.enabled + sku.prepaid.warning);
            }
        }
    }

    #[test]
    fn seats_are_the_difference_between_before_and_after((skus, rules, user, change) in world()) {
        let evaluation = evaluate(&skus, &rules, &user, &change);
        for id in 0..=SKUS {
            let delta = seats(Guid(id), &evaluation.after) - seats(Guid(id), &user.holdings);
            let told: Vec<i64> =
                evaluation.seats.iter().filter(|seat| seat.0 == Guid(id)).map(|seat| seat.1).collect();
            prop_assert_eq!(told, if delta == 0 { vec![] } else { vec![delta] });
        }
    }

    #[test]
    fn an_accepted_request_leaves_dependencies_met_and_no_conflict((skus, rules, user, change) in world()) {
        let evaluation = evaluate(&skus, &rules, &user, &change);
        prop_assume!(evaluation.verdict().is_ok());
        prop_assume!(!rules.settings().prior_violations_tolerated);
        prop_assert!(satisfies(&rules, &plans_on(&skus, &evaluation.after)));
    }

    #[test]
    fn a_broken_rule_is_a_refusal_and_a_kept_one_is_none((skus, rules, user, change) in world()) {
        prop_assume!(!change.is_empty() && !rules.settings().prior_violations_tolerated);
        let evaluation = evaluate(&skus, &rules, &user, &change);
        let mut refusals = evaluation.refusals.iter();
        let broken = refusals.any(|refusal| {
            matches!(refusal.kind, RefusalKind::DependencyUnmet | RefusalKind::PlansExclusive)
        });
        prop_assert_eq!(broken, !satisfies(&rules, &plans_on(&skus, &evaluation.after)));
    }

    #[test]
    fn sending_an_accepted_addition_again_changes_nothing((skus, rules, user, mut change) in world()) {
        change.remove.clear();
        let first = evaluate(&skus, &rules, &user, &change);
        prop_assume!(first.verdict().is_ok());
        let mut skus = skus;
        for &(sku_id, delta) in &first.seats {
            skus.iter_mut().filter(|sku| sku.sku_id == sku_id).for_each(|sku| sku.consumed += delta);
        }
        let user = UserFacts { holdings: first.after, ..user };
        let second = evaluate(&skus, &rules, &user, &change);
        prop_assert_eq!(second.refusals, []);
        prop_assert_eq!(second.after, user.holdings);
        prop_assert_eq!(second.seats, []);
    }

    #[test]
    fn removing_what_was_added_restores_what_was((skus, rules, user, mut change) in world()) {
        change.remove.clear();
        let has_direct = |add: &AddLicense| {
            let mut holdings = user.holdings.iter();
            holdings.any(|held| held.sku_id == add.sku_id && held.source == Source::Direct)
        };
        change.add.retain(|add| !has_direct(add));
        let added = evaluate(&skus, &rules, &user, &change);
        prop_assume!(added.verdict().is_ok());
        let mut remove: Vec<Guid> = change.add.iter().map(|add| add.sku_id).collect();
        remove.dedup();
        let holder = UserFacts { holdings: added.after, ..user.clone() };
        let change = LicenseChange { add: Vec::new(), remove };
        let removed = evaluate(&skus, &rules, &holder, &change);
        prop_assert_eq!(removed.after, user.holdings);
        let given_back: Vec<(Guid, i64)> =
            added.seats.iter().map(|&(sku_id, delta)| (sku_id, -delta)).collect();
        let mut freed = removed.seats;
        freed.sort_unstable();
        let mut expected = given_back;
        expected.sort_unstable();
        prop_assert_eq!(freed, expected);
    }

    #[test]
    fn what_comes_through_groups_is_never_touched((skus, rules, user, change) in world()) {
        let inherited = |holdings: &[Holding]| -> Vec<Holding> {
            holdings.iter().filter(|held| held.source != Source::Direct).cloned().collect()
        };
        let evaluation = evaluate(&skus, &rules, &user, &change);
        prop_assert_eq!(inherited(&evaluation.after), inherited(&user.holdings));
    }

    #[test]
    fn products_that_are_not_named_stay_as_they_are((skus, rules, user, change) in world()) {
        let is_named = |held: &&Holding| {
            let mut added = change.add.iter().map(|add| add.sku_id);
            added.any(|sku_id| sku_id == held.sku_id) || change.remove.contains(&held.sku_id)
        };
        let others = |holdings: &[Holding]| -> Vec<Holding> {
            holdings.iter().filter(|held| !is_named(held)).cloned().collect()
        };
        let evaluation = evaluate(&skus, &rules, &user, &change);
        prop_assert_eq!(others(&evaluation.after), others(&user.holdings));
    }

    #[test]
    fn refusals_come_in_the_order_of_the_checks((skus, rules, user, change) in world()) {
        prop_assume!(!rules.settings().location_checked_first);
        let stage = |kind: RefusalKind| match kind {
            RefusalKind::NoChanges => 0,
            RefusalKind::ProductNotOwned => 1,
            RefusalKind::ProductNotAssignable => 2,
            RefusalKind::AddedAndRemoved | RefusalKind::DuplicateProduct => 3,
            RefusalKind::PlanNotInProduct | RefusalKind::PlanNotSwitchable => 4,
            RefusalKind::NotHeld | RefusalKind::Inherited | RefusalKind::AlreadyInherited => 5,
            RefusalKind::UsageLocationMissing | RefusalKind::UsageLocationInvalid => 6,
            RefusalKind::CountryBarred => 7,
            RefusalKind::DependencyUnmet => 8,
            RefusalKind::PlansExclusive => 9,
            RefusalKind::NoSeats => 10,
            RefusalKind::AddressTaken => 11,
        };
        let refusals = evaluate(&skus, &rules, &user, &change).refusals;
        let stages: Vec<i32> = refusals.iter().map(|refusal| stage(refusal.kind)).collect();
        prop_assert!(stages.is_sorted(), "{stages:?}");
        for refusal in &refusals {
            prop_assert!(!refusal.message().is_empty() && !refusal.advice(&skus).is_empty());
            prop_assert_eq!(refusals.iter().filter(|other| *other == refusal).count(), 1);
        }
    }

    #[test]
    fn rules_that_may_be_stale_are_the_only_uncertain_ones((skus, rules, user, change) in world()) {
        let none = RuleSet::new(Vec::new(), Vec::new(), Vec::new(), *rules.settings());
        let bare = evaluate(&skus, &none, &user, &change);
        let ruled = evaluate(&skus, &rules, &user, &change);
        let certain: Vec<_> = ruled
            .refusals
            .into_iter()
            .filter(|refusal| refusal.certainty() == Certainty::Certain)
            .collect();
        prop_assert_eq!(certain, bare.refusals);
    }

    #[test]
    fn a_user_has_the_union_of_what_the_sources_turn_on((skus, _, user, _) in world()) {
        let mut on = BTreeSet::new();
        for license in effective(&user.holdings) {
            for sku in skus.iter().filter(|sku| sku.sku_id == license.sku_id) {
                let plans = sku.plans.iter().map(|plan| plan.id);
                on.extend(plans.filter(|plan| !license.disabled_plans.contains(plan)));
            }
        }
        prop_assert_eq!(on, plans_on(&skus, &user.holdings));
    }
}
