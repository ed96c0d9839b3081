//! How a work is described: authors, dates, licences, entries of a reference list.

use crate::{Identifiers, Kind};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A person or a group that wrote a work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// A person.
    Person {
        /// Family name.
        family: String,
        /// Given names or initials, may be empty.
        given: String,
    },
    /// A collective, as "The ML18147 Study Investigators".
    Group(String),
}

impl fmt::Display for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Author::Person { family, given } if given.is_empty() => f.write_str(family),
            Author::Person { family, given } => write!(f, "{family} {given}"),
            Author::Group(name) => f.write_str(name),
        }
    }
}

/// A date known to the year, month or day. Ordered; a missing part sorts first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// A date, if it can be one: year 1500 to 2200, month 1 to 12, day 1 to 31 and only with a month.
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>) -> Option<Self> {
        let fits = (1500..=2200).contains(&year)
            && month.is_none_or(|m| (1..=12).contains(&m))
            && day.is_none_or(|d| (1..=31).contains(&d) && month.is_some());
        fits.then_some(Self { year, month, day })
    }

    /// The year.
    pub fn year(self) -> u16 {
        self.year
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(m) = self.month {
            write!(f, "-{m:02}")?;
        }
        if let Some(d) = self.day {
            write!(f, "-{d:02}")?;
        }
        Ok(())
    }
}

impl TryFrom<String> for PartialDate {
    type Error = String;
    fn try_from(s: String) -> Result<Self, String> {
        let mut parts = s.splitn(3, '-');
        let year = parts.next().and_then(|y| y.parse().ok());
        let month = parts.next().map(str::parse).transpose().map_err(|_| format!("{s:?} is not a date"))?;
        let day = parts.next().map(str::parse).transpose().map_err(|_| format!("{s:?} is not a date"))?;
        year.and_then(|y| PartialDate::new(y, month, day))
            .ok_or_else(|| format!("{s:?} is not a date (YYYY, YYYY-MM or YYYY-MM-DD)"))
    }
}

impl From<PartialDate> for String {
    fn from(d: PartialDate) -> String {
        d.to_string()
    }
}

/// The terms a source may be used under, as it states them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Licence {
    /// A recognised short name, as `CC-BY-4.0`; empty when none was recognised.
    pub name: String,
    /// Address it gives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// One entry of a source's reference list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BibReference {
    /// Its key within the source.
    pub id: String,
    /// Kind of the work, where the source says or it can be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Title; may be empty where the source gives none.
    pub title: String,
    /// Authors as given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Author>,
    /// Journal, book or site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub container: Option<String>,
    /// When it appeared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<PartialDate>,
    /// Volume.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<String>,
    /// Pages, as printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<String>,
    /// Its identifiers.
    #[serde(default)]
    pub ids: Identifiers,
    /// Address, for works without identifiers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}
