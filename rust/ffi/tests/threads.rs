//! Any function may be called from any thread.
#![allow(unsafe_code)]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mglicense::*;

fn bytes(text: &str) -> MglBytes {
    MglBytes {
        ptr: text.as_ptr(),
        len: text.len(),
    }
}

fn none() -> MglBuf {
    MglBuf {
        ptr: std::ptr::null_mut(),
        len: 0,
        cap: 0,
    }
}

fn open() -> u64 {
    let (mut session, mut error) = (0, none());
    // SAFETY: the options live through the call and both outputs are writable.
    let status = unsafe {
        mgl_session_open(
            bytes(r#"{"kind":"local","path":":memory:"}"#),
            bytes(""),
            &mut session,
            &mut error,
        )
    };
    assert_eq!(status, MGL_OK);
    session
}

fn start(session: u64, payload: &str) -> u64 {
    let (mut job, mut error) = (0, none());
    // SAFETY: the payload lives through the call and both outputs are writable.
    assert_eq!(
        unsafe { mgl_graph_list(session, bytes(payload), &mut job, &mut error) },
        MGL_OK
    );
    job
}

/// Pulls once; what an event holds is freed.
fn pull(job: u64, timeout: u32) -> (i32, u32) {
    let mut event = MglEvent {
        kind: 0,
        id: 0,
        data: none(),
    };
    // SAFETY: the output is writable, and its buffer is the library's and freed once.
    unsafe {
        let status = mgl_job_next(job, timeout, &mut event);
        mgl_buf_free(event.data);
        (status, event.kind)
    }
}

#[test]
fn many_threads_run_their_jobs_on_one_session() {
    let session = open();
    let finished = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let job = start(session, r#"{"path":"/users"}"#);
                    loop {
                        match pull(job, 100).0 {
                            MGL_OK | MGL_NOTHING => {}
                            MGL_FINISHED => break,
                            status => panic!("{status}"),
                        }
                    }
                    assert_eq!(mgl_job_free(job), MGL_OK);
                    finished.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(finished.load(Ordering::SeqCst), 400);
    assert_eq!(mgl_session_close(session), MGL_OK);
}

#[test]
fn a_job_may_be_cancelled_and_freed_while_another_thread_pulls_it() {
    let session = open();
    for round in 0..100 {
        let job = start(session, r#"{"path":"/users","all":true}"#);
        thread::scope(|scope| {
            scope.spawn(|| {
                let begun = Instant::now();
                loop {
                    match pull(job, 50).0 {
                        MGL_OK | MGL_NOTHING => {}
                        MGL_FINISHED | MGL_INVALID_HANDLE => break,
                        status => panic!("{status}"),
                    }
                    assert!(begun.elapsed() < Duration::from_secs(20));
                }
            });
            scope.spawn(|| {
                thread::sleep(Duration::from_micros(round * 7));
                mgl_job_cancel(job);
                mgl_job_free(job);
            });
        });
        assert_eq!(mgl_job_free(job), MGL_INVALID_HANDLE);
    }
    assert_eq!(mgl_session_close(session), MGL_OK);
}

#[test]
fn a_handle_is_freed_by_one_of_many_threads() {
    let session = open();
    for _ in 0..100 {
        let job = start(session, r#"{"path":"/users"}"#);
        let freed = AtomicUsize::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    if mgl_job_free(job) == MGL_OK {
                        freed.fetch_add(1, Ordering::SeqCst);
                    }
                });
            }
        });
        assert_eq!(freed.load(Ordering::SeqCst), 1);
    }
    assert_eq!(mgl_session_close(session), MGL_OK);
}
