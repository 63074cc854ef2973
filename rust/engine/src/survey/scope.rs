//! Whom a report is about, and reading them.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::Timestamp;
use mglicense_graph::escape_value;
use mglicense_rules::Guid;
use serde::Deserialize;

use super::collection::{Collection, read_all, unreadable};
use super::groups;
use super::person::{Person, Select};
use super::service_time;
use crate::address;
use crate::event::{Event, EventKind};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::many::{AT_ONCE, get_many};
use crate::names;
use crate::session::Session;
use crate::user;
use mglicense_rules::names::Resolved;

/// Whom it is about: everybody unless something narrows it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Scope {
    /// Ids or user principal names.
    #[serde(default)]
    pub(crate) users: Option<Vec<String>>,
    /// The members of a group, by its id or name.
    #[serde(default)]
    pub(crate) group: Option<String>,
    /// Those who hold a product or wait for it, by its id, part number or name.
    #[serde(default)]
    pub(crate) sku: Option<String>,
    /// Graph's own filter on users.
    #[serde(default)]
    pub(crate) filter: Option<String>,
}

/// Users as they are read, page by page.
pub(crate) struct People<'a> {
    session: &'a Session,
    job: &'a JobContext,
    select: Select,
    debug: bool,
    parts: VecDeque<Part<'a>>,
    /// Users handed out already; a list that is begun again, or two lists, may hold one twice.
    seen: HashSet<Guid>,
    /// The product the report is about, where it is about one.
    sku_id: Option<Guid>,
    /// The sign-in activity was asked for and refused.
    sign_in_refused: bool,
    now: Option<Timestamp>,
    count: u64,
}

enum Part<'a> {
    /// Users of a list.
    List {
        address: String,
        pages: Collection<'a>,
    },
    /// Users one by one.
    Each(VecDeque<String>),
}

impl<'a> People<'a> {
    /// Finds out what a scope means, and prepares to read it.
    ///
    /// # Errors
    /// When a group or product of it is not known or ambiguous, or the job is cancelled.
    pub(crate) async fn open(
        session: &'a Session,
        job: &'a JobContext,
        scope: &Scope,
        select: Select,
        debug: bool,
    ) -> Result<Self, Failure> {
        let mut people = Self {
            session,
            job,
            select,
            debug,
            parts: VecDeque::new(),
            seen: HashSet::new(),
            sku_id: None,
            sign_in_refused: false,
            now: None,
            count: 0,
        };
        let given = usize::from(scope.users.is_some())
            + usize::from(scope.group.is_some())
            + usize::from(scope.filter.is_some());
        if given > 1 {
            return Err(Failure::argument(
                "users, a group and a filter each say whom it is about; give one of them",
            ));
        }
        if let Some(sku) = &scope.sku {
            people.sku_id = Some(find_product(session, job, sku, debug).await?);
        }
        match scope {
            Scope {
                users: Some(users), ..
            } => people
                .parts
                .push_back(Part::Each(users.iter().cloned().collect())),
            Scope {
                group: Some(group), ..
            } => {
                let id = groups::find(session, job, group, debug).await?;
                people.list(
                    format!("v1.0/groups/{id}/members/microsoft.graph.user"),
                    None,
                );
            }
            Scope {
                filter: Some(filter),
                ..
            } => people.list("v1.0/users".into(), Some(filter)),
            Scope { sku: Some(_), .. } => people.holders().await?,
            _ => people.list("v1.0/users".into(), None),
        }
        Ok(people)
    }

    /// Whether the service refused to tell when users last signed in.
    pub(crate) fn sign_in_refused(&self) -> bool {
        self.sign_in_refused
    }

