//! The setting of care against the starter library: who is treated outside hospital gets no regimen of ward or intensive
//! care as the answer, and a question that does not say gets each with whom it is for.

#![allow(clippy::unwrap_used)]

use desk::{Body, Desk, Question};

fn leading(body: &Body) -> Vec<String> {
    let cited = body.bottom_line.iter().flat_map(|l| &l.citations);
    let mut ids: Vec<String> = cited.filter_map(|c| c.statement.clone()).collect();
    ids.dedup();
    ids
}

/// Statements that are shown, each with what it hangs on.
fn shown(body: &Body) -> Vec<(String, Option<String>)> {
    let groups = body.sections.iter().filter(|s| s.key != "sequence").flat_map(|s| &s.groups);
    groups
        .flat_map(|g| g.lines.iter().map(|l| (g.hangs_on.clone(), l)))
        .flat_map(|(hangs, l)| l.citations.iter().filter_map(move |c| Some((c.statement.clone()?, hangs.clone()))))
        .collect()
}

const WARD: &[&str] = &["cap-ward-betalactam", "cap-ward-fluoroquinolone"];
const SEVERE: &[&str] = &["cap-severe-regimen", "cap-severe-allergy"];
const HOME: &[&str] = &[
    "cap-outpatient-amoxicillin",
    "cap-outpatient-doxycycline",
    "cap-outpatient-comorbid",
    "cap-outpatient-comorbid-fq",
];

#[test]
fn regimens_follow_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let mut wrong = Vec::new();
    for (question, leads, never) in [
        (
            "72M CAP, COPD, penicillin allergic (rash), outpatient. what antibiotic?",
            "cap-outpatient-comorbid-fq",
            vec![WARD, SEVERE, &HOME[..3]],
        ),
        (
            "34F pneumonia, no comorbidities, can go home. Which antibiotic?",
            "cap-outpatient-amoxicillin",
            vec![WARD, SEVERE],
        ),
        (
            "66M diabetes, pneumonia seen in clinic, antibiotic?",
            "cap-outpatient-comorbid",
            vec![WARD, SEVERE, &HOME[..2]],
        ),
        ("72M CAP, admitted to the ward. Which antibiotic?", "cap-ward-betalactam", vec![HOME]),
        (
            "72M CAP, penicillin allergy, inpatient. Which antibiotic?",
            "cap-ward-fluoroquinolone",
            vec![HOME, &WARD[..1]],
        ),
        ("72M CAP in the ICU. Which antibiotic?", "cap-severe-regimen", vec![HOME, WARD]),
        ("72M CAP, intubated. Which antibiotic?", "cap-severe-regimen", vec![HOME, WARD]),
    ] {
        let article = desk.ask(&Question::new(question)).unwrap().article;
        let body = &article.body;
        let (first, shown) = (leading(body), shown(body));
        let not: Vec<&str> = never.into_iter().flatten().copied().collect();
        let offered: Vec<&(String, Option<String>)> =
            shown.iter().filter(|(id, hangs)| not.contains(&id.as_str()) && hangs.is_none()).collect();
        if first.first().is_none_or(|f| f != leads) || !offered.is_empty() {
            wrong.push(format!("{question}\n  leads {first:?}\n  offered {offered:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn who_does_not_say_gets_each_for_whom_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = Desk::open(folder.path()).unwrap();
    let article = desk.ask(&Question::new("72M community-acquired pneumonia, which antibiotic?")).unwrap().article;
    let shown = shown(&article.body);
    let of = |id: &str| shown.iter().find(|(s, _)| s == id).map(|(_, hangs)| hangs.as_deref());
    assert!(of("cap-outpatient-amoxicillin").is_some(), "{shown:?}");
    assert_eq!(of("cap-ward-betalactam"), Some(Some("If the patient is in hospital")));
    assert_eq!(leading(&article.body).first().map(String::as_str), Some("cap-outpatient-amoxicillin"));
    assert!(article.body.case.missing.iter().any(|m| m.value == "care setting"), "{:?}", article.body.case.missing);
}
