//! Writes the content of a new tenant.

use std::collections::HashMap;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{AppliesTo, HoldingState, PlanFacts, PrepaidUnits, SkuFacts};
use mglicense_rules::catalog;
use rusqlite::{Connection, params};
use serde_json::{Map, Value, json};

use super::BuildError;
use super::wishes::Progress;
use crate::clock::Moment;
use crate::store::{Ids, SkuEntry, SkuTable, capability, service_of, set_meta, state_number};

/// A tenant in the making. Everything happens in the one transaction of its caller.
pub(super) struct Builder<'a> {
    pub(super) connection: &'a Connection,
    pub(super) ids: Ids,
    pub(super) now: Moment,
    pub(super) skus: SkuTable,
    /// Whether a product that is used but not listed is bought along.
    pub(super) buys_products: bool,
    pub(super) progress: Option<&'a Progress>,
}

/// A product to add.
#[derive(Debug)]
pub(super) struct NewSku {
    pub(super) sku_id: Guid,
    pub(super) part_number: String,
    pub(super) applies_to: AppliesTo,
    pub(super) capability: Option<String>,
    pub(super) units: PrepaidUnits,
    pub(super) plans: Vec<NewPlan>,
    /// Whether the product has left the tenant already.
    pub(super) removed: bool,
    pub(super) extra: Map<String, Value>,
}

/// A plan of a product to add.
#[derive(Debug)]
pub(super) struct NewPlan {
    pub(super) id: Guid,
    pub(super) name: String,
    pub(super) applies_to: AppliesTo,
    pub(super) status: String,
}

/// One assignment to add.
#[derive(Debug)]
pub(super) struct NewAssignment<'a> {
    pub(super) user_key: i64,
    pub(super) sku_key: i64,
    pub(super) source_key: i64,
    /// A JSON array of lower-case plan ids.
    pub(super) disabled: &'a str,
    pub(super) state: i64,
    pub(super) error: i64,
    pub(super) updated: &'a str,
}

/// Writes the plans of a product, in the place of those it has.
pub(super) fn set_plans(
    connection: &Connection,
    sku_key: i64,
    plans: &[NewPlan],
) -> rusqlite::Result<()> {
    let given_out: Value = plans
        .iter()
        .map(|plan| {
            json!({
                "servicePlanId": plan.id,
                "servicePlanName": plan.name,
                "provisioningStatus": plan.status,
                "appliesTo": applies_to_word(plan.applies_to),
            })
        })
        .collect();
    connection
        .prepare_cached("UPDATE skus SET plans = ?2 WHERE key = ?1")?
        .execute(params![sku_key, given_out.to_string()])?;
    connection
        .prepare_cached("DELETE FROM sku_plans WHERE sku_key = ?1")?
        .execute([sku_key])?;
    let mut insert = connection.prepare_cached(
        "INSERT INTO sku_plans (sku_key, ordinal, plan, id, name, service, applies_to, status)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    for (plan, ordinal) in plans.iter().zip(0_i64..) {
        insert.execute(params![
            sku_key,
            ordinal,
            plan.id.as_bytes(),
            plan.id.to_string(),
            plan.name,
            &*service_of(&plan.name),
            applies_to_word(plan.applies_to),
            plan.status,
        ])?;
    }
    Ok(())
}

/// Seats a product gets that the seed uses without listing it.
const SEATS_BOUGHT_ALONG: i64 = 10;

impl NewSku {
    /// A product of the public table with all its plans.
    pub(super) fn listed(product: &catalog::Product, units: PrepaidUnits) -> Self {
        Self {
            sku_id: product.sku_id,
            part_number: product.part_number.to_owned(),
            applies_to: AppliesTo::User,
            capability: None,
            units,
            plans: product.plans().map(NewPlan::listed).collect(),
            removed: false,
            extra: Map::new(),
        }
    }
}

impl NewPlan {
    /// A plan of the public table.
    pub(super) fn listed(plan: &catalog::ServicePlan) -> Self {
        Self {
            id: plan.id,
            name: plan.name.to_owned(),
            applies_to: if plan.is_company_wide() {
                AppliesTo::Company
            } else {
                AppliesTo::User
            },
            status: "Success".to_owned(),
        }
    }
}

pub(super) fn applies_to_word(applies_to: AppliesTo) -> &'static str {
    match applies_to {
        AppliesTo::User => "User",
        AppliesTo::Company => "Company",
    }
}

impl<'a> Builder<'a> {
    pub(super) fn new(connection: &'a Connection, seed: u64, now: Moment) -> Self {
        Self {
            connection,
            ids: Ids::new(seed),
            now,
            skus: SkuTable::default(),
            buys_products: false,
            progress: None,
        }
    }

