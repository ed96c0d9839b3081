//! PDFs read by a real child process, whole, damaged and hostile.
#![allow(clippy::unwrap_used)]

mod common;

use common::{codes, holds_together, read_as, unit};
use reading::pdf::Worker;
use reading::{Context, Format, Reading, read};
use std::io::Write;
use std::path::PathBuf;
use std::time::{Duration, Instant};

fn worker() -> Worker {
    Worker {
        program: env!("CARGO_BIN_EXE_pdf-child").into(),
        arguments: Vec::new(),
        memory: 1 << 30,
        time: Duration::from_secs(60),
    }
}

fn shell(script: &str, time: Duration) -> Worker {
    Worker { program: "/bin/sh".into(), arguments: vec!["-c".to_owned(), script.to_owned()], memory: 1 << 30, time }
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pdf").join(name)).unwrap()
}

fn with(worker: &Worker, bytes: &[u8]) -> Reading {
    let reading = read(&unit(Format::Pdf, "x.pdf", bytes), &Context { collection: "test", pdf: Some(worker) });
    holds_together(&reading);
    for passage in reading.source.iter().flat_map(|s| &s.passages) {
        assert!(passage.heading.last().is_some_and(|h| h.starts_with("p. ") || h.starts_with("pp. ")));
    }
    reading
}

fn show(reading: &Reading) -> String {
    let mut out = String::new();
    let source = reading.source.as_ref().unwrap();
    out.push_str(&format!("id: {}\ntitle: {}\n", source.id, source.title));
    out.push_str(&format!(
        "date: {:?}\nlicence: {:?}\n",
        source.date.as_ref().map(ToString::to_string),
        source.licence
    ));
    for problem in &reading.problems {
        out.push_str(&format!("{problem}\n"));
    }
    for passage in &source.passages {
        let heading = passage.heading.join(" > ");
        out.push_str(&format!("\n[{heading}] {:?}\n{}\n", passage.part, passage.span.of(&source.text).unwrap()));
    }
    out
}

#[test]
fn one_column_with_a_list_a_table_and_references() {
    insta::assert_snapshot!(show(&with(&worker(), &fixture("one-column.pdf"))));
}

#[test]
fn two_columns_are_read_one_after_the_other() {
    let reading = with(&worker(), &fixture("two-columns.pdf"));
    let text = show(&reading);
    let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} is missing"));
    assert!(at("whole width of the page") < at("LEFTMARK") && at("LEFTMARK") < at("RIGHTMARK"));
    assert!(!text.contains("Journal of Pebbles") && !text.contains("Page 1 of"));
    insta::assert_snapshot!(text);
}

#[test]
fn a_file_that_only_its_owner_may_change_is_read() {
    let plain = with(&worker(), &fixture("plain.pdf")).source.unwrap();
    let owned = with(&worker(), &fixture("owner-only.pdf")).source.unwrap();
    assert_eq!(plain.text, owned.text);
    assert!(plain.text.contains("its last word is parted by a hyphen between lines."));
}

#[test]
fn what_cannot_be_read_says_why() {
    for (name, code) in [("locked.pdf", "encrypted"), ("picture.pdf", "no-text-layer"), ("broken.pdf", "truncated")] {
        let reading = with(&worker(), &fixture(name));
        assert!(reading.source.is_none(), "{name}");
        assert_eq!(codes(&reading), [code], "{name}");
    }
    assert_eq!(codes(&with(&worker(), b"%PDF-1.4\nnothing\n%%EOF")), ["corrupt"]);
    assert_eq!(codes(&with(&worker(), b"")), ["empty"]);
}

#[test]
fn what_can_be_saved_of_a_file_is_kept() {
    let reading = with(&worker(), &fixture("cut-off.pdf"));
    assert!(codes(&reading).contains(&"truncated"));
    assert!(reading.source.unwrap().text.contains("The second page"));

    let reading = with(&worker(), &fixture("unmapped.pdf"));
    assert!(reading.problems.iter().any(|p| p.code == "unmapped-font" && p.message.contains("page 2")));
    let text = reading.source.unwrap().text;
    assert!(text.contains("The first page") && !text.contains('\u{fffd}'));
}

#[test]
fn a_child_that_hangs_is_killed() {
    let start = Instant::now();
    // It neither reads nor answers: both pipes stand still.
    let big = vec![b' '; 8 << 20];
    assert_eq!(codes(&with(&shell("exec /bin/sleep 60", Duration::from_millis(300)), &big)), ["pdf-timeout"]);
    // It has answered, but does not go.
    let script = "exec <&- >&- 2>&-; exec /bin/sleep 60";
    assert_eq!(codes(&with(&shell(script, Duration::from_millis(300)), b"%PDF")), ["pdf-timeout"]);
    assert!(start.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_child_that_breaks_off_or_talks_nonsense_is_one_problem() {
    let long = Duration::from_secs(30);
    for (script, code) in [
        ("kill -SEGV $$", "pdf-crashed"),
        ("exit 101", "pdf-crashed"),
        ("exit 0", "pdf-crashed"),
        ("echo hello", "pdf-crashed"),
        ("echo 'memory allocation of 99 bytes failed' >&2; kill -ABRT $$", "pdf-memory"),
        ("exec /bin/cat /dev/zero", "too-large"),
        ("while :; do echo complaint >&2; done", "pdf-timeout"),
    ] {
        let time = if code == "pdf-timeout" { Duration::from_millis(400) } else { long };
        let reading = with(&shell(script, time), &[b' '; 1 << 20]);
        assert_eq!(codes(&reading), [code], "{script}");
    }
    let nobody = Worker { program: "/nowhere/child".into(), ..worker() };
    assert_eq!(codes(&with(&nobody, b"%PDF")), ["pdf-worker"]);
    assert_eq!(codes(&read_as(Format::Pdf, "x.pdf", b"%PDF")), ["pdf-worker"]);
}

/// A page whose text is small when packed.
fn packed(content: impl Fn(&mut dyn Write)) -> Vec<u8> {
    let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    content(&mut packer);
    let stream = packer.finish().unwrap();
    let mut out = Vec::new();
    write!(
        out,
        "%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\n\
         endobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 \
         << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>\nendobj\n4 0 obj\n<< /Length {} /Filter \
         /FlateDecode >>\nstream\n",
        stream.len()
    )
    .unwrap();
    out.extend(stream);
    out.extend(b"\nendstream\nendobj\ntrailer << /Size 5 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n");
    out
}

#[test]
fn a_bomb_hits_the_memory_limit() {
    let bomb = packed(|out| {
        let blanks = vec![b' '; 1 << 20];
        (0..600).for_each(|_| out.write_all(&blanks).unwrap());
    });
    let small = Worker { memory: 256 << 20, ..worker() };
    assert_eq!(codes(&with(&small, &bomb)), ["pdf-memory"]);
}

#[test]
fn a_page_that_never_ends_hits_the_time_limit() {
    let endless = packed(|out| {
        out.write_all(b"BT /F1 10 Tf ").unwrap();
        let shows =
            b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ".repeat(10_000);
        (0..60).for_each(|_| out.write_all(&shows).unwrap());
    });
    let hasty = Worker { time: Duration::from_millis(500), memory: 4 << 30, ..worker() };
    let start = Instant::now();
    assert_eq!(codes(&with(&hasty, &endless)), ["pdf-timeout"]);
    assert!(start.elapsed() < Duration::from_secs(20));
}
