//! What stands beside the directory: mails that were sent, rooms, the settings of reports. None of it can be filtered.

use super::Entity;
use super::company::{entity, properties};

/// `microsoft.graph.message`.
pub static MESSAGE: Entity = entity(
    "microsoft.graph.message",
    "Message",
    "messages",
    "mails",
    properties![
        text "id", time "createdDateTime", time "sentDateTime", time "receivedDateTime",
        bool "hasAttachments", text "internetMessageId", text "subject", text "bodyPreview",
        text "importance", bool "isDraft", bool "isRead", opaque "body", opaque "sender",
        opaque "from", opaque_list "toRecipients", opaque_list "ccRecipients",
        opaque_list "bccRecipients", opaque_list "replyTo",
    ],
);

/// `microsoft.graph.room`.
pub static ROOM: Entity = entity(
    "microsoft.graph.room",
    "Room",
    "places",
    "rooms",
    properties![
        text "id", opaque "address", text "displayName", opaque "geoCoordinates", text "phone",
        text "nickname", text "label", opaque "capacity", text "building", text "floorLabel",
        opaque "floorNumber", bool "isWheelChairAccessible", text "bookingType", texts "tags",
        text "audioDeviceName", text "videoDeviceName", text "displayDeviceName",
        text "emailAddress", beta text "placeId",
    ],
);

/// `microsoft.graph.adminReportSettings`.
pub static REPORT_SETTINGS: Entity = entity(
    "microsoft.graph.adminReportSettings",
    "AdminReportSettings",
    "admin/reportSettings",
    "meta",
    properties![
        beta text "id", bool "displayConcealedNames",
    ],
);
