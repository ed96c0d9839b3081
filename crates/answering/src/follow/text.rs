//! Sentences, clauses and words of a question, as far as following up needs them: where it tells, and where it asks.
//! Knows no medicine.

/// Words that begin what asks.
pub(super) const ASKING: &[&str] = &[
    "what", "which", "how", "should", "can", "could", "would", "is", "are", "does", "do", "did", "when", "why", "who",
    "may", "whether", "any", "will", "whats", "what's",
];

/// Words of what is asked for, which tell nothing of a patient.
const DEMAND: &[&str] = &[
    "be",
    "been",
    "done",
    "given",
    "options",
    "option",
    "treatment",
    "treatments",
    "treated",
    "treat",
    "treating",
    "therapy",
    "therapies",
    "management",
    "manage",
    "managed",
    "approach",
    "evaluation",
    "evaluated",
    "evaluate",
    "diagnosis",
    "diagnosed",
    "prognosis",
    "best",
    "next",
    "recommended",
    "recommend",
    "dose",
    "dosing",
    "monitored",
    "monitoring",
    "monitor",
    "causes",
    "cause",
    "caused",
    "prevented",
    "prevention",
    "safe",
    "role",
    "workup",
    "used",
];

/// Words that lead from what is asked for to whom it is asked for.
const LEADING: &[&str] = &["for", "of", "in", "to", "the", "about", "with"];

/// Words that are left without their object when a fact is cut out behind them.
const DANGLING: &[&str] = &[
    "post",
    "after",
    "on",
    "with",
    "of",
    "and",
    "or",
    "but",
    "cycles",
    "cycle",
    "progressed",
    "had",
    "no",
    "known",
    "is",
    "has",
    "s/p",
    "status",
    "takes",
    "taking",
    "received",
    "following",
    "a",
    "an",
    "the",
    "without",
    "for",
    "at",
    "in",
];

/// A word, lower case without what surrounds it, and where it stands.
pub(super) struct Word {
    pub(super) norm: String,
    pub(super) span: [usize; 2],
}

/// The words of a text, split at white space.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                let norm = text[from..at].trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
                out.push(Word { norm, span: [from, at] });
                start = None;
            }
            _ => {}
        }
    }
    out
}

/// Whether a text begins with a word that asks.
pub(super) fn asks_first(text: &str) -> bool {
    words(text).first().is_some_and(|w| ASKING.contains(&w.norm.as_str()))
}

/// Whether a word asks or belongs to what is asked for.
pub(super) fn is_demand(word: &str) -> bool {
    ASKING.contains(&word) || DEMAND.contains(&word)
}

pub(super) fn is_leading(word: &str) -> bool {
    LEADING.contains(&word)
}

pub(super) fn dangles(word: &str) -> bool {
    DANGLING.contains(&word) || word.chars().all(|c| c.is_ascii_digit())
}

/// Splits at these marks where white space or the end follows, not within brackets. The mark belongs to the part.
fn split(text: &str, range: [usize; 2], marks: &[char]) -> Vec<[usize; 2]> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (range[0], 0usize);
    for (at, c) in text[range[0]..range[1]].char_indices() {
        let end = range[0] + at + c.len_utf8();
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let ends = text[end..range[1]].chars().next().is_none_or(char::is_whitespace) || c == '\n';
        if marks.contains(&c) && ends && (depth == 0 || c == '\n') {
            parts.push([start, end]);
            (start, depth) = (end, 0);
        }
    }
    parts.push([start, range[1]]);
    parts.retain(|p| text[p[0]..p[1]].chars().any(char::is_alphanumeric));
    parts
}

/// The sentences of a text.
pub(super) fn sentences(text: &str) -> Vec<[usize; 2]> {
    split(text, [0, text.len()], &['.', '?', '!', '\n', ';'])
}

/// The clauses of a sentence.
pub(super) fn clauses(text: &str, sentence: [usize; 2]) -> Vec<[usize; 2]> {
    split(text, sentence, &[',', ':', '.', '?', '!', ';', '\n'])
}

/// Without white space and marks at both ends; a bracket that closes stays.
pub(super) fn bare(text: &str) -> &str {
    let mark = |c: char| c.is_whitespace() || matches!(c, ',' | ':' | '.' | '?' | '!' | ';');
    text.trim_matches(mark)
}

/// A sentence that tells: first letter in upper case, a full stop.
pub(super) fn telling(text: &str) -> String {
    format!("{}.", crate::words::capitalised(bare(text)))
}

/// White space and marks put right after something was cut out.
pub(super) fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let mark = word.chars().all(|c| matches!(c, ',' | ':' | '.' | '?' | '!' | ';'));
        if out.is_empty() || !mark {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        } else {
            // ", ." becomes "."; a mark stands right behind its word.
            let kept = out.trim_end_matches([',', ':', ';']).len();
            if word.starts_with(['.', '?', '!']) {
                out.truncate(kept);
                out.push_str(word);
            } else if kept == out.len() && !out.ends_with(['.', '?', '!']) {
                out.push_str(word);
            }
        }
    }
    out.trim_start_matches([',', ':', '.', ';', ' ']).to_owned()
}

/// Units in which drugs and radiation are given.
const UNITS: &[&str] =
    &["mg", "g", "mcg", "\u{b5}g", "ug", "ml", "units", "iu", "gy", "mmol", "meq", "tablets", "drops", "puffs"];

/// Whether a text gives an amount: a number with the unit of a dose.
pub(super) fn gives_amount(text: &str) -> bool {
    let words = words(text);
    let number = |w: &str| w.starts_with(|c: char| c.is_ascii_digit());
    let unit = |w: &str| {
        let unit = w.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '\u{2013}'));
        UNITS.contains(&unit.split(['/', ' ']).next().unwrap_or_default())
    };
    let next = words.iter().skip(1).map(|w| w.norm.as_str()).chain([""]);
    words.iter().zip(next).any(|(w, next)| number(&w.norm) && (unit(&w.norm) || unit(next) && !number(next)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_stay_whole_within_brackets() {
        let text = "Post FOLFOX (fluorouracil, oxaliplatin), Mg 1.2 mg/dL. What next?";
        let sentences = sentences(text);
        let parts: Vec<&str> =
            sentences.iter().flat_map(|s| clauses(text, *s)).map(|c| bare(&text[c[0]..c[1]])).collect();
        assert_eq!(parts, ["Post FOLFOX (fluorouracil, oxaliplatin)", "Mg 1.2 mg/dL", "What next"]);
    }

    #[test]
    fn an_amount_is_a_number_with_a_unit() {
        for text in ["Give 2 g of magnesium", "5.4 mg/kg every 3 weeks", "8 Gy in 1 fraction", "sotorasib 960mg daily"]
        {
            assert!(gives_amount(text), "{text}");
        }
        for text in ["in 820 patients", "survival of 7.4 months", "response in 4% of the patients", "mg"] {
            assert!(!gives_amount(text), "{text}");
        }
    }

    #[test]
    fn what_is_cut_leaves_no_marks() {
        assert_eq!(tidy("colon cancer, , ECOG 1 . What next ?"), "colon cancer, ECOG 1. What next?");
        assert_eq!(tidy(", ECOG 1"), "ECOG 1");
        assert_eq!(tidy("colon cancer, . What?"), "colon cancer. What?");
        assert_eq!(telling("in pregnancy?"), "In pregnancy.");
    }
}
