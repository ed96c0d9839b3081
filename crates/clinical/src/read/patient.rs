//! What is said of the patient in numbers and fixed forms: age, sex, weight, pregnancy, performance status, stage, TNM.

use super::kin::People;
use crate::case::{Assertion, Attribute, Detail, Fact, Value};
use crate::lexicon::{self, ConceptKind};
use crate::pattern::pattern;
use crate::stage;
use crate::text::Token;
use regex::Regex;
use std::sync::LazyLock;

macro_rules! patterns {
    ($($name:ident = $pattern:expr;)+) => { $(static $name: LazyLock<Option<Regex>> = LazyLock::new(|| pattern($pattern));)+
        #[cfg(test)]
        #[test]
        fn patterns_compile() { $(assert!($name.is_some(), stringify!($name));)+ }
    };
}

patterns! {
    YEARS = r"(?i)\b(\d{1,3})(?:\s*-?\s*(?:years?|yrs?|yr)(?:[\s-]*(?:old|[FM]\b)|[\s-]*of[\s-]*age)|\s?-?\s?y(?:[/.]?o\b\.?|o?[FM]\b))";
    AGED = r"(?i)\baged?\s*(?:of|:)?\s+(\d{1,3})\b(?:\s?[,.;)]|\s+(?:with|on|has|who|and)|\s*$)";
    AGE_SEX = r"\b(\d{1,3})\s?-?\s?(?:[yY](?:[oO]|rs?)?\s?(?:old\s)?)?([MF])(?:\b|\s)";
    SEX_AGE = r"\b([MF])\s?/?\s?(\d{1,3})\b(?:\s?(?:y|yo|yrs?)\b|\s?,|\s+(?:with|w/))";
    AGE_SEX_LOWER = r"(?:^|[\s,.?!;(])(1[2-9]|[2-9]\d|1[01]\d)\s?(?:yo?\s?)?([mf])\b(?:[\s,.;)]|$)";
    IS_AGE = r"(?i)\b(?:(?:he|she|patient|husband|wife|mother|father|mom|mum|dad|son|daughter|[A-Z][a-z]+|\])\s+(?:is|turned|just turned)|he's|she's|i am|i['’]?m|im)\s+(?:(?:a|an|now|already|only|just)\s+)?(\d{1,3})\b(?:\s*$|\s?[,.;)]|\s+(?:and|with|has|who|on|in|but|years?|male|female|man|woman|now)\b)";
    NAMED_AGE = r"(?:\[name\]|\b[A-Z][a-z]+)\s*(?:\([^)]{0,40}\)\s*)?,\s*(\d{1,3})\s*(?:,|\)|\.|\s+(?:with|on|has))";
    YOUNG = r"(?i)\b(\d{1,2})[\s-]*(months?|mos?|weeks?|wks?|days?|mth)[\s-]*(?:old\b|boy|girl|infant|baby|male|female|[mf]\b|o\b)";
    MINE = r"(?i)\b(?:my|her|his|a)\s+$";
    FEMALE = r"(?i)\b(?:female|woman|women|girl|lady|mrs|ms|miss|widow|housewife|gal|she|her|hers|herself)\b";
    MALE = r"(?i)\b(?:male|man|boy|gentleman|mr|widower|guy|he|him|his|himself)\b";
    WEIGHT = r"(?i)\b(\d{1,3}(?:\.\d+)?)\s?-?(kgs?|kilograms?|kilos?|lbs?|pounds)\b";
    PREGNANT = r"(?i)\b(?:(not|isn't|isnt|non|never)[\s-]+)?(pregnant|in pregnancy|during pregnancy|primigravida|multigravida|gravid|postpartum|post-partum|post partum|postnatal|post-natal|breast-?\s?feeding|breast-?\s?fed|lactating|nursing (?:mother|mom|my|a baby)|(?:first|second|third|1st|2nd|3rd) trimester)\b";
    PREGNANCY_TEST = r"(?i)\b(?:negative\s+(?:urine |serum )?(?:pregnancy test|hcg|upt)|(?:pregnancy test|hcg|upt)\s*(?:is|was|:)?\s*neg(?:ative)?)\b";
    OBSTETRIC = r"(?i)\b(?:G\d+\s?P\d+|gravida|primip|multip|fetal|fetus|foetal|IUP|preeclampsia|pre-eclampsia|HELLP|gestational|GDM|PPROM|placenta|twins?|antenatal|obstetric|trimester|gestation|in labou?r)\b";
    WEEKS = r"(?i)\b(\d{1,2})\s*(?:\+\s*\d\s*)?(?:\d/7\s*)?-?\s*(?:weeks?|wks?|w|/40)\b(?:\s*(?:'|of|gestation|gestational|pregnant))?";
    GAVE_BIRTH = r"(?i)\b(?:had (?:my|her|the|our|a) baby|gave birth|delivered(?: (?:my|her|the|a) baby)?)\s+(?:\w+\s+){0,2}?(?:\d+|one|two|three|four|five|six|seven|ten|a few)\s*(?:days?|weeks?|wks?)\s+ago\b";
    SINCE_BIRTH = r"(?i)\b(?:(?:since|after)\s+(?:(?:i|she)\s+)?(?:having|had|delivering|delivered|the birth of)\s+(?:(?:my|her|the|our|a)\s+)?(?:\w+\s+)?(?:baby|twins|son|daughter|child|little one)|(?:since|after)\s+(?:i|she|my wife)?\s*(?:gave birth|giving birth|delivering|childbirth|delivery of my)|(?:since|after) (?:my|her|the|our) baby was born|(?:i|she|has|have|'ve|just) (?:just |recently )?had (?:my|a|her) (?:baby|twins)|(?:just|recently) (?:delivered|gave birth)|new (?:mum|mom|mother)|PP\s?HTN|PP\s(?:day|week)\s\d|PPD ?#?\d|had (?:my|her|a) (?:baby|twins) (?:yesterday|last (?:week|month)|recently))\b";
    EXPECTING = r"(?i)\b(?:expecting (?:twins|a baby|triplets|my|our|her)|(?:i'm|im|i am|she's|she is|wife is) expecting(?:\s*[,.;!]|\s*$|\s+(?:and|in)\b)|having a baby in|baby is due|baby due in)\b";
    OF_FORTY = r"\b(\d{1,2})(?:\s*\+\s*\d)?/40\b";
    AT_WEEKS = r"(?i)\bat\s+(\d{1,2})\s*(?:\+\s*\d\s*)?-?\s*(?:weeks?|wks?|w|/40)\b(?P<then>\s+(?:of gestation|gestation|pregnant|postpartum|post|after|ago|follow|on|of (?:treatment|therapy|age)))?";
    ECOG = r"(?i)\b(?:ECOG(?:[\s-]*(?:PS|performance[\s-]status(?:\s*\(PS\))?|score))?|(?:WHO )?PS|performance[\s-]status(?:\s*\(PS\))?|Zubrod)\s*(?:score\s*)?(?:of|is|was|=|:)?\s*([0-4])(?:\s*(?:-|–|to|or)\s*([0-4]))?\b";
    KARNOFSKY = r"(?i)\b(?:KPS|Karnofsky(?:\s+performance)?(?:\s+(?:status|score|index))?)\s*(?:of|is|was|=|:)?\s*(100|[1-9]0)\b";
    STAGE = r"(?i)\bst(?:age|g)\s*-?\s*((?:IV|III|II|I|0|[1-4])(?:\s?-?[A-C]\d?)?)\b";
    EXTENSIVE = r"(?i)\b(extensive|limited)[\s-]stage\b|\b(ES|LS)-SCLC\b";
    TNM = r"(?i)\b[ycpr]{0,2}T(?:[0-4][a-d]?|is|a|x)\s*,?\s*[ycp]{0,2}N(?:[0-3][a-c]?|x)\+?(?:\s*,?\s*[cp]?M(?:[01][a-c]?|x))?\b";
    T_ALONE = r"\b([ycp]{0,2}T(?:[1-4][a-d]?|is|a))\b(?P<then>[\s-]*(?:weighted|hyper|hypo|signal|lesion|DM|wave|cell|vertebra|spine|fracture|level|score|RI))?";
    GRADE = r"(?i)\b(?:nuclear |histologic |tumou?r )?(grade\s?[1-3]|G[1-3])\b(?P<then>(?:\s*(?:/4)?\s+[\w-]+){0,2})";
    GLEASON = r"(?i)\bGleason\s*(?:score|sum|grade)?\s*(?:of|is|was|:)?\s*(?:(\d)\s?\+\s?(\d)(?:\s?=\s?(\d{1,2}))?|(\d{1,2})\b)";
}

