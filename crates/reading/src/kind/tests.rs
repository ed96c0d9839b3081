use super::*;

fn kind(article_type: &str, title: &str, summary: &str) -> Kind {
    decide(&Described { article_type, subjects: &[], title, summary, methods: "" }).0
}

#[test]
fn each_kind_is_told() {
    let cases = [
        (Kind::Guideline, "", "AASLD practice guidance: clinical practice guideline for hepatitis B", ""),
        (Kind::Guideline, "guideline", "Management of gout", ""),
        (
            Kind::MetaAnalysis,
            "research-article",
            "Statins in the elderly: a systematic review and meta-analysis of randomized trials",
            "",
        ),
        (
            Kind::SystematicReview,
            "research-article",
            "Exercise for back pain: a systematic review of randomized controlled trials",
            "",
        ),
        (Kind::RandomizedTrial, "research-article", "Metformin in PCOS: a randomised, double-blind trial", ""),
        (
            Kind::RandomizedTrial,
            "research-article",
            "Metformin in PCOS",
            "Sixty women were randomly assigned to metformin or placebo.",
        ),
        (
            Kind::RandomizedTrial,
            "research-article",
            "Metformin in PCOS",
            "A systematic review was inconclusive. 60 women were randomised.",
        ),
        (
            Kind::RandomizedTrial,
            "research-article",
            "Predictors of response: secondary analysis of a randomized controlled trial",
            "",
        ),
        (Kind::NonRandomizedTrial, "research-article", "Yoga for pain: a non-randomised controlled trial", ""),
        (
            Kind::NonRandomizedTrial,
            "research-article",
            "Drug X in sarcoma",
            "In this single-arm phase II trial, 40 patients were treated.",
        ),
        (Kind::ObservationalStudy, "research-article", "Coffee and stroke: a prospective cohort study", ""),
        (
            Kind::ObservationalStudy,
            "research-article",
            "Coffee",
            "Households were randomly selected for this cross-sectional survey.",
        ),
        (Kind::CaseReport, "case-report", "A mass in the neck", ""),
        (Kind::NarrativeReview, "review-article", "Gut and brain", "The gut talks to the brain."),
        (Kind::ConsumerInformation, "", "Gout: patient information", ""),
        (Kind::Other, "letter", "Randomized trial of X", ""),
        (Kind::Other, "editorial", "Statins", ""),
        (Kind::Other, "protocol", "Effect of X: a randomised trial", ""),
        (Kind::Other, "research-article", "Effect of X: study protocol for a randomised controlled trial", ""),
        (Kind::Other, "research-article", "Effect of X", "60 women will be randomised to X or placebo."),
        (Kind::Other, "research-article", "Mitochondria in yeast", "We grew yeast."),
    ];
    for (expected, article_type, title, summary) in cases {
        assert_eq!(kind(article_type, title, summary), expected, "{article_type} | {title} | {summary}");
    }
}

#[test]
fn studies_about_guidelines_are_not_guidelines() {
    let title = "Implementation of clinical guidelines in primary care: a cluster randomised trial";
    assert_eq!(kind("research-article", title, ""), Kind::RandomizedTrial);
}

#[test]
fn the_deciding_words_are_kept() {
    let subjects = ["Study Protocol".to_owned()];
    let (kind, basis) = decide(&Described { subjects: &subjects, ..Described::default() });
    assert_eq!((kind, basis.from.as_str(), basis.words.as_str()), (Kind::Other, "publication type", "protocol"));
    let (_, basis) = decide(&Described { title: "X: A Randomised, Placebo-Controlled Trial", ..Described::default() });
    assert_eq!((basis.from.as_str(), basis.words.as_str()), ("title", "randomised placebo"));
    let (kind, basis) = decide(&Described::default());
    assert_eq!((kind, basis.from.as_str()), (Kind::Other, "default"));
}

#[test]
fn trials_filed_under_other_names_are_trials() {
    assert_eq!(kind("case-report", "Warfarin dosing: a randomised controlled trial", ""), Kind::RandomizedTrial);
    assert_eq!(
        kind("case-report", "Glucose and quinine", "Ten men were randomly assigned to quinine or saline."),
        Kind::RandomizedTrial
    );
    assert_eq!(kind("", "Patient information leaflets in gout: a randomised trial", ""), Kind::RandomizedTrial);
}

#[test]
fn methods_decide_last() {
    let methods = "Sixty volunteers were randomly assigned to X or Y.";
    let (kind, basis) =
        decide(&Described { article_type: "research-article", title: "X or Y", methods, ..Described::default() });
    assert_eq!(
        (kind, basis.from.as_str(), basis.words.as_str()),
        (Kind::RandomizedTrial, "methods", "randomly assigned")
    );
}

#[test]
fn non_randomised_is_not_randomised() {
    assert_eq!(kind("", "X", "This was a non-randomised study."), Kind::NonRandomizedTrial);
    assert_eq!(kind("", "X", "After a non-randomised run-in, patients were randomised to X."), Kind::RandomizedTrial);
}
