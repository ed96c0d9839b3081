//! XML and HTML: what a document's first element says it is, and its way to the splitter.

use super::doctype::Doctype;
use super::encoding::ToUtf8;
use super::records::{Piece, Records, Sought};
use super::{MAX_UNIT_BYTES, Nest, Walker, not_read};
use crate::problem::{Origin, Problem};
use crate::walk::Event;
use crate::{Format, Unit, decode};
use memchr::memmem;
use std::io::{Cursor, Read};
use std::ops::ControlFlow;

/// A document whose first element comes later than this is not read.
const PROLOG: usize = 1 << 20;

/// Records of PubMed files: <https://dtd.nlm.nih.gov/ncbi/pubmed/>.
const PUBMED: Sought = Sought {
    names: &["PubmedArticle", "PubmedBookArticle", "DeleteCitation"],
    wrappers: &["PubmedArticleSet", "PubmedBookArticleSet"],
    strict: true,
    whole: false,
    limit: MAX_UNIT_BYTES,
};

/// Any other list: `pmc-articleset`, answers of OAI, files put together.
const ARTICLES: Sought = Sought {
    names: &["article", "PubmedArticle", "PubmedBookArticle", "DeleteCitation"],
    wrappers: &[],
    strict: false,
    whole: true,
    limit: MAX_UNIT_BYTES,
};

const BOOKS: &[&str] = &["book", "book-part", "book-part-wrapper"];

/// Elements that fragments of web pages start with.
const HTML: &[&str] = &[
    "head", "body", "title", "meta", "link", "style", "script", "div", "main", "section", "header", "nav", "p", "h1",
    "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "span", "br", "hr", "img", "center", "font", "form",
];

/// How a document starts.
#[derive(Debug, PartialEq, Eq)]
enum Start<'a> {
    Element(Root<'a>),
    /// More bytes are needed.
    Short,
    /// There is no element.
    Nothing,
}

/// The first element and what comes before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Root<'a> {
    name: &'a str,
    /// Its start tag.
    tag: &'a [u8],
    /// There is an XML declaration.
    declared: bool,
    /// There is a document type.
    doctype: bool,
}

impl Root<'_> {
    fn local(&self) -> &str {
        self.name.rsplit(':').next().unwrap_or_default()
    }

    fn is_html(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        name == "html" || (!self.declared && !self.doctype && HTML.contains(&name.as_str()))
    }

    fn is_label(&self) -> bool {
        self.local() == "document" && memmem::find(self.tag, b"urn:hl7-org:v3").is_some()
    }
}

