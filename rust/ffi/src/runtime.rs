//! The one tokio runtime of the process, made when it is first needed.

use mglicense_engine::{Failure, FailureKind};
use once_cell::sync::OnceCell;
use tokio::runtime::{Builder, Handle, Runtime};

use crate::guard::THREAD_PREFIX;

static RUNTIME: OnceCell<Runtime> = OnceCell::new();

/// A handle to the runtime.
///
/// # Errors
/// When the system won't give it threads. The next call tries again.
pub(crate) fn handle() -> Result<&'static Handle, Failure> {
    let runtime = RUNTIME.get_or_try_init(|| {
        Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name(format!("{THREAD_PREFIX}-worker"))
            .enable_all()
            .build()
            .map_err(|error| {
                Failure::new(
                    FailureKind::Internal,
                    "NoRuntime",
                    format!("MgLicense could not start its worker threads: {error}"),
                )
            })
    })?;
    Ok(runtime.handle())
}
