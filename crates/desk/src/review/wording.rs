//! Whether a proposed wording says what the sentences say that its statement cites.

use answering::verify::Checker;
use answering::{Body, Line, Verdict, plain_faults};
use board::{Checked, StatementKey};
use clinical::{Reader, glossary};
use evidence::Role;

/// Holds a wording against the sentences that a statement of a version cites, as strictly as the checker holds a model's
/// sentence: in both directions, so that nothing is added and nothing that matters is left out. A patient's wording is held as
/// a digest's plain wording is, and may tell no dose. It is supported when one of the sentences carries it.
pub(crate) fn checked(body: &Body, statement: &StatementKey, wording: &str) -> Checked {
    let Some((line, beside)) = line_at(body, statement) else {
        return Checked { supported: false, words: "there is no such statement".to_owned() };
    };
    if line.sees.is_some() {
        let words = "it names a step that stands elsewhere and claims nothing itself; propose wording there".to_owned();
        return Checked { supported: false, words };
    }
    let mut checker = Checker::default();
    let mut first = None;
    for citation in &line.citations {
        let headings: Vec<&str> =
            std::iter::once(&citation.source_title).chain(&citation.heading).map(String::as_str).collect();
        let fault = match body.reader {
            Reader::Patient => {
                let role = line.role.unwrap_or(Role::Recommend);
                let faults = plain_faults(&mut checker, wording, &citation.quote, role, &headings);
                let faults: Vec<String> = faults.into_iter().filter(|f| f.error).map(|f| f.message).collect();
                (!faults.is_empty()).then(|| faults.join("; "))
            }
            Reader::Clinician | Reader::Trainee => {
                let claim = match body.reader {
                    Reader::Trainee => glossary::technical(wording, &citation.quote),
                    _ => wording.to_owned(),
                };
                let own = line.condition.iter().chain(&line.caution).map(String::as_str);
                let shown: Vec<&str> = beside.iter().copied().chain(own).collect();
                let found = checker.check_written(&claim, &citation.quote, &headings, &shown);
                (found.verdict != Verdict::Supported).then(|| {
                    let words: Vec<String> = found.words.iter().map(|w| format!("{:?}", w.text)).collect();
                    let words = if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) };
                    format!("{}{words}", found.reason.said())
                })
            }
        };
        match fault {
            None => return Checked { supported: true, words: "the cited sentence supports it".to_owned() },
            Some(fault) => drop(first.get_or_insert(fault)),
        }
    }
    Checked { supported: false, words: first.unwrap_or_else(|| "the statement cites nothing".to_owned()) }
}

/// A statement of a version, with what stands over it wherever it is shown.
fn line_at<'b>(body: &'b Body, statement: &StatementKey) -> Option<(&'b Line, Vec<&'b str>)> {
    let at = (statement.place() as usize).checked_sub(1)?;
    let line = body.lines().nth(at).filter(|l| statement.names(&l.text))?;
    let groups = body.sections.iter().flat_map(|s| &s.groups);
    let group = groups.into_iter().find(|g| g.lines.iter().any(|l| std::ptr::eq(l, line)));
    let beside = group.map(|g| g.lead.iter().chain(&g.hangs_on).map(String::as_str).collect()).unwrap_or_default();
    Some((line, beside))
}
