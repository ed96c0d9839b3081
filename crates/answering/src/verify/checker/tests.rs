use super::*;

fn check(claim: &str, evidence: &str) -> Finding {
    Checker::default().check(claim, &Evidence { text: evidence, context: Context::Alone })
}

fn verdict(claim: &str, evidence: &str) -> (Verdict, Reason) {
    let found = check(claim, evidence);
    (found.verdict, found.reason)
}

#[test]
fn a_claim_in_the_same_words_is_supported() {
    let said = "Give magnesium 2 g IV over 15 minutes.";
    assert_eq!(verdict(said, &format!("Check potassium. {said} Recheck.")).1, Reason::Verbatim);
    assert_eq!(verdict("", said).1, Reason::Empty);
}

#[test]
fn wordings_of_one_thing_are_supported() {
    for (claim, evidence) in [
        ("Magnesium 2000 mg IV should be given.", "Give magnesium 2 g intravenously."),
        ("Five-year survival was twelve percent.", "Survival at 5 years was 12%."),
        ("Aspirin lowered the risk of stroke.", "Stroke risk was reduced by aspirin."),
        ("Keytruda is recommended for melanoma.", "Pembrolizumab is recommended for melanoma."),
    ] {
        assert_eq!(verdict(claim, evidence).0, Verdict::Supported, "{claim}: {:?}", check(claim, evidence));
    }
}

#[test]
fn each_rule_finds_its_fault() {
    use Reason::*;
    for (claim, evidence, reason) in [
        ("Give magnesium 4 g IV.", "Give magnesium 2 g IV.", Figure),
        ("Give magnesium 2 mg IV.", "Give magnesium 2 g IV.", Unit),
        ("Give ibuprofen for fever.", "Give paracetamol for fever.", Drug),
        ("In children, aspirin reduced stroke.", "In adults, aspirin reduced stroke.", Opposite),
        ("Aspirin is recommended for fever.", "Aspirin is not recommended for fever.", Modality),
        ("Aspirin increased stroke.", "Aspirin reduced stroke.", Direction),
        ("Aspirin must be given.", "Aspirin may be given.", Modality),
        ("The lesion was not visible.", "The lesion was visible.", Negation),
    ] {
        let found = check(claim, evidence);
        let named = found.reason == reason || found.also.iter().any(|f| f.reason == reason);
        assert!(named, "{claim}: {found:?}");
        assert_ne!(found.verdict, Verdict::Supported);
    }
}

#[test]
fn what_a_sentence_leaves_out_is_taken_from_its_source_and_shown() {
    let evidence = Evidence {
        text: "Bleeding was more frequent in the treatment group.",
        context: Context::Source { headings: &["Rivaroxaban for venous thrombosis: a randomised trial"], around: &[] },
    };
    let found = Checker::default().check("Bleeding was more frequent with rivaroxaban.", &evidence);
    assert!(found.taken.iter().any(|w| w.text.contains("rivaroxaban")), "{found:?}");
    assert_eq!(verdict("Bleeding was more frequent with rivaroxaban.", evidence.text).1, Reason::Drug);
}
