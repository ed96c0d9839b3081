//! The state of reading one record, and what each element of it means.
//!
//! Owns the stack and the one text buffer: values do not nest, so markup inside a value writes into the same buffer.

use super::math::{self, Math};
use super::mode::{Date, Field, Mode};
use super::record::{Record, Relation, Root};
use crate::jats::attributes::attribute;
use crate::jats::dates::{DateParts, earlier};
use crate::jats::{entities, inline};
use crate::problem::{Origin, Problem};
use evidence::{Author, BibReference, Identifiers, Part};
use quick_xml::events::{BytesRef, BytesStart};

/// A citation longer than this is cut, in characters.
const LONGEST_CITATION: usize = 500;

/// An author being read.
#[derive(Default)]
struct Name {
    last: String,
    fore: String,
    initials: String,
    suffix: String,
    collective: String,
}

/// Everything known of a record so far.
pub(super) struct Parser<'a> {
    pub(super) origin: &'a Origin,
    stack: Vec<Mode>,
    buffer: String,
    pub(super) record: Record,
    pub(super) problems: Vec<Problem>,
    unknown_entities: usize,
    name: Name,
    date: DateParts,
    relation: Relation,
    citation: String,
    citation_ids: Identifiers,
    data_bank: String,
    descriptor: String,
    heading: Vec<String>,
    /// Attributes of the open value: its type or identifier, and its flag.
    attribute: String,
    flag: bool,
}

impl<'a> Parser<'a> {
    pub(super) fn new(origin: &'a Origin) -> Self {
        Self {
            origin,
            stack: Vec::with_capacity(32),
            buffer: String::new(),
            record: Record::default(),
            problems: Vec::new(),
            unknown_entities: 0,
            name: Name::default(),
            date: DateParts::default(),
            relation: Relation::default(),
            citation: String::new(),
            citation_ids: Identifiers::default(),
            data_bank: String::new(),
            descriptor: String::new(),
            heading: Vec::new(),
            attribute: String::new(),
            flag: false,
        }
    }

    /// Open elements.
    pub(super) fn depth(&self) -> usize {
        self.stack.len()
    }

    fn top(&self) -> Mode {
        self.stack.last().copied().unwrap_or(Mode::Wrapper)
    }

    /// An element opens: its mode follows from its name and from the mode around it.
    pub(super) fn start(&mut self, element: &BytesStart) {
        let name = element.local_name();
        let name = name.as_ref();
        let top = self.top();
        let mode = match top {
            Mode::Skip => Mode::Skip,
            Mode::Wrapper => self.wrapper(name),
            Mode::Record | Mode::BookRecord => match name {
                "MedlineCitation" if top == Mode::Record => Mode::Citation,
                "BookDocument" if top == Mode::BookRecord => Mode::BookDocument,
                "PubmedData" | "PubmedBookData" => Mode::Data,
                _ => Mode::Skip,
            },
            Mode::Deletion if name == "PMID" => self.field(Field::DeletedPmid),
            Mode::Citation => self.citation_element(name, element),
            Mode::Article => self.article_element(name, element),
            Mode::Journal => self.journal_element(name),
            Mode::BookDocument => self.book_document_element(name, element),
            Mode::Book => self.book_element(name),
            Mode::Data => match name {
                "ArticleIdList" => Mode::Ids,
                "ReferenceList" => Mode::References,
                _ => Mode::Skip,
            },
            Mode::Date(_) => self.date_element(name),
            Mode::Abstract | Mode::OtherAbstract => self.abstract_element(name, element),
            Mode::Authors(editors) if name == "Author" => {
                if flag(element, "ValidYN", "N") {
                    Mode::Skip
                } else {
                    Mode::Author(editors)
                }
            }
            Mode::Author(_) => self.author_element(name),
            Mode::DataBanks => match name {
                "DataBank" | "AccessionNumberList" => Mode::DataBanks,
                "DataBankName" => self.field(Field::DataBank),
                "AccessionNumber" => self.field(Field::Accession),
                _ => Mode::Skip,
            },
            Mode::Types if name == "PublicationType" => self.typed(Field::Type, element, "UI"),
            Mode::Chemicals => match name {
                "Chemical" => Mode::Chemicals,
                "NameOfSubstance" | "SupplMeshName" => self.field(Field::Substance),
                _ => Mode::Skip,
            },
            Mode::MeshList if name == "MeshHeading" => {
                self.descriptor.clear();
                Mode::MeshHeading
            }
            Mode::MeshHeading => match name {
                "DescriptorName" => self.major(Field::Descriptor, element),
                "QualifierName" => self.major(Field::Qualifier, element),
                _ => Mode::Skip,
            },
            Mode::Keywords if name == "Keyword" => self.major(Field::Keyword, element),
            Mode::Relations | Mode::Relation => self.relation_element(top, name, element),
            Mode::Ids if name == "ArticleId" => self.typed(Field::ArticleId, element, "IdType"),
            Mode::References => match name {
                "ReferenceList" => Mode::References,
                "Reference" => {
                    self.citation.clear();
                    self.citation_ids = Identifiers::default();
                    Mode::Reference
                }
                _ => Mode::Skip,
            },
            Mode::Reference => match name {
                "Citation" => self.field(Field::Citation),
                "ArticleIdList" => Mode::ReferenceIds,
                _ => Mode::Skip,
            },
            Mode::ReferenceIds if name == "ArticleId" => self.typed(Field::ReferenceId, element, "IdType"),
            Mode::Field(_) | Mode::Inline | Mode::Superscript(_) => self.inline_element(name),
            Mode::Math(mut outer) => {
                let inner = outer.open(name, &mut self.buffer);
                if let Some(top) = self.stack.last_mut() {
                    *top = Mode::Math(outer);
                }
                Mode::Math(inner)
            }
            _ => Mode::Skip,
        };
        self.stack.push(mode);
    }

