//! The columns of a page and the order they are read in.
//!
//! Looks for strips of white that many rows leave free, with running text on both sides. What stands above such a
//! strip comes first, then what is left of it, what is right of it, and what is below. Tables have such strips as well;
//! they are told by their cells, which leave most of their width empty, and stay together. It must not look at words.

use super::words::Word;

/// The narrowest strip, in sizes of the letters.
const NARROWEST: f64 = 0.75;
/// Rows that must stand on each side of a strip.
const FEWEST: usize = 4;
/// How much of its width running text fills, as a median of its rows.
const FILLED: f64 = 0.6;
/// Letters in a row of running text, as a median; cells of tables have fewer, or figures.
const LETTERS: u32 = 15;
/// The same where what is on the other side may be anything.
const MANY_LETTERS: u32 = 25;
/// Strips inside strips.
const DEEPEST: usize = 6;
/// More rows than any page has; the search is not worth its time there.
const MOST_ROWS: usize = 2_000;
/// Strips followed at one time.
const OPEN: usize = 48;

/// Where a document has its gaps between columns: a table beside a column of text is told by them.
#[derive(Debug, Default)]
pub(super) struct Layout {
    middles: Vec<f64>,
}

/// Places kept.
const PLACES: usize = 16;
/// Gaps whose middles differ by less are the same.
const SAME: f64 = 8.0;

/// The words of a page, column by column.
pub(super) fn split(words: Vec<Word>, layout: &mut Layout) -> Vec<Vec<Word>> {
    let mut out = Vec::new();
    region(words, 0, layout, &mut out);
    out.retain(|block| !block.is_empty());
    out
}

fn region(words: Vec<Word>, depth: usize, layout: &mut Layout, out: &mut Vec<Vec<Word>>) {
    let gutter = if depth < DEEPEST { find(&words, &layout.middles) } else { None };
    let Some(gutter) = gutter else {
        out.push(words);
        return;
    };
    if gutter.certain && layout.middles.len() < PLACES {
        let middle = (gutter.x0 + gutter.x1) / 2.0;
        if !layout.middles.iter().any(|m| (m - middle).abs() < SAME) {
            layout.middles.push(middle);
        }
    }
    let middle = (gutter.x0 + gutter.x1) / 2.0;
    let mut parts: [Vec<Word>; 4] = Default::default();
    for word in words {
        let y = word.base;
        let part = if y < gutter.top {
            0
        } else if y > gutter.bottom {
            3
        } else if (word.x0 + word.x1) / 2.0 < middle {
            1
        } else {
            2
        };
        parts[part].push(word);
    }
    for part in parts {
        if !part.is_empty() {
            region(part, depth + 1, layout, out);
        }
    }
}

/// A strip of white, from the base line of its first row to that of its last.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Gutter {
    x0: f64,
    x1: f64,
    top: f64,
    bottom: f64,
    /// There is running text on both sides.
    certain: bool,
}

/// Words on one base line.
struct Row {
    base: f64,
    size: f64,
    /// Places that words cover, from left to right, joined where a blank parts them.
    runs: Vec<(f64, f64)>,
    /// How many letters start where.
    letters: Vec<(f64, u32)>,
}

/// A strip that may still go on.
#[derive(Clone)]
struct Open {
    x0: f64,
    x1: f64,
    first: usize,
}

