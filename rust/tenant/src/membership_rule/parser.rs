//! From words to a rule.

use regex::RegexBuilder;

use super::lexer::{Token, tokens};
use super::properties::{Collection, Kind, Property, UNKNOWN_HERE};
use super::test::{Compare, OPERATORS, Test};
use super::{Rule, RuleFault};

/// How deep a rule may nest.
const DEEPEST: usize = 100;

/// The largest regular expression, in bytes of its program.
const REGEX_BYTES: usize = 256 * 1024;

/// Reads a rule.
///
/// # Errors
/// The first fault, with its position.
pub(crate) fn parse(source: &str) -> Result<Rule, RuleFault> {
    let mut parser = Parser {
        tokens: tokens(source)?,
        at: 0,
        end: source.chars().count() + 1,
        depth: 0,
    };
    if parser.tokens.is_empty() {
        return Err(RuleFault {
            position: 1,
            what: "the rule is empty".to_owned(),
        });
    }
    let rule = parser.any_of(None)?;
    match parser.peek() {
        None => Ok(rule),
        Some(Token::Close) => Err(parser.fault("')' is one too many")),
        Some(_) => Err(parser.fault("expected '-and' or '-or'")),
    }
}

struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    /// The position after the last character.
    end: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(_, token)| token)
    }

    fn position(&self) -> usize {
        self.tokens
            .get(self.at)
            .map_or(self.end, |(position, _)| *position)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).map(|(_, token)| token.clone());
        self.at += usize::from(token.is_some());
        token
    }

    fn fault(&self, what: impl Into<String>) -> RuleFault {
        RuleFault {
            position: self.position(),
            what: what.into(),
        }
    }

    /// Whether the next word is this operator, with its hyphen or without.
    fn takes_operator(&mut self, name: &str) -> bool {
        let is_it = matches!(self.peek(), Some(Token::Word(word)) if is_operator(word, name));
        self.at += usize::from(is_it);
        is_it
    }

    fn any_of(&mut self, inside: Option<Collection>) -> Result<Rule, RuleFault> {
        let mut rules = vec![self.all_of(inside)?];
        while self.takes_operator("-or") {
            rules.push(self.all_of(inside)?);
        }
        Ok(match rules.len() {
            1 => rules.swap_remove(0),
            _ => Rule::Or(rules),
        })
    }

    fn all_of(&mut self, inside: Option<Collection>) -> Result<Rule, RuleFault> {
        let mut rules = vec![self.one(inside)?];
        while self.takes_operator("-and") {
            rules.push(self.one(inside)?);
        }
        Ok(match rules.len() {
            1 => rules.swap_remove(0),
            _ => Rule::And(rules),
        })
    }

    fn one(&mut self, inside: Option<Collection>) -> Result<Rule, RuleFault> {
        if self.depth >= DEEPEST {
            return Err(self.fault("the rule nests too deep"));
        }
        self.depth += 1;
        let rule = if self.takes_operator("-not") {
            Rule::Not(Box::new(self.one(inside)?))
        } else if self.peek() == Some(&Token::Open) {
            self.parenthesis(inside)?
        } else {
            self.comparison(inside)?
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn parenthesis(&mut self, inside: Option<Collection>) -> Result<Rule, RuleFault> {
        self.next();
        let rule = self.any_of(inside)?;
        match self.peek() {
            Some(Token::Close) => {
                self.next();
                Ok(rule)
            }
            _ => Err(self.fault("expected ')'")),
        }
    }

    fn comparison(&mut self, inside: Option<Collection>) -> Result<Rule, RuleFault> {
        let start = self.fault("");
        let Some(Token::Word(name)) = self.next() else {
            return Err(RuleFault {
                what: "expected a comparison".to_owned(),
                ..start
            });
        };
        if is_unknown_here(&name) {
            return Err(RuleFault {
                what: unknown_property(&name),
                ..start
            });
        }
        let collection = Collection::find(&name).filter(|_| inside.is_none());
        for (word, all) in [("-any", false), ("-all", true)] {
            let fault = self.fault(format!(
                "'{word}' goes through a collection, which '{name}' is not"
            ));
            if self.takes_operator(word) {
                let collection = collection.ok_or(fault)?;
                if self.peek() != Some(&Token::Open) {
                    return Err(self.fault("expected '('"));
                }
                let rule = Box::new(self.parenthesis(Some(collection))?);
                return Ok(Rule::Each {
                    collection,
                    all,
                    rule,
                });
            }
        }
        if collection == Some(Collection::Plans) {
            return Err(self.fault("'user.assignedPlans' is compared with -any or -all"));
        }
        let property = Property::find(&name, inside).ok_or_else(|| RuleFault {
            what: unknown_property(&name),
            ..start
        })?;
        self.rest_of_comparison(property).map(Rule::Test)
    }

    fn rest_of_comparison(&mut self, property: Property) -> Result<Test, RuleFault> {
        let position = self.position();
        let operator = match self.peek() {
            Some(Token::Word(word)) => OPERATORS
                .into_iter()
                .find(|operator| is_operator(word, operator))
                .ok_or_else(|| self.fault(format!("'{word}' is no operator here")))?,
            _ => return Err(self.fault("expected an operator")),
        };
        self.next();
        let (is_negated, operator) = match operator {
            "-ne" => (true, "-eq"),
            "-notStartsWith" => (true, "-startsWith"),
            "-notContains" => (true, "-contains"),
            "-notMatch" => (true, "-match"),
            "-notIn" => (true, "-in"),
            other => (false, other),
        };
        if property.kind == Kind::Bool && operator != "-eq" {
            return Err(RuleFault {
                position,
                what: format!(
                    "'{operator}' does not go with '{}', which is true or false",
                    property.name
                ),
            });
        }
        let compare = match operator {
            "-in" => Compare::OneOf(self.list()?),
            "-eq" => match self.value(property)? {
                None => Compare::Null,
                Some(text) => Compare::OneOf(vec![text.to_lowercase()]),
            },
            "-startsWith" => Compare::StartsWith(self.text()?.to_lowercase()),
            "-contains" => Compare::Contains(self.text()?.to_lowercase()),
            _ => self.regex()?,
        };
        Ok(Test {
            property,
            is_negated,
            compare,
        })
    }

    /// A value, or none for null.
    fn value(&mut self, property: Property) -> Result<Option<String>, RuleFault> {
        let fault = self.fault("expected a value: a text in quotes, true, false or null");
        let position = fault.position;
        let value = match self.next() {
            Some(Token::Text(text)) => text,
            Some(Token::Word(word)) => {
                let word = word.trim_start_matches('$').to_ascii_lowercase();
                match word.as_str() {
                    "null" => return Ok(None),
                    "true" | "false" => word,
                    _ if word.chars().all(|c| c.is_ascii_digit()) => word,
                    _ => return Err(fault),
                }
            }
            _ => return Err(fault),
        };
        let is_flag = ["true", "false"]
            .iter()
            .any(|flag| value.eq_ignore_ascii_case(flag));
        if property.kind == Kind::Bool && !is_flag {
            return Err(RuleFault {
                position,
                what: "expected true or false".to_owned(),
            });
        }
        Ok(Some(value))
    }

    fn text(&mut self) -> Result<String, RuleFault> {
        let fault = self.fault("expected a value: a text in quotes");
        match self.next() {
            Some(Token::Text(text)) => Ok(text),
            _ => Err(fault),
        }
    }

    fn regex(&mut self) -> Result<Compare, RuleFault> {
        let fault = self.fault("");
        let text = self.text()?;
        let regex = RegexBuilder::new(&text)
            .case_insensitive(true)
            .size_limit(REGEX_BYTES)
            .build();
        regex.map(Compare::Match).map_err(|_| RuleFault {
            what: format!("'{text}' is no regular expression that can be used"),
            ..fault
        })
    }

    fn list(&mut self) -> Result<Vec<String>, RuleFault> {
        let fault = self.fault("expected a list such as [\"a\", \"b\"]");
        if self.next() != Some(Token::ListOpen) {
            return Err(fault);
        }
        let mut list = Vec::new();
        loop {
            let fault = self.fault("expected a text in quotes, or ']'");
            match self.next() {
                Some(Token::Text(text)) => list.push(text.to_lowercase()),
                // Nothing that is compared is null.
                Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => {}
                Some(Token::ListClose) if list.is_empty() => return Ok(list),
                _ => return Err(fault),
            }
            let fault = self.fault("expected ',' or ']'");
            match self.next() {
                Some(Token::Comma) => {}
                Some(Token::ListClose) => return Ok(list),
                _ => return Err(fault),
            }
        }
    }
}

fn is_operator(word: &str, operator: &str) -> bool {
    let bare = word.strip_prefix('-').unwrap_or(word);
    bare.eq_ignore_ascii_case(operator.trim_start_matches('-'))
}

/// Whether a name is one that the directory's rules know, and this tenant does not.
fn is_unknown_here(name: &str) -> bool {
    let (owner, member) = name.split_once('.').unwrap_or((name, ""));
    owner.eq_ignore_ascii_case("user")
        && UNKNOWN_HERE
            .iter()
            .any(|known| known.eq_ignore_ascii_case(member))
}

/// What is wrong with a name at the place of a property.
fn unknown_property(name: &str) -> String {
    let (owner, _) = name.split_once('.').unwrap_or((name, ""));
    if owner.eq_ignore_ascii_case("device") {
        return "rules about devices are not known to the local tenant".to_owned();
    }
    if name.eq_ignore_ascii_case("direct") {
        return "rules about direct reports are not known to the local tenant".to_owned();
    }
    if is_unknown_here(name) {
        return format!("'{name}' is not known to the local tenant");
    }
    format!("'{name}' is no property that a rule can ask for here")
}
