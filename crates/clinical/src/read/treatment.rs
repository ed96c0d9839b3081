//! What is said of one treatment: cycles, setting, line, dose, and how long ago.

use crate::case::{Assertion, Detail, Outcome};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::pattern::pattern;
use regex::Regex;
use std::sync::LazyLock;

const NUMBER: &str = r"\d{1,3}(?:\.\d)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a|an";

static CYCLES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(r"(?i)\b(?P<n>{NUMBER})\s*(?:cycles?|courses?|rounds?)\b|(?:^|[\s(])[x×]\s?(?P<x>\d{{1,2}})\b"))
});
static AGO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?P<n>{NUMBER})[\s-]*(?P<unit>days?|weeks?|wks?|months?|mos?|years?|yrs?)\s*(?:ago|earlier|back|before|prior\b|since|out from|from|after|following|post)"
    ))
});
static SETTING: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(neo-?adjuvant|adjuvant|perioperative|pre-?operative|palliative|maintenance|induction|consolidation|definitive|concurrent|(?:first|second|third|fourth|1st|2nd|3rd)[\s-]line|[123]L)\b",
    )
});
static DOSE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?i)^\s*(?:at\s+)?(\d{1,5}(?:\.\d{1,3})?\s?(?:mg|mcg|µg|g|units?|IU|mEq|Gy)(?:/(?:m2|m²|kg|day|d|h))?)\b")
});

fn count(word: &str) -> Option<f64> {
    const WORDS: &[&str] =
        &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let lower = word.to_lowercase();
    if lower == "a" || lower == "an" {
        return Some(1.0);
    }
    WORDS.iter().position(|w| *w == lower).map(|i| (i + 1) as f64).or_else(|| lower.parse().ok())
}

/// What stands before the first word that leads on to another treatment.
fn cut_after(text: &str) -> &str {
    let lower = text.to_ascii_lowercase();
    let cuts =
        [" and ", " then ", " followed ", " post ", " post-", " plus ", " now ", " who ", "post ", "and ", "then "];
    let at = cuts.iter().filter_map(|c| lower.find(c).filter(|at| c.starts_with(' ') || *at == 0)).min();
    &text[..at.unwrap_or(text.len())]
}

/// What stands after the last of the words that led on from another treatment.
fn cut_before<'t>(text: &'t str, cuts: &[&str]) -> &'t str {
    let lower = text.to_ascii_lowercase();
    let at = cuts.iter().filter_map(|c| lower.rfind(c).map(|at| at + c.len() - 1)).max();
    &text[at.unwrap_or(0)..]
}

/// Cycles a text gives, the last or the first it names; "4 cycles of" after a treatment is said of the next one.
fn cycles(text: &str, before: bool) -> Option<f64> {
    let all = CYCLES.as_ref()?.captures_iter(text);
    let mut own = all.filter(|c| before || !c.get(0).is_some_and(|m| text[m.end()..].trim_start().starts_with("of ")));
    let c = if before { own.last() } else { own.next() }?;
    count(c.name("n").or(c.name("x"))?.as_str())
}

/// Months since, where a text says so.
pub(super) fn months(text: &str) -> Option<f64> {
    let c = AGO.as_ref()?.captures(text)?;
    let n = count(c.name("n")?.as_str())?;
    let unit = c.name("unit")?.as_str().to_lowercase();
    let months = match unit.as_bytes().first()? {
        b'd' => n / 30.44,
        b'w' => n / 4.348,
        b'y' => n * 12.0,
        _ => n,
    };
    Some((months * 10.0).round() / 10.0)
}

/// The one setting a text names, in its usual word.
fn setting(text: &str) -> Option<String> {
    let found = SETTING.as_ref()?.find_iter(text).last()?.as_str().to_lowercase();
    Some(match found.replace([' ', '-'], "").as_str() {
        "neoadjuvant" | "preoperative" => "neoadjuvant".to_owned(),
        "firstline" | "1stline" | "1l" => "first-line".to_owned(),
        "secondline" | "2ndline" | "2l" => "second-line".to_owned(),
        "thirdline" | "3rdline" | "3l" => "third-line".to_owned(),
        "fourthline" => "fourth-line".to_owned(),
        other => other.to_owned(),
    })
}

/// Whether a treatment acts on the disease as a whole, so that how it ended decides what comes next.
pub(super) fn is_systemic(concept: &Concept) -> bool {
    lexicon::is_a(concept.name, "antineoplastic") && concept.kind != ConceptKind::Procedure
}

/// What the words before and after a treatment say of it.
pub(super) fn detail(
    concept: &Concept,
    assertion: Assertion,
    outcome: Option<Outcome>,
    before: &str,
    after: &str,
) -> Detail {
    let mut d = Detail { outcome, ..Detail::default() };
    // What joins this treatment to the next parts what is said of each.
    let after = cut_after(after);
    let (before, own) = (cut_before(before, &[" and ", " then ", " followed by "]), before);
    let own = cut_before(own, &[" and ", " then ", " followed by ", " after ", " following ", " post "]);
    if concept.kind != ConceptKind::Procedure || lexicon::is_a(concept.name, "chemotherapy") {
        d.cycles = cycles(own, true).or_else(|| cycles(after, false)).map(|n| n as u32);
    }
    d.setting = setting(own).or_else(|| {
        // After a treatment only "as adjuvant treatment" or "in the adjuvant setting" speak of it.
        let lower = after.trim_start().to_lowercase();
        let about = ["as ", "in the ", "in ", "first", "second", "third"].iter().any(|w| lower.starts_with(w));
        about.then(|| setting(after)).flatten()
    });
    d.line = match d.setting.as_deref() {
        Some("first-line") => Some(1),
        Some("second-line") => Some(2),
        Some("third-line") => Some(3),
        _ => None,
    };
    if !matches!(assertion, Assertion::Planned | Assertion::Absent) {
        d.since_months = months(after).or_else(|| months(before));
    }
    d.dose = DOSE.as_ref().and_then(|p| p.captures(after)).and_then(|c| c.get(1)).map(|m| m.as_str().to_owned());
    let parts: Vec<String> = concept.parts().map(|p| p.name.to_owned()).collect();
    d.components = (!parts.is_empty()).then_some(parts);
    if is_systemic(concept) && assertion == Assertion::Past {
        // Said to have been had, and no more: what is not said is what the answer hangs on.
        d.outcome = d.outcome.or(Some(Outcome::Unknown));
        d.setting = d.setting.or_else(|| Some("unknown".to_owned()));
    }
    d
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(CYCLES.is_some() && AGO.is_some() && SETTING.is_some() && DOSE.is_some());
    }

    #[test]
    fn intervals_become_months() {
        assert_eq!(months("3 months ago"), Some(3.0));
        assert_eq!(months("two years ago"), Some(24.0));
        assert_eq!(months("6 weeks after"), Some(1.4));
        assert_eq!(months("a year ago"), Some(12.0));
        assert_eq!(months("for 3 months"), None);
    }
}
