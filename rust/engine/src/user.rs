//! What is read of a user before something is changed.

use http::Method;
use mglicense_graph::Request;
use mglicense_rules::Guid;
use mglicense_rules::assignment::{Holding, HoldingError, HoldingState, Source, UserFacts};
use serde::Deserialize;

use crate::address::{self, Ids, Query};
use crate::failure::Failure;
use crate::job::JobContext;
use crate::session::Session;

/// A user, as far as licences go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRecord {
    /// Its id; the caller's text where the service sent none.
    pub id: String,
    /// Its user principal name.
    pub user_principal_name: Option<String>,
    /// Its usage location and what it holds.
    pub facts: UserFacts,
    /// Whether the service said what it holds. Some tenants send nothing for licences even when asked, which
    /// doesn't mean that there are none.
    pub licences_read: bool,
}

/// What is read for a location, and what is read for licences.
const LOCATION: &str = "id,userPrincipalName,usageLocation";
pub(crate) const LICENCES: &str = "id,userPrincipalName,usageLocation,licenseAssignmentStates";

/// Reads a user's name and usage location.
///
/// # Errors
/// When the service refuses or its answer can't be read.
pub(crate) async fn read_location(
    session: &Session,
    job: &JobContext,
    user_id: &str,
    debug: bool,
) -> Result<UserRecord, Failure> {
    read(session, job, user_id, LOCATION, debug).await
}

/// Reads a user's name, usage location and licences with where they come from.
///
/// # Errors
/// When the service refuses or its answer can't be read.
pub(crate) async fn read_licences(
    session: &Session,
    job: &JobContext,
    user_id: &str,
    debug: bool,
) -> Result<UserRecord, Failure> {
    read(session, job, user_id, LICENCES, debug).await
}

async fn read(
    session: &Session,
    job: &JobContext,
    user_id: &str,
    select: &str,
    debug: bool,
) -> Result<UserRecord, Failure> {
    let request = Request::new(Method::GET, licences_url(user_id, select)?);
    let response = session.call(job, request, debug).await?;
    parse(&response.body, user_id).map_err(|error| {
        Failure::unreadable(&response, &format!("the user could not be read: {error}"))
    })
}

/// The address a user's licences are read from.
///
/// # Errors
/// When the id can't stand in an address.
pub(crate) fn licences_address(user_id: &str) -> Result<String, Failure> {
    licences_url(user_id, LICENCES)
}

fn licences_url(user_id: &str, select: &str) -> Result<String, Failure> {
    let mut query = Query::new(address::path("v1.0", "/users/{user-id}", &ids(user_id))?);
    query.escaped("$select", select);
    Ok(query.into_url())
}

/// The ids of an address that holds a user alone.
pub(crate) fn ids(user_id: &str) -> Ids {
    [("user-id".to_owned(), user_id.to_owned())].into()
}

/// Reads a user's JSON.
///
/// # Errors
/// When it is not a user's.
pub(crate) fn parse(body: &[u8], user_id: &str) -> Result<UserRecord, serde_json::Error> {
    let user: WireUser = serde_json::from_slice(body)?;
    Ok(user.into_record(user_id))
}

/// Reads a JSON list of users.
///
/// # Errors
/// When it is not one.
pub(crate) fn parse_list(list: &[u8]) -> Result<Vec<UserRecord>, serde_json::Error> {
    let users: Vec<WireUser> = serde_json::from_slice(list)?;
    Ok(users.into_iter().map(|user| user.into_record("")).collect())
}

/// `user`, as far as it matters here. Everything may be missing.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireUser {
    id: Option<String>,
    user_principal_name: Option<String>,
    usage_location: Option<String>,
    license_assignment_states: Option<Vec<WireState>>,
}

/// `licenseAssignmentState`, as far as it matters here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WireState {
    sku_id: Option<String>,
    assigned_by_group: Option<String>,
    disabled_plans: Option<Vec<String>>,
    state: Option<String>,
    error: Option<String>,
}

impl WireUser {
    /// The user; `user_id` stands in for an id that wasn't sent.
    fn into_record(self, user_id: &str) -> UserRecord {
        let user = self;
        let licences_read = user.license_assignment_states.is_some();
        let states = user.license_assignment_states.unwrap_or_default();
        UserRecord {
            id: user.id.unwrap_or_else(|| user_id.to_owned()),
            user_principal_name: user.user_principal_name,
            facts: UserFacts {
                usage_location: user.usage_location.filter(|location| !location.is_empty()),
                holdings: states.iter().filter_map(WireState::holding).collect(),
            },
            licences_read,
        }
    }
}

impl WireState {
    /// `None` for a state without a usable product id.
    pub(crate) fn holding(&self) -> Option<Holding> {
        let source = match self
            .assigned_by_group
            .as_deref()
            .filter(|group| !group.is_empty())
        {
            None => Source::Direct,
            Some(group) => Source::Group(group.parse().ok()?),
        };
        let error = self.error.as_deref().filter(|error| !error.is_empty());
        Some(Holding {
            sku_id: self.sku_id.as_deref()?.parse().ok()?,
            source,
            disabled_plans: self
                .disabled_plans
                .iter()
                .flatten()
                .filter_map(|plan| Guid::parse(plan).ok())
                .collect(),
            state: self
                .state
                .as_deref()
                .and_then(HoldingState::parse)
                .unwrap_or_default(),
            // Success is documented as null and sent as the word None; a word not known yet is some error.
            error: error.map_or(HoldingError::None, |error| {
                HoldingError::parse(error).unwrap_or(HoldingError::Other)
            }),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_holdings_are_read_with_their_sources() {
        let body = br##"{"@odata.context":"x","id":"u","userPrincipalName":"ada@contoso.com","usageLocation":"GB","licenseAssignmentStates":[
            {"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06","assignedByGroup":null,"disabledPlans":["a23b959c-7ce8-4e57-9140-b90eb88a9e97"],"state":"Active","error":"None"},
            {"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965","assignedByGroup":"11111111-2222-3333-4444-555555555555","disabledPlans":[],"state":"Error","error":"CountViolation"},
            {"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965","state":"Active","error":"SomethingNew"}]}"##;
        let user = parse(body, "x").unwrap();
        assert_eq!(
            (user.id.as_str(), user.facts.usage_location.as_deref()),
            ("u", Some("GB"))
        );
        let [direct, group, newer] = user.facts.holdings.as_slice() else {
            panic!("three holdings")
        };
        assert_eq!(
            (direct.source, direct.error),
            (Source::Direct, HoldingError::None)
        );
        assert_eq!(direct.disabled_plans.len(), 1);
        let expected = Source::Group("11111111-2222-3333-4444-555555555555".parse().unwrap());
        assert_eq!(
            (group.source, group.state, group.error),
            (expected, HoldingState::Error, HoldingError::CountViolation)
        );
        assert_eq!(newer.error, HoldingError::Other);
    }

    #[test]
    fn a_user_without_anything_is_read_too() {
        let user = parse(
            br#"{"usageLocation":"","licenseAssignmentStates":null}"#,
            "ada",
        )
        .unwrap();
        assert_eq!(user.id, "ada");
        assert_eq!(user.facts, UserFacts::default());
        assert!(!user.licences_read);
        assert!(parse(b"[]", "ada").is_err());
    }
}
