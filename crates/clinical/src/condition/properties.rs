use super::*;
use crate::case::{Assertion, Attribute, Fact, Intent, Outcome, Value};
use proptest::prelude::*;

fn condition(text: &str) -> Condition {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn tests() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "ecog <= 2",
        "ecog in (0, 1)",
        "age >= 65",
        "metastasis has bone",
        "metastasis in (liver, \"lung\")",
        "treatment.past has oxaliplatin",
        "treatment.progressed has FOLFOX",
        "treatment.since_months(oxaliplatin) > 12.5",
        "treatment.setting(\"radiation therapy\") != adjuvant",
        "biomarker has \"ras wild-type\"",
        "biomarker in (msi-high, \"mmr-deficient\")",
        "lab.magnesium < 1.2 mg/dL",
        "lab.white_blood_cells >= 4 10^9/L",
        "diagnosis = \"say \\\"x\\\" \\\\ y\"",
        "stage = III",
        "sex = female",
        "organ_function.egfr < 30",
        "toxicity.grade(neuropathy) >= 2",
    ])
    .prop_map(str::to_owned)
}

fn conditions() -> impl Strategy<Value = Condition> {
    tests()
        .prop_recursive(5, 24, 4, |inner| {
            prop_oneof![
                inner.clone().prop_map(|a| format!("not ({a})")),
                (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) and ({b})")),
                (inner.clone(), inner).prop_map(|(a, b)| format!("{a} or {b}")),
            ]
        })
        .prop_map(|text| condition(&text))
}

fn fact(attribute: Attribute, value: impl Into<Value>, assertion: Assertion) -> Fact {
    Fact { attribute, value: value.into(), assertion, span: [0, 1], detail: Default::default() }
}

/// Facts of which no two contradict each other, so that any subset of them says no less than a smaller one.
fn consistent_facts() -> Vec<Fact> {
    let mut folfox = fact(Attribute::Treatment, "FOLFOX", Assertion::Past);
    folfox.detail.outcome = Some(Outcome::Progressed);
    folfox.detail.since_months = Some(3.0);
    let mut magnesium = fact(Attribute::Lab, "magnesium", Assertion::Present);
    magnesium.detail.value = Some(Value::Number(0.9));
    magnesium.detail.unit = Some("mg/dL".to_owned());
    vec![
        fact(Attribute::Ecog, 1.0, Assertion::Present),
        fact(Attribute::Age, 67.0, Assertion::Present),
        fact(Attribute::Sex, "female", Assertion::Present),
        fact(Attribute::Metastasis, "bone", Assertion::Present),
        fact(Attribute::Metastasis, "lung", Assertion::Absent),
        fact(Attribute::Stage, "IV", Assertion::Present),
        fact(Attribute::Biomarker, "kras wild-type", Assertion::Present),
        fact(Attribute::Biomarker, "nras wild-type", Assertion::Present),
        fact(Attribute::Biomarker, "msi-high", Assertion::Absent),
        fact(Attribute::Diagnosis, "rectal cancer", Assertion::Present),
        folfox,
        magnesium,
    ]
}

fn cases() -> impl Strategy<Value = (Case, Case)> {
    let n = consistent_facts().len();
    (prop::collection::vec(any::<bool>(), n), prop::collection::vec(any::<bool>(), n)).prop_map(|(less, extra)| {
        let pick = |keep: &dyn Fn(usize) -> bool| Case {
            intents: vec![Intent::Treatment],
            facts: consistent_facts().into_iter().enumerate().filter(|(i, _)| keep(*i)).map(|(_, f)| f).collect(),
            ..Case::default()
        };
        (pick(&|i| less[i]), pick(&|i| less[i] || extra[i]))
    })
}

proptest! {
    #[test]
    fn what_prints_parses_to_the_same(c in conditions()) {
        let text = c.to_string();
        prop_assert_eq!(text.parse::<Condition>(), Ok(c));
    }

    #[test]
    fn any_text_parses_or_errs_within_it(s in "(ecog|lab\\.magnesium|has|in|and|not|\\(|\\)|\"|=|<|1\\.2|mg/dL|,| |\\PC){0,30}") {
        match s.parse::<Condition>() {
            Ok(c) => prop_assert_eq!(c.to_string().parse::<Condition>(), Ok(c)),
            Err(e) => prop_assert!(e.column >= 1 && e.column <= s.chars().count() + 1, "{}", e),
        }
    }

    #[test]
    fn connectives_are_those_of_kleene((case, _) in cases(), a in conditions(), b in conditions()) {
        let (x, y) = (a.evaluate(&case), b.evaluate(&case));
        prop_assert_eq!(a.clone().and(b.clone()).evaluate(&case), x.and(y));
        prop_assert_eq!(a.clone().or(b.clone()).evaluate(&case), x.or(y));
        prop_assert_eq!(a.clone().negate().evaluate(&case), x.not());
        prop_assert_eq!(
            a.clone().and(b.clone()).negate().evaluate(&case),
            a.negate().or(b.negate()).evaluate(&case)
        );
    }

    #[test]
    fn knowing_more_never_takes_back_what_was_decided((less, more) in cases(), c in conditions()) {
        let before = c.evaluate(&less);
        if before.is_decided() {
            prop_assert_eq!(c.evaluate(&more), before, "{}", c);
        }
    }

    #[test]
    fn the_residual_is_what_is_left((less, more) in cases(), c in conditions()) {
        match c.residual(&less) {
            None => prop_assert!(c.evaluate(&less).is_decided() && c.unknown(&less).is_empty()),
            Some(rest) => {
                prop_assert_eq!(c.evaluate(&less), Truth::Unknown);
                prop_assert_eq!(rest.evaluate(&less), Truth::Unknown);
                prop_assert_eq!(rest.evaluate(&more), c.evaluate(&more), "{} / {}", c, rest);
                prop_assert!(!c.unknown(&less).is_empty());
                prop_assert_eq!(rest.unknown(&less), c.unknown(&less));
            }
        }
    }

    #[test]
    fn every_condition_has_words(c in conditions()) {
        let words = c.describe();
        prop_assert!(!words.is_empty() && !words.contains("  ") && !words.contains('_'), "{}", words);
    }
}
