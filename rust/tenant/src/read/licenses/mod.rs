//! A user's and a group's licences, computed from assignments and written as JSON.

mod details;
mod plans;

use std::collections::HashMap;

use mglicense_rules::assignment::{HoldingError, HoldingState};
use mglicense_rules::{Guid, GuidText};
use rusqlite::{CachedStatement, Connection, OptionalExtension};

use crate::clock::Moment;
use crate::odata::filter::Tables;
use crate::settings::{LicensingSettings, SuccessError};
use crate::store::{ERRORS, STATES};

pub(crate) use details::detail_id;
use plans::{Former, Plan};

/// Writes licences. Statements and names stay at hand from one object to the next.
pub(crate) struct Licenses<'c> {
    connection: &'c Connection,
    tables: Tables,
    settings: LicensingSettings,
    /// What was assigned later is not ready yet.
    ready_until: String,
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

struct Sku {
    id: GuidText,
    capability: String,
    /// Loaded only where plans are shown.
    plans: Vec<Plan>,
}

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
            // Later than every time: all is ready.
            ready_until: "9999".to_owned(),
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

    /// The same, for services that are not ready with what was assigned after this time.
    pub(crate) fn ready_until(&mut self, moment: Moment) {
        self.ready_until = moment.to_string();
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
