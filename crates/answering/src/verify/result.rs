//! Which way one sentence says that a result went, and of what: more, less, no difference.
//!
//! Owns the reading of one sentence for whoever lays several side by side. Must not compare a claim with its evidence.

use super::comparison::Comparison;
use super::direction::MEASURES;
use super::finding::Side;
use super::signs::{self, Sense, Sign};
use super::text::Text;
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// How many words on either side of a word for direction tell what it is said of.
const WINDOW: usize = 7;
/// A denial this many words before a direction denies it: "did not significantly reduce".
const DENIES: usize = 3;

/// Which way a result went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    More,
    Less,
    Same,
    Better,
    Worse,
}

impl Way {
    /// Whether two results of one outcome cannot both be the whole truth.
    pub(crate) fn opposes(self, other: Way) -> bool {
        use Way::{Better, Less, More, Same, Worse};
        match (self, other) {
            (Same, Same) => false,
            (Same, _) | (_, Same) => true,
            (More, Less) | (Less, More) | (Better, Worse) | (Worse, Better) => true,
            // Less pain is better, and so is longer survival: without knowing which, nothing opposes.
            _ => false,
        }
    }

    fn turned(self) -> Self {
        match self {
            Way::More => Way::Less,
            Way::Less => Way::More,
            Way::Better => Way::Worse,
            Way::Worse => Way::Better,
            Way::Same => Way::Same,
        }
    }
}

/// A direction with what it is said of.
#[derive(Debug, Clone)]
pub(crate) struct Went {
    pub(crate) way: Way,
    /// The stems of what it is said of: the nearest word in its clause that is no measure ("rate", "risk"), behind and before.
    pub(crate) nearest: BTreeSet<String>,
    /// The stems of all it may be said of: the words right behind it, and where it is told of a subject ("was lower") those before.
    pub(crate) about: BTreeSet<String>,
}

/// Words behind a direction that it may be said of, and before it.
const BEHIND: usize = 4;
const BEFORE: usize = 16;
/// Words before a direction that is told of a subject.
const SAID_OF: &[&str] = &["was", "were", "is", "are", "been", "significantly"];

/// The arms that a control is called.
#[rustfmt::skip]
const CONTROLS: &[&str] = &["placebo", "control", "controls", "saline", "sham", "usual", "standard", "untreated"];

/// Beginnings of words that no result is said of, beside those for how something is measured.
const NOT_SAID_OF: &[&str] = &["score", "significant", "overall", "day"];

/// The directions that a sentence tells, each turned towards what was given: "pain was greater with placebo" is less pain. Some
/// 30 µs a sentence.
pub(crate) fn results(analyzer: &mut Analyzer, sentence: &str) -> Vec<Went> {
    let text = Text::read(analyzer, sentence, Side::Evidence);
    let signs = signs::read(&text);
    let turned = Comparison::of(&text, &signs).is_some_and(|c| {
        let control = |r: [usize; 2]| text.words[r[0]..r[1]].iter().any(|w| CONTROLS.contains(&w.lower.as_str()));
        control(c.arm) && !control(c.comparator)
    });
    let is_sign = |at: usize| signs.iter().any(|s| s.from <= at && at < s.to);
    let of = |sign: &Sign| {
        let way = match sign.sense {
            Sense::Up => Way::More,
            Sense::Down => Way::Less,
            Sense::Same => Way::Same,
            Sense::Better => Way::Better,
            Sense::Worse => Way::Worse,
            _ => return None,
        };
        let clause = text.words[sign.from].clause;
        let denied = signs.iter().any(|s| {
            s.sense == Sense::Not
                && s.to <= sign.from
                && sign.from - s.to < DENIES
                && text.words[s.from].clause == clause
        });
        let way = match (denied, way) {
            // "Not similar" says that there was a difference and not which.
            (true, Way::Same) => return None,
            (true, _) => Way::Same,
            (false, way) if turned => way.turned(),
            (false, way) => way,
        };
        let specific = |at: &usize| {
            let word = &text.words[*at];
            let says = !is_filler(&word.lower) && word.lower.chars().all(char::is_alphabetic);
            word.clause == clause
                && !is_sign(*at)
                && says
                && !MEASURES.iter().chain(NOT_SAID_OF).any(|m| word.lower.starts_with(m))
        };
        let stem = |at: usize| text.words[at].stem.clone();
        let (from, to) = (sign.from.saturating_sub(WINDOW), (sign.to + WINDOW).min(text.words.len()));
        let behind = (sign.to..to).find(specific);
        let before = (from..sign.from).rev().find(specific);
        let sentence = text.words[sign.from].sentence;
        let told = &text.words[sign.from.saturating_sub(2)..sign.from];
        let of_subject = way == Way::Same || told.iter().any(|w| SAID_OF.contains(&w.lower.as_str()));
        let reach = if of_subject { BEFORE } else { 0 };
        let subject = (sign.from.saturating_sub(reach)..sign.from).filter(|at| text.words[*at].sentence == sentence);
        let object = (sign.to..(sign.to + BEHIND).min(text.words.len())).filter(|at| text.words[*at].clause == clause);
        Some(Went {
            way,
            about: subject.chain(object).filter(|at| !is_filler(&text.words[*at].lower)).map(stem).collect(),
            nearest: behind.into_iter().chain(before).map(stem).collect(),
        })
    };
    signs.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ways(sentence: &str) -> Vec<Way> {
        results(&mut Analyzer::default(), sentence).into_iter().map(|w| w.way).collect()
    }

    #[test]
    fn each_way_is_told_and_turned_towards_what_was_given() {
        assert_eq!(ways("Magnesium reduced postoperative pain."), [Way::Less]);
        assert_eq!(ways("Magnesium did not reduce postoperative pain."), [Way::Same]);
        assert_eq!(ways("There was no significant difference in pain between groups."), [Way::Same]);
        assert_eq!(ways("Pain was higher with placebo than with magnesium."), [Way::Less]);
        assert_eq!(ways("Pain was lower with magnesium than with placebo."), [Way::Less]);
        assert_eq!(ways("Patients received magnesium for twelve hours."), []);
    }

    #[test]
    fn opposite_ways_oppose_and_better_is_not_held_against_more() {
        assert!(Way::Less.opposes(Way::Same) && Way::More.opposes(Way::Less) && Way::Better.opposes(Way::Worse));
        assert!(!Way::Less.opposes(Way::Better) && !Way::Same.opposes(Way::Same));
    }
}
