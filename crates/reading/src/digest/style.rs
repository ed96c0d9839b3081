//! Style and doubts: what a careful writer would look at again. Never a reason not to read a digest.

use super::amounts;
use super::familiar;
use super::front::Front;
use super::marks::Judged;
use super::page::Faults;
use evidence::Role;

/// Longer than this, a statement is hard to read and seldom one claim.
const WORDS: usize = 45;

/// Warns about statements and front matter.
pub(super) fn warn(front: &Front, judged: &[Judged], faults: &mut Faults<'_>) {
    for (topic, at) in front.topics.iter().filter(|(topic, _)| topic.to_lowercase() != *topic) {
        faults.style(*at, "topic-case", format!("topics are lower case; {topic:?} is not"));
    }
    familiar::topics(front, faults);
    for reference in front.references.iter().flatten() {
        let entry = &reference.entry;
        if entry.ids.pmid.is_none() && entry.ids.doi.is_none() && entry.url.is_none() {
            let advice = "has no PMID, DOI or URL: no reader can look it up";
            faults.style(reference.at, "no-identifier", format!("{:?} {advice}", entry.id));
        }
    }
    for statement in judged {
        statement_style(statement, faults);
        statement_amounts(statement, faults);
        familiar::names(statement, faults);
    }
}

fn statement_style(statement: &Judged, faults: &mut Faults<'_>) {
    let words = statement.sentence.text.split_whitespace().count();
    if words > WORDS {
        faults.style(
            statement.sentence.place(0),
            "long-statement",
            format!("{words} words; more than {WORDS} are hard to read"),
        );
    }
    let Some(marks) = &statement.marks else { return };
    if marks.when.is_some() && marks.when == marks.unless {
        let [_, unless] = &statement.conditions;
        faults.doubt(unless.place(0), "same-conditions", "when and unless are the same: this can never apply");
    }
}

fn statement_amounts(statement: &Judged, faults: &mut Faults<'_>) {
    let text = &statement.sentence.text;
    let place = |n: usize| statement.sentence.place(n);
    if let Some(n) = amounts::dose_without_unit(text) {
        faults.doubt(place(n), "dose-without-unit", "this looks like a dose without a unit");
    }
    for (n, unit) in amounts::units_without_number(text) {
        faults.doubt(place(n), "unit-without-number", format!("no number stands before {unit}: how much is it?"));
    }
    for (n, test) in amounts::values_without_unit(text, &clinical::mentions(text)) {
        faults.doubt(place(n), "value-without-unit", format!("this value of {test} has no unit"));
    }
    let is_dose = statement.marks.as_ref().is_some_and(|m| m.role == Role::Dose);
    if is_dose && !text.contains(|c: char| c.is_ascii_digit()) {
        faults.doubt(place(0), "dose-without-number", "role=dose, but the statement gives no number");
    }
}
