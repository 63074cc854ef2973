//! Checks a parsed filter against an entity type: names, types, and which operators the directory has an index for.

use mglicense_rules::Guid;

use super::ast::{Expr, Function, Literal, Operator, Path};
use super::clause::{Clause, Field, Test, Value};
use super::complex::{complex_query, is_licensing, refuse_complex_query};
use crate::odata::error::excerpt;
use crate::odata::properties::{
    Entity, Kind, Member, MemberKind, Operators, Property, is_extension,
};
use crate::service::GraphFailure;

/// What a request may ask for, by its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Level {
    /// `ConsistencyLevel: eventual` was sent.
    pub(crate) eventual: bool,
    /// `$count=true` was sent, or the path ends in `/$count`.
    pub(crate) counted: bool,
}

impl Level {
    /// Whether both advanced parameters are there.
    pub(crate) fn is_advanced(self) -> bool {
        self.eventual && self.counted
    }
}

/// A checked filter.
#[derive(Debug)]
pub(crate) struct Checked {
    /// The condition.
    pub(crate) clause: Clause,
    /// Whether it asks for sign-in activity, which makes pages smaller.
    pub(crate) reads_sign_in_activity: bool,
}

/// The type a field has, for checking constants against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Type {
    Id,
    Text,
    Bool,
    Integer,
    Guid,
    Time,
    /// An extension attribute takes the type of what it is compared with.
    Any,
}

/// Checks `expr` as a filter on `entity`.
///
/// # Errors
/// `BadRequest` for names and types that do not fit, `Request_UnsupportedQuery` for what has no index, or none without
/// the advanced parameters.
pub(crate) fn check(entity: &Entity, expr: &Expr, level: Level) -> Result<Checked, GraphFailure> {
    let mut checker = Checker {
        entity,
        level,
        reads_sign_in_activity: false,
    };
    let clause = checker.clause(expr, None)?;
    if !level.is_advanced() {
        refuse_complex_query(&clause)?;
    }
    Ok(Checked {
        clause,
        reads_sign_in_activity: checker.reads_sign_in_activity,
    })
}

/// The collection whose item a lambda names, and that name.
#[derive(Clone, Copy)]
struct Lambda<'a> {
    variable: &'a str,
    collection: &'static Property,
}

/// A resolved path with all that is needed to check an operator on it.
struct Target {
    field: Field,
    name: &'static str,
    kind: Type,
    basic: Operators,
    advanced: Operators,
}

struct Checker<'a> {
    entity: &'a Entity,
    level: Level,
    reads_sign_in_activity: bool,
}

