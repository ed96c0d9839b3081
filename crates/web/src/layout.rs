//! What every page has around it: head, header, footer.

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
}

impl<'p> Page<'p> {
    /// A page that is not found by search engines.
    pub(crate) fn new(title: &'p str, content: Markup) -> Self {
        Self { title, content, canonical: None, structured: None }
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
                    title { (self.title) }
                    link rel="stylesheet" href="/style.css";
                    link rel="icon" href="/icon.svg" type="image/svg+xml";
                    script src="/app.js" defer {}
                    @if let Some(address) = self.canonical { link rel="canonical" href=(address); }
                    @if let Some(structured) = structured {
                        script type="application/ld+json" { (PreEscaped(structured)) }
                    }
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header.site { a href="/" { "Curbside" } span { "answers from evidence you can check" } }
                    main #main { (self.content) }
                    footer.site {
                        nav aria-label="About this site" {
                            a href="/sources" { "Sources" }
                            a href="/board" { "Medical advisory board" }
                            a href="/editorial-policy" { "Editorial policy" }
                            a href="/about" { "About this answer engine" }
                            a href="/corrections" { "Corrections" }
                            a href="/disclaimer" { "Disclaimer" }
                            a href="/sign-in" { "Account" }
                        }
                    }
                }
            }
        };
        Html(page.into_string())
    }
}
