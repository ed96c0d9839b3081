//! Variants of a statement, made by rules of its own: never by what the checker knows.
//!
//! Owns what is changed and how. Every rule changes one thing; a rule that does not fit a statement makes nothing of it. The
//! words swapped are lists of its own; the lexicon is asked only for names of a drug other than the one written.

use super::Variant;
use crate::evinf;
use anyhow::Context;
use desk::clinical::{self, ConceptKind};
use std::path::{Path, PathBuf};

/// Statements of digests, then of literature spread evenly over the file, up to a limit.
pub(super) fn statements(digests: &Path, literature: Option<&Path>, limit: usize) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for path in markdown(digests)? {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let spans = text.lines().filter_map(|l| l.strip_prefix("- [")).filter_map(|l| l.split("]{").next());
        found.extend(spans.map(|s| s.replace("**", "")));
    }
    found.retain(|s| s.len() > 30);
    if let Some(path) = literature {
        let articles = evinf::articles(path, None)?;
        let mut names: Vec<&String> = articles.keys().collect();
        names.sort();
        let mut others = Vec::new();
        for name in names {
            // Results that say something: with a number or a direction, of an ordinary length.
            let fit = |s: &&String| s.len() > 60 && s.len() < 320 && s.ends_with('.') && !s.contains('\n') && tells(s);
            others.extend(articles[name].sentences.iter().filter(fit).cloned());
        }
        let wanted = limit.saturating_sub(found.len());
        let step = (others.len() / wanted.max(1)).max(1);
        found.extend(others.into_iter().step_by(step).take(wanted));
    }
    found.truncate(limit);
    Ok(found)
}

pub(crate) fn markdown(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let entries = std::fs::read_dir(path).with_context(|| path.display().to_string())?;
    let mut found: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    found.retain(|p| p.extension().is_some_and(|e| e == "md"));
    found.sort();
    Ok(found)
}

fn tells(sentence: &str) -> bool {
    const WORDS: &[&str] = &[
        "increase",
        "decrease",
        "reduc",
        "higher",
        "lower",
        "differ",
        "improv",
        "greater",
        "fewer",
        "compared",
        "associated",
    ];
    WORDS.iter().any(|w| sentence.contains(w))
}

