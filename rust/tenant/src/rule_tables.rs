//! The rules between plans, as a seed gives them. A list that is given replaces the default one.

use mglicense_rules::Guid;
use mglicense_rules::assignment::{Barred, Dependency, RuleSet, RuleSettings};
use mglicense_rules::location::Code;
use serde_json::{Map, Value, json};

use crate::fault::{self, Fault, Located};

/// Lists that replace the default ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct RuleTables {
    dependencies: Option<Vec<Dependency>>,
    exclusions: Option<Vec<Vec<Guid>>>,
    barred: Option<Vec<Barred>>,
}

/// Finds the plan that an id or a name means.
pub(crate) type PlanResolver<'a> = &'a dyn Fn(&str) -> Result<Guid, Fault>;

impl RuleTables {
    /// Reads what a person wrote: plans by id or name.
    pub(crate) fn read(value: &Value, resolve: PlanResolver<'_>) -> Result<Self, Fault> {
        let mut tables = Self::default();
        for (key, value) in fault::object(value)? {
            let read = match key.as_str() {
                "dependencies" => {
                    dependencies(value, resolve).map(|list| tables.dependencies = Some(list))
                }
                "exclusions" => {
                    exclusions(value, resolve).map(|list| tables.exclusions = Some(list))
                }
                "barred" => barred(value, resolve).map(|list| tables.barred = Some(list)),
                _ => Err(fault::unknown(
                    "key",
                    key,
                    &["dependencies", "exclusions", "barred"],
                )),
            };
            read.at(key)?;
        }
        Ok(tables)
    }

    /// Reads what [`RuleTables::json`] wrote.
    pub(crate) fn from_json(value: &Value) -> Self {
        let id = |text: &str| text.parse().map_err(|_| Fault::new("not an id"));
        Self::read(value, &id).unwrap_or_default()
    }

    /// The lists, with ids.
    pub(crate) fn json(&self) -> Value {
        let mut object = Map::new();
        if let Some(list) = &self.dependencies {
            let list = list.iter().map(|dependency| {
                json!({"plan": dependency.plan, "needsAnyOf": dependency.needs_any_of})
            });
            object.insert("dependencies".to_owned(), list.collect());
        }
        if let Some(list) = &self.exclusions {
            object.insert("exclusions".to_owned(), json!(list));
        }
        if let Some(list) = &self.barred {
            let list = list.iter().map(|barred| {
                let locations: Vec<&str> = barred.locations.iter().map(Code::as_str).collect();
                json!({"plan": barred.plan, "locations": locations})
            });
            object.insert("barred".to_owned(), list.collect());
        }
        Value::Object(object)
    }

    /// The rules: these lists, and the default ones for those not given.
    pub(crate) fn rule_set(self, settings: RuleSettings) -> RuleSet {
        let defaults = RuleSet::with_settings(settings);
        RuleSet::new(
            self.dependencies
                .unwrap_or_else(|| defaults.dependencies().to_vec()),
            self.exclusions
                .unwrap_or_else(|| defaults.exclusions().to_vec()),
            self.barred.unwrap_or_else(|| defaults.barred().to_vec()),
            settings,
        )
    }
}

fn dependencies(value: &Value, resolve: PlanResolver<'_>) -> Result<Vec<Dependency>, Fault> {
    each(value, |entry| {
        let mut plan = None;
        let mut needs_any_of = None;
        for (key, value) in fault::object(entry)? {
            match key.as_str() {
                "plan" => plan = Some(one_plan(value, resolve).at(key)?),
                "needsAnyOf" => {
                    let list = each(value, |value| one_plan(value, resolve)).at(key)?;
                    if list.is_empty() {
                        return Err(Fault::new("the list is empty").at(key));
                    }
                    needs_any_of = Some(list);
                }
                _ => return Err(fault::unknown("key", key, &["plan", "needsAnyOf"]).at(key)),
            }
        }
        Ok(Dependency {
            plan: plan.ok_or_else(|| missing("plan"))?,
            needs_any_of: needs_any_of.ok_or_else(|| missing("needsAnyOf"))?,
        })
    })
}

