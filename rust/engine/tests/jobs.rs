//! Jobs: pulled, cancelled, let go, and ended by a panic, from any thread.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mglicense_engine::{Event, EventKind, Failure, Job, JobContext, Pulled, Pushed};
use support::{drain, runtime};

const LONG: Duration = Duration::from_secs(20);

fn job<F, W>(start: F) -> Job
where
    F: FnOnce(JobContext) -> W,
    W: Future<Output = Result<(), Failure>> + Send + 'static,
{
    Job::new(runtime().handle().clone(), start)
}

fn item(text: &str) -> Event {
    Event::new(EventKind::Item, text.to_owned())
}

#[test]
fn nothing_runs_before_the_first_pull() {
    let ran = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&ran);
    let job = job(|_| async move {
        counter.fetch_add(1, Ordering::SeqCst);
        Ok(())
    });
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(ran.load(Ordering::SeqCst), 0);
    assert!(matches!(job.pull(LONG), Pulled::Finished));
    assert!(matches!(job.pull(LONG), Pulled::Finished));
    assert_eq!(ran.load(Ordering::SeqCst), 1);
}

#[test]
fn a_pull_without_an_event_returns_in_time() {
    let job = job(|context| async move {
        context.cancelled().await;
        Ok(())
    });
    let begun = Instant::now();
    assert!(matches!(
        job.pull(Duration::from_millis(30)),
        Pulled::Nothing
    ));
    assert!(matches!(job.pull(Duration::ZERO), Pulled::Nothing));
    let passed = begun.elapsed();
    assert!(
        passed >= Duration::from_millis(30) && passed < Duration::from_secs(5),
        "{passed:?}"
    );
    job.cancel();
    assert!(matches!(job.pull(LONG), Pulled::Finished));
}

#[test]
fn events_come_in_order_and_a_failure_is_the_last() {
    let job = job(|context| async move {
        for number in 0..100 {
            context.emit(item(&number.to_string())).await;
        }
        Err(Failure::argument("no more"))
    });
    let said = drain(&job);
    let items: Vec<_> = said
        .0
        .iter()
        .filter(|event| event.kind == EventKind::Item)
        .map(|event| String::from_utf8_lossy(&event.data).into_owned())
        .collect();
    assert_eq!(
        items,
        (0..100)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
    );
    assert_eq!(said.0.len(), 101);
    assert_eq!(said.error()["message"], "no more");
}

#[test]
fn events_from_other_threads_wake_the_reader() {
    let job = job(|context| async move {
        let tasks: Vec<_> = (0..4)
            .map(|_| {
                let context = context.clone();
                tokio::spawn(async move {
                    for _ in 0..50 {
                        tokio::time::sleep(Duration::from_micros(100)).await;
                        context.emit(item("x")).await;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await
                .map_err(|error| Failure::argument(error.to_string()))?;
        }
        Ok(())
    });
    assert_eq!(drain(&job).of(EventKind::Item).len(), 200);
}

#[test]
fn several_threads_may_pull_one_job() {
    let job = job(|context| async move {
        for _ in 0..200 {
            context.emit(item("x")).await;
            tokio::task::yield_now().await;
        }
        Ok(())
    });
    let total = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    match job.pull(Duration::from_millis(100)) {
                        Pulled::Event(_) => total.fetch_add(1, Ordering::SeqCst),
                        Pulled::Nothing => continue,
                        Pulled::Finished => return,
                        Pulled::Panicked => panic!("nothing panics here"),
                    };
                }
            });
        }
    });
    assert_eq!(total.load(Ordering::SeqCst), 200);
}

#[test]
fn a_cancel_reaches_a_waiting_pull_at_once() {
    let job = job(|context| async move {
        context.cancelled().await;
        Err(Failure::cancelled())
    });
    let begun = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(30));
            job.cancel();
            job.cancel();
        });
        assert_eq!(drain(&job).error()["kind"], "cancelled");
    });
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_panic_ends_its_job_alone() {
    let other = job(|context| async move {
        context.emit(item("fine")).await;
        Ok(())
    });
    let broken = job(|context| async move {
        context.emit(item("before")).await;
        tokio::task::yield_now().await;
        panic!("a fault made for this test");
    });
    assert!(matches!(broken.pull(LONG), Pulled::Event(_)));
    assert!(matches!(broken.pull(LONG), Pulled::Panicked));
    assert!(matches!(broken.pull(LONG), Pulled::Finished));
    assert_eq!(drain(&other).0, [item("fine")]);
}

