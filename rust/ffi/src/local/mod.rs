//! Tenants in files: opened in this process, made, described, changed and removed.

mod command;
mod server;

pub(crate) use command::LocalCommand;
pub(crate) use server::SERVERS;

use std::path::Path;

use mglicense_engine::{Failure, FailureKind};
use mglicense_graph::clock_speed;
use mglicense_tenant::{OpenOptions, Tenant, TenantError};

/// How fast the clock of a local tenant and of the session on it runs, as MGLICENSE_CLOCK says.
///
/// # Errors
/// When the variable holds no factor.
pub(crate) fn speed() -> Result<f64, Failure> {
    let setting = std::env::var("MGLICENSE_CLOCK").ok();
    clock_speed(setting.as_deref(), true)
        .map_err(|error| Failure::new(FailureKind::Argument, "InvalidClock", error.to_string()))
}

/// Opens a tenant.
///
/// # Errors
/// When the file can't be used; the failure says why and what to do.
pub(crate) fn open(path: &Path, read_only: bool) -> Result<Tenant, Failure> {
    Tenant::open(
        path,
        OpenOptions {
            read_only,
            ..options()?
        },
    )
    .map_err(failure)
}

/// How a tenant is opened where nothing else is said.
///
/// # Errors
/// As [`speed`].
pub(crate) fn options() -> Result<OpenOptions, Failure> {
    Ok(OpenOptions {
        speed: speed()?,
        ..OpenOptions::default()
    })
}

/// A tenant's error as a caller sees it.
pub(crate) fn failure(error: TenantError) -> Failure {
    let message = format!("{}: {}", error.path().display(), error.fault());
    let mut failure = Failure::new(FailureKind::Tenant, error.code().as_str(), message);
    failure.recommended_action = Some(error.remedy().to_owned());
    failure
}
