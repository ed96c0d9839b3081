//! Formulas, flattened to one line of text. Of alternatives one is taken: MathML, else TeX, else the text.

use super::inline;
use super::mode::{Math, MathKind, Mode};
use super::parser::{Parser, Sink};
use quick_xml::events::BytesStart;

/// The formula being read.
#[derive(Default)]
pub(super) struct Formula {
    math: String,
    pub(super) tex: String,
    image: bool,
    display: bool,
}

impl Parser<'_> {
    pub(super) fn open_formula(&mut self, name: &str) -> Mode {
        self.formula = Formula { display: name.starts_with("disp"), ..Formula::default() };
        // The element may itself be the notation; then the one mode stands for both.
        self.open_buffer(Sink::Value);
        match name {
            "math" => {
                // Popped as `Math` it would not close the buffer: `Formula` stays, its children are MathML.
                Mode::Formula
            }
            "tex-math" => Mode::Formula,
            _ => Mode::Formula,
        }
    }

    /// An element inside a formula.
    pub(super) fn formula_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "math" => Mode::Math(Math { kind: MathKind::Row, children: 0, from: self.formula.math.len() }),
            "tex-math" => Mode::Tex,
            "graphic" | "inline-graphic" | "private-char" | "media" => {
                self.formula.image = true;
                Mode::Skip
            }
            "alternatives" | "inline-formula" | "disp-formula" | "textual-form" | "chem-struct" => Mode::FormulaPart,
            "label" | "object-id" | "alt-text" | "long-desc" => Mode::Skip,
            _ if math_kind(name).is_some() => {
                let root = Math { kind: MathKind::Row, children: 0, from: 0 };
                self.math_element(root, name, element)
            }
            _ => self.inline_element_in_formula(name),
        }
    }

    fn inline_element_in_formula(&mut self, name: &str) -> Mode {
        if name == "sup" {
            self.buffer.push(inline::SUP);
            return Mode::Superscript;
        }
        if matches!(name, "xref" | "fn" | "email") { Mode::Skip } else { Mode::FormulaPart }
    }

    pub(super) fn close_formula(&mut self) {
        let text = self.close_buffer();
        let formula = std::mem::take(&mut self.formula);
        let math = formula.math.split_whitespace().collect::<Vec<_>>().join(" ");
        let flat =
            if math.is_empty() { tex(if formula.tex.is_empty() { tex_in(&text) } else { &formula.tex }) } else { math };
        if formula.display {
            self.buffer.push(' ');
        }
        if !flat.is_empty() {
            inline::push(&mut self.buffer, &flat);
        } else if !text.trim().is_empty() {
            self.buffer.push_str(&text);
        } else if formula.image && !formula.display {
            self.buffer.push_str("[image]");
        }
        if formula.display {
            self.buffer.push(' ');
        }
    }

    /// An element of MathML inside `parent`.
    pub(super) fn math_element(&mut self, parent: Math, name: &str, element: &BytesStart) -> Mode {
        let out = &mut self.formula.math;
        let before = match (parent.kind, parent.children) {
            (MathKind::Superscript, 1) | (MathKind::SubSuperscript, 2) => "^",
            (MathKind::Fraction, 1) => "/",
            (MathKind::Fenced, n) if n > 0 => ", ",
            _ => "",
        };
        out.push_str(before);
        if let Some(Mode::Math(top)) = self.stack.last_mut() {
            top.children = top.children.saturating_add(1);
        }
        if parent.kind == MathKind::Accent && parent.children >= 1 {
            return Mode::Skip;
        }
        let Some(mut kind) = math_kind(name) else {
            if name == "mspace" {
                self.formula.math.push(' ');
            }
            return Mode::Skip;
        };
        let binds = matches!(parent.kind, MathKind::Fraction | MathKind::Root) || before == "^";
        if kind == MathKind::Row && binds {
            kind = MathKind::Group;
        }
        if kind == MathKind::Accent && name == "mover" && super::attributes::attribute(element, "accent").is_none() {
            // Limits above are rare; an accent is what it nearly always is.
            kind = MathKind::Accent;
        }
        match kind {
            MathKind::Fenced => self.formula.math.push('('),
            MathKind::Root => self.formula.math.push('√'),
            _ => {}
        }
        Mode::Math(Math { kind, children: 0, from: self.formula.math.len() })
    }

    pub(super) fn math_text(&mut self, math: Math, text: &str) {
        let text = text.trim_matches(['\n', '\t', '\r', ' ']);
        if text.is_empty() || text == "\u{2062}" || text == "\u{2061}" {
            return;
        }
        let out = &mut self.formula.math;
        let relation = matches!(
            text,
            "=" | "<"
                | ">"
                | "≤"
                | "≥"
                | "≈"
                | "±"
                | "×"
                | "+"
                | "−"
                | "≠"
                | "~"
                | "∼"
                | "⩽"
                | "⩾"
                | "-"
                | "–"
        );
        if math.kind == MathKind::Operator && relation && !out.is_empty() && !out.ends_with(['(', '^', '/', '[']) {
            out.push(' ');
            out.push_str(text);
            out.push(' ');
        } else if math.kind == MathKind::Leaf || math.kind == MathKind::Operator {
            out.push_str(text);
        }
    }

    pub(super) fn close_math(&mut self, math: Math) {
        let out = &mut self.formula.math;
        match math.kind {
            MathKind::Fenced => out.push(')'),
            MathKind::Group => {
                let compound = out.get(math.from..).is_some_and(|t| t.trim().contains([' ', '/']));
                if compound && out.is_char_boundary(math.from) {
                    out.insert(math.from, '(');
                    out.push(')');
                }
            }
            _ => {}
        }
    }
}

