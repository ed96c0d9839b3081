//! Where the patient is cared for: outside hospital, on a ward, in intensive care. Read apart from other mentions, since
//! "admitted" stands among them everywhere and must not part a disease from the words that speak of it.
//!
//! Whether to admit is what many questions ask; what is asked about is uncertain here, and where somebody was once is past.

use super::asking::Asking;
use super::assertion::{self, Break};
use super::kin::People;
use crate::case::{Assertion, Attribute, Detail, Fact};
use crate::lexicon::{Concept, ConceptKind, Mention};
use crate::setting::{self, CARE_SETTING};
use crate::text::Token;

/// Words that say a stay is over, before its name.
const ONCE: &[&str] =
    &["recent", "recently", "previous", "previously", "prior", "past", "earlier", "formerly", "history", "hx", "last"];
/// Words right before a place that somebody has left.
const OUT_OF: &[&str] = &["from", "left", "off", "out"];
/// Words that say a stay is going on, whatever is dated.
const NOW: &[&str] = &["now", "currently", "current", "just", "today", "still", "remain", "newly"];
/// What follows "outpatient" and "inpatient" where an appointment, not the patient, is named.
const APPOINTMENT: &[&str] = &[
    "follow",
    "followup",
    "fu",
    "workup",
    "work",
    "referral",
    "appointment",
    "rehab",
    "rehabilitation",
    "procedure",
    "colonoscopy",
    "endoscopy",
];
/// What follows a place where a number or an event, not the patient, is named.
const STATISTIC: &[&str] =
    &["admission", "transfer", "criteria", "mortality", "death", "outcome", "cardiac", "survival", "consult", "stay"];
/// Places somebody is admitted to. One admits to other things too.
const ADMITTED_TO: &[&str] = &[
    "hospital",
    "the",
    "our",
    "a",
    "my",
    "ward",
    "icu",
    "micu",
    "sicu",
    "intensive",
    "critical",
    "medicine",
    "medical",
    "surgical",
    "surgery",
    "cardiology",
    "oncology",
    "floor",
    "general",
    "telemetry",
    "stepdown",
    "internal",
    "inpatient",
];
/// Words by which the patient's place, not what to give, is asked about.
const PLACING: &[&str] = &[
    "treat",
    "treated",
    "manage",
    "managed",
    "management",
    "treatment",
    "care",
    "cared",
    "go",
    "sent",
    "send",
    "discharge",
    "discharged",
    "kept",
    "keep",
    "stay",
    "suitable",
    "eligible",
    "candidate",
    "safe",
    "safely",
    "admit",
    "appropriate",
];
/// Questions that yes or no answers, or whose answer is who and when.
const WHETHER: &[&str] = &[
    "should", "can", "could", "is", "are", "do", "doe", "will", "may", "might", "need", "whether", "would", "when",
    "who", "safe", "ok", "any",
];
/// Words of such a question that name nothing.
const EMPTY: &[&str] = &[
    "be", "he", "she", "they", "i", "we", "it", "this", "that", "the", "a", "an", "patient", "pt", "have", "to",
    "still", "him", "her", "them", "my", "as", "in", "for", "or",
];
const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "spring",
    "summer",
    "autumn",
    "winter",
];
const ARTICLES: &[&str] = &["the", "a", "an", "our", "my", "urgently", "safely", "currently", "of"];

