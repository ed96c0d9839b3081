//! The state of reading one label, and the way of each event to the module that knows its place.
//!
//! Owns the stack, the text buffers and the label's head. Sections and their text are those of `blocks`, products those
//! of `subject`.

use super::blocks::{Blocks, Section};
use super::inline;
use super::product::{Ingredient, Product};
use crate::jats::{Handler, attribute, named, push, unknown_entity};
use crate::problem::{Origin, Problem};
use crate::prose::values::plain;
use quick_xml::events::{BytesRef, BytesStart};

/// What an open element means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Nothing in it is read.
    Skip,
    /// Around the document.
    Wrapper,
    /// `document`.
    Document,
    /// `author` and what is in it down to the organization.
    Author,
    /// `representedOrganization`.
    Organization,
    /// `structuredBody`, and `component` anywhere.
    Component,
    /// `section`.
    Section,
    /// `excerpt`, `highlight`.
    Excerpt,
    /// `text`.
    Text,
    /// `paragraph`.
    Paragraph,
    /// `list`.
    List,
    /// `item`.
    Item,
    /// `table` and its groups of rows.
    Table,
    /// `tfoot`.
    TableFoot,
    /// `tr`.
    Row,
    /// `td`, `th`.
    Cell,
    /// `renderMultiMedia`.
    Media,
    /// `footnote`.
    Footnote,
    /// Text that belongs to what is around it.
    Inline,
    /// A superscript.
    Superscript,
    /// A block inside a value: its text, set apart by blanks.
    Spaced,
    /// `subject`.
    Subject,
    /// `manufacturedProduct` as a role, or `part` of a kit.
    Role,
    /// `manufacturedProduct` as a thing, `manufacturedMedicine`, `partProduct`.
    Product,
    /// `asEntityWithGeneric`.
    Pass,
    /// `genericMedicine`.
    Generic,
    /// An active `ingredient`.
    Ingredient,
    /// An inactive one.
    Inactive,
    /// `quantity` of an ingredient.
    Quantity,
    /// `ingredientSubstance`.
    Substance,
    /// `activeMoiety`.
    Moiety,
    /// `asEquivalentSubstance`, `definingSubstance`.
    Equivalent,
    /// `consumedIn`, `substanceAdministration`.
    Consumed,
    /// `subjectOf`.
    SubjectOf,
    /// `approval`.
    Approval,
    /// `marketingAct` and its time.
    Marketing,
    /// An element whose text is one value.
    Field(Field),
}

/// A value that is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Title,
    Labeler,
    SectionTitle,
    ListCaption,
    ItemCaption,
    TableCaption,
    ParagraphCaption,
    MediaCaption,
    ProductName,
    GenericName,
    IngredientName,
    InactiveName,
    MoietyName,
    ReferenceName,
}

/// Everything known of a label so far.
pub(super) struct Parser<'a> {
    pub(super) origin: &'a Origin,
    pub(super) stack: Vec<Mode>,
    /// Text of the innermost element that keeps text.
    pub(super) buffer: String,
    /// Whether that element is a paragraph or item, which blocks inside end.
    pub(super) breaks: bool,
    saved: Vec<(String, bool)>,
    pub(super) problems: Vec<Problem>,
    /// `document` elements seen.
    pub(super) documents: usize,
    unknown_entities: usize,
    pub(super) set_id: String,
    pub(super) version: String,
    pub(super) effective: String,
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) labeler: String,
    pub(super) language: String,
    pub(super) blocks: Blocks,
    pub(super) products: Vec<Product>,
    /// The products being read, as indices.
    pub(super) open_products: Vec<usize>,
    pub(super) ingredient: Ingredient,
}

