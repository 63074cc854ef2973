//! From the text of a rule to its words.

use super::RuleFault;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open,
    Close,
    ListOpen,
    ListClose,
    Comma,
    /// A text, without its quotes.
    Text(String),
    /// A name, an operator, a constant.
    Word(String),
}

/// The words of a rule, each with its position in characters from 1.
pub(super) fn tokens(source: &str) -> Result<Vec<(usize, Token)>, RuleFault> {
    let characters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let position = at + 1;
        let token = match characters[at] {
            character if character.is_whitespace() => {
                at += 1;
                continue;
            }
            '(' => Token::Open,
            ')' => Token::Close,
            '[' => Token::ListOpen,
            ']' => Token::ListClose,
            ',' => Token::Comma,
            quote @ ('"' | '\'' | '\u{201c}' | '\u{201d}') => {
                let (text, end) = text(&characters, at, quote).ok_or(RuleFault {
                    position,
                    what: "the text has no end".to_owned(),
                })?;
                tokens.push((position, Token::Text(text)));
                at = end;
                continue;
            }
            character if is_word(character) => {
                let end = (at..characters.len())
                    .find(|&at| !is_word(characters[at]))
                    .unwrap_or(characters.len());
                tokens.push((position, Token::Word(characters[at..end].iter().collect())));
                at = end;
                continue;
            }
            character => {
                return Err(RuleFault {
                    position,
                    what: format!("'{character}' is no part of a rule"),
                });
            }
        };
        tokens.push((position, token));
        at += 1;
    }
    Ok(tokens)
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '.' | '$')
}

/// The text that begins with a quote, and where it ends. A backtick takes the next sign as it is, as in PowerShell.
fn text(characters: &[char], start: usize, quote: char) -> Option<(String, usize)> {
    let is_end = |character: char| match quote {
        '\u{201c}' | '\u{201d}' => matches!(character, '\u{201c}' | '\u{201d}'),
        _ => character == quote,
    };
    let mut text = String::new();
    let mut at = start + 1;
    while let Some(&character) = characters.get(at) {
        if is_end(character) {
            return Some((text, at + 1));
        }
        if character == '`' && characters.get(at + 1).is_some() {
            at += 1;
        }
        text.push(*characters.get(at)?);
        at += 1;
    }
    None
}
