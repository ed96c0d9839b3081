//! Prose made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_cheap, codes, damaged, holds_together, read_as, shown};
use proptest::prelude::*;
use reading::{Format, Reading};

const GUIDELINE: &str = include_str!("fixtures/prose/guideline.md");
const PLAIN: &str = include_str!("fixtures/prose/plain.txt");

fn prose(bytes: &[u8]) -> Reading {
    read_as(Format::Prose, "advice.md", bytes)
}

#[test]
fn a_guideline_in_markdown() {
    let reading = prose(GUIDELINE.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn plain_text() {
    let reading = prose(PLAIN.as_bytes());
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn line_ends_change_nothing() {
    for text in [GUIDELINE, PLAIN] {
        let (unix, dos) =
            (prose(text.as_bytes()).source.unwrap(), prose(text.replace('\n', "\r\n").as_bytes()).source.unwrap());
        assert_eq!((unix.title, unix.text, unix.passages), (dos.title, dos.text, dos.passages));
    }
}

#[test]
fn broken_front_matter_is_told_with_its_place_and_the_text_stays() {
    let reading = prose(b"---\ntitle: \"never closed\nkind: guideline\n---\n\n# A title\n\nText.\n");
    let problem = reading.problems.iter().find(|p| p.code == "yaml").unwrap();
    assert!(problem.place.is_some_and(|p| p.line >= 2));
    let source = reading.source.unwrap();
    assert_eq!((source.title.as_str(), source.text.as_str()), ("A title", "Text."));
}

#[test]
fn wrong_values_are_told_one_by_one() {
    let text = "---\ntitle: T\npmid: 0\ndoi: 11.1/x\nnct: [NCT1]\nkind: tweet\ndate: soon\nurl: nowhere\nauthors: [[1]]\n---\nText.\n";
    let reading = prose(text.as_bytes());
    let mut found = codes(&reading);
    found.sort_unstable();
    assert_eq!(found, ["author", "date", "doi", "kind", "nct", "no-identifier", "pmid", "url", "yaml"]);
    assert_eq!(reading.source.unwrap().text, "Text.");
}

#[test]
fn text_between_two_rules_is_text() {
    let reading = prose(b"---\nNot front matter at all\n---\n\n**Bold** text here.\n");
    assert!(reading.source.unwrap().text.contains("Bold text here."));
    let reading = prose(b"---\ntitle: T\n\nText with no end of front matter.\n");
    assert!(codes(&reading).contains(&"front-matter"));
    assert!(reading.source.unwrap().text.contains("Text with no end"));
}

#[test]
fn encodings() {
    assert_eq!(codes(&prose(b"Caf\xE9 title\n\nText of it.")), ["encoding", "no-identifier"]);
    let reading = prose(b"Caf\xE9\x81 title\n\nText of it.");
    assert_eq!((codes(&reading), &reading.source), (vec!["not-utf8"], &None));
    let reading = prose(b"A title\n\nText\0 of it.");
    assert_eq!(codes(&reading), ["nul-bytes", "no-identifier"]);
    assert_eq!(reading.source.unwrap().text, "Text of it.");
    let wide: Vec<u8> = "\u{feff}A title\n\nText of it.".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(prose(&wide).source.unwrap().text, "Text of it.");
}

#[test]
fn a_tilde_means_about() {
    let text = |md: &str| prose(format!("# T\n\n{md}\n").as_bytes()).source.unwrap().text;
    assert_eq!(text("Give 10~20 of it and 30~40 of that."), "Give 10~20 of it and 30~40 of that.");
    assert_eq!(text("Give ~~three~~ two of it."), "Give two of it.");
    assert_eq!(text("If x<b and y>d then stop."), "If x<b and y>d then stop.");
    assert_eq!(text("Count 10<sup>9</sup>/L."), "Count 10^9/L.");
}

#[test]
fn nothing_is_an_error() {
    for bytes in [&b""[..], b"  \n", b"---\n---\n", b"\xEF\xBB\xBF"] {
        let reading = prose(bytes);
        assert_eq!(reading.source, None, "{bytes:?}");
        holds_together(&reading);
    }
}

#[test]
fn hostile_texts_cost_no_more_than_others() {
    let n = 50_000;
    let texts = [
        "# T\n".to_owned() + &">".repeat(n),
        "# T\n".to_owned() + &"> ".repeat(n) + "x",
        "# T\n".to_owned() + &"- ".repeat(n) + "x",
        "# T\n".to_owned() + &"1. ".repeat(n) + "x",
        "# T\n".to_owned() + &(0..400).map(|k| " ".repeat(2 * k) + "- x\n").collect::<String>().repeat(10),
        "# T\n".to_owned() + &"x\n".repeat(n),
        "# T\n".to_owned() + &"`x``".repeat(n),
        "# T\n".to_owned() + &"[a](b".repeat(n),
        "# T\n".to_owned() + &"![".repeat(n),
        "# T\n".to_owned() + &"<!--".repeat(n),
        "# T\n".to_owned() + &"x<a y='".repeat(n),
        "# T\n".to_owned() + &"[".repeat(n),
        "# T\n".to_owned() + &"* ".repeat(n),
        "# T\n".to_owned() + &"**a _b ".repeat(n),
        "# T\n".to_owned() + &"<div>".repeat(n),
        "# T\n".to_owned() + &"- a\n".repeat(n),
        "# T\n".to_owned() + &"[^1]: x\n".repeat(n),
        "# T\n\n".to_owned() + &"|".repeat(n) + "\n" + &"|-".repeat(n) + "\n" + &"|x\n".repeat(1000),
        "a-\n".repeat(n),
        "A\tb\n".repeat(n),
        "A\n---\n".repeat(n),
        format!("---\na: {}\n---\n", "[".repeat(n)),
        format!(
            "---\na: &a [x]\nb: &b [{0}]\nc: &c [{1}]\nd: &d [{2}]\ne: [{3}]\n---\nx",
            "*a,".repeat(99),
            "*b,".repeat(99),
            "*c,".repeat(99),
            "*d,".repeat(99)
        ),
    ];
    for text in texts {
        assert_cheap(&text, |text| prose(text.as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds_together(&prose(&bytes));
    }

    #[test]
    fn any_markdown_is_read_or_refused(front: bool, parts in prop::collection::vec(prop::sample::select(vec![
        "# A\n", "## B\n", "text ", "\n", "\n\n", "- ", "1. ", "> ", "| a | b |\n|---|---|\n| c |\n", "**", "_", "~~", "~",
        "[^1]", "[^1]: note\n", "![x y z](u)", "[l](u)", "<sup>", "</sup>", "<del>", "<div>\n", "</div>\n", "<!--", "```\n",
        "    ", "===\n", "---\n", "\t", "A\tB\n", "2.1 C\n", "treat-\nment ", "\u{1}", "\u{1f}", "&amp;", "\\", "References\n",
    ]), 0..60)) {
        let start = if front { "---\ntitle: T\n---\n" } else { "" };
        holds_together(&prose(format!("{start}{}", parts.concat()).as_bytes()));
    }

    #[test]
    fn damaged_texts_are_read_or_refused(cut in 0usize..3000, at in 0usize..3000, byte in any::<u8>(), plain: bool) {
        let text = if plain { PLAIN } else { GUIDELINE };
        holds_together(&prose(&damaged(text.as_bytes(), cut, at, byte)));
    }
}