    /// Tells how many users are made, at every thousandth. An error if it is to stop.
    pub(super) fn tell_progress(&self, made: u64, of: Option<u64>) -> Result<(), BuildError> {
        match self.progress {
            Some(progress) if made.is_multiple_of(1000) && progress.tell(made, of).is_break() => {
                Err(BuildError::Stopped)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn next_id(&self) -> rusqlite::Result<Guid> {
        self.ids.next(self.connection)
    }

    /// Adds a product and returns its key.
    pub(super) fn add_sku(&mut self, sku: NewSku) -> rusqlite::Result<i64> {
        let mut extra = sku.extra;
        extra.entry("accountName").or_insert(Value::Null);
        extra.entry("accountId").or_insert(Value::Null);
        let key = self
            .connection
            .prepare_cached(
                "INSERT INTO skus (id, part_number, applies_to, capability, enabled, warning, suspended, locked_out,
                   plans, doc, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '[]', ?9, ?10)",
            )?
            .insert(params![
                sku.sku_id.as_bytes(),
                sku.part_number,
                applies_to_word(sku.applies_to),
                sku.capability.as_deref().unwrap_or_else(|| capability(sku.units)),
                sku.units.enabled,
                sku.units.warning,
                sku.units.suspended,
                sku.units.locked_out,
                Value::Object(extra).to_string(),
                sku.removed,
            ])?;
        set_plans(self.connection, key, &sku.plans)?;
        let plans = sku.plans.into_iter().map(|plan| PlanFacts {
            id: plan.id,
            name: plan.name.into(),
            applies_to: plan.applies_to,
        });
        self.skus.insert(SkuEntry {
            key,
            removed: sku.removed,
            facts: SkuFacts {
                sku_id: sku.sku_id,
                part_number: sku.part_number.into(),
                applies_to: sku.applies_to,
                prepaid: sku.units,
                consumed: 0,
                plans: plans.collect(),
            },
        });
        Ok(key)
    }

    /// Adds a product that the seed uses without listing it.
    pub(super) fn buy(&mut self, product: &catalog::Product) -> rusqlite::Result<i64> {
        let units = PrepaidUnits {
            enabled: SEATS_BOUGHT_ALONG,
            ..PrepaidUnits::default()
        };
        self.add_sku(NewSku::listed(product, units))
    }

    pub(super) fn add_assignment(&self, assignment: &NewAssignment<'_>) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached(
                "INSERT INTO assignments (user_key, sku_key, source_key, disabled, state, error, updated)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                assignment.user_key,
                assignment.sku_key,
                assignment.source_key,
                assignment.disabled,
                assignment.state,
                assignment.error,
                assignment.updated,
            ])
            .map(drop)
    }

    /// Adds a member or an owner, the one of that number in the order of joining.
    pub(super) fn add_member(
        &self,
        table: Relation,
        group_key: i64,
        member: (i64, i64),
        joined: i64,
    ) -> rusqlite::Result<()> {
        let (kind, member_key) = member;
        match table {
            Relation::Members => self
                .connection
                .prepare_cached(
                    "INSERT INTO members (group_key, kind, member_key, joined) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute([group_key, kind, member_key, joined])
                .map(drop),
            Relation::Owners => self
                .connection
                .prepare_cached(
                    "INSERT INTO owners (group_key, kind, member_key) VALUES (?1, ?2, ?3)",
                )?
                .execute([group_key, kind, member_key])
                .map(drop),
        }
    }

    /// Counts the seats in use and writes what belongs to the tenant as a whole.
    pub(super) fn finish(&self) -> rusqlite::Result<()> {
        let in_error = state_number(HoldingState::Error);
        let mut counts: HashMap<i64, i64> = HashMap::new();
        {
            let mut count = self.connection.prepare(
                "SELECT a.sku_key, count(DISTINCT a.user_key) FROM assignments a JOIN users u ON u.key = a.user_key
                  WHERE a.state <> ?1 AND u.deleted IS NULL GROUP BY a.sku_key",
            )?;
            let mut rows = count.query([in_error])?;
            while let Some(row) = rows.next()? {
                counts.insert(row.get(0)?, row.get(1)?);
            }
        }
        for entry in self.skus.iter() {
            let consumed = counts.get(&entry.key).copied().unwrap_or(0);
            self.connection.execute(
                "UPDATE skus SET consumed = ?2 WHERE key = ?1",
                [entry.key, consumed],
            )?;
            if self.buys_products && consumed > entry.facts.prepaid.enabled {
                self.connection.execute(
                    "UPDATE skus SET enabled = ?2 WHERE key = ?1",
                    [entry.key, consumed],
                )?;
            }
        }
        self.queue_groups()?;
        self.ids.save(self.connection)
    }

    /// The licences of a group in a seed are taken as long since processed, unless the seed gives them to no member:
    /// then they are due at once.
    fn queue_groups(&self) -> rusqlite::Result<()> {
        self.connection.execute(
            "UPDATE groups SET processing_state = 'QueuedForProcessing'
              WHERE deleted IS NULL AND key IN (SELECT group_key FROM group_licenses)
                AND key IN (SELECT group_key FROM members WHERE kind = 0)
                AND NOT EXISTS (
                  SELECT 1 FROM members m JOIN assignments a ON a.user_key = m.member_key AND a.source_key = m.group_key
                   WHERE m.group_key = groups.key AND m.kind = 0)",
            [],
        )?;
        self.connection
            .execute(
                "INSERT INTO due (at, kind, subject, detail)
                 SELECT ?1, 'processGroup', key, '' FROM groups WHERE processing_state = 'QueuedForProcessing'",
                [self.now.to_string()],
            )
            .map(drop)
    }

    pub(super) fn set_meta(&self, name: &str, value: &str) -> rusqlite::Result<()> {
        set_meta(self.connection, name, value)
    }
}

/// Which of a group's lists is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    Members,
    Owners,
}
