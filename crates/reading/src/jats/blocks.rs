//! Sections, paragraphs, lists and captions: what becomes passages.
//!
//! Owns the headings, and which passage a piece of text goes to. How inline text reads is in `inline`; how passages are
//! cut is in [`crate::cut`].

use super::attributes::attribute;
use super::inline;
use super::mode::{Field, Mode};
use super::parser::{Parser, Sink};
use super::sections;
use crate::cut::{Draft, Glue};
use evidence::Part;
use quick_xml::events::BytesStart;

/// The text so far.
#[derive(Default)]
pub(super) struct Blocks {
    part: Option<Part>,
    /// Headings of the open sections; empty ones for sections without.
    open: Vec<String>,
    /// Every heading path in use; drafts point into it.
    pub(super) paths: Vec<Vec<String>>,
    /// Index of the path of the open sections, while it is known.
    current: Option<usize>,
    pub(super) drafts: Vec<Draft>,
    /// What stood inside a paragraph that is not yet closed and goes after it.
    deferred: Vec<Draft>,
    paragraphs: usize,
    lists: usize,
    list: u32,
    /// What goes before the next line of a list.
    pub(super) item_label: String,
    floats: Vec<Float>,
    /// Open `table-wrap-foot` elements.
    feet: usize,
    table: u32,
    pub(super) has_abstract: bool,
    /// Types of abstracts other than the abstract, by the heading path of their text.
    pub(super) other_abstracts: Vec<(usize, String)>,
    kind: String,
}

/// A table or figure being read.
struct Float {
    part: Part,
    label: String,
    caption: Vec<String>,
    /// Whether the caption has been put out.
    told: bool,
}

impl Blocks {
    pub(super) fn enter_body(&mut self) {
        self.part = None;
        self.open.clear();
        self.current = None;
    }

    pub(super) fn enter_abstract(&mut self, part: Part, kind: &str) {
        self.part = Some(part);
        self.kind = kind.to_owned();
        self.open.clear();
        self.current = None;
    }

    pub(super) fn leave_abstract(&mut self) {
        if self.part == Some(Part::Abstract) && self.drafts.iter().any(|d| d.part == Part::Abstract) {
            self.has_abstract = true;
        }
        self.enter_body();
    }

    fn part(&self) -> Part {
        self.part.unwrap_or(Part::Body)
    }

    pub(super) fn open_section(&mut self) {
        self.open.push(String::new());
        self.current = None;
    }

    pub(super) fn close_section(&mut self) {
        self.open.pop();
        self.current = None;
    }

    /// The heading of the innermost section, where it has none yet.
    pub(super) fn set_heading(&mut self, heading: String) {
        if let Some(open) = self.open.last_mut().filter(|h| h.is_empty()) {
            *open = heading;
            self.current = None;
        }
    }

    /// More of the heading of the innermost section.
    pub(super) fn add_to_heading(&mut self, more: &str) {
        if let Some(open) = self.open.last_mut().filter(|h| !h.is_empty()) {
            *open = super::finish::joined(open, more);
            self.current = None;
        }
    }

    /// The index of the open sections' path.
    fn path(&mut self) -> usize {
        if let Some(index) = self.current {
            return index;
        }
        let path: Vec<String> = self.open.iter().filter(|h| !h.is_empty()).cloned().collect();
        // Each abstract has paths of its own, so that its kind can be told from them.
        let index = self.paths.len();
        self.paths.push(path);
        if self.part == Some(Part::OtherAbstract) {
            self.other_abstracts.push((index, self.kind.clone()));
        }
        self.current = Some(index);
        index
    }

    fn put(&mut self, part: Part, glue: Glue, text: String) {
        if text.is_empty() {
            return;
        }
        let draft = Draft { heading: self.path(), part, glue, text };
        if part != self.part() && self.paragraphs > 0 { self.deferred.push(draft) } else { self.drafts.push(draft) }
    }

    /// A paragraph's text, wherever it stands.
    fn add(&mut self, text: String) {
        if text.is_empty() {
            return;
        }
        if self.feet > 0 {
            let label = std::mem::take(&mut self.item_label);
            self.add_row(label + &text);
        } else if let Some(float) = self.floats.last_mut() {
            float.caption.push(text);
        } else if self.lists > 0 {
            let label = std::mem::take(&mut self.item_label);
            self.put(self.part(), Glue::Line(self.list), label + &text);
        } else {
            self.put(self.part(), Glue::Paragraph, text);
        }
    }

