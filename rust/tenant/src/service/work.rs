//! What the layers and handlers of one request work with, on the tenant's thread.

use std::sync::Arc;

use http::{HeaderMap, Method};
use mglicense_rules::Guid;
use rusqlite::Connection;

use super::route::Route;
use super::{Asker, ReadRequest, RequestContext};
use crate::clock::Moment;
use crate::store::{Ids, State};

/// One transaction: where everything of a request, or of all steps of a batch, happens.
pub(crate) struct Work<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) state: &'a State,
    pub(crate) ids: &'a Ids,
    pub(crate) now: Moment,
    /// The same to the millisecond, since 1970.
    pub(crate) milliseconds: i64,
    pub(crate) asker: &'a Asker,
    /// Scheme and host with which links start.
    pub(crate) origin: &'a str,
    /// Whether a log can be kept: not in a file opened for reading only.
    pub(crate) can_write: bool,
}

/// One request, or one step of a batch.
pub(crate) struct Request<'a> {
    pub(crate) method: &'a Method,
    /// As sent, with the version.
    pub(crate) path: &'a str,
    pub(crate) route: &'a Route,
    /// The segments of the route in small letters.
    pub(crate) lower: Vec<String>,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) step: Option<Step<'a>>,
}

/// Which step of which batch a request is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    /// The log's key of the batch, if it is kept.
    pub(crate) parent: Option<i64>,
    pub(crate) id: &'a str,
}

impl Request<'_> {
    /// Whether it changes something, if it succeeds.
    pub(crate) fn is_write(&self) -> bool {
        let is_read_by_post = matches!(
            self.lower
                .iter()
                .map(String::as_str)
                .collect::<Vec<_>>()
                .as_slice(),
            ["$batch"] | ["directoryobjects", "getbyids"]
        );
        *self.method != Method::GET && *self.method != Method::HEAD && !is_read_by_post
    }

    /// What the read handlers want to know.
    pub(crate) fn as_read<'b>(&'b self, context: &'b RequestContext) -> ReadRequest<'b> {
        ReadRequest {
            context,
            path: &self.route.segments,
            query: self.query,
            headers: self.headers,
        }
    }
}

impl Work<'_> {
    /// What holds for a request of this transaction.
    pub(crate) fn context(&self, request: &Request<'_>, request_id: Guid) -> RequestContext {
        RequestContext {
            caller: Arc::clone(&self.asker.caller),
            now: self.now,
            base_url: format!("{}/{}", self.origin, request.route.version.as_str()),
            tenant_id: self.state.tenant_id,
            settings: Arc::clone(&self.state.settings),
            request_id,
            client_request_id: client_request_id(request.headers),
        }
    }
}

/// The id the caller gave the request, if it can be given back.
pub(super) fn client_request_id(headers: &HeaderMap) -> Option<String> {
    const LONGEST: usize = 256;
    let value = headers.get("client-request-id")?.to_str().ok()?;
    (!value.is_empty() && value.len() <= LONGEST).then(|| value.to_owned())
}
