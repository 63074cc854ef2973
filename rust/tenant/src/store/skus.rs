//! The tenant's products, kept at hand.

use std::collections::HashMap;
use std::sync::Arc;

use mglicense_rules::assignment::{AppliesTo, PlanFacts, PrepaidUnits, SkuFacts};
use mglicense_rules::names::TenantSku;
use mglicense_rules::{Guid, GuidMap};
use rusqlite::Connection;

/// A product of the tenant. The seats in use change with each assignment, so they are read when they are needed.
#[derive(Debug)]
pub(crate) struct SkuEntry {
    pub(crate) key: i64,
    /// Whether the product has left the tenant.
    pub(crate) removed: bool,
    /// All about it but the seats in use, which are 0 here.
    pub(crate) facts: SkuFacts,
}

/// The tenant's products by key and by id, those that left included.
#[derive(Debug, Default)]
pub(crate) struct SkuTable {
    entries: Vec<SkuEntry>,
    by_id: GuidMap<usize>,
    by_key: HashMap<i64, usize>,
}

impl SkuTable {
    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let mut plans: HashMap<i64, Vec<PlanFacts>> = HashMap::new();
        let mut statement = connection.prepare_cached(
            "SELECT sku_key, plan, name, applies_to FROM sku_plans ORDER BY sku_key, ordinal",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let name: &str = row.get_ref(2)?.as_str()?;
            plans.entry(row.get(0)?).or_default().push(PlanFacts {
                id: Guid::from_bytes(row.get(1)?),
                name: name.into(),
                applies_to: applies_to(row.get_ref(3)?.as_str()?),
            });
        }
        let mut table = Self::default();
        let mut statement = connection.prepare_cached(
            "SELECT key, id, part_number, applies_to, enabled, warning, suspended, locked_out, removed FROM skus",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let part_number: &str = row.get_ref(2)?.as_str()?;
            table.insert(SkuEntry {
                key,
                removed: row.get(8)?,
                facts: SkuFacts {
                    sku_id: Guid::from_bytes(row.get(1)?),
                    part_number: part_number.into(),
                    applies_to: applies_to(row.get_ref(3)?.as_str()?),
                    prepaid: PrepaidUnits {
                        enabled: row.get(4)?,
                        warning: row.get(5)?,
                        suspended: row.get(6)?,
                        locked_out: row.get(7)?,
                    },
                    consumed: 0,
                    plans: plans.remove(&key).unwrap_or_default().into(),
                },
            });
        }
        Ok(table)
    }

    pub(crate) fn insert(&mut self, entry: SkuEntry) {
        self.by_id.insert(entry.facts.sku_id, self.entries.len());
        self.by_key.insert(entry.key, self.entries.len());
        self.entries.push(entry);
    }

    pub(crate) fn by_id(&self, id: Guid) -> Option<&SkuEntry> {
        self.by_id.get(&id).map(|&at| &self.entries[at])
    }

    pub(crate) fn by_key(&self, key: i64) -> Option<&SkuEntry> {
        self.by_key.get(&key).map(|&at| &self.entries[at])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &SkuEntry> {
        self.entries.iter()
    }

    /// The products as names are looked up among.
    pub(crate) fn named(&self) -> impl Iterator<Item = TenantSku<'_>> {
        self.entries.iter().map(|entry| TenantSku {
            sku_id: entry.facts.sku_id,
            part_number: &entry.facts.part_number,
        })
    }

    /// The facts of some products with the seats now in use, for the judgement of one request. Products that left the
    /// tenant are not among them.
    pub(crate) fn facts_now(
        &self,
        connection: &Connection,
        ids: impl Iterator<Item = Guid>,
    ) -> rusqlite::Result<Vec<SkuFacts>> {
        let mut facts: Vec<SkuFacts> = Vec::new();
        let mut consumed = connection.prepare_cached("SELECT consumed FROM skus WHERE key = ?1")?;
        for id in ids {
            let Some(entry) = self.by_id(id).filter(|entry| !entry.removed) else {
                continue;
            };
            if facts.iter().any(|known| known.sku_id == id) {
                continue;
            }
            let mut known = entry.facts.clone();
            known.consumed = consumed.query_row([entry.key], |row| row.get(0))?;
            facts.push(known);
        }
        Ok(facts)
    }
}

