//! Diseases: which one the question is about, which are beside it, and whether each is so, was so, or is only suspected.

use super::{Placed, Reader};
use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::read::asking;
use crate::read::assertion::Meant;
use std::sync::LazyLock;

/// What happens and is over: after "history of" it is past, where a lasting disease is still there.
const EVENTS: &[&str] = &[
    "myocardial infarction",
    "stroke",
    "transient ischemic attack",
    "venous thromboembolism",
    "fracture",
    "gastrointestinal bleeding",
    "preeclampsia",
    "gestational diabetes",
    "infection",
    "pancreatitis",
    "myocarditis",
    "pericarditis",
    "appendicitis",
    "diabetic ketoacidosis",
    "anaphylaxis",
    "delirium",
    "miscarriage",
    "ectopic pregnancy",
    "kidney stones",
    "concussion",
    "trauma",
    "traumatic brain injury",
    "acute kidney injury",
    "overdose",
    "acetaminophen overdose",
    "postpartum hemorrhage",
    "febrile seizure",
    "thrombotic thrombocytopenic purpura",
    "subdural hematoma",
    "shock",
    "acute coronary syndrome",
    "hyperemesis gravidarum",
    "placental abruption",
    "preterm birth",
    "serotonin syndrome",
    "neuroleptic malignant syndrome",
    "bowel obstruction",
    "bowel perforation",
    "diverticulitis",
    "pneumothorax",
    "guillain-barre syndrome",
    "tumor lysis syndrome",
    "heparin-induced thrombocytopenia",
    "variceal bleeding",
    "cholecystitis",
    "hip fracture",
    "cardiac arrest",
    "aortic dissection",
    "rhabdomyolysis",
    "status epilepticus",
    "stevens-johnson syndrome",
    "testicular torsion",
    "toxic epidermal necrolysis",
    "opioid overdose",
    "postpartum depression",
    "bell palsy",
    "angioedema",
    "rheumatic fever",
    "alcohol withdrawal",
    "delirium tremens",
    "hypoglycemia",
    "retinal detachment",
    "optic neuritis",
];
/// Infections that stay.
const LASTING: &[&str] =
    &["HIV infection", "hepatitis B", "hepatitis C", "herpes simplex", "tuberculosis", "onychomycosis"];
/// What comes in attacks: to prevent the attacks, one has the disease.
const RECURRING: &[&str] = &[
    "migraine",
    "gout",
    "asthma",
    "epilepsy",
    "chronic obstructive pulmonary disease",
    "kidney stones",
    "cluster headache",
    "urinary tract infection",
    "psoriasis",
    "crohn disease",
    "sickle cell disease",
    "angioedema",
    "herpes simplex",
    "hepatic encephalopathy",
    "bipolar disorder",
    "osteoporosis",
    "cancer",
    "acne",
    "diabetic nephropathy",
];
/// Words that may stand between the word that asks and what it asks whether it is.
const WHETHER: &[&str] = &[
    "could",
    "can",
    "may",
    "might",
    "is",
    "doe",
    "do",
    "would",
    "this",
    "it",
    "that",
    "these",
    "he",
    "she",
    "i",
    "they",
    "be",
    "have",
    "has",
    "a",
    "an",
    "the",
    "still",
    "possibly",
    "likely",
    "really",
    "just",
    "my",
    "symptom",
    "due",
    "to",
    "caused",
    "by",
    "related",
    "from",
    "sign",
    "of",
    "or",
    "early",
    "acute",
    "actually",
    "mean",
    "got",
    "or",
    "some",
    "kind",
    "type",
    "severe",
    "chronic",
    "his",
    "her",
    "patient",
    "pt",
    "secondary",
    "are",
    "know",
    "how",
    "if",
    "whether",
    "we",
    "distinguish",
    "tell",
    "between",
    "there",
    "new",
    "true",
    "more",
];
const SUBJECTS: &[&str] = &["this", "it", "that", "these", "he", "she", "i", "they", "there", "patient", "pt", "my"];

/// The concepts of a list of names, looked up once.
fn concepts(names: &[&str]) -> Vec<&'static Concept> {
    names.iter().filter_map(|n| lexicon::concept(n)).collect()
}

static EVENT_CONCEPTS: LazyLock<Vec<&Concept>> = LazyLock::new(|| concepts(EVENTS));
static LASTING_CONCEPTS: LazyLock<Vec<&Concept>> = LazyLock::new(|| concepts(LASTING));
static RECURRING_CONCEPTS: LazyLock<Vec<&Concept>> = LazyLock::new(|| concepts(RECURRING));
static CANCER: LazyLock<Option<&Concept>> = LazyLock::new(|| lexicon::concept("cancer"));

fn is_one_of(concept: &Concept, of: &[&Concept]) -> bool {
    of.iter().any(|c| concept.is_a(c))
}

/// Whether a disease is a cancer.
pub(super) fn is_cancer(concept: &Concept) -> bool {
    CANCER.is_some_and(|c| concept.is_a(c))
}

