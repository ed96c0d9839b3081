//! What a written sentence may not leave out of the sentence it rests on: clauses that limit it.
//!
//! Owns the words that begin such a clause. Must not judge what a sentence adds.

use super::finding::{Deciding, Fault, Reason, Side, Verdict};
use super::text::Text;
use retrieval::{Analyzer, is_filler};

/// Longest written sentence, in bytes.
const LONGEST: usize = 600;

/// Words that limit what a sentence says; those of one row stand for each other.
const LIMITS: &[&[&str]] = &[
    &["if", "when", "whenever", "where", "provided", "whose", "who", "with", "in", "for"],
    &["unless", "except", "excluding", "without", "not", "no"],
    &["only", "solely", "alone"],
    &["until", "till", "before"],
    &["after", "following", "once", "beyond"],
    &["despite", "although", "though", "but", "even"],
    &["least", "minimum", "more", "above", "over", "\u{2265}"],
    &["most", "maximum", "less", "below", "under", "up", "within", "\u{2264}"],
    &["about", "approximately", "around", "roughly", "some"],
    &["uncontrolled", "retrospective", "observational"],
    &["usual", "usually", "routine", "routinely", "often", "generally", "commonly", "mostly", "chiefly", "mainly"],
    &["some", "sometimes", "occasionally", "rarely", "may", "can", "might", "could"],
    &["approved"],
];

/// Words that must be met by one of their row: the others in a row only stand for them.
const MUST: &[&str] = &[
    "if",
    "when",
    "unless",
    "except",
    "only",
    "until",
    "before",
    "after",
    "despite",
    "although",
    "least",
    "most",
    "about",
    "within",
    "uncontrolled",
    "retrospective",
    "observational",
    "without",
];

/// The first word of the evidence that limits it and has no like in the sentence, nor in what is shown beside it.
pub(super) fn clause(analyzer: &mut Analyzer, evidence: &str, sentence: &str, shown: &[&str]) -> Option<Deciding> {
    let held = Text::read(analyzer, evidence, Side::Evidence);
    let said: Vec<String> = std::iter::once(sentence)
        .chain(shown.iter().copied())
        .flat_map(|t| Text::read(analyzer, t, Side::Claim).words.into_iter().map(|w| w.lower).collect::<Vec<_>>())
        .collect();
    let missing = held.words.iter().find(|word| {
        MUST.contains(&word.lower.as_str())
            && !LIMITS
                .iter()
                .filter(|row| row.contains(&word.lower.as_str()))
                .any(|row| said.iter().any(|s| row.contains(&s.as_str())))
    })?;
    Some(held.deciding([missing.start, missing.end]))
}

/// Words that tell what has happened.
const PAST: &[&str] = &["was", "were", "had", "did"];

/// What a written sentence does that no faithful one does, though each of its words stands in the evidence: it says a word
/// again and again, or tells as an event what the evidence says of today.
pub(super) fn garbled(analyzer: &mut Analyzer, evidence: &str, sentence: &str) -> Option<Deciding> {
    let held = Text::read(analyzer, evidence, Side::Evidence);
    let said = Text::read(analyzer, sentence, Side::Claim);
    let count = |text: &Text<'_>, stem: &str| text.words.iter().filter(|w| w.stem == stem).count();
    let repeats = |w: &super::text::Word| {
        !is_filler(&w.lower) && w.lower.len() > 2 && w.lower.chars().all(char::is_alphabetic) && {
            let times = count(&said, &w.stem);
            times > 1 && times > count(&held, &w.stem)
        }
    };
    let past = |w: &super::text::Word| PAST.contains(&w.lower.as_str());
    let tells = !held.words.iter().any(past);
    let word = said.words.iter().find(|w| repeats(w) || tells && past(w))?;
    Some(said.deciding([word.start, word.end]))
}

/// Words that make what follows more than a reason.
const NO_REASON: &[&str] = &["if", "unless", "except", "only", "until", "when", "but"];

/// The evidence up to a reason it gives: a reason may be left out, for it limits nothing. One that itself holds a limit stays.
pub(super) fn without_reason(evidence: &str) -> &str {
    let cut = evidence.find(", because ").or_else(|| evidence.find(" because ")).filter(|at| *at > 20);
    let Some((kept, reason)) = cut.and_then(|at| evidence.split_at_checked(at)) else { return evidence };
    let limits = |w: &str| NO_REASON.contains(&w.to_lowercase().as_str());
    if reason.split(|c: char| !c.is_alphanumeric()).any(limits) { evidence } else { kept }
}

/// A fault, where a text is not one sentence of a fair length.
pub(super) fn more_than_one(text: &str) -> Option<Fault> {
    let mut analyzer = Analyzer::default();
    let sentences = Text::read(&mut analyzer, text, Side::Claim).words.last().map_or(0, |w| w.sentence + 1);
    let one = sentences == 1 && text.len() <= LONGEST && !text.contains(['\n', '\r']);
    (!one).then(|| Fault { verdict: Verdict::Unsupported, reason: Reason::NotOne, words: Vec::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_that_is_left_out_is_found() {
        let mut analyzer = Analyzer::default();
        let held = "Stop the inhibitor only if its indication allows.";
        let missing = |said: &str, shown: &[&str]| clause(&mut Analyzer::default(), held, said, shown).map(|d| d.text);
        assert_eq!(missing("Stop the inhibitor.", &[]).as_deref(), Some("only"));
        assert_eq!(missing("Stop the inhibitor only when its indication allows.", &[]), None);
        assert_eq!(missing("Stop the inhibitor.", &["Only if its indication allows"]), None);
        assert!(clause(&mut analyzer, "Stop it.", "Stop it now.", &[]).is_none());
    }

    #[test]
    fn a_reason_may_be_left_out() {
        assert_eq!(
            without_reason("Measure creatinine first, because kidney function sets the dose."),
            "Measure creatinine first"
        );
        assert_eq!(without_reason("Measure creatinine."), "Measure creatinine.");
        let limited = "Stop the inhibitor at once, because it lowers magnesium, unless it is needed.";
        assert_eq!(without_reason(limited), limited);
        let limited = "Stop the inhibitor at once, because it lowers magnesium, unless it is needed.";
        assert_eq!(without_reason(limited), limited);
    }

    #[test]
    fn two_sentences_are_not_one() {
        assert!(more_than_one("Give 2 g. It is safe in pregnancy.").is_some());
        assert!(more_than_one("Give 2.5 g, e.g. as a bolus.").is_none());
        assert!(more_than_one("").is_some());
    }
}
