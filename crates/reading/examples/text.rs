//! Prints the text that reading gives for files: `text FILE...`; `text --json FILE...` prints one object a line with
//! title, identifiers, passages and problems; `text --child` is the process that PDFs are read in.
#![allow(clippy::print_stdout, missing_docs)]

use reading::pdf::{Worker, serve};
use reading::{Context, Format, Origin, Unit, read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|a| a == "--child") {
        return serve();
    }
    let json = arguments.first().is_some_and(|a| a == "--json");
    if json {
        arguments.remove(0);
    }
    let Ok(program) = std::env::current_exe() else { return ExitCode::FAILURE };
    let worker =
        Worker { program, arguments: vec!["--child".to_owned()], memory: 1 << 30, time: Duration::from_secs(60) };
    let context = Context { collection: "text", pdf: Some(&worker) };
    for path in arguments.into_iter().map(PathBuf::from) {
        let Ok(bytes) = std::fs::read(&path) else { return ExitCode::FAILURE };
        let format = if bytes.starts_with(b"%PDF") { Format::Pdf } else { Format::Jats };
        let unit = Unit { origin: Origin::file(path), format, bytes };
        let start = Instant::now();
        let reading = read(&unit, &context);
        let seconds = start.elapsed().as_secs_f64();
        if json {
            let passages: Vec<_> = reading.source.iter().flat_map(|s| {
                s.passages.iter().map(|p| {
                    serde_json::json!({"heading": p.heading, "part": format!("{:?}", p.part), "text": p.span.of(&s.text)})
                })
            }).collect();
            let source = reading.source.as_ref();
            println!(
                "{}",
                serde_json::json!({
                    "file": unit.origin.to_string(),
                    "seconds": seconds,
                    "id": source.map(|s| s.id.to_string()),
                    "title": source.map(|s| &s.title),
                    "date": source.and_then(|s| s.date.as_ref().map(ToString::to_string)),
                    "passages": passages,
                    "problems": reading.problems,
                })
            );
        } else {
            reading.problems.iter().for_each(eprintln_problem);
            if let Some(source) = reading.source {
                println!("{}\n\n{}", source.title, source.text);
            }
        }
    }
    ExitCode::SUCCESS
}

#[allow(clippy::print_stderr)]
fn eprintln_problem(problem: &reading::Problem) {
    eprintln!("{problem}");
}
