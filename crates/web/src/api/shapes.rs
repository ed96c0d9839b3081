//! The shapes of answers, for the OpenAPI file. An answer is what `desk` gave, written as it is: these name its main fields, and
//! an answer may hold more. The test of the API reads what a server said into them.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A page of a list.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct List<T> {
    /// The items.
    items: Vec<T>,
    /// The cursor of the next page; nothing on the last.
    next: Option<String>,
}

/// Whom a wording is for.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ReaderWord {
    Clinician,
    Trainee,
    Patient,
}

/// What is told while a question is answered: one event of a stream.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Event {
    /// `stage`, `line`, `done` or `problem`; nothing else follows the last two.
    event: String,
    /// JSON: of `stage` {stage}; of `line` {section, text}; of `done` the answer; of `problem` a problem.
    data: String,
}

/// What an erasure took.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Erased {
    /// Articles erased; 0 where it was erased before.
    articles: u64,
    /// Texts of versions that went. One that another article has too stays for that one.
    bodies: u64,
}

/// A version of an article.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Article {
    /// SHA-256 of its body: its name. Where nobody is known to have asked, also the key to it.
    hash: String,
    /// When it was kept, seconds since 1970.
    kept_at: i64,
    /// The article's name in addresses, the same for all its versions.
    slug: String,
    /// Which version in this reader's wording, from 1.
    number: u32,
    /// `private`, `submitted` or `published`.
    visibility: String,
    /// What it says.
    body: Body,
}

/// What an article says: as `curbside ask --json` writes it.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Body {
    /// The question as asked, patient identifiers removed.
    question: String,
    /// A declarative title.
    title: String,
    reader: ReaderWord,
    /// `answered`, or `abstained` where the library does not answer it.
    outcome: String,
    /// At most two sentences, each with citations.
    #[schema(value_type = Vec<Object>)]
    bottom_line: Vec<Value>,
    /// What was read in the question.
    #[schema(value_type = Object)]
    case: Value,
    /// Titled parts: groups of lines, each with citations and what the checker found.
    #[schema(value_type = Vec<Object>)]
    sections: Vec<Value>,
    /// The sources that are cited.
    #[schema(value_type = Vec<Object>)]
    references: Vec<Value>,
    /// Questions to ask next.
    related: Vec<String>,
    /// Limits of this answer.
    limits: Vec<String>,
}

/// An answer to a question: the article, and what was dropped on the way.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Answer {
    #[serde(flatten)]
    article: Article,
    /// Sentences that did not pass the checker.
    #[schema(value_type = Vec<Object>)]
    dropped: Vec<Value>,
}

/// What the board's word on a version is.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Standing {
    /// `submitted`, `under-review`, `approved`, `changes-requested`, `retired`; nothing where it never was before the board.
    stage: Option<String>,
    /// Since when, seconds since 1970.
    since: Option<i64>,
    /// Whether people approved this version, and it still holds.
    approved: bool,
    /// Who approved it; nobody unless it is approved.
    approvals: Vec<Approval>,
    /// It was approved, and then something happened.
    was_approved: bool,
    /// Why it was reopened.
    reasons: Vec<String>,
    /// The version that took its place.
    superseded_by: Option<String>,
    /// Whether everyone who may read sees it.
    published: bool,
    /// The sentence that must stand at its head wherever it is shown.
    banner: String,
}

/// A person's approval.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Approval {
    /// Number of the person.
    id: i64,
    /// The name they signed with.
    name: String,
    /// Their credentials then.
    credentials: String,
    /// When, seconds since 1970.
    at: i64,
}

/// An article as it is read: with the board's word on it, and whether what it cites still stands.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Reading {
    #[serde(flatten)]
    article: Article,
    standing: Standing,
    /// Why it must be looked at again.
    #[schema(value_type = Vec<Object>)]
    reasons: Vec<Value>,
    /// Whether search engines may list it.
    indexable: bool,
    /// The names of its statements, in the order of its lines: what a report names.
    statements: Vec<String>,
}

/// A line of a list of articles.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Summary {
    /// The hash of the version shown.
    hash: String,
    /// Its title; empty where the article was erased.
    title: String,
    /// When it was kept, seconds since 1970.
    kept_at: i64,
    article: Identity,
}

/// An article, whatever its versions say.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Identity {
    /// Its number.
    id: i64,
    /// Its name in addresses.
    slug: String,
    /// Number of the person who asked.
    asker: Option<i64>,
    /// Number of the article that its thread begins with.
    root: i64,
    /// `private`, `submitted` or `published`.
    visibility: String,
    /// When it was first kept, seconds since 1970.
    created: i64,
    /// When it was asked for last, seconds since 1970.
    asked: i64,
    /// How often it was read.
    reads: u64,
}

/// The versions of an article.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Versions {
    article: Identity,
    /// By reader and number.
    versions: Vec<Version>,
}

/// One version.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Version {
    hash: String,
    reader: ReaderWord,
    number: u32,
    /// When it was kept, seconds since 1970.
    kept_at: i64,
}

/// A line of a list of sources.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct SourceLine {
    id: String,
    title: String,
    /// As `guideline`, `randomized-trial`.
    kind: String,
    year: Option<u16>,
    collection: String,
    /// `current`, `superseded`, `partly-retracted`, `concern`, `retracted`.
    standing: String,
}