/// Whether a text gives the T and N of a tumour.
pub(super) fn has_tnm(text: &str) -> bool {
    found(&TNM, text).is_some()
}

/// Whether a word after "stage" is the stage of a cancer.
pub(super) fn stage_word(word: &str) -> bool {
    let roman = word.trim_end_matches(['a', 'b', 'c']);
    matches!(roman, "i" | "ii" | "iii" | "iv" | "1" | "2" | "3" | "4")
}

fn found<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> Option<regex::Captures<'t>> {
    pattern.as_ref().and_then(|p| p.captures(text))
}

fn number(captures: &regex::Captures<'_>, group: usize) -> Option<f64> {
    captures.get(group)?.as_str().parse().ok()
}

fn fact(attribute: Attribute, value: impl Into<Value>, span: (usize, usize)) -> Fact {
    let span = [span.0, span.1];
    Fact { attribute, value: value.into(), assertion: Assertion::Present, span, detail: Detail::default() }
}

fn span(captures: &regex::Captures<'_>) -> (usize, usize) {
    captures.get(0).map_or((0, 0), |m| (m.start(), m.end()))
}

/// Everything of this kind that a question says. `named` are the facts of its named concepts.
pub(super) fn read(text: &str, tokens: &[Token], people: &People, named: &[Fact]) -> Vec<Fact> {
    let cancer = |f: &Fact| f.value.text().is_some_and(|v| lexicon::is_a(v, "cancer"));
    let has_cancer =
        named.iter().any(|f| matches!(f.attribute, Attribute::Diagnosis | Attribute::Comorbidity) && cancer(f));
    let mut facts = Vec::new();
    age_and_sex(text, tokens, people, &mut facts);
    facts.extend(weight(text));
    let obstetric = named.iter().any(|f| f.value.text().is_some_and(|v| lexicon::is_a(v, "preeclampsia")));
    pregnancy(text, treated_since(named, has_cancer) && !obstetric, &mut facts);
    facts.extend(performance(text));
    stages(text, has_cancer, &mut facts);
    if has_cancer {
        grades(text, &mut facts);
    }
    facts
}

