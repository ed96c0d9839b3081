//! Folders, archives and compressed files, whole and damaged.

mod walking;

use reading::{Context, Event, Format, Severity, read, total_bytes, walk};
use std::fs;
use std::ops::ControlFlow;
use std::path::PathBuf;
use walking::{ARTICLE, Result, gzip, look, tar, xz, zip};

#[test]
fn a_folder_is_read_in_order_and_nothing_is_skipped_in_silence() -> Result {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    fs::create_dir_all(root.join("b/.git"))?;
    fs::write(root.join("b/2.xml"), ARTICLE)?;
    fs::write(root.join("b/1.txt"), gzip(ARTICLE)?)?;
    fs::write(root.join("a.jsonl"), "\u{feff}{\"_id\": \"x\", \"text\": \"y\"}\n\n{\"_id\": \"z\", \"text\": \"y\"}")?;
    fs::write(root.join("c.md"), "---\ntitle: x\n---\n")?;
    fs::write(root.join("d.xz"), xz(ARTICLE)?)?;
    for (name, bytes) in [
        (".DS_Store", &b"x"[..]),
        ("README.md", b"# Hello"),
        ("empty", b" \n"),
        ("figure.png", b"\x89PNG\r\n"),
        ("latin.txt", b"caf\xe9 ole"),
        ("notes.txt", b"some words"),
        ("pretty.json", b"{\n \"a\": 1\n}"),
        ("queries.jsonl", b"{\"_id\": 1, \"text\": \"?\"}"),
        ("rss.xml", b"<rss><item/></rss>"),
    ] {
        fs::write(root.join(name), bytes)?;
    }
    let seen = look(root);
    assert_eq!(
        seen.names(root),
        ["a.jsonl:1", "a.jsonl:3", "b/1.txt", "b/2.xml", "c.md", "d.xz", "latin.txt", "notes.txt"]
    );
    assert_eq!(seen.formats(), ["beir", "beir", "jats", "jats", "prose", "jats", "prose", "prose"]);
    assert!(seen.units.iter().filter(|u| u.format == Format::Jats).all(|u| u.bytes == ARTICLE));
    assert_eq!(
        seen.codes(),
        [
            "not-evidence",
            "not-evidence",
            "not-evidence",
            "empty",
            "unknown-format",
            "unknown-format",
            "not-evidence",
            "unknown-format"
        ]
    );
    assert!(seen.problems.iter().all(|p| (p.severity == Severity::Warning) == (p.code == "not-evidence")));
    assert_eq!(seen.last, total_bytes(&[root.to_owned()]));
    Ok(())
}

#[test]
fn archives_are_read_through() -> Result {
    let folder = tempfile::tempdir()?;
    let inner = gzip(ARTICLE)?;
    let archive = tar(&[
        ("x/1.nxml", ARTICLE),
        ("../../etc/2.gz", &inner),
        ("x/README", b"hi"),
        ("in.tar", &tar(&[("a.md", b"words")])?),
    ])?;
    for (name, bytes) in [("a.tar", archive.clone()), ("b.tar.gz", gzip(&archive)?), ("c.bin", xz(&archive)?)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes)?;
        let seen = look(&path);
        assert_eq!(
            seen.names(folder.path()),
            ["x/1.nxml", "../../etc/2.gz", "in.tar!/a.md"].map(|m| format!("{name}!{m}"))
        );
        assert!(seen.units[..2].iter().all(|u| u.bytes == ARTICLE));
        assert_eq!(seen.units[2].origin.stem(), "a");
        assert_eq!(seen.codes(), ["not-evidence"]);
    }
    Ok(())
}

