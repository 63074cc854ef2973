//! Holding back while the service wants to be left alone.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use http::StatusCode;

use super::retry_after;
use crate::sign_in::tell;
use crate::wait::wait;
use crate::{Clock, Request, Response, Retry, Transport, TransportError};

/// Keeps requests back while the service has asked to wait, so that several at work at the same time don't each run
/// into the same refusal: Graph counts requests made while it throttles against the same limit. Reads and writes have
/// limits of their own; `x-ms-throttle-scope` tells which one was hit.
///
/// Whoever repeats by itself ([`Retry::None`]) is not held back; what it is told counts for the others.
pub struct Throttle {
    inner: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    gates: Mutex<Gates>,
}

/// Until when each sort of request is held back, in elapsed time of the clock.
#[derive(Clone, Copy, Default)]
struct Gates {
    reads: Duration,
    writes: Duration,
}

impl Gates {
    fn until(&self, write: bool) -> Duration {
        if write { self.writes } else { self.reads }
    }
}

impl Throttle {
    /// The layer around a transport.
    #[must_use]
    pub fn new(inner: Arc<dyn Transport>, clock: Arc<dyn Clock>) -> Self {
        Self {
            inner,
            clock,
            gates: Mutex::default(),
        }
    }

    fn gates(&self) -> Gates {
        *self.gates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self, response: &Response, write: bool) {
        let Some(pause) = retry_after(&response.headers, self.clock.now()) else {
            return;
        };
        let until = self.clock.elapsed() + pause;
        let (reads, writes) = struck(response, write);
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        if reads {
            gates.reads = gates.reads.max(until);
        }
        if writes {
            gates.writes = gates.writes.max(until);
        }
    }
}

/// Which limits a refusal is about: `Tenant_Application/ReadWrite/{app}/{tenant}`, else the one of its own sort.
fn struck(response: &Response, write: bool) -> (bool, bool) {
    match response
        .header("x-ms-throttle-scope")
        .and_then(|scope| scope.split('/').nth(1))
    {
        Some(limit) if limit.eq_ignore_ascii_case("ReadWrite") => (true, true),
        Some(limit) if limit.eq_ignore_ascii_case("Read") => (true, false),
        Some(limit) if limit.eq_ignore_ascii_case("Write") => (false, true),
        _ => (!write, write),
    }
}

#[async_trait]
impl Transport for Throttle {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let write = request.is_write();
        if request.retry == Retry::Session {
            loop {
                let left = self
                    .gates()
                    .until(write)
                    .saturating_sub(self.clock.elapsed());
                if left.is_zero() {
                    break;
                }
                tell(format!(
                    "Waiting {:.1} s with this request: the service has asked another one of this connection to wait.",
                    left.as_secs_f64()
                ))
                .await;
                wait(&*self.clock, left).await?;
            }
        }
        let response = self.inner.send(request).await?;
        if response.status == StatusCode::TOO_MANY_REQUESTS {
            self.close(&response, write);
        }
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layer::testing::{Script, answer, header};
    use http::Method;

    fn post() -> Request {
        Request::new(Method::POST, "v1.0/users/u/assignLicense")
    }

    fn get() -> Request {
        Request::new(Method::GET, "v1.0/users/u")
    }

    async fn waits(scope: Option<&'static str>, refused: Request, next: Request) -> Vec<u64> {
        let mut refusal = header(answer(429), "retry-after", "20");
        if let Some(scope) = scope {
            refusal = header(refusal, "x-ms-throttle-scope", scope);
        }
        let script = Script::new([Ok(refusal), Ok(answer(200))]);
        let layer = Throttle::new(script.transport(), script.clock());
        assert_eq!(layer.send(refused).await.unwrap().status, 429);
        assert_eq!(layer.send(next).await.unwrap().status, 200);
        script.seconds()
    }

    #[tokio::test]
    async fn the_next_request_of_the_same_limit_waits_as_long_as_the_refused_one_must() {
        assert_eq!(waits(None, post(), post()).await, [20]);
        assert_eq!(waits(None, post(), get()).await, [0_u64; 0]);
        assert_eq!(waits(None, get(), get()).await, [20]);
    }

    #[tokio::test]
    async fn the_scope_of_the_refusal_tells_which_limit_was_hit() {
        let both = Some("Tenant_Application/ReadWrite/app/tenant");
        assert_eq!(waits(both, post(), get()).await, [20]);
        let writes = Some("Tenant_Application/Write/app/tenant");
        assert_eq!(waits(writes, post(), get()).await, [0_u64; 0]);
        assert_eq!(waits(writes, post(), post()).await, [20]);
    }

    #[tokio::test]
    async fn who_repeats_by_itself_is_not_held_back() {
        assert_eq!(waits(None, post(), post().once()).await, [0_u64; 0]);
    }
}
