//! How long one exchange may take.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    Clock, Request, Response, SharedContext, Transport, TransportError, TransportErrorKind,
};

/// Gives up on an exchange that takes longer than the session's request context allows, on the session's clock.
pub struct TimeLimit {
    inner: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    context: SharedContext,
}

impl TimeLimit {
    /// The layer around a transport.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, clock: Arc<dyn Clock>, context: SharedContext) -> Self {
        Self {
            inner,
            clock,
            context,
        }
    }
}

#[async_trait]
impl Transport for TimeLimit {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let limit = self.context.get().client_timeout;
        tokio::select! {
            biased;
            answered = self.inner.send(request) => answered,
            () = self.clock.sleep(limit) => Err(TransportError::new(
                TransportErrorKind::Interrupted,
                format!("no whole answer came within the {} seconds that one request may take", limit.as_secs_f64()),
            )
            .with_code("TimedOut")
            .with_advice("Try again, or allow more time with Set-MgRequestContext -ClientTimeout. If this was a change, read back whether it was made before repeating it.")),
        }
    }
}
