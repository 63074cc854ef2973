//! How many requests are on their way at the same time.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use http::Version;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The most connections of one client.
pub(super) const CONNECTIONS: usize = 4;

/// How many requests may share one HTTP/2 connection.
const STREAMS: usize = 32;

/// Lets as many requests through at a time as there may be connections, for each may need one of its own; once the
/// service is seen to speak HTTP/2, where requests share a connection, as many as it carries well.
pub(super) struct Lanes {
    permits: Semaphore,
    wide: AtomicBool,
    /// How many permits are in use that must not come back.
    surplus: AtomicUsize,
}

/// A place among the requests on their way, kept until it is dropped.
pub(super) struct Lane<'a> {
    lanes: &'a Lanes,
    permit: Option<SemaphorePermit<'a>>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self {
            permits: Semaphore::new(CONNECTIONS),
            wide: AtomicBool::new(false),
            surplus: AtomicUsize::new(0),
        }
    }
}

impl Lanes {
    /// Waits for a place.
    pub(super) async fn enter(&self) -> Lane<'_> {
        Lane {
            lanes: self,
            // The semaphore is never closed, so there is always a permit in the end.
            permit: self.permits.acquire().await.ok(),
        }
    }

    /// Takes note of the protocol that an answer came by.
    pub(super) fn seen(&self, version: Version) {
        if version == Version::HTTP_2 && !self.wide.swap(true, Ordering::SeqCst) {
            let mut more = STREAMS - CONNECTIONS;
            while more > 0 && self.takes_back() {
                more -= 1;
            }
            self.permits.add_permits(more);
        }
    }

    /// Back to as many requests as connections: one failed, and all that come next may have to make their own.
    pub(super) fn narrow(&self) {
        if self.wide.swap(false, Ordering::SeqCst) {
            let less = STREAMS - CONNECTIONS;
            let free = self.permits.forget_permits(less);
            self.surplus.fetch_add(less - free, Ordering::SeqCst);
        }
    }

    /// Whether one permit too many was given out, of which this is now the account.
    fn takes_back(&self) -> bool {
        self.surplus
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |surplus| {
                surplus.checked_sub(1)
            })
            .is_ok()
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        if self.lanes.takes_back()
            && let Some(permit) = self.permit.take()
        {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lanes_are_as_many_as_connections_unless_http2_shares_them() {
        let lanes = Lanes::default();
        lanes.seen(Version::HTTP_11);
        assert_eq!(lanes.permits.available_permits(), CONNECTIONS);
        lanes.seen(Version::HTTP_2);
        lanes.seen(Version::HTTP_2);
        assert_eq!(lanes.permits.available_permits(), STREAMS);
    }

    #[tokio::test]
    async fn lanes_in_use_when_a_connection_fails_are_taken_back_as_they_come_free() {
        let lanes = Lanes::default();
        lanes.seen(Version::HTTP_2);
        let mut used = Vec::new();
        for _ in 0..STREAMS {
            used.push(lanes.enter().await);
        }
        lanes.narrow();
        lanes.narrow();
        used.truncate(10);
        assert_eq!(lanes.permits.available_permits(), 0);
        lanes.seen(Version::HTTP_2);
        drop(used);
        assert_eq!(lanes.permits.available_permits(), STREAMS);
    }
}
