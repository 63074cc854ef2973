//! The judgement of a whole run: every row, every user, every seat, before the first write.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use mglicense_rules::Guid;
use mglicense_rules::assignment::RuleSet;
use serde::Serialize;

use super::assess::{Assessed, Bench};
use super::facts::{Facts, Subject};
use super::outcome::{Names, Write};
use super::reason::{Certainty, Reason};
use super::results::nobody_named;
use super::rows::{PartialOrder, Rows};
use super::seats::{self, Place, SeatLine};
use super::wish::{Contradiction, Resolved};
use super::words::describe;
use crate::failure::Failure;

/// How to judge.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Options {
    /// In which order seats go where there are too few. `None`: then nothing is written.
    pub(crate) partial: Option<PartialOrder>,
    /// Whether to make out the changes only and foretell nothing.
    pub(crate) blind: bool,
}

/// What becomes of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Everything is as wished.
    Unchanged,
    /// The change goes out in that stage.
    Write(u32),
    /// Something certain speaks against it.
    Blocked,
    /// There are no seats of these products.
    Short(Vec<Guid>),
}

/// A user with the rows that are about it.
#[derive(Debug)]
pub(super) struct UserVerdict {
    user: usize,
    /// Where its row numbers are.
    pub(super) rows: std::ops::Range<usize>,
    assessed: Arc<Assessed>,
    pub(super) fate: Fate,
    /// Reasons of its own, beside those it shares.
    own: Vec<Reason>,
}

/// A row that comes to nothing by itself.
#[derive(Debug)]
pub(super) enum LostRow {
    /// It names nobody.
    Nobody,
    /// The service refused to show its user.
    Refused(Failure),
    /// What it wishes can't be carried out for anybody.
    Unusable { user: usize, wish: u32 },
}

/// Counts over a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Totals {
    /// Rows.
    pub(crate) rows: usize,
    /// Distinct users that were found.
    pub(crate) users: usize,
    /// Rows about a user of an earlier row.
    pub(crate) merged: usize,
    /// Users to change.
    pub(crate) to_change: usize,
    /// Users who have everything as wished.
    pub(crate) unchanged: usize,
    /// Rows that certainly fail, seats apart.
    pub(crate) blocked: usize,
    /// Users who go without a seat.
    pub(crate) short: usize,
    /// Users to change about whom tables that may be stale speak against it.
    pub(crate) likely: usize,
    /// Users to change whose data is at risk.
    pub(crate) at_risk: usize,
    /// Locations to set, a request each.
    pub(crate) location_writes: usize,
    /// Licences to change, a request each.
    pub(crate) license_writes: usize,
}

/// The judgement of a run.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) facts: Facts,
    pub(crate) seats: Vec<SeatLine>,
    pub(crate) totals: Totals,
    pub(super) users: Vec<UserVerdict>,
    pub(super) numbers: Vec<u32>,
    pub(super) lost: Vec<(u32, Option<String>, LostRow)>,
    /// Places of users to write, in the order to write them.
    writes: Vec<usize>,
    /// What is wrong with unusable wishes.
    pub(super) faults: Vec<Vec<Reason>>,
    partial: bool,
    /// Users who shall be left as they are.
    pub(super) declined: Vec<usize>,
    /// What is said of a row that names nobody.
    pub(super) nobody: Failure,
}

