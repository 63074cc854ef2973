//! People: device code, browser, refresh tokens.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use mglicense_graph::Clock;
use mglicense_graph::sign_in::{Prompt, SignInErrorKind, TokenAsk, with_caller};
use url::Url;

use crate::support::{PausedClock, Reply, Script, Waiting, around, source};

const DEVICE: &str = r#"{"kind":"deviceCode","scopes":["User.Read","Group.Read.All"]}"#;
const BROWSER: &str = r#"{"kind":"interactive","clientId":"own"}"#;
const CODE: &str = r#"{"device_code":"canary-d","user_code":"ABC","verification_uri":"https://login.example/device","expires_in":900,"interval":5,"message":"Go there and type ABC."}"#;
const PENDING: &str = r#"{"error":"authorization_pending"}"#;
const GRANT: &str =
    r#"{"access_token":"t-1","refresh_token":"r-1","expires_in":3600,"scope":"User.Read"}"#;

fn waits(said: &Arc<Waiting>) -> Arc<dyn mglicense_graph::sign_in::Caller> {
    Arc::clone(said) as _
}

#[tokio::test(start_paused = true)]
async fn a_device_code_is_shown_and_polled_at_its_interval_slower_when_asked() {
    let (web, clock) = (
        Script::of([
            Reply::Json(200, CODE),
            Reply::Json(400, PENDING),
            Reply::Json(400, r#"{"error":"slow_down"}"#),
            Reply::Json(400, PENDING),
            Reply::Json(200, GRANT),
        ]),
        PausedClock::ahead_by(0),
    );
    let source = source(DEVICE, None, around(&web, &clock)).unwrap();
    let waiting = Arc::new(Waiting::default());
    let known = with_caller(waits(&waiting), source.sign_in())
        .await
        .unwrap();
    assert_eq!(
        known.scopes,
        ["User.Read"],
        "what was granted, not what was asked"
    );
    assert_eq!(
        known.client_id.as_deref(),
        Some("14d82eec-204b-4c2f-b7e8-296a70dab67e")
    );
    // 5 + 5, then twice 10 after slow_down.
    assert_eq!(clock.elapsed().as_secs(), 30);
    assert_eq!(
        *waiting.prompts.lock().unwrap(),
        [Prompt::DeviceCode {
            message: "Go there and type ABC.".into(),
            verification_uri: "https://login.example/device".into(),
            user_code: "ABC".into(),
        }]
    );
    assert_eq!(
        web.field(0, "scope"),
        "User.Read Group.Read.All openid profile offline_access"
    );
    assert_eq!(
        web.field(1, "grant_type"),
        "urn:ietf:params:oauth:grant-type:device_code"
    );
    assert_eq!(web.field(1, "device_code"), "canary-d");
    let said = format!("{:?}{:?}", waiting.said, waiting.warned);
    assert!(!said.contains("canary"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_device_code_that_is_declined_or_not_used_ends_the_sign_in() {
    let clock = PausedClock::ahead_by(0);
    let declined = Script::of([
        Reply::Json(200, CODE),
        Reply::Json(400, r#"{"error":"authorization_declined"}"#),
    ]);
    let error = source(DEVICE, None, around(&declined, &clock))
        .unwrap()
        .sign_in()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("declined"), "{error}");

    let clock = PausedClock::ahead_by(0);
    let expired = Script::of([
        Reply::Json(200, CODE),
        Reply::Json(400, r#"{"error":"expired_token"}"#),
    ]);
    let error = source(DEVICE, None, around(&expired, &clock))
        .unwrap()
        .sign_in()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("in time"), "{error}");

    // A service that forgets to say so.
    let clock = PausedClock::ahead_by(0);
    let silent = Script::of(
        std::iter::once(Reply::Json(200, CODE)).chain((0..500).map(|_| Reply::Json(400, PENDING))),
    );
    let error = source(DEVICE, None, around(&silent, &clock))
        .unwrap()
        .sign_in()
        .await
        .unwrap_err();
    assert_eq!(error.code(), "expired_token");
    assert_eq!(clock.elapsed().as_secs(), 900);
}

#[tokio::test(start_paused = true)]
async fn a_person_gets_no_more_time_than_was_given() {
    let (web, clock) = (
        Script::of(
            std::iter::once(Reply::Json(200, CODE))
                .chain((0..500).map(|_| Reply::Json(400, PENDING))),
        ),
        PausedClock::ahead_by(0),
    );
    let mut surroundings = around(&web, &clock);
    surroundings.sign_in_limit = Some(Duration::from_secs(42));
    let error = source(DEVICE, None, surroundings)
        .unwrap()
        .sign_in()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::TimedOut);
    assert_eq!(clock.elapsed().as_secs(), 42);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_token_renews_and_the_newest_one_is_kept() {
    let (web, clock) = (
        Script::of([
            Reply::Json(200, CODE),
            Reply::Json(200, GRANT),
            Reply::Json(
                200,
                r#"{"access_token":"t-2","refresh_token":"r-2","expires_in":3600}"#,
            ),
            Reply::Json(200, r#"{"access_token":"t-3","expires_in":3600}"#),
            Reply::Json(
                400,
                r#"{"error":"invalid_grant","error_description":"AADSTS700082: …","error_codes":[700082]}"#,
            ),
        ]),
        PausedClock::ahead_by(0),
    );
    let source = source(DEVICE, None, around(&web, &clock)).unwrap();
    source.sign_in().await.unwrap();
    assert_eq!(source.keepable().unwrap().expose(), "r-1");
    let hour = Duration::from_secs(3601);
    for (index, token, refresh) in [(2, "t-2", "r-1"), (3, "t-3", "r-2")] {
        tokio::time::sleep(hour).await;
        assert_eq!(
            source
                .token(&TokenAsk::default())
                .await
                .unwrap()
                .secret
                .expose(),
            token
        );
        assert_eq!(web.field(index, "grant_type"), "refresh_token");
        assert_eq!(web.field(index, "refresh_token"), refresh);
        // RFC 6749: no more than was granted may be asked for, which is what leaving it out means.
        assert_eq!(web.field(index, "scope"), "");
    }
    assert_eq!(source.keepable().unwrap().expose(), "r-2");
    tokio::time::sleep(hour).await;
    let error = source.token(&TokenAsk::default()).await.unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::Ended);
    assert!(error.advice().unwrap().contains("Connect-MgGraph"));
}

#[tokio::test(start_paused = true)]
async fn what_an_earlier_session_left_signs_in_without_a_person_while_it_is_good() {
    let (web, clock) = (
        Script::of([Reply::Json(200, GRANT)]),
        PausedClock::ahead_by(0),
    );
    let waiting = Arc::new(Waiting::default());
    let kept = source(DEVICE, Some("r-0"), around(&web, &clock)).unwrap();
    with_caller(waits(&waiting), kept.sign_in()).await.unwrap();
    assert_eq!(web.field(0, "refresh_token"), "r-0");
    assert_eq!(
        web.field(0, "scope"),
        "User.Read Group.Read.All openid profile offline_access"
    );
    assert!(waiting.prompts.lock().unwrap().is_empty());

    let web = Script::of([
        Reply::Json(400, r#"{"error":"invalid_grant","error_codes":[50173]}"#),
        Reply::Json(200, CODE),
        Reply::Json(200, GRANT),
    ]);
    let stale = source(DEVICE, Some("r-0"), around(&web, &clock)).unwrap();
    with_caller(waits(&waiting), stale.sign_in()).await.unwrap();
    assert_eq!(waiting.prompts.lock().unwrap().len(), 1);
}

/// Gets an address of the machine's loopback port and gives the whole answer.
fn get(redirect: &str, query: &str) -> String {
    let url = Url::parse(redirect).unwrap();
    let mut stream = TcpStream::connect(("127.0.0.1", url.port().unwrap())).unwrap();
    write!(stream, "GET /{query} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// Address to return to, and state, of a browser's prompt.
fn prompted(prompt: &Prompt) -> (String, String, Url) {
    let Prompt::Browser { url, message } = prompt else {
        panic!("a browser was asked for")
    };
    assert!(message.contains(url.as_str()));
    let url = Url::parse(url).unwrap();
    let field = |name: &str| {
        url.query_pairs()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
            .unwrap()
    };
    let (redirect, state) = (field("redirect_uri"), field("state"));
    (redirect, state, url)
}

/// A browser that makes every mistake before it comes back with the code.
fn clumsy_browser(prompt: &Prompt) {
    let (redirect, state, _) = prompted(prompt);
    std::thread::spawn(move || {
        let silent =
            TcpStream::connect(("127.0.0.1", Url::parse(&redirect).unwrap().port().unwrap()));
        assert!(get(&redirect, "favicon.ico").starts_with("HTTP/1.1 404"));
        assert!(get(&redirect, "?code=stolen&state=other").starts_with("HTTP/1.1 400"));
        assert!(get(&redirect, "?code=stolen").starts_with("HTTP/1.1 400"));
        let page = get(
            &redirect,
            &format!("?code=c%2B1&state={state}&session_state=x"),
        );
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        assert!(page.contains("default-src 'none'"), "{page}");
        assert!(page.contains("You are signed in"), "{page}");
        assert!(!page.contains("c+1") && !page.contains(&state), "{page}");
        drop(silent);
    });
}

#[tokio::test]
async fn a_browser_comes_back_with_a_code_that_only_this_sign_in_can_use() {
    let (web, clock) = (
        Script::of([Reply::Json(200, GRANT)]),
        PausedClock::ahead_by(0),
    );
    let source = source(BROWSER, None, around(&web, &clock)).unwrap();
    let waiting = Arc::new(Waiting {
        on_prompt: Some(clumsy_browser),
        ..Waiting::default()
    });
    with_caller(waits(&waiting), source.sign_in())
        .await
        .unwrap();
    let prompts = waiting.prompts.lock().unwrap();
    let (redirect, _, url) = prompted(&prompts[0]);
    assert!(
        url.as_str()
            .starts_with("https://login.example/contoso.com/oauth2/v2.0/authorize?")
    );
    let asked: std::collections::HashMap<_, _> = url.query_pairs().into_owned().collect();
    for (name, value) in [
        ("client_id", "own"),
        ("response_type", "code"),
        ("response_mode", "query"),
        ("scope", "User.Read openid profile offline_access"),
        ("code_challenge_method", "S256"),
    ] {
        assert_eq!(asked[name], value);
    }
    assert!(redirect.starts_with("http://localhost:"));
    assert_eq!(web.field(0, "grant_type"), "authorization_code");
    assert_eq!(web.field(0, "code"), "c+1");
    assert_eq!(web.field(0, "redirect_uri"), redirect);
    use base64::Engine;
    use sha2::Digest;
    let verifier = web.field(0, "code_verifier");
    let challenge =
        base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(verifier.as_bytes()));
    assert_eq!(asked["code_challenge"], challenge);
}

fn refusing_browser(prompt: &Prompt) {
    let (redirect, state, _) = prompted(prompt);
    std::thread::spawn(move || {
        let page = get(
            &redirect,
            &format!(
                "?error=access_denied&error_description=AADSTS65004%3A+<script>declined&state={state}"
            ),
        );
        assert!(!page.contains("<script>"), "{page}");
    });
}

#[tokio::test]
async fn a_consent_that_is_refused_in_the_browser_is_said_so() {
    let (web, clock) = (Script::of([]), PausedClock::ahead_by(0));
    let source = source(BROWSER, None, around(&web, &clock)).unwrap();
    let waiting = Arc::new(Waiting {
        on_prompt: Some(refusing_browser),
        ..Waiting::default()
    });
    let error = with_caller(waits(&waiting), source.sign_in())
        .await
        .unwrap_err();
    assert_eq!(error.code(), "AADSTS65004");
    assert!(error.to_string().contains("declined"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_browser_that_never_comes_back_is_given_up_after_5_minutes_and_the_port_is_closed() {
    let (web, clock) = (Script::of([]), PausedClock::ahead_by(0));
    let source = source(BROWSER, None, around(&web, &clock)).unwrap();
    let waiting = Arc::new(Waiting::default());
    let error = with_caller(waits(&waiting), source.sign_in())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SignInErrorKind::TimedOut);
    assert_eq!(clock.elapsed().as_secs(), 300);
    let (redirect, _, _) = prompted(&waiting.prompts.lock().unwrap()[0]);
    tokio::task::yield_now().await;
    assert!(
        TcpStream::connect(("127.0.0.1", Url::parse(&redirect).unwrap().port().unwrap())).is_err()
    );
}

#[tokio::test(start_paused = true)]
async fn where_no_browser_opens_a_code_is_used_instead() {
    let (web, clock) = (
        Script::of([Reply::Json(200, CODE), Reply::Json(200, GRANT)]),
        PausedClock::ahead_by(0),
    );
    let source = source(BROWSER, None, around(&web, &clock)).unwrap();
    let waiting = Arc::new(Waiting {
        no_browser: true,
        ..Waiting::default()
    });
    with_caller(waits(&waiting), source.sign_in())
        .await
        .unwrap();
    let prompts = waiting.prompts.lock().unwrap();
    assert!(matches!(prompts[1], Prompt::DeviceCode { .. }));
    assert_eq!(waiting.warned.lock().unwrap().len(), 1);
}
