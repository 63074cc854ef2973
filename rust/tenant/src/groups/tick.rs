//! One tick: so many members that are due, taken from whatever is due, in the order the settings want.

use std::collections::HashSet;

use rusqlite::{Connection, params};

use super::processor::Processor;
use super::queue::{set_state, settle_state};
use super::refill;
use crate::clock::Moment;
use crate::due::{self, Kind};
use crate::settings::MemberOrder;
use crate::store::{State, mix};

/// A row of work about a whole group: its place among what is due, and how far it has come.
#[derive(Debug)]
pub(crate) struct GroupJob {
    pub(crate) due_key: i64,
    pub(crate) group_key: i64,
    pub(crate) cursor: String,
}

/// The members of one tick.
pub(crate) struct Batch<'c> {
    connection: &'c Connection,
    state: &'c State,
    now: Moment,
    /// How many members may still be taken.
    budget: i64,
    /// The key of the user with whom the order drawn from the seed begins.
    start: i64,
    users: Vec<i64>,
    /// Rows of `due_members` that are done with this batch, and the groups they are about.
    rows: Vec<(i64, i64)>,
    /// Group jobs, each with where it goes on; those that are done with none.
    jobs: Vec<(GroupJob, Option<String>)>,
    refills: Vec<(i64, i64)>,
}

impl<'c> Batch<'c> {
    pub(crate) fn new(
        connection: &'c Connection,
        state: &'c State,
        now: Moment,
    ) -> rusqlite::Result<Self> {
        let last: i64 = connection
            .prepare_cached("SELECT ifnull(max(key), 0) FROM users")?
            .query_row([], |row| row.get(0))?;
        let start = mix(state.seed) % last.unsigned_abs().saturating_add(1);
        Ok(Self {
            connection,
            state,
            now,
            budget: i64::from(state.settings.groups.members_per_step),
            start: i64::try_from(start).unwrap_or_default(),
            users: Vec::new(),
            rows: Vec::new(),
            jobs: Vec::new(),
            refills: Vec::new(),
        })
    }

    /// Takes members that are due one by one: those due before `before` or, without it, until now.
    pub(crate) fn add_members(&mut self, before: Option<&str>) -> rusqlite::Result<()> {
        if self.budget <= 0 {
            return Ok(());
        }
        let last = self.rows.last().map_or(0, |(key, _)| *key);
        let now = self.now.to_string();
        let mut select = self.connection.prepare_cached(
            "SELECT key, group_key, user_key FROM due_members
              WHERE at <= ?1 AND (?2 IS NULL OR at < ?2) AND (at, key) > (SELECT ifnull((SELECT at FROM due_members WHERE key = ?3), ''), ?3)
              ORDER BY at, key LIMIT ?4",
        )?;
        let mut rows = select.query(params![now, before, last, self.budget])?;
        while let Some(row) = rows.next()? {
            self.rows.push((row.get(0)?, row.get(1)?));
            self.users.push(row.get(2)?);
            self.budget -= 1;
        }
        Ok(())
    }

    /// Takes members of a group all of whose members are due.
    pub(crate) fn add_group(&mut self, job: GroupJob) -> rusqlite::Result<()> {
        if self.budget <= 0 {
            return Ok(());
        }
        let settings = &self.state.settings.groups;
        let by_joining = settings.member_order == MemberOrder::Joined && !settings.nested;
        let next = if by_joining {
            self.take_by_joining(&job)?
        } else {
            self.take_by_key(&job)?
        };
        self.jobs.push((job, next));
        Ok(())
    }

