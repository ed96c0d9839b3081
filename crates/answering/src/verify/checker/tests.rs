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

fn plainly(wording: &str, statement: &str) -> Finding {
    Checker::default().check_plain(wording, statement, &["Colorectal cancer: second line"])
}

#[test]
fn a_plain_wording_may_say_it_in_other_words_and_leave_figures_out() {
    for (wording, statement) in [
        (
            "Did the cancer grow on a first treatment with bevacizumab? Then bevacizumab may be kept while the chemo is changed.",
            "Bevacizumab may be continued with the changed chemotherapy backbone when metastatic colorectal cancer has progressed on a first-line regimen that contained bevacizumab.",
        ),
        (
            "Doctors should not restart oxaliplatin while bad nerve damage lasts (grade 3 or worse).",
            "Do not restart oxaliplatin while sensory neuropathy of grade 3 or worse persists, because retreatment worsened neuropathy in 31.1% of 106 patients with colorectal cancer.",
        ),
        (
            "In pregnancy, doctors should give low-molecular-weight heparin for a clot in the lung.",
            "In pregnancy, give low-molecular-weight heparin 1 mg/kg for pulmonary embolism.",
        ),
    ] {
        let found = plainly(wording, statement);
        assert_eq!(found.verdict, Verdict::Supported, "{wording}: {found:?}");
    }
}

#[test]
fn a_plain_wording_that_turns_loses_or_weakens_something_is_refused() {
    let both = "Do not give an ACE inhibitor or angiotensin receptor blocker in pregnancy.";
    let order = "Test the tumor for HER2 before choosing second-line treatment.";
    let limited = "Give warfarin only when apixaban is contraindicated.";
    for (wording, statement) in [
        // One of two prohibitions turned round, all of them lost, one more than there are.
        (
            "Doctors should give an ACE inhibitor in pregnancy. They should not give an angiotensin receptor blocker.",
            both,
        ),
        ("An ACE inhibitor or angiotensin receptor blocker is given in pregnancy.", both),
        ("Doctors should not test the tumor for HER2 before the second treatment.", order),
        // An order that is only allowed, a drug and a limit that are lost, a drug and a number that come in.
        ("Doctors may test the tumor for HER2 before the second treatment.", order),
        ("Doctors should give a blood thinner only when apixaban must not be used.", limited),
        ("Doctors should give warfarin when apixaban must not be used.", limited),
        ("Doctors should give warfarin only when rivaroxaban must not be used.", limited),
        ("Doctors should give warfarin for 3 months only when apixaban must not be used.", limited),
    ] {
        let found = plainly(wording, statement);
        assert_ne!(found.verdict, Verdict::Supported, "{wording}: {found:?}");
    }
}
