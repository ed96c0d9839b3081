//! What a follow-up is about: the words that lead into it, whether it leaves the topic, and what "it" or "what dose?" means.

use super::text::{asks_first, bare, words};
use crate::article::{Body, Line};
use clinical::{Assertion, Attribute, Case, ConceptKind, Fact, Intent, read_case};
use evidence::Role;

/// How the words that lead into a follow-up put it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// "What if", "suppose": what follows is told.
    Supposes,
    /// "What about": what follows is asked about, unless it is a fact.
    About,
    /// Neither.
    Plain,
}

/// Words that lead in and say nothing else.
const IDLE: &[&str] = &[
    "and",
    "but",
    "so",
    "ok",
    "okay",
    "then",
    "well",
    "thanks",
    "sorry",
    "now",
    "also",
    "hm",
    "hmm",
    "yes",
    "no,",
    "thank you",
    "one more question",
    "follow-up",
    "just",
    "or",
];
const SUPPOSES: &[&str] = &[
    "what happens if",
    "what changes if",
    "does it change if",
    "would it change if",
    "does anything change if",
    "what if",
    "suppose that",
    "suppose",
    "supposing",
    "assume that",
    "assume",
    "assuming",
    "let's say",
    "say",
    "if",
    "in case",
    "given that",
    "actually",
    "correction",
    "imagine",
    "turns out",
    "it turns out that",
    "it turns out",
];
const ABOUT: &[&str] = &["what about", "how about", "and what about", "what of"];

/// Takes off the words that lead into a follow-up.
pub(super) fn lead(typed: &str) -> (Lead, &str) {
    let mut rest = typed.trim();
    let mut lead = Lead::Plain;
    while let Some((kind, after)) = led(rest) {
        lead = if kind == Lead::Plain { lead } else { kind };
        rest = after;
    }
    (lead, rest)
}

fn led(text: &str) -> Option<(Lead, &str)> {
    let kinds = [(Lead::Supposes, SUPPOSES), (Lead::About, ABOUT), (Lead::Plain, IDLE)];
    for (kind, phrases) in kinds {
        for phrase in phrases {
            let Some(start) = text.get(..phrase.len()).filter(|s| s.eq_ignore_ascii_case(phrase)) else { continue };
            let after = &text[start.len()..];
            let rest =
                after.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | '.' | '!' | '-'));
            let ends = phrase.ends_with(',') || after.starts_with(|c: char| !c.is_alphanumeric() && c != '-');
            if ends && rest.chars().any(char::is_alphanumeric) {
                return Some((kind, rest));
            }
        }
    }
    None
}

/// Words that point back at the patient or at what was said.
const BACK: &[&str] = &[
    "she", "he", "her", "his", "him", "hers", "they", "them", "their", "this", "that", "these", "those", "it", "its",
    "still", "instead", "then",
];
/// Words before a disease in which something is to be done, as against one that is to be treated.
const STATES: &[&str] = &["in", "with", "despite", "if", "given", "and", "has", "have", "having", "without"];

fn is_disease(fact: &Fact) -> bool {
    let kind = matches!(fact.attribute, Attribute::Diagnosis | Attribute::Comorbidity);
    kind && !matches!(fact.assertion, Assertion::Absent | Assertion::Family)
}

/// The text of a new question, where a follow-up leaves the topic of the article: it names a disease that neither the case
/// nor the article knows, and asks about it.
pub(super) fn new_case(previous: &Body, lead: Lead, text: &str, own: &Case) -> Option<String> {
    if lead == Lead::Supposes {
        return None;
    }
    if let Some(text) = own.facts.iter().find(|f| is_disease(f)).and_then(|f| same_of(previous, text, f)) {
        return Some(text);
    }
    let stranger = own.facts.iter().filter(|f| is_disease(f)).find(|f| !is_known(previous, f))?;
    let first = words(text).first().map(|w| w.norm.clone()).unwrap_or_default();
    let norms: Vec<String> = words(text).into_iter().map(|w| w.norm).collect();
    if introduces(&first, own) {
        return Some(text.to_owned());
    }
    if is_alone(text, stranger) {
        return Some(text.to_owned());
    }
    let asks = asks_first(text) || text.trim_end().ends_with('?') && !own.intents.is_empty();
    let back = norms.iter().any(|w| BACK.contains(&w.as_str()));
    let before = words(&text[..stranger.span[0].min(text.len())]).last().map(|w| w.norm.clone()).unwrap_or_default();
    let state = STATES.contains(&before.as_str());
    let elliptic = matches!(own.intents.first(), Some(Intent::Dosing | Intent::Safety | Intent::Monitoring));
    let told = STATES.contains(&first.as_str());
    let stays = back || told || state && elliptic;
    (asks && !stays).then(|| text.to_owned())
}

