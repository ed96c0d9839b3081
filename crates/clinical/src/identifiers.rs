//! Identifiers of patients, found and taken out. What was taken out is kept nowhere: a redaction holds its kind and place.
//!
//! Found: names after a title or after words that announce one, exact dates, record numbers, national numbers (US social
//! security, UK NHS), phone numbers, e-mail and street addresses. Years, ages and intervals ("3 months ago") stay. This is a
//! guard against what people type by habit, not a guarantee: a bare first name in a sentence is not found.

use crate::case::Redaction;
use crate::lexicon;
use regex::Regex;
use std::sync::LazyLock;

/// A question without the identifiers that were found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redacted {
    /// The question with each identifier replaced by its kind in brackets: `[name]`.
    pub text: String,
    /// What was replaced, in order; spans lie in the question as it was typed.
    pub redactions: Vec<Redaction>,
    /// Where each replacement lies in `text`, in the same order.
    replaced: Vec<[usize; 2]>,
}

impl Redacted {
    /// The place in the question as typed of a place in [`text`](Self::text); the start of the identifier for a place
    /// within a replacement.
    pub fn original(&self, at: usize) -> usize {
        let mut shift = 0isize;
        for (redaction, replaced) in self.redactions.iter().zip(&self.replaced) {
            if at < replaced[0] {
                break;
            }
            if at < replaced[1] {
                return redaction.span[0];
            }
            shift = redaction.span[1] as isize - replaced[1] as isize;
        }
        at.saturating_add_signed(shift)
    }
}

const MONTH: &str = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";
/// A word of a name as written: `Jane`, `O'Neil`, `Smith-Jones`.
const NAME: &str = r"\p{Lu}[\p{L}'’\-]*\p{Ll}[\p{L}]*";

