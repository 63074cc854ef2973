//! The rows of one run, collected: whom each is about and what is wished for them.
//!
//! A row costs its user's text and sixteen bytes. Rows that wish for the same share one wish, and most do.

use std::collections::HashMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::change::{Additions, Texts};
use crate::failure::Failure;
use crate::job::JobContext;

/// What is wished for a user. Products and plans are ids or names, as the caller wrote them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct Wish {
    /// Products to have. One that is held already keeps its plans unless plans are named.
    pub(crate) add_licenses: Additions,
    /// Products not to have.
    pub(crate) remove_licenses: Texts,
    /// Plans to be off in those of the products to have that hold them and bring no list of their own. A list
    /// without entries means that every plan is to be on.
    pub(crate) disabled_plans: Option<Texts>,
    /// The usage location to have.
    pub(crate) usage_location: Option<String>,
    /// Every product that is held directly is to go.
    pub(crate) remove_all: bool,
    /// A product to remove that isn't held, or comes through a group, is noted rather than refused.
    pub(crate) lenient: bool,
    /// Products to give up for those of `switch_to`, by users who hold one of them.
    pub(crate) switch_from: Texts,
    /// Products to have in place of those of `switch_from`, with the same plans off.
    pub(crate) switch_to: Texts,
    /// Plans that only the products of `switch_to` hold are to be off.
    pub(crate) new_plans_off: bool,
    /// Plans to be on in the products that are held.
    pub(crate) enable_plans: Texts,
    /// Plans to be off in the products that are held.
    pub(crate) disable_plans: Texts,
    /// The one product that `enable_plans` and `disable_plans` are about.
    pub(crate) plan_sku: Option<String>,
}

/// A row as it comes in: what it says itself goes before the run's own wish.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub(crate) struct RowInput {
    /// Its number in the pipeline, from 1; 0 takes the next one.
    pub(crate) row: u32,
    /// Object id or user principal name; absent or blank where the row names nobody.
    pub(crate) user_id: Option<String>,
    /// As [`Wish::add_licenses`].
    pub(crate) add_licenses: Option<Additions>,
    /// As [`Wish::remove_licenses`].
    pub(crate) remove_licenses: Option<Texts>,
    /// As [`Wish::disabled_plans`].
    pub(crate) disabled_plans: Option<Texts>,
    /// As [`Wish::usage_location`].
    pub(crate) usage_location: Option<String>,
    /// The names of its columns, of a row that names nobody.
    pub(crate) columns: Option<Vec<String>>,
}

/// In which order the seats go when there are fewer than rows want.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum PartialOrder {
    /// As the rows come.
    Row,
    /// By user principal name.
    Name,
    /// Users who hold no product in effect first, then the others, each as the rows come.
    Unlicensed,
}

/// One collected row.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowRef<'a> {
    /// Its number in the pipeline, from 1.
    pub(crate) number: u32,
    /// Whom it names; `None` for a row that names nobody.
    pub(crate) user: Option<&'a str>,
    /// The place of what it wishes among the distinct wishes.
    pub(crate) wish_index: usize,
}

/// Rows, in the order in which they came.
#[derive(Debug)]
pub(crate) struct Rows {
    texts: String,
    entries: Vec<Entry>,
    wishes: Vec<Arc<Wish>>,
    known: HashMap<Arc<Wish>, u32>,
    /// The columns of the first row that names nobody: the others of a file have the same.
    nobodys_columns: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where the user's text ends; it begins where the one before ends.
    end: usize,
    number: u32,
    wish: u32,
}

impl Rows {
    /// No rows yet, and what is wished for those that say nothing themselves.
    pub(crate) fn new(default: Wish) -> Self {
        let default = Arc::new(default);
        Self {
            texts: String::new(),
            entries: Vec::new(),
            wishes: vec![Arc::clone(&default)],
            known: HashMap::from([(default, 0)]),
            nobodys_columns: Vec::new(),
        }
    }

    /// Takes one row more.
    pub(crate) fn push(&mut self, input: RowInput) {
        let user = input.user_id.as_deref().unwrap_or_default().trim();
        self.texts.push_str(user);
        let number = match input.row {
            0 => self.entries.last().map_or(1, |last| last.number + 1),
            number => number,
        };
        let wish = self.wish_of(&input);
        self.entries.push(Entry {
            end: self.texts.len(),
            number,
            wish,
        });
        if let Some(columns) = input.columns
            && self.nobodys_columns.is_empty()
        {
            self.nobodys_columns = columns;
        }
    }

    /// Takes one row more whose wish is whole.
    pub(crate) fn push_wish(&mut self, number: u32, user: Option<&str>, wish: &Wish) {
        self.texts.push_str(user.unwrap_or_default().trim());
        let wish = self.intern(wish);
        self.entries.push(Entry {
            end: self.texts.len(),
            number,
            wish,
        });
    }

