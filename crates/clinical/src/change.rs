//! What a fact told later does to one told before, when somebody goes on asking about the same patient.
//!
//! Owns the question which facts cannot both stay. It reads no text and changes nothing: whoever follows up decides what to
//! take out. What is only planned or suspected, and what is told of relatives, changes no history.

use crate::case::{Assertion, Attribute, Fact, Value};
use crate::{conflict, lexicon, setting};

/// What became of a fact that was told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Another one stands in its place: KRAS mutant for KRAS wild-type.
    Replaced,
    /// It is denied now: "she never had FOLFOX".
    Withdrawn,
}

/// What `later` does to `earlier`; nothing where both can stay, or where they say the same.
pub fn change(later: &Fact, earlier: &Fact) -> Option<Change> {
    use Attribute::{Diagnosis, Lab, Lifestyle, Metastasis, OrganFunction, Stage, Tnm, Vital};
    let family = |f: &Fact| f.assertion == Assertion::Family;
    let idle = matches!(later.assertion, Assertion::Planned | Assertion::Family);
    if idle || family(earlier) || earlier.assertion == Assertion::Planned || same(later, earlier) {
        return None;
    }
    if is_therapy(later) && is_therapy(earlier) {
        return of_therapy(later, earlier);
    }
    let (attribute, before) = (later.attribute, earlier.attribute);
    if later.assertion == Assertion::Absent {
        let denied = earlier.assertion != Assertion::Absent
            && (attribute == before || is_ill(later) && is_ill(earlier))
            && (covers(later, earlier) || attribute == Metastasis && later.value.text() == Some("distant"));
        return denied.then_some(Change::Withdrawn);
    }
    let replaced = match attribute {
        _ if attribute == before && is_single(attribute) => true,
        // A stage told later is not the one that the TNM told before.
        Stage | Tnm if matches!(before, Stage | Tnm) => true,
        Lab | Vital | OrganFunction | Lifestyle => attribute == before && later.value == earlier.value,
        _ if is_ill(later) && before == Diagnosis && earlier.assertion != Assertion::Absent => siblings(later, earlier),
        _ if is_ill(later) && is_ill(earlier) => {
            let care = |f: &Fact| f.value.text().and_then(lexicon::concept).is_some_and(setting::is_setting);
            earlier.assertion == Assertion::Absent && covers(earlier, later) || care(later) && care(earlier)
        }
        // Neither is right by being told later: both stay, and the reader is told.
        Attribute::Allergy | Attribute::Sex | Attribute::Pregnancy => false,
        _ if is_therapy(later) || is_therapy(earlier) => false,
        _ => conflict::between(later, earlier).is_some(),
    };
    replaced.then_some(Change::Replaced)
}

/// Whether two facts say the same, but for what contradicts them elsewhere.
fn same(a: &Fact, b: &Fact) -> bool {
    let plain = |f: &Fact| crate::case::Detail { conflict: None, ..f.detail.clone() };
    a.value == b.value && a.assertion == b.assertion && plain(a) == plain(b)
}

/// Attributes of which a patient has one at a time.
fn is_single(attribute: Attribute) -> bool {
    use Attribute::{Age, Ecog, Grade, Histology, Pregnancy, Sex, Stage, Tnm, Weight};
    matches!(attribute, Age | Ecog | Grade | Histology | Pregnancy | Sex | Stage | Tnm | Weight)
}

fn is_therapy(fact: &Fact) -> bool {
    matches!(fact.attribute, Attribute::Treatment | Attribute::Medication)
}

/// Which of these an illness is read as depends on what else a text names.
fn is_ill(fact: &Fact) -> bool {
    use Attribute::{Comorbidity, Diagnosis, Finding, Symptom, Toxicity};
    matches!(fact.attribute, Comorbidity | Diagnosis | Finding | Symptom | Toxicity)
}

/// Whether the first is the second, or the broader of the two.
fn covers(broad: &Fact, narrow: &Fact) -> bool {
    match (&broad.value, &narrow.value) {
        (Value::Text(b), Value::Text(n)) => lexicon::is_a(n, b),
        (b, n) => b == n,
    }
}

