//! What a caller may do, where the tenant asks.

use http::Method;

use super::GraphFailure;
use crate::caller::Caller;

const READ_USERS: [&str; 4] = [
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const WRITE_USERS: [&str; 2] = ["User.ReadWrite.All", "Directory.ReadWrite.All"];
const READ_GROUPS: [&str; 5] = [
    "GroupMember.Read.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const WRITE_MEMBERS: [&str; 3] = [
    "GroupMember.ReadWrite.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const WRITE_GROUPS: [&str; 2] = ["Group.ReadWrite.All", "Directory.ReadWrite.All"];
const LICENSE_USERS: [&str; 3] = [
    "LicenseAssignment.ReadWrite.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const LICENSE_GROUPS: [&str; 3] = [
    "LicenseAssignment.ReadWrite.All",
    "Group.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const READ_DETAILS: [&str; 6] = [
    "LicenseAssignment.Read.All",
    "LicenseAssignment.ReadWrite.All",
    "User.Read.All",
    "User.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const READ_COMPANY: [&str; 6] = [
    "LicenseAssignment.Read.All",
    "Organization.Read.All",
    "Organization.ReadWrite.All",
    "LicenseAssignment.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const READ_DOMAINS: [&str; 4] = [
    "Domain.Read.All",
    "Domain.ReadWrite.All",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const SEND_MAIL: [&str; 1] = ["Mail.Send"];
const READ_MAIL: [&str; 3] = ["Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"];
const REVOKE_SESSIONS: [&str; 3] = [
    "User.RevokeSessions.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const READ_ROLES: [&str; 4] = [
    "RoleManagement.Read.Directory",
    "RoleManagement.ReadWrite.Directory",
    "Directory.Read.All",
    "Directory.ReadWrite.All",
];
const WRITE_ROLES: [&str; 1] = ["RoleManagement.ReadWrite.Directory"];
const INVITE: [&str; 3] = [
    "User.Invite.All",
    "User.ReadWrite.All",
    "Directory.ReadWrite.All",
];
const READ_PLACES: [&str; 1] = ["Place.Read.All"];
const READ_REPORT_SETTINGS: [&str; 2] = ["ReportSettings.Read.All", "ReportSettings.ReadWrite.All"];
const READ_DIRECTORY: [&str; 2] = ["Directory.Read.All", "Directory.ReadWrite.All"];

/// Every permission that some request can need, each once.
pub(crate) fn documented() -> impl Iterator<Item = &'static str> {
    let lists: [&[&'static str]; 20] = [
        &["User.Read"],
        &LICENSE_USERS,
        &LICENSE_GROUPS,
        &READ_DETAILS,
        &READ_USERS,
        &WRITE_USERS,
        &READ_GROUPS,
        &WRITE_MEMBERS,
        &WRITE_GROUPS,
        &READ_COMPANY,
        &READ_DOMAINS,
        &READ_DIRECTORY,
        &SEND_MAIL,
        &READ_MAIL,
        &REVOKE_SESSIONS,
        &READ_ROLES,
        &WRITE_ROLES,
        &INVITE,
        &READ_PLACES,
        &READ_REPORT_SETTINGS,
    ];
    let all: std::collections::BTreeSet<&str> = lists.into_iter().flatten().copied().collect();
    all.into_iter()
}

/// The permissions of which a request needs one, as Graph documents them. The first is the least.
fn needed(method: &Method, path: &[&str]) -> &'static [&'static str] {
    let is_read = *method == Method::GET;
    match path {
        ["users", _, "assignlicense" | "reprocesslicenseassignment"] | ["me", "assignlicense"] => {
            &LICENSE_USERS
        }
        ["users", _, "licensedetails", ..] | ["me", "licensedetails", ..] => &READ_DETAILS,
        ["users", _, "sendmail"] | ["me", "sendmail"] => &SEND_MAIL,
        ["users", _, "revokesigninsessions"] | ["me", "revokesigninsessions"] => &REVOKE_SESSIONS,
        ["users", _, "messages" | "mailfolders", ..] => &READ_MAIL,
        ["users" | "me", ..] if is_read => &READ_USERS,
        ["users" | "me", ..] => &WRITE_USERS,
        ["groups", _, "assignlicense"] => &LICENSE_GROUPS,
        ["groups", ..] if is_read => &READ_GROUPS,
        ["groups", _, "members", ..] => &WRITE_MEMBERS,
        ["groups", ..] => &WRITE_GROUPS,
        ["subscribedskus" | "organization", ..] | ["directory", "subscriptions", ..] => {
            &READ_COMPANY
        }
        ["domains", ..] => &READ_DOMAINS,
        ["directoryroles" | "directoryroletemplates", ..] if is_read => &READ_ROLES,
        ["directoryroles", ..] => &WRITE_ROLES,
        ["invitations"] => &INVITE,
        ["places", ..] => &READ_PLACES,
        ["admin", "reportsettings"] if is_read => &READ_REPORT_SETTINGS,
        ["admin", "reportsettings"] => &READ_REPORT_SETTINGS[1..],
        ["directory" | "directoryobjects", ..] if is_read => &READ_DIRECTORY,
        ["directoryobjects", "getbyids"] => &READ_DIRECTORY,
        ["directory", ..] => &WRITE_USERS,
        _ => &[],
    }
}

/// 403 unless the caller has one of the permissions.
pub(crate) fn check(caller: &Caller, method: &Method, path: &[&str]) -> Result<(), GraphFailure> {
    let Some(held) = &caller.permissions else {
        return Ok(());
    };
    // Everybody may read themselves.
    let reads_self = *method == Method::GET
        && matches!(path, ["me"] | ["me", "licensedetails" | "memberof", ..]);
    if reads_self
        && held
            .iter()
            .any(|held| held.eq_ignore_ascii_case("User.Read"))
    {
        return Ok(());
    }
    let needed = needed(method, path);
    let suffices = |held: &String| {
        needed
            .iter()
            .any(|needed| needed.eq_ignore_ascii_case(held))
    };
    if needed.is_empty() || held.iter().any(suffices) {
        return Ok(());
    }
    Err(GraphFailure::new(
        http::StatusCode::FORBIDDEN,
        "Authorization_RequestDenied",
        "Insufficient privileges to complete the operation.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(permission: &str) -> Caller {
        Caller {
            permissions: Some(vec![permission.to_owned()]),
            ..Caller::default()
        }
    }

    #[test]
    fn a_licence_permission_assigns_but_sets_no_location() {
        let caller = holds("LicenseAssignment.ReadWrite.All");
        assert!(check(&caller, &Method::POST, &["users", "x", "assignlicense"]).is_ok());
        let failure = check(&caller, &Method::PATCH, &["users", "x"]).unwrap_err();
        assert_eq!(failure.status, http::StatusCode::FORBIDDEN);
        assert_eq!(failure.code, "Authorization_RequestDenied");
    }

    #[test]
    fn a_read_permission_writes_nothing() {
        let caller = holds("user.read.all");
        assert!(check(&caller, &Method::GET, &["users"]).is_ok());
        assert!(check(&caller, &Method::POST, &["users"]).is_err());
        assert!(check(&caller, &Method::GET, &["groups"]).is_err());
    }

    #[test]
    fn an_unrestricted_caller_may_everything() {
        assert!(check(&Caller::unrestricted(), &Method::DELETE, &["users", "x"]).is_ok());
    }
}
