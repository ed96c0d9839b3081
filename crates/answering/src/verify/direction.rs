//! The rule for direction: an increase, a decrease and no difference of one thing exclude each other.
//!
//! Owns the pairing of direction words with what they are said of. Must not know numbers.

use super::finding::{Fault, Reason, Verdict};
use super::signs::{Sense, Sign};
use super::text::Text;
use retrieval::is_filler;

/// How many words on either side of a direction word tell what it is said of.
const WINDOW: usize = 9;

/// Beginnings of words for how something is measured: the direction is not said of them but of what follows.
pub(super) const MEASURES: &[&str] = &[
    "rate",
    "risk",
    "incidence",
    "number",
    "proportion",
    "level",
    "frequen",
    "odds",
    "likel",
    "mean",
    "median",
    "annual",
    "chance",
    "percent",
];

/// A direction: of size, of quality, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Up,
    Down,
    Same,
    Better,
    Worse,
}

impl Direction {
    fn of(sense: Sense) -> Option<Self> {
        Some(match sense {
            Sense::Up => Direction::Up,
            Sense::Down => Direction::Down,
            Sense::Same => Direction::Same,
            Sense::Better => Direction::Better,
            Sense::Worse => Direction::Worse,
            _ => return None,
        })
    }

    /// Whether both can be said of one thing.
    fn agrees(self, other: Self) -> bool {
        use Direction::*;
        match (self, other) {
            (Same, Same) => true,
            (Same, _) | (_, Same) => false,
            (Up, Down) | (Down, Up) | (Better, Worse) | (Worse, Better) => false,
            // Lower mortality is better, and so is longer survival.
            _ => true,
        }
    }
}

/// A direction word with the stems around it.
struct Said<'t> {
    direction: Direction,
    sign: Sign,
    about: Vec<&'t str>,
    /// The nearest stems that mean something, behind it and before it.
    beside: [Option<&'t str>; 2],
}

fn said<'t>(text: &'t Text<'_>, signs: &[Sign]) -> Vec<Said<'t>> {
    let is_sign = |at: usize| signs.iter().any(|s| s.from <= at && at < s.to);
    let of = |sign: &Sign| {
        let direction = Direction::of(sign.sense)?;
        let sentence = text.words[sign.from].sentence;
        let (from, to) = (sign.from.saturating_sub(WINDOW), (sign.to + WINDOW).min(text.words.len()));
        let near = (from..to).filter(|at| text.words[*at].sentence == sentence && !is_sign(*at));
        let about = near.map(|at| &text.words[at]).filter(|w| !is_filler(&w.lower)).map(|w| w.stem.as_str()).collect();
        let clause = text.words[sign.from].clause;
        let means = |at: &usize| {
            let word = &text.words[*at];
            let general = MEASURES.iter().any(|m| word.lower.starts_with(m));
            word.clause == clause && !is_sign(*at) && !is_filler(&word.lower) && !general
        };
        let stem = |at: usize| text.words[at].stem.as_str();
        let behind = (sign.to..(sign.to + 4).min(text.words.len())).find(means).map(stem);
        let before = (sign.from.saturating_sub(4)..sign.from).rev().find(means).map(stem);
        Some(Said { direction, sign: *sign, about, beside: [behind, before] })
    };
    signs.iter().filter_map(of).collect()
}

/// The directions that do not agree. `exchanged` says that the arms stand the other way round, so that more of one is less
/// of the other.
pub(super) fn fault(claim: (&Text<'_>, &[Sign]), evidence: (&Text<'_>, &[Sign]), exchanged: bool) -> Option<Fault> {
    let (mine, theirs) = (said(claim.0, claim.1), said(evidence.0, evidence.1));
    // A word that both texts have, said of the same thing, is answered by itself.
    let stem = |text: &Text<'_>, s: &Said<'_>| text.words[s.sign.from].stem.clone();
    let twin = |m: &Said<'_>, t: &Said<'_>| {
        m.direction == t.direction
            && stem(claim.0, m) == stem(evidence.0, t)
            && (m.beside[0].is_some() && m.beside[0] == t.beside[0]
                || m.beside[1].is_some() && m.beside[1] == t.beside[1])
    };
    let open = |t: &&Said<'_>| exchanged || !mine.iter().any(|m| twin(m, t));
    let theirs: Vec<&Said<'_>> = theirs.iter().collect();
    for m in &mine {
        if !exchanged && theirs.iter().any(|t| twin(m, t)) {
            continue;
        }
        let left: Vec<&Said<'_>> = theirs.iter().copied().filter(open).collect();
        let theirs = if left.is_empty() { theirs.clone() } else { left };
        // What stands on the same side goes before what stands on the other ("raised hepcidin", "hepcidin was raised").
        let at_side = |mine: usize, their: usize| -> Vec<&Said<'_>> {
            let fits = |t: &&Said<'_>| m.beside[mine].is_some() && t.beside[their] == m.beside[mine];
            theirs.iter().copied().filter(fits).collect()
        };
        let tiers = [at_side(0, 0), at_side(0, 1), at_side(1, 0), at_side(1, 1)];
        let theirs = tiers.into_iter().find(|t| !t.is_empty()).unwrap_or_else(|| theirs.clone());
        let overlap = |t: &Said<'_>| m.about.iter().filter(|s| t.about.contains(s)).count();
        let most = theirs.iter().map(|t| overlap(t)).max().unwrap_or(0);
        // Those that are said of the same thing as nearly as any.
        let near: Vec<&Said<'_>> = theirs.iter().copied().filter(|t| overlap(t) + 1 >= most.max(1)).collect();
        if near.is_empty() {
            continue;
        }
        let agrees = |t: &&Said<'_>| {
            let theirs = match (t.direction, exchanged) {
                (Direction::Up, true) => Direction::Down,
                (Direction::Down, true) => Direction::Up,
                (Direction::Better, true) => Direction::Worse,
                (Direction::Worse, true) => Direction::Better,
                (other, _) => other,
            };
            m.direction.agrees(theirs)
        };
        if !near.iter().any(agrees) {
            let t = near[0];
            let words = vec![
                claim.0.deciding(claim.0.span(m.sign.from, m.sign.to)),
                evidence.0.deciding(evidence.0.span(t.sign.from, t.sign.to)),
            ];
            return Some(Fault { verdict: Verdict::Contradicted, reason: Reason::Direction, words });
        }
    }
    // The claim compares, the evidence only tells: no direction stands behind it.
    let m = mine.first().filter(|_| theirs.is_empty() && !mine.is_empty())?;
    let told = evidence.0.has(&claim.0.words[m.sign.from].stem);
    if told {
        return None;
    }
    let words = vec![claim.0.deciding(claim.0.span(m.sign.from, m.sign.to))];
    Some(Fault { verdict: Verdict::Partly, reason: Reason::Direction, words })
}
