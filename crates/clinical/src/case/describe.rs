//! A fact in the words of a page.

use super::{Assertion, Attribute, Case, Fact, Outcome, Value};
use crate::biomarker;
use crate::spelled::spelled;

impl Fact {
    /// Plain English: `FOLFOX (fluorouracil, leucovorin, oxaliplatin), 4 cycles, in the past; outcome and setting not
    /// stated`. Says nothing of the attribute; [`Attribute::label`] does.
    pub fn describe(&self) -> String {
        let d = &self.detail;
        let mut words = self.subject();
        if let Some(parts) = d.components.as_ref().filter(|c| !c.is_empty()) {
            words.push_str(&format!(" ({})", parts.join(", ")));
        }
        if let Some(dose) = &d.dose {
            words.push_str(&format!(" {dose}"));
        }
        let setting = d.setting.as_deref().filter(|s| *s != "unknown");
        let mut more: Vec<String> = Vec::new();
        more.extend(d.grade.map(|g| format!("grade {g}")));
        more.extend(d.of.as_ref().map(|of| format!("from {of}")));
        more.extend(d.character.clone());
        more.extend(self.place());
        more.extend(d.weeks.map(|w| format!("{w} weeks")));
        more.extend(d.flag.map(|f| f.word().to_owned()));
        more.extend(setting.map(str::to_owned));
        more.extend(d.line.filter(|_| setting.is_none()).map(|n| format!("line {n}")));
        more.extend(d.cycles.map(|n| if n == 1 { "1 cycle".to_owned() } else { format!("{n} cycles") }));
        more.extend(d.duration.as_ref().map(|t| format!("for {t}")));
        more.extend(d.state.clone());
        more.extend(match d.outcome {
            Some(Outcome::Progressed) => Some("progressed".to_owned()),
            Some(Outcome::Completed) => Some("completed".to_owned()),
            Some(Outcome::StoppedForToxicity) => Some("stopped for toxicity".to_owned()),
            Some(Outcome::Unknown) | None => None,
        });
        more.extend(self.when());
        for part in more {
            words.push_str(&format!(", {part}"));
        }
        match (d.outcome == Some(Outcome::Unknown), d.setting.as_deref() == Some("unknown")) {
            (true, true) => words.push_str("; outcome and setting not stated"),
            (true, false) => words.push_str("; outcome not stated"),
            (false, true) => words.push_str("; setting not stated"),
            (false, false) => {}
        }
        if let Some(conflict) = &d.conflict {
            words.push_str(&format!("; but {conflict}"));
        }
        words
    }

    fn subject(&self) -> String {
        let d = &self.detail;
        let unit =
            d.unit.as_deref().map(|u| if u == "%" { "%".to_owned() } else { format!(" {u}") }).unwrap_or_default();
        match (self.attribute, &self.value) {
            (Attribute::Age, Value::Number(n)) if *n < 2.0 => format!("{} months", (n * 12.0).round()),
            (Attribute::Age, v) => format!("{v} years"),
            (Attribute::Weight, v) => format!("{v} kg"),
            (Attribute::Ecog, v) => match &d.value {
                Some(karnofsky) => format!("{v} (Karnofsky {karnofsky})"),
                None => v.to_string(),
            },
            (Attribute::Biomarker, Value::Text(t)) => biomarker::shown(t),
            (Attribute::Metastasis, Value::Text(t)) if t == "distant" => "distant, site not stated".to_owned(),
            (Attribute::Lab | Attribute::Vital | Attribute::OrganFunction, Value::Text(name)) => {
                let name = match name.as_str() {
                    "egfr" => "eGFR",
                    "lvef" => "LVEF",
                    "child-pugh" => "Child-Pugh",
                    "meld" => "MELD",
                    "inr" => "INR",
                    other => other,
                };
                match &d.value {
                    Some(value) => format!("{name} {value}{unit}"),
                    None => name.to_owned(),
                }
            }
            (_, v) => spelled(&v.to_string()),
        }
    }

