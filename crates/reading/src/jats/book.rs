//! Books and chapters of NCBI Bookshelf: the book elements of NLM Book 2.3 and 3.0 and of BITS around what they share
//! with articles.
//!
//! Owns which of a book's fronts names the document: a chapter that stands alone is named by its own, and the book is
//! where it appeared; in a file with several parts the book is named, and each part is a section under its title.
//! Identifiers of a book are never given to a chapter.

use super::attributes::attribute;
use super::dates::{DateParts, Ymd};
use super::front::Front;
use super::inline;
use super::mode::{Field, Mode};
use super::parser::Parser;
use super::{decoded, drive, finish, sections};
use crate::{Reading, Unit};
use evidence::SourceId;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What is known of a book beside what an article has too.
#[derive(Default)]
pub(super) struct Book {
    /// Whether one chapter is the document.
    pub(super) chapter: bool,
    /// Whether that chapter's element has been met.
    met: bool,
    /// The front that is not the document's own: that of the book around a chapter.
    outer: Front,
    collection: String,
    publisher: String,
    /// Bookshelf's own name for the document, as `NBK1247`.
    pub(super) accession: Option<String>,
    pub(super) revised: Option<Ymd>,
}

/// Reads a book or a chapter.
pub(crate) fn read(unit: &Unit) -> Reading {
    let text = match decoded(unit) {
        Ok(text) => text,
        Err(problem) => return Reading::failed(*problem),
    };
    let mut parser = Parser::new(&unit.origin);
    parser.book = Some(Book { chapter: is_chapter(&text), ..Book::default() });
    let cut = drive(&text, &mut parser, unit);
    finish::finish(parser, unit, cut)
}

/// Whether one chapter is the whole document: the file holds one `book-part` outside others, and where a `book` is
/// around it, nothing in it.
fn is_chapter(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    reader.config_mut().allow_dangling_amp = true;
    let (mut root, mut depth, mut inside) = (String::new(), 0usize, 0usize);
    let (mut outer, mut all) = (0usize, 0usize);
    // A document that breaks off is judged by what there is of it.
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => {
                let name = element.local_name();
                let name = name.as_ref();
                if root.is_empty() && is_root(name) {
                    root = name.to_owned();
                    depth = 0;
                }
                depth += 1;
                if name == "book-part" {
                    all += 1;
                    outer += usize::from(inside == 0);
                    inside += 1;
                }
            }
            Ok(Event::End(element)) => {
                depth = depth.saturating_sub(1);
                if element.local_name().as_ref() == "book-part" {
                    inside = inside.saturating_sub(1);
                }
                // Only the first of several documents is read.
                if depth == 0 && !root.is_empty() {
                    break;
                }
            }
            Ok(Event::Eof) | Err(_) => break,
            Ok(_) => {}
        }
    }
    if root == "book" { all == 1 } else { outer <= 1 }
}

fn is_root(name: &str) -> bool {
    matches!(name, "book" | "book-part" | "book-part-wrapper")
}

impl Book {
    /// Fills what the document's own front leaves open from the book around it, and says where it appeared.
    pub(super) fn settle(&mut self, front: &mut Front) {
        let outer = std::mem::take(&mut self.outer);
        let collection = std::mem::take(&mut self.collection);
        let publisher = std::mem::take(&mut self.publisher);
        front.journal = if self.chapter && !outer.title.is_empty() {
            outer.title.clone()
        } else if !collection.is_empty() {
            collection
        } else {
            publisher
        };
        if front.title.is_empty() {
            front.title = outer.title;
            front.subtitles = outer.subtitles;
        }
        if front.authors.is_empty() {
            front.authors = outer.authors;
        }
        front.published = front.published.or(outer.published);
        let stated = &front.licence;
        if stated.urls.is_empty() && stated.text.trim().is_empty() && stated.copyright.trim().is_empty() {
            front.licence = outer.licence;
        }
        if front.language.is_empty() {
            front.language = outer.language;
        }
        if let Some(accession) = &self.accession {
            front.ids.other.push(("bookshelf".to_owned(), accession.clone()));
        }
        if let Some(revised) = self.revised {
            // A chapter that is kept up to date says what was known then.
            front.published = front.published.max(Some(revised));
        }
    }

    /// The name that Bookshelf gives the document.
    pub(super) fn own_id(&self) -> Option<SourceId> {
        self.accession.as_ref().and_then(|a| a.parse().ok())
    }

