//! How far a run is, for people.

use std::collections::VecDeque;
use std::time::Duration;

use serde::Serialize;

use crate::event::{Event, EventKind};

/// How often a run says how far it is.
const EVERY: Duration = Duration::from_secs(1);
/// The time over which the pace is told.
const PACE: Duration = Duration::from_secs(30);

/// How far a run is.
pub(super) struct Progress {
    activity: String,
    total: u64,
    done: u64,
    failed: u64,
    told: Option<Duration>,
    /// Moments and what was done by then.
    marks: VecDeque<(Duration, u64)>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    activity: &'a str,
    status: String,
    percent: i64,
    completed: u64,
    total: u64,
    seconds_left: Option<u64>,
    per_second: Option<f64>,
    waiting_for: Option<&'a str>,
}

impl Progress {
    pub(super) fn new(activity: String) -> Self {
        Self {
            activity,
            total: 0,
            done: 0,
            failed: 0,
            told: None,
            marks: VecDeque::new(),
        }
    }

    /// So many more are to be done.
    pub(super) fn expect(&mut self, count: usize) {
        self.total += count as u64;
    }

    /// So many more have their outcome; `failed` of them fail.
    pub(super) fn count(&mut self, done: usize, failed: usize) {
        self.done += done as u64;
        self.failed += failed as u64;
    }

    /// How long until it is time to tell again.
    pub(super) fn due_in(&self, now: Duration) -> Duration {
        match self.told {
            None => Duration::ZERO,
            Some(told) => (told + EVERY).saturating_sub(now),
        }
    }

    /// The event that tells how far it is.
    pub(super) fn tell(&mut self, now: Duration, waiting_for: Option<&str>) -> Event {
        self.told = Some(now);
        self.marks.push_back((now, self.done));
        while self.marks.len() > 2 && self.marks[1].0 + PACE < now {
            self.marks.pop_front();
        }
        let (begun, before) = self.marks[0];
        let passed = (now - begun).as_secs_f64();
        let pace =
            (passed > 0.5 && self.done > before).then(|| (self.done - before) as f64 / passed);
        let left = self.total.saturating_sub(self.done);
        let seconds_left = pace.map(|pace| (left as f64 / pace).ceil() as u64);
        let mut status = format!("{} of {}", self.done, self.total);
        if self.failed > 0 {
            status += &format!(", {} failed", self.failed);
        }
        if let (Some(pace), Some(seconds)) = (pace, seconds_left) {
            status += &format!("; {pace:.0} a second, {} left", in_words(seconds));
        }
        if let Some(reason) = waiting_for {
            status += &format!("; waiting for {reason}");
        }
        let percent = match self.total {
            0 => -1,
            total => (self.done.min(total) * 100 / total) as i64,
        };
        Event::json(
            EventKind::Progress,
            &Told {
                activity: &self.activity,
                status,
                percent: percent.min(if left == 0 { 100 } else { 99 }),
                completed: self.done,
                total: self.total,
                seconds_left,
                per_second: pace,
                waiting_for,
            },
        )
    }
}

/// A time in the words a person would use.
pub(super) fn in_words(seconds: u64) -> String {
    match seconds {
        0..=59 => format!("{seconds} s"),
        60..=3599 => format!("{} min {:02} s", seconds / 60, seconds % 60),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(event: &Event) -> serde_json::Value {
        serde_json::from_slice(&event.data).unwrap()
    }

    #[test]
    fn the_pace_and_the_time_left_come_from_what_was_done() {
        let mut progress = Progress::new("Set-MgUserLicense".into());
        progress.expect(1_000);
        let first = told(&progress.tell(Duration::ZERO, None));
        assert_eq!(first["status"], "0 of 1000");
        assert!(first["secondsLeft"].is_null());
        progress.count(200, 3);
        assert_eq!(
            progress.due_in(Duration::from_millis(400)),
            Duration::from_millis(600)
        );
        let later = told(&progress.tell(
            Duration::from_secs(10),
            Some("the service's limit on writes"),
        ));
        // 200 in 10 s; 800 left at 20 a second.
        assert_eq!(
            (later["percent"].as_i64(), later["secondsLeft"].as_u64()),
            (Some(20), Some(40))
        );
        assert_eq!(
            later["status"],
            "200 of 1000, 3 failed; 20 a second, 40 s left; waiting for the service's limit on writes"
        );
    }

    #[test]
    fn a_hundred_percent_is_told_only_when_nothing_is_left() {
        let mut progress = Progress::new(String::new());
        progress.expect(1_000);
        progress.count(999, 0);
        assert_eq!(told(&progress.tell(Duration::ZERO, None))["percent"], 99);
        progress.count(1, 0);
        assert_eq!(
            told(&progress.tell(Duration::from_secs(1), None))["percent"],
            100
        );
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let said: Vec<_> = [59, 61, 3_725].into_iter().map(in_words).collect();
        assert_eq!(said, ["59 s", "1 min 01 s", "1 h 02 min"]);
    }
}