fn find(words: &[Word], known: &[f64]) -> Option<Gutter> {
    let left = words.iter().map(|w| w.x0).fold(f64::INFINITY, f64::min);
    let right = words.iter().map(|w| w.x1).fold(f64::NEG_INFINITY, f64::max);
    let rows = rows(words);
    if rows.len() < 2 * FEWEST || rows.len() > MOST_ROWS || right - left < 100.0 {
        return None;
    }
    let mut sizes: Vec<f64> = rows.iter().map(|r| r.size).collect();
    sizes.sort_by(f64::total_cmp);
    let size = sizes.get(sizes.len() / 2).copied().unwrap_or(10.0);
    let narrowest = NARROWEST * size;
    let mut best: Option<(f64, Gutter)> = None;
    let mut open: Vec<Open> = Vec::new();
    for n in 0..=rows.len() {
        let mut next: Vec<Open> = Vec::new();
        let mut closed: Vec<Open> = Vec::new();
        let gaps = rows.get(n).map(|row| gaps(row, left, right, narrowest)).unwrap_or_default();
        for strip in &open {
            let mut goes_on = false;
            for &(x0, x1) in &gaps {
                let (a, b) = (strip.x0.max(x0), strip.x1.min(x1));
                if b - a >= narrowest {
                    goes_on |= (b - a) > 0.999 * (strip.x1 - strip.x0);
                    add(&mut next, Open { x0: a, x1: b, first: strip.first });
                }
            }
            if !goes_on {
                closed.push(strip.clone());
            }
        }
        for &(x0, x1) in &gaps {
            add(&mut next, Open { x0, x1, first: n });
        }
        for strip in closed {
            let whole = judge(&strip, &rows, n, (left, right), known);
            // Text under a table that leaves the same strip free: the print tells one from the other.
            let found = whole.or_else(|| {
                segments(&rows, strip.first, n)
                    .into_iter()
                    .filter_map(|(first, end)| {
                        judge(&Open { first, ..strip.clone() }, &rows, end, (left, right), known)
                    })
                    .max_by(|a, b| a.0.total_cmp(&b.0))
            });
            if let Some(found) = found
                && best.is_none_or(|(score, _)| found.0 > score)
            {
                best = Some(found);
            }
        }
        open = next;
    }
    best.map(|(_, gutter)| gutter)
}

/// Rows of one size among the rows from `first` to `end`.
fn segments(rows: &[Row], first: usize, end: usize) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut size = 0.0;
    for at in first..end {
        let Some(row) = rows.get(at) else { break };
        // Raised figures stand on rows of their own.
        let slight = row.letters.iter().map(|l| l.1).sum::<u32>() < 5;
        match found.last_mut() {
            Some(last) if slight || (row.size - size).abs() < 0.06 * size => last.1 = at + 1,
            _ => {
                size = row.size;
                found.push((at, at + 1));
            }
        }
    }
    if found.len() > 1 { found } else { Vec::new() }
}

/// Keeps the longest strips; of two that are alike, the one that started earlier.
fn add(open: &mut Vec<Open>, strip: Open) {
    if let Some(same) = open.iter_mut().find(|o| (o.x0 - strip.x0).abs() < 0.5 && (o.x1 - strip.x1).abs() < 0.5) {
        same.first = same.first.min(strip.first);
        return;
    }
    if open.len() < OPEN {
        open.push(strip);
    }
}

/// White places of a row, margins included.
fn gaps(row: &Row, left: f64, right: f64, narrowest: f64) -> Vec<(f64, f64)> {
    let mut gaps = Vec::new();
    let mut at = left - 1.0;
    for &(x0, x1) in &row.runs {
        if x0 - at >= narrowest {
            gaps.push((at, x0));
        }
        at = at.max(x1);
    }
    if right + 1.0 - at >= narrowest {
        gaps.push((at, right + 1.0));
    }
    gaps
}

