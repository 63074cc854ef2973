//! The thread that writes a journal.
//!
//! Whatever waits goes into one transaction, so that four batches that begin together cost one sync of the disk.
//! Outcomes wait for the next intent, or for a flush: losing them loses nothing, since what was begun without an
//! outcome is read back.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, JoinHandle};

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::record::WriteState;
use super::store::{
    SettledRow, Store, count_commits, insert, insert_writes, keep_locations, last_write, located,
    set, settle_rows,
};
use super::{failure, refusal};
use crate::bulk::plan::Plan;
use crate::failure::Failure;
use crate::preflight::rows::Rows;

/// A state that a change has come to.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// The change's id in the journal.
    pub(crate) id: i64,
    pub(crate) state: WriteState,
    /// Whether its location is set.
    pub(crate) location_set: bool,
    /// The moment, by the session's clock.
    pub(crate) at: String,
    pub(crate) request_id: Option<String>,
    /// Message and code of a refusal.
    pub(crate) error: Option<(String, String)>,
}

type Work = Box<dyn FnOnce(&Transaction<'_>) -> rusqlite::Result<i64> + Send>;

enum Message {
    /// Changes that are about to be sent: id, and the state they are in then.
    Intent(
        Vec<(i64, WriteState)>,
        String,
        oneshot::Sender<Result<(), Failure>>,
    ),
    /// What became of changes; committed with what comes next.
    Outcomes(Vec<Entry>),
    /// Something else in a transaction of the same order.
    Work(Work, oneshot::Sender<Result<i64, Failure>>),
    /// Everything that waits is to be committed.
    Flush(oneshot::Sender<Result<(), Failure>>),
}

/// A journal that is written while a run goes on.
pub(crate) struct Journal {
    messages: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
}

impl Journal {
    /// Goes on with an open journal on a thread of its own.
    ///
    /// # Errors
    /// When there can't be another thread.
    pub(crate) fn start(store: Store) -> Result<Self, Failure> {
        let (messages, inbox) = channel();
        let path = store.path().to_owned();
        let thread = Builder::new()
            .name("mglicense-journal".into())
            .spawn(move || write(store, &inbox))
            .map_err(|error| {
                refusal(
                    "RunUnusable",
                    format!(
                        "The journal '{}' can't be written: {error}.",
                        path.display()
                    ),
                    "Close other programs, then try again.",
                )
            })?;
        Ok(Self {
            messages: Some(messages),
            thread: Some(thread),
            path,
        })
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Commits that changes are about to be sent. Only after that may they be.
    ///
    /// # Errors
    /// When it can't be committed.
    pub(crate) async fn intend(
        &self,
        writes: Vec<(i64, WriteState)>,
        at: String,
    ) -> Result<(), Failure> {
        let (answer, answered) = oneshot::channel();
        self.send(Message::Intent(writes, at, answer));
        answered.await.unwrap_or_else(|_| Err(self.lost()))
    }

    /// Notes what became of changes.
    pub(crate) fn note(&self, entries: Vec<Entry>) {
        if !entries.is_empty() {
            self.send(Message::Outcomes(entries));
        }
    }

    /// Commits what was noted.
    ///
    /// # Errors
    /// When it can't be committed.
    pub(crate) async fn flush(&self) -> Result<(), Failure> {
        let (answer, answered) = oneshot::channel();
        self.send(Message::Flush(answer));
        answered.await.unwrap_or_else(|_| Err(self.lost()))
    }

    /// Puts rows and their changes into the file; gives the id before that of the first change.
    ///
    /// # Errors
    /// When it can't be committed.
    pub(crate) async fn insert<P: Plan>(
        &self,
        rows: Arc<Rows>,
        plan: Arc<P>,
        settled: Vec<SettledRow>,
    ) -> Result<i64, Failure> {
        self.work(move |transaction| {
            let before = last_write(transaction)?;
            insert(transaction, &rows, &*plan, &settled)?;
            Ok(before)
        })
        .await
    }

    /// Puts rows that name users, and the changes for them, into the file; gives the id before that of the first change.
    ///
    /// # Errors
    /// When it can't be committed.
    pub(crate) async fn insert_listed<P: Plan>(
        &self,
        rows: Vec<(u32, String)>,
        plan: Arc<P>,
        settled: Vec<SettledRow>,
    ) -> Result<i64, Failure> {
        self.work(move |transaction| {
            let before = last_write(transaction)?;
            let mut add =
                transaction.prepare("INSERT OR REPLACE INTO rows(row, user) VALUES (?1, ?2)")?;
            for (row, user) in &rows {
                add.execute(params![row, user])?;
            }
            insert_writes(transaction, &*plan)?;
            settle_rows(transaction, &settled)?;
            Ok(before)
        })
        .await
    }

    /// Puts changes for rows that are in the file already; gives the id before that of the first.
    ///
    /// # Errors
    /// When it can't be committed.
    pub(crate) async fn replan<P: Plan>(
        &self,
        plan: Arc<P>,
        settled: Vec<SettledRow>,
    ) -> Result<i64, Failure> {
        self.work(move |transaction| {
            let before = last_write(transaction)?;
            // A location that is set already stays with its row: an undo has to know of it.
            let located = located(transaction)?;
            insert_writes(transaction, &*plan)?;
            settle_rows(transaction, &settled)?;
            keep_locations(transaction, &located, before)?;
            transaction.execute(
                "DELETE FROM writes WHERE id <= ?1 AND id NOT IN (SELECT write FROM rows WHERE write IS NOT NULL)",
                [before],
            )?;
            Ok(before)
        })
        .await
    }

    /// Sets something that is known of the run as a whole.
    ///
    /// # Errors
    /// When it can't be committed.
    pub(crate) async fn set(&self, key: &'static str, value: String) -> Result<(), Failure> {
        self.work(move |transaction| set(transaction, key, &value).map(|()| 0))
            .await
            .map(drop)
    }

    async fn work(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<i64> + Send + 'static,
    ) -> Result<i64, Failure> {
        let (answer, answered) = oneshot::channel();
        self.send(Message::Work(Box::new(work), answer));
        answered.await.unwrap_or_else(|_| Err(self.lost()))
    }

    /// Ends the thread and makes the file one again. What the file says then is what the run came to.
    pub(crate) async fn close(mut self) {
        let thread = self.thread.take();
        drop(self.messages.take());
        if let Some(thread) = thread {
            // The thread ends as soon as it has committed what waits.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    fn send(&self, message: Message) {
        // A thread that is gone drops the message, and with it the sender of the answer, which then says so.
        if let Some(messages) = &self.messages {
            let _ = messages.send(message);
        }
    }

    fn lost(&self) -> Failure {
        refusal(
            "RunUnusable",
            format!(
                "The journal '{}' is not written any more.",
                self.path.display()
            ),
            "Resume the run: what was begun is read back.",
        )
    }
}

/// Who waits for a commit.
enum Waiter {
    Plain(oneshot::Sender<Result<(), Failure>>),
    Value(oneshot::Sender<Result<i64, Failure>>, i64),
}

impl Waiter {
    fn tell(self, committed: &Result<(), Failure>) {
        // Nobody waits any more where the job was let go.
        match self {
            Self::Plain(answer) => drop(answer.send(committed.clone())),
            Self::Value(answer, value) => drop(answer.send(committed.clone().map(|()| value))),
        }
    }
}

fn write(mut store: Store, inbox: &Receiver<Message>) {
    let path = store.path().to_owned();
    let mut outcomes: Vec<Entry> = Vec::new();
    let mut commits = 0;
    while let Ok(first) = inbox.recv() {
        let mut messages = vec![first];
        messages.extend(inbox.try_iter());
        if messages
            .iter()
            .all(|message| matches!(message, Message::Outcomes(_)))
        {
            outcomes.extend(messages.into_iter().flat_map(Message::into_outcomes));
            continue;
        }
        let mut waiters = Vec::new();
        let committed = commit(&mut store.connection, &mut outcomes, messages, &mut waiters)
            .map_err(|error| failure(&path, &error));
        commits += u64::from(committed.is_ok());
        for waiter in waiters {
            waiter.tell(&committed);
        }
    }
    // Nothing can be done here about a failure: what has no outcome in the file is read back by a resume.
    let (answer, _) = oneshot::channel();
    let count = move |transaction: &Transaction<'_>| count_commits(transaction, commits + 1);
    let _ = commit(
        &mut store.connection,
        &mut outcomes,
        vec![Message::Work(Box::new(count), answer)],
        &mut Vec::new(),
    );
    let _ = store
        .connection
        .pragma_update(None, "journal_mode", "DELETE");
}

impl Message {
    fn into_outcomes(self) -> Vec<Entry> {
        match self {
            Self::Outcomes(entries) => entries,
            _ => Vec::new(),
        }
    }
}

/// Commits messages, with the outcomes that waited. Outcomes go on waiting where it fails.
fn commit(
    connection: &mut Connection,
    outcomes: &mut Vec<Entry>,
    messages: Vec<Message>,
    waiters: &mut Vec<Waiter>,
) -> rusqlite::Result<()> {
    let mut intents = Vec::new();
    let mut works = Vec::new();
    for message in messages {
        match message {
            Message::Intent(writes, at, answer) => {
                intents.push((writes, at));
                waiters.push(Waiter::Plain(answer));
            }
            Message::Outcomes(entries) => outcomes.extend(entries),
            Message::Work(work, answer) => works.push((work, answer)),
            Message::Flush(answer) => waiters.push(Waiter::Plain(answer)),
        }
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut note = transaction.prepare_cached(
            "UPDATE writes SET state = ?2, location_set = ?3, answered = ?4, request_id = ?5, error = ?6, error_code = ?7
             WHERE id = ?1",
        )?;
        for entry in outcomes.iter() {
            let (error, code) = match &entry.error {
                Some((error, code)) => (Some(error), Some(code)),
                None => (None, None),
            };
            note.execute(params![
                entry.id,
                entry.state.as_str(),
                entry.location_set,
                entry.at,
                entry.request_id,
                error,
                code
            ])?;
        }
        let mut intend = transaction.prepare_cached(
            "UPDATE writes SET state = ?2, sent = ?3, attempts = attempts + 1 WHERE id = ?1",
        )?;
        for (writes, at) in &intents {
            for (id, state) in writes {
                intend.execute(params![id, state.as_str(), at])?;
            }
        }
    }
    for (work, answer) in works {
        match work(&transaction) {
            Ok(value) => waiters.push(Waiter::Value(answer, value)),
            Err(error) => {
                waiters.push(Waiter::Value(answer, 0));
                return Err(error);
            }
        }
    }
    transaction.commit()?;
    outcomes.clear();
    Ok(())
}
