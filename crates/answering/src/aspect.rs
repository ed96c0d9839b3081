//! The side of a disease that a digest is about: metastatic disease, treatment with curative intent, surveillance; adults or
//! children. A digest names it among its topics. Whether a question is about that side is decided here, and only from its case and intents.

use crate::plan::Asked;
use clinical::{Assertion, Attribute, Fact, Intent};
use evidence::Source;

/// How a question stands to the side that a digest is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// The case says that it is about another side: the digest is not for it.
    Contradicted,
    /// Nothing speaks for or against it: a broad question does not get the whole digest.
    Open,
    /// It is about this side, or the digest is about all sides.
    Spoken,
}

/// How a question stands to a digest. A digest with several sides fits as its worst one does.
pub(crate) fn fit(asked: &Asked, source: &Source) -> Fit {
    let has = |word: &str| source.topics.iter().any(|t| t.contains(word));
    if is_of_a_child(asked) && !has("children") {
        return Fit::Contradicted;
    }
    let mut fit = Fit::Spoken;
    // "Bone metastases" is what a digest is about, "metastatic disease" a side of another disease.
    if has("metastatic disease") {
        fit = fit.min(metastatic(asked));
    }
    if has("adjuvant") || has("curative") {
        fit = fit.min(curative(asked));
    }
    if has("surveillance") {
        fit = fit.min(surveillance(asked));
    }
    fit
}

/// Years from which on guidelines speak of adults.
const ADULT: f64 = 18.0;

/// Whether the patient is known to be under age: what is said of adults, doses above all, is nothing for a child.
pub(crate) fn is_of_a_child(asked: &Asked) -> bool {
    asked.case.of(Attribute::Age).filter_map(|f| f.value.number()).any(|years| years < ADULT)
}

/// Metastatic disease: not stage I to III, nor disease said to be without metastases. "What is the prognosis of colorectal
/// cancer?" leaves it open; metastases, stage IV or a treatment already given speak of it.
fn metastatic(asked: &Asked) -> Fit {
    if spread(asked) {
        return Fit::Spoken;
    }
    // "No brain metastases" does not deny others.
    let all = |f: &Fact| f.value.text() == Some("distant");
    let denied = asked.case.of(Attribute::Metastasis).any(|f| f.assertion == Assertion::Absent && all(f));
    if denied || localised(asked) || asked.case.of(Attribute::Diagnosis).any(early) {
        Fit::Contradicted
    } else if asked.case.of(Attribute::Treatment).any(|f| f.assertion == Assertion::Past) {
        Fit::Spoken
    } else {
        Fit::Open
    }
}

/// Treatment with curative intent, before or after surgery: not metastatic disease. A stage or the word speaks of it.
fn curative(asked: &Asked) -> Fit {
    let word = asked.question.to_lowercase().contains("adjuvant");
    if spread(asked) {
        Fit::Contradicted
    } else if word
        || asked.case.of(Attribute::Diagnosis).any(early)
        || localised(asked)
        || asked.case.of(Attribute::Tnm).next().is_some()
    {
        Fit::Spoken
    } else {
        Fit::Open
    }
}

/// Follow-up of who was treated: not metastatic disease. Only who asks about follow-up asks about it.
fn surveillance(asked: &Asked) -> Fit {
    if spread(asked) {
        Fit::Contradicted
    } else if asked.case.intents.iter().any(|i| matches!(i, Intent::FollowUp | Intent::Monitoring)) {
        Fit::Spoken
    } else {
        Fit::Open
    }
}

fn early(fact: &Fact) -> bool {
    fact.value.text().is_some_and(|n| n.starts_with("locally advanced") || n.starts_with("early"))
}

fn spread(asked: &Asked) -> bool {
    let stage_four = |f: &Fact| f.value.text().is_some_and(|s| s.starts_with("IV"));
    asked.case.of(Attribute::Metastasis).any(|f| f.assertion == Assertion::Present && !is_regional(f))
        || asked.case.of(Attribute::Stage).any(|f| f.assertion == Assertion::Present && stage_four(f))
}

/// "Node-positive" is no distant spread.
fn is_regional(fact: &Fact) -> bool {
    fact.value.text() == Some("lymph node")
}

fn localised(asked: &Asked) -> bool {
    asked.case.of(Attribute::Stage).any(|f| {
        let stage = f.value.text().unwrap_or_default();
        f.assertion == Assertion::Present && stage.starts_with('I') && !stage.starts_with("IV")
    })
}
