//! Graph's words for what went wrong, in plain ones.

use mglicense_rules::assignment::HoldingError;

/// What an error of an assignment means, in a sentence for people; nothing where there is none.
pub(crate) fn error_in_words(error: HoldingError) -> Option<&'static str> {
    match error {
        HoldingError::None => None,
        HoldingError::CountViolation => Some("No seat is free."),
        HoldingError::MutuallyExclusiveViolation => {
            Some("A service plan of it conflicts with one the user has from another product.")
        }
        HoldingError::DependencyViolation => {
            Some("A service plan that another one needs would be missing.")
        }
        HoldingError::ProhibitedInUsageLocationViolation => {
            Some("A service plan of it is not offered in the user's usage location.")
        }
        HoldingError::UniquenessViolation => {
            Some("Another object has one of the user's mail addresses.")
        }
        HoldingError::Other => Some(
            "Another product of the same group could not be given, so this one was not either.",
        ),
    }
}
