//! Accounts of other organisations in licensed groups: each takes a seat that was bought for the own people.

use http::Method;
use mglicense_graph::{Request, Response};

use super::read::{self, Member};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::many::get_many;
use crate::session::Session;

/// What tells such accounts.
const MARKS: &str = "id,userPrincipalName,userType,creationType";

/// How many of them a warning names.
const NAMED: usize = 3;

/// Warns of accounts of other organisations among the members of a group that was given a licence. Where members may
/// not be read, that is said among the verbose messages only.
///
/// # Errors
/// When the job is cancelled.
pub(crate) async fn warn_of_guests(
    session: &Session,
    job: &JobContext,
    group_id: &str,
    debug: bool,
) -> Result<(), Failure> {
    let mut guests = Vec::new();
    let take = |member: Member| {
        if member.is_from_outside() {
            guests.push(member.label().to_owned());
        }
    };
    match read::related(session, job, group_id, "members", MARKS, debug, take).await {
        Err(failure) => unread(job, failure).await,
        Ok(()) => {
            warn(job, &guests, "The group").await;
            Ok(())
        }
    }
}

/// Warns if one of the objects just added to a group that carries licences is an account of another organisation.
///
/// # Errors
/// When the job is cancelled.
pub(crate) async fn warn_of_new_guests(
    session: &Session,
    job: &JobContext,
    group_id: &str,
    added: &[String],
    debug: bool,
) -> Result<(), Failure> {
    let group = match read::group(session, job, group_id, debug).await {
        Err(failure) => return unread(job, failure).await,
        Ok(group) => group,
    };
    if group.licenses().is_empty() {
        return Ok(());
    }
    let urls = added.iter().map(|id| {
        let url = crate::address::path("v1.0", "/users/{user-id}", &crate::user::ids(id))?;
        Ok(format!("{url}?$select={MARKS}"))
    });
    let answers = match get_many(session, job, urls.collect(), debug).await {
        Err(failure) => return unread(job, failure).await,
        Ok(answers) => answers,
    };
    // What is no user answers with a refusal, and is no guest.
    let members = answers
        .into_iter()
        .flatten()
        .filter_map(|answer| read_member(&answer));
    let guests: Vec<String> = members
        .filter(Member::is_from_outside)
        .map(|member| member.label().to_owned())
        .collect();
    warn(
        job,
        &guests,
        &format!("The licensed group '{}'", group.label()),
    )
    .await;
    Ok(())
}

fn read_member(answer: &Response) -> Option<Member> {
    serde_json::from_slice(&answer.body).ok()
}

/// Whether a change adds members, and which: the ids at the end of the addresses that its body holds.
pub(crate) fn added_members(request: &Request) -> Vec<String> {
    let adds = (request.method == Method::POST && request.url.ends_with("/members/$ref"))
        || request.method == Method::PATCH;
    let Some(serde_json::Value::Object(body)) = adds
        .then(|| serde_json::from_slice(&request.body).ok())
        .flatten()
    else {
        return Vec::new();
    };
    let addresses = match (body.get("@odata.id"), body.get("members@odata.bind")) {
        (Some(one), None) => vec![one],
        (None, Some(serde_json::Value::Array(many))) => many.iter().collect(),
        _ => Vec::new(),
    };
    let texts = addresses.into_iter().filter_map(serde_json::Value::as_str);
    texts
        .filter_map(|address| address.rsplit('/').next())
        .filter(|id| !id.is_empty())
        .map(str::to_owned)
        .collect()
}

async fn warn(job: &JobContext, guests: &[String], whose: &str) {
    if guests.is_empty() {
        return;
    }
    let named = guests[..guests.len().min(NAMED)].join(", ");
    let more = match guests.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let count = match guests.len() {
        1 => "1 account".to_owned(),
        many => format!("{many} accounts"),
    };
    job.warn(format!(
        "{whose} has {count} of other organisations ({named}{more}). Each takes a seat of what the group gives, and guests mostly have licences of their own organisation."
    ))
    .await;
}

async fn unread(job: &JobContext, failure: Failure) -> Result<(), Failure> {
    if failure.kind == FailureKind::Cancelled {
        return Err(failure);
    }
    job.verbose(format!(
        "Whether accounts of other organisations are in the group could not be read: {}",
        failure.message
    ))
    .await;
    Ok(())
}
