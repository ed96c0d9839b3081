//! Tables as rows of text: one line a row, cells joined with ` | `, empty cells kept so that columns stay aligned.
//!
//! Owns spans of cells, for pages, Word documents and Markdown alike, and how any row reads. A cell that reaches down into further rows is
//! said again in each of them, so that no row loses what it is about. Captions are not its business.

/// Spans beyond this are taken as this: no real table has them, and a row must stay small.
const WIDEST: usize = 60;
/// A cell longer than this, in bytes, is not said again in the rows below.
const REPEATED: usize = 120;

/// How many cells of a row there are up to the last with something in it.
fn filled(row: &[String]) -> usize {
    row.iter().rposition(|c| !c.is_empty()).map_or(0, |n| n + 1)
}

/// The cells of a row as one line; `None` where there are none, or only rules and dashes, which say nothing.
pub(crate) fn row_text(row: &[String]) -> Option<String> {
    let only = row.iter().filter(|c| !c.is_empty()).count() == 1;
    let cells = row.get(..filled(row)).filter(|cells| !cells.is_empty())?;
    let text = if only { cells.concat() } else { cells.join(" | ") };
    text.chars().any(char::is_alphanumeric).then(|| text.trim().to_owned())
}

/// A table being read, row by row.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    row: Vec<String>,
    /// For each column, how many further rows a cell above reaches into, and its text.
    held: Vec<(usize, String)>,
    rows: Vec<String>,
    widest: usize,
}

impl Grid {
    /// The next cell of the row.
    pub(crate) fn cell(&mut self, text: &str, columns: usize, rows: usize) {
        self.fill_held();
        let text = text.replace(" | ", " / ");
        for n in 0..columns.clamp(1, WIDEST) {
            if self.row.len() >= WIDEST * 10 {
                // Beyond any table: the text stays, in the last column.
                if let Some(last) = self.row.last_mut().filter(|_| n == 0) {
                    last.push(' ');
                    last.push_str(&text);
                }
                return;
            }
            let at = self.row.len();
            if at >= self.held.len() {
                self.held.push((0, String::new()));
            }
            let said = if n == 0 { text.clone() } else { String::new() };
            if let Some(held) = self.held.get_mut(at) {
                let again = if said.len() <= REPEATED { said.clone() } else { String::new() };
                *held = (rows.clamp(1, WIDEST * 10), again);
            }
            self.row.push(said);
        }
    }

    /// Ends the row.
    pub(crate) fn end_row(&mut self) {
        self.fill_held();
        for (rows, _) in &mut self.held {
            *rows = rows.saturating_sub(1);
        }
        let row = std::mem::take(&mut self.row);
        let filled = filled(&row);
        self.widest = self.widest.max(filled);
        self.rows.extend(row_text(&row));
    }

    /// The rows that have ended.
    pub(crate) fn rows(&self) -> &[String] {
        &self.rows
    }

    /// The rows, and how many columns the widest of them fills.
    pub(crate) fn finish(mut self) -> (Vec<String>, usize) {
        if !self.row.is_empty() {
            self.end_row();
        }
        (self.rows, self.widest)
    }

    /// Puts in the cells of earlier rows that reach into this one.
    fn fill_held(&mut self) {
        while let Some((_, text)) = self.held.get(self.row.len()).filter(|(rows, _)| *rows > 0) {
            self.row.push(text.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_keep_columns_aligned_and_rows_whole() {
        let mut grid = Grid::default();
        for (text, columns, rows) in [("Agent", 1, 1), ("Dose", 2, 1)] {
            grid.cell(text, columns, rows);
        }
        grid.end_row();
        for (text, columns, rows) in [("A", 1, 2), ("1", 1, 1), ("2", 1, 1)] {
            grid.cell(text, columns, rows);
        }
        grid.end_row();
        grid.cell("3 | 4", 1, 1);
        grid.cell("", 1, 1);
        grid.end_row();
        grid.cell("--", 3, 1);
        grid.end_row();
        assert_eq!(grid.finish(), (vec!["Agent | Dose".into(), "A | 1 | 2".into(), "A | 3 / 4".into()], 3));
    }
}
