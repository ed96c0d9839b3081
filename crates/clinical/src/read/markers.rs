//! Biomarkers and their states as questions write them: `KRAS WT`, `RAS/BRAF wild-type`, `MSI-H`, `PD-L1 60%`.

use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use regex::Regex;
use std::sync::LazyLock;

const STATE: &str = r"wild[\s-]?type|WT\b|mutant|mutated|mutations?|mut\b|positive|negative|pos\b|neg\b|amplified|amplification|overexpress\w*|rearrange\w*|fusion|low\b|high\b|\+|−";
const GENE: &str = r"[KN]-?RAS|RAS|BRAF|HER-?2(?:/neu)?|ERBB2|EGFR|ALK|ROS1|RET|NTRK|PIK3CA|BRCA[12]?|MET|PD-?L1|TMB|LGI1|CASPR2|NMDAR?|POLE|CLDN18\.2|ER|PR|TP53|IDH1|FLT3|JAK2";

static GENES_THEN_STATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"\b(?P<genes>(?:{GENE})(?:(?:\s*(?:/|,|&|and)\s*)(?:{GENE}))*)\b[\s\-:=]*(?:(?:is|was|are|status|gene|tumor|expression|exon \d+|p\.|\()[\s:]*)*(?P<variant>[A-Z]\d{{2,4}}[A-Z]|V600)?[\s-]*(?P<state>(?i:{STATE}))?(?P<antibody>[\s-]*(?i:antibod\w+))?"
    ))
    .ok()
});
static STATE_THEN_GENE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!(r"(?P<state>(?i:wild[\s-]?type|mutant|mutated))\s+(?P<genes>{GENE})\b")).ok());
static MISMATCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?P<high>\bMSI[\s-]?(?:H\b|(?i:high))|\bdMMR\b|\b(?:MMR|(?i:mismatch repair))[\s-]*(?i:deficien\w+)|(?i:\bmicrosatellite instab\w+(?:[\s-]high)?|deficient mismatch repair))|(?P<stable>\bMSS\b|\bMSI[\s-]?(?:L\b|(?i:low))|\bpMMR\b|\b(?:MMR|(?i:mismatch repair))[\s-]*(?i:proficient|intact)|(?i:\bmicrosatellite[\s-]stable|proficient mismatch repair))",
    )
    .ok()
});
static PD_L1: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\bPD-?L1\b[^.;,?]{0,25}?(?P<range>[<>≥≤]=?\s*\d{1,3}\s*%|\d{1,3}(?:\s*-\s*\d{1,3})?\s*%)").ok()
});
static DENIED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:\bno|\bwithout|\bnegative for|\bnot)\s+(?:a\s+|an\s+|any\s+)?$").ok());

/// Everything of this kind that a question says.
pub(super) fn read(text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    for c in MISMATCH.iter().flat_map(|p| p.captures_iter(text)) {
        let lower = c[0].to_lowercase();
        let repair = lower.contains("mmr") || lower.contains("mismatch");
        let value = match (c.name("high").is_some(), repair) {
            (true, true) => "mmr-deficient",
            (true, false) => "msi-high",
            (false, true) => "mmr-proficient",
            (false, false) => "mss",
        };
        if let Some(m) = c.get(0) {
            push(text, value, [m.start(), m.end()], &mut facts);
        }
    }
    for c in PD_L1.iter().flat_map(|p| p.captures_iter(text)) {
        if let (Some(m), Some(range)) = (c.get(0), c.name("range")) {
            let range: String = range.as_str().replace('≥', ">=").replace('≤', "<=").split_whitespace().collect();
            let sign = range.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
            let (sign, number) = range.split_at(sign);
            let value = if sign.is_empty() { format!("pd-l1 {number}") } else { format!("pd-l1 {sign} {number}") };
            push(text, &value, [m.start(), m.end()], &mut facts);
        }
    }
    for c in GENES_THEN_STATE.iter().flat_map(|p| p.captures_iter(text)) {
        let (Some(m), Some(genes)) = (c.get(0), c.name("genes")) else { continue };
        let state = c.name("state").map(|s| s.as_str());
        let variant = c.name("variant").map(|v| v.as_str());
        let antibody = c.name("antibody").is_some();
        for gene in genes.as_str().split(['/', ',', '&', ' ']).filter(|g| !g.is_empty() && *g != "and" && *g != "neu") {
            if let Some(value) = value(gene, variant, state, antibody) {
                push(text, &value, [m.start(), m.start() + m.as_str().trim_end().len()], &mut facts);
            }
        }
    }
    for c in STATE_THEN_GENE.iter().flat_map(|p| p.captures_iter(text)) {
        if let (Some(m), Some(gene), Some(state)) = (c.get(0), c.name("genes"), c.name("state"))
            && let Some(value) = value(gene.as_str(), None, Some(state.as_str()), false)
        {
            push(text, &value, [m.start(), m.end()], &mut facts);
        }
    }
    facts
}

