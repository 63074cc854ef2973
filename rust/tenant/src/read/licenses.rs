//! A user's and a group's licences, computed from assignments and written as JSON.

use std::collections::{HashMap, HashSet};

use mglicense_rules::assignment::{HoldingError, HoldingState};
use mglicense_rules::{Guid, GuidText};
use rusqlite::{CachedStatement, Connection, OptionalExtension};

use crate::odata::filter::Tables;
use crate::odata::json;
use crate::settings::{LicensingSettings, SuccessError};
use crate::store::{ERRORS, STATES};

/// Writes licences. Statements and names stay at hand from one object to the next.
pub(crate) struct Licenses<'c> {
    connection: &'c Connection,
    tables: Tables,
    settings: LicensingSettings,
    assignments: Option<CachedStatement<'c>>,
    former_statement: Option<CachedStatement<'c>>,
    /// The user whose assignments are loaded.
    loaded: Option<i64>,
    rows: Vec<Assignment>,
    /// What the user of `loaded_former` once had.
    former: Vec<Former>,
    loaded_former: Option<i64>,
    /// The texts of what is loaded.
    texts: String,
    skus: HashMap<i64, Sku>,
    groups: HashMap<i64, GuidText>,
}

/// One assignment; its texts are ranges of a common buffer.
struct Assignment {
    sku_key: i64,
    source_key: i64,
    disabled: (usize, usize),
    updated: (usize, usize),
    state: HoldingState,
    error: HoldingError,
}

/// A product that was taken away.
struct Former {
    sku_key: i64,
    disabled: (usize, usize),
    updated: (usize, usize),
}

struct Sku {
    id: GuidText,
    capability: String,
    /// Loaded only where plans are shown.
    plans: Vec<Plan>,
}

struct Plan {
    id: Guid,
    /// The service's name as JSON.
    service: Vec<u8>,
}

const DELETED: &str = "Deleted";

