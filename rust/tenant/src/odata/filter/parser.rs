//! Parses a `$filter`: `or` binds loosest, then `and`, then `not`, then a comparison.
//!
//! Depth and size are limited, so that no filter can exhaust the stack here or in SQLite.

use super::ast::{Expr, Function, Literal, Operator, Path};
use super::lexer::{Token, TokenKind, tokens};
use crate::odata::error::excerpt;
use crate::service::GraphFailure;

/// How deep parentheses, `not` and lambdas may nest.
const DEPTH_LIMIT: usize = 25;
/// How many comparisons and list values one filter may hold.
const NODE_LIMIT: usize = 1_000;

/// Functions OData knows and the directory has no index for: refused as a query, not as a typing error.
const UNINDEXED_FUNCTIONS: [&str; 15] = [
    "contains",
    "substringof",
    "indexof",
    "length",
    "substring",
    "tolower",
    "toupper",
    "trim",
    "concat",
    "year",
    "month",
    "day",
    "now",
    "isof",
    "cast",
];

/// Parses a filter.
///
/// # Errors
/// `BadRequest` `Invalid filter clause: …` with the position of the fault; `Request_UnsupportedQuery` for a function
/// the directory has no index for.
pub fn parse(source: &str) -> Result<Expr, GraphFailure> {
    let tokens = tokens(source)?;
    let mut parser = Parser {
        source,
        tokens,
        next: 0,
        depth: 0,
        nodes: 0,
    };
    let expr = parser.or()?;
    match parser.peek() {
        TokenKind::End => Ok(expr),
        _ => Err(parser.syntax()),
    }
}

struct Parser<'a> {
    source: &'a str,
    tokens: Vec<Token<'a>>,
    next: usize,
    depth: usize,
    nodes: usize,
}

