//! Who has what: one row for each user and product, from all its sources.

use std::collections::HashMap;

use mglicense_rules::assignment::HoldingError;
use serde::{Serialize, Serializer};

use super::error_in_words;
use super::groups::Groups;
use super::naming::Naming;
use super::person::{Licence, Person};
use crate::event::{Event, EventKind};
use mglicense_rules::Guid;

/// When a user last signed in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum LastSignIn {
    /// Not as far back as the service remembers.
    #[default]
    Never,
    /// Then, as the service wrote it.
    At(String),
}

/// What it comes to, from all sources together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum Standing {
    /// In effect, and every source is well.
    Active,
    /// In effect, though a source is in error.
    ActiveWithError,
    /// In effect, though the subscription behind it is suspended.
    Disabled,
    /// Not in effect: only the wish is there.
    Error,
    /// The service did not say what the user holds.
    Unknown,
    /// The user holds nothing.
    None,
}

/// One source of a product.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Source {
    /// The number of the group; absent for a direct one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) group: Option<usize>,
    #[serde(serialize_with = "as_word")]
    state: mglicense_rules::assignment::HoldingState,
    #[serde(serialize_with = "as_word")]
    error: HoldingError,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_text: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_updated: Option<String>,
    /// The number of the set of plans that it gives.
    plans: usize,
}

impl Source {
    /// Whether it is in effect and nothing is wrong with it.
    pub(crate) fn is_well(&self) -> bool {
        self.state != mglicense_rules::assignment::HoldingState::Error
            && self.error == HoldingError::None
    }

    /// What is wrong with it.
    pub(crate) fn error(&self) -> HoldingError {
        self.error
    }

    /// The number of the set of plans that it gives.
    pub(crate) fn plans(&self) -> usize {
        self.plans
    }
}

fn as_word<T: std::fmt::Display, S: Serializer>(
    word: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_str(word)
}

/// One product of one user.
#[derive(Clone, Debug)]
pub(crate) struct Holding {
    /// The number of the product.
    pub(crate) product: usize,
    /// The number of the set of plans that are on and off in all.
    pub(crate) plans: usize,
    pub(crate) standing: Standing,
    pub(crate) error: HoldingError,
    pub(crate) last_updated: Option<String>,
    pub(crate) sources: Vec<Source>,
}

impl Holding {
    /// Where it comes from, in words.
    pub(crate) fn source_text(&self, groups: &Groups) -> String {
        let mut text = String::new();
        for source in &self.sources {
            if !text.is_empty() {
                text.push_str("; ");
            }
            match source.group {
                None => text.push_str("Direct"),
                Some(group) => {
                    text.push_str("Group: ");
                    text.push_str(&groups.all()[group].label());
                }
            }
        }
        text
    }
}

/// A row as it is handed over. Products, sets of plans and groups stand as numbers that were told before.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Row<'a> {
    user_id: &'a str,
    user_principal_name: Option<&'a str>,
    display_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_enabled: Option<bool>,
    directory: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage_location: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    plans: Option<usize>,
    source: &'a str,
    sources: &'a [Source],
    state: Standing,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_text: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_updated: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_sign_in: Option<&'a str>,
}

/// Something that rows refer to by its number.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Definition<'a, T> {
    define: &'static str,
    index: usize,
    #[serde(flatten)]
    value: &'a T,
}

/// Makes rows of users.
pub(crate) struct Assignments {
    pub(crate) naming: Naming,
    pub(crate) groups: Groups,
    /// How many of each were told.
    told: (usize, usize, usize),
    sources: HashMap<Vec<Option<usize>>, String>,
}

/// What rows say of sign-ins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignIn {
    /// Nothing: it was not asked for.
    Unasked,
    /// What was read.
    Read,
    /// That it is unknown.
    Refused,
}

impl Assignments {
    /// Rows with these names.
    pub(crate) fn new(naming: Naming, groups: Groups) -> Self {
        Self {
            naming,
            groups,
            told: (0, 0, 0),
            sources: HashMap::new(),
        }
    }

    /// What a user holds, one entry a product, in the service's order.
    pub(crate) fn holdings(&mut self, person: &Person) -> Vec<Holding> {
        let mut products: Vec<(Guid, Vec<&Licence>)> = Vec::new();
        for licence in person.held() {
            match products.iter_mut().find(|(id, _)| *id == licence.sku_id) {
                Some((_, licences)) => licences.push(licence),
                None => products.push((licence.sku_id, vec![licence])),
            }
        }
        products
            .into_iter()
            .map(|(sku_id, mut licences)| {
                // Direct first, then by group.
                licences.sort_by_key(|licence| licence.group.is_some());
                self.holding(sku_id, &licences)
            })
            .collect()
    }