    fn place(&self) -> Option<String> {
        match (&self.detail.laterality, &self.detail.site) {
            (Some(side), Some(site)) => Some(format!("{side} {site}")),
            (Some(only), None) | (None, Some(only)) => Some(only.clone()),
            (None, None) => None,
        }
    }

    fn when(&self) -> Option<String> {
        let therapy = matches!(self.attribute, Attribute::Treatment | Attribute::Medication);
        if let Some(months) = self.detail.since_months {
            return Some(if months == 1.0 { "1 month ago".to_owned() } else { format!("{months} months ago") });
        }
        let ended = self.detail.outcome.is_some_and(|o| o != Outcome::Unknown);
        let words = match self.assertion {
            Assertion::Present => return None,
            Assertion::Past if ended => return None,
            Assertion::Past => "in the past",
            Assertion::Absent if therapy => "not given",
            Assertion::Absent => "denied",
            Assertion::Planned => "asked about or planned",
            Assertion::Family => "in the family",
            Assertion::Uncertain => "suspected",
        };
        Some(words.to_owned())
    }
}

impl Case {
    /// What a reader must be told beside the facts: what was read as what, what could not be told, what is compared, how
    /// many identifiers were removed. One sentence each.
    pub fn notes(&self) -> Vec<String> {
        let mut notes: Vec<String> = Vec::new();
        for unclear in &self.unclear {
            let which = unclear.candidates.join(" or ");
            notes
                .push(format!("\u{201c}{}\u{201d} was not read: it could be {which}. Please say which.", unclear.text));
        }
        for read in &self.read_as {
            notes.push(format!("\u{201c}{}\u{201d} was read as {}.", read.text, read.value));
        }
        if let Some(arms) = &self.comparison {
            let with = |names: &[String]| names.join(" and ");
            notes.push(match arms.right.as_slice() {
                [] => format!("Compared: with {}, and without.", with(&arms.left)),
                right => format!("Compared: {} with {}.", with(&arms.left), with(right)),
            });
        }
        match self.redactions.len() {
            0 => {}
            1 => notes.push("One patient identifier was removed before anything was kept.".to_owned()),
            n => notes.push(format!("{n} patient identifiers were removed before anything was kept.")),
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use crate::read_case;

    fn described(question: &str) -> Vec<String> {
        read_case(question).facts.iter().map(|f| format!("{}: {}", f.attribute.label(), f.describe())).collect()
    }

    #[test]
    fn facts_read_as_a_clinician_would_say_them() {
        assert_eq!(
            described(
                "67F with stage III (T3 N0 M0) colon cancer, post 4 cycles of FOLFOX, MSI-H, KPS 70, Mg 0.9 mg/dL"
            ),
            [
                "Age: 67 years",
                "Sex: female",
                "Stage: III; but T3N0M0 is stage IIA",
                "TNM: T3N0M0",
                "Diagnosis: colon cancer",
                "Treatment: FOLFOX (fluorouracil, leucovorin, oxaliplatin), 4 cycles, in the past; outcome and setting not stated",
                "Biomarker: MSI-high",
                "ECOG performance status: 2 (Karnofsky 70)",
                "Laboratory value: magnesium 0.9 mg/dL, low",
            ]
        );
        assert_eq!(
            described(
                "rash on the left foot; grade 3 neuropathy from oxaliplatin; no prior bevacizumab; RAS WT; eGFR 28"
            ),
            [
                "Symptom: rash, left foot",
                "Other disease: neuropathy, grade 3, from oxaliplatin".replace("Other disease", "Toxicity").as_str(),
                "Treatment: oxaliplatin",
                "Treatment: bevacizumab, not given",
                "Biomarker: RAS wild-type",
                "Organ function: eGFR 28",
            ]
        );
        assert_eq!(
            described("progressed on FOLFIRI 3 months ago, possible sepsis"),
            [
                "Treatment: FOLFIRI (fluorouracil, irinotecan, leucovorin), progressed, 3 months ago; setting not stated",
                "Diagnosis: sepsis, suspected"
            ]
        );
    }
}
