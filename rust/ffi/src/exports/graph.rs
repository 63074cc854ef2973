//! Functions over any path of Graph: they serve a table of commands.

use mglicense_engine::Operation;

use crate::bytes::{MglBuf, MglBytes};
use crate::jobs::start;

/// Lists a collection: `{"path":"/users/{user-id}/memberOf","ids"?,"apiVersion"?,
/// filter, search, sort, property, expandProperty, top, skip, pageSize, all, count,
/// consistencyLevel, headers, wantHeaders, debug}`.
/// Events: Headers and Count where wanted, and a Page for each page. Without `all` or a large `top` only the
/// first page is read.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_graph_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_graph_list",
            Operation::List,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Reads one object: `{"path","ids"?,"apiVersion"?,property, expandProperty, consistencyLevel, headers,
/// wantHeaders, debug}`. Event: Item.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_graph_get(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_graph_get",
            Operation::Get,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Sends a change: `{"method":"POST|PATCH|PUT|DELETE","path","ids"?,"apiVersion"?,"body"?,"headers"?,
/// "wantHeaders"?,"ask"?,"debug"?}`. The body is passed on byte for byte. Event: Item where the answer has a body.
/// With `ask`, a shouldProcess question comes first.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_graph_send(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_graph_send",
            Operation::Send,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Sends a request of the caller's own making: `{"method"?,"uri","body"?,"bodyEncoding"?:"text|base64",
/// "headers"?,"contentType"?,"debug"?}`. Event: Response, whatever the status.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_graph_request(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_graph_request",
            Operation::Request,
            session,
            payload,
            job,
            error,
        )
    }
}
