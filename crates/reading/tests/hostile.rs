//! Files made to do harm, and files that are broken: each costs bounded memory and time, gives a plain problem, and
//! takes nothing else in its folder with it.
#![allow(clippy::unwrap_used)]

mod common;
mod walking;

use common::read_as;
use flate2::{Compress, Compression, FlushCompress};
use reading::{Context, Format, read};
use std::fs::{self, File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use walking::{ARTICLE, Result, Seen, gzip, look, look_and, tar, xz, zip, zip_of};

/// Another file of the same folder, which must be read whatever happens to the first.
const BESIDE: &str = "zz.xml";

/// Writes a hostile file and a good one into a folder, and looks at both.
fn beside(name: &str, bytes: &[u8]) -> Result<Seen> {
    let folder = tempfile::tempdir()?;
    fs::write(folder.path().join(name), bytes)?;
    fs::write(folder.path().join(BESIDE), ARTICLE)?;
    let mut seen = look(folder.path());
    let last = seen.units.pop().unwrap();
    assert!(last.origin.path.ends_with(BESIDE) && last.bytes == ARTICLE, "{name}");
    assert_eq!(fs::read_dir(folder.path())?.count(), 2, "nothing is written");
    Ok(seen)
}

/// What a walk in a process of its own said and cost.
struct Cost {
    units: usize,
    codes: Vec<String>,
    /// Peak of its memory, where the system tells it.
    megabytes: u64,
    time: Duration,
}

/// Walks in a process of its own, as its memory is to be measured; `runner` starts it, as another user maybe.
fn apart(runner: &[&str], path: &Path) -> Result<Option<Cost>> {
    let room = tempfile::tempdir()?;
    let program = room.path().join("walk");
    fs::copy(std::env::current_exe()?, &program)?;
    let told = room.path().join("told");
    fs::write(&told, "")?;
    #[cfg(unix)]
    for (path, mode) in [(room.path(), 0o755), (&program, 0o755), (&told, 0o666)] {
        fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    }
    let mut words = runner.iter().map(std::ffi::OsStr::new).chain([program.as_os_str()]);
    let start = Instant::now();
    let ran = Command::new(words.next().unwrap())
        .args(words)
        .args(["--exact", "the_process_apart"])
        .env("CURBSIDE_WALK", path)
        .env("CURBSIDE_TOLD", &told)
        .output();
    let time = start.elapsed();
    let Ok(ran) = ran else { return Ok(None) };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let told = fs::read_to_string(told)?;
    let mut words = told.split_whitespace();
    let mut number = || words.next().and_then(|w| w.parse::<u64>().ok()).unwrap_or_default();
    let (units, megabytes) = (usize::try_from(number())?, number() >> 10);
    Ok(Some(Cost { units, codes: words.map(str::to_owned).collect(), megabytes, time }))
}

/// Not a test of its own: what [`apart`] runs.
#[test]
fn the_process_apart() -> Result {
    let (Some(path), Some(told)) = (std::env::var_os("CURBSIDE_WALK"), std::env::var_os("CURBSIDE_TOLD")) else {
        return Ok(());
    };
    let mut units = 0;
    let mut codes = Vec::new();
    reading::walk(&[path.into()], &mut |event| {
        match event {
            reading::Event::Unit(_) => units += 1,
            reading::Event::Problem(problem) => codes.push(problem.code),
            reading::Event::Progress { .. } => {}
        }
        std::ops::ControlFlow::Continue(())
    });
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next());
    fs::write(told, format!("{units} {} {}", peak.unwrap_or("0"), codes.join(" ")))?;
    Ok(())
}

/// Looks at a file of a folder in a process of its own, with bounds on what it costs.
fn bounded(path: &Path, units: usize, codes: &[&str]) -> Result {
    let cost = apart(&[], path)?.unwrap();
    let name = path.display();
    assert_eq!(
        (cost.units, cost.codes.iter().map(String::as_str).collect::<Vec<_>>()),
        (units, codes.to_vec()),
        "{name}"
    );
    assert!(cost.megabytes < 250, "{name}: {} MB", cost.megabytes);
    assert!(cost.time < Duration::from_secs(30), "{name}: {:?}", cost.time);
    Ok(())
}

/// Raw deflate of some text and then of many blanks, made by saying the same over and over.
fn deflated(start: &[u8], megabytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(megabytes * 1200 + 65536);
    let mut compress = Compress::new(Compression::best(), false);
    compress.compress_vec(start, &mut out, FlushCompress::Full).unwrap();
    let from = out.len();
    compress.compress_vec(&vec![b' '; 16 << 20], &mut out, FlushCompress::Full).unwrap();
    let blanks = out[from..].to_vec();
    for _ in 1..megabytes / 16 {
        out.extend_from_slice(&blanks);
    }
    // An empty last block.
    out.extend_from_slice(&[3, 0]);
    out
}

