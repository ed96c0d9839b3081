//! Lists of retractions in the form of the Retraction Watch data: one CSV row a notice.
//!
//! Owns what a row means: which column says what, which values stand for none, and which kind of notice a nature is.
//! How bytes become rows is `rows`. A row that cannot be used is a problem and the rest goes on; kinds of notices are
//! never folded into one another, and a nature that is not known is never guessed.

mod rows;

use crate::problem::{Origin, Place, Problem};
use evidence::{Doi, Identifiers, Notice, NoticeKind, PartialDate, Pmid};
use rows::{Item, Record, Rows};
use std::borrow::Cow;
use std::io;
use std::ops::ControlFlow;

/// How much of a row's reasons is kept, in characters.
const LONGEST_NOTE: usize = 1_000;
/// Identifiers in one cell beyond this many are a mistake.
const MOST_IDS: usize = 50;

/// What a list gives, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A notice.
    Notice(Notice),
    /// A row, or a part of one, that could not be used.
    Problem(Problem),
}

/// Reads a list, row by row, in memory of one row (at most 1 MB), until `sink` breaks.
///
/// Columns are found by their names in the first row, in any order. Text that is not UTF-8 is read as windows-1252, as
/// the list has been distributed. Lines of problems count from 1, the header included.
pub fn read(origin: &Origin, bytes: impl io::Read, sink: &mut dyn FnMut(Row) -> ControlFlow<()>) {
    let _ = List { origin, sink, columns: None, told_encoding: false }.read(bytes);
}

/// Where the columns stand that a notice is made of.
struct Columns {
    count: usize,
    nature: usize,
    date: usize,
    doi: usize,
    pmid: usize,
    notice_doi: Option<usize>,
    notice_pmid: Option<usize>,
    reason: Option<usize>,
    notes: Option<usize>,
    record: Option<usize>,
}

impl Columns {
    /// The columns of a header, or the names of those that are missing.
    fn of(header: &[Cow<str>]) -> Result<Self, Vec<&'static str>> {
        let plain = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let names: Vec<String> = header.iter().map(|h| plain(h)).collect();
        let find = |name: &str| names.iter().position(|n| *n == plain(name));
        let mut missing = Vec::new();
        let mut need = |name: &'static str| {
            find(name).unwrap_or_else(|| {
                missing.push(name);
                0
            })
        };
        let columns = Columns {
            count: header.len(),
            nature: need("RetractionNature"),
            date: need("RetractionDate"),
            doi: need("OriginalPaperDOI"),
            pmid: need("OriginalPaperPubMedID"),
            notice_doi: find("RetractionDOI"),
            notice_pmid: find("RetractionPubMedID"),
            reason: find("Reason"),
            notes: find("Notes"),
            record: find("Record ID"),
        };
        if missing.is_empty() { Ok(columns) } else { Err(missing) }
    }
}

struct List<'a> {
    origin: &'a Origin,
    sink: &'a mut dyn FnMut(Row) -> ControlFlow<()>,
    columns: Option<Columns>,
    told_encoding: bool,
}

