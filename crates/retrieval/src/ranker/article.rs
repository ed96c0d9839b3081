//! The texts to be ranked, as the ranker sees them: an article is passages under headings, a passage is sentences.
//!
//! Owns the kinds of sections. Must not know where texts are kept or how they were found.

use evidence::{Part, Source};

/// One document.
#[derive(Debug, Clone, Default)]
pub struct Article<'a> {
    /// Its title; may be empty.
    pub title: &'a str,
    /// Its passages, in order.
    pub passages: Vec<Paragraph<'a>>,
}

/// A passage of an [`Article`].
#[derive(Debug, Clone)]
pub struct Paragraph<'a> {
    /// Headings above it, outermost first; none where they are not known.
    pub heading: &'a [String],
    /// What part of the document it is.
    pub part: Part,
    /// Its sentences, in order.
    pub sentences: Vec<&'a str>,
}

impl<'a> Article<'a> {
    /// A source as the ranker sees it. A passage without statements is one sentence.
    pub fn of(source: &'a Source) -> Self {
        let passages = source.passages.iter().map(|p| {
            let mut sentences: Vec<&str> = p.statements.iter().map(|s| source.slice(s.span)).collect();
            if sentences.is_empty() {
                sentences.push(source.slice(p.span));
            }
            Paragraph { heading: &p.heading, part: p.part, sentences }
        });
        Self { title: &source.title, passages: passages.collect() }
    }
}

/// What a section is for, told by its headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Section {
    Unknown,
    Background,
    Methods,
    Results,
    Discussion,
    Conclusion,
}

impl Section {
    /// By the innermost heading that says so.
    pub(super) fn of(heading: &[String]) -> Self {
        heading
            .iter()
            .rev()
            .map(|h| Self::named(&h.to_lowercase()))
            .find(|s| *s != Self::Unknown)
            .unwrap_or(Self::Unknown)
    }

    fn named(heading: &str) -> Self {
        let any = |words: &[&str]| words.iter().any(|w| heading.contains(w));
        if any(&["conclusion", "interpretation", "implication", "summary"]) {
            Self::Conclusion
        } else if any(&["result", "finding", "outcome", "efficacy", "adverse", "safety"])
            && !any(&["measure", "assessment"])
        {
            Self::Results
        } else if any(&["discussion", "comment", "limitation", "strength"]) {
            Self::Discussion
        } else if any(&[
            "method",
            "design",
            "measure",
            "statistic",
            "participant",
            "patients",
            "procedure",
            "random",
            "analys",
        ]) {
            Self::Methods
        } else if any(&["background", "introduction", "objective", "aim", "purpose", "context", "rationale"]) {
            Self::Background
        } else {
            Self::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_heading_that_says_something_decides() {
        let of = |h: &[&str]| Section::of(&h.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&["Abstract", "Results"]), Section::Results);
        assert_eq!(of(&["Methods", "Outcome measures"]), Section::Methods);
        assert_eq!(of(&["Results", "Rash"]), Section::Results);
        assert_eq!(of(&["Patients and methods"]), Section::Methods);
        assert_eq!(of(&[]), Section::Unknown);
    }
}
