//! What the first page says of the document itself: title, identifiers, date, licence.
//!
//! Only what is certain. An identifier of another work would merge two works, so whatever has a rival, may be cut off
//! at the end of a line, or stands in running text is left out.

use super::outline::is_known;
use super::paragraphs::{Form, Paragraph, tidy};
use super::wire::{Line, Page};
use crate::jats::{dates, sections};
use crate::licence::Stated;
use evidence::{Doi, PartialDate, Pmid};

/// The heights, as shares of the page, above and below which a first page speaks of itself.
const TOP: f32 = 0.25;
const BOTTOM: f32 = 0.82;

/// The lines of the first page down to a list of references on it.
fn lines(page: &Page) -> impl Iterator<Item = (String, &Line)> {
    let all: Vec<(String, &Line)> = page.lines.iter().map(|l| (tidy(&l.text, false), l)).collect();
    let end = all.iter().position(|(text, _)| {
        let heading = sections::heading(text).to_lowercase();
        matches!(heading.as_str(), "references" | "bibliography" | "literature cited" | "notes and references")
    });
    let end = end.unwrap_or(all.len());
    all.into_iter().take(end)
}

/// Words that bring in another work.
fn about_another(text: &str) -> bool {
    const OTHERS: [&str; 14] = [
        "comment on",
        "commentary on",
        "reply to",
        "response to",
        "erratum",
        "corrigendum",
        "correction to",
        "retract",
        "original article",
        "refers to",
        "see also",
        "related article",
        "companion",
        "linked",
    ];
    let lower = text.to_lowercase();
    OTHERS.iter().any(|o| lower.contains(o))
}

/// Whether a line stands where a first page speaks of itself.
fn own_place(page: &Page, line: &Line, text: &str) -> bool {
    let height = line.base / page.height.max(1.0);
    let lower = text.to_lowercase();
    let labelled = ["doi", "https://doi.org/", "http://dx.doi.org/", "https://dx.doi.org/", "citation:", "cite this"];
    !(TOP..=BOTTOM).contains(&height) || labelled.iter().any(|l| lower.starts_with(l))
}

/// The document's DOI.
pub(super) fn doi(page: &Page) -> Option<Doi> {
    let all: Vec<(String, &Line)> = lines(page).collect();
    let mut found: Vec<(Doi, bool)> = Vec::new();
    let mut before = String::new();
    for (text, line) in &all {
        for (token, at_end) in doi_tokens(text) {
            // At the end of a line it may go on in the next.
            let right = all.iter().filter(|(_, l)| l.block == line.block).map(|(_, l)| l.x1).fold(0.0, f32::max);
            let cut = at_end
                && (right - line.x1 < 3.0 * line.size || token.ends_with(['/', '.', '-', '_', '(']))
                && followed(&all, line);
            let doi: Doi = token.trim_end_matches(['.', ',', ';', ':', ')', ']', '>', '"', '\'']).parse().ok()?;
            let sure = !cut && own_place(page, line, text) && !about_another(text) && !about_another(&before);
            match found.iter_mut().find(|(d, _)| *d == doi) {
                Some((_, was)) => *was |= sure,
                None => found.push((doi, sure)),
            }
        }
        before.clone_from(text);
    }
    match found.as_slice() {
        [(doi, true)] => Some(doi.clone()),
        _ => None,
    }
}

/// Whether a line stands closely below, where what was cut off could go on.
fn followed(all: &[(String, &Line)], line: &Line) -> bool {
    all.iter().any(|(_, l)| l.block == line.block && l.base > line.base + 1.0 && l.base < line.base + 1.8 * line.size)
}

/// Labelled DOIs in a text, and whether they end it.
fn doi_tokens(text: &str) -> Vec<(String, bool)> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(lower.as_bytes(), b"10.") {
        let head = lower.get(..at).unwrap_or_default().trim_end_matches([':', ' ']);
        if !(head.ends_with("doi") || head.ends_with("doi.org/")) {
            continue;
        }
        let tail = lower.get(at..).unwrap_or_default();
        let token = tail.split(char::is_whitespace).next().unwrap_or_default();
        found.push((token.to_owned(), tail.trim_end().len() == token.len()));
    }
    found
}

/// The document's PMID.
pub(super) fn pmid(page: &Page) -> Option<Pmid> {
    let mut found: Vec<(Pmid, bool)> = Vec::new();
    for (text, line) in lines(page) {
        for at in memchr::memmem::find_iter(text.as_bytes(), b"PMID") {
            let tail = text.get(at + 4..).unwrap_or_default().trim_start_matches([':', ' ']);
            let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
            if let Ok(pmid) = tail.get(..digits).unwrap_or_default().parse::<Pmid>()
                && (4..=8).contains(&digits)
            {
                let height = line.base / page.height.max(1.0);
                found.push((pmid, !(TOP..=BOTTOM).contains(&height) && !about_another(&text)));
            }
        }
    }
    match found.as_slice() {
        [(pmid, true)] => Some(*pmid),
        _ => None,
    }
}

