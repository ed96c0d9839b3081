//! A claim that compares: what is given, what it is compared with, what is measured, and which way it goes.
//!
//! Owns the taking apart of "X reduced O compared with C" and "O was lower with X than with C", and the question whether two
//! arms or two figures have changed places. Must not judge anything else.

use super::finding::{Fault, Reason, Verdict};
use super::quantity::{Kind, Quantity};
use super::signs::{Sense, Sign};
use super::text::{Text, Word, matches};
use retrieval::is_filler;
use std::collections::BTreeSet;

/// Words behind which the comparator stands.
const MARKERS: &[&[&str]] = &[
    &["compared", "with"],
    &["compared", "to"],
    &["in", "comparison", "with"],
    &["in", "comparison", "to"],
    &["as", "compared", "with"],
    &["as", "compared", "to"],
    &["when", "compared", "with"],
    &["when", "compared", "to"],
    &["relative", "to"],
    &["versus"],
    &["vs"],
    &["than"],
    &["over"],
    &["against"],
];

/// A comparison, as ranges of words.
#[derive(Debug, Clone)]
pub(super) struct Comparison {
    /// What is given.
    pub(super) arm: [usize; 2],
    /// What it is compared with.
    pub(super) comparator: [usize; 2],
    /// What is measured.
    pub(super) outcome: [usize; 2],
    /// Which way it goes.
    pub(super) sign: Sign,
}

/// The first marker behind word `from`: where it begins and ends.
fn marker(words: &[Word], from: usize) -> Option<[usize; 2]> {
    (from..words.len()).find_map(|at| {
        let lengths = MARKERS.iter().filter_map(|m| matches(words, at, m));
        let digit = |n: &usize| words.get(at + n).is_some_and(|w| w.lower.starts_with(|c: char| c.is_ascii_digit()));
        lengths.max().filter(|n| !digit(n)).map(|n| [at, at + n])
    })
}

impl Comparison {
    /// Takes a claim apart; `None` where it does not compare two arms.
    pub(super) fn of(text: &Text<'_>, signs: &[Sign]) -> Option<Self> {
        let directs =
            |s: &&Sign| matches!(s.sense, Sense::Up | Sense::Down | Sense::Same | Sense::Better | Sense::Worse);
        let last =
            (0..text.words.len()).rev().find(|at| MARKERS.iter().any(|m| matches(&text.words, *at, m).is_some()));
        let last = last.filter(|at| *at > 0)?;
        let sign = *signs.iter().filter(directs).find(|s| s.from > 0 || s.to < last)?;
        let comparing = marker(&text.words, sign.to)?;
        let comparator = [comparing[1], text.words.len()];
        let middle = [sign.to, comparing[0]];
        let first = text.words.get(middle[0]).map_or("", |w| w.lower.as_str());
        // "Pain was lower with X than with C": what is measured comes first.
        let given_behind = matches!(first, "with" | "in" | "for" | "among" | "after" | "under" | "on") && sign.from > 0;
        let (arm, outcome) =
            if given_behind { ([middle[0] + 1, middle[1]], [0, sign.from]) } else { ([0, sign.from], middle) };
        (arm[0] < arm[1] && comparator[0] < comparator[1]).then_some(Self { arm, comparator, outcome, sign })
    }

    /// Whether a byte of the text lies in one of the arms.
    pub(super) fn in_arms(&self, text: &Text<'_>, span: [usize; 2]) -> bool {
        let within = |r: [usize; 2]| {
            let bytes = text.span(r[0], r[1]);
            bytes[0] <= span[0] && span[1] <= bytes[1] + 1
        };
        within(self.arm) || within(self.comparator)
    }
}

/// Stems that mean something.
pub(super) fn content(words: &[Word]) -> BTreeSet<&str> {
    words.iter().filter(|w| !is_filler(&w.lower) && w.lower.len() > 1).map(|w| w.stem.as_str()).collect()
}

/// The stems of either arm that the other has not.
pub(super) fn own_stems<'t>(text: &'t Text<'_>, c: &Comparison) -> (BTreeSet<&'t str>, BTreeSet<&'t str>) {
    let arm = content(&text.words[c.arm[0]..c.arm[1]]);
    let other = content(&text.words[c.comparator[0]..c.comparator[1]]);
    (arm.difference(&other).copied().collect(), other.difference(&arm).copied().collect())
}

