//! A declarative title, made of the case and the intents and nothing else.

use crate::plan::Plan;
use crate::words::{capitalised, join};
use clinical::{Assertion, Attribute, Case};

/// As "Treatment of rectal cancer with bone metastases after surgery and FOLFOX".
pub(crate) fn title(plan: &Plan<'_>) -> String {
    let case = &plan.asked.case;
    let diseases = texts(case, Attribute::Diagnosis, &[Assertion::Present, Assertion::Uncertain, Assertion::Past]);
    let planned = texts(case, Attribute::Treatment, &[Assertion::Planned]);
    let mut sites = texts(case, Attribute::Metastasis, &[Assertion::Present]);
    let spread = sites.contains(&"distant");
    sites.retain(|s| *s != "distant");
    let subject = match (diseases.is_empty(), planned.is_empty()) {
        // What is asked to be safe is the treatment, in who has the disease.
        (false, false) if plan.layout.noun == "safety" => format!("{} in {}", join(&planned), join(&diseases)),
        (false, _) if spread && sites.is_empty() && !diseases.iter().any(|d| d.contains("metasta")) => {
            format!("metastatic {}", join(&diseases))
        }
        (false, _) => join(&diseases),
        (true, false) => join(&planned),
        (true, true) => return from_question(&plan.asked.question),
    };
    let mut title = format!("{} of {subject}", plan.layout.noun);
    if !sites.is_empty() {
        title.push_str(&format!(" with metastases to {}", join(&sites)));
    }
    let markers = case.of(Attribute::Biomarker).filter(|f| f.assertion == Assertion::Present);
    let markers: Vec<String> = markers.map(clinical::Fact::describe).collect();
    if !markers.is_empty() {
        let markers: Vec<&str> = markers.iter().map(String::as_str).collect();
        title.push_str(&format!(", {}", join(&markers)));
    }
    let past = texts(case, Attribute::Treatment, &[Assertion::Past]);
    if !past.is_empty() {
        title.push_str(&format!(" after {}", join(&past)));
    }
    capitalised(&title)
}

fn texts<'a>(case: &'a Case, attribute: Attribute, assertions: &[Assertion]) -> Vec<&'a str> {
    let mut out = Vec::new();
    for fact in case.of(attribute).filter(|f| assertions.contains(&f.assertion)) {
        if let Some(text) = fact.value.text()
            && !out.contains(&text)
        {
            out.push(text);
        }
    }
    out
}

/// A question that names neither disease nor treatment keeps its own words.
fn from_question(question: &str) -> String {
    let line = question.split(['\n', '\r']).find(|l| !l.trim().is_empty()).unwrap_or_default().trim();
    let short: String = line.chars().take(160).collect();
    format!("On the question: {}", short.trim_end_matches(['?', '.', ' ']))
}