#[test]
fn work_that_was_begun_runs_on_to_its_stopping_place_when_its_job_is_let_go() {
    let done = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&done);
    let job = job(|context| async move {
        // A write: not given up when the job is cancelled.
        tokio::time::sleep(Duration::from_millis(50)).await;
        counter.fetch_add(1, Ordering::SeqCst);
        for _ in 0..100 {
            context.emit(item("nobody reads this")).await;
        }
        context.check()?;
        counter.fetch_add(100, Ordering::SeqCst);
        Ok(())
    });
    assert!(matches!(
        job.pull(Duration::from_millis(1)),
        Pulled::Nothing
    ));
    drop(job);
    let begun = Instant::now();
    while done.load(Ordering::SeqCst) == 0 && begun.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(20));
    assert_eq!(
        done.load(Ordering::SeqCst),
        1,
        "the write is finished, and nothing new is begun"
    );
}

#[test]
fn work_that_was_never_begun_is_dropped_with_its_job() {
    let kept = Arc::new(());
    let inside = Arc::clone(&kept);
    drop(job(|_| async move {
        drop(inside);
        Ok(())
    }));
    assert_eq!(Arc::strong_count(&kept), 1);
}

#[test]
fn an_answer_to_no_question_is_refused() {
    let job = job(|_| async { Ok(()) });
    for id in [0, 1, u64::MAX] {
        assert!(!job.reply(id, "true".into()));
    }
}

#[test]
fn input_is_read_in_order_and_bounded_and_ends() {
    let job = job(|context| async move {
        while let Some(input) = context.next_input().await? {
            context.emit(Event::new(EventKind::Item, input)).await;
        }
        Ok(())
    });
    // Nothing reads before the first pull, so a bounded number is taken and the rest is refused.
    let taken = (0..100)
        .take_while(|number| job.push(Bytes::from(number.to_string()), false) == Pushed::Taken)
        .count();
    assert!((1..100).contains(&taken), "{taken}");
    let mut expected: Vec<_> = (0..taken).map(|number| number.to_string()).collect();
    let mut got = Vec::new();
    while let Pulled::Event(event) = job.pull(Duration::from_millis(50)) {
        got.push(String::from_utf8(event.data.to_vec()).unwrap());
    }
    assert_eq!(got, expected);
    assert_eq!(job.push(Bytes::from("end"), true), Pushed::Taken);
    assert_eq!(job.push(Bytes::from("more"), false), Pushed::TooLate);
    expected.push("end".into());
    got.extend(
        drain(&job)
            .0
            .iter()
            .map(|event| String::from_utf8(event.data.to_vec()).unwrap()),
    );
    assert_eq!(got, expected);
}

/// Pushes until no more is taken.
fn fill(job: &Job) {
    while job.push(Bytes::from_static(b"1"), false) == Pushed::Taken {}
}

#[test]
fn a_pull_after_refused_input_ends_as_soon_as_there_is_room_whoever_runs_the_work() {
    let here = job(|context| async move {
        while context.next_input().await?.is_some() {}
        Ok(())
    });
    let elsewhere = job(|context| async move {
        let reading = tokio::spawn(async move {
            while context.next_input().await?.is_some() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            Ok(())
        });
        reading.await.unwrap()
    });
    for job in [here, elsewhere] {
        for _ in 0..3 {
            fill(&job);
            let begun = Instant::now();
            assert!(matches!(job.pull(3 * LONG), Pulled::Nothing));
            assert!(begun.elapsed() < LONG, "{:?}", begun.elapsed());
            assert_eq!(job.push(Bytes::from_static(b"1"), false), Pushed::Taken);
        }
        // Room is told of once: whoever pushes no more is not told again and again.
        fill(&job);
        assert!(matches!(job.pull(3 * LONG), Pulled::Nothing));
        let begun = Instant::now();
        assert!(matches!(
            job.pull(Duration::from_millis(60)),
            Pulled::Nothing
        ));
        assert!(begun.elapsed() >= Duration::from_millis(60));
        assert_eq!(job.push(Bytes::new(), true), Pushed::Taken);
        assert_eq!(drain(&job).0.len(), 0);
    }
}

#[test]
fn a_cancel_ends_the_wait_for_input() {
    let job = job(|context| async move { context.next_input().await.map(drop) });
    assert!(matches!(
        job.pull(Duration::from_millis(10)),
        Pulled::Nothing
    ));
    job.cancel();
    assert_eq!(job.push(Bytes::new(), false), Pushed::TooLate);
    assert_eq!(drain(&job).error()["kind"], "cancelled");
}