impl Walker<'_> {
    /// Reads XML or HTML. `is_utf8` where it has been decoded already; `is_prose` where its name says it is text.
    pub(super) fn markup<'r>(
        &mut self,
        origin: &Origin,
        mut head: Vec<u8>,
        mut reader: Box<dyn Read + 'r>,
        nest: Nest,
        is_prose: bool,
    ) -> ControlFlow<()> {
        let mut all = false;
        while !all && head.len() < PROLOG && start(&head, false) == Start::Short {
            let more = head.len() as u64;
            match (&mut reader).take(more).read_to_end(&mut head) {
                Ok(n) => all = (n as u64) < more,
                Err(error) => return self.failed(origin, &error),
            }
        }
        let found = start(&head, true);
        let whole = |head: Vec<u8>| -> Box<dyn Read + 'r> { Box::new(Cursor::new(head).chain(reader)) };
        let Start::Element(root) = found else {
            return match html_doctype(&head) {
                true => self.whole(origin, Format::Html, whole(head)),
                false if is_prose => self.whole(origin, Format::Prose, whole(head)),
                false => self.not_known(origin, "XML without an element"),
            };
        };
        if root.is_html() || html_doctype(&head) {
            return self.whole(origin, Format::Html, whole(head));
        }
        if root.is_label() {
            return self.whole(origin, Format::Label, whole(head));
        }
        let name = root.name.to_owned();
        let is_known =
            BOOKS.contains(&root.name) || ARTICLES.names.contains(&root.name) || PUBMED.wrappers.contains(&root.name);
        if is_prose && !root.declared && !root.doctype && !is_known {
            return self.whole(origin, Format::Prose, whole(head));
        }
        let encoding = match encoding(&head, nest.is_utf8) {
            Ok(encoding) => encoding,
            Err(label) => {
                let message = format!(
                    "the encoding {label:?} that this declares is not known; convert it to UTF-8 and add it again"
                );
                return self.problem(origin, "encoding", message);
            }
        };
        let stream: Box<dyn Read + 'r> = match encoding {
            None => whole(head),
            Some(encoding) => {
                // The declaration would be wrong for the text as it is handed on.
                let end = declaration_end(&head);
                let lines = head.get(..end).unwrap_or_default().iter().filter(|&&b| b == b'\n').count();
                head.drain(..end);
                let blank = Cursor::new(vec![b'\n'; lines]);
                match encoding {
                    Undeclared::Drop => Box::new(blank.chain(whole(head))),
                    Undeclared::Decode(encoding) => Box::new(blank.chain(ToUtf8::new(whole(head), encoding))),
                }
            }
        };
        if PUBMED.wrappers.contains(&name.as_str()) || PUBMED.names.contains(&name.as_str()) {
            self.pubmed(origin, Records::new(stream, PUBMED, &name))
        } else {
            self.articles(origin, Records::new(stream, ARTICLES, &name), &name)
        }
    }

    fn pubmed<R: Read>(&mut self, origin: &Origin, mut records: Records<R>) -> ControlFlow<()> {
        let mut seen = 0u64;
        loop {
            let piece = match records.next() {
                Ok(Some(piece)) => piece,
                Ok(None) => break,
                Err(error) => return self.failed(origin, &error),
            };
            let at = |line| Origin { line: Some(line), ..origin.clone() };
            seen += 1;
            match piece {
                Piece::Record { bytes, line, .. } => {
                    self.emit(Event::Unit(Unit { origin: at(line), format: Format::Pubmed, bytes }))?;
                    self.progress()?;
                }
                Piece::Cut { line, .. } => {
                    let message = "this record has no end and was left out; fetch the file again";
                    self.problem(&at(line), "truncated", message)?;
                }
                Piece::TooLarge { line } => self.too_large(&at(line))?,
                Piece::Stray { line } => {
                    let message = "there is something between the records here that is none, and was left out; mend the file or fetch it again";
                    self.problem(&at(line), "not-well-formed", message)?;
                }
                Piece::Unclosed { what, line } => self.unclosed(&at(line), what)?,
                Piece::Whole { .. } | Piece::NoRecord => {}
            }
        }
        if seen == 0 {
            return self.problem(origin, "empty", "there is no record in this file; fetch it again or remove it");
        }
        ControlFlow::Continue(())
    }

    fn articles<R: Read>(&mut self, origin: &Origin, mut records: Records<R>, root: &str) -> ControlFlow<()> {
        loop {
            let piece = match records.next() {
                Ok(Some(piece)) => piece,
                Ok(None) => return ControlFlow::Continue(()),
                Err(error) => return self.failed(origin, &error),
            };
            let at = |line| Origin { line: Some(line), ..origin.clone() };
            let format = |name| if name == 0 { Format::Jats } else { Format::Pubmed };
            let unit = match piece {
                Piece::Record { name, bytes, line } => Unit { origin: at(line), format: format(name), bytes },
                // The reader of articles tells how much of it can be used.
                Piece::Cut { name: 0, bytes, line } => Unit { origin: at(line), format: Format::Jats, bytes },
                Piece::Cut { line, .. } => {
                    let message = "this record has no end and was left out; fetch the file again";
                    self.problem(&at(line), "truncated", message)?;
                    continue;
                }
                Piece::Whole { bytes, record: Some((0, ..)) } => {
                    Unit { origin: origin.clone(), format: Format::Jats, bytes }
                }
                Piece::Whole { mut bytes, record: Some((_, range, line)) } => {
                    bytes.truncate(range.end);
                    bytes.drain(..range.start);
                    Unit { origin: at(line), format: Format::Pubmed, bytes }
                }
                Piece::Whole { bytes, record: None } if holds_book(&bytes) => {
                    Unit { origin: origin.clone(), format: Format::Bookshelf, bytes }
                }
                Piece::Whole { .. } => {
                    return self.not_known(origin, &format!("XML whose root is <{root}>"));
                }
                Piece::NoRecord if BOOKS.contains(&root) => return self.too_large(origin),
                Piece::NoRecord => {
                    let megabytes = MAX_UNIT_BYTES >> 20;
                    let what = format!("XML whose root is <{root}>, without an article in its first {megabytes} MB");
                    return self.not_known(origin, &what);
                }
                Piece::TooLarge { line } => {
                    self.too_large(&at(line))?;
                    continue;
                }
                Piece::Unclosed { what, line } => {
                    self.unclosed(&at(line), what)?;
                    continue;
                }
                Piece::Stray { .. } => continue,
            };
            self.unit(unit)?;
        }
    }

    fn unclosed(&mut self, origin: &Origin, what: &str) -> ControlFlow<()> {
        let message =
            format!("the file ends inside {what}; what stands before is kept, fetch the file again for the rest");
        self.problem(origin, "truncated", message)
    }

    fn not_known(&mut self, origin: &Origin, what: &str) -> ControlFlow<()> {
        self.emit(Event::Problem(Problem::error(origin, "unknown-format", not_read(what))))
    }
}

