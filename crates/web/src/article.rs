//! An article as HTML, in the order of the design. A click on a citation opens the sentence it rests on, without
//! a script (the popover attribute).

use desk::KeptArticle;
use desk::Reader;
use desk::Reading;
use desk::answering::{
    BANNER, Basis, Body, Citation, Follows, Group, Guide, Line, MISSING_SHOWN, NOT_APPLYING_SHOWN, NotApplying,
    Outcome, Reference, Support, disclaimer, missing_label, readability_words,
};
use desk::board::StatementKey;
use desk::clinical::Missing;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeMap;

/// Gives every popover of a page its own id, and knows the name of each statement.
struct Ids<'a> {
    last: usize,
    references: &'a [Reference],
    /// Where a problem with a statement is reported, by the place of its line in memory; none in a page of its own.
    reports: BTreeMap<*const Line, String>,
}

impl Ids<'_> {
    fn next(&mut self) -> String {
        self.last += 1;
        format!("c{}", self.last)
    }

    fn reference(&self, number: usize) -> Option<&Reference> {
        self.references.iter().find(|r| r.number == number)
    }
}

/// A page of its own, with its style inside: for `curbside ask --html`.
pub fn standalone(article: &KeptArticle) -> String {
    let style = include_str!("../assets/style.css");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (article.body.title) }
                style { (PreEscaped(style)) }
            }
            body { main { (render(article, None)) } }
        }
    }
    .into_string()
}

/// The article as part of a page; with what is told beside it where this server shows it, and then with links to its sources.
pub(crate) fn render(article: &KeptArticle, reading: Option<&Reading>) -> Markup {
    let body = &article.body;
    let served = reading.is_some();
    let report = |key: &StatementKey| format!("/articles/{}/report?statement={key}", article.hash);
    let keys = reading.into_iter().flat_map(|r| &r.statements);
    let reports = body.lines().map(std::ptr::from_ref).zip(keys.map(report)).collect();
    let mut ids = Ids { last: 0, references: &body.references, reports };
    html! {
        article.article {
            (crate::read::question(body))
            h1 { (body.title) }
            @match reading {
                Some(reading) => (crate::status::status(reading)),
                None => p.banner { (BANNER) },
            }
            @if served { (reader_picker(body)) }
            @if let Some(guide) = &body.guide { (first(guide)) }
            (bottom_line(body, &mut ids, served))
            (changes(body, served))
            (crate::read::facts(body))
            (what_would_change(body))
            @for section in &body.sections {
                section id=(section.key) {
                    h2 { (section.title) }
                    @for g in section.open() { (group(g, &mut ids, served)) }
                    @if let Some((lines, headings)) = section.behind_words() {
                        details.behind {
                            summary { (lines) @if section.open().next().is_some() { " more" } ": " (headings) }
                            @for g in section.behind() { (group(g, &mut ids, served)) }
                        }
                    }
                }
            }
            (not_applying(body, &mut ids, served))
            @if let Some(guide) = &body.guide { (questions(guide)) (terms(guide)) }
            (references(body, served))
            (crate::picture::evidence(body))
            (related(body, served))
            section #limits {
                h2 { "Limits of this answer" }
                ul { @for limit in &body.limits { li { (limit) } } }
            }
            p.disclaimer { (disclaimer(body.reader)) }
            @if served { (crate::download::links(&article.hash)) }
            @if let Some(words) = readability_words(body) { p.readability { (words) } }
            p.provenance {
                "Composed by " (body.provenance.composer) " " (body.provenance.version) " from snapshot "
                code { (short(&body.provenance.snapshot)) } "; article " code { (short(&article.hash)) } "."
            }
        }
    }
}

fn group(group: &Group, ids: &mut Ids<'_>, served: bool) -> Markup {
    html! {
        @if let Some(fact) = &group.hangs_on {
            h3.hangs { (fact) }
        } @else if let Some(lead) = &group.lead {
            h3 { (lead) }
        }
        @if group.numbered {
            ol { @for l in &group.lines { li { (line(l, ids, served)) } } }
            (crate::picture::sequence(group, &ids.next()))
        } @else {
            ul { @for l in &group.lines { li { (line(l, ids, served)) } } }
        }
    }
}

/// "Which best describes you?": asks the same question for another reader.
fn reader_picker(body: &Body) -> Markup {
    html! {
        form.reader method="post" action="/ask" {
            input type="hidden" name="question" value=(body.question);
            fieldset {
                legend { "Which best describes you?" }
                @for reader in Reader::ALL {
                    button type="submit" name="reader" value=(reader.word()) aria-pressed=(if *reader == body.reader { "true" } else { "false" }) {
                        (reader_label(*reader))
                    }
                }
            }
        }
    }
}

/// A reader as the picker names it.
pub(crate) fn reader_label(reader: Reader) -> &'static str {
    match reader {
        Reader::Clinician => "Clinician",
        Reader::Trainee => "Student or trainee",
        Reader::Patient => "Patient or family",
    }
}

