//! Metamorphic tests (Chen 1998): pairs of questions whose answers must be related as their patients are. Saying the same in
//! other words, misspelt or in another order changes no fact and no bottom line; flipping one fact changes what depends on
//! it and nothing else. The pairs are data: `pairs.jsonl`.

#![allow(clippy::unwrap_used)]

use desk::clinical::{Attribute, Fact};
use desk::{AddOptions, Body, Desk, Question, SourceId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Deserialize)]
struct Pair {
    id: String,
    kind: String,
    /// What was flipped: statements whose conditions ask for it may change, no other.
    #[serde(default)]
    of: Vec<Attribute>,
    a: String,
    b: String,
}

fn pairs(kind: &str) -> Vec<Pair> {
    let all = include_str!("pairs.jsonl").lines().map(|l| serde_json::from_str::<Pair>(l).unwrap());
    all.filter(|p| p.kind == kind).collect()
}

fn desk(folder: &Path) -> Desk {
    let mut desk = Desk::open(folder).unwrap();
    let digest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/made-up-digest.md");
    desk.add(&[digest], &AddOptions::default(), &mut |_| {}).unwrap();
    desk
}

fn answer(desk: &mut Desk, question: &str) -> Body {
    desk.ask(&Question::new(question)).unwrap().article.body.clone()
}

/// The facts without their places: attribute, value, assertion and detail, sorted. Which of two diseases the question is about
/// may hang on their order; `case.md` counts the two attributes as equal.
fn facts(body: &Body) -> Vec<String> {
    let attribute = |f: &Fact| if f.attribute == Attribute::Comorbidity { Attribute::Diagnosis } else { f.attribute };
    let plain = |f: &Fact| serde_json::to_string(&Fact { span: [0, 0], attribute: attribute(f), ..f.clone() }).unwrap();
    let mut facts: Vec<String> = body.case.facts.iter().map(plain).collect();
    facts.sort();
    facts
}

/// How each statement of a digest stands in the article: under what condition it is offered, or why it does not apply.
fn standing(body: &Body) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for group in body.sections.iter().filter(|s| s.key != "sequence").flat_map(|s| &s.groups) {
        for line in &group.lines {
            let hangs = group.hangs_on.as_ref().or(line.condition.as_ref());
            let how =
                format!("{} {}", hangs.map_or("applies", String::as_str), line.caution.as_deref().unwrap_or_default());
            found.extend(line.citations.iter().filter_map(|c| Some((c.statement.clone()?, how.clone()))));
        }
    }
    for not in &body.not_applying {
        let ids = not.line.citations.iter().filter_map(|c| c.statement.clone());
        found.extend(ids.map(|id| (id, format!("does not apply: {}", not.reason))));
    }
    found
}

/// Statements whose conditions ask for one of these attributes.
fn depend_on(desk: &Desk, bodies: [&Body; 2], of: &[Attribute]) -> BTreeSet<String> {
    let lines = |b: &Body| -> Vec<SourceId> {
        let shown = b.sections.iter().flat_map(|s| &s.groups).flat_map(|g| &g.lines);
        shown
            .chain(b.not_applying.iter().map(|n| &n.line))
            .flat_map(|l| &l.citations)
            .map(|c| c.source.clone())
            .collect()
    };
    let sources: BTreeSet<SourceId> = bodies.into_iter().flat_map(lines).collect();
    let mut found = BTreeSet::new();
    for id in sources {
        let shown = desk.show(id.as_str()).unwrap();
        for marks in shown.source.passages.iter().flat_map(|p| &p.statements).filter_map(|s| s.marks.as_ref()) {
            let conditions = [&marks.when, &marks.unless].into_iter().flatten();
            if conditions.flat_map(|c| c.attributes()).any(|a| of.contains(&a)) {
                found.insert(marks.id.clone());
            }
        }
    }
    found
}

#[test]
fn other_words_misspellings_and_another_order_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut wrong = Vec::new();
    for pair in pairs("same") {
        let (a, b) = (answer(&mut desk, &pair.a), answer(&mut desk, &pair.b));
        assert!(!a.case.facts.is_empty() && !a.bottom_line.is_empty(), "{} says nothing", pair.id);
        let lines = |b: &Body| b.bottom_line.iter().map(|l| l.text.clone()).collect::<Vec<_>>();
        if facts(&a) != facts(&b) {
            wrong.push(format!("{}: facts\n  {:?}\n  {:?}", pair.id, facts(&a), facts(&b)));
        }
        if lines(&a) != lines(&b) {
            wrong.push(format!("{}: bottom line\n  {:?}\n  {:?}", pair.id, lines(&a), lines(&b)));
        }
        if standing(&a) != standing(&b) {
            wrong.push(format!("{}: statements", pair.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn flipping_a_fact_changes_what_depends_on_it_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk(folder.path());
    let mut wrong = Vec::new();
    for pair in pairs("flip") {
        let (a, b) = (answer(&mut desk, &pair.a), answer(&mut desk, &pair.b));
        let others = |body: &Body| -> Vec<String> {
            let mut body = body.clone();
            body.case.facts.retain(|f| !pair.of.contains(&f.attribute));
            facts(&body)
        };
        if facts(&a) == facts(&b) || others(&a) != others(&b) {
            wrong.push(format!("{}: facts\n  {:?}\n  {:?}", pair.id, facts(&a), facts(&b)));
        }
        let may = depend_on(&desk, [&a, &b], &pair.of);
        let (a, b) = (standing(&a), standing(&b));
        let changed: BTreeSet<&String> = a.keys().chain(b.keys()).filter(|id| a.get(*id) != b.get(*id)).collect();
        if changed.is_empty() {
            wrong.push(format!("{}: nothing changed", pair.id));
        }
        let stray: Vec<_> =
            changed.iter().filter(|id| !may.contains(**id)).map(|id| (id, a.get(*id), b.get(*id))).collect();
        if !stray.is_empty() {
            wrong.push(format!("{}: changed without cause: {stray:?}", pair.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
