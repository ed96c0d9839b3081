//! Wording for a reader: the same statements, figures and denials, in words that a patient or a trainee reads.
//!
//! Owns what is put otherwise and what stands beside it (notices, questions for the care team, terms). Must not add or change a
//! claim: a wording that the checker does not take for what the source says, and the source for what it says, is not used, and the
//! source's own words stand.

mod dose;
mod guide;
mod plain;
mod wording;

pub use guide::{Guide, Term};
pub(crate) use wording::stands;
pub use wording::{PlainFault, plain_faults};

use crate::article::{Article, Body, Citation, Drafted, Line};
use crate::plan::{Plan, Shelf};
use crate::select::Chosen;
use crate::verify::{Checker, Context, Evidence, Verdict};
use clinical::{Readability, Reader, glossary};
use evidence::Role;
use regex::Regex;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What a plan holds that its reader is not shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Statements that tell a dose: a patient's own dose is the care team's to say.
    pub doses: usize,
    /// Statements that tell a dose and are shown in a plain wording without it.
    pub without_dose: usize,
}

impl Plan<'_> {
    /// Takes out what its reader is not shown: for patients, statements that tell how much of a drug to take or give and have
    /// no plain wording that leaves the amount out.
    pub fn fit_reader(&mut self) -> LeftOut {
        if self.asked.reader != Reader::Patient {
            return LeftOut::default();
        }
        let mut checker = Checker::default();
        let mut without_dose = 0;
        let before = self.chosen.len() + self.studies.len();
        self.chosen.retain(|s| {
            let told = dose::told(s.found.source.slice(s.span), Some(s.marks.role));
            let plainly = told && put_without_dose(&mut checker, s);
            without_dose += usize::from(plainly);
            !told || plainly
        });
        self.nearly.retain(|s| !dose::told(s.found.source.slice(s.span), Some(s.marks.role)));
        self.studies.retain(|s| !dose::told(s.found.source.slice(s.span), None));
        let doses = before - self.chosen.len() - self.studies.len();
        self.beside.retain(|s| !dose::told(s.found.source.slice(s.span), None));
        self.ruled_out.retain(|r| {
            let s = &r.statement;
            !dose::told(s.found.source.slice(s.span), Some(s.marks.role)) || put_without_dose(&mut checker, s)
        });
        self.missing = crate::plan::missing(&self.chosen);
        LeftOut { doses, without_dose }
    }
}

/// Whether a statement that tells a dose has a plain wording that may stand for it and tells none.
fn put_without_dose(checker: &mut Checker, statement: &Chosen<'_>) -> bool {
    let source = &statement.found.source;
    let headings: Vec<&str> = headings(&source.title, &statement.passage.heading);
    statement.marks.plain.as_ref().is_some_and(|wording| {
        !wording::tells_dose(wording, statement.marks.role)
            && stands(checker, wording, source.slice(statement.span), &headings).is_ok()
    })
}

/// Title of a source, then the headings over a sentence.
fn headings<'a>(title: &'a str, above: &'a [String]) -> Vec<&'a str> {
    std::iter::once(title).chain(above.iter().map(String::as_str)).collect()
}

/// The plain wording that a digest gives the statement whose own sentence a line is; nothing for any other line.
fn of_digest<'s>(line: &Line, shelf: &'s Shelf) -> Option<&'s str> {
    let citation = line.citations.first().filter(|c| c.quote == line.text)?;
    plain_of(citation, shelf).filter(|(wording, role)| !wording::tells_dose(wording, *role)).map(|(wording, _)| wording)
}

/// The plain wording of the statement that a citation leads to, and what the statement does.
pub(crate) fn plain_of<'s>(citation: &Citation, shelf: &'s Shelf) -> Option<(&'s str, Role)> {
    let id = citation.statement.as_deref()?;
    let statements = shelf.source(&citation.source)?.source.passages.iter().flat_map(|p| &p.statements);
    let marks = statements.filter_map(|s| s.marks.as_ref()).find(|m| m.id == id)?;
    Some((marks.plain.as_deref()?, marks.role))
}

