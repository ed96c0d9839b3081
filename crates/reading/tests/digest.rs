//! Digests: everything the format allows, and every fault with its place.

#![allow(clippy::unwrap_used)]

use evidence::PartialDate;
use reading::digest::{self, Fault, FaultKind};

const EVERYTHING: &str = include_str!("digests/everything.md");

const FRONT: &str = r#"---
title: "A digest"
kind: guideline-digest
topics: [hypomagnesemia]
updated: 2026-11-01
review_by: 2027-05-01
status: unreviewed
references:
  - id: a
    type: report
    title: "A report"
    publisher: A publisher
    issued: 2020
    PMID: 1
    note: "evidence: guideline"
---
"#;

/// A body with one statement that is well-formed but for what a test makes of it; it stands on line 19.
fn with_bullet(bullet: &str) -> String {
    format!("{FRONT}\n## Heading\n{bullet}\n")
}

const GOOD: &str = "- [One is a claim.]{#one role=warn section=causes} [@a]";

fn show(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(|f| format!("{}:{} {}", f.line, f.column, f.code)).collect()
}

#[track_caller]
fn assert_faults(text: &str, expected: &[&str]) {
    let (source, faults) = digest::read(text, "x");
    assert_eq!(show(&faults), expected, "{faults:#?}");
    assert_eq!(source.is_some(), expected.is_empty());
}

#[track_caller]
fn assert_bullet(bullet: &str, expected: &[&str]) {
    assert_faults(&with_bullet(bullet), expected);
}

#[track_caller]
fn assert_front(from: &str, to: &str, expected: &[&str]) {
    assert!(FRONT.contains(from), "{from}");
    assert_faults(&with_bullet(GOOD).replacen(from, to, 1), expected);
}

#[track_caller]
fn assert_only(kind: FaultKind, text: &str, expected: &[&str]) {
    let faults = digest::lint(text, "x");
    assert!(faults.iter().all(|f| f.kind == kind), "{faults:#?}");
    assert_eq!(show(&faults), expected, "{faults:#?}");
    assert!(digest::read(text, "x").0.is_some());
}

fn snapshots() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("digests");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

#[test]
fn everything_a_digest_may_hold_is_read() {
    let (source, faults) = digest::read(EVERYTHING, "everything");
    assert_eq!(faults, []);
    let source = source.unwrap();
    for passage in &source.passages {
        assert_eq!(passage.statements.len(), 1);
        assert_eq!(passage.statements[0].span, passage.span);
        assert!(!source.slice(passage.span).is_empty());
    }
    snapshots().bind(|| insta::assert_json_snapshot!("everything", source));
}

#[test]
fn the_preview_says_it_in_words() {
    let source = digest::read(EVERYTHING, "everything").0.unwrap();
    snapshots().bind(|| insta::assert_snapshot!("preview", digest::preview(&source)));
}

#[test]
fn line_ends_and_byte_order_marks_change_nothing() {
    let plain = digest::read(EVERYTHING, "x");
    for other in [
        EVERYTHING.replace('\n', "\r\n"),
        format!("\u{feff}{EVERYTHING}"),
        format!("\u{feff}{}", EVERYTHING.replace('\n', "\r\n")),
        EVERYTHING.trim_end().to_owned(),
    ] {
        assert_eq!(digest::read(&other, "x"), plain);
    }
    let broken = with_bullet("- [One is a claim.]{#one role=war section=causes} [@a]");
    let expected = digest::lint(&broken, "x");
    assert_eq!(show(&expected), ["19:31 role"]);
    assert_eq!(digest::lint(&broken.replace('\n', "\r\n"), "x"), expected);
    assert_eq!(digest::lint(&format!("\u{feff}{broken}"), "x"), expected);
}

