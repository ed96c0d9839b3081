//! From what was found in a record to a reading.
//!
//! Owns the rules for identifiers that disagree, for titles, and for records that are cut off: kept only where
//! `MedlineCitation` or `BookDocument` is whole, since what says that a work is retracted stands at its end.

use super::parser::Parser;
use super::record::{MOST_TOPICS, Record, Root};
use super::{notices, shifted};
use crate::jats::dates;
use crate::problem::{Origin, Place, Problem};
use crate::{Reading, Unit};
use evidence::{Doi, Identifiers, NctId, Part, Source};
use std::collections::HashSet;

/// Publication types beyond this many are a mistake.
const MOST_TYPES: usize = 50;
/// Trials beyond this many are not this work's own.
const MOST_TRIALS: usize = 100;

/// Makes the reading.
pub(super) fn finish(parser: Parser, unit: &Unit, cut: Option<Problem>) -> Reading {
    let origin = parser.origin;
    let mut problems = parser.problems;
    let mut record = parser.record;
    let Some(root) = record.root else {
        problems.extend(cut);
        let message = "this XML holds no PubMed record; fetch it from PubMed as XML (PubmedArticleSet)";
        problems.push(Problem::error(origin, "unknown-format", message));
        return Reading::of(None, problems);
    };
    if record.records > 1 {
        let message = format!("{} records stand here as one and only the first was read; split them", record.records);
        problems.push(Problem::error(origin, "several-articles", message));
    }
    let mut reading = Reading::of(None, Vec::new());
    if root == Root::Deletion {
        problems.extend(cut);
        withdraw(&record, origin, &mut reading, &mut problems);
    } else {
        let whole = cut.as_ref().is_none_or(|_| record.complete);
        if let Some(mut problem) = cut {
            problem.message.push_str(if whole {
                "; title, abstract and notices stand before this place and are kept"
            } else {
                "; this record is not kept, since what it says of retractions may be missing"
            });
            problems.push(problem);
        }
        let ids = own_ids(&mut record, origin, &mut problems);
        reading.notices = notices::notices(&record, &ids, origin, &mut problems);
        if whole {
            reading.revised = record.revised.and_then(dates::partial);
            let pmid = ids.pmid;
            reading.source = assemble(record, ids, root, unit, &mut problems);
            if let Some(pmid) = pmid {
                return named(reading, problems, pmid);
            }
        } else if let Some(pmid) = ids.pmid {
            return named(reading, problems, pmid);
        }
    }
    reading.problems = problems;
    reading
}

/// In a file of thirty thousand records a problem must say which one it means.
fn named(mut reading: Reading, mut problems: Vec<Problem>, pmid: evidence::Pmid) -> Reading {
    for problem in &mut problems {
        problem.message.insert_str(0, &format!("PMID {pmid}: "));
    }
    reading.problems = problems;
    reading
}

fn withdraw(record: &Record, origin: &Origin, reading: &mut Reading, problems: &mut Vec<Problem>) {
    for text in &record.deleted {
        match text.parse() {
            Ok(pmid) => reading.withdrawn.push(pmid),
            Err(_) => {
                let text: String = text.chars().take(40).collect();
                let message = format!("{text:?} in the list of deleted records is not a PMID; fetch the file again");
                problems.push(Problem::error(origin, "bad-identifier", message));
            }
        }
    }
    if reading.withdrawn.is_empty() && problems.is_empty() {
        let message = "this list of deleted records names none; fetch the file again";
        problems.push(Problem::error(origin, "empty", message).at(shifted(origin, Place { line: 1, column: 1 })));
    }
}

