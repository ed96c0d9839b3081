//! Outcomes and baseline measures: values of groups, and the analyses that compare them.

use super::{name, rows};
use crate::trial::words::{Page, at, fact, humane, items, sentences, short, stopped, text};
use serde_json::Value;
use std::collections::HashMap;

/// A measure with its groups.
pub(super) struct Measure<'a> {
    pub(super) of: &'a Value,
    /// Denominators that stand for the whole module, where the measure has none of its own.
    pub(super) denominators: &'a Value,
    pub(super) names: &'a HashMap<String, String>,
}

/// Tells each outcome.
pub(super) fn tell(module: &Value, page: &mut Page) {
    for outcome in items(module, "outcomeMeasures") {
        let kind = match humane(&text(outcome, "type")).as_str() {
            "primary" => "Primary outcome".to_owned(),
            "secondary" => "Secondary outcome".to_owned(),
            "" => "Outcome".to_owned(),
            "other pre specified" => "Other prespecified outcome".to_owned(),
            "post hoc" => "Post hoc outcome".to_owned(),
            other => format!("Outcome ({other})"),
        };
        let title = text(outcome, "title");
        let head = format!("{kind}: {title}");
        page.under(&["Results", &head]);
        let frame = text(outcome, "timeFrame");
        page.paragraph(sentences(&[
            stopped(&head),
            fact("Time frame", &frame),
            fact("Population", &text(outcome, "populationDescription")),
            stopped(&text(outcome, "description")),
        ]));
        if text(outcome, "reportingStatus") == "NOT_POSTED" {
            page.paragraph(format!("No results are posted for this outcome ({}).", short(&title, 200)));
        }
        let names = page.groups(outcome, "groups");
        super::describe(outcome, "groups", &names, page);
        let measure = Measure { of: outcome, denominators: &Value::Null, names: &names };
        if !measure.tell(&head, &frame, page) {
            return;
        }
        for analysis in items(outcome, "analyses") {
            if !page.row(analysed(analysis, &title, &names)) {
                return;
            }
        }
    }
}

impl Measure<'_> {
    /// A row for each class and category; whether there is place for more.
    pub(super) fn tell(&self, head: &str, frame: &str, page: &mut Page) -> bool {
        let head = short(head, 300);
        let frame = if frame.is_empty() { String::new() } else { format!("time frame: {}", short(frame, 200)) };
        let parameter = humane(&text(self.of, "paramType"));
        let unit = short(&text(self.of, "unitOfMeasure"), 100);
        let spread = humane(&text(self.of, "dispersionType"));
        let own = Counts::of(at(self.of, "denoms"));
        let whole = Counts::of(self.denominators);
        for class in items(self.of, "classes") {
            let counts = Counts::of(at(class, "denoms"));
            for category in items(class, "categories") {
                let told: Vec<String> = items(category, "measurements")
                    .filter_map(|m| {
                        let value = value(m, &parameter, &unit, &spread)?;
                        let id = text(m, "groupId");
                        let n = [&counts, &own, &whole].into_iter().find_map(|c| c.get(&id)).unwrap_or_default();
                        Some(format!("{}{n}: {value}", name(self.names, &id)))
                    })
                    .collect();
                let (class, category) = (short(&text(class, "title"), 200), short(&text(category, "title"), 200));
                if !rows(page, &[&head, &frame, &class, &category], &told) {
                    return false;
                }
            }
        }
        true
    }
}

/// Participants of each group, in words: " (n=120)".
struct Counts(HashMap<String, String>);

impl Counts {
    fn of(denominators: &Value) -> Self {
        let mut counts: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for denominator in items(denominators, "") {
            let units = short(&text(denominator, "units"), 60);
            for count in items(denominator, "counts") {
                let (id, n) = (text(count, "groupId"), text(count, "value"));
                if !n.is_empty() {
                    counts.entry(id).or_default().push((units.clone(), n));
                }
            }
        }
        // A group that is counted twice in one unit is not counted.
        counts.retain(|_, told| {
            told.iter().enumerate().all(|(i, (unit, _))| told.iter().skip(i + 1).all(|t| t.0 != *unit))
        });
        let tell = |(units, n): &(String, String)| {
            let people = units.is_empty() || units.eq_ignore_ascii_case("participants");
            if people { format!("n={n}") } else { format!("n={n} {units}") }
        };
        let told = |list: Vec<(String, String)>| list.iter().map(tell).collect::<Vec<_>>().join(", ");
        Self(counts.into_iter().map(|(id, list)| (id, format!(" ({})", told(list)))).collect())
    }

    fn get(&self, id: &str) -> Option<String> {
        self.0.get(id).cloned()
    }
}

/// "mean -19.1 minutes (standard deviation 47.3)"; nothing where no value is given.
fn value(of: &Value, parameter: &str, unit: &str, spread: &str) -> Option<String> {
    let number = text(of, "value");
    let comment = short(&text(of, "comment"), 300);
    if number.is_empty() && comment.is_empty() {
        return None;
    }
    let mut told = match parameter {
        "" | "number" | "count of participants" | "count of units" => String::new(),
        parameter => format!("{parameter} "),
    };
    told.push_str(if number.is_empty() { "no value" } else { &number });
    // "NA" of a unit is no number of it.
    if !unit.is_empty() && number.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.' | '<' | '>' | '+'))
    {
        told = format!("{told} {unit}");
    }
    let (low, high) = (text(of, "lowerLimit"), text(of, "upperLimit"));
    let around = text(of, "spread");
    let spread = if spread.is_empty() { "spread" } else { spread };
    let around = match (around.is_empty(), low.is_empty() && high.is_empty()) {
        (false, _) => format!("{spread} {around}"),
        (true, false) => format!("{spread} {}", range(&low, &high)),
        (true, true) => String::new(),
    };
    let notes: Vec<&str> = [around.as_str(), comment.as_str()].into_iter().filter(|n| !n.is_empty()).collect();
    if !notes.is_empty() {
        told = format!("{told} ({})", notes.join("; "));
    }
    Some(told)
}