/// The settings of care a question speaks of, in order; of one place only the narrowest name.
pub(super) fn read(text: &str, tokens: &[Token], mentions: &[Mention], breaks: &[Break], people: &People) -> Vec<Fact> {
    let named = |m: &&Mention| setting::is_setting(m.concept) && m.concept.name != CARE_SETTING;
    if !mentions.iter().any(|m| named(&m)) {
        return Vec::new();
    }
    let placed: Vec<Place> = mentions
        .iter()
        .map(|m| Place {
            concept: m.concept,
            setting: named(&m),
            span: m.span,
            first: tokens.partition_point(|t| t.start < m.span[0]),
            next: tokens.partition_point(|t| t.start < m.span[1]),
        })
        .collect();
    let asking = Asking::new(text, tokens, breaks);
    let reader = Reader { text, tokens, breaks, placed: &placed, asking: &asking };
    let mut facts: Vec<Fact> = Vec::new();
    let mut last: Option<(usize, Option<Assertion>)> = None;
    for i in (0..placed.len()).filter(|&i| placed[i].setting) {
        if people.family(placed[i].first) {
            continue;
        }
        // "Admitted to the ICU": one stay, said by two names.
        let same = last.filter(|(j, _)| reader.one_stay(*j, i)).map(|(_, assertion)| assertion);
        let assertion = if reader.names_another_thing(i) { None } else { same.unwrap_or_else(|| reader.status(i)) };
        last = Some((i, assertion));
        if let Some(assertion) = assertion {
            let (value, span) = (placed[i].concept.name.into(), placed[i].span);
            facts.push(Fact { attribute: Attribute::Finding, value, assertion, span, detail: Detail::default() });
        }
    }
    settle(&mut facts);
    facts
}

struct Place {
    concept: &'static Concept,
    setting: bool,
    span: [usize; 2],
    first: usize,
    next: usize,
}

struct Reader<'a> {
    text: &'a str,
    tokens: &'a [Token],
    breaks: &'a [Break],
    placed: &'a [Place],
    asking: &'a Asking,
}

