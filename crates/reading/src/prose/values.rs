//! Names, dates and identifiers as people write them by hand: in front matter, meta elements, document properties.
//!
//! Owns what is taken for a group and not a person. Shared by the readers of pages, Word documents and prose. It must
//! not guess: a date that can be read in two ways keeps only its year.

use crate::jats::{dates, inline};
use evidence::{Author, Doi, PartialDate};

/// Text with every run of white space as one blank, without control characters and what has no width.
pub(crate) fn plain(text: &str) -> String {
    let mut buffer = String::with_capacity(text.len());
    inline::push(&mut buffer, text);
    inline::tidy(&buffer, false)
}

/// Text in small letters with every run of other signs as one blank: two headings that differ by less are one.
pub(crate) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if !matches!(c, '\'' | '\u{2019}') && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Words that a person's name does not hold.
const GROUP: &[&str] = &[
    "academy",
    "administration",
    "agency",
    "alliance",
    "association",
    "authority",
    "board",
    "bureau",
    "center",
    "centers",
    "centre",
    "clinic",
    "college",
    "collaboration",
    "collaborative",
    "commission",
    "committee",
    "consortium",
    "council",
    "department",
    "directorate",
    "editors",
    "federation",
    "foundation",
    "group",
    "health",
    "hospital",
    "initiative",
    "institute",
    "institutes",
    "investigators",
    "library",
    "ministry",
    "national",
    "network",
    "nhs",
    "office",
    "organisation",
    "organization",
    "panel",
    "programme",
    "project",
    "registry",
    "royal",
    "service",
    "services",
    "society",
    "staff",
    "task",
    "team",
    "trust",
    "union",
    "university",
    "workgroup",
    "writers",
];

/// What stands after a name and is none.
const DEGREES: &[&str] = &[
    "md", "phd", "do", "mbbs", "msc", "bsc", "mph", "rn", "pharmd", "frcp", "facp", "ms", "ma", "ba", "bs", "jr", "sr",
    "mbchb", "mba", "dphil", "drph", "np", "pa", "pa-c", "faap", "facc", "facs", "fccp", "mscr", "mhs", "ii", "iii",
];

/// A name as written: `Family, Given`, `Given Family`, or a group.
pub(crate) fn author(name: &str) -> Option<Author> {
    let name = plain(name);
    let name = name.strip_prefix("By ").or_else(|| name.strip_prefix("by ")).unwrap_or(&name);
    let mut parts: Vec<&str> = name.split(',').map(str::trim).filter(|p| !p.is_empty()).collect();
    while parts.len() > 1 && parts.last().is_some_and(|p| p.split(' ').all(is_degree)) {
        parts.pop();
    }
    let whole = parts.join(", ");
    let fold = folded(&whole);
    let is_group = fold.split(' ').any(|w| GROUP.contains(&w)) || whole.starts_with("The ");
    if !whole.chars().any(char::is_alphabetic) || whole.contains("://") || whole.contains('@') {
        return None;
    }
    if is_group || parts.len() > 2 {
        return Some(Author::Group(whole));
    }
    if let [family, given] = parts[..] {
        return Some(Author::Person { family: family.to_owned(), given: given.to_owned() });
    }
    let mut words: Vec<&str> = whole.split(' ').collect();
    while words.len() > 2 && words.last().is_some_and(|w| is_degree(w)) {
        words.pop();
    }
    if words.len() < 2 || words.len() > 6 {
        return Some(Author::Group(whole));
    }
    // "Ludwig van der Berg": what is written small belongs to the family name.
    let from = words.iter().skip(1).position(|w| w.starts_with(char::is_lowercase)).map_or(words.len() - 1, |n| n + 1);
    let family = words.split_off(from).join(" ");
    Some(Author::Person { family, given: words.join(" ") })
}

fn is_degree(word: &str) -> bool {
    let word: String = word.chars().filter(|c| *c != '.').collect();
    DEGREES.contains(&word.to_ascii_lowercase().as_str())
}

/// Names in one text, as `Ann Smith; Bo Lee` or `Ann Smith and Bo Lee`.
pub(crate) fn authors(text: &str) -> Vec<Author> {
    let text = plain(text);
    let by_semicolon = text.contains(';');
    let pieces: Vec<&str> = if by_semicolon {
        text.split(';').collect()
    } else if !folded(&text).split(' ').any(|w| GROUP.contains(&w)) {
        // "Ann Smith, Bo Lee and Cy Moe", but not "Smith, Ann".
        let pieces: Vec<&str> = text.split(" and ").flat_map(|p| p.split(',')).map(str::trim).collect();
        let named = |p: &&str| p.contains(' ') || p.split(' ').all(is_degree);
        if pieces.len() > 1 && pieces.iter().all(named) { pieces } else { vec![text.as_str()] }
    } else {
        vec![text.as_str()]
    };
    pieces.into_iter().filter(|p| !p.trim().split(' ').all(is_degree)).filter_map(author).collect()
}

