//! PubMed records: articles, books and deletions.
//!
//! Owns what of a record is evidence (title and abstracts), what it says of the standing of works (retractions,
//! concerns, corrections) and which identifiers are its own. One unit is one `PubmedArticle`, `PubmedBookArticle` or
//! `DeleteCitation`; one pass over the events of `quick-xml`, an explicit stack, no entity expanded beyond the
//! predefined, numeric and HTML ones. It must not look anything up, nor take an identifier from a reference list.

mod finish;
mod math;
mod mode;
mod notices;
mod parser;
mod record;

use crate::decode::{self, Undecodable};
use crate::problem::{Origin, Place, Problem};
use crate::{Reading, Unit};
use parser::Parser;
use quick_xml::Reader;
use quick_xml::events::Event;

/// Elements deeper than this are an attack or a mistake; no real record comes near.
const DEEPEST: usize = 512;

/// Reads one record.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let text = match decode::xml(&unit.bytes) {
        Ok(text) => text,
        Err(Undecodable::At(place)) => return Reading::failed(Problem::not_utf8(origin, shifted(origin, place))),
        Err(Undecodable::Encoding(name)) => {
            let message = format!(
                "this is not text in the encoding {name:?} that it declares; convert it to UTF-8 and add it again"
            );
            return Reading::failed(Problem::error(origin, "encoding", message));
        }
    };
    let mut parser = Parser::new(origin);
    let cut = drive(&text, &mut parser);
    finish::finish(parser, unit, cut)
}

/// A place in the file, where the unit says on which line of it the record starts.
fn shifted(origin: &Origin, place: Place) -> Place {
    Place { line: place.line + origin.line.unwrap_or(1).saturating_sub(1), ..place }
}

/// Feeds the events of a record to the parser; tells where it had to stop.
fn drive(text: &str, parser: &mut Parser) -> Option<Problem> {
    let origin = parser.origin;
    let place = |at: usize| shifted(origin, Place::of(text.as_bytes(), at));
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let position = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                if parser.depth() >= DEEPEST {
                    let message =
                        format!("elements are nested more than {DEEPEST} deep; this is no PubMed record, remove it");
                    return Some(Problem::error(origin, "too-deep", message).at(place(position(&reader))));
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
                    parser.problems.push(problem.at(place(position(&reader))));
                }
            }
            Ok(Event::Comment(_) | Event::PI(_) | Event::DocType(_) | Event::Decl(_)) => {}
            Ok(Event::Eof) if parser.depth() == 0 => return None,
            Ok(Event::Eof) => {
                let message = "the record ends in the middle; fetch the file again";
                return Some(Problem::error(origin, "truncated", message).at(place(text.len())));
            }
            Err(error) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(text.len());
                let code = if at + 1 >= text.len() { "truncated" } else { "not-well-formed" };
                let message = format!("this is not well-formed XML: {error}; mend or fetch the file again");
                return Some(Problem::error(origin, code, message).at(place(at)));
            }
        }
    }
}
