//! What is said of the patient in numbers and fixed forms: age, sex, weight, pregnancy, performance status, stage, TNM.

use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::stage;
use regex::Regex;
use std::sync::LazyLock;

macro_rules! patterns {
    ($($name:ident = $pattern:expr;)+) => { $(static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());)+
        #[cfg(test)]
        #[test]
        fn patterns_compile() { $(assert!($name.is_some(), stringify!($name));)+ }
    };
}

patterns! {
    YEARS = r"(?i)\b(\d{1,3})(?:\s*-?\s*(?:years?|yrs?)(?:[\s-]*old|[\s-]*of[\s-]*age)|\s?-?\s?y[/.]?o\b\.?)";
    AGED = r"(?i)\baged?\s*(?:of|:)?\s+(\d{1,3})\b";
    AGE_SEX = r"\b(\d{1,3})\s?(?:[yY]\s?)?([MF])\b";
    YOUNG = r"(?i)\b(\d{1,2})[\s-]*(month|week|day)s?[\s-]*old\b";
    FEMALE = r"(?i)\b(?:female|woman|girl|lady|mrs|my (?:mother|mom|mum|wife|daughter|sister|grandmother|aunt))\b";
    MALE = r"(?i)\b(?:male|man|boy|gentleman|mr|my (?:father|dad|husband|son|brother|grandfather|uncle))\b";
    WEIGHT = r"(?i)\b(\d{1,3}(?:\.\d+)?)\s?(kgs?|kilograms?|lbs?|pounds)\b(?:[^/]|$)";
    PREGNANT = r"(?i)\b(?:(not|isn't|non)[\s-]+)?(pregnant|in pregnancy|during pregnancy|postpartum|post-partum|breast-?feeding|lactating)\b";
    WEEKS = r"(?i)\b(\d{1,2})\s*(?:\+\s*\d\s*)?-?\s*(?:weeks?|wks?)\b(?:\s*(?:'|of|gestation|gestational|pregnant))?";
    ECOG = r"(?i)\b(?:ECOG(?:[\s-]*(?:PS|performance[\s-]status(?:\s*\(PS\))?|score))?|(?:WHO )?PS|performance[\s-]status(?:\s*\(PS\))?)\s*(?:score\s*)?(?:of|is|was|=|:)?\s*([0-4])(?:\s*(?:-|–|to|or)\s*([0-4]))?\b";
    KARNOFSKY = r"(?i)\b(?:KPS|Karnofsky(?:\s+performance)?(?:\s+(?:status|score|index))?)\s*(?:of|is|was|=|:)?\s*(100|[1-9]0)\b";
    STAGE = r"(?i)\bstage\s*-?\s*((?:IV|III|II|I|0|[1-4])(?:\s?-?[A-C]\d?)?)\b";
    TNM = r"\b[ycpr]{0,2}T(?:[0-4][a-d]?|is|[xX])(?:\s*,?\s*[ycp]{0,2}N(?:[0-3][a-c]?|[xX])\+?)?(?:\s*,?\s*[cp]?M(?:[01][a-c]?|[xX]))?\b";
}

fn found<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> Option<regex::Captures<'t>> {
    pattern.as_ref().and_then(|p| p.captures(text))
}

fn number(captures: &regex::Captures<'_>, group: usize) -> Option<f64> {
    captures.get(group)?.as_str().parse().ok()
}

fn fact(attribute: Attribute, value: impl Into<Value>, span: (usize, usize)) -> Fact {
    let span = [span.0, span.1];
    Fact { attribute, value: value.into(), assertion: Assertion::Present, span, detail: Detail::default() }
}

fn span(captures: &regex::Captures<'_>) -> (usize, usize) {
    captures.get(0).map_or((0, 0), |m| (m.start(), m.end()))
}

/// Everything of this kind that a question says.
pub(super) fn read(text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    age_and_sex(text, &mut facts);
    facts.extend(weight(text));
    facts.extend(pregnancy(text));
    facts.extend(performance(text));
    facts.extend(stages(text));
    facts
}

