//! What must hold of whatever a reader is given: no panic, no text outside its source, nothing lost without a problem.

use clinical::{Condition, population, read_case, redact};
use evidence::Source;
use reading::{Context, Event, Format, Origin, Reading, Severity, Unit};
use std::ops::ControlFlow;

/// Reads bytes as one unit of a format.
pub fn unit(format: Format, data: &[u8]) {
    let origin = Origin { path: "fuzz.md".into(), member: None, line: Some(1) };
    hold(&reading::read(&Unit { origin, format, bytes: data.to_vec() }, &Context::of("fuzz")));
}

/// Reads bytes as a PDF, as the child process does. A panic of the library below is contained there page by page, and
/// so it is here; only one that gets out counts.
pub fn pdf(data: &[u8]) {
    static QUIET: std::sync::Once = std::sync::Once::new();
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let unit = Unit { origin: Origin::file("fuzz.pdf"), format: Format::Pdf, bytes: data.to_vec() };
    hold(&reading::pdf::read_here(&unit));
}

fn hold(reading: &Reading) {
    match &reading.source {
        Some(source) => whole(source),
        None => assert!(
            !reading.withdrawn.is_empty()
                || !reading.notices.is_empty()
                || reading.problems.iter().any(|p| p.severity == Severity::Error),
            "nothing was read and nobody was told"
        ),
    }
}

fn whole(source: &Source) {
    assert!(!source.title.is_empty());
    let mut end = 0;
    for passage in &source.passages {
        assert!(passage.span.start() >= end && passage.span.of(&source.text).is_some());
        end = passage.span.end();
        for statement in &passage.statements {
            assert!(passage.span.contains(statement.span) && statement.span.of(&source.text).is_some());
        }
    }
}

/// Walks a file with these bytes and reads every unit found in it.
pub fn walk(data: &[u8]) {
    let folder = std::env::temp_dir().join(format!("curbside-fuzz-{}", std::process::id()));
    let path = folder.join("file.txt");
    let written = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, data));
    assert!(written.is_ok(), "the fuzzer cannot write its file");
    let mut events = 0;
    reading::walk(&[path], &mut |event| {
        events += 1;
        if let Event::Unit(found) = event {
            assert!(found.bytes.len() <= reading::MAX_UNIT_BYTES);
            unit(found.format, &found.bytes);
        }
        ControlFlow::Continue(())
    });
    assert!(events > 0, "a file gave nothing, not even a problem");
}

/// Reads a list of retractions.
pub fn retractions(data: &[u8]) {
    reading::retractions::read(&Origin::file("fuzz.csv"), data, &mut |_| ControlFlow::Continue(()));
}

/// Splits text into sentences, which must be in order and lose nothing but white space.
pub fn sentences(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let spans = reading::sentences::split(&text);
    let mut end = 0;
    for span in &spans {
        assert!(span.start() >= end && span.of(&text).is_some());
        assert!(text.get(end..span.start()).is_some_and(|gap| gap.trim().is_empty()));
        end = span.end();
    }
    assert!(text.get(end..).is_some_and(|rest| rest.trim().is_empty()));
}

/// What people type, through redaction and the readers of cases, populations and conditions: every place lies in its text.
pub fn case(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let redacted = redact(&text);
    for redaction in &redacted.redactions {
        assert!(text.get(redaction.span[0]..redaction.span[1]).is_some(), "{redaction:?}");
    }
    let case = read_case(&redacted.text);
    for fact in &case.facts {
        let [start, end] = fact.span;
        assert!(redacted.text.get(start..end).is_some(), "{fact:?}");
        // What the article does with every span: leads back to the question as typed.
        assert!(redacted.original(start) <= text.len() && redacted.original(end) <= text.len());
    }
    for read in &case.read_as {
        assert!(redacted.text.get(read.span[0]..read.span[1]).is_some(), "{read:?}");
    }
    for found in population(&text) {
        assert!(text.get(found.span[0]..found.span[1]).is_some(), "{found:?}");
    }
    if let Ok(condition) = text.parse::<Condition>() {
        condition.evaluate(&case);
        assert_eq!(condition.to_string().parse::<Condition>().as_ref(), Ok(&condition));
    }
}