/// Every variant that a rule makes of a statement.
pub(crate) fn variants(statement: &str) -> Vec<Variant> {
    let make = |faithful: bool, kind: &str, claim: Option<String>| {
        let claim = claim.filter(|c| c != statement)?;
        Some(Variant { evidence: statement.to_owned(), claim, faithful, kind: kind.to_owned(), split: None })
    };
    let drug = |swap: fn(&str) -> Option<String>| {
        let mention =
            clinical::mentions(statement).into_iter().find(|m| m.concept.kind == ConceptKind::Drug && !m.ambiguous)?;
        let written = &statement[mention.span[0]..mention.span[1]];
        let other = swap(written)?;
        Some(format!("{}{other}{}", &statement[..mention.span[0]], &statement[mention.span[1]..]))
    };
    [
        make(true, "synonym", words(statement, SYNONYMS)),
        make(true, "synonym-drug", drug(brand)),
        make(true, "abbreviation", words(statement, ABBREVIATIONS)),
        make(true, "voice", words(statement, VOICES)),
        make(true, "order", order(statement)),
        make(true, "unit", unit_kept(statement)),
        make(false, "number", number(statement)),
        make(false, "unit", unit_broken(statement)),
        make(false, "drug", drug(other_drug)),
        make(false, "biomarker", words(statement, BIOMARKERS)),
        make(false, "negation", negation(statement)),
        make(false, "direction", words(statement, DIRECTIONS)),
        make(false, "population", words(statement, POPULATIONS)),
        make(false, "comparator", words(statement, COMPARATORS)),
        make(false, "strength", words(statement, STRENGTHS)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Replaces the first phrase of a list that stands in the statement as whole words. What would then stand there twice was
/// told apart by the statement ("men compared with women"): to exchange one of them breaks it in another way.
fn words(statement: &str, list: &[(&str, &str)]) -> Option<String> {
    list.iter().filter(|(_, to)| !statement.contains(to)).find_map(|(from, to)| replaced(statement, from, to))
}

fn replaced(statement: &str, from: &str, to: &str) -> Option<String> {
    let whole = |at: usize| {
        let before = statement[..at].chars().next_back();
        let after = statement[at + from.len()..].chars().next();
        let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '-');
        !joins(before) && !joins(after)
    };
    let at = statement.match_indices(from).map(|(at, _)| at).find(|at| whole(*at))?;
    Some(format!("{}{to}{}", &statement[..at], &statement[at + from.len()..]))
}

const SYNONYMS: &[(&str, &str)] = &[
    ("myocardial infarction", "heart attack"),
    ("hypertension", "high blood pressure"),
    ("renal", "kidney"),
    ("hepatic", "liver"),
    ("adverse events", "side effects"),
    ("surgery", "an operation"),
    ("elderly", "older"),
    ("mortality", "deaths"),
    ("patients", "people"),
    ("higher", "greater"),
    ("decreased", "reduced"),
    ("increased", "rose"),
    ("reduced", "lowered"),
    ("improved", "was better in"),
    ("similar", "comparable"),
    ("received", "were given"),
    ("physicians", "doctors"),
    ("cancer", "malignancy"),
    ("Check", "Measure"),
    ("Start", "Begin"),
    ("Stop", "Discontinue"),
    ("therapy", "treatment"),
    ("administered", "given"),
    ("prior to", "before"),
];

const ABBREVIATIONS: &[(&str, &str)] = &[
    ("body mass index", "BMI"),
    ("blood pressure", "BP"),
    ("intravenous", "IV"),
    ("quality of life", "QoL"),
    ("confidence interval", "CI"),
    ("overall survival", "OS"),
    ("progression-free survival", "PFS"),
    ("hazard ratio", "HR"),
    ("odds ratio", "OR"),
    ("chronic kidney disease", "CKD"),
    ("C-reactive protein", "CRP"),
    ("heart failure", "HF"),
    ("atrial fibrillation", "AF"),
    ("electrocardiogram", "ECG"),
    ("myocardial infarction", "MI"),
    ("versus", "vs"),
    ("vs.", "versus"),
    ("BMI", "body mass index"),
    ("CRP", "C-reactive protein"),
    ("ECG", "electrocardiogram"),
    ("HbA1c", "glycated hemoglobin"),
    ("compared with", "versus"),
    ("SD", "standard deviation"),
    ("ICU", "intensive care unit"),
];

const VOICES: &[(&str, &str)] = &[
    ("was significantly higher", "had significantly higher values"),
    ("There was no significant difference in", "No significant difference was seen in"),
    ("There were no significant differences", "No significant differences were seen"),
    ("We found that", "It was found that"),
    ("we found", "it was found"),
    ("was observed", "we observed"),
    ("reported", "there was reported"),
    ("There was a significant", "We saw a significant"),
    ("did not differ", "were not different"),
    ("showed", "was shown to have"),
    ("is recommended", "we recommend"),
    ("should be given", "one should give"),
    ("should be used", "one should use"),
    ("was associated with", "went along with"),
    ("was reduced", "fell"),
    ("was increased", "rose"),
];

const BIOMARKERS: &[(&str, &str)] = &[
    ("KRAS", "ROS1"),
    ("BRAF", "MET"),
    ("HER2", "FGFR2"),
    ("EGFR", "ALK"),
    ("RAS", "BRCA2"),
    ("MSI-H", "HER2-positive"),
    ("wild-type", "mutant"),
    ("mutated", "wild-type"),
    ("positive", "negative"),
    ("CRP", "troponin"),
    ("HbA1c", "ferritin"),
    ("LDL", "HDL"),
    ("ferritin", "albumin"),
    ("creatinine", "bilirubin"),
    ("IL-6", "IL-10"),
    ("TNF-α", "IL-8"),
    ("CD4", "CD8"),
    ("hemoglobin", "platelets"),
    ("haemoglobin", "platelets"),
    ("glucose", "potassium"),
    ("cholesterol", "creatinine"),
    ("magnesium", "phosphate"),
    ("potassium", "sodium"),
    ("insulin", "cortisol"),
    ("vitamin D", "vitamin B12"),
];

const DIRECTIONS: &[(&str, &str)] = &[
    ("increased", "decreased"),
    ("decreased", "increased"),
    ("higher", "lower"),
    ("lower", "higher"),
    ("reduced", "increased"),
    ("increase", "decrease"),
    ("decrease", "increase"),
    ("reduction", "increase"),
    ("reduces", "increases"),
    ("increases", "reduces"),
    ("improved", "worsened"),
    ("greater", "smaller"),
    ("fewer", "more"),
    ("more", "fewer"),
    ("longer", "shorter"),
    ("shorter", "longer"),
    ("above", "below"),
    ("below", "above"),
    ("worse", "better"),
    ("raises", "lowers"),
    ("lowers", "raises"),
    ("no significant difference", "a significant increase"),
    ("no difference", "a clear decrease"),
    ("before", "after"),
];

const POPULATIONS: &[(&str, &str)] = &[
    ("adults", "children"),
    ("children", "adults"),
    ("women", "men"),
    ("men", "women"),
    ("infants", "adolescents"),
    ("adolescents", "infants"),
    ("older", "younger"),
    ("elderly", "paediatric"),
    ("pregnant", "postmenopausal"),
    ("outpatients", "inpatients"),
    ("type 2 diabetes", "type 1 diabetes"),
    ("type 1 diabetes", "type 2 diabetes"),
    ("chronic", "acute"),
    ("acute", "chronic"),
    ("severe", "mild"),
    ("mild", "severe"),
    ("asthma", "cystic fibrosis"),
    ("metastatic", "localised"),
    ("heart failure", "atrial fibrillation"),
    ("first-line", "second-line"),
    ("second-line", "first-line"),
    ("postmenopausal", "premenopausal"),
    ("hypertension", "epilepsy"),
    ("obese", "pregnant"),
];

const COMPARATORS: &[(&str, &str)] = &[
    ("placebo", "ibuprofen"),
    ("usual care", "cognitive behavioural therapy"),
    ("control group", "metformin group"),
    ("controls", "the metformin group"),
    ("standard care", "radiotherapy"),
    ("standard treatment", "prednisolone"),
    ("sham", "aspirin"),
    ("saline", "morphine"),
    ("chemotherapy alone", "radiotherapy alone"),
    ("monotherapy", "warfarin"),
];

const STRENGTHS: &[(&str, &str)] = &[
    ("may be considered", "must be given"),
    ("may", "must"),
    ("might", "will always"),
    ("can", "must always"),
    ("should", "may"),
    ("suggest", "prove"),
    ("suggests", "proves"),
    ("was associated with", "was the sole cause of"),
    ("were associated with", "were the sole cause of"),
    ("tended to", "was proven to"),
    ("Consider", "Always give"),
    ("some", "all"),
    ("Some", "All"),
    ("most", "all"),
    ("usually", "always"),
    ("often", "always"),
    ("likely", "certain"),
    ("slightly", "dramatically"),
    ("appears", "is proven"),
    ("seems", "is proven"),
];

fn brand(drug: &str) -> Option<String> {
    let known = &[
        ("aspirin", "acetylsalicylic acid"),
        ("paracetamol", "acetaminophen"),
        ("acetaminophen", "paracetamol"),
        ("bevacizumab", "Avastin"),
        ("cetuximab", "Erbitux"),
        ("trastuzumab", "Herceptin"),
        ("rituximab", "MabThera"),
        ("pembrolizumab", "Keytruda"),
        ("nivolumab", "Opdivo"),
        ("atorvastatin", "Lipitor"),
        ("sildenafil", "Viagra"),
        ("omeprazole", "Prilosec"),
        ("fluoxetine", "Prozac"),
        ("sertraline", "Zoloft"),
        ("celecoxib", "Celebrex"),
        ("infliximab", "Remicade"),
        ("adalimumab", "Humira"),
        ("etanercept", "Enbrel"),
        ("fluorouracil", "5-FU"),
        ("leucovorin", "folinic acid"),
        ("salbutamol", "albuterol"),
        ("furosemide", "Lasix"),
        ("rivaroxaban", "Xarelto"),
        ("apixaban", "Eliquis"),
        ("capecitabine", "Xeloda"),
        ("oxaliplatin", "Eloxatin"),
        ("panitumumab", "Vectibix"),
        ("ketamine", "Ketalar"),
        ("propofol", "Diprivan"),
        ("metformin", "Glucophage"),
    ];
    let lower = drug.to_lowercase();
    known.iter().find(|(name, _)| *name == lower).map(|(_, other)| (*other).to_owned())
}

/// Another drug, chosen by the letters of the first so that the choice is always the same.
fn other_drug(drug: &str) -> Option<String> {
    const OTHERS: &[&str] = &[
        "warfarin",
        "prednisone",
        "amlodipine",
        "gabapentin",
        "lisinopril",
        "azithromycin",
        "vancomycin",
        "tacrolimus",
    ];
    let at = drug.bytes().map(usize::from).sum::<usize>() % OTHERS.len();
    let other = OTHERS[at];
    (!other.eq_ignore_ascii_case(drug)).then(|| other.to_owned())
}

/// The clauses around a comma in the other order: what begins with a preposition goes behind.
fn order(statement: &str) -> Option<String> {
    let body = statement.strip_suffix('.')?;
    let (head, rest) = body.split_once(", ")?;
    let first = head.split(' ').next()?;
    let leads = ["In", "After", "For", "Among", "At", "During", "With", "When", "If", "Compared", "Before", "On"];
    if !leads.contains(&first) || head.split(' ').count() > 12 || rest.contains(", ") || rest.contains(';') {
        return None;
    }
    let mut chars = rest.chars();
    let begin: String = chars.next()?.to_uppercase().chain(chars).collect();
    Some(format!("{begin}, {}{}.", first.to_lowercase(), &head[first.len()..]))
}

/// Byte ranges of numbers that are not part of a name.
fn numbers(statement: &str) -> Vec<(usize, usize)> {
    let bytes = statement.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        while at < bytes.len()
            && (bytes[at].is_ascii_digit() || bytes[at] == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        {
            at += 1;
        }
        let before = statement[..start].chars().next_back();
        let after = statement[at..].chars().next();
        // Also what is a mark of a reference: "devices.23".
        let named = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '–' | ',' | '/' | '[' | '.' | '('))
            || after.is_some_and(|c| c.is_alphabetic() || matches!(c, '-' | ']' | ','));
        if !named {
            found.push((start, at));
        }
    }
    found
}

