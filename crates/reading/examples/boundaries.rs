//! Samples places where a sentence may end, for judging by eye: `boundaries SEED COUNT PATH...`.
//!
//! Takes COUNT places where the splitter ends a sentence and COUNT where it does not although a `.?!` is followed by
//! white space (or stuck to a capital), from abstracts and bodies, inside passages only: ends of passages and of lines
//! are not in question. Prints how many of each there are, for weighing, then one place a line:
//! number, `S` (split) or `N` (not), the text around it with `‖` at the place. `--json FILE` also writes the passages
//! and offsets, for comparing with other splitters.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use evidence::Part;
use reading::{Context, Event, read, walk};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

struct Place {
    passage: usize,
    offset: usize,
    split: bool,
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let json = arguments.iter().position(|a| a == "--json").map(|at| {
        arguments.remove(at);
        arguments.remove(at)
    });
    let seed: u64 = arguments[0].parse().unwrap();
    let count: usize = arguments[1].parse().unwrap();
    let paths: Vec<PathBuf> = arguments[2..].iter().map(PathBuf::from).collect();
    let mut passages: Vec<String> = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    walk(&paths, &mut |event| {
        if let Event::Unit(unit) = event
            && let Some(source) = read(&unit, &Context::of("sample")).source
        {
            for passage in source.passages.iter().filter(|p| matches!(p.part, Part::Abstract | Part::Body)) {
                let text = source.slice(passage.span);
                let ends: Vec<usize> = passage.statements.iter().map(|s| s.span.end() - passage.span.start()).collect();
                for offset in candidates(text) {
                    places.push(Place { passage: passages.len(), offset, split: ends.contains(&offset) });
                }
                passages.push(text.to_owned());
            }
        }
        ControlFlow::Continue(())
    });
    let (splits, kept): (Vec<Place>, Vec<Place>) = places.into_iter().partition(|p| p.split);
    println!("# splits {}, not split {}", splits.len(), kept.len());
    let mut random = Random(seed);
    let mut out = json.map(|f| std::fs::File::create(f).unwrap());
    let mut number = 0;
    for (mut pool, letter) in [(splits, 'S'), (kept, 'N')] {
        for _ in 0..count.min(pool.len()) {
            let place = pool.swap_remove(random.below(pool.len()));
            let text = &passages[place.passage];
            number += 1;
            let left: String =
                text[..place.offset].chars().rev().take(75).collect::<Vec<_>>().into_iter().rev().collect();
            let right: String = text[place.offset..].chars().take(45).collect();
            println!("{number} {letter} {}‖{}", left.replace('\n', "⏎"), right.replace('\n', "⏎"));
            if let Some(out) = &mut out {
                let line = serde_json::json!({"n": number, "split": place.split, "offset": place.offset, "text": text});
                writeln!(out, "{line}").unwrap();
            }
        }
    }
}

/// Ends of runs of `.?!` with their closing brackets and quotes, where white space and more text follow in the same
/// line, or a capital follows a small letter at once.
fn candidates(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(n) = text[at..].find(['.', '?', '!']) {
        let mark = at + n;
        let end = mark
            + text[mark..]
                .find(|c: char| !matches!(c, '.' | '?' | '!' | ')' | ']' | '"' | '”' | '’'))
                .unwrap_or(text.len() - mark);
        at = end.max(mark + 1);
        let next = text[end..].chars().next();
        let glued = next.is_some_and(char::is_uppercase) && text[..mark].ends_with(|c: char| c.is_lowercase());
        let spaced = next.is_some_and(|c| c.is_whitespace() && c != '\n') && !text[end..].trim().is_empty();
        if glued || spaced {
            found.push(end);
        }
    }
    found
}

/// xorshift64*: the sample must be the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let value = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(value).unwrap_or(0) % bound.max(1)
    }
}
