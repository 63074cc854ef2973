//! What a command means: requests built, names resolved, writes checked before they are sent.
//!
//! The engine knows Graph requests and answers only; where they go is the session's transport. Every
//! command is a job: pulled for events by whoever wants its results, cancelled at any time.

mod address;
mod advice;
mod asking;
mod bulk;
mod change;
mod command;
mod event;
mod failure;
mod groups;
mod job;
mod location;
mod many;
mod names;
mod preflight;
mod report;
mod session;
mod skus;
mod survey;
mod user;

pub use command::{Command, Operation, PayloadError, read_payload};
pub use event::{Event, EventKind};
pub use failure::{Failure, FailureDetails, FailureKind, header_pairs};
pub use job::{Job, JobContext, Pulled, Pushed};
pub use session::{Identity, Session};
pub use skus::{SkuCache, TenantSkus};
