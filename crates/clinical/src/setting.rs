//! Settings of care as concepts of the lexicon: outpatient, hospital inpatient, and the kinds of the latter. A patient is
//! in one place at a time, so settings that are no kind of each other exclude each other. Knows no question and no case.

use crate::lexicon::{self, Concept};
use std::sync::LazyLock;

/// What every setting of care is a kind of; missing facts ask for it by this name.
pub(crate) const CARE_SETTING: &str = "care setting";

static ANY: LazyLock<Option<&Concept>> = LazyLock::new(|| lexicon::concept(CARE_SETTING));

/// Whether a concept is a setting of care: it says for whom something is asked, never what.
pub fn is_setting(concept: &Concept) -> bool {
    ANY.is_some_and(|any| concept.is_a(any))
}

/// The setting of care that a name means.
pub(crate) fn named(name: &str) -> Option<&'static Concept> {
    lexicon::concept(name).filter(|c| is_setting(c))
}