    /// Puts out the caption of the innermost table or figure, once.
    fn tell_caption(&mut self) {
        let Some(float) = self.floats.last_mut().filter(|f| !f.told) else { return };
        float.told = true;
        let mut text = std::mem::take(&mut float.label);
        for (n, piece) in float.caption.drain(..).enumerate() {
            if !text.is_empty() {
                // "Table 2: Who was in it": the label is no sentence of its own.
                let joint = if text.ends_with(['.', ':', '?', '!']) { " " } else { ". " };
                text.push_str(if n == 0 { ": " } else { joint });
            }
            text.push_str(&piece);
        }
        let part = float.part;
        self.put(part, Glue::Alone, text);
    }

    /// A row of the innermost table.
    pub(super) fn add_row(&mut self, row: String) {
        self.tell_caption();
        self.put(Part::Table, Glue::Row(self.table), row);
    }

    pub(super) fn open_table(&mut self) {
        self.table += 1;
    }
}

impl Parser<'_> {
    /// An element among blocks.
    pub(super) fn block_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "p" | "verse-line" | "preformat" | "code" => {
                self.open_paragraph();
                Mode::Paragraph
            }
            "sec" | "app" => self.open_section(element),
            "book-part" | "book-app" if self.book.is_some() => self.open_part(),
            "title" => match self.top() {
                Mode::Abstract => self.field(Field::AbstractTitle),
                Mode::Float => self.field(Field::FloatTitle),
                // A box, an appendix or a statement with a title is a section without the name.
                Mode::Section => self.field(Field::SectionTitle),
                Mode::Blocks if self.stack.iter().rev().nth(1) == Some(&Mode::Section) => {
                    self.field(Field::SectionTitle)
                }
                Mode::List | Mode::Blocks | Mode::Foot => {
                    self.open_paragraph();
                    Mode::Paragraph
                }
                _ => Mode::Skip,
            },
            "label" if self.top() == Mode::Float => self.field(Field::FloatLabel),
            "label" if self.top() == Mode::Foot => self.field(Field::NoteLabel),
            "fn" | "fn-group" if self.top() == Mode::Foot => Mode::Foot,
            "attrib" if self.top() == Mode::Foot => {
                self.open_paragraph();
                Mode::Paragraph
            }
            "list" | "def-list" | "def-item" if self.top() == Mode::List => Mode::List,
            "list" | "def-list" | "def-item" => self.open_list(),
            "list-item" => self.open_item(),
            "term" => self.field(Field::Term),
            "def" => self.open_item(),
            // One table or figure inside another shares its caption; one list right inside another its lines.
            "table-wrap" | "fig" | "chem-struct-wrap" | "caption" if self.top() == Mode::Float => Mode::Float,
            "table-wrap" => self.open_float(Part::Table),
            "fig" | "chem-struct-wrap" => self.open_float(Part::Figure),
            "table" | "array" => self.open_table(),
            "table-wrap-foot" => {
                self.blocks.feet += 1;
                Mode::Foot
            }
            "ref-list" => Mode::References,
            "ack" | "notes" => Mode::LeftOut,
            "boxed-text" | "statement" if !self.in_float() => {
                self.blocks.open_section();
                Mode::Section
            }
            "boxed-text" | "statement" | "disp-quote" | "verse-group" | "speech" | "app-group" | "fig-group"
            | "table-wrap-group" | "floats-group" | "floats-wrap" | "alternatives" | "caption" | "sec-content"
            | "styled-content" | "block-alternatives" => Mode::Blocks,
            _ => Mode::Skip,
        }
    }

    /// An element of a part that is not evidence. Tables, figures and boxes are evidence wherever they stand: typesetters
    /// anchor them between the authors' contributions, and some journals print further results as supplements. A
    /// section called "References" holds the reference list.
    pub(super) fn left_out_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "table-wrap" | "table-wrap-group" | "fig" | "fig-group" | "boxed-text" | "ref-list" => {
                self.block_element(name, element)
            }
            // The body of a part of a book stands within the part.
            "sec" | "body" | "back" => {
                self.blocks.open_section();
                Mode::SectionLeftOut
            }
            "p" | "sec-content" => Mode::LeftOut,
            _ => Mode::Skip,
        }
    }

    fn in_float(&self) -> bool {
        !self.blocks.floats.is_empty()
    }

    fn open_section(&mut self, element: &BytesStart) -> Mode {
        self.blocks.open_section();
        let left_out = self.blocks.part.is_none()
            && attribute(element, "sec-type").is_some_and(|t| sections::is_left_out_type(&t));
        if left_out { Mode::SectionLeftOut } else { Mode::Section }
    }

    pub(super) fn set_section_title(&mut self, value: &str) {
        // The title of a caption inside a box arrives with the caption on top; the section is the last open one.
        let heading = sections::heading(value);
        if self.blocks.part.is_none()
            && sections::is_left_out(&heading, self.stack.contains(&Mode::Back))
            && let Some(top) = self.stack.last_mut().filter(|m| **m == Mode::Section)
        {
            *top = Mode::SectionLeftOut;
            // What is read of it is not about its title.
            return;
        }
        self.blocks.set_heading(heading);
    }

    pub(super) fn set_abstract_title(&mut self, value: &str) {
        let heading = sections::heading(value);
        let plain = heading.to_ascii_lowercase();
        if !matches!(plain.as_str(), "" | "abstract" | "summary" | "abstract and introduction")
            && self.blocks.open.is_empty()
        {
            self.blocks.open.push(heading);
            self.blocks.current = None;
        }
    }

    fn open_paragraph(&mut self) {
        self.open_buffer(Sink::Paragraph);
        self.blocks.paragraphs += 1;
    }

    /// Ends the text so far as a paragraph; what comes after it starts another.
    fn flush_paragraph(&mut self) {
        let text = inline::tidy(&self.buffer, false);
        self.buffer.clear();
        self.blocks.add(text);
    }

    pub(super) fn close_paragraph(&mut self) {
        self.flush_paragraph();
        self.close_buffer();
        self.blocks.paragraphs = self.blocks.paragraphs.saturating_sub(1);
        if self.blocks.paragraphs == 0 {
            let deferred = std::mem::take(&mut self.blocks.deferred);
            self.blocks.drafts.extend(deferred);
        }
    }

    /// Text that stands among blocks without an element of its own.
    pub(super) fn loose_text(&mut self, text: &str) {
        self.open_paragraph();
        inline::push(&mut self.buffer, text);
        self.close_paragraph();
    }

    fn open_list(&mut self) -> Mode {
        if self.blocks.lists == 0 {
            self.blocks.list += 1;
        }
        self.blocks.lists += 1;
        Mode::List
    }

    pub(super) fn close_list(&mut self) {
        // `def-item` shares the mode; only the list itself counts, and it is never inside itself without an item.
        if !matches!(self.top(), Mode::List) {
            self.blocks.lists = self.blocks.lists.saturating_sub(1);
        }
        self.blocks.item_label.clear();
    }

    fn open_item(&mut self) -> Mode {
        self.open_paragraph();
        Mode::Item
    }

    pub(super) fn close_item(&mut self) {
        self.close_paragraph();
    }

    fn open_float(&mut self, part: Part) -> Mode {
        // Footnotes of a table that is only a picture do not go to the table before it.
        self.blocks.open_table();
        self.blocks.floats.push(Float { part, label: String::new(), caption: Vec::new(), told: false });
        Mode::Float
    }

    pub(super) fn close_float(&mut self) {
        // Captions share the mode; the float ends where the last of them does.
        if matches!(self.top(), Mode::Float) {
            return;
        }
        self.blocks.tell_caption();
        self.blocks.floats.pop();
    }

    pub(super) fn close_foot(&mut self) {
        // Footnotes share the mode.
        self.blocks.item_label.clear();
        if self.top() != Mode::Foot {
            self.blocks.feet = self.blocks.feet.saturating_sub(1);
        }
    }

    pub(super) fn set_float(&mut self, field: Field, value: String) {
        let Some(float) = self.blocks.floats.last_mut() else { return };
        match field {
            Field::FloatLabel if float.label.is_empty() => {
                float.label = value.trim_end_matches([':', '.', ' ']).to_owned();
            }
            _ if !value.is_empty() => float.caption.push(value),
            _ => {}
        }
    }

    /// An element inside running text or inside a value.
    pub(super) fn inline_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "italic" | "bold" => Mode::Inline,
            "sub" => {
                // "χ<sup>2</sup><sub>1</sub>" must not read as "χ21".
                if self.buffer.ends_with(inline::SUP_END) {
                    self.buffer.push('_');
                }
                Mode::Inline
            }
            "sup" => {
                self.buffer.push(inline::SUP);
                Mode::Superscript
            }
            "xref" => self.reference_mark(element),
            "break" | "hr" => {
                self.buffer.push(' ');
                Mode::Skip
            }
            "inline-formula" | "disp-formula" | "disp-formula-group" | "alternatives" | "math" | "tex-math"
            | "chem-struct" => self.open_formula(name),
            "inline-graphic" | "private-char" => {
                // A sign that is only a picture. Saying nothing could turn "≥ 18" into "18".
                self.buffer.push_str("[image]");
                Mode::Skip
            }
            "email"
            | "fn"
            | "graphic"
            | "media"
            | "supplementary-material"
            | "object-id"
            | "alt-text"
            | "long-desc"
            | "index-term"
            | "contrib-group"
            | "aff"
            | "comment"
            | "permissions"
            | "author-comment"
            | "bio"
            | "address"
            | "inline-media"
            | "processing-meta"
            | "fn-group"
            | "table-wrap-foot"
            | "attrib"
            | "ref-list" => Mode::Skip,
            "ext-link" | "uri" => {
                self.front.licence_link(&self.stack, element);
                self.note_link(element);
                Mode::Inline
            }
            _ if self.sink == Sink::Paragraph => self.block_in_text(name, element),
            "p" | "list" | "list-item" | "def-list" | "def-item" | "def" | "term" | "title" | "label"
            | "disp-quote" | "caption" => {
                self.buffer.push(' ');
                Mode::Spaced
            }
            _ => Mode::Inline,
        }
    }

    /// A block element ends the paragraph it stands in; floats do not, they go after it.
    fn block_in_text(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "table-wrap" => self.open_float(Part::Table),
            "fig" => self.open_float(Part::Figure),
            "fig-group" | "table-wrap-group" => Mode::Blocks,
            "label" => self.field(Field::ItemLabel),
            "title" if self.top() == Mode::Item => {
                self.flush_paragraph();
                self.block_element("p", element)
            }
            "p" | "list" | "def-list" | "boxed-text" | "disp-quote" | "statement" | "verse-group" | "speech"
            | "preformat" | "table" | "array" => {
                self.flush_paragraph();
                self.block_element(name, element)
            }
            _ => Mode::Inline,
        }
    }

    /// What a cross reference leaves in the text.
    fn reference_mark(&mut self, element: &BytesStart) -> Mode {
        let kind = attribute(element, "ref-type").unwrap_or_default();
        match &*kind {
            "bibr" | "ref" => {}
            "fn" | "table-fn" | "author-notes" | "corresp" | "aff" | "contrib" | "bio" | "correspondence-address" => {
                return Mode::Skip;
            }
            // Publishers who tag every reference "other" or "" name its target after the bibliography.
            "other" | "" if attribute(element, "rid").is_some_and(|r| is_bibliography(&r)) => {}
            _ => return Mode::Inline,
        }
        self.buffer.push(inline::CITE);
        Mode::Citation
    }
}

