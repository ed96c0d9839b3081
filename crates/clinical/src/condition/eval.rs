//! A condition against a case. What the case does not speak of stays unknown; nothing here guesses.

use super::path::{BLOOD_PRESSURE, Course, Had, Path};
use super::{Asked, Expr, Literal, Op, Test};
use crate::biomarker;
use crate::case::{Assertion, Attribute, Case, Fact, Flag, Outcome};
use crate::lexicon::{self, Concept};
use crate::range::Range;
use crate::truth::Truth;
use crate::{setting, stage, units};

pub(crate) fn evaluate(expr: &Expr, case: &Case) -> Truth {
    match expr {
        Expr::Test(test) => test_holds(test, case),
        Expr::Not(e) => evaluate(e, case).not(),
        Expr::And(list) => list.iter().fold(Truth::Met, |t, e| t.and(evaluate(e, case))),
        Expr::Or(list) => list.iter().fold(Truth::NotMet, |t, e| t.or(evaluate(e, case))),
    }
}

pub(crate) fn residual(expr: &Expr, case: &Case) -> Option<Expr> {
    if evaluate(expr, case).is_decided() {
        return None;
    }
    let undecided = |list: &[Expr]| list.iter().filter_map(|e| residual(e, case)).collect::<Vec<_>>();
    match expr {
        Expr::Not(e) => residual(e, case).map(|e| Expr::Not(Box::new(e))),
        Expr::And(list) => Some(Expr::all(undecided(list))),
        Expr::Or(list) => Some(Expr::any(undecided(list))),
        Expr::Test(test) if test.op == Op::In => {
            let open = test.values.iter().filter(|v| !one_holds(test, v, case).is_decided()).cloned().collect();
            Some(Expr::Test(Test { values: open, ..test.clone() }))
        }
        Expr::Test(_) => Some(expr.clone()),
    }
}

fn test_holds(test: &Test, case: &Case) -> Truth {
    let any = test.values.iter().fold(Truth::NotMet, |t, v| t.or(one_holds(test, v, case)));
    if test.op == Op::Ne { any.not() } else { any }
}

/// Whether a test holds for one of its values; `!=` as if it were `=`.
fn one_holds(test: &Test, value: &Literal, case: &Case) -> Truth {
    match (&test.path, value) {
        (Path::Had(had), Literal::Text(v)) => had_holds(*had, v, case),
        (Path::Fact(Attribute::Treatment), Literal::Text(v)) => given(v, case),
        (Path::Fact(Attribute::Biomarker), Literal::Text(v)) => biomarker_holds(v, case),
        (Path::Fact(Attribute::Finding | Attribute::Symptom), Literal::Text(v)) if setting::named(v).is_some() => {
            setting::named(v).map_or(Truth::Unknown, |asked| super::setting::holds(asked, case))
        }
        (Path::Fact(attribute), Literal::Text(v)) => fact_holds(*attribute, v, case),
        (Path::Fact(attribute), Literal::Number { value, .. }) => {
            let known = case.of(*attribute).filter(|f| is_so(f)).filter_map(|f| Range::of(&f.value));
            all_agree(known.map(|r| compare(r, test.op, *value)))
        }
        (Path::Course(course, of), value) => course_holds(*course, of, test.op, value, case),
        (Path::ToxicityGrade(of), Literal::Number { value, .. }) => {
            let grades = case
                .of(Attribute::Toxicity)
                .filter(|f| is_so(f) && kind_of(f, of))
                .filter_map(|f| f.detail.grade)
                .map(|g| compare(Range::exactly(f64::from(g)), test.op, *value));
            all_agree(grades)
        }
        (Path::Weeks, Literal::Number { value, .. }) => weeks_hold(test.op, *value, case),
        (Path::Named(Attribute::Lifestyle, name), Literal::Text(state)) => habit_holds(name, state, case),
        (Path::Named(attribute, name), value) => measure_holds(*attribute, name, test.op, value, case),
        (Path::Intent, Literal::Text(v)) if !case.intents.is_empty() => {
            case.intents.iter().any(|i| i.word() == v).into()
        }
        _ => Truth::Unknown,
    }
}

