//! The clock of a session. Nothing else in the client asks the time or sleeps.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

/// What time it is for a session, and how long a wait lasts.
pub trait Clock: Send + Sync {
    /// The present moment on this clock.
    fn now(&self) -> Timestamp;

    /// Time passed on this clock since it was made; never goes back.
    fn elapsed(&self) -> Duration;

    /// Waits for `duration` of this clock. Needs a tokio runtime.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The machine's own clock.
#[derive(Debug)]
pub struct RealClock {
    start: Instant,
}

impl RealClock {
    /// A clock that starts counting now.
    #[must_use]
    pub fn new() -> Self {
        Self {
            start: Instant::now(),
        }
    }
}

impl Default for RealClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// A clock on which time runs `factor` times as fast as on the machine's, from its making on.
#[derive(Debug)]
pub struct ScaledClock {
    start: Instant,
    epoch: Timestamp,
    factor: f64,
}

impl ScaledClock {
    /// A clock that shows the machine's time now and runs `factor` times as fast from here.
    #[must_use]
    pub fn new(factor: f64) -> Self {
        Self {
            start: Instant::now(),
            epoch: Timestamp::now(),
            factor,
        }
    }
}

impl Clock for ScaledClock {
    fn now(&self) -> Timestamp {
        jiff::SignedDuration::try_from(self.elapsed())
            .ok()
            .and_then(|passed| self.epoch.checked_add(passed).ok())
            .unwrap_or(Timestamp::MAX)
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed().mul_f64(self.factor)
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration.div_f64(self.factor)))
    }
}

/// Why a clock setting was refused.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ClockError {
    /// The text is not a factor.
    #[error("MGLICENSE_CLOCK is '{0}'; it must be a factor from 0.001x to 100000x, such as 50x")]
    Malformed(String),
    /// Time may be scaled only where no real service is involved.
    #[error(
        "MGLICENSE_CLOCK may be set only for a local tenant or a service on this machine's loopback address; unset it to connect elsewhere"
    )]
    RealService,
}

/// How much faster than the machine's the clock of a session runs: as `setting` says (`50x`), else 1.
///
/// # Errors
/// When the setting is no factor, or is set for a session whose target isn't `local`.
pub fn clock_speed(setting: Option<&str>, local: bool) -> Result<f64, ClockError> {
    let Some(text) = setting.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(1.0);
    };
    if !local {
        return Err(ClockError::RealService);
    }
    let factor = text
        .strip_suffix(['x', 'X'])
        .unwrap_or(text)
        .parse::<f64>()
        .ok();
    match factor {
        Some(factor) if (0.001..=100_000.0).contains(&factor) => Ok(factor),
        _ => Err(ClockError::Malformed(text.to_owned())),
    }
}

/// A clock of a speed: the machine's own for 1, a scaled one for any other.
#[must_use]
pub fn clock_of_speed(speed: f64) -> Arc<dyn Clock> {
    if speed == 1.0 {
        Arc::new(RealClock::new())
    } else {
        Arc::new(ScaledClock::new(speed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_minute_on_a_clock_of_1000x_passes_in_a_moment() {
        let clock = clock_of_speed(clock_speed(Some("1000x"), true).unwrap());
        let begun = Instant::now();
        clock.sleep(Duration::from_secs(60)).await;
        assert!(
            begun.elapsed() < Duration::from_secs(10),
            "{:?}",
            begun.elapsed()
        );
        assert!(
            clock.elapsed() >= Duration::from_secs(60),
            "{:?}",
            clock.elapsed()
        );
        assert!(clock.now() > Timestamp::now());
    }

    #[test]
    fn a_scaled_clock_is_refused_for_a_real_service() {
        assert_eq!(
            clock_speed(Some("50x"), false),
            Err(ClockError::RealService)
        );
        assert_eq!(clock_speed(Some("50x"), true), Ok(50.0));
        assert_eq!(clock_speed(None, false), Ok(1.0));
        assert_eq!(clock_speed(Some(" "), false), Ok(1.0));
    }

    #[test]
    fn a_setting_that_is_no_factor_is_named() {
        for text in ["fast", "0x", "-2x", "x", "NaNx", "inf"] {
            assert_eq!(
                clock_speed(Some(text), true),
                Err(ClockError::Malformed(text.to_owned()))
            );
        }
    }
}
