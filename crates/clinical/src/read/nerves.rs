//! Tingling or numbness in who is on a drug that harms nerves: read as neuropathy from that drug, beside the symptom itself, so
//! that what is said of neuropathy applies. The reader sees both in the case. Must not grade it: a grade is only what is said.
//! What cold brings on is the acute kind that passes, and is left a symptom; so is what is felt after the drug was ended.

use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::lexicon;

/// Drugs of which peripheral neuropathy is a known, common harm (Loprinzi et al., ASCO guideline on chemotherapy-induced
/// peripheral neuropathy, J Clin Oncol 2020).
const HARM_NERVES: &[&str] = &[
    "oxaliplatin",
    "cisplatin",
    "taxane",
    "vincristine",
    "vinblastine",
    "vinorelbine",
    "eribulin",
    "ixabepilone",
    "bortezomib",
    "thalidomide",
    "brentuximab vedotin",
];
const FELT: &[&str] = &["paresthesia", "numbness"];
const COLD: &[&str] = &["cold", "fridge", "freezer", "icy"];
const NEUROPATHY: &str = "neuropathy";

/// The neuropathy that the facts of a case speak of without naming it.
pub(super) fn read(question: &str, facts: &[Fact]) -> Option<Fact> {
    let is_neuropathy = |f: &Fact| f.value.text().is_some_and(|name| lexicon::is_a(name, NEUROPATHY));
    let lower = question.to_lowercase();
    if facts.iter().any(is_neuropathy) || COLD.iter().any(|w| lower.contains(w)) {
        return None;
    }
    let felt = facts.iter().find(|f| {
        let here = f.attribute == Attribute::Symptom && f.assertion == Assertion::Present;
        here && f.value.text().is_some_and(|name| FELT.contains(&name))
    })?;
    let given = |f: &&Fact| {
        matches!(f.attribute, Attribute::Treatment | Attribute::Medication) && f.assertion == Assertion::Present
    };
    // "FOLFOX" is oxaliplatin among others.
    let drug = facts.iter().filter(given).find_map(|f| {
        let parts = f.detail.components.iter().flatten().map(String::as_str);
        parts.chain(f.value.text()).find(|name| HARM_NERVES.iter().any(|harmful| lexicon::is_a(name, harmful)))
    })?;
    Some(Fact {
        attribute: Attribute::Toxicity,
        value: Value::Text(NEUROPATHY.to_owned()),
        assertion: Assertion::Present,
        span: felt.span,
        detail: Detail { of: Some(drug.to_owned()), ..Detail::default() },
    })
}

#[cfg(test)]
mod tests {
    use crate::{Attribute, read_case};

    fn of(question: &str) -> Vec<String> {
        read_case(question).of(Attribute::Toxicity).map(crate::Fact::describe).collect()
    }

    #[test]
    fn tingling_under_a_drug_that_harms_nerves_is_neuropathy_from_it() {
        assert_eq!(
            of("Resected stage III colon cancer, on 3rd CAPOX cycle, tingling fingers that does not settle."),
            ["neuropathy, from oxaliplatin"]
        );
        assert_eq!(of("I am on docetaxel for breast cancer and my feet are numb."), ["neuropathy, from docetaxel"]);
        assert!(of("I get tingling in my hands when I touch cold things, on oxaliplatin for colon cancer.").is_empty());
        assert!(of("Her feet are numb a year after FOLFOX for colon cancer.").is_empty());
        // Nothing that harms nerves; denied; named anyhow.
        assert!(of("Tingling fingers on capecitabine for colon cancer.").is_empty());
        assert!(of("On FOLFOX for colon cancer, no tingling.").is_empty());
        assert_eq!(of("On FOLFOX for colon cancer, tingling feet, grade 2 neuropathy."), ["neuropathy, grade 2"]);
    }
}
