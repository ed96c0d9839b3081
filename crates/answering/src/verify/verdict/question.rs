//! Whether a question can be answered by yes or no, and what a yes would say.
//!
//! Owns the wording of questions. Must not look at evidence.

use super::super::finding::Side;
use super::super::signs::{self, Sense};
use super::super::text::Text;
use retrieval::Analyzer;

/// What yes would say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// There is an effect, a difference or a relation, whichever way it goes.
    Change,
    /// More of something.
    More,
    /// Less of something.
    Less,
    /// It works, is useful, is better.
    Works,
    /// It harms, is worse.
    Harms,
    /// There is no difference; it is as good.
    Same,
    /// It is safe, feasible, tolerated.
    Safe,
}

/// Kinds that a question is of, each a feature.
pub(super) const KINDS: &[&str] = &[
    "asks change",
    "asks more",
    "asks less",
    "asks works",
    "asks harms",
    "asks same",
    "asks safe",
    "begins is",
    "begins do",
    "begins can",
    "begins should",
    "asks need",
    "asks doubt",
    "asks predict",
    "asks difference",
    "compares",
    "titled",
];

const IS: &[&str] = &["is", "are", "was", "were", "am", "isn't", "aren't", "wasn't", "weren't"];
const DO: &[&str] = &["do", "does", "did", "don't", "doesn't", "didn't", "has", "have", "had", "hasn't", "haven't"];
const CAN: &[&str] = &["can", "could", "may", "might", "can't", "couldn't", "will", "won't"];
const SHOULD: &[&str] = &["should", "would", "must", "shall", "shouldn't", "wouldn't", "need"];
/// What asks for more than yes or no.
const OPEN: &[&str] = &["what", "which", "how", "why", "who", "whom", "whose", "what's", "how's", "who's"];

const SAFE: &[&str] = &["safe", "safely", "safety", "feasible", "feasibility", "harmless", "tolerated", "tolerable"];
const WORKS: &[&str] = &[
    "effective",
    "efficacious",
    "effectiveness",
    "useful",
    "valuable",
    "value",
    "work",
    "works",
    "help",
    "helps",
    "helpful",
    "role",
    "reliable",
    "accurate",
    "valid",
    "good",
    "adequate",
    "successful",
    "worthwhile",
    "treat",
    "cure",
];
const NEED: &[&str] = &["necessary", "need", "needed", "required", "justified", "mandatory", "indicated", "routine"];
const DOUBT: &[&str] = &["still", "only", "always", "really", "enough", "sufficient", "truly", "all", "every", "any"];
const PREDICT: &[&str] = &["predict", "predicts", "predictor", "predictive", "marker", "factor", "prognostic"];
const DIFFERENCE: &[&str] =
    &["differ", "different", "difference", "differences", "affect", "affects", "influence", "matter", "associated"];
const CHOICE: &[&str] =
    &["better", "best", "safer", "safest", "preferable", "preferred", "rather", "more", "less", "worse", "superior"];

fn words(text: &str) -> Vec<String> {
    let trim = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().replace('’', "'");
    text.split_whitespace().map(trim).filter(|w| !w.is_empty()).collect()
}

fn begins(word: &str) -> bool {
    [IS, DO, CAN, SHOULD].iter().any(|set| set.contains(&word))
}

/// The part of a text that asks what yes or no answers: "is it safe" of "Anticoagulation after trauma: is it safe?". `None` where
/// the question, the last of several, asks for something else or for a choice between things. Of a text without an auxiliary
/// verb that asks, nothing is said: "asthma treatment?" wants no yes.
pub fn closed(text: &str) -> Option<&str> {
    let mut asking: Option<Option<&str>> = None;
    for sentence in sentences(text) {
        // What asks may stand behind a title or a clause: "In adults with asthma, does ...".
        let (mut from, mut found, mut open) = (0, None, false);
        for piece in sentence.split_inclusive([':', ',', '—', '–']) {
            let own = words(piece);
            let first = own.first().map_or("", String::as_str);
            open |= OPEN.contains(&first);
            if found.is_none() && (begins(first) && (own.len() > 1 || from == 0) || first == "whether") {
                found = Some(from);
            }
            from += piece.len();
        }
        let marked = sentence.ends_with('?');
        match found {
            _ if open => asking = Some(None),
            // Without a question mark, only a sentence that begins so asks.
            Some(from) if marked || from == 0 => {
                asking = Some(sentence.get(from..).map(str::trim).filter(|s| !chooses(s)));
            }
            _ if marked => asking = Some(None),
            _ => {}
        }
    }
    asking.flatten()
}

/// Sentences with the marks that end them; a full stop ends one before a space only, and not behind "vs".
fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let stop = c == '.' && text[end..].starts_with(char::is_whitespace) && !text[..at].ends_with("vs");
        if stop || matches!(c, '?' | '!' | ';' | '\n') {
            out.push(&text[from..end]);
            from = end;
        }
    }
    out.push(&text[from..]);
    out.retain(|s| s.chars().any(char::is_alphanumeric));
    out
}

/// Whether it asks which of several: "is A or B better", "is it viral or bacterial".
fn chooses(asks: &str) -> bool {
    let all = words(asks);
    let is = |set: &[&str]| all.first().is_some_and(|w| set.contains(&w.as_str()));
    let alternatives = all.windows(2).enumerate().any(|(at, pair)| {
        let bounded =
            matches!(pair[1].as_str(), "not" | "without" | "more" | "less" | "older" | "younger" | "higher" | "lower");
        pair[0] == "or" && !bounded && at > 0
    });
    let compared = all.iter().any(|w| CHOICE.contains(&w.as_str()));
    alternatives && (is(IS) || is(SHOULD) || compared)
}

