//! A condition in plain clinical English, to stand after "If".

use super::path::{BLOOD_PRESSURE, Course, Had, Path};
use super::{Expr, Literal, Op, Test};
use crate::biomarker;
use crate::case::Attribute;
use crate::lexicon::{self, ConceptKind};
use crate::setting;
use crate::spelled::spelled;

pub(crate) fn describe(expr: &Expr) -> String {
    clause(expr, true).words
}

/// A clause, and whether it is itself a list, which decides the punctuation around it.
struct Clause {
    words: String,
    list: Option<&'static str>,
}

/// `holds` is false under an odd number of `not`: De Morgan brings every `not` down to the tests.
fn clause(expr: &Expr, holds: bool) -> Clause {
    match expr {
        Expr::Test(test) => Clause { words: test_words(test, holds), list: None },
        Expr::Not(e) => clause(e, !holds),
        Expr::And(list) => join(list, holds, if holds { "and" } else { "or" }),
        Expr::Or(list) => join(list, holds, if holds { "or" } else { "and" }),
    }
}

fn join(list: &[Expr], holds: bool, word: &'static str) -> Clause {
    let clauses: Vec<Clause> = list.iter().map(|e| clause(e, holds)).collect();
    let nested = clauses.iter().any(|c| c.list.is_some());
    let parts: Vec<String> = clauses
        .into_iter()
        .map(|c| match c.list {
            // `not` can bring a list into one of its own kind; it needs no marking there.
            Some(inner) if inner != word => {
                format!("{} {}", if inner == "or" { "either" } else { "both" }, c.words)
            }
            _ => c.words,
        })
        .collect();
    Clause { words: series(&parts, word, nested), list: Some(word) }
}

/// `a`, `a and b`, `a, b, and c`; a comma before the last where the parts are lists themselves.
fn series(parts: &[String], word: &str, nested: bool) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [a, b] if !nested => format!("{a} {word} {b}"),
        [first @ .., last] => format!("{}, {word} {last}", first.join(", ")),
    }
}

/// `a or b` of values.
fn values_words(test: &Test, shown: impl Fn(&str) -> String) -> String {
    let list: Vec<String> = test.values.iter().map(|v| shown(&literal(v))).collect();
    series(&list, "or", false)
}

fn literal(value: &Literal) -> String {
    match value {
        Literal::Text(t) => t.clone(),
        Literal::Number { value, unit: None } => value.to_string(),
        Literal::Number { value, unit: Some(u) } if u == "%" => format!("{value}%"),
        Literal::Number { value, unit: Some(u) } => format!("{value} {u}"),
    }
}

fn words_of(value: &Literal) -> &str {
    match value {
        Literal::Text(t) => t,
        Literal::Number { .. } => "",
    }
}

