//! How the requests of a session are timed and repeated.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How requests are timed and repeated. The defaults are those of the Microsoft Graph PowerShell SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestContext {
    /// How long one exchange may take, from the first byte sent to the last one received.
    pub client_timeout: Duration,
    /// How long to wait before the first repeat where the service names no time; it doubles with each.
    pub retry_delay: Duration,
    /// How often one request is repeated at most.
    pub max_retry: u32,
    /// How long the waits of one request may take in all; `None` is no limit.
    pub retries_time_limit: Option<Duration>,
}

impl Default for RequestContext {
    fn default() -> Self {
        Self {
            client_timeout: Duration::from_secs(300),
            retry_delay: Duration::from_secs(3),
            max_retry: 3,
            retries_time_limit: None,
        }
    }
}

/// The request context of a session, which can be changed while it is open. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct SharedContext(Arc<RwLock<RequestContext>>);

impl SharedContext {
    /// A context that begins with these values.
    #[must_use]
    pub fn new(context: RequestContext) -> Self {
        Self(Arc::new(RwLock::new(context)))
    }

    /// What holds now.
    #[must_use]
    pub fn get(&self) -> RequestContext {
        *self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// What holds for every request that begins from now on.
    pub fn set(&self, context: RequestContext) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = context;
    }
}