#[test]
fn a_new_digest_is_clean() {
    let date = |y| PartialDate::new(y, Some(5), Some(1)).unwrap();
    for title in
        ["Magnesium", "A \"quoted\\\" one: {today} # not a comment", "", "\u{feff}", "a\u{0}b\n---\nc", "'", "é"]
    {
        let text = digest::skeleton(title, date(2026), date(2027));
        // Its topic is yet to be named.
        assert_eq!(show(&digest::lint(&text, "new")), ["6:10 unfamiliar-topic"], "{title}");
        let source = digest::read(&text, "new").0.unwrap();
        assert!(title.len() < 4 || title.contains('\u{0}') || source.title == title, "{}", source.title);
    }
}

#[test]
fn the_good_bullet_is_good() {
    assert_bullet(GOOD, &[]);
    assert_eq!(digest::lint(&with_bullet(GOOD), "x"), []);
}

#[test]
fn faults_of_the_file() {
    let (source, faults) = digest::read(&with_bullet(GOOD), "two words");
    assert_eq!((source, show(&faults)), (None, vec!["1:1 name".to_owned()]));
    assert_bullet(&GOOD.replace("claim", "cl\u{200b}aim"), &["19:15 control-character"]);
    assert_bullet(&GOOD.replace("claim", "cl\u{7}aim"), &["19:15 control-character"]);
    assert_faults(&format!("{}{}", with_bullet(GOOD), " ".repeat(2 << 20)), &["1:1 too-large"]);
    assert_eq!(digest::lint(&with_bullet(&"- x\n".repeat(9_999)), "x").len(), 500);
}

#[test]
fn faults_of_the_front_matter() {
    assert_faults("", &["1:1 front-matter"]);
    assert_faults("\n---\ntitle: x\n---\n", &["1:1 front-matter"]);
    assert_faults("---\ntitle: x\n", &["1:1 front-matter"]);
    assert_front("---\n", "---\n\n", &["2:1 front-matter"]);
    assert_front("\"evidence: guideline\"\n---", "\"evidence: guideline\"\n...", &["16:1 front-matter"]);
    assert_front("title: \"A digest\"", "title: \"A digest", &["11:13 yaml"]);
    assert_front("kind:", "colour: red\nkind:", &["3:1 yaml"]);
    assert_front("kind:", "title: again\nkind:", &["3:1 yaml"]);
    assert_front("topics: [hypomagnesemia]", "topics: magnesium", &["4:9 yaml"]);
    assert_front("    type: report", "    kind: report", &["10:5 yaml"]);
    assert_front("title: \"A digest\"\n", "", &["1:1 missing"]);
    assert_front("topics: [hypomagnesemia]\n", "", &["1:1 missing"]);
    assert_front("status: unreviewed\n", "", &["1:1 missing"]);
    assert_front("status: unreviewed", "status:", &["1:1 missing"]);
    assert_front("title: \"A digest\"", "title: \"  \"", &["2:8 empty"]);
    assert_front("topics: [hypomagnesemia]", "topics: []", &["4:9 empty"]);
    assert_front("topics: [hypomagnesemia]", "topics: [hypomagnesemia, Hypomagnesemia]", &["4:26 topic"]);
    assert_front("guideline-digest", "digest", &["3:7 kind"]);
    assert_front("status: unreviewed", "status: approved", &["7:9 status"]);
    assert_front("updated: 2026-11-01", "updated: 2026-11-31", &["5:10 date"]);
    assert_front("updated: 2026-11-01", "updated: 1.11.2026", &["5:10 date"]);
    assert_front("review_by: 2027-05-01", "review_by: 2026-11-01", &["6:12 review-by"]);
}

