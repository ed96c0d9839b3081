//! Books and chapters made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use reading::{Context, Format, Origin, Reading, Severity, Unit, read};

const CHAPTER: &str = include_str!("fixtures/bookshelf/chapter.xml");
const BOOK: &str = include_str!("fixtures/bookshelf/book.xml");

fn book(bytes: &[u8]) -> Reading {
    let unit = Unit { origin: Origin::file("NBK.nxml"), format: Format::Bookshelf, bytes: bytes.to_vec() };
    read(&unit, &Context::of("test"))
}

/// Every reading gives a source or says why not, and what it gives holds together.
fn holds_together(reading: &Reading) {
    let Some(source) = &reading.source else {
        assert!(reading.problems.iter().any(|p| p.severity == Severity::Error));
        return;
    };
    let passages: Vec<&str> = source.passages.iter().map(|p| source.slice(p.span)).collect();
    assert_eq!(passages.join("\n\n"), source.text);
    for passage in &source.passages {
        assert!(passage.statements.iter().all(|s| passage.span.contains(s.span)));
    }
}

fn shown(reading: &Reading) -> serde_json::Value {
    let mut value = serde_json::to_value(&reading.source).unwrap();
    if let (Some(source), Some(object)) = (&reading.source, value.as_object_mut()) {
        let passages: Vec<serde_json::Value> = source
            .passages
            .iter()
            .map(|p| {
                let sentences: Vec<&str> = p.statements.iter().map(|s| source.slice(s.span)).collect();
                serde_json::json!({"part": p.part, "heading": p.heading, "sentences": sentences})
            })
            .collect();
        object.insert("passages".to_owned(), passages.into());
        object.remove("text");
    }
    serde_json::json!({"source": value, "revised": reading.revised, "problems": reading.problems})
}

#[test]
fn a_chapter_that_stands_alone() {
    let reading = book(CHAPTER.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn a_book_with_several_parts() {
    let reading = book(BOOK.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn a_chapter_never_takes_the_identifiers_of_its_book_or_of_what_it_discusses() {
    let without = CHAPTER.replace("<book-part-id pub-id-type=\"pmid\">22222222</book-part-id>", "");
    let source = book(without.as_bytes()).source.unwrap();
    assert_eq!(source.id.as_str(), "NBK1247");
    assert_eq!(source.ids.pmid, None);
    assert_eq!(source.ids.doi, None);
    assert!(source.ids.nct.is_empty());
    let bare = without.replace("NBK1247", "x1");
    let reading = book(bare.as_bytes());
    assert!(reading.source.unwrap().id.as_str().starts_with("file:"));
    assert!(reading.problems.iter().any(|p| p.code == "no-identifier"));
}

#[test]
fn a_chapter_is_no_trial_because_it_tells_of_one() {
    let source = book(CHAPTER.as_bytes()).source.unwrap();
    assert_ne!(source.kind, evidence::Kind::RandomizedTrial);
}

#[test]
fn a_lone_book_part_names_itself_by_its_link() {
    let text = "<book-part book-part-type='chapter'><book-meta><book-title-group><book-title>B</book-title>\
        </book-title-group></book-meta><book-part-meta><title-group><title>T</title></title-group>\
        <uri xmlns:x='http://www.w3.org/1999/xlink' x:href='art-access-id://NBK77'/></book-part-meta>\
        <body><p>One thing.</p></body></book-part>";
    let reading = book(text.as_bytes());
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let source = reading.source.unwrap();
    assert_eq!((source.id.as_str(), source.title.as_str()), ("NBK77", "T"));
    assert_eq!(source.container.as_deref(), Some("B"));
}

#[test]
fn a_book_with_one_chapter_is_that_chapter() {
    let text = "<OAI-PMH><metadata><book><book-meta><book-title-group><book-title>B</book-title></book-title-group>\
        </book-meta><book-body><book-part><book-part-meta><book-part-id>NBK78</book-part-id><title-group>\
        <title>T</title></title-group></book-part-meta><body><p>One thing.</p></body></book-part></book-body>\
        </book></metadata></OAI-PMH>";
    let source = book(text.as_bytes()).source.unwrap();
    assert_eq!((source.id.as_str(), source.title.as_str(), source.text.as_str()), ("NBK78", "T", "One thing."));
    assert!(source.passages[0].heading.is_empty());
}

#[test]
fn a_chapter_cut_off_keeps_what_stands_before_and_says_so() {
    let at = CHAPTER.find("Treat at once").unwrap();
    let reading = book(&CHAPTER.as_bytes()[..at]);
    assert!(reading.source.unwrap().text.contains("Flutterosis starts early"));
    assert!(reading.problems.iter().any(|p| p.code == "truncated" && p.severity == Severity::Error));
    let at = CHAPTER.find("<pub-history>").unwrap();
    assert!(book(&CHAPTER.as_bytes()[..at]).source.is_none());
}

#[test]
fn what_is_no_book_is_an_error() {
    for (text, code) in [
        ("<article><body/></article>", "unknown-format"),
        ("<book></book>", "empty"),
        ("", "unknown-format"),
        ("<book><book-meta></body></book>", "not-well-formed"),
    ] {
        let reading = book(text.as_bytes());
        assert!(reading.source.is_none(), "{text}");
        assert_eq!(reading.problems.last().map(|p| p.code), Some(code), "{text}");
    }
    let deep = format!("<book>{}", "<book-part>".repeat(100_000));
    assert!(book(deep.as_bytes()).problems.iter().any(|p| p.code == "too-deep"));
}

#[test]
fn every_cut_is_reported() {
    for text in [CHAPTER, BOOK] {
        for at in (0..text.trim_end().len()).step_by(7) {
            if let Some(part) = text.as_bytes().get(..at) {
                let reading = book(part);
                holds_together(&reading);
                assert!(reading.problems.iter().any(|p| p.severity == Severity::Error), "cut at {at}");
            }
        }
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&book(&bytes));
    }

    #[test]
    fn damage_never_breaks_reading(flips in prop::collection::vec((0..CHAPTER.len(), any::<u8>()), 1..8)) {
        let mut bytes = CHAPTER.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        holds_together(&book(&bytes));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(cuts in prop::collection::vec((0..BOOK.len(), 1usize..400, 0..BOOK.len()), 1..6)) {
        let mut text: Vec<char> = BOOK.chars().collect();
        for (from, length, to) in cuts {
            let from = from.min(text.len().saturating_sub(1));
            let end = (from + length).min(text.len());
            let moved: Vec<char> = text.drain(from..end).collect();
            let to = to.min(text.len());
            text.splice(to..to, moved);
        }
        let text: String = text.into_iter().collect();
        holds_together(&book(text.as_bytes()));
    }
}
