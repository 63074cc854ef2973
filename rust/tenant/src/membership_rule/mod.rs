//! The rules of groups with dynamic membership, as far as they are about users: which words there are, how they are
//! read, and whom they take.
//!
//! The language is that of Microsoft's page on dynamic membership rules: comparisons of properties, `-and`, `-or`,
//! `-not`, parentheses, and `-any` and `-all` over collections. Texts are compared without regard to case.

mod lexer;
mod parser;
mod properties;
mod test;

use std::fmt;

use mglicense_rules::Guid;
use serde_json::{Map, Value};

pub(crate) use parser::parse;
use test::Test;

/// A rule that was read.
#[derive(Debug)]
pub(crate) enum Rule {
    And(Vec<Rule>),
    Or(Vec<Rule>),
    Not(Box<Rule>),
    /// A property of the user, or of the member of a collection that `-any` or `-all` goes through.
    Test(Test),
    /// Whether one member of a collection, or each, passes.
    Each {
        collection: properties::Collection,
        all: bool,
        rule: Box<Rule>,
    },
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleFault {
    /// Where, in characters from 1.
    pub(crate) position: usize,
    pub(crate) what: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Dynamic membership rule validation error: {} at position {}.",
            self.what, self.position
        )
    }
}

/// A user as rules see them.
#[derive(Debug)]
pub(crate) struct Person<'a> {
    pub(crate) id: Guid,
    pub(crate) doc: &'a Map<String, Value>,
    /// The service plans the user has or once had.
    pub(crate) plans: &'a [PersonPlan],
}

/// A service plan of a user.
#[derive(Clone, Debug)]
pub(crate) struct PersonPlan {
    pub(crate) id: Guid,
    pub(crate) service: String,
    pub(crate) capability: String,
}