/// When to call for help, and what kind of text it is: before anything else.
fn first(guide: &Guide) -> Markup {
    html! {
        @if !guide.emergency.is_empty() {
            section.emergency role="note" aria-label="When to call for help" {
                @for text in &guide.emergency { p { strong { (text) } } }
            }
        }
        @for text in &guide.notices { p.education { (text) } }
    }
}

fn questions(guide: &Guide) -> Markup {
    html! {
        @if !guide.questions.is_empty() {
            section #ask-care-team {
                h2 { "What to ask your care team" }
                ul { @for question in &guide.questions { li { (question) } } }
            }
        }
    }
}

fn terms(guide: &Guide) -> Markup {
    html! {
        @if !guide.terms.is_empty() {
            section #terms {
                h2 { "Terms" }
                dl.facts { @for term in &guide.terms { div { dt { (term.term) } dd { (term.means) } } } }
            }
        }
    }
}

fn short(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

fn bottom_line(body: &Body, ids: &mut Ids<'_>, served: bool) -> Markup {
    html! {
        @match body.outcome {
            Outcome::Answered => {
                @if !body.bottom_line.is_empty() {
                    section.bottom-line {
                        h2 { "Bottom line" }
                        @if let Some(reply) = &body.reply { p.reply { strong { (reply.said()) } } }
                        @for l in &body.bottom_line { p { (line(l, ids, served)) } }
                    }
                }
            }
            Outcome::Abstained => {
                section.bottom-line.abstained {
                    h2 { "The library does not answer this question" }
                    @for text in &body.lacking { p { (text) } }
                    p { "Nothing is claimed. The nearest things it holds:" }
                    ul {
                        @for near in &body.nearest {
                            li { (source_link(near.source.as_str(), &near.title, served)) " (" (near.kind.label()) ")" }
                        }
                    }
                }
            }
        }
        @if body.outcome == Outcome::Answered {
            @for text in &body.lacking { p.lacking { (text) } }
        }
    }
}

fn changes(body: &Body, served: bool) -> Markup {
    html! {
        @if let Some(follows) = &body.follows {
            section #changes {
                h2 { (Follows::TITLE) }
                p {
                    "Asked behind "
                    @if served { a href={ "/articles/" (follows.article) } { "the previous answer" } }
                    @else { "article " code { (short(&follows.article)) } }
                    ": \u{201c}" (follows.asked) "\u{201d}."
                    @for text in follows.said() { " " (text) }
                }
                @for (title, items) in follows.lists() {
                    h3 { (title) }
                    ul { @for item in items { li { (item) } } }
                }
            }
        }
    }
}

fn what_would_change(body: &Body) -> Markup {
    html! {
        @if !body.case.missing.is_empty() && body.reader != Reader::Patient {
            section #missing {
                h2 { "What would change this answer" }
                p { "Your question does not say:" }
                @let (first, rest) = body.case.missing.split_at(body.case.missing.len().min(MISSING_SHOWN));
                ul { @for m in first { (missing(m)) } }
                @if !rest.is_empty() {
                    details {
                        summary { "and " (rest.len()) " more" }
                        ul { @for m in rest { (missing(m)) } }
                    }
                }
            }
        }
    }
}

fn missing(m: &Missing) -> Markup {
    html! {
        li {
            strong { (missing_label(m)) } ": " (m.why) " "
            span.count { "(" (m.statements) @if m.statements == 1 { " statement hangs" } @else { " statements hang" } " on it)" }
        }
    }
}

fn not_applying(body: &Body, ids: &mut Ids<'_>, served: bool) -> Markup {
    html! {
        @if !body.not_applying.is_empty() {
            section #not-applying {
                h2 { "What does not apply here" }
                @let (first, rest) = body.not_applying.split_at(body.not_applying.len().min(NOT_APPLYING_SHOWN));
                ul { @for n in first { (not_applying_line(n, ids, served)) } }
                @if !rest.is_empty() {
                    details.behind {
                        summary { (rest.len()) " more that do not apply" }
                        ul { @for n in rest { (not_applying_line(n, ids, served)) } }
                    }
                }
            }
        }
    }
}

fn not_applying_line(not: &NotApplying, ids: &mut Ids<'_>, served: bool) -> Markup {
    html! { li { (line(&not.line, ids, served)) " " em { "(" (not.reason) ")" } } }
}

fn line(line: &Line, ids: &mut Ids<'_>, served: bool) -> Markup {
    html! {
        @if let Some(condition) = &line.condition { em.condition { (condition) ": " } }
        @if let Some(who) = &line.attribution { (who) ": " }
        (line.text)
        @if let Some(section) = &line.sees { " (see " (section) ")" }
        @for note in line.notes() { " " span.note { (note) } }
        @for citation in &line.citations { (cite(citation, line, ids, served)) }
    }
}

