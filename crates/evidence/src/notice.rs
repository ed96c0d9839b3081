//! What was said, after publication, about whether a work still stands.

use crate::{Identifiers, PartialDate, Standing};
use serde::{Deserialize, Serialize};

/// One notice about one work: by the journal, in PubMed, or in a list of retractions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Notice {
    /// What it says.
    pub kind: NoticeKind,
    /// The work it speaks of; at least one identifier.
    pub target: Identifiers,
    /// When it was published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// The notice itself, where it has identifiers of its own.
    #[serde(default)]
    pub by: Identifiers,
    /// Its reason or citation, in the words of who filed it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// What a notice says. Kinds are never folded into one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoticeKind {
    /// The whole work is withdrawn.
    Retraction,
    /// A part of it is withdrawn, as a figure or one analysis; often filed as an erratum.
    PartialRetraction,
    /// The journal warns about it.
    ExpressionOfConcern,
    /// An erratum, corrigendum or correction.
    Correction,
    /// An earlier retraction is taken back.
    Reinstatement,
}

impl NoticeKind {
    /// All kinds.
    pub const ALL: [NoticeKind; 5] = [
        NoticeKind::Retraction,
        NoticeKind::PartialRetraction,
        NoticeKind::ExpressionOfConcern,
        NoticeKind::Correction,
        NoticeKind::Reinstatement,
    ];

    /// The stable word for files and APIs.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::Retraction => "retraction",
            NoticeKind::PartialRetraction => "partial-retraction",
            NoticeKind::ExpressionOfConcern => "expression-of-concern",
            NoticeKind::Correction => "correction",
            NoticeKind::Reinstatement => "reinstatement",
        }
    }

    /// What a reader sees, as `Expression of concern`.
    pub fn label(self) -> &'static str {
        match self {
            NoticeKind::Retraction => "Retraction",
            NoticeKind::PartialRetraction => "Partial retraction",
            NoticeKind::ExpressionOfConcern => "Expression of concern",
            NoticeKind::Correction => "Correction",
            NoticeKind::Reinstatement => "Reinstatement",
        }
    }

    /// The kind a stable word names.
    pub fn from_word(word: &str) -> Option<NoticeKind> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

impl Standing {
    /// The standing of a work of which all these notices speak, in any order.
    ///
    /// A reinstatement undoes only retractions that are not dated after it; where either date is missing the work
    /// stays retracted, since citing a retracted work is the worse mistake. Corrections leave a work current.
    pub fn after<'a>(notices: impl IntoIterator<Item = &'a Notice>) -> Standing {
        let mut standing = Standing::Current;
        let (mut retracted, mut reinstated) = (Vec::new(), Vec::new());
        for notice in notices {
            match notice.kind {
                NoticeKind::Retraction => retracted.push(notice.date),
                NoticeKind::Reinstatement => reinstated.push(notice.date),
                NoticeKind::PartialRetraction => standing = standing.max(Standing::PartlyRetracted),
                NoticeKind::ExpressionOfConcern => standing = standing.max(Standing::ExpressionOfConcern),
                NoticeKind::Correction => {}
            }
        }
        let last = reinstated.into_iter().flatten().max();
        let undone = |date: &Option<PartialDate>| date.zip(last).is_some_and(|(date, last)| date <= last);
        if retracted.iter().all(undone) { standing } else { Standing::Retracted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(kind: NoticeKind, date: &str) -> Notice {
        let target = Identifiers { pmid: "1".parse().ok(), ..Identifiers::default() };
        Notice { kind, target, date: date.to_owned().try_into().ok(), by: Identifiers::default(), note: String::new() }
    }

    #[test]
    fn only_a_later_reinstatement_undoes_a_retraction() {
        use NoticeKind::*;
        let after = |list: &[(NoticeKind, &str)]| {
            let notices: Vec<Notice> = list.iter().map(|(k, d)| notice(*k, d)).collect();
            Standing::after(&notices)
        };
        assert_eq!(after(&[]), Standing::Current);
        assert_eq!(after(&[(Correction, "2020")]), Standing::Current);
        assert_eq!(after(&[(Reinstatement, "2021"), (Retraction, "2020")]), Standing::Current);
        assert_eq!(after(&[(Retraction, "2022"), (Reinstatement, "2021")]), Standing::Retracted);
        assert_eq!(after(&[(Retraction, ""), (Reinstatement, "2021")]), Standing::Retracted);
        assert_eq!(after(&[(Reinstatement, "2021"), (ExpressionOfConcern, "2019")]), Standing::ExpressionOfConcern);
        assert_eq!(after(&[(PartialRetraction, "2019"), (Correction, "2020")]), Standing::PartlyRetracted);
    }
}