fn exclusions(value: &Value, resolve: PlanResolver<'_>) -> Result<Vec<Vec<Guid>>, Fault> {
    each(value, |set| {
        let plans = each(set, |value| one_plan(value, resolve))?;
        if plans.len() < 2 {
            return Err(Fault::new(
                "a set of plans that exclude each other holds at least two",
            ));
        }
        Ok(plans)
    })
}

fn barred(value: &Value, resolve: PlanResolver<'_>) -> Result<Vec<Barred>, Fault> {
    each(value, |entry| {
        let mut plan = None;
        let mut locations = None;
        for (key, value) in fault::object(entry)? {
            match key.as_str() {
                "plan" => plan = Some(one_plan(value, resolve).at(key)?),
                "locations" => {
                    let codes = each(value, |value| {
                        let text = fault::text(value)?;
                        Code::parse(text).ok_or_else(|| {
                            Fault::new(format!("'{text}' is not a country code of two letters"))
                        })
                    });
                    locations = Some(codes.at(key)?);
                }
                _ => return Err(fault::unknown("key", key, &["plan", "locations"]).at(key)),
            }
        }
        Ok(Barred {
            plan: plan.ok_or_else(|| missing("plan"))?,
            locations: locations.ok_or_else(|| missing("locations"))?,
        })
    })
}

fn each<T>(value: &Value, read: impl Fn(&Value) -> Result<T, Fault>) -> Result<Vec<T>, Fault> {
    let values = fault::list(value)?.iter().enumerate();
    values
        .map(|(index, value)| read(value).at_index(index))
        .collect()
}

fn one_plan(value: &Value, resolve: PlanResolver<'_>) -> Result<Guid, Fault> {
    resolve(fault::text(value)?)
}

fn missing(key: &str) -> Fault {
    Fault::new(format!("'{key}' is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "11111111-1111-1111-1111-111111111111";
    const B: &str = "22222222-2222-2222-2222-222222222222";

    fn read(value: &Value) -> Result<RuleTables, Fault> {
        let id = |text: &str| {
            text.parse()
                .map_err(|_| Fault::new(format!("unknown plan '{text}'")))
        };
        RuleTables::read(value, &id)
    }

    #[test]
    fn a_list_given_replaces_the_default_and_the_others_stay() {
        let tables = read(&json!({"dependencies": [{"plan": A, "needsAnyOf": [B]}]})).unwrap();
        let rules = RuleTables::from_json(&tables.json()).rule_set(RuleSettings::default());
        assert_eq!(rules.dependencies().len(), 1);
        assert_eq!(rules.exclusions(), RuleSet::default().exclusions());
        let none = read(&json!({"exclusions": []})).unwrap();
        let rules = RuleTables::from_json(&none.json()).rule_set(RuleSettings::default());
        assert!(rules.exclusions().is_empty());
    }

    #[test]
    fn faults_say_where_they_are() {
        let cases = [
            (
                json!({"exclusion": []}),
                "$.exclusion: unknown key 'exclusion'; did you mean 'exclusions'?",
            ),
            (
                json!({"exclusions": [[A]]}),
                "$.exclusions[0]: a set of plans that exclude each other holds at least two",
            ),
            (
                json!({"exclusions": [[A, "NOPLAN"]]}),
                "$.exclusions[0][1]: unknown plan 'NOPLAN'",
            ),
            (
                json!({"dependencies": [{"plan": A}]}),
                "$.dependencies[0]: 'needsAnyOf' is missing",
            ),
            (
                json!({"dependencies": [{"plan": A, "needsAnyOf": []}]}),
                "$.dependencies[0].needsAnyOf: the list is empty",
            ),
            (
                json!({"barred": [{"plan": A, "locations": ["India"]}]}),
                "$.barred[0].locations[0]: 'India' is not a country code of two letters",
            ),
            (
                json!({"barred": {}}),
                "$.barred: expected a list, found an object",
            ),
        ];
        for (value, expected) in cases {
            assert_eq!(read(&value).unwrap_err().to_string(), expected);
        }
    }
}
