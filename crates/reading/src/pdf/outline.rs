//! Headings and captions: which paragraphs are none, and how deep headings stand.
//!
//! Conservative: a heading taken for text costs little, a sentence taken for a heading is lost. It must not drop
//! anything.

use super::paragraphs::{Form, Paragraph, ends_sentence};
use crate::jats::sections;

/// What a paragraph is for the structure of the document.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Role {
    /// A heading, from 1 for the highest.
    Heading(usize, String),
    Caption,
    Text,
}

/// How a heading looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Look {
    /// In quarters of a point, negative so that the largest comes first.
    size: i32,
    plain: bool,
    small: bool,
}

/// What most of a document looks like.
struct Body {
    size: f32,
    bold: bool,
    italic: bool,
}

/// The roles of paragraphs.
pub(super) fn roles(paragraphs: &[Paragraph]) -> Vec<Role> {
    let body = Body::of(paragraphs);
    let found: Vec<Option<(String, Look)>> = paragraphs.iter().map(|p| heading(p, &body)).collect();
    let mut looks: Vec<Look> = found.iter().flatten().map(|(_, look)| *look).collect();
    looks.sort_unstable();
    looks.dedup();
    // The look of the sections that every article has is the first level.
    let rank = |look: &Look| looks.binary_search(look).unwrap_or(0);
    let mut votes = vec![0u32; looks.len()];
    for (text, look) in found.iter().flatten() {
        if let Some(vote) = votes.get_mut(rank(look))
            && is_known(text)
        {
            *vote += 1;
        }
    }
    // Of equals the larger print.
    let most = votes.iter().copied().max().unwrap_or(0);
    let base = votes.iter().position(|v| *v == most).filter(|_| most > 0).unwrap_or(0);
    let many = found.iter().flatten().count();
    let numbered = found.iter().flatten().filter(|(text, _)| depth(text).is_some()).count();
    paragraphs
        .iter()
        .zip(&found)
        .map(|(paragraph, found)| match found {
            Some((text, look)) => {
                let mut level = 1 + rank(look).saturating_sub(base);
                if let Some(depth) = depth(text).filter(|_| numbered * 2 > many) {
                    level = depth;
                }
                Role::Heading(level.min(4), sections::heading(text))
            }
            None if is_caption(&paragraph.text()) => Role::Caption,
            None => Role::Text,
        })
        .collect()
}

impl Body {
    fn of(paragraphs: &[Paragraph]) -> Self {
        let prose = || paragraphs.iter().filter(|p| p.form != Form::Row);
        let mut sizes: Vec<(f32, usize)> = prose().map(|p| (p.size, p.raw.len())).collect();
        sizes.sort_by(|a, b| a.0.total_cmp(&b.0));
        let all: usize = sizes.iter().map(|s| s.1).sum();
        let mut sum = 0;
        let size = sizes.iter().find(|(_, n)| {
            sum += n;
            sum * 2 > all
        });
        let share =
            |is: fn(&Paragraph) -> bool| prose().filter(|p| is(p)).map(|p| p.raw.len()).sum::<usize>() * 2 > all;
        Self { size: size.map_or(10.0, |s| s.0), bold: share(|p| p.bold), italic: share(|p| p.italic) }
    }
}

