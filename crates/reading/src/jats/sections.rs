//! Which sections are evidence, and how their headings read.

/// A heading without its number and without trailing dots and blanks.
pub(crate) fn heading(title: &str) -> String {
    let title = title.trim();
    let rest = title.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    // "2.1. Patients" and "3 Results" lose the number; "5-Fluorouracil" and "12 months" keep it.
    let number = title.get(..title.len() - rest.len()).unwrap_or_default();
    let numbered = number.contains('.') || (number.len() == 1 && rest.trim_start().starts_with(char::is_uppercase));
    let title = if numbered && rest.starts_with([' ', '\u{a0}']) || number.ends_with('.') { rest } else { title };
    title.trim().trim_end_matches(['.', ':', ' ']).trim().to_owned()
}

/// Headings of what is not evidence: who paid, who wrote, what is attached. Beginnings, in small letters.
const LEFT_OUT: &[&str] = &[
    "abbreviations",
    "acknowledg",
    "additional file",
    "additional information and declarations",
    "additional supporting information",
    "associated data",
    "author contribution",
    "author information",
    "author note",
    "authors contribution",
    "authors information",
    "authors role",
    "authors contributions",
    "authorship",
    "availability of data",
    "availability of supporting data",
    "compliance with ethic",
    "competing financial interest",
    "competing interest",
    "conflict of interest",
    "conflicting interest",
    "conflicts of interest",
    "consent for publication",
    "consent to publish",
    "contribution to authorship",
    "contributorship",
    "contributors",
    "credit author",
    "data availability",
    "data sharing",
    "declaration of conflict",
    "declaration of competing",
    "declaration of interest",
    "declarations",
    "details of ethic",
    "disclaimer",
    "disclosure",
    "dual publication",
    "electronic supplementary material",
    "endnotes",
    "ethics approval and consent",
    "financial disclosure",
    "financial support",
    "footnotes",
    "funding",
    "grant support",
    "grants",
    "list of abbreviations",
    "open access",
    "potential conflict",
    "pre publication history",
    "provenance and peer review",
    "publisher s note",
    "publishers note",
    "role of the funding source",
    "role of the sponsor",
    "source of funding",
    "sources of funding",
    "source of support",
    "sources of support",
    "study funding",
    "supplementary data",
    "supplementary file",
    "supplementary information",
    "supplementary material",
    "supplemental data",
    "supplemental material",
    "supplemental information",
    "supporting information",
    "supporting online",
    "transparency document",
    "web resources",
    "prepublication history",
    "peer review",
    "online supplementary",
    "author disclosure",
    "duality of interest",
    "statement of interest",
    "conflicts and disclosures",
    "contributions",
    "article note",
    "handling editor",
    "citation",
    "sponsorship",
    "the authors declare",
    "references",
];

/// Left out only at the end of an article; in its methods they belong to the account of the study.
const LEFT_OUT_IN_BACK: &[&str] = &[
    "ethic",
    "informed consent",
    "consent",
    "statement of human",
    "human rights",
    "availability",
    "patient consent",
    "reporting checklist",
    "note",
    "additional",
];

/// Beginnings that count only where hardly anything follows.
const BRIEF: &[&str] = &[
    "contributions",
    "citation",
    "grants",
    "note",
    "footnotes",
    "references",
    "declarations",
    "contributors",
    "additional",
    "availability",
    "consent",
];

/// Whether a section with this heading is left out.
pub(crate) fn is_left_out(heading: &str, in_back: bool) -> bool {
    let mut plain = String::with_capacity(heading.len());
    for c in heading.chars() {
        if c == '\'' || c == '\u{2019}' || c == '\u{2018}' {
            continue;
        }
        if c.is_alphanumeric() {
            plain.extend(c.to_lowercase());
        } else if !plain.is_empty() && !plain.ends_with(' ') {
            plain.push(' ');
        }
    }
    // "Contributions" as a whole, but not "Contributions of diet to blood pressure".
    let starts =
        |prefix: &&str| plain.starts_with(*prefix) && (!BRIEF.contains(prefix) || plain.split(' ').count() <= 2);
    LEFT_OUT.iter().any(starts) || (in_back && LEFT_OUT_IN_BACK.iter().any(starts))
}

/// Whether a `sec-type` says that a section is not evidence.
pub(super) fn is_left_out_type(kind: &str) -> bool {
    let kind = kind.to_ascii_lowercase();
    [
        "coi-statement",
        "conflict",
        "disclosure",
        "supplementary",
        "contributions",
        "funding",
        "data-availability",
        "author-contribution",
        "ack",
    ]
    .iter()
    .any(|t| kind.starts_with(t))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_lose_numbers_and_dots() {
        assert_eq!(heading("2.1. Patients."), "Patients");
        assert_eq!(heading("1. Introduction "), "Introduction");
        assert_eq!(heading("3 Results"), "Results");
        assert_eq!(heading("12 months"), "12 months");
        assert_eq!(heading("5-Fluorouracil:"), "5-Fluorouracil");
        assert_eq!(heading(""), "");
    }

    #[test]
    fn what_is_no_evidence_is_left_out() {
        for title in [
            "Competing interests",
            "Authors\u{2019} contributions",
            "ACKNOWLEDGEMENTS",
            "Pre-publication history",
            "Contributions",
        ] {
            assert!(is_left_out(title, false), "{title}");
        }
        for title in [
            "Results",
            "Contributions of diet to pressure",
            "Ethics approval",
            "Fundus photography",
            "Note on the dose used",
        ] {
            assert!(!is_left_out(title, false), "{title}");
        }
        assert!(is_left_out("Ethics approval", true));
    }
}
