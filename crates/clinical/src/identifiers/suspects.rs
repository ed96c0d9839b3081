//! The second look, before a text is shown to more people than its writer: what may tell who somebody is, though nothing
//! says so for sure. It takes nothing out: a person decides. Kinds follow the list of the HIPAA Privacy Rule, 45 CFR
//! 164.514(b)(2): names, places smaller than a state, ages over 89, numbers.
//!
//! Owns what makes a word suspicious; it must not know who asks or what for.

use super::{names, redact, words};
use crate::lexicon;
use regex::Regex;
use std::sync::LazyLock;

/// Something in a text that may tell who somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspect {
    /// What it may be, as `name`.
    pub kind: &'static str,
    /// Where, in bytes.
    pub span: [usize; 2],
    /// [`redact`] would take it out: it is none to be argued about.
    pub certain: bool,
}

static PATTERNS: LazyLock<Vec<(&str, Option<Regex>)>> = LazyLock::new(|| {
    [
        ("age over 89", r"(?i-u)\b(?:9[0-9]|1[01][0-9])[ -]?(?:years?[ -]old|year[ -]olds?|y\.?o\.?\b|y/o|yrs?\b|[mf]\b)|\baged?:? (?:9[0-9]|1[01][0-9])\b"),
        ("place of care", r"\b(?:\p{Lu}[\p{L}'’.-]+\s+(?:of\s+|and\s+)?){1,4}(?:Hospital|Clinic|Infirmary|Medical Cent(?:er|re)|Health Cent(?:er|re)|Hospice|School|College|University|Prison|Care Home|Nursing Home|Ward)\b"),
        ("number", r"(?-u)\b(?:[0-9]{6,}|[A-Za-z]{1,4}-?[0-9]{5,}[A-Za-z0-9]*)\b"),
    ]
    .into_iter()
    .map(|(kind, pattern)| (kind, Regex::new(pattern).ok()))
    .collect()
});

/// Numbers that belong to nobody: registered trials, papers, variants, concepts.
const PUBLIC: &[&str] = &["NCT", "ISRCTN", "ACTRN", "CRD", "PMID", "PMC", "EudraCT", "rs", "COSM"];

/// What may tell who somebody is, in order. Beside what [`redact`] finds: capital words that are no word of English or of
/// medicine that we know, given names in small letters, ages over 89, named places of care, long numbers.
pub fn suspects(text: &str) -> Vec<Suspect> {
    let mut found: Vec<Suspect> = redact(text)
        .redactions
        .iter()
        .map(|r| Suspect { kind: kind_of(&r.kind), span: r.span, certain: true })
        .collect();
    let mut doubt = |kind, span: [usize; 2]| {
        if !found.iter().any(|f| f.span[0] < span[1] && span[0] < f.span[1]) {
            found.push(Suspect { kind, span, certain: false });
        }
    };
    for (kind, pattern) in PATTERNS.iter() {
        for m in pattern.iter().flat_map(|p| p.find_iter(text)) {
            let public = *kind == "number"
                && PUBLIC.iter().any(|p| text[..m.end()].rsplit(' ').next().is_some_and(|w| w.starts_with(p)));
            let before = text[..m.start()].trim_end();
            let named = *kind == "number"
                && PUBLIC
                    .iter()
                    .any(|p| before.ends_with(p) || before.strip_suffix(':').is_some_and(|b| b.ends_with(p)));
            let measured = *kind == "number"
                && text[m.end()..].trim_start().starts_with(['/', '×', 'µ', 'I', 'i', 'u', 'U', '%', 'c']);
            if !(public || named || measured) {
                doubt(kind, [m.start(), m.end()]);
            }
        }
    }
    let concepts = lexicon::mentions(text);
    for word in words::words(text) {
        let concept = concepts.iter().any(|c| c.span[0] < word.end && word.start < c.span[1]);
        if !concept && names::may_be_a_name(&word) {
            doubt("name", [word.start, word.end]);
        }
    }
    found.sort_by_key(|s| s.span);
    found
}

/// The kinds that [`redact`] knows, as words that live for ever.
fn kind_of(kind: &str) -> &'static str {
    const KINDS: &[&str] =
        &["name", "date", "e-mail", "web page", "record number", "national number", "phone", "address"];
    KINDS.iter().find(|k| **k == kind).copied().unwrap_or("identifier")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(&str, &str, bool)> {
        suspects(text).into_iter().map(|s| (s.kind, &text[s.span[0]..s.span[1]], s.certain)).collect()
    }

    #[test]
    fn what_may_tell_who_somebody_is_is_doubted() {
        assert_eq!(
            kinds("Zyxandra, 93-year-old, seen at Greenfield Community Hospital on 12 March, ref 88123456, mrcc."),
            [
                ("name", "Zyxandra", false),
                ("age over 89", "93-year-old", false),
                ("place of care", "Greenfield Community Hospital", false),
                ("date", "12 March", true),
                ("record number", "88123456", true),
            ]
        );
        assert_eq!(kinds("what if priya cannot swallow?"), [("name", "priya", false)]);
        assert_eq!(kinds("he gave 7712345 at the desk"), [("number", "7712345", false)]);
    }

    #[test]
    fn questions_of_medicine_are_not_doubted() {
        for text in [
            "67-year-old man with metastatic colon cancer, BRAF V600E, progressed on FOLFOX, ECOG 1: what next?",
            "Child-Pugh B hepatocellular carcinoma, AFP 400, platelets 60000: is TACE safe?",
            "Was overall survival longer in NCT01720446 or in PMID 23168366?",
            "Does vitamin D 400000 IU help in Crohn disease?",
            "How is Wilson disease treated in pregnancy?",
            "[name], 54F, seen [date, 20 months ago], Hodgkin lymphoma after ABVD",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
    }
}