/// Judges a run against what was read. Pure: the same rows and facts come to the same verdict.
pub(crate) fn examine(rows: &Rows, facts: Facts, rules: &RuleSet, options: Options) -> Verdict {
    let wishes: Vec<Resolved> = rows
        .wishes()
        .iter()
        .map(|wish| Resolved::new(wish, &facts.skus, rules))
        .collect();
    let mut lost = Vec::new();
    // The rows of each user as chains, in the order of the first ones.
    let mut order: Vec<usize> = Vec::new();
    let mut chains: Vec<Option<(u32, u32)>> = vec![None; facts.user_count()];
    let mut next: Vec<u32> = vec![u32::MAX; rows.len()];
    for (at, row) in rows.iter().enumerate() {
        let user = match facts.subject(at) {
            Subject::Nobody => {
                lost.push((row.number, None, LostRow::Nobody));
                continue;
            }
            Subject::Refused(failure) => {
                let name = row.user.map(str::to_owned);
                lost.push((row.number, name, LostRow::Refused(failure.clone())));
                continue;
            }
            Subject::User(user) => user,
        };
        if !wishes[row.wish_index].is_usable() {
            let wish = u32::try_from(row.wish_index).unwrap_or(u32::MAX);
            lost.push((row.number, None, LostRow::Unusable { user, wish }));
            continue;
        }
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        match &mut chains[user] {
            Some((_, last)) => {
                next[*last as usize] = at;
                *last = at;
            }
            chain @ None => {
                *chain = Some((at, at));
                order.push(user);
            }
        }
    }
    let bench = Bench {
        skus: &facts.skus,
        skus_read: facts.skus_read,
        rules,
        group_names: &facts.group_names,
        permissions: facts.permissions.as_deref(),
        judge: !options.blind,
    };
    let mut court = Court {
        bench,
        rows,
        facts: &facts,
        wishes: &wishes,
        merged: HashMap::new(),
        assessed: HashMap::new(),
    };
    let mut users = Vec::with_capacity(order.len());
    let mut numbers = Vec::with_capacity(rows.len());
    for user in order {
        let begin = numbers.len();
        let mut chain = Vec::new();
        let mut row = chains[user].map_or(u32::MAX, |(first, _)| first);
        while row != u32::MAX {
            chain.push(row as usize);
            numbers.push(rows.get(row as usize).number);
            row = next[row as usize];
        }
        users.push(court.judge(user, &chain, begin..numbers.len()));
    }
    let faults = wishes.into_iter().map(|wish| wish.reasons).collect();
    let mut verdict = Verdict {
        seats: Vec::new(),
        totals: Totals::default(),
        users,
        numbers,
        lost,
        writes: Vec::new(),
        faults,
        partial: options.partial.is_some(),
        declined: Vec::new(),
        nobody: nobody_named(rows.nobodys_columns()),
        facts,
    };
    verdict.seat(rules, options);
    verdict.count(rows.len());
    verdict
}

/// What is shared while users are judged: wishes that were made one, and what they come to for whom.
struct Court<'a> {
    bench: Bench<'a>,
    rows: &'a Rows,
    facts: &'a Facts,
    wishes: &'a [Resolved],
    merged: HashMap<Vec<usize>, Rc<Result<Resolved, Contradiction>>>,
    assessed: HashMap<(Vec<usize>, usize), Arc<Assessed>>,
}

