//! What a record says about the standing of works: of itself, or of those it speaks of.
//!
//! Owns the reading of `CommentsCorrections` and of the publication types for retracted works. Kinds of notices are
//! never folded into one another; a partial retraction that NLM files as an erratum is told by its words.

use super::record::{Record, Relation};
use crate::jats::dates::{self, DateParts};
use crate::problem::{Origin, Problem};
use crate::retractions::says_partial;
use evidence::{Doi, Identifiers, Notice, NoticeKind, PartialDate, RelatedWork};

/// MeSH identifiers of the types that matter here; their names have changed before.
const RETRACTED: &str = "D016441";
const RETRACTION: &str = "D016440";

/// Which of two works a relation speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    This,
    Other,
}

/// What a relation says about a work's standing, if anything.
fn meaning(kind: &str) -> Option<(NoticeKind, Target)> {
    Some(match kind {
        "RetractionIn" | "RetractedandRepublishedIn" => (NoticeKind::Retraction, Target::This),
        "RetractionOf" | "RetractedandRepublishedFrom" => (NoticeKind::Retraction, Target::Other),
        "PartialRetractionIn" => (NoticeKind::PartialRetraction, Target::This),
        "PartialRetractionOf" => (NoticeKind::PartialRetraction, Target::Other),
        "ExpressionOfConcernIn" => (NoticeKind::ExpressionOfConcern, Target::This),
        "ExpressionOfConcernFor" => (NoticeKind::ExpressionOfConcern, Target::Other),
        "ErratumIn" | "CorrectedandRepublishedIn" => (NoticeKind::Correction, Target::This),
        "ErratumFor" | "CorrectedandRepublishedFrom" => (NoticeKind::Correction, Target::Other),
        _ => return None,
    })
}

/// The relation in small letters, as `retraction-in`, `corrected-and-republished-in`.
fn relation_word(kind: &str) -> String {
    let mut word = String::with_capacity(kind.len() + 4);
    for c in kind.replace("andRepublished", "-and-republished").chars().filter(|c| !c.is_whitespace()) {
        if c.is_ascii_uppercase() && !word.is_empty() && !word.ends_with('-') {
            word.push('-');
        }
        word.push(c.to_ascii_lowercase());
    }
    word
}

/// The works a record is related to.
pub(super) fn related(record: &Record) -> Vec<RelatedWork> {
    record.relations.iter().map(|r| RelatedWork { relation: relation_word(&r.kind), ids: other_ids(r) }).collect()
}

/// The works that old records say they cite.
pub(super) fn cited(record: &mut Record) {
    let known: std::collections::HashSet<_> = record.references.iter().filter_map(|r| r.ids.pmid).collect();
    for cite in std::mem::take(&mut record.cites) {
        let ids = other_ids(&cite);
        if ids.pmid.is_none_or(|pmid| !known.contains(&pmid)) {
            record.add_reference(&cite.source, ids);
        }
    }
}

