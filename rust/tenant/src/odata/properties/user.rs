//! The user resource.

use super::{
    ALL_ADVANCED, EQ, EQ_IN, Entity, INDEXED_TEXT, Kind, LICENSE_MEMBERS, Member, MemberKind,
    NEGATED, NONE, Operators, Property, RANGE, Shown, Source, member,
};
use Shown::{Always, Beta, Selected, Single};

/// `microsoft.graph.user`.
pub static USER: Entity = Entity {
    name: "microsoft.graph.user",
    resource: "User",
    set: "users",
    table: "users",
    properties: PROPERTIES,
    navigation: &[
        "agreementAcceptances",
        "appRoleAssignments",
        "authentication",
        "calendar",
        "calendars",
        "contacts",
        "createdObjects",
        "directReports",
        "drive",
        "drives",
        "events",
        "extensions",
        "insights",
        "joinedTeams",
        "licenseDetails",
        "mailFolders",
        "manager",
        "memberOf",
        "messages",
        "oauth2PermissionGrants",
        "onPremisesSyncBehavior",
        "ownedDevices",
        "ownedObjects",
        "photo",
        "registeredDevices",
        "scopedRoleMemberOf",
        "settings",
        "teamwork",
        "transitiveMemberOf",
    ],
    sorted: &["displayName", "userPrincipalName"],
    sorted_advanced: &["createdDateTime", "deletedDateTime"],
    searched_words: &["displayName"],
    searched_starts: &[
        "givenName",
        "mail",
        "mailNickname",
        "surname",
        "userPrincipalName",
    ],
};

const NULL: Operators = Operators::NULL;
const STARTS: Operators = Operators::STARTS;
const ENDS: Operators = Operators::ENDS;
const COUNT: Operators = Operators::COUNT;
const NE: Operators = Operators::NE;
const NOT: Operators = Operators::NOT;

/// Text with its own index: compared and negated, and asked for null with the advanced parameters.
const fn indexed(name: &'static str, shown: Shown) -> Property {
    Property::text(name, shown).filter(INDEXED_TEXT, NEGATED.and(NULL))
}

/// Text that only the advanced index holds.
const fn advanced(name: &'static str, shown: Shown) -> Property {
    Property::text(name, shown).filter(NONE, ALL_ADVANCED)
}

/// A collection of addresses.
const fn addresses(name: &'static str, shown: Shown, more: Operators) -> Property {
    Property::texts(name, shown).filter(EQ.and(STARTS).and(RANGE), NEGATED.and(COUNT).and(more))
}

const fn extension_attribute(name: &'static str) -> Member {
    member(name, MemberKind::Text, NONE, ALL_ADVANCED)
}

