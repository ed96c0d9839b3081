//! Which documents are the same work, and the one source they make together.
//!
//! Owns the rules; all pure, and independent of the order in which documents came. It must not touch the database.

use evidence::{Author, Identifiers, Source, SourceId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A document of the library as grouping and merging see it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) row: i64,
    /// What its own reader named it.
    pub(crate) own: String,
    pub(crate) format: String,
    pub(crate) collection: String,
    pub(crate) origin: String,
    pub(crate) bytes: String,
    /// How much of the work its text can hold; of equals the longer text counts.
    pub(crate) richness: u8,
    pub(crate) length: u64,
    /// How far its bibliographic fields are trusted.
    pub(crate) authority: u8,
    /// The source it is part of so far; empty for a new one.
    pub(crate) source: String,
    /// The source it would make alone, without its long parts.
    pub(crate) meta: Source,
}

/// How a source came to be, where several documents make it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// The documents, the one whose text is shown first.
    pub documents: Vec<Part>,
    /// Field → the document it was taken from, as an index into `documents`.
    pub fields: BTreeMap<String, usize>,
}

/// One document of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its format.
    pub format: String,
    /// The file it was read from.
    pub origin: String,
    /// SHA-256 of the bytes it was read from.
    pub bytes: String,
}

/// A title shorter than this, in words, says too little to tell works apart ("Reply to the editor").
const TITLE_WORDS: usize = 5;
/// The same where one of the documents gives no year, as a PDF seldom does.
const TITLE_WORDS_ALONE: usize = 8;

/// The link by title of a document that has no PMID, and of one that has.
pub(crate) const TITLE: &str = "title";
/// See [`TITLE`].
pub(crate) const TITLE_OF_PMID: &str = "title-of-pmid";

/// By what a document is found to be the same work as another: identifiers, and title with year.
pub(crate) fn links(source: &Source) -> Vec<(&'static str, String)> {
    if source.digest.is_some() {
        return Vec::new();
    }
    let mut links = strong(&source.ids);
    if let Some((key, _)) = title_key(&source.title) {
        // Of two documents that have a PMID it decides, whatever their titles: PubMed holds thousands of replies that
        // are called the same, and none of them leads to the others.
        let scheme = if source.ids.pmid.is_some() { TITLE_OF_PMID } else { TITLE };
        links.push((scheme, crate::fingerprint([key.as_bytes()]).split_at(32).0.to_owned()));
    }
    links
}

/// Identifiers that name one work, the strongest first.
pub(crate) fn strong(ids: &Identifiers) -> Vec<(&'static str, String)> {
    let mut list = Vec::new();
    list.extend(ids.pmid.map(|v| ("pmid", v.to_string())));
    list.extend(ids.pmcid.map(|v| ("pmcid", v.to_string())));
    list.extend(ids.doi.as_ref().map(|v| ("doi", v.to_string())));
    list
}

/// A title without signs, blanks and case, and its number of words.
fn title_key(title: &str) -> Option<(String, usize)> {
    let words: Vec<String> =
        title.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    (words.len() >= TITLE_WORDS).then(|| (words.concat(), words.len()))
}

/// What identifiers say of two works: the strongest scheme that both have decides.
pub(crate) fn same_ids(a: &Identifiers, b: &Identifiers) -> Option<bool> {
    let pmid = a.pmid.zip(b.pmid).map(|(a, b)| a == b);
    let pmcid = a.pmcid.zip(b.pmcid).map(|(a, b)| a == b);
    let doi = a.doi.as_ref().zip(b.doi.as_ref()).map(|(a, b)| a == b);
    pmid.or(pmcid).or(doi)
}

/// Whether two documents are of one work: by identifiers, and where these do not say, by title, year and first author.
///
/// Two files of one format that share no identifier are two documents, whatever their titles: pages of one site are
/// often called the same.
fn same(a: &Row, b: &Row) -> Option<bool> {
    let cross = a.format != b.format;
    let (a, b) = (&a.meta, &b.meta);
    same_ids(&a.ids, &b.ids).or_else(|| {
        let (ours, theirs) = title_key(&a.title).zip(title_key(&b.title))?;
        let years = match a.year().zip(b.year()) {
            Some((a, b)) => a == b,
            None => ours.1 >= TITLE_WORDS_ALONE,
        };
        let authors = first_author(a).zip(first_author(b)).is_none_or(|(a, b)| a == b);
        (cross && ours == theirs && years && authors).then_some(true)
    })
}

fn first_author(source: &Source) -> Option<String> {
    match source.authors.first()? {
        Author::Person { family, .. } => Some(family.to_lowercase()),
        Author::Group(_) => None,
    }
}

