//! Sending the changes of a plan: in waves, in batches of twenty, at most four at a time, just under the limit.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use http::{Method, StatusCode};
use jiff::Unit;
use mglicense_graph::batch::{self, BATCH_LIMIT};
use mglicense_graph::quota::{Answered, Grant, SharedBucket};
use mglicense_graph::{Request, Response};
use tokio::task::JoinSet;

use super::journal::{Entry, Journal, WriteState, change_body};
use super::outcome::{Answer, judge, limits, limits_of_all};
use super::plan::Plan;
use super::progress::Progress;
use super::settle::{self, Standing};
use crate::address;
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::preflight::outcome::Outcome;
use crate::session::Session;
use crate::user;

/// How many batches are under way at most.
const FLIGHTS: usize = 4;
/// How often a change is sent before its failure is believed, throttling apart.
const TRIES: u8 = 8;
/// How often a change is put off for the service's limits before it is given up.
const PUT_OFF: u16 = 500;
/// How often in a row a whole batch may come to nothing before the run is stopped.
const OUTAGES: u32 = 6;
/// The waits before a refusal for a location that was set a moment ago, or for a user made a moment ago, is believed.
const LAG: [u64; 5] = [1, 2, 4, 8, 15];
/// A wait that is worth a word.
const NOTABLE: Duration = Duration::from_secs(1);

/// One change on its way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Task {
    at: usize,
    tries: u8,
    put_off: u16,
    lagged: u8,
    /// It may have been made already.
    is_uncertain: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Location,
    Licences,
}

/// What came of a batch.
enum Landed {
    /// Nothing left: why, and whether the run can go on.
    Unsent(Vec<Task>, Failure, bool),
    /// It may have been carried out.
    Unknown(Vec<Task>, Failure),
    /// The service refused all of it.
    Whole(Vec<Task>, Response),
    /// An answer each, and the id of the whole exchange.
    Answers(Vec<Task>, Vec<Option<Response>>, Option<String>),
    /// Users were read back.
    Settled(Vec<(Doubt, Standing)>),
}

/// A change that may have been made, and the refusal that may be due to that.
struct Doubt {
    task: Task,
    refusal: Option<Failure>,
}

impl From<Task> for Doubt {
    fn from(task: Task) -> Self {
        Self {
            task,
            refusal: None,
        }
    }
}

/// A run's counts of changes, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) done: u64,
    pub(super) failed: u64,
    pub(super) not_started: u64,
    pub(super) unknown: u64,
    /// Changes that the service put off for its limits, counted each time.
    pub(super) refused: u64,
}

/// What all plans of a run share.
pub(super) struct Line {
    pub(super) session: Session,
    pub(super) job: JobContext,
    pub(super) journal: Arc<Journal>,
    pub(super) bucket: Arc<SharedBucket>,
    pub(super) progress: Progress,
    pub(super) counts: Counts,
    pub(super) debug: bool,
    /// Why nothing more is sent, once something is wrong with the whole.
    pub(super) stopped: Option<Failure>,
    outages: u32,
}

impl Line {
    pub(super) fn new(
        session: Session,
        job: JobContext,
        journal: Arc<Journal>,
        activity: String,
        debug: bool,
    ) -> Self {
        Self {
            bucket: session.write_bucket(),
            session,
            job,
            journal,
            progress: Progress::new(activity),
            counts: Counts::default(),
            debug,
            stopped: None,
            outages: 0,
        }
    }

    /// Whether nothing new is to be started.
    pub(super) fn is_over(&self) -> bool {
        self.stopped.is_some() || self.job.is_cancelled()
    }

    /// The moment, as the journal writes it.
    fn moment(&self) -> String {
        moment(&self.session)
    }
}

fn moment(session: &Session) -> String {
    let now = session.clock().now();
    now.round(Unit::Millisecond).unwrap_or(now).to_string()
}

/// One plan on its way.
struct Wave<'a, P> {
    line: &'a mut Line,
    plan: Arc<P>,
    /// The id of the first change in the journal, less one.
    base: i64,
    phase: Phase,
    states: &'a mut [WriteState],
    located: &'a mut [bool],
    fresh: VecDeque<usize>,
    /// Changes that wait: until when, and which.
    later: BinaryHeap<Reverse<(Duration, Task)>>,
    flights: JoinSet<Landed>,
    /// Writes of later waves, which the limit has to last for too.
    beyond: usize,
}

