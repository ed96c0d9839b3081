//! Taking citations out of running text, with the brackets, separators and names that only they needed.

use super::{Chars, NUMBER, YEAR, year_in};

/// An open bracket of the output.
struct Open {
    at: usize,
    cited: bool,
}

/// Takes out [`NUMBER`] and [`YEAR`] with what only they needed.
pub(super) fn remove_citations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut opens: Vec<Open> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '(' | '[' => {
                opens.push(Open { at: out.len(), cited: false });
                out.push(c);
            }
            ')' | ']' => {
                let Some(open) = opens.pop().filter(|o| o.cited) else {
                    out.push(c);
                    continue;
                };
                let kept = group(out.get(open.at + 1..).unwrap_or_default(), c);
                match kept {
                    Some(kept) => {
                        out.truncate(open.at + 1);
                        out.push_str(&kept);
                        out.push(c);
                    }
                    None if !opens.is_empty() => {
                        // The bracket around this one decides: "([12])", "([12], p. 89)".
                        out.truncate(open.at);
                        out.push(NUMBER);
                        if let Some(outer) = opens.last_mut() {
                            outer.cited = true;
                        }
                    }
                    None => {
                        out.truncate(open.at);
                        let rest = text.get(at + 1..).unwrap_or_default();
                        let skip = join(&mut out, rest);
                        skip_bytes(&mut chars, at + 1 + skip);
                    }
                }
            }
            NUMBER | YEAR => {
                let after = text.get(at + 1..).unwrap_or_default();
                let cluster = cluster(after, !opens.is_empty());
                let end = at + 1 + cluster;
                if let Some(open) = opens.last_mut() {
                    open.cited = true;
                    out.push(c);
                    skip_bytes(&mut chars, end);
                } else {
                    let skip = join(&mut out, text.get(end..).unwrap_or_default());
                    skip_bytes(&mut chars, end + skip);
                }
            }
            _ => out.push(c),
        }
    }
    if opens.iter().any(|o| o.cited) {
        // A bracket that is never closed.
        return strip(&out);
    }
    out
}

fn skip_bytes(chars: &mut Chars, to: usize) {
    while chars.next_if(|&(at, _)| at < to).is_some() {}
}

/// How many bytes after a citation belong to the same cluster: separators with more citations, or plain figures.
fn cluster(after: &str, bracketed: bool) -> usize {
    let bytes = after.as_bytes();
    let mut end = 0;
    loop {
        let mut i = end;
        let mut separated = false;
        loop {
            match after.get(i..).and_then(|t| t.chars().next()) {
                Some(c @ (',' | ';' | '-' | '\u{2013}' | '\u{2212}' | '\u{2014}' | '&' | '\u{b7}')) => {
                    separated = true;
                    i += c.len_utf8();
                }
                Some(' ') => i += 1,
                Some('a') if separated && after[i..].starts_with("and ") => i += 4,
                _ => break,
            }
        }
        let rest = bytes.get(i..).unwrap_or_default();
        match rest.first() {
            Some(5 | 6) => end = i + 1,
            Some(b'0'..=b'9') if separated => {
                let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
                let tight = !bytes.get(end..i).is_some_and(|sep| sep.contains(&b' '));
                let follows = rest.get(digits).copied();
                let ends = matches!(follows, None | Some(b')' | b']' | b',' | b'-' | b' ' | b'.' | b';' | 0xE2));
                let decimal = follows == Some(b'.') && rest.get(digits + 1).is_some_and(u8::is_ascii_digit);
                if digits > 3 || !ends || decimal || !(bracketed || tight) {
                    return end;
                }
                // Inside brackets "[*, 12 patients]" is not a citation.
                if bracketed && follows == Some(b' ') && rest.get(digits + 1).is_some_and(u8::is_ascii_alphabetic) {
                    return end;
                }
                end = i + digits;
            }
            _ => return end,
        }
    }
}

