//! The way there and back, and what is refused.

use super::*;
use crate::articles::keep_outline;
use crate::verify::tests::outline;
use crate::{Articles, Deed, Library, LibraryError, Origin};
use std::path::Path;

/// Something in as many tables as can be filled without reading a document.
fn filled(folder: &Path) {
    drop(Library::open(folder).unwrap());
    let articles = Articles::open(folder).unwrap();
    for question in ["Is magnesium low?", "Is magnesium high?", "is \u{e9} \u{2028} \"high\" \\ \u{1f600}\u{0}"] {
        articles.change(move |c| keep_outline(c, outline(question), None, "operator", Origin::Asked)).unwrap();
    }
    articles.erase(2, "operator", "a test").unwrap();
    let detail = serde_json::json!({ "text": "\u{7f}\t" });
    articles.record(Deed { actor: "system".to_owned(), action: "test", subject: "x".to_owned(), detail }).unwrap();
}

fn go(from: &Path, to: &Path) -> Result<ArchiveManifest, LibraryError> {
    import(from, to, &mut |_, _| ())
}

#[test]
fn there_and_back_is_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    filled(&at("data"));
    let mut last = (0, 1);
    let manifest = export(&at("data"), &at("one.tar"), "operator", &mut |done, total| last = (done, total)).unwrap();
    assert_eq!(last.0, last.1);
    assert_eq!(go(&at("one.tar"), &at("new")).unwrap(), manifest);
    assert_eq!(export(&at("new"), &at("two.tar"), "operator", &mut |_, _| ()).unwrap(), manifest);
    assert_eq!(std::fs::read(at("one.tar")).unwrap(), std::fs::read(at("two.tar")).unwrap());
    // The original's trail has the export, and the copy's begins where it was made.
    let seen = Articles::open(&at("new")).unwrap().verify(Some(&manifest.audit_head)).unwrap();
    assert_eq!((seen.fault, seen.entries), (None, 6));
    // Numbers that were given are not given again.
    let articles = Articles::open(&at("new")).unwrap();
    let kept = articles.change(|c| keep_outline(c, outline("Is it new?"), None, "operator", Origin::Asked)).unwrap();
    assert_eq!(articles.identities(&kept.hash, None).unwrap()[0].id, 4);
    for (file, data) in [("one.tar", "data"), ("two.tar", "new")] {
        assert!(matches!(go(&at(file), &at(data)), Err(LibraryError::NotEmpty { .. })));
        assert!(matches!(export(&at(data), &at(file), "operator", &mut |_, _| ()), Err(LibraryError::NotEmpty { .. })));
    }
}

/// Whoever adds a table decides here whether an archive has it.
#[test]
fn every_table_is_in_it_or_left_out_for_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path());
    let mut held = Vec::new();
    for name in DATABASES {
        let connection = Connection::open(folder.path().join(format!("{name}.sqlite"))).unwrap();
        held.extend(tables(&connection, name).unwrap().iter().map(|t| t.member(name)));
    }
    let expected = [
        "articles/article.jsonl",
        "articles/audit.jsonl",
        "articles/body.jsonl",
        "articles/correction.jsonl",
        "articles/person.jsonl",
        "articles/policy.jsonl",
        "articles/publication.jsonl",
        "articles/quotes.jsonl",
        "articles/refers.jsonl",
        "articles/report.jsonl",
        "articles/review.jsonl",
        "articles/review_event.jsonl",
        "articles/version.jsonl",
        "articles/sqlite_sequence.jsonl",
        "sources/change.jsonl",
        "sources/document.jsonl",
        "sources/link.jsonl",
        "sources/notice.jsonl",
        "sources/source.jsonl",
        "sources/state.jsonl",
        "sources/target.jsonl",
    ];
    assert_eq!(held, expected);
}

#[test]
fn what_is_damaged_is_refused_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    filled(&at("data"));
    export(&at("data"), &at("good.tar"), "operator", &mut |_, _| ()).unwrap();
    let whole = std::fs::read(at("good.tar")).unwrap();
    let refused = |bytes: &[u8], what: &str| {
        std::fs::write(at("bad.tar"), bytes).unwrap();
        let error = go(&at("bad.tar"), &at("never")).expect_err(what);
        let known = matches!(error, LibraryError::BadArchive { .. } | LibraryError::Version { .. });
        assert!(known, "{what}: {error}");
        assert!(!at("never").exists() && !at("never.unfinished").exists(), "{what}");
    };
    // Behind the last member are blocks of nothing, which no reader looks at.
    let end = whole.len() - 1024 - 512 + 65;
    for place in (0..end).step_by(97) {
        // Between members and within a header are bytes that no reader looks at either; content has none.
        let mut bytes = whole.clone();
        bytes[place] ^= 1;
        if bytes[place] != 1 {
            refused(&bytes, &format!("byte {place}"));
        }
    }
    for length in [0, 100, 512, whole.len() / 2, whole.len() - 2048] {
        refused(&whole[..length], &format!("cut at {length}"));
    }
    std::fs::write(at("bad.tar"), &whole).unwrap();
    go(&at("bad.tar"), &at("never")).unwrap();
}
