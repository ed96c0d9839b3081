//! Numbers and addresses that belong to one person: record, national, insurance and phone numbers, e-mail, pages of a
//! person, street addresses. A bare number is none of them: a word must announce it, or its form must be unmistakable.

use regex::Regex;
use std::sync::LazyLock;

/// Kind and pattern, in order of precedence; the group `id`, if there is one, is what goes. ASCII classes only: those of
/// Unicode cost milliseconds to compile.
static PATTERNS: LazyLock<Vec<(&str, Option<Regex>)>> = LazyLock::new(|| {
    const NO: &str = r"(?:\s*(?:number|num|no|nr|id|#)\b\.?)?";
    const IS: &str = r"\s*(?:is|was|:|#|=|-)?\s*#?\s*";
    let number =
        r"(?P<id>(?-i:[A-Z]{0,5}[-/ ]?)[0-9][0-9A-Za-z/-]{2,18}|(?-i:[A-Z]{1,6}[0-9A-Z]*(?:-[0-9A-Z]+){1,4}))\b";
    let plain = r"(?P<id>[A-Za-z]{0,4}[-/]?[0-9][0-9-]{2,18}(?:-[A-Za-z0-9]{1,4})?)\b";
    [
        ("e-mail", r"(?-u:\b)[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+".to_owned()),
        ("web page", r"(?i-u)(?:https?://)?(?:www\.)?(?:facebook|instagram|linkedin|twitter|x|tiktok|threads)\.com/[A-Za-z0-9_./?=&%@-]{2,100}|\bhttps?://[a-z0-9.-]+/(?:~|@|users?/|people/|profile/|in/)[A-Za-z0-9_./@-]{2,100}".to_owned()),
        // Insurers print their numbers in groups.
        ("record number", format!(r"(?i-u)\b(?:medicare|medicaid|insurance|policy|member|subscriber|health card|IHI|DVA)(?:\s+(?:card|member|policy))?{NO}{IS}(?P<id>(?-i:[A-Z]{{0,3}})[ -]?[0-9]{{3,6}}(?:[ -][0-9]{{1,6}}){{1,4}})\b")),
        ("record number", format!(r"(?i-u)\b(?:MRN|(?:medical|patient|hospital|case|chart|file|health|clinic|unit|encounter|admission|visit|account|acct|accession|specimen|policy|member|subscriber|insurance|medicaid|medicare|claim|passport|licen[cs]e|hosp|rec)\s+(?:record\s+|member\s+|insurance\s+)?(?:number|num|no|nr|id|ref|mbi)\b\.?|(?:medical\s+)?record\s*(?:number|no|#)\.?|member\s*id|patient\s*#|(?:hospital|chart|case|file|account|acct|record)\s*#|MR\s?(?:#|no\b\.?)|acc(?:ession)?\s(?:no|number)\b\.?|medicare|medicaid|acct|UHID|URN|CHI|MBI|KVNR|(?:fall|patienten|versicherten|krankenversicherten|versicherungs|kassen)-?\s?(?:nummer|nr\b\.?)){IS}{number}")),
        ("record number", format!(r"(?i-u)\b(?:chart|file|pt ref|patient ref|ref|our ref|id|dossier|folder|reg){NO}\s*[:#]?\s*{plain}")),
        ("national number", r"(?-u:\b[0-9]{3}-[0-9]{2}-[0-9]{4}\b)".to_owned()),
        ("national number", format!(r"(?i-u)\b(?:SSN|social security|NHS|national insurance|NINO|NI|personnummer|national id|aadhaar){NO}{IS}(?P<id>[A-Z]{{0,2}}\s?[0-9](?:[\s-]?[0-9]){{5,11}}\s?[A-Z]?)\b")),
        ("national number", r"(?-u:\b[1-9][0-9]{2} [0-9]{3} [0-9]{4}\b)".to_owned()),
        ("phone", r"(?-u:(?:\+[0-9]{1,3}[ .-]?)?(?:\([0-9]{2,5}\) ?|\b[0-9]{3,4}[ .-])[0-9]{3}[ .-][0-9]{4}\b)".to_owned()),
        ("phone", r"(?-u:\+[0-9]{1,3}(?:[ .()/-]{0,2}[0-9]{2,8}){2,5}\b)".to_owned()),
        ("phone", r"(?-u:\b0[0-9]{2,4}[ -][0-9]{3,4}[ -]?[0-9]{3,4}\b|\b0[0-9]{4} [0-9]{6}\b)".to_owned()),
        ("phone", format!(r"(?i-u)\b(?:phone|tel|telephone|mobile|mob|cell|fax|pager|bleep|whatsapp|call|ring|text|contact|reach)\b\.?(?:\s+(?:me|him|her|us|them))?(?:\s+(?:at|on|back|under))?{NO}{IS}(?P<id>\+?\(?[0-9](?:[ ().\-/]{{0,2}}[0-9]){{5,13}})(?-u:\b)")),
        ("phone", r"(?i-u)\b(?:phone|tel|telephone|mobile|cell|fax|pager|number is|call me (?:at|on))\b\.?\s*:?\s*(?P<id>[0-9]{3}-[0-9]{4})\b".to_owned()),
        ("phone", r"(?-u:\b555-[0-9]{4}\b)".to_owned()),
        ("address", {
            let word = r"(?:\p{Lu}[\p{L}'’.-]+|[0-9]{1,3}(?:st|nd|rd|th))";
            let kind = r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Way|Place|Pl|Terrace|Close|Crescent|Grove|Gardens|Square|Sq|Parkway|Pkwy|Highway|Hwy|Circle|Row|Walk|Hill|Mews|Park|Rise|View|Quay|Green)";
            let flat = r"(?:,?\s+(?:[Aa]pt|[Aa]partment|[Ss]uite|[Uu]nit|[Ff]lat)\.?\s*#?[0-9A-Za-z]{1,5})?";
            let post = r"(?:[0-9]{5}(?:-[0-9]{4})?|(?:VIC|NSW|QLD|SA|WA|TAS|ACT|NT),? [0-9]{4}|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])";
            // A postcode is looked for first: its first half looks like a word of the town.
            let town = format!(r"(?:(?:,\s*{word}(?:\s{word}){{0,2}}){{0,2}},?\s+(?:[A-Z]{{2}}\s+)?{post}\b|,\s*{word}(?:\s{word}){{0,2}}(?:,?\s+[A-Z]{{2}}\b)?)?");
            format!(r"\b[0-9]{{1,5}}(?:[/-][0-9]{{1,5}})?[A-Za-z]?,?\s+(?:[NSEW]\.?\s+)?(?:{word}\s+){{1,3}}{kind}\b\.?{flat}{town}")
        }),
        ("address", r"\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|platz|allee|gasse|laan|straat|gatan)\s+[0-9]{1,4}[a-z]?(?:,\s*[0-9]{4,5}\s+\p{Lu}[\p{L}-]+)?".to_owned()),
        ("address", r"\b[0-9]{1,4}(?: ?bis| ?ter)?,?\s+(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace|[Qq]uai|[Cc]hemin)\s+(?:(?:de|du|des|la|le|les|l')\s?){0,2}\p{Lu}[\p{L}'-]+(?:\s\p{Lu}[\p{L}'-]+){0,2}(?:,?\s*[0-9]{5}(?:\s+\p{Lu}[\p{L}-]+)?)?".to_owned()),
        ("address", r"\b(?:[Rr]ue|[Aa]venue|[Cc]alle|[Vv]ia|[Rr]ua)\s+(?:(?:de|du|des|la|da|do|del|della)\s+){0,2}\p{Lu}[\p{L}'-]+,?\s+[0-9]{1,4}(?:,\s*[0-9]{4,5}\s+\p{Lu}[\p{L}-]+)?".to_owned()),
        ("address", r"(?i)\b(?:lives? (?:at|on)|address(?: is)?|residing at|home)\s*:?\s*(?P<id>[0-9]{1,5}\s+[\p{L}'-]+(?:\s[\p{L}'-]+)?\s+(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|way|close|blvd)\b\.?(?:\s+(?:apt|flat|unit)\.?\s*#?[0-9a-z]{1,5})?)".to_owned()),
        ("address", r"(?i-u)\bP\.?\s?O\.?\s?Box\s+[0-9]{1,6}\b".to_owned()),
    ]
    .into_iter()
    .map(|(kind, pattern)| (kind, Regex::new(&pattern).ok()))
    .collect()
});