/// The record's identifiers. Of two that disagree one is kept and the problem told.
fn own_ids(record: &mut Record, origin: &Origin, problems: &mut Vec<Problem>) -> Identifiers {
    let mut ids = std::mem::take(&mut record.ids);
    let mut conflict = |kind: &str, kept: String, other: String| {
        let message = format!(
            "this record gives two {kind}s, {kept} and {other}; {kept} is kept, check which one is right on PubMed"
        );
        problems.push(Problem::warning(origin, "identifier-conflict", message));
    };
    if let (Some(own), Some(listed)) = (record.pmid, ids.pmid)
        && own != listed
    {
        conflict("PMID", own.to_string(), listed.to_string());
    }
    ids.pmid = record.pmid.or(ids.pmid);
    for text in std::mem::take(&mut record.elocation).into_iter().take(20) {
        match (text.parse::<Doi>(), &ids.doi) {
            (Ok(doi), None) => ids.doi = Some(doi),
            (Ok(doi), Some(known)) if doi != *known => conflict("DOI", known.to_string(), doi.to_string()),
            (Ok(_), _) => {}
            (Err(_), _) => record.bad_ids.push(("DOI", text)),
        }
    }
    if let Some(accession) = &record.book_accession {
        ids.other.push(("bookaccession".to_owned(), accession.clone()));
    }
    // Of a record that went through versions each is told apart; the identifier is that of all.
    if let (Some(pmid), true) = (ids.pmid, !matches!(record.version.as_str(), "" | "1")) {
        let version: String = record.version.chars().take(10).collect();
        ids.other.push(("pubmed-version".to_owned(), format!("{pmid}.{version}")));
    }
    for (kind, text) in record.bad_ids.drain(..).take(10) {
        let text: String = text.chars().take(80).collect();
        let message = format!("{text:?} is given as {kind} and is none; it was left out");
        problems.push(Problem::warning(origin, "bad-identifier", message));
    }
    ids
}

fn assemble(
    mut record: Record,
    mut ids: Identifiers,
    root: Root,
    unit: &Unit,
    problems: &mut Vec<Problem>,
) -> Option<Source> {
    let origin = &unit.origin;
    tell_language(&record, origin, problems);
    notices::cited(&mut record);
    let related = notices::related(&record);
    let mut document = std::mem::take(&mut record.document);
    ids.nct = trials(&record, &document);
    let own_words =
        |d: &crate::cut::Draft| d.text.contains("ABSTRACT TRUNCATED") || d.text.contains("Abstract truncated");
    if document.drafts.iter().any(own_words) {
        let message =
            "PubMed cut this abstract off when it was entered; its last sentences are missing, read the article";
        problems.push(Problem::warning(origin, "truncated-abstract", message));
    }
    let mut container = [record.journal, record.journal_short].into_iter().find(|j| !j.is_empty());
    let mut title = [record.title, record.vernacular]
        .into_iter()
        .find(|t| !t.trim_matches(['[', ']', '.', ' ']).is_empty() && !not_available(t))
        .unwrap_or_default();
    if root == Root::Book {
        container = [record.book_title, record.publisher].into_iter().find(|b| !b.is_empty());
        if title.is_empty() {
            title = container.take().unwrap_or_default();
        }
        if record.authors.is_empty() {
            record.authors = std::mem::take(&mut record.editors);
        }
        if let Some(name) = record.book_accession {
            document.own_id = name.parse().ok();
        }
    } else if record.authors.is_empty() {
        record.authors = record.editors;
    }
    if title.is_empty() && !document.drafts.is_empty() {
        title = ids.pmid.map(|p| format!("PubMed record {p}")).unwrap_or_default();
        let message = "this record has no title; its number is shown in its place";
        if !title.is_empty() {
            problems.push(Problem::warning(origin, "no-title", message));
        }
    }
    document.title = without_stop(title);
    document.ids = ids;
    document.authors = record.authors;
    document.container = container;
    document.date = record.contributed.or(record.published).and_then(dates::partial);
    document.types = types(record.types);
    document.topics = topics(record.major_topics, record.topics, origin, problems);
    document.related = related;
    document.references = record.references;
    document.finish(unit, problems)
}

fn tell_language(record: &Record, origin: &Origin, problems: &mut Vec<Problem>) {
    let english = |l: &String| matches!(l.trim().to_ascii_lowercase().as_str(), "eng" | "en" | "und" | "mul" | "");
    if !record.languages.is_empty() && !record.languages.iter().any(english) {
        let language = record.languages.iter().take(3).map(|l| l.chars().take(20).collect::<String>());
        let message = format!(
            "this article is in {:?}; Curbside answers from English text only, here PubMed's translation of its title and its English abstract, if any",
            language.collect::<Vec<_>>().join(", ")
        );
        problems.push(Problem::warning(origin, "not-english", message));
    }
    if !record.foreign_abstracts.is_empty() {
        let message = format!("an abstract in {:?} was left out", record.foreign_abstracts.join(", "));
        problems.push(Problem::warning(origin, "foreign-abstract", message));
    }
}

