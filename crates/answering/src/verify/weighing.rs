//! What a claim that compares and its evidence look like to the learned weighing: a row of numbers, and runs of masked words.
//!
//! Owns the features. Must not weigh them. Words of the evidence are masked by the part of the claim they belong to (`<a>` for
//! what is given, `<c>` for the comparator, `<o>` for what is measured), so that what is learned is how results are told, and
//! no drug or disease. Runs of words are hashed (Weinberger 2009, ICML).

use super::checker::Read;
use super::comparison::{Comparison, own_stems};
use super::quantity::{Bound, Kind, Quantity};
use super::signs::Sense;
use super::text::Word;
use retrieval::dense::{Embedder, TokenVector};
use retrieval::is_filler;
use std::collections::BTreeSet;

/// Buckets that runs of words are hashed into.
pub const BUCKETS: u32 = 1 << 14;

/// What is weighed.
#[derive(Debug, Clone, Default)]
pub struct Row {
    /// Features by name, always the same ones in the same order.
    pub dense: Vec<(&'static str, f32)>,
    /// Buckets of the runs of words that occur, sorted, each once.
    pub grams: Vec<u32>,
}

/// Which part of the claim a word of the evidence belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Arm,
    Comparator,
    Both,
    Outcome,
    Other,
}

struct Roles<'t> {
    arm: BTreeSet<&'t str>,
    comparator: BTreeSet<&'t str>,
    both: BTreeSet<&'t str>,
    outcome: BTreeSet<&'t str>,
}

impl Roles<'_> {
    fn of(&self, word: &Word) -> Role {
        let stem = word.stem.as_str();
        if self.outcome.contains(stem) {
            Role::Outcome
        } else if self.arm.contains(stem) {
            Role::Arm
        } else if self.comparator.contains(stem) {
            Role::Comparator
        } else if self.both.contains(stem) {
            Role::Both
        } else {
            Role::Other
        }
    }
}

/// Makes the row. Some 100 µs.
pub(super) fn row(claim: &Read<'_>, held: &Read<'_>, c: &Comparison, direction_fault: bool) -> Row {
    let words = |r: [usize; 2]| &claim.text.words[r[0]..r[1]];
    let means =
        |w: &&Word| !is_filler(&w.lower) && (w.lower.len() > 1 || w.lower.starts_with(|c: char| c.is_ascii_digit()));
    let stems = |r: [usize; 2]| -> BTreeSet<&str> { words(r).iter().filter(means).map(|w| w.stem.as_str()).collect() };
    let (arm, comparator) = own_stems(&claim.text, c);
    let sign_words: BTreeSet<&str> = ["significantly", "significant"].into();
    let arm: BTreeSet<&str> = arm.into_iter().filter(|s| !sign_words.contains(s) && *s != "signific").collect();
    let both = stems(c.arm).intersection(&stems(c.comparator)).copied().collect();
    let outcome = stems(c.outcome);
    let roles = Roles { arm, comparator, both, outcome };

    let embedder = Embedder::shipped();
    let claim_vectors = embedder.embed_tokens(claim.text.raw);
    let held_vectors = embedder.embed_tokens(held.text.raw);
    let in_range = |v: &&TokenVector, r: [usize; 2], read: &Read<'_>| {
        let bytes = read.text.span(r[0], r[1]);
        v.start >= bytes[0] && v.end <= bytes[1]
    };
    let of_outcome: Vec<&TokenVector> = claim_vectors.iter().filter(|v| in_range(v, c.outcome, claim)).collect();

    let sentences = sentences(held);
    let likeness = |r: [usize; 2]| {
        let own: Vec<&TokenVector> = held_vectors.iter().filter(|v| in_range(v, r, held)).collect();
        late(&of_outcome, &own)
    };
    let share = |r: [usize; 2], set: &BTreeSet<&str>| {
        let there: BTreeSet<&str> = held.text.words[r[0]..r[1]].iter().map(|w| w.stem.as_str()).collect();
        set.intersection(&there).count() as f32 / set.len().max(1) as f32
    };
    let whole = [0, held.text.words.len()];
    let scored: Vec<(f32, [usize; 2])> =
        sentences.iter().map(|r| (likeness(*r) + share(*r, &roles.outcome), *r)).collect();
    let best = scored.iter().fold((f32::MIN, whole), |b, s| if s.0 > b.0 { *s } else { b }).1;

    let mut dense: Vec<(&'static str, f32)> = Vec::with_capacity(80);
    let mut put = |name: &'static str, value: f32| dense.push((name, value));
    put("claims up", f32::from(matches!(c.sign.sense, Sense::Up | Sense::Better)));
    put("claims down", f32::from(matches!(c.sign.sense, Sense::Down | Sense::Worse)));
    put("claims same", f32::from(c.sign.sense == Sense::Same));
    put("direction fault", f32::from(direction_fault));
    put("outcome words", roles.outcome.len() as f32);
    put("outcome share", share(whole, &roles.outcome));
    put("outcome share best", share(best, &roles.outcome));
    put("outcome likeness", likeness(whole));
    put("outcome likeness best", likeness(best));
    let head = head_words(words(c.outcome));
    put("outcome last share", share(whole, &head));
    put("outcome last share best", share(best, &head));
    put("least alike", least(&of_outcome, &held_vectors));
    put("arm share", share(whole, &roles.arm));
    put("comparator share", share(whole, &roles.comparator));
    put("arm share best", share(best, &roles.arm));
    put("comparator share best", share(best, &roles.comparator));
    let outcome_text = claim.text.span(c.outcome[0], c.outcome[1]);
    let best_text = held.text.span(best[0], best[1]);
    let whole_outcome = embedder.embed(&claim.text.raw[outcome_text[0]..outcome_text[1]]).code();
    let whole_best = embedder.embed(&held.text.raw[best_text[0]..best_text[1]]).code();
    put("outcome cosine best", whole_outcome.cosine(&whole_best));
    put("outcome cosine", whole_outcome.cosine(&embedder.embed(held.text.raw).code()));
    for (name, value) in explained(held, &roles, &held_vectors, &claim_vectors, best, whole) {
        put(name, value);
    }
    for (name, value) in local(claim, held, c, &roles, &of_outcome, &held_vectors, &sentences) {
        put(name, value);
    }
    put("sentences", sentences.len() as f32);
    put("words", held.text.words.len() as f32);
    put("words best", (best[1] - best[0]) as f32);
    let table = held.text.raw.matches('\n').count();
    put("lines", table as f32);
    put("figures", held.quantities.len() as f32);
    for (name, value) in tests(held, best) {
        put(name, value);
    }
    let claimed = |q: &Quantity| q.span[0] >= outcome_text[0] && q.span[1] <= outcome_text[1];
    let missing = claim
        .quantities
        .iter()
        .filter(|q| claimed(q))
        .filter(|q| !held.quantities.iter().any(|h| (h.base() - q.base()).abs() < 1e-9));
    put("outcome figures missing", missing.count() as f32);
    for (name, value) in directions(claim, held, c, &roles, best) {
        put(name, value);
    }
    Row { dense, grams: grams(held, &roles, best) }
}

