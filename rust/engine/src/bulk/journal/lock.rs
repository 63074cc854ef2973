//! One process at a time works on a run.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use super::folder::id_of;
use super::refusal;
use crate::failure::Failure;

/// The right to work on a run; ends with the value, and with the process however it ends.
///
/// It is a lock of the operating system on a file beside the journal: one on the journal itself would get in the way
/// of SQLite's.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    file: Option<File>,
}

impl Lock {
    /// Takes the right to work on a journal.
    ///
    /// # Errors
    /// When somebody has it, or the file can't be made.
    pub(super) fn take(journal: &Path) -> Result<Self, Failure> {
        let path = journal.with_extension("lock");
        let unusable = |error: &std::io::Error| {
            refusal(
                "RunReadOnly",
                format!("The run can't be worked on: '{}': {error}.", path.display()),
                "Make the file and its folder writable, or copy the journal to a folder that is.",
            )
        };
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(|error| unusable(&error))?;
        match file.try_lock() {
            // Whoever had it may have removed the file just now; then the lock is on nothing.
            Ok(()) if !is_at(&file, &path) => Self::take(journal),
            Ok(()) => Ok(Self {
                path,
                file: Some(file),
            }),
            Err(TryLockError::WouldBlock) => Err(refusal(
                "RunBusy",
                format!("The run '{}' is being worked on already.", id_of(journal)),
                "Wait until it has ended, or stop it.",
            )),
            Err(TryLockError::Error(error)) => Err(unusable(&error)),
        }
    }

    /// Whether somebody works on a journal.
    pub(super) fn is_held(journal: &Path) -> bool {
        let Ok(file) = File::open(journal.with_extension("lock")) else {
            return false;
        };
        matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is held, so that nobody who holds it loses it.
        let _ = fs::remove_file(&self.path);
        drop(self.file.take());
    }
}

/// Whether the open file is the one at the path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let same = |open: &fs::Metadata, named: &fs::Metadata| {
        (open.dev(), open.ino()) == (named.dev(), named.ino())
    };
    matches!((file.metadata(), fs::metadata(path)), (Ok(open), Ok(named)) if same(&open, &named))
}

/// An open file can't be removed there.
#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    true
}
