//! Days of the calendar and the time between them.
//!
//! There is no clock here: whoever knows today says so. A date is what somebody wrote, not proof that the day exists.

use std::fmt;
use std::str::FromStr;

/// One day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// A text that is no day. The caller is at fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a date (YYYY-MM-DD)")]
pub struct NotADate(String);

impl Date {
    /// A day, if it can be one: year 1800 to 2200, month 1 to 12, day 1 to 31.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let fits = (1800..=2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        fits.then_some(Date { year, month, day })
    }

    /// The day that lies so many days after 1 January 1970 (Hinnant, "chrono-compatible low-level date algorithms").
    pub fn from_unix_days(days: i64) -> Option<Date> {
        let z = days.checked_add(719_468)?;
        let era = z.div_euclid(146_097);
        let of_era = z.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let mp = (5 * of_year + 2) / 153;
        let day = of_year - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }

    /// The month, from 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, from 1.
    pub fn day(self) -> u8 {
        self.day
    }

    /// Days since 1 January 1970.
    fn unix_days(self) -> i64 {
        let (month, day) = (i64::from(self.month), i64::from(self.day));
        let year = i64::from(self.year) - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// How long ago an earlier day was, in words that do not give the day away: whole weeks up to three months, then
    /// whole months. Nothing for a day that lies ahead.
    pub fn ago(self, earlier: Date) -> Option<String> {
        let days = self.unix_days() - earlier.unix_days();
        let months = i64::from(self.year) * 12 + i64::from(self.month)
            - i64::from(earlier.year) * 12
            - i64::from(earlier.month)
            - i64::from(self.day < earlier.day);
        let plural = |n: i64, unit: &str| format!("{n} {unit}{} ago", if n == 1 { "" } else { "s" });
        match days {
            ..0 => None,
            // Longer ago than the reader has digits for is no treatment of a living patient.
            _ if months > 999 => None,
            _ if months < 3 => Some(plural((days / 7).max(1), "week")),
            _ => Some(plural(months, "month")),
        }
    }

    /// How long ago a month was, in whole months; nothing for this month and later ones.
    pub fn months_since(self, year: u16, month: u8) -> Option<u32> {
        let months = i64::from(self.year) * 12 + i64::from(self.month) - i64::from(year) * 12 - i64::from(month);
        u32::try_from(months).ok().filter(|m| (1..=999).contains(m))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(s: &str) -> Result<Date, NotADate> {
        let mut parts = s.trim().splitn(3, '-').filter(|p| p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit()));
        let mut read = || {
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
        };
        read().ok_or_else(|| NotADate(s.chars().take(40).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(s: &str) -> Date {
        s.parse().unwrap()
    }

    #[test]
    fn days_are_read_and_printed() {
        assert_eq!(day("2026-11-24").to_string(), "2026-11-24");
        assert!("2026-13-24".parse::<Date>().is_err() && "24.11.2026".parse::<Date>().is_err());
        assert!("".parse::<Date>().is_err() && "2026-11".parse::<Date>().is_err());
        assert_eq!(Date::from_unix_days(0), Some(day("1970-01-01")));
        for d in ["1999-12-31", "2000-02-29", "2026-11-24"] {
            assert_eq!(Date::from_unix_days(day(d).unix_days()), Some(day(d)));
        }
    }

    #[test]
    fn time_since_is_told_in_whole_weeks_and_months() {
        let today = day("2026-11-24");
        for (earlier, ago) in [
            ("2025-03-14", "20 months ago"),
            ("2025-11-25", "11 months ago"),
            ("2025-11-24", "12 months ago"),
            ("2026-11-23", "1 week ago"),
            ("2026-10-24", "4 weeks ago"),
            ("2026-08-24", "3 months ago"),
        ] {
            assert_eq!(today.ago(day(earlier)).as_deref(), Some(ago), "{earlier}");
        }
        assert_eq!(today.ago(day("2026-11-25")), None);
        assert_eq!(today.months_since(2025, 3), Some(20));
        assert_eq!(today.months_since(2026, 11), None);
    }
}
