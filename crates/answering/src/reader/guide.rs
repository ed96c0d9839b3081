//! What stands beside an article for patients and trainees: notices, questions for the care team, terms.
//!
//! Nothing of it claims anything from evidence, so nothing of it cites: notices are ours, questions ask, and terms are those of
//! our glossary.

use super::LeftOut;
use crate::article::{Body, Outcome};
use clinical::{Missing, Urgent, glossary, urgent_in, urgent_of};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What stands beside an article for a reader who is no clinician.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guide {
    /// When to call for help at once; shown first.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub emergency: Vec<String>,
    /// What kind of text this is.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub notices: Vec<String>,
    /// What to ask the care team.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub questions: Vec<String>,
    /// Terms of the sentences shown, in alphabetical order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub terms: Vec<Term>,
    /// Lines that stand in the source's own words, because the checker did not take the reader's words for the same.
    #[serde(default)]
    pub in_own_words_of_source: usize,
    /// Lines that stand in the plain wording of their digest.
    #[serde(default)]
    pub plain_wordings: usize,
}

/// A term and what it means.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    /// As clinicians write it.
    pub term: String,
    /// What it means.
    pub means: String,
}

impl Guide {
    /// Its sentences: notices and questions. Terms are no sentences.
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.emergency.iter().chain(&self.notices).chain(&self.questions).map(String::as_str)
    }
}

/// What every article for patients says of itself.
const EDUCATION: &str = "This is general education. It is not advice for you. Do not start, stop or change a treatment because of it. Talk with your care team first.";
/// What is said of lines in the plain wording of a digest.
const PLAINLY: &str = "The plain wording here is part of a summary that no doctor has reviewed. Click on the number behind a sentence to see the summary's own words.";
/// What is said where no sign is named.
const HELP: &str =
    "If you think this is an emergency, call your local emergency number now. Do not wait for an answer here.";
const CRISIS: &str = "If you think of ending your life or of harming yourself, call your local emergency number or a crisis line now. You can also go to the nearest emergency room. You are not alone.";

/// Most signs listed for a topic.
const SIGNS: usize = 5;
/// Most questions.
const QUESTIONS: usize = 9;

pub(super) fn for_patient(body: &Body, left_out: LeftOut, kept: usize) -> Guide {
    let mut notices = vec![EDUCATION.to_owned()];
    if left_out.doses > 0 {
        notices.push(match left_out.doses {
            1 => "One statement about doses is left out. Your care team sets the dose for you.".to_owned(),
            n => format!("{n} statements about doses are left out. Your care team sets the dose for you."),
        });
    }
    if left_out.without_dose > 0 {
        notices.push("Some medicines are told of without the dose. Your care team sets the dose for you.".to_owned());
    }
    let plain_wordings = body.lines().filter(|l| l.plain).count();
    if plain_wordings > 0 {
        notices.push(PLAINLY.to_owned());
    }
    Guide {
        emergency: emergency(body),
        notices,
        questions: questions(body, left_out),
        terms: terms(body, |t| t.plain != t.term && !t.is_abbreviation() && is_medical(t)),
        in_own_words_of_source: kept,
        plain_wordings,
    }
}

pub(super) fn for_trainee(body: &Body, kept: usize) -> Guide {
    Guide { terms: terms(body, |_| false), in_own_words_of_source: kept, ..Guide::default() }
}

/// Abbreviations that are spelled out where they stand. Names of societies and regimens would swamp a sentence: they are
/// told among the terms.
pub(super) fn spelled_inline(term: &glossary::Term) -> bool {
    let names_many = term.meaning.contains(',') || term.meaning.contains(" and ");
    let body =
        ["group", "body", "agency", "panel", "Organization", "Association"].iter().any(|w| term.plain.contains(w));
    !names_many && !body && !term.meaning.starts_with(term.term)
}

/// Whether a term names a thing of medicine, and is not a word that is only shorter in plain English.
fn is_medical(term: &glossary::Term) -> bool {
    !term.meaning.is_empty() || clinical::concept(term.term).is_some() || term.counts()
}

/// Terms of the sentences that the article rests on which say what they mean, or which `put_plainly` says are put in other words.
fn terms(body: &Body, put_plainly: impl Fn(&glossary::Term) -> bool) -> Vec<Term> {
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for quote in body.lines().filter(|l| l.sees.is_none()).filter_map(|l| l.citations.first()).map(|c| &c.quote) {
        for found in glossary::standing(quote) {
            let t = found.term;
            let plainly = put_plainly(t).then(|| t.plain.replace('*', ""));
            if (t.meaning.is_empty() && plainly.is_none()) || !seen.insert(t.term) {
                continue;
            }
            let means = match plainly {
                Some(plain) if t.meaning.is_empty() => plain,
                Some(plain) => format!("{plain}. {}", t.meaning),
                None => t.meaning.to_owned(),
            };
            out.push(Term { term: t.term.to_owned(), means });
        }
    }
    out.sort_by_cached_key(|t| (t.term.to_lowercase(), t.term.clone()));
    out
}

