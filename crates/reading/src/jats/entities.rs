//! Named characters that XML itself does not know but files use.
//!
//! Data: the 252 names of HTML 4 and a few that publishers add. `quick-xml` has a table of HTML 5 names, but in 0.42
//! it reads `&alpha;` and `&beta;` as semicolons.

/// The text a name stands for, the five of XML included.
pub(crate) fn named(name: &str) -> Option<&'static str> {
    NAMES.binary_search_by(|(known, _)| (*known).cmp(name)).ok().and_then(|at| NAMES.get(at)).map(|(_, text)| *text)
}

/// Sorted by name.
#[rustfmt::skip]
static NAMES: &[(&str, &str)] = &[
    ("AElig", "Æ"), ("Aacute", "Á"), ("Acirc", "Â"), ("Agrave", "À"), ("Alpha", "Α"), ("Aring", "Å"), ("Atilde", "Ã"),
    ("Auml", "Ä"), ("Beta", "Β"), ("Ccedil", "Ç"), ("Chi", "Χ"), ("Dagger", "‡"), ("Delta", "Δ"), ("ETH", "Ð"),
    ("Eacute", "É"), ("Ecirc", "Ê"), ("Egrave", "È"), ("Epsilon", "Ε"), ("Eta", "Η"), ("Euml", "Ë"), ("Gamma", "Γ"),
    ("Iacute", "Í"), ("Icirc", "Î"), ("Igrave", "Ì"), ("Iota", "Ι"), ("Iuml", "Ï"), ("Kappa", "Κ"), ("Lambda", "Λ"),
    ("Mu", "Μ"), ("Ntilde", "Ñ"), ("Nu", "Ν"), ("OElig", "Œ"), ("Oacute", "Ó"), ("Ocirc", "Ô"), ("Ograve", "Ò"),
    ("Omega", "Ω"), ("Omicron", "Ο"), ("Oslash", "Ø"), ("Otilde", "Õ"), ("Ouml", "Ö"), ("Phi", "Φ"), ("Pi", "Π"),
    ("Prime", "″"), ("Psi", "Ψ"), ("Rho", "Ρ"), ("Scaron", "Š"), ("Sigma", "Σ"), ("THORN", "Þ"), ("Tau", "Τ"),
    ("Theta", "Θ"), ("Uacute", "Ú"), ("Ucirc", "Û"), ("Ugrave", "Ù"), ("Upsilon", "Υ"), ("Uuml", "Ü"), ("Xi", "Ξ"),
    ("Yacute", "Ý"), ("Yuml", "Ÿ"), ("Zeta", "Ζ"), ("aacute", "á"), ("acirc", "â"), ("acute", "´"), ("aelig", "æ"),
    ("agrave", "à"), ("alefsym", "ℵ"), ("alpha", "α"), ("amp", "&"), ("and", "∧"), ("ang", "∠"), ("apos", "'"),
    ("aring", "å"), ("ast", "*"), ("asymp", "≈"), ("atilde", "ã"), ("auml", "ä"), ("bdquo", "„"), ("beta", "β"),
    ("brvbar", "¦"), ("bsol", "\u{5c}"), ("bull", "•"), ("cap", "∩"), ("ccedil", "ç"), ("cedil", "¸"), ("cent", "¢"),
    ("check", "✓"), ("chi", "χ"), ("circ", "ˆ"), ("clubs", "♣"), ("colon", ":"), ("comma", ","), ("commat", "@"),
    ("cong", "≅"), ("copy", "©"), ("crarr", "↵"), ("cup", "∪"), ("curren", "¤"), ("dArr", "⇓"), ("dagger", "†"),
    ("darr", "↓"), ("dash", "‐"), ("deg", "°"), ("delta", "δ"), ("diams", "♦"), ("divide", "÷"), ("dollar", "$"),
    ("eacute", "é"), ("ecirc", "ê"), ("egrave", "è"), ("empty", "∅"), ("emsp", "\u{2003}"), ("ensp", "\u{2002}"),
    ("epsilon", "ε"), ("equals", "="), ("equiv", "≡"), ("eta", "η"), ("eth", "ð"), ("euml", "ë"), ("euro", "€"),
    ("exist", "∃"), ("fnof", "ƒ"), ("forall", "∀"), ("frac12", "½"), ("frac13", "⅓"), ("frac14", "¼"),
    ("frac23", "⅔"), ("frac34", "¾"), ("frasl", "⁄"), ("gamma", "γ"), ("ge", "≥"), ("ges", "⩾"), ("gt", ">"),
    ("hArr", "⇔"), ("hairsp", "\u{200a}"), ("half", "½"), ("harr", "↔"), ("hearts", "♥"), ("hellip", "…"),
    ("hyphen", "‐"), ("iacute", "í"), ("icirc", "î"), ("iexcl", "¡"), ("igrave", "ì"), ("image", "ℑ"), ("infin", "∞"),
    ("int", "∫"), ("iota", "ι"), ("iquest", "¿"), ("isin", "∈"), ("iuml", "ï"), ("kappa", "κ"), ("lArr", "⇐"),
    ("lambda", "λ"), ("lang", "〈"), ("laquo", "«"), ("larr", "←"), ("lceil", "⌈"), ("ldquo", "“"), ("le", "≤"),
    ("les", "⩽"), ("lfloor", "⌊"), ("lowast", "∗"), ("lowbar", "_"), ("loz", "◊"), ("lpar", "("), ("lrm", "\u{200e}"),
    ("lsaquo", "‹"), ("lsqb", "["), ("lsquo", "‘"), ("lt", "<"), ("macr", "¯"), ("mdash", "—"), ("micro", "µ"),
    ("middot", "·"), ("minus", "−"), ("mu", "μ"), ("nabla", "∇"), ("nbsp", "\u{a0}"), ("ndash", "–"), ("ne", "≠"),
    ("ni", "∋"), ("not", "¬"), ("notin", "∉"), ("nsub", "⊄"), ("ntilde", "ñ"), ("nu", "ν"), ("num", "#"),
    ("oacute", "ó"), ("ocirc", "ô"), ("oelig", "œ"), ("ograve", "ò"), ("oline", "‾"), ("omega", "ω"),
    ("omicron", "ο"), ("oplus", "⊕"), ("or", "∨"), ("ordf", "ª"), ("ordm", "º"), ("oslash", "ø"), ("otilde", "õ"),
    ("otimes", "⊗"), ("ouml", "ö"), ("para", "¶"), ("part", "∂"), ("percnt", "%"), ("period", "."), ("permil", "‰"),
    ("perp", "⊥"), ("phi", "φ"), ("pi", "π"), ("piv", "ϖ"), ("plus", "+"), ("plusmn", "±"), ("pound", "£"),
    ("prime", "′"), ("prod", "∏"), ("prop", "∝"), ("psi", "ψ"), ("quest", "?"), ("quot", "\u{22}"), ("rArr", "⇒"),
    ("radic", "√"), ("rang", "〉"), ("raquo", "»"), ("rarr", "→"), ("rceil", "⌉"), ("rdquo", "”"), ("real", "ℜ"),
    ("reg", "®"), ("rfloor", "⌋"), ("rho", "ρ"), ("rlm", "\u{200f}"), ("rpar", ")"), ("rsaquo", "›"), ("rsqb", "]"),
    ("rsquo", "’"), ("sbquo", "‚"), ("scaron", "š"), ("sdot", "⋅"), ("sect", "§"), ("semi", ";"), ("shy", "\u{ad}"),
    ("sigma", "σ"), ("sigmaf", "ς"), ("sim", "∼"), ("sol", "/"), ("spades", "♠"), ("sub", "⊂"), ("sube", "⊆"),
    ("sum", "∑"), ("sup", "⊃"), ("sup1", "¹"), ("sup2", "²"), ("sup3", "³"), ("supe", "⊇"), ("szlig", "ß"),
    ("tau", "τ"), ("there4", "∴"), ("theta", "θ"), ("thetasym", "ϑ"), ("thinsp", "\u{2009}"), ("thorn", "þ"),
    ("tilde", "˜"), ("times", "×"), ("trade", "™"), ("uArr", "⇑"), ("uacute", "ú"), ("uarr", "↑"), ("ucirc", "û"),
    ("ugrave", "ù"), ("uml", "¨"), ("upsih", "ϒ"), ("upsilon", "υ"), ("uuml", "ü"), ("verbar", "|"), ("weierp", "℘"),
    ("xi", "ξ"), ("yacute", "ý"), ("yen", "¥"), ("yuml", "ÿ"), ("zeta", "ζ"), ("zwj", "\u{200d}"),
    ("zwnj", "\u{200c}"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_right() {
        assert!(NAMES.is_sorted_by_key(|(name, _)| *name));
        for (name, text) in
            [("alpha", "α"), ("beta", "β"), ("le", "≤"), ("nbsp", "\u{a0}"), ("amp", "&"), ("lt", "<"), ("apos", "'")]
        {
            assert_eq!(named(name), Some(text));
        }
        assert_eq!(named("unheard"), None);
    }
}