/// Closes the gap where something was taken out at the end of `out`, before `rest`; the bytes of `rest` to skip.
fn join(out: &mut String, rest: &str) -> usize {
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    if out.ends_with(",.") {
        out.truncate(out.len() - 2);
        if !out.ends_with('.') {
            out.push('.');
        }
    }
    let Some(next) = rest.get(blanks..).and_then(|t| t.chars().next()) else {
        out.truncate(out.trim_end_matches([' ', ',', ';']).len());
        return blanks;
    };
    if matches!(next, '.' | ',' | ';' | ':' | ')' | ']' | '?' | '!') {
        let decimal = next == '.' && rest[blanks + 1..].starts_with(|c: char| c.is_ascii_digit());
        if decimal {
            return 0;
        }
        out.truncate(out.trim_end_matches(' ').len());
        match (out.chars().next_back(), next) {
            // "groups,[1]." and "groups.[1]." keep the stronger or the one stop.
            (Some(',' | ';'), '.' | ',' | ';' | ')' | ']' | '?') => {
                out.pop();
                blanks
            }
            (Some('.'), '.') => blanks + 1,
            (Some('.'), ',' | ';') if !abbreviated(out) => blanks + 1,
            _ => blanks,
        }
    } else {
        let before = out.chars().next_back();
        let wordy = |c: char| c.is_alphanumeric() || matches!(c, '(' | '[' | '\u{201c}');
        if blanks > 0 {
            // One blank is enough.
            if before.is_none_or(|c| c == ' ') { blanks } else { 0 }
        } else {
            if before.is_some_and(|c| {
                c.is_alphanumeric() || matches!(c, '.' | ',' | ';' | ':' | ')' | ']' | '%' | '\u{201d}')
            }) && wordy(next)
            {
                out.push(' ');
            }
            0
        }
    }
}

fn abbreviated(out: &str) -> bool {
    ["al.", "e.g.", "i.e.", "etc.", "Inc.", "Ltd.", "Co.", "vs."].iter().any(|a| out.ends_with(a))
}

/// What is left of a bracket's content once its citations are out; `None` when that is nothing.
fn group(content: &str, close: char) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    for segment in content.split(';') {
        if segment.contains(YEAR) && segment.split(YEAR).all(is_names) {
            continue;
        }
        if segment.contains([NUMBER, YEAR]) {
            let stripped = strip(segment);
            if !is_lead_in(&stripped) {
                kept.push(stripped);
            }
        } else if close == ']'
            && segment.trim().len() <= 4
            && segment.trim().bytes().all(|b| b.is_ascii_digit() || b == b'-')
        {
            // An untagged number among tagged ones.
        } else if !segment.trim().is_empty() {
            kept.push(segment.trim().to_owned());
        }
    }
    let text = kept.join("; ");
    let text = text.trim_matches([' ', ',', ';', '\u{2013}']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Text without its marks, with the separators and blanks around them closed up.
fn strip(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    let mut chars = segment.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if matches!(c, NUMBER | YEAR) {
            let end = at + 1 + cluster(segment.get(at + 1..).unwrap_or_default(), true);
            let skip = join(&mut out, segment.get(end..).unwrap_or_default());
            skip_bytes(&mut chars, end + skip);
        } else {
            out.push(c);
        }
    }
    out.trim_matches([' ', ',', ';']).to_owned()
}

/// Whether words only lead to a citation: "see", "e.g.,", "reviewed in refs.".
fn is_lead_in(text: &str) -> bool {
    text.split([' ', ',']).filter(|w| !w.is_empty()).all(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        let page = word.trim_start_matches('p').trim_start_matches('.');
        let page = page.len() < word.len() && page.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        word.is_empty()
            || page
            || matches!(
                word.as_str(),
                "see"
                    | "e.g"
                    | "eg"
                    | "i.e"
                    | "ie"
                    | "ref"
                    | "refs"
                    | "reference"
                    | "references"
                    | "also"
                    | "for"
                    | "review"
                    | "reviews"
                    | "reviewed"
                    | "in"
                    | "by"
                    | "cf"
                    | "and"
                    | "from"
                    | "as"
                    | "a"
                    | "example"
                    | "instance"
                    | "details"
                    | "therein"
                    | "cited"
                    | "adapted"
                    | "modified"
                    | "table"
            )
    })
}

/// Whether words can be the names of a citation's authors.
fn is_names(text: &str) -> bool {
    text.split([' ', ',']).filter(|w| !w.is_empty()).all(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        bare.is_empty()
            || bare.starts_with(char::is_uppercase)
            || matches!(
                bare,
                "et" | "al"
                    | "and"
                    | "in"
                    | "press"
                    | "von"
                    | "van"
                    | "de"
                    | "der"
                    | "den"
                    | "la"
                    | "le"
                    | "du"
                    | "di"
                    | "da"
                    | "dos"
                    | "del"
                    | "ter"
                    | "el"
                    | "al-"
                    | "d"
                    | "a"
                    | "b"
                    | "c"
            )
            || is_lead_in(bare)
            || year_in(bare).is_some_and(|(from, to)| from == 0 && to == bare.len())
    })
}
