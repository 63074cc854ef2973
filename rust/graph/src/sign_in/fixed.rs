//! A token that the caller brought.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{
    AccessToken, Secret, SignInError, SignInErrorKind, SignedIn, TokenAsk, TokenSource, claims,
};
use crate::Clock;

/// A token got elsewhere: used until it ends, never renewed.
pub struct FixedToken {
    token: AccessToken,
    known: SignedIn,
    clock: Arc<dyn Clock>,
}

impl FixedToken {
    /// Takes a token into use. Where it says when it ends, requests stop then.
    ///
    /// # Errors
    /// When the text is no token, or one that has ended.
    pub fn new(secret: Secret, clock: Arc<dyn Clock>) -> Result<Self, SignInError> {
        let text = secret.expose();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SignInError::malformed_token());
        }
        let claims = claims::read(text).unwrap_or_default();
        let expires = claims.expires();
        let good_until = expires.map(|expires| {
            let left = expires.duration_since(clock.now());
            clock.elapsed() + Duration::try_from(left).unwrap_or_default()
        });
        let source = Self {
            token: AccessToken {
                secret,
                serial: 1,
                good_until,
            },
            known: SignedIn {
                expires,
                ..claims.signed_in()
            },
            clock,
        };
        source.check()?;
        Ok(source)
    }

    fn check(&self) -> Result<(), SignInError> {
        match (self.token.good_until, self.known.expires) {
            (Some(end), Some(expires)) if self.clock.elapsed() >= end => Err(ended(expires)),
            _ => Ok(()),
        }
    }
}

fn ended(expires: Timestamp) -> SignInError {
    SignInError::new(
        SignInErrorKind::Ended,
        "TokenExpired",
        format!("the access token given to -AccessToken expired at {expires:.0}"),
    )
    .advise("Get a new token and connect again with Connect-MgGraph -AccessToken.")
}

#[async_trait]
impl TokenSource for FixedToken {
    async fn token(&self, ask: &TokenAsk) -> Result<AccessToken, SignInError> {
        self.check()?;
        if ask.refused.is_some() {
            return Err(SignInError::new(
                SignInErrorKind::Ended,
                "TokenRefused",
                "the service refused the access token given to -AccessToken, and no new one can be got with it",
            )
            .advise("Get a new token for Microsoft Graph and connect again with Connect-MgGraph -AccessToken."));
        }
        Ok(self.token.clone())
    }

    async fn sign_in(&self) -> Result<SignedIn, SignInError> {
        self.check()?;
        Ok(self.known.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RealClock;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;

    fn jwt(claims: &str) -> Secret {
        Secret::new(format!(
            "{}.{}.c2ln",
            BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#),
            BASE64_URL_SAFE_NO_PAD.encode(claims)
        ))
    }

    fn take(secret: Secret) -> Result<FixedToken, SignInError> {
        FixedToken::new(secret, Arc::new(RealClock::new()))
    }

    #[tokio::test]
    async fn a_token_tells_who_it_is_for_and_is_given_as_it_is() {
        let end = Timestamp::now().as_second() + 600;
        let secret = jwt(&format!(
            r#"{{"tid":"t1","appid":"a1","upn":"ada@contoso.com","app_displayname":"Tool","scp":"User.Read Group.Read.All","exp":{end}}}"#
        ));
        let source = take(secret.clone()).unwrap();
        let known = source.sign_in().await.unwrap();
        assert_eq!(known.tenant_id.as_deref(), Some("t1"));
        assert_eq!(known.client_id.as_deref(), Some("a1"));
        assert_eq!(known.account.as_deref(), Some("ada@contoso.com"));
        assert_eq!(known.scopes, ["User.Read", "Group.Read.All"]);
        let token = source.token(&TokenAsk::default()).await.unwrap();
        assert_eq!(token.secret, secret);
        let refused = source.token(&TokenAsk::instead_of(&token, None)).await;
        assert_eq!(refused.unwrap_err().code(), "TokenRefused");
    }

    #[test]
    fn a_token_that_has_ended_is_refused_with_its_end() {
        let error = take(jwt(r#"{"exp":1577836800}"#)).err().unwrap();
        assert_eq!(error.code(), "TokenExpired");
        assert!(error.to_string().contains("2020-01-01T00:00:00"), "{error}");
        assert!(error.to_string().contains("-AccessToken"), "{error}");
    }

    #[test]
    fn an_opaque_token_is_taken_and_what_is_no_token_is_not() {
        assert!(take(Secret::new("opaque-0123".into())).is_ok());
        for text in ["", "Bearer abc", "a\nb", "ü"] {
            let error = take(Secret::new(text.into())).err().unwrap();
            assert_eq!(error.code(), "MalformedToken");
        }
    }
}
