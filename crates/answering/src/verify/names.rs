//! The rule for names: each drug, class, regimen, marker, disease and procedure of a claim stands in the evidence, under that
//! name or another that the clinical lexicon ties to it.
//!
//! Owns the comparison of names. Must not know numbers or directions.

use super::coverage::akin;
use super::finding::{Deciding, Fault, Reason, Verdict};
use super::text::Text;
use clinical::{Concept, ConceptKind, Mention};
use std::collections::BTreeSet;

/// Names of a text: concepts of the lexicon, and words with digits in them such as IL-6, without hyphens.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) mentions: Vec<Mention>,
    pub(super) coded: Vec<(String, [usize; 2])>,
}

impl Names {
    /// Reads them. Linear in the text.
    pub(super) fn read(raw: &str) -> Self {
        Self { mentions: clinical::mentions(raw), coded: coded(raw) }
    }

    fn regimen_parts(&self) -> BTreeSet<&'static str> {
        let regimens = self.mentions.iter().filter(|m| m.concept.kind == ConceptKind::Regimen);
        regimens.flat_map(|m| m.concept.parts()).map(|p| p.name).collect()
    }

    /// Whether it names this concept: itself, a kind of it, a regimen for all its drugs, or a drug of a regimen here.
    pub(super) fn has(&self, concept: &Concept) -> bool {
        let named = |c: &Concept| self.mentions.iter().any(|m| m.concept == c || same_name(m.concept, c));
        if named(concept) || self.regimen_parts().contains(concept.name) {
            return true;
        }
        let mut parts = concept.parts().peekable();
        if parts.peek().is_some() && parts.all(|p| named(p) || self.regimen_parts().contains(p.name)) {
            return true;
        }
        // What holds of a kind of cancer is not said of cancer, but whoever says "cancer" of it names nothing else.
        let broad = !matches!(concept.kind, ConceptKind::Drug | ConceptKind::Regimen | ConceptKind::DrugClass);
        broad && self.mentions.iter().any(|m| m.concept.is_a(concept))
    }
}

/// The lexicon may hold one thing twice, as a laboratory value and as a drug: magnesium.
fn same_name(a: &Concept, b: &Concept) -> bool {
    a.name == b.name || a.synonyms.contains(&b.name) || b.synonyms.contains(&a.name)
}

