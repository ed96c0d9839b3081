//! The encoding of a web page: what the page says of itself, checked against its bytes.
//!
//! Owns the order: byte order mark, meta element, XML declaration, UTF-8 where the bytes are UTF-8, windows-1252. It
//! must not replace characters silently: whatever is not what the page says is a problem.

use crate::problem::{Origin, Place, Problem};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// How far a meta element with the encoding is looked for; HTML asks for 1,024 bytes.
const PRESCAN: usize = 8_192;

/// The text of a page.
pub(super) fn decode<'a>(bytes: &'a [u8], origin: &Origin, problems: &mut Vec<Problem>) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return with(encoding, bytes.get(length..).unwrap_or_default(), origin, problems);
    }
    if bytes.starts_with(b"<\0") {
        return with(encoding_rs::UTF_16LE, bytes, origin, problems);
    }
    if bytes.starts_with(b"\0<") {
        return with(encoding_rs::UTF_16BE, bytes, origin, problems);
    }
    let head = bytes.get(..bytes.len().min(PRESCAN)).unwrap_or(bytes);
    let label = in_meta(head).or_else(|| in_declaration(head));
    let declared = label.as_deref().and_then(|l| Encoding::for_label(l.as_bytes()));
    let valid = std::str::from_utf8(bytes);
    match (declared, valid) {
        // A label that cannot be: UTF-16 would not have shown it.
        (Some(encoding), Ok(text)) if encoding == UTF_8 || encoding.name().starts_with("UTF-16") => text.into(),
        // Hardly any text in another encoding happens to be UTF-8: the page was converted and its label was not.
        (Some(encoding), Ok(text)) if encoding.is_single_byte() => {
            if !text.is_ascii() {
                let message = format!(
                    "this page says it is {:?} but is UTF-8, and was read as UTF-8; look at letters with accents and at signs such as ≥",
                    encoding.name()
                );
                problems.push(Problem::warning(origin, "encoding", message));
            }
            text.into()
        }
        (Some(encoding), _) => with(encoding, bytes, origin, problems),
        (None, Ok(text)) => text.into(),
        (None, Err(error)) => {
            let message = format!(
                "this page does not say its encoding{} and is not UTF-8; it was read as windows-1252: look at letters with accents and at signs such as ≥",
                label.map(|l| format!(" in words known here ({l:?})")).unwrap_or_default()
            );
            let place = Place::of(bytes, error.valid_up_to());
            problems.push(Problem::warning(origin, "encoding", message).at(place));
            with(WINDOWS_1252, bytes, origin, problems)
        }
    }
}

fn with<'a>(
    encoding: &'static Encoding,
    bytes: &'a [u8],
    origin: &Origin,
    problems: &mut Vec<Problem>,
) -> Cow<'a, str> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        let message = format!(
            "some bytes of this page are not {}, which it says it is in; each stands as \u{fffd} in the text: fetch the page again",
            encoding.name()
        );
        let place = (encoding == UTF_8)
            .then(|| std::str::from_utf8(bytes).err().map(|e| Place::of(bytes, e.valid_up_to())))
            .flatten();
        problems.push(Problem { place, ..Problem::error(origin, "encoding", message) });
    }
    text
}

/// The `charset` of the first meta element that has one.
fn in_meta(head: &[u8]) -> Option<String> {
    let lower = head.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(lower.get(from..)?, b"<meta") {
        let tag = lower.get(from + at..)?;
        let tag = tag.get(..memchr::memchr(b'>', tag).unwrap_or(tag.len()))?;
        if let Some(found) = memchr::memmem::find(tag, b"charset") {
            let value = tag.get(found + 7..)?.trim_ascii_start();
            if let Some(value) = value.strip_prefix(b"=") {
                let value = value.trim_ascii_start();
                let value = value.strip_prefix(b"\"").or_else(|| value.strip_prefix(b"'")).unwrap_or(value);
                let end = value.iter().position(|b| b" \t\r\n\"';/>".contains(b)).unwrap_or(value.len());
                let label = String::from_utf8_lossy(value.get(..end)?).into_owned();
                if !label.is_empty() {
                    return Some(label);
                }
            }
        }
        from += at + 5;
    }
    None
}

/// The encoding of an XML declaration, in pages written as XHTML.
fn in_declaration(head: &[u8]) -> Option<String> {
    let rest = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let declaration = std::str::from_utf8(rest.get(..memchr::memchr(b'>', rest)?)?).ok()?;
    let value = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (String, Vec<&'static str>) {
        let mut problems = Vec::new();
        let text = decode(bytes, &Origin::file("x.html"), &mut problems).into_owned();
        (text, problems.iter().map(|p| p.code).collect())
    }

    #[test]
    fn a_page_is_read_as_it_says() {
        assert_eq!(read(b"\xEF\xBB\xBF<p>\xC3\xA9"), ("<p>é".into(), vec![]));
        assert_eq!(read(b"<meta charset=iso-8859-1><p>\xE9").0, "<meta charset=iso-8859-1><p>é");
        assert!(read(b"<META content='text/html; charset=windows-1251' http-equiv=x>\xC4").0.ends_with('Д'));
        assert!(read(b"<?xml version='1.0' encoding='ISO-8859-2'?><p>\xB1").0.ends_with('ą'));
        assert_eq!(read(b"<p>\xE2\x89\xA5"), ("<p>≥".into(), vec![]));
        let wide: Vec<u8> = "<p>é".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&wide).0, "<p>é");
    }

    #[test]
    fn what_does_not_fit_is_told() {
        assert_eq!(read(b"<p>caf\xE9 \x80"), ("<p>café €".into(), vec!["encoding"]));
        assert_eq!(read(b"<meta charset=utf-8>\xE9"), ("<meta charset=utf-8>\u{fffd}".into(), vec!["encoding"]));
        assert_eq!(read("<meta charset=latin1>≥".as_bytes()), ("<meta charset=latin1>≥".into(), vec!["encoding"]));
        assert_eq!(read(b"<meta charset=klingon>\xE9").1, ["encoding"]);
    }
}
