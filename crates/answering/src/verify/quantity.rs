//! Numbers in a text: value, unit, bound, p-values and levels of confidence, however they are written.
//!
//! Owns the reading of numbers. Must not compare two texts.

use super::text::Text;
use super::unit::{self, Unit};
use regex::Regex;
use std::sync::LazyLock;

/// On which side a number bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Above,
    Below,
}

/// What a number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// An amount, a count, a share, a year.
    Amount,
    /// A p-value.
    P,
    /// The level of an interval: the 95 of "95% CI".
    Level,
}

/// A number with what belongs to it.
#[derive(Debug, Clone)]
pub(super) struct Quantity {
    pub(super) value: f64,
    pub(super) unit: Option<Unit>,
    pub(super) bound: Option<Bound>,
    pub(super) kind: Kind,
    /// Whether the text says that it is rounded ("about").
    pub(super) about: bool,
    /// Digits behind the point, as written.
    pub(super) decimals: usize,
    /// Byte range with its unit.
    pub(super) span: [usize; 2],
    /// Byte where the digits begin, and where they end.
    digits: [usize; 2],
}

impl Quantity {
    /// Value in the base of its unit.
    pub(super) fn base(&self) -> f64 {
        self.value * self.unit.as_ref().map_or(1.0, |u| u.factor)
    }
}

static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\d{1,3}(?:[,\x{2009}\x{202f}\x{a0} ]\d{3})+(?:[.·]\d+)?|\d+(?:[.·]\d+)?|[.·]\d+").ok()
});

/// All numbers of a text, in order.
pub(super) fn read(text: &Text<'_>) -> Vec<Quantity> {
    let raw = text.raw;
    let mut found: Vec<Quantity> = Vec::new();
    for hit in NUMBER.iter().flat_map(|n| n.find_iter(raw)) {
        let (start, end) = (hit.start(), hit.end());
        if named(raw, start, end) {
            continue;
        }
        let digits: String = hit.as_str().chars().map(|c| if c == '·' { '.' } else { c }).collect();
        let digits: String = digits.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect();
        let Ok(value) = digits.parse::<f64>() else { continue };
        let decimals = digits.split_once('.').map_or(0, |(_, d)| d.len());
        found.push(quantity(text, value, decimals, [start, end]));
    }
    found.extend(spelled(text));
    found.sort_by_key(|q| q.digits);
    share_units(raw, &mut found);
    found
}

fn quantity(text: &Text<'_>, value: f64, decimals: usize, digits: [usize; 2]) -> Quantity {
    let raw = text.raw;
    let [start, end] = digits;
    let read = unit::read(&raw[end..]);
    let stop = end + read.as_ref().map_or(0, |(_, n)| *n);
    let before = raw[..start].trim_end();
    let negative = negative(raw, start);
    let before = if negative { before.trim_end_matches(['-', '−', '–']).trim_end() } else { before };
    let mut bound = symbol(before);
    let words = last_words(before);
    if bound.is_none() {
        bound = bounding(&words, &raw[stop..]);
    }
    let bare = before.trim_end_matches(['<', '>', '=', '≤', '≥', ' ', '\u{a0}']);
    let p = bare.ends_with(['p', 'P'])
        && !bare[..bare.len() - 1].ends_with(char::is_alphanumeric)
        && bare.len() < before.len()
        || words.ends_with("p value of")
        || words.ends_with("p of");
    let level = read.as_ref().is_some_and(|(u, _)| u.dimension == "percent") && confidence(&raw[stop..]);
    let kind = if p {
        Kind::P
    } else if level {
        Kind::Level
    } else {
        Kind::Amount
    };
    let about = ["about", "around", "approximately", "nearly", "roughly", "some", "almost", "circa"]
        .iter()
        .any(|w| words.ends_with(w))
        || before.ends_with(['~', '≈']);
    Quantity {
        value: if negative { -value } else { value },
        unit: read.map(|(u, _)| u),
        bound,
        kind,
        about,
        decimals,
        span: [start, stop],
        digits,
    }
}

/// Whether digits are part of a name: IL-6, HER2, 5-FU, V600E.
fn named(raw: &str, start: usize, end: usize) -> bool {
    let before = &raw[..start];
    if before.ends_with(char::is_alphabetic) {
        return true;
    }
    let stem = before.trim_end_matches(['-', '‐', '‑', '–']);
    if stem.len() < before.len() && stem.ends_with(char::is_alphabetic) {
        return true;
    }
    let after = &raw[end..];
    let behind = after.strip_prefix(['-', '‐', '‑']).unwrap_or(after);
    if !behind.starts_with(char::is_alphabetic) {
        return false;
    }
    // "5-year", "10mg" are amounts, "5-FU", "3D", "2nd" are names.
    unit::read(after).is_none() && !(behind.len() < after.len() && behind.starts_with("to-"))
}

