//! Whom a sentence of literature speaks of: the words that name a population ("in patients with RAS wild-type tumours",
//! "previously treated with oxaliplatin", "aged 65 or older") become conditions, by the machinery that reads questions.
//!
//! What is inferred here marks a sentence for its reader and must never withhold it. The disease itself is left to whoever
//! finds sentences: here only what narrows it counts. Words that announce no population say nothing.

use crate::case::{Assertion, Attribute, Fact, Outcome, Value};
use crate::condition::Condition;
use crate::read::read_case;
use regex::Regex;
use std::sync::LazyLock;

/// What a sentence asks of a patient, and the words that say so.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// What must be true of a case for the sentence to be about such a patient.
    pub condition: Condition,
    /// The words, as a byte range of the sentence.
    pub span: [usize; 2],
}

macro_rules! patterns {
    ($($name:ident = $pattern:expr;)+) => { $(static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());)+
        #[cfg(test)]
        #[test]
        fn patterns_compile() { $(assert!($name.is_some(), stringify!($name));)+ }
    };
}

patterns! {
    // Words that announce whom a sentence is about; what narrows them stands beside, up to the end of the clause.
    PEOPLE = r"(?i)\b(?:patients?|adults?|women|men|children|adolescents|infants|people|individuals|persons|participants|subjects|those|survivors|recipients|tumou?rs?|carcinomas?|cancers?|disease|population|subgroup|cohort)\b";
    HISTORY = r"(?i)\b(?:(?:previously|heavily|prior|already) (?:un)?(?:treated|exposed)|pre-?treated|after (?:progression|failure|prior|previous)|(?:had )?(?:progressed|relapsed) (?:on|after|during|following)|refractory to|resistant to|intolerant (?:of|to)|who (?:had )?(?:received|failed|completed)|treatment-na[iï]ve|[\w-]+-(?:refractory|resistant|na[iï]ve|pretreated))\b";
    OLDER = r"(?i)\b(?:aged?|older|over|above|at least|≥|>=?)\s*(?:of |than |or over |≥ ?|>=? ?)?(\d{2})(?: ?(?:years?|yrs?|y))?(?: of age| old)?,?(?: (?:and|or|years or) (?:older|above|over|more)|\+)|\b(?:older than|over the age of|aged over|age[ds]? ?(?:≥|>=)) ?(\d{2})\b|(?:≥|>=) ?(\d{2}) ?(?:years|yrs)\b";
    YOUNGER = r"(?i)\b(?:younger than|under the age of|under|below|aged? ?(?:<|≤)) ?(\d{1,2}) ?(?:years|yrs)\b|\b(?:younger than|under the age of) (\d{1,2})\b";
    BETWEEN = r"(?i)\baged? (?:between )?(\d{1,2}) ?(?:to|-|–|and) ?(\d{1,2})(?: years)?\b";
    CHILDREN = r"(?i)\b(?:in|among|for) (?:[\w-]+ ){0,2}children\b";
    SEX = r"(?i)\b(?:in|among|for|of) (?:[\w-]+ ){0,2}(women|men)\b";
    STAGE_LIST = r"(?i)\bstages? ([IV]+[ABC]?\d?)((?: ?(?:,|/|or|and|to|-|–) ?(?:stage )?[IV]+[ABC]?\d?)*)\b";
    STAGE_ONE = r"(?i)\b(?:IV|III|II|I)(?:[ABC]\d?)?\b";
}

/// Words at which what is said of a population ends.
const ENDS: &[&str] = &[
    "was",
    "were",
    "is",
    "are",
    "did",
    "does",
    "do",
    "showed",
    "experienced",
    "achieved",
    "should",
    "may",
    "can",
    "could",
    "improved",
    "reduced",
    "increased",
    "decreased",
    "derived",
    "benefited",
    "compared",
    "versus",
    "vs",
    "than",
    "randomized",
    "randomised",
    "resulted",
    "prolonged",
    "remained",
    "showing",
    "demonstrated",
    "appears",
    "appeared",
    "died",
];

/// Whom a sentence speaks of; empty when it names no population. Linear in its length.
pub fn population(sentence: &str) -> Vec<Population> {
    let mut found = Vec::new();
    for span in phrases(sentence) {
        let case = read_case(&sentence[span[0]..span[1]]);
        let mut diseases = 0;
        for fact in &case.facts {
            if let Some(text) = asks(fact, &mut diseases) {
                push(&text, [span[0] + fact.span[0], span[0] + fact.span[1]], &mut found);
            }
        }
        stages(sentence, span, &mut found);
    }
    ages(sentence, &mut found);
    let captures = |p: &LazyLock<Option<Regex>>| p.as_ref().and_then(|p| p.captures(sentence));
    if let Some((m, word)) = captures(&SEX).and_then(|c| Some((c.get(0)?, c.get(1)?))) {
        let sex = if word.as_str().eq_ignore_ascii_case("men") { "male" } else { "female" };
        push(&format!("sex = \"{sex}\""), [m.start(), m.end()], &mut found);
    }
    found.sort_by_key(|p| p.span);
    found
}