static PROPERTIES: &[Property] = &[
    Property::new("id", Kind::Id, Always)
        .filter(EQ_IN, NEGATED)
        .from(Source::Id)
        .column("id"),
    Property::time("deletedDateTime", Beta)
        .filter(EQ.and(RANGE), NEGATED.and(Operators::IN))
        .from(Source::Deleted)
        .column("deleted"),
    Property::bool("accountEnabled", Beta)
        .filter(EQ_IN, NEGATED.and(RANGE))
        .column("account_enabled"),
    Property::text("ageGroup", Beta).filter(EQ_IN, NEGATED),
    Property::texts("businessPhones", Always).filter(EQ.and(STARTS), NEGATED.and(COUNT)),
    indexed("city", Beta),
    advanced("companyName", Beta),
    Property::text("consentProvidedForMinor", Beta).filter(EQ_IN, NEGATED),
    indexed("country", Beta),
    Property::time("createdDateTime", Beta)
        .filter(EQ.and(RANGE), NEGATED.and(Operators::IN))
        .from(Source::Created)
        .column("created"),
    Property::text("creationType", Beta).filter(EQ_IN, NEGATED),
    Property::opaque("customSecurityAttributes", Selected),
    indexed("department", Beta),
    Property::text("displayName", Always)
        .filter(EQ_IN.and(STARTS), NEGATED.and(NULL))
        .column("display_name"),
    Property::time("employeeHireDate", Beta).filter(NONE, EQ_IN.and(NEGATED).and(RANGE)),
    Property::text("employeeId", Beta).filter(EQ.and(STARTS), NEGATED.and(Operators::IN).and(NULL)),
    Property::time("employeeLeaveDateTime", Selected),
    Property::new(
        "employeeOrgData",
        Kind::Complex(&[
            member("costCenter", MemberKind::Text, NONE, ALL_ADVANCED),
            member("division", MemberKind::Text, NONE, ALL_ADVANCED),
        ]),
        Beta,
    ),
    advanced("employeeType", Beta),
    Property::text("externalUserState", Beta).filter(EQ_IN, NEGATED),
    Property::text("externalUserStateChangeDateTime", Beta),
    advanced("faxNumber", Beta),
    indexed("givenName", Always),
    Property::new(
        "identities",
        Kind::ComplexList(&[
            member("issuer", MemberKind::Text, EQ, NONE),
            member("issuerAssignedId", MemberKind::Text, EQ, NONE),
            member("signInType", MemberKind::Text, NONE, NONE),
        ]),
        Beta,
    )
    .filter(EQ, NOT.and(COUNT)),
    addresses("imAddresses", Beta, NONE),
    Property::bool("isManagementRestricted", Beta),
    Property::bool("isResourceAccount", Beta).filter(EQ, NEGATED),
    Property::text("jobTitle", Always).filter(EQ_IN.and(RANGE), NEGATED.and(NULL)),
    Property::time("lastPasswordChangeDateTime", Beta),
    Property::text("legalAgeGroupClassification", Beta),
    Property::text("mail", Always)
        .filter(INDEXED_TEXT, NEGATED.and(ENDS))
        .column("mail"),
    indexed("mailNickname", Beta),
    advanced("mobilePhone", Always),
    advanced("officeLocation", Always),
    Property::text("onPremisesDistinguishedName", Beta),
    Property::text("onPremisesDomainName", Beta),
    Property::new(
        "onPremisesExtensionAttributes",
        Kind::Complex(&[
            extension_attribute("extensionAttribute1"),
            extension_attribute("extensionAttribute2"),
            extension_attribute("extensionAttribute3"),
            extension_attribute("extensionAttribute4"),
            extension_attribute("extensionAttribute5"),
            extension_attribute("extensionAttribute6"),
            extension_attribute("extensionAttribute7"),
            extension_attribute("extensionAttribute8"),
            extension_attribute("extensionAttribute9"),
            extension_attribute("extensionAttribute10"),
            extension_attribute("extensionAttribute11"),
            extension_attribute("extensionAttribute12"),
            extension_attribute("extensionAttribute13"),
            extension_attribute("extensionAttribute14"),
            extension_attribute("extensionAttribute15"),
        ]),
        Beta,
    ),
    advanced("onPremisesImmutableId", Beta),
    Property::time("onPremisesLastSyncDateTime", Beta).filter(NONE, EQ_IN.and(NEGATED).and(RANGE)),
    Property::opaque_list("onPremisesProvisioningErrors", Beta),
    advanced("onPremisesSamAccountName", Beta),
    Property::text("onPremisesSecurityIdentifier", Beta).filter(EQ_IN, NEGATED.and(NULL)),
    Property::bool("onPremisesSyncEnabled", Beta)
        .filter(EQ_IN, NEGATED.and(RANGE).and(NULL))
        .column("on_premises_sync"),
    Property::text("onPremisesUserPrincipalName", Beta).filter(INDEXED_TEXT, NEGATED),
    addresses("otherMails", Beta, ENDS),
    Property::text("passwordPolicies", Beta).filter(NONE, EQ.and(NEGATED).and(NULL)),
    Property::opaque("passwordProfile", Beta).from(Source::Withheld),
    advanced("postalCode", Beta),
    Property::text("preferredDataLocation", Beta),
    advanced("preferredLanguage", Always),
    addresses("proxyAddresses", Beta, ENDS),
    Property::text("securityIdentifier", Beta).filter(EQ_IN, NEGATED.and(NULL)),
    Property::bool("showInAddressList", Beta).filter(NONE, EQ_IN.and(NEGATED)),
    Property::time("signInSessionsValidFromDateTime", Beta),
    Property::new(
        "signInActivity",
        Kind::Complex(&[
            member("lastSignInDateTime", MemberKind::Time, EQ.and(RANGE), NE),
            member(
                "lastNonInteractiveSignInDateTime",
                MemberKind::Time,
                EQ.and(RANGE),
                NE,
            ),
            member(
                "lastSuccessfulSignInDateTime",
                MemberKind::Time,
                EQ.and(RANGE),
                NE,
            ),
        ]),
        Selected,
    ),
    indexed("state", Beta),
    advanced("streetAddress", Beta),
    indexed("surname", Always),
    // Documented without null and yet asked for null by many scripts, with and without the advanced parameters.
    Property::text("usageLocation", Beta)
        .filter(INDEXED_TEXT.and(NULL), NEGATED)
        .column("usage_location"),
    Property::text("userPrincipalName", Always)
        .filter(EQ_IN.and(STARTS), NEGATED.and(ENDS))
        .column("upn"),
    Property::text("userType", Beta)
        .filter(EQ_IN, NEGATED.and(NULL))
        .column("user_type"),
    Property::new("assignedLicenses", Kind::ComplexList(LICENSE_MEMBERS), Beta)
        .filter(EQ, NOT.and(COUNT))
        .from(Source::AssignedLicenses),
    Property::new(
        "assignedPlans",
        Kind::ComplexList(&[
            member("servicePlanId", MemberKind::Guid, EQ, NONE),
            member("service", MemberKind::Text, EQ, NONE),
            member("capabilityStatus", MemberKind::Text, NONE, EQ),
            member("assignedDateTime", MemberKind::Time, NONE, EQ.and(RANGE)),
        ]),
        Beta,
    )
    .filter(EQ, NOT.and(COUNT))
    .from(Source::AssignedPlans),
    Property::new(
        "provisionedPlans",
        Kind::ComplexList(&[
            member("service", MemberKind::Text, NONE, EQ),
            member("capabilityStatus", MemberKind::Text, NONE, EQ),
        ]),
        Beta,
    )
    .filter(NONE, EQ.and(NOT).and(COUNT))
    .from(Source::ProvisionedPlans),
    Property::opaque_list("licenseAssignmentStates", Selected).from(Source::AssignmentStates),
    Property::opaque_list("serviceProvisioningErrors", Beta),
    Property::opaque("authorizationInfo", Selected),
    Property::integer("deviceEnrollmentLimit", Single),
    Property::text("aboutMe", Single),
    Property::time("birthday", Single),
    Property::time("hireDate", Single),
    Property::texts("interests", Single),
    Property::opaque("mailboxSettings", Single),
    Property::text("mySite", Single),
    Property::texts("pastProjects", Single),
    Property::text("preferredName", Single),
    Property::texts("responsibilities", Single),
    Property::texts("schools", Single),
    Property::texts("skills", Single),
];