fn test_words(test: &Test, holds: bool) -> String {
    let holds = holds != (test.op == Op::Ne);
    let is = if holds { "is" } else { "is not" };
    let there = if holds { "there is" } else { "there is no" };
    let one = test.values.first().map(words_of).unwrap_or_default();
    match &test.path {
        Path::Fact(Attribute::Age) => {
            let words = number_words(test, holds, " years");
            match (test.op, holds) {
                (Op::Ge, true) | (Op::Lt, false) => format!("the patient is {} or older", literal_years(test)),
                (Op::Lt, true) | (Op::Ge, false) => format!("the patient is younger than {}", literal_years(test)),
                (Op::Gt, true) | (Op::Le, false) => format!("the patient is older than {}", literal_years(test)),
                (Op::Le, true) | (Op::Gt, false) => format!("the patient is {} or younger", literal_years(test)),
                _ => format!("the patient's age {words}"),
            }
        }
        Path::Fact(Attribute::Weight) => format!("body weight {}", number_words(test, holds, " kg")),
        Path::Fact(Attribute::Ecog) => format!("ECOG performance status {}", ecog_words(test, holds)),
        Path::Fact(Attribute::Sex) => format!("the patient {is} {}", values_words(test, str::to_owned)),
        Path::Fact(Attribute::Pregnancy) => match (one, holds) {
            ("not pregnant", _) => format!("the patient is {}pregnant", if holds { "not " } else { "" }),
            _ => format!("the patient {is} {}", values_words(test, str::to_owned)),
        },
        Path::Fact(Attribute::Stage) => format!("the stage {is} {}", values_words(test, stage_words)),
        Path::Fact(Attribute::Tnm) => format!("the TNM classification {is} {}", values_words(test, str::to_uppercase)),
        Path::Fact(Attribute::Grade) => format!("the tumor {is} {}", values_words(test, named)),
        Path::Fact(Attribute::Histology) => format!("the histology {is} {}", values_words(test, named)),
        Path::Fact(Attribute::Biomarker) => {
            let mut parts: Vec<String> = test.values.iter().map(|v| biomarker::describe(words_of(v), holds)).collect();
            // Two names of one state are said once.
            parts.dedup();
            series(&parts, if holds { "or" } else { "and" }, false)
        }
        Path::Fact(Attribute::Diagnosis) => format!("the diagnosis {is} {}", values_words(test, named)),
        Path::Fact(Attribute::Comorbidity) if holds => format!("the patient also has {}", values_words(test, named)),
        Path::Fact(Attribute::Comorbidity) => format!("the patient does not have {}", values_words(test, named)),
        Path::Fact(Attribute::Metastasis) => metastasis_words(test, holds),
        Path::Fact(Attribute::Toxicity) => format!("{there} {} from treatment", values_words(test, named)),
        Path::Fact(Attribute::Symptom | Attribute::Finding) => symptom_words(test, holds),
        Path::Fact(Attribute::Medication) => {
            format!("the patient {} {}", if holds { "takes" } else { "does not take" }, values_words(test, named))
        }
        Path::Fact(Attribute::Treatment) => {
            let was =
                if holds { "is or was part of the treatment" } else { "is not and was not part of the treatment" };
            format!("{} {was}", values_words(test, named))
        }
        Path::Fact(Attribute::Allergy) => {
            let is = if holds { "is" } else { "is not" };
            format!("the patient {is} allergic to {}", values_words(test, named))
        }
        Path::Fact(Attribute::Lifestyle) => match (one, holds) {
            ("tobacco", true) => "the patient smokes".to_owned(),
            ("tobacco", false) => "the patient does not smoke".to_owned(),
            (_, true) => format!("there is {} use", values_words(test, named)),
            (_, false) => format!("there is no {} use", values_words(test, named)),
        },
        Path::Fact(a) => format!("the {} {is} {}", a.label().to_lowercase(), values_words(test, named)),
        Path::Had(had) => had_words(*had, test, holds),
        Path::Course(course, of) => course_words(*course, of, test, holds),
        Path::Named(Attribute::Lifestyle, name) => {
            let habit = if name == "tobacco" { "smoking".to_owned() } else { format!("{name} use") };
            match one {
                "never" if holds => format!("there was never {habit}"),
                "former" => format!("{there} former {habit}"),
                _ => format!("{there} current {habit}"),
            }
        }
        Path::Named(Attribute::OrganFunction, name) if name == "child-pugh" => {
            format!("Child-Pugh class {is} {}", values_words(test, str::to_owned))
        }
        Path::Named(_, name) => format!("{} {}", measure_name(name), number_words(test, holds, "")),
        Path::Weeks => format!("gestation {}", number_words(test, holds, " weeks")),
        Path::ToxicityGrade(of) => format!("the grade of {} {}", named(of), number_words(test, holds, "")),
        Path::Intent => {
            format!("the question {is} about {}", values_words(test, |w| w.replace('_', "-")))
        }
    }
}

