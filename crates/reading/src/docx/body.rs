//! The text part of a Word document, or its notes: from XML to blocks.
//!
//! Owns which text counts: what was deleted, struck out or hidden does not, what was inserted does, and of two versions
//! of the same drawing one. What a block means is decided in `write`.

use super::math;
use super::package::{Step, Stopped, each};
use super::styles::{Look, Styles};
use super::symbols;
use crate::html::BREAK;
use crate::jats::attributes::attribute;
use crate::jats::inline;
use crate::prose::grid::Grid;
use quick_xml::events::BytesStart;

/// A paragraph as it stands.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    pub(super) style: String,
    pub(super) outline: Option<u8>,
    /// Numbering and its level, where the paragraph itself gives them.
    pub(super) numbering: (Option<String>, Option<usize>),
    /// Its text, with the marks of `jats::inline`.
    pub(super) raw: String,
    /// Boxes anchored in it, which go after it.
    boxes: Vec<Block>,
    /// Its end was deleted: the next goes on with it.
    runs_on: bool,
}

#[derive(Debug)]
pub(super) enum Block {
    Paragraph(Paragraph),
    Table(Grid),
}

/// What was read of a part.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) blocks: Vec<Block>,
    /// Footnotes or endnotes.
    pub(super) notes: Vec<String>,
    /// Changes that nobody has accepted or rejected.
    pub(super) tracked: bool,
    pub(super) struck_out: bool,
    pub(super) hidden: bool,
    /// A sign in a font whose codes are not known here.
    pub(super) unknown_sign: bool,
    /// A document within the document.
    pub(super) embedded: bool,
}

/// Reads a part; also tells where it had to stop.
pub(super) fn read(text: &str, styles: &Styles) -> (Body, Option<Stopped>) {
    let mut reader = Reader {
        styles,
        body: Body::default(),
        stack: Vec::new(),
        skip: 0,
        places: vec![Place::default()],
        tables: Vec::new(),
        run: Look::default(),
        run_style: Look::default(),
        symbol_font: false,
        math: 0,
    };
    let stopped = each(text, |step| reader.step(&step));
    while reader.places.len() > 1 {
        reader.close_place();
    }
    reader.end_paragraph();
    reader.body.blocks = reader.places.pop().map(|p| p.blocks).unwrap_or_default();
    (reader.body, stopped)
}

/// An open element that matters.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Open {
    Other,
    Paragraph,
    Properties,
    Run,
    RunProperties,
    Text,
    Table,
    Row,
    RowProperties,
    Cell,
    TextBox,
    Note,
    /// Alternatives; whether one was taken.
    Alternatives(bool),
    Math,
    MathPart(math::Part),
    /// Properties of a sum or an integral.
    Operator,
}

/// Where blocks go: the document, a cell, a text box, a note.
#[derive(Debug, Default)]
struct Place {
    blocks: Vec<Block>,
    paragraph: Option<Paragraph>,
    /// Text of a paragraph whose end was deleted.
    carried: Option<Paragraph>,
}

#[derive(Debug, Default)]
struct Cell {
    blocks: Vec<Block>,
    columns: usize,
    /// Joined with the cell above.
    merged: bool,
    /// The first of several that are joined.
    merges: bool,
}

#[derive(Debug, Default)]
struct Table {
    rows: Vec<(usize, Vec<Cell>)>,
    row: Vec<Cell>,
    before: usize,
    cell: Cell,
}

struct Reader<'a> {
    styles: &'a Styles,
    body: Body,
    stack: Vec<Open>,
    /// Depth within an element that is left out.
    skip: usize,
    places: Vec<Place>,
    tables: Vec<Table>,
    run: Look,
    run_style: Look,
    symbol_font: bool,
    math: usize,
}

