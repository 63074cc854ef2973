//! Why a sign-in failed, in one sentence, and what to do about it in another.

use std::time::Duration;

use crate::{TransportError, TransportErrorKind};

/// What sort of failure a sign-in met, which decides whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInErrorKind {
    /// The options can't be used; nothing was sent.
    Invalid,
    /// The sign-in service said no.
    Refused,
    /// The sign-in service, or the machine's identity service, gave no usable answer.
    Unreachable,
    /// The time for signing in was over.
    TimedOut,
    /// A person would have to sign in again, or a new token would have to be brought.
    Ended,
}

/// A sign-in that failed.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{message}")]
pub struct SignInError {
    kind: SignInErrorKind,
    code: String,
    message: String,
    advice: Option<String>,
}

impl SignInError {
    /// A failure with a short stable code (the service's `AADSTS…` where it gave one) and a sentence.
    #[must_use]
    pub fn new(kind: SignInErrorKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            message: capitalized(message.into()),
            advice: None,
        }
    }

    /// The same failure with a sentence on what to do.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// A token that can't be put into a header.
    #[must_use]
    pub fn malformed_token() -> Self {
        Self::new(
            SignInErrorKind::Invalid,
            "MalformedToken",
            "the access token holds characters that no token can hold",
        )
        .advise("Pass the token alone, without the word Bearer, quotes or line breaks.")
    }

    /// A first sign-in that took longer than it may.
    #[must_use]
    pub fn timed_out(limit: Duration) -> Self {
        Self::new(
            SignInErrorKind::TimedOut,
            "TimedOut",
            format!(
                "the sign-in was not complete within {} s, so it was given up",
                limit.as_secs_f64()
            ),
        )
        .advise("Connect again, or give it more time with -ClientTimeout.")
    }

    /// What sort of failure it is.
    #[must_use]
    pub fn kind(&self) -> SignInErrorKind {
        self.kind
    }

    /// The short stable code.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What to do about it.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

/// A sentence that begins as one.
fn capitalized(text: String) -> String {
    match text.chars().next() {
        Some(first) if first.is_lowercase() && text.starts_with(|c: char| c.is_ascii()) => {
            format!("{}{}", first.to_ascii_uppercase(), &text[1..])
        }
        _ => text,
    }
}

impl From<SignInError> for TransportError {
    /// A request that had no token was never sent.
    fn from(error: SignInError) -> Self {
        let kind = match error.kind {
            SignInErrorKind::Unreachable | SignInErrorKind::TimedOut => TransportErrorKind::NotSent,
            SignInErrorKind::Invalid | SignInErrorKind::Refused | SignInErrorKind::Ended => {
                TransportErrorKind::NotSignedIn
            }
        };
        let made = Self::new(kind, error.message).with_code(error.code);
        match error.advice {
            Some(advice) => made.with_advice(advice),
            None => made,
        }
    }
}
