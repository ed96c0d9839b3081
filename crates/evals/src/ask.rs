//! `evals ask`: CPU time of a whole answer, in one warm process, on an existing data folder.

use crate::beir;
use crate::measure::{peak_rss_mb, percentile};
use cpu_time::ProcessTime;
use desk::answering::Outcome;
use desk::{Desk, Question};
use serde::Serialize;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Data folder; questions asked are kept there
    #[arg(long)]
    data: PathBuf,
    /// queries.jsonl
    #[arg(long)]
    queries: PathBuf,
    /// Ask so many of them, evenly spread
    #[arg(long, default_value_t = 500)]
    limit: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report {
    questions: usize,
    answered: usize,
    p50_ms: f64,
    p95_ms: f64,
    max_ms: f64,
    peak_rss_mb: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut desk = Desk::open(&args.data)?;
    let queries = beir::queries(&args.queries)?;
    let step = (queries.len() / args.limit.max(1)).max(1);
    let (mut times, mut answered) = (Vec::new(), 0);
    for (i, query) in queries.iter().step_by(step).take(args.limit).enumerate() {
        let before = ProcessTime::now();
        let answer = desk.ask(&Question::new(&query.text))?;
        if i >= 5 {
            // the first few warm the process
            times.push(before.elapsed().as_secs_f64() * 1e3);
        }
        answered += usize::from(answer.article.body.outcome == Outcome::Answered);
    }
    let report = Report {
        questions: times.len(),
        answered,
        p50_ms: percentile(&mut times, 0.5),
        p95_ms: percentile(&mut times, 0.95),
        max_ms: percentile(&mut times, 1.0),
        peak_rss_mb: peak_rss_mb(),
    };
    crate::print(&report, args.json)
}
