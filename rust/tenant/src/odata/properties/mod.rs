//! What each entity type has: its properties, when they are shown, and which filter operators are indexed for them.
//!
//! "Basic" operators work on every request. "Advanced" ones need `ConsistencyLevel: eventual` and `$count=true`. What
//! is in neither set is refused, as the directory does.

mod company;
mod group;
mod office;
mod role;
mod user;

pub use company::{DOMAIN, LICENSE_DETAILS, ORGANIZATION, SUBSCRIBED_SKU, SUBSCRIPTION};
pub use group::GROUP;
pub use office::{MESSAGE, REPORT_SETTINGS, ROOM};
pub use role::{ROLE, ROLE_TEMPLATE};
pub use user::USER;

/// A set of filter operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operators(u16);

impl Operators {
    /// No operator.
    pub const NONE: Self = Self(0);
    /// `eq` with a value, and `eq` inside `any` for a collection.
    pub const EQ: Self = Self(1);
    /// `ne` with a value.
    pub const NE: Self = Self(2);
    /// `in`.
    pub const IN: Self = Self(4);
    /// `ge` and `gt`.
    pub const GE: Self = Self(8);
    /// `le` and `lt`.
    pub const LE: Self = Self(16);
    /// `startsWith`.
    pub const STARTS: Self = Self(32);
    /// `endsWith`.
    pub const ENDS: Self = Self(64);
    /// `eq null`, and with it `ne null`.
    pub const NULL: Self = Self(128);
    /// `not (…)` around a clause on the property.
    pub const NOT: Self = Self(256);
    /// `/$count` compared with 0, and `any()` without a condition.
    pub const COUNT: Self = Self(512);

    /// Both sets together.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is in this set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The type of a property.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind {
    /// The object's own id: text that must be a GUID.
    Id,
    /// Text.
    Text,
    /// True or false.
    Bool,
    /// A whole number.
    Integer,
    /// A date-time.
    Time,
    /// A collection of texts.
    Texts,
    /// An object with members that can be filtered on.
    Complex(&'static [Member]),
    /// A collection of objects with members that can be filtered on.
    ComplexList(&'static [Member]),
    /// An object or value nobody can filter on.
    Opaque,
    /// A collection nobody can filter on.
    OpaqueList,
}

/// A member of a complex value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its type.
    pub kind: MemberKind,
    /// Operators that always work.
    pub basic: Operators,
    /// Operators that need the advanced parameters.
    pub advanced: Operators,
}

/// The type of a member of a complex value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemberKind {
    /// A GUID, written bare.
    Guid,
    /// Text.
    Text,
    /// A date-time.
    Time,
}

/// When a property is part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Without `$select`, on v1.0 and beta.
    Always,
    /// Without `$select` on beta; on v1.0 only when selected.
    Beta,
    /// Only when selected.
    Selected,
    /// Only when selected, and only on a single object: a collection answers 501.
    Single,
    /// Never, though it may be selected.
    Never,
}

/// Where a property's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The stored document, under the property's own name.
    Document,
    /// The object's id.
    Id,
    /// When the object was made.
    Created,
    /// When the object was deleted.
    Deleted,
    /// A user's or group's licences in effect.
    AssignedLicenses,
    /// A user's assignments with their sources and states.
    AssignmentStates,
    /// A user's service plans, with those that were taken away.
    AssignedPlans,
    /// A user's service plans as the services report them.
    ProvisionedPlans,
    /// How far group licensing has come for a group.
    ProcessingState,
    /// Nothing is ever returned.
    Withheld,
}

/// One property of an entity type.
#[derive(Debug, PartialEq)]
pub struct Property {
    /// Its name on the wire.
    pub name: &'static str,
    /// Its type.
    pub kind: Kind,
    /// When it is shown.
    pub shown: Shown,
    /// Operators that always work.
    pub basic: Operators,
    /// Operators that need the advanced parameters.
    pub advanced: Operators,
    /// Where its value comes from.
    pub source: Source,
    /// The column that holds a copy of the value for filtering, if there is one.
    pub column: Option<&'static str>,
}

/// An entity type: a table and what Graph shows of it.
#[derive(Debug, Clone, Copy)]
pub struct Entity {
    /// Its OData type, `microsoft.graph.user`.
    pub name: &'static str,
    /// Its name in the directory's messages, `User`.
    pub resource: &'static str,
    /// Its entity set, `users`.
    pub set: &'static str,
    /// Its table.
    pub table: &'static str,
    /// Its properties, in the order they are written.
    pub properties: &'static [Property],
    /// Its relationships. Their names may stand in `$select` and have no value there.
    pub navigation: &'static [&'static str],
    /// Properties `$orderby` takes on every request.
    pub sorted: &'static [&'static str],
    /// Properties `$orderby` takes with the advanced parameters.
    pub sorted_advanced: &'static [&'static str],
    /// Properties `$search` looks into word by word.
    pub searched_words: &'static [&'static str],
    /// Properties `$search` compares from the start.
    pub searched_starts: &'static [&'static str],
}

