//! What the model answered: read, checked, and applied to the plan. The extractive composer then writes the article
//! from the arranged plan, so that every line, lead-in and condition is its work. No text of the model's, nor of the
//! server's, goes into an article or an error.

use crate::numbering::{Numbering, Place, key};
use answering::{Body, Line, Plan};
use serde::Deserialize;

/// Sentences of a bottom line.
const MOST_LEADING: usize = 2;

/// An arrangement that keeps to the rules.
#[derive(Debug)]
pub(crate) struct Arrangement {
    bottom_line: Vec<usize>,
    /// Numbers to show, in order, by place of their section in [`Numbering::sections`].
    shown: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Answer {
    bottom_line: Vec<usize>,
    sections: Vec<AnsweredSection>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AnsweredSection {
    section: String,
    statements: Vec<usize>,
}

impl Arrangement {
    /// Of numbers that keep to the rules already.
    pub(crate) fn new(bottom_line: Vec<usize>, shown: Vec<Vec<usize>>) -> Self {
        Self { bottom_line, shown }
    }

    /// Reads what the model answered. The error says which rule it broke, for a log.
    ///
    /// Every section must be there, so that an answer cut short loses nothing without a word.
    pub(crate) fn read(content: &str, numbering: &Numbering<'_>) -> Result<Self, String> {
        let answer: Answer = serde_json::from_str(content).map_err(|e| {
            // Not the parser's own message: it quotes what it read.
            format!("its answer is not the JSON asked for (line {}, column {})", e.line(), e.column())
        })?;
        check_bottom_line(&answer.bottom_line, numbering)?;
        let mut shown: Vec<Option<Vec<usize>>> = vec![None; numbering.sections.len()];
        for given in answer.sections {
            let Some(at) = numbering.sections.iter().position(|(key, _)| *key == given.section) else {
                return Err("it names a section that it was not given".to_owned());
            };
            check_section(&given.statements, at, numbering)?;
            if shown[at].replace(given.statements).is_some() {
                return Err(format!("it gives the section {} twice", numbering.sections[at].0));
            }
        }
        let mut whole = Vec::with_capacity(shown.len());
        for (at, numbers) in shown.into_iter().enumerate() {
            let numbers = numbers.ok_or_else(|| format!("it leaves out the section {}", numbering.sections[at].0))?;
            whole.push(put_back(numbers, &numbering.of_section(at), |n| {
                numbering.item(n).is_some_and(|i| i.must_show) || answer.bottom_line.contains(&n)
            }));
        }
        if whole.iter().all(Vec::is_empty) {
            return Err("it leaves every statement out".to_owned());
        }
        Ok(Self { bottom_line: answer.bottom_line, shown: whole })
    }

    /// The plan with its statements in this order, without those left out. Statements that were not offered stay.
    pub(crate) fn apply<'a>(&self, plan: &Plan<'a>, numbering: &Numbering<'_>) -> Plan<'a> {
        let mut chosen = Vec::new();
        let mut studies = Vec::new();
        for item in self.shown.iter().flatten().filter_map(|n| numbering.item(*n)) {
            match item.place {
                Place::Chosen(i) => chosen.extend(plan.chosen.get(i).cloned()),
                Place::Study(i) => studies.extend(plan.studies.get(i).cloned()),
            }
        }
        let offered = |place: Place| numbering.items.iter().any(|i| i.place == place);
        let rest = plan.chosen.iter().enumerate().filter(|(i, _)| !offered(Place::Chosen(*i)));
        chosen.extend(rest.map(|(_, s)| s.clone()));
        let rest = plan.studies.iter().enumerate().filter(|(i, _)| !offered(Place::Study(*i)));
        studies.extend(rest.map(|(_, s)| s.clone()));
        let mut missing = plan.missing.clone();
        for fact in &mut missing {
            let hangs = chosen.iter().filter(|s| {
                s.unknown.iter().any(|asked| asked.attribute == fact.attribute && asked.value == fact.value)
            });
            fact.statements = hangs.count();
        }
        missing.retain(|fact| fact.statements > 0);
        Plan {
            asked: plan.asked,
            shelf: plan.shelf,
            layout: plan.layout.clone(),
            assumed: plan.assumed.clone(),
            unheld: plan.unheld.clone(),
            chosen,
            nearly: plan.nearly.clone(),
            ruled_out: plan.ruled_out.clone(),
            withheld: plan.withheld.clone(),
            studies,
            beside: plan.beside.clone(),
            missing,
        }
    }

    /// The bottom line, of lines of the arranged draft. A line that stood under a condition says it itself there.
    pub(crate) fn bottom_line(&self, arranged: &Body, numbering: &Numbering<'_>) -> Vec<Line> {
        let lines = || {
            let groups = arranged.sections.iter().flat_map(|s| &s.groups).filter(|g| !g.numbered);
            groups.flat_map(|g| g.lines.iter().map(move |l| (g, l)))
        };
        let named = self.bottom_line.iter().filter_map(|n| numbering.item(*n));
        named
            .filter_map(|item| lines().find(|(_, l)| key(l).is_some() && key(l) == key(item.line)))
            .map(|(group, line)| Line {
                condition: line.condition.clone().or_else(|| group.hangs_on.clone()),
                ..line.clone()
            })
            .collect()
    }

    /// How many statements are left out.
    pub(crate) fn left_out(&self, numbering: &Numbering<'_>) -> usize {
        numbering.items.len() - self.shown.iter().map(Vec::len).sum::<usize>()
    }
}

fn check_bottom_line(numbers: &[usize], numbering: &Numbering<'_>) -> Result<(), String> {
    if numbers.len() > MOST_LEADING {
        return Err(format!("its bottom line has more than {MOST_LEADING} statements"));
    }
    if numbers.is_empty() && numbering.leads {
        return Err("it names no bottom line".to_owned());
    }
    for (i, number) in numbers.iter().enumerate() {
        let item = numbering.item(*number).ok_or_else(|| unknown(*number))?;
        if numbers[..i].contains(number) {
            return Err(twice(*number));
        }
        if !item.may_lead {
            return Err(format!("it makes statement {number} the bottom line, which it cannot be"));
        }
    }
    Ok(())
}

fn check_section(numbers: &[usize], section: usize, numbering: &Numbering<'_>) -> Result<(), String> {
    for (i, number) in numbers.iter().enumerate() {
        let item = numbering.item(*number).ok_or_else(|| unknown(*number))?;
        if numbers[..i].contains(number) {
            return Err(twice(*number));
        }
        if item.section != section {
            return Err(format!("it moves statement {number} out of its section"));
        }
    }
    Ok(())
}

fn unknown(number: usize) -> String {
    format!("it names statement {number}, which it was not given")
}

fn twice(number: usize) -> String {
    format!("it names statement {number} twice")
}

/// Puts back the numbers that must stay, each behind the one it stood behind.
pub(crate) fn put_back(mut shown: Vec<usize>, all: &[usize], must_stay: impl Fn(usize) -> bool) -> Vec<usize> {
    for (i, number) in all.iter().enumerate() {
        if must_stay(*number) && !shown.contains(number) {
            let before = all[..i].iter().rev().find_map(|n| shown.iter().position(|s| s == n));
            shown.insert(before.map_or(0, |at| at + 1), *number);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::put_back;

    #[test]
    fn what_must_stay_goes_back_behind_what_it_stood_behind() {
        let must = |n: usize| n % 2 == 1;
        assert_eq!(put_back(vec![4, 2], &[1, 2, 3, 4, 5], must), [1, 4, 5, 2, 3]);
        assert_eq!(put_back(vec![5, 3, 1], &[1, 2, 3, 4, 5], must), [5, 3, 1]);
        assert_eq!(put_back(vec![], &[1, 2, 3], must), [1, 3]);
    }
}
