//! A person who signs in: with a code on another device, or in the browser of this machine; then renewed quietly.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde::Deserialize;

use super::answer::{Answer, Grant, Refusal, granted, read, unusable};
use super::authority::Authority;
use super::keeper::{Flow, Renewal};
use super::line::{Form, Line};
use super::loopback::Loopback;
use super::refusal::{About, explain};
use super::{Prompt, Secret, SignInError, SignInErrorKind, SignedIn, caller, pkce, tell};

/// What every sign-in of a person asks for besides its permissions: who it is, and a refresh token.
const ALWAYS: &str = "openid profile offline_access";

/// How often to ask whether a code was used, where the service doesn't say. RFC 8628's own default.
const POLL: Duration = Duration::from_secs(5);

/// By how much to slow down when asked to. RFC 8628: five seconds, for good.
const SLOWER: Duration = Duration::from_secs(5);

/// A code lives this long where the service doesn't say. Microsoft documents 15 minutes.
const CODE_LIFE: Duration = Duration::from_secs(900);

/// How long the browser is waited for where no limit is given.
const BROWSER_LIMIT: Duration = Duration::from_secs(300);

/// How a person signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// With a code typed on any device.
    DeviceCode,
    /// In a browser on this machine.
    Browser,
}

/// What a sign-in of a person needs to know.
pub(super) struct Person {
    pub(super) line: Line,
    pub(super) authority: Authority,
    pub(super) client_id: String,
    pub(super) scopes: Vec<String>,
    pub(super) means: Means,
    /// Whether a limit was set, so that none of its own holds.
    pub(super) limited: bool,
    /// What an earlier process of the same user left to sign in with.
    pub(super) kept: Option<Secret>,
}

/// Device code, or authorization code with PKCE; then refresh tokens.
pub(super) struct PersonFlow(Arc<Person>);

impl PersonFlow {
    pub(super) fn new(person: Person) -> Self {
        Self(Arc::new(person))
    }
}

#[derive(Deserialize)]
struct DeviceCode {
    device_code: String,
    user_code: String,
    #[serde(alias = "verification_url")]
    verification_uri: String,
    message: Option<String>,
    expires_in: Option<f64>,
    interval: Option<f64>,
}

