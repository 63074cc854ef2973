//! Signing in with a browser: the page, and the code it sends back.

use axum::response::Response;
use http::StatusCode;
use url::Url;

use super::book::{print, random_text};
use super::error::Refusal;
use super::grant::Agreement;
use super::page;
use super::scopes::Scopes;
use super::token::is_verified;
use super::{Facts, Form, SignIn, answer};
use crate::settings::{Application, Consent};

/// How long a code lasts, in seconds: about ten minutes by Microsoft's word.
const CODE_SECONDS: i64 = 600;

/// What a code stands for.
#[derive(Debug)]
pub(super) struct Coded {
    agreement: Agreement,
    redirect: String,
    challenge: Option<(String, String)>,
}

impl SignIn {
    /// Shows the page, or, once somebody answered, sends the browser back.
    pub(super) async fn authorize(
        &self,
        facts: &Facts,
        origin: &str,
        form: &Form,
    ) -> Result<Response, Refusal> {
        let application = self.application(facts, form.want("client_id")?)?;
        let redirect = form.want("redirect_uri")?;
        // Until the address is known to be the application's own, nothing is sent there.
        let target = check_redirect(&application, redirect)?;
        let answered = self
            .answer_authorize(facts, origin, &application, redirect, form)
            .await;
        let mut back: Vec<(&str, String)> = match answered {
            Ok(None) => {
                let user = form
                    .get("login_hint")
                    .or(facts.settings.sign_in.user.as_deref());
                let page = page::authorize(&application.display_name, user, form.pairs());
                return Ok(answer::html(StatusCode::OK, page));
            }
            Ok(Some(code)) => vec![("code", code)],
            Err(refusal) => vec![
                ("error", refusal.word().to_owned()),
                ("error_description", refusal.sentence()),
            ],
        };
        if let Some(state) = form.get("state") {
            back.push(("state", state.to_owned()));
        }
        Ok(answer::redirect(&with_answer(
            target,
            form.get("response_mode"),
            &back,
        )))
    }

    /// The code, once somebody agreed; none while nobody did.
    async fn answer_authorize(
        &self,
        facts: &Facts,
        origin: &str,
        application: &Application,
        redirect: &str,
        form: &Form,
    ) -> Result<Option<String>, Refusal> {
        if form.want("response_type")? != "code" {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "unsupported_response_type",
                700_054,
                "response_type must be 'code'.",
            ));
        }
        if !matches!(form.get("response_mode"), None | Some("query" | "fragment")) {
            return Err(Refusal::request(
                70_007,
                "'response_mode' must be 'query' or 'fragment'.",
            ));
        }
        let scopes = Scopes::parse(form.want("scope")?, origin)?;
        let answer = match (form.get("action"), facts.settings.sign_in.consent) {
            (Some("approve"), _) | (None, Consent::Approve) => true,
            (Some("decline"), _) | (None, Consent::Decline) => false,
            _ => return Ok(None),
        };
        if !answer {
            return Err(Refusal::new(
                StatusCode::BAD_REQUEST,
                "access_denied",
                65_004,
                "User declined to consent to access the app.",
            ));
        }
        let person = form.get("username").or_else(|| form.get("login_hint"));
        let person = self.person(person).await?;
        let challenge = form.get("code_challenge").map(|challenge| {
            let method = form.get("code_challenge_method").unwrap_or("plain");
            (method.to_owned(), challenge.to_owned())
        });
        let code = random_text();
        let coded = Coded {
            agreement: Agreement {
                client_id: application.client_id,
                person,
                scopes,
                nonce: form.get("nonce").map(str::to_owned),
            },
            redirect: redirect.to_owned(),
            challenge,
        };
        let until = facts.now.plus_seconds(CODE_SECONDS);
        self.codes.put(print(&code), coded, until, facts.now);
        Ok(Some(code))
    }

    /// What a code stands for. It can be used once.
    pub(super) fn redeem_code(
        &self,
        facts: &Facts,
        application: &Application,
        form: &Form,
    ) -> Result<Agreement, Refusal> {
        let code = form.want("code")?;
        let Some((coded, until)) = self.codes.take(&print(code)) else {
            return Err(Refusal::grant(
                54_005,
                "OAuth2 Authorization code was already redeemed, or is none of this server's.",
            ));
        };
        if until <= facts.now {
            return Err(Refusal::grant(
                70_008,
                "The provided authorization code or refresh token has expired due to inactivity.",
            ));
        }
        if coded.agreement.client_id != application.client_id {
            return Err(Refusal::grant(
                700_005,
                "Provided authorization code is intended to use against other application.",
            ));
        }
        if form.get("redirect_uri") != Some(coded.redirect.as_str()) {
            return Err(Refusal::grant(
                500_112,
                "The redirect URI that was sent differs from the one of the request for the code.",
            ));
        }
        if let Some((method, challenge)) = &coded.challenge {
            let verifier = form.get("code_verifier").unwrap_or_default();
            if !is_verified(method, challenge, verifier) {
                return Err(Refusal::grant(
                    501_481,
                    "The Code_Verifier does not match the code_challenge supplied in the authorization request.",
                ));
            }
        }
        Ok(coded.agreement)
    }
}

/// The address to send a browser back to: one of this machine, or one that the application registered.
fn check_redirect(application: &Application, redirect: &str) -> Result<Url, Refusal> {
    let refused = || {
        Refusal::request(
            50_011,
            format!(
                "The redirect URI '{redirect}' specified in the request does not match the redirect URIs configured for \
                 the application '{}'.",
                application.client_id
            ),
        )
    };
    let url = Url::parse(redirect).map_err(|_| refused())?;
    let is_here = url.scheme() == "http"
        && matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    let is_registered = application
        .redirect_uris
        .iter()
        .any(|known| known == redirect);
    if is_registered || (is_here && application.is_public) {
        Ok(url)
    } else {
        Err(refused())
    }
}

fn with_answer(mut target: Url, mode: Option<&str>, answer: &[(&str, String)]) -> String {
    if mode == Some("fragment") {
        let text = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(answer)
            .finish();
        target.set_fragment(Some(&text));
    } else {
        target.query_pairs_mut().extend_pairs(answer);
    }
    target.into()
}