    /// The service's time when it answered last.
    pub(crate) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(|| self.session.clock().now())
    }

    /// How many users were read.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    /// The next users, or nothing after the last ones. A single user whom the service refuses is an error event, not
    /// the end.
    ///
    /// # Errors
    /// When a list can't be read on, or the job is cancelled.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<Person>>, Failure> {
        loop {
            let Some(part) = self.parts.front_mut() else {
                return Ok(None);
            };
            let page = match part {
                Part::Each(users) => {
                    let next: Vec<String> = users.drain(..users.len().min(AT_ONCE)).collect();
                    if next.is_empty() {
                        self.parts.pop_front();
                        continue;
                    }
                    self.read_users(&next).await?
                }
                Part::List { address, pages } => match pages.next().await {
                    Ok(Some(value)) => {
                        self.now = pages.now();
                        Person::read_page(&value)
                            .map_err(|error| unreadable("a page of users", &error))?
                    }
                    Ok(None) => {
                        self.parts.pop_front();
                        continue;
                    }
                    Err(failure) if self.select.sign_in && is_denied(&failure) => {
                        let address = std::mem::take(address);
                        self.parts.pop_front();
                        self.go_on_without_sign_in(&failure).await;
                        self.begin(address, true);
                        continue;
                    }
                    Err(failure) => return Err(failure),
                },
            };
            let mut page: Vec<Person> = page
                .into_iter()
                .filter(|person| match Guid::parse(&person.id) {
                    Ok(id) => self.seen.insert(id),
                    Err(_) => true,
                })
                .collect();
            if let Some(sku_id) = self.sku_id {
                for person in &mut page {
                    if let Some(licences) = &mut person.licences {
                        licences.retain(|licence| licence.sku_id == sku_id);
                    }
                }
            }
            self.count += page.len() as u64;
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
    }

    /// Puts a list in line. A filter that Graph takes as an advanced one only is sent as such.
    fn list(&mut self, address: String, filter: Option<&str>) {
        let address = match filter {
            Some(filter) => format!("{address}?$count=true&$filter={}", escape_value(filter)),
            None => address,
        };
        self.begin(address, false);
    }

    /// Puts a list in line by its address without `$select`.
    fn begin(&mut self, address: String, first: bool) {
        let separator = if address.contains('?') { '&' } else { '?' };
        let whole = format!(
            "{address}{separator}$select={}&$top={}",
            self.select.properties(),
            self.select.page_size()
        );
        let mut pages = Collection::new(self.session, self.job, whole, self.debug);
        if address.contains("$count=true") {
            pages = pages.advanced();
        }
        let part = Part::List { address, pages };
        if first {
            self.parts.push_front(part);
        } else {
            self.parts.push_back(part);
        }
    }

    /// Those who have a product in effect, and those whom a group owes it. The first are found by a filter; the
    /// others Graph lists for each group in error only.
    async fn holders(&mut self) -> Result<(), Failure> {
        let Some(sku_id) = self.sku_id else {
            return Ok(());
        };
        let filter =
            escape_value(&format!("assignedLicenses/any(x:x/skuId eq {sku_id})")).into_owned();
        self.begin(format!("v1.0/users?$filter={filter}"), false);
        for group in in_error(self.session, self.job, self.debug).await? {
            if group.sku_ids.contains(&sku_id) {
                self.begin(
                    format!("v1.0/groups/{}/membersWithLicenseErrors", group.id),
                    false,
                );
            }
        }
        Ok(())
    }

    async fn read_users(&mut self, users: &[String]) -> Result<Vec<Person>, Failure> {
        let mut outcomes = self.read_by_id(users).await?;
        let denied = |outcome: &Result<Person, Failure>| outcome.as_ref().is_err_and(is_denied);
        if self.select.sign_in
            && let Some(Err(failure)) = outcomes.iter().find(|outcome| denied(outcome))
        {
            let failure = failure.clone();
            self.go_on_without_sign_in(&failure).await;
            outcomes = self.read_by_id(users).await?;
        }
        let mut people = Vec::with_capacity(outcomes.len());
        for (outcome, id) in outcomes.into_iter().zip(users) {
            match outcome {
                Ok(person) => people.push(person),
                Err(failure) => self.tell(failure, id).await,
            }
        }
        Ok(people)
    }

    async fn read_by_id(
        &mut self,
        users: &[String],
    ) -> Result<Vec<Result<Person, Failure>>, Failure> {
        let urls = users.iter().map(|id| self.address(id)).collect();
        let answers = get_many(self.session, self.job, urls, self.debug).await?;
        Ok(answers
            .into_iter()
            .map(|answer| {
                let response = answer?;
                if response.header("date").is_some() {
                    self.now = Some(service_time(self.session, &response));
                }
                Person::read(&response.body).map_err(|error| {
                    Failure::unreadable(&response, &format!("the user could not be read: {error}"))
                })
            })
            .collect())
    }

    fn address(&self, user_id: &str) -> Result<String, Failure> {
        let path = address::path("v1.0", "/users/{user-id}", &user::ids(user_id))?;
        Ok(format!("{path}?$select={}", self.select.properties()))
    }

    async fn tell(&mut self, mut failure: Failure, user_id: &str) {
        failure.user_id = Some(user_id.to_owned());
        self.job
            .emit(Event::new(EventKind::Error, failure.to_json()))
            .await;
    }

    async fn go_on_without_sign_in(&mut self, failure: &Failure) {
        self.select.sign_in = false;
        self.sign_in_refused = true;
        self.job
            .warn(format!(
                "When users last signed in is unknown: the service does not tell this sign-in ({}). It needs AuditLog.Read.All, and a tenant with Entra ID P1.",
                failure.message
            ))
            .await;
    }
}

