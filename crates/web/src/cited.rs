//! What stands behind the sentences of an article: the numbers in the text, for each distinct citation one popover that every
//! number leading to it opens, without a script, and the list of references.
//!
//! What a popover says of a work is its kind, its year, its place, how it stands and where it can be read; authors and title are
//! told once, in the list. How a work stands is what is known now, where the page is read, not only when the article was written.

use crate::article::source_link;
use desk::answering::{Basis, Body, Citation, CitedReference, Line, Reference, Support};
use desk::board::StatementKey;
use desk::evidence::{SourceId, Standing};
use desk::{Reading, Reason};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The form that reports of single statements are sent by; its address is told once.
const REPORT: &str = "report";

/// The citations of a page, as they come up in it.
pub(crate) struct Cites<'a> {
    body: &'a Body,
    reading: Option<&'a Reading>,
    /// What names a statement, by the place of its line in memory; none in a page of its own.
    statements: BTreeMap<*const Line, &'a StatementKey>,
    shown: Vec<(&'a Citation, &'a Line)>,
    /// How many of them have their popover.
    opened: usize,
    /// Places in `shown`, by what a popover says.
    places: BTreeMap<String, usize>,
    diagrams: usize,
}

impl<'a> Cites<'a> {
    pub(crate) fn new(body: &'a Body, reading: Option<&'a Reading>) -> Self {
        let keys = reading.into_iter().flat_map(|r| &r.statements);
        let statements = body.lines().map(std::ptr::from_ref).zip(keys).collect();
        Self { body, reading, statements, shown: Vec::new(), opened: 0, places: BTreeMap::new(), diagrams: 0 }
    }

    /// Whether a server shows the page, with pages of its sources beside it.
    pub(crate) fn served(&self) -> bool {
        self.reading.is_some()
    }

    /// An id for the next diagram of the page.
    pub(crate) fn diagram(&mut self) -> String {
        self.diagrams += 1;
        format!("d{}", self.diagrams)
    }

    /// The number or numbers behind a sentence.
    pub(crate) fn number(&mut self, citation: &'a Citation, line: &'a Line) -> Markup {
        let says = (&citation.source, citation.span, citation.basis, &citation.references, &line.support, line.plain);
        let shown = &mut self.shown;
        let at = *self.places.entry(format!("{says:?}")).or_insert_with(|| {
            shown.push((citation, line));
            shown.len()
        });
        let label = numbers(citation);
        html! {
            " " button.cite popovertarget={ "c" (at) } aria-label={ "Source " (label) } { (label) }
        }
    }

    /// The popovers of what came up since the last call. Near its sentence a quote costs little on the wire, since it is found
    /// there again; outside of what is folded, since nothing opens in there.
    pub(crate) fn popovers(&mut self) -> Markup {
        let from = std::mem::replace(&mut self.opened, self.shown.len());
        html! {
            @for (n, (citation, line)) in self.shown.iter().enumerate().skip(from) { (self.popover(n + 1, citation, line)) }
        }
    }

    /// The form by which a popover reports its statement.
    pub(crate) fn report(&self) -> Markup {
        html! {
            @if let Some(reading) = self.reading {
                form id=(REPORT) action={ "/articles/" (reading.article.hash) "/report" } {}
            }
        }
    }

    fn popover(&self, at: usize, citation: &Citation, line: &Line) -> Markup {
        let (id, digest) = (format!("c{at}"), is_digest(&citation.source));
        let own = citation.references.first().and_then(|cited| self.reference(cited)).filter(|_| !digest);
        html! {
            dialog.source popover id=(id) aria-label={ "Source " (numbers(citation)) } {
                p.where {
                    @if digest { "Unreviewed digest: " } @else if let Some(work) = own { (kind_and_year(work)) ": " }
                    @if self.served() { a href=(place(citation)) { (citation.source_title) } } @else { (citation.source_title) }
                    @for heading in &citation.heading { " \u{203a} " (heading) }
                }
                p.passage { (citation.before) mark { (citation.quote) } (citation.after) }
                @for words in self.changed(&citation.source) { p.bad { (words) } }
                p.basis {
                    @if line.plain && citation.statement.is_some() {
                        "Put plainly by the writer of the digest; nobody has reviewed the wording. Marked above is the digest\u{2019}s own sentence. "
                    }
                    (basis(citation.basis, &line.support))
                }
                ol.refs {
                    @for cited in &citation.references { li value=(cited.number) { (self.work(cited)) } }
                }
                p.report {
                    @if let Some(key) = self.statements.get(&std::ptr::from_ref(line)) {
                        button form=(REPORT) name="statement" value=(key) { "Report a problem" } " "
                    }
                    button.close popovertarget=(id) { "Close" }
                }
            }
        }
    }

