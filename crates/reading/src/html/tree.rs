//! A web page as a tree, built from the tokens of `html5gum`.
//!
//! Owns which element ends which where tags are missing or cross. Not a browser's tree construction: formatting is not
//! reopened and nothing is moved out of tables, so that text stays in the order of the file, and each token costs a
//! bounded number of steps. Elements deeper than a bound are put flat into the deepest, text and all.

use super::names::{ATTRIBUTES, NAMES, OTHER, index, is_block, is_heading, is_raw, is_scope, is_void, known};
use crate::problem::{Origin, Place, Problem};
use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Error, Span, State, Tokenizer};
use std::cell::RefCell;

/// Open elements at most, as in browsers.
const DEEPEST: usize = 512;
/// Nodes at most; the largest real pages have a tenth.
const MOST_NODES: usize = 2_000_000;
/// Tags at most: those that make no node are counted too.
const MOST_TAGS: usize = 8_000_000;
/// Attributes kept to this many bytes: pictures stand in some.
const LONGEST_VALUE: usize = 16_384;

const NONE: u32 = u32::MAX;

/// One element or one run of text.
struct Node {
    parent: u32,
    first: u32,
    last: u32,
    next: u32,
    kind: Kind,
}

enum Kind {
    Element { name: &'static str, attributes: u32 },
    Text { from: u32, to: u32 },
}

/// A page. Nodes are numbered in the order of the file, so that each comes after its parent; 0 is the root.
pub(super) struct Tree {
    nodes: Vec<Node>,
    text: String,
    attributes: Vec<Vec<(&'static str, String)>>,
}

/// A visit to all nodes below one, in order.
pub(super) trait Visit {
    /// Comes to a node; `false` to pass over all that is in it, its end included.
    fn enter(&mut self, id: usize) -> bool;
    /// Leaves a node that was entered.
    fn leave(&mut self, id: usize);
}

impl Tree {
    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The name of an element; [`OTHER`] for unknown elements and for text.
    pub(super) fn name(&self, id: usize) -> &'static str {
        match self.nodes.get(id).map(|n| &n.kind) {
            Some(Kind::Element { name, .. }) => name,
            _ => OTHER,
        }
    }

    /// The text of a run of text.
    pub(super) fn text(&self, id: usize) -> Option<&str> {
        match self.nodes.get(id)?.kind {
            Kind::Text { from, to } => self.text.get(from as usize..to as usize),
            Kind::Element { .. } => None,
        }
    }

    /// An attribute of an element.
    pub(super) fn attribute(&self, id: usize, name: &str) -> Option<&str> {
        let Kind::Element { attributes, .. } = self.nodes.get(id)?.kind else { return None };
        let list = self.attributes.get(attributes as usize)?;
        list.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn parent(&self, id: usize) -> Option<usize> {
        self.nodes.get(id).map(|n| n.parent).filter(|&p| p != NONE).map(|p| p as usize)
    }

    pub(super) fn children(&self, id: usize) -> impl Iterator<Item = usize> {
        let mut at = self.nodes.get(id).map_or(NONE, |n| n.first);
        std::iter::from_fn(move || {
            let here = (at != NONE).then_some(at as usize)?;
            at = self.nodes.get(here).map_or(NONE, |n| n.next);
            Some(here)
        })
    }

    /// Goes through all nodes from this one down, without recursion.
    pub(super) fn visit(&self, root: usize, visitor: &mut impl Visit) {
        let mut at = root;
        loop {
            let entered = visitor.enter(at);
            let Some(node) = self.nodes.get(at) else { return };
            if entered && node.first != NONE {
                at = node.first as usize;
                continue;
            }
            if entered {
                visitor.leave(at);
            }
            while at != root {
                let Some(node) = self.nodes.get(at) else { return };
                if node.next != NONE {
                    break;
                }
                at = node.parent as usize;
                visitor.leave(at);
            }
            match self.nodes.get(at) {
                Some(node) if at != root && node.next != NONE => at = node.next as usize,
                _ => return,
            }
        }
    }

    /// All text below a node.
    pub(super) fn all_text(&self, root: usize) -> String {
        struct Text<'a>(&'a Tree, String);
        impl Visit for Text<'_> {
            fn enter(&mut self, id: usize) -> bool {
                match self.0.text(id) {
                    Some(text) => self.1.push_str(text),
                    None => {
                        if matches!(self.0.name(id), "br" | "p" | "div" | "li" | "td" | "th") {
                            self.1.push(' ');
                        }
                    }
                }
                !matches!(self.0.name(id), "script" | "style" | "svg" | "template" | "noscript" | "button" | "select")
            }
            fn leave(&mut self, _: usize) {}
        }
        let mut text = Text(self, String::new());
        self.visit(root, &mut text);
        text.1
    }
}

