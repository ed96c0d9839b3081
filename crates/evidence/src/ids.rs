//! Identifiers of works. Each parses from the forms seen in the wild and prints in one.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Why a text is not an identifier of the kind asked for. The input is at fault; read it again corrected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not a {kind}")]
pub struct IdError {
    kind: &'static str,
    text: String,
}

fn bad(kind: &'static str, text: &str) -> IdError {
    IdError { kind, text: text.chars().take(80).collect() }
}

macro_rules! string_serde {
    ($t:ty) => {
        impl TryFrom<String> for $t {
            type Error = IdError;
            fn try_from(s: String) -> Result<Self, IdError> {
                s.parse()
            }
        }
        impl From<$t> for String {
            fn from(id: $t) -> String {
                id.to_string()
            }
        }
    };
}

/// A PubMed identifier: 1 to 8 digits, not zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Pmid(u32);

impl TryFrom<u32> for Pmid {
    type Error = IdError;
    fn try_from(n: u32) -> Result<Self, IdError> {
        if (1..100_000_000).contains(&n) { Ok(Self(n)) } else { Err(bad("PMID", &n.to_string())) }
    }
}
impl From<Pmid> for u32 {
    fn from(id: Pmid) -> u32 {
        id.0
    }
}
impl FromStr for Pmid {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let t = s.trim();
        let digits = t.strip_prefix("PMID:").or_else(|| t.strip_prefix("PMID")).unwrap_or(t).trim();
        digits.parse::<u32>().ok().and_then(|n| Self::try_from(n).ok()).ok_or_else(|| bad("PMID", s))
    }
}
impl fmt::Display for Pmid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A PubMed Central identifier, printed `PMC4389469`; a version suffix (`.1`) is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pmcid(u32);

impl FromStr for Pmcid {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let t = s.trim();
        let t = t.strip_prefix("PMC").or_else(|| t.strip_prefix("pmc")).unwrap_or(t);
        let digits = t.split('.').next().unwrap_or(t);
        match digits.parse::<u32>() {
            Ok(n) if n > 0 => Ok(Self(n)),
            _ => Err(bad("PMCID", s)),
        }
    }
}
impl fmt::Display for Pmcid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PMC{}", self.0)
    }
}
string_serde!(Pmcid);

/// A digital object identifier, lower case, without resolver or `doi:` prefix (DOI Handbook: names are case-insensitive).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Doi(String);

impl Doi {
    /// The name, as `10.1056/nejmoa1908075`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for Doi {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let mut t = s.trim().to_ascii_lowercase();
        for prefix in ["https://", "http://", "dx.", "doi.org/", "doi:"] {
            if let Some(rest) = t.strip_prefix(prefix) {
                t = rest.trim_start().to_owned();
            }
        }
        let well_formed =
            t.strip_prefix("10.").and_then(|rest| rest.split_once('/')).is_some_and(|(registrant, name)| {
                registrant.len() >= 4
                    && registrant.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                    && !name.is_empty()
                    && !t.chars().any(|c| c.is_whitespace() || c.is_control())
            });
        if well_formed { Ok(Self(t)) } else { Err(bad("DOI", s)) }
    }
}
impl fmt::Display for Doi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
string_serde!(Doi);

/// A ClinicalTrials.gov registration, `NCT` and eight digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NctId(u32);

impl FromStr for NctId {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let t = s.trim();
        match t.get(..3) {
            Some(p) if p.eq_ignore_ascii_case("NCT") && t.len() == 11 && t[3..].bytes().all(|b| b.is_ascii_digit()) => {
                t[3..].parse().map(Self).map_err(|_| bad("NCT number", s))
            }
            _ => Err(bad("NCT number", s)),
        }
    }
}
impl fmt::Display for NctId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NCT{:08}", self.0)
    }
}
string_serde!(NctId);

/// The identifiers a work is known by outside this library.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(default)]
pub struct Identifiers {
    /// PubMed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pmid: Option<Pmid>,
    /// PubMed Central.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pmcid: Option<Pmcid>,
    /// Digital object identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doi: Option<Doi>,
    /// Trial registrations.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nct: Vec<NctId>,
    /// Others as (scheme, value), for example `("publisher-id", "BCJ-104-31")`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other: Vec<(String, String)>,
}

/// Names one source in this library, for ever: `PMC4389469`, `pmid:123`, `doi:10.1/x`, `digest:magnesium`,
/// `beir:COLLECTION/ID`. 1 to 300 bytes, no white space or control characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SourceId(String);

impl SourceId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl FromStr for SourceId {
    type Err = IdError;
    fn from_str(s: &str) -> Result<Self, IdError> {
        let fits = !s.is_empty() && s.len() <= 300 && !s.chars().any(|c| c.is_whitespace() || c.is_control());
        if fits { Ok(Self(s.to_owned())) } else { Err(bad("source id", s)) }
    }
}
impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
string_serde!(SourceId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn identifiers_read_the_forms_seen_in_the_wild() {
        assert_eq!("PMID: 23168366".parse::<Pmid>().unwrap().to_string(), "23168366");
        assert_eq!("pmc4389469.1".parse::<Pmcid>().unwrap().to_string(), "PMC4389469");
        assert_eq!("https://doi.org/10.1056/NEJMoa1908075".parse::<Doi>().unwrap().as_str(), "10.1056/nejmoa1908075");
        assert_eq!("nct00689221".parse::<NctId>().unwrap().to_string(), "NCT00689221");
        for wrong in ["", "0", "123456789", "12a"] {
            assert!(wrong.parse::<Pmid>().is_err(), "{wrong}");
        }
        for wrong in ["10.1056", "11.1000/x", "10.1000/a b", "10./x"] {
            assert!(wrong.parse::<Doi>().is_err(), "{wrong}");
        }
        assert!("NCT0068922é".parse::<NctId>().is_err());
        assert!("a b".parse::<SourceId>().is_err());
    }

    proptest! {
        #[test]
        fn what_parses_prints_and_parses_again(s in "\\PC{0,40}") {
            if let Ok(d) = s.parse::<Doi>() { prop_assert_eq!(d.to_string().parse::<Doi>().unwrap(), d); }
            if let Ok(d) = s.parse::<NctId>() { prop_assert_eq!(d.to_string().parse::<NctId>().unwrap(), d); }
            if let Ok(d) = s.parse::<Pmcid>() { prop_assert_eq!(d.to_string().parse::<Pmcid>().unwrap(), d); }
            if let Ok(d) = s.parse::<Pmid>() { prop_assert_eq!(d.to_string().parse::<Pmid>().unwrap(), d); }
        }
    }
}
