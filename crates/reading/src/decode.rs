//! Bytes to text: byte order marks, and XML that declares another encoding.
//!
//! Owns the decision which encoding a document is in. It must not guess: bytes that are not what the document says
//! they are give an error with a place, never replacement characters.

use crate::problem::Place;
use std::borrow::Cow;

/// UTF-8 text without its byte order mark, or the place where it stops being UTF-8.
pub(crate) fn utf8(bytes: &[u8]) -> Result<&str, Place> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|e| Place::of(bytes, e.valid_up_to()))
}

/// Why XML could not be decoded.
pub(crate) enum Undecodable {
    /// The bytes are not what they should be, from this place on.
    At(Place),
    /// The declared encoding is unknown, or the bytes do not fit it.
    Encoding(String),
}

/// The text of an XML document: byte order mark first, then the encoding its declaration names, then UTF-8.
pub(crate) fn xml(bytes: &[u8]) -> Result<Cow<'_, str>, Undecodable> {
    let encoding = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        // UTF-16 without a mark shows in its first character, which is always `<`.
        None if bytes.starts_with(b"<\0") => encoding_rs::UTF_16LE,
        None if bytes.starts_with(b"\0<") => encoding_rs::UTF_16BE,
        None => match declared(bytes) {
            Some(label) => encoding_rs::Encoding::for_label(label.as_bytes())
                .ok_or_else(|| Undecodable::Encoding(label.to_owned()))?,
            None => encoding_rs::UTF_8,
        },
    };
    // A declaration of UTF-16 in a file that is plainly not: such files are UTF-8 that a tool converted.
    let encoding =
        if encoding != encoding_rs::UTF_8 && declared(bytes).is_some() && encoding.name().starts_with("UTF-16") {
            encoding_rs::UTF_8
        } else {
            encoding
        };
    if encoding == encoding_rs::UTF_8 {
        return utf8(bytes).map(Cow::Borrowed).map_err(Undecodable::At);
    }
    let (text, _, had_errors) = encoding.decode(bytes);
    if had_errors { Err(Undecodable::Encoding(encoding.name().to_owned())) } else { Ok(text) }
}

/// The encoding named in an ASCII-compatible XML declaration.
pub(crate) fn declared(bytes: &[u8]) -> Option<&str> {
    let head = bytes.get(..bytes.len().min(200))?;
    let head = head.trim_ascii_start().strip_prefix(b"<?xml")?;
    let end = memchr::memchr(b'>', head)?;
    let head = std::str::from_utf8(head.get(..end)?).ok()?;
    let value = head.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value.get(1..)?.split(quote).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        xml(bytes).map(Cow::into_owned).unwrap_or_default()
    }

    #[test]
    fn declared_encodings_are_followed() {
        assert_eq!(text(b"\xEF\xBB\xBF<a>\xC3\xA9</a>"), "<a>é</a>");
        assert!(text(b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>").ends_with("<a>é</a>"));
        assert!(text(b"<?xml version=\"1.0\" encoding=\"windows-1252\"?><a>\x96</a>").ends_with("<a>–</a>"));
        let utf16: Vec<u8> = "\u{feff}<a>é</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(&utf16), "<a>é</a>");
        assert!(text(b"<?xml version=\"1.0\" encoding=\"UTF-16\"?><a>\xC3\xA9</a>").ends_with("<a>é</a>"));
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(matches!(xml(b"<a>\n\xE9</a>"), Err(Undecodable::At(Place { line: 2, column: 1 }))));
        assert!(matches!(xml(b"<?xml version='1.0' encoding='klingon'?><a/>"), Err(Undecodable::Encoding(_))));
    }
}