/// Of who is pregnant and whose weeks are told; who is not pregnant is in no week.
fn weeks_hold(op: Op, weeks: f64, case: &Case) -> Truth {
    if fact_holds(Attribute::Pregnancy, "pregnant", case) == Truth::NotMet {
        return Truth::NotMet;
    }
    let told =
        case.of(Attribute::Pregnancy).filter(|f| is_so(f) && text(f) == "pregnant").filter_map(|f| f.detail.weeks);
    all_agree(told.map(|told| compare(Range::exactly(f64::from(told)), op, weeks)))
}

fn compare(range: Range, op: Op, n: f64) -> Truth {
    match op {
        Op::Lt => range.below(n),
        Op::Le => range.above(n).not(),
        Op::Gt => range.above(n),
        Op::Ge => range.below(n).not(),
        Op::Eq | Op::Ne | Op::Has | Op::In => range.is(n),
    }
}

/// What several readings of one thing say together: nothing, unless they say the same.
fn all_agree(mut truths: impl Iterator<Item = Truth>) -> Truth {
    let Some(first) = truths.next() else { return Truth::Unknown };
    if truths.all(|t| t == first) { first } else { Truth::Unknown }
}

/// Whether the question says the fact is or was so of this patient.
fn is_so(fact: &Fact) -> bool {
    matches!(fact.assertion, Assertion::Present | Assertion::Past)
}

fn text(fact: &Fact) -> &str {
    fact.value.text().unwrap_or_default()
}

/// Whether what a fact names is `broad` or a kind of it, or is made of such.
fn kind_of(fact: &Fact, broad: &str) -> bool {
    covers(text(fact), broad) || fact.detail.components.iter().flatten().any(|c| covers(c, broad))
}

/// Whether who had `narrow` had `broad`: it is one, or a part of it is.
fn covers(narrow: &str, broad: &str) -> bool {
    if lexicon::is_a(narrow, broad) {
        return true;
    }
    match (lexicon::concept(narrow), lexicon::concept(broad)) {
        (Some(n), Some(b)) => n.parts().any(|part| part.is_a(b)),
        _ => false,
    }
}

/// Whether a denied fact denies `asked` too: what is no X is no kind of X, and is not made with it.
fn denies(fact: &Fact, asked: &str) -> bool {
    fact.assertion == Assertion::Absent && covers(asked, text(fact))
}

/// Facts of an attribute and of those that a question may mean with the same words. What is asked for as a symptom or a
/// finding ("spinal cord compression", "diarrhea") may have been read as a disease or as harm of a treatment; a disease that is
/// asked for by name is no mere symptom.
fn facts_like(case: &Case, attribute: Attribute) -> impl Iterator<Item = &Fact> {
    let alike: &[Attribute] = match attribute {
        Attribute::Diagnosis | Attribute::Comorbidity => &[Attribute::Diagnosis, Attribute::Comorbidity],
        Attribute::Symptom | Attribute::Finding => {
            &[Attribute::Symptom, Attribute::Finding, Attribute::Toxicity, Attribute::Diagnosis, Attribute::Comorbidity]
        }
        Attribute::Treatment | Attribute::Medication => &[Attribute::Treatment, Attribute::Medication],
        _ => &[],
    };
    case.facts.iter().filter(move |f| f.attribute == attribute || alike.contains(&f.attribute))
}