    fn holding(&mut self, sku_id: Guid, licences: &[&Licence]) -> Holding {
        let product = self.naming.product(sku_id);
        let in_effect: Vec<_> = licences
            .iter()
            .filter(|licence| licence.is_in_effect())
            .collect();
        // A plan is off only where every source in effect turns it off.
        let off: Vec<Guid> = in_effect.first().map_or_else(Vec::new, |first| {
            first
                .disabled
                .iter()
                .copied()
                .filter(|plan| {
                    in_effect
                        .iter()
                        .all(|licence| licence.disabled.contains(plan))
                })
                .collect()
        });
        let plans = self.naming.plan_set(product, !in_effect.is_empty(), &off);
        let error = licences
            .iter()
            .map(|licence| licence.error)
            .find(|&error| error != HoldingError::None)
            .unwrap_or_default();
        use mglicense_rules::assignment::HoldingState as State;
        let standing = if in_effect.is_empty() {
            Standing::Error
        } else if error != HoldingError::None
            || licences
                .iter()
                .any(|licence| matches!(licence.state, State::Error | State::ActiveWithError))
        {
            Standing::ActiveWithError
        } else if in_effect
            .iter()
            .all(|licence| licence.state == State::Disabled)
        {
            Standing::Disabled
        } else {
            Standing::Active
        };
        let sources = licences
            .iter()
            .map(|licence| Source {
                group: licence.group.map(|group| self.groups.number(group)),
                state: licence.state,
                error: licence.error,
                error_text: error_in_words(licence.error),
                last_updated: licence.updated.clone(),
                plans: self
                    .naming
                    .plan_set(product, licence.is_in_effect(), &licence.disabled),
            })
            .collect();
        Holding {
            product,
            plans,
            standing,
            error,
            last_updated: licences
                .iter()
                .filter_map(|licence| licence.updated.clone())
                .max(),
            sources,
        }
    }

    /// The rows of a page of users as events: what is new to tell first, then the rows.
    pub(crate) fn rows(
        &mut self,
        people: &[Person],
        sign_in: SignIn,
        with_unlicensed: bool,
    ) -> Vec<Event> {
        let mut rows = Vec::with_capacity(people.len() * 512);
        rows.push(b'[');
        for person in people {
            let holdings = self.holdings(person);
            let unread = person.licences.is_none();
            if holdings.is_empty() && (unread || with_unlicensed) {
                let standing = if unread {
                    Standing::Unknown
                } else {
                    Standing::None
                };
                self.write(&mut rows, person, None, standing, sign_in);
            }
            for holding in &holdings {
                self.write(&mut rows, person, Some(holding), holding.standing, sign_in);
            }
        }
        rows.push(b']');
        let mut events = self.definitions();
        if rows.len() > 2 {
            events.push(Event::new(EventKind::Page, rows));
        }
        events
    }

    fn write(
        &mut self,
        rows: &mut Vec<u8>,
        person: &Person,
        holding: Option<&Holding>,
        state: Standing,
        sign_in: SignIn,
    ) {
        if rows.len() > 1 {
            rows.push(b',');
        }
        let sources = holding.map_or(&[][..], |holding| &holding.sources);
        let key: Vec<Option<usize>> = sources.iter().map(|source| source.group).collect();
        let groups = &self.groups;
        let source = self.sources.entry(key).or_insert_with(|| {
            holding.map_or_else(String::new, |holding| holding.source_text(groups))
        });
        let error = holding.map_or(HoldingError::None, |holding| holding.error);
        let row = Row {
            user_id: &person.id,
            user_principal_name: person.user_principal_name.as_deref(),
            display_name: person.display_name.as_deref(),
            user_type: person.user_type.as_deref(),
            account_enabled: person.account_enabled,
            directory: person.directory(),
            usage_location: person.usage_location.as_deref(),
            product: holding.map(|holding| holding.product),
            plans: holding.map(|holding| holding.plans),
            source,
            sources,
            state,
            error: (error != HoldingError::None).then(|| error.as_str()),
            error_text: error_in_words(error),
            last_updated: holding.and_then(|holding| holding.last_updated.as_deref()),
            last_sign_in: match (sign_in, &person.last_sign_in) {
                (SignIn::Unasked, _) => None,
                (SignIn::Refused, _) => Some("unknown"),
                (SignIn::Read, LastSignIn::Never) => Some("never"),
                (SignIn::Read, LastSignIn::At(at)) => Some(at),
            },
        };
        // A struct of texts, numbers and lists always has a JSON form, and a vector takes every byte.
        let _ = serde_json::to_writer(rows, &row);
    }