#[test]
fn faults_of_references() {
    assert_front("  - id: a\n    type", "  - type", &["9:5 missing"]);
    for line in
        ["    type: report\n", "    title: \"A report\"\n", "    publisher: A publisher\n", "    issued: 2020\n"]
    {
        assert_front(line, "", &["9:5 missing"]);
    }
    assert_front("    note: \"evidence: guideline\"\n", "", &["9:5 missing"]);
    assert_front("id: a", "id: a b", &["9:9 reference-id", "9:9 unused-reference", "19:53 dangling-citation"]);
    assert_front("report", "journal", &["10:11 reference-type"]);
    assert_front("evidence: guideline", "evidence: guidelines", &["15:11 evidence"]);
    assert_front("evidence: guideline", "a guideline", &["15:11 evidence"]);
    assert_front("2020", "{date-parts: [[2020, 13]]}", &["13:13 date"]);
    assert_front("2020", "20", &["13:13 date"]);
    assert_front("PMID: 1", "PMID: 0", &["14:11 pmid"]);
    assert_front("PMID: 1", "PMCID: 12a", &["14:12 pmcid"]);
    assert_front("PMID: 1", "DOI: 11.1000/x", &["14:10 doi"]);
    assert_front("PMID: 1", "NCT: NCT1", &["14:10 nct"]);
    assert_front("PMID: 1", "URL: example.org", &["14:10 url"]);
    assert_front("PMID: 1", "author: [{given: X}]", &["14:14 author"]);
    let two = "    note: \"evidence: guideline\"\n  - id: a\n    type: report\n    title: B\n    publisher: P\n    issued: 2020\n    note: \"evidence: label\"\n---";
    assert_front("    note: \"evidence: guideline\"\n---", two, &["16:9 reference-id"]);
}

#[test]
fn faults_of_blocks() {
    let body = |text: &str| format!("{FRONT}{text}\n");
    let good = |id: &str| GOOD.replace("One", id).replace("one", id);
    assert_faults(&body(""), &["16:4 no-statements"]);
    assert_faults(&body(GOOD), &["17:1 outside-section"]);
    assert_faults(&body(&format!("# Title\n## Heading\n{GOOD}")), &["17:1 heading"]);
    assert_faults(&body(&format!("## Heading\n{GOOD}\n\n#### Deep")), &["20:1 heading"]);
    assert_faults(&body(&format!("##\n{GOOD}")), &["17:1 heading"]);
    assert_faults(&body(&format!("## Heading {{#x}}\n{GOOD}")), &["17:15 heading"]);
    assert_faults(&body(&format!("## Heading ##\n{GOOD}")), &["17:13 heading"]);
    assert_faults(&body(&format!("## *Heading*\n{GOOD}")), &["17:4 markup"]);
    assert_faults(&body(&format!("Heading\n----\n{GOOD}")), &["17:1 heading", "19:1 outside-section"]);
    assert_faults(&body(&format!("### Part\n{GOOD}")), &["17:1 heading-order", "18:1 outside-section"]);
    assert_faults(&body(&format!("## Empty\n## Heading\n{GOOD}")), &["17:1 empty-section"]);
    assert_faults(&body(&format!("## Heading\n{GOOD}\n\n### Part")), &["20:1 empty-section"]);
    assert_faults(&body(&format!("## Heading\n{GOOD}\n\n## heading\n{}", good("two"))), &["20:1 doubled-heading"]);
    let parts = format!("## H\n### P\n{GOOD}\n\n### P\n{}", good("two"));
    assert_faults(&body(&parts), &["21:1 doubled-heading"]);
    assert_faults(&body(&format!("## H\n{GOOD}\n## I\n{}", good("two"))), &["19:1 blank-line"]);
    assert_faults(&body(&format!("## H\n{GOOD}\n<!-- x -->\n\n{}", good("two"))), &["19:1 blank-line"]);
    // A line of a no-break space is not blank.
    assert_faults(
        &body(&format!("## H\n{GOOD}\n\u{a0}\n## I\n{}", good("two"))),
        &["19:1 statement", "20:1 blank-line"],
    );
    assert_faults(&body(&format!("## H\n{GOOD}\n\n<!-- x")), &["20:1 comment"]);
    assert_faults(&body(&format!("<!-- x -- y -->\n\n## H\n{GOOD}")), &["17:1 comment"]);
    assert_faults(&body(&format!(" ## H\n{GOOD}")), &["17:2 indented"]);
    assert_faults(&body(&format!(" <!-- x -->\n\n## H\n{GOOD}")), &["17:2 indented"]);
    for block in [
        "Text.",
        "1. one",
        "> quote",
        "```\ncode\n```",
        "    code",
        "<p>x</p>",
        "| a | b |",
        "* * *",
        "![x](y)",
        "[x]: http://y",
        "<!-- x --> y",
    ] {
        let indent = block.len() - block.trim_start().len();
        let column = if block.starts_with("<!--") { 12 } else { indent + 1 };
        let expected = format!("20:{column} not-a-statement");
        assert_faults(&body(&format!("## H\n{GOOD}\n\n{block}")), &[&expected]);
    }
    for inside in ["- nested", "> quote", "1. one", "# H", "```"] {
        assert_bullet(&format!("{GOOD}\n  {inside}"), &["20:3 not-a-statement"]);
    }
    assert_bullet(&format!("{GOOD}\n\n  A paragraph."), &["21:3 not-a-statement"]);
    assert_bullet("- [One is \\<!-- a claim.]{#one role=warn section=causes} [@a]", &["19:12 comment"]);
    assert_bullet("- [One is a\n  b) claim.]{#one role=warn section=causes} [@a]", &["20:3 line-start"]);
    assert_bullet("- [One is a\n  7. claim.]{#one role=warn section=causes} [@a]", &["20:3 line-start"]);
}

