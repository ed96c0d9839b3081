//! What a plain wording may not lose of the statement it is for: what is given, what is tested, and what is denied.
//!
//! Owns this comparison alone. Must not judge what a wording adds: that is for the rules that every claim is held to.

use super::checker::Read;
use super::finding::{Deciding, Fault, Reason, Side, Verdict};
use super::polarity;
use super::signs::Sense;
use clinical::ConceptKind;

/// The first thing of a statement that its plain wording lost.
pub(super) fn lost(held: &Read<'_>, said: &Read<'_>) -> Option<Fault> {
    name(held, said).or_else(|| denial(held, said))
}

/// A drug, a mix of drugs or a marker that is not named. A class of drugs may be told by the name of one of them that the
/// statement names too, and a broad name is there where a narrower one is.
fn name(held: &Read<'_>, said: &Read<'_>) -> Option<Fault> {
    let lost = held.names.mentions.iter().find(|m| {
        matches!(m.concept.kind, ConceptKind::Drug | ConceptKind::Regimen | ConceptKind::Biomarker)
            && !said.names.has(m.concept)
            && !said.names.mentions.iter().any(|s| s.concept.is_a(m.concept))
    })?;
    Some(missing(held.text.deciding(lost.span)))
}

/// A denial, where the wording has fewer of them than the statement.
fn denial(held: &Read<'_>, said: &Read<'_>) -> Option<Fault> {
    let denies = |sense: Sense| matches!(sense, Sense::Not | Sense::MustNot | Sense::NotMust | Sense::Same);
    let mine: Vec<_> = held.signs.iter().filter(|s| denies(s.sense)).collect();
    let theirs = said.signs.iter().filter(|s| denies(s.sense)).count();
    let last = mine.last().filter(|_| theirs < mine.len())?;
    Some(missing(held.text.deciding(held.text.span(last.from, last.to))))
}

/// An order of the statement that the wording only allows: it says that something may be done and neither orders nor advises
/// anything. What a statement only tells may be told with "can".
pub(super) fn weakened(held: &Read<'_>, said: &Read<'_>) -> Option<Fault> {
    let orders = |r: &Read<'_>| {
        polarity::tells(&r.text) || r.signs.iter().any(|s| matches!(s.sense, Sense::Should | Sense::Must))
    };
    let may = |r: &Read<'_>| r.signs.iter().position(|s| s.sense == Sense::May);
    let doctors = said.text.words.iter().any(|w| w.lower == "doctors");
    let at = may(said).filter(|_| orders(held) && may(held).is_none() && !orders(said) && !doctors)?;
    let sign = said.signs.get(at)?;
    let words = vec![said.text.deciding(said.text.span(sign.from, sign.to))];
    Some(Fault { verdict: Verdict::Partly, reason: Reason::Modality, words })
}

fn missing(words: Deciding) -> Fault {
    let words = vec![Deciding { side: Side::Evidence, ..words }];
    Fault { verdict: Verdict::Partly, reason: Reason::LeftOut, words }
}
