//! Inviting guests.

use http::StatusCode;
use rusqlite::OptionalExtension;
use serde_json::{Map, json};

use super::{Scene, body};
use crate::rows::{self, UserRow};
use crate::service::{GraphFailure, GraphResponse, GraphResult};

/// `POST /invitations`: makes the account of the guest, who never accepts.
pub(super) fn create(scene: &Scene<'_>) -> GraphResult {
    let given = body::object(scene)?;
    let text = |wanted: &str| {
        let found = given
            .iter()
            .find(|(name, _)| body::names(scene, name, wanted));
        found.and_then(|(_, value)| value.as_str())
    };
    let required = |wanted: &str| {
        text(wanted).filter(|text| !text.is_empty()).ok_or_else(|| {
            GraphFailure::unreadable(format!(
                "{wanted} is a required property for the invitation."
            ))
        })
    };
    let address = required("invitedUserEmailAddress")?;
    let redirect = required("inviteRedirectUrl")?;
    let Some((local, domain)) = address.rsplit_once('@').filter(|(local, domain)| {
        !local.is_empty()
            && domain.contains('.')
            && !local
                .contains(|c: char| c.is_whitespace() || "~!#$%^&*()+=[]{}\\/|;:\"<>?,".contains(c))
    }) else {
        return Err(GraphFailure::unreadable(format!(
            "The invited user email address '{address}' is invalid."
        )));
    };
    let connection = scene.work.connection;
    let is_own: bool = connection
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM domains WHERE id = ?1)")?
        .query_row([domain], |row| row.get(0))?;
    if is_own {
        return Err(GraphFailure::unreadable(
            "Invitee's email domain is a verified domain of this directory; people in it are no guests.",
        ));
    }
    let user_type = text("invitedUserType").unwrap_or("Guest");
    let name = text("invitedUserDisplayName").unwrap_or(local);
    let existing: Option<mglicense_rules::Guid> = connection
        .prepare_cached("SELECT id FROM users WHERE mail = ?1 AND deleted IS NULL LIMIT 1")?
        .query_row([address], |row| {
            Ok(mglicense_rules::Guid::from_bytes(row.get(0)?))
        })
        .optional()?;
    let user = match existing {
        Some(id) => id,
        None => add_guest(scene, name, address, user_type)?,
    };
    let id = scene.work.ids.next(connection)?;
    let mut answer = json!({
        "@odata.context": format!("{}/$metadata#invitations/$entity", scene.context.base_url),
        "id": id.to_string(),
        "inviteRedeemUrl": format!("https://login.microsoftonline.com/redeem?rd=https%3a%2f%2finvitations.microsoft.com%2fredeem%2f%3ftenant%3d{}%26user%3d{id}", scene.context.tenant_id),
        "invitedUserDisplayName": name,
        "invitedUserType": user_type,
        "invitedUserEmailAddress": address,
        "sendInvitationMessage": false,
        "resetRedemption": false,
        "inviteRedirectUrl": redirect,
        "status": "PendingAcceptance",
        "invitedUserMessageInfo": {"messageLanguage": null, "customizedMessageBody": null, "ccRecipients": []},
        "invitedUser": {"id": user.to_string()},
    });
    for wanted in [
        "sendInvitationMessage",
        "resetRedemption",
        "invitedUserMessageInfo",
    ] {
        let found = given
            .iter()
            .find(|(name, _)| body::names(scene, name, wanted));
        if let Some((_, value)) = found.filter(|(_, value)| !value.is_null()) {
            answer[wanted] = value.clone();
        }
    }
    Ok(GraphResponse::json(
        StatusCode::CREATED,
        answer.to_string().into_bytes(),
    ))
}

/// Makes the account of a guest. Its name carries the address, as the directory writes it.
fn add_guest(
    scene: &Scene<'_>,
    name: &str,
    address: &str,
    user_type: &str,
) -> Result<mglicense_rules::Guid, GraphFailure> {
    let work = scene.work;
    let connection = work.connection;
    let initial: String = connection
        .prepare_cached(
            "SELECT id FROM domains ORDER BY ifnull(json_extract(doc, '$.isInitial'), 0) DESC, key LIMIT 1",
        )?
        .query_row([], |row| row.get(0))?;
    let nickname = address.replace('@', "_");
    let now = work.now.to_string();
    let mut doc = Map::new();
    for (key, value) in [
        ("accountEnabled", json!(true)),
        ("displayName", json!(name)),
        ("mail", json!(address)),
        ("mailNickname", json!(format!("{nickname}#EXT#"))),
        ("otherMails", json!([address])),
        ("proxyAddresses", json!([format!("SMTP:{address}")])),
        ("businessPhones", json!([])),
        (
            "userPrincipalName",
            json!(format!("{nickname}#EXT#@{initial}")),
        ),
        ("userType", json!(user_type)),
        ("creationType", json!("Invitation")),
        ("externalUserState", json!("PendingAcceptance")),
        ("externalUserStateChangeDateTime", json!(now)),
        ("createdDateTime", json!(now)),
    ] {
        doc.insert(key.to_owned(), value);
    }
    let id = work.ids.next(connection)?;
    let row = UserRow::new(id, work.now, &rows::identified(id, doc));
    row.insert(connection)?;
    Ok(id)
}
