//! What was read before anything is judged: the tenant's products, and the users that rows are about.
//!
//! Users who hold the same share one description of it. In a large tenant there are few such descriptions, which
//! keeps both the memory and the work of judging small.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use mglicense_rules::Guid;
use mglicense_rules::assignment::{PrepaidUnits, SkuFacts, UserFacts};
use mglicense_rules::catalog;

use super::rows::Rows;
use crate::failure::Failure;
use crate::skus::TenantSkus;
use crate::user::UserRecord;

/// More seats than anybody counts.
const ENDLESS: i64 = i64::MAX / 4;

/// What is known of the tenant and of the users of a run.
#[derive(Debug)]
pub(crate) struct Facts {
    /// The tenant's products; where they could not be read, those of the public table, with endless seats.
    pub(crate) skus: TenantSkus,
    /// Whether the tenant's own products were read.
    pub(crate) skus_read: bool,
    /// The permissions of the sign-in, where they are known.
    pub(crate) permissions: Option<Vec<String>>,
    /// Names of the groups that give products, as far as they could be read.
    pub(crate) group_names: BTreeMap<Guid, String>,
    users: Vec<UserFact>,
    conditions: Vec<Arc<Condition>>,
    known: HashMap<Arc<Condition>, u32>,
    /// For each row, where its user is.
    found: Vec<Found>,
    refusals: Vec<Failure>,
}

/// A user of the run.
#[derive(Debug)]
pub(crate) struct UserFact {
    /// Its id; the row's text where the service sent none.
    pub(crate) id: Box<str>,
    /// Its user principal name.
    pub(crate) user_principal_name: Option<Box<str>>,
    condition: u32,
}

/// What users have in common who hold the same in the same place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Condition {
    /// Usage location and holdings.
    pub(crate) facts: UserFacts,
    /// Whether the service said what the user holds.
    pub(crate) licences_read: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    Nobody,
    User(u32),
    Refused(u32),
}

/// Whom a row is about, as far as the service knew.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Subject<'a> {
    /// The row names nobody.
    Nobody,
    /// A user, by its place.
    User(usize),
    /// The service refused to show the user.
    Refused(&'a Failure),
}

impl Facts {
    /// Nothing known yet.
    pub(crate) fn new(rows: usize) -> Self {
        Self {
            skus: Vec::new().into(),
            skus_read: false,
            permissions: None,
            group_names: BTreeMap::new(),
            users: Vec::new(),
            conditions: Vec::new(),
            known: HashMap::new(),
            found: vec![Found::Nobody; rows],
            refusals: Vec::new(),
        }
    }

    /// Takes in the products. `None` where they could not be read: then all that are listed are taken for the tenant's.
    pub(crate) fn know_products(&mut self, skus: Option<TenantSkus>) {
        self.skus_read = skus.is_some();
        self.skus = skus.unwrap_or_else(listed_products);
    }

    /// Takes in a user that was read, and the rows that are about it.
    pub(crate) fn add_user(&mut self, record: UserRecord, rows: impl IntoIterator<Item = usize>) {
        let condition = Condition {
            facts: record.facts,
            licences_read: record.licences_read,
        };
        let condition = match self.known.get(&condition) {
            Some(&known) => known,
            None => {
                let place = place(self.conditions.len());
                let condition = Arc::new(condition);
                self.conditions.push(Arc::clone(&condition));
                self.known.insert(condition, place);
                place
            }
        };
        let user = place(self.users.len());
        self.users.push(UserFact {
            id: record.id.into_boxed_str(),
            user_principal_name: record.user_principal_name.map(String::into_boxed_str),
            condition,
        });
        for row in rows {
            self.found[row] = Found::User(user);
        }
    }

    /// Takes in that the service refused to show whom these rows are about.
    pub(crate) fn add_refusal(&mut self, failure: Failure, rows: impl IntoIterator<Item = usize>) {
        let refusal = place(self.refusals.len());
        self.refusals.push(failure);
        for row in rows {
            self.found[row] = Found::Refused(refusal);
        }
    }

    /// Makes rows that named one user in different ways mean one user: they are written as one.
    pub(crate) fn unite(&mut self) {
        let mut first: HashMap<&str, u32> = HashMap::with_capacity(self.users.len());
        let mut united = Vec::with_capacity(self.users.len());
        for (at, user) in self.users.iter().enumerate() {
            united.push(*first.entry(&user.id).or_insert(place(at)));
        }
        for found in &mut self.found {
            if let Found::User(user) = found {
                *user = united[*user as usize];
            }
        }
    }

