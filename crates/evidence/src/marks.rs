//! What a digest's writer says about a statement: its role, strength, for whom it is, and what it rests on.

use clinical::Condition;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// A word that is none of those allowed where it stood. The digest's writer is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is not a {what}; one of: {allowed}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
    allowed: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The stable word for files and APIs.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(s: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|v| v.word() == s).ok_or_else(|| UnknownWord {
                    what: $what,
                    word: s.to_owned(),
                    allowed: Self::ALL.iter().map(|v| v.word()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

words! {
    /// What a statement does in an answer.
    Role, "role", {
        /// Says what to do.
        Recommend = "recommend",
        /// Says what may be done.
        Option = "option",
        /// Says what must not be done.
        Avoid = "avoid",
        /// Says what to beware of.
        Warn = "warn",
        /// Names a test to do.
        Test = "test",
        /// Says what to watch, and how often.
        Monitor = "monitor",
        /// Gives a dose.
        Dose = "dose",
        /// Gives what to expect, with figures.
        Outcome = "outcome",
        /// Says what something is.
        Define = "define",
        /// Says what to find out before deciding.
        Ask = "ask",
    }
}

words! {
    /// Strength of a recommendation, as its guideline words it.
    Strength, "strength", {
        /// "We recommend", "should".
        Strong = "strong",
        /// "We suggest", "may".
        Weak = "weak",
    }
}

words! {
    /// Certainty of the evidence, GRADE (Guyatt 2008, BMJ 336:924).
    Certainty, "certainty", {
        /// Further research is very unlikely to change it.
        High = "high",
        /// Likely to be close to the truth.
        Moderate = "moderate",
        /// May be substantially different.
        Low = "low",
        /// Any estimate is very uncertain.
        VeryLow = "very-low",
    }
}

words! {
    /// Where in an article a statement belongs; titles and order come from the plan of the question's intent.
    Section, "section", {
        /// Facts to establish before anything is decided.
        FindOutFirst = "find-out-first",
        /// What the thing is, normal ranges.
        Definition = "definition",
        /// Why it happens; drugs that do it.
        Causes = "causes",
        /// How it shows.
        Presentation = "presentation",
        /// How it is recognised and worked up.
        Diagnosis = "diagnosis",
        /// Tests that decide treatment.
        Testing = "testing",
        /// The main treatment.
        Strategy = "strategy",
        /// Treatment by biomarker.
        ByBiomarker = "by-biomarker",
        /// After the main treatment has failed.
        LaterLines = "later-lines",
        /// Radiotherapy, surgery, stents.
        Local = "local",
        /// Bone-modifying agents, symptom control, prevention of harm.
        Supportive = "supportive",
        /// What cannot wait.
        Emergency = "emergency",
        /// Who is fit for what; traps.
        DecisionPoints = "decision-points",
        /// What to watch afterwards.
        Monitoring = "monitoring",
        /// What to expect, with figures.
        Outcomes = "outcomes",
    }
}

/// One citation of a statement: a reference of its digest, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cite {
    /// `id` of a [`BibReference`](crate::BibReference) of the same source.
    pub reference: String,
    /// Place within the work, as `sec. 4`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locator: Option<String>,
}

/// What a digest says about one of its statements.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// Stable name within the digest.
    pub id: String,
    /// What it does in an answer.
    pub role: Role,
    /// Strength of the recommendation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<Strength>,
    /// Certainty of the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certainty: Option<Certainty>,
    /// What must be true of a case for it to apply.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// What must not be true of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unless: Option<Condition>,
    /// Place in the sequence of care, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<u16>,
    /// Where in an article it belongs.
    pub section: Section,
    /// What it says in short sentences and plain words, for patients, by the writer of the digest. As unreviewed as the digest;
    /// shown only where the checker finds that it says what the statement says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plain: Option<String>,
    /// What it rests on; never empty.
    pub cites: Vec<Cite>,
    /// Line of the digest it stands on, from 1.
    pub line: u32,
}
