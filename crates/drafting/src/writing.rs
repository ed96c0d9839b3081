//! What a model wrote, judged sentence by sentence as it comes, and the article made of what passed. It must not know how the
//! sentences came.
//!
//! A sentence passes when the checker finds that it says what each statement it rests on says. One that does not is dropped,
//! and the statements that it rested on are shown in their own words. Role, strength, conditions, cautions, lead-in and
//! citations are those of the statements, never the model's.

use crate::arrangement::{Arrangement, put_back};
use crate::numbering::{Item, Numbering, key};
use crate::reply::Written;
use answering::verify::check_line;
use answering::{Body, Dropped, Line, Plan};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// The most statements that one sentence may rest on.
const MOST_MERGED: usize = 3;

/// A sentence that passed.
#[derive(Debug)]
struct Passed {
    /// The statements that each say it, the first leading.
    numbers: Vec<usize>,
    text: String,
}

/// Judges sentences, and keeps what passed.
pub(crate) struct Writing<'p, 'd> {
    plan: &'p Plan<'p>,
    draft: &'d Body,
    numbering: &'p Numbering<'d>,
    offered: &'p BTreeSet<usize>,
    /// What makes the bottom line, in its order.
    lead: &'p [usize],
    leading: Vec<Passed>,
    /// By place of the section: numbers in the order in which they are shown.
    shown: Vec<Vec<usize>>,
    passed: Vec<Passed>,
    said: BTreeSet<String>,
    dropped: Vec<Dropped>,
}

/// How much of an article a model wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    /// Lines in its words, copies not counted.
    pub(crate) written: usize,
    /// Sentences dropped.
    pub(crate) dropped: usize,
    /// Statements that were not chosen.
    pub(crate) left_out: usize,
}

impl<'p, 'd> Writing<'p, 'd> {
    pub(crate) fn new(
        plan: &'p Plan<'p>,
        draft: &'d Body,
        numbering: &'p Numbering<'d>,
        offered: &'p BTreeSet<usize>,
        lead: &'p [usize],
    ) -> Self {
        Self {
            plan,
            draft,
            numbering,
            offered,
            lead,
            leading: Vec::new(),
            shown: vec![Vec::new(); numbering.sections.len()],
            passed: Vec::new(),
            said: BTreeSet::new(),
            dropped: Vec::new(),
        }
    }