fn emergency(body: &Body) -> Vec<String> {
    let mut out = Vec::new();
    let asked = urgent_of(&body.question, &body.case);
    if asked.iter().any(|u| u.crisis) {
        out.push(CRISIS.to_owned());
    }
    let now: Vec<&str> = asked.iter().filter(|u| !u.crisis).map(|u| u.wording).collect();
    out.extend(now.iter().map(|w| format!("Call your local emergency number now if there is {w}.")));
    let mut named: Vec<&Urgent> = Vec::new();
    if body.outcome == Outcome::Answered {
        let quotes: Vec<&str> = body.lines().filter_map(|l| l.citations.first()).map(|c| c.quote.as_str()).collect();
        named = urgent_in(&quotes.join("\n"));
        named.retain(|u| !asked.iter().any(|a| a.wording == u.wording));
    }
    if named.iter().any(|u| u.crisis) {
        out.push(CRISIS.to_owned());
    }
    let signs: Vec<&str> = named.iter().filter(|u| !u.crisis).map(|u| u.wording).take(SIGNS).collect();
    if signs.is_empty() && out.is_empty() {
        out.push(HELP.to_owned());
    } else if !signs.is_empty() {
        out.push(format!("Call your local emergency number if any of these happens: {}.", signs.join("; ")));
    }
    out
}

fn questions(body: &Body, left_out: LeftOut) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for missing in &body.case.missing {
        let question = about(missing);
        if !out.contains(&question) {
            out.push(question);
        }
        if out.len() + 3 >= QUESTIONS {
            break;
        }
    }
    if left_out.doses + left_out.without_dose > 0 {
        out.push("How much of each medicine do I need, and when do I take it?".to_owned());
    }
    out.push("What are my choices, and what happens if we wait?".to_owned());
    out.push("What side effects or changes should I watch for, and when should I call you?".to_owned());
    out
}

/// A question about a fact that would change the answer.
fn about(missing: &Missing) -> String {
    let plain = |t: &str| glossary::plain(t, |_| false);
    let value = missing.value.as_str();
    let small = || {
        let text = plain(value);
        // The glossary begins a sentence with a capital; here the words stand inside one.
        let kept = value.starts_with(char::is_uppercase) && !text.starts_with(|c: char| !value.starts_with(c));
        let mut chars = text.chars();
        match chars.next() {
            Some(c) if !kept && !text[1.min(text.len())..].starts_with(|c: char| c.is_uppercase()) => {
                c.to_lowercase().chain(chars).collect()
            }
            _ => text,
        }
    };
    match missing.attribute.as_str() {
        "biomarker" => {
            let gene = value.split_whitespace().next().unwrap_or(value).to_uppercase();
            format!("Was I tested for {gene}, and what was the result?")
        }
        "ecog" => "How does my strength for daily life affect the choices?".to_owned(),
        "stage" | "tnm" => "What stage is it, and what does that mean for me?".to_owned(),
        "metastasis" => {
            format!("Has it spread (to the {}), and does that change the plan?", value.trim_start_matches("any"))
        }
        "pregnancy" => "Does it matter if I am pregnant, could be, or breastfeed?".to_owned(),
        "age" => "Does my age change the plan?".to_owned(),
        "sex" | "weight" => format!("Does my {value} change the plan?"),
        "allergy" => format!("Does it matter if I am allergic to {}?", small()),
        "treatment" => format!(
            "Have I had {}, and does that change the plan?",
            plain(&format!("had {}", value.trim_start_matches("earlier "))).trim_start_matches("had ")
        ),
        "lab" | "organ_function" if value == "egfr" => {
            "How well do my kidneys filter (eGFR), and what does it mean?".to_owned()
        }
        "lab" if value == "cea" => "What is my CEA result, and what does it mean?".to_owned(),
        "medication" => format!("Does it matter whether I take or took {}?", small()),
        "lab" | "vital" | "organ_function" => format!("What is my {} result, and what does it mean?", small()),
        "symptom" => format!("What should I do if I have {}?", small()),
        "finding" if value == "care setting" => "Can I be treated at home, or do I need the hospital?".to_owned(),
        "lifestyle" => format!("How does {} affect this?", small()),
        _ => format!("Do I have {}, and would that change the plan?", small()),
    }
}
