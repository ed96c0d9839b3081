//! The phrases that tell kinds of documents, in small letters with single blanks. Data with one way to search.

mod trials;

use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::OnceLock;
pub(super) use trials::*;

/// A list of phrases, searched for all at once. A phrase that ends in `*` may go on within its last word.
pub(super) struct Phrases {
    list: &'static [&'static str],
    machine: OnceLock<Option<AhoCorasick>>,
}

impl Phrases {
    const fn new(list: &'static [&'static str]) -> Self {
        Self { list, machine: OnceLock::new() }
    }

    /// Where phrases occur in `text`, which must start and end with a blank: place and words, in order.
    pub(super) fn find_all<'t>(&'t self, text: &'t str) -> impl Iterator<Item = (usize, &'t str)> {
        // `None` only if the lists above were too large to compile, which a test rules out.
        let machine = self.machine.get_or_init(|| {
            let patterns = self
                .list
                .iter()
                .map(|p| p.strip_suffix('*').map_or_else(|| format!(" {p} "), |stem| format!(" {stem}")));
            AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(patterns).ok()
        });
        machine.iter().flat_map(move |m| m.find_iter(text)).map(|found| {
            let start = found.start() + 1;
            let tail = text.get(found.end() - 1..).unwrap_or_default();
            let end = found.end() - 1 + tail.find(' ').unwrap_or(tail.len());
            (start, text.get(start..end).unwrap_or_default())
        })
    }
}

/// Titles of plans.
pub(super) static PROTOCOL: Phrases = Phrases::new(&[
    "study protocol",
    "trial protocol",
    "protocol for a",
    "protocol for an",
    "protocol for the",
    "protocol of a",
    "protocol of an",
    "protocol of the",
    "protocol and rationale",
    "rationale and design",
    "design and rationale",
    "rationale design",
    "design and methods of",
    "design and methodology of",
    "design of a",
    "design of an",
    "design of the",
    "design and baseline",
    "statistical analysis plan",
    "study design and protocol",
    "protocol paper",
    "research protocol",
    "clinical trial protocol",
    "methods and design",
    "design protocol",
    "review protocol",
    "protocol for systematic review",
]);

/// Titles of guidelines.
pub(super) static GUIDELINE: Phrases = Phrases::new(&[
    "practice guideline*",
    "clinical guideline*",
    "treatment guideline*",
    "management guideline*",
    "consensus guideline*",
    "guidelines for",
    "guideline for",
    "guidelines on",
    "guideline on",
    "consensus statement*",
    "consensus recommendation*",
    "position statement*",
    "scientific statement*",
    "clinical practice recommendations",
    "expert consensus",
    "joint recommendations",
    "guideline update",
    "recommendation statement",
]);

/// "Adherence to guidelines" is a study about one.
pub(super) static ABOUT_GUIDELINES: Phrases = Phrases::new(&[
    "adherence",
    "compliance",
    "implementation",
    "implementing",
    "implement",
    "impact",
    "effect",
    "effects",
    "effectiveness",
    "dissemination",
    "trial",
    "randomised",
    "randomized",
    "according to",
    "based on",
    "evaluation",
    "uptake",
    "survey",
    "appraisal",
    "improve",
    "improving",
    "concordance",
    "barriers",
    "response to",
]);

/// Meta-analyses.
pub(super) static META_ANALYSIS: Phrases = Phrases::new(&[
    "meta analysis",
    "meta analyses",
    "metaanalysis",
    "meta analytic",
    "pooled analysis of individual",
    "network meta analysis",
]);

/// Systematic reviews.
pub(super) static SYSTEMATIC: Phrases = Phrases::new(&[
    "systematic review*",
    "systematic literature review*",
    "systematically review*",
    "cochrane review",
    "umbrella review",
    "systematic overview",
    "systematic evidence review",
    "rapid review",
    "scoping review",
]);

/// Titles of observational studies.
pub(super) static OBSERVATIONAL: Phrases = Phrases::new(&[
    "cohort study",
    "cohort studies",
    "case control study",
    "case control",
    "cross sectional study",
    "cross sectional survey",
    "cross sectional",
    "observational study",
    "retrospective study",
    "retrospective analysis",
    "retrospective cohort",
    "retrospective review",
    "prospective cohort",
    "registry",
    "registry based",
    "population based study",
    "longitudinal study",
    "nationwide cohort",
    "ecological study",
    "prospective study",
    "retrospectively",
    "prospective observational",
    "follow up study",
    "epidemiological study",
    "survey of",
    "prevalence of",
    "incidence of",
    "chart review",
    "case series",
    "cohort profile",
    "cohort",
]);

/// Titles of case reports.
pub(super) static CASE_REPORT: Phrases = Phrases::new(&[
    "case report*",
    "a case of",
    "report of a case",
    "a case study of a patient",
    "two cases of",
    "report of two cases",
    "case presentation",
]);

