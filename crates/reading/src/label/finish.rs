//! From what was read of a label to a source.
//!
//! Owns its name, its title and the passage on its products. A label that is cut off keeps what was read and is always
//! reported.

use super::parser::Parser;
use crate::cut::{Draft, Glue};
use crate::document::Document;
use crate::jats::Cut;
use crate::problem::Problem;
use crate::{Reading, Unit};
use evidence::{Author, Kind, Part, PartialDate};
use std::collections::HashSet;

/// Makes the reading.
pub(super) fn finish(mut parser: Parser, unit: &Unit, cut: Option<Cut>) -> Reading {
    let origin = &unit.origin;
    let mut problems = std::mem::take(&mut parser.problems);
    if parser.documents == 0 {
        // Text that breaks off before its first element says so; anything else is another format.
        problems.extend(cut.map(|c| c.problem));
        let message = "this XML holds no <document>; Curbside reads labels as DailyMed delivers them";
        problems.push(Problem::error(origin, "unknown-format", message));
        return Reading::of(None, problems);
    }
    if parser.documents > 1 {
        let message = format!(
            "this file holds {} labels and only the first was read; put each in a file of its own",
            parser.documents
        );
        problems.push(Problem::error(origin, "several-articles", message));
    }
    if let Some(Cut { mut problem }) = cut {
        problem.message.push_str("; what stands before this place is kept, and what follows it is not known");
        problems.push(problem);
    }
    let language = parser.language.to_ascii_lowercase();
    if !language.is_empty() && !language.starts_with("en") {
        let message = format!("this label is in {:?}; Curbside answers from English text only", parser.language);
        problems.push(Problem::warning(origin, "not-english", message));
    }
    let revised = day(&parser.effective);
    let document = document(parser, revised);
    let source = document.finish(unit, &mut problems);
    Reading { revised, ..Reading::of(source, problems) }
}

fn document(parser: Parser, date: Option<PartialDate>) -> Document {
    let Parser { set_id, version, kind, title, labeler, mut products, blocks, .. } = parser;
    products.retain(|p| !p.says_nothing());
    let mut document = blocks.document;
    let named = products.first().map(super::product::Product::named).unwrap_or_default();
    // The title of most labels is the opening sentence of their highlights.
    let opening = title.to_lowercase().starts_with("these highlights");
    document.title = if named.is_empty() || !(title.is_empty() || opening) { title.clone() } else { named };
    let mut lines: Vec<(Glue, String)> = Vec::new();
    if document.title != title {
        lines.push((Glue::Paragraph, title.clone()));
    }
    // Packages of one product often repeat all the rest.
    let mut told = HashSet::new();
    for line in products.iter().map(super::product::Product::told) {
        if told.insert(line.clone()) {
            lines.push((Glue::Line(0), line));
        }
    }
    let mut about = Vec::new();
    if !labeler.is_empty() {
        about.push(format!("Labeler: {}.", labeler.trim_end_matches('.')));
    }
    if !kind.is_empty() {
        about.push(format!("Document type: {kind}."));
    }
    if let Some(date) = date {
        let version = if version.is_empty() { String::new() } else { format!(" {version}") };
        about.push(format!("Label version{version}, effective {date}."));
    }
    let text = !document.drafts.is_empty();
    if text || !lines.is_empty() {
        lines.push((Glue::Line(0), about.join(" ")));
    }
    let heading = document.headings.len();
    document.headings.push(vec!["Product".to_owned()]);
    let front = lines.into_iter().map(|(glue, text)| Draft { heading, part: Part::Body, glue, text });
    document.drafts.splice(0..0, front);
    let mut topics = Vec::new();
    for product in &products {
        product.topics(&mut topics);
    }
    if title.to_lowercase().contains("recall") || kind.to_lowercase().contains("recall") {
        super::push_new(&mut topics, "Recalled");
    }
    for topic in std::mem::take(&mut document.topics) {
        super::push_new(&mut topics, &topic);
    }
    document.topics = topics;
    if is_set_id(&set_id) {
        let set_id = set_id.to_ascii_lowercase();
        document.own_id = format!("label:{set_id}").parse().ok();
        document.ids.other.push(("spl-set".to_owned(), set_id));
    }
    if !labeler.is_empty() {
        document.authors.push(Author::Group(labeler));
    }
    document.container = Some("DailyMed".to_owned());
    document.date = date;
    document.article_type = (!kind.is_empty()).then_some(kind);
    document.kind = Some(Kind::Label);
    document
}

/// Set ids are UUIDs: 8-4-4-4-12 hexadecimal digits.
fn is_set_id(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// The date of an HL7 time: `YYYYMMDD`, with or without what follows, or less.
pub(super) fn day(time: &str) -> Option<PartialDate> {
    let digits: String = time.chars().take_while(char::is_ascii_digit).take(8).collect();
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|d| d.parse::<u8>().ok());
    let year = digits.get(..4)?.parse().ok()?;
    let (month, day) = (number(4, 6), number(6, 8));
    PartialDate::new(year, month, day).or_else(|| PartialDate::new(year, month, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_set_ids_read() {
        let told = |time| day(time).map(|d| d.to_string());
        assert_eq!(told("20240702").as_deref(), Some("2024-07-02"));
        assert_eq!(told("20240702120000-0500").as_deref(), Some("2024-07-02"));
        assert_eq!(told("202407").as_deref(), Some("2024-07"));
        assert_eq!(told("20241399"), None);
        assert_eq!(told("x"), None);
        assert!(is_set_id("64B46398-9b97-45e8-b1ba-1a202d574448"));
        assert!(!is_set_id("64b46398") && !is_set_id("1.2.840") && !is_set_id(""));
    }
}
