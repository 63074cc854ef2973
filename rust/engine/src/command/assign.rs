//! Giving and taking licences of one user or group in one call.

use std::collections::BTreeMap;
use std::time::Duration;

use http::{HeaderMap, Method};
use mglicense_graph::{Request, Response};
use mglicense_rules::Guid;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::address;
use crate::change::{Addition, Additions, Texts, body};
use crate::command::{emit_answer, should_process};
use crate::event::{Event, EventKind};
use crate::failure::{Failure, header_pairs};
use crate::groups;
use crate::job::JobContext;
use crate::location;
use crate::names;
use crate::report::{Report, ReportedSku, Status};
use crate::session::Session;
use crate::user;

/// The waits before a refusal for a location that was set a moment ago is believed. The service copies a
/// new location to its licensing part with some delay.
const LOCATION_WAITS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
];

/// The message of the refusal that passes by itself after a location was set.
const LOCATION_REFUSAL: &str = "invalid usage location";

/// A licence change for one user.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignUser {
    user_id: String,
    #[serde(default)]
    api_version: Option<String>,
    #[serde(default)]
    add_licenses: Additions,
    #[serde(default)]
    remove_licenses: Texts,
    /// Plans to switch off in whichever of the added products hold them and bring no list of their own.
    #[serde(default)]
    disabled_plans: Texts,
    #[serde(default)]
    additional_properties: Option<Map<String, Value>>,
    /// Set first, in the same command, where it differs.
    #[serde(default)]
    usage_location: Option<String>,
    #[serde(default)]
    resolve_names: Option<bool>,
    /// Emit what was done rather than the service's user.
    #[serde(default)]
    report: Option<bool>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    want_headers: Option<bool>,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

/// A licence change for one group.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct AssignGroup {
    group_id: String,
    #[serde(default)]
    api_version: Option<String>,
    #[serde(default)]
    add_licenses: Additions,
    #[serde(default)]
    remove_licenses: Texts,
    /// As for a user.
    #[serde(default)]
    disabled_plans: Texts,
    #[serde(default)]
    additional_properties: Option<Map<String, Value>>,
    #[serde(default)]
    resolve_names: Option<bool>,
    #[serde(default)]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default)]
    want_headers: Option<bool>,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

/// The licence change itself, ready to be sent.
pub(crate) struct Assignment<'a> {
    pub(crate) url: String,
    pub(crate) headers: HeaderMap,
    pub(crate) add: &'a [Addition],
    pub(crate) remove: &'a [String],
    pub(crate) others: &'a Map<String, Value>,
    pub(crate) debug: bool,
}

impl Assignment<'_> {
    /// Sends the change once.
    ///
    /// # Errors
    /// When the service refuses or the job is cancelled.
    pub(crate) async fn send(
        &self,
        session: &Session,
        job: &JobContext,
    ) -> Result<Response, Failure> {
        let mut request = Request::new(Method::POST, self.url.clone()).with_json(body(
            self.add,
            self.remove,
            self.others,
        ));
        request.headers.extend(self.headers.clone());
        match session.call(job, request, self.debug).await {
            Err(failure) if failure.status == Some(400) => {
                Err(self.advised(session, job, failure).await)
            }
            outcome => outcome,
        }
    }

    /// A refusal with the names that a text may be meant as, where one is neither an id nor a known name: the service
    /// only says that it is no GUID.
    async fn advised(&self, session: &Session, job: &JobContext, mut failure: Failure) -> Failure {
        let added = self.add.iter().filter_map(|add| add.sku.as_ref());
        let unknown = added
            .chain(self.remove)
            .find(|text| Guid::parse(text.trim()).is_err());
        if let Some(text) = unknown
            && let Ok(known) = session.skus().known(session, job, self.debug).await
        {
            let unknown = names::unknown_product(&known.skus, text);
            failure.recommended_action = unknown
                .recommended_action
                .as_ref()
                .map(|action| format!("{}. {action}", unknown.message));
        }
        failure
    }

    /// Sends the change, and sends it again after growing waits while the service doesn't know yet of a location
    /// that was set a moment ago. Other refusals are final.
    async fn send_after_location(
        &self,
        session: &Session,
        job: &JobContext,
    ) -> Result<Response, Failure> {
        for (tried, wait) in LOCATION_WAITS.iter().enumerate() {
            match self.send(session, job).await {
                Err(failure) if failure.says(LOCATION_REFUSAL) => {
                    job.verbose(format!(
                        "The new usage location has not reached the licensing service yet; trying again in {} s ({} of {}).",
                        wait.as_secs(),
                        tried + 1,
                        LOCATION_WAITS.len()
                    ))
                    .await;
                    job.wait(session.clock(), *wait).await?;
                }
                outcome => return outcome,
            }
        }
        self.send(session, job).await
    }
}