/// Whether the evidence compares the same arms the other way round: what the claim compares stands behind its "than".
pub(super) fn exchanged(claim: &Text<'_>, c: &Comparison, evidence: &Text<'_>) -> bool {
    let (arm, other) = own_stems(claim, c);
    let last = evidence.words.last().map_or(0, |w| w.sentence);
    (0..=last).any(|sentence| {
        let from = evidence.words.partition_point(|w| w.sentence < sentence);
        let to = evidence.words.partition_point(|w| w.sentence <= sentence);
        let words = &evidence.words[from..to];
        let Some(marked) = marker(words, 1) else { return false };
        let behind = &words[marked[1]..(marked[1] + 8).min(words.len())];
        let before = &words[..marked[0]];
        let has = |words: &[Word], stem: &str| words.iter().any(|w| w.stem == stem);
        let only = |stems: &BTreeSet<&str>, here: &[Word], there: &[Word]| {
            stems.iter().any(|s| has(here, s) && !has(there, s))
        };
        let turned = only(&arm, behind, before) && only(&other, before, behind);
        turned && !(only(&arm, before, behind) && only(&other, behind, before))
    })
}

/// Two figures that stand with each other's arms: names in the same order and figures in the other, or the reverse.
pub(super) fn figures_exchanged(
    (claim, claimed): (&Text<'_>, &[Quantity]),
    (evidence, held): (&Text<'_>, &[Quantity]),
    pairs: &[(usize, usize)],
    names: &[([usize; 2], [usize; 2])],
) -> Option<Fault> {
    let amount = |(c, h): &&(usize, usize)| claimed[*c].kind == Kind::Amount && held[*h].kind == Kind::Amount;
    let pairs: Vec<&(usize, usize)> = pairs.iter().filter(amount).collect();
    // Only where it is plain: two names, each once on either side, and two figures of one kind.
    let [(name_a, held_a), (name_b, held_b)] = names else { return None };
    let (mut same, mut turned) = (0usize, None);
    for (i, a) in pairs.iter().enumerate() {
        for b in &pairs[i + 1..] {
            let dimension = |q: &Quantity| q.unit.as_ref().map(|u| u.dimension.clone());
            // Hours and minutes are no two figures of one outcome.
            let factor = |q: &Quantity| q.unit.as_ref().map(|u| u.factor.to_bits());
            let alike =
                factor(&held[a.1]) == factor(&held[b.1]) && dimension(&claimed[a.0]) == dimension(&claimed[b.0]);
            if !alike || claimed[a.0].base() == claimed[b.0].base() {
                continue;
            }
            let figures = (claimed[a.0].span < claimed[b.0].span) == (held[a.1].span < held[b.1].span);
            let arms = (name_a < name_b) == (held_a < held_b);
            if figures == arms {
                same += 1;
            } else {
                turned = Some((a, b));
            }
        }
    }
    let (a, b) = turned.filter(|_| same == 0)?;
    let words = vec![
        claim.deciding(claimed[a.0].span),
        claim.deciding(claimed[b.0].span),
        evidence.deciding(held[a.1].span),
        evidence.deciding(held[b.1].span),
    ];
    Some(Fault { verdict: Verdict::Contradicted, reason: Reason::Exchanged, words })
}

#[cfg(test)]
mod tests {
    use super::super::finding::Side;
    use super::super::signs;
    use super::*;
    use retrieval::Analyzer;

    fn parts(claim: &str) -> Option<[String; 3]> {
        let text = Text::read(&mut Analyzer::default(), claim, Side::Claim);
        let c = Comparison::of(&text, &signs::read(&text))?;
        Some([c.arm, c.outcome, c.comparator].map(|r| text.deciding(text.span(r[0], r[1])).text))
    }

    #[test]
    fn both_forms_come_apart() {
        let said = parts("Aspirin significantly reduced stroke compared with placebo.").unwrap();
        assert_eq!(said, ["Aspirin significantly", "stroke", "placebo"]);
        let said = parts("Stroke was lower with aspirin than with placebo").unwrap();
        assert_eq!(said, ["aspirin", "Stroke was", "with placebo"]);
        assert_eq!(parts("Give magnesium."), None);
    }

    #[test]
    fn arms_that_changed_places_are_seen() {
        let mut analyzer = Analyzer::default();
        let claim = Text::read(&mut analyzer, "Aspirin reduced stroke compared with warfarin.", Side::Claim);
        let c = Comparison::of(&claim, &signs::read(&claim)).unwrap();
        let mut turned = |e: &str| exchanged(&claim, &c, &Text::read(&mut analyzer, e, Side::Evidence));
        assert!(turned("Stroke was less common with warfarin than with aspirin."));
        assert!(!turned("Stroke was less common with aspirin than with warfarin."));
    }
}