impl Reader<'_> {
    fn step(&mut self, step: &Step<'_, '_>) {
        match *step {
            Step::Start(..) if self.skip > 0 => self.skip += 1,
            Step::End(_) if self.skip > 0 => self.skip -= 1,
            Step::Text(_) if self.skip > 0 => {}
            Step::Start(name, element) => match self.start(name, element) {
                Some(open) => self.stack.push(open),
                None => self.skip = 1,
            },
            Step::End(_) => {
                if let Some(open) = self.stack.pop() {
                    self.end(&open);
                }
            }
            Step::Text(text) => {
                if self.stack.last() == Some(&Open::Text) {
                    self.text(text);
                }
            }
        }
    }

    fn top(&self) -> &Open {
        self.stack.last().unwrap_or(&Open::Other)
    }

    /// Enters an element; `None` where all of it is left out.
    fn start(&mut self, name: &str, element: &BytesStart) -> Option<Open> {
        if name.ends_with("Change") {
            // What formatting was before a change.
            return None;
        }
        match (self.top(), name) {
            (Open::RunProperties, _) => return self.run_property(name, element),
            (Open::Properties, _) if name != "rPr" => return self.paragraph_property(name, element),
            (Open::RowProperties, "gridBefore") => {
                let before = attribute(element, "val").and_then(|v| v.parse().ok()).unwrap_or(0);
                if let Some(table) = self.tables.last_mut() {
                    table.before = before;
                }
                return Some(Open::Other);
            }
            (Open::RowProperties, _) => {
                self.body.tracked |= matches!(name, "ins" | "del");
                return Some(Open::Other);
            }
            _ => {}
        }
        if let Some(part) = math::part(name).filter(|_| self.math > 0) {
            return Some(self.open_math(part));
        }
        Some(match name {
            "del" | "moveFrom" => {
                self.body.tracked = true;
                return None;
            }
            "naryPr" => Open::Operator,
            "chr" if *self.top() == Open::Operator => {
                let sign = attribute(element, "val").unwrap_or_default().into_owned();
                self.say(&sign)
            }
            "ins" | "moveTo" | "cellIns" | "cellDel" => {
                self.body.tracked = true;
                Open::Other
            }
            "instrText" | "delText" | "delInstrText" | "fldData" | "sectPr" | "tblGrid" | "sdtPr" | "sdtEndPr"
            | "rt" => {
                return None;
            }
            "p" => {
                self.end_paragraph();
                let place = self.place();
                place.paragraph = Some(place.carried.take().unwrap_or_default());
                Open::Paragraph
            }
            "pPr" => Open::Properties,
            "rPr" => Open::RunProperties,
            "r" => {
                self.run = Look::default();
                self.run_style = Look::default();
                self.symbol_font = false;
                Open::Run
            }
            "t" => Open::Text,
            "tab" | "ptab" => self.say(" "),
            "br" | "cr" => {
                self.push(&BREAK.to_string());
                Open::Other
            }
            "noBreakHyphen" => self.say("-"),
            "sym" => {
                self.sign(element);
                Open::Other
            }
            "OLEObject" if attribute(element, "ProgID").is_some_and(|p| p.starts_with("Equation")) => {
                self.say("[formula]")
            }
            "altChunk" | "subDoc" => {
                self.body.embedded = true;
                Open::Other
            }
            "oMath" => {
                self.math += 1;
                Open::Math
            }
            "tbl" => {
                self.end_paragraph();
                self.tables.push(Table::default());
                Open::Table
            }
            "tr" => Open::Row,
            "trPr" => Open::RowProperties,
            "tc" if !self.tables.is_empty() => {
                if let Some(table) = self.tables.last_mut() {
                    table.cell = Cell { columns: 1, ..Cell::default() };
                }
                self.places.push(Place::default());
                Open::Cell
            }
            "gridSpan" | "vMerge" => {
                if let Some(table) = self.tables.last_mut() {
                    let value = attribute(element, "val");
                    match name {
                        "gridSpan" => table.cell.columns = value.and_then(|v| v.parse().ok()).unwrap_or(1),
                        _ if value.as_deref() == Some("restart") => table.cell.merges = true,
                        _ => table.cell.merged = true,
                    }
                }
                Open::Other
            }
            "txbxContent" => {
                self.places.push(Place::default());
                Open::TextBox
            }
            "footnote" | "endnote" => {
                // Lines between text and notes are stored as notes.
                if attribute(element, "type").is_some_and(|t| t != "normal") {
                    return None;
                }
                self.places.push(Place::default());
                Open::Note
            }
            "AlternateContent" => Open::Alternatives(false),
            "Choice" | "Fallback" => match self.stack.last_mut() {
                Some(Open::Alternatives(true)) => return None,
                Some(Open::Alternatives(taken)) => {
                    *taken = true;
                    Open::Other
                }
                _ => Open::Other,
            },
            _ => Open::Other,
        })
    }

    fn end(&mut self, open: &Open) {
        match open {
            Open::Paragraph => self.end_paragraph(),
            Open::Run => {
                self.run = Look::default();
                self.run_style = Look::default();
            }
            Open::Math => self.math = self.math.saturating_sub(1),
            Open::MathPart(part) => {
                if let Some(paragraph) = self.place().paragraph.as_mut() {
                    part.close(&mut paragraph.raw);
                }
            }
            Open::TextBox => {
                let blocks = self.close_place();
                let place = self.place();
                match &mut place.paragraph {
                    Some(paragraph) => paragraph.boxes.extend(blocks),
                    None => place.blocks.extend(blocks),
                }
            }
            Open::Note => {
                let blocks = self.close_place();
                let note = flattened(&blocks, false);
                if !note.is_empty() {
                    self.body.notes.push(note);
                }
            }
            Open::Cell => {
                let blocks = self.close_place();
                if let Some(table) = self.tables.last_mut() {
                    let cell = std::mem::take(&mut table.cell);
                    table.row.push(Cell { blocks, ..cell });
                }
            }
            Open::Row => {
                if let Some(table) = self.tables.last_mut() {
                    let row = (std::mem::take(&mut table.before), std::mem::take(&mut table.row));
                    table.rows.push(row);
                }
            }
            Open::Table => {
                let Some(table) = self.tables.pop() else { return };
                let blocks = table.finish();
                self.place().blocks.extend(blocks);
            }
            _ => {}
        }
    }

    /// The innermost place; there always is one.
    fn place(&mut self) -> &mut Place {
        if self.places.is_empty() {
            self.places.push(Place::default());
        }
        let last = self.places.len() - 1;
        &mut self.places[last]
    }

    fn close_place(&mut self) -> Vec<Block> {
        self.end_paragraph();
        self.places.pop().map(Place::finish).unwrap_or_default()
    }

    fn end_paragraph(&mut self) {
        let place = self.place();
        let Some(mut paragraph) = place.paragraph.take() else { return };
        if paragraph.runs_on {
            paragraph.runs_on = false;
            place.carried = Some(paragraph);
        } else {
            place.put(paragraph);
        }
    }

    fn paragraph_property(&mut self, name: &str, element: &BytesStart) -> Option<Open> {
        let value = attribute(element, "val");
        if let Some(paragraph) = self.place().paragraph.as_mut() {
            match name {
                "pStyle" => paragraph.style = value.unwrap_or_default().into_owned(),
                "outlineLvl" => paragraph.outline = value.and_then(|v| v.parse().ok()),
                "numId" => paragraph.numbering.0 = value.map(std::borrow::Cow::into_owned),
                "ilvl" => paragraph.numbering.1 = value.and_then(|v| v.parse().ok()),
                _ => {}
            }
        }
        // `numPr` holds its values a level deeper; tab stops and borders hold nothing.
        (name == "numPr").then_some(Open::Properties)
    }

    fn run_property(&mut self, name: &str, element: &BytesStart) -> Option<Open> {
        let of_run = self.stack.iter().rev().nth(1) == Some(&Open::Run);
        if !of_run {
            // Those of the mark at the paragraph's end.
            self.body.tracked |= matches!(name, "ins" | "del" | "moveFrom" | "moveTo");
            if matches!(name, "del" | "moveFrom")
                && let Some(paragraph) = self.place().paragraph.as_mut()
            {
                paragraph.runs_on = true;
            }
            return Some(Open::Other);
        }
        let value = attribute(element, "val");
        match name {
            "rStyle" => self.run_style = self.styles.look(value.as_deref().unwrap_or_default()),
            "rFonts" => {
                let font = attribute(element, "ascii").or_else(|| attribute(element, "hAnsi"));
                self.symbol_font = font.is_some_and(|f| f.eq_ignore_ascii_case("symbol"));
            }
            _ => self.run.take(name, value.as_deref()),
        }
        Some(Open::Other)
    }

    fn open_math(&mut self, part: math::Name) -> Open {
        match self.place().paragraph.as_mut() {
            Some(paragraph) => Open::MathPart(part.open(&mut paragraph.raw)),
            None => Open::Other,
        }
    }

    /// Text that an element stands for.
    fn say(&mut self, text: &str) -> Open {
        self.text(text);
        Open::Other
    }

    fn sign(&mut self, element: &BytesStart) {
        let font = attribute(element, "font").unwrap_or_default().to_ascii_lowercase();
        let code = attribute(element, "char").and_then(|c| u32::from_str_radix(c.trim(), 16).ok()).unwrap_or(0);
        let known = if font.starts_with("wingdings") { symbols::wingding(code) } else { symbols::symbol(code) };
        self.known_sign(known);
    }

    fn known_sign(&mut self, known: Option<&str>) {
        self.body.unknown_sign |= known.is_none();
        self.put(known.unwrap_or("[symbol]"));
    }

    fn text(&mut self, text: &str) {
        let private = |c: char| ('\u{f020}'..='\u{f0ff}').contains(&c);
        if !self.symbol_font && !text.chars().any(private) {
            return self.put(text);
        }
        for c in text.chars() {
            if private(c) || (self.symbol_font && c.is_ascii() && !c.is_ascii_control()) {
                self.known_sign(symbols::symbol(u32::from(c)));
            } else {
                self.put(c.encode_utf8(&mut [0; 4]));
            }
        }
    }

    /// Puts text into the paragraph as its run looks.
    fn put(&mut self, text: &str) {
        // Outside of runs stands mathematics, which has its own.
        let look = self.run.or(self.run_style);
        let says = text.chars().any(char::is_alphanumeric);
        if look.struck == Some(true) {
            self.body.struck_out |= says;
            return;
        }
        if look.hidden == Some(true) {
            self.body.hidden |= says;
            return;
        }
        let Some(paragraph) = self.place().paragraph.as_mut() else { return };
        let raw = &mut paragraph.raw;
        if look.raised == Some(true) {
            // Word cuts runs anywhere.
            if raw.ends_with(inline::SUP_END) {
                raw.pop();
            } else {
                raw.push(inline::SUP);
            }
            inline::push(raw, text);
            raw.push(inline::SUP_END);
        } else {
            inline::push(raw, text);
        }
    }

    fn push(&mut self, raw: &str) {
        if let Some(paragraph) = self.place().paragraph.as_mut() {
            paragraph.raw.push_str(raw);
        }
    }
}

