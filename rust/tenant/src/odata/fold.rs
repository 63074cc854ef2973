//! Comparison of text without regard to letter case, and the SQL functions that need it.

use std::borrow::Cow;

use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};

use super::search;
use super::time;

/// The text with every letter in lower case. ASCII stays ASCII and nothing else becomes ASCII, so that SQLite's NOCASE
/// and this agree on ASCII constants.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().map(fold_char).collect()
}

fn fold_char(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    let mut lower = letter.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) if !only.is_ascii() => only,
        _ => letter,
    }
}

/// Whether `text` starts with `prefix`, which is folded already.
fn starts_with(text: &str, prefix: &str) -> bool {
    let mut rest = text.chars();
    prefix
        .chars()
        .all(|wanted| rest.next().map(fold_char) == Some(wanted))
}

/// Whether `text` ends with `suffix`, which is folded already.
fn ends_with(text: &str, suffix: &str) -> bool {
    let mut rest = text.chars().rev();
    suffix
        .chars()
        .rev()
        .all(|wanted| rest.next().map(fold_char) == Some(wanted))
}

/// Adds the functions that the SQL of queries calls: `graph_fold(text)`, `graph_starts(text, folded)`,
/// `graph_ends(text, folded)`, `graph_search(text, words)` and `graph_time(text)`. All give NULL for what is not text.
///
/// # Errors
/// When SQLite refuses a function.
pub(crate) fn register(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("graph_fold", 1, flags, |context| {
        Ok(text(context, 0).map(|text| fold(&text)))
    })?;
    connection.create_scalar_function("graph_time", 1, flags, |context| {
        Ok(text(context, 0).and_then(|text| time::literal(&text)))
    })?;
    type Comparison = fn(&str, &str) -> bool;
    let comparisons: [(&str, Comparison); 3] = [
        ("graph_starts", starts_with),
        ("graph_ends", ends_with),
        ("graph_search", search::matches_words),
    ];
    for (name, comparison) in comparisons {
        connection.create_scalar_function(name, 2, flags, move |context| {
            let result = text(context, 0)
                .zip(text(context, 1))
                .map(|(text, wanted)| comparison(&text, &wanted));
            Ok(result.map_or(Value::Null, |holds| Value::Integer(i64::from(holds))))
        })?;
    }
    Ok(())
}

fn text<'a>(context: &'a Context<'_>, index: usize) -> Option<Cow<'a, str>> {
    match context.get_raw(index) {
        ValueRef::Text(bytes) => Some(String::from_utf8_lossy(bytes)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_are_folded_and_ascii_keeps_to_itself() {
        assert_eq!(fold("ZÜRICH Łódź ΑΘΗΝΑ"), "zürich łódź αθηνα");
        // The Kelvin sign's lower case is an ASCII k, which would make it equal where NOCASE says it is not.
        assert_eq!(fold("\u{212A}"), "\u{212A}");
        // Two characters in lower case: left as it is.
        assert_eq!(fold("İ"), "İ");
    }

    #[test]
    fn the_functions_answer_in_sql() {
        let connection = Connection::open_in_memory().unwrap();
        register(&connection).unwrap();
        let ask =
            |sql: &str| -> Option<i64> { connection.query_row(sql, [], |row| row.get(0)).unwrap() };
        assert_eq!(ask("SELECT graph_starts('Émile Zola', 'émile')"), Some(1));
        assert_eq!(ask("SELECT graph_starts('Em', 'emile')"), Some(0));
        assert_eq!(ask("SELECT graph_starts(NULL, 'a')"), None);
        assert_eq!(
            ask("SELECT graph_ends('ada@Contoso.COM', '@contoso.com')"),
            Some(1)
        );
        assert_eq!(
            ask("SELECT graph_time('1970-01-01T00:00:02Z')"),
            Some(2_000_000)
        );
        assert_eq!(ask("SELECT graph_time('soon')"), None);
        assert_eq!(ask("SELECT graph_fold(5) IS NULL"), Some(1));
    }
}
