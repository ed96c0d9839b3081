//! How a mention is meant where more than the words next to it speak of it: lists, and how things ended for all of a list.

use super::{Reader, group};
use crate::case::{Assertion, Attribute, Fact};
use crate::read::assertion::{self, Meant};

impl Reader<'_> {
    /// Whether a mention only goes on with the list the one before is in: same kind of thing, nothing but glue between.
    pub(super) fn continues(&self, i: usize) -> bool {
        i > 0
            && group(self.placed[i - 1].concept) == group(self.placed[i].concept)
            && self.placed[i].first < self.tokens.len()
            && assertion::continues_list(self.tokens, self.breaks, self.placed[i - 1].next, self.placed[i].first)
    }

    /// "Denies cocaine or chest pain": what is denied goes on over "or" to another kind of thing.
    fn continues_denial(&self, i: usize) -> bool {
        i > 0
            && self.last.assertion == Some(Assertion::Absent)
            && matches!(&self.tokens[self.placed[i - 1].next..self.placed[i].first], [or] if matches!(or.norm.as_str(), "or" | "nor"))
    }

    /// "No fever, vomiting x3": a bare "no" reaches over commas only in a list that "or" closes.
    fn denial_ends(&self, i: usize) -> bool {
        if self.last.assertion != Some(Assertion::Absent) || !self.last_plain_no {
            return false;
        }
        let comma = |j: usize| {
            let gap = &self.text[self.placed[j - 1].span[1]..self.placed[j].span[0]];
            gap.contains(',') && !gap.contains(" or ") && !gap.contains(" nor ")
        };
        if !comma(i) {
            return false;
        }
        let closes = |j: usize| {
            let gap = &self.text[self.placed[j - 1].span[1]..self.placed[j].span[0]];
            gap.contains(" or ") || gap.contains(" nor ")
        };
        let mut j = i + 1;
        while j < self.placed.len() && j - i < 8 && self.continues(j) {
            if closes(j) {
                return false;
            }
            j += 1;
        }
        true
    }

    /// How a mention is meant.
    pub(super) fn meant(&self, i: usize) -> Meant {
        let (part, after) = self.after(i);
        let mut meant = assertion::meant(self.before(i), part, after);
        // "After FOLFOX and FOLFIRI failure": the end of the list speaks for all of it.
        let mut last = i;
        while meant.outcome.is_none() && last - i < 4 && last + 1 < self.placed.len() && self.continues(last + 1) {
            last += 1;
            let (part, after) = self.after(last);
            meant.outcome =
                assertion::meant(&[], part, after).outcome.filter(|_| meant.assertion != Some(Assertion::Absent));
            if meant.outcome.is_some() {
                meant.assertion = Some(Assertion::Past);
            }
        }
        if meant == Meant::default() && self.continues_denial(i) {
            return self.last;
        }
        if meant.same || (meant == Meant::default() && self.continues(i) && !self.denial_ends(i)) {
            self.last
        } else {
            meant
        }
    }

    /// A treatment has one status: an arm of a comparison is what is asked about, else what was said first stands, and
    /// being asked about again says no more.
    pub(super) fn one_status_each(&mut self) {
        let is_therapy = |f: &Fact| matches!(f.attribute, Attribute::Treatment | Attribute::Medication);
        let arms: Vec<[usize; 2]> =
            self.placed.iter().zip(&self.arms).filter(|(_, arm)| **arm).map(|(p, _)| p.span).collect();
        // Bounds the work in a text that is no question.
        if self.facts.len() > 200 {
            return;
        }
        let is_arm = |f: &Fact| f.assertion == Assertion::Planned && arms.contains(&f.span);
        let facts = std::mem::take(&mut self.facts);
        let drop: Vec<bool> = facts
            .iter()
            .enumerate()
            .map(|(i, f)| {
                is_therapy(f)
                    && facts.iter().enumerate().any(|(j, g)| {
                        let given = |f: &Fact| matches!(f.assertion, Assertion::Present | Assertion::Past);
                        i != j
                            && is_therapy(g)
                            && f.value == g.value
                            && ((f.assertion == Assertion::Present && is_arm(g))
                                || (f.assertion == Assertion::Planned && !is_arm(f) && given(g))
                                || (f.assertion == Assertion::Present && g.assertion == Assertion::Past))
                    })
            })
            .collect();
        self.facts = facts.into_iter().zip(drop).filter(|(_, drop)| !drop).map(|(f, _)| f).collect();
    }
}