/// Letters and digits that make one name: IL-6, HER2, CD4, V600E, ST2; in lower case without the hyphen.
fn coded(raw: &str) -> Vec<(String, [usize; 2])> {
    let mut found = Vec::new();
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '‐' | '‑');
    let mut start = None;
    for (i, c) in raw.char_indices().chain([(raw.len(), ' ')]) {
        match (is_part(c), start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                let word = raw.get(s..i).unwrap_or_default();
                let letters = word.chars().filter(|c| c.is_alphabetic()).count();
                let first = word.chars().next().is_some_and(char::is_alphabetic);
                let digits = word.chars().any(|c| c.is_ascii_digit());
                let capital = word.chars().any(char::is_uppercase);
                if first && digits && capital && letters <= 6 && word.len() <= 14 {
                    let code: String =
                        word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
                    found.push((code, [s, i]));
                }
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn reason(kind: ConceptKind) -> Reason {
    match kind {
        ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen => Reason::Drug,
        ConceptKind::Biomarker | ConceptKind::Lab | ConceptKind::Vital | ConceptKind::Test => Reason::Marker,
        _ => Reason::Named,
    }
}

/// What became of the names of a claim.
#[derive(Debug, Default)]
pub(super) struct Compared {
    pub(super) faults: Vec<Fault>,
    /// Names found elsewhere in the source.
    pub(super) taken: Vec<Deciding>,
    /// Byte ranges of the claim that names account for.
    pub(super) covered: Vec<[usize; 2]>,
}

/// Compares. `excused` says of a byte range that the claim may take it from the source even where that is not held.
pub(super) fn compare(
    (claim, claimed): (&Text<'_>, &Names),
    (evidence, held): (&Text<'_>, &Names),
    around: &[&Names],
    excused: impl Fn([usize; 2]) -> bool,
) -> Compared {
    let mut out = Compared::default();
    for mention in &claimed.mentions {
        let (concept, span) = (mention.concept, mention.span);
        if held.has(concept)
            || said_otherwise(
                claim,
                evidence,
                span,
                reason(concept.kind) != Reason::Drug
                    && concept.kind != ConceptKind::Biomarker
                    && concept.kind != ConceptKind::Lab,
            )
        {
            out.covered.push(span);
        } else if excused(span) || around.iter().any(|n| n.has(concept)) {
            out.covered.push(span);
            out.taken.push(claim.deciding(span));
        } else if matters(concept.kind) {
            let mut words = vec![claim.deciding(span)];
            let alike = held.mentions.iter().filter(|m| m.concept.kind == concept.kind && !claimed.has(m.concept));
            words.extend(alike.take(2).map(|m| evidence.deciding(m.span)));
            out.faults.push(Fault { verdict: Verdict::Unsupported, reason: reason(concept.kind), words });
        }
    }
    for (code, span) in &claimed.coded {
        let named = |n: &Names| n.coded.iter().any(|(c, _)| c == code);
        let within = |s: &[usize; 2]| s[0] <= span[0] && span[1] <= s[1];
        let part = claimed.mentions.iter().any(|m| m.span[0] < span[1] && span[0] < m.span[1]);
        if named(held) || out.covered.iter().any(within) || part && !out.faults.is_empty() {
            out.covered.push(*span);
        } else if excused(*span) || around.iter().any(|n| named(n)) {
            out.covered.push(*span);
            out.taken.push(claim.deciding(*span));
        } else if !loose(evidence.raw, code) {
            let words = vec![claim.deciding(*span)];
            out.faults.push(Fault { verdict: Verdict::Unsupported, reason: Reason::Marker, words });
        }
    }
    out
}

/// Kinds of things that a claim must not bring in. Sites, symptoms and findings are words as others are.
fn matters(kind: ConceptKind) -> bool {
    !matches!(kind, ConceptKind::Grade | ConceptKind::Lifestyle | ConceptKind::OrganFunction | ConceptKind::Vital)
}

/// Whether the evidence has the same letters and digits somewhere, across spaces and hyphens: "HER 2", "vitamin D 3".
fn loose(raw: &str, code: &str) -> bool {
    let folded: String = raw.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    folded.contains(code)
}

/// Whether all words of a name stand in the evidence, in whatever order and where `other_forms` in other forms, or the name is an abbreviation spelled out there,
/// or the other way round.
fn said_otherwise(claim: &Text<'_>, evidence: &Text<'_>, span: [usize; 2], other_forms: bool) -> bool {
    let (from, to) = (claim.word_at(span[0]), claim.word_at(span[1].saturating_sub(1)) + 1);
    let words = claim.words.get(from..to).unwrap_or_default();
    let says =
        |w: &super::text::Word| evidence.has(&w.stem) || (other_forms && evidence.words.iter().any(|e| akin(e, w)));
    if !words.is_empty() && words.iter().all(says) {
        return true;
    }
    if words.len() == 1 {
        return spelled_out(&claim.raw[span[0]..span[1]], evidence);
    }
    let initials: String = words.iter().filter_map(|w| w.lower.chars().next()).collect();
    initials.len() > 1
        && evidence.words.iter().any(|w| {
            w.lower.trim_end_matches('s') == initials
                && evidence.raw[w.start..w.end].chars().filter(|c| c.is_uppercase()).count() > 1
        })
}

/// Whether an abbreviation is spelled out: its letters stand in order in consecutive words, the first letter at the beginning
/// of the first word and each word giving its own first letter (after Schwartz and Hearst 2003, Pac Symp Biocomput 451).
pub(super) fn spelled_out(short: &str, text: &Text<'_>) -> bool {
    let short = short.strip_suffix('s').filter(|s| s.ends_with(char::is_uppercase)).unwrap_or(short);
    let letters: Vec<char> = short.chars().filter(|c| c.is_alphanumeric()).collect();
    let capitals = letters.iter().filter(|c| c.is_uppercase() || c.is_ascii_digit()).count();
    if letters.len() < 2 || letters.len() > 7 || capitals * 2 < letters.len() || !letters[0].is_alphabetic() {
        return false;
    }
    let wanted: Vec<char> = letters.iter().flat_map(|c| c.to_lowercase()).collect();
    (0..text.words.len())
        .any(|at| (1..=wanted.len().min(text.words.len() - at)).any(|n| spells(&wanted, &text.words[at..at + n])))
}

fn spells(wanted: &[char], words: &[super::text::Word]) -> bool {
    let Some((word, rest)) = words.split_first() else { return wanted.is_empty() };
    let Some((first, tail)) = wanted.split_first() else { return false };
    // Small words may be passed over: "quality of life".
    if word.lower.len() <= 3 && !word.lower.starts_with(*first) {
        return !rest.is_empty() && spells(wanted, rest);
    }
    if !word.lower.starts_with(*first) || (wanted.len() > 1 && rest.is_empty() && word.lower.len() < 8) {
        return false;
    }
    // How many more letters this word gives: in order inside it.
    let mut inside = word.lower.chars().skip(1);
    let mut given = 0;
    loop {
        if spells(&tail[given..], rest) {
            return true;
        }
        match tail.get(given) {
            Some(letter) if inside.any(|c| c == *letter) => given += 1,
            _ => return false,
        }
    }
}