/// Parses a page.
pub(super) fn parse(page: &str, origin: &Origin, problems: &mut Vec<Problem>) -> Tree {
    let builder = RefCell::new(Builder::new());
    let emitter =
        CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| builder.borrow_mut().event(&event, span));
    let mut tokenizer = Tokenizer::new_with_emitter(page, emitter);
    let mut raw: Option<(&'static str, usize)> = None;
    let mut stopped = None;
    while let Some(Ok(turn)) = tokenizer.next() {
        match turn {
            Turn::Raw(name, at) => {
                tokenizer.set_state(match name {
                    "title" | "textarea" => State::RcData,
                    "script" => State::ScriptData,
                    "plaintext" => State::PlainText,
                    _ => State::RawText,
                });
                raw = Some((name, at));
            }
            Turn::RawEnd => raw = None,
            Turn::Stop(at) => {
                stopped = Some(at);
                break;
            }
        }
    }
    drop(tokenizer);
    let builder = builder.into_inner();
    let place = |at: usize| Place::of(page.as_bytes(), at);
    if let Some(at) = stopped {
        let message = "this page has more elements than any real page; what comes after this place was not read";
        problems.push(Problem::error(origin, "too-large", message).at(place(at)));
    } else if let Some((name, at)) = raw {
        let message = format!("this <{name}> is never closed and takes in the rest of the page; fetch the page again");
        problems.push(Problem::error(origin, "truncated", message).at(place(at)));
    } else if let Some(at) = builder.cut_off {
        let message = "the page ends within a tag or a comment; fetch the page again";
        problems.push(Problem::error(origin, "truncated", message).at(place(at)));
    } else if builder.says_html && !builder.closed {
        let message = "this page has no end: it may be cut off; compare the end of its text with the page";
        problems.push(Problem::warning(origin, "truncated", message));
    }
    if builder.flattened > 0 {
        let message = format!(
            "elements are nested more than {DEEPEST} deep; all text is kept, but lists and tables in there may read flat"
        );
        problems.push(Problem::warning(origin, "too-deep", message));
    }
    builder.tree
}

/// What the tokenizer is told after a token.
enum Turn {
    /// An element whose content is not markup began here.
    Raw(&'static str, usize),
    RawEnd,
    Stop(usize),
}

struct Builder {
    tree: Tree,
    open: Vec<u32>,
    /// How many elements of a name are open; by place in [`NAMES`], the last for all others.
    counts: Vec<u32>,
    /// Open elements that were put flat because they stood too deep.
    flat: Vec<u32>,
    flattened: usize,
    tags: usize,
    tag: &'static str,
    tag_at: usize,
    attributes: Vec<(&'static str, String)>,
    attribute: Option<&'static str>,
    cut_off: Option<usize>,
    says_html: bool,
    closed: bool,
    in_raw: bool,
}

impl Builder {
    fn new() -> Self {
        let root = Node {
            parent: NONE,
            first: NONE,
            last: NONE,
            next: NONE,
            kind: Kind::Element { name: "html", attributes: 0 },
        };
        Self {
            tree: Tree { nodes: vec![root], text: String::new(), attributes: vec![Vec::new()] },
            open: vec![0],
            counts: vec![0; NAMES.len() + 1],
            flat: vec![0; NAMES.len() + 1],
            flattened: 0,
            tags: 0,
            tag: OTHER,
            tag_at: 0,
            attributes: Vec::new(),
            attribute: None,
            cut_off: None,
            says_html: false,
            closed: false,
            in_raw: false,
        }
    }