/// What to do with a declaration of another encoding than UTF-8.
enum Undeclared {
    /// The text is UTF-8 by now.
    Drop,
    Decode(&'static encoding_rs::Encoding),
}

/// What the encoding of XML asks for; the label where it is unknown.
fn encoding(head: &[u8], is_utf8: bool) -> Result<Option<Undeclared>, String> {
    let Some(label) = decode::declared(head) else { return Ok(None) };
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes());
    match encoding {
        Some(encoding) if encoding == encoding_rs::UTF_8 => Ok(None),
        // Such files are UTF-8 that a tool converted.
        Some(encoding) if encoding.name().starts_with("UTF-16") => Ok(None),
        _ if is_utf8 => Ok(Some(Undeclared::Drop)),
        Some(encoding) => Ok(Some(Undeclared::Decode(encoding))),
        None => Err(label.to_owned()),
    }
}

/// Bytes up to the end of the XML declaration.
fn declaration_end(head: &[u8]) -> usize {
    memmem::find(head, b"?>").map_or(0, |at| at + 2)
}

fn html_doctype(head: &[u8]) -> bool {
    let mut text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    while let Some(end) = text.strip_prefix(b"<!--").and_then(|t| memmem::find(t, b"-->")) {
        text = text.get(end + 7..).unwrap_or_default().trim_ascii_start();
    }
    text.get(..14).is_some_and(|t| t.eq_ignore_ascii_case(b"<!doctype html"))
}

/// Whether there is a book or a part of one in this XML.
fn holds_book(bytes: &[u8]) -> bool {
    memmem::find_iter(bytes, b"<book").any(|at| {
        let tag = bytes.get(at + 1..).unwrap_or_default();
        let end = tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
        std::str::from_utf8(tag.get(..end.unwrap_or(tag.len())).unwrap_or_default())
            .is_ok_and(|name| BOOKS.contains(&name))
    }) || memmem::find(bytes, b"<collection-meta").is_some()
}

