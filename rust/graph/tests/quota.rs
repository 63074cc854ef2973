//! The client's write bucket against models of the service's limits, written from Graph's documentation: how long a
//! set of writes takes, and how many of them are refused on the way.

use std::time::Duration;

use mglicense_graph::quota::{Answered, Grant, WriteBucket};

/// What the service keeps.
#[derive(Clone)]
enum Limit {
    /// A bucket that refills steadily.
    Bucket {
        capacity: f64,
        rate: f64,
        level: f64,
        refused_cost: bool,
    },
    /// A count that starts anew with each window.
    Window {
        capacity: f64,
        seconds: f64,
        used: f64,
        window: u64,
    },
}

/// A service with a limit, which somebody else may use too.
#[derive(Clone)]
struct Service {
    limit: Limit,
    at: f64,
    /// Writes a second of somebody else.
    others: f64,
    /// Decimals of the told share; none where the service doesn't tell.
    decimals: Option<i32>,
}

/// One answer: accepted, the share told, the wait asked for.
struct Reply {
    accepted: bool,
    used: Option<f64>,
    retry_after: f64,
}

impl Service {
    fn bucket(capacity: f64) -> Self {
        let limit = Limit::Bucket {
            capacity,
            rate: 20.0,
            level: capacity,
            refused_cost: true,
        };
        Self {
            limit,
            at: 0.0,
            others: 0.0,
            decimals: Some(3),
        }
    }

    fn write(&mut self, now: f64) -> Reply {
        let passed = (now - self.at).max(0.0);
        self.at = self.at.max(now);
        let (accepted, share, retry_after) = match &mut self.limit {
            Limit::Bucket {
                capacity,
                rate,
                level,
                refused_cost,
            } => {
                *level = (*level + (*rate - self.others) * passed).min(*capacity);
                let accepted = *level >= 1.0;
                if accepted || *refused_cost {
                    *level = (*level - 1.0).max(-*capacity);
                }
                let wait = ((1.0 - *level) / (*rate - self.others)).ceil().max(1.0);
                (accepted, 1.0 - *level / *capacity, wait)
            }
            Limit::Window {
                capacity,
                seconds,
                used,
                window,
            } => {
                let current = (now / *seconds).floor();
                if current as u64 > *window {
                    *window = current as u64;
                    *used = 0.0;
                }
                *used += self.others * passed;
                let accepted = *used + 1.0 <= *capacity;
                *used += f64::from(u8::from(accepted));
                let wait = ((current + 1.0) * *seconds - now).ceil().max(1.0);
                (accepted, *used / *capacity, wait)
            }
        };
        let used = self.decimals.filter(|_| share >= 0.8).map(|decimals| {
            let unit = 10_f64.powi(decimals);
            (share.min(1.8) * unit).round() / unit
        });
        Reply {
            accepted,
            used,
            retry_after,
        }
    }
}

/// What a run came to.
#[derive(Debug, Default)]
struct Outcome {
    /// From the first write to the last accepted one.
    seconds: f64,
    /// When items were refused.
    refused: Vec<f64>,
    /// Batches sent.
    batches: usize,
}

struct Batch {
    arrives: f64,
    answered: f64,
    items: usize,
    /// What the service answers, once it has come there.
    replies: Vec<Reply>,
}

/// How long answers are under way, in parts of the latency: in the order of the batches, or so that they overtake
/// each other.
const IN_ORDER: [f64; 1] = [0.5];
const OVERTAKING: [f64; 4] = [1.4, 0.2, 0.9, 0.1];

/// Sends `count` writes in batches of 20, four at a time, each of which takes `latency` seconds.
fn run(
    bucket: &mut WriteBucket,
    service: &mut Service,
    start: f64,
    count: usize,
    latency: f64,
) -> Outcome {
    run_back(bucket, service, start, count, latency, &IN_ORDER)
}

