//! Laws of filters that hold for any text and any expression.

use mglicense_rules::Guid;
use proptest::prelude::*;
use rusqlite::Connection;

use super::ast::{Expr, Function, Literal, Operator, Path};
use super::{Level, Tables, check, condition, parse};
use crate::odata::properties::{GROUP, USER};

const LEVELS: [Level; 3] = [
    Level {
        eventual: false,
        counted: false,
    },
    Level {
        eventual: true,
        counted: false,
    },
    Level {
        eventual: true,
        counted: true,
    },
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec![
            "displayName", "accountEnabled", "assignedLicenses", "assignedPlans", "createdDateTime", "skuId", "x",
            "usageLocation", "groupTypes", "proxyAddresses", "onPremisesExtensionAttributes", "extensionAttribute1",
            "hasMembersWithLicenseErrors", "id", "signInActivity", "lastSignInDateTime", "manager", "identities",
        ])
        .prop_map(str::to_owned),
        1 => "[a-zA-Z_][a-zA-Z0-9_]{0,8}",
    ]
    // Words with a meaning of their own cannot be names at every place.
    .prop_filter("reserved", |name| {
        !["and", "or", "not", "in", "any", "eq", "ne", "gt", "ge", "lt", "le"]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(name))
    })
}

fn path() -> impl Strategy<Value = Path> {
    prop::collection::vec(name(), 1..3).prop_map(Path)
}

fn operator() -> impl Strategy<Value = Operator> {
    prop::sample::select(vec![
        Operator::Equal,
        Operator::NotEqual,
        Operator::Greater,
        Operator::GreaterOrEqual,
        Operator::Less,
        Operator::LessOrEqual,
    ])
}

fn literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        Just(Literal::Null),
        any::<bool>().prop_map(Literal::Bool),
        any::<i64>().prop_map(Literal::Integer),
        any::<String>().prop_map(Literal::Text),
        any::<u128>().prop_map(|bits| Literal::Guid(Guid(bits))),
        // 0001 to 9999.
        (-62_135_596_800_000_000i64..253_402_300_799_999_999).prop_map(Literal::Time),
    ]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        4 => (path(), operator(), literal())
            .prop_map(|(path, operator, value)| Expr::Compare { path, operator, value }),
        1 => (path(), prop::collection::vec(literal(), 1..4)).prop_map(|(path, values)| Expr::In { path, values }),
        1 => (any::<bool>(), path(), literal()).prop_map(|(starts, path, value)| {
            let function = if starts { Function::StartsWith } else { Function::EndsWith };
            Expr::Call { function, path, value }
        }),
        1 => (path(), operator(), any::<i64>())
            .prop_map(|(path, operator, number)| Expr::Count { path, operator, number }),
        1 => path().prop_map(|path| Expr::Any { path, lambda: None }),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            inner
                .clone()
                .prop_map(|operand| Expr::Not(Box::new(operand))),
            (path(), name(), inner).prop_map(|(path, variable, body)| Expr::Any {
                path,
                lambda: Some((variable, Box::new(body))),
            }),
        ]
    })
}

thread_local! {
    static SCHEMA: Connection = {
        let connection = Connection::open_in_memory().expect("memory");
        connection.execute_batch(include_str!("../../schema.sql")).expect("the schema");
        crate::odata::register(&connection).expect("the functions");
        connection
    };
}

