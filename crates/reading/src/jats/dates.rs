//! Dates of publication, in the forms publishers give them.

use evidence::PartialDate;

/// A date being read.
#[derive(Debug, Default, Clone)]
pub(crate) struct DateParts {
    pub(crate) year: String,
    pub(crate) month: String,
    pub(crate) day: String,
    pub(crate) season: String,
    pub(crate) text: String,
}

/// Year, month, day.
pub(crate) type Ymd = (u16, Option<u8>, Option<u8>);

impl DateParts {
    /// The parts of a date written as one text.
    pub(crate) fn of(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }

    /// The date, if a year can be told. A season counts as its first month where it names one.
    pub(crate) fn resolve(&self) -> Option<Ymd> {
        let (text_year, text_month, text_day) = from_text(&self.text);
        let year = year(&self.year).or(text_year)?;
        let month = month(&self.month)
            .or_else(|| month(self.season.split(['-', '\u{2013}', '/', ' ']).next().unwrap_or_default()))
            .or(text_month);
        let day = self.day.trim().parse().ok().or(text_day).filter(|d| month.is_some() && (1..=31).contains(d));
        Some((year, month, day))
    }
}

/// The first year in a text, as "2012a", "c1998", "2003-2004".
pub(crate) fn year(text: &str) -> Option<u16> {
    text.split(|c: char| !c.is_ascii_digit())
        .filter(|d| d.len() == 4)
        .find_map(|d| d.parse().ok())
        .filter(|y| (1500..=2200).contains(y))
}

/// A month by number or name.
fn month(text: &str) -> Option<u8> {
    let text = text.trim();
    if let Ok(n) = text.parse::<u8>() {
        return (1..=12).contains(&n).then_some(n);
    }
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let start = text.get(..3)?.to_ascii_lowercase();
    NAMES.iter().position(|n| *n == start).and_then(|n| u8::try_from(n + 1).ok())
}

/// "Accepted on June 13, 2012", "2012 Mar 4", "13 June 2012".
fn from_text(text: &str) -> (Option<u16>, Option<u8>, Option<u8>) {
    let mut found = None;
    let mut day = None;
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.chars().all(char::is_alphabetic) && word.len() >= 3 && found.is_none() {
            found = month(word);
        } else if word.len() <= 2 {
            day = day.or_else(|| word.parse().ok());
        }
    }
    (year(text), found, day)
}

/// The earlier of two dates; of two that do not contradict each other, the more exact.
pub(crate) fn earlier(a: Ymd, b: Ymd) -> Ymd {
    let same_year = a.0 == b.0;
    match (a.1, b.1) {
        _ if !same_year => a.min(b),
        (None, Some(_)) => b,
        (Some(_), None) => a,
        (m, n) if m != n => a.min(b),
        _ => match (a.2, b.2) {
            (None, Some(_)) => b,
            (Some(_), None) => a,
            _ => a.min(b),
        },
    }
}

/// As the library keeps it.
pub(crate) fn partial((year, month, day): Ymd) -> Option<PartialDate> {
    PartialDate::new(year, month, day).or_else(|| PartialDate::new(year, month, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_read_the_forms_seen_in_the_wild() {
        let date = |season: &str, text: &str| {
            DateParts { season: season.to_owned(), text: text.to_owned(), ..DateParts::default() }.resolve()
        };
        assert_eq!(date("Apr-Jun", "2004"), Some((2004, Some(4), None)));
        assert_eq!(date("", "Accepted on June 13, 2012"), Some((2012, Some(6), Some(13))));
        assert_eq!(date("Spring", ""), None);
        assert_eq!(year("2012a"), Some(2012));
        assert_eq!(year("12"), None);
    }

    #[test]
    fn the_earlier_and_more_exact_wins() {
        assert_eq!(earlier((2012, None, None), (2011, Some(12), Some(5))), (2011, Some(12), Some(5)));
        assert_eq!(earlier((2012, None, None), (2012, Some(3), Some(4))), (2012, Some(3), Some(4)));
        assert_eq!(earlier((2012, Some(3), None), (2012, Some(5), Some(1))), (2012, Some(3), None));
    }
}
