//! What kind of document a source is, from what it says of itself.
//!
//! Owns the rules and their order. Every decision keeps the words it rests on, so that a librarian can dispute it. A
//! plan or a protocol reports no results and is never counted as the study it announces. It must not look at results,
//! authors or journals.

use evidence::{Kind, KindBasis};

/// What a document says of itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Described<'a> {
    /// The format's own type, as JATS `research-article`.
    pub article_type: &'a str,
    /// Publication types and subject headings.
    pub subjects: &'a [String],
    /// Its title.
    pub title: &'a str,
    /// Its abstract, or its first words.
    pub summary: &'a str,
    /// What it says of its methods, looked at only where nothing above decides.
    pub methods: &'a str,
}

/// The kind of a document and what decided it. Costs a scan of the summary.
pub fn decide(described: &Described) -> (Kind, KindBasis) {
    let title = Words::new(described.title);
    let kinds = std::iter::once(described.article_type).chain(described.subjects.iter().map(String::as_str));
    let types: Vec<Words> = kinds.filter(|t| !t.trim().is_empty()).map(Words::new).collect();
    for words in &types {
        if let Some((kind, found)) = by_type(words) {
            return decided(kind, "publication type", found);
        }
    }
    if let Some((kind, found)) = by_title(&title) {
        return decided(kind, "title", found);
    }
    let summary = Words::new(described.summary);
    if let Some((kind, found)) = by_summary(&summary) {
        return decided(kind, "abstract", found);
    }
    for words in &types {
        if let Some((kind, found)) = by_weak_type(words) {
            return decided(kind, "publication type", found);
        }
    }
    if let Some((kind, found)) = by_methods(&Words::new(described.methods)) {
        return decided(kind, "methods", found);
    }
    decided(Kind::Other, "default", String::new())
}

fn decided(kind: Kind, from: &str, words: String) -> (Kind, KindBasis) {
    (kind, KindBasis { from: from.to_owned(), words })
}

/// Text in small letters with every run of other signs as one blank, and a blank at either end, so that ` word ` finds
/// words.
struct Words(String);

impl Words {
    fn new(text: &str) -> Self {
        let mut plain = String::with_capacity(text.len() + 2);
        plain.push(' ');
        for c in text.chars() {
            if c.is_alphanumeric() {
                plain.extend(c.to_lowercase());
            } else if c == '\'' || c == '\u{2019}' {
                // "patient's" is one word.
            } else if !plain.ends_with(' ') {
                plain.push(' ');
            }
        }
        if !plain.ends_with(' ') {
            plain.push(' ');
        }
        Words(plain)
    }

    /// The first of these phrases that occurs. A phrase that ends in `*` may go on within its last word.
    fn find(&self, phrases: &[&str]) -> Option<(usize, String)> {
        phrases.iter().find_map(|phrase| {
            let (stem, open) = phrase.strip_suffix('*').map_or((*phrase, false), |s| (s, true));
            let mut from = 0;
            while let Some(n) = self.0.get(from..).and_then(|t| t.find(stem)) {
                let at = from + n;
                let end = at + stem.len();
                let starts = self.0.as_bytes().get(at.wrapping_sub(1)) == Some(&b' ');
                let closes = open || self.0.as_bytes().get(end) == Some(&b' ');
                if starts && closes {
                    let stop = self.0.get(end..).and_then(|t| t.find(' ')).map_or(end, |n| end + n);
                    return Some((at, self.0.get(at..stop).unwrap_or_default().to_owned()));
                }
                from = end;
            }
            None
        })
    }

    fn says(&self, phrases: &[&str]) -> Option<String> {
        self.find(phrases).map(|(_, words)| words)
    }

    fn len(&self) -> usize {
        self.0.len()
    }
}

