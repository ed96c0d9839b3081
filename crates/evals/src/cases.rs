//! `evals cases`: what is read out of questions against what a careful clinician would read. Lines are
//! `{"id", "text", "intent", "facts": [[attribute, value, assertion], ...], "missing": [[attribute, value], ...], "not": [...],
//! "redact": [...]}`; of `missing`, and of the starter library that it is asked of, only the recall is reported.
//!
//! A fact is found when attribute and value agree; whether it is asserted rightly is measured on the facts found. Pairs of
//! attributes that `case.md` calls equal are equal, and values that the lexicon knows as one concept.

use anyhow::Context;
use desk::clinical::{self, Assertion, Attribute, Case, Fact, Intent, Value};
use desk::{Date, Desk, Question};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Questions, a JSON object a line
    #[arg(long, default_value = "evals/data/cases.jsonl")]
    file: PathBuf,
    /// Only lines whose "split" is this one
    #[arg(long)]
    split: Option<String>,
    /// Also print what was missed and what was read wrongly, question by question
    #[arg(long)]
    misses: bool,
    /// The day that dates are counted from, as 2026-11-24
    #[arg(long, default_value = "2026-11-24")]
    today: Date,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    text: String,
    #[serde(default)]
    intent: Option<String>,
    /// `[attribute, value, assertion]`. Read as words, so that one this program does not know is told and not fatal.
    #[serde(default)]
    facts: Vec<Vec<Value>>,
    #[serde(default)]
    missing: Vec<Vec<Value>>,
    /// `[attribute, value]` or `[attribute, value, assertion]`.
    #[serde(default)]
    not: Vec<Vec<Value>>,
    #[serde(default)]
    redact: Vec<String>,
    #[serde(default)]
    split: Option<String>,
}

/// Facts to find, facts read, and those that are both.
#[derive(Default, Clone, Copy)]
struct Counts {
    gold: usize,
    read: usize,
    found: usize,
    asserted: usize,
    /// Questions with an intent that hold a fact of the attribute, and those whose main intent was read.
    intents: (usize, usize),
    /// Identifiers of the questions that hold one, and those removed.
    identifiers: (usize, usize),
}

#[derive(Serialize)]
struct Scores {
    precision: f64,
    recall: f64,
    f1: f64,
    /// Of the questions whose intent is named and that hold a fact of this attribute, those whose main intent was read.
    intent_accuracy: f64,
    assertion_accuracy: f64,
    /// Of the identifiers of the questions that hold a fact of this attribute, those of which nothing is left.
    redaction_recall: f64,
    gold: usize,
    read: usize,
}

#[derive(Default, Serialize)]
struct Report {
    questions: usize,
    precision: f64,
    recall: f64,
    f1: f64,
    /// The same when a fact must be asserted rightly to count as found.
    f1_with_assertion: f64,
    /// Of the questions that name an intent, those whose main intent was read.
    intent_accuracy: f64,
    /// Of the facts found, those asserted rightly.
    assertion_accuracy: f64,
    /// Of the identifiers, those of which nothing is left.
    redaction_recall: f64,
    identifiers: usize,
    wrong_redactions: usize,
    wrong_redactions_per_100: f64,
    /// Readings named under `not` that were made nevertheless.
    not_violations: usize,
    not_named: usize,
    /// Of the facts named under `missing`, those that the article of the starter library asks for.
    missing_recall: f64,
    missing_named: usize,
    micros_mean: f64,
    micros_p95: f64,
    attributes: BTreeMap<String, Scores>,
    /// What of the file could not be used, and was left out of the figures.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    misses: Vec<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let place = args.file.display().to_string();
    let text = std::fs::read_to_string(&args.file).with_context(|| place.clone())?;
    let mut items: Vec<Item> = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        items.push(serde_json::from_str(line).with_context(|| format!("{place}:{}", i + 1))?);
    }
    items.retain(|i| args.split.is_none() || i.split == args.split);
    let mut scorer = Scorer::default();
    for item in &items {
        scorer.score(item, args.today)?;
    }
    let mut report = scorer.report();
    (report.missing_recall, report.missing_named) = missing(&items, args.today, &mut report.misses)?;
    if !args.misses {
        report.misses.clear();
    }
    crate::print(&report, args.json)
}