    /// A work in a popover: its kind and year, the place in it, how it stands, where it is to be read.
    fn work(&self, cited: &CitedReference) -> Markup {
        html! {
            @if let Some(work) = self.reference(cited) {
                (kind_and_year(work))
                @if let Some(locator) = &cited.locator { ", " (locator) }
                ". " (self.standing(work))
                @if let Some(link) = work.link() { " " a href=(link) { (identifier(work)) } }
            }
        }
    }

    fn reference(&self, cited: &CitedReference) -> Option<&'a Reference> {
        self.body.references.iter().find(|r| r.number == cited.number)
    }

    /// How a work stands now, in words.
    fn standing(&self, work: &Reference) -> Markup {
        let since = self.since(work);
        html! {
            @match since.or(work.standing).unwrap_or_default() {
                Standing::Current => "Nothing known against it.",
                bad => { strong.bad { (standing_words(bad)) @if since.is_some() { " since this was written" } "." } }
            }
        }
    }

    /// How a work stands now, where that is not as it was when the article was written.
    fn since(&self, work: &Reference) -> Option<Standing> {
        self.reading?.reasons.iter().find_map(|reason| match reason {
            Reason::Standing { title, now, .. } if *title == work.title => Some(*now),
            _ => None,
        })
    }

    /// What happened since to the source that a sentence is from.
    fn changed(&self, of: &SourceId) -> impl Iterator<Item = String> {
        let reasons = self.reading.into_iter().flat_map(|r| &r.reasons);
        reasons
            .filter(move |reason| match reason {
                Reason::Replaced { source, .. } | Reason::Removed { source, .. } | Reason::ReviewBy { source, .. } => {
                    source == of
                }
                _ => false,
            })
            .map(Reason::in_words)
    }

    /// The list of references. What is true of most is told once above it.
    pub(crate) fn references(&self) -> Markup {
        let most = most_common(self.body.references.iter().map(basis_of));
        html! {
            @if !self.body.references.is_empty() {
                section #references {
                    h2 { "References" }
                    @if let Some(most) = &most {
                        p.note { "Where a reference says nothing else: " (uncapital(most)) " Nothing is known against it here." }
                    }
                    ol { @for r in &self.body.references { (self.listed(r, most.as_deref())) } }
                }
            }
        }
    }

    fn listed(&self, r: &Reference, most: Option<&str>) -> Markup {
        let basis = basis_of(r);
        let stands = self.since(r).or(r.standing).unwrap_or_default();
        html! {
            li id={ "ref-" (r.number) } value=(r.number) {
                span.kind { (r.kind.label()) } " "
                @if !r.authors.is_empty() { (r.authors.trim_end_matches('.')) ". " }
                cite { (r.title.trim_end_matches('.')) "." } " "
                @if let Some(container) = &r.container { (container) }
                @if r.container.is_some() && r.year.is_some() { ", " }
                @if let Some(year) = r.year { (year) }
                @if r.container.is_some() || r.year.is_some() { ". " }
                @if let Some(link) = r.link() { a href=(link) { (identifier(r)) } }
                @if most != Some(&basis) { " " span.basis { (basis) } }
                @if stands != Standing::Current { " " (self.standing(r)) }
                @if !is_digest(&r.held_as) { " " (source_link(r.held_as.as_str(), "Read it here", self.served())) }
            }
        }
    }
}

fn numbers(citation: &Citation) -> String {
    let numbers: Vec<String> = citation.references.iter().map(|r| r.number.to_string()).collect();
    numbers.join(", ")
}

fn is_digest(source: &SourceId) -> bool {
    source.as_str().starts_with("digest:")
}

/// The page of the source that a sentence is from; of a digest the very statement.
fn place(citation: &Citation) -> String {
    let source = crate::article::path_segment(citation.source.as_str());
    match &citation.statement {
        Some(statement) => format!("/sources/{source}#{}", crate::article::path_segment(statement)),
        None => format!("/sources/{source}"),
    }
}

fn kind_and_year(work: &Reference) -> String {
    work.year.map_or_else(|| work.kind.label().to_owned(), |year| format!("{}, {year}", work.kind.label()))
}

