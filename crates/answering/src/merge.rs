//! What is said twice: one line with both citations, where the two say the same and nothing less.
//!
//! Owns the test for "the same". Two statements are one only when each says all that the other says, as the checker reads them
//! both ways: the same figures, denials, people and conditions. What is only alike stays two statements.

use crate::literature::StudySentence;
use crate::select::Chosen;
use crate::verify::{Checker, Verdict};
use clinical::Condition;

/// Moves each echo to the statement that it says again, as one more citation of it; gives back those that say something else.
/// Some 2 ms for each pair that is alike.
pub(crate) fn echoes<'a>(chosen: &mut [Chosen<'a>], echoes: Vec<Chosen<'a>>) -> Vec<Chosen<'a>> {
    let mut checker = Checker::default();
    let mut others = Vec::new();
    for echo in echoes {
        let said =
            chosen.iter_mut().find(|c| c.found.source.id != echo.found.source.id && same(&mut checker, c, &echo));
        match said {
            Some(said) => said.also.push(echo),
            None => others.push(echo),
        }
    }
    others
}

/// The sentences of studies, best first, each said once: what another source says again is one more citation.
pub(crate) fn studies(sentences: Vec<StudySentence<'_>>) -> Vec<StudySentence<'_>> {
    let mut checker = Checker::default();
    let mut said: Vec<StudySentence<'_>> = Vec::new();
    for sentence in sentences {
        let again = said.iter_mut().find(|s| {
            s.found.source.id != sentence.found.source.id
                && s.population == sentence.population
                && figures(&s.text) == figures(&sentence.text)
                && says_the_same(&mut checker, &s.text, &sentence.text)
        });
        match again {
            Some(first) => first.also.push(sentence),
            None => said.push(sentence),
        }
    }
    said
}

/// Whether two statements say the same of the same people under the same conditions, with the same weight.
fn same(checker: &mut Checker, a: &Chosen<'_>, b: &Chosen<'_>) -> bool {
    let said = |c: Option<&Condition>| c.map(Condition::describe);
    let text = |c: &Chosen<'_>| c.found.source.slice(c.span).to_owned();
    a.marks.role == b.marks.role
        && a.marks.strength == b.marks.strength
        && a.marks.certainty == b.marks.certainty
        && said(a.hangs_on.as_ref()) == said(b.hangs_on.as_ref())
        && said(a.caution.as_ref()) == said(b.caution.as_ref())
        && says_the_same(checker, &text(a), &text(b))
}

/// Whether two sentences say the same: each is supported by the other, nothing of either left out, and both have the same
/// figures and as many denials.
pub(crate) fn says_the_same(checker: &mut Checker, a: &str, b: &str) -> bool {
    let squeezed = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    squeezed(a) == squeezed(b)
        || figures(a) == figures(b)
            && denials(a) == denials(b)
            && checker.check_written(a, b, &[], &[]).verdict == Verdict::Supported
            && checker.check_written(b, a, &[], &[]).verdict == Verdict::Supported
}

/// The figures of a text as written, sorted: digits with what joins them.
fn figures(text: &str) -> Vec<&str> {
    let part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\u{b7}');
    let mut found: Vec<&str> = text
        .split(|c: char| !part(c))
        .map(|t| t.trim_matches(|c: char| !c.is_ascii_digit()))
        .filter(|t| !t.is_empty())
        .collect();
    found.sort_unstable();
    found
}

/// How many words of a text deny.
fn denials(text: &str) -> usize {
    const DENY: &[&str] =
        &["not", "no", "without", "never", "neither", "nor", "none", "cannot", "avoid", "unless", "except"];
    text.split(|c: char| !c.is_alphabetic()).filter(|w| DENY.contains(&w.to_lowercase().as_str())).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SAID: &[&str] = &[
        "Give apixaban 10 mg twice a day for 7 days and then 5 mg twice a day for pulmonary embolism.",
        "Do not give a direct oral anticoagulant for pulmonary embolism during pregnancy.",
        "Before zoledronic acid for bone metastases, arrange a dental examination.",
        "Prednisolone lowered mortality at 28 days from 17% to 14% in severe alcohol-associated hepatitis.",
        "Start zoledronic acid or denosumab when bone metastases are significant and life expectancy is at least 3 months.",
    ];

    fn same(a: &str, b: &str) -> bool {
        says_the_same(&mut Checker::default(), a, b)
    }

    #[test]
    fn the_same_in_other_words_is_one() {
        for (a, b) in [
            (SAID[2], "Before zoledronate for bone metastases, arrange a dental examination."),
            (SAID[0], "For pulmonary embolism, give apixaban 10 mg twice a day for 7 days and then 5 mg twice a day."),
        ] {
            assert!(same(a, b), "{a} / {b}");
            assert!(same(b, a), "{b} / {a}");
        }
    }

    #[test]
    fn what_is_only_alike_stays_two() {
        for (a, b) in [
            (SAID[2], "Before zoledronic acid for bone metastases of breast cancer, arrange a dental examination."),
            (SAID[2], "Before denosumab for bone metastases, arrange a dental examination."),
            (
                SAID[3],
                "Prednisolone raised mortality at 28 days from 14% to 17% in severe alcohol-associated hepatitis.",
            ),
            (SAID[4], "Start zoledronic acid or denosumab when bone metastases are significant."),
        ] {
            assert!(!same(a, b), "{a} / {b}");
            assert!(!same(b, a), "{b} / {a}");
        }
    }

    proptest! {
        /// Whatever figure is changed, or denial put in or taken out, the two are never one, so that neither is lost.
        #[test]
        fn no_figure_and_no_denial_is_lost(which in 0..SAID.len(), at in 0usize..8, to in 1u32..5000, deny in any::<bool>()) {
            let said = SAID[which];
            let numbers: Vec<(usize, &str)> = said
                .split_whitespace()
                .map(|w| (w.as_ptr() as usize - said.as_ptr() as usize, w.trim_end_matches(|c: char| !c.is_ascii_digit())))
                .filter(|(_, w)| w.starts_with(|c: char| c.is_ascii_digit()))
                .collect();
            if let Some((from, number)) = numbers.get(at % numbers.len().max(1)) {
                let other = format!("{}{to}{}", &said[..*from], &said[from + number.len()..]);
                prop_assert_eq!(same(said, &other), *number == to.to_string());
            }
            if deny {
                let other = match said.strip_prefix("Do not give") {
                    Some(rest) => format!("Give{rest}"),
                    None => format!("Do not assume this: {said}"),
                };
                prop_assert!(!same(said, &other));
                prop_assert!(!same(&other, said));
            }
        }
    }
}
