//! PDFs: text with page numbers, read in a child process with limits on memory and time.
//!
//! A PDF is a program for drawing, written by strangers. What interprets it runs in a process of its own ([`serve`]),
//! which answers with lines of text and their places; what is made of those happens here. It must not look inside a PDF
//! in this process.

mod build;
mod cells;
mod child;
mod columns;
mod front;
mod furniture;
mod glyphs;
mod hyphens;
mod outline;
mod paragraphs;
mod run;
mod title;
mod wire;
mod words;

pub use child::serve;

use crate::problem::Problem;
use crate::{Reading, Unit};
use std::path::PathBuf;
use std::time::Duration;

/// The child reads no more than a unit can be.
const MOST_BYTES: u64 = crate::MAX_UNIT_BYTES as u64;

/// The child process that reads a PDF: it gets the file on standard input and answers on standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// The program; it calls [`serve`].
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Address space it may use, in bytes.
    pub memory: u64,
    /// Wall-clock time it may take for one document.
    pub time: Duration,
}

/// Reads one PDF.
pub(crate) fn read(unit: &Unit, worker: Option<&Worker>) -> Reading {
    let origin = &unit.origin;
    if unit.bytes.is_empty() {
        return Reading::failed(Problem::error(origin, "empty", "this file is empty; fetch it again"));
    }
    let Some(worker) = worker else {
        let message =
            "PDFs are not read here: no process to read them in was given; add the file with the curbside command";
        return Reading::failed(Problem::error(origin, "pdf-worker", message));
    };
    match run::ask(&unit.bytes, worker) {
        Ok(answer) => build::build(answer, unit),
        Err((code, message)) => Reading::failed(Problem::error(origin, code, message)),
    }
}

/// Reads one PDF in this very process, without limits on memory and time: for fuzzing only.
#[doc(hidden)]
pub fn read_here(unit: &Unit) -> Reading {
    build::build(child::answer(unit.bytes.clone()), unit)
}

#[cfg(test)]
mod tests {
    use super::wire::{Answer, Line, Page, State, WIDE};
    use super::*;
    use crate::{Format, Origin};
    use proptest::prelude::*;

    fn check(answer: Answer) {
        let unit = Unit { origin: Origin::file("x.pdf"), format: Format::Pdf, bytes: b"x".to_vec() };
        let reading = build::build(answer, &unit);
        assert!(reading.source.is_some() || !reading.problems.is_empty());
        if let Some(source) = reading.source {
            for passage in &source.passages {
                assert!(passage.span.of(&source.text).is_some());
            }
        }
    }

    fn line() -> impl Strategy<Value = Line> {
        let text = prop_oneof![
            "[A-Za-z0-9 .,:()\\-]{0,60}",
            "\\PC{0,20}",
            Just("References".to_owned()),
            Just("Abstract".to_owned()),
            Just("doi:10.1234/x".to_owned()),
            Just(format!("a{WIDE}b{WIDE}c")),
            Just("\u{1}1\u{2} x\u{1}".to_owned()),
        ];
        let place = (any::<f32>(), any::<f32>(), -10f32..900.0, 0f32..30.0, any::<bool>(), 0u32..3);
        (text, place).prop_map(|(text, (x0, x1, base, size, bold, block))| Line {
            text,
            x0,
            x1,
            base,
            size,
            bold,
            block,
            ..Line::default()
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn any_lines_make_a_source_or_a_problem(pages in prop::collection::vec(prop::collection::vec(line(), 0..25), 0..4)) {
            let pages = (1..).zip(pages).map(|(number, lines)| Page {
                number, width: 600.0, height: 800.0, state: State::Read, unknown: 0, lines,
            });
            check(Answer { pages: pages.collect(), ..Answer::default() });
        }

        #[test]
        fn damaged_files_do_no_harm(
            which in 0usize..4,
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..30),
            end in any::<prop::sample::Index>(),
        ) {
            let mut bytes = [
                include_bytes!("../tests/fixtures/pdf/one-column.pdf").to_vec(),
                include_bytes!("../tests/fixtures/pdf/plain.pdf").to_vec(),
                include_bytes!("../tests/fixtures/pdf/owner-only.pdf").to_vec(),
                include_bytes!("../tests/fixtures/pdf/unmapped.pdf").to_vec(),
            ][which].clone();
            for (at, byte) in changes {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            if which % 2 == 0 {
                bytes.truncate(end.index(bytes.len() + 1));
            }
            check(child::answer(bytes));
        }
    }
}
