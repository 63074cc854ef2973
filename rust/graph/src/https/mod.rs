//! The transport over the network.
//!
//! One client a session: HTTP/2 where the service offers it, at most four connections, kept open between requests,
//! answers compressed, certificates judged by this system's own trust store. The client is made by the first request,
//! because making one reads the trust store.

mod client;
mod fault;
mod lanes;
mod proxy;
mod sign_in;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use tokio::sync::OnceCell;

pub use client::{ClientError, ClientOptions};
pub use proxy::{Proxy, ProxyError};
pub use sign_in::SignInWeb;

use crate::{Endpoint, Request, Response, Transport, TransportError, TransportErrorKind};
use lanes::Lanes;

/// The most that one answer may hold, in bytes, after decompression. A page of 999 users with every property is a
/// tenth of it.
pub const LARGEST_ANSWER: usize = 64 * 1024 * 1024;

/// The longest address that the HTTP library sends, in bytes.
const LONGEST_ADDRESS: usize = u16::MAX as usize - 1;

/// A transport to a service on the network.
pub struct Https {
    endpoint: Endpoint,
    options: ClientOptions,
    client: OnceCell<reqwest::Client>,
    lanes: Lanes,
}

impl Https {
    /// A transport to the service at `endpoint`. Does nothing yet.
    #[must_use]
    pub fn new(endpoint: Endpoint, options: ClientOptions) -> Self {
        Self {
            endpoint,
            options,
            client: OnceCell::new(),
            lanes: Lanes::default(),
        }
    }

    async fn client(&self) -> Result<&reqwest::Client, TransportError> {
        self.client
            .get_or_try_init(|| async { client::build(&self.endpoint, &self.options) })
            .await
            .map_err(|error| {
                TransportError::new(TransportErrorKind::NotSent, error.to_string())
                    .with_code("NoClient")
            })
    }

    fn message(&self, request: Request) -> Result<reqwest::Request, TransportError> {
        let address = format!("{}/{}", self.endpoint.address(), request.url);
        let refused = |why: &str| {
            TransportError::new(
                TransportErrorKind::Invalid,
                format!("'{}' is not a usable address: {why}", request.url),
            )
        };
        let url: reqwest::Url = address
            .parse()
            .map_err(|error: url::ParseError| refused(&error.to_string()))?;
        // Otherwise it is found out later, by a sentence that names no reason.
        if url.as_str().len() > LONGEST_ADDRESS {
            return Err(refused("uri too long"));
        }
        let mut message = reqwest::Request::new(request.method, url);
        *message.headers_mut() = request.headers;
        if !request.body.is_empty() {
            *message.body_mut() = Some(request.body.into());
        }
        Ok(message)
    }
}

#[async_trait]
impl Transport for Https {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let message = self.message(request)?;
        let client = self.client().await?;
        let _lane = self.lanes.enter().await;
        let told = |error: reqwest::Error| fault::explain(error, self.endpoint.authority());
        let mut answered = match client.execute(message).await {
            Ok(answered) => answered,
            Err(error) => {
                self.lanes.narrow();
                return Err(told(error));
            }
        };
        self.lanes.seen(answered.version());
        let status = answered.status();
        let headers = std::mem::take(answered.headers_mut());
        let body = match read(answered).await {
            Ok(Some(body)) => body,
            Ok(None) => return Err(fault::too_large(&self.endpoint, LARGEST_ANSWER)),
            Err(error) => {
                self.lanes.narrow();
                return Err(told(error));
            }
        };
        Ok(Response {
            status,
            headers,
            body,
        })
    }
}

/// The whole body; `None` as soon as it is too large.
async fn read(mut answered: reqwest::Response) -> Result<Option<Bytes>, reqwest::Error> {
    let Some(first) = answered.chunk().await? else {
        return Ok(Some(Bytes::new()));
    };
    let Some(second) = answered.chunk().await? else {
        return Ok(Some(first));
    };
    let expected = answered.content_length().unwrap_or_default();
    let expected = usize::try_from(expected)
        .unwrap_or(usize::MAX)
        .min(LARGEST_ANSWER);
    let mut body = BytesMut::with_capacity(expected.max(first.len() + second.len()));
    body.extend_from_slice(&first);
    body.extend_from_slice(&second);
    while let Some(chunk) = answered.chunk().await? {
        if body.len() + chunk.len() > LARGEST_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body.freeze()))
}

/// A transport to a service on the network, shared.
#[must_use]
pub fn transport(endpoint: Endpoint, options: ClientOptions) -> Arc<dyn Transport> {
    Arc::new(Https::new(endpoint, options))
}
