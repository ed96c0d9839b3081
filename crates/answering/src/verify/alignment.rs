//! The rule for claims that are nearly copies: what was put in, taken out or exchanged between two runs of the same words.
//!
//! Owns the alignment (longest common subsequence of stems) and the judgement of the gaps. It says nothing of a claim that is
//! worded anew: there the other rules stand alone.

use super::coverage::akin;
use super::finding::{Fault, Reason, Verdict};
use super::names::spelled_out;
use super::signs::{Sense, Sign};
use super::text::{Text, Word};
use retrieval::is_filler;

/// The share of a claim's words that must stand in the evidence in the same order.
const COPY: f64 = 0.7;
/// Words compared on either side: beyond that nobody copies a claim.
const MOST: usize = 200;

/// Words of the claim and of the evidence between two words that both have.
#[derive(Debug)]
struct Gap {
    claim: [usize; 2],
    evidence: [usize; 2],
}

/// The gaps of a near copy; `None` where the claim is none.
fn gaps(claim: &Text<'_>, evidence: &Text<'_>) -> Option<Vec<Gap>> {
    let (a, b) = (&claim.words, &evidence.words);
    if a.len() > MOST || b.len() > 2 * MOST || a.len() < 4 {
        return None;
    }
    let same = |x: &Word, y: &Word| x.stem == y.stem;
    let mut best = vec![vec![0u16; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            best[i][j] = if same(&a[i], &b[j]) { best[i + 1][j + 1] + 1 } else { best[i + 1][j].max(best[i][j + 1]) };
        }
    }
    if f64::from(best[0][0]) < COPY * a.len() as f64 {
        return None;
    }
    let (mut i, mut j) = (0, 0);
    let mut pairs = Vec::new();
    while i < a.len() && j < b.len() {
        if same(&a[i], &b[j]) {
            pairs.push((i, j));
            i += 1;
            j += 1;
        } else if best[i + 1][j] >= best[i][j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    let mut found = Vec::new();
    let mut last: Option<(usize, usize)> = None;
    for (i, j) in pairs.into_iter().chain([(a.len(), b.len())]) {
        let from = last.map_or((0, 0), |(x, y)| (x + 1, y + 1));
        if from.0 < i || from.1 < j {
            found.push(Gap { claim: [from.0, i], evidence: [from.1, j] });
        }
        last = Some((i, j));
    }
    Some(found)
}

/// What deny in a near copy.
fn denies(sense: Sense) -> bool {
    matches!(sense, Sense::Not | Sense::MustNot | Sense::Same | Sense::NotMust)
}

/// Words that deny by themselves, whatever phrase they are part of.
const DENIALS: &[&str] = &["not", "no", "never", "without", "neither", "nor", "none", "cannot", "avoid"];

/// The faults of a near copy: a denial put in or taken out, a thing put in the place of another.
///
/// `covered` are byte ranges of the claim that the rule for names accounts for.
pub(super) fn faults(
    claim: (&Text<'_>, &[Sign]),
    evidence: (&Text<'_>, &[Sign]),
    covered: &[[usize; 2]],
) -> Vec<Fault> {
    let Some(gaps) = gaps(claim.0, evidence.0) else { return Vec::new() };
    let mut found = Vec::new();
    // What was only moved is as often on either side.
    let window = {
        let all = |text: &Text<'_>, r: [usize; 2]| {
            text.words[r[0]..r[1]].iter().filter(|w| DENIALS.contains(&w.lower.as_str())).count()
        };
        let end = gaps
            .last()
            .filter(|g| g.evidence[1] == evidence.0.words.len())
            .map_or(evidence.0.words.len(), |g| g.evidence[0].max(1));
        let begin = gaps.first().filter(|g| g.evidence[0] == 0).map_or(0, |g| g.evidence[1].min(end));
        let whole = [0, evidence.0.words.len()];
        let mine = all(claim.0, [0, claim.0.words.len()]);
        mine == all(evidence.0, [begin, end]) || mine == all(evidence.0, whole)
    };
    for (at, gap) in gaps.iter().enumerate() {
        let inner = at > 0 && at + 1 < gaps.len() || gap.claim[1] < claim.0.words.len();
        let of = |text: &Text<'_>, r: [usize; 2]| {
            let of = |w: &&Word| DENIALS.contains(&w.lower.as_str());
            text.words[r[0]..r[1]].iter().filter(of).count()
        };
        let (mine, theirs) = (of(claim.0, gap.claim), of(evidence.0, gap.evidence));
        // What the evidence denies beyond the end of the claim is not the claim's.
        let theirs = if inner && gap.evidence[1] - gap.evidence[0] < 6 { theirs } else { theirs.min(mine) };
        let other_way =
            |signs: &[Sign], r: [usize; 2]| signs.iter().any(|s| denies(s.sense) && s.from < r[1] && r[0] < s.to);
        let meant = if mine > theirs { other_way(evidence.1, gap.evidence) } else { other_way(claim.1, gap.claim) };
        if mine != theirs && !meant && !window {
            let wide = |r: [usize; 2], n: usize| [r[0].saturating_sub(1), (r[1] + 1).min(n)];
            let (c, e) = (wide(gap.claim, claim.0.words.len()), wide(gap.evidence, evidence.0.words.len()));
            let words =
                vec![claim.0.deciding(claim.0.span(c[0], c[1])), evidence.0.deciding(evidence.0.span(e[0], e[1]))];
            found.push(Fault { verdict: Verdict::Contradicted, reason: Reason::Negation, words });
            return found;
        }
        found.extend(exchanged(claim, evidence, gap, covered));
    }
    found.truncate(1);
    found
}

/// A word in the place of another that is neither its synonym nor elsewhere in the evidence.
fn exchanged(
    claim: (&Text<'_>, &[Sign]),
    evidence: (&Text<'_>, &[Sign]),
    gap: &Gap,
    covered: &[[usize; 2]],
) -> Option<Fault> {
    let content = |text: &Text<'_>, signs: &[Sign], r: [usize; 2]| -> Vec<usize> {
        let plain = |at: &usize| {
            let w = &text.words[*at];
            !is_filler(&w.lower)
                && w.lower.len() > 2
                && w.lower.chars().all(char::is_alphabetic)
                && !signs.iter().any(|s| s.from <= *at && *at < s.to)
        };
        (r[0]..r[1]).filter(plain).collect()
    };
    let mine = content(claim.0, claim.1, gap.claim);
    let theirs = content(evidence.0, evidence.1, gap.evidence);
    // One word for one or two: more is another wording.
    let ([at], 1..=2) = (mine.as_slice(), theirs.len()) else { return None };
    let word = &claim.0.words[*at];
    let named = covered.iter().any(|c| c[0] <= word.start && word.end <= c[1]);
    let known = named
        || evidence.0.words.iter().any(|w| akin(w, word))
        || spelled_out(&claim.0.raw[word.start..word.end], evidence.0);
    if known || gap.evidence[1] - gap.evidence[0] > 3 {
        return None;
    }
    let vectors = retrieval::dense::Embedder::shipped();
    let other = &evidence.0.words[theirs[0]];
    let alike = vectors.embed(&word.lower).code().cosine(&vectors.embed(&other.lower).code());
    if alike > SYNONYM {
        return None;
    }
    let words = vec![
        claim.0.deciding([word.start, word.end]),
        evidence.0.deciding(evidence.0.span(theirs[0], theirs[theirs.len() - 1] + 1)),
    ];
    Some(Fault { verdict: Verdict::Unsupported, reason: Reason::Replaced, words })
}

/// Cosine of static vectors above which one word may stand in another's place.
const SYNONYM: f32 = 0.55;

#[cfg(test)]
mod tests {
    use super::super::finding::Side;
    use super::super::signs;
    use super::*;
    use retrieval::Analyzer;

    fn reasons(claim: &str, evidence: &str) -> Vec<Reason> {
        let mut analyzer = Analyzer::default();
        let claim = Text::read(&mut analyzer, claim, Side::Claim);
        let evidence = Text::read(&mut analyzer, evidence, Side::Evidence);
        let (a, b) = (signs::read(&claim), signs::read(&evidence));
        faults((&claim, &a), (&evidence, &b), &[]).iter().map(|f| f.reason).collect()
    }

    #[test]
    fn a_denial_put_into_a_copy_is_seen() {
        let said = "Ferritin below 30 confirms iron deficiency in adults without inflammation.";
        let denied = "Ferritin below 30 does not confirm iron deficiency in adults without inflammation.";
        assert_eq!(reasons(denied, said), [Reason::Negation]);
        assert_eq!(reasons(said, denied), [Reason::Negation]);
        assert!(reasons(said, said).is_empty());
    }

    #[test]
    fn a_thing_in_the_place_of_another_is_seen() {
        let said = "Serum ferritin below 30 confirms iron deficiency in adults.";
        assert_eq!(reasons("Serum cortisol below 30 confirms iron deficiency in adults.", said), [Reason::Replaced]);
        assert!(reasons("Serum ferritin below 30 proves iron deficiency in adults.", said).is_empty());
    }
}
