//! Licences that reach the members of groups.
//!
//! What a group's licences and members are to lead to is computed some time after they change, by whichever request
//! comes next: what is due is kept as rows. A change of a group's licences is one row, however many members it has,
//! and holds how far it has come; a change of one membership is a row of its own.

mod addresses;
mod dynamic;
mod processor;
mod queue;
mod refill;
mod seats;
mod tick;

pub(crate) use dynamic::{
    active_rule, empty, evaluate_rule, evaluate_user, keep_rule, person_changed, plans_changed,
    product_changed, rule_changed, rules_ask_for_plans,
};
pub(crate) use processor::{Processor, licenses_of};
pub(crate) use queue::{
    enqueue_members, group_changed, group_changed_if_licensed, group_is_going, member_changed,
    user_changed,
};
pub(crate) use refill::seats_came;
pub(crate) use tick::{Batch, GroupJob};
