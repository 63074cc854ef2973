//! Splits a `$filter` into tokens.
//!
//! Identifiers, bare GUIDs, dates and numbers overlap in their characters, so the longest of them wins: `2b...-...` is
//! a GUID where an identifier could start, `2024-01-01T…` a date where a number could.

use mglicense_rules::Guid;

use crate::odata::error::excerpt;
use crate::odata::time;
use crate::service::GraphFailure;

/// One token and where it starts, counted in characters from 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Token<'a> {
    pub(crate) kind: TokenKind<'a>,
    pub(crate) position: usize,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum TokenKind<'a> {
    /// A name, an operator word, `true`, `false` or `null`.
    Word(&'a str),
    /// `$count` and the like: the text after the dollar sign.
    Dollar(&'a str),
    /// `'text'`, with doubled quotes made single.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A bare GUID.
    Guid(Guid),
    /// A date-time with its offset, or a date, as microseconds since 1970 UTC.
    Time(i64),
    Open,
    Close,
    Comma,
    Slash,
    Colon,
    End,
}

/// The tokens of `source`, the last of which is always [`TokenKind::End`].
///
/// # Errors
/// `BadRequest` with the position of the first character that starts no token.
pub(crate) fn tokens(source: &str) -> Result<Vec<Token<'_>>, GraphFailure> {
    Lexer {
        source,
        offset: 0,
        position: 0,
    }
    .run()
}

struct Lexer<'a> {
    source: &'a str,
    /// Byte offset of the next character.
    offset: usize,
    /// The same in characters, for messages.
    position: usize,
}

impl<'a> Lexer<'a> {
    fn run(mut self) -> Result<Vec<Token<'a>>, GraphFailure> {
        let mut tokens = Vec::new();
        loop {
            while let Some(blank) = self.peek().filter(|next| next.is_whitespace()) {
                self.advance(blank.len_utf8());
            }
            let position = self.position;
            let kind = self.token()?;
            let last = kind == TokenKind::End;
            tokens.push(Token { kind, position });
            if last {
                return Ok(tokens);
            }
        }
    }

    fn token(&mut self) -> Result<TokenKind<'a>, GraphFailure> {
        let Some(next) = self.peek() else {
            return Ok(TokenKind::End);
        };
        let single = match next {
            '(' => Some(TokenKind::Open),
            ')' => Some(TokenKind::Close),
            ',' => Some(TokenKind::Comma),
            '/' => Some(TokenKind::Slash),
            ':' => Some(TokenKind::Colon),
            _ => None,
        };
        if let Some(kind) = single {
            self.advance(1);
            return Ok(kind);
        }
        match next {
            '\'' => self.text(),
            '$' => {
                let name = run_of(&self.source[self.offset + 1..], |c| {
                    c.is_ascii_alphanumeric()
                });
                if name.is_empty() {
                    return Err(self.invalid('$'));
                }
                self.advance(1 + name.len());
                Ok(TokenKind::Dollar(name))
            }
            '-' | '0'..='9' => self.number_or_longer(),
            'a'..='z' | 'A'..='Z' | '_' => {
                if let Some(guid) = self.guid() {
                    return Ok(guid);
                }
                let word = run_of(&self.source[self.offset..], |c| {
                    c.is_ascii_alphanumeric() || c == '_' || c == '.'
                });
                self.advance(word.len());
                Ok(TokenKind::Word(word))
            }
            other => Err(self.invalid(other)),
        }
    }

    fn text(&mut self) -> Result<TokenKind<'a>, GraphFailure> {
        let start = self.position;
        let mut text = String::new();
        self.advance(1);
        loop {
            let rest = &self.source[self.offset..];
            let Some(quote) = rest.find('\'') else {
                return Err(GraphFailure::invalid_filter(format_args!(
                    "There is an unterminated string literal at position {start} in '{}'.",
                    excerpt(self.source)
                )));
            };
            text.push_str(&rest[..quote]);
            self.advance(quote + 1);
            if self.peek() != Some('\'') {
                return Ok(TokenKind::Text(text));
            }
            text.push('\'');
            self.advance(1);
        }
    }

    fn number_or_longer(&mut self) -> Result<TokenKind<'a>, GraphFailure> {
        if let Some(guid) = self.guid() {
            return Ok(guid);
        }
        let literal = run_of(&self.source[self.offset..], |c| {
            c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | ':' | '_')
        });
        let kind = match literal.parse() {
            Ok(number) => TokenKind::Integer(number),
            Err(_) => match time::literal(literal) {
                Some(micros) => TokenKind::Time(micros),
                None => {
                    return Err(GraphFailure::invalid_filter(format_args!(
                        "Unrecognized literal '{}' at position {} in '{}'.",
                        excerpt(literal),
                        self.position,
                        excerpt(self.source)
                    )));
                }
            },
        };
        self.advance(literal.len());
        Ok(kind)
    }

    /// A GUID at this place, if the whole run of letters, digits and hyphens is one.
    fn guid(&mut self) -> Option<TokenKind<'a>> {
        let run = run_of(&self.source[self.offset..], |c| {
            c.is_ascii_alphanumeric() || c == '-' || c == '_'
        });
        let guid = Guid::parse(run).ok()?;
        self.advance(run.len());
        Some(TokenKind::Guid(guid))
    }

    fn peek(&self) -> Option<char> {
        self.source[self.offset..].chars().next()
    }

    fn advance(&mut self, bytes: usize) {
        self.position += self.source[self.offset..self.offset + bytes]
            .chars()
            .count();
        self.offset += bytes;
    }

    fn invalid(&self, character: char) -> GraphFailure {
        GraphFailure::invalid_filter(format_args!(
            "Syntax error: character '{character}' is not valid at position {} in '{}'.",
            self.position,
            excerpt(self.source)
        ))
    }
}

