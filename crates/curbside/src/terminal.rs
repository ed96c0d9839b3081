//! An article in the terminal, in the order of the design.

use crate::print::Style;
use desk::KeptArticle;
use desk::Reader;
use desk::answering::{
    BANNER, BEHIND, Body, Follows, Line, MISSING_SHOWN, NOT_APPLYING_SHOWN, Outcome, disclaimer, missing_label,
    readability_words,
};
use std::fmt::Write;

/// The article as text.
pub(crate) fn article(article: &KeptArticle, style: Style) -> String {
    let body = &article.body;
    let mut out = Page { out: String::new(), style };
    out.wrapped(&body.question, "\u{2502} ", "\u{2502} ");
    out.blank();
    out.raw(&style.bold(&body.title));
    out.raw(&style.quiet("Review: not submitted to any board."));
    out.wrapped(BANNER, "", "");
    out.blank();
    first(&mut out, body);
    answer(&mut out, body);
    changes(&mut out, body);
    facts(&mut out, body);
    for section in body.sections.iter().filter(|s| s.open().next().is_some()) {
        out.heading(&section.title);
        for group in section.open() {
            if let Some(lead) = group.hangs_on.as_ref().or(group.lead.as_ref()) {
                out.raw(&style.bold(lead));
            }
            for (i, line) in group.lines.iter().enumerate() {
                let bullet = if group.numbered { format!("{:>2}. ", i + 1) } else { " \u{2022}  ".to_owned() };
                out.wrapped(&sentence(line), &bullet, "    ");
            }
        }
        out.blank();
    }
    let behind: Vec<String> = body
        .sections
        .iter()
        .filter_map(|s| s.behind_words().map(|(lines, headings)| format!("{}: {lines} ({headings})", s.title)))
        .collect();
    list(&mut out, BEHIND, &behind);
    if !body.not_applying.is_empty() {
        out.heading("What does not apply here");
        for n in body.not_applying.iter().take(NOT_APPLYING_SHOWN) {
            out.wrapped(&format!("{} ({})", sentence(&n.line), n.reason), " \u{2022}  ", "    ");
        }
        let rest = body.not_applying.len().saturating_sub(NOT_APPLYING_SHOWN);
        if rest > 0 {
            out.wrapped(&format!("and {rest} more"), " \u{2022}  ", "    ");
        }
        out.blank();
    }
    if !body.printed_references().is_empty() {
        out.heading("References");
        for reference in body.printed_references() {
            out.wrapped(&reference.printed(), &format!("{:>3}. ", reference.number), "     ");
        }
        out.blank();
    }
    if let Some(guide) = &body.guide {
        list(&mut out, "What to ask your care team", &guide.questions);
        let terms: Vec<String> = guide.terms.iter().map(|t| format!("{}: {}", t.term, t.means)).collect();
        list(&mut out, "Terms", &terms);
    }
    list(&mut out, "Related questions", &body.related);
    list(&mut out, "Limits of this answer", &body.limits);
    out.wrapped(disclaimer(body.reader), "", "");
    if let Some(words) = readability_words(body) {
        out.wrapped(&words, "", "");
    }
    let p = &body.provenance;
    out.raw(&style.quiet(&format!(
        "snapshot {} \u{b7} {} {} \u{b7} article {}",
        p.snapshot, p.composer, p.version, article.hash
    )));
    out.out
}

/// When to call for help, and what kind of text it is: before anything else.
fn first(out: &mut Page, body: &Body) {
    let Some(guide) = &body.guide else { return };
    for text in &guide.emergency {
        let bold = out.style.bold("!");
        out.wrapped(text, &format!("{bold} "), "  ");
    }
    for text in &guide.notices {
        out.wrapped(text, "", "");
    }
    if !guide.emergency.is_empty() || !guide.notices.is_empty() {
        out.blank();
    }
}

fn answer(out: &mut Page, body: &Body) {
    match body.outcome {
        Outcome::Answered => {
            if !body.bottom_line.is_empty() {
                out.heading("Bottom line");
                if let Some(reply) = &body.reply {
                    let word = out.style.bold(&reply.said());
                    out.raw(&word);
                }
                for line in &body.bottom_line {
                    out.wrapped(&sentence(line), "", "");
                }
                out.blank();
            }
        }
        Outcome::Abstained => {
            out.heading("The library does not answer this question");
            for text in &body.lacking {
                out.wrapped(text, "", "");
            }
            out.raw("Nothing is claimed. The nearest things it holds:");
            for near in &body.nearest {
                out.wrapped(&format!("{} ({}; {})", near.title, near.kind.label(), near.source), " \u{2022}  ", "    ");
            }
            out.blank();
        }
    }
    if body.outcome == Outcome::Answered && !body.lacking.is_empty() {
        for text in &body.lacking {
            out.wrapped(text, "", "");
        }
        out.blank();
    }
}