fn age_and_sex(text: &str, tokens: &[Token], people: &People, facts: &mut Vec<Fact>) {
    let plausible = |n: &f64| *n <= 120.0;
    let relative = |at: usize| people.family(tokens.partition_point(|t| t.start < at));
    let all = |p: &'static LazyLock<Option<Regex>>| p.iter().flat_map(|p| p.captures_iter(text)).take(20);
    let lower = || all(&AGE_SEX_LOWER).find(|c| c.get(1).is_some_and(|m| !measures_before(text, m.start())));
    // "26 F" is an age and a sex; "99.5 F" is a temperature.
    let pair = || {
        all(&AGE_SEX).find(|c| {
            c.get(1).is_some_and(|m| {
                // "4F-PCC" has four factors.
                let joined = text[c.get(0).map_or(0, |w| w.end())..].starts_with('-') && m.as_str().len() == 1;
                !text[..m.start()].ends_with(['.', '/', '-', '°']) && !joined && !measures_before(text, m.start())
            })
        })
    };
    let own = |c: &regex::Captures<'_>| {
        c.get(1).is_some_and(|m| !relative(m.start()) && !text[..m.start()].ends_with(['.', '/']))
    };
    let years = [&YEARS, &AGED]
        .iter()
        .find_map(|p| all(p).find(own))
        .or_else(pair)
        .or_else(lower)
        .or_else(|| [&IS_AGE, &NAMED_AGE].iter().find_map(|p| all(p).find(own)));
    let flipped = || all(&SEX_AGE).next();
    if let Some(c) = &years
        && let Some(n) = number(c, 1).filter(plausible)
    {
        // Of "67F" the number is the age, the letter the sex.
        let at = c.get(1).map_or(0, |m| m.start());
        facts.push(fact(Attribute::Age, n, (at, c.get(1).map_or(0, |m| m.end()))));
    } else if let Some((c, n, unit)) = all(&YOUNG).find_map(|c| {
        let (n, unit) = (number(&c, 1)?, c.get(2)?.as_str().to_lowercase());
        let start = c.get(0)?.start();
        // "Breastfeeding my 2 month old": the child is not the patient.
        let mine = MINE.as_ref().is_some_and(|p| p.is_match(&text[floor(text, start.saturating_sub(6))..start]));
        let childs = mine && (people.first_person || found(&PREGNANT, text).is_some());
        (!childs).then_some((c, n, unit))
    }) {
        let per_year = match unit.as_bytes().first() {
            Some(b'm') => 12.0,
            Some(b'w') => 52.0,
            _ => 365.0,
        };
        let whole = span(&c);
        facts.push(fact(Attribute::Age, (n / per_year * 100.0).round() / 100.0, whole));
        let letter = text[whole.0..whole.1].chars().last();
        if unit.len() < 7 && matches!(letter, Some('F' | 'M')) {
            let sex = if letter == Some('F') { "female" } else { "male" };
            facts.push(fact(Attribute::Sex, sex, (whole.1 - 1, whole.1)));
            return;
        }
    } else if let Some(c) = flipped()
        && let Some(n) = number(&c, 2).filter(plausible)
    {
        facts.push(fact(Attribute::Age, n, c.get(2).map_or((0, 0), |m| (m.start(), m.end()))));
    }
    let letter = |c: regex::Captures<'_>, group: usize| {
        c.get(group).map(|m| (m.as_str().to_uppercase() == "F", (m.start(), m.end())))
    };
    let coded = pair()
        .and_then(|c| letter(c, 2))
        .or_else(|| {
            all(&YEARS).find_map(|c| {
                let m = c.get(0)?;
                let last = m.as_str().chars().last()?;
                matches!(last, 'F' | 'M' | 'f' | 'm').then(|| (last.eq_ignore_ascii_case(&'f'), (m.end() - 1, m.end())))
            })
        })
        .or_else(|| lower().and_then(|c| letter(c, 2)))
        .or_else(|| flipped().and_then(|c| letter(c, 1)));
    if let Some((female, at)) = coded {
        facts.push(fact(Attribute::Sex, if female { "female" } else { "male" }, at));
        return;
    }
    if let Some((sex, at)) = people.patient_sex {
        facts.push(fact(Attribute::Sex, sex, (at[0], at[1])));
        return;
    }
    let pronoun = |m: &regex::Match<'_>| {
        m.as_str().len() <= 3
            && !matches!(m.as_str().to_lowercase().as_str(), "mrs" | "ms" | "mr" | "man" | "boy" | "gal" | "guy")
    };
    let first = |p: &LazyLock<Option<Regex>>| {
        let regex = p.as_ref()?;
        regex
            .find_iter(text)
            .take(40)
            .find(|m| {
                let spoken_of = relative(m.start()) || (pronoun(m) && people.first_person);
                // "MS" is a disease, "Ms" a lady; "MR" and "HE" in capitals are valves and livers.
                let disease = m.as_str() == "ms"
                    || matches!(m.as_str(), "MS" | "MR" | "HE") && text.contains(|c: char| c.is_lowercase());
                !spoken_of && !disease
            })
            .map(|m| (m.start(), m.end()))
    };
    match (first(&FEMALE), first(&MALE)) {
        (Some(f), m) if m.is_none_or(|m| f.0 <= m.0) => facts.push(fact(Attribute::Sex, "female", f)),
        (_, Some(m)) => facts.push(fact(Attribute::Sex, "male", m)),
        _ => {}
    }
}