    /// What rows refer to and was not told yet.
    fn definitions(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        let (products, plans, groups) = &mut self.told;
        tell(&mut events, "product", self.naming.products(), products);
        tell(&mut events, "plans", self.naming.plan_sets(), plans);
        tell(&mut events, "group", self.groups.all(), groups);
        events
    }
}

fn tell<T: Serialize>(events: &mut Vec<Event>, define: &'static str, all: &[T], told: &mut usize) {
    for (index, value) in all.iter().enumerate().skip(*told) {
        events.push(Event::json(
            EventKind::Item,
            &Definition {
                define,
                index,
                value,
            },
        ));
    }
    *told = all.len();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
    const SWAY: &str = "a23b959c-7ce8-4e57-9140-b90eb88a9e97";
    const YAMMER: &str = "7547a3fe-08ee-4ccb-b430-5077c5041653";
    const GROUP: &str = "11111111-2222-3333-4444-555555555555";

    fn person(states: &str) -> Person {
        Person::read(
            format!(r#"{{"id":"a","userPrincipalName":"a@b","licenseAssignmentStates":{states}}}"#)
                .as_bytes(),
        )
        .unwrap()
    }

    fn assignments() -> Assignments {
        Assignments::new(Naming::new(Arc::default(), false), Groups::default())
    }

    #[test]
    fn several_sources_of_a_product_are_one_row_with_the_plans_that_any_gives() {
        let mut assignments = assignments();
        let holdings = assignments.holdings(&person(&format!(
            r#"[{{"skuId":"{E5}","assignedByGroup":"{GROUP}","disabledPlans":["{YAMMER}"],"state":"Active","error":"None","lastUpdatedDateTime":"2026-02-01T00:00:00Z"}},
                {{"skuId":"{E5}","disabledPlans":["{SWAY}","{YAMMER}"],"state":"Active","error":"None","lastUpdatedDateTime":"2026-01-01T00:00:00Z"}}]"#
        )));
        let [holding] = holdings.as_slice() else {
            panic!("{holdings:?}")
        };
        let set = &assignments.naming.plan_sets()[holding.plans];
        let off: Vec<_> = set.off.iter().map(|plan| plan.name.as_str()).collect();
        assert_eq!(off, ["YAMMER_ENTERPRISE"]);
        assert!(set.on.iter().any(|plan| plan.name == "SWAY"));
        assert_eq!(holding.standing, Standing::Active);
        assert_eq!(
            holding.source_text(&assignments.groups),
            format!("Direct; Group: {GROUP}")
        );
        assert_eq!(
            holding.last_updated.as_deref(),
            Some("2026-02-01T00:00:00Z")
        );
    }

    #[test]
    fn a_product_in_error_gives_no_plan_unless_another_source_does() {
        let mut assignments = assignments();
        let failed = format!(
            r#"{{"skuId":"{E5}","assignedByGroup":"{GROUP}","state":"Error","error":"CountViolation"}}"#
        );
        let alone = assignments.holdings(&person(&format!("[{failed}]")));
        assert_eq!(alone[0].standing, Standing::Error);
        assert!(assignments.naming.plan_sets()[alone[0].plans].on.is_empty());
        let both = assignments.holdings(&person(&format!(
            r#"[{failed},{{"skuId":"{E5}","state":"Active","error":"None"}}]"#
        )));
        assert_eq!(both[0].standing, Standing::ActiveWithError);
        assert!(!assignments.naming.plan_sets()[both[0].plans].on.is_empty());
    }

    #[test]
    fn what_was_not_read_is_a_row_that_says_so_and_holding_nothing_is_none_unless_wanted() {
        let mut assignments = assignments();
        let rows = |events: &[Event]| -> Vec<serde_json::Value> {
            events
                .iter()
                .filter(|event| event.kind == EventKind::Page)
                .flat_map(|event| {
                    serde_json::from_slice::<Vec<serde_json::Value>>(&event.data).unwrap()
                })
                .collect()
        };
        let unread = assignments.rows(&[person("null")], SignIn::Unasked, false);
        assert_eq!(rows(&unread)[0]["state"], "Unknown");
        assert!(rows(&assignments.rows(&[person("[]")], SignIn::Unasked, false)).is_empty());
        let wanted = assignments.rows(&[person("[]")], SignIn::Refused, true);
        assert_eq!(rows(&wanted)[0]["state"], "None");
        assert_eq!(rows(&wanted)[0]["lastSignIn"], "unknown");
    }
}
