//! An application that signs in as itself: client credentials, proved by a secret, a certificate or a token of
//! another identity provider.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;

use super::answer::{Answer, Grant, read};
use super::assertion::{Certificate, signed};
use super::authority::Authority;
use super::keeper::{Flow, Renewal};
use super::line::{Form, Line};
use super::refusal::{About, explain, is_about_time};
use super::{Secret, SignInError, SignInErrorKind, SignedIn, tell};

/// The form field's value that says what kind of assertion is sent.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A clock that differs by less than this is not what an assertion was refused for.
const CLOCK_TOLERANCE: i64 = 60;

/// A token file of the platform is not larger than this.
const LARGEST_TOKEN: u64 = 64 * 1024;

/// How an application proves who it is.
pub enum Proof {
    /// A secret it shares with the sign-in service.
    Secret(Secret),
    /// A certificate whose key the platform has.
    Certificate(Certificate),
    /// A file with a token of another identity provider, which the platform renews.
    TokenFile(PathBuf),
}

/// Client credentials.
pub(super) struct AppFlow {
    shared: Arc<Shared>,
}

struct Shared {
    line: Line,
    authority: Authority,
    client_id: String,
    scope: String,
    proof: Proof,
    /// How far this machine's clock is ahead, as the service has shown.
    ahead_by: AtomicI64,
}

impl AppFlow {
    pub(super) fn new(
        line: Line,
        authority: Authority,
        client_id: String,
        scope: String,
        proof: Proof,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                line,
                authority,
                client_id,
                scope,
                proof,
                ahead_by: AtomicI64::new(0),
            }),
        }
    }

    async fn once(&self, claims: Option<&str>) -> Result<Grant, SignInError> {
        let form = self.shared.form(claims, 0).await?;
        self.shared.exchange(form).await
    }
}

impl Shared {
    async fn form(&self, claims: Option<&str>, ahead_by: i64) -> Result<Form, SignInError> {
        let form = Form::new()
            .with("grant_type", "client_credentials")
            .with("client_id", &self.client_id)
            .with("scope", &self.scope)
            .with_some("claims", claims);
        match &self.proof {
            Proof::Secret(secret) => Ok(form.with("client_secret", secret.expose())),
            Proof::Certificate(certificate) => {
                let now: Timestamp = self.line.now(ahead_by);
                certificate.check(now)?;
                let assertion =
                    signed(certificate, &self.client_id, &self.authority.token(), now).await?;
                Ok(asserted(form, &assertion))
            }
            Proof::TokenFile(path) => Ok(asserted(form, &federated(path).await?)),
        }
    }

    async fn exchange(&self, form: Form) -> Result<Grant, SignInError> {
        let url = self.authority.token();
        let answer = self.line.post(&url, form).await?;
        match read(&url, &answer)? {
            Answer::Granted(grant) => Ok(grant),
            Answer::Refused(refusal) => {
                let timely = matches!(self.proof, Proof::Certificate(_)) && is_about_time(&refusal);
                if let Some(ahead_by) = self
                    .line
                    .ahead_by(&answer)
                    .filter(|by| timely && by.abs() > CLOCK_TOLERANCE)
                {
                    self.ahead_by.store(ahead_by, Ordering::Relaxed);
                }
                let hide = match &self.proof {
                    Proof::Secret(secret) => secret.expose(),
                    Proof::Certificate(_) | Proof::TokenFile(_) => "",
                };
                Err(explain(
                    &refusal,
                    &About {
                        client_id: &self.client_id,
                        tenant: self.authority.tenant(),
                        hide: &[hide],
                    },
                ))
            }
        }
    }
}

fn asserted(form: Form, assertion: &Secret) -> Form {
    form.with("client_assertion_type", JWT_BEARER)
        .with("client_assertion", assertion.expose())
}

/// The token in a file, read anew each time, since the platform replaces it.
async fn federated(path: &std::path::Path) -> Result<Secret, SignInError> {
    let shown = path.display().to_string();
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || {
        let length = std::fs::metadata(&owned)?.len();
        if length > LARGEST_TOKEN {
            return Err(std::io::Error::other("it is too large for a token"));
        }
        std::fs::read_to_string(&owned).map(zeroize::Zeroizing::new)
    })
    .await
    .map_err(|_| std::io::Error::other("reading it was broken off"))
    .and_then(|read| read);
    let failed = |reason: String| {
        SignInError::new(
            SignInErrorKind::Invalid,
            "TokenFile",
            format!("the token file '{shown}' can't be used: {reason}"),
        )
        .advise("Check -FederatedTokenFile or AZURE_FEDERATED_TOKEN_FILE: the platform writes a token there.")
    };
    let text = read.map_err(|error| failed(error.to_string()))?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(failed("it holds no token".into()));
    }
    Ok(Secret::new(token.to_owned()))
}

#[async_trait]
impl Flow for AppFlow {
    async fn sign_in(&self) -> Result<Grant, SignInError> {
        let shared = &self.shared;
        let how = match shared.proof {
            Proof::Secret(_) => "a client secret",
            Proof::Certificate(_) => "a certificate",
            Proof::TokenFile(_) => "a federated token",
        };
        tell(format!(
            "Signing in at {} as application {} with {how}.",
            shared.authority.token(),
            shared.client_id
        ))
        .await;
        match self.once(None).await {
            Err(error) if error.kind() != SignInErrorKind::Unreachable => {
                let ahead_by = shared.ahead_by.load(Ordering::Relaxed);
                if ahead_by == 0 {
                    return Err(error);
                }
                clock_note(ahead_by).await;
                let form = shared.form(None, ahead_by).await?;
                shared.exchange(form).await
            }
            outcome => outcome,
        }
    }

    async fn prepare(
        &self,
        _: Option<Secret>,
        claims: Option<String>,
    ) -> Result<Renewal, SignInError> {
        let shared = Arc::clone(&self.shared);
        let ahead_by = shared.ahead_by.load(Ordering::Relaxed);
        let form = shared.form(claims.as_deref(), ahead_by).await?;
        tell(format!(
            "Renewing the sign-in of application {}.",
            shared.client_id
        ))
        .await;
        Ok(Box::pin(async move { shared.exchange(form).await }))
    }

    fn known(&self) -> SignedIn {
        SignedIn {
            client_id: Some(self.shared.client_id.clone()),
            tenant_id: Some(self.shared.authority.tenant().to_owned()),
            ..SignedIn::default()
        }
    }
}

/// Tells a person that the clock is wrong, since everything else that goes by it is too.
async fn clock_note(ahead_by: i64) {
    if let Some(caller) = super::caller() {
        let (minutes, which) = (
            (ahead_by.abs() + 30) / 60,
            if ahead_by > 0 { "ahead of" } else { "behind" },
        );
        caller
            .warn(format!(
                "This machine's clock is about {minutes} minutes {which} the sign-in service's; signing in by the service's clock. Set the clock."
            ))
            .await;
    }
}
