//! Folders, archives and compressed files, whole and damaged.

use reading::{Context, Event, Format, Problem, Severity, Unit, read, total_bytes, walk};
use std::fs;
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

const ARTICLE: &[u8] = include_bytes!("fixtures/jats/old.xml");

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Seen {
    units: Vec<Unit>,
    problems: Vec<Problem>,
    last: u64,
}

impl Seen {
    fn names(&self, root: &Path) -> Vec<String> {
        let prefix = format!("{}/", root.display());
        self.units.iter().map(|u| u.origin.to_string().replace(&prefix, "")).collect()
    }

    fn codes(&self) -> Vec<&'static str> {
        self.problems.iter().map(|p| p.code).collect()
    }
}

fn look(path: &Path) -> Seen {
    let mut seen = Seen { units: Vec::new(), problems: Vec::new(), last: 0 };
    walk(&[path.to_owned()], &mut |event| {
        match event {
            Event::Unit(unit) => seen.units.push(unit),
            Event::Problem(problem) => seen.problems.push(problem),
            Event::Progress { bytes_done } => {
                assert!(bytes_done >= seen.last);
                seen.last = bytes_done;
            }
        }
        ControlFlow::Continue(())
    });
    seen
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes)?;
    encoder.finish()
}

fn xz(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = liblzma::write::XzEncoder::new(Vec::new(), 1);
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// A header is written by hand where the name is one that the archive writer refuses.
fn tar(members: &[(&str, &[u8])]) -> io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        builder.append(&header, *bytes)?;
    }
    builder.into_inner()
}

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
    assert_eq!(seen.names(root), ["a.jsonl:1", "a.jsonl:3", "b/1.txt", "b/2.xml", "c.md", "d.xz"]);
    let formats: Vec<Format> = seen.units.iter().map(|u| u.format).collect();
    assert_eq!(formats, [Format::BeirLine, Format::BeirLine, Format::Jats, Format::Jats, Format::Digest, Format::Jats]);
    assert!(seen.units.iter().filter(|u| u.format == Format::Jats).all(|u| u.bytes == ARTICLE));
    assert_eq!(
        seen.codes(),
        [
            "not-evidence",
            "not-evidence",
            "not-evidence",
            "empty",
            "unknown-format",
            "not-utf8",
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
        ("in.tar", &tar(&[("a", b"b")])?),
    ])?;
    for (name, bytes) in [("a.tar", archive.clone()), ("b.tar.gz", gzip(&archive)?), ("c.bin", xz(&archive)?)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes)?;
        let seen = look(&path);
        assert_eq!(seen.names(folder.path()), [format!("{name}!x/1.nxml"), format!("{name}!../../etc/2.gz")]);
        assert!(seen.units.iter().all(|u| u.bytes == ARTICLE));
        assert_eq!(seen.codes(), ["not-evidence", "unknown-format"]);
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
        // xz holds back a whole block, so that little may come before the cut of a small file.
        assert!(seen.units.len() > 2 || name.ends_with("xz"), "{name}: {}", seen.units.len());
        assert!(seen.codes().contains(&"truncated"), "{name}: {:?}", seen.problems);
        // Noise in the middle: an error, never a panic or silence.
        let mut damaged = whole.clone();
        let middle = whole.len() / 2;
        damaged[middle..middle + 600].iter_mut().for_each(|b| *b ^= 0x55);
        fs::write(&path, &damaged)?;
        let seen = look(&path);
        let unread = seen.units.iter().filter(|u| read(u, &Context { collection: "c" }).source.is_none()).count();
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
    assert_eq!(seen.units.iter().map(|u| u.origin.line).collect::<Vec<_>>(), [Some(2)]);
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
