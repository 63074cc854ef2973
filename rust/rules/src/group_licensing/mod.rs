//! Licences that come through groups.
//!
//! [`evaluate_template`] judges what is to be set on a group; [`MemberRules::evaluate`] says what one member gets from
//! all their groups. Neither knows how many members there are: seats are asked for one member at a time.

mod judge;
mod member;
mod template;

pub use member::{GroupTemplate, MemberFacts, MemberFault, MemberOutcome, MemberRules};
pub use template::{TemplateEvaluation, evaluate_template};
