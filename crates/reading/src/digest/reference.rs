//! One entry of a digest's reference list: CSL-YAML, understood.

use super::front::{Text, byte, date, filled, required};
use super::page::{Faults, Page};
use super::statement::key_length;
use evidence::{Author, BibReference, Identifiers, Kind, NctId, PartialDate};
use serde::de::{MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;
use std::fmt;

/// The types of CSL 1.0.2.
const TYPES: [&str; 45] = [
    "article",
    "article-journal",
    "article-magazine",
    "article-newspaper",
    "bill",
    "book",
    "broadcast",
    "chapter",
    "classic",
    "collection",
    "dataset",
    "document",
    "entry",
    "entry-dictionary",
    "entry-encyclopedia",
    "event",
    "figure",
    "graphic",
    "hearing",
    "interview",
    "legal_case",
    "legislation",
    "manuscript",
    "map",
    "motion_picture",
    "musical_score",
    "pamphlet",
    "paper-conference",
    "patent",
    "performance",
    "periodical",
    "personal_communication",
    "post",
    "post-weblog",
    "regulation",
    "report",
    "review",
    "review-book",
    "software",
    "song",
    "speech",
    "standard",
    "thesis",
    "treaty",
    "webpage",
];

/// A reference and where its id stands.
pub(super) struct Listed {
    pub(super) entry: BibReference,
    pub(super) at: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReference {
    id: Option<Text>,
    r#type: Option<Text>,
    title: Option<Text>,
    #[serde(rename = "container-title")]
    container_title: Option<Text>,
    issued: Option<Spanned<RawIssued>>,
    author: Option<Vec<Spanned<RawAuthor>>>,
    volume: Option<Text>,
    issue: Option<Text>,
    page: Option<Text>,
    #[serde(rename = "PMID")]
    pmid: Option<Text>,
    #[serde(rename = "PMCID")]
    pmcid: Option<Text>,
    #[serde(rename = "DOI")]
    doi: Option<Text>,
    #[serde(rename = "URL")]
    url: Option<Text>,
    #[serde(rename = "NCT")]
    nct: Option<Text>,
    publisher: Option<Text>,
    note: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAuthor {
    family: Option<String>,
    given: Option<String>,
    literal: Option<String>,
}

/// `issued`: a year, a date, or CSL's `date-parts`.
enum RawIssued {
    Text(String),
    Parts(Vec<Vec<String>>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DateParts {
    #[serde(rename = "date-parts")]
    parts: Vec<Vec<String>>,
}

impl<'de> Deserialize<'de> for RawIssued {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Issued;
        impl<'de> Visitor<'de> for Issued {
            type Value = RawIssued;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a year, a date, or date-parts")
            }
            fn visit_str<E>(self, text: &str) -> Result<RawIssued, E> {
                Ok(RawIssued::Text(text.to_owned()))
            }
            fn visit_u64<E>(self, year: u64) -> Result<RawIssued, E> {
                Ok(RawIssued::Text(year.to_string()))
            }
            fn visit_i64<E>(self, year: i64) -> Result<RawIssued, E> {
                Ok(RawIssued::Text(year.to_string()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<RawIssued, E> {
                Ok(RawIssued::Text(number.to_string()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RawIssued, A::Error> {
                DateParts::deserialize(MapAccessDeserializer::new(map)).map(|d| RawIssued::Parts(d.parts))
            }
        }
        deserializer.deserialize_any(Issued)
    }
}

/// Understands one entry that starts at byte `around`. `None` only where it has no id.
pub(super) fn understand(page: &Page, raw: &RawReference, around: usize, faults: &mut Faults<'_>) -> Option<Listed> {
    let id = required(page, raw.id.as_ref(), "id of this reference", around, faults);
    let title = required(page, raw.title.as_ref(), "title of this reference", around, faults);
    check_type(page, raw, around, faults);
    let kind = kind(page, raw, around, faults);
    let container = filled(page, raw.container_title.as_ref(), "container-title", faults);
    let publisher = filled(page, raw.publisher.as_ref(), "publisher", faults);
    if raw.container_title.is_none() && raw.publisher.is_none() {
        faults.error(around, "missing", "container-title or publisher of this reference is missing");
    }
    let issued = issued(page, raw, around, faults);
    let authors = authors(page, raw, faults);
    let ids = identifiers(page, raw, faults);
    let url = filled(page, raw.url.as_ref(), "URL", faults);
    if let Some((text, at)) = &url
        && !is_address(text)
    {
        faults.error(*at, "url", format!("{text:?} is not an address (https://...)"));
    }
    let volume = filled(page, raw.volume.as_ref(), "volume", faults);
    filled(page, raw.issue.as_ref(), "issue", faults);
    let pages = filled(page, raw.page.as_ref(), "page", faults);
    let (id, at) = id?;
    if key_length(&id) != id.len() {
        let advice = "has letters, digits and _, with single - . : between them";
        faults.error(at, "reference-id", format!("the id of a reference {advice}; {id:?} does not"));
    }
    let entry = BibReference {
        id,
        kind,
        title: title.map(|(text, _)| text).unwrap_or_default(),
        authors,
        container: container.or(publisher).map(|(text, _)| text),
        issued,
        volume: volume.map(|(text, _)| text),
        pages: pages.map(|(text, _)| text),
        ids,
        url: url.map(|(text, _)| text),
    };
    Some(Listed { entry, at })
}

fn is_address(text: &str) -> bool {
    text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_alphanumeric()) && !text.chars().any(|c| c.is_whitespace() || c.is_control())
    })
}

fn check_type(page: &Page, raw: &RawReference, around: usize, faults: &mut Faults<'_>) {
    if let Some((kind, at)) = required(page, raw.r#type.as_ref(), "type of this reference", around, faults)
        && !TYPES.contains(&kind.as_str())
    {
        faults.error(
            at,
            "reference-type",
            format!("{kind:?} is not a type of CSL (article-journal, report, webpage, ...)"),
        );
    }
}

/// The article types its references, so each must say what it is.
fn kind(page: &Page, raw: &RawReference, around: usize, faults: &mut Faults<'_>) -> Option<Kind> {
    let (note, at) = required(page, raw.note.as_ref(), "note: \"evidence: ...\" of this reference", around, faults)?;
    let kind = note.strip_prefix("evidence:").and_then(|word| Kind::from_word(word.trim()));
    if kind.is_none() {
        let words = Kind::ALL.map(Kind::word).join(", ");
        faults.error(at, "evidence", format!("note must be \"evidence: KIND\", KIND one of: {words}"));
    }
    kind
}

fn issued(page: &Page, raw: &RawReference, around: usize, faults: &mut Faults<'_>) -> Option<PartialDate> {
    let Some(issued) = &raw.issued else {
        faults.error(around, "missing", "issued of this reference is missing");
        return None;
    };
    let text = match &issued.value {
        RawIssued::Text(text) => text.trim().to_owned(),
        RawIssued::Parts(parts) => match parts.as_slice() {
            // Parts are numbers without leading zeros; dates have them.
            [one] => one.iter().map(|part| format!("{part:0>2}")).collect::<Vec<_>>().join("-"),
            _ => String::new(),
        },
    };
    let date = date(&text);
    if date.is_none() {
        let at = byte(page, issued.referenced);
        faults.error(at, "date", "issued is a year, a date (2013-05-02), or date-parts: [[2013, 5, 2]]");
    }
    date
}

fn authors(page: &Page, raw: &RawReference, faults: &mut Faults<'_>) -> Vec<Author> {
    let mut authors = Vec::new();
    for author in raw.author.iter().flatten() {
        let full = |field: &Option<String>| {
            field.as_deref().map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|t| !t.is_empty())
        };
        let RawAuthor { family, given, literal } = &author.value;
        match (full(family), full(literal)) {
            (Some(family), None) => authors.push(Author::Person { family, given: full(given).unwrap_or_default() }),
            (None, Some(group)) if given.is_none() => authors.push(Author::Group(group)),
            _ => {
                let at = byte(page, author.referenced);
                faults.error(at, "author", "an author is {family, given} or {literal}");
            }
        }
    }
    authors
}

fn identifiers(page: &Page, raw: &RawReference, faults: &mut Faults<'_>) -> Identifiers {
    let pmid = identifier(page, raw.pmid.as_ref(), "PMID", "pmid", faults);
    let pmcid = identifier(page, raw.pmcid.as_ref(), "PMCID", "pmcid", faults);
    let doi = identifier(page, raw.doi.as_ref(), "DOI", "doi", faults);
    let mut nct = Vec::new();
    if let Some((text, at)) = filled(page, raw.nct.as_ref(), "NCT", faults) {
        for number in text.split([',', ' ']).filter(|n| !n.is_empty()) {
            match number.parse::<NctId>() {
                Ok(number) => nct.push(number),
                Err(e) => faults.error(at, "nct", e.to_string()),
            }
        }
    }
    Identifiers { pmid, pmcid, doi, nct, other: Vec::new() }
}

fn identifier<T: std::str::FromStr<Err = evidence::IdError>>(
    page: &Page,
    field: Option<&Text>,
    name: &str,
    code: &'static str,
    faults: &mut Faults<'_>,
) -> Option<T> {
    let (text, at) = filled(page, field, name, faults)?;
    text.parse().map_err(|e: T::Err| faults.error(at, code, e.to_string())).ok()
}
