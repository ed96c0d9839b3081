//! Markdown to headings, paragraphs, lists, tables and footnotes.
//!
//! Owns what of Markdown is markup and what is text where the two can be mistaken: a single tilde is a tilde, and what
//! only looks like an element of HTML is text. Parsed by `pulldown-cmark`.

use super::flow::Flow;
use super::grid::Grid;
use crate::html::{self, BREAK, broken};
use crate::jats::inline;
use crate::problem::{Origin, Problem};
use evidence::Part;
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// Whether a text without front matter shows the signs of Markdown that plain text does not have.
pub(super) fn is_markdown(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_end();
        let hashes = line.bytes().take_while(|b| *b == b'#').count();
        let heading =
            (1..=6).contains(&hashes) && line.get(hashes..).is_some_and(|r| r.starts_with(' ') && r.len() > 1);
        let ruled = line.contains('|')
            && line.contains("--")
            && line.bytes().all(|b| matches!(b, b'|' | b'-' | b':' | b' ' | b'\t'));
        let bold = line.match_indices("**").count() >= 2;
        heading || ruled || bold || line.starts_with("```") || line.contains("](") || line.contains("[^")
    })
}

/// Writes Markdown into a flow; tells whether struck-out text was left out.
pub(super) fn write(text: &str, origin: &Origin, flow: &mut Flow, problems: &mut Vec<Problem>) -> bool {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut writer = Writer {
        text,
        origin,
        problems,
        numbers: html::speaks_of_numbers(text),
        titled: flow.has_title(),
        flow,
        buffer: String::new(),
        lists: Vec::new(),
        label: String::new(),
        table: None,
        markup: String::new(),
        in_markup: false,
        notes: Vec::new(),
        note: None,
        picture: None,
        struck: 0,
        struck_out: false,
    };
    for (event, range) in Parser::new_ext(text, options).into_offset_iter() {
        writer.event(event, range);
    }
    writer.flush();
    let (notes, struck_out) = (std::mem::take(&mut writer.notes), writer.struck_out);
    flow.notes(notes);
    struck_out
}

struct Writer<'a> {
    text: &'a str,
    origin: &'a Origin,
    problems: &'a mut Vec<Problem>,
    flow: &'a mut Flow,
    numbers: bool,
    titled: bool,
    buffer: String,
    lists: Vec<Option<u64>>,
    label: String,
    table: Option<Grid>,
    /// HTML being gathered.
    markup: String,
    in_markup: bool,
    notes: Vec<String>,
    /// The note being read.
    note: Option<String>,
    /// The words of a picture being read, and the text before it.
    picture: Option<String>,
    struck: usize,
    struck_out: bool,
}

