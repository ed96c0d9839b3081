//! Where the evidence differs: results of one outcome that went different ways, and statements of digests that forbid what others
//! recommend, to be shown side by side.
//!
//! Owns the finding of such pairs. It says of none which is right, and weighs nothing: who shows them shows kind and year. What is
//! only put differently is no difference; where the outcome or the comparison is not plainly the same, nothing is said.

use crate::effect::Outcome;
use crate::literature::StudySentence;
use crate::plan::Plan;
use crate::select::Chosen;
use crate::verify::{Way, Went, results};
use clinical::{Concept, ConceptKind};
use evidence::Role;
use retrieval::{Analyzer, is_filler};
use std::collections::BTreeSet;

/// Statements that differ, by their places.
#[derive(Debug, Default, Clone)]
pub(crate) struct Differing {
    /// Places in [`Plan::chosen`], in groups of what differs.
    pub(crate) statements: Vec<Vec<usize>>,
    /// Places in [`Plan::studies`] of sentences on the outcome that was asked about, when they go different ways.
    pub(crate) studies: Vec<usize>,
    /// Places in [`Plan::beside`] of sentences that go another way than those, one a source.
    pub(crate) beside: Vec<usize>,
}

impl Differing {
    /// Finds what differs in a plan. Some 50 µs for a sentence that reports a result, and a comparison for each two of them.
    pub(crate) fn of(plan: &Plan<'_>) -> Self {
        let mut analyzer = Analyzer::default();
        let (studies, beside) = studies(plan, &mut analyzer).unwrap_or_default();
        Self { statements: statements(&plan.chosen, &mut analyzer), studies, beside }
    }

    /// Whether a chosen statement is shown here.
    pub(crate) fn has(&self, at: usize) -> bool {
        self.statements.iter().flatten().any(|i| *i == at)
    }
}

/// Sentences of studies that go different ways on the outcome of the question, by their places in [`Plan::studies`] and
/// [`Plan::beside`]; all that say a way of those that answer, or none.
fn studies(plan: &Plan<'_>, analyzer: &mut Analyzer) -> Option<(Vec<usize>, Vec<usize>)> {
    let outcome = Outcome::of(&plan.asked.question, analyzer)?;
    let drugs = treatments(&plan.asked.question);
    let mut ways = |sentences: &[StudySentence<'_>]| -> Vec<(usize, Way)> {
        let told = sentences.iter().enumerate();
        told.filter_map(|(at, study)| Some((at, way(study, &outcome, &drugs, analyzer)?))).collect()
    };
    let (told, others) = (ways(&plan.studies), ways(&plan.beside));
    let source = |at: usize| &plan.studies[at].found.source.id;
    let within = told.iter().any(|(a, x)| told.iter().any(|(b, y)| source(*a) != source(*b) && x.opposes(*y)));
    let mut beside: Vec<usize> = Vec::new();
    let other = |at: usize| &plan.beside[at].found.source.id;
    let opposes = |way: Way| !told.is_empty() && told.iter().all(|(_, w)| w.opposes(way));
    for (at, way) in &others {
        let known = beside.iter().any(|b| other(*b) == other(*at));
        // A source that says both is not held against one.
        let both = others.iter().any(|(o, w)| other(*o) == other(*at) && !opposes(*w));
        if opposes(*way) && !known && !both {
            beside.push(*at);
        }
    }
    (within || !beside.is_empty()).then(|| (told.into_iter().map(|(at, _)| at).collect(), beside))
}

/// Which way a study's sentence goes on an outcome: one way, and of the treatment that was asked about.
pub(crate) fn way(
    study: &StudySentence<'_>,
    outcome: &Outcome,
    drugs: &BTreeSet<&'static str>,
    analyzer: &mut Analyzer,
) -> Option<Way> {
    let named = treatments(&study.text);
    let titled = treatments(&study.found.source.title);
    let of = |names: &BTreeSet<&str>| {
        names.iter().any(|n| drugs.iter().any(|d| clinical::is_a(n, d) || clinical::is_a(d, n)))
    };
    if !drugs.is_empty() && !of(&named) && !of(&titled) {
        return None;
    }
    // Against another drug than the one asked about, the comparison is another.
    if named.iter().any(|n| !of(&BTreeSet::from([*n]))) {
        return None;
    }
    // "Only the placebo arm had more pain" tells of the other arm.
    let lower = study.text.to_lowercase();
    let control = ["placebo", "control", "sham", "saline"].iter().any(|c| lower.contains(c));
    if control && !drugs.is_empty() && !of(&named) && !lower.contains("differen") {
        return None;
    }
    one_way(results(analyzer, &study.text).iter().filter(|w| outcome.is_of(&w.about)))
}

/// The way of several results, if it is one.
fn one_way<'w>(mut went: impl Iterator<Item = &'w Went>) -> Option<Way> {
    let first = went.next()?.way;
    went.all(|w| w.way == first).then_some(first)
}

