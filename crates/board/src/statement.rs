//! How a statement of a version is named in its review.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Digits of the hash in a name.
const DIGITS: usize = 12;

/// The name of a statement within one version: its place, from 1, in the order of the article's lines, and the beginning of the
/// SHA-256 of its words. Printed as `12-3f9c21ab44e0`. A statement that has other words has another name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatementKey {
    place: u32,
    hash: String,
}

impl StatementKey {
    /// The name of the statement at this place, from 1, with these words.
    pub fn new(place: u32, words: &str) -> Self {
        let mut hash: String = Sha256::digest(words.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        hash.truncate(DIGITS);
        Self { place, hash }
    }

    /// Its place, from 1.
    pub fn place(&self) -> u32 {
        self.place
    }

    /// Whether it names these words, wherever they stand.
    pub fn names(&self, words: &str) -> bool {
        Self::new(self.place, words) == *self
    }
}

impl fmt::Display for StatementKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.place, self.hash)
    }
}

/// A word that names no statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} does not name a statement: it is a place and 12 hexadecimal digits, as 12-3f9c21ab44e0")]
pub struct BadStatement(String);

impl FromStr for StatementKey {
    type Err = BadStatement;

    fn from_str(word: &str) -> Result<Self, BadStatement> {
        let bad = || BadStatement(word.chars().take(40).collect());
        let (place, hash) = word.split_once('-').ok_or_else(bad)?;
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let place: u32 = place.parse().ok().filter(|p: &u32| *p > 0 && place == p.to_string()).ok_or_else(bad)?;
        if hash.len() != DIGITS || !digits(hash) {
            return Err(bad());
        }
        Ok(Self { place, hash: hash.to_owned() })
    }
}

impl TryFrom<String> for StatementKey {
    type Error = BadStatement;

    fn try_from(word: String) -> Result<Self, BadStatement> {
        word.parse()
    }
}

impl From<StatementKey> for String {
    fn from(key: StatementKey) -> String {
        key.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_back_and_binds_the_words() {
        let key = StatementKey::new(12, "Give magnesium.");
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        assert!(key.names("Give magnesium.") && !key.names("Give calcium."));
        assert_eq!(key.place(), 12);
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for word in
            ["", "12", "0-3f9c21ab44e0", "012-3f9c21ab44e0", "1-3F9C21AB44E0", "1-3f9c", "1-3f9c21ab44e0a", "é-é"]
        {
            assert!(word.parse::<StatementKey>().is_err(), "{word}");
        }
    }
}
