//! Allergies: the substance, and what it did. A rash from penicillin years ago is no rash now: it goes into the detail of
//! the allergy and is no fact of its own. Anaphylaxis is, in the past, since who had it is told apart from others.

use super::{Placed, Reader, is_therapy};
use crate::case::{Assertion, Attribute, Detail};
use crate::lexicon::{self, Concept, ConceptKind};
use crate::read::assertion::{Break, Meant};
use crate::text::Token;
use std::sync::LazyLock;

/// Things people are allergic to and nobody is treated with; of the first, a mention without allergy is no fact.
pub(super) const ALLERGENS: &[&str] =
    &["peanut", "egg", "shellfish", "bee venom", "latex", "iodinated contrast", "gadolinium", "grapefruit"];
/// What allergies do.
const REACTIONS: &[&str] = &[
    "rash",
    "urticaria",
    "anaphylaxis",
    "angioedema",
    "pruritus",
    "facial swelling",
    "lip swelling",
    "bronchospasm",
    "wheezing",
    "infusion reaction",
    "stevens-johnson syndrome",
    "toxic epidermal necrolysis",
    "drug reaction with eosinophilia and systemic symptoms",
];
/// Words that lead from an allergy to what it did.
const LEADS: &[&str] =
    &["cause", "caused", "causing", "give", "gave", "get", "got", "reaction", "with", "had", "develop"];
/// Words that may stand in between.
const BETWEEN: &[&str] = &[
    "severe",
    "mild",
    "bad",
    "type",
    "of",
    "a",
    "an",
    "the",
    "was",
    "is",
    "as",
    "history",
    "hx",
    "documented",
    "known",
    "child",
    "childhood",
    "in",
    "to",
    "past",
    "just",
    "only",
    "me",
    "him",
    "her",
    "immediate",
    "delayed",
    "skin",
    "which",
    "that",
];

static REACTION_CONCEPTS: LazyLock<Vec<&Concept>> =
    LazyLock::new(|| REACTIONS.iter().filter_map(|n| lexicon::concept(n)).collect());

fn is_reaction(concept: &Concept) -> bool {
    REACTION_CONCEPTS.iter().any(|r| concept.is_a(r))
}

