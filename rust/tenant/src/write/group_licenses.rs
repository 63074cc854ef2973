//! assignLicense on a group.

use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use mglicense_rules::assignment::{AddLicense, Refusal, RefusalKind};
use mglicense_rules::group_licensing::evaluate_template;
use rusqlite::params;

use super::{Scene, assign};
use crate::assignments;
use crate::groups;
use crate::read;
use crate::service::{GraphFailure, GraphResponse, GraphResult};

/// The plans that Entra ID P1 and P2 consist of.
const PREMIUM: [&str; 2] = ["AAD_PREMIUM", "AAD_PREMIUM_P2"];

/// `POST /groups/{id}/assignLicense`: sets what the group gives. Whether its members get it is found out later, one by
/// one, so the answer is 202.
pub(super) fn assign(scene: &Scene<'_>, id: &str) -> GraphResult {
    let change = assign::read_change(scene)?;
    let work = scene.work;
    let connection = work.connection;
    let settings = &scene.context.settings;
    let key = scene.group(id)?;
    check_kind(scene, key)?;
    let skus = work.state.skus(connection)?;
    if settings.groups.require_p1
        && !skus.iter().any(|entry| {
            let mut plans = entry.facts.plans.iter();
            !entry.removed && plans.any(|plan| PREMIUM.contains(&&*plan.name))
        })
    {
        return Err(GraphFailure::bad_request(
            "Group-based licensing needs Microsoft Entra ID P1, which this tenant does not have.",
        ));
    }
    let held = held(scene, key)?;
    let evaluation = evaluate_template(skus, work.state.rules(connection)?, &held, &change);
    if let Err(refusal) = evaluation.verdict() {
        return Err(GraphFailure::bad_request(message(refusal)));
    }
    store(scene, key, &held, &evaluation.after)?;
    groups::group_changed(connection, settings, work.now, key)?;
    let (group, _, _) = super::groups::stored(connection, key)?;
    let location = format!(
        "{}/v2/{}/directoryObjects/{group}/Microsoft.DirectoryServices.Group",
        work.origin, scene.context.tenant_id
    );
    let body = read::group_body(connection, scene.context, key)?;
    let mut response = GraphResponse::json(StatusCode::ACCEPTED, body);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response = response.with_header(LOCATION, location);
    }
    Ok(response)
}

/// Only security groups carry licences: plain and mail-enabled ones, and Microsoft 365 groups that are security-enabled.
/// The service's words for any other are not known.
fn check_kind(scene: &Scene<'_>, key: i64) -> Result<(), GraphFailure> {
    let is_security: bool = scene
        .work
        .connection
        .prepare_cached("SELECT security_enabled FROM groups WHERE key = ?1")?
        .query_row([key], |row| row.get(0))?;
    if is_security {
        return Ok(());
    }
    Err(GraphFailure::bad_request(
        "Licenses can be assigned only to security groups. The property 'securityEnabled' of this group is false.",
    ))
}

/// In the words for a user, but for what is a member's affair.
fn message(refusal: &Refusal) -> String {
    match refusal.kind {
        RefusalKind::NotHeld => "Group does not have a corresponding license.".to_owned(),
        _ => refusal.message(),
    }
}

/// What the group gives so far, whether the tenant still has the product or not.
fn held(scene: &Scene<'_>, key: i64) -> rusqlite::Result<Vec<AddLicense>> {
    let connection = scene.work.connection;
    let skus = scene.work.state.skus(connection)?;
    groups::licenses_of(connection, skus, key)
}

fn store(
    scene: &Scene<'_>,
    key: i64,
    before: &[AddLicense],
    after: &[AddLicense],
) -> rusqlite::Result<()> {
    let connection = scene.work.connection;
    let skus = scene.work.state.skus(connection)?;
    for old in before {
        if !after.iter().any(|new| new.sku_id == old.sku_id)
            && let Some(entry) = skus.by_id(old.sku_id)
        {
            connection
                .prepare_cached("DELETE FROM group_licenses WHERE group_key = ?1 AND sku_key = ?2")?
                .execute([key, entry.key])?;
        }
    }
    for new in after {
        if let Some(entry) = skus.by_id(new.sku_id)
            && !before.contains(new)
        {
            connection
                .prepare_cached(
                    "INSERT INTO group_licenses (group_key, sku_key, disabled) VALUES (?1, ?2, ?3)
                     ON CONFLICT (group_key, sku_key) DO UPDATE SET disabled = excluded.disabled",
                )?
                .execute(params![
                    key,
                    entry.key,
                    assignments::stored(&new.disabled_plans)
                ])?;
        }
    }
    Ok(())
}
