//! How much a statement of a digest speaks of what is asked: what the question asks for beyond its case, the facts of the case
//! themselves, and the words that every clinical question uses. It must not know for whom a statement is.

use crate::plan::{Asked, Shelf};
use crate::topic::{self, Topic};
use crate::words::is_generic;
use clinical::{Assertion, Attribute, Concept, ConceptKind, Fact, Intent};
use evidence::Source;
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// What a question asks for, as one digest can speak of it.
#[derive(Debug)]
pub(crate) struct Focus {
    /// Beyond the case and the words every clinical question uses: what a narrow question is about.
    words: Vec<(String, f64)>,
    concepts: Vec<(&'static Concept, f64)>,
    /// Diseases asked about that are not the digest's topic: a statement must speak of them.
    diseases: Vec<&'static Concept>,
    /// Off the topic, two of three concepts must be named, and a drug where one is: words alone are too easily shared.
    off_topic: bool,
    /// Facts of the case that not every statement of the digest shares.
    facts: Vec<(Attribute, &'static Concept, f64)>,
    /// Whether it asks for a dose: off the topic what is said of a class of drugs is no answer.
    dosing: bool,
    /// Whether it asks for something by a name that the digest never uses and the lexicon does not know: "PCV20".
    names_unknown: bool,
    /// Words that every clinical question uses, as far as the digest uses them.
    generic: Vec<(String, f64)>,
}

/// How much a statement speaks of what is asked: shares of the weight of each kind, nothing where none was asked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Spoken {
    /// Of what the question asks for beyond its case.
    pub asked: Option<f64>,
    /// Of the facts of the case.
    pub facts: Option<f64>,
    /// Of the words that every clinical question uses.
    generic: Option<f64>,
    /// Of the drugs, tests and diseases asked about.
    pub named: Option<f64>,
    /// Whether it speaks of a drug that is asked about.
    pub names_drug: bool,
    /// Whether a disease is asked about that it does not speak of, or drugs and it speaks of none.
    pub of_another: bool,
}

impl Spoken {
    /// One figure, 0 to 1. What is asked weighs most; the case and the common words decide between statements that speak
    /// of it equally, and choose where nothing else can; so does the section, where the question's intents want it.
    pub(crate) fn relevance(self, wanted_section: bool, likeness: Option<f64>) -> f64 {
        const ASKED: f64 = 1.0;
        const FACTS: f64 = 0.35;
        const GENERIC: f64 = 0.2;
        const SECTION: f64 = 0.2;
        const ALIKE: f64 = 0.6;
        let parts = [
            (self.asked, ASKED),
            (self.facts, FACTS),
            (self.generic, GENERIC),
            (likeness, ALIKE),
            (Some(f64::from(u8::from(wanted_section))), SECTION),
        ];
        let known = || parts.iter().filter_map(|(share, weight)| Some(((*share)?, *weight)));
        known().map(|(share, weight)| share * weight).sum::<f64>() / known().map(|(_, weight)| weight).sum::<f64>()
    }
}

/// Weight of a word that the digest never uses, against one that it does: it may be the point of the question,
/// or only a way of putting it.
const UNUSED_WORD: f64 = 0.35;
/// Least weight of a concept, in inverse document frequency: a drug or a test is never a mere word.
const CONCEPT_WEIGHT: f64 = 3.0;

impl Focus {
    /// On the topic, facts of the case are the background against which something is asked. Off it, there is no
    /// background: everything said must be spoken of.
    pub(crate) fn of(asked: &Asked, shelf: &Shelf, source: &Source, on_topic: bool, analyzer: &mut Analyzer) -> Self {
        let question = &asked.question;
        let story = on_topic && tells_of_a_patient(asked);
        let clauses = if story { asking(question) } else { vec![[0, question.len()]] };
        let inside = |spans: &[[usize; 2]], start: usize, end: usize| spans.iter().any(|s| s[0] < end && start < s[1]);
        // Where nobody is told of, a drug is asked about: "pneumococcal vaccine after pneumonia".
        let tells = tells_of_a_patient(asked) || tells_in_person(question);
        let given = |f: &Fact| matches!(f.attribute, Attribute::Treatment | Attribute::Medication);
        let asked_about = |f: &Fact| !is_context(f) || given(f) && f.assertion == Assertion::Present && !tells;
        let background: Vec<&Fact> = asked.case.facts.iter().filter(|f| on_topic && !asked_about(f)).collect();
        let planned = asked.case.facts.iter().filter(|f| f.assertion == Assertion::Planned).map(|f| f.span);
        let planned: Vec<[usize; 2]> = planned.collect();
        let mut spoken_for: Vec<[usize; 2]> = background.iter().map(|f| f.span).collect();
        let told: Vec<(&Fact, &'static Concept)> =
            background.iter().filter_map(|f| Some((*f, clinical::concept(f.value.text()?)?))).collect();
        let mut weigh = |text: &str| {
            let mut weight = CONCEPT_WEIGHT;
            analyzer.each(text, |t| weight = weight.max(shelf.bm25.weight(t.stem)));
            weight
        };
        let (mut concepts, mut diseases) = (Vec::new(), Vec::new());
        for mention in clinical::mentions(question) {
            let [start, end] = mention.span;
            // What is planned is asked about wherever it is told: "now starting rifampicin. Can she stay on it?"
            if !inside(&clauses, start, end) && !inside(&planned, start, end) || inside(&spoken_for, start, end) {
                continue;
            }
            spoken_for.push(mention.span);
            // "Should she be admitted?" is no question for the sentences that name the hospital.
            if on_topic && clinical::is_care_setting(mention.concept) {
                continue;
            }
            // A fact may be told twice: "hypomagnesemia (low magnesium)". A treatment that was given and is named where a
            // story asks is asked about again.
            let again = |f: &Fact| story && f.attribute == Attribute::Treatment && f.assertion == Assertion::Past;
            if told.iter().any(|(f, c)| *c == mention.concept && !again(f))
                || concepts.iter().any(|(c, _)| *c == mention.concept)
            {
                continue;
            }
            if mention.concept.kind == ConceptKind::Disease && !on_topic {
                diseases.push(mention.concept);
            }
            concepts.push((mention.concept, weigh(&question[start..end])));
        }
        let facts = told
            .iter()
            .filter(|(f, _)| topic::topic_of(asked, f, source) == Topic::Off)
            .map(|(f, c)| (f.attribute, *c, 1.0)) // each alike, in whatever words it is told
            .collect();
        let dosing = asked.case.intents.first() == Some(&Intent::Dosing);
        let used = used_words(source, analyzer);
        let mut names_unknown = false;
        let (mut words, mut generic, mut seen) = (Vec::new(), Vec::new(), BTreeSet::new());
        analyzer.each(question, |token| {
            let word = question[token.start..token.end].to_lowercase();
            let counts = !is_filler(&word)
                && !is_filler(token.stem)
                && word.chars().any(char::is_alphabetic)
                && word.len() > 1
                && inside(&clauses, token.start, token.end)
                && !inside(&spoken_for, token.start, token.end);
            if !counts || !seen.insert(token.stem.to_owned()) {
                return;
            }
            let weight = shelf.bm25.weight(token.stem).max(0.1);
            match used.contains(token.stem) {
                true if is_generic(token.stem) => generic.push((token.stem.to_owned(), weight)),
                false if is_generic(token.stem) => {}
                true => words.push((token.stem.to_owned(), weight)),
                false if on_topic && !story && is_a_name(&question[token.start..token.end]) => {
                    names_unknown = true;
                    words.push((token.stem.to_owned(), weight));
                }
                false if story => {} // a story is told in all kinds of words
                // Off the topic a word that the digest never uses counts in full: "zinc deficiency" is no question
                // for a digest that speaks of mismatch repair deficiency.
                false => words.push((token.stem.to_owned(), weight * if on_topic { UNUSED_WORD } else { 1.0 })),
            }
        });
        Self { words, concepts, diseases, off_topic: !on_topic, dosing, names_unknown, facts, generic }
    }

    /// Whether the question asks for nothing beyond its case: a broad one.
    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty() && self.concepts.is_empty()
    }

