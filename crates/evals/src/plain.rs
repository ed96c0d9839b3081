//! `evals plain`: what the checker makes of the plain wordings of digests: each against its own statement, against the other
//! statements of its digest, and broken on purpose.
//!
//! Owns the figures. The broken wordings are made in `corrupt/make.rs`, which must not use the checker.

use crate::corrupt;
use anyhow::Context;
use desk::answering::verify::Checker;
use desk::answering::{Verdict, plain_faults};
use desk::reading::digest::{self, PlainWording};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Digests: Markdown files or a folder of them
    #[arg(long, default_value = "starter")]
    digests: PathBuf,
    /// Write broken wordings and wordings of other statements that pass to this file, one JSON a line
    #[arg(long, value_name = "FILE")]
    misses: Option<PathBuf>,
    /// Print JSON on one line
    #[arg(long)]
    json: bool,
}

#[derive(Default, Serialize)]
struct Report {
    digests: usize,
    statements: usize,
    wordings: usize,
    /// Wordings with an error, by its code: none is expected of the starter digests.
    errors: BTreeMap<&'static str, usize>,
    /// Wordings set before another statement of the same digest, and how many of those passed.
    others: usize,
    others_passed: usize,
    /// Broken wordings by kind: how many, and how many were refused.
    broken: BTreeMap<String, [usize; 2]>,
    broken_refused: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut checker = Checker::default();
    let mut report = Report::default();
    let mut misses = Vec::new();
    for path in corrupt::markdown(&args.digests)? {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let wordings = digest::plain_wordings(&text, &name);
        report.digests += 1;
        report.statements += digest::written(&text).len();
        report.wordings += wordings.len();
        for w in &wordings {
            one(&mut checker, w, &wordings, &mut report, &mut misses);
        }
    }
    let [all, refused] = report.broken.values().fold([0, 0], |[a, b], [n, r]| [a + n, b + r]);
    report.broken_refused = refused as f64 / all.max(1) as f64;
    if let Some(path) = &args.misses {
        std::fs::write(path, misses.join("\n"))?;
    }
    crate::print(&report, args.json)
}

fn one(checker: &mut Checker, w: &PlainWording, all: &[PlainWording], report: &mut Report, misses: &mut Vec<String>) {
    let headings: Vec<&str> = w.headings.iter().map(String::as_str).collect();
    for fault in plain_faults(checker, &w.wording, &w.statement, w.role, &headings).into_iter().filter(|f| f.error) {
        *report.errors.entry(fault.code).or_default() += 1;
    }
    let mut passes = |wording: &str, other: &PlainWording, kind: &str| {
        let headings: Vec<&str> = other.headings.iter().map(String::as_str).collect();
        let passed = checker.check_plain(wording, &other.statement, &headings).verdict == Verdict::Supported;
        if passed {
            let miss = serde_json::json!({"kind": kind, "wording": wording, "statement": other.statement});
            misses.push(miss.to_string());
        }
        passed
    };
    for other in all.iter().filter(|o| o.id != w.id) {
        report.others += 1;
        report.others_passed += usize::from(passes(&w.wording, other, "other"));
    }
    for variant in corrupt::variants(&w.wording).into_iter().filter(|v| !v.faithful) {
        let refused = !passes(&variant.claim, w, &variant.kind);
        let [n, r] = report.broken.entry(variant.kind).or_default();
        *n += 1;
        *r += usize::from(refused);
    }
}
