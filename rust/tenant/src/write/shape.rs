//! Which properties a write may set, and to what.

use serde_json::{Map, Value};

use super::{Scene, body};
use crate::odata::properties::{Entity, Kind, Property, is_extension};
use crate::rows;
use crate::service::GraphFailure;

/// Properties of a user that only the service itself sets.
const READ_ONLY_USER: [&str; 31] = [
    "id",
    "createdDateTime",
    "deletedDateTime",
    "creationType",
    "externalUserState",
    "externalUserStateChangeDateTime",
    "imAddresses",
    "isManagementRestricted",
    "lastPasswordChangeDateTime",
    "legalAgeGroupClassification",
    "onPremisesDistinguishedName",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "onPremisesUserPrincipalName",
    "proxyAddresses",
    "securityIdentifier",
    "serviceProvisioningErrors",
    "signInActivity",
    "signInSessionsValidFromDateTime",
    "assignedLicenses",
    "assignedPlans",
    "licenseAssignmentStates",
    "provisionedPlans",
    "deviceEnrollmentLimit",
    "authorizationInfo",
    "mailboxSettings",
    "isResourceAccount",
];

/// Properties of a group that only the service itself sets.
const READ_ONLY_GROUP: [&str; 23] = [
    "id",
    "createdDateTime",
    "deletedDateTime",
    "expirationDateTime",
    "renewedDateTime",
    "mail",
    "onPremisesDomainName",
    "onPremisesLastSyncDateTime",
    "onPremisesNetBiosName",
    "onPremisesProvisioningErrors",
    "onPremisesSamAccountName",
    "onPremisesSecurityIdentifier",
    "onPremisesSyncEnabled",
    "proxyAddresses",
    "securityIdentifier",
    "serviceProvisioningErrors",
    "assignedLicenses",
    "licenseProcessingState",
    "hasMembersWithLicenseErrors",
    "isArchived",
    "isManagementRestricted",
    "unseenCount",
    "creationOptions",
];

/// Properties that stay writable on a user mastered on premises, since they are kept in the cloud.
const CLOUD_MASTERED: [&str; 10] = [
    "usageLocation",
    "userType",
    "passwordProfile",
    "passwordPolicies",
    "otherMails",
    "ageGroup",
    "consentProvidedForMinor",
    "customSecurityAttributes",
    "employeeLeaveDateTime",
    "showInAddressList",
];

/// The longest value a property takes, in characters, where Microsoft documents one.
const LONGEST: [(&str, usize); 21] = [
    ("displayName", 256),
    ("givenName", 64),
    ("surname", 64),
    ("jobTitle", 128),
    ("department", 64),
    ("city", 128),
    ("state", 128),
    ("country", 128),
    ("postalCode", 40),
    ("streetAddress", 1024),
    ("companyName", 64),
    ("employeeId", 16),
    ("mailNickname", 64),
    ("mobilePhone", 64),
    ("officeLocation", 128),
    ("faxNumber", 64),
    ("preferredLanguage", 64),
    ("userPrincipalName", 113),
    ("description", 1024),
    ("membershipRule", 3072),
    ("mail", 256),
];

/// A value the service does not take for a property.
pub(super) fn invalid_value(property: &str, resource: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "Invalid value specified for property '{property}' of resource '{resource}'."
    ))
}

/// A required property that is not there.
pub(super) fn value_required(property: &str, resource: &str) -> GraphFailure {
    GraphFailure::bad_request(format!(
        "A value is required for property '{property}' of resource '{resource}'."
    ))
}

/// Checks the properties of a body against what the entity type has, and gives them their own spelling. What binds
/// other objects (`members@odata.bind`) is left to the caller.
pub(super) fn checked(
    scene: &Scene<'_>,
    entity: &Entity,
    given: Map<String, Value>,
) -> Result<Map<String, Value>, GraphFailure> {
    let is_user = entity.resource == "User";
    let read_only: &[&str] = if is_user {
        &READ_ONLY_USER
    } else {
        &READ_ONLY_GROUP
    };
    let mut properties = Map::with_capacity(given.len());
    for (name, value) in given {
        if is_extension(&name) {
            properties.insert(name, value);
            continue;
        }
        let known = entity
            .properties
            .iter()
            .find(|property| body::names(scene, &name, property.name));
        let Some(property) = known else {
            if let Some(relation) = entity
                .navigation
                .iter()
                .find(|known| names_relation(&name, known))
            {
                return Err(GraphFailure::not_implemented(format!(
                    "This operation target is not yet supported. The local tenant takes no '{relation}' in the body of a {}.",
                    entity.resource.to_ascii_lowercase()
                )));
            }
            return Err(body::unknown_property(&name, entity.name));
        };
        if read_only.contains(&property.name) {
            return Err(GraphFailure::bad_request(format!(
                "Property '{}' is read-only and cannot be set.",
                property.name
            )));
        }
        let value = fitting(property, value, entity)?;
        properties.insert(property.name.to_owned(), value);
    }
    Ok(properties)
}

