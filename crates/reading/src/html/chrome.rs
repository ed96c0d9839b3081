//! What of a page is not its text: navigation, banners, buttons, what is hidden.
//!
//! Owns the words that tell it. Elements that say what they are (`nav`, `role`) are believed; names of classes are
//! weak evidence, and believed only where an element holds little or mostly links. It must not look at the meaning of
//! the text.

use super::tree::Tree;

/// Why an element is not text, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Chrome {
    /// Never text: scripts, styles, pictures, controls.
    Machinery,
    /// Text that a reader of the page does not see.
    Hidden,
    /// Struck out: no longer valid.
    StruckOut,
    /// Navigation and such by the element's own word, outside the main part.
    Declared,
    /// By the name of a class, surely.
    Named,
    /// By the name of a class, where it holds little or mostly links.
    Perhaps,
}

/// Names of classes and ids that are plain enough. An id may be made from a heading, as `social` or `informed-consent`:
/// no such word stands here.
#[rustfmt::skip]
const NAMED: &[&str] = &[
    "breadcrumb", "breadcrumbs", "comments", "comments-area", "comment-list", "disqus_thread", "mw-editsection",
    "mw-jump-link", "navbar", "navbox", "page-footer", "pagination", "site-footer", "site-header", "skip-link",
    "skip-links", "skip-to-content", "skiplink", "usa-banner",
];
#[rustfmt::skip]
const NAMED_STARTS: &[&str] = &[
    "addthis", "breadcrumb-", "breadcrumbs-", "cc-window", "cky-", "cookie-", "cookies-", "cookieconsent",
    "cybotcookie", "disqus", "gdpr", "onetrust", "ot-sdk", "sharethis",
];
#[rustfmt::skip]
const NAMED_ENDS: &[&str] = &["-breadcrumb", "-breadcrumbs", "-cookie", "-cookies", "-navbar", "-pagination"];
/// Names that content bears as well.
#[rustfmt::skip]
const PERHAPS: &[&str] = &[
    "ad", "ads", "advert", "advertisement", "footer", "header", "menu", "modal", "nav", "navigation", "newsletter",
    "pager", "popup", "related", "respond", "share", "sharing", "sidebar", "social", "subscribe", "toc", "toolbar",
    "widget",
];
#[rustfmt::skip]
const PERHAPS_STARTS: &[&str] = &[
    "ad-", "advert-", "banner-", "comment-", "comments-", "feedback-", "footer-", "header-", "login-", "menu-",
    "modal-", "nav-", "navbar-", "newsletter-", "popup-", "recommended-", "related-", "share-", "sidebar-", "site-",
    "skip-", "social-", "subscribe-", "table-of-contents", "toolbar-", "widget-",
];
#[rustfmt::skip]
const PERHAPS_ENDS: &[&str] = &[
    "-ad", "-banner", "-footer", "-header", "-menu", "-modal", "-nav", "-navigation", "-newsletter", "-related",
    "-share", "-sharing", "-sidebar", "-social", "-toc", "-toolbar", "-widget", "__nav", "__share", "_nav",
];
/// Classes of text for screen readers only.
const UNSEEN: &[&str] = &[
    "sr-only",
    "visually-hidden",
    "visuallyhidden",
    "screen-reader-text",
    "screenreader",
    "usa-sr-only",
    "show-for-sr",
    "element-invisible",
];

/// Elements that pages put things beside the text in; names of others say how they look.
fn holds_blocks(name: &str) -> bool {
    matches!(
        name,
        "div"
            | "section"
            | "aside"
            | "ul"
            | "ol"
            | "menu"
            | "header"
            | "footer"
            | "form"
            | "fieldset"
            | "p"
            | "center"
            | super::names::OTHER
    )
}

/// What an element's own words say of it. `inside`: it lies within `main` or `article`.
pub(super) fn of(tree: &Tree, id: usize, inside: bool, by_class: bool) -> Option<Chrome> {
    let name = tree.name(id);
    match name {
        "script" | "style" | "template" | "noscript" | "iframe" | "svg" | "canvas" | "object" | "embed" | "applet"
        | "audio" | "video" | "map" | "button" | "select" | "textarea" | "input" | "progress" | "meter" | "head"
        | "title" | "noembed" | "noframes" | "rp" | "option" => return Some(Chrome::Machinery),
        "del" | "s" | "strike" => return Some(Chrome::StruckOut),
        "nav" | "search" => return Some(Chrome::Declared),
        "footer" | "header" | "aside" if !inside => return Some(Chrome::Declared),
        "dialog" => return Some(Chrome::Hidden),
        // The page as a whole is not chrome, whatever its classes say.
        "" if tree.text(id).is_some() => return None,
        "html" | "body" | "main" | "article" => return None,
        _ => {}
    }
    if tree.attribute(id, "hidden").is_some_and(|v| !v.eq_ignore_ascii_case("until-found")) {
        return Some(Chrome::Hidden);
    }
    if let Some(style) = tree.attribute(id, "style") {
        let style: String =
            style.chars().filter(|c| !c.is_whitespace()).take(2_000).collect::<String>().to_ascii_lowercase();
        if style.contains("display:none") || style.contains("visibility:hidden") {
            return Some(Chrome::Hidden);
        }
    }
    if tree.attribute(id, "aria-hidden").is_some_and(|v| v.eq_ignore_ascii_case("true")) {
        return Some(Chrome::Hidden);
    }
    if let Some(role) = tree.attribute(id, "role") {
        match role.trim().to_ascii_lowercase().as_str() {
            "navigation" | "search" | "menu" | "menubar" | "toolbar" | "dialog" | "alertdialog" | "tablist" => {
                return Some(Chrome::Declared);
            }
            "banner" | "contentinfo" | "complementary" if !inside => return Some(Chrome::Declared),
            _ => {}
        }
    }
    let words = ["class", "id"];
    let names = words.iter().filter_map(|a| tree.attribute(id, a)).flat_map(str::split_ascii_whitespace).take(40);
    let mut found = None;
    for name in names {
        let name = name.to_ascii_lowercase();
        if UNSEEN.contains(&name.as_str()) {
            return Some(Chrome::Machinery);
        }
        if !by_class || !holds_blocks(tree.name(id)) {
            continue;
        }
        if NAMED.contains(&name.as_str())
            || NAMED_STARTS.iter().any(|p| name.starts_with(p))
            || NAMED_ENDS.iter().any(|p| name.ends_with(p))
        {
            return Some(Chrome::Named);
        }
        if PERHAPS.contains(&name.as_str())
            || PERHAPS_STARTS.iter().any(|p| name.starts_with(p))
            || PERHAPS_ENDS.iter().any(|p| name.ends_with(p))
        {
            found = Some(Chrome::Perhaps);
        }
    }
    found
}
