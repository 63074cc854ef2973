//! The journal of a run: one SQLite file, in which every change stands before it is sent.
//!
//! docs/journal.md describes the file for people. An intent is committed before its request leaves; outcomes are
//! committed with the next intent, or when the run pauses or ends. Whatever happens to this process, a change is
//! therefore in one of three states in the file: not begun, done with its outcome, or begun, which a resume settles by
//! reading the user back.

mod folder;
mod lock;
mod record;
mod rows;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use folder::{Folder, id_of};
pub(crate) use record::{OwnedWrite, RunInfo, RunState, Status, WriteState, change_body};
pub(crate) use rows::StoredRow;
pub(crate) use store::{Header, SettledRow, Store};
pub(crate) use writer::{Entry, Journal};

use std::path::Path;

use crate::failure::{Failure, FailureKind};

/// A failure about the journal at a path.
pub(crate) fn failure(path: &Path, error: &rusqlite::Error) -> Failure {
    use rusqlite::ErrorCode;
    let file = path.display();
    let (code, message, action) = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => (
            "RunDiskFull",
            format!("The journal '{file}' can't grow: the disk is full."),
            "Make room, then resume the run.",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            "RunReadOnly",
            format!("The journal '{file}' can't be opened for writing."),
            "Make the file and its folder writable, or copy the file to a folder that is.",
        ),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => (
            "RunDamaged",
            format!("The file '{file}' is damaged, or no journal of a run."),
            "Restore the file from a copy. What the run changed is in the directory's audit log.",
        ),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            "RunBusy",
            format!("The journal '{file}' is in use by another process."),
            "Wait until that process has ended.",
        ),
        _ => (
            "RunUnusable",
            format!("The journal '{file}' can't be used: {error}."),
            "Look whether the disk is in order.",
        ),
    };
    refusal(code, message, action)
}

/// A failure about a run.
pub(crate) fn refusal(code: &str, message: String, action: &str) -> Failure {
    let mut failure = Failure::new(FailureKind::Run, code, message);
    failure.recommended_action = Some(action.to_owned());
    failure
}
