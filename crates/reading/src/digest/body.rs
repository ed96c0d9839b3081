//! The blocks of a digest's body: headings, bullet lists of statements, comments; nothing else is let through.
//!
//! pulldown-cmark says where blocks are. Where Pandoc would see other blocks in the same text, the text is refused.

use super::page::{Faults, Page};
use super::words::{Cursor, Until, is_space, plain};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag};
use std::collections::HashSet;
use std::ops::Range;

/// A bullet that holds one paragraph and nothing else.
pub(super) struct Item {
    /// Where the bullet stands.
    pub(super) at: usize,
    /// Where its content starts.
    pub(super) start: usize,
    /// One past its last byte.
    pub(super) end: usize,
    /// The headings above it.
    pub(super) heading: Vec<String>,
}

/// The bullets of a body.
#[derive(Default)]
pub(super) struct Body {
    pub(super) items: Vec<Item>,
    /// Bullets that hold something else; a fault says what.
    pub(super) broken: Vec<Range<usize>>,
}

/// What the last block was; Pandoc wants a blank line between a list and what follows it.
#[derive(PartialEq, Eq)]
enum Last {
    None,
    Heading,
    Comment,
    Other,
}

/// A heading under which something has yet to come.
struct Open {
    at: usize,
    text: String,
    filled: bool,
}

struct Walk<'p, 'f, 'q> {
    text: &'p str,
    faults: &'f mut Faults<'q>,
    section: Option<Open>,
    subsection: Option<Open>,
    seen: HashSet<(String, String)>,
    last: Last,
    body: Body,
}

