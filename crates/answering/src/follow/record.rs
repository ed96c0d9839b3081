//! What an article that follows another says of it: part of its body, so that it can be read without the other.

use super::Turn;
use clinical::Attribute;
use evidence::{SourceId, Span};
use serde::{Deserialize, Serialize};

/// What changed since the article that was followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follows {
    /// Hash of the article followed.
    pub article: String,
    /// The follow-up as typed, patient identifiers removed.
    pub asked: String,
    /// What it did.
    pub turn: Turn,
    /// What "it" or a question without an object was taken to be about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<String>,
    /// What was told and no fact read out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// What changed in the case.
    pub facts: Vec<FactChange>,
    /// Statements that the change of the case brought in.
    pub added: Vec<StatementChange>,
    /// Statements that stay and hang on something else now, or on nothing more.
    pub settled: Vec<StatementChange>,
    /// Statements that the change of the case took out.
    pub gone: Vec<StatementChange>,
    /// Statements of the article followed that are not said again because another thing was asked.
    pub not_asked_again: usize,
}

/// How a fact changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It was not told before.
    Added,
    /// It stands in the place of another.
    Replaced,
    /// It was told before and is no longer so.
    Withdrawn,
}

/// A change of the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactChange {
    /// How.
    pub how: How,
    /// What kind of thing.
    pub attribute: Attribute,
    /// The fact, described; of a withdrawn one what it was.
    pub fact: String,
    /// Of a replaced one, what it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

/// A statement that came, went, or hangs on something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementChange {
    /// Its source.
    pub source: SourceId,
    /// `#id` of a digest's statement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// Where it stands in its source, in bytes.
    pub span: Span,
    /// The sentence.
    pub text: String,
    /// Why, in words.
    pub why: String,
}

impl FactChange {
    /// In words: `Biomarker: KRAS mutant (before: KRAS wild-type)`, `Pregnancy: pregnant (added)`.
    pub fn printed(&self) -> String {
        let label = self.attribute.label();
        match (self.how, &self.was) {
            (How::Added, _) => format!("{label}: {} (added)", self.fact),
            (How::Replaced, Some(was)) => format!("{label}: {} (before: {was})", self.fact),
            (How::Replaced, None) => format!("{label}: {} (changed)", self.fact),
            (How::Withdrawn, _) => format!("{label}: no longer {}", self.fact),
        }
    }
}

impl Follows {
    /// Title of the part of a page that prints it.
    pub const TITLE: &str = "What changed since the previous answer";

    /// What to print first, in sentences.
    pub fn said(&self) -> Vec<String> {
        let mut out = Vec::new();
        if self.turn == Turn::NewCase {
            out.push(
                "It names another topic, so it was taken as a new question; nothing of the case before was used."
                    .to_owned(),
            );
            return out;
        }
        if !self.about.is_empty() {
            out.push(format!(
                "It was taken to be about {}, which the previous answer recommends.",
                crate::words::join(&self.about)
            ));
        }
        if let Some(unread) = &self.unread {
            out.push(format!(
                "No patient fact was read out of \u{201c}{}\u{201d}: the case is as it was.",
                unread.trim_end_matches('.')
            ));
        }
        let changed = !(self.added.is_empty() && self.settled.is_empty() && self.gone.is_empty());
        if self.turn == Turn::SameQuestion && !changed {
            out.push(
                "No statement came in, went out or hangs on something else: nothing held here says whether this changes the answer."
                    .to_owned(),
            );
        }
        match self.not_asked_again {
            0 => {}
            1 => out.push("One statement of the previous answer is not repeated: another thing was asked.".to_owned()),
            n => out.push(format!("{n} statements of the previous answer are not repeated: another thing was asked.")),
        }
        out
    }

    /// The lists to print, each under its heading: the case, then statements with the reason in brackets.
    pub fn lists(&self) -> Vec<(&'static str, Vec<String>)> {
        let statements = |list: &[StatementChange]| list.iter().map(|s| format!("{} ({})", s.text, s.why)).collect();
        let mut out: Vec<(&'static str, Vec<String>)> = vec![
            ("The case", self.facts.iter().map(FactChange::printed).collect()),
            ("No longer said", statements(&self.gone)),
            ("Decided by it", statements(&self.settled)),
            ("New", statements(&self.added)),
        ];
        out.retain(|(_, items)| !items.is_empty());
        out
    }
}
