//! Articles in JATS XML, of every version PubMed Central accepts, with or without wrappers.
//!
//! Owns what of an article is evidence: title, abstract, sections, tables, captions and the reference list are;
//! acknowledgements, funding, footnotes, supplements and peer review reports are not. One pass over the events of
//! `quick-xml`, an explicit stack, nothing fetched, no entity expanded beyond the predefined, numeric and HTML ones.
//! An article that is cut off is reported, and kept only where title and abstract were complete.

mod attributes;
mod blocks;
mod dates;
mod entities;
mod finish;
mod formula;
mod front;
mod inline;
mod mode;
mod parser;
mod references;
mod sections;
mod table;

use crate::decode::{self, Undecodable};
use crate::problem::{Place, Problem};
use crate::{Reading, Unit};
use parser::Parser;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements deeper than this are an attack or a mistake; no real article comes near.
const DEEPEST: usize = 512;

/// Why reading stopped before the end.
struct Cut {
    problem: Problem,
}

/// Reads one article.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let text = match decode::xml(&unit.bytes) {
        Ok(text) => text,
        Err(Undecodable::At(place)) => return Reading::failed(Problem::not_utf8(origin, place)),
        Err(Undecodable::Encoding(name)) => {
            let message = format!(
                "this is not text in the encoding {name:?} that it declares; convert it to UTF-8 and add it again"
            );
            return Reading::failed(Problem::error(origin, "encoding", message));
        }
    };
    let mut parser = Parser::new(origin);
    let cut = drive(&text, &mut parser, unit);
    finish::finish(parser, unit, cut)
}

/// Feeds the events of a document to the parser; tells where it had to stop.
fn drive(text: &str, parser: &mut Parser, unit: &Unit) -> Option<Cut> {
    let stop = |code, message: String, at: usize| {
        Some(Cut { problem: Problem::error(&unit.origin, code, message).at(Place::of(text.as_bytes(), at)) })
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                if parser.depth() >= DEEPEST {
                    let message =
                        format!("elements are nested more than {DEEPEST} deep; this is no article, remove the file");
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
                    parser.problems.push(problem.at(Place::of(text.as_bytes(), position(&reader))));
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
