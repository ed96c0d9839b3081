//! Which statements of the extractive draft the model may arrange, their numbers, and what it is told of each. It
//! decides what may be left out and what may lead; it must not know what the model answered.

use answering::verify::for_a_machine;
use answering::{Body, Group, Line, Plan};
use evidence::{Certainty, Role, SourceId, Span, Strength};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Sections of which nothing may be left out: what facts of this very patient call for, and what cannot wait.
const ALWAYS: &[&str] = &["safety", "emergency"];

/// Where a statement stands in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    /// In `Plan::chosen`.
    Chosen(usize),
    /// In `Plan::studies`.
    Study(usize),
}

/// A statement under a number.
#[derive(Debug)]
pub(crate) struct Item<'d> {
    /// Where it stands in the plan.
    pub(crate) place: Place,
    /// Its section, as a place in [`Numbering::sections`].
    pub(crate) section: usize,
    /// Whether it cannot be left out.
    pub(crate) must_show: bool,
    /// Whether it can be the bottom line.
    pub(crate) may_lead: bool,
    /// It, as drafted.
    pub(crate) line: &'d Line,
    /// The group it stands in.
    pub(crate) group: &'d Group,
}

/// The numbered statements of a draft; the first has number 1.
#[derive(Debug)]
pub(crate) struct Numbering<'d> {
    /// The statements, in reading order.
    pub(crate) items: Vec<Item<'d>>,
    /// (key, title) of the sections that hold them, in reading order.
    pub(crate) sections: Vec<(&'d str, &'d str)>,
    /// Whether the draft has a bottom line, so that an arrangement needs one.
    pub(crate) leads: bool,
}

impl<'d> Numbering<'d> {
    /// Numbers the statements of the extractive draft of a plan.
    ///
    /// A numbered list is a sequence of care, and its order is its meaning: it is not offered, and the statements it
    /// is made of must stay. A sentence that gives orders to a machine is not offered: the checker will drop it.
    pub(crate) fn of(draft: &'d Body, plan: &Plan<'_>) -> Self {
        let places = places(plan);
        let groups = || draft.sections.iter().flat_map(|s| &s.groups);
        let place = |line: &Line| places.get(&key(line)?).copied();
        let steps: BTreeSet<Place> = groups().filter(|g| g.numbered).flat_map(|g| &g.lines).filter_map(place).collect();
        let mut numbering = Self {
            items: Vec::new(),
            sections: Vec::new(),
            leads: draft.bottom_line.iter().any(|l| l.attribution.is_none()),
        };
        for section in &draft.sections {
            let at = numbering.sections.len();
            let lines = section.groups.iter().filter(|g| !g.numbered).flat_map(|g| g.lines.iter().map(move |l| (g, l)));
            numbering.items.extend(lines.filter_map(|(group, line)| {
                let place = place(line).filter(|_| !for_a_machine(&line.text))?;
                Some(Item {
                    place,
                    section: at,
                    must_show: must_show(line.role) || ALWAYS.contains(&section.key.as_str()) || steps.contains(&place),
                    may_lead: may_lead(line.role, plan),
                    group,
                    line,
                })
            }));
            if numbering.items.last().is_some_and(|i| i.section == at) {
                numbering.sections.push((&section.key, &section.title));
            }
        }
        numbering
    }

