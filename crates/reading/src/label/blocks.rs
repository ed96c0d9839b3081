//! Sections, paragraphs, lists, tables and captions: what becomes passages.
//!
//! Owns the headings, and where footnotes and highlights go. How running text reads is in `inline`.

use super::codes;
use super::parser::{Field, Mode, Parser};
use super::table::Table;
use crate::cut::{Draft, Glue};
use crate::document::Document;
use crate::jats::attribute;
use evidence::Part;
use quick_xml::events::BytesStart;
use std::collections::HashMap;

/// Sections deeper than this add no heading: no real label has them.
const MOST_LEVELS: usize = 12;
/// A title longer than this, in characters, is text with a short heading.
const LONGEST_HEADING: usize = 300;

/// The text so far.
#[derive(Default)]
pub(super) struct Blocks {
    pub(super) document: Document,
    pub(super) sections: Vec<Section>,
    /// Where in the document's headings the path of the open sections is, while it is known.
    pub(super) path: Option<usize>,
    lists: usize,
    list: u32,
    /// What goes before the next line of a list.
    item_label: String,
    pub(super) tables: Vec<Table>,
    table: u32,
    /// Footnotes and captions that go after the text they stand in.
    deferred: Vec<(Part, Glue, String)>,
    /// Footnotes by their ID, numbered by their first mention.
    notes: HashMap<String, usize>,
    last_note: usize,
    /// Numbers of the footnotes being read.
    open_notes: Vec<usize>,
    excerpts: usize,
}

/// A section being read.
#[derive(Default)]
pub(super) struct Section {
    code: String,
    title: String,
    /// What its highlight says; told only where the section itself says nothing.
    highlight: Vec<(Part, Glue, String)>,
    /// Whether it or a section in it has said anything.
    told: bool,
}

impl Blocks {
    pub(super) fn set_title(&mut self, title: String) {
        let long = title.chars().count() > LONGEST_HEADING;
        let Some(section) = self.sections.last_mut().filter(|s| s.title.is_empty()) else { return };
        self.path = None;
        if long {
            section.title = title.chars().take(LONGEST_HEADING).chain(['\u{2026}']).collect();
            self.put(Part::Body, Glue::Paragraph, title);
        } else {
            section.title = title;
        }
    }

    fn set_code(&mut self, code: &str) {
        if let Some(section) = self.sections.last_mut().filter(|s| s.code.is_empty()) {
            code.clone_into(&mut section.code);
            self.path = None;
        }
    }

    /// Whether the open sections hold no evidence.
    fn left_out(&self) -> bool {
        self.sections.iter().any(|s| codes::is_left_out(&s.code))
    }

    /// The index of the open sections' path.
    fn path(&mut self) -> usize {
        if let Some(index) = self.path {
            return index;
        }
        let mut path = Vec::new();
        for section in self.sections.iter().take(MOST_LEVELS) {
            let standard = codes::name(&section.code).unwrap_or_default();
            let boxed = section.code == codes::BOXED_WARNING && !section.title.to_lowercase().contains("boxed");
            if (boxed || section.title.is_empty()) && !standard.is_empty() {
                path.push(standard.to_owned());
            }
            if !section.title.is_empty() {
                path.push(section.title.clone());
            }
        }
        let index = self.document.headings.len();
        self.document.headings.push(path);
        self.path = Some(index);
        index
    }

    /// A piece of text at its place: among the highlights, or in the document.
    fn put(&mut self, part: Part, glue: Glue, text: String) {
        if text.is_empty() {
            return;
        }
        if self.excerpts > 0 {
            if let Some(section) = self.sections.last_mut() {
                section.highlight.push((part, glue, text));
            }
            return;
        }
        for section in &mut self.sections {
            if section.code == codes::BOXED_WARNING {
                super::push_new(&mut self.document.topics, "Boxed warning");
            }
            section.told = true;
        }
        let heading = self.path();
        self.document.drafts.push(Draft { heading, part, glue, text });
    }

