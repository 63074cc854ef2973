//! Members: whether a group has all that were to be added at once.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value};

use super::target::Target;
use super::{Settled, get, instead};
use crate::{Transport, escape_uri};

/// Which members a PATCH adds.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    object: String,
    relation: String,
    ids: BTreeSet<String>,
}

impl Wish {
    /// `None` for a body that does more than add to one relation.
    pub(super) fn of(target: &Target<'_>, body: &Map<String, Value>) -> Option<Self> {
        let Target::Object { address } = target else {
            return None;
        };
        let mut members = body.iter();
        let (name, references) = members.next()?;
        let relation = name.strip_suffix("@odata.bind")?;
        if members.next().is_some() || relation != "members" {
            return None;
        }
        let last = |reference: &Value| {
            let id = reference.as_str()?.rsplit('/').next()?;
            Some(id.to_ascii_lowercase())
        };
        Some(Self {
            object: (*address).to_owned(),
            relation: relation.to_owned(),
            ids: references
                .as_array()?
                .iter()
                .map(last)
                .collect::<Option<_>>()?,
        })
    }

    pub(super) async fn read(&self, transport: &dyn Transport) -> Settled {
        let mut missing = self.ids.clone();
        let mut url = format!("{}/{}?$select=id&$top=999", self.object, self.relation);
        loop {
            let Some((response, page)) = get(transport, url).await else {
                return Settled::Unknown;
            };
            let Some(items) = page.get("value").and_then(Value::as_array) else {
                return Settled::Unknown;
            };
            for id in items
                .iter()
                .filter_map(|item| item.get("id").and_then(Value::as_str))
            {
                missing.remove(&id.to_ascii_lowercase());
            }
            if missing.is_empty() {
                return Settled::Done(instead(StatusCode::NO_CONTENT, &response, Bytes::new()));
            }
            let Some(next) = page.get("@odata.nextLink").and_then(Value::as_str) else {
                return Settled::NotDone;
            };
            match below_root(next, &self.object) {
                Some(next) => url = next,
                None => return Settled::Unknown,
            }
        }
    }
}

/// A next link reduced to what stands below the service's root, which begins where the object's own address does.
fn below_root(link: &str, object: &str) -> Option<String> {
    let version = object.split('/').next()?;
    let after = link.split_once("://")?.1;
    let below = after.split_once('/')?.1;
    below
        .starts_with(version)
        .then(|| escape_uri(below).into_owned())
}
