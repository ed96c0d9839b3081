//! Running text of a label: white space and superscripts.
//!
//! Owns what a superscript becomes. Labels cite by words, so none is a citation and none is dropped: exponents and
//! ordinals join the word before, marks of footnotes go into brackets, so that "12<sup>a</sup>" never reads as a word
//! and "12<sup>1</sup>" never as another figure.

use crate::jats::{isotope, spaces, takes_exponent};

/// Start and end of a superscript; no text holds them, since control characters are dropped.
pub(super) const SUP: char = '\u{1}';
pub(super) const SUP_END: char = '\u{2}';

/// The text a buffer stands for.
pub(super) fn tidy(raw: &str) -> String {
    if !raw.contains(SUP) {
        return spaces(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(SUP) {
        out.push_str(rest.get(..at).unwrap_or_default());
        let tail = rest.get(at + 1..).unwrap_or_default();
        let end = tail.find(SUP_END).unwrap_or(tail.len());
        let inner: String = tail.get(..end).unwrap_or_default().chars().filter(|&c| c != SUP).collect();
        rest = tail.get(end + 1..).unwrap_or_default();
        superscript(inner.trim(), rest, &mut out);
    }
    out.push_str(rest);
    out.retain(|c| c != SUP_END);
    spaces(&out)
}

fn superscript(text: &str, next: &str, out: &mut String) {
    let base = out.trim_end().len();
    let before = out.get(..base).unwrap_or_default();
    let last = before.chars().next_back();
    let after_digit = last.is_some_and(|c| c.is_ascii_digit());
    let after_letter = last.is_some_and(char::is_alphabetic);
    let word = before.rsplit(|c: char| !c.is_alphanumeric() && c != '.').next().unwrap_or_default();
    let digits = text.trim_start_matches(['-', '+', '\u{2212}', '\u{2013}']).trim_end_matches(['-', '+', '\u{2212}']);
    let figures = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let signed = digits.len() < text.len();
    let plain = text.replace(['\u{2212}', '\u{2013}'], "-");
    let power_of_ten =
        word.ends_with("10") && !word.trim_end_matches("10").ends_with(|c: char| c.is_numeric() || c == '.');
    match text {
        "" => {}
        // "<sup>99m</sup>Tc", "<sup>14</sup>C".
        _ if digits.starts_with(|c: char| c.is_ascii_digit())
            && !out.ends_with(char::is_alphanumeric)
            && isotope(next) =>
        {
            out.push_str(text);
        }
        "TM" => out.push('\u{2122}'),
        "R" | "(R)" => out.push('\u{ae}'),
        "th" | "st" | "nd" | "rd" if after_digit => join(out, base, text),
        "o" | "O" | "0" | "\u{b0}" | "\u{ba}" if after_digit && next.trim_start().starts_with(['C', 'F']) => {
            join(out, base, "\u{b0}");
        }
        _ if figures && after_digit && (power_of_ten || signed) => join(out, base, &format!("^{plain}")),
        _ if figures && after_letter && signed => join(out, base, &plain),
        _ if figures
            && after_letter
            && digits.len() == 1
            && takes_exponent(word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.')) =>
        {
            join(out, base, digits);
        }
        "+" | "-" | "\u{2212}" | "\u{2013}" if after_letter => join(out, base, &plain),
        _ if is_mark(text) => {
            if !out.is_empty() && !out.ends_with([' ', '(']) {
                out.push(' ');
            }
            out.push('[');
            out.push_str(text.trim_matches(['[', ']', '(', ')', ' ']));
            out.push(']');
            if next.starts_with(char::is_alphanumeric) {
                out.push(' ');
            }
        }
        _ => {
            if after_letter && text.len() >= 3 && text.starts_with(char::is_uppercase) {
                out.push(' ');
            }
            out.push_str(text);
        }
    }
}

/// Puts text right after the word that ends at `base`.
fn join(out: &mut String, base: usize, text: &str) {
    out.truncate(base);
    out.push_str(text);
}

/// Whether a superscript is the mark of a footnote: figures or single letters, alone or in a row.
fn is_mark(text: &str) -> bool {
    let mut parts =
        text.split([',', ' ', ';', '\u{2013}', '-', '[', ']', '(', ')']).filter(|p| !p.is_empty()).peekable();
    parts.peek().is_some()
        && parts.all(|p| {
            (p.len() <= 2 && p.bytes().all(|b| b.is_ascii_digit()))
                || (p.len() == 1 && p.bytes().all(|b| b.is_ascii_alphabetic()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(marked: &str) -> String {
        tidy(&marked.replace("<", &SUP.to_string()).replace(">", &SUP_END.to_string()))
    }

    #[test]
    fn exponents_join_and_marks_stand_apart() {
        for (raw, told) in [
            ("10<9>/L", "10^9/L"),
            ("1 x 10 <6> copies", "1 x 10^6 copies"),
            ("10<-3>", "10^-3"),
            ("mg/m<2>", "mg/m2"),
            ("1.73 m <2>.", "1.73 m2."),
            ("Na<+> and Ca<2+>", "Na+ and Ca2+"),
            ("the 2<nd> dose", "the 2nd dose"),
            ("25<o>C", "25\u{b0}C"),
            ("DRUG<\u{ae}> and DRUG<TM>", "DRUG\u{ae} and DRUG\u{2122}"),
            ("12<1>", "12 [1]"),
            ("110<1>", "110 [1]"),
            ("12%<a,b>", "12% [a,b]"),
            ("Dizziness<a>", "Dizziness [a]"),
            ("<1>Includes vertigo", "[1] Includes vertigo"),
            ("<a>Includes vertigo", "[a] Includes vertigo"),
            ("Nausea<*>", "Nausea*"),
            ("<99m>Tc and <14>C", "99mTc and 14C"),
        ] {
            assert_eq!(text(raw), told, "{raw}");
        }
    }
}
