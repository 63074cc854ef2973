//! A service in the same process, called directly: no socket, no serialised HTTP.

use std::fmt::Display;
use std::marker::PhantomData;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use tower::{Service, ServiceExt};

use crate::transport::TransportErrorKind;
use crate::{Request, Response, Transport, TransportError};

/// A transport over a tower service, such as an axum `Router`.
///
/// `S` is cloned for each request, as a server does for each connection; `B` is the body type it takes.
pub struct InProcess<S, B> {
    service: S,
    body: PhantomData<fn(B)>,
}

impl<S, B> InProcess<S, B> {
    /// A transport to `service`.
    pub fn new(service: S) -> Self {
        Self {
            service,
            body: PhantomData,
        }
    }
}

#[async_trait]
impl<S, B, R> Transport for InProcess<S, B>
where
    S: Service<http::Request<B>, Response = http::Response<R>> + Clone + Send + Sync,
    S::Error: Display,
    S::Future: Send,
    B: From<Bytes> + Send,
    R: http_body::Body + Send,
    R::Data: Send,
    R::Error: Display,
{
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let mut path = String::with_capacity(request.url.len() + 1);
        path.push('/');
        path.push_str(&request.url);
        let uri = http::Uri::try_from(path).map_err(|error| {
            TransportError::new(
                TransportErrorKind::Invalid,
                format!("'{}' is not a usable address: {error}", request.url),
            )
        })?;
        let mut message = http::Request::new(B::from(request.body));
        *message.method_mut() = request.method;
        *message.uri_mut() = uri;
        *message.headers_mut() = request.headers;
        let answer = self
            .service
            .clone()
            .oneshot(message)
            .await
            .map_err(|error| {
                TransportError::new(
                    TransportErrorKind::Interrupted,
                    format!("the local service failed: {error}"),
                )
            })?;
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| {
            TransportError::new(
                TransportErrorKind::Interrupted,
                format!("the local service broke off its answer: {error}"),
            )
        })?;
        Ok(Response {
            status: parts.status,
            headers: parts.headers,
            body: body.to_bytes(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{Method, StatusCode};
    use http_body_util::Full;
    use std::convert::Infallible;

    async fn echo(
        request: http::Request<Full<Bytes>>,
    ) -> Result<http::Response<Full<Bytes>>, Infallible> {
        let line = format!("{} {}", request.method(), request.uri());
        let body = request
            .into_body()
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes)
            .unwrap_or_default();
        let mut answer = http::Response::new(Full::new(Bytes::from(
            [line.as_bytes(), b"\n", &body].concat(),
        )));
        *answer.status_mut() = StatusCode::ACCEPTED;
        answer
            .headers_mut()
            .insert("request-id", http::HeaderValue::from_static("r1"));
        Ok(answer)
    }

    #[tokio::test]
    async fn a_request_reaches_the_service_and_its_answer_comes_back() {
        let transport = InProcess::<_, Full<Bytes>>::new(tower::service_fn(echo));
        let request = Request::new(Method::POST, "v1.0/users?$top=5").with_json("{}");
        let response = transport.send(request).await.unwrap();
        assert_eq!(response.status, StatusCode::ACCEPTED);
        assert_eq!(response.request_id(), Some("r1"));
        assert_eq!(&response.body[..], b"POST /v1.0/users?$top=5\n{}");
    }

    #[tokio::test]
    async fn an_address_that_cannot_be_sent_is_refused_before_the_service_sees_it() {
        let transport = InProcess::<_, Full<Bytes>>::new(tower::service_fn(echo));
        let error = transport
            .send(Request::new(Method::GET, "v1.0/users/a b"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Invalid);
        assert!(error.to_string().contains("v1.0/users/a b"), "{error}");
    }
}
