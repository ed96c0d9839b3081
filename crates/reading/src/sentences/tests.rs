use super::*;
use proptest::prelude::*;

fn sentences(text: &str) -> Vec<&str> {
    split(text).into_iter().filter_map(|s| s.of(text)).collect()
}

/// Each case marks its boundaries with `‖`.
#[track_caller]
fn check(marked: &str) {
    let parts: Vec<&str> = marked.split('‖').map(str::trim).collect();
    let text = marked.replace('‖', "");
    assert_eq!(sentences(&text), parts);
}

#[test]
fn abbreviations_do_not_end_sentences() {
    check("The rate was 62.0% vs. 51.2% (P < .001). ‖Both arms received it.");
    check("They were given morphine i.v. before surgery. ‖It was stopped.");
    check(
        "Smith et al. reported this. ‖Dr. Jones did not. ‖As shown by Smith et al. The effect held."
            .replace("al. The", "al. ‖The")
            .as_str(),
    );
    check("Both E. coli and S. aureus grew. ‖C. difficile did not.");
    check("See Fig. 2 and Figs. 2 and 3. ‖Grant No. 3 paid for it.");
    check("Symptoms, e.g. Nausea, i.e. Sickness, and approx. 12 others, were rare. ‖None lasted.");
    check("The U.S. Food and Drug Administration agreed. ‖St. Gallen did too.");
    check("It was made by Pfizer Inc., Chicago, and Roche Ltd. Basel. ‖The rest was bought.");
    check("It was approved in the U.S. ‖However, sales were low.");
    check("Pain, fever, etc. ‖Were these asked about?");
}

#[test]
fn figures_keep_their_points() {
    check("The difference was small (p = 0.03). ‖It held.");
    check("P < .001 for all. ‖P <. 05 was significant.");
    check("The dose was 2.5 mg/kg/d. ‖After that it was 1–1.5 mg.");
    check("It lasted 24 h. ‖The next took 3.5–4.0 h.");
    check("The mean was 5.2. ‖12 patients had more.");
    check("The difference was 10% . ‖The mean was not. ‖P < . 05 was.");
    check("Did you wear covers? ‖vi) Did you wear caps? ‖It did.");
    check("The value was 0. 05 in both.");
}

#[test]
fn letters_and_numerals_end_sentences_after_their_noun() {
    check("All had stage III. ‖The others had stage I. ‖They did well.");
    check("We gave vitamin D. ‖The others got type 2. ‖In both groups it worked.");
    check("There were arms A and B. ‖We compared them (n = 12). ‖The rest left.");
    check("J. Smith and A. B. Jones wrote it. ‖They agreed.");
}

#[test]
fn questions_brackets_and_quotes() {
    check("Did it work? ‖It did! ‖Why (who knows?) remains open.");
    check("This was “good.” ‖The next (see above.) ‖Another one followed [in 12].  ‖Last.");
    check("The rule (Sect. A. It says so) holds. ‖Next.");
    check("He said \"yes.\" ‖She left.");
}

#[test]
fn lines_end_sentences() {
    check("The criteria were:\n‖age over 18\n‖no fever\n‖consent given.");
    check("1. First do this. ‖2. Then that.");
}

#[test]
fn names_that_start_small_start_sentences() {
    check("It was blocked. ‖mTOR was not. ‖p53 was. ‖α-Tocopherol fell.");
    check(
        "Ranges were given. ‖p < 0.05 was significant. ‖Goals of Vincent et al. ‖Goals were met by Vincent et al. in 2 of 3.",
    );
    check("It was blocked by approx. non-specific means.");
}

#[test]
fn a_missing_blank_is_forgiven_before_a_common_opener() {
    check("There were two groups.‖The first got placebo. ‖See www.ClinicalTrials.gov for more.");
}

#[test]
fn nothing_gives_nothing() {
    assert!(split("").is_empty());
    assert!(split(" \n \t").is_empty());
    check("...");
}

proptest! {
    #[test]
    fn sentences_are_in_order_and_lose_nothing(text in "(\\PC|[ .?!\n()\\[\\]\"A-Da-d0-9]){0,120}") {
        let spans = split(&text);
        let mut at = 0;
        for span in spans {
            let part = span.of(&text);
            prop_assert!(part.is_some_and(|p| p == p.trim() && !p.is_empty()));
            prop_assert!(span.start() >= at);
            prop_assert!(text[at..span.start()].trim().is_empty());
            at = span.end();
        }
        prop_assert!(text[at..].trim().is_empty());
    }
}