#[test]
fn faults_of_form() {
    assert_bullet("- One is a claim. [@a]", &["19:3 statement"]);
    assert_bullet("-", &["9:9 unused-reference", "19:2 statement"]);
    assert_bullet(&format!("{GOOD} more"), &["19:57 statement"]);
    assert_bullet(&format!("{GOOD}."), &["19:56 statement"]);
    assert_bullet("- [One is a claim.] {#one role=warn section=causes} [@a]", &["19:20 attributes"]);
    assert_bullet("- [One is a claim.]{#one role=warn section=causes [@a]", &["19:51 attributes"]);
    assert_bullet("- [One is a claim.]{#one role = warn section=causes} [@a]", &["19:26 attributes"]);
    assert_bullet("- [One is a claim.]{#one role='warn'section=causes} [@a]", &["19:37 attributes"]);
    assert_bullet("- [One is a claim.]{#one role=warn", &["9:9 unused-reference", "19:20 attributes"]);
    assert_bullet("- [One is a claim.]{#one .x role=warn section=causes} [@a]", &["19:26 class"]);
    assert_bullet("- [One is a claim.]{#one role=warn section=causes kind=x} [@a]", &["19:51 unknown-key"]);
    assert_bullet("- [One is a claim.]{#one role=warn section=causes role=warn} [@a]", &["19:51 repeated-key"]);
    assert_bullet("- [One is a claim.]{#one #two role=warn section=causes} [@a]", &["19:26 repeated-key"]);
    assert_bullet("- [One is a claim.]{#One role=warn section=causes} [@a]", &["19:21 id"]);
    assert_bullet("- [One is a claim.]{#one role= section=causes} [@a]", &["19:31 value"]);
    assert_bullet("- [One is a claim.]{#one role='warn section=causes} [@a]", &["19:31 value"]);
    assert_bullet("- [One is a claim.]{#one role=' warn' section=causes} [@a]", &["19:31 value"]);
    assert_bullet("- [One is a claim.]{#one role=w'x' section=causes} [@a]", &["19:32 value"]);
    assert_bullet("- [One is a claim.]{#one role=warn section=causes when='a &lt; b'} [@a]", &["19:59 value"]);
    assert_bullet("- [One is a claim.{#one role=warn section=causes} [@a]", &["19:52 markup"]);
    assert_bullet("- [One is [a claim.]{#one role=warn section=causes} [@a]", &["19:20 markup"]);
    assert_bullet("- [One is [ a] claim.]{#one role=warn section=causes} [@a]", &["19:11 bracket"]);
    assert_bullet("- [One is [a ] claim.]{#one role=warn section=causes} [@a]", &["19:14 bracket"]);
    assert_bullet("- [One is a claim.", &["9:9 unused-reference", "19:3 bracket"]);
    assert_bullet("- [One is a cl\\aim.]{#one role=warn section=causes} [@a]", &["19:15 escape"]);
    for (column, odd) in [
        (10, "*a*"),
        (10, "**a**"),
        (10, "_a_"),
        (10, "`a`"),
        (10, "$a$"),
        (11, "m^2^"),
        (11, "H~2~O"),
        (10, "@a"),
        (10, "<b>a</b>"),
        (10, "&amp;"),
        (10, "![a](b)"),
        (12, "[a](b)"),
        (10, "[^1]"),
        (12, "[a]{.b}"),
    ] {
        let expected = format!("19:{column} markup");
        assert_bullet(&GOOD.replace("is", &format!("is {odd}")).replace("One", "It").replace(" a ", " "), &[&expected]);
    }
}

