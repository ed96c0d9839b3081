//! What a page says of itself in its head, and where its title stands.
//!
//! Owns which of several claims counts. Identifiers are taken only from elements that speak of this page; never from
//! links in its text.

use super::main_text::Found;
use super::text::Text;
use super::tree::Tree;
use crate::document::Document;
use crate::prose::values::{author, authors, date, doi, folded, plain};
use evidence::{Author, Doi, PartialDate, Pmcid, Pmid};

/// Meta elements, by name in small letters, in order.
struct Meta<'a>(Vec<(String, &'a str)>);

impl<'a> Meta<'a> {
    fn of(tree: &'a Tree) -> Self {
        let mut all = Vec::new();
        for id in (0..tree.len()).filter(|&id| tree.name(id) == "meta") {
            let name = tree.attribute(id, "name").or_else(|| tree.attribute(id, "property"));
            let name = name.or_else(|| tree.attribute(id, "itemprop"));
            if let (Some(name), Some(content)) = (name, tree.attribute(id, "content"))
                && !content.trim().is_empty()
            {
                all.push((name.trim().to_ascii_lowercase(), content));
            }
        }
        Self(all)
    }

    fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'a str> + 's {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, content)| *content)
    }

    fn first(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.all(name).next())
    }
}

/// Fills in what the page says of itself.
pub(super) fn read(tree: &Tree, found: &Found, document: &mut Document) {
    let meta = Meta::of(tree);
    let site = meta.first(&["og:site_name", "application-name"]).map(plain).unwrap_or_default();
    document.title = title(tree, found, &meta, &site);
    document.authors = people(tree, found, &meta);
    document.container = meta
        .first(&["citation_journal_title", "citation_conference_title", "citation_book_title", "prism.publicationname"])
        .map(plain)
        .or_else(|| (!site.is_empty()).then(|| site.clone()));
    document.date = published(tree, found, &meta);
    document.topics = topics(&meta);
    identifiers(tree, &meta, document);
    licence(tree, found, &meta, document);
}

/// The language the page says it is in; empty where it says none.
pub(super) fn language(tree: &Tree) -> String {
    let of = |id: usize| tree.attribute(id, "lang").or_else(|| tree.attribute(id, "xml:lang"));
    let body = (0..tree.len()).find(|&id| tree.name(id) == "body");
    let meta = Meta::of(tree);
    of(0)
        .or_else(|| body.and_then(of))
        .or_else(|| meta.first(&["citation_language", "dc.language", "content-language"]))
        .unwrap_or_default()
        .trim()
        .to_owned()
}

fn title(tree: &Tree, found: &Found, meta: &Meta, site: &str) -> String {
    let (heading, is_own) = heading(tree, found);
    if let Some(title) = meta.first(&["citation_title"]).map(plain).filter(|t| !t.is_empty()) {
        return title;
    }
    if let Some(title) = meta.first(&["og:title"]).map(plain).filter(|t| !t.is_empty()) {
        return without_site(&title, site, &heading);
    }
    if is_own && !heading.is_empty() {
        return heading;
    }
    let element = (0..tree.len()).find(|&id| tree.name(id) == "title" && !in_svg(tree, id));
    let title = element.map(|id| plain(&tree.all_text(id))).unwrap_or_default();
    // A heading beside the main part may be the title, or the name of the site.
    let (fold, of_heading) = (folded(&title), folded(&heading));
    match title.is_empty() {
        true => heading,
        false if fold.starts_with(&of_heading) && !heading.is_empty() => heading,
        false if site.is_empty() => without_site(&title, &heading, ""),
        false => without_site(&title, site, &heading),
    }
}

fn in_svg(tree: &Tree, id: usize) -> bool {
    std::iter::successors(tree.parent(id), |&at| tree.parent(at)).any(|at| tree.name(at) == "svg")
}

