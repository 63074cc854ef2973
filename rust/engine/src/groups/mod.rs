//! Licences through groups: who is in error and why, trying again, what a change would come to before it is made.

mod errors;
mod examine;
mod explain;
mod guests;
mod read;
mod repair;
mod switch;

pub(crate) use errors::ListErrors;
pub(crate) use examine::TestGroup;
pub(crate) use guests::{added_members, warn_of_guests, warn_of_new_guests};
pub(crate) use repair::Repair;
pub(crate) use switch::SwitchGroup;