impl List<'_> {
    fn read(&mut self, bytes: impl io::Read) -> ControlFlow<()> {
        let mut rows = Rows::new(bytes);
        loop {
            match rows.next() {
                Item::End => break,
                Item::Record(record) => {
                    self.record(&record)?;
                    match &self.columns {
                        Some(columns) => rows.expect(columns.count),
                        None => return ControlFlow::Break(()),
                    }
                }
                Item::Utf16 => {
                    let message = "this list is in UTF-16; save it as CSV in UTF-8 and add it again";
                    return self.problem(Problem::error(self.origin, "encoding", message));
                }
                Item::TooLarge { line } => {
                    let message = "this row is larger than 1 MB and was skipped; mend the row and add the list again";
                    self.error(line, "too-large", message.to_owned())?;
                }
                Item::Unclosed { line } => {
                    let message = "a quotation mark in this row has no partner, or the row has not as many fields as the \
                                   first; the row was skipped, mend it and add the list again";
                    self.error(line, "unclosed-quote", message.to_owned())?;
                }
                Item::Failed { error, line } => {
                    let (code, message) = failure(&error);
                    return self.error(line, code, message);
                }
            }
        }
        if self.columns.is_none() {
            let message = "there is nothing in this list; fetch it again";
            return self.problem(Problem::error(self.origin, "empty", message));
        }
        ControlFlow::Continue(())
    }

    fn problem(&mut self, problem: Problem) -> ControlFlow<()> {
        (self.sink)(Row::Problem(problem))
    }

    fn error(&mut self, line: u64, code: &'static str, message: String) -> ControlFlow<()> {
        let problem = Problem::error(self.origin, code, message).at(Place { line, column: 1 });
        self.problem(problem)
    }

    fn warning(&mut self, line: u64, code: &'static str, message: String) -> ControlFlow<()> {
        let problem = Problem::warning(self.origin, code, message).at(Place { line, column: 1 });
        self.problem(problem)
    }

    fn record(&mut self, record: &Record) -> ControlFlow<()> {
        let line = record.line;
        let (fields, utf8) = record.fields();
        if !utf8 && !self.told_encoding {
            self.told_encoding = true;
            let message = "this list is not UTF-8 from this row on; rows that are not are read as windows-1252";
            self.warning(line, "encoding", message.to_owned())?;
        }
        let Some(columns) = self.columns.take() else {
            match Columns::of(&fields) {
                Ok(columns) => self.columns = Some(columns),
                Err(missing) => {
                    let message = format!(
                        "the first row does not name these columns: {}; this is not a list in the form of the Retraction Watch data, fetch it from Crossref",
                        missing.join(", ")
                    );
                    self.error(line, "missing-columns", message)?;
                }
            }
            return ControlFlow::Continue(());
        };
        let flow = self.row(line, &columns, &fields);
        self.columns = Some(columns);
        flow
    }

    fn row(&mut self, line: u64, columns: &Columns, fields: &[Cow<str>]) -> ControlFlow<()> {
        let beyond = fields.get(columns.count..).unwrap_or_default();
        if fields.len() < columns.count || beyond.iter().any(|f| !f.trim().is_empty()) {
            let message = format!(
                "this row has {} fields and the first row {}; it was skipped, mend it and add the list again",
                fields.len(),
                columns.count
            );
            return self.error(line, "field-count", message);
        }
        let cell = |at: usize| fields.get(at).map_or("", |f| f.trim());
        let perhaps = |at: Option<usize>| at.map_or("", cell);
        let nature = cell(columns.nature);
        let Some(mut kind) = nature_of(nature) else {
            let nature: String = nature.chars().take(80).collect();
            let message = format!(
                "the nature {nature:?} of this row is not known; it was skipped, look the work up and mark it by hand if it is held"
            );
            return self.error(line, "unknown-nature", message);
        };
        let words = [perhaps(columns.reason), perhaps(columns.notes)];
        if kind == NoticeKind::Correction && words.iter().any(|w| says_partial(w)) {
            kind = NoticeKind::PartialRetraction;
        }
        let (dois, bad_dois) = dois(cell(columns.doi));
        let (pmids, bad_pmids) = pmids(cell(columns.pmid));
        for (kind, text) in bad_dois.iter().map(|t| ("DOI", t)).chain(bad_pmids.iter().map(|t| ("PMID", t))) {
            let message = format!("{text:?} is given as {kind} of the original paper and is none; it was left out");
            self.warning(line, "bad-identifier", message)?;
        }
        if dois.is_empty() && pmids.is_empty() {
            let message = "this row gives neither DOI nor PMID of the original paper, so it marks no work";
            return self.warning(line, "no-identifier", message.to_owned());
        }
        let date = match date(cell(columns.date)) {
            Ok(date) => date,
            Err(year) => {
                let text: String = cell(columns.date).chars().take(40).collect();
                let message = format!("{text:?} is not a date (month/day/year or year-month-day); the notice is kept");
                self.warning(line, "bad-date", message)?;
                year
            }
        };
        let by = Identifiers {
            pmid: self::pmids(perhaps(columns.notice_pmid)).0.first().copied(),
            doi: self::dois(perhaps(columns.notice_doi)).0.first().cloned(),
            other: match perhaps(columns.record) {
                "" => Vec::new(),
                id => vec![("retraction-watch".to_owned(), id.chars().take(40).collect())],
            },
            ..Identifiers::default()
        };
        let note = reasons(perhaps(columns.reason));
        // Which of several numbers belong to one work is not said: each is a target of its own.
        let targets: Vec<Identifiers> = if dois.len() <= 1 && pmids.len() <= 1 {
            let (doi, pmid) = (dois.into_iter().next(), pmids.first().copied());
            vec![Identifiers { doi, pmid, ..Identifiers::default() }]
        } else {
            let dois = dois.into_iter().map(|doi| Identifiers { doi: Some(doi), ..Identifiers::default() });
            let pmids = pmids.into_iter().map(|pmid| Identifiers { pmid: Some(pmid), ..Identifiers::default() });
            dois.chain(pmids).collect()
        };
        for target in targets {
            (self.sink)(Row::Notice(Notice { kind, target, date, by: by.clone(), note: note.clone() }))?;
        }
        ControlFlow::Continue(())
    }
}