const PROTOCOL: &[&str] = &[
    "study protocol", "trial protocol", "protocol for a", "protocol for an", "protocol for the", "protocol of a", "protocol of an",
    "protocol of the", "protocol and rationale", "rationale and design", "design and rationale", "rationale design", "design and methods of",
    "design and methodology of", "design of a", "design of an", "design of the", "design and baseline", "statistical analysis plan", "study design and protocol",
    "protocol paper", "research protocol", "clinical trial protocol", "methods and design", "design protocol", "review protocol", "protocol for systematic review",
];
const GUIDELINE: &[&str] = &[
    "practice guideline*", "clinical guideline*", "treatment guideline*", "management guideline*", "consensus guideline*", "guidelines for",
    "guideline for", "guidelines on", "guideline on", "consensus statement*", "consensus recommendation*", "position statement*", "scientific statement*",
    "clinical practice recommendations", "expert consensus", "joint recommendations", "guideline update", "recommendation statement",
];
/// "Adherence to guidelines" is a study about one.
const ABOUT_GUIDELINES: &[&str] = &[
    "adherence", "compliance", "implementation", "implementing", "implement", "impact", "effect", "effects", "effectiveness", "dissemination", "trial", "randomised", "randomized",
    "according to", "based on", "evaluation", "uptake", "survey", "appraisal", "improve", "improving", "concordance", "barriers", "response to",
];
const META_ANALYSIS: &[&str] = &["meta analysis", "meta analyses", "metaanalysis", "meta analytic", "pooled analysis of individual", "network meta analysis"];
const SYSTEMATIC: &[&str] = &[
    "systematic review*", "systematic literature review*", "systematically review*", "cochrane review", "umbrella review", "systematic overview", "systematic evidence review", "rapid review", "scoping review",
];
const NON_RANDOM: &[&str] = &[
    "non randomised*", "non randomized*", "nonrandomised*", "nonrandomized*", "not randomised", "not randomized", "quasi experimental", "single arm", "open label extension", "before and after study",
    "uncontrolled trial", "historically controlled", "historical control*", "single group trial", "uncontrolled study", "phase i trial", "phase i study", "phase 1 trial", "phase 1 study", "dose escalation study",
];
const RANDOM: &[&str] = &[
    "randomised controlled trial*", "randomized controlled trial*", "randomised trial*", "randomized trial*", "randomised clinical trial*", "randomized clinical trial*",
    "randomised controlled", "randomized controlled", "randomised placebo*", "randomized placebo*", "randomised double*", "randomized double*", "randomised single*", "randomized single*",
    "randomised crossover", "randomized crossover", "randomised cross over", "randomized cross over", "cluster randomised", "cluster randomized", "randomised comparison", "randomized comparison",
    "randomised study", "randomized study", "randomised open*", "randomized open*", "randomised controled", "randomised phase", "randomized phase", "randomised multicent*", "randomized multicent*",
    "randomised parallel", "randomized parallel", "randomised prospective", "randomized prospective", "prospective randomised", "prospective randomized", "randomised pilot", "randomized pilot", "randomised feasibility", "randomized feasibility",
    "randomised factorial", "randomized factorial", "randomised evaluation", "randomized evaluation", "randomised intervention*", "randomized intervention*", "randomised cluster", "randomized cluster", "rct", "randomised experiment", "randomized experiment", "randomised field", "randomized field",
    "randomised active", "randomized active", "randomised dose", "randomized dose", "randomised equivalence", "randomised non inferiority", "randomized non inferiority", "randomised noninferiority", "randomized noninferiority", "group randomised", "group randomized", "community randomised", "community randomized", "randomised community", "randomized community", "randomised withdrawal", "randomized withdrawal", "randomised blinded", "randomized blinded", "randomised head*", "randomized head*",
    "double blind trial", "double blind placebo controlled", "placebo controlled trial", "placebo controlled study", "double blind study",
];
/// Only in an abstract, where it tells what was done.
const RANDOMIZED_TO: &[&str] = &[
    "were randomised", "were randomized", "was randomised", "was randomized", "randomly assigned", "randomly allocated", "randomised to", "randomized to", "randomised into", "randomized into", "randomly divided", "randomly assigning", "random allocation", "random assignment", "allocated randomly", "assigned randomly",
    "randomly received", "randomised in", "randomized in", "randomly randomised", "randomly randomized", "randomly distributed", "we randomised", "we randomized", "underwent randomisation", "underwent randomization", "randomly split", "randomly grouped", "at random to", "randomised participants", "randomized participants", "randomised patients", "randomized patients", "randomised subjects", "randomized subjects",
    "in random order", "in a random order", "randomised order", "randomized order", "in randomised sequence", "in randomized sequence", "by randomisation", "by randomization", "randomly categorized", "random order",
];
const OBSERVATIONAL: &[&str] = &[
    "cohort study", "cohort studies", "case control study", "case control", "cross sectional study", "cross sectional survey", "cross sectional", "observational study", "retrospective study", "retrospective analysis", "retrospective cohort", "retrospective review",
    "prospective cohort", "registry", "registry based", "population based study", "longitudinal study", "nationwide cohort", "ecological study", "prospective study", "retrospectively", "prospective observational", "follow up study", "epidemiological study", "survey of", "prevalence of", "incidence of", "chart review", "case series", "cohort profile", "cohort",
];
const CASE_REPORT: &[&str] = &["case report*", "a case of", "report of a case", "a case study of a patient", "two cases of", "report of two cases", "case presentation"];
const REVIEW: &[&str] = &["a review", "review of the literature", "literature review", "narrative review", "an overview", "state of the art", "an update", "a critical review", "current concepts", "mini review", "clinical review"];
const TRIAL: &[&str] = &["clinical trial", "controlled trial", "open label trial", "open label study", "pilot trial", "intervention trial", "phase ii trial", "phase ii study", "phase 2 study", "phase 2 trial"];
const COMMENT: &[&str] = &["letter to the editor", "editorial", "commentary", "author reply", "authors reply", "correction", "corrigendum", "erratum", "retraction", "retracted", "reply", "response to letter", "comment on", "expression of concern", "addendum", "book review"];
const CONSUMER: &[&str] = &["consumer information", "patient information", "patient education", "patient education handout", "information for patients", "plain language summary"];

