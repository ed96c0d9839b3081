//! `curbside check`: verdicts in the terminal, or as JSON.

use crate::args::{CheckArgs, Cli};
use crate::commands::open;
use crate::people::seat;
use crate::print::{self, Style};
use anyhow::Context;
use desk::Checked;
use desk::answering::Verdict;
use desk::answering::verify::Side;
use std::path::Path;
use std::process::ExitCode;

/// Something is not supported.
const UNSUPPORTED: u8 = 3;

pub(crate) fn run(cli: &Cli, args: &CheckArgs) -> anyhow::Result<ExitCode> {
    let checked = match (&args.text, &args.claim, &args.evidence) {
        (_, Some(claim), Some(evidence)) => vec![claimed(cli, claim, evidence)?],
        (Some(path), ..) => seat(cli, &mut open(cli)?)?.for_checking()?.check_text(&read(path)?)?,
        _ => anyhow::bail!("name a text, or a claim and its evidence"),
    };
    if args.json {
        match (&args.claim, checked.as_slice()) {
            (Some(_), [one]) => print::json(one)?,
            _ => print::json(&checked)?,
        }
    } else {
        let style = Style::of_stdout();
        for one in &checked {
            print::line(&told(one, style))?;
        }
        if args.text.is_some() {
            print::line(&summary(&checked))?;
        }
    }
    let stands = |c: &Checked| c.finding.verdict == Verdict::Supported && c.unresolved.is_empty();
    Ok(if checked.iter().all(stands) { ExitCode::SUCCESS } else { ExitCode::from(UNSUPPORTED) })
}

/// A file goes before a source of the same name. What has the look of a path is one.
fn claimed(cli: &Cli, claim: &str, evidence: &str) -> anyhow::Result<Checked> {
    let path = Path::new(evidence);
    let names_file = path.extension().is_some_and(|e| e == "md" || e == "txt") || evidence.contains(['/', '\\']);
    if path.is_file() || (names_file && !evidence.contains(':')) {
        let name = path.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
        return Ok(desk::check_against_text(claim, &name, &read(path)?)?);
    }
    Ok(seat(cli, &mut open(cli)?)?.for_checking()?.check_claim(claim, evidence)?)
}

fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path).with_context(|| path.display().to_string())
}

fn told(checked: &Checked, style: Style) -> String {
    let finding = &checked.finding;
    let verdict = finding.verdict.word().to_uppercase();
    let verdict = if finding.verdict == Verdict::Supported { style.accent(&verdict) } else { style.bold(&verdict) };
    let mut lines = style.wrap(&format!("{verdict}  {}", checked.claim), "", "  ");
    let words = |side: Side| {
        let of: Vec<String> =
            finding.words.iter().filter(|w| w.side == side).map(|w| format!("\u{201c}{}\u{201d}", w.text)).collect();
        of.join(", ")
    };
    let mut why = format!("because {}", finding.reason.said());
    let shows = finding.verdict != Verdict::Supported;
    for (side, label) in [(Side::Claim, "claim"), (Side::Evidence, "evidence")] {
        let said = words(side);
        if shows && !said.is_empty() {
            why.push_str(&format!("; {label}: {said}"));
        }
    }
    lines.extend(style.wrap(&why, "  ", "  "));
    let also: Vec<&str> = finding.also.iter().map(|f| f.reason.said()).collect();
    if !also.is_empty() {
        lines.extend(style.wrap(&format!("also: {}", also.join("; ")), "  ", "  "));
    }
    let taken: Vec<&str> = finding.taken.iter().map(|w| w.text.as_str()).collect();
    if !taken.is_empty() {
        lines.extend(style.wrap(&format!("taken from elsewhere in the source: {}", taken.join(", ")), "  ", "  "));
    }
    if let Some(rested) = &checked.evidence {
        let digest = if rested.summarised { ", a digest: not checked against the primary text" } else { "" };
        let place = format!("{}@{}-{}{digest}", rested.source, rested.span.start(), rested.span.end());
        lines.extend(style.wrap(&rested.text, "  > ", "  > "));
        lines.push(style.quiet(&format!("  {place}")));
    }
    for name in &checked.unresolved {
        lines.extend(style.wrap(&format!("cites {name}, which the library cannot cite"), "  ", "  "));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn summary(checked: &[Checked]) -> String {
    let count = |v: Verdict| checked.iter().filter(|c| c.finding.verdict == v).count();
    format!(
        "{} sentences: {} supported, {} partly, {} unsupported, {} contradicted.",
        checked.len(),
        count(Verdict::Supported),
        count(Verdict::Partly),
        count(Verdict::Unsupported),
        count(Verdict::Contradicted)
    )
}