/// Documents by work, whatever order they are given in. Each joins the first group of which it is the same work as
/// one member and not another work than any.
pub(crate) fn partition(mut rows: Vec<Row>) -> Vec<Vec<Row>> {
    // Those that identifiers describe best come first, so that the others find them.
    rows.sort_by(|a, b| {
        let known = |r: &Row| std::cmp::Reverse(strong(&r.meta.ids).len());
        known(a).cmp(&known(b)).then_with(|| a.own.cmp(&b.own)).then_with(|| a.format.cmp(&b.format))
    });
    let mut groups: Vec<Vec<Row>> = Vec::new();
    for row in rows {
        let fits = |group: &&mut Vec<Row>| {
            let verdicts: Vec<Option<bool>> = group.iter().map(|r| same(r, &row)).collect();
            let taken = group.iter().zip(&verdicts).any(|(r, v)| r.format == row.format && v.is_none());
            verdicts.contains(&Some(true)) && !verdicts.contains(&Some(false)) && !taken
        };
        match groups.iter_mut().find(fits) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    for group in &mut groups {
        group.sort_by(|a, b| {
            let rank = |r: &Row| (r.richness, r.length);
            rank(b).cmp(&rank(a)).then_with(|| a.own.cmp(&b.own)).then_with(|| a.format.cmp(&b.format))
        });
    }
    groups
}

/// The source that documents of one work make, the richest first, and where each field is from.
pub(crate) fn merge(group: &[Row]) -> Option<(Source, Made)> {
    let text = group.first()?;
    let documents = group
        .iter()
        .map(|r| Part { format: r.format.clone(), origin: r.origin.clone(), bytes: r.bytes.clone() })
        .collect();
    let mut made = Made { documents, fields: BTreeMap::new() };
    let mut source = text.meta.clone();
    if group.len() == 1 {
        return Some((source, made));
    }
    let mut trusted: Vec<usize> = (0..group.len()).collect();
    trusted.sort_by_key(|&at| (std::cmp::Reverse(group.get(at).map(|r| r.authority)), at));
    let mut taken = |field: &str, has: &dyn Fn(&Source) -> bool| {
        let at = trusted.iter().copied().find(|&at| group.get(at).is_some_and(|r| has(&r.meta)))?;
        made.fields.insert(field.to_owned(), at);
        group.get(at).map(|r| &r.meta)
    };
    let fallback = |s: &Source| s.title != s.id.as_str();
    if let Some(from) = taken("title", &fallback) {
        source.title.clone_from(&from.title);
    }
    if let Some(from) = taken("authors", &|s| !s.authors.is_empty()) {
        source.authors.clone_from(&from.authors);
    }
    if let Some(from) = taken("container", &|s| s.container.is_some()) {
        source.container.clone_from(&from.container);
    }
    if let Some(from) = taken("date", &|s| s.date.is_some()) {
        source.date = from.date;
    }
    if let Some(from) = taken("pmid", &|s| s.ids.pmid.is_some()) {
        source.ids.pmid = from.ids.pmid;
    }
    if let Some(from) = taken("pmcid", &|s| s.ids.pmcid.is_some()) {
        source.ids.pmcid = from.ids.pmcid;
    }
    if let Some(from) = taken("doi", &|s| s.ids.doi.is_some()) {
        source.ids.doi.clone_from(&from.ids.doi);
    }
    if let Some(from) = taken("article type", &|s| s.article_type.is_some()) {
        source.article_type.clone_from(&from.article_type);
    }
    // The terms are those of the text that is held; another document's terms are not.
    made.fields.insert("licence".to_owned(), 0);
    made.fields.insert("text".to_owned(), 0);
    let surest = trusted.iter().copied().max_by_key(|&at| {
        let basis = group.get(at).map(|r| certainty(&r.meta.kind_basis.from)).unwrap_or_default();
        (basis, std::cmp::Reverse(trusted.iter().position(|&t| t == at)))
    });
    if let Some(from) = surest.and_then(|at| group.get(at).map(|r| (at, r))) {
        made.fields.insert("kind".to_owned(), from.0);
        source.kind = from.1.meta.kind;
        source.kind_basis.clone_from(&from.1.meta.kind_basis);
    }
    for row in trusted.iter().filter_map(|&at| group.get(at)) {
        join(&mut source.topics, &row.meta.topics);
        join(&mut source.ids.nct, &row.meta.ids.nct);
        join(&mut source.ids.other, &row.meta.ids.other);
        join(&mut source.related, &row.meta.related);
    }
    source.id = name(group)?;
    Some((source, made))
}

/// Adds what is not there yet.
fn join<T: PartialEq + Clone>(list: &mut Vec<T>, more: &[T]) {
    for one in more {
        if !list.contains(one) {
            list.push(one.clone());
        }
    }
}

/// How sure a kind is, by what decided it.
fn certainty(basis: &str) -> u8 {
    match basis {
        "format" | "front matter" => 5,
        "publication type" => 4,
        "title" => 3,
        "abstract" => 2,
        "methods" => 1,
        _ => 0,
    }
}

/// The name of a source: the strongest of the names its documents have.
fn name(group: &[Row]) -> Option<SourceId> {
    const SCHEMES: [&str; 8] = ["PMC", "pmid:", "doi:", "nct:", "label:", "NBK", "url:", "beir:"];
    let rank = |own: &str| SCHEMES.iter().position(|s| own.starts_with(s)).unwrap_or(SCHEMES.len());
    group.iter().map(|r| r.own.as_str()).min_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| a.cmp(b)))?.parse().ok()
}
