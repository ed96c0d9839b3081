//! What a question says that cannot all be so. Which of two is right cannot be told from here: both facts stay, and each
//! says what stands against it. Nothing is taken out or put right.

use crate::biomarker;
use crate::case::{Assertion, Attribute, Fact, Value};
use crate::truth::Truth;
use crate::{lexicon, stage};

/// Facts looked at; beyond that a text is no question about one patient, and every pair would be compared.
const MOST: usize = 200;

/// Notes on each fact what contradicts it elsewhere in the question.
pub(crate) fn note(facts: &mut [Fact]) {
    let most = facts.len().min(MOST);
    let facts = &mut facts[..most];
    let mut notes: Vec<(usize, String)> = Vec::new();
    for i in 0..facts.len() {
        for j in i + 1..facts.len() {
            if let Some((first, second)) = between(&facts[i], &facts[j]) {
                notes.push((i, first));
                notes.push((j, second));
            }
        }
    }
    notes.extend(by_tnm(facts));
    for (i, words) in notes {
        let conflict = &mut facts[i].detail.conflict;
        match conflict {
            Some(said) if said.split("; ").any(|s| s == words) => {}
            Some(said) => *said = format!("{said}; {words}"),
            None => *conflict = Some(words),
        }
    }
}

/// What each of two facts says against the other.
pub(crate) fn between(a: &Fact, b: &Fact) -> Option<(String, String)> {
    use Attribute::{Age, Allergy, Biomarker, Ecog, Medication, Metastasis, Pregnancy, Sex, Stage, Treatment, Weight};
    let so = |f: &Fact| f.assertion == Assertion::Present;
    let also = |other: &Fact| format!("the question also says {}", other.value);
    match (a.attribute, b.attribute) {
        (Age | Sex | Weight | Ecog | Stage | Pregnancy, _) if a.attribute == b.attribute => {
            (so(a) && so(b) && differ(a, b)).then(|| (also(b), also(a)))
        }
        (Biomarker, Biomarker) => {
            let (x, y) = (a.value.text()?, b.value.text()?);
            let excluded = so(a)
                && so(b)
                && biomarker::evaluate(&[(biomarker::parse(x), true)], &biomarker::parse(y)) == Truth::NotMet;
            excluded.then(|| {
                (
                    format!("the question also says {}", biomarker::shown(y)),
                    format!("the question also says {}", biomarker::shown(x)),
                )
            })
        }
        (Sex, Pregnancy) | (Pregnancy, Sex) => {
            let (sex, pregnancy) = if a.attribute == Sex { (a, b) } else { (b, a) };
            let odd = so(sex)
                && so(pregnancy)
                && sex.value.text() == Some("male")
                && pregnancy.value.text() != Some("not pregnant");
            odd.then(|| (also(b), also(a)))
        }
        (Allergy, Treatment | Medication) | (Treatment | Medication, Allergy) => {
            let (allergy, given) = if a.attribute == Allergy { (a, b) } else { (b, a) };
            let (to, drug) = (allergy.value.text()?, given.value.text()?);
            let given_now = matches!(given.assertion, Assertion::Present | Assertion::Planned);
            if !so(allergy) || !given_now || !lexicon::is_a(drug, to) {
                return None;
            }
            let words = (format!("{drug} is named as given or planned"), format!("an allergy to {to} is stated"));
            Some(if a.attribute == Allergy { words } else { (words.1, words.0) })
        }
        (Metastasis, Metastasis) => {
            // "No metastases" and a site of metastasis.
            let denied = |x: &Fact, y: &Fact| {
                x.assertion == Assertion::Absent
                    && so(y)
                    && lexicon::is_a(y.value.text().unwrap_or_default(), x.value.text().unwrap_or_default())
            };
            (denied(a, b) || denied(b, a) || (all_denied(a) && so(b)) || (all_denied(b) && so(a))).then(|| {
                (
                    "metastases are also said to be there or not to be there".to_owned(),
                    "metastases are also said to be there or not to be there".to_owned(),
                )
            })
        }
        (Stage, Metastasis) | (Metastasis, Stage) => {
            let (staged, site) = if a.attribute == Stage { (a, b) } else { (b, a) };
            let early = stage::parse(staged.value.text()?).is_some_and(|(n, _)| (1..4).contains(&n));
            let distant = site.value.text().is_some_and(|s| !s.contains("lymph node"));
            let odd = so(staged) && so(site) && early && distant;
            let words =
                (format!("metastases to {} are stated", site.value), format!("stage {} is stated", staged.value));
            odd.then(|| if a.attribute == Stage { words } else { (words.1, words.0) })
        }
        _ if a.attribute == b.attribute && a.value == b.value => {
            let denied = (so(a) && b.assertion == Assertion::Absent) || (so(b) && a.assertion == Assertion::Absent);
            denied.then(|| ("the question also denies it".to_owned(), "the question also states it".to_owned())).map(
                |(x, y)| {
                    if so(a) { (x, y) } else { (y, x) }
                },
            )
        }
        _ => None,
    }
}

