//! Words of a text that by their form name a drug or a disease, and that no name in the lexicon covers.
//!
//! Drugs have stems (the WHO's, for international nonproprietary names) and diseases heads (Greek, mostly): that is all
//! this knows. A name without either, and an abbreviation, is not noticed. It judges words one at a time, and no meaning.

use super::{ConceptKind, Mention, mentions_in, spelling};
use crate::text;

/// A word that looks like the name of a drug or a disease and is in no name that the lexicon knows there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfamiliar {
    /// What it looks like: [`ConceptKind::Drug`] or [`ConceptKind::Disease`].
    pub kind: ConceptKind,
    /// Byte range of the word.
    pub span: [usize; 2],
    /// A name of that kind that is spelt nearly so, in lower case.
    pub near: Option<String>,
}

/// Ends of the names of drugs.
const STEMS: &[&str] = &[
    "azepam",
    "azolam",
    "azole",
    "bactam",
    "barbital",
    "caine",
    "ciclib",
    "cillin",
    "citabine",
    "coxib",
    "curium",
    "curonium",
    "cycline",
    "degib",
    "dipine",
    "domide",
    "dopa",
    "dronate",
    "dronic",
    "fibrate",
    "floxacin",
    "formin",
    "fungin",
    "gatran",
    "gepant",
    "gliflozin",
    "gliptin",
    "glitazone",
    "glutide",
    "grastim",
    "leucel",
    "limus",
    "lisib",
    "lukast",
    "lutamide",
    "mab",
    "methasone",
    "micin",
    "mustine",
    "mycin",
    "nacept",
    "nib",
    "olol",
    "oxetine",
    "parib",
    "parin",
    "penem",
    "peridone",
    "phylline",
    "pitant",
    "plase",
    "platin",
    "pramine",
    "prazole",
    "pril",
    "profen",
    "racetam",
    "relin",
    "relix",
    "rubicin",
    "sartan",
    "semide",
    "setron",
    "solone",
    "statin",
    "tacept",
    "taxel",
    "tecan",
    "thiazide",
    "tiapine",
    "tidine",
    "toclax",
    "trexate",
    "trexed",
    "triptan",
    "triptyline",
    "tropium",
    "vaptan",
    "vir",
    "xaban",
    "zolid",
    "zomib",
    "zosin",
];

/// Heads of the names of diseases, in American spelling.
const HEADS: &[&str] = &[
    "algia",
    "dystrophy",
    "ectasis",
    "edema",
    "emia",
    "itis",
    "lithiasis",
    "megaly",
    "oma",
    "osis",
    "paresis",
    "pathy",
    "penia",
    "plasia",
    "plegia",
    "rrhea",
    "thorax",
    "uria",
];

/// Words that end so and name no drug and no disease: actions and processes, parts of the body, schools, laboratory
/// tests, and the stems themselves. In normal form.
const OTHERS: &[&str] = &[
    "academia",
    "anastomosis",
    "antipathy",
    "apoptosis",
    "aroma",
    "azole",
    "cystatin",
    "diagnosis",
    "diploma",
    "empathy",
    "endocytosis",
    "exocytosis",
    "ferroptosis",
    "homeopathy",
    "hypnosis",
    "imidazole",
    "meiosis",
    "metamorphosis",
    "mitosis",
    "naturopathy",
    "necroptosis",
    "nostalgia",
    "osmosis",
    "osteopathy",
    "phagocytosis",
    "pinocytosis",
    "prognosis",
    "pyroptosis",
    "somatostatin",
    "stroma",
    "symbiosis",
    "sympathy",
    "telepathy",
    "thiazole",
    "transcytosis",
    "triazole",
];

/// So many letters stand before an ending, at least: "coma" is no tumour of the "c".
const BEFORE: usize = 3;

/// The words of a text that look like a drug or a disease and are in no name that the lexicon knows there, in order.
/// For whoever checks what others wrote: it says nothing of what the words mean.
pub fn unfamiliar(text: &str) -> Vec<Unfamiliar> {
    let tokens = text::tokens(text);
    let known = mentions_in(text, &tokens);
    let covers = |span: [usize; 2]| move |m: &Mention| m.span[0] <= span[0] && span[1] <= m.span[1];
    tokens
        .iter()
        .filter_map(|token| Some((looks_like(&token.norm)?, [token.start, token.end])))
        .filter(|(_, span)| !known.iter().any(covers(*span)))
        .map(|(kind, span)| Unfamiliar { kind, span, near: near(&text[span[0]..span[1]], kind) })
        .collect()
}

/// What a word in normal form looks like.
fn looks_like(word: &str) -> Option<ConceptKind> {
    if !word.bytes().all(|b| b.is_ascii_lowercase()) || OTHERS.contains(&word) {
        return None;
    }
    let ends = |list: &[&str]| list.iter().any(|end| word.strip_suffix(end).is_some_and(|rest| rest.len() >= BEFORE));
    if ends(STEMS) { Some(ConceptKind::Drug) } else { ends(HEADS).then_some(ConceptKind::Disease) }
}

/// The nearest name of that kind.
fn near(word: &str, kind: ConceptKind) -> Option<String> {
    let near = spelling::nearest(word, 2).into_iter().find(|n| n.concept.is_some_and(|c| c.kind == kind));
    near.map(|n| n.word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(&str, ConceptKind)> {
        unfamiliar(text).into_iter().map(|u| (&text[u.span[0]..u.span[1]], u.kind)).collect()
    }

    #[test]
    fn words_formed_like_drugs_and_diseases_are_noticed_where_the_lexicon_has_no_name() {
        use ConceptKind::{Disease, Drug};
        for (text, expected) in [
            ("Give zorbitinib for flurbitis.", &[("zorbitinib", Drug), ("flurbitis", Disease)][..]),
            ("Qualimabs and Norvaplatin are new.", &[("Qualimabs", Drug), ("Norvaplatin", Drug)]),
            ("Größe: zorbinaemia, splenobroncopathies.", &[("zorbinaemia", Disease), ("splenobroncopathies", Disease)]),
            ("Bevacizumab, not bevacizumap; lymphoma, not lymfoma.", &[("lymfoma", Disease)]),
            ("Omeprazole and atorvastatin for community-acquired pneumonia with anaemia.", &[]),
            ("The diagnosis and prognosis of a stroma near the anastomosis, in coma.", &[]),
            ("April is no ACE inhibitor, mongrels accept a concept, and academia has empathy.", &[]),
            ("FOLFOXIRI, x17mab", &[]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn a_near_name_is_offered() {
        let near = |text: &str| unfamiliar(text).into_iter().find_map(|u| u.near);
        assert_eq!(near("Give oxalliplatin."), Some("oxaliplatin".to_owned()));
        assert_eq!(near("It is a lympoma."), Some("lymphoma".to_owned()));
        assert_eq!(near("Give zorbitinib."), None);
    }

    #[test]
    fn hardly_any_common_english_word_is_taken_for_one() {
        let words = include_str!("../../../../lexicon/english-words.txt");
        let taken: Vec<&str> = words.lines().filter(|l| !l.starts_with('#')).flat_map(found).map(|(w, _)| w).collect();
        assert_eq!(taken, ["neuroses", "neurosis", "primroses", "rhinoceroses"]);
    }

    proptest! {
        #[test]
        fn spans_are_words_of_the_text(text in "([a-zé]{0,6}(mab|osis|nib|emia)?[ -.,]{1,2}){0,8}") {
            for u in unfamiliar(&text) {
                prop_assert!(text[u.span[0]..u.span[1]].chars().all(char::is_alphanumeric));
            }
        }
    }
}