/// As [`run`], with answers that take their turns of `back` on the way back.
fn run_back(
    bucket: &mut WriteBucket,
    service: &mut Service,
    start: f64,
    count: usize,
    latency: f64,
    back: &[f64],
) -> Outcome {
    let mut now = start;
    let mut waiting = count;
    let mut later: Vec<(f64, usize)> = Vec::new();
    let mut flights: Vec<Batch> = Vec::new();
    let mut done = 0;
    let mut outcome = Outcome::default();
    let quantum = service
        .decimals
        .map_or(0.0, |decimals| 10_f64.powi(-decimals));
    for _ in 0..200_000 {
        later.retain(|&(ready, items)| {
            if ready <= now {
                waiting += items;
            }
            ready > now
        });
        let mut next = f64::INFINITY;
        while flights.len() < 4 && waiting > 0 {
            let remaining = waiting + later.iter().map(|&(_, items)| items).sum::<usize>();
            match bucket.ask(Duration::from_secs_f64(now), waiting.min(20), remaining) {
                Grant::Now(items) => {
                    assert!(items >= 1 && items <= waiting.min(20));
                    waiting -= items;
                    let back = back[outcome.batches % back.len()];
                    outcome.batches += 1;
                    flights.push(Batch {
                        arrives: now + latency / 2.0,
                        answered: now + latency * (0.5 + back),
                        items,
                        replies: Vec::new(),
                    });
                }
                Grant::After(wait) => {
                    next = now + wait.as_secs_f64().max(0.001);
                    break;
                }
            }
        }
        if done == count {
            return outcome;
        }
        for flight in &flights {
            let is_there = !flight.replies.is_empty();
            next = next.min(if is_there {
                flight.answered
            } else {
                flight.arrives
            });
        }
        for &(ready, _) in &later {
            next = next.min(ready);
        }
        assert!(
            next.is_finite(),
            "stuck at {now} with {waiting} waiting: {bucket:?}"
        );
        now = next.max(now);
        flights.sort_by(|a, b| a.arrives.total_cmp(&b.arrives));
        for flight in &mut flights {
            if flight.replies.is_empty() && flight.arrives <= now {
                let replies = (0..flight.items).map(|_| service.write(flight.arrives));
                flight.replies = replies.collect();
            }
        }
        flights.sort_by(|a, b| a.answered.total_cmp(&b.answered));
        while flights.first().is_some_and(|flight| flight.answered <= now) {
            let flight = flights.remove(0);
            let replies = flight.replies;
            let mut answered = Answered {
                sent: flight.items,
                quantum,
                ..Answered::default()
            };
            for reply in &replies {
                if let Some(used) = reply.used {
                    let (least, most) = answered.used.unwrap_or((used, used));
                    answered.used = Some((least.min(used), most.max(used)));
                    answered.tellers += 1;
                }
                if reply.accepted {
                    done += 1;
                    outcome.seconds = flight.arrives - start;
                } else {
                    answered.refused += 1;
                    answered.is_exhausted = true;
                    let wait = Duration::from_secs_f64(reply.retry_after);
                    answered.retry_after = answered.retry_after.max(Some(wait));
                    outcome.refused.push(now);
                    later.push((now + reply.retry_after, 1));
                }
            }
            bucket.answered(Duration::from_secs_f64(now), &answered);
        }
    }
    panic!("never done: {bucket:?}");
}

// 300 writes, a bucket of C and 20 a second: the last can't be accepted before (300 - C) / 20 seconds.
#[test]
fn a_small_bucket_that_nobody_announced_is_learned_from_its_first_exhaustion() {
    for capacity in [40.0, 60.0, 110.0] {
        for decimals in [Some(2), Some(3), Some(4)] {
            for (latency, back) in [0.002, 0.02, 0.1]
                .into_iter()
                .flat_map(|latency| [(latency, &IN_ORDER[..]), (latency, &OVERTAKING[..])])
            {
                let mut service = Service {
                    decimals,
                    ..Service::bucket(capacity)
                };
                let mut bucket = WriteBucket::new();
                let outcome = run_back(&mut bucket, &mut service, 0.0, 300, latency, back);
                let refused = outcome.refused.len();
                let first = outcome.refused.first().copied().unwrap_or(0.0);
                let is_later = |&&at: &&f64| at > first + 2.0 * latency + 0.001;
                let later = outcome.refused.iter().filter(is_later).count();
                let floor = (300.0 - capacity) / 20.0;
                let bound = floor * 1.025 + refused as f64 / 20.0 + 2.0 * latency;
                let case = format!(
                    "bucket of {capacity}, {decimals:?} decimals, latency {latency}, {back:?}: {} of {floor} (bound {bound}), {refused} refused, {later} of them later, {} batches",
                    outcome.seconds, outcome.batches
                );
                println!("{case}");
                assert!(outcome.seconds <= bound, "{case}");
                assert!(refused <= 80 + later && later <= 1, "{case}");
                // A second run, two seconds later, knows the bucket.
                let start = outcome.seconds + 2.0;
                let again = run(&mut bucket, &mut service, start, 300, latency);
                println!("  again {} {}", again.seconds, again.refused.len());
                assert!(again.refused.len() <= 3, "{case}; again {again:?}");
            }
        }
    }
}

