//! Signing in: every way that clients use, and how each is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::oauth::*;
use crate::support::{ADA, VISIO, serve};

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
