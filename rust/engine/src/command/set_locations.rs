//! Setting the usage locations of many users: from a column, from what the directory knows, or by where they belong.

use std::collections::{BTreeMap, HashMap, HashSet};

use http::Method;
use mglicense_graph::Request;
use mglicense_rules::location::Code;
use serde::{Deserialize, Serialize};

use super::assignments::emit_item;
use super::should_process;
use crate::address;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::location;
use crate::many::{AT_ONCE, get_many, send_many};
use crate::report::Status;
use crate::session::Session;
use crate::survey::{Collection, country_code, find_group, read_all};
use crate::user;

/// Whose locations, and where they are taken from.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SetLocations {
    rows: Vec<Row>,
    /// For every row that says nothing itself. It replaces what is set.
    #[serde(default)]
    usage_location: Option<String>,
    /// From the user's country, by its name or code.
    #[serde(default)]
    from_country: Option<bool>,
    /// By the domain of the user principal name, the department, or a group by id or name.
    #[serde(default)]
    by_domain: BTreeMap<String, String>,
    #[serde(default)]
    by_department: BTreeMap<String, String>,
    #[serde(default)]
    by_group: BTreeMap<String, String>,
    /// Where nothing else says anything.
    #[serde(default)]
    default: Option<String>,
    /// Replaces a location that is set already by one that was derived, too.
    #[serde(default)]
    overwrite: Option<bool>,
    #[serde(default)]
    ask: Option<bool>,
    #[serde(default)]
    debug: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Row {
    row: u64,
    user_id: String,
    #[serde(default)]
    usage_location: Option<String>,
}

/// `user`, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    user_principal_name: Option<String>,
    #[serde(default)]
    usage_location: Option<String>,
    #[serde(default)]
    country: Option<String>,
    #[serde(default)]
    department: Option<String>,
    #[serde(default)]
    on_premises_sync_enabled: Option<bool>,
}

const SELECT: &str = "id,userPrincipalName,usageLocation,country,department,onPremisesSyncEnabled";

/// What became of a row.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    row: u64,
    user_id: String,
    user_principal_name: Option<String>,
    status: Status,
    usage_location_before: Option<String>,
    usage_location_after: Option<String>,
    /// Where the location was taken from, and what else there is to know.
    notes: Vec<String>,
    request_id: Option<String>,
}

/// The rules, judged and looked up.
struct Rules {
    fixed: Option<Code>,
    domains: HashMap<String, Code>,
    departments: HashMap<String, Code>,
    /// Members by id, with the group's name as the caller wrote it.
    members: HashMap<String, (Code, String)>,
    default: Option<Code>,
}

/// A change that will be sent.
struct Change {
    row: u64,
    user: Wire,
    code: Code,
    origin: String,
}

impl SetLocations {
    pub(crate) async fn run(self, session: &Session, job: &JobContext) -> Result<(), Failure> {
        let debug = self.debug == Some(true);
        let rules = self.rules(session, job, debug).await?;
        let mut synced = 0_u64;
        let mut seen = HashSet::new();
        let total = self.rows.len() as u64;
        for (at, chunk) in self.rows.chunks(AT_ONCE).enumerate() {
            let mut changes = Vec::with_capacity(chunk.len());
            for (row, user) in self.read(session, job, chunk, debug).await? {
                let user = match user {
                    Ok(user) => user,
                    Err(failure) => {
                        tell(job, row, failure).await;
                        continue;
                    }
                };
                if let Some(change) = self
                    .judge(job, &rules, own(chunk, row), row, user, &mut seen)
                    .await?
                {
                    synced += u64::from(change.user.on_premises_sync_enabled == Some(true));
                    changes.push(change);
                }
            }
            self.send(session, job, changes, debug).await?;
            let done = ((at + 1) * AT_ONCE).min(self.rows.len()) as u64;
            job.emit(Event::progress(
                "Setting usage locations",
                &format!("{done} of {total} users"),
                done,
                Some(total),
            ))
            .await;
        }
        if synced > 0 {
            job.warn(format!(
                "{synced} of the accounts are synchronised from on premises: where that directory sends a usage location (msExchUsageLocation), it wins at the next synchronisation."
            ))
            .await;
        }
        Ok(())
    }

