//! The token of each request, and a new one where the service refuses it.

use std::sync::Arc;

use async_trait::async_trait;
use http::StatusCode;
use http::header::AUTHORIZATION;

use super::challenge;
use crate::sign_in::{AccessToken, SignInErrorKind, TokenAsk, TokenSource, tell};
use crate::{Request, Response, Transport, TransportError};

/// Adds the token. A request that brings its own Authorization header keeps it.
///
/// A 401 means that the request was not carried out, so that even a write is sent again, once, with a token newer
/// than the refused one and with the claims that a continuous access evaluation challenge names.
pub struct Authentication {
    inner: Arc<dyn Transport>,
    tokens: Arc<dyn TokenSource>,
}

impl Authentication {
    /// The layer around a transport.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, tokens: Arc<dyn TokenSource>) -> Self {
        Self { inner, tokens }
    }

    async fn send_with(
        &self,
        token: &AccessToken,
        mut request: Request,
    ) -> Result<Response, TransportError> {
        request
            .headers
            .insert(AUTHORIZATION, token.authorization()?);
        self.inner.send(request).await
    }
}

#[async_trait]
impl Transport for Authentication {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        if request.headers.contains_key(AUTHORIZATION) {
            return self.inner.send(request).await;
        }
        let token = self.tokens.token(&TokenAsk::default()).await?;
        let response = self.send_with(&token, request.clone()).await?;
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        let ask = TokenAsk::instead_of(&token, challenge::claims(&response.headers));
        match self.tokens.token(&ask).await {
            Ok(newer) if newer.serial != token.serial => {
                tell("The service refused the access token; sending again with a new one.").await;
                self.send_with(&newer, request).await
            }
            // There is no other token: the service's own words say most.
            Ok(_) => Ok(response),
            Err(error) if error.kind() == SignInErrorKind::Ended => Ok(response),
            Err(error) => Err(error.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::{Secret, SignInError, SignedIn};
    use bytes::Bytes;
    use http::{HeaderMap, HeaderValue, Method};
    use std::sync::Mutex;

    /// Answers 401 to every token below a serial, with a challenge.
    struct Service {
        wanted: u64,
        seen: Mutex<Vec<(String, bool)>>,
    }

    #[async_trait]
    impl Transport for Service {
        async fn send(&self, request: Request) -> Result<Response, TransportError> {
            let value = &request.headers[AUTHORIZATION];
            let text = value.to_str().unwrap().to_owned();
            let good = text.as_str() >= format!("Bearer t{}", self.wanted).as_str();
            self.seen.lock().unwrap().push((text, value.is_sensitive()));
            let mut headers = HeaderMap::new();
            if !good {
                headers.insert(
                    "www-authenticate",
                    HeaderValue::from_static(
                        r#"Bearer realm="", error="insufficient_claims", claims="eyJhIjoxfQ==""#,
                    ),
                );
            }
            Ok(Response {
                status: if good {
                    StatusCode::OK
                } else {
                    StatusCode::UNAUTHORIZED
                },
                headers,
                body: Bytes::new(),
            })
        }
    }

    /// Gives tokens t1, t2, … and remembers what it was asked.
    #[derive(Default)]
    struct Tokens {
        asks: Mutex<Vec<TokenAsk>>,
        ended: bool,
    }

    #[async_trait]
    impl TokenSource for Tokens {
        async fn token(&self, ask: &TokenAsk) -> Result<AccessToken, SignInError> {
            self.asks.lock().unwrap().push(ask.clone());
            if self.ended && ask.refused.is_some() {
                return Err(SignInError::new(SignInErrorKind::Ended, "Over", "over"));
            }
            let serial = ask.refused.unwrap_or_default() + 1;
            Ok(AccessToken {
                secret: Secret::new(format!("t{serial}")),
                serial,
                good_until: None,
            })
        }

        async fn sign_in(&self) -> Result<SignedIn, SignInError> {
            Ok(SignedIn::default())
        }
    }

    fn layers(wanted: u64, ended: bool) -> (Arc<Service>, Arc<Tokens>, Authentication) {
        let service = Arc::new(Service {
            wanted,
            seen: Mutex::default(),
        });
        let tokens = Arc::new(Tokens {
            ended,
            ..Tokens::default()
        });
        let layer = Authentication::new(
            Arc::clone(&service) as Arc<dyn Transport>,
            Arc::clone(&tokens) as Arc<dyn TokenSource>,
        );
        (service, tokens, layer)
    }

    #[tokio::test]
    async fn a_refused_token_is_renewed_once_with_the_claims_of_the_challenge() {
        let (service, tokens, layer) = layers(2, false);
        let request = Request::new(Method::POST, "v1.0/users");
        assert_eq!(layer.send(request).await.unwrap().status, StatusCode::OK);
        assert_eq!(
            *service.seen.lock().unwrap(),
            [
                ("Bearer t1".to_owned(), true),
                ("Bearer t2".to_owned(), true)
            ]
        );
        assert_eq!(
            *tokens.asks.lock().unwrap(),
            [
                TokenAsk::default(),
                TokenAsk {
                    refused: Some(1),
                    claims: Some(r#"{"a":1}"#.into())
                }
            ]
        );
    }

    #[tokio::test]
    async fn a_second_refusal_is_the_answer() {
        let (service, _, layer) = layers(9, false);
        let response = layer
            .send(Request::new(Method::GET, "v1.0/me"))
            .await
            .unwrap();
        assert_eq!(response.status, StatusCode::UNAUTHORIZED);
        assert_eq!(service.seen.lock().unwrap().len(), 2);
    }

    #[tokio::test]
    async fn where_there_is_no_other_token_the_service_has_the_last_word() {
        let (service, _, layer) = layers(9, true);
        let response = layer
            .send(Request::new(Method::GET, "v1.0/me"))
            .await
            .unwrap();
        assert_eq!(response.status, StatusCode::UNAUTHORIZED);
        assert_eq!(service.seen.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_header_of_the_callers_own_is_left_alone() {
        let (service, tokens, layer) = layers(1, false);
        let mut request = Request::new(Method::GET, "v1.0/me");
        request
            .headers
            .insert(AUTHORIZATION, HeaderValue::from_static("Bearer own"));
        layer.send(request).await.unwrap();
        assert_eq!(service.seen.lock().unwrap()[0].0, "Bearer own");
        assert!(tokens.asks.lock().unwrap().is_empty());
    }
}
