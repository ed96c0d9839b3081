//! Style: what a careful writer would look at again. Never a reason not to read a digest.

use super::front::Front;
use super::marks::Judged;
use super::page::Faults;
use clinical::Condition;
use evidence::Role;

/// Longer than this, a statement is hard to read and seldom one claim.
const WORDS: usize = 45;

/// Warns about statements and front matter.
pub(super) fn warn(front: &Front, judged: &[Judged], faults: &mut Faults<'_>) {
    for (topic, at) in front.topics.iter().filter(|(topic, _)| topic.to_lowercase() != *topic) {
        faults.warn(*at, "topic-case", format!("topics are lower case; {topic:?} is not"));
    }
    for reference in front.references.iter().flatten() {
        let entry = &reference.entry;
        if entry.ids.pmid.is_none() && entry.ids.doi.is_none() && entry.url.is_none() {
            let advice = "has no PMID, DOI or URL: no reader can look it up";
            faults.warn(reference.at, "no-identifier", format!("{:?} {advice}", entry.id));
        }
    }
    for statement in judged {
        statement_style(statement, faults);
    }
}

fn statement_style(statement: &Judged, faults: &mut Faults<'_>) {
    let text = &statement.sentence.text;
    let words = text.split_whitespace().count();
    if words > WORDS {
        faults.warn(
            statement.sentence.place(0),
            "long-statement",
            format!("{words} words; more than {WORDS} are hard to read"),
        );
    }
    if let Some(n) = dose_without_unit(text) {
        faults.warn(statement.sentence.place(n), "dose-without-unit", "this looks like a dose without a unit");
    }
    let Some(marks) = &statement.marks else { return };
    if marks.role == Role::Dose && !text.contains(|c: char| c.is_ascii_digit()) {
        faults.warn(statement.sentence.place(0), "dose-without-number", "role=dose, but the statement gives no number");
    }
    let [when_at, unless_at] = statement.conditions_at;
    if marks.when.is_some() && marks.when == marks.unless {
        faults.warn(unless_at, "same-conditions", "when and unless are the same: this can never apply");
    }
    for (condition, at) in [(&marks.when, when_at), (&marks.unless, unless_at)] {
        for value in condition.iter().flat_map(Condition::unfamiliar) {
            faults.warn(
                at,
                "unfamiliar-value",
                format!("{value:?} is not in the lexicon: is it spelt as readers write it?"),
            );
        }
    }
}

/// Words right before a number that make it a dose.
const BEFORE: [&str; 16] = [
    "give",
    "gives",
    "giving",
    "given",
    "infuse",
    "infusing",
    "administer",
    "administering",
    "take",
    "taking",
    "inject",
    "injecting",
    "dose of",
    "doses of",
    "dosed at",
    "dose is",
];

/// Words right after a number that say how or how often, so that it was the amount.
const AFTER: [&str; 17] = [
    "once",
    "twice",
    "daily",
    "every",
    "orally",
    "intravenously",
    "subcutaneously",
    "intramuscularly",
    "iv",
    "i.v",
    "po",
    "p.o",
    "weekly",
    "nightly",
    "hourly",
    "per",
    "by",
];

/// The character at which a number stands that is plainly an amount ("give 500 orally", "a dose of 400.") and has no
/// unit. Only those two shapes: a count of things always has the things after it.
fn dose_without_unit(text: &str) -> Option<usize> {
    let mut at = 0;
    let mut words: Vec<(usize, &str)> = Vec::new();
    for word in text.split(' ') {
        if !word.is_empty() {
            words.push((at, word));
        }
        at += word.chars().count() + 1;
    }
    let lower = |n: usize| words.get(n).map(|(_, w)| w.to_lowercase());
    for (n, (at, word)) in words.iter().enumerate() {
        let Some(previous) = n.checked_sub(1).and_then(lower) else { continue };
        let two = n.checked_sub(2).and_then(lower).map(|first| format!("{first} {previous}")).unwrap_or_default();
        if !BEFORE.contains(&previous.as_str()) && !BEFORE.contains(&two.as_str()) {
            continue;
        }
        let bare = word.trim_end_matches(['.', ',', ';']);
        if !is_amount(bare) {
            continue;
        }
        let ends = bare.len() < word.len() || n + 1 == words.len();
        if ends || lower(n + 1).is_some_and(|next| AFTER.contains(&next.trim_end_matches(['.', ',', ';']))) {
            return Some(*at);
        }
    }
    None
}

/// `500`, `0.5`, `1,000` or a range of them.
fn is_amount(word: &str) -> bool {
    word.split(['-', '–']).all(|part| {
        part.starts_with(|c: char| c.is_ascii_digit())
            && part.ends_with(|c: char| c.is_ascii_digit())
            && part.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
    })
}

#[cfg(test)]
mod tests {
    use super::dose_without_unit;

    #[test]
    fn only_an_amount_without_a_unit_is_a_dose_without_one() {
        for (text, found) in [
            ("Give 500 orally twice daily.", Some(5)),
            ("Use a dose of 400.", Some(14)),
            ("Then give 0.5 i.v.", Some(10)),
            ("Doses of 0.5–1 every 6 h are used.", Some(9)),
            ("Give 2 g over 15 min.", None),
            ("Give 6 to 8 cycles every 3 weeks.", None),
            ("Give oxaliplatin 85 mg/m2 on day 1 every 2 weeks.", None),
            ("Take 2 tablets daily.", None),
            ("The dose of 1,000 mg is usual.", None),
        ] {
            assert_eq!(dose_without_unit(text), found, "{text}");
        }
    }
}