fn math_kind(name: &str) -> Option<MathKind> {
    Some(match name {
        "mrow" | "semantics" | "mstyle" | "mpadded" | "mtable" | "mtr" | "mtd" | "menclose" | "merror" | "mphantom"
        | "math" | "mmultiscripts" | "msub" | "munder" | "munderover" | "maction" => MathKind::Row,
        "msup" => MathKind::Superscript,
        "msubsup" => MathKind::SubSuperscript,
        "mfrac" => MathKind::Fraction,
        "msqrt" | "mroot" => MathKind::Root,
        "mfenced" => MathKind::Fenced,
        "mover" => MathKind::Accent,
        "mi" | "mn" | "mtext" | "ms" => MathKind::Leaf,
        "mo" => MathKind::Operator,
        _ => return None,
    })
}

/// A text that is itself TeX, as where `tex-math` is the whole formula; empty for other text.
fn tex_in(text: &str) -> &str {
    if text.contains("\\begin{document}") || text.trim_start().starts_with("\\documentclass") { text } else { "" }
}

/// TeX as a line of text: the body of the document, commands as the signs they stand for.
fn tex(source: &str) -> String {
    let body = source.split_once("\\begin{document}").map_or(source, |(_, rest)| rest);
    let body = body.split_once("\\end{document}").map_or(body, |(body, _)| body);
    let mut out = String::with_capacity(body.len());
    let mut chars = body.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '$' | '{' | '&' => {}
            '}' => {
                // The end of a numerator: "\frac{a}{b}".
                if chars.peek() == Some(&'{') {
                    out.push('/');
                }
            }
            '~' => out.push(' '),
            '\\' => {
                let mut name = String::new();
                while let Some(l) = chars.next_if(char::is_ascii_alphabetic) {
                    name.push(l);
                }
                if name.is_empty() {
                    // "\%" is the sign; "\," and "\\" are spaces.
                    out.push(chars.next().filter(|c| matches!(c, '%' | '$' | '#' | '_' | '&')).unwrap_or(' '));
                } else if matches!(name.as_str(), "begin" | "end") {
                    for l in chars.by_ref() {
                        if l == '}' {
                            break;
                        }
                    }
                } else {
                    out.push_str(command(&name));
                }
            }
            c => out.push(c),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn command(name: &str) -> &'static str {
    match name {
        "le" | "leq" | "leqslant" => " ≤ ",
        "ge" | "geq" | "geqslant" => " ≥ ",
        "pm" => " ± ",
        "times" => " × ",
        "cdot" => "·",
        "approx" => " ≈ ",
        "sim" => "~",
        "neq" | "ne" => " ≠ ",
        "sqrt" => "√",
        "sum" => "Σ",
        "alpha" => "α",
        "beta" => "β",
        "gamma" => "γ",
        "delta" => "δ",
        "Delta" => "Δ",
        "epsilon" | "varepsilon" => "ε",
        "eta" => "η",
        "kappa" => "κ",
        "lambda" => "λ",
        "mu" | "upmu" => "μ",
        "pi" => "π",
        "rho" => "ρ",
        "sigma" => "σ",
        "tau" => "τ",
        "phi" => "φ",
        "chi" => "χ",
        "omega" => "ω",
        "circ" => "°",
        "infty" => "∞",
        "log" => "log ",
        "ln" => "ln ",
        "min" => "min",
        "max" => "max",
        "quad" | "qquad" => " ",
        "to" | "rightarrow" => " → ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tex_reads_as_a_line() {
        let source = r"\documentclass[12pt]{minimal} \usepackage{amsmath} \begin{document}$$ \frac{a}{b} \le 5\% \pm x^{2} $$\end{document}";
        assert_eq!(tex(source), "a/b ≤ 5% ± x^2");
    }
}