/// Kind and pattern, in order: where two overlap the earlier one counts. The group `id`, if there is one, is what goes.
static PATTERNS: LazyLock<Vec<(&str, Option<Regex>)>> = LazyLock::new(|| {
    let name = format!(r"(?P<id>{NAME}(?:\s+(?:\p{{Lu}}\.?\s+)?{NAME}){{0,2}})");
    [
        ("e-mail", r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+".to_owned()),
        (
            "date",
            format!(
                r"(?i)\b(?:\d{{4}}-\d{{1,2}}-\d{{1,2}}|\d{{1,2}}/\d{{1,2}}/(?:\d{{4}}|\d{{2}})|\d{{1,2}}\.\d{{1,2}}\.(?:19|20)\d{{2}}|\d{{1,2}}-\d{{1,2}}-(?:19|20)\d{{2}}|\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}\.?,?\s+(?:19|20)\d{{2}}|{MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{{2}})\b"
            ),
        ),
        ("record number", r"(?i)\b(?:MRN|medical record(?: number| no\.?)?|record (?:number|no\.?)|hospital (?:number|no\.?)|patient (?:id|number|no\.?)|chart (?:number|no\.?)|case (?:number|no\.?)|accession (?:number|no\.?))\s*(?:is|:|#|=)?\s*#?\s*(?P<id>[A-Z]{0,4}[-\s]?\d[\dA-Z-]{3,15})\b".to_owned()),
        ("national number", r"\b\d{3}-\d{2}-\d{4}\b".to_owned()),
        ("national number", r"(?i)\b(?:SSN|social security(?: number| no\.?)?|NHS(?: number| no\.?)?|national insurance(?: number| no\.?)?)\s*(?:is|:|#|=)?\s*(?P<id>[A-Z]{0,2}\s?\d(?:[\s-]?\d){6,10}[A-Z]?)\b".to_owned()),
        ("national number", r"\b[1-9]\d{2}\s\d{3}\s\d{4}\b".to_owned()),
        ("phone", r"(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,4}\)\s?|\b\d{3,4}[\s.-])\d{3}[\s.-]\d{4}\b".to_owned()),
        ("phone", r"\+\d{1,3}(?:[\s.-]?\d{2,4}){3,4}\b".to_owned()),
        ("phone", r"(?i)\b(?:phone|tel|telephone|mobile|cell|call (?:me|him|her) (?:at|on))\s*(?:number|no\.?)?\s*(?:is|:|#)?\s*(?P<id>\+?\d(?:[\s().-]?\d){6,13})\b".to_owned()),
        ("address", format!(r"\b\d{{1,5}}[A-Za-z]?\s+(?:(?:North|South|East|West|N|S|E|W)\.?\s+)?(?:{NAME}\s+){{1,3}}(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Way|Place|Pl|Terrace|Close|Crescent)\b\.?(?:,?\s+(?:Apt|Apartment|Suite|Unit|Flat)\.?\s*#?\w{{1,5}})?")),
        ("name", format!(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam)\b\.?\s+{name}")),
        ("name", format!(r"(?i:\b(?:name\s*(?:is|:|=)|named|called|known as|patient name)\s*:?\s+){name}")),
        ("name", format!(r"(?i:\b(?:my|the|this|our)?\s*(?:patient|pt))\s*[:,]?\s+{name}")),
    ]
    .into_iter()
    .map(|(kind, pattern)| (kind, Regex::new(&pattern).ok()))
    .collect()
});

/// Takes out what would tell who the patient is. Call it before anything else sees a question.
pub fn redact(question: &str) -> Redacted {
    let mut found: Vec<(&str, [usize; 2])> = Vec::new();
    for (kind, pattern) in PATTERNS.iter() {
        for c in pattern.iter().flat_map(|p| p.captures_iter(question)) {
            let Some(m) = c.name("id").or(c.get(0)) else { continue };
            let mut span = [m.start(), m.end()];
            if *kind == "name" {
                match name_within(question, span) {
                    Some(length) => span[1] = span[0] + length,
                    None => continue,
                }
            }
            if *kind == "date" && !is_date(m.as_str()) {
                continue;
            }
            found.push((kind, span));
        }
    }
    // Earlier patterns first where two begin together; the sort is stable.
    found.sort_by_key(|(_, span)| span[0]);
    let mut out =
        Redacted { text: String::with_capacity(question.len()), redactions: Vec::new(), replaced: Vec::new() };
    let mut at = 0;
    for (kind, span) in found {
        if span[0] < at {
            // Overlaps with one taken out: what sticks out of it goes too.
            if span[1] > at {
                at = span[1];
                if let Some(last) = out.redactions.last_mut() {
                    last.span[1] = at;
                }
            }
            continue;
        }
        out.text.push_str(&question[at..span[0]]);
        let start = out.text.len();
        out.text.push('[');
        out.text.push_str(kind);
        out.text.push(']');
        out.replaced.push([start, out.text.len()]);
        out.redactions.push(Redaction { kind: kind.to_owned(), span });
        at = span[1];
    }
    out.text.push_str(&question[at..]);
    out
}

/// How much of what stands where a name would is one: up to the first word that medicine or English knows.
fn name_within(question: &str, span: [usize; 2]) -> Option<usize> {
    let text = &question[span[0]..span[1]];
    let mut length = 0;
    for word in text.split_whitespace() {
        let at = word.as_ptr() as usize - text.as_ptr() as usize;
        // A concept's name may go on beyond the capitals, as "Lynch syndrome" does; it is a few words long.
        let mut end = (span[0] + at + 60).min(question.len());
        while !question.is_char_boundary(end) {
            end -= 1;
        }
        let is_concept = lexicon::mentions(&question[span[0] + at..end]).first().is_some_and(|m| m.span[0] == 0);
        if is_known(word) || is_concept {
            break;
        }
        length = at + word.len();
    }
    (length > 0).then_some(length)
}

/// Words with a capital that are no names.
fn is_known(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "with",
        "has",
        "had",
        "is",
        "was",
        "on",
        "in",
        "and",
        "or",
        "who",
        "what",
        "which",
        "should",
        "can",
        "how",
        "the",
        "a",
        "an",
        "post",
        "presents",
        "presenting",
        "presented",
        "currently",
        "now",
        "after",
        "before",
        "history",
        "age",
        "aged",
        "stage",
        "grade",
        "male",
        "female",
        "man",
        "woman",
        "needs",
        "does",
        "did",
        "will",
        "would",
        "could",
        "may",
        "received",
        "underwent",
        "takes",
        "taking",
        "care",
        "education",
        "information",
        "advice",
        "name",
        "id",
        "number",
        "karnofsky",
        "ecog",
        "child",
        "kras",
        "ras",
        "braf",
        "tnm",
        "dukes",
        "gleason",
        "wilson",
        "status",
        "characteristics",
        "population",
        "reported",
        "outcomes",
        "safety",
        "whose",
        "treated",
        "diagnosed",
        "complains",
        "denies",
        "admitted",
        "seen",
        "from",
        "for",
        "of",
        "to",
        "at",
        "not",
        "no",
        "also",
    ];
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    // Capitals and digits within are abbreviations, genes, regimens: `mFOLFOX6`, `HER2`.
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let mixed = word.chars().any(|c| c.is_ascii_digit())
        || (capitals > 1 && !word.contains(['-', '\'', '’']) && !word.starts_with("Mc") && !word.starts_with("Mac"));
    mixed || WORDS.contains(&bare.as_str())
}

/// Whether a text in the form of a date can be one: 120/80/60 is not.
fn is_date(text: &str) -> bool {
    if text.contains(|c: char| c.is_alphabetic()) {
        return true;
    }
    let parts: Vec<u32> = text.split(['-', '/', '.']).filter_map(|p| p.parse().ok()).collect();
    let &[a, b, c] = parts.as_slice() else { return false };
    let (day, month) = if a > 31 { (c, b) } else { (a, b) };
    day >= 1 && month >= 1 && ((day <= 31 && month <= 12) || (day <= 12 && month <= 31))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_compile() {
        for (kind, p) in PATTERNS.iter() {
            assert!(p.is_some(), "{kind}");
        }
    }

    #[test]
    fn identifiers_go() {
        for (question, expected) in [
            ("Mr. John Smith has rectal cancer", "Mr. [name] has rectal cancer"),
            ("Mrs O'Neil, 67F, on warfarin", "Mrs [name], 67F, on warfarin"),
            ("Patient Jane Doe with asthma", "Patient [name] with asthma"),
            ("My name is Anna Maria Lopez and I have migraine", "My name is [name] and I have migraine"),
            ("The patient's name is José Ramírez.", "The patient's name is [name]."),
            ("a man named Bob with gout", "a man named [name] with gout"),
            ("DOB 03/14/1957, rectal cancer", "DOB [date], rectal cancer"),
            ("surgery on 12 March 2024", "surgery on [date]"),
            ("surgery on March 12, 2024", "surgery on [date]"),
            ("born 1957-03-14", "born [date]"),
            ("MRN 00482913 with stroke", "MRN [record number] with stroke"),
            ("MRN: A-482913", "MRN: [record number]"),
            ("call (555) 123-4567", "call [phone]"),
            ("phone 555-123-4567", "phone [phone]"),
            ("+44 20 7946 0958", "[phone]"),
            ("write to jane.doe@example.org please", "write to [e-mail] please"),
            ("lives at 42 Maple Street, Apt 3", "lives at [address]"),
            ("SSN 123-45-6789", "SSN [national number]"),
            ("NHS number 943 476 5919", "NHS number [national number]"),
        ] {
            assert_eq!(redact(question).text, expected, "{question}");
        }
    }

    #[test]
    fn medicine_stays() {
        for question in [
            "Patient with T3N0M0 rectal cancer, 4 cycles of mFOLFOX6, KRAS G12C, Mg 0.9 mg/dL, 3 months ago, BP 120/80",
            "In NCT00689221 and ML18147, oxaliplatin 85 mg/m2 every 14 days; capecitabine 1000 mg/m2 bid",
            "Patient on FOLFOX since 2019, ECOG 1, CEA 12.4 ng/mL, platelets 150,000/uL",
            "The patient has Crohn's disease and Hodgkin lymphoma",
            "Patient Crohn disease? Patient Keytruda 200 mg",
            "S-1 plus oxaliplatin vs CAPOX in KEYNOTE-177 and BEACON",
            "Child-Pugh B7, MELD 14, 5-FU 400 mg/m2 bolus then 2400 mg/m2",
            "Mg 1.2, K 3.1, Ca 7.9, Na 128; pH 7.25",
            "Known as Lynch syndrome; Patient Karnofsky 80",
            "stage III (T3 N0 M0), HLA-B27, factor V Leiden",
            "systolic 120/80/60",
        ] {
            let redacted = redact(question);
            assert_eq!(redacted.text, question);
            assert!(redacted.redactions.is_empty());
        }
    }

    #[test]
    fn places_lead_back_to_the_question_as_typed() {
        let question = "Mr. John Smith, born 03/14/1957, has gout";
        let redacted = redact(question);
        assert_eq!(redacted.text, "Mr. [name], born [date], has gout");
        let (at, original) = (redacted.text.find("gout").unwrap(), question.find("gout").unwrap());
        assert_eq!(redacted.original(at), original);
        assert_eq!(redacted.original(0), 0);
        assert_eq!(redacted.original(redacted.text.find("born").unwrap()), question.find("born").unwrap());
        assert_eq!(&question[redacted.redactions[0].span[0]..redacted.redactions[0].span[1]], "John Smith");
    }

    proptest! {
        #[test]
        fn any_text_is_redacted_without_panic(s in "(\\PC|[0-9/@. \\-]|Mr |MRN |Patient ){0,60}") {
            let redacted = redact(&s);
            let mut last = 0;
            for r in &redacted.redactions {
                prop_assert!(r.span[0] >= last && s.get(r.span[0]..r.span[1]).is_some());
                last = r.span[1];
            }
            for at in 0..=redacted.text.len() {
                prop_assert!(redacted.original(at) <= s.len());
            }
        }
    }
}
