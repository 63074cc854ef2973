//! Signing in on another device: a code is shown, and a person enters it at a page.

use axum::response::Response;
use http::StatusCode;
use http::request::Parts;
use serde_json::json;

use super::book::{print, random_text};
use super::error::Refusal;
use super::grant::Agreement;
use super::page;
use super::person::Person;
use super::scopes::Scopes;
use super::{Facts, Form, SignIn, answer};
use crate::settings::{Application, Consent};
use mglicense_rules::Guid;

/// Letters and digits that people don't mistake for each other.
const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/// What was asked for, and how far it has come.
#[derive(Debug)]
pub(super) struct Pending {
    client_id: Guid,
    scopes: Scopes,
    user_code: String,
    answer: Option<Result<Person, ()>>,
    pace: Pace,
}

/// How often may be asked what became of a code (RFC 8628, 3.5).
#[derive(Debug)]
struct Pace {
    /// Seconds between two questions.
    interval: u32,
    /// When the last one came, in milliseconds.
    last: Option<i64>,
}

impl Pace {
    /// By how many seconds the interval grows with each question that came too soon.
    const SLOWER: u32 = 5;
    /// By how much sooner than that a question may come, in milliseconds: clocks differ a little.
    const LENIENCE: i64 = 1000;

    /// Whether a question may come now, in milliseconds.
    fn is_kept(&mut self, now: i64) -> bool {
        let gap = self.last.replace(now).map(|last| now - last);
        let is_kept = gap.is_none_or(|gap| gap + Self::LENIENCE >= i64::from(self.interval) * 1000);
        if !is_kept {
            self.interval = self.interval.saturating_add(Self::SLOWER);
        }
        is_kept
    }
}

impl SignIn {
    /// Starts signing in.
    pub(super) async fn device_code(
        &self,
        facts: &Facts,
        origin: &str,
        parts: &Parts,
        form: &Form,
    ) -> Result<Response, Refusal> {
        let application = self.client(facts, origin, parts, form, false)?;
        let scopes = Scopes::parse(form.want("scope")?, origin)?;
        let user_code: String = rand::random::<[u8; 9]>()
            .iter()
            .map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]))
            .collect();
        let device_code = random_text();
        let settings = &facts.settings.sign_in;
        let answer = match settings.consent {
            Consent::Ask => None,
            Consent::Approve => Some(Ok(self.person(None).await?)),
            Consent::Decline => Some(Err(())),
        };
        let pending = Pending {
            client_id: application.client_id,
            scopes,
            user_code: user_code.clone(),
            answer,
            pace: Pace {
                interval: settings.device_code_interval,
                last: None,
            },
        };
        let key = print(&device_code);
        let until = facts
            .now
            .plus_seconds(i64::from(settings.device_code_seconds));
        self.devices.put(key, pending, until, facts.now);
        self.user_codes
            .put(user_code.clone(), key, until, facts.now);
        let page = format!("{origin}/common/oauth2/deviceauth");
        Ok(answer::json(
            StatusCode::OK,
            &json!({
                "user_code": user_code, "device_code": device_code, "verification_uri": page,
                "expires_in": settings.device_code_seconds, "interval": settings.device_code_interval,
                "message": format!(
                    "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
                ),
            }),
        ))
    }

    /// The page for the code, and what a person entered there.
    pub(super) async fn device_page(
        &self,
        facts: &Facts,
        is_post: bool,
        form: &Form,
    ) -> Result<Response, Refusal> {
        if !is_post {
            let code = form.get("user_code").or_else(|| form.get("otc"));
            let user = facts.settings.sign_in.user.as_deref();
            return Ok(answer::html(StatusCode::OK, page::device(code, user)));
        }
        let code = form.want("user_code")?.trim().to_ascii_uppercase();
        let known = self.user_codes.with(&code, |key, until| (*key, until));
        let Some((key, until)) = known else {
            return Err(bad_code());
        };
        if until <= facts.now {
            return Err(expired());
        }
        let answer = if form.get("action") == Some("decline") {
            Err(())
        } else {
            Ok(self.person(form.get("username")).await?)
        };
        let is_approved = answer.is_ok();
        let was_open = self.devices.with(&key, |pending, _| {
            let is_open = pending.answer.is_none();
            if is_open {
                pending.answer = Some(answer);
            }
            is_open
        });
        if was_open != Some(true) {
            return Err(bad_code());
        }
        let text = if is_approved {
            "You have signed in to the application on your device. You may now close this window."
        } else {
            "You have declined. You may now close this window."
        };
        Ok(answer::html(StatusCode::OK, page::message(text)))
    }

    /// What became of a device code. Once it was answered it is gone.
    pub(super) fn redeem_device(
        &self,
        facts: &Facts,
        application: &Application,
        form: &Form,
    ) -> Result<Agreement, Refusal> {
        let code = form.get("device_code").or_else(|| form.get("code"));
        let key = print(code.ok_or_else(|| Refusal::missing("device_code"))?);
        let state = self.devices.with(&key, |pending, until| {
            let is_kept = pending.pace.is_kept(facts.running);
            (pending.client_id, until, pending.answer.is_some(), is_kept)
        });
        match state {
            Some((client_id, ..)) if client_id != application.client_id => Err(bad_code()),
            Some((_, until, ..)) if until <= facts.now => {
                self.devices.take(&key);
                Err(expired())
            }
            Some((_, _, false, true)) => Err(pending(
                "authorization_pending",
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling.",
            )),
            Some((_, _, false, false)) => Err(pending(
                "slow_down",
                "OAuth 2.0 device flow error. Authorization is pending. Continue polling, each time 5 seconds later than so \
                 far.",
            )),
            Some((_, _, true, _)) => {
                let (pending, _) = self.devices.take(&key).ok_or_else(bad_code)?;
                self.user_codes.take(&pending.user_code);
                match pending.answer {
                    Some(Ok(person)) => Ok(Agreement {
                        client_id: pending.client_id,
                        person,
                        scopes: pending.scopes,
                        nonce: None,
                    }),
                    _ => Err(Refusal::new(
                        StatusCode::BAD_REQUEST,
                        "authorization_declined",
                        65_004,
                        "User declined to consent to access the app.",
                    )),
                }
            }
            None => Err(bad_code()),
        }
    }
}

fn pending(word: &'static str, message: &str) -> Refusal {
    Refusal::new(StatusCode::BAD_REQUEST, word, 70_016, message)
}

fn bad_code() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "bad_verification_code",
        70_018,
        "Invalid verification code due to user typing in wrong user code for device code flow.",
    )
}

fn expired() -> Refusal {
    Refusal::new(
        StatusCode::BAD_REQUEST,
        "expired_token",
        70_019,
        "Verification code expired. Have the user retry the sign-in.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_question_that_comes_too_soon_makes_the_wait_five_seconds_longer() {
        let mut pace = Pace {
            interval: 5,
            last: None,
        };
        let mut asked = |seconds: i64| pace.is_kept(seconds * 1000);
        assert!(asked(100), "the first may come at any time");
        assert!(asked(105));
        assert!(!asked(108), "10 from now on");
        assert!(!asked(115), "15 from now on");
        assert!(asked(130));
        assert!(!asked(140));
    }
}