fn range(low: &str, high: &str) -> String {
    match (low.is_empty(), high.is_empty()) {
        (false, false) => format!("{low} to {high}"),
        (false, true) => format!("from {low}, upper limit not given"),
        (true, false) => format!("to {high}, lower limit not given"),
        (true, true) => String::new(),
    }
}

/// An analysis in one row: groups, estimate, interval, p value, method.
fn analysed(of: &Value, title: &str, names: &HashMap<String, String>) -> String {
    let groups: Vec<String> = items(of, "groupIds").map(|id| name(names, &text(id, "")).to_owned()).collect();
    let mut parts = vec![format!("Analysis of {}", short(title, 300))];
    let mut add = |text: String| {
        if !text.is_empty() {
            parts.push(text);
        }
    };
    add(groups.join(" versus "));
    add(short(&text(of, "groupDescription"), 500));
    let (parameter, estimate) = (humane(&text(of, "paramType")), text(of, "paramValue"));
    if !estimate.is_empty() {
        let parameter = if parameter.is_empty() { "estimate" } else { &parameter };
        add(format!("{parameter} {estimate}"));
    }
    let limits = range(&text(of, "ciLowerLimit"), &text(of, "ciUpperLimit"));
    if !limits.is_empty() {
        let percent = text(of, "ciPctValue");
        let percent = if percent.is_empty() { String::new() } else { format!("{percent}% ") };
        let sides = humane(&text(of, "ciNumSides"));
        let sides = if sides.is_empty() { String::new() } else { format!(" ({})", sides.replace(' ', "-")) };
        add(format!("{percent}CI{sides} {limits}"));
    }
    let (kind, spread) = (humane(&text(of, "dispersionType")), text(of, "dispersionValue"));
    if !spread.is_empty() {
        add(format!("{} {spread}", if kind.is_empty() { "spread" } else { &kind }));
    }
    let p = text(of, "pValue");
    if !p.is_empty() {
        let comment = short(&text(of, "pValueComment"), 300);
        let sign = if p.starts_with(['<', '>', '=', '\u{2264}', '\u{2265}']) { "" } else { "= " };
        add(if comment.is_empty() { format!("p {sign}{p}") } else { format!("p {sign}{p} ({comment})") });
    }
    let method = text(of, "statisticalMethod");
    let comment = short(&text(of, "statisticalComment"), 300);
    if !method.is_empty() {
        add(if comment.is_empty() { format!("method: {method}") } else { format!("method: {method} ({comment})") });
    }
    let test = humane(&text(of, "nonInferiorityType"));
    if !test.is_empty() {
        let comment = short(&text(of, "nonInferiorityComment"), 500);
        add(if comment.is_empty() { format!("test of {test}") } else { format!("test of {test} ({comment})") });
    }
    for field in ["estimateComment", "ciLowerLimitComment", "ciUpperLimitComment", "otherAnalysisDescription"] {
        add(short(&text(of, field), 500));
    }
    parts.iter().map(|p| p.replace(" | ", " / ")).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_say_what_they_are() {
        let told = |of: Value| value(&of, "mean", "minutes", "Standard Deviation");
        assert_eq!(
            told(json!({"value": "-19.1", "spread": 47})).as_deref(),
            Some("mean -19.1 minutes (Standard Deviation 47)")
        );
        assert_eq!(told(json!({"value": "NA", "comment": "not reached"})).as_deref(), Some("mean NA (not reached)"));
        assert_eq!(told(json!({"value": 0})).as_deref(), Some("mean 0 minutes"));
        assert_eq!(told(json!({})), None);
        let range = value(
            &json!({"value": "2", "lowerLimit": "1", "upperLimit": "NA"}),
            "median",
            "",
            "95% Confidence Interval",
        );
        assert_eq!(range.as_deref(), Some("median 2 (95% Confidence Interval 1 to NA)"));
    }

    #[test]
    fn an_analysis_is_understood_alone() {
        let names = HashMap::from([("A".to_owned(), "Drug".to_owned()), ("B".to_owned(), "Placebo".to_owned())]);
        let of = json!({"groupIds": ["A", "B"], "paramType": "Hazard Ratio (HR)", "paramValue": "0.75", "ciPctValue": "95",
            "ciNumSides": "TWO_SIDED", "ciLowerLimit": "0.61", "ciUpperLimit": "0.92", "pValue": "<0.001",
            "statisticalMethod": "Log Rank", "nonInferiorityType": "SUPERIORITY"});
        assert_eq!(
            analysed(&of, "Survival", &names),
            "Analysis of Survival | Drug versus Placebo | Hazard Ratio (HR) 0.75 | 95% CI (two-sided) 0.61 to 0.92 | p <0.001 | method: Log Rank | test of superiority"
        );
    }

    #[test]
    fn a_group_counted_twice_is_not_counted() {
        let counts = Counts::of(&json!([{"units": "Participants", "counts": [
            {"groupId": "A", "value": "10"}, {"groupId": "A", "value": "12"}, {"groupId": "B", "value": 7}]},
            {"units": "Eyes", "counts": [{"groupId": "B", "value": "14"}]}]));
        assert_eq!(counts.get("A"), None);
        assert_eq!(counts.get("B").as_deref(), Some(" (n=7, n=14 Eyes)"));
    }
}
