//! The client's picture of the service's write bucket.

use std::time::Duration;

/// The writes that Graph documents for an application in a tenant: 3,000 …
pub const CAPACITY: f64 = 3_000.0;
/// … in 150 seconds, which is this many a second.
pub const RATE: f64 = 20.0;

/// From this share on the service tells how much of a limit is used.
const TOLD_FROM: f64 = 0.8;
/// Beyond this share it tells no more.
const TOLD_TO: f64 = 1.8;
/// A wait longer than a bucket of the documented rate could ask for is the rest of a window.
const WINDOW_FROM: Duration = Duration::from_secs(15);
/// How long to wait before a single write is risked on a refill that was never seen.
const PROBE: Duration = Duration::from_secs(4);

/// Whether writes may be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Grant {
    /// This many, now. They are counted as sent.
    Now(usize),
    /// None before this long.
    After(Duration),
}

/// What became of writes that were sent together.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Answered {
    /// How many were sent.
    pub sent: usize,
    /// How many of them the service refused for its limits.
    pub refused: usize,
    /// The refusals look like an empty bucket, not like trouble with single items.
    pub is_exhausted: bool,
    /// The longest wait that a refusal asked for.
    pub retry_after: Option<Duration>,
    /// The smallest and the greatest share of the limit that the answers told.
    pub used: Option<(f64, f64)>,
    /// How many answers told a share.
    pub tellers: usize,
    /// What the told shares can tell apart at best.
    pub quantum: f64,
}

/// How many writes are left, as far as can be told.
///
/// Times are of one clock, which never goes back. The picture starts as documented and full. Every answer corrects it:
/// a told share says the level outright, a share not told by a service that tells them says that a fifth is left, and a
/// refusal that nothing is. A reserve is kept against errors of the picture, and spent on the last writes of a run.
#[derive(Clone, Debug)]
pub struct WriteBucket {
    capacity: f64,
    /// Refill in writes a second.
    rate: f64,
    /// Writes left at `at`, with everything sent counted; below 0 where refused ones are charged.
    level: f64,
    at: Duration,
    /// What of the level was told or counted rather than hoped for: the level at the last correction.
    certain: f64,
    /// Nothing may be sent before.
    closed_until: Duration,
    /// Sent and not yet answered.
    in_flight: f64,
    /// The service has told a share before.
    tells: bool,
    /// The service has refused for its limits without ever telling a share.
    is_mute: bool,
    /// A refill was seen to come.
    refill_seen: bool,
    /// Just after a closure the true level is above the picture: a few writes show by how much.
    is_low_bound: bool,
    /// Writes accepted since the bucket was taken for full, while that still says something about its size.
    accepted: Option<(f64, Duration)>,
    /// How sharply the size was seen: the longest told slope in units of what it can tell apart.
    sharpness: f64,
    /// Where the measuring of the refill began: when, the level then, and what was sent since.
    measured_from: Option<(Duration, f64, f64)>,
    /// The level last told, what was in flight not taken off, and how much of that may tell of an earlier moment.
    overtaken: Option<Overtaken>,
}

/// Answers come in another order than the service gave them: those that were under way when a level was told may tell
/// of a higher one, which was before.
#[derive(Clone, Copy, Debug)]
struct Overtaken {
    level: f64,
    at: Duration,
    /// Writes that were in flight then and are not answered yet.
    items: f64,
}

impl Default for WriteBucket {
    fn default() -> Self {
        Self::new()
    }
}

impl WriteBucket {
    /// A bucket as documented, full.
    #[must_use]
    pub fn new() -> Self {
        Self {
            capacity: CAPACITY,
            rate: RATE,
            level: CAPACITY,
            at: Duration::ZERO,
            certain: CAPACITY,
            closed_until: Duration::ZERO,
            in_flight: 0.0,
            tells: false,
            is_mute: false,
            refill_seen: false,
            is_low_bound: false,
            accepted: None,
            sharpness: 0.0,
            measured_from: None,
            overtaken: None,
        }
    }