#[test]
fn faults_of_citations() {
    let cited = |cites: &str| GOOD.replace("[@a]", cites);
    assert_bullet(&cited(""), &["9:9 unused-reference", "19:1 missing-citation"]);
    assert_bullet(&cited("[@a][@a, sec. 1]"), &["19:56 citation"]);
    assert_bullet(&cited("[see @a]"), &["19:53 citation"]);
    assert_bullet(&cited("[-@a]"), &["19:53 citation"]);
    assert_bullet(&cited("[@a sec. 1]"), &["19:56 citation"]);
    assert_bullet(&cited("[@a,]"), &["19:56 citation"]);
    assert_bullet(&cited("[@a;]"), &["19:56 citation"]);
    assert_bullet(&cited("[@a, p. 3"), &["19:52 bracket"]);
    assert_bullet(&cited("[@a, [x]]"), &["19:57 bracket"]);
    assert_bullet(&cited("[@a, *x*]"), &["19:57 markup"]);
    assert_bullet(&cited("[@a; @b]"), &["19:57 dangling-citation"]);
    assert_bullet(&cited("[@a, p. 1; @a, p. 1]"), &["19:63 repeated-citation"]);
    assert_bullet(&cited("[@a, p. 1; @a, p. 2]"), &[]);
    assert_front(
        "references:\n",
        "references:\n  - {id: b, type: report, title: B, publisher: P, issued: 2020, URL: \"https://b.org\", note: \"evidence: label\"}\n",
        &["9:10 unused-reference"],
    );
}

#[test]
fn faults_of_meaning() {
    assert_bullet("- [One is a claim.]{role=warn section=causes} [@a]", &["19:20 missing-attribute"]);
    assert_bullet("- [One is a claim.]{#one section=causes} [@a]", &["19:20 missing-attribute"]);
    assert_bullet("- [One is a claim.]{#one role=warn} [@a]", &["19:20 missing-attribute"]);
    assert_bullet("- [One is a claim.]{#one role=warning section=causes} [@a]", &["19:31 role"]);
    assert_bullet("- [One is a claim.]{#one role=avoid section=cause} [@a]", &["19:45 section"]);
    assert_bullet("- [One is a claim.]{#one role=avoid section=causes strength=very} [@a]", &["19:61 strength"]);
    assert_bullet("- [One is a claim.]{#one role=warn section=causes strength=weak} [@a]", &["19:51 strength"]);
    assert_bullet("- [One is a claim.]{#one role=warn section=causes certainty=some} [@a]", &["19:61 certainty"]);
    for step in ["0", "-1", "01", "+1", "x"] {
        assert_bullet(
            &format!("- [One is a claim.]{{#one role=warn section=causes step={step}}} [@a]"),
            &["19:56 step"],
        );
    }
    assert_bullet("- [One. Two is a claim.]{#one role=warn section=causes} [@a]", &["19:9 two-sentences"]);
    assert_bullet("- [One is a claim]{#one role=warn section=causes} [@a]", &["19:17 full-stop"]);
    assert_bullet("- [One is a claim?]{#one role=warn section=causes} [@a]", &["19:18 full-stop"]);
    assert_bullet("- [ ]{#one role=warn section=causes} [@a]", &["19:4 full-stop"]);
    let other = GOOD.replace("claim", "fact");
    assert_bullet(&format!("{GOOD}\n{other}"), &["20:20 repeated-id"]);
    let same = GOOD.replace("#one", "#two").replace("One is", "ONE  is");
    assert_bullet(&format!("{GOOD}\n{same}"), &["20:1 repeated-statement"]);
}