#[test]
fn what_stands_before_a_cut_is_kept() -> Result {
    let folder = tempfile::tempdir()?;
    // Noise does not compress, so that a cut in the middle of the file falls in the middle of the members.
    let mut noise = String::new();
    let mut state = 1u64;
    for _ in 0..40_000 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        noise.push(char::from(b'a' + u8::try_from(state >> 60).unwrap_or(0)));
    }
    let big = format!("<article><body><p>{noise}</p></body></article>");
    let names: Vec<String> = (0..20).map(|n| format!("{n:02}.xml")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), big.as_bytes())).collect();
    let archive = tar(&members)?;
    let lines = format!("{{\"_id\": \"a\", \"text\": \"{noise}\"}}\n").repeat(20);
    for (name, whole) in [
        ("a.zip", zip(&members)?),
        ("a.tar", archive.clone()),
        ("a.tar.gz", gzip(&archive)?),
        ("a.tar.xz", xz(&archive)?),
        ("a.jsonl.gz", gzip(lines.as_bytes())?),
        ("a.jsonl.xz", xz(lines.as_bytes())?),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, &whole)?;
        let all = look(&path);
        assert_eq!((all.units.len(), all.problems.len()), (20, 0), "{name}");
        fs::write(&path, &whole[..whole.len() / 2])?;
        let seen = look(&path);
        assert!(seen.units.len() < 20, "{name}");
        // xz holds back a whole block, so that little may come before the cut of a small file; a zip has its list of
        // members at its end.
        assert!(seen.units.len() > 2 || name.ends_with("xz") || name.ends_with("zip"), "{name}: {}", seen.units.len());
        assert!(seen.codes().contains(&"truncated"), "{name}: {:?}", seen.problems);
        // Noise in the middle: an error, never a panic or silence.
        let mut damaged = whole.clone();
        let middle = whole.len() / 2;
        damaged[middle..middle + 600].iter_mut().for_each(|b| *b ^= 0x55);
        fs::write(&path, &damaged)?;
        let seen = look(&path);
        let unread = seen.units.iter().filter(|u| read(u, &Context::of("c")).source.is_none()).count();
        assert!(!seen.problems.is_empty() || unread > 0 || name == "a.tar", "{name}");
    }
    Ok(())
}

#[test]
fn units_beyond_the_bound_are_skipped() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("big.jsonl.gz");
    let mut text = b"{\"_id\": \"a\", \"text\": \"".to_vec();
    text.resize(reading::MAX_UNIT_BYTES + 100, b'x');
    text.extend_from_slice(b"\"}\n{\"_id\": \"b\", \"text\": \"y\"}\n");
    fs::write(&path, gzip(&text)?)?;
    let seen = look(&path);
    assert_eq!(seen.codes(), ["too-large"]);
    assert_eq!(seen.starts(), [Some(2)]);
    Ok(())
}

