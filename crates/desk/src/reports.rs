//! Problems that readers report, how they end, and the corrections log.

use crate::{Desk, DeskError, Seat};
use board::{Action, Own, StatementKey};
use library::{Correction, Ended, NewReport, Report, statement_keys};
use serde::Serialize;

/// Longest text of a report, an answer or a correction, in bytes: some two pages.
pub const WORDS_MOST: usize = 6_000;

/// A report with what it is about.
#[derive(Debug, Clone, Serialize)]
pub struct ReportShown {
    /// The report.
    #[serde(flatten)]
    pub report: Report,
    /// Title of the article; nothing where it was erased.
    pub title: Option<String>,
    /// Slug of the article.
    pub slug: Option<String>,
    /// The statement that it is about, in the article's words.
    pub said: Option<String>,
}

/// The name of each statement of an article, in order, with its words.
fn statements(body: &answering::Body) -> impl Iterator<Item = (StatementKey, &str)> {
    statement_keys(body).into_iter().zip(body.lines().map(|line| line.text.as_str()))
}

impl Seat<'_> {
    /// Reports a problem with an article, or with one statement of it by name, for who may read it. Patient identifiers that
    /// are found in the words are taken out before they are kept. Gives the number of the report.
    pub fn report(&mut self, article: &str, statement: Option<&str>, words: &str) -> Result<i64, DeskError> {
        self.allow(Action::Report, Own::Nobodys)?;
        let (_, kept) = self.readable(article, None)?;
        let statement = match statement {
            None => None,
            Some(name) => {
                let known = statements(&kept.body).find(|(key, _)| name.parse().as_ref() == Ok(key));
                let no_statement = || DeskError::NoStatement {
                    source_id: kept.hash.clone(),
                    statement: name.chars().take(40).collect(),
                };
                Some(known.ok_or_else(no_statement)?.0.to_string())
            }
        };
        let words = said(words)?;
        let person = self.actor.person();
        Ok(self.desk.articles.report(NewReport { version: kept.hash, statement, words, person })?)
    }

    /// Reports of problems, the oldest first: those that are open, or all.
    pub fn reports(&self, all: bool) -> Result<Vec<ReportShown>, DeskError> {
        self.allow(Action::SeeQueue, Own::Nobodys)?;
        let reports = self.desk.articles.reports(all)?;
        reports.into_iter().map(|report| self.desk.shown_report(report)).collect()
    }

    /// Ends a report with an answer or a reason. One that told of a fault becomes an entry of the corrections log, which
    /// everyone may read: the words say what was wrong and what was done.
    pub fn end_report(&mut self, id: i64, ended: Ended, words: &str) -> Result<(), DeskError> {
        self.allow(Action::AnswerReport, Own::Nobodys)?;
        let words = said(words)?;
        let report = self.desk.articles.report_of(id)?.ok_or(DeskError::NoReport(id))?;
        let title = self.desk.shown_report(report)?.title.unwrap_or_else(|| "An erased article".to_owned());
        match self.desk.articles.end_report(id, ended, words, self.actor.person(), title)? {
            true => Ok(()),
            false => Err(DeskError::ReportEnded(id)),
        }
    }

    /// Writes an entry of the corrections log that no report led to.
    pub fn correct(&mut self, article: &str, words: &str) -> Result<(), DeskError> {
        self.allow(Action::AnswerReport, Own::Nobodys)?;
        let (_, kept) = self.readable(article, None)?;
        let words = said(words)?;
        Ok(self.desk.articles.correct(kept.hash, kept.body.title, words, self.actor.person())?)
    }

    /// The corrections log, the newest first. Read by whoever may read published articles.
    pub fn corrections(&self, limit: usize) -> Result<Vec<Correction>, DeskError> {
        self.allow(Action::Read, Own::Nobodys)?;
        Ok(self.desk.articles.corrections(limit)?)
    }
}

impl Desk {
    fn shown_report(&self, report: Report) -> Result<ReportShown, DeskError> {
        let article = self.articles.article(&report.version)?;
        let slug = self.articles.identities(&report.version, None)?.into_iter().next().map(|a| a.slug);
        let named = |body: &answering::Body| {
            let name = report.statement.as_deref()?;
            statements(body).find(|(key, _)| key.to_string() == name).map(|(_, words)| words.to_owned())
        };
        let said = article.as_ref().and_then(|a| named(&a.body));
        Ok(ReportShown { title: article.map(|a| a.body.title), slug, said, report })
    }
}

/// Words that are kept: not empty, not too long, without the patient identifiers that are found in them.
fn said(words: &str) -> Result<String, DeskError> {
    let words = words.trim();
    if words.is_empty() {
        return Err(DeskError::EmptyWords);
    }
    if words.len() > WORDS_MOST {
        return Err(DeskError::LongQuestion { bytes: words.len(), most: WORDS_MOST });
    }
    Ok(clinical::redact(words).text)
}
