//! Whether a digest is about what a question is about, by its topics and the facts of the case.

use crate::plan::Asked;
use clinical::{Assertion, Attribute, Fact, Value};
use evidence::Source;

/// How a digest stands to what a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Topic {
    /// It is about something else.
    Off,
    /// The question names nothing that it is about, and is taken to be about it.
    Assumed,
    /// About something that the patient has beside what is asked about.
    Beside,
    /// About what came of the disease asked about or of its treatment: metastases, harm.
    Consequence,
    /// About what is asked about.
    Main,
}

/// How a digest stands to a case.
pub(crate) fn topic(asked: &Asked, source: &Source) -> Topic {
    source.topics.iter().map(|t| named(asked, t)).max().unwrap_or(Topic::Off)
}

/// The nearest that any digest stands to a case. What the patient has beside a disease that no digest is about is no answer
/// to a question about that disease.
pub(crate) fn nearest(asked: &Asked, topics: &[Topic]) -> Topic {
    let nearest = topics.iter().copied().max().unwrap_or(Topic::Off);
    let about = asked.case.of(Attribute::Diagnosis).any(is_so);
    if nearest == Topic::Beside && about { Topic::Main } else { nearest }
}

/// Whether a digest is about a kind of the disease asked about: one on colon cancer, where bowel cancer is asked about.
pub(crate) fn is_narrower(asked: &Asked, source: &Source) -> bool {
    let diseases = || asked.case.of(Attribute::Diagnosis).filter(|f| is_so(f)).filter_map(|f| f.value.text());
    source.topics.iter().any(|topic| diseases().any(|disease| clinical::is_a(topic, disease)))
}

/// How a digest stands to one fact of a case.
pub(crate) fn topic_of(asked: &Asked, fact: &Fact, source: &Source) -> Topic {
    let parts = source.topics.iter().flat_map(|t| t.split(" in ").flat_map(|p| p.split(AFTER)));
    parts.map(|t| by_one(asked, fact, t)).max().unwrap_or(Topic::Off)
}

/// Between what is a topic and the treatment that it came of: "numbness after chemotherapy".
const AFTER: &str = " after ";

fn named(asked: &Asked, topic: &str) -> Topic {
    if let Some((harm, treatment)) = topic.split_once(AFTER) {
        let of = |f: &Fact| f.value.text().is_some_and(|t| clinical::is_a(t, treatment));
        let treated = asked.case.of(Attribute::Treatment).chain(asked.case.of(Attribute::Medication));
        let treated = treated.filter(|f| is_so(f)).any(of);
        let harmed = asked.case.facts.iter().filter(|f| is_so(f) && is_named(asked, f, harm));
        let harmed = harmed.map(|f| f.attribute == Attribute::Toxicity || treated);
        return if harmed.max() == Some(true) { Topic::Consequence } else { Topic::Off };
    }
    // "Hypertension in pregnancy": the one thing in who has the other too.
    if let Some((disease, state)) = topic.split_once(" in ") {
        let both = named_by_fact(asked, disease).max(named_by_fact(asked, topic)) > Topic::Off
            && (named_by_fact(asked, state) > Topic::Off || named_by_fact(asked, topic) > Topic::Off);
        return if both { Topic::Main } else { Topic::Off };
    }
    // A treatment is a topic whatever the cancer, but not where it is given for another disease that is named.
    let given = |f: &&Fact| matches!(f.attribute, Attribute::Treatment | Attribute::Medication);
    let another = of_another_disease(asked);
    let facts = asked.case.facts.iter().filter(|f| !(another && given(f)));
    facts.map(|f| by_one(asked, f, topic)).max().unwrap_or(Topic::Off)
}

fn named_by_fact(asked: &Asked, topic: &str) -> Topic {
    asked.case.facts.iter().map(|f| by_one(asked, f, topic)).max().unwrap_or(Topic::Off)
}

fn by_one(asked: &Asked, fact: &Fact, topic: &str) -> Topic {
    if !is_so(fact) || !is_named(asked, fact, topic) {
        return Topic::Off;
    }
    match fact.attribute {
        Attribute::Diagnosis => Topic::Main,
        // A low magnesium is hypomagnesemia; beside a diagnosis it is one thing more.
        Attribute::Lab if asked.case.of(Attribute::Diagnosis).next().is_none() => Topic::Main,
        Attribute::Lab => Topic::Beside,
        Attribute::Vital => Topic::Beside,
        // What is asked about may be a treatment: "antiemetics for cisplatin".
        Attribute::Treatment | Attribute::Medication => Topic::Main,
        Attribute::Metastasis | Attribute::Toxicity => Topic::Consequence,
        Attribute::Comorbidity if is_coordinate(asked, fact) => Topic::Main,
        // Where no disease is told, what is found is what is asked about.
        Attribute::Finding if asked.case.of(Attribute::Diagnosis).next().is_none() => Topic::Main,
        Attribute::Comorbidity | Attribute::Symptom | Attribute::Finding | Attribute::Pregnancy => Topic::Beside,
        _ => Topic::Off,
    }
}

/// Whether a disease is told that is no cancer.
fn of_another_disease(asked: &Asked) -> bool {
    let diagnoses = || asked.case.of(Attribute::Diagnosis).filter(|f| is_so(f)).filter_map(|f| f.value.text());
    diagnoses().any(|d| !clinical::is_a(d, "cancer"))
}

/// "Low calcium and low magnesium": two diseases asked about alike, of which the reader had to take one for the diagnosis.
fn is_coordinate(asked: &Asked, fact: &Fact) -> bool {
    asked.case.of(Attribute::Diagnosis).any(|main| {
        let [first, second] = if main.span < fact.span { [main, fact] } else { [fact, main] };
        let between = asked.question.get(first.span[1]..second.span[0]).unwrap_or("?");
        matches!(between.trim(), "," | "and" | "plus" | "/" | "or" | "&")
    })
}

fn is_so(fact: &Fact) -> bool {
    !matches!(fact.assertion, Assertion::Absent | Assertion::Family)
}

/// Whether a topic is the thing of a fact, or broader: "bone metastases" is the topic of a metastasis to bone.
fn is_named(asked: &Asked, fact: &Fact, topic: &str) -> bool {
    let Value::Text(value) = &fact.value else { return false };
    match fact.attribute {
        Attribute::Metastasis => {
            topic.ends_with("metastases") && clinical::mentions(topic).iter().any(|m| m.concept.name == value)
        }
        Attribute::Pregnancy => value == "pregnant" && topic == "pregnancy",
        // "BP 165/112 at 30 weeks": nobody says hypertension, everybody asks about it.
        Attribute::Vital => fact.is_raised_pressure() && clinical::is_a("hypertension", topic),
        Attribute::Lab => fact.disease_by_definition().is_some_and(|disease| clinical::is_a(disease, topic)),
        _ => {
            clinical::is_a(value, topic)
                || asked.case.with_histology(fact).is_some_and(|c| clinical::is_a(c.name, topic))
        }
    }
}
