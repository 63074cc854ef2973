//! One member after the other: facts read, rules asked, rows written.

use std::collections::HashMap;
use std::rc::Rc;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{AddLicense, Holding, RefusalKind, SkuLookup, Source};
use mglicense_rules::group_licensing::{GroupTemplate, MemberFacts, MemberFault, MemberRules};
use rusqlite::{CachedStatement, Connection, OptionalExtension, params};
use serde_json::Value;

use super::addresses::{Addresses, Own};
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
    templates: HashMap<i64, Option<Rc<Template>>>,
    tenant_location: Option<String>,
    /// Whether a rule of a dynamic group asks for plans.
    rules_ask_for_plans: bool,
    users: CachedStatement<'c>,
    memberships: CachedStatement<'c>,
    rows: CachedStatement<'c>,
    addresses: Addresses<'c>,
    insert: CachedStatement<'c>,
}

/// What became of a member.
#[derive(Debug, Default)]
pub(crate) struct Processed {
    /// What the user did not get, with the reason.
    pub(crate) faults: Vec<MemberFault>,
}

/// What a group gives, and what of it is used for every member.
struct Template {
    group: GroupTemplate,
    /// Whether one of its products has a mailbox.
    has_mailbox: bool,
}

/// An assignment as it is stored.
struct Row {
    sku_key: i64,
    source_key: i64,
    holding: Holding,
}

/// A user as the rules want to know them.
struct Member {
    key: i64,
    /// As licensing sees it.
    location: Option<String>,
    /// Whether a mail address is another user's too. Looked for only where a mailbox is to be given.
    address_taken: bool,
    /// What the groups give that the user is in, the oldest group first.
    templates: Vec<Rc<Template>>,
    rows: Vec<Row>,
}

