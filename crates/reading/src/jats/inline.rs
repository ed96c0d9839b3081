//! Running text: white space, superscripts, and the removal of citations without leaving debris.
//!
//! The parser writes a paragraph into a buffer with [`push`], and marks what needs a second look by control characters
//! that cannot occur in XML. [`tidy`] then resolves them: superscripts first, then clusters of citations with the
//! brackets, separators and author names around them. It must not know elements or sections.

mod citations;

use citations::remove_citations;
use std::iter::Peekable;
use std::str::CharIndices;

/// Start and end of a superscript.
pub(crate) const SUP: char = '\u{1}';
pub(crate) const SUP_END: char = '\u{2}';
/// Start and end of a citation.
pub(crate) const CITE: char = '\u{3}';
pub(crate) const CITE_END: char = '\u{4}';
/// A removed citation by number, and one by author and year.
const NUMBER: char = '\u{5}';
const YEAR: char = '\u{6}';

/// Appends text with its white space made plain: one blank for every kind of space, none for what has no width; hyphens
/// of all kinds become `-`, typographic ligatures letters. Control characters are dropped.
pub(crate) fn push(buffer: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        // Plain ASCII and all letters of two bytes except U+00A0 and U+00AD pass as they are.
        if (0x20..0x7f).contains(&b) || (b >= 0x80 && b != 0xC2 && b != 0xE2 && b != 0xE3 && b != 0xEF) {
            i += 1;
            continue;
        }
        buffer.push_str(text.get(from..i).unwrap_or_default());
        let Some(c) = text.get(i..).and_then(|t| t.chars().next()) else { return };
        match c {
            '\t'
            | '\n'
            | '\r'
            | '\u{a0}'
            | '\u{2000}'..='\u{200a}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{202f}'
            | '\u{205f}'
            | '\u{3000}' => buffer.push(' '),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
            '\u{2010}' | '\u{2011}' => buffer.push('-'),
            '\u{fb00}' => buffer.push_str("ff"),
            '\u{fb01}' => buffer.push_str("fi"),
            '\u{fb02}' => buffer.push_str("fl"),
            '\u{fb03}' => buffer.push_str("ffi"),
            '\u{fb04}' => buffer.push_str("ffl"),
            c if c.is_control() => {}
            c => buffer.push(c),
        }
        i += c.len_utf8();
        from = i;
    }
    buffer.push_str(text.get(from..).unwrap_or_default());
}

/// The text a buffer stands for. `cell`: it is that of a table's cell, where small figures mark footnotes.
pub(crate) fn tidy(raw: &str, cell: bool) -> String {
    if !raw.bytes().any(|b| b < 0x20) {
        return spaces(raw);
    }

    let resolved = resolve_marks(raw, cell);
    if !resolved.bytes().any(|b| b < 0x20) {
        return spaces(&resolved);
    }
    spaces(&remove_citations(&resolved))
}

/// Collapses blanks and drops those before `,;)]` and after `([`, and before a full stop that ends something.
pub(crate) fn spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut from = 0;
    for at in memchr::memchr_iter(b' ', bytes) {
        if at < from {
            continue;
        }
        out.push_str(text.get(from..at).unwrap_or_default());
        from = at;
        let next = bytes.get(at + 1).copied();
        let drop = match next {
            None | Some(b' ' | b',' | b';' | b')' | b']') => true,
            Some(b'.') => {
                // "a word ." but not "P = .05" or " ..."
                matches!(bytes.get(at + 2), None | Some(b' '))
                    && out.ends_with(|c: char| c.is_alphanumeric() || c == ')')
            }
            _ => out.is_empty() || out.ends_with(['(', '[', ' ']),
        };
        if drop {
            from = at + 1;
        }
    }
    out.push_str(text.get(from..).unwrap_or_default());
    let trimmed = out.trim();
    if trimmed.len() == out.len() { out } else { trimmed.to_owned() }
}

type Chars<'a> = Peekable<CharIndices<'a>>;

/// Superscripts become text or citations; citations become [`NUMBER`] or [`YEAR`], or their authors' names in a
/// sentence that is about them.
fn resolve_marks(raw: &str, cell: bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut depth = 0usize;
    let mut chars = raw.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        match c {
            CITE => {
                let inner = until(&mut chars, CITE, CITE_END);
                cite(&inner, depth > 0, &mut out);
            }
            SUP => {
                let inner = until(&mut chars, SUP, SUP_END);
                let next = chars.peek().and_then(|&(at, _)| raw.get(at..)).unwrap_or_default();
                // A blank that a typesetter raised is still a blank.
                if inner.starts_with(' ') {
                    out.push(' ');
                }
                superscript(inner.trim_matches(' '), next, cell, &mut out);
                if inner.ends_with(' ') && inner.len() > 1 {
                    out.push(' ');
                }
            }
            SUP_END | CITE_END | NUMBER | YEAR => {}
            _ => {
                match c {
                    '(' | '[' => depth += 1,
                    ')' | ']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                out.push(c);
            }
        }
    }
    out
}

