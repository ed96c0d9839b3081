//! The patient facts read out of a question. The types print as the `case` object of every article and nothing else;
//! how a question is read is the business of [`read_case`](crate::read_case).

mod describe;

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A word that is none of those allowed where it stood. The caller is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no {what}; one of: {allowed}")]
pub struct UnknownWord {
    what: &'static str,
    word: String,
    allowed: String,
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The stable word for files and APIs.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word),+ }
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(s: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|v| v.word() == s).ok_or_else(|| UnknownWord {
                    what: $what,
                    word: s.chars().take(80).collect(),
                    allowed: Self::ALL.iter().map(|v| v.word()).collect::<Vec<_>>().join(", "),
                })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.word())
            }
        }
    };
}

words! {
    /// Whom an answer is worded for. Decides wording, never facts.
    Reader, "reader", {
        /// Treats patients.
        Clinician = "clinician",
        /// Learns to.
        Trainee = "trainee",
        /// Is the patient, or asks for one.
        Patient = "patient",
    }
}

words! {
    /// What a question wants to know.
    Intent, "intent", {
        /// What to do about it.
        Treatment = "treatment",
        /// What it is, how it shows and why it happened.
        Diagnosis = "diagnosis",
        /// Which tests to do.
        Workup = "workup",
        /// What to watch, and how often.
        Monitoring = "monitoring",
        /// How to go on after treatment.
        FollowUp = "follow_up",
        /// What to expect.
        Prognosis = "prognosis",
        /// How to keep it from happening.
        Prevention = "prevention",
        /// Adverse effects, contraindications, interactions, "can X be used with Y".
        Safety = "safety",
        /// How much, how often.
        Dosing = "dosing",
        /// What a term means.
        Definition = "definition",
    }
}

words! {
    /// What the question says of a fact.
    Assertion, "assertion", {
        /// It is so now.
        Present = "present",
        /// It is denied.
        Absent = "absent",
        /// It was so.
        Past = "past",
        /// It is asked about or intended.
        Planned = "planned",
        /// It is so of a relative.
        Family = "family",
        /// It is suspected or to be ruled out.
        Uncertain = "uncertain",
    }
}

words! {
    /// What kind of thing a fact is about.
    Attribute, "attribute", {
        /// Years.
        Age = "age",
        /// Female or male.
        Sex = "sex",
        /// Kilograms.
        Weight = "weight",
        /// Pregnant, postpartum, breastfeeding, not pregnant.
        Pregnancy = "pregnancy",
        /// The disease the question is about.
        Diagnosis = "diagnosis",
        /// Kind of tissue.
        Histology = "histology",
        /// Degree of differentiation.
        Grade = "grade",
        /// I to IV, with letter.
        Stage = "stage",
        /// T, N and M as written.
        Tnm = "tnm",
        /// Site of spread.
        Metastasis = "metastasis",
        /// Drug or procedure for the disease asked about.
        Treatment = "treatment",
        /// Harm done by a treatment.
        Toxicity = "toxicity",
        /// Marker and its state.
        Biomarker = "biomarker",
        /// Performance status, 0 to 4.
        Ecog = "ecog",
        /// Another disease.
        Comorbidity = "comorbidity",
        /// A drug for something else.
        Medication = "medication",
        /// Substance.
        Allergy = "allergy",
        /// What the patient reports.
        Symptom = "symptom",
        /// What is observed.
        Finding = "finding",
        /// Laboratory test.
        Lab = "lab",
        /// Vital sign.
        Vital = "vital",
        /// Measure of how well an organ works.
        OrganFunction = "organ_function",
        /// Habit: alcohol, tobacco.
        Lifestyle = "lifestyle",
    }
}

