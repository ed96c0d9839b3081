//! Text to condition. Bounded: nesting beyond [`MAX_DEPTH`] is an error, not a stack overflow.

use super::path::Path;
use super::{ConditionError, Expr, Literal, Op, Test};
use std::fmt;

const MAX_DEPTH: usize = 64;
const KEYWORDS: &[&str] = &["and", "or", "not", "has", "in"];

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Word(String),
    Quoted(String),
    Op(Op),
    Open,
    Close,
    Comma,
    End,
}

struct Token {
    kind: Kind,
    /// In characters, from 1.
    column: usize,
}

fn error<T>(column: usize, message: impl Into<String>) -> Result<T, ConditionError> {
    Err(ConditionError { column, message: message.into() })
}

pub(crate) fn parse(text: &str) -> Result<Expr, ConditionError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0 };
    let expr = parser.either(0)?;
    match parser.peek() {
        Kind::End => Ok(expr),
        found => error(parser.column(), format!("expected and, or, or the end, found {}", shown(found))),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, ConditionError> {
    let mut found = Vec::new();
    let mut chars = text.chars().enumerate().peekable();
    while let Some((i, c)) = chars.next() {
        let column = i + 1;
        let mut followed_by = |next: char| chars.next_if(|(_, c)| *c == next).is_some();
        let kind = match c {
            c if c.is_whitespace() => continue,
            '(' => Kind::Open,
            ')' => Kind::Close,
            ',' => Kind::Comma,
            '=' => Kind::Op(Op::Eq),
            '!' if followed_by('=') => Kind::Op(Op::Ne),
            '!' => return error(column, "expected = after !"),
            '<' if followed_by('=') => Kind::Op(Op::Le),
            '<' => Kind::Op(Op::Lt),
            '>' if followed_by('=') => Kind::Op(Op::Ge),
            '>' => Kind::Op(Op::Gt),
            '"' => {
                let mut words = String::new();
                loop {
                    match chars.next() {
                        Some((_, '"')) => break,
                        Some((i, '\\')) => match chars.next() {
                            Some((_, c @ ('"' | '\\'))) => words.push(c),
                            _ => return error(i + 1, "expected \" or \\ after \\"),
                        },
                        Some((i, c)) if c.is_control() => return error(i + 1, "expected no control character"),
                        Some((_, c)) => words.push(c),
                        None => return error(column, "expected a closing \" for this one"),
                    }
                }
                if words.trim().is_empty() {
                    return error(column, "expected something between the quotes");
                }
                Kind::Quoted(words)
            }
            c if is_word(c) => {
                let mut word = String::from(c);
                while let Some((_, c)) = chars.next_if(|(_, c)| is_word(*c)) {
                    word.push(c);
                }
                match word.as_str() {
                    "has" => Kind::Op(Op::Has),
                    "in" => Kind::Op(Op::In),
                    _ => Kind::Word(word),
                }
            }
            c => return error(column, format!("expected a word, a number, a quote or a parenthesis, found {c:?}")),
        };
        found.push(Token { kind, column });
    }
    found.push(Token { kind: Kind::End, column: text.trim_end().chars().count() + 1 });
    Ok(found)
}

/// What a bare word is made of: enough for `msi-high`, `mL/min/1.73m2`, `10^9/L`, `lab.alkaline_phosphatase`.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '%' | '^' | '+' | '·' | '*')
}

