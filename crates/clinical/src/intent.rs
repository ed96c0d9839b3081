//! What a question asks for. Cues are weighed by where they stand: in the words that ask, not in the story before them.
//!
//! "What causes X" and "how does X present" count as diagnosis: the sections that answer them are those of a diagnosis.
//! Yes-or-no questions about using something ("can X be used with Y") and whether one thing causes another are safety;
//! comparisons ("A versus B", "with or without") are treatment unless another cue is there. No cue, no intent.

mod forms;

use crate::case::{Assertion, Attribute, Fact, Intent};
use crate::lexicon::{self, ConceptKind};
use crate::pattern::pattern;
use regex::Regex;
use std::sync::LazyLock;

/// Cues. Of two in one question the one found first in the text leads, unless one of them is [`WEAK`].
const CUES: &[(Intent, &str)] = &[
    (
        Intent::Treatment,
        r"\b(?:treat(?:ment|ments|ed|ing|s)?|therap(?:y|ies)|manag(?:e|ed|ement|ing)|regimens?|interventions?|cure[ds]?|chemotherapy (?:options?|regimen)|options?|approach|course of action|next line|(?:first|second|third|1st|2nd|3rd)[\s-]line|(?:1|2|3)l|best (?:drug|option|choice|approach|med\w*|way to)|consolidation|preferred|preferable|get rid of|first drug|which (?:drug|antibiotic|medication|statin|inhaler|insulin)|alternatives?|replace[ds]?|escalat\w+|remed(?:y|ies))\b",
    ),
    (
        Intent::Diagnosis,
        r"\b(?:diagnos\w+|differential|ddx|causes? of|what(?:'s| is| are| could be| can)? (?:the |could |be |is )?(?:causes?|causing)|etiolog\w+|aetiolog\w+|present(?:s|ation|ations)\b|signs? and symptoms?|symptoms? of|clinical features|manifestations?|why (?:is|does|do|am|are)|what (?:is|could be|'s) wrong|recogni[sz]ed?|how (?:is|do you|do i|to) (?:confirm|distinguish|differentiate|tell)\w*|(?:could|might|can|may) (?:this|it|that|these|he|she|i|they)(?: \w+)? (?:be|have)\b|(?:is|are) (?:this|it|these|that) (?:an? |the |likely |just |really |due to |from )?(?:\w+)|does (?:he|she|it|this) (?:have|sound|mean)|do i have|likely)\b",
    ),
    (
        Intent::Workup,
        r"\b(?:work[\s-]?up|evaluat(?:e|ion|ed)|assess(?:ed|ment)?|investigat\w+|(?:which|what)(?: \w+)? (?:tests?|labs|imaging|studies|test|scan|bloods?|biops\w+)|tests? (?:are|should|to|next|needed)|next (?:tests?|diagnostic)|diagnostic (?:step|test|work)\w*|(?:biopsy|lp|mri|ct|imaging|echo|scan|scope|colonoscopy|endoscopy|testing|lumbar puncture|bronchoscopy) (?:needed|first|now|next|indicated|necessary|required)|need(?:s|ed)? (?:an? |any )?(?:\w+ )?(?:biopsy|mri|ct|lp|scan|imaging|colonoscopy|endoscopy|testing|tests?|x-?ray|ultrasound|echo|lumbar puncture|blood tests?|sleep study|ecg|ekg)|straight to biopsy|staging)\b",
    ),
    (
        Intent::Monitoring,
        r"\b(?:monitor(?:ed|ing|s)?|how often (?:should|do|does|to|is|are)?.{0,50}\b(?:check\w*|measur\w*|test\w*|labs?|blood\w*|levels?|tsh|echo\w*|a1c|inr|monitor\w*|ecg|ekg|repeat\w*)|how often (?:echo|labs?|tsh|inr|lfts?|cbc|a1c)|watch for|what (?:labs|to check)|which labs|target (?:level|inr|trough)|recheck\w*)\b",
    ),
    (
        Intent::FollowUp,
        r"\b(?:follow[\s-]?up|followup|follow up|surveillance|aftercare|survivorship|check(?:ed)? again|next (?:scan|colonoscopy|check|visit|appointment)|when (?:should|do|does|is|to).{0,40}\b(?:repeat|again|return|come back|next|re-?scan|re-?check)|how often (?:do|should|does) (?:i|he|she|we|they|my \w+)(?: need to| have to)? (?:see|be seen|come|visit|have (?:a )?(?:scan|colonoscop|mammogra))\w*|how often (?:scans?|imaging|colonoscopy|mammogram)|interval)\b",
    ),
    (
        Intent::Prognosis,
        r"\b(?:prognos(?:is|es|tic\w*)|surviv(?:al|e|al rate)|life expectancy|outlook|chances? of|how long (?:will|does|do|can|is|has|have|until|would).{0,40}\b(?:liv\w*|last\w*|left|surviv\w*|recover\w*)|how long (?:to live|does response)|mortality|recurrence (?:rate|risk)|risk of (?:recurrence|relapse|dying|death)|expected outcomes?|time to live|curable|terminal|be cured|going to die|live with this|will (?:he|she|it|i) (?:recover|get better|walk|survive)|go away|likelihood of|median (?:os|pfs))\b",
    ),
    (
        Intent::Prevention,
        r"\b(?:prevent(?:ion|ing|ed|s|ive|able)?|prophyla\w+|reduce (?:the |my |his |her )?(?:risk|chance)|lower (?:the |my |his |her )?(?:risk|chance)|avoid (?:getting|another|future)|prep\b|vaccin\w+|immuni[sz]\w+|booster|risk[\s-]reducing|screen(?:ed|ing)?|coming back|keep (?:from|it from)|(?:flu|tetanus|shingles|pneumonia|booster) shots?)\b",
    ),
    (
        Intent::Safety,
        r"\b(?:side[\s-]effects?|adverse|contraindicat\w+|interact(?:ion|ions|s)?|safe(?:ty|ly|r)?|dangerous|toxicit(?:y|ies)|risks? (?:of|with|in)|harm(?:s|ful)?|inappropriate|(?:does|do|can|could|may) .{1,60}\bcaus(?:e|ing)\b|(?:can|may|could|is it ok(?:ay)? to|is it alright to|ok to|okay to|am i allowed to)\b.{1,140}\b(?:be (?:used|given|taken|combined|continued|started|restarted|resumed|prescribed|offered|mixed)|take[ns]?|receive|combine|mix|have|use|drink|continue|get|eat|start|stay on|keep taking)\b|(?:should|can|do|does|must) (?:i|he|she|we|it|they)(?: \w+)? (?:stop|hold|discontinue|come off|quit taking)|(?:need|have) to (?:stop|be stopped)|hold or continue|continue or (?:stop|hold)|stop or continue|(?:hold|stop) (?:it|the \w+|\w+)\s*\?|\w+ ok(?:ay)?\s*\?|ok(?:ay)? (?:to|with|in|for|together)|together|should .{1,60} be (?:stopped|held|avoided|discontinued)|reaction to|drug[\s-]induced|due to (?:the|his|her|my) \w+ \?)",
    ),
    (
        Intent::Dosing,
        r"\b(?:dos(?:e|es|ing|age|ed)|how much|how many (?:mg|milligrams|tablets|units|pills|ml|puffs|drops)|titrat\w+|loading|taper\w*|how often (?:can|should) (?:i|he|she|it|we) (?:take|give|be given)|mg/kg|how long (?:should|to) (?:take|give|treat))\b",
    ),
    (
        Intent::Definition,
        r"(?:^|[.?!]\s+)(?:what(?:'s| is| are| does)|whats|define|definition of|meaning of)\s+(?:an? |the )?(?:[\w'’-]+\s*){1,4}(?:mean|stand for|exactly)?\s*(?:\?|$)|\b(?:definition|define|what (?:does|do|is) .{1,60} (?:mean|stand for)|what is meant by|(?:what(?:'s| is) )?the difference|difference between|explain)\b",
    ),
];
/// What asks what to do and no more: other cues say more exactly what is asked.
const WEAK: &str = r"\b(?:next steps?|what next|what now|next\s*\??$|now\s*\?|should (?:we|i|they|he|she|you|the patient|patients|my)\b|should \w+(?: \w+)? be|indicated|appropriate|what (?:should|can|do|else) (?:i|we|be|you|can)\b|should be (?:done|given|offered|started)|reasonable|recommended|recommend\w*|add(?:ed|ing)?\b|switch|start|help|would .{1,60} be better|what to do|worth|does (?:he|she|it|i) need|do i need|candidate|eligible|needs?\b|first\s*\?)";