impl Checker<'_> {
    fn clause(&mut self, expr: &Expr, lambda: Option<Lambda<'_>>) -> Result<Clause, GraphFailure> {
        if let (Some(lambda), Expr::Or(_) | Expr::Not(_)) = (lambda, expr) {
            return Err(GraphFailure::invalid_filter(format_args!(
                "'{}' cannot be used inside 'any' on property '{}'.",
                if matches!(expr, Expr::Or(_)) {
                    "or"
                } else {
                    "not"
                },
                lambda.collection.name
            )));
        }
        match expr {
            Expr::Or(operands) => self.operands(operands, lambda).map(Clause::Or),
            Expr::And(operands) => self.operands(operands, lambda).map(Clause::And),
            Expr::Not(operand) => {
                let operand = self.clause(operand, lambda)?;
                if !self.level.is_advanced() {
                    return Err(GraphFailure::needs_advanced("Not"));
                }
                Ok(Clause::Not(Box::new(operand)))
            }
            Expr::Compare {
                path,
                operator,
                value,
            } => self.compare(path, *operator, value, lambda),
            Expr::In { path, values } => {
                let target = self.resolve(path, lambda)?;
                let values = values
                    .iter()
                    .map(|literal| self.value(&target, Operator::Equal, literal))
                    .collect::<Result<Vec<_>, _>>()?;
                self.require(&target, Operators::IN, "in")?;
                Ok(Clause::Test(target.field, Test::In(values)))
            }
            Expr::Call {
                function,
                path,
                value,
            } => self.call(*function, path, value, lambda),
            Expr::Any {
                path,
                lambda: inner,
            } => self.any(path, inner.as_ref(), lambda),
            Expr::Count {
                path,
                operator,
                number,
            } => self.count(path, *operator, *number, lambda),
        }
    }

    fn operands(
        &mut self,
        operands: &[Expr],
        lambda: Option<Lambda<'_>>,
    ) -> Result<Vec<Clause>, GraphFailure> {
        operands
            .iter()
            .map(|operand| self.clause(operand, lambda))
            .collect()
    }

    fn compare(
        &mut self,
        path: &Path,
        operator: Operator,
        literal: &Literal,
        lambda: Option<Lambda<'_>>,
    ) -> Result<Clause, GraphFailure> {
        let target = self.resolve(path, lambda)?;
        if target.name == HAS_LICENSE_ERRORS && lambda.is_none() {
            return self.license_errors(operator, literal);
        }
        let (needed, name) = match operator {
            Operator::Equal => (Operators::EQ, "EqualsMatch"),
            Operator::NotEqual => (Operators::NE, "NotEqualsMatch"),
            Operator::Greater | Operator::GreaterOrEqual => (Operators::GE, "GreaterOrEqualsMatch"),
            Operator::Less | Operator::LessOrEqual => (Operators::LE, "LessOrEqualsMatch"),
        };
        if *literal == Literal::Null {
            let test = match operator {
                Operator::Equal => Test::IsNull,
                Operator::NotEqual => {
                    self.require(&target, needed, name)?;
                    Test::IsNotNull
                }
                _ => return Err(incompatible(&target, operator, literal)),
            };
            self.require(&target, Operators::NULL, "EqualsMatch")?;
            return Ok(Clause::Test(target.field, test));
        }
        let value = self.value(&target, operator, literal)?;
        self.require(&target, needed, name)?;
        Ok(Clause::Test(target.field, Test::Compare(operator, value)))
    }

    /// The one property that can be filtered on and not read, that is asked for `true` only, and that stops working
    /// as soon as the caller asks for the eventual index.
    fn license_errors(
        &self,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Clause, GraphFailure> {
        match literal {
            Literal::Bool(wanted) => {
                let supported = operator == Operator::Equal && *wanted && !self.level.eventual;
                if supported {
                    Ok(Clause::HasLicenseErrors)
                } else {
                    Err(self.unsupported(HAS_LICENSE_ERRORS))
                }
            }
            other => Err(GraphFailure::invalid_filter(incompatible_text(
                "Edm.Boolean",
                operator,
                other,
            ))),
        }
    }

    fn call(
        &mut self,
        function: Function,
        path: &Path,
        literal: &Literal,
        lambda: Option<Lambda<'_>>,
    ) -> Result<Clause, GraphFailure> {
        let target = self.resolve(path, lambda)?;
        let Literal::Text(text) = literal else {
            return Err(no_such_signature(function));
        };
        if !matches!(target.kind, Type::Id | Type::Text | Type::Any) {
            return Err(no_such_signature(function));
        }
        let (needed, test): (_, fn(String) -> Test) = match function {
            Function::StartsWith => (Operators::STARTS, Test::StartsWith),
            Function::EndsWith => (Operators::ENDS, Test::EndsWith),
        };
        self.require(&target, needed, function.name())?;
        Ok(Clause::Test(target.field, test(text.clone())))
    }

    fn any(
        &mut self,
        path: &Path,
        inner: Option<&(String, Box<Expr>)>,
        outer: Option<Lambda<'_>>,
    ) -> Result<Clause, GraphFailure> {
        let collection = self.collection(path, outer)?;
        let Some((variable, body)) = inner else {
            self.require_collection(collection, Operators::COUNT, "any")?;
            return Ok(Clause::Any(collection, None));
        };
        // What this filter cannot say in any way is told before what it could say with the advanced parameters.
        let has_index = !collection.basic.and(collection.advanced).is_empty();
        if !has_index {
            return Err(self.unsupported(collection.name));
        }
        let lambda = Lambda {
            variable,
            collection,
        };
        if is_licensing(collection) && !self.level.is_advanced() && matches!(**body, Expr::And(_)) {
            return Err(complex_query(collection));
        }
        let body = self.clause(body, Some(lambda))?;
        Ok(Clause::Any(collection, Some(Box::new(body))))
    }

    fn count(
        &mut self,
        path: &Path,
        operator: Operator,
        number: i64,
        outer: Option<Lambda<'_>>,
    ) -> Result<Clause, GraphFailure> {
        let collection = self.collection(path, outer)?;
        self.require_collection(collection, Operators::COUNT, "$count")?;
        let not_empty = Clause::Any(collection, None);
        match (operator, number) {
            (Operator::NotEqual, 0) => Ok(not_empty),
            (Operator::Equal, 0) => Ok(Clause::Not(Box::new(not_empty))),
            // The index only knows whether a collection is empty.
            _ => Err(self.unsupported(collection.name)),
        }
    }

    fn collection(
        &self,
        path: &Path,
        outer: Option<Lambda<'_>>,
    ) -> Result<&'static Property, GraphFailure> {
        if let Some(outer) = outer {
            return Err(self.unsupported(outer.collection.name));
        }
        let property = self.property(&path.0[0])?;
        let is_collection = matches!(
            property.kind,
            Kind::Texts | Kind::ComplexList(_) | Kind::OpaqueList
        );
        match (is_collection, path.0.len()) {
            (true, 1) => Ok(property),
            (true, _) => Err(self.unsupported(property.name)),
            (false, _) => Err(GraphFailure::invalid_filter(format_args!(
                "'{}' is not a collection, so 'any' and '$count' cannot be used on it.",
                excerpt(&path.to_string())
            ))),
        }
    }

    fn property(&self, name: &str) -> Result<&'static Property, GraphFailure> {
        if let Some(property) = self.entity.property(name) {
            return Ok(property);
        }
        if let Some(navigation) = self.entity.navigation(name) {
            return Err(self.unsupported(navigation));
        }
        Err(GraphFailure::invalid_filter(no_such_property(
            name,
            self.entity.name,
        )))
    }

    fn resolve(&mut self, path: &Path, lambda: Option<Lambda<'_>>) -> Result<Target, GraphFailure> {
        match lambda {
            Some(lambda) => self.resolve_item(path, lambda),
            None => self.resolve_property(path),
        }
    }

    fn resolve_property(&mut self, path: &Path) -> Result<Target, GraphFailure> {
        let first = &path.0[0];
        if path.0.len() == 1 && self.entity.property(first).is_none() && is_extension(first) {
            return Ok(Target {
                field: Field::Extension(first.clone()),
                name: "extension attribute",
                kind: Type::Any,
                basic: Operators::EQ.and(Operators::IN).and(Operators::STARTS),
                advanced: Operators::NE.and(Operators::NULL),
            });
        }
        let property = self.property(first)?;
        let kind = match property.kind {
            Kind::Complex(members) => return self.resolve_member(path, property, members),
            Kind::Id => Type::Id,
            Kind::Text => Type::Text,
            Kind::Bool => Type::Bool,
            Kind::Integer => Type::Integer,
            Kind::Time => Type::Time,
            Kind::Texts | Kind::ComplexList(_) | Kind::Opaque | Kind::OpaqueList => {
                return Err(self.unsupported(property.name));
            }
        };
        if let Some(member) = path.0.get(1) {
            return Err(GraphFailure::invalid_filter(format_args!(
                "The property '{}' has no member '{}'.",
                property.name,
                excerpt(member)
            )));
        }
        Ok(Target {
            field: Field::Property(property),
            name: property.name,
            kind,
            basic: property.basic,
            advanced: property.advanced,
        })
    }

    fn resolve_member(
        &mut self,
        path: &Path,
        property: &'static Property,
        members: &'static [Member],
    ) -> Result<Target, GraphFailure> {
        let [_, name] = path.0.as_slice() else {
            return Err(self.unsupported(property.name));
        };
        let member = find_member(members, name)
            .ok_or_else(|| GraphFailure::invalid_filter(no_such_property(name, property.name)))?;
        self.reads_sign_in_activity |= property.name == SIGN_IN_ACTIVITY;
        Ok(Target {
            field: Field::Member(property, member),
            name: property.name,
            kind: member_type(member),
            basic: member.basic,
            advanced: member.advanced,
        })
    }

    fn resolve_item(&self, path: &Path, lambda: Lambda<'_>) -> Result<Target, GraphFailure> {
        let collection = lambda.collection;
        if !path.0[0].eq_ignore_ascii_case(lambda.variable) {
            return Err(GraphFailure::invalid_filter(format_args!(
                "Inside 'any', '{}' must start with '{}'.",
                excerpt(&path.to_string()),
                excerpt(lambda.variable)
            )));
        }
        match (collection.kind, path.0.as_slice()) {
            (Kind::Texts, [_]) => Ok(Target {
                field: Field::Item,
                name: collection.name,
                kind: Type::Text,
                basic: collection.basic,
                advanced: collection.advanced,
            }),
            (Kind::ComplexList(members), [_, name]) => {
                let Some(member) = find_member(members, name) else {
                    // disabledPlans and the like are there to be read, not to be searched.
                    return Err(self.unsupported(collection.name));
                };
                Ok(Target {
                    field: Field::ItemMember(member),
                    name: collection.name,
                    kind: member_type(member),
                    basic: member.basic,
                    advanced: member.advanced,
                })
            }
            (Kind::ComplexList(_), [_]) => Err(GraphFailure::invalid_filter(format_args!(
                "An item of '{}' cannot be compared as a whole.",
                collection.name
            ))),
            _ => Err(self.unsupported(collection.name)),
        }
    }

    fn value(
        &self,
        target: &Target,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Value, GraphFailure> {
        let value = match (target.kind, literal) {
            (Type::Id, Literal::Text(text)) => Value::Guid(Guid::parse(text).map_err(|_| {
                GraphFailure::bad_request(format!("Invalid object identifier '{}'.", excerpt(text)))
            })?),
            (Type::Text | Type::Any, Literal::Text(text)) => Value::Text(text.clone()),
            (Type::Bool | Type::Any, Literal::Bool(value)) => Value::Bool(*value),
            (Type::Integer | Type::Any, Literal::Integer(value)) => Value::Integer(*value),
            (Type::Guid, Literal::Guid(value)) => Value::Guid(*value),
            (Type::Time, Literal::Time(micros)) => Value::Time(*micros),
            _ => return Err(incompatible(target, operator, literal)),
        };
        Ok(value)
    }

    fn require(
        &self,
        target: &Target,
        needed: Operators,
        operator: &str,
    ) -> Result<(), GraphFailure> {
        self.require_among(target.name, target.basic, target.advanced, needed, operator)
    }

    fn require_collection(
        &self,
        collection: &Property,
        needed: Operators,
        operator: &str,
    ) -> Result<(), GraphFailure> {
        self.require_among(
            collection.name,
            collection.basic,
            collection.advanced,
            needed,
            operator,
        )
    }

    fn require_among(
        &self,
        name: &str,
        basic: Operators,
        advanced: Operators,
        needed: Operators,
        operator: &str,
    ) -> Result<(), GraphFailure> {
        if basic.has(needed) || advanced.has(needed) && self.level.is_advanced() {
            return Ok(());
        }
        // The directory names the operator where it never works without the advanced parameters, and the property
        // where the same operator works on other properties.
        const ALWAYS_ADVANCED: Operators = Operators::NE.and(Operators::ENDS).and(Operators::COUNT);
        if advanced.has(needed) && ALWAYS_ADVANCED.has(needed) {
            return Err(GraphFailure::needs_advanced(operator));
        }
        Err(self.unsupported(name))
    }

    fn unsupported(&self, property: &str) -> GraphFailure {
        GraphFailure::property_filter(property, self.entity.resource)
    }
}

