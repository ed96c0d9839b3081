//! Rows of tables whose cells run over several lines.
//!
//! A table that is set with more room between its rows than between the lines of a cell tells which lines belong
//! together; then the parts of each cell are put together. A table that does not tell is left line by line. Rows that
//! could be two records of a group are never put together.

use super::wire::{Line, WIDE};
use super::words::{Row, Word, common_size, compose};

/// Lines with wide gaps that make a table.
const FEWEST: usize = 3;

/// Rows in groups: a group of several is one row of a table.
pub(super) fn group(rows: Vec<Row>) -> Vec<Vec<Row>> {
    let mut out: Vec<Vec<Row>> = Vec::new();
    let tables = tables(&rows);
    let tight: Vec<Option<f64>> = (0..rows.len())
        .map(|at| tables.iter().find(|(from, to, _)| at > *from && at < *to).map(|(_, _, limit)| *limit))
        .collect();
    for (row, tight) in rows.into_iter().zip(tight) {
        match (out.last_mut(), tight) {
            (Some(open), Some(limit)) if belongs(open, &row, limit) => open.push(row),
            _ => out.push(vec![row]),
        }
    }
    out
}

/// Tables among rows: first, end, and the largest step between lines of one row.
fn tables(rows: &[Row]) -> Vec<(usize, usize, f64)> {
    let left = rows.iter().filter_map(|r| r.words.first()).map(|w| w.x0).fold(f64::INFINITY, f64::min);
    let right = rows.iter().filter_map(|r| r.words.last()).map(|w| w.x1).fold(f64::NEG_INFINITY, f64::max);
    let wide: Vec<bool> = rows.iter().map(|r| r.cells().len() > 1).collect();
    let narrow = |row: &Row| {
        let width = row.words.last().map_or(0.0, |l| l.x1) - row.words.first().map_or(0.0, |f| f.x0);
        width < 0.45 * (right - left)
    };
    let mut found = Vec::new();
    let mut from = 0;
    while from < rows.len() {
        if !wide.get(from).copied().unwrap_or(false) {
            from += 1;
            continue;
        }
        let mut to = from + 1;
        let mut end = to;
        while let (Some(row), Some(before)) = (rows.get(to), rows.get(to - 1)) {
            let is_wide = wide.get(to).copied().unwrap_or(false);
            let near = row.base - before.base < 3.0 * row.size;
            if !near || !(is_wide || narrow(row)) || to - end > 3 {
                break;
            }
            to += 1;
            if is_wide {
                end = to;
            }
        }
        // The last row's own lines.
        while rows.get(end).is_some_and(narrow) && end < to {
            end += 1;
        }
        let table = rows.get(from..end).unwrap_or_default();
        let counted = wide.get(from..end).unwrap_or_default().iter().filter(|w| **w).count();
        if counted >= FEWEST {
            found.extend(limit(table).map(|limit| (from, end, limit)));
        }
        from = end.max(from + 1);
    }
    found
}

/// The largest step within rows, if the table tells it from the steps between rows.
fn limit(table: &[Row]) -> Option<f64> {
    let size = table.iter().map(|r| r.size).fold(0.0, f64::max);
    let mut steps: Vec<f64> = table
        .windows(2)
        .filter_map(|pair| if let [a, b] = pair { Some(b.base - a.base) } else { None })
        .filter(|step| *step >= 0.9 * size)
        .collect();
    steps.sort_by(f64::total_cmp);
    let least = *steps.get(steps.len() / 10)?;
    let loose = steps.iter().filter(|s| **s > 1.12 * least).count();
    (loose >= 2 && loose * 6 >= steps.len()).then_some(1.06 * least)
}

/// Whether a row goes on the cells of the rows before it.
fn belongs(open: &[Row], row: &Row, limit: f64) -> bool {
    let (Some(first), Some(last)) = (open.first(), open.last()) else { return false };
    if row.base - last.base > limit {
        return false;
    }
    let (cells, heads) = (row.cells(), first.cells());
    let overlaps = |a: &[Word], b: &[Word]| extent(a).0 < extent(b).1 && extent(b).0 < extent(a).1;
    let labelled = cells.first().zip(heads.first()).is_some_and(|(c, h)| overlaps(c, h));
    let starts = |cell: &&[Word]| {
        cell.first().is_some_and(|w| w.text.starts_with(|c: char| c.is_lowercase() || "±(–-[%".contains(c)))
    };
    // Without a label it is no record of its own; nor is a label alone, after one with figures.
    let open_cells = open.iter().map(|r| r.cells().len()).max().unwrap_or(0);
    !labelled || (cells.len() == 1 && open_cells > 1) || cells.iter().all(starts)
}

fn extent(cell: &[Word]) -> (f64, f64) {
    (
        cell.iter().map(|w| w.x0).fold(f64::INFINITY, f64::min),
        cell.iter().map(|w| w.x1).fold(f64::NEG_INFINITY, f64::max),
    )
}

/// The line that a group of rows makes.
pub(super) fn line(rows: &[Row], block: u32) -> Line {
    let Some(first) = rows.first() else { return Line::default() };
    let mut line = first.line(block);
    if rows.len() == 1 {
        return line;
    }
    let mut cells: Vec<(f64, f64, String)> = Vec::new();
    for row in rows {
        for cell in row.cells() {
            let (x0, x1) = extent(cell);
            let text = compose(cell, row.base, common_size(cell));
            match cells.iter_mut().find(|(a, b, _)| x0 < *b && *a < x1) {
                Some((a, b, old)) => {
                    if !old.ends_with(['-', '\u{2010}']) {
                        old.push(' ');
                    }
                    old.push_str(&text);
                    (*a, *b) = (a.min(x0), b.max(x1));
                }
                None => cells.push((x0, x1, text)),
            }
        }
        let part = row.line(block);
        line.bold &= part.bold;
        line.italic &= part.italic;
        line.x0 = line.x0.min(part.x0);
        line.x1 = line.x1.max(part.x1);
    }
    cells.sort_by(|a, b| a.0.total_cmp(&b.0));
    line.text = cells.into_iter().map(|(_, _, text)| text).collect::<Vec<_>>().join(&WIDE.to_string());
    line
}
