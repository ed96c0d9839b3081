//! Evidence digests: guidelines that a medical writer put in as Pandoc Markdown (see the design, "Evidence digests").
//!
//! This module owns the format: front matter, headings, statements, attributes, citations, and what its writer is told
//! when a file is not one. It is strict on purpose: a digest with one error is not read at all, since a statement that
//! is silently dropped or misattributed is worse than a file to mend. It must not look anything up, read the clock,
//! or know what becomes of a source.
//!
//! Whatever is accepted here is read the same way by Pandoc (`-f markdown-smart`); `.ci/pandoc_compare.py` holds
//! both to it. Where the two would differ, the file is refused with advice.
//!
//! | codes | what is at fault |
//! |---|---|
//! | `name`, `too-large`, `control-character` | the file |
//! | `front-matter`, `yaml`, `missing`, `empty`, `kind`, `status`, `date`, `review-by`, `topic` | the front matter |
//! | `reference-id`, `reference-type`, `evidence`, `author`, `pmid`, `pmcid`, `doi`, `nct`, `url` | a reference |
//! | `not-a-statement`, `comment`, `blank-line`, `indented`, `line-start`, `heading`, `heading-order`, `doubled-heading`, `empty-section`, `no-statements`, `outside-section` | the blocks of the body |
//! | `statement`, `markup`, `escape`, `bracket`, `attributes`, `class`, `unknown-key`, `repeated-key`, `value`, `id`, `citation` | the form of a statement |
//! | `role`, `strength`, `certainty`, `step`, `section`, `condition`, `plain-full-stop`, `missing-attribute` | what its attributes say |
//! | `repeated-id`, `repeated-statement`, `two-sentences`, `full-stop`, `missing-citation`, `repeated-citation`, `dangling-citation`, `unused-reference` | what it says |
//! | `unfamiliar-topic`, `unfamiliar-value`, `unfamiliar-drug`, `unfamiliar-disease` | doubt: names that no reader of questions would know |
//! | `dose-without-number`, `dose-without-unit`, `unit-without-number`, `value-without-unit`, `same-conditions` | doubt: what it says |
//! | `long-statement`, `topic-case`, `no-identifier` | style |

mod amounts;
mod body;
mod check;
mod familiar;
mod front;
mod marks;
mod page;
mod reference;
mod sentence;
mod show;
mod statement;
mod style;
mod words;

use evidence::{Cite, DigestInfo, DigestStatus, Kind, KindBasis, Part, Passage, Source, SourceId, Span, Statement};
use page::{Faults, Page};
use std::collections::BTreeMap;
use std::fmt;

/// Bytes of the largest digest: far more than anyone could review.
const LARGEST: usize = 2 << 20;

pub use show::{preview, skeleton};

/// Something wrong with a digest. Its writer is at fault and mends the file; nothing was read from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in that line in characters, from 1; one past the last character for something missing at its end.
    pub column: u32,
    /// Stable word for what is wrong, see the table of this module.
    pub code: &'static str,
    /// What is wrong and what to write instead.
    pub message: String,
    /// How much it matters.
    pub kind: FaultKind,
}

/// How much a fault matters, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FaultKind {
    /// The digest is not read.
    Error,
    /// Most likely a slip in what is said: a name that nobody would know, an amount without its unit. The digest is read
    /// all the same, since the lexicon lacks names that are right and a rule of thumb errs.
    Doubt,
    /// A matter of style; the digest is read all the same.
    Style,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let warning = if self.kind == FaultKind::Error { "" } else { "warning: " };
        write!(f, "{}:{}: {warning}{} [{}]", self.line, self.column, self.message, self.code)
    }
}

/// A statement as its writer wrote it, before its words are understood: what any reader of Pandoc Markdown sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `#id` of the span.
    pub id: String,
    /// Its sentence without markup.
    pub text: String,
    /// Its attributes, without the id.
    pub attributes: BTreeMap<String, String>,
    /// Its citations in order.
    pub cites: Vec<Cite>,
}

/// Reads a digest; `name` is the stem of its file, and `digest:NAME` the source's name.
///
/// There is a source only where there is no fault. Faults are in the order of the file.
pub fn read(text: &str, name: &str) -> (Option<Source>, Vec<Fault>) {
    let (source, mut faults) = examine(text, name);
    faults.retain(|f| f.kind == FaultKind::Error);
    (source, faults)
}

/// The faults of [`read`], doubts and faults of style, in the order of the file.
pub fn lint(text: &str, name: &str) -> Vec<Fault> {
    examine(text, name).1
}

