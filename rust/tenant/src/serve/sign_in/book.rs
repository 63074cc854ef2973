//! The tokens that were given out. They live as long as the server, and what is kept of them cannot be used as one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::caller::Caller;
use crate::clock::Moment;

/// So many entries are kept before those that ended are looked for.
const ROOM: usize = 1024;

/// What a text that cannot be guessed stands for, until a time.
pub(super) struct Shelf<K, V> {
    entries: Mutex<HashMap<K, (V, Moment)>>,
}

impl<K: Eq + Hash, V> Shelf<K, V> {
    pub(super) fn new() -> Self {
        Self {
            entries: Mutex::new(HashMap::new()),
        }
    }

    pub(super) fn put(&self, key: K, value: V, until: Moment, now: Moment) {
        self.roomy(now).insert(key, (value, until));
    }

    /// Puts in what is not there yet, and says whether it was not.
    pub(super) fn put_new(&self, key: K, value: V, until: Moment, now: Moment) -> bool {
        let mut entries = self.roomy(now);
        let is_new = !entries.contains_key(&key);
        if is_new {
            entries.insert(key, (value, until));
        }
        is_new
    }

    /// The entries, without those that ended where there are many.
    fn roomy(&self, now: Moment) -> MutexGuard<'_, HashMap<K, (V, Moment)>> {
        let mut entries = self.lock();
        if entries.len() >= ROOM && entries.len().is_power_of_two() {
            entries.retain(|_, (_, until)| *until > now);
        }
        entries
    }

    /// Takes an entry out: it can be used once.
    pub(super) fn take(&self, key: &K) -> Option<(V, Moment)> {
        self.lock().remove(key)
    }

    /// Looks at an entry, and perhaps changes it.
    pub(super) fn with<R>(&self, key: &K, look: impl FnOnce(&mut V, Moment) -> R) -> Option<R> {
        let mut entries = self.lock();
        entries
            .get_mut(key)
            .map(|(value, until)| look(value, *until))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<K, (V, Moment)>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is kept of a secret text.
pub(super) type Print = [u8; 32];

pub(super) fn print(text: &str) -> Print {
    Sha256::digest(text.as_bytes()).into()
}

/// A text nobody can guess.
pub(super) fn random_text() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// The access tokens in force.
pub(super) type AccessTokens = Shelf<Print, Arc<Caller>>;