    /// Whom the row at that place is about.
    pub(crate) fn subject(&self, row: usize) -> Subject<'_> {
        match self.found[row] {
            Found::Nobody => Subject::Nobody,
            Found::User(user) => Subject::User(user as usize),
            Found::Refused(refusal) => Subject::Refused(&self.refusals[refusal as usize]),
        }
    }

    /// The user at that place.
    pub(crate) fn user(&self, user: usize) -> &UserFact {
        &self.users[user]
    }

    /// How many users were read.
    pub(crate) fn user_count(&self) -> usize {
        self.users.len()
    }

    /// What the user at that place has.
    pub(crate) fn condition(&self, user: usize) -> &Condition {
        &self.conditions[self.users[user].condition as usize]
    }

    /// What users have, each thing once.
    pub(crate) fn conditions(&self) -> &[Arc<Condition>] {
        &self.conditions
    }

    /// The place of what the user at that place has, among everything that users have.
    pub(crate) fn condition_index(&self, user: usize) -> usize {
        self.users[user].condition as usize
    }
}

/// A place in a list. More than four billion entries fit into no memory.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The public table as if the tenant owned all of it.
fn listed_products() -> TenantSkus {
    let seats = PrepaidUnits {
        enabled: ENDLESS,
        ..PrepaidUnits::default()
    };
    let products = catalog::products().iter();
    let skus: Vec<SkuFacts> = products
        .map(|product| SkuFacts::from_product(product, seats))
        .collect();
    skus.into()
}

/// The rows sorted by the text that names their user, so that a user who comes along is found.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    rows: &'a Rows,
    /// Places of rows that name somebody, by text in small letters.
    sorted: Vec<u32>,
}

impl<'a> Wanted<'a> {
    pub(crate) fn new(rows: &'a Rows) -> Self {
        let mut sorted: Vec<u32> = (0..rows.len())
            .filter(|&at| rows.get(at).user.is_some())
            .map(place)
            .collect();
        sorted.sort_by(|&left, &right| compare(text(rows, left), text(rows, right)));
        Self { rows, sorted }
    }

    /// The places of the rows that name this text.
    pub(crate) fn rows_of(&self, name: &str) -> impl Iterator<Item = usize> + use<'a> {
        let rows = self.rows;
        let before = |&row: &u32| compare(text(rows, row), name).is_lt();
        let begin = self.sorted.partition_point(before);
        let same = self.sorted[begin..]
            .iter()
            .take_while(|&&row| compare(text(rows, row), name).is_eq());
        same.map(|&row| row as usize)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// The distinct texts, each with the places of its rows.
    pub(crate) fn names(&self) -> impl Iterator<Item = (&'a str, &[u32])> {
        let rows = self.rows;
        self.sorted
            .chunk_by(move |&left, &right| compare(text(rows, left), text(rows, right)).is_eq())
            .map(move |same| (text(rows, same[0]), same))
    }
}

fn text(rows: &Rows, row: u32) -> &str {
    rows.get(row as usize).user.unwrap_or_default()
}

/// Ids and user principal names are the same in capitals and small letters.
fn compare(left: &str, right: &str) -> std::cmp::Ordering {
    left.bytes()
        .map(|byte| byte.to_ascii_lowercase())
        .cmp(right.bytes().map(|byte| byte.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::super::rows::{RowInput, Wish};
    use super::*;

    fn rows(names: &[&str]) -> Rows {
        let mut rows = Rows::new(Wish::default());
        for name in names {
            rows.push(RowInput {
                user_id: Some((*name).to_owned()),
                ..RowInput::default()
            });
        }
        rows
    }

    fn record(id: &str, location: &str) -> UserRecord {
        UserRecord {
            id: id.to_owned(),
            user_principal_name: Some(format!("{id}@contoso.com")),
            facts: UserFacts {
                usage_location: Some(location.to_owned()),
                holdings: Vec::new(),
            },
            licences_read: true,
        }
    }

    #[test]
    fn rows_that_name_a_user_in_any_case_are_found_together() {
        let rows = rows(&["bob", "", "Ada", "ADA", "cy"]);
        let wanted = Wanted::new(&rows);
        assert_eq!(wanted.rows_of("ada").collect::<Vec<_>>(), [2, 3]);
        assert_eq!(wanted.rows_of("nobody").count(), 0);
        let names: Vec<_> = wanted
            .names()
            .map(|(name, rows)| (name, rows.len()))
            .collect();
        assert_eq!(names, [("Ada", 2), ("bob", 1), ("cy", 1)]);
    }

    #[test]
    fn users_who_have_the_same_share_its_description() {
        let mut facts = Facts::new(3);
        for (at, (id, location)) in [("a", "GB"), ("b", "DE"), ("c", "GB")]
            .into_iter()
            .enumerate()
        {
            facts.add_user(record(id, location), [at]);
        }
        assert_eq!(facts.condition_index(0), facts.condition_index(2));
        assert_ne!(facts.condition_index(0), facts.condition_index(1));
        assert_eq!(
            facts.condition(1).facts.usage_location.as_deref(),
            Some("DE")
        );
    }

    #[test]
    fn a_user_read_twice_under_two_names_is_one() {
        let mut facts = Facts::new(2);
        facts.add_user(record("a", "GB"), [0]);
        facts.add_user(record("a", "GB"), [1]);
        facts.unite();
        assert!(matches!(facts.subject(0), Subject::User(0)));
        assert!(matches!(facts.subject(1), Subject::User(0)));
    }
}
