//! Treatments: whether each was had, is being taken, is denied, or is what the question is about.

use super::allergy::ALLERGENS;
use super::disease::dated;
use super::{Reader, group};
use crate::case::{Assertion, Attribute, Detail, Outcome};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::read::assertion::Meant;
use crate::read::{measures, treatment};

/// Verbs of what is asked about: "can I take", "should she receive".
const WISHED: &[&str] = &[
    "take", "receive", "use", "give", "get", "start", "add", "adding", "try", "starting", "giving", "using", "have",
    "combine", "taking", "taken", "used", "given", "switch", "need", "replace",
];
/// What a word after a drug asks of it.
const DOSED: &[&str] = &["dose", "dosing", "dosage", "titration", "schedule", "taper", "loading"];

impl Reader<'_> {
    pub(super) fn therapy(&mut self, i: usize, meant: Meant) {
        let p = &self.placed[i];
        let concept = p.concept;
        if self.people.family(p.first) && meant.assertion.is_none() {
            return;
        }
        if let Some(host) = self.refined(i) {
            self.refine(i, host);
            return;
        }
        if self.allergy(i, meant) || self.level_of(i) {
            return;
        }
        if ALLERGENS[..5].contains(&concept.name) {
            return;
        }
        let (_, after_words) = self.after(i);
        let written = self.written(i).to_lowercase();
        let before = self.slice(self.before(i).first().map(|t| t.start), p.span[0]);
        let after = self.slice(after_words.first().map(|t| t.start), after_words.last().map_or(0, |t| t.end));
        let mut outcome = meant.outcome;
        let ends = after.to_lowercase();
        let stopped =
            ends.contains("stopped") || ends.contains("discontinued") || before.to_lowercase().contains("stopped");
        let harmed = self.placed.get(i + 1).is_some_and(|n| group(n.concept) == 0);
        let because = ["for", "due to", "because", "after", "from", "with"].iter().any(|w| ends.contains(w));
        if stopped && harmed && because && outcome.is_none() {
            outcome = Some(Outcome::StoppedForToxicity);
        }
        let past_by_name =
            written.starts_with("post") || written == "resected" || written == "irradiated" || written == "operated";
        if written.ends_with("naive") || written.ends_with("untreated") {
            let of_cancer = self.main.is_some_and(|m| lexicon::is_a(self.placed[m].concept.name, "cancer"));
            if of_cancer || written.starts_with("systemic") {
                self.push(i, Attribute::Treatment, Some(Assertion::Absent), Detail::default());
            }
            return;
        }
        // "What systemic therapy": the thing asked for is no treatment named.
        if matches!(concept.name, "antineoplastic" | "surgery" | "vaccine") && self.only_asked_for(i) {
            return;
        }
        let assertion = self.therapy_status(i, meant, past_by_name || outcome.is_some());
        let detail = treatment::detail(concept, assertion, outcome, before, after);
        let for_disease = concept.kind == ConceptKind::Regimen
            || concept.kind == ConceptKind::Procedure
            || lexicon::is_a(concept.name, "antineoplastic")
            || lexicon::is_a(concept.name, "bone-modifying agent")
            || concept.name == "leucovorin"
            || assertion == Assertion::Planned;
        let attribute = if for_disease { Attribute::Treatment } else { Attribute::Medication };
        let detail = if attribute == Attribute::Medication {
            Detail { dose: detail.dose, outcome, ..Detail::default() }
        } else {
            detail
        };
        self.treated |= attribute == Attribute::Treatment || assertion == Assertion::Past;
        // "Gemcitabine/nab-paclitaxel" is two drugs said in one breath.
        if concept.kind == ConceptKind::Regimen && concept.name.contains('/') && concept.parts().count() == 2 {
            let parts: Vec<&'static Concept> = concept.parts().collect();
            let span = p.span;
            for part in parts {
                self.facts.push(crate::case::Fact {
                    attribute,
                    value: part.name.into(),
                    assertion,
                    span,
                    detail: Detail { components: None, ..detail.clone() },
                });
            }
            return;
        }
        self.push(i, attribute, Some(assertion), detail);
    }

    fn therapy_status(&self, i: usize, meant: Meant, past: bool) -> Assertion {
        let p = &self.placed[i];
        let (part, after) = self.after(i);
        if self.arms[i] && meant.assertion != Some(Assertion::Absent) {
            return Assertion::Planned;
        }
        if past && !matches!(meant.assertion, Some(Assertion::Planned | Assertion::Absent)) {
            return Assertion::Past;
        }
        let near: Vec<&str> = part.iter().take(4).map(|t| t.norm.as_str()).collect();
        let dosed = near.iter().take(3).any(|w| DOSED.contains(w))
            && !near.iter().any(|w| matches!(*w, "reduction" | "reduced" | "last"));
        let before: Vec<&str> = self.before(i).iter().rev().take(5).map(|t| t.norm.as_str()).collect();
        let dose_of = before.first().is_some_and(|w| matches!(*w, "of" | "for" | "much" | "many"))
            && before.iter().any(|w| DOSED.contains(w) || *w == "much" || *w == "many");
        let wished = before.iter().any(|w| WISHED.contains(w)) && self.asking.asks(p.first);
        let declined = before.iter().any(|w| matches!(*w, "on" | "takes" | "despite" | "while"));
        match meant.assertion {
            Some(Assertion::Family | Assertion::Uncertain) => {
                if self.asking.asks(p.first) {
                    Assertion::Planned
                } else {
                    Assertion::Present
                }
            }
            Some(Assertion::Present) if wished && !declined => Assertion::Planned,
            Some(a) => a,
            None if dosed || dose_of => Assertion::Planned,
            None if dated(after) => Assertion::Past,
            None if self.asked_about(i) => Assertion::Planned,
            None => Assertion::Present,
        }
    }

    /// "What systemic therapy is recommended", "is surgery indicated": a kind of answer, not a fact, unless a setting or
    /// a history is named with it.
    fn only_asked_for(&self, i: usize) -> bool {
        let p = &self.placed[i];
        p.concept.name == "antineoplastic"
            && self.asking.from(p.first).is_some_and(|from| {
                matches!(self.tokens[from].norm.as_str(), "what" | "which" | "best") && p.first - from < 9
            })
    }

    /// "Vitamin D 14 ng/mL", "lithium level 1.8": a drug that is measured.
    fn level_of(&mut self, i: usize) -> bool {
        let p = &self.placed[i];
        if !matches!(p.concept.kind, ConceptKind::Drug) {
            return false;
        }
        let (part, _) = self.after(i);
        let named = part.first().is_some_and(|t| matches!(t.norm.as_str(), "level" | "trough" | "concentration"));
        let concentration = |unit: &str| {
            let unit = unit.to_lowercase();
            unit.contains('/')
                && !["kg", "h", "hr", "min", "d", "m2"].contains(&unit.rsplit('/').next().unwrap_or_default())
        };
        let measured = measures::after(p.concept, &self.text[p.span[1]..])
            .filter(|m| m.detail.unit.as_deref().is_some_and(concentration) || (named && m.detail.unit.is_none()));
        let asked = named && self.asking.asks(p.first);
        let Some(measured) = measured else {
            if asked || named {
                self.push(i, Attribute::Lab, asked.then_some(Assertion::Planned), Detail::default());
                return true;
            }
            return false;
        };
        self.push(i, Attribute::Lab, None, measured.detail);
        true
    }

    /// The treatment just before that this one, in brackets, says more exactly: "chemotherapy (FOLFOX)".
    fn refined(&self, i: usize) -> Option<usize> {
        let before = &self.placed[i.checked_sub(1)?];
        let fact = self.facts.last()?;
        let gap = self.text[before.span[1]..self.placed[i].span[0]].trim();
        let narrower = gap == "(" && self.placed[i].concept.is_a(before.concept);
        (narrower && fact.attribute == Attribute::Treatment && fact.span == before.span).then(|| self.facts.len() - 1)
    }

    /// Puts a treatment in place of the broader one it explains; what was said of that one is said of it.
    fn refine(&mut self, i: usize, host: usize) {
        let (_, after) = self.after(i);
        let after = self.slice(after.first().map(|t| t.start), after.last().map_or(0, |t| t.end));
        let assertion = self.facts[host].assertion;
        let more = treatment::detail(self.placed[i].concept, assertion, None, "", after);
        let (value, span) = (self.placed[i].concept.name.into(), self.placed[i].span);
        let fact = &mut self.facts[host];
        fact.value = value;
        fact.span = span;
        fact.detail.components = more.components;
        fact.detail.cycles = fact.detail.cycles.or(more.cycles);
        fact.detail.since_months = fact.detail.since_months.or(more.since_months);
        fact.detail.outcome = fact.detail.outcome.filter(|o| *o != Outcome::Unknown).or(more.outcome);
    }

    /// Whether a mention stands where a question asks, before it comes to the patient: "Can X be used in a patient with".
    pub(super) fn asked_about(&self, i: usize) -> bool {
        let first = self.placed[i].first;
        let Some(from) = self.asking.from(first) else {
            // A heading: "isotretinoin for acne"; a note of a patient tells.
            let word = |at: Option<usize>| at.and_then(|w| self.tokens.get(w)).map_or("", |t| t.norm.as_str());
            let leads = matches!(
                word(Some(self.placed[i].next)),
                "for" | "in" | "after" | "during" | "before" | "use" | "dose"
            );
            let led = matches!(word(first.checked_sub(1)), "role" | "use" | "of" | "adding");
            // "G-CSF for alcoholic hepatitis: any survival data?" opens with its heading; "metformin for 3 years" tells.
            let after = word(Some(self.placed[i].next + 1));
            let opens = first == 0
                && word(Some(self.placed[i].next)) == "for"
                && !after.starts_with(|c: char| c.is_ascii_digit());
            return !self.people.told && (self.asking.bare && (leads || led) || opens);
        };
        let words = &self.tokens[from..first];
        let words = &words[words.len().saturating_sub(60)..];
        let said = |list: &[&str]| words.iter().any(|t| list.contains(&t.norm.as_str()));
        // "Can a patient with X receive Y" asks about Y still.
        !said(&["who", "whose"])
            && (!said(&["patient", "woman", "man", "someone", "boy", "girl", "pt"]) || said(WISHED))
    }
}
