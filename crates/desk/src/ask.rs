//! The spine: a question becomes a verified, kept article.

use crate::told::{Stage, Tell, Told, begin, silent};
use crate::{Desk, DeskError};
use answering::{Article, Asked, Drafted, Drafter, Extractive, Grades, Plan, Verified, grades, plan, verify, worded};
use board::Actor;
use clinical::{Date, Reader};
use library::KeptArticle;
use serde::Serialize;
use std::time::SystemTime;

/// What was asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The text, as typed. It may hold patient identifiers; they go no further than this crate.
    pub text: String,
    /// Whom the answer is for.
    pub reader: Reader,
    /// The day it is asked on. With it, dates that are taken out become how long ago they were; nothing here reads a
    /// clock unless [`today`] is called.
    pub today: Option<Date>,
}

impl Question {
    /// Longest question read, in bytes: some fifteen pages.
    pub const MAX_BYTES: usize = 100_000;

    /// A question for a clinician, on no particular day.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), reader: Reader::Clinician, today: None }
    }

    /// A question for a clinician, asked now.
    pub fn asked_now(text: impl Into<String>) -> Self {
        Self { today: today(), ..Self::new(text) }
    }
}

/// An answer: the article as kept, and what the checker dropped on the way.
#[derive(Debug, Clone, Serialize)]
pub struct Answer {
    /// The article.
    #[serde(flatten)]
    pub article: KeptArticle,
    /// Sentences that did not pass the checker.
    pub dropped: Vec<answering::Dropped>,
    /// How hard the article is to read.
    pub readability: Option<Grades>,
}

impl Desk {
    /// Answers a question from the library: read the case, retrieve, plan, compose, word, verify, keep.
    pub fn ask(&mut self, question: &Question) -> Result<Answer, DeskError> {
        self.ask_telling(question, &mut silent)
    }

    /// The same, telling what goes on: each part of the work, and each line that a drafter words as soon as it passed the
    /// checker. Who listens may stop it.
    pub fn ask_telling(&mut self, question: &Question, tell: &mut Tell<'_>) -> Result<Answer, DeskError> {
        self.ask_for(question, &Actor::Operator, tell)
    }

    /// The same for somebody, to whom the article belongs.
    pub(crate) fn ask_for(
        &mut self,
        question: &Question,
        asker: &Actor,
        tell: &mut Tell<'_>,
    ) -> Result<Answer, DeskError> {
        begin(Stage::Reading, tell)?;
        let asked = read(question)?;
        let article = self.answered(&asked, tell)?;
        self.keep(&article, asker)
    }

    /// What is in between: retrieve, plan, compose, word, verify.
    pub(crate) fn answered(&mut self, asked: &Asked, tell: &mut Tell<'_>) -> Result<Article<Verified>, DeskError> {
        begin(Stage::Finding, tell)?;
        let shelf = self.retrieve(asked)?;
        let mut plan = plan(asked, &shelf);
        let left_out = plan.fit_reader();
        begin(Stage::Composing, tell)?;
        let draft = worded(self.compose(&plan, tell)?, left_out, &shelf);
        begin(Stage::Checking, tell)?;
        Ok(verify(draft, &shelf))
    }

    /// The configured drafter's article, or the extractive one, saying why.
    pub(crate) fn compose(&self, plan: &Plan<'_>, tell: &mut Tell<'_>) -> Result<Article<Drafted>, DeskError> {
        let Some(drafter) = &self.drafter else { return Ok(Extractive.draft(plan)?) };
        match drafter.draft_telling(plan, &mut |section, line| tell(Told::Line { section, line })) {
            Ok(draft) => Ok(draft),
            Err(error) => Ok(Extractive.draft(plan)?.with_limit(format!("This is the extractive article: {error}."))),
        }
    }

    pub(crate) fn keep(&self, article: &Article<Verified>, asker: &Actor) -> Result<Answer, DeskError> {
        let readability = grades(article.body());
        Ok(Answer { article: self.articles.keep(article, asker)?, dropped: article.dropped().to_vec(), readability })
    }
}

/// This day, in universal time; nothing where the clock stands before 1970.
pub fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Date::from_unix_days(i64::try_from(since.as_secs() / 86_400).ok()?)
}

/// The case read out of a question, for those who want nothing else.
pub fn read_case(question: &Question) -> Result<clinical::Case, DeskError> {
    Ok(read(question)?.case)
}

/// What would be taken out of a question because it may tell who the patient is; spans lie in the text without the blanks around it.
pub fn identifiers(question: &Question) -> Result<Vec<clinical::Redaction>, DeskError> {
    Ok(redacted(question)?.redactions)
}

/// Reads the case out of a question. Patient identifiers are removed first, so that nothing behind this line
/// ever sees them.
pub(crate) fn read(question: &Question) -> Result<Asked, DeskError> {
    let redacted = redacted(question)?;
    let case = redacted.read_case();
    Ok(Asked { question: redacted.text, case, reader: question.reader })
}

/// The text of a question without patient identifiers.
pub(crate) fn redacted(question: &Question) -> Result<clinical::Redacted, DeskError> {
    let text = question.text.trim();
    if text.is_empty() {
        return Err(DeskError::EmptyQuestion);
    }
    if text.len() > Question::MAX_BYTES {
        return Err(DeskError::LongQuestion { bytes: text.len(), most: Question::MAX_BYTES });
    }
    let clean: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    Ok(clinical::redact_as_of(&clean, question.today))
}
