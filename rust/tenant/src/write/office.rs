//! Sending mail, ending sessions, naming managers, the settings of reports.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::members::{find, json_reference};
use super::users::Stored;
use super::{Scene, body};
use crate::read;
use crate::rows::UserRow;
use crate::service::{GraphFailure, GraphResponse, GraphResult};
use crate::store::set_meta;

/// `POST /users/{id}/sendMail`: the mail is kept and goes to nobody.
pub(super) fn send_mail(scene: &Scene<'_>, id: &str) -> GraphResult {
    let given = body::object(scene)?;
    let key = scene.user(id)?;
    let member = |wanted: &str| {
        given
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
            .map(|(_, value)| value)
    };
    let Some(Value::Object(message)) = member("message") else {
        return Err(GraphFailure::unreadable(
            "The property 'message' is required and must be an object.",
        ));
    };
    let has_recipient = ["toRecipients", "ccRecipients", "bccRecipients"]
        .iter()
        .any(|wanted| {
            message.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case(wanted)
                    && value.as_array().is_some_and(|list| !list.is_empty())
            })
        });
    if !has_recipient {
        return Err(GraphFailure::new(
            StatusCode::BAD_REQUEST,
            "ErrorInvalidRecipients",
            "At least one recipient is not valid.",
        ));
    }
    // A body may say "false" in quotation marks, as Microsoft's own examples do.
    let is_kept = match member("saveToSentItems") {
        Some(Value::Bool(kept)) => *kept,
        Some(Value::String(kept)) => !kept.eq_ignore_ascii_case("false"),
        _ => true,
    };
    let work = scene.work;
    let now = work.now.to_string();
    let sender = Stored::read(scene, key)?.doc;
    let address = ["mail", "userPrincipalName"]
        .iter()
        .find_map(|name| sender.get(*name)?.as_str())
        .unwrap_or_default();
    let from = json!({"emailAddress": {
        "name": sender.get("displayName").cloned().unwrap_or_default(),
        "address": address,
    }});
    let id = work.ids.next(work.connection)?;
    let mut doc = Map::new();
    for (name, value) in [
        ("id", json!(id.to_string())),
        ("createdDateTime", json!(now)),
        ("sentDateTime", json!(now)),
        ("receivedDateTime", json!(now)),
        (
            "internetMessageId",
            json!(format!("<{id}@mglicense.invalid>")),
        ),
        ("hasAttachments", json!(message.contains_key("attachments"))),
        ("importance", json!("normal")),
        ("isDraft", json!(false)),
        ("isRead", json!(true)),
        ("sender", from.clone()),
        ("from", from),
        ("ccRecipients", json!([])),
        ("bccRecipients", json!([])),
        ("replyTo", json!([])),
    ] {
        doc.insert(name.to_owned(), value);
    }
    for (name, value) in message {
        doc.insert(wire_name(name), value.clone());
    }
    let text = doc
        .get("body")
        .and_then(|body| body.get("content"))
        .and_then(Value::as_str)
        .unwrap_or_default();
    let preview: String = text.chars().take(255).collect();
    doc.insert("bodyPreview".to_owned(), preview.into());
    work.connection
        .prepare_cached("INSERT INTO mails (id, user_key, kept, doc) VALUES (?1, ?2, ?3, ?4)")?
        .execute(rusqlite::params![
            id.to_string(),
            key,
            is_kept,
            Value::Object(doc).to_string()
        ])?;
    let mut response = GraphResponse::no_content();
    response.status = StatusCode::ACCEPTED;
    Ok(response)
}

/// A name with a small first letter.
fn wire_name(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// `POST /users/{id}/revokeSignInSessions`.
pub(super) fn revoke_sessions(scene: &Scene<'_>, id: &str) -> GraphResult {
    let key = scene.user(id)?;
    let now = scene.work.now.to_string();
    change(scene, key, |doc| {
        doc.insert("signInSessionsValidFromDateTime".to_owned(), now.into());
    })?;
    let answer = json!({
        "@odata.context": format!("{}/$metadata#Edm.Boolean", scene.context.base_url),
        "value": true,
    });
    Ok(GraphResponse::ok(answer.to_string().into_bytes()))
}

/// `PUT /users/{id}/manager/$ref`.
pub(super) fn set_manager(scene: &Scene<'_>, id: &str) -> GraphResult {
    let given = json_reference(scene)?;
    let key = scene.user(id)?;
    let (kind, manager) = find(scene, &given)?;
    if kind != 0 || manager == key {
        return Err(GraphFailure::bad_request(
            "Invalid value specified for property 'manager' of resource 'User'.",
        ));
    }
    let manager = Stored::read(scene, manager)?.id.to_string();
    change(scene, key, |doc| {
        doc.insert("manager".to_owned(), manager.into());
    })?;
    Ok(GraphResponse::no_content())
}

/// `DELETE /users/{id}/manager/$ref`.
pub(super) fn remove_manager(scene: &Scene<'_>, id: &str) -> GraphResult {
    let key = scene.user(id)?;
    let mut had_one = false;
    change(scene, key, |doc| {
        had_one = doc.shift_remove("manager").is_some();
    })?;
    if had_one {
        Ok(GraphResponse::no_content())
    } else {
        Err(GraphFailure::not_found("manager"))
    }
}

/// Changes the document of a user.
fn change(
    scene: &Scene<'_>,
    key: i64,
    change: impl FnOnce(&mut Map<String, Value>),
) -> Result<(), GraphFailure> {
    let stored = Stored::read(scene, key)?;
    let mut doc = stored.doc;
    change(&mut doc);
    UserRow::new(stored.id, stored.created, &doc).update(scene.work.connection, key)?;
    Ok(())
}

/// `PATCH /admin/reportSettings`.
pub(super) fn update_report_settings(scene: &Scene<'_>) -> GraphResult {
    let given = body::object(scene)?;
    let connection = scene.work.connection;
    let mut settings = read::report_settings_document(connection)?;
    for (name, value) in &given {
        if !name.eq_ignore_ascii_case("displayConcealedNames") {
            return Err(GraphFailure::unreadable(format!(
                "The property '{}' does not exist on type 'microsoft.graph.adminReportSettings'.",
                crate::odata::error::excerpt(name)
            )));
        }
        if !value.is_boolean() {
            return Err(body::wrong_primitive("Edm.Boolean"));
        }
        settings["displayConcealedNames"] = value.clone();
    }
    set_meta(
        connection,
        read::REPORT_SETTINGS_META,
        &settings.to_string(),
    )?;
    let mut answer = json!({
        "@odata.context": format!("{}/$metadata#admin/reportSettings/$entity", scene.context.base_url),
    });
    answer["displayConcealedNames"] = settings["displayConcealedNames"].take();
    Ok(GraphResponse::ok(answer.to_string().into_bytes()))
}