impl Handler for Parser<'_> {
    fn depth(&self) -> usize {
        self.stack.len()
    }

    fn start(&mut self, element: &BytesStart) {
        let name = element.local_name();
        let mode = self.open(name.as_ref(), element);
        self.stack.push(mode);
    }

    fn end(&mut self) {
        let Some(mode) = self.stack.pop() else { return };
        match mode {
            Mode::Section => self.close_section(),
            Mode::Excerpt => self.close_excerpt(),
            Mode::Text => self.close_text(),
            Mode::Paragraph | Mode::Item => self.close_block(),
            Mode::List => self.close_list(),
            Mode::Table | Mode::TableFoot => self.close_table(mode),
            Mode::Row => self.close_row(),
            Mode::Cell => self.close_cell(),
            Mode::Media => self.close_media(),
            Mode::Footnote => self.close_footnote(),
            Mode::Superscript => self.buffer.push(inline::SUP_END),
            Mode::Spaced => self.buffer.push(' '),
            Mode::Role => {
                self.open_products.pop();
            }
            Mode::Ingredient | Mode::Inactive => self.close_ingredient(mode),
            Mode::Field(field) => {
                let value = self.take_value();
                self.set(field, value);
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        match self.top() {
            Mode::Text
            | Mode::Paragraph
            | Mode::Item
            | Mode::Cell
            | Mode::Footnote
            | Mode::Inline
            | Mode::Superscript
            | Mode::Spaced
            | Mode::Field(_) => push(&mut self.buffer, text),
            _ => {}
        }
    }

    fn entity(&mut self, entity: &BytesRef) -> Option<Problem> {
        if let Ok(Some(c)) = entity.resolve_char_ref() {
            self.text(c.encode_utf8(&mut [0; 4]));
            return None;
        }
        if let Some(text) = named(entity) {
            self.text(text);
            return None;
        }
        self.text(&format!("&{};", &**entity));
        self.unknown_entities += 1;
        (self.unknown_entities == 1).then(|| unknown_entity(self.origin, entity))
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

impl<'a> Parser<'a> {
    pub(super) fn new(origin: &'a Origin) -> Self {
        Self {
            origin,
            stack: Vec::with_capacity(32),
            buffer: String::new(),
            breaks: false,
            saved: Vec::new(),
            problems: Vec::new(),
            documents: 0,
            unknown_entities: 0,
            set_id: String::new(),
            version: String::new(),
            effective: String::new(),
            kind: String::new(),
            title: String::new(),
            labeler: String::new(),
            language: String::new(),
            blocks: Blocks::default(),
            products: Vec::new(),
            open_products: Vec::new(),
            ingredient: Ingredient::default(),
        }
    }

    /// The mode of the innermost open element.
    pub(super) fn top(&self) -> Mode {
        self.stack.last().copied().unwrap_or(Mode::Wrapper)
    }

    fn open(&mut self, name: &str, element: &BytesStart) -> Mode {
        match self.top() {
            Mode::Skip => Mode::Skip,
            Mode::Wrapper if name == "document" => {
                self.documents += 1;
                if self.documents > 1 { Mode::Skip } else { Mode::Document }
            }
            Mode::Wrapper => Mode::Wrapper,
            Mode::Document => self.head(name, element),
            Mode::Author => match name {
                "assignedEntity" => Mode::Author,
                "representedOrganization" => Mode::Organization,
                _ => Mode::Skip,
            },
            Mode::Organization if name == "name" => self.field(Field::Labeler),
            Mode::Organization => Mode::Skip,
            Mode::Component => match name {
                "structuredBody" | "component" => Mode::Component,
                "section" => self.open_section(),
                _ => Mode::Skip,
            },
            Mode::Section => self.section_element(name, element),
            Mode::Excerpt => match name {
                "highlight" => Mode::Excerpt,
                "text" => self.open_block(Mode::Text),
                _ => Mode::Skip,
            },
            Mode::Subject
            | Mode::Role
            | Mode::Product
            | Mode::Pass
            | Mode::Generic
            | Mode::Ingredient
            | Mode::Inactive
            | Mode::Quantity
            | Mode::Substance
            | Mode::Moiety
            | Mode::Equivalent
            | Mode::Consumed
            | Mode::SubjectOf
            | Mode::Approval
            | Mode::Marketing => self.subject_element(name, element),
            Mode::List | Mode::Table | Mode::TableFoot | Mode::Row | Mode::Media => self.block_element(name, element),
            Mode::Text
            | Mode::Paragraph
            | Mode::Item
            | Mode::Cell
            | Mode::Footnote
            | Mode::Inline
            | Mode::Superscript
            | Mode::Spaced
            | Mode::Field(_) => self.inline_element(name, element),
        }
    }

    /// An element of the document's head.
    fn head(&mut self, name: &str, element: &BytesStart) -> Mode {
        let get = |name| plain(&attribute(element, name).unwrap_or_default());
        let first = |slot: &mut String, value: String| {
            if slot.is_empty() {
                *slot = value;
            }
        };
        match name {
            "setId" => first(&mut self.set_id, get("root")),
            "versionNumber" => first(&mut self.version, get("value")),
            "effectiveTime" => first(&mut self.effective, get("value")),
            "code" => first(&mut self.kind, get("displayName")),
            "languageCode" => first(&mut self.language, get("code")),
            "title" => return self.field(Field::Title),
            "author" => return Mode::Author,
            "component" => return Mode::Component,
            _ => {}
        }
        Mode::Skip
    }

    /// Starts a buffer of its own.
    pub(super) fn open_buffer(&mut self, breaks: bool) {
        self.saved.push((std::mem::take(&mut self.buffer), self.breaks));
        self.breaks = breaks;
    }

    /// Ends the current buffer and goes back to the one around it; its raw text.
    pub(super) fn close_buffer(&mut self) -> String {
        let (outer, breaks) = self.saved.pop().unwrap_or_default();
        self.breaks = breaks;
        std::mem::replace(&mut self.buffer, outer)
    }

    /// Ends the current buffer; its text made plain.
    pub(super) fn take_value(&mut self) -> String {
        inline::tidy(&self.close_buffer())
    }

    /// Opens an element whose text is one value.
    pub(super) fn field(&mut self, field: Field) -> Mode {
        self.open_buffer(false);
        Mode::Field(field)
    }

    fn set(&mut self, field: Field, value: String) {
        match field {
            Field::Title if self.title.is_empty() => self.title = value,
            Field::Labeler if self.labeler.is_empty() => self.labeler = value,
            Field::Title | Field::Labeler => {}
            Field::SectionTitle => self.blocks.set_title(value),
            Field::ListCaption
            | Field::ItemCaption
            | Field::TableCaption
            | Field::ParagraphCaption
            | Field::MediaCaption => self.set_caption(field, value),
            _ => self.set_subject(field, value),
        }
    }

    fn open_section(&mut self) -> Mode {
        self.blocks.sections.push(Section::default());
        self.blocks.path = None;
        Mode::Section
    }
}