    /// The statement with a number.
    pub(crate) fn item(&self, number: usize) -> Option<&Item<'d>> {
        self.items.get(number.checked_sub(1)?)
    }

    /// The numbers of a section, in reading order.
    pub(crate) fn of_section(&self, section: usize) -> Vec<usize> {
        (1..=self.items.len()).filter(|n| self.item(*n).is_some_and(|i| i.section == section)).collect()
    }

    /// What a model that arranges is told, as JSON.
    pub(crate) fn told(&self, plan: &Plan<'_>) -> Told<'_> {
        self.tell(
            plan,
            |_| true,
            |number, item| ToldStatement {
                must_show: Some(item.must_show),
                may_lead: Some(item.may_lead),
                ..ToldStatement::of(number, item)
            },
        )
    }

    /// What a model that writes is told, as JSON: the statements offered, and what makes the bottom line.
    pub(crate) fn told_to_write(&self, plan: &Plan<'_>, offered: &BTreeSet<usize>, lead: &[usize]) -> Told<'_> {
        let facts = plan.asked.case.facts.iter();
        let case = facts.map(|f| format!("{}: {}", f.attribute.label(), f.describe())).collect();
        let bottom_line = lead.iter().copied().filter(|n| offered.contains(n)).collect();
        let told = self.tell(plan, |n| offered.contains(&n), ToldStatement::of);
        Told { case: Some(case), bottom_line: Some(bottom_line), ..told }
    }

    fn tell<'s>(
        &'s self,
        plan: &Plan<'_>,
        offered: impl Fn(usize) -> bool,
        told: impl Fn(usize, &'s Item<'d>) -> ToldStatement<'s>,
    ) -> Told<'s> {
        let sections = self.sections.iter().enumerate().map(|(at, (key, title))| ToldSection {
            section: key,
            title,
            statements: self
                .of_section(at)
                .into_iter()
                .filter(|n| offered(*n))
                .filter_map(|n| Some(told(n, self.item(n)?)))
                .collect(),
        });
        let sections = sections.filter(|s| !s.statements.is_empty()).collect();
        Told {
            question: plan.asked.question.clone(),
            case: None,
            reader: plan.asked.reader.word(),
            bottom_line: None,
            sections,
        }
    }

    /// The numbers of the lines that lead the extractive draft. A study's sentence that leads says what kind of study speaks,
    /// and is not among them.
    pub(crate) fn leading(&self, draft: &Body) -> Vec<usize> {
        let lines = draft.bottom_line.iter().filter(|l| l.attribution.is_none());
        lines
            .filter_map(|l| Some(self.items.iter().position(|i| key(l).is_some() && key(i.line) == key(l))? + 1))
            .collect()
    }
}

/// What must not be done, must be heeded, or must be asked first is never the model's to leave out.
fn must_show(role: Option<Role>) -> bool {
    matches!(role, Some(Role::Avoid | Role::Warn | Role::Ask))
}

/// The bottom line is a recommendation with its main exception or the main thing to find out. A sentence of a single
/// study has no role and never leads: it is not advice.
fn may_lead(role: Option<Role>, plan: &Plan<'_>) -> bool {
    role.is_some_and(|r| plan.layout.bottom_line.iter().flatten().any(|l| *l == r)) || must_show(role)
}

/// What names a statement: its source and where it stands there.
pub(crate) fn key(line: &Line) -> Option<(&SourceId, Span)> {
    line.citations.first().map(|c| (&c.source, c.span))
}

fn places<'p>(plan: &'p Plan<'_>) -> BTreeMap<(&'p SourceId, Span), Place> {
    let chosen = plan.chosen.iter().enumerate().map(|(i, s)| ((&s.found.source.id, s.span), Place::Chosen(i)));
    let studies = plan.studies.iter().enumerate().map(|(i, s)| ((&s.found.source.id, s.span), Place::Study(i)));
    chosen.chain(studies).collect()
}

/// The user message. The prompt describes these keys; a change here changes it too.
#[derive(Debug, Serialize)]
pub(crate) struct Told<'a> {
    question: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<Vec<String>>,
    reader: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bottom_line: Option<Vec<usize>>,
    sections: Vec<ToldSection<'a>>,
}

#[derive(Debug, Serialize)]
struct ToldSection<'a> {
    section: &'a str,
    title: &'a str,
    statements: Vec<ToldStatement<'a>>,
}

#[derive(Debug, Serialize)]
struct ToldStatement<'a> {
    number: usize,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<Strength>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<Certainty>,
    #[serde(skip_serializing_if = "Option::is_none")]
    under: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    only_if: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_if: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    must_show: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    may_lead: Option<bool>,
}

impl<'a> ToldStatement<'a> {
    fn of(number: usize, item: &Item<'a>) -> Self {
        let line = item.line;
        Self {
            number,
            text: &line.text,
            role: line.role,
            strength: line.strength,
            certainty: line.certainty,
            under: item.group.lead.as_deref(),
            only_if: item.group.hangs_on.as_deref().or(line.condition.as_deref()),
            not_if: line.caution.as_deref(),
            must_show: None,
            may_lead: None,
        }
    }
}