    async fn rules(
        &self,
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<Rules, Failure> {
        let mut rules = Rules {
            fixed: None,
            domains: HashMap::new(),
            departments: HashMap::new(),
            members: HashMap::new(),
            default: None,
        };
        if let Some(text) = &self.usage_location {
            rules.fixed = Some(location::judge(job, text).await?);
        }
        if let Some(text) = &self.default {
            rules.default = Some(location::judge(job, text).await?);
        }
        for (domain, text) in &self.by_domain {
            let code = location::judge(job, text).await?;
            let domain = domain.trim().trim_start_matches('@').to_lowercase();
            rules.domains.insert(domain, code);
        }
        for (department, text) in &self.by_department {
            let code = location::judge(job, text).await?;
            rules
                .departments
                .insert(department.trim().to_lowercase(), code);
        }
        for (group, text) in &self.by_group {
            let code = location::judge(job, text).await?;
            let id = find_group(session, job, group, debug).await?;
            let address = format!(
                "v1.0/groups/{id}/transitiveMembers/microsoft.graph.user?$select=id&$top=999"
            );
            let members: Vec<Wire> = read_all(
                Collection::new(session, job, address, debug),
                "the members of a group",
            )
            .await?;
            for id in members.into_iter().filter_map(|member| member.id) {
                rules.members.entry(id).or_insert((code, group.clone()));
            }
        }
        let nothing = rules.fixed.is_none()
            && self.from_country != Some(true)
            && self.by_domain.is_empty()
            && self.by_department.is_empty()
            && self.by_group.is_empty()
            && rules.default.is_none()
            && self.rows.iter().all(|row| row.usage_location.is_none());
        if nothing && !self.rows.is_empty() {
            let mut failure = Failure::argument(
                "nothing says which usage location to set: there is no column UsageLocation and none of -UsageLocation, -FromCountry, -ByDomain, -ByDepartment, -ByGroup and -Default",
            );
            failure.code = "NoUsageLocation".into();
            return Err(failure);
        }
        Ok(rules)
    }

    async fn read(
        &self,
        session: &Session,
        job: &JobContext,
        rows: &[Row],
        debug: bool,
    ) -> Result<Vec<(u64, Result<Wire, Failure>)>, Failure> {
        let urls = rows.iter().map(|row| {
            let path = address::path("v1.0", "/users/{user-id}", &user::ids(&row.user_id))?;
            Ok(format!("{path}?$select={SELECT}"))
        });
        let answers = get_many(session, job, urls.collect(), debug).await?;
        let users = answers.into_iter().zip(rows).map(|(answer, row)| {
            let user = answer
                .and_then(|response| {
                    serde_json::from_slice::<Wire>(&response.body).map_err(|error| {
                        Failure::unreadable(
                            &response,
                            &format!("the user could not be read: {error}"),
                        )
                    })
                })
                .map_err(|mut failure| {
                    failure.user_id = Some(row.user_id.clone());
                    failure
                });
            (row.row, user)
        });
        Ok(users.collect())
    }

    /// What is to be set for a user; nothing where it is as wanted, which is told.
    async fn judge(
        &self,
        job: &JobContext,
        rules: &Rules,
        own: Option<&str>,
        row: u64,
        user: Wire,
        seen: &mut HashSet<String>,
    ) -> Result<Option<Change>, Failure> {
        let before = user
            .usage_location
            .clone()
            .filter(|location| !location.is_empty());
        let wanted = match own {
            Some(text) => match mglicense_rules::location::check(text) {
                mglicense_rules::location::LocationCheck::Invalid { hint } => {
                    let mut failure = location::invalid(text, hint);
                    failure.user_id = user.user_principal_name.or(user.id);
                    tell(job, row, failure).await;
                    return Ok(None);
                }
                check => check.code().map(|code| (code, "the row".to_owned(), true)),
            },
            None => rules
                .fixed
                .map(|code| (code, "the parameter".to_owned(), true))
                .or_else(|| {
                    self.derive(rules, &user)
                        .map(|(code, origin)| (code, origin, false))
                }),
        };
        let Some((code, origin, explicit)) = wanted else {
            if before.is_some() {
                emit_item(job, &unchanged(row, user, before, Vec::new())).await;
                return Ok(None);
            }
            let mut failure = Failure::argument(match &user.country {
                Some(country) if self.from_country == Some(true) => {
                    format!("'{country}' is no country by its ISO code or name")
                }
                _ if self.from_country == Some(true) => "the account has no country".to_owned(),
                _ => "nothing says which usage location the account is to have".to_owned(),
            });
            failure.code = "NoUsageLocation".into();
            failure.recommended_action =
                Some("Give -Default, or a column UsageLocation in the row.".into());
            failure.user_id = user.user_principal_name.or(user.id);
            tell(job, row, failure).await;
            return Ok(None);
        };
        let is_set = before
            .as_deref()
            .is_some_and(|before| before.eq_ignore_ascii_case(code.as_str()));
        let keeps = before.is_some() && !explicit && self.overwrite != Some(true);
        let key = user.id.clone().unwrap_or_default();
        if is_set || keeps || !seen.insert(key) {
            let notes = if keeps && !is_set {
                vec![format!(
                    "{} says {code}; what is set stays without -Overwrite",
                    capital(&origin)
                )]
            } else {
                Vec::new()
            };
            emit_item(job, &unchanged(row, user, before, notes)).await;
            return Ok(None);
        }
        let name = user
            .user_principal_name
            .as_deref()
            .or(user.id.as_deref())
            .unwrap_or_default();
        if self.ask == Some(true)
            && !should_process(
                job,
                name,
                &format!("Set usage location {code} (from {origin})"),
            )
            .await?
        {
            return Ok(None);
        }
        Ok(Some(Change {
            row,
            user,
            code,
            origin,
        }))
    }

    /// A location by what is known of a user: a group first, as the narrowest, then department, domain, country.
    fn derive(&self, rules: &Rules, user: &Wire) -> Option<(Code, String)> {
        let group = user.id.as_ref().and_then(|id| rules.members.get(id));
        if let Some((code, group)) = group {
            return Some((*code, format!("the group {group}")));
        }
        if let Some(department) = &user.department
            && let Some(code) = rules.departments.get(&department.trim().to_lowercase())
        {
            return Some((*code, format!("the department {department}")));
        }
        if let Some((_, domain)) = user
            .user_principal_name
            .as_deref()
            .and_then(|name| name.rsplit_once('@'))
            && let Some(code) = rules.domains.get(&domain.to_lowercase())
        {
            return Some((*code, format!("the domain {domain}")));
        }
        if self.from_country == Some(true)
            && let Some(country) = &user.country
            && let Some(code) = country_code(country)
        {
            return Some((code, format!("the country {country}")));
        }
        rules.default.map(|code| (code, "the default".to_owned()))
    }

    async fn send(
        &self,
        session: &Session,
        job: &JobContext,
        changes: Vec<Change>,
        debug: bool,
    ) -> Result<(), Failure> {
        let requests = changes.iter().map(|change| {
            let id = change.user.id.as_deref().unwrap_or_default();
            let path = address::path("v1.0", "/users/{user-id}", &user::ids(id))?;
            // Alone: a change that holds a property mastered on premises is refused whole.
            Ok(Request::new(Method::PATCH, path)
                .with_json(format!(r#"{{"usageLocation":"{}"}}"#, change.code)))
        });
        let answers = send_many(session, job, requests.collect(), debug).await?;
        for (answer, change) in answers.into_iter().zip(changes) {
            match answer {
                Ok(response) => {
                    let mut notes = vec![format!("Taken from {}", change.origin)];
                    if change.user.on_premises_sync_enabled == Some(true) {
                        notes.push(
                            "The directory on premises wins if it sends a usage location"
                                .to_owned(),
                        );
                    }
                    let outcome = Outcome {
                        row: change.row,
                        user_id: change.user.id.unwrap_or_default(),
                        user_principal_name: change.user.user_principal_name,
                        status: Status::Changed,
                        usage_location_before: change.user.usage_location,
                        usage_location_after: Some(change.code.to_string()),
                        notes,
                        request_id: response.request_id().map(str::to_owned),
                    };
                    emit_item(job, &outcome).await;
                }
                Err(mut failure) => {
                    failure.user_id = change.user.user_principal_name.or(change.user.id);
                    tell(job, change.row, failure).await;
                }
            }
        }
        Ok(())
    }
}

fn unchanged(row: u64, user: Wire, before: Option<String>, notes: Vec<String>) -> Outcome {
    Outcome {
        row,
        user_id: user.id.unwrap_or_default(),
        user_principal_name: user.user_principal_name,
        status: Status::Unchanged,
        usage_location_after: before.clone(),
        usage_location_before: before,
        notes,
        request_id: None,
    }
}

/// What a row says itself.
fn own(rows: &[Row], row: u64) -> Option<&str> {
    let row = rows.iter().find(|other| other.row == row)?;
    row.usage_location.as_deref()
}

/// A sentence's beginning.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + letters.as_str()
    })
}

async fn tell(job: &JobContext, row: u64, mut failure: Failure) {
    failure.row = Some(row);
    job.emit(Event::new(EventKind::Error, failure.to_json()))
        .await;
}
