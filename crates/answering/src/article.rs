//! The article: an answer with everything a reader needs to check it.
//!
//! Its body is content only: no clock, no machine. The order of the fields is the order of the page. What
//! state it is in is a type: only [`verify`](crate::verify) makes an `Article<Verified>`, and storage takes
//! nothing else.
//!
//! ```compile_fail
//! # use answering::{Article, Body, Verified};
//! fn forged(body: Body) -> Article<Verified> {
//!     Article { body, dropped: vec![], state: std::marker::PhantomData } // private: does not compile
//! }
//! ```

use crate::follow::Follows;
use crate::reader::Guide;
use clinical::{Case, Reader, Truth};
use evidence::{Certainty, Identifiers, Kind, PartialDate, Role, SourceId, Span, Standing, Strength};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::marker::PhantomData;

/// State: composed, not checked.
#[derive(Debug, Clone)]
pub struct Drafted;
/// State: every sentence checked against the sentences it cites.
#[derive(Debug, Clone)]
pub struct Verified;

/// An article in a state.
#[derive(Debug, Clone)]
pub struct Article<State> {
    body: Body,
    dropped: Vec<Dropped>,
    state: PhantomData<State>,
}

impl Article<Drafted> {
    /// A draft, from whatever composed it.
    pub fn draft(body: Body) -> Self {
        Self { body, dropped: Vec::new(), state: PhantomData }
    }

    /// Says one more thing that this answer cannot tell.
    #[must_use]
    pub fn with_limit(mut self, limit: String) -> Self {
        self.body.limits.push(limit);
        self
    }

    /// The draft with something of its body put otherwise.
    #[must_use]
    pub(crate) fn with_body(mut self, change: impl FnOnce(&mut Body)) -> Self {
        change(&mut self.body);
        self
    }

    /// Says which sentences the drafter itself left behind because they did not pass.
    #[must_use]
    pub fn with_dropped(mut self, dropped: Vec<Dropped>) -> Self {
        self.dropped.extend(dropped);
        self
    }

    /// Moves on to verified. Only the checker may.
    pub(crate) fn into_verified(self, body: Body, dropped: Vec<Dropped>) -> Article<Verified> {
        Article { body, dropped, state: PhantomData }
    }
}

impl<State> Article<State> {
    /// The content.
    pub fn body(&self) -> &Body {
        &self.body
    }

    /// Sentences that did not pass the checker, with the reason. Not part of the hashed body.
    pub fn dropped(&self) -> &[Dropped] {
        &self.dropped
    }
}

impl Article<Verified> {
    /// Records what changed since the article that this one follows.
    pub(crate) fn following(mut self, follows: Follows) -> Self {
        self.body.follows = Some(follows);
        self
    }

    /// The article as the next version of one: what that one followed, this one follows.
    #[must_use]
    pub fn after(mut self, before: &Body) -> Self {
        self.body.follows.clone_from(&before.follows);
        self
    }

    /// SHA-256 of the body as JSON, in hexadecimal: same question, snapshot, reader and version, same hash.
    pub fn hash(&self) -> String {
        self.body.hash()
    }
}

/// What an article says. Serialises to the JSON of `ask --json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// The question as asked, patient identifiers removed.
    pub question: String,
    /// Declarative title.
    pub title: String,
    /// Whom the wording is for.
    pub reader: Reader,
    /// Whether the library answers the question.
    pub outcome: Outcome,
    /// For a question that yes or no answers: which, where statements decide it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reply: Option<Answer>,
    /// At most two sentences; empty when abstaining. Those that decided [`Body::reply`] come first.
    pub bottom_line: Vec<Line>,
    /// What of the question nothing here speaks of, in sentences: told beside the bottom line.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub lacking: Vec<String>,
    /// What was read in the question, with the facts that are missing.
    pub case: Case,
    /// For patients and trainees: notices, questions and terms, which claim nothing from evidence.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub guide: Option<Guide>,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Statements a reader would expect that do not apply to this case, with the reason.
    pub not_applying: Vec<NotApplying>,
    /// Works cited, numbered by first use.
    pub references: Vec<Reference>,
    /// Questions this library can also answer.
    pub related: Vec<String>,
    /// When abstaining: the nearest topics held.
    pub nearest: Vec<Nearest>,
    /// What this answer cannot tell, in sentences.
    pub limits: Vec<String>,
    /// What changed since the article that this one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<Follows>,
    /// How it was made.
    pub provenance: Provenance,
}

impl Body {
    /// SHA-256 of the body as JSON, in hexadecimal.
    pub fn hash(&self) -> String {
        // A body is plain data: serialising it to memory cannot fail.
        let json = serde_json::to_vec(self).unwrap_or_default();
        Sha256::digest(&json).iter().map(|b| format!("{b:02x}")).collect()
    }

