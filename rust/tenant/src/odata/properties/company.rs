//! The resources about the tenant itself. None of them can be filtered.

use super::{Entity, Property, Source};

/// Properties in the order they are written, each by its kind and name; `beta` stands before those that v1.0 shows only
/// when they are selected.
macro_rules! properties {
    (@shown beta $kind:ident $name:literal) => {
        $crate::odata::properties::Property::$kind($name, $crate::odata::properties::Shown::Beta)
    };
    (@shown $kind:ident $name:literal) => {
        $crate::odata::properties::Property::$kind($name, $crate::odata::properties::Shown::Always)
    };
    ($($($word:ident)+ $name:literal),* $(,)?) => {
        &[$(properties!(@shown $($word)+ $name)),*]
    };
}
pub(super) use properties;

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
    properties![
        text "id", time "deletedDateTime", texts "businessPhones", text "city", text "country",
        text "countryLetterCode", time "createdDateTime", beta text "defaultUsageLocation",
        text "displayName", beta bool "isMultipleDataLocationsForServicesEnabled",
        texts "marketingNotificationEmails", time "onPremisesLastSyncDateTime",
        bool "onPremisesSyncEnabled", text "partnerTenantType", text "postalCode",
        text "preferredLanguage", opaque "privacyProfile",
        texts "securityComplianceNotificationMails", texts "securityComplianceNotificationPhones",
        text "state", text "street", texts "technicalNotificationMails", text "tenantType",
        beta opaque "directorySizeQuota", opaque_list "assignedPlans",
        opaque_list "provisionedPlans", opaque_list "verifiedDomains",
    ],
);

/// `microsoft.graph.domain`.
pub static DOMAIN: Entity = entity(
    "microsoft.graph.domain",
    "Domain",
    "domains",
    "domains",
    properties![
        text "authenticationType", text "availabilityStatus", text "id", bool "isAdminManaged",
        bool "isDefault", bool "isInitial", bool "isRoot", bool "isVerified", text "manufacturer",
        text "model", integer "passwordNotificationWindowInDays",
        integer "passwordValidityPeriodInDays", opaque "state", texts "supportedServices",
    ],
);

/// `microsoft.graph.companySubscription`.
pub static SUBSCRIPTION: Entity = entity(
    "microsoft.graph.companySubscription",
    "CompanySubscription",
    "directory/subscriptions",
    "subscriptions",
    properties![
        text "id", text "commerceSubscriptionId", time "createdDateTime", bool "isTrial",
        time "nextLifecycleDateTime", beta text "ocpSubscriptionId", text "ownerId",
        text "ownerTenantId", text "ownerType", opaque_list "serviceStatus", text "skuId",
        text "skuPartNumber", text "status", integer "totalLicenses",
    ],
);

/// `microsoft.graph.subscribedSku`.
pub static SUBSCRIBED_SKU: Entity = entity(
    "microsoft.graph.subscribedSku",
    "SubscribedSku",
    "subscribedSkus",
    "skus",
    properties![
        text "accountName", text "accountId", text "appliesTo", text "capabilityStatus",
        integer "consumedUnits", text "id", text "skuId", text "skuPartNumber",
        texts "subscriptionIds", opaque "prepaidUnits", opaque_list "servicePlans",
    ],
);

/// `microsoft.graph.licenseDetails`.
pub static LICENSE_DETAILS: Entity = entity(
    "microsoft.graph.licenseDetails",
    "LicenseDetails",
    "licenseDetails",
    "assignments",
    properties![
        text "id", text "skuId", text "skuPartNumber", opaque_list "servicePlans",
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
