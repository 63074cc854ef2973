//! Saying what a licence change would come to, without making it.

use std::collections::BTreeMap;

use http::{Method, StatusCode};
use mglicense_graph::{Request, Response};
use mglicense_rules::assignment::RuleSet;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::change::{Addition, Additions, Texts};
use crate::event::{Event, EventKind};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::names;
use crate::preflight::{Row, examine};
use crate::session::Session;
use crate::skus::{self, TenantSkus};
use crate::user::{self, UserRecord};

/// How many requests fit into one batch.
const BATCH: usize = 20;

/// The change to judge, and for whom. What stands beside a user goes before what stands beside the list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Test {
    users: Vec<TestUser>,
    #[serde(default)]
    add_licenses: Additions,
    #[serde(default)]
    remove_licenses: Texts,
    /// Plans to switch off in whichever of the added products hold them and bring no list of their own.
    #[serde(default)]
    disabled_plans: Texts,
    #[serde(default)]
    usage_location: Option<String>,
    #[serde(default)]
    resolve_names: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TestUser {
    user_id: String,
    #[serde(default)]
    add_licenses: Option<Additions>,
    #[serde(default)]
    remove_licenses: Option<Texts>,
    #[serde(default)]
    disabled_plans: Option<Texts>,
    #[serde(default)]
    usage_location: Option<String>,
}

/// A change whose names are resolved.
#[derive(Default)]
struct Change {
    add: Vec<Addition>,
    remove: Vec<String>,
}

impl Test {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        // Seats are counted anew: what was remembered may be old.
        let skus = skus::read(session, job, debug).await?;
        let changes: Vec<_> = self
            .users
            .iter()
            .map(|user| self.change(user, &skus))
            .collect();
        let records = read_users(session, job, &self.users, debug).await?;
        let nothing = Change::default();
        let rows: Vec<_> = self
            .users
            .iter()
            .zip(&changes)
            .map(|(user, change)| {
                // A name that stands for several is a reason against its own row, not the end of all.
                let (record, change) = match change {
                    Ok(change) => (records[&user.user_id].as_ref(), change),
                    Err(failure) => (Err(failure), &nothing),
                };
                Row {
                    user_id: &user.user_id,
                    user: record,
                    add: &change.add,
                    remove: &change.remove,
                    usage_location: user
                        .usage_location
                        .as_deref()
                        .or(self.usage_location.as_deref()),
                }
            })
            .collect();
        emit(job, &skus, &rows).await;
        Ok(())
    }

    /// What is wished for one user, with names resolved.
    fn change(&self, user: &TestUser, skus: &TenantSkus) -> Result<Change, Failure> {
        let add = user.add_licenses.as_ref().unwrap_or(&self.add_licenses);
        let remove = user
            .remove_licenses
            .as_ref()
            .unwrap_or(&self.remove_licenses);
        let off = user.disabled_plans.as_ref().unwrap_or(&self.disabled_plans);
        let mut change = Change {
            add: add.0.clone(),
            remove: remove.0.clone(),
        };
        if self.resolve_names != Some(false) {
            names::resolve_with(skus, &mut change.add, &mut change.remove)?;
        }
        names::spread_with(skus, &mut change.add, &off.0)?;
        Ok(change)
    }
}

async fn emit(job: &JobContext, skus: &TenantSkus, rows: &[Row<'_>]) {
    for prediction in examine(skus, &RuleSet::default(), rows) {
        job.emit(Event::json(EventKind::Item, &prediction)).await;
    }
}

/// Reads every user once: one by itself, several in batches. A user the service refuses is a result, not a
/// failure of the whole.
async fn read_users(
    session: &Session,
    job: &JobContext,
    users: &[TestUser],
    debug: bool,
) -> Result<BTreeMap<String, Result<UserRecord, Failure>>, Failure> {
    let mut records = BTreeMap::new();
    let mut ids: Vec<&str> = users.iter().map(|user| user.user_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    for chunk in ids.chunks(BATCH) {
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
            records.insert((*id).to_owned(), outcome);
            continue;
        }
        records.append(&mut read_batch(session, job, chunk, debug).await?);
    }
    Ok(records)
}

#[derive(Serialize)]
struct BatchItem {
    id: String,
    method: &'static str,
    url: String,
}

#[derive(Deserialize)]
struct BatchAnswers<'a> {
    #[serde(borrow)]
    responses: Vec<BatchAnswer<'a>>,
}

#[derive(Deserialize)]
struct BatchAnswer<'a> {
    id: String,
    status: u16,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

async fn read_batch(
    session: &Session,
    job: &JobContext,
    ids: &[&str],
    debug: bool,
) -> Result<BTreeMap<String, Result<UserRecord, Failure>>, Failure> {
    let mut records = BTreeMap::new();
    let mut items = Vec::with_capacity(ids.len());
    for (index, id) in ids.iter().enumerate() {
        match user::licences_address(id) {
            // Inside a batch, addresses carry no version.
            Ok(url) => items.push(BatchItem {
                id: index.to_string(),
                method: "GET",
                url: url.trim_start_matches("v1.0").to_owned(),
            }),
            Err(failure) => {
                records.insert((*id).to_owned(), Err(failure));
            }
        }
    }
    let request = Request::new(Method::POST, "v1.0/$batch")
        .with_json(serde_json::json!({ "requests": items }).to_string());
    let response = session.call(job, request, debug).await?;
    let unreadable = |what: &str| {
        Failure::unreadable(
            &response,
            &format!("the answer to a batch could not be read: {what}"),
        )
    };
    let answers: BatchAnswers<'_> =
        serde_json::from_slice(&response.body).map_err(|error| unreadable(&error.to_string()))?;
    for answer in answers.responses {
        let id = answer
            .id
            .parse::<usize>()
            .ok()
            .and_then(|index| ids.get(index));
        let id = id.ok_or_else(|| unreadable("an answer to nothing that was asked"))?;
        let item = Response {
            status: StatusCode::from_u16(answer.status)
                .map_err(|error| unreadable(&error.to_string()))?,
            headers: http::HeaderMap::new(),
            body: answer
                .body
                .map(|body| bytes::Bytes::copy_from_slice(body.get().as_bytes()))
                .unwrap_or_default(),
        };
        let outcome = if item.status.is_success() {
            user::parse(&item.body, id).map_err(|error| {
                Failure::unreadable(&item, &format!("the user could not be read: {error}"))
            })
        } else {
            Err(Failure::from_response(&item))
        };
        records.insert((*id).to_owned(), outcome);
    }
    match ids.iter().find(|id| !records.contains_key(**id)) {
        Some(_) => Err(unreadable("an answer is missing")),
        None => Ok(records),
    }
}
