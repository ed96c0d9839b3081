//! A number as precisely as a question gives it: `2`, `1-2`, `< 1.2`.

use crate::case::Value;
use crate::truth::Truth;

/// All numbers between two ends; an open end is not itself included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Range {
    lo: f64,
    hi: f64,
    lo_open: bool,
    hi_open: bool,
}

impl Range {
    pub(crate) fn exactly(n: f64) -> Self {
        Self { lo: n, hi: n, lo_open: false, hi_open: false }
    }

    /// Reads a value as written; `None` where it is not a number.
    pub(crate) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Number(n) => Some(Self::exactly(*n)),
            Value::Text(t) => Self::parse(t),
        }
    }

    /// Reads `2`, `1-2`, `< 1.2`, `>= 50`, with an optional `%`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let t = text.trim().trim_end_matches('%').trim_end();
        let number = |s: &str| s.trim().parse::<f64>().ok().filter(|n| n.is_finite());
        for (sign, below, open) in [
            ("<=", true, false),
            (">=", false, false),
            ("≤", true, false),
            ("≥", false, false),
            ("<", true, true),
            (">", false, true),
        ] {
            if let Some(rest) = t.strip_prefix(sign) {
                let n = number(rest)?;
                return Some(if below {
                    Self { lo: f64::NEG_INFINITY, hi: n, lo_open: true, hi_open: open }
                } else {
                    Self { lo: n, hi: f64::INFINITY, lo_open: open, hi_open: true }
                });
            }
        }
        if let Some(n) = number(t) {
            return Some(Self::exactly(n));
        }
        let (a, b) = t.split_once(['-', '–'])?;
        let (lo, hi) = (number(a)?, number(b)?);
        (lo <= hi).then_some(Self { lo, hi, lo_open: false, hi_open: false })
    }

    /// The same range in another unit.
    pub(crate) fn scaled(self, factor: f64) -> Self {
        Self { lo: self.lo * factor, hi: self.hi * factor, ..self }
    }

    pub(crate) fn below(self, n: f64) -> Truth {
        if self.hi < n || (self.hi == n && self.hi_open) {
            Truth::Met
        } else if self.lo >= n {
            Truth::NotMet
        } else {
            Truth::Unknown
        }
    }

    pub(crate) fn above(self, n: f64) -> Truth {
        if self.lo > n || (self.lo == n && self.lo_open) {
            Truth::Met
        } else if self.hi <= n {
            Truth::NotMet
        } else {
            Truth::Unknown
        }
    }

    pub(crate) fn is(self, n: f64) -> Truth {
        if self.lo == n && self.hi == n {
            Truth::Met
        } else {
            match self.below(n).or(self.above(n)) {
                Truth::Met => Truth::NotMet,
                _ => Truth::Unknown,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_compared_as_far_as_it_is_known() {
        let r = Range::parse("1-2").unwrap();
        assert_eq!((r.below(3.0), r.below(2.0), r.below(1.0)), (Truth::Met, Truth::Unknown, Truth::NotMet));
        assert_eq!((r.is(1.0), r.is(3.0)), (Truth::Unknown, Truth::NotMet));
        let low = Range::parse("< 1.2").unwrap();
        assert_eq!((low.below(1.2), low.below(1.0), low.above(1.2)), (Truth::Met, Truth::Unknown, Truth::NotMet));
        assert_eq!(Range::parse(">= 50%").unwrap().above(49.0), Truth::Met);
        assert_eq!(Range::parse("B"), None);
        assert_eq!(Range::parse("NaN"), None);
    }
}
