//! A token, the wish for one, and where they come from.

use std::time::Duration;

use async_trait::async_trait;
use http::HeaderValue;
use jiff::Timestamp;

use super::{Secret, SignInError};

/// One way to sign in, and the tokens it keeps giving.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token that is good now: the one in hand while it lasts, else a new one. Several askers at the same
    /// time share one renewal.
    ///
    /// # Errors
    /// When the sign-in service refuses or doesn't answer, or a person would have to sign in again.
    async fn token(&self, ask: &TokenAsk) -> Result<AccessToken, SignInError>;

    /// Signs in for the first time, and tells as whom. May prompt.
    ///
    /// # Errors
    /// As [`TokenSource::token`].
    async fn sign_in(&self) -> Result<SignedIn, SignInError>;

    /// What a later process of the same user could sign in with, without a person: only for a store that
    /// encrypts it for that user.
    fn keepable(&self) -> Option<Secret> {
        None
    }
}

/// What sort of token is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenAsk {
    /// The serial of the token that the service has refused: one newer than it is wanted.
    pub refused: Option<u64>,
    /// The claims that the refusal asked for, as its challenge wrote them (decoded from base64).
    pub claims: Option<String>,
}

impl TokenAsk {
    /// A token newer than one that was refused, with the claims of the challenge if it named any.
    #[must_use]
    pub fn instead_of(token: &AccessToken, claims: Option<String>) -> Self {
        Self {
            refused: Some(token.serial),
            claims,
        }
    }
}

/// A token as requests carry it. Opaque: nothing here depends on what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// The token.
    pub secret: Secret,
    /// Which token of its source it is, counted from 1.
    pub serial: u64,
    /// Until when it is good, as elapsed time of the session's clock; `None` where nobody knows.
    pub good_until: Option<Duration>,
}

impl AccessToken {
    /// The Authorization header of a request, marked as sensitive.
    ///
    /// # Errors
    /// When the token holds what no header may.
    pub fn authorization(&self) -> Result<HeaderValue, SignInError> {
        self.secret
            .bearer()
            .ok_or_else(SignInError::malformed_token)
    }
}

/// Who is signed in, as far as the sign-in service told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedIn {
    /// The application's id.
    pub client_id: Option<String>,
    /// The tenant's id.
    pub tenant_id: Option<String>,
    /// The person's sign-in name.
    pub account: Option<String>,
    /// The application's name.
    pub app_name: Option<String>,
    /// The permissions of the token: scopes of a person's, roles of an application's.
    pub scopes: Vec<String>,
    /// When the first token ends.
    pub expires: Option<Timestamp>,
}
