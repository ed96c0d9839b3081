//! How a concept's name is written where people read it. The lexicon's names are in small letters, as they are looked up; this
//! gives short forms and eponyms their capitals back. It must not be used for looking anything up.

/// Short forms that are written in capitals wherever they stand in a name; in byte order.
#[rustfmt::skip]
const CAPITALS: &[&str] = &[
    "ace", "acth", "afp", "anca", "arni", "bnp", "braf", "brca1", "brca2", "cea", "cgrp", "cmv", "cns", "copd", "covid", "csf", "dhea",
    "dmard", "dna", "dpp", "ebv", "egfr", "fsh", "g12c", "g6pd", "glp", "h2", "hbv", "hcg", "hcv", "hdl", "hellp", "her2", "hiv", "hpv",
    "iga", "igf", "il", "jak", "kras", "ldl", "lgi1", "maoi", "mpo", "mrsa", "mssa", "nmda", "nras", "nsaid", "p2y12", "parp", "pcsk9",
    "psa", "sglt2", "siadh", "snri", "ssri", "tnf", "tpo", "tsh", "vegf",
];

/// Names of people and places that are nothing else; in byte order.
#[rustfmt::skip]
const EPONYMS: &[&str] = &[
    "addison", "alzheimer", "barre", "barrett", "behcet", "budd", "chiari", "crohn", "cushing", "danlos", "eaton", "ehlers", "ewing",
    "fabry", "guillain", "hashimoto", "hirschsprung", "hodgkin", "huntington", "kaposi", "kawasaki", "lambert", "lewy", "lyme", "marfan",
    "meniere", "merkel", "paget", "parkinson", "raynaud", "reye", "sjogren", "tourette", "wilms", "wilson", "wolff", "zika",
];

/// A name as it is written: "anti-EGFR antibody", "ACE inhibitor", "Crohn disease". Its other words stay as they are.
pub fn spelled(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while !rest.is_empty() {
        let word = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(word);
        if CAPITALS.binary_search(&word).is_ok() {
            out.push_str(&word.to_ascii_uppercase());
        } else if EPONYMS.binary_search(&word).is_ok() {
            out.push_str(&word[..1].to_ascii_uppercase());
            out.push_str(&word[1..]);
        } else {
            out.push_str(word);
        }
        let next = after.find(|c: char| c.is_ascii_alphanumeric()).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_and_eponyms_get_their_capitals_and_nothing_else_does() {
        assert!(CAPITALS.is_sorted() && EPONYMS.is_sorted());
        for (name, written) in [
            ("anti-egfr antibody", "anti-EGFR antibody"),
            ("ace inhibitor", "ACE inhibitor"),
            ("glp-1 receptor agonist", "GLP-1 receptor agonist"),
            ("crohn disease", "Crohn disease"),
            ("guillain-barre syndrome", "Guillain-Barre syndrome"),
            ("placebo", "placebo"),
            ("pneumonia", "pneumonia"),
            ("FOLFOX", "FOLFOX"),
            ("Größe, il-17", "Größe, IL-17"),
            ("", ""),
        ] {
            assert_eq!(spelled(name), written);
        }
    }
}