fn names_relation(given: &str, known: &str) -> bool {
    let name = given.split_once('@').map_or(given, |(name, _)| name);
    name.eq_ignore_ascii_case(known)
}

/// The value in the form in which it is kept.
fn fitting(property: &Property, value: Value, entity: &Entity) -> Result<Value, GraphFailure> {
    let name = property.name;
    if rows::misfit(property.kind, &value).is_some() {
        return Err(misfit(property, &value));
    }
    match (property.kind, value) {
        (Kind::Time, Value::String(text)) => {
            let moment: Option<crate::clock::Moment> = text.parse().ok();
            Ok(moment.map_or(Value::String(text), |moment| moment.to_string().into()))
        }
        // The location has rules of its own.
        (Kind::Text, Value::String(text)) if name != "usageLocation" => {
            let longest = LONGEST
                .iter()
                .find(|(limited, _)| *limited == name)
                .map(|(_, longest)| *longest);
            let is_too_long = longest.is_some_and(|longest| text.chars().count() > longest);
            // The directory keeps no empty texts; a null clears a property.
            if text.is_empty() || is_too_long || text.contains('\0') {
                return Err(invalid_value(name, entity.resource));
            }
            Ok(Value::String(text))
        }
        (_, value) => Ok(value),
    }
}

fn misfit(property: &Property, value: &Value) -> GraphFailure {
    let name = property.name;
    match (property.kind, value) {
        (Kind::Texts, Value::Null) => body::null_value(name, "Collection(Edm.String)"),
        (Kind::ComplexList(_) | Kind::OpaqueList, Value::Null) => {
            body::null_value(name, "Collection")
        }
        (Kind::Texts | Kind::ComplexList(_) | Kind::OpaqueList, Value::Array(_)) => {
            body::wrong_primitive("Edm.String")
        }
        (Kind::Texts | Kind::ComplexList(_) | Kind::OpaqueList, _) => {
            body::unexpected_node(name, value, "StartArray")
        }
        (Kind::Complex(_), _) => body::unexpected_node(name, value, "StartObject"),
        (_, Value::Array(_) | Value::Object(_)) => {
            body::unexpected_node(name, value, "PrimitiveValue")
        }
        (Kind::Bool, _) => body::wrong_primitive("Edm.Boolean"),
        (Kind::Integer, _) => body::wrong_primitive("Edm.Int32"),
        (Kind::Time, _) => body::wrong_primitive("Edm.DateTimeOffset"),
        (Kind::Id, _) => body::wrong_primitive("Edm.Guid"),
        _ => body::wrong_primitive("Edm.String"),
    }
}

/// Refuses a change of a user mastered on premises, if it touches anything that is mastered there. One such property
/// refuses the whole change.
pub(super) fn refuse_mastered(properties: &Map<String, Value>) -> Result<(), GraphFailure> {
    let is_mastered =
        |name: &String| !CLOUD_MASTERED.contains(&name.as_str()) && !is_extension(name);
    if properties.keys().any(is_mastered) {
        return Err(mastered_on_premises());
    }
    Ok(())
}

/// The object is mastered on premises.
pub(super) fn mastered_on_premises() -> GraphFailure {
    GraphFailure::bad_request(
        "Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::properties::{GROUP, USER};

    #[test]
    fn every_name_in_the_tables_is_a_property() {
        let user = |name: &&str| {
            USER.property(name)
                .is_some_and(|property| property.name == *name)
        };
        let group = |name: &&str| {
            GROUP
                .property(name)
                .is_some_and(|property| property.name == *name)
        };
        for name in READ_ONLY_USER.iter().chain(&CLOUD_MASTERED) {
            assert!(user(name), "{name}");
        }
        for name in &READ_ONLY_GROUP {
            assert!(group(name), "{name}");
        }
        for (name, _) in &LONGEST {
            assert!(user(name) || group(name), "{name}");
        }
    }
}
