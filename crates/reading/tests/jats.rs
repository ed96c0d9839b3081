//! Articles made up for this test, read whole, cut and damaged.

use proptest::prelude::*;
use reading::{Context, Format, Origin, Reading, Severity, Unit, read};

const TRIAL: &str = include_str!("fixtures/jats/trial.xml");
const OLD: &str = include_str!("fixtures/jats/old.xml");

fn article(bytes: &[u8]) -> Reading {
    let unit = Unit { origin: Origin::file("article.xml"), format: Format::Jats, bytes: bytes.to_vec() };
    read(&unit, &Context::of("test"))
}

/// Every reading gives a source or says why not, and what it gives holds together.
fn holds_together(reading: &Reading) {
    let Some(source) = &reading.source else {
        assert!(reading.problems.iter().any(|p| p.severity == Severity::Error));
        return;
    };
    assert!(!source.title.is_empty());
    let passages: Vec<&str> = source.passages.iter().map(|p| source.slice(p.span)).collect();
    assert_eq!(passages.join("\n\n"), source.text);
    for passage in &source.passages {
        assert!(!passage.statements.is_empty());
        for statement in &passage.statements {
            assert!(passage.span.contains(statement.span));
            assert!(!source.slice(statement.span).is_empty());
        }
    }
}

fn shown(reading: &Reading) -> serde_json::Value {
    let mut value = serde_json::to_value(&reading.source).unwrap_or_default();
    // Spans say little to the eye; the words they cover are shown in their place.
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
    serde_json::json!({"source": value, "problems": reading.problems})
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
        assert!(reading.problems.iter().any(|p| p.severity == Severity::Error), "cut at {at}");
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
        let reading = article(text.as_bytes());
        assert!(reading.source.is_none(), "{text}");
        assert_eq!(reading.problems.last().map(|p| p.code), Some(code), "{text}");
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
    assert!(reading.problems.iter().any(|p| p.code == "several-articles" && p.severity == Severity::Error));
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
    fn damage_never_breaks_reading(flips in prop::collection::vec((0..TRIAL.len(), any::<u8>()), 1..8)) {
        let mut bytes = TRIAL.as_bytes().to_vec();
        for (at, byte) in flips {
            bytes[at] = byte;
        }
        holds_together(&article(&bytes));
    }

    #[test]
    fn shuffled_markup_never_breaks_reading(cuts in prop::collection::vec((0..TRIAL.len(), 1usize..400, 0..TRIAL.len()), 1..6)) {
        let mut text: Vec<char> = TRIAL.chars().collect();
        for (from, length, to) in cuts {
            let from = from.min(text.len().saturating_sub(1));
            let end = (from + length).min(text.len());
            let moved: Vec<char> = text.drain(from..end).collect();
            let to = to.min(text.len());
            text.splice(to..to, moved);
        }
        let text: String = text.into_iter().collect();
        holds_together(&article(text.as_bytes()));
    }
}
