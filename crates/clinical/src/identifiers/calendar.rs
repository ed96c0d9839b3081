//! Dates in a text. Exact ones are identifiers and go; months and years stay, and are told as intervals to whoever reads
//! the question. "120/80", "5/5 strength" and "3/7" are no dates: without a year a word must say that it is one.

use crate::dates::Date;
use regex::Regex;
use std::sync::LazyLock;

/// An exact date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) span: [usize; 2],
    /// The day, where the text gives its year and it is not a day of birth or the beginning of something that goes on.
    pub(super) event: Option<Written>,
}

/// A date as written: where day and month may be either way round, both are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Written {
    year: u16,
    month: u8,
    day: u8,
    /// Month and day may be the other way round.
    either: bool,
}

impl Written {
    /// How long ago, in words. Of two ways to read it the American one counts, unless it lies ahead.
    pub(super) fn ago(self, today: Date) -> Option<String> {
        let first = Date::new(self.year, self.month, self.day).and_then(|d| today.ago(d));
        first.or_else(|| {
            let turned = Date::new(self.year, self.day, self.month).filter(|_| self.either)?;
            today.ago(turned)
        })
    }
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH: &str = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

static NUMBERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?-u)\b(?:(?P<y>(?:19|20)[0-9]{2})[-/.](?P<ym>[0-9]{1,2})[-/.](?P<yd>[0-9]{1,2})|(?P<a>[0-9]{1,2})(?P<s>[-/.])(?P<b>[0-9]{1,2})(?P<t>[-/.])(?P<c>[0-9]{4}|[0-9]{2}))\b",
    )
    .ok()
});
static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i-u)\b(?:(?P<d>[0-9]{{1,2}})(?P<o>st|nd|rd|th)?[-\s./]{{0,2}}(?:day\s+)?(?:of\s+)?(?P<m>{MONTH})\b(?:[.,/-]{{0,2}}\s?'?(?P<y>(?:19|20)[0-9]{{2}}|[0-9]{{2}}\b))?|(?P<m2>{MONTH})(?:\.?\s?|-)(?:the\s+)?(?P<d2>[0-9]{{1,2}})(?P<o2>st|nd|rd|th)?\b(?:,?[\s/-]\s?'?(?P<y2>(?:19|20)[0-9]{{2}})\b)?)"
    ))
    .ok()
});
static SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u)\b(?:on|since|dob|admitted|seen|dated|discharged|surgery|dose|until|till|born|from|visit|date|appt|dc'?d|due)\s*:?\s+(?P<id>(?P<a>[0-9]{1,2})/(?P<b>[0-9]{1,2}))\b",
    )
    .ok()
});
static BIRTH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u)\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|birthday|born(?: on)?|geb\.?)\s*(?:is|:|=|-)?\s*(?P<id>[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,2}|[0-9]{8}|[0-9]{6})\b",
    )
    .ok()
});
static MONTH_YEAR: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?i-u)\b(?:(?:early|late|mid)[- ])?(?P<m>{MONTH})\.?(?:\s+of)?\s+(?P<y>(?:19|20)[0-9]{{2}})\b|\bin\s+(?P<year>(?:19|20)[0-9]{{2}})\b|\b(?P<n>[01]?[0-9])/(?P<ny>20[0-9]{{2}})\b"
    ))
    .ok()
});

