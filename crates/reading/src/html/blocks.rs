//! The text of a page in reading order: headings, paragraphs, lists, tables, captions.
//!
//! Owns what an element means for the text. What is left out has been decided before.

use super::main_text::Found;
use super::names::is_block;
use super::tables::Tables;
use super::text::{self, BREAK, Text};
use super::tree::{Tree, Visit};
use crate::jats::inline;
use crate::prose::flow::{Flow, Mark};
use crate::prose::grid::Grid;
use evidence::Part;

/// The level of the heading that the summary of a folded section is.
const FOLDED: u8 = 6;

/// Writes the text of a page into a flow.
pub(super) fn write(tree: &Tree, found: &Found, flow: &mut Flow) {
    let mut writer = Writer {
        tree,
        found,
        flow,
        tables: Tables::of(tree, found),
        numbers: text::counts_on_numbers(tree, found),
        buffer: String::new(),
        lists: Vec::new(),
        label: String::new(),
        terms: String::new(),
        open: Vec::new(),
        figures: Vec::new(),
        preformatted: 0,
        boxes: Vec::new(),
    };
    tree.visit(found.root, &mut writer);
    writer.flush();
}

/// A table being read.
struct Open {
    id: usize,
    grid: Grid,
    span: (usize, usize),
    /// The buffer of what stands around it.
    around: String,
    /// Text that stands in it but in no cell.
    stray: String,
}

/// An open list.
struct List {
    /// The number of the next item, where items are numbered.
    next: Option<i64>,
    letters: bool,
}

struct Writer<'a> {
    tree: &'a Tree,
    found: &'a Found,
    flow: &'a mut Flow,
    tables: Tables,
    /// Whether numbers of items are kept.
    numbers: bool,
    buffer: String,
    lists: Vec<List>,
    /// What goes before the next line of a list.
    label: String,
    /// The terms of a definition list that wait for their definition.
    terms: String,
    open: Vec<Open>,
    /// Open figures: whether each holds a table.
    figures: Vec<bool>,
    preformatted: usize,
    /// Open boxes beside the text, with the sections to come back to.
    boxes: Vec<Mark>,
}

impl Writer<'_> {
    /// Ends the text so far as a paragraph, or as lines.
    fn flush(&mut self) {
        if !self.open.is_empty() {
            // Within a cell blocks only part words.
            self.buffer.push(' ');
            return;
        }
        if self.buffer.trim_matches([' ', BREAK]).is_empty() {
            self.buffer.clear();
            return;
        }
        let buffer = std::mem::take(&mut self.buffer);
        for lines in text::broken(&buffer) {
            self.flow.lines(lines, !self.lists.is_empty(), &mut self.label);
        }
    }

    fn open_list(&mut self, id: usize) {
        self.flush();
        if self.lists.is_empty() {
            self.flow.open_list();
        }
        let start = self.tree.attribute(id, "start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
        let letters = self.tree.attribute(id, "type").is_some_and(|t| matches!(t.trim(), "a" | "A"));
        self.lists.push(List { next: (self.tree.name(id) == "ol").then_some(start), letters });
    }

    fn close_list(&mut self) {
        self.flush();
        if !self.terms.is_empty() {
            let terms = std::mem::take(&mut self.terms);
            self.flow.line(terms.trim_end_matches([':', ' ']).to_owned());
        }
        self.lists.pop();
        self.label.clear();
    }

    fn open_item(&mut self, id: usize) {
        if !self.open.is_empty() {
            if !self.buffer.trim().is_empty() && !self.buffer.trim_end().ends_with([';', ':', '.', ',']) {
                self.buffer.truncate(self.buffer.trim_end().len());
                self.buffer.push_str("; ");
            }
            return;
        }
        self.flush();
        self.label.clear();
        let Some(List { next: Some(number), letters }) = self.lists.last_mut() else { return };
        if let Some(value) = self.tree.attribute(id, "value").and_then(|v| v.trim().parse().ok()) {
            *number = value;
        }
        if self.numbers {
            let letter = u8::try_from(*number).ok().filter(|n| *letters && (1..=26).contains(n));
            self.label = letter.map_or_else(|| format!("{number}. "), |n| format!("{}. ", char::from(b'a' + n - 1)));
        }
        *number = number.saturating_add(1);
    }

    fn heading(&mut self, id: usize, level: u8) {
        self.flush();
        let text = Text::of(self.tree, self.found, id);
        if self.lists.is_empty() && self.open.is_empty() && self.figures.is_empty() {
            self.flow.heading(level, &text);
        } else {
            inline::push(&mut self.buffer, &text);
            self.flush();
        }
    }

    fn caption(&mut self, id: usize, part: Part) {
        let text = Text::of(self.tree, self.found, id);
        if !text.is_empty() {
            self.flow.caption(part, text);
        }
    }

    fn open_table(&mut self, id: usize) {
        self.flush();
        if let Some(holds) = self.figures.last_mut() {
            *holds = true;
        }
        let around = std::mem::take(&mut self.buffer);
        self.open.push(Open { id, grid: Grid::default(), span: (1, 1), around, stray: String::new() });
    }

    fn close_table(&mut self) {
        let Some(table) = self.open.pop() else { return };
        let stray = table.stray + &std::mem::replace(&mut self.buffer, table.around);
        if self.open.is_empty() {
            self.flow.table(table.grid);
            let text = inline::tidy(&stray.replace(BREAK, " "), false);
            if !text.is_empty() {
                self.flow.paragraph(text);
            }
            return;
        }
        // A table in a cell is part of its text.
        for row in table.grid.finish().0 {
            inline::push(&mut self.buffer, &row.replace(" | ", ", "));
            self.buffer.push_str("; ");
        }
        self.buffer.push_str(&stray);
    }

    /// Whether a row or cell belongs to the innermost open table.
    fn is_of_table(&self, id: usize) -> bool {
        self.open.last().is_some_and(|open| self.tables.around(id) == Some(open.id))
    }

    fn open_cell(&mut self, id: usize) {
        let number = |name| -> usize { self.tree.attribute(id, name).and_then(|v| v.trim().parse().ok()).unwrap_or(1) };
        // A row span of 0 reaches to the end of the table.
        let span = (number("colspan"), Some(number("rowspan")).filter(|&n| n > 0).unwrap_or(usize::MAX));
        let stray = std::mem::take(&mut self.buffer);
        if let Some(open) = self.open.last_mut() {
            open.span = span;
            open.stray.push_str(stray.trim_matches(' '));
        }
    }

    fn close_cell(&mut self) {
        let text = inline::tidy(&self.buffer.replace(BREAK, " "), true);
        self.buffer.clear();
        if let Some(open) = self.open.last_mut() {
            let (columns, rows) = open.span;
            open.grid.cell(text.trim_end_matches([',', ';', ' ']), columns, rows);
        }
    }

    /// Whether a caption is that of a table in its figure.
    fn captions_table(&self, caption: usize) -> bool {
        let up = std::iter::successors(self.tree.parent(caption), |&at| self.tree.parent(at));
        self.figures.last().copied().unwrap_or(false)
            || up
                .take(3)
                .find(|&at| self.tree.name(at) == "figure")
                .is_some_and(|figure| self.tree.children(figure).any(|c| self.tree.name(c) == "table"))
    }

    fn level(&self, id: usize) -> Option<u8> {
        match self.tree.name(id) {
            "h1" => Some(1),
            "h2" => Some(2),
            "h3" => Some(3),
            "h4" => Some(4),
            "h5" => Some(5),
            "h6" => Some(6),
            _ if self.tree.attribute(id, "role") == Some("heading") => {
                Some(self.tree.attribute(id, "aria-level").and_then(|l| l.trim().parse().ok()).unwrap_or(2))
            }
            _ => None,
        }
    }

    fn holds_heading(&self, id: usize) -> bool {
        self.tree.children(id).any(|child| self.level(child).is_some())
    }

    fn part_blocks(&mut self, name: &str) {
        if is_block(name) {
            self.flush();
        }
    }
}