fn literal_years(test: &Test) -> String {
    test.values.first().map(literal).unwrap_or_default()
}

/// `is below 30`, `is 40 or above`; the contrary comparison where `holds` is false.
fn number_words(test: &Test, holds: bool, unit: &str) -> String {
    let is = if holds { "is" } else { "is not" };
    let list = values_words(test, |v| format!("{v}{unit}"));
    match (test.op, holds) {
        (Op::Lt, true) | (Op::Ge, false) => format!("is below {list}"),
        (Op::Gt, true) | (Op::Le, false) => format!("is above {list}"),
        (Op::Ge, true) | (Op::Lt, false) => format!("is {list} or above"),
        (Op::Le, true) | (Op::Gt, false) => format!("is {list} or below"),
        _ => format!("{is} {list}"),
    }
}

/// The grades a comparison leaves, of 0 to 4.
fn ecog_words(test: &Test, holds: bool) -> String {
    let left: Vec<u32> = (0..=4u32)
        .filter(|&grade| {
            let n = f64::from(grade);
            let any = test.values.iter().any(|v| match (v, test.op) {
                (Literal::Number { value, .. }, Op::Lt) => n < *value,
                (Literal::Number { value, .. }, Op::Le) => n <= *value,
                (Literal::Number { value, .. }, Op::Gt) => n > *value,
                (Literal::Number { value, .. }, Op::Ge) => n >= *value,
                (Literal::Number { value, .. }, _) => n == *value,
                _ => false,
            });
            any == holds
        })
        .collect();
    match left.as_slice() {
        [] => "is none of 0 to 4".to_owned(),
        [one] => format!("is {one}"),
        [a, b] => format!("is {a} or {b}"),
        [first, .., last] if (last - first) as usize + 1 == left.len() => format!("is {first} to {last}"),
        list => {
            let list: Vec<String> = list.iter().map(u32::to_string).collect();
            format!("is {}", series(&list, "or", false))
        }
    }
}

/// Preferred name where the lexicon has one, so that abbreviations are spelt out; as it is written.
fn named(value: &str) -> String {
    spelled(lexicon::concept(value).map_or(value, |c| c.name))
}

fn stage_words(value: &str) -> String {
    crate::stage::canonical(value).unwrap_or_else(|| value.to_owned())
}

fn measure_name(name: &str) -> String {
    match name {
        "egfr" => "eGFR".to_owned(),
        "lvef" => "left ventricular ejection fraction".to_owned(),
        "meld" => "MELD score".to_owned(),
        "fev1" => "FEV1".to_owned(),
        "dlco" => "DLCO".to_owned(),
        n if BLOOD_PRESSURE.contains(&n) => n.to_owned(),
        n if n.len() <= 4 && lexicon::concept(n).is_some_and(|c| c.kind == ConceptKind::Lab && c.usual.is_none()) => {
            n.to_uppercase()
        }
        n => n.to_owned(),
    }
}

fn metastasis_words(test: &Test, holds: bool) -> String {
    let there = if holds { "there are" } else { "there are no" };
    if test.values.len() == 1 && test.values.iter().all(|v| named(words_of(v)) == "distant") {
        return format!("there {} distant metastasis", if holds { "is" } else { "is no" });
    }
    format!("{there} {} metastases", values_words(test, |v| site_words(&named(v))))
}

/// The adjective that goes before "metastases".
fn site_words(site: &str) -> String {
    match site {
        "peritoneum" => "peritoneal",
        "retroperitoneum" => "retroperitoneal",
        "adrenal gland" => "adrenal",
        "pleura" => "pleural",
        s => s,
    }
    .to_owned()
}

fn setting_words(name: &str, holds: bool) -> String {
    let is = if holds { "is" } else { "is not" };
    let place = match name {
        "hospital inpatient" => "in hospital".to_owned(),
        "hospital ward" => "on a hospital ward".to_owned(),
        "intensive care" => "in intensive care".to_owned(),
        other => format!("an {other}"),
    };
    format!("the patient {is} {place}")
}