fn gzip_bomb(start: &[u8], megabytes: usize) -> Vec<u8> {
    [&b"\x1F\x8B\x08\0\0\0\0\0\0\xFF"[..], &deflated(start, megabytes), &[0; 8]].concat()
}

fn xz_bomb(start: &[u8], megabytes: usize) -> Vec<u8> {
    let blanks = xz(&vec![b' '; 64 << 20]).unwrap();
    [xz(start).unwrap(), blanks.repeat(megabytes / 64)].concat()
}

const LINE: &[u8] = b"{\"_id\": \"a\", \"text\": \"x\"}\n{\"_id\": \"";
const RECORDS: &[u8] = b"<PubmedArticleSet><PubmedArticle>x</PubmedArticle><PubmedArticle>";

#[test]
fn bombs_are_put_out() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("bomb");
    // Ten gigabytes of blanks in one member; what stands before them is kept.
    fs::write(&path, zip_of("a.jsonl", 8, 0, &deflated(LINE, 10_000), u32::MAX))?;
    bounded(&path, 1, &["too-large"])?;
    fs::write(&path, gzip_bomb(RECORDS, 3000))?;
    bounded(&path, 1, &["too-large"])?;
    fs::write(&path, xz_bomb(LINE, 3000))?;
    bounded(&path, 1, &["too-large"])?;
    // As one document it is too large long before.
    fs::write(&path, gzip_bomb(b"words", 3000))?;
    bounded(&path, 0, &["too-large"])?;
    // Compressed twice.
    fs::write(&path, gzip(&gzip_bomb(LINE, 3000))?)?;
    bounded(&path, 1, &["too-large"])?;
    Ok(())
}

#[test]
fn zips_in_zips_end() -> Result {
    let mut bomb = zip_of("a.txt", 8, 0, &deflated(b"", 64), 64 << 20);
    for _ in 0..5 {
        let members: Vec<(String, &[u8])> = (0..6).map(|n| (format!("{n}.zip"), &bomb[..])).collect();
        let members: Vec<(&str, &[u8])> = members.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
        bomb = zip(&members)?;
    }
    let seen = beside("42.zip", &bomb)?;
    assert_eq!((seen.units.len(), seen.codes()), (0, vec!["too-deep", "too-deep"]));
    assert!(seen.problems[1].message.starts_with("215 more"));

    // Members that share their bytes.
    let kernel = deflated(LINE, 128);
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("overlap.zip");
    fs::write(&path, overlapping(&kernel, 40))?;
    // Checksums are wrong, which shows at the end of each.
    bounded(&path, 3, &["corrupt", "corrupt", "too-large"])?;
    Ok(())
}

/// A zip whose list names the same bytes many times.
fn overlapping(packed: &[u8], members: u16) -> Vec<u8> {
    let one = zip_of("a.jsonl", 8, 0, packed, u32::MAX);
    let directory = one.len() - 22 - 46 - 7;
    let mut out = one[..directory].to_vec();
    for n in 0..members {
        let mut entry = one[directory..directory + 46 + 7].to_vec();
        entry[46..48].copy_from_slice(format!("{n:02}").as_bytes());
        out.extend_from_slice(&entry);
    }
    let mut end = one[one.len() - 22..].to_vec();
    end[8..10].copy_from_slice(&members.to_le_bytes());
    end[10..12].copy_from_slice(&members.to_le_bytes());
    end[12..16].copy_from_slice(&(u32::from(members) * 53).to_le_bytes());
    out.extend_from_slice(&end);
    out
}

