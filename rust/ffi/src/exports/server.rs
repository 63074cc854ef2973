//! Functions that serve tenants of this process to other Graph clients. They take a session of 0.

use crate::bytes::{MglBuf, MglBytes, put};
use crate::guard::guard;
use crate::jobs::start_local;
use crate::local::{LocalCommand, SERVERS};
use crate::status::{MGL_INVALID_ARGUMENT, MGL_INVALID_HANDLE, MGL_OK, MGL_PANIC};

/// Serves a tenant on loopback: `{"path","address"?:"127.0.0.1","port"?,"tls"?,"certificate"?:"where its PEM goes",
/// "latencyMilliseconds"?,"quota"?:true|{settings},"fault"?:"file with faults","durability"?,"settings"?}`. The settings
/// hold while it is served; the file keeps its own. It goes on when the job is freed, until mgl_local_server_stop. Event:
/// Item, `{"server","path","uri","port","tenantId","tokenEndpoint","clientId","certificatePath",
/// "tokensGiven"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_server_start(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_server_start",
            LocalCommand::start_server,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the servers of this process: `{"path"?,"port"?}`. Event: an Item for each, as of mgl_local_server_start.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_server_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_server_list",
            LocalCommand::list_servers,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Stops servers: `{"server"?,"path"?,"port"?}`, at least one. Requests under way may end. Event: an Item for each, as of
/// mgl_local_server_start.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_server_stop(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_server_stop",
            LocalCommand::stop_server,
            session,
            payload,
            job,
            error,
        )
    }
}

/// The secret of a server's application, with which a client of its `clientId` signs in. Free it with mgl_buf_free.
///
/// # Safety
/// `secret` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_server_secret(server: u64, secret: *mut MglBuf) -> i32 {
    guard("mgl_local_server_secret", MGL_PANIC, || {
        // SAFETY: the caller vouches that it is null or writable.
        unsafe { put(secret, MglBuf::EMPTY) };
        if secret.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        let Some(server) = SERVERS.get(server) else {
            return MGL_INVALID_HANDLE;
        };
        let text = server.secret().as_bytes().to_vec();
        // SAFETY: not null, as checked, and the caller vouches that it is writable.
        unsafe { put(secret, MglBuf::give(text)) };
        MGL_OK
    })
}
