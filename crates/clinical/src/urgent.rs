//! Signs that must not wait for an answer (`lexicon/urgent.tsv`, part of the program).
//!
//! Owns which words name them and whether a question says that the sign is there. Errs on the side of saying so: only a clear
//! denial, a relative's or a past one is passed over.

use crate::case::{Assertion, Case};
use std::sync::LazyLock;

/// One sign.
#[derive(Debug)]
pub struct Urgent {
    words: Vec<&'static str>,
    /// What a patient reads behind "if you have".
    pub wording: &'static str,
    /// Whether a crisis line helps too.
    pub crisis: bool,
}

static SIGNS: LazyLock<Vec<Urgent>> = LazyLock::new(|| {
    let rows =
        include_str!("../../../lexicon/urgent.tsv").lines().filter(|r| !r.starts_with('#') && !r.trim().is_empty());
    rows.map(|row| {
        let mut cells = row.split('\t');
        let words = cells.next().unwrap_or_default().split('|').collect();
        let wording = cells.next().unwrap_or_default();
        Urgent { words, wording, crisis: cells.next() == Some("crisis") }
    })
    .collect()
});

/// Signs that a text names, in the order of the table. Linear in the text times the table.
pub fn urgent_in(text: &str) -> Vec<&'static Urgent> {
    let lower = lowered(text);
    SIGNS.iter().filter(|s| s.words.iter().any(|w| places(&lower, w).next().is_some())).collect()
}

/// Signs that a question says are there now, or may be.
pub fn urgent_of(question: &str, case: &Case) -> Vec<&'static Urgent> {
    let lower = lowered(question);
    let gone = |a: Assertion| matches!(a, Assertion::Absent | Assertion::Family | Assertion::Past);
    let there = |[from, to]: [usize; 2]| {
        let mut facts = case.facts.iter().filter(|f| f.span[0] < to && from < f.span[1]).peekable();
        match facts.peek() {
            Some(_) => facts.any(|f| !gone(f.assertion)),
            None => !denied(&lower[..from]),
        }
    };
    let read = |words: &[&str]| {
        case.facts.iter().filter(|f| !gone(f.assertion)).filter_map(|f| f.value.text()).any(|value| {
            let value = lowered(value);
            words.iter().any(|w| places(&value, w).next().is_some())
        })
    };
    SIGNS.iter().filter(|s| s.words.iter().any(|w| places(&lower, w).any(there)) || read(&s.words)).collect()
}

/// ASCII lower case keeps every byte in its place; a curly apostrophe is left alone, so both are looked for.
pub(crate) fn lowered(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// Where a phrase stands as whole words; a star at its end stands for any ending.
pub(crate) fn places<'t>(lower: &'t str, phrase: &'t str) -> impl Iterator<Item = [usize; 2]> + 't {
    let open = phrase.ends_with('*');
    let stem = phrase.trim_end_matches('*');
    lower.match_indices(stem).map(|(at, s)| [at, at + s.len()]).filter(move |[from, to]| {
        !lower[..*from].ends_with(char::is_alphanumeric) && (open || !lower[*to..].starts_with(char::is_alphanumeric))
    })
}

/// Whether what stands before, up to the last comma or full stop, ends in a denial at most four words away.
fn denied(before: &str) -> bool {
    let clause = before.rsplit(['.', ';', ':', '?', '!']).next().unwrap_or_default();
    let near: Vec<&str> = clause.split_whitespace().rev().take(4).collect();
    near.iter().take_while(|w| **w != "but").any(|w| {
        matches!(
            w.trim_matches(|c: char| !c.is_alphanumeric()),
            "no" | "not" | "without" | "denies" | "denied" | "never" | "nor"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_case;

    fn of(question: &str) -> Vec<&'static str> {
        urgent_of(question, &read_case(question)).iter().map(|u| u.wording).collect()
    }

    #[test]
    fn what_is_there_is_urgent_and_what_is_denied_is_not() {
        assert!(of("I have chest pain and feel sick").contains(&"chest pain or pressure"));
        assert!(of("My mother cannot breathe").iter().any(|w| w.contains("breath")));
        assert!(of("68M with pneumonia, no chest pain, denies shortness of breath").is_empty());
        assert!(of("How is high blood pressure treated?").is_empty());
        let suicide = urgent_of("I want to die", &Case::default());
        assert!(suicide.iter().any(|u| u.crisis));
    }

    #[test]
    fn every_sign_has_words_and_a_wording() {
        assert!(SIGNS.len() >= 25);
        for sign in SIGNS.iter() {
            assert!(!sign.wording.is_empty() && sign.words.iter().all(|w| w.len() > 3), "{sign:?}");
            assert!(sign.words.iter().all(|w| **w == w.to_lowercase()), "{sign:?}");
        }
    }
}