    fn take_by_joining(&mut self, job: &GroupJob) -> rusqlite::Result<Option<String>> {
        let after: i64 = job.cursor.parse().unwrap_or(0);
        let mut select = self.connection.prepare_cached(
            "SELECT member_key, joined FROM members WHERE group_key = ?1 AND kind = 0 AND joined > ?2
              ORDER BY joined LIMIT ?3",
        )?;
        let taken: Vec<(i64, i64)> = select
            .query_map([job.group_key, after, self.budget], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect::<Result<_, _>>()?;
        let is_rest = (taken.len() as i64) < self.budget;
        self.budget -= taken.len() as i64;
        self.users.extend(taken.iter().map(|(user, _)| *user));
        let last = taken.last().map_or(after, |(_, joined)| *joined);
        Ok((!is_rest).then(|| last.to_string()))
    }

    /// By key from the start on, and then around. The cursor is the start, the last key, and whether it went around.
    fn take_by_key(&mut self, job: &GroupJob) -> rusqlite::Result<Option<String>> {
        let mut parts = job
            .cursor
            .split(' ')
            .filter_map(|part| part.parse::<i64>().ok());
        let start = parts.next().unwrap_or(self.start);
        let mut after = parts.next().unwrap_or(start - 1);
        let mut is_around = parts.next() == Some(1);
        let sql = if self.state.settings.groups.nested {
            "WITH RECURSIVE inside (key) AS (
               SELECT ?1 UNION
               SELECT m.member_key FROM inside i JOIN members m ON m.group_key = i.key AND m.kind = 1)
             SELECT DISTINCT m.member_key FROM inside i JOIN members m ON m.group_key = i.key AND m.kind = 0
              WHERE m.member_key > ?2 AND m.member_key < ?3 ORDER BY m.member_key LIMIT ?4"
        } else {
            "SELECT member_key FROM members
              WHERE group_key = ?1 AND kind = 0 AND member_key > ?2 AND member_key < ?3
              ORDER BY member_key LIMIT ?4"
        };
        let mut select = self.connection.prepare_cached(sql)?;
        loop {
            let end = if is_around { start } else { i64::MAX };
            let mut taken = 0;
            let mut rows = select.query([job.group_key, after, end, self.budget])?;
            while let Some(row) = rows.next()? {
                after = row.get(0)?;
                self.users.push(after);
                taken += 1;
            }
            let is_rest = taken < self.budget;
            self.budget -= taken;
            if !is_rest {
                return Ok(Some(format!("{start} {after} {}", i64::from(is_around))));
            }
            if is_around {
                return Ok(None);
            }
            is_around = true;
            after = -1;
        }
    }

    /// Takes those who wait for seats of a product, as many as there are seats.
    pub(crate) fn add_refill(&mut self, due_key: i64, sku_key: i64) -> rusqlite::Result<()> {
        if self.budget <= 0 {
            return Ok(());
        }
        let settings = &self.state.settings;
        let free = refill::free_seats(self.connection, settings, sku_key)?;
        let limit = free.min(self.budget);
        let users = refill::waiting(self.connection, settings, sku_key, self.start, limit)?;
        self.budget -= users.len() as i64;
        self.refills.push((due_key, sku_key));
        self.users.extend(users);
        Ok(())
    }

    /// Processes what was taken. Returns how many members that were.
    pub(crate) fn carry_out(mut self) -> rusqlite::Result<u64> {
        if self.users.is_empty() && self.jobs.is_empty() && self.refills.is_empty() {
            return Ok(0);
        }
        let mut processor = Processor::new(self.connection, self.state, self.now)?;
        self.order_users();
        let users = std::mem::take(&mut self.users);
        processor.process_all(&users)?;
        let freed = processor.finish()?;
        let mut done = self
            .connection
            .prepare_cached("DELETE FROM due_members WHERE key = ?1")?;
        for (key, _) in &self.rows {
            done.execute([key])?;
        }
        let mut groups: Vec<i64> = self.rows.iter().map(|(_, group_key)| *group_key).collect();
        for (job, next) in &self.jobs {
            match next {
                Some(cursor) => {
                    due::go_on(self.connection, job.due_key, cursor)?;
                    set_state(self.connection, job.group_key, "ProcessingInProgress")?;
                }
                None => {
                    due::done(self.connection, job.due_key)?;
                    groups.push(job.group_key);
                }
            }
        }
        groups.sort_unstable();
        groups.dedup();
        for group_key in groups {
            settle_state(self.connection, group_key)?;
        }
        self.end_refills(&freed)?;
        Ok(users.len() as u64)
    }

    /// The order of the settings, each user once.
    fn order_users(&mut self) {
        match self.state.settings.groups.member_order {
            MemberOrder::Seeded => {
                let start = self.start;
                self.users.sort_unstable_by_key(|&key| (key < start, key));
                self.users.dedup();
            }
            MemberOrder::Joined => {
                let mut seen = HashSet::with_capacity(self.users.len());
                self.users.retain(|&key| seen.insert(key));
            }
        }
    }

    /// Those who were served wait no longer; where there are still seats, the next are due.
    fn end_refills(&self, freed: &[i64]) -> rusqlite::Result<()> {
        let settings = &self.state.settings;
        for &(due_key, sku_key) in &self.refills {
            due::done(self.connection, due_key)?;
            let has_more = refill::free_seats(self.connection, settings, sku_key)? > 0
                && !refill::waiting(self.connection, settings, sku_key, self.start, 1)?.is_empty();
            if has_more {
                due::schedule(self.connection, self.now, Kind::RefillSku, sku_key)?;
            }
        }
        refill::seats_came(self.connection, settings, self.now, freed)
    }
}
