//! Measurements beside their values: laboratory tests, vital signs, organ function.

use crate::case::{Detail, Flag, Value};
use crate::lexicon::Concept;
use crate::pattern::pattern;
use crate::range::Range;
use crate::truth::Truth;
use crate::units;
use regex::Regex;
use std::sync::LazyLock;

/// What may stand between the name and the value, then the value, then its unit.
static VALUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:\((?:mg|ca|k|na)\)\s*)?(?:(?:level|levels|value|score|class|of|is|was|at|now|currently|today|still|only|about|around|to|from \d{1,3}(?:\.\d)?\s?%?\s(?:to|down to|up to)|(?:down|up|dropped|dropping|fell|fallen|falling|rose|risen|rising|decreased|increased|improved|declined|went)(?: (?:down|up))?(?: from \d{1,4}(?:\.\d)?\s?%?)? to|=|:|,|\()\s*){0,4}(?P<sign><=|>=|<|>|≤|≥|~)?\s*(?P<number>\d{1,3}(?:,\d{3})+|\d{1,6}(?:\.\d{1,4})?)(?P<over>\s?/\s?\d{2,3}\b)?\s*-?\s*(?P<unit>%|(?:x\s?)?10\^\d{1,2}/(?:L|uL)|[kK]/[uµμ]L|/[uµμ]L|[a-zµμ]{1,5}/(?:d?L|mL|min|mm3|[uµμ]L|h|hr)(?:/1\.73\s?m2?²?)?|mm\s?Hg|bpm|°?[CF]\b|mg\b|mcg\b|g\b|kg/m2)?",
    )
});
static CHILD: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"^\s*(?i:(?:class|score|grade|of|is|=|:|\()\s*){0,3}(?P<class>[ABC](?:\s?\d{1,2})?)\b"));

/// A measurement read after its name.
pub(super) struct Measured {
    pub(super) detail: Detail,
    /// Bytes of the text after the name that it took.
    pub(super) length: usize,
    /// Whether the unit is that of a dose: the name is a drug's here.
    pub(super) dose: bool,
}

/// The value that follows a measurement's name, if one does. `rest` is the text after the name.
pub(super) fn after(concept: &Concept, rest: &str) -> Option<Measured> {
    // A value stands near its name; this also bounds the work.
    let mut near = rest.len().min(80);
    while !rest.is_char_boundary(near) {
        near -= 1;
    }
    let rest = &rest[..near];
    if concept.name == "child-pugh" {
        let c = CHILD.as_ref()?.captures(rest)?;
        let class: String = c.name("class")?.as_str().split_whitespace().collect();
        let detail = Detail { value: Some(Value::Text(class)), ..Detail::default() };
        return Some(Measured { detail, length: c.get(0)?.end(), dose: false });
    }
    let c = VALUE.as_ref()?.captures(rest)?;
    let number = c.name("number")?.as_str().replace(',', "");
    // "K 2.5 Mg 1.0": the next test is no unit.
    let test = |u: &regex::Match<'_>| {
        u.as_str() == "Mg" && rest[u.end()..].trim_start().starts_with(|c: char| c.is_ascii_digit())
    };
    let unit = c.name("unit").filter(|u| !test(u));
    let length = unit.or_else(|| c.name("over")).or_else(|| c.name("number"))?.end();
    let unit = unit.map(|u| u.as_str().trim().to_owned());
    let value = match (c.name("sign").map(|s| s.as_str()).filter(|s| *s != "~"), c.name("over")) {
        (None, Some(over)) if concept.name == "blood pressure" => {
            Value::Text(format!("{number}{}", over.as_str().replace(' ', "")))
        }
        (Some(sign), _) => Value::Text(format!("{} {number}", sign.replace('≤', "<=").replace('≥', ">="))),
        (None, _) => Value::Number(number.parse().ok()?),
    };
    // "3 months ago" after a name is no value of it.
    let rest_after = rest[length..].trim_start_matches(|c: char| c.is_whitespace() || c == '-').to_lowercase();
    let time = ["month", "week", "year", "day", "hour", "cycle", "yo"];
    if unit.is_none() && time.iter().any(|t| rest_after.starts_with(t)) {
        return None;
    }
    let dose = unit.as_deref().is_some_and(|u| matches!(u.to_lowercase().as_str(), "mg" | "mcg" | "g"));
    let flag = flag(concept, &value, unit.as_deref());
    let detail = Detail { value: Some(value), unit, flag, ..Detail::default() };
    Some(Measured { detail, length, dose })
}

/// Where a value lies to the usual range; `None` where its unit is not known.
fn flag(concept: &Concept, value: &Value, unit: Option<&str>) -> Option<Flag> {
    let (range, usual_unit) = concept.usual?.split_once(' ')?;
    let (low, high) = range.split_once('-')?;
    let factor = units::factor(concept.name, unit?, usual_unit)?;
    let value = Range::of(value)?.scaled(factor);
    let (low, high) = (low.parse().ok()?, high.parse().ok()?);
    match (value.below(low), value.above(high)) {
        (Truth::Met, _) => Some(Flag::Low),
        (_, Truth::Met) => Some(Flag::High),
        (Truth::NotMet, Truth::NotMet) => Some(Flag::Normal),
        _ => None,
    }
}

/// What a word before a test says of its value.
pub(super) fn flag_word(word: &str) -> Option<Flag> {
    Some(match word {
        "low" | "decreased" | "reduced" | "diminished" => Flag::Low,
        "high" | "elevated" | "raised" | "increased" | "rising" => Flag::High,
        "normal" => Flag::Normal,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::concept;

    #[test]
    fn values_and_units_are_read_after_their_names() {
        assert!(VALUE.is_some() && CHILD.is_some());
        for (name, rest, value, unit, flag) in [
            ("magnesium", " of 0.9 mg/dL, takes", "0.9", Some("mg/dL"), Some(Flag::Low)),
            ("magnesium", " 0.9mmol/L", "0.9", Some("mmol/L"), Some(Flag::Normal)),
            ("potassium", ": 6.1 mEq/L", "6.1", Some("mEq/L"), Some(Flag::High)),
            ("platelets", " 150,000/uL", "150000", Some("/uL"), Some(Flag::Normal)),
            ("creatinine", " <1.0 mg/dL", "< 1.0", Some("mg/dL"), None),
            ("hemoglobin", " is 7.2 g/dL", "7.2", Some("g/dL"), Some(Flag::Low)),
            ("sodium", " 128", "128", None, None),
            ("egfr", " 28", "28", None, None),
            ("blood pressure", " 85/50 mmHg", "85/50", Some("mmHg"), None),
            ("child-pugh", " class B7", "B7", None, None),
            ("lvef", " of 35%", "35", Some("%"), None),
        ] {
            let m = after(concept(name).unwrap(), rest).unwrap_or_else(|| panic!("{name}{rest}"));
            assert_eq!(m.detail.value.unwrap().to_string(), value, "{name}{rest}");
            assert_eq!(m.detail.unit.as_deref(), unit, "{name}{rest}");
            assert_eq!(m.detail.flag, flag, "{name}{rest}");
            assert!(!m.dose);
        }
        assert!(after(concept("magnesium").unwrap(), " 400 mg daily").unwrap().dose);
        assert!(after(concept("magnesium").unwrap(), " 3 months ago").is_none());
        assert!(after(concept("magnesium").unwrap(), " and potassium 3.0").is_none());
    }
}
