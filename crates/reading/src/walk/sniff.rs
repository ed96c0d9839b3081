//! Telling what bytes are from the bytes alone.

/// How many bytes are looked at first: a tar header is 512.
pub(super) const HEAD: usize = 4096;

/// What a stream holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Gzip,
    Xz,
    Tar,
    Xml,
    Markdown,
    JsonLines,
    Empty,
    NotUtf8,
    /// Something else, in words.
    Unknown(&'static str),
}

/// Tells the content of a stream by its first [`HEAD`] bytes, or all of them where it is shorter.
pub(super) fn content(head: &[u8]) -> Content {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "a ZIP archive or an Office document"),
        (b"\x28\xB5\x2F\xFD", "compressed with zstd"),
        (b"BZh", "compressed with bzip2"),
        (b"7z\xBC\xAF", "a 7z archive"),
        (b"%PDF", "a PDF"),
        (b"\x89PNG", "a picture"),
        (b"\xFF\xD8\xFF", "a picture"),
        (b"GIF8", "a picture"),
        (b"SQLite format 3", "a database"),
    ];
    if head.starts_with(&[0x1F, 0x8B]) {
        return Content::Gzip;
    }
    if head.starts_with(&[0xFD, b'7', b'z', b'X', b'Z', 0]) {
        return Content::Xz;
    }
    if is_tar(head) {
        return Content::Tar;
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Content::Unknown(what);
    }
    if head.starts_with(b"\xFF\xFE")
        || head.starts_with(b"\xFE\xFF")
        || head.starts_with(b"<\0")
        || head.starts_with(b"\0<")
    {
        return Content::Xml;
    }
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    match text.first() {
        None => return Content::Empty,
        // What encoding XML is in is told by its declaration.
        Some(b'<') if !html(text) => return Content::Xml,
        Some(b'<') => return Content::Unknown("a web page"),
        _ => {}
    }
    if text.contains(&0) {
        return Content::Unknown("binary data");
    }
    let cut = std::str::from_utf8(text).err();
    if cut.is_some_and(|e| e.error_len().is_some() || head.len() < HEAD) {
        return Content::NotUtf8;
    }
    if text.starts_with(b"---\n") || text.starts_with(b"---\r\n") || text.starts_with(b"--- \n") {
        Content::Markdown
    } else if text.starts_with(b"{") {
        Content::JsonLines
    } else if text.starts_with(b"[") {
        Content::Unknown("a JSON array")
    } else {
        Content::Unknown("text in a form")
    }
}

fn html(text: &[u8]) -> bool {
    let start = text.get(..text.len().min(15)).unwrap_or_default().to_ascii_lowercase();
    start.starts_with(b"<!doctype html") || start.starts_with(b"<html")
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

/// Whether XML holds an `article` element, in any encoding with plain ASCII or in UTF-16.
pub(super) fn is_article(bytes: &[u8]) -> bool {
    let tag = |finder: &[u8], step: usize| {
        memchr::memmem::find_iter(bytes, finder).any(|at| {
            let next =
                bytes.get(at + finder.len()).copied().or_else(|| bytes.get(at + finder.len() + step - 1).copied());
            matches!(next, Some(b' ' | b'>' | b'\n' | b'\r' | b'\t' | b'/'))
        })
    };
    if tag(b"<article", 1) {
        return true;
    }
    let wide =
        |little: bool| -> Vec<u8> { "<article".bytes().flat_map(|b| if little { [b, 0] } else { [0, b] }).collect() };
    [wide(true), wide(false)].iter().any(|w| memchr::memmem::find(bytes, w).is_some())
}

/// The name of the first element.
pub(super) fn root(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    loop {
        rest = rest.get(memchr::memchr(b'<', rest)? + 1..)?;
        if rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') {
            let name: Vec<u8> = rest
                .iter()
                .copied()
                .take_while(|b| b.is_ascii_alphanumeric() || b"-_:.".contains(b))
                .take(60)
                .collect();
            return String::from_utf8(name).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_from_bytes() {
        assert_eq!(content(b"\x1F\x8B\x08"), Content::Gzip);
        assert_eq!(content(b"\xEF\xBB\xBF \n<?xml version='1.0'?>"), Content::Xml);
        assert_eq!(content(b"<?xml version='1.0' encoding='latin1'?><a>\xE9</a>"), Content::Xml);
        assert_eq!(content(b"---\ntitle: x\n"), Content::Markdown);
        assert_eq!(content(b"{\"_id\": 1}"), Content::JsonLines);
        assert_eq!(content(b" \n"), Content::Empty);
        assert_eq!(content(b"caf\xE9"), Content::NotUtf8);
        assert_eq!(content(b"%PDF-1.4"), Content::Unknown("a PDF"));
        assert_eq!(content(b"query-id\tcorpus-id"), Content::Unknown("text in a form"));
        assert_eq!(content(b"<!DOCTYPE html><html>"), Content::Unknown("a web page"));
    }

    #[test]
    fn articles_are_told_from_other_xml() {
        assert!(is_article(b"<pmc-articleset><article x='y'>"));
        assert!(!is_article(b"<book><article-title>x</article-title></book>"));
        assert_eq!(root(b"<?xml?><!-- x --><rdf:RDF a='b'>").as_deref(), Some("rdf:RDF"));
    }
}
