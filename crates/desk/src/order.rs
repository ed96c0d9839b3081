//! The order of what a search found: how well it matches, what is believed of its source, and a fair share for each.
//!
//! [`order`] is the one place where scored passages get their order. The learned weighing (`relevance`) sets
//! [`Placed::relevance`]; priors and shares are its own.

use evidence::{Kind, SourceId, Standing};
use retrieval::{Prior, Priors, Scored};

/// A passage with all that decides its place.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    /// Its source.
    pub(crate) source: SourceId,
    /// Its place in the source.
    pub(crate) passage: u32,
    /// How well its words match.
    pub(crate) lexical: Scored,
    /// How well it answers: the lexical score, until it is weighed.
    pub(crate) relevance: f64,
    /// Cosine of question and document, where it was weighed.
    pub(crate) cosine: Option<f32>,
    /// How near a local model sees its document, where one was asked.
    pub(crate) nearness: Option<f32>,
    /// What is believed of its source.
    pub(crate) prior: Prior,
}

impl Placed {
    pub(crate) fn new(
        (source, passage): (SourceId, u32),
        lexical: Scored,
        (kind, year, standing): (Kind, Option<u16>, Standing),
        newest: Option<u16>,
        priors: &Priors,
    ) -> Self {
        let prior = priors.of(kind, year, standing, newest);
        Self { source, passage, lexical, relevance: lexical.score, cosine: None, nearness: None, prior }
    }

    /// What it is ordered by.
    pub(crate) fn total(&self) -> f64 {
        self.relevance * self.prior.factor()
    }
}

/// Best first, at most `share` passages of a source and `limit` in all. What matches nothing or is retracted is left out.
/// Ties go to the source's name and the place in it, so that the order never depends on the input's.
pub(crate) fn order(mut placed: Vec<Placed>, share: usize, limit: usize) -> Vec<Placed> {
    placed.retain(|p| p.total() > 0.0);
    placed.sort_by(|a, b| {
        b.total().total_cmp(&a.total()).then_with(|| (&a.source, a.passage).cmp(&(&b.source, b.passage)))
    });
    let mut taken: Vec<Placed> = Vec::new();
    let mut of: std::collections::BTreeMap<SourceId, usize> = std::collections::BTreeMap::new();
    for passage in placed {
        if taken.len() == limit {
            break;
        }
        let count = of.entry(passage.source.clone()).or_default();
        if *count < share {
            *count += 1;
            taken.push(passage);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(source: &str, passage: u32, score: f64, kind: Kind, year: u16) -> Placed {
        let source = source.parse().unwrap();
        let scored = Scored { score, coverage: 1.0 };
        Placed::new((source, passage), scored, (kind, Some(year), Standing::Current), Some(2026), &Priors::default())
    }

    fn names(placed: Vec<Placed>) -> Vec<String> {
        placed.into_iter().map(|p| format!("{} {}", p.source, p.passage)).collect()
    }

    #[test]
    fn no_source_takes_more_than_its_share() {
        let all = (0..5).map(|n| placed("PMC1", n, 9.0 - f64::from(n), Kind::Other, 2026));
        let all: Vec<Placed> = all.chain([placed("PMC2", 0, 1.0, Kind::Other, 2026)]).collect();
        assert_eq!(names(order(all.clone(), 2, 10)), ["PMC1 0", "PMC1 1", "PMC2 0"]);
        assert_eq!(names(order(all.into_iter().rev().collect(), 2, 2)), ["PMC1 0", "PMC1 1"]);
    }

    #[test]
    fn priors_break_near_ties_and_never_beat_relevance() {
        let old_report = placed("PMC1", 0, 10.0, Kind::CaseReport, 1990);
        let guideline = placed("PMC2", 0, 9.5, Kind::Guideline, 2026);
        assert_eq!(names(order(vec![old_report.clone(), guideline], 2, 9)), ["PMC2 0", "PMC1 0"]);
        let off = placed("PMC2", 0, 7.5, Kind::Guideline, 2026);
        assert_eq!(names(order(vec![off, old_report], 2, 9)), ["PMC1 0", "PMC2 0"]);
    }
}
