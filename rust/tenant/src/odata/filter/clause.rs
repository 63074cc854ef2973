//! A filter after its check: every name is a property, every constant has the property's type.

use mglicense_rules::Guid;

use super::ast::Operator;
use crate::odata::properties::{Member, Property};

/// A condition whose names and types are known to fit.
#[derive(Debug)]
pub(crate) enum Clause {
    Or(Vec<Clause>),
    And(Vec<Clause>),
    Not(Box<Clause>),
    Test(Field, Test),
    /// Some item of the collection meets the condition; without one, there is an item.
    Any(&'static Property, Option<Box<Clause>>),
    /// The group has a member with a licence error.
    HasLicenseErrors,
}

/// What a test looks at.
#[derive(Debug)]
pub(crate) enum Field {
    Property(&'static Property),
    /// A member of a complex property.
    Member(&'static Property, &'static Member),
    /// A directory extension attribute.
    Extension(String),
    /// The item of a collection of texts.
    Item,
    /// A member of the item of a collection of objects.
    ItemMember(&'static Member),
}

/// What is asked of a field.
#[derive(Debug)]
pub(crate) enum Test {
    Compare(Operator, Value),
    In(Vec<Value>),
    IsNull,
    IsNotNull,
    StartsWith(String),
    EndsWith(String),
}

/// A constant of the field's type.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Bool(bool),
    Integer(i64),
    Guid(Guid),
    Time(i64),
}
