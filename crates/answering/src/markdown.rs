//! An article as Markdown, in the order of the design.

use crate::article::{Basis, Body, Line, Outcome, Reference, Support};
use crate::follow::Follows;
use crate::reader::grades;
use crate::words::missing_label;
use clinical::{Reader, Truth};
use std::fmt::Write;

/// The article as a Markdown document. Lossy: spans and contexts are in the JSON.
pub fn markdown(body: &Body, hash: &str) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_article(&mut out, body, hash);
    out
}

fn write_article(out: &mut String, body: &Body, hash: &str) -> std::fmt::Result {
    writeln!(out, "> {}\n", escape(&body.question).replace('\n', "\n> "))?;
    writeln!(out, "# {}\n", escape(&body.title))?;
    writeln!(out, "*{BANNER}*\n")?;
    for text in body.guide.iter().flat_map(|g| &g.emergency) {
        writeln!(out, "**{}**\n", escape(text))?;
    }
    for text in body.guide.iter().flat_map(|g| &g.notices) {
        writeln!(out, "{}\n", escape(text))?;
    }
    match body.outcome {
        Outcome::Answered => {
            let word = body.reply.as_ref().map(|r| format!("**{}** ", escape(&r.said()))).unwrap_or_default();
            if !word.is_empty() || !body.bottom_line.is_empty() {
                writeln!(out, "**Bottom line.** {word}{}\n", sentences(&body.bottom_line))?;
            }
        }
        Outcome::Abstained => {
            writeln!(out, "**The library does not answer this question.** Nothing is claimed.\n")?;
            if !body.nearest.is_empty() {
                writeln!(out, "The nearest things it holds:\n")?;
                for near in &body.nearest {
                    writeln!(out, "- {} ({})", escape(&near.title), near.kind.label())?;
                }
                writeln!(out)?;
            }
        }
    }
    for text in &body.lacking {
        writeln!(out, "*{}*\n", escape(text))?;
    }
    if let Some(follows) = &body.follows {
        changes(out, follows)?;
    }
    if !body.case.facts.is_empty() {
        writeln!(out, "## What we read in your question\n")?;
        for fact in &body.case.facts {
            writeln!(out, "- {}: {}", fact.attribute.label(), escape(&fact.describe()))?;
        }
        writeln!(out)?;
    }
    for note in body.case.notes() {
        writeln!(out, "{}\n", escape(&note))?;
    }
    // Patients ask these facts of their care team.
    if !body.case.missing.is_empty() && body.reader != Reader::Patient {
        writeln!(out, "## What would change this answer\n")?;
        for missing in body.case.missing.iter().take(MISSING_SHOWN) {
            writeln!(
                out,
                "- {}: {} ({})",
                escape(&missing_label(missing)),
                escape(&missing.why),
                counted(missing.statements)
            )?;
        }
        let rest: Vec<String> = body.case.missing.iter().skip(MISSING_SHOWN).map(missing_label).collect();
        if !rest.is_empty() {
            writeln!(out, "- and {} more: {}", rest.len(), escape(&rest.join("; ")))?;
        }
        writeln!(out)?;
    }
    for section in body.sections.iter().filter(|s| s.open().next().is_some()) {
        writeln!(out, "## {}\n", escape(&section.title))?;
        for group in section.open() {
            if let Some(lead) = group.hangs_on.as_ref().or(group.lead.as_ref()) {
                writeln!(out, "**{}**\n", escape(lead))?;
            }
            for (i, line) in group.lines.iter().enumerate() {
                let bullet = if group.numbered { format!("{}.", i + 1) } else { "-".to_owned() };
                writeln!(out, "{bullet} {}", sentence(line))?;
            }
            writeln!(out)?;
        }
    }
    behind(out, body)?;
    if !body.not_applying.is_empty() {
        writeln!(out, "## What does not apply here\n")?;
        for n in body.not_applying.iter().take(NOT_APPLYING_SHOWN) {
            writeln!(out, "- {} *({})*", sentence(&n.line), escape(&n.reason))?;
        }
        let rest = body.not_applying.len().saturating_sub(NOT_APPLYING_SHOWN);
        if rest > 0 {
            writeln!(out, "- and {rest} more")?;
        }
        writeln!(out)?;
    }
    if let Some(guide) = &body.guide {
        if !guide.questions.is_empty() {
            writeln!(out, "## What to ask your care team\n")?;
            for question in &guide.questions {
                writeln!(out, "- {}", escape(question))?;
            }
            writeln!(out)?;
        }
        if !guide.terms.is_empty() {
            writeln!(out, "## Terms\n")?;
            for term in &guide.terms {
                writeln!(out, "- **{}**: {}", escape(&term.term), escape(&term.means))?;
            }
            writeln!(out)?;
        }
    }
    if !body.printed_references().is_empty() {
        writeln!(out, "## References\n")?;
        for reference in body.printed_references() {
            writeln!(out, "{}. {}", reference.number, escape(&reference.printed()))?;
        }
        writeln!(out)?;
    }
    if !body.related.is_empty() {
        writeln!(out, "## Related questions\n")?;
        for question in &body.related {
            writeln!(out, "- {}", escape(question))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "## Limits of this answer\n")?;
    for limit in &body.limits {
        writeln!(out, "- {}", escape(limit))?;
    }
    writeln!(out, "\n{}\n", disclaimer(body.reader))?;
    if let Some(words) = readability_words(body) {
        writeln!(out, "{words}\n")?;
    }
    writeln!(
        out,
        "Snapshot {}; composed by {} {}; article {hash}.",
        body.provenance.snapshot, body.provenance.composer, body.provenance.version
    )
}

/// What stands behind, counted by section, with its headings.
fn behind(out: &mut String, body: &Body) -> std::fmt::Result {
    let sections: Vec<(&str, (usize, String))> =
        body.sections.iter().filter_map(|s| Some((s.title.as_str(), s.behind_words()?))).collect();
    if sections.is_empty() {
        return Ok(());
    }
    writeln!(out, "## {BEHIND}\n")?;
    for (title, (lines, headings)) in sections {
        writeln!(out, "- {}: {lines} ({})", escape(title), escape(&headings))?;
    }
    writeln!(out)
}

/// Heading of what a text counts and does not print: `curbside ask --all` prints it, a page unfolds it.
pub const BEHIND: &str = "Held on this, not printed here";

/// Missing facts that a text and a page tell in full; the others are named.
pub const MISSING_SHOWN: usize = 8;

/// Statements that do not apply that a text and a page tell in full: what facts of the patient rule out goes first.
pub const NOT_APPLYING_SHOWN: usize = 5;

fn changes(out: &mut String, follows: &Follows) -> std::fmt::Result {
    let article = follows.article.get(..12).unwrap_or_default();
    writeln!(out, "## {}\n", Follows::TITLE)?;
    writeln!(out, "Asked behind article {article}: \u{201c}{}\u{201d}.", escape(&follows.asked))?;
    for text in follows.said() {
        writeln!(out, "{}", escape(&text))?;
    }
    writeln!(out)?;
    for (title, items) in follows.lists() {
        writeln!(out, "**{title}**\n")?;
        for item in items {
            writeln!(out, "- {}", escape(&item))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// What stands over every article nobody has reviewed.
pub const BANNER: &str = "Educational purpose only. Exercise caution: this content is pending human review.";

/// What stands under every article, by whom it is for.
pub fn disclaimer(reader: Reader) -> &'static str {
    match reader {
        Reader::Clinician | Reader::Trainee => FOR_PROFESSIONALS,
        Reader::Patient => FOR_PATIENTS,
    }
}

/// How hard an article is to read, in words; nothing for clinicians, or when nothing is said.
pub fn readability_words(body: &Body) -> Option<String> {
    let g = grades(body).filter(|_| body.reader != Reader::Clinician)?;
    Some(format!(
        "Reading level: US school grade {:.1} (Flesch-Kincaid), {:.1} (Coleman-Liau); the sentences from evidence alone {:.1} and {:.1}.",
        g.flesch_kincaid, g.coleman_liau, g.evidence_flesch_kincaid, g.evidence_coleman_liau
    ))
}

const FOR_PATIENTS: &str = "This is general education for patients. It is no medical advice and does not replace a talk with your doctor or nurse. No one has checked it for your case. The numbers behind each sentence lead to where it comes from.";

const FOR_PROFESSIONALS: &str = "For healthcare professionals. This article does not replace professional judgment: check every statement against its source and current practice before acting on it.";

fn sentences(lines: &[Line]) -> String {
    lines.iter().map(sentence).collect::<Vec<_>>().join(" ")
}

fn sentence(line: &Line) -> String {
    let mut out = String::new();
    if let Some(condition) = &line.condition {
        out.push_str(&format!("*{}:* ", escape(condition)));
    }
    if let Some(who) = &line.attribution {
        out.push_str(&format!("{}: ", escape(who)));
    }
    out.push_str(&escape(&line.text));
    if let Some(section) = &line.sees {
        out.push_str(&format!(" (see {})", escape(section)));
    }
    for note in line.notes() {
        out.push_str(&format!(" *({})*", escape(&note)));
    }
    let numbers: Vec<String> =
        line.citations.iter().flat_map(|c| &c.references).map(|r| r.number.to_string()).collect();
    out.push_str(&format!(" [{}]", numbers.join(", ")));
    out
}

/// `1 statement`, `2 statements`.
fn counted(n: usize) -> String {
    if n == 1 { "1 statement hangs on it".to_owned() } else { format!("{n} statements hang on it") }
}

/// Escapes what Markdown would read as markup.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '`' | '#' | '|') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

impl Line {
    /// Strength, certainty, caution and population, as shown in brackets behind the sentence.
    pub fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        if let Some(strength) = self.strength {
            notes.push(format!("{} recommendation", strength.word()));
        }
        if let Some(works) = &self.rests_on {
            notes.push(format!("rests on {works}"));
        }
        if let Some(certainty) = self.certainty {
            notes.push(format!("{} certainty", certainty.word().replace('-', " ")));
        }
        if let Some(caution) = &self.caution {
            notes.push(caution.clone());
        }
        for studied in &self.population {
            let here = match studied.fits {
                Truth::Met => "as in this patient",
                Truth::NotMet => "unlike this patient",
                Truth::Unknown => "the question does not say",
            };
            notes.push(format!("studied where {}: {here}", studied.words));
        }
        notes
    }

    /// Whether the reader must be told that no primary text stands behind it.
    pub fn only_summarised(&self) -> bool {
        self.support == Support::NotCheckedAgainstPrimary
    }
}

impl Reference {
    /// Kind, authors, title, container, year, identifiers, basis and standing, in one line.
    pub fn printed(&self) -> String {
        let mut parts = vec![format!("{}.", self.kind.label())];
        if !self.authors.is_empty() {
            parts.push(format!("{}.", self.authors.trim_end_matches('.')));
        }
        parts.push(format!("{}.", self.title.trim_end_matches('.')));
        match (&self.container, self.year) {
            (Some(container), Some(year)) => parts.push(format!("{container}, {year}.")),
            (Some(container), None) => parts.push(format!("{container}.")),
            (None, Some(year)) => parts.push(format!("{year}.")),
            (None, None) => {}
        }
        if let Some(pmid) = self.ids.pmid {
            parts.push(format!("PMID {pmid}."));
        }
        if let Some(pmcid) = self.ids.pmcid {
            parts.push(format!("{pmcid}."));
        }
        if let Some(doi) = &self.ids.doi {
            parts.push(format!("doi:{doi}."));
        }
        parts.push(self.basis_words());
        parts.join(" ")
    }

    /// What the reader is told about the basis and the standing.
    pub fn basis_words(&self) -> String {
        let mut words = match self.basis {
            Basis::Quoted => "Quoted from its own text, held here.".to_owned(),
            Basis::Summarised if self.held_as.as_str().starts_with("digest:") => {
                "Summarised by an unreviewed digest; its text is not held here.".to_owned()
            }
            Basis::Summarised => {
                "Summarised by an unreviewed digest; its text is held here, but no sentence of it was found that says the same.".to_owned()
            }
        };
        match self.standing {
            Some(evidence::Standing::Superseded) => words.push_str(" Superseded."),
            Some(evidence::Standing::PartlyRetracted) => words.push_str(" Retracted in part."),
            Some(evidence::Standing::ExpressionOfConcern) => words.push_str(" Under an expression of concern."),
            _ => {}
        }
        words
    }

    /// Where the work can be read: PubMed Central, PubMed, the DOI, or its own address.
    pub fn link(&self) -> Option<String> {
        self.ids
            .pmcid
            .map(|id| format!("https://pmc.ncbi.nlm.nih.gov/articles/{id}/"))
            .or_else(|| self.ids.pmid.map(|id| format!("https://pubmed.ncbi.nlm.nih.gov/{id}/")))
            .or_else(|| self.ids.doi.as_ref().map(|id| format!("https://doi.org/{id}")))
            .or_else(|| self.url.clone().filter(|u| u.starts_with("https://") || u.starts_with("http://")))
    }
}