#[test]
fn endless_lines_and_records_cost_no_memory() -> Result {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("long");
    let codes = |line: &'static str| vec![line];
    let set = "</PubmedArticle>\n<PubmedArticle/></PubmedArticleSet>";
    // A hole reads as zeros.
    let cases: [(&[u8], &str, usize, Vec<&str>); 14] = [
        (LINE, "\"}\n{\"_id\": \"z\", \"text\": \"x\"}\n", 2, codes("too-large")),
        (RECORDS, set, 2, codes("too-large")),
        (b"<PubmedArticleSet><PubmedArticle/><!--", "--><PubmedArticle/></PubmedArticleSet>", 2, vec![]),
        (b"<articles><article/><article>x", "</article><article/></articles>", 2, codes("too-large")),
        (b"[{\"protocolSection\": \"", "\"}, {\"protocolSection\": 1}]", 1, codes("too-large")),
        // Nothing tells where the next document might be, so that the rest is not even looked at.
        (b"<a>x", "</a>", 0, codes("unknown-format")),
        (b"<book>x", "</book>", 0, codes("too-large")),
        (b"<html><p>x", "", 0, codes("too-large")),
        (b"<!DOCTYPE a [ <!-- ", "--> ]><article/>", 0, codes("unknown-format")),
        (b"<a b='", "'/>", 0, codes("unknown-format")),
        (&b"words \n".repeat(600), "", 0, codes("too-large")),
        (b"", "", 0, codes("unknown-format")),
        (b"%PDF-1.7\n", "", 0, codes("too-large")),
        (b"PK\x03\x04", "", 0, codes("truncated")),
    ];
    for (n, (start, end, units, codes)) in cases.into_iter().enumerate() {
        let mut file = File::create(&path)?;
        file.write_all(start)?;
        // Those that are read to their end take their time: one of them has all of it.
        file.set_len(if n == 0 || units == 0 { 2 << 30 } else { 512 << 20 })?;
        file.seek(SeekFrom::End(0))?;
        file.write_all(end.as_bytes())?;
        bounded(&path, units, &codes)?;
    }
    Ok(())
}