// 10,000 writes against what Graph documents: (10,000 - 3,000) / 20 = 350 s for a bucket, the fourth window of 150 s
// for windows, and what is left when somebody else takes half.
#[test]
fn the_documented_limit_is_used_to_the_full_with_hardly_a_refusal() {
    let bucket = |level: f64, others: f64| Service {
        limit: Limit::Bucket {
            capacity: 3_000.0,
            rate: 20.0,
            level,
            refused_cost: true,
        },
        others,
        ..Service::bucket(3_000.0)
    };
    let window = Service {
        limit: Limit::Window {
            capacity: 3_000.0,
            seconds: 150.0,
            used: 0.0,
            window: 0,
        },
        ..Service::bucket(3_000.0)
    };
    let cases = [
        ("full bucket", bucket(3_000.0, 0.0), 350.0),
        ("half a bucket", bucket(1_500.0, 0.0), 425.0),
        ("half the rate", bucket(3_000.0, 10.0), 700.0),
        ("windows", window, 450.0),
    ];
    for (name, service, floor) in cases {
        for decimals in [Some(2), Some(3)] {
            for latency in [0.2, 1.0] {
                let mut service = Service {
                    decimals,
                    ..service.clone()
                };
                let mut bucket = WriteBucket::new();
                let outcome = run(&mut bucket, &mut service, 0.0, 10_000, latency);
                let refused = outcome.refused.len();
                let case = format!(
                    "{name}, {decimals:?} decimals, latency {latency}: {} of {floor}, {refused} refused, {} batches",
                    outcome.seconds, outcome.batches
                );
                println!("{case}");
                assert!(refused <= 50, "{case}");
                // A window's last thousand are fifty batches, four at a time.
                let bound = floor * 1.02 + 13.0 * latency * f64::from(u8::from(name == "windows"));
                assert!(outcome.seconds <= bound, "{case}");
            }
        }
    }
}

// A service without a limit, such as a tenant of one's own, is not slowed down by a limit that is only documented.
#[test]
fn where_no_limit_shows_none_is_kept() {
    let mut service = Service::bucket(1e9);
    let outcome = run(&mut WriteBucket::new(), &mut service, 0.0, 10_000, 0.02);
    // 500 batches, four at a time, of 20 ms each.
    assert!(outcome.seconds <= 500.0 / 4.0 * 0.02 + 0.1, "{outcome:?}");
    assert!(outcome.refused.is_empty());
}

#[test]
fn a_service_that_tells_nothing_is_learned_from_its_refusals() {
    for capacity in [60.0, 3_000.0] {
        let mut service = Service {
            decimals: None,
            ..Service::bucket(capacity)
        };
        let mut bucket = WriteBucket::new();
        let outcome = run(&mut bucket, &mut service, 0.0, 5_000, 0.1);
        let refused = outcome.refused.len();
        let floor = (5_000.0 - capacity) / 20.0;
        let case = format!("{capacity}: {} of {floor}, {refused}", outcome.seconds);
        println!("{case}");
        assert!(
            outcome.seconds <= floor * 1.1 + refused as f64 / 20.0,
            "{case}"
        );
        assert!(refused <= 80 + 25, "{case}");
    }
}
