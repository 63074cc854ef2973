//! Writing the tenant's state as one page.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use http::Method;
use mglicense_graph::{Page, Request};
use serde::{Deserialize, Serialize};

use super::assignments::emit_item;
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;
use crate::survey::{Attention, Document, HtmlOptions, survey, unwritable, usual_kinds};

/// Where to write it, and what it is to hold.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct WriteReport {
    path: String,
    #[serde(default)]
    title: Option<String>,
    /// Replaces a file that is there.
    #[serde(default)]
    force: Option<bool>,
    /// Names people.
    #[serde(default)]
    personal: Option<bool>,
    /// Tells when people last signed in, and finds those who don't.
    #[serde(default)]
    sign_in: Option<bool>,
    #[serde(default)]
    attention: Attention,
    #[serde(default)]
    debug: Option<bool>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    path: String,
    size: u64,
    people: u64,
    rows: u64,
    products: usize,
    findings: usize,
    is_complete: bool,
    /// What could not be read.
    missing: Vec<String>,
}

impl WriteReport {
    pub(crate) async fn run(mut self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let target = Target::open(Path::new(&self.path), self.force == Some(true))?;
        let sign_in = self.sign_in == Some(true);
        if self.attention.kinds.is_none() && !sign_in {
            // The dates take more requests and more rights, so they are asked for on wish only.
            let kinds = usual_kinds();
            self.attention.kinds = Some(
                kinds
                    .into_iter()
                    .filter(|kind| !kind.needs_sign_in())
                    .collect(),
            );
        }
        let title = match self.title.clone() {
            Some(title) => title,
            None => title(session, job, debug).await?,
        };
        let options = HtmlOptions {
            title,
            personal: self.personal == Some(true),
            sign_in,
        };
        let out = BufWriter::with_capacity(256 * 1024, target.file()?);
        let mut document = Document::begin(out, options)?;
        let overview = survey(
            session,
            job,
            &self.attention,
            true,
            debug,
            |person, holdings, assignments| document.person(person, holdings, assignments),
        )
        .await?;
        let nothing = overview.people == 0 && overview.seats.is_empty();
        if nothing && let Some((_, failure)) = overview.failures.first() {
            // Nothing could be read at all: that is a failure and no report.
            return Err(failure.clone());
        }
        let (written, mut out) = document.finish(&overview, env!("CARGO_PKG_VERSION"))?;
        out.flush().map_err(|error| unwritable(&error))?;
        drop(out);
        let size = target.keep()?;
        let missing: Vec<String> = overview
            .failures
            .iter()
            .map(|(what, _)| what.clone())
            .collect();
        if !missing.is_empty() {
            job.warn(format!(
                "The report is partial, and says so: it could not be read {}.",
                missing.join("; ")
            ))
            .await;
        }
        emit_item(
            job,
            &Written {
                path: self.path,
                size,
                people: overview.people,
                rows: written.rows,
                products: overview.seats.len(),
                findings: overview.findings.len(),
                is_complete: missing.is_empty(),
                missing,
            },
        )
        .await;
        Ok(())
    }
}

/// The title by the organisation's name, or without it where that can't be read.
async fn title(session: &Session, job: &JobContext, debug: bool) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Organisation {
        #[serde(rename = "displayName", default)]
        display_name: Option<String>,
    }
    let request = Request::new(Method::GET, "v1.0/organization?$select=id,displayName");
    let name = match session.call(job, request, debug).await {
        Ok(response) => Page::read(&response.body)
            .ok()
            .and_then(|page| page.value)
            .and_then(|value| serde_json::from_slice::<Vec<Organisation>>(&value).ok())
            .and_then(|list| list.into_iter().next()?.display_name),
        Err(_) => {
            job.check()?;
            None
        }
    };
    Ok(name.map_or_else(
        || "Microsoft 365 licences".to_owned(),
        |name| format!("Microsoft 365 licences of {name}"),
    ))
}

/// The file to be. It is written beside its place and put there when it is whole, so that a report that fails leaves
/// what was there.
struct Target {
    path: PathBuf,
    part: PathBuf,
}

impl Target {
    fn open(path: &Path, force: bool) -> Result<Self, Failure> {
        let refused = |code: &str, message: String, action: &str| {
            let mut failure = Failure::new(FailureKind::Argument, code, message);
            failure.recommended_action = Some(action.to_owned());
            failure
        };
        let shown = path.display();
        if path.is_dir() {
            return Err(refused(
                "ReportPathIsFolder",
                format!("'{shown}' is a folder; a report is a file"),
                "Give the name of a file, such as report.html.",
            ));
        }
        if path.exists() && !force {
            return Err(refused(
                "ReportExists",
                format!("'{shown}' is there already"),
                "Give another name, or -Force to replace it.",
            ));
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        if !folder.as_os_str().is_empty() && !folder.is_dir() {
            return Err(refused(
                "ReportFolderMissing",
                format!("the folder '{}' is not there", folder.display()),
                "Make the folder first.",
            ));
        }
        let mut part = path.as_os_str().to_owned();
        part.push(format!(".{}.part", std::process::id()));
        Ok(Self {
            path: path.to_owned(),
            part: part.into(),
        })
    }

    fn file(&self) -> Result<File, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            // A report may name everybody: it is its owner's, until they give it away.
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options.open(&self.part).map_err(|error| {
            let mut failure = unwritable(&error);
            failure.message = format!("'{}' can't be written: {error}", self.path.display());
            failure.recommended_action =
                Some("Give a place where you may write, or free some of the disk.".into());
            failure
        })
    }

    /// Puts the file in its place, and gives its size.
    fn keep(&self) -> Result<u64, Failure> {
        fs::rename(&self.part, &self.path).map_err(|error| unwritable(&error))?;
        Ok(fs::metadata(&self.path).map_or(0, |metadata| metadata.len()))
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // Gone already where the report was kept; a part is of no use to anybody.
        let _ = fs::remove_file(&self.part);
    }
}