/// The date the first page gives for publication; failing that, for acceptance.
pub(super) fn date(page: &Page) -> Option<PartialDate> {
    const LABELS: [&str; 7] = [
        "published online",
        "published",
        "publication date",
        "first published",
        "available online",
        "date of publication",
        "accepted",
    ];
    let texts: Vec<String> = lines(page).map(|(text, _)| text).collect();
    LABELS.iter().find_map(|label| texts.iter().find_map(|text| labelled_date(text, label)))
}

fn labelled_date(text: &str, label: &str) -> Option<PartialDate> {
    let lower = text.to_lowercase();
    let at = lower.find(label)?;
    // At the start of the line or of a part of it, so that it is no sentence about something else.
    let before = lower.get(..at)?.trim_end();
    let parted = before.ends_with(['.', ';', '|', ',', ')', '/', '•', ':']);
    if !(before.is_empty() || parted || before.ends_with("first")) {
        return None;
    }
    let tail = lower.get(at + label.len()..)?;
    let tail = tail.trim_start_matches([':', ' ', '=']);
    let tail = tail.strip_prefix("online").unwrap_or(tail).trim_start_matches([':', ' ']);
    let tail = tail.strip_prefix("on ").unwrap_or(tail);
    // The date must follow at once: "12 march 2015", "march 12, 2015", "2015-03-12", "2015 mar 12".
    let tail: String = tail.chars().take(24).collect();
    let end = tail.find([';', '|', '(', ')', '/', '•']).unwrap_or(tail.len());
    let tail = tail.get(..end)?;
    if !tail.starts_with(|c: char| c.is_ascii_digit()) && !starts_with_month(tail) {
        return None;
    }
    // Up to and with the year.
    let mut seen = String::new();
    let mut year = false;
    for word in tail.split([' ', ',', '.']).filter(|w| !w.is_empty()) {
        let is_year = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit());
        let iso = word.len() == 10 && word.as_bytes().get(4) == Some(&b'-');
        if year && !(word.bytes().all(|b| b.is_ascii_digit()) || starts_with_month(word)) {
            break;
        }
        if iso {
            let mut parts = word.split('-').map(str::parse::<u16>);
            let (Some(Ok(y)), Some(Ok(m)), Some(Ok(d))) = (parts.next(), parts.next(), parts.next()) else {
                return None;
            };
            return PartialDate::new(y, u8::try_from(m).ok(), u8::try_from(d).ok());
        }
        seen.push_str(word);
        seen.push(' ');
        if is_year && seen.trim() != word {
            year = true;
            break;
        }
        year |= is_year;
    }
    if !year {
        return None;
    }
    dates::DateParts { text: seen, ..dates::DateParts::default() }.resolve().and_then(dates::partial)
}

fn starts_with_month(text: &str) -> bool {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    NAMES.iter().any(|n| text.starts_with(n))
}

/// The terms the first page states.
pub(super) fn licence(page: &Page) -> Stated {
    let mut stated = Stated::default();
    for (text, _) in lines(page) {
        if let Some(at) = text.find("creativecommons.org/") {
            let tail = text.get(at..).unwrap_or_default();
            let token = tail.split([' ', ')', ',', ';']).next().unwrap_or_default().trim_end_matches('.');
            stated.urls.push(format!("https://{token}"));
        }
        if text.contains("Creative Commons") && stated.text.len() < 1_000 {
            if !stated.text.is_empty() {
                stated.text.push(' ');
            }
            stated.text.push_str(&text);
        }
    }
    stated
}

