//! What is taken out of the lines on standard input as identifiers, and how long that takes. A line is a text, or an
//! object `{"text": ..., "redact": [...]}`, of which what was missed and what was removed wrongly is told.
#![allow(clippy::print_stdout)]

use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    clinical::redact("x 1 Foo");
    let first = start.elapsed();
    let (mut lines, mut touched, mut wrong, mut told, mut missed, mut micros) = (0u32, 0u32, 0u32, 0u32, 0u32, 0.0);
    let mut reading = 0.0;
    for line in std::io::stdin().lines() {
        let line = line?;
        let item: Option<serde_json::Value> = line.starts_with('{').then(|| serde_json::from_str(&line)).transpose()?;
        let text = item.as_ref().map_or(line.as_str(), |i| i["text"].as_str().unwrap_or_default());
        let redact: Vec<&str> = item
            .iter()
            .flat_map(|i| i["redact"].as_array().into_iter().flatten())
            .filter_map(serde_json::Value::as_str)
            .collect();
        lines += 1;
        let start = Instant::now();
        let found = clinical::redact(text);
        micros += start.elapsed().as_secs_f64() * 1e6;
        let start = Instant::now();
        std::hint::black_box(found.read_case());
        reading += start.elapsed().as_secs_f64() * 1e6;
        touched += u32::from(!found.redactions.is_empty());
        let mut places: Vec<[usize; 2]> = Vec::new();
        for name in redact {
            told += 1;
            let all: Vec<[usize; 2]> = text.match_indices(name).map(|(at, m)| [at, at + m.len()]).collect();
            let gone = |at: usize| {
                found.redactions.iter().any(|r| r.span[0] <= at && at < r.span[1])
                    || text.as_bytes().get(at).is_some_and(|b| b.is_ascii_whitespace() || b.is_ascii_punctuation())
            };
            if !all.iter().all(|[from, to]| (*from..*to).all(gone)) {
                missed += 1;
                println!("missed {name:?} | {}", found.text);
            }
            places.extend(all);
        }
        for r in &found.redactions {
            if !places.iter().any(|p| r.span[0] < p[1] && p[0] < r.span[1]) {
                wrong += 1;
                let context: String = text.chars().take(200).collect();
                println!("removed {} {:?} | {context:?}", r.kind, &text[r.span[0]..r.span[1]]);
            }
        }
    }
    let mean = micros / f64::from(lines.max(1));
    let read = reading / f64::from(lines.max(1));
    println!(
        "lines {lines}, with redactions {touched}, wrong {wrong}, told {told}, missed {missed}, mean {mean:.1} us and {read:.1} us to read, first {first:?}"
    );
    Ok(())
}
