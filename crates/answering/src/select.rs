//! Which statements of digests answer the question, and for whom they are.
//!
//! A digest is on the topic when a disease of the case is one of its topics (or narrower). Then every statement
//! in the sections of the plan answers a broad question, and those that speak of what is asked a narrow one.
//! Conditions decide the rest in three values; nothing that is unknown is taken for absent.

use crate::aspect::{self, Fit};
use crate::plan::{Asked, Found, Layout, Shelf};
use crate::topic::{self, Topic};
use crate::words::is_generic;
use clinical::{Asked as Unknown, Assertion, Attribute, Concept, ConceptKind, Condition, Truth};
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

    /// Whether its `when` is met by a fact of this very patient of one of these kinds.
    fn is_for(&self, kinds: &[Attribute]) -> bool {
        let asks = |w: &Condition| w.attributes().iter().any(|a| kinds.contains(a));
        self.hangs_on.is_none() && self.fits > 0 && self.marks.when.as_ref().is_some_and(asks)
    }

    /// Whether a contraindication, an interaction, pregnancy or a failing organ of this very patient calls for it.
    pub(crate) fn is_safety(&self) -> bool {
        (self.shown_whatever() || self.marks.role == Role::Dose) && self.is_for(HARM)
    }

    /// Whether a hard fact of this very patient forbids something: a marker, a measurement, pregnancy, an allergy.
    pub(crate) fn forbids(&self) -> bool {
        self.marks.role == Role::Avoid && self.is_for(HARD)
    }

    /// The section it stands in.
    pub(crate) fn section(&self) -> &'static str {
        if self.is_safety() { SAFETY } else { section_of(self.marks) }
    }
}

/// Key of the section of what the patient's own facts call for: it comes first whatever was asked.
pub(crate) const SAFETY: &str = "safety";

/// Facts because of which a treatment harms. Where a tumor lies, or what was given before, changes what helps; it is no
/// matter of safety by itself.
const HARM: &[Attribute] = &[
    Attribute::Pregnancy,
    Attribute::OrganFunction,
    Attribute::Comorbidity,
    Attribute::Medication,
    Attribute::Allergy,
    Attribute::Toxicity,
    Attribute::Lab,
    Attribute::Vital,
];

/// Facts that leave no room: what they forbid belongs into the bottom line.
const HARD: &[Attribute] = &[
    Attribute::Biomarker,
    Attribute::Ecog,
    Attribute::Pregnancy,
    Attribute::OrganFunction,
    Attribute::Allergy,
    Attribute::Toxicity,
    Attribute::Lab,
];

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

/// A digest answers a narrow question when one of its statements speaks of this share of what is asked.
const ANSWERS: f64 = 0.45;
/// The same when the disease that is asked about, if any, is none of the digest's topics.
const ANSWERS_OFF_TOPIC: f64 = 0.7;
/// Statements are kept down to this share of the best one's.
const KEPT_OF_BEST: f64 = 0.45;

/// Selects from the digests found.
pub(crate) fn select<'a>(asked: &Asked, shelf: &'a Shelf, layout: &Layout) -> Selection<'a> {
    let mut analyzer = Analyzer::default();
    let mut selection = Selection { chosen: Vec::new(), ruled_out: Vec::new(), focused: false };
    let mut digests: Vec<&Found> = shelf.found.iter().filter(|f| f.source.digest.is_some()).collect();
    digests.sort_by(|a, b| a.source.id.cmp(&b.source.id));
    let topics: Vec<Topic> = digests.iter().map(|f| topic::topic(asked, &f.source)).collect();
    let nearest = topic::nearest(asked, &topics);
    // The nearest digests first, so that what another one says again can be left out.
    let mut ordered: Vec<(&Found, Topic)> = digests.into_iter().zip(topics).collect();
    ordered.sort_by_key(|(_, topic)| std::cmp::Reverse(*topic));
    for (found, topic) in ordered {
        let fit = aspect::fit(asked, &found.source);
        if fit == Fit::Contradicted {
            continue;
        }
        let on_topic = topic != Topic::Off;
        let focus = Focus::of(asked, shelf, &found.source, on_topic, &mut analyzer);
        if focus.is_empty() && !(on_topic && fit == Fit::Spoken) {
            continue;
        }
        let mut statements = candidates(asked, found, &focus, &mut analyzer);
        let best = statements.iter().map(|s| s.0.focus).fold(0.0, f64::max);
        if best < if on_topic { ANSWERS } else { ANSWERS_OFF_TOPIC } {
            continue;
        }
        if focus.is_empty() {
            // Of what the patient has beside it, the steps made for this very patient and what may harm this patient.
            let beside =
                |s: &Chosen<'_>| s.hangs_on.is_none() && s.fits > 0 && (s.marks.step.is_some() || s.is_safety());
            statements.retain(|(s, _)| in_layout(layout, s.marks) && (topic == nearest || beside(s)));
        } else {
            selection.focused = true;
            // What can harm this very patient is said whatever else was asked.
            statements.retain(|(s, _)| s.focus >= KEPT_OF_BEST * best || on_topic && s.is_safety());
        }
        let said: Vec<BTreeSet<String>> = selection.chosen.iter().map(|c| stems(c, &mut analyzer)).collect();
        for (statement, ruling) in statements {
            match ruling {
                Ruling::Applies if says_again(&stems(&statement, &mut analyzer), &said) => {}
                Ruling::Applies => selection.chosen.push(statement),
                Ruling::Withheld(reason) => selection.ruled_out.push(Ruled { statement, reason }),
                Ruling::NotExpected => {}
            }
        }
    }
    selection
}

