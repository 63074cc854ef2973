//! Roles of the directory, and the templates they are made from.

use super::{EQ, EQ_IN, Entity, Kind, NEGATED, NONE, Operators, Property, Shown, Source};
use Shown::Always;

/// `microsoft.graph.directoryRole`.
pub static ROLE: Entity = Entity {
    name: "microsoft.graph.directoryRole",
    resource: "DirectoryRole",
    set: "directoryRoles",
    table: "roles",
    properties: &[
        Property::new("id", Kind::Id, Always)
            .filter(EQ_IN, NEGATED)
            .from(Source::Id)
            .column("id"),
        Property::time("deletedDateTime", Always)
            .filter(NONE, NONE)
            .from(Source::Deleted)
            .column("deleted"),
        Property::text("description", Always).filter(EQ, NONE),
        Property::text("displayName", Always)
            // The advanced ones are for lists that hold roles among other objects.
            .filter(EQ, EQ_IN.and(NEGATED).and(Operators::STARTS))
            .column("display_name"),
        Property::text("roleTemplateId", Always).filter(EQ, NONE),
    ],
    navigation: &["members", "scopedMembers"],
    sorted: &[],
    sorted_advanced: &["displayName"],
    searched_words: &["displayName", "description"],
    searched_starts: &[],
};

/// `microsoft.graph.directoryRoleTemplate`.
pub static ROLE_TEMPLATE: Entity = Entity {
    name: "microsoft.graph.directoryRoleTemplate",
    resource: "DirectoryRoleTemplate",
    set: "directoryRoleTemplates",
    table: "",
    properties: &[
        Property::text("id", Always),
        Property::time("deletedDateTime", Always),
        Property::text("description", Always),
        Property::text("displayName", Always),
    ],
    navigation: &[],
    sorted: &[],
    sorted_advanced: &[],
    searched_words: &[],
    searched_starts: &[],
};