/// The title, and the paragraphs that it was printed in.
pub(super) fn title(carried: Option<&str>, paragraphs: &[Paragraph], first: u32) -> (String, Vec<usize>) {
    let on_first: Vec<(usize, String)> = paragraphs
        .iter()
        .enumerate()
        .filter(|(_, p)| p.first_page == first && p.form != Form::Row)
        .map(|(at, p)| (at, p.text()))
        .collect();
    if let Some(carried) = carried.map(|t| tidy(t, false)).filter(|t| plausible(t)) {
        let wanted = letters(&carried);
        let hit = on_first.iter().find(|(_, text)| letters(text) == wanted);
        if let Some((at, _)) = hit {
            return (carried, vec![*at]);
        }
        // Printed over several paragraphs, or as part of one.
        let together: String = on_first.iter().map(|(_, text)| letters(text)).collect();
        if wanted.len() >= 15 && together.contains(&wanted) {
            let parts = on_first.iter().filter(|(_, text)| wanted.contains(&letters(text)) && letters(text).len() > 3);
            return (carried, parts.map(|(at, _)| *at).collect());
        }
    }
    // The largest print in the upper part of the page.
    let mut sizes: Vec<f32> = on_first.iter().filter_map(|(at, _)| paragraphs.get(*at)).map(|p| p.size).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    sizes.dedup_by(|a, b| (*a - *b).abs() < 0.3);
    let body = sizes.last().copied().unwrap_or(0.0);
    for size in sizes.iter().take(3).filter(|s| **s > 1.05 * body) {
        let mut parts: Vec<(usize, &str)> = Vec::new();
        for (at, text) in &on_first {
            let same =
                paragraphs.get(*at).is_some_and(|p| (p.size - size).abs() < 0.3 && p.place < 0.6 && p.lines <= 8);
            match parts.last() {
                Some((last, _)) if at - last > 1 => break,
                _ if same && !is_known(text) => parts.push((*at, text)),
                _ => {}
            }
        }
        let text = parts.iter().map(|(_, t)| *t).collect::<Vec<_>>().join(" ");
        if plausible(&text) {
            return (text, parts.iter().map(|(at, _)| *at).collect());
        }
    }
    (String::new(), Vec::new())
}

/// Whether a text can be a title: some words, not a file's name.
fn plausible(text: &str) -> bool {
    let words = text.split_whitespace().filter(|w| w.chars().any(char::is_alphabetic)).count();
    let lower = text.to_lowercase();
    let name =
        [".doc", ".pdf", ".indd", ".tex", ".qxd", "microsoft word", "untitled"].iter().any(|n| lower.contains(n));
    (3..=50).contains(&words) && !name && !text.contains('\u{fffd}')
}

/// Letters and figures only, in small letters.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(lines: &[(&str, f32)]) -> Page {
        let lines = lines
            .iter()
            .map(|(text, base)| Line {
                text: (*text).to_owned(),
                base: *base,
                x1: 300.0,
                size: 10.0,
                ..Line::default()
            })
            .collect();
        Page { number: 1, width: 600.0, height: 800.0, lines, ..Page::default() }
    }

    fn doi_of(lines: &[(&str, f32)]) -> Option<String> {
        doi(&page(lines)).map(|d| d.to_string())
    }

    #[test]
    fn a_lone_labelled_doi_is_the_documents() {
        assert_eq!(doi_of(&[("Tests 2020, doi:10.1234/abc.5.", 40.0)]).as_deref(), Some("10.1234/abc.5"));
        assert_eq!(doi_of(&[("https://doi.org/10.1234/ABC", 400.0)]).as_deref(), Some("10.1234/abc"));
    }

    #[test]
    fn a_doubtful_doi_is_left_out() {
        assert_eq!(doi_of(&[("10.1234/abc", 40.0)]), None);
        assert_eq!(doi_of(&[("doi:10.1234/abc", 40.0), ("doi:10.1234/def", 60.0)]), None);
        assert_eq!(doi_of(&[("as was shown (doi:10.1234/abc) before", 400.0)]), None);
        assert_eq!(doi_of(&[("Comment on Doe, doi:10.1234/abc", 40.0)]), None);
        assert_eq!(doi_of(&[("References", 700.0), ("Doe J. doi:10.1234/abc", 760.0)]), None);
        // It may go on in the next line.
        assert_eq!(doi_of(&[("doi:10.1234/abc.", 40.0), ("def", 52.0)]), None);
    }

    #[test]
    fn a_pmid_counts_at_the_edges_only() {
        assert_eq!(pmid(&page(&[("PMID: 123456", 40.0)])).map(|p| p.to_string()).as_deref(), Some("123456"));
        assert_eq!(pmid(&page(&[("PMID: 123456", 400.0)])), None);
        assert_eq!(pmid(&page(&[("PMID: 123456 PMID: 123457", 40.0)])), None);
    }

    #[test]
    fn labelled_dates_are_read() {
        let date_of = |text: &str| date(&page(&[(text, 40.0)])).map(|d| d.to_string());
        for text in [
            "Published: 12 March 2015",
            "Received: 1 Jan 2014; Accepted: 2 Feb 2015; Published: March 12, 2015",
            "Published online 2015 Mar 12.",
            "First published online: 2015-03-12",
        ] {
            assert_eq!(date_of(text).as_deref(), Some("2015-03-12"), "{text}");
        }
        assert_eq!(date_of("Accepted 12 March 2015").as_deref(), Some("2015-03-12"));
        assert_eq!(date_of("We published results on 12 March 2015"), None);
        assert_eq!(date_of("Published by Tests in 2015"), None);
        assert_eq!(date_of("Received 12 March 2015"), None);
    }
}
