//! What a registration plans: summary, status, design, arms, outcomes and eligibility, in sentences made of the fields.

use super::words::{Page, at, fact, humane, items, plain, sentences, short, stopped, text, texts};
use crate::cut::Glue;
use serde_json::Value;

/// Tells all of the plan; `reported` is whether results are posted.
pub(super) fn tell(study: &Value, reported: bool, page: &mut Page) {
    let protocol = at(study, "protocolSection");
    page.summary();
    page.prose(at(protocol, "descriptionModule.briefSummary").as_str().unwrap_or_default());
    status(protocol, reported, page);
    naming(protocol, page);
    page.under(&["Detailed Description"]);
    page.prose(at(protocol, "descriptionModule.detailedDescription").as_str().unwrap_or_default());
    design(protocol, page);
    arms(at(protocol, "armsInterventionsModule"), page);
    outcomes(at(protocol, "outcomesModule"), page);
    eligibility(at(protocol, "eligibilityModule"), page);
}

fn lines(page: &mut Page, lines: &[String]) {
    for line in lines.iter().filter(|l| !l.is_empty()) {
        page.line(line.clone());
    }
}

/// A `…DateStruct` in words, as "2019-03 (estimated)".
fn dated(of: &Value) -> String {
    let (date, kind) = (text(of, "date"), humane(&text(of, "type")));
    if date.is_empty() || kind.is_empty() { date } else { format!("{date} ({kind})") }
}

fn status(protocol: &Value, reported: bool, page: &mut Page) {
    let module = at(protocol, "statusModule");
    page.under(&["Status"]);
    let overall = text(module, "overallStatus");
    let mut told = fact("Overall status", &humane(&overall));
    let last = text(module, "lastKnownStatus");
    if !last.is_empty() && last != overall {
        told = format!("{} (last known status: {}).", told.trim_end_matches('.'), humane(&last));
    }
    let results = if reported {
        let posted = dated(at(module, "resultsFirstPostDateStruct"));
        if posted.is_empty() { "Results are posted.".to_owned() } else { format!("Results first posted: {posted}.") }
    } else if protocol.as_object().is_some_and(|p| !p.is_empty()) {
        "No results are posted in this record.".to_owned()
    } else {
        String::new()
    };
    lines(
        page,
        &[
            told,
            fact("Why the study stopped", &text(module, "whyStopped")),
            fact("Start", &dated(at(module, "startDateStruct"))),
            fact("Primary completion", &dated(at(module, "primaryCompletionDateStruct"))),
            fact("Completion", &dated(at(module, "completionDateStruct"))),
            results,
            fact("Last update posted", &dated(at(module, "lastUpdatePostDateStruct"))),
        ],
    );
}

fn naming(protocol: &Value, page: &mut Page) {
    let module = at(protocol, "identificationModule");
    page.under(&["Study"]);
    let official = text(module, "officialTitle");
    let brief = text(module, "briefTitle");
    let sponsors = at(protocol, "sponsorCollaboratorsModule");
    let collaborators: Vec<String> = items(sponsors, "collaborators").map(|c| text(c, "name")).collect();
    lines(
        page,
        &[
            if official == brief { String::new() } else { fact("Official title", &official) },
            fact("Acronym", &text(module, "acronym")),
            fact("Sponsor", &text(sponsors, "leadSponsor.name")),
            fact("Collaborators", &collaborators.join("; ")),
            fact("Conditions", &texts(protocol, "conditionsModule.conditions").join("; ")),
        ],
    );
}

fn design(protocol: &Value, page: &mut Page) {
    let module = at(protocol, "designModule");
    let info = at(module, "designInfo");
    let word = |of: &Value, field| humane(&text(of, field));
    let list = |of: &Value, field| texts(of, field).iter().map(|t| humane(t)).collect::<Vec<_>>().join(", ");
    page.under(&["Design"]);
    let masked = list(info, "maskingInfo.whoMasked");
    let mut masking = word(info, "maskingInfo.masking");
    if !masking.is_empty() && !masked.is_empty() {
        masking = format!("{masking} ({masked})");
    }
    let count = text(module, "enrollmentInfo.count");
    let mut enrolled = count.clone();
    if !count.is_empty() {
        enrolled = format!("{count} participants");
        let kind = word(module, "enrollmentInfo.type");
        if !kind.is_empty() {
            enrolled = format!("{enrolled} ({kind})");
        }
    }
    lines(
        page,
        &[
            fact("Study type", &word(module, "studyType")),
            fact("Phase", &list(module, "phases")),
            fact("Allocation", &word(info, "allocation")),
            fact("Intervention model", &word(info, "interventionModel")),
            stopped(&text(info, "interventionModelDescription")),
            fact("Observational model", &word(info, "observationalModel")),
            fact("Time perspective", &word(info, "timePerspective")),
            fact("Masking", &masking),
            stopped(&text(info, "maskingInfo.maskingDescription")),
            fact("Primary purpose", &word(info, "primaryPurpose")),
            fact("Follow-up of a registry", &text(module, "targetDuration")),
            fact("Enrollment", &enrolled),
        ],
    );
}

