//! What stands beside the directory: mails that were sent, rooms, the settings of reports. None of it can be filtered.

use super::company::entity;
use super::{Entity, Property, Shown};
use Shown::{Always, Beta};

/// `microsoft.graph.message`.
pub static MESSAGE: Entity = entity(
    "microsoft.graph.message",
    "Message",
    "messages",
    "mails",
    &[
        Property::text("id", Always),
        Property::time("createdDateTime", Always),
        Property::time("sentDateTime", Always),
        Property::time("receivedDateTime", Always),
        Property::bool("hasAttachments", Always),
        Property::text("internetMessageId", Always),
        Property::text("subject", Always),
        Property::text("bodyPreview", Always),
        Property::text("importance", Always),
        Property::bool("isDraft", Always),
        Property::bool("isRead", Always),
        Property::opaque("body", Always),
        Property::opaque("sender", Always),
        Property::opaque("from", Always),
        Property::opaque_list("toRecipients", Always),
        Property::opaque_list("ccRecipients", Always),
        Property::opaque_list("bccRecipients", Always),
        Property::opaque_list("replyTo", Always),
    ],
);

/// `microsoft.graph.room`.
pub static ROOM: Entity = entity(
    "microsoft.graph.room",
    "Room",
    "places",
    "rooms",
    &[
        Property::text("id", Always),
        Property::opaque("address", Always),
        Property::text("displayName", Always),
        Property::opaque("geoCoordinates", Always),
        Property::text("phone", Always),
        Property::text("nickname", Always),
        Property::text("label", Always),
        Property::opaque("capacity", Always),
        Property::text("building", Always),
        Property::text("floorLabel", Always),
        Property::opaque("floorNumber", Always),
        Property::bool("isWheelChairAccessible", Always),
        Property::text("bookingType", Always),
        Property::texts("tags", Always),
        Property::text("audioDeviceName", Always),
        Property::text("videoDeviceName", Always),
        Property::text("displayDeviceName", Always),
        Property::text("emailAddress", Always),
        Property::text("placeId", Beta),
    ],
);

/// `microsoft.graph.adminReportSettings`.
pub static REPORT_SETTINGS: Entity = entity(
    "microsoft.graph.adminReportSettings",
    "AdminReportSettings",
    "admin/reportSettings",
    "meta",
    &[
        Property::text("id", Beta),
        Property::bool("displayConcealedNames", Always),
    ],
);