/// What a text holds of them: kind and place, not in order.
pub(super) fn find(text: &str) -> Vec<(&'static str, [usize; 2])> {
    let mut found = Vec::new();
    // All but one of them hold a digit.
    if !text.bytes().any(|b| b.is_ascii_digit() || b == b'@' || b == b'/') {
        return found;
    }
    for (kind, pattern) in PATTERNS.iter() {
        for c in pattern.iter().flat_map(|p| p.captures_iter(text)) {
            let Some(m) = c.name("id").or(c.get(0)) else { continue };
            let digits = m.as_str().bytes().filter(u8::is_ascii_digit).count();
            let numeric = matches!(*kind, "phone" | "record number" | "national number");
            // Within a longer number or word it is part of something else, as in NCT01720446 or 10.1016/S1470-2045.
            let mut back = text[..m.start()].chars().rev();
            let within = match back.next() {
                // "85-180-400-2400" is a row of doses.
                Some('-') => back.next().is_some_and(|c| c.is_ascii_digit()),
                Some(c) => c.is_alphanumeric() || matches!(c, '.' | '/' | '<' | '>'),
                None => false,
            };
            // Registered trials and papers belong to nobody.
            let public = ["NCT", "ISRCTN", "ACTRN", "CRD", "PMID", "PMC", "EudraCT"];
            let within = within || public.iter().any(|p| m.as_str().starts_with(p));
            let inside = within || text[m.end()..].starts_with('%');
            if numeric && (inside || digits < 3) {
                continue;
            }
            found.push((*kind, [m.start(), m.end()]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        for (i, (kind, p)) in PATTERNS.iter().enumerate() {
            assert!(p.is_some(), "{kind} {i}");
        }
    }
}