impl Place {
    fn put(&mut self, mut paragraph: Paragraph) {
        let boxes = std::mem::take(&mut paragraph.boxes);
        self.blocks.push(Block::Paragraph(paragraph));
        self.blocks.extend(boxes);
    }

    fn finish(mut self) -> Vec<Block> {
        if let Some(carried) = self.carried.take() {
            self.put(carried);
        }
        self.blocks
    }
}

/// The text of blocks in one line.
pub(super) fn flattened(blocks: &[Block], cell: bool) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(paragraph) => {
                let text = inline::tidy(&paragraph.raw.replace(BREAK, " "), cell);
                if text.is_empty() {
                    continue;
                }
                let item = paragraph.numbering.0.is_some();
                if !out.is_empty() {
                    out.push_str(if item && !out.ends_with([':', ';', '.', ',']) { "; " } else { " " });
                }
                out.push_str(&text);
            }
            Block::Table(grid) => {
                for row in grid.rows() {
                    out.push_str(if out.is_empty() { "" } else { "; " });
                    out.push_str(&row.replace(" | ", ", "));
                }
            }
        }
    }
    out
}

impl Table {
    /// A table of one column is a frame around text; its blocks stay what they are.
    fn finish(mut self) -> Vec<Block> {
        if !self.row.is_empty() {
            let row = (self.before, std::mem::take(&mut self.row));
            self.rows.push(row);
        }
        if self.rows.iter().all(|(before, cells)| *before == 0 && cells.len() <= 1) {
            return self.rows.into_iter().flat_map(|(_, cells)| cells).flat_map(|cell| cell.blocks).collect();
        }
        let mut grid = Grid::default();
        // The text of joined cells, by the column they begin in.
        let mut joined: Vec<String> = Vec::new();
        for (before, cells) in self.rows {
            let mut column = before.min(64);
            for _ in 0..column {
                grid.cell("", 1, 1);
            }
            for cell in cells {
                let own = flattened(&cell.blocks, true);
                let own = own.trim_end_matches([',', ';', ' ']).to_owned();
                if column < 1_000 && joined.len() <= column {
                    joined.resize(column + 1, String::new());
                }
                let above = joined.get(column).cloned().unwrap_or_default();
                let text = if cell.merged && own.is_empty() { above } else { own };
                if let Some(slot) = joined.get_mut(column) {
                    // A row must say what it is about; a long text is not said again.
                    let keep = (cell.merged || cell.merges) && text.len() <= 120;
                    *slot = if keep { text.clone() } else { String::new() };
                }
                grid.cell(&text, cell.columns, 1);
                column += cell.columns.clamp(1, 64);
            }
            grid.end_row();
        }
        vec![Block::Table(grid)]
    }
}