/// Two kinds of one disease, of which a patient is told to have the one instead of the other.
fn siblings(later: &Fact, earlier: &Fact) -> bool {
    match (later.value.text(), earlier.value.text()) {
        (Some(l), Some(e)) => l != e && lexicon::related(l, e),
        _ => false,
    }
}

fn of_therapy(later: &Fact, earlier: &Fact) -> Option<Change> {
    use Assertion::{Absent, Past, Present};
    let (Some(l), Some(e)) = (later.value.text(), earlier.value.text()) else { return None };
    match (later.assertion, earlier.assertion) {
        (Absent, Absent) => None,
        // A regimen without one of its drugs is another regimen.
        (Absent, _) => {
            let part = || lexicon::concept(e).is_some_and(|c| c.parts().any(|p| p.name == l));
            (covers(later, earlier) || part()).then_some(Change::Withdrawn)
        }
        (_, Absent) => covers(earlier, later).then_some(Change::Replaced),
        (Past, Present) => (l == e).then_some(Change::Replaced),
        (Present, Past) if later.attribute == Attribute::Medication => (l == e).then_some(Change::Replaced),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_case;

    /// What the last fact of the later text does to each of the earlier ones.
    fn changes(earlier: &str, later: &str) -> Vec<(String, Change)> {
        let (before, after) = (read_case(earlier), read_case(later));
        let mut out = Vec::new();
        for old in &before.facts {
            if let Some(change) = after.facts.iter().find_map(|new| change(new, old)) {
                out.push((old.describe(), change));
            }
        }
        out
    }

    #[test]
    fn what_cannot_stay_beside_a_later_fact_goes() {
        use Change::{Replaced, Withdrawn};
        for (earlier, later, expected) in [
            ("colon cancer, KRAS wild-type, BRAF V600E", "KRAS is mutant.", ("KRAS wild-type", Replaced)),
            ("colon cancer, RAS wild-type", "NRAS mutant.", ("RAS wild-type", Replaced)),
            ("colon cancer, MSS", "MSI-high.", ("MSS", Replaced)),
            ("67F with colon cancer", "age 82", ("67 years", Replaced)),
            ("stage III colon cancer", "stage II", ("III", Replaced)),
            ("colon cancer, ECOG 1", "ECOG 3", ("1", Replaced)),
            ("eGFR 60, hypertension", "eGFR 25", ("eGFR 60", Replaced)),
            ("diabetes, takes metformin", "He stopped metformin.", ("metformin", Replaced)),
            ("colon cancer with liver metastases", "no metastases", ("liver", Withdrawn)),
            ("colon cancer with diarrhea", "no diarrhea", ("diarrhea", Withdrawn)),
            ("metastatic colon cancer", "It is rectal cancer.", ("colon cancer", Replaced)),
        ] {
            let found = changes(earlier, later);
            assert!(found.iter().any(|(f, c)| f == expected.0 && *c == expected.1), "{earlier} / {later}: {found:?}");
            assert_eq!(found.len(), 1, "{earlier} / {later}: {found:?}");
        }
        let folfox = changes("colon cancer, post 4 cycles of FOLFOX", "She never had FOLFOX.");
        assert_eq!(folfox.iter().map(|f| f.1).collect::<Vec<_>>(), [Withdrawn], "{folfox:?}");
    }

    #[test]
    fn what_can_stay_stays() {
        for (earlier, later) in [
            ("colon cancer, KRAS wild-type", "BRAF V600E"),
            ("colon cancer, post FOLFOX", "progressed on FOLFIRI"),
            ("colon cancer, post FOLFOX", "What dose of FOLFOX?"),
            ("penicillin allergy", "amoxicillin was given"),
            ("67M with colon cancer", "pregnant"),
            ("rectal cancer, post surgery", "Is surgery an option?"),
            ("hypomagnesemia", "His father had hypomagnesemia."),
            ("rectal cancer with bone metastases", "liver metastases"),
        ] {
            assert_eq!(changes(earlier, later), vec![], "{earlier} / {later}");
        }
    }
}