/// A fact of a line: attribute, value, assertion.
type Gold = (Attribute, Value, Assertion);

#[derive(Default)]
struct Scorer {
    report: Report,
    by_attribute: BTreeMap<&'static str, Counts>,
    intents: (usize, usize),
    redacted: usize,
    micros: Vec<f64>,
}

impl Scorer {
    fn score(&mut self, item: &Item, today: Date) -> anyhow::Result<()> {
        let question = Question { today: Some(today), ..Question::new(&item.text) };
        let start = Instant::now();
        let case = desk::read_case(&question).with_context(|| item.id.clone())?;
        self.micros.push(start.elapsed().as_secs_f64() * 1e6);
        self.report.questions += 1;
        let gold = self.gold(item);
        self.facts(item, &gold, &case);
        self.nots(item, &case);
        let before = (self.intents, (self.report.identifiers, self.redacted));
        self.intent(item, &case);
        self.identifiers(item, &case);
        let names: BTreeSet<&'static str> = gold.iter().map(|g| twin(g.0)).collect();
        for name in names {
            let counts = self.by_attribute.entry(name).or_default();
            counts.intents.0 += self.intents.0 - before.0.0;
            counts.intents.1 += self.intents.1 - before.0.1;
            counts.identifiers.0 += self.report.identifiers - before.1.0;
            counts.identifiers.1 += self.redacted - before.1.1;
        }
        Ok(())
    }

    /// The facts of a line that this program has words for.
    fn gold(&mut self, item: &Item) -> Vec<Gold> {
        let mut gold = Vec::new();
        for fact in &item.facts {
            let word = |i: usize| fact.get(i).and_then(Value::text).unwrap_or_default();
            match (word(0).parse::<Attribute>(), fact.get(1), word(2).parse::<Assertion>()) {
                (Ok(attribute), Some(value), Ok(assertion)) => gold.push((attribute, value.clone(), assertion)),
                (Err(e), ..) | (_, _, Err(e)) => self.problem(item, &e.to_string()),
                _ => self.problem(item, "a fact without a value"),
            }
        }
        gold
    }

    fn intent(&mut self, item: &Item, case: &Case) {
        let Some(word) = &item.intent else { return };
        let intent: Intent = match word.parse() {
            Ok(intent) => intent,
            Err(e) => return self.problem(item, &format!("{e}")),
        };
        self.intents.0 += 1;
        if case.intents.first() == Some(&intent) {
            self.intents.1 += 1;
        } else {
            let read: Vec<&str> = case.intents.iter().map(|i| i.word()).collect();
            self.miss(item, &format!("intent {intent}, read {}", read.join(" ")));
        }
    }

    fn problem(&mut self, item: &Item, what: &str) {
        self.report.problems.push(format!("{}: {what}", item.id));
    }

    fn miss(&mut self, item: &Item, what: &str) {
        self.report.misses.push(format!("{} {what}", item.id));
    }

    fn facts(&mut self, item: &Item, all: &[Gold], case: &Case) {
        let mut left: Vec<&Fact> = case.facts.iter().collect();
        // Rightly asserted ones first, so that "FOLFOX, past" is not taken for "FOLFOX, planned" of the same question.
        let mut open: Vec<&Gold> = Vec::new();
        for gold in all {
            let counts = self.by_attribute.entry(twin(gold.0)).or_default();
            counts.gold += 1;
            match left.iter().position(|f| f.assertion == gold.2 && same(f, gold.0, &gold.1)) {
                Some(at) => {
                    counts.found += 1;
                    counts.asserted += 1;
                    left.remove(at);
                }
                None => open.push(gold),
            }
        }
        for gold in open {
            match left.iter().position(|f| same(f, gold.0, &gold.1)) {
                Some(at) => {
                    let fact = left.remove(at);
                    self.by_attribute.entry(twin(gold.0)).or_default().found += 1;
                    self.miss(item, &format!("{} {} is {}, read {}", gold.0, gold.1, gold.2, fact.assertion));
                }
                None => self.miss(item, &format!("missed {} {} {}", gold.0, gold.1, gold.2)),
            }
        }
        for fact in &case.facts {
            self.by_attribute.entry(twin(fact.attribute)).or_default().read += 1;
        }
        for fact in left {
            self.miss(item, &format!("wrongly read {} {} {}", fact.attribute, fact.value, fact.assertion));
        }
    }

