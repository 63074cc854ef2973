//! The log of requests: what came, to the byte, but for passwords and tokens.

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION};
use mglicense_rules::Guid;
use rusqlite::{Connection, OptionalExtension, named_params};
use serde_json::Value;

use super::Body;
use super::reply::Reply;
use super::work::{Request, Work};
use crate::settings::RequestLog;
use crate::store::RequestIds;

/// The place of a request in the log, if it is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// Its key in the log.
    pub(crate) key: Option<i64>,
    /// The id of the request. In the log it follows from seed and key, so that the same calls leave the same file.
    pub(crate) request_id: Guid,
}

/// Whether the settings ask for this request to be kept.
pub(crate) fn is_wanted(work: &Work<'_>, request: &Request<'_>) -> bool {
    work.can_write
        && match work.state.settings.request_log {
            RequestLog::Off => false,
            RequestLog::All => true,
            RequestLog::Writes => {
                request.is_write() || request.lower.first().is_some_and(|first| first == "$batch")
            }
        }
}

/// Reserves the place of a request.
pub(crate) fn place(work: &Work<'_>, request: &Request<'_>) -> rusqlite::Result<Place> {
    if !is_wanted(work, request) {
        return Ok(Place {
            key: None,
            request_id: RequestIds::next(),
        });
    }
    let last: Option<i64> = work
        .connection
        .prepare_cached("SELECT seq FROM sqlite_sequence WHERE name = 'requests'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let key = last.unwrap_or(0) + 1;
    Ok(Place {
        key: Some(key),
        request_id: RequestIds::logged(work.state.seed, key),
    })
}

/// Writes a request and how it was answered.
pub(crate) fn write(
    work: &Work<'_>,
    request: &Request<'_>,
    place: Place,
    reply: &Reply,
) -> rusqlite::Result<()> {
    let Some(key) = place.key else {
        return Ok(());
    };
    let response = match &reply.body {
        Body::Json(json) if reply.status.is_client_error() || reply.status.is_server_error() => {
            Some(String::from_utf8_lossy(json))
        }
        _ => None,
    };
    work.connection
        .prepare_cached(
            "INSERT INTO requests (key, at, method, path, query, headers, body, status, response, request_id, write,
               parent, item, fault)
             VALUES (:key, :at, :method, :path, :query, :headers, :body, :status, :response, :request_id, :write,
               :parent, :item, :fault)",
        )?
        .execute(named_params! {
            ":key": key,
            ":at": work.now.to_string(),
            ":method": request.method.as_str(),
            ":path": request.path,
            ":query": request.query,
            ":headers": headers_json(request.headers),
            ":body": masked(request.body),
            ":status": status(reply),
            ":response": response,
            ":request_id": place.request_id.to_string(),
            ":write": request.is_write(),
            ":parent": request.step.and_then(|step| step.parent),
            ":item": request.step.map(|step| step.id),
            ":fault": reply.fault,
        })
        .map(drop)
}

/// What became of a request: 0 where it was neither carried out nor answered.
fn status(reply: &Reply) -> u16 {
    match reply.wire {
        Some(_) => 0,
        None => reply.status.as_u16(),
    }
}

/// Corrects the status of a batch, which is written before its steps.
pub(crate) fn set_status(connection: &Connection, key: i64, reply: &Reply) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE requests SET status = ?2 WHERE key = ?1")?
        .execute((key, status(reply)))
        .map(drop)
}

/// The headers as a JSON array of pairs, without those that carry secrets.
fn headers_json(headers: &HeaderMap) -> String {
    const SECRET: [http::HeaderName; 3] = [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION];
    let pairs = headers
        .iter()
        .filter(|(name, _)| !SECRET.contains(name))
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            Value::from(vec![name.as_str().to_owned(), value.into_owned()])
        });
    pairs.collect::<Value>().to_string()
}

const MASK: &str = "\"***\"";

/// The body as text, to the byte, but with every JSON value named like a password replaced.
pub(crate) fn masked(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let holds_password = text
        .as_bytes()
        .windows(8)
        .any(|window| window.eq_ignore_ascii_case(b"password"))
        // A name may be written with escapes.
        || text.contains("\\u00");
    if !holds_password {
        return text.into_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = &*text;
    let mut is_secret = false;
    while let Some(start) = rest.find('"') {
        let (before, quoted) = rest.split_at(start);
        let end = string_end(quoted);
        let (string, after) = quoted.split_at(end);
        // A value that is no text, such as a number, stands before the next text.
        out.push_str(before);
        let is_name = after.trim_start().starts_with(':');
        if is_secret && !is_name {
            out.push_str(MASK);
        } else {
            out.push_str(string);
        }
        is_secret = is_name && is_password(string);
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The length of the JSON text that starts here, quotes included.
fn string_end(quoted: &str) -> usize {
    let mut is_escaped = false;
    for (at, byte) in quoted.bytes().enumerate().skip(1) {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    quoted.len()
}

fn is_password(string: &str) -> bool {
    let name: String = serde_json::from_str(string).unwrap_or_default();
    name.to_ascii_lowercase().ends_with("password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_kept_to_the_byte() {
        let body = "{ \"addLicenses\" : [ ],\n \"removeLicenses\":[]}";
        assert_eq!(masked(body.as_bytes()), body);
        assert_eq!(masked(b""), "");
    }

    #[test]
    fn passwords_are_masked_wherever_they_stand_and_nothing_else_is() {
        let body = r#"{"displayName":"password","passwordProfile":{"forceChangePasswordNextSignIn":true,"Password" : "s\"ecret"},"x":"y"}"#;
        assert_eq!(
            masked(body.as_bytes()),
            r#"{"displayName":"password","passwordProfile":{"forceChangePasswordNextSignIn":true,"Password" : "***"},"x":"y"}"#
        );
        let escaped = r#"{"\u0070assword":"secret"}"#;
        assert_eq!(masked(escaped.as_bytes()), r#"{"\u0070assword":"***"}"#);
        // Even where the JSON is broken off.
        assert_eq!(masked(br#"{"password":"sec"#), r#"{"password":"***""#);
    }

    #[test]
    fn headers_with_secrets_are_left_out() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer abc".parse().unwrap());
        headers.insert("consistencylevel", "eventual".parse().unwrap());
        assert_eq!(
            headers_json(&headers),
            r#"[["consistencylevel","eventual"]]"#
        );
    }
}