fn fact_holds(attribute: Attribute, asked: &str, case: &Case) -> Truth {
    let mut denied = false;
    let mut other = false;
    for fact in facts_like(case, attribute) {
        denied |= denies(fact, asked);
        if !is_so(fact) {
            continue;
        }
        let of_disease = matches!(attribute, Attribute::Diagnosis | Attribute::Comorbidity);
        let whole = (of_disease && fact.attribute == Attribute::Diagnosis).then(|| case.with_histology(fact)).flatten();
        let truth = match (matches(attribute, fact, asked), whole) {
            (Truth::Met, _) | (_, None) => matches(attribute, fact, asked),
            // Lung cancer excludes no lung adenocarcinoma, but lung adenocarcinoma excludes small cell lung cancer.
            (_, Some(whole)) => exclusive(whole.name, asked),
        };
        match truth {
            Truth::Met => return Truth::Met,
            Truth::NotMet => other = true,
            Truth::Unknown => {}
        }
    }
    if matches!(attribute, Attribute::Diagnosis | Attribute::Comorbidity) {
        for (fact, disease) in case.diseases_by_definition().filter(|(f, _)| is_so(f)) {
            if lexicon::is_a(disease, asked) {
                return Truth::Met;
            }
            // Too low is not too high.
            denied |= fact.opposite_by_definition().is_some_and(|opposite| lexicon::is_a(asked, opposite));
        }
    }
    if denied || (other && !open_to(attribute, asked, case)) {
        return Truth::NotMet;
    }
    match attribute {
        Attribute::Stage => match stage_from_spread(asked, case) {
            Truth::Unknown => stage_from_tnm(asked, case),
            known => known,
        },
        Attribute::Tnm => tnm_from_stage(asked, case),
        // Who is male is not pregnant, whether or not the question says so.
        Attribute::Pregnancy => match asked {
            _ if !case.of(Attribute::Sex).any(|f| is_so(f) && text(f) == "male") => Truth::Unknown,
            "not pregnant" => Truth::Met,
            _ => Truth::NotMet,
        },
        _ => Truth::Unknown,
    }
}

/// What one fact says of `asked`: not met only where the two exclude each other.
fn matches(attribute: Attribute, fact: &Fact, asked: &str) -> Truth {
    let said = text(fact);
    match attribute {
        Attribute::Stage => stage::matches(said, asked),
        Attribute::Tnm => stage::tnm_matches(said, asked),
        Attribute::Sex => (said == asked).into(),
        Attribute::Pregnancy => match (said, asked) {
            (s, a) if s == a => Truth::Met,
            // Who breastfeeds may be pregnant again, and is most likely postpartum.
            ("breastfeeding" | "postpartum", "breastfeeding" | "postpartum") => Truth::Unknown,
            ("breastfeeding", "pregnant" | "not pregnant") => Truth::Unknown,
            ("not pregnant", "postpartum" | "breastfeeding") | ("postpartum", "not pregnant") => Truth::Unknown,
            _ => Truth::NotMet,
        },
        Attribute::Diagnosis => {
            if fact.attribute == Attribute::Comorbidity {
                // "History of X" beside another disease may be long over.
                let now = fact.assertion == Assertion::Present && lexicon::is_a(said, asked);
                return if now { Truth::Met } else { Truth::Unknown };
            }
            exclusive(said, asked)
        }
        Attribute::Grade | Attribute::Histology => exclusive(said, asked),
        _ if kind_of(fact, asked) => Truth::Met,
        _ => Truth::Unknown,
    }
}

/// Two names of which only one can be the answer. Names the lexicon does not know exclude nothing.
fn exclusive(said: &str, asked: &str) -> Truth {
    match (lexicon::concept(said), lexicon::concept(asked)) {
        (Some(s), Some(a)) if s.is_a(a) => Truth::Met,
        (Some(s), Some(a)) if !s.overlaps(a) => Truth::NotMet,
        _ if lexicon::is_a(said, asked) => Truth::Met,
        _ => Truth::Unknown,
    }
}

/// Whether, beside a fact that excludes `asked`, another leaves it open: a broader diagnosis, one merely suspected, or a raised
/// blood pressure that nobody calls hypertension.
fn open_to(attribute: Attribute, asked: &str, case: &Case) -> bool {
    let raised = || case.of(Attribute::Vital).any(|f| is_so(f) && f.is_raised_pressure());
    if matches!(attribute, Attribute::Diagnosis | Attribute::Comorbidity)
        && lexicon::is_a(asked, "hypertension")
        && raised()
    {
        return true;
    }
    facts_like(case, attribute).any(|f| match f.assertion {
        Assertion::Present | Assertion::Past => {
            matches(attribute, f, asked) == Truth::Unknown && lexicon::overlaps(text(f), asked)
        }
        Assertion::Uncertain | Assertion::Planned => lexicon::overlaps(text(f), asked),
        Assertion::Absent | Assertion::Family => false,
    })
}

/// Distant spread of a solid tumor is stage IV, where no stage is given. Lymph nodes may be regional and say nothing.
fn stage_from_spread(asked: &str, case: &Case) -> Truth {
    let staged = case.of(Attribute::Stage).any(is_so);
    let distant = |f: &Fact| is_so(f) && !lexicon::is_a(text(f), "lymph node");
    if staged || !case.of(Attribute::Metastasis).any(distant) {
        return Truth::Unknown;
    }
    stage::matches("IV", asked)
}

