//! The names of elements and attributes that have a meaning here, and what kind of element each is.
//!
//! Data, with its look-up.

/// Elements with a meaning here, sorted; all others are [`OTHER`].
#[rustfmt::skip]
pub(super) static NAMES: &[&str] = &[
    "a", "abbr", "address", "annotation", "annotation-xml", "applet", "area", "article", "aside", "audio", "b", "base",
    "basefont", "bgsound", "blockquote", "body", "br", "button", "canvas", "caption", "center", "cite", "code", "col",
    "colgroup", "dd", "del", "details", "dialog", "dir", "div", "dl", "dt", "em", "embed", "fieldset", "figcaption",
    "figure", "font", "footer", "form", "frame", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr",
    "html", "i", "iframe", "img", "input", "ins", "label", "legend", "li", "link", "listing", "main", "map", "marquee",
    "math", "menu", "meta", "meter", "mfrac", "mroot", "mrow", "msqrt", "msub", "msubsup", "msup", "nav", "noembed",
    "noframes", "noscript", "object", "ol", "optgroup", "option", "p", "param", "picture", "plaintext", "pre",
    "progress", "q", "rp", "rt", "ruby", "s", "script", "search", "section", "select", "slot", "source", "span",
    "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "template", "textarea",
    "tfoot", "th", "thead", "time", "title", "tr", "track", "u", "ul", "video", "wbr", "xmp",
];

/// The name of an element without a meaning of its own.
pub(super) const OTHER: &str = "";

/// Attributes that are looked at, sorted.
#[rustfmt::skip]
pub(super) static ATTRIBUTES: &[&str] = &[
    "alt", "alttext", "aria-hidden", "aria-level", "class", "colspan", "content", "datetime", "hidden", "href",
    "hreflang", "id", "itemprop", "lang", "name", "property", "rel", "role", "rowspan", "scope", "start", "style",
    "type", "value", "xml:lang",
];

pub(super) fn known(name: &[u8]) -> &'static str {
    NAMES.binary_search_by(|n| n.as_bytes().cmp(name)).ok().and_then(|at| NAMES.get(at)).copied().unwrap_or(OTHER)
}

pub(super) fn is_known(name: &str) -> bool {
    NAMES.binary_search(&name).is_ok()
}

pub(super) fn index(name: &str) -> usize {
    NAMES.binary_search(&name).unwrap_or(NAMES.len())
}

pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

pub(super) fn is_raw(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "title"
            | "textarea"
            | "iframe"
            | "xmp"
            | "noembed"
            | "noframes"
            | "noscript"
            | "plaintext"
    )
}

/// Elements that close a paragraph and end the reach of inline end tags.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "legend"
            | "li"
            | "listing"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "plaintext"
            | "pre"
            | "search"
            | "section"
            | "summary"
            | "table"
            | "ul"
            | "xmp"
            | "tr"
            | "td"
            | "th"
            | "caption"
            | "thead"
            | "tbody"
            | "tfoot"
            | "option"
            | "optgroup"
    )
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

/// What an end tag does not reach out of.
pub(super) fn is_scope(name: &str) -> bool {
    matches!(name, "table" | "td" | "th" | "caption" | "template" | "object" | "button" | "applet" | "marquee" | "html")
}