#[test]
fn a_fault_in_a_condition_is_found_where_it_stands() {
    let bullet = |when: &str| format!("- [One is a claim.]{{#one role=warn section=causes\n  when='{when}'}} [@a]");
    assert_bullet(&bullet("ecog <= 2"), &[]);
    assert_bullet(&bullet("colour = red"), &["20:9 condition"]);
    assert_bullet(&bullet("ecog <= 2 and colour = red"), &["20:23 condition"]);
    // Over a line end, after an escape, and at the very end.
    assert_bullet(&bullet("ecog <= 2\n    and colour = red"), &["21:9 condition"]);
    assert_bullet(&bullet("diagnosis = \"crohn\\'s disease\" and colour = red"), &["20:44 condition"]);
    assert_bullet(&bullet("ecog <="), &["20:16 condition"]);
}

#[test]
fn every_fault_is_reported_not_the_first_only() {
    let text = with_bullet(
        "- [One is a claim]{role=war section=causes step=0}\n- [*Two*.]{#two role=warn section=causes} [@a]\n- [Three.]{#three role=warn section=causes} [@b]",
    );
    assert_faults(
        &text,
        &[
            "19:1 missing-citation",
            "19:17 full-stop",
            "19:19 missing-attribute",
            "19:25 role",
            "19:49 step",
            "20:4 markup",
            "21:46 dangling-citation",
        ],
    );
}

#[test]
fn faults_of_style_do_not_stop_a_digest() {
    let good = with_bullet(GOOD);
    let assert_style = |text: &str, expected: &[&str]| assert_only(FaultKind::Style, text, expected);
    assert_style(&good.replace("[hypomagnesemia]", "[Hypomagnesemia]"), &["4:10 topic-case"]);
    assert_style(&good.replace("    PMID: 1\n", ""), &["9:9 no-identifier"]);
    let long = format!("One {} claim.", "long ".repeat(44).trim_end());
    assert_style(&good.replace("One is a claim.", &long), &["19:4 long-statement"]);
}

#[track_caller]
fn assert_doubts(text: &str, expected: &[&str]) {
    assert_only(FaultKind::Doubt, text, expected);
}

#[test]
fn an_amount_has_its_number_and_its_unit() {
    let good = with_bullet(GOOD);
    let says = |text: &str| good.replace("One is a claim.", text);
    assert_doubts(&good.replace("role=warn", "role=dose"), &["19:4 dose-without-number"]);
    assert_doubts(&says("Give 500 orally."), &["19:9 dose-without-unit"]);
    assert_doubts(&says("Give 500 mg orally."), &[]);
    assert_doubts(
        &says("Give mg\n  orally, then (about\n  mL daily) again."),
        &["19:9 unit-without-number", "21:3 unit-without-number"],
    );
    assert_doubts(&says("It is given in mg per kg."), &[]);
    assert_doubts(&says("Act at \\< 2 or at a magnesium\n  below 1.2."), &["20:9 value-without-unit"]);
    assert_doubts(&says("Act at a magnesium below 1.2 mg/dL."), &[]);
}