/// Whether the service refuses for want of a right.
fn is_denied(failure: &Failure) -> bool {
    failure.status == Some(403)
}

/// A group with members in error.
#[derive(Clone, Debug)]
pub(crate) struct GroupInError {
    pub(crate) id: Guid,
    pub(crate) sku_ids: Vec<Guid>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireGroup {
    id: Option<Guid>,
    #[serde(default)]
    assigned_licenses: Vec<WireLicense>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLicense {
    sku_id: Option<Guid>,
}

/// The groups that could not give a licence to every member.
///
/// # Errors
/// When the service refuses, or the job is cancelled.
pub(crate) async fn in_error(
    session: &Session,
    job: &JobContext,
    debug: bool,
) -> Result<Vec<GroupInError>, Failure> {
    let address = format!(
        "v1.0/groups?$filter={}&$select=id,assignedLicenses&$top=999",
        escape_value("hasMembersWithLicenseErrors eq true")
    );
    let collection = Collection::new(session, job, address, debug);
    let groups = read_all::<WireGroup>(collection, "the groups in error").await?;
    Ok(groups
        .into_iter()
        .filter_map(|group| {
            Some(GroupInError {
                id: group.id?,
                sku_ids: group
                    .assigned_licenses
                    .into_iter()
                    .filter_map(|license| license.sku_id)
                    .collect(),
            })
        })
        .collect())
}

/// The members of a group who are in error, with what they lack.
///
/// # Errors
/// As [`in_error`].
pub(crate) async fn members_in_error(
    session: &Session,
    job: &JobContext,
    group: Guid,
    debug: bool,
) -> Result<Vec<Person>, Failure> {
    let address = format!(
        "v1.0/groups/{group}/membersWithLicenseErrors?$select={}&$top=999",
        Select::default().properties()
    );
    let mut pages = Collection::new(session, job, address, debug);
    let mut people: HashMap<String, Person> = HashMap::new();
    while let Some(value) = pages.next().await? {
        let page =
            Person::read_page(&value).map_err(|error| unreadable("members in error", &error))?;
        people.extend(page.into_iter().map(|person| (person.id.clone(), person)));
    }
    Ok(people.into_values().collect())
}

/// The id of the product a text means.
///
/// # Errors
/// When it stands for several, or for none.
pub(crate) async fn find_product(
    session: &Session,
    job: &JobContext,
    text: &str,
    debug: bool,
) -> Result<Guid, Failure> {
    if let Ok(id) = Guid::parse(text.trim()) {
        return Ok(id);
    }
    let known = session.skus().known(session, job, debug).await?;
    match names::product(&known.skus, text) {
        Resolved::Id(id) => Ok(id),
        Resolved::Candidates(candidates) => {
            Err(names::ambiguous_product(&known.skus, text, &candidates))
        }
        Resolved::Unknown => Err(names::unknown_product(&known.skus, text)),
    }
}
