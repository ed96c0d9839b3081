//! An article as HTML, in the order of the design. A click on a citation opens the sentence it rests on, without
//! a script (the popover attribute).

use crate::cited::Cites;
use crate::visitor::Visitor;
use desk::Already;
use desk::KeptArticle;
use desk::Reader;
use desk::Reading;
use desk::answering::{
    BANNER, Body, Follows, Group, Guide, Line, MISSING_SHOWN, NOT_APPLYING_SHOWN, NotApplying, Outcome, disclaimer,
    missing_label, readability_words,
};
use desk::clinical::Missing;
use maud::{DOCTYPE, Markup, PreEscaped, html};

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

/// What a server tells beside an article.
pub(crate) struct Served<'a> {
    pub(crate) reading: &'a Reading,
    /// For each related question the article that answers it already.
    pub(crate) already: &'a [Option<Already>],
    /// The address to share.
    pub(crate) address: &'a str,
}

/// The article as part of a page; with what is told beside it where this server shows it, and then with links to its sources.
pub(crate) fn render(article: &KeptArticle, told: Option<&Served<'_>>) -> Markup {
    let body = &article.body;
    let served = told.is_some();
    let mut cites = Cites::new(body, told.map(|t| t.reading));
    html! {
        article.article {
            (crate::read::question(body))
            h1 { (body.title) }
            @match told {
                Some(told) => {
                    (crate::status::status(told.reading))
                    (crate::download::tools())
                    (crate::wording::picker(article, Visitor::now().reader))
                },
                None => p.banner { (BANNER) },
            }
            @if let Some(guide) = &body.guide { (first(guide)) }
            (bottom_line(body, &mut cites))
            (contents(body))
            (changes(body, served))
            (crate::read::facts(body))
            (what_would_change(body))
            @for section in &body.sections {
                section id=(section.key) {
                    h2 { (section.title) }
                    @for g in section.open() { (group(g, &mut cites)) }
                    @if let Some((lines, headings)) = section.behind_words() {
                        details.behind {
                            summary { (lines) @if section.open().next().is_some() { " more" } ": " (headings) }
                            @for g in section.behind() { (group(g, &mut cites)) }
                        }
                    }
                    (cites.popovers())
                }
            }
            (not_applying(body, &mut cites))
            @if let Some(guide) = &body.guide { (questions(guide)) (terms(guide)) }
            (cites.references())
            (crate::picture::evidence(body))
            (related(body, told.map(|t| t.already)))
            section #limits {
                h2 { "Limits of this answer" }
                ul { @for limit in &body.limits { li { (limit) } } }
            }
            p.disclaimer { (disclaimer(body.reader)) }
            @if let Some(told) = told { (crate::download::share(told.reading, told.address)) (crate::download::links(&article.hash)) }
            @if let Some(words) = readability_words(body) { p.readability { (words) } }
            p.provenance {
                "Composed by " (body.provenance.composer) " " (body.provenance.version) " from snapshot "
                code { (short(&body.provenance.snapshot)) } "; article " code { (short(&article.hash)) } "."
            }
        }
        (cites.report())
    }
}

fn group<'a>(group: &'a Group, cites: &mut Cites<'a>) -> Markup {
    html! {
        @if let Some(fact) = &group.hangs_on {
            h3.hangs { (fact) }
        } @else if let Some(lead) = &group.lead {
            h3 { (lead) }
        }
        @if group.numbered {
            ol { @for l in &group.lines { li { (line(l, cites)) } } }
            (crate::picture::sequence(group, &cites.diagram()))
        } @else {
            ul { @for l in &group.lines { li { (line(l, cites)) } } }
        }
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

/// Fewer sections are seen without a list of them.
const SECTIONS_LISTED: usize = 4;

/// Where to go in a long article, folded.
fn contents(body: &Body) -> Markup {
    html! {
        @if body.sections.len() >= SECTIONS_LISTED {
            details.contents {
                summary { "In this article" }
                nav aria-label="In this article" {
                    ul {
                        @for section in &body.sections { li { a href={ "#" (section.key) } { (section.title) } } }
                        li { a href="#references" { "References" } }
                        li { a href="#limits" { "Limits of this answer" } }
                    }
                }
            }
        }
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

fn bottom_line<'a>(body: &'a Body, cites: &mut Cites<'a>) -> Markup {
    html! {
        @match body.outcome {
            Outcome::Answered => {
                @if !body.bottom_line.is_empty() {
                    section.bottom-line {
                        h2 { "Bottom line" }
                        @if let Some(reply) = &body.reply { p.reply { strong { (reply.said()) } } }
                        @for l in &body.bottom_line { p { (line(l, cites)) } }
                        (cites.popovers())
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
                            li { (source_link(near.source.as_str(), &near.title, cites.served())) " (" (near.kind.label()) ")" }
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
                p { "Your question does not say (with how many statements hang on each):" }
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
            span.count { "(" (m.statements) ")" }
        }
    }
}

fn not_applying<'a>(body: &'a Body, cites: &mut Cites<'a>) -> Markup {
    html! {
        @if !body.not_applying.is_empty() {
            section #not-applying {
                h2 { "What does not apply here" }
                @let (first, rest) = body.not_applying.split_at(body.not_applying.len().min(NOT_APPLYING_SHOWN));
                ul { @for n in first { (not_applying_line(n, cites)) } }
                @if !rest.is_empty() {
                    details.behind {
                        summary { (rest.len()) " more that do not apply" }
                        ul { @for n in rest { (not_applying_line(n, cites)) } }
                    }
                }
                (cites.popovers())
            }
        }
    }
}

fn not_applying_line<'a>(not: &'a NotApplying, cites: &mut Cites<'a>) -> Markup {
    html! { li { (line(&not.line, cites)) " " em { "(" (not.reason) ")" } } }
}

fn line<'a>(line: &'a Line, cites: &mut Cites<'a>) -> Markup {
    html! {
        @if let Some(condition) = &line.condition { em.condition { (condition) ": " } }
        @if let Some(who) = &line.attribution { (who) ": " }
        (line.text)
        @if let Some(section) = &line.sees { " (see " (section) ")" }
        @for note in line.notes() { " " span.note { (note) } }
        @for citation in &line.citations { (cites.number(citation, line)) }
    }
}

/// Questions that this library answers: with the article, where this visitor may read one, or to be asked.
fn related(body: &Body, already: Option<&[Option<Already>]>) -> Markup {
    html! {
        @if !body.related.is_empty() {
            section #related {
                h2 { "Related questions" }
                ul.related {
                    @for (n, question) in body.related.iter().enumerate() {
                        li {
                            @match already.map(|all| all.get(n).and_then(Option::as_ref)) {
                                Some(Some(known)) => {
                                    a href={ "/articles/" (known.slug) "?reader=" (body.reader.word()) } { (question) } " "
                                    span.kind { @if known.published { "Read the article" } @else { "Read your answer" } }
                                }
                                Some(None) => {
                                    form method="post" action="/ask" {
                                        input type="hidden" name="question" value=(question);
                                        input type="hidden" name="for" value=(body.reader.word());
                                        button.related { (question) }
                                    }
                                    span.kind { "Ask" }
                                }
                                None => (question),
                            }
                        }
                    }
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