    fn wrapper(&mut self, name: &str) -> Mode {
        let (root, mode) = match name {
            "PubmedArticle" => (Root::Article, Mode::Record),
            // Until 2016 records stood in a MedlineCitationSet, without PubmedData.
            "MedlineCitation" => (Root::Article, Mode::Citation),
            "PubmedBookArticle" => (Root::Book, Mode::BookRecord),
            "DeleteCitation" => (Root::Deletion, Mode::Deletion),
            _ => return Mode::Wrapper,
        };
        self.record.records += 1;
        if self.record.records > 1 {
            return Mode::Skip;
        }
        self.record.root = Some(root);
        mode
    }

    fn citation_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "PMID" => self.typed(Field::Pmid, element, "Version"),
            "DateRevised" => Mode::Date(Date::Revised),
            "Article" => Mode::Article,
            "MedlineJournalInfo" => Mode::Journal,
            "ChemicalList" | "SupplMeshList" => Mode::Chemicals,
            "CommentsCorrectionsList" => Mode::Relations,
            "MeshHeadingList" => Mode::MeshList,
            "OtherAbstract" => self.other_abstract(element),
            "KeywordList" => Mode::Keywords,
            _ => Mode::Skip,
        }
    }

    fn article_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "Journal" => Mode::Journal,
            "ArticleTitle" => self.field(Field::Title),
            "VernacularTitle" => self.field(Field::VernacularTitle),
            "ELocationID" => self.elocation(element),
            "Abstract" => Mode::Abstract,
            "AuthorList" => Mode::Authors(flag(element, "Type", "editors")),
            "Language" => self.field(Field::Language),
            "DataBankList" => Mode::DataBanks,
            "PublicationTypeList" => Mode::Types,
            "ArticleDate" => Mode::Date(Date::Published),
            _ => Mode::Skip,
        }
    }

    fn journal_element(&mut self, name: &str) -> Mode {
        match name {
            "JournalIssue" => Mode::Journal,
            "PubDate" => Mode::Date(Date::Published),
            "Title" => self.field(Field::Journal),
            "ISOAbbreviation" | "MedlineTA" => self.field(Field::JournalShort),
            _ => Mode::Skip,
        }
    }

    fn book_document_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "PMID" => self.typed(Field::Pmid, element, "Version"),
            "ArticleIdList" => Mode::Ids,
            "Book" => Mode::Book,
            "ArticleTitle" => self.field(Field::Title),
            "VernacularTitle" => self.field(Field::VernacularTitle),
            "Language" => self.field(Field::Language),
            "AuthorList" => Mode::Authors(flag(element, "Type", "editors")),
            "PublicationType" => self.typed(Field::Type, element, "UI"),
            "Abstract" => Mode::Abstract,
            "KeywordList" => Mode::Keywords,
            "ContributionDate" => Mode::Date(Date::Contributed),
            "DateRevised" => Mode::Date(Date::Revised),
            "ReferenceList" => Mode::References,
            _ => Mode::Skip,
        }
    }

    fn book_element(&mut self, name: &str) -> Mode {
        match name {
            "Publisher" => Mode::Book,
            "PublisherName" => self.field(Field::Publisher),
            "BookTitle" => self.field(Field::BookTitle),
            "PubDate" => Mode::Date(Date::Published),
            // Those of the book: they stand in where a chapter names nobody.
            "AuthorList" => Mode::Authors(true),
            // Its DOI is that of the whole book, which all chapters share.
            _ => Mode::Skip,
        }
    }

    fn elocation(&mut self, element: &BytesStart) -> Mode {
        if flag(element, "EIdType", "doi") && !flag(element, "ValidYN", "N") {
            self.field(Field::ELocation)
        } else {
            Mode::Skip
        }
    }

    fn date_element(&mut self, name: &str) -> Mode {
        match name {
            "Year" => self.field(Field::Year),
            "Month" => self.field(Field::Month),
            "Day" => self.field(Field::Day),
            "Season" => self.field(Field::Season),
            "MedlineDate" => self.field(Field::MedlineDate),
            _ => Mode::Skip,
        }
    }

    fn other_abstract(&mut self, element: &BytesStart) -> Mode {
        let language = attribute(element, "Language").unwrap_or_default().trim().to_ascii_lowercase();
        if !matches!(language.as_str(), "" | "eng" | "en") {
            if self.record.foreign_abstracts.len() < 20 {
                self.record.foreign_abstracts.push(language.chars().take(20).collect());
            }
            return Mode::Skip;
        }
        let kind = attribute(element, "Type").unwrap_or_default();
        self.heading.clear();
        // "Publisher" only says who sent it.
        if !kind.is_empty() && !kind.eq_ignore_ascii_case("publisher") {
            let mut words = kind.replace('-', " ");
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            self.heading.push(words);
        }
        Mode::OtherAbstract
    }

    fn abstract_element(&mut self, name: &str, element: &BytesStart) -> Mode {
        match name {
            "AbstractText" => {
                let field = if self.top() == Mode::OtherAbstract { Field::OtherAbstract } else { Field::Abstract };
                let label = attribute(element, "Label").unwrap_or_default();
                let label =
                    if label.trim().is_empty() { attribute(element, "NlmCategory").unwrap_or_default() } else { label };
                let mode = self.field(field);
                inline::push(&mut self.buffer, &label);
                self.attribute = take(&mut self.buffer);
                if matches!(self.attribute.as_str(), "UNLABELLED" | "UNLABELED" | "UNASSIGNED" | "Unlabelled") {
                    self.attribute.clear();
                }
                mode
            }
            "CopyrightInformation" => self.field(Field::Copyright),
            _ => Mode::Skip,
        }
    }

    fn author_element(&mut self, name: &str) -> Mode {
        match name {
            "LastName" => self.field(Field::LastName),
            "ForeName" | "FirstName" => self.field(Field::ForeName),
            "Initials" => self.field(Field::Initials),
            "Suffix" => self.field(Field::Suffix),
            "CollectiveName" => self.field(Field::Collective),
            _ => Mode::Skip,
        }
    }

    fn relation_element(&mut self, top: Mode, name: &str, element: &BytesStart) -> Mode {
        match name {
            "CommentsCorrections" => {
                let kind = attribute(element, "RefType").unwrap_or_default().trim().to_owned();
                self.relation = Relation { kind, ..Relation::default() };
                Mode::Relation
            }
            "RefSource" => self.field(Field::RelationSource),
            "PMID" => self.field(Field::RelationPmid),
            "Note" => self.field(Field::RelationNote),
            // Until 2010 the type was an element of its own.
            _ if top == Mode::Relation && self.relation.kind.is_empty() => {
                self.relation = Relation { kind: name.to_owned(), ..Relation::default() };
                Mode::Relation
            }
            _ => Mode::Skip,
        }
    }

    fn inline_element(&mut self, name: &str) -> Mode {
        match name {
            "sup" => Mode::Superscript(self.buffer.len()),
            "math" => Mode::Math(Math::root(self.buffer.len())),
            "DispFormula" => {
                self.buffer.push(' ');
                Mode::Inline
            }
            _ => Mode::Inline,
        }
    }

    fn field(&mut self, field: Field) -> Mode {
        self.buffer.clear();
        Mode::Field(field)
    }

    /// A value whose attribute says what it is.
    fn typed(&mut self, field: Field, element: &BytesStart, name: &str) -> Mode {
        self.attribute.clear();
        self.attribute.push_str(&attribute(element, name).unwrap_or_default());
        self.field(field)
    }

    fn major(&mut self, field: Field, element: &BytesStart) -> Mode {
        self.flag = flag(element, "MajorTopicYN", "Y");
        self.field(field)
    }

    /// An element closes.
    pub(super) fn end(&mut self) {
        let Some(mode) = self.stack.pop() else { return };
        match mode {
            Mode::Field(field) => {
                let value = take(&mut self.buffer);
                self.set(field, value);
            }
            Mode::Superscript(from) => math::close_superscript(&mut self.buffer, from),
            Mode::Math(math) => math.close(&mut self.buffer),
            Mode::Author(editor) => self.close_author(editor),
            Mode::Date(which) => self.close_date(which),
            Mode::Relation => self.close_relation(),
            Mode::Reference => self.close_reference(),
            Mode::Citation | Mode::BookDocument => self.record.complete = true,
            _ => {}
        }
    }

    /// Text, or the content of a CDATA section.
    pub(super) fn text(&mut self, text: &str) {
        match self.top() {
            Mode::Field(_) | Mode::Inline | Mode::Superscript(_) => inline::push(&mut self.buffer, text),
            Mode::Math(math) => math.text(text, &mut self.buffer),
            _ => {}
        }
    }

    /// An entity or character reference; a problem where it is unknown.
    pub(super) fn entity(&mut self, entity: &BytesRef) -> Option<Problem> {
        if let Ok(Some(c)) = entity.resolve_char_ref() {
            self.text(c.encode_utf8(&mut [0; 4]));
            return None;
        }
        if let Some(text) = entities::named(entity) {
            self.text(text);
            return None;
        }
        self.text(&format!("&{};", &**entity));
        self.unknown_entities += 1;
        (self.unknown_entities == 1).then(|| {
            let message = format!(
                "the entity {:?} is not known and stays as it is in the text; replace it in the file",
                entity.chars().take(80).collect::<String>()
            );
            Problem::warning(self.origin, "unknown-entity", message)
        })
    }

    fn set(&mut self, field: Field, value: String) {
        if value.is_empty() {
            return;
        }
        let record = &mut self.record;
        match field {
            Field::Pmid => match value.parse() {
                Ok(pmid) if record.pmid.is_none() => {
                    record.pmid = Some(pmid);
                    record.version = self.attribute.trim().to_owned();
                }
                Ok(_) => {}
                Err(_) => record.bad_ids.push(("PMID", value)),
            },
            Field::DeletedPmid => record.deleted.push(value),
            Field::Title => keep_first(&mut record.title, value),
            Field::VernacularTitle => keep_first(&mut record.vernacular, value),
            Field::BookTitle => keep_first(&mut record.book_title, value),
            Field::Journal => keep_first(&mut record.journal, value),
            Field::JournalShort => keep_first(&mut record.journal_short, value),
            Field::Publisher => keep_first(&mut record.publisher, value),
            Field::ELocation => record.elocation.push(value),
            Field::Year => self.date.year = value,
            Field::Month => self.date.month = value,
            Field::Day => self.date.day = value,
            Field::Season => self.date.season = value,
            Field::MedlineDate => self.date.text = value,
            Field::Abstract => {
                let heading: &[String] =
                    if self.attribute.is_empty() { &[] } else { std::slice::from_ref(&self.attribute) };
                record.abstract_text(Part::Abstract, heading, value);
            }
            Field::OtherAbstract => {
                let mut heading = self.heading.clone();
                if !self.attribute.is_empty() {
                    heading.push(self.attribute.clone());
                }
                record.abstract_text(Part::OtherAbstract, &heading, value);
            }
            Field::Copyright => keep_first(&mut record.document.licence.copyright, value),
            Field::LastName => self.name.last = value,
            Field::ForeName => self.name.fore = value,
            Field::Initials => self.name.initials = value,
            Field::Suffix => self.name.suffix = value,
            Field::Collective => self.name.collective = value,
            Field::Language => record.languages.push(value),
            Field::DataBank => self.data_bank = value,
            Field::Accession if self.data_bank.eq_ignore_ascii_case("ClinicalTrials.gov") => record.trials.push(value),
            Field::Accession => {}
            Field::Type => record.types.push((value, self.attribute.clone())),
            Field::Substance => record.topic(value, false),
            Field::Descriptor => {
                self.descriptor.clone_from(&value);
                record.topic(value, self.flag);
            }
            Field::Qualifier if self.flag => record.topic(format!("{}/{value}", self.descriptor), true),
            // A minor aspect of a heading says too little.
            Field::Qualifier => {}
            Field::Keyword => record.topic(value.trim_end_matches([',', ';', '.']).to_owned(), false),
            Field::RelationSource => keep_first(&mut self.relation.source, value),
            Field::RelationPmid => keep_first(&mut self.relation.pmid, value),
            Field::RelationNote => keep_first(&mut self.relation.note, value),
            Field::ArticleId => record.own_id(&self.attribute, value),
            Field::Citation => keep_first(&mut self.citation, value),
            Field::ReferenceId => {
                let ids = &mut self.citation_ids;
                match self.attribute.as_str() {
                    "pubmed" | "pmid" => ids.pmid = ids.pmid.or(value.parse().ok()),
                    "pmc" => ids.pmcid = ids.pmcid.or(value.parse().ok()),
                    "doi" if ids.doi.is_none() => ids.doi = value.parse().ok(),
                    _ => {}
                }
            }
        }
    }

    fn close_author(&mut self, editor: bool) {
        let name = std::mem::take(&mut self.name);
        let author = if !name.last.is_empty() {
            let mut given = if name.fore.is_empty() { name.initials } else { name.fore };
            if !name.suffix.is_empty() {
                if !given.is_empty() {
                    given.push(' ');
                }
                given.push_str(&name.suffix);
            }
            Author::Person { family: name.last, given }
        } else if !name.collective.is_empty() {
            Author::Group(name.collective)
        } else if !name.fore.is_empty() {
            Author::Person { family: name.fore, given: String::new() }
        } else {
            return;
        };
        let list = if editor { &mut self.record.editors } else { &mut self.record.authors };
        list.push(author);
    }

    fn close_date(&mut self, which: Date) {
        let Some(date) = std::mem::take(&mut self.date).resolve() else { return };
        let slot = match which {
            Date::Published => &mut self.record.published,
            Date::Contributed => &mut self.record.contributed,
            Date::Revised => &mut self.record.revised,
        };
        *slot = Some(slot.map_or(date, |known| earlier(known, date)));
    }

    fn close_relation(&mut self) {
        let relation = std::mem::take(&mut self.relation);
        if relation.kind.is_empty() && relation.source.is_empty() && relation.pmid.is_empty() {
            return;
        }
        let list = if relation.kind == "Cites" { &mut self.record.cites } else { &mut self.record.relations };
        list.push(relation);
    }

    fn close_reference(&mut self) {
        let ids = std::mem::take(&mut self.citation_ids);
        let citation = std::mem::take(&mut self.citation);
        self.record.add_reference(&citation, ids);
    }
}

impl Record {
    /// A work of the reference list. What has neither words nor an identifier points nowhere.
    pub(super) fn add_reference(&mut self, citation: &str, ids: Identifiers) {
        if citation.is_empty() && ids == Identifiers::default() {
            return;
        }
        self.references.push(BibReference {
            id: format!("ref-{}", self.references.len() + 1),
            kind: None,
            title: citation.chars().take(LONGEST_CITATION).collect(),
            authors: Vec::new(),
            container: None,
            issued: None,
            volume: None,
            pages: None,
            ids,
            url: None,
        });
    }
}

fn flag(element: &BytesStart, name: &str, value: &str) -> bool {
    attribute(element, name).is_some_and(|v| v.trim().eq_ignore_ascii_case(value))
}

fn keep_first(slot: &mut String, value: String) {
    if slot.is_empty() {
        *slot = value;
    }
}

/// The buffer's text with single blanks; the buffer is left empty.
fn take(buffer: &mut String) -> String {
    let plain =
        !buffer.starts_with(' ') && !buffer.ends_with(' ') && memchr::memmem::find(buffer.as_bytes(), b"  ").is_none();
    let value =
        if plain { buffer.clone() } else { buffer.split(' ').filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ") };
    buffer.clear();
    value
}
