//! Page sizes and page tokens.
//!
//! A token says where the last page ended (the sort keys and the key of its last row), not how many rows went before.
//! Rows that come or go in the meantime therefore neither repeat nor hide others.

use rusqlite::types::Value as SqlValue;

use super::filter::Condition;
use super::order::SortKey;
use crate::service::GraphFailure;
use crate::settings::PageSettings;

/// The row a page ended with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Position {
    /// Its values of the sort keys.
    pub(crate) sorted: Vec<Option<String>>,
    /// Its kind, in lists of several kinds; 0 otherwise.
    pub(crate) kind: i64,
    /// Its own key.
    pub(crate) key: i64,
}

/// What rows are ordered by after all sort keys.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RowKey<'a> {
    /// This column.
    Single(&'a str),
    /// A column with the kind, then one with the key.
    WithKind(&'a str, &'a str),
}

/// What a token belongs to, so that it cannot continue another query: a hash of the path and the options that decide
/// which rows come in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct QueryIdentity(u32);

impl QueryIdentity {
    /// The identity of a query made of these parts, in this order.
    pub(crate) fn of<'a>(parts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        // FNV-1a. A part that is absent differs from an empty one.
        let mut hash: u32 = 0x811c_9dc5;
        let mut add = |byte: u8| hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        for part in parts {
            add(u8::from(part.is_some()));
            part.unwrap_or_default().bytes().for_each(&mut add);
            add(0);
        }
        Self(hash)
    }
}

const VERSION: u8 = 1;

impl Position {
    /// The token for the page after this row.
    pub(crate) fn token(&self, query: QueryIdentity) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(query.0.to_be_bytes());
        bytes.extend(self.kind.to_be_bytes());
        bytes.extend(self.key.to_be_bytes());
        for value in &self.sorted {
            match value {
                None => bytes.push(0),
                Some(text) => {
                    bytes.push(1);
                    bytes.extend((text.len() as u32).to_be_bytes());
                    bytes.extend(text.as_bytes());
                }
            }
        }
        let mut token = String::with_capacity(bytes.len() * 2);
        for byte in bytes {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            token.push(char::from(DIGITS[usize::from(byte >> 4)]));
            token.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        token
    }

    /// Reads a token of the query `query` with so many sort keys.
    ///
    /// # Errors
    /// `Request_BadRequest` when it is no token of this query.
    pub(crate) fn from_token(
        token: &str,
        query: QueryIdentity,
        sort_keys: usize,
    ) -> Result<Self, GraphFailure> {
        Self::read(token, query, sort_keys).ok_or_else(|| {
            GraphFailure::bad_request(
                "The specified page token value is not valid for this request. Use the whole @odata.nextLink.",
            )
        })
    }

    fn read(token: &str, query: QueryIdentity, sort_keys: usize) -> Option<Self> {
        let bytes = token
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => {
                    let digit = |byte: u8| char::from(byte).to_digit(16);
                    u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()
                }
                _ => None,
            })
            .collect::<Option<Vec<u8>>>()?;
        let mut rest = bytes.as_slice();
        let [VERSION] = take(&mut rest)? else {
            return None;
        };
        if u32::from_be_bytes(take(&mut rest)?) != query.0 {
            return None;
        }
        let kind = i64::from_be_bytes(take(&mut rest)?);
        let key = i64::from_be_bytes(take(&mut rest)?);
        let mut sorted = Vec::new();
        for _ in 0..sort_keys {
            sorted.push(match take(&mut rest)? {
                [0u8] => None,
                [1] => {
                    let length = u32::from_be_bytes(take(&mut rest)?) as usize;
                    let (text, after) = rest.split_at_checked(length)?;
                    rest = after;
                    Some(String::from_utf8(text.to_vec()).ok()?)
                }
                _ => return None,
            });
        }
        rest.is_empty().then_some(Self { sorted, kind, key })
    }

    /// The condition that a row comes after this one, in the order of `keys` and then of `row_key`.
    pub(crate) fn after(&self, keys: &[SortKey], row_key: RowKey<'_>) -> Condition {
        let mut condition = Condition::default();
        self.write_after(keys, row_key, &mut condition);
        condition
    }

    fn write_after(&self, keys: &[SortKey], row_key: RowKey<'_>, condition: &mut Condition) {
        let depth = self.sorted.len() - keys.len();
        let Some((key, rest)) = keys.split_first() else {
            match row_key {
                RowKey::Single(key) => condition.text.push_str(&format!("{key} > ?")),
                RowKey::WithKind(kind, key) => {
                    condition
                        .text
                        .push_str(&format!("({kind}, {key}) > (?, ?)"));
                    condition.parameters.push(SqlValue::Integer(self.kind));
                }
            }
            condition.parameters.push(SqlValue::Integer(self.key));
            return;
        };
        let sql = &key.sql;
        // NULL sorts below everything.
        match (&self.sorted[depth], key.descending) {
            (None, false) => {
                condition.text.push_str(&format!("({sql} IS NOT NULL OR "));
                self.write_after(rest, row_key, condition);
                condition.text.push(')');
            }
            (None, true) => {
                condition.text.push_str(&format!("({sql} IS NULL AND "));
                self.write_after(rest, row_key, condition);
                condition.text.push(')');
            }
            (Some(value), descending) => {
                let value = SqlValue::Text(value.clone());
                // The first comparison is implied by the rest; it is what an index can start from.
                condition.text.push_str(&if descending {
                    format!(
                        "(ifnull({sql} <= ?, 1) AND ({sql} IS NULL OR {sql} < ? OR ({sql} = ? AND "
                    )
                } else {
                    format!("({sql} >= ? AND ({sql} > ? OR ({sql} = ? AND ")
                });
                condition
                    .parameters
                    .extend([value.clone(), value.clone(), value]);
                self.write_after(rest, row_key, condition);
                condition.text.push_str(")))");
            }
        }
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*head)
}

