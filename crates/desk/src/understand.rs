//! Understanding what is looked for: the words of a question, and other words for the same things.
//!
//! This is where the language of medicine meets search. `retrieval` knows words and weights and no medicine; `clinical`
//! knows concepts and no search. Synonyms, abbreviations and the drugs of a regimen are looked for beside the words asked
//! for, and count for less; so do salts ("metoprolol succinate"), which say little of a drug.

use clinical::{Concept, ConceptKind, Mention, mentions, molecules};
use retrieval::ranker::OtherName;
use retrieval::{Analyzer, EvidenceIndex, IndexError, Query, is_filler};
use std::collections::{BTreeMap, BTreeSet};

/// Weight of another name, shared among the words of it that were not asked for. Measured: decision 15.
const SYNONYM: f64 = 0.2;
/// Weight of a drug of a regimen that was asked for by its name, and of the regimen where its drugs were.
const PART: f64 = 0.3;
/// Weight of a salt behind a drug.
const SALT: f64 = 0.3;
/// Other names looked for, of each thing asked for: those that the library uses most.
const NAMES: usize = 3;
/// Longer names are descriptions; their words stand everywhere.
const WORDS_A_NAME: usize = 3;

/// To the ranker, what another name counts for, and one that may be another thing's or is only a part.
const SAME: f32 = 0.8;
const DOUBTFUL: f32 = 0.5;
/// Other names told to the ranker, of each concept, and their length in words.
const NAMES_OTHER: usize = 12;
const WORDS_OTHER: usize = 5;

/// Salts and esters that stand behind the name of a drug, in lower case.
#[rustfmt::skip]
const SALTS: &[&str] = &[
    "acetate", "besilate", "besylate", "bromide", "chloride", "citrate", "dihydrate", "disodium", "etexilate", "fumarate",
    "hcl", "hydrobromide", "hydrochloride", "lactate", "maleate", "medoxomil", "mesilate", "mesylate", "monohydrate",
    "nitrate", "phosphate", "potassium", "sodium", "succinate", "sulfate", "sulphate", "tartrate", "tosilate", "tosylate",
];

/// The words a search looks for: those of `text`, with other words for what it names at less weight. Deterministic for
/// the same content of the index. Cost: how often the library uses each name is looked up, some microseconds a word.
pub fn understand(analyzer: &mut Analyzer, index: &impl EvidenceIndex, text: &str) -> Result<Query, IndexError> {
    let mut query = Query::from_text(analyzer, text);
    let found = mentions(text);
    for word in salts(text, &found) {
        if let Some(stem) = analyzer.stems(word).first() {
            query.lighten(stem, SALT);
        }
    }
    let mut seen: Vec<&Concept> = Vec::new();
    let mut names = Vec::new();
    for mention in found {
        if !seen.contains(&mention.concept) {
            seen.push(mention.concept);
            let asked: BTreeSet<String> = stems(analyzer, &text[mention.span[0]..mention.span[1]]);
            names.push(forms(analyzer, mention.concept, &asked));
        }
    }
    for molecule in molecules(text) {
        let asked = stems(analyzer, &text[molecule.span[0]..molecule.span[1]]);
        let others = molecule.names.iter().map(|name| stems(analyzer, name));
        // Its names are long and mean one thing: all their words are looked for, and share the weight.
        let others = others.map(|o| o.difference(&asked).filter(|w| w.len() > 1).cloned().collect::<BTreeSet<_>>());
        names.push(others.filter(|o| !o.is_empty()).collect());
    }
    // One look at the index for all names.
    let words: BTreeSet<String> = names.iter().flatten().flatten().cloned().collect();
    let words: Vec<String> = words.into_iter().collect();
    let statistics = index.statistics(&words)?;
    let held: BTreeMap<&str, u64> = words.iter().map(String::as_str).zip(statistics.frequencies).collect();
    let used = |form: &BTreeSet<String>| form.iter().map(|w| held.get(w.as_str()).copied().unwrap_or(0)).min();
    for forms in &names {
        let mut forms: Vec<(u64, &BTreeSet<String>)> =
            forms.iter().filter_map(|f| Some((used(f)?, f))).filter(|(n, _)| *n > 0).collect();
        forms.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        for (_, form) in forms.into_iter().take(NAMES) {
            for word in form {
                query.add(word.clone(), SYNONYM / form.len() as f64);
            }
        }
    }
    for part in parts(&seen) {
        for word in stems(analyzer, part) {
            query.add(word, PART);
        }
    }
    Ok(query)
}

/// Other names for what a text asks about, for the ranker: those of each concept it names, and the drugs of a regimen.
/// Linear in the text.
pub fn other_names(text: &str) -> Vec<OtherName> {
    let mut others = Vec::new();
    for mention in mentions(text) {
        let [start, end] = mention.span;
        let asked = text[start..end].to_lowercase();
        let concept = mention.concept;
        let names = std::iter::once(concept.name).chain(concept.synonyms.iter().copied());
        let names = names.filter(|n| n.split_whitespace().count() <= WORDS_OTHER && n.to_lowercase() != asked);
        let weight = if mention.ambiguous { DOUBTFUL } else { SAME };
        let other = |name: &str, weight| OtherName { start, end, name: name.to_owned(), weight };
        others.extend(names.take(NAMES_OTHER).map(|name| other(name, weight)));
        if concept.kind == ConceptKind::Regimen {
            others.extend(concept.parts().map(|part| other(part.name, DOUBTFUL)));
        }
    }
    for molecule in molecules(text) {
        let [start, end] = molecule.span;
        let asked = text[start..end].to_lowercase();
        let names = molecule.names.iter().filter(|n| n.to_lowercase() != asked);
        others.extend(names.map(|name| OtherName { start, end, name: (*name).to_owned(), weight: SAME }));
    }
    others
}