fn judge(source: &str) {
    let Ok(expr) = parse(source) else {
        return;
    };
    for entity in [&USER, &GROUP] {
        for level in LEVELS {
            if let Ok(checked) = check(entity, &expr, level) {
                let condition = condition(&checked.clause, Tables::CURRENT, entity.set == "groups");
                // One parameter per question mark: nothing of the filter's text is in the SQL.
                let marks = condition.text.matches('?').count();
                assert_eq!(marks, condition.parameters.len(), "{}", condition.text);
                let select = format!("SELECT 1 FROM {} o WHERE {}", entity.table, condition.text);
                SCHEMA.with(|schema| {
                    if let Err(error) = schema.prepare(&select) {
                        panic!("{error}: {source}");
                    }
                });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(source in any::<String>()) {
        judge(&source);
    }

    #[test]
    fn text_that_looks_like_a_filter_is_read_or_refused(
        parts in prop::collection::vec(prop::sample::select(vec![
            "displayName", "assignedLicenses", "x", "/", "any(", "(", ")", ":", ",", " ", "'", "''", "'a'", "eq", "ne",
            " and ", " or ", "not ", "in", "$count", "$", "0", "-1", "null", "true", "startsWith(", "endsWith(",
            "05e9a617-0261-4cee-bb44-138d3ef5d965", "2024-01-01T00:00:00Z", "é", "\u{0}", "\u{1F600}", "skuId", ";", "\"",
        ]), 0..24)
    ) {
        judge(&parts.concat());
    }

    #[test]
    fn an_expression_is_read_back_as_it_was_written(expr in expr()) {
        let written = expr.to_string();
        let read = parse(&written);
        prop_assert_eq!(read.as_ref().ok(), Some(&expr), "{}", written);
        judge(&written);
    }

    #[test]
    fn a_deep_filter_on_known_names_becomes_sql_that_sqlite_takes(expr in deep()) {
        let written = expr.to_string();
        judge(&written);
        prop_assert!(check(&USER, &expr, LEVELS[2]).is_ok(), "{}", written);
    }
}

/// Filters that pass the check, as deep as they may be.
fn deep() -> impl Strategy<Value = Expr> {
    let known = prop::sample::select(vec![
        "city eq 'x'",
        "startsWith(displayName,'a')",
        "accountEnabled ne true",
        "assignedLicenses/any(x:x/skuId eq 05e9a617-0261-4cee-bb44-138d3ef5d965)",
        "assignedPlans/any(p:p/servicePlanId eq 05e9a617-0261-4cee-bb44-138d3ef5d965 and p/capabilityStatus eq 'Enabled')",
        "proxyAddresses/any(p:endsWith(p,'x'))",
        "assignedLicenses/$count eq 0",
    ])
    .prop_map(|source| parse(source).expect("a filter"));
    known.prop_recursive(22, 400, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
            inner.prop_map(|operand| Expr::Not(Box::new(operand))),
        ]
    })
}

/// A filter of so many levels in which up to `branches` operands are as deep as their neighbours: the shape that costs
/// SQLite's parser most.
fn bushy(levels: usize, branches: usize, leaf: &str) -> String {
    if levels == 0 {
        return leaf.to_owned();
    }
    let operator = if levels.is_multiple_of(2) {
        "and"
    } else {
        "or"
    };
    let deepest = bushy(levels - 1, branches, leaf);
    match branches {
        0 => format!("({leaf} {operator} {deepest})"),
        _ => format!(
            "({} {operator} {deepest})",
            bushy(levels - 1, branches - 1, leaf)
        ),
    }
}

#[test]
fn the_most_branched_filters_become_sql_that_sqlite_takes() {
    let plan = "05e9a617-0261-4cee-bb44-138d3ef5d965";
    let long = format!(
        "not assignedPlans/any(p:p/servicePlanId eq {plan} and p/capabilityStatus eq 'Enabled')"
    );
    for (levels, branches, leaf) in [
        (23, 0, &*long),
        (23, 1, &long),
        (12, 2, &long),
        (8, 8, &long),
        (23, 1, "city ne 'x'"),
        (16, 2, "city ne 'x'"),
        (11, 3, "city ne 'x'"),
        (9, 9, "not startsWith(city,'x')"),
    ] {
        let source = bushy(levels, branches, leaf);
        assert!(parse(&source).is_ok(), "{levels} {branches}");
        judge(&source);
    }
}
