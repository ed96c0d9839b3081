//! Following up: what is asked behind an article, read as a question of its own.
//!
//! "What if KRAS is mutant?" keeps the question and changes the case; "why not surgery?" keeps the case and asks another
//! thing; "how is pneumonia treated?" begins anew. What comes out is a text to be read as any question is, so that nothing
//! behind it knows threads. Owns that decision and the record of what changed; how a question is read is the business of
//! `clinical`, and what answers it that of `plan`.

mod changes;
mod record;
mod subject;
mod text;
mod told;

pub use changes::compare;
pub use record::{FactChange, Follows, How, StatementChange};

use crate::article::{Body, Line, Outcome};
use clinical::{Assertion, Attribute, Case, Change, ConceptKind, Fact, Intent, change, read_case};
use text::{asks_first, bare, clauses, is_demand, sentences, telling, tidy, words};

/// What a follow-up does to the question that it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// The same is asked of a changed case.
    SameQuestion,
    /// Another thing is asked of the case, as it was or changed.
    AnotherQuestion,
    /// It is about something else: a new question that knows nothing of the one before.
    NewCase,
}

/// A follow-up, understood.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    /// The question it comes to, whole: to be read like any other.
    pub text: String,
    /// What it does.
    pub turn: Turn,
    /// What is asked, where another thing is: the last words of `text`.
    asks: Option<String>,
    /// What is told, as sentences: the first words of what is new in `text`.
    told: String,
    /// Where in `text` begins what was not in the question before, in bytes.
    new_from: usize,
    /// What "it" and "what dose?" were taken to be about: what the article recommends.
    pub about: Vec<String>,
    /// What was told and no fact read out of it.
    pub unread: Option<String>,
}

/// Understands a follow-up to an article. Patient identifiers must be out of it. Never fails; linear in both texts, which are
/// read a few times.
pub fn follow_up(previous: &Body, typed: &str) -> FollowUp {
    let (lead, rest) = subject::lead(typed);
    let own = read_case(rest);
    let mut out = FollowUp {
        text: String::new(),
        turn: Turn::NewCase,
        asks: None,
        told: String::new(),
        new_from: 0,
        about: Vec::new(),
        unread: None,
    };
    if let Some(text) = subject::new_case(previous, lead, rest, &own) {
        return FollowUp { text, ..out };
    }
    let Parts { told, asked } = parts(lead, rest);
    out.told = told.join(" ");
    let new = read_case(&out.told).facts;
    out.unread = (!told.is_empty() && new.is_empty()).then(|| out.told.clone());
    let old = trimmed(&previous.question, &new, addition(typed));
    let (before, behind) = if asked.is_empty() {
        out.turn = Turn::SameQuestion;
        (old, tidy(&out.told))
    } else {
        let (asks, about) = subject::with_subject(previous, &asked.join(" "));
        let asks = crate::words::capitalised(&asks);
        // What cannot be told apart from what was asked stays whole.
        let story =
            told::told(&old).unwrap_or_else(|| if read_case(&old).facts.is_empty() { String::new() } else { old });
        let behind = tidy(&format!("{} {asks}", out.told));
        (out.turn, out.about, out.asks) = (Turn::AnotherQuestion, about, Some(asks));
        (story, behind)
    };
    out.text = tidy(&format!("{before} {behind}"));
    out.new_from = out.text.len().saturating_sub(behind.len());
    out
}

impl FollowUp {
    /// Makes the case read out of `text` this follow-up's: what was told before and cannot stay beside what is told now goes,
    /// where its words could not be cut out; and only what is asked now counts as asked.
    pub fn settle(&self, case: &mut Case) {
        if self.turn == Turn::NewCase {
            return;
        }
        let (old, mut new): (Vec<Fact>, Vec<Fact>) = case.facts.drain(..).partition(|f| f.span[0] < self.new_from);
        // Beside what was told before, the reader may take a second age or name for none: what is told now counts as read alone.
        for fact in read_case(&self.told).facts {
            let known = |f: &Fact| f.value == fact.value && f.assertion == fact.assertion;
            if !old.iter().any(known) && !new.iter().any(known) {
                let span = fact.span.map(|at| (self.new_from + at).min(self.text.len()));
                new.push(Fact { span, ..fact });
            }
        }
        let adds = addition(&self.told);
        let stays = |f: &Fact| !new.iter().any(|n| ends(n, f, adds));
        case.facts = old.into_iter().filter(stays).collect();
        case.facts.extend(new);
        if let Some(asks) = &self.asks {
            let intents: Vec<Intent> = read_case(asks).intents;
            if !intents.is_empty() {
                case.intents = intents;
            }
        }
    }
}

