//! Conditions: what must be true of a case for a statement to apply.
//!
//! A [`Condition`] exists only well-formed: parsing is the only way to make one. It knows cases and the lexicon, and
//! nothing of statements, sources or answers. The grammar:
//!
//! ```text
//! condition = conjunction { "or" conjunction }
//! conjunction = term { "and" term }
//! term      = "not" term | "(" condition ")" | test
//! test      = path op value | path "in" "(" value { "," value } ")"
//! op        = "=" | "!=" | "<" | "<=" | ">" | ">=" | "has"
//! value     = "quoted words" | word | number [ unit ]
//! ```

mod describe;
mod eval;
mod parse;
mod path;
mod setting;

use crate::case::{Attribute, Case};
use crate::truth::Truth;
use path::Path;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not a condition. Its writer is at fault; nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {column}: {message}")]
pub struct ConditionError {
    /// Where, in characters, from 1.
    pub column: usize,
    /// What was expected there.
    pub message: String,
}

/// A fact that a condition hangs on, in the words of [`Missing`](crate::Missing).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Asked {
    /// What kind of thing.
    pub attribute: String,
    /// Which.
    pub value: String,
}

/// What must be true of a case for a statement to apply. Prints in one canonical form, which parses to an equal one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition(Expr);

/// `And` and `Or` hold at least two, none of their own kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    Test(Test),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Test {
    path: Path,
    op: Op,
    /// One, or for `in` one or more.
    values: Vec<Literal>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Has,
    In,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number { value: f64, unit: Option<String> },
}

impl Condition {
    /// Whether it holds of a case. What the case does not speak of is unknown.
    pub fn evaluate(&self, case: &Case) -> Truth {
        eval::evaluate(&self.0, case)
    }

    /// What is left of it once everything the case decides is taken out; `None` when the case decides all of it.
    pub fn residual(&self, case: &Case) -> Option<Condition> {
        eval::residual(&self.0, case).map(Condition)
    }

    /// The distinct facts that would decide it, in order of mention; empty when the case decides it.
    pub fn unknown(&self, case: &Case) -> Vec<Asked> {
        let mut asked = Vec::new();
        if let Some(rest) = eval::residual(&self.0, case) {
            eval::asked(&rest, case, &mut asked);
        }
        asked
    }

    /// The attributes it asks about, each once, in order of mention; `intent` is none.
    pub fn attributes(&self) -> Vec<Attribute> {
        let mut found = Vec::new();
        path::attributes(&self.0, &mut found);
        found
    }

    /// Plain clinical English that reads well after "If".
    pub fn describe(&self) -> String {
        describe::describe(&self.0)
    }

    /// Values the lexicon does not know, in order of mention: most likely misspelt. For whoever checks digests.
    pub fn unfamiliar(&self) -> Vec<&str> {
        let mut found = Vec::new();
        path::unfamiliar(&self.0, &mut found);
        found
    }

    /// Both.
    pub fn and(self, other: Condition) -> Condition {
        Condition(Expr::all(vec![self.0, other.0]))
    }

    /// Either.
    pub fn or(self, other: Condition) -> Condition {
        Condition(Expr::any(vec![self.0, other.0]))
    }

    /// The contrary.
    pub fn negate(self) -> Condition {
        Condition(Expr::Not(Box::new(self.0)))
    }
}

impl Expr {
    /// All of them, without an `and` inside an `and`. The list must not be empty.
    fn all(list: Vec<Expr>) -> Expr {
        let flat = list.into_iter().flat_map(|e| if let Expr::And(inner) = e { inner } else { vec![e] });
        Self::single(flat.collect(), Expr::And)
    }

    /// Any of them, without an `or` inside an `or`. The list must not be empty.
    fn any(list: Vec<Expr>) -> Expr {
        let flat = list.into_iter().flat_map(|e| if let Expr::Or(inner) = e { inner } else { vec![e] });
        Self::single(flat.collect(), Expr::Or)
    }

    fn single(mut list: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
        match list.pop() {
            Some(only) if list.is_empty() => only,
            Some(last) => {
                list.push(last);
                many(list)
            }
            None => many(list),
        }
    }
}

impl FromStr for Condition {
    type Err = ConditionError;
    fn from_str(s: &str) -> Result<Self, ConditionError> {
        parse::parse(s).map(Condition)
    }
}

impl TryFrom<String> for Condition {
    type Error = ConditionError;
    fn try_from(s: String) -> Result<Self, ConditionError> {
        s.parse()
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> String {
        condition.to_string()
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, list: &[Expr], word: &str| {
            for (i, e) in list.iter().enumerate() {
                if i > 0 {
                    write!(f, " {word} ")?;
                }
                // Mixed `and` and `or` print with parentheses, though `and` binds tighter: people misread it.
                match e {
                    Expr::And(_) | Expr::Or(_) => write!(f, "({e})")?,
                    _ => write!(f, "{e}")?,
                }
            }
            Ok(())
        };
        match self {
            Expr::Test(t) => t.fmt(f),
            Expr::Not(e) => write!(f, "not ({e})"),
            Expr::And(list) => join(f, list, "and"),
            Expr::Or(list) => join(f, list, "or"),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ", self.path, self.op.symbol())?;
        match (self.op, self.values.as_slice()) {
            (Op::In, values) => {
                f.write_str("(")?;
                for (i, v) in values.iter().enumerate() {
                    write!(f, "{}{v}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str(")")
            }
            (_, values) => values.iter().try_for_each(|v| v.fmt(f)),
        }
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Text(t) => parse::write_text(f, t),
            Literal::Number { value, unit: None } => write!(f, "{value}"),
            Literal::Number { value, unit: Some(unit) } => {
                write!(f, "{value} ")?;
                parse::write_text_as_unit(f, unit)
            }
        }
    }
}

impl Op {
    fn symbol(self) -> &'static str {
        match self {
            Op::Eq => "=",
            Op::Ne => "!=",
            Op::Lt => "<",
            Op::Le => "<=",
            Op::Gt => ">",
            Op::Ge => ">=",
            Op::Has => "has",
            Op::In => "in",
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