#[test]
fn entities_are_neither_expanded_nor_fetched() -> Result {
    let mut laughs = String::from("<!ENTITY l0 'laugh'>");
    for n in 1..30 {
        laughs += &format!("<!ENTITY l{n} '{}'>", format!("&l{};", n - 1).repeat(10));
    }
    let blowup = format!("<!ENTITY l29 '{}'>", "x".repeat(100_000));
    let system = "<!ENTITY l29 SYSTEM 'file:///etc/passwd'><!ENTITY % p SYSTEM 'http://127.0.0.1:9/x.dtd'> %p;";
    for subset in [laughs.as_str(), &blowup, system] {
        let uses = "&l29; ".repeat(10_000);
        let article = format!(
            "<?xml version='1.0'?><!DOCTYPE article SYSTEM 'http://127.0.0.1:9/a.dtd' [{subset}]><article><front><article-meta><title-group><article-title>Title</article-title></title-group><abstract><p>Words of an abstract. {uses}</p></abstract></article-meta></front></article>"
        );
        let start = Instant::now();
        let seen = beside("a.xml", article.as_bytes())?;
        assert_eq!(seen.formats(), ["jats"]);
        let reading = read(&seen.units[0], &Context::of("c"));
        let text = reading.source.map(|s| s.text).unwrap_or_default();
        assert!(text.starts_with("Words of an abstract.") && text.len() < 200_000, "{}", text.len());
        assert!(!text.contains("root:") && !text.contains("laugh") && !text.contains("xxxx"));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    Ok(())
}

#[test]
fn deep_nesting_ends() -> Result {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let article = format!("<article><body>{}</body></article>", deep("<sec>", "</sec>"));
    let study = format!("{{\"protocolSection\": {}}}", deep("[", "]"));
    let line = format!("{{\"_id\": {}}}", deep("[", "]"));
    for (bytes, format) in [
        (article, Format::Jats),
        (study, Format::Trial),
        (line, Format::BeirLine),
        (deep("<div>", "</div>"), Format::Html),
        (deep("{\"a\":", "}").replacen("\"a\"", "\"protocolSection\"", 1), Format::Trial),
    ] {
        let seen = beside("deep", bytes.as_bytes())?;
        assert_eq!(seen.units.iter().map(|u| u.format).collect::<Vec<_>>(), [format]);
        let reading = read(&seen.units[0], &Context::of("c"));
        assert!(reading.source.is_some() || !reading.problems.is_empty(), "{format:?}");
    }
    let mut layers = ARTICLE.to_vec();
    let mut archives = ARTICLE.to_vec();
    for _ in 0..50 {
        layers = gzip(&layers)?;
        archives = gzip(&tar(&[("a.tar.gz", &archives)])?)?;
    }
    assert_eq!(beside("a.gz", &layers)?.codes(), ["unknown-format"]);
    assert_eq!(beside("a.tar.gz", &archives)?.codes(), ["too-deep"]);
    Ok(())
}

#[test]
fn broken_streams_keep_what_came_before() -> Result {
    let lines = b"{\"_id\": \"a\", \"text\": \"x\"}\n";
    // Text that does not compress to almost nothing, so that the cut is in its middle.
    let many: Vec<u8> = (0..20_000u64)
        .flat_map(|n| format!("{{\"_id\": \"{}\"}}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15)).into_bytes())
        .collect();
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let archive = tar(&[("a.xml", ARTICLE), ("b.xml", ARTICLE)])?;
    let seen = beside("a.gz", &half(gzip(&many)?))?;
    assert!(seen.units.len() > 1000);
    assert_eq!(seen.codes(), ["truncated"]);
    for (bytes, units, codes) in [
        (half(xz(&many)?), None, vec!["truncated"]),
        (half(zip(&[("a.jsonl", &many)])?), Some(0), vec!["truncated"]),
        (archive[..1500].to_vec(), Some(1), vec!["truncated"]),
        (archive[..archive.len() - 1024].to_vec(), Some(2), vec!["truncated"]),
        ([&archive[..], &archive].concat(), Some(4), vec![]),
        ([&archive[..], b"more"].concat(), Some(2), vec!["truncated"]),
        ([&archive[..], &[b'x'; 512]].concat(), Some(2), vec!["corrupt"]),
        ([&gzip(lines)?, &b"garbage"[..]].concat(), Some(1), vec!["corrupt"]),
        ([&gzip(ARTICLE)?, &b"garbage"[..]].concat(), Some(1), vec!["corrupt"]),
        ([&gzip(ARTICLE)?, &[0; 512][..]].concat(), Some(1), vec![]),
        (gzip(b"")?, Some(0), vec!["empty"]),
        (vec![], Some(0), vec!["empty"]),
        (vec![0; 10240], Some(0), vec!["unknown-format"]),
        (tar(&[])?, Some(0), vec!["unknown-format"]),
        (zip(&[])?, Some(0), vec!["empty"]),
        (gzip(&tar(&[("a.xml", b"")])?)?, Some(0), vec!["empty"]),
        (b"\x1F\x8B".to_vec(), Some(0), vec!["truncated"]),
        (b"\x1F\x8B\x08\0\0\0\0\0\0\0garbage".to_vec(), Some(0), vec!["corrupt"]),
        (b"<article><body>\xE9</body></article>".to_vec(), Some(1), vec![]),
        (b"<?xml version='1.0' encoding='UTF-16LE'?><article/>".to_vec(), Some(1), vec![]),
        (b"\xFF\xFE<\0a\0\x00\xD8<\0".to_vec(), Some(0), vec!["encoding"]),
        (b"<\0<\0\0".to_vec(), Some(0), vec!["encoding"]),
    ] {
        let seen = beside("broken", &bytes)?;
        assert_eq!(seen.codes(), codes, "{:?}", &bytes[..bytes.len().min(60)]);
        assert!(units.is_none_or(|units| units == seen.units.len()), "{:?}", &bytes[..bytes.len().min(60)]);
    }
    // A name of a member that would fill the memory.
    let mut header = tar::Header::new_gnu();
    header.set_entry_type(tar::EntryType::GNULongName);
    header.set_size(2 << 30);
    header.set_path("././@LongLink")?;
    header.set_cksum();
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("a.tar");
    let mut file = File::create(&path)?;
    file.write_all(header.as_bytes())?;
    file.set_len(2 << 30)?;
    bounded(&path, 0, &["corrupt"])?;
    // Long names as they are written in earnest.
    let mut builder = tar::Builder::new(Vec::new());
    let long = "folder/".repeat(30) + "a.xml";
    builder.append_data(&mut header_of(ARTICLE)?, &long, ARTICLE)?;
    builder.append_pax_extensions([("path", "é/b.xml".as_bytes())])?;
    builder.append_data(&mut header_of(ARTICLE)?, "b.xml", ARTICLE)?;
    fs::write(&path, builder.into_inner()?)?;
    let seen = look(&path);
    assert_eq!(seen.units.iter().filter_map(|u| u.origin.member.clone()).collect::<Vec<_>>(), [&long, "é/b.xml"]);
    assert_eq!(seen.codes(), Vec::<&str>::new());
    Ok(())
}

fn header_of(bytes: &[u8]) -> Result<tar::Header> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    Ok(header)
}

#[test]
fn a_file_that_changes_is_told() -> Result {
    let lines: String = (0..20_000).map(|n| format!("{{\"_id\": \"{n}\", \"text\": \"x\"}}\n")).collect();
    type Change = fn(&Path) -> Result;
    let changes: [(&str, Change); 5] = [
        ("grows", |path| Ok(OpenOptions::new().append(true).open(path)?.write_all(b"{}")?)),
        ("shrinks", |path| Ok(OpenOptions::new().write(true).open(path)?.set_len(100_000)?)),
        ("is replaced", |path| {
            fs::write(path.with_extension("new"), fs::read(path)?)?;
            Ok(fs::rename(path.with_extension("new"), path)?)
        }),
        ("is removed", |path| Ok(fs::remove_file(path)?)),
        ("is written over", |path| {
            let later = std::time::SystemTime::now() + Duration::from_secs(5);
            Ok(OpenOptions::new().write(true).open(path)?.set_modified(later)?)
        }),
    ];
    for (what, change) in changes {
        for packed in [false, true] {
            let folder = tempfile::tempdir()?;
            let path = folder.path().join("a.jsonl");
            let bytes = if packed { zip(&[("a.jsonl", lines.as_bytes())])? } else { lines.clone().into_bytes() };
            fs::write(&path, &bytes)?;
            fs::write(folder.path().join(BESIDE), ARTICLE)?;
            let seen = look_and(folder.path(), |units| {
                if units == 1 {
                    change(&path).unwrap();
                }
            });
            assert!(seen.units.len() > 2 && seen.units.last().unwrap().bytes == ARTICLE, "{what}");
            assert_eq!(seen.codes().last(), Some(&"changed"), "{what}: {:?}", seen.problems);
        }
    }
    Ok(())
}

#[test]
fn what_the_listing_saw_may_be_gone() -> Result {
    let folder = tempfile::tempdir()?;
    for name in ["a.xml", "b.xml", "c.xml"] {
        fs::write(folder.path().join(name), ARTICLE)?;
    }
    // The folder has been listed by the time the first unit comes.
    let seen = look_and(folder.path(), |units| {
        if units == 1 {
            fs::remove_file(folder.path().join("b.xml")).unwrap();
        }
    });
    assert_eq!((seen.units.len(), seen.codes()), (2, vec!["io"]));
    Ok(())
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_left_alone() -> Result {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("b"))?;
    symlink(folder.path(), at("b/loop"))?;
    symlink(at("nowhere"), at("c-dangling"))?;
    symlink(at("d-self"), at("d-self"))?;
    let _socket = std::os::unix::net::UnixListener::bind(at("e-socket"))?;
    symlink("/dev/zero", at("f-device"))?;
    let pipes = Command::new("mkfifo").arg(at("g-pipe")).status().is_ok_and(|s| s.success());
    fs::write(at(BESIDE), ARTICLE)?;
    let seen = look(folder.path());
    assert_eq!(seen.names(folder.path()), [BESIDE]);
    let mut codes = vec!["repeated-folder", "io", "io", "not-evidence", "not-evidence"];
    codes.extend(pipes.then_some("not-evidence"));
    assert_eq!(seen.codes(), codes);

    // Root may read everything, so that another user has to look.
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("a-folder"))?;
    fs::write(at("b.xml"), ARTICLE)?;
    fs::write(at(BESIDE), ARTICLE)?;
    for (name, mode) in [("a-folder", 0o000), ("b.xml", 0o000), ("", 0o755), (BESIDE, 0o644)] {
        fs::set_permissions(at(name), fs::Permissions::from_mode(mode))?;
    }
    let is_root = File::open(at("b.xml")).is_ok();
    let runner: &[&str] = if is_root { &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] } else { &[] };
    if let Some(cost) = apart(runner, folder.path())? {
        assert_eq!((cost.units, cost.codes), (1, vec!["io".to_owned(), "io".to_owned()]));
    }
    fs::set_permissions(at("a-folder"), fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[test]
fn names_of_members_lead_nowhere() -> Result {
    let members: Vec<(&str, &[u8])> =
        vec![("../../../../tmp/curbside-escaped.md", b"words"), ("/tmp/curbside-escaped.md", b"words")];
    for archive in [tar(&members)?, zip(&members)?] {
        let seen = beside("a", &archive)?;
        assert_eq!(seen.formats(), ["prose"; 2]);
        assert_eq!(seen.units[1].origin.member.as_deref(), Some("/tmp/curbside-escaped.md"));
        assert!(!Path::new("/tmp/curbside-escaped.md").exists());
    }
    Ok(())
}

#[test]
fn zeros_in_text_are_told_from_binary_data() -> Result {
    let mut text = b"words and more words\n".repeat(50);
    text[500] = 0;
    assert_eq!(beside("a.txt", &text)?.formats(), ["prose"]);
    assert_eq!(beside("a", &text)?.codes(), ["unknown-format"]);
    assert!(read_as(Format::BeirLine, "a.txt", &text).source.is_none());
    Ok(())
}