/// The notices of a record whose own identifiers are `this`.
pub(super) fn notices(
    record: &Record,
    this: &Identifiers,
    origin: &Origin,
    problems: &mut Vec<Problem>,
) -> Vec<Notice> {
    let mut list: Vec<Notice> = Vec::new();
    // Publishers' own numbers are shared between works.
    let this = &Identifiers { other: Vec::new(), nct: Vec::new(), ..this.clone() };
    let known = *this != Identifiers::default();
    let types = Types::of(record);
    let speaks_of = |kind| record.relations.iter().any(|r| r.kind == kind);
    let (names_retracted, names_doubted) = (speaks_of("RetractionOf"), speaks_of("ExpressionOfConcernFor"));
    for relation in &record.relations {
        let Some((mut kind, target)) = meaning(&relation.kind) else { continue };
        let title = if target == Target::Other { record.title.as_str() } else { "" };
        let words = [relation.source.as_str(), relation.note.as_str(), title];
        match kind {
            NoticeKind::Retraction if words.iter().any(|w| says_partial(w)) || limits(&relation.note) => {
                kind = NoticeKind::PartialRetraction;
            }
            NoticeKind::Correction if words.iter().any(|w| says_partial(w)) || withdraws(title) => {
                kind = NoticeKind::PartialRetraction;
            }
            // The record is a notice of another kind that was filed with the link of an erratum.
            NoticeKind::Correction if types.concern && relation.kind == "ErratumFor" && !names_doubted => {
                kind = NoticeKind::ExpressionOfConcern;
            }
            _ => {}
        }
        if kind == NoticeKind::PartialRetraction
            && relation.kind == "ErratumFor"
            && types.retraction
            && !names_retracted
            && !says_partial(title)
        {
            kind = NoticeKind::Retraction;
        }
        let other = other_ids(relation);
        let notice = match target {
            Target::This if known => Notice {
                kind,
                target: this.clone(),
                date: source_date(&relation.source),
                by: other,
                note: note(&[&relation.source, &relation.note]),
            },
            Target::Other if other != Identifiers::default() => Notice {
                kind,
                target: other,
                date: record.published.and_then(dates::partial),
                by: this.clone(),
                note: note(&[&record.title, &relation.note]),
            },
            Target::This => continue,
            Target::Other => {
                if kind != NoticeKind::Correction {
                    problems.push(no_target(kind, &relation.source, origin));
                }
                continue;
            }
        };
        list.push(notice);
    }
    let itself =
        |n: &Notice| n.target == *this && matches!(n.kind, NoticeKind::Retraction | NoticeKind::PartialRetraction);
    if known && !list.iter().any(itself) {
        let note = if types.retracted {
            Some("Retracted Publication".to_owned())
        } else {
            (!types.retraction && !types.concern && marked_retracted(&record.title)).then(|| record.title.clone())
        };
        if let Some(note) = note {
            let (target, by) = (this.clone(), Identifiers::default());
            list.push(Notice { kind: NoticeKind::Retraction, target, date: None, by, note });
        }
    }
    let about_others = |kind| list.iter().any(|n| n.kind == kind && n.target != *this);
    let told = problems.iter().any(|p| p.code == "no-target");
    if types.retraction
        && !told
        && !about_others(NoticeKind::Retraction)
        && !about_others(NoticeKind::PartialRetraction)
    {
        problems.push(no_target(NoticeKind::Retraction, &record.title, origin));
    } else if types.concern && !told && !about_others(NoticeKind::ExpressionOfConcern) {
        problems.push(no_target(NoticeKind::ExpressionOfConcern, &record.title, origin));
    }
    list.sort();
    list.dedup();
    list
}

fn no_target(kind: NoticeKind, words: &str, origin: &Origin) -> Problem {
    let words: String = words.chars().take(120).collect();
    let message = format!(
        "this {} does not say by PMID or DOI which work it speaks of ({words:?}); look the work up and mark it by hand if it is held",
        kind.word().replace('-', " ")
    );
    Problem::warning(origin, "no-target", message)
}

struct Types {
    retracted: bool,
    retraction: bool,
    concern: bool,
}

impl Types {
    fn of(record: &Record) -> Self {
        let has = |names: &[&str], ui: &str| {
            record
                .types
                .iter()
                .any(|(name, id)| names.iter().any(|n| name.eq_ignore_ascii_case(n)) || (!ui.is_empty() && id == ui))
        };
        Types {
            retracted: has(&["Retracted Publication"], RETRACTED),
            retraction: has(&["Retraction of Publication", "Retraction Notice"], RETRACTION),
            concern: has(&["Expression of Concern"], ""),
        }
    }
}

/// Whether the note on a retraction limits it, as "abstract no. 071 only" for one of a supplement.
fn limits(note: &str) -> bool {
    note.split(|c: char| !c.is_alphabetic()).any(|word| word.eq_ignore_ascii_case("only"))
}

/// Whether an erratum's title says that something is retracted; NLM files as errata only what is not wholly withdrawn.
fn withdraws(title: &str) -> bool {
    let lower = title.to_ascii_lowercase();
    let lower = lower.trim_start_matches(['[', ' ']);
    let Some(rest) = lower.strip_prefix("notice of retraction").or_else(|| lower.strip_prefix("retraction")) else {
        return false;
    };
    // "Retraction of the lung" is surgery.
    let rest = rest.trim_end_matches([']', '.', ' ']);
    rest.is_empty()
        || [":", ".", " note", " notice", " to:", " statement", " of data", " of result"]
            .iter()
            .any(|w| rest.starts_with(w))
}

/// Whether publishers have marked the work itself as withdrawn, in front of its title.
fn marked_retracted(title: &str) -> bool {
    let lower: String = title.chars().take(40).collect::<String>().to_ascii_lowercase();
    let start = lower.trim_start_matches(['[', '(', '*', ' ']);
    ["retracted", "withdrawn", "removed"].iter().any(|word| {
        start.strip_prefix(word).is_some_and(|rest| {
            let rest = rest.strip_prefix(" article").or_else(|| rest.strip_prefix(" paper")).unwrap_or(rest);
            rest.trim_start_matches([']', ')', '*']).starts_with(':') || rest.starts_with([']', ')'])
        })
    })
}

/// The identifiers of the other work.
fn other_ids(relation: &Relation) -> Identifiers {
    Identifiers { pmid: relation.pmid.parse().ok(), doi: source_doi(&relation.source), ..Identifiers::default() }
}

