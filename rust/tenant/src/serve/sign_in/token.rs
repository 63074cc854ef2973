//! The token endpoint.

use std::sync::Arc;

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{Method, StatusCode};
use mglicense_rules::Guid;
use percent_encoding::percent_decode_str;
use serde_json::json;

use super::book::{print, random_text};
use super::error::Refusal;
use super::{Facts, Form, SignIn, answer};
use crate::caller::Caller;

/// Seconds an access token lasts.
const LIFE: i64 = 3599;

impl SignIn {
    /// Gives a token, or says why not.
    pub(super) fn token(
        &self,
        facts: &Facts,
        parts: &Parts,
        form: &Form,
    ) -> Result<Response, Refusal> {
        if parts.method != Method::POST {
            return Err(Refusal::request(
                900_561,
                "The endpoint only accepts POST requests. Received a GET request.",
            ));
        }
        match form.want("grant_type")? {
            "client_credentials" => self.client_credentials(facts, parts, form),
            other => Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                70_003,
                format!("The app requested an unsupported grant type '{other}'."),
            )),
        }
    }

    fn client_credentials(
        &self,
        facts: &Facts,
        parts: &Parts,
        form: &Form,
    ) -> Result<Response, Refusal> {
        let client = Credentials::read(parts, form)?;
        let is_known = client
            .id
            .parse::<Guid>()
            .is_ok_and(|id| id == self.client_id);
        if !is_known {
            return Err(unknown_application(&client.id, facts.tenant_id));
        }
        if client.secret.as_deref().map(print) != Some(print(&self.secret)) {
            return Err(wrong_secret(&client.id));
        }
        let scope = form.want("scope")?;
        if !scope.ends_with("/.default") {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                1_002_012,
                format!(
                    "The provided value for scope {scope} is not valid. Client credential flows must have a scope value \
                     with /.default suffixed to the resource identifier (application ID URI)."
                ),
            ));
        }
        let caller = Arc::new(Caller {
            app_id: Some(self.client_id),
            ..Caller::default()
        });
        let token = random_text();
        let until = facts.now.plus_seconds(LIFE);
        self.tokens.put(print(&token), caller, until, facts.now);
        let body = json!({
            "token_type": "Bearer", "expires_in": LIFE, "ext_expires_in": LIFE, "access_token": token,
        });
        Ok(answer::json(StatusCode::OK, &body))
    }
}

/// How a client names itself, in the form or in the header.
struct Credentials {
    id: String,
    secret: Option<String>,
}

impl Credentials {
    fn read(parts: &Parts, form: &Form) -> Result<Self, Refusal> {
        if let Some(basic) = basic(parts) {
            return Ok(basic);
        }
        Ok(Self {
            id: form.want("client_id")?.to_owned(),
            secret: form.get("client_secret").map(str::to_owned),
        })
    }
}

/// `Authorization: Basic`, whose two parts are form-encoded before they are joined.
fn basic(parts: &Parts) -> Option<Credentials> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    Some(Credentials {
        id: decode(id),
        secret: Some(decode(secret)),
    })
}

fn unknown_application(id: &str, tenant: Guid) -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "unauthorized_client",
        700_016,
        format!(
            "Application with identifier '{id}' was not found in the directory '{tenant}'. This can happen if the \
             application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant."
        ),
    )
}

fn wrong_secret(id: &str) -> Refusal {
    Refusal::client(
        7_000_215,
        format!(
            "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not \
             the client secret ID, for a secret added to app '{id}'."
        ),
    )
}
