//! The group resource.

use super::{
    ALL_ADVANCED, EQ, EQ_IN, Entity, INDEXED_TEXT, Kind, LICENSE_MEMBERS, NEGATED, NONE, Operators,
    Property, RANGE, Shown, Source,
};
use Shown::{Always, Never, Selected, Single};

/// `microsoft.graph.group`.
pub static GROUP: Entity = Entity {
    name: "microsoft.graph.group",
    resource: "Group",
    set: "groups",
    table: "groups",
    properties: PROPERTIES,
    navigation: &[
        "acceptedSenders",
        "appRoleAssignments",
        "calendar",
        "conversations",
        "createdOnBehalfOf",
        "drive",
        "drives",
        "events",
        "extensions",
        "groupLifecyclePolicies",
        "memberOf",
        "members",
        "membersWithLicenseErrors",
        "onPremisesSyncBehavior",
        "onenote",
        "owners",
        "permissionGrants",
        "photo",
        "planner",
        "rejectedSenders",
        "settings",
        "sites",
        "team",
        "threads",
        "transitiveMemberOf",
        "transitiveMembers",
    ],
    sorted: &["displayName"],
    sorted_advanced: &["deletedDateTime"],
    searched_words: &["displayName", "description"],
    searched_starts: &["mail", "mailNickname"],
};

const NULL: Operators = Operators::NULL;
const STARTS: Operators = Operators::STARTS;
const NOT: Operators = Operators::NOT;
const COUNT: Operators = Operators::COUNT;

static PROPERTIES: &[Property] = &[
    Property::new("id", Kind::Id, Always)
        .filter(EQ_IN, NEGATED)
        .from(Source::Id)
        .column("id"),
    Property::time("deletedDateTime", Always)
        .filter(EQ.and(RANGE), NEGATED.and(Operators::IN))
        .from(Source::Deleted)
        .column("deleted"),
    Property::text("classification", Always).filter(NONE, ALL_ADVANCED),
    Property::time("createdDateTime", Always)
        .filter(NONE, EQ_IN.and(NEGATED).and(RANGE))
        .from(Source::Created)
        .column("created"),
    Property::texts("creationOptions", Always),
    Property::text("description", Always).filter(NONE, ALL_ADVANCED),
    Property::text("displayName", Always)
        .filter(EQ_IN.and(STARTS), NEGATED.and(NULL).and(RANGE))
        .column("display_name"),
    Property::time("expirationDateTime", Always).filter(NONE, EQ_IN.and(NEGATED).and(RANGE)),
    Property::texts("groupTypes", Always).filter(EQ.and(STARTS), NEGATED.and(COUNT)),
    Property::bool("isAssignableToRole", Always).filter(EQ, NEGATED),
    Property::text("mail", Always).filter(INDEXED_TEXT, NEGATED.and(NULL)),
    Property::bool("mailEnabled", Always)
        .filter(EQ_IN, NEGATED)
        .column("mail_enabled"),
    Property::text("mailNickname", Always)
        .filter(INDEXED_TEXT, NEGATED)
        .column("mail_nickname"),
    Property::text("membershipRule", Always).filter(INDEXED_TEXT, NEGATED.and(NULL)),
    Property::text("membershipRuleProcessingState", Always).filter(EQ_IN, NEGATED.and(NULL)),
    Property::text("onPremisesDomainName", Always),
    Property::time("onPremisesLastSyncDateTime", Always)
        .filter(NONE, EQ_IN.and(NEGATED).and(RANGE)),
    Property::text("onPremisesNetBiosName", Always),
    Property::text("onPremisesSamAccountName", Always).filter(NONE, ALL_ADVANCED),
    Property::text("onPremisesSecurityIdentifier", Always).filter(EQ_IN, NEGATED.and(NULL)),
    Property::bool("onPremisesSyncEnabled", Always)
        .filter(EQ_IN, NEGATED.and(NULL))
        .column("on_premises_sync"),
    Property::text("preferredDataLocation", Always),
    Property::text("preferredLanguage", Always).filter(NONE, ALL_ADVANCED),
    Property::texts("proxyAddresses", Always).filter(
        EQ.and(STARTS).and(RANGE),
        NEGATED.and(COUNT).and(Operators::ENDS),
    ),
    Property::time("renewedDateTime", Always).filter(NONE, EQ_IN.and(NEGATED).and(RANGE)),
    Property::texts("resourceBehaviorOptions", Always),
    Property::texts("resourceProvisioningOptions", Always).filter(EQ, NOT.and(COUNT)),
    Property::bool("securityEnabled", Always)
        .filter(EQ_IN, NEGATED)
        .column("security_enabled"),
    Property::text("securityIdentifier", Always).filter(EQ_IN, NEGATED.and(NULL)),
    Property::text("theme", Always),
    Property::text("uniqueName", Always).filter(EQ, NEGATED),
    Property::text("visibility", Always).filter(NONE, EQ_IN.and(NEGATED)),
    Property::opaque_list("onPremisesProvisioningErrors", Always),
    Property::opaque_list("serviceProvisioningErrors", Always),
    Property::new(
        "assignedLicenses",
        Kind::ComplexList(LICENSE_MEMBERS),
        Selected,
    )
    .filter(EQ, NOT.and(COUNT))
    .from(Source::AssignedLicenses),
    Property::opaque("licenseProcessingState", Selected).from(Source::ProcessingState),
    // A filter on it is checked apart: `eq true` and nothing else, and only without the advanced parameters.
    Property::bool("hasMembersWithLicenseErrors", Never)
        .filter(EQ, NONE)
        .from(Source::Withheld),
    Property::opaque_list("assignedLabels", Selected),
    Property::bool("allowExternalSenders", Single),
    Property::bool("autoSubscribeNewMembers", Single),
    Property::bool("hideFromAddressLists", Single),
    Property::bool("hideFromOutlookClients", Single),
    Property::bool("isArchived", Single),
    Property::bool("isManagementRestricted", Selected),
    Property::bool("isSubscribedByMail", Single),
    Property::integer("unseenCount", Single),
];