/// The content up to the matching end, or to the end of the text.
fn until(chars: &mut Chars, open: char, close: char) -> String {
    let mut inner = String::new();
    let mut depth = 1usize;
    for (_, c) in chars.by_ref() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                break;
            }
        }
        inner.push(c);
    }
    inner
}

fn is_mark(c: char) -> bool {
    c < '\u{7}'
}

/// The byte range of a year, 1800 to 2099, with its letter, in a citation's own words.
fn year_in(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let at = bytes.windows(4).enumerate().find_map(|(i, w)| {
        let alone = i == 0 || !bytes[i - 1].is_ascii_digit();
        let closed = !bytes.get(i + 4).is_some_and(u8::is_ascii_digit);
        (w.iter().all(u8::is_ascii_digit) && matches!(&w[..2], b"18" | b"19" | b"20") && alone && closed).then_some(i)
    })?;
    let letter = bytes.get(at + 4).is_some_and(u8::is_ascii_lowercase)
        && !bytes.get(at + 5).is_some_and(u8::is_ascii_alphabetic);
    Some((at, at + 4 + usize::from(letter)))
}

fn cite(inner: &str, bracketed: bool, out: &mut String) {
    let text: String = inner.chars().filter(|&c| !is_mark(c)).collect();
    let year = year_in(&text);
    let trimmed = text.trim_start();
    let wordy = text.split(|c: char| !c.is_alphabetic()).any(|w| w.chars().count() > 1);
    let by_number = !wordy || ["ref", "Ref", "REF"].iter().any(|r| trimmed.starts_with(r));
    match year {
        None if by_number => out.push(NUMBER),
        _ if by_number || bracketed => out.push(YEAR),
        None => out.push_str(&text),
        Some((from, to)) => {
            // "Coates et al (1983) found": the sentence needs its subject.
            let head = text.get(..from).unwrap_or_default().trim_end_matches([' ', ',', '(', '[']);
            let tail = text.get(to..).unwrap_or_default().trim_start_matches([')', ']']);
            out.push_str(head);
            out.push(YEAR);
            out.push_str(tail);
        }
    }
}

/// Decides what a superscript is: an exponent, an ion, an isotope, an ordinal, a citation, or a mark of a footnote.
fn superscript(inner: &str, next: &str, cell: bool, out: &mut String) {
    let cited = inner.contains(CITE);
    let mut rest = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((_, c)) = chars.next() {
        if c == CITE {
            until(&mut chars, CITE, CITE_END);
        } else if !is_mark(c) {
            rest.push(c);
        }
    }
    let text = rest.trim();
    if cited {
        // "<sup>[1,2]</sup>": brackets around it go with it; words in it stay.
        if !text.chars().any(char::is_alphabetic) {
            out.push(NUMBER);
        } else {
            out.push(NUMBER);
            out.push_str(&rest);
        }
        return;
    }
    if text.is_empty() {
        return;
    }
    let last = out.chars().next_back();
    let after_digit = last.is_some_and(|c| c.is_ascii_digit());
    let after_letter = last.is_some_and(char::is_alphabetic);
    let next_char = next.chars().next();
    if text
        .chars()
        .all(|c| matches!(c, '[' | ']' | '(' | ')' | ',' | ';' | '\u{2013}' | '-' | '\u{2212}' | ' ' | '+' | '/' | '.'))
    {
        // Brackets and separators of citations that are tagged apart, or the charge of an ion.
        out.push_str(&rest);
        return;
    }
    let degrees = matches!(text, "o" | "O" | "0" | "\u{b0}" | "\u{2218}" | "\u{25e6}" | "\u{ba}");
    if degrees
        && after_digit
        && matches!(next_char, Some('C' | 'F' | ' '))
        && (text != "0" || next.starts_with(['C', 'F']))
    {
        out.push('\u{b0}');
        return;
    }
    if matches!(text, "th" | "st" | "nd" | "rd" | "er" | "re") {
        out.push_str(text);
        return;
    }
    if text.chars().all(|c| {
        c.is_ascii_digit()
            || matches!(c, ',' | '\u{2013}' | '-' | '\u{2212}' | ' ' | ';' | '(' | ')' | '[' | ']' | '+' | '.')
    }) {
        figures(text, last, next, cell, out);
        return;
    }
    if text == "*"
        && next_char.is_some_and(|c| c.is_ascii_digit())
        && last.is_some_and(|c| !cell || c.is_alphanumeric() || c == '/')
    {
        // "CYP2C19<sup>*</sup>2" is an allele; a mark of a footnote ends its word, or starts a cell.
        out.push('*');
        return;
    }
    let marks_only =
        !text.chars().any(char::is_alphanumeric) || matches!(text, "TM" | "\u{2122}" | "SM" | "R" | "(R)" | "(TM)");
    let letters_only = text.split([',', ' ', ';', '\u{2013}', '-']).all(|w| {
        w.trim_matches(['(', ')', '[', ']']).chars().count() <= 1
            && w.chars().all(|c| c.is_ascii_lowercase() || !c.is_alphanumeric())
    });
    if letters_only && last == Some('(') && next_char == Some(')') {
        // "Graphs (<sup>a</sup>) and (b)".
        out.push_str(text);
        return;
    }
    if marks_only || letters_only {
        // Footnote marks: *, †, ‡, a, b,c. A variable exponent, "10<sup>n</sup>", is rarer than a footnote n.
        return;
    }
    if cell && text.chars().count() <= 2 {
        return;
    }
    if after_letter && text.len() >= 3 && text.starts_with(char::is_uppercase) {
        out.push(' ');
    }
    if after_digit && text.starts_with(|c: char| c.is_ascii_digit()) {
        out.push('^');
    }
    out.push_str(text);
}