impl<'c> Licenses<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        tables: Tables,
        settings: &LicensingSettings,
    ) -> Self {
        Self {
            connection,
            tables,
            settings: settings.clone(),
            assignments: None,
            former_statement: None,
            loaded: None,
            rows: Vec::new(),
            former: Vec::new(),
            loaded_former: None,
            texts: String::new(),
            skus: HashMap::new(),
            groups: HashMap::new(),
        }
    }

    /// `assignedLicenses` of a user: one entry per product in effect. A plan is off only where every source turns it
    /// off.
    pub(crate) fn write_user_licenses(
        &mut self,
        user_key: i64,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        self.load(user_key)?;
        out.push(b'[');
        let mut is_first = true;
        for range in self.products() {
            self.load_sku(self.rows[range.0].sku_key)?;
            separate(&mut is_first, out);
            out.extend_from_slice(b"{\"disabledPlans\":");
            out.extend_from_slice(self.effective_disabled(range).as_bytes());
            out.extend_from_slice(b",\"skuId\":\"");
            out.extend_from_slice(self.sku(self.rows[range.0].sku_key).id.as_str().as_bytes());
            out.extend_from_slice(b"\"}");
        }
        out.push(b']');
        Ok(())
    }

    /// `licenseAssignmentStates` of a user: one entry per product and source.
    pub(crate) fn write_states(
        &mut self,
        user_key: i64,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        self.load(user_key)?;
        for index in 0..self.rows.len() {
            let Assignment {
                sku_key,
                source_key,
                ..
            } = self.rows[index];
            self.load_sku(sku_key)?;
            self.load_group(source_key)?;
        }
        out.push(b'[');
        let mut is_first = true;
        for row in &self.rows {
            let sku = self.sku(row.sku_key);
            separate(&mut is_first, out);
            out.extend_from_slice(b"{\"assignedByGroup\":");
            match self.groups.get(&row.source_key) {
                Some(group) => {
                    out.push(b'"');
                    out.extend_from_slice(group.as_str().as_bytes());
                    out.push(b'"');
                }
                None => out.extend_from_slice(b"null"),
            }
            out.extend_from_slice(b",\"disabledPlans\":");
            out.extend_from_slice(self.text(row.disabled).as_bytes());
            out.extend_from_slice(b",\"error\":");
            let is_null = row.error == HoldingError::None
                && self.settings.success_error == SuccessError::Null;
            if is_null {
                out.extend_from_slice(b"null");
            } else {
                out.push(b'"');
                out.extend_from_slice(row.error.as_str().as_bytes());
                out.push(b'"');
            }
            out.extend_from_slice(b",\"lastUpdatedDateTime\":\"");
            out.extend_from_slice(self.text(row.updated).as_bytes());
            out.extend_from_slice(b"\",\"skuId\":\"");
            out.extend_from_slice(sku.id.as_str().as_bytes());
            out.extend_from_slice(b"\",\"state\":\"");
            let shown_disabled = self.settings.suspended_shown_disabled
                && sku.capability == "Suspended"
                && row.state == HoldingState::Active;
            let state = if shown_disabled {
                HoldingState::Disabled
            } else {
                row.state
            };
            out.extend_from_slice(state.as_str().as_bytes());
            out.extend_from_slice(b"\"}");
        }
        out.push(b']');
        Ok(())
    }

    /// `assignedPlans` of a user, with those that were taken away as `Deleted`. The same as the view `plan_states`
    /// tells, which takes ten times as long for a whole page.
    pub(crate) fn write_assigned_plans(
        &mut self,
        user_key: i64,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        self.load_plans(user_key)?;
        out.push(b'[');
        let mut is_first = true;
        self.visit_plans(|plan, capability, updated| {
            separate(&mut is_first, out);
            out.extend_from_slice(b"{\"assignedDateTime\":\"");
            out.extend_from_slice(updated.as_bytes());
            out.extend_from_slice(b"\",\"capabilityStatus\":");
            json::write_text(out, capability);
            out.extend_from_slice(b",\"service\":");
            out.extend_from_slice(&plan.service);
            out.extend_from_slice(b",\"servicePlanId\":\"");
            out.extend_from_slice(plan.id.text().as_str().as_bytes());
            out.extend_from_slice(b"\"}");
        });
        out.push(b']');
        Ok(())
    }

    /// `provisionedPlans` of a user: what the services have made ready.
    pub(crate) fn write_provisioned_plans(
        &mut self,
        user_key: i64,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        self.load_plans(user_key)?;
        out.push(b'[');
        let mut is_first = true;
        self.visit_plans(|plan, capability, _| {
            if capability == DELETED {
                return;
            }
            separate(&mut is_first, out);
            out.extend_from_slice(b"{\"capabilityStatus\":");
            json::write_text(out, capability);
            out.extend_from_slice(b",\"provisioningStatus\":\"Success\",\"service\":");
            out.extend_from_slice(&plan.service);
            out.push(b'}');
        });
        out.push(b']');
        Ok(())
    }

    /// Calls `visit` with each plan the loaded user has or once had, its capability and its time: those in effect
    /// first, by the first assignment that gives them, then the others as `Deleted`.
    fn visit_plans(&self, mut visit: impl FnMut(&Plan, &str, &str)) {
        let mut seen: HashSet<Guid> = HashSet::new();
        let in_effect = self
            .rows
            .iter()
            .filter(|row| row.state != HoldingState::Error);
        for row in in_effect {
            let sku = self.sku(row.sku_key);
            let disabled = self.text(row.disabled);
            for plan in &sku.plans {
                if !disabled.contains(plan.id.text().as_str()) && seen.insert(plan.id) {
                    visit(plan, &sku.capability, self.text(row.updated));
                }
            }
        }
        for row in &self.former {
            let disabled = self.text(row.disabled);
            for plan in &self.sku(row.sku_key).plans {
                if !disabled.contains(plan.id.text().as_str()) && seen.insert(plan.id) {
                    visit(plan, DELETED, self.text(row.updated));
                }
            }
        }
    }

    /// `assignedLicenses` of a group: what its members are to get.
    pub(crate) fn write_group_licenses(
        &mut self,
        group_key: i64,
        out: &mut Vec<u8>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.connection.prepare_cached(
            "SELECT s.id, l.disabled FROM group_licenses l JOIN skus s ON s.key = l.sku_key \
             WHERE l.group_key = ?1 ORDER BY l.sku_key",
        )?;
        let mut rows = statement.query([group_key])?;
        out.push(b'[');
        let mut is_first = true;
        while let Some(row) = rows.next()? {
            separate(&mut is_first, out);
            out.extend_from_slice(b"{\"disabledPlans\":");
            out.extend_from_slice(row.get_ref(1)?.as_str()?.as_bytes());
            out.extend_from_slice(b",\"skuId\":\"");
            let sku = Guid::from_bytes(row.get(0)?);
            out.extend_from_slice(sku.text().as_str().as_bytes());
            out.extend_from_slice(b"\"}");
        }
        out.push(b']');
        Ok(())
    }

    /// The documents of a user's `licenseDetails`, one per product in effect, each with its product's id.
    pub(crate) fn details(
        &mut self,
        user_key: i64,
        user_id: Guid,
    ) -> rusqlite::Result<Vec<(Guid, Vec<u8>)>> {
        self.load(user_key)?;
        let mut details = Vec::new();
        let mut product = self
            .connection
            .prepare_cached("SELECT id, part_number, plans FROM skus WHERE key = ?1")?;
        for range in self.products() {
            let is_listed = self.settings.inherited_in_details
                || self.rows[range.0..range.1]
                    .iter()
                    .any(|row| row.source_key == 0);
            if !is_listed {
                continue;
            }
            let disabled = self.effective_disabled(range);
            let mut rows = product.query([self.rows[range.0].sku_key])?;
            let Some(row) = rows.next()? else {
                continue;
            };
            let sku_id = Guid::from_bytes(row.get(0)?);
            let mut document = Vec::new();
            document.extend_from_slice(b"{\"id\":");
            json::write_text(&mut document, &detail_id(user_id, sku_id));
            document.extend_from_slice(b",\"skuId\":");
            json::write_text(&mut document, sku_id.text().as_str());
            document.extend_from_slice(b",\"skuPartNumber\":");
            json::write_text(&mut document, row.get_ref(1)?.as_str()?);
            document.extend_from_slice(b",\"servicePlans\":");
            write_user_plans(
                row.get_ref(2)?.as_str()?.as_bytes(),
                &disabled,
                &mut document,
            );
            document.push(b'}');
            details.push((sku_id, document));
        }
        Ok(details)
    }

    fn load(&mut self, user_key: i64) -> rusqlite::Result<()> {
        if self.loaded == Some(user_key) {
            return Ok(());
        }
        self.loaded = None;
        self.loaded_former = None;
        self.rows.clear();
        self.texts.clear();
        let statement = match &mut self.assignments {
            Some(statement) => statement,
            empty => empty.insert(self.connection.prepare_cached(&format!(
                "SELECT sku_key, source_key, disabled, updated, state, error FROM {} WHERE user_key = ?1 \
                 ORDER BY sku_key, source_key",
                self.tables.assignments
            ))?),
        };
        let mut rows = statement.query([user_key])?;
        while let Some(row) = rows.next()? {
            let disabled = keep(&mut self.texts, row.get_ref(2)?.as_str()?);
            let updated = keep(&mut self.texts, row.get_ref(3)?.as_str()?);
            let state: u8 = row.get(4)?;
            let error: u8 = row.get(5)?;
            self.rows.push(Assignment {
                sku_key: row.get(0)?,
                source_key: row.get(1)?,
                disabled,
                updated,
                state: STATES
                    .get(usize::from(state))
                    .copied()
                    .unwrap_or(HoldingState::Error),
                error: ERRORS
                    .get(usize::from(error))
                    .copied()
                    .unwrap_or(HoldingError::Other),
            });
        }
        self.loaded = Some(user_key);
        Ok(())
    }

    /// The loaded assignments by product, as ranges of rows, without the products of which none is in effect.
    fn products(&self) -> Vec<(usize, usize)> {
        let mut products = Vec::new();
        let mut from = 0;
        for product in self
            .rows
            .chunk_by(|one, other| one.sku_key == other.sku_key)
        {
            let to = from + product.len();
            if product.iter().any(|row| row.state != HoldingState::Error) {
                products.push((from, to));
            }
            from = to;
        }
        products
    }

    /// The plans that every assignment in effect among these rows turns off, as a JSON array.
    fn effective_disabled(&self, (from, to): (usize, usize)) -> std::borrow::Cow<'_, str> {
        let mut sources = self.rows[from..to]
            .iter()
            .filter(|row| row.state != HoldingState::Error)
            .map(|row| self.text(row.disabled));
        let first = sources.next().unwrap_or("[]");
        let others: Vec<&str> = sources.collect();
        if others.is_empty() {
            return first.into();
        }
        let kept: Vec<String> = ids_in(first)
            .filter(|id| {
                others
                    .iter()
                    .all(|other| ids_in(other).any(|too| too == *id))
            })
            .map(|id| format!("\"{id}\""))
            .collect();
        format!("[{}]", kept.join(",")).into()
    }

    fn text(&self, (from, to): (usize, usize)) -> &str {
        &self.texts[from..to]
    }

    fn load_sku(&mut self, key: i64) -> rusqlite::Result<()> {
        if !self.skus.contains_key(&key) {
            let sku = self
                .connection
                .prepare_cached("SELECT id, capability FROM skus WHERE key = ?1")?
                .query_row([key], |row| {
                    Ok(Sku {
                        id: Guid::from_bytes(row.get(0)?).text(),
                        capability: row.get(1)?,
                        plans: Vec::new(),
                    })
                })?;
            self.skus.insert(key, sku);
        }
        Ok(())
    }

    fn sku(&self, key: i64) -> &Sku {
        &self.skus[&key]
    }

    fn load_group(&mut self, key: i64) -> rusqlite::Result<()> {
        if key != 0 && !self.groups.contains_key(&key) {
            let id: Option<[u8; 16]> = self
                .connection
                .prepare_cached("SELECT id FROM groups WHERE key = ?1")?
                .query_row([key], |row| row.get(0))
                .optional()?;
            let id = Guid::from_bytes(id.unwrap_or_default());
            self.groups.insert(key, id.text());
        }
        Ok(())
    }

    /// Loads what [`Self::visit_plans`] needs.
    fn load_plans(&mut self, user_key: i64) -> rusqlite::Result<()> {
        self.load(user_key)?;
        self.load_former(user_key)?;
        let current = self.rows.iter().map(|row| row.sku_key);
        let keys: Vec<i64> = current
            .chain(self.former.iter().map(|row| row.sku_key))
            .collect();
        for key in keys {
            self.load_sku(key)?;
            let Some(sku) = self.skus.get_mut(&key).filter(|sku| sku.plans.is_empty()) else {
                continue;
            };
            let mut statement = self.connection.prepare_cached(
                "SELECT plan, service FROM sku_plans WHERE sku_key = ?1 ORDER BY ordinal",
            )?;
            let plans = statement.query_map([key], |row| {
                let mut service = Vec::new();
                json::write_text(&mut service, row.get_ref(1)?.as_str()?);
                Ok(Plan {
                    id: Guid::from_bytes(row.get(0)?),
                    service,
                })
            })?;
            sku.plans = plans.collect::<rusqlite::Result<_>>()?;
        }
        Ok(())
    }

    fn load_former(&mut self, user_key: i64) -> rusqlite::Result<()> {
        if self.loaded_former == Some(user_key) {
            return Ok(());
        }
        self.former.clear();
        let statement = match &mut self.former_statement {
            Some(statement) => statement,
            empty => empty.insert(self.connection.prepare_cached(
                "SELECT sku_key, disabled, updated FROM former WHERE user_key = ?1 ORDER BY sku_key",
            )?),
        };
        let mut rows = statement.query([user_key])?;
        while let Some(row) = rows.next()? {
            self.former.push(Former {
                sku_key: row.get(0)?,
                disabled: keep(&mut self.texts, row.get_ref(1)?.as_str()?),
                updated: keep(&mut self.texts, row.get_ref(2)?.as_str()?),
            });
        }
        self.loaded_former = Some(user_key);
        Ok(())
    }
}

