//! What every page has around it: head, header, footer.

use crate::assets::{ICON, SCRIPT, STYLE};
use crate::visitor::Visitor;
use axum::response::Html;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page.
pub(crate) struct Page<'p> {
    /// Its title.
    pub(crate) title: &'p str,
    /// What stands between header and footer.
    pub(crate) content: Markup,
    /// The one address of what it shows, from the root of the site.
    pub(crate) canonical: Option<&'p str>,
    /// What it says for machines: JSON-LD.
    pub(crate) structured: Option<serde_json::Value>,
    /// Whom the header greets.
    pub(crate) visitor: Visitor,
}

impl<'p> Page<'p> {
    /// A page that is not found by search engines, for who makes the request that is being served.
    pub(crate) fn new(title: &'p str, content: Markup) -> Self {
        Self { title, content, canonical: None, structured: None, visitor: Visitor::now() }
    }

    /// As it is sent.
    pub(crate) fn html(self) -> Html<String> {
        // `</script>` must not end the block early; in JSON a slash may be written so.
        let structured = self.structured.map(|s| s.to_string().replace("</", "<\\/"));
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) @if self.title != "Curbside" { " \u{b7} Curbside" } }
                    link rel="stylesheet" href=(STYLE.address());
                    link rel="icon" href=(ICON.address()) type="image/svg+xml";
                    script src=(SCRIPT.address()) defer {}
                    @if let Some(address) = self.canonical { link rel="canonical" href=(address); }
                    @if let Some(structured) = structured {
                        script type="application/ld+json" { (PreEscaped(structured)) }
                    }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header.site {
                        a.home href="/" { img src=(ICON.address()) alt="" width="22" height="22"; "Curbside" }
                        span.tagline { "answers from evidence you can check" }
                        (navigation(&self.visitor))
                    }
                    main #main { (self.content) }
                    footer.site {
                        nav aria-label="About this site" {
                            a href="/sources" { "Sources" }
                            a href="/board" { "Medical advisory board" }
                            a href="/editorial-policy" { "Editorial policy" }
                            a href="/about" { "About this answer engine" }
                            a href="/corrections" { "Corrections" }
                            a href="/disclaimer" { "Disclaimer" }
                        }
                        p { "For education. It gives no medical advice and does not know the patient." }
                    }
                }
            }
        };
        Html(page.into_string())
    }
}

fn navigation(visitor: &Visitor) -> Markup {
    html! {
        nav aria-label="You" {
            a href="/search" { "Search" }
            @if let Some(person) = &visitor.person {
                @if person.sees_queue() { a href="/board/queue" { "Queue" } }
                @if person.administers() { a href="/admin" { "Administration" } }
                a.name href="/account" { (person.name) }
                form method="post" action="/sign-out" { button type="submit" { "Sign out" } }
            } @else {
                a href="/sign-in" { "Sign in" }
            }
        }
    }
}