const DESIGN_OBSERVED: &[&str] = &["cohort study", "case control study", "cross sectional study", "cross sectional survey", "observational study", "retrospective study", "retrospective analysis", "retrospective cohort", "prospective cohort", "retrospectively", "chart review", "case series", "longitudinal study", "prospective observational", "prospective study"];

/// Types that say it all.
fn by_type(words: &Words) -> Option<(Kind, String)> {
    let whole = words.0.trim().to_owned();
    let kind = match whole.as_str() {
        "protocol" | "study protocol" | "trial protocol" | "clinical trial protocol" | "protocols" => return Some((Kind::Other, "protocol".to_owned())),
        "letter" | "letters" | "editorial" | "editorials" | "reply" | "correction" | "corrections" | "retraction" | "book review" | "news" | "obituary" | "announcement"
        | "expression of concern" | "addendum" | "article commentary" | "commentary" | "commentaries" | "erratum" | "errata" | "corrigendum" | "discussion" | "letter to the editor" | "letters to the editor"
        | "product review" | "calendar" | "in brief" | "meeting report" | "viewpoint" | "perspective" | "opinion" | "comment" => Kind::Other,
        "case report" | "case reports" => Kind::CaseReport,
        "systematic review" | "systematic reviews" => Kind::SystematicReview,
        "meta analysis" | "meta analyses" => Kind::MetaAnalysis,
        "guideline" | "guidelines" | "practice guideline" | "clinical practice guideline" | "consensus statement" => Kind::Guideline,
        "randomized controlled trial" | "randomised controlled trial" | "equivalence trial" | "pragmatic clinical trial" => Kind::RandomizedTrial,
        "observational study" => Kind::ObservationalStudy,
        "patient education handout" | "consumer information" => Kind::ConsumerInformation,
        _ => return None,
    };
    Some((kind, whole))
}

/// Types that say something only where title and abstract say nothing.
fn by_weak_type(words: &Words) -> Option<(Kind, String)> {
    if let Some(found) = words.says(&["review article", "review", "reviews", "mini review", "seminar"]) {
        return Some((Kind::NarrativeReview, found));
    }
    if let Some(found) = words.says(&["clinical trial", "clinical trials", "controlled clinical trial"]) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    None
}

fn by_title(title: &Words) -> Option<(Kind, String)> {
    let trial_words = title.says(&["trial", "trials", "study", "randomised", "randomized", "review"]);
    if let Some(found) = title.says(&["protocol"]).filter(|_| title.0.trim_end().ends_with(" protocol") && trial_words.is_some()) {
        return Some((Kind::Other, found));
    }
    if let Some(found) = title.says(PROTOCOL).filter(|found| !found.starts_with("design of") || trial_words.is_some()) {
        return Some((Kind::Other, if found.contains("protocol") { "protocol".to_owned() } else { found }));
    }
    let starts = |phrases: &[&str]| title.find(phrases).filter(|(at, _)| *at <= 1).map(|(_, words)| words);
    if let Some(found) = starts(COMMENT) {
        return Some((Kind::Other, found));
    }
    let asks_for_evidence = title.says(META_ANALYSIS).or_else(|| title.says(SYSTEMATIC));
    if title.says(ABOUT_GUIDELINES).is_none()
        && asks_for_evidence.is_none()
        && let Some(found) = title.says(GUIDELINE)
    {
        return Some((Kind::Guideline, found));
    }
    if let Some(found) = title.says(META_ANALYSIS) {
        return Some((Kind::MetaAnalysis, found));
    }
    if let Some(found) = title.says(SYSTEMATIC) {
        return Some((Kind::SystematicReview, found));
    }
    if let Some(found) = title.says(CONSUMER) {
        return Some((Kind::ConsumerInformation, found));
    }
    if let Some(found) = title.says(CASE_REPORT) {
        return Some((Kind::CaseReport, found));
    }
    if let Some(found) = title.says(NON_RANDOM) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    if let Some(found) = title.says(RANDOM) {
        return Some((Kind::RandomizedTrial, found));
    }
    if let Some(found) = title.says(OBSERVATIONAL) {
        // "Follow-up study of a randomised trial" was caught above.
        let weak = matches!(found.as_str(), "cohort" | "registry" | "survey of" | "prevalence of" | "incidence of" | "follow up study" | "prospective study" | "cross sectional");
        if !weak {
            return Some((Kind::ObservationalStudy, found));
        }
    }
    title.says(REVIEW).map(|found| (Kind::NarrativeReview, found))
}