/// The exact dates of a text, not in order; some may overlap.
pub(super) fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    if !text.bytes().any(|b| b.is_ascii_digit()) {
        return found;
    }
    let mut push = |span: [usize; 2], written: Option<Written>| {
        let event = written.filter(|_| is_event(&text[..span[0]]));
        found.push(Found { span, event });
    };
    for c in BIRTH.iter().flat_map(|p| p.captures_iter(text)) {
        if let Some(m) = c.name("id") {
            push([m.start(), m.end()], None);
        }
    }
    for c in NUMBERS.iter().flat_map(|p| p.captures_iter(text)) {
        let Some(all) = c.get(0) else { continue };
        let after = text[all.end()..].chars().next();
        let before = text[..all.start()].chars().next_back();
        if matches!(before, Some('.' | '/' | '-')) || matches!(after, Some('/' | '-' | '%')) {
            continue;
        }
        let n = |name: &str| c.name(name).and_then(|m| m.as_str().parse::<u16>().ok());
        if let (Some(y), Some(m), Some(d)) = (n("y"), n("ym"), n("yd")) {
            if let Some(w) = written(y, m, d, false) {
                push([all.start(), all.end()], Some(w));
            }
            continue;
        }
        let (Some(a), Some(b), Some(y)) = (n("a"), n("b"), n("c")) else { continue };
        let long = c.name("c").is_some_and(|m| m.as_str().len() == 4);
        let (s, t) = (c.name("s").map(|m| m.as_str()), c.name("t").map(|m| m.as_str()));
        // "1.2.34" is a version, "10-20-30" a dose: with a short year only slashes, or days and months of two digits.
        let short_fits = match s {
            Some("/") => true,
            Some(".") => all.as_str().len() == 8,
            _ => all.as_str().len() == 8 && !all.as_str().ends_with('0'),
        };
        if s != t || (long && !(1800..=2200).contains(&y)) || (!long && !short_fits) {
            continue;
        }
        let year = if long { y } else { full(y) };
        let w = if s == Some("/") {
            written(year, a, b, true).or_else(|| written(year, b, a, false))
        } else {
            // Points and hyphens are how day and month are written in that order.
            written(year, b, a, true).or_else(|| written(year, a, b, false))
        };
        if w.is_some() {
            push([all.start(), all.end()], w);
        }
    }
    for c in WORDS.iter().flat_map(|p| p.captures_iter(text)) {
        let Some(all) = c.get(0) else { continue };
        let (Some(month), Some(day)) = (c.name("m").or(c.name("m2")), c.name("d").or(c.name("d2"))) else { continue };
        let Some(d) = day.as_str().parse::<u16>().ok().filter(|d| (1..=31).contains(d)) else { continue };
        let year = c.name("y").or(c.name("y2"));
        let ordinal = c.name("o").or(c.name("o2")).is_some();
        let mut end = all.end();
        if let Some(y) = year.filter(|y| y.as_str().len() == 2) {
            // "3 March 20 mg": the number after is another thing unless it is joined.
            let joined = text[month.end()..y.start()].contains(['-', '\'', '/', '.']) || month.end() == y.start();
            if !joined {
                end = month.end();
            }
        }
        let year = year.filter(|y| y.end() <= end);
        // "OCT4" and "Oct-4" are genes.
        let gap = c.name("m2").zip(c.name("d2")).map(|(m, d)| (m.as_str(), &text[m.end()..d.start()]));
        let glued = gap.is_some_and(|(m, gap)| gap.is_empty() || (gap == "-" && m.eq_ignore_ascii_case("oct")));
        if year.is_none() && (glued && !ordinal || !stands_for_a_day(text, [all.start(), end], month.as_str(), ordinal))
        {
            continue;
        }
        let m = MONTHS.iter().position(|m| month.as_str().to_ascii_lowercase().starts_with(m)).map(|i| i as u16 + 1);
        let y = year.and_then(|y| y.as_str().parse::<u16>().ok()).map(|y| if y < 100 { full(y) } else { y });
        push([all.start(), end], m.zip(y).and_then(|(m, y)| written(y, m, d, false)));
    }
    for c in SHORT.iter().flat_map(|p| p.captures_iter(text)) {
        let Some(id) = c.name("id") else { continue };
        let n = |name: &str| c.name(name).and_then(|m| m.as_str().parse::<u16>().ok());
        let (Some(a), Some(b)) = (n("a"), n("b")) else { continue };
        if is_short_date(a, b, &text[id.end()..]) {
            push([id.start(), id.end()], None);
        }
    }
    found
}

/// The months and years of a text without their days, and how many months ago they were: place of the end, months.
pub(super) fn months(text: &str, today: Date) -> Vec<(usize, u32)> {
    let mut found = Vec::new();
    for c in MONTH_YEAR.iter().flat_map(|p| p.captures_iter(text)) {
        let Some(all) = c.get(0) else { continue };
        let n = |name: &str| c.name(name).and_then(|m| m.as_str().parse::<u16>().ok());
        let named = c.name("m").and_then(|m| {
            let lower = m.as_str().to_ascii_lowercase();
            MONTHS.iter().position(|n| lower.starts_with(n)).map(|i| i as u8 + 1)
        });
        let ago = match (n("year"), n("y").or(n("ny"))) {
            // A year alone is coarse: said of years only, and not of this or the last one.
            (Some(y), _) => today.year().checked_sub(y).filter(|n| (2..80).contains(n)).map(|n| u32::from(n) * 12),
            (_, Some(y)) => {
                let month = named.or(n("n").map(|m| m as u8)).filter(|m| (1..=12).contains(m));
                month.and_then(|m| today.months_since(y, m))
            }
            _ => None,
        };
        if let Some(months) = ago.filter(|_| is_event(&text[..all.start()])) {
            found.push((all.end(), months));
        }
    }
    found
}