/// The last two words that mean something: what is measured is mostly named there.
fn head_words(words: &[Word]) -> BTreeSet<&str> {
    words.iter().rev().filter(|w| !is_filler(&w.lower) && w.lower.len() > 1).take(2).map(|w| w.stem.as_str()).collect()
}

fn sentences(read: &Read<'_>) -> Vec<[usize; 2]> {
    let words = &read.text.words;
    let last = words.last().map_or(0, |w| w.sentence);
    let of = |s: usize| [words.partition_point(|w| w.sentence < s), words.partition_point(|w| w.sentence <= s)];
    (0..=last).map(of).filter(|r| r[0] < r[1]).collect()
}

/// The mean over the pieces of one text of the nearest piece in the other, by weight (Khattab and Zaharia 2020, SIGIR).
fn late(mine: &[&TokenVector], theirs: &[&TokenVector]) -> f32 {
    let (mut sum, mut total) = (0f32, 0f32);
    for m in mine {
        sum += m.weight * theirs.iter().map(|t| m.cosine(t)).fold(0f32, f32::max);
        total += m.weight;
    }
    if total > 0.0 { sum / total } else { 0.0 }
}

/// How near the evidence comes to the piece of the outcome that it comes least near to.
fn least(mine: &[&TokenVector], theirs: &[TokenVector]) -> f32 {
    let heavy = mine.iter().filter(|m| m.weight > 0.5);
    heavy.map(|m| theirs.iter().map(|t| m.cosine(t)).fold(0f32, f32::max)).fold(1f32, f32::min)
}

