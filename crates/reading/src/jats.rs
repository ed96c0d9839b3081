//! Articles in JATS XML, of every version PubMed Central accepts, with or without wrappers.
//!
//! Owns what of an article is evidence: title, abstract, sections, tables with their footnotes, captions and the
//! reference list are; acknowledgements, funding, other footnotes, supplements and peer review reports are not. One pass over the events of
//! `quick-xml`, an explicit stack, nothing fetched, no entity expanded beyond the predefined, numeric and HTML ones.
//! An article that is cut off is reported, and kept only where title and abstract were complete.

pub(crate) mod attributes;
mod blocks;
mod book;
pub(crate) mod dates;
pub(crate) mod entities;
mod finish;
mod formula;
mod front;
pub(crate) mod inline;
mod mode;
mod notices;
mod parser;
mod references;
pub(crate) mod sections;
mod table;

use crate::decode::{self, Undecodable};
use crate::problem::{Place, Problem};
use crate::{Reading, Unit};
use parser::Parser;
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

pub(crate) use attributes::attribute;
pub(crate) use book::read as read_book;
pub(crate) use entities::named;
pub(crate) use inline::{isotope, push, spaces, takes_exponent};
pub(crate) use parser::unknown_entity;

/// Elements deeper than this are an attack or a mistake; no real document comes near.
const DEEPEST: usize = 512;

/// Why reading stopped before the end.
pub(crate) struct Cut {
    pub(crate) problem: Problem,
}

/// What the events of an XML document go to.
pub(crate) trait Handler {
    /// Open elements.
    fn depth(&self) -> usize;
    /// An element opens; its content or its end follows.
    fn start(&mut self, element: &BytesStart);
    /// The innermost element closes.
    fn end(&mut self);
    /// Text, or the content of a CDATA section.
    fn text(&mut self, text: &str);
    /// An entity or character reference; a problem where it is unknown.
    fn entity(&mut self, entity: &BytesRef) -> Option<Problem>;
    /// Something was wrong and reading goes on.
    fn problem(&mut self, problem: Problem);
}

/// Reads one article.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let text = match decoded(unit) {
        Ok(text) => text,
        Err(problem) => return Reading::failed(*problem),
    };
    let mut parser = Parser::new(origin);
    let cut = drive(&text, &mut parser, unit);
    finish::finish(parser, unit, cut)
}

/// The text of an XML document, or why it has none.
pub(crate) fn decoded(unit: &Unit) -> Result<Cow<'_, str>, Box<Problem>> {
    let origin = &unit.origin;
    decode::xml(&unit.bytes).map_err(|error| match error {
        Undecodable::At(place) => Box::new(Problem::not_utf8(origin, place)),
        Undecodable::Encoding(name) => {
            let message = format!(
                "this is not text in the encoding {name:?} that it declares; convert it to UTF-8 and add it again"
            );
            Box::new(Problem::error(origin, "encoding", message))
        }
    })
}

/// Feeds the events of a document to a handler; tells where it had to stop.
pub(crate) fn drive<H: Handler>(text: &str, parser: &mut H, unit: &Unit) -> Option<Cut> {
    let stop = |code, message: String, at: usize| {
        Some(Cut { problem: Problem::error(&unit.origin, code, message).at(Place::of(text.as_bytes(), at)) })
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                if parser.depth() >= DEEPEST {
                    let message = format!(
                        "elements are nested more than {DEEPEST} deep; this is no real document, remove the file"
                    );
                    return stop("too-deep", message, position(&reader));
                }
                parser.start(&element);
            }
            Ok(Event::Empty(element)) => {
                parser.start(&element);
                parser.end();
            }
            Ok(Event::End(_)) => parser.end(),
            Ok(Event::Text(part)) => parser.text(&part),
            Ok(Event::CData(part)) => parser.text(&part),
            Ok(Event::GeneralRef(entity)) => {
                if let Some(problem) = parser.entity(&entity) {
                    parser.problem(problem.at(Place::of(text.as_bytes(), position(&reader))));
                }
            }
            Ok(Event::Comment(_) | Event::PI(_) | Event::DocType(_) | Event::Decl(_)) => {}
            Ok(Event::Eof) if parser.depth() == 0 => return None,
            Ok(Event::Eof) => {
                return stop(
                    "truncated",
                    "the document ends in the middle; fetch the file again".to_owned(),
                    text.len(),
                );
            }
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(text.len());
                let code = if at + 1 >= text.len() { "truncated" } else { "not-well-formed" };
                return stop(code, format!("this is not well-formed XML: {error}; mend or fetch the file again"), at);
            }
        }
    }
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}