fn written(year: u16, month: u16, day: u16, either: bool) -> Option<Written> {
    let fits = (1..=12).contains(&month) && (1..=31).contains(&day) && (1800..=2200).contains(&year);
    fits.then_some(Written { year, month: month as u8, day: day as u8, either: either && day <= 12 })
}

/// The year that two digits stand for.
fn full(year: u16) -> u16 {
    if year < 50 { 2000 + year } else { 1900 + year }
}

/// Whether the words before a date do not make it a day of birth, or the beginning of something that goes on.
fn is_event(before: &str) -> bool {
    let mut start = before.len().saturating_sub(28);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let near = before[start..].to_ascii_lowercase();
    let near = near.trim_end_matches([' ', ':', '(', ',', '-']);
    let ends = |words: &[&str]| words.iter().any(|w| near.ends_with(w));
    let ended = ["off", "stopped", "discontinued", "without", "free"].iter().any(|w| near.contains(w));
    let goes_on = ends(&["since", "from", "until", "till", "through", "by", "before", "ongoing since"]) && !ended;
    !(goes_on
        || ends(&[
            "dob",
            "d.o.b",
            "d.o.b.",
            "birth",
            "born",
            "born on",
            "born in",
            "birthday",
            "birth date",
            "birth is",
        ]))
}

/// Whether a day and a month without a year are meant: not "may 5 mg" or "1 dec".
fn stands_for_a_day(text: &str, span: [usize; 2], month: &str, ordinal: bool) -> bool {
    let capital = month.starts_with(|c: char| c.is_ascii_uppercase());
    let word =
        matches!(month.to_ascii_lowercase().as_str(), "may" | "mar" | "dec" | "jan" | "march" | "sep" | "sept" | "oct");
    let after = text[span[1]..].trim_start().to_ascii_lowercase();
    let units = [
        "mg", "mcg", "g ", "g/", "ml", "%", "cycles", "x", "units", "patients", "tablets", "years", "months", "weeks",
        "days", "hours", "mmol", "times", "kg", "cm", "mm", "trial", "study", ".5", "of the",
    ];
    let unit = units.iter().any(|u| after.starts_with(u));
    !unit && (capital || !word || (ordinal && month.len() > 3 && !month.eq_ignore_ascii_case("may")))
}

fn is_short_date(a: u16, b: u16, after: &str) -> bool {
    let day_and_month =
        ((1..=12).contains(&a) && (1..=31).contains(&b)) || ((1..=31).contains(&a) && (1..=12).contains(&b));
    // 3/7, 2/52 and 4/12 are British for days, weeks and months where something lasts; halves and thirds are doses.
    let fraction = matches!(
        (a, b),
        (1, 2) | (1, 3) | (2, 3) | (1, 4) | (3, 4) | (5, 5) | (4, 5) | (3, 5) | (2, 6) | (3, 6) | (1, 6) | (4, 6)
    );
    let after = after.trim_start();
    let lower: String = after.chars().take(12).collect::<String>().to_ascii_lowercase();
    let unit = [
        "/", "%", "tab", "dose", "strength", "power", "systolic", "murmur", "pain", "node", "normal", "ns", "pill",
        "hour", "ago", "week", "day", "positive", "lymph", "mg",
    ];
    day_and_month && !fraction && !unit.iter().any(|u| lower.starts_with(u))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_compile() {
        assert!(NUMBERS.is_some() && WORDS.is_some() && SHORT.is_some() && BIRTH.is_some() && MONTH_YEAR.is_some());
    }

    #[test]
    fn months_and_years_become_intervals() {
        let today: Date = "2026-11-24".parse().unwrap();
        let told = |text: &str| months(text, today).iter().map(|m| m.1).collect::<Vec<_>>();
        assert_eq!(told("finished CAPOX in March 2025"), [20]);
        assert_eq!(told("CABG in 2019; on warfarin since March 2024; born in 1957"), [84]);
        assert_eq!(told("completed 03/2025"), [20]);
        assert_eq!(told("scheduled for January 2027 and in 2026"), Vec::<u32>::new());
    }
}
