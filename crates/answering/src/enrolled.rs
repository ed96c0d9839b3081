//! How many people a study says it studied: "820 patients".
//!
//! Owns the reading of that number from the study's own abstract. One number that is told as the whole, or nothing: two that
//! differ, the size of an arm, or a review's sum of trials are not told.

use evidence::{Kind, Part, Source};
use regex::Regex;
use std::sync::LazyLock;

/// A number of people, with up to three words for what kind of people.
static PEOPLE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(\d{1,3}(?:[,\x{2009}\x{202f}\x{a0}]\d{3})+|\d{1,6})\s
        ((?:[a-z][a-z-]*\s){0,3}?
        (?:patients|participants|subjects|women|men|children|adults|infants|neonates|adolescents|people|persons|volunteers))\b
        (?P<behind>[^.;]{0,30})",
    )
    .ok()
});

/// Words of a sentence that says whom a study took.
const TOOK: &[&str] = &["randomi", "randomly", "enrolled", "included", "recruited", "allocated", "assigned", "studied"];
/// Behind the number they make it one of several.
const OF_A_PART: &[&str] = &[
    "in the",
    "in each",
    "per ",
    "in group",
    "each",
    "from the",
    "received",
    "had ",
    "did not",
    "were excluded",
    "completed",
];

/// The people a primary study took, as `820 patients`, where its abstract gives one number for the whole. Linear in the abstract.
pub(crate) fn people(source: &Source) -> Option<String> {
    if !matches!(source.kind, Kind::RandomizedTrial | Kind::NonRandomizedTrial | Kind::ObservationalStudy) {
        return None;
    }
    let front = source.passages.iter().filter(|p| p.part == Part::Abstract);
    let sentences = front.flat_map(|p| &p.statements).map(|s| source.slice(s.span));
    let mut found: Vec<(String, String)> = Vec::new();
    for sentence in sentences {
        let lower = sentence.to_lowercase();
        if !TOOK.iter().any(|w| lower.contains(w)) {
            continue;
        }
        for hit in PEOPLE.iter().flat_map(|r| r.captures_iter(sentence)) {
            let (Some(number), Some(who), Some(behind)) = (hit.get(1), hit.get(2), hit.name("behind")) else {
                continue;
            };
            let before = sentence.get(..number.start()).unwrap_or_default().trim_end();
            // "100 of 820 patients", "aged 65 to 80 patients", "n = 40 patients", "two groups of 40 patients".
            let bounded = before.ends_with([':', '=', '-', '\u{2013}', '/', '.']) || {
                let last = before.rsplit(' ').next().unwrap_or_default().to_lowercase();
                matches!(
                    last.as_str(),
                    "to" | "and" | "or" | "than" | "least" | "every" | "groups" | "other" | "versus" | "vs"
                )
            };
            let of_groups = before.to_lowercase().ends_with("groups of") || before.to_lowercase().ends_with("each of");
            let part = behind.as_str().to_lowercase();
            let part = OF_A_PART.iter().any(|w| {
                part.trim_start().starts_with(w.trim_end()) || part.contains(" in each") || part.contains(" per group")
            });
            if !bounded && !of_groups && !part {
                let digits: String = number.as_str().chars().filter(char::is_ascii_digit).collect();
                found.push((digits, who.as_str().split_whitespace().last().unwrap_or_default().to_lowercase()));
            }
        }
    }
    let (number, who) = found.first()?.clone();
    let one = found.iter().all(|f| f.0 == number) && number.len() > 1;
    one.then(|| format!("{} {who}", grouped(&number)))
}

/// Thousands apart, as in running text: `12,345`.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}
