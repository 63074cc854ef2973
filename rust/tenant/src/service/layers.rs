//! The layers every request passes, a single one and each step of a batch alike:
//! caller → quota → faults → log → handlers.

use http::{Method, StatusCode};
use mglicense_rules::Guid;

use super::log::{self, Place};
use super::reply::Reply;
use super::work::{Request, Work};
use super::{GraphFailure, GraphResponse, GraphResult, RequestContext, cost, faults, permissions};
use crate::quota::{Charge, Cost};
use crate::settings::{FaultRule, Permissions};
use crate::{quota, read, write};

/// Answers one request.
pub(crate) fn answer(work: &Work<'_>, request: &Request<'_>) -> rusqlite::Result<Reply> {
    let place = log::place(work, request)?;
    let context = work.context(request, place.request_id);
    let mut reply = caller(work, request, &context, place)?;
    let path: Vec<&str> = request.lower.iter().map(String::as_str).collect();
    reply.cost = cost::resource_units(request.method, &path, request.query);
    if !reply.is_logged {
        // Refused before it came to the log: it was a request all the same.
        log::write(work, request, place, &reply)?;
    }
    Ok(reply)
}

/// Makes a reply of an outcome.
fn reply(work: &Work<'_>, context: &RequestContext, outcome: GraphResult) -> Reply {
    Reply::new(
        outcome,
        work.now,
        context.request_id,
        context.client_request_id.clone(),
    )
}

fn caller(
    work: &Work<'_>,
    request: &Request<'_>,
    context: &RequestContext,
    place: Place,
) -> rusqlite::Result<Reply> {
    if let Err(failure) = work.asker.check(work.now) {
        return Ok(reply(work, context, Err(failure)));
    }
    if work.asker.has_token || work.state.settings.permissions == Permissions::Enforce {
        let path: Vec<&str> = request.lower.iter().map(String::as_str).collect();
        if let Err(failure) = permissions::check(&work.asker.caller, request.method, &path) {
            return Ok(reply(work, context, Err(failure)));
        }
    }
    quota(work, request, context, place)
}

/// Charges the request to the limits, and goes on unless one is used up.
fn quota(
    work: &Work<'_>,
    request: &Request<'_>,
    context: &RequestContext,
    place: Place,
) -> rusqlite::Result<Reply> {
    let settings = &work.state.settings.quota;
    if !settings.enabled || !work.can_write {
        return fault(work, request, context, place);
    }
    let path: Vec<&str> = request.lower.iter().map(String::as_str).collect();
    let cost = Cost {
        resource_units: cost::resource_units(request.method, &path, request.query),
        is_write: request.is_write(),
    };
    let charge = Charge {
        app_id: work.asker.caller.app_id.unwrap_or(Guid::NIL),
        tenant_id: work.state.tenant_id,
        now: work.milliseconds,
    };
    match quota::charge(work.connection, settings, charge, cost)? {
        Ok(headers) => {
            let mut answer = fault(work, request, context, place)?;
            answer.headers.extend(headers);
            Ok(answer)
        }
        Err(failure) => Ok(reply(work, context, Err(failure))),
    }
}

fn fault(
    work: &Work<'_>,
    request: &Request<'_>,
    context: &RequestContext,
    place: Place,
) -> rusqlite::Result<Reply> {
    if work.state.settings.faults.is_empty() {
        return logged(work, request, context, place, None);
    }
    let hits = faults::struck(work, |rule| faults::is_for_request(rule, request))?;
    let blow = faults::blow(&hits);
    let mut answer = match blow {
        Some(rule) if !rule.is_after() => blown(work, context, rule),
        _ => {
            let word = blow.and_then(FaultRule::word);
            let mut carried_out = logged(work, request, context, place, word)?;
            match blow {
                Some(rule) if rule.status.is_some() => {
                    let mut refused = blown(work, context, rule);
                    refused.is_logged = carried_out.is_logged;
                    refused
                }
                _ => {
                    carried_out.wire = blow.and_then(|rule| rule.wire);
                    carried_out
                }
            }
        }
    };
    for rule in hits {
        faults::alter(rule, &mut answer);
    }
    Ok(answer)
}

/// What a fault puts in the place of an answer.
pub(super) fn blown(work: &Work<'_>, context: &RequestContext, rule: &FaultRule) -> Reply {
    let outcome = match rule.status {
        Some(status) => Err(faults::refusal(rule, status)),
        None => Ok(GraphResponse::no_content()),
    };
    let mut answer = reply(work, context, outcome);
    answer.wire = rule.wire;
    answer.fault = rule.word();
    answer
}

fn logged(
    work: &Work<'_>,
    request: &Request<'_>,
    context: &RequestContext,
    place: Place,
    fault: Option<String>,
) -> rusqlite::Result<Reply> {
    let outcome = handle(work, request, context);
    if let Err(failure) = &outcome
        && is_of_the_file(failure)
    {
        // The transaction is lost, and the log with it.
        let mut lost = reply(work, context, outcome);
        lost.is_logged = true;
        return Ok(lost);
    }
    let mut answer = reply(work, context, outcome);
    answer.fault = fault;
    log::write(work, request, place, &answer)?;
    answer.is_logged = true;
    Ok(answer)
}

/// Whether the file failed, and not the request.
fn is_of_the_file(failure: &GraphFailure) -> bool {
    failure.status == StatusCode::INSUFFICIENT_STORAGE
        || failure.code == "Service_InternalServerError"
}

fn handle(work: &Work<'_>, request: &Request<'_>, context: &RequestContext) -> GraphResult {
    match *request.method {
        Method::GET => read::get(work.connection, &request.as_read(context)),
        // A step of a batch, and a write that leaves a row in the log or a fault's count though it is refused, must take
        // back what it did by itself; otherwise the whole transaction goes.
        _ if request.step.is_some()
            || log::is_wanted(work, request)
            || work.state.settings.keeps_counts() =>
        {
            work.connection
                .prepare_cached("SAVEPOINT handler")?
                .execute([])?;
            let outcome = write::handle(work, request, context);
            let is_taken_back = outcome.as_ref().is_err_and(|failure| !failure.keeps);
            if is_taken_back && !work.connection.is_autocommit() {
                work.connection
                    .prepare_cached("ROLLBACK TO handler")?
                    .execute([])?;
            }
            if !work.connection.is_autocommit() {
                work.connection
                    .prepare_cached("RELEASE handler")?
                    .execute([])?;
            }
            outcome
        }
        _ => write::handle(work, request, context),
    }
}
