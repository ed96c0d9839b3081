//! The front of an article: who, what, when, where, under which terms.
//!
//! Owns which elements of `front` are read and what they mean. The abstract's content is that of `blocks`.

use super::attributes::attribute;
use super::dates::{DateParts, Ymd, earlier};
use super::mode::{Field, Mode};
use super::parser::{Parser, Sink};
use crate::licence::Stated;
use evidence::{Author, Identifiers, Part, RelatedWork};
use quick_xml::events::BytesStart;

/// What the front has said so far.
#[derive(Default)]
pub(super) struct Front {
    pub(super) article_type: String,
    pub(super) language: String,
    pub(super) ids: Identifiers,
    id_type: String,
    pub(super) journal: String,
    pub(super) title: String,
    pub(super) subtitles: Vec<String>,
    pub(super) subjects: Vec<String>,
    pub(super) keywords: Vec<String>,
    pub(super) authors: Vec<Author>,
    person: Named,
    date: DateParts,
    pub(super) published: Option<Ymd>,
    pub(super) licence: Stated,
    pub(super) related: Vec<RelatedWork>,
    /// Whether `article-meta` was read to its end.
    pub(super) closed: bool,
}

/// A person being read.
#[derive(Default)]
pub(super) struct Named {
    pub(super) surname: String,
    pub(super) given: String,
}

impl Named {
    /// The author, if there is a name; `raw` is the text around the parts of one.
    pub(super) fn take(&mut self, raw: &str) -> Option<Author> {
        let Named { surname, given } = std::mem::take(self);
        if surname.is_empty() {
            let family = if given.is_empty() { raw.trim_matches([' ', ',', ';', '.']).to_owned() } else { given };
            return (!family.is_empty()).then_some(Author::Person { family, given: String::new() });
        }
        Some(Author::Person { family: surname, given })
    }
}

impl Front {
    pub(super) fn open(&mut self, element: &BytesStart) {
        self.article_type = attribute(element, "article-type").unwrap_or_default().into_owned();
        self.language = attribute(element, "lang").unwrap_or_default().into_owned();
    }

    /// The next identifier is of this kind.
    pub(super) fn open_id(&mut self, kind: String) {
        self.id_type = kind;
    }

    /// The date that was being read.
    pub(super) fn take_date(&mut self) -> DateParts {
        std::mem::take(&mut self.date)
    }

    pub(super) fn close_date(&mut self) {
        let parts = std::mem::take(&mut self.date);
        if let Some(date) = parts.resolve() {
            self.published = Some(self.published.map_or(date, |known| earlier(known, date)));
        }
    }

    pub(super) fn set(&mut self, field: Field, value: String) {
        if value.is_empty() {
            return;
        }
        match field {
            Field::ArticleId => self.set_id(&value),
            Field::JournalTitle if self.journal.is_empty() => self.journal = value,
            Field::Title if self.title.is_empty() => self.title = value,
            Field::Subtitle => self.subtitles.push(value),
            Field::Subject => push_new(&mut self.subjects, value),
            Field::Keyword => push_new(&mut self.keywords, value.trim_end_matches([',', ';', '.']).to_owned()),
            Field::Collective => self.authors.push(Author::Group(value)),
            Field::Surname => self.person.surname = value,
            Field::GivenNames => self.person.given = value,
            Field::Year => self.date.year = value,
            Field::Month => self.date.month = value,
            Field::Day => self.date.day = value,
            Field::Season => self.date.season = value,
            Field::StringDate => self.date.text = value,
            Field::Copyright => self.licence.copyright = value,
            Field::LicenceUrl => self.licence.urls.push(value),
            _ => {}
        }
    }

    /// Notes the address of a link that stands in a licence.
    pub(super) fn licence_link(&mut self, stack: &[Mode], element: &BytesStart) {
        if !self.closed
            && stack.contains(&Mode::License)
            && let Some(url) = attribute(element, "href")
        {
            self.licence.urls.push(url.trim().to_owned());
        }
    }

    fn set_id(&mut self, value: &str) {
        let ids = &mut self.ids;
        match self.id_type.as_str() {
            "pmid" => ids.pmid = ids.pmid.or(value.parse().ok()),
            "pmc" | "pmcid" => ids.pmcid = ids.pmcid.or(value.parse().ok()),
            "doi" => {
                if ids.doi.is_none() {
                    ids.doi = value.parse().ok();
                }
            }
            // "pmcid-ver", "pmc-aid", "pmc-uid" say the same again.
            scheme if scheme.starts_with("pmc") => {}
            "" => {}
            scheme => ids.other.push((scheme.to_owned(), value.to_owned())),
        }
    }
}

