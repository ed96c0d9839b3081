//! The rule for numbers: each number of a claim stands in the evidence, with a unit that converts, bounded on the same side.
//!
//! Owns the comparison of numbers. Must not read them.

use super::finding::{Deciding, Fault, Reason, Verdict};
use super::quantity::{Bound, Kind, Quantity};
use super::text::Text;

/// What became of the numbers of a claim.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) faults: Vec<Fault>,
    /// Numbers found elsewhere in the source.
    pub(super) taken: Vec<Deciding>,
    /// Numbers of the claim that are accounted for, and where each stands in the evidence.
    pub(super) pairs: Vec<(usize, usize)>,
}

/// Compares. `around` are the numbers elsewhere in the source; `excused` says of a number that the claim may take it from
/// there even where it is not held (what an arm was given).
pub(super) fn compare(
    (claim, claimed): (&Text<'_>, &[Quantity]),
    (evidence, held): (&Text<'_>, &[Quantity]),
    around: &[Quantity],
    excused: impl Fn(&Quantity) -> bool,
) -> Figures {
    let mut out = Figures::default();
    for (at, q) in claimed.iter().enumerate() {
        if let Some(h) = held.iter().position(|h| agrees(q, h) && same_bound(q, h)) {
            // The place least used before, so that two equal numbers pair with two.
            let free = held
                .iter()
                .enumerate()
                .position(|(i, h)| agrees(q, h) && same_bound(q, h) && !out.pairs.iter().any(|(_, used)| *used == i));
            out.pairs.push((at, free.unwrap_or(h)));
            continue;
        }
        if q.kind == Kind::Level && !held.iter().any(|h| h.kind == Kind::Level) {
            continue; // "(1.2-3.4)" is as good as "95% CI 1.2 to 3.4"
        }
        if excused(q) || around.iter().any(|h| agrees(q, h) && same_bound(q, h)) {
            out.taken.push(claim.deciding(q.span));
            continue;
        }
        out.faults.push(fault(claim, evidence, q, held));
    }
    out
}

fn fault(claim: &Text<'_>, evidence: &Text<'_>, q: &Quantity, held: &[Quantity]) -> Fault {
    let mut words = vec![claim.deciding(q.span)];
    let show = |h: &Quantity| evidence.deciding(h.span);
    if let Some(h) = held.iter().find(|h| agrees(q, h)) {
        words.push(show(h));
        return Fault { verdict: Verdict::Contradicted, reason: Reason::Bound, words };
    }
    let bare = |a: f64, b: f64| close(a.abs(), b.abs());
    if let Some(h) = held.iter().find(|h| bare(h.value, q.value) && h.unit.is_some() && q.unit.is_some()) {
        words.push(show(h));
        return Fault { verdict: Verdict::Contradicted, reason: Reason::Unit, words };
    }
    // Only one number of this kind stands there, and it is another: the evidence says otherwise.
    let alike: Vec<&Quantity> =
        held.iter().filter(|h| h.kind == q.kind && comparable(q, h) && h.unit.is_some() == q.unit.is_some()).collect();
    let verdict = if alike.is_empty() { Verdict::Unsupported } else { Verdict::Contradicted };
    words.extend(alike.iter().take(3).map(|h| show(h)));
    Fault { verdict, reason: Reason::Figure, words }
}

fn comparable(a: &Quantity, b: &Quantity) -> bool {
    match (&a.unit, &b.unit) {
        (Some(a), Some(b)) => a.compares(b),
        (None, None) => true,
        _ => false,
    }
}

/// Whether two numbers are one. A claim without unit may stand for a number with one; the other way only where the unit is
/// one of counting, which running text leaves out.
fn agrees(claim: &Quantity, held: &Quantity) -> bool {
    if (claim.kind == Kind::P) != (held.kind == Kind::P) {
        return false;
    }
    if claim.kind == Kind::P && claim.bound.is_some() && held.bound.is_none() {
        // p = .03 is p < .05.
        return match claim.bound {
            Some(Bound::Below) => held.value < claim.value,
            _ => held.value > claim.value,
        };
    }
    let (a, b) = match (&claim.unit, &held.unit) {
        (Some(x), Some(y)) if x.compares(y) => (claim.base(), held.base()),
        (Some(_), Some(_)) => return false,
        (Some(u), None) if !matches!(u.dimension.as_str(), "points" | "fold" | "beats") => return false,
        _ => (claim.value, held.value),
    };
    // "Fell by 3" is said of a change of -3.
    if close(a, b) || (a >= 0.0 && close(a, b.abs())) {
        return true;
    }
    let step = 10f64.powi(-i32::try_from(claim.decimals).unwrap_or(9)) * claim.unit.as_ref().map_or(1.0, |u| u.factor);
    (claim.about || held.about) && (a - b.abs()).abs() <= step * 0.5 + 0.03 * b.abs()
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * a.abs().max(b.abs()).max(1e-9)
}

fn same_bound(claim: &Quantity, held: &Quantity) -> bool {
    if claim.kind == Kind::P {
        return held.bound == claim.bound || held.bound.is_none();
    }
    match (claim.bound, held.bound) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}
