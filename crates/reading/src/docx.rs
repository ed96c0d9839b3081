//! Word documents (Office Open XML, transitional and strict).
//!
//! Owns which parts of the package are read: text, notes, styles, numbering and properties; never comments, headers,
//! footers, macros or anything a document points to. Unpacked in memory, to a bound.

mod body;
mod math;
mod package;
mod properties;
mod styles;
mod symbols;
mod write;

use crate::document::Document;
use crate::html;
use crate::problem::{Origin, Place, Problem};
use crate::prose::flow::Flow;
use crate::prose::values::is_english;
use crate::{Reading, Unit};
use body::Body;
use package::{Package, Stopped};
use properties::Properties;
use styles::{Numberings, Styles};

/// Reads one document.
pub(crate) fn read(unit: &Unit) -> Reading {
    let origin = &unit.origin;
    let mut package = match Package::open(&unit.bytes, origin) {
        Ok(package) => package,
        Err(problem) => return Reading::failed(*problem),
    };
    let text = match package.main() {
        Ok(text) => text,
        Err(problem) => return Reading::failed(*problem),
    };
    let mut problems = Vec::new();
    // Without a part beside the text there is less to know, but the text stays.
    let mut beside = |part: Result<Option<String>, Box<Problem>>| match part {
        Ok(part) => part,
        Err(problem) => {
            problems.push(*problem);
            None
        }
    };
    let styles = beside(package.related("styles")).map(|t| Styles::read(&t)).unwrap_or_default();
    let mut numberings = beside(package.related("numbering")).map(|t| Numberings::read(&t)).unwrap_or_default();
    let notes: Vec<String> =
        ["footnotes", "endnotes"].into_iter().filter_map(|kind| beside(package.related(kind))).collect();
    let properties = beside(package.part("docProps/core.xml")).map(|t| properties::read(&t)).unwrap_or_default();
    let (mut body, stopped) = body::read(&text, &styles);
    problems.extend(stopped.map(|s| cut_off(origin, &text, s)));
    for text in &notes {
        let (read, stopped) = body::read(text, &styles);
        problems.extend(stopped.map(|s| cut_off(origin, text, s)));
        body.take_notes(read);
    }
    told(&body, &properties, origin, &mut problems);
    let title = write::title(&body.blocks, &styles).unwrap_or_else(|| properties.title.clone());
    let document = Document {
        title: title.clone(),
        authors: properties.authors,
        date: properties.created,
        topics: properties.keywords,
        ..Document::default()
    };
    let mut flow = Flow::new(document);
    write::write(body.blocks, &styles, &mut numberings, &title, &mut flow);
    flow.notes(body.notes);
    let source = flow.finish().finish(unit, &mut problems);
    Reading { revised: properties.modified, ..Reading::of(source, problems) }
}

impl Body {
    /// Takes in what was read of the notes.
    fn take_notes(&mut self, other: Body) {
        self.notes.extend(other.notes);
        self.tracked |= other.tracked;
        self.struck_out |= other.struck_out;
        self.hidden |= other.hidden;
        self.unknown_sign |= other.unknown_sign;
    }
}

fn cut_off(origin: &Origin, text: &str, stopped: Stopped) -> Problem {
    let Stopped { code, message, at } = stopped;
    let message = format!(
        "the XML of this document stops here ({message}); what stands before this place is kept: save the document again"
    );
    Problem::error(origin, code, message).at(Place::of(text.as_bytes(), at))
}

/// What a reader of the text must know.
fn told(body: &Body, properties: &Properties, origin: &Origin, problems: &mut Vec<Problem>) {
    let mut warn = |code, message: &str| problems.push(Problem::warning(origin, code, message));
    if body.tracked {
        warn(
            "tracked-changes",
            "this document has changes that nobody has accepted or rejected; it was read as if all were accepted: check them and save it without changes",
        );
    }
    if body.hidden {
        warn(
            "hidden-text",
            "text that is formatted as hidden was left out; show it and decide whether it belongs there",
        );
    }
    if body.unknown_sign {
        warn(
            "unknown-symbol",
            "a sign in a symbol font is not known here and stands as [symbol] in the text; replace it in the document",
        );
    }
    if body.embedded {
        warn("embedded", "a document within this document was not read; add it as a file of its own");
    }
    if body.struck_out {
        problems.push(html::struck_out(origin));
    }
    if !is_english(&properties.language) {
        let message = format!("this document is in {:?}; Curbside answers from English text only", properties.language);
        problems.push(Problem::warning(origin, "not-english", message));
    }
}