    fn nots(&mut self, item: &Item, case: &Case) {
        for not in &item.not {
            let word = |i: usize| not.get(i).and_then(Value::text);
            let attribute = match word(0).unwrap_or_default().parse::<Attribute>() {
                Ok(attribute) => attribute,
                Err(e) => {
                    self.problem(item, &e.to_string());
                    continue;
                }
            };
            let assertion = match word(2).map(str::parse::<Assertion>).transpose() {
                Ok(assertion) => assertion,
                Err(e) => {
                    self.problem(item, &e.to_string());
                    continue;
                }
            };
            let Some(value) = not.get(1) else {
                self.problem(item, "a reading under \"not\" without a value");
                continue;
            };
            self.report.not_named += 1;
            let read =
                case.facts.iter().any(|f| same(f, attribute, value) && assertion.is_none_or(|a| f.assertion == a));
            if read {
                self.report.not_violations += 1;
                self.miss(item, &format!("must not be read: {attribute} {value}"));
            }
        }
    }

    fn identifiers(&mut self, item: &Item, case: &Case) {
        let mut told: Vec<[usize; 2]> = Vec::new();
        for identifier in &item.redact {
            self.report.identifiers += 1;
            let places: Vec<[usize; 2]> =
                item.text.match_indices(identifier.as_str()).map(|(at, m)| [at, at + m.len()]).collect();
            let gone = |place: &[usize; 2]| (place[0]..place[1]).all(|at| covered(case, at) || blank(&item.text, at));
            if !places.is_empty() && places.iter().all(gone) {
                self.redacted += 1;
            } else {
                self.miss(item, &format!("not removed: {identifier}"));
            }
            told.extend(places);
        }
        let wrong: Vec<String> = case
            .redactions
            .iter()
            .filter(|r| !told.iter().any(|t| r.span[0] < t[1] && t[0] < r.span[1]))
            .map(|r| format!("wrongly removed: {}", item.text.get(r.span[0]..r.span[1]).unwrap_or_default()))
            .collect();
        self.report.wrong_redactions += wrong.len();
        wrong.iter().for_each(|w| self.miss(item, w));
    }

    fn report(self) -> Report {
        let mut all = Counts::default();
        let mut report = self.report;
        for (name, counts) in &self.by_attribute {
            all.gold += counts.gold;
            all.read += counts.read;
            all.found += counts.found;
            all.asserted += counts.asserted;
            report.attributes.insert((*name).to_owned(), scores(*counts));
        }
        let total = scores(all);
        let mut micros = self.micros;
        report.micros_mean = micros.iter().sum::<f64>() / micros.len().max(1) as f64;
        report.micros_p95 = crate::measure::percentile(&mut micros, 0.95);
        report.precision = total.precision;
        report.recall = total.recall;
        report.f1 = total.f1;
        report.f1_with_assertion = 2.0 * all.asserted as f64 / (all.gold + all.read).max(1) as f64;
        report.assertion_accuracy = total.assertion_accuracy;
        report.intent_accuracy = share(self.intents.1, self.intents.0);
        report.redaction_recall = share(self.redacted, report.identifiers);
        report.wrong_redactions_per_100 = 100.0 * report.wrong_redactions as f64 / report.questions.max(1) as f64;
        report
    }
}

/// Whether a byte lies in what was removed.
fn covered(case: &Case, at: usize) -> bool {
    case.redactions.iter().any(|r| r.span[0] <= at && at < r.span[1])
}

/// Blanks and marks between two removed parts give nobody away.
fn blank(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(|b| b.is_ascii_whitespace() || b.is_ascii_punctuation())
}

