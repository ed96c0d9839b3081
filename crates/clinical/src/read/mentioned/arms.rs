//! What a question weighs against each other: the arms on both sides of "versus", "or", "with or without".

use super::{Placed, Reader, group};
use crate::case::{Assertion, Comparison};
use crate::lexicon::ConceptKind;
use crate::read::assertion::Break;

/// Between two arms.
const VERSUS: &[&str] = &["vs", "v", "versus", "over", "than", "instead"];
/// Words between the parts of one arm.
const WITHIN: &[&str] = &[
    "and",
    "plus",
    "with",
    "the",
    "a",
    "an",
    "salvage",
    "adjuvant",
    "neoadjuvant",
    "high",
    "low",
    "dose",
    "oral",
    "iv",
    "of",
    "first",
    "line",
];

impl Reader<'_> {
    /// Finds the arms, marks their mentions, and names them.
    pub(super) fn compare(&mut self) -> Option<Comparison> {
        let mut comparison: Option<Comparison> = None;
        for i in 1..self.placed.len() {
            let (a, b) = (&self.placed[i - 1], &self.placed[i]);
            if group(a.concept) != group(b.concept) && !(is_test(a) && is_test(b)) {
                continue;
            }
            let disease = a.concept.kind == ConceptKind::Disease && b.concept.kind == ConceptKind::Disease;
            let therapy = matches!(group(b.concept), 2) || is_test(b);
            if !disease && !therapy {
                continue;
            }
            let between = &self.tokens[a.next..b.first];
            if between.len() > 6 || self.breaks[a.next..=b.first].contains(&Break::Sentence) {
                continue;
            }
            let words: Vec<&str> = between.iter().map(|t| t.norm.as_str()).collect();
            let versus = words.iter().any(|w| VERSUS.contains(w))
                || words.windows(2).any(|w| matches!(w, ["compared", _] | ["rather", _]));
            let or = words.contains(&"or") && !words.contains(&"without");
            if !(versus || or && self.asks_or(i)) {
                continue;
            }
            if words.contains(&"than") && disease {
                continue;
            }
            let absent = |j: usize| self.meant(j).assertion == Some(Assertion::Absent);
            if absent(i) || absent(i - 1) {
                continue;
            }
            let mut left = i - 1;
            while left > 0 && (self.within(left) || self.listed(left)) {
                left -= 1;
            }
            let mut right = i;
            while right + 1 < self.placed.len() && self.within(right + 1) {
                right += 1;
            }
            let names = |from: usize, to: usize| -> Vec<String> {
                self.placed[from..=to].iter().map(|p| p.concept.name.to_owned()).collect()
            };
            let (l, r) = (names(left, i - 1), names(i, right));
            match &mut comparison {
                // "A vs B vs C": what comes third stands beside the second.
                Some(c) if l.iter().all(|n| c.left.contains(n) || c.right.contains(n)) => c.right.extend(r),
                Some(_) => {}
                None => comparison = Some(Comparison { left: l, right: r }),
            }
            self.arms[left..=right].fill(true);
        }
        comparison.or_else(|| self.with_or_without())
    }

    /// "FOLFIRI with or without bevacizumab".
    fn with_or_without(&self) -> Option<Comparison> {
        let i = (1..self.placed.len()).find(|&i| {
            let words = self.tokens[..self.placed[i].first].iter().rev().take(3).map(|t| t.norm.as_str());
            let words: Vec<&str> = words.collect();
            group(self.placed[i].concept) == 2 && matches!(words[..], ["without", "or", "with"])
        })?;
        Some(Comparison { left: vec![self.placed[i].concept.name.to_owned()], right: Vec::new() })
    }

    /// Whether an "or" before a mention asks: it stands where the text asks, or nothing else is said of either side.
    fn asks_or(&self, i: usize) -> bool {
        let told = |j: usize| matches!(self.meant(j).assertion, Some(a) if a != Assertion::Planned && a != Assertion::Uncertain);
        let first = self.placed[i - 1].first;
        if self.asking.asks(first) {
            return !told(i - 1) || self.asking.from(first).is_some_and(|f| first - f < 4);
        }
        let disease = self.placed[i].concept.kind == ConceptKind::Disease;
        !disease && !told(i - 1) && !told(i)
    }

    /// Whether a mention and the one before are parts of one arm.
    fn within(&self, i: usize) -> bool {
        let (a, b) = (&self.placed[i - 1], &self.placed[i]);
        let gap = &self.text[a.span[1]..b.span[0]];
        group(a.concept) == group(b.concept)
            && a.concept.kind != ConceptKind::Disease
            && !gap.contains([',', ';', '.', '?'])
            && self.tokens[a.next..b.first].iter().all(|t| WITHIN.contains(&t.norm.as_str()))
    }

    /// Whether a mention goes on after a comma with alternatives that an "or" closes: "A, B or C".
    fn listed(&self, i: usize) -> bool {
        let (a, b) = (&self.placed[i - 1], &self.placed[i]);
        let gap = self.text[a.span[1]..b.span[0]].trim();
        gap == ","
            && a.concept.kind == b.concept.kind
            && self.asking.asks(a.first)
            && self.meant(i - 1).assertion.is_none_or(|x| x == Assertion::Planned)
    }
}

fn is_test(p: &Placed) -> bool {
    matches!(p.concept.kind, ConceptKind::Test | ConceptKind::Procedure | ConceptKind::Lab)
}

#[cfg(test)]
mod tests {
    use crate::read_case;

    #[test]
    fn without_in_with_or_without_denies_nothing() {
        let case = read_case("FOLFIRI with or without bevacizumab?");
        let said: Vec<String> = case.facts.iter().map(|f| format!("{} {}", f.value, f.assertion)).collect();
        assert_eq!(said, ["FOLFIRI planned", "bevacizumab planned"]);
        let arms = case.comparison.unwrap();
        assert_eq!((arms.left, arms.right), (vec!["bevacizumab".to_owned()], vec![]));
    }
}