/// What a sentence rests on and how it was checked.
fn basis(basis: Basis, support: &Support) -> &'static str {
    match (basis, support) {
        (Basis::Quoted, Support::PartlySupported) => {
            "Quoted from its own text. It has the figures and most of the words of the sentence in the article, which is a digest\u{2019}s; nobody has judged whether it means the same."
        }
        (Basis::Quoted, _) => "Quoted from its own text.",
        (Basis::Summarised, Support::NotCheckedAgainstPrimary) => "Not checked against the primary text.",
        (Basis::Summarised, Support::PartlySupported) => {
            "A sentence of the primary text says much the same: see the next citation."
        }
        (Basis::Summarised, _) => "The digest says so.",
    }
}

/// Whether the own text of a work is held, without how it stands.
fn basis_of(r: &Reference) -> String {
    Reference { standing: None, ..r.clone() }.basis_words()
}

fn standing_words(standing: Standing) -> &'static str {
    match standing {
        Standing::Current => "Current",
        Standing::Superseded => "Superseded",
        Standing::PartlyRetracted => "Retracted in part",
        Standing::ExpressionOfConcern => "Under an expression of concern",
        Standing::Retracted => "Retracted",
    }
}

/// What is said most often, by three at least; nothing where there is no such thing.
fn most_common(all: impl Iterator<Item = String>) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts.into_iter().filter(|(_, n)| *n >= 3).max_by_key(|(_, n)| *n).map(|(one, _)| one)
}

fn uncapital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

fn identifier(r: &Reference) -> String {
    match (r.ids.pmcid, r.ids.pmid, &r.ids.doi) {
        (Some(pmcid), _, _) => pmcid.to_string(),
        (None, Some(pmid), _) => format!("PMID {pmid}"),
        (None, None, Some(doi)) => format!("doi:{doi}"),
        (None, None, None) => "Link".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use desk::board::Actor;
    use desk::evidence::PartialDate;
    use desk::{Desk, Question};

    #[test]
    fn a_citation_is_told_once_and_as_its_source_stands_now() {
        let folder = tempfile::tempdir().unwrap();
        let mut desk = Desk::open(folder.path()).unwrap();
        let question = "What are the treatment options for rectal cancer with bone metastases after FOLFOX?";
        let hash = desk.ask(&Question::new(question)).unwrap().article.hash;
        let today = PartialDate::new(2026, Some(11), Some(28));
        let mut reading = desk.by(Actor::Operator).read(&hash, None, today).unwrap();
        let body = reading.article.body.clone();
        let page = |reading: &Reading| {
            let mut cites = Cites::new(&body, Some(reading));
            let cited = body.lines().flat_map(|l| l.citations.iter().map(move |c| (c, l)));
            let numbers: Vec<String> = cited.map(|(c, l)| cites.number(c, l).into_string()).collect();
            (numbers, cites.popovers().into_string(), cites.popovers().into_string(), cites.references().into_string())
        };
        let (numbers, popovers, again, list) = page(&reading);
        assert_eq!(again, "");
        for number in &numbers {
            let id = number.split("popovertarget=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            assert_eq!(popovers.matches(&format!("id=\"{id}\"")).count(), 1, "{number}");
        }
        assert!(popovers.matches("<dialog").count() < numbers.len());
        assert!(!popovers.contains("Retracted") && !list.contains("Retracted"));
        assert_eq!(list.matches("its text is not held here").count(), 1, "{list}");

        let fallen = &body.references[0];
        let cited_by =
            body.lines().flat_map(|l| &l.citations).find(|c| c.references[0].number == fallen.number).unwrap();
        let (title, was) = (fallen.title.clone(), Standing::Current);
        reading.reasons.push(Reason::Standing { title, was, now: Standing::Retracted });
        reading.reasons.push(Reason::Removed { source: cited_by.source.clone(), title: cited_by.source_title.clone() });
        let (_, popovers, _, list) = page(&reading);
        let said = "Retracted since this was written";
        assert_eq!(list.matches(said).count(), 1);
        let of_it = popovers.matches(&format!("<li value=\"{}\">", fallen.number)).count();
        assert_eq!((popovers.matches(said).count(), of_it > 0), (of_it, true));
        assert!(popovers.contains("A cited source is no longer held"));
    }

    #[test]
    fn what_most_say_is_found_only_where_several_say_it() {
        let found = |all: &[&str]| most_common(all.iter().map(|s| (*s).to_owned()));
        assert_eq!(found(&["a", "b", "a", "a"]).as_deref(), Some("a"));
        assert_eq!(found(&["a", "b", "a"]), None);
        assert_eq!(found(&[]), None);
    }
}