/// Where a population is spoken of: around the words that announce one, within the clause.
fn phrases(sentence: &str) -> Vec<[usize; 2]> {
    let announced = [&PEOPLE, &HISTORY].into_iter().filter_map(|p| p.as_ref());
    let mut spans: Vec<[usize; 2]> = announced
        .flat_map(|p| p.find_iter(sentence))
        .map(|m| {
            let start = sentence[..m.start()].rfind([',', ';', ':', '(', ')']).map_or(0, |at| at + 1);
            let rest = &sentence[m.end()..];
            let end = rest.find([',', ';', '(', ')', ':']).unwrap_or(rest.len());
            [after_verb(sentence, start, m.start()), m.end() + before_verb(&rest[..end])]
        })
        .collect();
    spans.sort_unstable();
    let mut joined: Vec<[usize; 2]> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span[0] <= last[1] => last[1] = last[1].max(span[1]),
            _ => joined.push(span),
        }
    }
    joined
}

/// Where the words on a population begin: after the last verb or preposition before `to`.
fn after_verb(sentence: &str, from: usize, to: usize) -> usize {
    let text = &sentence[from..to];
    let last = text.split_inclusive(' ').scan(0, |at, word| {
        *at += word.len();
        Some((*at, word.trim()))
    });
    let begins = |w: &str| is_end(w) || matches!(w.to_ascii_lowercase().as_str(), "in" | "among" | "for" | "of");
    from + last.filter(|(_, w)| begins(w)).map(|(at, _)| at).last().unwrap_or(0)
}

/// Up to the first verb that ends what is said of the people; a verb after "who" is said of them.
fn before_verb(text: &str) -> usize {
    let (mut at, mut relative) = (0, false);
    for word in text.split_inclusive(' ') {
        let bare = word.trim();
        relative |= matches!(bare, "who" | "whose" | "that" | "which");
        if is_end(bare) {
            if !relative {
                return at;
            }
            relative = false;
        }
        at += word.len();
    }
    at
}

fn is_end(word: &str) -> bool {
    ENDS.contains(&word.trim_end_matches(['.', '!', '?']).to_lowercase().as_str())
}

/// The condition that a fact of a population stands for, as text. The first disease is what the sentence is about.
fn asks(fact: &Fact, diseases: &mut usize) -> Option<String> {
    let so = matches!(fact.assertion, Assertion::Present | Assertion::Past);
    match (fact.attribute, &fact.value) {
        (Attribute::Biomarker, Value::Text(state)) if so => Some(format!("biomarker has \"{state}\"")),
        (Attribute::Metastasis, Value::Text(site)) if so => Some(format!("metastasis has \"{site}\"")),
        (Attribute::Pregnancy, Value::Text(state)) if so => Some(format!("pregnancy = \"{state}\"")),
        (Attribute::Ecog, Value::Number(n)) => Some(format!("ecog = {n}")),
        (Attribute::Ecog, Value::Text(range)) => {
            let (low, high) = range.split_once('-')?;
            Some(if low == "0" { format!("ecog <= {high}") } else { format!("ecog >= {low} and ecog <= {high}") })
        }
        (Attribute::OrganFunction, Value::Text(name)) => {
            let Value::Text(value) = fact.detail.value.as_ref()? else { return None };
            let op: String = value.chars().take_while(|c| "<>=≤≥".contains(*c)).collect();
            let op = op.replace('≤', "<=").replace('≥', ">=");
            let number = value.trim_start_matches(['<', '>', '=', '≤', '≥', ' ']);
            (!op.is_empty()).then(|| format!("organ_function.{} {op} {number}", name.replace(' ', "_")))
        }
        (Attribute::Diagnosis | Attribute::Comorbidity, Value::Text(name)) if so => {
            *diseases += 1;
            (*diseases > 1).then(|| format!("comorbidity has \"{name}\""))
        }
        (Attribute::Treatment | Attribute::Medication, Value::Text(name)) => {
            match (fact.assertion, fact.detail.outcome) {
                (Assertion::Past, Some(Outcome::Progressed)) => Some(format!("treatment.progressed has \"{name}\"")),
                (Assertion::Past, Some(Outcome::StoppedForToxicity)) => {
                    Some(format!("treatment.stopped_for_toxicity has \"{name}\""))
                }
                (Assertion::Past, _) => Some(format!("treatment.past has \"{name}\"")),
                (Assertion::Absent, _) => Some(format!("not (treatment.past has \"{name}\")")),
                _ => None,
            }
        }
        _ => None,
    }
}

