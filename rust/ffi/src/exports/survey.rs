//! Functions that tell the state of a tenant: products, who has what, seats.

use mglicense_engine::Operation;

use crate::bytes::{MglBuf, MglBytes};
use crate::jobs::start;

/// Looks up products by any of their names: `{"names"?:["SPE_E5","*E3*"],"skuIds"?:["…"],"plans"?:["EXCHANGE_S_*"]}`.
/// Nothing given means all. A session of 0 looks in the public table alone; with one, the tenant's own products go
/// first. A name that stands for several products is an error of kind "name" with the candidates.
/// Event: an Item for each, `{"skuId","skuPartNumber","productName","inTenant":true|false|null,
/// "servicePlans":[{"id","name","friendlyName"}]}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_product_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_product_list",
            Operation::ListProducts,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lays a newer table of products over the built-in one, for the whole process: `{"path"?}`, a CSV file as Microsoft
/// publishes it. Without a path the built-in table is used again. Needs no session.
/// Event: Item, `{"path","products","newProducts","servicePlans","newServicePlans","unusableRows"}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_product_load(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_product_load",
            Operation::LoadProducts,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Lists who has what: `{"scope"?:{"users"?:["…"],"group"?,"sku"?,"filter"?},"signIn"?,"unlicensed"?,"debug"?}`. An
/// empty scope is everybody; a group is meant by id or name, a product by id, part number or name.
/// Events: Page, an array of rows, one for each user and product: `{"userId","userPrincipalName","displayName",
/// "userType","accountEnabled","directory":"Synced|Cloud","usageLocation","product","plans","source",
/// "sources":[{"group"?,"state","error","errorText"?,"lastUpdated"?,"plans"}],
/// "state":"Active|ActiveWithError|Disabled|Error|Unknown|None","error"?,"errorText"?,"lastUpdated"?,
/// "lastSignIn"?:"<time>|never|unknown"}`. Products, sets of plans and groups stand as numbers, each told before by an
/// Item: `{"define":"product","index","skuId","skuPartNumber","productName","inTenant"}`,
/// `{"define":"plans","index","on":[{"id","name","friendlyName"}],"off":[…]}`,
/// `{"define":"group","index","groupId","groupName"}`. Progress; Warning; an Error for a user who can't be read.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_assignment_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_assignment_list",
            Operation::ListAssignments,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Tells the seats of every product: `{"skus"?:["…"],"debug"?}`.
/// Event: an Item for each, `{"skuId","skuPartNumber","productName","appliesTo":"User|Company","status","enabled",
/// "warning","suspended","lockedOut","assigned","free","available","over","waiting","looksUnlimited","endsAt",
/// "subscription"}`. `free` is enabled + warning - assigned and may be negative; what could not be read is null.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_summary(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_summary",
            Operation::Summary,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Tells what deserves attention: `{"attention"?:{"kinds"?:["NoLocation",…],"inactiveDays"?,"expiryDays"?,
/// "shortPercent"?,"unusedPercent"?,"excludeGroups"?:["…"],"excludeFilter"?,"excludeSkus"?:["…"]},"debug"?}`. Without
/// kinds, all but those that take a request per user (NotProvisioned, SharedMailbox).
/// Event: an Item for each, `{"kind","severity":"High|Medium|Low|Info|Unknown","count","subject","skuId",
/// "skuPartNumber","productName","groupId","why","repair","users":[{"userId","userPrincipalName","displayName",
/// "detail"}]}`; an Error "PartialResult" for each part that could not be read. Progress.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_finding_list(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_finding_list",
            Operation::ListFindings,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Writes the tenant's state as one HTML file: `{"path","title"?,"force"?,"personal"?,"signIn"?,"attention"?,"debug"?}`,
/// with `attention` as in mgl_license_finding_list. People are named only with `personal`.
/// Event: Item, `{"path","size","people","rows","products","findings","isComplete","missing":["…"]}`. Progress; Warning.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_license_report_write(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_license_report_write",
            Operation::WriteReport,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Waits until the services of users' licences are ready: `{"users":["…"],"skus"?:["…"],"timeoutSeconds"?,
/// "intervalSeconds"?,"debug"?}`. What only an administrator can go on with isn't waited for.
/// Event: an Item for each user as its wait ends, `{"userId","status":"Ready|NeedsAdmin|TimedOut|NotAssigned","isReady",
/// "pending":[{"name","friendlyName","status","skuPartNumber"}],"needsAdmin":[…],"missing":[{"skuId",
/// "skuPartNumber"}],"waitedSeconds"}`; an Error for a user who can't be read. Progress.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_license_wait(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_license_wait",
            Operation::WaitReady,
            session,
            payload,
            job,
            error,
        )
    }
}

/// Sets usage locations of many users, where they differ: `{"rows":[{"row","userId","usageLocation"?}],"usageLocation"?,
/// "fromCountry"?,"byDomain"?:{"contoso.de":"DE"},"byDepartment"?:{…},"byGroup"?:{…},"default"?,"overwrite"?,"ask"?,
/// "debug"?}`. A row's own location goes first, then `usageLocation`; these replace what is set. Then group, department,
/// domain, country and default; these fill what is empty, and replace only with `overwrite`.
/// Event: an Item for each row, `{"row","userId","userPrincipalName","status":"Changed|Unchanged",
/// "usageLocationBefore","usageLocationAfter","notes":["…"],"requestId"}`; an Error with "row" and "userId" for one that
/// fails; a shouldProcess question before each change with `ask`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_user_set_usage_locations(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe {
        start(
            "mgl_user_set_usage_locations",
            Operation::SetLocations,
            session,
            payload,
            job,
            error,
        )
    }
}
