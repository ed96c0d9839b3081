//! Which statements of digests answer the question, and for whom they are.
//!
//! A digest is on the topic when a disease of the case is one of its topics (or narrower). Then every statement
//! in the sections of the plan answers a broad question, and those that speak of what is asked a narrow one.
//! Conditions decide the rest in three values; nothing that is unknown is taken for absent.

use crate::plan::{Asked, Found, Layout, Shelf};
use crate::words::is_generic;
use clinical::{Asked as Unknown, Assertion, Attribute, Concept, Condition, ConceptKind, Truth};
use evidence::{Marks, Passage, Role, Section, Source, Span, Strength};
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// A statement that answers.
#[derive(Debug, Clone)]
pub struct Chosen<'a> {
    /// Its digest.
    pub found: &'a Found,
    /// Its passage.
    pub passage: &'a Passage,
    /// Where it stands.
    pub span: Span,
    /// What the digest says about it.
    pub marks: &'a Marks,
    /// What of `when` the case leaves open.
    pub hangs_on: Option<Condition>,
    /// The facts that `hangs_on` and `caution` ask for.
    pub unknown: Vec<Unknown>,
    /// What of `unless` the case leaves open.
    pub caution: Option<Condition>,
    /// How many facts of the case it is made for; a statement for this very case ranks above one for all.
    pub fits: usize,
    /// Share of what is asked that it speaks of, 0 to 1; 1 for a broad question.
    pub focus: f64,
}

impl Chosen<'_> {
    /// The heading right above it, or the digest's title.
    pub fn topic(&self) -> &str {
        self.passage.heading.last().map_or(self.found.source.title.as_str(), String::as_str)
    }

    /// What must be avoided or heeded is shown until a known fact speaks against it.
    pub(crate) fn shown_whatever(&self) -> bool {
        matches!(self.marks.role, Role::Avoid | Role::Warn)
    }
}

/// A statement that a reader would expect and that does not apply.
#[derive(Debug, Clone)]
pub struct Ruled<'a> {
    /// The statement.
    pub statement: Chosen<'a>,
    /// Why, in words.
    pub reason: String,
}

/// What selection gave.
pub(crate) struct Selection<'a> {
    /// Statements that answer.
    pub chosen: Vec<Chosen<'a>>,
    /// Statements that do not apply.
    pub ruled_out: Vec<Ruled<'a>>,
    /// Whether the question was narrow.
    pub focused: bool,
}

/// A statement of a narrow question must speak of this share of what is asked.
const FOCUS_KEPT: f64 = 0.5;
/// With no disease named, a digest is on the topic only if one statement speaks of this share.
const FOCUS_WITHOUT_DISEASE: f64 = 0.75;

/// Selects from the digests found.
pub(crate) fn select<'a>(asked: &Asked, shelf: &'a Shelf, layout: &Layout) -> Selection<'a> {
    let mut analyzer = Analyzer::default();
    let focus = Focus::of(asked, shelf, &mut analyzer);
    let mut selection = Selection { chosen: Vec::new(), ruled_out: Vec::new(), focused: !focus.is_empty() };
    let mut digests: Vec<&Found> = shelf.found.iter().filter(|f| f.source.digest.is_some()).collect();
    digests.sort_by(|a, b| a.source.id.cmp(&b.source.id));
    for found in digests {
        let topic = on_topic(asked, &found.source);
        if topic == Topic::Other {
            continue;
        }
        let mut statements = candidates(asked, found, &focus, &mut analyzer);
        let best = statements.iter().map(|s| s.0.focus).fold(0.0, f64::max);
        let needed = if topic == Topic::Named { FOCUS_KEPT } else { FOCUS_WITHOUT_DISEASE };
        if best < needed || (topic == Topic::Unnamed && focus.is_empty()) {
            continue;
        }
        if focus.is_empty() {
            statements.retain(|(s, _)| in_layout(layout, s.marks));
        } else {
            statements.retain(|(s, _)| s.focus >= FOCUS_KEPT.min(best));
        }
        for (statement, ruling) in statements {
            match ruling {
                Ruling::Applies => selection.chosen.push(statement),
                Ruling::Withheld(reason) => selection.ruled_out.push(Ruled { statement, reason }),
                Ruling::OfAnotherDisease => {}
            }
        }
    }
    selection
}

/// The section a statement stands in: its role decides for what must not be done and for outcomes.
pub(crate) fn section_of(marks: &Marks) -> &'static str {
    match marks.role {
        Role::Avoid => "avoid",
        Role::Outcome => "outcomes",
        _ => marks.section.word(),
    }
}

