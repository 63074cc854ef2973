//! Functions that open and close sessions.

use zeroize::Zeroizing;

use crate::bytes::{MglBuf, MglBytes, put, put_failure};
use crate::guard::guard;
use crate::jobs::start_sign_in;
use crate::sessions::{OpenError, OpenSession, SESSIONS};
use crate::status::{
    MGL_FAILED, MGL_INVALID_ARGUMENT, MGL_INVALID_HANDLE, MGL_NOT_JSON, MGL_OK, MGL_PANIC,
};
use mglicense_engine::{Failure, FailureKind, read_payload};

/// Opens a session. Nothing is sent; mgl_session_sign_in or the first request signs in.
///
/// On a local tenant: `{"kind":"local","path":"x.mgtenant","readOnly"?,"scopes"?,"requestContext"?}`, where path may
/// be ":memory:". On the network: `{"kind":"graph","graph":"https://graph.microsoft.com",
/// "authority":"https://login.microsoftonline.com","tenant"?,"auth":{…},"signInSeconds"?,"proxy"?,"trust"?,
/// "requestContext"?}`, where proxy is an address without a user, trust a PEM file of certificates that are trusted
/// beside the system's, signInSeconds a limit for the first sign-in, and requestContext as for
/// mgl_session_request_context. http:// is refused unless it leads to this machine's loopback address.
///
/// `auth`, and the secret that goes with it:
/// `{"kind":"token"}`, the access token;
/// `{"kind":"clientSecret","clientId"}`, the client secret;
/// `{"kind":"certificate","clientId","certificate":{"der","subject","notBefore","notAfter","chain"?}}` (base64, and
/// seconds since 1970), none: its key signs through `sign` questions;
/// `{"kind":"workloadIdentity","clientId","tokenFile"}`, none;
/// `{"kind":"deviceCode"|"interactive","clientId"?,"scopes"?}`, what mgl_session_keepable once gave, or none;
/// `{"kind":"managedIdentity","clientId"?,"variables"?}`, IDENTITY_HEADER or none;
/// `{"kind":"environment","variables","certificate"?}`, AZURE_CLIENT_SECRET or none.
///
/// Questions of a sign-in: `{"kind":"sign","algorithm":"PS256","digest"}` takes `{"signature"}` in base64 or
/// `{"error"}`; `{"kind":"prompt","method":"browser","message","url"}` takes `true` where a browser was opened, else
/// a code is used; `{"kind":"prompt","method":"deviceCode","message","verificationUri","userCode"}` takes no answer.
///
/// `secret` is empty for a local tenant; secrets never travel in JSON.
///
/// # Safety
/// `options` and `secret` must be readable for their lengths; `session` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_session_open(
    options: MglBytes,
    secret: MglBytes,
    session: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    guard("mgl_session_open", MGL_PANIC, || {
        // SAFETY: the caller vouches that both are null or writable.
        unsafe {
            put(session, 0);
            put(error, MglBuf::EMPTY);
        }
        if session.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        // SAFETY: the caller vouches for its bytes while this call lasts.
        let inputs = unsafe { texts(options, secret) };
        let (options, secret) = match inputs {
            Ok(inputs) => inputs,
            Err(status) => return status,
        };
        let opened = OpenSession::open(options, &secret);
        // SAFETY: not null, as checked, and the caller vouches that both are writable.
        unsafe { hand_out(opened, session, error) }
    })
}

/// Opens the same session once more, whose requests go by a proxy: `{"proxy":"http://proxy.contoso.com:8080","user"?}`, with
/// the user's password as the secret, or none. It shares the sign-in, which keeps its own way, and how requests are timed
/// and repeated. Where the session is on a tenant in this process, nothing goes by the proxy. Close it like any other.
///
/// # Safety
/// `options` and `password` must be readable for their lengths; `by_proxy` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_session_by_proxy(
    session: u64,
    options: MglBytes,
    password: MglBytes,
    by_proxy: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    guard("mgl_session_by_proxy", MGL_PANIC, || {
        // SAFETY: the caller vouches that both are null or writable.
        unsafe {
            put(by_proxy, 0);
            put(error, MglBuf::EMPTY);
        }
        if by_proxy.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        // SAFETY: the caller vouches for its bytes while this call lasts.
        let inputs = unsafe { texts(options, password) };
        let (options, password) = match inputs {
            Ok(inputs) => inputs,
            Err(status) => return status,
        };
        let Some(session) = SESSIONS.get(session) else {
            return MGL_INVALID_HANDLE;
        };
        let opened = session.by_proxy(options, &password);
        // SAFETY: not null, as checked, and the caller vouches that both are writable.
        unsafe { hand_out(opened, by_proxy, error) }
    })
}

/// The options and the secret of a call.
///
/// # Safety
/// Both must be readable for their lengths while the result is used.
unsafe fn texts<'a>(
    options: MglBytes,
    secret: MglBytes,
) -> Result<(&'a str, Zeroizing<Vec<u8>>), i32> {
    // SAFETY: passed on from this function's own contract.
    unsafe { Ok((options.text()?, Zeroizing::new(secret.borrow()?.to_vec()))) }
}