fn changes(out: &mut Page, body: &Body) {
    let Some(follows) = &body.follows else { return };
    out.heading(Follows::TITLE);
    let asked = format!(
        "Asked behind article {}: \u{201c}{}\u{201d}.",
        follows.article.get(..12).unwrap_or_default(),
        follows.asked
    );
    for text in std::iter::once(asked).chain(follows.said()) {
        out.wrapped(&text, "", "");
    }
    for (title, items) in follows.lists() {
        let title = out.style.bold(title);
        out.raw(&title);
        for item in items {
            out.wrapped(&item, " \u{2022}  ", "    ");
        }
    }
    out.blank();
}

fn facts(out: &mut Page, body: &Body) {
    let case = &body.case;
    if !case.facts.is_empty() {
        out.heading("What we read in your question");
        for fact in &case.facts {
            out.wrapped(&format!("{}: {}", fact.attribute.label(), fact.describe()), " \u{2022}  ", "    ");
        }
        out.blank();
    }
    let notes = case.notes();
    if !notes.is_empty() {
        for note in &notes {
            out.wrapped(note, "", "");
        }
        out.blank();
    }
    // Patients ask these facts of their care team.
    if !case.missing.is_empty() && body.reader != Reader::Patient {
        out.heading("What would change this answer");
        let (first, rest) = case.missing.split_at(case.missing.len().min(MISSING_SHOWN));
        for missing in first {
            let hang = if missing.statements == 1 { "statement hangs" } else { "statements hang" };
            let text = format!("{}: {} ({} {hang} on it)", missing_label(missing), missing.why, missing.statements);
            out.wrapped(&text, " \u{2022}  ", "    ");
        }
        if !rest.is_empty() {
            let labels: Vec<String> = rest.iter().map(missing_label).collect();
            out.wrapped(&format!("and {} more: {}", rest.len(), labels.join("; ")), " \u{2022}  ", "    ");
        }
        out.blank();
    }
}

fn list(out: &mut Page, title: &str, items: &[String]) {
    if !items.is_empty() {
        out.heading(title);
        for item in items {
            out.wrapped(item, " \u{2022}  ", "    ");
        }
        out.blank();
    }
}

fn sentence(line: &Line) -> String {
    let mut text = String::new();
    if let Some(condition) = &line.condition {
        let _ = write!(text, "{condition}: "); // to a string: cannot fail
    }
    if let Some(who) = &line.attribution {
        let _ = write!(text, "{who}: ");
    }
    text.push_str(&line.text);
    if let Some(section) = &line.sees {
        let _ = write!(text, " (see {section})");
    }
    for note in line.notes() {
        let _ = write!(text, " ({note})");
    }
    let numbers: Vec<String> =
        line.citations.iter().flat_map(|c| &c.references).map(|r| r.number.to_string()).collect();
    let _ = write!(text, " [{}]", numbers.join(", "));
    text
}

struct Page {
    out: String,
    style: Style,
}

impl Page {
    fn blank(&mut self) {
        self.out.push('\n');
    }

    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn heading(&mut self, title: &str) {
        let painted = self.style.accent(&self.style.bold(&title.to_uppercase()));
        self.raw(&painted);
    }

    /// Wraps at the terminal's width; `first` leads the first line, `rest` the others. Line breaks of the text
    /// are kept.
    fn wrapped(&mut self, text: &str, first: &str, rest: &str) {
        let mut lead = first;
        for paragraph in text.split('\n') {
            let mut line = lead.to_owned();
            let mut used = lead.chars().count();
            let mut empty = true;
            for word in paragraph.split_whitespace() {
                let length = word.chars().count();
                if !empty && used + 1 + length > self.style.width {
                    self.raw(line.trim_end());
                    line = rest.to_owned();
                    used = rest.chars().count();
                    empty = true;
                }
                if !empty {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(word);
                used += length;
                empty = false;
            }
            self.raw(line.trim_end());
            lead = rest;
        }
    }
}
