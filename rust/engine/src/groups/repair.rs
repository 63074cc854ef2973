//! Processing users in error again, and looking whether it helped.

use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use mglicense_graph::Request;
use serde::{Deserialize, Serialize};

use super::errors::{Explainer, LicenseError, in_question, of_group};
use super::read::{MEMBER, Member};
use crate::address;
use crate::change::Texts;
use crate::command::should_process;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::many::{get_many, send_many};
use crate::session::Session;
use crate::user;

/// How long the service is given, unless told otherwise.
const PATIENCE: Duration = Duration::from_secs(60);

/// The waits between looks: each twice the one before, up to this.
const LONGEST: Duration = Duration::from_secs(16);

/// Whom to process again.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Repair {
    /// These users; everybody in error if left out.
    #[serde(default)]
    user_ids: Option<Texts>,
    /// Only those in error through this group.
    #[serde(default)]
    group_id: Option<String>,
    /// Every user who is a member of the group, in error or not.
    #[serde(default)]
    all_members: Option<bool>,
    /// How long to wait for the service to be done, in seconds.
    #[serde(default)]
    wait_seconds: Option<u32>,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

/// How it came out for one user.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Repaired {
    user_id: String,
    user_principal_name: Option<String>,
    /// `Repaired`, `StillInError`, or `Failed` if the user could not be processed or read.
    status: &'static str,
    /// What stands in the way, with names where the service's own words have ids; of a user who could not be processed
    /// or read, what the service said.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    /// What is still wrong.
    errors: Vec<LicenseError>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
}

/// A user on the way.
struct Patient {
    name: Option<String>,
    request_id: Option<String>,
    /// The refusal of the processing.
    refusal: Option<Failure>,
}

impl Repair {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let users = self.users(session, job, debug).await?;
        let mut chosen: Vec<(String, Option<String>)> = Vec::new();
        for (id, name) in users {
            let target = name.as_deref().unwrap_or(&id);
            if self.ask != Some(true)
                || should_process(job, target, "process the licences again").await?
            {
                chosen.push((id, name));
            }
        }
        if chosen.is_empty() {
            return Ok(());
        }
        let requests = chosen.iter().map(|(id, _)| {
            let path = "/users/{user-id}/reprocessLicenseAssignment";
            Ok(Request::new(
                Method::POST,
                address::path("v1.0", path, &user::ids(id))?,
            ))
        });
        let answers = send_many(session, job, requests.collect(), debug).await?;
        let mut patients: BTreeMap<String, Patient> = BTreeMap::new();
        for ((id, name), answer) in chosen.into_iter().zip(answers) {
            let (request_id, refusal) = match answer {
                Ok(response) => (response.request_id().map(str::to_owned), None),
                Err(failure) => (failure.request_id.clone(), Some(failure)),
            };
            let patient = Patient {
                name,
                request_id,
                refusal,
            };
            patients.insert(id, patient);
        }
        self.watch(session, job, patients, debug).await
    }

    /// The users to process, each once.
    async fn users(
        &self,
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<Vec<(String, Option<String>)>, Failure> {
        let mut users: Vec<(String, Option<String>)> = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        let mut add = |id: String, name: Option<String>| {
            if seen.insert(id.to_ascii_lowercase()) {
                users.push((id, name));
            }
        };
        if let Some(ids) = &self.user_ids {
            ids.0.iter().for_each(|id| add(id.clone(), None));
            return Ok(users);
        }
        if self.all_members == Some(true) {
            let Some(group) = &self.group_id else {
                return Err(Failure::argument(
                    "name the group whose members are to be processed",
                ));
            };
            let select = "id,userPrincipalName";
            super::read::related(session, job, group, "members", select, debug, |member| {
                if let Some(id) = member.id.clone().filter(|_| member.is_user()) {
                    add(id, member.user_principal_name);
                }
            })
            .await?;
            return Ok(users);
        }
        let groups = in_question(session, job, self.group_id.as_deref(), debug).await?;
        if groups.is_empty() {
            return Ok(users);
        }
        let explainer = Explainer::read(session, job, debug).await?;
        for group in &groups {
            for error in of_group(session, job, &explainer, group, debug).await? {
                add(error.user_id, error.user_principal_name);
            }
        }
        Ok(users)
    }

    /// Looks at the users until none is in error any more or the time is over, and says how each came out. Whom the
    /// service refused to process is looked at once: nothing is under way there.
    async fn watch(
        &self,
        session: &Session,
        job: &JobContext,
        mut patients: BTreeMap<String, Patient>,
        debug: bool,
    ) -> Result<(), Failure> {
        let patience = self
            .wait_seconds
            .map_or(PATIENCE, |seconds| Duration::from_secs(seconds.into()));
        let started = session.clock().elapsed();
        let mut pause = Duration::from_secs(1);
        loop {
            let explainer = Explainer::read(session, job, debug).await?;
            let time_is_over = session.clock().elapsed() - started >= patience;
            let ids: Vec<String> = patients.keys().cloned().collect();
            let urls = ids.iter().map(|id| {
                let url = address::path("v1.0", "/users/{user-id}", &user::ids(id))?;
                Ok(format!("{url}?$select={MEMBER}"))
            });
            let answers = get_many(session, job, urls.collect(), debug).await?;
            for (id, answer) in ids.into_iter().zip(answers) {
                let member: Result<Member, Failure> = answer.and_then(|answer| {
                    serde_json::from_slice(&answer.body).map_err(|error| {
                        Failure::unreadable(
                            &answer,
                            &format!("the user could not be read: {error}"),
                        )
                    })
                });
                let errors = member
                    .as_ref()
                    .map_or_else(|_| Vec::new(), |member| explainer.errors(member, None));
                let refused = patients
                    .get(&id)
                    .is_some_and(|patient| patient.refusal.is_some());
                if member.is_ok() && !errors.is_empty() && !refused && !time_is_over {
                    continue;
                }
                let Some(patient) = patients.remove(&id) else {
                    continue;
                };
                let refusal = patient.refusal;
                let repaired = match member {
                    Err(failure) => Repaired {
                        user_id: id,
                        user_principal_name: patient.name,
                        status: "Failed",
                        message: Some(refusal.unwrap_or(failure).message.clone()),
                        errors,
                        request_id: patient.request_id,
                    },
                    Ok(member) => Repaired {
                        status: match (errors.is_empty(), &refusal) {
                            (true, None) => "Repaired",
                            (true, Some(_)) => "Failed",
                            (false, _) => "StillInError",
                        },
                        user_id: member.id.unwrap_or(id),
                        user_principal_name: member.user_principal_name.or(patient.name),
                        message: cause(&errors)
                            .or_else(|| refusal.map(|refusal| refusal.message.clone())),
                        errors,
                        request_id: patient.request_id,
                    },
                };
                job.emit(Event::json(EventKind::Item, &repaired)).await;
            }
            if patients.is_empty() {
                return Ok(());
            }
            job.verbose(format!(
                "{} users are still in error; looking again in {} s.",
                patients.len(),
                pause.as_secs()
            ))
            .await;
            job.wait(session.clock(), pause).await?;
            pause = (pause * 2).min(LONGEST);
        }
    }
}

/// The first error that is not only the consequence of another one.
fn cause(errors: &[LicenseError]) -> Option<String> {
    let cause = errors.iter().find(|error| error.error != "Other");
    cause.or(errors.first()).map(|error| error.message.clone())
}
