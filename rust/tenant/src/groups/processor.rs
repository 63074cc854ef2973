//! One member after the other: facts read, rules asked, rows written.

use std::collections::HashMap;
use std::rc::Rc;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{AddLicense, Holding, RefusalKind, SkuLookup, Source};
use mglicense_rules::group_licensing::{GroupTemplate, MemberFacts, MemberFault, MemberRules};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use serde_json::Value;

use super::seats::Seats;
use crate::assignments;
use crate::clock::Moment;
use crate::settings::{DepartedMember, Settings};
use crate::stale;
use crate::store::{SkuTable, State};

/// Processes members. What it learns about groups and products is kept from one member to the next, and the seats are
/// written by [`Processor::finish`].
pub(crate) struct Processor<'c> {
    connection: &'c Connection,
    settings: &'c Settings,
    now: Moment,
    now_text: String,
    skus: &'c SkuTable,
    rules: MemberRules<'c>,
    seats: Seats<'c>,
    templates: HashMap<i64, Option<Rc<GroupTemplate>>>,
    tenant_location: Option<String>,
    user: CachedStatement<'c>,
    memberships: CachedStatement<'c>,
    rows: CachedStatement<'c>,
}

/// What became of a member.
#[derive(Debug, Default)]
pub(crate) struct Processed {
    /// What the user did not get, with the reason.
    pub(crate) faults: Vec<MemberFault>,
}

/// An assignment as it is stored.
struct Row {
    sku_key: i64,
    source_key: i64,
    holding: Holding,
}

/// A group's place in the rules: they know groups by an id, and its key is one for which nothing has to be read.
fn group_id(key: i64) -> Guid {
    Guid(key.unsigned_abs().into())
}

