//! Questions that this library can also answer: other sides of the digests on the topic, then other digests.
//! Only what a digest holds statements for is offered.

use crate::plan::Plan;
use crate::select::section_of;
use clinical::Intent;
use evidence::Source;
use std::collections::BTreeSet;

const AT_MOST: usize = 6;

/// (sections, intent, question): asked of a topic when the digest has a statement in one of the sections.
const SIDES: &[(&[&str], Intent, &str)] = &[
    (&["causes"], Intent::Diagnosis, "What causes {}?"),
    (&["diagnosis", "testing"], Intent::Workup, "How is {} evaluated?"),
    (&["strategy", "by-biomarker"], Intent::Treatment, "How is {} treated?"),
    (&["monitoring"], Intent::Monitoring, "How is {} monitored?"),
    (&["outcomes"], Intent::Prognosis, "What is the prognosis of {}?"),
    (&["definition"], Intent::Definition, "What is {}?"),
];

/// Related questions, none of them the one asked.
pub(crate) fn related(plan: &Plan<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let cited: BTreeSet<&str> = plan.chosen.iter().map(|c| c.found.source.id.as_str()).collect();
    let digests = || plan.shelf.found.iter().map(|f| &f.source).filter(|s| s.digest.is_some());
    for source in digests().filter(|s| cited.contains(s.id.as_str())) {
        let metastatic = source.topics.iter().any(|t| t == "metastatic disease");
        for topic in diseases(source) {
            let subject = if metastatic { format!("metastatic {topic}") } else { topic.to_owned() };
            for (sections, intent, form) in SIDES {
                let asked = plan.asked.case.intents.contains(intent) && names(plan, topic);
                if !asked && holds(source, sections, topic) {
                    out.push(form.replace("{}", &subject));
                }
            }
        }
    }
    out.truncate(AT_MOST);
    out
}

/// The diseases a digest is about by their own names ("magnesium disorders" is a heading, not a disease one asks
/// about), without those that are a kind of another of them.
fn diseases(source: &Source) -> Vec<&str> {
    let disease = |t: &&String| {
        clinical::concept(t).is_some_and(|c| c.kind == clinical::ConceptKind::Disease && c.name == t.as_str())
    };
    let all: Vec<&str> = source.topics.iter().filter(disease).map(String::as_str).collect();
    all.iter().copied().filter(|t| !all.iter().any(|o| o != t && clinical::is_a(t, o))).collect()
}

fn names(plan: &Plan<'_>, topic: &str) -> bool {
    plan.asked.case.facts.iter().filter_map(|f| f.value.text()).any(|v| clinical::is_a(v, topic))
}

/// Whether the digest has a statement of these sections that is for this topic.
fn holds(source: &Source, sections: &[&str], topic: &str) -> bool {
    let case = clinical::read_case(topic);
    source.passages.iter().flat_map(|p| &p.statements).filter_map(|s| s.marks.as_deref()).any(|m| {
        sections.contains(&section_of(m))
            && m.when.as_ref().is_none_or(|w| w.evaluate(&case) != clinical::Truth::NotMet)
    })
}
