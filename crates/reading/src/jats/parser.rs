//! The state of reading one article, and the way of each event to the module that knows its place.
//!
//! Owns the stack and the text buffers. What an element means is decided in `front`, `blocks`, `table`, `formula`
//! and `references`.

use super::Handler;
use super::blocks::Blocks;
use super::book::Book;
use super::entities;
use super::formula::Formula;
use super::front::Front;
use super::inline;
use super::mode::{Field, Mode};
use super::references::References;
use super::table::Table;
use crate::problem::{Origin, Problem};
use quick_xml::events::{BytesRef, BytesStart};

/// What the current buffer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sink {
    /// A paragraph: block elements inside end it.
    Paragraph,
    /// One value: block elements inside are flattened.
    Value,
}

/// Everything known of an article so far.
pub(super) struct Parser<'a> {
    pub(super) origin: &'a Origin,
    pub(super) stack: Vec<Mode>,
    /// Text of the innermost element that keeps text.
    pub(super) buffer: String,
    pub(super) sink: Sink,
    /// Buffers of the elements around it.
    saved: Vec<(String, Sink)>,
    pub(super) front: Front,
    pub(super) blocks: Blocks,
    pub(super) tables: Vec<Table>,
    pub(super) formula: Formula,
    pub(super) references: References,
    pub(super) problems: Vec<Problem>,
    /// `article` elements, or books and book parts that stand alone, seen.
    pub(super) articles: usize,
    unknown_entities: usize,
    /// What is known of a book; `None` for an article.
    pub(super) book: Option<Book>,
}

