//! Telling what bytes are from the bytes alone; a name counts only where text has no mark of its own.

use super::names::Named;
use super::objects;
use encoding_rs::Encoding;
use memchr::memmem;

/// How many bytes are looked at first: a tar header is 512, a PDF may start within 1024.
pub(super) const HEAD: usize = 4096;

/// What a stream holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    Gzip,
    Xz,
    Tar,
    Zip,
    /// Text in UTF-16.
    Wide(&'static Encoding),
    /// XML or HTML.
    Markup,
    /// JSON; whether it has an object a line.
    Json {
        lines: bool,
    },
    /// Text between `---` lines comes first: a digest, or prose with front matter.
    FrontMatter,
    Prose,
    Pdf,
    Picture,
    /// A list of retractions, in CSV.
    Retractions,
    Empty,
    NotUtf8,
    /// Something else, in words.
    Unknown(String),
}

/// Formats that start with fixed bytes and are not read.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x28\xB5\x2F\xFD", "compressed with zstd; unpack it first"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive; unpack it first"),
    (b"Rar!\x1A\x07", "a RAR archive; unpack it first"),
    (b"LZIP", "compressed with lzip; unpack it first"),
    (b"\x1F\x9D", "compressed with compress; unpack it first"),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        "an Office document of before 2007 or one locked with a password; save it as .docx without one",
    ),
    (b"{\\rtf", "rich text (RTF); save it as .docx"),
    (b"%!PS", "PostScript; make a PDF of it"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7FELF", "a program"),
    (b"PAR1", "a Parquet table"),
];