/// Whether a disease is over once it was had.
pub(super) fn is_event(concept: &Concept) -> bool {
    is_one_of(concept, &EVENT_CONCEPTS) && !is_one_of(concept, &LASTING_CONCEPTS)
}

impl Reader<'_> {
    /// The disease a question is about: the first that is not denied, a relative's or in the history; of those
    /// that stand in one list, a cancer.
    pub(super) fn main_disease(&self) -> Option<usize> {
        // A question names its disease early; a text of thousands of words is no question.
        let most = self.placed.len().min(400);
        let disease = |i: &usize| {
            self.placed[*i].concept.kind == ConceptKind::Disease && !self.people.family(self.placed[*i].first)
        };
        let is_so = |i: &usize| {
            disease(i)
                && !matches!(
                    self.meant(*i).assertion,
                    Some(Assertion::Absent | Assertion::Family | Assertion::Past | Assertion::Uncertain)
                )
        };
        // What an allergy did is not asked about; anaphylaxis, or an allergy by its name, only where nothing else is there.
        let beside = |i: &usize| self.reaction[*i].is_some() || self.allergen_named(*i).is_some();
        let over = |i: &usize| self.reaction[*i].is_some() && self.placed[*i].concept.name != "anaphylaxis";
        let first = (0..most).find(|i| is_so(i) && !beside(i)).or_else(|| (0..most).find(|i| is_so(i) && !over(i)));
        let Some(first) = first else {
            // Nothing is said to be there now: what was there, or may be, is what the question is about.
            return (0..most).find(|i| {
                disease(i)
                    && !over(i)
                    && !matches!(self.meant(*i).assertion, Some(Assertion::Absent | Assertion::Family))
            });
        };
        let cancer =
            (first..most).take_while(|&i| i == first || self.continues(i)).find(|&i| is_cancer(self.placed[i].concept));
        Some(cancer.unwrap_or(first))
    }

    pub(super) fn disease(&mut self, i: usize, meant: Meant) {
        let concept = self.placed[i].concept;
        if self.harm(i, meant) {
            return;
        }
        let allergic = matches!(concept.name, "anaphylaxis") && self.allergen_after(i);
        let main = self.main.map(|m| self.placed[m].concept);
        let history = self.in_history(i) || (self.last_history && self.continues(i));
        // Two of one family, as hypomagnesemia and hypermagnesemia, are both asked about.
        let asked = main.is_some_and(|m| m == concept || (lexicon::related(m.name, concept.name) && !history));
        let attribute = if asked { Attribute::Diagnosis } else { Attribute::Comorbidity };
        let assertion = self.disease_status(i, meant, history, asked);
        self.last_history = history;
        let detail = Detail { since_months: self.since(i, assertion), ..Detail::default() };
        self.push(i, attribute, Some(assertion), detail);
        if allergic {
            self.allergy_after(i);
        }
        self.histology_within(i);
        self.value_of_disorder(i);
    }

    /// Whether the words before a mention speak of the history.
    pub(super) fn in_history(&self, i: usize) -> bool {
        const HISTORY: &[&str] = &[
            "history",
            "pmh",
            "pmhx",
            "hx",
            "comorbid",
            "underlying",
            "previous",
            "previously",
            "prior",
            "past",
            "had",
            "earlier",
            "remote",
            "recent",
        ];
        let before = self.before(i);
        before.iter().any(|t| HISTORY.contains(&t.norm.as_str()))
            || before.windows(2).any(|w| w[0].norm == "h" && w[1].norm == "o")
    }

    fn disease_status(&self, i: usize, meant: Meant, history: bool, asked: bool) -> Assertion {
        let p = &self.placed[i];
        let next = self.tokens.get(p.next).filter(|_| !self.ends_part(p.next)).map_or("", |t| t.norm.as_str());
        if meant.assertion == Some(Assertion::Family)
            || (self.people.family(p.first) && meant.assertion != Some(Assertion::Absent))
        {
            return Assertion::Family;
        }
        if meant.assertion == Some(Assertion::Absent) || matches!(next, "negative" | "neg") {
            return Assertion::Absent;
        }
        if matches!(next, "positive" | "pos") {
            return Assertion::Present;
        }
        if self.doubted(i) {
            return Assertion::Uncertain;
        }
        let cancer = is_cancer(p.concept);
        let (part, after) = self.after(i);
        let over = part.iter().take(4).any(|t| matches!(t.norm.as_str(), "cured" | "resolved" | "treated"))
            && (history
                || part.iter().take(4).any(|t| t.norm != "treated" && matches!(t.norm.as_str(), "cured" | "resolved")));
        match meant.assertion {
            Some(Assertion::Uncertain) if self.comes_again(i) => Assertion::Present,
            Some(Assertion::Uncertain) => Assertion::Uncertain,
            _ if over => Assertion::Past,
            // What a text calls a history or dates is over where it can be over.
            _ if (is_event(p.concept) || (cancer && !asked)) && (history || dated(after)) => Assertion::Past,
            Some(Assertion::Past) if is_event(p.concept) && self.after_it(i) => Assertion::Past,
            Some(Assertion::Past) if history && cancer && !asked => Assertion::Past,
            Some(Assertion::Past) if self.had(i) && !cancer => Assertion::Past,
            Some(Assertion::Past) if self.had(i) && cancer && self.main != Some(i) => Assertion::Past,
            _ => Assertion::Present,
        }
    }

    fn ends_part(&self, word: usize) -> bool {
        self.breaks.get(word).is_none_or(|b| *b != crate::read::assertion::Break::None)
    }

    fn had(&self, i: usize) -> bool {
        self.before(i).iter().rev().take(3).any(|t| t.norm == "had") && !self.before(i).iter().any(|t| t.norm == "has")
    }

    /// "After a heart attack", "since her stroke".
    fn after_it(&self, i: usize) -> bool {
        self.before(i).iter().any(|t| matches!(t.norm.as_str(), "after" | "since" | "post" | "s" | "following" | "had"))
    }

    /// Whether a disease of attacks is spoken of, whose attacks are to be prevented.
    fn comes_again(&self, i: usize) -> bool {
        const AGAIN: &[&str] = &[
            "flare",
            "attack",
            "recurrence",
            "relapse",
            "exacerbation",
            "episode",
            "progression",
            "recurrent",
            "complication",
            "worsening",
        ];
        let p = &self.placed[i];
        let near = |t: &crate::text::Token| AGAIN.contains(&t.norm.as_str());
        let prevented = self.before(i).iter().any(|t| t.norm.starts_with("prevent") || t.norm == "avoid");
        let risk = self.before(i).iter().any(|t| t.norm == "risk" || t.norm == "chance");
        self.tokens[p.next..].iter().take(2).any(near)
            || ((prevented || risk) && self.before(i).iter().rev().take(4).any(near))
            || (prevented && is_one_of(p.concept, &RECURRING_CONCEPTS))
    }

    /// Whether a question only wonders if a disease is there.
    fn doubted(&self, i: usize) -> bool {
        let p = &self.placed[i];
        if asking::queried(self.text, self.gap_start(p), p.span[0]) || self.arms[i] {
            return true;
        }
        // "Pancreatitis be prevented": what may yet come.
        let after = &self.tokens[p.next..(p.next + 3).min(self.tokens.len())];
        if after.windows(2).any(|w| w[0].norm == "be" && w[1].norm == "prevented")
            && !is_one_of(p.concept, &RECURRING_CONCEPTS)
        {
            return true;
        }
        if self.asking.alone(p.first, p.next) {
            return true;
        }
        let Some(from) = self.asking.from(p.first) else { return false };
        let words = &self.tokens[from..p.first];
        let known = words.iter().filter(|t| !WHETHER.contains(&t.norm.as_str())).count();
        !words.is_empty()
            && words.len() <= 9
            && known == 0
            && words.iter().any(|t| SUBJECTS.contains(&t.norm.as_str()))
            && !matches!(words[0].norm.as_str(), "what" | "how")
            && self.asking.marked(p.first)
    }

    fn gap_start(&self, p: &Placed) -> usize {
        p.first.checked_sub(1).map_or(0, |t| self.tokens[t].end)
    }

    fn since(&self, i: usize, assertion: Assertion) -> Option<f64> {
        if assertion != Assertion::Past {
            return None;
        }
        let (part, _) = self.after(i);
        let text = self.slice(part.first().map(|t| t.start), part.last().map_or(0, |t| t.end));
        crate::read::treatment::months(text)
    }

    /// "Rectal adenocarcinoma" names the disease and the tissue.
    fn histology_within(&mut self, i: usize) {
        // By the words as read: a misspelt one was put right.
        let words = &self.tokens[self.placed[i].first..self.placed[i].next];
        if is_cancer(self.placed[i].concept)
            && words.iter().any(|t| matches!(t.norm.as_str(), "adenocarcinoma" | "adeno" | "adenoca"))
        {
            self.facts.push(Fact {
                attribute: Attribute::Histology,
                value: Value::Text("adenocarcinoma".to_owned()),
                assertion: Assertion::Present,
                span: self.placed[i].span,
                detail: Detail::default(),
            });
        }
    }
}

/// Whether the first words after a mention date it: "in 2019", "2018", "3 years ago".
pub(super) fn dated(after: &[crate::text::Token]) -> bool {
    let year =
        |w: &str| w.len() == 4 && (w.starts_with("19") || w.starts_with("20")) && w.bytes().all(|b| b.is_ascii_digit());
    match after {
        [a, ..] if year(&a.norm) => true,
        [a, b, ..] if matches!(a.norm.as_str(), "in" | "of" | "from" | "around") && year(&b.norm) => true,
        _ => {
            after.iter().take(4).any(|t| t.norm == "ago")
                || after
                    .windows(2)
                    .take(2)
                    .any(|w| w[0].norm == "last" && matches!(w[1].norm.as_str(), "year" | "month" | "week"))
        }
    }
}