impl Attribute {
    /// English label for a page.
    pub fn label(self) -> &'static str {
        match self {
            Attribute::Age => "Age",
            Attribute::Sex => "Sex",
            Attribute::Weight => "Weight",
            Attribute::Pregnancy => "Pregnancy",
            Attribute::Diagnosis => "Diagnosis",
            Attribute::Histology => "Histology",
            Attribute::Grade => "Grade",
            Attribute::Stage => "Stage",
            Attribute::Tnm => "TNM",
            Attribute::Metastasis => "Metastasis",
            Attribute::Treatment => "Treatment",
            Attribute::Toxicity => "Toxicity",
            Attribute::Biomarker => "Biomarker",
            Attribute::Ecog => "ECOG performance status",
            Attribute::Comorbidity => "Other disease",
            Attribute::Medication => "Medication",
            Attribute::Allergy => "Allergy",
            Attribute::Symptom => "Symptom",
            Attribute::Finding => "Finding",
            Attribute::Lab => "Laboratory value",
            Attribute::Vital => "Vital sign",
            Attribute::OrganFunction => "Organ function",
            Attribute::Lifestyle => "Lifestyle",
        }
    }
}

words! {
    /// How a treatment ended.
    Outcome, "outcome", {
        /// The disease grew under it or after it.
        Progressed = "progressed",
        /// It was given as intended.
        Completed = "completed",
        /// It was given up because of its harm.
        StoppedForToxicity = "stopped for toxicity",
        /// The question does not say.
        Unknown = "unknown",
    }
}

words! {
    /// Where a laboratory value lies to its usual range.
    Flag, "flag", {
        /// Below it.
        Low = "low",
        /// Within it.
        Normal = "normal",
        /// Above it.
        High = "high",
    }
}

/// The value of a fact: a number for age, weight and performance status, words for the rest.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// A number; whole ones print without a fraction.
    Number(f64),
    /// Words; the preferred name where the lexicon has one.
    Text(String),
}

impl Value {
    /// The number, if it is one.
    pub fn number(&self) -> Option<f64> {
        match self {
            Value::Number(n) => Some(*n),
            Value::Text(_) => None,
        }
    }

    /// The words, if it is words.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Number(_) => None,
            Value::Text(t) => Some(t),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(n) => write!(f, "{n}"),
            Value::Text(t) => f.write_str(t),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Number(n) => number(n, s),
            Value::Text(t) => s.serialize_str(t),
        }
    }
}

impl From<f64> for Value {
    fn from(n: f64) -> Value {
        Value::Number(n)
    }
}

impl From<&str> for Value {
    fn from(t: &str) -> Value {
        Value::Text(t.to_owned())
    }
}

/// Whole numbers print as `4`, not `4.0`.
#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes references
fn number<S: Serializer>(n: &f64, s: S) -> Result<S::Ok, S::Error> {
    // Beyond 2^53 not every whole number is a double; such values never come from a question.
    if n.fract() == 0.0 && n.abs() < 9e15 { s.serialize_i64(*n as i64) } else { s.serialize_f64(*n) }
}

fn maybe_number<S: Serializer>(n: &Option<f64>, s: S) -> Result<S::Ok, S::Error> {
    match n {
        Some(n) => number(n, s),
        None => s.serialize_none(),
    }
}