fn symptom_words(test: &Test, holds: bool) -> String {
    if let [Literal::Text(one)] = test.values.as_slice()
        && let Some(place) = setting::named(one)
    {
        return setting_words(place.name, holds);
    }
    let names: Vec<String> = test.values.iter().map(|v| named(words_of(v))).collect();
    // The last word decides the verb: "there are seizures".
    let last = names.last().map(String::as_str).unwrap_or_default();
    let plural = names.len() == 1
        && last.ends_with('s')
        && !last.ends_with("ss")
        && !last.ends_with("sis")
        && !last.ends_with("itis")
        && !last.ends_with("us")
        && !last.starts_with("torsades");
    let there = match (plural, holds) {
        (true, true) => "there are",
        (true, false) => "there are no",
        (false, true) => "there is",
        (false, false) => "there is no",
    };
    format!("{there} {}", series(&names, "or", false))
}

fn had_words(had: Had, test: &Test, holds: bool) -> String {
    let what = values_words(test, named);
    let plural = test.values.len() == 1 && plural_class(&what);
    let was = match (plural, holds) {
        (false, true) => "was",
        (false, false) => "was not",
        (true, true) => "were",
        (true, false) => "were not",
    };
    let is = match (plural, holds) {
        (false, true) => "is",
        (false, false) => "is not",
        (true, true) => "are",
        (true, false) => "are not",
    };
    match had {
        Had::Past => format!("{what} {was} given before"),
        Had::Progressed if holds => format!("the disease progressed on {what}"),
        Had::Progressed => format!("the disease did not progress on {what}"),
        Had::StoppedForToxicity => format!("{what} {was} stopped for toxicity"),
        Had::Completed => format!("{what} {was} completed"),
        Had::Planned => format!("{what} {is} planned"),
        Had::Present => format!("{what} {is} being given"),
    }
    .replace("surgery was given before", "surgery was done before")
    .replace("surgery was not given before", "surgery was not done before")
    .replace("surgery is being given", "surgery is being done")
}

fn plural_class(name: &str) -> bool {
    name.ends_with('s') && !name.ends_with("sis") && !name.ends_with("ss") && !name.ends_with("us")
}

fn course_words(course: Course, of: &str, test: &Test, holds: bool) -> String {
    let of = named(of);
    let n = test.values.first().map(literal).unwrap_or_default();
    let months = if n == "1" { "month has" } else { "months have" };
    match (course, test.op, holds) {
        (Course::SinceMonths, Op::Gt, true) | (Course::SinceMonths, Op::Le, false) => {
            format!("more than {n} {months} passed since {of}")
        }
        (Course::SinceMonths, Op::Ge, true) | (Course::SinceMonths, Op::Lt, false) => {
            format!("at least {n} {months} passed since {of}")
        }
        (Course::SinceMonths, Op::Lt, true) | (Course::SinceMonths, Op::Ge, false) => {
            format!("less than {n} {months} passed since {of}")
        }
        (Course::SinceMonths, Op::Le, true) | (Course::SinceMonths, Op::Gt, false) => {
            format!("at most {n} {months} passed since {of}")
        }
        (Course::SinceMonths, _, _) => {
            let list = values_words(test, str::to_owned);
            let passed = if holds { format!("{months} passed") } else { format!("{} not passed", months) };
            format!("{list} {passed} since {of}")
        }
        (Course::Cycles, _, _) => format!("the number of cycles of {of} {}", number_words(test, holds, "")),
        (Course::Line, _, _) => format!("the line of treatment with {of} {}", number_words(test, holds, "")),
        (Course::Setting, _, _) => {
            let was = if holds { "was" } else { "was not" };
            format!("{of} {was} given as {} treatment", values_words(test, str::to_owned))
        }
    }
}
