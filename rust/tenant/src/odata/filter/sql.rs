//! Turns a checked filter into an SQL condition on the row `o`, with every value as a parameter.
//!
//! SQL's comparisons with NULL are neither true nor false; OData's are. `ne` is therefore `IS NOT`, and `not` takes
//! an unknown result for false. Elsewhere an unknown result may stand: `and`, `or` and WHERE treat it as false.

use mglicense_rules::Guid;
use rusqlite::types::Value as SqlValue;

use super::ast::Operator;
use super::clause::{Clause, Field, Test, Value};
use crate::odata::fold::fold;
use crate::odata::properties::{Kind, MemberKind, Property, Source};

/// The tables a condition reads: the directory itself, or its lagging index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tables {
    /// Where users are read.
    pub(crate) users: &'static str,
    /// Where users' assignments are read.
    pub(crate) assignments: &'static str,
}

impl Tables {
    /// The directory as it is.
    pub(crate) const CURRENT: Self = Self {
        users: "users",
        assignments: "assignments",
    };
    /// The directory as its index shows it.
    pub(crate) const INDEXED: Self = Self {
        users: "indexed_users",
        assignments: "indexed_assignments",
    };
}

/// An SQL condition and its parameters, in order of their `?`.
#[derive(Debug, Default, Clone)]
pub(crate) struct Condition {
    /// The text, with `o` for the row.
    pub(crate) text: String,
    /// The parameters.
    pub(crate) parameters: Vec<SqlValue>,
}

/// The condition for `clause`. `is_group` tells whose licences are meant.
pub(crate) fn condition(clause: &Clause, tables: Tables, is_group: bool) -> Condition {
    let mut writer = Writer {
        condition: Condition::default(),
        tables,
        is_group,
    };
    writer.clause(clause, &Scope::Object);
    writer.condition
}

/// What item names mean at a place.
enum Scope {
    /// Outside any lambda.
    Object,
    /// An item of a collection of licences: `a`.
    License,
    /// A service plan: `p`.
    Plan,
    /// An item of a collection in the document: `e`.
    Element,
}

struct Writer {
    condition: Condition,
    tables: Tables,
    is_group: bool,
}

impl Writer {
    fn clause(&mut self, clause: &Clause, scope: &Scope) {
        match clause {
            Clause::Or(operands) => self.joined(operands, " OR ", scope),
            Clause::And(operands) => self.joined(operands, " AND ", scope),
            Clause::Not(operand) => {
                self.push("NOT ifnull(");
                self.clause(operand, scope);
                self.push(", 0)");
            }
            Clause::Test(field, test) => self.test(field, test, scope),
            Clause::Any(collection, body) => self.any(collection, body.as_deref()),
            Clause::HasLicenseErrors => self.push(
                "EXISTS (SELECT 1 FROM assignments a JOIN users u ON u.key = a.user_key \
                 WHERE a.source_key = o.key AND a.error <> 0 AND u.deleted IS NULL)",
            ),
        }
    }

    /// Joins by halves, so that a thousand operands are ten levels deep for SQLite's parser and not a thousand.
    fn joined(&mut self, operands: &[Clause], operator: &str, scope: &Scope) {
        match operands {
            [] => self.push("1"),
            [only] => self.clause(only, scope),
            _ => {
                let (left, right) = operands.split_at(operands.len() / 2);
                self.push("(");
                self.joined(left, operator, scope);
                self.push(operator);
                self.joined(right, operator, scope);
                self.push(")");
            }
        }
    }

    fn any(&mut self, collection: &Property, body: Option<&Clause>) {
        if collection.source == Source::AssignedPlans
            && let Some(plan) = body.and_then(wanted_plan)
        {
            // Who has or once had the plan is told by a few index lookups; only what is left needs the view, which
            // also knows its state.
            self.push("(");
            self.has_plan(plan);
            if matches!(body, Some(Clause::Test(..))) {
                self.push(")");
                return;
            }
            self.push(" AND ");
            self.any_item(collection, body);
            self.push(")");
            return;
        }
        self.any_item(collection, body);
    }

