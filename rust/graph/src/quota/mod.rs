//! Staying just under the service's limits on writes.
//!
//! Graph documents, for the directory, 3,000 writes in 150 seconds for an application in a tenant, kept as a token
//! bucket; refused requests may count too. It tells how much of a limit is used (`x-ms-throttle-limit-percentage`,
//! from 0.8 on) and, with a refusal, how long to wait. [`WriteBucket`] is the client's picture of that bucket.

mod bucket;
mod signs;

pub use bucket::{Answered, CAPACITY, Grant, RATE, WriteBucket};
pub use signs::{Signs, retry_after, signs};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Clock;

/// A bucket that several runs share, with the clock its times are of.
pub struct SharedBucket {
    bucket: Mutex<WriteBucket>,
    clock: Arc<dyn Clock>,
}

impl SharedBucket {
    /// A bucket of which nothing is known yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self {
            bucket: Mutex::new(WriteBucket::new()),
            clock,
        }
    }

    /// The bucket, and the present moment on its clock.
    pub fn now(&self) -> (MutexGuard<'_, WriteBucket>, Duration) {
        // No code that can panic runs under this lock, so the bucket behind a poisoned one is whole.
        let bucket = self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        (bucket, self.clock.elapsed())
    }
}

/// The bucket of an application in a tenant, the same for every session of this process that works there.
#[must_use]
pub fn shared(key: &str, clock: &Arc<dyn Clock>) -> Arc<SharedBucket> {
    static BUCKETS: Mutex<Option<HashMap<String, Arc<SharedBucket>>>> = Mutex::new(None);
    let mut buckets = BUCKETS.lock().unwrap_or_else(PoisonError::into_inner);
    let buckets = buckets.get_or_insert_with(HashMap::new);
    if let Some(known) = buckets.get(key) {
        return Arc::clone(known);
    }
    let made = Arc::new(SharedBucket::new(Arc::clone(clock)));
    buckets.insert(key.to_owned(), Arc::clone(&made));
    made
}
