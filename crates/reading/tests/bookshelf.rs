//! Books and chapters made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

mod common;

use common::{
    assert_refused, each_cut, fails, fails_with, flipped, flips, holds_together, moves, read_as,
    shown_with_revision as shown, shuffled,
};
use proptest::prelude::*;
use reading::{Format, Reading};

const CHAPTER: &str = include_str!("fixtures/bookshelf/chapter.xml");
const BOOK: &str = include_str!("fixtures/bookshelf/book.xml");

fn book(bytes: &[u8]) -> Reading {
    read_as(Format::Bookshelf, "NBK.nxml", bytes)
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
    assert!(fails_with(&reading, "truncated"));
    assert!(reading.source.unwrap().text.contains("Flutterosis starts early"));
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
        assert_refused(text, &book(text.as_bytes()), code);
    }
    let deep = format!("<book>{}", "<book-part>".repeat(100_000));
    assert!(book(deep.as_bytes()).problems.iter().any(|p| p.code == "too-deep"));
}

#[test]
fn every_cut_is_reported() {
    for text in [CHAPTER, BOOK] {
        each_cut(text, book, |at, reading| assert!(fails(reading), "cut at {at}"));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds_together(&book(&bytes));
    }

    #[test]
    fn damage_never_breaks_reading(flips in flips()) {
        holds_together(&book(&flipped(CHAPTER, &flips)));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(moves in moves()) {
        holds_together(&book(shuffled(BOOK, &moves).as_bytes()));
    }
}
