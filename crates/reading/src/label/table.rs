//! Tables of a label as rows of text, cells joined with ` | `.
//!
//! Owns spans and the place of footnotes. A cell that spans several rows is said again in each of them, so that a row
//! is understood alone; a `tfoot`, which stands before the body in SPL, comes after it.

use crate::prose::grid::row_text;

/// Spans beyond this are taken as this: no real table has them, and a row must stay small.
const WIDEST: usize = 60;
/// A cell this long, in bytes, is not said again in the rows it spans.
const LONGEST_REPEATED: usize = 200;

/// A table being read.
#[derive(Default)]
pub(super) struct Table {
    pub(super) number: u32,
    pub(super) in_foot: bool,
    /// Rows of the `tfoot` and footnotes, said at the end.
    pub(super) after: Vec<String>,
    row: Vec<String>,
    /// For each column, how many further rows the cell above reaches into, and its text.
    held: Vec<(usize, String)>,
    span: (usize, usize),
}

impl Table {
    pub(super) fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    /// The next cell spans these columns and rows.
    pub(super) fn open_cell(&mut self, columns: Option<&str>, rows: Option<&str>) {
        let number = |n: Option<&str>| n.and_then(|v| v.trim().parse().ok()).unwrap_or(1usize).clamp(1, WIDEST);
        self.span = (number(columns), number(rows));
    }

    pub(super) fn close_cell(&mut self, text: &str) {
        self.fill();
        let (columns, rows) = std::mem::take(&mut self.span);
        let text = text.replace(" | ", " / ");
        for n in 0..columns.max(1) {
            let column = self.row.len();
            if column >= self.held.len() {
                self.held.push((0, String::new()));
            }
            let own = if n == 0 { text.clone() } else { String::new() };
            if let Some(held) = self.held.get_mut(column) {
                let again = if own.len() <= LONGEST_REPEATED { own.clone() } else { String::new() };
                *held = (rows.max(1), again);
            }
            self.row.push(own);
        }
    }

    /// The row's text; `None` where it says nothing.
    pub(super) fn close_row(&mut self) -> Option<String> {
        let told = !self.row.is_empty();
        if told {
            self.fill();
        }
        for held in &mut self.held {
            held.0 = held.0.saturating_sub(1);
        }
        let row = std::mem::take(&mut self.row);
        row_text(&row).filter(|_| told)
    }

    /// Puts in the cells of earlier rows that reach into this one.
    fn fill(&mut self) {
        while let Some((_, text)) = self.held.get(self.row.len()).filter(|(rows, _)| *rows > 0) {
            self.row.push(text.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(cells: &[&[(&str, &str, &str)]]) -> Vec<String> {
        let mut table = Table::default();
        cells
            .iter()
            .filter_map(|row| {
                for (text, columns, rows) in *row {
                    table.open_cell(Some(columns), Some(rows));
                    table.close_cell(text);
                }
                table.close_row()
            })
            .collect()
    }

    #[test]
    fn a_row_is_understood_alone() {
        let told = rows(&[
            &[("Group", "1", "2"), ("Dose", "2", "1")],
            &[("Adult", "1", "1"), ("Child", "1", "1")],
            &[("Kidney", "1", "2"), ("5 mg", "1", "1"), ("1 mg", "1", "x")],
            &[("4 mg", "1", "1"), ("a | b", "1", "1")],
            &[("\u{2014}", "3", "1")],
            &[("Whole width", "3", "1")],
        ]);
        assert_eq!(
            told,
            ["Group | Dose", "Group | Adult | Child", "Kidney | 5 mg | 1 mg", "Kidney | 4 mg | a / b", "Whole width"]
        );
    }
}
