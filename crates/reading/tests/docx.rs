//! A Word document made up for this test, read whole, cut and damaged.
#![allow(clippy::unwrap_used)]

mod common;

use common::{codes, damaged, fails_with, holds_together, read_as, shown_with_revision};
use proptest::prelude::*;
use reading::{Format, Reading};
use std::io::{Cursor, Write};
use zip::write::SimpleFileOptions;

const DOCUMENT: &str = include_str!("fixtures/docx/guideline/document.xml");
const PARTS: [(&str, &str); 7] = [
    ("_rels/.rels", include_str!("fixtures/docx/guideline/rels.xml")),
    ("word/document.xml", DOCUMENT),
    ("word/_rels/document.xml.rels", include_str!("fixtures/docx/guideline/document.rels.xml")),
    ("word/styles.xml", include_str!("fixtures/docx/guideline/styles.xml")),
    ("word/numbering.xml", include_str!("fixtures/docx/guideline/numbering.xml")),
    ("word/footnotes.xml", include_str!("fixtures/docx/guideline/footnotes.xml")),
    ("docProps/core.xml", include_str!("fixtures/docx/guideline/core.xml")),
];

fn packed<'a>(parts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The fixture with another main part.
fn with(document: &[u8]) -> Vec<u8> {
    packed(PARTS.map(|(name, text)| (name, if name == "word/document.xml" { document } else { text.as_bytes() })))
}

/// A document of nothing but this main part.
fn bare(document: &[u8]) -> Vec<u8> {
    packed([("_rels/.rels", PARTS[0].1.as_bytes()), ("word/document.xml", document)])
}

/// A document of these paragraphs.
fn of(body: &str) -> Reading {
    let namespaces = "xmlns:w='http://purl.oclc.org/ooxml/wordprocessingml/main'";
    word(&bare(format!("<w:document {namespaces}><w:body>{body}</w:body></w:document>").as_bytes()))
}

fn word(bytes: &[u8]) -> Reading {
    read_as(Format::Docx, "advice.docx", bytes)
}

#[test]
fn a_guideline() {
    let reading = word(&with(DOCUMENT.as_bytes()));
    holds_together(&reading);
    let mut shown = shown_with_revision(&reading);
    // The hash of a ZIP file hangs on the packer.
    shown["source"].as_object_mut().unwrap().remove("id");
    insta::assert_json_snapshot!(shown);
}

#[test]
fn strict_documents_are_the_same() {
    let strict = DOCUMENT.replace(
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    );
    let (a, b) = (word(&with(DOCUMENT.as_bytes())).source.unwrap(), word(&with(strict.as_bytes())).source.unwrap());
    assert_eq!((a.title, a.text, a.passages), (b.title, b.text, b.passages));
}

#[test]
fn a_deleted_dose_is_never_text() {
    let p = |inner: &str| format!("<w:p>{inner}</w:p>");
    let r = |text: &str| format!("<w:r><w:t xml:space='preserve'>{text}</w:t></w:r>");
    let reading = of(&p(&(r("Give ") + "<w:moveFrom>" + &r("fifty") + "</w:moveFrom>" + &r("five."))));
    assert_eq!(codes(&reading), ["tracked-changes", "no-identifier", "no-title"]);
    assert_eq!(reading.source.unwrap().text, "Give five.");
    let reading = of(&(p(&r("Plain text."))));
    assert_eq!(codes(&reading), ["no-identifier", "no-title"]);
}

#[test]
fn signs_in_symbol_fonts_do_not_vanish() {
    let reading = of("<w:p><w:r><w:t>Give \u{f0a3} 5, </w:t><w:sym w:font='Odd' w:char='F0F1'/></w:r></w:p>");
    assert!(codes(&reading).contains(&"unknown-symbol"));
    assert_eq!(reading.source.unwrap().text, "Give ≤ 5, [symbol]");
}

#[test]
fn a_cut_part_keeps_what_stands_before() {
    let reading = word(&with(&DOCUMENT.as_bytes()[..DOCUMENT.len() / 2]));
    holds_together(&reading);
    assert!(codes(&reading).iter().any(|c| matches!(*c, "truncated" | "not-well-formed")));
    assert!(reading.source.unwrap().text.contains("if the count is ≥ 10^9/L"));
}

#[test]
fn what_is_no_document_is_told() {
    for (bytes, code) in [
        (b"PK\x03\x04".to_vec(), "corrupt"),
        (b"".to_vec(), "corrupt"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec(), "unknown-format"),
        (
            [&b"\xD0\xCF\x11\xE0"[..], &"EncryptedPackage".bytes().flat_map(|b| [b, 0]).collect::<Vec<_>>()].concat(),
            "encrypted",
        ),
        (packed([("xl/workbook.xml", &b"<x/>"[..])]), "unknown-format"),
        (bare(b"<w:document/>"), "empty"),
        (bare(b"\xFF not utf-8"), "not-utf8"),
    ] {
        let reading = word(&bytes);
        assert!(fails_with(&reading, code), "{code}");
        assert_eq!(reading.source.map(|s| s.text), None);
    }
}

#[test]
fn a_zip_bomb_is_refused() {
    let bomb = vec![b' '; (64 << 20) + 1];
    let reading = word(&bare(&bomb));
    assert_eq!((codes(&reading), reading.source.is_none()), (vec!["too-large"], true));
}

#[test]
fn deep_documents_are_cut_not_followed() {
    for open in ["<w:tbl><w:tr><w:tc>", "<w:p><w:r><w:txbxContent>", "<w:sdt><w:sdtContent>"] {
        let reading = of(&format!("<w:p><w:r><w:t>Kept.</w:t></w:r></w:p>{}", open.repeat(50_000)));
        holds_together(&reading);
        assert!(codes(&reading).contains(&"too-deep"));
        assert_eq!(reading.source.unwrap().text, "Kept.");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), zip: bool) {
        let start: &[u8] = if zip { b"PK\x03\x04" } else { b"" };
        holds_together(&word(&[start, &bytes].concat()));
    }

    #[test]
    fn damaged_packages_are_read_or_refused(cut in 0usize..20_000, at in 0usize..20_000, byte in any::<u8>()) {
        holds_together(&word(&damaged(&with(DOCUMENT.as_bytes()), cut, at, byte)));
    }

    #[test]
    fn damaged_text_is_read_or_refused(cut in 0usize..20_000, at in 0usize..20_000, byte in 32u8..127) {
        holds_together(&word(&with(&damaged(DOCUMENT.as_bytes(), cut, at, byte))));
    }

    #[test]
    fn any_elements_are_read_or_refused(parts in prop::collection::vec(prop::sample::select(vec![
        "<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>word </w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>", "</w:tr>", "<w:tc>",
        "</w:tc>", "<w:txbxContent>", "</w:txbxContent>", "<w:del>", "</w:del>", "<w:pPr>", "</w:pPr>", "<w:rPr>", "</w:rPr>",
        "<w:vMerge/>", "<w:gridSpan w:val='9999'/>", "<m:oMath>", "</m:oMath>", "<m:d>", "</m:d>", "<m:sup>", "</m:sup>",
        "<w:footnote>", "</w:footnote>", "<w:vertAlign w:val='superscript'/>", "<w:gridBefore w:val='99999999'/>", "<w:trPr>", "</w:trPr>",
    ]), 0..50)) {
        holds_together(&of(&parts.concat()));
    }
}
