//! The spine: a question becomes a verified, kept article.

use crate::{Desk, DeskError};
use answering::{Article, Asked, Drafted, Drafter, Extractive, Plan, Verified, plan, verify};
use clinical::Reader;
use library::KeptArticle;
use serde::Serialize;

/// What was asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The text, as typed. It may hold patient identifiers; they go no further than this crate.
    pub text: String,
    /// Whom the answer is for.
    pub reader: Reader,
}

impl Question {
    /// Longest question read, in bytes: some fifteen pages.
    pub const MAX_BYTES: usize = 100_000;

    /// A question for a clinician.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), reader: Reader::Clinician }
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
}

impl Desk {
    /// Answers a question from the library: read the case, retrieve, plan, compose, verify, keep.
    pub fn ask(&mut self, question: &Question) -> Result<Answer, DeskError> {
        let asked = read(question)?;
        let shelf = self.retrieve(&asked)?;
        let plan = plan(&asked, &shelf);
        let draft = self.compose(&plan)?;
        let article = verify(draft, &shelf);
        self.keep(&article)
    }

    /// The configured drafter's article, or the extractive one, saying why.
    fn compose(&self, plan: &Plan<'_>) -> Result<Article<Drafted>, DeskError> {
        let Some(drafter) = &self.drafter else { return Ok(Extractive.draft(plan)?) };
        match drafter.draft(plan) {
            Ok(draft) => Ok(draft),
            Err(error) => Ok(Extractive.draft(plan)?.with_limit(format!("This is the extractive article: {error}."))),
        }
    }

    fn keep(&self, article: &Article<Verified>) -> Result<Answer, DeskError> {
        Ok(Answer { article: self.articles.keep(article)?, dropped: article.dropped().to_vec() })
    }
}

/// The case read out of a question, for those who want nothing else.
pub fn read_case(question: &Question) -> Result<clinical::Case, DeskError> {
    Ok(read(question)?.case)
}

/// Reads the case out of a question. Patient identifiers are removed first, so that nothing behind this line
/// ever sees them.
fn read(question: &Question) -> Result<Asked, DeskError> {
    let text = question.text.trim();
    if text.is_empty() {
        return Err(DeskError::EmptyQuestion);
    }
    if text.len() > Question::MAX_BYTES {
        return Err(DeskError::LongQuestion { bytes: text.len(), most: Question::MAX_BYTES });
    }
    let clean: String = text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let redacted = clinical::redact(&clean);
    let mut case = clinical::read_case(&redacted.text);
    case.redactions = redacted.redactions;
    Ok(Asked { question: redacted.text, case, reader: question.reader })
}
