//! Runs over many rows, a folder of journals, and a service that breaks things on the way.
#![allow(dead_code)] // Each test file uses a part of it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::StatusCode;
use mglicense_engine::{Event, EventKind, Identity, Job, Operation, Pulled, Pushed, Session};
use mglicense_graph::{
    Clock, Request, Response, ServiceRoot, Transport, TransportError, TransportErrorKind,
    clock_of_speed,
};
use serde_json::{Value, json};

use crate::support::{Said, runtime, start};
use crate::tenant::LocalTenant;

pub const TENANT: &str = "11111111-2222-3333-4444-555555555555";
pub const E5: &str = "06ebc4ee-1bb5-47dd-8120-11324bc54e06";
pub const E3: &str = "05e9a617-0261-4cee-bb44-138d3ef5d965";

/// A folder of journals that is gone with the value.
pub struct Runs(PathBuf);

impl Runs {
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let name = format!("mglicense-runs-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    pub fn text(&self) -> String {
        self.0.display().to_string()
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    /// The journals, the oldest first.
    pub fn journals(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.0).into_iter().flatten();
        let mut paths: Vec<_> = entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|kind| kind == "mgrun"))
            .collect();
        paths.sort();
        paths
    }

    /// The one journal.
    pub fn journal(&self) -> PathBuf {
        let mut journals = self.journals();
        assert_eq!(journals.len(), 1, "{journals:?}");
        journals.remove(0)
    }

    pub fn id(&self) -> String {
        self.journal()
            .file_stem()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    }
}

