//! The phrases that carry the meaning of a claim beside names and numbers: direction, denial, modality, force.
//!
//! Owns the reading of `signs.tsv`. Must not compare two texts.

use super::text::{Text, matches};
use std::collections::HashMap;
use std::sync::LazyLock;

/// What a phrase says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sense {
    /// More of something.
    Up,
    /// Less of something.
    Down,
    /// No difference.
    Same,
    /// Better, whatever the direction of its measure.
    Better,
    /// Worse.
    Worse,
    /// Must not or should not be done.
    MustNot,
    /// Must be done.
    Must,
    /// Should be done.
    Should,
    /// May be done, or may be so.
    May,
    /// Need not be done.
    NotMust,
    /// Said with reserve.
    Hedge,
    /// Cause, cure or proof, where evidence mostly says association or effect.
    Causes,
    /// Without exception.
    Universal,
    /// More often than not.
    Most,
    /// Now and then.
    Some,
    /// A large degree.
    Degree,
    /// A small degree.
    Slight,
    /// Statistically significant.
    Significant,
    /// Denial.
    Not,
    /// A phrase whose words do not mean what they look like.
    Hidden,
}

/// A phrase in a text: words `from..to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign {
    pub(super) sense: Sense,
    pub(super) from: usize,
    pub(super) to: usize,
}

type Phrase = (Vec<&'static str>, Sense);

struct Table {
    /// By the first word, where it is whole.
    whole: HashMap<&'static str, Vec<Phrase>>,
    /// By the first three letters of the first word, where only its beginning is given.
    begun: HashMap<&'static str, Vec<Phrase>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { whole: HashMap::new(), begun: HashMap::new() };
    for row in include_str!("signs.tsv").lines().filter(|r| !r.starts_with('#')) {
        let Some((sense, phrases)) = row.split_once('\t') else { continue };
        let Some(sense) = sense_of(sense) else { continue };
        for phrase in phrases.split('|') {
            let words: Vec<&str> = phrase.split_whitespace().collect();
            let Some(first) = words.first().copied() else { continue };
            match first.strip_suffix('*') {
                Some(stem) => table.begun.entry(stem.get(..3).unwrap_or(stem)).or_default().push((words, sense)),
                None => table.whole.entry(first).or_default().push((words, sense)),
            }
        }
    }
    table
});

fn sense_of(word: &str) -> Option<Sense> {
    Some(match word {
        "up" => Sense::Up,
        "down" => Sense::Down,
        "same" => Sense::Same,
        "better" => Sense::Better,
        "worse" => Sense::Worse,
        "mustnot" => Sense::MustNot,
        "must" => Sense::Must,
        "should" => Sense::Should,
        "may" => Sense::May,
        "notmust" => Sense::NotMust,
        "hedge" => Sense::Hedge,
        "causes" => Sense::Causes,
        "universal" => Sense::Universal,
        "most" => Sense::Most,
        "some" => Sense::Some,
        "degree" => Sense::Degree,
        "slight" => Sense::Slight,
        "significant" => Sense::Significant,
        "not" => Sense::Not,
        "hidden" => Sense::Hidden,
        _ => return None,
    })
}

/// All signs of a text in order, the longest at each place, none overlapping. Some 20 µs for a sentence.
pub(super) fn read(text: &Text<'_>) -> Vec<Sign> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.words.len() {
        match longest(text, at) {
            Some((sense, length)) => {
                found.push(Sign { sense, from: at, to: at + length });
                at += length;
            }
            None => at += 1,
        }
    }
    hide_degrees(text, &mut found);
    found
}

/// In "lowered more by X than by Y" the direction is that of the verb: "more" only says how much.
fn hide_degrees(text: &Text<'_>, found: &mut [Sign]) {
    let moves = |s: &Sign| matches!(s.sense, Sense::Up | Sense::Down | Sense::Better | Sense::Worse);
    let degree = |s: &Sign| {
        s.to == s.from + 1 && matches!(text.words[s.from].lower.as_str(), "more" | "less" | "most" | "least")
    };
    let verbs: Vec<Sign> = found.iter().copied().filter(|s| moves(s) && !degree(s)).collect();
    for sign in found.iter_mut().filter(|s| moves(s) && degree(s)) {
        let clause = text.words[sign.from].clause;
        if verbs.iter().any(|v| text.words[v.from].clause == clause && v.from < sign.from && sign.from - v.from < 9) {
            sign.sense = Sense::Hidden;
        }
    }
}

fn longest(text: &Text<'_>, at: usize) -> Option<(Sense, usize)> {
    let lower = text.words[at].lower.as_str();
    let whole = TABLE.whole.get(lower);
    let begun = lower.get(..3).and_then(|b| TABLE.begun.get(b));
    let short = lower.get(..2).and_then(|b| TABLE.begun.get(b));
    let all = whole.into_iter().chain(begun).chain(short).flatten();
    let mut best: Option<(Sense, usize)> = None;
    for (phrase, sense) in all {
        if let Some(length) = matches(&text.words, at, phrase)
            && best.is_none_or(|(_, most)| length > most)
        {
            best = Some((*sense, length));
        }
    }
    // "More than 50 people" bounds a number, it does not compare.
    let (sense, length) = best?;
    let bounds = matches!(sense, Sense::Up | Sense::Down | Sense::Most | Sense::Some) && length == 1 && {
        let than = text.words.get(at + 1).is_some_and(|w| w.lower == "than" || w.lower == "then");
        than && text.words.get(at + 2).is_some_and(|w| w.lower.starts_with(|c: char| c.is_ascii_digit()))
    };
    // "In May 2014" is a month.
    let month = lower == "may" && text.raw[text.words[at].start..].starts_with("May") && {
        text.words.get(at + 1).is_some_and(|w| w.lower.len() == 4 && w.lower.bytes().all(|b| b.is_ascii_digit()))
    };
    let digit = |at: usize| text.words.get(at).is_some_and(|w| w.lower.starts_with(|c: char| c.is_ascii_digit()));
    // "Exceeds 6.5", "every 2 weeks".
    let measures = length == 1 && digit(at + 1) && (lower.starts_with("exceed") || lower == "every");
    Some((if bounds || month || measures { Sense::Hidden } else { sense }, length))
}

#[cfg(test)]
mod tests {
    use super::super::finding::Side;
    use super::*;
    use retrieval::Analyzer;

    fn senses(text: &str) -> Vec<Sense> {
        read(&Text::read(&mut Analyzer::default(), text, Side::Claim)).iter().map(|s| s.sense).collect()
    }

    #[test]
    fn every_row_of_the_table_has_a_sense_and_phrases() {
        for row in include_str!("signs.tsv").lines().filter(|r| !r.starts_with('#')) {
            let (sense, phrases) = row.split_once('\t').unwrap();
            assert!(sense_of(sense).is_some(), "{sense}");
            assert!(phrases.split('|').all(|p| !p.trim().is_empty()), "{row}");
        }
    }

    #[test]
    fn the_longest_phrase_wins() {
        assert_eq!(senses("did not significantly change pain"), [Sense::Same]);
        assert_eq!(senses("pain was lower"), [Sense::Down]);
        assert_eq!(senses("should not be given"), [Sense::MustNot]);
        assert_eq!(senses("with or without aspirin"), [Sense::Hidden]);
        assert_eq!(senses("more than 50 people"), [Sense::Hidden]);
        assert_eq!(senses("no significant difference was seen"), [Sense::Same]);
    }
}