const HAS_LICENSE_ERRORS: &str = "hasMembersWithLicenseErrors";
const SIGN_IN_ACTIVITY: &str = "signInActivity";

fn find_member(members: &'static [Member], name: &str) -> Option<&'static Member> {
    members
        .iter()
        .find(|member| member.name.eq_ignore_ascii_case(name))
}

fn member_type(member: &Member) -> Type {
    match member.kind {
        MemberKind::Guid => Type::Guid,
        MemberKind::Text => Type::Text,
        MemberKind::Time => Type::Time,
    }
}

pub(crate) fn no_such_property(name: &str, type_name: &str) -> String {
    format!(
        "Could not find a property named '{}' on type '{type_name}'.",
        excerpt(name)
    )
}

fn no_such_signature(function: Function) -> GraphFailure {
    GraphFailure::invalid_filter(format_args!(
        "No function signature for the function with name '{0}' matches the specified arguments. The function \
         signatures considered are: {0}(Edm.String, Edm.String).",
        function.name().to_ascii_lowercase()
    ))
}

fn incompatible(target: &Target, operator: Operator, literal: &Literal) -> GraphFailure {
    let edm_type = match target.kind {
        Type::Id | Type::Text | Type::Any => "Edm.String",
        Type::Bool => "Edm.Boolean",
        Type::Integer => "Edm.Int32",
        Type::Guid => "Edm.Guid",
        Type::Time => "Edm.DateTimeOffset",
    };
    GraphFailure::invalid_filter(incompatible_text(edm_type, operator, literal))
}

fn incompatible_text(edm_type: &str, operator: Operator, literal: &Literal) -> String {
    format!(
        "A binary operator with incompatible types was detected. Found operand types '{edm_type}' and '{}' for \
         operator kind '{}'.",
        literal.edm_type(),
        operator.kind()
    )
}
