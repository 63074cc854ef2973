//! Names of the groups that licences come through.

use std::collections::HashMap;

use http::Method;
use mglicense_graph::{Request, escape_value};
use mglicense_rules::Guid;
use serde::{Deserialize, Serialize};

use super::collection::{Collection, read_all, unreadable};
use crate::failure::{Failure, FailureKind};
use crate::job::JobContext;
use crate::session::Session;

/// How many ids one look-up takes.
const IDS: usize = 1000;

/// Groups by number and by id.
#[derive(Default)]
pub(crate) struct Groups {
    groups: Vec<Group>,
    by_id: HashMap<Guid, usize>,
    /// Why names could not be read, where they couldn't.
    failure: Option<Failure>,
}

/// A group, as far as licences go.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Group {
    pub(crate) group_id: Guid,
    /// `None` where it could not be read: the id has to do.
    pub(crate) group_name: Option<String>,
    /// What its members are to get.
    #[serde(skip)]
    pub(crate) sku_ids: Vec<Guid>,
    /// Whether its members follow a group on premises.
    #[serde(skip)]
    pub(crate) synced: bool,
}

impl Group {
    /// The name, else the id.
    pub(crate) fn label(&self) -> String {
        self.group_name
            .clone()
            .unwrap_or_else(|| self.group_id.to_string())
    }
}

/// `group`. Everything may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    display_name: Option<String>,
    #[serde(default)]
    on_premises_sync_enabled: Option<bool>,
    #[serde(default)]
    assigned_licenses: Option<Vec<WireLicense>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLicense {
    #[serde(default)]
    sku_id: Option<String>,
}

impl Groups {
    /// Reads the groups that have licences, in one advanced query. Where that fails, names are looked up by id as
    /// they are met.
    ///
    /// # Errors
    /// When the job is cancelled.
    pub(crate) async fn read(
        session: &Session,
        job: &JobContext,
        debug: bool,
    ) -> Result<Self, Failure> {
        let address = format!(
            "v1.0/groups?$filter={}&$count=true&$select=id,displayName,onPremisesSyncEnabled,assignedLicenses&$top=999",
            escape_value("assignedLicenses/$count ne 0")
        );
        let collection = Collection::new(session, job, address, debug).advanced();
        let mut groups = Self::default();
        match read_all::<Wire>(collection, "the groups with licences").await {
            Ok(all) => all.into_iter().for_each(|wire| groups.add(wire)),
            Err(failure) => {
                job.check()?;
                groups.failure = Some(failure);
            }
        }
        Ok(groups)
    }

    /// Why the groups could not be read, where they couldn't.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Every group met so far, by number.
    pub(crate) fn all(&self) -> &[Group] {
        &self.groups
    }

    /// The number of a group.
    pub(crate) fn number(&mut self, id: Guid) -> usize {
        if let Some(&index) = self.by_id.get(&id) {
            return index;
        }
        let index = self.groups.len();
        self.groups.push(Group {
            group_id: id,
            ..Group::default()
        });
        self.by_id.insert(id, index);
        index
    }

    /// Looks up those of these groups that were not met yet. A group that no longer exists keeps its id as name.
    ///
    /// # Errors
    /// When the job is cancelled.
    pub(crate) async fn look_up(
        &mut self,
        session: &Session,
        job: &JobContext,
        ids: impl Iterator<Item = Guid>,
        debug: bool,
    ) -> Result<(), Failure> {
        let mut unknown: Vec<Guid> = ids.filter(|id| !self.by_id.contains_key(id)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        for ids in unknown.chunks(IDS) {
            let body = serde_json::json!({ "ids": ids, "types": ["group"] });
            let request = Request::new(
                Method::POST,
                "v1.0/directoryObjects/getByIds?$select=id,displayName",
            )
            .with_json(body.to_string());
            match session.call(job, request, debug).await {
                Ok(response) => match serde_json::from_slice::<Found>(&response.body) {
                    Ok(found) => found.value.into_iter().for_each(|wire| self.add(wire)),
                    Err(error) => self.failure = Some(unreadable("names of groups", &error)),
                },
                Err(failure) => {
                    job.check()?;
                    self.failure = Some(failure);
                }
            }
            for &id in ids {
                self.number(id);
            }
        }
        Ok(())
    }

    fn add(&mut self, wire: Wire) {
        let Some(id) = wire.id.and_then(|id| Guid::parse(&id).ok()) else {
            return;
        };
        let index = self.number(id);
        self.groups[index].group_name = wire.display_name.filter(|name| !name.is_empty());
        self.groups[index].synced = wire.on_premises_sync_enabled == Some(true);
        self.groups[index].sku_ids = wire
            .assigned_licenses
            .unwrap_or_default()
            .into_iter()
            .filter_map(|license| Guid::parse(&license.sku_id?).ok())
            .collect();
    }
}

#[derive(Deserialize)]
struct Found {
    value: Vec<Wire>,
}

/// The id of the group that a text means: an id, or a display name.
///
/// # Errors
/// When there is no such group, there are several, or the service refuses.
pub(crate) async fn find(
    session: &Session,
    job: &JobContext,
    text: &str,
    debug: bool,
) -> Result<Guid, Failure> {
    if let Ok(id) = Guid::parse(text.trim()) {
        return Ok(id);
    }
    let name = text.replace('\'', "''");
    let address = format!(
        "v1.0/groups?$filter={}&$select=id,displayName",
        escape_value(&format!("displayName eq '{name}'"))
    );
    let collection = Collection::new(session, job, address, debug);
    let found = read_all::<Wire>(collection, "the groups of that name").await?;
    let found: Vec<(Guid, String)> = found
        .into_iter()
        .filter_map(|wire| {
            Some((
                Guid::parse(&wire.id?).ok()?,
                wire.display_name.unwrap_or_default(),
            ))
        })
        .collect();
    match found.as_slice() {
        [(id, _)] => Ok(*id),
        [] => {
            let mut failure = Failure::new(
                FailureKind::Name,
                "UnknownGroup",
                format!("there is no group named '{text}'"),
            );
            failure.recommended_action = Some(
                "Get-MgGroup -Search lists groups by a part of their name; an id works as well."
                    .into(),
            );
            Err(failure)
        }
        several => {
            let ids: Vec<String> = several.iter().map(|(id, _)| id.to_string()).collect();
            let mut failure = Failure::new(
                FailureKind::Name,
                "AmbiguousName",
                format!(
                    "'{text}' is the name of {} groups: {}",
                    several.len(),
                    ids.join("; ")
                ),
            );
            failure.recommended_action = Some("Give the id of the one that is meant.".into());
            failure.candidates = Some(
                several
                    .iter()
                    .map(|(id, name)| serde_json::json!({ "id": id, "name": name }))
                    .collect(),
            );
            Err(failure)
        }
    }
}