#[test]
fn what_is_not_there_is_a_problem_and_a_break_stops() -> Result {
    let folder = tempfile::tempdir()?;
    assert_eq!(look(&folder.path().join("nothing")).codes(), ["io"]);
    for n in 0..3 {
        fs::write(folder.path().join(format!("{n}.xml")), ARTICLE)?;
    }
    let mut count = 0;
    walk(&[folder.path().to_owned()], &mut |event| {
        count += usize::from(matches!(event, Event::Unit(_)));
        if count == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(count, 2);
    Ok(())
}

#[cfg(unix)]
#[test]
fn links_in_a_circle_are_entered_once() -> Result {
    let folder = tempfile::tempdir()?;
    fs::create_dir(folder.path().join("a"))?;
    fs::write(folder.path().join("a/1.xml"), ARTICLE)?;
    std::os::unix::fs::symlink(folder.path(), folder.path().join("a/up"))?;
    let seen = look(folder.path());
    assert_eq!(seen.units.len(), 1);
    assert_eq!(seen.codes(), ["repeated-folder"]);
    let paths: Vec<PathBuf> = vec![folder.path().to_owned()];
    assert_eq!(total_bytes(&paths), ARTICLE.len() as u64);
    Ok(())
}

#[test]
fn a_file_is_what_its_content_says() -> Result {
    let folder = tempfile::tempdir()?;
    let utf16: Vec<u8> = "\u{feff}<html><p>x".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let word = zip(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w:document/>")])?;
    let label: &[u8] =
        b"<?xml version='1.0'?><?xml-stylesheet href='x'?>\n<document xmlns=\"urn:hl7-org:v3\" a=''><id/></document>";
    for (name, bytes, format) in [
        ("book.html", &b"<?xml version='1.0'?><!DOCTYPE book-part-wrapper><book-part-wrapper/>"[..], "bookshelf"),
        ("books.xml", b"<list><book id='x'></book></list>", "bookshelf"),
        ("page.xml", b"<!-- x --><!DOCTYPE html><p>x", "html"),
        ("page.md", b"\n<HTML><body>x", "html"),
        ("xhtml", b"<?xml version='1.0' encoding='iso-8859-1'?><html>\xE9</html>", "html"),
        ("wide.txt", &utf16, "html"),
        ("label.bin", label, "label"),
        ("x.txt", b"%PDF-1.7\n", "pdf"),
        ("x.zip", &word, "docx"),
        ("x.md", b"# Words\n\nMore.", "prose"),
        ("y.txt", b"<5% of all", "prose"),
        ("z.md", b"<details>\n\n# x", "prose"),
        ("front.md", b"---\ntitle: x\n---\nwords", "prose"),
        ("no-name", b"words", "prose"),
        ("digest.md", b"---\ntitle: x\nkind: guideline-digest\n---\n", "digest"),
        ("typo.md", b"---\nkind: guidline-digest\nreview_by: 2020-01-01\n---\n", "digest"),
        ("study.txt", b"{\n  \"protocolSection\": {}\n}\n", "trial"),
        ("study.json", b"{\"protocolSection\": {}}", "trial"),
        ("record", b"<PubmedArticle><x/></PubmedArticle>", "pubmed"),
        ("set", b"<e><PubmedArticle><x/></PubmedArticle></e>", "pubmed"),
        ("a.xml", ARTICLE, "jats"),
    ] {
        let path = folder.path().join(name);
        for packed in [bytes.to_vec(), gzip(bytes)?] {
            fs::write(&path, packed)?;
            let seen = look(&path);
            assert_eq!((seen.formats(), seen.codes()), (vec![format], vec![]), "{name}: {:?}", seen.problems);
            let kept = &seen.units[0].bytes;
            assert!(kept == bytes || ["wide.txt", "set", "study.txt"].contains(&name), "{name}");
        }
    }
    for (name, bytes, code, words) in [
        ("retraction_watch.csv", &b"Record ID,Title,RetractionNature\n1,x,y"[..], "not-evidence", "curbside standing"),
        ("a.csv", b"a,b\n1,2", "unknown-format", ".csv"),
        ("a.yaml", b"---\ntitle: x\n", "unknown-format", ".yaml"),
        ("a.py", b"import this", "unknown-format", ".py"),
        ("a.zst", b"\x28\xB5\x2F\xFD\x00", "unknown-format", "zstd"),
        ("a.bz2", b"BZh91AY&SY", "unknown-format", "bzip2"),
        ("a.rar", b"Rar!\x1A\x07\x01", "unknown-format", "RAR"),
        ("a.7z", b"7z\xBC\xAF\x27\x1C", "unknown-format", "7z"),
        ("a.doc", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "unknown-format", ".docx"),
        ("a.pptx", &zip(&[("ppt/presentation.xml", b"x")])?, "unknown-format", "presentation"),
        ("a.xlsx", &zip(&[("xl/workbook.xml", b"x")])?, "unknown-format", "spreadsheet"),
        ("a.epub", &zip(&[("mimetype", b"application/epub+zip")])?, "unknown-format", "epub"),
        ("a.odt", &zip(&[("mimetype", b"application/vnd.oasis.opendocument.text")])?, "unknown-format", "OpenDocument"),
        ("b.json", b"[{\"a\": 1}, 2]", "unknown-format", "protocolSection"),
        ("c.json", b"[[1]]", "unknown-format", "array"),
        ("d.json", b"{\"studies\": []}", "empty", "study"),
        ("e.xml", b"<PubmedArticleSet></PubmedArticleSet>", "empty", "record"),
        ("f.xml", b"<?xml version='1.0'?>", "unknown-format", "element"),
        ("g.xml", b"<?xml version='1.0' encoding='klingon'?><article/>", "encoding", "klingon"),
        ("latin", b"caf\xE9 ole", "not-utf8", "UTF-8"),
        ("nul.md", b"a\0b", "unknown-format", "binary"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, bytes)?;
        let seen = look(&path);
        assert_eq!((seen.formats(), seen.codes()), (vec![], vec![code]), "{name}: {:?}", seen.problems);
        assert!(seen.problems[0].message.contains(words), "{name}: {}", seen.problems[0].message);
    }
    Ok(())
}

#[test]
fn lists_of_records_give_a_unit_a_record() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.xml");
    let set = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!DOCTYPE PubmedArticleSet PUBLIC \"-//NLM//DTD PubMedArticle, 1st January 2025//EN\" \"https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd\">\n<PubmedArticleSet>\n<PubmedArticle>\n<a/></PubmedArticle>\nx\n<PubmedBookArticle>é</PubmedBookArticle>\n<DeleteCitation>\n<PMID>1</PMID></DeleteCitation>\n</PubmedArticleSet>\n";
    let (latin, ..) = encoding_rs::WINDOWS_1252.encode(set);
    let latin = [b"<?xml version='1.0'\nencoding='iso-8859-1'?>", &latin[38..]].concat();
    let utf16: Vec<u8> =
        format!("\u{feff}{}", set.replace("utf-8", "UTF-16")).encode_utf16().flat_map(u16::to_be_bytes).collect();
    for bytes in [set.as_bytes().to_vec(), gzip(set.as_bytes())?, latin, utf16] {
        let shift = u64::from(bytes.starts_with(b"<?xml version='1.0'\n"));
        fs::write(&path, bytes)?;
        let seen = look(&path);
        assert_eq!(seen.formats(), ["pubmed"; 3]);
        assert_eq!(
            seen.texts(),
            [
                "<PubmedArticle>\n<a/></PubmedArticle>",
                "<PubmedBookArticle>é</PubmedBookArticle>",
                "<DeleteCitation>\n<PMID>1</PMID></DeleteCitation>"
            ]
        );
        assert_eq!(seen.starts(), [4, 7, 8].map(|n| Some(n + shift)));
        assert_eq!((seen.codes(), seen.lines()), (vec!["not-well-formed"], vec![Some(6 + shift)]));
    }
    fs::write(&path, &set.as_bytes()[..set.len() - 50])?;
    let seen = look(&path);
    assert_eq!((seen.units.len(), seen.codes()), (2, vec!["not-well-formed", "truncated"]));

    let articles = "<pmc-articleset><Reply/>\n<article a=''><sub-article><x/></sub-article></article>\n<article><response/></article></pmc-articleset>";
    fs::write(&path, articles)?;
    let seen = look(&path);
    assert_eq!(seen.formats(), ["jats"; 2]);
    assert_eq!(seen.texts()[1], "<article><response/></article>");
    assert_eq!(seen.units[1].origin.line, Some(3));
    assert_eq!(seen.codes(), Vec::<&str>::new());
    fs::write(&path, &articles[..articles.len() - 10])?;
    assert_eq!((look(&path).units.len(), look(&path).codes()), (2, vec!["truncated"]));
    Ok(())
}

#[test]
fn lists_of_studies_give_a_unit_a_study() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a");
    let study = "{\"protocolSection\": {}}";
    for (text, lines) in [
        (format!("[\n{study},\n{study}]"), vec![Some(2), Some(3)]),
        (
            format!("{{\"totalCount\": 2, \"studies\": [{study},\n{study}],\n\"nextPageToken\": \"x\"}}"),
            vec![Some(1), Some(2)],
        ),
        (format!("{study}\n\n{study}\n"), vec![Some(1), Some(3)]),
        (format!("{}\n{study}", study.replace(' ', "\n")), vec![None, Some(3)]),
    ] {
        fs::write(&path, &text)?;
        let seen = look(&path);
        assert_eq!((seen.formats(), seen.codes()), (vec!["trial"; 2], vec![]), "{text}");
        assert_eq!(seen.starts(), lines, "{text}");
        assert_eq!(seen.texts()[1], study);
    }
    fs::write(&path, format!("[{{}},\n{study},\n{{}},\n{study},"))?;
    let seen = look(&path);
    assert_eq!((seen.units.len(), seen.codes()), (2, vec!["json", "json", "truncated"]));
    assert_eq!(seen.lines(), [Some(1), Some(3), Some(1)]);
    fs::write(&path, "{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"b\", \"protocolSection\": 1}\n")?;
    assert_eq!(look(&path).formats(), ["beir", "trial"]);
    Ok(())
}

#[test]
fn zips_are_read_through() -> Result {
    let folder = tempfile::tempdir()?;
    let label: &[u8] = b"<document xmlns=\"urn:hl7-org:v3\"/>";
    let inner =
        zip(&[("x.xml", label), ("a.jpg", b"\xFF\xD8\xFF"), ("b.jpg", b"\xFF\xD8\xFFx"), ("c.png", b"\x89PNG")])?;
    let word = zip(&[("word/document.xml", b"<w/>")])?;
    let month = zip(&[
        ("rx/1.zip", &inner),
        ("rx/a.docx", &word),
        ("../../etc/passwd", b"words"),
        ("/etc/x.gz", &gzip(ARTICLE)?),
        ("__MACOSX/._x", b"x"),
        ("notes.tar", &tar(&[("in.zip", &inner)])?),
    ])?;
    let all = ["rx/1.zip!/x.xml", "rx/a.docx", "../../etc/passwd", "/etc/x.gz", "notes.tar!/in.zip!/x.xml"];
    let path = folder.path().join("month.zip");
    fs::write(&path, &month)?;
    let seen = look(&path);
    assert_eq!(seen.names(folder.path()), all.map(|m| format!("month.zip!{m}")));
    assert_eq!(seen.formats(), ["label", "docx", "prose", "jats", "label"]);
    assert_eq!(seen.units[1].bytes, word);
    assert_eq!(seen.codes(), ["not-evidence"; 3]);
    assert_eq!(seen.problems[0].message.split(' ').next(), Some("3"));
    assert_eq!(seen.problems[0].origin.member.as_deref(), Some("rx/1.zip"));
    assert_eq!(seen.last, total_bytes(std::slice::from_ref(&path)));

    // One level more.
    fs::write(&path, zip(&[("m.zip", &month)])?)?;
    let seen = look(&path);
    assert_eq!(seen.units.len(), 4);
    assert_eq!(seen.codes(), ["not-evidence", "not-evidence", "too-deep"]);

    fs::write(&path, walking::zip_of("a.txt", 0, 1, b"words", 5))?;
    assert!(look(&path).problems[0].message.contains("encrypted"));
    fs::write(&path, walking::zip_of("a.txt", 12, 0, b"words", 5))?;
    assert_eq!(look(&path).codes(), ["unknown-format"]);
    fs::write(&path, walking::zip_of("a.txt", 0, 0, b"words", 5))?;
    assert_eq!(look(&path).codes(), ["corrupt"]);
    fs::write(&path, zip(&[])?)?;
    assert_eq!(look(&path).codes(), ["empty"]);
    Ok(())
}