/// Share of the words of the shorter of two statements of different digests from which on they say the same.
const SAME: f64 = 0.7;

fn stems(statement: &Chosen<'_>, analyzer: &mut Analyzer) -> BTreeSet<String> {
    let mut stems = BTreeSet::new();
    analyzer.each(statement.found.source.slice(statement.span), |t| {
        stems.insert(t.stem.to_owned());
    });
    stems
}

/// Whether another digest has said it already.
fn says_again(words: &BTreeSet<String>, said: &[BTreeSet<String>]) -> bool {
    said.iter().any(|other| {
        let least = words.len().min(other.len()).max(1);
        words.intersection(other).count() as f64 >= SAME * least as f64
    })
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

enum Ruling {
    Applies,
    Withheld(String),
    /// Of another disease, or already answered: no reader would expect it.
    NotExpected,
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
            Truth::Met => chosen.fits = specific(when),
            Truth::Unknown => {
                chosen.hangs_on = when.residual(case);
                chosen.unknown = when.unknown(case);
                chosen.fits = specific(when).saturating_sub(chosen.unknown.len());
            }
            Truth::NotMet if when.attributes().contains(&Attribute::Diagnosis) => return Ruling::NotExpected,
            Truth::NotMet => return Ruling::Withheld(format!("applies only if {}", when.describe())),
        }
    }
    if let Some(unless) = &chosen.marks.unless {
        match unless.evaluate(case) {
            Truth::Met if marks_ask(chosen) => return Ruling::NotExpected, // the question says it already
            Truth::Met => return Ruling::Withheld(format!("does not apply if {}", unless.describe())),
            Truth::Unknown => {
                chosen.caution = if marks_ask(chosen) { None } else { unless.residual(case) };
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

/// A statement that asks is answered, not cautioned, by what its `unless` says.
fn marks_ask(chosen: &Chosen<'_>) -> bool {
    chosen.marks.role == Role::Ask
}

/// How many things beside the disease a condition asks for.
fn specific(when: &Condition) -> usize {
    when.attributes().iter().filter(|a| **a != Attribute::Diagnosis).count()
}

/// What a narrow question asks for, beyond the case and the words every clinical question uses.
struct Focus {
    words: Vec<(String, f64)>,
    concepts: Vec<(&'static Concept, f64)>,
    /// Diseases asked about that are not the digest's topic: a statement must speak of them.
    diseases: Vec<&'static Concept>,
    /// Off the topic, two of three concepts must be named: words alone are too easily shared.
    all_must_be_named: bool,
    total: f64,
}

/// Weight of a word that the digest never uses, against one that it does: it may be the point of the question,
/// or only a way of putting it.
const UNUSED_WORD: f64 = 0.35;
/// Least weight of a concept, in inverse document frequency: a drug or a test is never a mere word.
const CONCEPT_WEIGHT: f64 = 3.0;

impl Focus {
    /// On the topic, facts of the case are the background against which something is asked. Off it, there is no
    /// background: everything said must be spoken of.
    fn of(asked: &Asked, shelf: &Shelf, source: &Source, on_topic: bool, analyzer: &mut Analyzer) -> Self {
        let question = &asked.question;
        let story = on_topic && tells_of_a_patient(asked);
        let clauses = if story { asking(question) } else { vec![[0, question.len()]] };
        let inside = |spans: &[[usize; 2]], start: usize, end: usize| spans.iter().any(|s| s[0] < end && start < s[1]);
        let background = |f: &&clinical::Fact| on_topic && is_context(f);
        let mut spoken_for: Vec<[usize; 2]> = asked.case.facts.iter().filter(background).map(|f| f.span).collect();
        let told: Vec<&Concept> =
            asked.case.facts.iter().filter(background).filter_map(|f| clinical::concept(f.value.text()?)).collect();
        let mut focus = Self {
            words: Vec::new(),
            concepts: Vec::new(),
            diseases: Vec::new(),
            all_must_be_named: !on_topic,
            total: 0.0,
        };
        for mention in clinical::mentions(question) {
            let [start, end] = mention.span;
            if !inside(&clauses, start, end) || inside(&spoken_for, start, end) {
                continue;
            }
            spoken_for.push(mention.span);
            // "Should she be admitted?" is no question for the sentences that name the hospital.
            if on_topic && clinical::is_care_setting(mention.concept) {
                continue;
            }
            // A fact may be told twice: "hypomagnesemia (low magnesium)".
            if told.contains(&mention.concept) || focus.concepts.iter().any(|(c, _)| *c == mention.concept) {
                continue;
            }
            if mention.concept.kind == ConceptKind::Disease {
                focus.diseases.push(mention.concept);
            }
            let mut weight = CONCEPT_WEIGHT;
            analyzer.each(&question[start..end], |t| weight = weight.max(shelf.bm25.weight(t.stem)));
            focus.concepts.push((mention.concept, weight));
        }
        if on_topic {
            focus.diseases.clear();
        }
        let used = used_words(source, analyzer);
        let mut seen = BTreeSet::new();
        analyzer.each(question, |token| {
            let word = question[token.start..token.end].to_lowercase();
            let counts = !is_filler(&word)
                && !is_generic(token.stem)
                && word.chars().any(char::is_alphabetic)
                && word.len() > 1
                && inside(&clauses, token.start, token.end)
                && !inside(&spoken_for, token.start, token.end);
            if counts && seen.insert(token.stem.to_owned()) {
                let weight = shelf.bm25.weight(token.stem).max(0.1);
                match (used.contains(token.stem), story) {
                    (true, _) => focus.words.push((token.stem.to_owned(), weight)),
                    // Off the topic a word that the digest never uses counts in full: "zinc deficiency" is no question
                    // for a digest that speaks of mismatch repair deficiency.
                    (false, false) => {
                        let share = if on_topic { UNUSED_WORD } else { 1.0 };
                        focus.words.push((token.stem.to_owned(), weight * share));
                    }
                    (false, true) => {} // a story is told in all kinds of words
                }
            }
        });
        focus.total = focus.words.iter().map(|w| w.1).sum::<f64>() + focus.concepts.iter().map(|c| c.1).sum::<f64>();
        focus
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
            // A statement on a class of drugs speaks of its members; one on a member of anything, of the whole.
            let class = |c: &Concept, m: &Concept| m.kind == ConceptKind::DrugClass && c.is_a(m);
            // "Magnesium" is read as the laboratory value; given, it is a magnesium preparation.
            let given = |c: &Concept, m: &Concept| c.name.strip_suffix(" preparation") == Some(m.name);
            let spoken = |c: &Concept| mentioned.iter().any(|m| m.is_a(c) || class(c, m) || given(c, m));
            let named = self.concepts.iter().filter(|(c, _)| spoken(c)).count();
            let too_few = self.all_must_be_named && 3 * named < 2 * self.concepts.len();
            if too_few || !self.diseases.iter().all(|d| spoken(d)) {
                return 0.0;
            }
            held += self.concepts.iter().filter(|(c, _)| spoken(c)).map(|(_, weight)| weight).sum::<f64>();
        }
        held / self.total
    }
}

/// Whether a question describes somebody: a measurement of this patient, or two facts beside the diagnosis.
fn tells_of_a_patient(asked: &Asked) -> bool {
    let measured = |f: &clinical::Fact| match f.attribute {
        Attribute::Age | Attribute::Ecog | Attribute::Weight | Attribute::Vital | Attribute::OrganFunction => true,
        Attribute::Lab => f.detail.value.is_some(),
        _ => false,
    };
    let facts = || asked.case.facts.iter().filter(|f| f.attribute != Attribute::Diagnosis && is_context(f));
    facts().any(measured) || facts().count() >= DESCRIBES
}

/// The stems a digest uses, its headings included.
fn used_words(source: &Source, analyzer: &mut Analyzer) -> BTreeSet<String> {
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
fn asking(question: &str) -> Vec<[usize; 2]> {
    let mut found = Vec::new();
    let mut sentence: Vec<[usize; 2]> = Vec::new();
    let mut start = 0;
    let mut close = |sentence: &mut Vec<[usize; 2]>, asked: bool| {
        let asks = |c: &[usize; 2]| {
            let first = question[c[0]..c[1]].split_whitespace().next().unwrap_or_default().to_lowercase();
            ASKING.contains(&first.as_str())
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

/// So many facts beside the diagnosis make a question the story of a patient.
const DESCRIBES: usize = 2;

const ASKING: &[&str] = &[
    "what", "which", "how", "should", "can", "could", "would", "is", "are", "does", "do", "when", "why", "who", "may",
    "whether", "any",
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
    // A warning leads only where it decides: it is no answer to "how is it treated?".
    if marks.role == Role::Warn && marks.section == Section::Strategy {
        return None;
    }
    let section = match marks.section {
        Section::Emergency | Section::ByBiomarker if made_for_this_case => 0,
        Section::Strategy | Section::Diagnosis | Section::Monitoring | Section::Definition | Section::FindOutFirst => 1,
        Section::DecisionPoints => 2,
        _ => 3,
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
