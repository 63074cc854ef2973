//! The exchanges of a sign-in over the network.

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use tokio::sync::OnceCell;

use super::client::{self, ClientOptions};
use super::fault;
use crate::sign_in::{Web, WebRequest, WebResponse};
use crate::{Endpoint, TransportError, TransportErrorKind};

/// No answer of a sign-in service is larger, in bytes.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Carries the exchanges of a sign-in. The clients are made when they are first needed.
pub struct SignInWeb {
    authority: Endpoint,
    options: ClientOptions,
    usual: OnceCell<reqwest::Client>,
    direct: OnceCell<reqwest::Client>,
}

impl SignInWeb {
    /// Over clients that are made as those of the session, for the sign-in service at `authority`.
    #[must_use]
    pub fn new(authority: Endpoint, options: ClientOptions) -> Self {
        Self {
            authority,
            options,
            usual: OnceCell::new(),
            direct: OnceCell::new(),
        }
    }

    async fn client(&self, direct: bool) -> Result<&reqwest::Client, TransportError> {
        let (cell, options) = if direct {
            let options = ClientOptions {
                trust: None,
                proxy: None,
                direct: true,
            };
            (&self.direct, options)
        } else {
            (&self.usual, self.options.clone())
        };
        cell.get_or_try_init(|| async { client::build(&self.authority, &options) })
            .await
            .map_err(|error| {
                TransportError::new(TransportErrorKind::NotSent, error.to_string())
                    .with_code("NoClient")
            })
    }
}

#[async_trait]
impl Web for SignInWeb {
    async fn exchange(&self, request: WebRequest) -> Result<WebResponse, TransportError> {
        let url: reqwest::Url = request.url.parse().map_err(|error| {
            TransportError::new(
                TransportErrorKind::Invalid,
                format!("'{}' is not a usable address: {error}", request.url),
            )
        })?;
        let host = match (url.host_str(), url.port()) {
            (Some(host), Some(port)) => format!("{host}:{port}"),
            (host, _) => host.unwrap_or_default().to_owned(),
        };
        let mut message = reqwest::Request::new(request.method, url);
        *message.headers_mut() = request.headers;
        if let Some(form) = &request.form {
            *message.body_mut() = Some(form.expose().to_owned().into());
        }
        let told = |error: reqwest::Error| fault::explain(error, &host);
        let answered = self
            .client(request.direct)
            .await?
            .execute(message)
            .await
            .map_err(told)?;
        let (status, headers) = (answered.status(), answered.headers().clone());
        let body = read(answered).await.map_err(told)?.ok_or_else(|| {
            TransportError::new(
                TransportErrorKind::Interrupted,
                format!("what answered at {host} is no sign-in service: its answer never ends"),
            )
            .with_code("AnswerTooLarge")
        })?;
        Ok(WebResponse {
            status,
            headers,
            body,
        })
    }
}

/// The whole body; `None` as soon as it is too large.
async fn read(mut answered: reqwest::Response) -> Result<Option<Bytes>, reqwest::Error> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answered.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.freeze()))
}