fn heading(paragraph: &Paragraph, body: &Body) -> Option<(String, Look)> {
    if paragraph.form == Form::Row || paragraph.lines > 3 {
        return None;
    }
    let text = paragraph.text();
    let text = text.trim();
    let words = text.split_whitespace().count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    // Numbered headings look like items of a list.
    let item = paragraph.form == Form::Item && depth(text).is_none();
    if item && !(paragraph.bold && text.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    if letters < 3 || words > 16 || text.len() > 160 || is_caption(text) || text.contains('\u{fffd}') {
        return None;
    }
    let first = text.chars().next()?;
    if !(first.is_uppercase() || first.is_ascii_digit()) || text.contains('@') || text.contains("://") {
        return None;
    }
    let known = is_known(text);
    let large = paragraph.size >= 1.08 * body.size;
    let bold = paragraph.bold && !body.bold;
    let capitals = letters >= 5 && words <= 8 && !text.chars().any(char::is_lowercase);
    let italic = paragraph.italic && !body.italic && paragraph.lines == 1 && words <= 10;
    let numbered = depth(text).is_some() && words <= 10 && (bold || italic || large);
    if ends_sentence(text) && !text.ends_with(':') && !known && !numbered && !text.ends_with('?') {
        return None;
    }
    if text.ends_with([',', ';', '-']) || letters * 2 < text.chars().filter(|c| !c.is_whitespace()).count() {
        return None;
    }
    // Labels in figures are small.
    if paragraph.size < 0.9 * body.size || !(known || large || bold || capitals || italic && !text.ends_with(':')) {
        return None;
    }
    let look = Look { size: -((paragraph.size * 4.0).round() as i32), plain: !paragraph.bold, small: !capitals };
    Some((text.to_owned(), look))
}

/// Sections that articles have by custom.
pub(super) fn is_known(text: &str) -> bool {
    const KNOWN: [&str; 36] = [
        "abstract",
        "summary",
        "introduction",
        "background",
        "aim",
        "aims",
        "objective",
        "objectives",
        "methods",
        "method",
        "materials and methods",
        "methods and materials",
        "patients and methods",
        "subjects and methods",
        "participants and methods",
        "material and methods",
        "results",
        "findings",
        "discussion",
        "results and discussion",
        "conclusion",
        "conclusions",
        "limitations",
        "references",
        "bibliography",
        "literature cited",
        "acknowledgements",
        "acknowledgments",
        "acknowledgement",
        "funding",
        "competing interests",
        "conflict of interest",
        "conflicts of interest",
        "statistical analysis",
        "recommendations",
        "appendix",
    ];
    let plain = sections::heading(text).to_lowercase();
    KNOWN.contains(&plain.trim_end_matches([':', '.']))
}

/// How deep a heading's number says it stands: 1 for "2 Methods" and "2. Methods", 2 for "2.1 Patients".
fn depth(text: &str) -> Option<usize> {
    let (number, rest) = text.split_once(' ')?;
    let parts: Vec<&str> = number.trim_end_matches('.').split('.').collect();
    let good = parts.len() <= 4
        && parts.iter().all(|p| !p.is_empty() && p.len() <= 2 && p.bytes().all(|b| b.is_ascii_digit()))
        && rest.starts_with(char::is_uppercase);
    good.then_some(parts.len())
}

/// "Table 1.", "Figure 2:", "Fig. 3 |", "Box 1".
pub(super) fn is_caption(text: &str) -> bool {
    const KINDS: [&str; 7] =
        ["table ", "figure ", "fig. ", "fig ", "box ", "supplementary table ", "supplementary figure "];
    let lower: String = text.chars().take(40).collect::<String>().to_lowercase();
    KINDS.iter().any(|kind| {
        lower.strip_prefix(kind).is_some_and(|rest| {
            let number = rest.bytes().take_while(|b| b.is_ascii_alphanumeric()).count();
            let name = rest.as_bytes().get(..number).unwrap_or_default();
            let digits = number == 1
                || name.iter().any(u8::is_ascii_digit)
                || (number > 1 && name.iter().all(|b| matches!(b, b'i' | b'v' | b'x')));
            // "Table 1 shows that" is a sentence.
            let after = rest.get(number..).unwrap_or_default();
            let shown: String = text.chars().skip(kind.len() + number).collect();
            digits
                && number <= 4
                && (after.is_empty()
                    || after.starts_with(['.', ':', '|', ')'])
                    || shown.trim_start().starts_with(char::is_uppercase))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_are_told_from_sentences() {
        for text in
            ["Table 1. Baseline", "Figure 2", "Fig. 3: Flow", "TABLE IV. Doses", "Table 2 Characteristics of all"]
        {
            assert!(is_caption(text), "{text}");
        }
        for text in ["Table 1 shows that", "Tables were made", "Figure out", "Box plots are shown"] {
            assert!(!is_caption(text), "{text}");
        }
    }

    #[test]
    fn numbers_tell_depth() {
        assert_eq!(depth("2 Methods"), Some(1));
        assert_eq!(depth("2.1. Patients"), Some(2));
        assert_eq!(depth("12 patients"), None);
        assert_eq!(depth("2020 Guideline"), None);
    }
}