/// A minus sign: behind a space, bracket, comma, comparison or the beginning, and not between two numbers.
fn negative(raw: &str, start: usize) -> bool {
    let before = &raw[..start];
    let Some(rest) = before.strip_suffix(['-', '−', '–']) else { return false };
    rest.is_empty() || rest.ends_with(['(', '[', '=', '<', '>', ',']) || {
        let trimmed = rest.trim_end();
        trimmed.len() < rest.len() && !trimmed.ends_with(|c: char| c.is_ascii_digit())
    }
}

fn symbol(before: &str) -> Option<Bound> {
    let last = before.trim_end().chars().last()?;
    let two = before.trim_end();
    if two.ends_with(">=") || matches!(last, '>' | '≥' | '⩾') {
        Some(Bound::Above)
    } else if two.ends_with("<=") || matches!(last, '<' | '≤' | '⩽') {
        Some(Bound::Below)
    } else {
        None
    }
}

/// The last five words of a text in lower case, with a space between.
fn last_words(text: &str) -> String {
    let from = text.char_indices().rev().nth(48).map_or(0, |(i, _)| i);
    let lower = text[from..].to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words[words.len().saturating_sub(5)..].join(" ")
}

fn bounding(before: &str, after: &str) -> Option<Bound> {
    const ABOVE: &[&str] = &[
        "at least",
        "more than",
        "over",
        "above",
        "greater than",
        "exceeding",
        "older than",
        "minimum of",
        "no less than",
        "higher than",
        "longer than",
        "exceeds",
        "exceed",
        "not less than",
    ];
    const BELOW: &[&str] = &[
        "at most",
        "less than",
        "fewer than",
        "under",
        "below",
        "younger than",
        "up to",
        "no more than",
        "maximum of",
        "lower than",
        "shorter than",
        "within",
        "not more than",
        "not exceed",
    ];
    let ends = |list: &[&str]| list.iter().filter(|p| ends_with_phrase(before, p)).map(|p| p.len()).max();
    let after: String = after.trim_start().to_lowercase().chars().take(24).collect();
    let follows = |list: &[&str]| list.iter().any(|p| after.starts_with(p));
    match (ends(ABOVE), ends(BELOW)) {
        (Some(a), Some(b)) => Some(if a > b { Bound::Above } else { Bound::Below }),
        (Some(_), None) => Some(Bound::Above),
        (None, Some(_)) => Some(Bound::Below),
        (None, None)
            if follows(&[
                "or more",
                "or older",
                "or greater",
                "or higher",
                "and older",
                "or above",
                "or over",
                "and over",
                "and above",
            ]) =>
        {
            Some(Bound::Above)
        }
        (None, None)
            if follows(&[
                "or less",
                "or younger",
                "or lower",
                "or fewer",
                "or below",
                "and younger",
                "or under",
                "and under",
            ]) =>
        {
            Some(Bound::Below)
        }
        _ => None,
    }
}

fn ends_with_phrase(words: &str, phrase: &str) -> bool {
    words.strip_suffix(phrase).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '))
}

fn confidence(after: &str) -> bool {
    let next: String = after.trim_start().to_lowercase().chars().take(20).collect();
    ["ci", "confidence", "c.i.", "cri", "credible"].iter().any(|w| next.starts_with(w))
}

/// Numbers in words. "One" is left alone: it is seldom a number.
fn spelled(text: &Text<'_>) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.words.len() {
        let word = &text.words[at];
        let Some(value) = number_word(&word.lower) else {
            at += 1;
            continue;
        };
        let next = text.words.get(at + 1);
        let (value, words) = match next.and_then(|n| number_word(&n.lower)) {
            Some(ones) if value >= 20.0 && ones < 10.0 => (value + ones, 2),
            _ => (value, 1),
        };
        let behind = text.words.get(at + words).map_or("", |w| w.lower.as_str());
        let (value, words) = if behind == "hundred" { (value * 100.0, words + 1) } else { (value, words) };
        let behind = text.words.get(at + words).map_or("", |w| w.lower.as_str());
        // "The two groups" counts nothing that must stand in the evidence.
        let counts_parts = ["group", "arm", "treatment", "stud", "trial", "regimen", "drug", "out", "or", "cohort"];
        if !counts_parts.iter().any(|w| behind.starts_with(w)) {
            let span = text.span(at, at + words);
            found.push(quantity(text, value, 0, span));
        }
        at += words;
    }
    for (at, word) in text.words.iter().enumerate() {
        let next = text.words.get(at + 1).map_or("", |w| w.lower.as_str());
        let behind = |n: usize| text.words.get(at + n).map_or("", |w| w.lower.as_str());
        // "Half an hour", "a quarter of an hour": a part of what follows.
        let part = match (word.lower.as_str(), behind(1), behind(2), behind(3)) {
            ("half", "a" | "an", unit, _) => Some((0.5, unit, 3)),
            ("quarter", "of", "a" | "an", unit) => Some((0.25, unit, 4)),
            ("half", unit, ..) => Some((0.5, unit, 2)),
            _ => None,
        };
        if let Some((value, unit, words)) = part
            && let Some((unit, _)) = unit::read(unit)
        {
            let span = text.span(at, at + words);
            found.push(Quantity { unit: Some(unit), span, ..quantity(text, value, 2, span) });
            continue;
        }
        let share = match word.lower.as_str() {
            "half" => Some((50.0, 1)),
            "quarter" | "quarters" if at > 0 && text.words[at - 1].lower == "three" => Some((75.0, 1)),
            "quarter" => Some((25.0, 1)),
            "one" if next == "in" => text.words.get(at + 2).and_then(|w| in_words(&w.lower)).map(|n| (100.0 / n, 3)),
            _ => None,
        };
        let Some((value, words)) = share else { continue };
        let unit = Some(Unit { factor: 1.0, dimension: "percent".to_owned() });
        let span = text.span(at, at + words);
        found.retain(|q: &Quantity| q.span[1] <= span[0] || q.span[0] >= span[1]);
        found.push(Quantity { unit, span, ..quantity(text, value, 0, span) });
    }
    found
}

