//! Where journals live.

use std::collections::hash_map::RandomState;
use std::env;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::refusal;
use crate::failure::Failure;

/// The variable that names another folder.
const VARIABLE: &str = "MGLICENSE_RUNS";
/// What a journal's name ends with.
const EXTENSION: &str = "mgrun";

/// The folder that journals live in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder a caller names, else the one of the variable, else the user's own.
    ///
    /// # Errors
    /// When none of them is known.
    pub(crate) fn find(named: Option<&str>) -> Result<Self, Failure> {
        let given = |text: &str| (!text.trim().is_empty()).then(|| PathBuf::from(text));
        if let Some(folder) = named.and_then(given) {
            return Ok(Self(folder));
        }
        let variable = |name: &str| env::var(name).ok().as_deref().and_then(given);
        if let Some(folder) = variable(VARIABLE) {
            return Ok(Self(folder));
        }
        let base = if cfg!(windows) {
            variable("LOCALAPPDATA").map(|base| base.join("MgLicense").join("runs"))
        } else if cfg!(target_os = "macos") {
            variable("HOME").map(|home| home.join("Library/Application Support/MgLicense/runs"))
        } else {
            variable("XDG_STATE_HOME")
                .or_else(|| variable("HOME").map(|home| home.join(".local/state")))
                .map(|base| base.join("mglicense/runs"))
        };
        base.map(Self).ok_or_else(|| {
            refusal(
                "RunFolder",
                "There is no folder for journals: the user has no home folder.".into(),
                "Set MGLICENSE_RUNS to a folder for them.",
            )
        })
    }

    /// Makes the folder where it isn't there, for its owner alone.
    ///
    /// # Errors
    /// When it can't be made.
    pub(crate) fn make(&self) -> Result<(), Failure> {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&self.0).map_err(|error| {
            refusal(
                "RunFolder",
                format!(
                    "The folder for journals, '{}', can't be made: {error}.",
                    self.0.display()
                ),
                "Set MGLICENSE_RUNS to a folder that can be written to.",
            )
        })
    }

    /// The journal of a run.
    pub(crate) fn path(&self, id: &str) -> PathBuf {
        self.0.join(format!("{id}.{EXTENSION}"))
    }

    /// The journal of a run that must be there.
    ///
    /// # Errors
    /// When there is none of that id.
    pub(crate) fn existing(&self, id: &str) -> Result<PathBuf, Failure> {
        let is_id = id
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-');
        let path = self.path(id);
        if is_id && path.is_file() {
            return Ok(path);
        }
        Err(refusal(
            "RunNotFound",
            format!("There is no run '{id}' in '{}'.", self.0.display()),
            "Get-MgLicenseRun lists the runs there are.",
        ))
    }

    /// Every journal, the newest first.
    pub(crate) fn journals(&self) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = fs::read_dir(&self.0)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|found| found == EXTENSION))
            .collect();
        // Ids begin with the time.
        paths.sort_unstable_by(|a, b| b.file_name().cmp(&a.file_name()));
        paths
    }
}

/// The id that a journal's name says.
pub(crate) fn id_of(path: &Path) -> String {
    path.file_stem()
        .map(|stem| stem.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// A new id: the time, and something that tells two runs of one second apart.
pub(crate) fn run_id(now: Timestamp) -> String {
    let random = RandomState::new().build_hasher().finish() & 0xFF_FFFF;
    let time = now.to_zoned(TimeZone::UTC).strftime("%Y%m%d-%H%M%S");
    format!("{time}-{random:06x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_differ_within_a_second() {
        let early = run_id("2026-11-25T07:22:00Z".parse().unwrap());
        let late = run_id("2026-11-25T07:22:01Z".parse().unwrap());
        assert!(
            early.starts_with("20261125-072200-") && early.len() == 22,
            "{early}"
        );
        assert!(early < late);
        let now = Timestamp::UNIX_EPOCH;
        assert_ne!(run_id(now), run_id(now));
    }

    #[test]
    fn an_id_is_never_a_path() {
        let folder = Folder::find(Some("/nowhere")).unwrap();
        for id in ["../secrets", "a/b", "", "c:\\x"] {
            assert_eq!(folder.existing(id).unwrap_err().code, "RunNotFound");
        }
    }
}