/// The DOI in a citation, as "N Engl J Med. 2020 Jun 25;382(26):2582. doi: 10.1056/NEJMc2021225."
fn source_doi(source: &str) -> Option<Doi> {
    let at = source.to_ascii_lowercase().find("doi:")?;
    let word = source.get(at + 4..)?.split_whitespace().next()?;
    word.trim_end_matches(['.', ',', ';']).parse().ok()
}

/// The date in a citation: "N Engl J Med. 2020 Jun 25;382(26):e102" tells 2020-06-25.
pub(super) fn source_date(source: &str) -> Option<PartialDate> {
    let end = source.to_ascii_lowercase().find("doi:").unwrap_or(source.len());
    let source = source.get(..end)?;
    let bytes = source.as_bytes();
    let mut best: Option<(bool, usize)> = None;
    let mut at = 0;
    while let Some(step) = bytes.get(at..).and_then(|b| b.iter().position(u8::is_ascii_digit)) {
        let from = at + step;
        let length = bytes.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
        at = from + length;
        let before = source.get(..from).unwrap_or_default();
        let after = bytes.get(at).copied();
        let whole = length == 4
            && before.ends_with([' ', '.'])
            && matches!(after, None | Some(b' ' | b';' | b':' | b'.' | b'-'));
        if whole && dates::year(source.get(from..at).unwrap_or_default()).is_some_and(|y| (1800..=2100).contains(&y)) {
            // After the journal's full stop stands the date; a number in a journal's name does not.
            let after_stop = before.trim_end().ends_with('.');
            if best.is_none_or(|(good, _)| after_stop && !good) {
                best = Some((after_stop, from));
            }
        }
        // What follows the volume is no date.
        if best.is_some_and(|(good, _)| good) {
            break;
        }
    }
    let (_, from) = best?;
    let text = source.get(from..)?;
    let text = text.split([';', ':', '(', '.']).next().unwrap_or(text).trim();
    let parts = DateParts { text: text.to_owned(), ..DateParts::default() };
    parts.resolve().and_then(dates::partial)
}

/// How much of a citation and a note is kept, in characters.
const LONGEST_NOTE: usize = 1_000;

fn note(parts: &[&str]) -> String {
    let words: Vec<&str> = parts.iter().map(|p| p.trim()).filter(|p| !p.is_empty()).collect();
    words.join(" ").chars().take(LONGEST_NOTE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn citations_tell_their_date() {
        let date = |source| source_date(source).map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(date("N Engl J Med. 2020 Jun 25;382(26):e102"), "2020-06-25");
        assert_eq!(date("N Engl J Med. 2020 Jun 4;:. doi: 10.1056/NEJMc2021225."), "2020-06-04");
        assert_eq!(date("JAMA. 1998 Dec-1999 Jan;280(1):1900"), "1998-12");
        assert_eq!(date("Lancet 1998 Mar 7;351(9104):690"), "1998-03-07");
        assert_eq!(date("Medicine (Baltimore). 2019;98(50):e18453"), "2019");
        assert_eq!(date("Smith J. In: 2000 Rep. 2004 Spring;4:2001"), "2004");
        assert_eq!(date("J Test. 12(3):2010-4"), "");
        assert_eq!(date(""), "");
        assert_eq!(date("é. 2020é"), "");
    }

    #[test]
    fn citations_tell_their_doi() {
        assert_eq!(
            source_doi("J Test. 2020;1:2. doi: 10.1016/S0140-6736(20)31180-6.").map(|d| d.to_string()).as_deref(),
            Some("10.1016/s0140-6736(20)31180-6")
        );
        assert_eq!(source_doi("J Test. 2020;1:2. doi: unavailable"), None);
    }

    #[test]
    fn relations_are_kebab_case() {
        assert_eq!(relation_word("RetractionIn"), "retraction-in");
        assert_eq!(relation_word("CorrectedandRepublishedFrom"), "corrected-and-republished-from");
        assert_eq!(relation_word("SummaryForPatientsIn"), "summary-for-patients-in");
    }

    #[test]
    fn titles_that_withdraw_are_told_from_surgery() {
        assert!(withdraws("Retraction.") && withdraws("Retraction: An old title") && withdraws("Retraction note to X"));
        assert!(!withdraws("Retraction of the lung in the prone position") && !withdraws("Retractions"));
        assert!(marked_retracted("RETRACTED: A title") && marked_retracted("[Retracted] A title"));
        assert!(marked_retracted("RETRACTED ARTICLE: A title") && marked_retracted("WITHDRAWN: A title"));
        assert!(!marked_retracted("Retracted articles in surgery") && !marked_retracted("Removed teeth: a survey"));
    }
}
