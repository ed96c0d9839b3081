//! The references of an article for reference managers: RIS (as Zotero and EndNote write it), BibTeX and CSL-JSON.
//!
//! Pure text out of [`Reference`]. An author is given as the article prints them, which is not always a family name
//! first, so the name is never taken apart.

use crate::article::{Basis, Body, Reference};
use evidence::Kind;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A format of a reference manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// RIS, tagged lines.
    Ris,
    /// BibTeX.
    BibTex,
    /// Citation Style Language data, version 1.0.2.
    CslJson,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 3] = [Format::Ris, Format::BibTex, Format::CslJson];

    /// The word for it, as in an address or an option.
    pub fn word(self) -> &'static str {
        match self {
            Format::Ris => "ris",
            Format::BibTex => "bibtex",
            Format::CslJson => "csl-json",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|f| f.word() == word)
    }

    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Ris => "application/x-research-info-systems",
            Format::BibTex => "application/x-bibtex",
            Format::CslJson => "application/vnd.citationstyles.csl+json",
        }
    }

    /// The ending of a file that holds it.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Ris => "ris",
            Format::BibTex => "bib",
            Format::CslJson => "json",
        }
    }
}

/// The references of an article in a format, in the order of its list. Those that a digest only summarises say so.
pub fn bibliography(body: &Body, format: Format) -> String {
    let works: Vec<Work<'_>> = body.references.iter().map(Work::of).collect();
    match format {
        Format::Ris => works.iter().map(ris).collect(),
        Format::BibTex => {
            let mut taken = BTreeMap::new();
            works.iter().map(|w| bibtex(w, &mut taken)).collect()
        }
        Format::CslJson => {
            let list: Vec<Value> = works.iter().map(csl).collect();
            // Plain data: writing it to memory cannot fail.
            serde_json::to_string_pretty(&list).unwrap_or_default()
        }
    }
}

/// What kind of publication it is, as far as a reference manager asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Journal,
    Page,
    Book,
    Report,
}

struct Work<'r> {
    reference: &'r Reference,
    shape: Shape,
    author: Option<String>,
    others: bool,
    note: Option<&'static str>,
}

impl<'r> Work<'r> {
    fn of(reference: &'r Reference) -> Self {
        let ids = &reference.ids;
        let shape = match reference.kind {
            _ if ids.pmid.is_some() || ids.pmcid.is_some() => Shape::Journal,
            Kind::Guideline | Kind::Digest if ids.doi.is_none() => Shape::Report,
            _ if reference.url.is_some() && ids.doi.is_none() => Shape::Page,
            Kind::Other if ids.doi.is_none() => Shape::Book,
            _ => Shape::Journal,
        };
        let printed = reference.authors.trim();
        let (name, others) = match printed.strip_suffix(" et al.").or(printed.strip_suffix(" (first author)")) {
            Some(name) => (name, true),
            None => (printed, false),
        };
        let note = (reference.basis == Basis::Summarised)
            .then_some("Cited through an unreviewed digest; its text was not held where it was cited");
        Self { reference, shape, author: (!name.is_empty()).then(|| name.to_owned()), others, note }
    }

    fn doi(&self) -> Option<String> {
        self.reference.ids.doi.as_ref().map(ToString::to_string)
    }

    /// Where it can be read.
    fn url(&self) -> Option<String> {
        let ids = &self.reference.ids;
        let pubmed = || ids.pmid.map(|p| format!("https://pubmed.ncbi.nlm.nih.gov/{p}/"));
        let doi = || ids.doi.as_ref().map(|d| format!("https://doi.org/{d}"));
        self.reference.url.clone().or_else(doi).or_else(pubmed)
    }
}