/// The TNM of a colorectal cancer says its stage where none is given. One without M leaves stage IV open, and excludes the
/// others that its nodes exclude: pT3N1a is not stage II.
fn stage_from_tnm(asked: &str, case: &Case) -> Truth {
    let colorectal = case.of(Attribute::Diagnosis).any(|f| is_so(f) && lexicon::is_a(text(f), "colorectal cancer"));
    let staged = case.of(Attribute::Stage).any(is_so);
    let tnm = case.of(Attribute::Tnm).filter(|f| is_so(f)).map(text);
    let Some((tnm, group)) = tnm.filter_map(|t| Some((t, stage::colorectal_stage(t)?))).next() else {
        return Truth::Unknown;
    };
    if staged || !colorectal {
        return Truth::Unknown;
    }
    match stage::matches(group, asked) {
        truth if stage::says_m(tnm) => truth,
        Truth::NotMet if stage::matches("IV", asked) == Truth::NotMet => Truth::NotMet,
        _ => Truth::Unknown,
    }
}

/// What a colorectal stage says of a T and N that are not told: stage III is not T3N0. A stage IV leaves them open.
fn tnm_from_stage(asked: &str, case: &Case) -> Truth {
    let colorectal = case.of(Attribute::Diagnosis).any(|f| is_so(f) && lexicon::is_a(text(f), "colorectal cancer"));
    let Some(group) = stage::colorectal_stage(asked).filter(|_| colorectal && case.of(Attribute::Tnm).next().is_none())
    else {
        return Truth::Unknown;
    };
    let excludes =
        |f: &Fact| stage::matches(text(f), "IV") == Truth::NotMet && stage::matches(text(f), group) == Truth::NotMet;
    if case.of(Attribute::Stage).any(|f| is_so(f) && excludes(f)) { Truth::NotMet } else { Truth::Unknown }
}

fn biomarker_holds(asked: &str, case: &Case) -> Truth {
    let said: Vec<_> = case
        .of(Attribute::Biomarker)
        .filter(|f| is_so(f) || f.assertion == Assertion::Absent)
        .map(|f| (biomarker::parse(text(f)), is_so(f)))
        .collect();
    biomarker::evaluate(&said, &biomarker::parse(asked))
}

/// The treatments of a case that are `asked` or hold it, whatever is said of them but denial.
fn courses<'a>(case: &'a Case, asked: &'a str) -> impl Iterator<Item = &'a Fact> {
    facts_like(case, Attribute::Treatment).filter(move |f| {
        matches!(f.assertion, Assertion::Present | Assertion::Past | Assertion::Planned) && kind_of(f, asked)
    })
}

fn denied(case: &Case, asked: &str) -> bool {
    facts_like(case, Attribute::Treatment).any(|f| denies(f, asked))
}

fn outcome(fact: &Fact) -> Option<Outcome> {
    fact.detail.outcome.filter(|o| *o != Outcome::Unknown)
}

/// Whether a treatment is, was or will be given.
fn given(asked: &str, case: &Case) -> Truth {
    if courses(case, asked).next().is_some() {
        Truth::Met
    } else if denied(case, asked) {
        Truth::NotMet
    } else {
        Truth::Unknown
    }
}

fn had_holds(had: Had, asked: &str, case: &Case) -> Truth {
    let says = |fact: &Fact| match had {
        Had::Past if fact.assertion == Assertion::Past || outcome(fact).is_some() => Truth::Met,
        Had::Planned if fact.assertion == Assertion::Planned => Truth::Met,
        Had::Past | Had::Planned => Truth::Unknown,
        _ if fact.assertion == Assertion::Planned => Truth::Unknown,
        Had::Present if outcome(fact).is_some() => Truth::NotMet,
        Had::Present if fact.assertion == Assertion::Present => Truth::Met,
        Had::Present => Truth::Unknown,
        Had::Progressed => ended(fact, Outcome::Progressed),
        Had::StoppedForToxicity => ended(fact, Outcome::StoppedForToxicity),
        Had::Completed => ended(fact, Outcome::Completed),
    };
    let truths: Vec<Truth> = courses(case, asked).map(says).collect();
    if truths.contains(&Truth::Met) {
        Truth::Met
    } else if denied(case, asked) || (!truths.is_empty() && truths.iter().all(|t| *t == Truth::NotMet)) {
        Truth::NotMet
    } else {
        Truth::Unknown
    }
}

