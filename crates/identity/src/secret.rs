//! Secrets that this installation gives out: of a session, a one-time link, an API token.
//!
//! 256 random bits each, shown once. Only its SHA-256 is kept: who reads the database gets in with nothing. It is looked up
//! by that hash. Looking it up need not take the same time always: what a difference could tell is the beginning of a hash, and
//! no secret can be found from that.

use sha2::{Digest, Sha256};
use std::fmt;

/// The system gives no random numbers: nothing can be done safely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random numbers")]
pub struct NoRandomness;

/// What a secret is for. Its beginning tells, so that one left in a file is found and named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A session of a browser.
    Session,
    /// A link that works once.
    Link,
    /// An API token.
    Token,
    /// The state of a sign-in that is under way elsewhere.
    Journey,
}

impl Kind {
    fn prefix(self) -> &'static str {
        match self {
            Kind::Session => "cbw_",
            Kind::Link => "cbl_",
            Kind::Token => "cbs_",
            Kind::Journey => "cbj_",
        }
    }
}

/// A secret. Not printed by accident: `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A new one.
    pub fn new(kind: Kind) -> Result<Self, NoRandomness> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
        Ok(Self(format!("{}{}", kind.prefix(), hex(&bytes))))
    }

    /// The secret itself, to show its owner once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn digest(&self) -> String {
        digest(&self.0)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(hidden)")
    }
}

/// What is kept of a secret that somebody shows: its SHA-256 in hexadecimal.
pub fn digest(secret: &str) -> String {
    hex(&Sha256::digest(secret.trim().as_bytes()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_say_what_they_are_for_and_are_not_printed() {
        let (one, two) = (Secret::new(Kind::Token).unwrap(), Secret::new(Kind::Token).unwrap());
        assert_ne!(one, two);
        assert!(one.reveal().starts_with("cbs_") && one.reveal().len() == 4 + 64);
        assert!(!format!("{one:?}").contains(&one.reveal()[4..]));
        assert_eq!(one.digest(), digest(&format!(" {}\n", one.reveal())));
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
