//! Amounts: a number has its unit and a unit its number, or whoever reads the dose or the value must guess.
//!
//! Works on the words of a sentence. It errs on the side of silence: only what is plainly an amount is an amount.

use clinical::{ConceptKind, Mention};

/// One word of a text and the character at which it stands.
type Word<'a> = (usize, &'a str);

/// Words right before a number that make it a dose.
const GIVING: [&str; 16] = [
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
const HOW: [&str; 17] = [
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

/// Units that are a unit wherever they stand, as they are written: Mg is magnesium.
const UNITS: [&str; 44] = [
    "mg",
    "g",
    "kg",
    "mcg",
    "µg",
    "μg",
    "ug",
    "ng",
    "pg",
    "mL",
    "ml",
    "dL",
    "dl",
    "µL",
    "μL",
    "uL",
    "mmol",
    "µmol",
    "μmol",
    "umol",
    "nmol",
    "pmol",
    "mEq",
    "meq",
    "mOsm",
    "mmHg",
    "kPa",
    "Gy",
    "cGy",
    "mCi",
    "MBq",
    "GBq",
    "IU",
    "mIU",
    "mm",
    "cm",
    "kcal",
    "milligrams",
    "micrograms",
    "grams",
    "milliliters",
    "millilitres",
    "millimoles",
    "milliequivalents",
];

/// Letters that are a unit only in front of a stroke: U/L, L/min.
const BEFORE_STROKE: [&str; 4] = ["U", "L", "mU", "mol"];

/// Words before a unit that speak of the unit itself: "in mg/dL", "per kg", "each mL".
const OF_UNITS: [&str; 7] = ["in", "per", "as", "each", "every", "into", "a"];

/// Numbers in letters, and what is said instead of one.
const NUMBERS: [&str; 22] = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen",
    "twenty", "half", "few", "several", "hundred", "thousand", "million", "billion", "no",
];

/// Words between a laboratory test and how its value compares.
const LINKS: [&str; 13] = [
    "level",
    "levels",
    "concentration",
    "concentrations",
    "count",
    "counts",
    "value",
    "values",
    "is",
    "are",
    "was",
    "were",
    "that",
];

/// How a value compares with the number that follows.
const COMPARED: [&str; 20] = [
    "below",
    "above",
    "under",
    "over",
    "exceeds",
    "exceeding",
    "reaches",
    "less than",
    "lower than",
    "more than",
    "greater than",
    "higher than",
    "at least",
    "at most",
    "<",
    ">",
    "≤",
    "≥",
    "<=",
    ">=",
];

/// What follows a number that has no unit and needs none: it is a multiple, a share or a count of what is named.
const UNITLESS: [&str; 15] = [
    "times", "x", "×", "fold", "%", "percent", "per", "uln", "upper", "cells", "units", "million", "thousand",
    "billion", "points",
];

/// Words with the characters at which they stand; only spaces part words.
fn words(text: &str) -> Vec<Word<'_>> {
    let mut at = 0;
    let mut words = Vec::new();
    for word in text.split(' ') {
        if !word.is_empty() {
            words.push((at, word));
        }
        at += word.chars().count() + 1;
    }
    words
}

/// A word without the brackets and stops around it.
fn bare(word: &str) -> &str {
    word.trim_start_matches(['(', '[', '"', '“']).trim_end_matches(['.', ',', ';', ':', ')', ']', '"', '”'])
}

/// The character at which a number stands that is plainly an amount ("give 500 orally", "a dose of 400.") and has no
/// unit. Only those two shapes: a count of things always has the things after it.
pub(super) fn dose_without_unit(text: &str) -> Option<usize> {
    let words = words(text);
    let lower = |n: usize| words.get(n).map(|(_, w)| w.to_lowercase());
    for (n, (at, word)) in words.iter().enumerate() {
        let Some(previous) = n.checked_sub(1).and_then(lower) else { continue };
        let two = n.checked_sub(2).and_then(lower).map(|first| format!("{first} {previous}")).unwrap_or_default();
        if !GIVING.contains(&previous.as_str()) && !GIVING.contains(&two.as_str()) {
            continue;
        }
        let bare = word.trim_end_matches(['.', ',', ';']);
        if !is_amount(bare) {
            continue;
        }
        let ends = bare.len() < word.len() || n + 1 == words.len();
        if ends || lower(n + 1).is_some_and(|next| HOW.contains(&next.trim_end_matches(['.', ',', ';']))) {
            return Some(*at);
        }
    }
    None
}

