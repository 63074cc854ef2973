//! The directory's limit on queries about licences and plans.

use super::clause::Clause;
use crate::odata::properties::{Property, Source};
use crate::service::GraphFailure;

/// Licences and plans live in a store of their own, which answers one `any` at a time, or several joined by `and`.
pub(super) fn is_licensing(collection: &Property) -> bool {
    matches!(
        collection.source,
        Source::AssignedLicenses | Source::AssignedPlans
    )
}

/// Refuses, without the advanced parameters, licences or plans asked for together with anything else.
pub(super) fn refuse_complex_query(clause: &Clause) -> Result<(), GraphFailure> {
    let Some(collection) = licensing_collection(clause) else {
        return Ok(());
    };
    let is_any_on_it =
        |clause: &Clause| matches!(clause, Clause::Any(other, _) if *other == collection);
    let is_simple = match clause {
        Clause::And(operands) => operands.iter().all(is_any_on_it),
        other => is_any_on_it(other),
    };
    if is_simple {
        Ok(())
    } else {
        Err(complex_query(collection))
    }
}

fn licensing_collection(clause: &Clause) -> Option<&'static Property> {
    match clause {
        Clause::Or(operands) | Clause::And(operands) => {
            operands.iter().find_map(licensing_collection)
        }
        Clause::Not(operand) => licensing_collection(operand),
        Clause::Any(collection, _) if is_licensing(collection) => Some(collection),
        Clause::Any(..) | Clause::Test(..) | Clause::HasLicenseErrors => None,
    }
}

/// The refusal, in the directory's words.
pub(super) fn complex_query(collection: &Property) -> GraphFailure {
    GraphFailure::unsupported_query(format!(
        "Complex query on property {} is not supported.",
        collection.name
    ))
}