fn push_new(list: &mut Vec<String>, value: String) {
    if !value.is_empty() && !list.contains(&value) {
        list.push(value);
    }
}

/// Kinds of dates that are not those of publication.
fn is_later_date(kind: &str) -> bool {
    ["pmc-release", "nihms-submitted", "ecorrected", "corrected", "retracted", "epreprint", "preprint"].contains(&kind)
}

impl Parser<'_> {
    /// An element of `front` outside text.
    pub(super) fn front_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        if let Some(mode) = self.book_front_element(name, element) {
            return mode;
        }
        let top = match self.top() {
            Mode::OuterMeta => Mode::Meta,
            Mode::Revision => Mode::Date,
            top => top,
        };
        match (top, name) {
            (Mode::Journal, "journal-title-group") => Mode::Journal,
            (Mode::Journal, "journal-title") => self.field(Field::JournalTitle),
            (Mode::Meta, "article-id") => {
                self.front.id_type = attribute(element, "pub-id-type").unwrap_or_default().into_owned();
                self.field(Field::ArticleId)
            }
            (Mode::Meta, "article-categories") | (Mode::Subjects, "subj-group" | "series-title-group") => {
                Mode::Subjects
            }
            (Mode::Subjects, "subject") => self.field(Field::Subject),
            (Mode::Meta, "title-group") => Mode::Titles,
            (Mode::Titles, "article-title") => self.field(Field::Title),
            (Mode::Titles, "subtitle") => self.field(Field::Subtitle),
            (Mode::Meta | Mode::Contributor, "contrib-group") if top == Mode::Meta => Mode::Contributors,
            (Mode::Contributors, "contrib") => match attribute(element, "contrib-type").as_deref() {
                None | Some("author" | "collab" | "group" | "") => Mode::Contributor,
                Some(_) => Mode::Skip,
            },
            (Mode::Contributors | Mode::Contributor, "collab") => self.field(Field::Collective),
            (Mode::Contributor, "name" | "string-name") => self.person(),
            (Mode::Contributor, "name-alternatives" | "collab-alternatives") => Mode::Contributor,
            (Mode::Meta, "pub-date") => self.date(element),
            (Mode::Meta, "history" | "pub-history") => Mode::History,
            (Mode::History, "event") => Mode::History,
            (Mode::History, "date") if attribute(element, "date-type").as_deref() == Some("pub") => Mode::Date,
            (Mode::Date, "year") => self.field(Field::Year),
            (Mode::Date, "month") => self.field(Field::Month),
            (Mode::Date, "day") => self.field(Field::Day),
            (Mode::Date, "season") => self.field(Field::Season),
            (Mode::Date, "string-date") => self.field(Field::StringDate),
            (Mode::Meta, "permissions") => Mode::Permissions,
            (Mode::Meta | Mode::Permissions, "copyright-statement") => self.field(Field::Copyright),
            (Mode::Meta | Mode::Permissions, "license") => self.license(element),
            (Mode::Permissions, "license_ref") => self.field(Field::LicenceUrl),
            (Mode::Meta, "abstract") => self.open_abstract(element),
            (Mode::Meta, "kwd-group") => self.keywords(element),
            (Mode::Keywords, "kwd" | "compound-kwd") => self.field(Field::Keyword),
            (Mode::Keywords, "nested-kwd") => Mode::Keywords,
            (Mode::Meta, "related-article" | "related-object") => self.related(element),
            _ => Mode::Skip,
        }
    }

    fn person(&mut self) -> Mode {
        self.open_buffer(Sink::Value);
        Mode::Person
    }

    fn date(&mut self, element: &BytesStart) -> Mode {
        let kind = attribute(element, "pub-type").or_else(|| attribute(element, "date-type")).unwrap_or_default();
        if is_later_date(&kind) { Mode::Skip } else { Mode::Date }
    }

    fn keywords(&mut self, element: &BytesStart) -> Mode {
        let foreign = attribute(element, "lang").is_some_and(|l| !is_english(&l));
        let kind = attribute(element, "kwd-group-type").unwrap_or_default().to_ascii_lowercase();
        if foreign || kind.starts_with("abbrev") { Mode::Skip } else { Mode::Keywords }
    }

    fn license(&mut self, element: &BytesStart) -> Mode {
        if let Some(url) = attribute(element, "href").filter(|u| !u.trim().is_empty()) {
            self.front.licence.urls.push(url.trim().to_owned());
        }
        if let Some(kind) = attribute(element, "license-type") {
            self.front.licence.kind = kind.into_owned();
        }
        self.open_buffer(Sink::Value);
        Mode::License
    }

    /// An element inside a licence's own text.
    pub(super) fn license_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "license_ref" => self.field(Field::LicenceUrl),
            // RDF says it again for machines.
            "RDF" | "rdf" | "graphic" | "inline-graphic" => Mode::Skip,
            "p" | "license-p" | "title" => {
                self.buffer.push(' ');
                Mode::Spaced
            }
            _ => self.inline_element(name, element),
        }
    }

    pub(super) fn close_license(&mut self) {
        let text = self.take_value();
        let stated = &mut self.front.licence.text;
        if !stated.is_empty() && !text.is_empty() {
            stated.push(' ');
        }
        stated.push_str(&text);
    }

    fn related(&mut self, element: &BytesStart) -> Mode {
        let get = |name| attribute(element, name).unwrap_or_default().trim().to_owned();
        let relation = [get("related-article-type"), get("link-type"), get("document-type"), get("object-type")]
            .into_iter()
            .find(|r| !r.is_empty())
            .unwrap_or_default();
        let link = [get("href"), get("document-id"), get("object-id"), get("source-id")]
            .into_iter()
            .find(|r| !r.is_empty())
            .unwrap_or_default();
        let mut ids = Identifiers::default();
        set_link(&mut ids, &get("ext-link-type"), &link);
        if !relation.is_empty() || ids != Identifiers::default() {
            ids.nct.iter().for_each(|n| {
                if !self.front.ids.nct.contains(n) {
                    self.front.ids.nct.push(*n);
                }
            });
            self.front.related.push(RelatedWork { relation, ids });
        }
        Mode::Related
    }

    /// An element of a person's name, in the front or in a reference.
    pub(super) fn person_element(&mut self, name: &str) -> Mode {
        match name {
            "surname" => self.field(Field::Surname),
            "given-names" => self.field(Field::GivenNames),
            "prefix" | "suffix" | "degrees" | "xref" => Mode::Skip,
            _ => Mode::Inline,
        }
    }

    pub(super) fn close_person(&mut self) {
        let raw = self.take_value();
        if self.references.is_open() {
            self.close_reference_person(&raw);
        } else if let Some(author) = self.front.person.take(&raw) {
            self.front.authors.push(author);
        }
    }

    fn open_abstract(&mut self, element: &BytesStart) -> Mode {
        let kind = attribute(element, "abstract-type").unwrap_or_default().to_ascii_lowercase();
        let foreign = attribute(element, "lang").is_some_and(|l| !is_english(&l));
        let article_foreign = !self.front.language.is_empty() && !is_english(&self.front.language);
        if foreign && !article_foreign {
            return Mode::Skip;
        }
        let proper = matches!(
            kind.as_str(),
            "" | "normal" | "main" | "abstract" | "full" | "structured" | "section" | "scientific"
        );
        let part = if proper && !self.blocks.has_abstract { Part::Abstract } else { Part::OtherAbstract };
        self.blocks.enter_abstract(part, &kind);
        Mode::Abstract
    }

    pub(super) fn close_abstract(&mut self) {
        self.blocks.leave_abstract();
    }
}

/// Reads an address or identifier by the kind its element gives it.
pub(super) fn set_link(ids: &mut Identifiers, kind: &str, link: &str) {
    let kind = kind.to_ascii_lowercase();
    match kind.as_str() {
        "pmid" | "pubmed" => ids.pmid = link.parse().ok(),
        "pmc" | "pmcid" => ids.pmcid = link.parse().ok(),
        _ => {
            if let Ok(doi) = link.parse() {
                ids.doi = Some(doi);
            } else if let Some(at) = link.to_ascii_uppercase().find("NCT")
                && let Some(Ok(nct)) = link.get(at..at + 11).map(str::parse)
            {
                ids.nct.push(nct);
            } else if !link.is_empty() {
                ids.other.push((if kind.is_empty() { "uri".to_owned() } else { kind }, link.to_owned()));
            }
        }
    }
}

/// Whether a language code is that of English.
pub(super) fn is_english(code: &str) -> bool {
    let code = code.trim().to_ascii_lowercase();
    code.is_empty() || code == "eng" || code == "en" || code.starts_with("en-") || code.starts_with("en_")
}
