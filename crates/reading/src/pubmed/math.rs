//! Formulas and superscripts in titles and abstracts, flattened to a line of text.
//!
//! A record has no citations to remove, so every superscript is kept; `^` sets it apart only where it would otherwise
//! run into the figure before it.

use crate::jats::inline;

/// An open element of MathML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Math {
    kind: Kind,
    children: u8,
    /// Where in the buffer it starts.
    from: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Row,
    /// A row that binds: bracketed where it holds more than one term.
    Group,
    Superscript,
    SubSuperscript,
    Fraction,
    Fenced,
    Root,
    /// A letter with a mark above, which is left out.
    Accent,
    Leaf,
    Operator,
    Skip,
}

/// A longer group is taken to hold several terms.
const SHORT_GROUP: usize = 64;

impl Math {
    /// The root of a formula, which ends at `from` for now.
    pub(super) fn root(from: usize) -> Self {
        Math { kind: Kind::Row, children: 0, from }
    }

    /// Opens an element inside this one; writes what stands between it and its elder sibling.
    pub(super) fn open(&mut self, name: &str, out: &mut String) -> Math {
        let joint = match (self.kind, self.children) {
            (Kind::Superscript, 1) | (Kind::SubSuperscript, 2) => "^",
            (Kind::Fraction, 1) => "/",
            (Kind::Fenced, n) if n > 0 => ", ",
            _ => "",
        };
        out.push_str(joint);
        self.children = self.children.saturating_add(1);
        let mut kind = kind(name);
        if self.kind == Kind::Skip || self.kind == Kind::Accent && self.children > 1 {
            kind = Kind::Skip;
        }
        let binds = matches!(self.kind, Kind::Fraction | Kind::Root) || joint == "^";
        if kind == Kind::Row && binds {
            kind = Kind::Group;
        }
        let from = out.len();
        match kind {
            Kind::Fenced | Kind::Group => out.push('('),
            Kind::Root => out.push('√'),
            Kind::Skip if name == "mspace" => out.push(' '),
            _ => {}
        }
        Math { kind, children: 0, from }
    }

    pub(super) fn close(self, out: &mut String) {
        match self.kind {
            Kind::Fenced => out.push(')'),
            Kind::Group => {
                let inner = out.get(self.from + 1..).unwrap_or_default();
                if inner.len() < SHORT_GROUP && !inner.trim().contains([' ', '/', '+']) {
                    let single = inner.trim().to_owned();
                    out.truncate(self.from);
                    out.push_str(&single);
                } else {
                    out.push(')');
                }
            }
            _ => {}
        }
    }

    /// Writes the text of an element, as far as it is one that shows text.
    pub(super) fn text(&self, text: &str, out: &mut String) {
        let symbol = text.trim_matches(['\n', '\t', '\r', ' ', '\u{a0}', '\u{2061}', '\u{2062}']);
        let relation =
            matches!(symbol, "=" | "<" | ">" | "≤" | "≥" | "≈" | "±" | "×" | "+" | "−" | "≠" | "~" | "∼" | "-" | "–");
        match self.kind {
            Kind::Operator if relation && !out.is_empty() && !out.ends_with([' ', '(', '^', '/', '[']) => {
                out.push(' ');
                out.push_str(symbol);
                out.push(' ');
            }
            Kind::Operator => inline::push(out, symbol),
            // Blanks in it are meant: "if", "and", or nothing but a space.
            Kind::Leaf => inline::push(out, text.trim_matches(['\u{2061}', '\u{2062}'])),
            _ => {}
        }
    }
}

fn kind(name: &str) -> Kind {
    match name {
        "msup" => Kind::Superscript,
        "msubsup" => Kind::SubSuperscript,
        "mfrac" => Kind::Fraction,
        "mfenced" => Kind::Fenced,
        "msqrt" | "mroot" => Kind::Root,
        "mover" => Kind::Accent,
        "mi" | "mn" | "mtext" | "ms" => Kind::Leaf,
        "mo" => Kind::Operator,
        // Says the formula again for machines, or shows nothing.
        "annotation" | "annotation-xml" | "mspace" | "mphantom" => Kind::Skip,
        _ => Kind::Row,
    }
}

/// Ends a superscript that starts at `from`: an exponent after a figure is set apart, a raised o is a degree.
pub(super) fn close_superscript(out: &mut String, from: usize) {
    let Some(inner) = out.get(from..) else { return };
    // Whole passages in superscript are a mistake, not an exponent; looking at a few signs keeps this linear.
    if inner.len() > SHORT_GROUP {
        return;
    }
    let inner = inner.trim();
    let before = out.get(..from).and_then(|t| t.chars().next_back());
    let after_figure = before.is_some_and(|c| c.is_ascii_digit());
    if after_figure && matches!(inner, "o" | "O" | "\u{ba}" | "\u{2218}" | "\u{25e6}") {
        out.truncate(from);
        out.push('\u{b0}');
        return;
    }
    let unsigned = inner.strip_prefix(['-', '\u{2212}', '\u{2013}']);
    let exponent = unsigned
        .unwrap_or(inner)
        .chars()
        .next()
        .is_some_and(|c| if unsigned.is_some() { c.is_alphanumeric() } else { c.is_ascii_digit() });
    // "75%<sup>2</sup>" and "(1.5)<sup>2</sup>" would read as other figures.
    let runs_in = after_figure || before.is_some_and(|c| matches!(c, '%' | ')' | ']' | '.' | ','));
    if exponent && runs_in {
        out.insert(from, '^');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raised(before: &str, inner: &str) -> String {
        let mut out = format!("{before}{inner}");
        close_superscript(&mut out, before.len());
        out
    }

    #[test]
    fn superscripts_never_run_into_figures() {
        for (before, inner, expected) in [
            ("10", "9", "10^9"),
            ("10", "-6", "10^-6"),
            ("kg/m", "2", "kg/m2"),
            ("CD4", "+", "CD4+"),
            ("36", "+5", "36+5"),
            ("Rag1", "-/-", "Rag1-/-"),
            ("37", "o", "37°"),
            ("5", "th", "5th"),
            ("[", "18", "[18"),
            ("75%", "2", "75%^2"),
            ("2", "-ΔΔCt", "2^-ΔΔCt"),
        ] {
            assert_eq!(raised(before, inner), expected);
        }
    }
}