impl Visit for Writer<'_> {
    fn enter(&mut self, id: usize) -> bool {
        if self.found.is_left_out(id) {
            return false;
        }
        if let Some(text) = self.tree.text(id) {
            text::push(&mut self.buffer, text, self.preformatted > 0);
            return false;
        }
        if let Some(level) = self.level(id) {
            self.heading(id, level);
            return false;
        }
        let among_blocks = self.open.is_empty();
        let name = self.tree.name(id);
        match name {
            "ul" | "ol" | "menu" | "dir" | "dl" if among_blocks => self.open_list(id),
            "li" => self.open_item(id),
            "dd" if among_blocks => {
                self.flush();
                self.label = std::mem::take(&mut self.terms);
            }
            "pre" | "listing" | "xmp" | "plaintext" => {
                self.flush();
                self.preformatted += 1;
            }
            "figure" => {
                self.flush();
                self.figures.push(false);
            }
            "aside" | "details" => {
                self.flush();
                self.boxes.push(self.flow.mark());
            }
            // What a folded section shows of itself is its heading.
            "summary" if among_blocks && self.lists.is_empty() && !self.holds_heading(id) => {
                self.heading(id, FOLDED);
                return false;
            }
            "figcaption" if among_blocks => {
                self.flush();
                self.caption(id, if self.captions_table(id) { Part::Table } else { Part::Figure });
                return false;
            }
            "caption" if self.open.len() == 1 && self.is_of_table(id) => {
                self.caption(id, Part::Table);
                return false;
            }
            "table" if self.tables.is_data(id) => self.open_table(id),
            "td" | "th" if self.is_of_table(id) => self.open_cell(id),
            _ => {
                self.part_blocks(name);
                return text::enter(self.tree, id, &mut self.buffer);
            }
        }
        true
    }

    fn leave(&mut self, id: usize) {
        let among_blocks = self.open.is_empty();
        let name = self.tree.name(id);
        match name {
            "ul" | "ol" | "menu" | "dir" | "dl" if among_blocks => self.close_list(),
            "dt" if among_blocks && !self.lists.is_empty() => {
                let term = inline::tidy(&std::mem::take(&mut self.buffer).replace(BREAK, " "), false);
                let term = term.trim_end_matches([':', ' ']);
                if !term.is_empty() {
                    let before = self.terms.trim_end_matches([':', ' ']).to_owned();
                    self.terms = if before.is_empty() { format!("{term}: ") } else { format!("{before}, {term}: ") };
                }
            }
            "pre" | "listing" | "xmp" | "plaintext" => {
                self.flush();
                self.preformatted = self.preformatted.saturating_sub(1);
            }
            "figure" => {
                self.flush();
                self.figures.pop();
            }
            "aside" | "details" => {
                self.flush();
                if let Some(mark) = self.boxes.pop() {
                    self.flow.restore(mark);
                }
            }
            "table" if self.open.last().is_some_and(|open| open.id == id) => self.close_table(),
            "tr" if self.is_of_table(id) => {
                if let Some(open) = self.open.last_mut() {
                    open.grid.end_row();
                }
            }
            "td" | "th" if self.is_of_table(id) => self.close_cell(),
            _ => {
                text::leave(self.tree, id, &mut self.buffer);
                self.part_blocks(name);
            }
        }
    }
}