/// The units that have no number before them, each with the character at which it stands.
pub(super) fn units_without_number(text: &str) -> Vec<(usize, &str)> {
    let words = words(text);
    let mut found = Vec::new();
    for (n, &(at, word)) in words.iter().enumerate() {
        let unit = bare(word);
        if !is_unit(unit) || has_number(&words, n) || is_named_alone(&words, n) {
            continue;
        }
        let opens = word.find(unit).map_or(0, |bytes| word[..bytes].chars().count());
        found.push((at + opens, unit));
    }
    found
}

/// Whether the word before is a number, or speaks of the unit itself.
fn has_number(words: &[Word<'_>], n: usize) -> bool {
    let Some(&(_, previous)) = n.checked_sub(1).and_then(|p| words.get(p)) else { return false };
    // "On day 1, mg": a number before a stop belongs to what is before it.
    if previous.ends_with([',', ';', ':', '.']) {
        return false;
    }
    let previous = bare(previous);
    let lower = previous.to_lowercase();
    previous.ends_with(char::is_numeric) || NUMBERS.contains(&lower.as_str()) || OF_UNITS.contains(&lower.as_str())
}

/// "(mg/dL)" after what is measured, and one unit beside another: "in mg/dL or mmol/L", "from mg/dL to mmol/L".
fn is_named_alone(words: &[Word<'_>], n: usize) -> bool {
    let word = |at: Option<usize>| at.and_then(|i| words.get(i)).map_or("", |(_, w)| *w);
    let (this, before, after) = (word(Some(n)), word(n.checked_sub(1)), word(Some(n + 1)));
    let joins = |w: &str| matches!(w, "or" | "and" | "to" | "x" | "×" | "=");
    let closed = this.trim_end_matches(['.', ',', ';', ':']).ends_with(')');
    (this.starts_with('(') && (closed || joins(after)))
        || (joins(before) && is_unit(bare(word(n.checked_sub(2)))))
        || (joins(after) && is_unit(bare(word(Some(n + 2)))) && matches!(before, "from" | "between"))
}

/// Values of laboratory tests that lack the unit that their test has: the test, and the character of the number. A test
/// without a unit in the lexicon (INR, pH, a ratio) needs none.
pub(super) fn values_without_unit(text: &str, mentions: &[Mention]) -> Vec<(usize, &'static str)> {
    let words = words(text);
    let measured =
        |m: &&Mention| m.concept.kind == ConceptKind::Lab && m.concept.usual.is_some_and(|u| u.contains(' '));
    let lone = |m: &Mention| {
        let end = text.get(..m.span[1])?.chars().count();
        let n = words.partition_point(|(at, _)| *at < end);
        // The mention ends with its word: a comma or a hyphen behind it parts it from what follows.
        let (at, last) = words.get(n.checked_sub(1)?)?;
        (at + last.chars().count() == end).then_some(())?;
        Some((number_without_unit(&words, n)?, m.concept.name))
    };
    mentions.iter().filter(measured).filter_map(lone).collect()
}

/// The number that the value before word `n` is compared with, where it has no unit.
fn number_without_unit(words: &[Word<'_>], mut n: usize) -> Option<usize> {
    let word = |n: usize| words.get(n).map_or("", |(_, w)| *w);
    while LINKS.contains(&word(n)) {
        n += 1;
    }
    let two = format!("{} {}", word(n), word(n + 1));
    let attached = word(n).trim_start_matches(['<', '>', '≤', '≥', '=']);
    let (skip, number) = if COMPARED.contains(&two.as_str()) {
        (n + 2, word(n + 2))
    } else if COMPARED.contains(&word(n)) {
        (n + 1, word(n + 1))
    } else if attached.len() < word(n).len() {
        (n, attached)
    } else {
        return None;
    };
    let (at, written) = words.get(skip)?;
    let at = at + written.chars().count() - number.chars().count();
    if !is_amount(bare(number)) {
        return None;
    }
    // "Below 3.0 to 3.5 mmol/L": the unit stands behind the last number.
    let mut next = skip + 1;
    let another = |n: usize| is_amount(bare(word(n)));
    while another(next) || (matches!(word(next), "to" | "and" | "or") && another(next + 1)) {
        next += 1;
    }
    let after = bare(word(next));
    let shares = |unit: &str| after.to_lowercase() == unit;
    let has_unit = is_unit(after)
        || after.starts_with(['/', '%'])
        || after.starts_with("10")
        || after.starts_with("x10")
        || after.starts_with("×10")
        || UNITLESS.iter().any(|unit| shares(unit));
    (!has_unit).then_some(at)
}

/// `mg`, `mg/dL`, `mg/kg/day`, `mL/min/1.73`, `U/L`.
fn is_unit(word: &str) -> bool {
    let (first, rest) = word.split_once(['/', '·']).map_or((word, None), |(first, rest)| (first, Some(rest)));
    UNITS.contains(&first) || (rest.is_some_and(|r| !r.is_empty()) && BEFORE_STROKE.contains(&first))
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
    use super::*;

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

    #[test]
    fn a_unit_without_a_number_is_found_where_it_stands() {
        for (text, found) in [
            ("Give mg orally.", &[(5, "mg")][..]),
            ("Größe: give (about g) daily.", &[(19, "g")]),
            ("On day 1, mg/m2 is given.", &[(10, "mg/m2")]),
            ("Above U/L it is high, and so is mmol/L.", &[(6, "U/L"), (32, "mmol/L")]),
        ] {
            assert_eq!(units_without_number(text), found, "{text}");
        }
    }

    #[test]
    fn a_unit_may_have_its_number_before_it_or_be_spoken_of() {
        for text in [
            "Give 2 g (16 mEq) over 15 min, then 4–6 g a day.",
            "Give 5mg, 2.5-mg or ½ mg tablets.",
            "The sum of 1.2 (or 0.5) mmol/L.",
            "Bilirubin in mg/dL, doses per kg and per 1.73 m2.",
            "Fractional excretion is (urine magnesium x plasma creatinine) / (0.7 x plasma magnesium).",
            "Magnesium (mg/dL) below 1.2, or calcium (mg/dL or mmol/L).",
            "Convert from mg/dL to mmol/L.",
            "Half a gram, a few grams or five Gy.",
            "Give 1.5 million IU/m2 and 10 mL/kg/h.",
            "The Mg level, MG and e.g. IgG count for nothing; see appendix G.",
            "Intensive care units have U waves and an L4 level.",
        ] {
            assert_eq!(units_without_number(text), [], "{text}");
        }
    }

    #[test]
    fn a_laboratory_value_has_its_unit() {
        let found = |text: &str| values_without_unit(text, &clinical::mentions(text));
        for (text, expected) in [
            ("For serum magnesium below 1.2, give it.", &[(26, "magnesium")][..]),
            ("É hemoglobin that is less than 7 needs blood.", &[(31, "hemoglobin")]),
            ("At potassium >6.5 and sodium level ≥ 150 stop.", &[(14, "potassium"), (37, "sodium")]),
            ("At calcium above 11 to 12 and rising, treat.", &[(17, "calcium")]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
        for text in [
            "At serum magnesium below 1.2 mg/dL (0.5 mmol/L), give it.",
            "At potassium >6.5 mmol/L, calcium above 11 to 12 mg/dL and HbA1c above 7% act.",
            "ALT above 3 times the upper limit, creatinine above 1.5 x baseline, AST above 2 ULN.",
            "Neutrophils below 1,000 per microliter, platelets below 50 x 10\u{2079}/L or above 50 10^9/L.",
            "An INR above 2.5 and a pH below 7.2 have no unit.",
            "Measure magnesium, above 1.2 percent of all tests.",
            "An AST to ALT ratio above 1.5 is typical.",
            "Follow potassium for more than 3 days.",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
