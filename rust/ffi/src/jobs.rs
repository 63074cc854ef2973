//! Jobs at the border: started by one function, pulled by another.

use mglicense_engine::{
    Command, Failure, FailureKind, Job, JobContext, Operation, PayloadError, read_payload,
};

use crate::bytes::{MglBuf, MglBytes, put, put_failure};
use crate::guard::{guard, job_fault};
use crate::handles::Table;
use crate::local::LocalCommand;
use crate::runtime;
use crate::sessions::SESSIONS;
use crate::status::{
    MGL_FAILED, MGL_INVALID_ARGUMENT, MGL_INVALID_HANDLE, MGL_NOT_JSON, MGL_OK, MGL_PANIC,
};

/// Every job that wasn't freed.
pub(crate) static JOBS: Table<Job> = Table::new(2);

/// Why a job could not be started: a status and what is to be said about it.
pub(crate) type Refusal = (i32, Option<Failure>);

/// The body of every export that starts a command on a session.
///
/// # Safety
/// `payload` as [`MglBytes::borrow`]; `job` and `error` null or writable.
pub(crate) unsafe fn start(
    export: &str,
    operation: Operation,
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    let prepare = |payload: &str| {
        let open = SESSIONS.get(session);
        if open.is_none() && session != 0 {
            return Err((MGL_INVALID_HANDLE, Some(Failure::not_connected())));
        }
        let command =
            Command::parse(operation, payload).map_err(|error| (MGL_NOT_JSON, Some(error.0)))?;
        if open.is_none() && command.needs_session() {
            return Err((MGL_INVALID_HANDLE, Some(Failure::not_connected())));
        }
        begin(move |context| async move {
            command
                .run(open.as_ref().map(|open| &open.engine), &context)
                .await
        })
    };
    // SAFETY: passed on from this function's own contract.
    unsafe { start_with(export, payload, job, error, prepare) }
}

/// The body of every export that does something with a tenant beside Graph. A session of 0 is none.
///
/// # Safety
/// As [`start`].
pub(crate) unsafe fn start_local(
    export: &str,
    read: fn(&str) -> Result<LocalCommand, PayloadError>,
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    let prepare = |payload: &str| {
        let open = SESSIONS.get(session);
        if open.is_none() && session != 0 {
            return Err((MGL_INVALID_HANDLE, Some(Failure::not_connected())));
        }
        let command = read(payload).map_err(|error| (MGL_NOT_JSON, Some(error.0)))?;
        let own = open.and_then(|open| open.tenant());
        begin(move |context| async move { command.run(own, &context).await })
    };
    // SAFETY: passed on from this function's own contract.
    unsafe { start_with(export, payload, job, error, prepare) }
}

/// Options of a sign-in; there are none yet that the session doesn't know.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {}

/// The body of the export that signs a session in.
///
/// # Safety
/// As [`start`].
pub(crate) unsafe fn start_sign_in(
    export: &str,
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    let prepare = |payload: &str| {
        let Some(open) = SESSIONS.get(session) else {
            return Err((MGL_INVALID_HANDLE, Some(Failure::not_connected())));
        };
        let SignIn {} = read_payload(payload).map_err(|error| (MGL_NOT_JSON, Some(error.0)))?;
        begin(move |context| async move { open.engine.sign_in(&context, open.tokens()).await })
    };
    // SAFETY: passed on from this function's own contract.
    unsafe { start_with(export, payload, job, error, prepare) }
}

/// The body of every export that starts a job: reads the payload, prepares the job, hands out its handle.
///
/// # Safety
/// As [`start`].
pub(crate) unsafe fn start_with(
    export: &str,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
    prepare: impl FnOnce(&str) -> Result<Job, Refusal>,
) -> i32 {
    guard(export, MGL_PANIC, || {
        // SAFETY: the caller vouches that both are null or writable.
        unsafe {
            put(job, 0);
            put(error, MglBuf::EMPTY);
        }
        if job.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        // SAFETY: the caller vouches for its bytes while this call lasts.
        let text = match unsafe { payload.text() } {
            Ok(text) => text,
            Err(status) => return status,
        };
        let kept = prepare(text).and_then(|job| {
            JOBS.insert(job).ok_or_else(|| {
                (
                    MGL_FAILED,
                    Some(Failure::new(
                        FailureKind::Internal,
                        "TooManyJobs",
                        "too many jobs are open; free some",
                    )),
                )
            })
        });
        match kept {
            Ok(handle) => {
                // SAFETY: not null, as checked, and the caller vouches that it is writable.
                unsafe { put(job, handle) };
                MGL_OK
            }
            Err((status, failure)) => {
                if let Some(failure) = failure {
                    // SAFETY: the caller vouches that it is null or writable.
                    unsafe { put_failure(error, &failure) };
                }
                status
            }
        }
    })
}

/// A job for a piece of work.
pub(crate) fn begin<F, W>(start: F) -> Result<Job, Refusal>
where
    F: FnOnce(JobContext) -> W,
    W: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let runtime = runtime::handle().map_err(|failure| (MGL_FAILED, Some(failure)))?;
    Ok(Job::new(runtime.clone(), move |context| {
        let work = start(context);
        async move {
            job_fault();
            work.await
        }
    }))
}