/// Whether a text is the name of a disease and no more.
fn is_alone(text: &str, disease: &Fact) -> bool {
    bare(text).len() <= disease.span[1] - disease.span[0] + "the ".len()
}

/// "And hypermagnesemia?" asks the same of another disease, where nothing was told but the first one.
fn same_of(previous: &Body, text: &str, disease: &Fact) -> Option<String> {
    let [only] = previous.case.facts.as_slice() else { return None };
    let other = disease.value != only.value && is_disease(only);
    if !other || !is_alone(text, disease) {
        return None;
    }
    let [from, to] = only.span;
    Some(format!("{}{}{}", previous.question.get(..from)?, bare(text), previous.question.get(to..)?))
}

/// "A 45-year-old man with pneumonia": another patient.
fn introduces(first: &str, own: &Case) -> bool {
    let somebody = own.of(Attribute::Age).next().is_some() || own.of(Attribute::Sex).next().is_some();
    let counted = first.chars().next().is_some_and(|c| c.is_ascii_digit());
    matches!(first, "a" | "an" | "my" | "another") && somebody || counted && somebody && first.len() > 2
}

/// Whether a disease is of the case, akin to one of it, or spoken of in the article.
fn is_known(previous: &Body, disease: &Fact) -> bool {
    let Some(name) = disease.value.text() else { return true };
    let akin =
        |other: &str| clinical::is_a(name, other) || clinical::is_a(other, name) || clinical::related(name, other);
    let in_case = previous.case.facts.iter().filter_map(|f| f.value.text()).any(akin);
    let spoken = || {
        let lines = previous.lines().flat_map(|l| {
            let headings = l.citations.iter().flat_map(|c| c.heading.iter().chain([&c.source_title]));
            headings.map(String::as_str).chain([l.text.as_str()])
        });
        lines.flat_map(clinical::mentions).any(|m| m.concept.name == name)
    };
    in_case || previous.outcome == crate::article::Outcome::Answered && spoken()
}

/// Whether a part without a word that asks names something to ask about and tells no fact: "surgery?", "bevacizumab".
pub(super) fn names_what_is_asked(lead: Lead, text: &str) -> bool {
    let case = read_case(text);
    let therapy = |f: &Fact| matches!(f.attribute, Attribute::Treatment | Attribute::Medication | Attribute::Lab);
    let told = case.facts.iter().filter(|f| !therapy(f) || f.assertion == Assertion::Past);
    if told.count() > 0 {
        return false;
    }
    if case.facts.is_empty() {
        return lead == Lead::About;
    }
    // Beside the names nothing is said: no verb that would make it a fact.
    let named = |span: [usize; 2]| case.facts.iter().any(|f| f.span[0] < span[1] && span[0] < f.span[1]);
    let small = ["the", "a", "an", "or", "and", "with", "plus", "using", "giving", "more"];
    let measured = case.facts.iter().any(|f| f.detail.value.is_some());
    !measured && words(text).iter().all(|w| w.norm.is_empty() || named(w.span) || small.contains(&w.norm.as_str()))
}

/// What may be meant by "it".
const IT: &[&str] = &["it", "that", "this", "them", "those", "these"];