/// Sends a plan, whose changes follow `base` in the journal; tells every outcome. What is not settled in the end was
/// not begun, or its outcome is not known.
pub(super) async fn send<P: Plan>(line: &mut Line, plan: &Arc<P>, base: i64) {
    let count = plan.count();
    let mut states = vec![WriteState::Planned; count];
    let mut located = vec![false; count];
    line.progress.expect(count);
    let mut begin = 0;
    while begin < count && !line.is_over() {
        let stage = plan.write(begin).stage;
        let end = (begin..count)
            .find(|&at| plan.write(at).stage != stage)
            .unwrap_or(count);
        for phase in [Phase::Location, Phase::Licences] {
            let is_due = |at: &usize| {
                let write = plan.write(*at);
                match phase {
                    Phase::Location => write.location.is_some(),
                    Phase::Licences => !write.change.is_empty() && !states[*at].is_settled(),
                }
            };
            let fresh: VecDeque<usize> = (begin..end).filter(is_due).collect();
            let beyond = match phase {
                Phase::Location => (begin..count)
                    .filter(|&at| !plan.write(at).change.is_empty())
                    .count(),
                Phase::Licences => count - end,
            };
            let mut wave = Wave {
                line,
                plan: Arc::clone(plan),
                base,
                phase,
                states: &mut states,
                located: &mut located,
                fresh,
                later: BinaryHeap::new(),
                flights: JoinSet::new(),
                beyond,
            };
            wave.fly().await;
        }
        begin = end;
    }
    finish(line, plan, base, &states, &located).await;
}

/// Accounts for what has no outcome.
async fn finish<P: Plan>(
    line: &mut Line,
    plan: &Arc<P>,
    base: i64,
    states: &[WriteState],
    located: &[bool],
) {
    let at = line.moment();
    let mut entries = Vec::new();
    let mut open = Vec::new();
    for (index, &state) in states.iter().enumerate() {
        if state.is_settled() {
            continue;
        }
        let (state, outcome) = match state {
            WriteState::Unknown => {
                line.counts.unknown += 1;
                (state, Outcome::Unknown)
            }
            _ => {
                line.counts.not_started += 1;
                let state = if located[index] {
                    WriteState::Located
                } else {
                    WriteState::Planned
                };
                (state, Outcome::NotStarted)
            }
        };
        entries.push(Entry {
            id: base + 1 + index as i64,
            state,
            location_set: located[index],
            at: at.clone(),
            request_id: None,
            error: None,
        });
        open.push((index, outcome));
    }
    line.journal.note(entries);
    for chunk in open.chunks(100) {
        let mut page = Vec::new();
        for &(index, outcome) in chunk {
            let write = plan.write(index);
            page.extend(
                write
                    .rows
                    .iter()
                    .map(|&row| write.report(row, outcome, plan.names())),
            );
        }
        line.job.emit(Event::json(EventKind::Page, &page)).await;
    }
}

