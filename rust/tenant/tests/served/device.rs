//! Signing in on another device with a code.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::oauth::*;
use crate::support::{ADA, Served, serve, serve_with};

/// Starts signing in on another device: the code for the person, and the one for the device.
async fn device(served: &Served, scope: &str) -> (String, String) {
    let (status, answer) = post(
        served,
        "devicecode",
        &[("client_id", TOOLS), ("scope", scope)],
    )
    .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["expires_in"], 900);
    assert_eq!(answer["interval"], 5);
    let page = text(&answer, "verification_uri");
    assert!(page.starts_with(&served.url("/")), "{page}");
    let code = text(&answer, "user_code");
    let message = text(&answer, "message");
    assert!(
        message.contains(&code) && message.contains(&page),
        "{message}"
    );
    (code, text(&answer, "device_code"))
}

async fn poll(served: &Served, code: &str) -> (u16, Value) {
    token(
        served,
        &[
            ("grant_type", DEVICE),
            ("client_id", TOOLS),
            ("device_code", code),
        ],
    )
    .await
}

async fn enter(served: &Served, form: &[(&str, &str)]) -> u16 {
    let page = served.url("/common/oauth2/deviceauth");
    served
        .client()
        .post(page)
        .form(form)
        .send()
        .await
        .unwrap()
        .status()
        .as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_asks_too_often_is_told_to_slow_down() {
    // Held: the pace goes by a clock that runs all the same.
    let served = serve(json!({}));
    let held = json!({"clock": "2026-11-25T09:00:00Z"});
    served.beside().change(&held).unwrap();
    let (user_code, device_code) = device(&served, "User.Read.All").await;
    let answer = poll(&served, &device_code).await;
    refused(&answer, 400, "authorization_pending", 70_016);
    for _ in 0..2 {
        let answer = poll(&served, &device_code).await;
        refused(&answer, 400, "slow_down", 70_016);
    }
    // An answer is given however soon it is asked for.
    let form = [("user_code", user_code.as_str()), ("action", "approve")];
    assert_eq!(enter(&served, &form).await, 200);
    assert_eq!(poll(&served, &device_code).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_device_that_keeps_its_pace_is_not_slowed_down() {
    let served = serve_with(|options| options.speed = 50.0);
    let (_, device_code) = device(&served, "User.Read.All").await;
    for _ in 0..3 {
        let answer = poll(&served, &device_code).await;
        refused(&answer, 400, "authorization_pending", 70_016);
        // 5 s at 50 times the pace.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_approves_a_device() {
    let served = serve(json!({}));
    let (user_code, device_code) =
        device(&served, "User.Read.All openid profile offline_access").await;
    refused(
        &poll(&served, &device_code).await,
        400,
        "authorization_pending",
        70_016,
    );
    let page = served
        .client()
        .get(served.url("/common/oauth2/deviceauth"))
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(
        enter(
            &served,
            &[
                ("user_code", &user_code),
                ("action", "approve"),
                ("username", ADA)
            ]
        )
        .await,
        200
    );
    let (status, answer) = poll(&served, &device_code).await;
    assert_eq!(status, 200, "{answer}");
    let bearer = text(&answer, "access_token");
    let id = claims(&text(&answer, "id_token"));
    assert_eq!(id["preferred_username"], ADA);
    assert_eq!(id["aud"], TOOLS);
    assert_eq!(claims(&bearer)["scp"], "User.Read.All");
    let (status, me) = get(&served, "/v1.0/me", &bearer).await;
    assert_eq!(status, 200, "{me}");
    assert_eq!(me["userPrincipalName"], ADA);
    assert_eq!(me["id"], id["oid"]);
    assert_eq!(get(&served, "/v1.0/groups", &bearer).await.0, 403);
    let info: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(text(&answer, "client_info"))
            .unwrap(),
    )
    .unwrap();
    assert_eq!(
        info,
        json!({"uid": id["oid"], "utid": served.server.info().tenant_id.to_string()})
    );
    // A code is good for one token.
    refused(
        &poll(&served, &device_code).await,
        400,
        "bad_verification_code",
        70_018,
    );
    assert_eq!(
        enter(&served, &[("user_code", &user_code), ("action", "approve")]).await,
        400
    );

    // The refresh token gives another token, and is the application's own.
    let refresh = text(&answer, "refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", TOOLS),
        ("refresh_token", refresh.as_str()),
    ];
    let (status, renewed) = token(&served, &form).await;
    assert_eq!(status, 200, "{renewed}");
    assert_ne!(text(&renewed, "access_token"), bearer);
    assert_eq!(
        get(&served, "/v1.0/me", &text(&renewed, "access_token"))
            .await
            .0,
        200
    );
    let own = served.server.info().client_id.to_string();
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", own.as_str()),
        ("refresh_token", refresh.as_str()),
    ];
    refused(&token(&served, &form).await, 400, "invalid_grant", 700_003);
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", TOOLS),
        ("refresh_token", "made up"),
    ];
    refused(
        &token(&served, &form).await,
        400,
        "invalid_grant",
        9_002_313,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_declines_or_comes_too_late() {
    let served = serve(json!({"signIn": {"refreshTokenSeconds": 3600}}));
    let (user_code, device_code) = device(&served, "User.Read").await;
    assert_eq!(
        enter(&served, &[("user_code", &user_code), ("action", "decline")]).await,
        200
    );
    refused(
        &poll(&served, &device_code).await,
        400,
        "authorization_declined",
        65_004,
    );

    let at = |time: &str| served.beside().change(&json!({"clock": time})).unwrap();
    at("2026-11-25T09:00:00Z");
    let (user_code, device_code) = device(&served, "User.Read").await;
    at("2026-11-25T09:15:00Z");
    assert_eq!(enter(&served, &[("user_code", &user_code)]).await, 400);
    refused(
        &poll(&served, &device_code).await,
        400,
        "expired_token",
        70_019,
    );
    refused(
        &poll(&served, "made up").await,
        400,
        "bad_verification_code",
        70_018,
    );

    let (user_code, device_code) = device(&served, "User.Read offline_access").await;
    assert_eq!(
        enter(
            &served,
            &[
                ("user_code", &user_code),
                ("username", "nobody@contoso.com")
            ]
        )
        .await,
        400
    );
    assert_eq!(enter(&served, &[("user_code", &user_code)]).await, 200);
    let (_, answer) = poll(&served, &device_code).await;
    at("2026-11-25T10:15:00Z");
    let refresh = text(&answer, "refresh_token");
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", TOOLS),
        ("refresh_token", refresh.as_str()),
    ];
    refused(&token(&served, &form).await, 400, "invalid_grant", 700_082);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_setting_answers_for_the_person() {
    let approving = serve(json!({"signIn": {"consent": "approve", "user": "bob@contoso.com"}}));
    let (_, code) = device(&approving, "User.Read.All").await;
    let (status, answer) = poll(&approving, &code).await;
    assert_eq!(status, 200);
    let (_, me) = get(&approving, "/v1.0/me", &text(&answer, "access_token")).await;
    assert_eq!(me["displayName"], "Bob");
    let declining = serve(json!({"signIn": {"consent": "decline", "deviceCodeInterval": 5}}));
    let (_, code) = device(&declining, "User.Read.All").await;
    refused(
        &poll(&declining, &code).await,
        400,
        "authorization_declined",
        65_004,
    );
}