fn age_and_sex(text: &str, facts: &mut Vec<Fact>) {
    let plausible = |n: &f64| *n <= 120.0;
    let pair = found(&AGE_SEX, text);
    let years = [&YEARS, &AGED].iter().find_map(|p| found(p, text)).or(pair);
    if let Some(c) = &years
        && let Some(n) = number(c, 1).filter(plausible)
    {
        // Of "67F" the number is the age, the letter the sex.
        let at = c.get(1).map_or(0, |m| m.start());
        facts.push(fact(Attribute::Age, n, (at, c.get(1).map_or(0, |m| m.end()))));
    } else if let Some(c) = found(&YOUNG, text)
        && let (Some(n), Some(unit)) = (number(&c, 1), c.get(2))
    {
        let per_year = match unit.as_str().to_lowercase().as_str() {
            "month" => 12.0,
            "week" => 52.0,
            _ => 365.0,
        };
        facts.push(fact(Attribute::Age, (n / per_year * 100.0).round() / 100.0, span(&c)));
    }
    if let Some(letter) = found(&AGE_SEX, text).as_ref().and_then(|c| c.get(2)) {
        let sex = if letter.as_str() == "F" { "female" } else { "male" };
        facts.push(fact(Attribute::Sex, sex, (letter.start(), letter.end())));
        return;
    }
    let first = |p: &LazyLock<Option<Regex>>| p.as_ref().and_then(|p| p.find(text)).map(|m| (m.start(), m.end()));
    match (first(&FEMALE), first(&MALE)) {
        (Some(f), m) if m.is_none_or(|m| f.0 <= m.0) => facts.push(fact(Attribute::Sex, "female", f)),
        (_, Some(m)) => facts.push(fact(Attribute::Sex, "male", m)),
        _ => {}
    }
}

fn weight(text: &str) -> Option<Fact> {
    let c = found(&WEIGHT, text)?;
    let (n, unit) = (number(&c, 1)?, c.get(2)?);
    let pounds = unit.as_str().to_lowercase().starts_with(['l', 'p']);
    let kg = if pounds { (n * 0.453_592 * 10.0).round() / 10.0 } else { n };
    Some(fact(Attribute::Weight, kg, (c.get(1)?.start(), unit.end())))
}

fn pregnancy(text: &str) -> Option<Fact> {
    let c = found(&PREGNANT, text)?;
    let word = c.get(2)?.as_str().to_lowercase();
    let value = match word.as_str() {
        "postpartum" | "post-partum" => "postpartum",
        w if w.starts_with("breast") || w == "lactating" => "breastfeeding",
        _ if c.get(1).is_some() => "not pregnant",
        _ => "pregnant",
    };
    let mut fact = fact(Attribute::Pregnancy, value, span(&c));
    if value == "pregnant" {
        // Weeks count within the sentence, near the word.
        let from = floor(text, fact.span[0].saturating_sub(30));
        let to = floor(text, (fact.span[1] + 30).min(text.len()));
        fact.detail.weeks =
            found(&WEEKS, &text[from..to]).and_then(|w| number(&w, 1)).filter(|n| *n <= 45.0).map(|n| n as u32);
    }
    Some(fact)
}

/// The character boundary at or before a place.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// ECOG as given; Karnofsky converted: 90-100 is 0, 80 is 1, 60-70 is 2, 40-50 is 3, below is 4.
fn performance(text: &str) -> Option<Fact> {
    if let Some(c) = found(&ECOG, text) {
        let value = match (number(&c, 1)?, number(&c, 2)) {
            (a, Some(b)) if a < b => Value::Text(format!("{a}-{b}")),
            (a, _) => Value::Number(a),
        };
        return Some(fact(Attribute::Ecog, value, span(&c)));
    }
    let c = found(&KARNOFSKY, text)?;
    let karnofsky = number(&c, 1)?;
    let ecog = match karnofsky as u32 {
        90.. => 0.0,
        80.. => 1.0,
        60.. => 2.0,
        40.. => 3.0,
        _ => 4.0,
    };
    let mut fact = fact(Attribute::Ecog, ecog, span(&c));
    fact.detail.value = Some(Value::Number(karnofsky));
    fact.detail.unit = Some("Karnofsky".to_owned());
    Some(fact)
}

fn stages(text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(c) = found(&STAGE, text)
        && let Some(stage) = c.get(1).and_then(|m| stage::canonical(&m.as_str().replace(' ', "")))
    {
        facts.push(fact(Attribute::Stage, stage.as_str(), span(&c)));
    }
    if let Some(c) = found(&TNM, text) {
        let written: String = c[0].chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
        facts.push(fact(Attribute::Tnm, written.as_str(), span(&c)));
    }
    facts
}
