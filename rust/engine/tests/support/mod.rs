//! A Graph service of a few hand-written answers, a clock that is set by hand, and a way to run a command.
#![allow(dead_code)] // Each test file uses a part of it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use mglicense_engine::{Command, Event, EventKind, Job, JobContext, Operation, Pulled, Session};
use mglicense_graph::layer::Log;
use mglicense_graph::{Clock, Request, Response, ServiceRoot, Transport, TransportError};
use serde_json::Value;
use tokio::runtime::Runtime;

/// A request as the service saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub method: String,
    pub url: String,
    pub body: String,
    pub headers: Vec<(String, String)>,
}

impl Seen {
    /// Method and address in one text.
    pub fn line(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

type Answer = dyn Fn(&Seen, usize) -> Response + Send + Sync;

/// A service that answers as a function says, given the request and how many came before it.
pub struct Service {
    seen: Mutex<Vec<Seen>>,
    answer: Box<Answer>,
    /// How long each answer takes, in real time.
    pub latency: Duration,
}

impl Service {
    pub fn new(answer: impl Fn(&Seen, usize) -> Response + Send + Sync + 'static) -> Arc<Self> {
        Self::slow(Duration::ZERO, answer)
    }

    pub fn slow(
        latency: Duration,
        answer: impl Fn(&Seen, usize) -> Response + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            seen: Mutex::default(),
            answer: Box::new(answer),
            latency,
        })
    }

    /// Every request so far, in order.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Every request so far as lines.
    pub fn lines(&self) -> Vec<String> {
        self.seen().iter().map(Seen::line).collect()
    }
}

#[async_trait]
impl Transport for Service {
    async fn send(&self, request: Request) -> Result<Response, TransportError> {
        let seen = Seen {
            method: request.method.to_string(),
            url: request.url,
            body: String::from_utf8(request.body.to_vec()).unwrap(),
            headers: request
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .collect(),
        };
        let before = {
            let mut all = self.seen.lock().unwrap();
            all.push(seen.clone());
            all.len() - 1
        };
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        Ok((self.answer)(&seen, before))
    }
}

/// An answer of JSON.
pub fn json(status: u16, body: &str) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    headers.insert("request-id", HeaderValue::from_static("r-1"));
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers,
        body: Bytes::copy_from_slice(body.as_bytes()),
    }
}

/// An answer without a body.
pub fn empty(status: u16) -> Response {
    json(status, "")
}

/// A refusal in Graph's form.
pub fn refusal(status: u16, code: &str, message: &str) -> Response {
    json(
        status,
        &serde_json::json!({ "error": { "code": code, "message": message } }).to_string(),
    )
}

pub fn with_header(mut response: Response, name: &'static str, value: &'static str) -> Response {
    response.headers.insert(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    );
    response
}

/// A clock on which every wait is over at once, and is remembered.
#[derive(Default)]
pub struct Waits(Mutex<Vec<Duration>>);

impl Waits {
    pub fn seconds(&self) -> Vec<u64> {
        self.0
            .lock()
            .unwrap()
            .iter()
            .map(Duration::as_secs)
            .collect()
    }
}

impl Clock for Waits {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().iter().sum()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

/// A clock on which no wait ever ends.
pub struct Standstill;

impl Clock for Standstill {
    fn now(&self) -> jiff::Timestamp {
        jiff::Timestamp::UNIX_EPOCH
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(std::future::pending())
    }
}

pub fn session(service: &Arc<Service>, clock: Arc<dyn Clock>) -> Arc<Session> {
    let root = ServiceRoot::local();
    let transport = Arc::new(Log::new(Arc::clone(service) as _, root.clone()));
    Arc::new(Session::new(transport, root, clock))
}

pub fn runtime() -> &'static Runtime {
    static RUNTIME: std::sync::OnceLock<Runtime> = std::sync::OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    })
}

/// A job for a command, not yet pulled.
pub fn start(session: &Arc<Session>, operation: Operation, payload: Value) -> Job {
    let command = Command::parse(operation, &payload.to_string())
        .expect("the payload is of the operation's form");
    let session = Arc::clone(session);
    Job::new(runtime().handle().clone(), |job: JobContext| async move {
        command.run(Some(&session), &job).await
    })
}

/// What a job said, in order.
#[derive(Debug, Default)]
pub struct Said(pub Vec<Event>);

impl Said {
    pub fn of(&self, kind: EventKind) -> Vec<Value> {
        let data = self
            .0
            .iter()
            .filter(|event| event.kind == kind)
            .map(|event| &event.data);
        data.map(|data| {
            serde_json::from_slice(data)
                .unwrap_or_else(|_| String::from_utf8_lossy(data).into_owned().into())
        })
        .collect()
    }

    /// The one result.
    pub fn item(&self) -> Value {
        let mut items = self.of(EventKind::Item);
        assert_eq!(items.len(), 1, "{self:?}");
        items.remove(0)
    }

    /// The one failure.
    pub fn error(&self) -> Value {
        let mut errors = self.of(EventKind::Error);
        assert_eq!(errors.len(), 1, "{self:?}");
        errors.remove(0)
    }

    pub fn succeeded(&self) -> bool {
        self.of(EventKind::Error).is_empty()
    }
}

/// Pulls a job to its end.
pub fn drain(job: &Job) -> Said {
    let mut said = Said::default();
    loop {
        match job.pull(Duration::from_secs(20)) {
            Pulled::Event(event) => said.0.push(event),
            Pulled::Finished => return said,
            other => panic!("{other:?} after {said:?}"),
        }
    }
}

/// Runs a command to its end on a session whose waits are over at once.
pub fn run(service: &Arc<Service>, operation: Operation, payload: Value) -> Said {
    drain(&start(
        &session(service, Arc::new(Waits::default())),
        operation,
        payload,
    ))
}