fn in_words(word: &str) -> Option<f64> {
    number_word(word).or_else(|| word.parse().ok()).filter(|n| *n > 0.0)
}

fn number_word(word: &str) -> Option<f64> {
    const ONES: &[&str] = &[
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "thirteen",
        "fourteen",
        "fifteen",
        "sixteen",
        "seventeen",
        "eighteen",
        "nineteen",
    ];
    const TENS: &[&str] = &["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    let of = |list: &[&str]| list.iter().position(|w| *w == word);
    of(ONES).map(|n| n as f64 + 2.0).or_else(|| of(TENS).map(|n| (n as f64 + 2.0) * 10.0))
}

/// In "10 to 20 mg", "5, 10 and 20 mg" the unit stands once: the numbers before take it from the one behind.
fn share_units(raw: &str, found: &mut [Quantity]) {
    for at in (0..found.len().saturating_sub(1)).rev() {
        let (head, tail) = found.split_at_mut(at + 1);
        let (Some(this), Some(next)) = (head.last_mut(), tail.first()) else { continue };
        if this.unit.is_some() || this.kind != Kind::Amount || next.kind != Kind::Amount {
            continue;
        }
        let gap = raw.get(this.digits[1]..next.digits[0]).unwrap_or("x").trim();
        let gap = gap.trim_start_matches(',').trim();
        if matches!(
            gap,
            "" | "to" | "and" | "or" | "-" | "–" | "−" | "—" | "±" | "/" | "versus" | "vs" | "vs." | "through"
        ) {
            this.unit.clone_from(&next.unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::finding::Side;
    use super::*;
    use retrieval::Analyzer;

    fn read_all(text: &str) -> Vec<(f64, String, Kind)> {
        let text = Text::read(&mut Analyzer::default(), text, Side::Claim);
        let dimension = |q: &Quantity| q.unit.as_ref().map_or(String::new(), |u| u.dimension.clone());
        read(&text).iter().map(|q| (q.base(), dimension(q), q.kind)).collect()
    }

    #[test]
    fn the_number_pattern_compiles() {
        assert!(NUMBER.is_some());
    }

    #[test]
    fn ways_to_write_a_number_are_one() {
        let of = |t: &str| read_all(t)[0].clone();
        assert_eq!(of("12 % of"), of("twelve percent of"));
        assert_eq!(of("0.5 g daily"), of("500 mg per day"));
        assert_eq!(of("12,000 people").0, 12_000.0);
        assert_eq!(of("twenty-five days").0, 25.0);
        assert_eq!(of("half of them"), of("50%"));
        assert_eq!(of("one in five"), of("20%"));
        assert_eq!(of("24 months").0, of("2 years").0);
    }

    #[test]
    fn names_with_digits_are_no_numbers() {
        assert!(read_all("IL-6, HER2, 5-FU, BRAF V600E, FOLFOX6").is_empty());
    }

    #[test]
    fn intervals_and_p_values_are_told_apart() {
        let all = read_all("HR 0.76 (95% CI 0.59-0.98, P<.03)");
        let kinds: Vec<Kind> = all.iter().map(|q| q.2).collect();
        assert_eq!(kinds, [Kind::Amount, Kind::Level, Kind::Amount, Kind::Amount, Kind::P]);
        assert_eq!(all[3].0, 0.98);
        assert_eq!(read_all("fell by −3.3 mmHg")[0].0, -3.3);
    }

    #[test]
    fn a_unit_said_once_counts_for_the_range() {
        assert!(read_all("10, 20 or 40 mg").iter().all(|q| q.1 == "mass"));
        assert!(read_all("5–10 days").iter().all(|q| q.1 == "time"));
    }
}