    fn event(&mut self, event: &CallbackEvent<'_>, span: Span<usize>) -> Option<Turn> {
        match *event {
            CallbackEvent::OpenStartTag { name } => {
                self.tag = known(name);
                self.tag_at = span.start;
                self.attributes.clear();
                self.attribute = None;
            }
            CallbackEvent::AttributeName { name } => {
                self.attribute = ATTRIBUTES
                    .binary_search_by(|a| a.as_bytes().cmp(name))
                    .ok()
                    .and_then(|at| ATTRIBUTES.get(at))
                    .copied()
                    // The first of two counts.
                    .filter(|a| !self.attributes.iter().any(|(known, _)| known == a));
                if let Some(name) = self.attribute {
                    self.attributes.push((name, String::new()));
                }
            }
            CallbackEvent::AttributeValue { value } => {
                if let (Some(_), Some((_, last))) = (self.attribute, self.attributes.last_mut()) {
                    let value = value.get(..value.len().min(LONGEST_VALUE)).unwrap_or_default();
                    last.push_str(&String::from_utf8_lossy(value));
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                self.tags += 1;
                if self.tree.nodes.len() >= MOST_NODES || self.tags > MOST_TAGS {
                    return Some(Turn::Stop(self.tag_at));
                }
                let name = self.tag;
                let foreign = matches!(name, "svg" | "math") || self.is_open("svg") || self.is_open("math");
                self.start(name, self_closing && foreign);
                if is_raw(name) && !foreign {
                    self.in_raw = true;
                    return Some(Turn::Raw(name, self.tag_at));
                }
            }
            CallbackEvent::EndTag { name } => {
                self.tags += 1;
                if self.tags > MOST_TAGS {
                    return Some(Turn::Stop(span.start));
                }
                self.attributes.clear();
                self.attribute = None;
                self.end(known(name));
                if std::mem::take(&mut self.in_raw) {
                    return Some(Turn::RawEnd);
                }
            }
            CallbackEvent::String { value } => self.string(&String::from_utf8_lossy(value)),
            CallbackEvent::Error(
                Error::EofInComment | Error::EofInTag | Error::EofInDoctype | Error::EofBeforeTagName,
            ) => self.cut_off = self.cut_off.or(Some(span.start)),
            CallbackEvent::Error(_) | CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } => {}
        }
        None
    }

    fn is_open(&self, name: &str) -> bool {
        self.counts.get(index(name)).is_some_and(|&n| n > 0)
    }

    fn top(&self) -> &'static str {
        self.open.last().map_or(OTHER, |&id| self.tree.name(id as usize))
    }

    fn add(&mut self, kind: Kind) -> u32 {
        let id = u32::try_from(self.tree.nodes.len()).unwrap_or(NONE);
        let parent = self.open.last().copied().unwrap_or(0);
        self.tree.nodes.push(Node { parent, first: NONE, last: NONE, next: NONE, kind });
        let Some(above) = self.tree.nodes.get_mut(parent as usize) else { return id };
        let before = std::mem::replace(&mut above.last, id);
        match self.tree.nodes.get_mut(before as usize) {
            Some(before) if before.parent == parent => before.next = id,
            _ => {
                if let Some(above) = self.tree.nodes.get_mut(parent as usize) {
                    above.first = id;
                }
            }
        }
        id
    }

    fn string(&mut self, text: &str) {
        let blank = text.bytes().all(|b| b.is_ascii_whitespace());
        if !blank && self.top() == "head" {
            self.pop();
        }
        if self.tree.nodes.len() >= MOST_NODES {
            return;
        }
        let (Ok(from), Ok(to)) =
            (u32::try_from(self.tree.text.len()), u32::try_from(self.tree.text.len() + text.len()))
        else {
            return;
        };
        self.tree.text.push_str(text);
        // Right after a run of text in the same element: one run.
        let last = self.open.last().and_then(|&id| self.tree.nodes.get(id as usize)).map_or(NONE, |n| n.last);
        if let Some(Node { kind: Kind::Text { to: end, .. }, .. }) = self.tree.nodes.get_mut(last as usize)
            && *end == from
        {
            *end = to;
            return;
        }
        self.add(Kind::Text { from, to });
    }

    fn pop(&mut self) {
        if self.open.len() > 1
            && let Some(id) = self.open.pop()
            && let Some(count) = self.counts.get_mut(index(self.tree.name(id as usize)))
        {
            *count = count.saturating_sub(1);
        }
    }

    /// Closes the innermost open element that is wanted, with all in it, unless a bound comes first.
    fn close(&mut self, wanted: impl Fn(&str) -> bool, bound: impl Fn(&str) -> bool) -> bool {
        let found = self.open.iter().enumerate().skip(1).rev().find_map(|(at, &id)| {
            let name = self.tree.name(id as usize);
            if wanted(name) {
                Some(Some(at))
            } else if bound(name) {
                Some(None)
            } else {
                None
            }
        });
        let Some(Some(at)) = found else { return false };
        while self.open.len() > at {
            self.pop();
        }
        true
    }

    fn close_named(&mut self, name: &'static str, bound: impl Fn(&str) -> bool) {
        if self.is_open(name) {
            self.close(|n| n == name, bound);
        }
    }

