//! What became of a write whose answer was lost.
//!
//! A write may be sent twice only where the second one does no harm. What that means is decided here for every write
//! that licensing makes, from method, path and body alone:
//!
//! | write | what is done |
//! |---|---|
//! | PATCH of an object's properties | repeated: the same values again are the same state |
//! | DELETE of an object or a reference | repeated: gone already means that it was carried out |
//! | POST of one reference (`members/$ref`) | repeated: there already means that it was carried out |
//! | `assignLicense` of a user or a group | read back: licences as wished mean that it was carried out, else repeated |
//! | PATCH with `members@odata.bind` | read back: all of them there, else repeated |
//! | POST of a user | read back by its sign-in name, younger than the request, else repeated: names are unique |
//! | POST of a group | read back by its names, younger than the request; never repeated, for names are not unique |
//! | actions that only ask, or that may run twice | repeated |
//! | `$batch` | repeated where every step may be, and none needs reading back |
//! | PATCH of a password, anything else | left to the caller |

mod creation;
mod license;
mod members;
mod target;

use std::time::Duration;

use http::{Method, StatusCode};
use serde_json::Value;

use crate::{Request, Response, Transport};
use target::{Target, target};

/// What can be done about one write.
#[derive(Clone, Debug)]
pub enum Settlement {
    /// It may be sent again as it is. A refusal with this meaning tells that an earlier one was carried out.
    Repeat(Refusal),
    /// The service is asked what is there.
    Read(Reading),
    /// Nothing: its outcome stays unknown.
    Unknown,
}

/// Which refusal of a repeat means that the first attempt was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// None does.
    Never,
    /// 404: what was to be deleted is gone.
    Gone,
    /// 400, the reference exists already.
    Exists,
}

/// What is read to settle a write.
#[derive(Clone, Debug)]
pub struct Reading(Kind);

#[derive(Clone, Debug)]
enum Kind {
    License(license::Wish),
    Members(members::Wish),
    Creation(creation::Wish),
}

/// What reading back told.
#[derive(Clone, Debug)]
pub enum Settled {
    /// It was carried out; this stands for the lost answer.
    Done(Response),
    /// It was not, and may be sent again.
    NotDone,
    /// That can't be told.
    Unknown,
}

/// What can be done about a write whose answer was lost. Reads may always be repeated.
#[must_use]
pub fn settlement(request: &Request) -> Settlement {
    use Settlement::{Repeat, Unknown};
    if !request.is_write() || request.method == Method::PUT {
        return Repeat(Refusal::Never);
    }
    let Some(target) = target(&request.url) else {
        return Unknown;
    };
    let body = || serde_json::from_slice::<Value>(&request.body).ok();
    match (&request.method, &target) {
        (&Method::DELETE, _) => Repeat(Refusal::Gone),
        (&Method::PATCH, _) => match body() {
            Some(body) => of_patch(&target, &body),
            None => Unknown,
        },
        (&Method::POST, Target::Batch { version }) => match body() {
            Some(body) => of_batch(version, &body),
            None => Unknown,
        },
        (&Method::POST, Target::Collection { .. }) => body()
            .and_then(|body| creation::Wish::of(&target, &body))
            .map_or(Unknown, |wish| {
                Settlement::Read(Reading(Kind::Creation(wish)))
            }),
        (&Method::POST, Target::Reference) => Repeat(Refusal::Exists),
        (&Method::POST, Target::Action { name, .. }) => match *name {
            "assignLicense" => body()
                .and_then(|body| license::Wish::of(&target, &body))
                .map_or(Unknown, |wish| {
                    Settlement::Read(Reading(Kind::License(wish)))
                }),
            "reprocessLicenseAssignment"
            | "revokeSignInSessions"
            | "getByIds"
            | "checkMemberGroups"
            | "checkMemberObjects"
            | "getMemberGroups"
            | "getMemberObjects"
            | "validateProperties"
            | "getAvailableExtensionProperties" => Repeat(Refusal::Never),
            _ => Unknown,
        },
        _ => Unknown,
    }
}

fn of_patch(target: &Target<'_>, body: &Value) -> Settlement {
    let Some(members) = body.as_object() else {
        return Settlement::Unknown;
    };
    if members.contains_key("passwordProfile") {
        // Its owner may have chosen another since.
        return Settlement::Unknown;
    }
    if members.keys().any(|name| name.contains('@')) {
        return members::Wish::of(target, members).map_or(Settlement::Unknown, |wish| {
            Settlement::Read(Reading(Kind::Members(wish)))
        });
    }
    Settlement::Repeat(Refusal::Never)
}

fn of_batch(version: &str, body: &Value) -> Settlement {
    let harmless = |step: &Value| {
        let method = step.get("method").and_then(Value::as_str);
        let url = step.get("url").and_then(Value::as_str);
        let (Some(method), Some(url)) = (method, url) else {
            return false;
        };
        let Ok(method) = method.to_ascii_uppercase().parse() else {
            return false;
        };
        let mut inner = Request::new(method, format!("{version}/{}", url.trim_start_matches('/')));
        if let Some(body) = step.get("body") {
            inner.body = body.to_string().into();
        }
        matches!(settlement(&inner), Settlement::Repeat(Refusal::Never))
    };
    match body.get("requests").and_then(Value::as_array) {
        Some(steps) if steps.iter().all(harmless) => Settlement::Repeat(Refusal::Never),
        _ => Settlement::Unknown,
    }
}

impl Refusal {
    /// The answer that a refused repeat stands for, where it means that an earlier attempt was carried out.
    #[must_use]
    pub fn means_done(self, response: &Response) -> Option<Response> {
        let done = match self {
            Self::Never => false,
            Self::Gone => response.status == StatusCode::NOT_FOUND,
            Self::Exists => {
                response.status == StatusCode::BAD_REQUEST
                    && contains(&response.body, b"already exist")
            }
        };
        done.then(|| instead(StatusCode::NO_CONTENT, response, Default::default()))
    }
}

impl Reading {
    /// Asks the service what is there. `since` is how long ago the write was first sent.
    pub async fn read(&self, transport: &dyn Transport, since: Duration) -> Settled {
        match &self.0 {
            Kind::License(wish) => wish.read(transport).await,
            Kind::Members(wish) => wish.read(transport).await,
            Kind::Creation(wish) => wish.read(transport, since).await,
        }
    }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window.eq_ignore_ascii_case(needle))
}

/// An answer that stands for a lost one, with the headers of the answer that told.
fn instead(status: StatusCode, told: &Response, body: bytes::Bytes) -> Response {
    let mut headers = told.headers.clone();
    if body.is_empty() {
        headers.remove(http::header::CONTENT_TYPE);
    }
    headers.remove(http::header::CONTENT_LENGTH);
    Response {
        status,
        headers,
        body,
    }
}

/// Reads an address. An answer that is a refusal, or none, tells nothing.
async fn get(transport: &dyn Transport, url: String) -> Option<(Response, Value)> {
    let response = transport.send(Request::new(Method::GET, url)).await.ok()?;
    if !response.status.is_success() {
        return None;
    }
    let value = serde_json::from_slice(&response.body).ok()?;
    Some((response, value))
}

#[cfg(test)]
mod tests;
