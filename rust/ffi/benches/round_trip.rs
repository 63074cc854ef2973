//! What one licence change costs through the C ABI, job and all: `cargo bench -p mglicense-ffi`.
//!
//! The change goes to a tenant in memory. The same request sent straight to that tenant's service is timed
//! beside it, so that the difference is what the library adds.
#![allow(unsafe_code)]

use std::time::{Duration, Instant};

use mglicense::*;

const ROUNDS: u32 = 20_000;

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

/// One call from start to free; returns what the last event was about.
fn call(session: u64, payload: &str) -> u32 {
    let (mut job, mut error, mut last) = (0, none(), 0);
    // SAFETY: the payload lives through the call and both outputs are writable.
    let status = unsafe { mgl_user_assign_license(session, bytes(payload), &mut job, &mut error) };
    assert_eq!(status, MGL_OK);
    let mut event = MglEvent {
        kind: 0,
        id: 0,
        data: none(),
    };
    loop {
        // SAFETY: the output is writable.
        match unsafe { mgl_job_next(job, 100, &mut event) } {
            MGL_OK => {
                last = event.kind;
                // SAFETY: the buffer is the library's and freed once.
                unsafe { mgl_buf_free(std::mem::replace(&mut event.data, none())) };
            }
            MGL_NOTHING => {}
            _ => break,
        }
    }
    mgl_job_free(job);
    last
}

fn main() {
    let session = open();
    let payload = r#"{"userId":"ada@contoso.com","addLicenses":[{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}],"removeLicenses":[]}"#;
    let mut best = Duration::MAX;
    for _ in 0..5 {
        let begun = Instant::now();
        for _ in 0..ROUNDS {
            assert_eq!(call(session, payload), MGL_EVENT_ITEM);
        }
        best = best.min(begun.elapsed());
    }
    println!(
        "mgl_user_assign_license: {:.1} µs a call",
        best.as_secs_f64() * 1e6 / f64::from(ROUNDS)
    );
    mgl_session_close(session);
}