impl<P: Plan> Wave<'_, P> {
    async fn fly(&mut self) {
        // What was to be told is told before a cancel is looked at: the loop ends when nothing is under way.
        loop {
            let pause = self.launch();
            if self.flights.is_empty() && (self.line.is_over() || pause.is_none()) {
                return;
            }
            self.tell_progress(pause).await;
            let clock = self.line.session.clock();
            let until_told = self
                .line
                .progress
                .due_in(clock.elapsed())
                .max(Duration::from_millis(1));
            let pause = pause.map_or(until_told, |pause| pause.min(until_told));
            let job = self.line.job.clone();
            let landed = tokio::select! {
                biased;
                Some(landed) = self.flights.join_next() => Some(landed),
                () = job.cancelled(), if !self.line.is_over() => None,
                () = clock.sleep(pause) => None,
            };
            match landed {
                None => {}
                Some(Ok(landed)) => self.land(landed).await,
                Some(Err(lost)) => std::panic::resume_unwind(lost.into_panic()),
            }
        }
    }

    /// Starts what may be started. Gives the time until more may be, where something waits.
    fn launch(&mut self) -> Option<Duration> {
        if self.line.is_over() {
            return None;
        }
        let now = self.line.session.clock().elapsed();
        loop {
            if self.flights.len() >= FLIGHTS {
                return Some(NOTABLE);
            }
            let mut ready = Vec::with_capacity(BATCH_LIMIT);
            while ready.len() < BATCH_LIMIT {
                match self.later.peek() {
                    Some(Reverse((until, _))) if *until <= now => {
                        ready.extend(self.later.pop().map(|Reverse((_, task))| task));
                    }
                    _ => break,
                }
            }
            let fresh = self.fresh.len().min(BATCH_LIMIT - ready.len());
            ready.extend(self.fresh.drain(..fresh).map(|at| Task {
                at,
                ..Task::default()
            }));
            let put_off = self
                .later
                .peek()
                .map(|Reverse((until, _))| until.saturating_sub(now));
            if ready.is_empty() {
                return put_off;
            }
            let remaining = ready.len() + self.fresh.len() + self.later.len() + self.beyond;
            let grant = {
                let (mut bucket, now) = self.line.bucket.now();
                bucket.ask(now, ready.len(), remaining)
            };
            let (granted, wait) = match grant {
                Grant::Now(granted) => (granted, None),
                Grant::After(wait) => (0, Some(wait)),
            };
            for task in ready.drain(granted..).rev() {
                self.put_back(task, now);
            }
            if let Some(wait) = wait {
                return Some(put_off.map_or(wait, |put_off| {
                    wait.min(put_off.max(Duration::from_millis(1)))
                }));
            }
            self.depart(ready);
        }
    }

    /// Puts a change back in its place.
    fn put_back(&mut self, task: Task, now: Duration) {
        if task
            == (Task {
                at: task.at,
                ..Task::default()
            })
        {
            self.fresh.push_front(task.at);
        } else {
            self.later.push(Reverse((now, task)));
        }
    }

    /// Sends a batch: its intent first.
    fn depart(&mut self, tasks: Vec<Task>) {
        let mut items = Vec::with_capacity(tasks.len());
        let mut unsendable = Vec::new();
        let mut sent = Vec::with_capacity(tasks.len());
        for task in tasks {
            match self.request(task.at) {
                Ok(request) => {
                    items.push(request);
                    sent.push(task);
                }
                Err(failure) => unsendable.push((task, failure)),
            }
        }
        if !unsendable.is_empty() {
            self.line.bucket.now().0.unsent(unsendable.len());
            self.flights.spawn(async move {
                let standings = unsendable
                    .into_iter()
                    .map(|(task, failure)| (task.into(), Standing::Refused(failure)));
                Landed::Settled(standings.collect())
            });
        }
        if items.is_empty() {
            return;
        }
        let state = match self.phase {
            Phase::Location => WriteState::SendingLocation,
            Phase::Licences => WriteState::Sending,
        };
        let intents = sent.iter().map(|task| (self.id(task.at), state)).collect();
        let (session, job) = (self.line.session.clone(), self.line.job.clone());
        let journal = Arc::clone(&self.line.journal);
        let debug = self.line.debug;
        self.flights.spawn(async move {
            let request = match batch::request(&items) {
                Ok(request) => request,
                Err(error) => {
                    let failure =
                        Failure::argument(format!("the changes can't be written: {error}"));
                    return Landed::Unsent(sent, failure, false);
                }
            };
            if let Err(failure) = journal.intend(intents, moment(&session)).await {
                return Landed::Unsent(sent, failure, false);
            }
            exchange(&session, &job, request, sent, debug).await
        });
    }

    fn request(&self, at: usize) -> Result<Request, Failure> {
        let write = self.plan.write(at);
        let ids = user::ids(write.user_id);
        match (self.phase, write.location) {
            (Phase::Location, Some(code)) => {
                let url = address::path("v1.0", "/users/{user-id}", &ids)?;
                Ok(Request::new(Method::PATCH, url)
                    .with_json(format!(r#"{{"usageLocation":"{code}"}}"#)))
            }
            _ => {
                let url = address::path("v1.0", "/users/{user-id}/assignLicense", &ids)?;
                Ok(Request::new(Method::POST, url).with_json(change_body(write.change)))
            }
        }
    }

    fn id(&self, at: usize) -> i64 {
        self.base + 1 + at as i64
    }

    async fn tell_progress(&mut self, pause: Option<Duration>) {
        let now = self.line.session.clock().elapsed();
        if !self.line.progress.due_in(now).is_zero() {
            return;
        }
        let waiting = self.flights.is_empty().then_some(pause).flatten();
        let reason = match waiting {
            Some(wait) if wait >= NOTABLE && self.fresh.is_empty() && !self.later.is_empty() => {
                Some(format!(
                    "the service to take what it put off ({} s)",
                    wait.as_secs()
                ))
            }
            Some(wait) if !self.fresh.is_empty() => Some(format!(
                "the service's limit on writes ({} s)",
                wait.as_secs_f64().ceil()
            )),
            _ => None,
        };
        let event = self.line.progress.tell(now, reason.as_deref());
        self.line.job.emit(event).await;
    }

    async fn land(&mut self, landed: Landed) {
        let now = self.line.session.clock().now();
        match landed {
            Landed::Unsent(tasks, failure, may_go_on) => {
                self.line.bucket.now().0.unsent(tasks.len());
                self.outage(failure, may_go_on);
                self.repeat_all(tasks);
            }
            Landed::Unknown(tasks, failure) => {
                self.learn(&Answered {
                    sent: tasks.len(),
                    ..Answered::default()
                });
                self.outage(failure, true);
                self.settle(tasks.into_iter().map(Doubt::from).collect());
            }
            Landed::Whole(tasks, response) => {
                self.learn(&limits_of_all(&response, tasks.len(), now));
                self.land_whole(tasks, &response);
            }
            Landed::Answers(tasks, answers, request_id) => {
                self.line.outages = 0;
                let limits = limits(&answers, now);
                self.line.counts.refused += limits.refused as u64;
                self.learn(&limits);
                self.land_answers(tasks, answers, request_id).await;
            }
            Landed::Settled(standings) => self.land_settled(standings).await,
        }
    }

    fn learn(&mut self, answered: &Answered) {
        let (mut bucket, now) = self.line.bucket.now();
        bucket.answered(now, answered);
    }

    /// A whole batch came to nothing. A few in a row, or one that says so, end the run.
    fn outage(&mut self, failure: Failure, may_go_on: bool) {
        if failure.kind == FailureKind::Cancelled {
            return;
        }
        self.line.outages += 1;
        if (!may_go_on || self.line.outages >= OUTAGES) && self.line.stopped.is_none() {
            self.line.stopped = Some(failure);
        }
    }

    fn repeat_all(&mut self, tasks: Vec<Task>) {
        let wait = backoff(self.line.outages);
        for task in tasks {
            self.repeat(task, wait);
        }
    }

    fn repeat(&mut self, task: Task, wait: Duration) {
        let until = self.line.session.clock().elapsed() + wait;
        self.later.push(Reverse((until, task)));
    }

    fn land_whole(&mut self, tasks: Vec<Task>, response: &Response) {
        let now = self.line.session.clock().now();
        match judge(response, now) {
            Answer::Throttled(wait) => {
                self.line.counts.refused += tasks.len() as u64;
                for task in tasks {
                    self.put_off(task, wait);
                }
            }
            Answer::Uncertain(failure) => {
                self.outage(failure, true);
                self.settle(tasks.into_iter().map(Doubt::from).collect());
            }
            Answer::Conflict(wait) => {
                for task in tasks {
                    self.put_off(task, wait);
                }
            }
            // The batch itself is refused, and so would be the next one: a sign-in that ended, a right that is missing.
            Answer::Location(failure) | Answer::Missing(failure) | Answer::Refused(failure) => {
                self.outage(failure, false);
                self.repeat_all(tasks);
            }
            Answer::Done(_) => self.settle(tasks.into_iter().map(Doubt::from).collect()),
        }
    }

    fn put_off(&mut self, mut task: Task, wait: Option<Duration>) {
        task.put_off = task.put_off.saturating_add(1);
        let wait = wait.unwrap_or_else(|| backoff(task.put_off.into()));
        self.repeat(task, wait);
    }

    async fn land_answers(
        &mut self,
        tasks: Vec<Task>,
        answers: Vec<Option<Response>>,
        whole: Option<String>,
    ) {
        let now = self.line.session.clock().now();
        let mut unsettled = Vec::new();
        let mut settled = Vec::new();
        for (mut task, answer) in tasks.into_iter().zip(answers) {
            let Some(answer) = answer else {
                unsettled.push(task.into());
                continue;
            };
            match judge(&answer, now) {
                // A step without an id of its own is found by that of the batch.
                Answer::Done(own) => settled.push((task.at, Ok(own.or_else(|| whole.clone())))),
                Answer::Throttled(wait) if task.put_off < PUT_OFF => {
                    // A 503 says that it did nothing, but not every one means it.
                    task.is_uncertain |= answer.status == StatusCode::SERVICE_UNAVAILABLE;
                    self.put_off(task, wait);
                }
                Answer::Conflict(wait) if task.tries < TRIES => {
                    task.tries += 1;
                    self.repeat(task, wait.unwrap_or_else(|| backoff(task.tries.into())));
                }
                Answer::Location(_) if self.located[task.at] && self.lag(&mut task) => {}
                Answer::Missing(_) if self.is_new(task.at) && self.lag(&mut task) => {}
                Answer::Uncertain(failure) => {
                    task.tries += 1;
                    task.is_uncertain = true;
                    let refusal = (task.tries >= TRIES).then_some(failure);
                    unsettled.push(Doubt { task, refusal });
                }
                // It may have been made the time before, and be refused for that.
                Answer::Location(failure) | Answer::Missing(failure) | Answer::Refused(failure)
                    if task.is_uncertain =>
                {
                    unsettled.push(Doubt {
                        task,
                        refusal: Some(failure),
                    });
                }
                Answer::Throttled(_) | Answer::Conflict(_) => {
                    settled.push((task.at, Err(Failure::from_response(&answer))));
                }
                Answer::Location(failure) | Answer::Missing(failure) | Answer::Refused(failure) => {
                    settled.push((task.at, Err(failure)));
                }
            }
        }
        self.settle(unsettled);
        self.conclude(settled).await;
    }

    /// Puts a change off that fails only because something made a moment ago is not known everywhere. False once that
    /// has lasted too long.
    fn lag(&mut self, task: &mut Task) -> bool {
        let Some(&seconds) = LAG.get(usize::from(task.lagged)) else {
            return false;
        };
        task.lagged += 1;
        self.repeat(*task, Duration::from_secs(seconds));
        true
    }

    fn is_new(&self, at: usize) -> bool {
        let write = self.plan.write(at);
        self.line.session.has_created(write.user_id)
            || write
                .user_principal_name
                .is_some_and(|name| self.line.session.has_created(name))
    }

    /// Reads users back whose changes may have been made.
    fn settle(&mut self, doubts: Vec<Doubt>) {
        if doubts.is_empty() {
            return;
        }
        for doubt in &doubts {
            self.states[doubt.task.at] = WriteState::Unknown;
        }
        if self.line.is_over() {
            return;
        }
        let (session, job) = (self.line.session.clone(), self.line.job.clone());
        let (plan, debug) = (Arc::clone(&self.plan), self.line.debug);
        let is_location = self.phase == Phase::Location;
        // A moment for what is still being carried out.
        let tries = doubts.iter().map(|doubt| doubt.task.tries).max();
        let wait = backoff(tries.unwrap_or(0).into());
        self.flights.spawn(async move {
            let places: Vec<usize> = doubts.iter().map(|doubt| doubt.task.at).collect();
            let standings = match job.wait(session.clock(), wait).await {
                Ok(()) => {
                    settle::read_back(&session, &job, &*plan, &places, is_location, debug).await
                }
                Err(_) => places.iter().map(|_| Standing::Unknown).collect(),
            };
            Landed::Settled(doubts.into_iter().zip(standings).collect())
        });
    }

    async fn land_settled(&mut self, standings: Vec<(Doubt, Standing)>) {
        let mut settled = Vec::new();
        let mut unsettled = Vec::new();
        for (mut doubt, standing) in standings {
            let at = doubt.task.at;
            match (standing, doubt.refusal.take()) {
                (Standing::AsWanted, _) => settled.push((at, Ok(None))),
                (Standing::Refused(failure), _) | (Standing::Otherwise, Some(failure)) => {
                    settled.push((at, Err(failure)));
                }
                (Standing::Unknown, refusal) => {
                    doubt.task.tries += 1;
                    if doubt.task.tries < TRIES + 4 {
                        doubt.refusal = refusal;
                        unsettled.push(doubt);
                    }
                }
                (Standing::Otherwise, None) => {
                    self.states[at] = WriteState::Planned;
                    self.repeat(doubt.task, Duration::ZERO);
                }
            }
        }
        self.settle(unsettled);
        self.conclude(settled).await;
    }

    /// Writes outcomes down and tells them.
    async fn conclude(&mut self, settled: Vec<(usize, Result<Option<String>, Failure>)>) {
        if settled.is_empty() {
            return;
        }
        let moment = self.line.moment();
        let mut entries = Vec::with_capacity(settled.len());
        let mut page = Vec::with_capacity(settled.len());
        let mut errors = Vec::new();
        for (at, outcome) in settled {
            let write = self.plan.write(at);
            let state = match (&outcome, self.phase) {
                (Ok(_), Phase::Location) => {
                    self.located[at] = true;
                    if write.change.is_empty() {
                        WriteState::Done
                    } else {
                        WriteState::Located
                    }
                }
                (Ok(_), Phase::Licences) => WriteState::Done,
                (Err(_), _) => WriteState::Failed,
            };
            self.states[at] = state;
            let error = outcome.as_ref().err();
            entries.push(Entry {
                id: self.id(at),
                state,
                location_set: self.located[at],
                at: moment.clone(),
                request_id: match &outcome {
                    Ok(id) => id.clone(),
                    Err(failure) => failure.request_id.clone(),
                },
                error: error.map(|failure| (failure.message.clone(), failure.code.clone())),
            });
            let told = match &outcome {
                Ok(_) if state == WriteState::Located => continue,
                Ok(id) => {
                    self.line.counts.done += 1;
                    Outcome::Done(id.as_deref())
                }
                Err(failure) => {
                    self.line.counts.failed += 1;
                    Outcome::Failed(failure)
                }
            };
            self.line.progress.count(1, usize::from(error.is_some()));
            let names = self.plan.names();
            page.extend(write.rows.iter().map(|&row| write.report(row, told, names)));
            if let Some(failure) = error {
                errors.extend(write.rows.iter().map(|&row| {
                    let mut failure = failure.clone();
                    failure.row = Some(row.into());
                    failure.user_id = Some(
                        write
                            .user_principal_name
                            .unwrap_or(write.user_id)
                            .to_owned(),
                    );
                    failure
                }));
            }
        }
        self.line.journal.note(entries);
        if !page.is_empty() {
            self.line
                .job
                .emit(Event::json(EventKind::Page, &page))
                .await;
        }
        for failure in errors {
            self.line
                .job
                .emit(Event::new(EventKind::Error, failure.to_json()))
                .await;
        }
    }
}

/// The wait after that many failures in a row, where the service says none.
fn backoff(failures: u32) -> Duration {
    Duration::from_millis(250 << failures.clamp(1, 6))
}

/// Carries a batch to the service and sorts out what came back.
async fn exchange(
    session: &Session,
    job: &JobContext,
    request: Request,
    tasks: Vec<Task>,
    debug: bool,
) -> Landed {
    let count = tasks.len();
    let response = match session.exchange(job, request, debug).await {
        Ok(response) => response,
        Err(failure) => {
            return match (failure.kind, failure.code.as_str()) {
                (FailureKind::Transport, "NotSent") => Landed::Unsent(tasks, failure, true),
                (FailureKind::Transport, _) => Landed::Unknown(tasks, failure),
                _ => Landed::Unsent(tasks, failure, false),
            };
        }
    };
    // An older page of Graph's says that a batch with a throttled step answers 424 as a whole, steps and all.
    let has_steps = response.status == StatusCode::FAILED_DEPENDENCY
        && batch::answers(&response, count).is_ok();
    if !response.status.is_success() && !has_steps {
        return Landed::Whole(tasks, response);
    }
    match batch::answers(&response, count) {
        Ok(answers) => {
            let request_id = response.request_id().map(str::to_owned);
            Landed::Answers(tasks, answers, request_id)
        }
        Err(error) => Landed::Unknown(tasks, Failure::unreadable(&response, &error.to_string())),
    }
}
