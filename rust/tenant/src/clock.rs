//! The one place that asks the time.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::Offset;

/// A second of UTC. Its text is `YYYY-MM-DDTHH:MM:SSZ`, the form in which Graph writes times and the tenant keeps them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// The text is not a time with an offset, such as `2026-11-25T09:00:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseMomentError;

impl Moment {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn from_unix(seconds: i64) -> Self {
        // Four-digit years only, so that the texts sort: from 0000-01-01 to where jiff ends, late in 9999.
        Moment(seconds.clamp(-62_167_219_200, Timestamp::MAX.as_second()))
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.0
    }

    /// This moment and so many seconds more (or, if negative, fewer).
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Moment::from_unix(self.0.saturating_add(seconds))
    }

    /// The form of the HTTP `Date` header: `Wed, 25 Nov 2026 09:00:00 GMT`.
    pub fn http_date(self) -> String {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
        let civil = self.civil();
        let day = DAYS[civil.weekday().to_monday_zero_offset().unsigned_abs() as usize % 7];
        let month = MONTHS[(civil.month() - 1).unsigned_abs() as usize % 12];
        format!(
            "{day}, {:02} {month} {:04} {:02}:{:02}:{:02} GMT",
            civil.day(),
            civil.year(),
            civil.hour(),
            civil.minute(),
            civil.second()
        )
    }

    /// Year, month and day, in UTC.
    pub(crate) fn date(self) -> (i32, u8, u8) {
        let civil = self.civil();
        (
            civil.year().into(),
            civil.month().unsigned_abs(),
            civil.day().unsigned_abs(),
        )
    }

    fn civil(self) -> jiff::civil::DateTime {
        let timestamp = Timestamp::from_second(self.0).unwrap_or(Timestamp::UNIX_EPOCH);
        Offset::UTC.to_datetime(timestamp)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
            civil.year(),
            civil.month(),
            civil.day(),
            civil.hour(),
            civil.minute(),
            civil.second()
        )
    }
}

impl FromStr for Moment {
    type Err = ParseMomentError;

    fn from_str(text: &str) -> Result<Self, ParseMomentError> {
        let timestamp: Timestamp = text.parse().map_err(|_| ParseMomentError)?;
        Ok(Moment::from_unix(timestamp.as_second()))
    }
}

impl fmt::Display for ParseMomentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a time such as 2026-11-25T09:00:00Z")
    }
}

impl std::error::Error for ParseMomentError {}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Moment;

    /// The same to the millisecond, since 1970-01-01T00:00:00Z.
    fn milliseconds(&self) -> i64;
}

/// The machine's clock. A speed of 50 makes each real second count for fifty, from the moment the clock was made.
#[derive(Debug)]
pub struct RealClock {
    start: Timestamp,
    made: Instant,
    speed: f64,
}

impl RealClock {
    /// A clock that runs `speed` times as fast as the machine's; 1.0 is the machine's own pace.
    pub fn new(speed: f64) -> Self {
        Self {
            start: Timestamp::now(),
            made: Instant::now(),
            speed: if speed.is_finite() && speed > 0.0 {
                speed
            } else {
                1.0
            },
        }
    }

    fn timestamp(&self) -> Timestamp {
        if self.speed == 1.0 {
            return Timestamp::now();
        }
        let elapsed = self.made.elapsed().mul_f64(self.speed);
        self.start.checked_add(elapsed).unwrap_or(Timestamp::MAX)
    }

    /// How long to wait in real time for a wait of `duration` on this clock.
    pub fn real_wait(&self, duration: Duration) -> Duration {
        duration.div_f64(self.speed)
    }
}

impl Clock for RealClock {
    fn now(&self) -> Moment {
        Moment::from_unix(self.timestamp().as_second())
    }

    fn milliseconds(&self) -> i64 {
        self.timestamp().as_millisecond()
    }
}

/// The clock of one tenant: a moment fixed in the file, or the real clock.
pub(crate) struct TenantClock {
    real: RealClock,
    fixed: Option<Moment>,
}

impl TenantClock {
    pub(crate) fn new(speed: f64) -> Self {
        Self {
            real: RealClock::new(speed),
            fixed: None,
        }
    }

    /// Milliseconds of a clock that goes on where the tenant's is held, for the time between two requests.
    pub(crate) fn running_milliseconds(&self) -> i64 {
        self.real.milliseconds()
    }

    /// Takes over what the file says: `None` is the real clock.
    pub(crate) fn set_fixed(&mut self, fixed: Option<Moment>) {
        self.fixed = fixed;
    }
}

impl Clock for TenantClock {
    fn now(&self) -> Moment {
        self.fixed.unwrap_or_else(|| self.real.now())
    }

    fn milliseconds(&self) -> i64 {
        match self.fixed {
            Some(fixed) => fixed.unix().saturating_mul(1000),
            None => self.real.milliseconds(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_written_to_the_second_and_read_with_any_offset() {
        let moment: Moment = "2026-11-25T10:30:00.75+01:30".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-11-25T09:00:00Z");
        assert_eq!(moment.http_date(), "Wed, 25 Nov 2026 09:00:00 GMT");
    }

    #[test]
    fn a_time_without_an_offset_is_refused() {
        assert_eq!(
            "2026-11-25T09:00:00".parse::<Moment>(),
            Err(ParseMomentError)
        );
        assert_eq!("2026-11-25".parse::<Moment>(), Err(ParseMomentError));
    }

    #[test]
    fn years_stay_within_four_digits() {
        let far = Moment::from_unix(0).plus_seconds(i64::MAX);
        assert_eq!(far.to_string(), "9999-12-30T22:00:00Z");
    }

    #[test]
    fn a_faster_clock_waits_shorter() {
        let clock = RealClock::new(50.0);
        assert_eq!(
            clock.real_wait(Duration::from_secs(5)),
            Duration::from_millis(100)
        );
    }
}
