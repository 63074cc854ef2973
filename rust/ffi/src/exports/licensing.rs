//! Functions that give, take and judge licences, and set usage locations.

use mglicense_engine::Operation;

use crate::bytes::{MglBuf, MglBytes};
use crate::jobs::start;

/// Gives and takes licences of a user in one call: `{"userId","addLicenses"?:[{"skuId","disabledPlans"?}],
/// "removeLicenses"?:["…"],"disabledPlans"?:["…"],"additionalProperties"?,"usageLocation"?,"resolveNames"?,"report"?,
/// "headers"?,"wantHeaders"?,"ask"?,"debug"?}`.
/// Products and plans may be named (SPE_E5, SWAY) instead of given by id; a name that stands for several is an error
/// of kind "name" with the candidates. `disabledPlans` beside the lists are switched off in whichever of the added
/// products hold them. With `usageLocation`, the location is set first where it differs. With `ask`, a shouldProcess
/// question comes before the first change.
/// Event: Item, the service's user, or with `report` what was done: `{"userId","userPrincipalName",
/// "status":"Changed|Unchanged","added","removed","kept","notHeld","usageLocationBefore","usageLocationAfter",
/// "requestId"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_assign_license(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_assign_license",
            Operation::AssignUser,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Takes away licences a user holds directly: `{"userId","skuIds"?,"all"?,"resolveNames"?,"ask"?,"debug"?}`. What
/// isn't held is noted, not refused; what comes through a group stays, with a warning that names the group.
/// Event: Item, the report of mgl_user_assign_license.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_remove_license(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_remove_license",
            Operation::Remove,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Says what a change would come to, and writes nothing: `{"users":[{"userId","addLicenses"?,"removeLicenses"?,
/// "disabledPlans"?,"usageLocation"?}],"addLicenses"?,"removeLicenses"?,"disabledPlans"?,"usageLocation"?,
/// "resolveNames"?,"debug"?}`. What stands beside a user goes before what stands beside the list.
/// Event: an Item for each user, `{"userId","userPrincipalName","willSucceed","reasons":[{"code",
/// "certainty":"Certain|Likely|DataAtRisk","message","action","skuId","skuPartNumber","plans"}]}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_test_license(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_test_license",
            Operation::Test,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Says what the changes of many users would come to together, and writes nothing: `{"wish"?,"rows"?,"partial"?,
/// "totalsOnly"?,"debug"?}`. `wish` is what is wished for every user: `{"addLicenses"?,"removeLicenses"?,"disabledPlans"?,
/// "usageLocation"?,"removeAll"?,"lenient"?,"switchFrom"?,"switchTo"?,"newPlansOff"?,"enablePlans"?,"disablePlans"?,
/// "planSku"?}`; a row is `{"userId","row"?,"addLicenses"?,"removeLicenses"?,"disabledPlans"?,"usageLocation"?}`, and what
/// it says itself goes before the wish. Without `rows`, they follow by mgl_run_rows. `partial` says in which order seats
/// go where there are too few: "row", "name" or "unlicensed"; without it nothing would be written then.
/// Events: Pages of `{"row","sameUserAs"?,"userId","userPrincipalName","willSucceed","change","added"?,"removed"?,
/// "planChanges"?,"kept"?,"notHeld"?,"licensesBefore"?,"usageLocationBefore"?,"usageLocationAfter"?,"reasons"?,
/// "notes"?}`, one for each row in order and none with `totalsOnly`, and a Summary, `{"text","rows","users","merged","toChange","unchanged",
/// "blocked","short","likely","atRisk","locationWrites","licenseWrites","heldBack","seats":[{"skuId","skuPartNumber",
/// "owned","before","freed","taken","after","short"}],"readSeconds","judgeSeconds"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_license_preflight(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_license_preflight",
            Operation::TestRows,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Sets a user's usage location where it differs: `{"userId","usageLocation","ask"?,"debug"?}`. The code is
/// upper-cased; "UK" is refused with the hint "GB". Event: Item, the report of mgl_user_assign_license.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_set_usage_location(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_set_usage_location",
            Operation::SetUsageLocation,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Gives and takes licences of a group: `{"groupId","addLicenses"?,"removeLicenses"?,"additionalProperties"?,
/// "resolveNames"?,"headers"?,"wantHeaders"?,"ask"?,"debug"?}`. The service applies them to the members later.
/// Event: Item, the service's group.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_group_assign_license(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_group_assign_license",
            Operation::AssignGroup,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Finds names to complete what is being typed: `{"kind":"sku|plan|location","prefix"?,"skus"?,"limit"?}`. A session
/// of 0 finds names in the public tables alone. Event: an Item for each, `{"value","tooltip"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_complete(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_complete",
            Operation::Complete,
            session,
            payload,
            job,
            error,
        )
    }
}