/// Titles of narrative reviews.
pub(super) static REVIEW: Phrases = Phrases::new(&[
    "a review",
    "review of the literature",
    "literature review",
    "narrative review",
    "an overview",
    "state of the art",
    "an update",
    "a critical review",
    "current concepts",
    "mini review",
    "clinical review",
]);

/// Titles of comments and corrections.
pub(super) static COMMENT: Phrases = Phrases::new(&[
    "letter to the editor",
    "editorial",
    "commentary",
    "author reply",
    "authors reply",
    "correction",
    "corrigendum",
    "erratum",
    "retraction",
    "retracted",
    "reply",
    "response to letter",
    "comment on",
    "expression of concern",
    "addendum",
    "book review",
]);

/// Texts for patients.
pub(super) static CONSUMER: Phrases = Phrases::new(&[
    "consumer information",
    "patient information",
    "patient education handout",
    "information for patients",
    "plain language summary",
]);

/// Observational designs, as abstracts and methods name them.
pub(super) static DESIGN_OBSERVED: Phrases = Phrases::new(&[
    "cohort study",
    "case control study",
    "cross sectional study",
    "cross sectional survey",
    "observational study",
    "retrospective study",
    "retrospective analysis",
    "retrospective cohort",
    "prospective cohort",
    "retrospectively",
    "chart review",
    "case series",
    "longitudinal study",
    "prospective observational",
    "prospective study",
]);

/// Types of reviews.
pub(super) static REVIEW_TYPES: Phrases =
    Phrases::new(&["review article", "review", "reviews", "mini review", "seminar"]);

/// Types of trials.
pub(super) static TRIAL_TYPES: Phrases =
    Phrases::new(&["clinical trial", "clinical trials", "controlled clinical trial"]);

/// Words of a title that is about a study.
pub(super) static STUDY_WORDS: Phrases =
    Phrases::new(&["trial", "trials", "study", "randomised", "randomized", "review"]);

/// The last word of many titles of plans.
pub(super) static PROTOCOL_WORD: Phrases = Phrases::new(&["protocol"]);

/// How a review tells of its search.
pub(super) static SEARCHED: Phrases = Phrases::new(&[
    "we searched",
    "were searched",
    "was searched",
    "search of medline",
    "search of pubmed",
    "literature search",
    "searches of",
    "searched medline",
    "searched pubmed",
    "databases were searched",
    "electronic databases",
]);

/// How a meta-analysis tells of itself.
pub(super) static THIS_META_ANALYSIS: Phrases = Phrases::new(&[
    "we conducted a meta analysis",
    "we performed a meta analysis",
    "this meta analysis",
    "present meta analysis",
]);

/// How a systematic review tells of itself.
pub(super) static THIS_SYSTEMATIC_REVIEW: Phrases =
    Phrases::new(&["this systematic review", "we conducted a systematic review", "we performed a systematic review"]);

/// A plan is told in the future tense.
pub(super) static PLANNED: Phrases = Phrases::new(&[
    "will be randomised",
    "will be randomized",
    "will be randomly",
    "will be recruited",
    "will be conducted",
    "this protocol",
    "will be enrolled",
    "will be allocated",
    "will be assigned",
    "will be included",
    "will be invited",
    "study protocol",
    "we will randomise",
    "we will randomize",
    "will receive",
    "will be measured",
]);

/// A report is told in the past tense.
pub(super) static REPORTED: Phrases = Phrases::new(&[
    "were randomised",
    "were randomized",
    "was significantly",
    "were significantly",
    "results showed",
    "p 0",
]);

/// How a review tells of itself.
pub(super) static THIS_REVIEW: Phrases = Phrases::new(&[
    "this review",
    "we review",
    "this article reviews",
    "narrative review",
    "this paper reviews",
    "we reviewed the literature",
    "this overview",
]);

/// How a report of a case tells of itself.
pub(super) static THIS_CASE: Phrases = Phrases::new(&[
    "this case report",
    "case report",
    "we report a case",
    "we report the case",
    "we describe a case",
    "we describe the case",
    "we present a case",
    "we present the case",
    "report two cases",
    "report of a case",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_whole_words_unless_open() {
        static LIST: Phrases = Phrases::new(&["case report*", "rct"]);
        let found: Vec<_> = LIST.find_all(" an rcts and two case reports of an rct ").collect();
        assert_eq!(found, [(17, "case reports"), (36, "rct")]);
    }

    #[test]
    fn every_list_compiles_and_is_plain() {
        for list in [&RANDOM, &RANDOMIZED_TO, &PROTOCOL, &GUIDELINE] {
            assert!(list.list.iter().all(|p| *p == p.to_lowercase() && !p.contains('-')));
            assert_eq!(list.find_all(&format!(" {} ", list.list[0])).count(), 1);
        }
    }
}
