//! Recognising the licence a source states.
//!
//! Owns the short names, as `CC-BY-4.0`. A name is given only where the words or the address say it; it must not guess
//! from the publisher.

use evidence::Licence;

/// How much of a licence's own words is kept, in characters.
const MOST_TEXT: usize = 2_000;

/// What a document said about its terms, as found.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    /// Addresses, in order.
    pub(crate) urls: Vec<String>,
    /// Its own words.
    pub(crate) text: String,
    /// A type attribute, as `CC BY-NC`.
    pub(crate) kind: String,
    /// The copyright line, for old articles that state their terms there.
    pub(crate) copyright: String,
}

/// The licence that was stated, if anything was.
pub(crate) fn recognise(stated: &Stated) -> Option<Licence> {
    let text = if stated.text.trim().is_empty() { &stated.copyright } else { &stated.text };
    if text.trim().is_empty() && stated.urls.is_empty() && stated.kind.is_empty() {
        return None;
    }
    let (name, url) = stated
        .urls
        .iter()
        .find_map(|url| from_url(url).map(|name| (name, Some(url.clone()))))
        .or_else(|| in_text(text).map(|(name, url)| (name, Some(url))))
        .or_else(|| from_words(text).map(|name| (name, None)))
        .or_else(|| from_type(&stated.kind).map(|name| (name, None)))
        .unwrap_or_default();
    let url = url.or_else(|| stated.urls.first().cloned());
    Some(Licence { name, url, text: text.trim().chars().take(MOST_TEXT).collect() })
}

/// The licence a Creative Commons address names.
fn from_url(url: &str) -> Option<String> {
    let lower = url.to_ascii_lowercase();
    let rest = lower.split_once("creativecommons.org/")?.1;
    let mut parts =
        rest.split('/').map(|p| p.trim_matches(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '-'));
    match parts.next()? {
        "licenses" | "licences" | "license" => {
            let terms = parts.next().filter(|t| *t == "by" || t.starts_with("by-"))?.to_ascii_uppercase();
            let version: String =
                parts.next().unwrap_or_default().chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
            Some(named(&terms, version.trim_end_matches('.')))
        }
        "publicdomain" => match parts.next()? {
            "zero" => Some("CC0".to_owned()),
            "mark" => Some("public-domain".to_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn named(terms: &str, version: &str) -> String {
    match version {
        "" => format!("CC-{terms}"),
        v if v.contains('.') => format!("CC-{terms}-{v}"),
        v => format!("CC-{terms}-{v}.0"),
    }
}

/// An address written out in running text.
fn in_text(text: &str) -> Option<(String, String)> {
    let at = text.to_ascii_lowercase().find("creativecommons.org/")?;
    let tail = text.get(at..)?;
    let end = tail.find([' ', ')', '>', '<', ',', ';', ']']).unwrap_or(tail.len());
    let url = tail.get(..end)?.trim_end_matches('.');
    from_url(url).map(|name| (name, format!("https://{url}")))
}

/// The licence that words name, as "Creative Commons Attribution Non-Commercial No Derivatives 3.0 Unported".
fn from_words(text: &str) -> Option<String> {
    let plain: String = text.to_ascii_lowercase().replace(['-', '\u{2013}', '\u{2010}'], " ");
    if plain.contains("cc0") || plain.contains("creative commons public domain") {
        return Some("CC0".to_owned());
    }
    if plain.contains("public domain") && !plain.contains("not in the public domain") {
        return Some("public-domain".to_owned());
    }
    // Short forms: "CC BY NC 4.0".
    let (at, long) = match plain.find("creative commons") {
        Some(at) => (at, true),
        None => (plain.find("cc by")?, false),
    };
    let words: String = plain.get(at..)?.chars().take(160).collect();
    if long && !words.contains("attribution") && !words.contains("cc by") {
        return None;
    }
    let short = |form: &str| words.contains(form);
    let non_commercial = short("noncommercial") || short("non commercial") || short("by nc");
    let no_derivatives =
        short("no deriv") || short("noderiv") || short("non deriv") || short("nc nd") || short("by nd");
    let share_alike = short("share alike") || short("sharealike") || short("nc sa") || short("by sa");
    let mut terms = String::from("BY");
    for (given, word) in [(non_commercial, "-NC"), (no_derivatives, "-ND"), (share_alike, "-SA")] {
        if given {
            terms.push_str(word);
        }
    }
    let version = words
        .as_bytes()
        .windows(3)
        .find(|w| matches!(w[0], b'1'..=b'4') && w[1] == b'.' && matches!(w[2], b'0' | b'5'));
    Some(named(&terms, version.map_or("", |w| std::str::from_utf8(w).unwrap_or_default())))
}

/// The licence a type attribute names, as `CC BY-NC-ND` or `creativeCommonsBy-nc`.
fn from_type(kind: &str) -> Option<String> {
    let plain = kind.to_ascii_lowercase().replace([' ', '_'], "-");
    let rest = plain.strip_prefix("cc-").or_else(|| plain.strip_prefix("creativecommons"))?;
    let terms = rest.trim_start_matches('-');
    let known = ["by", "by-nc", "by-nd", "by-sa", "by-nc-nd", "by-nc-sa"];
    match terms {
        "0" | "zero" => Some("CC0".to_owned()),
        _ => known.contains(&terms).then(|| format!("CC-{}", terms.to_ascii_uppercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(urls: &[&str], text: &str, kind: &str) -> String {
        let stated = Stated {
            urls: urls.iter().map(|&u| u.to_owned()).collect(),
            text: text.to_owned(),
            kind: kind.to_owned(),
            copyright: String::new(),
        };
        recognise(&stated).map(|l| l.name).unwrap_or_default()
    }

    #[test]
    fn addresses_name_licences() {
        assert_eq!(name(&["http://creativecommons.org/licenses/by/4.0/"], "", ""), "CC-BY-4.0");
        assert_eq!(name(&["https://creativecommons.org/licenses/by-nc-nd/3.0"], "", ""), "CC-BY-NC-ND-3.0");
        assert_eq!(name(&["http://creativecommons.org/licenses/by/3/"], "", ""), "CC-BY-3.0");
        assert_eq!(name(&["http://creativecommons.org/licenses/by-nc/2.0/uk/"], "", ""), "CC-BY-NC-2.0");
        assert_eq!(name(&["http://creativecommons.org/publicdomain/zero/1.0/"], "", ""), "CC0");
        assert_eq!(name(&["http://www.example.org/terms"], "", ""), "");
    }

    #[test]
    fn words_name_licences() {
        assert_eq!(name(&[], "under the Creative Commons Attribution License, which permits use", ""), "CC-BY");
        assert_eq!(
            name(&[], "a Creative Commons Attribution-NonCommercial-NoDerivs 3.0 Unported License.", ""),
            "CC-BY-NC-ND-3.0"
        );
        assert_eq!(name(&[], "see (http://creativecommons.org/licenses/by/2.0), which", ""), "CC-BY-2.0");
        assert_eq!(name(&[], "This article is in the public domain.", ""), "public-domain");
        assert_eq!(name(&[], "All rights reserved.", ""), "");
        assert_eq!(name(&[], "", "CC BY-NC-ND"), "CC-BY-NC-ND");
        assert_eq!(name(&[], "", "open-access"), "");
    }

    #[test]
    fn its_own_words_are_kept_to_a_bound() {
        let stated = Stated { text: "é".repeat(3_000), ..Stated::default() };
        assert_eq!(recognise(&stated).map(|l| l.text.chars().count()), Some(2_000));
        assert_eq!(recognise(&Stated::default()), None);
    }
}
