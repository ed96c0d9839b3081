//! Which statements of digests answer the question, and for whom they are.
//!
//! A digest is on the topic when a disease of the case is one of its topics (or narrower). Then every statement
//! in the sections of the plan answers a broad question, and those that speak of what is asked a narrow one.
//! Conditions decide the rest in three values; nothing that is unknown is taken for absent.

use crate::aspect::{self, Fit};
use crate::assume;
use crate::effect::Effect;
use crate::plan::{Asked, Found, Layout, Shelf};
use crate::relevance::{Focus, Spoken, unexplained};
use crate::similar::Meaning;
use crate::topic::{self, Topic};
use crate::unheld::Unheld;
use clinical::{Asked as Unknown, Attribute, Condition, Truth};
use evidence::{Marks, Passage, Role, Section, Source, Span, Strength};
use retrieval::Analyzer;
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
    /// How much it speaks of all that the question says, its case included, 0 to 1.
    pub relevance: f64,
    /// How alike it is to the question in meaning.
    pub(crate) likeness: f64,
    pub(crate) spoken: Spoken,
    /// Statements of other digests that say the same.
    pub(crate) also: Vec<Chosen<'a>>,
}

impl Chosen<'_> {
    /// The heading right above it, or the digest's title.
    pub fn topic(&self) -> &str {
        self.passage.heading.last().map_or(self.found.source.title.as_str(), String::as_str)
    }

    /// The title of its digest and its headings.
    fn headings(&self) -> Vec<&str> {
        std::iter::once(&self.found.source.title).chain(&self.passage.heading).map(String::as_str).collect()
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

    /// Whether it hangs on something that most patients do not have, and that a question would tell: an exception is no answer
    /// while anything else is one.
    pub(crate) fn is_exception(&self) -> bool {
        self.hangs_on.as_ref().is_some_and(|c| c.attributes().iter().any(|a| EXCEPTIONAL.contains(a)))
    }

    /// Whether a hard fact of this very patient forbids something: a marker, a measurement, a drug taken, pregnancy, an allergy.
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
    Attribute::Medication,
    Attribute::Ecog,
    Attribute::Pregnancy,
    Attribute::OrganFunction,
    Attribute::Allergy,
    Attribute::Toxicity,
    Attribute::Lab,
];

/// Facts that a question tells where there is something to tell. Every tumor has a stage and a marker, known or not; not every
/// patient has a raised CEA, an allergy or a toxicity.
const EXCEPTIONAL: &[Attribute] = &[
    Attribute::Pregnancy,
    Attribute::OrganFunction,
    Attribute::Comorbidity,
    Attribute::Medication,
    Attribute::Allergy,
    Attribute::Toxicity,
    Attribute::Symptom,
    Attribute::Finding,
    Attribute::Lab,
    Attribute::Vital,
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
    /// Statements in nearly the words of one of another digest.
    pub echoes: Vec<Chosen<'a>>,
    /// Statements that do not apply.
    pub ruled_out: Vec<Ruled<'a>>,
    /// Whether the question was narrow.
    pub focused: bool,
    /// Title of the digest that the question was taken to be about although it names none of its topics.
    pub assumed: Option<String>,
    /// What is asked for that no digest on the topic speaks of.
    pub unheld: Vec<&'static str>,
}

/// A digest answers a narrow question when one of its statements speaks of this share of what is asked.
const ANSWERS: f64 = 0.45;
/// And, where it asks for drugs, tests or other diseases, of this share of their weight.
pub(crate) const NAMED: f64 = 0.5;
/// The same when the disease that is asked about, if any, is none of the digest's topics.
const ANSWERS_OFF_TOPIC: f64 = 0.7;
/// Statements are kept down to this share of the best one's.
const KEPT_OF_BEST: f64 = 0.5;
/// A statement leads, and takes those under its heading with it, from this share of the best one's.
const LEADS: f64 = 0.9;
/// A statement outside the sections of the plan answers a broad question when it speaks of this share of everything that the
/// question says. No share of the best one's: what another fact does to that one must not decide about this one.
const SPEAKS_OF_ALL: f64 = 0.6;

/// Where no digest is on the topic, statements this much like the question answer it: the reader missed what it is about.
/// Of 164 fresh questions looked at, those that should get no answer came to .46 at most; of our own, several that name another
/// disease came higher, so likeness alone never answers those (run 2026-11-27-starter).
const ALIKE_ANSWERS: f64 = 0.5;
/// Then those are kept that come this near to the most alike.
const KEPT_OF_MOST_ALIKE: f64 = 0.8;
/// On the topic, what comes this near to the most alike is said, whatever words it shares, when the question says more than
/// its case tells: so many words more.
const MOST_ALIKE: usize = 3;
const ALIKE: f64 = 0.33;
const UNEXPLAINED: usize = 2;