fn is_bibliography(rid: &str) -> bool {
    let rid = rid.to_ascii_lowercase();
    let rest = ["bibr", "bib", "ref", "cr", "cit", "b", "r"].iter().find_map(|p| rid.strip_prefix(p));
    rest.is_some_and(|r| r.trim_start_matches(['-', '_']).bytes().next().is_some_and(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use crate::{Context, Format, Origin, Unit, read};
    use evidence::Part;

    #[test]
    fn tables_and_figures_in_parts_left_out_are_read() {
        let xml = "<article><front/><body><sec><title>Results</title><p>Found.</p></sec>\
            <sec><title>Authors' contributions</title><p>AB wrote.<table-wrap><label>Table 2</label><caption><p>Response.\
            </p></caption><table><tr><td>a</td><td>b</td></tr></table></table-wrap></p></sec>\
            <sec sec-type=\"supplementary-material\"><title>Supporting Information</title><p>Files.</p><sec><title>More\
            </title><boxed-text><title>Box</title><p>Told.</p></boxed-text></sec></sec>\
            <sec><title>Discussion</title><p>Meant.</p></sec></body>\
            <back><ack><p>Thanks.</p><fig><label>Figure 1</label><caption><p>Flow.</p></caption></fig></ack></back></article>";
        let unit = Unit { origin: Origin::file("a.xml"), format: Format::Jats, bytes: xml.as_bytes().to_vec() };
        let source = read(&unit, &Context::of("test")).source;
        let read: Vec<_> = source
            .iter()
            .flat_map(|s| s.passages.iter().map(|p| (p.part, p.heading.join(" > "), s.slice(p.span).to_owned())))
            .collect();
        let read: Vec<_> = read.iter().map(|(part, heading, text)| (*part, heading.as_str(), text.as_str())).collect();
        assert_eq!(
            read,
            [
                (Part::Body, "Results", "Found."),
                (Part::Table, "", "Table 2: Response."),
                (Part::Table, "", "a | b"),
                (Part::Body, "Box", "Told."),
                (Part::Body, "Discussion", "Meant."),
                (Part::Figure, "", "Figure 1: Flow."),
            ]
        );
    }

    #[test]
    fn a_reference_list_in_a_section_left_out_is_read() {
        let xml = "<article><front/><body><p>Found.</p></body><back><sec><title>Notes</title><sec><title>References</title>\
            <ref-list><ref id=\"R1\"><mixed-citation>Doe J. One.</mixed-citation></ref></ref-list></sec></sec></back></article>";
        let unit = Unit { origin: Origin::file("a.xml"), format: Format::Jats, bytes: xml.as_bytes().to_vec() };
        let source = read(&unit, &Context::of("test")).source;
        assert_eq!(source.map(|s| s.references.len()), Some(1));
    }
}
