//! The properties a rule may ask for, and where the directory keeps them.

use serde_json::Value;

use super::{Person, Scope};

/// What a property holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Bool,
    Texts,
}

/// A property a comparison looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Property {
    /// Its name in rules.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Id,
    /// In the document, under this name.
    Document(&'static str),
    /// In an object of the document, under the property's own name.
    Extension,
    /// The first of a list.
    First(&'static str),
    PlanId,
    PlanService,
    PlanCapability,
    /// The text that `-any` and `-all` call `_`.
    Itself,
}

/// A collection that `-any` and `-all` go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Collection {
    Plans,
    ProxyAddresses,
    OtherMails,
}

const fn text(name: &'static str, property: &'static str) -> Property {
    Property {
        name,
        kind: Kind::Text,
        place: Place::Document(property),
    }
}

const fn flag(name: &'static str, property: &'static str) -> Property {
    Property {
        name,
        kind: Kind::Bool,
        place: Place::Document(property),
    }
}

const fn texts(name: &'static str) -> Property {
    Property {
        name,
        kind: Kind::Texts,
        place: Place::Document(name),
    }
}

const fn placed(name: &'static str, place: Place) -> Property {
    Property {
        name,
        kind: Kind::Text,
        place,
    }
}

/// The properties of users that Microsoft's page lists, and the names Graph has for them.
const USER: [Property; 52] = [
    flag("accountEnabled", "accountEnabled"),
    flag("dirSyncEnabled", "onPremisesSyncEnabled"),
    text("city", "city"),
    text("companyName", "companyName"),
    text("country", "country"),
    text("department", "department"),
    text("displayName", "displayName"),
    text("employeeId", "employeeId"),
    text("employeeType", "employeeType"),
    text("facsimileTelephoneNumber", "faxNumber"),
    text("givenName", "givenName"),
    text("jobTitle", "jobTitle"),
    text("mail", "mail"),
    text("mailNickName", "mailNickname"),
    text("mobile", "mobilePhone"),
    placed("objectId", Place::Id),
    text("onPremisesDistinguishedName", "onPremisesDistinguishedName"),
    text("onPremisesSamAccountName", "onPremisesSamAccountName"),
    text(
        "onPremisesSecurityIdentifier",
        "onPremisesSecurityIdentifier",
    ),
    text("passwordPolicies", "passwordPolicies"),
    text("physicalDeliveryOfficeName", "officeLocation"),
    text("officeLocation", "officeLocation"),
    text("postalCode", "postalCode"),
    text("preferredLanguage", "preferredLanguage"),
    text("sipProxyAddress", "sipProxyAddress"),
    text("state", "state"),
    text("streetAddress", "streetAddress"),
    text("surname", "surname"),
    placed("telephoneNumber", Place::First("businessPhones")),
    text("usageLocation", "usageLocation"),
    text("userPrincipalName", "userPrincipalName"),
    text("userType", "userType"),
    text("creationType", "creationType"),
    text("ageGroup", "ageGroup"),
    text("legalAgeGroupClassification", "legalAgeGroupClassification"),
    texts("otherMails"),
    texts("proxyAddresses"),
    placed("extensionAttribute1", Place::Extension),
    placed("extensionAttribute2", Place::Extension),
    placed("extensionAttribute3", Place::Extension),
    placed("extensionAttribute4", Place::Extension),
    placed("extensionAttribute5", Place::Extension),
    placed("extensionAttribute6", Place::Extension),
    placed("extensionAttribute7", Place::Extension),
    placed("extensionAttribute8", Place::Extension),
    placed("extensionAttribute9", Place::Extension),
    placed("extensionAttribute10", Place::Extension),
    placed("extensionAttribute11", Place::Extension),
    placed("extensionAttribute12", Place::Extension),
    placed("extensionAttribute13", Place::Extension),
    placed("extensionAttribute14", Place::Extension),
    placed("extensionAttribute15", Place::Extension),
];

const PLAN: [Property; 3] = [
    placed("servicePlanId", Place::PlanId),
    placed("service", Place::PlanService),
    placed("capabilityStatus", Place::PlanCapability),
];

const ITSELF: Property = placed("_", Place::Itself);

/// Properties the directory's rules know, and this tenant does not.
pub(super) const UNKNOWN_HERE: [&str; 4] =
    ["memberOf", "manager", "employeeHireDate", "employeeOrgData"];

impl Property {
    /// A property by its name in rules, in any case: `user.city`, in `-any` also `assignedPlan.service` and `_`.
    pub(super) fn find(name: &str, inside: Option<Collection>) -> Option<Self> {
        let among = |properties: &[Self], name: &str| {
            let mut properties = properties.iter();
            properties
                .find(|property| property.name.eq_ignore_ascii_case(name))
                .copied()
        };
        let (owner, member) = name.split_once('.').unwrap_or((name, ""));
        match inside {
            None if owner.eq_ignore_ascii_case("user") => among(&USER, member),
            Some(Collection::Plans) if owner.eq_ignore_ascii_case("assignedPlan") => {
                among(&PLAN, member)
            }
            Some(Collection::ProxyAddresses | Collection::OtherMails) if name == "_" => {
                Some(ITSELF)
            }
            _ => None,
        }
    }

    /// Its texts: none where it is not set.
    pub(super) fn texts(self, scope: Scope<'_>) -> Vec<String> {
        let plain = |value: Option<&Value>| match value {
            Some(Value::String(text)) if !text.is_empty() => vec![text.clone()],
            Some(Value::Bool(flag)) => vec![flag.to_string()],
            Some(Value::Array(items)) => items
                .iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        };
        match (self.place, scope) {
            (Place::Id, Scope::Person(person)) => vec![person.id.to_string()],
            (Place::Document(name), Scope::Person(person)) => plain(person.doc.get(name)),
            (Place::First(name), Scope::Person(person)) => {
                plain(person.doc.get(name).and_then(|list| list.get(0)))
            }
            (Place::Extension, Scope::Person(person)) => {
                let object = person.doc.get("onPremisesExtensionAttributes");
                plain(object.and_then(|object| object.get(self.name)))
            }
            (Place::PlanId, Scope::Plan(plan)) => vec![plan.id.to_string()],
            (Place::PlanService, Scope::Plan(plan)) => vec![plan.service.clone()],
            (Place::PlanCapability, Scope::Plan(plan)) => vec![plan.capability.clone()],
            (Place::Itself, Scope::Text(text)) => vec![text.to_owned()],
            _ => Vec::new(),
        }
    }
}

impl Collection {
    /// A collection by its name in rules, in any case.
    pub(super) fn find(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "user.assignedplans" => Some(Self::Plans),
            "user.proxyaddresses" => Some(Self::ProxyAddresses),
            "user.othermails" => Some(Self::OtherMails),
            _ => None,
        }
    }

    /// Its members.
    pub(super) fn of<'a>(self, person: &'a Person<'a>) -> Vec<Scope<'a>> {
        let texts = |name: &str| {
            let list = person.doc.get(name).and_then(Value::as_array);
            let texts = list.into_iter().flatten().filter_map(Value::as_str);
            texts.map(Scope::Text).collect()
        };
        match self {
            Self::Plans => person.plans.iter().map(Scope::Plan).collect(),
            Self::ProxyAddresses => texts("proxyAddresses"),
            Self::OtherMails => texts("otherMails"),
        }
    }
}