static EACH: LazyLock<Vec<Option<Regex>>> =
    LazyLock::new(|| CUES.iter().map(|(_, p)| pattern(&format!("(?i){p}"))).collect());
static WEAKLY: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(&format!("(?i){WEAK}")));
static COMPARES: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)\b(?:vs\.?|versus|compared (?:to|with)|with or without|better than|superior|or)\b"));
/// Where the story ends and the question begins: the first place that asks.
static ASKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:^|[.;!?\n,:]\s*)(?:and |so |but |also )?(?:what|which|how|should|can|could|is|are|does|do|when|why|would|will|may|please|define|best|list|whats)\b",
    )
});
/// The longest text whose cues are looked for; the demand of a question stands in it.
const LONGEST: usize = 4000;

/// What a question asks for, main one first; empty when no cue is there.
///
/// What the facts say is asked goes before words of the story and words that only ask what to do.
pub(crate) fn intents(question: &str, facts: &[Fact]) -> Vec<Intent> {
    let question = match question.len() {
        0..=LONGEST => question,
        // Of a long text the end asks.
        n => {
            let mut from = n - LONGEST;
            while !question.is_char_boundary(from) {
                from += 1;
            }
            &question[from..]
        }
    };
    let trimmed = |text: &'_ str| -> String {
        text.trim_start_matches(|c: char| ".;!?,:".contains(c) || c.is_whitespace()).to_owned()
    };
    let mut parts: Vec<String> = Vec::new();
    if let Some(m) = ASKS.as_ref().and_then(|p| p.find(question)) {
        parts.push(trimmed(&question[m.start()..]));
    } else if let Some(end) = question.rfind('?') {
        // A question without a word that asks: its last sentence.
        let from = question[..end].rfind(". ").or_else(|| question[..end].rfind("? ")).map_or(0, |at| at + 1);
        parts.push(trimmed(&question[from..]));
    }
    parts.push(question.to_owned());
    let asking = parts.len() > 1;
    for (at, part) in parts.iter().enumerate() {
        if let Some(intent) = (at > 0).then(|| by_facts(facts)).flatten() {
            return vec![intent];
        }
        let found = cues(part);
        if !found.is_empty() {
            return found;
        }
    }
    let weak = WEAKLY.as_ref().is_some_and(|p| p.is_match(parts.first().map_or("", String::as_str)));
    let told = by_facts(facts);
    let asked = (asking || parts.len() == 1) && weak || COMPARES.as_ref().is_some_and(|p| p.is_match(question));
    told.or(asked.then_some(Intent::Treatment)).into_iter().collect()
}

