//! Why no answer came, in a sentence.

use std::error::Error;

use crate::{Endpoint, TransportError, TransportErrorKind};

/// The innermost causes of an error, joined: the outer ones only repeat that a request failed.
pub(super) fn causes(error: &dyn Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut next = error.source();
    while let Some(source) = next {
        let text = source.to_string();
        // A cause often ends with the text of the one below it.
        if let Some(last) = texts.last_mut()
            && last.contains(&text)
        {
            next = source.source();
            continue;
        }
        texts.push(text);
        next = source.source();
    }
    match texts.len() {
        0 => error.to_string(),
        count => texts[count.saturating_sub(2)..].join(": "),
    }
}

/// What a failed exchange means, and what to do about it.
pub(super) fn explain(error: reqwest::Error, host: &str) -> TransportError {
    // The address may hold names of people; which service it was says enough.
    let error = error.without_url();
    let why = causes(&error);
    if error.is_builder() {
        return TransportError::new(
            TransportErrorKind::Invalid,
            format!("the request to {host} can't be formed: {why}"),
        );
    }
    if error.is_connect() {
        return not_reached(&error, host, &why);
    }
    let kind = TransportErrorKind::Interrupted;
    if error.is_body() || error.is_decode() {
        return TransportError::new(
            kind,
            format!("{host} broke off its answer or garbled it: {why}"),
        )
        .with_code("AnswerBroken");
    }
    TransportError::new(
        kind,
        format!("the connection to {host} broke before an answer came: {why}"),
    )
    .with_code("ConnectionLost")
}

fn not_reached(error: &reqwest::Error, host: &str, why: &str) -> TransportError {
    let made = |code, message: String| {
        TransportError::new(TransportErrorKind::NotSent, message).with_code(code)
    };
    let lower = why.to_ascii_lowercase();
    if lower.contains("certificate") {
        return made(
            "CertificateRefused",
            format!("{host} showed a certificate that this machine doesn't trust: {why}"),
        )
        .with_advice("Nothing was sent. If a proxy of your organisation opens TLS, install its certificate on this machine; otherwise don't go on.");
    }
    if lower.contains("tunnel") || lower.contains("proxy") {
        return made(
            "ProxyRefused",
            format!("the proxy on the way to {host} refused: {why}"),
        )
        .with_advice("Nothing reached the service. Check the proxy's address and whether it asks for a user (HTTPS_PROXY, NO_PROXY, -Proxy).");
    }
    if lower.contains("corrupt message") || lower.contains("invalid message") {
        return made(
            "NotTls",
            format!("what answered for {host} doesn't speak TLS: {why}"),
        )
        .with_advice("Nothing was sent. A proxy or the sign-in page of a network may have answered in the service's place.");
    }
    if error.is_timeout() {
        return made(
            "NotReached",
            format!("{host} could not be reached in time: {why}"),
        );
    }
    made("NotReached", format!("{host} could not be reached: {why}"))
        .with_advice("Nothing reached the service. Check the network, the name of the service and any proxy (HTTPS_PROXY, NO_PROXY).")
}

/// An answer beyond all measure.
pub(super) fn too_large(endpoint: &Endpoint, most: usize) -> TransportError {
    TransportError::new(
        TransportErrorKind::Interrupted,
        format!(
            "{} sent an answer of more than {} MB, which is more than any page of Graph's",
            endpoint.authority(),
            most / (1024 * 1024)
        ),
    )
    .with_code("AnswerTooLarge")
    .with_advice(
        "Ask for less at a time: fewer properties with -Property, or smaller pages with -PageSize.",
    )
}