impl Writer<'_> {
    fn flush(&mut self) {
        // No strike goes on beyond its paragraph.
        self.struck = 0;
        let buffer = std::mem::take(&mut self.buffer);
        if self.table.is_some() {
            self.buffer = buffer + " ";
            return;
        }
        for lines in broken(&buffer) {
            if let Some(note) = &mut self.note {
                for line in lines {
                    if !note.is_empty() {
                        note.push(' ');
                    }
                    note.push_str(&line);
                }
                continue;
            }
            self.flow.lines(lines, !self.lists.is_empty(), &mut self.label);
        }
    }

    fn push(&mut self, text: &str) {
        if self.struck > 0 {
            self.struck_out |= text.chars().any(char::is_alphanumeric);
        } else {
            inline::push(&mut self.buffer, text);
        }
    }

    fn event(&mut self, event: Event<'_>, range: std::ops::Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, range),
            Event::End(tag) => self.end(tag, range),
            Event::Html(html) if self.in_markup => self.markup.push_str(&html),
            Event::Text(text) if self.in_markup => self.markup.push_str(&text),
            Event::Text(text) | Event::Code(text) => {
                // Lines of code are lines; no other text holds line ends.
                for (n, line) in text.split('\n').enumerate() {
                    if n > 0 {
                        self.buffer.push(BREAK);
                    }
                    self.push(line);
                }
            }
            Event::Html(html) | Event::InlineHtml(html) => self.inline_html(&html),
            Event::SoftBreak => self.push(" "),
            Event::HardBreak => self.buffer.push(BREAK),
            Event::Rule => self.flush(),
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(&text),
            // A mark of a footnote says nothing where it stands.
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, range: std::ops::Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } | Tag::BlockQuote(_) | Tag::CodeBlock(_) => self.flush(),
            Tag::HtmlBlock => {
                self.flush();
                self.in_markup = true;
            }
            Tag::List(first) => {
                self.flush();
                if self.lists.is_empty() {
                    self.flow.open_list();
                }
                self.lists.push(*first);
            }
            Tag::Item => {
                self.flush();
                self.label.clear();
                if let Some(Some(number)) = self.lists.last_mut() {
                    if self.numbers {
                        self.label = format!("{number}. ");
                    }
                    *number = number.saturating_add(1);
                }
            }
            Tag::Table(_) => {
                self.flush();
                self.table = Some(Grid::default());
            }
            Tag::TableCell => self.buffer.clear(),
            Tag::FootnoteDefinition(_) => {
                self.flush();
                self.note = Some(String::new());
            }
            Tag::Strikethrough if self.is_struck(&range) => self.struck += 1,
            Tag::Strikethrough => self.push("~"),
            Tag::Image { .. } => self.picture = Some(std::mem::take(&mut self.buffer)),
            _ => {}
        }
    }

    /// One tilde means "about": only two strike text out.
    fn is_struck(&self, range: &std::ops::Range<usize>) -> bool {
        self.text.get(range.clone()).is_some_and(|t| t.starts_with("~~"))
    }

    fn end(&mut self, tag: TagEnd, range: std::ops::Range<usize>) {
        match tag {
            TagEnd::Heading(level) => self.heading(level),
            TagEnd::Paragraph | TagEnd::BlockQuote(_) | TagEnd::CodeBlock | TagEnd::Item => self.flush(),
            TagEnd::HtmlBlock => {
                self.in_markup = false;
                let markup = std::mem::take(&mut self.markup);
                if self.note.is_none() && self.table.is_none() {
                    // Places in the piece are not places in the file.
                    let mut told = Vec::new();
                    self.struck_out |= html::fragment(&markup, self.origin, self.flow, &mut told);
                    self.problems.extend(told.into_iter().map(|p| Problem { place: None, ..p }));
                } else {
                    self.push(&markup);
                }
            }
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
                self.label.clear();
            }
            TagEnd::TableCell => {
                let text = inline::tidy(&std::mem::take(&mut self.buffer).replace(BREAK, " "), true);
                if let Some(grid) = &mut self.table {
                    grid.cell(&text, 1, 1);
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => {
                if let Some(grid) = &mut self.table {
                    grid.end_row();
                }
            }
            TagEnd::Table => {
                self.buffer.clear();
                if let Some(grid) = self.table.take() {
                    self.flow.table(grid);
                }
            }
            TagEnd::FootnoteDefinition => {
                self.flush();
                self.notes.extend(self.note.take().filter(|n| !n.is_empty()));
            }
            TagEnd::Strikethrough if self.is_struck(&range) => self.struck = self.struck.saturating_sub(1),
            TagEnd::Strikethrough => self.push("~"),
            TagEnd::Image => self.picture(),
            _ => {}
        }
    }

    fn heading(&mut self, level: HeadingLevel) {
        let text = inline::tidy(&std::mem::take(&mut self.buffer).replace(BREAK, " "), false);
        if text.is_empty() {
            return;
        }
        if !self.lists.is_empty() || self.note.is_some() {
            self.push(&text);
            return self.flush();
        }
        if level == HeadingLevel::H1 && !self.titled {
            self.titled = true;
            self.flow.title(text.clone());
        }
        self.flow.heading(level as u8, &text);
    }

    /// What a picture says of itself is its caption; what stands for a sign stays where it is.
    fn picture(&mut self) {
        let Some(before) = self.picture.take() else { return };
        let words = std::mem::replace(&mut self.buffer, before);
        let text = inline::tidy(&words.replace(BREAK, " "), false);
        if text.chars().count() <= 3 {
            self.buffer.push_str(&text);
        } else if text.split(' ').count() >= 3 && self.table.is_none() && self.note.is_none() {
            self.flush();
            self.flow.caption(Part::Figure, text);
        }
    }

    /// One tag or comment amid text.
    fn inline_html(&mut self, html: &str) {
        let name: String = html
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_ascii_lowercase();
        let closes = html.starts_with("</");
        // "a<b and c>d" is written like a tag; tags give their attributes a value.
        let rest = html.get(1 + usize::from(closes) + name.len()..).unwrap_or_default();
        let compares = !rest.contains('=') && rest.chars().any(char::is_alphanumeric);
        match name.as_str() {
            _ if html.starts_with("<!") || html.starts_with("<?") => {}
            _ if compares => self.push(html),
            "sup" => self.buffer.push(if closes { inline::SUP_END } else { inline::SUP }),
            "s" | "del" | "strike" if closes => self.struck = self.struck.saturating_sub(1),
            "s" | "del" | "strike" => self.struck += 1,
            "br" => self.buffer.push(BREAK),
            _ if html::is_element(&name) => {}
            // "<LOD>".
            _ => self.push(html),
        }
    }
}