fn all_denied(fact: &Fact) -> bool {
    fact.assertion == Assertion::Absent && fact.value.text() == Some("distant")
}

fn differ(a: &Fact, b: &Fact) -> bool {
    match (&a.value, &b.value) {
        // "III" and "IIIB" are one stage said twice.
        (Value::Text(x), Value::Text(y)) if a.attribute == Attribute::Stage => {
            stage::matches(x, y) == Truth::NotMet && stage::matches(y, x) == Truth::NotMet
        }
        (x, y) => x != y,
    }
}

/// A stage and a TNM that do not agree.
fn by_tnm(facts: &[Fact]) -> Vec<(usize, String)> {
    let is = |name: &str| {
        facts
            .iter()
            .any(|f| f.attribute == Attribute::Diagnosis && f.value.text().is_some_and(|t| lexicon::is_a(t, name)))
    };
    let tnm = facts.iter().find(|f| f.attribute == Attribute::Tnm).and_then(|f| f.value.text());
    let Some((tnm, group)) =
        tnm.and_then(|t| Some((t, stage::colorectal_stage(t)?))).filter(|_| is("colorectal cancer"))
    else {
        return Vec::new();
    };
    let other = |f: &&(usize, &Fact)| {
        let written = f.1.value.text().unwrap_or_default();
        f.1.attribute == Attribute::Stage
            && stage::matches(group, written) == Truth::NotMet
            && stage::matches(written, group) == Truth::NotMet
    };
    facts.iter().enumerate().filter(|f| other(&f)).map(|(i, _)| (i, format!("{tnm} is stage {group}"))).collect()
}

#[cfg(test)]
mod tests {
    use crate::read_case;

    fn conflicts(question: &str) -> Vec<String> {
        read_case(question)
            .facts
            .iter()
            .filter_map(|f| Some(format!("{}: {}", f.value, f.detail.conflict.as_ref()?)))
            .collect()
    }

    #[test]
    fn what_cannot_all_be_so_is_said_of_each() {
        for (question, expected) in [
            ("Stage III (T3N0M0) colon cancer", &["III: T3N0M0 is stage IIA"][..]),
            (
                "KRAS mutant, RAS WT colon cancer",
                &[
                    "kras mutant: the question also says RAS wild-type",
                    "ras wild-type: the question also says KRAS mutant",
                ],
            ),
            ("67M, pregnant", &["male: the question also says pregnant", "pregnant: the question also says male"]),
            (
                "penicillin allergy, should I give amoxicillin?",
                &[
                    "penicillin: amoxicillin is named as given or planned",
                    "amoxicillin: an allergy to penicillin is stated",
                ],
            ),
            (
                "stage II colon cancer with liver metastases",
                &["II: metastases to liver are stated", "liver: stage II is stated"],
            ),
        ] {
            assert_eq!(conflicts(question), expected, "{question}");
        }
    }

    #[test]
    fn what_can_all_be_so_is_left_alone() {
        for question in [
            "KRAS G12C, BRAF wild-type, stage IV colon cancer with liver metastases",
            "Stage III (stage IIIB) colon cancer, T3N1M0",
            "32F pregnant at 20 weeks, allergic to penicillin, on metformin",
            "had FOLFOX before surgery and FOLFOX after surgery",
        ] {
            assert_eq!(conflicts(question), Vec::<String>::new(), "{question}");
        }
    }
}
