//! Prints how long the static model takes to load and to embed the lines of a file, and how long an exact search takes.
//! `cargo run --release -p retrieval --example dense_speed -- PASSAGES.txt [VECTORS]`

#![allow(clippy::print_stdout)]

use retrieval::dense::{Code, DIMS, Embedder, Scan};
use std::num::NonZeroUsize;
use std::time::Instant;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = std::fs::read_to_string(arguments.next().ok_or("which file?")?)?;
    let vectors: usize = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;

    let start = Instant::now();
    let model = Embedder::shipped();
    println!("loaded in {:?}", start.elapsed());

    let start = Instant::now();
    let codes: Vec<Code> = text.lines().map(|line| model.embed(line).code()).collect();
    let took = start.elapsed();
    let words = text.split_whitespace().count() / codes.len().max(1);
    println!("{:.0} texts of {words} words a second", codes.len() as f64 / took.as_secs_f64());

    // Real vectors, each turned by a bit of noise, so that none repeats.
    let mut state = 1u64;
    let mut scan = Scan::with_capacity(vectors);
    for code in codes.iter().cycle().take(vectors) {
        scan.push(&Code::new(std::array::from_fn(|i| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            code.components()[i].saturating_add((state >> 61) as i8)
        })));
    }
    let queries: Vec<&Code> = codes.iter().step_by((codes.len() / 20).max(1)).collect();
    for threads in [1, 2] {
        let mut times: Vec<f64> = queries
            .iter()
            .map(|query| {
                let start = Instant::now();
                let threads = NonZeroUsize::new(threads).unwrap_or(NonZeroUsize::MIN);
                std::hint::black_box(scan.top_with(query, 100, threads));
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!(
            "{vectors} x {DIMS}, best 100, {threads} threads: least {:.1} ms, median {:.1} ms",
            times[0],
            times[times.len() / 2]
        );
    }
    Ok(())
}
