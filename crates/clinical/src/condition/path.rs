//! What a condition can ask about, and which operators and values fit it.

use super::{Expr, Literal, Op};
use crate::case::{Attribute, Intent};
use crate::lexicon::{self, ConceptKind};
use std::fmt;

/// What a condition can ask about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Path {
    /// `diagnosis`, `ecog`, ...
    Fact(Attribute),
    /// `treatment.past`, ...
    Had(Had),
    /// `treatment.since_months(oxaliplatin)`, ...
    Course(Course, String),
    /// `lab.magnesium`, `vital.heart_rate`, `organ_function.egfr`, `lifestyle.alcohol`: the name has spaces here and
    /// underscores when printed.
    Named(Attribute, String),
    /// `toxicity.grade(neuropathy)`
    ToxicityGrade(String),
    /// `pregnancy.weeks`: whole weeks of gestation.
    Weeks,
    /// `intent`
    Intent,
}

/// How a treatment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Had {
    Past,
    Progressed,
    StoppedForToxicity,
    Completed,
    Planned,
    Present,
}

/// What can be asked of one treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    SinceMonths,
    Cycles,
    Line,
    Setting,
}

/// What kind of value fits a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// A number without unit.
    Number,
    /// A number, with or without unit.
    Measure,
    /// A number with unit, or low, normal, high.
    Lab,
    /// One word or phrase: `=`.
    One,
    /// Of which a case can have several: `has`.
    Several,
}

/// Measures of organ function: name, whether it is a number.
pub(crate) const ORGAN_FUNCTIONS: &[(&str, bool)] = &[
    ("egfr", true),
    ("creatinine clearance", true),
    ("lvef", true),
    ("meld", true),
    ("fev1", true),
    ("dlco", true),
    ("child-pugh", false),
];

/// Measurements that have no unit.
const UNITLESS: &[&str] = &["inr", "ph", "arterial ph", "specific gravity"];

/// Vital signs read out of a blood pressure.
pub(crate) const BLOOD_PRESSURE: &[&str] = &["systolic blood pressure", "diastolic blood pressure"];

impl Had {
    const ALL: &'static [(Had, &'static str)] = &[
        (Had::Past, "past"),
        (Had::Progressed, "progressed"),
        (Had::StoppedForToxicity, "stopped_for_toxicity"),
        (Had::Completed, "completed"),
        (Had::Planned, "planned"),
        (Had::Present, "present"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(h, _)| *h == self).map_or("", |(_, w)| w)
    }
}

impl Course {
    const ALL: &'static [(Course, &'static str)] = &[
        (Course::SinceMonths, "since_months"),
        (Course::Cycles, "cycles"),
        (Course::Line, "line"),
        (Course::Setting, "setting"),
    ];

    fn word(self) -> &'static str {
        Self::ALL.iter().find(|(c, _)| *c == self).map_or("", |(_, w)| w)
    }
}

impl Path {
    /// The path of these dotted words, which ends in an argument in parentheses or not.
    pub(crate) fn parse(words: &str, argument: Option<&str>) -> Result<Path, String> {
        let with_argument = |path: &dyn Fn(String) -> Path| match argument {
            Some(a) => Ok(path(a.to_owned())),
            None => Err(format!("expected what it is of, as in {words}(oxaliplatin)")),
        };
        if let Some(&(course, _)) =
            words.strip_prefix("treatment.").and_then(|rest| Course::ALL.iter().find(|(_, w)| *w == rest))
        {
            return with_argument(&|a| Path::Course(course, a));
        }
        if words == "toxicity.grade" {
            return with_argument(&Path::ToxicityGrade);
        }
        if argument.is_some() {
            return Err(format!("expected no parentheses after {words}"));
        }
        if words == "intent" {
            return Ok(Path::Intent);
        }
        if words == "pregnancy.weeks" {
            return Ok(Path::Weeks);
        }
        let Some((attribute, name)) = words.split_once('.') else {
            return match words.parse::<Attribute>() {
                Ok(Attribute::Lab | Attribute::Vital | Attribute::OrganFunction) => {
                    Err(format!("expected which {words}, as in {words}.NAME"))
                }
                Ok(a) => Ok(Path::Fact(a)),
                Err(_) => Err(unknown(words)),
            };
        };
        match attribute {
            "treatment" => match Had::ALL.iter().find(|(_, w)| *w == name) {
                Some(&(had, _)) => Ok(Path::Had(had)),
                None => Err(unknown(words)),
            },
            "lab" => named(Attribute::Lab, name, ConceptKind::Lab),
            "vital" => named(Attribute::Vital, name, ConceptKind::Vital),
            "lifestyle" => named(Attribute::Lifestyle, name, ConceptKind::Lifestyle),
            "organ_function" => {
                let spaced = name.replace('_', " ");
                match ORGAN_FUNCTIONS.iter().find(|(n, _)| *n == spaced || n.replace('-', " ") == spaced) {
                    Some((n, _)) => Ok(Path::Named(Attribute::OrganFunction, (*n).to_owned())),
                    None => {
                        let all: Vec<&str> = ORGAN_FUNCTIONS.iter().map(|(n, _)| *n).collect();
                        Err(format!("expected organ_function. and one of: {}", all.join(", ")))
                    }
                }
            }
            _ => Err(unknown(words)),
        }
    }