fn shown(kind: &Kind) -> String {
    match kind {
        Kind::Word(w) => w.clone(),
        Kind::Quoted(q) => format!("{q:?}"),
        Kind::Op(op) => op.symbol().to_owned(),
        Kind::Open => "(".to_owned(),
        Kind::Close => ")".to_owned(),
        Kind::Comma => "a comma".to_owned(),
        Kind::End => "the end".to_owned(),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> &Kind {
        self.tokens.get(self.at).map_or(&Kind::End, |t| &t.kind)
    }

    fn column(&self) -> usize {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(1, |t| t.column)
    }

    fn next(&mut self) -> (Kind, usize) {
        let column = self.column();
        let kind = self.peek().clone();
        if kind != Kind::End {
            self.at += 1;
        }
        (kind, column)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Kind::Word(w) if w == word);
        self.at += usize::from(there);
        there
    }

    fn either(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        let mut list = vec![self.both(depth)?];
        while self.take_word("or") {
            list.push(self.both(depth)?);
        }
        Ok(Expr::any(list))
    }

    fn both(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        let mut list = vec![self.term(depth)?];
        while self.take_word("and") {
            list.push(self.term(depth)?);
        }
        Ok(Expr::all(list))
    }

    fn term(&mut self, depth: usize) -> Result<Expr, ConditionError> {
        if depth > MAX_DEPTH {
            return error(self.column(), format!("expected at most {MAX_DEPTH} levels of parentheses and not"));
        }
        if self.take_word("not") {
            return Ok(Expr::Not(Box::new(self.term(depth + 1)?)));
        }
        if *self.peek() == Kind::Open {
            self.at += 1;
            let inner = self.either(depth + 1)?;
            self.close("and, or, or )")?;
            return Ok(inner);
        }
        self.test().map(Expr::Test)
    }

    fn test(&mut self) -> Result<Test, ConditionError> {
        let path = self.path()?;
        let (kind, column) = self.next();
        let Kind::Op(op) = kind else {
            return error(column, format!("expected an operator after {path}, found {}", shown(&kind)));
        };
        if let Some(refusal) = path.refuses(op) {
            return error(column, refusal);
        }
        let mut values = Vec::new();
        if op == Op::In {
            let (kind, column) = self.next();
            if kind != Kind::Open {
                return error(column, format!("expected ( after in, found {}", shown(&kind)));
            }
            loop {
                values.push(self.value(&path, op)?);
                if *self.peek() != Kind::Comma {
                    break;
                }
                self.at += 1;
            }
            self.close("a comma or )")?;
        } else {
            values.push(self.value(&path, op)?);
        }
        Ok(Test { path, op, values })
    }

    fn close(&mut self, expected: &str) -> Result<(), ConditionError> {
        match self.next() {
            (Kind::Close, _) => Ok(()),
            (found, column) => error(column, format!("expected {expected}, found {}", shown(&found))),
        }
    }

    fn path(&mut self) -> Result<Path, ConditionError> {
        let (kind, column) = self.next();
        let Kind::Word(words) = kind else {
            return error(column, format!("expected an attribute of a case, found {}", shown(&kind)));
        };
        if KEYWORDS.contains(&words.as_str()) {
            return error(column, format!("expected an attribute of a case, found {words}"));
        }
        let mut argument = None;
        if *self.peek() == Kind::Open {
            self.at += 1;
            match self.next() {
                (Kind::Word(w) | Kind::Quoted(w), _) => argument = Some(w),
                (found, column) => return error(column, format!("expected a name, found {}", shown(&found))),
            }
            self.close(")")?;
        }
        Path::parse(&words, argument.as_deref()).or_else(|message| error(column, message))
    }

    fn value(&mut self, path: &Path, op: Op) -> Result<Literal, ConditionError> {
        let (kind, column) = self.next();
        let value = match kind {
            Kind::Quoted(words) => Literal::Text(words),
            Kind::Word(word) if !KEYWORDS.contains(&word.as_str()) => match number(&word) {
                Some((value, Some(unit))) => Literal::Number { value, unit: Some(unit) },
                Some((value, None)) => Literal::Number { value, unit: self.unit() },
                None => Literal::Text(word),
            },
            found => return error(column, format!("expected a value, found {}", shown(&found))),
        };
        match path.refuses_value(op, &value) {
            Some(refusal) => error(column, refusal),
            None => Ok(value),
        }
    }

    /// The unit after a number, if one stands there: any word that is no keyword.
    fn unit(&mut self) -> Option<String> {
        let unit = match self.peek() {
            Kind::Quoted(q) => q.clone(),
            Kind::Word(w) if !KEYWORDS.contains(&w.as_str()) => w.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(unit)
    }
}

/// `1.2` or `1.2mg/dL`; names that begin with a digit, as `5-fluorouracil`, are no numbers.
fn number(word: &str) -> Option<(f64, Option<String>)> {
    let sign = usize::from(word.starts_with('-'));
    let digits = word[sign..].find(|c: char| !c.is_ascii_digit() && c != '.').map_or(word.len(), |n| n + sign);
    let (number, rest) = word.split_at(digits);
    if !number[sign..].starts_with(|c: char| c.is_ascii_digit()) || number.ends_with('.') {
        return None;
    }
    let value = number.parse::<f64>().ok().filter(|n| n.is_finite())?;
    if rest.is_empty() {
        Some((value, None))
    } else if crate::units::known(rest) {
        Some((value, Some(rest.to_owned())))
    } else {
        None
    }
}

/// Prints words bare where they can be read back so.
pub(crate) fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let bare = text.starts_with(|c: char| c.is_alphabetic()) && text.chars().all(is_word) && !KEYWORDS.contains(&text);
    write_word(f, text, bare)
}

/// Units may begin with a digit or a slash.
pub(crate) fn write_text_as_unit(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write_word(f, text, text.chars().all(is_word) && !KEYWORDS.contains(&text))
}

fn write_word(f: &mut fmt::Formatter<'_>, text: &str, bare: bool) -> fmt::Result {
    if bare { f.write_str(text) } else { write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")) }
}