/// Another number: one digit changed.
fn number(statement: &str) -> Option<String> {
    let found = numbers(statement);
    let (start, end) = *found.get(statement.len() % found.len().max(1))?;
    let written = &statement[start..end];
    let last = written.bytes().next_back()?;
    let changed = char::from(b'0' + (last - b'0' + 3) % 10);
    let new = format!("{}{changed}", &written[..written.len() - 1]);
    let occurs = statement.contains(&new);
    (!occurs && new.parse::<f64>().is_ok_and(|n| n > 0.0))
        .then(|| format!("{}{new}{}", &statement[..start], &statement[end..]))
}

fn after_number(statement: &str, pairs: &[(&str, f64, &str)]) -> Option<String> {
    for (start, end) in numbers(statement) {
        // One end of a range alone cannot have another unit.
        let before = statement[..start].trim_end();
        if before.ends_with(['±', '–', '-', ',']) || ["to", "or", "and", "or"].iter().any(|w| before.ends_with(w)) {
            continue;
        }
        let rest = &statement[end..];
        let trimmed = rest.trim_start();
        for (from, factor, to) in pairs {
            let Some(tail) = trimmed.strip_prefix(from) else { continue };
            if tail.starts_with(|c: char| c.is_alphanumeric() || c == '/') {
                continue;
            }
            let value: f64 = statement[start..end].parse().ok()?;
            let value = (value * factor * 1e6).round() / 1e6;
            return Some(format!("{}{value}{to}{tail}", &statement[..start]));
        }
    }
    None
}

