//! Applications: secret, certificate, federated token; renewal; errors.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mglicense_graph::sign_in::{SignInErrorKind, TokenAsk, with_caller};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{PausedClock, Reply, SIGNATURE, Script, Waiting, around, source};

const SECRET: &str = r#"{"kind":"clientSecret","clientId":"app-1"}"#;
const HOUR: &str = r#"{"token_type":"Bearer","expires_in":3599,"access_token":"t-1"}"#;

fn minute() -> Reply {
    Reply::Json(
        200,
        r#"{"token_type":"Bearer","expires_in":60,"access_token":"t"}"#,
    )
}

fn certificate(not_after: &str) -> String {
    let end: jiff::Timestamp = not_after.parse().unwrap();
    format!(
        r#"{{"kind":"certificate","clientId":"app-1","certificate":{{"der":"YWJj","subject":"CN=app","notBefore":0,"notAfter":{}}}}}"#,
        end.as_second()
    )
}

fn payload(assertion: &str, part: usize) -> Value {
    let text = assertion.split('.').nth(part).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_client_secret_is_sent_in_the_form_that_microsoft_documents() {
    let (web, clock) = (
        Script::of([Reply::Json(200, HOUR)]),
        PausedClock::ahead_by(0),
    );
    let source = source(SECRET, Some("s+c/r&t"), around(&web, &clock)).unwrap();
    let known = source.sign_in().await.unwrap();
    assert_eq!(known.client_id.as_deref(), Some("app-1"));
    assert_eq!(known.tenant_id.as_deref(), Some("contoso.com"));
    assert_eq!(
        web.asked.lock().unwrap()[0].url,
        "https://login.example/contoso.com/oauth2/v2.0/token"
    );
    let expected = [
        ("grant_type", "client_credentials"),
        ("client_id", "app-1"),
        ("scope", "https://graph.example/.default"),
        ("client_secret", "s+c/r&t"),
    ];
    assert_eq!(
        web.form(0),
        expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
    );
    let token = source.token(&TokenAsk::default()).await.unwrap();
    assert_eq!(token.secret.expose(), "t-1");
    assert_eq!(web.count(), 1, "a token in hand is used again");
}

#[tokio::test(start_paused = true)]
async fn a_token_of_60_s_is_renewed_in_time_all_through_5_minutes() {
    let (web, clock) = (Script::always(minute), PausedClock::ahead_by(0));
    let source = source(SECRET, Some("s"), around(&web, &clock)).unwrap();
    source.sign_in().await.unwrap();
    let mut last = 0;
    for _ in 0..300 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let token = source.token(&TokenAsk::default()).await.unwrap();
        assert!(token.good_until.unwrap() > mglicense_graph::Clock::elapsed(&*clock));
        assert!(token.serial >= last);
        last = token.serial;
    }
    // A fifth of its life before the end: at 48, 96, … 288 s.
    assert_eq!(web.count(), 1 + 6);
}

