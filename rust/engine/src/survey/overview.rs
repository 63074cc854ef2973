//! A tenant read once from end to end: its people, its seats, and what deserves attention.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use mglicense_graph::escape_value;
use mglicense_rules::Guid;
use mglicense_rules::assignment::HoldingError;
use serde::Deserialize;

use super::assignment::{Assignments, Holding, Standing};
use super::collection::{Collection, read_all};
use super::finding::{
    Finding, FindingOptions, FoundUser, INACTIVE_DAYS, KINDS, Kind, PeopleFindings, licensed,
    of_mailboxes, of_provisioning, of_seats,
};
use super::groups::{self, Groups};
use super::naming::Naming;
use super::person::{Person, Select};
use super::scope::{People, Scope, find_product};
use super::seats::{Seats, read_seats};
use crate::event::Event;
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;

/// What to look for, and whom to leave out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Attention {
    /// Kinds by name; without them, all that take no request per user.
    #[serde(default)]
    pub(crate) kinds: Option<Vec<Kind>>,
    #[serde(default)]
    pub(crate) inactive_days: Option<i64>,
    #[serde(default)]
    pub(crate) expiry_days: Option<i64>,
    #[serde(default)]
    pub(crate) short_percent: Option<i64>,
    #[serde(default)]
    pub(crate) unused_percent: Option<i64>,
    /// No finding is about members of these groups, by id or name.
    #[serde(default)]
    pub(crate) exclude_groups: Vec<String>,
    /// No finding is about users whom Graph's filter chooses.
    #[serde(default)]
    pub(crate) exclude_filter: Option<String>,
    /// No finding about seats is about these products.
    #[serde(default)]
    pub(crate) exclude_skus: Vec<String>,
}

impl Attention {
    /// The parameters that leave out users, as PowerShell takes them.
    fn exclusions(&self) -> String {
        let quoted = |text: &String| {
            let mut quoted = String::from("'");
            for sign in text.chars() {
                quoted.push(sign);
                // PowerShell takes typographic quotes for plain ones.
                if "'\u{2018}\u{2019}\u{201a}\u{201b}".contains(sign) {
                    quoted.push(sign);
                }
            }
            quoted + "'"
        };
        let mut parameters = String::new();
        if !self.exclude_groups.is_empty() {
            let groups: Vec<String> = self.exclude_groups.iter().map(quoted).collect();
            parameters = format!(" -ExcludeGroup {}", groups.join(", "));
        }
        if let Some(filter) = &self.exclude_filter {
            parameters = format!("{parameters} -ExcludeFilter {}", quoted(filter));
        }
        parameters
    }
}

/// What came of it.
pub(crate) struct Overview {
    pub(crate) findings: Vec<Finding>,
    pub(crate) assignments: Assignments,
    pub(crate) seats: Vec<Seats>,
    /// What could not be read, in words, and why.
    pub(crate) failures: Vec<(String, Failure)>,
    /// How many users were read.
    pub(crate) people: u64,
    pub(crate) sign_in_refused: bool,
    pub(crate) now: Timestamp,
}

/// The kinds that are found unless the caller names some.
pub(crate) fn usual_kinds() -> Vec<Kind> {
    KINDS
        .iter()
        .filter(|(_, _, opt_in)| !opt_in)
        .map(|(kind, _, _)| *kind)
        .collect()
}

