//! From bytes to sources: one module a format, each `bytes → (Source, Vec<Problem>)`.
//!
//! This crate owns formats: finding units in files and archives ([`walk`]), telling what they are by their content,
//! reading them ([`read`]), cutting text into passages and sentences, and deciding the kind of a source. It must not
//! store anything, look anything up, or print. Nothing here fails: what cannot be read becomes a [`Problem`] that names
//! the file, the place and what to do next, and the rest of a batch goes on.

mod beir;
mod bookshelf;
mod cut;
mod decode;
pub mod digest;
mod document;
mod docx;
mod html;
mod jats;
mod kind;
mod label;
mod licence;
pub mod pdf;
mod problem;
mod prose;
mod pubmed;
pub mod retractions;
pub mod sentences;
mod trial;
mod walk;

pub use kind::{Described, decide};
pub use problem::{Origin, Place, Problem, Severity};
pub use walk::{Event, MAX_UNIT_BYTES, files, total_bytes, walk};

use evidence::{Notice, PartialDate, Pmid, Source};

/// What a unit is written in. Decided by its content, never by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// An evidence digest: Markdown with front matter.
    Digest,
    /// An article in JATS XML, of any version PubMed Central accepts.
    Jats,
    /// One `PubmedArticle`, `PubmedBookArticle` or `DeleteCitation` of a PubMed file.
    Pubmed,
    /// One line of a BEIR `corpus.jsonl`: `{"_id", "title", "text"}`.
    BeirLine,
    /// A web page.
    Html,
    /// A PDF; read in a child process.
    Pdf,
    /// A Word document (Office Open XML).
    Docx,
    /// Markdown or plain text, with or without front matter, that is not a digest.
    Prose,
    /// A drug label: DailyMed's HL7 Structured Product Labeling.
    Label,
    /// One study of ClinicalTrials.gov's API v2, in JSON.
    Trial,
    /// A book or a chapter of NCBI Bookshelf, in its book XML.
    Bookshelf,
}

impl Format {
    /// All formats.
    pub const ALL: [Format; 11] = [
        Format::Digest,
        Format::Jats,
        Format::Pubmed,
        Format::BeirLine,
        Format::Html,
        Format::Pdf,
        Format::Docx,
        Format::Prose,
        Format::Label,
        Format::Trial,
        Format::Bookshelf,
    ];

    /// The stable word for files and APIs.
    pub fn word(self) -> &'static str {
        match self {
            Format::Digest => "digest",
            Format::Jats => "jats",
            Format::Pubmed => "pubmed",
            Format::BeirLine => "beir",
            Format::Html => "html",
            Format::Pdf => "pdf",
            Format::Docx => "docx",
            Format::Prose => "prose",
            Format::Label => "label",
            Format::Trial => "trial",
            Format::Bookshelf => "bookshelf",
        }
    }

    /// How much of a work this format can hold: of several documents of one work the richest gives the text.
    pub fn richness(self) -> u8 {
        match self {
            Format::Digest | Format::Jats | Format::Label | Format::Trial | Format::Bookshelf => 5,
            Format::Docx | Format::Prose => 4,
            Format::Html | Format::Pdf => 3,
            Format::Pubmed => 2,
            Format::BeirLine => 1,
        }
    }

    /// How far its bibliographic fields are trusted over those of another format.
    pub fn authority(self) -> u8 {
        match self {
            Format::Digest | Format::Jats | Format::Label | Format::Trial | Format::Bookshelf => 9,
            Format::Pubmed => 8,
            Format::Prose => 6,
            Format::Html => 5,
            Format::Docx => 4,
            Format::Pdf => 3,
            Format::BeirLine => 2,
        }
    }
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
    /// Who reads PDFs; `None` makes each PDF a problem.
    pub pdf: Option<&'a pdf::Worker>,
}

impl<'a> Context<'a> {
    /// For this collection, with nobody to read PDFs.
    pub fn of(collection: &'a str) -> Self {
        Self { collection, pdf: None }
    }
}

/// What reading one unit gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The source. `None` when nothing usable could be read; then there is at least one error among the problems.
    pub source: Option<Source>,
    /// What it says about the standing of this or other works.
    pub notices: Vec<Notice>,
    /// PubMed records it says to delete.
    pub withdrawn: Vec<Pmid>,
    /// When this record was last revised, where the format says: of two versions of a record the later counts.
    pub revised: Option<PartialDate>,
    /// What was wrong, in the order it was found.
    pub problems: Vec<Problem>,
}

impl Reading {
    fn of(source: Option<Source>, problems: Vec<Problem>) -> Self {
        Self { source, notices: Vec::new(), withdrawn: Vec::new(), revised: None, problems }
    }

    fn failed(problem: Problem) -> Self {
        Self::of(None, vec![problem])
    }
}

/// Reads one unit. Pure: the same unit and context always give the same reading; many threads may call it at once.
///
/// Costs about one CPU-second for 60 MB of JATS, sentences included, and memory of a few times the unit's size.
pub fn read(unit: &Unit, context: &Context) -> Reading {
    match unit.format {
        Format::Digest => read_digest(unit),
        Format::Jats => {
            let mut reading = jats::read(unit);
            reading.problems = reading.problems.into_iter().map(Problem::in_file).collect();
            reading
        }
        Format::Pubmed => pubmed::read(unit),
        Format::BeirLine => beir::read(unit, context),
        Format::Html => html::read(unit),
        Format::Pdf => pdf::read(unit, context.pdf),
        Format::Docx => docx::read(unit),
        Format::Prose => prose::read(unit),
        Format::Label => label::read(unit),
        Format::Trial => trial::read(unit),
        Format::Bookshelf => bookshelf::read(unit),
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
            severity: if f.kind == digest::FaultKind::Error { Severity::Error } else { Severity::Warning },
            code: f.code,
            message: f.message,
        })
        .collect();
    Reading::of(source, problems)
}