/// The statements of a digest as written; those that cannot be taken apart are left out ([`read`] says why).
pub fn written(text: &str) -> Vec<Written> {
    let page = Page::new(text);
    let mut faults = Faults::new(&page);
    let Some((_, start)) = front::read(&page, &mut faults) else { return Vec::new() };
    let body = body::read(&page, start, &mut faults);
    body.items.iter().filter_map(|item| statement::parse(page.text(), item).ok()).map(|p| p.as_written()).collect()
}

/// A plain wording where it stands in its file, with the statement it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainWording {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column in that line in characters, from 1.
    pub column: u32,
    /// `#id` of the statement.
    pub id: String,
    /// What the statement does.
    pub role: evidence::Role,
    /// The statement.
    pub statement: String,
    /// Title of the digest, then the headings above the statement.
    pub headings: Vec<String>,
    /// The wording.
    pub wording: String,
}

/// Every plain wording of a digest, in the order of the file; none of a digest with an error ([`lint`] says which).
pub fn plain_wordings(text: &str, name: &str) -> Vec<PlainWording> {
    let Some(source) = read(text, name).0 else { return Vec::new() };
    let page = Page::new(text);
    let mut faults = Faults::new(&page);
    let Some((_, start)) = front::read(&page, &mut faults) else { return Vec::new() };
    let body = body::read(&page, start, &mut faults);
    // A digest without an error holds one passage a bullet, in the same order.
    let both = body.items.iter().zip(&source.passages);
    both.filter_map(|(item, passage)| {
        let marks = passage.statements.first()?.marks.as_ref()?;
        let wording = marks.plain.clone()?;
        let parsed = statement::parse(page.text(), item).ok()?;
        let at = parsed.attributes.iter().find(|a| a.key == "plain")?.value.place(0);
        let (line, column) = page.place(at);
        let headings = std::iter::once(&source.title).chain(&passage.heading).cloned().collect();
        let statement = source.slice(passage.span).to_owned();
        Some(PlainWording { line, column, id: marks.id.clone(), role: marks.role, statement, headings, wording })
    })
    .collect()
}

/// The main path: page, front matter, blocks, statements, checks between them, source.
fn examine(text: &str, name: &str) -> (Option<Source>, Vec<Fault>) {
    let page = Page::new(text);
    let mut faults = Faults::new(&page);
    let id = format!("digest:{name}").parse::<SourceId>();
    if let Err(e) = &id {
        faults.error(0, "name", format!("the file needs another name: {e}"));
    }
    if text.len() > LARGEST {
        faults.error(0, "too-large", format!("a digest has at most {LARGEST} bytes; make several of it"));
        return (None, faults.in_order());
    }
    page.check_characters(&mut faults);
    let Some((front, start)) = front::read(&page, &mut faults) else { return (None, faults.in_order()) };
    let body::Body { items, mut broken } = body::read(&page, start, &mut faults);
    let mut judged = Vec::new();
    for item in &items {
        match statement::parse(page.text(), item) {
            Ok(parsed) => judged.push(marks::judge(item, parsed, &mut faults)),
            Err(slip) => {
                broken.push(item.start..item.end);
                faults.error(slip.at, slip.code, slip.message);
            }
        }
    }
    check::between(&page, &front, &judged, &broken, &mut faults);
    style::warn(&front, &judged, &mut faults);
    if faults.any_error() {
        return (None, faults.in_order());
    }
    // Everything that could be missing has been reported above, so there is a source.
    (id.ok().and_then(|id| assemble(id, front, judged)), faults.in_order())
}

/// One passage a statement; `None` only where a fault has been reported already.
fn assemble(id: SourceId, front: front::Front, judged: Vec<marks::Judged>) -> Option<Source> {
    let mut text = String::new();
    let mut passages = Vec::with_capacity(judged.len());
    for statement in judged {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        let start = text.len();
        text.push_str(&statement.sentence.text);
        let span = Span::new(start, text.len()).ok()?;
        let marks = Some(Box::new(statement.marks?));
        passages.push(Passage {
            span,
            heading: statement.heading,
            part: Part::Body,
            statements: vec![Statement { span, marks }],
        });
    }
    Some(Source {
        id,
        kind: Kind::Digest,
        kind_basis: KindBasis { from: "format".to_owned(), words: front::KIND.to_owned() },
        title: front.title,
        ids: evidence::Identifiers::default(),
        authors: Vec::new(),
        container: None,
        date: Some(front.updated?),
        licence: None,
        article_type: Some(front::KIND.to_owned()),
        topics: front.topics.into_iter().map(|(topic, _)| topic).collect(),
        related: Vec::new(),
        references: front.references?.into_iter().map(|r| r.entry).collect(),
        digest: Some(DigestInfo { review_by: front.review_by?, status: DigestStatus::Unreviewed }),
        text,
        passages,
    })
}