    /// How many of `wanted` writes may be sent at once, when `remaining` are to be sent in all, these included.
    pub fn ask(&mut self, now: Duration, wanted: usize, remaining: usize) -> Grant {
        self.advance(now);
        if wanted == 0 {
            return Grant::Now(0);
        }
        if let Some(closed) = self
            .closed_until
            .checked_sub(now)
            .filter(|left| !left.is_zero())
        {
            return Grant::After(closed);
        }
        let want = wanted as f64;
        if self.is_low_bound && self.in_flight == 0.0 && self.level >= 1.0 {
            return self.take(now, self.level.floor().min(want));
        }
        // The reserve is for what comes after; the last writes may use it.
        let reserve = if remaining as f64 <= self.level.max(want) {
            1.0
        } else {
            self.reserve()
        };
        let needed = want + reserve;
        if self.level >= needed {
            if self.refill_seen || !self.tells || self.certain >= want {
                return self.take(now, want);
            }
            // What is surely there goes first; after that, one write shows whether anything came back.
            let sure = self.certain.floor().max(1.0).min(want);
            return self.take(now, sure);
        }
        let wait = (needed - self.level) / self.rate.max(0.1);
        let wait = Duration::from_secs_f64(wait.min(86_400.0));
        if self.tells && !self.refill_seen && wait > PROBE {
            // A refill that is only hoped for is not waited for long: a single write finds out.
            let since = self
                .measured_from
                .map_or(Duration::ZERO, |(from, ..)| now.saturating_sub(from));
            return match PROBE.checked_sub(since) {
                Some(left) if !left.is_zero() => Grant::After(left),
                _ => self.take(now, 1.0),
            };
        }
        Grant::After(wait.max(Duration::from_millis(1)))
    }

    /// Counts writes as sent.
    fn take(&mut self, now: Duration, count: f64) -> Grant {
        let count = count.max(1.0);
        self.level -= count;
        self.certain -= count;
        self.in_flight += count;
        if let Some((_, _, sent)) = &mut self.measured_from {
            *sent += count;
        }
        if self.accepted.is_none() && self.level + count >= self.capacity {
            self.accepted = Some((0.0, now));
        }
        Grant::Now(count as usize)
    }

    /// Takes back writes that never left.
    pub fn unsent(&mut self, count: usize) {
        let count = count as f64;
        self.level = (self.level + count).min(self.capacity);
        self.certain = (self.certain + count).min(self.capacity);
        self.in_flight = (self.in_flight - count).max(0.0);
        if let Some((_, _, sent)) = &mut self.measured_from {
            *sent -= count;
        }
    }

    /// Learns from answers.
    pub fn answered(&mut self, now: Duration, answered: &Answered) {
        self.advance(now);
        self.in_flight = (self.in_flight - answered.sent as f64).max(0.0);
        let before = self.overtaken.filter(|before| before.items > 0.0);
        self.overtaken = before.map(|before| Overtaken {
            items: before.items - answered.sent as f64,
            ..before
        });
        if let Some((accepted, _)) = &mut self.accepted {
            *accepted += (answered.sent - answered.refused.min(answered.sent)) as f64;
        }
        self.tells |= answered.used.is_some();
        if let Some((least, most)) = answered.used {
            self.size_by_slope(least, most, answered);
        }
        if answered.is_exhausted && answered.refused > 0 {
            self.exhausted(now, answered, before);
            return;
        }
        match answered.used {
            Some((_, most)) => {
                let level = self.told(now, most, answered.quantum, before) - self.in_flight;
                self.measure(now, level);
                self.at = now;
                self.correct(level);
            }
            // It may have been answered before the level that was told meanwhile.
            None if before.is_some() => {}
            // Not told though it is documented to be told from 0.8 on: more than a fifth is left, whatever was thought.
            None if !self.is_mute => {
                let least = (1.0 - TOLD_FROM) * self.capacity - self.in_flight;
                if least > self.level {
                    if !self.is_low_bound && least - self.level > 0.3 * self.capacity {
                        // Far more than was thought: so is the bucket.
                        self.capacity = (self.capacity * 1.5).min(CAPACITY.max(self.capacity));
                        self.sharpness = 0.0;
                    }
                    self.level = least;
                }
                self.is_low_bound = false;
                self.certain = self.certain.max(least);
                self.measured_from = None;
            }
            // Without a word from the service, the pace creeps back to the documented one.
            None => self.rate = self.rate.max((self.rate * 1.01).min(RATE)),
        }
    }

    /// The level that a told share stands for, at its lowest; what is in flight comes off it yet. `before` is what was
    /// told while this answer was under way already.
    fn told(&mut self, now: Duration, used: f64, quantum: f64, before: Option<Overtaken>) -> f64 {
        let level = (1.0 - used - quantum / 2.0) * self.capacity;
        if let Some(before) = before {
            let passed = now.saturating_sub(before.at).as_secs_f64();
            let lower = before.level + self.rate * passed;
            if lower < level {
                return lower;
            }
        }
        self.overtaken = Some(Overtaken {
            level,
            at: now,
            items: self.in_flight,
        });
        level
    }

    fn correct(&mut self, level: f64) {
        self.level = level.min(self.capacity);
        self.certain = self.level;
        self.is_low_bound = false;
    }

