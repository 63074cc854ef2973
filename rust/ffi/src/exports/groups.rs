//! Functions about licences that come through groups.

use mglicense_engine::Operation;

use crate::bytes::{MglBuf, MglBytes};
use crate::jobs::start;

/// Says what a change to a group's licences would come to for its members, and writes nothing: `{"groupId",
/// "addLicenses"?,"removeLicenses"?,"disabledPlans"?,"debug"?}`.
/// Event: an Item, `{"groupId","groupName","willSucceed","members","wouldGet","alreadyHave","waiting","conflicting",
/// "withoutLocation","tenantLocation","guests","nestedGroups","reasons":[…],"problems":[{"userId","userPrincipalName",
/// "skuId","skuPartNumber","error","message","action"}],"seats":[{"skuId","skuPartNumber","owned","before","freed",
/// "taken","after","short"}]}`. Members are served in the order in which they are listed.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_group_test_license(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_group_test_license",
            Operation::TestGroup,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Puts one product of a group in the place of another, in one call and judged first: `{"groupId","from","to",
/// "disabledPlans"?,"force"?,"ask"?,"debug"?}`. The plans that are off stay off where the new product has them in some
/// form. If a member who has something from the group now would go without, nothing is sent unless `force` says so.
/// Event: an Item, that of mgl_group_test_license with `"status","removed","added","disabledPlans","lostPlans",
/// "requestId"`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_group_switch_license(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_group_switch_license",
            Operation::SwitchGroup,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists the assignments in error, of one group or of every group that has some: `{"groupId"?,"debug"?}`.
/// Events: Pages of `{"userId","userPrincipalName","displayName","userType","usageLocation","groupId","groupName",
/// "skuId","skuPartNumber","productName","state","error","message","action","conflicts":[{"plan","withPlan",
/// "withSkuId"?,"withSkuPartNumber"?}]}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_error_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_error_list",
            Operation::ListErrors,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Processes the licences of users again and looks whether it helped: `{"userIds"?,"groupId"?,"allMembers"?,
/// "waitSeconds"?,"ask"?,"debug"?}`. Without `userIds` everybody in error, or with `groupId` those in error through that
/// group; with `allMembers` every member of it. It looks until nobody is in error or `waitSeconds` (60) are over.
/// Event: an Item for each user, `{"userId","userPrincipalName","status":"Repaired|StillInError|Failed","message"?,
/// "errors":[…],"requestId"?}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_error_repair(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_error_repair",
            Operation::RepairErrors,
            session,
            payload,
            job,
            error,
        )
    }
}