impl Reader<'_> {
    /// For each mention that says what an allergy did: the mention of what caused it.
    pub(super) fn reactions(&self) -> Vec<Option<usize>> {
        let mut found = vec![None; self.placed.len()];
        // Where treatment of the reaction is spoken of, or how the patient is, it may be going on.
        let urgent =
            self.placed.iter().any(|p| p.concept.name == "epinephrine" || p.concept.kind == ConceptKind::Vital);
        for i in 0..self.placed.len() {
            let p = &self.placed[i];
            if is_reaction(p.concept) && found[i].is_none() && self.is_reaction_to(i) {
                let drug = self.placed.get(i + 1).is_some_and(|n| !ALLERGENS.contains(&n.concept.name));
                let event = p.concept.kind == ConceptKind::Disease;
                found[i] = (!event || drug && !urgent).then_some(i + 1);
            }
            if is_therapy(p.concept) && (self.called_allergy(i) || self.named_by_reaction(i)) {
                for reaction in &mut found[i + 1..self.reactions_end(i)] {
                    *reaction = Some(i);
                }
            }
        }
        found
    }

    /// "Hives to penicillin".
    fn is_reaction_to(&self, i: usize) -> bool {
        self.placed.get(i + 1).is_some_and(|n| {
            is_therapy(n.concept) && matches!(&self.tokens[self.placed[i].next..n.first], [to] if to.norm == "to")
        })
    }

    /// "Penicillin anaphylaxis".
    fn named_by_reaction(&self, i: usize) -> bool {
        self.placed.get(i + 1).is_some_and(|n| {
            n.first == self.placed[i].next
                && matches!(n.concept.name, "anaphylaxis" | "urticaria" | "angioedema")
                && self.text[self.placed[i].span[1]..n.span[0]].trim().is_empty()
        })
    }

    /// The mention after the last that says what the allergy to mention `i` did: "(rash)", "- hives", "causes angioedema".
    fn reactions_end(&self, i: usize) -> usize {
        let end = i + 1;
        let Some(next) = self.placed.get(end) else { return end };
        let gap = &self.text[self.placed[i].span[1]..next.span[0]];
        let words = &self.tokens[self.placed[i].next..next.first];
        let suffers = |p: &Placed| {
            matches!(p.concept.kind, ConceptKind::Symptom | ConceptKind::Finding | ConceptKind::Toxicity)
                || is_reaction(p.concept)
        };
        let said = |w: &Token| {
            w.norm.starts_with("allerg") || LEADS.contains(&w.norm.as_str()) || BETWEEN.contains(&w.norm.as_str())
        };
        if !suffers(next) || words.len() > 8 || self.breaks[next.first] == Break::Sentence || !words.iter().all(said) {
            return end;
        }
        let set_off = gap.ends_with(['(', '[', ':', '-', '–', '—', '='])
            || [" - ", ": ", "(", "[", "– ", "— ", "= ", "-> ", "→"].iter().any(|m| gap.contains(m));
        let closed = gap.contains([')', ']']);
        let led = words.iter().any(|w| LEADS.contains(&w.norm.as_str())) && is_reaction(next.concept);
        let touching = words.is_empty() && gap.trim().is_empty() && is_reaction(next.concept);
        if closed || !(set_off || led || touching) {
            return end;
        }
        // The rest of the bracket, or of the list.
        let bracket = gap.contains(['(', '[']);
        let more = (end + 1..self.placed.len()).take(4).take_while(|&j| {
            let between = &self.text[self.placed[j - 1].span[1]..self.placed[j].span[0]];
            let inside = if bracket { !between.contains([')', ']']) } else { is_reaction(self.placed[j].concept) };
            inside && suffers(&self.placed[j]) && self.continues(j)
        });
        end + 1 + more.count()
    }

    /// Whether the words around a substance call it an allergy.
    fn called_allergy(&self, i: usize) -> bool {
        let (part, _) = self.after(i);
        let allergic = |words: &[Token]| words.iter().any(|t| t.norm.starts_with("allerg"));
        let first = self.placed[i].first;
        // "Allergies: penicillin".
        let headed = first > 0
            && self.text[self.tokens[first - 1].end..self.tokens[first].start].trim() == ":"
            && allergic(&self.tokens[first - 1..first]);
        headed
            || allergic(&part[..part.len().min(1)])
            || (part.len() > 1 && part[0].norm != "and" && part[0].norm != "for" && part[1].norm.starts_with("allerg"))
            || self.before(i).iter().rev().take(3).any(|t| t.norm.starts_with("allerg"))
    }

    /// Whether a mention is something the patient cannot have; reads it as an allergy.
    pub(super) fn allergy(&mut self, i: usize, meant: Meant) -> bool {
        let near = i.saturating_sub(1)..(i + 6).min(self.placed.len());
        let did: Vec<&str> =
            near.filter(|&j| self.reaction[j] == Some(i)).map(|j| self.placed[j].concept.name).collect();
        let listed = self.continues(i) && self.facts.last().is_some_and(|f| f.attribute == Attribute::Allergy);
        if !(self.called_allergy(i) || listed || !did.is_empty()) {
            return false;
        }
        let before = self.before(i);
        let denied = (meant.assertion == Some(Assertion::Absent))
            || before.iter().rev().take(3).any(|t| matches!(t.norm.as_str(), "no" | "not" | "deny" | "without"));
        let detail = Detail { character: (!did.is_empty()).then(|| did.join(", ")), ..Detail::default() };
        self.push(i, Attribute::Allergy, denied.then_some(Assertion::Absent), detail);
        true
    }

    /// Reads a mention that only says what an allergy did; true if it is one.
    pub(super) fn did_reaction(&mut self, i: usize) -> bool {
        let anaphylaxis = self.placed[i].concept.name == "anaphylaxis";
        if self.reaction[i].is_none() || (anaphylaxis && self.main == Some(i)) {
            return false;
        }
        if anaphylaxis {
            self.push(i, Attribute::Comorbidity, Some(Assertion::Past), Detail::default());
        }
        true
    }

    /// Whether an allergen follows "anaphylaxis to".
    pub(super) fn allergen_after(&self, i: usize) -> bool {
        self.placed.get(i + 1).is_some_and(|n| {
            is_therapy(n.concept)
                && matches!(&self.tokens[self.placed[i].next..n.first], [to] if to.norm == "to" || to.norm == "from" || to.norm == "after")
        })
    }

    /// Reads the allergen after "anaphylaxis to".
    pub(super) fn allergy_after(&mut self, i: usize) {
        self.push(i + 1, Attribute::Allergy, None, Detail::default());
        self.allergen_read = Some(i + 1);
    }

    /// The substance that a disease is an allergy to by its name, beside what the question is about: "peanut allergy".
    pub(super) fn allergen_named(&self, i: usize) -> Option<&'static Concept> {
        let p = &self.placed[i];
        if p.concept.kind != ConceptKind::Disease || self.asking.asks(p.first) {
            return None;
        }
        let written = self.written(i).to_lowercase();
        let substance = written.strip_suffix("allergy").or_else(|| written.strip_suffix("allergies"))?;
        lexicon::concept(substance.trim_end_matches([' ', '-'])).filter(|c| is_therapy(c))
    }

    /// Reads such a disease as an allergy; true if it is one.
    pub(super) fn allergy_by_name(&mut self, i: usize, meant: Meant) -> bool {
        let Some(substance) = self.allergen_named(i).filter(|_| self.main != Some(i)) else { return false };
        let assertion = meant.assertion.filter(|a| matches!(a, Assertion::Absent | Assertion::Family));
        let (value, span) = (substance.name.into(), self.placed[i].span);
        let (attribute, assertion) = (Attribute::Allergy, assertion.unwrap_or(Assertion::Present));
        self.facts.push(crate::case::Fact { attribute, value, assertion, span, detail: Detail::default() });
        true
    }
}

