//! Which file a path names. A file that was replaced or removed lives on for those who have it open, and what they write
//! to it is lost.

use std::path::Path;

/// What tells a file from another that takes its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileIdentity {
    device: u64,
    file: u64,
}

impl FileIdentity {
    /// The file that the path names now.
    #[cfg(unix)]
    pub(super) fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self {
            device: metadata.dev(),
            file: metadata.ino(),
        })
    }

    /// Windows lets nobody replace or remove a file that is open.
    #[cfg(not(unix))]
    pub(super) fn of(_path: &Path) -> Option<Self> {
        Some(Self { device: 0, file: 0 })
    }
}
