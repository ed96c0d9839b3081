//! `evals features`: the rows a ranker is trained on, made by the code that ranks.
//!
//! Owns the files: `rows.f32` (little-endian, one row after the other), `labels.u8`, `groups.tsv` (question, article, rows,
//! variant) and `names.txt`. Must not compute a feature itself.

use crate::{beir, evinf};
use anyhow::Context;
use desk::retrieval::ranker::{Features, SENTENCE_FEATURES};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// sentences.jsonl
    #[arg(long)]
    articles: PathBuf,
    /// A data folder that holds the articles as JATS: headings from there
    #[arg(long)]
    data: Option<PathBuf>,
    /// Questions in BEIR form; those of one name (after the first `~`, a variant) share their evidence
    #[arg(long)]
    queries: PathBuf,
    /// evidence-*.jsonl
    #[arg(long)]
    evidence: PathBuf,
    /// A folder for the rows
    #[arg(long)]
    out: PathBuf,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    std::fs::create_dir_all(&args.out)?;
    let file = |name: &str| -> anyhow::Result<BufWriter<File>> {
        let path = args.out.join(name);
        Ok(BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?))
    };
    let (mut rows, mut labels, mut groups) = (file("rows.f32")?, file("labels.u8")?, file("groups.tsv")?);
    file("names.txt")?.write_all(SENTENCE_FEATURES.join("\n").as_bytes())?;
    let articles = evinf::articles(&args.articles, args.data.as_deref())?;
    let evidence = evinf::evidence(&args.evidence)?;
    let mut features = Features::default();
    for query in beir::queries(&args.queries)? {
        let id = query.id.split('~').next().unwrap_or_default();
        let Some(known) = evidence.iter().find(|e| e.id == id).filter(|e| !e.gold.is_empty()) else { continue };
        let Some(text) = articles.get(&known.pmcid) else { continue };
        let asked = features.ask(&query.text, &desk::other_names(&query.text));
        let made = features.sentences(&asked, &text.article());
        for (i, row) in made.iter().enumerate() {
            for value in row {
                rows.write_all(&value.to_le_bytes())?;
            }
            labels.write_all(&[u8::from(known.gold.contains(&i))])?;
        }
        writeln!(groups, "{id}\t{}\t{}\t{}", known.pmcid, made.len(), query.id)?;
    }
    for mut out in [rows, labels, groups] {
        out.flush()?;
    }
    Ok(())
}