/// Whether the word before a number says that it measures something: "for 20 m", "temp 99 F".
fn measures_before(text: &str, at: usize) -> bool {
    let before = text[floor(text, at.saturating_sub(12))..at].trim_end().to_lowercase();
    [
        "temp", "for", "after", "in", "past", "last", "every", "within", "of", "x", "t", "tmax", "fever", "over", "at",
        "to", "walk",
    ]
    .iter()
    .any(|w| before == *w || before.ends_with(&format!(" {w}")))
}

fn weight(text: &str) -> Option<Fact> {
    let c = WEIGHT.as_ref()?.captures_iter(text).take(20).find(|c| {
        let Some(m) = c.get(0) else { return false };
        let before = text[floor(text, m.start().saturating_sub(24))..m.start()].to_lowercase();
        let after = text[m.end()..floor(text, (m.end() + 24).min(text.len()))].trim_start().to_lowercase();
        let changed = ["lost", "gain", "loss of", "losing", "down ", "up ", "lift"].iter().any(|w| before.contains(w));
        let of_change = ["weight loss", "weight gain", "loss", "gain", "in ", "over ", "overweight", "/", "lost"]
            .iter()
            .any(|w| after.starts_with(w));
        !changed && !of_change && !before.ends_with('/')
    })?;
    let (n, unit) = (number(&c, 1)?, c.get(2)?);
    let pounds = unit.as_str().to_lowercase().starts_with(['l', 'p']);
    let kg = if pounds { (n * 0.453_592 * 10.0).round() / 10.0 } else { n };
    Some(fact(Attribute::Weight, kg, (c.get(1)?.start(), unit.end())))
}

