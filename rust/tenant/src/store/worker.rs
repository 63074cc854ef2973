//! A connection and the thread that serves it, and the two ways to have something done with it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Store, connect};

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// A store with a thread of its own. Dropping it ends the thread and waits until the file is closed.
pub(crate) struct Worker {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    store: Arc<Mutex<Store>>,
}

/// The thread is gone, or the job broke down on it; its transaction was rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WorkerGone;

impl Worker {
    /// Starts a thread for the store.
    pub(crate) fn start(store: Store, busy_timeout: Duration) -> std::io::Result<Self> {
        let (jobs, queue) = channel();
        let store = Arc::new(Mutex::new(store));
        let own = Arc::clone(&store);
        let thread = thread::Builder::new()
            .name("mglicense-tenant".to_owned())
            .spawn(move || run(&own, &queue, busy_timeout))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
            store,
        })
    }

    /// Does something on the calling thread, if nobody else is at the store: waking another thread would cost as much
    /// again as a whole assignment. Waits for other processes no longer than `patience`.
    ///
    /// `None` if somebody is; nothing was done then.
    pub(crate) fn call_here<R>(
        &self,
        patience: Duration,
        job: impl FnOnce(&mut Store) -> R,
    ) -> Option<Result<R, WorkerGone>> {
        let mut store = match self.store.try_lock() {
            Ok(store) => store,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        connect::limit_waits(patience);
        Some(guarded(&mut store, job))
    }

    /// Has the thread do something and waits for the outcome without blocking.
    pub(crate) async fn call<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> R + Send + 'static,
    ) -> Result<R, WorkerGone> {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |store| {
            // A caller that went away does not undo what was done.
            let _ = reply.send(job(store));
        }))?;
        answer.await.map_err(|_| WorkerGone)
    }

    /// Has the thread do something and blocks until it is done.
    pub(crate) fn call_blocking<R: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Store) -> R + Send + 'static,
    ) -> Result<R, WorkerGone> {
        let (reply, answer) = channel();
        self.send(Box::new(move |store| {
            let _ = reply.send(job(store));
        }))?;
        answer.recv().map_err(|_| WorkerGone)
    }

    fn send(&self, job: Job) -> Result<(), WorkerGone> {
        let jobs = self.jobs.as_ref().ok_or(WorkerGone)?;
        jobs.send(job).map_err(|_| WorkerGone)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            // A panic of the thread has been answered where it happened.
            let _ = thread.join();
        }
    }
}

fn run(store: &Mutex<Store>, queue: &Receiver<Job>, busy_timeout: Duration) {
    connect::limit_waits(busy_timeout);
    while let Ok(job) = queue.recv() {
        let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
        // A job that breaks down drops its reply, by which its caller learns of it.
        let _ = guarded(&mut store, job);
    }
}

/// Runs a job; one that panics leaves no transaction behind.
fn guarded<R>(
    store: &mut MutexGuard<'_, Store>,
    job: impl FnOnce(&mut Store) -> R,
) -> Result<R, WorkerGone> {
    catch_unwind(AssertUnwindSafe(|| job(store))).map_err(|_| {
        store.roll_back();
        WorkerGone
    })
}
