//! A `$filter` as it was written, before any name or type in it is looked up.

use std::fmt;

use mglicense_rules::Guid;

/// A filter expression. `and` and `or` hold all their operands at one level, so that a long chain is not a deep tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// Two or more operands joined by `or`.
    Or(Vec<Expr>),
    /// Two or more operands joined by `and`.
    And(Vec<Expr>),
    /// `not operand`.
    Not(Box<Expr>),
    /// `path operator literal`.
    Compare {
        /// What is compared.
        path: Path,
        /// How.
        operator: Operator,
        /// With what.
        value: Literal,
    },
    /// `path in (literal, …)`.
    In {
        /// What is compared.
        path: Path,
        /// The accepted values, at least one.
        values: Vec<Literal>,
    },
    /// `function(path, 'text')`.
    Call {
        /// The function.
        function: Function,
        /// Its first argument.
        path: Path,
        /// Its second argument.
        value: Literal,
    },
    /// `path/any(variable: body)`, or `path/any()`.
    Any {
        /// The collection.
        path: Path,
        /// The name of one item and the condition on it.
        lambda: Option<(String, Box<Expr>)>,
    },
    /// `path/$count operator number`.
    Count {
        /// The collection.
        path: Path,
        /// How the number of items is compared.
        operator: Operator,
        /// With what.
        number: i64,
    },
}

/// Names joined by `/`, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path(pub Vec<String>);

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `eq`
    Equal,
    /// `ne`
    NotEqual,
    /// `gt`
    Greater,
    /// `ge`
    GreaterOrEqual,
    /// `lt`
    Less,
    /// `le`
    LessOrEqual,
}

/// A text function the directory has an index for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// `startsWith(path, 'text')`
    StartsWith,
    /// `endsWith(path, 'text')`
    EndsWith,
}

/// A constant in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// `'text'`
    Text(String),
    /// A bare GUID.
    Guid(Guid),
    /// A date-time, in microseconds since 1970 UTC.
    Time(i64),
}

impl Operator {
    /// The operator a word stands for, in any letter case.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        const WORDS: [(&str, Operator); 6] = [
            ("eq", Operator::Equal),
            ("ne", Operator::NotEqual),
            ("gt", Operator::Greater),
            ("ge", Operator::GreaterOrEqual),
            ("lt", Operator::Less),
            ("le", Operator::LessOrEqual),
        ];
        WORDS
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(word))
            .map(|(_, operator)| *operator)
    }

    fn word(self) -> &'static str {
        match self {
            Operator::Equal => "eq",
            Operator::NotEqual => "ne",
            Operator::Greater => "gt",
            Operator::GreaterOrEqual => "ge",
            Operator::Less => "lt",
            Operator::LessOrEqual => "le",
        }
    }

    /// The name OData's own messages give the operator.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Operator::Equal => "Equal",
            Operator::NotEqual => "NotEqual",
            Operator::Greater => "GreaterThan",
            Operator::GreaterOrEqual => "GreaterThanOrEqual",
            Operator::Less => "LessThan",
            Operator::LessOrEqual => "LessThanOrEqual",
        }
    }
}

impl Function {
    /// The function's name as Graph spells it.
    pub fn name(self) -> &'static str {
        match self {
            Function::StartsWith => "startsWith",
            Function::EndsWith => "endsWith",
        }
    }
}

impl Literal {
    /// The literal's type in OData's words.
    pub(crate) fn edm_type(&self) -> &'static str {
        match self {
            Literal::Null => "<null>",
            Literal::Bool(_) => "Edm.Boolean",
            Literal::Integer(_) => "Edm.Int32",
            Literal::Text(_) => "Edm.String",
            Literal::Guid(_) => "Edm.Guid",
            Literal::Time(_) => "Edm.DateTimeOffset",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0.join("/"))
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Null => formatter.write_str("null"),
            Literal::Bool(value) => write!(formatter, "{value}"),
            Literal::Integer(value) => write!(formatter, "{value}"),
            Literal::Text(value) => write!(formatter, "'{}'", value.replace('\'', "''")),
            Literal::Guid(value) => write!(formatter, "{value}"),
            Literal::Time(micros) => match jiff::Timestamp::from_microsecond(*micros) {
                Ok(timestamp) => write!(formatter, "{timestamp}"),
                Err(_) => Err(fmt::Error),
            },
        }
    }
}

/// Writes the expression so that parsing it again gives the same tree.
impl fmt::Display for Expr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Or(operands) => write_joined(formatter, operands, " or ", |operand| {
                matches!(operand, Expr::Or(_))
            }),
            Expr::And(operands) => write_joined(formatter, operands, " and ", |operand| {
                matches!(operand, Expr::Or(_) | Expr::And(_))
            }),
            Expr::Not(operand) if matches!(**operand, Expr::Or(_) | Expr::And(_)) => {
                write!(formatter, "not ({operand})")
            }
            Expr::Not(operand) => write!(formatter, "not {operand}"),
            Expr::Compare {
                path,
                operator,
                value,
            } => write!(formatter, "{path} {} {value}", operator.word()),
            Expr::In { path, values } => {
                write!(formatter, "{path} in (")?;
                for (index, value) in values.iter().enumerate() {
                    let comma = if index == 0 { "" } else { "," };
                    write!(formatter, "{comma}{value}")?;
                }
                formatter.write_str(")")
            }
            Expr::Call {
                function,
                path,
                value,
            } => write!(formatter, "{}({path},{value})", function.name()),
            Expr::Any { path, lambda } => match lambda {
                None => write!(formatter, "{path}/any()"),
                Some((variable, body)) => write!(formatter, "{path}/any({variable}:{body})"),
            },
            Expr::Count {
                path,
                operator,
                number,
            } => write!(formatter, "{path}/$count {} {number}", operator.word()),
        }
    }
}

fn write_joined(
    formatter: &mut fmt::Formatter<'_>,
    operands: &[Expr],
    separator: &str,
    needs_parentheses: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (index, operand) in operands.iter().enumerate() {
        if index > 0 {
            formatter.write_str(separator)?;
        }
        if needs_parentheses(operand) {
            write!(formatter, "({operand})")?;
        } else {
            write!(formatter, "{operand}")?;
        }
    }
    Ok(())
}
