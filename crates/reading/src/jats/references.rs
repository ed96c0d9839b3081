//! The reference list, in any of the four ways JATS writes a citation.
//!
//! Owns which of a citation's parts is its title. Works are not looked up and their kind is not guessed.

use super::attributes::attribute;
use super::dates;
use super::front::{Named, set_link};
use super::mode::{Field, Mode};
use super::parser::{Parser, Sink};
use evidence::{Author, BibReference, Identifiers, PartialDate};
use quick_xml::events::BytesStart;

/// A title made of a whole citation is cut here, in characters.
const LONGEST_TITLE: usize = 500;

/// The list so far.
#[derive(Default)]
pub(super) struct References {
    pub(super) list: Vec<BibReference>,
    open: Option<Entry>,
    /// `id` of the `ref`, and how many citations it has had.
    id: String,
    citations: usize,
    /// Whether one of the alternatives at hand has been kept.
    told: bool,
}

/// A citation being read.
#[derive(Default)]
struct Entry {
    kind: String,
    title: String,
    chapter: String,
    container: String,
    authors: Vec<Author>,
    person: Named,
    year: String,
    volume: String,
    first: String,
    last: String,
    pages: String,
    location: String,
    ids: Identifiers,
    id_type: String,
    url: Option<String>,
    /// Comments and conferences: the title of what has no other.
    note: String,
    /// The first address in a note that says more than that.
    note_url: Option<String>,
}

impl References {
    /// Whether a citation is being read.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

impl Parser<'_> {
    /// An element of the reference list.
    pub(super) fn reference_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match (self.top(), name) {
            (Mode::References, "ref") => {
                self.references.id = attribute(element, "id").unwrap_or_default().into_owned();
                self.references.citations = 0;
                Mode::Reference
            }
            (Mode::References, "ref-list") => Mode::References,
            (Mode::Reference, "citation-alternatives") => {
                self.references.told = false;
                Mode::Alternatives
            }
            (Mode::Alternatives, _) if self.references.told => Mode::Skip,
            (Mode::References | Mode::Reference | Mode::Alternatives, "element-citation") => {
                self.open_cited(element, false)
            }
            (
                Mode::References | Mode::Reference | Mode::Alternatives,
                "mixed-citation" | "citation" | "nlm-citation",
            ) => self.open_cited(element, true),
            (Mode::Cited(_) | Mode::People, _) => self.cited_element(name, element),
            _ => Mode::Skip,
        }
    }

    fn open_cited(&mut self, element: &BytesStart, mixed: bool) -> Mode {
        let kind =
            attribute(element, "publication-type").or_else(|| attribute(element, "citation-type")).unwrap_or_default();
        self.references.open = Some(Entry { kind: kind.to_ascii_lowercase(), ..Entry::default() });
        self.references.citations += 1;
        self.open_buffer(Sink::Value);
        Mode::Cited(mixed)
    }

    fn cited_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        let top = self.top();
        let field = match name {
            "article-title" | "trans-title" | "part-title" => Field::RefTitle,
            "chapter-title" => Field::RefChapter,
            "source" => Field::RefContainer,
            "year" => Field::RefYear,
            "volume" => Field::RefVolume,
            "fpage" => Field::RefFirstPage,
            "lpage" => Field::RefLastPage,
            "page-range" => Field::RefPages,
            "elocation-id" => Field::RefLocation,
            "collab" => Field::Collective,
            "pub-id" | "object-id" => {
                if let Some(entry) = &mut self.references.open {
                    entry.id_type = attribute(element, "pub-id-type").unwrap_or_default().into_owned();
                }
                Field::RefId
            }
            "ext-link" | "uri" => {
                if let (Some(entry), Some(url)) = (&mut self.references.open, attribute(element, "href")) {
                    entry.url.get_or_insert(url.trim().to_owned());
                }
                Field::RefUrl
            }
            "person-group" => {
                return match attribute(element, "person-group-type").as_deref() {
                    None | Some("author" | "" | "allauthors") => Mode::People,
                    Some(_) => Mode::Skip,
                };
            }
            "name" | "string-name" => {
                self.open_buffer(Sink::Value);
                return Mode::Person;
            }
            "name-alternatives" | "collab-alternatives" => return top,
            "comment" | "conf-name" if matches!(top, Mode::Cited(false)) => Field::RefNote,
            "etal" | "comment" | "annotation" | "label" | "graphic" | "named-content"
                if !matches!(top, Mode::Cited(true)) =>
            {
                return Mode::Skip;
            }
            _ => return if matches!(top, Mode::Cited(true)) { Mode::Inline } else { Mode::Skip },
        };
        self.field(field)
    }

    /// A part of a citation; in a mixed citation it stays in the running text too.
    pub(super) fn set_reference(&mut self, field: Field, value: String) {
        if self.buffer_is_running_text() && !matches!(field, Field::RefId | Field::RefUrl) {
            self.buffer.push_str(&value);
            if matches!(field, Field::Surname | Field::GivenNames) {
                self.buffer.push(' ');
            }
        }
        let Some(entry) = &mut self.references.open else { return };
        let slot = match field {
            Field::RefTitle => &mut entry.title,
            Field::RefChapter => &mut entry.chapter,
            Field::RefContainer => &mut entry.container,
            Field::RefYear => &mut entry.year,
            Field::RefVolume => &mut entry.volume,
            Field::RefFirstPage => &mut entry.first,
            Field::RefLastPage => &mut entry.last,
            Field::RefPages => &mut entry.pages,
            Field::RefLocation => &mut entry.location,
            Field::Surname => &mut entry.person.surname,
            Field::GivenNames => &mut entry.person.given,
            Field::Collective => {
                if !value.is_empty() {
                    entry.authors.push(Author::Group(value));
                }
                return;
            }
            Field::RefId => {
                set_id(entry, &value);
                return;
            }
            Field::RefUrl => {
                if !value.is_empty() {
                    entry.url.get_or_insert(value);
                }
                return;
            }
            Field::RefNote => {
                entry.set_note(value);
                return;
            }
            _ => return,
        };
        // A reference that holds several works keeps the first of each part.
        if slot.is_empty() {
            *slot = value;
        }
    }

    /// Notes an address inside a comment on a citation.
    pub(super) fn note_link(&mut self, element: &BytesStart) {
        if self.top() == Mode::Field(Field::RefNote)
            && let (Some(entry), Some(url)) = (&mut self.references.open, attribute(element, "href"))
        {
            entry.note_url.get_or_insert(url.trim().to_owned());
        }
    }

    fn buffer_is_running_text(&self) -> bool {
        self.stack.iter().rev().take(3).any(|m| matches!(m, Mode::Cited(true)))
    }

    pub(super) fn close_reference_person(&mut self, raw: &str) {
        if self.buffer_is_running_text() {
            self.buffer.push_str(raw);
            self.buffer.push(' ');
        }
        if let Some(entry) = &mut self.references.open
            && let Some(author) = entry.person.take(raw)
        {
            entry.authors.push(author);
        }
    }

    pub(super) fn close_cited(&mut self) {
        let whole = self.take_value();
        let Some(entry) = self.references.open.take() else { return };
        // Springer gives each work a second time, as it is to be shown.
        if entry.kind == "display-unstructured" && self.references.citations > 1 {
            return;
        }
        let n = self.references.citations;
        let mut id = match (self.references.id.as_str(), n) {
            ("", _) => format!("ref-{}", self.references.list.len() + 1),
            (id, 1) => id.to_owned(),
            (id, n) => format!("{id}.{n}"),
        };
        id.retain(|c| !c.is_whitespace() && !c.is_control());
        let reference = entry.finish(id, &whole);
        // What has neither words nor an identifier points nowhere.
        if !reference.title.is_empty() || reference.ids != Identifiers::default() || reference.url.is_some() {
            self.references.list.push(reference);
            self.references.told = true;
        }
    }
}