impl FollowUp {
    /// What must be said of an answer to "what dose?" in which no sentence on what was asked about gives one.
    pub fn lacking(&self, body: &Body) -> Option<String> {
        let asks = self.asks.as_deref()?;
        let doses = read_case(asks).intents.first() == Some(&Intent::Dosing);
        let drugs: Vec<&str> = clinical::mentions(asks)
            .into_iter()
            .filter(|m| matches!(m.concept.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen))
            .map(|m| m.concept.name)
            .collect();
        let given = |line: &Line| {
            text::gives_amount(&line.text)
                && clinical::mentions(&line.text)
                    .iter()
                    .any(|m| drugs.iter().any(|d| clinical::is_a(m.concept.name, d)))
        };
        (doses && !drugs.is_empty() && body.outcome == Outcome::Answered && !body.lines().any(given)).then(|| {
            format!(
                "A dose of {} is asked for; no statement shown here that names it gives an amount.",
                crate::words::join(&drugs)
            )
        })
    }
}

/// Whether a later fact ends an earlier one; a disease that is told beside another ("he also has ...") ends none.
fn ends(later: &Fact, earlier: &Fact, adds: bool) -> bool {
    let beside = adds && earlier.attribute == Attribute::Diagnosis;
    change(later, earlier).is_some_and(|c| c == Change::Withdrawn || !beside)
}

/// Whether something is told beside what was told before.
fn addition(text: &str) -> bool {
    words(text).iter().any(|w| matches!(w.norm.as_str(), "also" | "too" | "additionally" | "plus" | "besides"))
}

/// The earlier question without the words of the facts that the new ones end.
fn trimmed(question: &str, new: &[Fact], adds: bool) -> String {
    let mut text = question.to_owned();
    let end = |f: &Fact| new.iter().find(|n| ends(n, f, adds));
    // Each cut moves the places of the facts behind it, so the text is read again; what cannot be cut is left to `settle`.
    let mut left: Vec<Fact> = Vec::new();
    loop {
        let facts = read_case(&text).facts;
        let is_left = |f: &Fact| left.iter().any(|k| k.value == f.value && k.assertion == f.assertion);
        let Some((fact, by)) = facts.into_iter().filter(|f| !is_left(f)).find_map(|f| end(&f).map(|n| (f, n))) else {
            return text;
        };
        // A disease gives its place to the one that it is now taken for, or the question would be about nothing.
        let another =
            by.value.text().filter(|_| fact.attribute == Attribute::Diagnosis && by.assertion == Assertion::Present);
        let cut = match another {
            Some(name) => {
                spliced(&text, fact.span, name).filter(|t| !read_case(t).facts.iter().any(|f| f.value == fact.value))
            }
            None => told::without(&text, &fact, |f| end(f).is_some()),
        };
        match cut {
            Some(shorter) => text = shorter,
            None => left.push(fact),
        }
    }
}

/// A text with other words in one place.
fn spliced(text: &str, [from, to]: [usize; 2], words: &str) -> Option<String> {
    Some(format!("{}{words}{}", text.get(..from)?, text.get(to..)?))
}

/// The parts of a follow-up that tell, as sentences, and those that ask.
struct Parts {
    told: Vec<String>,
    asked: Vec<String>,
}

fn parts(lead: subject::Lead, text: &str) -> Parts {
    let mut parts = Parts { told: Vec::new(), asked: Vec::new() };
    for sentence in sentences(text) {
        let whole = &text[sentence[0]..sentence[1]];
        let clauses = clauses(text, sentence);
        // "If she is pregnant, is it safe?" tells before it asks.
        let asks = clauses.iter().position(|c| asks_first(&text[c[0]..c[1]]));
        match asks {
            Some(0) => parts.asked.push(whole.trim().to_owned()),
            Some(at) => {
                parts.told.push(telling(&text[sentence[0]..clauses[at][0]]));
                parts.asked.push(text[clauses[at][0]..sentence[1]].trim().to_owned());
            }
            None if lead != subject::Lead::Supposes && subject::names_what_is_asked(lead, whole) => {
                parts.asked.push(format!("What about {}?", bare(whole)));
            }
            None if lead != subject::Lead::Supposes && demands(whole) => {
                parts.asked.push(format!("{}?", crate::words::capitalised(bare(whole))));
            }
            None => parts.told.push(telling(whole)),
        }
    }
    parts
}

/// "Dose?", "side effects?", "prognosis?": no fact, and something that can be asked for.
fn demands(text: &str) -> bool {
    let case = read_case(text);
    let tells = case.facts.iter().any(|f| f.assertion != Assertion::Planned);
    let first = words(text).first().is_some_and(|w| is_demand(&w.norm));
    !tells && (first || !case.intents.is_empty())
}

#[cfg(test)]
mod tests;