impl<'a> Parser<'a> {
    fn or(&mut self) -> Result<Expr, GraphFailure> {
        let first = self.and()?;
        if !self.at_word("or") {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.take_word("or") {
            operands.push(self.and()?);
        }
        Ok(Expr::Or(operands))
    }

    fn and(&mut self) -> Result<Expr, GraphFailure> {
        let first = self.unary()?;
        if !self.at_word("and") {
            return Ok(first);
        }
        let mut operands = vec![first];
        while self.take_word("and") {
            operands.push(self.unary()?);
        }
        Ok(Expr::And(operands))
    }

    fn unary(&mut self) -> Result<Expr, GraphFailure> {
        if self.take_word("not") {
            return self
                .deeper(Self::unary)
                .map(|operand| Expr::Not(Box::new(operand)));
        }
        if self.take(&TokenKind::Open) {
            let inner = self.deeper(Self::or)?;
            self.expect(&TokenKind::Close, "')'")?;
            return Ok(inner);
        }
        self.primary()
    }

    fn primary(&mut self) -> Result<Expr, GraphFailure> {
        self.count_node()?;
        let TokenKind::Word(word) = *self.peek() else {
            return Err(self.expression_expected());
        };
        if *self.peek_second() == TokenKind::Open {
            return self.call(word);
        }
        let mut path = Path(vec![word.to_owned()]);
        self.next += 1;
        while self.take(&TokenKind::Slash) {
            match *self.peek() {
                TokenKind::Word(word) if *self.peek_second() == TokenKind::Open => {
                    return self.lambda(path, word);
                }
                TokenKind::Word(word) => {
                    self.next += 1;
                    path.0.push(word.to_owned());
                }
                TokenKind::Dollar(name) if name.eq_ignore_ascii_case("count") => {
                    self.next += 1;
                    return self.count(path);
                }
                _ => return Err(self.syntax()),
            }
            if path.0.len() > DEPTH_LIMIT {
                return Err(self.too_large());
            }
        }
        if self.take_word("in") {
            return self.list(path);
        }
        let operator = self.operator()?;
        let value = self.literal()?;
        Ok(Expr::Compare {
            path,
            operator,
            value,
        })
    }

    /// `startsWith(path, 'text')`, with the name still to be read.
    fn call(&mut self, name: &str) -> Result<Expr, GraphFailure> {
        let function = match name {
            _ if name.eq_ignore_ascii_case("startsWith") => Function::StartsWith,
            _ if name.eq_ignore_ascii_case("endsWith") => Function::EndsWith,
            _ if UNINDEXED_FUNCTIONS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name)) =>
            {
                return Err(GraphFailure::unsupported_query(format!(
                    "Unsupported Query. The function '{name}' is not supported in $filter."
                )));
            }
            _ => {
                return Err(GraphFailure::invalid_filter(format_args!(
                    "An unknown function with name '{}' was found. This may also be a function import or a key lookup \
                     on a navigation property, which is not allowed.",
                    excerpt(name)
                )));
            }
        };
        self.next += 2;
        let path = self.path()?;
        self.expect(&TokenKind::Comma, "','")?;
        let value = self.literal()?;
        self.expect(&TokenKind::Close, "')'")?;
        Ok(Expr::Call {
            function,
            path,
            value,
        })
    }

    /// `any(x: …)`, with the word `any` still to be read.
    fn lambda(&mut self, path: Path, name: &str) -> Result<Expr, GraphFailure> {
        if !name.eq_ignore_ascii_case("any") {
            let known = name.eq_ignore_ascii_case("all");
            return Err(match known {
                true => GraphFailure::unsupported_query(format!(
                    "Unsupported Query. The operator 'all' is not supported on '{path}'."
                )),
                false => self.syntax(),
            });
        }
        self.next += 2;
        if self.take(&TokenKind::Close) {
            return Ok(Expr::Any { path, lambda: None });
        }
        let TokenKind::Word(variable) = *self.peek() else {
            return Err(self.expression_expected());
        };
        self.next += 1;
        self.expect(&TokenKind::Colon, "':'")?;
        let body = self.deeper(Self::or)?;
        self.expect(&TokenKind::Close, "')'")?;
        Ok(Expr::Any {
            path,
            lambda: Some((variable.to_owned(), Box::new(body))),
        })
    }

    /// `eq 0`, after `path/$count`.
    fn count(&mut self, path: Path) -> Result<Expr, GraphFailure> {
        let operator = self.operator()?;
        let TokenKind::Integer(number) = *self.peek() else {
            return Err(self.expression_expected());
        };
        self.next += 1;
        Ok(Expr::Count {
            path,
            operator,
            number,
        })
    }

    /// `(a, b)`, after `path in`.
    fn list(&mut self, path: Path) -> Result<Expr, GraphFailure> {
        self.expect(&TokenKind::Open, "'('")?;
        let mut values = vec![self.literal()?];
        while self.take(&TokenKind::Comma) {
            self.count_node()?;
            values.push(self.literal()?);
        }
        self.expect(&TokenKind::Close, "')' or ','")?;
        Ok(Expr::In { path, values })
    }

    fn path(&mut self) -> Result<Path, GraphFailure> {
        let mut names = Vec::new();
        loop {
            let TokenKind::Word(word) = *self.peek() else {
                return Err(self.expression_expected());
            };
            self.next += 1;
            names.push(word.to_owned());
            if names.len() > DEPTH_LIMIT {
                return Err(self.too_large());
            }
            if !self.take(&TokenKind::Slash) {
                return Ok(Path(names));
            }
        }
    }

    fn operator(&mut self) -> Result<Operator, GraphFailure> {
        let operator = match *self.peek() {
            TokenKind::Word(word) => Operator::from_word(word),
            _ => None,
        };
        let operator = operator.ok_or_else(|| self.syntax())?;
        self.next += 1;
        Ok(operator)
    }

    fn literal(&mut self) -> Result<Literal, GraphFailure> {
        let literal = match self.peek() {
            TokenKind::Text(text) => Literal::Text(text.clone()),
            TokenKind::Integer(number) => Literal::Integer(*number),
            TokenKind::Guid(guid) => Literal::Guid(*guid),
            TokenKind::Time(micros) => Literal::Time(*micros),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("true") => Literal::Bool(true),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("false") => Literal::Bool(false),
            TokenKind::Word(word) if word.eq_ignore_ascii_case("null") => Literal::Null,
            _ => return Err(self.expression_expected()),
        };
        self.next += 1;
        Ok(literal)
    }

    fn deeper(
        &mut self,
        rule: impl FnOnce(&mut Self) -> Result<Expr, GraphFailure>,
    ) -> Result<Expr, GraphFailure> {
        if self.depth == DEPTH_LIMIT {
            return Err(self.too_large());
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    fn count_node(&mut self) -> Result<(), GraphFailure> {
        self.nodes += 1;
        match self.nodes > NODE_LIMIT {
            true => Err(self.too_large()),
            false => Ok(()),
        }
    }

    fn peek(&self) -> &TokenKind<'a> {
        &self.tokens[self.next].kind
    }

    /// The token after the next one; the end again if the next one is the end.
    fn peek_second(&self) -> &TokenKind<'a> {
        let last = self.tokens.len() - 1;
        &self.tokens[(self.next + 1).min(last)].kind
    }

    fn take(&mut self, kind: &TokenKind<'_>) -> bool {
        let taken = self.peek() == kind;
        self.next += usize::from(taken);
        taken
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), TokenKind::Word(next) if next.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let taken = self.at_word(word);
        self.next += usize::from(taken);
        taken
    }

    fn expect(&mut self, kind: &TokenKind<'_>, wanted: &str) -> Result<(), GraphFailure> {
        match self.take(kind) {
            true => Ok(()),
            false => Err(GraphFailure::invalid_filter(format_args!(
                "{wanted} expected at position {} in '{}'.",
                self.position(),
                excerpt(self.source)
            ))),
        }
    }

    fn syntax(&self) -> GraphFailure {
        GraphFailure::invalid_filter(format_args!(
            "Syntax error at position {} in '{}'.",
            self.position(),
            excerpt(self.source)
        ))
    }

    fn expression_expected(&self) -> GraphFailure {
        GraphFailure::invalid_filter(format_args!(
            "Expression expected at position {} in '{}'.",
            self.position(),
            excerpt(self.source)
        ))
    }

    fn too_large(&self) -> GraphFailure {
        GraphFailure::invalid_filter(format_args!(
            "The expression is too large: at most {NODE_LIMIT} comparisons and {DEPTH_LIMIT} nested levels are \
             accepted (position {}).",
            self.position()
        ))
    }

    fn position(&self) -> usize {
        self.tokens[self.next].position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(source: &str) -> String {
        parse(source).unwrap_err().message
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tighter_than_both() {
        let expr = parse("a eq 1 or not b eq 2 and c eq 3").unwrap();
        let Expr::Or(operands) = expr else {
            panic!("{expr}")
        };
        let Expr::And(inner) = &operands[1] else {
            panic!("{}", operands[1])
        };
        assert!(matches!(inner[0], Expr::Not(_)));
        assert_eq!(inner.len(), 2);
    }

    #[test]
    fn operators_functions_and_constants_are_read_in_any_letter_case() {
        assert_eq!(
            parse("STARTSWITH(displayName,'A') AND accountEnabled EQ TRUE").unwrap(),
            parse("startsWith(displayName,'A') and accountEnabled eq true").unwrap()
        );
    }

    #[test]
    fn a_fault_is_named_with_its_position() {
        assert!(message("").contains("Expression expected at position 0"));
        assert!(message("displayName").contains("Syntax error at position 11"));
        assert!(message("displayName eq").contains("Expression expected at position 14"));
        assert!(
            message("assignedLicenses/any(x:x/skuId eq )")
                .contains("Expression expected at position 34")
        );
        assert!(message("assignedLicenses/ ne 0").contains("Syntax error at position 21"));
        assert!(
            message("displayName eq 'a").contains("unterminated string literal at position 15")
        );
        assert!(message("(displayName eq 'a'").contains("')' expected at position 19"));
        assert!(message("displayName eq 'a' 'b'").contains("Syntax error at position 19"));
        assert!(message("city eq “x”").contains("character '“' is not valid at position 8"));
    }

    #[test]
    fn a_deep_or_long_filter_is_refused_and_not_followed() {
        let deep = format!("{}a eq 1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(message(&deep).contains("too large"));
        assert!(message(&"not ".repeat(100_000)).contains("too large"));
        let long = vec!["a eq 1"; 1_001].join(" or ");
        assert!(message(&long).contains("too large"));
        assert!(parse(&vec!["a eq 1"; 1_000].join(" or ")).is_ok());
        assert!(message(&"a/".repeat(100_000)).contains("too large"));
    }
}