/// Gives out the handle of an opened session, or says why there is none.
///
/// # Safety
/// `session` must be writable; `error` null or writable.
unsafe fn hand_out(
    opened: Result<OpenSession, OpenError>,
    session: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    let kept = opened.and_then(|session| {
        SESSIONS.insert(session).ok_or_else(|| {
            OpenError::Failed(Failure::new(
                FailureKind::Internal,
                "TooManySessions",
                "too many sessions are open; close some",
            ))
        })
    });
    let (status, failure) = match kept {
        Ok(handle) => {
            // SAFETY: passed on from this function's own contract.
            unsafe { put(session, handle) };
            return MGL_OK;
        }
        Err(OpenError::Payload(failure)) => (MGL_NOT_JSON, failure),
        Err(OpenError::Failed(failure)) => (MGL_FAILED, failure),
    };
    // SAFETY: passed on from this function's own contract.
    unsafe { put_failure(error, &failure) };
    status
}

/// Closes a session. Jobs that were started on it go on with it.
#[unsafe(no_mangle)]
pub extern "C" fn mgl_session_close(session: u64) -> i32 {
    guard("mgl_session_close", MGL_PANIC, || {
        match SESSIONS.remove(session) {
            Some(_) => MGL_OK,
            None => MGL_INVALID_HANDLE,
        }
    })
}

/// What is known of a session without asking its service, as a JSON object.
///
/// # Safety
/// `json` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_session_info(session: u64, json: *mut MglBuf) -> i32 {
    guard("mgl_session_info", MGL_PANIC, || {
        // SAFETY: the caller vouches that it is null or writable.
        unsafe { put(json, MglBuf::EMPTY) };
        if json.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        let Some(session) = SESSIONS.get(session) else {
            return MGL_INVALID_HANDLE;
        };
        // SAFETY: not null, as checked, and the caller vouches that it is writable.
        unsafe { put(json, MglBuf::give(session.info())) };
        MGL_OK
    })
}

/// Signs a session in, and tells as whom: an Item
/// `{"clientId"?,"tenantId"?,"account"?,"appName"?,"scopes":[…],"expires"?}`. Prompts and sign questions may come
/// first. Without it the first request signs in. `payload` is `{}`.
///
/// # Safety
/// `payload` must be readable for its length; `job` and `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_session_sign_in(
    session: u64,
    payload: MglBytes,
    job: *mut u64,
    error: *mut MglBuf,
) -> i32 {
    // SAFETY: passed on from this function's own contract.
    unsafe { start_sign_in("mgl_session_sign_in", session, payload, job, error) }
}

/// What would sign the same user in again without a person, for a store that encrypts it for that user alone; empty
/// where there is nothing. Clear the bytes before mgl_buf_free.
///
/// # Safety
/// `secret` must be null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_session_keepable(session: u64, secret: *mut MglBuf) -> i32 {
    guard("mgl_session_keepable", MGL_PANIC, || {
        // SAFETY: the caller vouches that it is null or writable.
        unsafe { put(secret, MglBuf::EMPTY) };
        if secret.is_null() {
            return MGL_INVALID_ARGUMENT;
        }
        let Some(session) = SESSIONS.get(session) else {
            return MGL_INVALID_HANDLE;
        };
        if let Some(kept) = session.tokens().and_then(|tokens| tokens.keepable()) {
            let bytes = kept.expose().as_bytes().to_vec();
            // SAFETY: not null, as checked, and the caller vouches that it is writable.
            unsafe { put(secret, MglBuf::give(bytes)) };
        }
        MGL_OK
    })
}

/// Sets how the requests of a session are timed and repeated from now on: `{"clientTimeoutSeconds"?,
/// "retryDelaySeconds"?,"maxRetry"?,"retriesTimeLimitSeconds"?}`, where what is absent gets its default (300, 3, 3,
/// and 0, which is no limit). Requests under way keep what they began with.
///
/// # Safety
/// `context` must be readable for its length; `error` null or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn mgl_session_request_context(
    session: u64,
    context: MglBytes,
    error: *mut MglBuf,
) -> i32 {
    guard("mgl_session_request_context", MGL_PANIC, || {
        // SAFETY: the caller vouches that it is null or writable.
        unsafe { put(error, MglBuf::EMPTY) };
        // SAFETY: the caller vouches for its bytes while this call lasts.
        let text = match unsafe { context.text() } {
            Ok(text) => text,
            Err(status) => return status,
        };
        let Some(session) = SESSIONS.get(session) else {
            return MGL_INVALID_HANDLE;
        };
        let (status, failure) = match read_payload(text) {
            Err(error) => (MGL_NOT_JSON, error.0),
            Ok(context) => match session.set_request_context(context) {
                Ok(()) => return MGL_OK,
                Err(failure) => (MGL_INVALID_ARGUMENT, failure),
            },
        };
        // SAFETY: the caller vouches that it is null or writable.
        unsafe { put_failure(error, &failure) };
        status
    })
}
