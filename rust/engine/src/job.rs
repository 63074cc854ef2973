//! A command at work: pulled, never pushing.
//!
//! A job is a future that runs on the thread of whoever pulls it, so that a short command costs no hop
//! between threads. It puts events into a bounded queue; when the queue is full the work waits, so a slow
//! reader slows the work rather than filling memory. Cancelling starts nothing new: a write that is under
//! way is let finish and is accounted for.

use std::collections::{HashMap, VecDeque};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::task::{Context as TaskContext, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use bytes::Bytes;
use mglicense_graph::Clock;
use serde::Serialize;
use tokio::runtime::Handle;
use tokio::sync::{Notify, oneshot};

use crate::event::{Event, EventKind};
use crate::failure::Failure;

/// How many events wait at most for a reader.
const QUEUE: usize = 8;

/// How many pieces of input wait at most for the work.
const INBOX: usize = 8;

type Work = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// What a pull brought.
#[derive(Debug)]
pub enum Pulled {
    /// The next event.
    Event(Event),
    /// Nothing within the time given.
    Nothing,
    /// The job has ended and every event was pulled.
    Finished,
    /// The job's code panicked; the job has ended.
    Panicked,
}

/// What became of a piece of input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// The work will read it.
    Taken,
    /// As much waits as may; it was not taken. Pull events, then push it again.
    Full,
    /// Nobody will read it: the job has ended or was cancelled, or its input had ended.
    TooLate,
}

/// A command at work.
pub struct Job {
    shared: Arc<Shared>,
    driver: Mutex<Driver>,
    runtime: Handle,
}

#[derive(Default)]
struct Driver {
    work: Option<Work>,
    begun: bool,
}

/// What a job's work sees of it: a way to tell, to ask and to learn that it was cancelled.
#[derive(Clone)]
pub struct JobContext {
    shared: Arc<Shared>,
    debug: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    cancelled: AtomicBool,
    cancel: Notify,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Event>,
    /// Nobody will pull again: events are dropped.
    discard: bool,
    /// The work that waits for room in the queue.
    room: Vec<Waker>,
    /// The thread that waits for events.
    reader: Option<Waker>,
    questions: HashMap<u64, oneshot::Sender<Bytes>>,
    last_question: u64,
    /// Input that waits for the work.
    inbox: VecDeque<Bytes>,
    /// No more input will come.
    input_ended: bool,
    /// Input was refused for want of room, and whoever pushes has not been told of room since.
    refused: bool,
    /// The work that waits for input.
    hungry: Option<Waker>,
}