    /// Nothing was left. What refused writes cost is unknown, unless a share tells it; after the wait at least one is
    /// free again.
    fn exhausted(&mut self, now: Duration, answered: &Answered, before: Option<Overtaken>) {
        if let Some((accepted, since)) = self.accepted.take() {
            // It was full when counting began: what went through until now, less what came back, is its size.
            let passed = now.saturating_sub(since).as_secs_f64();
            let size = accepted - self.rate * passed;
            // Where shares tell the size, it is only made smaller, and not while accepted ones may still be under way.
            let is_told = self.tells && answered.tellers > 1;
            if !is_told || (size < self.capacity && self.in_flight == 0.0) {
                self.capacity = size.clamp(1.0, CAPACITY.max(self.capacity));
            }
        } else if !self.tells && now >= self.closed_until {
            // Refused at the pace that was thought right: somebody else writes too, or the rate is lower.
            self.rate = (self.rate * 0.9).max(0.5);
        }
        self.is_mute = !self.tells;
        self.measured_from = None;
        let wait = answered.retry_after.unwrap_or(Duration::from_secs(2));
        self.closed_until = self.closed_until.max(now + wait);
        let told = answered
            .used
            .filter(|&(_, most)| most < TOLD_TO - answered.quantum)
            .map(|(_, most)| self.told(now, most, answered.quantum, before));
        if wait >= WINDOW_FROM {
            // The rest of a window, after which all of it is there; or so long a wait that a bucket is full again.
            self.refill_seen = false;
            let back = (self.rate.max(RATE) * wait.as_secs_f64()).max(self.capacity);
            self.set_at(self.closed_until, back.min(self.capacity));
            self.certain = self.level;
            return;
        }
        // A short wait is one for single writes to come back.
        self.refill_seen = true;
        let closed = self.closed_until.saturating_sub(now).as_secs_f64();
        match told.filter(|level| level + self.rate * closed >= 1.0) {
            Some(level) => {
                self.at = now;
                self.correct(level - self.in_flight);
            }
            None => {
                let until = self.closed_until;
                self.set_at(until, 1.0 - self.in_flight);
                self.certain = self.level;
                self.is_low_bound = true;
            }
        }
    }

    fn set_at(&mut self, at: Duration, level: f64) {
        self.at = at;
        self.level = level;
    }

    /// The size of the bucket by how much of it each of the answers took.
    fn size_by_slope(&mut self, least: f64, most: f64, answered: &Answered) {
        let rise = most - least;
        let is_cut = most >= TOLD_TO - answered.quantum;
        if is_cut || rise < 0.05 || rise < 8.0 * answered.quantum || answered.tellers < 2 {
            return;
        }
        // The longer the slope, the better it shows the size.
        let sharpness = rise / answered.quantum;
        if sharpness < self.sharpness {
            return;
        }
        self.sharpness = sharpness;
        let size = (answered.tellers - 1) as f64 / rise;
        self.capacity = size.clamp(1.0, CAPACITY.max(self.capacity));
        self.level = self.level.min(self.capacity);
    }

    /// Measures the refill between told levels.
    fn measure(&mut self, now: Duration, level: f64) {
        let Some((from, before, sent)) = self.measured_from else {
            // What is in flight was taken off the level already, and its answer says nothing about the refill.
            self.measured_from = Some((now, level, 0.0));
            return;
        };
        let passed = now.saturating_sub(from).as_secs_f64();
        if passed < 2.0 {
            return;
        }
        let refill = (level - before + sent) / passed;
        self.refill_seen |= refill > 1.0;
        if refill <= 1.0 {
            self.refill_seen = false;
        }
        let weight = (passed / (passed + 4.0)).min(0.8);
        self.rate = (self.rate * (1.0 - weight) + refill * weight).clamp(0.1, 4.0 * RATE);
        self.measured_from = Some((now, level, 0.0));
    }

    fn advance(&mut self, now: Duration) {
        if let Some(passed) = now.checked_sub(self.at) {
            self.level = (self.level + self.rate * passed.as_secs_f64()).min(self.capacity);
            self.at = now;
        }
    }

    /// What is held back against errors of the picture.
    fn reserve(&self) -> f64 {
        (0.02 * self.capacity).clamp(2.0, 60.0)
    }

    /// Writes a second that come back, as far as is known.
    #[must_use]
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Writes that the bucket holds when full, as far as is known.
    #[must_use]
    pub fn capacity(&self) -> f64 {
        self.capacity
    }

    /// Writes left now, as far as is known.
    pub fn level(&mut self, now: Duration) -> f64 {
        self.advance(now);
        self.level
    }
}
