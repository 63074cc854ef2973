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
        // The caller's own thread does the work of a job; what is left is to carry bytes to and from sockets. With
        // more workers, each wake-up of one wakes another to look for work that there isn't.
        Builder::new_multi_thread()
            .worker_threads(1)
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
