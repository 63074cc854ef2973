//! What a token endpoint answers: a grant, or a refusal.

use std::time::Duration;

use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::Value;
use zeroize::Zeroize;

use super::line::host_of;
use super::web::WebResponse;
use super::{Secret, SignInError, SignInErrorKind, SignedIn, claims, refusal};

/// A token and what came with it.
#[derive(Clone, Debug)]
pub(super) struct Grant {
    pub(super) access: Secret,
    /// How long the token is good from now; `None` where the answer didn't say.
    pub(super) life: Option<Duration>,
    pub(super) refresh: Option<Secret>,
    /// What is known of who signed in.
    pub(super) known: SignedIn,
}

/// A refusal as OAuth has it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Refusal {
    #[serde(default)]
    pub(super) error: String,
    #[serde(default)]
    pub(super) error_description: String,
    #[serde(default)]
    pub(super) error_codes: Vec<u64>,
    /// Claims that a further sign-in must meet.
    #[serde(default)]
    pub(super) claims: Option<String>,
}

/// What an answer of a token endpoint is.
pub(super) enum Answer {
    Granted(Grant),
    Refused(Refusal),
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: Option<String>,
    refresh_token: Option<String>,
    id_token: Option<String>,
    scope: Option<String>,
    /// Seconds; the machine's identity services write it as text.
    expires_in: Option<Value>,
    client_id: Option<String>,
}

/// Reads an answer of the token endpoint at `url`.
pub(super) fn read(url: &str, answer: &WebResponse) -> Result<Answer, SignInError> {
    if !answer.status.is_success() {
        let refusal: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
        return match refusal {
            Some(refusal) if !refusal.error.is_empty() => Ok(Answer::Refused(refusal)),
            _ => Err(unusable(url, answer)),
        };
    }
    let read: TokenAnswer =
        serde_json::from_slice(&answer.body).map_err(|_| unusable(url, answer))?;
    let mut access = read
        .access_token
        .filter(|token| !token.is_empty())
        .ok_or_else(|| unusable(url, answer))?;
    let claims = claims::read(&access).unwrap_or_default();
    let mut known = claims.signed_in();
    if let Some(mut id_token) = read.id_token {
        let person = claims::read(&id_token).unwrap_or_default().signed_in();
        id_token.zeroize();
        known.account = person.account.or(known.account);
        known.tenant_id = person.tenant_id.or(known.tenant_id);
    }
    if let Some(scope) = read.scope {
        known.scopes = scope.split_whitespace().map(str::to_owned).collect();
    }
    known.client_id = read.client_id.or(known.client_id);
    Ok(Answer::Granted(Grant {
        access: Secret::new(std::mem::take(&mut access)),
        life: read.expires_in.as_ref().and_then(seconds),
        refresh: read
            .refresh_token
            .filter(|token| !token.is_empty())
            .map(Secret::new),
        known,
    }))
}

/// Reads an answer, a refusal being an error in words.
pub(super) fn granted(
    url: &str,
    answer: &WebResponse,
    about: &refusal::About<'_>,
) -> Result<Grant, SignInError> {
    match read(url, answer)? {
        Answer::Granted(grant) => Ok(grant),
        Answer::Refused(refusal) => Err(refusal::explain(&refusal, about)),
    }
}

fn seconds(value: &Value) -> Option<Duration> {
    let seconds = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// The error of an answer that is none of a token endpoint's.
pub(super) fn unusable(url: &str, answer: &WebResponse) -> SignInError {
    let kind = answer
        .headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .map_or("no content type", |kind| {
            kind.split(';').next().unwrap_or(kind)
        });
    SignInError::new(
        SignInErrorKind::Unreachable,
        "UnusableAnswer",
        format!(
            "what answered at {} is no sign-in service (status {}, {kind})",
            host_of(url),
            answer.status.as_u16(),
        ),
    )
    .advise("A proxy may have answered in its place, or the -Environment names an address that is no sign-in service.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderMap, StatusCode};

    fn answer(status: u16, body: &str) -> WebResponse {
        WebResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::new(),
            body: body.to_owned().into(),
        }
    }

    #[test]
    fn a_life_is_read_as_number_and_as_text() {
        for (life, seconds) in [("3599", 3599), ("\"86399\"", 86399), ("59.0", 59)] {
            let body =
                format!(r#"{{"token_type":"Bearer","access_token":"t","expires_in":{life}}}"#);
            let Answer::Granted(grant) = read("https://h/t", &answer(200, &body)).unwrap() else {
                panic!("a grant was answered")
            };
            assert_eq!(grant.life, Some(Duration::from_secs(seconds)));
        }
        let body = r#"{"access_token":"t","expires_in":-1}"#;
        let Answer::Granted(grant) = read("https://h/t", &answer(200, body)).unwrap() else {
            panic!("a grant was answered")
        };
        assert_eq!(grant.life, None);
    }

    #[test]
    fn a_page_of_a_proxy_is_named_for_what_it_is() {
        for (status, body) in [
            (200, "<html>"),
            (407, "<html>"),
            (200, "{}"),
            (502, "{}"),
            (200, "[]"),
        ] {
            let error = read("https://login.example/t", &answer(status, body))
                .err()
                .unwrap();
            assert_eq!(error.code(), "UnusableAnswer", "{status} {body}");
            assert!(error.to_string().contains("login.example"), "{error}");
            assert!(error.to_string().contains(&status.to_string()), "{error}");
        }
    }

    #[test]
    fn a_grant_shows_no_token() {
        let body = r#"{"access_token":"canary-a","refresh_token":"canary-r","expires_in":1}"#;
        let Answer::Granted(grant) = read("https://h/t", &answer(200, body)).unwrap() else {
            panic!("a grant was answered")
        };
        assert!(!format!("{grant:?}").contains("canary"));
    }
}