/// The canonical name of a state; `None` where none is given.
fn value(gene: &str, variant: Option<&str>, state: Option<&str>, antibody: bool) -> Option<String> {
    let gene = match gene.to_lowercase().replace('-', "").as_str() {
        "erbb2" => "her2".to_owned(),
        "pdl1" => "pd-l1".to_owned(),
        g => g.to_owned(),
    };
    if antibody {
        return Some(format!("{gene} antibody"));
    }
    let state = state.map(str::to_lowercase);
    let negated = matches!(state.as_deref(), Some("negative" | "neg" | "−"));
    if let Some(v) = variant.filter(|_| !negated) {
        return Some(format!("{gene} {}", v.to_lowercase()));
    }
    // Receptors and fusions are positive or negative, genes mutant or wild-type.
    let counted = matches!(gene.as_str(), "her2" | "alk" | "ros1" | "ret" | "ntrk" | "pd-l1" | "er" | "pr");
    let (yes, no) = if counted { ("positive", "negative") } else { ("mutant", "wild-type") };
    let word = match state.as_deref()? {
        "low" => "low",
        "high" => "high",
        "negative" | "neg" | "−" | "wt" => no,
        s if s.starts_with("wild") => no,
        "+" | "positive" | "pos"
            if gene.starts_with("lgi") || gene.starts_with("nmda") || gene.starts_with("caspr") =>
        {
            "antibody"
        }
        _ => yes,
    };
    Some(format!("{gene} {word}"))
}

fn push(text: &str, value: &str, span: [usize; 2], facts: &mut Vec<Fact>) {
    let denied = DENIED.as_ref().is_some_and(|p| {
        let from = (0..=span[0]).rev().find(|&i| text.is_char_boundary(i) && span[0] - i >= 20).unwrap_or(0);
        p.is_match(&text[from..span[0]])
    });
    let assertion = if denied { Assertion::Absent } else { Assertion::Present };
    let there = facts
        .iter()
        .any(|f| f.value.text() == Some(value) || (f.span[0] < span[1] && span[0] < f.span[1] && f.span != span));
    if !there {
        let attribute = Attribute::Biomarker;
        facts.push(Fact {
            attribute,
            value: Value::Text(value.to_owned()),
            assertion,
            span,
            detail: Detail::default(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        read(text)
            .into_iter()
            .map(|f| f.value.to_string() + if f.assertion == Assertion::Absent { " (absent)" } else { "" })
            .collect()
    }

    #[test]
    fn patterns_compile() {
        assert!(GENES_THEN_STATE.is_some() && STATE_THEN_GENE.is_some() && MISMATCH.is_some());
        assert!(PD_L1.is_some() && DENIED.is_some());
    }

    #[test]
    fn states_as_questions_write_them() {
        for (text, expected) in [
            ("RAS WT, MSI-H", vec!["msi-high", "ras wild-type"]),
            ("KRAS mutant", vec!["kras mutant"]),
            ("RAS/BRAF wild-type MSS", vec!["mss", "ras wild-type", "braf wild-type"]),
            ("BRAF V600E mutated", vec!["braf v600e"]),
            ("KRAS G12C mutation", vec!["kras g12c"]),
            ("dMMR tumor", vec!["mmr-deficient"]),
            ("pMMR", vec!["mmr-proficient"]),
            ("HER2+", vec!["her2 positive"]),
            ("HER2-negative, EGFR mutated", vec!["her2 negative", "egfr mutant"]),
            ("wild-type KRAS", vec!["kras wild-type"]),
            ("KRAS and NRAS wild type", vec!["kras wild-type", "nras wild-type"]),
            ("PD-L1 TPS 60%", vec!["pd-l1 60%"]),
            ("PD-L1 >= 50%", vec!["pd-l1 >= 50%"]),
            ("LGI1 antibodies", vec!["lgi1 antibody"]),
            ("no BRAF mutation", vec!["braf mutant (absent)"]),
            ("eGFR 28 and RAS unknown", vec![]),
            ("all met per er", vec![]),
        ] {
            assert_eq!(values(text), expected, "{text}");
        }
    }
}
