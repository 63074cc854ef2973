//! Requests and answers as text, with everything secret left out.

use std::fmt::Write as _;

use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE};
use serde_json::Value;

use crate::{Request, Response, ServiceRoot, TransportError, reason_phrase};

/// The most of a body that is shown, in bytes.
const SHOWN: usize = 64 * 1024;
const HIDDEN: &str = "***";

/// Parts of member names whose values are never shown.
const SECRET_PARTS: [&str; 7] = [
    "password",
    "secret",
    "token",
    "assertion",
    "credential",
    "privatekey",
    "passwd",
];

/// A request as the SDK's `-Debug` lays it out.
#[must_use]
pub fn request(request: &Request, root: &ServiceRoot) -> String {
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = write!(
        text,
        "============================ HTTP REQUEST ============================\n\nHTTP Method:\n{}\n\nAbsolute Uri:\n{}\n\n",
        request.method,
        root.absolute(&request.url)
    );
    headers(&mut text, &request.headers);
    body(&mut text, &request.body);
    text
}

/// An answer as the SDK's `-Debug` lays it out.
#[must_use]
pub fn response(response: &Response) -> String {
    let mut text = String::new();
    let _ = write!(
        text,
        "============================ HTTP RESPONSE ============================\n\nStatus Code:\n{}\n\n",
        reason_phrase(response.status.as_u16())
    );
    headers(&mut text, &response.headers);
    body(&mut text, &response.body);
    text
}

/// An exchange that brought no answer.
#[must_use]
pub fn no_response(error: &TransportError) -> String {
    format!(
        "============================ NO HTTP RESPONSE ============================\n\n{error}\n"
    )
}

fn headers(text: &mut String, headers: &HeaderMap) {
    text.push_str("Headers:\n");
    for (name, value) in headers {
        if [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION, SET_COOKIE].contains(name) {
            continue;
        }
        let _ = writeln!(
            text,
            "{:<30}: {}",
            name.as_str(),
            String::from_utf8_lossy(value.as_bytes())
        );
    }
    text.push('\n');
}

fn body(text: &mut String, body: &[u8]) {
    text.push_str("Body:\n");
    if body.is_empty() {
        return;
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(mut value) => {
            hide(&mut value);
            let shown = serde_json::to_string_pretty(&value).unwrap_or_default();
            cut(text, &shown);
        }
        // Not JSON: a form or a page, where a secret can't be told from the rest.
        Err(_) => {
            let _ = write!(text, "({} bytes that are not JSON)", body.len());
        }
    }
    text.push('\n');
}

fn cut(text: &mut String, shown: &str) {
    if shown.len() <= SHOWN {
        text.push_str(shown);
        return;
    }
    let mut end = SHOWN;
    while !shown.is_char_boundary(end) {
        end -= 1;
    }
    text.push_str(&shown[..end]);
    let _ = write!(text, "\n… ({} bytes in all)", shown.len());
}

fn hide(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let plain = name.to_ascii_lowercase().replace(['_', '-'], "");
                if matches!(member, Value::String(_))
                    && SECRET_PARTS.iter().any(|part| plain.contains(part))
                {
                    *member = Value::from(HIDDEN);
                } else {
                    hide(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderValue, Method};

    #[test]
    fn secrets_are_left_out_of_a_request() {
        let mut message = Request::new(Method::POST, "v1.0/users")
            .with_json(r#"{"displayName":"Ada","passwordProfile":{"password":"canary-1","forceChangePasswordNextSignIn":true},"list":[{"client_secret":"canary-2"}]}"#);
        message
            .headers
            .insert(AUTHORIZATION, HeaderValue::from_static("Bearer canary-3"));
        let text = request(&message, &ServiceRoot::local());
        assert!(!text.contains("canary"), "{text}");
        assert!(
            text.contains("https://graph.microsoft.com/v1.0/users"),
            "{text}"
        );
        assert!(
            text.contains("Ada") && text.contains("forceChangePasswordNextSignIn\": true"),
            "{text}"
        );
    }

    #[test]
    fn a_body_that_is_not_json_is_only_measured() {
        let mut message = Request::new(Method::POST, "token");
        message.body = "client_secret=canary".into();
        let text = request(&message, &ServiceRoot::local());
        assert!(!text.contains("canary"), "{text}");
        assert!(text.contains("20 bytes"), "{text}");
    }
}