/// How many neighbours are read in one go.
const AT_A_TIME: usize = 256;

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
             SELECT ?2, key FROM above ORDER BY key"
        } else {
            "SELECT member_key, group_key FROM members
              WHERE kind = 0 AND member_key BETWEEN ?1 AND ?2 ORDER BY member_key, group_key"
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
            rules_ask_for_plans: super::rules_ask_for_plans(connection)?,
            users: connection.prepare_cached(
                "SELECT key, usage_location, upn, mail, doc FROM users
                  WHERE key BETWEEN ?1 AND ?2 AND deleted IS NULL ORDER BY key",
            )?,
            memberships: connection.prepare_cached(memberships)?,
            rows: connection.prepare_cached(
                "SELECT user_key, sku_key, source_key, disabled, state, error FROM assignments
                  WHERE user_key BETWEEN ?1 AND ?2 ORDER BY user_key, sku_key, source_key",
            )?,
            addresses: Addresses::new(connection)?,
            insert: connection.prepare_cached(assignments::INSERT)?,
        })
    }

    /// Computes all licences that these users have through groups, one after the other, and writes what differs.
    pub(crate) fn process_all(&mut self, users: &[i64]) -> rusqlite::Result<()> {
        self.addresses.prepare(self.connection, users.len())?;
        for some in users.chunks(AT_A_TIME) {
            let (first, last) = (some[0], some[some.len() - 1]);
            let is_dense = some.is_sorted()
                && last - first < AT_A_TIME as i64 * 4
                && !self.settings.groups.nested;
            if !is_dense {
                for &user_key in some {
                    self.process(user_key)?;
                }
                continue;
            }
            // Neighbours are read in one go. What is written about one changes nothing that was read of another.
            let mut wanted = some.iter().peekable();
            for member in self.load(first, last)? {
                while wanted.next_if(|&&key| key < member.key).is_some() {}
                if wanted.next_if(|&&key| key == member.key).is_some() {
                    self.process_loaded(&member)?;
                }
            }
        }
        Ok(())
    }

    /// Computes all licences a user has through groups, and writes what differs.
    pub(crate) fn process(&mut self, user_key: i64) -> rusqlite::Result<Processed> {
        match self.load(user_key, user_key)?.first() {
            Some(member) => self.process_loaded(member),
            // Deleted. Back from the recycle bin, the user will be due again.
            None => Ok(Processed::default()),
        }
    }

    fn process_loaded(&mut self, member: &Member) -> rusqlite::Result<Processed> {
        let Member {
            key: user_key,
            location,
            address_taken,
            templates,
            rows,
        } = member;
        let user_key = *user_key;
        if templates.is_empty() && rows.iter().all(|row| row.source_key == 0) {
            return Ok(Processed::default());
        }
        let holdings: Vec<Holding> = rows.iter().map(|row| row.holding.clone()).collect();
        let groups: Vec<&GroupTemplate> =
            templates.iter().map(|template| &template.group).collect();
        let facts = MemberFacts {
            location: MemberFacts::location(location.as_deref(), self.tenant_location.as_deref()),
            address_taken: *address_taken,
            holdings: &holdings,
            groups: &groups,
        };
        let seats = &self.seats;
        let outcome = self
            .rules
            .evaluate(&facts, &|sku_id| seats.available(sku_id));
        let is_changed = self.write(user_key, rows, &outcome.after)?;
        for &(sku_id, delta) in &outcome.seats {
            self.seats.change(sku_id, delta)?;
        }
        if is_changed && self.rules_ask_for_plans {
            super::plans_changed(self.connection, self.now, user_key)?;
        }
        let lacks_location = location
            .as_deref()
            .is_none_or(|location| location.trim().is_empty());
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

    /// Reads the users of these keys who are there, with all that the rules want to know of them.
    fn load(&mut self, first: i64, last: i64) -> rusqlite::Result<Vec<Member>> {
        let mut templates: Vec<(i64, Rc<Template>)> = Vec::new();
        let mut memberships: Vec<(i64, i64)> = Vec::new();
        {
            let mut rows = self.memberships.query([first, last])?;
            while let Some(row) = rows.next()? {
                memberships.push((row.get(0)?, row.get(1)?));
            }
        }
        for (user_key, group_key) in memberships {
            if let Some(template) = self.template(group_key)? {
                templates.push((user_key, template));
            }
        }
        let mut templates = templates.into_iter().peekable();
        let mut assignments = self.assignments_of(first, last)?.into_iter().peekable();
        let mut members = Vec::new();
        let mut rows = self.users.query([first, last])?;
        while let Some(row) = rows.next()? {
            let key: i64 = row.get(0)?;
            let mut member = Member {
                key,
                location: None,
                address_taken: false,
                templates: Vec::new(),
                rows: Vec::new(),
            };
            // What belongs to a deleted user is passed over.
            while let Some((user_key, template)) = templates.next_if(|(user, _)| *user <= key) {
                if user_key == key {
                    member.templates.push(template);
                }
            }
            while let Some((user_key, assignment)) = assignments.next_if(|(user, _)| *user <= key) {
                if user_key == key {
                    member.rows.push(assignment);
                }
            }
            member.location = row.get(1)?;
            if member.templates.iter().any(|template| template.has_mailbox) {
                let own = Own {
                    upn: row.get_ref(2)?.as_str()?,
                    mail: row.get_ref(3)?.as_str_or_null()?,
                    doc: row.get_ref(4)?.as_str()?,
                };
                member.address_taken = self.addresses.is_taken(key, &own)?;
            }
            let lag = &self.settings.lag;
            if let Some(seen) = stale::lagging_location(self.connection, lag, key)? {
                member.location = seen;
            }
            members.push(member);
        }
        Ok(members)
    }

    /// What a group gives, if it gives anything.
    fn template(&mut self, group_key: i64) -> rusqlite::Result<Option<Rc<Template>>> {
        if let Some(template) = self.templates.get(&group_key) {
            return Ok(template.clone());
        }
        let licenses = licenses_of(self.connection, self.skus, group_key)?;
        let template = (!licenses.is_empty()).then(|| {
            let mut skus = licenses
                .iter()
                .filter_map(|license| self.skus.by_id(license.sku_id));
            Rc::new(Template {
                has_mailbox: skus.any(|entry| {
                    let mut plans = entry.facts.plans.iter();
                    plans.any(|plan| plan.name.starts_with("EXCHANGE"))
                }),
                group: GroupTemplate {
                    group: group_id(group_key),
                    licenses,
                },
            })
        });
        self.templates.insert(group_key, template.clone());
        Ok(template)
    }

    /// The assignments of the users of these keys, in the order of the users.
    fn assignments_of(&mut self, first: i64, last: i64) -> rusqlite::Result<Vec<(i64, Row)>> {
        let mut rows = self.rows.query([first, last])?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            let sku_key = row.get(1)?;
            let Some(entry) = self.skus.by_key(sku_key) else {
                continue;
            };
            let source_key: i64 = row.get(2)?;
            let assignment = Row {
                sku_key,
                source_key,
                holding: Holding {
                    sku_id: entry.facts.sku_id,
                    source: if source_key == 0 {
                        Source::Direct
                    } else {
                        Source::Group(group_id(source_key))
                    },
                    disabled_plans: assignments::plans(row.get_ref(3)?.as_str()?),
                    state: assignments::state_of(row.get(4)?),
                    error: assignments::error_of(row.get(5)?),
                },
            };
            list.push((row.get(0)?, assignment));
        }
        Ok(list)
    }

    /// Writes the assignments that differ. Whether any does.
    fn write(
        &mut self,
        user_key: i64,
        before: &[Row],
        after: &[Holding],
    ) -> rusqlite::Result<bool> {
        let is_same = |row: &Row, new: &Holding| {
            new.sku_id == row.holding.sku_id && new.source == row.holding.source
        };
        let mut is_changed = false;
        let (connection, lag, now) = (self.connection, &self.settings.lag, self.now);
        let mut touch = || {
            if std::mem::replace(&mut is_changed, true) {
                return Ok(());
            }
            stale::remember_user(connection, lag, now, user_key)
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
            let old = before.iter().find(|row| is_same(row, new));
            if old.is_some_and(|row| row.holding == *new) {
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
            let key = (user_key, entry.key, source_key);
            if old.is_none() {
                assignments::insert(&mut self.insert, key, new, &self.now_text)?;
            } else {
                assignments::put(self.connection, key, new, &self.now_text)?;
            }
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
