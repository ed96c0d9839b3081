//! The title that a file carries beside its text.
//!
//! Owns the encodings of such strings. Whether the title is to be believed is not decided here.

use hayro_interpret::hayro_syntax::Pdf;

/// The title among the file's properties.
pub(super) fn carried(pdf: &Pdf) -> Option<String> {
    let bytes = pdf.metadata().title.as_deref()?;
    let text = decode(bytes.get(..2_000).unwrap_or(bytes));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// Text in UTF-16 or UTF-8 with its mark, else in the encoding of PDF, which for letters is Latin-1.
pub(super) fn decode(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        [0xFF, 0xFE, rest @ ..] => {
            let units = rest.chunks_exact(2).map(|p| u16::from_le_bytes([p[0], p[1]]));
            char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        plain => plain.iter().map(|&b| pdf_doc(b)).collect(),
    }
}

fn pdf_doc(b: u8) -> char {
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚', '™', 'ﬁ', 'ﬂ', 'Ł',
        'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{fffd}', '€',
    ];
    match b {
        0x80..=0xa0 => HIGH.get(usize::from(b - 0x80)).copied().unwrap_or('\u{fffd}'),
        b => char::from(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_of_all_encodings_are_read() {
        assert_eq!(decode(b"\xfe\xff\x00A\x20\x13\x00B"), "A\u{2013}B");
        assert_eq!(decode(b"\xff\xfeA\x00"), "A");
        assert_eq!(decode("\u{feff}\u{e9}".as_bytes()), "\u{e9}");
        assert_eq!(decode(b"A \x85 \xe9"), "A \u{2013} \u{e9}");
        assert_eq!(decode(b"\xfe\xff\xd8\x00"), "\u{fffd}");
    }
}