fn stages(sentence: &str, span: [usize; 2], found: &mut Vec<Population>) {
    let (Some(list), Some(one)) = (STAGE_LIST.as_ref(), STAGE_ONE.as_ref()) else { return };
    for m in list.find_iter(&sentence[span[0]..span[1]]) {
        let mut named: Vec<&str> = one.find_iter(&m.as_str()[5..]).map(|s| s.as_str()).collect();
        let lower = m.as_str().to_lowercase();
        if let ([first, last], true) = (named.as_slice(), lower.contains(" to ") || lower.contains(['-', '–'])) {
            let order = ["I", "II", "III", "IV"];
            let at = |s: &str| order.iter().position(|o| s.eq_ignore_ascii_case(o));
            match (at(first), at(last)) {
                (Some(a), Some(b)) if a <= b => named = order[a..=b].to_vec(),
                _ => continue, // "IIB to IIIC": which stages lie between depends on the cancer
            }
        }
        let quoted: Vec<String> = named.iter().map(|s| format!("\"{}\"", s.to_uppercase())).collect();
        let text = match quoted.as_slice() {
            [] => continue,
            [only] => format!("stage = {only}"),
            several => format!("stage in ({})", several.join(", ")),
        };
        push(&text, [span[0] + m.start(), span[0] + m.end()], found);
    }
}

fn ages(sentence: &str, found: &mut Vec<Population>) {
    let mut add = |pattern: &LazyLock<Option<Regex>>, build: &dyn Fn(&[&str]) -> String| {
        if let Some(c) = pattern.as_ref().and_then(|p| p.captures(sentence))
            && let Some(m) = c.get(0)
        {
            let numbers: Vec<&str> = c.iter().skip(1).flatten().map(|g| g.as_str()).collect();
            push(&build(&numbers), [m.start(), m.end()], found);
            return true;
        }
        false
    };
    let first = |n: &[&str]| n.first().copied().unwrap_or_default().to_owned();
    let bounded = add(&BETWEEN, &|n| match n {
        [low, high] => format!("age >= {low} and age <= {high}"),
        _ => String::new(),
    });
    if !bounded {
        let _ = add(&OLDER, &|n| format!("age >= {}", first(n))) || add(&YOUNGER, &|n| format!("age < {}", first(n)));
    }
    add(&CHILDREN, &|_| "age < 18".to_owned());
}

/// Enters a condition once; a text that is none says nothing.
fn push(text: &str, span: [usize; 2], found: &mut Vec<Population>) {
    if let Ok(condition) = text.parse::<Condition>()
        && !found.iter().any(|p| p.condition == condition)
    {
        found.push(Population { condition, span });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn asked(sentence: &str) -> Vec<String> {
        population(sentence).iter().map(|p| p.condition.to_string()).collect()
    }

    #[test]
    fn populations_become_conditions() {
        for (sentence, expected) in [
            ("Survival was longer in patients with RAS wild-type tumours.", &["biomarker has \"ras wild-type\""][..]),
            (
                "In patients with metastatic colorectal cancer previously treated with oxaliplatin, aflibercept prolonged survival.",
                &["metastasis has distant", "treatment.past has oxaliplatin"],
            ),
            ("Adults aged 65 or older had more falls.", &["age >= 65"]),
            ("Among patients aged 18 to 65 years, relapse was rare.", &["age >= 18 and age <= 65"]),
            ("In patients younger than 50 years the risk was lower.", &["age < 50"]),
            ("Treatment reduced stroke in women with atrial fibrillation.", &["sex = female"]),
            (
                "Metformin was continued in patients with diabetes and chronic kidney disease.",
                &["comorbidity has \"chronic kidney disease\""],
            ),
            ("Patients with an ECOG performance status of 0-1 were included.", &["ecog <= 1"]),
            ("Patients with stage II or III colon cancer were enrolled.", &["stage in (II, III)"]),
            ("In patients with KRAS-mutated tumors, panitumumab had no effect.", &["biomarker has \"kras mutant\""]),
        ] {
            assert_eq!(asked(sentence), expected, "{sentence}");
        }
    }

    #[test]
    fn sentences_without_a_population_say_nothing() {
        for sentence in [
            "Oxaliplatin causes peripheral neuropathy.",
            "The mean age was 67 years.",
            "FOLFIRI was compared with FOLFOX.",
            "",
        ] {
            assert_eq!(asked(sentence), Vec::<String>::new(), "{sentence}");
        }
    }

    proptest! {
        #[test]
        fn any_sentence_is_read(s in "(\\PC{0,8}|in patients|with |stage I|aged |≥65|who | was |,| previously treated with oxaliplatin){0,12}") {
            for p in population(&s) {
                prop_assert!(s.get(p.span[0]..p.span[1]).is_some());
            }
        }
    }
}