/// What a comparison looks at: the user, or a member of one of the user's collections.
#[derive(Clone, Copy)]
enum Scope<'a> {
    Person(&'a Person<'a>),
    Plan(&'a PersonPlan),
    Text(&'a str),
}

impl Rule {
    /// Whether the rule takes the user.
    pub(crate) fn takes(&self, person: &Person<'_>) -> bool {
        self.holds(Scope::Person(person))
    }

    /// Whether the rule asks for service plans, so that licences matter to it.
    pub(crate) fn asks_for_plans(&self) -> bool {
        match self {
            Self::And(rules) | Self::Or(rules) => rules.iter().any(Self::asks_for_plans),
            Self::Not(rule) => rule.asks_for_plans(),
            Self::Test(_) => false,
            Self::Each { collection, .. } => *collection == properties::Collection::Plans,
        }
    }

    fn holds(&self, scope: Scope<'_>) -> bool {
        match self {
            Self::And(rules) => rules.iter().all(|rule| rule.holds(scope)),
            Self::Or(rules) => rules.iter().any(|rule| rule.holds(scope)),
            Self::Not(rule) => !rule.holds(scope),
            Self::Test(test) => test.holds(scope),
            Self::Each {
                collection,
                all,
                rule,
            } => {
                let Scope::Person(person) = scope else {
                    return false;
                };
                let members = collection.of(person);
                if *all {
                    members.into_iter().all(|member| rule.holds(member))
                } else {
                    members.into_iter().any(|member| rule.holds(member))
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const EXCHANGE: &str = "efb87545-963c-4e0d-99df-69c6916d9eb0";
    const TEAMS: &str = "57ff2da0-773e-42df-b2af-ffb7a2317929";

    fn takes(rule: &str) -> bool {
        let doc = json!({
            "userPrincipalName": "ada@contoso.com", "displayName": "Ada O'Brien", "department": "Sales",
            "city": "Leeds", "accountEnabled": true, "usageLocation": "GB", "userType": "Member",
            "proxyAddresses": ["SMTP:ada@contoso.com", "smtp:ada@fabrikam.com"], "otherMails": [],
            "businessPhones": ["+44 1"], "mobilePhone": "+44 2",
            "onPremisesExtensionAttributes": {"extensionAttribute1": "Blue"},
        });
        let doc = doc.as_object().expect("an object");
        let plan = |id: &str, capability: &str| PersonPlan {
            id: id.parse().expect("an id"),
            service: "exchange".to_owned(),
            capability: capability.to_owned(),
        };
        let plans = [plan(EXCHANGE, "Enabled"), plan(TEAMS, "Deleted")];
        let person = Person {
            id: "00000000-0000-4000-8000-000000000001"
                .parse()
                .expect("an id"),
            doc,
            plans: &plans,
        };
        parse(rule)
            .unwrap_or_else(|fault| panic!("{rule}: {fault}"))
            .takes(&person)
    }

    #[test]
    fn rules_of_microsofts_page_take_whom_they_say() {
        for rule in [
            r#"(user.department -eq "Sales")"#,
            r#"user.department -eq "sales""#,
            r#"user.Department -EQ 'Sales'"#,
            r#"(user.department -ne "Marketing") -and (user.city -eq "Leeds")"#,
            r#"user.department -eq "Marketing" -or user.city -startsWith "lee""#,
            r#"user.department -in ["Sales", "Marketing"]"#,
            r#"user.department -notIn ["Finance"]"#,
            r#"user.displayName -contains "o'b""#,
            r#"user.displayName -notContains "x""#,
            r#"user.displayName -match "^Ada\s""#,
            r#"user.displayName -notMatch "^ADAM""#,
            r#"user.userPrincipalName -notStartsWith "bob""#,
            r#"user.country -eq null"#,
            r#"user.country -eq $null"#,
            r#"user.city -ne null"#,
            r#"user.objectId -ne null"#,
            r#"-not (user.accountEnabled -eq false)"#,
            r#"not(user.accountEnabled -ne true)"#,
            r#"user.extensionAttribute1 -eq "blue""#,
            r#"user.extensionAttribute2 -eq null"#,
            r#"user.telephoneNumber -startsWith "+44""#,
            r#"user.mobile -eq "+44 2""#,
            r#"user.proxyAddresses -contains "fabrikam.com""#,
            r#"user.proxyAddresses -any (_ -startsWith "smtp:")"#,
            r#"user.otherMails -all (_ -contains "x")"#,
            r#"user.otherMails -eq null"#,
            &format!(
                r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "{EXCHANGE}" -and assignedPlan.capabilityStatus -eq "Enabled")"#
            ),
            r#"user.assignedPlans -any (assignedPlan.service -eq "Exchange")"#,
            &format!(
                r#"-not (user.assignedPlans -any (assignedPlan.servicePlanId -eq "{TEAMS}" -and assignedPlan.capabilityStatus -eq "Enabled"))"#
            ),
            // -and binds closer than -or, and -not closer than both.
            r#"user.city -eq "Leeds" -or user.city -eq "York" -and user.city -eq "Hull""#,
            r#"-not user.city -eq "York" -and user.department -eq "Sales""#,
        ] {
            assert!(takes(rule), "{rule}");
        }
    }

    #[test]
    fn rules_leave_out_whom_they_do_not_mean() {
        for rule in [
            r#"user.department -eq "Sale""#,
            r#"user.department -ne "SALES""#,
            r#"user.country -eq "GB""#,
            r#"user.country -startsWith "G""#,
            r#"user.city -in ["York", null]"#,
            r#"user.accountEnabled -eq false"#,
            r#"user.dirSyncEnabled -eq true"#,
            r#"user.displayName -match "^Brien""#,
            r#"(user.city -eq "Leeds" -or user.city -eq "York") -and user.department -eq "IT""#,
            r#"user.otherMails -any (_ -contains "x")"#,
            &format!(
                r#"user.assignedPlans -any (assignedPlan.servicePlanId -eq "{TEAMS}" -and assignedPlan.capabilityStatus -eq "Enabled")"#
            ),
        ] {
            assert!(!takes(rule), "{rule}");
        }
    }

    #[test]
    fn a_wrong_rule_is_refused_at_its_position() {
        for (rule, position, what) in [
            ("", 1, "the rule is empty"),
            (
                r#"user.shoeSize -eq "9""#,
                1,
                "'user.shoeSize' is no property",
            ),
            (r#"user.city -like "L*""#, 11, "'-like' is no operator"),
            (r#"user.city -eq "Leeds"#, 15, "the text has no end"),
            (r#"(user.city -eq "Leeds""#, 23, "expected ')'"),
            (r#"user.city -eq "Leeds")"#, 22, "')' is one too many"),
            (r#"user.city -eq Leeds"#, 15, "expected a value"),
            (r#"user.city -in "Leeds""#, 15, "expected a list"),
            (r#"user.city -eq"#, 14, "expected a value"),
            (
                r#"user.accountEnabled -eq "often""#,
                25,
                "expected true or false",
            ),
            (
                r#"user.accountEnabled -contains "t""#,
                21,
                "'-contains' does not go with",
            ),
            (
                r#"user.displayName -match "(""#,
                25,
                "is no regular expression",
            ),
            (
                r#"user.city -any (_ -eq "x")"#,
                11,
                "'-any' goes through a collection",
            ),
            (r#"user.assignedPlans -eq "x""#, 20, "-any or -all"),
            (
                r#"user.assignedPlans -any (assignedPlan.colour -eq "x")"#,
                26,
                "'assignedPlan.colour' is no property",
            ),
            (r#"device.displayName -eq "x""#, 1, "devices"),
            (
                r#"Direct Reports for "62e19b97-8b3d-4d4a-a106-4ce66896a863""#,
                1,
                "direct reports",
            ),
            (
                r#"user.memberOf -any (group.objectId -in ["62e19b97-8b3d-4d4a-a106-4ce66896a863"])"#,
                1,
                "'user.memberOf' is not known to the local tenant",
            ),
            (
                r#"user.city -eq "Leeds" user.city -eq "York""#,
                23,
                "expected '-and' or '-or'",
            ),
            (r#"user.city -eq "Leeds" -and"#, 27, "expected a comparison"),
        ] {
            let fault = parse(rule).expect_err(rule);
            assert_eq!(fault.position, position, "{rule}: {fault}");
            assert!(fault.what.contains(what), "{rule}: {fault}");
        }
    }

    #[test]
    fn a_rule_that_nests_without_end_is_refused_and_not_a_crash() {
        let deep = format!("{}user.city -eq null{}", "(".repeat(5000), ")".repeat(5000));
        let fault = parse(&deep).expect_err("too deep");
        assert!(fault.what.contains("too deep"), "{fault}");
        let deep = format!("{}user.city -eq null", "-not ".repeat(5000));
        assert!(parse(&deep).is_err());
    }
}
