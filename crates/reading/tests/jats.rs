//! Articles made up for this test, read whole, cut and damaged.

mod common;

use common::{assert_refused, fails, fails_with, flipped, flips, holds_together, moves, read_as, shown, shuffled};
use proptest::prelude::*;
use reading::{Format, Reading, Severity};

const TRIAL: &str = include_str!("fixtures/jats/trial.xml");
const OLD: &str = include_str!("fixtures/jats/old.xml");

fn article(bytes: &[u8]) -> Reading {
    read_as(Format::Jats, "article.xml", bytes)
}

#[test]
fn a_trial_with_all_the_oddities() {
    let reading = article(TRIAL.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn an_old_article_without_identifiers() {
    let reading = article(OLD.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn footnotes_stay_with_their_own_table() {
    let text = "<article><front><article-meta><title-group><article-title>T</article-title></title-group></article-meta>\
        </front><body><sec><title>Doses</title><table-wrap><table><tr><td>A</td><td>1 mg</td></tr></table></table-wrap>\
        <table-wrap><graphic/><table-wrap-foot><fn><p>Of the picture.</p><list><list-item><p>One.</p></list-item></list>\
        </fn></table-wrap-foot></table-wrap><p>After it.</p></sec></body></article>";
    let source = article(text.as_bytes()).source;
    let told: Vec<(evidence::Part, String)> =
        source.iter().flat_map(|s| s.passages.iter().map(|p| (p.part, s.slice(p.span).to_owned()))).collect();
    let told: Vec<(evidence::Part, &str)> = told.iter().map(|(p, t)| (*p, t.as_str())).collect();
    use evidence::Part::{Body, Table};
    assert_eq!(told, [(Table, "A | 1 mg"), (Table, "Of the picture.\nOne."), (Body, "After it.")]);
}

#[test]
fn reading_is_the_same_every_time() {
    assert_eq!(article(TRIAL.as_bytes()), article(TRIAL.as_bytes()));
}

#[test]
fn an_article_cut_off_is_always_reported() {
    let end = TRIAL.find("</pmc-articleset>").unwrap_or(TRIAL.len()) + 17;
    let (mut kept, mut dropped) = (0, 0);
    for at in 0..end {
        let reading = article(&TRIAL.as_bytes()[..at]);
        holds_together(&reading);
        assert!(fails(&reading), "cut at {at}");
        match reading.source {
            Some(source) => {
                kept += 1;
                assert_eq!(source.id.as_str(), "PMC7654321");
                assert!(source.text.contains("NCT01234567"));
            }
            None => dropped += 1,
        }
    }
    let abstract_end = TRIAL.find("</abstract>").unwrap_or(0);
    assert!(dropped >= abstract_end && kept > 3_000, "{kept} kept, {dropped} dropped");
}

#[test]
fn what_is_no_article_is_an_error() {
    for (text, code) in [
        ("<book><title>x</title></book>", "unknown-format"),
        ("<article></article>", "empty"),
        ("", "unknown-format"),
        ("<article><front></body></article>", "not-well-formed"),
        ("<?xml version='1.0' encoding='nope'?><article/>", "encoding"),
    ] {
        assert_refused(text, &article(text.as_bytes()), code);
    }
    let reading = article(b"<article>\n \xff</article>");
    assert_eq!(reading.problems[0].code, "not-utf8");
    assert_eq!(reading.problems[0].place.map(|p| (p.line, p.column)), Some((2, 2)));
    let deep = format!("<article>{}", "<sec>".repeat(100_000));
    assert_eq!(article(deep.as_bytes()).problems[0].code, "too-deep");
}

#[test]
fn several_articles_in_a_file_are_reported() {
    let one = OLD.trim();
    let reading = article(format!("<pmc-articleset>{one}{one}</pmc-articleset>").as_bytes());
    assert!(reading.source.is_some());
    assert!(fails_with(&reading, "several-articles"));
}

#[test]
fn other_encodings_read_the_same() {
    let latin: Vec<u8> = "<?xml version='1.0' encoding='ISO-8859-1'?><article><front><article-meta><title-group><article-title>M\u{e9}nière</article-title></title-group></article-meta></front><body><p>Caf\u{e9} au lait.</p></body></article>"
        .chars()
        .map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))
        .collect();
    let reading = article(&latin);
    assert_eq!(reading.source.map(|s| (s.title, s.text)), Some(("Ménière".to_owned(), "Café au lait.".to_owned())));
}

#[test]
fn another_language_is_a_warning() {
    let text = TRIAL.replace("xml:lang=\"en\">", "xml:lang=\"pt\">");
    let reading = article(text.as_bytes());
    assert!(reading.source.is_some());
    assert!(reading.problems.iter().any(|p| p.code == "not-english" && p.severity == Severity::Warning));
}

proptest! {
    #[test]
    fn damage_never_breaks_reading(flips in flips()) {
        holds_together(&article(&flipped(TRIAL, &flips)));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(moves in moves()) {
        holds_together(&article(shuffled(TRIAL, &moves).as_bytes()));
    }
}