fn set_id(entry: &mut Entry, value: &str) {
    let known = &mut entry.ids;
    match entry.id_type.as_str() {
        "pmid" => known.pmid = known.pmid.or(value.parse().ok()),
        "pmc" | "pmcid" => known.pmcid = known.pmcid.or(value.parse().ok()),
        "doi" if known.doi.is_none() => known.doi = value.parse().ok(),
        // Publishers' own numbers, "medline", "pii", "sici", find nothing.
        _ => {}
    }
}

impl Entry {
    /// A comment that is nothing but a DOI or an address gives those of the work; any other may speak of other works.
    fn set_note(&mut self, value: String) {
        let bare = value.trim_end_matches('.');
        if bare.is_empty() || self.note_url.as_deref() == Some(bare) {
            if let Some(url) = self.note_url.take() {
                self.url.get_or_insert(url);
            }
        } else if bare.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("doi"))
            && let Ok(doi) = bare.get(3..).unwrap_or_default().trim_start_matches([':', ' ']).parse()
        {
            self.ids.doi.get_or_insert(doi);
            return;
        }
        if self.note.is_empty() {
            self.note = value;
        }
    }

    fn finish(mut self, id: String, whole: &str) -> BibReference {
        let some = |text: String| (!text.is_empty()).then_some(text);
        let journal =
            self.kind.is_empty() || matches!(self.kind.as_str(), "journal" | "article" | "other" | "periodical");
        let (title, container) = if !self.title.is_empty() {
            (self.title, some(self.container))
        } else if !self.chapter.is_empty() {
            (self.chapter, some(self.container))
        } else if !self.container.is_empty() && (!journal || whole.is_empty()) {
            (self.container, None)
        } else if !whole.contains(char::is_alphabetic) {
            (self.note.chars().take(LONGEST_TITLE).collect(), some(self.container))
        } else {
            (whole.chars().take(LONGEST_TITLE).collect(), some(self.container))
        };
        let pages = match (self.first.is_empty(), self.last.is_empty()) {
            (false, false) if self.first != self.last => Some(format!("{}-{}", self.first, self.last)),
            (false, _) => Some(self.first),
            _ => some(self.pages).or_else(|| some(self.location)),
        };
        if let Some(url) = &self.url
            && self.ids.doi.is_none()
        {
            let mut linked = Identifiers::default();
            set_link(&mut linked, "doi", url);
            self.ids.doi = linked.doi;
        }
        let identified = self.ids.pmid.is_some() || self.ids.doi.is_some() || self.ids.pmcid.is_some();
        let url = self.url.or(self.note_url).filter(|u| !identified && !u.is_empty());
        BibReference {
            id,
            kind: None,
            title: title.trim_end_matches(['.', ',', ' ']).to_owned(),
            authors: self.authors,
            container,
            issued: dates::year(&self.year).and_then(|y| PartialDate::new(y, None, None)),
            volume: some(self.volume),
            pages,
            ids: self.ids,
            url,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Context, Format, Origin, Unit, read};
    use evidence::BibReference;

    fn references(list: &str) -> Vec<BibReference> {
        let xml = format!(
            "<article xmlns:xlink=\"http://www.w3.org/1999/xlink\"><front><article-meta><title-group><article-title>T\
             </article-title></title-group></article-meta></front><back><ref-list>{list}</ref-list></back></article>"
        );
        let unit = Unit { origin: Origin::file("a.xml"), format: Format::Jats, bytes: xml.into_bytes() };
        read(&unit, &Context::of("test")).source.map(|s| s.references).unwrap_or_default()
    }

    #[test]
    fn a_work_told_twice_is_one_reference() {
        let shown = references(
            "<ref id=\"CR1\"><citation citation-type=\"journal\"><article-title>One</article-title></citation>\
             <citation citation-type=\"display-unstructured\">Doe J. One. J</citation></ref>\
             <ref id=\"CR2\"><citation citation-type=\"display-unstructured\">Doe J. Two. J</citation></ref>",
        );
        let shown: Vec<_> = shown.iter().map(|r| (r.id.as_str(), r.title.as_str())).collect();
        assert_eq!(shown, [("CR1", "One"), ("CR2", "Doe J. Two. J")]);
        let alternatives = references(
            "<ref id=\"R1\"><citation-alternatives><element-citation><article-title>One</article-title>\
             </element-citation><mixed-citation>Doe J. One. J</mixed-citation></citation-alternatives></ref>",
        );
        assert_eq!(alternatives.len(), 1);
        assert_eq!((alternatives[0].id.as_str(), alternatives[0].title.as_str()), ("R1", "One"));
        // Several works under one number stay several.
        let several = references(
            "<ref id=\"R1\"><mixed-citation>Doe J. One.</mixed-citation><mixed-citation>Doe J. Two.</mixed-citation></ref>",
        );
        assert_eq!(several.len(), 2);
    }

    #[test]
    fn what_only_a_comment_tells_is_kept() {
        let list = references(
            "<ref id=\"R1\"><element-citation publication-type=\"other\"><comment>A handbook, Town, 1971</comment>\
             </element-citation></ref>\
             <ref id=\"R2\"><element-citation publication-type=\"webpage\"><comment>Available from: \
             <uri xlink:href=\"http://example.org/a\">http://example.org/a</uri></comment></element-citation></ref>\
             <ref id=\"R3\"><element-citation publication-type=\"confproc\"><collab>Office</collab>\
             <conf-name>A meeting</conf-name></element-citation></ref>",
        );
        let told: Vec<_> = list.iter().map(|r| (r.title.as_str(), r.url.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("A handbook, Town, 1971", None),
                ("Available from: http://example.org/a", Some("http://example.org/a")),
                ("A meeting", None)
            ]
        );
    }

    #[test]
    fn a_comment_gives_a_doi_only_where_it_is_nothing_else() {
        let doi = |comment: &str| {
            let list = references(&format!(
                "<ref id=\"R1\"><element-citation><article-title>One</article-title><comment>{comment}</comment>\
                 </element-citation></ref>"
            ));
            list[0].ids.doi.as_ref().map(ToString::to_string)
        };
        assert_eq!(doi("doi:10.1000/One").as_deref(), Some("10.1000/one"));
        let link = "<ext-link xlink:href=\"http://dx.doi.org/10.1000/one\"/>";
        assert_eq!(doi(link).as_deref(), Some("10.1000/one"));
        let named = "doi: <ext-link xlink:href=\"http://dx.doi.org/10.1000/one\">10.1000/one</ext-link>.";
        assert_eq!(doi(named).as_deref(), Some("10.1000/one"));
        // A comment that says more may speak of another work.
        assert_eq!(doi(&format!("Erratum in: J 2 {link}")), None);
        assert_eq!(doi("doi:10.1000/one and doi:10.1000/two"), None);
    }
}
