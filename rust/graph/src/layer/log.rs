//! Every exchange as text, for whoever asked to see them.

use std::sync::Arc;

use async_trait::async_trait;

use super::redact;
use crate::sign_in::caller;
use crate::{Request, Response, ServiceRoot, Transport, TransportError};

/// Shows each request and each answer to a caller that wants them, repeats included, secrets left out.
pub struct Log {
    inner: Arc<dyn Transport>,
    root: ServiceRoot,
}

impl Log {
    /// The layer around a transport to a service at `root`.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, root: ServiceRoot) -> Self {
        Self { inner, root }
    }
}

#[async_trait]
impl Transport for Log {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let Some(caller) = caller().filter(|caller| caller.wants_debug()) else {
            return self.inner.send(request).await;
        };
        caller.debug(redact::request(&request, &self.root)).await;
        let answered = self.inner.send(request).await;
        caller
            .debug(match &answered {
                Ok(response) => redact::response(response),
                Err(error) => redact::no_response(error),
            })
            .await;
        answered
    }
}