/// Adds `text` to `texts` and tells where it is.
fn keep(texts: &mut String, text: &str) -> (usize, usize) {
    let from = texts.len();
    texts.push_str(text);
    (from, texts.len())
}

fn separate(is_first: &mut bool, out: &mut Vec<u8>) {
    if !std::mem::take(is_first) {
        out.push(b',');
    }
}

/// The ids in a JSON array of ids.
fn ids_in(array: &str) -> impl Iterator<Item = &str> {
    array.split('"').skip(1).step_by(2)
}

/// Writes a product's plans as one user has them: those turned off are `Disabled`, the rest as in the product.
fn write_user_plans(plans: &[u8], disabled: &str, out: &mut Vec<u8>) {
    out.push(b'[');
    let mut is_first = true;
    json::items(plans, |plan| {
        let mut id: &[u8] = b"";
        json::members(plan, |name, value| {
            if name == b"servicePlanId" {
                id = value;
            }
        });
        let id = std::str::from_utf8(id)
            .unwrap_or_default()
            .trim_matches('"');
        let is_disabled = ids_in(disabled).any(|other| other.eq_ignore_ascii_case(id));
        separate(&mut is_first, out);
        out.push(b'{');
        let mut is_first_member = true;
        json::members(plan, |name, value| {
            separate(&mut is_first_member, out);
            out.push(b'"');
            out.extend_from_slice(name);
            out.extend_from_slice(b"\":");
            let value = if is_disabled && name == b"provisioningStatus" {
                b"\"Disabled\""
            } else {
                value
            };
            out.extend_from_slice(value);
        });
        out.push(b'}');
    });
    out.push(b']');
}

