//! Functions that change many users at once, and go on with, take back and list such runs.

use mglicense_engine::{Operation, Pushed};

use crate::bytes::{MglBuf, MglBytes, copied};
use crate::guard::guard;
use crate::jobs::{JOBS, start};
use crate::status::{MGL_FULL, MGL_INVALID_HANDLE, MGL_OK, MGL_PANIC, MGL_TOO_LATE};

/// Changes the licences of many users: `{"command"?,"wish"?:{"addLicenses","removeLicenses","disabledPlans",
/// "usageLocation",…},"options"?:{"partial"?:"row|name|unlicensed","force"?,"ask"?,"whatIf"?,"noPreflight"?,"debug"?},
/// "folder"?}`. The rows follow by mgl_run_rows. They are judged as a whole before the first change is sent; with
/// `noPreflight` changes are sent while rows still come. Every change stands in a journal in `folder` (else in
/// MGLICENSE_RUNS, else in the user's own place) before it is sent.
/// Events: Page, results of rows as they come (`{"row","userId","userPrincipalName","status":"Changed|Unchanged|Failed|
/// NotStarted|OutcomeUnknown","added"?,"removed"?,"planChanges"?,"licensesBefore"?,"usageLocationBefore"?,
/// "usageLocationAfter"?,"error"?,"errorId"?,"requestId"?,…}`); an Error for each row that failed; Progress; a
/// confirm Question before data is put at risk, with `ask` a shouldProcess Question a user; in the end a Summary.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_license_run(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_license_run",
            Operation::Run,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Hands rows to a job that reads them: a JSON list of `{"row"?,"userId","addLicenses"?,"removeLicenses"?,
/// "disabledPlans"?,"usageLocation"?,"columns"?}`, or nothing; `columns` are the names of those of a row that names nobody.
/// `last` is not 0 with the last of them. MGL_FULL when as many wait as
/// may: nothing was taken; pull events, then hand the same over again. MGL_TOO_LATE when the job reads no more.
/// Rows that can't be used are an error of the job.
///
/// # Safety
/// `rows` must be readable for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_run_rows(job: u64, rows: MglBytes, last: i32) -> i32 {
    guard("mgl_run_rows", MGL_PANIC, || {
        // SAFETY: the caller vouches for its bytes while this call lasts.
        let rows = match unsafe { copied(rows) } {
            Ok(rows) => rows,
            Err(status) => return status,
        };
        match JOBS.get(job).map(|job| job.push(rows, last != 0)) {
            None => MGL_INVALID_HANDLE,
            Some(Pushed::Taken) => MGL_OK,
            Some(Pushed::Full) => MGL_FULL,
            Some(Pushed::TooLate) => MGL_TOO_LATE,
        }
    })
}

/// Goes on with a run that was stopped or whose process ended: `{"id","folder"?,"partial"?,"ask"?,"debug"?}`. What was
/// begun and has no outcome is read back first. Events as of mgl_user_license_run, for the rows that had no outcome.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_run_resume(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_run_resume",
            Operation::ResumeRun,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Takes back what a run changed, for users who are as the run left them: `{"id","folder"?,"ask"?,"debug"?}`. It is a
/// run of its own, with a journal of its own. A usage location that was empty before can't be emptied again: it stays,
/// with a note. Events as of mgl_user_license_run.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_run_undo(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_run_undo",
            Operation::UndoRun,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists runs, the newest first: `{"folder"?,"id"?,"last"?,"rows"?}`. The session may be 0.
/// Events: an Item for each run, `{"id","path","command","tenantId","clientId","account","started","ended",
/// "state":"Running|Completed|Cancelled|Interrupted","rows","changed","unchanged","failed","notStarted",
/// "outcomeUnknown","commits","undoes","undoneBy"}`; with `rows`, Pages of the results of the rows of one run instead.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_run_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_run_list",
            Operation::ListRuns,
            session,
            payload,
            job,
            error,
        )
    }
}
