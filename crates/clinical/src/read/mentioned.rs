//! Named concepts to facts: which attribute each stands for, and how it is meant.

mod allergy;
mod arms;
mod complaint;
mod disease;
mod meaning;
mod measured;
mod spread;
mod therapy;

use super::asking::Asking;
use super::assertion::{self, Break, Meant};
use super::kin::People;
use crate::case::{Assertion, Attribute, Comparison, Detail, Fact};
use crate::lexicon::{Concept, ConceptKind, Mention};
use crate::text::Token;

/// Everything that mentions say, and what the question compares.
pub(super) fn read(
    text: &str,
    tokens: &[Token],
    mentions: &[Mention],
    breaks: &[Break],
    people: &People,
) -> (Vec<Fact>, Option<Comparison>) {
    let asking = Asking::new(text, tokens, breaks);
    let placed: Vec<Placed> = place(tokens, mentions);
    let mut reader = Reader {
        text,
        tokens,
        breaks,
        placed: &placed,
        asking: &asking,
        people,
        arms: vec![false; placed.len()],
        reaction: Vec::new(),
        facts: Vec::new(),
        main: None,
        last: Meant::default(),
        last_history: false,
        last_plain_no: false,
        allergen_read: None,
        treated: false,
    };
    let comparison = reader.compare();
    reader.reaction = reader.reactions();
    reader.main = reader.main_disease();
    for i in 0..placed.len() {
        reader.mention(i);
    }
    reader.spread();
    reader.one_status_each();
    (reader.facts, comparison)
}

/// A mention and the words it takes, `first..next`.
struct Placed {
    concept: &'static Concept,
    span: [usize; 2],
    first: usize,
    next: usize,
}

fn place(tokens: &[Token], mentions: &[Mention]) -> Vec<Placed> {
    mentions
        .iter()
        // Settings of care are read apart.
        .filter(|m| !crate::setting::is_setting(m.concept))
        .map(|m| Placed {
            concept: m.concept,
            span: m.span,
            first: tokens.partition_point(|t| t.start < m.span[0]),
            next: tokens.partition_point(|t| t.start < m.span[1]),
        })
        .collect()
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    breaks: &'a [Break],
    placed: &'a [Placed],
    asking: &'a Asking,
    people: &'a People,
    /// For each mention, whether it is an arm of a comparison.
    arms: Vec<bool>,
    /// For each mention, the substance whose allergy did it.
    reaction: Vec<Option<usize>>,
    facts: Vec<Fact>,
    /// The disease the question is about: an index into `placed`.
    main: Option<usize>,
    /// How the mention before was meant, for lists.
    last: Meant,
    /// Whether it stood in the history.
    last_history: bool,
    /// Whether it was denied by a bare "no".
    last_plain_no: bool,
    /// A mention that was read already, as the allergen of "anaphylaxis to".
    allergen_read: Option<usize>,
    /// Whether a treatment was read already.
    treated: bool,
}