/// A source with its text.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct SourceShown {
    /// The source: metadata, text, passages with their statements as byte ranges of the text, references.
    #[schema(value_type = Object)]
    source: Value,
    collection: String,
    standing: String,
    /// What was said about it after publication.
    #[schema(value_type = Vec<Object>)]
    notices: Vec<Value>,
}

/// What a search found.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Results {
    query: String,
    /// Snapshot of the library.
    snapshot: String,
    /// The passages, best first; at most two of a source.
    hits: Vec<Hit>,
}

/// A passage found (docs/search.md has all its fields).
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Hit {
    source: String,
    title: String,
    kind: String,
    year: Option<u16>,
    standing: String,
    /// Headings above it.
    heading: Vec<String>,
    /// Compares within one search only.
    score: f64,
    /// Its best sentences, each with its byte range in the source's text.
    #[schema(value_type = Vec<Object>)]
    sentences: Vec<Value>,
}

/// A claim, checked.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Checked {
    claim: String,
    /// What it cites that leads nowhere or may not be cited.
    unresolved: Vec<String>,
    /// `supported`, `partly`, `unsupported` or `contradicted`.
    verdict: String,
    /// Why: one of the reasons of docs/checking.md.
    reason: String,
    /// The sentence that decided.
    #[schema(value_type = Option<Object>)]
    evidence: Option<Value>,
}

/// A version with its review.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Review {
    /// The number of the article.
    article: i64,
    reader: ReaderWord,
    number: u32,
    hash: String,
    slug: String,
    title: String,
    question: String,
    /// What of the question only one patient has; empty where the article is general.
    of_a_patient: Vec<String>,
    standing: Standing,
    /// How many changes the review has seen: what `seen` of each step is compared with.
    changes: u32,
    round: u32,
    /// Who signed for it in this round.
    signed: Vec<Approval>,
    /// How many approvals the policy asks for.
    approvals_needed: u8,
    /// Why you, a reviewer, could not approve it now.
    you_cannot_approve: Option<String>,
    /// Each statement with the sentences it cites, what the checker found, marks and proposals.
    #[schema(value_type = Vec<Object>)]
    statements: Vec<Value>,
}

/// A line of the queue.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct QueueEntry {
    article: i64,
    reader: ReaderWord,
    number: u32,
    hash: String,
    slug: String,
    title: String,
    stage: String,
    changes: u32,
    /// When it was submitted, seconds since 1970.
    submitted: i64,
    reads: u64,
    published: bool,
    /// Problems reported and not answered.
    reports: u64,
    /// The disease that it is about, or its title.
    topic: String,
    /// Why it was reopened.
    reasons: Vec<String>,
    was_approved: bool,
    /// Whether you asked for, submitted or revised it, and so cannot approve it.
    own: bool,
    /// Whether you have taken it.
    taken: bool,
}

/// One thing that happened in a review.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Record {
    n: u32,
    /// When, seconds since 1970.
    at: i64,
    /// Number of the person; nobody where Curbside did it by itself.
    by: Option<i64>,
    /// What, by the field `event`.
    #[schema(value_type = Object)]
    event: Value,
}

/// A problem that was reported.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Report {
    id: i64,
    /// Hash of the version that was read.
    version: String,
    /// Name of the statement; nothing: the whole article.
    statement: Option<String>,
    words: String,
    /// When, seconds since 1970.
    at: i64,
    /// How it ended; nothing while it is open.
    #[schema(value_type = Option<Object>)]
    end: Option<Value>,
    title: Option<String>,
    slug: Option<String>,
}

/// The number of something new.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Made {
    pub(crate) id: i64,
}

/// An entry of the corrections log.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Correction {
    id: i64,
    /// When, seconds since 1970.
    at: i64,
    /// Hash of the version that was wrong.
    version: String,
    title: String,
    /// What was wrong, and what was done.
    words: String,
    report: Option<i64>,
}

/// A member of the board.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Member {
    id: i64,
    name: String,
    credentials: String,
    specialties: Vec<String>,
    conflicts: String,
    /// Articles that stand approved with their signature.
    articles: usize,
}

/// The policy in force.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct PolicyShown {
    /// As TOML, which can be changed and put back.
    pub(crate) toml: String,
    /// In sentences.
    pub(crate) sentences: Vec<String>,
    /// Its fields (docs/review.md).
    #[schema(value_type = Object)]
    pub(crate) policy: Value,
}

/// An entry of the audit trail.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct AuditEntry {
    /// Its place, from 1.
    seq: u64,
    /// When, seconds since 1970.
    at: i64,
    /// `anonymous`, `operator`, `system`, `person 3`.
    actor: String,
    action: String,
    subject: String,
    /// More of it, as JSON.
    detail: String,
    /// SHA-256 of the entry before.
    previous: String,
    hash: String,
}

/// What was looked at in the trail, and the first fault.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Verified {
    entries: u64,
    versions: u64,
    /// Hash of the last entry.
    head: String,
    /// Nothing where all is as it was written.
    #[schema(value_type = Option<Object>)]
    fault: Option<Value>,
}

/// What a refresh found.
#[derive(Serialize, Deserialize, ToSchema)]
pub(crate) struct Refreshed {
    /// Versions looked at.
    looked: u64,
    /// Versions composed anew that differ only where it does not matter.
    differing: u64,
    /// Versions that must be looked at again, with the reasons.
    #[schema(value_type = Vec<Object>)]
    found: Vec<Value>,
}
