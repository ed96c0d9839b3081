//! What a question and the sentences of one source look like to the weighing of yes and no.
//!
//! Owns the features. Must not weigh them. Directions are told relative to the question: what agrees with a yes and what speaks
//! against it, so that what is learnt is how results are told and no drug. No word of the source is a feature.

use super::super::finding::Side;
use super::super::quantity::{self, Bound, Kind};
use super::super::signs::{self, Sense};
use super::super::text::Text;
use super::question::{self, Asked};
use crate::similar::Meaning;
use retrieval::Analyzer;

/// What is counted in a sentence.
pub(super) const COUNTED: &[&str] = &[
    "agrees",
    "opposes",
    "ups",
    "downs",
    "sames",
    "betters",
    "worses",
    "reserve",
    "significant",
    "denials",
    "small p",
    "large p",
    "intervals",
    "figures",
    "must",
    "must not",
    "degree",
];
/// Over which sentences it is taken together.
const OVER: &[&str] = &["weighted", "late", "last", "nearest"];
const WHOLE: &[&str] = &["sentences", "nearest likeness", "mean likeness", "lean"];

/// How fast a sentence loses weight with its distance in likeness from the nearest.
const SHARP: f64 = 8.0;
/// Counts are cut off here.
const MOST: f64 = 3.0;

/// Names of the features, in order.
pub fn names() -> Vec<String> {
    let counted = OVER.iter().flat_map(|o| COUNTED.iter().map(move |c| format!("{o} {c}")));
    counted.chain(question::KINDS.iter().chain(WHOLE).map(|n| (*n).to_owned())).collect()
}

/// One sentence, read.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) counts: Vec<f64>,
    pub(super) likeness: f64,
    /// How much it counts: near the question, and late rather than early.
    pub(super) weight: f64,
}

impl Seen {
    /// Above 0 where it agrees with a yes, below where it speaks against it.
    pub(super) fn lean(&self) -> f64 {
        self.counts[0] - self.counts[1]
    }

    /// Whether it tells a result at all.
    pub(super) fn tells(&self) -> bool {
        self.counts[0] + self.counts[1] > 0.0
    }
}

/// A question made ready.
pub(super) struct Ready {
    pub(super) asked: Asked,
    kinds: Vec<f64>,
    meaning: Meaning,
}

impl Ready {
    pub(super) fn new(analyzer: &mut Analyzer, question: &str) -> Self {
        let asked = question::asked(analyzer, question);
        Self { asked, kinds: question::kinds(question, asked), meaning: Meaning::of(question) }
    }

    /// Reads the sentences of a source. Some 50 µs each.
    pub(super) fn see(&self, analyzer: &mut Analyzer, sentences: &[&str]) -> Vec<Seen> {
        let mut seen: Vec<Seen> = sentences
            .iter()
            .map(|s| Seen {
                counts: counts(analyzer, self.asked, s),
                likeness: self.meaning.likeness(&[], s),
                weight: 0.0,
            })
            .collect();
        let most = seen.iter().map(|s| s.likeness).fold(f64::MIN, f64::max);
        let n = seen.len() as f64;
        for (at, s) in seen.iter_mut().enumerate() {
            s.weight = (SHARP * (s.likeness - most)).exp() * (at as f64 + 1.0) / n;
        }
        seen
    }

    /// The row of a source: the values of [`names`]. All zero but for the question where there is no sentence.
    pub(super) fn row(&self, seen: &[Seen]) -> Vec<f64> {
        let mut row = Vec::with_capacity(OVER.len() * COUNTED.len() + self.kinds.len() + WHOLE.len());
        let total: f64 = seen.iter().map(|s| s.weight).sum();
        let sum = |value: &dyn Fn(&Seen) -> f64| seen.iter().map(value).sum::<f64>();
        let late = seen.get(seen.len() / 2..).unwrap_or_default();
        let better = |a: usize, b: usize| {
            let at = |i: usize| seen[i].likeness * (0.5 + (i as f64 + 1.0) / seen.len() as f64);
            if at(b) > at(a) { b } else { a }
        };
        let nearest = (0..seen.len()).reduce(better).and_then(|at| seen.get(at));
        for c in 0..COUNTED.len() {
            row.push(if total > 0.0 { sum(&|s| s.weight * s.counts[c]) / total } else { 0.0 });
        }
        for c in 0..COUNTED.len() {
            row.push(late.iter().map(|s| s.counts[c]).sum::<f64>().min(2.0 * MOST));
        }
        for of in [seen.last(), nearest] {
            row.extend((0..COUNTED.len()).map(|c| of.map_or(0.0, |s| s.counts[c])));
        }
        row.extend(&self.kinds);
        let n = seen.len().max(1) as f64;
        row.push((seen.len() as f64).ln_1p());
        row.push(seen.iter().map(|s| s.likeness).fold(0.0, f64::max));
        row.push(sum(&|s| s.likeness) / n);
        row.push(if total > 0.0 {
            sum(&|s| s.weight * s.lean().signum() * f64::from(u8::from(s.tells()))) / total
        } else {
            0.0
        });
        row
    }
}

fn counts(analyzer: &mut Analyzer, asked: Asked, sentence: &str) -> Vec<f64> {
    let text = Text::read(analyzer, sentence, Side::Evidence);
    let signs = signs::read(&text);
    let quantities = quantity::read(&text);
    let of = |senses: &[Sense]| (signs.iter().filter(|s| senses.contains(&s.sense)).count() as f64).min(MOST);
    let [up, down, same, better, worse] =
        [Sense::Up, Sense::Down, Sense::Same, Sense::Better, Sense::Worse].map(|s| of(&[s]));
    let p = quantities.iter().filter(|q| q.kind == Kind::P);
    let (small, large): (Vec<_>, Vec<_>) = p.partition(|q| q.value < 0.05 + 1e-9 && q.bound != Some(Bound::Above));
    let (small, large) = ((small.len() as f64).min(MOST), (large.len() as f64).min(MOST));
    let large = (large + sentence.matches("(NS").count() as f64 + sentence.matches("= NS").count() as f64).min(MOST);
    let (agrees, opposes) = match asked {
        Asked::Change => (up + down + better + worse + small, same + large),
        Asked::More => (up + better + small, same + down + worse + large),
        Asked::Less => (down + better + small, same + up + worse + large),
        Asked::Works => (up + down + better + small, same + worse + large),
        Asked::Harms => (worse + up + small, same + better + large),
        Asked::Same => (same + large, up + down + better + worse + small),
        Asked::Safe => (same + better + large, worse + up),
    };
    vec![
        agrees,
        opposes,
        up,
        down,
        same,
        better,
        worse,
        of(&[Sense::Hedge, Sense::May]),
        of(&[Sense::Significant]),
        of(&[Sense::Not]),
        small,
        large,
        (quantities.iter().filter(|q| q.kind == Kind::Level).count() as f64).min(MOST),
        (quantities.len() as f64 / 4.0).min(MOST),
        of(&[Sense::Must, Sense::Should]),
        of(&[Sense::MustNot]),
        of(&[Sense::Degree]),
    ]
}