/// How good a strip over the rows before `end` is as a gap between columns, if it is one.
fn judge(strip: &Open, rows: &[Row], end: usize, (left, right): (f64, f64), known: &[f64]) -> Option<(f64, Gutter)> {
    let mut span = rows.get(strip.first..end)?;
    let on = |row: &Row| {
        let l = row.runs.iter().any(|r| r.1 <= strip.x0 + 0.01);
        let r = row.runs.iter().any(|r| r.0 >= strip.x1 - 0.01);
        (l, r)
    };
    // A row on one side only, apart from the others on that side, belongs to what is above or below.
    let pitch = pitch(rows.get(strip.first..end)?, on);
    let apart = |row: &Row, next: Option<&Row>| next.is_none_or(|n| (n.base - row.base).abs() > 1.7 * pitch);
    let same = |row: &Row, other: &&Row| (on(row).0 && on(other).0) || (on(row).1 && on(other).1);
    while let [first, rest @ ..] = span
        && !both(on(first))
        && apart(first, rest.iter().find(|r| same(first, r)))
    {
        span = rest;
    }
    while let [rest @ .., last] = span
        && !both(on(last))
        && apart(last, rest.iter().rev().find(|r| same(last, r)))
    {
        span = rest;
    }
    // A table in smaller print at either end leaves the same strip free, but is no part of the columns.
    let mut sizes: Vec<f64> = span.iter().map(|r| r.size).collect();
    sizes.sort_by(f64::total_cmp);
    let small = |row: &&Row| row.size < 0.93 * sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
    let table = |rows: &[Row]| {
        let across: Vec<&Row> = rows.iter().filter(|r| both(on(r))).collect();
        let sparse = |row: &&&Row| {
            let (l, r): (Vec<_>, Vec<_>) = row.letters.iter().partition(|l| l.0 < strip.x1);
            let count = |side: Vec<&(f64, u32)>| side.iter().map(|l| l.1).sum::<u32>();
            count(l.iter().collect()) < LETTERS || count(r.iter().collect()) < LETTERS
        };
        across.len() >= 2 && across.iter().filter(sparse).count() * 2 >= across.len()
    };
    let tail = span.iter().rev().take_while(small).count();
    if tail < span.len() && table(span.get(span.len() - tail..)?) {
        span = span.get(..span.len() - tail)?;
    }
    let head = span.iter().take_while(small).count();
    if head < span.len() && table(span.get(..head)?) {
        span = span.get(head..)?;
    }
    let sides = span.iter().map(on);
    let (l, r) = sides.fold((0, 0), |(l, r), (a, b)| (l + usize::from(a), r + usize::from(b)));
    if l < FEWEST || r < FEWEST {
        return None;
    }
    let (l, r) = (Side::of(span, left - 1.0, strip.x0)?, Side::of(span, strip.x1, right + 1.0)?);
    let wide = l.width.min(r.width) > 0.12 * (right - left);
    let certain = wide && [&l, &r].iter().all(|s| s.filled >= FILLED && s.letters >= LETTERS);
    // Beside a table, where the document has columns elsewhere.
    let text = [&l, &r].iter().any(|s| s.filled >= FILLED && s.letters >= MANY_LETTERS);
    let usual = wide && text && known.iter().any(|m| (strip.x0..strip.x1).contains(m));
    if !certain && !usual {
        return None;
    }
    let (top, bottom) = (span.first()?.base, span.last()?.base);
    // Both columns must run beside each other for a while.
    let overlap = overlap(span, strip);
    if overlap < 3.0 * pitch {
        return None;
    }
    let gutter = Gutter { x0: strip.x0, x1: strip.x1, top: top - 0.01, bottom: bottom + 0.01, certain };
    Some(((bottom - top) + 0.5 * (strip.x1 - strip.x0).min(20.0), gutter))
}

fn both(sides: (bool, bool)) -> bool {
    sides.0 && sides.1
}

/// The usual distance of rows on one side.
fn pitch(rows: &[Row], on: impl Fn(&Row) -> (bool, bool)) -> f64 {
    let mut steps = Vec::new();
    for left in [true, false] {
        let mut last: Option<f64> = None;
        for row in rows.iter().filter(|r| if left { on(r).0 } else { on(r).1 }) {
            steps.extend(last.map(|l| row.base - l).filter(|s| *s > 3.0));
            last = Some(row.base);
        }
    }
    steps.sort_by(f64::total_cmp);
    steps.get(steps.len() / 2).copied().unwrap_or(12.0)
}

/// The height over which there is text on both sides.
fn overlap(rows: &[Row], strip: &Open) -> f64 {
    let ends = |side: &dyn Fn(&(f64, f64)) -> bool| {
        let mut bases = rows.iter().filter(|r| r.runs.iter().any(side)).map(|r| r.base);
        let first = bases.next()?;
        Some((first, bases.next_back().unwrap_or(first)))
    };
    let (Some(l), Some(r)) = (ends(&|run| run.1 <= strip.x0 + 0.01), ends(&|run| run.0 >= strip.x1 - 0.01)) else {
        return 0.0;
    };
    l.1.min(r.1) - l.0.max(r.0)
}

/// What stands on one side of a strip.
struct Side {
    /// How much of the width its rows fill, as a median.
    filled: f64,
    /// Letters in a row, as a median.
    letters: u32,
    /// Its width without margins.
    width: f64,
}

impl Side {
    fn of(rows: &[Row], x0: f64, x1: f64) -> Option<Self> {
        let inside = |a: f64, b: f64| a >= x0 - 0.01 && b <= x1 + 0.01;
        let (mut from, mut to) = (f64::INFINITY, f64::NEG_INFINITY);
        let mut covered = Vec::new();
        let mut letters = Vec::new();
        for row in rows {
            let mut sum = 0.0;
            for run in row.runs.iter().filter(|r| inside(r.0, r.1)) {
                from = from.min(run.0);
                to = to.max(run.1);
                sum += run.1 - run.0;
            }
            if sum > 0.0 {
                covered.push(sum);
                letters.push(row.letters.iter().filter(|l| inside(l.0, l.0)).map(|l| l.1).sum::<u32>());
            }
        }
        let width = to - from;
        covered.sort_by(f64::total_cmp);
        letters.sort_unstable();
        let middle = covered.len() / 2;
        (width > 0.0).then(|| Self {
            filled: covered.get(middle).copied().unwrap_or(0.0) / width,
            letters: letters.get(middle).copied().unwrap_or(0),
            width,
        })
    }
}

