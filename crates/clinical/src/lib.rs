//! The language of medicine: lexicon, assertion, patient identifiers, the case read out of a question, its intent,
//! and the conditions that say whom a statement is for.
//!
//! This crate must not know sources, search or answers, and it reads no file, clock or network: the tables of
//! `lexicon/` are part of the program. Everything in it is a pure function of its arguments.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod biomarker;
mod case;
mod change;
mod condition;
mod conflict;
mod dates;
mod facet;
pub mod glossary;
mod identifiers;
mod implied;
mod intent;
mod lexicon;
mod molecule;
mod pattern;
mod population;
mod range;
mod read;
mod read_back;
mod readability;
mod setting;
mod spelled;
mod stage;
mod text;
mod truth;
mod units;
mod urgent;

pub use case::{
    Assertion, Attribute, Case, Comparison, Detail, Fact, Flag, Intent, Missing, Outcome, ReadAs, Reader, Redaction,
    Unclear, UnknownWord, Value,
};
pub use change::{Change, change};
pub use condition::{Asked, Condition, ConditionError};
pub use dates::{Date, NotADate};
pub use facet::{Facet, facets_in};
pub use identifiers::{Redacted, Suspect, redact, redact_as_of, suspects};
#[doc(hidden)]
pub use lexicon::warm as warm_lexicon;
pub use lexicon::{
    Concept, ConceptKind, Mention, Unfamiliar, concept, is_a, mentions, overlaps, regimens_of, related, unfamiliar,
};
pub use molecule::{Molecule, molecules};
pub use population::{Population, population};
pub use read::read_case;
pub use read_back::read_back;
pub use readability::Readability;
pub use setting::is_setting as is_care_setting;
pub use spelled::spelled;
pub use truth::Truth;
pub use urgent::{Urgent, urgent_in, urgent_of};
