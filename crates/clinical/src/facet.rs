//! Sides of living with a disease and of its treatment that people ask about (`lexicon/facets.tsv`, part of the program): driving,
//! food, fertility, relatives. A library may hold a disease and nothing on such a side of it.
//!
//! Owns which words ask for a facet and which speak of it. Must not know what the library holds.

use crate::urgent::{lowered, places};
use std::sync::LazyLock;

/// One side of a disease.
#[derive(Debug)]
pub struct Facet {
    /// What it is called, as in "nothing here speaks of driving".
    pub name: &'static str,
    asks: Vec<&'static str>,
    speaks: Vec<&'static str>,
}

static FACETS: LazyLock<Vec<Facet>> = LazyLock::new(|| {
    let rows =
        include_str!("../../../lexicon/facets.tsv").lines().filter(|r| !r.starts_with('#') && !r.trim().is_empty());
    rows.map(|row| {
        let mut cells = row.split('\t');
        let mut words = || cells.next().unwrap_or_default();
        let name = words();
        let listed = |cell: &'static str| cell.split('|').filter(|w| !w.is_empty()).collect();
        Facet { name, asks: listed(words()), speaks: listed(words()) }
    })
    .collect()
});

impl Facet {
    /// Whether a text says something of this side. Linear in the text times the words.
    pub fn is_spoken_of_in(&self, text: &str) -> bool {
        let lower = lowered(text);
        self.asks.iter().chain(&self.speaks).any(|w| places(&lower, w).next().is_some())
    }
}

/// The sides that a text asks for, in the order of the table. Linear in the text times the table.
pub fn facets_in(text: &str) -> Vec<&'static Facet> {
    let lower = lowered(text);
    FACETS.iter().filter(|f| f.asks.iter().any(|w| places(&lower, w).next().is_some())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_side_is_asked_for_by_its_words_alone() {
        let of = |text: &str| facets_in(text).iter().map(|f| f.name).collect::<Vec<_>>();
        assert_eq!(of("Am I still allowed to drive?"), ["driving"]);
        assert_eq!(of("Which foods have the most magnesium in them?"), ["food and diet"]);
        assert!(of("What drives resistance to cetuximab?").is_empty());
        assert!(of("Which regimen after FOLFOX?").is_empty());
    }

    #[test]
    fn a_statement_speaks_of_it_in_other_words_too() {
        let fertility = facets_in("what about my fertility");
        assert!(fertility[0].is_spoken_of_in("Refer for cryopreservation of oocytes before chemotherapy."));
        assert!(!fertility[0].is_spoken_of_in("Give six months of FOLFOX."));
    }

    #[test]
    fn every_facet_has_a_name_and_words_in_lower_case() {
        assert!(FACETS.len() >= 40);
        for facet in FACETS.iter() {
            assert!(!facet.name.is_empty() && !facet.asks.is_empty(), "{facet:?}");
            assert!(
                facet.asks.iter().chain(&facet.speaks).all(|w| **w == w.to_lowercase() && w.len() > 2),
                "{facet:?}"
            );
        }
    }
}