/// Finds the first element. Where the bytes end in the middle of it and are `all` there is, it is what is there.
fn start(head: &[u8], all: bool) -> Start<'_> {
    let short = |end: Option<usize>| end.ok_or(if all { Start::Nothing } else { Start::Short });
    let mut root = Root::default();
    let mut rest = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    loop {
        rest = rest.trim_ascii_start();
        let skip = match rest {
            [] => return if all { Start::Nothing } else { Start::Short },
            [b'<', b'!', b'-', b'-', inside @ ..] => short(memmem::find(inside, b"-->").map(|n| n + 7)),
            [b'<', b'?', inside @ ..] => {
                root.declared |= inside.starts_with(b"xml") && !inside.starts_with(b"xml-");
                short(memmem::find(inside, b"?>").map(|n| n + 4))
            }
            [b'<', b'!', inside @ ..] if inside.len() > 7 || all => {
                if !inside.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"DOCTYPE")) {
                    return Start::Nothing;
                }
                root.doctype = true;
                short(inside.get(7..).and_then(|inside| Doctype::default().end(inside)).map(|n| n + 9))
            }
            [b'<', b'!', ..] => Err(Start::Short),
            [b'<', tag @ ..] => {
                let end = tag_end(tag);
                if end.is_none() && !all {
                    return Start::Short;
                }
                root.tag = tag.get(..end.unwrap_or(tag.len())).unwrap_or_default();
                let name = root.tag.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
                let name = root.tag.get(..name.unwrap_or(root.tag.len())).unwrap_or_default();
                return match std::str::from_utf8(name) {
                    Ok(name) if (1..=200).contains(&name.len()) => Start::Element(Root { name, ..root }),
                    _ => Start::Nothing,
                };
            }
            _ => return Start::Nothing,
        };
        match skip {
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(start) => return start,
        }
    }
}

/// Where a tag ends, quotes minded.
fn tag_end(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    tag.iter().position(|&b| {
        match quote {
            Some(q) if q == b => quote = None,
            Some(_) => {}
            None if b == b'"' || b == b'\'' => quote = Some(b),
            None => return b == b'>',
        }
        false
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(head: &str) -> Option<Root<'_>> {
        match start(head.as_bytes(), true) {
            Start::Element(root) => Some(root),
            _ => None,
        }
    }

    #[test]
    fn the_first_element_is_found_behind_what_comes_before_it() {
        let head =
            "\u{feff}<?xml version='1.0'?>\n<!-- <a> -->\n<?p <b> ?><!DOCTYPE r [<!ENTITY e '<c>'>]>\n<r:rdf x='>'>";
        let found = root(head).unwrap_or_default();
        assert_eq!((found.name, found.local(), found.declared, found.doctype), ("r:rdf", "rdf", true, true));
        assert_eq!(found.tag, b"r:rdf x='>'");
        for cut in 0..head.len() {
            assert!(!matches!(start(&head.as_bytes()[..cut], false), Start::Element(_)), "{cut}");
        }
        assert_eq!(root("<a").map(|r| r.name), Some("a"));
        assert_eq!(root("<!-- a"), None);
        assert_eq!(root("words"), None);
    }

    #[test]
    fn web_pages_are_told_from_xml() {
        let is_html = |head: &str| html_doctype(head.as_bytes()) || root(head).is_some_and(|r| r.is_html());
        for page in [
            "<!doctype html><p>x",
            "<!-- saved --><!DOCTYPE HTML PUBLIC \"x'>",
            "<HTML><head>",
            "<?xml version='1.0'?><!DOCTYPE html><html xmlns='x'>",
            "<div class='x'>",
        ] {
            assert!(is_html(page), "{page}");
        }
        for xml in ["<article>", "<?xml version='1.0'?><div/>", "<!DOCTYPE section SYSTEM 'x'><section/>"] {
            assert!(!is_html(xml), "{xml}");
        }
    }

    #[test]
    fn labels_and_books_are_told() {
        assert!(root("<document xmlns=\"urn:hl7-org:v3\">").is_some_and(|r| r.is_label()));
        assert!(!root("<document>").is_some_and(|r| r.is_label()));
        assert!(holds_book(b"<a><book-part id='x'>") && holds_book(b"<collection><collection-meta/>"));
        assert!(!holds_book(b"<books><bookmark/><book-meta/></books>"));
    }
}