fn by_summary(summary: &Words) -> Option<(Kind, String)> {
    // A review tells how it searched; a trial may mention reviews in its background. What comes first in a clause about
    // the work itself decides, so reviews must say so in the words of a method.
    let searched = summary.says(&["we searched", "were searched", "was searched", "search of medline", "search of pubmed", "literature search", "searches of", "searched medline", "searched pubmed", "databases were searched", "electronic databases"]);
    if searched.is_some() {
        if let Some(found) = summary.says(META_ANALYSIS) {
            return Some((Kind::MetaAnalysis, found));
        }
        if let Some(found) = summary.says(SYSTEMATIC) {
            return Some((Kind::SystematicReview, found));
        }
    }
    if let Some(found) = summary.says(&["we conducted a meta analysis", "we performed a meta analysis", "this meta analysis", "present meta analysis"]) {
        return Some((Kind::MetaAnalysis, found));
    }
    if let Some(found) = summary.says(&["this systematic review", "we conducted a systematic review", "we performed a systematic review"]) {
        return Some((Kind::SystematicReview, found));
    }
    // A plan is told in the future tense.
    let planned = summary.says(&["will be randomised", "will be randomized", "will be randomly", "will be recruited", "will be conducted", "this protocol", "will be enrolled", "will be allocated", "will be assigned", "will be included", "will be invited", "study protocol", "we will randomise", "we will randomize", "will receive", "will be measured"]);
    if let Some(found) = planned {
        let reported = summary.says(&["were randomised", "were randomized", "was significantly", "were significantly", "results showed", "p 0"]);
        if reported.is_none() {
            return Some((Kind::Other, format!("protocol: {found}")));
        }
    }
    let non_random = summary.find(NON_RANDOM);
    // "Randomised controlled trials are needed" tells of others.
    let random = summary
        .find(RANDOMIZED_TO)
        .or_else(|| summary.find(RANDOM).filter(|(_, found)| !found.ends_with("trials")));
    match (non_random, random) {
        (Some((_, found)), None) => return Some((Kind::NonRandomizedTrial, found)),
        (Some((not, found)), Some((at, other))) => {
            // "non-randomised" holds "randomised"; only one that stands apart counts.
            let apart = at < not || at > not + found.len();
            return if apart { Some((Kind::RandomizedTrial, other)) } else { Some((Kind::NonRandomizedTrial, found)) };
        }
        (None, Some((_, found))) => return Some((Kind::RandomizedTrial, found)),
        (None, None) => {}
    }
    if let Some(found) = summary.says(CASE_REPORT).filter(|_| summary.len() < 3_000) {
        return Some((Kind::CaseReport, found));
    }
    if let Some(found) = summary.says(TRIAL) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    if let Some(found) = summary.says(DESIGN_OBSERVED) {
        return Some((Kind::ObservationalStudy, found));
    }
    summary.says(&["this review", "we review", "this article reviews", "narrative review", "this paper reviews", "we reviewed the literature", "this overview"]).map(|found| (Kind::NarrativeReview, found))
}

/// Methods tell at length of other things too; only plain words about allocation or design count.
fn by_methods(methods: &Words) -> Option<(Kind, String)> {
    if let Some(found) = methods.says(&["not randomised", "not randomized", "non randomised", "non randomized", "nonrandomized", "no randomisation", "no randomization"]) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    if let Some(found) = methods.says(RANDOMIZED_TO).or_else(|| methods.says(RANDOM).filter(|f| !f.ends_with("trials"))) {
        return Some((Kind::RandomizedTrial, found));
    }
    methods.says(DESIGN_OBSERVED).map(|found| (Kind::ObservationalStudy, found))
}

#[cfg(test)]
#[path = "kind_tests.rs"]
mod tests;
