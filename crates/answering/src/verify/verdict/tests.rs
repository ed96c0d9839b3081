//! Sentences as reports of trials have them.

use super::*;

const DIFFERENT: &[&str] = &[
    "We randomised 820 adults with chronic heart failure to dapagliflozin or placebo.",
    "The primary outcome was hospitalisation for heart failure.",
    "Dapagliflozin significantly reduced hospitalisation for heart failure compared with placebo (hazard ratio 0.70, 95% CI 0.59 to \
     0.83; P < 0.001).",
    "Hospitalisation for heart failure was lower with dapagliflozin from the first month on (P = 0.01).",
    "Serious adverse events occurred in 36% and 42% of patients.",
];
const NO_DIFFERENCE: &[&str] = &[
    "We randomised 410 adults with chronic heart failure to dapagliflozin or placebo.",
    "There was no significant difference in hospitalisation for heart failure between dapagliflozin and placebo (12.1% vs 12.9%; P = 0.71).",
];
const QUESTION: &str = "Does dapagliflozin reduce hospitalisation for heart failure?";

fn rule(question: &str, sources: &[&[&str]]) -> Option<Ruling> {
    let sources: Vec<Vec<&str>> = sources.iter().map(|s| s.to_vec()).collect();
    Judge::default().rule(question, &sources)
}

#[test]
fn the_weights_compiled_in_are_whole() {
    assert!(WEIGHTS.is_some());
    assert_eq!(Judge::default().features(QUESTION, DIFFERENT).len(), names().len());
    assert_eq!(Judge::default().features(QUESTION, &[]).len(), names().len());
}

#[test]
fn a_trial_that_found_it_says_yes_with_its_sentence() {
    let ruling = rule(QUESTION, &[DIFFERENT]).unwrap();
    assert_eq!(ruling.reply, Reply::Yes, "{ruling:?}");
    assert!(ruling.deciding.contains(&Deciding { source: 0, sentence: 2, for_yes: true }), "{ruling:?}");
    assert!(ruling.deciding.iter().all(|d| d.for_yes), "{ruling:?}");
}

#[test]
fn a_trial_that_found_no_difference_says_no() {
    let ruling = rule(QUESTION, &[NO_DIFFERENCE]).unwrap();
    assert_eq!(ruling.reply, Reply::No, "{ruling:?}");
    assert_eq!(ruling.deciding, [Deciding { source: 0, sentence: 1, for_yes: false }]);
}

#[test]
fn sources_that_disagree_conflict_and_both_are_shown() {
    let ruling = rule(QUESTION, &[DIFFERENT, NO_DIFFERENCE]).unwrap();
    assert_eq!(ruling.reply, Reply::Conflicts, "{ruling:?}");
    let shown =
        |source: usize, for_yes: bool| ruling.deciding.iter().any(|d| d.source == source && d.for_yes == for_yes);
    assert!(shown(0, true) && shown(1, false), "{ruling:?}");
    let turned = rule(QUESTION, &[NO_DIFFERENCE, DIFFERENT]).unwrap();
    assert_eq!(turned.reply, Reply::Conflicts);
}

#[test]
fn there_is_no_verdict_without_evidence() {
    assert_eq!(rule(QUESTION, &[]).unwrap().reply, Reply::Unclear);
    let method = ["We randomised 820 adults with chronic heart failure to dapagliflozin or placebo."];
    let other = ["Knee pain was significantly reduced by exercise at twelve weeks (P < 0.001)."];
    for source in [&method[..], &other[..], &[]] {
        let ruling = rule(QUESTION, &[source]).unwrap();
        assert_eq!((ruling.reply, ruling.deciding.len()), (Reply::Unclear, 0), "{source:?}");
    }
    // A source that says nothing does not silence one that does.
    assert_eq!(rule(QUESTION, &[&method, DIFFERENT]).unwrap().reply, Reply::Yes);
}

#[test]
fn a_result_told_with_reserve_is_believed_less() {
    let plain = ["Dapagliflozin reduced hospitalisation for heart failure."];
    let reserved = ["Dapagliflozin may possibly reduce hospitalisation for heart failure, which remains uncertain."];
    let mut judge = Judge::default();
    assert!(judge.likelihood(QUESTION, &reserved) < judge.likelihood(QUESTION, &plain));
}

#[test]
fn a_denied_question_is_answered_the_other_way() {
    let ruling = rule("Does dapagliflozin not reduce hospitalisation for heart failure?", &[DIFFERENT]).unwrap();
    assert_ne!(ruling.reply, Reply::Yes, "{ruling:?}");
    let ruling =
        rule("Is hospitalisation for heart failure similar with dapagliflozin and placebo?", &[NO_DIFFERENCE]).unwrap();
    assert_eq!(ruling.reply, Reply::Yes, "{ruling:?}");
    assert_eq!(rule("How much does dapagliflozin reduce hospitalisation?", &[DIFFERENT]), None);
}