    /// Every line that claims something, in reading order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        let in_sections = self.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines);
        self.bottom_line.iter().chain(in_sections).chain(self.not_applying.iter().map(|n| &n.line))
    }

    /// The same with what stands behind last, so that what is printed is numbered from 1 without a gap.
    pub(crate) fn lines_as_printed(&self) -> impl Iterator<Item = &Line> {
        let of = |folded: bool| {
            let groups = self.sections.iter().flat_map(|s| &s.groups).filter(move |g| g.folded == folded);
            groups.flat_map(|g| &g.lines)
        };
        self.bottom_line.iter().chain(of(false)).chain(self.not_applying.iter().map(|n| &n.line)).chain(of(true))
    }

    /// The references that a text prints: those of what does not stand behind. They come first in the list.
    pub fn printed_references(&self) -> &[Reference] {
        let groups = self.sections.iter().flat_map(|s| &s.groups).filter(|g| !g.folded);
        let lines = self.bottom_line.iter().chain(groups.flat_map(|g| &g.lines));
        let lines = lines.chain(self.not_applying.iter().map(|n| &n.line));
        let last = lines.flat_map(|l| &l.citations).flat_map(|c| &c.references).map(|r| r.number).max().unwrap_or(0);
        &self.references[..last.min(self.references.len())]
    }

    /// The same article with nothing behind, for who wants all of it in print.
    #[must_use]
    pub fn unfolded(mut self) -> Self {
        for group in self.sections.iter_mut().flat_map(|s| &mut s.groups) {
            group.folded = false;
        }
        self
    }

    /// The same, to be put otherwise.
    pub(crate) fn lines_mut(&mut self) -> impl Iterator<Item = &mut Line> {
        let in_sections = self.sections.iter_mut().flat_map(|s| &mut s.groups).flat_map(|g| &mut g.lines);
        self.bottom_line.iter_mut().chain(in_sections).chain(self.not_applying.iter_mut().map(|n| &mut n.line))
    }
}

/// What a question that yes or no answers is told. Said only where statements decide it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The word.
    pub word: YesNo,
    /// For "it depends": on what, in words that read well after it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub on: Option<String>,
    /// How many lines of the bottom line, from its first, decided it.
    pub rests_on: usize,
}

/// Yes, no, or why neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YesNo {
    /// A statement that applies recommends what is asked about.
    Yes,
    /// A statement that applies forbids it.
    No,
    /// The statement that decides hangs on what the question does not say.
    Depends,
    /// Statements that apply say opposite things.
    Conflicts,
    /// Nothing held here answers.
    NotInLibrary,
}

impl Answer {
    /// It as a sentence, as `It depends on RAS.`
    pub fn said(&self) -> String {
        match (self.word, &self.on) {
            (YesNo::Yes, _) => "Yes.".to_owned(),
            (YesNo::No, _) => "No.".to_owned(),
            (YesNo::Depends, Some(on)) => format!("It depends on {on}."),
            (YesNo::Depends, None) => "It depends.".to_owned(),
            (YesNo::Conflicts, _) => "The evidence conflicts.".to_owned(),
            (YesNo::NotInLibrary, _) => "Not in the library.".to_owned(),
        }
    }
}

/// Whether the question is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The library holds statements that answer it.
    Answered,
    /// It does not; nothing is claimed.
    Abstained,
}

/// A titled part of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Stable key, as `find-out-first`.
    pub key: String,
    /// Title shown.
    pub title: String,
    /// Its groups.
    pub groups: Vec<Group>,
}

impl Section {
    /// Its groups that stand open.
    pub fn open(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|g| !g.folded)
    }

    /// Its groups that stand behind.
    pub fn behind(&self) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(|g| g.folded)
    }

    /// How many lines stand behind, and under which headings or missing facts, in words; nothing where none does.
    pub fn behind_words(&self) -> Option<(usize, String)> {
        let lines: usize = self.behind().map(|g| g.lines.len()).sum();
        let mut headings: Vec<String> = Vec::new();
        for group in self.behind() {
            let hanging = group.hangs_on.as_ref().map(|h| {
                format!("{}{}", h.get(..1).unwrap_or_default().to_lowercase(), h.get(1..).unwrap_or_default())
            });
            let heading = hanging.or_else(|| group.lead.clone()).unwrap_or_default();
            if !headings.contains(&heading) {
                headings.push(heading);
            }
        }
        (lines > 0).then(|| (lines, headings.join("; ")))
    }
}

/// Lines under one bold lead-in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The lead-in, without a colon.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// The missing fact all its lines hang on, in words, as `If RAS is wild-type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hangs_on: Option<String>,
    /// Whether the order is a sequence.
    #[serde(default)]
    pub numbered: bool,
    /// Whether it stands behind what answers this case: a page unfolds it, a text counts it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub folded: bool,
    /// The lines.
    pub lines: Vec<Line>,
}