/// What the facts say is asked where no words do: a disease that is wondered about, a treatment or test that is named.
fn by_facts(facts: &[Fact]) -> Option<Intent> {
    let is = |a: Assertion, of: &[Attribute]| facts.iter().any(|f| f.assertion == a && of.contains(&f.attribute));
    let test = |f: &Fact| {
        f.attribute == Attribute::Lab
            || f.value.text().and_then(lexicon::concept).is_some_and(|c| c.kind == ConceptKind::Test)
    };
    let mut planned = facts.iter().filter(|f| {
        f.assertion == Assertion::Planned
            && matches!(f.attribute, Attribute::Treatment | Attribute::Medication | Attribute::Lab)
    });
    if let Some(first) = planned.next() {
        let kind = first.value.text().unwrap_or_default();
        if kind.contains("prophylaxis") || kind.contains("vaccine") {
            return Some(Intent::Prevention);
        }
        return Some(if test(first) && planned.all(test) { Intent::Workup } else { Intent::Treatment });
    }
    is(Assertion::Uncertain, &[Attribute::Diagnosis, Attribute::Comorbidity]).then_some(Intent::Diagnosis)
}

fn cues(text: &str) -> Vec<Intent> {
    let mut found: Vec<(usize, Intent)> = EACH
        .iter()
        .zip(CUES)
        .filter_map(|(cue, (intent, _))| Some((cue.as_ref()?.find(text)?.start(), *intent)))
        .collect();
    found.sort_by_key(|(at, _)| *at);
    let mut intents: Vec<Intent> = found.into_iter().map(|(_, i)| i).collect();
    // A form that says outright what is asked leads; without any other cue it stands alone.
    let form = forms::asked(text);
    if let Some(form) = form {
        intents.retain(|i| *i != form);
        intents.insert(0, form);
        return intents;
    }
    let has = |intents: &[Intent], i: Intent| intents.contains(&i);
    let lower = text.to_lowercase();
    let said = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    if intents.len() > 1 && !said(&[" mean", "difference", "definition", "define", "stand for"]) {
        // "What is X" before a named wish is a turn of phrase.
        intents.retain(|i| *i != Intent::Definition);
    }
    let lead = |intents: &mut Vec<Intent>, i: Intent| {
        if let Some(at) = intents.iter().position(|x| *x == i) {
            let i = intents.remove(at);
            intents.insert(0, i);
        }
    };
    // "Can X be used to treat Y" asks whether, not how: safety leads over the treatment beside it; a dose, a prevention
    // or a schedule is said more exactly than the treatment it is of.
    if intents.first() == Some(&Intent::Treatment) {
        for i in [Intent::FollowUp, Intent::Prognosis, Intent::Prevention, Intent::Dosing, Intent::Safety] {
            if has(&intents, i) && i != Intent::FollowUp && i != Intent::Prognosis {
                lead(&mut intents, i);
            }
        }
    }
    if intents.first() == Some(&Intent::Safety) && has(&intents, Intent::Dosing) && !said(&["safe", " ok"]) {
        lead(&mut intents, Intent::Dosing);
    }
    if intents.first() == Some(&Intent::Safety) && has(&intents, Intent::Monitoring) && said(&["monitor"]) {
        lead(&mut intents, Intent::Monitoring);
    }
    if intents.first() == Some(&Intent::Diagnosis) && said(&["safe", "inappropriate", "is it ok", "contraindic"]) {
        lead(&mut intents, Intent::Safety);
    }
    intents
}

#[cfg(test)]
mod tests {
    use super::*;
    use Intent::*;

    #[test]
    fn patterns_compile() {
        assert!(WEAKLY.is_some() && COMPARES.is_some() && ASKS.is_some() && EACH.iter().all(Option::is_some));
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
            ("Does omeprazole cause hypomagnesemia?", vec![Safety]),
            ("Can a patient with DPD deficiency receive capecitabine?", vec![Safety]),
            ("67F w/ mCRC, RAS WT, MSI-H", vec![]),
        ] {
            assert_eq!(intents(question, &[]), expected, "{question}");
        }
    }
}