macro_rules! detail {
    ($($(#[$doc:meta])* $(@$with:literal)? $field:ident: $t:ty),+ $(,)?) => {
        /// What the question says beside a fact's value. A key that is not said is not printed.
        #[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Detail {
            $($(#[$doc])* #[serde(skip_serializing_if = "Option::is_none" $(, serialize_with = $with)?)] pub $field: Option<$t>),+
        }
    };
}

detail! {
    /// Cycles given.
    cycles: u32,
    /// Line of therapy, from 1.
    line: u32,
    /// Adjuvant, neoadjuvant, first-line, palliative, ... or "unknown".
    setting: String,
    /// How it ended.
    outcome: Outcome,
    /// Months since it ended or happened.
    @"maybe_number" since_months: f64,
    /// Dose as written.
    dose: String,
    /// Drugs of a regimen, in alphabetical order.
    components: Vec<String>,
    /// Grade of a toxicity, 1 to 5.
    grade: u32,
    /// What caused a toxicity.
    of: String,
    /// Weeks of pregnancy.
    weeks: u32,
    /// What contradicts it elsewhere in the question.
    conflict: String,
    /// Value of a measurement: a number, or words such as `< 1.2`, `85/50`, `B`.
    value: Value,
    /// Its unit as written.
    unit: String,
    /// Where it lies to its usual range.
    flag: Flag,
    /// Place in the body.
    site: String,
    /// Left, right or bilateral.
    laterality: String,
    /// How long.
    duration: String,
    /// What it is like.
    character: String,
    /// State of a habit: current, former, never.
    state: String,
}

impl Detail {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Detail::default()
    }
}

/// One thing a question says of the patient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// What kind of thing.
    pub attribute: Attribute,
    /// What it is.
    pub value: Value,
    /// Whether it is so.
    pub assertion: Assertion,
    /// Byte range in the question as it was given to the reader.
    pub span: [usize; 2],
    /// What is said beside.
    #[serde(default, skip_serializing_if = "Detail::is_empty")]
    pub detail: Detail,
}

/// A fact that statements hang on and the question does not give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    /// What kind of thing.
    pub attribute: String,
    /// Which.
    pub value: String,
    /// What it decides.
    pub why: String,
    /// How many statements hang on it.
    pub statements: usize,
}

/// An abbreviation with several meanings or a misspelt word, and what it was read as, so that a misreading is seen at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadAs {
    /// As written.
    pub text: String,
    /// As read.
    pub value: String,
    /// Where.
    pub span: [usize; 2],
}

/// A misspelt drug name that could be several drugs. It is not read as any of them: the asker must say which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclear {
    /// As written.
    pub text: String,
    /// What it could be.
    pub candidates: Vec<String>,
    /// Where.
    pub span: [usize; 2],
}

/// Two ways of treating that a question weighs against each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// What stands before "versus", "or", "with or without".
    pub left: Vec<String>,
    /// What stands after; empty for "with or without X", whose other arm is doing without.
    pub right: Vec<String>,
}

/// An identifier that was taken out. What it said is kept nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// What it was: name, date, record number, phone, e-mail, address, national number.
    pub kind: String,
    /// Byte range in the question as it was typed.
    pub span: [usize; 2],
}

/// What was read out of one question.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// What is asked, main one first.
    pub intents: Vec<Intent>,
    /// What is said of the patient, in order of mention.
    pub facts: Vec<Fact>,
    /// What would change the answer; filled by whoever knows the statements.
    pub missing: Vec<Missing>,
    /// Abbreviations read as one of several meanings, and words read as another spelling.
    pub read_as: Vec<ReadAs>,
    /// Identifiers taken out; filled by whoever redacts.
    pub redactions: Vec<Redaction>,
    /// Drug names that could be several drugs, and were read as none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<Unclear>,
    /// The two arms of a question that compares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

impl Case {
    /// The disease that a diagnosis with its histology is: lung cancer and adenocarcinoma are lung adenocarcinoma. None where
    /// the lexicon has no word for it, or more than one histology is told.
    pub fn with_histology(&self, diagnosis: &Fact) -> Option<&'static crate::Concept> {
        let organ = diagnosis.value.text()?.strip_suffix(" cancer")?;
        let mut told = self.of(Attribute::Histology).filter(|f| f.assertion == diagnosis.assertion);
        let (histology, None) = (told.next()?, told.next()) else { return None };
        crate::concept(&format!("{organ} {}", histology.value.text()?))
    }

    /// Facts of one attribute.
    pub fn of(&self, attribute: Attribute) -> impl Iterator<Item = &Fact> {
        self.facts.iter().filter(move |f| f.attribute == attribute)
    }
}
