//! What kind of document a source is, from what it says of itself.
//!
//! Owns the rules and their order. Every decision keeps the words it rests on, so that a librarian can dispute it. A
//! plan or a protocol reports no results and is never counted as the study it announces. It must not look at results,
//! authors or journals.

mod phrases;

use evidence::{Kind, KindBasis};
use phrases::*;

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
    let (kind, basis) = by_all(described);
    // Trials in animals are no evidence for patients. Who indexes by hand has looked; words alone have not.
    if matches!(kind, Kind::RandomizedTrial | Kind::NonRandomizedTrial)
        && basis.from != "publication type"
        && let Some(found) = no_patients(described)
    {
        return decided(Kind::Other, "title", found);
    }
    (kind, basis)
}

fn by_all(described: &Described) -> (Kind, KindBasis) {
    let title = Words::new(described.title);
    let kinds = std::iter::once(described.article_type).chain(described.subjects.iter().map(String::as_str));
    let types: Vec<Words> = kinds.filter(|t| !t.trim().is_empty()).map(Words::new).collect();
    for words in &types {
        if let Some((kind, found)) = by_type(words) {
            // Journals file small trials under case reports; a report of a case never allocates at random.
            let random = || title.says(&RANDOM).or_else(|| Words::new(described.summary).says(&RANDOMIZED_TO));
            if kind != Kind::CaseReport || random().is_none() {
                // Indexers file plans under the study they announce.
                let study = matches!(
                    kind,
                    Kind::MetaAnalysis | Kind::SystematicReview | Kind::RandomizedTrial | Kind::ObservationalStudy
                );
                if study && let Some(found) = plan(&title) {
                    return decided(Kind::Other, "title", found);
                }
                return decided(kind, "publication type", found);
            }
        }
    }
    // PubMed's plain "Review": what such a work tells of trials is about the trials of others.
    let review = types.iter().any(|words| words.0 == " review ");
    let study = |kind| matches!(kind, Kind::RandomizedTrial | Kind::NonRandomizedTrial | Kind::ObservationalStudy);
    if let Some((kind, found)) = by_title(&title)
        && !(review && study(kind) && (found.ends_with("trials") || found.ends_with("studies")))
    {
        return decided(kind, "title", found);
    }
    let summary = Words::new(described.summary);
    if let Some((kind, found)) = by_summary(&summary)
        && !(review && study(kind))
    {
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
    if let Some((found, from)) = trial_at_last(&title, &summary) {
        let kind = if found.starts_with("random") { Kind::RandomizedTrial } else { Kind::NonRandomizedTrial };
        return decided(kind, from, found);
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
            if c.is_ascii_alphanumeric() {
                plain.push(c.to_ascii_lowercase());
            } else if c.is_alphanumeric() {
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

    /// The first place where one of these phrases occurs, and the words there.
    fn find(&self, phrases: &Phrases) -> Option<(usize, String)> {
        self.find_where(phrases, |_| true)
    }

    /// The first of these phrases whose words pass.
    fn find_where(&self, phrases: &Phrases, passes: impl Fn(&str) -> bool) -> Option<(usize, String)> {
        phrases.find_all(&self.0).find(|(_, words)| passes(words)).map(|(at, words)| (at, words.to_owned()))
    }

    fn says(&self, phrases: &Phrases) -> Option<String> {
        self.find(phrases).map(|(_, words)| words)
    }
}

/// Types that say it all.
fn by_type(words: &Words) -> Option<(Kind, String)> {
    let whole = words.0.trim().to_owned();
    let kind = match whole.as_str() {
        "protocol" | "study protocol" | "trial protocol" | "clinical trial protocol" | "protocols" => {
            return Some((Kind::Other, "protocol".to_owned()));
        }
        "letter"
        | "letters"
        | "editorial"
        | "editorials"
        | "reply"
        | "correction"
        | "corrections"
        | "retraction"
        | "retraction of publication"
        | "retraction notice"
        | "published erratum"
        | "scientific integrity review"
        | "newspaper article"
        | "interview"
        // Trials in animals are no evidence for patients.
        | "clinical trial veterinary"
        | "randomized controlled trial veterinary"
        | "observational study veterinary"
        | "book review"
        | "news"
        | "obituary"
        | "announcement"
        | "expression of concern"
        | "addendum"
        | "article commentary"
        | "commentary"
        | "commentaries"
        | "erratum"
        | "errata"
        | "corrigendum"
        | "discussion"
        | "letter to the editor"
        | "letters to the editor"
        | "product review"
        | "calendar"
        | "in brief"
        | "meeting report"
        | "viewpoint"
        | "perspective"
        | "opinion"
        | "comment" => Kind::Other,
        "case report" | "case reports" => Kind::CaseReport,
        "systematic review" | "systematic reviews" | "scoping review" => Kind::SystematicReview,
        "meta analysis" | "meta analyses" | "network meta analysis" => Kind::MetaAnalysis,
        "guideline"
        | "guidelines"
        | "practice guideline"
        | "clinical practice guideline"
        | "consensus statement"
        | "consensus development conference"
        | "consensus development conference nih" => Kind::Guideline,
        "randomized controlled trial"
        | "randomised controlled trial"
        | "equivalence trial"
        | "pragmatic clinical trial" => Kind::RandomizedTrial,
        "observational study" => Kind::ObservationalStudy,
        "patient education handout" | "consumer information" => Kind::ConsumerInformation,
        _ => return None,
    };
    Some((kind, whole))
}

/// Types that say something only where title and abstract say nothing.
fn by_weak_type(words: &Words) -> Option<(Kind, String)> {
    if let Some(found) = words.says(&REVIEW_TYPES) {
        return Some((Kind::NarrativeReview, found));
    }
    if let Some(found) = words.says(&TRIAL_TYPES) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    None
}

/// The words of a title that announce a study.
fn plan(title: &Words) -> Option<String> {
    let trial_words = title.says(&STUDY_WORDS);
    if let Some(found) =
        title.says(&PROTOCOL_WORD).filter(|_| title.0.trim_end().ends_with(" protocol") && trial_words.is_some())
    {
        return Some(found);
    }
    let found = title.says(&PROTOCOL).filter(|found| !found.starts_with("design of") || trial_words.is_some())?;
    Some(if found.contains("protocol") { "protocol".to_owned() } else { found })
}

fn by_title(title: &Words) -> Option<(Kind, String)> {
    if let Some(found) = plan(title) {
        return Some((Kind::Other, found));
    }
    let starts = |phrases: &Phrases| title.find(phrases).filter(|(at, _)| *at <= 1).map(|(_, words)| words);
    if let Some(found) = starts(&COMMENT) {
        return Some((Kind::Other, found));
    }
    let asks_for_evidence = title.says(&META_ANALYSIS).or_else(|| title.says(&SYSTEMATIC));
    if title.says(&ABOUT_GUIDELINES).is_none()
        && asks_for_evidence.is_none()
        && let Some(found) = title.says(&GUIDELINE)
    {
        return Some((Kind::Guideline, found));
    }
    if let Some(found) = title.says(&META_ANALYSIS) {
        return Some((Kind::MetaAnalysis, found));
    }
    if let Some(found) = title.says(&SYSTEMATIC) {
        return Some((Kind::SystematicReview, found));
    }
    if let Some(found) = title.says(&CASE_REPORT) {
        return Some((Kind::CaseReport, found));
    }
    if let Some(found) = title.says(&NON_RANDOM) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    if let Some(found) = title.says(&RANDOM) {
        return Some((Kind::RandomizedTrial, found));
    }
    if let Some(found) = title.says(&OBSERVATIONAL) {
        // "Follow-up study of a randomised trial" was caught above.
        let weak = matches!(
            found.as_str(),
            "cohort"
                | "registry"
                | "survey of"
                | "prevalence of"
                | "incidence of"
                | "follow up study"
                | "prospective study"
                | "cross sectional"
        );
        if !weak {
            return Some((Kind::ObservationalStudy, found));
        }
    }
    if let Some(found) = title.says(&CONSUMER) {
        return Some((Kind::ConsumerInformation, found));
    }
    title.says(&REVIEW).map(|found| (Kind::NarrativeReview, found))
}

fn by_summary(summary: &Words) -> Option<(Kind, String)> {
    // A review tells how it searched; a trial may mention reviews in its background. What comes first in a clause about
    // the work itself decides, so reviews must say so in the words of a method.
    let searched = summary.says(&SEARCHED);
    if searched.is_some() {
        if let Some(found) = summary.says(&META_ANALYSIS) {
            return Some((Kind::MetaAnalysis, found));
        }
        if let Some(found) = summary.says(&SYSTEMATIC) {
            return Some((Kind::SystematicReview, found));
        }
    }
    if let Some(found) = summary.says(&THIS_META_ANALYSIS) {
        return Some((Kind::MetaAnalysis, found));
    }
    if let Some(found) = summary.says(&THIS_SYSTEMATIC_REVIEW) {
        return Some((Kind::SystematicReview, found));
    }
    // A plan is told in the future tense.
    let planned = summary.says(&PLANNED);
    if let Some(found) = planned {
        let reported = summary.says(&REPORTED);
        if reported.is_none() {
            return Some((Kind::Other, format!("protocol: {found}")));
        }
    }
    let non_random = summary.find(&NON_RANDOM);
    // "Randomised controlled trials are needed" tells of others.
    let random =
        summary.find(&RANDOMIZED_TO).or_else(|| summary.find_where(&RANDOM, |found| !found.ends_with("trials")));
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
    if let Some(found) = summary.says(&THIS_CASE) {
        return Some((Kind::CaseReport, found));
    }
    if let Some(found) = summary.says(&THIS_TRIAL) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    if let Some(found) = summary.says(&DESIGN_OBSERVED) {
        return Some((Kind::ObservationalStudy, found));
    }
    summary.says(&THIS_REVIEW).map(|found| (Kind::NarrativeReview, found))
}

/// Methods tell at length of other things too; only plain words about allocation or design count.
fn by_methods(methods: &Words) -> Option<(Kind, String)> {
    if let Some(found) = methods.says(&METHODS_NOT_RANDOM) {
        return Some((Kind::NonRandomizedTrial, found));
    }
    if let Some(found) = methods
        .says(&RANDOMIZED_TO)
        .or_else(|| methods.find_where(&RANDOM, |found| !found.ends_with("trials")).map(|(_, words)| words))
    {
        return Some((Kind::RandomizedTrial, found));
    }
    methods.says(&DESIGN_OBSERVED).map(|found| (Kind::ObservationalStudy, found))
}

/// The words of a title that is about animals or the laboratory, where neither it nor the summary speaks of people.
fn no_patients(described: &Described) -> Option<String> {
    let title = Words::new(described.title);
    let found = title.find_where(&NO_PATIENTS, |found| !found.starts_with("in vitro fert")).map(|(_, found)| found)?;
    let people = title.says(&PEOPLE).or_else(|| Words::new(described.summary).says(&PEOPLE));
    people.is_none().then_some(found)
}

/// The words by which a trial in people is told that nothing above knows, and where they stand.
fn trial_at_last(title: &Words, summary: &Words) -> Option<(String, &'static str)> {
    if title.says(&NO_PATIENTS).or_else(|| summary.says(&NO_PATIENTS)).is_some() {
        return None;
    }
    // A case-crossover study observes.
    let tried =
        |words: &Words, list| words.find_where(list, |found| !found.starts_with("case ")).map(|(_, found)| found);
    let by_title = tried(title, &TRIAL_TITLE).map(|found| (found, "title"));
    by_title.or_else(|| tried(summary, &TRIAL_DONE).map(|found| (found, "abstract")))
}

#[cfg(test)]
mod tests;
