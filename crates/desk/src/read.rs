//! An article as somebody reads it: its text with the board's word on it, and whether what it rests on still stands.

use crate::{DeskError, Reason, ReviewStanding, Seat, of_a_patient};
use board::StatementKey;
use clinical::Reader;
use evidence::PartialDate;
use library::{KeptArticle, Visibility, statement_keys};
use serde::Serialize;

/// An article with all that must be told beside it.
#[derive(Debug, Clone, Serialize)]
pub struct Reading {
    /// The version.
    #[serde(flatten)]
    pub article: KeptArticle,
    /// What the board's word on it is.
    pub standing: ReviewStanding,
    /// Why it must be looked at again, by what it cites as that is now; known to the board or not.
    pub reasons: Vec<Reason>,
    /// Whether search engines may list it: approved, published, nothing against it, and of no one patient.
    pub indexable: bool,
    /// Whether it belongs to nobody and was not submitted: then whoever has its whole hash may read it.
    #[serde(skip)]
    pub keyed: bool,
    /// The names of its statements, in the order of its lines: what a report names.
    #[serde(skip)]
    pub statements: Vec<StatementKey>,
}

impl Seat<'_> {
    /// A version by hash, by the first 8 digits of one or by slug (then in the wording for this reader, where there is one), for
    /// who may read it, as of this day.
    pub fn read(
        &mut self,
        name: &str,
        reader: Option<Reader>,
        today: Option<PartialDate>,
    ) -> Result<Reading, DeskError> {
        let (identity, article) = self.counted(name, reader)?;
        let standing = self.standing(&article.hash, None)?;
        let reasons = self.desk.reasons(&article.body, today)?;
        let indexable = standing.approved
            && standing.published
            && reasons.is_empty()
            && of_a_patient(&article.body.case).is_empty();
        let keyed = identity.asker.is_none() && article.visibility == Visibility::Private;
        Ok(Reading { statements: statement_keys(&article.body), article, standing, reasons, indexable, keyed })
    }
}