/// Puts a draft into the words of its reader; for clinicians nothing changes. A patient is shown the plain wording of a
/// statement's digest where there is one and the checker takes it for the statement. Two checks a line: some milliseconds for
/// an article.
#[must_use]
pub fn worded(draft: Article<Drafted>, left_out: LeftOut, shelf: &Shelf) -> Article<Drafted> {
    match draft.body().reader {
        Reader::Clinician => draft,
        Reader::Trainee => draft.with_body(|body| {
            let kept = each_line(body, None, &mut trainee_wording());
            body.guide = Some(guide::for_trainee(body, kept));
        }),
        Reader::Patient => draft.with_body(|body| {
            let kept = each_line(body, Some(shelf), &mut |text, role| plain::candidates(text, role));
            around_lines(body);
            body.guide = Some(guide::for_patient(body, left_out, kept));
        }),
    }
}

/// Words every line anew, by its digest's own plain wording where there is a shelf to find it on, else by the first candidate
/// that says the same; gives how many lines kept the source's words although others were tried.
fn each_line(
    body: &mut Body,
    shelf: Option<&Shelf>,
    candidates: &mut dyn FnMut(&str, Option<Role>) -> Vec<String>,
) -> usize {
    let mut checker = Checker::default();
    let mut kept = 0;
    let reader = body.reader;
    for line in body.lines_mut() {
        if line.sees.is_some() {
            line.text = heading(&line.text, reader);
            continue;
        }
        if let Some(wording) = shelf.and_then(|s| of_digest(line, s))
            && line.citations.first().is_some_and(|c| {
                stands(&mut checker, wording, &c.quote, &headings(&c.source_title, &c.heading)).is_ok()
            })
        {
            wording.clone_into(&mut line.text);
            line.plain = true;
            continue;
        }
        let tried: Vec<String> = candidates(&line.text, line.role).into_iter().filter(|c| *c != line.text).collect();
        match tried.iter().find(|c| same(&mut checker, c, line)) {
            Some(wording) => line.text.clone_from(wording),
            None => kept += usize::from(!tried.is_empty()),
        }
    }
    kept
}

/// A heading in the words of a reader. The checker computes it again, so it must stay a function of these two alone.
pub(crate) fn heading(text: &str, reader: Reader) -> String {
    match reader {
        Reader::Patient => glossary::plain(text, |_| false),
        Reader::Clinician | Reader::Trainee => text.to_owned(),
    }
}

/// Spells out each abbreviation where it stands first in the article.
fn trainee_wording() -> impl FnMut(&str, Option<Role>) -> Vec<String> {
    let mut seen: BTreeSet<&'static str> = BTreeSet::new();
    move |text, _| {
        let mut out = String::with_capacity(text.len() + 48);
        let mut from = 0;
        for s in glossary::standing(text) {
            let letters = &text[s.span[0]..s.span[1]];
            if s.term.is_abbreviation()
                && letters == s.term.term
                && guide::spelled_inline(s.term)
                && seen.insert(s.term.term)
            {
                out.push_str(&text[from..s.span[0]]);
                out.push_str(&glossary::spelled(s.term));
                from = s.span[1];
            }
        }
        out.push_str(&text[from..]);
        vec![out]
    }
}

/// Whether a wording says what the line's own sentence says, no less and no more: the same figures and denials, and each
/// supports the other once plain words are read as the terms they stand for.
fn same(checker: &mut Checker, wording: &str, line: &Line) -> bool {
    let source = line.text.as_str();
    let back = glossary::technical(wording, source);
    let alone = |text| Evidence { text, context: Context::Alone };
    figures(&back) == figures(source)
        && denials(&back) == denials(source)
        && checker.check(&back, &alone(source)).verdict == Verdict::Supported
        && checker.check(source, &alone(&back)).verdict == Verdict::Supported
}

/// The figures of a text, sorted.
fn figures(text: &str) -> Vec<&str> {
    static FIGURE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\d+(?:[.,]\d+)*").ok());
    let mut found: Vec<&str> = FIGURE.iter().flat_map(|r| r.find_iter(text)).map(|m| m.as_str()).collect();
    found.sort_unstable();
    found
}

