//! Functions on fixed paths: users, groups, products, the organisation.

use mglicense_engine::Operation;

use crate::bytes::{MglBuf, MglBytes};
use crate::jobs::start;

/// Lists users, with the options of mgl_graph_list.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_list",
            Operation::USER_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Reads a user by id or user principal name:
/// `{"userId", property, expandProperty, headers, wantHeaders, debug}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_get(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_get",
            Operation::USER_GET,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Creates a user: `{"body":{…},"headers"?,"wantHeaders"?,"ask"?,"debug"?}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_create(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_create",
            Operation::USER_CREATE,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Changes properties of a user: `{"userId","body":{…},"headers"?,"ask"?,"debug"?}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_update(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_update",
            Operation::USER_UPDATE,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Deletes a user: `{"userId","headers"?,"ask"?,"debug"?}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_delete(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_delete",
            Operation::USER_DELETE,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the licences of a user with their plans: `{"userId" and the options of mgl_graph_list}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_list_license_details(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_list_license_details",
            Operation::USER_LICENSE_DETAIL_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the groups and roles a user is in: `{"userId" and the options of mgl_graph_list}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_list_member_of(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_list_member_of",
            Operation::USER_MEMBER_OF_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the products the organisation owns, with the options of mgl_graph_list.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_subscribed_sku_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_subscribed_sku_list",
            Operation::SUBSCRIBED_SKU_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Reads one of the products the organisation owns:
/// `{"subscribedSkuId", property, expandProperty, headers, wantHeaders, debug}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_subscribed_sku_get(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_subscribed_sku_get",
            Operation::SUBSCRIBED_SKU_GET,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists groups, with the options of mgl_graph_list.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_group_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_group_list",
            Operation::GROUP_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Reads a group: `{"groupId", property, expandProperty, headers, wantHeaders, debug}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_group_get(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_group_get",
            Operation::GROUP_GET,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the members of a group: `{"groupId" and the options of mgl_graph_list}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_group_list_members(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_group_list_members",
            Operation::GROUP_MEMBER_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Reads the organisation, with the options of mgl_graph_list.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_organization_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_organization_list",
            Operation::ORGANIZATION_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the organisation's domains, with the options of mgl_graph_list.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_domain_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_domain_list",
            Operation::DOMAIN_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the organisation's subscriptions with their dates, with the options of mgl_graph_list.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_directory_subscription_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_directory_subscription_list",
            Operation::DIRECTORY_SUBSCRIPTION_LIST,
            session,
            payload,
            job,
            error,
        )
    }
}
