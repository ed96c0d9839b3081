//! From what was read of an article to a source, with the problems that stand in its way.
//!
//! Owns the rule for articles that are cut off: kept where title and abstract are complete, and always reported.

use super::book::Book;
use super::front::is_english;
use super::parser::Parser;
use super::{Cut, dates, notices};
use crate::cut::{self, Draft};
use crate::document::source_id;
use crate::kind::{Described, decide};
use crate::licence;
use crate::problem::Problem;
use crate::{Reading, Unit};
use evidence::{NctId, Part, Source};

/// Makes the reading.
pub(super) fn finish(mut parser: Parser, unit: &Unit, cut: Option<Cut>) -> Reading {
    let origin = &unit.origin;
    let mut problems = std::mem::take(&mut parser.problems);
    let is_book = parser.book.is_some();
    if parser.articles == 0 {
        // Text that breaks off before its first element says so; anything else is another format.
        problems.extend(cut.map(|c| c.problem));
        let message = if is_book {
            "this XML holds no <book> or <book-part>; Curbside reads books as NCBI Bookshelf delivers them"
        } else {
            "this XML holds no <article>; Curbside reads JATS as PubMed Central delivers it"
        };
        problems.push(Problem::error(origin, "unknown-format", message));
        return Reading::of(None, problems);
    }
    if parser.articles > 1 {
        let message = format!(
            "this file holds {} {} and only the first was read; put each in a file of its own",
            parser.articles,
            if is_book { "books or chapters" } else { "articles" }
        );
        problems.push(Problem::error(origin, "several-articles", message));
    }
    if let Some(Cut { mut problem }) = cut {
        // Few chapters have an abstract; their front is whole where the body has begun.
        let told = if is_book { parser.front.closed } else { parser.blocks.has_abstract };
        let whole_front = !parser.front.title.is_empty() && told;
        problem.message.push_str(match (whole_front, is_book) {
            (true, false) => "; what stands before this place is kept, title and abstract are complete",
            (false, false) => "; nothing of this article is kept, since title and abstract are not complete",
            (true, true) => "; what stands before this place is kept",
            (false, true) => "; nothing of this document is kept, since not even its front is complete",
        });
        problems.push(problem);
        if !whole_front {
            return Reading::of(None, problems);
        }
    }
    let mut revised = None;
    if let Some(book) = &mut parser.book {
        revised = book.revised.and_then(dates::partial);
        book.settle(&mut parser.front);
    }
    let source = assemble(parser, unit, &mut problems);
    let notices = source.as_ref().map(notices::notices).unwrap_or_default();
    Reading { revised, notices, ..Reading::of(source, problems) }
}

fn assemble(mut parser: Parser, unit: &Unit, problems: &mut Vec<Problem>) -> Option<Source> {
    let origin = &unit.origin;
    let noun = if parser.book.is_some() { "book or chapter" } else { "article" };
    if !is_english(&parser.front.language) {
        let message = format!("this {noun} is in {:?}; Curbside answers from English text only", parser.front.language);
        problems.push(Problem::warning(origin, "not-english", message));
    }
    promote_abstract(&mut parser);
    let front = parser.front;
    let mut drafts = parser.blocks.drafts;
    // A paragraph that was cut off keeps what stood inside it out of the text.
    drafts.retain(|d| !d.text.is_empty());
    let mut ids = front.ids;
    // A chapter discusses trials; it never is one.
    if parser.book.is_none() {
        add_trials(&mut ids.nct, &drafts, &parser.blocks.paths);
    }
    let mut title = front.title;
    for subtitle in &front.subtitles {
        title = joined(&title, subtitle);
    }
    if title.is_empty() && drafts.is_empty() {
        problems.push(Problem::error(
            origin,
            "empty",
            format!("this {noun} has neither a title nor text; fetch the file again"),
        ));
        return None;
    }
    let own = parser.book.as_ref().and_then(Book::own_id);
    let id = match own {
        Some(own) if ids.pmcid.is_none() && ids.pmid.is_none() && ids.doi.is_none() => own,
        _ => source_id(&ids, origin, &unit.bytes, problems)?,
    };
    if title.is_empty() {
        let message = format!("this {noun} has no title; its id is shown in its place");
        problems.push(Problem::warning(origin, "no-title", message));
        title = id.to_string();
    }
    if drafts.is_empty() {
        problems.push(Problem::warning(
            origin,
            "no-text",
            format!("only the front of this {noun} is here; there is no text to cite"),
        ));
    }
    // What a chapter without an abstract tells of studies is told of those of others.
    let tells = parser.book.is_none() || drafts.iter().any(|d| d.part == Part::Abstract);
    let summary = if tells { summary(&drafts) } else { String::new() };
    let methods = if parser.book.is_none() { methods(&drafts, &parser.blocks.paths) } else { String::new() };
    let described = Described {
        article_type: &front.article_type,
        subjects: &front.subjects,
        title: &title,
        summary: &summary,
        methods: &methods,
    };
    let (kind, kind_basis) = decide(&described);
    let (text, passages) = cut::assemble(drafts, &parser.blocks.paths);
    let mut topics = front.subjects;
    for keyword in front.keywords {
        if !topics.contains(&keyword) {
            topics.push(keyword);
        }
    }
    Some(Source {
        id,
        kind,
        kind_basis,
        title,
        ids,
        authors: front.authors,
        container: (!front.journal.is_empty()).then_some(front.journal),
        date: front.published.and_then(dates::partial),
        licence: licence::recognise(&front.licence),
        article_type: (!front.article_type.is_empty()).then_some(front.article_type),
        topics,
        related: front.related,
        references: parser.references.list,
        digest: None,
        text,
        passages,
    })
}