/// How much of the evidence the claim explains: evidence on another outcome has words that the claim has not.
fn explained(
    held: &Read<'_>,
    roles: &Roles<'_>,
    held_vectors: &[TokenVector],
    claim_vectors: &[TokenVector],
    best: [usize; 2],
    whole: [usize; 2],
) -> Vec<(&'static str, f32)> {
    let names = ["explained best", "strange best", "strangest best", "explained", "strange", "strangest"];
    let of = |r: [usize; 2]| {
        let (mut sum, mut total, mut strange, mut strangest) = (0f32, 0f32, 0f32, 0f32);
        for (at, word) in held.text.words[r[0]..r[1]].iter().enumerate() {
            let at = at + r[0];
            let signed = held.signs.iter().any(|s| s.from <= at && at < s.to);
            let plain =
                word.lower.starts_with(|c: char| c.is_ascii_digit()) || is_filler(&word.lower) || word.lower.len() < 3;
            if signed || plain || GENERAL.contains(&word.lower.as_str()) {
                continue;
            }
            for piece in held_vectors.iter().filter(|v| v.start >= word.start && v.end <= word.end) {
                let near = if roles.of(word) == Role::Other {
                    claim_vectors.iter().map(|t| piece.cosine(t)).fold(0f32, f32::max)
                } else {
                    1.0
                };
                sum += piece.weight * near;
                total += piece.weight;
                strange += piece.weight * f32::from(near < 0.4);
                strangest = strangest.max(piece.weight * (1.0 - near));
            }
        }
        [if total > 0.0 { sum / total } else { 0.0 }, strange, strangest]
    };
    names.into_iter().zip(of(best).into_iter().chain(of(whole))).collect()
}

/// Words that every report of a result uses.
const GENERAL: &[&str] = &[
    "patients",
    "group",
    "groups",
    "treatment",
    "study",
    "table",
    "figure",
    "compared",
    "mean",
    "median",
    "differences",
    "difference",
    "significant",
    "significantly",
    "statistically",
    "results",
    "between",
    "among",
    "respectively",
    "control",
    "intervention",
    "baseline",
    "participants",
    "subjects",
    "trial",
    "effect",
    "effects",
    "confidence",
    "interval",
    "ratio",
    "analysis",
    "observed",
    "found",
    "showed",
    "weeks",
    "months",
    "days",
    "week",
    "month",
    "year",
    "years",
    "after",
    "during",
    "follow",
    "time",
    "versus",
    "both",
    "two",
    "total",
    "rate",
    "rates",
    "number",
    "proportion",
    "score",
    "scores",
    "level",
    "levels",
    "data",
    "shown",
    "fig",
    "reported",
    "received",
    "receiving",
    "treated",
    "arm",
    "arms",
    "regard",
    "respect",
    "terms",
    "also",
    "however",
    "overall",
    "per",
    "placebo",
];

/// What stands right beside the direction words: the outcome, or another.
fn local(
    claim: &Read<'_>,
    held: &Read<'_>,
    c: &Comparison,
    roles: &Roles<'_>,
    of_outcome: &[&TokenVector],
    held_vectors: &[TokenVector],
    sentences: &[[usize; 2]],
) -> Vec<(&'static str, f32)> {
    let same_way = |sense: Sense| {
        let group = |s: Sense| match s {
            Sense::Up | Sense::Better => 0,
            Sense::Down | Sense::Worse => 1,
            _ => 2,
        };
        group(sense) == group(c.sign.sense)
    };
    let (mut agreeing, mut other) = (0f32, 0f32);
    let (mut agreeing_share, mut other_share) = (0f32, 0f32);
    for sign in held
        .signs
        .iter()
        .filter(|s| matches!(s.sense, Sense::Up | Sense::Down | Sense::Same | Sense::Better | Sense::Worse))
    {
        let Some(sentence) = sentences.iter().find(|r| r[0] <= sign.from && sign.from < r[1]) else { continue };
        let (from, to) = (sign.from.saturating_sub(10).max(sentence[0]), (sign.to + 10).min(sentence[1]));
        let bytes = held.text.span(from, to);
        let near: Vec<&TokenVector> =
            held_vectors.iter().filter(|v| v.start >= bytes[0] && v.end <= bytes[1]).collect();
        let alike = late(of_outcome, &near);
        let there: BTreeSet<&str> = held.text.words[from..to].iter().map(|w| w.stem.as_str()).collect();
        let share = roles.outcome.intersection(&there).count() as f32 / roles.outcome.len().max(1) as f32;
        if same_way(sign.sense) {
            agreeing = agreeing.max(alike);
            agreeing_share = agreeing_share.max(share);
        } else {
            other = other.max(alike);
            other_share = other_share.max(share);
        }
    }
    let claimed_significant = claim.signs.iter().any(|s| s.sense == Sense::Significant);
    vec![
        ("near agreeing", agreeing),
        ("near other", other),
        ("near agreeing share", agreeing_share),
        ("near other share", other_share),
        ("near difference", agreeing - other),
        ("near difference share", agreeing_share - other_share),
        ("claims significant", f32::from(claimed_significant)),
    ]
}

