//! Functions that pull, answer, cancel and free a job.

use std::time::Duration;

use mglicense_engine::{Event, EventKind, Failure, Pulled};

use crate::bytes::{MglBytes, MglEvent, copied, put};
use crate::guard::{guard, last_place};
use crate::jobs::JOBS;
use crate::status::{
    MGL_FINISHED, MGL_INVALID_ARGUMENT, MGL_INVALID_HANDLE, MGL_NOTHING, MGL_OK, MGL_PANIC,
    MGL_TOO_LATE,
};

/// Runs a job for at most `timeout_ms` or until it has something to say. MGL_OK hands out an event,
/// MGL_NOTHING says that there was none in that time, MGL_FINISHED that there will be none any more.
/// A timeout of 0 looks without waiting. One thread runs a job at a time; others wait. After MGL_FULL from
/// mgl_run_rows, MGL_NOTHING comes as soon as there is room for rows again.
///
/// # Safety
/// `event` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_job_next(job: u64, timeout_ms: u32, event: *mut MglEvent) -> i32 {
    guard("mgl_job_next", MGL_PANIC, || {
        // SAFETY: the caller vouches that it is null or writable.
        unsafe { put(event, MglEvent::EMPTY) };
        if event.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        let Some(job) = JOBS.get(job) else {
            return MGL_INVALID_HANDLE;
        };
        let (status, pulled) = match job.pull(Duration::from_millis(timeout_ms.into())) {
            Pulled::Event(pulled) => (MGL_OK, pulled),
            Pulled::Nothing => return MGL_NOTHING,
            Pulled::Finished => return MGL_FINISHED,
            Pulled::Panicked => (
                MGL_PANIC,
                Event::new(EventKind::Error, Failure::internal(&last_place()).to_json()),
            ),
        };
        // SAFETY: not null, as checked, and the caller vouches that it is writable.
        unsafe { put(event, MglEvent::give(pulled)) };
        status
    })
}

/// Answers the question that an event with this id asked. MGL_TOO_LATE when it was answered before or the
/// job was cancelled. A shouldProcess or confirm question takes `true`; anything else means no.
///
/// # Safety
/// `answer` must be readable for its length.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_job_reply(job: u64, id: u64, answer: MglBytes) -> i32 {
    guard("mgl_job_reply", MGL_PANIC, || {
        // SAFETY: the caller vouches for its bytes while this call lasts.
        let answer = match unsafe { copied(answer) } {
            Ok(answer) => answer,
            Err(status) => return status,
        };
        match JOBS.get(job) {
            None => MGL_INVALID_HANDLE,
            Some(job) if job.reply(id, answer) => MGL_OK,
            Some(_) => MGL_TOO_LATE,
        }
    })
}

/// Asks a job to stop, from any thread, also while another waits in mgl_job_next. Nothing new is started;
/// a change under way is let finish. Pull until MGL_FINISHED to learn what was done.
#[unsafe(no_mangle)]
pub extern "C" fn mgl_job_cancel(job: u64) -> i32 {
    guard("mgl_job_cancel", MGL_PANIC, || match JOBS.get(job) {
        None => MGL_INVALID_HANDLE,
        Some(job) => {
            job.cancel();
            MGL_OK
        }
    })
}

/// Frees a job, cancelling it where it hasn't ended.
#[unsafe(no_mangle)]
pub extern "C" fn mgl_job_free(job: u64) -> i32 {
    guard("mgl_job_free", MGL_PANIC, || match JOBS.remove(job) {
        None => MGL_INVALID_HANDLE,
        Some(job) => {
            job.cancel();
            MGL_OK
        }
    })
}
