//! Biomarkers and their states as questions write them: `KRAS WT`, `RAS/BRAF wild-type`, `MSI-H`, `PD-L1 60%`.

use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::pattern::pattern;
use regex::Regex;
use std::sync::LazyLock;

const STATE: &str = r"wild[\s-]?type|wildtype|WT\b|mutant|mutated|mutations?|mut\b|alterations?|aberrations?|positive|negative|pos\b|neg\b|amplified|amplification|overexpress\w*|rearrange\w*|fusion|unmethylated|methylated|low\b|high\b|(?:was |were |is )?(?:not (?:been )?(?:detected|found|identified|present|seen)|undetected)|\+|−|-(?:\s*[/,;.]|\s*$)";
const GENE: &str = r"[KN]-?RAS|RAS|BRAF|HER-?2(?:/neu)?|ERBB2|EGFR|ALK|ROS1|RET|NTRK|PIK3CA|[gs]?BRCA[12]?|PALB2|CHEK2|ATM|MET|KIT|PDGFRA|PD-?L1|TMB|LGI1|CASPR2|NMDAR?|AChR|MuSK|AQP4|MOG|JC virus|JCV|POLE|CLDN18\.2|ER|PR|TP53|P16|IDH[12]?|MGMT|FLT3(?:-ITD)?|NPM1|JAK2|CALR|MPL|BCR[\s-]?ABL1?|FGFR[23]|ESR1|TTR|IGHV|HPV|EBER|CD20|CD30|HLA-B27|HLA-B\*?5801|HLA-B\*?1502|STK11|CEBPA|MYD88|HRD";

static GENES_THEN_STATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?P<genes>(?:{GENE})(?:(?:\s*(?:/|,|&|and\b|or\b|nor\b)\s*)(?:{GENE}))*)\b(?P<minus>-(?:\s*[/,;.]|\s*$|\s+(?:ER|PR|HER)\b))?[\s:=]*-?[\s]*(?:(?:is|was|are|status|gene|tumor|receptor|expression|p\.|\()[\s:]*)*(?P<exon>ex(?:on)?[\s-]?\d+[\s-]?(?:deletion|del|insertion|ins|skipping)|exon \d+)?[\s-]*(?P<variant>[A-Z]\d{{2,4}}[A-Z]\b|V600\b)?[\s-]*(?P<antibody>(?:ab\b|antibod\w+)[\s-]*)?(?P<state>{STATE})?(?P<antibody2>[\s-]*antibod\w+)?"
    ))
});
static STATE_THEN_GENE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(
        r"(?i)\b(?:(?P<variant>[A-Z]\d{{2,4}}[A-Z])[\s-]+)?(?P<state>wild[\s-]?type|mutant|mutated)\s+(?P<genes>{GENE})\b"
    ))
});
/// What has a name of its own: deletions, fusions, variants.
static NAMED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?P<del>del\s?\(?\s?(?P<arm>\d{1,2}[pq])\)?)(?:\W|$)|\b(?P<trans>t\s?\(\d{1,2};\d{1,2}\))|\b(?P<factor>T315I)\b|\bCPS\s*(?:of|is|=|:)?\s*(?P<cps>[<>≥≤]?=?\s*\d{1,3})|\b(?P<arms1p>1p/?19q co-?deleted|1p/?19q co-?deletion)",
    )
});
static MISMATCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?P<high>\bMSI[\s-]?(?:H\b|(?i:high))|\bdMMR\b|\b(?:MMR|(?i:mismatch repair))[\s-]*(?i:deficien\w+)|(?i:\bmicrosatellite instab\w+(?:[\s-]high)?|deficient mismatch repair))|(?P<stable>\bMSS\b|\bMSI[\s-]?(?:L\b|(?i:low))|\bpMMR\b|\b(?:MMR|(?i:mismatch repair))[\s-]*(?i:proficient|intact)|(?i:\bmicrosatellite[\s-]stable|proficient mismatch repair))",
    )
});
static PD_L1: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?i)\bPD-?L1\b[^.;,?]{0,25}?(?P<range>[<>≥≤]=?\s*\d{1,3}\s*%|\d{1,3}(?:\s*-\s*\d{1,3})?\s*%)")
});
static DENIED: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)(?:\bno|\bwithout|\bnegative for|\bnot)\s+(?:a\s+|an\s+|any\s+)?$"));

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
    for c in NAMED.iter().flat_map(|p| p.captures_iter(text)) {
        let name = |group: &str| c.name(group).map(|m| ([m.start(), m.end()], m.as_str().to_lowercase()));
        if let (Some((span, _)), Some((_, arm))) = (name("del"), name("arm")) {
            push(text, &format!("del({arm})"), span, &mut facts);
        } else if let Some((span, cps)) = name("cps") {
            push(text, &format!("pd-l1 cps {}", cps.replace(' ', "")), span, &mut facts);
        } else if let Some((span, value)) = name("trans").or_else(|| name("factor")) {
            push(text, &value.replace(' ', ""), span, &mut facts);
        } else if let Some((span, _)) = name("arms1p") {
            push(text, "1p/19q codeleted", span, &mut facts);
        }
    }
    for c in GENES_THEN_STATE.iter().flat_map(|p| p.captures_iter(text)) {
        let (Some(m), Some(genes)) = (c.get(0), c.name("genes")) else { continue };
        let minus = c.name("minus").map(|_| "negative");
        let state = minus.or(c.name("state").map(|s| s.as_str()));
        let exon = c.name("exon").map(|e| e.as_str());
        let variant = c.name("variant").map(|v| v.as_str());
        let antibody = c.name("antibody").or(c.name("antibody2")).is_some();
        // Short names are words in lower case: "met", "ret", "er".
        let first = genes.as_str();
        let word = ["er", "pr", "met", "ret", "kit", "atm", "mog", "mpl", "ttr", "alk"].contains(&first);
        if word && !state.is_some_and(|s| s.len() > 3 || (s == "+" && first != "met")) {
            continue;
        }
        for gene in genes
            .as_str()
            .replace("JC virus", "JCvirus")
            .replace("jc virus", "JCvirus")
            .split(['/', ',', '&', ' '])
            .filter(|g| !g.is_empty() && !matches!(*g, "and" | "or" | "nor") && *g != "neu")
        {
            if let Some(value) = value(gene, exon, variant, state, antibody) {
                push(text, &value, [m.start(), m.start() + m.as_str().trim_end().len()], &mut facts);
            }
        }
    }
    for c in STATE_THEN_GENE.iter().flat_map(|p| p.captures_iter(text)) {
        if let (Some(m), Some(gene), Some(state)) = (c.get(0), c.name("genes"), c.name("state"))
            && let Some(value) =
                value(gene.as_str(), None, c.name("variant").map(|v| v.as_str()), Some(state.as_str()), false)
        {
            push(text, &value, [m.start(), m.end()], &mut facts);
        }
    }
    facts
}