    fn has_plan(&mut self, plan: Guid) {
        for (start, table, condition) in [
            ("(", self.tables.assignments, "a.state <> 3 AND "),
            (" OR ", "former", ""),
        ] {
            self.push(&format!(
                "{start}EXISTS (SELECT 1 FROM {table} a JOIN sku_plans q ON q.sku_key = a.sku_key \
                 WHERE a.user_key = o.key AND {condition}instr(a.disabled, q.id) = 0 AND q.plan = "
            ));
            self.bind(SqlValue::Blob(plan.as_bytes().to_vec()));
            self.push(")");
        }
        self.push(")");
    }

    fn any_item(&mut self, collection: &Property, body: Option<&Clause>) {
        let (from, scope) = match collection.source {
            Source::AssignedLicenses if self.is_group => (
                "SELECT 1 FROM group_licenses a WHERE a.group_key = o.key".to_owned(),
                Scope::License,
            ),
            Source::AssignedLicenses => (
                format!(
                    "SELECT 1 FROM {} a WHERE a.user_key = o.key AND a.state <> 3",
                    self.tables.assignments
                ),
                Scope::License,
            ),
            Source::AssignedPlans => (
                "SELECT 1 FROM plan_states p WHERE p.user_key = o.key".to_owned(),
                Scope::Plan,
            ),
            Source::ProvisionedPlans => (
                "SELECT 1 FROM plan_states p WHERE p.user_key = o.key AND p.capability <> 'Deleted'"
                    .to_owned(),
                Scope::Plan,
            ),
            _ => (
                format!(
                    "SELECT 1 FROM json_each(o.doc, '$.{}') e WHERE 1",
                    collection.name
                ),
                Scope::Element,
            ),
        };
        self.push("EXISTS (");
        self.push(&from);
        if let Some(body) = body {
            self.push(" AND ");
            self.clause(body, &scope);
        }
        self.push(")");
    }

    fn test(&mut self, field: &Field, test: &Test, scope: &Scope) {
        let operand = Operand::of(field, scope);
        match test {
            Test::IsNull => self.push(&format!("{} IS NULL", operand.sql)),
            Test::IsNotNull => self.push(&format!("{} IS NOT NULL", operand.sql)),
            Test::StartsWith(text) => self.starts_with(&operand, text),
            Test::EndsWith(text) => {
                self.push(&format!("graph_ends({}, ", operand.sql));
                self.bind(SqlValue::Text(fold(text)));
                self.push(")");
            }
            Test::Compare(operator, value) => {
                let (left, right) = self.comparable(&operand, std::slice::from_ref(value));
                let sign = match operator {
                    Operator::Equal => "=",
                    Operator::NotEqual => "IS NOT",
                    Operator::Greater => ">",
                    Operator::GreaterOrEqual => ">=",
                    Operator::Less => "<",
                    Operator::LessOrEqual => "<=",
                };
                if let (Field::ItemMember(member), Value::Guid(_)) = (field, value)
                    && member.name == "skuId"
                {
                    // Through the product's key, so that the assignment's own index serves.
                    self.push(&format!(
                        "a.sku_key {sign} (SELECT key FROM skus WHERE id = "
                    ));
                    self.bind_all(right);
                    self.push(")");
                    return;
                }
                self.push(&format!("{left} {sign} "));
                self.bind_all(right);
            }
            Test::In(values) => {
                let (left, right) = self.comparable(&operand, values);
                self.push(&format!("{left} IN ("));
                self.bind_all(right);
                self.push(")");
            }
        }
    }

    fn starts_with(&mut self, operand: &Operand, text: &str) {
        let folded = fold(text);
        if let Some(after) = prefix_end(&folded).filter(|_| operand.is_nocase_column) {
            // A range the column's index can serve; it may hold a little more than the prefix.
            self.push(&format!("({} >= ", operand.sql));
            self.bind(SqlValue::Text(folded.clone()));
            self.push(&format!(" AND {} < ", operand.sql));
            self.bind(SqlValue::Text(after));
            self.push(" AND ");
        } else {
            self.push("(");
        }
        self.push(&format!("graph_starts({}, ", operand.sql));
        self.bind(SqlValue::Text(folded));
        self.push("))");
    }