/// How many words of a text deny.
fn denials(text: &str) -> usize {
    let word = |w: &str| w.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let denies =
        |w: &String| matches!(w.as_str(), "not" | "no" | "without" | "never" | "neither" | "nor" | "none" | "cannot");
    text.split_whitespace().map(word).filter(denies).count()
}

/// Titles, lead-ins, conditions and reasons: they claim nothing of evidence and are put plainly by the glossary alone.
fn around_lines(body: &mut Body) {
    let plainly = |text: &mut String| *text = glossary::plain(text, |_| false);
    plainly(&mut body.title);
    for section in body.sections.iter_mut().filter(|s| s.key != "studies") {
        for group in &mut section.groups {
            group.lead.iter_mut().chain(&mut group.hangs_on).for_each(plainly);
        }
    }
    for not in &mut body.not_applying {
        plainly(&mut not.reason);
    }
    for line in body.lines_mut() {
        line.condition.iter_mut().chain(&mut line.caution).for_each(plainly);
    }
}

/// How hard an article is to read.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Grades {
    /// Flesch-Kincaid grade level of all sentences read: what rests on evidence, and for patients notices and questions.
    pub flesch_kincaid: f64,
    /// Coleman-Liau index of the same.
    pub coleman_liau: f64,
    /// Flesch-Kincaid grade level of the sentences that rest on evidence alone.
    pub evidence_flesch_kincaid: f64,
    /// Coleman-Liau index of those.
    pub evidence_coleman_liau: f64,
    /// Words read.
    pub words: usize,
}

/// Grades of an article; nothing for one that says nothing. A sequence, which names headings, is no sentence.
pub fn grades(body: &Body) -> Option<Grades> {
    let add = |a: Readability, text: &str| a + Readability::of(text);
    let lines = body.lines().filter(|l| l.sees.is_none()).map(|l| l.text.as_str());
    let evidence = lines.fold(Readability::default(), add);
    let all = body.guide.iter().flat_map(Guide::sentences).fold(evidence, add);
    Some(Grades {
        flesch_kincaid: tenth(all.flesch_kincaid()?),
        coleman_liau: tenth(all.coleman_liau()?),
        evidence_flesch_kincaid: tenth(evidence.flesch_kincaid()?),
        evidence_coleman_liau: tenth(evidence.coleman_liau()?),
        words: all.words,
    })
}

fn tenth(grade: f64) -> f64 {
    (grade * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Line {
        Line {
            text: text.to_owned(),
            sees: None,
            attribution: None,
            role: None,
            strength: None,
            certainty: None,
            rests_on: None,
            condition: None,
            caution: None,
            population: Vec::new(),
            plain: false,
            citations: Vec::new(),
            support: crate::Support::Unchecked,
        }
    }

    fn is_same(wording: &str, source: &str) -> bool {
        same(&mut Checker::default(), wording, &line(source))
    }

    #[test]
    fn plain_words_say_the_same() {
        let source = "Do not give a direct oral anticoagulant for pulmonary embolism during pregnancy.";
        assert!(is_same(
            "Doctors should not give a newer blood thinner pill for blood clots in the lung during pregnancy.",
            source
        ));
    }

    #[test]
    fn a_lost_denial_figure_or_half_is_not_the_same() {
        let source = "Do not give apixaban for pulmonary embolism at creatinine clearance below 15 mL/min.";
        assert!(!is_same(
            "Doctors should give apixaban for blood clots in the lung at creatinine clearance below 15 mL/min.",
            source
        ));
        assert!(!is_same(
            "Doctors should not give apixaban for blood clots in the lung at creatinine clearance below 50 mL/min.",
            source
        ));
        assert!(!is_same(
            "Doctors should not give rivaroxaban for blood clots in the lung at creatinine clearance below 15 mL/min.",
            source
        ));
        let long =
            "Stop prednisolone when the Lille score is high, because survival does not improve with prednisolone.";
        assert!(!is_same("Doctors should stop prednisolone when the Lille score is high.", long));
    }
}