/// What yes would say to a question.
pub(super) fn asked(analyzer: &mut Analyzer, question: &str) -> Asked {
    // "Isn't it so?" asks whether it is.
    let rhetorical = question.replace('’', "'").replace("n't ", " ");
    let text = Text::read(analyzer, &rhetorical, Side::Claim);
    let signs = signs::read(&text);
    let has = |set: &[&str]| text.words.iter().any(|w| set.contains(&w.lower.as_str()));
    let any = |senses: &[Sense]| signs.iter().find(|s| senses.contains(&s.sense)).map(|s| s.sense);
    let denied = any(&[Sense::Not]).is_some();
    let asked = if any(&[Sense::Same]).is_some() {
        Asked::Same
    } else if has(SAFE) {
        Asked::Safe
    } else {
        match any(&[Sense::Up, Sense::Down, Sense::Better, Sense::Worse]) {
            Some(Sense::Up) => Asked::More,
            Some(Sense::Down) => Asked::Less,
            Some(Sense::Better) => Asked::Works,
            Some(Sense::Worse) => Asked::Harms,
            _ if has(WORKS) => Asked::Works,
            _ => Asked::Change,
        }
    };
    match asked {
        // "Is it not effective?" is answered by yes where it is not.
        Asked::More | Asked::Less | Asked::Works | Asked::Change if denied && not_alone(&text) => Asked::Same,
        other => other,
    }
}

/// Whether what is asked is denied: not the "no" of a name or the "without" of a population.
fn not_alone(text: &Text<'_>) -> bool {
    text.words.iter().any(|w| matches!(w.lower.as_str(), "not" | "never" | "fail" | "fails"))
}

/// The features of a question, in the order of [`KINDS`].
pub(super) fn kinds(question: &str, asked: Asked) -> Vec<f64> {
    let all = words(question);
    let part = closed(question).map(words);
    let first = part.as_ref().unwrap_or(&all).first().cloned().unwrap_or_default();
    let has = |set: &[&str]| all.iter().any(|w| set.contains(&w.as_str()));
    let begins = |set: &[&str]| set.contains(&first.as_str());
    let of = [
        asked == Asked::Change,
        asked == Asked::More,
        asked == Asked::Less,
        asked == Asked::Works,
        asked == Asked::Harms,
        asked == Asked::Same,
        asked == Asked::Safe,
        begins(IS),
        begins(DO),
        begins(CAN),
        begins(SHOULD),
        has(NEED),
        has(DOUBT),
        has(PREDICT),
        has(DIFFERENCE),
        has(&["versus", "vs", "than", "compared", "comparison"]),
        question.contains(':'),
    ];
    of.into_iter().map(|b| if b { 1.0 } else { 0.0 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_yes_or_no_answers_are_recognised() {
        for (text, part) in [
            ("Does metformin lower cardiovascular mortality?", "Does metformin lower cardiovascular mortality?"),
            ("Therapeutic anticoagulation in the trauma patient: is it safe?", "is it safe?"),
            (
                "In adults with atrial fibrillation, should warfarin be stopped before a biopsy?",
                "should warfarin be stopped before a biopsy?",
            ),
            ("72 y man with AF. Can he take ibuprofen?", "Can he take ibuprofen?"),
            ("Isn’t colchicine safe in dialysis?", "Isn’t colchicine safe in dialysis?"),
            ("When given early, does 0.5 mg of A vs. B reduce death?", "does 0.5 mg of A vs. B reduce death?"),
            ("Is surgery needed or not?", "Is surgery needed or not?"),
            ("is amoxicillin safe in pregnancy", "is amoxicillin safe in pregnancy"),
        ] {
            assert_eq!(closed(text), Some(part), "{text}");
        }
    }

    #[test]
    fn questions_that_want_more_are_not() {
        for text in [
            "What is the dose of amoxicillin?",
            "How should hyponatremia be treated?",
            "Is apixaban or warfarin better after a stroke?",
            "Is it viral or bacterial?",
            "Should it be taken in the morning or in the evening?",
            "asthma treatment?",
            "Is it safe? What is the dose?",
            "A man who is febrile. In sepsis, which antibiotic is first?",
            "",
        ] {
            assert_eq!(closed(text), None, "{text}");
        }
    }

    #[test]
    fn what_yes_would_say_is_read() {
        let of = |text: &str| asked(&mut Analyzer::default(), text);
        assert_eq!(of("Does aspirin reduce stroke?"), Asked::Less);
        assert_eq!(of("Does aspirin increase bleeding?"), Asked::More);
        assert_eq!(of("Is laparoscopy safe in pregnancy?"), Asked::Safe);
        assert_eq!(of("Is acupuncture effective for migraine?"), Asked::Works);
        assert_eq!(of("Is birth weight associated with asthma?"), Asked::Change);
        assert_eq!(of("Is generic levothyroxine as effective as the brand?"), Asked::Same);
        assert_eq!(of("Does vitamin D not reduce fractures?"), Asked::Same);
        assert_eq!(of("Doesn't vitamin D reduce fractures?"), Asked::Less);
    }
}