    pub(crate) fn takes(&self) -> Takes {
        match self {
            Path::Fact(Attribute::Age | Attribute::Weight | Attribute::Ecog) => Takes::Number,
            Path::Fact(Attribute::Sex | Attribute::Pregnancy | Attribute::Stage | Attribute::Grade) => Takes::One,
            Path::Fact(_) | Path::Had(_) => Takes::Several,
            Path::Course(Course::Setting, _) => Takes::One,
            Path::Course(..) | Path::ToxicityGrade(_) | Path::Weeks => Takes::Number,
            Path::Named(Attribute::Lab, name) if UNITLESS.contains(&name.as_str()) => Takes::Measure,
            Path::Named(Attribute::Lab, _) => Takes::Lab,
            Path::Named(Attribute::OrganFunction, name)
                if ORGAN_FUNCTIONS.iter().any(|(n, numeric)| n == name && !numeric) =>
            {
                Takes::One
            }
            Path::Named(Attribute::Lifestyle, _) => Takes::One,
            Path::Named(..) => Takes::Measure,
            Path::Intent => Takes::Several,
        }
    }

    /// What is wrong with an operator here, if anything.
    pub(crate) fn refuses(&self, op: Op) -> Option<String> {
        let fits = match (self.takes(), op) {
            (_, Op::In) => true,
            (Takes::Number | Takes::Measure | Takes::Lab, op) => op != Op::Has,
            (Takes::One, op) => matches!(op, Op::Eq | Op::Ne),
            // There is one main diagnosis and one main intent, and yet several: both ways of asking make sense.
            (Takes::Several, Op::Eq | Op::Ne) => {
                matches!(self, Path::Intent | Path::Fact(Attribute::Diagnosis | Attribute::Histology | Attribute::Tnm))
            }
            (Takes::Several, op) => op == Op::Has,
        };
        let expected = match self.takes() {
            Takes::Number | Takes::Measure | Takes::Lab => "=, !=, <, <=, >, >= or in",
            Takes::One => "=, != or in",
            Takes::Several => "has or in",
        };
        (!fits).then(|| format!("expected {expected} after {self}, found {}", op.symbol()))
    }

    /// What is wrong with a value here, if anything.
    pub(crate) fn refuses_value(&self, op: Op, value: &Literal) -> Option<String> {
        let ordered = matches!(op, Op::Lt | Op::Le | Op::Gt | Op::Ge);
        match (self.takes(), value) {
            (Takes::Number, Literal::Number { unit: Some(unit), .. }) => {
                Some(format!("expected a number without unit, found {unit}; {}", self.measured_in()))
            }
            (Takes::Lab, Literal::Number { unit: None, .. }) => {
                Some(format!("expected a unit after the number, as in {self} {} 1.2 mg/dL", op.symbol()))
            }
            (Takes::Lab, Literal::Text(t)) if !ordered && matches!(t.as_str(), "low" | "normal" | "high") => None,
            (Takes::Lab, Literal::Text(_)) if ordered => Some("expected a number with its unit".to_owned()),
            (Takes::Lab, Literal::Text(_)) => {
                Some("expected a number with its unit, or low, normal or high".to_owned())
            }
            (Takes::Number | Takes::Measure, Literal::Text(_)) => Some("expected a number".to_owned()),
            (Takes::One | Takes::Several, Literal::Number { .. }) => Some("expected words, not a number".to_owned()),
            (Takes::Number | Takes::Measure | Takes::Lab, Literal::Number { .. }) => None,
            (Takes::One | Takes::Several, Literal::Text(text)) => self.refuses_words(text),
        }
    }

