//! The token endpoint.

use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::StatusCode;
use http::request::Parts;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::error::Refusal;
use super::scopes::Scopes;
use super::{Facts, Form, SignIn, answer};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

impl SignIn {
    /// Gives a token, or says why not.
    pub(super) fn token(
        &self,
        facts: &Facts,
        origin: &str,
        parts: &Parts,
        form: &Form,
    ) -> Result<Response, Refusal> {
        let grant_type = form.want("grant_type")?;
        let given = match grant_type {
            "client_credentials" => self.on_its_own(facts, origin, parts, form)?,
            "refresh_token" | "authorization_code" | DEVICE_CODE | "device_code" => {
                let application = self.client(facts, origin, parts, form, false)?;
                let agreement = match grant_type {
                    "refresh_token" => self.redeem_refresh(facts, origin, &application, form)?,
                    "authorization_code" => self.redeem_code(facts, &application, form)?,
                    _ => self.redeem_device(facts, &application, form)?,
                };
                self.give_person(facts, origin, &application, &agreement)?
            }
            other => {
                return Err(Refusal::new(
                    StatusCode::BAD_REQUEST,
                    "unsupported_grant_type",
                    70_003,
                    format!("The app requested an unsupported grant type '{other}'."),
                ));
            }
        };
        Ok(answer::json(StatusCode::OK, &given))
    }

    fn on_its_own(
        &self,
        facts: &Facts,
        origin: &str,
        parts: &Parts,
        form: &Form,
    ) -> Result<Value, Refusal> {
        let application = self.client(facts, origin, parts, form, true)?;
        let scope = form.want("scope")?;
        if Scopes::parse(scope, origin)?.permissions.is_some() {
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
        self.give_application(facts, origin, &application)
    }
}

/// Whether a verifier is the one of a challenge.
pub(super) fn is_verified(method: &str, challenge: &str, verifier: &str) -> bool {
    match method {
        "S256" => URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes())) == challenge,
        _ => verifier == challenge,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_of_rfc_7636_is_met() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_verified("S256", challenge, verifier));
        assert!(!is_verified("S256", challenge, "dBjftJeZ4CVP"));
    }
}