/// A broad question gets the sections of its plan; what must not be done in a section it does not get is left
/// out with it.
fn in_layout(layout: &Layout, marks: &Marks) -> bool {
    let holds = |key: &str| layout.sections.iter().any(|(k, _)| k == key);
    holds(section_of(marks)) && (marks.role != Role::Avoid || holds(marks.section.word()))
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Topic {
    /// The case names a disease that is one of the digest's topics.
    Named,
    /// The case names no disease.
    Unnamed,
    /// The case names other diseases, or contradicts a topic.
    Other,
}

fn on_topic(asked: &Asked, source: &Source) -> Topic {
    let diseases: Vec<&str> = asked
        .case
        .facts
        .iter()
        .filter(|f| matches!(f.attribute, Attribute::Diagnosis | Attribute::Comorbidity))
        .filter(|f| !matches!(f.assertion, Assertion::Absent | Assertion::Family))
        .filter_map(|f| f.value.text())
        .collect();
    if contradicts_metastatic(asked, source) {
        return Topic::Other;
    }
    if diseases.iter().any(|d| source.topics.iter().any(|t| clinical::is_a(d, t))) {
        return Topic::Named;
    }
    let main = asked.case.of(Attribute::Diagnosis).next().is_some();
    if main { Topic::Other } else { Topic::Unnamed }
}

/// A digest on metastatic disease does not speak of stage I to III, nor of disease said to be without metastases.
fn contradicts_metastatic(asked: &Asked, source: &Source) -> bool {
    if !source.topics.iter().any(|t| t.contains("metasta")) {
        return false;
    }
    let metastases = || asked.case.of(Attribute::Metastasis);
    if metastases().any(|f| f.assertion == Assertion::Present) {
        return false;
    }
    metastases().any(|f| f.assertion == Assertion::Absent)
        || asked.case.of(Attribute::Stage).any(|f| {
            let stage = f.value.text().unwrap_or_default();
            f.assertion == Assertion::Present && stage.starts_with('I') && !stage.starts_with("IV")
        })
}

enum Ruling {
    Applies,
    Withheld(String),
    OfAnotherDisease,
}

fn candidates<'a>(
    asked: &Asked,
    found: &'a Found,
    focus: &Focus,
    analyzer: &mut Analyzer,
) -> Vec<(Chosen<'a>, Ruling)> {
    let mut out = Vec::new();
    for passage in &found.source.passages {
        for statement in &passage.statements {
            let Some(marks) = statement.marks.as_deref() else { continue };
            let text = found.source.slice(statement.span);
            let focus = focus.share(text, &passage.heading, analyzer);
            let mut chosen = Chosen {
                found,
                passage,
                span: statement.span,
                marks,
                hangs_on: None,
                unknown: Vec::new(),
                caution: None,
                fits: 0,
                focus,
            };
            let ruling = rule(asked, &mut chosen);
            out.push((chosen, ruling));
        }
    }
    out
}

/// Applies `when` and `unless` as the design decides: `when` not met is not offered, `unless` met is withheld,
/// unknown `when` hangs, unknown `unless` is a caution.
fn rule(asked: &Asked, chosen: &mut Chosen<'_>) -> Ruling {
    let case = &asked.case;
    if let Some(when) = &chosen.marks.when {
        match when.evaluate(case) {
            Truth::Met => chosen.fits = when.attributes().len(),
            Truth::Unknown => {
                chosen.hangs_on = when.residual(case);
                chosen.unknown = when.unknown(case);
                chosen.fits = when.attributes().len().saturating_sub(chosen.unknown.len());
            }
            Truth::NotMet if when.attributes().contains(&Attribute::Diagnosis) => return Ruling::OfAnotherDisease,
            Truth::NotMet => return Ruling::Withheld(format!("applies only if {}", when.describe())),
        }
    }
    if let Some(unless) = &chosen.marks.unless {
        match unless.evaluate(case) {
            Truth::Met => return Ruling::Withheld(format!("does not apply if {}", unless.describe())),
            Truth::Unknown => {
                chosen.caution = unless.residual(case);
                for fact in unless.unknown(case) {
                    if !chosen.unknown.contains(&fact) {
                        chosen.unknown.push(fact);
                    }
                }
            }
            Truth::NotMet => {}
        }
    }
    Ruling::Applies
}