fn ended(fact: &Fact, how: Outcome) -> Truth {
    outcome(fact).map_or(Truth::Unknown, |o| (o == how).into())
}

fn course_holds(course: Course, of: &str, op: Op, value: &Literal, case: &Case) -> Truth {
    // Of what was never given there is no time, no number and no setting: no comparison with it holds.
    // (`!=` is evaluated as `=` here and turned round by the caller.)
    let given = || courses(case, of).filter(|f| f.assertion != Assertion::Planned);
    if given().next().is_none() && denied(case, of) {
        return Truth::NotMet;
    }
    match (course, value) {
        (Course::SinceMonths, Literal::Number { value, .. }) => {
            // The last time counts.
            let last = given().filter_map(|f| f.detail.since_months).reduce(f64::min);
            last.map_or(Truth::Unknown, |n| compare(Range::exactly(n), op, *value))
        }
        (Course::Cycles, Literal::Number { value, .. }) => all_agree(
            given().filter_map(|f| f.detail.cycles).map(|n| compare(Range::exactly(f64::from(n)), op, *value)),
        ),
        (Course::Line, Literal::Number { value, .. }) => {
            all_agree(given().filter_map(line).map(|n| compare(Range::exactly(f64::from(n)), op, *value)))
        }
        (Course::Setting, Literal::Text(asked)) => {
            let settings = given().filter_map(|f| f.detail.setting.as_deref()).filter(|s| *s != "unknown");
            let truths: Vec<Truth> = settings.map(|s| setting_is(s, asked)).collect();
            if truths.contains(&Truth::Met) { Truth::Met } else { all_agree(truths.into_iter()) }
        }
        _ => Truth::Unknown,
    }
}

fn line(fact: &Fact) -> Option<u32> {
    fact.detail.line.or(match fact.detail.setting.as_deref() {
        Some("first-line") => Some(1),
        Some("second-line") => Some(2),
        Some("third-line") => Some(3),
        _ => None,
    })
}

fn setting_is(said: &str, asked: &str) -> Truth {
    match (said, asked) {
        (s, a) if s == a => Truth::Met,
        // Perioperative treatment is given before and after.
        ("perioperative", "adjuvant" | "neoadjuvant") => Truth::Met,
        ("adjuvant" | "neoadjuvant", "perioperative") => Truth::Unknown,
        ("first-line" | "second-line" | "third-line", "palliative") => Truth::Unknown,
        ("palliative", "first-line" | "second-line" | "third-line") => Truth::Unknown,
        _ => Truth::NotMet,
    }
}

fn habit_holds(name: &str, asked: &str, case: &Case) -> Truth {
    let truths = case.of(Attribute::Lifestyle).filter(|f| lexicon::is_a(text(f), name)).map(|f| {
        let state = match (f.assertion, f.detail.state.as_deref()) {
            (Assertion::Absent, Some("former")) => "former",
            (Assertion::Absent, _) => "not now",
            (Assertion::Past, None) => "former",
            (Assertion::Present, None) => "current",
            (Assertion::Present | Assertion::Past, Some(state)) => state,
            _ => return Truth::Unknown,
        };
        match (state, if asked == "present" { "current" } else { asked }) {
            (s, a) if s == a => Truth::Met,
            ("not now", "current") => Truth::NotMet,
            ("not now", _) => Truth::Unknown,
            _ => Truth::NotMet,
        }
    });
    all_agree(truths)
}

