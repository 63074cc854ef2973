//! What is read of groups and their members.

use http::Method;
use mglicense_graph::{Page, Request, escape_uri};
use mglicense_rules::Guid;
use mglicense_rules::assignment::{AddLicense, Holding};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::address::{self, Ids, Query};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;
use crate::user::WireState;

/// The largest page Graph gives of members.
const PAGE: &str = "999";

/// What is read of a member whose licences matter.
pub(super) const MEMBER: &str =
    "id,displayName,userPrincipalName,userType,creationType,usageLocation,licenseAssignmentStates";

/// A group, as far as licences go.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GroupRecord {
    pub(super) id: String,
    pub(super) display_name: Option<String>,
    pub(super) security_enabled: Option<bool>,
    assigned_licenses: Option<Vec<WireLicense>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireLicense {
    sku_id: Option<String>,
    disabled_plans: Option<Vec<String>>,
}

/// A member as the service lists it: a user, or something that gets no licence.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Member {
    #[serde(rename = "@odata.type")]
    kind: Option<String>,
    pub(super) id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) user_principal_name: Option<String>,
    pub(super) user_type: Option<String>,
    creation_type: Option<String>,
    pub(super) usage_location: Option<String>,
    pub(super) license_assignment_states: Option<Vec<WireState>>,
}

impl GroupRecord {
    /// Its name, else its id.
    pub(super) fn label(&self) -> &str {
        self.display_name.as_deref().unwrap_or(&self.id)
    }

    /// The licences it carries.
    pub(super) fn licenses(&self) -> Vec<AddLicense> {
        let licenses = self.assigned_licenses.iter().flatten();
        licenses
            .filter_map(|license| {
                let plans = license.disabled_plans.iter().flatten();
                Some(AddLicense {
                    sku_id: license.sku_id.as_deref()?.parse().ok()?,
                    disabled_plans: plans.filter_map(|plan| plan.parse().ok()).collect(),
                })
            })
            .collect()
    }
}

impl Member {
    /// Whether it is a user. Without a type in the answer, what has a user principal name is one.
    pub(super) fn is_user(&self) -> bool {
        match &self.kind {
            Some(kind) => kind.ends_with("graph.user"),
            None => self.user_principal_name.is_some(),
        }
    }

    /// Whether it is a group.
    pub(super) fn is_group(&self) -> bool {
        self.kind
            .as_deref()
            .is_some_and(|kind| kind.ends_with("graph.group"))
    }

    /// Whether the account belongs to somebody of another organisation (B2B): a guest, somebody invited, or a name
    /// made from an outside address.
    pub(super) fn is_from_outside(&self) -> bool {
        let is = |text: &Option<String>, word: &str| {
            text.as_deref()
                .is_some_and(|text| text.eq_ignore_ascii_case(word))
        };
        is(&self.user_type, "Guest")
            || is(&self.creation_type, "Invitation")
            || self
                .user_principal_name
                .as_deref()
                .is_some_and(|name| name.to_ascii_uppercase().contains("#EXT#"))
    }

    /// Every assignment of the member.
    pub(super) fn holdings(&self) -> Vec<Holding> {
        let states = self.license_assignment_states.iter().flatten();
        states.filter_map(WireState::holding).collect()
    }

    /// The name people know, else the id.
    pub(super) fn label(&self) -> &str {
        let name = self.user_principal_name.as_deref();
        name.or(self.id.as_deref()).unwrap_or_default()
    }
}

/// The placeholder of a group's path.
pub(super) fn ids(group_id: &str) -> Ids {
    [("group-id".to_owned(), group_id.to_owned())].into()
}

/// Reads a group with its licences.
///
/// # Errors
/// When the service refuses or its answer can't be read.
pub(super) async fn group(
    session: &Session,
    job: &JobContext,
    group_id: &str,
    debug: bool,
) -> Result<GroupRecord, Failure> {
    let mut query = Query::new(address::path("v1.0", "/groups/{group-id}", &ids(group_id))?);
    query.escaped("$select", "id,displayName,securityEnabled,assignedLicenses");
    let request = Request::new(Method::GET, query.into_url());
    let response = session.call(job, request, debug).await?;
    serde_json::from_slice(&response.body).map_err(|error| {
        Failure::unreadable(&response, &format!("the group could not be read: {error}"))
    })
}