#[cfg(test)]
mod tests {
    use crate::{Case, Condition, Truth, read_case};

    fn facts(case: &Case) -> Vec<String> {
        let character = |f: &crate::Fact| f.detail.character.as_ref().map(|c| format!(" ({c})")).unwrap_or_default();
        case.facts.iter().map(|f| format!("{} {} {}{}", f.attribute, f.value, f.assertion, character(f))).collect()
    }

    #[test]
    fn what_an_allergy_did_is_no_complaint() {
        let mut wrong = Vec::new();
        for (question, expected) in [
            ("penicillin allergic (rash)", &["allergy penicillin present (rash)"][..]),
            ("PCN allergy - hives", &["allergy penicillin present (urticaria)"]),
            ("Allergies: penicillin (rash, hives)", &["allergy penicillin present (rash, urticaria)"]),
            ("allergic to penicillin which caused angioedema", &["allergy penicillin present (angioedema)"]),
            ("hives to penicillin", &["allergy penicillin present (urticaria)"]),
            (
                "pneumonia, anaphylaxis to penicillin",
                &[
                    "diagnosis pneumonia present",
                    "comorbidity anaphylaxis past",
                    "allergy penicillin present (anaphylaxis)",
                ],
            ),
            (
                "penicillin allergy (anaphylaxis), pneumonia",
                &[
                    "allergy penicillin present (anaphylaxis)",
                    "comorbidity anaphylaxis past",
                    "diagnosis pneumonia present",
                ],
            ),
            ("anaphylaxis to peanut 20 minutes ago", &["diagnosis anaphylaxis present", "allergy peanut present"]),
            ("penicillin allergy, rash since yesterday", &["allergy penicillin present", "symptom rash present"]),
            ("penicillin allergic with cough", &["allergy penicillin present", "symptom cough present"]),
            (
                "asthma, peanut allergy, wheezing",
                &["diagnosis asthma present", "allergy peanut present", "symptom wheezing present"],
            ),
            ("How is peanut allergy treated?", &["diagnosis food allergy present"]),
        ] {
            let read = facts(&read_case(question));
            if read != expected {
                wrong.push(format!("{question}\n  {read:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn conditions_are_not_met_by_it() {
        let case = read_case("72M pneumonia, penicillin allergic (rash)");
        let holds = |c: &str| c.parse::<Condition>().unwrap().evaluate(&case);
        assert_eq!(holds("symptom has rash"), Truth::Unknown);
        assert_eq!(holds("allergy has penicillin"), Truth::Met);
    }
}
