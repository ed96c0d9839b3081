//! How much of an answer stands open: what applies to this very case, at the weight of the bottom line. What hangs on unknown
//! facts, background, and what is far from the question stand behind, where a page unfolds them and a text counts them.
//!
//! Owns that choice. It leaves nothing out and orders nothing anew; a line that stands behind is cited and checked as any other.
//! What must be avoided or heeded by this patient never stands behind.
//!
//! The numbers were set on the questions of the starter topics whose split is not a test (run 2026-11-27-composer).

use crate::literature::StudySentence;
use crate::plan::Plan;
use crate::select::Chosen;
use clinical::{Attribute, Condition};
use evidence::{Role, Section, SourceId, Strength};
use std::collections::{BTreeMap, BTreeSet};

/// Statements that stand open in an answer to a broad question, and to one that asks for something beyond its case.
const BROAD: usize = 30;
const NARROW: usize = 20;
/// An answer of so few statements is not folded.
const SHORT: usize = 6;
/// Where something beyond the case is asked for, a statement that applies is this near to the most relevant one.
const APPLIES: f64 = 0.5;
/// What hangs on a fact that nobody told is as near as this; to a broad question nearer, unless a part of its condition is met.
const HANGS: f64 = 0.7;
const HANGS_BROAD: f64 = 0.8;
/// What a statement gains or loses against the others, on the scale of relevance to the most relevant one.
const HANGING: f64 = 0.3;
const PARTLY_MET: f64 = 0.2;
const FOR_THIS_CASE: f64 = 0.1;
const STEP: f64 = 0.1;
const BACKGROUND: f64 = 0.1;
/// Sentences of studies that stand open beside a digest's answer however long that is.
const STUDIES: usize = 2;

/// What stands open.
#[derive(Debug, Default)]
pub(crate) struct Open<'a> {
    statements: BTreeSet<(&'a SourceId, &'a str)>,
    /// So many sources of literature, from the first.
    studies: usize,
}

impl<'a> Open<'a> {
    /// Chooses from a plan whose bottom line is `leading`. The cost is that of sorting its statements.
    pub(crate) fn of(plan: &Plan<'a>, leading: &[&Chosen<'a>]) -> Self {
        let chosen = &plan.chosen;
        let most = chosen.iter().map(|s| s.relevance).fold(0.0, f64::max);
        let near = |s: &Chosen<'_>| if most > 0.0 { s.relevance / most } else { 1.0 };
        let broad = chosen.iter().all(|s| s.spoken.asked.is_none());
        let budget = if broad { BROAD } else { NARROW };
        let leads = |s: &Chosen<'_>| leading.iter().any(|l| key(l) == key(s));
        let branches = if broad { branches(chosen) } else { BTreeSet::new() };
        let branch = |s: &Chosen<'_>| branches.contains(s.marks.id.as_str());
        let never_behind = |s: &Chosen<'_>| leads(s) || heeded(s) || chosen.len() <= SHORT;
        let fits = |s: &Chosen<'_>| match s.hangs_on {
            Some(_) if broad => s.fits > 0 || near(s) >= HANGS_BROAD,
            Some(_) => near(s) >= HANGS,
            None => broad || near(s) >= APPLIES,
        };
        let mut order: Vec<&Chosen<'a>> = chosen.iter().collect();
        order.sort_by(|a, b| {
            let weight = |s: &Chosen<'_>| near(s) + standing(s);
            never_behind(b).cmp(&never_behind(a)).then(weight(b).total_cmp(&weight(a)))
        });
        let statements: BTreeSet<_> = order
            .into_iter()
            .enumerate()
            .filter(|(rank, s)| never_behind(s) || branch(s) || *rank < budget && fits(s))
            .map(|(_, s)| key(s))
            .collect();
        let studies = match chosen.is_empty() {
            true => plan.studies.len(),
            false => budget.saturating_sub(statements.len()).max(STUDIES),
        };
        Self { statements, studies }
    }

    /// Whether a statement stands open.
    pub(crate) fn has(&self, statement: &Chosen<'a>) -> bool {
        self.statements.contains(&key(statement))
    }

    /// Whether a sentence of a study stands open: whole sources do, the best first.
    pub(crate) fn has_study(&self, studies: &[StudySentence<'_>], source: &SourceId) -> bool {
        studies.iter().position(|s| s.found.source.id == *source).is_none_or(|first| first < self.studies)
    }
}

fn key<'a>(statement: &Chosen<'a>) -> (&'a SourceId, &'a str) {
    (&statement.found.source.id, statement.marks.id.as_str())
}

/// Of each state of a marker that nobody told, the statement that says what is done then: a marker decides the strategy, and who
/// asks for the options is to see what each would open.
fn branches<'c>(chosen: &'c [Chosen<'_>]) -> BTreeSet<&'c str> {
    let decides = |s: &&Chosen<'_>| {
        let on_marker = |c: &Condition| c.attributes().iter().all(|a| *a == Attribute::Biomarker);
        s.marks.section == Section::ByBiomarker
            && matches!(s.marks.role, Role::Recommend | Role::Option)
            && s.hangs_on.as_ref().is_some_and(on_marker)
    };
    let mut best: BTreeMap<String, &Chosen<'_>> = BTreeMap::new();
    for statement in chosen.iter().filter(decides) {
        let state = statement.hangs_on.as_ref().map(Condition::describe).unwrap_or_default();
        let rank = |s: &Chosen<'_>| (s.marks.role == Role::Recommend, s.marks.strength == Some(Strength::Strong));
        let first = best.entry(state).or_insert(statement);
        if rank(statement) > rank(first) {
            *first = statement;
        }
    }
    best.into_values().map(|s| s.marks.id.as_str()).collect()
}

/// What may harm this patient: it warns or forbids, and nothing that is not known speaks against it.
fn heeded(statement: &Chosen<'_>) -> bool {
    statement.is_safety() || statement.shown_whatever() && statement.hangs_on.is_none()
}

/// What a statement gains or loses for what it is.
fn standing(statement: &Chosen<'_>) -> f64 {
    let applies = match (&statement.hangs_on, statement.fits) {
        (Some(_), 0) => -HANGING,
        (Some(_), _) => -PARTLY_MET,
        (None, 0) => 0.0,
        (None, _) => FOR_THIS_CASE,
    };
    let step = if statement.marks.step.is_some() && statement.hangs_on.is_none() { STEP } else { 0.0 };
    let background = if matches!(statement.marks.role, Role::Outcome | Role::Define) { BACKGROUND } else { 0.0 };
    applies + step - background
}