impl Job {
    /// A job for the work that `start` makes. Nothing runs before the first pull.
    pub fn new<F, W>(runtime: Handle, start: F) -> Self
    where
        F: FnOnce(JobContext) -> W,
        W: Future<Output = Result<(), Failure>> + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        let work = Box::pin(start(JobContext {
            shared: Arc::clone(&shared),
            debug: false,
        }));
        Self {
            shared,
            driver: Mutex::new(Driver {
                work: Some(work),
                begun: false,
            }),
            runtime,
        }
    }

    /// The next event, waiting for it for at most `timeout`, during which the job's work runs on this thread. After input
    /// was refused, the wait ends with [`Pulled::Nothing`] as soon as there is room for it.
    #[must_use]
    pub fn pull(&self, timeout: Duration) -> Pulled {
        if let Some(event) = self.shared.pop() {
            return Pulled::Event(event);
        }
        if self.shared.takes_again() {
            return Pulled::Nothing;
        }
        let deadline = Instant::now() + timeout.min(Duration::from_secs(86_400));
        let mut driver = match self.drive_alone(deadline) {
            Ok(driver) => driver,
            Err(pulled) => return pulled,
        };
        let signal = signal();
        let waker = Waker::from(Arc::clone(&signal));
        self.shared.lock().reader = Some(waker.clone());
        let _inside = self.runtime.enter();
        loop {
            let Some(mut work) = driver.work.take() else {
                return self.shared.pop().map_or(Pulled::Finished, Pulled::Event);
            };
            driver.begun = true;
            // The work is taken out while it runs: should it panic, it is gone, and the job has ended.
            let polled = catch_unwind(AssertUnwindSafe(|| {
                work.as_mut().poll(&mut TaskContext::from_waker(&waker))
            }));
            match polled {
                Err(panic) => {
                    self.shared.cancel();
                    discard_quietly(work);
                    discard_quietly(panic);
                    return Pulled::Panicked;
                }
                Ok(Poll::Ready(Ok(()))) => {}
                Ok(Poll::Ready(Err(failure))) => {
                    self.shared
                        .lock()
                        .queue
                        .push_back(Event::new(EventKind::Error, failure.to_json()));
                }
                Ok(Poll::Pending) => driver.work = Some(work),
            }
            if driver.work.is_none() {
                self.shared.lock().input_ended = true;
            }
            if let Some(event) = self.shared.pop() {
                return Pulled::Event(event);
            }
            if driver.work.is_some() && self.shared.takes_again() {
                return Pulled::Nothing;
            }
            if driver.work.is_some() && !signal.wait(deadline) {
                return self.shared.pop().map_or(Pulled::Nothing, Pulled::Event);
            }
        }
    }

    /// Answers a question. False where there is no such question any more, or never was.
    pub fn reply(&self, id: u64, answer: Bytes) -> bool {
        let question = self.shared.lock().questions.remove(&id);
        question.is_some_and(|question| question.send(answer).is_ok())
    }

    /// Hands input to work that reads a stream of it. `last` says that no more will come; it may be empty then.
    pub fn push(&self, input: Bytes, last: bool) -> Pushed {
        let mut state = self.shared.lock();
        if state.input_ended || self.shared.cancelled.load(Ordering::SeqCst) {
            return Pushed::TooLate;
        }
        if state.inbox.len() >= INBOX {
            state.refused = true;
            return Pushed::Full;
        }
        state.refused = false;
        state.inbox.push_back(input);
        state.input_ended = last;
        if let Some(work) = state.hungry.take() {
            work.wake();
        }
        Pushed::Taken
    }

    /// Asks the work to stop. It starts nothing new, and what it has to say still waits to be pulled.
    pub fn cancel(&self) {
        self.shared.cancel();
    }

    /// The right to run the work; waits where another thread has it, handing out events that come meanwhile.
    fn drive_alone(&self, deadline: Instant) -> Result<MutexGuard<'_, Driver>, Pulled> {
        loop {
            match self.driver.try_lock() {
                Ok(driver) => return Ok(driver),
                Err(TryLockError::Poisoned(poisoned)) => return Ok(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) => {}
            }
            if let Some(event) = self.shared.pop() {
                return Err(Pulled::Event(event));
            }
            if Instant::now() >= deadline {
                return Err(Pulled::Nothing);
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Job {
    /// A job that is let go is cancelled. Work that was begun runs on by itself to its next stopping place, so
    /// that a write under way isn't torn; what it says is dropped.
    fn drop(&mut self) {
        self.shared.cancel();
        {
            let mut state = self.shared.lock();
            state.discard = true;
            state.queue.clear();
            state.reader = None;
            for waker in state.room.drain(..) {
                waker.wake();
            }
        }
        let driver = self
            .driver
            .get_mut()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(work) = driver.work.take().filter(|_| driver.begun) {
            self.runtime.spawn(work);
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that can panic runs under this lock, so the state behind a poisoned one is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pop(&self) -> Option<Event> {
        let mut state = self.lock();
        let event = state.queue.pop_front()?;
        for waker in state.room.drain(..) {
            waker.wake();
        }
        Some(event)
    }

    /// Whether input that was refused would be taken now. Said once, so that a reader who pushes nothing more still waits.
    fn takes_again(&self) -> bool {
        let mut state = self.lock();
        let takes = state.refused && state.inbox.len() < INBOX;
        state.refused &= !takes;
        takes
    }

    fn cancel(&self) {
        self.cancelled.store(true, Ordering::SeqCst);
        self.cancel.notify_waiters();
        let mut state = self.lock();
        state.questions.clear();
        if let Some(work) = state.hungry.take() {
            work.wake();
        }
        if let Some(reader) = &state.reader {
            reader.wake_by_ref();
        }
    }
}

impl JobContext {
    /// The same job, whose exchanges are shown where `debug` is set.
    #[must_use]
    pub fn showing(&self, debug: bool) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            debug,
        }
    }

    /// Whether exchanges are to be shown.
    #[must_use]
    pub fn shows_exchanges(&self) -> bool {
        self.debug
    }

    /// Hands over an event, waiting while the queue is full.
    pub async fn emit(&self, event: Event) {
        let mut event = Some(event);
        std::future::poll_fn(|task| {
            let mut state = self.shared.lock();
            if state.discard {
                return Poll::Ready(());
            }
            if state.queue.len() >= QUEUE {
                state.room.push(task.waker().clone());
                return Poll::Pending;
            }
            if let Some(event) = event.take() {
                state.queue.push_back(event);
            }
            if let Some(reader) = &state.reader {
                reader.wake_by_ref();
            }
            Poll::Ready(())
        })
        .await;
    }

    /// The next piece of input; nothing once there will be no more.
    ///
    /// # Errors
    /// When the job is cancelled.
    pub async fn next_input(&self) -> Result<Option<Bytes>, Failure> {
        std::future::poll_fn(|task| {
            let mut state = self.shared.lock();
            if self.is_cancelled() {
                return Poll::Ready(Err(Failure::cancelled()));
            }
            if let Some(input) = state.inbox.pop_front() {
                if let Some(reader) = state.reader.as_ref().filter(|_| state.refused) {
                    reader.wake_by_ref();
                }
                return Poll::Ready(Ok(Some(input)));
            }
            if state.input_ended {
                return Poll::Ready(Ok(None));
            }
            state.hungry = Some(task.waker().clone());
            Poll::Pending
        })
        .await
    }

    /// Whether input waits that can be had at once.
    #[must_use]
    pub fn has_input(&self) -> bool {
        !self.shared.lock().inbox.is_empty()
    }

    /// Waits until the reader has taken everything that was handed over. Whoever needs only the first results
    /// then gets them at once, and what is never read is never asked for.
    pub async fn taken(&self) {
        std::future::poll_fn(|task| {
            let mut state = self.shared.lock();
            if state.discard || state.queue.is_empty() {
                return Poll::Ready(());
            }
            state.room.push(task.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Hands over text for those who asked for detail.
    pub async fn verbose(&self, text: impl Into<String>) {
        self.emit(Event::new(EventKind::Verbose, text.into())).await;
    }

    /// Hands over text that should be seen.
    pub async fn warn(&self, text: impl Into<String>) {
        self.emit(Event::new(EventKind::Warning, text.into())).await;
    }

    /// Asks the caller, and waits for the answer. `None` when the job was cancelled instead.
    pub async fn ask(&self, question: &impl Serialize) -> Option<Bytes> {
        if self.is_cancelled() {
            return None;
        }
        let (sender, receiver) = oneshot::channel();
        let id = {
            let mut state = self.shared.lock();
            if state.discard {
                return None;
            }
            state.last_question += 1;
            let id = state.last_question;
            state.questions.insert(id, sender);
            id
        };
        let mut event = Event::json(EventKind::Question, question);
        event.id = id;
        self.emit(event).await;
        // Cancelling may have cleared the questions before this one was put in.
        if self.is_cancelled() {
            self.shared.lock().questions.remove(&id);
        }
        receiver.await.ok()
    }

    /// Whether the caller has cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.shared.cancelled.load(Ordering::SeqCst)
    }

    /// Fails once the caller has cancelled: the line to stand before everything that starts something.
    ///
    /// # Errors
    /// When the job is cancelled.
    pub fn check(&self) -> Result<(), Failure> {
        if self.is_cancelled() {
            Err(Failure::cancelled())
        } else {
            Ok(())
        }
    }

    /// Returns when the caller cancels.
    pub async fn cancelled(&self) {
        loop {
            let notified = self.shared.cancel.notified();
            if self.is_cancelled() {
                return;
            }
            notified.await;
        }
    }

    /// Waits on a clock; a cancel ends the wait at once.
    ///
    /// # Errors
    /// When the job is cancelled.
    pub async fn wait(&self, clock: &dyn Clock, duration: Duration) -> Result<(), Failure> {
        tokio::select! {
            biased;
            () = self.cancelled() => Err(Failure::cancelled()),
            () = clock.sleep(duration) => Ok(()),
        }
    }
}

/// Drops what a panic left behind; its own drop may panic again.
fn discard_quietly<T>(remains: T) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(move || drop(remains))) {
        std::mem::forget(panic);
    }
}

/// Wakes one thread.
struct Signal {
    thread: Thread,
    raised: AtomicBool,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.raised.swap(true, Ordering::SeqCst) {
            self.thread.unpark();
        }
    }
}

impl Signal {
    /// Waits until raised; false when the deadline came first.
    fn wait(&self, deadline: Instant) -> bool {
        loop {
            if self.raised.swap(false, Ordering::SeqCst) {
                return true;
            }
            let now = Instant::now();
            if now >= deadline {
                return false;
            }
            thread::park_timeout(deadline - now);
        }
    }
}

/// The signal of this thread.
fn signal() -> Arc<Signal> {
    thread_local! {
        static SIGNAL: Arc<Signal> = Arc::new(Signal { thread: thread::current(), raised: AtomicBool::new(false) });
    }
    SIGNAL.try_with(Arc::clone).unwrap_or_else(|_| {
        Arc::new(Signal {
            thread: thread::current(),
            raised: AtomicBool::new(false),
        })
    })
}
