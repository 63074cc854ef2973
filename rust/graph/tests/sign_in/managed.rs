//! Managed identities, against fakes: no machine of Azure is to be had where these tests run.

use std::time::Duration;

use mglicense_graph::Clock;
use mglicense_graph::sign_in::{SignInErrorKind, TokenAsk};
use serde_json::json;

use crate::support::{PausedClock, Reply, Script, around, source};

const IMDS_TOKEN: &str = r#"{"access_token":"t","client_id":"c-9","expires_in":"86399","expires_on":"1","resource":"r","token_type":"Bearer"}"#;

fn options(variables: serde_json::Value, client_id: Option<&str>) -> String {
    json!({"kind": "managedIdentity", "clientId": client_id, "variables": variables}).to_string()
}

#[tokio::test(start_paused = true)]
async fn a_virtual_machine_asks_its_metadata_service_past_any_proxy() {
    let (web, clock) = (
        Script::of([Reply::Json(200, IMDS_TOKEN)]),
        PausedClock::ahead_by(0),
    );
    let source = source(&options(json!({}), Some("c-9")), None, around(&web, &clock)).unwrap();
    let known = source.sign_in().await.unwrap();
    assert_eq!(known.client_id.as_deref(), Some("c-9"));
    {
        let asked = web.asked.lock().unwrap();
        assert_eq!(
            asked[0].url,
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fgraph.example&client_id=c-9"
        );
        assert_eq!(asked[0].headers["metadata"], "true");
        assert_eq!(asked[0].method, "GET");
        assert!(asked[0].direct);
    }
    // 86399 s as text: the token serves for a day.
    tokio::time::sleep(Duration::from_secs(80_000)).await;
    assert_eq!(source.token(&TokenAsk::default()).await.unwrap().serial, 1);
}

#[tokio::test(start_paused = true)]
async fn the_metadata_service_is_asked_again_after_0_2_6_14_and_30_s() {
    let (web, clock) = (
        Script::always(|| Reply::Json(503, r#"{"error":"busy"}"#)),
        PausedClock::ahead_by(0),
    );
    let source = source(&options(json!({}), None), None, around(&web, &clock)).unwrap();
    let error = source.sign_in().await.unwrap_err();
    assert_eq!(error.code(), "ManagedIdentityRefused");
    assert_eq!(web.count(), 6);
    assert_eq!(clock.elapsed().as_secs(), 2 + 6 + 14 + 30);
}

#[tokio::test(start_paused = true)]
async fn an_update_of_the_metadata_service_is_waited_for_up_to_70_s() {
    let (web, clock) = (
        Script::always(|| Reply::Json(410, r#"{"error":"gone"}"#)),
        PausedClock::ahead_by(0),
    );
    let source = source(&options(json!({}), None), None, around(&web, &clock)).unwrap();
    assert!(source.sign_in().await.is_err());
    assert_eq!(clock.elapsed().as_secs(), 70);
}

#[tokio::test(start_paused = true)]
async fn a_machine_without_an_identity_says_so_in_3_s() {
    let (web, clock) = (Script::of([Reply::Silence]), PausedClock::ahead_by(0));
    let source = source(&options(json!({}), None), None, around(&web, &clock)).unwrap();
    let error = source.sign_in().await.unwrap_err();
    assert_eq!(error.code(), "NoManagedIdentity");
    assert_eq!(error.kind(), SignInErrorKind::Unreachable);
    assert_eq!(clock.elapsed().as_secs(), 3);
}

#[tokio::test(start_paused = true)]
async fn app_service_gets_its_header_back() {
    let (web, clock) = (
        Script::of([Reply::Json(
            200,
            r#"{"access_token":"t","expires_on":"1","expires_in":3600}"#,
        )]),
        PausedClock::ahead_by(0),
    );
    let variables = json!({"IDENTITY_ENDPOINT": "http://127.0.0.1:41056/MSI/token/"});
    let source = source(
        &options(variables, None),
        Some("canary"),
        around(&web, &clock),
    )
    .unwrap();
    source.sign_in().await.unwrap();
    let asked = web.asked.lock().unwrap();
    assert_eq!(
        asked[0].url,
        "http://127.0.0.1:41056/MSI/token?api-version=2019-08-01&resource=https%3A%2F%2Fgraph.example"
    );
    assert_eq!(asked[0].headers["x-identity-header"], "canary");
    assert!(!format!("{:?}", asked[0]).contains("canary"));
}

#[tokio::test(start_paused = true)]
async fn an_identity_that_is_not_assigned_is_explained_in_the_platform_s_words() {
    let refusal = r#"{"statusCode":400,"message":"No User Assigned Managed Identity found"}"#;
    let (web, clock) = (
        Script::of([Reply::Json(400, refusal)]),
        PausedClock::ahead_by(0),
    );
    let variables = json!({"IDENTITY_ENDPOINT": "http://169.254.129.5:8081/msi/token"});
    let source = source(
        &options(variables, Some("c-1")),
        Some("h"),
        around(&web, &clock),
    )
    .unwrap();
    let error = source.sign_in().await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("No User Assigned Managed Identity found"),
        "{error}"
    );
    assert!(error.to_string().contains("c-1"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_identity_service_elsewhere_gets_no_header() {
    let (web, clock) = (Script::of([]), PausedClock::ahead_by(0));
    for endpoint in [
        "http://evil.example/token",
        "http://8.8.8.8/token",
        "ftp://127.0.0.1/",
        "x",
    ] {
        let variables = json!({"IDENTITY_ENDPOINT": endpoint});
        let source = source(&options(variables, None), Some("h"), around(&web, &clock)).unwrap();
        assert_eq!(
            source.sign_in().await.unwrap_err().code(),
            "InvalidIdentityEndpoint"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn azure_arc_reads_no_file_but_its_own_keys() {
    for named in [
        "/etc/passwd",
        "/var/opt/azcmagent/tokens/../x.key",
        "/var/opt/azcmagent/tokens/x.txt",
    ] {
        let header: &'static str = format!("Basic realm={named}").leak();
        let challenge: &'static [(&str, &str)] = vec![("www-authenticate", header)].leak();
        let (web, clock) = (
            Script::of([Reply::With(401, challenge, String::new())]),
            PausedClock::ahead_by(0),
        );
        let variables = json!({
            "IDENTITY_ENDPOINT": "http://localhost:40342/metadata/identity/oauth2/token",
            "IMDS_ENDPOINT": "http://localhost:40342",
        });
        let source = source(&options(variables, None), None, around(&web, &clock)).unwrap();
        let error = source.sign_in().await.unwrap_err();
        assert_eq!(error.code(), "ArcKey", "{named}");
        assert_eq!(web.count(), 1);
    }
}