/// What the tests of significance say.
fn tests(held: &Read<'_>, best: [usize; 2]) -> Vec<(&'static str, f32)> {
    let bytes = held.text.span(best[0], best[1]);
    let p = |q: &&Quantity| q.kind == Kind::P;
    let of = |in_best: bool| -> Vec<&Quantity> {
        held.quantities
            .iter()
            .filter(p)
            .filter(|q| !in_best || (q.span[0] >= bytes[0] && q.span[1] <= bytes[1]))
            .collect()
    };
    let small = |q: &&&Quantity| q.value < 0.05 + 1e-9 && q.bound != Some(Bound::Above);
    let (all, near) = (of(false), of(true));
    let smallest = |list: &[&Quantity]| list.iter().map(|q| q.value as f32).fold(2f32, f32::min);
    let first = |list: &[&Quantity]| {
        list.first().map_or(2.0, |q| if small(&q) { q.value as f32 } else { q.value.max(0.06) as f32 })
    };
    vec![
        ("p small", all.iter().filter(small).count() as f32),
        ("p large", all.iter().filter(|q| !small(q)).count() as f32),
        ("p small best", near.iter().filter(small).count() as f32),
        ("p large best", near.iter().filter(|q| !small(q)).count() as f32),
        ("p smallest", smallest(&all)),
        ("p smallest best", smallest(&near)),
        ("p first", first(&all)),
        ("p first best", first(&near)),
    ]
}

/// Counts of direction words, near the outcome and by the side that the arms stand on.
fn directions(
    claim: &Read<'_>,
    held: &Read<'_>,
    c: &Comparison,
    roles: &Roles<'_>,
    best: [usize; 2],
) -> Vec<(&'static str, f32)> {
    let sign = if matches!(c.sign.sense, Sense::Down | Sense::Worse) { -1f32 } else { 1.0 };
    let places = |role: Role| -> Vec<usize> {
        let at = held.text.words.iter().enumerate().filter(|(_, w)| roles.of(w) == role).map(|(i, _)| i);
        at.collect()
    };
    let (arms, others, outcomes) = (places(Role::Arm), places(Role::Comparator), places(Role::Outcome));
    let distance = |list: &[usize], at: usize| list.iter().map(|i| i.abs_diff(at)).min().map_or(40, |d| d.min(40));
    let mut count = [[0f32; 5]; 2];
    let (mut near, mut turned) = ([0f32; 5], 0f32);
    for s in &held.signs {
        let kind = match s.sense {
            Sense::Up => 0,
            Sense::Down => 1,
            Sense::Same => 2,
            Sense::Better => 3,
            Sense::Worse => 4,
            _ => continue,
        };
        count[0][kind] += 1.0;
        if best[0] <= s.from && s.from < best[1] {
            count[1][kind] += 1.0;
        }
        near[kind] += 1.0 / (1.0 + distance(&outcomes, s.from) as f32);
        // "Lower in X" where X is the comparator is higher in the other.
        let side = match (distance(&arms, s.from), distance(&others, s.from)) {
            (a, b) if a < b => 1.0,
            (a, b) if a > b => -1.0,
            _ => 0.0,
        };
        let way = match kind {
            0 | 3 => 1.0,
            1 | 4 => -1.0,
            _ => 0.0,
        };
        turned += side * way / (1.0 + distance(&outcomes, s.from) as f32);
    }
    let exchanged = super::comparison::exchanged(&claim.text, c, &held.text);
    let first = |list: &[usize]| list.first().map_or(99.0, |i| *i as f32);
    let significant = held.signs.iter().filter(|s| s.sense == Sense::Significant).count();
    let (higher, known) = numbers(held, roles, best);
    vec![
        ("ups", count[0][0]),
        ("downs", count[0][1]),
        ("sames", count[0][2]),
        ("betters", count[0][3]),
        ("worses", count[0][4]),
        ("ups best", count[1][0]),
        ("downs best", count[1][1]),
        ("sames best", count[1][2]),
        ("betters best", count[1][3]),
        ("worses best", count[1][4]),
        ("agreeing near", sign * (near[0] - near[1])),
        ("same near", near[2]),
        ("better near", near[3] - near[4]),
        ("sided", sign * turned),
        ("exchanged", f32::from(exchanged)),
        ("arm first", first(&arms)),
        ("comparator first", first(&others)),
        ("significants", significant as f32),
        ("figures agree", sign * higher),
        ("figures known", known),
    ]
}