/// One line of text: what is printed has no line breaks in any of these formats.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ris(work: &Work<'_>) -> String {
    let reference = work.reference;
    let mut out = String::new();
    let mut tag = |name: &str, value: Option<String>| {
        if let Some(value) = value.map(|v| flat(&v)).filter(|v| !v.is_empty()) {
            out.push_str(&format!("{name}  - {value}\r\n"));
        }
    };
    let (shape, container) = match work.shape {
        Shape::Journal => ("JOUR", "JO"),
        Shape::Page => ("ELEC", "PB"),
        Shape::Book => ("BOOK", "PB"),
        Shape::Report => ("RPRT", "PB"),
    };
    tag("TY", Some(shape.to_owned()));
    tag("AU", work.author.clone());
    tag("TI", Some(reference.title.clone()));
    tag(container, reference.container.clone());
    tag("PY", reference.year.map(|y| y.to_string()));
    tag("DO", work.doi());
    tag("AN", reference.ids.pmid.map(|p| p.to_string()));
    tag("UR", work.url());
    tag("KW", Some(reference.kind.label().to_owned()));
    tag("N1", work.note.map(str::to_owned));
    tag("N1", work.others.then(|| "Only the first author is named here".to_owned()));
    out.push_str("ER  - \r\n\r\n");
    out
}

fn bibtex(work: &Work<'_>, taken: &mut BTreeMap<String, usize>) -> String {
    let reference = work.reference;
    let letters = |text: &str| -> String { text.chars().filter(char::is_ascii_alphanumeric).collect() };
    let first = work.author.as_deref().unwrap_or(&reference.title).split_whitespace().map(letters);
    let first = first.into_iter().find(|w| !w.is_empty()).unwrap_or_else(|| "work".to_owned()).to_lowercase();
    let base = format!("{first}{}", reference.year.map(|y| y.to_string()).unwrap_or_default());
    let times = taken.entry(base.clone()).or_default();
    *times += 1;
    let key = if *times == 1 { base } else { format!("{base}-{times}") };
    let (shape, container) = match work.shape {
        Shape::Journal => ("article", "journal"),
        Shape::Page => ("misc", "howpublished"),
        Shape::Book => ("book", "publisher"),
        Shape::Report => ("techreport", "institution"),
    };
    let mut out = format!("@{shape}{{{key}");
    let mut field = |name: &str, value: Option<String>| {
        if let Some(value) = value.filter(|v| !v.is_empty()) {
            out.push_str(&format!(",\n  {name} = {{{value}}}"));
        }
    };
    // In braces of its own: BibTeX must not look for a family name.
    let author =
        work.author.as_deref().map(|a| format!("{{{}}}{}", tex(a), if work.others { " and others" } else { "" }));
    field("author", author);
    field("title", Some(format!("{{{}}}", tex(&reference.title))));
    field(container, reference.container.as_deref().map(tex));
    field("year", reference.year.map(|y| y.to_string()));
    field("doi", work.doi().as_deref().map(address));
    field("pmid", reference.ids.pmid.map(|p| p.to_string()));
    field("url", work.url().as_deref().map(address));
    field("keywords", Some(tex(reference.kind.label())));
    field("note", work.note.map(tex));
    out.push_str("\n}\n\n");
    out
}

/// An address or an identifier: read as it stands, so nothing in it is put otherwise but what would end the field.
fn address(text: &str) -> String {
    flat(text).replace(['{', '}', '\\'], "")
}

/// A text with what TeX would take for a command.
fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in flat(text).chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' => out.extend(['\\', c]),
            '{' => out.push('('),
            '}' => out.push(')'),
            '\\' => out.push_str("\\textbackslash "),
            '~' => out.push_str("\\textasciitilde "),
            '^' => out.push_str("\\textasciicircum "),
            _ => out.push(c),
        }
    }
    out
}

