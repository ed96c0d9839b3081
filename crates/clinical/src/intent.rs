//! What a question asks for. Cues are weighed by where they stand: in the words that ask, not in the story before them.
//!
//! "What causes X" and "how does X present" count as diagnosis: the sections that answer them are those of a diagnosis.
//! Yes-or-no questions about using something ("can X be used with Y") and whether one thing causes another are safety;
//! comparisons ("A versus B", "with or without") are treatment unless another cue is there. No cue, no intent.

use crate::case::Intent;
use regex::{Regex, RegexSet};
use std::sync::LazyLock;

/// Cues. Of two in one question the one found first in the text leads.
const CUES: &[(Intent, &str)] = &[
    (
        Intent::Treatment,
        r"\b(?:treat(?:ment|ments|ed|ing|s)?|therap(?:y|ies)|manag(?:e|ed|ement|ing)|regimens?|interventions?|cure[ds]?|chemotherapy (?:options?|regimen)|options?|indicated|approach|course of action|next steps?|what next|what now|next line|should (?:we|i|they|he|she|you|the patient|patients)\b|should \w+(?: \w+)? be (?:added|combined|continued|switched)|(?:first|second|third)[\s-]line|(?:1|2|3)l|what (?:should|can|do) (?:i|we|be|you)\b.{0,40}\b(?:do|done|give|given|use)|should be (?:done|given|offered|started)|best (?:drug|option|choice|approach)|consolidation)\b",
    ),
    (
        Intent::Diagnosis,
        r"\b(?:diagnos\w+|differential|causes?|caused|etiolog\w+|aetiolog\w+|present(?:s|ation|ations)\b|signs? and symptoms?|symptoms? of|clinical features|manifestations?|why (?:is|does|do|am)|what (?:is|could be) wrong|recogni[sz]ed?)\b",
    ),
    (
        Intent::Workup,
        r"\b(?:work[\s-]?up|evaluat(?:e|ion|ed)|assess(?:ed|ment)?|investigations?|(?:which|what) (?:lab(?:oratory)? )?(?:tests?|labs|imaging|studies)|tests? (?:are|should|to)|screen(?:ed|ing)?(?: test)?s?|staging)\b",
    ),
    (
        Intent::Monitoring,
        r"\b(?:monitor(?:ed|ing)?|surveillance|how often (?:should|do|to).{0,40}check(?:ed)?|watch for)\b",
    ),
    (Intent::FollowUp, r"\b(?:follow[\s-]?up|surveillance after|aftercare)\b"),
    (
        Intent::Prognosis,
        r"\b(?:prognos\w+|surviv\w+|life expectancy|outlook|chances? of|how long (?:will|does|do|can).{0,30}liv\w*|mortality|recurrence rate|expected outcomes?)\b",
    ),
    (Intent::Prevention, r"\b(?:prevent(?:ion|ing|ed|s|ive)?|prophyla\w+|reduce the risk|avoid getting)\b"),
    (
        Intent::Safety,
        r"\b(?:side[\s-]effects?|adverse|contraindicat\w+|interact(?:ion|ions|s)?|safe(?:ty|ly)?|toxicit(?:y|ies)|risks? of|harm(?:s|ful)?|(?:does|do|can|could|may) .{1,60}\bcause\b|(?:can|may|could|should|is it ok(?:ay)? to)\b.{1,120}\b(?:be (?:used|given|taken|combined|continued)|take|receive|combine|mix)\b)\b",
    ),
    (Intent::Dosing, r"\b(?:dos(?:e|es|ing|age)|how much|how many (?:mg|milligrams|tablets|units)|titrat\w+)\b"),
    (
        Intent::Definition,
        r"^\s*(?:what (?:is|are|does)|define|definition of|meaning of)\s+(?:an? |the )?(?:[\w'-]+\s*){1,5}(?:mean|stand for)?\s*\?*\s*$|\b(?:definition|define|what does .{1,40} mean)\b",
    ),
];

static SET: LazyLock<Option<RegexSet>> =
    LazyLock::new(|| RegexSet::new(CUES.iter().map(|(_, p)| format!("(?i){p}"))).ok());
