//! One comparison.

use regex::Regex;

use super::Scope;
use super::properties::Property;

/// A property, how it is compared, and with what.
#[derive(Debug)]
pub(crate) struct Test {
    pub(super) property: Property,
    pub(super) is_negated: bool,
    pub(super) compare: Compare,
}

#[derive(Debug)]
pub(super) enum Compare {
    /// It is not set.
    Null,
    /// It is one of these texts, in small letters.
    OneOf(Vec<String>),
    StartsWith(String),
    Contains(String),
    Match(Regex),
}

/// The words for comparisons; each may be negated, and the hyphen may be missing.
pub(super) const OPERATORS: [&str; 10] = [
    "-eq",
    "-ne",
    "-startsWith",
    "-notStartsWith",
    "-contains",
    "-notContains",
    "-match",
    "-notMatch",
    "-in",
    "-notIn",
];

impl Test {
    /// A property that is not set is equal to nothing but null, so every negated comparison but `-ne null` takes it.
    pub(super) fn holds(&self, scope: Scope<'_>) -> bool {
        let texts = self.property.texts(scope);
        let passes = match &self.compare {
            Compare::Null => texts.is_empty(),
            Compare::OneOf(wanted) => texts
                .iter()
                .any(|text| wanted.contains(&text.to_lowercase())),
            Compare::StartsWith(start) => texts
                .iter()
                .any(|text| text.to_lowercase().starts_with(start)),
            Compare::Contains(part) => texts.iter().any(|text| text.to_lowercase().contains(part)),
            Compare::Match(regex) => texts.iter().any(|text| regex.is_match(text)),
        };
        passes != self.is_negated
    }
}