    /// Whether nothing is asked for but diseases, or nothing at all.
    pub(crate) fn asks_for_diseases_only(&self) -> bool {
        self.words.is_empty() && self.concepts.len() == self.diseases.len()
    }

    /// Whether a disease is asked about that the digest speaks of nowhere, so that what harms is said of another one's treatment.
    pub(crate) fn is_of_another(&self, source: &Source) -> bool {
        let theirs = |d: &Concept| concepts_of(&source.text).iter().any(|c| c.is_a(d) || d.is_a(c));
        !self.diseases.is_empty() && !self.diseases.iter().any(|d| theirs(d))
    }

    /// Whether what is asked beyond the case are words, and no drug, test or disease.
    pub(crate) fn is_words_only(&self) -> bool {
        !self.names_unknown && !self.concepts.iter().any(|(c, _)| is_asked_of(c))
    }

    /// Whether the question asks for one word beyond its case: "treatment and target?".
    pub(crate) fn is_one_word(&self) -> bool {
        self.words.len() == 1 && self.concepts.is_empty()
    }

    /// How much a statement speaks of what is asked, its headings included. `made_for` are the attributes of the case that its
    /// conditions ask for and find.
    pub(crate) fn spoken(
        &self,
        text: &str,
        heading: &[String],
        made_for: &[Attribute],
        analyzer: &mut Analyzer,
    ) -> Spoken {
        let parts = || heading.iter().map(String::as_str).chain([text]);
        let mut stems = BTreeSet::new();
        for part in parts() {
            analyzer.each(part, |t| {
                stems.insert(t.stem.to_owned());
            });
        }
        let needed = !self.concepts.is_empty() || !self.facts.is_empty();
        let in_text: Vec<&Concept> = if needed { concepts_of(text) } else { Vec::new() };
        let in_heading: Vec<&Concept> =
            if needed { heading.iter().flat_map(|h| concepts_of(h)).collect() } else { Vec::new() };
        // A statement on a class of drugs or procedures speaks of its members; one on a
        // member of anything speaks of the whole.
        let is_class = |m: &Concept| matches!(m.kind, ConceptKind::DrugClass | ConceptKind::Procedure);
        let class = |c: &Concept, m: &Concept| is_class(m) && c.is_a(m) && !(self.dosing && self.off_topic);
        // Under the heading of a class, what is said of one member is not said of another.
        let of_another = |m: &Concept| in_text.iter().any(|t| !is_class(t) && t.is_a(m));
        // "Magnesium" is read as the laboratory value; given, it is a magnesium preparation.
        let given = |c: &Concept, m: &Concept| c.name.strip_suffix(" preparation") == Some(m.name);
        let speaks_of = |c: &Concept| {
            in_text.iter().any(|m| m.is_a(c) || class(c, m) || given(c, m))
                || in_heading.iter().any(|m| m.is_a(c) || given(c, m) || class(c, m) && !of_another(m))
        };

        let held = |all: &[(String, f64)]| all.iter().filter(|(w, _)| stems.contains(w)).map(|w| w.1).sum::<f64>();
        let total = |all: &[(String, f64)]| all.iter().map(|w| w.1).sum::<f64>();
        let share = |held: f64, total: f64| (total > 0.0).then(|| held.max(0.0) / total);

        let named = self.concepts.iter().filter(|(c, _)| speaks_of(c));
        let is_drug = |c: &Concept| matches!(c.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen);
        let too_few = self.off_topic && 3 * named.clone().count() < 2 * self.concepts.len();
        let named_weight = named.clone().map(|c| c.1).sum::<f64>();
        let asked_of = |c: &&(&'static Concept, f64)| is_asked_of(c.0);
        let of_asked = named.clone().filter(|c| asked_of(c)).map(|c| c.1).sum::<f64>();
        let names_drug = named.clone().any(|(c, _)| is_drug(c));
        let asks_for_drug = self.concepts.iter().any(|(c, _)| is_drug(c));
        let of_another = !self.diseases.iter().all(|d| speaks_of(d)) || self.off_topic && asks_for_drug && !names_drug;
        let asked = if too_few || of_another { 0.0 } else { held(&self.words) + named_weight };
        let met = self.facts.iter().filter(|(a, c, _)| made_for.contains(a) || speaks_of(c)).map(|f| f.2).sum();
        Spoken {
            asked: share(asked, total(&self.words) + self.concepts.iter().map(|c| c.1).sum::<f64>()),
            facts: share(met, self.facts.iter().map(|f| f.2).sum()),
            generic: share(held(&self.generic), total(&self.generic)),
            named: share(of_asked, self.concepts.iter().filter(asked_of).map(|c| c.1).sum::<f64>()),
            names_drug,
            of_another,
        }
    }
}

/// How many words of a question neither its case nor the words that every clinical question uses account for.
pub(crate) fn unexplained(asked: &Asked, analyzer: &mut Analyzer) -> usize {
    let question = &asked.question;
    let told: Vec<[usize; 2]> = asked.case.facts.iter().map(|f| f.span).collect();
    let mut words = BTreeSet::new();
    analyzer.each(question, |token| {
        let word = question[token.start..token.end].to_lowercase();
        let common = is_filler(&word) || is_filler(token.stem) || is_generic(token.stem);
        let counts = !common && word.len() > 1 && word.chars().all(char::is_alphabetic);
        if counts && !told.iter().any(|s| s[0] < token.end && token.start < s[1]) {
            words.insert(token.stem.to_owned());
        }
    });
    words.len()
}

fn concepts_of(text: &str) -> Vec<&'static Concept> {
    clinical::mentions(text).into_iter().map(|m| m.concept).collect()
}

/// Whether a question describes somebody: a measurement of this patient, or two facts beside the diagnosis.
pub(crate) fn tells_of_a_patient(asked: &Asked) -> bool {
    let measured = |f: &Fact| match f.attribute {
        Attribute::Age | Attribute::Ecog | Attribute::Weight | Attribute::Vital | Attribute::OrganFunction => true,
        Attribute::Lab => f.detail.value.is_some(),
        _ => false,
    };
    let facts = || asked.case.facts.iter().filter(|f| f.attribute != Attribute::Diagnosis && is_context(f));
    facts().any(measured) || facts().count() >= DESCRIBES
}

/// Whether a word is written like the name of a product, a test or a gene: two capitals, or letters and figures.
fn is_a_name(word: &str) -> bool {
    let capitals = word.chars().filter(|c| c.is_ascii_uppercase()).count();
    let figures = word.chars().filter(char::is_ascii_digit).count();
    word.len() > 2 && (capitals >= 2 || (figures > 0 && capitals > 0))
}

/// A part of the body, a symptom or a habit tells; a drug, a test, a procedure or a disease is asked about.
fn is_asked_of(concept: &Concept) -> bool {
    use ConceptKind::{Finding, Lifestyle, Site, Symptom};
    !matches!(concept.kind, Site | Symptom | Finding | Lifestyle)
}

/// Whether somebody is told of in person: "I take", "my husband", "she is on".
fn tells_in_person(question: &str) -> bool {
    const PERSONS: &[&str] =
        &["i", "i'm", "i've", "my", "she", "he", "her", "his", "patient", "pt", "on", "takes", "taking"];
    question.to_lowercase().split(|c: char| !c.is_alphanumeric() && c != '\'').any(|w| PERSONS.contains(&w))
}

/// The stems a digest uses, its headings included.
pub(crate) fn used_words(source: &Source, analyzer: &mut Analyzer) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for part in source.passages.iter().flat_map(|p| &p.heading).map(String::as_str).chain([source.text.as_str()]) {
        analyzer.each(part, |t| {
            if !used.contains(t.stem) {
                used.insert(t.stem.to_owned());
            }
        });
    }
    used
}

