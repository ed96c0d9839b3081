//! From the child's answer to a source.
//!
//! Owns what of a PDF is evidence and how a passage's page is kept: as the last element of its heading path, "p. 3" or
//! "pp. 3-4". It must not look at the file itself.

use super::child::MOST_PAGES;
use super::front;
use super::furniture;
use super::hyphens::Vocabulary;
use super::outline::{Role, is_caption, roles};
use super::paragraphs::{Form, Paragraph, paragraphs};
use super::wire::{Answer, Fault, Page, State};
use crate::cut::{Glue, words};
use crate::document::Document;
use crate::jats::sections;
use crate::problem::{Origin, Problem};
use crate::{Reading, Unit};
use evidence::{Identifiers, Part};

/// A left out section is no longer than this, in words; what follows is kept, since its heading was missed.
const LEFT_OUT: usize = 400;
/// An abstract is no longer than this.
const ABSTRACT: usize = 700;

/// Makes the reading.
pub(super) fn build(mut answer: Answer, unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let mut problems = Vec::new();
    if let Some(fault) = answer.fault {
        return Reading::failed(explain(fault, answer.cut_off, origin));
    }
    report(&answer, origin, &mut problems);
    if !answer.pages.iter().any(|p| !p.lines.is_empty()) {
        return Reading::of(None, problems);
    }
    let front = answer.pages.first().cloned().unwrap_or_default();
    // Counted over all lines: what is a running head here may be a word elsewhere.
    furniture::remove(&mut answer.pages);
    let vocabulary = Vocabulary::of(&answer.pages);
    let all = paragraphs(&answer.pages, &vocabulary);
    let (title, title_parts) = front::title(answer.title.as_deref(), &all, front.number);
    let mut document = Document {
        title,
        ids: Identifiers { doi: front::doi(&front), pmid: front::pmid(&front), ..Identifiers::default() },
        date: front::date(&front),
        licence: front::licence(&front),
        ..Document::default()
    };
    fill(&mut document, &all, &title_parts);
    let source = document.finish(unit, &mut problems);
    Reading::of(source, problems)
}

fn explain(fault: Fault, cut_off: bool, origin: &Origin) -> Problem {
    match fault {
        Fault::Encrypted => Problem::error(
            origin,
            "encrypted",
            "this PDF is encrypted and opens with a password only; save it without one and add it again",
        ),
        Fault::Broken if cut_off => Problem::error(
            origin,
            "truncated",
            "this PDF breaks off and no page of it can be read; fetch the file again",
        ),
        Fault::Broken => Problem::error(
            origin,
            "corrupt",
            "no page of this PDF can be read; fetch the file again or print it to a new PDF",
        ),
    }
}

/// Says what is wrong with the pages.
fn report(answer: &Answer, origin: &Origin, problems: &mut Vec<Problem>) {
    let pages = |state| numbers(answer.pages.iter().filter(|p| p.state == state));
    if answer.cut_off {
        let message = format!(
            "this PDF breaks off; the {} pages found in it are kept, but there may be more: fetch the file again",
            answer.pages.len()
        );
        problems.push(Problem::error(origin, "truncated", message));
    }
    if answer.total as usize > MOST_PAGES {
        let message = format!(
            "this PDF has {} pages and only the first {MOST_PAGES} were read; split it and add the parts",
            answer.total
        );
        problems.push(Problem::error(origin, "too-large", message));
    }
    let failed = pages(State::Failed);
    if !failed.is_empty() {
        let message = format!("reading went wrong on {failed}; print the file to a new PDF and add that");
        problems.push(Problem::error(origin, "pdf-page", message));
    }
    let unmapped = pages(State::Unmapped);
    if !unmapped.is_empty() {
        let message = format!(
            "the fonts on {unmapped} do not tell which letters their signs are, so the text there is left out; run text recognition (OCR) over the file and add the result"
        );
        problems.push(Problem::error(origin, "unmapped-font", message));
    }
    let some = numbers(answer.pages.iter().filter(|p| p.state == State::Read && p.unknown > 0));
    if !some.is_empty() {
        let message = format!(
            "some signs on {some} have no known meaning and stand as \u{fffd} in the text; compare with the file before relying on figures there"
        );
        problems.push(Problem::warning(origin, "unmapped-font", message));
    }
    let readable = answer.pages.iter().any(|p| !p.lines.is_empty());
    let pictures = pages(State::Picture);
    if !readable && failed.is_empty() && unmapped.is_empty() {
        let message =
            "this PDF has no text, only pictures of pages; run text recognition (OCR) over it and add the result";
        problems.push(Problem::error(origin, "no-text-layer", message));
    } else if !pictures.is_empty() {
        let message = format!(
            "{pictures} of this PDF hold pictures and no text; run text recognition (OCR) over the file if they matter"
        );
        problems.push(Problem::warning(origin, "no-text-layer", message));
    }
}

