//! Words of which a thing can be only one: adults or children, wild type or mutant, oral or intravenous, before or after.
//!
//! Owns the reading of `opposites.tsv` and the rule for it: a member that the claim names must stand in the evidence, or
//! around it in the same source; another member of the group there instead excludes it. Words that follow no group are not
//! its business.

use super::finding::{Fault, Reason, Verdict};
use super::text::{Text, matches};
use std::sync::LazyLock;

struct Group {
    members: Vec<Vec<Vec<&'static str>>>,
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let rows = include_str!("opposites.tsv").lines().filter(|r| !r.starts_with('#'));
    let phrases = |m: &'static str| m.split('|').map(|p| p.split_whitespace().collect()).collect();
    rows.filter_map(|row| row.split_once('\t'))
        .map(|(_, members)| Group { members: members.split(';').map(phrases).collect() })
        .collect()
});

/// Where a member stands: the member's place in its group, and words `from..to`.
#[derive(Debug, Clone, Copy)]
struct Place {
    member: usize,
    from: usize,
    to: usize,
}

fn places(text: &Text<'_>, group: &Group) -> Vec<Place> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.words.len() {
        let mut best: Option<Place> = None;
        for (member, phrases) in group.members.iter().enumerate() {
            for phrase in phrases {
                if let Some(n) = matches(&text.words, at, phrase)
                    && best.is_none_or(|b| n > b.to - b.from)
                {
                    best = Some(Place { member, from: at, to: at + n });
                }
            }
        }
        match best {
            Some(place) => {
                found.push(place);
                at = place.to;
            }
            None => at += 1,
        }
    }
    found
}

/// What the claim names of a group and the evidence does not, where the evidence names another of the group. Members named
/// in `around` count as the evidence's, unless the evidence itself names another. `excused` says of a byte range that it needs
/// no evidence.
pub(super) fn faults(
    claim: &Text<'_>,
    evidence: &Text<'_>,
    around: &[&Text<'_>],
    excused: impl Fn([usize; 2]) -> bool,
) -> Vec<Fault> {
    let mut found = Vec::new();
    for group in GROUPS.iter() {
        let mut claimed = places(claim, group);
        claimed.retain(|p| !excused(claim.span(p.from, p.to)));
        if claimed.is_empty() {
            continue;
        }
        let held = places(evidence, group);
        for place in &claimed {
            let same = |p: &Place| p.member == place.member;
            if held.iter().any(same) {
                continue;
            }
            let other = held.iter().find(|h| !claimed.iter().any(|c| c.member == h.member));
            if let Some(other) = other {
                let words = vec![
                    claim.deciding(claim.span(place.from, place.to)),
                    evidence.deciding(evidence.span(other.from, other.to)),
                ];
                found.push(Fault { verdict: Verdict::Contradicted, reason: Reason::Opposite, words });
                break;
            }
            // Named nowhere: a restriction the evidence does not make, unless the source makes it around it.
            let around_has = || around.iter().any(|t| places(t, group).iter().any(same));
            let others_around = || around.iter().any(|t| places(t, group).iter().any(|p| !same(p)));
            if !around_has() && others_around() {
                let words = vec![claim.deciding(claim.span(place.from, place.to))];
                found.push(Fault { verdict: Verdict::Unsupported, reason: Reason::Opposite, words });
                break;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::finding::Side;
    use super::*;
    use retrieval::Analyzer;

    fn fault(claim: &str, evidence: &str) -> bool {
        let mut analyzer = Analyzer::default();
        let claim = Text::read(&mut analyzer, claim, Side::Claim);
        !faults(&claim, &Text::read(&mut analyzer, evidence, Side::Evidence), &[], |_| false).is_empty()
    }

    #[test]
    fn one_member_excludes_another() {
        assert!(fault("in children with asthma", "in adults with asthma"));
        assert!(fault("KRAS mutant tumours", "KRAS wild-type tumours"));
        assert!(!fault("in paediatric asthma", "in children with asthma"));
        assert!(!fault("in adults", "in adults and children"));
    }
}