fn unit_kept(statement: &str) -> Option<String> {
    after_number(
        statement,
        &[
            ("mg", 0.001, " g"),
            ("%", 1.0, " percent"),
            ("weeks", 7.0, " days"),
            ("years", 12.0, " months"),
            ("hours", 60.0, " minutes"),
            ("g", 1000.0, " mg"),
            ("hour", 60.0, " minutes"),
            ("h", 60.0, " min"),
            ("mL", 0.001, " L"),
            ("µg", 0.001, " mg"),
            ("days", 24.0, " hours"),
        ],
    )
}

fn unit_broken(statement: &str) -> Option<String> {
    after_number(
        statement,
        &[
            ("mg", 1.0, " g"),
            ("weeks", 1.0, " days"),
            ("years", 1.0, " months"),
            ("months", 1.0, " weeks"),
            ("hours", 1.0, " days"),
            ("g", 1.0, " mg"),
            ("minutes", 1.0, " hours"),
            ("mL", 1.0, " L"),
            ("days", 1.0, " weeks"),
            ("mmHg", 1.0, " kPa"),
            ("%", 1.0, " mg"),
            ("µg", 1.0, " mg"),
        ],
    )
}

/// Says what is denied; denies what is said where nothing is denied yet, for two denials may cancel.
fn negation(statement: &str) -> Option<String> {
    let lower = statement.to_lowercase();
    let denied = ["no", "not", "without", "never", "cannot", "none", "neither", "avoid", "nor"];
    let denied = lower.split(|c: char| !c.is_alphanumeric()).any(|w| denied.contains(&w));
    denials(statement, if denied { TAKEN_OUT } else { PUT_IN })
}