/// Reads the body, which starts at byte `start` of the page.
pub(super) fn read(page: &Page, start: usize, faults: &mut Faults<'_>) -> Body {
    let body = page.text().get(start..).unwrap_or_default();
    let mut blocks = Parser::new_ext(body, Options::empty()).into_offset_iter();
    let events: Vec<(Event<'_>, Range<usize>)> =
        blocks.by_ref().map(|(event, range)| (event, range.start + start..range.end + start)).collect();
    for (_, definition) in blocks.reference_definitions().iter() {
        let at = definition.span.start + start;
        faults.error(at, "not-a-statement", "a digest holds headings and statements only, no link definitions");
    }
    let mut walk = Walk {
        text: page.text(),
        faults,
        section: None,
        subsection: None,
        seen: HashSet::new(),
        last: Last::None,
        body: Body::default(),
    };
    let mut i = 0;
    while let Some((event, range)) = events.get(i) {
        let end = after(&events, i);
        match event {
            Event::Start(Tag::Heading { level, .. }) => walk.heading(*level, range.clone()),
            Event::Start(Tag::List(None)) => walk.list(events.get(i + 1..end).unwrap_or_default()),
            Event::Start(Tag::HtmlBlock) => walk.html(range.clone()),
            other => walk.foreign(range.start, name(other)),
        }
        i = end;
    }
    walk.close_subsection();
    walk.close_section();
    if walk.body.items.is_empty() && !walk.faults.any_error() {
        let end = page.text().trim_end_matches(is_space).len();
        walk.faults.error(end, "no-statements", "a digest needs at least one statement under a ## heading");
    }
    walk.body
}

/// Index of the event after the block that starts at `i`.
fn after(events: &[(Event<'_>, Range<usize>)], i: usize) -> usize {
    let mut depth = 0usize;
    for (n, (event, _)) in events.iter().enumerate().skip(i) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return n + 1;
        }
    }
    events.len()
}

fn name(event: &Event<'_>) -> &'static str {
    match event {
        Event::Start(Tag::List(Some(_))) => "numbered lists",
        Event::Start(Tag::List(None)) => "lists inside statements",
        Event::Start(Tag::CodeBlock(_)) => "code (or a line indented too far)",
        Event::Start(Tag::BlockQuote(_)) => "block quotes",
        Event::Start(Tag::HtmlBlock) => "HTML (a comment stands between statements, not indented)",
        Event::Start(Tag::Heading { .. }) => "headings inside statements",
        Event::Rule => "rules",
        _ => "paragraphs of their own",
    }
}

/// Text in which headings count as the same.
fn fold(text: &str) -> String {
    text.to_lowercase()
}

impl Walk<'_, '_, '_> {
    fn foreign(&mut self, at: usize, what: &str) {
        self.faults.error(at, "not-a-statement", format!("a digest holds headings and statements only, no {what}"));
        self.last = Last::Other;
    }

    /// Pandoc takes a heading or comment right below a list, or an indented one, for something else.
    fn want_own_line(&mut self, at: usize) {
        let above = self.text.get(..at).unwrap_or_default();
        let line_start = above.rfind('\n').map_or(0, |n| n + 1);
        let before = above.get(..line_start).unwrap_or_default();
        if at > line_start {
            self.faults.error(at, "indented", "headings and comments start at the very start of a line");
        }
        let blank = before.lines().next_back().is_none_or(|line| line.trim_matches(is_space).is_empty());
        if self.last == Last::Other && !blank {
            self.faults.error(at, "blank-line", "put a blank line above this");
        }
    }

    fn heading(&mut self, level: HeadingLevel, range: Range<usize>) {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let indent = source.len() - source.trim_start_matches(is_space).len();
        let at = range.start + indent;
        self.want_own_line(at);
        self.last = Last::Heading;
        let marks = source.trim_start_matches(is_space).bytes().take_while(|b| *b == b'#').count();
        if marks == 0 {
            self.faults.error(at, "heading", "a heading is written with ## or ### before it");
            return;
        }
        let end = range.start + source.trim_end_matches(is_space).len();
        let mut cursor = Cursor::new(self.text, at + marks, end);
        if cursor.peek().is_some() && !cursor.rest().starts_with(' ') {
            self.faults.error(at, "heading", "put a space between ## and the heading");
        }
        let text = match plain(&mut cursor, Until::End, at) {
            Ok(text) => text.text,
            Err(slip) => {
                self.faults.error(slip.at, slip.code, slip.message);
                // The section is there all the same; only its name cannot be read.
                source.to_owned()
            }
        };
        if text.is_empty() {
            self.faults.error(at, "heading", "this heading has no text");
        } else if text.ends_with(['#', '}']) {
            self.faults.error(end.saturating_sub(1), "heading", "a heading ends with its text: no # and no attributes");
        }
        match level {
            HeadingLevel::H2 => self.open_section(at, text),
            HeadingLevel::H3 => self.open_subsection(at, text),
            HeadingLevel::H1 => {
                self.faults.error(at, "heading", "the title stands in the front matter; headings start at ##");
            }
            _ => self.faults.error(at, "heading", "headings go down to ### and no further"),
        }
    }

    fn open_section(&mut self, at: usize, text: String) {
        self.close_subsection();
        self.close_section();
        if !self.seen.insert((fold(&text), String::new())) {
            self.faults.error(at, "doubled-heading", format!("there is a section {text:?} already"));
        }
        self.section = Some(Open { at, text, filled: false });
    }

    fn open_subsection(&mut self, at: usize, text: String) {
        self.close_subsection();
        let Some(section) = &self.section else {
            self.faults.error(at, "heading-order", "a ### heading stands under a ## heading");
            return;
        };
        if !self.seen.insert((fold(&section.text), fold(&text))) {
            self.faults.error(at, "doubled-heading", format!("{:?} has a part {text:?} already", section.text));
        }
        self.subsection = Some(Open { at, text, filled: false });
    }

    fn close_section(&mut self) {
        if let Some(open) = self.section.take().filter(|s| !s.filled) {
            self.faults.error(open.at, "empty-section", format!("there is no statement under {:?}", open.text));
        }
    }

    fn close_subsection(&mut self) {
        let Some(open) = self.subsection.take() else { return };
        if !open.filled {
            self.faults.error(open.at, "empty-section", format!("there is no statement under {:?}", open.text));
        }
        // An empty part is reported once, not once more for the section around it.
        self.fill_section();
    }

    fn fill_section(&mut self) {
        if let Some(section) = &mut self.section {
            section.filled = true;
        }
    }

    fn html(&mut self, range: Range<usize>) {
        let source = self.text.get(range.clone()).unwrap_or_default();
        self.want_own_line(range.start + (source.len() - source.trim_start_matches(is_space).len()));
        self.last = Last::Comment;
        let mut rest = source.trim_start_matches(is_space);
        loop {
            let at = range.start + (source.len() - rest.len());
            let Some(comment) = rest.strip_prefix("<!--") else {
                if !rest.is_empty() {
                    self.faults.error(
                        at,
                        "not-a-statement",
                        "a digest holds headings and statements only, no HTML but comments",
                    );
                }
                return;
            };
            let Some(end) = comment.find("-->") else {
                self.faults.error(at, "comment", "this comment is never closed with -->");
                return;
            };
            if comment.get(..end).is_some_and(|inside| inside.contains("--") || inside.starts_with('>')) {
                self.faults.error(at, "comment", "a comment may not hold -- (HTML does not allow it)");
            }
            rest = comment.get(end + 3..).unwrap_or_default().trim_start_matches(is_space);
        }
    }

    /// `events` are those between the start of a list and what comes after it.
    fn list(&mut self, events: &[(Event<'_>, Range<usize>)]) {
        self.last = Last::Other;
        let mut i = 0;
        while let Some((event, range)) = events.get(i) {
            let end = after(events, i);
            if matches!(event, Event::Start(Tag::Item)) {
                self.item(range.clone(), events.get(i + 1..end).unwrap_or_default());
            }
            i = end;
        }
    }

    fn item(&mut self, range: Range<usize>, inside: &[(Event<'_>, Range<usize>)]) {
        let source = self.text.get(range.clone()).unwrap_or_default();
        let at = range.start + (source.len() - source.trim_start_matches(is_space).len());
        match (&mut self.section, &mut self.subsection) {
            (_, Some(open)) | (Some(open), None) => open.filled = true,
            (None, None) => self.faults.error(at, "outside-section", "every statement stands under a ## heading"),
        }
        if let Some((event, inner)) = foreign_block(inside) {
            let skip = self.text.get(inner.clone()).map_or(0, |s| s.len() - s.trim_start_matches(is_space).len());
            self.foreign(inner.start + skip, name(event));
            self.body.broken.push(range);
            return;
        }
        let end = range.start + source.trim_end_matches(is_space).len();
        if let Some(n) = source.find("<!--") {
            // Even with a backslash before it: Pandoc looks for comments before it looks at anything else.
            self.faults.error(range.start + n, "comment", "comments stand between statements, not inside them");
            self.body.broken.push(range);
            return;
        }
        if let Some(at) = marker_line(self.text, at, end) {
            let advice = "Pandoc takes the start of this line for a list; break the lines elsewhere";
            self.faults.error(at, "line-start", advice);
            self.body.broken.push(range);
            return;
        }
        let heading = [&self.section, &self.subsection].into_iter().flatten().map(|open| open.text.clone()).collect();
        self.body.items.push(Item { at, start: (at + 1).min(end), end, heading });
    }
}

/// The first block of an item that is not its one paragraph.
fn foreign_block<'e>(inside: &'e [(Event<'e>, Range<usize>)]) -> Option<&'e (Event<'e>, Range<usize>)> {
    let mut paragraphs = 0;
    inside.iter().find(|(event, _)| match event {
        Event::Start(Tag::Paragraph) => {
            paragraphs += 1;
            paragraphs > 1
        }
        Event::Start(
            Tag::List(_)
            | Tag::Item
            | Tag::CodeBlock(_)
            | Tag::HtmlBlock
            | Tag::BlockQuote(_)
            | Tag::Heading { .. }
            | Tag::Table(_),
        )
        | Event::Rule => true,
        _ => false,
    })
}

/// The first continuation line that Pandoc, though not CommonMark, takes for the start of a list or a definition.
fn marker_line(text: &str, start: usize, end: usize) -> Option<usize> {
    let source = text.get(start..end)?;
    let mut at = start;
    for (n, line) in source.split('\n').enumerate() {
        let content = line.trim_start_matches(is_space);
        if n > 0 && starts_like_a_list(content) {
            return Some(at + (line.len() - content.len()));
        }
        at += line.len() + 1;
    }
    None
}

/// `1.`, `(a)`, `iv)`, `#.`, `(@x)`, `:` and their like, followed by a space or nothing.
fn starts_like_a_list(line: &str) -> bool {
    let word = line.split(is_space).next().unwrap_or_default();
    if matches!(word, "-" | "+" | "*" | ":" | "~") {
        return true;
    }
    let inner = word.strip_prefix('(').unwrap_or(word);
    let Some(label) = inner.strip_suffix(['.', ')']) else { return false };
    let digits = !label.is_empty() && label.bytes().all(|b| b.is_ascii_digit());
    let letter = label.len() == 1 && label.bytes().all(|b| b.is_ascii_alphabetic() || b == b'#');
    let roman = !label.is_empty() && label.to_ascii_lowercase().bytes().all(|b| b"ivxlcdm".contains(&b));
    digits || letter || roman || label.starts_with('@')
}
