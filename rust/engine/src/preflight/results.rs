//! What a verdict says row by row. Results are made as they are taken, since a run may have a million rows.

use mglicense_rules::Guid;
use serde::Serialize;

use super::outcome::{Outcome, RowResult};
use super::reason::{Certainty, Reason};
use super::set::{Fate, LostRow, UserVerdict, Verdict};
use crate::failure::{Failure, FailureKind};

/// A result, and the failure of a row that failed.
pub(crate) type Told = (RowResult, Option<Failure>);

/// Where what is to be said of a row stands.
#[derive(Clone, Copy)]
enum Place {
    Lost(u32),
    User(u32),
}

/// What a test says of a row.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RowPrediction {
    /// Whether nothing certain speaks against it.
    pub(crate) will_succeed: bool,
    /// The change in words.
    pub(crate) change: String,
    #[serde(flatten)]
    pub(crate) result: RowResult,
}

impl Verdict {
    /// Every row's number with its place, in order.
    fn places(&self) -> Vec<(u32, Place)> {
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let lost = self.lost.iter().enumerate();
        let mut places: Vec<(u32, Place)> = lost
            .map(|(at, (number, _, _))| (*number, Place::Lost(small(at))))
            .collect();
        for (at, user) in self.users.iter().enumerate() {
            let rows = &self.numbers[user.rows.clone()];
            places.extend(rows.iter().map(|&row| (row, Place::User(small(at)))));
        }
        places.sort_unstable_by_key(|&(number, _)| number);
        places
    }

    /// Rows that are not to be written, in order, each with its result and, where it failed, its failure.
    pub(crate) fn unwritten(&self) -> impl Iterator<Item = Told> {
        let places = self.places().into_iter();
        places.filter_map(|(row, place)| match place {
            Place::Lost(at) => Some(self.of_lost(at as usize)),
            Place::User(at) => self.of_user(row, &self.users[at as usize]),
        })
    }

    /// How many rows come to a failure, those without a seat among them.
    pub(crate) fn failing_rows(&self) -> usize {
        let short = self
            .users
            .iter()
            .filter(|user| matches!(user.fate, Fate::Short(_)));
        self.totals.blocked + short.map(|user| user.rows.len()).sum::<usize>()
    }

    /// What a test says of every row, in order.
    pub(crate) fn predictions(&self) -> impl Iterator<Item = RowPrediction> {
        let places = self.places().into_iter();
        places.map(|(row, place)| match place {
            Place::Lost(at) => {
                let (mut result, failure) = self.of_lost(at as usize);
                if let Some(failure) = failure.filter(|_| result.reasons.is_empty()) {
                    result.reasons.push(Reason::of_failure(&failure));
                }
                RowPrediction {
                    will_succeed: false,
                    change: "no change".to_owned(),
                    result,
                }
            }
            Place::User(at) => {
                let user = &self.users[at as usize];
                let told = match user.fate {
                    Fate::Write(_) => None,
                    _ => self.of_user(row, user),
                };
                let (result, failure) = told.unwrap_or_else(|| {
                    let write = self.as_write(user);
                    (write.report(row, Outcome::Done(None), self.names()), None)
                });
                RowPrediction {
                    will_succeed: failure.is_none(),
                    change: self.describe_user(user),
                    result,
                }
            }
        })
    }

    /// Rows whose users are left as they are since their data is at risk.
    pub(crate) fn declined(&self) -> impl Iterator<Item = Told> {
        self.declined.iter().flat_map(move |&at| {
            let write = self.as_write(&self.users[at]);
            let failure = declined(write.reasons);
            write.rows.iter().map(move |&row| {
                let result = write.report(row, Outcome::Failed(&failure), self.names());
                let failure = of_row(failure.clone(), &result);
                (result, Some(failure))
            })
        })
    }

    fn of_lost(&self, at: usize) -> Told {
        let (number, name, row) = &self.lost[at];
        let (result, failure) = match row {
            LostRow::Nobody => {
                let failure = self.nobody.clone();
                (RowResult::lost(*number, None, &failure), failure)
            }
            LostRow::Refused(failure) => (
                RowResult::lost(*number, name.as_deref(), failure),
                failure.clone(),
            ),
            LostRow::Unusable { user, wish } => {
                let user = self.facts.user(*user);
                let reasons = &self.faults[*wish as usize];
                let failure = foreseen(reasons);
                let mut result = RowResult::lost(*number, Some(&user.id), &failure);
                result.user_principal_name = user.user_principal_name.as_deref().map(str::to_owned);
                result.reasons.clone_from(reasons);
                (result, failure)
            }
        };
        let failure = of_row(failure, &result);
        (result, Some(failure))
    }

