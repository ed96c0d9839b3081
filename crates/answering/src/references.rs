//! The reference list: works in the order of their first use, each once, typed, with basis and standing.

use crate::article::{Basis, CitedReference, Reference};
use crate::plan::{Found, Shelf, Work};
use crate::tie;
use evidence::{Author, BibReference, Kind, Marks, Passage, Span, Standing};

/// Collects references while an article is composed.
pub(crate) struct References<'a> {
    shelf: &'a Shelf,
    list: Vec<Reference>,
    keys: Vec<String>,
}

/// A sentence of a work's own text that says much the same as a digest's statement.
pub(crate) struct Tie<'a> {
    pub(crate) held: &'a Found,
    pub(crate) passage: &'a Passage,
    pub(crate) span: Span,
    pub(crate) cited: CitedReference,
}

impl<'a> References<'a> {
    pub(crate) fn new(shelf: &'a Shelf) -> Self {
        Self { shelf, list: Vec::new(), keys: Vec::new() }
    }

    /// The works a digest's statement rests on.
    pub(crate) fn of_marks(&mut self, found: &Found, marks: &Marks) -> Vec<CitedReference> {
        let mut cited: Vec<CitedReference> = Vec::new();
        for cite in &marks.cites {
            // The reader of digests refuses dangling citations; one that slips through is left to the checker.
            let Some(work) = found.source.references.iter().find(|r| r.id == cite.reference) else { continue };
            let known = self.shelf.work(&found.source.id, &cite.reference);
            if known.is_some_and(|k| k.standing == Standing::Retracted) {
                continue;
            }
            let number = self.number(&key_of(found, work), || of_work(found, work, known));
            if !cited.iter().any(|c| c.number == number && c.locator == cite.locator) {
                cited.push(CitedReference { number, locator: cite.locator.clone() });
            }
        }
        cited
    }

    /// The sentences of works held here that say much the same as a digest's statement, at most one a work.
    pub(crate) fn ties(&mut self, found: &Found, marks: &Marks, text: &str) -> Vec<Tie<'a>> {
        let mut ties: Vec<Tie<'a>> = Vec::new();
        for cite in &marks.cites {
            let Some(work) = found.source.references.iter().find(|r| r.id == cite.reference) else { continue };
            let Some(known) = self.shelf.work(&found.source.id, &cite.reference) else { continue };
            let Some(held) = known.held.as_ref().filter(|_| known.standing != Standing::Retracted) else { continue };
            let Some((passage, span)) = tie::sentence(text, &held.source) else { continue };
            let number = self.number(&key_of(found, work), || of_work(found, work, Some(known)));
            if let Some(reference) = self.list.get_mut(number - 1) {
                reference.basis = Basis::Quoted;
            }
            if !ties.iter().any(|t| t.cited.number == number) {
                ties.push(Tie { held, passage, span, cited: CitedReference { number, locator: cite.locator.clone() } });
            }
        }
        ties
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

    /// The reference with a number.
    pub(crate) fn get(&self, number: usize) -> Option<&Reference> {
        self.list.get(number.checked_sub(1)?)
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

fn of_work(found: &Found, work: &BibReference, known: Option<&Work>) -> Reference {
    let held = known.and_then(|k| k.held.as_ref());
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
        standing: known.filter(|k| k.held.is_some() || k.standing != Standing::Current).map(|k| k.standing),
        held_as: held.unwrap_or(found).source.id.clone(),
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
