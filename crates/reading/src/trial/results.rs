//! What a study reports: flow, baseline, outcomes with their analyses, adverse events and limitations.
//!
//! Owns rows that are understood alone: each says what was measured, in whom, and for each group its value with unit,
//! spread and number of participants. Nothing is computed.

mod outcomes;

use super::words::{Page, at, fact, humane, items, sentences, short, stopped, text};
use outcomes::Measure;
use serde_json::Value;
use std::collections::HashMap;

/// Groups in a row; more go to rows of their own.
const GROUPS: usize = 6;

/// Whether results are posted: some module holds any.
pub(super) fn are_reported(results: &Value) -> bool {
    [
        "outcomeMeasuresModule.outcomeMeasures",
        "baselineCharacteristicsModule.measures",
        "participantFlowModule.periods",
        "adverseEventsModule.eventGroups",
    ]
    .into_iter()
    .any(|field| items(results, field).next().is_some())
}

/// Tells all of the results.
pub(super) fn tell(results: &Value, page: &mut Page) {
    outcomes::tell(at(results, "outcomeMeasuresModule"), page);
    adverse(at(results, "adverseEventsModule"), page);
    flow(at(results, "participantFlowModule"), page);
    baseline(at(results, "baselineCharacteristicsModule"), page);
    let limits = at(results, "moreInfoModule.limitationsAndCaveats");
    page.under(&["Results", "Limitations and Caveats"]);
    page.prose(at(limits, "description").as_str().or(limits.as_str()).unwrap_or_default());
}

/// The rows that groups make: what they have in common, then each group with what is told of it.
fn rows(page: &mut Page, common: &[&str], groups: &[String]) -> bool {
    let common: Vec<&str> = common.iter().copied().filter(|c| !c.is_empty()).collect();
    for chunk in groups.chunks(GROUPS) {
        let cells: Vec<&str> = common.iter().copied().chain(chunk.iter().map(String::as_str)).collect();
        if !page.row(cells.iter().map(|c| c.replace(" | ", " / ")).collect::<Vec<_>>().join(" | ")) {
            return false;
        }
    }
    true
}

fn name<'a>(names: &'a HashMap<String, String>, id: &'a str) -> &'a str {
    match names.get(id).map(String::as_str) {
        Some(name) => name,
        None if id.is_empty() => "group not named",
        None => id,
    }
}

/// The groups with their descriptions.
fn describe(of: &Value, path: &str, names: &HashMap<String, String>, page: &mut Page) {
    for group in items(of, path) {
        let description = text(group, "description");
        if !description.is_empty() {
            page.line(stopped(&format!("Group {}: {description}", name(names, &text(group, "id")))));
        }
    }
}

/// Counts with the unit, as "12 participants".
fn counted(count: &str, unit: &str) -> String {
    if count.is_empty() { String::new() } else { format!("{count} {unit}") }
}

fn flow(module: &Value, page: &mut Page) {
    page.under(&["Results", "Participant Flow"]);
    page.prose(at(module, "recruitmentDetails").as_str().unwrap_or_default());
    page.prose(at(module, "preAssignmentDetails").as_str().unwrap_or_default());
    let names = page.groups(module, "groups");
    describe(module, "groups", &names, page);
    let units = text(module, "typeUnitsAnalyzed");
    for period in items(module, "periods") {
        let title = short(&text(period, "title"), 150);
        for milestone in items(period, "milestones") {
            let what = format!("Participant flow: {}", humane(&text(milestone, "type")));
            let told = achieved(milestone, "achievements", &names, &units);
            let comment = short(&text(milestone, "comment"), 300);
            if !rows(page, &[&title, &what, &comment], &told) {
                return;
            }
        }
        for dropped in items(period, "dropWithdraws") {
            let what = format!("Participant flow: not completed, {}", humane(&text(dropped, "type")));
            let told = achieved(dropped, "reasons", &names, &units);
            let comment = short(&text(dropped, "comment"), 300);
            if !rows(page, &[&title, &what, &comment], &told) {
                return;
            }
        }
    }
}

