//! From bytes to sources: one module a format, each `bytes → (Source, Vec<Problem>)`.
//!
//! This crate owns formats: finding units in files and archives ([`walk`]), telling what they are by their content,
//! reading them ([`read`]), cutting text into passages and sentences, and deciding the kind of a source. It must not
//! store anything, look anything up, or print. Nothing here fails: what cannot be read becomes a [`Problem`] that names
//! the file, the place and what to do next, and the rest of a batch goes on.

mod beir;
mod cut;
mod decode;
pub mod digest;
mod jats;
mod kind;
mod licence;
mod problem;
pub mod sentences;
mod walk;

pub use kind::{Described, decide};
pub use problem::{Origin, Place, Problem, Severity};
pub use walk::{Event, MAX_UNIT_BYTES, total_bytes, walk};

use evidence::Source;

/// What a unit is written in. Decided by its content, never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// An evidence digest: Markdown with front matter.
    Digest,
    /// An article in JATS XML, of any version PubMed Central accepts.
    Jats,
    /// One line of a BEIR `corpus.jsonl`: `{"_id", "title", "text"}`.
    BeirLine,
}

/// One document's bytes, ready to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Where it came from.
    pub origin: Origin,
    /// What it is written in.
    pub format: Format,
    /// Its bytes, decompressed, at most [`MAX_UNIT_BYTES`].
    pub bytes: Vec<u8>,
}

/// What is known about a unit beside its bytes.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The collection it goes into; part of the id of sources that have no identifier of their own.
    pub collection: &'a str,
}

/// What reading one unit gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The source. `None` when nothing usable could be read; then there is at least one error among the problems.
    pub source: Option<Source>,
    /// What was wrong, in the order it was found.
    pub problems: Vec<Problem>,
}

impl Reading {
    fn failed(problem: Problem) -> Self {
        Self { source: None, problems: vec![problem] }
    }
}

/// Reads one unit. Pure: the same unit and context always give the same reading; many threads may call it at once.
///
/// Costs about one CPU-second for 60 MB of JATS, sentences included, and memory of a few times the unit's size.
pub fn read(unit: &Unit, context: &Context) -> Reading {
    match unit.format {
        Format::Digest => read_digest(unit),
        Format::Jats => jats::read(unit),
        Format::BeirLine => beir::read(unit, context),
    }
}

/// Ties the digest reader, which knows only its own text and name, to the file the text came from.
fn read_digest(unit: &Unit) -> Reading {
    let text = match decode::utf8(&unit.bytes) {
        Ok(text) => text,
        Err(place) => return Reading::failed(Problem::not_utf8(&unit.origin, place)),
    };
    let (source, faults) = digest::read(text, &unit.origin.stem());
    let problems = faults
        .into_iter()
        .map(|f| Problem {
            origin: unit.origin.clone(),
            place: Some(Place { line: f.line.into(), column: f.column.into() }),
            severity: if f.warning { Severity::Warning } else { Severity::Error },
            code: f.code,
            message: f.message,
        })
        .collect();
    Reading { source, problems }
}