    /// Both sides in a form that compares as the type does: folded text, microseconds, bytes of an id.
    fn comparable(&self, operand: &Operand, values: &[Value]) -> (String, Vec<SqlValue>) {
        let is_text = values.iter().any(|value| matches!(value, Value::Text(_)));
        // The column's NOCASE folds ASCII alone. That is enough, and indexed, while the constants are ASCII: nothing
        // outside ASCII folds into it.
        let by_collation = operand.is_nocase_column
            && values
                .iter()
                .all(|value| matches!(value, Value::Text(text) if text.is_ascii()));
        let left = match (operand.is_time, is_text) {
            (true, _) => format!("graph_time({})", operand.sql),
            (false, true) if !by_collation => format!("graph_fold({})", operand.sql),
            (false, _) => operand.sql.clone(),
        };
        let right = values
            .iter()
            .map(|value| match value {
                Value::Text(text) if by_collation => SqlValue::Text(text.clone()),
                Value::Text(text) => SqlValue::Text(fold(text)),
                Value::Bool(value) => SqlValue::Integer(i64::from(*value)),
                Value::Integer(value) | Value::Time(value) => SqlValue::Integer(*value),
                Value::Guid(guid) => SqlValue::Blob(guid.as_bytes().to_vec()),
            })
            .collect();
        (left, right)
    }

    fn push(&mut self, text: &str) {
        self.condition.text.push_str(text);
    }

    fn bind(&mut self, value: SqlValue) {
        self.condition.text.push('?');
        self.condition.parameters.push(value);
    }

    fn bind_all(&mut self, values: Vec<SqlValue>) {
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
    }
}

/// The plan that a condition on `assignedPlans` asks for, if it asks for one.
fn wanted_plan(body: &Clause) -> Option<Guid> {
    match body {
        Clause::Test(
            Field::ItemMember(member),
            Test::Compare(Operator::Equal, Value::Guid(plan)),
        ) if member.kind == MemberKind::Guid => Some(*plan),
        Clause::And(operands) => operands.iter().find_map(wanted_plan),
        _ => None,
    }
}

/// The SQL of a field and how its values compare.
struct Operand {
    sql: String,
    is_time: bool,
    is_nocase_column: bool,
}

impl Operand {
    fn of(field: &Field, scope: &Scope) -> Self {
        let (sql, is_time, is_nocase_column) = match field {
            Field::Property(property) => (
                property_sql(property),
                property.kind == Kind::Time,
                property.kind == Kind::Text && property.column.is_some(),
            ),
            Field::Member(property, member) => (
                format!("json_extract(o.doc, '$.{}.{}')", property.name, member.name),
                member.kind == MemberKind::Time,
                false,
            ),
            // The name was checked to be letters, digits and underscores.
            Field::Extension(name) => (format!("json_extract(o.doc, '$.{name}')"), false, false),
            Field::Item => ("e.value".to_owned(), false, false),
            Field::ItemMember(member) => {
                let sql = match (scope, member.name) {
                    (Scope::Plan, "servicePlanId") => "p.plan".to_owned(),
                    (Scope::Plan, "service") => "p.service".to_owned(),
                    (Scope::Plan, "capabilityStatus") => "p.capability".to_owned(),
                    (Scope::Plan, "assignedDateTime") => "p.assigned".to_owned(),
                    (Scope::License, "skuId") => {
                        "(SELECT s.id FROM skus s WHERE s.key = a.sku_key)".to_owned()
                    }
                    (_, name) => format!("json_extract(e.value, '$.{name}')"),
                };
                (sql, member.kind == MemberKind::Time, false)
            }
        };
        Self {
            sql,
            is_time,
            is_nocase_column,
        }
    }
}

/// Where a property of the row is found: its column, or the document.
pub(crate) fn property_sql(property: &Property) -> String {
    match property.column {
        Some(column) => format!("o.{column}"),
        None => format!("json_extract(o.doc, '$.{}')", property.name),
    }
}

/// The least text above all that start with `prefix`, where `prefix` is ASCII.
fn prefix_end(prefix: &str) -> Option<String> {
    let mut bytes = prefix.as_bytes().to_vec();
    let last = bytes.last_mut().filter(|last| **last < 0x7f)?;
    *last += 1;
    if !prefix.is_ascii() {
        return None;
    }
    String::from_utf8(bytes).ok()
}