/// A date in the forms pages give: ISO 8601 with or without a time, `2024/5/1`, `20240501`, `1 May 2024`.
pub(crate) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let mut parts = text.splitn(3, ['-', '/', '.']);
    let number = |part: Option<&str>| -> Option<u8> {
        let digits: String = part?.chars().take_while(char::is_ascii_digit).take(3).collect();
        digits.parse().ok()
    };
    if let Some(first) = parts.next()
        && first.bytes().all(|b| b.is_ascii_digit())
    {
        match first.len() {
            4 => {
                let year = first.parse().ok()?;
                let month = number(parts.next());
                let day = number(parts.next());
                return PartialDate::new(year, month, day)
                    .or_else(|| PartialDate::new(year, month, None))
                    .or_else(|| PartialDate::new(year, None, None));
            }
            8 if first.len() == text.len() => {
                let year = text.get(..4)?.parse().ok()?;
                return PartialDate::new(year, text.get(4..6)?.parse().ok(), text.get(6..)?.parse().ok());
            }
            _ => {}
        }
    }
    dates::DateParts::of(text).resolve().and_then(dates::partial)
}

/// A DOI that is plainly said to be one: `doi:10.1/x`, `https://doi.org/10.1/x`, `10.1/x`.
pub(crate) fn doi(text: &str) -> Option<Doi> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = ["https://", "http://"].iter().find_map(|p| lower.strip_prefix(p)).unwrap_or(&lower);
    let is_address = rest.len() != lower.len();
    let named = ["doi.org/", "dx.doi.org/", "www.doi.org/"].iter().find_map(|p| rest.strip_prefix(p));
    let bare = match named {
        Some(bare) => bare,
        None if is_address => return None,
        None => rest.strip_prefix("doi:").unwrap_or(rest).trim_start(),
    };
    let bare = bare.split(['?', '#']).next().unwrap_or(bare).replace("%2f", "/");
    bare.starts_with("10.").then(|| bare.parse().ok()).flatten()
}

/// Whether a language tag is English, or nothing.
pub(crate) fn is_english(tag: &str) -> bool {
    let tag = tag.trim().to_ascii_lowercase();
    tag.is_empty()
        || tag == "eng"
        || tag == "english"
        || tag == "en"
        || tag.starts_with("en-")
        || tag.starts_with("en_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(names: &str) -> Vec<String> {
        authors(names)
            .iter()
            .map(|a| match a {
                Author::Person { family, given } => format!("{family}/{given}"),
                Author::Group(name) => name.clone(),
            })
            .collect()
    }

    #[test]
    fn names_are_people_or_groups() {
        assert_eq!(shown("Smith, Ann B."), ["Smith/Ann B."]);
        assert_eq!(shown("Ann B. Smith, MD, PhD"), ["Smith/Ann B."]);
        assert_eq!(shown("Ann Smith; Lee, Bo"), ["Smith/Ann", "Lee/Bo"]);
        assert_eq!(shown("Ann Smith, Bo Lee and Cy Moe"), ["Smith/Ann", "Lee/Bo", "Moe/Cy"]);
        assert_eq!(shown("Ludwig van der Berg"), ["van der Berg/Ludwig"]);
        assert_eq!(shown("National Institute of Examples"), ["National Institute of Examples"]);
        assert_eq!(shown("Royal College of A, B and C"), ["Royal College of A, B and C"]);
        assert_eq!(shown("admin"), ["admin"]);
        assert_eq!(shown(" ; "), Vec::<String>::new());
    }

    #[test]
    fn dates_are_not_guessed() {
        let shown = |text| date(text).map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(shown("2024-05-01T10:00:00Z"), "2024-05-01");
        assert_eq!(shown("2024/5"), "2024-05");
        assert_eq!(shown("20240501"), "2024-05-01");
        assert_eq!(shown("1 May 2024"), "2024-05-01");
        assert_eq!(shown("03/04/2024"), "2024");
        assert_eq!(shown("2024-13-01"), "2024");
        assert_eq!(shown("soon"), "");
    }

    #[test]
    fn only_what_is_a_doi_is_one() {
        let shown = |text| doi(text).map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(shown("https://doi.org/10.1000/X1"), "10.1000/x1");
        assert_eq!(shown("doi: 10.1000/x1"), "10.1000/x1");
        assert_eq!(shown("https://example.org/10.1000/x1"), "");
        assert_eq!(shown("ISSN 1234-5678"), "");
    }
}
