//! Whom a question is about: the asker, a relative of the asker, or somebody else; and what is said of other relatives.

use super::assertion::Break;
use crate::pattern::pattern;
use crate::text::Token;
use regex::Regex;
use std::sync::LazyLock;

const FEMALE: &[&str] = &[
    "mother",
    "mom",
    "mum",
    "mommy",
    "mama",
    "wife",
    "daughter",
    "sister",
    "grandmother",
    "grandma",
    "aunt",
    "girlfriend",
    "niece",
    "granddaughter",
    "nana",
    "granny",
    "mummy",
    "nan",
    "gran",
];
const MALE: &[&str] = &[
    "father",
    "dad",
    "husband",
    "son",
    "brother",
    "grandfather",
    "grandpa",
    "uncle",
    "boyfriend",
    "nephew",
    "grandson",
    "daddy",
    "grandad",
];
const NEITHER: &[&str] = &[
    "parent",
    "sibling",
    "cousin",
    "relative",
    "child",
    "kid",
    "baby",
    "toddler",
    "partner",
    "spouse",
    "friend",
    "neighbor",
    "neighbour",
    "twin",
    "grandparent",
];
/// Of these some are used like names by those who call them so: "Dad's knee hurts" is "my dad's".
const NAMES: &[&str] = &[
    "dad", "daddy", "mom", "mum", "mommy", "mummy", "mama", "nan", "nana", "gran", "granny", "grandma", "grandpa",
    "grandad",
];
/// Of these the patient is one when no possessive says otherwise: "child with fever", "baby".
const ALSO_PATIENTS: &[&str] =
    &["child", "kid", "baby", "toddler", "twin", "partner", "spouse", "friend", "son", "daughter", "wife", "husband"];

static ASKER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:i['’]?m|i am)\s+(?:an?\s+)?(?:\d|on\b|taking|breast|pregnant|diabetic|having|allergic)|\bi (?:have|had|take|keep|get|got|was|feel|wheeze|smoke|drink|use|started|finished|been|can['’]?t|want|wake)\b|\bi['’]?ve\b|\bshould i (?:get|take|have|stop|start|be)\b|\bmy (?:doctor|chest|stomach|knees?|feet|skin|back|head|legs?|heart|eyes?|hands?)\b",
    )
});
static HAVE_CHILD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\bi have an?\s+(?:\w+\s+){0,2}(?:\d|\w+[\s-](?:year|month)|son|daughter|child|baby|friend)|\bi (?:was|am|have been) (?:told|wondering|worried)",
    )
});

/// A patient told of as clinicians do, by age and sex: "mum had breast ca" is then the family.
static AGED: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"(?i)\b\d{1,3}\s?-?\s?(?:yo|y/o|yr|year|f|m|mo|month)s?\b|\b(?:pt|patient)\b"));

static TOLD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)\b\d{1,3}\s?-?\s?(?:y|yo|yr|year|f|m|mo|month)s?\b|\b(?:my|i|she|he|pt|patient|his|her)\b|\bmr?s?\.? |\bs/p\b|\bon \w+",
    )
});

/// A word for a relative.
fn kin(word: &str) -> bool {
    FEMALE.contains(&word) || MALE.contains(&word) || NEITHER.contains(&word)
}

/// Whom a question is about.
pub(super) struct People {
    /// For each word, whether it speaks of a relative who is not the patient.
    family: Vec<bool>,
    /// Sex of the relative that the question is about, and the word that says so.
    pub(super) patient_sex: Option<(&'static str, [usize; 2])>,
    /// Whether the asker is the patient.
    pub(super) first_person: bool,
    /// Whether the text tells of one patient: an age, a sex, "my", "pt".
    pub(super) told: bool,
}

impl People {
    pub(super) fn new(text: &str, tokens: &[Token], breaks: &[Break]) -> Self {
        let has = |p: &LazyLock<Option<Regex>>| p.as_ref().is_some_and(|p| p.is_match(text));
        let first_person = has(&ASKER) && !has(&HAVE_CHILD);
        let mut people = Self { family: vec![false; tokens.len()], patient_sex: None, first_person, told: has(&TOLD) };
        // The asker's relative is the patient unless the asker is: "my mom has diabetes"; the first one named.
        let mut patient: Option<&str> = None;
        let mut at = 0;
        while at < tokens.len() {
            let word = tokens[at].norm.as_str();
            if !kin(word) {
                at += 1;
                continue;
            }
            let before = |n: usize| at.checked_sub(n).map_or("", |i| tokens[i].norm.as_str());
            let named = NAMES.contains(&word)
                && !first_person
                && !has(&AGED)
                && !matches!(before(1), "a" | "an" | "the" | "no" | "of" | "in" | "and" | "with");
            let mine = named || before(1) == "my" || before(2) == "my" || before(3) == "my";
            let others = matches!(before(1), "his" | "her" | "whose" | "their" | "patient")
                || matches!(before(2), "her" | "his" | "whose");
            let is_patient = !others
                && patient.is_none_or(|p| p == word)
                && ((mine && !first_person) || (!mine && ALSO_PATIENTS.contains(&word)));
            if is_patient && (mine || NEITHER.contains(&word)) {
                patient = Some(word);
                let sex = if FEMALE.contains(&word) {
                    Some("female")
                } else if MALE.contains(&word) {
                    Some("male")
                } else {
                    None
                };
                people.patient_sex = people.patient_sex.or(sex.map(|s| (s, [tokens[at].start, tokens[at].end])));
                at += 1;
                continue;
            }
            if is_patient || matches!(before(1), "no") {
                at += 1;
                continue;
            }
            let end = scope(tokens, breaks, at, first_person);
            people.family[at..end].fill(true);
            at = end.max(at + 1);
        }
        people
    }

    /// Whether a word speaks of a relative who is not the patient.
    pub(super) fn family(&self, word: usize) -> bool {
        self.family.get(word).copied().unwrap_or(false)
    }
}

/// How far a word for a relative reaches: to the end of its part, over lists of relatives, not past another person. Where the
/// asker is the patient, "he" and "she" are the relative.
fn scope(tokens: &[Token], breaks: &[Break], at: usize, first_person: bool) -> usize {
    const OTHERS: &[&str] =
        &["i", "she", "he", "who", "patient", "but", "now", "deny", "should", "what", "is", "can", "presenting"];
    let mut end = at + 1;
    while end < tokens.len() && end - at < 14 && breaks[end] != Break::Sentence {
        let word = tokens[end].norm.as_str();
        if breaks[end] == Break::Part && end > at + 1 {
            break;
        }
        if OTHERS.contains(&word) && end > at + 1 && !(first_person && matches!(word, "he" | "she")) {
            break;
        }
        // "Her mother lives with her": a word that begins another statement of the patient.
        if matches!(word, "on" | "taking" | "take" | "my") && end > at + 1 {
            break;
        }
        end += 1;
    }
    end
}
