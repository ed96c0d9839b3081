//! Names that no reader of questions would know: a topic that no question is found to be about, a value that no case can
//! have, a drug or disease spelt as nobody spells it. The lexicon may lack a name that is right, so none is an error.

use super::front::Front;
use super::marks::Judged;
use super::page::Faults;
use super::words::Plain;
use clinical::{Concept, ConceptKind, Condition, Mention};

/// The sides of a disease that a topic can name beside it. `answering` decides by them whether a question is about
/// the side that a digest is about; docs/digests.md tells writers of them.
const SIDES: [&str; 6] = [
    "metastatic disease",
    "adjuvant treatment",
    "neoadjuvant treatment",
    "treatment with curative intent",
    "surveillance",
    "children",
];

/// Topics that no question is found to be about.
pub(super) fn topics(front: &Front, faults: &mut Faults<'_>) {
    for (topic, at) in &front.topics {
        if let Some(advice) = unknown_topic(&topic.to_lowercase()) {
            faults.doubt(*at, "unfamiliar-topic", advice);
        }
    }
}

/// Names in the conditions and the sentence of a statement.
pub(super) fn names(statement: &Judged, faults: &mut Faults<'_>) {
    if let Some(marks) = &statement.marks {
        for (condition, written) in [&marks.when, &marks.unless].into_iter().zip(&statement.conditions) {
            for value in condition.iter().flat_map(Condition::unfamiliar) {
                let advice = format!("{value:?} is not in the lexicon: is it spelt as readers write it?");
                faults.doubt(place(written, value), "unfamiliar-value", advice);
            }
        }
    }
    let text = &statement.sentence.text;
    for word in clinical::unfamiliar(text) {
        let [start, end] = word.span;
        let Some(written) = text.get(start..end) else { continue };
        let (code, what) = match word.kind {
            ConceptKind::Drug => ("unfamiliar-drug", "a drug"),
            _ => ("unfamiliar-disease", "a disease"),
        };
        let help = match word.near {
            Some(near) => format!("did you mean {near}?"),
            None => "is it spelt as readers write it?".to_owned(),
        };
        let at = statement.sentence.place(characters(text, start));
        faults.doubt(at, code, format!("{written:?} looks like {what} and is not in the lexicon: {help}"));
    }
}

/// Why no question is found to be about this topic; it is in lower case.
fn unknown_topic(topic: &str) -> Option<String> {
    let is_site = |m: &Mention| m.concept.kind == ConceptKind::Site;
    let known = SIDES.contains(&topic)
        || is_had(topic)
        || clinical::concept(topic).is_some_and(|c| c.kind == ConceptKind::DrugClass)
        || (topic.ends_with(" metastases") && clinical::mentions(topic).iter().any(is_site))
        || topic.split_once(" in ").is_some_and(|(one, other)| is_had(one) && (is_had(other) || is_given(other)))
        || topic.split_once(" after ").is_some_and(|(harm, treatment)| is_had(harm) && is_given(treatment));
    if known {
        return None;
    }
    Some(match clinical::concept(topic) {
        Some(Concept { kind, .. }) => {
            format!("no question is about {topic:?}, a {}: name a disease, symptom or finding", kind.word())
        }
        None => format!(
            "no question is found to be about {topic:?}: name a disease as the lexicon does, \"bone metastases\", \
             \"hypertension in pregnancy\", \"neuropathy after chemotherapy\", or a side beside a disease ({})",
            SIDES.join(", ")
        ),
    })
}

/// Whether it is something a patient has. Pregnancy is no disease, so that the lexicon has no concept of it.
fn is_had(topic: &str) -> bool {
    use ConceptKind::{Disease, Finding, Symptom, Toxicity};
    topic == "pregnancy"
        || clinical::concept(topic).is_some_and(|c| matches!(c.kind, Disease | Finding | Symptom | Toxicity))
}

/// Whether it is something a patient is given.
fn is_given(treatment: &str) -> bool {
    use ConceptKind::{Drug, DrugClass, Procedure, Regimen};
    clinical::concept(treatment).is_some_and(|c| matches!(c.kind, Drug | DrugClass | Procedure | Regimen))
}

/// Where a value stands in its condition; where the condition starts, if it is written with escapes.
fn place(written: &Plain, value: &str) -> usize {
    written.place(written.text.find(value).map_or(0, |byte| characters(&written.text, byte)))
}

/// How many characters stand before a byte.
pub(super) fn characters(text: &str, byte: usize) -> usize {
    text.get(..byte).map_or(0, |before| before.chars().count())
}

#[cfg(test)]
mod tests {
    use super::unknown_topic;

    #[test]
    fn a_topic_is_what_a_patient_has_or_a_side_of_it() {
        for topic in [
            "colorectal cancer",
            "crc",
            "hypomagnesemia",
            "chemotherapy-induced peripheral neuropathy",
            "fatigue",
            "bone metastases",
            "hypertension in pregnancy",
            "hypertension in chronic kidney disease",
            "metastatic disease",
            "neoadjuvant treatment",
            "surveillance",
            "children",
            "pregnancy",
            "numbness after chemotherapy",
        ] {
            assert_eq!(unknown_topic(topic), None, "{topic}");
        }
        for (topic, advice) in [
            ("replace me", "no question is found to be about \"replace me\""),
            ("flurbitis", "name a disease as the lexicon does"),
            ("numbness after flurbiplatin", "neuropathy after chemotherapy"),
            ("bine metastases", "\"bone metastases\""),
            ("hypertension in general", "\"hypertension in pregnancy\""),
            ("adjuvant", "adjuvant treatment"),
            ("magnesium", "a lab: name a disease"),
            ("oxaliplatin", "a drug: name a disease"),
        ] {
            assert!(unknown_topic(topic).unwrap_or_default().contains(advice), "{topic}");
        }
    }
}
