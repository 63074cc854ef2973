//! What a user has.

use std::fmt;

use crate::Guid;

/// Where an assignment comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// Assigned to the user.
    #[default]
    Direct,
    /// Inherited from the group of that id.
    Group(Guid),
}

/// The state of an assignment, in Graph's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HoldingState {
    /// Applied.
    #[default]
    Active,
    /// Still in effect although a wanted change, usually its removal, failed.
    ActiveWithError,
    /// In effect, but the subscription behind it is suspended.
    Disabled,
    /// Not applied; only the wish is kept.
    Error,
}

/// Why an assignment is in error, in Graph's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum HoldingError {
    /// Nothing is wrong. The service sends the word `None` here, not null.
    #[default]
    None,
    /// The product ran out of seats.
    CountViolation,
    /// A plan conflicts with one the user has from another product.
    MutuallyExclusiveViolation,
    /// A plan that another one needs is missing.
    DependencyViolation,
    /// A plan is barred in the user's country.
    ProhibitedInUsageLocationViolation,
    /// A proxy address of the user is taken.
    UniquenessViolation,
    /// Usually: another product of the same group failed.
    Other,
}

/// One assignment of one product from one source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Holding {
    /// The product.
    pub sku_id: Guid,
    /// Where it comes from.
    pub source: Source,
    /// The plans this source turns off.
    pub disabled_plans: Vec<Guid>,
    /// Its state.
    pub state: HoldingState,
    /// Why it is in error.
    pub error: HoldingError,
}

/// What is known of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct UserFacts {
    /// The usage location as stored, or as it will be when the change is sent.
    pub usage_location: Option<String>,
    /// Every assignment, one per product and source.
    pub holdings: Vec<Holding>,
}

impl Holding {
    /// A direct assignment in effect.
    pub fn direct(sku_id: Guid, disabled_plans: Vec<Guid>) -> Holding {
        Holding {
            sku_id,
            disabled_plans,
            ..Holding::default()
        }
    }

    /// An assignment in effect that comes through a group.
    pub fn inherited(sku_id: Guid, group: Guid, disabled_plans: Vec<Guid>) -> Holding {
        Holding {
            source: Source::Group(group),
            ..Holding::direct(sku_id, disabled_plans)
        }
    }

    /// Whether the user has the product by this assignment, and so uses a seat.
    pub fn is_in_effect(&self) -> bool {
        self.state != HoldingState::Error
    }
}

/// Words of an enum on the wire, both ways.
macro_rules! words {
    ($type:ident: $($word:ident),+) => {
        impl $type {
            /// Graph's word for it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $($type::$word => stringify!($word),)+
                }
            }

            /// Reads Graph's word, in any case.
            pub fn parse(text: &str) -> Option<$type> {
                $(if text.eq_ignore_ascii_case(stringify!($word)) {
                    return Some($type::$word);
                })+
                None
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

words!(HoldingState: Active, ActiveWithError, Disabled, Error);
words!(
    HoldingError: None,
    CountViolation,
    MutuallyExclusiveViolation,
    DependencyViolation,
    ProhibitedInUsageLocationViolation,
    UniquenessViolation,
    Other
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_graphs_and_read_in_any_case() {
        assert_eq!(HoldingState::ActiveWithError.as_str(), "ActiveWithError");
        assert_eq!(HoldingError::None.to_string(), "None");
        assert_eq!(
            HoldingState::parse("activewitherror"),
            Some(HoldingState::ActiveWithError)
        );
        assert_eq!(
            HoldingError::parse("countviolation"),
            Some(HoldingError::CountViolation)
        );
        assert_eq!(HoldingState::parse("Gone"), None);
    }

    #[test]
    fn only_an_assignment_in_error_takes_no_effect() {
        use HoldingState::{Active, ActiveWithError, Disabled, Error};
        for (state, in_effect) in [
            (Active, true),
            (ActiveWithError, true),
            (Disabled, true),
            (Error, false),
        ] {
            let holding = Holding {
                state,
                ..Holding::default()
            };
            assert_eq!(holding.is_in_effect(), in_effect, "{state}");
        }
    }
}
