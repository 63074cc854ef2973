//! What a refused sign-in means, in one sentence, and what to do.
//!
//! Nothing but words depends on the numbers here: one that isn't known gets the service's own first sentence.

use super::answer::Refusal;
use super::meaning::{AGAIN, Meaning};
use super::{SignInError, SignInErrorKind};

/// What a sign-in was about, for the sentence.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'a> {
    /// The application's id.
    pub(super) client_id: &'a str,
    /// The tenant as it was named.
    pub(super) tenant: &'a str,
    /// What must not be repeated in an error, even if the service does.
    pub(super) hide: &'a [&'a str],
}

/// Errors after which a person must sign in, so that trying the same again is of no use.
const ENDED: &[&str] = &[
    "invalid_grant",
    "interaction_required",
    "login_required",
    "consent_required",
];

/// A refusal as an error: one sentence with the number, and advice.
pub(super) fn explain(refusal: &Refusal, about: &About<'_>) -> SignInError {
    let number = number_of(refusal);
    let code = number.map_or_else(|| refusal.error.clone(), |number| format!("AADSTS{number}"));
    let fill = |text: &str| {
        text.replace("{app}", about.client_id)
            .replace("{tenant}", about.tenant)
    };
    let kind = if ENDED.contains(&refusal.error.as_str()) {
        SignInErrorKind::Ended
    } else {
        SignInErrorKind::Refused
    };
    let by_number = number.and_then(Meaning::of_number);
    let error = match by_number {
        Some(Meaning { clause, advice }) => SignInError::new(
            kind,
            &code,
            format!("signing in failed: {} ({code})", fill(clause)),
        )
        .advise(advice),
        None => {
            let said = first_sentence(&refusal.error_description);
            let known = match number {
                None => Meaning::of_word(&refusal.error),
                Some(_) => None,
            };
            let meaning = match (known, said) {
                (Some(known), Some(said)) => format!("{}: {said}", fill(known.clause)),
                (Some(known), None) => fill(known.clause),
                (None, Some(said)) => said.to_owned(),
                (None, None) => "the sign-in service gave no reason".to_owned(),
            };
            let error = SignInError::new(
                kind,
                &code,
                hidden(format!("signing in failed: {meaning} ({code})"), about.hide),
            );
            match (known, number) {
                (Some(known), _) => error.advise(known.advice),
                (None, Some(number)) => error.advise(format!(
                    "Microsoft explains it at https://login.microsoftonline.com/error?code={number}."
                )),
                (None, None) => error,
            }
        }
    };
    match &refusal.claims {
        Some(_) if error.kind() == SignInErrorKind::Refused => {
            SignInError::new(SignInErrorKind::Ended, error.code(), error.to_string())
                .advise(error.advice().unwrap_or(AGAIN).to_owned())
        }
        _ => error,
    }
}

/// Whether the service refused because an assertion is outside its time.
pub(super) fn is_about_time(refusal: &Refusal) -> bool {
    match number_of(refusal) {
        Some(number) => matches!(number, 700024 | 500133),
        None => matches!(refusal.error.as_str(), "invalid_client" | "invalid_grant"),
    }
}

fn number_of(refusal: &Refusal) -> Option<u64> {
    refusal.error_codes.first().copied().or_else(|| {
        let rest = refusal.error_description.split_once("AADSTS")?.1;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest[..digits].parse().ok()
    })
}

/// The service's words without its number and the ids of the exchange that follow.
fn first_sentence(description: &str) -> Option<&str> {
    let line = description.lines().next()?;
    let line = line.split(" Trace ID:").next()?.trim();
    let said = match line.split_once(": ") {
        Some((head, rest)) if head.starts_with("AADSTS") => rest,
        _ => line,
    };
    let said = said.trim().trim_end_matches('.');
    (!said.is_empty()).then_some(said)
}

fn hidden(text: String, secrets: &[&str]) -> String {
    secrets
        .iter()
        .filter(|secret| !secret.is_empty())
        .fold(text, |text, secret| text.replace(secret, "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: About<'static> = About {
        client_id: "app-1",
        tenant: "contoso.com",
        hide: &["hunter2"],
    };

    fn refusal(error: &str, description: &str, codes: &[u64]) -> Refusal {
        Refusal {
            error: error.into(),
            error_description: description.into(),
            error_codes: codes.to_vec(),
            claims: None,
        }
    }

    #[test]
    fn a_known_number_is_said_in_one_sentence_with_what_to_do() {
        let said = "AADSTS7000215: Invalid client secret provided. Ensure …\r\nTrace ID: 1 Correlation ID: 2";
        for refusal in [
            refusal("invalid_client", said, &[7000215]),
            refusal("invalid_client", said, &[]),
        ] {
            let error = explain(&refusal, &ABOUT);
            assert_eq!(error.code(), "AADSTS7000215");
            assert_eq!(
                error.to_string(),
                "Signing in failed: the client secret is not one of application app-1 (AADSTS7000215)"
            );
            assert!(error.advice().unwrap().contains("not its id"));
            assert_eq!(error.kind(), SignInErrorKind::Refused);
        }
    }

    #[test]
    fn an_unknown_number_keeps_the_service_s_own_words_and_leads_to_its_page() {
        let error = explain(
            &refusal(
                "invalid_request",
                "AADSTS999999: Something new about hunter2. Trace ID: 5",
                &[999_999],
            ),
            &ABOUT,
        );
        assert_eq!(
            error.to_string(),
            "Signing in failed: Something new about … (AADSTS999999)"
        );
        assert!(error.advice().unwrap().ends_with("code=999999."));
    }

    #[test]
    fn a_service_without_numbers_is_understood_by_oauth_s_words() {
        let error = explain(
            &refusal("invalid_client", "client authentication failed", &[]),
            &ABOUT,
        );
        assert_eq!(error.code(), "invalid_client");
        assert!(
            error.to_string().contains("client authentication failed"),
            "{error}"
        );
        assert!(error.to_string().contains("app-1"), "{error}");
        let error = explain(&refusal("interaction_required", "", &[]), &ABOUT);
        assert_eq!(error.kind(), SignInErrorKind::Ended);
    }
}