/// The kind of notice a nature is.
fn nature_of(nature: &str) -> Option<NoticeKind> {
    let lower = nature.to_ascii_lowercase();
    Some(match lower.split_whitespace().collect::<Vec<_>>().join(" ").as_str() {
        "retraction" => NoticeKind::Retraction,
        "partial retraction" | "retraction in part" | "retraction (partial)" => NoticeKind::PartialRetraction,
        "expression of concern" => NoticeKind::ExpressionOfConcern,
        "correction" => NoticeKind::Correction,
        "reinstatement" => NoticeKind::Reinstatement,
        _ => return None,
    })
}

/// Whether a cell says in words that there is nothing.
fn nothing(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    matches!(
        text.as_str(),
        "" | "0" | "0.0" | "unavailable" | "not available" | "n/a" | "na" | "none" | "null" | "nan" | "-"
    )
}

/// The DOIs of a cell, and what stands there and is none. A DOI may itself hold `;` and `,`: only where the next begins
/// is it over.
fn dois(cell: &str) -> (Vec<Doi>, Vec<String>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    let mut rest = cell;
    while !rest.is_empty() && good.len() + bad.len() < MOST_IDS {
        let end = rest
            .char_indices()
            .filter(|(_, c)| c.is_whitespace() || matches!(c, ';' | ','))
            .map(|(at, c)| (at, at + c.len_utf8()))
            .find(|&(_, after)| rest.get(after..).is_some_and(|r| r.starts_with(char::is_whitespace) || begins_doi(r)));
        let (part, next) = match end {
            Some((at, after)) => (rest.get(..at), rest.get(after..)),
            None => (Some(rest), None),
        };
        let part = part.unwrap_or_default().trim_matches([';', ',', ' ', '\t', '\n', '\r', '\u{a0}']);
        rest = next.unwrap_or_default();
        if nothing(part) {
            continue;
        }
        match part.trim_end_matches('.').parse() {
            Ok(doi) if good.contains(&doi) => {}
            Ok(doi) => good.push(doi),
            Err(_) => bad.push(part.chars().take(80).collect()),
        }
    }
    (good, bad)
}

fn begins_doi(text: &str) -> bool {
    let lower: String = text.chars().take(8).collect::<String>().to_ascii_lowercase();
    lower.starts_with("10.")
        || lower.starts_with("doi:")
        || lower.starts_with("http://")
        || lower.starts_with("https://")
        || nothing(text)
}