fn run_of(text: &str, belongs: impl Fn(char) -> bool) -> &str {
    let end = text.find(|c| !belongs(c)).unwrap_or(text.len());
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(source: &str) -> Vec<TokenKind<'_>> {
        tokens(source)
            .unwrap()
            .into_iter()
            .map(|token| token.kind)
            .collect()
    }

    #[test]
    fn a_guid_that_starts_with_a_letter_is_a_guid_and_not_a_name() {
        assert_eq!(
            kinds("eq cbdc14ab-d96c-4c30-b9f4-6ada7cdc1d46"),
            [
                TokenKind::Word("eq"),
                TokenKind::Guid(Guid(0xcbdc14ab_d96c_4c30_b9f4_6ada7cdc1d46)),
                TokenKind::End
            ]
        );
    }

    #[test]
    fn a_doubled_quote_is_one_quote() {
        assert_eq!(
            kinds("'O''Hara'''"),
            [TokenKind::Text("O'Hara'".into()), TokenKind::End]
        );
    }

    #[test]
    fn dates_and_numbers_are_told_apart() {
        assert_eq!(
            kinds("-5 2024-01-02 1970-01-01T00:00:01+00:00"),
            [
                TokenKind::Integer(-5),
                TokenKind::Time(1_704_153_600_000_000),
                TokenKind::Time(1_000_000),
                TokenKind::End
            ]
        );
    }

    #[test]
    fn positions_are_counted_in_characters() {
        let error = tokens("city eq 'Zürich' ;").unwrap_err();
        assert!(error.message.contains("';' is not valid at position 17"));
    }

    #[test]
    fn two_guids_glued_together_are_no_literal() {
        let glued = "efb87545-963c-4e0d-99df-69c6916d9eb05dbe027f-2339-4123-9542-606e4d348a72";
        assert!(
            !matches!(kinds_or_error(glued), Ok(list) if matches!(list[0], TokenKind::Guid(_)))
        );
    }

    fn kinds_or_error(source: &str) -> Result<Vec<TokenKind<'_>>, GraphFailure> {
        Ok(tokens(source)?
            .into_iter()
            .map(|token| token.kind)
            .collect())
    }
}
