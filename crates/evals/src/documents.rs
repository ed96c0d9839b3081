//! `evals documents`: the rows the weighing of documents is trained on, made by the code that weighs.
//!
//! Owns the files: `rows.f32` (little-endian, one row after the other), `candidates.tsv` (question, document, place of the
//! passage, grade; a line a row) and `names.txt`. Must not compute a feature itself.

use crate::beir;
use anyhow::Context;
use desk::retrieval::relevance::FEATURES;
use desk::{AddOptions, Desk, SearchOptions};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// corpus.jsonl
    #[arg(long)]
    corpus: PathBuf,
    /// queries.jsonl
    #[arg(long)]
    queries: PathBuf,
    /// Judgements, tab-separated with a header
    #[arg(long)]
    qrels: PathBuf,
    /// A folder for the rows
    #[arg(long)]
    out: PathBuf,
}

const COLLECTION: &str = "eval";

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    std::fs::create_dir_all(&args.out)?;
    let file = |name: &str| -> anyhow::Result<BufWriter<File>> {
        let path = args.out.join(name);
        Ok(BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?))
    };
    let (mut rows, mut candidates) = (file("rows.f32")?, file("candidates.tsv")?);
    file("names.txt")?.write_all(FEATURES.join("\n").as_bytes())?;
    let folder = tempfile::tempdir()?;
    let mut desk = Desk::open(folder.path())?;
    desk.add(std::slice::from_ref(&args.corpus), &AddOptions { collection: COLLECTION.to_owned(), pdf: None }, |_| {})?;
    let search = SearchOptions { collection: Some(COLLECTION.to_owned()), limit: 10, ..SearchOptions::default() };
    let prefix = format!("beir:{COLLECTION}/");
    let qrels: HashMap<String, HashMap<String, f64>> = beir::qrels(&args.qrels)?;
    for query in beir::queries(&args.queries)? {
        let Some(grades) = qrels.get(&query.id) else { continue };
        let weighed = desk.weighed_for(&query.text, &search)?;
        for ((source, passage), row) in weighed.passages.iter().zip(&weighed.rows) {
            for value in row {
                rows.write_all(&value.to_le_bytes())?;
            }
            let document = source.as_str().strip_prefix(&prefix).unwrap_or_default();
            let grade = grades.get(document).copied().unwrap_or(0.0);
            writeln!(candidates, "{}\t{document}\t{passage}\t{grade}", query.id)?;
        }
    }
    rows.flush()?;
    candidates.flush()?;
    Ok(())
}