/// Selects from the digests found.
pub(crate) fn select<'a>(asked: &Asked, shelf: &'a Shelf, layout: &Layout) -> Selection<'a> {
    let mut analyzer = Analyzer::default();
    let mut selection = Selection {
        chosen: Vec::new(),
        echoes: Vec::new(),
        ruled_out: Vec::new(),
        focused: false,
        assumed: None,
        unheld: Vec::new(),
    };
    let digests = shelf.found.iter().filter(|f| f.source.digest.is_some());
    let effect = Effect::of(asked, shelf, &mut analyzer);
    let mut digests: Vec<&Found> =
        digests.filter(|f| effect.as_ref().is_none_or(|e| e.may_be_in(&f.source, &mut analyzer))).collect();
    digests.sort_by(|a, b| a.source.id.cmp(&b.source.id));
    let mut topics: Vec<Topic> = digests.iter().map(|f| topic::topic(asked, &f.source)).collect();
    let meaning = Meaning::of(&asked.as_read());
    let nowhere = topic::nearest(asked, &topics) == Topic::Off && assume::leaves_open(asked);
    if nowhere {
        let alike = |source: &Source| meaning.most_alike(source);
        if let Some(at) = assume::assumed(asked, shelf, &digests, alike, &mut analyzer) {
            topics[at] = Topic::Assumed;
        }
    }
    let nearest = topic::nearest(asked, &topics);
    // The nearest digests first, so that what another one says again can be left out.
    let mut ordered: Vec<(&Found, Topic)> = digests.into_iter().zip(topics).collect();
    ordered.sort_by_key(|(_, topic)| std::cmp::Reverse(*topic));
    let of = |near: &dyn Fn(&Source, Topic) -> bool| -> Vec<&Source> {
        ordered.iter().filter(|(f, t)| near(&f.source, *t)).map(|(f, _)| &f.source).collect()
    };
    let near = of(&|source, topic| topic != Topic::Off || topic::is_narrower(asked, source));
    let unheld = Unheld::of(asked, &if near.is_empty() { of(&|_, _| true) } else { near });
    if unheld.all {
        selection.unheld = unheld.names;
        return selection;
    }
    selection.unheld = unheld.names;
    let says_more = unexplained(asked, &mut analyzer) >= UNEXPLAINED;
    let mut read = Vec::new();
    for (found, topic) in ordered {
        let fit = aspect::fit(asked, &found.source);
        if fit == Fit::Contradicted {
            continue;
        }
        let on_topic = topic != Topic::Off;
        let focus = Focus::of(asked, shelf, &found.source, on_topic, &mut analyzer);
        // Off its topics a digest answers what is asked of a disease, never what is asked of nothing but the disease: a digest on
        // colon cancer is no answer to "the prognosis of colorectal cancer".
        if !on_topic && focus.asks_for_diseases_only() {
            continue;
        }
        let mut statements = candidates(asked, found, &focus, &mut analyzer);
        if on_topic || nowhere {
            for (statement, _) in &mut statements {
                statement.likeness = meaning.likeness(&statement.headings(), found.source.slice(statement.span));
            }
        }
        read.push((topic, fit, focus, statements));
    }
    let mut alike: Vec<f64> = read.iter().flat_map(|r| &r.3).map(|s| s.0.likeness).collect();
    alike.sort_by(|a, b| b.total_cmp(a));
    let most_alike = alike.first().copied().unwrap_or(0.0);
    let among_most = alike.get(MOST_ALIKE - 1).copied().unwrap_or(0.0).max(ALIKE);
    for (topic, fit, focus, mut statements) in read {
        let on_topic = topic != Topic::Off;
        for (statement, _) in &mut statements {
            // A broad question gets its plan, in whatever words it is put: only a narrow one is weighed by its meaning.
            let narrow = on_topic && !focus.is_empty() && most_alike > 0.0;
            let likeness = narrow.then(|| statement.likeness / most_alike);
            statement.relevance = statement.spoken.relevance(in_layout(layout, statement.marks), likeness);
        }
        let best = |of: fn(&Chosen<'_>) -> f64| statements.iter().map(|s| of(&s.0)).fold(0.0, f64::max);
        let (best, most) = (best(|s| s.focus), best(|s| s.relevance));
        // What can harm this very patient is said whatever else was asked.
        let harms = |s: &Chosen<'_>| on_topic && s.is_safety();
        let near_alike = |s: &Chosen<'_>| on_topic && says_more && s.likeness >= among_most;
        let named = statements
            .iter()
            .filter_map(|(s, _)| s.spoken.named)
            .fold(None, |n: Option<f64>, s| Some(n.map_or(s, |n| n.max(s))));
        // On the topic what is asked are the drugs, tests and diseases; in what words it is put decides only without them.
        let unanswered = match named {
            Some(named) if on_topic => named < NAMED,
            _ => best < if on_topic { ANSWERS } else { ANSWERS_OFF_TOPIC },
        };
        // Words that no statement uses, and nothing else asked: a way of putting a broad question.
        let broad =
            focus.is_empty() || on_topic && unanswered && focus.is_words_only() && !asked.case.intents.is_empty();
        if broad {
            // Of what the patient has beside it, the steps made for this very patient.
            let beside = |s: &Chosen<'_>| s.hangs_on.is_none() && s.fits > 0 && s.marks.step.is_some();
            let wanted =
                |s: &Chosen<'_>| fit == Fit::Spoken && in_layout(layout, s.marks) && (topic == nearest || beside(s));
            statements.retain(|(s, _)| {
                // A digest on a side of the disease that nothing speaks of answers only by the facts of the case.
                let of_case = |share: f64| s.spoken.facts.is_some_and(|f| f >= share);
                let near_best = s.relevance >= SPEAKS_OF_ALL;
                let fits = fit == Fit::Spoken || s.likeness >= ALIKE_ANSWERS;
                let more = fits && (!unanswered || focus.is_empty()) && near_alike(s);
                harms(s) || more || wanted(s) || of_case(0.99) || near_best && (fit == Fit::Spoken || of_case(0.5))
            });
        } else {
            let alike = |s: &Chosen<'_>| {
                let near = s.likeness >= ALIKE_ANSWERS && s.likeness >= KEPT_OF_MOST_ALIKE * most_alike;
                near && !s.spoken.of_another && s.spoken.named.is_none_or(|n| n >= NAMED)
            };
            let wanted = |s: &Chosen<'_>| alike(s) && in_layout(layout, s.marks);
            let by_likeness = !on_topic && nowhere && statements.iter().any(|(s, _)| wanted(s));
            if by_likeness {
                statements.retain(|(s, _)| alike(s) || s.spoken.names_drug && s.is_safety());
            } else if unanswered {
                // Off its topics a digest still says what of the things asked about harms this very patient.
                statements
                    .retain(|(s, _)| s.spoken.names_drug && s.is_safety() && !focus.is_of_another(&s.found.source));
            } else {
                // What stands under one heading with what answers best belongs to it.
                let leads = |s: &Chosen<'_>, r: &Ruling| matches!(r, Ruling::Applies) && s.relevance >= LEADS * most;
                let led = statements.iter().filter(|(s, r)| on_topic && leads(s, r)).map(|(s, _)| &s.passage.heading);
                let led: BTreeSet<&Vec<String>> = led.collect();
                let beside = |s: &Chosen<'_>| s.hangs_on.is_none() && led.contains(&s.passage.heading);
                let told = |s: &Chosen<'_>, share: f64| s.fits > 0 && s.spoken.facts.is_some_and(|f| f >= share);
                // Of the plan, what a hard fact or all the facts of this very patient decide; nearly all of it where what
                // is asked beyond the case is but one word.
                let decided = |s: &Chosen<'_>| {
                    let word = focus.is_one_word() && (s.fits > 0 || told(s, 0.5));
                    on_topic
                        && s.hangs_on.is_none()
                        && in_layout(layout, s.marks)
                        && (s.is_for(HARD) || told(s, 0.99) || word)
                };
                let says = |s: &Chosen<'_>| s.relevance >= KEPT_OF_BEST * most;
                let kept =
                    statements.iter().map(|(s, _)| harms(s) || near_alike(s) || says(s) || beside(s) || decided(s));
                let mut kept = kept.collect::<Vec<bool>>().into_iter();
                statements.retain(|_| kept.next().unwrap_or(false));
            }
            selection.focused |= !statements.is_empty();
            if by_likeness && selection.assumed.is_none() {
                selection.assumed = statements.first().map(|(s, _)| s.found.source.title.clone());
            }
        }
        if topic == Topic::Assumed {
            selection.assumed = statements.first().map(|(s, _)| s.found.source.title.clone());
        }
        let said: Vec<BTreeSet<String>> = selection.chosen.iter().map(|c| stems(c, &mut analyzer)).collect();
        for (statement, ruling) in statements {
            match ruling {
                Ruling::Applies if says_again(&stems(&statement, &mut analyzer), &said) => {
                    selection.echoes.push(statement);
                }
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
            let mut chosen = Chosen {
                found,
                passage,
                span: statement.span,
                marks,
                hangs_on: None,
                unknown: Vec::new(),
                caution: None,
                fits: 0,
                focus: 1.0,
                relevance: 0.0,
                likeness: 0.0,
                spoken: Spoken::default(),
                also: Vec::new(),
            };
            let ruling = rule(asked, &mut chosen);
            let made_for = match &marks.when {
                Some(when) if chosen.hangs_on.is_none() && chosen.fits > 0 => when.attributes(),
                _ => Vec::new(),
            };
            let spoken = focus.spoken(text, &passage.heading, &made_for, analyzer);
            chosen.focus = spoken.asked.unwrap_or(1.0);
            chosen.spoken = spoken;
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

/// Order of statements for the bottom line: smaller is better. What hangs on an exception goes last; of what speaks equally of
/// what is asked, what applies goes before what hangs; then an
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
    Some((statement.is_exception(), focus, statement.hangs_on.is_some(), section, role, strength, step, marks.line))
}