/// As [`words`], but what is put in may stand elsewhere too.
fn denials(statement: &str, list: &[(&str, &str)]) -> Option<String> {
    list.iter().find_map(|(from, to)| replaced(statement, from, to))
}

const TAKEN_OUT: &[(&str, &str)] = &[
    ("did not", "did"),
    ("was not", "was"),
    ("were not", "were"),
    ("should not", "should"),
    ("do not", "do"),
    ("Do not", "Do"),
    ("is not", "is"),
    ("are not", "are"),
    ("cannot", "can"),
    ("does not", "does"),
    ("without", "with"),
    ("There was no", "There was a"),
    ("There were no", "There were"),
    ("no evidence", "evidence"),
    ("Avoid", "Use"),
    ("must not", "must"),
    ("may not", "may"),
];

const PUT_IN: &[(&str, &str)] = &[
    ("is recommended", "is not recommended"),
    ("should be", "should not be"),
    ("should", "should not"),
    ("was significantly", "was not significantly"),
    ("were significantly", "were not significantly"),
    ("was associated", "was not associated"),
    ("were associated", "were not associated"),
    ("is", "is not"),
    ("can", "cannot"),
    ("had", "did not have"),
    ("was", "was not"),
    ("were", "were not"),
    ("are", "are not"),
    ("showed", "did not show"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_changes_one_thing() {
        let made = variants("In adults, aspirin 100 mg reduced stroke compared with placebo over 2 years.");
        let of = |kind: &str| made.iter().find(|v| v.kind == kind).map(|v| v.claim.as_str());
        assert_eq!(
            of("population"),
            Some("In children, aspirin 100 mg reduced stroke compared with placebo over 2 years.")
        );
        assert_eq!(
            of("comparator"),
            Some("In adults, aspirin 100 mg reduced stroke compared with ibuprofen over 2 years.")
        );
        assert_eq!(
            of("direction"),
            Some("In adults, aspirin 100 mg increased stroke compared with placebo over 2 years.")
        );
        assert!(made.iter().any(|v| v.faithful && v.claim.contains("0.1 g")));
        assert!(made.iter().any(|v| !v.faithful && v.claim.contains("100 g")));
        assert_eq!(of("order"), Some("Aspirin 100 mg reduced stroke compared with placebo over 2 years, in adults."));
    }
}