    /// What is said of a row whose user is not written; nothing for one that is.
    fn of_user(&self, row: u32, user: &UserVerdict) -> Option<Told> {
        let write = self.as_write(user);
        let report = |outcome: Outcome<'_>| write.report(row, outcome, self.names());
        Some(match &user.fate {
            Fate::Unchanged => (report(Outcome::Unchanged), None),
            Fate::Write(_) if !self.is_held_back() => return None,
            Fate::Write(_) => (report(Outcome::NotStarted), None),
            Fate::Blocked => {
                let failure = foreseen(write.reasons);
                let result = report(Outcome::Failed(&failure));
                let failure = of_row(failure, &result);
                (result, Some(failure))
            }
            Fate::Short(lacking) => {
                let reasons = self.short_reasons(lacking);
                let failure = foreseen(&reasons);
                let mut result = report(Outcome::Failed(&failure));
                result.reasons.extend(reasons);
                let failure = of_row(failure, &result);
                (result, Some(failure))
            }
        })
    }

    fn short_reasons(&self, lacking: &[Guid]) -> Vec<Reason> {
        let reasons = lacking.iter().map(|&sku_id| {
            let line = self
                .seats
                .iter()
                .find(|line| line.sku_id == sku_id.to_string());
            let taken = line.map_or(0, |line| line.taken - line.freed);
            Reason::no_seats(sku_id, taken, &self.facts.skus)
        });
        reasons.collect()
    }
}

/// A row that names nobody, with the columns that it has instead. A file that was cut at the wrong character has one
/// column, whose name holds the right one.
pub(super) fn nobody_named(columns: &[String]) -> Failure {
    let mut message = "The row names no user: it has none of UserId, Id and UserPrincipalName, or they are blank.".to_owned();
    let mut action = "Give the row a column UserId, Id or UserPrincipalName.".to_owned();
    if !columns.is_empty() {
        let quoted: Vec<String> = columns.iter().map(|name| format!("'{name}'")).collect();
        message += &format!(" Its columns: {}.", quoted.join(", "));
    }
    if let [only] = columns
        && let Some(separator) = only
            .chars()
            .find(|letter| matches!(letter, ';' | '\t' | '|' | ','))
    {
        let typed = match separator {
            '\t' => "\"`t\"".to_owned(),
            other => format!("'{other}'"),
        };
        action = format!("Read the file with Import-Csv -Delimiter {typed}.");
    }
    let mut failure = Failure::new(FailureKind::Name, "NoUser", message);
    failure.recommended_action = Some(action);
    failure
}

/// The failure that the first certain reason foretells.
fn foreseen(reasons: &[Reason]) -> Failure {
    let certain = reasons
        .iter()
        .find(|reason| reason.certainty == Certainty::Certain);
    let mut failure = Failure::new(
        FailureKind::Foreseen,
        "Request_BadRequest",
        certain.map_or("", |reason| &reason.message),
    );
    if let Some(reason) = certain {
        if !reason.is_refusal {
            failure.code.clone_from(&reason.code);
        }
        failure.recommended_action = Some(reason.action.clone());
    }
    failure
}

/// The failure of a change that puts data at risk and was declined.
fn declined(reasons: &[Reason]) -> Failure {
    let risk = reasons
        .iter()
        .find(|reason| reason.certainty == Certainty::DataAtRisk);
    let mut failure = Failure::new(
        FailureKind::Foreseen,
        "DataAtRisk",
        risk.map_or("", |reason| &reason.message),
    );
    failure.recommended_action = Some(format!(
        "The change was not made. {} -Force makes it without asking.",
        risk.map_or("", |reason| &reason.action)
    ));
    failure
}

fn of_row(mut failure: Failure, result: &RowResult) -> Failure {
    failure.row = Some(u64::from(result.row));
    failure.user_id = result
        .user_principal_name
        .clone()
        .or_else(|| result.user_id.clone());
    failure
}