/// Whether weeks are counted from a treatment: a cancer is there, an operation or chemotherapy was.
fn treated_since(named: &[Fact], has_cancer: bool) -> bool {
    let counts = |v: &str| {
        ["antineoplastic", "surgery", "radiotherapy", "organ transplantation", "stem cell transplantation"]
            .iter()
            .any(|t| lexicon::is_a(v, t))
            && !lexicon::is_a(v, "cesarean section")
    };
    has_cancer
        || named.iter().any(|f| {
            matches!(f.attribute, Attribute::Treatment | Attribute::Medication) && f.value.text().is_some_and(counts)
        })
}

/// The weeks of a pregnancy told in a text; "in 2 weeks" are still to come.
fn weeks_told(text: &str) -> Option<u32> {
    let told = WEEKS.iter().flat_map(|p| p.captures_iter(text)).find(|c| {
        let before = text[..span(c).0].trim_end().to_lowercase();
        !matches!(before.split_whitespace().last(), Some("in" | "within" | "next"))
    });
    told.and_then(|c| weeks_of(&c))
}

fn weeks_of(c: &regex::Captures<'_>) -> Option<u32> {
    number(c, 1).filter(|n| *n <= 45.0).map(|n| n as u32)
}

/// States of pregnancy; postpartum and breastfeeding may both be so. Weeks `since` a treatment are none of a pregnancy,
/// unless the text speaks of one.
fn pregnancy(text: &str, since: bool, facts: &mut Vec<Fact>) {
    if let Some(c) = found(&PREGNANCY_TEST, text) {
        facts.push(fact(Attribute::Pregnancy, "not pregnant", span(&c)));
        return;
    }
    let mut seen: Vec<&str> = Vec::new();
    if let Some(c) = found(&GAVE_BIRTH, text).or_else(|| found(&SINCE_BIRTH, text)) {
        // Who had her baby is not pregnant, whatever "while pregnant" tells of before.
        seen.extend(["postpartum", "pregnant"]);
        facts.push(fact(Attribute::Pregnancy, "postpartum", span(&c)));
    }
    for c in PREGNANT.iter().flat_map(|p| p.captures_iter(text)).take(20) {
        let Some(word) = c.get(2).map(|m| m.as_str().to_lowercase()) else { continue };
        let before = text[floor(text, span(&c).0.saturating_sub(22))..span(&c).0].to_lowercase();
        // "Wants to get pregnant" says nothing of now.
        if ["get ", "become ", "becoming ", "getting ", "got ", "if "].iter().any(|w| before.ends_with(w)) {
            continue;
        }
        let value = match word.as_str() {
            w if w.starts_with("post") => "postpartum",
            w if w.starts_with("breast") || w.starts_with("nursing") || w == "lactating" => "breastfeeding",
            _ if c.get(1).is_some() => "not pregnant",
            _ => "pregnant",
        };
        if seen.contains(&value) || (value == "postpartum" && before.ends_with("prevent ")) {
            continue;
        }
        // "Postpartum hemorrhage" names a disease.
        let after = text[span(&c).1..].trim_start().to_lowercase();
        if value == "postpartum"
            && ["hemorrhage", "depression", "haemorrhage"].iter().any(|w| after.starts_with(w))
            && !before.ends_with("weeks ")
        {
            continue;
        }
        seen.push(value);
        let mut fact = fact(Attribute::Pregnancy, value, span(&c));
        if value == "pregnant" {
            // Weeks count within the sentence, near the word.
            let from = floor(text, fact.span[0].saturating_sub(30));
            let to = floor(text, (fact.span[1] + 30).min(text.len()));
            fact.detail.weeks = weeks_told(&text[from..to]).or_else(|| {
                // "30+4 wks" counts wherever it stands.
                let exact =
                    WEEKS.iter().flat_map(|p| p.captures_iter(text)).find(|c| text[span(c).0..span(c).1].contains('+'));
                exact.and_then(|c| weeks_of(&c))
            });
        }
        facts.push(fact);
    }
    if seen.is_empty()
        && let Some(c) = found(&EXPECTING, text)
    {
        seen.push("pregnant");
        facts.push(fact(Attribute::Pregnancy, "pregnant", span(&c)));
    }
    if !seen.is_empty() || (since && found(&OBSTETRIC, text).is_none()) {
        return;
    }
    let weeks = |n: &f64| (3.0..=43.0).contains(n);
    let at_weeks = AT_WEEKS.iter().flat_map(|p| p.captures_iter(text)).take(20).find(|c| {
        let then = c.name("then").map_or(String::new(), |m| m.as_str().trim().to_lowercase());
        let before = text[floor(text, span(c).0.saturating_sub(14))..span(c).0].to_lowercase();
        let seen = [
            "response",
            "seen",
            "followup",
            "follow-up",
            "visit",
            "scan",
            "check",
            "assess",
            "remission",
            "born",
            "review",
        ]
        .iter()
        .any(|w| before.contains(w));
        // "At 12 weeks of prednisone", "at week 4 into treatment".
        let after = text[span(c).1..].trim_start().to_lowercase();
        let counted = ["of ", "into ", "on ", "off "].iter().any(|w| after.starts_with(w)) && !after.contains("preg");
        (then.is_empty() && !counted || then.contains("gestation") || then == "pregnant") && !seen
    });
    let obstetric = || {
        WEEKS.iter().filter(|_| found(&OBSTETRIC, text).is_some()).flat_map(|p| p.captures_iter(text)).take(20).find(
            |c| {
                let after = text[span(c).1..].trim_start().to_lowercase();
                let before = text[floor(text, span(c).0.saturating_sub(6))..span(c).0].trim_end().to_lowercase();
                !["ago", "post", "after", "old", "later"].iter().any(|w| after.starts_with(w))
                    && !before.ends_with('x')
                    && !before.ends_with("for")
            },
        )
    };
    // "32/40" are weeks; a score of 40 says that it is one.
    let of_forty = || {
        OF_FORTY.iter().flat_map(|p| p.captures_iter(text)).find(|c| {
            let before = text[floor(text, span(c).0.saturating_sub(12))..span(c).0].to_lowercase();
            !["score", "cat", "scale", "points"].iter().any(|w| before.contains(w))
        })
    };
    if let Some(c) = at_weeks.or_else(obstetric).or_else(of_forty)
        && let Some(n) = number(&c, 1).filter(weeks)
    {
        let mut fact = fact(Attribute::Pregnancy, "pregnant", span(&c));
        fact.detail.weeks = Some(n as u32);
        facts.push(fact);
    }
}