    /// A paragraph's text, wherever it stands.
    fn add(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        if self.lists > 0 {
            let label = std::mem::take(&mut self.item_label);
            let text = if label.is_empty() { text } else { format!("{label} {text}") };
            self.put(Part::Body, Glue::Line(self.list), text);
        } else {
            self.put(Part::Body, Glue::Paragraph, text);
        }
    }

    fn tell_deferred(&mut self) {
        for (part, glue, text) in std::mem::take(&mut self.deferred) {
            self.put(part, glue, text);
        }
    }

    /// The number of a footnote.
    fn note(&mut self, id: &str) -> usize {
        if let Some(&number) = self.notes.get(id).filter(|_| !id.is_empty()) {
            return number;
        }
        self.last_note += 1;
        self.notes.insert(id.to_owned(), self.last_note);
        self.last_note
    }
}

impl Parser<'_> {
    /// An element of a section outside its text.
    pub(super) fn section_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "code" => {
                self.blocks.set_code(attribute(element, "code").unwrap_or_default().trim());
                Mode::Skip
            }
            "subject" => Mode::Subject,
            "component" => Mode::Component,
            _ if self.blocks.left_out() => Mode::Skip,
            "title" => self.field(Field::SectionTitle),
            "text" => self.open_block(Mode::Text),
            "excerpt" => {
                self.blocks.excerpts += 1;
                Mode::Excerpt
            }
            _ => Mode::Skip,
        }
    }

    pub(super) fn close_section(&mut self) {
        self.blocks.tell_deferred();
        if let Some(section) = self.blocks.sections.last_mut()
            && !section.told
        {
            for (_, glue, text) in std::mem::take(&mut section.highlight) {
                self.blocks.put(Part::OtherAbstract, glue, text);
            }
        }
        self.blocks.sections.pop();
        self.blocks.path = None;
    }

    pub(super) fn close_excerpt(&mut self) {
        // `highlight` shares the mode.
        if self.top() != Mode::Excerpt {
            self.blocks.excerpts = self.blocks.excerpts.saturating_sub(1);
        }
    }

    pub(super) fn close_text(&mut self) {
        self.close_block();
        self.blocks.tell_deferred();
    }

    pub(super) fn close_media(&mut self) {
        if self.top() == Mode::Text {
            self.flush();
            self.blocks.tell_deferred();
        }
    }

    /// An element among blocks.
    pub(super) fn block_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match (self.top(), name) {
            (Mode::List, "item") => self.open_block(Mode::Item),
            (Mode::List, "caption") => self.field(Field::ListCaption),
            (Mode::Media, "caption") => self.field(Field::MediaCaption),
            (Mode::Table, "caption") => self.field(Field::TableCaption),
            (Mode::Table, "thead" | "tbody") => Mode::Table,
            (Mode::Table, "tfoot") => {
                if let Some(table) = self.blocks.tables.last_mut() {
                    table.in_foot = true;
                }
                Mode::TableFoot
            }
            (Mode::Table | Mode::TableFoot, "tr") => Mode::Row,
            (Mode::Row, "td" | "th") => {
                if let Some(table) = self.blocks.tables.last_mut() {
                    let columns = attribute(element, "colspan");
                    let rows = attribute(element, "rowspan");
                    table.open_cell(columns.as_deref(), rows.as_deref());
                }
                self.open_buffer(false);
                Mode::Cell
            }
            _ => Mode::Skip,
        }
    }

    pub(super) fn open_block(&mut self, mode: Mode) -> Mode {
        self.open_buffer(true);
        mode
    }

    /// Ends the text so far as a paragraph; what comes after it starts another.
    fn flush(&mut self) {
        let text = super::inline::tidy(&std::mem::take(&mut self.buffer));
        self.blocks.add(text);
    }

    pub(super) fn close_block(&mut self) {
        self.flush();
        self.close_buffer();
        if self.top() == Mode::Text {
            self.blocks.tell_deferred();
        }
    }

    fn open_list(&mut self) -> Mode {
        if self.blocks.lists == 0 {
            self.blocks.list += 1;
        }
        self.blocks.lists += 1;
        Mode::List
    }

    pub(super) fn close_list(&mut self) {
        self.blocks.lists = self.blocks.lists.saturating_sub(1);
        self.blocks.item_label.clear();
        if self.top() == Mode::Text {
            self.blocks.tell_deferred();
        }
    }

    fn open_table(&mut self) -> Mode {
        self.blocks.table += 1;
        let number = self.blocks.table;
        self.blocks.tables.push(Table::new(number));
        Mode::Table
    }

    pub(super) fn close_table(&mut self, mode: Mode) {
        if mode == Mode::TableFoot {
            if let Some(table) = self.blocks.tables.last_mut() {
                table.in_foot = false;
            }
            return;
        }
        // `thead` and `tbody` share the mode.
        if self.top() == Mode::Table {
            return;
        }
        let Some(table) = self.blocks.tables.pop() else { return };
        for row in table.after {
            self.blocks.put(Part::Table, Glue::Row(table.number), row);
        }
    }

    pub(super) fn close_cell(&mut self) {
        let text = self.take_value();
        if let Some(table) = self.blocks.tables.last_mut() {
            table.close_cell(&text);
        }
    }

    pub(super) fn close_row(&mut self) {
        let Some(table) = self.blocks.tables.last_mut() else { return };
        let number = table.number;
        let Some(row) = table.close_row() else { return };
        if table.in_foot {
            table.after.push(row);
        } else {
            self.blocks.put(Part::Table, Glue::Row(number), row);
        }
    }

    pub(super) fn set_caption(&mut self, field: Field, value: String) {
        match field {
            Field::TableCaption => self.blocks.put(Part::Table, Glue::Alone, value),
            Field::MediaCaption if !value.is_empty() => {
                self.blocks.deferred.push((Part::Figure, Glue::Alone, value));
            }
            Field::ItemCaption => self.blocks.item_label = value,
            Field::ListCaption => self.blocks.add(value),
            // A caption of a paragraph runs into it: "Adults: 5 mg".
            _ if !value.is_empty() => {
                self.buffer.push_str(&value);
                self.buffer.push(' ');
            }
            _ => {}
        }
    }

    pub(super) fn close_footnote(&mut self) {
        let text = self.take_value();
        let Some(number) = self.blocks.open_notes.pop() else { return };
        if text.is_empty() {
            return;
        }
        let text = format!("[note {number}] {text}");
        match self.blocks.tables.last_mut() {
            Some(table) => table.after.push(text),
            None => self.blocks.deferred.push((Part::Body, Glue::Paragraph, text)),
        }
    }

    /// An element inside running text or inside a value.
    pub(super) fn inline_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "sup" => {
                self.buffer.push(super::inline::SUP);
                Mode::Superscript
            }
            "br" => {
                self.buffer.push(' ');
                Mode::Skip
            }
            "footnote" => {
                let number = self.blocks.note(attribute(element, "ID").unwrap_or_default().trim());
                self.buffer.push_str(&format!(" [note {number}] "));
                self.blocks.open_notes.push(number);
                self.open_buffer(false);
                Mode::Footnote
            }
            "footnoteRef" => {
                let number = self.blocks.note(attribute(element, "IDREF").unwrap_or_default().trim());
                self.buffer.push_str(&format!(" [note {number}] "));
                Mode::Skip
            }
            "renderMultiMedia" if self.breaks => Mode::Media,
            "suffix" => {
                self.buffer.push(' ');
                Mode::Inline
            }
            "caption" => match self.top() {
                Mode::Item => self.field(Field::ItemCaption),
                _ => self.field(Field::ParagraphCaption),
            },
            "paragraph" | "list" | "table" if self.breaks => {
                self.flush();
                match name {
                    "paragraph" => self.open_block(Mode::Paragraph),
                    "list" => self.open_list(),
                    _ => self.open_table(),
                }
            }
            "paragraph" | "list" | "item" | "table" | "tr" | "td" | "th" | "renderMultiMedia" => {
                self.buffer.push(' ');
                Mode::Spaced
            }
            _ => Mode::Inline,
        }
    }
}
