//! Web pages made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

mod common;

use common::{assert_cheap, codes, damaged, holds_together, read_as, shown};
use proptest::prelude::*;
use reading::{Format, Reading};

const GUIDELINE: &[u8] = include_bytes!("fixtures/html/guideline.html");
const JOURNAL: &[u8] = include_bytes!("fixtures/html/journal.html");

fn page(bytes: &[u8]) -> Reading {
    read_as(Format::Html, "page.html", bytes)
}

/// The text of a page whose body this is.
fn text(body: &str) -> String {
    let filler = "<p>This is filler so that the page has a main text that is told from the rest of it.</p>";
    let reading = page(format!("<html><body><main>{filler}{body}</main></body></html>").as_bytes());
    holds_together(&reading);
    let text = reading.source.unwrap().text;
    text.strip_prefix("This is filler so that the page has a main text that is told from the rest of it.")
        .unwrap()
        .trim_start()
        .to_owned()
}

#[test]
fn a_guideline_page() {
    let reading = page(GUIDELINE);
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn a_journal_page() {
    let reading = page(JOURNAL);
    holds_together(&reading);
    insta::assert_json_snapshot!(shown(&reading));
}

#[test]
fn exponents_are_not_run_together_with_figures() {
    assert_eq!(text("<p>Count 10<sup>9</sup>/L, after 3<sup>a</sup>.</p>"), "Count 10^9/L, after 3.");
    assert_eq!(text("<p>Give 5 mg<sup><a href='#ref-12'>12</a></sup> daily.</p>"), "Give 5 mg daily.");
    assert_eq!(text("<p>Give <a href='#dose'>5</a> mg.</p>"), "Give 5 mg.");
    assert_eq!(
        text("<p>x <math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mi>c</mi></mfrac></math></p>"),
        "x (a+b)/c"
    );
}

#[test]
fn unclosed_and_crossed_tags_keep_the_order_of_the_text() {
    assert_eq!(text("<p>a <b>b <i>c</b> d</i> e<p>f"), "a b c d e\nf");
    assert_eq!(text("<table><tr><th>A<th>B<tr><td>1<td>2</table>after"), "A | B\n1 | 2\n\nafter");
    assert_eq!(text("<ul><li>one<li>two<ul><li>three</ul></ul>"), "one\ntwo\nthree");
    assert_eq!(text("a<svg><title/><text>picture</text></svg>b"), "ab");
}

#[test]
fn a_folded_section_is_told() {
    let body = format!("<p>Shown text of the page, in a sentence.</p><div hidden>{}</div>", "folded away ".repeat(40));
    let reading = page(format!("<html><body><main>{body}</main></body></html>").as_bytes());
    assert!(codes(&reading).contains(&"hidden-text"));
}

#[test]
fn a_class_on_a_link_in_a_heading_does_not_drop_the_heading() {
    let html = "<html><head><title>Types - The Book</title></head><body><div id=menu-bar><h1>The Book</h1></div><main>\
        <h2 id=a><a class=header href=#a>Types</a></h2><p>Every value of the book has a type, says the text.</p>\
        <h3 id=b><a class=header href=#b>Whole ones</a></h3><p>They are whole, and nothing more is known of them.</p>\
        </main></body></html>";
    let source = page(html.as_bytes()).source.unwrap();
    assert_eq!(source.title, "Types");
    assert_eq!(source.passages[1].heading, ["Whole ones"]);
}

#[test]
fn a_section_with_an_id_like_a_share_bar_stays() {
    let long = "Ask about family, friends and work, since all of these matter to whoever keeps an example. ".repeat(3);
    let body = format!(
        "<section id=social><h2>Social</h2><p>{long}</p></section><section id=informed-consent><p>Ask first.</p></section>"
    );
    let kept = text(&body);
    assert!(kept.contains("Ask about family") && kept.contains("Ask first."));
    assert_eq!(text("<div class='share-bar'>Share by mail</div>"), "");
}

#[test]
fn a_title_outside_of_the_main_part_is_found() {
    let html = |title: &str| {
        format!(
            "<html><head><title>{title}</title></head><body><header><h1>Care of it</h1></header><main><p>The text of the \
             page, in a sentence that is long enough.</p></main></body></html>"
        )
    };
    for (title, expected) in [("Care of it | Us", "Care of it"), ("", "Care of it"), ("Other words", "Other words")] {
        assert_eq!(page(html(title).as_bytes()).source.unwrap().title, expected);
    }
}

#[test]
fn a_page_cut_off_is_told() {
    for (bytes, code) in [
        ("<html><body><p>Some text that goes on", "truncated"),
        ("<html><body><p>Some text.</p><!-- never closed </body></html>", "truncated"),
        ("<html><body><p>Some text.</p><script>never closed </body></html>", "truncated"),
        ("<html><body><p>Some text.</p><a href=\"", "truncated"),
    ] {
        let reading = page(bytes.as_bytes());
        assert!(codes(&reading).contains(&code), "{bytes}: {:?}", codes(&reading));
        assert!(reading.source.unwrap().text.starts_with("Some text"), "{bytes}");
    }
}

#[test]
fn a_page_of_links_is_taken_whole_with_a_warning() {
    let links: String =
        (0..40).map(|n| format!("<li><a href=/{n}>An entry of this list of pages {n}</a></li>")).collect();
    let reading = page(format!("<html><body><h1>All pages</h1><ul>{links}</ul></body></html>").as_bytes());
    assert!(codes(&reading).contains(&"main-text-unsure"));
    assert!(reading.source.unwrap().text.contains("list of pages 39"));
}

#[test]
fn identifiers_are_the_pages_own() {
    let ids = |head: &str| {
        let html = format!("<html><head>{head}</head><body><p>Text. doi:10.1000/cited</p></body></html>");
        page(html.as_bytes()).source.unwrap().ids
    };
    assert_eq!(ids("").doi, None);
    assert_eq!(ids("<meta name=citation_doi content=10.1000/a><meta name=citation_doi content=10.1000/b>").doi, None);
    let doi = ids("<link rel=canonical href=https://doi.org/10.1000/A>").doi;
    assert_eq!(doi.unwrap().as_str(), "10.1000/a");
    assert_eq!(ids("<link rel=canonical href=https://example.org/10.1000/a>").doi, None);
    assert_eq!(ids("<meta name=citation_pmid content='12 or 13'>").pmid, None);
}

#[test]
fn another_language_is_told() {
    let reading = page(b"<html lang=de><body><p>Ein Text.</p></body></html>");
    assert!(codes(&reading).contains(&"not-english"));
}

#[test]
fn nothing_is_an_error() {
    for bytes in [&b""[..], b"   ", b"<html></html>", b"<script>x</script>", b"\xFF\xFE"] {
        let reading = page(bytes);
        assert_eq!(reading.source, None);
        holds_together(&reading);
    }
}

#[test]
fn hostile_pages_cost_no_more_than_others() {
    let n = 100_000;
    let pages = [
        "<div>".repeat(n) + "deep text",
        "<b>".repeat(n) + &"<p>x".repeat(n),
        "<table><tr><td>".repeat(n) + "deep text",
        "<a href=x>".repeat(n) + "text",
        "<ul><li>".repeat(n) + "text",
        "<p>".repeat(n) + &"</div>".repeat(n),
        format!("<div>{}", "</span>".repeat(n)),
        format!("<p {}>text", (0..n).map(|k| format!("a{k}=1 ")).collect::<String>()),
        "<sup>".repeat(n) + "x",
        "&lt".repeat(n),
        "<!--".repeat(n),
        "<dl><dt>a<dt>b".repeat(n),
        "<td rowspan=0 colspan=9999>".repeat(n),
        format!("<table>{}</table>", "<tr><td rowspan=60000 colspan=1000>x".repeat(n)),
        "<svg>".repeat(n) + "text",
    ];
    for html in pages {
        assert_cheap(&html, |html| page(format!("<html><body>{html}</body></html>").as_bytes()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        holds_together(&page(&bytes));
    }

    #[test]
    fn any_tags_are_read_or_refused(parts in prop::collection::vec(prop::sample::select(vec![
        "<div>", "</div>", "<p>", "</p>", "<table>", "</table>", "<tr>", "<td>", "<th rowspan=2>", "<caption>", "<li>",
        "<ul>", "</ul>", "<ol>", "<dl>", "<dt>", "<dd>", "<h1>", "</h1>", "<h2>", "<a href=#ref1>", "</a>", "<sup>",
        "</sup>", "<br>", "<pre>", "</pre>", "<figure>", "<figcaption>", "<main>", "<article>", "<svg>", "</svg>",
        "<math>", "<mfrac>", "<select>", "<option>", "<title>", "</title>", "word ", "Two words. ", "12", "\n", "&amp;",
        "<del>", "</table>", "</td>", "<nav>", "<section hidden>", "References", "Abstract", "\u{1f}", "\u{1}",
    ]), 0..60)) {
        holds_together(&page(parts.concat().as_bytes()));
    }

    #[test]
    fn damaged_pages_are_read_or_refused(cut in 0usize..5000, at in 0usize..5000, byte in any::<u8>(), journal: bool) {
        let bytes = if journal { JOURNAL } else { GUIDELINE };
        holds_together(&page(&damaged(bytes, cut, at, byte)));
    }
}
