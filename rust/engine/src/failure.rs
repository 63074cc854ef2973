//! Why a command failed, in the form its caller sees.

use std::ops::{Deref, DerefMut};

use http::HeaderMap;
use mglicense_graph::sign_in::SignInError;
use mglicense_graph::{
    GraphError, Response, TransportError, TransportErrorKind, parse_error, reason_phrase,
};
use serde::Serialize;
use serde_json::Value;

use crate::advice;

/// What sort of failure it is, which decides how a caller reports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FailureKind {
    /// The service refused.
    Service,
    /// No answer came.
    Transport,
    /// Signing in failed, or the sign-in has ended; nothing was sent.
    SignIn,
    /// The caller's input can't be used; nothing was sent.
    Argument,
    /// There is no session.
    NotConnected,
    /// The caller cancelled.
    Cancelled,
    /// A tenant file can't be used.
    Tenant,
    /// A run's journal can't be used.
    Run,
    /// A fault of this library.
    Internal,
    /// A product's or plan's name stands for more than one.
    Name,
    /// The service would refuse, or a person said no; nothing was sent.
    Foreseen,
}

/// A failure. Serialised, it is the data of an error event and of an error buffer.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Failure(Box<FailureDetails>);

/// What there is to say about a failure.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureDetails {
    /// What sort it is.
    pub kind: FailureKind,
    /// A short stable code: the service's, or our own.
    pub code: String,
    /// What failed, on what.
    pub message: String,
    /// The HTTP status of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The status's name, as .NET spells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the service refused, by its clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The headers of the refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Vec<(String, String)>>,
    /// The body of a refusal that isn't in Graph's form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_body: Option<String>,
    /// The service's id of the exchange.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recommended_action: Option<String>,
    /// A correction of the input: `GB` for `UK`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// What a name may stand for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates: Option<Vec<Value>>,
    /// Whose account the failure is about, where a command is about several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    /// The input row the failure is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    /// Whether the caller should stop rather than go on with the next input.
    pub terminating: bool,
}

impl Failure {
    /// A failure of a kind with a code and a sentence. A sentence of ours that quotes a very long input is shortened
    /// in the middle; the words of the service stay as they are.
    #[must_use]
    pub fn new(kind: FailureKind, code: impl Into<String>, message: impl Into<String>) -> Self {
        let message = match kind {
            FailureKind::Service => message.into(),
            _ => shortened(message.into()),
        };
        Self(Box::new(FailureDetails {
            kind,
            code: code.into(),
            message,
            status: None,
            reason: None,
            date: None,
            headers: None,
            response_body: None,
            request_id: None,
            recommended_action: None,
            hint: None,
            candidates: None,
            user_id: None,
            row: None,
            terminating: false,
        }))
    }

    /// Input that can't be used. Nothing was sent.
    #[must_use]
    pub fn argument(message: impl Into<String>) -> Self {
        Self::new(FailureKind::Argument, "InvalidArgument", message)
    }

    /// The caller cancelled before `what` was begun.
    #[must_use]
    pub fn cancelled() -> Self {
        Self::new(
            FailureKind::Cancelled,
            "Cancelled",
            "The operation was cancelled before anything further was sent.",
        )
    }

    /// There is no session to run on.
    #[must_use]
    pub fn not_connected() -> Self {
        let mut failure = Self::new(
            FailureKind::NotConnected,
            "NotConnected",
            "Authentication needed. Please call Connect-MgGraph.",
        );
        failure.terminating = true;
        failure
    }

    /// A fault of this library, at a place in its source.
    #[must_use]
    pub fn internal(place: &str) -> Self {
        let mut failure = Self::new(
            FailureKind::Internal,
            "InternalError",
            format!("MgLicense met a fault of its own at {place} and ended this command."),
        );
        failure.recommended_action = Some(
            "Read back what the command was about before repeating it, and report the place named in the message.".into(),
        );
        failure
    }

    /// A refusal by the service.
    #[must_use]
    pub fn from_response(response: &Response) -> Self {
        let error = parse_error(response);
        let mut failure = Self::new(
            FailureKind::Service,
            error.code_or_reason(),
            error.message_or_excerpt(),
        );
        failure.recommended_action = Some(advice::for_refusal(&error));
        let GraphError {
            status,
            date,
            request_id,
            excerpt,
            ..
        } = error;
        failure.status = Some(status);
        failure.reason = Some(reason_phrase(status));
        failure.date = date;
        failure.headers = Some(header_pairs(&response.headers));
        failure.response_body = excerpt;
        failure.request_id = request_id;
        failure
    }

