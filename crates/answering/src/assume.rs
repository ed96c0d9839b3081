//! What a question is taken to be about when the reader found no disease in it that the library has a topic on: "pT3N1a
//! sigmoid, is 3 months of XELOX enough?". The article says that it was assumed. It must not overrule a disease that is named.

use crate::effect;
use crate::plan::{Asked, Found, Shelf};
use clinical::{Assertion, Attribute, Concept, ConceptKind, Fact, Intent};
use evidence::Source;
use retrieval::Analyzer;

/// Least likeness of the most alike statement, where the digest speaks of what is named. Set on 164 + 60 questions that were
/// looked at, as are the next ones (run 2026-11-27-starter).
const ALIKE: f64 = 0.40;
/// The same where nothing is named.
const ALIKE_ALONE: f64 = 0.45;
/// Share of what is named, by weight, that the digest must speak of.
const SPOKEN_OF: f64 = 0.6;
/// What shared words weigh beside likeness when the nearest digest is looked for.
const WORDS: f64 = 0.5;

/// Whether a question may be about somebody who has a disease that it does not name. Who asks how to prevent one, or has
/// relatives with it, is no patient of a digest on that disease.
pub(crate) fn leaves_open(asked: &Asked) -> bool {
    let prevents = asked.case.intents.contains(&Intent::Prevention);
    let in_family = asked.case.facts.iter().any(|f| f.assertion == Assertion::Family);
    !prevents && !in_family
}

/// The one digest, by its place, that a question is about although it does not say so.
pub(crate) fn assumed(
    asked: &Asked,
    shelf: &Shelf,
    digests: &[&Found],
    likeness: impl Fn(&Source) -> f64,
    analyzer: &mut Analyzer,
) -> Option<usize> {
    // A disease that no digest is about needs no look at any of them.
    let of_question = of_question(asked);
    let unheld = |c: &Concept| c.kind == ConceptKind::Disease && !digests.iter().any(|d| is_broader(c, &d.source));
    if of_question.iter().any(|c| unheld(c)) {
        return None;
    }
    let words = effect::words(asked, shelf, analyzer);
    let all: f64 = words.iter().map(|w| w.1).sum();
    let nearness = |found: &Found, analyzer: &mut Analyzer| {
        let used = crate::relevance::used_words(&found.source, analyzer);
        let held: f64 = words.iter().filter(|w| used.contains(&w.0)).map(|w| w.1).sum();
        let alike = likeness(&found.source);
        (alike + WORDS * held / all.max(f64::MIN_POSITIVE), alike)
    };
    let mut nearest: Option<(usize, f64, f64)> = None;
    for (at, found) in digests.iter().enumerate() {
        let (near, alike) = nearness(found, analyzer);
        if nearest.is_none_or(|(_, most, _)| near > most) {
            nearest = Some((at, near, alike));
        }
    }
    let (at, _, alike) = nearest?;
    let source = &digests[at].source;
    let theirs = concepts(source);
    // What is done or measured, and what is felt or found, each apart.
    let (mut done, mut felt) = ((0.0, 0.0), (0.0, 0.0));
    for concept in of_question {
        let speaks = theirs.iter().any(|t| t.is_a(concept) || is_class_of(t, concept));
        let disease = concept.kind == ConceptKind::Disease && !(speaks && is_broader(concept, source));
        let unheard = !speaks && asked.case.facts.iter().any(|f| is_planned(f, concept));
        if disease || unheard {
            return None;
        }
        let mut weight: f64 = 1.0;
        analyzer.each(concept.name, |t| weight = weight.max(shelf.bm25.weight(t.stem)));
        let share =
            if matches!(concept.kind, ConceptKind::Symptom | ConceptKind::Finding) { &mut felt } else { &mut done };
        share.0 += if speaks { weight } else { 0.0 };
        share.1 += weight;
    }
    let least = if done.0 + felt.0 > 0.0 { ALIKE } else { ALIKE_ALONE };
    (alike >= least && [done, felt].iter().all(|(spoken, named)| *spoken >= SPOKEN_OF * named)).then_some(at)
}

/// Whether one is a class of drugs and the other a drug of it.
fn is_class_of(class: &Concept, drug: &Concept) -> bool {
    class.kind == ConceptKind::DrugClass
        && matches!(drug.kind, ConceptKind::Drug | ConceptKind::Regimen)
        && drug.is_a(class)
}

/// Whether a concept is what the question asks whether to do.
fn is_planned(fact: &Fact, concept: &Concept) -> bool {
    fact.assertion == Assertion::Planned && fact.value.text() == Some(concept.name)
}

/// Whether a topic of the digest is one of this disease: pneumonia is an infection.
fn is_broader(disease: &Concept, source: &Source) -> bool {
    source.topics.iter().any(|t| clinical::is_a(t, disease.name))
}

/// What a question names of this very patient. Parts of the body stand in any digest.
fn of_question(asked: &Asked) -> Vec<&'static Concept> {
    let denied: Vec<[usize; 2]> = asked
        .case
        .facts
        .iter()
        .filter(|f| matches!(f.assertion, Assertion::Absent | Assertion::Family) || f.attribute == Attribute::Sex)
        .map(|f| f.span)
        .collect();
    let mut found: Vec<&Concept> = Vec::new();
    for mention in clinical::mentions(&asked.question) {
        let [start, end] = mention.span;
        let counts = !matches!(mention.concept.kind, ConceptKind::Site | ConceptKind::Lifestyle)
            && !denied.iter().any(|d| d[0] < end && start < d[1]);
        if counts && !found.iter().any(|c| c.name == mention.concept.name) {
            found.push(mention.concept);
        }
    }
    found
}

fn concepts(source: &Source) -> Vec<&'static Concept> {
    let headings = source.passages.iter().flat_map(|p| &p.heading).map(String::as_str);
    let statements = source.passages.iter().flat_map(|p| &p.statements).map(|s| source.slice(s.span));
    headings.chain(statements).flat_map(clinical::mentions).map(|m| m.concept).collect()
}
