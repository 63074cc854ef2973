//! The service plans a user has or once had.

use std::collections::HashSet;

use mglicense_rules::Guid;
use mglicense_rules::assignment::HoldingState;

use super::{Licenses, keep, separate};
use crate::odata::json;

/// A product that was taken away.
pub(super) struct Former {
    sku_key: i64,
    disabled: (usize, usize),
    updated: (usize, usize),
}

/// A plan of a product.
pub(super) struct Plan {
    id: Guid,
    /// The service's name as JSON.
    service: Vec<u8>,
}

const DELETED: &str = "Deleted";

impl Licenses<'_> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::filter::Tables;
    use crate::settings::LicensingSettings;

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
            crate::seed::fill(
                connection,
                path,
                crate::Source::text(seed),
                Default::default(),
            )
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