impl Person {
    fn about(&self) -> About<'_> {
        About {
            client_id: &self.client_id,
            tenant: self.authority.tenant(),
            hide: &[],
        }
    }

    fn scope(&self) -> String {
        format!("{} {ALWAYS}", self.scopes.join(" "))
    }

    /// Redeems a refresh token: for `scope`, or where that is absent for what it was granted for.
    async fn renew(
        &self,
        refresh: &Secret,
        scope: Option<&str>,
        claims: Option<&str>,
    ) -> Result<Grant, SignInError> {
        let url = self.authority.token();
        let form = Form::new()
            .with("grant_type", "refresh_token")
            .with("client_id", &self.client_id)
            .with("refresh_token", refresh.expose())
            .with_some("scope", scope)
            .with_some("claims", claims);
        let answer = self.line.post(&url, form).await?;
        let mut grant = granted(&url, &answer, &self.about())?;
        // A service that doesn't rotate refresh tokens sends none: the one in hand goes on.
        grant.refresh.get_or_insert_with(|| refresh.clone());
        Ok(grant)
    }

    async fn with_device_code(&self) -> Result<Grant, SignInError> {
        let url = self.authority.device_code();
        let form = Form::new()
            .with("client_id", &self.client_id)
            .with("scope", &self.scope());
        let answer = self.line.post(&url, form).await?;
        if !answer.status.is_success() {
            return match read(&url, &answer)? {
                Answer::Refused(refusal) => Err(explain(&refusal, &self.about())),
                Answer::Granted(_) => Err(unusable(&url, &answer)),
            };
        }
        let code: DeviceCode =
            serde_json::from_slice(&answer.body).map_err(|_| unusable(&url, &answer))?;
        let device_code = Secret::new(code.device_code);
        if let Some(caller) = caller() {
            let message = code.message.unwrap_or_else(|| {
                format!(
                    "To sign in, open {} in a browser and enter the code {}.",
                    code.verification_uri, code.user_code
                )
            });
            caller
                .prompt(Prompt::DeviceCode {
                    message,
                    verification_uri: code.verification_uri,
                    user_code: code.user_code,
                })
                .await;
        }
        let life = seconds(code.expires_in).unwrap_or(CODE_LIFE);
        let end = self.line.clock.elapsed() + life;
        let polling = self.poll(&device_code, seconds(code.interval).unwrap_or(POLL));
        tokio::select! {
            biased;
            outcome = polling => outcome,
            () = self.line.clock.sleep(end.saturating_sub(self.line.clock.elapsed())) => Err(explain(
                &Refusal { error: "expired_token".into(), ..Refusal::default() },
                &self.about(),
            )),
        }
    }

    /// Asks whether the code was used, until it was.
    async fn poll(
        &self,
        device_code: &Secret,
        mut interval: Duration,
    ) -> Result<Grant, SignInError> {
        let url = self.authority.token();
        loop {
            self.line.clock.sleep(interval).await;
            let form = Form::new()
                .with("grant_type", "urn:ietf:params:oauth:grant-type:device_code")
                .with("client_id", &self.client_id)
                .with("device_code", device_code.expose());
            let answer = match self.line.post(&url, form).await {
                Ok(answer) => answer,
                // RFC 8628: after a poll without an answer, poll less often.
                Err(error) if error.kind() == SignInErrorKind::TimedOut => {
                    interval *= 2;
                    continue;
                }
                Err(error) => return Err(error),
            };
            match read(&url, &answer)? {
                Answer::Granted(grant) => return Ok(grant),
                Answer::Refused(refusal) => match refusal.error.as_str() {
                    "authorization_pending" => {}
                    "slow_down" => interval += SLOWER,
                    _ => return Err(explain(&refusal, &self.about())),
                },
            }
        }
    }

    async fn with_browser(&self) -> Result<Grant, SignInError> {
        let loopback = Loopback::open()?;
        let proof = pkce::Proof::new();
        let state = pkce::random_text();
        let redirect = loopback.address();
        let url = url::Url::parse_with_params(
            &self.authority.authorize(),
            [
                ("client_id", self.client_id.as_str()),
                ("response_type", "code"),
                ("redirect_uri", redirect.as_str()),
                ("response_mode", "query"),
                ("scope", self.scope().as_str()),
                ("state", state.as_str()),
                ("code_challenge", proof.challenge().as_str()),
                ("code_challenge_method", "S256"),
                ("prompt", "select_account"),
            ],
        )
        .map_err(|error| {
            SignInError::new(
                SignInErrorKind::Invalid,
                "InvalidAuthority",
                format!(
                    "'{}' is no address to sign in at: {error}",
                    self.authority.base()
                ),
            )
        })?
        .to_string();
        let prompt = Prompt::Browser {
            message: format!(
                "Sign in with the browser that opens. If none does, open this address on this machine: {url}"
            ),
            url,
        };
        if let Some(caller) = caller()
            && !caller.prompt(prompt).await
        {
            caller
                .warn("No browser can be opened here: signing in with a code instead.".into())
                .await;
            return self.with_device_code().await;
        }
        let code = match loopback.code(&state).await {
            Ok(code) => code,
            Err(refusal) => return Err(explain(&refusal, &self.about())),
        };
        let url = self.authority.token();
        let form = Form::new()
            .with("grant_type", "authorization_code")
            .with("client_id", &self.client_id)
            .with("code", code.expose())
            .with("redirect_uri", &redirect)
            .with("code_verifier", proof.verifier())
            .with("scope", &self.scope());
        let answer = self.line.post(&url, form).await?;
        granted(&url, &answer, &self.about())
    }

    async fn in_person(&self) -> Result<Grant, SignInError> {
        match self.means {
            Means::DeviceCode => self.with_device_code().await,
            Means::Browser if self.limited => self.with_browser().await,
            Means::Browser => tokio::select! {
                biased;
                outcome = self.with_browser() => outcome,
                () = self.line.clock.sleep(BROWSER_LIMIT) => Err(SignInError::timed_out(BROWSER_LIMIT)),
            },
        }
    }
}

fn seconds(value: Option<f64>) -> Option<Duration> {
    value
        .filter(|&seconds| seconds > 0.0)
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
}

#[async_trait]
impl Flow for PersonFlow {
    async fn sign_in(&self) -> Result<Grant, SignInError> {
        if let Some(kept) = &self.0.kept {
            match self.0.renew(kept, Some(&self.0.scope()), None).await {
                Ok(grant) => {
                    tell("Signed in with what an earlier session of this user left.").await;
                    return Ok(grant);
                }
                Err(error) if error.kind() == SignInErrorKind::Ended => {
                    tell(format!(
                        "What an earlier session left can't be used any more: {error}"
                    ))
                    .await;
                }
                Err(error) => return Err(error),
            }
        }
        self.0.in_person().await
    }

    async fn prepare(
        &self,
        refresh: Option<Secret>,
        claims: Option<String>,
    ) -> Result<Renewal, SignInError> {
        let refresh = refresh.ok_or_else(|| {
            SignInError::new(
                SignInErrorKind::Ended,
                "SignInEnded",
                "the sign-in has ended, and the sign-in service gave nothing to renew it with",
            )
            .advise("Sign in again with Connect-MgGraph.")
        })?;
        tell("Renewing the sign-in.").await;
        let person = Arc::clone(&self.0);
        Ok(Box::pin(async move {
            person.renew(&refresh, None, claims.as_deref()).await
        }))
    }

    fn known(&self) -> SignedIn {
        SignedIn {
            client_id: Some(self.0.client_id.clone()),
            tenant_id: Some(self.0.authority.tenant().to_owned()),
            scopes: self.0.scopes.clone(),
            ..SignedIn::default()
        }
    }
}
