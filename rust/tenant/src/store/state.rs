//! What of a file is kept at hand between requests: settings, rules and products, but no user and no group.

use std::sync::{Arc, OnceLock};

use mglicense_rules::Guid;
use mglicense_rules::assignment::RuleSet;
use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use super::{Ids, SkuTable};
use crate::clock::Moment;
use crate::rule_tables::RuleTables;
use crate::settings::Settings;

/// The state of a tenant at one revision.
#[derive(Debug)]
pub(crate) struct State {
    /// Counts the changes of what is here.
    pub(crate) revision: i64,
    pub(crate) tenant_id: Guid,
    pub(crate) seed: u64,
    /// The moment at which the tenant's clock stands; none if it runs.
    pub(crate) clock: Option<Moment>,
    /// The settings in force.
    pub(crate) settings: Arc<Settings>,
    /// The settings as the file keeps them, without what holds for this opening alone.
    pub(crate) kept_settings: Arc<Settings>,
    rules: OnceLock<RuleSet>,
    skus: OnceLock<SkuTable>,
}

impl State {
    pub(super) fn read(
        connection: &Connection,
        overrides: Option<&Value>,
    ) -> rusqlite::Result<Self> {
        let text = |name: &str| -> rusqlite::Result<String> {
            Ok(meta(connection, name)?.unwrap_or_default())
        };
        let mut settings = Settings::default();
        let stored: Value = serde_json::from_str(&text("settings")?).unwrap_or_default();
        // A setting this version does not know was written by another one: the rest still counts.
        settings.change_known(&stored);
        let kept_settings = Arc::new(settings);
        let settings = match overrides {
            None => Arc::clone(&kept_settings),
            Some(overrides) => {
                let mut settings = Settings::clone(&kept_settings);
                // What is wrong in them was refused when the tenant was opened.
                let _ = settings.change(overrides);
                Arc::new(settings)
            }
        };
        Ok(Self {
            revision: revision(connection)?,
            tenant_id: text("tenantId")?.parse().unwrap_or(Guid::NIL),
            seed: text("seed")?.parse().unwrap_or(0),
            clock: meta(connection, "clock")?.and_then(|text| text.parse().ok()),
            settings,
            kept_settings,
            rules: OnceLock::new(),
            skus: OnceLock::new(),
        })
    }

    /// The rules. Read at the first use, since a read needs none.
    pub(crate) fn rules(&self, connection: &Connection) -> rusqlite::Result<&RuleSet> {
        if let Some(rules) = self.rules.get() {
            return Ok(rules);
        }
        let stored = meta(connection, "rules")?.unwrap_or_default();
        let tables: Value = serde_json::from_str(&stored).unwrap_or_default();
        let rules = RuleTables::from_json(&tables).rule_set(self.settings.assignment);
        Ok(self.rules.get_or_init(|| rules))
    }

    /// The products. Read at the first use.
    pub(crate) fn skus(&self, connection: &Connection) -> rusqlite::Result<&SkuTable> {
        if let Some(skus) = self.skus.get() {
            return Ok(skus);
        }
        let skus = SkuTable::read(connection)?;
        Ok(self.skus.get_or_init(|| skus))
    }

    /// A source of new ids for one transaction.
    pub(crate) fn ids(&self) -> Ids {
        Ids::new(self.seed)
    }
}

/// The count of changes of settings, rules, products and clock.
pub(super) fn revision(connection: &Connection) -> rusqlite::Result<i64> {
    Ok(meta(connection, "revision")?
        .and_then(|text| text.parse().ok())
        .unwrap_or(0))
}

/// A value of the table `meta`.
pub(crate) fn meta(connection: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    connection
        .prepare_cached("SELECT value FROM meta WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Sets a value of the table `meta`.
pub(crate) fn set_meta(connection: &Connection, name: &str, value: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )?
        .execute([name, value])
        .map(drop)
}
