//! Tables as rows of text: one line a row, cells joined with ` | `, empty cells kept so that columns stay aligned.
//!
//! Owns spans of cells. Captions belong to `blocks`.

use super::attributes::attribute;
use super::inline;
use super::mode::Mode;
use super::parser::{Parser, Sink};
use crate::prose::grid::row_text;
use quick_xml::events::BytesStart;

/// Spans beyond this are taken as this: no real table has them, and a row must stay small.
const WIDEST: usize = 60;

/// A table being read.
#[derive(Default)]
pub(super) struct Table {
    row: Vec<String>,
    /// For each column, how many further rows a cell above reaches into.
    held: Vec<usize>,
    span: (usize, usize),
}

impl Parser<'_> {
    /// An element between `table` and its cells.
    pub(super) fn table_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "thead" | "tbody" | "tfoot" => Mode::Table,
            "tr" => Mode::Row,
            "td" | "th" => {
                let number = |name| {
                    attribute(element, name).and_then(|v| v.trim().parse().ok()).unwrap_or(1usize).clamp(1, WIDEST)
                };
                let span = (number("colspan"), number("rowspan"));
                if let Some(table) = self.tables.last_mut() {
                    table.span = span;
                }
                self.open_buffer(Sink::Value);
                Mode::Cell
            }
            _ => Mode::Skip,
        }
    }

    pub(super) fn open_table(&mut self) -> Mode {
        self.tables.push(Table::default());
        self.blocks.open_table();
        Mode::Table
    }

    pub(super) fn close_table(&mut self) {
        // `thead` and `tbody` share the mode.
        if self.top() != Mode::Table {
            self.tables.pop();
        }
    }

    pub(super) fn close_cell(&mut self) {
        let text = inline::tidy(&self.close_buffer(), true);
        // Marks of several footnotes leave the commas between them: "12.3<sup>a</sup>,<sup>b</sup>".
        let text = text.trim_end_matches([',', ';', ' ']);
        let Some(table) = self.tables.last_mut() else { return };
        table.fill_held();
        let (columns, rows) = std::mem::take(&mut table.span);
        for n in 0..columns.max(1) {
            if table.row.len() >= table.held.len() {
                table.held.push(0);
            }
            if let Some(held) = table.held.get_mut(table.row.len()) {
                *held = rows.max(1);
            }
            table.row.push(if n == 0 { text.replace(" | ", " / ") } else { String::new() });
        }
    }

    pub(super) fn close_row(&mut self) {
        let Some(table) = self.tables.last_mut() else { return };
        table.fill_held();
        table.held.iter_mut().for_each(|h| *h = h.saturating_sub(1));
        let row = std::mem::take(&mut table.row);
        if let Some(text) = row_text(&row) {
            self.blocks.add_row(text);
        }
    }
}

impl Table {
    /// Puts in empty cells where a cell of an earlier row reaches into this one.
    fn fill_held(&mut self) {
        while self.held.get(self.row.len()).is_some_and(|&h| h > 0) {
            self.row.push(String::new());
        }
    }
}