impl Court<'_> {
    fn judge(&mut self, user: usize, chain: &[usize], rows: std::ops::Range<usize>) -> UserVerdict {
        let mut key: Vec<usize> = Vec::with_capacity(1);
        let mut leaders: Vec<usize> = Vec::with_capacity(1);
        for &row in chain {
            let wish = self.rows.get(row).wish_index;
            if !key.contains(&wish) {
                key.push(wish);
                leaders.push(row);
            }
        }
        let mut own = Vec::new();
        let assessed = if key.len() > 1 {
            let merged = self.merge(&key);
            match &*merged {
                Ok(wish) => self.assess(key, wish, user),
                Err(clash) => {
                    let number = |at: usize| self.rows.get(leaders[at]).number;
                    own.push(Reason::contradicting_rows(
                        number(clash.earlier),
                        number(clash.later),
                        &clash.what,
                    ));
                    Arc::new(Assessed {
                        after: self.facts.condition(user).facts.holdings.clone(),
                        ..Assessed::default()
                    })
                }
            }
        } else {
            let wishes = self.wishes;
            let wish = &wishes[key[0]];
            self.assess(key, wish, user)
        };
        let fate = if !own.is_empty() || !assessed.is_open() {
            Fate::Blocked
        } else if assessed.needs_write() {
            Fate::Write(0)
        } else {
            Fate::Unchanged
        };
        UserVerdict {
            user,
            rows,
            assessed,
            fate,
            own,
        }
    }

    fn merge(&mut self, key: &[usize]) -> Rc<Result<Resolved, Contradiction>> {
        if let Some(merged) = self.merged.get(key) {
            return Rc::clone(merged);
        }
        let wishes: Vec<&Resolved> = key.iter().map(|&wish| &self.wishes[wish]).collect();
        let merged = Rc::new(Resolved::merge(&wishes, self.bench.skus));
        self.merged.insert(key.to_vec(), Rc::clone(&merged));
        merged
    }

    fn assess(&mut self, key: Vec<usize>, wish: &Resolved, user: usize) -> Arc<Assessed> {
        let condition = self.facts.condition_index(user);
        let known = self.assessed.entry((key, condition));
        let assessed =
            known.or_insert_with(|| Arc::new(self.bench.assess(wish, self.facts.condition(user))));
        Arc::clone(assessed)
    }
}

impl Verdict {
    /// Gives out the seats, and puts the writes in order.
    fn seat(&mut self, rules: &RuleSet, options: Options) {
        let mut queue: Vec<usize> = (0..self.users.len())
            .filter(|&at| matches!(self.users[at].fate, Fate::Write(_)))
            .collect();
        match options.partial {
            None | Some(PartialOrder::Row) => {}
            Some(PartialOrder::Name) => queue.sort_by_cached_key(|&at| {
                let user = self.facts.user(self.users[at].user);
                let name = user.user_principal_name.as_deref().unwrap_or(&user.id);
                name.to_ascii_lowercase()
            }),
            Some(PartialOrder::Unlicensed) => queue.sort_by_key(|&at| {
                let condition = self.facts.condition(self.users[at].user);
                let mut holdings = condition.facts.holdings.iter();
                holdings.any(mglicense_rules::assignment::Holding::is_in_effect)
            }),
        }
        let changes: Vec<&[(Guid, i64)]> = queue
            .iter()
            .map(|&at| self.users[at].assessed.seats.as_slice())
            .collect();
        let settings = rules.settings();
        let places = seats::place(&changes, &self.facts.skus, settings);
        self.seats = seats::table(&changes, &places, &self.facts.skus, settings);
        drop(changes);
        for (&at, place) in queue.iter().zip(places) {
            self.users[at].fate = match place {
                Place::Stage(stage) => Fate::Write(stage),
                Place::Short(lacking) => Fate::Short(lacking),
            };
        }
        let stage = |at: usize| match self.users[at].fate {
            Fate::Write(stage) => stage,
            _ => u32::MAX,
        };
        queue.retain(|&at| stage(at) != u32::MAX);
        queue.sort_by_key(|&at| stage(at));
        self.writes = queue;
    }

    fn count(&mut self, rows: usize) {
        let mut totals = Totals {
            rows,
            users: self.users.len(),
            blocked: self.lost.len(),
            ..Totals::default()
        };
        for user in &self.users {
            let rows = user.rows.len();
            totals.merged += rows - 1;
            match user.fate {
                Fate::Unchanged => totals.unchanged += 1,
                Fate::Blocked => totals.blocked += rows,
                Fate::Short(_) => totals.short += 1,
                Fate::Write(_) => {
                    totals.to_change += 1;
                    totals.location_writes += usize::from(user.assessed.location.is_some());
                    totals.license_writes += usize::from(!user.assessed.change.is_empty());
                    totals.at_risk += usize::from(user.assessed.puts_data_at_risk());
                    let mut reasons = user.assessed.reasons.iter();
                    let is_likely = reasons.any(|reason| reason.certainty == Certainty::Likely);
                    totals.likely += usize::from(is_likely);
                }
            }
        }
        self.totals = totals;
    }