/// "page 3", "pages 1-4, 7".
fn numbers<'a>(pages: impl Iterator<Item = &'a Page>) -> String {
    /// Ranges that are named.
    const SHOWN: usize = 20;
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for page in pages {
        match ranges.last_mut() {
            Some(last) if last.1 + 1 == page.number => last.1 = page.number,
            _ => ranges.push((page.number, page.number)),
        }
    }
    let Some(&(first, last)) = ranges.first() else { return String::new() };
    let many = ranges.len() > 1 || last > first;
    let mut shown: Vec<String> =
        ranges.iter().take(SHOWN).map(|(a, b)| if a == b { a.to_string() } else { format!("{a}-{b}") }).collect();
    if ranges.len() > SHOWN {
        shown.push("and others".to_owned());
    }
    format!("page{} {}", if many { "s" } else { "" }, shown.join(", "))
}

/// What is being left out.
enum Omitted {
    /// A section that is no evidence, of this level, with its words so far.
    Section(usize, usize),
    /// The list of references, under a heading of this level.
    References(usize),
}

fn fill(document: &mut Document, all: &[Paragraph], title_parts: &[usize]) {
    let roles = roles(all);
    let front_end = front_end(all, &roles, title_parts);
    let mut path: Vec<(usize, String)> = Vec::new();
    let mut part = Part::Body;
    let mut summary: Option<Summary> = None;
    let mut omitted: Option<Omitted> = None;
    let (mut list, mut table) = (0u32, 0u32);
    let mut last = Form::Text;
    for (at, (paragraph, role)) in all.iter().zip(&roles).enumerate() {
        if title_parts.contains(&at) || front_end.is_some_and(|end| at < end && is_byline(paragraph)) {
            continue;
        }
        let text = paragraph.text();
        if let Role::Heading(level, heading) = role {
            let plain = heading.to_lowercase();
            if let Some(Omitted::References(own)) = &omitted
                && !(level <= own && (super::outline::is_known(heading) || is_appendix(&plain)))
            {
                continue;
            }
            if let Some(Omitted::Section(own, _)) = &omitted
                && level > own
            {
                continue;
            }
            omitted = if is_references(&plain) && lists_works(all, at) {
                Some(Omitted::References(*level))
            // Whether a section stands in the back is not told by a page: what only then is no evidence is kept.
            } else if sections::is_left_out(heading, false) {
                Some(Omitted::Section(*level, 0))
            } else {
                None
            };
            if omitted.is_some() {
                summary = None;
                part = Part::Body;
                continue;
            }
            let is_summary = matches!(plain.as_str(), "abstract" | "summary" | "executive summary");
            summary = match summary {
                _ if is_summary && paragraph.first_page <= 2 => Some(Summary { level: *level, ..Summary::default() }),
                Some(mut open) if open.has(&plain, *level) => {
                    open.structured |= open.words == 0;
                    open.ended |= plain.starts_with("conclusion") || plain == "interpretation";
                    Some(open)
                }
                _ => None,
            };
            // The abstract's own headings stand below it, whatever they look like.
            let level = match &summary {
                Some(open) if !is_summary => open.level + 1,
                _ => *level,
            };
            part = if summary.is_some() { Part::Abstract } else { Part::Body };
            path.retain(|(l, _)| *l < level);
            path.push((level, heading.clone()));
            last = Form::Text;
            continue;
        }
        if is_contents(&text) {
            continue;
        }
        // A table stays, wherever it was set.
        let table_row = paragraph.form == Form::Row && text.matches(" | ").count() >= 2;
        match &mut omitted {
            Some(Omitted::References(_)) if *role != Role::Caption && !table_row => continue,
            Some(Omitted::Section(_, count)) if *role != Role::Caption && !table_row => {
                *count += words(&text);
                if *count <= LEFT_OUT {
                    continue;
                }
            }
            _ => {}
        }
        if !(table_row && matches!(omitted, Some(Omitted::References(_)))) {
            omitted = None;
        }
        if let Some(open) = &mut summary {
            open.words += words(&text);
            if open.words > ABSTRACT || text.starts_with("Keywords") || text.starts_with("Key words") {
                summary = None;
                part = Part::Body;
            }
        }
        let glue = match (role, paragraph.form) {
            (Role::Caption, _) => Glue::Alone,
            (_, Form::Item) => {
                list += u32::from(last != Form::Item);
                Glue::Line(list)
            }
            (_, Form::Row) => {
                table += u32::from(last != Form::Row);
                Glue::Row(table)
            }
            _ => Glue::Paragraph,
        };
        last = paragraph.form;
        let mut heading: Vec<String> = path.iter().map(|(_, text)| text.clone()).collect();
        heading.push(page_label(paragraph));
        document.push(&heading, part, glue, text);
    }
}

