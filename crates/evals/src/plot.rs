//! `evals scale-plot`: reports of `evals scale` as one picture, in SVG.
//!
//! Owns the drawing, by hand: two axes that count by tens, a line for each length of question and percentile.

use crate::scale::{Percentiles, Report};
use anyhow::Context;
use std::fmt::Write;
use std::path::PathBuf;

/// See the command line.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Reports of `evals scale --json`
    #[arg(required = true)]
    reports: Vec<PathBuf>,
    /// The picture to write
    #[arg(long)]
    out: PathBuf,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const TOP: f64 = 40.0;
const RIGHT: f64 = 190.0;
const BOTTOM: f64 = 60.0;

/// An axis that counts by tens, from `low` to `high` in powers, along `from` to `to` on the page.
struct Axis {
    low: f64,
    high: f64,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: &[f64], from: f64, to: f64) -> Self {
        let logs = values.iter().filter(|v| **v > 0.0).map(|v| v.log10());
        let (low, high) = logs.fold((f64::MAX, f64::MIN), |(a, b), v| (a.min(v), b.max(v)));
        let (low, high) = if low > high { (0.0, 1.0) } else { (low.floor(), high.ceil().max(low.floor() + 1.0)) };
        Self { low, high, from, to }
    }

    fn at(&self, value: f64) -> f64 {
        self.from + (value.max(1e-9).log10() - self.low) / (self.high - self.low) * (self.to - self.from)
    }

    fn ticks(&self) -> impl Iterator<Item = f64> + use<> {
        (self.low as i32..=self.high as i32).map(|p| 10f64.powi(p))
    }
}

type Line = (&'static str, &'static str, &'static str, fn(&Report) -> f64);

#[rustfmt::skip]
const LINES: [Line; 6] = [
    ("30-60 words, p99", "#b2182b", "2 3", |r| all(&r.long).p99),
    ("30-60 words, p95", "#b2182b", "7 3", |r| all(&r.long).p95),
    ("30-60 words, p50", "#b2182b", "",    |r| all(&r.long).p50),
    ("3-5 words, p99",   "#2166ac", "2 3", |r| all(&r.short).p99),
    ("3-5 words, p95",   "#2166ac", "7 3", |r| all(&r.short).p95),
    ("3-5 words, p50",   "#2166ac", "",    |r| all(&r.short).p50),
];

fn all(times: &crate::scale::Times) -> &Percentiles {
    &times.all
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mut reports = Vec::new();
    for path in &args.reports {
        let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        reports.push(serde_json::from_str(&text).with_context(|| path.display().to_string())?);
    }
    std::fs::write(&args.out, draw(&reports)?).with_context(|| args.out.display().to_string())
}

fn draw(reports: &[Report]) -> anyhow::Result<String> {
    let mut reports: Vec<&Report> = reports.iter().collect();
    reports.sort_by_key(|r| r.passages);
    let x = Axis::over(&reports.iter().map(|r| r.passages as f64).collect::<Vec<_>>(), LEFT, WIDTH - RIGHT);
    let values: Vec<f64> = reports.iter().flat_map(|r| LINES.map(|l| (l.3)(r))).collect();
    let y = Axis::over(&values, HEIGHT - BOTTOM, TOP);
    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">
<title>CPU milliseconds of a search, by number of passages</title>
<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>
<text x="{LEFT}" y="22" font-size="14">CPU of a search (find, and rank 100 from text), one thread</text>"#
    )?;
    for tick in x.ticks() {
        let at = x.at(tick);
        writeln!(svg, r##"<line x1="{at:.1}" y1="{TOP}" x2="{at:.1}" y2="{:.1}" stroke="#ddd"/>"##, y.from)?;
        writeln!(svg, r#"<text x="{at:.1}" y="{:.1}" text-anchor="middle">{}</text>"#, y.from + 18.0, number(tick))?;
    }
    for tick in y.ticks() {
        let at = y.at(tick);
        writeln!(svg, r##"<line x1="{LEFT}" y1="{at:.1}" x2="{:.1}" y2="{at:.1}" stroke="#ddd"/>"##, x.to)?;
        writeln!(svg, r#"<text x="{:.1}" y="{:.1}" text-anchor="end">{tick} ms</text>"#, LEFT - 8.0, at + 4.0)?;
    }
    let middle = f64::midpoint(x.from, x.to);
    writeln!(svg, r#"<text x="{middle:.1}" y="{:.1}" text-anchor="middle">passages</text>"#, HEIGHT - 16.0)?;
    let mut free = TOP;
    for (name, colour, dashes, value) in LINES {
        let at = |r: &Report| (x.at(r.passages as f64), y.at(value(r)));
        let points: Vec<String> = reports.iter().map(|r| at(r)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let points = points.join(" ");
        writeln!(svg, r#"<polyline points="{points}" fill="none" stroke="{colour}" stroke-dasharray="{dashes}"/>"#)?;
        for (x, y) in reports.iter().map(|r| at(r)) {
            writeln!(svg, r#"<circle cx="{x:.1}" cy="{y:.1}" r="2.5" fill="{colour}"/>"#)?;
        }
        let (from, to, text) = (x.to + 16.0, x.to + 44.0, x.to + 50.0);
        writeln!(
            svg,
            r#"<line x1="{from:.1}" y1="{free:.1}" x2="{to:.1}" y2="{free:.1}" stroke="{colour}" stroke-dasharray="{dashes}"/>
<text x="{text:.1}" y="{:.1}">{name}</text>"#,
            free + 4.0
        )?;
        free += 20.0;
    }
    svg.push_str("</svg>\n");
    Ok(svg)
}

/// A number as people say it: 200 k, 2 M.
fn number(n: f64) -> String {
    match n {
        n if n >= 1e6 => format!("{} M", n / 1e6),
        n if n >= 1e3 => format!("{} k", n / 1e3),
        n => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_counts_by_tens() {
        let axis = Axis::over(&[200_000.0, 2_000_000.0], 0.0, 100.0);
        assert_eq!(axis.ticks().map(number).collect::<Vec<_>>(), ["100 k", "1 M", "10 M"]);
        assert!((axis.at(1e6) - 50.0).abs() < 1e-9);
    }
}