/// The character boundary at or before a place.
fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// ECOG as given; Karnofsky converted: 90-100 is 0, 80 is 1, 60-70 is 2, 40-50 is 3, below is 4.
fn performance(text: &str) -> Option<Fact> {
    if let Some(c) = found(&ECOG, text) {
        let value = match (number(&c, 1)?, number(&c, 2)) {
            (a, Some(b)) if a < b => Value::Text(format!("{a}-{b}")),
            (a, _) => Value::Number(a),
        };
        return Some(fact(Attribute::Ecog, value, span(&c)));
    }
    let c = found(&KARNOFSKY, text)?;
    let karnofsky = number(&c, 1)?;
    let ecog = match karnofsky as u32 {
        90.. => 0.0,
        80.. => 1.0,
        60.. => 2.0,
        40.. => 3.0,
        _ => 4.0,
    };
    let mut fact = fact(Attribute::Ecog, ecog, span(&c));
    fact.detail.value = Some(Value::Number(karnofsky));
    fact.detail.unit = Some("Karnofsky".to_owned());
    Some(fact)
}

fn stages(text: &str, has_cancer: bool, facts: &mut Vec<Fact>) {
    if let Some(c) = STAGE.iter().flat_map(|p| p.captures_iter(text)).take(20).find(|c| {
        // "CKD stage 3", "stage 2 pressure ulcer" are no stages of a cancer.
        let (start, end) = span(c);
        let before = text[floor(text, start.saturating_sub(16))..start].to_lowercase();
        let after = text[end..floor(text, (end + 24).min(text.len()))].to_lowercase();
        let other = [
            "ckd",
            "kidney",
            "renal",
            "hypertension",
            "pressure",
            "ulcer",
            "htn",
            "liver disease",
            "fibrosis",
            "copd",
            "heart failure",
            "aki",
            "sarcoid",
            "endometriosis",
            "pad",
            "decubitus",
        ];
        !other.iter().any(|w| before.contains(w) || after.contains(w)) || has_cancer && before.is_empty()
    }) && let Some(stage) = c.get(1).and_then(|m| stage::canonical(&m.as_str().replace(' ', "")))
    {
        facts.push(fact(Attribute::Stage, stage.as_str(), span(&c)));
    } else if let Some(c) = found(&EXTENSIVE, text) {
        let word = c.get(1).or(c.get(2)).map_or(String::new(), |m| m.as_str().to_lowercase());
        facts.push(fact(Attribute::Stage, if word.starts_with('e') { "extensive" } else { "limited" }, span(&c)));
    }
    if let Some(c) = found(&TNM, text) {
        facts.push(fact(Attribute::Tnm, tnm_as_written(&c[0]).as_str(), span(&c)));
    } else if has_cancer
        && let Some(m) = T_ALONE
            .iter()
            .flat_map(|p| p.captures_iter(text))
            .take(20)
            .find(|c| c.name("then").is_none())
            .and_then(|c| c.get(1).map(|m| (m.as_str().to_owned(), (m.start(), m.end()))))
    {
        facts.push(fact(Attribute::Tnm, m.0.as_str(), m.1));
    }
}