/// The canonical name of a state; `None` where none is given.
fn value(gene: &str, exon: Option<&str>, variant: Option<&str>, state: Option<&str>, antibody: bool) -> Option<String> {
    let gene = match gene.to_lowercase().replace('-', "").as_str() {
        "erbb2" => "her2".to_owned(),
        "pdl1" => "pd-l1".to_owned(),
        "jcvirus" | "jcv" => "jc virus".to_owned(),
        "gbrca" | "sbrca" => "brca".to_owned(),
        "gbrca1" | "sbrca1" => "brca1".to_owned(),
        "gbrca2" | "sbrca2" => "brca2".to_owned(),
        g => g.to_owned(),
    };
    let serum =
        matches!(gene.as_str(), "lgi1" | "caspr2" | "nmda" | "nmdar" | "achr" | "musk" | "aqp4" | "mog" | "jc virus");
    let denied = state.is_some_and(|s| s.to_lowercase().starts_with("neg") || s.starts_with(['-', '−']));
    if serum && denied {
        return None;
    }
    if antibody || (serum && state.is_some()) {
        return Some(format!("{gene} antibody"));
    }
    let state = state.map(str::to_lowercase);
    let unfound = |s: &str| s.contains("not ") || s.ends_with("undetected");
    let state = state.map(|s| if s.starts_with('-') || unfound(&s) { "negative".to_owned() } else { s });
    let negated = matches!(state.as_deref(), Some("negative" | "neg" | "−"));
    if let Some(e) = exon.filter(|_| !negated) {
        // "Exon 19 deletion", "ex19del".
        let lower = e.to_lowercase();
        let number: String = lower.chars().filter(char::is_ascii_digit).collect();
        let kind = lower.rsplit(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        let kind = match kind {
            "del" | "deletion" => "deletion",
            "ins" | "insertion" => "insertion",
            "skipping" => "skipping",
            _ => "mutant",
        };
        return Some(format!("{gene} exon {number} {kind}"));
    }
    if let Some(v) = variant.filter(|_| !negated) {
        return Some(format!("{gene} {}", v.to_lowercase()));
    }
    // Receptors and fusions are positive or negative, genes mutant or wild-type.
    let counted = matches!(
        gene.as_str(),
        "her2"
            | "alk"
            | "ros1"
            | "ret"
            | "ntrk"
            | "pd-l1"
            | "er"
            | "pr"
            | "p16"
            | "hpv"
            | "cd20"
            | "cd30"
            | "bcrabl"
            | "bcrabl1"
            | "bcr abl"
            | "hlab27"
            | "hrd"
            | "eber"
    );
    let (yes, no) = if counted { ("positive", "negative") } else { ("mutant", "wild-type") };
    let word = match state.as_deref()? {
        "methylated" => "methylated",
        "unmethylated" => "unmethylated",
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
        assert!(NAMED.is_some() && PD_L1.is_some() && DENIED.is_some());
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
