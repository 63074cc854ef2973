//! Turns a checked filter into an SQL condition on the row `o`, with every value as a parameter.
//!
//! SQL's comparisons with NULL are neither true nor false; OData's are. `ne` is therefore `IS NOT`, and a negated test
//! takes an unknown result for false. Elsewhere an unknown result may stand: `and`, `or` and WHERE treat it as false.

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
    writer.clause(clause, false, &Scope::Object);
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
    /// Writes a clause, or its negation. Negations are pushed down to the tests, so that they never nest.
    fn clause(&mut self, clause: &Clause, is_negated: bool, scope: &Scope) {
        match clause {
            Clause::Not(operand) => self.clause(operand, !is_negated, scope),
            Clause::And(_) | Clause::Or(_) => {
                let is_and = matches!(clause, Clause::And(_)) != is_negated;
                let mut operands = Vec::new();
                gather(clause, is_negated, is_and, &mut operands);
                self.joined(&operands, if is_and { " AND " } else { " OR " }, scope);
            }
            _ if is_negated => {
                self.push("NOT ifnull(");
                self.leaf(clause, scope);
                self.push(", 0)");
            }
            _ => self.leaf(clause, scope),
        }
    }

    fn leaf(&mut self, clause: &Clause, scope: &Scope) {
        match clause {
            Clause::Test(field, test) => self.test(field, test, scope),
            Clause::Any(collection, body) => self.any(collection, body.as_deref()),
            Clause::HasLicenseErrors => self.push(
                "EXISTS (SELECT 1 FROM assignments a JOIN users u ON u.key = a.user_key \
                 WHERE a.source_key = o.key AND a.error <> 0 AND u.deleted IS NULL)",
            ),
            Clause::And(_) | Clause::Or(_) | Clause::Not(_) => self.clause(clause, false, scope),
        }
    }

    /// Joins operands so that neither SQLite's parser (100 symbols at once) nor its trees (1,000 levels) overflow: the
    /// deepest one first, where the parser is done with it before it goes on, the others by halves.
    fn joined(&mut self, operands: &[(&Clause, bool)], operator: &str, scope: &Scope) {
        let depths = operands.iter().map(|(clause, _)| depth(clause));
        let deepest = depths
            .enumerate()
            .filter(|(_, depth)| *depth > 1)
            .max_by_key(|(_, depth)| *depth);
        let Some((deepest, _)) = deepest else {
            return self.halves(operands, operator, scope);
        };
        let (clause, is_negated) = operands[deepest];
        let mut others = operands.to_vec();
        others.remove(deepest);
        self.push("(");
        self.clause(clause, is_negated, scope);
        if !others.is_empty() {
            self.push(operator);
            self.halves(&others, operator, scope);
        }
        self.push(")");
    }

    fn halves(&mut self, operands: &[(&Clause, bool)], operator: &str, scope: &Scope) {
        match operands {
            [] => self.push("1"),
            [(clause, is_negated)] => self.clause(clause, *is_negated, scope),
            _ => {
                let (left, right) = operands.split_at(operands.len() / 2);
                self.push("(");
                self.halves(left, operator, scope);
                self.push(operator);
                self.halves(right, operator, scope);
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
            self.clause(body, false, &scope);
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

/// The operands of nested clauses that come to one AND, or to one OR, each with whether it is negated.
fn gather<'c>(
    clause: &'c Clause,
    is_negated: bool,
    is_and: bool,
    operands: &mut Vec<(&'c Clause, bool)>,
) {
    match clause {
        Clause::Not(operand) => gather(operand, !is_negated, is_and, operands),
        Clause::And(inner) if is_and != is_negated => {
            for operand in inner {
                gather(operand, is_negated, is_and, operands);
            }
        }
        Clause::Or(inner) if is_and == is_negated => {
            for operand in inner {
                gather(operand, is_negated, is_and, operands);
            }
        }
        _ => operands.push((clause, is_negated)),
    }
}

/// How many clauses are nested in each other.
fn depth(clause: &Clause) -> usize {
    match clause {
        Clause::And(operands) | Clause::Or(operands) => {
            1 + operands.iter().map(depth).max().unwrap_or(0)
        }
        Clause::Not(operand) => depth(operand),
        Clause::Any(_, Some(body)) => depth(body),
        Clause::Any(_, None) | Clause::Test(..) | Clause::HasLicenseErrors => 1,
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
