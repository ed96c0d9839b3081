//! Prints how long the lexicon takes to load, how large it is, and how long a question of sixty words takes.
//! `cargo run --release -p clinical --example lexicon_load`

#![allow(clippy::print_stdout)]

use std::time::Instant;

fn main() {
    let start = Instant::now();
    let (concepts, bytes) = clinical::warm_lexicon();
    println!("{concepts} concepts, {bytes} bytes, loaded in {:?}", start.elapsed());
    let question = "A 67 year old man with rectal adenocarcinoma stage III, h/o HTN, T2DM, COPD on metformin and apixaban, \
                    progressed on FOLFOX with skeletal metastases, KRAS wild type, PE: liver edge palpable, creatinine 1.4, \
                    now has grade 3 neuropathy, PE in 2019; can he receive FOLFIRI plus cetuximab or should RT come first \
                    before chemotherapy?";
    let start = Instant::now();
    let rounds = 1000;
    let mut found = 0;
    for _ in 0..rounds {
        found = clinical::mentions(question).len();
    }
    println!("{found} mentions in {:?} a question", start.elapsed() / rounds);
}
