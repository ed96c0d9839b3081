//! `evals corrupt`: faithful and broken variants of real statements. What is broken must not be supported, what is faithful
//! must be.
//!
//! Owns the figures by kind. The variants are made in `corrupt/make.rs`, which must not use the checker; those written by hand
//! come from a file and are counted apart. A variant that is the statement word for word is left out.

mod make;

pub(crate) use make::{markdown, variants};

use crate::beir;
use desk::answering::Verdict;
use desk::answering::verify::{Checker, Context, Evidence};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Starter digests: Markdown files or a folder of them
    #[arg(long, default_value = "starter")]
    digests: PathBuf,
    /// sentences.jsonl of evidence-inference: sentences of literature besides
    #[arg(long)]
    path: Option<PathBuf>,
    /// At most so many statements
    #[arg(long, default_value_t = 2000)]
    limit: usize,
    /// Variants written by hand, JSON lines
    #[arg(long, default_value = "evals/data/checks.jsonl")]
    hand: PathBuf,
    /// Only this half of them
    #[arg(long, value_parser = ["dev", "test"])]
    split: Option<String>,
    /// Write what was judged wrongly to this file; the test half by hand is never written
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
}

/// A variant of a statement.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Variant {
    pub(crate) evidence: String,
    pub(crate) claim: String,
    pub(crate) faithful: bool,
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) split: Option<String>,
}

#[derive(Default, Serialize)]
struct Set {
    statements: usize,
    /// Of the broken, the share that is not supported, by kind.
    broken: BTreeMap<String, Share>,
    /// Of the faithful, the share that is not supported, by kind.
    faithful: BTreeMap<String, Share>,
    /// Broken number, unit, drug and negation together.
    hard_caught: Share,
    /// The other broken kinds together.
    rest_caught: Share,
    /// All faithful together.
    faithful_refused: Share,
}

#[derive(Default, Serialize)]
struct Share {
    n: usize,
    refused: usize,
    rate: f64,
}

impl Share {
    fn count(&mut self, refused: bool) {
        self.n += 1;
        self.refused += usize::from(refused);
        self.rate = self.refused as f64 / self.n as f64;
    }
}

const HARD: &[&str] = &["number", "unit", "drug", "negation"];

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let statements = make::statements(&args.digests, args.path.as_deref(), args.limit)?;
    let mut misses = args.misses.as_ref().map(File::create).transpose()?.map(BufWriter::new);
    let mut checker = Checker::default();
    let mut report: BTreeMap<String, Set> = BTreeMap::new();
    let mut made = Set { statements: statements.len(), ..Set::default() };
    for statement in &statements {
        for variant in make::variants(statement) {
            judge(&mut checker, &variant, &mut made, misses.as_mut())?;
        }
    }
    report.insert("made".to_owned(), made);
    let hand: Vec<Variant> = beir::lines(&args.hand)?;
    for variant in hand.iter().filter(|v| args.split.is_none() || v.split == args.split) {
        let name = format!("hand-{}", variant.split.as_deref().unwrap_or("dev"));
        let set = report.entry(name).or_default();
        let shown = misses.as_mut().filter(|_| variant.split.as_deref() != Some("test"));
        judge(&mut checker, variant, set, shown)?;
    }
    crate::print(&report, args.json)
}

fn judge(
    checker: &mut Checker,
    v: &Variant,
    set: &mut Set,
    misses: Option<&mut BufWriter<File>>,
) -> anyhow::Result<()> {
    if v.claim.split_whitespace().eq(v.evidence.split_whitespace()) {
        return Ok(());
    }
    let found = checker.check(&v.claim, &Evidence { text: &v.evidence, context: Context::Alone });
    let refused = found.verdict != Verdict::Supported;
    let by_kind = if v.faithful { &mut set.faithful } else { &mut set.broken };
    by_kind.entry(v.kind.clone()).or_default().count(refused);
    let whole = match (v.faithful, HARD.contains(&v.kind.as_str())) {
        (true, _) => &mut set.faithful_refused,
        (false, true) => &mut set.hard_caught,
        (false, false) => &mut set.rest_caught,
    };
    whole.count(refused);
    if let Some(out) = misses.filter(|_| refused == v.faithful) {
        let line = serde_json::json!({"kind": v.kind, "faithful": v.faithful, "claim": v.claim, "evidence": v.evidence, "finding": found});
        writeln!(out, "{line}")?;
    }
    Ok(())
}