impl Reader<'_> {
    fn before(&self, i: usize) -> &[Token] {
        let floor = i.checked_sub(1).map_or(0, |p| self.placed[p].next);
        assertion::words_before(self.tokens, self.breaks, self.placed[i].first, floor)
    }

    fn after(&self, i: usize) -> &[Token] {
        let next = self.placed[i].next;
        assertion::words_after(self.tokens, self.breaks, next, self.tokens.len())
    }

    /// The word before a mention, articles and adverbs left out.
    fn word_before(&self, i: usize) -> &str {
        let word =
            self.tokens[..self.placed[i].first].iter().rev().take(3).find(|t| !ARTICLES.contains(&t.norm.as_str()));
        word.map_or("", |t| t.norm.as_str())
    }

    fn written(&self, i: usize) -> String {
        self.text[self.placed[i].span[0]..self.placed[i].span[1]].to_lowercase()
    }

    fn one_stay(&self, i: usize, j: usize) -> bool {
        const GLUE: &[&str] =
            &["to", "the", "our", "a", "in", "on", "into", "medical", "surgical", "general", "directly"];
        let (from, to) = (self.placed[i].next, self.placed[j].first);
        to - from <= 3
            && self.placed[i].concept.overlaps(self.placed[j].concept)
            && self.tokens[from..to].iter().all(|t| GLUE.contains(&t.norm.as_str()))
            && self.breaks[from..=to].iter().all(|b| *b == Break::None)
    }

    /// Words that stand for a setting and name something else here: "outpatient follow-up", "admitted to drinking".
    fn names_another_thing(&self, i: usize) -> bool {
        let after = self.after(i);
        let next = after.first().map_or("", |t| t.norm.as_str());
        let written = self.written(i);
        match written.as_str() {
            "admitted" => {
                let to = after.get(1).map_or("", |t| t.norm.as_str());
                let place = ADMITTED_TO.contains(&to) || self.placed.get(i + 1).is_some_and(|p| p.setting);
                (next == "to" && !place)
                    || next == "that"
                    || (next.ends_with("ing") && next != "evening" && next != "morning")
            }
            "at home" => {
                let near = &self.before(i)[self.before(i).len().saturating_sub(5)..];
                !near.iter().any(|t| PLACING.contains(&t.norm.as_str()) || t.norm == "remain" || t.norm == "recovering")
            }
            _ => STATISTIC.contains(&next) || APPOINTMENT.contains(&next),
        }
    }

    fn status(&self, i: usize) -> Option<Assertion> {
        let (before, after) = (self.before(i), self.after(i));
        if self.weighed(i) || self.decided(i) {
            return Some(Assertion::Uncertain);
        }
        let said = |list: &[&str]| before.iter().any(|t| list.contains(&t.norm.as_str()));
        let conditional = before.iter().rev().take(4).any(|t| matches!(t.norm.as_str(), "if" | "unless" | "case"));
        let meant = assertion::meant(before, &[], &[]).assertion;
        let now = said(NOW);
        let near = &before[before.len().saturating_sub(4)..];
        let earlier = near.iter().any(|t| ONCE.contains(&t.norm.as_str())) && !near.iter().any(|t| t.norm == "night");
        let gone = OUT_OF.contains(&self.word_before(i));
        let once = !now && (earlier || gone || over(after) || self.left(i));
        match meant {
            // Who was not in hospital last year may be there now.
            Some(Assertion::Absent) if once => None,
            Some(Assertion::Absent) => Some(Assertion::Absent),
            _ if once => Some(Assertion::Past),
            _ if conditional => Some(Assertion::Uncertain),
            _ if self.word_before(i) == "be" => Some(Assertion::Planned),
            Some(a @ (Assertion::Planned | Assertion::Uncertain)) => Some(a),
            _ => Some(Assertion::Present),
        }
    }

    /// Whether two settings are weighed against each other: "inpatient or outpatient".
    fn weighed(&self, i: usize) -> bool {
        let or = |i: usize, j: usize| {
            let (from, to) = (self.placed[i].next, self.placed[j].first);
            let words = &self.tokens[from..to];
            let slash = self.text[self.placed[i].span[1]..self.placed[j].span[0]].contains('/');
            self.placed[i].setting
                && self.placed[j].setting
                && words.len() <= 4
                && (slash || words.iter().any(|t| matches!(t.norm.as_str(), "or" | "vs" | "versus" | "v")))
        };
        (i > 0 && or(i - 1, i)) || (i + 1 < self.placed.len() && or(i, i + 1))
    }

    /// Whether the question is where to care for the patient: "should she be admitted", "can this be treated at home".
    fn decided(&self, i: usize) -> bool {
        let p = &self.placed[i];
        let Some(from) = self.asking.from(p.first) else { return false };
        let next = self.after(i).first().map_or("", |t| t.norm.as_str());
        let of_somebody =
            matches!(next, "patient" | "adult" | "man" | "woman" | "person" | "people" | "child" | "pt" | "who");
        let words = &self.tokens[from..p.first];
        let (opener, previous) = (self.tokens[from].norm.as_str(), self.word_before(i));
        if of_somebody {
            return false;
        }
        // "Can be managed at home, which antibiotic?" tells; "can be managed at home?" asks.
        let subjectless = words.iter().all(|t| matches!(t.norm.as_str(), "can" | "could" | "may" | "be" | "safely"));
        if subjectless && matches!(opener, "can" | "could" | "may") {
            return self.text[p.span[1]..].trim_start().starts_with('?');
        }
        if matches!(previous, "be" | "need" | "require") {
            return true;
        }
        let treated = |j: &Place| {
            matches!(
                j.concept.kind,
                ConceptKind::Drug | ConceptKind::DrugClass | ConceptKind::Regimen | ConceptKind::Test
            )
        };
        let about_treatment = self.placed[..i].iter().any(|j| j.first >= from && treated(j));
        let says = |list: &[&str]| words.iter().any(|t| list.contains(&t.norm.as_str()));
        let bare = words.iter().skip(1).all(|t| EMPTY.contains(&t.norm.as_str()));
        let participle = matches!(self.written(i).as_str(), "admitted" | "hospitalized" | "hospitalised");
        WHETHER.contains(&opener) && !participle && !about_treatment && (bare || says(PLACING))
    }

    /// Whether the patient left hospital after: "admitted on Monday, discharged yesterday".
    fn left(&self, i: usize) -> bool {
        let rest = &self.tokens[self.placed[i].next..];
        rest.iter().take(40).enumerate().any(|(at, t)| {
            let before = if at == 0 { "" } else { rest[at - 1].norm.as_str() };
            t.norm == "discharged" && !matches!(before, "be" | "not" | "being" | "until" | "he" | "she" | "i")
        })
    }
}