    /// Judges a sentence of a section, none being the bottom line, and tells the lines that stand in its place: itself, or the
    /// statements that it rested on. Breaks where whoever listens does.
    pub(crate) fn sentence(
        &mut self,
        section: Option<&str>,
        written: &Written,
        tell: &mut dyn FnMut(&str, &Line) -> ControlFlow<()>,
    ) -> ControlFlow<()> {
        let mut numbers: Vec<usize> = Vec::new();
        for number in written.rests_on.iter().map(|n| n.0) {
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        let judged = match section {
            None => self.leads(&numbers, &written.text),
            Some(_) => self.stands(&numbers, &written.text),
        };
        match judged {
            Ok((passed, line)) => {
                tell(section.map_or("bottom-line", |_| self.section_of(&passed)), &line)?;
                self.said.insert(plain(&written.text));
                match section {
                    None => self.leading.push(passed),
                    Some(_) => {
                        self.show(&passed.numbers);
                        self.passed.push(passed);
                    }
                }
            }
            Err(reason) => {
                self.dropped.push(Dropped { text: short(&written.text), reason });
                for number in numbers.into_iter().filter(|n| section.is_some() && self.offered.contains(n)) {
                    if !self.is_shown(number)
                        && let Some(item) = self.numbering.item(number)
                    {
                        let key = self.numbering.sections.get(item.section).map_or("", |s| s.0);
                        tell(key, item.line)?;
                        self.show(&[number]);
                    }
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The key of the section where a sentence stands: that of its statements, wherever the model put it.
    fn section_of(&self, passed: &Passed) -> &'d str {
        let item = passed.numbers.first().and_then(|n| self.numbering.item(*n));
        item.and_then(|i| self.numbering.sections.get(i.section)).map_or("", |s| s.0)
    }

    fn is_shown(&self, number: usize) -> bool {
        self.shown.iter().any(|s| s.contains(&number))
    }

    fn show(&mut self, numbers: &[usize]) {
        for number in numbers.iter().filter(|n| !self.is_shown(**n)).copied().collect::<Vec<_>>() {
            let section = self.numbering.item(number).map(|i| i.section);
            if let Some(shown) = section.and_then(|at| self.shown.get_mut(at)) {
                shown.push(number);
            }
        }
    }

    /// A sentence of the bottom line rewords one of the statements that make it: which do is not the model's choice.
    fn leads(&self, numbers: &[usize], text: &str) -> Result<(Passed, Line), String> {
        let [number] = numbers else { return Err("a sentence of the bottom line rests on one statement".to_owned()) };
        let item = self.offered(*number)?;
        if !self.lead.contains(number) {
            return Err(format!("statement {number} does not make the bottom line"));
        }
        if self.leading.iter().any(|p| p.numbers == [*number]) {
            return Err(format!("statement {number} leads already"));
        }
        let condition = item.line.condition.clone().or_else(|| item.group.hangs_on.clone());
        let line = Line { text: text.trim().to_owned(), condition, ..item.line.clone() };
        check_line(&line, &[], self.plan.shelf, &self.draft.references)?;
        Ok((Passed { numbers: vec![*number], text: line.text.clone() }, line))
    }

    fn stands(&self, numbers: &[usize], text: &str) -> Result<(Passed, Line), String> {
        if numbers.is_empty() || numbers.len() > MOST_MERGED {
            return Err(format!("it rests on {} statements", numbers.len()));
        }
        if self.said.contains(&plain(text)) && !self.leading.iter().any(|p| plain(&p.text) == plain(text)) {
            return Err("it was said already".to_owned());
        }
        let items: Vec<(usize, &Item<'d>)> =
            numbers.iter().map(|n| Ok((*n, self.offered(*n)?))).collect::<Result<_, String>>()?;
        if let Some((number, _)) = items.iter().find(|(n, _)| self.is_shown(*n)) {
            return Err(format!("statement {number} was said already"));
        }
        let Some(((_, first), rest)) = items.split_first() else { return Err("it rests on nothing".to_owned()) };
        if rest.iter().any(|(_, other)| !alike(first, other)) {
            return Err(
                "it merges statements that differ in heading, role, strength, certainty or condition".to_owned()
            );
        }
        let mut line = Line { text: text.trim().to_owned(), ..first.line.clone() };
        let beside: Vec<&str> = first.group.lead.iter().chain(&first.group.hangs_on).map(String::as_str).collect();
        // Each of them must say it, so that no citation stands behind a sentence that it does not support.
        for (_, item) in &items {
            let alone = Line { citations: item.line.citations.clone(), ..line.clone() };
            check_line(&alone, &beside, self.plan.shelf, &self.draft.references)?;
        }
        merge(&mut line, rest.iter().map(|(_, item)| item.line));
        Ok((Passed { numbers: numbers.to_vec(), text: line.text.clone() }, line))
    }

    fn offered(&self, number: usize) -> Result<&'p Item<'d>, String> {
        let item = self.numbering.item(number).filter(|_| self.offered.contains(&number));
        item.ok_or_else(|| format!("it names statement {number}, which it was not given"))
    }

    /// The article: the extractive draft of the statements shown, with those sentences reworded that passed.
    pub(crate) fn finish<E>(
        self,
        redraft: impl FnOnce(&Plan<'p>) -> Result<Body, E>,
    ) -> Result<(Body, Vec<Dropped>, Share), E> {
        let numbering = self.numbering;
        let mut shown = Vec::with_capacity(self.shown.len());
        for (at, numbers) in self.shown.into_iter().enumerate() {
            shown.push(put_back(numbers, &numbering.of_section(at), |n| {
                numbering.item(n).is_some_and(|i| i.must_show) || !self.offered.contains(&n) || self.lead.contains(&n)
            }));
        }
        let arrangement = Arrangement::new(self.lead.to_vec(), shown);
        let mut body = redraft(&arrangement.apply(self.plan, numbering))?;
        let bottom_line = arrangement.bottom_line(&body, numbering);
        if !bottom_line.is_empty() {
            body.bottom_line = bottom_line;
        }
        let mut written = 0;
        for passed in &self.leading {
            let item = passed.numbers.first().and_then(|n| numbering.item(*n));
            let at = item.and_then(|i| body.bottom_line.iter_mut().find(|l| key(l) == key(i.line)));
            if let Some(line) = at {
                written += usize::from(line.text != passed.text);
                line.text.clone_from(&passed.text);
            }
        }
        for passed in &self.passed {
            let items: Vec<&Item<'_>> = passed.numbers.iter().filter_map(|n| numbering.item(*n)).collect();
            let Some((first, rest)) = items.split_first() else { continue };
            let groups = body.sections.iter_mut().flat_map(|s| &mut s.groups).filter(|g| !g.numbered);
            for group in groups.filter(|g| g.lines.iter().any(|l| key(l) == key(first.line))) {
                let merged: Vec<Line> =
                    group.lines.extract_if(.., |l| rest.iter().any(|i| key(i.line) == key(l))).collect();
                if let Some(line) = group.lines.iter_mut().find(|l| key(l) == key(first.line)) {
                    written += usize::from(line.text != passed.text);
                    line.text.clone_from(&passed.text);
                    merge(line, merged.iter());
                }
            }
        }
        let share = Share { written, dropped: self.dropped.len(), left_out: arrangement.left_out(numbering) };
        Ok((body, self.dropped, share))
    }
}

/// Whether one sentence may rest on both: they stand under one lead-in and one condition, and weigh the same.
fn alike(a: &Item<'_>, b: &Item<'_>) -> bool {
    std::ptr::eq(a.group, b.group)
        && (a.line.role, a.line.strength, a.line.certainty) == (b.line.role, b.line.strength, b.line.certainty)
        && a.line.condition == b.line.condition
        && a.line.population == b.line.population
}

/// Adds to a line what others that say the same bring: their citations and their cautions.
fn merge<'l>(line: &mut Line, others: impl Iterator<Item = &'l Line>) {
    for other in others {
        line.citations.extend(other.citations.iter().cloned());
        line.caution = match (line.caution.take(), &other.caution) {
            (Some(own), Some(more)) if own != *more => Some(format!("{own}; {}", lower_first(more))),
            (own, more) => own.or_else(|| more.clone()),
        };
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn plain(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// What was dropped is kept for whoever looks, at a length that no one can abuse.
fn short(text: &str) -> String {
    let cut: String = text.chars().filter(|c| !c.is_control()).take(600).collect();
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use answering::Support;

    fn line(caution: Option<&str>) -> Line {
        Line {
            text: String::new(),
            sees: None,
            attribution: None,
            role: None,
            strength: None,
            certainty: None,
            rests_on: None,
            condition: None,
            caution: caution.map(str::to_owned),
            population: Vec::new(),
            plain: false,
            citations: Vec::new(),
            support: Support::Unchecked,
        }
    }

    #[test]
    fn merged_lines_keep_every_caution_once() {
        let merged = |own: Option<&str>, others: &[Option<&str>]| {
            let mut first = line(own);
            let others: Vec<Line> = others.iter().map(|c| line(*c)).collect();
            merge(&mut first, others.iter());
            first.caution
        };
        assert_eq!(merged(None, &[None]), None);
        assert_eq!(merged(Some("Not if A"), &[Some("Not if A"), None]).as_deref(), Some("Not if A"));
        assert_eq!(merged(None, &[Some("Not if A"), Some("Not if B")]).as_deref(), Some("Not if A; not if B"));
    }
}