/// The clauses that ask, as byte ranges: a question that tells of a patient asks in one of its clauses ("what
/// next?") and describes in the others.
pub(crate) fn asking(question: &str) -> Vec<[usize; 2]> {
    let mut found = Vec::new();
    let mut sentence: Vec<[usize; 2]> = Vec::new();
    let mut start = 0;
    let mut close = |sentence: &mut Vec<[usize; 2]>, asked: bool| {
        let asks = |c: &[usize; 2]| {
            let first = question[c[0]..c[1]].split_whitespace().next().unwrap_or_default().to_lowercase();
            ASKING.contains(&first.as_str()) || names_what(&question[c[0]..c[1]])
        };
        let asking: Vec<[usize; 2]> = sentence.iter().copied().filter(asks).collect();
        // "67F on metformin, eGFR 28, stop?" asks in its last clause; a sentence that begins with what it asks does not.
        let last = sentence.last().copied().filter(|_| asked && asking.is_empty());
        found.extend(asking.into_iter().chain(last));
        sentence.clear();
    };
    for (at, c) in question.char_indices() {
        let inside_number = c != '?' && c != '\n' && !question[at + c.len_utf8()..].starts_with(char::is_whitespace);
        if matches!(c, ',' | ';' | '.' | '?' | ':' | '\n') && !inside_number {
            sentence.push([start, at]);
            start = at + c.len_utf8();
            if matches!(c, '.' | '?' | '\n') {
                close(&mut sentence, c == '?');
            }
        }
    }
    sentence.push([start, question.len()]);
    close(&mut sentence, false);
    found
}

/// "Antenatal betamethasone - dose": a few words and what is asked of them.
fn names_what(clause: &str) -> bool {
    const ASKED_FOR: &[&str] = &["dose", "dosing", "dosage", "interval"];
    let words: Vec<&str> = clause.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.len() <= 5 && words.last().is_some_and(|w| ASKED_FOR.contains(&w.to_lowercase().as_str()))
}

/// So many facts beside the diagnosis make a question the story of a patient.
const DESCRIBES: usize = 2;

const ASKING: &[&str] = &[
    "what", "which", "how", "should", "can", "could", "would", "is", "are", "does", "do", "when", "why", "who", "may",
    "whether", "any",
];

/// Facts that describe the patient; what is planned or asked about is the focus instead.
fn is_context(fact: &Fact) -> bool {
    match fact.attribute {
        Attribute::Treatment | Attribute::Medication => fact.assertion != Assertion::Planned,
        _ => true,
    }
}