/// The id of one `licenseDetails` entry: opaque, and the same for the same user and product.
pub(crate) fn detail_id(user: Guid, sku: Guid) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bytes: Vec<u8> = [user.as_bytes(), sku.as_bytes()].concat();
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0u32, |bits, (index, byte)| {
            bits | u32::from(*byte) << (16 - 8 * index)
        });
        for digit in 0..=group.len() {
            let index = bits >> (18 - 6 * digit) & 63;
            text.push(char::from(DIGITS[index as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_id_is_base64_of_user_and_product() {
        // 32 bytes of 0xFF are 256 one bits: 42 digits of six, and four more bits with two zeroes.
        let id = detail_id(Guid(u128::MAX), Guid(u128::MAX));
        assert_eq!(id, format!("{}8", "_".repeat(42)));
        assert_ne!(detail_id(Guid(1), Guid(2)), detail_id(Guid(2), Guid(1)));
    }

    #[test]
    fn plans_turned_off_are_disabled_and_the_rest_stay_as_the_product_has_them() {
        let plans = br#"[{"servicePlanId":"a","provisioningStatus":"Success","x":[1,2]},
            {"servicePlanId":"b","provisioningStatus":"PendingActivation"}]"#;
        let mut out = Vec::new();
        write_user_plans(plans, r#"["a"]"#, &mut out);
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"[{"servicePlanId":"a","provisioningStatus":"Disabled","x":[1,2]},{"servicePlanId":"b","provisioningStatus":"PendingActivation"}]"#
        );
    }

    #[test]
    fn plans_are_told_as_the_view_of_plans_tells_them() {
        let seed = r#"{"version": 1,
            "subscribedSkus": [{"skuPartNumber": "SPE_E5"}, {"skuPartNumber": "ENTERPRISEPACK"},
                {"skuPartNumber": "VISIOCLIENT", "prepaidUnits": {"suspended": 5}}, {"skuPartNumber": "FLOW_FREE"}],
            "users": [{"userPrincipalName": "a@contoso.com", "licenseAssignmentStates": [
                {"skuPartNumber": "ENTERPRISEPACK", "disabledPlans": ["SWAY"]},
                {"skuPartNumber": "ENTERPRISEPACK", "disabledPlans": ["YAMMER_ENTERPRISE"], "assignedByGroup": "G",
                 "lastUpdatedDateTime": "2026-01-01T00:00:00Z"},
                {"skuPartNumber": "VISIOCLIENT"}, {"skuPartNumber": "FLOW_FREE", "state": "Error"}]},
                {"userPrincipalName": "b@contoso.com"}],
            "groups": [{"displayName": "G"}]}"#;
        let path = std::path::Path::new(":memory:");
        let connection = crate::store::build_memory(|connection| {
            crate::seed::fill(connection, path, crate::Source::text(seed), None)
        })
        .unwrap();
        connection
            .execute_batch(
                "INSERT INTO former SELECT 1, key, '[]', '2025-01-01T00:00:00Z' FROM skus WHERE part_number = 'SPE_E5';
                 INSERT INTO former SELECT 2, key, '[]', '2025-02-02T00:00:00Z' FROM skus WHERE part_number <> 'SPE_E5'",
            )
            .unwrap();
        let mut licenses =
            Licenses::new(&connection, Tables::CURRENT, &LicensingSettings::default());
        for user_key in [1, 2] {
            let mut out = Vec::new();
            licenses.write_assigned_plans(user_key, &mut out).unwrap();
            let mut written: Vec<[String; 4]> =
                serde_json::from_slice::<Vec<serde_json::Value>>(&out)
                    .unwrap()
                    .iter()
                    .map(|plan| {
                        [
                            "servicePlanId",
                            "service",
                            "capabilityStatus",
                            "assignedDateTime",
                        ]
                        .map(|name| plan[name].as_str().unwrap().to_owned())
                    })
                    .collect();
            let mut statement = connection
                .prepare("SELECT plan, service, capability, assigned FROM plan_states WHERE user_key = ?1")
                .unwrap();
            let mut viewed: Vec<[String; 4]> = statement
                .query_map([user_key], |row| {
                    let plan = Guid::from_bytes(row.get(0)?).to_string();
                    Ok([plan, row.get(1)?, row.get(2)?, row.get(3)?])
                })
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            written.sort();
            viewed.sort();
            assert!(viewed.len() > 20);
            assert_eq!(written, viewed);
        }
    }
}