/// The first `h1` of the main part, else the only one of the page; and whether it is in the main part.
fn heading(tree: &Tree, found: &Found) -> (String, bool) {
    let all: Vec<usize> = (0..tree.len()).filter(|&id| tree.name(id) == "h1").collect();
    let below = |id: usize| std::iter::successors(Some(id), |&at| tree.parent(at)).any(|at| at == found.root);
    let main = all.iter().copied().find(|&id| below(id) && !found.is_left_out(id));
    match (main, &all[..]) {
        (Some(first), _) => (Text::of(tree, found, first), true),
        (None, [only]) => (plain(&tree.all_text(*only)), false),
        (None, _) => (String::new(), false),
    }
}

/// A title without the name of its site at the end.
fn without_site(title: &str, site: &str, heading: &str) -> String {
    const JOINTS: &[&str] = &[" | ", " - ", " – ", " — ", " :: ", " · ", " » "];
    let cut = JOINTS
        .iter()
        .filter_map(|joint| title.rsplit_once(joint).map(|(a, b)| (a, b, *joint)))
        .min_by_key(|(_, b, _)| b.len());
    let Some((name, suffix, joint)) = cut else { return title.to_owned() };
    let is_site = !site.is_empty() && folded(suffix) == folded(site);
    let is_heading = !heading.is_empty() && folded(name) == folded(heading);
    let looks_like_one = joint == " | " && name.split(' ').count() >= 2 && suffix.split(' ').count() <= 5;
    if is_site || is_heading || looks_like_one {
        // "Title | Section | Site".
        let rest = name.trim();
        return if joint == " | " && rest.contains(" | ") {
            without_site(rest, site, heading)
        } else {
            rest.to_owned()
        };
    }
    title.to_owned()
}

fn people(tree: &Tree, found: &Found, meta: &Meta) -> Vec<Author> {
    for name in [
        "citation_author",
        "bepress_citation_author",
        "article:author",
        "dc.creator",
        "dcterms.creator",
        "author",
        "citation_authors",
    ] {
        let mut all: Vec<Author> = Vec::new();
        for content in meta.all(name) {
            let one = if matches!(name, "citation_author" | "bepress_citation_author") {
                author(content).into_iter().collect()
            } else {
                authors(content)
            };
            all.extend(one.into_iter().filter(|a| !all.contains(a)).collect::<Vec<_>>());
        }
        if !all.is_empty() {
            return all;
        }
    }
    // `rel=author` in the main part, and only there: elsewhere it names who runs the site.
    let mut all = Vec::new();
    for id in (0..tree.len()).filter(|&id| tree.name(id) == "a") {
        let by = tree.attribute(id, "rel").is_some_and(|r| r.split(' ').any(|r| r.eq_ignore_ascii_case("author")));
        if by && std::iter::successors(Some(id), |&at| tree.parent(at)).any(|at| at == found.root && at != 0) {
            all.extend(author(&tree.all_text(id)).filter(|a| !all.contains(a)));
        }
    }
    all
}

fn published(tree: &Tree, found: &Found, meta: &Meta) -> Option<PartialDate> {
    const NAMES: &[&str] = &[
        "citation_publication_date",
        "citation_date",
        "citation_online_date",
        "article:published_time",
        "dc.date",
        "dc.date.issued",
        "dcterms.issued",
        "dcterms.created",
        "dcterms.date",
        "datepublished",
        "date",
    ];
    if let Some(date) = NAMES.iter().find_map(|name| meta.all(name).find_map(date)) {
        return Some(date);
    }
    // A time in the header of the article, or one that says what it is.
    let mut times = (0..tree.len()).filter(|&id| tree.name(id) == "time");
    times.find_map(|id| {
        let said = tree.attribute(id, "itemprop").is_some_and(|p| p.eq_ignore_ascii_case("datePublished"));
        let names: Vec<(&str, usize)> =
            std::iter::successors(tree.parent(id), |&at| tree.parent(at)).map(|at| (tree.name(at), at)).collect();
        let header = names.iter().position(|(n, _)| *n == "header");
        let article =
            names.iter().position(|(n, at)| matches!(*n, "article" | "main") || (*at == found.root && *at != 0));
        let in_header = matches!((header, article), (Some(h), Some(a)) if h < a);
        if said || in_header { tree.attribute(id, "datetime").and_then(date) } else { None }
    })
}

