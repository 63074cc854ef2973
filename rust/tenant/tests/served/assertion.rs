//! An application that proves itself with a certificate's key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::oauth::*;
use crate::support::{Served, serve};

/// A key that was made for these tests, and that nothing else knows.
const KEY: &str = include_str!("client-key.pem");
const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A certificate of the key, in PEM and in DER, until that year.
fn certificate(until: i32) -> (String, Vec<u8>) {
    let key = rcgen::KeyPair::from_pem(KEY).unwrap();
    let mut params = rcgen::CertificateParams::new(Vec::new()).unwrap();
    params.not_before = rcgen::date_time_ymd(2001, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let made = params.self_signed(&key).unwrap();
    (made.pem(), made.der().to_vec())
}

/// Serves a tenant in which the application `READER` has this certificate.
fn serve_certificate(pem: &str, mut sign_in: Value) -> Served {
    sign_in["applications"] =
        json!([{"clientId": READER, "certificates": [pem], "roles": ["User.Read.All"]}]);
    serve(json!({"signIn": sign_in}))
}

/// The header that names a certificate as Microsoft documents it.
fn header(der: &[u8]) -> Value {
    json!({"alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(Sha256::digest(der))})
}

/// The claims that Microsoft documents, for now.
fn about(served: &Served) -> Value {
    let now = machine_seconds();
    json!({
        "aud": served.server.info().token_endpoint, "iss": READER, "sub": READER,
        "jti": "00000000-0000-4000-8000-000000000001", "nbf": now, "iat": now, "exp": now + 300,
    })
}

fn sign(header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encode(header), encode(claims));
    let base64: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let key = RsaKeyPair::from_pkcs8(&STANDARD.decode(base64).unwrap()).unwrap();
    let algorithm: &'static dyn RsaEncoding = match header["alg"].as_str() {
        Some("RS256") => &RSA_PKCS1_SHA256,
        _ => &RSA_PSS_SHA256,
    };
    let mut signature = vec![0; key.public().modulus_len()];
    let random = SystemRandom::new();
    key.sign(algorithm, &random, text.as_bytes(), &mut signature)
        .unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn send(served: &Served, assertion: &str) -> (u16, Value) {
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", READER),
        ("scope", "https://graph.microsoft.com/.default"),
        ("client_assertion_type", KIND),
        ("client_assertion", assertion),
    ];
    token(served, &form).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_of_a_registered_certificate_gets_a_token() {
    let (pem, der) = certificate(2100);
    let served = serve_certificate(&pem, json!({}));
    let (status, answer) = send(&served, &sign(&header(&der), &about(&served))).await;
    assert_eq!(status, 200, "{answer}");
    let bearer = text(&answer, "access_token");
    assert_eq!(claims(&bearer)["appid"], READER);
    assert_eq!(get(&served, "/v1.0/users", &bearer).await.0, 200);
    assert_eq!(get(&served, "/v1.0/groups", &bearer).await.0, 403);

    // What older clients send: PKCS #1 and the thumbprint with SHA-1.
    let sha1 = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, &der);
    let old = json!({"alg": "RS256", "x5t": URL_SAFE_NO_PAD.encode(sha1)});
    let (status, answer) = send(&served, &sign(&old, &about(&served))).await;
    assert_eq!(status, 200, "{answer}");

    // Microsoft's library for .NET writes times as texts.
    let mut claims = about(&served);
    for name in ["exp", "nbf", "iat"] {
        claims[name] = claims[name].to_string().into();
    }
    let (status, answer) = send(&served, &sign(&header(&der), &claims)).await;
    assert_eq!(status, 200, "{answer}");

    // Any of the tenant's names will do, and its issuer too.
    let tenant = served.server.info().tenant_id;
    for audience in [
        served.url(&format!("/{tenant}/v2.0")),
        served.url("/contoso.com/oauth2/v2.0/token"),
        served.url("/common/oauth2/v2.0/token"),
    ] {
        let mut claims = about(&served);
        claims["aud"] = audience.into();
        let (status, answer) = send(&served, &sign(&header(&der), &claims)).await;
        assert_eq!(status, 200, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tenant_held_at_a_moment_judges_assertions_by_the_machines_clock() {
    let (pem, der) = certificate(2100);
    let served = serve_certificate(&pem, json!({}));
    for held in ["2001-02-03T04:05:06Z", "2099-02-03T04:05:06Z"] {
        served.beside().change(&json!({"clock": held})).unwrap();
        let (status, answer) = send(&served, &sign(&header(&der), &about(&served))).await;
        assert_eq!(status, 200, "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_that_proves_nothing_is_refused() {
    let (pem, der) = certificate(2100);
    let served = serve_certificate(&pem, json!({}));
    let good = || about(&served);
    let with = |name: &str, value: Value| {
        let mut claims = good();
        claims[name] = value;
        claims
    };
    let now = machine_seconds();
    let other = served.url("/fabrikam.com/oauth2/v2.0/token");
    let other_key = json!({"alg": "PS256", "x5t#S256": URL_SAFE_NO_PAD.encode([7; 32])});
    let mut none = header(&der);
    none["alg"] = "none".into();
    for (header, claims, number) in [
        (header(&der), with("aud", other.into()), 700_023),
        (
            header(&der),
            with("aud", "https://login.example".into()),
            700_023,
        ),
        (header(&der), with("iss", TOOLS.into()), 700_021),
        (header(&der), with("sub", TOOLS.into()), 700_021),
        (header(&der), with("exp", (now - 3600).into()), 700_024),
        (header(&der), with("nbf", (now + 3600).into()), 700_024),
        (header(&der), with("exp", Value::Null), 50_027),
        (header(&der), with("exp", "soon".into()), 50_027),
        (other_key, good(), 700_027),
        (json!({"alg": "PS256"}), good(), 700_027),
        (none, good(), 50_027),
    ] {
        let answer = send(&served, &sign(&header, &claims)).await;
        refused(&answer, 401, "invalid_client", number);
    }
    // Claims that somebody changed after they were signed.
    let signed = sign(&header(&der), &good());
    let mut parts: Vec<&str> = signed.split('.').collect();
    let changed = URL_SAFE_NO_PAD.encode(with("exp", (now + 400).into()).to_string());
    parts[1] = &changed;
    let answer = send(&served, &parts.join(".")).await;
    refused(&answer, 401, "invalid_client", 700_027);
    for text in ["a", "a.b", "a.b.c", &signed[..signed.len() / 2]] {
        refused(&send(&served, text).await, 401, "invalid_client", 50_027);
    }
    let kind = [
        ("grant_type", "client_credentials"),
        ("client_id", READER),
        ("scope", "https://graph.microsoft.com/.default"),
        ("client_assertion", signed.as_str()),
    ];
    refused(
        &token(&served, &kind).await,
        400,
        "invalid_request",
        900_144,
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_of_a_wrong_clock_is_refused_with_the_time_it_was_judged_by() {
    let (pem, der) = certificate(2100);
    let served = serve_certificate(&pem, json!({}));
    served
        .beside()
        .set_settings(&json!({"clockSkewSeconds": -3600}))
        .unwrap();
    let mut claims = about(&served);
    let answer = send(&served, &sign(&header(&der), &claims)).await;
    refused(&answer, 401, "invalid_client", 700_024);
    // The header Date, by which a client corrects itself.
    let before = machine_seconds();
    let page = served
        .client()
        .get(served.url("/common/discovery/v2.0/keys"));
    let shown = page.send().await.unwrap().headers()["date"].clone();
    let shown = jiff::fmt::rfc2822::parse(shown.to_str().unwrap()).unwrap();
    let shown = shown.timestamp().as_second() + 3600;
    assert!((before..=machine_seconds()).contains(&shown), "{shown}");
    for name in ["nbf", "iat", "exp"] {
        claims[name] = (claims[name].as_i64().unwrap() - 3600).into();
    }
    assert_eq!(send(&served, &sign(&header(&der), &claims)).await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_ends() {
    let (pem, der) = certificate(2002);
    let served = serve_certificate(&pem, json!({}));
    let answer = send(&served, &sign(&header(&der), &about(&served))).await;
    refused(&answer, 401, "invalid_client", 700_027);
    let description = text(&answer.1, "error_description");
    assert!(
        description.contains("2002-01-01T00:00:00Z"),
        "{description}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_assertion_is_taken_once_where_the_tenant_says_so() {
    let (pem, der) = certificate(2100);
    let lenient = serve_certificate(&pem, json!({}));
    let assertion = sign(&header(&der), &about(&lenient));
    for _ in 0..2 {
        assert_eq!(send(&lenient, &assertion).await.0, 200);
    }
    let strict = serve_certificate(&pem, json!({"assertionReuse": "refuse"}));
    let assertion = sign(&header(&der), &about(&strict));
    assert_eq!(send(&strict, &assertion).await.0, 200);
    let answer = send(&strict, &assertion).await;
    refused(&answer, 401, "invalid_client", 50_013);
    let mut claims = about(&strict);
    claims["jti"] = "another".into();
    assert_eq!(send(&strict, &sign(&header(&der), &claims)).await.0, 200);
    claims.as_object_mut().unwrap().remove("jti");
    let answer = send(&strict, &sign(&header(&der), &claims)).await;
    refused(&answer, 401, "invalid_client", 50_027);
}