#[tokio::test(start_paused = true)]
async fn many_askers_share_one_renewal_and_one_that_goes_away_hurts_nobody() {
    let (web, clock) = (Script::always(minute), PausedClock::ahead_by(0));
    let source = source(SECRET, Some("s"), around(&web, &clock)).unwrap();
    source.sign_in().await.unwrap();
    tokio::time::sleep(Duration::from_secs(61)).await;
    let asks: Vec<_> = (0..8)
        .map(|_| {
            let source = Arc::clone(&source);
            tokio::spawn(async move { source.token(&TokenAsk::default()).await })
        })
        .collect();
    asks[0].abort();
    for ask in asks.into_iter().skip(1) {
        assert_eq!(ask.await.unwrap().unwrap().serial, 2);
    }
    assert_eq!(web.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once_with_the_claims_that_were_asked_for() {
    let (web, clock) = (Script::always(minute), PausedClock::ahead_by(0));
    let source = source(SECRET, Some("s"), around(&web, &clock)).unwrap();
    source.sign_in().await.unwrap();
    let first = source.token(&TokenAsk::default()).await.unwrap();
    let ask = TokenAsk::instead_of(&first, Some(r#"{"access_token":{}}"#.into()));
    let second = source.token(&ask).await.unwrap();
    assert!(second.serial > first.serial);
    assert_eq!(web.field(1, "claims"), r#"{"access_token":{}}"#);
    // Another request that was refused with the first token takes the one that is there.
    assert_eq!(source.token(&ask).await.unwrap().serial, second.serial);
    assert_eq!(web.count(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_still_good_serves_while_the_sign_in_service_is_away() {
    let (web, clock) = (
        Script::of([
            Reply::Json(200, r#"{"access_token":"t","expires_in":100}"#),
            Reply::Nobody,
            Reply::Nobody,
            Reply::Nobody,
            Reply::Json(200, r#"{"access_token":"u","expires_in":100}"#),
        ]),
        PausedClock::ahead_by(0),
    );
    let source = source(SECRET, Some("s"), around(&web, &clock)).unwrap();
    source.sign_in().await.unwrap();
    tokio::time::sleep(Duration::from_secs(85)).await;
    assert_eq!(source.token(&TokenAsk::default()).await.unwrap().serial, 1);
    assert_eq!(source.token(&TokenAsk::default()).await.unwrap().serial, 1);
    assert_eq!(web.count(), 2, "not asked again at each request");
    tokio::time::sleep(Duration::from_secs(16)).await;
    let error = source.token(&TokenAsk::default()).await.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::Unreachable);
    assert!(source.token(&TokenAsk::default()).await.is_err());
    assert_eq!(source.token(&TokenAsk::default()).await.unwrap().serial, 2);
}

#[tokio::test(start_paused = true)]
async fn a_certificate_signs_a_digest_anew_at_each_renewal() {
    let (web, clock) = (Script::always(minute), PausedClock::ahead_by(0));
    let source = source(
        &certificate("2027-01-01T00:00:00Z"),
        None,
        around(&web, &clock),
    )
    .unwrap();
    let waiting = Arc::new(Waiting::default());
    with_caller(Arc::clone(&waiting) as _, async {
        source.sign_in().await.unwrap();
        tokio::time::sleep(Duration::from_secs(61)).await;
        source.token(&TokenAsk::default()).await.unwrap();
    })
    .await;
    for index in 0..2 {
        assert_eq!(
            web.field(index, "client_assertion_type"),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        );
        let assertion = web.field(index, "client_assertion");
        let (signed, signature) = assertion.rsplit_once('.').unwrap();
        let digest: [u8; 32] = Sha256::digest(signed.as_bytes()).into();
        assert_eq!(waiting.digests.lock().unwrap()[index], digest);
        assert_eq!(BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap(), SIGNATURE);
        assert_eq!(payload(&assertion, 0)["alg"], "PS256");
        assert_eq!(
            payload(&assertion, 1)["aud"],
            "https://login.example/contoso.com/oauth2/v2.0/token"
        );
    }
    assert_ne!(
        payload(&web.field(0, "client_assertion"), 1)["jti"],
        payload(&web.field(1, "client_assertion"), 1)["jti"]
    );
}

#[tokio::test(start_paused = true)]
async fn an_expired_certificate_and_a_key_that_cannot_sign_are_named_before_anything_is_sent() {
    let (web, clock) = (Script::of([]), PausedClock::ahead_by(0));
    let expired = source(
        &certificate("2026-06-01T11:59:59Z"),
        None,
        around(&web, &clock),
    )
    .unwrap();
    let error = expired.sign_in().await.unwrap_err();
    assert_eq!(error.code(), "CertificateExpired");
    assert!(error.to_string().contains("CN=app"), "{error}");

    let keyless = source(
        &certificate("2027-01-01T00:00:00Z"),
        None,
        around(&web, &clock),
    )
    .unwrap();
    let waiting = Arc::new(Waiting {
        no_key: true,
        ..Waiting::default()
    });
    let error = with_caller(waiting as _, keyless.sign_in())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("the key set does not exist"),
        "{error}"
    );
    assert_eq!(web.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_clock_off_by_an_hour_is_told_and_the_service_s_own_time_is_used() {
    let refusal = r#"{"error":"invalid_client","error_description":"AADSTS700024: …","error_codes":[700024]}"#;
    let date = &[
        ("content-type", "application/json"),
        ("date", "Mon, 01 Jun 2026 12:00:00 GMT"),
    ];
    let (web, clock) = (
        Script::of([
            Reply::With(401, date, refusal.into()),
            Reply::Json(200, HOUR),
        ]),
        PausedClock::ahead_by(3600),
    );
    let source = source(
        &certificate("2027-01-01T00:00:00Z"),
        None,
        around(&web, &clock),
    )
    .unwrap();
    let waiting = Arc::new(Waiting::default());
    with_caller(Arc::clone(&waiting) as _, source.sign_in())
        .await
        .unwrap();
    let claims = payload(&web.field(1, "client_assertion"), 1);
    assert_eq!(claims["iat"], 1_780_315_200);
    let warned = waiting.warned.lock().unwrap();
    assert!(warned[0].contains("60 minutes ahead"), "{warned:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refusal_with_a_right_clock_is_not_tried_again() {
    let refusal = r#"{"error":"invalid_client","error_description":"AADSTS700027: …","error_codes":[700027]}"#;
    let date = &[("date", "Mon, 01 Jun 2026 12:00:00 GMT")];
    let (web, clock) = (
        Script::of([Reply::With(401, date, refusal.into())]),
        PausedClock::ahead_by(0),
    );
    let source = source(
        &certificate("2027-01-01T00:00:00Z"),
        None,
        around(&web, &clock),
    )
    .unwrap();
    let signing = with_caller(Arc::new(Waiting::default()) as _, source.sign_in());
    assert_eq!(signing.await.unwrap_err().code(), "AADSTS700027");
    assert_eq!(web.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_federated_token_is_read_anew_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    let options =
        serde_json::json!({"kind": "workloadIdentity", "clientId": "app-1", "tokenFile": file});
    let (web, clock) = (Script::always(minute), PausedClock::ahead_by(0));
    let source = source(&options.to_string(), None, around(&web, &clock)).unwrap();
    let error = source.sign_in().await.unwrap_err();
    assert!(
        error.to_string().contains(&*file.display().to_string()),
        "{error}"
    );
    std::fs::write(&file, "first\n").unwrap();
    source.sign_in().await.unwrap();
    std::fs::write(&file, "second").unwrap();
    tokio::time::sleep(Duration::from_secs(61)).await;
    source.token(&TokenAsk::default()).await.unwrap();
    assert_eq!(web.field(0, "client_assertion"), "first");
    assert_eq!(web.field(1, "client_assertion"), "second");
}

#[tokio::test(start_paused = true)]
async fn a_wrong_secret_is_one_sentence_and_never_holds_the_secret() {
    let refusal = r#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret canary provided.","error_codes":[7000215]}"#;
    let (web, clock) = (
        Script::of([Reply::Json(401, refusal)]),
        PausedClock::ahead_by(0),
    );
    let source = source(SECRET, Some("canary"), around(&web, &clock)).unwrap();
    let error = source.sign_in().await.unwrap_err();
    assert_eq!(error.code(), "AADSTS7000215");
    assert!(
        !format!("{error} {error:?}").contains("canary"),
        "{error:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_busy_is_asked_again_and_one_that_is_silent_is_given_up_in_time() {
    let busy = &[("retry-after", "2")];
    let (web, clock) = (
        Script::of([
            Reply::With(429, busy, String::new()),
            Reply::Json(503, ""),
            Reply::Json(200, HOUR),
            Reply::Silence,
        ]),
        PausedClock::ahead_by(0),
    );
    let patient = source(SECRET, Some("s"), around(&web, &clock)).unwrap();
    patient.sign_in().await.unwrap();
    let begun = mglicense_graph::Clock::elapsed(&*clock);
    assert!(
        begun >= Duration::from_secs(5),
        "2 s as asked, then 3: {begun:?}"
    );
    let error = patient.sign_in().await.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::TimedOut);
    assert!(error.to_string().contains("login.example"), "{error}");
    let passed = mglicense_graph::Clock::elapsed(&*clock) - begun;
    assert_eq!(passed.as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn environment_variables_are_used_in_the_order_of_azure_s_libraries() {
    let ids = r#""AZURE_CLIENT_ID":"app-1","AZURE_TENANT_ID":"fabrikam.com","AZURE_FEDERATED_TOKEN_FILE":"/nowhere""#;
    let options = format!(r#"{{"kind":"environment","variables":{{{ids}}}}}"#);
    let (web, clock) = (Script::always(minute), PausedClock::ahead_by(0));
    let by_secret = source(&options, Some("s"), around(&web, &clock)).unwrap();
    by_secret.sign_in().await.unwrap();
    assert_eq!(web.field(0, "client_secret"), "s");
    assert!(web.asked.lock().unwrap()[0].url.contains("/fabrikam.com/"));
    let by_file = source(&options, None, around(&web, &clock)).unwrap();
    assert_eq!(by_file.sign_in().await.unwrap_err().code(), "TokenFile");
    let error = source(
        r#"{"kind":"environment","variables":{"AZURE_CLIENT_ID":"a"}}"#,
        None,
        around(&web, &clock),
    )
    .err()
    .unwrap();
    assert!(error.to_string().contains("AZURE_TENANT_ID"), "{error}");
}