fn arms(module: &Value, page: &mut Page) {
    page.under(&["Arms and Interventions"]);
    for arm in items(module, "armGroups") {
        page.line(sentences(&[
            fact("Arm", &labelled(&text(arm, "label"), &text(arm, "type"))),
            stopped(&text(arm, "description")),
            fact("Interventions", &texts(arm, "interventionNames").join("; ")),
        ]));
    }
    for intervention in items(module, "interventions") {
        page.line(sentences(&[
            fact("Intervention", &labelled(&text(intervention, "name"), &text(intervention, "type"))),
            stopped(&text(intervention, "description")),
            fact("Other names", &texts(intervention, "otherNames").join("; ")),
            fact("Arms", &texts(intervention, "armGroupLabels").join("; ")),
        ]));
    }
}

/// A name with its kind, as "Fictamab (drug)".
fn labelled(name: &str, kind: &str) -> String {
    if name.is_empty() || kind.is_empty() { name.to_owned() } else { format!("{name} ({})", humane(kind)) }
}

fn outcomes(module: &Value, page: &mut Page) {
    for (field, heading, what) in [
        ("primaryOutcomes", "Primary Outcome Measures", "Planned primary outcome"),
        ("secondaryOutcomes", "Secondary Outcome Measures", "Planned secondary outcome"),
        ("otherOutcomes", "Other Outcome Measures", "Other planned outcome"),
    ] {
        page.under(&["Planned Outcomes", heading]);
        for outcome in items(module, field) {
            page.line(sentences(&[
                fact(what, &text(outcome, "measure")),
                fact("Time frame", &text(outcome, "timeFrame")),
                stopped(&text(outcome, "description")),
            ]));
        }
    }
}

fn eligibility(module: &Value, page: &mut Page) {
    page.under(&["Eligibility"]);
    let (from, to) = (text(module, "minimumAge"), text(module, "maximumAge"));
    let ages = match (from.is_empty(), to.is_empty()) {
        (false, false) => format!("{from} to {to}"),
        (false, true) => format!("{from} and older"),
        (true, false) => format!("up to {to}"),
        (true, true) => String::new(),
    };
    let healthy = match text(module, "healthyVolunteers").to_ascii_lowercase().as_str() {
        "true" | "accepts healthy volunteers" | "yes" => "accepted".to_owned(),
        "false" | "no" => "not accepted".to_owned(),
        other => other.to_owned(),
    };
    lines(
        page,
        &[
            fact("Ages eligible", &ages),
            fact("Sexes eligible", &humane(&text(module, "sex"))),
            stopped(&text(module, "genderDescription")),
            fact("Healthy volunteers", &healthy),
            fact("Study population", &text(module, "studyPopulation")),
            fact("Sampling method", &humane(&text(module, "samplingMethod"))),
        ],
    );
    criteria(at(module, "eligibilityCriteria").as_str().unwrap_or_default(), page);
}

/// The criteria, each on a line, under the headings that part them.
fn criteria(raw: &str, page: &mut Page) {
    for (glue, text) in super::words::blocks(raw) {
        match heading(&text) {
            Some((heading, rest)) => {
                page.under(&["Eligibility", &heading]);
                if !rest.is_empty() {
                    page.line(rest);
                }
            }
            None if glue == Glue::Paragraph && text.ends_with(':') => page.paragraph(text),
            None => page.line(text),
        }
    }
}

/// The heading of a part of the criteria, if a line is one, and what follows it on the line.
fn heading(line: &str) -> Option<(String, String)> {
    let plain = line.trim_matches(['*', '#', ' ', '_']);
    let lower = plain.to_lowercase();
    let at = lower.find("criteria")? + "criteria".len();
    let before = lower.get(..at)?;
    let named = before.contains("inclusion") || before.contains("exclusion") || before.contains("eligibility");
    if !named || before.split_whitespace().count() > 5 {
        return None;
    }
    // "Inclusion criteria for part B:" is a heading; "Exclusion criteria were not changed" is none.
    match plain.split_once(':') {
        Some((head, rest)) if head.split_whitespace().count() <= 10 => {
            let rest = rest.trim_matches(['*', ' ', '_']);
            Some((capital(head), rest.to_owned()))
        }
        None if plain.len() == at => Some((capital(plain), String::new())),
        _ => None,
    }
}

/// "INCLUSION CRITERIA" and "inclusion criteria" are one heading.
fn capital(heading: &str) -> String {
    let heading = short(&plain(heading.trim_matches(['*', ' ', '_'])), 120);
    match heading.to_lowercase().as_str() {
        "inclusion criteria" => "Inclusion Criteria".to_owned(),
        "exclusion criteria" => "Exclusion Criteria".to_owned(),
        _ => heading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_of_criteria_are_told_from_criteria() {
        let told = |line| heading(line).map(|(h, r)| format!("{h}|{r}"));
        assert_eq!(told("INCLUSION CRITERIA:").as_deref(), Some("Inclusion Criteria|"));
        assert_eq!(told("**Exclusion criteria**").as_deref(), Some("Exclusion Criteria|"));
        assert_eq!(
            told("Key Inclusion Criteria for Part B: age").as_deref(),
            Some("Key Inclusion Criteria for Part B|age")
        );
        assert_eq!(told("Meets the diagnostic criteria: two or more"), None);
        assert_eq!(told("Exclusion criteria were not changed"), None);
        assert_eq!(told("Patients who meet all of the inclusion criteria: age"), None);
    }
}
