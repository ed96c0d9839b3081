//! Prints what was read of each file, one JSON line a unit, for comparing with other readers: `fields FILE...`.
//!
//! With `-` the paths come from standard input, one a line. A unit that gave no source still has its line, with the
//! codes of its problems.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use evidence::{Part, Source};
use reading::{Context, Event, Problem, read, walk};
use serde_json::{Value, json};
use std::io::{BufRead, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

fn main() {
    let mut paths: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    if paths.iter().any(|p| p.as_os_str() == "-") {
        paths = std::io::stdin().lock().lines().map(|line| line.unwrap().into()).collect();
    }
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in &paths {
        walk(std::slice::from_ref(path), &mut |event| {
            let line = match event {
                Event::Unit(unit) => {
                    let reading = read(&unit, &Context::of("peer"));
                    line(&unit.origin.to_string(), reading.source.as_ref(), &reading.problems)
                }
                Event::Problem(problem) => line(&problem.origin.to_string(), None, std::slice::from_ref(&problem)),
                Event::Progress { .. } => return ControlFlow::Continue(()),
            };
            writeln!(out, "{line}").unwrap();
            ControlFlow::Continue(())
        });
    }
}

fn line(path: &str, source: Option<&Source>, problems: &[Problem]) -> Value {
    let codes: Vec<&str> = problems.iter().map(|p| p.code).collect();
    let Some(source) = source else {
        return json!({ "path": path, "problems": codes });
    };
    let ids = &source.ids;
    json!({
        "path": path,
        "title": source.title,
        "pmid": ids.pmid.map(|id| id.to_string()),
        "pmc": ids.pmcid.map(|id| id.to_string()),
        "doi": ids.doi.as_ref().map(ToString::to_string),
        "year": source.year(),
        "abstracts": abstracts(source),
        "opening": source.text.chars().take(600).collect::<String>(),
        "headings": headings(source),
        "references": source.references.len(),
        "article_type": source.article_type,
        "topics": source.topics,
        "kind": source.kind.word(),
        "kind_from": source.kind_basis.from,
        "kind_words": source.kind_basis.words,
        "problems": codes,
    })
}

/// The passages of the abstract and of other abstracts, each with its heading path.
fn abstracts(source: &Source) -> Vec<Value> {
    let passages = source.passages.iter().filter(|p| is_abstract(p.part));
    passages
        .map(|p| json!({ "proper": p.part == Part::Abstract, "heading": p.heading, "text": source.slice(p.span) }))
        .collect()
}

fn is_abstract(part: Part) -> bool {
    matches!(part, Part::Abstract | Part::OtherAbstract)
}

/// Every heading path of the body and its floats, once, in order.
fn headings(source: &Source) -> Vec<&[String]> {
    let mut found: Vec<&[String]> = Vec::new();
    for passage in &source.passages {
        let path = passage.heading.as_slice();
        if !is_abstract(passage.part) && !found.contains(&path) {
            found.push(path);
        }
    }
    found
}