impl<'c> Processor<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        state: &'c State,
        now: Moment,
    ) -> rusqlite::Result<Self> {
        let settings = &*state.settings;
        let skus = state.skus(connection)?;
        let becomes_direct = settings.groups.departed_member == DepartedMember::Direct;
        let memberships = if settings.groups.nested {
            "WITH RECURSIVE above (key) AS (
               SELECT group_key FROM members WHERE kind = 0 AND member_key = ?1 UNION
               SELECT m.group_key FROM above a JOIN groups g ON g.key = a.key AND g.deleted IS NULL
                 JOIN members m ON m.kind = 1 AND m.member_key = a.key)
             SELECT key FROM above ORDER BY key"
        } else {
            "SELECT group_key FROM members WHERE kind = 0 AND member_key = ?1 ORDER BY group_key"
        };
        Ok(Self {
            connection,
            settings,
            now,
            now_text: now.to_string(),
            skus,
            rules: MemberRules::new(skus, state.rules(connection)?)
                .departed_become_direct(becomes_direct),
            seats: Seats::new(connection, skus, settings.assignment),
            templates: HashMap::new(),
            tenant_location: tenant_location(connection)?,
            user: connection.prepare_cached(
                "SELECT usage_location, upn, mail, doc FROM users WHERE key = ?1 AND deleted IS NULL",
            )?,
            memberships: connection.prepare_cached(memberships)?,
            rows: connection.prepare_cached(
                "SELECT sku_key, source_key, disabled, state, error FROM assignments WHERE user_key = ?1",
            )?,
        })
    }

    /// Computes all licences a user has through groups, and writes what differs.
    pub(crate) fn process(&mut self, user_key: i64) -> rusqlite::Result<Processed> {
        let templates = self.templates_of(user_key)?;
        let rows = self.rows_of(user_key)?;
        if templates.is_empty() && rows.iter().all(|row| row.source_key == 0) {
            return Ok(Processed::default());
        }
        let Some((location, address_taken)) = self.facts_of(user_key, &templates)? else {
            // Deleted. Back from the recycle bin, the user will be due again.
            return Ok(Processed::default());
        };
        let holdings: Vec<Holding> = rows.iter().map(|row| row.holding.clone()).collect();
        let groups: Vec<&GroupTemplate> = templates.iter().map(|(_, group)| &**group).collect();
        let facts = MemberFacts {
            location: MemberFacts::location(location.as_deref(), self.tenant_location.as_deref()),
            address_taken,
            holdings: &holdings,
            groups: &groups,
        };
        let seats = &self.seats;
        let outcome = self
            .rules
            .evaluate(&facts, &|sku_id| seats.available(sku_id));
        let is_changed = self.write(user_key, &rows, &outcome.after)?;
        for &(sku_id, delta) in &outcome.seats {
            self.seats.change(sku_id, delta)?;
        }
        if is_changed {
            super::plans_changed(self.connection, self.now, user_key)?;
        }
        let lacks_location = location.is_none_or(|location| location.trim().is_empty());
        if self.settings.groups.write_location && lacks_location && is_changed {
            self.write_location(user_key)?;
        }
        Ok(Processed {
            faults: outcome.faults,
        })
    }

    /// Writes the seats. Returns the keys of the products of which seats came free.
    pub(crate) fn finish(&mut self) -> rusqlite::Result<Vec<i64>> {
        self.seats.write()
    }

    /// The groups a user is in and that carry licences, the oldest first, with their keys.
    fn templates_of(&mut self, user_key: i64) -> rusqlite::Result<Vec<(i64, Rc<GroupTemplate>)>> {
        let mut keys: Vec<i64> = Vec::new();
        {
            let mut rows = self.memberships.query([user_key])?;
            while let Some(row) = rows.next()? {
                keys.push(row.get(0)?);
            }
        }
        let mut templates = Vec::new();
        for key in keys {
            if let Some(template) = self.template(key)? {
                templates.push((key, template));
            }
        }
        Ok(templates)
    }

    /// What a group gives, if it gives anything.
    fn template(&mut self, group_key: i64) -> rusqlite::Result<Option<Rc<GroupTemplate>>> {
        if let Some(template) = self.templates.get(&group_key) {
            return Ok(template.clone());
        }
        let licenses = licenses_of(self.connection, self.skus, group_key)?;
        let template = (!licenses.is_empty()).then(|| {
            Rc::new(GroupTemplate {
                group: group_id(group_key),
                licenses,
            })
        });
        self.templates.insert(group_key, template.clone());
        Ok(template)
    }

    fn rows_of(&mut self, user_key: i64) -> rusqlite::Result<Vec<Row>> {
        let mut rows = self.rows.query([user_key])?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            let sku_key = row.get(0)?;
            let Some(entry) = self.skus.by_key(sku_key) else {
                continue;
            };
            let source_key: i64 = row.get(1)?;
            list.push(Row {
                sku_key,
                source_key,
                holding: Holding {
                    sku_id: entry.facts.sku_id,
                    source: if source_key == 0 {
                        Source::Direct
                    } else {
                        Source::Group(group_id(source_key))
                    },
                    disabled_plans: assignments::plans(row.get_ref(2)?.as_str()?),
                    state: assignments::state_of(row.get(3)?),
                    error: assignments::error_of(row.get(4)?),
                },
            });
        }
        Ok(list)
    }

    /// The user's location as licensing sees it, and whether a mail address is another's too. None if the user is gone.
    fn facts_of(
        &mut self,
        user_key: i64,
        templates: &[(i64, Rc<GroupTemplate>)],
    ) -> rusqlite::Result<Option<(Option<String>, bool)>> {
        let read = self.user.query_row([user_key], |row| {
            let addresses = if templates.is_empty() {
                Vec::new()
            } else {
                addresses(
                    row.get_ref(1)?.as_str()?,
                    row.get_ref(2)?.as_str_or_null()?,
                    row.get_ref(3)?.as_str()?,
                )
            };
            Ok((row.get(0)?, addresses))
        });
        let Some((mut location, addresses)) = read.optional()? else {
            return Ok(None);
        };
        let lag = &self.settings.lag;
        if let Some(seen) = stale::lagging_location(self.connection, lag, user_key)? {
            location = seen;
        }
        let mut taken = self.connection.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM users WHERE mail = ?1 AND deleted IS NULL AND key <> ?2)
                 OR EXISTS (SELECT 1 FROM users WHERE upn = ?1 AND deleted IS NULL AND key <> ?2)",
        )?;
        for address in addresses {
            if taken.query_row(params![address, user_key], |row| row.get(0))? {
                return Ok(Some((location, true)));
            }
        }
        Ok(Some((location, false)))
    }

    /// Writes the assignments that differ. Whether any does.
    fn write(&self, user_key: i64, before: &[Row], after: &[Holding]) -> rusqlite::Result<bool> {
        let is_same = |row: &Row, new: &Holding| {
            new.sku_id == row.holding.sku_id && new.source == row.holding.source
        };
        let mut is_changed = false;
        let mut touch = || {
            if std::mem::replace(&mut is_changed, true) {
                return Ok(());
            }
            stale::remember_user(self.connection, &self.settings.lag, self.now, user_key)
        };
        for row in before {
            let new = after.iter().find(|new| is_same(row, new));
            let had = row.holding.is_in_effect();
            let loses_plans = match new {
                Some(new) if new.is_in_effect() => new
                    .disabled_plans
                    .iter()
                    .any(|plan| !row.holding.disabled_plans.contains(plan)),
                _ => true,
            };
            if new == Some(&row.holding) {
                continue;
            }
            touch()?;
            if had && loses_plans {
                assignments::remember(
                    self.connection,
                    user_key,
                    row.sku_key,
                    &row.holding.disabled_plans,
                    &self.now_text,
                )?;
            }
            if new.is_none() {
                assignments::remove(self.connection, user_key, row.sku_key, row.source_key)?;
            }
        }
        for new in after {
            if before.iter().any(|row| row.holding == *new) {
                continue;
            }
            let Some(entry) = self.skus.by_id(new.sku_id) else {
                continue;
            };
            touch()?;
            let source_key = match new.source {
                Source::Direct => 0,
                Source::Group(group) => i64::try_from(group.0).unwrap_or_default(),
            };
            assignments::put(
                self.connection,
                user_key,
                entry.key,
                source_key,
                new,
                &self.now_text,
            )?;
        }
        Ok(is_changed)
    }

    /// Gives a user the tenant's location, where the settings want that.
    fn write_location(&self, user_key: i64) -> rusqlite::Result<()> {
        let Some(location) = &self.tenant_location else {
            return Ok(());
        };
        self.connection
            .prepare_cached(
                "UPDATE users SET usage_location = ?2, doc = json_set(doc, '$.usageLocation', ?2) WHERE key = ?1",
            )?
            .execute(params![user_key, location])
            .map(drop)
    }
}