/// What is given or done, by its names in the lexicon.
fn treatments(text: &str) -> BTreeSet<&'static str> {
    let given = |c: &Concept| {
        matches!(c.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure)
    };
    clinical::mentions(text).into_iter().map(|m| m.concept).filter(|c| given(c)).map(|c| c.name).collect()
}

/// What a statement of a digest reports, to be held against others.
struct Report {
    at: usize,
    treatments: BTreeSet<&'static str>,
    diseases: BTreeSet<&'static str>,
    went: Vec<Went>,
    /// What is denied or recommended, without the words that do so.
    advice: Option<(bool, BTreeSet<String>)>,
}

fn statements(chosen: &[Chosen<'_>], analyzer: &mut Analyzer) -> Vec<Vec<usize>> {
    let mut reports: Vec<Report> = Vec::new();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, statement) in chosen.iter().enumerate().filter(|(_, s)| s.hangs_on.is_none()) {
        let text = statement.found.source.slice(statement.span);
        let diseases =
            clinical::mentions(text).into_iter().map(|m| m.concept).filter(|c| c.kind == ConceptKind::Disease);
        reports.push(Report {
            at,
            treatments: treatments(text),
            diseases: diseases.map(|c| c.name).collect(),
            went: if statement.marks.role == Role::Outcome { results(analyzer, text) } else { Vec::new() },
            advice: advice(statement, analyzer),
        });
        // A writer who has seen both says so.
        if statement.marks.role == Role::Outcome && says_so(text) {
            groups.push(vec![at]);
        }
    }
    for (i, a) in reports.iter().enumerate() {
        for b in reports[i + 1..].iter().filter(|b| differ(chosen, a, b)) {
            let pair = [a.at, b.at];
            match groups.iter_mut().find(|g| g.iter().any(|at| pair.contains(at))) {
                Some(group) => group.extend(pair.into_iter().filter(|p| !group.contains(p)).collect::<Vec<_>>()),
                None => groups.push(pair.to_vec()),
            }
        }
    }
    for group in &mut groups {
        group.sort_unstable();
    }
    groups.sort();
    groups.dedup();
    groups
}

fn differ(chosen: &[Chosen<'_>], a: &Report, b: &Report) -> bool {
    // A trial may name more of what its patients had or were given beside it; what was tested is named by both.
    let shares = |x: &BTreeSet<&str>, y: &BTreeSet<&str>| x.is_subset(y) || y.is_subset(x);
    let same_treatment = !a.treatments.is_disjoint(&b.treatments) && shares(&a.treatments, &b.treatments);
    let same_disease = shares(&a.diseases, &b.diseases) && a.diseases.is_empty() == b.diseases.is_empty();
    // Of one outcome alone, so that what rose and what fell are not mixed up.
    let opposite = || {
        a.went.iter().any(|x| b.went.iter().any(|y| x.way.opposes(y.way) && !x.nearest.is_disjoint(&y.nearest)))
            && !a.went.iter().any(|x| b.went.iter().any(|y| x.way == y.way && !x.nearest.is_disjoint(&y.nearest)))
    };
    let of_two = || chosen[a.at].found.source.id != chosen[b.at].found.source.id;
    let against = || match (&a.advice, &b.advice) {
        (Some((x, said)), Some((y, other))) if x != y => {
            let common = said.intersection(other).count() as f64;
            common >= SAME_ADVICE * said.len().max(other.len()).max(1) as f64
        }
        _ => false,
    };
    same_treatment && (same_disease && opposite() || of_two() && against())
}

/// Share of the words of the longer of two pieces of advice that both have, when they are about the same.
const SAME_ADVICE: f64 = 0.8;

/// Whether a statement recommends or forbids, and the words for what.
fn advice(statement: &Chosen<'_>, analyzer: &mut Analyzer) -> Option<(bool, BTreeSet<String>)> {
    let forbids = match statement.marks.role {
        Role::Avoid => true,
        Role::Recommend | Role::Option => false,
        _ => return None,
    };
    const ADVISING: &[&str] = &[
        "do",
        "not",
        "avoid",
        "give",
        "use",
        "start",
        "add",
        "offer",
        "recommend",
        "recommended",
        "option",
        "should",
        "may",
    ];
    let text = statement.found.source.slice(statement.span);
    let text = text.split(", because").next().unwrap_or(text);
    let mut stems = BTreeSet::new();
    analyzer.each(text, |t| {
        let word = text[t.start..t.end].to_lowercase();
        if !is_filler(&word) && !ADVISING.contains(&word.as_str()) {
            stems.insert(t.stem.to_owned());
        }
    });
    Some((forbids, stems))
}

/// Whether a statement itself tells of a disagreement.
fn says_so(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["conflicts with", "disagree", "in conflict with", "contradicts", "conflicting"].iter().any(|w| lower.contains(w))
}
