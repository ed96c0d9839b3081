//! What is believed of a source before it is read: priors of kind, age and standing, as factors on its score.
//!
//! Owns the numbers, in one place. Whoever runs a library may set others for a search ([`Priors::set`]). They break near ties; they never lift a source that matches much less.
//! From the best kind to the worst is some 5 percent, from new to old 3: less than one common word of a question makes.
//! Twice that costs more where kind and age say nothing of what is relevant (decision 15). It knows no clock: ages count
//! from the year of the newest source of the library.

use evidence::{Kind, Standing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

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
    /// What is believed by default of a source of this kind, year and standing, where the newest source of the library is of
    /// the year `newest`. A library without dates has no ages.
    pub fn of(kind: Kind, year: Option<u16>, standing: Standing, newest: Option<u16>) -> Self {
        Priors::default().of(kind, year, standing, newest)
    }

    /// What the score is multiplied by.
    pub fn factor(self) -> f64 {
        self.kind * self.age * self.standing
    }
}

/// What is believed of all sources. By default the numbers of this module.
#[derive(Debug, Clone, PartialEq)]
pub struct Priors {
    kinds: [(Kind, f64); 12],
    standings: [(Standing, f64); 5],
    a_year: f64,
    years: u16,
}

impl Default for Priors {
    fn default() -> Self {
        Self { kinds: KINDS, standings: STANDINGS, a_year: A_YEAR, years: YEARS }
    }
}

/// Numbers in place of the default ones; those that are not named stay.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PriorSettings {
    /// Factors of kinds, 0.5 to 2.
    #[serde(default)]
    pub kinds: BTreeMap<Kind, f64>,
    /// Factors of standings, 0 to 1. What is retracted is never found.
    #[serde(default)]
    pub standings: BTreeMap<Standing, f64>,
    /// What each year of age takes off, 0 to 0.05.
    pub a_year: Option<f64>,
    /// Years after which age takes no more; together they take off less than a half.
    pub years: Option<u16>,
}

/// A number that cannot be a prior.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("prior of {what}: {value} is not between {} and {}", .allowed.start(), .allowed.end())]
pub struct PriorError {
    /// Which.
    what: String,
    value: f64,
    allowed: RangeInclusive<f64>,
}

impl Priors {
    /// Nothing is believed of any source; what is retracted stays out all the same.
    pub fn none() -> Self {
        let kinds = KINDS.map(|(kind, _)| (kind, 1.0));
        let standings = STANDINGS.map(|(s, _)| (s, if s == Standing::Retracted { 0.0 } else { 1.0 }));
        Self { kinds, standings, a_year: 0.0, years: 0 }
    }

    /// These numbers with others in place of some.
    pub fn set(mut self, settings: &PriorSettings) -> Result<Self, PriorError> {
        fn within(what: &str, value: f64, allowed: RangeInclusive<f64>) -> Result<f64, PriorError> {
            if allowed.contains(&value) { Ok(value) } else { Err(PriorError { what: what.to_owned(), value, allowed }) }
        }
        for (kind, factor) in &settings.kinds {
            let factor = within(kind.word(), *factor, 0.5..=2.0)?;
            self.kinds.iter_mut().filter(|(k, _)| k == kind).for_each(|(_, f)| *f = factor);
        }
        for (standing, factor) in &settings.standings {
            // The only way to see what is retracted is to ask for it by name.
            let most = if *standing == Standing::Retracted { 0.0 } else { 1.0 };
            let factor = within(standing.word(), *factor, 0.0..=most)?;
            self.standings.iter_mut().filter(|(s, _)| s == standing).for_each(|(_, f)| *f = factor);
        }
        self.a_year = within("a-year", settings.a_year.unwrap_or(self.a_year), 0.0..=0.05)?;
        self.years = settings.years.unwrap_or(self.years);
        within("years times a-year", self.a_year * f64::from(self.years), 0.0..=0.5)?;
        Ok(self)
    }

    /// What is believed of a source of this kind, year and standing, where the newest source of the library is of the
    /// year `newest`. A library without dates has no ages.
    pub fn of(&self, kind: Kind, year: Option<u16>, standing: Standing, newest: Option<u16>) -> Prior {
        let years = match (year, newest) {
            (_, None) => 0,
            (None, Some(_)) => UNDATED.min(self.years),
            (Some(year), Some(newest)) => newest.saturating_sub(year).min(self.years),
        };
        let kind = self.kinds.iter().find(|(k, _)| *k == kind).map_or(1.0, |(_, f)| *f);
        let standing = self.standings.iter().find(|(s, _)| *s == standing).map_or(1.0, |(_, f)| *f);
        Prior { kind, age: 1.0 - self.a_year * f64::from(years), standing }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_set_within_bounds() {
        let mut settings = PriorSettings::default();
        settings.kinds.insert(Kind::Guideline, 1.2);
        settings.a_year = Some(0.02);
        let priors = Priors::default().set(&settings).unwrap();
        let of = |kind| priors.of(kind, Some(2016), Standing::Current, Some(2026));
        assert_eq!(of(Kind::Guideline), Prior { kind: 1.2, age: 0.8, standing: 1.0 });
        assert_eq!(of(Kind::Label).kind, 1.015);
        settings.kinds.insert(Kind::Label, 20.0);
        let error = Priors::default().set(&settings).unwrap_err().to_string();
        assert_eq!(error, "prior of label: 20 is not between 0.5 and 2");
        settings.kinds.clear();
        settings.standings.insert(Standing::Retracted, 0.5);
        assert!(Priors::default().set(&settings).is_err());
        settings.standings.clear();
        settings.years = Some(40);
        assert!(Priors::default().set(&settings).is_err());
    }

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