impl Entity {
    /// The property of this name, in any letter case.
    pub fn property(&self, name: &str) -> Option<&'static Property> {
        self.properties
            .iter()
            .find(|property| property.name.eq_ignore_ascii_case(name))
    }

    /// The relationship of this name, in any letter case, as Graph spells it.
    pub fn navigation(&self, name: &str) -> Option<&'static str> {
        self.navigation
            .iter()
            .copied()
            .find(|known| known.eq_ignore_ascii_case(name))
    }
}

/// Whether `name` is a directory extension attribute: `extension_`, an application id without hyphens, a name.
pub fn is_extension(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("extension_") else {
        return false;
    };
    let Some((application, attribute)) = rest.split_once('_') else {
        return false;
    };
    application.len() == 32
        && application.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !attribute.is_empty()
        && attribute
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

const EQ: Operators = Operators::EQ;
const NONE: Operators = Operators::NONE;
const EQ_IN: Operators = EQ.and(Operators::IN);
/// Range comparisons.
const RANGE: Operators = Operators::GE.and(Operators::LE);
/// What negates an `eq`.
const NEGATED: Operators = Operators::NE.and(Operators::NOT);
/// All that text without an index of its own can do with the advanced parameters.
const ALL_ADVANCED: Operators = EQ_IN
    .and(RANGE)
    .and(NEGATED)
    .and(Operators::STARTS)
    .and(Operators::NULL);
/// All that text with an index of its own can do without them.
const INDEXED_TEXT: Operators = EQ_IN.and(RANGE).and(Operators::STARTS);

impl Property {
    const fn new(name: &'static str, kind: Kind, shown: Shown) -> Self {
        Self {
            name,
            kind,
            shown,
            basic: NONE,
            advanced: NONE,
            source: Source::Document,
            column: None,
        }
    }

    const fn text(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::Text, shown)
    }

    const fn bool(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::Bool, shown)
    }

    const fn integer(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::Integer, shown)
    }

    const fn time(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::Time, shown)
    }

    const fn texts(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::Texts, shown)
    }

    const fn opaque(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::Opaque, shown)
    }

    const fn opaque_list(name: &'static str, shown: Shown) -> Self {
        Self::new(name, Kind::OpaqueList, shown)
    }

    const fn filter(mut self, basic: Operators, advanced: Operators) -> Self {
        self.basic = basic;
        self.advanced = advanced;
        self
    }

    const fn from(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    const fn column(mut self, column: &'static str) -> Self {
        self.column = Some(column);
        self
    }
}

const fn member(
    name: &'static str,
    kind: MemberKind,
    basic: Operators,
    advanced: Operators,
) -> Member {
    Member {
        name,
        kind,
        basic,
        advanced,
    }
}

const LICENSE_MEMBERS: &[Member] = &[member("skuId", MemberKind::Guid, EQ, NONE)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_within_an_entity_in_any_letter_case() {
        for entity in [&USER, &GROUP] {
            let mut names: Vec<String> = entity
                .properties
                .iter()
                .map(|property| property.name.to_ascii_lowercase())
                .chain(
                    entity
                        .navigation
                        .iter()
                        .map(|name| name.to_ascii_lowercase()),
                )
                .collect();
            let count = names.len();
            names.sort();
            names.dedup();
            assert_eq!(names.len(), count, "{}", entity.name);
        }
    }

    #[test]
    fn everything_that_sorts_or_is_searched_is_a_property() {
        for entity in [&USER, &GROUP] {
            let names = [
                entity.sorted,
                entity.sorted_advanced,
                entity.searched_words,
                entity.searched_starts,
            ];
            for name in names.concat() {
                assert_eq!(
                    entity.property(name).map(|property| property.name),
                    Some(name)
                );
            }
        }
    }

    #[test]
    fn an_extension_attribute_is_known_by_its_form() {
        assert!(is_extension(
            "extension_0123456789abcdef0123456789abcdef_costCentre"
        ));
        assert!(!is_extension("extension_AppRoles"));
        assert!(!is_extension("extension_0123456789abcdef0123456789abcdef_"));
        assert!(!is_extension(
            "extension_0123456789abcdef0123456789abcdef_a'b"
        ));
    }
}