/// A title with its subtitle.
pub(super) fn joined(title: &str, subtitle: &str) -> String {
    let joint = if title.ends_with([':', '?', '!', '.']) { " " } else { ": " };
    format!("{title}{joint}{subtitle}")
}

/// Where there is no abstract proper, the best of the others takes its place.
fn promote_abstract(parser: &mut Parser) {
    if parser.blocks.drafts.iter().any(|d| d.part == Part::Abstract) {
        return;
    }
    let rank = |kind: &str| match kind {
        "" => 0,
        "summary" | "executive-summary" => 1,
        "longsummary" | "web-summary" => 2,
        "short" | "precis" => 3,
        "key-points" | "author-highlights" => 4,
        "editor" | "editors-summary" => 5,
        _ => 6,
    };
    let Some(best) = parser
        .blocks
        .other_abstracts
        .iter()
        .map(|(_, kind)| kind.clone())
        .min_by_key(|k| rank(k))
        .filter(|k| rank(k) < 6)
    else {
        return;
    };
    let paths: Vec<usize> = parser.blocks.other_abstracts.iter().filter(|(_, k)| *k == best).map(|(p, _)| *p).collect();
    for draft in &mut parser.blocks.drafts {
        if draft.part == Part::OtherAbstract && paths.contains(&draft.heading) {
            draft.part = Part::Abstract;
        }
    }
}

/// Trial registrations: those in the abstracts and in sections on registration; failing that, the one number that the
/// text calls a registration. Numbers of other trials, which the text discusses, are not this article's.
fn add_trials(known: &mut Vec<NctId>, drafts: &[Draft], paths: &[Vec<String>]) {
    let own = |d: &&Draft| {
        matches!(d.part, Part::Abstract | Part::OtherAbstract)
            || paths.get(d.heading).is_some_and(|p| p.iter().any(|h| h.to_ascii_lowercase().contains("registration")))
    };
    for draft in drafts.iter().filter(own) {
        trials(&draft.text, known);
    }
    if known.is_empty() {
        let mut claimed = Vec::new();
        for draft in drafts.iter().filter(|d| d.text.contains("egist") || d.text.contains("linicalTrials")) {
            trials(&draft.text, &mut claimed);
        }
        if claimed.len() == 1 {
            known.append(&mut claimed);
        }
    }
}

fn trials(text: &str, found: &mut Vec<NctId>) {
    for at in memchr::memmem::find_iter(text.as_bytes(), b"NCT") {
        let tail = text.get(at + 3..).unwrap_or_default().trim_start_matches([' ', ':', '#']);
        let digits: String = tail.chars().take_while(char::is_ascii_digit).collect();
        if let Ok(id) = format!("NCT{digits}").parse()
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
}

/// The abstract's text, or the first words of the article.
fn summary(drafts: &[Draft]) -> String {
    let proper: Vec<&str> = drafts.iter().filter(|d| d.part == Part::Abstract).map(|d| d.text.as_str()).collect();
    if proper.is_empty() {
        drafts.iter().take(2).map(|d| d.text.as_str()).collect::<Vec<_>>().join(" ")
    } else {
        proper.join(" ")
    }
}

/// How much of its methods an article is judged by, in bytes.
const METHODS: usize = 10_000;

/// What the article says of its methods, to a bound.
fn methods(drafts: &[Draft], paths: &[Vec<String>]) -> String {
    const WORDS: &[&str] =
        &["method", "design", "participant", "patient", "subject", "procedure", "randomi", "population", "protocol"];
    let mut text = String::new();
    for draft in drafts.iter().filter(|d| d.part == Part::Body) {
        let told = paths.get(draft.heading).is_some_and(|path| {
            path.iter().any(|heading| {
                let heading = heading.to_lowercase();
                WORDS.iter().any(|w| heading.contains(w))
            })
        });
        if told {
            text.push_str(&draft.text);
            text.push('\n');
        }
        if text.len() > METHODS {
            break;
        }
    }
    text
}