/// Reads the tenant. `each` sees every user with what they hold, as they are read. What can't be read is noted, and
/// the rest goes on.
///
/// # Errors
/// When an exclusion names nothing known, or the job is cancelled.
pub(crate) async fn survey(
    session: &Session,
    job: &JobContext,
    attention: &Attention,
    everything: bool,
    debug: bool,
    mut each: impl FnMut(&Person, &[Holding], &Assignments),
) -> Result<Overview, Failure> {
    let kinds = attention.kinds.clone().unwrap_or_else(usual_kinds);
    let mut excluded_skus = Vec::new();
    for text in &attention.exclude_skus {
        excluded_skus.push(find_product(session, job, text, debug).await?);
    }
    let options = FindingOptions {
        inactive_days: attention.inactive_days.unwrap_or(INACTIVE_DAYS),
        expiry_days: attention.expiry_days.unwrap_or(30),
        short_percent: attention.short_percent.unwrap_or(5),
        unused_percent: attention.unused_percent.unwrap_or(20),
        excluded_skus,
        exclusions: attention.exclusions(),
        kinds,
    };
    let mut failures = Vec::new();
    let excluded = excluded(session, job, attention, debug).await?;

    let wants_seats = everything || options.kinds.iter().any(|kind| kind.is_about_seats());
    let wants_people = everything || options.kinds.iter().any(|kind| !kind.is_about_seats());
    let mut seats = Vec::new();
    let mut naming = None;
    if wants_seats {
        // Who waits is seen among the people, where those are read anyway.
        match read_seats(session, job, !wants_people, debug).await {
            Ok(table) => {
                seats = table.seats;
                naming = Some(Naming::new(table.skus, true));
                failures.extend(
                    table
                        .failures
                        .into_iter()
                        .map(|(what, failure)| (what.to_owned(), failure)),
                );
            }
            Err(failure) => {
                job.check()?;
                failures.push(("the seats of products".to_owned(), failure));
                naming = Some(Naming::new(Arc::default(), false));
            }
        }
    }
    let naming = match naming {
        Some(naming) => naming,
        None => {
            let (naming, failure) = Naming::read(session, job, debug).await?;
            if let Some(failure) = failure {
                failures.push(("the organisation's products".to_owned(), failure));
            }
            naming
        }
    };
    let groups = if wants_people {
        Groups::read(session, job, debug).await?
    } else {
        Groups::default()
    };
    let mut assignments = Assignments::new(naming, groups);
    let mut overview_now = session.clock().now();
    let mut findings = Vec::new();
    let mut count = 0;
    let mut sign_in_refused = false;
    if wants_people {
        let select = Select {
            sign_in: options.kinds.iter().any(|kind| kind.needs_sign_in()),
            place: true,
        };
        let mut looked_into = Vec::new();
        let look_into = options.wants(Kind::NotProvisioned) || options.wants(Kind::SharedMailbox);
        let mut found = PeopleFindings::new(options.clone(), excluded.clone());
        let mut waiting: HashMap<Guid, i64> = HashMap::new();
        let mut complete = true;
        let mut people = People::open(session, job, &Scope::default(), select, debug).await?;
        loop {
            let page = match people.next().await {
                Ok(Some(page)) => page,
                Ok(None) => break,
                Err(failure) => {
                    job.check()?;
                    failures.push((
                        format!("all users: the list ends after {} of them", people.count()),
                        failure,
                    ));
                    complete = false;
                    break;
                }
            };
            let ids = page
                .iter()
                .flat_map(|person| person.held())
                .filter_map(|licence| licence.group);
            assignments.groups.look_up(session, job, ids, debug).await?;
            let read = select.sign_in && !people.sign_in_refused();
            for person in &page {
                let holdings = assignments.holdings(person);
                found.add(person, &holdings, &assignments, read, people.now());
                for holding in &holdings {
                    if holding.standing == Standing::Error
                        && holding.error == HoldingError::CountViolation
                    {
                        let product = &assignments.naming.products()[holding.product];
                        *waiting.entry(product.sku_id).or_default() += 1;
                    }
                }
                if look_into && licensed(person, &holdings) && !excluded.contains(&person.id) {
                    looked_into.push(FoundUser {
                        user_id: person.id.clone(),
                        user_principal_name: person.user_principal_name.clone(),
                        display_name: person.display_name.clone(),
                        detail: None,
                    });
                }
                each(person, &holdings, &assignments);
            }
            job.emit(Event::progress(
                "Reading the tenant",
                &format!("{} users", people.count()),
                people.count(),
                None,
            ))
            .await;
        }
        for seats in &mut seats {
            let count = waiting.get(&seats.sku_id).copied().unwrap_or(0);
            seats.waiting = complete.then_some(count);
        }
        overview_now = people.now();
        count = people.count();
        sign_in_refused = people.sign_in_refused();
        findings = found.finish(&assignments, sign_in_refused);
        if options.wants(Kind::NotProvisioned) {
            findings.extend(of_provisioning(session, job, &looked_into, &options, debug).await?);
        }
        if options.wants(Kind::SharedMailbox) {
            findings.extend(of_mailboxes(session, job, &looked_into, &options, debug).await?);
        }
        for finding in &mut findings {
            finding.is_complete = complete && finding.count.is_some();
        }
    }
    if let Some(failure) = assignments.groups.failure() {
        failures.push(("names of groups".to_owned(), failure.clone()));
    }
    findings.extend(of_seats(&seats, &options, overview_now));
    findings.retain(|finding| options.wants(finding.kind));
    let order = |kind: Kind| KINDS.iter().position(|(other, _, _)| *other == kind);
    findings.sort_by_key(|finding| {
        (
            finding.severity,
            order(finding.kind),
            std::cmp::Reverse(finding.count),
        )
    });
    Ok(Overview {
        findings,
        assignments,
        seats,
        failures,
        people: count,
        sign_in_refused,
        now: overview_now,
    })
}

#[derive(Deserialize)]
struct WireId {
    #[serde(default)]
    id: Option<String>,
}

/// The ids of users whom no finding is to be about.
async fn excluded(
    session: &Session,
    job: &JobContext,
    attention: &Attention,
    debug: bool,
) -> Result<HashSet<String>, Failure> {
    let mut lists = Vec::new();
    for group in &attention.exclude_groups {
        let id: Guid = groups::find(session, job, group, debug).await?;
        let address =
            format!("v1.0/groups/{id}/transitiveMembers/microsoft.graph.user?$select=id&$top=999");
        lists.push(Collection::new(session, job, address, debug));
    }
    if let Some(filter) = &attention.exclude_filter {
        let address = format!(
            "v1.0/users?$count=true&$filter={}&$select=id&$top=999",
            escape_value(filter)
        );
        lists.push(Collection::new(session, job, address, debug).advanced());
    }
    let mut ids = HashSet::new();
    for list in lists {
        let users: Vec<WireId> = read_all(list, "the users to leave out").await?;
        ids.extend(users.into_iter().filter_map(|user| user.id));
    }
    Ok(ids)
}