fn page_label(paragraph: &Paragraph) -> String {
    if paragraph.first_page == paragraph.last_page {
        format!("p. {}", paragraph.first_page)
    } else {
        format!("pp. {}-{}", paragraph.first_page, paragraph.last_page)
    }
}

/// Where the abstract starts on the first page, if the title stands before it: names and addresses stand between.
fn front_end(all: &[Paragraph], roles: &[Role], title_parts: &[usize]) -> Option<usize> {
    let title = *title_parts.iter().max()?;
    let end = roles.iter().position(
        |role| matches!(role, Role::Heading(_, text) if matches!(text.to_lowercase().as_str(), "abstract" | "summary")),
    )?;
    let first = all.first()?.first_page;
    (end > title && all.get(end)?.first_page == first).then_some(end)
}

/// Lines of a table of contents: dots that lead to a page number.
fn is_contents(text: &str) -> bool {
    let (mut run, mut longest) = (0, 0);
    for c in text.chars() {
        match c {
            '.' | '\u{2026}' => run += if c == '.' { 1 } else { 3 },
            ' ' | '|' => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest >= 6 && text.ends_with(|c: char| c.is_ascii_digit())
}

/// Names, degrees and addresses: short, and no sentence.
fn is_byline(paragraph: &Paragraph) -> bool {
    let text = paragraph.text();
    let count = words(&text);
    let sentence = text.ends_with('.') && count > 12 && !text.contains(',');
    paragraph.form == Form::Text && count <= 80 && !sentence && !is_caption(&text)
}

fn is_references(plain: &str) -> bool {
    matches!(
        plain,
        "references" | "bibliography" | "literature cited" | "reference list" | "notes and references" | "literature"
    )
}

fn is_appendix(plain: &str) -> bool {
    ["appendix", "supplement", "table", "figure", "annex"].iter().any(|w| plain.starts_with(w))
}

/// Whether what follows a heading looks like a list of works: most of it names a year.
fn lists_works(all: &[Paragraph], at: usize) -> bool {
    let next: Vec<String> = all.iter().skip(at + 1).map(Paragraph::text).filter(|t| t.len() >= 20).take(6).collect();
    let dated = next.iter().filter(|t| crate::jats::dates::year(t).is_some()).count();
    dated * 2 >= next.len()
}

/// An abstract being read.
#[derive(Debug, Default)]
struct Summary {
    /// Of its heading.
    level: usize,
    /// Words so far.
    words: usize,
    /// It began with a heading of its own.
    structured: bool,
    /// Its conclusion has begun.
    ended: bool,
}

impl Summary {
    /// Whether a heading still belongs to it: one of those that structured abstracts have.
    fn has(&self, plain: &str, level: usize) -> bool {
        const INSIDE: [&str; 34] = [
            "background",
            "objective",
            "objectives",
            "aim",
            "aims",
            "purpose",
            "importance",
            "context",
            "question",
            "introduction",
            "design",
            "study design",
            "setting",
            "settings",
            "participants",
            "patients",
            "interventions",
            "intervention",
            "exposures",
            "main outcome measures",
            "main outcomes and measures",
            "outcomes",
            "measurements",
            "methods",
            "methodology",
            "method",
            "results",
            "findings",
            "main results",
            "conclusion",
            "conclusions",
            "conclusions and relevance",
            "interpretation",
            "trial registration",
        ];
        // After the conclusion only a registration may come; a second introduction begins the article.
        let over = self.words > ABSTRACT || (self.ended && plain != "trial registration");
        INSIDE.contains(&plain) && !over && (level > self.level || self.words == 0 || self.structured)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_lead_to_pages() {
        assert!(is_contents("2.1 Dosing . . . . . . . . 5"));
        assert!(is_contents("Dosing ........ | 5"));
        assert!(!is_contents("It went on ... and on until 5"));
    }

    #[test]
    fn pages_are_named_in_ranges() {
        let pages = [1, 2, 3, 7].map(|number| Page { number, ..Page::default() });
        assert_eq!(numbers(pages.iter()), "pages 1-3, 7");
        assert_eq!(numbers(pages.iter().skip(3)), "page 7");
        assert_eq!(numbers([].iter()), "");
    }
}
