//! The reference list: works in the order of their first use, each once, typed, with basis and standing.

use crate::article::{Basis, CitedReference, Reference};
use crate::plan::Found;
use evidence::{Author, BibReference, Kind, Marks};

/// Collects references while an article is composed.
#[derive(Default)]
pub(crate) struct References {
    list: Vec<Reference>,
    keys: Vec<String>,
}

impl References {
    /// The works a digest's statement rests on.
    pub(crate) fn of_marks(&mut self, found: &Found, marks: &Marks) -> Vec<CitedReference> {
        let mut cited: Vec<CitedReference> = Vec::new();
        for cite in &marks.cites {
            // The reader of digests refuses dangling citations; one that slips through is left to the checker.
            let Some(work) = found.source.references.iter().find(|r| r.id == cite.reference) else { continue };
            let number = self.number(&key_of(found, work), || of_work(found, work));
            if !cited.iter().any(|c| c.number == number && c.locator == cite.locator) {
                cited.push(CitedReference { number, locator: cite.locator.clone() });
            }
        }
        cited
    }

    /// A source that is held, as a reference to itself.
    pub(crate) fn of_source(&mut self, found: &Found) -> Vec<CitedReference> {
        let source = &found.source;
        let number = self.number(&format!("held {}", source.id), || Reference {
            number: 0,
            kind: source.kind,
            authors: printed(&source.authors),
            title: source.title.clone(),
            container: source.container.clone(),
            year: source.year(),
            ids: source.ids.clone(),
            url: None,
            basis: Basis::Quoted,
            standing: Some(found.standing),
            held_as: source.id.clone(),
        });
        vec![CitedReference { number, locator: None }]
    }

    fn number(&mut self, key: &str, make: impl FnOnce() -> Reference) -> usize {
        if let Some(at) = self.keys.iter().position(|k| k == key) {
            return at + 1;
        }
        self.keys.push(key.to_owned());
        let number = self.keys.len();
        self.list.push(Reference { number, ..make() });
        number
    }

    pub(crate) fn into_list(self) -> Vec<Reference> {
        self.list
    }
}

/// One work cited by two digests is one reference when an identifier says so.
fn key_of(found: &Found, work: &BibReference) -> String {
    match (&work.ids.pmid, &work.ids.doi) {
        (Some(pmid), _) => format!("pmid {pmid}"),
        (None, Some(doi)) => format!("doi {doi}"),
        (None, None) => format!("{} {}", found.source.id, work.id),
    }
}

fn of_work(found: &Found, work: &BibReference) -> Reference {
    Reference {
        number: 0,
        kind: work.kind.unwrap_or(Kind::Other),
        authors: first_author(&work.authors),
        title: work.title.clone(),
        container: work.container.clone(),
        year: work.issued.map(evidence::PartialDate::year),
        ids: work.ids.clone(),
        url: work.url.clone(),
        basis: Basis::Summarised,
        standing: None,
        held_as: found.source.id.clone(),
    }
}

/// Writers of digests name the first author and seldom the others: what is printed is true either way.
fn first_author(authors: &[Author]) -> String {
    match authors {
        [Author::Person { .. }] => format!("{} (first author)", authors[0]),
        _ => printed(authors),
    }
}

/// The first author, and "et al." when there are more.
fn printed(authors: &[Author]) -> String {
    match authors {
        [] => String::new(),
        [one] => one.to_string(),
        [first, ..] => format!("{first} et al."),
    }
}
