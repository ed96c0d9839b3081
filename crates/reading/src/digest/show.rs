//! A digest for its writer: a file to start from, and a digest as plain text to read over.

use super::page::is_hidden;
use evidence::{BibReference, Marks, PartialDate, Source};
use std::fmt::Write;

const SKELETON: &str = include_str!("skeleton.md");

/// A file for a new digest: valid and commented, with one doubt (its topic is yet to be named) as long as
/// `review_by` is after `today`.
pub fn skeleton(title: &str, today: PartialDate, review_by: PartialDate) -> String {
    let shown: String = title.chars().map(|c| if is_hidden(c) { ' ' } else { c }).collect();
    let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = if words.is_empty() { "Untitled digest" } else { &words };
    // The title goes in last, so that nothing in it is taken for a place to fill.
    SKELETON
        .replace("{today}", &today.to_string())
        .replace("{review_by}", &review_by.to_string())
        .replace("{title}", &title.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A digest as plain text: sections, statements, whom each is for in words, and references.
pub fn preview(source: &Source) -> String {
    let mut out = format!("{}\n", source.title);
    if let (Some(date), Some(info)) = (source.date, source.digest) {
        line(&mut out, format_args!("Updated {date}, review by {}; unreviewed", info.review_by));
    }
    line(&mut out, format_args!("Topics: {}", source.topics.join(", ")));
    let mut above: &[String] = &[];
    for passage in &source.passages {
        let heading = passage.heading.as_slice();
        let same = heading.iter().zip(above).take_while(|(a, b)| a == b).count();
        for (depth, text) in heading.iter().enumerate().skip(same) {
            let marks = "#".repeat(depth + 2);
            line(&mut out, format_args!("\n{marks} {text}"));
        }
        above = heading;
        for statement in &passage.statements {
            line(&mut out, format_args!("\n- {}", source.slice(statement.span)));
            if let Some(marks) = &statement.marks {
                show_marks(&mut out, marks);
            }
        }
    }
    line(&mut out, format_args!("\n## References"));
    out.push('\n');
    for reference in &source.references {
        line(&mut out, format_args!("- {}", describe(reference)));
    }
    out
}

/// Writing to a string cannot fail.
fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _ = writeln!(out, "{text}");
}

fn show_marks(out: &mut String, marks: &Marks) {
    let mut about = vec![marks.role.word().to_owned()];
    about.extend(marks.strength.map(|s| s.word().to_owned()));
    about.extend(marks.certainty.map(|c| format!("{} certainty", c.word())));
    about.extend(marks.step.map(|step| format!("step {step}")));
    about.push(format!("in {}", marks.section.word()));
    if let Some(plain) = &marks.plain {
        line(out, format_args!("  plainly: {plain}"));
    }
    line(out, format_args!("  #{}: {}", marks.id, about.join(", ")));
    for (label, condition) in [("if", &marks.when), ("unless", &marks.unless)] {
        if let Some(condition) = condition {
            line(out, format_args!("  {label} {}", condition.describe()));
        }
    }
    let cites = marks.cites.iter().map(|cite| match &cite.locator {
        Some(locator) => format!("{}, {locator}", cite.reference),
        None => cite.reference.clone(),
    });
    line(out, format_args!("  cites {}", cites.collect::<Vec<_>>().join("; ")));
}

fn describe(reference: &BibReference) -> String {
    let mut out = format!("{}: ", reference.id);
    if let Some(first) = reference.authors.first() {
        let others = if reference.authors.len() > 1 { " et al." } else { "." };
        out.push_str(&format!("{first}{others} "));
    }
    out.push_str(reference.title.trim_end_matches('.'));
    for part in [&reference.container, &reference.issued.map(|d| d.year().to_string())].into_iter().flatten() {
        out.push_str(&format!(". {part}"));
    }
    if let Some(volume) = &reference.volume {
        out.push_str(&format!(";{volume}"));
    }
    if let Some(pages) = &reference.pages {
        out.push_str(&format!(":{pages}"));
    }
    out.push('.');
    if let Some(kind) = reference.kind {
        out.push_str(&format!(" [{}]", kind.label()));
    }
    let ids = &reference.ids;
    let shown = [
        ids.pmid.map(|id| format!("PMID {id}")),
        ids.pmcid.map(|id| id.to_string()),
        ids.doi.as_ref().map(|id| format!("doi:{id}")),
        reference.url.clone(),
    ];
    for id in shown.into_iter().flatten().chain(ids.nct.iter().map(ToString::to_string)) {
        out.push_str(&format!(" {id}"));
    }
    out
}