impl Handler for Parser<'_> {
    fn depth(&self) -> usize {
        self.stack.len()
    }

    fn start(&mut self, element: &BytesStart) {
        self.open(element);
    }

    fn end(&mut self) {
        self.close();
    }

    fn text(&mut self, text: &str) {
        self.take_text(text);
    }

    /// An entity or character reference; a problem where it is unknown.
    fn entity(&mut self, entity: &BytesRef) -> Option<Problem> {
        if let Ok(Some(c)) = entity.resolve_char_ref() {
            self.take_text(c.encode_utf8(&mut [0; 4]));
            return None;
        }
        if let Some(text) = entities::named(entity) {
            self.take_text(text);
            return None;
        }
        self.take_text(&format!("&{};", &**entity));
        self.unknown_entities += 1;
        (self.unknown_entities == 1).then(|| unknown_entity(self.origin, entity))
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// An entity that stands for nothing known.
pub(crate) fn unknown_entity(origin: &Origin, entity: &str) -> Problem {
    let message = format!("the entity {entity:?} is not known and stays as it is in the text; replace it in the file");
    Problem::warning(origin, "unknown-entity", message)
}

impl<'a> Parser<'a> {
    pub(super) fn new(origin: &'a Origin) -> Self {
        Self {
            origin,
            stack: Vec::with_capacity(32),
            buffer: String::new(),
            sink: Sink::Value,
            saved: Vec::new(),
            front: Front::default(),
            blocks: Blocks::default(),
            tables: Vec::new(),
            formula: Formula::default(),
            references: References::default(),
            problems: Vec::new(),
            articles: 0,
            unknown_entities: 0,
            book: None,
        }
    }

    /// The mode of the innermost open element.
    pub(super) fn top(&self) -> Mode {
        self.stack.last().copied().unwrap_or(Mode::Wrapper)
    }

    /// An element opens: its mode follows from its name and from the mode around it.
    fn open(&mut self, element: &BytesStart) {
        let name = element.local_name();
        let name = name.as_ref();
        let mode = match self.top() {
            Mode::Skip => Mode::Skip,
            Mode::SectionLeftOut | Mode::LeftOut => self.left_out_element(name, element),
            Mode::Wrapper if self.book.is_some() => self.book_root(name, element),
            Mode::Wrapper => self.wrapper(name, element),
            Mode::Book | Mode::FrontMatter | Mode::OuterMeta | Mode::Collection | Mode::Part | Mode::PartMeta => {
                self.book_element(name, element)
            }
            Mode::Article => self.article(name),
            Mode::Front => match name {
                "journal-meta" => Mode::Journal,
                "article-meta" => Mode::Meta,
                _ => Mode::Skip,
            },
            Mode::Journal
            | Mode::Meta
            | Mode::Titles
            | Mode::Subjects
            | Mode::Keywords
            | Mode::Contributors
            | Mode::Contributor
            | Mode::Date
            | Mode::History
            | Mode::Permissions
            | Mode::Publisher
            | Mode::Revision
            | Mode::Related => self.front_element(name, element),
            Mode::License => self.license_element(name, element),
            Mode::Person => self.person_element(name),
            Mode::Abstract | Mode::Blocks | Mode::Section | Mode::List | Mode::Float | Mode::Foot | Mode::Back => {
                self.block_element(name, element)
            }
            Mode::Table | Mode::Row => self.table_element(name, element),
            Mode::Tex => Mode::Skip,
            Mode::Math(math) => self.math_element(math, name, element),
            Mode::Formula | Mode::FormulaPart => self.formula_element(name, element),
            Mode::References | Mode::Reference | Mode::Alternatives | Mode::Cited(_) | Mode::People => {
                self.reference_element(name, element)
            }
            Mode::Paragraph
            | Mode::Inline
            | Mode::Superscript
            | Mode::Citation
            | Mode::Spaced
            | Mode::Item
            | Mode::Cell
            | Mode::Field(_) => self.inline_element(name, element),
        };
        self.stack.push(mode);
    }

    fn wrapper(&mut self, name: &str, element: &BytesStart) -> Mode {
        if name != "article" {
            return Mode::Wrapper;
        }
        self.articles += 1;
        if self.articles > 1 {
            return Mode::Skip;
        }
        self.front.open(element);
        Mode::Article
    }

    fn article(&mut self, name: &str) -> Mode {
        match name {
            "front" => Mode::Front,
            "body" => {
                self.front.closed = true;
                self.blocks.enter_body();
                Mode::Blocks
            }
            "back" => {
                self.blocks.enter_body();
                Mode::Back
            }
            "floats-group" | "floats-wrap" => Mode::Blocks,
            // Peer review reports and answers are not part of the article.
            _ => Mode::Skip,
        }
    }

    /// An element closes.
    fn close(&mut self) {
        let Some(mode) = self.stack.pop() else { return };
        match mode {
            Mode::Superscript => self.buffer.push(inline::SUP_END),
            Mode::Citation => self.buffer.push(inline::CITE_END),
            Mode::Spaced => self.buffer.push(' '),
            Mode::Paragraph => self.close_paragraph(),
            Mode::Item => self.close_item(),
            Mode::List => self.close_list(),
            Mode::Float => self.close_float(),
            Mode::Foot => self.close_foot(),
            Mode::Section | Mode::SectionLeftOut | Mode::Part => self.blocks.close_section(),
            Mode::OuterMeta => self.close_outer_meta(),
            Mode::Abstract => self.close_abstract(),
            Mode::Cell => self.close_cell(),
            Mode::Row => self.close_row(),
            Mode::Table => self.close_table(),
            Mode::Formula => self.close_formula(),
            Mode::Math(math) => self.close_math(math),
            Mode::Person => self.close_person(),
            Mode::Date => self.front.close_date(),
            Mode::Revision => {
                let parts = self.front.take_date();
                if let Some(book) = self.book.as_mut().filter(|_| !self.stack.contains(&Mode::OuterMeta)) {
                    book.revise(&parts);
                }
            }
            Mode::License => self.close_license(),
            Mode::Cited(_) => self.close_cited(),
            Mode::Meta => self.front.closed |= !self.stack.contains(&Mode::Meta),
            Mode::Field(field) => {
                let value = self.take_value();
                self.set(field, value);
            }
            _ => {}
        }
    }

    /// Text, or the content of a CDATA section.
    fn take_text(&mut self, text: &str) {
        match self.top() {
            mode if mode.takes_text() => inline::push(&mut self.buffer, text),
            Mode::Math(math) => self.math_text(math, text),
            Mode::Tex => self.formula.tex.push_str(text),
            Mode::Abstract | Mode::Blocks | Mode::Section | Mode::Foot if !text.trim().is_empty() => {
                self.loose_text(text);
            }
            _ => {}
        }
    }

    /// Starts a buffer of its own.
    pub(super) fn open_buffer(&mut self, sink: Sink) {
        self.saved.push((std::mem::take(&mut self.buffer), self.sink));
        self.sink = sink;
    }

    /// Ends the current buffer and goes back to the one around it; its raw text.
    pub(super) fn close_buffer(&mut self) -> String {
        let (outer, sink) = self.saved.pop().unwrap_or((String::new(), Sink::Value));
        self.sink = sink;
        std::mem::replace(&mut self.buffer, outer)
    }

    /// Ends the current buffer; its text made plain.
    pub(super) fn take_value(&mut self) -> String {
        inline::tidy(&self.close_buffer(), false)
    }

    /// Opens an element whose text is one value.
    pub(super) fn field(&mut self, field: Field) -> Mode {
        self.open_buffer(Sink::Value);
        Mode::Field(field)
    }

    fn set(&mut self, field: Field, value: String) {
        if self.references.is_open() {
            return self.set_reference(field, value);
        }
        match field {
            Field::ArticleId if self.set_accession(&value) => {}
            Field::SectionTitle => self.set_section_title(&value),
            Field::PartTitle | Field::PartSubtitle | Field::CollectionTitle | Field::Publisher => {
                self.set_book(field, value);
            }
            Field::AbstractTitle => self.set_abstract_title(&value),
            Field::FloatLabel | Field::FloatTitle => self.set_float(field, value),
            Field::ItemLabel => self.blocks.item_label = item_label(&value),
            Field::NoteLabel => self.blocks.item_label = note_label(&value),
            Field::Term => {
                self.blocks.item_label =
                    if value.is_empty() { value } else { value.trim_end_matches([':', ' ']).to_owned() + ": " }
            }
            _ => self.front.set(field, value),
        }
    }
}

/// The label of a list item as it goes before its text; bullets are no labels.
fn item_label(label: &str) -> String {
    if label.chars().any(char::is_alphanumeric) { format!("{} ", label.trim()) } else { String::new() }
}

/// The mark of a footnote as it goes before its text: "a: " and "2: ", so that it reads as no word or figure; "* ".
fn note_label(label: &str) -> String {
    let label = label.trim_matches([' ', '(', ')', '[', ']', '.', ':']);
    match label.chars().next_back() {
        None => String::new(),
        Some(c) if c.is_alphanumeric() => format!("{label}: "),
        Some(_) => format!("{label} "),
    }
}
