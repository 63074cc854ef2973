//! The resources about the tenant itself. None of them can be filtered.

use super::{Entity, Kind, Property, Shown, Source};
use Shown::{Always, Beta};

pub(super) const fn entity(
    name: &'static str,
    resource: &'static str,
    set: &'static str,
    table: &'static str,
    properties: &'static [Property],
) -> Entity {
    Entity {
        name,
        resource,
        set,
        table,
        properties,
        navigation: &[],
        sorted: &[],
        sorted_advanced: &[],
        searched_words: &[],
        searched_starts: &[],
    }
}

/// `microsoft.graph.organization`.
pub static ORGANIZATION: Entity = entity(
    "microsoft.graph.organization",
    "Organization",
    "organization",
    "meta",
    &[
        Property::text("id", Always),
        Property::time("deletedDateTime", Always),
        Property::texts("businessPhones", Always),
        Property::text("city", Always),
        Property::text("country", Always),
        Property::text("countryLetterCode", Always),
        Property::time("createdDateTime", Always),
        Property::text("defaultUsageLocation", Beta),
        Property::text("displayName", Always),
        Property::bool("isMultipleDataLocationsForServicesEnabled", Beta),
        Property::texts("marketingNotificationEmails", Always),
        Property::time("onPremisesLastSyncDateTime", Always),
        Property::bool("onPremisesSyncEnabled", Always),
        Property::text("partnerTenantType", Always),
        Property::text("postalCode", Always),
        Property::text("preferredLanguage", Always),
        Property::opaque("privacyProfile", Always),
        Property::texts("securityComplianceNotificationMails", Always),
        Property::texts("securityComplianceNotificationPhones", Always),
        Property::text("state", Always),
        Property::text("street", Always),
        Property::texts("technicalNotificationMails", Always),
        Property::text("tenantType", Always),
        Property::opaque("directorySizeQuota", Beta),
        Property::opaque_list("assignedPlans", Always),
        Property::opaque_list("provisionedPlans", Always),
        Property::opaque_list("verifiedDomains", Always),
    ],
);

/// `microsoft.graph.domain`.
pub static DOMAIN: Entity = entity(
    "microsoft.graph.domain",
    "Domain",
    "domains",
    "domains",
    &[
        Property::text("authenticationType", Always),
        Property::text("availabilityStatus", Always),
        Property::text("id", Always),
        Property::bool("isAdminManaged", Always),
        Property::bool("isDefault", Always),
        Property::bool("isInitial", Always),
        Property::bool("isRoot", Always),
        Property::bool("isVerified", Always),
        Property::text("manufacturer", Always),
        Property::text("model", Always),
        Property::new("passwordNotificationWindowInDays", Kind::Integer, Always),
        Property::new("passwordValidityPeriodInDays", Kind::Integer, Always),
        Property::opaque("state", Always),
        Property::texts("supportedServices", Always),
    ],
);

/// `microsoft.graph.companySubscription`.
pub static SUBSCRIPTION: Entity = entity(
    "microsoft.graph.companySubscription",
    "CompanySubscription",
    "directory/subscriptions",
    "subscriptions",
    &[
        Property::text("id", Always),
        Property::text("commerceSubscriptionId", Always),
        Property::time("createdDateTime", Always),
        Property::bool("isTrial", Always),
        Property::time("nextLifecycleDateTime", Always),
        Property::text("ocpSubscriptionId", Beta),
        Property::text("ownerId", Always),
        Property::text("ownerTenantId", Always),
        Property::text("ownerType", Always),
        Property::opaque_list("serviceStatus", Always),
        Property::text("skuId", Always),
        Property::text("skuPartNumber", Always),
        Property::text("status", Always),
        Property::new("totalLicenses", Kind::Integer, Always),
    ],
);

/// `microsoft.graph.subscribedSku`.
pub static SUBSCRIBED_SKU: Entity = entity(
    "microsoft.graph.subscribedSku",
    "SubscribedSku",
    "subscribedSkus",
    "skus",
    &[
        Property::text("accountName", Always),
        Property::text("accountId", Always),
        Property::text("appliesTo", Always),
        Property::text("capabilityStatus", Always),
        Property::new("consumedUnits", Kind::Integer, Always),
        Property::text("id", Always),
        Property::text("skuId", Always),
        Property::text("skuPartNumber", Always),
        Property::texts("subscriptionIds", Always),
        Property::opaque("prepaidUnits", Always),
        Property::opaque_list("servicePlans", Always),
    ],
);

/// `microsoft.graph.licenseDetails`.
pub static LICENSE_DETAILS: Entity = entity(
    "microsoft.graph.licenseDetails",
    "LicenseDetails",
    "licenseDetails",
    "assignments",
    &[
        Property::text("id", Always),
        Property::text("skuId", Always),
        Property::text("skuPartNumber", Always),
        Property::opaque_list("servicePlans", Always),
    ],
);

// Every value above is in the document that is written, so no other source may slip in.
const _: () = {
    let entities = [
        &ORGANIZATION,
        &DOMAIN,
        &SUBSCRIPTION,
        &SUBSCRIBED_SKU,
        &LICENSE_DETAILS,
    ];
    let mut entity = 0;
    while entity < entities.len() {
        let properties = entities[entity].properties;
        let mut property = 0;
        while property < properties.len() {
            assert!(matches!(properties[property].source, Source::Document));
            property += 1;
        }
        entity += 1;
    }
};