const PICTURES: &[&[u8]] = &[b"\x89PNG", b"\xFF\xD8\xFF", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*"];

/// Tells the content of a stream by its first bytes, [`HEAD`] or more; `all` where there are no others.
pub(super) fn content(head: &[u8], all: bool, named: &Named) -> Content {
    if let Some(content) = binary(head) {
        return content;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let is_prose = *named == Named::Prose;
    match (text.first(), text.get(1)) {
        (None, _) if all => return Content::Empty,
        (None, _) => return Content::Unknown("nothing but white space, as far as it was looked at".to_owned()),
        // What encoding XML is in is told by its declaration.
        (Some(b'<'), Some(b)) if b.is_ascii_alphabetic() || b"!?_:".contains(b) => return Content::Markup,
        (Some(b'<'), None) if !is_prose => return Content::Markup,
        _ => {}
    }
    // Lines that are not text are told one by one.
    if let Some(b'{') = text.first()
        && matches!(text.get(1..).map(|t| t.trim_ascii_start().first()), Some(Some(b'"' | b'}') | None))
        && !(is_prose && text.len() < 2)
    {
        return Content::Json { lines: objects::is_lines(text) };
    }
    if let Some(b'[') = text.first()
        && matches!(text.get(1..).map(|t| t.trim_ascii_start().first()), Some(Some(b'{')))
    {
        return Content::Json { lines: false };
    }
    if let Some(content) = not_text(text, head.len(), named) {
        return content;
    }
    if text.split(|&b| b == b'\n').next().is_some_and(|line| line.trim_ascii_end() == b"---") {
        return Content::FrontMatter;
    }
    let header = text.split(|&b| b == b'\n').next().unwrap_or_default();
    if memmem::find(header, b"RetractionNature").is_some() {
        return Content::Retractions;
    }
    let next = text.strip_prefix(b"[").and_then(|rest| rest.trim_ascii_start().first());
    if !is_prose && matches!(next, Some(b'"' | b'[')) {
        return Content::Unknown("a JSON array of something else than studies".to_owned());
    }
    if let Named::Other(extension) = named {
        return Content::Unknown(format!(
            "text with the extension .{extension}, which is not taken for prose; if it is a document, name it .txt or .md"
        ));
    }
    let fault = std::str::from_utf8(text).err();
    if !is_prose && fault.is_some_and(|e| e.error_len().is_some() || all) {
        return Content::NotUtf8;
    }
    Content::Prose
}

/// What starts with fixed bytes.
fn binary(head: &[u8]) -> Option<Content> {
    if head.starts_with(&[0x1F, 0x8B]) {
        return Some(Content::Gzip);
    }
    if head.starts_with(&[0xFD, b'7', b'z', b'X', b'Z', 0]) {
        return Some(Content::Xz);
    }
    if is_zip(head) {
        return Some(Content::Zip);
    }
    if is_tar(head) {
        return Some(Content::Tar);
    }
    if is_pdf(head) {
        return Some(Content::Pdf);
    }
    if head.starts_with(b"BZh") && head.get(4..10) == Some(b"1AY&SY") {
        return Some(Content::Unknown("compressed with bzip2; unpack it first".to_owned()));
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(Content::Unknown((*what).to_owned()));
    }
    let is_webp = head.starts_with(b"RIFF") && head.get(8..12) == Some(b"WEBP");
    if is_webp || PICTURES.iter().any(|magic| head.starts_with(magic)) {
        return Some(Content::Picture);
    }
    if head.starts_with(b"\xFF\xFE") || head.starts_with(b"<\0") {
        return Some(Content::Wide(encoding_rs::UTF_16LE));
    }
    if head.starts_with(b"\xFE\xFF") || head.starts_with(b"\0<") {
        return Some(Content::Wide(encoding_rs::UTF_16BE));
    }
    None
}

/// Bytes that cannot be text.
fn not_text(text: &[u8], looked_at: usize, named: &Named) -> Option<Content> {
    let zeros = text.iter().filter(|&&b| b == 0).count();
    if zeros == text.len() {
        return Some(Content::Unknown(
            "nothing but zero bytes, as far as it was looked at: an empty archive, or a file that was never written"
                .to_owned(),
        ));
    }
    let controls = text.iter().filter(|&&b| b < 0x20 && !b"\0\t\n\r\x0B\x0C\x1B".contains(&b)).count();
    let zeros_allowed = if *named == Named::Prose { looked_at / 100 } else { 0 };
    (zeros > zeros_allowed || controls > looked_at.div_ceil(100)).then(|| Content::Unknown("binary data".to_owned()))
}

/// A zip: its first member, or nothing but its end.
pub(super) fn is_zip(head: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08"].iter().any(|magic| head.starts_with(magic))
}

/// A PDF header may come behind up to 1024 bytes of something else, but not in the middle of a line of text.
fn is_pdf(head: &[u8]) -> bool {
    let start = head.get(..head.len().min(1029)).unwrap_or_default();
    memmem::find_iter(start, b"%PDF-").any(|at| {
        let before = start.get(..at).unwrap_or_default();
        let is_binary = std::str::from_utf8(before).is_err() || before.contains(&0);
        is_binary || matches!(before.last(), None | Some(b'\n' | b'\r')) || before == b"\xEF\xBB\xBF"
    })
}

/// A tar header: its magic, or for the oldest kind its checksum.
fn is_tar(head: &[u8]) -> bool {
    if head.get(257..262) == Some(b"ustar") {
        return true;
    }
    let Some(header) = head.get(..512) else { return false };
    if header.first() == Some(&0) {
        return false;
    }
    let told = header.get(148..156).unwrap_or_default();
    let digits: String = told.iter().map(|&b| char::from(b)).filter(|c| ('0'..='7').contains(c)).collect();
    let sum: u64 =
        header.iter().enumerate().map(|(i, &b)| if (148..156).contains(&i) { 32 } else { u64::from(b) }).sum();
    u64::from_str_radix(&digits, 8).is_ok_and(|n| n == sum)
}

/// Whether a document with front matter is a digest: it says so, or has the date by which only digests are reviewed.
pub(super) fn is_digest(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    let front = text.split(|&b| b == b'\n').skip(1).take_while(|line| {
        let line = line.trim_ascii_end();
        line != b"---" && line != b"..."
    });
    front.filter_map(|line| std::str::from_utf8(line).ok()).any(|line| {
        let Some((key, value)) = line.split_once(':') else { return false };
        match key.trim_end().trim_matches(['"', '\'']) {
            "review_by" => true,
            "kind" => value.trim().trim_matches(['"', '\'']).starts_with("guideline-digest"),
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(head: &[u8]) -> Content {
        content(head, true, &Named::Bare)
    }

    #[test]
    fn content_is_told_from_bytes() {
        assert_eq!(told(b"\x1F\x8B\x08"), Content::Gzip);
        assert_eq!(told(b"PK\x05\x06"), Content::Zip);
        assert_eq!(told(b"\xEF\xBB\xBF \n<?xml version='1.0'?>"), Content::Markup);
        assert_eq!(told(b"<?xml version='1.0' encoding='latin1'?><a>\xE9</a>"), Content::Markup);
        assert_eq!(told(b"<!DOCTYPE html><html>"), Content::Markup);
        assert_eq!(told(b"\xFF\xFE<\0a\0"), Content::Wide(encoding_rs::UTF_16LE));
        assert_eq!(told(b"---\ntitle: x\n"), Content::FrontMatter);
        assert_eq!(told(b"--- \r\ntitle: x\n"), Content::FrontMatter);
        assert_eq!(told(b"{\"_id\": 1}"), Content::Json { lines: true });
        assert_eq!(told(b"{\n\"_id\": 1}"), Content::Json { lines: false });
        assert_eq!(told(b"[ {"), Content::Json { lines: false });
        assert_eq!(told(b" \n"), Content::Empty);
        assert_eq!(told(b"%PDF-1.4"), Content::Pdf);
        assert_eq!(told(b"\xFF\x00junk%PDF-1.4"), Content::Pdf);
        assert_eq!(told(b"HTTP/1.1 200 OK\r\n\r\n%PDF-1.4"), Content::Pdf);
        assert_eq!(told(b"A file starts with %PDF-1.4"), Content::Prose);
        assert_eq!(told(b"\x89PNG\r\n"), Content::Picture);
        assert!(matches!(told(b"{\\rtf1"), Content::Unknown(_)));
        assert!(matches!(told(b"[[1]]"), Content::Unknown(_)));
        assert_eq!(told(b"Record ID,Title,RetractionNature\n1,x,Retraction"), Content::Retractions);
        assert_eq!(told(b"BZhang wrote"), Content::Prose);
        assert_eq!(told(b"[1] Smith"), Content::Prose);
        assert_eq!(told(b"<5% of all"), Content::Prose);
    }

    #[test]
    fn text_without_a_mark_goes_by_its_name() {
        let other = Named::Other("csv".to_owned());
        assert!(matches!(content(b"query-id\tcorpus-id", true, &other), Content::Unknown(_)));
        assert_eq!(content(b"words", true, &Named::Bare), Content::Prose);
        assert_eq!(content(b"caf\xE9", true, &Named::Bare), Content::NotUtf8);
        assert_eq!(content(b"caf\xC3", false, &Named::Bare), Content::Prose);
        assert_eq!(content(b"caf\xE9", true, &Named::Prose), Content::Prose);
        let mut zeros = b"words ".repeat(100);
        zeros[9] = 0;
        assert_eq!(content(&zeros, true, &Named::Prose), Content::Prose);
        assert!(matches!(content(&zeros, true, &Named::Bare), Content::Unknown(_)));
        zeros[..90].fill(0);
        assert!(matches!(content(&zeros, true, &Named::Prose), Content::Unknown(_)));
        assert!(matches!(content(&[0; 4096], true, &Named::Prose), Content::Unknown(_)));
        assert!(matches!(content(b"\x01\x02\x03\x04words", true, &Named::Prose), Content::Unknown(_)));
    }

    #[test]
    fn digests_are_told_from_other_front_matter() {
        for digest in [
            "kind: guideline-digest",
            "\"kind\": 'guideline-digest'",
            "title: x\r\nreview_by: 2020-01-01",
            "kind: guidline\nreview_by : 2020",
        ] {
            assert!(is_digest(format!("---\n{digest}\n---\ntext").as_bytes()), "{digest}");
        }
        for other in ["title: x", "kind: note", "tags:\n  review_by: x", "title: x\n---\nreview_by: 1"] {
            assert!(!is_digest(format!("---\n{other}\n---\ntext").as_bytes()), "{other}");
        }
    }
}
