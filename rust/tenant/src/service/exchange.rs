//! One request from its arrival on the tenant's thread to its answer: one transaction.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use rusqlite::ErrorCode;

use super::reply::Reply;
use super::route::Route;
use super::work::{Request, Work, client_request_id};
use super::{Asker, GraphFailure, batch, layers};
use crate::due;
use crate::settings::{ClockMode, RequestLog, Wire};
use crate::store::{Access, RequestIds, State, Store};

/// A request as it came.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// As sent, with the version.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) asker: Asker,
    /// Scheme and host by which the caller came; none where the tenant's own origin is the one.
    pub(crate) origin: Option<String>,
}

/// An answer as it goes.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// How it goes wrong on its way, on purpose.
    pub(crate) wire: Option<Wire>,
    /// How long it is held back, on purpose, by the tenant's clock.
    pub(crate) delay: Duration,
}

/// What became of a request.
#[derive(Debug)]
pub(crate) enum Served {
    /// It was answered.
    Answered(Outgoing),
    /// Another process held the file for longer than this thread may wait. Nothing was done.
    Busy,
}

/// Serves a request in one transaction. A file that is held too long is answered with a refusal.
pub(crate) fn serve(store: &mut Store, incoming: &Incoming) -> Outgoing {
    match try_serve(store, incoming) {
        Served::Answered(outgoing) => outgoing,
        Served::Busy => refuse(store, incoming, GraphFailure::busy()),
    }
}

/// Serves a request in one transaction, unless another process holds the file.
pub(crate) fn try_serve(store: &mut Store, incoming: &Incoming) -> Served {
    let route = match Route::parse(&incoming.path) {
        Ok(route) => route,
        Err(failure) => return Served::Answered(refuse(store, incoming, failure)),
    };
    let request = Request {
        method: &incoming.method,
        path: &incoming.path,
        lower: route.lower(),
        route: &route,
        query: &incoming.query,
        headers: &incoming.headers,
        body: &incoming.body,
        step: None,
    };
    if !store.is_in_place() {
        let failure = GraphFailure::replaced(store.location().path());
        return Served::Answered(refuse(store, incoming, failure));
    }
    match attempt(store, incoming, &request) {
        Ok(reply) => Served::Answered(reply.into_outgoing(store.shown_now())),
        Err(error) => {
            store.roll_back();
            match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Served::Busy,
                _ => Served::Answered(refuse(store, incoming, GraphFailure::from(error))),
            }
        }
    }
}

/// The answer to a request of which nothing was carried out.
fn refuse(store: &Store, incoming: &Incoming, failure: GraphFailure) -> Outgoing {
    let now = store.now();
    let client_request_id = client_request_id(&incoming.headers);
    Reply::new(Err(failure), now, RequestIds::next(), client_request_id)
        .into_outgoing(store.shown_now())
}

fn attempt(
    store: &mut Store,
    incoming: &Incoming,
    request: &Request<'_>,
) -> rusqlite::Result<Reply> {
    let is_batch = request.lower.first().is_some_and(|first| first == "$batch");
    let can_write = !store.options().read_only;
    let mut access = if (request.is_write() || is_batch) && can_write {
        Access::Write
    } else {
        Access::Read
    };
    let mut state = store.begin(access)?;
    if access == Access::Read && can_write {
        let needed = notes_needed(store, &state, request)?;
        if needed != Access::Read {
            store.roll_back();
            (access, state) = match store.begin(needed) {
                // Work that is due stays due while another process holds the file: nobody's read waits for that.
                Err(error) if needed == Access::Write && is_busy(&error) => {
                    (Access::Read, store.begin(Access::Read)?)
                }
                begun => (needed, begun?),
            };
        }
    }
    let ids = state.ids();
    let now = store.now();
    let milliseconds = store.milliseconds();
    if access != Access::Read && state.settings.clock_mode == ClockMode::Auto {
        due::run(store.connection(), &state, now)?;
    }
    let origin = incoming.origin.as_ref();
    let origin = origin.unwrap_or(&store.options().origin).clone();
    let work = Work {
        connection: store.connection(),
        state: &state,
        ids: &ids,
        now,
        milliseconds,
        asker: &incoming.asker,
        origin: &origin,
        can_write,
    };
    let reply = if is_batch && incoming.asker.check(now).is_ok() {
        batch::answer(&work, request)?
    } else {
        layers::answer(&work, request)?
    };
    let keeps_something =
        reply.status.is_success() || reply.keeps || access == Access::Note || log_or_counts(&state);
    if access == Access::Read || store.connection().is_autocommit() {
        store.end()?;
    } else if keeps_something {
        ids.save(store.connection())?;
        store.commit()?;
    } else {
        store.roll_back();
    }
    Ok(reply)
}

/// Whether another process holds the file.
fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

/// Whether a refused write leaves a trace: its row in the log, or the count of a fault.
fn log_or_counts(state: &State) -> bool {
    state.settings.request_log != RequestLog::Off || state.settings.keeps_counts()
}

/// What a read has to write: nothing, a note, or work that is due.
fn notes_needed(store: &Store, state: &State, request: &Request<'_>) -> rusqlite::Result<Access> {
    let settings = &state.settings;
    if settings.clock_mode == ClockMode::Auto && due::is_due(store.connection(), store.now())? {
        return Ok(Access::Write);
    }
    let takes_note = settings.request_log == RequestLog::All
        || (settings.request_log == RequestLog::Writes && request.is_write())
        || settings.keeps_counts();
    Ok(if takes_note {
        Access::Note
    } else {
        Access::Read
    })
}
