//! How many PubMed records are read in a CPU-second, sentences included: `pubmed_speed FILE.xml [TIMES]`.
//!
//! Takes a `PubmedArticleSet`, cuts it at its records and reads them over and over on one thread.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use reading::{Context, Format, Origin, Unit, read};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().unwrap()).unwrap();
    let times: usize = arguments.next().map_or(1, |n| n.parse().unwrap());
    let units: Vec<Unit> = text
        .split_inclusive("</PubmedArticle>")
        .filter_map(|part| part.find("<PubmedArticle>").map(|at| &part[at..]))
        .map(|xml| Unit { origin: Origin::file("set.xml"), format: Format::Pubmed, bytes: xml.as_bytes().to_vec() })
        .collect();
    let bytes: usize = units.iter().map(|u| u.bytes.len()).sum();
    let start = cpu_time::ProcessTime::now();
    let (mut sources, mut sentences, mut problems) = (0usize, 0usize, 0usize);
    for _ in 0..times {
        for unit in &units {
            let reading = read(unit, &Context::of("speed"));
            problems += reading.problems.len();
            if let Some(source) = reading.source {
                sources += 1;
                sentences += source.passages.iter().map(|p| p.statements.len()).sum::<usize>();
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{sources} sources of {:.1} kB on average, {sentences} sentences, {problems} problems: {:.0} records, {:.1} MB per CPU-second",
        bytes as f64 / units.len().max(1) as f64 / 1e3,
        sources as f64 / seconds,
        (bytes * times) as f64 / 1e6 / seconds
    );
}