impl AssignUser {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let (mut add, mut remove) = (self.add_licenses.0, self.remove_licenses.0);
        let others = checked(self.additional_properties)?;
        let url = address::path(
            self.api_version.as_deref().unwrap_or("v1.0"),
            "/users/{user-id}/assignLicense",
            &user::ids(&self.user_id),
        )?;
        let headers = address::headers(self.headers.as_ref().unwrap_or(&BTreeMap::new()), None)?;
        let wanted = match &self.usage_location {
            Some(text) => Some(location::judge(job, text).await?),
            None => None,
        };
        if self.resolve_names != Some(false) {
            names::resolve(session, job, &mut add, &mut remove, debug).await?;
        }
        names::spread(session, job, &mut add, &self.disabled_plans.0, debug).await?;
        if self.ask == Some(true)
            && !should_process(
                job,
                &self.user_id,
                &described(&add, &remove, wanted.map(|code| code.to_string())),
            )
            .await?
        {
            return Ok(());
        }
        let located = match wanted {
            Some(code) => Some((
                location::set(session, job, &self.user_id, code, debug).await?,
                code,
            )),
            None => None,
        };
        let assignment = Assignment {
            url,
            headers,
            add: &add,
            remove: &remove,
            others: &others,
            debug,
        };
        let response = match &located {
            Some((outcome, code)) if outcome.changed => assignment
                .send_after_location(session, job)
                .await
                .map_err(|failure| location_stays(failure, &code.to_string()))?,
            _ => assignment.send(session, job).await?,
        };
        if self.report != Some(true) {
            return emit_answer(job, response, self.want_headers == Some(true)).await;
        }
        if self.want_headers == Some(true) {
            job.emit(Event::json(
                EventKind::Headers,
                &header_pairs(&response.headers),
            ))
            .await;
        }
        let answered = user::parse(&response.body, &self.user_id).map_err(|error| {
            Failure::unreadable(
                &response,
                &format!("the service accepted the change but its answer is no user: {error}"),
            )
        })?;
        let (before, after) = match located {
            Some((outcome, code)) => (outcome.user.facts.usage_location, Some(code.to_string())),
            None => (None, None),
        };
        let report = Report {
            user_id: answered.id,
            user_principal_name: answered.user_principal_name,
            status: Status::Changed,
            added: add
                .iter()
                .filter_map(|addition| addition.sku.as_deref())
                .map(|sku| ReportedSku::new(sku, None))
                .collect(),
            removed: remove
                .iter()
                .map(|sku| ReportedSku::new(sku, None))
                .collect(),
            kept: Vec::new(),
            not_held: Vec::new(),
            usage_location_before: before,
            usage_location_after: after,
            request_id: response.request_id().map(str::to_owned),
        };
        job.emit(Event::json(EventKind::Item, &report)).await;
        Ok(())
    }
}

impl AssignGroup {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let (mut add, mut remove) = (self.add_licenses.0, self.remove_licenses.0);
        let others = checked(self.additional_properties)?;
        let ids = [("group-id".to_owned(), self.group_id.clone())].into();
        let version = self.api_version.as_deref().unwrap_or("v1.0");
        let url = address::path(version, "/groups/{group-id}/assignLicense", &ids)?;
        let headers = address::headers(self.headers.as_ref().unwrap_or(&BTreeMap::new()), None)?;
        if self.resolve_names != Some(false) {
            names::resolve(session, job, &mut add, &mut remove, debug).await?;
        }
        names::spread(session, job, &mut add, &self.disabled_plans.0, debug).await?;
        if self.ask == Some(true)
            && !should_process(job, &self.group_id, &described(&add, &remove, None)).await?
        {
            return Ok(());
        }
        let assignment = Assignment {
            url,
            headers,
            add: &add,
            remove: &remove,
            others: &others,
            debug,
        };
        let response = assignment.send(session, job).await?;
        emit_answer(job, response, self.want_headers == Some(true)).await?;
        if add.is_empty() {
            return Ok(());
        }
        groups::warn_of_guests(session, job, &self.group_id, debug).await
    }
}

/// Members a caller adds to the body; the two lists are not theirs to add.
fn checked(others: Option<Map<String, Value>>) -> Result<Map<String, Value>, Failure> {
    let others = others.unwrap_or_default();
    match others.keys().find(|name| {
        ["addLicenses", "removeLicenses"]
            .iter()
            .any(|own| name.eq_ignore_ascii_case(own))
    }) {
        Some(name) => Err(Failure::argument(format!(
            "additionalProperties may not hold '{name}', which has a place of its own"
        ))),
        None => Ok(others),
    }
}

/// The failure of a change whose first half, the location, was made.
fn location_stays(mut failure: Failure, code: &str) -> Failure {
    let action = failure.recommended_action.take().unwrap_or_default();
    failure.recommended_action = Some(
        format!("The usage location was set to {code} and stays. {action}")
            .trim_end()
            .to_owned(),
    );
    failure
}

/// The change in words, for the question whether to make it.
fn described(add: &[Addition], remove: &[String], location: Option<String>) -> String {
    let name = |text: &str| ReportedSku::new(text, None).label().to_owned();
    let mut parts = Vec::new();
    if let Some(code) = location {
        parts.push(format!("set usage location {code}"));
    }
    if !add.is_empty() {
        let names: Vec<_> = add
            .iter()
            .filter_map(|addition| addition.sku.as_deref())
            .map(name)
            .collect();
        parts.push(format!("add {}", names.join(", ")));
    }
    if !remove.is_empty() {
        let names: Vec<_> = remove.iter().map(|sku| name(sku)).collect();
        parts.push(format!("remove {}", names.join(", ")));
    }
    if parts.is_empty() {
        "change no licence".to_owned()
    } else {
        parts.join("; ")
    }
}