    fn start(&mut self, name: &'static str, empty: bool) {
        let attributes = std::mem::take(&mut self.attributes);
        match name {
            "html" => {
                self.says_html = true;
                if let Some(root) = self.tree.attributes.first_mut()
                    && root.is_empty()
                {
                    *root = attributes;
                }
                return;
            }
            "head" if self.open.len() > 1 => return,
            "body" => {
                if self.top() == "head" {
                    self.pop();
                }
                if self.is_open("body") {
                    return;
                }
            }
            _ => {}
        }
        let for_head = matches!(
            name,
            "base"
                | "basefont"
                | "bgsound"
                | "link"
                | "meta"
                | "title"
                | "noscript"
                | "noframes"
                | "style"
                | "script"
                | "template"
        );
        if self.top() == "head" && !for_head {
            self.pop();
        }
        self.close_before(name);
        let reach = if attributes.is_empty() {
            NONE
        } else {
            self.tree.attributes.push(attributes);
            u32::try_from(self.tree.attributes.len() - 1).unwrap_or(NONE)
        };
        let id = self.add(Kind::Element { name, attributes: reach });
        if is_void(name) || empty {
            return;
        }
        let at = index(name);
        if self.open.len() >= DEEPEST && !is_raw(name) {
            self.flattened += 1;
            if let Some(flat) = self.flat.get_mut(at) {
                *flat += 1;
            }
            return;
        }
        self.open.push(id);
        if let Some(count) = self.counts.get_mut(at) {
            *count += 1;
        }
    }

    /// Closes what a start tag ends without saying so.
    fn close_before(&mut self, name: &'static str) {
        let table = |n: &str| matches!(n, "table" | "template");
        match name {
            "tr" => {
                self.close(|n| n == "tr", table);
                self.close_named("caption", table);
            }
            "td" | "th" => {
                self.close(|n| matches!(n, "td" | "th"), |n| table(n) || n == "tr");
            }
            "thead" | "tbody" | "tfoot" | "colgroup" => {
                self.close(|n| matches!(n, "thead" | "tbody" | "tfoot" | "caption" | "colgroup"), table);
            }
            "li" => {
                self.close(|n| n == "li", |n| matches!(n, "ul" | "ol" | "menu" | "dir") || is_scope(n));
            }
            "dt" | "dd" => {
                self.close(|n| matches!(n, "dt" | "dd"), |n| n == "dl" || is_scope(n));
            }
            "option" | "optgroup" => {
                self.close(|n| n == "option" || n == name, |n| n == "select");
            }
            "a" => self.close_named("a", |n| is_block(n) || is_scope(n)),
            "button" => self.close_named("button", table),
            "table" if self.is_open("table") => {
                // A table right in another, not in a cell of it, ends it.
                let in_cell = self
                    .open
                    .iter()
                    .rev()
                    .map(|&id| self.tree.name(id as usize))
                    .find(|n| matches!(*n, "td" | "th" | "caption" | "table" | "template" | "tr" | "tbody"));
                if matches!(in_cell, Some("table" | "tr" | "tbody")) {
                    self.close_named("table", |n| n == "template");
                }
            }
            _ => {}
        }
        if is_heading(name) && is_heading(self.top()) {
            self.pop();
        }
        if is_block(name) && self.is_open("p") {
            self.close(|n| n == "p", is_scope);
        }
    }

    fn end(&mut self, name: &'static str) {
        match name {
            "body" | "html" => {
                self.closed = true;
                return;
            }
            "br" => {
                self.add(Kind::Element { name: "br", attributes: NONE });
                return;
            }
            "head" => {
                if self.top() == "head" {
                    self.pop();
                }
                return;
            }
            _ => {}
        }
        let at = index(name);
        // What was put flat has nothing to close.
        if let Some(flat) = self.flat.get_mut(at).filter(|n| **n > 0) {
            *flat -= 1;
            return;
        }
        if self.counts.get(at).is_none_or(|&n| n == 0) && !is_heading(name) {
            return;
        }
        match name {
            "table" => {
                self.close(|n| n == "table", |n| n == "template");
            }
            "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "caption" => {
                self.close(|n| n == name, |n| matches!(n, "table" | "template"));
            }
            "li" => {
                self.close(|n| n == "li", |n| matches!(n, "ul" | "ol" | "menu" | "dir") || is_scope(n));
            }
            "svg" | "math" => {
                self.close(|n| n == name, |_| false);
            }
            _ if is_heading(name) => {
                self.close(is_heading, is_scope);
            }
            _ if is_block(name) || is_scope(name) => {
                self.close(|n| n == name, is_scope);
            }
            _ => {
                self.close(|n| n == name, |n| is_block(n) || is_scope(n));
            }
        }
    }
}