    /// Whether there are too few seats and nobody said who gets them: then nothing may be written.
    pub(crate) fn is_held_back(&self) -> bool {
        self.totals.short > 0 && !self.partial
    }

    /// How many changes there are to send.
    pub(crate) fn write_count(&self) -> usize {
        if self.is_held_back() {
            0
        } else {
            self.writes.len()
        }
    }

    /// The change at that place in the order to send them.
    pub(crate) fn write(&self, at: usize) -> Write<'_> {
        self.as_write(&self.users[self.writes[at]])
    }

    /// Names for results.
    pub(crate) fn names(&self) -> Names<'_> {
        Names {
            skus: &self.facts.skus,
            groups: &self.facts.group_names,
        }
    }

    pub(super) fn as_write<'a>(&'a self, verdict: &'a UserVerdict) -> Write<'a> {
        let user = self.facts.user(verdict.user);
        let condition = self.facts.condition(verdict.user);
        Write {
            stage: match verdict.fate {
                Fate::Write(stage) => stage,
                _ => 0,
            },
            user_id: &user.id,
            user_principal_name: user.user_principal_name.as_deref(),
            rows: &self.numbers[verdict.rows.clone()],
            location: verdict.assessed.location,
            change: &verdict.assessed.change,
            location_before: condition.facts.usage_location.as_deref(),
            before: &condition.facts.holdings,
            after: &verdict.assessed.after,
            kept: &verdict.assessed.kept,
            not_held: &verdict.assessed.not_held,
            reasons: if verdict.own.is_empty() {
                &verdict.assessed.reasons
            } else {
                &verdict.own
            },
            notes: &verdict.assessed.notes,
        }
    }

    /// Takes the changes out that put data at risk: the person said no.
    pub(crate) fn decline_risks(&mut self) {
        let users = &self.users;
        let (declined, writes) = std::mem::take(&mut self.writes)
            .into_iter()
            .partition(|&at| users[at].assessed.puts_data_at_risk());
        self.writes = writes;
        self.declined = declined;
    }

    /// Leaves out changes that the person said no to, one by one.
    pub(crate) fn keep_writes(&mut self, mut keep: impl FnMut(&Write<'_>) -> bool) {
        let writes = std::mem::take(&mut self.writes);
        let kept = writes
            .into_iter()
            .filter(|&at| keep(&self.as_write(&self.users[at])))
            .collect();
        self.writes = kept;
    }

    /// Users whose data is at risk by what is to be sent.
    pub(crate) fn at_risk(&self) -> impl Iterator<Item = Write<'_>> {
        let users = self.writes.iter().map(|&at| &self.users[at]);
        users
            .filter(|user| user.assessed.puts_data_at_risk())
            .map(|user| self.as_write(user))
    }

    /// The change at that place, in words.
    pub(crate) fn describe(&self, at: usize) -> String {
        self.describe_user(&self.users[self.writes[at]])
    }

    pub(super) fn describe_user(&self, user: &UserVerdict) -> String {
        describe(
            &user.assessed,
            self.facts.condition(user.user),
            &self.facts.skus,
        )
    }

    /// What is only likely to speak against changes to be sent, each thing once with the users it is about.
    pub(crate) fn likely_reasons(&self) -> Vec<(&Reason, Vec<&str>)> {
        let mut reasons: Vec<(&Reason, Vec<&str>)> = Vec::new();
        for user in self.writes.iter().map(|&at| self.as_write(&self.users[at])) {
            let name = user.user_principal_name.unwrap_or(user.user_id);
            let likely = user.reasons.iter();
            for reason in likely.filter(|reason| reason.certainty == Certainty::Likely) {
                match reasons.iter_mut().find(|(known, _)| *known == reason) {
                    Some((_, names)) => names.push(name),
                    None => reasons.push((reason, vec![name])),
                }
            }
        }
        reasons
    }
}