/// Of a pair of attributes that count as equal, the first.
fn twin(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Comorbidity => Attribute::Diagnosis,
        Attribute::Medication => Attribute::Treatment,
        Attribute::Finding => Attribute::Symptom,
        other => other,
    }
    .word()
}

fn same(fact: &Fact, attribute: Attribute, value: &Value) -> bool {
    let equal = match (&fact.value, value) {
        (Value::Number(a), Value::Number(b)) => (a - b).abs() < 0.05,
        (Value::Text(a), Value::Text(b)) => clinical::is_a(a, b) && clinical::is_a(b, a),
        // "1-2" against 1 is no match; "67" against 67 is one.
        (Value::Text(a), Value::Number(b)) | (Value::Number(b), Value::Text(a)) => a.parse() == Ok(*b),
    };
    equal && twin(fact.attribute) == twin(attribute)
}

fn scores(c: Counts) -> Scores {
    let (precision, recall) = (share(c.found, c.read), share(c.found, c.gold));
    let f1 = 2.0 * c.found as f64 / (c.gold + c.read).max(1) as f64;
    Scores {
        precision,
        recall,
        f1,
        intent_accuracy: share(c.intents.1, c.intents.0),
        assertion_accuracy: share(c.asserted, c.found),
        redaction_recall: share(c.identifiers.1, c.identifiers.0),
        gold: c.gold,
        read: c.read,
    }
}

/// A share; of nothing it is all.
fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// Asks the starter library the questions that name missing facts.
fn missing(items: &[Item], today: Date, misses: &mut Vec<String>) -> anyhow::Result<(f64, usize)> {
    if items.iter().all(|i| i.missing.is_empty()) {
        return Ok((1.0, 0));
    }
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(folder.path())?;
    let (mut named, mut asked_for) = (0, 0);
    for item in items.iter().filter(|i| !i.missing.is_empty()) {
        let answer = desk.ask(&Question { today: Some(today), ..Question::new(&item.text) })?;
        for missing in &item.missing {
            let word = |i: usize| missing.get(i).map(Value::to_string).unwrap_or_default();
            let (attribute, value) = (word(0), word(1));
            named += 1;
            let asked = answer
                .article
                .body
                .case
                .missing
                .iter()
                .any(|m| m.attribute == attribute && m.value.to_lowercase().contains(&value.to_lowercase()));
            if asked {
                asked_for += 1;
            } else {
                misses.push(format!("{} does not ask for {attribute} {value}", item.id));
            }
        }
    }
    Ok((share(asked_for, named), named))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn report(line: &str) -> Report {
        let mut scorer = Scorer::default();
        scorer.score(&serde_json::from_str(line).unwrap(), "2026-11-24".parse().unwrap()).unwrap();
        scorer.report()
    }

    #[test]
    fn words_it_does_not_know_are_told_and_left_out() {
        let report = report(
            r#"{"id": "a", "text": "67F with gout", "facts": [["age", 67, "present"], ["mood", "sad", "present"], ["sex", "female", "perhaps"], ["sex"]],
                "not": [["mood", "sad"], ["sex", "male", "perhaps"], ["sex"]], "intent": "gossip"}"#,
        );
        assert_eq!(report.problems.len(), 7, "{:?}", report.problems);
        assert_eq!((report.not_named, report.recall), (0, 1.0));
    }

    #[test]
    fn a_reading_that_must_not_be_made_may_name_its_assertion() {
        let line = |not: &str| format!(r#"{{"id": "a", "text": "67F with gout", "not": [{not}]}}"#);
        for (not, violations) in [
            (r#"["diagnosis", "gout"]"#, 1),
            (r#"["diagnosis", "gout", "present"]"#, 1),
            (r#"["diagnosis", "gout", "past"]"#, 0),
            (r#"["diagnosis", "asthma"]"#, 0),
        ] {
            let report = report(&line(not));
            assert_eq!((report.not_named, report.not_violations), (1, violations), "{not}");
            assert!(report.problems.is_empty());
        }
    }
}
