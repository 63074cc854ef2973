//! Reading a collection page by page, the next page while the last one is worked on.

use std::future::Future;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use mglicense_graph::{Page, Request, Response, escape_uri};

use super::service_time;
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;

/// Graph's code for a next link that was left alone for too long.
const EXPIRED: &str = "Directory_ExpiredPageToken";

type Reading<'a> = Pin<Box<dyn Future<Output = Result<Response, Failure>> + Send + 'a>>;

/// A collection that is read to its end. A page token that expires on the way starts the reading again, once: the
/// caller sees objects of the first pages a second time and tells them by their ids.
pub(crate) struct Collection<'a> {
    session: &'a Session,
    job: &'a JobContext,
    debug: bool,
    first: String,
    headers: HeaderMap,
    ahead: Ahead<'a>,
    begun_again: bool,
    on_first_page: bool,
    now: Option<Timestamp>,
}

/// The page that comes next.
enum Ahead<'a> {
    /// There is none.
    None,
    /// It is not asked for yet.
    At(String),
    /// It is on its way.
    Coming(Reading<'a>),
    /// It is here.
    Here(Box<Result<Response, Failure>>),
}

impl<'a> Collection<'a> {
    /// A collection by the address of its first page.
    pub(crate) fn new(
        session: &'a Session,
        job: &'a JobContext,
        address: impl Into<String>,
        debug: bool,
    ) -> Self {
        let first = address.into();
        Self {
            session,
            job,
            debug,
            ahead: Ahead::At(first.clone()),
            first,
            headers: HeaderMap::new(),
            begun_again: false,
            on_first_page: true,
            now: None,
        }
    }

    /// The same, as an advanced query. Graph carries query options from page to page, but not this header.
    pub(crate) fn advanced(mut self) -> Self {
        self.headers.insert(
            "consistencylevel",
            http::HeaderValue::from_static("eventual"),
        );
        self
    }

    /// The service's time when it answered the last page.
    pub(crate) fn now(&self) -> Option<Timestamp> {
        self.now
    }

    /// The `value` of the next page, or nothing after the last one.
    ///
    /// # Errors
    /// When the service refuses, its answer is no page, or the job is cancelled.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, Failure> {
        let response = loop {
            let answer = match std::mem::replace(&mut self.ahead, Ahead::None) {
                Ahead::None => return Ok(None),
                Ahead::At(url) => self.ask(url).await,
                Ahead::Coming(reading) => reading.await,
                Ahead::Here(answer) => *answer,
            };
            match answer {
                Err(failure)
                    if failure.code == EXPIRED && !self.on_first_page && !self.begun_again =>
                {
                    self.begun_again = true;
                    self.on_first_page = true;
                    self.job
                        .verbose("The service forgot where the list was; it is read again from its beginning.")
                        .await;
                    self.ahead = Ahead::At(self.first.clone());
                }
                answer => break answer?,
            }
        };
        self.now = Some(service_time(self.session, &response));
        let unreadable = |what: &dyn std::fmt::Display| {
            Failure::unreadable(&response, &format!("the answer is not a page: {what}"))
        };
        let page = Page::read(&response.body).map_err(|error| unreadable(&error))?;
        let value = page
            .value
            .ok_or_else(|| unreadable(&"it has no list named 'value'"))?;
        if let Some(next) = page.next_link {
            let next = self
                .session
                .root()
                .relative(&next)
                .map_err(|error| unreadable(&error))?;
            self.on_first_page = false;
            self.look_ahead(escape_uri(next).into_owned()).await;
        }
        Ok(Some(value))
    }

    fn ask(&self, url: String) -> Reading<'a> {
        let mut request = Request::new(Method::GET, url);
        request.headers = self.headers.clone();
        let (session, job, debug) = (self.session, self.job, self.debug);
        Box::pin(async move { session.call(job, request, debug).await })
    }

    /// Sends the request for the next page and leaves it to the service.
    async fn look_ahead(&mut self, url: String) {
        let mut reading = self.ask(url);
        let begun = std::future::poll_fn(|task| match reading.as_mut().poll(task) {
            Poll::Ready(answer) => Poll::Ready(Some(answer)),
            Poll::Pending => Poll::Ready(None),
        })
        .await;
        self.ahead = match begun {
            Some(answer) => Ahead::Here(Box::new(answer)),
            None => Ahead::Coming(reading),
        };
    }
}

/// Reads a whole collection of few objects.
///
/// # Errors
/// As [`Collection::next`], and when an object is not of the form `T`.
pub(crate) async fn read_all<T: serde::de::DeserializeOwned>(
    mut collection: Collection<'_>,
    what: &str,
) -> Result<Vec<T>, Failure> {
    let mut all = Vec::new();
    while let Some(value) = collection.next().await? {
        let mut page: Vec<T> =
            serde_json::from_slice(&value).map_err(|error| unreadable(what, &error))?;
        all.append(&mut page);
    }
    Ok(all)
}

/// The failure of a list whose objects are not what they should be.
pub(crate) fn unreadable(what: &str, error: &serde_json::Error) -> Failure {
    Failure::new(
        crate::failure::FailureKind::Service,
        "UnreadableAnswer",
        format!("{what} could not be read: {error}"),
    )
}