static EACH: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| CUES.iter().map(|(_, p)| Regex::new(&format!("(?i){p}")).ok()).collect());
static COMPARES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:vs\.?|versus|compared (?:to|with)|with or without|better than|superior)\b").ok()
});
/// Where the story ends and the question begins: the last sentence that asks.
static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[.;!?\n,]\s*)(?:what|which|how|should|can|could|is|are|does|do|when|why|would|will|may|please|define|best|list)\b").ok()
});

/// What a question asks for, main one first; empty when no cue is there.
pub(crate) fn intents(question: &str) -> Vec<Intent> {
    let asking = match ASKS.as_ref().and_then(|p| p.find(question)) {
        Some(m) => &question[m.start()..],
        None => question,
    };
    let asking = asking.trim_start_matches(|c: char| ".;!?,".contains(c) || c.is_whitespace());
    let found = cues(asking);
    let found = if found.is_empty() { cues(question) } else { found };
    if found.is_empty() && COMPARES.as_ref().is_some_and(|p| p.is_match(question)) {
        return vec![Intent::Treatment];
    }
    found
}

fn cues(text: &str) -> Vec<Intent> {
    let Some(set) = SET.as_ref() else { return Vec::new() };
    let mut found: Vec<(usize, Intent)> = set
        .matches(text)
        .into_iter()
        .filter_map(|i| {
            let at = EACH.get(i)?.as_ref()?.find(text)?.start();
            Some((at, CUES[i].0))
        })
        .collect();
    found.sort_by_key(|(at, _)| *at);
    let mut intents: Vec<Intent> = found.into_iter().map(|(_, i)| i).collect();
    if intents.len() > 1 {
        // "What is X" before a named wish is a turn of phrase.
        intents.retain(|i| *i != Intent::Definition);
    }
    // "Can X be used to treat Y" asks whether, not how: safety leads over the treatment beside it.
    if let (Some(Intent::Treatment), Some(at)) = (intents.first(), intents.iter().position(|i| *i == Intent::Safety)) {
        let safety = intents.remove(at);
        intents.insert(0, safety);
    }
    intents
}

#[cfg(test)]
mod tests {
    use super::*;
    use Intent::*;

    #[test]
    fn patterns_compile() {
        assert!(SET.is_some() && COMPARES.is_some() && ASKS.is_some() && EACH.iter().all(Option::is_some));
    }

    #[test]
    fn what_questions_ask() {
        for (question, expected) in [
            (
                "What are the treatment options for a patient with rectal cancer, post adjuvant radiation therapy (RT)?",
                vec![Treatment],
            ),
            (
                "What is the diagnosis, evaluation, and treatment for hypomagnesemia?",
                vec![Diagnosis, Workup, Treatment],
            ),
            ("What lab tests are used to diagnose and monitor multiple myeloma?", vec![Workup, Diagnosis, Monitoring]),
            ("What are the clinical presentations of LGI1 encephalitis?", vec![Diagnosis]),
            ("Can carboplatin and paclitaxel be used without atezolizumab?", vec![Safety]),
            (
                "What is the recommended follow-up and management plan for a patient after surgery?",
                vec![FollowUp, Treatment],
            ),
            ("What are the side effects of oxaliplatin?", vec![Safety]),
            ("What is the dose of magnesium sulfate?", vec![Dosing]),
            ("What is Gitelman syndrome?", vec![Definition]),
            ("What causes hypermagnesemia?", vec![Diagnosis]),
            ("How can migraine be prevented?", vec![Prevention]),
            ("What is the prognosis of stage IV colon cancer?", vec![Prognosis]),
            ("My mother has low magnesium, takes omeprazole. What should be done?", vec![Treatment]),
            ("FOLFOX vs CAPOX in stage III colon cancer", vec![Treatment]),
            ("What is the best course of action for a patient with alcoholic hepatitis?", vec![Treatment]),
            ("What is the primary approach for treating patients with rectal tumors?", vec![Treatment]),
            ("Should we give bevacizumab with FOLFIRI?", vec![Treatment]),
            ("Is cetuximab an option for NRAS mutated colon cancer?", vec![Treatment]),
            ("Does omeprazole cause hypomagnesemia?", vec![Safety, Diagnosis]),
            ("Can a patient with DPD deficiency receive capecitabine?", vec![Safety]),
            ("67F w/ mCRC, RAS WT, MSI-H", vec![]),
        ] {
            assert_eq!(intents(question), expected, "{question}");
        }
    }
}
