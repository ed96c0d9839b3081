//! Markdown and plain text, with or without front matter, that is not a digest.
//!
//! Owns how the two are told apart and which encodings are taken. What the text means is decided in `markdown`, `lines`
//! and `front`; [`flow`], [`grid`] and [`values`] are shared with the readers of pages and Word documents. It must not
//! guess at metadata: what is not in the front matter is not known.

pub(crate) mod flow;
mod front;
pub(crate) mod grid;
mod lines;
mod markdown;
pub(crate) mod values;

use crate::decode;
use crate::document::Document;
use crate::html;
use crate::problem::{Origin, Place, Problem};
use crate::{Reading, Unit};
use encoding_rs::WINDOWS_1252;
use flow::Flow;
use std::borrow::Cow;

/// Reads one document.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let mut problems = Vec::new();
    let Some(text) = decoded(&unit.bytes, origin, &mut problems) else { return Reading::of(None, problems) };
    let text = without_nuls(text, origin, &mut problems);
    let mut document = Document::default();
    let (body, has_front) = front::read(&text, origin, &mut document, &mut problems);
    let mut flow = Flow::new(document);
    let struck_out = if has_front || markdown::is_markdown(body) {
        markdown::write(body, origin, &mut flow, &mut problems)
    } else {
        lines::write(body, &mut flow);
        false
    };
    if struck_out {
        problems.push(html::struck_out(origin));
    }
    let source = flow.finish().finish(unit, &mut problems);
    Reading::of(source, problems)
}

/// UTF-8, UTF-16 with its mark, or windows-1252 where every byte means something in it.
fn decoded<'a>(bytes: &'a [u8], origin: &Origin, problems: &mut Vec<Problem>) -> Option<Cow<'a, str>> {
    if let Some((encoding, length)) = encoding_rs::Encoding::for_bom(bytes)
        && encoding != encoding_rs::UTF_8
    {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default());
        if had_errors {
            let message =
                format!("this is not {} throughout, as its first bytes say; convert it to UTF-8", encoding.name());
            problems.push(Problem::error(origin, "encoding", message));
            return None;
        }
        return Some(text);
    }
    let place = match decode::utf8(bytes) {
        Ok(text) => return Some(text.into()),
        Err(place) => place,
    };
    if bytes.iter().any(|b| matches!(b, 0 | 0x81 | 0x8D | 0x8F | 0x90 | 0x9D)) {
        problems.push(Problem::not_utf8(origin, place));
        return None;
    }
    let message = "this is not UTF-8 and was read as windows-1252; look at letters with accents and at signs such as ≥, or convert the file to UTF-8";
    problems.push(Problem::warning(origin, "encoding", message).at(place));
    Some(WINDOWS_1252.decode_without_bom_handling(bytes).0)
}

fn without_nuls<'a>(text: Cow<'a, str>, origin: &Origin, problems: &mut Vec<Problem>) -> Cow<'a, str> {
    let Some(first) = memchr::memchr(0, text.as_bytes()) else { return text };
    let count = memchr::memchr_iter(0, text.as_bytes()).count();
    let message = format!(
        "this text holds {count} NUL bytes, which were taken out: it may be damaged or no text at all; compare it with the original"
    );
    problems.push(Problem::error(origin, "nul-bytes", message).at(Place::of(text.as_bytes(), first)));
    Cow::Owned(text.replace('\0', ""))
}