/// How many rows a page holds.
///
/// # Errors
/// `Request_UnsupportedQuery` when `$top` is outside what a page may hold.
pub(crate) fn page_size(
    top: Option<u64>,
    reads_sign_in_activity: bool,
    settings: &PageSettings,
) -> Result<usize, GraphFailure> {
    let largest = u64::from(settings.max_size);
    let size = match top {
        None => u64::from(settings.default_size),
        Some(top) if (1..=largest).contains(&top) => top,
        Some(top) => {
            return Err(GraphFailure::unsupported_query(format!(
                "Invalid page size specified: '{top}'. Must be between 1 and {largest} inclusive."
            )));
        }
    };
    let cap = if reads_sign_in_activity {
        u64::from(settings.sign_in_activity_max)
    } else {
        largest
    };
    Ok(size.min(cap).max(1) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: QueryIdentity = QueryIdentity(7);

    fn position() -> Position {
        Position {
            sorted: vec![Some("Zoë".into()), None],
            kind: 1,
            key: 42,
        }
    }

    #[test]
    fn a_token_gives_back_its_position() {
        let token = position().token(QUERY);
        assert_eq!(Position::from_token(&token, QUERY, 2), Ok(position()));
    }

    #[test]
    fn a_token_of_another_query_or_a_cut_or_foreign_one_is_refused() {
        let token = position().token(QUERY);
        assert!(Position::from_token(&token, QueryIdentity(8), 2).is_err());
        assert!(Position::from_token(&token, QUERY, 1).is_err());
        for end in 0..token.len() {
            assert!(Position::from_token(&token[..end], QUERY, 2).is_err());
        }
        assert!(Position::from_token("é", QUERY, 2).is_err());
        let huge_length = format!(
            "{}01FFFFFFFF",
            &Position {
                sorted: vec![],
                ..position()
            }
            .token(QUERY)
        );
        assert!(Position::from_token(&huge_length, QUERY, 1).is_err());
    }

    #[test]
    fn an_absent_part_of_a_query_differs_from_an_empty_one() {
        assert_ne!(QueryIdentity::of([None]), QueryIdentity::of([Some("")]));
        assert_ne!(
            QueryIdentity::of([Some("ab"), Some("")]),
            QueryIdentity::of([Some("a"), Some("b")])
        );
    }

    #[test]
    fn a_page_holds_a_hundred_rows_and_at_most_999() {
        let settings = PageSettings::default();
        assert_eq!(page_size(None, false, &settings), Ok(100));
        assert_eq!(page_size(Some(999), false, &settings), Ok(999));
        assert_eq!(page_size(Some(999), true, &settings), Ok(120));
        assert_eq!(page_size(Some(50), true, &settings), Ok(50));
        for top in [0, 1000] {
            let failure = page_size(Some(top), false, &settings).unwrap_err();
            assert_eq!(failure.code, "Request_UnsupportedQuery");
            assert_eq!(
                failure.message,
                format!(
                    "Invalid page size specified: '{top}'. Must be between 1 and 999 inclusive."
                )
            );
        }
    }
}