/// What is asked, in words that the reader understands alone: "why not surgery?" as whether it is an option, "what dose?" of
/// what the article recommends. And what it was taken to be about, if it did not say.
pub(super) fn with_subject(previous: &Body, asked: &str) -> (String, Vec<String>) {
    if let Some(rest) = why_not(asked) {
        return (format!("Is {} an option?", bare(rest)), Vec::new());
    }
    let case = read_case(asked);
    let names = clinical::mentions(asked).into_iter().any(|m| {
        use ConceptKind::{Disease, Drug, DrugClass, Procedure, Regimen, Test};
        matches!(m.concept.kind, Disease | Drug | DrugClass | Procedure | Regimen | Test)
    });
    let words = words(asked);
    let it = words.iter().find(|w| IT.contains(&w.norm.as_str()));
    let how_long = words.len() <= 4 && words.first().is_some_and(|w| w.norm == "how" || w.norm == "for");
    let open = matches!(case.intents.first(), Some(Intent::Dosing | Intent::Safety)) || how_long;
    if names || !(open || it.is_some()) {
        return (asked.to_owned(), Vec::new());
    }
    let about = recommended(previous);
    if about.is_empty() {
        return (asked.to_owned(), Vec::new());
    }
    let name = about.join(" or ");
    let text = match it {
        Some(word) => {
            let [from, to] = word.span;
            let marks = asked[from..to].trim_start_matches(char::is_alphanumeric);
            format!("{}{name}{marks}{}", &asked[..from], &asked[to..])
        }
        None => format!("{} of {name}?", bare(asked)),
    };
    (text, about)
}

/// "Why not surgery?", "why isn't surgery an option?": what it is that is missed.
fn why_not(asked: &str) -> Option<&str> {
    let starts = [
        "why not just",
        "why not",
        "why no",
        "why isn't",
        "why is not",
        "why can't we",
        "why don't we",
        "why wouldn't you",
    ];
    let verbs = ["give", "use", "do", "try", "start", "add", "offer", "consider", "have", "get", "operate with"];
    let after = |text: &'_ str, phrase: &str| -> Option<usize> {
        let start = text.get(..phrase.len())?;
        (start.eq_ignore_ascii_case(phrase) && text[phrase.len()..].starts_with(char::is_whitespace))
            .then_some(phrase.len())
    };
    let mut rest = asked.trim();
    rest = starts.iter().find_map(|s| after(rest, s).map(|at| rest[at..].trim_start()))?;
    if let Some(at) = verbs.iter().find_map(|v| after(rest, v)) {
        rest = rest[at..].trim_start();
    }
    let option = rest.to_lowercase().find(" an option").filter(|at| rest.is_char_boundary(*at));
    rest = option.map_or(rest, |at| &rest[..at]);
    (!clinical::mentions(rest).is_empty()).then_some(rest)
}

/// What the bottom line of an article recommends, by name: a regimen, else drugs, else procedures; not what the patient had.
fn recommended(previous: &Body) -> Vec<String> {
    let had: Vec<&Fact> = previous.case.facts.iter().filter(|f| f.assertion == Assertion::Past).collect();
    let was_had = |name: &str| {
        had.iter().any(|f| {
            f.value.text().is_some_and(|v| clinical::is_a(v, name) || clinical::is_a(name, v))
                || f.detail.components.iter().flatten().any(|c| c == name)
        })
    };
    let gives = |l: &&Line| matches!(l.role, Some(Role::Recommend | Role::Option | Role::Dose) | None);
    for line in previous.bottom_line.iter().filter(gives) {
        let mentions = clinical::mentions(&line.text);
        for kind in [ConceptKind::Regimen, ConceptKind::Drug, ConceptKind::Procedure] {
            let mut names: Vec<String> = Vec::new();
            for mention in mentions.iter().filter(|m| m.concept.kind == kind && !was_had(m.concept.name)) {
                let name = mention.concept.name.to_owned();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names.truncate(MEANT);
            if !names.is_empty() {
                return names;
            }
        }
    }
    Vec::new()
}

/// "It" may be so many things of one sentence.
const MEANT: usize = 3;
