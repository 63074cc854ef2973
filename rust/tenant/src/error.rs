//! What can go wrong with a tenant file.

use std::fmt;
use std::path::{Path, PathBuf};

/// The kind of a [`TenantError`], stable for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TenantErrorCode {
    /// No file of that name.
    NotFound,
    /// A file of that name is there already.
    AlreadyExists,
    /// The path is a directory.
    IsDirectory,
    /// The file is not a tenant.
    NotATenant,
    /// The file was written by a newer version.
    NewerVersion,
    /// The file was written by a version from before the first release.
    OlderVersion,
    /// The file or its folder may not be written.
    ReadOnly,
    /// The file may not be read.
    NoAccess,
    /// Another process holds the file.
    Locked,
    /// The disk, or the limit set for the file, is full.
    DiskFull,
    /// The file is damaged.
    Damaged,
    /// The seed is wrong.
    Seed,
    /// A setting is unknown or has a wrong value.
    Setting,
    /// The making of the tenant was stopped.
    Stopped,
    /// The tenant was closed.
    Closed,
    /// Anything else the operating system or SQLite reports.
    Io,
}

impl TenantErrorCode {
    /// The code as text, such as `NotATenant`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "NotFound",
            Self::AlreadyExists => "AlreadyExists",
            Self::IsDirectory => "IsDirectory",
            Self::NotATenant => "NotATenant",
            Self::NewerVersion => "NewerVersion",
            Self::OlderVersion => "OlderVersion",
            Self::ReadOnly => "ReadOnly",
            Self::NoAccess => "NoAccess",
            Self::Locked => "Locked",
            Self::DiskFull => "DiskFull",
            Self::Damaged => "Damaged",
            Self::Seed => "Seed",
            Self::Setting => "Setting",
            Self::Stopped => "Stopped",
            Self::Closed => "Closed",
            Self::Io => "Io",
        }
    }
}

/// A tenant file could not be used. The text says which file, what is wrong with it, and what to do.
#[derive(Clone, Debug)]
pub struct TenantError {
    code: TenantErrorCode,
    path: PathBuf,
    fault: String,
    remedy: String,
}

impl TenantError {
    pub(crate) fn new(
        code: TenantErrorCode,
        path: impl Into<PathBuf>,
        fault: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self {
            code,
            path: path.into(),
            fault: fault.into(),
            remedy: remedy.into(),
        }
    }

    /// The kind of fault.
    pub fn code(&self) -> TenantErrorCode {
        self.code
    }

    /// The file meant.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is wrong, without the remedy.
    pub fn fault(&self) -> &str {
        &self.fault
    }

    /// What to do about it, as a sentence.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// The whole text.
    pub fn message(&self) -> String {
        self.to_string()
    }

    /// Turns what SQLite says about `path` into a fault with a remedy.
    pub(crate) fn from_sqlite(path: &Path, error: &rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let text = error.to_string();
        let Some(code) = error.sqlite_error_code() else {
            return Self::new(
                TenantErrorCode::Io,
                path,
                text,
                "See the cause and try again.",
            );
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::new(
                TenantErrorCode::Locked,
                path,
                "another process holds the file",
                "Wait until it is done, or end it, and try again.",
            ),
            ErrorCode::DiskFull => Self::new(
                TenantErrorCode::DiskFull,
                path,
                "there is no room left to write to the file",
                "Free some space (or raise the setting maxFileBytes) and try again; nothing of this step was written.",
            ),
            ErrorCode::ReadOnly => Self::new(
                TenantErrorCode::ReadOnly,
                path,
                "the file cannot be written",
                "Make the file and its folder writable, or open the tenant read-only.",
            ),
            ErrorCode::NotADatabase => Self::new(
                TenantErrorCode::NotATenant,
                path,
                "the file is not a tenant",
                "Name a file made by New-MgLocalTenant.",
            ),
            ErrorCode::DatabaseCorrupt => Self::new(
                TenantErrorCode::Damaged,
                path,
                format!("the file is damaged ({text})"),
                "Restore it from a copy, or make it anew from its seed.",
            ),
            ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied => Self::new(
                TenantErrorCode::NoAccess,
                path,
                "the file may not be opened",
                "Give yourself the right to read and write it.",
            ),
            _ => Self::new(
                TenantErrorCode::Io,
                path,
                text,
                "See the cause and try again.",
            ),
        }
    }

    /// Turns what the operating system says about `path` into a fault with a remedy.
    pub(crate) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::NotFound => Self::new(
                TenantErrorCode::NotFound,
                path,
                "there is no such file",
                "Check the path, or make the tenant with New-MgLocalTenant.",
            ),
            ErrorKind::PermissionDenied => Self::new(
                TenantErrorCode::NoAccess,
                path,
                "access is denied",
                "Give yourself the right to read and write the file and its folder.",
            ),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::new(
                TenantErrorCode::DiskFull,
                path,
                "there is no room left on the disk",
                "Free some space and try again.",
            ),
            _ => Self::new(
                TenantErrorCode::Io,
                path,
                error.to_string(),
                "See the cause and try again.",
            ),
        }
    }
}

impl fmt::Display for TenantError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "tenant '{}': {}. {}",
            self.path.display(),
            self.fault,
            self.remedy
        )
    }
}

impl std::error::Error for TenantError {}
