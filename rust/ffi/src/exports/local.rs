//! Functions that make, describe, change and remove tenants in files. They take a session of 0.

use crate::bytes::{MglBuf, MglBytes};
use crate::jobs::start_local;
use crate::local::LocalCommand;

/// Makes a tenant in a file: `{"path","source":"empty|sample|seed|generate","seedPath"?,"generate"?:"users=50000,seed=1",
/// "force"?,"overrides"?:{settings}}`. Nothing is left behind when the seed is wrong. Events: Progress, and an Item as
/// of mgl_local_tenant_info.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_tenant_create(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_tenant_create",
            LocalCommand::create,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Describes a tenant: `{"path"?}`; without a path, that of the session. Event: Item, `{"path","tenantId",
/// "displayName","defaultDomain","domains","users","groups","skus","clock","settings","size"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_tenant_info(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_tenant_info",
            LocalCommand::info,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Removes a tenant's file: `{"path"}`. What isn't a tenant is refused. Event: Item, `{"path"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_tenant_remove(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_tenant_remove",
            LocalCommand::remove,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the requests a tenant got: `{"path"?,"writeOnly"?,"last"?,"after"?,"clear"?}`; with `clear`, the log is emptied
/// once it is read. Event: an Item for each, `{"index","at","method","path","headers","body","status","response","write",
/// "requestId","batch","batchItem","fault"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_tenant_requests(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_tenant_requests",
            LocalCommand::requests,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Does what is due in a tenant at its time, one tick for each of `count`: `{"path"?,"count"?}`. Event: an Item for each
/// tick, `{"clock","members","isDue","next"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_tenant_step(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_tenant_step",
            LocalCommand::step,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Changes a tenant: `{"path"?,"settings"?,"clock"?,"rules"?,"subscribedSkus"?}`, each in the shape of a seed. A clock of
/// null runs on. Event: Item as of mgl_local_tenant_info.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_local_tenant_set(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start_local(
            "mgl_local_tenant_set",
            LocalCommand::set,
            session,
            payload,
            job,
            error,
        )
    }
}