/// `t4n2m0` and `T3 N0, M0` in one form: `T4N2M0`, `T3N0M0`; what stands before a letter and after its degree stays as written.
fn tnm_as_written(written: &str) -> String {
    written
        .chars()
        .filter(|c| !c.is_whitespace() && *c != ',')
        .map(|c| if matches!(c, 't' | 'n' | 'm') { c.to_ascii_uppercase() } else { c })
        .collect()
}

/// Whether what stands right before a grade is a harm: "neuropathy grade 2", "diarrhea (grade 3)".
fn is_of_a_harm(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '(', ',', ':']);
    // The longest names have some 60 letters.
    let before = &before[before.floor_char_boundary(before.len().saturating_sub(60))..];
    lexicon::mentions(before).last().is_some_and(|m| {
        let harm = matches!(m.concept.kind, ConceptKind::Toxicity | ConceptKind::Symptom | ConceptKind::Finding);
        harm && m.span[1] == before.len()
    })
}

/// Grades of a cancer; a grade before or behind a harm is the harm's.
fn grades(text: &str, facts: &mut Vec<Fact>) {
    for c in GRADE.iter().flat_map(|p| p.captures_iter(text)).take(10) {
        let then = c.name("then").map_or("", |m| m.as_str()).trim().to_lowercase();
        let tumor = [
            "",
            "tumor",
            "tumour",
            "adenocarcinoma",
            "carcinoma",
            "idc",
            "ilc",
            "invasive",
            "breast",
            "endomet",
            "disease",
            "glioma",
            "astrocyt",
            "oligo",
            "follicular",
            "neuroendocrine",
            "net",
            "sarcoma",
            "serous",
            "urothelial",
            "bladder",
            "ductal",
            "with",
            "and",
            "er",
            "chondro",
            "her2",
            // The stage that follows a grade without a comma.
            "pt",
            "ct",
            "t1",
            "t2",
            "t3",
            "t4",
            "pn",
            "n0",
            "stage",
            "node",
        ];
        let joined = c.name("then").is_some_and(|m| !m.as_str().is_empty());
        if joined && !then.is_empty() && !tumor[1..].iter().any(|w| then.starts_with(w)) {
            continue;
        }
        let Some(m) = c.get(1) else { continue };
        if is_of_a_harm(text, m.start()) {
            continue;
        }
        let digit = m.as_str().chars().last().unwrap_or('1');
        facts.push(fact(Attribute::Grade, format!("grade {digit}").as_str(), (m.start(), m.end())));
        break;
    }
    if let Some(c) = found(&GLEASON, text) {
        let sum = number(&c, 3).or(number(&c, 4)).or_else(|| Some(number(&c, 1)? + number(&c, 2)?));
        if let Some(sum) = sum.filter(|n| (2.0..=10.0).contains(n)) {
            facts.push(fact(Attribute::Grade, format!("gleason {sum}").as_str(), span(&c)));
        }
    }
}
