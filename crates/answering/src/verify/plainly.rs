//! What a plain wording may not lose of the statement it is for: what is given, what is tested, what is denied, forbidden and
//! ordered.
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

/// What the statement forbids and the wording does not forbid as often, or the other way about: a wording that forbids more than a
/// statement that orders something. `whole` is the statement with its reason.
pub(super) fn forbidden(held: &Read<'_>, whole: &Read<'_>, said: &Read<'_>) -> Option<Fault> {
    let all = |r: &Read<'_>| r.signs.iter().filter(|s| s.sense == Sense::MustNot).copied().collect::<Vec<_>>();
    let (mine, theirs) = (all(held), all(said));
    if let Some(last) = mine.last().filter(|_| theirs.len() < mine.len()) {
        return Some(missing(held.text.deciding(held.text.span(last.from, last.to))));
    }
    let avoids = |at: usize| said.text.words.get(at).is_some_and(|w| w.lower == "avoid");
    // One of two prohibitions turned round: "They should give A. They should not give B."
    if let Some(order) =
        said.signs.iter().find(|s| s.sense == Sense::Should && !avoids(s.to)).filter(|_| only_forbids(whole))
    {
        let words = vec![said.text.deciding(said.text.span(order.from, order.to))];
        return Some(Fault { verdict: Verdict::Contradicted, reason: Reason::Negation, words });
    }
    let first = theirs.first().filter(|_| polarity::tells(&held.text) && theirs.len() > all(whole).len())?;
    let words = vec![said.text.deciding(said.text.span(first.from, first.to))];
    Some(Fault { verdict: Verdict::Contradicted, reason: Reason::Negation, words })
}

/// Whether a statement forbids something and orders nothing: "Do not give A or B", but not "Do not give A, but ask about B".
fn only_forbids(r: &Read<'_>) -> bool {
    let lower = |at: usize| r.text.words.get(at).map_or("", |w| w.lower.as_str());
    let forbids = matches!(lower(0), "avoid" | "never") || lower(0) == "do" && lower(1) == "not";
    let orders = |at: usize| matches!(lower(at), "and" | "but" | "then") && polarity::is_order(lower(at + 1));
    let advises = r.signs.iter().any(|s| matches!(s.sense, Sense::Should | Sense::Must));
    forbids && !advises && !(0..r.text.words.len()).any(orders)
}

/// An order of the statement that the wording only allows: it says that doctors may do something, or that something may be done
/// and neither orders nor tells what doctors do. What a statement only tells may be told with "can".
pub(super) fn weakened(held: &Read<'_>, said: &Read<'_>) -> Option<Fault> {
    let advises = |r: &Read<'_>| r.signs.iter().any(|s| matches!(s.sense, Sense::Should | Sense::Must));
    let orders = |r: &Read<'_>| polarity::tells(&r.text) || advises(r);
    let is_doctors =
        |at: usize| said.text.words.get(at).is_some_and(|w| matches!(w.lower.as_str(), "doctors" | "they"));
    let allows = |r: &Read<'_>| r.signs.iter().any(|s| s.sense == Sense::May);
    let doctors = said.text.words.iter().any(|w| w.lower == "doctors");
    let mut mays = said.signs.iter().filter(|s| s.sense == Sense::May);
    let sign = mays.find(|s| s.from.checked_sub(1).is_some_and(is_doctors) || !(orders(said) || doctors))?;
    if !orders(held) || allows(held) {
        return None;
    }
    let words = vec![said.text.deciding(said.text.span(sign.from, sign.to))];
    Some(Fault { verdict: Verdict::Partly, reason: Reason::Modality, words })
}

fn missing(words: Deciding) -> Fault {
    let words = vec![Deciding { side: Side::Evidence, ..words }];
    Fault { verdict: Verdict::Partly, reason: Reason::LeftOut, words }
}
