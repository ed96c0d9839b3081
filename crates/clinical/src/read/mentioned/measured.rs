//! Measurements that are named: their values, flags and results, and tests that are asked about.

use super::Reader;
use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::read::measures;

impl Reader<'_> {
    /// "Low magnesium of 0.9 mg/dL" names the disorder and the value.
    pub(super) fn value_of_disorder(&mut self, i: usize) {
        let p = &self.placed[i];
        let test = self.tokens[p.first..p.next].iter().find_map(|t| {
            let name = t.norm.strip_prefix("hypo").or(t.norm.strip_prefix("hyper")).unwrap_or(&t.norm);
            let name = match name {
                "magnesemia" => "magnesium",
                "kalemia" => "potassium",
                "natremia" => "sodium",
                "calcemia" => "calcium",
                "phosphatemia" => "phosphate",
                other => other,
            };
            lexicon::concept(name).filter(|c| c.kind == ConceptKind::Lab)
        });
        if let Some(test) = test {
            self.value_after(i, test);
        }
    }

    pub(super) fn lab(&mut self, i: usize, concept: &'static Concept) {
        if self.value_after(i, concept) {
            return;
        }
        let p = &self.placed[i];
        let (part, _) = self.after(i);
        let next = part.first().map_or("", |t| t.norm.as_str());
        let sign = self.text[p.span[1]..].chars().next();
        // "Elevated creatinine": a flag and no value. One letter before is too little to tell: "high K" may be anything.
        let flag = self.before(i).last().and_then(|t| measures::flag_word(&t.norm)).or_else(|| {
            let said = part.iter().take(3).find_map(|t| measures::flag_word(&t.norm));
            said.filter(|_| part.len() < 6 || !self.asking.asks(p.first))
        });
        if let Some(flag) = flag.filter(|_| self.written(i).len() > 2) {
            self.push(i, Attribute::Lab, None, Detail { flag: Some(flag), ..Detail::default() });
            return;
        }
        let result = match next {
            "positive" | "pos" | "reactive" | "detectable" => Some("positive"),
            "negative" | "neg" | "nonreactive" | "undetectable" => Some("negative"),
            _ if sign == Some('+') => Some("positive"),
            _ => None,
        };
        if let Some(result) = result {
            self.push(
                i,
                Attribute::Lab,
                None,
                Detail { value: Some(Value::Text(result.to_owned())), ..Detail::default() },
            );
        } else if (self.arms[i] && self.written(i).len() > 1)
            || (self.asking.asks(p.first) && self.asked_about(i) && self.written(i).len() > 2)
        {
            self.push(i, Attribute::Lab, Some(Assertion::Planned), Detail::default());
        }
    }

    /// A laboratory value after a mention; whether there was one.
    pub(super) fn value_after(&mut self, i: usize, concept: &'static Concept) -> bool {
        let p = &self.placed[i];
        let Some(measured) = measures::after(concept, &self.text[p.span[1]..]) else { return false };
        let span = [p.span[0], p.span[1] + measured.length];
        let (attribute, value, detail) = if measured.dose {
            // "Magnesium 400 mg" is something the patient takes.
            if concept.name != "magnesium" {
                return false;
            }
            let amount = measured.detail.value.map(|v| v.to_string()).unwrap_or_default();
            let dose = format!("{amount} {}", measured.detail.unit.unwrap_or_default());
            (Attribute::Medication, "magnesium preparation", Detail { dose: Some(dose), ..Detail::default() })
        } else {
            (Attribute::Lab, concept.name, measured.detail)
        };
        self.facts.push(Fact { attribute, value: value.into(), assertion: Assertion::Present, span, detail });
        true
    }

    pub(super) fn measure(&mut self, i: usize, attribute: Attribute) {
        let p = &self.placed[i];
        let (concept, start) = (p.concept, p.span[0]);
        if let Some(measured) = measures::after(concept, &self.text[p.span[1]..]) {
            let span = [start, p.span[1] + measured.length];
            let value = concept.name.into();
            self.facts.push(Fact { attribute, value, assertion: Assertion::Present, span, detail: measured.detail });
        }
    }
}