fn applies_to(word: &str) -> AppliesTo {
    if word.eq_ignore_ascii_case("Company") {
        AppliesTo::Company
    } else {
        AppliesTo::User
    }
}

/// capabilityStatus as it follows from the seats: `Enabled` needs one enabled unit; then the best of the others.
pub(crate) fn capability(units: PrepaidUnits) -> &'static str {
    if units.enabled > 0 {
        "Enabled"
    } else if units.warning > 0 {
        "Warning"
    } else if units.suspended > 0 {
        "Suspended"
    } else if units.locked_out > 0 {
        "LockedOut"
    } else {
        // A product bought with no seats left, such as one whose last seat moved away, is still in good standing.
        "Enabled"
    }
}

/// The service a plan belongs to, as assignedPlans names it. Microsoft publishes no list: this goes by the names of the
/// plans, and a plan of no known family stands for itself.
pub(crate) fn service_of(plan_name: &str) -> Arc<str> {
    const FAMILIES: [(&str, &str); 38] = [
        ("EXCHANGE", "exchange"),
        ("EOP_", "exchange"),
        ("SHAREPOINT", "SharePoint"),
        ("ONEDRIVE", "SharePoint"),
        ("MCO", "MicrosoftCommunicationsOnline"),
        ("TEAMS", "TeamspaceAPI"),
        ("YAMMER", "YammerEnterprise"),
        ("INTUNE", "SCO"),
        ("RMS_S", "RMSOnline"),
        ("AAD_", "AADPremiumService"),
        ("MFA_", "MultiFactorService"),
        ("ADALLOM", "Adallom"),
        ("ATA", "AzureAdvancedThreatAnalytics"),
        ("SWAY", "Sway"),
        ("FLOW", "ProcessSimple"),
        ("POWERAPPS", "PowerAppsService"),
        ("POWER_VIRTUAL", "CCIBotsNA"),
        ("POWERAUTOMATE", "ProcessSimple"),
        ("BI_AZURE", "AzureAnalysis"),
        ("CDS", "CRM"),
        ("DYN365_CDS", "CRM"),
        ("DYN365", "CRM"),
        ("CRM", "CRM"),
        ("FORMS", "OfficeForms"),
        ("OFFICESUBSCRIPTION", "MicrosoftOffice"),
        ("OFFICEMOBILE", "MicrosoftOffice"),
        ("VISIO", "MicrosoftOffice"),
        ("PROJECT", "ProjectWorkManagement"),
        ("STREAM", "MicrosoftStream"),
        ("Deskless", "Deskless"),
        ("KAIZALA", "MicrosoftKaizala"),
        ("WHITEBOARD", "WhiteboardServices"),
        ("BPOS_S_TODO", "To-Do"),
        ("LOCKBOX", "exchange"),
        ("THREAT_INTELLIGENCE", "exchange"),
        ("ATP", "exchange"),
        ("WIN", "WindowsDefenderATP"),
        ("MYANALYTICS", "exchange"),
    ];
    let family = FAMILIES.iter().find(|(prefix, _)| {
        let head = plan_name.get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix))
    });
    family.map_or(plan_name, |(_, service)| service).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_the_units_decides_the_capability() {
        let units = |enabled, warning, suspended, locked_out| PrepaidUnits {
            enabled,
            warning,
            suspended,
            locked_out,
        };
        assert_eq!(capability(units(1, 5, 5, 5)), "Enabled");
        assert_eq!(capability(units(0, 5, 5, 5)), "Warning");
        assert_eq!(capability(units(0, 0, 5, 5)), "Suspended");
        assert_eq!(capability(units(0, 0, 0, 5)), "LockedOut");
        assert_eq!(capability(units(0, 0, 0, 0)), "Enabled");
    }

    #[test]
    fn plans_belong_to_services_by_their_names() {
        assert_eq!(&*service_of("EXCHANGE_S_ENTERPRISE"), "exchange");
        assert_eq!(&*service_of("TEAMS1"), "TeamspaceAPI");
        assert_eq!(&*service_of("MCOEV"), "MicrosoftCommunicationsOnline");
        assert_eq!(&*service_of("NEWPLAN"), "NEWPLAN");
        assert_eq!(&*service_of("ÉX"), "ÉX");
    }
}