/// Which arm has the larger figure: +1 where what is given has, -1 where the comparator has; and whether that can be told.
fn numbers(held: &Read<'_>, roles: &Roles<'_>, best: [usize; 2]) -> (f32, f32) {
    let words = &held.text.words;
    let amount = |q: &&Quantity| q.kind == Kind::Amount;
    let bytes = held.text.span(best[0], best[1]);
    let figures: Vec<&Quantity> =
        held.quantities.iter().filter(amount).filter(|q| q.span[0] >= bytes[0] && q.span[1] <= bytes[1]).collect();
    let nearest = |role: Role| {
        let at = words[best[0]..best[1]].iter().filter(|w| roles.of(w) == role);
        let gap = |w: &Word, q: &Quantity| {
            if q.span[0] >= w.end { q.span[0] - w.end } else { w.start.saturating_sub(q.span[1]) + 20 }
        };
        let pairs = at.flat_map(|w| figures.iter().map(move |q| (gap(w, q), q.span[0], *q)));
        pairs.min_by_key(|(gap, at, _)| (*gap, *at)).map(|(_, _, q)| q)
    };
    match (nearest(Role::Arm), nearest(Role::Comparator)) {
        (Some(a), Some(b)) if a.span != b.span => ((a.base() - b.base()).signum() as f32, 1.0),
        _ => (0.0, 0.0),
    }
}

/// Hashed runs of masked words.
fn grams(held: &Read<'_>, roles: &Roles<'_>, best: [usize; 2]) -> Vec<u32> {
    let mut words: Vec<(String, bool)> = Vec::new(); // token, whether it is a role, a sense or a test
    let mut best_words: Vec<(String, bool)> = Vec::new();
    let mut at = 0;
    while at < held.text.words.len() {
        let word = &held.text.words[at];
        let in_best = best[0] <= at && at < best[1];
        let sign = held.signs.iter().find(|s| s.from == at);
        let (token, marked, next) =
            if let Some(q) = held.quantities.iter().find(|q| q.span[0] <= word.start && word.start < q.span[1]) {
                let next = held.text.word_at(q.span[1].saturating_sub(1)).max(at) + 1;
                let token = match q.kind {
                    Kind::P if q.value < 0.05 + 1e-9 && q.bound != Some(Bound::Above) => "<p+>",
                    Kind::P => "<p->",
                    Kind::Level => "<ci>",
                    Kind::Amount => "<n>",
                };
                (token.to_owned(), token != "<n>", next)
            } else if let Some(s) = sign {
                (format!("<{:?}>", s.sense), true, s.to)
            } else {
                match roles.of(word) {
                    Role::Arm => ("<a>".to_owned(), true, at + 1),
                    Role::Comparator => ("<c>".to_owned(), true, at + 1),
                    Role::Both => ("<ac>".to_owned(), false, at + 1),
                    Role::Outcome => ("<o>".to_owned(), true, at + 1),
                    Role::Other => {
                        let linking = matches!(
                            word.lower.as_str(),
                            "than"
                                | "compared"
                                | "versus"
                                | "vs"
                                | "in"
                                | "with"
                                | "between"
                                | "both"
                                | "control"
                                | "intervention"
                                | "placebo"
                                | "group"
                                | "baseline"
                        );
                        (word.stem.clone(), linking, at + 1)
                    }
                }
            };
        for list in [Some(&mut words), in_best.then_some(&mut best_words)].into_iter().flatten() {
            if list.last().is_none_or(|(last, _)| *last != token || !token.starts_with('<')) {
                list.push((token.clone(), marked));
            }
        }
        at = next;
    }
    let mut found = BTreeSet::new();
    for (prefix, list) in [("w", &words), ("b", &best_words)] {
        let plain: Vec<&str> = list.iter().map(|(t, _)| t.as_str()).collect();
        let marked: Vec<&str> = list.iter().filter(|(_, m)| *m).map(|(t, _)| t.as_str()).collect();
        runs(prefix, &plain, 3, &mut found);
        runs(if prefix == "w" { "m" } else { "n" }, &marked, 5, &mut found);
    }
    found.into_iter().collect()
}

fn runs(prefix: &str, tokens: &[&str], longest: usize, found: &mut BTreeSet<u32>) {
    for n in 1..=longest {
        for run in tokens.windows(n) {
            found.insert(hash(prefix, run) % BUCKETS);
        }
    }
}

/// FNV-1a, 32 bits.
fn hash(prefix: &str, run: &[&str]) -> u32 {
    let bytes = prefix.bytes().chain(run.iter().flat_map(|t| std::iter::once(b' ').chain(t.bytes())));
    bytes.fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}
