//! New ids: drawn from the tenant's seed, so that the same seed gives the same tenant.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use mglicense_rules::Guid;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

/// Ids of users, groups and whatever else a tenant makes. The counter lives in the file, so two processes never draw
/// the same.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    next: Cell<Option<i64>>,
    read: Cell<i64>,
}

impl Ids {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            next: Cell::new(None),
            read: Cell::new(0),
        }
    }

    /// The next id. The counter is read from the file at the first one of a transaction.
    pub(crate) fn next(&self, connection: &Connection) -> rusqlite::Result<Guid> {
        let number = match self.next.get() {
            Some(number) => number,
            None => {
                let stored = super::state::meta(connection, "idCounter")?;
                let number = stored.and_then(|text| text.parse().ok()).unwrap_or(0);
                self.read.set(number);
                number
            }
        };
        self.next.set(Some(number + 1));
        Ok(draw(self.seed, "object", number.unsigned_abs()))
    }

    /// Writes the counter back, if it moved.
    pub(crate) fn save(&self, connection: &Connection) -> rusqlite::Result<()> {
        match self.next.get() {
            Some(next) if next != self.read.get() => {
                self.read.set(next);
                super::set_meta(connection, "idCounter", &next.to_string())
            }
            _ => Ok(()),
        }
    }
}

/// The id that a seed gives for a purpose and a number: a GUID of version 4 in form.
pub(crate) fn draw(seed: u64, purpose: &str, number: u64) -> Guid {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update(number.to_be_bytes());
    hash.update(purpose.as_bytes());
    let digest = hash.finalize();
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Guid::from_bytes(bytes)
}

/// Ids of requests that leave no trace in the file: unlike any other of this or another process.
pub(crate) struct RequestIds;

impl RequestIds {
    pub(crate) fn next() -> Guid {
        static PROCESS: LazyLock<u64> =
            LazyLock::new(|| RandomState::new().build_hasher().finish());
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let high = mix(*PROCESS ^ number);
        let low = mix(high ^ PROCESS.rotate_left(32));
        let value = u128::from(high) << 64 | u128::from(low);
        let version = 0x4_u128 << 76;
        let variant = 0x8_u128 << 60;
        Guid(value & !(0xf_u128 << 76) & !(0xc_u128 << 60) | version | variant)
    }

    /// The id of a request that is kept in the log under this number.
    pub(crate) fn logged(seed: u64, number: i64) -> Guid {
        draw(seed, "request", number.unsigned_abs())
    }
}

/// Spreads the bits of a number over the whole word (the finaliser of SplitMix64).
pub(crate) fn mix(mut word: u64) -> u64 {
    word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_ids_and_another_seed_others() {
        assert_eq!(draw(1, "object", 7), draw(1, "object", 7));
        let all: HashSet<Guid> = (0..3)
            .flat_map(|seed| {
                (0..100).flat_map(move |n| [draw(seed, "object", n), draw(seed, "request", n)])
            })
            .collect();
        assert_eq!(all.len(), 600);
    }

    #[test]
    fn request_ids_have_the_form_of_version_4_and_differ() {
        let ids: HashSet<String> = (0..1000).map(|_| RequestIds::next().to_string()).collect();
        assert_eq!(ids.len(), 1000);
        for id in ids {
            assert_eq!(id.as_bytes()[14], b'4', "{id}");
            assert!(b"89ab".contains(&id.as_bytes()[19]), "{id}");
        }
    }
}