/// What a narrow question asks for, beyond the case and the words every clinical question uses.
struct Focus {
    words: Vec<(String, f64)>,
    concepts: Vec<(&'static Concept, f64)>,
    total: f64,
}

impl Focus {
    fn of(asked: &Asked, shelf: &Shelf, analyzer: &mut Analyzer) -> Self {
        let question = &asked.question;
        let clauses = asking(asked);
        let known: Vec<[usize; 2]> = asked.case.facts.iter().filter(|f| is_context(f)).map(|f| f.span).collect();
        let inside = |spans: &[[usize; 2]], start: usize, end: usize| spans.iter().any(|s| s[0] < end && start < s[1]);
        let mut concepts: Vec<(&'static Concept, f64)> = Vec::new();
        let mut spoken_for = known;
        for mention in clinical::mentions(question) {
            let aside = !inside(&clauses, mention.span[0], mention.span[1]);
            if aside || inside(&spoken_for, mention.span[0], mention.span[1]) {
                continue;
            }
            spoken_for.push(mention.span);
            if mention.concept.kind == ConceptKind::Disease || concepts.iter().any(|(c, _)| c.name == mention.concept.name) {
                continue;
            }
            let mut weight: f64 = 0.0;
            analyzer.each(&question[mention.span[0]..mention.span[1]], |t| weight = weight.max(shelf.bm25.weight(t.stem)));
            concepts.push((mention.concept, weight.max(1.0)));
        }
        let mut seen = BTreeSet::new();
        let mut words = Vec::new();
        analyzer.each(question, |token| {
            let word = question[token.start..token.end].to_lowercase();
            let counts = !is_filler(&word)
                && !is_generic(token.stem)
                && word.chars().any(char::is_alphabetic)
                && word.len() > 1
                && inside(&clauses, token.start, token.end)
                && !inside(&spoken_for, token.start, token.end);
            if counts && seen.insert(token.stem.to_owned()) {
                words.push((token.stem.to_owned(), shelf.bm25.weight(token.stem).max(0.1)));
            }
        });
        let total = words.iter().map(|w| w.1).sum::<f64>() + concepts.iter().map(|c| c.1).sum::<f64>();
        Self { words, concepts, total }
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.concepts.is_empty()
    }

    /// Share of the focus that a statement speaks of, its headings included; 1 when there is no focus.
    fn share(&self, text: &str, heading: &[String], analyzer: &mut Analyzer) -> f64 {
        if self.is_empty() {
            return 1.0;
        }
        let mut held = 0.0;
        let mut stems = BTreeSet::new();
        for part in heading.iter().map(String::as_str).chain([text]) {
            analyzer.each(part, |t| {
                stems.insert(t.stem.to_owned());
            });
        }
        held += self.words.iter().filter(|(w, _)| stems.contains(w)).map(|(_, weight)| weight).sum::<f64>();
        if !self.concepts.is_empty() {
            let mentioned: Vec<&Concept> = heading
                .iter()
                .map(String::as_str)
                .chain([text])
                .flat_map(clinical::mentions)
                .map(|m| m.concept)
                .collect();
            let spoken = |c: &Concept| mentioned.iter().any(|m| clinical::is_a(&m.name, &c.name));
            held += self.concepts.iter().filter(|(c, _)| spoken(c)).map(|(_, weight)| weight).sum::<f64>();
        }
        held / self.total
    }
}

/// The clauses that ask, as byte ranges. A question that tells of a patient asks in one of its clauses ("what
/// next?") and describes in the others; any other question asks in all of them.
fn asking(asked: &Asked) -> Vec<[usize; 2]> {
    let question = asked.question.as_str();
    let described = asked.case.facts.iter().filter(|f| f.attribute != Attribute::Diagnosis && is_context(f)).count();
    if described < DESCRIBES_A_PATIENT {
        return vec![[0, question.len()]];
    }
    let mut clauses = Vec::new();
    let mut start = 0;
    for (at, c) in question.char_indices() {
        let inside_number = c != '?' && c != '\n' && !question[at + c.len_utf8()..].starts_with(char::is_whitespace);
        if matches!(c, ',' | ';' | '.' | '?' | ':' | '\n') && !inside_number {
            clauses.push((start, at, c == '?'));
            start = at + c.len_utf8();
        }
    }
    clauses.push((start, question.len(), false));
    let asks = |text: &str| {
        let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
        ASKING.contains(&first.as_str())
    };
    clauses
        .into_iter()
        .filter(|(start, end, mark)| *mark || asks(&question[*start..*end]))
        .map(|(start, end, _)| [start, end])
        .collect()
}

/// So many facts beside the diagnosis make a question the story of a patient.
const DESCRIBES_A_PATIENT: usize = 2;

const ASKING: &[&str] = &[
    "what", "which", "how", "should", "can", "could", "would", "is", "are", "does", "do", "when", "why", "who", "may", "whether", "any",
];

/// Facts that describe the patient; what is planned or asked about is the focus instead.
fn is_context(fact: &clinical::Fact) -> bool {
    match fact.attribute {
        Attribute::Treatment | Attribute::Medication => fact.assertion != Assertion::Planned,
        _ => true,
    }
}

/// Order of statements for the bottom line: smaller is better. What applies goes before what hangs; then an
/// emergency or a biomarker that the case has, then the main strategy, then the rest; then role, strength and step.
pub(crate) fn bottom_line_key(statement: &Chosen<'_>, roles: &[Role]) -> Option<impl Ord + use<>> {
    let marks = statement.marks;
    let role = roles.iter().position(|r| *r == marks.role)?;
    let made_for_this_case = statement.hangs_on.is_none() && statement.fits > 0;
    let section = match marks.section {
        Section::Emergency | Section::ByBiomarker if made_for_this_case => 0,
        Section::Strategy | Section::Diagnosis | Section::Monitoring | Section::Definition => 1,
        _ => 2,
    };
    let strength = match marks.strength {
        Some(Strength::Strong) => 0,
        None => 1,
        Some(Strength::Weak) => 2,
    };
    // Bands of focus, so that one more word of the question does not outweigh a recommendation.
    let focus = 3 - (statement.focus * 3.0) as usize;
    let step = marks.step.unwrap_or(u16::MAX);
    Some((focus, statement.hangs_on.is_some(), section, role, strength, step, marks.line))
}
