//! Licences: whether an account or a group now has them as wished.

use std::collections::BTreeSet;

use http::StatusCode;
use serde_json::Value;

use super::target::Target;
use super::{Settled, get, instead};
use crate::Transport;

/// What an `assignLicense` asks for.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    subject: String,
    group: bool,
    add: Vec<(String, BTreeSet<String>)>,
    remove: Vec<String>,
}

/// Graph writes ids in lower case and takes them in any.
fn id(value: &Value) -> Option<String> {
    value.as_str().map(str::to_ascii_lowercase)
}

/// A product and its plans that are off.
fn holding(value: &Value) -> Option<(String, BTreeSet<String>)> {
    let plans = value.get("disabledPlans").and_then(Value::as_array);
    Some((
        id(value.get("skuId")?)?,
        plans.into_iter().flatten().filter_map(id).collect(),
    ))
}

impl Wish {
    pub(super) fn of(target: &Target<'_>, body: &Value) -> Option<Self> {
        let Target::Action { subject, .. } = target else {
            return None;
        };
        let (_, below) = subject.split_once('/')?;
        let add = body.get("addLicenses")?.as_array()?;
        let remove = body.get("removeLicenses")?.as_array()?;
        Some(Self {
            subject: (*subject).to_owned(),
            group: below.to_ascii_lowercase().starts_with("groups"),
            add: add.iter().map(holding).collect::<Option<_>>()?,
            remove: remove.iter().map(id).collect::<Option<_>>()?,
        })
    }

    pub(super) async fn read(&self, transport: &dyn Transport) -> Settled {
        let select = if self.group {
            "id,assignedLicenses"
        } else {
            "id,assignedLicenses,licenseAssignmentStates"
        };
        let url = format!("{}?$select={select}", self.subject);
        let Some((_, object)) = get(transport, url).await else {
            return Settled::Unknown;
        };
        let Some(held) = self.held(&object) else {
            return Settled::Unknown;
        };
        let added = self.add.iter().all(|wish| held.contains(wish));
        let removed = self
            .remove
            .iter()
            .all(|sku| held.iter().all(|(holds, _)| holds != sku));
        if !(added && removed) {
            return Settled::NotDone;
        }
        // The answer of the action is the object as a plain read gives it.
        let Some((response, _)) = get(transport, self.subject.clone()).await else {
            return Settled::Unknown;
        };
        let status = if self.group {
            StatusCode::ACCEPTED
        } else {
            StatusCode::OK
        };
        let body = response.body.clone();
        Settled::Done(instead(status, &response, body))
    }

    /// What is assigned to the object itself: what an account has through a group is not its own.
    fn held(&self, object: &Value) -> Option<Vec<(String, BTreeSet<String>)>> {
        let states = object
            .get("licenseAssignmentStates")
            .and_then(Value::as_array);
        let own = |state: &&Value| {
            state
                .get("assignedByGroup")
                .is_none_or(|group| group.as_str().is_none_or(str::is_empty))
        };
        match states {
            Some(states) if !self.group => states.iter().filter(own).map(holding).collect(),
            _ => object
                .get("assignedLicenses")?
                .as_array()?
                .iter()
                .map(holding)
                .collect(),
        }
    }
}