/// The terms of a name without filler. A name with a hyphen is the whole of it: `5fu`, not `5` and `fu`.
fn stems(analyzer: &mut Analyzer, name: &str) -> BTreeSet<String> {
    let mut terms: Vec<(usize, usize, String)> = Vec::new();
    analyzer.terms(name, |t| {
        terms.retain(|(start, end, _)| !(t.start <= *start && *end <= t.end));
        if !is_filler(&name[t.start..t.end].to_lowercase()) {
            terms.push((t.start, t.end, t.stem.to_owned()));
        }
    });
    terms.into_iter().map(|(_, _, stem)| stem).collect()
}

/// The other names of a concept, each as the words of it that were not asked for.
fn forms(analyzer: &mut Analyzer, concept: &Concept, asked: &BTreeSet<String>) -> BTreeSet<BTreeSet<String>> {
    std::iter::once(concept.name)
        .chain(concept.synonyms.iter().copied())
        .map(|name| stems(analyzer, name))
        // A name around the one asked for says more than was asked: oral iron for iron.
        .filter(|form| form.len() <= WORDS_A_NAME && !asked.is_subset(form))
        .map(|form| form.difference(asked).cloned().collect::<BTreeSet<_>>())
        .filter(|form| !form.is_empty() && form.iter().all(|w| w.len() > 1))
        .collect()
}

/// The drugs of the regimens asked for, and the regimens whose drugs were all asked for.
fn parts(seen: &[&'static Concept]) -> Vec<&'static str> {
    let drugs = seen.iter().filter(|c| c.kind == ConceptKind::Regimen).flat_map(|c| c.parts()).map(|c| c.name);
    let regimens = clinical::regimens_of(seen).into_iter().map(|c| c.name);
    drugs.chain(regimens).collect()
}

/// The salts in a text: words that name one, in or behind the name of a drug.
fn salts<'a>(text: &'a str, found: &[Mention]) -> Vec<&'a str> {
    let mut salts = Vec::new();
    let drugs = found.iter().filter(|m| m.concept.kind == ConceptKind::Drug);
    for mention in drugs {
        let [start, end] = mention.span;
        let inside = text[start..end].split_whitespace().skip(1);
        let behind = text[end..].split_whitespace().take(1);
        let plain = |w: &'a str| w.trim_matches(|c: char| !c.is_alphanumeric());
        salts.extend(inside.chain(behind).map(plain).filter(|w| SALTS.contains(&w.to_lowercase().as_str())));
    }
    salts
}

#[cfg(test)]
mod tests {
    use super::*;
    use retrieval::{Candidate, Filter, Statistics};

    /// A library that uses some words.
    struct Library7;

    #[rustfmt::skip]
    const USED: [&str; 12] = [
        "infarct", "myocardi", "heart", "attack", "5fu", "fluorouracil", "iv", "oral", "interleukin", "il6", "tp53", "erbb2",
    ];

    impl EvidenceIndex for Library7 {
        fn candidates(&self, _: &Query, _: &Filter, _: usize) -> Result<Vec<Candidate>, IndexError> {
            Ok(Vec::new())
        }
        fn statistics(&self, terms: &[String]) -> Result<Statistics, IndexError> {
            let frequencies = terms.iter().map(|t| 7 * u64::from(USED.contains(&t.as_str()))).collect();
            Ok(Statistics { passages: 100, mean_bytes: 100.0, frequencies })
        }
    }

    fn weight(text: &str, word: &str) -> Option<f64> {
        let mut analyzer = Analyzer::default();
        let query = understand(&mut analyzer, &Library7, text).unwrap();
        let stem = analyzer.stems(word).remove(0);
        query.terms().iter().find(|t| t.stem == stem).map(|t| t.weight)
    }

    #[test]
    fn names_of_one_thing_stand_for_each_other_at_less_weight() {
        for (asked, other) in [
            ("after FOLFOX", "oxaliplatin"),
            ("fluorouracil, leucovorin and oxaliplatin", "FOLFOX"),
            ("acute MI", "infarction"),
            ("heart attack", "infarction"),
            ("myocardial infarction", "attack"),
            ("fluorouracil infusion", "5FU"),
            ("5-FU infusion", "fluorouracil"),
            ("serum IL-6", "interleukin"),
            ("interleukin 6 in serum", "IL6"),
            ("p53 mutation", "TP53"),
            ("HER2/neu positive", "ERBB2"),
        ] {
            let weight = weight(asked, other).unwrap_or_else(|| panic!("{asked}: {other} is not looked for"));
            assert!(weight > 0.0 && weight <= 0.5, "{asked}: {other} {weight}");
        }
        assert_eq!(weight("heart attack", "heart"), Some(1.0));
        assert_eq!(weight("treatment of asthma", "FOLFOX"), None);
        assert_eq!(weight("iron in pregnancy", "oral"), None);
    }

    #[test]
    fn a_salt_says_little_of_a_drug() {
        assert_eq!(weight("metoprolol succinate in heart failure", "succinate"), Some(SALT));
        assert_eq!(weight("metoprolol succinate in heart failure", "metoprolol"), Some(1.0));
        assert_eq!(weight("low sodium in heart failure", "sodium"), Some(1.0));
    }
}
