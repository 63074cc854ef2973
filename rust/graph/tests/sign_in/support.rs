//! A service by script, a clock without machine time, and somebody who waits for a sign-in.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use jiff::Timestamp;
use mglicense_graph::sign_in::{
    Caller, Prompt, Secret, SignInError, SignRefused, Surroundings, TokenSource, Way, Web,
    WebRequest, WebResponse,
};
use mglicense_graph::{Clock, TransportError, TransportErrorKind};

/// A moment in the validity of every certificate of these tests.
pub const EPOCH: &str = "2026-06-01T12:00:00Z";

/// Tokio's paused time: it jumps to the next wait's end when nothing else can run.
pub struct PausedClock {
    start: tokio::time::Instant,
    epoch: Timestamp,
}

impl PausedClock {
    /// A clock that is wrong by so many seconds.
    pub fn ahead_by(seconds: i64) -> Arc<Self> {
        let epoch: Timestamp = EPOCH.parse().unwrap();
        Arc::new(Self {
            start: tokio::time::Instant::now(),
            epoch: Timestamp::from_second(epoch.as_second() + seconds).unwrap(),
        })
    }
}

impl Clock for PausedClock {
    fn now(&self) -> Timestamp {
        let passed = jiff::SignedDuration::try_from(self.elapsed()).unwrap();
        self.epoch.checked_add(passed).unwrap()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// One answer of the script.
pub enum Reply {
    Json(u16, &'static str),
    With(u16, &'static [(&'static str, &'static str)], String),
    /// Nothing ever comes.
    Silence,
    /// There is nobody.
    Nobody,
}

/// A service that answers by script, and keeps what it was asked.
pub struct Script {
    replies: Mutex<VecDeque<Reply>>,
    /// The last reply again and again, once the others are used up.
    last: Option<fn() -> Reply>,
    pub asked: Mutex<Vec<WebRequest>>,
}

impl Script {
    pub fn of(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        Arc::new(Self {
            replies: Mutex::new(replies.into_iter().collect()),
            last: None,
            asked: Mutex::default(),
        })
    }

    pub fn always(last: fn() -> Reply) -> Arc<Self> {
        Arc::new(Self {
            replies: Mutex::default(),
            last: Some(last),
            asked: Mutex::default(),
        })
    }

    pub fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// The fields of the form of one exchange.
    pub fn form(&self, index: usize) -> Vec<(String, String)> {
        let asked = self.asked.lock().unwrap();
        let form = asked[index].form.as_ref().unwrap();
        url::form_urlencoded::parse(form.expose().as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect()
    }

    /// One field of a form.
    pub fn field(&self, index: usize, name: &str) -> String {
        self.form(index)
            .into_iter()
            .find(|(field, _)| field == name)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }
}

#[async_trait]
impl Web for Script {
    async fn exchange(&self, request: WebRequest) -> Result<WebResponse, TransportError> {
        self.asked.lock().unwrap().push(request);
        let reply = self.replies.lock().unwrap().pop_front();
        let reply = reply
            .or_else(|| self.last.map(|last| last()))
            .expect("the script foresees this exchange");
        let (status, headers, body) = match reply {
            Reply::Json(status, body) => (
                status,
                &[("content-type", "application/json")][..],
                body.to_owned(),
            ),
            Reply::With(status, headers, body) => (status, headers, body),
            Reply::Silence => std::future::pending().await,
            Reply::Nobody => {
                return Err(TransportError::new(
                    TransportErrorKind::NotSent,
                    "login.example could not be reached: connection refused",
                ));
            }
        };
        let headers = headers.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Ok(WebResponse {
            status: StatusCode::from_u16(status).unwrap(),
            headers: HeaderMap::from_iter(headers),
            body: body.into(),
        })
    }
}

/// Somebody who waits: notes what is said, signs with a key of one byte, opens browsers.
#[derive(Default)]
pub struct Waiting {
    pub said: Mutex<Vec<String>>,
    pub warned: Mutex<Vec<String>>,
    pub prompts: Mutex<Vec<Prompt>>,
    pub digests: Mutex<Vec<[u8; 32]>>,
    pub no_key: bool,
    pub no_browser: bool,
    pub on_prompt: Option<fn(&Prompt)>,
}

/// What [`Waiting`] signs everything with.
pub const SIGNATURE: &[u8] = &[7];

#[async_trait]
impl Caller for Waiting {
    async fn verbose(&self, text: String) {
        self.said.lock().unwrap().push(text);
    }

    async fn warn(&self, text: String) {
        self.warned.lock().unwrap().push(text);
    }

    async fn prompt(&self, prompt: Prompt) -> bool {
        if let Some(act) = self.on_prompt {
            act(&prompt);
        }
        let opened = !(self.no_browser && matches!(prompt, Prompt::Browser { .. }));
        self.prompts.lock().unwrap().push(prompt);
        opened
    }

    async fn sign(&self, digest: [u8; 32]) -> Result<Vec<u8>, SignRefused> {
        if self.no_key {
            return Err(SignRefused("the key set does not exist".into()));
        }
        self.digests.lock().unwrap().push(digest);
        Ok(SIGNATURE.to_vec())
    }
}

/// The surroundings of a sign-in in these tests.
pub fn around(web: &Arc<Script>, clock: &Arc<PausedClock>) -> Surroundings {
    Surroundings {
        web: Arc::clone(web) as Arc<dyn Web>,
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        authority: "https://login.example".into(),
        tenant: Some("contoso.com".into()),
        graph: "https://graph.example".into(),
        exchange_limit: Duration::from_secs(30),
        sign_in_limit: None,
    }
}

/// A source from options as the module writes them.
pub fn source(
    options: &str,
    secret: Option<&str>,
    around: Surroundings,
) -> Result<Arc<dyn TokenSource>, SignInError> {
    let way: Way = serde_json::from_str(options).unwrap();
    way.source(secret.map(|text| Secret::new(text.into())), around)
}