/// The licences a group gives: none while it is deleted.
pub(crate) fn licenses_of(
    connection: &Connection,
    skus: &SkuTable,
    group_key: i64,
) -> rusqlite::Result<Vec<AddLicense>> {
    let mut select = connection.prepare_cached(
        "SELECT l.sku_key, l.disabled FROM group_licenses l JOIN groups g ON g.key = l.group_key
          WHERE l.group_key = ?1 AND g.deleted IS NULL",
    )?;
    let mut rows = select.query([group_key])?;
    let mut licenses = Vec::new();
    while let Some(row) = rows.next()? {
        if let Some(entry) = skus.by_key(row.get(0)?) {
            licenses.push(AddLicense {
                sku_id: entry.facts.sku_id,
                disabled_plans: assignments::plans(row.get_ref(1)?.as_str()?),
            });
        }
    }
    Ok(licenses)
}

/// The tenant's own country, by which members without a location are judged.
fn tenant_location(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let organization: Option<String> = connection
        .prepare_cached("SELECT value FROM meta WHERE name = 'organization'")?
        .query_row([], |row| row.get(0))
        .optional()?;
    let organization: Value =
        serde_json::from_str(&organization.unwrap_or_default()).unwrap_or_default();
    Ok(organization["countryLetterCode"]
        .as_str()
        .map(str::to_owned))
}

/// The mail addresses of a user, without repetition. The document is looked into only where it may hold another one.
fn addresses(upn: &str, mail: Option<&str>, doc: &str) -> Vec<String> {
    let mut addresses = vec![upn.to_owned()];
    let mut add = |address: &str| {
        if !addresses
            .iter()
            .any(|known| known.eq_ignore_ascii_case(address))
        {
            addresses.push(address.to_owned());
        }
    };
    if let Some(mail) = mail {
        add(mail);
    }
    if let Some((_, rest)) = doc.split_once("\"proxyAddresses\":[")
        && let Some((list, _)) = rest.split_once(']')
    {
        // An address holds no quote.
        for entry in list.split('"').skip(1).step_by(2) {
            let smtp = entry
                .get(..5)
                .filter(|scheme| scheme.eq_ignore_ascii_case("smtp:"));
            if smtp.is_some() {
                add(&entry[5..]);
            }
        }
    }
    addresses
}

/// The products the tenant has, those that left not among them.
impl SkuLookup for SkuTable {
    fn sku(&self, sku_id: Guid) -> Option<&mglicense_rules::assignment::SkuFacts> {
        let entry = self.by_id(sku_id).filter(|entry| !entry.removed);
        entry.map(|entry| &entry.facts)
    }
}

impl Processed {
    /// The reason the service gives: that of the first failure in the order in which it checks.
    pub(crate) fn verdict(&self) -> Result<(), &mglicense_rules::assignment::Refusal> {
        let refusals = self.faults.iter().map(|fault| &fault.refusal);
        match refusals.min_by_key(|refusal| rank(refusal.kind)) {
            Some(refusal) => Err(refusal),
            None => Ok(()),
        }
    }
}

fn rank(kind: RefusalKind) -> u8 {
    match kind {
        RefusalKind::ProductNotOwned => 0,
        RefusalKind::ProductNotAssignable => 1,
        RefusalKind::CountryBarred => 2,
        RefusalKind::DependencyUnmet => 3,
        RefusalKind::PlansExclusive => 4,
        RefusalKind::NoSeats => 5,
        _ => 6,
    }
}
