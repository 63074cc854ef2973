//! What one licence change costs through the C ABI, job and all: `cargo bench -p mglicense-ffi`.
//!
//! The change goes to a tenant in memory. The same request sent straight to such a tenant's service is timed in
//! turns with it, so that the difference is what the library adds.
#![allow(unsafe_code)]

use std::time::{Duration, Instant};

use axum::body::Body;
use mglicense::*;
use mglicense_graph::{InProcess, Request, Transport};
use mglicense_tenant::{Caller, CreateOptions, Source, Tenant};

const CALLS: u32 = 2_000;
const TURNS: usize = 15;

const USER: &str = r#"{"userPrincipalName":"ada@contoso.com","displayName":"Ada","mailNickname":"ada","accountEnabled":true,
    "usageLocation":"GB","passwordProfile":{"password":"Xy1!xy1!xy1!"}}"#;
const SKUS: &str = r#"[{"skuPartNumber":"SPE_E5","prepaidUnits":{"enabled":10,"warning":0,"suspended":0,"lockedOut":0}}]"#;
const BODY: &str = r#"{"addLicenses":[{"disabledPlans":[],"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}],"removeLicenses":[]}"#;

type Operation = unsafe extern "C" fn(u64, MglBytes, *mut u64, *mut MglBuf) -> i32;

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

/// One call from start to free; it must bring a result.
fn call(operation: Operation, session: u64, payload: &str) {
    let (mut job, mut error, mut last) = (0, none(), 0);
    // SAFETY: the payload lives through the call and both outputs are writable.
    let status = unsafe { operation(session, bytes(payload), &mut job, &mut error) };
    assert_eq!(status, MGL_OK, "{payload}");
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
    assert_eq!(last, MGL_EVENT_ITEM, "{payload}");
}

/// A session on a tenant in memory with one user and one product.
fn session() -> u64 {
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
    call(
        mgl_local_tenant_set,
        session,
        &format!(r#"{{"subscribedSkus":{SKUS}}}"#),
    );
    call(
        mgl_user_create,
        session,
        &format!(
            r#"{{"body":{}}}"#,
            USER.replace("contoso.com", &domain(session))
        ),
    );
    session
}

/// The default domain of a session's tenant.
fn domain(session: u64) -> String {
    let mut info = none();
    // SAFETY: the output is writable; its bytes are read before they are freed, once.
    unsafe {
        assert_eq!(mgl_session_info(session, &mut info), MGL_OK);
        let info = std::mem::replace(&mut info, none());
        let json: serde_json::Value =
            serde_json::from_slice(std::slice::from_raw_parts(info.ptr, info.len)).expect("JSON");
        mgl_buf_free(info);
        json["defaultDomain"].as_str().expect("a domain").to_owned()
    }
}

/// The microseconds of a call, of the best turn.
fn micros(turns: &[Duration]) -> f64 {
    turns
        .iter()
        .min()
        .map_or(0.0, |best| best.as_secs_f64() * 1e6 / f64::from(CALLS))
}

fn main() {
    let session = session();
    let user = format!("ada@{}", domain(session));
    let payload = format!(
        r#"{{"userId":"{user}","addLicenses":[{{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06","disabledPlans":[]}}],"removeLicenses":[]}}"#
    );
    let named = payload.replace("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "SPE_E5");
    let located = payload.replace(
        "\"removeLicenses\"",
        "\"usageLocation\":\"GB\",\"removeLicenses\"",
    );

    let seed = format!(
        r#"{{"version":1,"subscribedSkus":{SKUS},"users":[{{"userPrincipalName":"{user}","displayName":"Ada","usageLocation":"GB"}}],"domains":[{{"id":"{}","isDefault":true}}]}}"#,
        domain(session)
    );
    let tenant = Tenant::create(":memory:", Source::text(seed), CreateOptions::default())
        .expect("a tenant in memory");
    let transport = InProcess::<_, Body>::new(tenant.router(Caller::unrestricted()));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let straight = || {
        let request = Request::new(
            http::Method::POST,
            format!("v1.0/users/{user}/assignLicense"),
        )
        .with_json(BODY);
        let response = runtime
            .block_on(transport.send(request))
            .expect("an answer");
        assert_eq!(response.status, 200);
    };

    let mut taken: [Vec<Duration>; 4] = Default::default();
    let mut time = |slot: usize, work: &dyn Fn()| {
        let begun = Instant::now();
        (0..CALLS).for_each(|_| work());
        taken[slot].push(begun.elapsed());
    };
    for _ in 0..TURNS {
        time(0, &straight);
        time(1, &|| call(mgl_user_assign_license, session, &payload));
        time(2, &|| call(mgl_user_assign_license, session, &named));
        time(3, &|| call(mgl_user_assign_license, session, &located));
    }
    let floor = micros(&taken[0]);
    println!("straight to the tenant's service           {floor:7.1} µs a call");
    for (name, turns) in [
        "mgl_user_assign_license",
        "  with the product by name",
        "  with a location that is right already",
    ]
    .iter()
    .zip(&taken[1..])
    {
        println!(
            "{name:<42} {:7.1} µs a call, {:+.1} over it",
            micros(turns),
            micros(turns) - floor
        );
    }
    mgl_session_close(session);
}
