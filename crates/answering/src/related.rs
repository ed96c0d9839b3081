//! Questions that this library can also answer: what a missing fact would decide, the other sides of what was asked, and one
//! that is wider. Each is read as it would be when asked, and is offered only where a digest on it has a statement for that case;
//! none is nearly the question asked, or nearly another.
//!
//! Must stay cheap, since every answer pays for it: nothing is retrieved or planned here, only read and held against
//! conditions. Cost: one reading of a short question and one pass over the conditions of a digest, for each candidate.

use crate::aspect::{self, Fit};
use crate::plan::{Asked, Plan};
use crate::select::section_of;
use crate::topic::{Topic, topic};
use clinical::{Attribute, Condition, Intent, Truth, read_case};
use evidence::Source;
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

const AT_MOST: usize = 6;
/// Of these at most so many ask what a missing fact decides.
const DEEPER: usize = 2;
/// Candidates read at most: bounds the cost.
const READ: usize = 16;
/// Share of the words of two questions together that both have, from which on they are nearly one.
const NEARLY: f64 = 0.7;

/// (sections, intent, question): asked of a topic when the digest has a statement in one of the sections.
const SIDES: &[(&[&str], Intent, &str)] = &[
    (&["strategy", "by-biomarker"], Intent::Treatment, "How is {} treated?"),
    (&["causes"], Intent::Diagnosis, "What causes {}?"),
    (&["diagnosis", "testing"], Intent::Workup, "How is {} evaluated?"),
    (&["monitoring"], Intent::Monitoring, "How is {} monitored?"),
    (&["outcomes"], Intent::Prognosis, "What is the prognosis of {}?"),
    (&["definition"], Intent::Definition, "What is {}?"),
];

/// Related questions, none of them the one asked.
pub(crate) fn related(plan: &Plan<'_>) -> Vec<String> {
    let mut cited: Vec<&Source> = Vec::new();
    for chosen in &plan.chosen {
        if !cited.iter().any(|s| s.id == chosen.found.source.id) {
            cited.push(&chosen.found.source);
        }
    }
    let mut taken = Taken { words: vec![words(&plan.asked.question)], out: Vec::new(), read: 0 };
    for source in &cited {
        for subject in subjects(plan, source).into_iter().filter(|s| s.own) {
            deeper(plan, source, &subject, &mut taken);
        }
    }
    let deeper = taken.out.len();
    let wide = wider(plan, &cited, &mut taken);
    taken.out.truncate(deeper);
    let room = AT_MOST - usize::from(wide.is_some());
    for source in &cited {
        for subject in subjects(plan, source).into_iter().filter(|s| s.own) {
            for (sections, intent, form) in SIDES {
                if taken.out.len() < room && !plan.asked.case.intents.contains(intent) {
                    taken.offer(plan, source, sections, subject.ask(form, *intent));
                }
            }
        }
    }
    taken.out.extend(wide);
    taken.out
}

/// What a digest is about, as one asks for it.
struct Subject {
    words: String,
    /// Whether the case of the question names it, or the digest has no other.
    own: bool,
    side: Option<&'static str>,
}

impl Subject {
    /// The question; a digest on adjuvant treatment or surveillance is asked by that word.
    fn ask(&self, form: &str, intent: Intent) -> Option<String> {
        match self.side {
            None if self.words.ends_with("metastases") => {
                Some(form.replace("is {}", "are {}").replace("{}", &self.words))
            }
            None => Some(form.replace("{}", &self.words)),
            Some("surveillance") => {
                (intent == Intent::Monitoring).then(|| format!("How is {} followed up after treatment?", self.words))
            }
            Some(side) => {
                (intent == Intent::Treatment).then(|| format!("What is the {side} treatment of {}?", self.words))
            }
        }
    }
}

fn subjects(plan: &Plan<'_>, source: &Source) -> Vec<Subject> {
    let has = |word: &str| source.topics.iter().any(|t| t.starts_with(word));
    let metastatic = has("metastatic disease");
    let side = ["surveillance", "neoadjuvant", "adjuvant"].into_iter().find(|s| has(s));
    let has_it = |topic: &str| {
        let spread = topic.ends_with("metastases").then(|| clinical::mentions(topic));
        plan.asked.case.facts.iter().any(|f| {
            f.value.text().is_some_and(|v| match &spread {
                Some(sites) => f.attribute == Attribute::Metastasis && sites.iter().any(|m| m.concept.name == v),
                None => clinical::is_a(v, topic),
            })
        })
    };
    let named: Vec<&String> =
        source.topics.iter().filter(|t| is_name(t) || has_it(t) && clinical::concept(t).is_some()).collect();
    let mut out: Vec<Subject> = Vec::new();
    for topic in &named {
        // "Rectal cancer" is asked for by who has it, not the colorectal cancer that the digest is on.
        let narrower = |v: &&str| clinical::is_a(v, topic) && !clinical::is_a(topic, v);
        let theirs = plan.asked.case.of(Attribute::Diagnosis).filter_map(|f| f.value.text()).find(narrower);
        // "LGI1 encephalitis" as the lexicon writes it, where a digest writes it in lower case.
        let written = clinical::concept(topic).map(|c| c.name).filter(|n| n.eq_ignore_ascii_case(topic));
        let words = match theirs.or(written).unwrap_or(topic.as_str()) {
            name if metastatic => format!("metastatic {name}"),
            name => name.to_owned(),
        };
        // Of a disease and one that is a kind of it, the narrower is what was asked about; two names of one are one.
        let narrower = |o: &&&String| has_it(o) && clinical::is_a(o, topic) && !clinical::is_a(topic, o);
        let own = has_it(topic) && !named.iter().any(|o| narrower(&o));
        let named_so =
            |s: &&mut Subject| s.words == words || clinical::is_a(&s.words, topic) && clinical::is_a(topic, &s.words);
        match out.iter_mut().find(named_so) {
            Some(known) => known.own |= own,
            None => out.push(Subject { words, own, side }),
        }
    }
    if let [only] = out.as_mut_slice() {
        only.own = true;
    }
    out
}