    /// The place of the wish that a row comes to.
    fn wish_of(&mut self, input: &RowInput) -> u32 {
        let RowInput {
            row: _,
            user_id: _,
            add_licenses,
            remove_licenses,
            disabled_plans,
            usage_location,
            columns: _,
        } = input;
        if add_licenses.is_none()
            && remove_licenses.is_none()
            && disabled_plans.is_none()
            && usage_location.is_none()
        {
            return 0;
        }
        let mut wish = Wish::clone(&self.wishes[0]);
        if let Some(add) = add_licenses {
            wish.add_licenses.clone_from(add);
        }
        if let Some(remove) = remove_licenses {
            wish.remove_licenses.clone_from(remove);
        }
        if disabled_plans.is_some() {
            wish.disabled_plans.clone_from(disabled_plans);
        }
        if usage_location.is_some() {
            wish.usage_location.clone_from(usage_location);
        }
        self.intern(&wish)
    }

    /// The place of a wish, which is remembered if it is a new one.
    fn intern(&mut self, wish: &Wish) -> u32 {
        if let Some(&known) = self.known.get(wish) {
            return known;
        }
        // Four billion distinct wishes do not fit into memory, whatever their number.
        let place = u32::try_from(self.wishes.len()).unwrap_or(u32::MAX);
        let wish = Arc::new(wish.clone());
        self.wishes.push(Arc::clone(&wish));
        self.known.insert(wish, place);
        place
    }

    /// Takes all rows that come as a job's input, as JSON lists.
    ///
    /// # Errors
    /// When the job is cancelled, or the input is no list of rows.
    pub(crate) async fn collect(&mut self, job: &JobContext) -> Result<(), Failure> {
        while let Some(input) = job.next_input().await? {
            if input.is_empty() {
                continue;
            }
            let rows: Vec<RowInput> = serde_json::from_slice(&input)
                .map_err(|error| Failure::argument(format!("the rows can't be used: {error}")))?;
            rows.into_iter().for_each(|row| self.push(row));
        }
        Ok(())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The row at a place, counted from 0.
    pub(crate) fn get(&self, at: usize) -> RowRef<'_> {
        let entry = self.entries[at];
        let begin = at
            .checked_sub(1)
            .map_or(0, |before| self.entries[before].end);
        RowRef {
            number: entry.number,
            user: Some(&self.texts[begin..entry.end]).filter(|text| !text.is_empty()),
            wish_index: entry.wish as usize,
        }
    }

    /// Every row in order.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = RowRef<'_>> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// The names of the columns of rows that name nobody, where they have any.
    pub(crate) fn nobodys_columns(&self) -> &[String] {
        &self.nobodys_columns
    }

    /// The distinct wishes; the first is the run's own.
    pub(crate) fn wishes(&self) -> &[Arc<Wish>] {
        &self.wishes
    }

    /// Bytes that the rows take, not counting the distinct wishes.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.texts.capacity() + self.entries.capacity() * size_of::<Entry>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(json: &str) -> RowInput {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_a_row_says_itself_goes_before_what_the_run_says() {
        let default: Wish =
            serde_json::from_str(r#"{"addLicenses":{"skuId":"SPE_E5"},"usageLocation":"GB"}"#)
                .unwrap();
        let mut rows = Rows::new(default.clone());
        rows.push(row(r#"{"userId":" ada@contoso.com "}"#));
        rows.push(row(r#"{"userId":"bob","usageLocation":"DE"}"#));
        rows.push(row(r#"{"row":9,"userId":"","removeLicenses":["X"]}"#));
        rows.push(row(r#"{"userId":null,"usageLocation":"DE"}"#));
        let wish = |at: usize| &*rows.wishes()[rows.get(at).wish_index];
        assert_eq!(*wish(0), default);
        assert_eq!(wish(1).usage_location.as_deref(), Some("DE"));
        assert_eq!(wish(1).add_licenses, default.add_licenses);
        assert_eq!(wish(2).remove_licenses.0, ["X"]);
        let rows: Vec<RowRef<'_>> = rows.iter().collect();
        assert_eq!(
            rows.iter().map(|row| row.user).collect::<Vec<_>>(),
            [Some("ada@contoso.com"), Some("bob"), None, None]
        );
        assert_eq!(
            rows.iter().map(|row| row.number).collect::<Vec<_>>(),
            [1, 2, 9, 10]
        );
        assert_eq!(rows[1].wish_index, rows[3].wish_index);
    }

    #[test]
    fn a_row_of_usual_length_takes_far_less_than_two_hundred_bytes() {
        let mut rows = Rows::new(Wish::default());
        for number in 0..100_000 {
            rows.push(RowInput {
                user_id: Some(format!("first.last.{number:06}@department.contoso.com")),
                usage_location: Some(["GB", "DE", "FR"][number % 3].to_owned()),
                ..RowInput::default()
            });
        }
        assert_eq!(rows.wishes().len(), 4);
        // 45 letters and an entry of 16 bytes; a growing list may hold twice as much.
        assert!(
            rows.bytes() / rows.len() <= 2 * (45 + 24),
            "{}",
            rows.bytes()
        );
    }
}
