//! `$filter`: read, checked against what the entity type has, turned into SQL.

mod ast;
mod check;
mod clause;
mod complex;
#[cfg(test)]
mod laws;
mod lexer;
mod parser;
mod sql;

pub(crate) use check::{Level, check, no_such_property};
pub(crate) use parser::parse;
pub(crate) use sql::{Condition, Tables, condition, property_sql};
