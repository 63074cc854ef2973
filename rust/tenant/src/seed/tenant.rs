//! What a tenant is apart from its users and groups.

use rusqlite::Connection;
use serde_json::{Map, Value};

use super::BuildError;
use super::builder::{Builder, NewSku};
use super::wishes::Wishes;
use super::{domains, organization, products, roles, rooms, subscriptions};
use crate::clock::{Clock, RealClock};
use crate::fault::{self, Fault, Located};
use crate::rule_tables::RuleTables;
use crate::settings::Settings;

/// The sections of a seed other than users and groups, as given.
#[derive(Debug, Default)]
pub(super) struct Profile {
    sections: Map<String, Value>,
}

/// Every key a seed may have.
pub(super) const KEYS: [&str; 13] = [
    "version",
    "seed",
    "clock",
    "organization",
    "domains",
    "subscribedSkus",
    "subscriptions",
    "users",
    "groups",
    "directoryRoles",
    "rooms",
    "rules",
    "settings",
];

/// The version of the seed format that is read.
const VERSION: i64 = 1;

impl Profile {
    /// Takes over one section.
    pub(super) fn set(&mut self, key: &str, value: Value) -> Result<(), Fault> {
        if !KEYS.contains(&key) {
            return Err(fault::unknown("key", key, &KEYS).at(key));
        }
        self.sections.insert(key.to_owned(), value);
        Ok(())
    }

    fn given(&self, key: &str) -> Option<&Value> {
        self.sections.get(key).filter(|value| !value.is_null())
    }

    /// Writes the products and all that users and groups build on.
    pub(super) fn begin<'a>(
        &self,
        connection: &'a Connection,
        wishes: Wishes<'a>,
    ) -> Result<Builder<'a>, BuildError> {
        if let Some(version) = self.given("version")
            && version.as_i64() != Some(VERSION)
        {
            let text =
                format!("unsupported version {version}; this program reads version {VERSION}");
            return Err(Fault::new(text).at("version").into());
        }
        let seed = match self.given("seed") {
            Some(value) => fault::integer(value, 0).at("seed")?.unsigned_abs(),
            None => 1,
        };
        let clock = self
            .given("clock")
            .map(fault::moment)
            .transpose()
            .at("clock")?;
        let now = clock.unwrap_or_else(|| RealClock::new(1.0).now());
        let mut builder = Builder::new(connection, seed, now);
        builder.progress = wishes.progress;
        builder.set_meta("seed", &seed.to_string())?;
        builder.set_meta("revision", "1")?;
        if let Some(clock) = clock {
            builder.set_meta("clock", &clock.to_string())?;
        }
        self.write_settings(&builder, wishes.settings)?;
        match self.given("subscribedSkus") {
            Some(value) => add_skus(&mut builder, value).at_section("subscribedSkus")?,
            None => builder.buys_products = true,
        }
        self.write_rules(&builder)?;
        Ok(builder)
    }

    fn write_settings(
        &self,
        builder: &Builder<'_>,
        overrides: Option<&Value>,
    ) -> Result<(), BuildError> {
        let mut settings = Settings::default();
        for changes in [self.given("settings"), overrides].into_iter().flatten() {
            settings.change(changes).at("settings")?;
        }
        builder.set_meta("settings", &settings.json().to_string())?;
        Ok(())
    }

    fn write_rules(&self, builder: &Builder<'_>) -> Result<(), BuildError> {
        let tables = match self.given("rules") {
            Some(value) => {
                let resolve = |text: &str| {
                    products::rule_plan(text, builder.skus.iter().map(|entry| &entry.facts))
                };
                RuleTables::read(value, &resolve).at("rules")?
            }
            None => RuleTables::default(),
        };
        builder.set_meta("rules", &tables.json().to_string())?;
        Ok(())
    }

    /// Writes what is counted or derived from users and groups, and ends the tenant.
    pub(super) fn finish(&self, builder: &Builder<'_>) -> Result<(), BuildError> {
        builder.finish()?;
        let default_domain = domains::write(builder, self.given("domains"), &self.short_name())?;
        organization::write(builder, self.given("organization"), &default_domain)?;
        subscriptions::write(builder, self.given("subscriptions")).at_section("subscriptions")?;
        roles::write(builder, self.given("directoryRoles")).at_section("directoryRoles")?;
        rooms::write(builder, self.given("rooms")).at_section("rooms")?;
        builder.ids.save(builder.connection)?;
        Ok(())
    }

    fn short_name(&self) -> String {
        let name = self
            .given("organization")
            .and_then(|value| value.get("displayName"));
        let name = name.and_then(Value::as_str).unwrap_or("Contoso");
        let short: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        if short.is_empty() {
            "contoso".to_owned()
        } else {
            short.to_ascii_lowercase()
        }
    }
}

/// Puts a section's name before the path of a fault.
trait AtSection<T> {
    fn at_section(self, key: &str) -> Result<T, BuildError>;
}

impl<T> AtSection<T> for Result<T, BuildError> {
    fn at_section(self, key: &str) -> Self {
        self.map_err(|error| match error {
            BuildError::Fault(fault) => BuildError::Fault(fault.at(key)),
            other => other,
        })
    }
}

fn add_skus(builder: &mut Builder<'_>, value: &Value) -> Result<(), BuildError> {
    for (index, value) in fault::list(value)?.iter().enumerate() {
        let sku: NewSku = products::new_sku(value).at_index(index)?;
        if builder.skus.by_id(sku.sku_id).is_some() {
            let fault = Fault::new(format!("the product '{}' is given twice", sku.part_number));
            return Err(fault.at_index(index).into());
        }
        builder.add_sku(sku)?;
    }
    Ok(())
}

/// A tenant without accounts.
pub(super) fn empty(connection: &Connection, wishes: Wishes<'_>) -> Result<(), BuildError> {
    let profile = Profile::default();
    let builder = profile.begin(connection, wishes)?;
    profile.finish(&builder)
}