fn cite(citation: &Citation, line: &Line, ids: &mut Ids<'_>, served: bool) -> Markup {
    let id = ids.next();
    let numbers: Vec<String> = citation.references.iter().map(|r| r.number.to_string()).collect();
    let label = numbers.join(", ");
    html! {
        " " button.cite type="button" popovertarget=(id) aria-label={ "Source of this sentence: references " (label) } { (label) }
        div.source popover id=(id) {
            p.where {
                (source_link(citation.source.as_str(), &citation.source_title, served))
                @for heading in &citation.heading { " \u{203a} " (heading) }
            }
            p.passage { (citation.before) mark { (citation.quote) } (citation.after) }
            @if line.plain && citation.statement.is_some() {
                p.basis { "Put plainly by the writer of the digest; nobody has reviewed the wording. Marked above is the digest\u{2019}s own sentence." }
            }
            p.basis {
                @match (citation.basis, &line.support) {
                    (Basis::Quoted, Support::PartlySupported) => "Quoted from its own text. It has the figures and most of the words of the sentence above, which is a digest\u{2019}s; nobody has judged whether it means the same.",
                    (Basis::Quoted, _) => "Quoted from its own text.",
                    (Basis::Summarised, Support::NotCheckedAgainstPrimary) => "A digest nobody has reviewed says so. It was not checked against the primary text.",
                    (Basis::Summarised, Support::PartlySupported) => "A digest nobody has reviewed says so. A sentence of the primary text says much the same: see the next citation.",
                    (Basis::Summarised, _) => "A digest says so.",
                }
            }
            ul.refs {
                @for cited in &citation.references {
                    li {
                        a href={ "#ref-" (cited.number) } { "[" (cited.number) "]" } " "
                        @if let Some(r) = ids.reference(cited.number) {
                            (r.title.trim_end_matches('.')) " (" (r.kind.label())
                            @if let Some(year) = r.year { ", " (year) }
                            ")"
                        }
                        @if let Some(locator) = &cited.locator { ", " (locator) }
                    }
                }
            }
            @if let Some(address) = ids.reports.get(&std::ptr::from_ref(line)) {
                p.report { a href=(address) { "Report a problem with this statement" } }
            }
            button.close type="button" popovertarget=(id) popovertargetaction="hide" { "Close" }
        }
    }
}

fn references(body: &Body, served: bool) -> Markup {
    html! {
        @if !body.references.is_empty() {
            section #references {
                h2 { "References" }
                ol { @for r in &body.references { (reference(r, served)) } }
            }
        }
    }
}

fn reference(r: &Reference, served: bool) -> Markup {
    html! {
        li id={ "ref-" (r.number) } value=(r.number) {
            span.kind { (r.kind.label()) } " "
            @if !r.authors.is_empty() { (r.authors.trim_end_matches('.')) ". " }
            cite { (r.title.trim_end_matches('.')) "." } " "
            @if let Some(container) = &r.container { (container) }
            @if r.container.is_some() && r.year.is_some() { ", " }
            @if let Some(year) = r.year { (year) }
            @if r.container.is_some() || r.year.is_some() { ". " }
            @if let Some(link) = r.link() {
                a href=(link) rel="noopener noreferrer" { (identifier(r)) } " "
            }
            span.basis { (r.basis_words()) }
            @if !r.held_as.as_str().starts_with("digest:") { " " (source_link(r.held_as.as_str(), "Read it here", served)) }
        }
    }
}

fn identifier(r: &Reference) -> String {
    match (r.ids.pmcid, r.ids.pmid, &r.ids.doi) {
        (Some(pmcid), _, _) => pmcid.to_string(),
        (None, Some(pmid), _) => format!("PMID {pmid}"),
        (None, None, Some(doi)) => format!("doi:{doi}"),
        (None, None, None) => "Link".to_owned(),
    }
}

fn related(body: &Body, served: bool) -> Markup {
    html! {
        @if !body.related.is_empty() {
            section #related {
                h2 { "Related questions" }
                @if served {
                    @for question in &body.related {
                        form method="post" action="/ask" {
                            input type="hidden" name="question" value=(question);
                            input type="hidden" name="reader" value=(body.reader.word());
                            button.related type="submit" { (question) }
                        }
                    }
                } @else {
                    ul { @for question in &body.related { li { (question) } } }
                }
            }
        }
    }
}

/// A link to a source of this server, or its title alone.
pub(crate) fn source_link(id: &str, text: &str, served: bool) -> Markup {
    html! {
        @if served { a href={ "/sources/" (path_segment(id)) } { (text) } } @else { (text) }
    }
}

/// Percent-encodes what may not stand in a path.
pub(crate) fn path_segment(id: &str) -> String {
    let mut out = String::with_capacity(id.len());
    for byte in id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/@".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
