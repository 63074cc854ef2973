//! The thread that owns a connection, and the way to have it do something.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokio::sync::oneshot;

use super::{Store, connect};

type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// A thread with a store of its own. Dropping it ends the thread and waits until the file is closed.
pub(crate) struct Worker {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

/// The thread is gone, or the job broke down on it; its transaction was rolled back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WorkerGone;

impl Worker {
    /// Starts a thread for the store.
    pub(crate) fn start(store: Store, busy_timeout: Duration) -> std::io::Result<Self> {
        let (jobs, queue) = channel();
        let thread = thread::Builder::new()
            .name("mglicense-tenant".to_owned())
            .spawn(move || run(store, &queue, busy_timeout))?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
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

fn run(mut store: Store, queue: &Receiver<Job>, busy_timeout: Duration) {
    connect::limit_waits(busy_timeout);
    while let Ok(job) = queue.recv() {
        if catch_unwind(AssertUnwindSafe(|| job(&mut store))).is_err() {
            store.roll_back();
        }
    }
}
