//! A fault in JSON that somebody wrote: a seed or settings. It knows where it is.

use std::borrow::Cow;
use std::fmt;

use serde_json::{Map, Value};

use crate::clock::Moment;

/// What is wrong in a JSON text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The steps below the root, such as `.users[3].skuPartNumber`. Put together from the inside out, so that it
    /// costs nothing while nothing is wrong.
    steps: String,
    text: Cow<'static, str>,
}

impl Fault {
    pub(crate) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self {
            steps: String::new(),
            text: text.into(),
        }
    }

    /// The value has another type than the one wanted.
    pub(crate) fn wrong_type(wanted: &str, value: &Value) -> Self {
        Self::new(format!("expected {wanted}, found {}", type_name(value)))
    }

    /// The JSON path of the value at fault: `$.users[3].skuPartNumber`.
    pub fn path(&self) -> String {
        format!("${}", self.steps)
    }

    /// What is wrong with it.
    pub fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn at(mut self, key: &str) -> Self {
        let plain = key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'@');
        if plain && !key.is_empty() {
            self.steps.insert_str(0, &format!(".{key}"));
        } else {
            self.steps.insert_str(0, &format!("[{key:?}]"));
        }
        self
    }

    pub(crate) fn at_index(mut self, index: usize) -> Self {
        self.steps.insert_str(0, &format!("[{index}]"));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}: {}", self.steps, self.text)
    }
}

impl std::error::Error for Fault {}

/// Says where a fault is on its way out.
pub(crate) trait Located {
    /// The fault is in the property of that name.
    fn at(self, key: &str) -> Self;
    /// The fault is in the element of that number.
    fn at_index(self, index: usize) -> Self;
}

impl<T> Located for Result<T, Fault> {
    fn at(self, key: &str) -> Self {
        self.map_err(|fault| fault.at(key))
    }

    fn at_index(self, index: usize) -> Self {
        self.map_err(|fault| fault.at_index(index))
    }
}

pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

pub(crate) fn object(value: &Value) -> Result<&Map<String, Value>, Fault> {
    value
        .as_object()
        .ok_or_else(|| Fault::wrong_type("an object", value))
}

pub(crate) fn list(value: &Value) -> Result<&Vec<Value>, Fault> {
    value
        .as_array()
        .ok_or_else(|| Fault::wrong_type("a list", value))
}

pub(crate) fn text(value: &Value) -> Result<&str, Fault> {
    value
        .as_str()
        .ok_or_else(|| Fault::wrong_type("text", value))
}

pub(crate) fn boolean(value: &Value) -> Result<bool, Fault> {
    value
        .as_bool()
        .ok_or_else(|| Fault::wrong_type("true or false", value))
}

/// A whole number of at least `least`.
pub(crate) fn integer(value: &Value, least: i64) -> Result<i64, Fault> {
    match value.as_i64() {
        Some(number) if number >= least => Ok(number),
        Some(number) => Err(Fault::new(format!("{number} is less than {least}"))),
        None => Err(Fault::wrong_type("a whole number", value)),
    }
}

pub(crate) fn moment(value: &Value) -> Result<Moment, Fault> {
    let text = text(value)?;
    text.parse().map_err(|_| {
        Fault::new(format!(
            "'{text}' is not a time such as 2026-11-25T09:00:00Z"
        ))
    })
}

/// The fault of a name that is none of `known`, with the nearest one as a hint.
pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> Fault {
    match nearest(name, known) {
        Some(hint) => Fault::new(format!("unknown {what} '{name}'; did you mean '{hint}'?")),
        None => Fault::new(format!("unknown {what} '{name}'")),
    }
}

/// The known name that is at most two edits away.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let ranked = known
        .iter()
        .map(|&candidate| (distance(name, candidate), candidate));
    let (edits, candidate) = ranked.min()?;
    (edits <= 2).then_some(candidate)
}

/// Edits between two names, letters compared without case.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().map(|c| c.to_ascii_lowercase()).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (number, from) in left.chars().map(|c| c.to_ascii_lowercase()).enumerate() {
        let mut diagonal = row[0];
        row[0] = number + 1;
        for (column, &to) in right.iter().enumerate() {
            let change = diagonal + usize::from(from != to);
            diagonal = row[column + 1];
            row[column + 1] = change.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_read_from_the_root() {
        let fault = Fault::new("unknown product 'SPE_E9'")
            .at("skuPartNumber")
            .at_index(0)
            .at("assignedLicenses")
            .at_index(3)
            .at("users");
        assert_eq!(
            fault.to_string(),
            "$.users[3].assignedLicenses[0].skuPartNumber: unknown product 'SPE_E9'"
        );
    }

    #[test]
    fn a_name_with_odd_characters_is_quoted_in_the_path() {
        assert_eq!(Fault::new("x").at("a b").path(), "$[\"a b\"]");
        assert_eq!(Fault::new("x").at("").path(), "$[\"\"]");
    }

    #[test]
    fn a_near_miss_gets_a_hint() {
        let known = ["users", "groups"];
        assert_eq!(
            unknown("key", "user", &known).text(),
            "unknown key 'user'; did you mean 'users'?"
        );
        assert_eq!(
            unknown("key", "policies", &known).text(),
            "unknown key 'policies'"
        );
    }
}
