//! The arithmetic of one limit: how much of it is left, and when there is enough again. No clock, no file.

use crate::settings::QuotaModel;

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limit {
    /// What can be spent at once.
    pub(crate) capacity: f64,
    /// What comes back in a millisecond.
    pub(crate) rate: f64,
    /// The length of a window, in milliseconds.
    pub(crate) window: i64,
    pub(crate) model: QuotaModel,
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Level {
    /// Below zero where more was asked for than there is.
    pub(crate) left: f64,
    /// When that was so, in milliseconds; for fixed windows, when the window began.
    pub(crate) at: i64,
}

/// How far below zero a limit goes: Microsoft's header shows at most 1.8 times the limit.
const OVERDRAFT: f64 = 0.8;

impl Limit {
    /// The limit at its first use.
    pub(crate) fn start(&self, is_full: bool, now: i64) -> Level {
        Level {
            left: if is_full { self.capacity } else { 0.0 },
            at: now,
        }
    }

    /// The level as time passes. A clock that went back gives nothing and takes nothing.
    pub(crate) fn refill(&self, level: Level, now: i64) -> Level {
        let passed = now - level.at;
        if passed < 0 {
            return Level { at: now, ..level };
        }
        match self.model {
            QuotaModel::TokenBucket => Level {
                left: (level.left + self.rate * passed as f64).min(self.capacity),
                at: now,
            },
            QuotaModel::FixedWindow if passed < self.window => Level {
                left: level.left.min(self.capacity),
                ..level
            },
            QuotaModel::FixedWindow => Level {
                left: self.capacity,
                at: level.at + passed / self.window * self.window,
            },
        }
    }

    /// The level once something was spent, or asked for.
    pub(crate) fn spend(&self, level: Level, cost: f64) -> Level {
        Level {
            left: (level.left - cost).max(-OVERDRAFT * self.capacity),
            ..level
        }
    }

    /// Milliseconds until a cost can be met.
    pub(crate) fn wait(&self, level: Level, cost: f64, now: i64) -> i64 {
        match self.model {
            QuotaModel::FixedWindow => level.at + self.window - now,
            QuotaModel::TokenBucket => ((cost - level.left) / self.rate).ceil() as i64,
        }
    }

    /// How much of the limit is used: 1 is all of it.
    pub(crate) fn used(&self, level: Level) -> f64 {
        1.0 - level.left / self.capacity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The documented limit for writes of one application: 3,000 in 150 seconds.
    fn writes(model: QuotaModel) -> Limit {
        Limit {
            capacity: 3000.0,
            rate: 3000.0 / 150_000.0,
            window: 150_000,
            model,
        }
    }

    /// When the last of so many writes passes, in milliseconds, if each is sent as soon as it passes.
    fn time_for(limit: Limit, count: u32) -> i64 {
        let mut now = 0;
        let mut level = limit.start(true, now);
        for _ in 0..count {
            level = limit.refill(level, now);
            if level.left < 1.0 {
                now += limit.wait(level, 1.0, now);
                level = limit.refill(level, now);
            }
            assert!(level.left >= 1.0 - 1e-6, "{level:?} at {now}");
            level = limit.spend(level, 1.0);
        }
        now
    }

    #[test]
    fn twenty_thousand_writes_take_850_seconds_by_the_token_bucket() {
        // (20,000 - 3,000) / 20 a second.
        let time = time_for(writes(QuotaModel::TokenBucket), 20_000);
        assert!((849_900..=850_100).contains(&time), "{time}");
        let time = time_for(writes(QuotaModel::TokenBucket), 10_000);
        assert!((349_900..=350_100).contains(&time), "{time}");
    }

    #[test]
    fn by_fixed_windows_they_end_in_the_seventh_window() {
        assert_eq!(
            time_for(writes(QuotaModel::FixedWindow), 20_000),
            6 * 150_000
        );
        assert_eq!(
            time_for(writes(QuotaModel::FixedWindow), 10_000),
            3 * 150_000
        );
    }

    #[test]
    fn what_is_asked_for_beyond_the_limit_is_owed_up_to_a_point() {
        let limit = writes(QuotaModel::TokenBucket);
        let mut level = limit.start(false, 0);
        for _ in 0..10_000 {
            level = limit.spend(level, 1.0);
        }
        assert!((limit.used(level) - 1.8).abs() < 1e-9, "{level:?}");
        // 2,400 owed and one wanted, at 20 a second.
        assert_eq!(limit.wait(level, 1.0, 0), 120_050);
    }

    #[test]
    fn a_clock_that_goes_back_changes_no_level() {
        for model in [QuotaModel::TokenBucket, QuotaModel::FixedWindow] {
            let limit = writes(model);
            let level = Level {
                left: 7.0,
                at: 1000,
            };
            assert_eq!(limit.refill(level, 500).left, 7.0);
            assert_eq!(
                limit.refill(limit.refill(level, 500), 500 + 1_000_000).left,
                3000.0
            );
        }
    }
}