/// "Magnesium disorders" is a heading, no disease one asks about; "diarrhea after chemotherapy" is one.
fn is_name(topic: &str) -> bool {
    let disease =
        |t: &str| clinical::concept(t).is_some_and(|c| c.kind == clinical::ConceptKind::Disease && c.name == t);
    disease(topic) || topic.contains(" after ") || topic.contains(" in ") || topic.ends_with(" metastases")
}

/// What is offered so far, and the words of it and of the question asked.
struct Taken {
    words: Vec<BTreeSet<String>>,
    out: Vec<String>,
    read: usize,
}

impl Taken {
    /// Offers a question, where it is new and the digest has a statement of these sections for whom it asks about.
    fn offer(&mut self, plan: &Plan<'_>, source: &Source, sections: &[&str], question: Option<String>) -> bool {
        self.offer_if(plan, source, question, |asked| holds(source, sections, asked))
    }

    fn offer_if(
        &mut self,
        plan: &Plan<'_>,
        source: &Source,
        question: Option<String>,
        answers: impl Fn(&Asked) -> bool,
    ) -> bool {
        let Some(question) = question.filter(|_| self.read < READ) else { return false };
        let words = words(&question);
        if self.words.iter().any(|w| nearly(w, &words)) {
            return false;
        }
        self.read += 1;
        let asked = Asked { case: read_case(&question), question, reader: plan.asked.reader };
        let on_topic = topic(&asked, source) >= Topic::Consequence && aspect::fit(&asked, source) == Fit::Spoken;
        let offered = on_topic && answers(&asked);
        if offered {
            self.words.push(words);
            self.out.push(asked.question);
        }
        offered
    }
}

/// What a fact that the case lacks would decide, of the fact that most hangs on it.
fn deeper(plan: &Plan<'_>, source: &Source, subject: &Subject, taken: &mut Taken) {
    let of_source = || plan.chosen.iter().filter(|c| c.found.source.id == source.id);
    for missing in &plan.missing {
        let hangs = |c: &&crate::select::Chosen<'_>| {
            c.unknown.len() == 1
                && c.unknown.iter().any(|u| u.attribute == missing.attribute && u.value == missing.value)
        };
        let Some(condition) = of_source().filter(hangs).find_map(|c| c.hangs_on.as_ref()) else { continue };
        // What the subject says already decides nothing.
        let known = words(&condition.describe()).is_subset(&words(&subject.words));
        if known || condition.attributes().contains(&Attribute::Diagnosis) {
            continue;
        }
        let question = subject.ask("How is {} treated if \u{b6}?", Intent::Treatment);
        let question = question.filter(|q| q.contains('\u{b6}')).map(|q| q.replace('\u{b6}', &condition.describe()));
        let met = |asked: &Asked| {
            decides(condition, asked) && holds(source, &["strategy", "by-biomarker", "supportive"], asked)
        };
        if taken.out.len() < DEEPER {
            taken.offer_if(plan, source, question, met);
        }
    }
}

/// Whether a question says what the condition asks for, so that it is answered and not put back.
fn decides(condition: &Condition, asked: &Asked) -> bool {
    condition.evaluate(&asked.case) == Truth::Met
}

/// One question that is wider: the same without what is told of this patient, else one on another topic of its digests, else on
/// another digest on its disease.
fn wider(plan: &Plan<'_>, cited: &[&Source], taken: &mut Taken) -> Option<String> {
    let asked = plan.asked.case.intents.first().copied().unwrap_or(Intent::Treatment);
    let elsewhere = || {
        let others = plan.shelf.found.iter().map(|f| &f.source).filter(|s| s.digest.is_some());
        others.filter(|s| !cited.iter().any(|c| c.id == s.id) && topic(plan.asked, s) >= Topic::Consequence)
    };
    let forms = || SIDES.iter().filter(|s| s.1 == asked).chain(SIDES.iter().filter(|s| s.1 != asked));
    for own in [true, false] {
        let others: Vec<&Source> = if own { Vec::new() } else { elsewhere().collect() };
        for source in cited.iter().copied().chain(others.iter().copied()) {
            let elsewhere = others.iter().any(|o| o.id == source.id);
            for subject in subjects(plan, source).into_iter().filter(|s| s.own == own || elsewhere) {
                for (sections, intent, form) in forms().take(if own { 1 } else { SIDES.len() }) {
                    if taken.offer(plan, source, sections, subject.ask(form, *intent)) {
                        return taken.out.pop();
                    }
                }
            }
        }
    }
    None
}

/// Whether the digest has a statement of these sections that is for whom a question asks about.
fn holds(source: &Source, sections: &[&str], asked: &Asked) -> bool {
    source.passages.iter().flat_map(|p| &p.statements).filter_map(|s| s.marks.as_deref()).any(|m| {
        sections.contains(&section_of(m))
            && m.when.as_ref().is_none_or(|w| w.evaluate(&asked.case) != Truth::NotMet)
            && m.unless.as_ref().is_none_or(|u| u.evaluate(&asked.case) != Truth::Met)
    })
}

fn words(question: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    Analyzer::default().each(question, |t| {
        if !is_filler(&question[t.start..t.end].to_lowercase()) {
            words.insert(t.stem.to_owned());
        }
    });
    words
}

fn nearly(a: &BTreeSet<String>, b: &BTreeSet<String>) -> bool {
    let both = a.intersection(b).count() as f64;
    both >= NEARLY * a.union(b).count().max(1) as f64
}
