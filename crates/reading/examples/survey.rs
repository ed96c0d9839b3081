//! Reads files, folders or archives and prints what came of them: `survey PATH... [--text FILE] [--problems]`.
//!
//! Figures: sources, problems by code, passages and their words, sentences, kinds, and the speed of reading in MB of
//! unit bytes per CPU-second (finding and decompressing not counted). `--text` writes every source's text, one passage a
//! line, for looking at with grep.

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)]

use reading::{Context, Event, read, walk};
use std::collections::BTreeMap;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

fn main() {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut dump = None;
    let mut show = false;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--text" => dump = arguments.next().map(|f| std::io::BufWriter::new(std::fs::File::create(f).unwrap())),
            "--problems" => show = true,
            _ => paths.push(argument.into()),
        }
    }
    let total = reading::total_bytes(&paths);
    let (mut units, mut bytes, mut sources, mut sentences, mut text, mut references) =
        (0usize, 0usize, 0usize, 0usize, 0usize, 0usize);
    let mut identified = 0usize;
    let mut spent = Duration::ZERO;
    let mut sizes: Vec<usize> = Vec::new();
    let (mut codes, mut kinds, mut parts, mut licences, mut bases) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut splitting = Duration::ZERO;
    let start = cpu_time::ProcessTime::now();
    let mut last = 0;
    walk(&paths, &mut |event| {
        match event {
            Event::Unit(unit) => {
                units += 1;
                bytes += unit.bytes.len();
                let before = cpu_time::ProcessTime::now();
                let reading = read(&unit, &Context::of("survey"));
                spent += before.elapsed();
                for problem in &reading.problems {
                    *codes.entry((problem.code, format!("{:?}", problem.severity))).or_insert(0usize) += 1;
                    if show {
                        println!("{problem}");
                    }
                }
                if let Some(source) = reading.source {
                    sources += 1;
                    let before = cpu_time::ProcessTime::now();
                    std::hint::black_box(reading::sentences::split(&source.text));
                    splitting += before.elapsed();
                    text += source.text.len();
                    references += source.references.len();
                    identified +=
                        source.references.iter().filter(|r| r.ids.pmid.is_some() || r.ids.doi.is_some()).count();
                    *kinds.entry(source.kind.word()).or_insert(0usize) += 1;
                    *bases.entry(source.kind_basis.from.clone()).or_insert(0usize) += 1;
                    *licences
                        .entry(source.licence.as_ref().map_or("none".to_owned(), |l| l.name.clone()))
                        .or_insert(0usize) += 1;
                    if let Some(out) = &mut dump {
                        let year = source.year().map_or(String::new(), |y| y.to_string());
                        let nct: Vec<String> = source.ids.nct.iter().map(ToString::to_string).collect();
                        writeln!(
                            out,
                            "\n## {} | {} | {} | {} | {:?} | {}",
                            source.id,
                            source.kind.word(),
                            year,
                            source.title,
                            source.kind_basis,
                            nct.join(" ")
                        )
                        .unwrap();
                    }
                    for passage in &source.passages {
                        let words = source.slice(passage.span).split_ascii_whitespace().count();
                        sizes.push(words);
                        sentences += passage.statements.len();
                        *parts.entry(format!("{:?}", passage.part)).or_insert(0usize) += 1;
                        if let Some(out) = &mut dump {
                            writeln!(
                                out,
                                "{:?} [{}] {}",
                                passage.part,
                                passage.heading.join(" > "),
                                source.slice(passage.span).replace('\n', " ⏎ ")
                            )
                            .unwrap();
                        }
                    }
                }
            }
            Event::Problem(problem) => {
                *codes.entry((problem.code, format!("{:?}", problem.severity))).or_insert(0usize) += 1;
                if show {
                    println!("{problem}");
                }
            }
            Event::Progress { bytes_done } => {
                assert!(bytes_done >= last && bytes_done <= total);
                last = bytes_done;
            }
        }
        ControlFlow::Continue(())
    });
    let all = start.elapsed();
    sizes.sort_unstable();
    let words: usize = sizes.iter().sum();
    let megabytes = bytes as f64 / 1e6;
    println!("bytes on disk {total}, progress reached {last}");
    println!("units {units}, sources {sources}, problems {codes:?}");
    println!(
        "passages {}, words {words}, mean {:.1}, median {}, longest {:?}",
        sizes.len(),
        words as f64 / sizes.len().max(1) as f64,
        sizes.get(sizes.len() / 2).unwrap_or(&0),
        sizes.iter().rev().take(5).collect::<Vec<_>>()
    );
    println!("longer than 250: {}", sizes.iter().filter(|&&s| s > 250).count());
    println!(
        "sentences {sentences}, text {:.1} MB, references {references}, with PMID or DOI {identified}",
        text as f64 / 1e6
    );
    println!("parts {parts:?}");
    println!("kinds {kinds:?} by {bases:?}");
    println!("licences {licences:?}");
    println!(
        "read: {:.2} CPU-s for {megabytes:.1} MB = {:.1} MB per CPU-s; everything {:.2} CPU-s; sentences alone {:.1} MB of text per CPU-s",
        spent.as_secs_f64(),
        megabytes / spent.as_secs_f64(),
        all.as_secs_f64(),
        text as f64 / 1e6 / splitting.as_secs_f64()
    );
}