impl Drop for Runs {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A tenant of users u1, u2, … with seats enough, everybody without a licence or location unless said.
pub fn crowd(count: usize, user: impl Fn(usize) -> Value) -> LocalTenant {
    let users: Vec<Value> = (1..=count)
        .map(|number| {
            let mut all = json!({
                "userPrincipalName": format!("u{number}@contoso.com"),
                "displayName": format!("User {number}"),
            });
            let own = user(number);
            for (name, value) in own.as_object().unwrap() {
                all[name] = value.clone();
            }
            all
        })
        .collect();
    let seats = json!({ "enabled": count + 10, "warning": 0, "suspended": 0, "lockedOut": 0 });
    LocalTenant::of_seed(&json!({
        "version": 1,
        "organization": { "displayName": "Contoso", "id": TENANT },
        "domains": [{ "id": "contoso.com", "isDefault": true }],
        "subscribedSkus": [
            { "skuPartNumber": "SPE_E5", "prepaidUnits": seats },
            { "skuPartNumber": "SPE_E3", "prepaidUnits": seats },
        ],
        "users": users,
        "settings": {},
    }))
}

/// Rows that name u1 to the last.
pub fn rows(count: usize) -> Value {
    (1..=count)
        .map(|number| json!({ "row": number, "userId": format!("u{number}@contoso.com") }))
        .collect()
}

/// A job for a run, with all its rows handed over; it isn't pulled yet.
pub fn start_run(session: &Arc<Session>, runs: &Runs, wish: Value, options: Value) -> Job {
    let payload = json!({ "wish": wish, "options": options, "folder": runs.text() });
    start(session, Operation::Run, payload)
}

/// Hands rows over in pieces, pulling where as many wait as may, then pulls to the end.
pub fn feed(job: &Job, rows: &Value) -> Said {
    let mut said = Said::default();
    let rows = rows.as_array().unwrap();
    for piece in rows.chunks(100) {
        let bytes = Bytes::from(serde_json::to_vec(piece).unwrap());
        while job.push(bytes.clone(), false) == Pushed::Full {
            if let Pulled::Event(event) = job.pull(Duration::from_millis(50)) {
                said.0.push(event);
            }
        }
    }
    while job.push(Bytes::new(), true) == Pushed::Full {
        if let Pulled::Event(event) = job.pull(Duration::from_millis(50)) {
            said.0.push(event);
        }
    }
    finish(job, said)
}

/// Hands rows over, all of which find room, and cancels when the first results came. `ended` says that there are no more:
/// a run that judges the whole begins only then.
pub fn feed_and_cancel(job: &Job, rows: &Value, ended: bool) -> Said {
    for piece in rows.as_array().unwrap().chunks(100) {
        let bytes = Bytes::from(serde_json::to_vec(piece).unwrap());
        assert_eq!(job.push(bytes, false), Pushed::Taken);
    }
    if ended {
        job.push(Bytes::new(), true);
    }
    let mut said = Said::default();
    while said.of(EventKind::Page).is_empty() {
        if let Pulled::Event(event) = job.pull(Duration::from_millis(20)) {
            said.0.push(event);
        }
    }
    job.cancel();
    finish(job, said)
}

pub fn finish(job: &Job, mut said: Said) -> Said {
    loop {
        match job.pull(Duration::from_secs(60)) {
            Pulled::Event(event) => said.0.push(event),
            Pulled::Finished => return said,
            other => panic!("{other:?} after {said:?}"),
        }
    }
}

/// Every result of a run, by its row.
pub fn results(said: &Said) -> Vec<Value> {
    let mut all: Vec<Value> = said
        .of(EventKind::Page)
        .into_iter()
        .flat_map(|page| page.as_array().unwrap().clone())
        .collect();
    all.sort_by_key(|result| result["row"].as_u64());
    all
}

/// How many results have each status.
pub fn statuses(said: &Said) -> std::collections::BTreeMap<String, usize> {
    let mut counts = std::collections::BTreeMap::new();
    for result in results(said) {
        *counts
            .entry(result["status"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    counts
}

pub fn summary(said: &Said) -> Value {
    let mut all = said.of(EventKind::Summary);
    assert_eq!(all.len(), 1, "{said:?}");
    all.remove(0)
}

pub fn event_kinds(said: &Said) -> Vec<EventKind> {
    said.0.iter().map(|event: &Event| event.kind).collect()
}

/// What stands between the client and the tenant, for one step of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The step is answered with a status, and was not carried out.
    Refused(u16),
    /// The step is answered with 429 and this wait in seconds, and was not carried out.
    PutOff(u32),
    /// The step is answered with a status, and was carried out.
    Late(u16),
    /// The whole batch is carried out, and no answer comes.
    Reset,
    /// Nothing of the batch is carried out, and no answer comes.
    Lost,
    /// The answer leaves the step out.
    Silent,
    /// Nothing of the batch is carried out, and neither an answer nor an error ever comes.
    Hung,
    /// The whole batch is carried out, and neither an answer nor an error ever comes.
    HungLate,
}

/// Which trouble meets a step of a batch, given its number among all steps and its request.
type Plan = dyn Fn(u64, &Value) -> Option<Trouble> + Send + Sync;

/// Somebody who sees every batch of writes before it is carried out.
type Watch = dyn Fn(&[Value]) + Send + Sync;

/// A transport that breaks things.
pub struct Troubled {
    inner: Arc<dyn Transport>,
    plan: Box<Plan>,
    steps: AtomicU64,
    /// Every write the service saw, as the address of its step, in order, carried out or not.
    pub writes: Mutex<Vec<String>>,
    pub requests: AtomicU64,
    in_flight: AtomicUsize,
    pub most_in_flight: AtomicUsize,
    pub latency: Duration,
    /// Steps are answered in the reverse order.
    pub reverses: bool,
    /// A batch with a step in trouble is answered 424 as a whole.
    pub answers_424: bool,
    /// Looks at every batch of writes before it is carried out.
    pub watch: Option<Box<Watch>>,
}

impl Troubled {
    pub fn new(
        tenant: &LocalTenant,
        plan: impl Fn(u64, &Value) -> Option<Trouble> + Send + Sync + 'static,
    ) -> Self {
        Self {
            inner: tenant.transport(),
            plan: Box::new(plan),
            steps: AtomicU64::new(0),
            writes: Mutex::default(),
            requests: AtomicU64::new(0),
            in_flight: AtomicUsize::new(0),
            most_in_flight: AtomicUsize::new(0),
            latency: Duration::ZERO,
            reverses: false,
            answers_424: false,
            watch: None,
        }
    }

    pub fn session(self: &Arc<Self>) -> Arc<Session> {
        // A hundred times as fast, so that waits after trouble take moments.
        self.session_on(clock_of_speed(100.0))
    }

    pub fn session_on(self: &Arc<Self>, clock: Arc<dyn Clock>) -> Arc<Session> {
        let transport: Arc<dyn Transport> = Arc::clone(self) as _;
        Arc::new(Session::new(transport, ServiceRoot::local(), clock))
    }

    /// A session that knows its tenant.
    pub fn session_of(self: &Arc<Self>, tenant: &str) -> Arc<Session> {
        let transport: Arc<dyn Transport> = Arc::clone(self) as _;
        let identity = Identity {
            tenant_id: tenant.to_owned(),
            client_id: format!("{:p}", Arc::as_ptr(self)),
            account: None,
        };
        let session = Session::new(transport, ServiceRoot::local(), clock_of_speed(100.0));
        Arc::new(session.with_identity(identity))
    }

    pub fn write_count(&self) -> usize {
        self.writes.lock().unwrap().len()
    }

    async fn batch(&self, request: Request) -> Result<Response, TransportError> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let steps = body["requests"].as_array().unwrap().clone();
        assert!(steps.len() <= 20, "{} steps in a batch", steps.len());
        let is_write = steps.iter().any(|step| step["method"] != "GET");
        if !is_write {
            return self.inner.send(request).await;
        }
        if let Some(watch) = &self.watch {
            watch(&steps);
        }
        {
            let mut writes = self.writes.lock().unwrap();
            writes.extend(steps.iter().map(|step| {
                format!(
                    "{} {}",
                    step["method"].as_str().unwrap(),
                    step["url"].as_str().unwrap()
                )
            }));
        }
        let troubles: Vec<_> = steps
            .iter()
            .map(|step| (self.plan)(self.steps.fetch_add(1, Ordering::SeqCst), step))
            .collect();
        let interrupted =
            || TransportError::new(TransportErrorKind::Interrupted, "the connection was reset");
        if troubles.contains(&Some(Trouble::Lost)) {
            return Err(interrupted());
        }
        if troubles.contains(&Some(Trouble::Hung)) {
            std::future::pending::<()>().await;
        }
        let carried: Vec<&Value> = steps
            .iter()
            .zip(&troubles)
            .filter(|(_, trouble)| {
                !matches!(trouble, Some(Trouble::Refused(_) | Trouble::PutOff(_)))
            })
            .map(|(step, _)| step)
            .collect();
        let mut answers = Vec::new();
        let mut frame = None;
        if !carried.is_empty() {
            let mut forwarded = request.clone();
            forwarded.body = Bytes::from(json!({ "requests": carried }).to_string());
            let response = self.inner.send(forwarded).await?;
            let body: Value = serde_json::from_slice(&response.body).unwrap();
            answers.extend(body["responses"].as_array().unwrap().clone());
            frame = Some(response);
        }
        if troubles.contains(&Some(Trouble::Reset)) {
            return Err(interrupted());
        }
        if troubles.contains(&Some(Trouble::HungLate)) {
            std::future::pending::<()>().await;
        }
        for (step, trouble) in steps.iter().zip(&troubles) {
            match trouble {
                Some(Trouble::Refused(status) | Trouble::Late(status)) => {
                    answers.retain(|answer| answer["id"] != step["id"]);
                    answers.push(json!({
                        "id": step["id"], "status": status, "headers": { "Retry-After": "1" },
                        "body": { "error": { "code": "Trouble", "message": "trouble on purpose" } },
                    }));
                }
                Some(Trouble::PutOff(seconds)) => answers.push(json!({
                    "id": step["id"], "status": 429, "headers": { "Retry-After": seconds.to_string() },
                    "body": { "error": { "code": "TooManyRequests", "message": "Please retry again later." } },
                })),
                Some(Trouble::Silent) => answers.retain(|answer| answer["id"] != step["id"]),
                _ => {}
            }
        }
        let mut response = frame.unwrap_or_else(|| Response {
            status: StatusCode::OK,
            headers: http::HeaderMap::new(),
            body: Bytes::new(),
        });
        if self.reverses {
            answers.reverse();
        }
        if self.answers_424 && troubles.iter().any(Option::is_some) {
            response.status = StatusCode::FAILED_DEPENDENCY;
        }
        response.body = Bytes::from(json!({ "responses": answers }).to_string());
        Ok(response)
    }
}

#[async_trait]
impl Transport for Troubled {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        self.requests.fetch_add(1, Ordering::SeqCst);
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_in_flight.fetch_max(now, Ordering::SeqCst);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let answer = if request.url.ends_with("$batch") {
            self.batch(request).await
        } else {
            self.inner.send(request).await
        };
        self.in_flight.fetch_sub(1, Ordering::SeqCst);
        answer
    }
}

/// Another command of runs to its end.
pub fn command(session: &Arc<Session>, operation: Operation, runs: &Runs, payload: Value) -> Said {
    let mut payload = payload;
    payload["folder"] = runs.text().into();
    finish(&start(session, operation, payload), Said::default())
}

/// A run to its end.
pub fn run(session: &Arc<Session>, runs: &Runs, wish: Value, rows: &Value) -> Said {
    let job = start_run(session, runs, wish, json!({ "force": true }));
    feed(&job, rows)
}

/// What every user has, by name: location and direct licences with their plans, sorted.
pub fn holdings(tenant: &LocalTenant) -> Vec<(String, Value, Vec<String>)> {
    let mut all = Vec::new();
    let mut url =
        "v1.0/users?$select=userPrincipalName,usageLocation,licenseAssignmentStates&$top=999"
            .to_owned();
    loop {
        let page = tenant.get(&url);
        for user in page["value"].as_array().unwrap() {
            let states = user["licenseAssignmentStates"].as_array().unwrap();
            let mut held: Vec<String> = states
                .iter()
                .map(|state| {
                    let mut plans: Vec<_> = state["disabledPlans"]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|plan| plan.as_str().unwrap())
                        .collect();
                    plans.sort_unstable();
                    format!(
                        "{} {} {} {} {plans:?}",
                        state["skuId"], state["assignedByGroup"], state["state"], state["error"]
                    )
                })
                .collect();
            held.sort();
            let name = user["userPrincipalName"].as_str().unwrap().to_owned();
            all.push((name, user["usageLocation"].clone(), held));
        }
        match page["@odata.nextLink"].as_str() {
            Some(next) => url = next.split_once(".com/").unwrap().1.to_owned(),
            None => break,
        }
    }
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

/// Seats in use, by product.
pub fn consumed(tenant: &LocalTenant) -> Value {
    let skus = tenant.get("v1.0/subscribedSkus");
    skus["value"]
        .as_array()
        .unwrap()
        .iter()
        .map(|sku| json!([sku["skuPartNumber"], sku["consumedUnits"]]))
        .collect()
}

/// A random number that the same seed and place always give.
pub fn dice(seed: u64, place: u64) -> u64 {
    let mut mixed =
        seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ place.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed ^= mixed >> 31;
    mixed = mixed.wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 29)
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    runtime().block_on(future)
}
