//! For the tests of the layers: a transport that answers by a script, and a clock whose waits take no time.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;

use crate::{Clock, Request, Response, Transport, TransportError, TransportErrorKind};

type Answer = Result<Response, TransportError>;

/// What is answered in turn, what was asked, and how long was waited.
#[derive(Clone, Default)]
pub(super) struct Script(Arc<Shared>);

#[derive(Default)]
struct Shared {
    answers: Mutex<VecDeque<Answer>>,
    seen: Mutex<Vec<Request>>,
    waits: Mutex<Vec<Duration>>,
}

impl Script {
    pub(super) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        let script = Self::default();
        script.0.answers.lock().unwrap().extend(answers);
        script
    }

    pub(super) fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(self.clone())
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        Arc::new(self.clone())
    }

    /// Method and address of each request so far.
    pub(super) fn lines(&self) -> Vec<String> {
        let seen = self.0.seen.lock().unwrap();
        seen.iter()
            .map(|request| format!("{} {}", request.method, request.url))
            .collect()
    }

    /// The waits so far, in whole seconds.
    pub(super) fn seconds(&self) -> Vec<u64> {
        let waits = self.0.waits.lock().unwrap();
        waits
            .iter()
            .map(|wait| wait.as_secs_f64().round() as u64)
            .collect()
    }
}

#[async_trait]
impl Transport for Script {
    async fn send(&self, request: Request) -> Answer {
        self.0.seen.lock().unwrap().push(request);
        let next = self.0.answers.lock().unwrap().pop_front();
        next.expect("the script has an answer for every request")
    }
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        "2026-11-25T09:00:00Z".parse().unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.0.waits.lock().unwrap().iter().sum()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        self.0.waits.lock().unwrap().push(duration);
        Box::pin(std::future::ready(()))
    }
}

pub(super) fn answer(status: u16) -> Response {
    body(status, "")
}

pub(super) fn body(status: u16, text: &str) -> Response {
    Response {
        status: StatusCode::from_u16(status).unwrap(),
        headers: HeaderMap::new(),
        body: Bytes::copy_from_slice(text.as_bytes()),
    }
}

pub(super) fn refusal(status: u16, code: &str, message: &str) -> Response {
    body(
        status,
        &serde_json::json!({ "error": { "code": code, "message": message } }).to_string(),
    )
}

pub(super) fn header(mut response: Response, name: &'static str, value: &'static str) -> Response {
    response.headers.insert(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    );
    response
}

pub(super) fn lost() -> Answer {
    Err(TransportError::new(
        TransportErrorKind::Interrupted,
        "the connection broke off",
    ))
}

pub(super) fn unsent() -> Answer {
    Err(TransportError::new(
        TransportErrorKind::NotSent,
        "could not connect",
    ))
}
