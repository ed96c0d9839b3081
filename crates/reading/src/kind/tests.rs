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

fn typed(types: &[&str], title: &str, summary: &str) -> Kind {
    let subjects: Vec<String> = types.iter().map(|&t| t.to_owned()).collect();
    decide(&Described { subjects: &subjects, title, summary, ..Described::default() }).0
}

#[test]
fn publication_types_of_pubmed_are_known() {
    for (name, expected) in [
        ("Randomized Controlled Trial", Kind::RandomizedTrial),
        ("Pragmatic Clinical Trial", Kind::RandomizedTrial),
        ("Meta-Analysis", Kind::MetaAnalysis),
        ("Network Meta-Analysis", Kind::MetaAnalysis),
        ("Systematic Review", Kind::SystematicReview),
        ("Practice Guideline", Kind::Guideline),
        ("Guideline", Kind::Guideline),
        ("Consensus Development Conference, NIH", Kind::Guideline),
        ("Review", Kind::NarrativeReview),
        ("Case Reports", Kind::CaseReport),
        ("Observational Study", Kind::ObservationalStudy),
        ("Clinical Trial, Phase III", Kind::NonRandomizedTrial),
        ("Controlled Clinical Trial", Kind::NonRandomizedTrial),
        ("Patient Education Handout", Kind::ConsumerInformation),
        ("Comment", Kind::Other),
        ("Letter", Kind::Other),
        ("Editorial", Kind::Other),
        ("News", Kind::Other),
        ("Published Erratum", Kind::Other),
        ("Retraction of Publication", Kind::Other),
        ("Retraction Notice", Kind::Other),
        ("Expression of Concern", Kind::Other),
        ("Clinical Trial Protocol", Kind::Other),
        ("Randomized Controlled Trial, Veterinary", Kind::Other),
        ("Journal Article", Kind::Other),
        ("Retracted Publication", Kind::Other),
    ] {
        assert_eq!(typed(&[name], "Something", ""), expected, "{name}");
    }
}

#[test]
fn a_retraction_of_a_trial_is_no_trial() {
    let title = "Retraction: Something in adults: a randomized controlled trial";
    assert_eq!(typed(&["Retraction of Publication"], title, ""), Kind::Other);
    assert_eq!(typed(&["Published Erratum"], "Something: a systematic review and meta-analysis", ""), Kind::Other);
}

#[test]
fn a_plan_filed_as_a_trial_is_no_trial() {
    let title = "Something in adults: study protocol for a randomized controlled trial";
    assert_eq!(typed(&["Journal Article", "Randomized Controlled Trial"], title, ""), Kind::Other);
}

#[test]
fn a_review_that_tells_of_trials_is_a_review() {
    let summary = "In one trial patients were randomly assigned to one of two groups.";
    assert_eq!(typed(&["Journal Article", "Review"], "Something", summary), Kind::NarrativeReview);
    assert_eq!(typed(&["Review"], "Something: lessons from randomised trials", ""), Kind::NarrativeReview);
    assert_eq!(typed(&["Review"], "Something: a systematic review", ""), Kind::SystematicReview);
    assert_eq!(typed(&["Review"], "Something: a randomised trial", ""), Kind::RandomizedTrial);
    assert_eq!(typed(&["Journal Article"], "Something", summary), Kind::RandomizedTrial);
}

#[test]
fn allocation_at_random_is_told_in_many_words() {
    for summary in [
        "Sixty adults were divided randomly into two groups.",
        "Sixty adults were randomly and equally assigned to two groups.",
        "Twelve adults took part in a randomized, two-period cross-over study.",
        "This study randomised 1:1 sixty adults.",
        "Adults drank X or Y in a double-blind and randomized manner.",
        "Groups were formed by means of randomization tables.",
    ] {
        assert_eq!(kind("research-article", "X or Y", summary), Kind::RandomizedTrial, "{summary}");
    }
    assert_eq!(kind("research-article", "A randomized control trial of X", ""), Kind::RandomizedTrial);
}

#[test]
fn a_sample_drawn_at_random_is_no_allocation() {
    for summary in [
        "Sixty adults were randomly selected and divided by age.",
        "Sixty children without an injury were randomly selected and assigned to the control group.",
        "X seems to work; a further randomized control trial is needed.",
        "Twelve randomised sham-controlled trials were compared.",
        "Deaths were as many as in the placebo group.",
    ] {
        assert_eq!(kind("research-article", "X", summary), Kind::Other, "{summary}");
    }
}

#[test]
fn a_trial_that_says_nowhere_how_it_allocated_is_not_randomised() {
    for (title, summary) in [
        ("Exercise and sleep: a controlled trial", ""),
        ("Phase II study of X in lymphoma", ""),
        ("X and memory", "Twelve men took part in a double-blind crossover study."),
        ("X and pain", "The experimental group received massage, the control group rest."),
    ] {
        assert_eq!(kind("research-article", title, summary), Kind::NonRandomizedTrial, "{title} | {summary}");
    }
    // What is known better is not touched.
    assert_eq!(
        kind("research-article", "X: a controlled trial", "Adults were randomly assigned to X or Y."),
        Kind::RandomizedTrial
    );
    for (title, summary) in [
        ("X and memory in rats", "The experimental group received X."),
        ("X and pain", "A double-blind crossover study in an animal model."),
        ("X and falls: a case-crossover study", ""),
        ("X and pain", "A larger controlled trial is worthwhile."),
    ] {
        assert_eq!(kind("research-article", title, summary), Kind::Other, "{title} | {summary}");
    }
}

#[test]
fn a_trial_in_animals_is_no_trial() {
    let allocated = "Animals were randomly assigned to X or Y.";
    assert_eq!(kind("research-article", "X in rats", allocated), Kind::Other);
    assert_eq!(kind("research-article", "X in dogs: a randomized controlled trial", ""), Kind::Other);
    // Dogs, rabbits and glass can be part of trials in people.
    let people = "Sixty children were randomly assigned to X or Y.";
    assert_eq!(
        kind("research-article", "Safety with dogs: a randomised controlled trial", people),
        Kind::RandomizedTrial
    );
    assert_eq!(kind("", "X before in vitro fertilisation: a randomised trial", ""), Kind::RandomizedTrial);
    // Who indexed it as a trial has looked.
    assert_eq!(typed(&["Randomized Controlled Trial"], "X in rats", ""), Kind::RandomizedTrial);
}
