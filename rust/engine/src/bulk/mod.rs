//! Changes to many users: checked first, sent at the speed of the limit, stoppable, resumable, undoable.
//!
//! Rows come in as a stream and are judged as a whole ([`crate::preflight`]); the changes that are left go into a
//! [`journal`] and out through the [`sender`]. A resume and an undo are runs of the same kind.

pub(crate) mod journal;
mod list;
mod outcome;
mod plan;
mod progress;
mod resume;
mod run;
mod sender;
mod settle;
mod summary;
mod undo;

pub(crate) use list::{List, run_ids};
pub(crate) use resume::Resume;
pub(crate) use run::Run;
pub(crate) use undo::Undo;