/// The country that members without one of their own are judged by. A tenant that may not be read has none.
///
/// # Errors
/// When the job is cancelled or the service can't be reached.
pub(super) async fn tenant_location(
    session: &Session,
    job: &JobContext,
    debug: bool,
) -> Result<Option<String>, Failure> {
    #[derive(Deserialize)]
    struct Answer {
        value: Vec<Organization>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Organization {
        country_letter_code: Option<String>,
    }
    let url = "v1.0/organization?$select=id,countryLetterCode".to_owned();
    let response = session
        .exchange(job, Request::new(Method::GET, url), debug)
        .await?;
    if !response.status.is_success() {
        return Ok(None);
    }
    Ok(serde_json::from_slice::<Answer>(&response.body)
        .ok()
        .and_then(|answer| answer.value.into_iter().next()?.country_letter_code))
}

/// Reads everything that a relation of a group holds, page by page.
///
/// # Errors
/// When the service refuses or an answer can't be read.
pub(super) async fn related(
    session: &Session,
    job: &JobContext,
    group_id: &str,
    relation: &str,
    select: &str,
    debug: bool,
    take: impl FnMut(Member),
) -> Result<(), Failure> {
    let path = format!("/groups/{{group-id}}/{relation}");
    let mut query = Query::new(address::path("v1.0", &path, &ids(group_id))?);
    query.escaped("$select", select);
    query.escaped("$top", PAGE);
    pages(session, job, query.into_url(), "members", debug, take).await
}

/// The groups that have members in error.
///
/// # Errors
/// When the service refuses or an answer can't be read.
pub(super) async fn groups_in_error(
    session: &Session,
    job: &JobContext,
    debug: bool,
) -> Result<Vec<GroupRecord>, Failure> {
    let mut query = Query::new("v1.0/groups".to_owned());
    query.option("$filter", "hasMembersWithLicenseErrors eq true");
    query.escaped("$select", "id,displayName,securityEnabled,assignedLicenses");
    query.escaped("$top", PAGE);
    let mut groups = Vec::new();
    pages(session, job, query.into_url(), "groups", debug, |group| {
        groups.push(group);
    })
    .await?;
    Ok(groups)
}

/// Reads a list page by page and hands over its items.
async fn pages<T: DeserializeOwned>(
    session: &Session,
    job: &JobContext,
    mut url: String,
    what: &str,
    debug: bool,
    mut take: impl FnMut(T),
) -> Result<(), Failure> {
    loop {
        let response = session
            .call(job, Request::new(Method::GET, url), debug)
            .await?;
        let unreadable = |error: &dyn std::fmt::Display| {
            Failure::unreadable(&response, &format!("the {what} could not be read: {error}"))
        };
        let page = Page::read(&response.body).map_err(|error| unreadable(&error))?;
        let value = page
            .value
            .ok_or_else(|| unreadable(&"the answer has no list named 'value'"))?;
        let items: Vec<T> = serde_json::from_slice(&value).map_err(|error| unreadable(&error))?;
        items.into_iter().for_each(&mut take);
        let Some(next) = page.next_link else {
            return Ok(());
        };
        let next = session
            .root()
            .relative(&next)
            .map_err(|error| unreadable(&error))?;
        url = escape_uri(next).into_owned();
    }
}

/// The id of a group as the rules know it.
///
/// # Errors
/// When it is no GUID, which no service sends.
pub(super) fn guid(id: &str) -> Result<Guid, Failure> {
    id.parse()
        .map_err(|_| Failure::argument(format!("'{id}' is not the id of a group")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(json: &str) -> Member {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn an_outside_account_is_known_by_any_of_its_marks() {
        assert!(member(r#"{"id":"a","userType":"Guest"}"#).is_from_outside());
        assert!(
            member(r#"{"id":"a","userType":"Member","creationType":"Invitation"}"#)
                .is_from_outside()
        );
        assert!(
            member(
                r#"{"id":"a","userPrincipalName":"ann_fabrikam.com#ext#@contoso.onmicrosoft.com"}"#
            )
            .is_from_outside()
        );
        assert!(
            !member(r#"{"id":"a","userType":"Member","userPrincipalName":"ann@contoso.com"}"#)
                .is_from_outside()
        );
    }

    #[test]
    fn what_is_no_user_is_told_apart() {
        assert!(member(r##"{"@odata.type":"#microsoft.graph.user","id":"a"}"##).is_user());
        assert!(member(r##"{"@odata.type":"#microsoft.graph.group","id":"a"}"##).is_group());
        assert!(!member(r##"{"@odata.type":"#microsoft.graph.device","id":"a"}"##).is_user());
        assert!(member(r#"{"id":"a","userPrincipalName":"ann@contoso.com"}"#).is_user());
    }
}