    /// No answer came. The code and the advice stand where the error has none of its own.
    fn unanswered(error: &TransportError, code: &str, advice: &str) -> Self {
        let code = error.code().unwrap_or(code);
        let mut failure = Self::new(FailureKind::Transport, code, error.to_string());
        failure.recommended_action = Some(error.advice().unwrap_or(advice).to_owned());
        failure
    }

    /// An answer of success whose body isn't what the request asks for.
    #[must_use]
    pub fn unreadable(response: &Response, what: &str) -> Self {
        let kind = response.header("content-type").unwrap_or_default();
        let foreign = !kind.is_empty() && !kind.to_ascii_lowercase().contains("json");
        let message = if foreign {
            format!("{what}; what came is {kind}")
        } else {
            what.to_owned()
        };
        let mut failure = Self::new(FailureKind::Service, "UnreadableAnswer", message);
        failure.status = Some(response.status.as_u16());
        failure.reason = Some(reason_phrase(response.status.as_u16()));
        failure.headers = Some(header_pairs(&response.headers));
        failure.request_id = response.request_id().map(str::to_owned);
        let advice = if kind.to_ascii_lowercase().starts_with("text/html") {
            "A web page came in the service's place, as a proxy or the sign-in page of a network sends one; check them, then try again."
        } else {
            "Something between this machine and the service may have changed the answer; check proxies, then try again."
        };
        failure.recommended_action = Some(advice.into());
        failure
    }

    /// Whether the service's message holds `text`, in any case.
    #[must_use]
    pub fn says(&self, text: &str) -> bool {
        self.kind == FailureKind::Service
            && self
                .message
                .to_ascii_lowercase()
                .contains(&text.to_ascii_lowercase())
    }

    /// The failure as JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_else(|_| br#"{"kind":"internal"}"#.to_vec())
    }
}

impl Deref for Failure {
    type Target = FailureDetails;

    fn deref(&self) -> &FailureDetails {
        &self.0
    }
}

impl DerefMut for Failure {
    fn deref_mut(&mut self) -> &mut FailureDetails {
        &mut self.0
    }
}

impl From<SignInError> for Failure {
    fn from(error: SignInError) -> Self {
        let mut failure = Self::new(FailureKind::SignIn, error.code(), error.to_string());
        failure.recommended_action = error.advice().map(str::to_owned);
        failure
    }
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let advice = error.advice().map(str::to_owned);
        match error.kind() {
            TransportErrorKind::NotSignedIn => {
                let mut failure = Self::new(
                    FailureKind::SignIn,
                    error.code().unwrap_or("NotSignedIn"),
                    error.to_string(),
                );
                failure.recommended_action =
                    Some(advice.unwrap_or_else(|| "Sign in again with Connect-MgGraph.".into()));
                failure
            }
            TransportErrorKind::Invalid => Self::argument(error.to_string()),
            TransportErrorKind::NotSent if error.code() == Some("Cancelled") => Self::cancelled(),
            TransportErrorKind::NotSent => Self::unanswered(
                &error,
                "NotSent",
                "Nothing reached the service; it is safe to try again.",
            ),
            TransportErrorKind::Interrupted => Self::unanswered(
                &error,
                "Interrupted",
                "If this was a change, read back whether it was made before repeating it.",
            ),
        }
    }
}

/// The longest sentence of ours, in characters. Lists of candidates fit; a pasted file does not.
const LONGEST: usize = 2_000;

/// A sentence that a person can read: of a longer one, its beginning and its end, where the reason stands.
fn shortened(message: String) -> String {
    let count = message.chars().count();
    if count <= LONGEST {
        return message;
    }
    let head: String = message.chars().take(LONGEST / 2).collect();
    let tail: String = message.chars().skip(count - LONGEST / 4).collect();
    format!("{head} … {tail}")
}

/// Headers as pairs of text, in the order they came; a header that occurs twice gives two pairs.
#[must_use]
pub fn header_pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_quotes_a_long_input_keeps_its_beginning_and_its_reason() {
        let failure = Failure::argument(format!(
            "'{}' is too long for an address",
            "ä".repeat(1 << 20)
        ));
        assert!(failure.message.chars().count() < 2_000);
        assert!(failure.message.starts_with("'ää"));
        assert!(failure.message.ends_with("ä' is too long for an address"));
    }

    #[test]
    fn a_sentence_of_usual_length_and_any_of_the_service_stay_as_they_are() {
        let usual = "x".repeat(2_000);
        assert_eq!(Failure::argument(usual.clone()).message, usual);
        let long = "x".repeat(5_000);
        assert_eq!(
            Failure::new(FailureKind::Service, "Code", long.clone()).message,
            long
        );
    }
}