    fn refuses_words(&self, text: &str) -> Option<String> {
        let one_of = |list: &[&str]| {
            (!list.contains(&text)).then(|| format!("expected one of: {}; found {text:?}", list.join(", ")))
        };
        match self {
            Path::Fact(Attribute::Sex) => one_of(&["female", "male"]),
            Path::Fact(Attribute::Pregnancy) => one_of(&["pregnant", "postpartum", "breastfeeding", "not pregnant"]),
            Path::Fact(Attribute::Stage) => {
                crate::stage::parse(text).is_none().then(|| format!("expected a stage, I to IV, found {text:?}"))
            }
            Path::Fact(Attribute::Tnm) => {
                crate::stage::tnm(text).is_empty().then(|| format!("expected T, N or M, as T3N0M0, found {text:?}"))
            }
            Path::Intent => text.parse::<Intent>().err().map(|e| e.to_string()),
            Path::Named(Attribute::OrganFunction, _) => one_of(&["A", "B", "C"]),
            Path::Named(Attribute::Lifestyle, _) => one_of(&["present", "current", "former", "never"]),
            _ => None,
        }
    }

    fn measured_in(&self) -> &'static str {
        match self {
            Path::Fact(Attribute::Age) => "age is in years",
            Path::Fact(Attribute::Weight) => "weight is in kg",
            Path::Course(Course::SinceMonths, _) => "it is in months",
            Path::Weeks => "it is in weeks",
            _ => "it has none",
        }
    }
}

fn unknown(words: &str) -> String {
    format!("expected an attribute of a case, found {words:?}")
}

fn named(attribute: Attribute, name: &str, kind: ConceptKind) -> Result<Path, String> {
    let spaced = name.replace('_', " ");
    if attribute == Attribute::Vital && BLOOD_PRESSURE.contains(&spaced.as_str()) {
        return Ok(Path::Named(attribute, spaced));
    }
    match lexicon::concept(&spaced) {
        Some(c) if c.kind == kind => Ok(Path::Named(attribute, c.name.to_owned())),
        _ => Err(format!("expected the name of a {} of the lexicon after {attribute}., found {name:?}", kind.word())),
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Fact(a) => a.fmt(f),
            Path::Had(had) => write!(f, "treatment.{}", had.word()),
            Path::Course(course, of) => {
                write!(f, "treatment.{}(", course.word())?;
                super::parse::write_text(f, of)?;
                f.write_str(")")
            }
            Path::Named(a, name) => write!(f, "{a}.{}", name.replace(' ', "_")),
            Path::ToxicityGrade(of) => {
                f.write_str("toxicity.grade(")?;
                super::parse::write_text(f, of)?;
                f.write_str(")")
            }
            Path::Weeks => f.write_str("pregnancy.weeks"),
            Path::Intent => f.write_str("intent"),
        }
    }
}

/// Values that should be concepts of the lexicon and are not.
pub(crate) fn unfamiliar<'a>(expr: &'a Expr, found: &mut Vec<&'a str>) {
    match expr {
        Expr::Not(e) => unfamiliar(e, found),
        Expr::And(list) | Expr::Or(list) => list.iter().for_each(|e| unfamiliar(e, found)),
        Expr::Test(test) => {
            let mut note = |word: &'a str| {
                if lexicon::concept(word).is_none() && !found.contains(&word) {
                    found.push(word);
                }
            };
            match &test.path {
                Path::Course(_, of) | Path::ToxicityGrade(of) => note(of),
                Path::Had(_)
                | Path::Fact(
                    Attribute::Diagnosis
                    | Attribute::Comorbidity
                    | Attribute::Metastasis
                    | Attribute::Treatment
                    | Attribute::Medication
                    | Attribute::Toxicity
                    | Attribute::Symptom
                    | Attribute::Finding
                    | Attribute::Histology
                    | Attribute::Grade
                    | Attribute::Lifestyle
                    | Attribute::Allergy,
                ) => {
                    for value in &test.values {
                        if let Literal::Text(t) = value {
                            note(t);
                        }
                    }
                }
                Path::Fact(Attribute::Biomarker) => {
                    for value in &test.values {
                        if let Literal::Text(t) = value
                            && !crate::biomarker::parse(t).known
                            && !found.contains(&t.as_str())
                        {
                            found.push(t);
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// The attributes an expression asks about, each once, in order of mention.
pub(crate) fn attributes(expr: &Expr, found: &mut Vec<Attribute>) {
    match expr {
        Expr::Test(test) => {
            let attribute = match &test.path {
                Path::Fact(attribute) | Path::Named(attribute, _) => *attribute,
                Path::Had(_) | Path::Course(..) => Attribute::Treatment,
                Path::ToxicityGrade(_) => Attribute::Toxicity,
                Path::Weeks => Attribute::Pregnancy,
                Path::Intent => return,
            };
            if !found.contains(&attribute) {
                found.push(attribute);
            }
        }
        Expr::Not(inner) => attributes(inner, found),
        Expr::And(list) | Expr::Or(list) => list.iter().for_each(|e| attributes(e, found)),
    }
}
