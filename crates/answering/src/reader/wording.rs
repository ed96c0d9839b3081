//! The plain wording that the writer of a digest gives a statement, for patients: whether it may stand for the statement.
//!
//! Owns what is asked of such a wording. It must not change one: what does not pass is not shown, and said by
//! `curbside digest lint` where it stands.

use super::dose;
use crate::verify::{Checker, Finding, Verdict};
use clinical::{ConceptKind, Readability, glossary};
use evidence::Role;
use regex::Regex;
use std::sync::LazyLock;

/// Grade that a wording should not pass, and grade at which it is an error (Flesch-Kincaid).
const GRADES: [f64; 2] = [8.0, 9.0];
/// Most sentences, and most words.
const MOST: [usize; 2] = [6, 90];

/// What is wrong with a plain wording.
#[derive(Debug, Clone, PartialEq)]
pub struct PlainFault {
    /// Stable word for it, as `plain-unfaithful`.
    pub code: &'static str,
    /// What is wrong, and the words that show it.
    pub message: String,
    /// Whether it must be mended; else it is a matter of style.
    pub error: bool,
}

/// Whether a plain wording may stand for its statement: the checker finds that it says no more and no less of what matters,
/// and it tells no dose. Some 2 ms.
pub(crate) fn stands(checker: &mut Checker, wording: &str, statement: &str, headings: &[&str]) -> Result<(), Finding> {
    let found = checker.check_plain(wording, statement, headings);
    if found.verdict == Verdict::Supported { Ok(()) } else { Err(found) }
}

/// Whether a plain wording tells a dose: an amount of a drug, or, where the statement is a dose, how often it is taken.
pub(crate) fn tells_dose(wording: &str, role: Role) -> bool {
    static OFTEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(?:once|twice|\d+ times|three times|four times) (?:a|per) (?:day|week)|\bevery \d+|\btimes daily",
        )
        .ok()
    });
    if role != Role::Dose {
        return dose::told(wording, Some(role));
    }
    dose::told(wording, Some(Role::Option)) || OFTEN.as_ref().is_some_and(|r| r.is_match(wording))
}

/// Everything wrong with a plain wording, for its writer. `headings` are the title of the digest and the headings above.
pub fn plain_faults(
    checker: &mut Checker,
    wording: &str,
    statement: &str,
    role: Role,
    headings: &[&str],
) -> Vec<PlainFault> {
    let mut out = Vec::new();
    let mut fault = |code, error, message: String| out.push(PlainFault { code, message, error });
    if let Err(found) = stands(checker, wording, statement, headings) {
        let words: Vec<String> = found.words.iter().map(|w| format!("{:?}", w.text)).collect();
        let shown = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
        fault(
            "plain-unfaithful",
            true,
            format!("it does not say what the statement says: {}{shown}", found.reason.said()),
        );
    }
    if tells_dose(wording, role) {
        fault("plain-dose", true, "a plain wording tells no dose".to_owned());
    }
    let read = Readability::of(wording);
    if read.sentences > MOST[0] || read.words > MOST[1] {
        let message =
            format!("{} sentences, {} words: at most {} and {}", read.sentences, read.words, MOST[0], MOST[1]);
        fault("plain-long", true, message);
    }
    if let Some(grade) = Readability::of(&without_names(wording)).flesch_kincaid().filter(|g| *g > GRADES[0] + 0.05) {
        let message = format!(
            "it reads at grade {grade:.1}, names of drugs and markers left out: shorter sentences, shorter words"
        );
        fault("plain-grade", grade > GRADES[1] + 0.05, message);
    }
    for letters in unexplained(wording) {
        fault(
            "plain-abbreviation",
            true,
            format!("{letters:?} is not explained: say what it is, with the letters in brackets"),
        );
    }
    out
}

/// A wording with an easy word for each name of a drug, a class or mix of drugs, or a marker: no writer can put those otherwise.
fn without_names(wording: &str) -> String {
    let mut out = String::with_capacity(wording.len());
    let mut from = 0;
    for m in clinical::mentions(wording) {
        let named = matches!(
            m.concept.kind,
            ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Biomarker
        );
        if named && m.span[0] >= from {
            out.push_str(&wording[from..m.span[0]]);
            // A capital begins a sentence here as it did there.
            let capital = wording[m.span[0]..].starts_with(char::is_uppercase);
            out.push_str(if capital { "Marker" } else { "marker" });
            from = m.span[1];
        }
    }
    out.push_str(&wording[from..]);
    out
}

