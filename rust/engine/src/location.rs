//! Usage locations: judged before they are sent, and sent only where they differ.

use http::Method;
use mglicense_graph::Request;
use mglicense_rules::location::{Code, LocationCheck, check};

use crate::address;
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;
use crate::user::{self, UserRecord};

/// The code a caller's text means. Small letters are taken for capitals; a well-formed code that isn't in the
/// list of countries is let through with a warning, since the service decides.
///
/// # Errors
/// When the text is no country code; `UK` is refused with `GB` as the hint.
pub(crate) async fn judge(job: &JobContext, text: &str) -> Result<Code, Failure> {
    match check(text) {
        LocationCheck::Known(code) => Ok(code),
        LocationCheck::UnknownCode(code) => {
            job.warn(format!("'{code}' is not in the list of countries; it is sent as it is, and the service decides.")).await;
            Ok(code)
        }
        LocationCheck::Invalid { hint } => Err(invalid(text, hint)),
    }
}

/// The refusal of a text that is no usage location.
pub(crate) fn invalid(text: &str, hint: Option<Code>) -> Failure {
    let meant = hint
        .map(|code| format!("; is {code} meant?"))
        .unwrap_or_default();
    let message = format!(
        "'{text}' is not a usage location: it takes a two-letter ISO 3166 country code{meant}"
    );
    let mut failure = Failure::argument(message);
    failure.code = "InvalidUsageLocation".into();
    failure.hint = hint.map(|code| code.to_string());
    failure.recommended_action = Some(match hint {
        Some(code) => format!("Use {code}."),
        None => {
            "Use a code such as GB, US or DE; press Tab after -UsageLocation for the list.".into()
        }
    });
    failure
}

/// What setting a location came to.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) user: UserRecord,
    /// Whether a change was sent; the location before it is in `user`.
    pub(crate) changed: bool,
    pub(crate) request_id: Option<String>,
}

/// Sets a user's location where it differs. It is sent alone: of an account synchronised from on premises this
/// property may be changed here, and a change that holds another one is refused whole.
///
/// # Errors
/// When the service refuses to read or change the user, or the job is cancelled.
pub(crate) async fn set(
    session: &Session,
    job: &JobContext,
    user_id: &str,
    code: Code,
    debug: bool,
) -> Result<Outcome, Failure> {
    let user = user::read_location(session, job, user_id, debug).await?;
    set_known(session, job, user_id, user, code, debug).await
}

/// As [`set`], for a user that was read already.
pub(crate) async fn set_known(
    session: &Session,
    job: &JobContext,
    user_id: &str,
    user: UserRecord,
    code: Code,
    debug: bool,
) -> Result<Outcome, Failure> {
    let before = user.facts.usage_location.as_deref();
    if before.is_some_and(|before| before.eq_ignore_ascii_case(code.as_str())) {
        return Ok(Outcome {
            user,
            changed: false,
            request_id: None,
        });
    }
    let url = address::path("v1.0", "/users/{user-id}", &user::ids(user_id))?;
    let request =
        Request::new(Method::PATCH, url).with_json(format!(r#"{{"usageLocation":"{code}"}}"#));
    let response = session.call(job, request, debug).await?;
    job.verbose(format!(
        "The usage location of {user_id} was {}; it is {code} now.",
        before.unwrap_or("not set")
    ))
    .await;
    let request_id = response.request_id().map(str::to_owned);
    Ok(Outcome {
        user,
        changed: true,
        request_id,
    })
}