fn achieved(of: &Value, path: &str, names: &HashMap<String, String>, units: &str) -> Vec<String> {
    items(of, path)
        .filter_map(|entry| {
            let id = text(entry, "groupId");
            let units = if units.is_empty() { "units" } else { units };
            let counts: Vec<String> =
                [counted(&text(entry, "numSubjects"), "participants"), counted(&text(entry, "numUnits"), units)]
                    .into_iter()
                    .filter(|c| !c.is_empty())
                    .collect();
            let comment = text(entry, "comment");
            let comment = if comment.is_empty() { String::new() } else { format!(" ({})", short(&comment, 300)) };
            (!counts.is_empty()).then(|| format!("{}: {}{comment}", name(names, &id), counts.join(", ")))
        })
        .collect()
}

fn baseline(module: &Value, page: &mut Page) {
    page.under(&["Results", "Baseline Characteristics"]);
    page.prose(at(module, "populationDescription").as_str().unwrap_or_default());
    let names = page.groups(module, "groups");
    describe(module, "groups", &names, page);
    for measure in items(module, "measures") {
        let description = text(measure, "description");
        let title = text(measure, "title");
        if !description.is_empty() {
            page.line(stopped(&format!("Baseline measure {}: {description}", short(&title, 150))));
        }
        let measure = Measure { of: measure, denominators: at(module, "denoms"), names: &names };
        if !measure.tell(&format!("Baseline: {title}"), "", page) {
            return;
        }
    }
}

fn adverse(module: &Value, page: &mut Page) {
    page.under(&["Results", "Adverse Events"]);
    let threshold = text(module, "frequencyThreshold");
    let told = sentences(&[
        fact("Adverse events, time frame", &text(module, "timeFrame")),
        if threshold.is_empty() {
            String::new()
        } else {
            format!("Other events are reported where more than {threshold}% of a group had them.")
        },
        stopped(&text(module, "description")),
    ]);
    page.paragraph(told);
    let names = page.groups(module, "eventGroups");
    describe(module, "eventGroups", &names, page);
    for (what, affected, risk) in [
        ("Deaths from any cause", "deathsNumAffected", "deathsNumAtRisk"),
        ("Serious adverse events, total", "seriousNumAffected", "seriousNumAtRisk"),
        ("Other adverse events, total", "otherNumAffected", "otherNumAtRisk"),
    ] {
        let told: Vec<String> = items(module, "eventGroups")
            .filter_map(|group| {
                let told = at_risk(&text(group, affected), &text(group, risk), "")?;
                Some(format!("{}: {told}", name(&names, &text(group, "id"))))
            })
            .collect();
        if !rows(page, &[what], &told) {
            return;
        }
    }
    for (field, what) in [("seriousEvents", "Serious adverse event"), ("otherEvents", "Other adverse event")] {
        for event in items(module, field) {
            let head = format!("{what}: {}", short(&text(event, "term"), 200));
            let system = text(event, "organSystem");
            let notes = short(&text(event, "notes"), 300);
            let told: Vec<String> = items(event, "stats")
                .filter_map(|entry| {
                    let told =
                        at_risk(&text(entry, "numAffected"), &text(entry, "numAtRisk"), &text(entry, "numEvents"))?;
                    Some(format!("{}: {told}", name(&names, &text(entry, "groupId"))))
                })
                .collect();
            if !rows(page, &[&head, &short(&system, 150), &notes], &told) {
                return;
            }
        }
    }
}

/// "3 of 120 affected (4 events)"; nothing where neither is known.
fn at_risk(affected: &str, risk: &str, events: &str) -> Option<String> {
    let events = match events {
        "" => String::new(),
        "1" => "1 event".to_owned(),
        n => format!("{n} events"),
    };
    let affected = match (affected, risk) {
        ("", "") => String::new(),
        ("", risk) => format!("{risk} at risk, number affected not given"),
        (affected, "") => format!("{affected} affected, number at risk not given"),
        (affected, risk) => format!("{affected} of {risk} affected"),
    };
    match (affected.is_empty(), events.is_empty()) {
        (true, true) => None,
        (false, true) => Some(affected),
        (true, false) => Some(events),
        (false, false) => Some(format!("{affected} ({events})")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_at_risk_may_be_missing() {
        assert_eq!(at_risk("3", "120", "4").as_deref(), Some("3 of 120 affected (4 events)"));
        assert_eq!(at_risk("0", "120", "").as_deref(), Some("0 of 120 affected"));
        assert_eq!(at_risk("3", "", "1").as_deref(), Some("3 affected, number at risk not given (1 event)"));
        assert_eq!(at_risk("", "", ""), None);
    }
}