/// The PMIDs of a cell, and what stands there and is none.
fn pmids(cell: &str) -> (Vec<Pmid>, Vec<String>) {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    if nothing(cell) {
        return (good, bad);
    }
    let parts = cell.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|')).filter(|p| !nothing(p));
    for part in parts.take(MOST_IDS) {
        // Spreadsheets make numbers of them.
        let digits = part.strip_suffix(".0").unwrap_or(part);
        match digits.parse() {
            Ok(pmid) if good.contains(&pmid) => {}
            Ok(pmid) => good.push(pmid),
            Err(_) => bad.push(part.chars().take(80).collect()),
        }
    }
    (good, bad)
}

/// The date of a cell: "12/31/2020 0:00", month first, or "2020-12-31". What is no date gives at most its year.
fn date(cell: &str) -> Result<Option<PartialDate>, Option<PartialDate>> {
    if nothing(cell) {
        return Ok(None);
    }
    let day = cell.split([' ', 'T', '\t']).next().unwrap_or_default();
    let parts: Vec<&str> = day.split(['/', '-']).collect();
    let number = |text: &str| text.parse::<u16>().ok();
    let part = |text: &str| text.parse::<u8>().ok();
    let (year, exact) = match parts.as_slice() {
        [m, d, y] if day.contains('/') && y.len() == 4 => {
            let year = number(y);
            (year, year.zip(part(m).zip(part(d))).and_then(|(y, (m, d))| PartialDate::new(y, Some(m), Some(d))))
        }
        [y, m, d] if y.len() == 4 => {
            let year = number(y);
            (year, year.zip(part(m).zip(part(d))).and_then(|(y, (m, d))| PartialDate::new(y, Some(m), Some(d))))
        }
        [y, m] if y.len() == 4 => {
            let year = number(y);
            (year, year.zip(part(m)).and_then(|(y, m)| PartialDate::new(y, Some(m), None)))
        }
        [y] if y.len() == 4 => {
            let year = number(y);
            (year, year.and_then(|y| PartialDate::new(y, None, None)))
        }
        _ => (None, None),
    };
    match exact {
        Some(date) => Ok(Some(date)),
        None => Err(year.and_then(|y| PartialDate::new(y, None, None))),
    }
}

/// "+Retract and Replace;+Error in Data;" as "Retract and Replace; Error in Data".
fn reasons(cell: &str) -> String {
    let parts: Vec<String> = cell
        .split(';')
        .map(|p| p.trim().trim_start_matches('+').split(|c: char| c.is_whitespace() || c.is_control()))
        .map(|words| words.filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "))
        .filter(|p| !p.is_empty())
        .collect();
    parts.join("; ").chars().take(LONGEST_NOTE).collect()
}

fn failure(error: &io::Error) -> (&'static str, String) {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => {
            ("truncated", "this list ends in the middle; rows before are kept, fetch it again for the rest".to_owned())
        }
        io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput | io::ErrorKind::Other => {
            ("corrupt", format!("this list is damaged: {error}; rows before are kept, fetch it again for the rest"))
        }
        _ => ("io", format!("this list could not be read: {error}; check the disk and try again")),
    }
}

/// Whether the words of a notice say that only a part of the work is withdrawn.
pub(crate) fn says_partial(words: &str) -> bool {
    const PHRASES: [&str; 12] = [
        "partial retraction",
        "partially retract",
        "partly retract",
        "retraction in part",
        "retracted in part",
        "partial withdrawal of",
        "retraction of fig",
        "retraction of a fig",
        "retraction of table",
        "retraction of panel",
        "retraction of part",
        "retraction of supplement",
    ];
    let lower = words.to_ascii_lowercase();
    PHRASES.iter().any(|p| lower.contains(p))
}

#[cfg(test)]
mod tests;