#[test]
fn a_condition_that_can_never_apply_is_doubted() {
    let same = "section=causes when='ecog <= 2' unless='ecog <= 2'}";
    assert_doubts(&with_bullet(GOOD).replace("section=causes}", same), &["19:76 same-conditions"]);
}

#[test]
fn names_that_no_one_knows_are_doubted_where_they_stand() {
    let good = with_bullet(GOOD);
    let topics = |list: &str| good.replace("[hypomagnesemia]", list);
    assert_doubts(
        &topics("[hypomagnesemia, flurbitis,\n  adjuvant]"),
        &["4:26 unfamiliar-topic", "5:3 unfamiliar-topic"],
    );
    assert_doubts(&topics("[colon cancer, adjuvant treatment, liver metastases, hypertension in pregnancy]"), &[]);
    let when = |condition: &str| good.replace("section=causes}", &format!("section=causes\n  when='{condition}'}}"));
    assert_doubts(&when("ecog <= 2 and diagnosis = \"flurbitis\""), &["20:36 unfamiliar-value"]);
    assert_doubts(&when("ecog <= 2 and\n  treatment.past has zorbitinib"), &["21:22 unfamiliar-value"]);
    assert_doubts(&when("diagnosis = \"pneumonia\" and treatment.past has oxaliplatin"), &[]);
    let unless = good.replace("section=causes}", "section=causes when='ecog <= 2' unless='symptom has glorp'}");
    assert_doubts(&unless, &["19:88 unfamiliar-value"]);
    let says = |text: &str| good.replace("One is a claim.", text);
    let both = says("Naïve use of \\*zorbitinib\\* in\n  flurbitis.");
    assert_doubts(&both, &["19:19 unfamiliar-drug", "20:3 unfamiliar-disease"]);
    assert_doubts(&says("Naïve use of bevacizumab in pneumonia, after the diagnosis."), &[]);
}

#[test]
fn the_starter_library_raises_no_doubts() {
    let mut read = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../starter")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "md") {
            let faults = digest::lint(&std::fs::read_to_string(&path).unwrap(), "x");
            let grave: Vec<String> =
                faults.iter().filter(|f| f.kind != FaultKind::Style).map(ToString::to_string).collect();
            assert_eq!(grave, [""; 0], "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= 16, "{read}");
}

#[test]
fn a_plain_wording_is_read_with_its_place_and_is_whole_sentences() {
    let text = with_bullet(
        "- [One is a claim.]{#one role=warn section=causes\n  plain=\"It is so. It isn't \\\"odd\\\".\"} [@a]\n- [Two is bare.]{#two role=warn section=causes} [@a]",
    );
    let source = digest::read(&text, "d").0.unwrap();
    let marks: Vec<_> = source.passages.iter().map(|p| p.statements[0].marks.clone().unwrap()).collect();
    assert_eq!(marks[0].plain.as_deref(), Some("It is so. It isn't \"odd\"."));
    assert_eq!(marks[1].plain, None);
    let [one] = digest::plain_wordings(&text, "d").try_into().unwrap();
    assert_eq!((one.line, one.column, one.id.as_str()), (20, 10, "one"));
    assert_eq!((one.statement.as_str(), one.headings.join("/")), ("One is a claim.", "A digest/Heading".to_owned()));
    // What was kept before there were plain wordings is read as having none.
    let mut old = serde_json::to_value(&*marks[0]).unwrap();
    old.as_object_mut().unwrap().remove("plain");
    assert_eq!(serde_json::from_value::<evidence::Marks>(old).unwrap().plain, None);
    let open = with_bullet("- [One is a claim.]{#one role=warn section=causes plain=\"no stop\"} [@a]");
    assert_faults(&open, &["19:64 plain-full-stop"]);
}