/// Rows from top to bottom. Small raised words stand on rows of their own; they do no harm there.
fn rows(words: &[Word]) -> Vec<Row> {
    let mut sorted: Vec<&Word> = words.iter().collect();
    sorted.sort_by(|a, b| a.base.total_cmp(&b.base).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<(f64, f64, Vec<&Word>)> = Vec::new();
    for word in sorted {
        match rows.last_mut() {
            Some((base, size, members)) if (word.base - *base).abs() < 0.15 * word.size => {
                *size = size.max(word.size);
                members.push(word);
            }
            _ => rows.push((word.base, word.size, vec![word])),
        }
    }
    rows.into_iter()
        .map(|(base, size, mut members)| {
            members.sort_by(|a, b| a.x0.total_cmp(&b.x0));
            let mut runs: Vec<(f64, f64)> = Vec::new();
            let mut letters = Vec::new();
            for word in members {
                let count = word.text.chars().filter(|c| c.is_alphabetic()).count();
                letters.push((word.x0, u32::try_from(count).unwrap_or(u32::MAX)));
                match runs.last_mut() {
                    Some(run) if word.x0 - run.1 < 0.45 * size => run.1 = run.1.max(word.x1),
                    _ => runs.push((word.x0, word.x1)),
                }
            }
            Row { base, size, runs, letters }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of the same width from `x`, `count` of them, on the line at `base`.
    fn line(x: f64, base: f64, count: usize, text: &str, size: f64) -> Vec<Word> {
        (0..count)
            .map(|n| {
                let x0 = x + n as f64 * 40.0;
                Word::made(text, x0, x0 + 37.0, base, size)
            })
            .collect()
    }

    fn texts(blocks: &[Vec<Word>]) -> Vec<Vec<&str>> {
        blocks
            .iter()
            .map(|b| {
                let mut seen: Vec<&str> = b.iter().map(|w| w.text.as_str()).collect();
                seen.sort_unstable();
                seen.dedup();
                seen
            })
            .collect()
    }

    #[test]
    fn columns_of_text_are_read_one_after_the_other() {
        let mut words = line(50.0, 60.0, 12, "headline", 16.0);
        for n in 0..20 {
            words.extend(line(50.0, 100.0 + 12.0 * f64::from(n), 6, "leftword", 10.0));
            words.extend(line(310.0, 103.0 + 12.0 * f64::from(n), 6, "rightword", 10.0));
        }
        words.extend(line(50.0, 400.0, 12, "footline", 10.0));
        let blocks = split(words, &mut Layout::default());
        assert_eq!(texts(&blocks), [["headline"], ["leftword"], ["rightword"], ["footline"]]);
    }

    #[test]
    fn a_table_stays_together() {
        let mut words = Vec::new();
        for n in 0..20 {
            words.extend(line(50.0, 100.0 + 12.0 * f64::from(n), 3, "label", 10.0));
            words.extend(line(300.0, 100.0 + 12.0 * f64::from(n), 1, "12.5", 10.0));
            words.extend(line(400.0, 100.0 + 12.0 * f64::from(n), 1, "13.5", 10.0));
        }
        assert_eq!(split(words, &mut Layout::default()).len(), 1);
    }

    #[test]
    fn text_under_a_table_with_the_same_gap_is_found() {
        let mut words = Vec::new();
        for n in 0..20 {
            words.extend(line(50.0, 100.0 + 10.0 * f64::from(n), 1, "12.5", 8.0));
            words.extend(line(310.0, 100.0 + 10.0 * f64::from(n), 1, "13.5", 8.0));
        }
        for n in 0..10 {
            words.extend(line(50.0, 320.0 + 12.0 * f64::from(n), 6, "leftword", 10.0));
            words.extend(line(310.0, 320.0 + 12.0 * f64::from(n), 6, "rightword", 10.0));
        }
        let blocks = split(words, &mut Layout::default());
        assert_eq!(texts(&blocks), [vec!["12.5", "13.5"], vec!["leftword"], vec!["rightword"]]);
    }
}