/// One sentence of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// What the reader sees.
    pub text: String,
    /// Set when the line claims nothing itself: it names a step by the heading of its statement, and this is the
    /// title of the section where the statement stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sees: Option<String>,
    /// Who says so, where a single study stands alone: `One randomized trial (2014)`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribution: Option<String>,
    /// What it does, where its source says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Strength of the recommendation, as its guideline words it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// Certainty of the evidence (GRADE).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// Of a recommendation for which its source gives no strength: the kinds of work it rests on, in words that read well
    /// after "rests on".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rests_on: Option<String>,
    /// `If ...`: what the case does not say and this line hangs on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// `Not if ...`: an exclusion that the case does not rule out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caution: Option<String>,
    /// Whom a sentence of literature speaks of by its own words or its title's, against the patient of the question.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub population: Vec<StudiedIn>,
    /// Set when the words are the plain wording that the writer of its digest gave the statement: unreviewed like the digest.
    /// The digest's own sentence is the citation's.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
    /// What it rests on; never empty after verification.
    pub citations: Vec<Citation>,
    /// What the checker found.
    pub support: Support,
}

/// Whom a study speaks of, as far as words tell. It marks a sentence and never withholds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StudiedIn {
    /// In words that read well after "studied where".
    pub words: String,
    /// Whether the patient of the question is one of them.
    pub fits: Truth,
}

/// The tie from a line to the sentence that supports it. Holds the sentence, so that it can be read after its
/// source is gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The source that holds the sentence.
    pub source: SourceId,
    /// Title of that source.
    pub source_title: String,
    /// `#id` of a digest's statement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Where the sentence stands in the source's text, in bytes.
    pub span: Span,
    /// The sentence.
    pub quote: String,
    /// What stands before it in its passage.
    pub before: String,
    /// What stands after it in its passage.
    pub after: String,
    /// Headings above the passage.
    pub heading: Vec<String>,
    /// SHA-256 of the bytes the source was read from.
    pub source_bytes: String,
    /// Whether the primary text is held.
    pub basis: Basis,
    /// Entries of [`Body::references`] it leads to, with locators.
    pub references: Vec<CitedReference>,
}

/// A reference as cited in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedReference {
    /// Number in the reference list, from 1.
    pub number: usize,
    /// Place within the work, as `sec. 4`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
}

/// Whether a citation rests on the source's own sentence or on a digest's word for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The source's own sentence is held here.
    Quoted,
    /// A digest says so; the primary text is not held here.
    Summarised,
}

/// What the checker found for a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// Not looked at yet.
    Unchecked,
    /// The cited sentences say it.
    Supported,
    /// The digest says it, and a sentence of the primary text held here says much the same: the same figures, most of
    /// the words. Nobody has judged that it means the same.
    PartlySupported,
    /// The digest says it; it was not checked against the primary text.
    NotCheckedAgainstPrimary,
}

/// A statement that does not apply to this case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NotApplying {
    /// The statement.
    pub line: Line,
    /// Why, in words.
    pub reason: String,
}

/// One entry of the reference list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reference {
    /// Number by first use, from 1.
    pub number: usize,
    /// Kind of the work.
    pub kind: Kind,
    /// Authors, as printed: the first, and "et al." for more.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub authors: String,
    /// Title.
    pub title: String,
    /// Journal, publisher or site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// Year.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<u16>,
    /// Identifiers.
    pub ids: Identifiers,
    /// Address for works without identifiers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Whether its text is held here.
    pub basis: Basis,
    /// Whether it still stands, as far as this library knows; unknown for works not held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
    /// The source it stands in, or the digest that summarises it.
    pub held_as: SourceId,
}

/// Something the library does hold, shown when it does not answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    /// The source.
    pub source: SourceId,
    /// Its title.
    pub title: String,
    /// Its kind.
    pub kind: Kind,
}

/// How an article was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// What composed it, as `extractive`.
    pub composer: String,
    /// Version of Curbside.
    pub version: String,
    /// Snapshot of the evidence library.
    pub snapshot: String,
    /// Date of the newest source in the library; ages in the article count from it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newest: Option<PartialDate>,
    /// The language model that had a part in it; none for an extractive article.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub model: Option<ModelUse>,
}

/// What a language model did for an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelUse {
    /// Its name, as its server knows it.
    pub name: String,
    /// SHA-256 of the prompt it was given, in hexadecimal.
    pub prompt: String,
    /// Sentences of the article that it worded.
    pub written: usize,
    /// Tokens it read.
    pub tokens_read: u64,
    /// Tokens it wrote.
    pub tokens_written: u64,
    /// Whether the server counted the tokens; else they are estimated from bytes, too high rather than too low.
    pub counted: bool,
}

/// A sentence that was drafted and did not pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dropped {
    /// The sentence.
    pub text: String,
    /// Why it is not shown.
    pub reason: String,
}
