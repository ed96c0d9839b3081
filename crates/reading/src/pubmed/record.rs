//! What a record says, as found: nothing is judged here.

use crate::cut::Glue;
use crate::document::Document;
use crate::jats::dates::Ymd;
use evidence::{Author, BibReference, Identifiers, Part, Pmid};

/// Which of the three a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    Article,
    Book,
    Deletion,
}

/// Subject headings beyond this many are not kept; no real record has a tenth of it.
pub(super) const MOST_TOPICS: usize = 1_000;

/// Everything found in a record.
#[derive(Default)]
pub(super) struct Record {
    pub(super) root: Option<Root>,
    /// Records seen; only the first is read.
    pub(super) records: usize,
    /// Whether `MedlineCitation` or `BookDocument` was read to its end.
    pub(super) complete: bool,
    pub(super) pmid: Option<Pmid>,
    pub(super) version: String,
    /// From the list of identifiers.
    pub(super) ids: Identifiers,
    pub(super) book_accession: Option<String>,
    /// DOIs from `ELocationID`, and what the list of identifiers gives beside its first.
    pub(super) elocation: Vec<String>,
    pub(super) title: String,
    pub(super) vernacular: String,
    pub(super) book_title: String,
    pub(super) journal: String,
    pub(super) journal_short: String,
    pub(super) publisher: String,
    pub(super) authors: Vec<Author>,
    pub(super) editors: Vec<Author>,
    pub(super) languages: Vec<String>,
    pub(super) published: Option<Ymd>,
    pub(super) contributed: Option<Ymd>,
    pub(super) revised: Option<Ymd>,
    /// Types with their MeSH identifier.
    pub(super) types: Vec<(String, String)>,
    /// Headings that are the point of the work, then the others.
    pub(super) major_topics: Vec<String>,
    pub(super) topics: Vec<String>,
    pub(super) trials: Vec<String>,
    pub(super) relations: Vec<Relation>,
    pub(super) references: Vec<BibReference>,
    /// Works that old records list as cited.
    pub(super) cites: Vec<Relation>,
    pub(super) deleted: Vec<String>,
    /// Texts of the record, and its terms.
    pub(super) document: Document,
    /// Languages of abstracts that were left out.
    pub(super) foreign_abstracts: Vec<String>,
    /// What was found under an identifier's name and is none.
    pub(super) bad_ids: Vec<(&'static str, String)>,
}

/// One `CommentsCorrections`.
#[derive(Debug, Default, Clone)]
pub(super) struct Relation {
    /// `RefType`.
    pub(super) kind: String,
    /// `RefSource`: a citation.
    pub(super) source: String,
    pub(super) pmid: String,
    pub(super) note: String,
}

impl Record {
    /// A part of an abstract under its label.
    pub(super) fn abstract_text(&mut self, part: Part, heading: &[String], text: String) {
        self.document.push(heading, part, Glue::Paragraph, text);
    }

    /// An identifier of the record itself. The first of a kind counts.
    pub(super) fn own_id(&mut self, kind: &str, value: String) {
        let ids = &mut self.ids;
        match kind {
            "pubmed" | "pmid" => match value.parse() {
                Ok(pmid) => ids.pmid = ids.pmid.or(Some(pmid)),
                Err(_) => self.bad_ids.push(("PMID", value)),
            },
            "pmc" => match value.parse() {
                Ok(pmcid) => ids.pmcid = ids.pmcid.or(Some(pmcid)),
                Err(_) => self.bad_ids.push(("PMCID", value)),
            },
            "doi" => match value.parse::<evidence::Doi>() {
                Ok(doi) => {
                    if *ids.doi.get_or_insert_with(|| doi.clone()) != doi {
                        self.elocation.push(value);
                    }
                }
                Err(_) => self.bad_ids.push(("DOI", value)),
            },
            "bookaccession" => {
                self.book_accession.get_or_insert(value);
            }
            "pii" if ids.other.len() < 10 => ids.other.push((kind.to_owned(), value)),
            // "mid", "sici", "medline" and such find nothing.
            _ => {}
        }
    }

    pub(super) fn topic(&mut self, text: String, major: bool) {
        let list = if major { &mut self.major_topics } else { &mut self.topics };
        if !text.is_empty() && list.len() <= MOST_TOPICS {
            list.push(text);
        }
    }
}
