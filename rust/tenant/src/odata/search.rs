//! `$search`: `"property:text"` clauses joined by `AND` and `OR`.
//!
//! In displayName and description it looks for words; in the other properties it compares from the start.

use rusqlite::types::Value as SqlValue;

use super::error::excerpt;
use super::filter::Condition;
use super::fold::fold;
use super::properties::{Entity, Property};
use crate::service::GraphFailure;

const DEPTH_LIMIT: usize = 20;
const CLAUSE_LIMIT: usize = 100;

/// The SQL condition for a `$search` on `entity`.
///
/// # Errors
/// `BadRequest` with the position for what cannot be read, `Request_UnsupportedQuery` for a property that is not
/// searched.
pub(crate) fn condition(entity: &Entity, source: &str) -> Result<Condition, GraphFailure> {
    let mut parser = Parser {
        entity,
        source,
        offset: 0,
        depth: 0,
        clauses: 0,
        condition: Condition::default(),
    };
    parser.or()?;
    parser.skip_blanks();
    if parser.offset < source.len() {
        return Err(parser.syntax());
    }
    Ok(parser.condition)
}

struct Parser<'a> {
    entity: &'a Entity,
    source: &'a str,
    offset: usize,
    depth: usize,
    clauses: usize,
    condition: Condition,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<(), GraphFailure> {
        self.condition.text.push('(');
        self.and()?;
        while self.take_word("OR") {
            self.condition.text.push_str(" OR ");
            self.and()?;
        }
        self.condition.text.push(')');
        Ok(())
    }

    fn and(&mut self) -> Result<(), GraphFailure> {
        self.operand()?;
        while self.take_word("AND") {
            self.condition.text.push_str(" AND ");
            self.operand()?;
        }
        Ok(())
    }

    fn operand(&mut self) -> Result<(), GraphFailure> {
        self.skip_blanks();
        match self.source[self.offset..].chars().next() {
            Some('(') if self.depth < DEPTH_LIMIT => {
                self.offset += 1;
                self.depth += 1;
                self.or()?;
                self.depth -= 1;
                self.skip_blanks();
                if !self.source[self.offset..].starts_with(')') {
                    return Err(self.syntax());
                }
                self.offset += 1;
                Ok(())
            }
            Some('"') if self.clauses < CLAUSE_LIMIT => self.clause(),
            _ => Err(self.syntax()),
        }
    }

    fn clause(&mut self) -> Result<(), GraphFailure> {
        self.clauses += 1;
        let start = self.offset;
        self.offset += 1;
        let mut text = String::new();
        let mut characters = self.source[self.offset..].chars();
        let closed = loop {
            let Some(next) = characters.next() else {
                break false;
            };
            self.offset += next.len_utf8();
            match next {
                '"' => break true,
                '\\' => {
                    let Some(escaped) = characters.next() else {
                        break false;
                    };
                    self.offset += escaped.len_utf8();
                    text.push(escaped);
                }
                other => text.push(other),
            }
        };
        if !closed {
            self.offset = start;
            return Err(self.syntax());
        }
        let Some((name, wanted)) = text.split_once(':') else {
            return Err(GraphFailure::unsupported_query(format!(
                "Invalid $search clause '{}': write \"property:text\".",
                excerpt(&text)
            )));
        };
        self.compare(name.trim(), wanted)
    }

    fn compare(&mut self, name: &str, wanted: &str) -> Result<(), GraphFailure> {
        let wanted = wanted.trim().trim_matches('\'');
        let is_among = |names: &[&str], property: &Property| names.contains(&property.name);
        let property = self.entity.property(name).filter(|property| {
            is_among(self.entity.searched_words, property)
                || is_among(self.entity.searched_starts, property)
        });
        let Some(property) = property else {
            return Err(GraphFailure::unsupported_query(format!(
                "Unsupported or invalid search clause specified for property '{}' of resource '{}'.",
                excerpt(name),
                self.entity.resource
            )));
        };
        let operand = super::filter::property_sql(property);
        let (function, parameter) = if is_among(self.entity.searched_words, property) {
            ("graph_search", words(wanted).join(" "))
        } else {
            ("graph_starts", fold(wanted))
        };
        if parameter.is_empty() {
            return Err(GraphFailure::unsupported_query(format!(
                "Invalid $search clause for property '{}': there is nothing to look for.",
                property.name
            )));
        }
        self.condition
            .text
            .push_str(&format!("{function}({operand}, ?)"));
        self.condition.parameters.push(SqlValue::Text(parameter));
        Ok(())
    }

    fn take_word(&mut self, word: &str) -> bool {
        self.skip_blanks();
        let rest = &self.source[self.offset..];
        let found = rest
            .get(..word.len())
            .is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.offset += if found { word.len() } else { 0 };
        found
    }

    fn skip_blanks(&mut self) {
        let rest = &self.source[self.offset..];
        self.offset += rest.len() - rest.trim_start().len();
    }

    fn syntax(&self) -> GraphFailure {
        let position = self.source[..self.offset].chars().count();
        let place = match self.source[self.offset..].chars().next() {
            Some(character) => {
                format!("Syntax error: character '{character}' is not valid at position {position}")
            }
            None => format!("Syntax error: expression expected at position {position}"),
        };
        GraphFailure::unreadable(format!("{place} in '{}'.", excerpt(self.source)))
    }
}

/// Whether every one of `wanted`, folded words with blanks between, starts a word of `text`.
pub(crate) fn matches_words(text: &str, wanted: &str) -> bool {
    let words = words(text);
    wanted
        .split(' ')
        .all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
}

/// The words of a text, folded: split at everything that is no letter or digit, where digits meet letters, and where
/// a capital follows a small letter.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut last: Option<char> = None;
    for character in text.chars() {
        let splits = last.is_some_and(|last| {
            last.is_numeric() != character.is_numeric()
                || last.is_lowercase() && character.is_uppercase()
        });
        if !character.is_alphanumeric() || splits {
            words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty()));
        }
        if character.is_alphanumeric() {
            word.push(character);
        }
        last = Some(character);
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words.iter().map(|word| fold(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::odata::properties::USER;

    #[test]
    fn a_name_is_split_into_its_words() {
        assert_eq!(
            words("OneVideo Room-12b (Zürich)"),
            ["one", "video", "room", "12", "b", "zürich"]
        );
    }

    #[test]
    fn every_wanted_word_must_start_a_word_in_any_order() {
        assert!(matches_words("Ada King Lovelace", "love ada"));
        assert!(!matches_words("Ada King Lovelace", "lace"));
    }

    #[test]
    fn values_become_parameters() {
        let condition = condition(
            &USER,
            r#""displayName:a' OR 1" OR ("mail:X" AND "surname:y")"#,
        )
        .unwrap();
        assert_eq!(
            condition.text,
            "(graph_search(o.display_name, ?) OR (graph_starts(o.mail, ?) AND \
             graph_starts(json_extract(o.doc, '$.surname'), ?)))"
        );
        assert_eq!(condition.parameters.len(), 3);
        assert_eq!(condition.parameters[1], SqlValue::Text("x".into()));
    }

    #[test]
    fn an_unquoted_clause_is_refused_at_its_place() {
        let failure = condition(&USER, "displayName:ada").unwrap_err();
        assert_eq!(failure.code, "BadRequest");
        assert!(failure.message.contains("'d' is not valid at position 0"));
        assert!(condition(&USER, "\"displayName:").is_err());
        assert!(condition(&USER, &"(".repeat(10_000)).is_err());
        assert!(condition(&USER, "\"userType:Guest\"").is_err());
    }
}
