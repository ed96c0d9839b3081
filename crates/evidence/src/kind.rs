//! What kind of document a source is, and whether it still stands.

use serde::{Deserialize, Serialize};

/// The kind of a source. The order is that of an evidence hierarchy, strongest first, used for ties only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)] // the labels below say what each is
pub enum Kind {
    Guideline,
    MetaAnalysis,
    SystematicReview,
    RandomizedTrial,
    NonRandomizedTrial,
    ObservationalStudy,
    Label,
    NarrativeReview,
    CaseReport,
    Digest,
    ConsumerInformation,
    Other,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Kind; 12] = [
        Kind::Guideline,
        Kind::MetaAnalysis,
        Kind::SystematicReview,
        Kind::RandomizedTrial,
        Kind::NonRandomizedTrial,
        Kind::ObservationalStudy,
        Kind::Label,
        Kind::NarrativeReview,
        Kind::CaseReport,
        Kind::Digest,
        Kind::ConsumerInformation,
        Kind::Other,
    ];

    /// The stable word for files and APIs, as `randomized-trial`.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Guideline => "guideline",
            Kind::MetaAnalysis => "meta-analysis",
            Kind::SystematicReview => "systematic-review",
            Kind::RandomizedTrial => "randomized-trial",
            Kind::NonRandomizedTrial => "non-randomized-trial",
            Kind::ObservationalStudy => "observational-study",
            Kind::Label => "label",
            Kind::NarrativeReview => "narrative-review",
            Kind::CaseReport => "case-report",
            Kind::Digest => "digest",
            Kind::ConsumerInformation => "consumer-information",
            Kind::Other => "other",
        }
    }

    /// What a reader sees, as `Randomized trial`.
    pub fn label(self) -> &'static str {
        match self {
            Kind::Guideline => "Guideline",
            Kind::MetaAnalysis => "Meta-analysis",
            Kind::SystematicReview => "Systematic review",
            Kind::RandomizedTrial => "Randomized trial",
            Kind::NonRandomizedTrial => "Non-randomized trial",
            Kind::ObservationalStudy => "Observational study",
            Kind::Label => "Drug label or safety notice",
            Kind::NarrativeReview => "Narrative review",
            Kind::CaseReport => "Case report",
            Kind::Digest => "Evidence digest",
            Kind::ConsumerInformation => "Consumer information",
            Kind::Other => "Other publication",
        }
    }

    /// The kind a stable word names.
    pub fn from_word(word: &str) -> Option<Kind> {
        Self::ALL.into_iter().find(|k| k.word() == word)
    }
}

/// How a kind was decided, kept so that a librarian can see and dispute it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindBasis {
    /// Where the deciding words stood: `publication type`, `title`, `abstract`, `format`, `default`.
    pub from: String,
    /// The deciding words themselves.
    pub words: String,
}

/// Whether a source still stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing is known against it.
    #[default]
    Current,
    /// A newer edition replaces it; it may be shown, marked.
    Superseded,
    /// A part of it is withdrawn; it may be shown, marked.
    PartlyRetracted,
    /// The journal warns about it; it may be shown, marked.
    ExpressionOfConcern,
    /// Withdrawn: never cited.
    Retracted,
}

impl Standing {
    /// All standings, the mildest first.
    pub const ALL: [Standing; 5] = [
        Standing::Current,
        Standing::Superseded,
        Standing::PartlyRetracted,
        Standing::ExpressionOfConcern,
        Standing::Retracted,
    ];

    /// The stable word for files and APIs.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Current => "current",
            Standing::Superseded => "superseded",
            Standing::PartlyRetracted => "partly-retracted",
            Standing::ExpressionOfConcern => "expression-of-concern",
            Standing::Retracted => "retracted",
        }
    }

    /// The standing a stable word names.
    pub fn from_word(word: &str) -> Option<Standing> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}