fn topics(meta: &Meta) -> Vec<String> {
    let mut topics: Vec<String> = Vec::new();
    for name in ["citation_keywords", "keywords", "news_keywords", "dc.subject", "article:tag"] {
        for content in meta.all(name) {
            let by = if content.contains(';') { ';' } else { ',' };
            for topic in content.split(by).map(plain).filter(|t| !t.is_empty() && t.len() <= 120) {
                if topics.len() < 60 && !topics.iter().any(|t| t.eq_ignore_ascii_case(&topic)) {
                    topics.push(topic);
                }
            }
        }
    }
    topics
}

/// The one value of all that parse; two different ones cancel each other.
fn only<T: PartialEq>(mut found: impl Iterator<Item = T>) -> Option<T> {
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

fn identifiers(tree: &Tree, meta: &Meta, document: &mut Document) {
    let ids = &mut document.ids;
    let canonical = (0..tree.len())
        .find(|&id| {
            tree.name(id) == "link"
                && tree.attribute(id, "rel").is_some_and(|r| r.split(' ').any(|r| r.eq_ignore_ascii_case("canonical")))
        })
        .and_then(|id| tree.attribute(id, "href"));
    let said: Vec<Doi> = ["citation_doi", "bepress_citation_doi", "prism.doi"]
        .iter()
        .flat_map(|name| meta.all(name))
        .filter_map(doi)
        .collect();
    ids.doi = if said.is_empty() {
        let named = |content: &&str| {
            let lower = content.trim().to_ascii_lowercase();
            lower.starts_with("doi:") || lower.contains("doi.org/")
        };
        let core = ["dc.identifier", "dcterms.identifier", "dc.identifier.doi"];
        only(core.iter().flat_map(|name| meta.all(name)).filter(named).filter_map(doi))
            .or_else(|| canonical.filter(|c| c.contains("doi.org/")).and_then(doi))
    } else {
        only(said.into_iter())
    };
    ids.pmid = only(meta.all("citation_pmid").filter_map(|c| c.parse::<Pmid>().ok()));
    ids.pmcid = only(
        meta.all("citation_pmcid")
            .filter(|c| c.trim().to_ascii_uppercase().starts_with("PMC"))
            .filter_map(|c| c.parse::<Pmcid>().ok()),
    );
    let address = canonical.or_else(|| meta.first(&["og:url"])).map(str::trim);
    if let Some(url) = address.filter(|u| (u.starts_with("https://") || u.starts_with("http://")) && u.len() <= 2_000) {
        ids.other.push(("url".to_owned(), url.to_owned()));
    }
}

fn licence(tree: &Tree, found: &Found, meta: &Meta, document: &mut Document) {
    let stated = &mut document.licence;
    let mut footer = Vec::new();
    let mut body = Vec::new();
    for id in (0..tree.len()).filter(|&id| matches!(tree.name(id), "a" | "link")) {
        let Some(href) = tree.attribute(id, "href").map(str::trim) else { continue };
        let rel = tree.attribute(id, "rel").unwrap_or_default().to_ascii_lowercase();
        if rel.split(' ').any(|r| r == "license" || r == "licence") {
            stated.urls.push(href.to_owned());
        } else if href.contains("creativecommons.org/") {
            let beside = found.is_left_out(id);
            if beside { footer.push(href.to_owned()) } else { body.push(href.to_owned()) }
        }
    }
    // In the text such a link may be about a picture in it; two that differ say nothing of the whole.
    if stated.urls.is_empty() {
        let mut rest = if footer.is_empty() { body } else { footer };
        rest.dedup();
        if rest.len() == 1 {
            stated.urls = rest;
        }
    }
    let rights = ["dc.rights", "dcterms.rights", "dcterms.license", "citation_license", "copyright", "rights"];
    if let Some(text) = meta.first(&rights) {
        let text = plain(text);
        if text.starts_with("http") { stated.urls.push(text) } else { stated.text = text }
    }
}
