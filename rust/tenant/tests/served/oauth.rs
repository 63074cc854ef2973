//! Asking the place to sign in of a served tenant, and what it answers.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::Served;

pub const READER: &str = "11111111-2222-3333-4444-555555555555";
pub const TOOLS: &str = "14d82eec-204b-4c2f-b7e8-296a70dab67e";
pub const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Posts a form below the tenant's address and gives the status and the JSON.
pub async fn post(served: &Served, path: &str, form: &[(&str, &str)]) -> (u16, Value) {
    let tenant = served.server.info().tenant_id;
    let url = served.url(&format!("/{tenant}/oauth2/v2.0/{path}"));
    let answer = served.client().post(url).form(form).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub async fn token(served: &Served, form: &[(&str, &str)]) -> (u16, Value) {
    post(served, "token", form).await
}

/// The form of the server's own application with some fields changed.
pub async fn own_token(served: &Served, changes: &[(&str, &str)]) -> (u16, Value) {
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

pub async fn get(served: &Served, path: &str, token: &str) -> (u16, Value) {
    let request = served.client().get(served.url(path)).bearer_auth(token);
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

pub fn text(value: &Value, name: &str) -> String {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name}: {value}"))
        .to_owned()
}

pub fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

pub fn refused(answer: &(u16, Value), status: u16, word: &str, number: u64) {
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

/// Now, in seconds of Unix time.
pub fn machine_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    since.as_secs().try_into().unwrap()
}