/// What NLM writes where a foreign article has no title in English.
fn not_available(title: &str) -> bool {
    title.trim_matches(['[', ']', '.', ' ']).eq_ignore_ascii_case("not available")
}

/// PubMed ends every title with a full stop.
fn without_stop(mut title: String) -> String {
    if title.ends_with('.') && !title.ends_with("..") {
        title.pop();
    }
    title
}

/// Publication types: first what says that a record is no study, then the kinds of evidence, strongest first, since
/// the first that is known decides. Who paid for the work is no type of it.
fn types(found: Vec<(String, String)>) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for (name, _) in found.into_iter().take(MOST_TYPES) {
        if !name.starts_with("Research Support") && !types.contains(&name) {
            types.push(name);
        }
    }
    let rank = |name: &String| match name.to_ascii_lowercase().as_str() {
        "retraction of publication"
        | "retraction notice"
        | "published erratum"
        | "expression of concern"
        | "comment"
        | "editorial"
        | "news"
        | "newspaper article"
        | "interview"
        | "scientific integrity review"
        | "clinical trial protocol" => 0,
        "case reports" => 1,
        "letter" => 2,
        "practice guideline" | "guideline" => 3,
        "meta-analysis" | "network meta-analysis" => 4,
        "systematic review" | "scoping review" => 5,
        _ => 6,
    };
    types.sort_by_key(rank);
    types
}

/// Headings, those that are the point of the work first, each once.
fn topics(major: Vec<String>, others: Vec<String>, origin: &Origin, problems: &mut Vec<Problem>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut topics: Vec<String> =
        major.into_iter().chain(others).filter(|t| !t.is_empty() && seen.insert(t.clone())).collect();
    if topics.len() > MOST_TOPICS {
        let message = format!("this record has more than {MOST_TOPICS} subject headings; the rest was left out");
        problems.push(Problem::warning(origin, "too-large", message));
        topics.truncate(MOST_TOPICS);
    }
    topics
}

/// Registrations: those the record lists; those its abstract gives under a heading on registration; failing both, the
/// one number that the abstract calls a registration.
fn trials(record: &Record, document: &crate::document::Document) -> Vec<NctId> {
    let mut known: Vec<NctId> = Vec::new();
    let mut add = |id: NctId| {
        if known.len() < MOST_TRIALS && !known.contains(&id) {
            known.push(id);
        }
    };
    record.trials.iter().take(10 * MOST_TRIALS).filter_map(|t| t.parse().ok()).for_each(&mut add);
    let mut claimed: Vec<NctId> = Vec::new();
    for draft in document.drafts.iter().filter(|d| d.part == Part::Abstract && d.text.contains("NCT")) {
        let heading = document.headings.get(draft.heading).and_then(|h| h.first());
        let registration = heading.is_some_and(|h| h.to_ascii_lowercase().contains("registration"));
        let called = draft.text.contains("egist")
            || draft.text.contains("linicalTrials")
            || draft.text.contains("linicaltrials");
        for id in numbers(&draft.text).take(MOST_TRIALS) {
            if registration {
                add(id);
            } else if called && claimed.len() < 2 && !claimed.contains(&id) {
                claimed.push(id);
            }
        }
    }
    if known.is_empty() && claimed.len() == 1 {
        known = claimed;
    }
    known
}

fn numbers(text: &str) -> impl Iterator<Item = NctId> {
    memchr::memmem::find_iter(text.as_bytes(), b"NCT").filter_map(|at| {
        let tail = text.get(at + 3..).unwrap_or_default().trim_start_matches([' ', ':', '#']);
        let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 8 { format!("NCT{}", tail.get(..8)?).parse().ok() } else { None }
    })
}