fn csl(work: &Work<'_>) -> Value {
    let reference = work.reference;
    let mut item = json!({
        "id": format!("ref-{}", reference.number),
        "type": match work.shape {
            Shape::Journal => "article-journal",
            Shape::Page => "webpage",
            Shape::Book => "book",
            Shape::Report => "report",
        },
        "title": flat(&reference.title),
        "genre": reference.kind.label(),
    });
    let mut put = |name: &str, value: Option<Value>| {
        if let (Some(value), Some(fields)) = (value, item.as_object_mut()) {
            fields.insert(name.to_owned(), value);
        }
    };
    let container = if work.shape == Shape::Journal { "container-title" } else { "publisher" };
    // There is no "and others" in CSL: it is part of the one name that is printed as it is.
    let author = work.author.as_deref().map(|a| {
        let name = format!("{}{}", flat(a), if work.others { " et al." } else { "" });
        json!([{ "literal": name }])
    });
    put("author", author);
    put(container, reference.container.as_deref().map(|c| flat(c).into()));
    put("issued", reference.year.map(|y| json!({ "date-parts": [[y]] })));
    put("DOI", work.doi().map(Value::from));
    put("PMID", reference.ids.pmid.map(|p| p.to_string().into()));
    put("URL", work.url().map(Value::from));
    put("note", work.note.map(Value::from));
    item
}

#[cfg(test)]
mod tests {
    use super::*;
    use evidence::{Identifiers, Standing};
    use proptest::prelude::*;

    fn work(number: usize, authors: &str, title: &str) -> Reference {
        Reference {
            number,
            kind: Kind::RandomizedTrial,
            authors: authors.to_owned(),
            title: title.to_owned(),
            container: Some("The Lancet & Oncology".to_owned()),
            year: Some(2013),
            ids: Identifiers {
                pmid: "23168366".parse().ok(),
                doi: "10.1016/S1470-2045(12)70477-1".parse().ok(),
                ..Identifiers::default()
            },
            url: None,
            basis: Basis::Summarised,
            standing: Some(Standing::Current),
            held_as: "digest:a".parse().unwrap(),
        }
    }

    fn printed(references: &[Reference], format: Format) -> String {
        let works: Vec<Work<'_>> = references.iter().map(Work::of).collect();
        let mut taken = BTreeMap::new();
        match format {
            Format::Ris => works.iter().map(ris).collect(),
            Format::BibTex => works.iter().map(|w| bibtex(w, &mut taken)).collect(),
            Format::CslJson => serde_json::to_string(&works.iter().map(csl).collect::<Vec<_>>()).unwrap(),
        }
    }

    #[test]
    fn each_format_tells_the_work_and_that_it_was_only_summarised() {
        let works =
            [work(1, "Bennouna J. et al.", "Continuation of 50% {bevacizumab}"), work(2, "Bennouna J.", "Again")];
        insta::assert_snapshot!(printed(&works, Format::Ris).replace('\r', ""));
        insta::assert_snapshot!(printed(&works, Format::BibTex));
        let csl: Value = serde_json::from_str(&printed(&works, Format::CslJson)).unwrap();
        assert_eq!(csl[0]["author"][0]["literal"], "Bennouna J. et al.");
        assert_eq!(csl[0]["issued"]["date-parts"][0][0], 2013);
        assert_eq!(csl[1]["type"], "article-journal");
        assert!(csl[0]["note"].as_str().unwrap().contains("unreviewed digest"));
    }

    proptest! {
        /// Whatever a title holds, records stay apart and braces stay balanced.
        #[test]
        fn no_title_breaks_out_of_its_record(title in "\\PC{0,60}", authors in "\\PC{0,30}") {
            let works = [work(1, &authors, &format!("{title}\nER  - \nTY  - BOOK")), work(2, "A B", "Second")];
            let ris = printed(&works, Format::Ris);
            prop_assert_eq!(ris.lines().filter(|l| l.starts_with("TY  - ")).count(), 2);
            prop_assert_eq!(ris.lines().filter(|l| l.starts_with("ER  - ")).count(), 2);
            let bib = printed(&works, Format::BibTex);
            let mut depth = 0i32;
            for c in bib.chars() {
                depth += match c { '{' => 1, '}' => -1, _ => 0 };
                prop_assert!(depth >= 0);
            }
            prop_assert_eq!(depth, 0);
        }
    }
}
