//! Who asks, as far as the way in can tell.

use std::sync::Arc;

use http::header::WWW_AUTHENTICATE;
use http::{HeaderValue, StatusCode};

use super::GraphFailure;
use crate::caller::Caller;
use crate::clock::Moment;

/// The caller of a request, and what its token says of it.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) caller: Arc<Caller>,
    /// When the token ends; none in process, where there is no token.
    until: Option<Moment>,
    /// Why nobody is asking: there is no token, or it is none of ours.
    refused: Option<GraphFailure>,
    /// Whether the caller's permissions decide, whatever the settings say.
    pub(crate) has_token: bool,
}

/// What Graph names to those who come without a valid token: where one is had.
const CHALLENGE: &str = "Bearer realm=\"\", authorization_uri=\"https://login.microsoftonline.com/common/oauth2/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"";

impl Asker {
    /// A caller in the same process.
    pub(crate) fn in_process(caller: Caller) -> Self {
        Self {
            caller: Arc::new(caller),
            until: None,
            refused: None,
            has_token: false,
        }
    }

    /// The caller of a token that ends at a time.
    pub(crate) fn with_token(caller: Arc<Caller>, until: Moment) -> Self {
        Self {
            caller,
            until: Some(until),
            refused: None,
            has_token: true,
        }
    }

    /// Somebody without a valid token.
    pub(crate) fn stranger(message: &'static str) -> Self {
        Self {
            caller: Arc::new(Caller {
                permissions: Some(Vec::new()),
                ..Caller::default()
            }),
            until: None,
            refused: Some(unauthenticated(message)),
            has_token: true,
        }
    }

    /// 401 unless the token holds at this time.
    pub(crate) fn check(&self, now: Moment) -> Result<(), GraphFailure> {
        if let Some(failure) = &self.refused {
            return Err(failure.clone());
        }
        match self.until {
            Some(until) if until <= now => Err(unauthenticated(
                "Lifetime validation failed, the token is expired.",
            )),
            _ => Ok(()),
        }
    }
}

fn unauthenticated(message: &'static str) -> GraphFailure {
    let mut failure = GraphFailure::new(
        StatusCode::UNAUTHORIZED,
        "InvalidAuthenticationToken",
        message,
    );
    failure
        .headers
        .push((WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGE)));
    failure
}