impl Reader<'_> {
    fn floor(&self, i: usize) -> usize {
        i.checked_sub(1).map_or(0, |p| self.placed[p].next)
    }

    fn ceiling(&self, i: usize) -> usize {
        self.placed.get(i + 1).map_or(self.tokens.len(), |p| p.first)
    }

    /// The last mention of the bracket right after mention `i` that only says again what it is made of; else `i`.
    fn tail(&self, i: usize) -> usize {
        (i + 1..self.placed.len()).take(6).take_while(|&j| self.repeats(j)).last().unwrap_or(i)
    }

    /// The words after a mention and its bracket that may speak of it: in the same part, and to the next mention.
    fn after(&self, i: usize) -> (&[Token], &[Token]) {
        let tail = self.tail(i);
        let (mut next, ceiling) = (self.placed[tail].next, self.ceiling(tail));
        let all = assertion::words_after(self.tokens, self.breaks, next, ceiling);
        let bracket_ends = tail != i && !all.is_empty();
        next += usize::from(bracket_ends);
        let part = assertion::part_after(self.tokens, self.breaks, next, ceiling.max(next));
        (&self.tokens[next - usize::from(bracket_ends)..next + part.len()], all)
    }

    fn before(&self, i: usize) -> &[Token] {
        assertion::words_before(self.tokens, self.breaks, self.placed[i].first, self.floor(i))
    }

    fn mention(&mut self, i: usize) {
        if self.repeats(i) || self.allergen_read == Some(i) || self.did_reaction(i) {
            return;
        }
        let meant = self.meant(i);
        if meant != self.last {
            self.last_plain_no = self.before(i).iter().rev().take(2).any(|t| matches!(t.norm.as_str(), "no" | "not"));
        }
        let concept = self.placed[i].concept;
        match concept.kind {
            ConceptKind::Disease if self.allergy_by_name(i, meant) => {}
            ConceptKind::Disease => self.disease(i, meant),
            ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure => {
                self.therapy(i, meant);
            }
            ConceptKind::Symptom => self.complaint(i, Attribute::Symptom, meant),
            ConceptKind::Finding => self.complaint(i, Attribute::Finding, meant),
            ConceptKind::Toxicity => self.toxicity(i, meant),
            ConceptKind::Histology => {
                let assertion = meant.assertion.filter(|a| matches!(a, Assertion::Absent | Assertion::Uncertain));
                self.push(i, Attribute::Histology, assertion, Detail::default());
            }
            ConceptKind::Grade => self.push(i, Attribute::Grade, None, Detail::default()),
            ConceptKind::Test => self.test(i, meant),
            ConceptKind::Lab => self.lab(i, concept),
            ConceptKind::Vital => self.measure(i, Attribute::Vital),
            ConceptKind::OrganFunction => self.measure(i, Attribute::OrganFunction),
            ConceptKind::Lifestyle => self.habit(i, meant),
            ConceptKind::Site | ConceptKind::Biomarker => {}
        }
        self.last = meant;
    }

    /// Whether a mention in brackets only says the one before it again, or what that is made of.
    fn repeats(&self, i: usize) -> bool {
        let p = &self.placed[i];
        let before = &self.text[..p.span[0]];
        // "Leucine-rich glioma-inactivated 1 (LGI1) encephalitis": the word after the bracket ends the name before it.
        if let Some(previous) = i.checked_sub(1).map(|j| &self.placed[j]) {
            let gap = self.text[previous.span[1]..p.span[0]].trim();
            if matches!(gap, ")" | "]") && previous.concept.is_a(p.concept) {
                return true;
            }
        }
        // The bracket must be open: look back over this mention's list only.
        let Some(open) = (0..i).rev().take(6).find(|&j| {
            let gap = &self.text[self.placed[j].span[1]..self.placed[j + 1].span[0]];
            gap.contains(['(', '['])
        }) else {
            return false;
        };
        let inside = &before[self.placed[open].span[1]..];
        if inside.contains([')', ']']) {
            return false;
        }
        let host = self.placed[open].concept;
        host == p.concept
            || host.parts().any(|part| part == p.concept)
            || (host.is_a(p.concept) && group(host) == group(p.concept))
    }

    fn push(&mut self, i: usize, attribute: Attribute, assertion: Option<Assertion>, detail: Detail) {
        let p = &self.placed[i];
        let assertion = assertion.unwrap_or(Assertion::Present);
        // The tissue of a lung cancer is a fact of its own.
        let tissue = match p.concept.name {
            "lung adenocarcinoma" => Some("adenocarcinoma"),
            "lung squamous cell carcinoma" => Some("squamous cell carcinoma"),
            _ => None,
        };
        if let Some(tissue) = tissue.filter(|_| attribute != Attribute::Histology) {
            let value = "lung cancer".into();
            self.facts.push(Fact { attribute, value, assertion, span: p.span, detail });
            if tissue != "adenocarcinoma" {
                let (attribute, detail) = (Attribute::Histology, Detail::default());
                self.facts.push(Fact { attribute, value: tissue.into(), assertion, span: p.span, detail });
            }
            return;
        }
        self.facts.push(Fact { attribute, value: p.concept.name.into(), assertion, span: p.span, detail });
    }

    fn written(&self, i: usize) -> &str {
        &self.text[self.placed[i].span[0]..self.placed[i].span[1]]
    }

    fn slice(&self, start: Option<usize>, end: usize) -> &str {
        self.text.get(start.unwrap_or(end)..end).unwrap_or_default()
    }
}

fn is_therapy(concept: &Concept) -> bool {
    matches!(concept.kind, ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure)
}

/// Kinds that stand in one list.
fn group(concept: &Concept) -> u8 {
    match concept.kind {
        ConceptKind::Disease | ConceptKind::Symptom | ConceptKind::Finding | ConceptKind::Toxicity => 0,
        ConceptKind::Histology | ConceptKind::Grade => 1,
        ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Procedure => 2,
        ConceptKind::Site => 3,
        ConceptKind::Lab | ConceptKind::Vital | ConceptKind::OrganFunction => 4,
        ConceptKind::Lifestyle => 5,
        ConceptKind::Biomarker | ConceptKind::Test => 6,
    }
}