/// Whether the words after a stay date it to the past: "hospitalized in May", "in hospital two weeks ago", "within the last
/// 90 days". Of a few days ago it is likely the stay that goes on.
fn over(after: &[Token]) -> bool {
    let near = &after[..after.len().min(9)];
    let word = |at: usize| near.get(at).map_or("", |t| t.norm.as_str());
    let long = |unit: &str| matches!(unit, "week" | "wk" | "month" | "mo" | "year" | "yr" | "time");
    near.iter().enumerate().any(|(at, t)| match t.norm.as_str() {
        "ago" => at > 0 && long(word(at - 1)),
        "last" | "past" | "previous" | "prior" | "within" => {
            let days: Option<u32> = (at + 1..at + 5).find_map(|n| word(n).parse().ok());
            (at + 1..at + 5).any(|n| long(word(n)) || MONTHS.contains(&word(n))) || days.is_some_and(|d| d > 7)
        }
        "in" | "during" => {
            let year = word(at + 1).parse::<u32>().is_ok_and(|y| (1950..2100).contains(&y));
            year || MONTHS.contains(&word(at + 1)) || (word(at + 1) == "the" && word(at + 2) == "past")
        }
        _ => false,
    })
}

/// One patient is in one place: of names of one stay the narrowest stays, and of places that exclude each other the one
/// said last is where the patient is now.
fn settle(facts: &mut Vec<Fact>) {
    // A longer list is no question.
    facts.truncate(20);
    let concept = |f: &Fact| f.value.text().and_then(setting::named);
    for i in 0..facts.len() {
        let later = facts[i + 1..].iter().any(|f| {
            f.assertion == Assertion::Present
                && matches!((concept(&facts[i]), concept(f)), (Some(a), Some(b)) if !a.overlaps(b))
        });
        if facts[i].assertion == Assertion::Present && later {
            facts[i].assertion = Assertion::Past;
        }
    }
    let narrower: Vec<bool> = facts
        .iter()
        .map(|f| {
            facts.iter().any(|g| {
                g.value != f.value
                    && g.assertion == f.assertion
                    && matches!((concept(g), concept(f)), (Some(narrow), Some(broad)) if narrow.is_a(broad))
            })
        })
        .collect();
    let mut narrower = narrower.into_iter();
    facts.retain(|_| !narrower.next().unwrap_or(false));
}

#[cfg(test)]
mod tests {
    use crate::{Attribute, read_case};

    fn settings(question: &str) -> Vec<String> {
        let case = read_case(question);
        let setting = |v: &str| crate::setting::named(v).is_some();
        case.of(Attribute::Finding)
            .filter(|f| f.value.text().is_some_and(setting))
            .map(|f| format!("{} {}", f.value, f.assertion))
            .collect()
    }

