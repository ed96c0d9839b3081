//! `evals claims`: whether evidence supports a claim, contradicts it or does not address it, against what annotators said.
//!
//! Owns the confusion and its figures, and the files of rows that the learned weighing is trained on. Claims are checked as of
//! the same study: the file holds sentences without their article, so what the arms were given is taken on its word.

use crate::beir;
use anyhow::Context as _;
use cpu_time::ProcessTime;
use desk::answering::Verdict;
use desk::answering::verify::{Checker, Context, Evidence};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Claims with their evidence, JSON lines
    #[arg(long)]
    file: PathBuf,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
    /// Write the rows that the weighing is trained on to this folder, and measure nothing
    #[arg(long, value_name = "DIR")]
    features: Option<PathBuf>,
    /// Write what was answered wrongly to this file: for files that may be looked at
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Claim {
    #[serde(rename = "_id")]
    id: String,
    claim: String,
    evidence: String,
    support: Support,
    #[serde(default)]
    pmcid: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Support {
    Supported,
    Unsupported,
    Contradicted,
}

const CLASSES: [Support; 3] = [Support::Supported, Support::Unsupported, Support::Contradicted];

#[derive(Serialize)]
struct Report {
    claims: usize,
    macro_f1: f64,
    accuracy: f64,
    /// Of the claims that are not supported, the share that was taken for supported.
    false_supported_rate: f64,
    classes: BTreeMap<Support, Class>,
    /// True class, then the one answered, then how often.
    confusion: BTreeMap<Support, BTreeMap<Support, usize>>,
    /// How often each reason was given.
    reasons: BTreeMap<&'static str, usize>,
    /// CPU milliseconds a claim.
    mean_ms: f64,
}

#[derive(Serialize)]
struct Class {
    n: usize,
    precision: f64,
    recall: f64,
    f1: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let claims: Vec<Claim> = beir::lines(&args.file)?;
    anyhow::ensure!(!claims.is_empty(), "{}: no claims", args.file.display());
    if let Some(folder) = &args.features {
        return features(&claims, folder);
    }
    let mut misses = args.misses.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    let mut checker = Checker::default();
    let mut confusion: BTreeMap<Support, BTreeMap<Support, usize>> = BTreeMap::new();
    let mut reasons = BTreeMap::new();
    let before = ProcessTime::now();
    for claim in &claims {
        let found = checker.check(&claim.claim, &Evidence { text: &claim.evidence, context: Context::SameStudy });
        let answered = match found.verdict {
            Verdict::Supported => Support::Supported,
            Verdict::Contradicted => Support::Contradicted,
            Verdict::Partly | Verdict::Unsupported => Support::Unsupported,
        };
        *confusion.entry(claim.support).or_default().entry(answered).or_default() += 1;
        *reasons.entry(found.reason.word()).or_default() += 1;
        if let Some(out) = misses.as_mut().filter(|_| answered != claim.support) {
            let line = serde_json::json!({"_id": claim.id, "claim": claim.claim, "evidence": claim.evidence,
                "support": claim.support, "answered": answered, "reason": found.reason, "words": found.words});
            writeln!(out, "{line}")?;
        }
    }
    let mean_ms = before.elapsed().as_secs_f64() * 1e3 / claims.len() as f64;
    crate::print(&report(claims.len(), confusion, reasons, mean_ms), args.json)
}

fn report(
    claims: usize,
    confusion: BTreeMap<Support, BTreeMap<Support, usize>>,
    reasons: BTreeMap<&'static str, usize>,
    mean_ms: f64,
) -> Report {
    let cell = |truth: Support, answered: Support| -> f64 {
        confusion.get(&truth).and_then(|r| r.get(&answered)).copied().unwrap_or(0) as f64
    };
    let share = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
    let mut classes = BTreeMap::new();
    for class in CLASSES {
        let right = cell(class, class);
        let truth: f64 = CLASSES.iter().map(|a| cell(class, *a)).sum();
        let answered: f64 = CLASSES.iter().map(|t| cell(*t, class)).sum();
        let (precision, recall) = (share(right, answered), share(right, truth));
        let f1 = share(2.0 * precision * recall, precision + recall);
        classes.insert(class, Class { n: truth as usize, precision, recall, f1 });
    }
    let false_supported: f64 = CLASSES[1..].iter().map(|t| cell(*t, Support::Supported)).sum();
    let not_supported: f64 = CLASSES[1..].iter().map(|t| classes[t].n as f64).sum();
    Report {
        claims,
        macro_f1: classes.values().map(|c| c.f1).sum::<f64>() / CLASSES.len() as f64,
        accuracy: CLASSES.iter().map(|c| cell(*c, *c)).sum::<f64>() / claims as f64,
        false_supported_rate: share(false_supported, not_supported),
        classes,
        confusion,
        reasons,
        mean_ms,
    }
}

/// Writes `dense.f32` (one row after the other), `grams.tsv`, `rows.tsv` (id, article, class) and `names.txt`.
fn features(claims: &[Claim], folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    let file = |name: &str| -> anyhow::Result<BufWriter<File>> {
        let path = folder.join(name);
        Ok(BufWriter::new(File::create(&path).with_context(|| path.display().to_string())?))
    };
    let (mut dense, mut grams, mut rows) = (file("dense.f32")?, file("grams.tsv")?, file("rows.tsv")?);
    let mut names = Vec::new();
    let mut checker = Checker::default();
    for claim in claims {
        let Some(row) = checker.features(&claim.claim, &claim.evidence) else { continue };
        if names.is_empty() {
            names = row.dense.iter().map(|(n, _)| *n).collect();
        }
        for (_, value) in &row.dense {
            dense.write_all(&value.to_le_bytes())?;
        }
        let buckets: Vec<String> = row.grams.iter().map(u32::to_string).collect();
        writeln!(grams, "{}", buckets.join(" "))?;
        writeln!(rows, "{}\t{}\t{}", claim.id, claim.pmcid, serde_json::to_string(&claim.support)?.trim_matches('"'))?;
    }
    file("names.txt")?.write_all(names.join("\n").as_bytes())?;
    for mut out in [dense, grams, rows] {
        out.flush()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_those_computed_by_hand() {
        let mut confusion: BTreeMap<Support, BTreeMap<Support, usize>> = BTreeMap::new();
        confusion.entry(Support::Supported).or_default().insert(Support::Supported, 3);
        confusion.entry(Support::Supported).or_default().insert(Support::Unsupported, 1);
        confusion.entry(Support::Contradicted).or_default().insert(Support::Supported, 1);
        confusion.entry(Support::Contradicted).or_default().insert(Support::Contradicted, 3);
        let report = report(8, confusion, BTreeMap::new(), 0.0);
        assert!((report.accuracy - 0.75).abs() < 1e-9 && (report.false_supported_rate - 0.25).abs() < 1e-9);
        assert!((report.classes[&Support::Supported].f1 - 0.75).abs() < 1e-9);
        assert!((report.macro_f1 - (0.75 + 6.0 / 7.0) / 3.0).abs() < 1e-9);
    }
}
