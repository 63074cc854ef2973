//! Signing in: every way that clients use, and how each is refused.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{ADA, Served, VISIO, serve};

const READER: &str = "11111111-2222-3333-4444-555555555555";
const TOOLS: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Posts a form below the tenant's address and gives the status and the JSON.
async fn post(served: &Served, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let tenant = served.server.info().tenant_id;
    let url = served.url(&format!("/{tenant}/oauth2/v2.0/{path}"));
    let answer = served.client().post(url).form(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn token(served: &Served, form: &[(&str, &str)]) -> (u16, Value) {
    post(served, "token", form).await
}

/// The form of the server's own application with some fields changed.
async fn own_token(served: &Served, changes: &[(&str, &str)]) -> (u16, Value) {
    let form = served.form();
    let form: Vec<(&str, &str)> = form
        .iter()
        .map(|(name, value)| {
            let change = changes.iter().find(|(changed, _)| changed == name);
            (*name, change.map_or(value.as_str(), |(_, value)| *value))
        })
        .collect();
    token(served, &form).await
}

async fn get(served: &Served, path: &str, token: &str) -> (u16, Value) {
    let request = served.client().get(served.url(path)).bearer_auth(token);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {value}"))
        .to_owned()
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

fn refused(answer: &(u16, Value), status: u16, word: &str, number: u64) {
    let (found, body) = answer;
    assert_eq!(*found, status, "{body}");
    assert_eq!(body["error"], word, "{body}");
    assert_eq!(body["error_codes"], json!([number]), "{body}");
    let description = text(body, "error_description");
    assert!(
        description.starts_with(&format!("AADSTS{number}: ")),
        "{description}"
    );
    for part in ["Trace ID: ", "Correlation ID: ", "Timestamp: "] {
        assert!(description.contains(part), "{description}");
    }
    for name in ["timestamp", "trace_id", "correlation_id", "error_uri"] {
        assert!(body[name].is_string(), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_taken_in_the_form_and_in_the_header() {
    let served = serve(json!({}));
    let (status, answer) = own_token(&served, &[]).await;
    assert_eq!(status, 200);
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], 3599);
    assert!(
        answer.get("refresh_token").is_none(),
        "client credentials never give one"
    );
    let claims = claims(&text(&answer, "access_token"));
    assert_eq!(claims["appid"], served.server.info().client_id.to_string());
    assert_eq!(claims["tid"], served.server.info().tenant_id.to_string());
    let roles = claims["roles"].as_array().unwrap();
    assert!(
        roles.contains(&json!("LicenseAssignment.ReadWrite.All")),
        "{roles:?}"
    );

    let info = served.server.info();
    let answer = served
        .client()
        .post(&info.token_endpoint)
        .basic_auth(info.client_id, Some(served.server.secret()))
        .form(&[
            ("grant_type", "client_credentials"),
            ("scope", "https://graph.microsoft.com/.default"),
        ])
        .send()
        .await
        .unwrap();
    let answer: Value = answer.json().await.unwrap();
    assert_eq!(
        get(&served, "/v1.0/users", &text(&answer, "access_token"))
            .await
            .0,
        200
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_wrong_is_said_in_the_words_of_entra() {
    let served = serve(json!({}));
    let with = |changes| own_token(&served, changes);
    refused(
        &with(&[("client_secret", "wrong")]).await,
        401,
        "invalid_client",
        7_000_215,
    );
    refused(
        &with(&[("client_secret", "")]).await,
        401,
        "invalid_client",
        7_000_218,
    );
    refused(
        &with(&[("client_id", READER)]).await,
        400,
        "unauthorized_client",
        700_016,
    );
    refused(
        &with(&[("scope", "User.Read.All")]).await,
        400,
        "invalid_scope",
        1_002_012,
    );
    refused(
        &with(&[("scope", "https://vault.example/.default")]).await,
        400,
        "invalid_resource",
        500_011,
    );
    refused(
        &with(&[("grant_type", "password")]).await,
        400,
        "unsupported_grant_type",
        70_003,
    );
    refused(
        &with(&[("grant_type", "")]).await,
        400,
        "invalid_request",
        900_144,
    );
    let url = served.url("/fabrikam.com/oauth2/v2.0/token");
    let answer = served
        .client()
        .post(url)
        .form(&served.form())
        .send()
        .await
        .unwrap();
    let answer = (answer.status().as_u16(), answer.json().await.unwrap());
    refused(&answer, 400, "invalid_request", 90_002);
    for tenant in ["contoso.com", "common", "organizations"] {
        let url = served.url(&format!("/{tenant}/oauth2/v2.0/token"));
        let answer = served
            .client()
            .post(url)
            .form(&served.form())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200, "{tenant}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_may_do_what_its_roles_say_and_its_secret_is_not_kept() {
    let served = serve(json!({"signIn": {"applications": [
        {"clientId": READER, "secret": "s3cret", "roles": ["User.Read.All"]},
    ]}}));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", READER),
        ("client_secret", "s3cret"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    let (status, answer) = token(&served, &form).await;
    assert_eq!(status, 200, "{answer}");
    let bearer = text(&answer, "access_token");
    assert_eq!(claims(&bearer)["roles"], json!(["User.Read.All"]));
    assert_eq!(get(&served, "/v1.0/users", &bearer).await.0, 200);
    let (status, body) = get(&served, "/v1.0/groups", &bearer).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (403, &json!("Authorization_RequestDenied"))
    );
    let answer = served
        .client()
        .post(served.url(&format!("/v1.0/users/{ADA}/assignLicense")))
        .bearer_auth(&bearer)
        .json(&json!({"addLicenses": [{"skuId": VISIO}], "removeLicenses": []}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
    // Each step of a batch is judged by itself.
    let batch = json!({"requests": [
        {"id": "1", "method": "GET", "url": "/users"}, {"id": "2", "method": "GET", "url": "/groups"}
    ]});
    let request = served
        .client()
        .post(served.url("/v1.0/$batch"))
        .bearer_auth(&bearer);
    let answer: Value = request
        .json(&batch)
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let statuses: Vec<&Value> = answer["responses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["status"])
        .collect();
    assert_eq!(statuses, [200, 403]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_ends() {
    let served = serve(json!({"signIn": {"applications": [
        {"clientId": READER, "secret": "s3cret", "secretExpires": "2020-01-01T00:00:00Z"},
    ]}}));
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", READER),
        ("client_secret", "s3cret"),
        ("scope", "https://graph.microsoft.com/.default"),
    ];
    refused(
        &token(&served, &form).await,
        401,
        "invalid_client",
        7_000_222,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_ends_by_the_tenants_clock() {
    let served = serve(json!({"signIn": {"tokenSeconds": 60}}));
    let at = |time: &str| served.beside().change(&json!({"clock": time})).unwrap();
    at("2026-11-25T09:00:00Z");
    let (_, answer) = own_token(&served, &[]).await;
    assert_eq!(answer["expires_in"], 60);
    let bearer = text(&answer, "access_token");
    at("2026-11-25T09:00:59Z");
    assert_eq!(get(&served, "/v1.0/users", &bearer).await.0, 200);
    at("2026-11-25T09:01:00Z");
    let (status, body) = get(&served, "/v1.0/users", &bearer).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (401, &json!("InvalidAuthenticationToken"))
    );
    // The whole of a batch is refused.
    let request = served
        .client()
        .post(served.url("/v1.0/$batch"))
        .bearer_auth(&bearer);
    let batch = json!({"requests": [{"id": "1", "method": "GET", "url": "/users"}]});
    assert_eq!(request.json(&batch).send().await.unwrap().status(), 401);
}

fn machine_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}

/// Clients judge a token by their own clocks before they send it, so that one from a tenant held in the past, or in the
/// future, must still be of use.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tokens_of_a_tenant_held_at_a_moment_are_of_now() {
    let served = serve(json!({"signIn": {"tokenSeconds": 60}}));
    for held in ["2001-02-03T04:05:06Z", "2101-02-03T04:05:06Z"] {
        served.beside().change(&json!({"clock": held})).unwrap();
        let before = machine_seconds();
        let (_, answer) = own_token(&served, &[]).await;
        let bearer = text(&answer, "access_token");
        let claims = claims(&bearer);
        let issued = claims["iat"].as_i64().unwrap();
        assert!((before..=machine_seconds()).contains(&issued), "{issued}");
        assert_eq!(claims["exp"], issued + 60);
        assert_eq!(claims["nbf"], issued);
        assert_eq!(get(&served, "/v1.0/users", &bearer).await.0, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_text_that_is_no_token_is_refused() {
    let served = serve(json!({}));
    let (status, body) = get(&served, "/v1.0/users", "made.up.token").await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (401, &json!("InvalidAuthenticationToken"))
    );
    for value in ["Basic eDp5", "Bearer", "Bearer ", ""] {
        let request = served
            .client()
            .get(served.url("/v1.0/users"))
            .header("authorization", value);
        assert_eq!(request.send().await.unwrap().status(), 401, "{value:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_clock_that_callers_see_may_be_wrong() {
    let served = serve(json!({"clockSkewSeconds": -7200}));
    served
        .beside()
        .change(&json!({"clock": "2026-11-25T09:00:00Z"}))
        .unwrap();
    let before = machine_seconds();
    let (_, answer) = own_token(&served, &[]).await;
    let bearer = text(&answer, "access_token");
    let issued = claims(&bearer)["iat"].as_i64().unwrap() + 7200;
    assert!((before..=machine_seconds()).contains(&issued), "{issued}");
    let request = served
        .client()
        .get(served.url("/v1.0/users"))
        .bearer_auth(&bearer);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["date"], "Wed, 25 Nov 2026 07:00:00 GMT");
}

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_gets_no_scope_that_it_does_not_have() {
    let served = serve(json!({"signIn": {"consent": "approve", "applications": [
        {"clientId": READER, "publicClient": true, "scopes": ["User.Read", "User.Read.All"]},
    ]}}));
    let ask = async |scope: &str| {
        let (_, answer) = post(
            &served,
            "devicecode",
            &[("client_id", READER), ("scope", scope)],
        )
        .await;
        let code = text(&answer, "device_code");
        token(
            &served,
            &[
                ("grant_type", DEVICE),
                ("client_id", READER),
                ("device_code", &code),
            ],
        )
        .await
    };
    assert_eq!(ask("User.Read.All").await.0, 200);
    let (_, all) = ask("https://graph.microsoft.com/.default").await;
    assert_eq!(
        claims(&text(&all, "access_token"))["scp"],
        "User.Read User.Read.All"
    );
    refused(
        &ask("Directory.ReadWrite.All").await,
        400,
        "invalid_grant",
        65_001,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_signs_in_with_a_code_and_its_proof() {
    let served = serve(json!({"signIn": {"consent": "approve", "user": ADA}}));
    // RFC 7636, appendix B.
    let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let back = "http://localhost:5555/back";
    let authorize = async |redirect: &str| {
        let mut url = url::Url::parse(&served.url("/organizations/oauth2/v2.0/authorize")).unwrap();
        url.query_pairs_mut().extend_pairs([
            ("client_id", TOOLS),
            ("response_type", "code"),
            ("redirect_uri", redirect),
            ("scope", "User.Read.All openid"),
            ("state", "a b"),
            ("nonce", "n1"),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256"),
        ]);
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        client.get(url).send().await.unwrap()
    };
    let code = async || {
        let answer = authorize(back).await;
        assert_eq!(answer.status(), 302);
        let target = url::Url::parse(answer.headers()["location"].to_str().unwrap()).unwrap();
        assert!(target.as_str().starts_with(back), "{target}");
        let pairs: Vec<(String, String)> = target.query_pairs().into_owned().collect();
        assert!(
            pairs.contains(&("state".to_owned(), "a b".to_owned())),
            "{target}"
        );
        pairs
            .into_iter()
            .find(|(name, _)| name == "code")
            .unwrap()
            .1
    };
    let redeem = async |code: &str, verifier: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", TOOLS),
            ("code", code),
            ("redirect_uri", back),
            ("code_verifier", verifier),
        ];
        token(&served, &form).await
    };
    let first = code().await;
    let (status, answer) = redeem(&first, verifier).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(claims(&text(&answer, "id_token"))["nonce"], "n1");
    refused(
        &redeem(&first, verifier).await,
        400,
        "invalid_grant",
        54_005,
    );
    refused(
        &redeem(&code().await, "another").await,
        400,
        "invalid_grant",
        501_481,
    );
    // Nothing is sent to an address that is not known.
    let answer = authorize("https://evil.example/back").await;
    assert_eq!(answer.status(), 400);
    refused(
        &(400, answer.json().await.unwrap()),
        400,
        "invalid_request",
        50_011,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_place_to_sign_in_describes_itself() {
    let served = serve(json!({}));
    let tenant = served.server.info().tenant_id;
    let fetch = async |url: &str| -> Value {
        served
            .client()
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let found =
        fetch(&served.url(&format!("/{tenant}/v2.0/.well-known/openid-configuration"))).await;
    assert_eq!(
        text(&found, "token_endpoint"),
        served.server.info().token_endpoint
    );
    let bearer = served.token().await;
    let claims = claims(&bearer);
    assert_eq!(claims["iss"], found["issuer"]);
    let keys = fetch(&text(&found, "jwks_uri")).await;
    let header = URL_SAFE_NO_PAD
        .decode(bearer.split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    assert_eq!(header["kid"], keys["keys"][0]["kid"]);
    assert_eq!(header["alg"], "ES256");
    let instance = fetch(&served.url("/common/discovery/instance?api-version=1.1")).await;
    let common = fetch(&text(&instance, "tenant_discovery_endpoint")).await;
    assert!(text(&common, "issuer").contains("{tenantid}"));
    assert!(instance["metadata"][0]["aliases"].is_array());
}