    /// Notes a date of `pub-history` or `pub-date` that is not the first.
    pub(super) fn revise(&mut self, parts: &DateParts) {
        self.revised = self.revised.max(parts.resolve());
    }
}

/// `NBK1247`, if it is that.
fn accession(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.strip_prefix("NBK")?;
    (!digits.is_empty() && digits.len() <= 10 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| text.to_owned())
}

/// Kinds of dates that tell when a chapter was last revised.
fn is_revision(kind: &str) -> bool {
    matches!(kind, "updated" | "update" | "revised" | "revision" | "last-revision" | "last-update")
}

impl Parser<'_> {
    /// An element outside the document.
    pub(super) fn book_root(&mut self, name: &str, element: &BytesStart) -> Mode {
        if !is_root(name) {
            return Mode::Wrapper;
        }
        self.articles += 1;
        if self.articles > 1 {
            return Mode::Skip;
        }
        self.front.language = attribute(element, "lang").unwrap_or_default().into_owned();
        self.front.article_type = book_type(element);
        if self.front.article_type.is_empty() && name == "book" {
            self.front.article_type = "book".to_owned();
        }
        if let Some(book) = &mut self.book {
            book.met = name == "book-part";
        }
        Mode::Book
    }

    /// An element of a book that articles have not, in a place that articles have not.
    pub(super) fn book_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        let chapter = self.book.as_ref().is_some_and(|b| b.chapter);
        let met = self.book.as_ref().is_some_and(|b| b.met);
        match (self.top(), name) {
            (Mode::Book, "book-meta") if chapter => {
                if let Some(book) = &mut self.book {
                    std::mem::swap(&mut self.front, &mut book.outer);
                }
                Mode::OuterMeta
            }
            (Mode::Book, "book-meta" | "book-part-meta") => Mode::Meta,
            (Mode::Book | Mode::OuterMeta, "collection-meta") => Mode::Collection,
            (Mode::Collection, "title-group") => Mode::Collection,
            (Mode::Collection, "title" | "collection-title") => self.field(Field::CollectionTitle),
            (Mode::Book, "book-body") => {
                self.front.closed = true;
                Mode::Book
            }
            (Mode::Book, "book-part") if chapter && !met => {
                if let Some(book) = &mut self.book {
                    book.met = true;
                }
                if let Some(language) = attribute(element, "lang") {
                    self.front.language = language.into_owned();
                }
                self.front.article_type = book_type(element);
                Mode::Book
            }
            (Mode::Book | Mode::Part | Mode::FrontMatter, "book-part" | "book-app") => self.open_part(),
            (Mode::Book | Mode::Part, "front-matter" | "book-front") => Mode::FrontMatter,
            (Mode::FrontMatter, "front-matter-part" | "foreword" | "preface") => self.open_part(),
            (Mode::FrontMatter, "sec" | "p" | "list" | "boxed-text") => self.block_element(name, element),
            (Mode::Book, "body") => {
                self.front.closed = true;
                self.blocks.enter_body();
                Mode::Blocks
            }
            (Mode::Book, "back" | "book-back") => {
                self.blocks.enter_body();
                Mode::Back
            }
            (Mode::Part, "book-part-meta") => Mode::PartMeta,
            (Mode::Part, "body" | "named-book-part-body") => Mode::Blocks,
            (Mode::Part, "back") => Mode::Back,
            (Mode::PartMeta, "title-group") => Mode::PartMeta,
            (Mode::PartMeta, "title") => self.field(Field::PartTitle),
            (Mode::PartMeta, "subtitle") => self.field(Field::PartSubtitle),
            (Mode::PartMeta, "abstract") => {
                self.blocks.open_section();
                self.blocks.set_heading("Abstract".to_owned());
                Mode::Section
            }
            (Mode::OuterMeta, _) => self.front_element(name, element),
            _ => Mode::Skip,
        }
    }

    /// A part of a book: a section named by its title.
    pub(super) fn open_part(&mut self) -> Mode {
        self.front.closed = true;
        self.blocks.open_section();
        Mode::Part
    }

    pub(super) fn close_outer_meta(&mut self) {
        if let Some(book) = &mut self.book {
            std::mem::swap(&mut self.front, &mut book.outer);
        }
    }

    pub(super) fn set_book(&mut self, field: Field, value: String) {
        if value.is_empty() {
            return;
        }
        match field {
            Field::PartTitle => {
                let heading = sections::heading(&value);
                if sections::is_left_out(&heading, self.stack.contains(&Mode::Back))
                    && let Some(part) = self.stack.iter_mut().rev().find(|m| **m == Mode::Part)
                {
                    *part = Mode::SectionLeftOut;
                }
                self.blocks.set_heading(heading);
            }
            Field::PartSubtitle => self.blocks.add_to_heading(&value),
            Field::CollectionTitle | Field::Publisher => {
                let Some(book) = &mut self.book else { return };
                let slot = if field == Field::Publisher { &mut book.publisher } else { &mut book.collection };
                if slot.is_empty() {
                    *slot = value;
                }
            }
            _ => {}
        }
    }

    /// An element of `book-meta` or `book-part-meta` that `article-meta` has not, or that means something else there.
    pub(super) fn book_front_element(&mut self, name: &str, element: &BytesStart) -> Option<Mode> {
        let own = !self.stack.contains(&Mode::OuterMeta);
        let book = self.book.as_mut()?;
        let top = self.stack.last().copied().unwrap_or(Mode::Wrapper);
        let mode = match (top, name) {
            (Mode::Meta | Mode::OuterMeta, "book-id" | "book-part-id") => {
                let kind = ["pub-id-type", "book-id-type", "book-part-id-type"]
                    .into_iter()
                    .find_map(|a| attribute(element, a))
                    .unwrap_or_default()
                    .into_owned();
                self.front.open_id(kind);
                self.field(Field::ArticleId)
            }
            (Mode::Meta | Mode::OuterMeta, "isbn") => {
                self.front.open_id("isbn".to_owned());
                self.field(Field::ArticleId)
            }
            (Mode::Meta | Mode::OuterMeta, "uri" | "self-uri" | "ext-link") => {
                let link = attribute(element, "href").unwrap_or_default();
                if own && let Some(found) = link.strip_prefix("art-access-id://").and_then(accession) {
                    book.accession.get_or_insert(found);
                }
                Mode::Skip
            }
            (Mode::Meta | Mode::OuterMeta, "book-title-group") => Mode::Titles,
            (Mode::Meta | Mode::OuterMeta, "subj-group" | "book-categories" | "book-part-categories") => Mode::Subjects,
            (Mode::Meta | Mode::OuterMeta | Mode::Titles, "book-title") | (Mode::Titles, "title") => {
                self.field(Field::Title)
            }
            (Mode::Meta | Mode::OuterMeta, "subtitle") => self.field(Field::Subtitle),
            (Mode::Meta | Mode::OuterMeta, "publisher") => Mode::Publisher,
            (Mode::Publisher, "publisher-name") => self.field(Field::Publisher),
            (Mode::Meta | Mode::OuterMeta, "collection-meta") => Mode::Collection,
            (Mode::Meta | Mode::OuterMeta, "pub-date") => {
                let kind = attribute(element, "pub-type").or_else(|| attribute(element, "date-type"));
                if is_revision(&kind.unwrap_or_default()) { Mode::Revision } else { return None }
            }
            (Mode::History, "date") => match attribute(element, "date-type").unwrap_or_default() {
                kind if is_revision(&kind) => Mode::Revision,
                kind if matches!(&*kind, "created" | "initial" | "original") => Mode::Date,
                _ => return None,
            },
            // They lead to the book, its collection and its other chapters.
            (Mode::Meta | Mode::OuterMeta, "related-article" | "related-object" | "notes") => Mode::Skip,
            (Mode::OuterMeta, "abstract") => Mode::Skip,
            _ => return None,
        };
        Some(mode)
    }

    /// An identifier of the document or of the book around it; whether it was Bookshelf's own.
    pub(super) fn set_accession(&mut self, value: &str) -> bool {
        let own = !self.stack.contains(&Mode::OuterMeta);
        match (&mut self.book, accession(value)) {
            (Some(book), Some(found)) => {
                if own {
                    book.accession.get_or_insert(found);
                }
                true
            }
            _ => false,
        }
    }
}

fn book_type(element: &BytesStart) -> String {
    let kind = ["book-part-type", "book-type"].into_iter().find_map(|a| attribute(element, a));
    inline::tidy(&kind.unwrap_or_default(), false)
}