/// Abbreviations of a wording that it nowhere explains. One is explained where it stands in brackets or before them, where
/// the words beside it say what it names ("the gene called RAS", "in the SUNLIGHT study"), where the glossary keeps it
/// ("CT scan"), and where it names a mix of drugs or a marker that the glossary explains: those stand among the terms below the article.
fn unexplained(wording: &str) -> Vec<String> {
    let words: Vec<&str> = wording.split_whitespace().collect();
    // "ACE inhibitor": the glossary explains the whole name, and the list of terms has it.
    let of_a_term = |letters: &str| {
        let spans = glossary::standing(wording).into_iter().map(|s| &wording[s.span[0]..s.span[1]]);
        spans.filter(|s| s.contains(' ')).any(|s| s.split([' ', '-']).any(|w| w == letters))
    };
    let bare = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let near = |at: usize, by: &[&str]| {
        let from = at.saturating_sub(8);
        let lower = |w: &&str| bare(w).to_lowercase();
        words[from..(at + 5).min(words.len())].iter().map(lower).any(|w| by.contains(&w.as_str()))
    };
    let mixes: Vec<&str> = clinical::mentions(wording)
        .iter()
        .filter(|m| m.concept.kind == ConceptKind::Regimen)
        .filter_map(|m| wording.get(m.span[0]..m.span[1]))
        .collect();
    let (mut out, mut explained): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (at, word) in words.iter().enumerate() {
        for part in word.split(['-', '/']) {
            let letters = bare(part);
            let capitals = letters.chars().filter(|c| c.is_uppercase()).count();
            // Stages: II, IIIB.
            let roman = letters.trim_end_matches(['A', 'B', 'C']).chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
            if capitals < 2 || roman || KNOWN.contains(&letters.as_str()) {
                continue;
            }
            let bracketed = word.starts_with('(') || words.get(at + 1).is_some_and(|n| n.starts_with('('));
            let named = near(at, NAMES);
            let term = glossary::terms().iter().find(|t| t.term == letters);
            let kept = term.is_some_and(|t| t.plain.contains(&letters));
            let kind = clinical::concept(&letters).map(|c| c.kind);
            let listed = term.is_some_and(|t| !t.meaning.is_empty())
                && matches!(kind, Some(ConceptKind::Regimen | ConceptKind::Biomarker));
            let regimen = mixes.iter().any(|m| m.contains(&letters));
            if regimen || bracketed || named || kept || listed || of_a_term(&letters) {
                explained.push(letters);
            } else {
                out.push(letters);
            }
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|o| !explained.contains(o) && seen.insert(o.clone()));
    out
}

/// Letters that everyone reads.
const KNOWN: &[&str] = &["US", "UK", "DNA", "HIV", "ECOG", "PET"];

/// Words beside a name that say what it names.
const NAMES: &[&str] = &[
    "called",
    "named",
    "mix",
    "agency",
    "gene",
    "genes",
    "marker",
    "markers",
    "trial",
    "trials",
    "study",
    "studies",
    "score",
    "scores",
    "group",
    "groups",
    "protein",
    "change",
    "virus",
    "society",
    "guideline",
    "guidelines",
];

#[cfg(test)]
mod tests {
    use super::*;

    const STATEMENT: &str = "Do not give apixaban for pulmonary embolism at creatinine clearance below 15 mL/min, because trials left such patients out.";

    fn codes(wording: &str) -> Vec<&'static str> {
        let faults = plain_faults(&mut Checker::default(), wording, STATEMENT, Role::Avoid, &["Pulmonary embolism"]);
        faults.into_iter().map(|f| f.code).collect()
    }

    #[test]
    fn a_faithful_wording_passes() {
        let empty: Vec<&str> = Vec::new();
        assert_eq!(
            codes("Doctors should not give apixaban for a blood clot in the lung when the kidneys barely work."),
            empty
        );
    }

    #[test]
    fn what_turns_a_statement_round_or_adds_to_it_is_refused() {
        for wrong in [
            "Doctors can give apixaban for a blood clot in the lung when the kidneys barely work.",
            "Doctors should not give rivaroxaban for a blood clot in the lung when the kidneys barely work.",
            "Doctors should not give apixaban for a blood clot in the lung when kidney function is below 50 mL/min.",
            "Doctors should not give it for a blood clot in the lung when the kidneys barely work.",
        ] {
            assert_eq!(codes(wrong), ["plain-unfaithful"], "{wrong}");
        }
    }

    #[test]
    fn doses_letters_and_long_words_are_faults() {
        assert!(tells_dose("Take 5 mg twice a day.", Role::Dose));
        assert!(tells_dose("Take it twice a day.", Role::Dose) && tells_dose("It is given every 4 weeks.", Role::Dose));
        assert!(!tells_dose("Take a low dose.", Role::Dose) && !tells_dose("Visits are every 4 weeks.", Role::Monitor));
        assert_eq!(unexplained("A PE can harm you. The CTPA (a lung scan) shows it. So does the RAS gene."), ["PE"]);
        assert!(codes("Physicians should not administer apixaban for a blood clot in the lung in individuals whose creatinine clearance is considerably diminished.").contains(&"plain-grade"));
    }
}
