//! What stands between a session and its transport, each thing a transport around a transport.
//!
//! From the outside in: [`Retrying`] repeats, [`Throttle`] holds back, [`Authentication`] adds the token,
//! [`TimeLimit`] gives up on one exchange, [`Log`] shows what really crosses. Each repeat passes through all below
//! it, so it carries a token that is good when it leaves.

mod authentication;
mod challenge;
mod log;
mod redact;
mod retry;
mod retry_after;
mod settle;
#[cfg(test)]
mod testing;
mod throttle;
mod time_limit;

use std::sync::Arc;

pub use authentication::Authentication;
pub use log::Log;
pub use redact::{request as show_request, response as show_response};
pub use retry::Retrying;
pub use retry_after::retry_after;
pub use settle::{Reading, Refusal, Settled, Settlement, settlement};
pub use throttle::Throttle;
pub use time_limit::TimeLimit;

use crate::sign_in::TokenSource;
use crate::{Clock, ServiceRoot, SharedContext, Transport};

/// All layers of a session around a transport. `tokens` is absent where the service asks for none.
#[must_use]
pub fn around(
    transport: Arc<dyn Transport>,
    root: &ServiceRoot,
    clock: &Arc<dyn Clock>,
    context: &SharedContext,
    tokens: Option<Arc<dyn TokenSource>>,
) -> Arc<dyn Transport> {
    let inner = Arc::new(Log::new(transport, root.clone()));
    let mut inner: Arc<dyn Transport> =
        Arc::new(TimeLimit::new(inner, Arc::clone(clock), context.clone()));
    if let Some(tokens) = tokens {
        inner = Arc::new(Authentication::new(inner, tokens));
    }
    let inner = Arc::new(Throttle::new(inner, Arc::clone(clock)));
    Arc::new(Retrying::new(inner, Arc::clone(clock), context.clone()))
}
