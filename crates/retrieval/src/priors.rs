//! What is believed of a source before it is read: priors of kind, age and standing, as factors on its score.
//!
//! Owns the numbers, in one place, to be tuned. They break near ties; they never lift a source that matches much less.
//! From the best kind to the worst is some 5 percent, from new to old 3: less than one common word of a question makes.
//! Twice that costs more where kind and age say nothing of what is relevant (decision 15). It knows no clock: ages count
//! from the year of the newest source of the library.

use evidence::{Kind, Standing};
use serde::Serialize;

/// Factors of kinds, in the order of the Oxford Centre's levels of evidence for "does this treatment help?"
/// (OCEBM Levels of Evidence Working Group, 2011), guidelines before all as the House asks. Kinds that say nothing of how
/// strong the evidence is stand at 1: an unknown kind is not punished for being unknown.
#[rustfmt::skip]
const KINDS: [(Kind, f64); 12] = [
    (Kind::Guideline,           1.030),
    (Kind::MetaAnalysis,        1.025),
    (Kind::SystematicReview,    1.025),
    (Kind::RandomizedTrial,     1.015),
    (Kind::NonRandomizedTrial,  1.005),
    (Kind::ObservationalStudy,  1.000),
    // What an authority says of a drug binds like a guideline, on harms above all; on benefit it sums up trials.
    (Kind::Label,               1.015),
    (Kind::NarrativeReview,     0.990),
    (Kind::CaseReport,          0.980),
    // A secondary source, written for the questions that are asked here.
    (Kind::Digest,              1.015),
    (Kind::ConsumerInformation, 0.995),
    (Kind::Other,               1.000),
];

/// What each year of age takes off.
const A_YEAR: f64 = 0.0025;
/// Years after which age takes no more: half of all guidelines are out of date after 5.8 years (Shekelle 2001, JAMA
/// 286:1461) and half of all systematic reviews after 5.5 (Shojania 2007, Ann Intern Med 147:224), so two half-lives.
const YEARS: u16 = 12;
/// The age taken for a source without a date: the middle, so that a missing date neither helps nor harms.
const UNDATED: u16 = 6;

/// Factors of standing. What is retracted never comes out of a search at all.
#[rustfmt::skip]
const STANDINGS: [(Standing, f64); 5] = [
    (Standing::Current,             1.00),
    (Standing::Superseded,          0.80),
    (Standing::PartlyRetracted,     0.85),
    (Standing::ExpressionOfConcern, 0.85),
    (Standing::Retracted,           0.00),
];

/// The factors of one source; each 1 where it says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Prior {
    /// For the kind of evidence.
    pub kind: f64,
    /// For its age, from the newest source of the library.
    pub age: f64,
    /// For whether it still stands; 0 when retracted.
    pub standing: f64,
}

impl Prior {
    /// What is believed of a source of this kind, year and standing, where the newest source of the library is of the
    /// year `newest`. A library without dates has no ages.
    pub fn of(kind: Kind, year: Option<u16>, standing: Standing, newest: Option<u16>) -> Self {
        let years = match (year, newest) {
            (_, None) => 0,
            (None, Some(_)) => UNDATED,
            (Some(year), Some(newest)) => newest.saturating_sub(year).min(YEARS),
        };
        let kind = KINDS.iter().find(|(k, _)| *k == kind).map_or(1.0, |(_, f)| *f);
        let standing = STANDINGS.iter().find(|(s, _)| *s == standing).map_or(1.0, |(_, f)| *f);
        Self { kind, age: 1.0 - A_YEAR * f64::from(years), standing }
    }

    /// What the score is multiplied by.
    pub fn factor(self) -> f64 {
        self.kind * self.age * self.standing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(kind: Kind, year: u16, standing: Standing) -> f64 {
        Prior::of(kind, Some(year), standing, Some(2026)).factor()
    }

    #[test]
    fn every_kind_and_standing_has_its_factor() {
        for kind in Kind::ALL {
            assert!(KINDS.iter().any(|(k, _)| *k == kind), "{kind:?}");
        }
        for standing in Standing::ALL {
            assert!(STANDINGS.iter().any(|(s, _)| *s == standing), "{standing:?}");
        }
    }

    #[test]
    fn authority_and_time_count_in_their_order() {
        let current = |kind| factor(kind, 2020, Standing::Current);
        let order = [
            Kind::Guideline,
            Kind::SystematicReview,
            Kind::RandomizedTrial,
            Kind::NonRandomizedTrial,
            Kind::ObservationalStudy,
            Kind::NarrativeReview,
            Kind::CaseReport,
        ];
        assert!(order.windows(2).all(|w| current(w[0]) > current(w[1])));
        let year = |year| factor(Kind::Guideline, year, Standing::Current);
        assert!(year(2026) > year(2020) && year(2020) > year(2014) && year(2014) == year(1990));
        let undated = Prior::of(Kind::Guideline, None, Standing::Current, Some(2026)).age;
        assert!(undated < Prior::of(Kind::Guideline, Some(2026), Standing::Current, Some(2026)).age && undated > 0.96);
        assert!(
            factor(Kind::Guideline, 2026, Standing::Superseded) < factor(Kind::CaseReport, 1990, Standing::Current)
        );
        assert_eq!(factor(Kind::Guideline, 2026, Standing::Retracted), 0.0);
    }

    #[test]
    fn priors_of_current_sources_are_small() {
        let all = Kind::ALL.into_iter().flat_map(|k| [1990, 2026].map(|y| factor(k, y, Standing::Current)));
        let (least, most) = all.fold((f64::MAX, 0.0f64), |(a, b), f| (a.min(f), b.max(f)));
        assert!(most / least < 1.2, "{least} to {most}");
    }
}