fn measure_holds(attribute: Attribute, name: &str, op: Op, asked: &Literal, case: &Case) -> Truth {
    let half = BLOOD_PRESSURE.iter().position(|n| *n == name);
    let measured = case.of(attribute).filter(|f| {
        is_so(f) && (lexicon::is_a(text(f), name) || (half.is_some() && lexicon::is_a(text(f), "blood pressure")))
    });
    let truths = measured.filter_map(|f| match asked {
        Literal::Text(word) if attribute == Attribute::Lab => {
            let flag = word.parse::<Flag>().ok()?;
            Some((f.detail.flag? == flag).into())
        }
        Literal::Text(class) => {
            let said = f.detail.value.as_ref()?.text()?;
            Some(said.starts_with(class.as_str()).into())
        }
        Literal::Number { value, unit } => {
            let said = f.detail.value.as_ref()?;
            let said = match (half, said.text().and_then(|t| t.split_once('/'))) {
                (Some(0), Some((systolic, _))) => Range::parse(systolic)?,
                (Some(_), Some((_, diastolic))) => Range::parse(diastolic)?,
                _ => Range::of(said)?,
            };
            let factor = match (unit, &f.detail.unit) {
                (None, _) => 1.0,
                (Some(to), Some(from)) => units::factor(name, from, to)?,
                // Laboratory values are nothing without their unit; of the others each has one that everybody means.
                (Some(_), None) if attribute == Attribute::Lab => return None,
                (Some(_), None) => 1.0,
            };
            Some(compare(said.scaled(factor), op, *value))
        }
    });
    all_agree(truths)
}

/// The facts that an undecided expression hangs on.
pub(crate) fn asked(expr: &Expr, case: &Case, found: &mut Vec<Asked>) {
    match expr {
        Expr::Not(e) => asked(e, case, found),
        Expr::And(list) | Expr::Or(list) => list.iter().for_each(|e| asked(e, case, found)),
        Expr::Test(test) => {
            for value in &test.values {
                let (attribute, value) = ask_for(test, value, case);
                let item = Asked { attribute: attribute.to_owned(), value };
                if !found.contains(&item) {
                    found.push(item);
                }
            }
        }
    }
}

fn ask_for(test: &Test, value: &Literal, case: &Case) -> (&'static str, String) {
    let name = |v: &str| lexicon::concept(v).map_or_else(|| v.to_owned(), |c: &Concept| c.name.to_owned());
    let words = match value {
        Literal::Text(t) => t.as_str(),
        Literal::Number { .. } => "",
    };
    // Of a treatment nobody spoke of, the first question is whether it was given.
    let of = |drug: &str, what: &str| {
        let spoken_of = courses(case, drug).next().is_some();
        if spoken_of { format!("{what} {}", name(drug)) } else { format!("prior {}", name(drug)) }
    };
    match &test.path {
        Path::Fact(Attribute::Ecog) => ("ecog", "performance status".to_owned()),
        Path::Fact(Attribute::Biomarker) => ("biomarker", biomarker::asked(words)),
        Path::Fact(
            a @ (Attribute::Age
            | Attribute::Sex
            | Attribute::Weight
            | Attribute::Pregnancy
            | Attribute::Stage
            | Attribute::Tnm
            | Attribute::Grade
            | Attribute::Histology),
        ) => (a.word(), a.word().to_owned()),
        Path::Fact(a @ Attribute::Finding) if setting::named(words).is_some() => {
            (a.word(), setting::CARE_SETTING.to_owned())
        }
        Path::Fact(a) => (a.word(), name(words)),
        Path::Had(had) => {
            let value = match had {
                Had::Past => format!("prior {}", name(words)),
                Had::Planned => format!("plan of {}", name(words)),
                Had::Present => format!("current {}", name(words)),
                Had::Progressed | Had::StoppedForToxicity | Had::Completed => of(words, "outcome of"),
            };
            ("treatment", value)
        }
        Path::Course(course, drug) => {
            let what = match course {
                Course::SinceMonths => "time since",
                Course::Cycles => "cycles of",
                Course::Line => "line of",
                Course::Setting => "setting of",
            };
            ("treatment", of(drug, what))
        }
        Path::Named(a, measured) => {
            let measured = if BLOOD_PRESSURE.contains(&measured.as_str()) { "blood pressure" } else { measured };
            (a.word(), measured.to_owned())
        }
        Path::ToxicityGrade(of) => ("toxicity", format!("grade of {}", name(of))),
        Path::Weeks => ("pregnancy", "weeks of pregnancy".to_owned()),
        Path::Intent => ("intent", "intent".to_owned()),
    }
}
