//! Reading what a run stands on: the tenant's products once, and each user once, by whichever way takes fewer requests.
//!
//! Users are read in batches by name, or page by page until all that are wanted came along. A page holds up to 999
//! users and costs as much as one user by name, so many rows are read by pages; but few rows in a large tenant are not.

use std::collections::BTreeMap;

use http::Method;
use mglicense_graph::batch::BATCH_LIMIT;
use mglicense_graph::{Page, Request, escape_uri};
use mglicense_rules::Guid;
use mglicense_rules::assignment::Source;
use serde::Deserialize;

use super::facts::{Facts, Wanted};
use super::rows::Rows;
use crate::address::Query;
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::many::get_many;
use crate::session::Session;
use crate::skus;
use crate::user::{self, UserRecord};

/// How many users fit into one page.
const PAGE: usize = 999;

/// Up to how many names the batches alone are few enough.
const FEW: usize = 3 * BATCH_LIMIT;

/// Reads what the rows are about.
///
/// # Errors
/// When the job is cancelled, or the service can't be reached or refuses to list. A user it refuses is a fact, not an
/// error.
pub(crate) async fn facts(
    session: &Session,
    job: &JobContext,
    rows: &Rows,
    debug: bool,
) -> Result<Facts, Failure> {
    let mut facts = Facts::new(rows.len());
    facts.permissions = session.permissions().map(<[String]>::to_vec);
    let wanted = Wanted::new(rows);
    let names: Vec<(&str, &[u32])> = wanted.names().collect();
    let mut found = vec![false; rows.len()];
    let products = async {
        match skus::read(session, job, debug).await {
            Err(failure) if failure.status == Some(403) => Ok(None),
            outcome => outcome.map(Some),
        }
    };
    let pages = async {
        if names.len() <= FEW {
            return Ok(());
        }
        read_pages(
            session,
            job,
            &wanted,
            names.len(),
            &mut facts,
            &mut found,
            debug,
        )
        .await
    };
    // Neither needs the other, and each is at least a round trip.
    let (skus, ()) = tokio::try_join!(products, pages)?;
    facts.know_products(skus);
    let left: Vec<&(&str, &[u32])> = names
        .iter()
        .filter(|(_, rows)| !found[rows[0] as usize])
        .collect();
    for chunk in left.chunks(BATCH_LIMIT) {
        let ids: Vec<&str> = chunk.iter().map(|(name, _)| *name).collect();
        let records = users(session, job, &ids, debug).await?;
        for (record, (_, rows)) in records.into_iter().zip(chunk) {
            let rows = rows.iter().map(|&row| row as usize);
            match record {
                Ok(record) => facts.add_user(record, rows),
                Err(failure) => facts.add_refusal(failure, rows),
            }
        }
    }
    facts.unite();
    facts.group_names = group_names(session, job, &facts, debug).await?;
    Ok(facts)
}

/// Graph's code for a next link that was left alone for too long.
const EXPIRED: &str = "Directory_ExpiredPageToken";

/// Reads users page by page, as long as pages bring more of those wanted than batches would.
async fn read_pages(
    session: &Session,
    job: &JobContext,
    wanted: &Wanted<'_>,
    mut missing: usize,
    facts: &mut Facts,
    found: &mut [bool],
    debug: bool,
) -> Result<(), Failure> {
    let mut query = Query::new("v1.0/users".to_owned());
    query.escaped("$select", user::LICENCES);
    query.escaped("$top", &PAGE.to_string());
    let mut url = query.into_url();
    let mut pages = 0;
    let mut hits = 0;
    loop {
        let response = match session
            .call(job, Request::new(Method::GET, url), debug)
            .await
        {
            // The service forgot where the list was: who is still missing is asked for by name.
            Err(failure) if pages > 0 && failure.code == EXPIRED => return Ok(()),
            answered => answered?,
        };
        let unreadable = |error: &dyn std::fmt::Display| {
            Failure::unreadable(&response, &format!("the users could not be read: {error}"))
        };
        let page = Page::read(&response.body).map_err(|error| unreadable(&error))?;
        let value = page
            .value
            .ok_or_else(|| unreadable(&"the answer has no list named 'value'"))?;
        let records = user::parse_list(&value).map_err(|error| unreadable(&error))?;
        for record in records {
            let mut rows: Vec<usize> = wanted.rows_of(&record.id).collect();
            missing -= usize::from(!rows.is_empty());
            if let Some(name) = &record.user_principal_name {
                let named = rows.len();
                rows.extend(wanted.rows_of(name));
                missing -= usize::from(rows.len() > named);
            }
            if rows.is_empty() {
                continue;
            }
            hits += 1;
            for &row in &rows {
                found[row] = true;
            }
            facts.add_user(record, rows);
        }
        pages += 1;
        let Some(next) = page
            .next_link
            .filter(|_| missing > 0 && hits >= pages * BATCH_LIMIT)
        else {
            return Ok(());
        };
        let next = session
            .root()
            .relative(&next)
            .map_err(|error| unreadable(&error))?;
        url = escape_uri(next).into_owned();
    }
}

/// Reads users by id or user principal name: one by itself, several in batches. A user that the service refuses is a
/// result, not a failure of the whole.
///
/// # Errors
/// When the job is cancelled or the service can't be reached.
pub(crate) async fn users(
    session: &Session,
    job: &JobContext,
    ids: &[&str],
    debug: bool,
) -> Result<Vec<Result<UserRecord, Failure>>, Failure> {
    let mut records = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(BATCH_LIMIT) {
        if let [id] = chunk {
            let outcome = user::read_licences(session, job, id, debug).await;
            if let Err(failure) = &outcome
                && matches!(
                    failure.kind,
                    FailureKind::Transport | FailureKind::Cancelled
                )
            {
                return Err(failure.clone());
            }
            records.push(outcome);
            continue;
        }
        let urls = chunk.iter().map(|id| user::licences_address(id));
        let answers = get_many(session, job, urls.collect(), debug).await?;
        for (answer, id) in answers.into_iter().zip(chunk) {
            records.push(answer.and_then(|answer| {
                user::parse(&answer.body, id).map_err(|error| {
                    Failure::unreadable(&answer, &format!("the user could not be read: {error}"))
                })
            }));
        }
    }
    Ok(records)
}

/// The names of the groups through which somebody has a product. A group that can't be read has none.
async fn group_names(
    session: &Session,
    job: &JobContext,
    facts: &Facts,
    debug: bool,
) -> Result<BTreeMap<Guid, String>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Group {
        display_name: Option<String>,
    }
    let mut groups: Vec<Guid> = Vec::new();
    for condition in facts.conditions() {
        let sources = condition.facts.holdings.iter().map(|held| held.source);
        groups.extend(sources.filter_map(|source| match source {
            Source::Group(group) => Some(group),
            Source::Direct => None,
        }));
    }
    groups.sort_unstable();
    groups.dedup();
    let mut names = BTreeMap::new();
    for chunk in groups.chunks(BATCH_LIMIT) {
        let urls = chunk
            .iter()
            .map(|group| Ok(format!("v1.0/groups/{group}?$select=id,displayName")));
        let answers = match get_many(session, job, urls.collect(), debug).await {
            Err(failure) if failure.kind == FailureKind::Cancelled => return Err(failure),
            Err(_) => break,
            Ok(answers) => answers,
        };
        for (answer, group) in answers.into_iter().zip(chunk) {
            let read = answer.ok().and_then(|answer| {
                serde_json::from_slice::<Group>(&answer.body)
                    .ok()?
                    .display_name
            });
            names.extend(read.map(|name| (*group, name)));
        }
    }
    Ok(names)
}