/// A superscript of figures and separators only.
fn figures(text: &str, last: Option<char>, next: &str, cell: bool, out: &mut String) {
    let signed = text.starts_with(['-', '+', '\u{2212}', '\u{2013}']) || text.ends_with(['+', '-', '\u{2212}']);
    let plain = text.bytes().all(|b| b.is_ascii_digit());
    let word_start =
        out.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |n| n + out[n..].chars().next().map_or(1, char::len_utf8));
    let word = out.get(word_start..).unwrap_or_default();
    let letters = word.trim_start_matches(|c: char| c.is_ascii_digit());
    match last {
        Some(c) if c.is_ascii_digit() => {
            // "10<sup>9</sup>/L", "10<sup>-6</sup>", "2.5 × 10<sup>3</sup>"; after any other figure it is a citation.
            if text.starts_with('+') {
                // Gestation in weeks and days: "36<sup>+5</sup>".
                out.push_str(text);
            } else if signed || (plain && (word == "10" || word.ends_with("x10") || word.ends_with("X10"))) {
                out.push('^');
                out.push_str(&text.replace(['\u{2212}', '\u{2013}'], "-"));
            } else if !cell {
                out.push(NUMBER);
            }
        }
        Some(c) if (c.is_alphabetic() || c == ')' || c == '%') && signed => {
            out.push_str(&text.replace(['\u{2212}', '\u{2013}'], "-"));
        }
        Some(c) if c.is_alphabetic() && plain && text.len() <= 1 && takes_exponent(letters) => out.push_str(text),
        Some(c) if c.is_alphabetic() && plain && text == "2" && letters.ends_with('O') => out.push_str(text),
        None | Some(' ' | '(' | '[' | '-' | '/' | ',' | '\u{2013}') if plain && isotope(next) => out.push_str(text),
        _ if cell => {}
        _ => out.push(NUMBER),
    }
}

/// Whether a word is a unit or a symbol that is commonly raised to a power.
pub(crate) fn takes_exponent(word: &str) -> bool {
    matches!(
        word,
        "m" | "cm"
            | "mm"
            | "km"
            | "dm"
            | "nm"
            | "µm"
            | "μm"
            | "um"
            | "in"
            | "ft"
            | "s"
            | "sec"
            | "h"
            | "hr"
            | "min"
            | "R"
            | "r"
            | "I"
            | "T"
            | "t"
            | "F"
            | "f"
            | "x"
            | "X"
            | "χ"
            | "Χ"
            | "chi"
            | "Chi"
            | "η"
            | "ηp"
            | "ω"
            | "λ"
            | "σ"
            | "ε"
            | "τ"
            | "Q"
            | "d"
            | "D"
            | "E"
            | "e"
            | "z"
            | "kg"
            | "L"
            | "l"
            | "dl"
            | "mL"
            | "ml"
            | "pixels"
            | "Hz"
            | "n"
            | "N"
            | "k"
            | "K"
            | "V"
            | "v"
            | "w"
            | "h2"
            | "Rho"
            | "c"
            | "β"
            | "mmol"
            | "mg"
            | "g"
            | "eta"
            | "Eta"
            | "S"
            | "ABCD"
            | "age"
            | "Age"
            | "Nagelkerke"
            | "ɳ"
            | "ŋ"
            | "ƞ"
            | "p"
            | "y"
    )
}

/// Whether text goes on with a chemical symbol, as in "<sup>18</sup>F-FDG", "<sup>99m</sup>Tc".
pub(crate) fn isotope(next: &str) -> bool {
    let symbol: Vec<char> = next.chars().take_while(|c| c.is_ascii_alphabetic()).take(4).collect();
    match symbol.as_slice() {
        [a] => a.is_ascii_uppercase() && *a != 'A',
        [a, b] => {
            a.is_ascii_uppercase()
                && b.is_ascii_lowercase()
                && !matches!(
                    (a, b),
                    ('I', 'n' | 's' | 't')
                        | ('A', 's' | 't' | 'n')
                        | ('W', 'e')
                        | ('N', 'o')
                        | ('O', 'n')
                        | ('T', 'o')
                        | ('B', 'y')
                )
        }
        [a, b, c] => next.contains('-') && a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_uppercase(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