    fn all(rows: &[(&str, &[&str])]) {
        let wrong: Vec<String> = rows
            .iter()
            .filter(|(question, expected)| settings(question) != *expected)
            .map(|(question, expected)| format!("{question}\n  {:?}, expected {expected:?}", settings(question)))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn where_the_patient_is() {
        let (out, inside) = ("outpatient present", "hospital inpatient present");
        all(&[
            ("72M CAP, COPD, penicillin allergic (rash), outpatient. what antibiotic?", &[out]),
            ("CAP managed at home, COPD. Which antibiotic?", &[out]),
            ("45F pneumonia, can go home, which antibiotic?", &[out]),
            ("seen in clinic with cellulitis, which antibiotic?", &[out]),
            ("urgent care: 30F cystitis", &[out]),
            ("What antibiotic for outpatients with pneumonia?", &[out]),
            ("Can I give doxycycline as an outpatient?", &[out]),
            ("72M admitted with CAP", &[inside]),
            ("Which antibiotic for in-patients with CAP?", &[inside]),
            ("72M CAP admitted 2 days ago, still febrile", &[inside]),
            ("hospitalised with pneumonia, day 3", &[inside]),
            ("In hospitalized patients with cirrhosis, which PPI?", &[inside]),
            ("Should a patient hospitalized with pneumonia get steroids?", &[inside]),
            ("pneumonia in hospital, not severe: regimen?", &[inside]),
            ("admitted to the ward with pneumonia", &["hospital ward present"]),
            ("pneumonia, on the ward, on ceftriaxone", &["hospital ward present"]),
            ("CAP admitted to ICU on norepinephrine", &["intensive care present"]),
            ("severe pneumonia in intensive care", &["intensive care present"]),
            ("seen in clinic, now admitted with pneumonia", &["outpatient past", inside]),
            ("was in ICU, now on the ward", &["intensive care past", "hospital ward present"]),
            ("transferred from the ICU, on the ward with pneumonia", &["intensive care past", "hospital ward present"]),
        ]);
    }

    #[test]
    fn where_the_patient_was_or_is_not() {
        let past = "hospital inpatient past";
        all(&[
            ("was hospitalised in May for COPD, now cough", &[past]),
            ("hospitalized 2 months ago, now pneumonia", &[past]),
            ("recently hospitalized for pneumonia", &[past]),
            ("hospitalized with IV antibiotics within the last 90 days", &[past]),
            ("admitted last week and discharged yesterday, now rash", &[past]),
            ("discharged last week", &[]),
            ("pneumonia, not admitted", &["hospital inpatient absent"]),
            ("non-ICU pneumonia regimen", &["intensive care absent"]),
            ("pneumonia, never hospitalized in the last 3 months", &[]),
            ("In the ED with pneumonia, BP 120/70", &[]),
            ("my mother is hospitalized; I have a cough", &[]),
        ]);
    }

    #[test]
    fn what_is_to_be_decided_is_not_so() {
        let (out, inside) = ("outpatient uncertain", "hospital inpatient uncertain");
        all(&[
            ("72M pneumonia, should she be admitted?", &[inside]),
            ("Which patients with pneumonia should be admitted?", &[inside]),
            ("Can she be treated as an outpatient?", &[out]),
            ("Can pulmonary embolism be managed at home?", &[out]),
            ("Is outpatient treatment of pulmonary embolism safe?", &[out]),
            ("Is he safe to go home?", &[out]),
            ("pneumonia: inpatient or outpatient?", &[inside, out]),
            ("Do I have to stay in hospital for a small pulmonary embolism?", &[inside]),
            ("Does he need ICU?", &["intensive care uncertain"]),
            ("she will be admitted tomorrow with pneumonia", &["hospital inpatient planned"]),
            ("if admitted, which antibiotic?", &[inside]),
        ]);
    }

    #[test]
    fn other_things_by_the_same_words() {
        all(&[
            ("admitted to drinking a bottle a day", &[]),
            ("arrange outpatient follow-up after pneumonia", &[]),
            ("chest pain at home, called an ambulance", &[]),
            ("home blood pressure 150/90", &[]),
            ("criteria for ICU admission in pneumonia", &[]),
            ("67M ambulatory, ECOG 2", &[]),
            ("ambulatory blood pressure monitoring", &[]),
            ("hospital-acquired pneumonia", &[]),
            ("pneumonia in patients with COPD", &[]),
        ]);
    }

    #[test]
    fn a_setting_parts_nothing() {
        let case = read_case("previously hospitalized for myocardial infarction, now pneumonia");
        let said: Vec<String> = case.facts.iter().map(|f| format!("{} {}", f.value, f.assertion)).collect();
        assert_eq!(said, ["hospital inpatient past", "myocardial infarction past", "pneumonia present"]);
    }
}
