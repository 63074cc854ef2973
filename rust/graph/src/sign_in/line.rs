//! The line to a sign-in service: time limits, repeats, and errors in words.

use std::sync::Arc;
use std::time::Duration;

use http::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::web::{Web, WebRequest, WebResponse};
use super::{Secret, SignInError, SignInErrorKind, tell};
use crate::Clock;

/// How long to wait before each repeat of an exchange that the service put off.
const REPEATS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(3)];

/// No wait of a sign-in is longer, whatever the service asks for.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What the exchanges of a sign-in go over.
#[derive(Clone)]
pub(super) struct Line {
    pub(super) web: Arc<dyn Web>,
    pub(super) clock: Arc<dyn Clock>,
    /// How long one exchange may take.
    pub(super) limit: Duration,
}

/// A form's fields, encoded as they are added.
pub(super) struct Form(Zeroizing<String>);

impl Form {
    pub(super) fn new() -> Self {
        Self(Zeroizing::new(String::with_capacity(512)))
    }

    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        self.0.push_str(name);
        self.0.push('=');
        for part in url::form_urlencoded::byte_serialize(value.as_bytes()) {
            self.0.push_str(part);
        }
        self
    }

    pub(super) fn with_some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    fn into_secret(mut self) -> Secret {
        Secret::new(std::mem::take(&mut *self.0))
    }
}

impl Line {
    /// Posts a form, again where the service says that it is busy.
    pub(super) async fn post(&self, url: &str, form: Form) -> Result<WebResponse, SignInError> {
        let request = WebRequest {
            method: Method::POST,
            url: url.to_owned(),
            headers: HeaderMap::from_iter([
                (
                    CONTENT_TYPE,
                    http::HeaderValue::from_static("application/x-www-form-urlencoded"),
                ),
                (
                    http::header::ACCEPT,
                    http::HeaderValue::from_static("application/json"),
                ),
            ]),
            form: Some(form.into_secret()),
            direct: false,
        };
        for pause in REPEATS {
            let answer = self.once(request.clone()).await?;
            if answer.status != StatusCode::TOO_MANY_REQUESTS && !answer.status.is_server_error() {
                return Ok(answer);
            }
            let pause = retry_after(&answer).unwrap_or(pause).min(LONGEST_WAIT);
            tell(format!(
                "{} answered {}; trying again in {} s",
                host_of(url),
                answer.status.as_u16(),
                pause.as_secs_f64()
            ))
            .await;
            self.clock.sleep(pause).await;
        }
        self.once(request).await
    }

    /// One exchange within the time limit.
    pub(super) async fn once(&self, request: WebRequest) -> Result<WebResponse, SignInError> {
        let host = host_of(&request.url).to_owned();
        let answered = tokio::select! {
            biased;
            answered = self.web.exchange(request) => answered,
            () = self.clock.sleep(self.limit) => return Err(no_answer(&host, self.limit)),
        };
        answered.map_err(|error| {
            let code = error.code().unwrap_or("Unreachable");
            let advice = error.advice().unwrap_or(
                "Check the network, the proxy (-Proxy, HTTPS_PROXY) and the -Environment; nothing was sent to Microsoft Graph.",
            );
            SignInError::new(
                SignInErrorKind::Unreachable,
                code,
                format!("signing in failed: {error}"),
            )
            .advise(advice)
        })
    }

    /// How far this machine's clock is ahead of the service's, in seconds, by the Date of an answer.
    pub(super) fn ahead_by(&self, answer: &WebResponse) -> Option<i64> {
        let text = answer.headers.get(DATE)?.to_str().ok()?;
        let theirs = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
        Some(self.clock.now().as_second() - theirs.as_second())
    }

    /// The present moment of this machine, corrected.
    pub(super) fn now(&self, ahead_by: i64) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_second(now.as_second() - ahead_by).unwrap_or(now)
    }
}

fn no_answer(host: &str, limit: Duration) -> SignInError {
    SignInError::new(
        SignInErrorKind::TimedOut,
        "TimedOut",
        format!(
            "the sign-in service at {host} did not answer within {} s, so the sign-in was given up",
            limit.as_secs_f64()
        ),
    )
    .advise("Check the network and the proxy, or give it more time with -ClientTimeout.")
}

fn retry_after(answer: &WebResponse) -> Option<Duration> {
    let text = answer.headers.get(RETRY_AFTER)?.to_str().ok()?;
    let seconds = text.trim().parse::<f64>().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

/// Host and port of an address.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_encoded_as_forms_are() {
        let form = Form::new()
            .with("client_secret", "a b+c&d=é~")
            .with_some("claims", None)
            .with_some("scope", Some("x"));
        assert_eq!(
            form.into_secret().expose(),
            "client_secret=a+b%2Bc%26d%3D%C3%A9%7E&scope=x"
        );
    }

    #[test]
    fn the_host_of_an_address_is_what_a_person_knows_it_by() {
        assert_eq!(
            host_of("https://login.example:8443/t/x?y"),
            "login.example:8443"
        );
        assert_eq!(host_of("http://[::1]:5"), "[::1]:5");
    }
}
