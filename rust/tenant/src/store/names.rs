//! The words of assignment states and errors, and the numbers they are kept as.

use mglicense_rules::assignment::{HoldingError, HoldingState};

/// The states, each at its number.
pub(crate) const STATES: [HoldingState; 4] = [
    HoldingState::Active,
    HoldingState::ActiveWithError,
    HoldingState::Disabled,
    HoldingState::Error,
];

/// The errors, each at its number.
pub(crate) const ERRORS: [HoldingError; 7] = [
    HoldingError::None,
    HoldingError::CountViolation,
    HoldingError::MutuallyExclusiveViolation,
    HoldingError::DependencyViolation,
    HoldingError::ProhibitedInUsageLocationViolation,
    HoldingError::UniquenessViolation,
    HoldingError::Other,
];

/// The number a state is kept as.
pub(crate) fn state_number(state: HoldingState) -> i64 {
    STATES
        .iter()
        .zip(0..)
        .find(|(other, _)| **other == state)
        .map_or(0, |(_, number)| number)
}

/// The number an error is kept as.
pub(crate) fn error_number(error: HoldingError) -> i64 {
    ERRORS
        .iter()
        .zip(0..)
        .find(|(other, _)| **other == error)
        .map_or(0, |(_, number)| number)
}
